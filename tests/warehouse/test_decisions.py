"""Decisions: only what changed is written, in an order that no order of rows can change, and never twice."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.material import article_id, financial, raw, sha, staged, texts
from transforms.schemas import FACT_MARKET_MOVES, FACT_TABLES
from warehouse import decisions
from warehouse.errors import BadEvent
from warehouse.events import FACTS, NewEvent, canonical, checked
from warehouse.log import LOG
from warehouse.state import LIVE_FACTS, articles_of, live_of

A, B = ("file:a", "een"), ("file:b", "twee")


class Story:
    """A log in memory: events decided, as a frame of the log's columns that decisions read."""

    def __init__(self) -> None:
        self.events: list[NewEvent] = []

    def add(self, events: list[NewEvent]) -> list[NewEvent]:
        for event in events:
            assert event.expected_version == sum(each.stream_id == event.stream_id for each in self.events)
            self.events.append(checked(event))
        return events

    @property
    def frame(self) -> pl.DataFrame:
        rows = [
            {
                "position": position,
                "stream_id": event.stream_id,
                "stream_version": event.expected_version + 1,
                "event_type": event.event_type,
                "schema_version": 1,
                "payload": canonical(event.payload).decode(),
            }
            for position, event in enumerate(self.events, start=1)
        ]
        return pl.DataFrame(rows, schema=LOG)

    @property
    def state(self) -> pl.DataFrame:
        return articles_of(self.frame, self.frame.select("stream_id", "stream_version"))

    @property
    def live(self) -> pl.DataFrame:
        return live_of(self.frame)

    def receive(self, *articles: tuple[str, str]) -> list[NewEvent]:
        return self.add(decisions.receive(self.state, raw(*articles)))

    def read(self, *articles: tuple[str, str], **how: Any) -> list[NewEvent]:
        return self.add(decisions.read(self.state, texts(raw(*articles), **how)))

    def accept(self, *articles: tuple[str, str], facts: Any = (), **how: Any) -> list[NewEvent]:
        """The events of an accepted run but its last."""
        frames = facts if isinstance(facts, dict) else staged(*facts)
        version = sum(each.stream_id == "run/r" for each in self.events)
        events = decisions.assert_facts(
            self.state,
            self.live,
            frames,
            texts(raw(*articles)),
            run_id="r",
            staged_digest=sha("staged"),
            **{"run_version": version, **how},
        )
        assert events[-1].event_type == "RunAccepted"
        return self.add(events)[:-1]


@pytest.fixture
def story() -> Story:
    return Story()


def kinds(events: list[NewEvent]) -> list[str]:
    return [event.event_type for event in events]


def test_a_new_article_is_received_once(story):
    (event,) = story.receive(A)
    assert event.event_type == "ArticleReceived"
    assert event.payload["content_sha256"] == sha("een")
    assert event.payload["size"] == 3
    assert event.payload["declared"]["title_sha256"] == sha("Een titel die nergens mag staan")
    assert story.receive(A) == []


def test_other_bytes_are_a_revision_of_what_was_there(story):
    story.receive(A)
    (event,) = story.receive(("file:a", "nieuw"))
    assert (event.event_type, event.payload["previous_sha256"]) == ("ArticleRevised", sha("een"))
    assert kinds(story.receive(A)) == ["ArticleRevised"]


def test_duplicates_within_a_batch_are_received_once_and_other_bytes_revise(story):
    events = story.receive(A, B, A, ("file:a", "nieuw"), ("file:a", "nieuw"))
    assert kinds(events) == ["ArticleReceived", "ArticleReceived", "ArticleRevised"]
    assert [event.expected_version for event in events] == [0, 0, 1]


def test_the_same_bytes_under_two_names_are_two_articles(story):
    assert kinds(story.receive(A, ("file:copy", "een"))) == ["ArticleReceived"] * 2


def test_a_reading_is_recorded_once_and_a_different_one_again(story):
    story.receive(A)
    (event,) = story.read(A)
    assert event.payload["text_sha256"] == sha("een")
    assert event.payload["published_at"] == "2024-05-06T12:00:00.000000Z"
    assert story.read(A) == []
    assert kinds(story.read(A, reader_version="another")) == ["ArticleRead"]


def test_what_cannot_be_read_is_rejected_once_with_its_reason(story):
    story.receive(A, B)
    events = story.read(A, B, rejected=("file:b",))
    assert {event.event_type: event.payload.get("reason") for event in events} == {
        "ArticleRead": None,
        "ArticleRejected": "no text",
    }
    assert story.read(A, B, rejected=("file:b",)) == []


def test_a_reading_of_bytes_that_were_replaced_meanwhile_is_left_out(story):
    story.receive(A)
    story.receive(("file:a", "nieuw"))
    assert story.read(A) == []


def test_first_facts_are_asserted_in_order_of_the_text_then_the_article_is_processed(story):
    story.receive(A, B)
    late, early = financial(*A, "f1", evidence_start=50), financial(*A, "f2", evidence_start=10)
    events = story.accept(A, B, facts=(late, early))
    by_article = [event for event in events if event.stream_id == f"article/{article_id('file:a')}"]
    assert kinds(by_article) == ["FactAsserted", "FactAsserted", "ArticleProcessed"]
    assert [event.payload["fact_id"] for event in by_article[:2]] == ["f2", "f1"]
    assert by_article[-1].payload["facts"] == {"fact_financials": 2, "fact_security_incidents": 0, "fact_market_moves": 0}
    assert kinds(events).count("ArticleProcessed") == 2
    payload = by_article[0].payload
    assert payload.keys() == {"table", *FACTS["fact_financials"]}
    assert (payload["value"], payload["confidence"], payload["period_end"]) == ("1500000.000000", "0.900", "2024-03-31")


def test_the_same_again_is_no_event_but_that_the_run_was_accepted(story):
    story.receive(A)
    story.read(A)
    story.accept(A, facts=(financial(*A, "f1"),))
    assert story.accept(A, facts=(financial(*A, "f1"),)) == []


def test_only_what_changed_is_retracted_and_asserted(story):
    story.receive(A)
    story.accept(A, facts=(financial(*A, "stays"), financial(*A, "goes"), financial(*A, "moves")))
    new = ("file:a", "nieuw")
    story.receive(new)
    events = story.accept(
        new, facts=(financial(*new, "stays"), financial(*new, "moves", evidence_end=40), financial(*new, "comes"))
    )
    assert [(event.event_type, event.payload.get("fact_id")) for event in events] == [
        ("FactRetracted", "goes"),
        ("FactMoved", "moves"),
        ("FactAsserted", "comes"),
        ("ArticleProcessed", None),
    ]
    assert events[0].payload["reason"] == "article_revised"
    assert events[1].payload["evidence_end"] == 40
    assert events[1].payload.keys() == {
        "table", "fact_id", "evidence_start", "evidence_end", "value_start", "value_end",
        "company_mention_start", "company_mention_end", "sentence_index",
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"company_id": "zoom"}, id="company"),
        pytest.param({"confidence": Decimal("0.5")}, id="confidence"),
        pytest.param({"period_end": None}, id="null for a date"),
        pytest.param({"value": Decimal("1500000.000001"), "evidence_start": 9}, id="value and span"),
    ],
)
def test_a_fact_with_another_value_is_retracted_and_asserted_anew(story, change):
    story.receive(A)
    story.accept(A, facts=(financial(*A, "f1"),))
    events = story.accept(A, facts=(financial(*A, "f1", **change),), extractor_version="newer")
    assert kinds(events) == ["FactRetracted", "FactAsserted", "ArticleProcessed"]
    assert events[0].payload["reason"] == "extractor_changed"
    assert story.live.height == 1
    assert story.accept(A, facts=(financial(*A, "f1", **change),), extractor_version="newer")[:-1] == []


def test_a_newer_extractor_that_finds_the_same_only_processes(story):
    story.receive(A)
    story.accept(A, facts=(financial(*A, "f1"),))
    events = story.accept(A, facts=(financial(*A, "f1", extractor_version="newer"),), extractor_version="newer")
    assert kinds(events) == ["ArticleProcessed"]
    assert events[0].payload["extractor_version"] == "newer"


def test_one_id_in_two_tables_or_two_articles_is_two_facts(story):
    story.receive(A, B)
    move = {name: value for name, value in financial(*A, "f1").items() if name in FACT_MARKET_MOVES}
    facts = staged(financial(*A, "f1"), financial(*B, "f1"), moves=({**move, "move_type": "ipo"},))
    story.accept(A, B, facts=facts)
    assert story.live.height == 3
    facts = staged(financial(*A, "f1"), financial(*B, "f1"))
    (retracted, processed) = story.accept(A, B, facts=facts)
    assert (retracted.payload["table"], retracted.payload["fact_id"]) == ("fact_market_moves", "f1")
    assert processed.event_type == "ArticleProcessed"


def quarantine(*uris: str) -> pl.DataFrame:
    rows = [
        {
            "article_id": article_id(uri),
            "table": "fact_financials",
            "fact_id": "f1",
            "rule": rule,
            "severity": "quarantine",
            "reason": "planted",
        }
        for uri in uris
        for rule in ("second", "first")
    ]
    return pl.DataFrame(rows)


def test_a_quarantined_article_keeps_its_live_facts_and_the_others_go_on(story):
    story.receive(A, B)
    story.accept(A, facts=(financial(*A, "f1"),))
    events = story.accept(A, B, facts=(financial(*A, "f2"), financial(*B, "f3")), quarantined=quarantine("file:a"))
    held = next(event for event in events if event.event_type == "ArticleQuarantined")
    assert [rule["rule"] for rule in held.payload["rules"]] == ["first", "second"]
    assert [fact["fact_id"] for fact in held.payload["facts"]] == ["f2"]
    assert sorted(kinds(events)) == ["ArticleProcessed", "ArticleQuarantined", "FactAsserted"]
    assert set(story.live["fact_id"]) == {"f1", "f3"}


def test_an_article_revised_since_it_was_staged_is_left_out_and_stays_pending(story):
    story.receive(A, B)
    story.receive(("file:a", "nieuw"))
    events = story.accept(A, B, facts=(financial(*A, "f1"), financial(*B, "f2")))
    assert {event.stream_id for event in events} == {f"article/{article_id('file:b')}"}
    assert story.state.filter("pending")["uri"].to_list() == ["file:a"]


def test_an_accepted_run_counts_what_it_did_and_keeps_what_it_was_told(story):
    story.add(decisions.start("r", command="run"))
    story.receive(A, B)
    story.accept(
        A,
        B,
        facts=(financial(*A, "f1"), financial(*B, "f2")),
        quarantined=quarantine("file:b"),
        counts={"received": 2, "new": 2},
        outcomes=[{"rule": "x", "scope": "row", "severity": "quarantine", "failed": 1, "words": "never"}],
    )
    last = story.events[-1]
    assert last.expected_version == 1
    assert last.payload["outcomes"] == [{"rule": "x", "scope": "row", "severity": "quarantine", "failed": 1}]
    assert {name: count for name, count in last.payload["counts"].items() if count} == {
        "received": 2, "new": 2, "processed": 1, "quarantined": 1, "asserted": 1, "fact_financials": 1,
    }  # fmt: skip


def test_a_rejected_run_leaves_its_articles_pending(story):
    story.add(decisions.start("r", command="run"))
    story.receive(A)
    story.add(decisions.reject_run("r", outcomes=[{"rule": "x", "failed": 3}]))
    assert story.events[-1].event_type == "RunRejected"
    assert story.state["pending"].to_list() == [True]


def test_a_fact_staged_twice_is_our_fault(story):
    story.receive(A)
    with pytest.raises(BadEvent, match="staged twice"):
        story.accept(A, facts=(financial(*A, "f1"), financial(*A, "f1", evidence_start=9)))


def test_an_article_that_was_never_received_is_our_fault(story):
    story.receive(A)
    with pytest.raises(BadEvent, match="never received"):
        story.accept(A, B)


FACT_IDS = st.dictionaries(
    st.sampled_from(["f1", "f2", "f3"]),
    st.tuples(st.sampled_from(["zoom", "brightwater", None]), st.integers(0, 2)),
    max_size=3,
)


@settings(max_examples=12, deadline=None)
@given(st.lists(FACT_IDS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_after_every_run_the_live_facts_are_the_staged_ones_whatever_came_before(versions, shuffle: random.Random):
    story = Story()
    story.receive(A)
    for facts in versions:
        rows = [financial(*A, name, company_id=company, sentence_index=place) for name, (company, place) in facts.items()]
        events = story.accept(A, facts=rows)
        shuffle.shuffle(rows)
        assert story.accept(A, facts=rows)[:-1] == []
        asserted = pl.col("payload").str.json_path_match("$.company_id")
        live = story.live.select("fact_id", asserted.alias("company_id"), "sentence_index")
        assert live.rows() == sorted((name, company, place) for name, (company, place) in facts.items())
        # Nothing is retracted and asserted for nothing.
        changed = {event.payload["fact_id"] for event in events if event.event_type == "FactAsserted"}
        assert changed <= facts.keys()
    assert story.live.schema == LIVE_FACTS


def test_the_order_of_rows_changes_no_event(story):
    story.receive(A, B)
    facts = [financial(*A, f"a{number}", evidence_start=number % 3) for number in range(9)] + [financial(*B, "b")]
    frames = staged(*facts)
    read = texts(raw(A, B))

    def decided(order: int) -> list[NewEvent]:
        some = {name: frame.sample(fraction=1, shuffle=True, seed=order) for name, frame in frames.items()}
        articles = read.sample(fraction=1, shuffle=True, seed=order)
        return decisions.assert_facts(story.state, story.live, some, articles, run_id="r", staged_digest="d")

    assert decided(1) == decided(2) == decided(3)
    assert set(FACT_TABLES) > frames.keys(), "a table may be missing"
