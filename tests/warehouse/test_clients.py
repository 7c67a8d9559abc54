"""The published file as analysts open it without us: the examples of the README, as far as the tool is installed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.warehouse.story import Story
from warehouse.filing import build

REVENUE = "Zoom took 328.2 million dollars"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    story = Story().run("run-1").article("a", f"Title\n{REVENUE}.")
    story.fact("a", REVENUE, value="328200000", value_step="100000", mention="Zoom").processed("a").accept()
    file = tmp_path_factory.mktemp("clients") / "current.duckdb"
    build(file, story.projection())
    file.chmod(0o444)
    return file


def test_polars(path):
    with duckdb.connect(path, read_only=True) as connection:
        frame = connection.sql("SELECT company_name, value, evidence FROM financials").pl()
    assert isinstance(frame, pl.DataFrame)
    assert frame.rows() == [("Zoom", 328200000, REVENUE)]


def test_pandas(path):
    with duckdb.connect(path, read_only=True) as connection:
        frame = connection.sql("SELECT company_name, value, evidence FROM financials").df()
    assert frame["evidence"].tolist() == [REVENUE]
    assert frame["value"].tolist() == [328200000]


def test_ibis(path):
    """`uv run --isolated --with 'ibis-framework[duckdb]' pytest tests/warehouse/test_clients.py`; skipped without ibis."""
    ibis = pytest.importorskip("ibis")
    connection = ibis.duckdb.connect(path, read_only=True)
    table = connection.table("financials")
    found = table.filter(table.company_name == "Zoom").select("value", "evidence").execute()
    assert found["evidence"].tolist() == [REVENUE]
