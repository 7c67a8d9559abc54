"""The published file as analysts open it without us: by the examples of the README."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest

from tests.warehouse.story import Story
from warehouse.filing import build

README = Path(__file__).parents[2] / "README.md"
REVENUE = "Zoom took 328.2 million dollars"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    story = Story().run("run-1").article("a", f"Title\n{REVENUE}.")
    story.fact("a", REVENUE, value="328200000", value_step="100000", mention="Zoom").processed("a").accept()
    file = tmp_path_factory.mktemp("clients") / "current.duckdb"
    build(file, story.projection())
    file.chmod(0o444)
    return file


@pytest.fixture(scope="module")
def examples(path: Path) -> dict[str, Any]:
    """The names that the README's examples leave behind, run on a published file as they stand there."""
    section = README.read_text(encoding="utf-8").partition("`newsledger status` tells where")[2].partition("\n## ")[0]
    found: dict[str, Any] = {"path": path}
    with warnings.catch_warnings():
        # DuckDB says that what Ibis calls makes a copy.
        warnings.simplefilter("ignore", UserWarning)
        for example in re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL):
            exec(compile(example, str(README), "exec"), found)
    return found


def test_polars(examples):
    frame = examples["polars_frame"]
    assert isinstance(frame, pl.DataFrame)
    assert frame.rows() == [("Zoom", 328200000, REVENUE)]


def test_pandas(examples):
    frame = examples["pandas_frame"]
    assert frame["evidence"].tolist() == [REVENUE]
    assert frame["value"].tolist() == [328200000]


def test_ibis(examples):
    frame = examples["ibis_frame"]
    assert frame["evidence"].tolist() == [REVENUE]
    assert frame["value"].tolist() == [328200000]
    assert examples["financials"].company_name.type().is_string()


def test_ibis_still_needs_its_names(path):
    """Once this fails, Ibis knows DuckDB 2, and the README needs no class of its own for it."""
    with pytest.raises(AttributeError, match="fetch_arrow_table"):
        ibis.duckdb.connect(path, read_only=True).list_tables()
