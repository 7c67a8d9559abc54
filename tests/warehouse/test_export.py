"""Exported files say what the views say, to tools that know nothing of DuckDB."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from tests.warehouse.story import Story
from warehouse.export import DESCRIPTION, FORMS, VIEWS, ExportRefused, Form, export
from warehouse.filing import SQL, build
from warehouse.query import query


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    story = Story().run("one")
    story.article("a", "Zoom\nZoom has 265,000 customers.").fact(
        "a", "Zoom has 265,000 customers.", value="265000", unit="count"
    )
    story.article("b", "Zoom\nZoom koopt Keybase.", language="nl")
    story.fact(
        "b", "Zoom koopt Keybase.", table="fact_market_moves", counterparty="Keybase", move_type="acquisition", is_record=False
    )
    story.processed("a", "b").accept()
    made = tmp_path_factory.mktemp("export") / "file.duckdb"
    build(made, story.projection())
    return made


@pytest.mark.parametrize("form", FORMS)
def test_each_view_is_a_file_with_its_rows(path: Path, tmp_path: Path, form: Form) -> None:
    rows = export(path, tmp_path / "out", form=form)
    assert rows.keys() == set(VIEWS)
    assert {each.name for each in (tmp_path / "out").iterdir()} == {f"{view}.{form}" for view in VIEWS} | {DESCRIPTION}
    read = {"parquet": pl.read_parquet, "arrow": pl.read_ipc, "csv": pl.read_csv}[form]
    for view in VIEWS:
        assert (
            read(tmp_path / "out" / f"{view}.{form}").height == rows[view] == query(path, f"SELECT count(*) FROM {view}").item()
        )


def test_other_tools_read_them(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "out")
    frame = pd.read_parquet(tmp_path / "out" / "financials.parquet")
    assert [int(value) for value in frame["value"]] == [265000]
    assert frame["evidence"][0] == "Zoom has 265,000 customers."
    lazily = pl.scan_parquet(tmp_path / "out" / "deals.parquet").select("counterparty", "languages").collect()
    assert lazily.rows() == [("Keybase", ["nl"])]


def test_every_view_and_column_is_explained(path: Path, tmp_path: Path) -> None:
    export(path, tmp_path / "out")
    told = json.loads((tmp_path / "out" / DESCRIPTION).read_text())
    assert told["views"].keys() == set(VIEWS)
    assert all(view["meaning"] for view in told["views"].values())
    unexplained = [
        f"{name}.{column['name']}"
        for name, view in told["views"].items()
        for column in view["columns"]
        if not column["meaning"]
    ]
    assert unexplained == []


def test_every_comment_of_a_column_is_of_one_that_exists(path: Path) -> None:
    written = tomllib.loads((SQL / "columns.toml").read_text(encoding="utf-8"))
    there = set(query(path, "SELECT table_name, column_name FROM duckdb_columns()").rows())
    views = {view for view, _ in there}
    for view, columns in written.items():
        if view not in ("explained_by", "common"):
            assert {(view, column) for column in columns} <= there
    assert set(written["explained_by"]) | set(written["explained_by"].values()) <= views
    assert set(written["common"]) <= {column for _, column in there}


def test_nothing_is_overwritten(path: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportRefused, match="not empty"):
        export(path, tmp_path)
