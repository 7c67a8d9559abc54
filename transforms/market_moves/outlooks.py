"""Outlooks raised or cut without a word for it: told by the figures, the new outlook beside the one it replaces.

Only where the article says it in no words: words are the surer sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import financials

if TYPE_CHECKING:
    from transforms.scan import Scanned

_MOVE: Final = "guidance_change"
_APART: Final = 2
"""So many sentences may lie between the new outlook and the one that it replaces."""
_SAME: Final = ("doc", "company_id", "metric", "segment", "measure", "unit")


def from_figures(scanned: Scanned, told: pl.DataFrame) -> pl.DataFrame:
    """Matches for articles that `told` (doc, move_type) has none of: order, move_type, direction, rule, confidence, places."""
    figures = financials.link(scanned)
    silent = figures.join(told.filter(pl.col("move_type") == _MOVE).select("doc"), on="doc", how="anti")
    middle = (pl.col("value") + pl.coalesce("value_high", "value")) / 2
    places = scanned.quantities.select(value_start="start", sid="sid", cid="cid")
    places = places.unique("value_start", keep="first", maintain_order=True)
    placed = silent.join(places, on="value_start", how="inner", maintain_order="left").with_columns(middle=middle)
    new = placed.filter(pl.col("basis") == "guidance")
    old = placed.filter(pl.col("basis") == "prior_guidance").select(
        *_SAME, old="middle", old_sid="sid", old_end="period_end", old_type="period_type"
    )
    pairs = new.join(old, on=list(_SAME), how="inner", nulls_equal=True, maintain_order="left")
    # What a company had foreseen for the quarter just ended is no outlook that the one for the next replaces.
    same_time = (pl.col("old_end") == pl.col("period_end")).fill_null(value=True)
    same_time &= (pl.col("old_type") == pl.col("period_type")).fill_null(value=True)  # nor the year one for its last quarter
    pairs = pairs.filter((pl.col("sid") - pl.col("old_sid")).abs() <= _APART, pl.col("middle") != pl.col("old"), same_time)
    pairs = pairs.sort("value_start", maintain_order=True).unique("doc", keep="first", maintain_order=True)
    edges = {f"{span}_{edge}": f"value_{edge}" for span in ("anchor", "trigger") for edge in ("start", "end")}
    return pairs.select(
        "sid", "cid", "doc",
        start="value_start",
        end="value_end",
        order=pl.lit(0),
        move_type=pl.lit(_MOVE),
        direction=pl.when(pl.col("middle") > pl.col("old")).then(pl.lit("up")).otherwise(pl.lit("down")),
        rule=pl.lit("guidance_change.figures"),
        confidence=pl.lit(0.7),
        **edges,
    )  # fmt: skip
