"""The steps of a run keep the promises of the job: nothing twice, nothing lost, nothing unjudged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from orchestration import outcomes, pipeline
from orchestration.outcomes import CheckOutcome
from orchestration.pipeline import Ledger
from orchestration.sources.base import InputProblem, Unkept, article_id
from tests.orchestration.material import (
    DUTCH,
    ENGLISH,
    FRENCH,
    NamedFiles,
    Results,
    event_types,
    extracting,
    reopened,
    run_steps,
    too_sure,
    twice,
)
from transforms.schemas import FACT_TABLES
from warehouse import staging
from warehouse.errors import DamagedStaging, NotAccepted
from warehouse.home import Home
from warehouse.query import query
from warehouse.state import articles_state, live_facts


def published_bytes(ledger: Ledger) -> tuple[str, bytes]:
    return ledger.home.current.resolve().name, ledger.home.current.read_bytes()


def test_a_first_run_receives_reads_finds_judges_records_and_publishes(first_run: tuple[Path, Path, Results]) -> None:
    root, _, done = first_run
    assert (done.received.seen, done.received.new, done.received.unchanged) == (3, 3, 0)
    assert done.read.languages == {"en": 1, "nl": 1, "fr": 1}
    assert done.audited.accepted
    assert done.audited.quarantined == ()
    assert done.asserted is not None
    assert done.asserted.processed == 3
    assert done.asserted.asserted == sum(done.extracted.facts.values()) > 20
    assert done.published is not None
    facts = query(Home(root / "ledger"), "SELECT DISTINCT article_id FROM financials")
    assert facts.height == 3
    covered = query(Home(root / "ledger"), "SELECT min(telling), bool_and(telling <= sentences) FROM article_coverage").row(0)
    assert covered[0] > 0, "each article has sentences that gave facts"
    assert covered[1]


def test_readings_are_recorded_many_at_a_time(tmp_path: Path, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "LARGE_CHUNK", 2)
    monkeypatch.setattr(pipeline, "_chunks", lambda due: list(due.iter_slices(1)))
    recorded: list[int] = []
    record = pipeline._record_reading

    def counted(ledger: Ledger, texts: pl.DataFrame, **named: str) -> None:
        recorded.append(texts.height)
        record(ledger, texts, **named)

    monkeypatch.setattr(pipeline, "_record_reading", counted)
    ledger = Ledger.open(Home(tmp_path / "new"))
    pipeline.receive(ledger, NamedFiles(news), run_id="run", command="test")
    assert pipeline.read(ledger, run_id="run", command="test").read == 3
    assert recorded == [2, 1]


def test_as_many_articles_are_read_at_a_time_as_fit_into_memory() -> None:
    page = 4 * 1024 * 1024
    due = pl.DataFrame({"size": [1_000] * 3_000 + [page] * 20 + [None]})
    chunks = pipeline._chunks(due)
    assert pl.concat(chunks).equals(due)
    assert max(chunk.height for chunk in chunks) <= pipeline.LARGE_CHUNK
    # Small ones before large ones let no more of these come at once.
    assert max(int(chunk["size"].sum()) for chunk in chunks) <= pipeline.READING_BYTES + page
    assert pipeline._chunks(due.clear()) == []


def test_the_log_tells_the_run_in_order(first_run: tuple[Path, Path, Results]) -> None:
    kinds = event_types(Ledger.open(Home(first_run[0] / "ledger")))
    assert kinds[0] == "RunStarted"
    assert kinds[-1] == "RunAccepted"
    assert kinds.index("ArticleReceived") < kinds.index("ArticleRead") < kinds.index("FactAsserted")
    assert kinds.count("RunStarted") == kinds.count("RunAccepted") == 1


def test_the_three_newspapers_contradict_each_other(first_run: tuple[Path, Path, Results]) -> None:
    rows = query(
        Home(first_run[0] / "ledger"),
        "SELECT metric, least(value_a, value_b), greatest(value_a, value_b) FROM contradictions WHERE measure = 'level'",
    )
    found = {(metric, int(low), int(high)) for metric, low, high in rows.iter_rows()}
    assert ("revenue", 412_600_000, 461_200_000) in found
    assert ("net_income", 29_700_000, 38_400_000) in found
    assert not [metric for metric, _, _ in found if metric == "customers"]


def test_the_same_input_again_is_no_news_and_no_event(ledger: Ledger, news: Path) -> None:
    head, before = ledger.log.head, published_bytes(ledger)
    found = pipeline.survey(ledger, NamedFiles(news))
    assert (found.seen, found.news) == (3, False)
    # Even when the whole job runs, as the daily schedule does.
    done = run_steps(ledger, NamedFiles(news), run_id="again")
    assert (done.received.unchanged, done.extracted.articles) == (3, 0)
    assert reopened(ledger).log.head == head
    assert published_bytes(ledger) == before


def test_a_changed_number_retracts_and_asserts_that_fact_alone(ledger: Ledger, news: Path) -> None:
    head = ledger.log.head.position
    live = live_facts(ledger.log)
    article = news / DUTCH
    article.write_text(article.read_text().replace("461,2", "412,6"))
    done = run_steps(ledger, NamedFiles(news), run_id="corrected")
    assert (done.received.new, done.received.revised, done.received.unchanged) == (0, 1, 2)
    kinds = event_types(ledger, after=head)
    assert kinds.count("ArticleRevised") == 1
    assert kinds.count("FactRetracted") == kinds.count("FactAsserted") == 1
    assert "FactMoved" not in kinds
    changed = live.join(live_facts(ledger.log), on=["table", "fact_id"], how="anti")
    assert changed.height == 1
    assert json.loads(changed["payload"].item())["value"].startswith("461200000")
    assert query(ledger.home, "SELECT * FROM contradictions WHERE metric = 'revenue' AND measure = 'level'").is_empty()


def test_a_longer_title_moves_facts_and_changes_none(ledger: Ledger, news: Path) -> None:
    head = ledger.log.head.position
    article = news / DUTCH
    article.write_text(article.read_text().replace("verdient meer", "verdient opnieuw meer", 1))
    run_steps(ledger, NamedFiles(news), run_id="retitled")
    kinds = event_types(ledger, after=head)
    assert kinds.count("FactMoved") > 5
    assert "FactRetracted" not in kinds
    assert "FactAsserted" not in kinds
    evidence = query(ledger.home, "SELECT evidence FROM financials WHERE value = 461200000")["evidence"].item()
    assert "461,2 miljoen dollar" in evidence


def test_a_broken_row_quarantines_its_article_and_the_others_go_on(
    tmp_path: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = article_id(f"test:{FRENCH}")
    monkeypatch.setattr("transforms.extract.extract", extracting(partial(too_sure, article_id=bad)))
    ledger = Ledger.open(Home(tmp_path / "other"))
    done = run_steps(ledger, NamedFiles(news), run_id="mixed")
    assert done.audited.accepted
    assert [each.uri for each in done.audited.quarantined] == [f"test:{FRENCH}"]
    assert done.asserted is not None
    assert (done.asserted.processed, done.asserted.quarantined) == (2, 1)
    published = query(ledger.home, "SELECT DISTINCT article_id FROM financials")["article_id"]
    assert bad not in published.to_list()
    assert published.len() == 2
    assert query(ledger.home, "SELECT count(*) AS n FROM quarantine WHERE article_id = $a", {"a": bad})["n"].item() > 0
    # It is not pending: nobody should judge the same bytes by the same rules again.
    assert not articles_state(ledger.log)["pending"].any()


def test_a_rejected_run_changes_nothing_for_analysts_and_the_next_takes_it_up(
    ledger: Ledger, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published_bytes(ledger)
    article = news / ENGLISH
    article.write_text(article.read_text().replace("$412.6", "$413.6"))
    with monkeypatch.context() as planted:
        planted.setattr("transforms.extract.extract", extracting(twice))
        done = run_steps(ledger, NamedFiles(news), run_id="bad")
    assert done.audited.verdict == "rejected"
    assert done.asserted is None
    assert event_types(ledger)[-1] == "RunRejected"
    assert published_bytes(ledger) == before
    with pytest.raises(NotAccepted):
        pipeline.assert_facts(ledger, run_id="bad")
    with pytest.raises(NotAccepted):
        pipeline.publish(ledger, run_id="bad")
    assert pipeline.survey(ledger, NamedFiles(news)).news
    done = run_steps(ledger, NamedFiles(news), run_id="good")
    assert done.asserted is not None
    assert done.asserted.processed == 1
    assert query(ledger.home, "SELECT value FROM financials WHERE value = 413600000").height == 1


def test_publishing_demands_a_verdict_on_exactly_what_is_staged(ledger: Ledger, news: Path) -> None:
    article = news / ENGLISH
    article.write_text(article.read_text().replace("$412.6", "$413.6"))
    for step in (partial(pipeline.receive, source=NamedFiles(news)), pipeline.read, pipeline.extract):
        step(ledger, run_id="odd", command="test")
    with pytest.raises(NotAccepted, match="not audited"):
        pipeline.assert_facts(ledger, run_id="odd")
    assert pipeline.audit(ledger, run_id="odd").accepted
    staged, frames = staging.load(ledger.home, "odd")
    verdict = staging.read_verdict(ledger.home, "odd")
    assert verdict is not None
    # Somebody stages something else after the audit and keeps the verdict.
    staging.stage(ledger.home, "odd", {table: frame.head(1) for table, frame in frames.items()}, staged.articles())
    staging.write_verdict(ledger.home, verdict)
    with pytest.raises(NotAccepted, match="staged is"):
        pipeline.publish(ledger, run_id="odd")
    with pytest.raises(DamagedStaging, match="nothing is staged"):
        pipeline.publish(ledger, run_id="never-staged")


def test_staged_text_does_not_outlive_an_accepted_run(first_run: tuple[Path, Path, Results]) -> None:
    assert staging.runs(Home(first_run[0] / "ledger")) == []


def test_folders_of_runs_that_led_nowhere_do_not_pile_up(ledger: Ledger, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "RUNS_KEPT", 2)
    for number in range(5):
        pipeline.receive(ledger, NamedFiles(news), run_id=f"stopped-{number}", command="test")
    assert staging.runs(ledger.home) == ["stopped-2", "stopped-3", "stopped-4"]


def test_a_folder_that_another_run_removes_meanwhile_stops_nobody(
    ledger: Ledger, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Listed, and gone when it is looked at.
    monkeypatch.setattr("warehouse.staging.runs", lambda home: ["published-meanwhile", "mine"])
    assert pipeline.receive(ledger, NamedFiles(news), run_id="mine", command="test").seen == 3


def test_no_article_text_in_the_log(ledger: Ledger) -> None:
    text = "\n".join(ledger.log.read()["payload"])
    for words in ("sorteersoftware", "warehouses", "chiffre d", "Rotterdam"):
        assert words not in text


def test_unreadable_bytes_are_kept_and_rejected_with_a_reason_once(ledger: Ledger, news: Path) -> None:
    (news / "empty.txt").write_bytes(b"")
    (news / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (news / "hollow.html").write_text("<html><body><script>var a = 1;</script></body></html>")
    done = run_steps(ledger, NamedFiles(news), run_id="bad-input")
    assert {each.uri for each in done.read.rejected} == {"test:empty.txt", "test:binary.txt", "test:hollow.html"}
    assert all(each.reason for each in done.read.rejected)
    state = articles_state(ledger.log).filter(pl.col("state") == "rejected")
    assert ledger.content.holds(state["content_sha256"]) == set(state["content_sha256"])
    again = pipeline.survey(ledger, NamedFiles(news))
    assert not again.news
    assert len(again.standing) == 3


def test_an_article_too_large_to_keep_is_rejected_once(ledger: Ledger, news: Path) -> None:
    unkept = Unkept("test:huge.txt", "text/plain", "f" * 64, 30_000_000, datetime(2026, 1, 1, tzinfo=UTC))
    huge = InputProblem("huge.txt", "larger than 20 MB, so no article", unkept)
    source = NamedFiles(news, problems=(huge,))
    head = ledger.log.head.position
    assert pipeline.survey(ledger, source).news
    done = run_steps(ledger, source, run_id="huge")
    assert done.received.problems == (huge,)
    assert event_types(ledger, after=head) == ["RunStarted", "ArticleReceived", "ArticleRejected", "RunAccepted"]
    assert not pipeline.survey(ledger, source).news
    assert query(ledger.home, "SELECT state FROM articles WHERE uri = 'test:huge.txt'")["state"].to_list() == ["rejected"]


def test_two_writers_at_once_record_each_fact_once(ledger: Ledger, news: Path) -> None:
    article = news / ENGLISH
    article.write_text(article.read_text().replace("$412.6", "$413.6"))
    other = reopened(ledger)
    for run_id, mine in (("one", ledger), ("two", other)):
        pipeline.receive(mine, NamedFiles(news), run_id=run_id, command="test")
        pipeline.read(mine, run_id=run_id, command="test")
        pipeline.extract(mine, run_id=run_id, command="test")
        assert pipeline.audit(mine, run_id=run_id).accepted
    first = pipeline.assert_facts(ledger, run_id="one")
    second = pipeline.assert_facts(other, run_id="two")
    assert first.asserted > 0
    assert (second.asserted, second.processed) == (0, 0)
    for mine, run_id in ((ledger, "one"), (other, "two")):
        pipeline.publish(mine, run_id=run_id)
    assert query(ledger.home, "SELECT value FROM financials WHERE value = 413600000").height == 1
    assert reopened(ledger).log.verify() == []


def test_counts_of_the_run_are_in_its_last_event(first_run: tuple[Path, Path, Results]) -> None:
    runs = query(Home(first_run[0] / "ledger"), "SELECT received, new, revised, duplicates, rejected, verdict FROM runs")
    assert runs.row(0) == (3, 3, 0, 0, 0, "accepted")
    assert set(FACT_TABLES) == set(first_run[2].extracted.facts)


def test_a_rule_on_a_whole_run_that_fails_is_recorded_as_failed(tmp_path: Path) -> None:
    outcome = CheckOutcome(
        "rejected-share", "articles", "warning", "table", success=False, failed_count=0, failed_ids=(), reason=""
    )
    (logged,) = outcomes.logged([outcome, replace(outcome, table="fact_financials", success=True)])
    assert logged == {"rule": "rejected-share", "scope": "table", "severity": "warning", "failed": 1}
