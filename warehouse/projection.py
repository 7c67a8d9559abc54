"""From events to tables: what the log says up to a position, with the words filled in from the content store.

Pure functions of frames but for `load`, which reads log and store. What columns there are is tables.py, how facts live on in
rows lives.py, what the digests are made of digests.py, and writing files publish.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES, TEXT_COLUMNS
from warehouse import copies
from warehouse.content import ContentStore
from warehouse.digests import article_digests, companies_digest, content_digest, stated
from warehouse.events import Events, EventType, decode
from warehouse.lives import facts as facts_of
from warehouse.lives import readings as readings_of
from warehouse.log import EventLog
from warehouse.ranks import RANKS, ranks_digest
from warehouse.state import JUDGMENTS, articles_of, judgments_of
from warehouse.tables import (
    ARTICLE_STREAMS,
    ARTICLES,
    BY_ARTICLE,
    DIM_SOURCE,
    LOG_POSITIONS,
    PROJECTION_VERSION,
    QUARANTINE,
    RUNS,
    TABLES,
    typed,
)

SIGNATURES: Final = "signatures"
"""Name of copies.TEXTS among drafts: of the articles whose texts others can be copies of."""
STATED: Final = "stated"
"""Name among drafts of a digest of what each article states: article_id, stated."""

NO_RANKS: Final = pl.DataFrame(schema=RANKS)

TextsOf = Callable[[pl.Series], pl.DataFrame]
"""Hashes of clean texts -> frame[text_sha256, text] of those that are still there."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A position of the log, and the digests of what the tables hold there."""

    position: int
    log_digest: str
    recorded_at: datetime
    content_digest: str
    companies_digest: str
    ranks_digest: str


@dataclass(frozen=True, kw_only=True)
class Projection(Reached):
    """Every table at one position of the log. `tables` has the keys and schemas of `TABLES`."""

    tables: dict[str, pl.DataFrame]


def load(
    log: EventLog,
    content: ContentStore,
    companies: pl.DataFrame,
    *,
    upto: int | None = None,
    ranks: pl.DataFrame = NO_RANKS,
) -> Projection:
    """The projection of `log` up to position `upto`, by default its head. Raises DamagedLog, DamagedContent, StaleLog."""
    position = log.head.position if upto is None else upto
    events = log.read(upto=position)
    return project(events, texts_in(content), companies, log_digest=log.hash_at(position), ranks=ranks)


def texts_in(content: ContentStore) -> TextsOf:
    """How `project` asks a content store: what was erased is left out rather than an error."""

    def texts(hashes: pl.Series) -> pl.DataFrame:
        return content.texts(content.holds(hashes.to_list(), text=True))

    return texts


def project(
    events: pl.DataFrame,
    texts: TextsOf,
    companies: pl.DataFrame,
    *,
    log_digest: str,
    ranks: pl.DataFrame = NO_RANKS,
) -> Projection:
    """Tables of `events` (columns of the log, positions from 1 without gap), `companies` (DIM_COMPANY) and `ranks` (RANKS)."""
    draft = drafts(events, texts)
    joined = copies.labels(copies.texts(draft[SIGNATURES]))
    tables = finished(draft, joined.filter(pl.col("own_cluster_id") != pl.col("cluster_id")))
    articles = with_copies(tables["articles"])
    companies = typed(companies, DIM_COMPANY).sort("company_id")
    last = events.select(pl.col("position", "recorded_at").last()).row(0)
    return Projection(
        position=last[0] or 0,
        log_digest=log_digest,
        recorded_at=last[1],
        content_digest=content_digest(tables["article_digests"]["digest"], companies),
        companies_digest=companies_digest(companies),
        ranks_digest=ranks_digest(ranks),
        tables={
            **tables,
            "log_positions": log_positions(events),
            "articles": articles,
            "dim_company": companies,
            "dim_source": sources(articles.group_by("source_id", "language").len(), ranks),
            "runs": runs(events),
        },
    )


def can_be_copied() -> pl.Expr:
    """Whether others can be copies of an article (ARTICLES_STATE): not of what was rejected or withdrawn."""
    return pl.col("state").is_in(["rejected", "withdrawn"]).not_()


def of_articles(events: pl.DataFrame, texts: TextsOf, joined: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables of BY_ARTICLE, of the articles whose events these are: all events of each.

    `joined` (copies.CLUSTERS): clusters that are counted in another one. `copies` of articles are left 0.
    """
    return finished(drafts(events, texts), joined)


def drafts(events: pl.DataFrame, texts: TextsOf | None) -> dict[str, pl.DataFrame]:
    """As `of_articles`, with each text counted in the cluster of its own letters, and without digests of articles.

    Besides: STATED, which those digests are made of, and SIGNATURES, which tell what texts are copies. Without `texts` there
    is only what digests hang on: no words, and of BY_ARTICLE only articles and facts.
    """
    told = Events(events)
    state = articles_of(told, events.select("stream_id", "stream_version"))
    readings = readings_of(told)
    facts = {table: facts_of(told, readings, table) for table in FACT_TABLES}
    worded = with_words({"articles": _articles(state, facts), **facts}, texts)
    signed = state.filter(can_be_copied()).select("cluster_id", pl.col("signature").str.decode("base64"), "published_at")
    made = {
        **{name: typed(frame, TABLES[name]) for name, frame in worded.items()},
        STATED: stated(facts),
        SIGNATURES: copies.texts(signed),
    }
    if texts is None:
        return made
    return made | {
        "quarantine": _quarantine(told),
        "judgments": typed(judgments_of(told), JUDGMENTS),
        "article_streams": _streams(events, state),
    }


def finished(drafts: dict[str, pl.DataFrame], joined: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """`drafts` with the clusters that texts are counted in, and with digests: the tables of BY_ARTICLE."""
    counted = {name: in_clusters(drafts[name], joined) for name in ("articles", *FACT_TABLES)}
    digests = article_digests(counted["articles"], drafts[STATED])
    tables = {**drafts, **counted, "article_digests": digests}
    return {name: tables[name] for name in BY_ARTICLE}


def in_clusters(frame: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the cluster that each text is counted in, where that is not the one of its own letters."""
    return frame.with_columns(pl.col("cluster_id").replace(joined["own_cluster_id"], joined["cluster_id"]))


def log_positions(events: pl.DataFrame) -> pl.DataFrame:
    """LOG_POSITIONS: the position that each commit reached."""
    reached = events.group_by("recorded_at", "run_id").agg(pl.col("position").max())
    return reached.select(LOG_POSITIONS.keys()).sort("position")


def with_copies(articles: pl.DataFrame) -> pl.DataFrame:
    """ARTICLES with how many others each has in its cluster."""
    others = pl.len().over("cluster_id").cast(pl.Int64) - 1
    return articles.with_columns(pl.when(pl.col("cluster_id").is_not_null()).then(others).otherwise(0).alias("copies"))


def with_words(frames: Mapping[str, pl.DataFrame], texts: TextsOf | None, *, batch: int = 4096) -> dict[str, pl.DataFrame]:
    """`frames` with each word column `w` added of which they have the span; null where the text was erased.

    They need text_sha256 and the spans `w_start` and `w_end`: half-open, in code points.
    """
    rows = {name: frame.with_row_index("_row") for name, frame in frames.items()}
    words = {name: [w for w in (*TEXT_COLUMNS, "title") if f"{w}_start" in frame.columns] for name, frame in frames.items()}
    cut = {
        name: [frame.clear().select("_row", *(pl.lit(None, pl.String).alias(word) for word in words[name]))]
        for name, frame in rows.items()
    }
    hashes = pl.concat([frame["text_sha256"] for frame in rows.values()]).drop_nulls().unique().sort()
    # A batch of texts at a time: a clean text is a hundred times the size of what is cut from it.
    for start in range(0, hashes.len() if texts is not None else 0, batch):
        some = texts(hashes.slice(start, batch)) if texts is not None else pl.DataFrame()
        for name, frame in rows.items():
            spans = [
                pl.col("text").str.slice(pl.col(f"{w}_start"), pl.col(f"{w}_end") - pl.col(f"{w}_start")) for w in words[name]
            ]
            cut[name].append(
                frame.join(some, on="text_sha256").select(
                    "_row", *(span.alias(w) for span, w in zip(spans, words[name], strict=True))
                )
            )
    return {
        name: frame.join(pl.concat(cut[name]), on="_row", how="left", maintain_order="left").drop("_row")
        for name, frame in rows.items()
    }


def _last(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("position").unique("article_id", keep="last")


def _articles(state: pl.DataFrame, facts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """ARTICLES from ARTICLES_STATE, but the title, which is still its span: title_start, title_end."""
    counts = (
        pl.concat([frame.filter(pl.col("retracted_position").is_null()).select("article_id") for frame in facts.values()])
        .group_by("article_id")
        .agg(pl.len().alias("facts"))
    )
    return (
        state.join(counts, on="article_id", how="left")
        .with_columns(pl.lit(0).alias("copies"), pl.col("facts").fill_null(0))
        .select(*(name for name in ARTICLES if name != "title"), "title_start", "title_end")
        .sort("article_id")
    )


def _streams(events: pl.DataFrame, state: pl.DataFrame) -> pl.DataFrame:
    """ARTICLE_STREAMS of ARTICLES_STATE."""
    positions = (
        events.select(pl.col("stream_id").str.strip_prefix("article/").alias("article_id"), "position")
        .group_by("article_id")
        .agg(pl.col("position").sort().alias("positions"))
    )
    counted = state.filter(can_be_copied()).select("article_id", "cluster_id", "signature").pipe(copies.split)
    return (
        state.select("article_id")
        .join(counted.rename({"cluster_id": "own_cluster_id"}), on="article_id", how="left")
        .join(positions, on="article_id", how="left")
        .pipe(typed, ARTICLE_STREAMS)
        .sort("article_id")
    )


def sources(counts: pl.DataFrame, ranks: pl.DataFrame) -> pl.DataFrame:
    """DIM_SOURCE from source_id, language, len: how many articles in which language came from whom; and RANKS."""
    return (
        counts.filter(pl.col("source_id").is_not_null())
        # The commonest language, the first by name among equals: nothing may hang on the order of rows.
        .sort("source_id", "len", "language", descending=[False, True, False])
        .unique("source_id", keep="first", maintain_order=True)
        .select(
            "source_id",
            pl.col("source_id").alias("name"),
            pl.lit(None, pl.String).alias("country"),
            "language",
        )
        .join(ranks, on="source_id", how="left", maintain_order="left")
        .pipe(typed, DIM_SOURCE)
    )


_VERDICTS: Final[tuple[tuple[EventType, str], ...]] = (("RunAccepted", "accepted"), ("RunRejected", "rejected"))


def runs(events: pl.DataFrame) -> pl.DataFrame:
    """RUNS that these events tell of, in the order in which they came."""
    started = decode(events, "RunStarted").select(
        "run_id", "command", "extractor_version", started_at="recorded_at", started="position"
    )
    verdicts = pl.concat(
        decode(events, kind).select(
            "position",
            "run_id",
            pl.lit(verdict).alias("verdict"),
            pl.col("recorded_at").alias("finished_at"),
            "counts",
        )
        for kind, verdict in _VERDICTS
    ).unnest("counts")
    return (
        started.join(verdicts, on="run_id", how="full", coalesce=True)
        .with_columns(pl.col("verdict").fill_null("pending"), pl.lit(PROJECTION_VERSION).alias("projection_version"))
        .sort(pl.coalesce("started", "position"))
        .pipe(typed, RUNS)
    )


def _quarantine(events: Events) -> pl.DataFrame:
    """QUARANTINE, one row for each broken rule."""
    held = decode(events, "ArticleQuarantined")
    processed = _last(decode(events, "ArticleProcessed")).select("article_id", processed_at="position")
    revised = _last(decode(events, "ArticleRevised")).select("article_id", revised_at="position")
    payloads = events.frame.filter(pl.col("event_type") == "ArticleQuarantined").select("position", "payload")
    # Rows of Python, but of quarantined articles only: a fact stays the JSON that the log holds.
    written = [
        (position, fact["fact_id"], json.dumps(fact, sort_keys=True, ensure_ascii=False))
        for position, payload in payloads.iter_rows()
        for fact in json.loads(payload).get("facts") or ()
    ]
    facts = pl.DataFrame(written, schema={"position": pl.Int64, "fact_id": pl.String, "fact": pl.String}, orient="row").unique(
        ["position", "fact_id"], keep="first", maintain_order=True
    )
    rows = (
        held.select("position", "run_id", "article_id", "rules")
        .explode("rules", empty_as_null=False, keep_nulls=False)
        .unnest("rules")
        .join(facts, on=["position", "fact_id"], how="left")
    )
    return (
        rows.join(processed, on="article_id", how="left")
        .join(revised, on="article_id", how="left")
        .with_columns(
            pl.when(pl.col("processed_at") > pl.col("position"))
            .then(pl.lit("processed"))
            .when(pl.col("revised_at") > pl.col("position"))
            .then(pl.lit("revised"))
            .otherwise(pl.lit("pending"))
            .alias("decision")
        )
        .sort("position", "table", "fact_id", "rule", nulls_last=True)
        .pipe(typed, QUARANTINE)
    )
