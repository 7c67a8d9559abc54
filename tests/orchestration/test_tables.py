"""Frames become JSON, CSV, Parquet and tables without losing a digit."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from orchestration.tables import json_lines, plain_number, render_frame, write_frame

FRAME = pl.DataFrame(
    {
        "value": [Decimal("328200000.000000"), Decimal("0.330000"), None],
        "when": [dt.datetime(2020, 6, 2, 20, 30, tzinfo=dt.UTC), None, None],
        "day": [dt.date(2020, 4, 30), None, None],
        "share": [0.5, float("nan"), float("inf")],
        "words": ["“Zoom” \n 中", "a,b", None],
        "members": [["a", "b"], [], None],
    },
    schema_overrides={"value": pl.Decimal(38, 6)},
)


def test_json_lines_keep_decimals_as_numbers_and_dates_as_iso() -> None:
    lines = list(json_lines(FRAME))
    assert '"value": 328200000,' in lines[0]
    assert '"value": 0.33,' in lines[1]
    rows = [json.loads(line) for line in lines]
    assert (rows[0]["when"], rows[0]["day"]) == ("2020-06-02T20:30:00Z", "2020-04-30")
    assert [row["share"] for row in rows] == [0.5, None, None]
    assert [row["members"] for row in rows] == [["a", "b"], [], None]
    assert rows[0]["words"] == "“Zoom” \n 中"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.000000", "0"),
        ("-0.000000", "0"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("99999999999999999999.5", "99999999999999999999.5"),
    ],
)
def test_numbers_have_no_exponent_and_no_idle_zeros(value: str, text: str) -> None:
    assert plain_number(Decimal(value)) == text


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "table"])
def test_files_of_every_format(tmp_path: Path, form: str) -> None:
    write_frame(FRAME, form, tmp_path / "out")
    assert (tmp_path / "out").stat().st_size > 50
    if form == "json":
        assert len(json.loads((tmp_path / "out").read_text())) == 3


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, form: str) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        write_frame(FRAME, form, tmp_path / "gone" / "out")
    assert raised.value.filename == str(tmp_path / "gone" / "out")


@pytest.mark.parametrize("columns", [1, 3, 40])
@pytest.mark.parametrize("width", [60, 100])
def test_tables_fit_the_terminal_and_say_what_they_leave_out(columns: int, width: int) -> None:
    frame = pl.DataFrame({f"column_{number}": ["some words of a cell " * 4] * 60 for number in range(columns)})
    out = io.StringIO()
    render_frame(frame, Console(file=out, width=width), rows=50)
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert "50 of 60 rows" in text
