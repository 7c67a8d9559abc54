"""Published files: what is accepted gets out, whole or not at all, and opens everywhere."""

from __future__ import annotations

import fcntl
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse.story import COMPANIES, Story
from warehouse.content import ContentStore
from warehouse.errors import NothingPublished, PublishRefused
from warehouse.filing import build, build_from_zero, check, digest_of
from warehouse.home import Home
from warehouse.increment import advance
from warehouse.log import EventLog
from warehouse.publish import (
    Published,
    current_publication,
    is_as_published,
    publish,
    rebuild,
)
from warehouse.query import query
from warehouse.staging import Verdict, write_verdict
from warehouse.tables import TABLES

REVENUE = "Zoom took 328.2 million dollars"


def told(articles: str = "a") -> Story:
    story = Story()
    for index, name in enumerate(articles):
        story.run(f"run-{index}").article(name, f"Title {name}\n{REVENUE}.")
        story.fact(name, REVENUE, value="328200000", value_step="100000", fact_id=f"f-{name}", fiscal_period="FY2021Q1")
        story.processed(name).accept()
    return story


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "ledger")


@dataclass(frozen=True)
class Ledger:
    """A ledger of one article and its first publication."""

    home: Home
    log: EventLog
    content: ContentStore
    first: Published

    def publish(self, **options: Any) -> Published:
        given: dict[str, Any] = {"log": self.log, "content": self.content, "companies": COMPANIES, **options}
        return publish(self.home, **given)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    home = Home(tmp_path_factory.mktemp("template"))
    log, content = told().write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    return home.root


@pytest.fixture
def ledger(template, tmp_path) -> Ledger:
    """A copy of it, made once for all: a home can be moved as a whole."""
    home = Home(shutil.copytree(template, tmp_path / "copy", symlinks=True))
    first = current_publication(home)
    assert first is not None
    return Ledger(home, EventLog.open(home), ContentStore.open(home), first)


def test_what_was_accepted_can_be_queried(home):
    story = told()
    log, content = story.write(home)
    done = publish(home, log=log, content=content, companies=COMPANIES)
    assert (done.position, done.changed) == (story.head, True)
    assert query(home, "SELECT company_name, title, evidence FROM financials").rows() == [("Zoom", "Title a", REVENUE)]


def test_the_file_is_named_read_only_and_linked(ledger):
    path = ledger.first.path
    assert path.name == f"{ledger.first.position}-{ledger.first.content_digest[:16]}.duckdb"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert ledger.home.current.is_symlink()
    assert ledger.home.current.readlink() == Path(path.name), "relative, so that a home can be moved"
    assert {each.name for each in ledger.home.published.iterdir()} == {
        ".lock",
        path.name,
        f"{path.stem}.sha256",
        "current.duckdb",
    }


def test_publishing_again_does_nothing(ledger):
    written = ledger.first.path.stat().st_mtime_ns
    assert ledger.publish() == ledger.first
    assert not ledger.first.changed
    assert ledger.first.path.stat().st_mtime_ns == written


def test_other_companies_make_another_file_of_the_same_position(ledger):
    second = ledger.publish(companies=COMPANIES.with_columns(pl.col("name").str.to_uppercase()))
    assert second.position == ledger.first.position
    assert second.path != ledger.first.path
    assert query(ledger.home, "SELECT company_name FROM financials").item() == "ZOOM"


def test_rebuild_arrives_at_the_published_digest(home):
    story = told("a")
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    story.run("run-9").article("b", f"Title b\n{REVENUE}.").processed("b").accept()
    log, content = story.write(home)
    done = publish(home, log=log, content=content, companies=COMPANIES)
    assert rebuild(home, log=log, companies=COMPANIES) == done.content_digest == digest_of(done.path)


def test_a_long_log_is_built_in_stretches(home, tmp_path):
    story = told("abc")
    log, content = story.write(home)
    path = tmp_path / "x.duckdb"
    made = build_from_zero(path, log, content, COMPANIES, upto=story.head, stretch=3)
    assert made.content_digest == digest_of(path) == rebuild(home, log=log, companies=COMPANIES)
    assert check(path, made) == []
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE fact_financials SET unit = 'EUR'")
    assert [problem.where for problem in check(path, made)] == ["hashes of the first rows of fact_financials"]


@pytest.fixture
def starts(monkeypatch) -> list[int]:
    """Positions of the files that publications started from."""
    found: list[int] = []

    def seen(*args: Any, after: int, **options: Any) -> Any:
        found.append(after)
        return advance(*args, after=after, **options)

    monkeypatch.setattr("warehouse.publish.advance", seen)
    return found


def test_a_publication_starts_from_the_last_one(ledger, starts, monkeypatch):
    monkeypatch.setattr("warehouse.publish._LARGE", 1)
    story = told("abc")
    log, content = story.write(ledger.home)
    second = ledger.publish(log=log, content=content)
    assert starts == [], "most of it is new"
    assert [path.name for path in ledger.home.published.glob(".spare-*")] == [f".spare-{second.path.name}"]
    story.run("run-9").article("d", f"Title d\n{REVENUE}.").processed("d").accept()
    log, content = story.write(ledger.home)
    third = ledger.publish(log=log, content=content)
    assert starts == [second.position]
    assert third.content_digest == digest_of(third.path) == rebuild(ledger.home, log=log, companies=COMPANIES)
    assert is_as_published(third.path)
    assert query(second.path, "SELECT count(*) FROM articles").item() == 3, "the file it started from is as it was"


def test_nothing_of_a_file_from_before_a_withdrawal_is_carried_on(home, starts):
    story = told("abc")
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    payload = {"uri": "u", "content_sha256": story.read["b"][0], "reason": "asked", "by": "me"}
    story.run("run-9").retract("b", "f-b", reason="article_withdrawn").add("article/b", "ArticleWithdrawn", payload).accept()
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    assert starts == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"PROJECTION_VERSION": "0"}, id="projection"),
        pytest.param({"definition_digest": lambda: "other"}, id="views"),
    ],
)
def test_a_file_of_another_kind_is_no_start(home, starts, monkeypatch, other):
    story = told("abc")
    log, content = story.write(home)
    with monkeypatch.context() as patch:
        for name, value in other.items():
            patch.setattr(f"warehouse.filing.{name}", value)
        publish(home, log=log, content=content, companies=COMPANIES)
    story.run("run-9").article("d", f"Title d\n{REVENUE}.").processed("d").accept()
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    assert starts == []


def test_nothing_accepted_nothing_published(home):
    log, content = Story().run("run-1").reject().write(home)
    with pytest.raises(PublishRefused, match="no run was accepted"):
        publish(home, log=log, content=content, companies=COMPANIES)
    with pytest.raises(NothingPublished):
        query(home, "SELECT 1")


def test_only_positions_of_accepted_runs_are_published(home):
    story = told("ab")
    between = story.head - 1
    log, content = story.write(home)
    with pytest.raises(PublishRefused, match=f"no run was accepted at position {between}"):
        publish(home, log=log, content=content, companies=COMPANIES, position=between)


def test_events_after_the_last_accepted_run_stay_unseen(home):
    story = told("a")
    accepted = story.head
    story.run("run-9").article("b", "B\nWords.").reject()
    log, content = story.write(home)
    assert publish(home, log=log, content=content, companies=COMPANIES).position == accepted
    assert query(home, "SELECT article_id FROM articles")["article_id"].to_list() == ["a"]


@pytest.mark.parametrize(
    ("digest", "verdict", "message"),
    [
        pytest.param("other", "accepted", "other staged files", id="verdict on other files"),
        pytest.param("d", "rejected", "was not accepted", id="rejected verdict"),
    ],
)
def test_a_verdict_that_does_not_fit_refuses(ledger, digest, verdict, message):
    ledger.home.current.unlink()
    write_verdict(ledger.home, Verdict(run_id="run-0", staged_digest=digest, verdict=verdict))
    with pytest.raises(PublishRefused, match=message):
        ledger.publish()
    assert not ledger.home.current.exists()


def test_a_refused_publication_leaves_the_file_as_it_was(ledger, monkeypatch):
    before = ledger.first.path.read_bytes()
    monkeypatch.setattr("warehouse.filing._digest_in", lambda connection: "0" * 64)
    with pytest.raises(PublishRefused, match="content digest"):
        ledger.publish(force=True)
    assert ledger.home.current.resolve() == ledger.first.path
    assert ledger.first.path.read_bytes() == before
    assert not list(ledger.home.published.glob(".building*"))


def test_check_sees_a_missing_row(tmp_path):
    projection = told("ab").projection()
    build(tmp_path / "x.duckdb", projection)
    assert check(tmp_path / "x.duckdb", projection) == []
    with duckdb.connect(tmp_path / "x.duckdb") as connection:
        connection.execute("DELETE FROM fact_financials WHERE article_id = 'b'")
    problems = check(tmp_path / "x.duckdb", projection)
    assert [problem.where for problem in problems] == ["rows of fact_financials", "content digest of the tables"]


def test_one_publisher_at_a_time(ledger):
    with (ledger.home.published / ".lock").open("r+b") as held:
        held.write(b"4711")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(PublishRefused, match=r"another publisher is at work here \(process 4711"):
            ledger.publish()
    assert not ledger.publish().changed


def test_the_last_files_are_kept_and_leftovers_go(home):
    story = Story()
    paths = []
    for name in "abc":
        story.run(f"run-{name}").article(name, f"{name}\nWords.").processed(name).accept()
        log, content = story.write(home)
        (home.published / ".building-killed.duckdb").write_bytes(b"half")
        paths.append(publish(home, log=log, content=content, companies=COMPANIES, keep=2).path)
    assert [path.exists() for path in paths] == [False, True, True]
    assert not list(home.published.glob(".building*"))


def test_a_reader_keeps_what_it_has_open(home):
    story = told("a")
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    reader = duckdb.connect(str(home.current.resolve()), read_only=True)
    story.run("run-9").article("b", f"B\n{REVENUE}.").fact("b", REVENUE, value="1").processed("b").accept()
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES, keep=1)
    assert reader.sql("SELECT count(*) FROM financials").fetchall() == [(1,)]
    assert query(home, "SELECT count(*) FROM financials").item() == 2
    reader.close()


def test_a_damaged_current_file_is_made_anew(ledger):
    ledger.first.path.chmod(0o644)
    ledger.first.path.write_bytes(b"no database")
    assert current_publication(ledger.home) is None
    assert ledger.publish().changed
    assert query(ledger.home, "SELECT count(*) FROM financials").item() == 1


def test_every_table_and_column_says_what_it_is(tmp_path):
    build(tmp_path / "x.duckdb", told().projection())
    path = tmp_path / "x.duckdb"
    silent = query(
        path,
        """
        SELECT table_name, column_name FROM duckdb_columns() AS c
        WHERE NOT internal AND comment IS NULL AND table_name IN (SELECT t.table_name FROM duckdb_tables() AS t)
        UNION ALL SELECT table_name, NULL FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE comment IS NULL AND NOT internal
        """,
    )
    assert silent.is_empty()
    for table, schema in TABLES.items():
        columns = query(path, "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [table])["column_name"]
        assert columns.to_list() == list(schema), "rows are inserted by place"


def test_views_do_not_name_the_database_they_were_made_in(tmp_path):
    build(tmp_path / "x.duckdb", told().projection())
    made = query(tmp_path / "x.duckdb", "SELECT sql FROM duckdb_views() WHERE NOT internal")["sql"]
    assert not [sql for sql in made if re.search(r"\bbuilt\b", sql)]


@pytest.mark.slow
def test_duckdb_1_5_opens_the_file(home, tmp_path):
    """In an environment of its own; skipped where that cannot be made."""
    if shutil.which("uv") is None:
        pytest.skip("uv is not here to install DuckDB 1.5")
    python = tmp_path / "old" / "bin" / "python"
    for command in (
        ["uv", "venv", "-q", str(tmp_path / "old")],
        ["uv", "pip", "install", "-q", "--python", str(python), "duckdb==1.5.*"],
    ):
        made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if made.returncode:
            pytest.skip(f"DuckDB 1.5 cannot be installed here: {made.stderr.strip()[-200:]}")
    log, content = told("ab").write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    script = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
assert duckdb.__version__.startswith("1.5"), duckdb.__version__
for (name,) in con.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
    con.sql(f'SELECT count(*) FROM (SELECT * FROM "{name}")').fetchall()
print(con.sql("SELECT count(*) FROM financials").fetchone()[0],
      con.sql("SELECT supporting_clusters FROM financials_reconciled").fetchone()[0],
      con.sql("SELECT count(*) FROM financials_as_of(position_at(TIMESTAMPTZ '2999-01-01'))").fetchone()[0])
"""
    ran = subprocess.run(
        [str(python), "-c", script, str(home.current)], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["2", "2", "2"]


@pytest.mark.parametrize("published", [pytest.param(False, id="recorded"), pytest.param(True, id="recorded and published")])
def test_who_opened_the_ledger_long_ago_publishes_the_present_not_the_past(home, published):
    """A run with nothing to record publishes too, from a log and texts that it opened before another run was done."""
    told().write(home)
    log, content = EventLog.open(home), ContentStore.open(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    newer = told("ab")
    newer.write(home)
    if published:
        publish(home, log=EventLog.open(home), content=ContentStore.open(home), companies=COMPANIES)
    assert log.head.position < newer.head
    done = publish(home, log=log, content=content, companies=COMPANIES)
    assert (done.position, done.changed) == (newer.head, not published)
    assert query(home, "SELECT evidence FROM financials").rows() == [(REVENUE,), (REVENUE,)]
