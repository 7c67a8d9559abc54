"""A sound ledger has no findings; each planted defect has its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.warehouse.story import COMPANIES, Story, sha
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.verify import verify

TEXT = "Title\nZoom took 328.2 million dollars."
REVENUE = "Zoom took 328.2 million dollars"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    story = Story().run("run-1").article("a", TEXT).fact("a", REVENUE, value="328200000", fact_id="f1", mention="Zoom")
    home = Home(tmp_path_factory.mktemp("sound"))
    log, content = story.processed("a").accept().write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    return home.root


@pytest.fixture
def home(sound, tmp_path) -> Home:
    """A copy of a sound ledger, to be damaged."""
    return Home(shutil.copytree(sound, tmp_path / "ledger", symlinks=True))


def tamper(home: Home, sql: str) -> None:
    path = home.current.resolve()
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


def test_a_sound_ledger_has_no_findings(home):
    assert verify(home) == []


def test_a_home_without_anything_has_no_findings(tmp_path):
    assert verify(Home(tmp_path).create()) == []


def test_a_changed_value_is_found(home):
    tamper(home, "UPDATE fact_financials SET value = value + 1")
    assert any("content digest" in finding.what for finding in verify(home))


def test_a_changed_evidence_is_found(home):
    tamper(home, "UPDATE fact_financials SET evidence = 'Zoom took 999 million dollars'")
    file, words = verify(home)
    assert "not the file that was published" in file.what
    assert (words.what, words.severity) == ("evidence is not what its span cuts out of the text", "error")
    assert "f1" in words.where


def test_a_log_that_says_something_else_is_found(home):
    tamper(home, "UPDATE dim_company SET name = 'Zoomed'")
    assert any("a rebuild from position 0" in finding.what for finding in verify(home))


def test_a_torn_log_is_found_and_nothing_is_compared_to_it(home):
    data = next(home.log.glob("*.parquet"))
    data.write_bytes(data.read_bytes()[:-9])
    findings = verify(home)
    assert any(finding.where.startswith("log") for finding in findings)
    assert findings[-1].severity == "warning"


def test_a_changed_text_is_found(home):
    data = next(home.content.glob("*.parquet"))
    raw = bytearray(data.read_bytes())
    raw[len(raw) // 3] ^= 0xFF
    data.write_bytes(bytes(raw))
    assert any(finding.where.startswith("content") for finding in verify(home))


def test_a_link_to_nothing_is_found(home):
    home.current.resolve().unlink()
    assert [finding.what for finding in verify(home)] == ["points at a file that is gone: publish again"]


def test_an_unpublished_run_is_a_warning(home):
    home.current.unlink()
    assert [finding.severity for finding in verify(home)] == ["warning"]


def test_erased_texts_are_a_warning(home, monkeypatch):
    monkeypatch.setattr("warehouse.content.ContentStore.holds", lambda self, hashes, text=False: set(hashes) - {sha(TEXT)})
    findings = verify(home)
    assert [finding.severity for finding in findings] == ["warning"]
    assert isinstance(findings[0].what, str)
    assert pl.Series([str(finding) for finding in findings]).str.contains("no longer in the content store").all()


def test_any_byte_of_the_published_file_counts(home):
    file = home.current.resolve()
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    file.write_bytes(content)
    assert any("not the file that was published" in finding.what for finding in verify(home))
