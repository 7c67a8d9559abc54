"""JSON payloads of events as typed columns: which fields there are, and what they mean, is events.py."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from transforms.schemas import INSTANT, Schema

if TYPE_CHECKING:
    import duckdb

_MANY: Final = 5_000
"""Payloads from which DuckDB is asked, which takes a third of the time that Polars takes, but 40 ms to begin with."""


def columns(payloads: pl.Series, schema: Schema) -> pl.DataFrame:
    """The fields of `schema` of each JSON object, in order; null where it has none of that name.

    Raises polars.exceptions.ComputeError for a value that is not of its type, and for what is no JSON.
    """
    if payloads.len() >= _MANY:
        import duckdb  # noqa: PLC0415  50 ms, and only for logs of some size

        try:
            return _by_duckdb(payloads, schema)
        except duckdb.Error:
            # Where a field is not there, it refuses all of them.
            pass
    return _by_polars(payloads, schema)


def _by_duckdb(payloads: pl.Series, schema: Schema) -> pl.DataFrame:
    rows = _connection().cursor().from_arrow(payloads.alias("payload").to_frame().to_arrow())
    structure = json.dumps({name: _type(dtype) for name, dtype in schema.items()})
    # The structure is that of a schema of ours.
    frame: pl.DataFrame = rows.project(f"unnest(json_transform_strict(payload, '{structure}'))").pl()
    return frame.cast(pl.Schema(schema))


def _by_polars(payloads: pl.Series, schema: Schema) -> pl.DataFrame:
    # Times are decoded by hand: the JSON decoder reads dates and decimals from strings, but no zone.
    plain = {name: pl.String if dtype == INSTANT else dtype for name, dtype in schema.items()}
    instants = [name for name, dtype in schema.items() if dtype == INSTANT]
    decoded = payloads.str.json_decode(pl.Struct(plain)).struct.unnest()
    return decoded.with_columns(parsed_instant(pl.col(name)) for name in instants)


def parsed_instant(value: pl.Expr) -> pl.Expr:
    """ISO 8601 with microseconds and Z, the one way a payload writes a time -> INSTANT."""
    return value.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One for the process. One thread: who has much to decode does so in threads of his own."""
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(":memory:", config={"threads": 1, "async_threads": 1, "python_enable_replacements": False})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


_PLAIN: Final = {pl.String: "VARCHAR", pl.Int64: "BIGINT", pl.Boolean: "BOOLEAN", pl.Date: "DATE"}


def _type(dtype: Any) -> Any:
    """A type as DuckDB writes it in the structure of a JSON object."""
    match dtype:
        case pl.Struct():
            return {field.name: _type(field.dtype) for field in dtype.fields}
        case pl.List():
            return [_type(dtype.inner)]
        case pl.Decimal():
            return f"DECIMAL({dtype.precision}, {dtype.scale})"
        case pl.Datetime():
            return "TIMESTAMPTZ"
    return _PLAIN[dtype]
