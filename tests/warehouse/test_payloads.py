"""Payloads as columns: the quick way says what the other says, and what it cannot read is left to that one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.schemas import INSTANT, Schema
from warehouse import payloads
from warehouse.events import EVENT_TYPES, PAYLOADS

FIELDS: Schema = {
    "text": pl.String,
    "number": pl.Int64,
    "yes": pl.Boolean,
    "amount": pl.Decimal(38, 6),
    "day": pl.Date,
    "at": INSTANT,
    "inner": pl.Struct({"text": pl.String, "number": pl.Int64}),
    "several": pl.List(pl.Struct({"rule": pl.String, "failed": pl.Int64})),
}
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.none() | st.integers(-(2**53), 2**53)
OBJECTS = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "number": NUMBERS,
        "yes": st.none() | st.booleans(),
        "amount": st.none() | st.decimals(-(10**31), 10**31, places=6).map(lambda value: f"{value:f}"),
        "day": st.none() | st.dates().map(str),
        "at": st.none() | st.datetimes().map(lambda value: f"{value:%Y-%m-%dT%H:%M:%S.%f}Z".rjust(27, "0")),
        "inner": st.fixed_dictionaries({"text": TEXTS, "number": NUMBERS}),
        "several": st.none() | st.lists(st.fixed_dictionaries({"rule": TEXTS, "failed": NUMBERS}), max_size=3),
    }
)


@given(st.lists(OBJECTS, min_size=1, max_size=20), st.booleans())
@settings(max_examples=60, deadline=None)
def test_both_ways_read_the_same(objects, ascii_only):
    written = pl.Series([json.dumps(each, ensure_ascii=ascii_only) for each in objects])
    assert payloads._by_duckdb(written, FIELDS).equals(payloads._by_polars(written, FIELDS))


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_quick_way_knows_the_types_of_every_event(kind):
    blank = pl.Series([json.dumps(dict.fromkeys(PAYLOADS[kind]))])
    assert payloads._by_duckdb(blank, PAYLOADS[kind]).schema == pl.Schema(PAYLOADS[kind])


def test_many_payloads_are_read_the_quick_way_and_where_a_field_lacks_the_other(monkeypatch):
    many = pl.Series(['{"amount": "12.500000", "at": "2020-06-02T20:05:00.000000Z"}'] * payloads._MANY)
    two = {name: FIELDS[name] for name in ("amount", "at")}
    slow = []

    def by_polars(written: pl.Series, fields: Schema) -> pl.DataFrame:
        slow.append(fields)
        return other(written, fields)

    other = payloads._by_polars
    monkeypatch.setattr(payloads, "_by_polars", by_polars)
    assert payloads.columns(many, two).row(-1) == (Decimal("12.5"), datetime(2020, 6, 2, 20, 5, tzinfo=UTC))
    assert not slow
    assert payloads.columns(many, FIELDS).row(-1)[3] == Decimal("12.5")
    assert slow


def test_a_value_that_is_not_of_its_type_is_no_null():
    with pytest.raises(pl.exceptions.ComputeError, match="many"):
        payloads.columns(pl.Series(['{"number": "many"}'] * payloads._MANY), {"number": pl.Int64})
