"""Moves whose firm their sentence names only as an object: "the regulator fined X", "Roe resigned as chief executive of X".

The subject of such a sentence is nobody's, or some firm's of a sentence before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.companies import roles
from transforms.market_moves.named import named_firms
from transforms.market_moves.spoken import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_ACTS: Final = ("regulatory_action", "legal_action")
_CLAUSE_REACH: Final = 16
"""How far from a fine the firm stands that a clause about it describes, in code points."""
_OFFICE_REACH: Final = 8
"""How far behind an office the firm may stand whose office it is: "chief executive of X"."""
_OF_OFFICE: Final = r"^ (?:\p{Ll}{1,4} )?$"
_FORMER_REACH: Final = 16
"""How far before an office "former" may stand, which makes it none that changes."""
_MENTION: Final = ("company_id", "company_mention_start", "company_mention_end")


def with_charged(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Fines, suits and changes of chiefs with the firm of their sentence, where they have one that it does not name."""
    agents = roles().filter(pl.col("role").is_not_null()).select("company_id")
    firms = named_firms(scanned).drop_nulls("company_id")
    rows = found.with_row_index("row")
    strange = rows.join(
        firms.select("sid", company_mention_start="start").unique(), on=["sid", "company_mention_start"], how="anti",
        maintain_order="left",
    )  # fmt: skip
    # "The company was fined after complaints by X": what stands for a firm is its subject.
    bound = scanned.companies.filter(pl.col("certainty") == "pronoun").select("sid").drop_nulls()
    strange = strange.join(bound.unique(), on="sid", how="anti", maintain_order="left").select(
        "row", "sid", "move_type", _at="trigger_start"
    )
    firms = firms.join(agents, on="company_id", how="anti").select("sid", _id="company_id", _start="start", _end="end")
    told = pl.concat(
        [_described(rows, firms, scanned), _acted_against(strange, firms, scanned), _offices(strange, firms, scanned)]
    )
    told = told.unique("row", keep="first", maintain_order=True)
    named = rows.join(told, on="row", how="left", maintain_order="left")
    there = pl.col("_id").is_not_null()
    sides = zip(_MENTION, ("_id", "_start", "_end"), strict=True)
    return named.with_columns(*[pl.when(there).then(new).otherwise(old).alias(old) for old, new in sides]).select(found.columns)


def _described(rows: pl.DataFrame, firms: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Fines with the firm that a clause about them describes ("X, which was fined", "과징금을 받은 X").

    Columns: row, _id, _start, _end.
    """
    fines = rows.filter((pl.col("move_type") == "regulatory_action") & pl.col("value_start").is_not_null())
    fines = fines.select("row", "sid", _at="trigger_start", _to=pl.max_horizontal("trigger_end", "value_end"))
    pairs = fines.join(firms, on="sid", maintain_order="left")
    ahead, behind = pl.col("_at") - pl.col("_end"), pl.col("_start") - pl.col("_to")
    pairs = pairs.filter(ahead.is_between(0, _CLAUSE_REACH) | behind.is_between(0, _CLAUSE_REACH))
    before = scanned.tape.slice("_end", pl.max_horizontal("_end", "_at"), pairs)
    after = scanned.tape.slice("_to", pl.max_horizontal("_to", "_start"), pairs)
    pronouns, endings = lexicon.alternatives("relative_pronouns"), lexicon.alternatives("attributive")
    related = before.str.contains(rf"^, (?:{pronouns}) (?:\p{{L}}+ ){{0,3}}$")
    attributed = after.str.contains(rf"^[^,，、。;]{{0,12}}(?:{endings}) ?$")
    found = pairs.filter((related & (pairs["_at"] >= pairs["_end"])) | (attributed & (pairs["_start"] >= pairs["_to"])))
    return found.unique("row", keep="first", maintain_order=True).select("row", "_id", "_start", "_end")


def _acted_against(strange: pl.DataFrame, firms: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Actions with the nearest firm of their sentence, where that tells no takeover: row, _id, _start, _end."""
    deals = words(scanned, "acquire", "divest").select("sid").unique()
    acts = strange.filter(pl.col("move_type").is_in(_ACTS)).join(deals, on="sid", how="anti", maintain_order="left")
    pairs = acts.join(firms, on="sid", maintain_order="left")
    pairs = pairs.with_columns(_gap=(pl.col("_start") - pl.col("_at")).abs()).sort("row", "_gap", maintain_order=True)
    return pairs.unique("row", keep="first", maintain_order=True).select("row", "_id", "_start", "_end")


def _offices(strange: pl.DataFrame, firms: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Changes of chiefs with the firm whose office their sentence names: row, _id, _start, _end."""
    changes = strange.filter(pl.col("move_type") == "executive_change")
    offices = words(scanned, "executive").select("sid", _from="start", _to="end", _at="end").sort("_at", maintain_order=True)
    near = firms.sort("_start", maintain_order=True).join_asof(
        offices, left_on="_start", right_on="_at", by="sid", strategy="backward", tolerance=_OFFICE_REACH,
        check_sortedness=False,
    ).drop_nulls("_at")  # fmt: skip
    begins = pl.max_horizontal(pl.col("_from") - _FORMER_REACH, pl.lit(0))
    own = scanned.tape.slice("_to", "_start", near).str.contains(_OF_OFFICE).fill_null(value=False)
    former = rf"(?i)(?:^|[^\p{{L}}])(?:{lexicon.alternatives('former')})[ -](?:\p{{L}}+ )?$"
    past = scanned.tape.slice(begins, "_from", near).str.contains(former).fill_null(value=False)
    near = near.filter(own & ~past).select("sid", "_id", "_start", "_end")
    pairs = changes.join(near, on="sid", maintain_order="left")
    return pairs.select("row", "_id", "_start", "_end")
