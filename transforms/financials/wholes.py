"""Counts that a percentage is a share of: the 112,000 of "2.5 percent of its 112,000 employees"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon

if TYPE_CHECKING:
    from transforms.scan import Scanned

_APART: Final = 44
"""How far a share and its whole stand apart, in code points."""
_NEVER: Final = "$^"


def wholes(scanned: Scanned) -> pl.Series:
    """Where on the tape the counts start that a share right before them, or right behind them, is measured by; in order.

    `[settings] share_of` is a regular expression for what parts a percentage from its whole (" of its "), `whole_of` for
    what parts a whole from the percentage behind it ("人の従業員の").
    """
    return scanned.tape.once("financials.wholes", lambda: _found(scanned))["start"]


def _found(scanned: Scanned) -> pl.DataFrame:
    share = pl.col("kind").is_in(["percent", "fraction"])
    count = pl.col("kind").is_in(["count", "plain"])
    rows = scanned.quantities.sort("start", maintain_order=True)
    after = {c: pl.col(c).shift(-1) for c in ("start", "end", "sid", "kind")}
    rows = rows.select(
        "doc", first=share, at="start", end="end", behind=after["start"], whole=count.shift(-1) & share,
        ahead=share.shift(-1) & count, same=after["sid"] == pl.col("sid"),
    )  # fmt: skip
    rows = rows.filter(
        pl.col("same") & (pl.col("whole") | pl.col("ahead")) & (pl.col("behind") - pl.col("end")).is_between(0, _APART)
    )
    rows = rows.with_columns(between=scanned.tape.slice("end", "behind", rows).str.to_lowercase())

    def parted(language: str, part: pl.DataFrame) -> pl.Series:
        settings = lexicon.settings(language)
        of = part["between"].str.contains(f"^(?:{settings.get('share_of', _NEVER)})$")
        before = part["between"].str.contains(f"^(?:{settings.get('whole_of', _NEVER)})$")
        return part.select(pl.when("whole").then(of).otherwise(before)).to_series()

    told = rows.filter(scanned.tape.by_language(rows.select("doc", "whole", "between"), parted).fill_null(value=False))
    return told.select(start=pl.when("whole").then("behind").otherwise("at")).sort("start", maintain_order=True)
