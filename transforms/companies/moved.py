"""Names whose share a report moves by a percentage: they are firms' names.

Read is what stands right around each name: brackets, a word of direction behind or before it, a price.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.cities import cities_on_tape
from transforms.companies.places import cues_of, overlaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from transforms.spans import Tape

_SHAPED: Final = r" |\p{Lu}.*\p{Lu}|\d"
"""What no common word has: a second word, a second capital, a digit."""
_ODD: Final = r" |\p{Ll}\p{Lu}|\p{L}\d|\.\d"
"""As much where every noun has a capital: "ProCorvane", "Vondra24"."""
_BETWEEN: Final = r"^,? (?:\p{Ll}+ ){0,3}$"
"""What stands between a name and the word that moves its share: "Corvane, which has gained 3 %"."""
_AIM_REACH: Final = 8
_TO_MOVE, _MOVE_REACH, _BRACKET_REACH, _WORD_REACH = 22, 36, 20, 6
"""How far behind a name that word, behind it the percent, and behind a name a percent in brackets stand, in code points."""


class _Written:
    """How a language writes what tells of a move, as regular expressions."""

    def __init__(self, language: str) -> None:
        def any_of(setting: str) -> str:
            return lexicon.alternatives(setting, language)

        percent = rf"\d{{1,3}}(?:[.,]\d{{1,3}})? ?(?:%|{any_of('percent_stems')})"
        self.in_brackets = rf"^ \((?:\p{{L}}{{3,5}} )?[+−–-]? ?{percent}"
        """A percent in brackets right behind a name: "Corvane (+3.2 %)", "Corvane (plus 3 percent)"."""
        self.moved = rf"^[^,;:()\n]{{0,25}}?(?:{percent}|\d{{1,4}}(?:\.\d{{1,2}})?p\b)"
        self.before_move = rf"^( (?:\p{{Ll}}+ ){{1,3}}{percent}\p{{L}}*\.? )\p{{Ll}}"
        """What stands between a name and a word of moving that follows the percent: "Corvane closed 3 percent higher"."""
        self.priced = rf"^[^;()\n]{{1,40}}?{percent}\p{{L}}*\.? (?:\p{{L}}+ ){{1,3}}\d"
        self.in_a_place = rf"(?i)(?:^|[^\p{{L}}])(?:{any_of('place_before')})\s$"
        """Words before a name that make it a place, or any noun."""
        self.aimed_at = rf"^ (?:{any_of('aimed_at')}) $"
        self.no_firm = rf"^(?:[A-Z]{{4}}\d{{1,2}}|(?i:{any_of('exchanges')})\b.*)$"
        """Tickers of shares, exchanges and indices."""


_written = lru_cache(maxsize=64)(_Written)


def share_moved(tape: Tape, names: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether a report of shares moves each name (start, end, name, doc, opening) by a percentage.

    "Corvane (+3 %)", "Corvane fell 2 %", "yesterday rose Corvane 4 %". One word at the head of a sentence may be any, but with
    brackets or a price, or where all speaks of indices.
    """
    written = _written(tape.language)
    cues = cues_of(tape, "market", "metric", "metric_noun")
    words = cues.filter(pl.col("kind") == "market")
    spoken = words.filter(pl.col("code").is_in(["index", "share", "bourse"]))
    spoken = spoken.select("code", tape.doc_of(spoken["start"]))
    indices = spoken.filter(pl.col("code") == "index").group_by("doc", maintain_order=True).len()
    asked = names.with_row_index("_i").join(spoken.select("doc").unique(), on="doc", how="semi", maintain_order="left")
    asked = asked.join(cues.select("start", "end").unique(), on=["start", "end"], how="anti", maintain_order="left")
    asked = asked.filter(pl.Series(~overlaps(asked, cities_on_tape(tape)), dtype=pl.Boolean))
    asked = asked.filter(~pl.col("name").str.contains(written.no_firm))
    if lexicon.settings(tape.language).get("tickers_of_four", False):
        asked = asked.filter(~pl.col("name").str.contains("^[A-Z]{4}$"))
    if asked.is_empty():
        return np.zeros(names.height, dtype=np.bool_)
    bracketed = asked.filter(tape.slice("end", pl.col("end") + _BRACKET_REACH, asked).str.contains(written.in_brackets))
    loose = _loose(tape, asked, indices)
    ways = words.filter(pl.col("code").is_in(["up", "down"])).select(_from="start", _to="end")
    ahead = loose.sort("end", maintain_order=True).join_asof(
        ways.unique("_from", keep="last", maintain_order=True).sort("_from", maintain_order=True),
        left_on="end", right_on="_from", strategy="forward", tolerance=_TO_MOVE, check_sortedness=False,
    ).drop_nulls("_from")  # fmt: skip
    moved = tape.slice("end", "_from", ahead).str.contains(_BETWEEN)
    moved &= tape.slice("_to", pl.col("_to") + _MOVE_REACH, ahead).str.contains(written.moved)
    behind = loose.filter(pl.Series(np.isin(loose["start"].to_numpy() - 1, ways["_to"].to_numpy()), dtype=pl.Boolean))
    then = tape.slice("end", pl.col("end") + _MOVE_REACH, behind).str.contains(written.moved)
    before = tape.slice("end", pl.col("end") + 2 * _BRACKET_REACH, loose).str.extract(written.before_move, 1).str.len_chars()
    last = pl.Series(np.isin((loose["end"] + before.fill_null(0)).to_numpy(), ways["_from"].to_numpy()), dtype=pl.Boolean)
    rows = (
        bracketed,
        ahead.filter(moved),
        behind.filter(then),
        loose.filter(pl.lit(before.is_not_null() & last)),
    )
    told = pl.concat([found["_i"] for found in rows])
    whole: NDArray[np.bool_] = np.isin(np.arange(names.height), told.to_numpy())
    return whole


def share_aimed(tape: Tape, names: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether a target price is told for each name, or a bank begins to cover it: "raises its price target for Corvane"."""
    words = cues_of(tape, "market", "market_context").filter(pl.col("code").is_in(["target", "coverage"]))
    aims = words.select(_at="end", _aim="end").unique().sort("_at", maintain_order=True)
    near = names.with_row_index("_i").sort("start", maintain_order=True).join_asof(
        aims, left_on="start", right_on="_at", strategy="backward", tolerance=_AIM_REACH, check_sortedness=False
    ).drop_nulls("_aim")  # fmt: skip
    told = near.filter(tape.slice("_aim", "start", near).str.contains(_written(tape.language).aimed_at))["_i"]
    found: NDArray[np.bool_] = np.isin(np.arange(names.height), told.to_numpy())
    return found


def _loose(tape: Tape, asked: pl.DataFrame, indices: pl.DataFrame) -> pl.DataFrame:
    """The names that no brackets need to tell: none behind a word for a place, and no word that may be any."""
    written = _written(tape.language)
    often = indices.filter(pl.col("len") > 1)["doc"].implode()
    priced = tape.slice("end", pl.col("end") + 2 * _MOVE_REACH, asked).str.contains(written.priced)
    shaped = pl.col("name").str.contains(_SHAPED) | pl.lit(priced)
    placed = tape.slice(pl.max_horizontal(pl.col("start") - _WORD_REACH, pl.lit(0)), "start", asked).str.contains(
        written.in_a_place
    )
    odd = pl.col("name").str.contains(_ODD) | ~pl.lit(bool(lexicon.settings(tape.language).get("nouns_capitalised", False)))
    return asked.filter(~pl.col("opening") | shaped | pl.col("doc").is_in(often), odd, ~pl.lit(placed))
