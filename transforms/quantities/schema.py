"""What a span of a quantity has."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from transforms.schemas import VALUE

QUANTITIES: Final[dict[str, Any]] = {
    "start": pl.Int64,  # the whole expression with currency, scale and unit, without its comparator
    "end": pl.Int64,
    "number_start": pl.Int64,  # the digits or number words alone
    "number_end": pl.Int64,
    "kind": pl.String,  # one of KINDS
    "value": VALUE,  # signed as written
    "value_high": VALUE,  # of a range
    "value_step": VALUE,  # the place of the last stated digit
    "value_other": VALUE,  # the second reading of an ambiguous number
    "unit": pl.String,  # ISO 4217, percent, count, multiple, or null
    "currency_hint": pl.String,  # of a count: the currency the article counts in, should the number turn out to be money
    "comparator": pl.String,
    "comparator_start": pl.Int64,
    "sign": pl.Int8,
    "ambiguous": pl.Boolean,
}


KINDS: Final = ("money", "percent", "points", "count", "multiple", "fraction", "ordinal", "plain")
NAMED: Final = 3
"""Letters of an ISO 4217 code; shorter ones name a family."""


def decimal(number: int | str) -> pl.Expr:
    """A number as a value."""
    return pl.lit(str(number)).cast(VALUE)
