"""What people decide outlives every extraction, and a withdrawn article leaves no word behind."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from orchestration import curation, explaining, pipeline, reextraction
from orchestration.pipeline import Ledger
from orchestration.sources.base import InputProblem, Unkept
from tests.orchestration.material import DUTCH, ENGLISH, NamedFiles, larkfield, reopened, run_steps
from transforms.schemas import ARTICLE_TEXTS
from warehouse import decisions
from warehouse.errors import DamagedStaging
from warehouse.events import NewEvent
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.query import query
from warehouse.state import READING, live_facts
from warehouse.verify import verify

REVENUE = "SELECT fact_id, value FROM financials WHERE metric = 'revenue' AND measure = 'level' ORDER BY fact_id"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the three articles; tests work on copies of it."""
    root = tmp_path_factory.mktemp("told")
    run_steps(Ledger.open(Home(root / "home")), NamedFiles(larkfield(root / "news")), run_id="first")
    return root


@pytest.fixture
def copied(told: Path, tmp_path: Path) -> Path:
    shutil.copytree(told, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy"


@pytest.fixture
def ledger(copied: Path) -> Ledger:
    return Ledger.open(Home(copied / "home"))


def again(ledger: Ledger, news: Path, *, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every article extracted anew, as after an upgrade of the extractor."""
    monkeypatch.setattr(pipeline, "EXTRACTOR_VERSION", f"test-{run_id}")
    monkeypatch.setattr("transforms.facts.EXTRACTOR_VERSION", f"test-{run_id}")
    monkeypatch.setattr("warehouse.decisions.EXTRACTOR_VERSION", f"test-{run_id}")
    monkeypatch.setattr("expectations.derived.EXTRACTOR_VERSION", f"test-{run_id}", raising=False)
    staged = pipeline.extract(ledger, run_id=run_id, command="again")
    assert staged.articles > 0
    audited = pipeline.audit(ledger, run_id=run_id)
    assert audited.accepted, audited.reason
    pipeline.assert_facts(ledger, run_id=run_id)
    pipeline.publish(ledger, run_id=run_id)


def one(ledger: Ledger) -> dict[str, object]:
    return query(ledger.home, REVENUE).row(0, named=True)


def test_a_disputed_fact_goes_and_stays_away(ledger: Ledger, copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = one(ledger)
    done = curation.dispute(ledger, str(fact["fact_id"])[:12], reason="a misprint", by="ada")
    assert done.events == {"FactDisputed": 1, "FactRetracted": 1}
    assert fact["fact_id"] not in query(ledger.home, REVENUE)["fact_id"]
    judged = query(ledger.home, 'SELECT judgment, reason, "by" FROM judgments').rows()
    assert judged == [("disputed", "a misprint", "ada")]
    again(reopened(ledger), copied / "news", run_id="second", monkeypatch=monkeypatch)
    assert fact["fact_id"] not in query(ledger.home, REVENUE)["fact_id"]
    assert verify(ledger.home) == []
    back = curation.confirm(reopened(ledger), str(fact["fact_id"]), reason="it was right", by="bob")
    assert back.events == {"FactConfirmed": 1, "FactAsserted": 1}
    assert fact["fact_id"] in query(ledger.home, REVENUE)["fact_id"]


def test_a_confirmed_fact_stays_where_no_extractor_finds_it_until_its_evidence_goes(
    ledger: Ledger, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = one(ledger)
    curation.confirm(ledger, str(fact["fact_id"]), reason="seen in the report", by="ada")
    kept = ledger.log.head.position
    monkeypatch.setattr(
        "transforms.extract.extract",
        lambda texts: {table: frame.clear() for table, frame in _nothing().items()},
    )
    again(reopened(ledger), copied / "news", run_id="second", monkeypatch=monkeypatch)
    assert query(ledger.home, REVENUE)["fact_id"].to_list() == [fact["fact_id"]]
    assert reopened(ledger).log.head.position > kept
    assert verify(ledger.home) == []


def _nothing() -> dict[str, pl.DataFrame]:
    from transforms.schemas import ARTICLE_COVERAGE, COVERAGE, FACT_TABLES

    return {name: pl.DataFrame(schema=schema) for name, schema in {**FACT_TABLES, COVERAGE: ARTICLE_COVERAGE}.items()}


def test_a_correction_stands_in_the_place_of_the_fact_and_outlives_the_next_extraction(
    ledger: Ledger, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = one(ledger)
    done = curation.correct(ledger, str(fact["fact_id"]), ["value=123000000"], reason="the table says so", by="ada")
    assert done.events == {"FactCorrected": 1, "FactRetracted": 1, "FactAsserted": 1}
    for run_id in ("second", "third"):
        told = f"SELECT value::BIGINT AS value, extractor, evidence FROM financials WHERE fact_id = '{done.corrected_id}'"
        now = query(ledger.home, told)
        assert now.select("value", "extractor").rows() == [(123000000, "person")]
        assert now["evidence"][0]
        assert fact["fact_id"] not in query(ledger.home, REVENUE)["fact_id"]
        again(reopened(ledger), copied / "news", run_id=run_id, monkeypatch=monkeypatch)
    assert verify(ledger.home) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param("value", "COLUMN=VALUE", id="no value"),
        pytest.param("evidence=x", "no column of", id="a column that is no statement"),
        pytest.param("value=much", "is no Decimal", id="no number"),
        pytest.param("metric=weather", "metric-known", id="what the audit refuses"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_refused_and_changes_nothing(ledger: Ledger, change: str, says: str) -> None:
    before = ledger.log.head
    with pytest.raises(curation.BadCorrection, match=says):
        curation.correct(ledger, str(one(ledger)["fact_id"]), [change], reason="r", by="ada")
    assert ledger.log.head == before


def test_unknown_facts_and_articles_are_named(ledger: Ledger) -> None:
    with pytest.raises(curation.UnknownFact, match="too short"):
        curation.dispute(ledger, "ab", reason="r", by="ada")
    with pytest.raises(curation.UnknownFact, match="no fact with the fact_id ffffffffff"):
        curation.dispute(ledger, "ffffffffff", reason="r", by="ada")
    with pytest.raises(curation.UnknownArticle, match="no article nowhere"):
        curation.withdraw(ledger, "nowhere", reason="r", by="ada")


def test_a_withdrawn_article_leaves_no_word_on_the_disk_and_never_comes_back(ledger: Ledger, copied: Path) -> None:
    words = _words_on_disk(ledger.home)
    sentence = "sorteersoftware"
    assert any(sentence in text for text in words.values())
    done = curation.withdraw(ledger, f"test:{DUTCH}", reason="the publisher took it back", by="ada")
    assert done.events["ArticleWithdrawn"] == 1
    assert done.events["FactRetracted"] >= 3
    assert done.erased >= 2
    left = {name for name, text in _words_on_disk(ledger.home).items() if sentence in text}
    assert left == set()
    assert verify(ledger.home) == []
    state = query(ledger.home, f"SELECT state, state_reason, facts, title FROM articles WHERE uri = 'test:{DUTCH}'").rows()
    assert state == [("withdrawn", "the publisher took it back", 0, None)]
    head = reopened(ledger).log.head
    results = run_steps(reopened(ledger), NamedFiles(copied / "news"), run_id="second")
    assert (results.received.new, results.received.revised) == (0, 0)
    assert reopened(ledger).log.head == head
    assert curation.withdraw(reopened(ledger), f"test:{DUTCH}", reason="again", by="ada").nothing


def test_what_a_source_goes_on_delivering_of_a_withdrawn_article_is_not_kept(ledger: Ledger, copied: Path) -> None:
    curation.withdraw(ledger, f"test:{DUTCH}", reason="r", by="ada")
    article = copied / "news" / DUTCH
    article.write_text(article.read_text() + "\nDe krant heeft dit bericht bijgewerkt.\n")
    now = reopened(ledger)
    assert not pipeline.survey(now, NamedFiles(copied / "news")).news
    results = run_steps(now, NamedFiles(copied / "news"), run_id="second")
    assert (results.received.new, results.received.revised) == (0, 0)
    assert not {name for name, words in _words_on_disk(ledger.home).items() if "sorteersoftware" in words}


def test_a_withdrawn_article_that_is_too_large_to_keep_stays_withdrawn(ledger: Ledger, copied: Path) -> None:
    curation.withdraw(ledger, f"test:{DUTCH}", reason="r", by="ada")
    (copied / "news" / DUTCH).unlink()
    unkept = Unkept(f"test:{DUTCH}", "text/plain", "f" * 64, 30_000_000, datetime(2026, 1, 1, tzinfo=UTC))
    source = NamedFiles(copied / "news", problems=(InputProblem(DUTCH, "larger than 20 MB, so no article", unkept),))
    now = reopened(ledger)
    head = now.log.head
    assert not pipeline.survey(now, source).news
    run_steps(now, source, run_id="second")
    assert reopened(ledger).log.head == head


def test_a_text_that_another_article_shares_stays(copied: Path, ledger: Ledger) -> None:
    shutil.copy(copied / "news" / ENGLISH, copied / "news" / "copy.html")
    run_steps(ledger, NamedFiles(copied / "news"), run_id="second")
    curation.withdraw(reopened(ledger), f"test:{ENGLISH}", reason="r", by="ada")
    kept = query(ledger.home, "SELECT count(*) FROM financials WHERE uri = 'test:copy.html'")
    assert kept.item() > 0
    assert query(ledger.home, "SELECT count(*) FROM financials WHERE evidence IS NULL").item() == 0
    assert verify(ledger.home) == []


def test_a_withdrawal_that_was_killed_before_erasing_is_finished_by_the_next_run(
    ledger: Ledger, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curation, "erase_withdrawn", _killed)
    with pytest.raises(KeyboardInterrupt):
        curation.withdraw(ledger, f"test:{DUTCH}", reason="r", by="ada")
    run_steps(reopened(ledger), NamedFiles(copied / "news"), run_id="second")
    text = reopened(ledger).content
    left = {name for name, words in _words_on_disk(ledger.home).items() if "sorteersoftware" in words}
    assert not {name for name in left if "/content/" in name or "/published/" in name}
    assert text.verify_hashes() == []


STEPS = ("receive", "read", "extract", "audit", "assert_facts", "publish")


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_withdrawal_beside_a_run(ledger: Ledger, copied: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Before this step of a run that brings the article's revision, another process withdraws it."""
    article = copied / "news" / DUTCH
    article.write_text(article.read_text() + "\nDe sorteersoftware kost nu 12 miljoen euro.\n")
    (copied / "news" / "other.txt").write_text("Larkfield\n\nLarkfield said revenue was $12 million in the second quarter.\n")
    whole = getattr(pipeline, step)

    def beside(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(pipeline, step, whole)
        curation.withdraw(reopened(ledger), f"test:{DUTCH}", reason="r", by="ada")
        return whole(*arguments, **options)

    monkeypatch.setattr(pipeline, step, beside)
    staged = step in STEPS[3:]
    with pytest.raises(DamagedStaging, match="withdrawn meanwhile, run again") if staged else nullcontext():
        run_steps(ledger, NamedFiles(copied / "news"), run_id="second")
    if staged:
        run_steps(reopened(ledger), NamedFiles(copied / "news"), run_id="third")
    assert not {name for name, words in _words_on_disk(ledger.home).items() if "sorteersoftware" in words}
    states = dict(query(ledger.home, "SELECT uri, state FROM articles").iter_rows())
    assert states[f"test:{DUTCH}"] == "withdrawn"
    assert states["test:other.txt"] == "current"
    assert verify(ledger.home) == []


@pytest.mark.parametrize("killed", [False, True])
def test_a_withdrawal_between_storing_bytes_and_naming_them(
    ledger: Ledger, copied: Path, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    article = copied / "news" / DUTCH
    article.write_text(article.read_text() + "\nDe sorteersoftware kost nu 12 miljoen euro.\n")
    receive = decisions.receive

    def beside(*arguments: Any) -> Any:
        monkeypatch.setattr(decisions, "receive", receive)
        if killed:
            raise KeyboardInterrupt
        state, log = state_of(ledger, f"test:{DUTCH}"), EventLog.open(ledger.home)
        live = live_facts(log, state["article_id"])
        log.append(decisions.withdraw(state, live, state["article_id"].item(), reason="r", by="ada"), run_id="withdrawal")
        return receive(*arguments)

    monkeypatch.setattr(decisions, "receive", beside)
    if killed:
        with pytest.raises(KeyboardInterrupt):
            pipeline.receive(ledger, NamedFiles(copied / "news"), run_id="second", command="test")
        curation.withdraw(reopened(ledger), f"test:{DUTCH}", reason="r", by="ada")
    else:
        received = pipeline.receive(ledger, NamedFiles(copied / "news"), run_id="second", command="test")
        assert received.revised == 0
    left = {name for name, words in _words_on_disk(ledger.home).items() if "sorteersoftware" in words}
    assert not {name for name in left if "/content/" in name}


def test_a_page_that_cannot_be_read_stays_withdrawn(ledger: Ledger) -> None:
    """Withdrawn while it was read: neither a reading nor a rejection brings it back."""
    curation.withdraw(ledger, f"test:{DUTCH}", reason="r", by="ada")
    state = state_of(ledger, f"test:{DUTCH}")
    columns = {**ARTICLE_TEXTS, **READING}
    text = state.select(
        pl.lit(None, dtype).alias(name) if name not in state.columns else pl.col(name) for name, dtype in columns.items()
    )
    rejected = text.with_columns(pl.lit("no text").alias("reject_reason"))
    assert decisions.read(state, rejected) == []
    assert decisions.read(state, text.with_columns(pl.lit("f" * 64).alias("text_sha256"))) == []


def state_of(ledger: Ledger, uri: str) -> pl.DataFrame:
    return pipeline.state_of(reopened(ledger).log).filter(pl.col("uri") == uri)


def _killed(ledger: Ledger) -> int:
    raise KeyboardInterrupt


def _words_on_disk(home: Home) -> dict[str, str]:
    """All that a reader of the disk could find, by file: Parquet and DuckDB files unpacked, others as they are."""
    found = {}
    for path in home.root.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        if path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
            values = [value for row in rows for value in row.values()]
            texts = [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in values]
            found[str(path)] = "\n".join(texts)
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
                found[str(path)] = "\n".join(str(connection.table(name).fetchall()) for name in tables)
        if path.suffix != ".parquet":
            found[f"{path} bytes"] = path.read_bytes().decode("utf-8", errors="replace")
    return found


def test_a_reextraction_tells_its_difference_and_records_it_only_when_accepted(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.orchestration.material import extracting

    same = reextraction.preview(ledger)
    assert same.select(pl.col("appear", "vanish", "change", "move").sum()).row(0) == (0, 0, 0, 0)
    facts = same["unchanged"].sum()
    assert facts == query(ledger.home, "SELECT count(*) FROM company_timeline").item()

    def other(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        figures = frames["fact_financials"].sort("article_id", "fact_id")
        return {**frames, "fact_financials": figures.slice(1)}

    monkeypatch.setattr("transforms.extract.extract", extracting(other))
    before = ledger.log.head
    told = reextraction.preview(ledger)
    assert told["vanish"].sum() == 1
    assert ledger.log.head == before
    done = reextraction.reextract(ledger)
    assert done.accepted, done.reason
    assert query(ledger.home, "SELECT count(*) FROM company_timeline").item() == facts - 1
    assert reextraction.preview(reopened(ledger))["vanish"].sum() == 0
    assert verify(ledger.home) == []


def test_a_reextraction_records_and_publishes_while_nobody_else_does(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {name: getattr(pipeline, name) for name in ("assert_facts", "publish")}
    alone: list[str] = []

    def watched(name: str) -> Callable[..., object]:
        def step(*given: Any, **options: Any) -> object:
            with ledger.home.lock.open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    alone.append(name)
            return steps[name](*given, **options)

        return step

    for name in steps:
        monkeypatch.setattr(pipeline, name, watched(name))
    assert reextraction.reextract(ledger).accepted
    assert alone == ["assert_facts", "publish"]


def test_facts_that_change_or_go_are_counted_each_once() -> None:
    schema = {
        "article_id": pl.String,
        "table": pl.String,
        "fact_id": pl.String,
        "evidence_start": pl.Int64,
        "evidence_end": pl.Int64,
    }
    live = pl.DataFrame([("a", "t", f"f{n}", 0, 9) for n in range(3)], schema=schema, orient="row")
    gone = [NewEvent("article/a", n, "FactRetracted", {"table": "t", "fact_id": f"f{n}"}) for n in range(3)]
    spans = [(0, 9), (0, 9), (20, 29)]
    come = [
        NewEvent("article/a", 3 + n, "FactAsserted", {"table": "t", "evidence_start": start, "evidence_end": end})
        for n, (start, end) in enumerate(spans)
    ]
    (row,) = reextraction._changes([*gone, *come], live, {"a": "en"}).to_dicts()
    assert row == {"table": "t", "language": "en", "appear": 1, "vanish": 1, "change": 2, "move": 0}


def test_a_fact_is_explained_while_its_text_is_there(ledger: Ledger) -> None:
    fact_id = str(one(ledger)["fact_id"])
    explained = explaining.explain(ledger, fact_id[:8])
    console = Console(record=True, width=100, file=StringIO())
    explaining.show(explained, console)
    said = console.export_text()
    assert "revenue (level)" in said
    assert str(explained.fact["rule"]) in said
    covered = explaining.coverage(ledger, explained.uri)
    assert covered["facts"].sum() > 0
    explaining.show_coverage(covered, console)
    assert f"{covered.height} sentences" in console.export_text()
    with pytest.raises(curation.UnknownArticle):
        explaining.coverage(ledger, "file:///nowhere")
    curation.withdraw(ledger, explained.uri, reason="the newspaper took it back", by="an editor")
    with pytest.raises(explaining.NotExplained):
        explaining.explain(ledger, fact_id)
    with pytest.raises(explaining.NotExplained, match="erased"):
        explaining.coverage(ledger, explained.uri)
