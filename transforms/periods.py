"""Periods and dates in text: where they stand, what they say, and which days they cover.

`on_tape` reads words into parts (grain, ordinal, year, relation to the time of writing); `resolve` sets the parts
against the publication time and the fiscal calendar of a company. Which fact a period belongs to is decided elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.schemas import Schema

if TYPE_CHECKING:
    from transforms.spans import Tape

PERIOD_SPANS: Final[Schema] = {
    "start": pl.Int64,
    "end": pl.Int64,
    "grain": pl.String,  # quarter half nine_months year month instant day; null: that of the period compared with
    "ordinal": pl.Int64,  # quarter 1-4, half 1-2, month 1-12
    "year": pl.Int64,
    "relative": pl.Int64,  # 0 the running one, -1 the one before, 1 the next; null where not said
    "fiscal": pl.Boolean,  # said to be fiscal
    "role": pl.String,  # "comparative" for "a year earlier" and "in the previous quarter"
    "start_month": pl.Int64,  # of a range of months
    "end_month": pl.Int64,  # "three months to July"
    "day": pl.Int64,
}
"""One row a period span."""


def on_tape(tape: Tape) -> pl.DataFrame:
    """One row a period or date on the tape: the columns of `PERIOD_SPANS`, sorted by start."""
    del tape
    return pl.DataFrame(schema=PERIOD_SPANS)


def resolve(frame: pl.DataFrame) -> pl.DataFrame:
    """Add period_type, period_start, period_end and fiscal_period to period spans."""
    return frame.with_columns(
        period_type=pl.lit(None, pl.String),
        period_start=pl.lit(None, pl.Date),
        period_end=pl.lit(None, pl.Date),
        fiscal_period=pl.lit(None, pl.String),
    )
