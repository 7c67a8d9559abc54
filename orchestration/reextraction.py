"""Facts of everything that was ever read, found anew: what that would change, told before any of it is recorded."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from orchestration import pipeline
from orchestration.pipeline import Ledger, state_of, with_texts
from orchestration.progress import Observer, Silent
from warehouse import decisions
from warehouse.events import NewEvent, article_stream
from warehouse.home import one_at_a_time
from warehouse.judgments import judged
from warehouse.state import judgments, live_facts

REPORT: Final = {
    "table": pl.String,
    "language": pl.String,
    "unchanged": pl.Int64,
    "appear": pl.Int64,
    "vanish": pl.Int64,
    "change": pl.Int64,
    "move": pl.Int64,
}
"""How many facts, by table and language. A fact changes where another takes its evidence; it moves where only spans differ."""


@dataclass(frozen=True, slots=True)
class Reextracted:
    """What an accepted re-extraction recorded; `reason` where the audit refused it."""

    accepted: bool
    reason: str
    position: int


def preview(ledger: Ledger, *, observer: Observer | None = None) -> pl.DataFrame:
    """REPORT: the difference between what the log holds and what the present extractor finds. Records nothing."""
    observer = observer or Silent()
    rows = readable(ledger)
    observer.begin("Finding facts anew", rows.height)
    counted: list[pl.DataFrame] = [pl.DataFrame(schema=REPORT)]
    for chunk in rows.iter_slices(pipeline.LARGE_CHUNK):
        counted.append(_compared(ledger, chunk))
        observer.advance(chunk.height)
    numbers = [name for name, dtype in REPORT.items() if dtype == pl.Int64]
    return pl.concat(counted).group_by("table", "language").agg(pl.col(numbers).sum()).sort("table", "language")


def reextract(ledger: Ledger, *, observer: Observer | None = None) -> Reextracted:
    """Find all facts anew, audit them as those of any run, record the difference in one commit and publish.

    Raises AuditCrashed, DamagedStaging, PublishRefused.
    """
    observer = observer or Silent()
    run_id = str(uuid.uuid4())
    pipeline.extract(ledger, run_id=run_id, command="reextract", observer=observer, rows=readable(ledger))
    audited = pipeline.audit(ledger, run_id=run_id, observer=observer)
    if audited.accepted:
        # As every run does: two that publish at once would be refused, whichever came second.
        with one_at_a_time(ledger.home.lock, waiting=lambda process: observer.begin(f"Waiting for process {process}", None)):
            pipeline.assert_facts(ledger, run_id=run_id, observer=observer)
            pipeline.publish(ledger, run_id=run_id, observer=observer)
    return Reextracted(audited.accepted, audited.reason, ledger.log.head.position)


def readable(ledger: Ledger) -> pl.DataFrame:
    """ARTICLES_STATE of every article whose clean text is at hand."""
    state = state_of(ledger.log).filter(pl.col("text_sha256").is_not_null(), pl.col("state") != "withdrawn")
    held = ledger.content.holds(state["text_sha256"], text=True)
    return state.filter(pl.col("text_sha256").is_in(pl.Series(list(held), dtype=pl.String).implode()))


def _compared(ledger: Ledger, chunk: pl.DataFrame) -> pl.DataFrame:
    """REPORT of some articles."""
    from transforms.extract import extract as facts_of

    texts = with_texts(ledger.content, chunk)
    live, by_people = live_facts(ledger.log, chunk["article_id"]), judgments(ledger.log)
    words = dict(texts.select("article_id", "text").iter_rows())
    before = {} if by_people.is_empty() else pipeline.texts_before(ledger.content, chunk, by_people)
    staged = judged(facts_of(texts), live, by_people, texts=words, texts_before=before)
    events = decisions.assert_facts(chunk, live, staged, texts, run_id="preview", staged_digest="")
    languages = dict(chunk.select("article_id", "language").iter_rows())
    changes = _changes(events, live, languages)
    standing = live.group_by(
        "table", pl.col("article_id").replace_strict(languages, return_dtype=pl.String).alias("language")
    ).len()
    whole = standing.join(changes, on=["table", "language"], how="full", coalesce=True).with_columns(
        pl.col("len", "appear", "vanish", "change", "move").fill_null(0).cast(pl.Int64)
    )
    kept = pl.col("len") - pl.col("vanish") - pl.col("change") - pl.col("move")
    return whole.with_columns(unchanged=kept).select(REPORT.keys())


def _changes(events: Sequence[NewEvent], live: pl.DataFrame, languages: dict[str, str]) -> pl.DataFrame:
    """table, language, appear, vanish, change, move from the events that would be recorded."""
    place = dict(
        zip(
            live.select("article_id", "table", "fact_id").iter_rows(),
            live.select("evidence_start", "evidence_end").iter_rows(),
            strict=True,
        )
    )
    streams = {article_stream(article_id): article_id for article_id in languages}
    gone: list[tuple[Any, ...]] = []
    come: Counter[tuple[Any, ...]] = Counter()
    rows: list[tuple[str, str, str]] = []
    for event in events:
        article_id, payload = streams.get(event.stream_id, ""), event.payload
        if event.event_type == "FactRetracted":
            gone.append((payload["table"], article_id, *place[article_id, payload["table"], payload["fact_id"]]))
        elif event.event_type == "FactAsserted":
            come[payload["table"], article_id, payload["evidence_start"], payload["evidence_end"]] += 1
        elif event.event_type == "FactMoved":
            rows.append((payload["table"], languages[article_id], "move"))
    for each in gone:
        table, article_id, *_ = each
        instead = come[each] > 0
        come[each] -= instead
        rows.append((table, languages[article_id], "change" if instead else "vanish"))
    rows += [(table, languages[article_id], "appear") for table, article_id, *_ in come.elements()]
    frame = pl.DataFrame(rows, schema={"table": pl.String, "language": pl.String, "kind": pl.String}, orient="row")
    kinds = ["appear", "vanish", "change", "move"]
    return frame.group_by("table", "language").agg((pl.col("kind") == kind).sum().cast(pl.Int64).alias(kind) for kind in kinds)
