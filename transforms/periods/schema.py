"""What a period span and a resolved period are: the columns that the modules of this package hand each other."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.schemas import Schema

PERIOD_SPANS: Final[Schema] = {
    "start": pl.Int64,
    "end": pl.Int64,
    "grain": pl.String,  # quarter half nine_months year month instant day; null: that of the period compared with
    "ordinal": pl.Int64,  # quarter 1-4, half 1-2, month 1-12
    "year": pl.Int64,
    "relative": pl.Int64,  # 0 the running one, -1 the one before, 1 the next; null where not said
    "fiscal": pl.Boolean,  # said to be fiscal
    "role": pl.String,  # "comparative" for "a year earlier" and "in the previous quarter"
    "compared_to": pl.String,  # of a comparative: year_ago or previous_period
    "start_month": pl.Int64,  # of a range of months
    "end_month": pl.Int64,  # "three months to July"
    "day": pl.Int64,
    "weekday": pl.Int64,  # 1 is Monday
    "fye": pl.Int64,  # month in which the article says that a fiscal year ends
    "anchor": pl.Date,  # the article's own time, where it has no publication time
}
"""One row a period span."""
RESOLVED: Final[Schema] = {"period_type": pl.String, "period_start": pl.Date, "period_end": pl.Date, "fiscal_period": pl.String}
