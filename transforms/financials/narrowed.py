"""What was found in the texts, narrowed down to what can belong to a figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from transforms.scan import Scanned


_MOST_OF_A_PERIOD: Final = 100
"""So many months or quarters make no period; a larger number is one of its own."""
_ABBREVIATED: Final = 3
"""How long an abbreviated period is that could be an amount, in code points."""
_SINCE: Final = 2
"""How near "since" stands to its year, in code points."""


def narrowed(scanned: Scanned) -> Scanned:
    """What was found in the texts, without what is no part of a figure: cues in names, periods in amounts, and the reverse."""
    scanned = replace(scanned, cues=_outside_names(scanned), periods=_outside_amounts(scanned))
    return replace(scanned, periods=_without_beginnings(scanned), quantities=_outside_periods(scanned))


def _outside_names(scanned: Scanned) -> pl.DataFrame:
    """The cues that are no part of a known company's name: "Mercado Libre" is no market that expects something."""
    names = scanned.companies.filter(pl.col("certainty") == "known").select("sid", name_start="start", name_end="end")
    named = (
        scanned.cues.select("sid", "start", "end")
        .join(names, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("start") >= pl.col("name_start")) & (pl.col("end") <= pl.col("name_end")))
        .join(scanned.cues.filter(pl.col("code") == "broker").select("start", "end"), on=["start", "end"], how="anti")
    )
    return scanned.cues.join(named, on=["start", "end"], how="anti", maintain_order="left")


def _outside_amounts(scanned: Scanned) -> pl.DataFrame:
    """The periods that are no part of an amount: the 2000 of "10億2000万ドル" is no year."""
    amounts = scanned.quantities.filter(pl.col("kind").is_in(["money", "percent", "count"])).select(
        "sid", amount_start="start", amount_end="end"
    )
    inner = (
        scanned.periods.select("sid", "start", "end")
        .join(amounts, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("start") >= pl.col("amount_start")) & (pl.col("end") <= pl.col("amount_end")))
        .filter((pl.col("end") - pl.col("start")) < (pl.col("amount_end") - pl.col("amount_start")))
    )
    return scanned.periods.join(inner, on=["start", "end"], how="anti", maintain_order="left")


def _outside_periods(scanned: Scanned) -> pl.DataFrame:
    """The quantities but bare numbers within a period: the twelve of "the last twelve months", the half of "first-half".

    The "9M" of "9M 2023" are no nine million.
    """
    abbreviated = (pl.col("end") - pl.col("start")) <= _ABBREVIATED
    few = (pl.col("value").abs() < _MOST_OF_A_PERIOD) | abbreviated
    small = pl.col("kind").is_in(["plain", "count", "fraction", "multiple"]) & few
    bare = scanned.quantities.filter(small)
    spans = scanned.periods.select("sid", period_start="start", period_end="end")
    within = (pl.col("start") >= pl.col("period_start")) & (pl.col("end") <= pl.col("period_end"))
    within &= (pl.col("end") - pl.col("start")) < (pl.col("period_end") - pl.col("period_start"))
    begun = (
        (pl.col("kind") == "fraction") & (pl.col("start") > pl.col("period_start")) & (pl.col("start") < pl.col("period_end"))
    )
    inner = (
        bare.select("sid", "start", "end", "kind")
        .join(spans, on="sid", how="inner", maintain_order="left")
        .filter(within | begun)  # "in the second half of the year"
    )
    return scanned.quantities.join(inner, on=["start", "end"], how="anti", maintain_order="left")


def _without_beginnings(scanned: Scanned) -> pl.DataFrame:
    """The periods but those that only say since when something holds: "its first loss since 2018".

    Or for how long: "the third quarter in a row" is no third quarter.
    """
    marks = scanned.cues.filter((pl.col("kind") == "mark") & pl.col("code").is_in(["since", "since_behind", "in_a_row"]))
    beside = scanned.periods.select("doc", "sid", "start", "end", "role", "grain", "ordinal", "year").join(
        marks.select("sid", since="code", since_start="start", since_end="end"), on="sid", how="inner", maintain_order="left"
    )
    before = (pl.col("start") - pl.col("since_end")).is_between(0, _SINCE)
    after = (pl.col("since_start") - pl.col("end")).is_between(0, _SINCE)
    behind = after & pl.col("role").is_null()  # "去年10月起"
    beside = beside.filter(
        pl.when(pl.col("since") == "since_behind")
        .then(behind)
        .when(pl.col("since") == "in_a_row")
        .then((before | after) & pl.col("ordinal").is_not_null() & (pl.col("grain") == "quarter") & pl.col("year").is_null())
        .when(scanned.setting("verb_final", beside))
        .then(after)
        .otherwise(before)
    )
    return scanned.periods.join(beside, on=["start", "end"], how="anti", maintain_order="left")
