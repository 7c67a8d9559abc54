"""Which period a number is of: its own, that of the numbers before it, or the year before for a comparative.

Period spans and their dates come from `periods`; here they are only given to numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import periods
from transforms.schemas import PERIOD_TYPES

if TYPE_CHECKING:
    from transforms.financials.context import Context

_FLOWS: Final = tuple(t for t in PERIOD_TYPES if t != "instant")
_SPAN: Final = tuple(c for c in periods.PERIOD_SPANS if c not in ("start", "end", "compared_to"))
_DATED: Final = ("period_type", "period_start", "period_end", "fiscal_period")


def with_period(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add period_type, period_start, period_end and fiscal_period. `rows` has company_id, period_role, basis and instant."""
    docs = context.scanned.tape.docs.select("doc", "published_at", "published_precision")
    own = _own_span(rows, context)
    dated = periods.resolve(own.join(docs, on="doc", how="left", maintain_order="left"))
    return _as_instant(_with_comparative(_carried(dated))).drop(*_SPAN)


def _own_span(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Rows with the parts of the period span of their sentence that is said of them; null parts where there is none.

    A span in the number's own clause wins over one before it, and that over one after it. A comparative takes a span
    only from its own clause: "a year earlier" has no grain of its own and says nothing that the year before does not.
    """
    spans = context.scanned.periods.filter(pl.col("sid").is_not_null() & pl.col("grain").is_not_null()).select(
        "sid", *_SPAN, span_start="start", span_end="end", span_cid="cid"
    )
    later = pl.col("period_role") == "comparative"
    pairs = rows.select("number", "sid", "cid", "start", "end", "period_role", "instant").join(spans, on="sid", how="inner")
    ahead = pl.col("span_start") < pl.col("start")
    same = pl.col("cid") == pl.col("span_cid")
    gap = pl.when(ahead).then(pl.col("start") - pl.col("span_end")).otherwise(pl.col("span_start") - pl.col("end"))
    dated = pl.col("grain").is_in([*_FLOWS]) | pl.col("instant")
    pairs = pairs.filter(dated & (pl.when(later).then(same & pl.col("year").is_not_null()).otherwise(pl.col("role").is_null())))
    cost = gap.clip(0, None) + 60 * (~same).cast(pl.Int64) + 60 * (~ahead).cast(pl.Int64)
    best = (
        pairs.with_columns(cost=cost).sort("number", "cost", "span_start").unique("number", keep="first", maintain_order=True)
    )
    return rows.join(best.select("number", *_SPAN), on="number", how="left", maintain_order="left")


def _carried(dated: pl.DataFrame) -> pl.DataFrame:
    """Rows without a period take that of the row before them, outlooks from outlooks; the first ones that of the next.

    A flow never takes the date of a balance.
    """
    group = ["doc", "company_id", pl.col("basis").is_in(["guidance", "prior_guidance"])]
    dated = dated.with_columns(own=pl.col("period_end").is_not_null())
    said = pl.col("own") & (pl.col("period_role") == "current")
    flow = said & pl.col("period_type").is_in(_FLOWS)

    def carried(column: str, known: pl.Expr) -> pl.Expr:
        value = pl.when(known).then(column)
        forward = value.fill_null(strategy="forward").over(group, order_by="number")
        return forward.fill_null(value.fill_null(strategy="backward").over(group, order_by="number"))

    return dated.with_columns(
        pl.when("own").then(pl.col(c)).when("instant").then(carried(c, said)).otherwise(carried(c, flow)).alias(c)
        for c in _DATED
    )


def _with_comparative(dated: pl.DataFrame) -> pl.DataFrame:
    """A comparative without dates of its own has those of the period before: a year earlier, or three months where so said."""
    shifted = (pl.col("period_role") == "comparative") & ~pl.col("own")
    back = pl.when(pl.col("compared_hint") == "previous_period").then(pl.lit("-3mo")).otherwise(pl.lit("-1y"))
    month_end = pl.col("period_end") == pl.col("period_end").dt.month_end()
    earlier_end = pl.col("period_end").dt.offset_by(back)
    earlier_year = pl.col("fiscal_period").str.extract(r"^FY(\d{4})", 1).cast(pl.Int64, strict=False) - 1
    renamed = pl.lit("FY") + earlier_year.cast(pl.String) + pl.col("fiscal_period").str.slice(6)
    yearly = pl.col("compared_hint").is_null() | (pl.col("compared_hint") != "previous_period")
    return dated.with_columns(
        period_start=pl.when(shifted).then(pl.col("period_start").dt.offset_by(back)).otherwise("period_start"),
        period_end=pl.when(shifted)
        .then(pl.when(month_end).then(earlier_end.dt.month_end()).otherwise(earlier_end))
        .otherwise("period_end"),
        fiscal_period=pl.when(shifted).then(pl.when(yearly).then(renamed)).otherwise("fiscal_period"),
    )


def _as_instant(dated: pl.DataFrame) -> pl.DataFrame:
    """A balance or count is dated at the end of its period; customers won in a period keep the period."""
    at_date = pl.col("instant") & (pl.col("segment").is_null() | (pl.col("segment") != "new"))
    return dated.with_columns(
        period_type=pl.when(at_date).then(pl.lit("instant")).otherwise("period_type"),
        period_start=pl.when(at_date).then("period_end").otherwise("period_start"),
    )
