"""Periods and dates in text: where they stand, what they say, and which days they cover.

`on_tape` reads words into parts (grain, ordinal, year, relation to the time of writing); `resolve` sets the parts
against the publication time and the fiscal calendar of a company. Which fact a period belongs to is decided elsewhere.
The one idea: a lexicon's words become letters on a second tape (Q for "quarter", O for "second"), and one grammar over
letters serves every language, so that a language adds words and no rules. Read `words`, `grammar`, `hints`, `dates`,
`defaults` in this order.
"""

from __future__ import annotations

from transforms.periods.dates import LAG, fiscal_months, fiscal_name, resolve, year_to_date
from transforms.periods.defaults import default_outlook, default_period
from transforms.periods.grammar import on_tape
from transforms.periods.schema import PERIOD_SPANS, RESOLVED

__all__ = [
    "LAG",
    "PERIOD_SPANS",
    "RESOLVED",
    "default_outlook",
    "default_period",
    "fiscal_months",
    "fiscal_name",
    "on_tape",
    "resolve",
    "year_to_date",
]
