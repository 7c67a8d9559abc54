"""Configured sources in Dagster and on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration import pipeline
from orchestration.cli import answer
from orchestration.definitions import build_defs
from orchestration.defs.origins import asset_key, observations, sources_table
from orchestration.defs.resources import ArticleSource, LedgerResource
from orchestration.outcomes import SourceCount
from orchestration.pipeline import Ledger
from orchestration.sources.base import InputProblem
from orchestration.sources.config import load
from orchestration.sources.configured import ConfiguredSources
from orchestration.words import where_in_words
from tests.orchestration.sources.making import lines
from warehouse.home import Home

TWO = '[sources.drop]\nkind = "folder"\npath = "inbox"\n[sources.wire]\nkind = "records"\npath = "wire.jsonl"\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A ledger with two sources, of which one has an article, one three and a problem."""
    (tmp_path / "sources.toml").write_text(TWO)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text("text")
    (tmp_path / "wire.jsonl").write_bytes(lines({"text": "one"}, {"text": "two"}, {"no": "text"}, {"text": "three"}))
    return Home(tmp_path / "ledger")


def test_each_source_is_an_asset_upstream_of_the_articles(home: Home) -> None:
    graph = build_defs({"ledger": LedgerResource(folder=str(home.root))}).resolve_asset_graph()
    node = graph.get(dg.AssetKey("raw_articles"))
    assert node.parent_keys == {asset_key("drop"), asset_key("wire")}
    assert "wire.jsonl" in (graph.get(asset_key("wire")).description or "")


def test_a_sources_toml_that_is_wrong_leaves_the_definitions_whole_and_fails_the_run(home: Home) -> None:
    (home.root.parent / "sources.toml").write_text("[sources")
    build_defs({"ledger": LedgerResource(folder=str(home.root))}).resolve_asset_graph()
    with pytest.raises(Exception, match="line 1, no TOML"):
        ArticleSource().source(home)


def test_the_demo_ledger_has_no_sources(home: Home) -> None:
    assert ArticleSource().source(Home(home.root.parent / "demo")).name == "landing folder"


def test_each_source_has_its_own_counts(home: Home) -> None:
    home.create()
    source = ArticleSource().source(home)
    done = pipeline.receive(Ledger.open(home), source, run_id="one", command="test")
    assert done.sources == {"drop": SourceCount(1, 1, 0, 0), "wire": SourceCount(3, 3, 0, 1)}
    assert (done.seen, done.new, len(done.problems)) == (4, 4, 1)
    again = pipeline.receive(Ledger.open(home), source, run_id="two", command="test")
    assert again.sources["wire"].unchanged == 3
    seen = {each.asset_key: each.metadata["new"].value for each in observations(done.sources, home)}
    assert seen == {asset_key("drop"): 1, asset_key("wire"): 3}
    assert [record.data["source"] for record in sources_table(done.sources).records] == ["drop", "wire"]


def test_problems_without_end_are_counted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "PROBLEMS_KEPT", 3)
    for number in range(9):
        (home.root.parent / "inbox" / f"{number}.txt.gz").write_bytes(b"x")
    done = pipeline.receive(Ledger.open(home), ArticleSource().source(home), run_id="one", command="test")
    assert len(done.problems) == 4
    assert done.problems[-1] == InputProblem("sources.toml", "7 more problems")


def test_check_tells_what_each_source_gives(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")  # however long the path of the folder is
    assert answer(["sources", "check", "--home", str(home.root.parent)]) == 0
    out = capsys.readouterr().out
    assert "4 bytes of text/plain" in out
    assert "wire" in out
    assert not home.root.exists()
    (home.root.parent / "wire.jsonl").unlink()
    assert answer(["sources", "check", "--home", str(home.root.parent)]) == 3
    assert "no such file" in capsys.readouterr().out


def test_a_mistake_is_usage_and_names_line_and_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.toml").write_text('[sources.a]\nkind = "feed"\nurl = "x"\n')
    for command in (["sources", "check"], ["run"]):
        assert answer([*command, "--home", str(tmp_path / "home"), "--sources", str(tmp_path / "own.toml")]) == 2
        assert "own.toml: line 3, sources.a.url: must be an address" in capsys.readouterr().err


def test_init_writes_a_file_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["sources", "init", "--home", str(tmp_path)]) == 0
    assert load(tmp_path / "sources.toml")
    assert answer(["sources", "init", "--home", str(tmp_path)]) == 2


def test_run_without_a_path_asks_the_sources_where_there_are_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sources.toml").write_text('[sources.drop]\nkind = "folder"\npath = "inbox"\n')
    (tmp_path / "inbox").mkdir()
    assert answer(["run", "--home", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["received"], told["ledger"]) == ("nothing new", 0, str(tmp_path / "ledger"))
    assert not (tmp_path / "demo").exists()
    (tmp_path / "inbox" / "a.txt.gz").write_bytes(b"x")
    assert answer(["run", "--home", str(tmp_path), "--quiet"]) == 3
    assert "a.txt.gz: cut off" in capsys.readouterr().err
    assert answer(["run", "--home", str(tmp_path), "--demo", str(tmp_path)]) == 2


def test_a_place_in_words() -> None:
    assert where_in_words("file:///news/a%20b%0A.jsonl#12") == "/news/a b\\n.jsonl:12"
    assert where_in_words("file:///news/a.zip!/b.txt") == "/news/a.zip!/b.txt"
    assert where_in_words("https://a.example/?q#x") == "https://a.example/?q#x"


def test_a_state_is_written_behind_the_ledger_and_not_before(home: Home) -> None:
    source = ArticleSource().source(home)
    assert isinstance(source, ConfiguredSources)
    assert source.states == home.sources
