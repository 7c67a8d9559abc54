"""A ledger told article by article, for tests of the read side: events and texts without running the job.

Every sentence is made up. Spans are found by looking the words up in the text, so that a story cannot
state a span that is not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES, OFFSET
from warehouse.content import ContentStore
from warehouse.events import FACTS, SPANS, EventType, NewEvent, article_stream, canonical, run_stream
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.projection import Projection, project

DECIMALS = ("value", "value_high", "value_step")
CLOCK = datetime(2024, 1, 1, tzinfo=UTC)

COMPANIES = pl.DataFrame(
    {
        "company_id": ["zoom", "brightwater"],
        "name": ["Zoom", "Brightwater"],
        "country": ["US", "NL"],
        "ticker": ["ZM", None],
    },
).select(pl.col(name) if name in ("company_id", "name", "country", "ticker") else pl.lit(None, pl.String).alias(name)
         for name in DIM_COMPANY)  # fmt: skip


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Story:
    """Events in the order told; `commit` closes one append."""

    commits: list[tuple[str, list[NewEvent]]] = field(default_factory=list)
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    read: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    open: list[NewEvent] = field(default_factory=list)
    run_id: str = "run-1"

    def add(self, stream: str, kind: EventType, payload: Mapping[str, Any]) -> Story:
        version = self.versions.get(stream, 0)
        self.versions[stream] = version + 1
        self.open.append(NewEvent(stream_id=stream, expected_version=version, event_type=kind, payload=payload))
        return self

    def commit(self) -> Story:
        self.commits.append((self.run_id, self.open))
        self.open = []
        return self

    def run(self, run_id: str) -> Story:
        self.run_id = run_id
        return self.add(run_stream(run_id), "RunStarted", {"command": "run", "extractor_version": "1"})

    def accept(self, **counts: int) -> Story:
        payload = {"run_id": self.run_id, "staged_digest": "d", "outcomes": [], "counts": counts}
        return self.add(run_stream(self.run_id), "RunAccepted", payload).commit()

    def reject(self) -> Story:
        payload: dict[str, Any] = {"run_id": self.run_id, "outcomes": [], "counts": {}}
        return self.add(run_stream(self.run_id), "RunRejected", payload).commit()

    def article(
        self,
        name: str,
        text: str,
        *,
        language: str = "en",
        published: str | None = "2020-06-04T00:00:00.000000Z",
        precision: str | None = "day",
        source: str | None = None,
        cluster: str | None = None,
        signature: str | None = None,
        content: str | None = None,
    ) -> Story:
        """Received, or revised where the name is known, and read. The first line of `text` is the title."""
        raw = content or text
        received = {
            "uri": f"https://example.org/{name}",
            "content_sha256": sha(raw),
            "media_type": "text/plain",
            "size": len(raw),
            "fetched_at": "2024-01-01T00:00:00.000000Z",
            "declared": {"language": None, "published": None, "title_sha256": None, "source": None},
        }
        stream = article_stream(name)
        if name in self.read:
            self.add(stream, "ArticleRevised", {**received, "previous_sha256": self.read[name][0]})
        else:
            self.add(stream, "ArticleReceived", received)
        self.texts[sha(text)] = (sha(raw), text)
        self.read[name] = (sha(raw), sha(text), text)
        return self.add(
            stream,
            "ArticleRead",
            {
                "content_sha256": sha(raw),
                "text_sha256": sha(text),
                "reader_version": "1",
                "language": language,
                "script": None,
                "published_at": published,
                "published_precision": precision,
                "date_source": "meta",
                "title_start": 0,
                "title_end": len(text.split("\n", maxsplit=1)[0]),
                "source_id": source or f"{name}.example",
                "cluster_id": cluster or f"cluster-{name}",
                "signature": signature,
            },
        )

    def spans(self, name: str, table: str, evidence: str, mention: str | None, counterparty: str | None) -> dict[str, Any]:
        text = self.read[name][2]
        found: dict[str, Any] = dict.fromkeys(SPANS[table])
        found["sentence_index"] = 0
        for column, words in (("evidence", evidence), ("company_mention", mention), ("counterparty", counterparty)):
            if words is not None:
                found[f"{column}_start"] = text.index(words)
                found[f"{column}_end"] = text.index(words) + len(words)
        return found

    def fact(
        self,
        name: str,
        evidence: str,
        *,
        table: str = "fact_financials",
        fact_id: str | None = None,
        mention: str | None = None,
        counterparty: str | None = None,
        company: str | None = "zoom",
        confidence: str = "0.900",
        **values: Any,
    ) -> Story:
        payload: dict[str, Any] = dict.fromkeys(FACTS[table])
        if table == "fact_financials":
            payload |= {
                "metric": "revenue", "measure": "level", "unit": "USD", "comparator": "eq", "basis": "actual",
                "period_role": "current", "period_type": "quarter", "period_end": "2020-04-30",
            }  # fmt: skip
        payload |= self.spans(name, table, evidence, mention, counterparty)
        payload |= {"company_id": company, "confidence": confidence, "extractor": "newsledger", "extractor_version": "1"}
        payload |= {"rule": "told", "fact_id": fact_id or sha(name + table + evidence + repr(sorted(values.items())))[:32]}
        unknown = values.keys() - payload.keys()
        assert not unknown, unknown
        payload |= {key: str(value) if key in DECIMALS and value is not None else value for key, value in values.items()}
        return self.add(article_stream(name), "FactAsserted", {"table": table, **payload})

    def retract(self, name: str, fact_id: str, *, table: str = "fact_financials", reason: str = "article_revised") -> Story:
        return self.add(article_stream(name), "FactRetracted", {"table": table, "fact_id": fact_id, "reason": reason})

    def move(
        self, name: str, fact_id: str, evidence: str, *, table: str = "fact_financials", mention: str | None = None
    ) -> Story:
        spans = self.spans(name, table, evidence, mention, None)
        return self.add(article_stream(name), "FactMoved", {"table": table, "fact_id": fact_id, **spans})

    def processed(self, *names: str) -> Story:
        for name in names:
            content, text, _ = self.read[name]
            payload = {
                "content_sha256": content,
                "text_sha256": text,
                "reader_version": "1",
                "extractor_version": "1",
                "facts": dict.fromkeys(FACT_TABLES, 0),
                "sentences": 3,
                "telling": 1,
                "silent": "0-9:no_word:;12-40:weighed:revenue",
            }
            self.add(article_stream(name), "ArticleProcessed", payload)
        return self

    @property
    def head(self) -> int:
        return sum(len(events) for _, events in self.commits)

    def events(self) -> pl.DataFrame:
        """Columns of the log, one minute a commit, the chain left out."""
        rows = [
            (run_id, CLOCK + timedelta(minutes=minute), event)
            for minute, (run_id, events) in enumerate(self.commits)
            for event in events
        ]
        return pl.DataFrame(
            {
                "position": list(range(1, len(rows) + 1)),
                "stream_id": [event.stream_id for _, _, event in rows],
                "stream_version": [event.expected_version + 1 for _, _, event in rows],
                "event_type": [event.event_type for _, _, event in rows],
                "schema_version": [1] * len(rows),
                "recorded_at": [at for _, at, _ in rows],
                "run_id": [run_id for run_id, _, _ in rows],
                "payload": [canonical(event.payload).decode() for _, _, event in rows],
            },
            schema_overrides={"position": OFFSET, "recorded_at": pl.Datetime("us", "UTC")},
        )

    def texts_of(self, hashes: pl.Series) -> pl.DataFrame:
        known = [each for each in hashes if each in self.texts]
        texts = [self.texts[each][1] for each in known]
        return pl.DataFrame({"text_sha256": known, "text": texts}, schema={"text_sha256": pl.String, "text": pl.String})

    def projection(self, *, upto: int | None = None) -> Projection:
        events = self.events()
        events = events if upto is None else events.filter(pl.col("position") <= upto)
        return project(events, self.texts_of, COMPANIES, log_digest="0" * 64)

    def write(self, home: Home) -> tuple[EventLog, ContentStore]:
        """The same story as a real log and content store under `home`."""
        home.create()
        content = ContentStore.open(home)
        rows = [(digest, source, "1", text) for digest, (source, text) in self.texts.items()]
        content.put_texts(
            pl.DataFrame(rows, schema=["text_sha256", "content_sha256", "reader_version", "text"], orient="row").cast(pl.String)
        )
        log = EventLog.open(home)
        done = log.head.position
        for run_id, events in self.commits:
            if done <= 0:
                log.append(events, run_id=run_id)
            done -= len(events)
        return log, content
