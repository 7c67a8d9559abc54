"""Where each article stands and which facts are live, as the log says up to a position.

Queries over events: nothing is stored here and nothing decided. An article is pending until an
outcome (processed, quarantined, rejected) follows its current bytes, so that a run which was
killed or rejected leaves its work to be found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from transforms.schemas import COVERAGE_COLUMNS, INSTANT, OFFSET, Schema
from warehouse.events import SPANS, Events, EventType, article_stream, decode
from warehouse.log import EventLog

READING: Final[Schema] = {
    "text_sha256": pl.String,
    "reader_version": pl.String,
    "language": pl.String,
    "script": pl.String,
    "published_at": INSTANT,
    "published_precision": pl.String,
    "date_source": pl.String,
    "title_start": OFFSET,
    "title_end": OFFSET,
    "source_id": pl.String,
    "cluster_id": pl.String,
    "signature": pl.String,
}
"""What ArticleRead says of an article's bytes."""

ARTICLES_STATE: Final[Schema] = {
    "article_id": pl.String,
    "uri": pl.String,
    "stream_version": pl.Int64,
    "state": pl.String,  # current, revised, withdrawn, quarantined, rejected; of the current bytes
    "state_reason": pl.String,  # of a rejection or withdrawal its reason, of a quarantine its rules
    "pending": pl.Boolean,  # no outcome for the current bytes yet
    "content_sha256": pl.String,  # the current bytes
    "media_type": pl.String,
    "size": pl.Int64,  # of the current bytes
    "received_at": INSTANT,  # when the current bytes were recorded
    "declared_language": pl.String,
    "declared_published": pl.String,
    "declared_source": pl.String,
    **READING,  # the last reading of the current bytes, null before it
    "processed_position": pl.Int64,  # the last ArticleProcessed, whichever bytes it was of: what live facts refer to
    "processed_sha256": pl.String,
    "processed_text_sha256": pl.String,
    "processed_reader": pl.String,
    "processed_extractor": pl.String,
    **COVERAGE_COLUMNS,  # of the last ArticleProcessed
    "outcome_reader": pl.String,  # versions behind the outcome of the current bytes
    "outcome_extractor": pl.String,
}
"""One row an article."""

ALL_SPANS: Final = tuple(dict.fromkeys(name for names in SPANS.values() for name in names))

LIVE_FACTS: Final[Schema] = {
    "table": pl.String,
    "fact_id": pl.String,
    "article_id": pl.String,
    "asserted_position": pl.Int64,
    "payload": pl.String,  # of its FactAsserted: spans as they were then
    **dict.fromkeys(ALL_SPANS, OFFSET),  # as they are now
}
"""One row a fact that was asserted and not retracted since."""

_BYTES: Final[tuple[EventType, ...]] = ("ArticleReceived", "ArticleRevised")
_OUTCOMES: Final[tuple[EventType, ...]] = ("ArticleProcessed", "ArticleQuarantined", "ArticleRejected", "ArticleWithdrawn")
_FINAL: Final[tuple[EventType, ...]] = ("ArticleRejected", "ArticleWithdrawn")
"""Outcomes that no newer version of reader or extractor changes."""
ARTICLE_EVENTS: Final[tuple[EventType, ...]] = (*_BYTES, "ArticleRead", *_OUTCOMES)
FACT_EVENTS: Final[tuple[EventType, ...]] = ("FactAsserted", "FactRetracted", "FactMoved")
JUDGMENT_EVENTS: Final[tuple[EventType, ...]] = ("FactDisputed", "FactConfirmed", "FactCorrected")

JUDGMENTS: Final[Schema] = {
    "article_id": pl.String,
    "table": pl.String,
    "fact_id": pl.String,
    "judgment": pl.String,  # disputed, confirmed, corrected
    "corrected_id": pl.String,  # of a correction: the fact that stands in its place
    "reason": pl.String,
    "by": pl.String,
    "recorded_at": INSTANT,
    "position": pl.Int64,
}
"""One row a fact that a person has judged: the last judgment on it."""


def articles_state(
    log: EventLog, *, upto: int | None = None, reader_version: str | None = None, extractor_version: str | None = None
) -> pl.DataFrame:
    """ARTICLES_STATE of the log's snapshot, up to position `upto`, in order of article_id.

    With `reader_version` or `extractor_version`, articles whose outcome an other version gave are
    pending again; rejected ones are not, as no version is recorded with a rejection.
    """
    events = log.read(upto=upto, event_types=ARTICLE_EVENTS)
    versions = log.read(upto=upto, columns=["stream_id", "stream_version"])
    return articles_of(events, versions, reader_version=reader_version, extractor_version=extractor_version)


def articles_of(
    events: pl.DataFrame | Events,
    versions: pl.DataFrame,
    *,
    reader_version: str | None = None,
    extractor_version: str | None = None,
) -> pl.DataFrame:
    """ARTICLES_STATE from events (LOG, at least ARTICLE_EVENTS) and stream_id, stream_version of all events."""
    events = Events(events) if isinstance(events, pl.DataFrame) else events
    current = _current_bytes(events)
    read = _last_of_current(decode(events, "ArticleRead"), current).select("article_id", *READING)
    top = versions.group_by("stream_id").agg(pl.col("stream_version").max())
    return (
        current.join(read, on="article_id", how="left")
        .join(_last_outcome(events, current), on="article_id", how="left")
        .join(_last_processed(events), on="article_id", how="left")
        .join(top, on="stream_id", how="left")
        .with_columns(
            pl.when(pl.col("outcome") == "ArticleWithdrawn")
            .then(pl.lit("withdrawn"))
            .when(pl.col("outcome") == "ArticleRejected")
            .then(pl.lit("rejected"))
            .when(pl.col("outcome") == "ArticleQuarantined")
            .then(pl.lit("quarantined"))
            .when(pl.col("revised"))
            .then(pl.lit("revised"))
            .otherwise(pl.lit("current"))
            .alias("state"),
            _is_pending(reader_version, extractor_version).alias("pending"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in ARTICLES_STATE.items())
        .sort("article_id")
    )


def live_facts(log: EventLog, article_ids: Iterable[str] | None = None, *, upto: int | None = None) -> pl.DataFrame:
    """LIVE_FACTS of these articles, or of all, in order of article_id, table, fact_id."""
    streams = None if article_ids is None else [article_stream(article_id) for article_id in article_ids]
    return live_of(log.read(upto=upto, event_types=FACT_EVENTS, stream_ids=streams))


def live_of(events: pl.DataFrame) -> pl.DataFrame:
    """LIVE_FACTS from events (LOG, at least FACT_EVENTS)."""
    key = ["article_id", "table", "fact_id"]
    identity = pl.col("payload").str.json_decode(pl.Struct({"table": pl.String, "fact_id": pl.String}))
    facts = (
        events.filter(pl.col("event_type").is_in(FACT_EVENTS))
        .with_columns(pl.col("stream_id").str.strip_prefix("article/").alias("article_id"), identity.alias("_identity"))
        .unnest("_identity")
        .sort("position")
    )
    last = facts.group_by(key).agg(pl.col("event_type").last()).filter(pl.col("event_type") != "FactRetracted").select(key)
    asserted = (
        facts.filter(pl.col("event_type") == "FactAsserted")
        .group_by(key)
        .agg(pl.col("position").last().alias("asserted_position"), pl.col("payload").last())
        .join(last, on=key)
    )
    moved = (
        facts.filter(pl.col("event_type") == "FactMoved")
        .group_by(key)
        .agg(pl.col("position").last().alias("moved_position"), pl.col("payload").last().alias("moved"))
    )
    spans = pl.Struct(dict.fromkeys(ALL_SPANS, OFFSET))
    # A move names all spans of its table, so it replaces those of the assertion as a whole.
    now = pl.when(pl.col("moved_position") > pl.col("asserted_position")).then(pl.col("moved")).otherwise(pl.col("payload"))
    return (
        asserted.join(moved, on=key, how="left")
        .with_columns(now.str.json_decode(spans).alias("_spans"))
        .unnest("_spans")
        .select(pl.col(name).cast(dtype) for name, dtype in LIVE_FACTS.items())
        .sort(key)
    )


def judgments(log: EventLog, *, upto: int | None = None) -> pl.DataFrame:
    """JUDGMENTS of the log's snapshot, in order of position."""
    return judgments_of(log.read(upto=upto, event_types=JUDGMENT_EVENTS))


def judgments_of(events: pl.DataFrame | Events) -> pl.DataFrame:
    """JUDGMENTS from events (LOG, at least JUDGMENT_EVENTS)."""
    nothing = pl.lit(None, pl.String).alias("corrected_id")
    rows = [
        decoded.with_columns(pl.lit(kind.removeprefix("Fact").lower()).alias("judgment")).select(JUDGMENTS.keys())
        for kind in JUDGMENT_EVENTS
        for decoded in [decode(events, kind).with_columns(*([] if kind == "FactCorrected" else [nothing]))]
    ]
    last = pl.concat(rows).sort("position").unique(["article_id", "table", "fact_id"], keep="last")
    return last.select(pl.col(name).cast(dtype) for name, dtype in JUDGMENTS.items()).sort("position")


def _current_bytes(events: pl.DataFrame | Events) -> pl.DataFrame:
    """One row an article: its last bytes, the position of their event, and whether they replaced others."""
    columns = ["position", "stream_id", "article_id", "recorded_at", "uri", "content_sha256", "media_type", "size", "declared"]
    both = [decode(events, kind).select(*columns, pl.lit(kind == "ArticleRevised").alias("revised")) for kind in _BYTES]
    return (
        _last(pl.concat(both))
        .rename({"recorded_at": "received_at", "position": "bytes_position"})
        .with_columns(pl.col("declared").name.prefix_fields("declared_"))
        .unnest("declared")
    )


def _last_of_current(rows: pl.DataFrame, current: pl.DataFrame) -> pl.DataFrame:
    """The last row of each article that came after its current bytes and is about them."""
    bytes_ = current.select("article_id", "bytes_position", "content_sha256")
    about = rows.join(bytes_, on=["article_id", "content_sha256"]).filter(pl.col("position") > pl.col("bytes_position"))
    return _last(about)


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """The last row of each article."""
    return rows.sort("position").unique("article_id", keep="last")


def _last_outcome(events: pl.DataFrame | Events, current: pl.DataFrame) -> pl.DataFrame:
    """One row an article with an outcome for its current bytes: outcome, state_reason, the versions behind it."""
    nothing = pl.lit(None, pl.String).alias("state_reason")
    rules = pl.col("rules").list.eval(pl.element().struct.field("rule")).list.unique().list.sort().list.join(", ")
    processed = decode(events, "ArticleProcessed").with_columns(nothing)
    # A quarantine says nothing of the reader; the reading before it does.
    readings = decode(events, "ArticleRead").sort("position").select("article_id", "position", "reader_version")
    quarantined = (
        decode(events, "ArticleQuarantined")
        .sort("position")
        .join_asof(readings, on="position", by="article_id", check_sortedness=False)
        .with_columns(rules.alias("state_reason"))
    )
    # Nor does a rejection say which reader could not read.
    refused = [
        decode(events, kind).select(
            "article_id",
            "position",
            "content_sha256",
            pl.lit(None, pl.String).alias("reader_version"),
            pl.lit(None, pl.String).alias("extractor_version"),
            pl.col("reason").alias("state_reason"),
        )
        for kind in _FINAL
    ]
    rows = [
        decoded.select(
            "article_id",
            "position",
            "content_sha256",
            pl.lit(kind).alias("outcome"),
            "state_reason",
            pl.col("reader_version").alias("outcome_reader"),
            pl.col("extractor_version").alias("outcome_extractor"),
        )
        for kind, decoded in zip(_OUTCOMES, (processed, quarantined, *refused), strict=True)
    ]
    last = _last_of_current(pl.concat(rows), current)
    return last.select("article_id", "outcome", "state_reason", "outcome_reader", "outcome_extractor")


def _last_processed(events: pl.DataFrame | Events) -> pl.DataFrame:
    return _last(decode(events, "ArticleProcessed")).select(
        "article_id",
        pl.col("position").alias("processed_position"),
        pl.col("content_sha256").alias("processed_sha256"),
        pl.col("text_sha256").alias("processed_text_sha256"),
        pl.col("reader_version").alias("processed_reader"),
        pl.col("extractor_version").alias("processed_extractor"),
        *COVERAGE_COLUMNS,
    )


def _is_pending(reader_version: str | None, extractor_version: str | None) -> pl.Expr:
    pending = pl.col("outcome").is_null()
    other = pl.lit(value=False)
    if reader_version is not None:
        other = other | pl.col("outcome_reader").ne_missing(reader_version)
    if extractor_version is not None:
        other = other | pl.col("outcome_extractor").ne_missing(extractor_version)
    return pending | (other & ~pl.col("outcome").is_in(_FINAL))
