"""Matches that tell of no move: fines that only may come, things bought that are no firm, prices of a deal that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.market_moves.spoken import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_TOLD_LATER: Final = "acquisition.price_told_later"
_SENTENCES: Final = 3
"""So many sentences behind a takeover its price may be told as that of "the deal"."""
_THREAT: Final = 60
"""How far from a fine or its amount the word may stand by which it only may come, in code points."""
_GOODS_BEHIND, _GOODS_BEFORE = 18, 70
"""How far behind a verb of buying, or before it where it stands last, the things stand that are bought."""
_OWNS: Final = 3
"""How far behind their owner such things stand: "Uber's passwords"."""
_DESCRIBED: Final = r"^ \p{Ll}{5,}(?: \p{Ll}{5,})? $"
"""What stands between the word for such things and the name of a firm that deals in them; prepositions are shorter."""

_HEAD: Final = r"^\p{Lu}\p{Ll}{1,6} (?:\p{Ll}{2,6} ){1,2}$"
"""What stands before a noun at the head of a sentence: a preposition and an article."""
_PARTED: Final = r"^(?:, | \p{Ll}{3,} )$"
"""What stands between the noun and the firm that acts then."""


def without_threats(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches but the amounts of fines that only may come: "faces a fine of up to 5 billion", "could be fined 2 million".

    No fine that was set is one of "up to" so much.
    """
    fines = found.filter(pl.col("rule").str.starts_with("regulatory_action.fine"), pl.col("value_start").is_not_null())
    if fines.is_empty():
        return found
    upper = scanned.quantities.filter(pl.col("comparator") == "under").select(value_start="start").drop_nulls().unique()
    most = fines.join(upper, on="value_start", how="semi", maintain_order="left").select("value_start")
    maybe = words(scanned, "threat").select("cid", _from="start", _to="end").drop_nulls()
    pairs = fines.select("cid", "value_start", "trigger_start", "trigger_end").join(maybe, on="cid", maintain_order="left")
    edge, far = pl.min_horizontal("value_start", "trigger_start"), pl.max_horizontal("value_start", "trigger_end")
    told = (edge - pl.col("_to") <= _THREAT) & (pl.col("_from") <= far)
    out = pl.concat([most, pairs.filter(told).select("value_start")]).unique()
    none = pl.col("rule").str.starts_with("regulatory_action.fine") & pl.col("value_start").is_in(out["value_start"].implode())
    return found.filter(~none.fill_null(value=False))


def without_goods(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches but takeovers of things that are no firm: "bought spectrum for 2 billion", "hat Patente von X gekauft".

    The word for them stands right behind the verb, or before one that stands last, and no firm between.
    """
    goods = words(scanned, "goods").select("doc", "cid", _from="start", _to="end").drop_nulls()
    capital = scanned.tape.slice("_from", "_to", goods).str.contains(r"^\p{Lu}").fill_null(value=False)
    goods = goods.filter(~capital | scanned.setting("nouns_capitalised", goods)).drop(
        "doc"
    )  # "neemt branchegenoot Stroom over"
    bought = found.filter(pl.col("move_type") == "acquisition")
    bought = bought.select("cid", "sid", "trigger_start", "trigger_end").unique(maintain_order=True)
    pairs = bought.join(goods, on="cid", how="inner", maintain_order="left")
    behind = (pl.col("_from") - pl.col("trigger_end")).is_between(0, _GOODS_BEHIND)
    before = (pl.col("trigger_start") - pl.col("_to")).is_between(0, _GOODS_BEFORE)
    last = words(scanned, "acquired_last").select(trigger_start="start").drop_nulls().unique()
    stands_last = pl.col("trigger_start").is_in(last["trigger_start"].implode())
    pairs = pairs.filter(behind | (before & stands_last)).with_row_index("_pair")
    firms = scanned.companies.filter(pl.col("certainty") != "pronoun").select("sid", _at="start", _owner="end").drop_nulls()
    between = pairs.join(firms, on="sid", how="inner", maintain_order="left")
    owned = (pl.col("_from") - pl.col("_owner")).is_between(1, _OWNS)
    between = between.filter(pl.col("_at").is_between("trigger_end", "_from"), ~owned)
    told = pairs.join(between.select("_pair"), on="_pair", how="anti", maintain_order="left")
    # "Bought patents specialist X": what follows is a firm after all.
    named = told.join(firms, on="sid", how="inner", maintain_order="left").filter(pl.col("_at") > pl.col("_to"))
    described = scanned.tape.slice("_to", "_at", named).str.contains(_DESCRIBED).fill_null(value=False)
    told = told.join(named.filter(described).select("_pair"), on="_pair", how="anti", maintain_order="left")
    none = (pl.col("move_type") == "acquisition") & pl.col("trigger_start").is_in(told["trigger_start"].unique().implode())
    return found.filter(~none.fill_null(value=False))


def without_backward_glances(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves but takeovers that a sentence only looks back on: "With the acquisition, X gains a market", "met de deal wil X".

    The noun stands behind a preposition at the head of its sentence, the firm behind it and a comma or a verb.
    """
    bare = (pl.col("move_type") == "acquisition") & pl.col("value_start").is_null()
    opens = scanned.sentences.select("sid", _opens="start")
    asked = moves.filter(bare, pl.col("counterparty_start") > pl.col("trigger_end"))
    asked = asked.select("sid", "trigger_start", "trigger_end", "counterparty_start").unique(maintain_order=True)
    asked = asked.join(opens, on="sid", how="inner", maintain_order="left")
    head = scanned.tape.slice("_opens", "trigger_start", asked).str.contains(_HEAD).fill_null(value=False)
    noun = ~scanned.tape.slice("trigger_start", "trigger_end", asked).str.contains(" ").fill_null(value=True)
    between = scanned.tape.slice("trigger_end", "counterparty_start", asked)
    parted = between.str.contains(_PARTED).fill_null(value=False)
    # "X non acquisirà più Y": no preposition, who buys stands first.
    names = [scanned.companies.select(_opens="start"), scanned.names.select(_opens="start")]
    subjects = pl.concat(names).drop_nulls().unique()["_opens"]
    asked = asked.filter(head & noun & parted & ~pl.col("_opens").is_in(subjects.implode()))
    marks = pl.concat([words(scanned, "of", "by_whom", "to_buyer"), words(scanned, "acquired_by")])
    marks = marks.select("sid", _at="start").drop_nulls().unique(maintain_order=True)
    governed = asked.join(marks, on="sid", how="inner", maintain_order="left")
    governed = governed.filter(pl.col("_at").is_between("trigger_end", "counterparty_start"))
    asked = asked.join(governed, on="trigger_start", how="anti", maintain_order="left")
    return moves.filter(~(bare & pl.col("trigger_start").is_in(asked["trigger_start"].implode())).fill_null(value=False))


def without_loose_prices(found: pl.DataFrame) -> pl.DataFrame:
    """Matches but the prices of a "deal" that no takeover without a price goes before: "the deal is worth 4 billion"."""
    later = (pl.col("rule") == _TOLD_LATER).fill_null(value=False)
    bought = found.filter(pl.col("move_type") == "acquisition", ~later).sort("trigger_start", maintain_order=True)
    nearest = found.filter(later).sort("trigger_start", maintain_order=True).join_asof(
        bought.select("doc", "trigger_start", _sid="sid", _priced=pl.col("value_start").is_not_null().any().over("sid")),
        on="trigger_start", by="doc", strategy="backward", check_sortedness=False,
    )  # fmt: skip
    kept = nearest.filter((pl.col("sid") - pl.col("_sid")).is_between(1, _SENTENCES), ~pl.col("_priced"))
    return pl.concat([found.filter(~later), kept.select(found.columns)])
