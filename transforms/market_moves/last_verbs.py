"""Takeovers told with the verb at the end, where the language puts participles and infinitives there.

"SAP hat den Rivalen Qualtrics gekauft": both sides stand before the verb, the one who buys first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.named import named_firms

if TYPE_CHECKING:
    from transforms.scan import Scanned

_TARGET_REACH: Final = 70
"""How far before the verb, in code points, what is bought may stand: its price lies between."""
_BUYER_REACH: Final = 150
"""How far before the verb the buyer may stand."""
_AUXILIARY: Final = 14
"""How far behind a participle, in code points, its auxiliary may end."""
_APPOSED: Final = 3
"""How far behind a word for a firm its name stands."""
_BEFORE: Final = 40
"""How many code points before a name tell whether a preposition governs it."""


def with_last_verbs(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers with the firms before a last verb as their sides: the nearer one is bought, by the one named before it.

    Only in languages whose setting `no_object_after` tells after which words a name is no object; a name without a known
    company may be bought, but does not buy.
    """
    asked = rows.filter(pl.col("move_type") == "acquisition").select("row", "doc", "sid", "trigger_start", "trigger_end")
    asked = asked.filter(scanned.setting("no_object_after", asked))
    if asked.is_empty():
        return rows
    # A noun ("Übernahme") has other sides; the verb is written small.
    asked = asked.filter(scanned.tape.slice("trigger_start", "trigger_end", asked).str.contains(r"^\p{Ll}"))
    names = pl.concat([_names(scanned).with_columns(_meant=pl.lit(value=False)), _meant(scanned)])
    pairs = asked.join(names, on="sid", maintain_order="left").filter(
        pl.col("_end") <= pl.col("trigger_start"), pl.col("trigger_start") - pl.col("_end") <= _BUYER_REACH
    )
    pairs = pairs.sort("row", pl.col("_end"), descending=[False, True], maintain_order=True)
    nearest = pairs.filter(~pl.col("_meant")).unique("row", keep="first", maintain_order=True)
    nearest = nearest.filter(pl.col("trigger_start") - pl.col("_end") <= _TARGET_REACH)
    nearest = nearest.with_columns(_agent=_after(nearest, scanned, "agent_after"))
    nearest = nearest.filter(pl.col("_agent") | ~_after(nearest, scanned, "no_object_after"))
    nearest = nearest.select("row", "_agent", _at="_start", _till="_end", _what="_id")
    pairs = pairs.join(nearest, on="row", maintain_order="left").filter(
        pl.col("_end") <= pl.col("_at"), pl.col("_id").ne_missing(pl.col("_what")), ~(pl.col("_meant") & pl.col("_agent"))
    )
    # A name behind the verb is bought where the verb stands second: "das Unternehmen hinter X übernimmt Y".
    later = asked.join(names.select("sid", _later="_start"), on="sid", maintain_order="left")
    later = later.filter(pl.col("_later") >= pl.col("trigger_end")).select("row").unique()
    pairs = pairs.filter(~(pl.col("_meant") & pl.col("row").is_in(later["row"].implode())))
    pairs = pairs.unique("row", keep="first", maintain_order=True)
    # "Qualtrics wird von SAP übernommen": the agent of a passive buys.
    pairs = pairs.with_columns(_turned=pl.col("_agent") & pl.Series(_passive(pairs, scanned), dtype=pl.Boolean))
    turned = pl.col("_turned")
    edges = {"_id": "_what", "_start": "_at", "_end": "_till"}
    swapped = [pl.when(turned).then(b).otherwise(a).alias(a) for a, b in edges.items()]
    swapped += [pl.when(turned).then(a).otherwise(b).alias(b) for a, b in edges.items()]
    sides = pairs.filter(turned | ~pl.col("_agent")).with_columns(swapped).drop_nulls("_id")
    told = rows.join(
        sides.select("row", "_id", "_start", "_end", "_what", "_at", "_till"), on="row", how="left", maintain_order="left"
    )
    taken = {
        "company_id": "_id", "company_mention_start": "_start", "company_mention_end": "_end",
        "counterparty_id": "_what", "counterparty_start": "_at", "counterparty_end": "_till",
    }  # fmt: skip
    there = pl.col("_id").is_not_null()
    return told.with_columns(pl.when(there).then(b).otherwise(a).alias(a) for a, b in taken.items()).select(rows.columns)


def _meant(scanned: Scanned) -> pl.DataFrame:
    """Firms that are only meant, as _names with _meant, which may buy: "der Konzern will den Anbieter Qualtrics übernehmen".

    Not those that a name behind them tells: "der Konzern SAP übernimmt Qualtrics".
    """
    meant = scanned.companies.filter(pl.col("certainty") == "pronoun", pl.col("company_id").is_not_null()).drop_nulls("sid")
    names = _names(scanned).select("sid", _name="_start").sort("_name", maintain_order=True)
    meant = meant.sort("end", maintain_order=True).join_asof(
        names, left_on="end", right_on="_name", by="sid", strategy="forward", tolerance=_APPOSED, check_sortedness=False
    ).filter(pl.col("_name").is_null())  # fmt: skip
    return meant.select("sid", _start="start", _end="end", _id="company_id", _meant=pl.lit(value=True))


def _names(scanned: Scanned) -> pl.DataFrame:
    """Firms in sentences, known or only named: sid, doc, _start, _end, _id. Not the first half of a compound ("X-Tochter")."""
    known = named_firms(scanned).select("sid", _start="start", _end="end", _id="company_id")
    named = scanned.names.filter(pl.col("kind").is_in(["company", "name"])).drop_nulls("sid")
    named = named.select("sid", _start="start", _end="end", _id=pl.lit(None, pl.String))
    names = pl.concat([known, named]).unique(["sid", "_start"], keep="first", maintain_order=True)
    behind = scanned.tape.slice("_end", pl.col("_end") + 1, names)
    return names.filter((behind != "-").fill_null(value=True))


def _after(names: pl.DataFrame, scanned: Scanned, setting: str) -> pl.Series:
    """Whether one of the words of a setting governs each name, an article and a noun between: "vom Konzern X"."""
    tape = scanned.tape

    def answer(language: str, rows: pl.DataFrame) -> pl.Series:
        words = str(lexicon.settings(language).get(setting, "$^"))
        text = tape.slice(pl.max_horizontal(pl.col("_start") - _BEFORE, 0), "_start", rows)
        # "Kondigde aan X over te nemen": what ends a verb governs no name.
        text = text.str.replace(rf"(?:{lexicon.settings(language).get('verb_apart', lexicon.NEVER)})$", ";")
        return text.str.contains(rf"(?i:(?:^|[ (,„\"])(?:{words}))(?: \p{{Ll}}+){{0,2}}(?: \p{{Lu}}[\p{{L}}-]*)? [„\"']?$")

    return tape.by_language(names, answer).fill_null(value=False)


def _passive(pairs: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether an auxiliary of the passive (`passive`) stands behind the first name, or right behind the verb."""
    tape = scanned.tape

    def answer(language: str, rows: pl.DataFrame) -> pl.Series:
        words = str(lexicon.settings(language).get("passive", "$^"))
        text = tape.slice("_end", pl.col("trigger_end") + _AUXILIARY, rows)
        return text.str.contains(rf"\b(?:{words})\b")

    return tape.by_language(pairs, answer).fill_null(value=False)
