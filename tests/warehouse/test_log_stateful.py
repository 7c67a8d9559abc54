"""The log against a plain list in memory: whatever is done in whatever order, both hold the same events."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import rfc8785
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from tests.warehouse.material import article_id, raw, sha
from warehouse import decisions, state
from warehouse.errors import StaleLog
from warehouse.events import NO_HASH, SCHEMA_VERSION, NewEvent
from warehouse.home import Home
from warehouse.log import EventLog

URIS = ("file:a", "file:b", "file:c")
CONTENTS = ("one", "two", "three")
ARTICLES = st.lists(st.tuples(st.sampled_from(URIS), st.sampled_from(CONTENTS)), min_size=1, max_size=4)


class Model:
    """What a log is, in a dozen lines: a list, a version by stream, a hash by event."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.bytes: dict[str, str] = {}

    def version(self, stream_id: str) -> int:
        return sum(row["stream_id"] == stream_id for row in self.rows)

    def add(self, stream_id: str, event_type: str, payload: dict[str, Any], recorded_at: datetime, run_id: str) -> None:
        version = self.version(stream_id) + 1
        identity = hashlib.sha256(rfc8785.dumps([stream_id, version, event_type, payload])).hexdigest()
        prev_hash = self.rows[-1]["hash"] if self.rows else NO_HASH
        recorded_at = max([recorded_at, *(row["recorded_at"] for row in self.rows[-1:])])
        micros = (recorded_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        position = len(self.rows) + 1
        digest = hashlib.sha256(rfc8785.dumps([position, identity, SCHEMA_VERSION, micros, run_id, prev_hash])).hexdigest()
        self.rows.append(
            {
                "position": position,
                "event_id": identity,
                "stream_id": stream_id,
                "stream_version": version,
                "event_type": event_type,
                "schema_version": SCHEMA_VERSION,
                "recorded_at": recorded_at,
                "run_id": run_id,
                "payload": rfc8785.dumps(payload).decode(),
                "prev_hash": prev_hash,
                "hash": digest,
            }
        )

    def receive(self, articles: list[tuple[str, str]], recorded_at: datetime, run_id: str) -> int:
        """Duplicates are nothing, other bytes a revision; how many events."""
        before = len(self.rows)
        for uri, content in articles:
            if (previous := self.bytes.get(uri)) == content:
                continue
            row = raw((uri, content)).row(0, named=True)
            payload = {
                "uri": uri,
                "content_sha256": sha(content),
                "media_type": row["media_type"],
                "size": len(content),
                "fetched_at": "2024-05-06T12:00:00.000000Z",
                "declared": {"language": "nl", "published": None, "title_sha256": sha(row["declared_title"]), "source": None},
            }
            if previous is not None:
                payload["previous_sha256"] = sha(previous)
            kind = "ArticleReceived" if previous is None else "ArticleRevised"
            self.add(f"article/{article_id(uri)}", kind, payload, recorded_at, run_id)
            self.bytes[uri] = content
        return len(self.rows) - before


class LogMachine(RuleBasedStateMachine):
    handles = Bundle("handles")

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="newsledger-log-"))
        self.home = Home(self.root)
        self.clock = datetime(2024, 1, 1, tzinfo=UTC)
        self.model = Model()
        self.log = self.opened()

    def opened(self) -> EventLog:
        return EventLog.open(self.home, clock=lambda: self.clock)

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    @rule(articles=ARTICLES)
    def receive(self, articles: list[tuple[str, str]]) -> None:
        events = decisions.receive(state.articles_state(self.log), raw(*articles))
        self.log.append(events, run_id="receive")
        assert self.model.receive(articles, self.clock, "receive") == len(events)

    @rule(count=st.integers(1, 5), stream=st.sampled_from(["run/x", "run/y"]))
    def append(self, count: int, stream: str) -> None:
        payload = {"command": "run", "extractor_version": "1"}
        version = self.log.stream_version(stream)
        assert version == self.model.version(stream)
        self.log.append([NewEvent(stream, version + each, "RunStarted", payload) for each in range(count)], run_id='é"\\')
        for _ in range(count):
            self.model.add(stream, "RunStarted", payload, self.clock, 'é"\\')

    @rule(seconds=st.integers(-3600, 3600))
    def set_the_clock(self, seconds: int) -> None:
        self.clock += timedelta(seconds=seconds)

    @rule()
    def restart(self) -> None:
        self.log = self.opened()

    @rule(target=handles)
    def keep_a_handle(self) -> tuple[EventLog, int]:
        return self.opened(), len(self.model.rows)

    @rule(target=handles, kept=consumes(handles), wrong=st.integers(-2, 2))
    def append_through_a_kept_handle(self, kept: tuple[EventLog, int], wrong: int) -> Any:
        """Goes well exactly if nothing was written since and the stream is where the decision thinks it is."""
        handle, seen = kept
        assert handle.head.position == seen
        assert handle.read()["hash"].to_list() == [row["hash"] for row in self.model.rows[:seen]], "a snapshot moved"
        version = handle.stream_version("run/kept") + wrong
        payload = {"command": "run", "extractor_version": "1"}
        event = NewEvent("run/kept", version, "RunStarted", payload)
        if seen != len(self.model.rows) or wrong:
            with pytest.raises(StaleLog):
                handle.append([event], run_id="kept")
            return multiple(kept)
        handle.append([event], run_id="kept")
        self.model.add("run/kept", "RunStarted", payload, self.clock, "kept")
        self.log.refresh()
        return multiple((handle, seen + 1))

    @rule(data=st.data())
    def read_a_part(self, data: st.DataObject) -> None:
        after = data.draw(st.integers(0, len(self.model.rows)))
        upto = data.draw(st.integers(after, len(self.model.rows)))
        assert self.log.read(after=after, upto=upto).to_dicts() == self.model.rows[after:upto]
        assert self.log.hash_at(upto) == (self.model.rows[upto - 1]["hash"] if upto else NO_HASH)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if hasattr(self, "log"):
            assert self.log.head.position == len(self.model.rows)
            assert self.log.read().to_dicts() == self.model.rows

    @invariant()
    def articles_stand_where_the_model_has_them(self) -> None:
        if hasattr(self, "log"):
            articles = state.articles_state(self.log)
            assert dict(articles.select("uri", "content_sha256").iter_rows()) == {
                uri: sha(content) for uri, content in self.model.bytes.items()
            }
            assert articles.filter(~pl.col("pending")).is_empty()

    @invariant()
    def verifies(self) -> None:
        if hasattr(self, "log"):
            assert self.log.verify() == []


TestLog = LogMachine.TestCase
TestLog.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
