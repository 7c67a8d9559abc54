"""Where articles stand: nothing is forgotten, nothing is done twice, and live facts are what was asserted last."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.material import NOON, article_id, financial, raw, sha, staged, texts
from transforms.schemas import EXTRACTOR_VERSION, READER_VERSION, TEXT_COLUMNS
from warehouse import decisions
from warehouse.events import FACTS, NewEvent
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.state import ARTICLES_STATE, LIVE_FACTS, articles_of, articles_state, live_facts, live_of


class Ledger:
    """A log and the steps of a run on it, without sources, audit and files."""

    def __init__(self, home: Home) -> None:
        self.log = EventLog.open(home, clock=lambda: NOON)

    def receive(self, *articles: tuple[str, str]) -> list[NewEvent]:
        return self.add(decisions.receive(articles_state(self.log), raw(*articles)))

    def read(self, *articles: tuple[str, str], **how: object) -> list[NewEvent]:
        return self.add(decisions.read(articles_state(self.log), texts(raw(*articles), **how)))  # type: ignore[arg-type]

    def accept(self, *articles: tuple[str, str], facts: tuple = (), quarantined: tuple = (), **how: object) -> list[NewEvent]:
        rules = [
            {
                "article_id": article_id(uri),
                "table": None,
                "fact_id": None,
                "rule": "planted",
                "severity": "quarantine",
                "reason": "planted",
            }
            for uri in quarantined
        ]
        names = ("article_id", "table", "fact_id", "rule", "severity", "reason")
        read = texts(raw(*articles))
        return self.add(
            decisions.assert_facts(
                articles_state(self.log),
                live_facts(self.log, read["article_id"]),
                staged(*facts),
                read,
                run_id="r",
                staged_digest=sha("staged"),
                quarantined=pl.DataFrame(rules, schema=dict.fromkeys(names, pl.String)),
                run_version=self.log.stream_version("run/r"),
                **how,  # type: ignore[arg-type]
            )
        )

    def add(self, events: list[NewEvent]) -> list[NewEvent]:
        self.log.append(events, run_id="r")
        return events

    def row(self, uri: str, **how: str) -> dict[str, object]:
        return articles_state(self.log, **how).row(by_predicate=pl.col("uri") == uri, named=True)  # type: ignore[arg-type]

    def pending(self, **how: str) -> set[str]:
        return set(articles_state(self.log, **how).filter("pending")["uri"])  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Home(tmp_path))


A, B, C = ("file:a", "een"), ("file:b", "twee"), ("file:c", "drie")


def test_of_an_empty_log_nothing_is_known(ledger):
    assert articles_state(ledger.log).schema == ARTICLES_STATE
    assert articles_state(ledger.log).is_empty()
    assert live_facts(ledger.log).schema == LIVE_FACTS
    assert live_facts(ledger.log, []).is_empty()


def test_an_article_is_pending_until_it_is_processed(ledger):
    ledger.receive(A, B)
    assert ledger.pending() == {"file:a", "file:b"}
    ledger.read(A, B)
    assert ledger.pending() == {"file:a", "file:b"}
    assert ledger.row("file:a")["text_sha256"] == sha("een")
    assert ledger.row("file:a")["published_at"] == NOON
    ledger.accept(A, facts=(financial(*A, "f1"),))
    assert ledger.pending() == {"file:b"}
    row = ledger.row("file:a")
    assert (row["state"], row["processed_sha256"], row["processed_text_sha256"]) == ("current", sha("een"), sha("een"))
    assert row["stream_version"] == ledger.log.stream_version(f"article/{article_id('file:a')}") == 4


def test_a_revised_article_is_pending_again_and_knows_what_its_facts_are_of(ledger):
    ledger.receive(A)
    ledger.read(A)
    ledger.accept(A, facts=(financial(*A, "f1"),))
    ledger.receive(("file:a", "nieuw"))
    row = ledger.row("file:a")
    assert (row["state"], row["pending"], row["content_sha256"]) == ("revised", True, sha("nieuw"))
    assert (row["processed_sha256"], row["text_sha256"]) == (sha("een"), None)
    assert live_facts(ledger.log).height == 1


def test_bytes_that_return_are_pending_though_they_were_processed_once(ledger):
    ledger.receive(A)
    ledger.accept(A)
    ledger.receive(("file:a", "nieuw"))
    ledger.receive(A)
    assert ledger.pending() == {"file:a"}
    assert ledger.row("file:a")["text_sha256"] is None


def test_a_rejected_article_is_not_pending_until_it_is_revised(ledger):
    ledger.receive(A)
    ledger.read(A, rejected=("file:a",))
    row = ledger.row("file:a", extractor_version="9", reader_version="9")
    assert (row["state"], row["state_reason"], row["pending"]) == ("rejected", "no text", False)
    ledger.receive(("file:a", "leesbaar"))
    row = ledger.row("file:a")
    assert (row["state"], row["state_reason"], row["pending"]) == ("revised", None, True)


def test_a_quarantined_article_is_not_pending_and_its_live_facts_stay(ledger):
    ledger.receive(A)
    ledger.read(A)
    ledger.accept(A, facts=(financial(*A, "f1"),))
    revised = ("file:a", "nieuw")
    ledger.receive(revised)
    ledger.read(revised)
    ledger.accept(revised, facts=(financial(*revised, "f2"),), quarantined=("file:a",))
    row = ledger.row("file:a")
    assert (row["state"], row["state_reason"], row["pending"]) == ("quarantined", "planted", False)
    assert live_facts(ledger.log)["fact_id"].to_list() == ["f1"]


@pytest.mark.parametrize("quarantined", [(), ("file:a",)], ids=["processed", "quarantined"])
def test_another_version_makes_pending_what_an_older_one_did(ledger, quarantined):
    ledger.receive(A)
    ledger.read(A)
    ledger.accept(A, quarantined=quarantined)
    assert ledger.pending() == ledger.pending(reader_version=READER_VERSION, extractor_version=EXTRACTOR_VERSION) == set()
    assert ledger.pending(extractor_version="another") == {"file:a"}
    assert ledger.pending(reader_version="another") == {"file:a"}


def test_the_state_can_be_asked_as_of_any_position(ledger):
    ledger.receive(A)
    ledger.read(A)
    accepted = ledger.log.head.position
    ledger.accept(A, facts=(financial(*A, "f1"),))
    assert articles_state(ledger.log, upto=accepted)["pending"].to_list() == [True]
    assert live_facts(ledger.log, upto=accepted).is_empty()
    assert articles_state(ledger.log, upto=0).is_empty()


def test_live_facts_are_asserted_ones_with_the_spans_they_have_now(ledger):
    ledger.receive(A, B)
    ledger.accept(A, B, facts=(financial(*A, "f1"), financial(*A, "f2"), financial(*B, "f1")))
    ledger.accept(A, facts=(financial(*A, "f1", evidence_start=7, value_start=None),))
    live = live_facts(ledger.log, [article_id("file:a")])
    assert live.select("table", "fact_id", "evidence_start", "value_start", "value_end").rows() == [
        ("fact_financials", "f1", 7, None, 33)
    ]
    assert live_facts(ledger.log).height == 2
    assert live_of(ledger.log.read()).equals(live_facts(ledger.log))


def test_a_fact_asserted_again_is_live_with_the_spans_of_its_last_assertion(ledger):
    ledger.receive(A)
    ledger.accept(A, facts=(financial(*A, "f1"),))
    ledger.accept(A, facts=(financial(*A, "f1", evidence_start=7),))
    ledger.accept(A)
    assert live_facts(ledger.log).is_empty()
    ledger.accept(A, facts=(financial(*A, "f1", evidence_start=2),))
    assert live_facts(ledger.log)["evidence_start"].to_list() == [2]


def test_the_state_of_all_events_is_the_state_of_the_log(ledger):
    ledger.receive(A, B, C)
    ledger.read(A, B, C, rejected=("file:c",))
    ledger.accept(A, B, facts=(financial(*A, "f1"),), quarantined=("file:b",))
    events = ledger.log.read()
    assert articles_of(events, events.select("stream_id", "stream_version")).equals(articles_state(ledger.log))


def test_no_text_of_an_article_is_in_the_log(ledger):
    ledger.receive(A, B)
    ledger.read(A, B, rejected=("file:b",))
    ledger.accept(A, facts=(financial(*A, "f1"),), quarantined=("file:a",))
    ledger.accept(A, facts=(financial(*A, "f1"),))
    everything = "\n".join(ledger.log.read()["payload"])
    for words in ('een"', "Een titel", "Brightwater", "verdiende"):
        assert words not in everything
    assert not set(TEXT_COLUMNS) & {name for names in FACTS.values() for name in names}
