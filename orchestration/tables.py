"""Frames for people and for machines: a table that fits the terminal, CSV, JSON, Parquet.

JSON has dates in ISO 8601 and decimals as plain numbers, digit for digit: they never pass through a
binary float.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDEST_CELL: Final = 400


def plain_number(value: Decimal) -> str:
    """A decimal as JSON writes a number: no exponent, no zeros behind that say nothing."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def json_value(value: Any) -> str:
    """One value as JSON text."""
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {json_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_value, value)) + "]"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return json.dumps(iso(value))
    if isinstance(value, bytes):
        return json.dumps(value.hex())
    if isinstance(value, float) and value not in (float("inf"), float("-inf")) and value == value:  # noqa: PLR0124 - not NaN
        return json.dumps(value)
    if isinstance(value, float):
        return "null"
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(str(value), ensure_ascii=False)


def iso(value: dt.datetime | dt.date | dt.time) -> str:
    """ISO 8601, in UTC with a Z where there is a zone."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()


def json_lines(frame: pl.DataFrame) -> Iterable[str]:
    """Each row as one line of JSON, columns in their order."""
    names = [json.dumps(name) for name in frame.columns]
    for row in frame.iter_rows():
        yield "{" + ", ".join(f"{name}: {json_value(value)}" for name, value in zip(names, row, strict=True)) + "}\n"


def write_frame(frame: pl.DataFrame, form: str, output: Path | None) -> None:
    """Write a frame as `csv`, `json` (an array of objects), `table` or `parquet`, into a file or to standard output."""
    if form == "parquet":
        # Opened here: what Polars says of a folder that is not there names no file.
        with nullcontext(sys.stdout.buffer) if output is None else output.open("wb") as file:
            frame.write_parquet(file)
        return
    if form == "json":
        text = "[\n" + ",\n".join(line.rstrip("\n") for line in json_lines(frame)) + "\n]\n"
    elif form == "csv":
        text = _flat(frame).write_csv()
    else:
        console = Console(width=200, record=True, file=io.StringIO())
        render_frame(frame, console, rows=None)
        text = console.export_text()
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")


def render_frame(frame: pl.DataFrame, console: Console, *, rows: int | None) -> None:
    """A frame as a table as wide as the terminal; `rows` limits how many are shown, and says so.

    A row that would need more columns than fit is shown column by column instead.
    """
    shown = frame if rows is None else frame.head(rows)
    if len(frame.columns) * 12 > console.width and len(frame.columns) > 3:
        _render_records(shown, console)
    else:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for name, dtype in shown.schema.items():
            numeric = dtype.is_numeric()
            table.add_column(name, justify="right" if numeric else "left", overflow="fold")
        for row in shown.iter_rows():
            table.add_row(*(cell(value) for value in row))
        console.print(table)
    count = f"{frame.height} row{'' if frame.height == 1 else 's'}"
    if shown.height < frame.height:
        count = f"{shown.height} of {count}; --format csv or -o FILE gives all"
    console.print(Text(count, style="dim"))


def _render_records(frame: pl.DataFrame, console: Console) -> None:
    width = max((len(name) for name in frame.columns), default=0)
    for number, row in enumerate(frame.iter_rows(), start=1):
        console.print(Text(f"row {number}", style="bold"))
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", min_width=width, no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in zip(frame.columns, row, strict=True):
            if value is not None:
                table.add_row(f"  {name}", cell(value))
        console.print(table)


def cell(value: Any) -> Text:
    """One value for reading."""
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, Decimal):
        return Text(plain_number(value))
    if isinstance(value, dt.datetime):
        return Text(iso(value.replace(microsecond=0)))
    if isinstance(value, dt.date | dt.time):
        return Text(iso(value))
    text = " ".join(str(value).split()) if isinstance(value, str) else str(value)
    return Text(text if len(text) <= WIDEST_CELL else f"{text[: WIDEST_CELL - 1]}…")


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that CSV cannot hold as JSON text."""
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype == pl.Binary]
    texts = {name: [json_value(value) for value in frame[name].to_list()] for name in nested}
    return frame.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in texts.items())
