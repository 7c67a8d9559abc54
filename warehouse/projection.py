"""From events to tables: what the log says up to a position, with the words filled in from the content store.

Pure functions of frames but for `load`, which reads log and store. A fact's life starts at its FactAsserted and ends
at its FactRetracted; when its spans move, or its article is processed in another version, a new row takes over. So a
row never speaks of two texts, and reading the tables as of a position is a filter. Writing files is publish.py.
"""

from __future__ import annotations

import hashlib
import json
from binascii import unhexlify
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.schemas import COVERAGE_COLUMNS, DIM_COMPANY, FACT_TABLES, INSTANT, TEXT_COLUMNS, Schema
from warehouse import copies
from warehouse.content import ContentStore
from warehouse.events import FACTS, SPANS, Events, EventType, decode
from warehouse.log import EventLog
from warehouse.ranks import RANKS, ranks_digest
from warehouse.state import JUDGMENTS, articles_of, judgments_of

PROJECTION_VERSION: Final = "4"
"""Raised whenever the same events may give other tables."""

SUPERSEDED: Final = "superseded"
"""retracted_reason of a row whose fact lives on in a row with newer spans."""

HISTORY: Final[Schema] = {
    "recorded_at": INSTANT,
    "run_id": pl.String,
    "asserted_position": pl.Int64,
    "retracted_position": pl.Int64,
    "retracted_reason": pl.String,
}
"""What the warehouse adds to the columns of a fact."""

ARTICLES: Final[Schema] = {
    "article_id": pl.String,
    "uri": pl.String,
    "source_id": pl.String,
    "title": pl.String,
    "language": pl.String,
    "script": pl.String,
    "published_at": INSTANT,
    "published_precision": pl.String,
    "date_source": pl.String,
    "received_at": INSTANT,
    "state": pl.String,
    "state_reason": pl.String,
    "content_sha256": pl.String,
    "text_sha256": pl.String,
    "cluster_id": pl.String,
    "copies": pl.Int64,
    "facts": pl.Int64,
    **COVERAGE_COLUMNS,
}
DIM_SOURCE: Final[Schema] = {
    "source_id": pl.String,
    "name": pl.String,
    "country": pl.String,
    "language": pl.String,
    "rank": pl.Int64,
}
RUNS: Final[Schema] = {
    "run_id": pl.String,
    "started_at": INSTANT,
    "finished_at": INSTANT,
    "verdict": pl.String,
    "command": pl.String,
    "received": pl.Int64,
    "new": pl.Int64,
    "revised": pl.Int64,
    "duplicates": pl.Int64,
    "rejected": pl.Int64,
    "quarantined": pl.Int64,
    **dict.fromkeys(FACT_TABLES, pl.Int64),
    "extractor_version": pl.String,
    "projection_version": pl.String,
    "position": pl.Int64,
}
QUARANTINE: Final[Schema] = {
    "run_id": pl.String,
    "article_id": pl.String,
    "table": pl.String,
    "fact_id": pl.String,
    "fact": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "reason": pl.String,
    "decision": pl.String,
}
LOG_POSITIONS: Final[Schema] = {"position": pl.Int64, "recorded_at": INSTANT, "run_id": pl.String}
ARTICLE_DIGESTS: Final[Schema] = {"article_id": pl.String, "digest": pl.String}
ARTICLE_STREAMS: Final[Schema] = {
    "article_id": pl.String,
    "own_cluster_id": pl.String,  # of its own letters; null where it is no candidate for being copied
    "lanes": copies.LANES,
    "figures": pl.Binary,
    "positions": pl.List(pl.Int64),
}
"""What the next publication needs of an article to tell what changes with it; analysts have no use for it."""

TABLES: Final[dict[str, Schema]] = {
    "log_positions": LOG_POSITIONS,
    "articles": ARTICLES,
    "dim_company": DIM_COMPANY,
    "dim_source": DIM_SOURCE,
    "runs": RUNS,
    "quarantine": QUARANTINE,
    "judgments": JUDGMENTS,
    "article_digests": ARTICLE_DIGESTS,
    "article_streams": ARTICLE_STREAMS,
    **{table: {**schema, **HISTORY} for table, schema in FACT_TABLES.items()},
}
"""The tables of a published file but `publication`, which says what the file itself is."""

BY_ARTICLE: Final = ("articles", "quarantine", "judgments", "article_digests", "article_streams", *FACT_TABLES)
"""Tables of which each row is of one article and follows from its own events, but for the cluster it is counted in."""

SIGNATURES: Final = "signatures"
"""Name of copies.TEXTS among drafts: of the articles whose texts others can be copies of."""
STATED: Final = "stated"
"""Name among drafts of a digest of what each article states: article_id, stated."""

_READ: Final = ["content_sha256", "text_sha256", "language", "published_at", "published_precision", "cluster_id"]
"""What a fact row takes from the reading that its spans count in."""
_VERSION: Final = [name for name in _READ if name != "content_sha256"]
"""What makes another version of an article for its facts. Other bytes with the same text do not."""

_DIGESTED_ARTICLE: Final = [
    "article_id", "uri", "source_id", "language", "script", "published_at", "published_precision", "date_source", "state",
    "state_reason", "content_sha256", "text_sha256", "cluster_id",
]  # fmt: skip
_UNDIGESTED: Final = {*TEXT_COLUMNS, *HISTORY, *_READ, "article_id", "extractor_version"}
"""Columns of a fact outside the digest: words of the article, when and from which version of the extractor we learned
it first, and what the article's line holds already."""

_MANY: Final = 2_000
"""Rows from which it pays to look how many values a column has."""

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
    readings = _readings(told)
    facts = {table: _facts(told, readings, table) for table in FACT_TABLES}
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


def typed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of `schema`, in its order and with its types."""
    return frame.select(schema.keys()).cast(pl.Schema(schema))


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


def stated(facts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """article_id, stated: the sha256 of the lines of an article's current facts, whatever the order of rows."""
    lines = [
        _lines(current, table, [name for name in FACT_TABLES[table] if name not in _UNDIGESTED])
        for table, frame in facts.items()
        for current in [frame.filter(pl.col("retracted_position").is_null())]
    ]
    ordered = pl.concat(lines).sort("article_id", "line")
    articles = ordered["article_id"].rle().struct.unnest()
    return articles.select(pl.col("value").alias("article_id"), _sha256("stated", ordered["line"], articles["len"]))


def article_digests(articles: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """sha256 of each article's line and of what it states (see `stated`): ARTICLE_DIGESTS, in order of article_id."""
    # That other bytes came before is history, not content.
    heads = _lines(articles.with_columns(pl.col("state").replace("revised", "current")), "article", _DIGESTED_ARTICLE)
    whole = (
        heads.join(stated, on="article_id", how="left")
        .select("article_id", pl.concat_str("line", pl.col("stated").fill_null("")))
        .sort("article_id")
    )
    return whole.select("article_id", _sha256("digest", whole["line"], pl.repeat(1, whole.height, eager=True)))


def _sha256(name: str, lines: pl.Series, runs: pl.Series) -> pl.Series:
    """The sha256 of each run of so many consecutive lines."""
    letters, starts = _together(lines)
    ends = starts[np.r_[0, np.cumsum(runs.to_numpy())]].tolist()
    digests = [hashlib.sha256(letters[start:end]).hexdigest() for start, end in pairwise(ends)]
    return pl.Series(name, digests, dtype=pl.String)


def _together(texts: pl.Series) -> tuple[memoryview, NDArray[np.int64]]:
    """Texts as Arrow has them, one after the other in one piece of memory, and where each begins; and the end."""
    if texts.is_empty():
        return memoryview(b""), np.zeros(1, dtype=np.int64)
    rows = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, starts, letters = rows.buffers()
    places = np.frombuffer(starts, dtype=np.int64)[rows.offset : rows.offset + len(rows) + 1]
    first = int(places[0])
    return memoryview(letters)[first : int(places[-1])], places - first


def content_digest(digests: pl.Series, companies: pl.DataFrame) -> str:
    """One digest of all articles (`digest` of ARTICLE_DIGESTS), the reference data and the version of the projection."""
    whole = hashlib.sha256(f"newsledger content 1\n{PROJECTION_VERSION}\n{companies_digest(companies)}\n".encode())
    letters, _ = _together(digests)
    # As numbers of 32 bytes: a million are put in order in a quarter of a second.
    whole.update(np.sort(np.frombuffer(unhexlify(letters), dtype="S32")).tobytes())
    return whole.hexdigest()


def companies_digest(companies: pl.DataFrame) -> str:
    """Digest of DIM_COMPANY, whatever the order of rows."""
    lines = companies.select(_line("company", [_field(name) for name in DIM_COMPANY]))["line"].sort()
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _lines(frame: pl.DataFrame, kind: str, columns: list[str]) -> pl.DataFrame:
    """article_id and the line of each row."""
    return frame.select("article_id", _line(kind, [_field_of(frame[name]) for name in columns]))


def _line(kind: str, fields: list[pl.Expr]) -> pl.Expr:
    """One line a row that two rows share only if they are equal: each value with its length before it, null as `~`.

    Written out here rather than left to a JSON encoder, whose bytes are not ours to keep the same.
    """
    return pl.concat_str(pl.lit(kind), *fields, pl.lit("\n")).alias("line")


def _field_of(column: pl.Series) -> pl.Expr:
    """`_field` of a column; of one with few values in many rows, each value is written once."""
    field = _field(column.name)
    if column.len() < _MANY or column.head(_MANY).n_unique() > _MANY // 4:
        return field
    values = column.unique()
    if values.len() > column.len() // 4:
        return field
    written = values.to_frame().select(field).to_series()
    return pl.col(column.name).replace_strict(values, written, return_dtype=pl.String)


def _field(name: str) -> pl.Expr:
    schema = {**ARTICLES, **DIM_COMPANY, **{column: dtype for each in FACT_TABLES.values() for column, dtype in each.items()}}
    column = pl.col(name)
    # An instant as microseconds: no time zone, no format.
    text = (column.dt.epoch("us") if schema[name] == INSTANT else column).cast(pl.String)
    return pl.when(text.is_null()).then(pl.lit("~")).otherwise(pl.format("{}:{};", text.str.len_bytes(), text))


def _readings(events: Events) -> pl.DataFrame:
    """ArticleRead with `reading`: the position of the first of consecutive readings that are the same to a fact."""
    read = decode(events, "ArticleRead").sort("article_id", "position")
    # A text that comes back after another one is a reading of its own: consecutive ones only are the same.
    stretch = read.select(pl.struct("article_id", *_VERSION).rle_id())
    return (
        read.with_columns(stretch.to_series().alias("stretch"))
        .with_columns(pl.col("position").first().over("stretch").alias("reading"))
        .sort("position")
    )


def _facts(events: Events, readings: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows of one fact table: its schema but the word columns, and HISTORY."""
    asserted = decode(events, "FactAsserted", table=table).select(
        "article_id", "position", "recorded_at", "run_id", *FACTS[table]
    )
    read = readings.select("article_id", *_READ, read="position")
    told = asserted.join(_restless(events, readings, table), on="article_id", how="anti", maintain_order="left")
    told = told.join(read, on="article_id", how="left", maintain_order="left")
    unread = told.filter((pl.col("read") < pl.col("position")).not_().fill_null(value=True)).select("article_id").unique()
    calm = told.join(unread, on="article_id", how="anti", maintain_order="left") if unread.height else told
    columns = {name: dtype for name, dtype in TABLES[table].items() if name not in TEXT_COLUMNS}
    rows = typed(
        calm.with_columns(
            asserted_position=pl.col("position"),
            retracted_position=pl.lit(None, pl.Int64),
            retracted_reason=pl.lit(None, pl.String),
        ),
        columns,
    )
    if calm.height == asserted.height:
        return rows.sort("asserted_position", "fact_id")
    others = asserted.join(calm.select("article_id").unique(), on="article_id", how="anti", maintain_order="left")
    return pl.concat([rows, _facts_with_a_history(events, readings, others, table)]).sort("asserted_position", "fact_id")


def _restless(events: Events, readings: pl.DataFrame, table: str) -> pl.DataFrame:
    """article_id of those whose facts of this table need not hold ever since they were asserted, in one reading."""
    several = pl.len() > 1
    changes = [
        decode(events, "FactRetracted", table=table).select("article_id"),
        decode(events, "FactMoved", table=table).select("article_id"),
        readings.group_by("article_id").agg(several.alias("several")).filter("several").select("article_id"),
        decode(events, "ArticleProcessed")
        .group_by("article_id")
        .agg(several.alias("several"))
        .filter("several")
        .select("article_id"),
    ]
    return pl.concat(changes).unique()


def _facts_with_a_history(events: Events, readings: pl.DataFrame, asserted: pl.DataFrame, table: str) -> pl.DataFrame:
    """As `_facts`, of facts of any kind."""
    spans = list(SPANS[table])
    lives = _lives(events, asserted.select("article_id", "fact_id", "position"), table)
    rows = _rows(events, readings, lives, table)
    values = asserted.drop(*spans, "article_id", "fact_id")
    moved = decode(events, "FactMoved", table=table)
    places = pl.concat([asserted.select("position", *spans), moved.select("position", *spans)])
    columns = {name: dtype for name, dtype in TABLES[table].items() if name not in TEXT_COLUMNS}
    return (
        rows.join(values, left_on="born", right_on="position", how="left")
        .join(places, left_on="span_source", right_on="position", how="left")
        .join(readings.select("position", *_READ), left_on="reading", right_on="position", how="left")
        .pipe(typed, columns)
    )


def _lives(events: Events, asserted: pl.DataFrame, table: str) -> pl.DataFrame:
    """article_id, fact_id, born, died, reason: one row for each time that a fact was asserted."""
    retracted = decode(events, "FactRetracted", table=table).select(
        "article_id", "fact_id", pl.col("position").alias("died"), "reason"
    )
    return (
        asserted.rename({"position": "born"})
        .sort("born")
        .join_asof(
            retracted.sort("died"),
            left_on="born",
            right_on="died",
            by=["article_id", "fact_id"],
            strategy="forward",
            coalesce=False,
            check_sortedness=False,
        )
    )


def _rows(events: Events, readings: pl.DataFrame, lives: pl.DataFrame, table: str) -> pl.DataFrame:
    """Lives cut where spans or reading change.

    Columns: article_id, fact_id, born, asserted_position, retracted_position, retracted_reason, span_source (the
    event that holds the spans), reading (the ArticleRead that holds the text).
    """
    processed = decode(events, "ArticleProcessed").select("article_id", "position", "content_sha256", "text_sha256")
    starts = _reading_at(lives.with_columns(at=pl.col("born")), readings).select(
        "article_id", "fact_id", "born", at="born", span_source="born", reading="reading"
    )
    # A move takes effect when its article is processed, a few positions on in the same commit, together with the
    # change of reading that caused it.
    moved = (
        decode(events, "FactMoved", table=table)
        .select("article_id", "fact_id", span_source="position")
        .sort("span_source")
        .join_asof(
            processed.select("article_id", at="position").sort("at"),
            left_on="span_source",
            right_on="at",
            by="article_id",
            strategy="forward",
            coalesce=False,
            check_sortedness=False,
        )
        .with_columns(pl.coalesce("at", "span_source").alias("at"))
    )
    moves = _during(lives, _reading_at(moved, readings), on=["article_id", "fact_id"]).select(starts.columns)
    versions = (
        processed.sort("position")
        .join_asof(
            readings.select("article_id", "content_sha256", "text_sha256", "reading", read="position"),
            left_on="position",
            right_on="read",
            by=["article_id", "content_sha256", "text_sha256"],
            check_sortedness=False,
        )
        .filter(pl.col("reading").is_not_null())
        .sort("article_id", "position")
        .filter(pl.col("reading") != pl.col("reading").shift(1).over("article_id"))
        .select("article_id", at="position", reading="reading", span_source=pl.lit(None, pl.Int64))
    )
    revisions = _during(lives, versions, on=["article_id"]).select(starts.columns)
    life = ["article_id", "fact_id", "born"]
    points = (
        pl.concat([starts, moves, revisions])
        .group_by(*life, "at")
        .agg(pl.col("span_source").max(), pl.col("reading").max())
        .sort(*life, "at")
        .with_columns(pl.col("span_source", "reading").forward_fill().over(life))
    )
    changed = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift(1).over(life)) for name in ("span_source", "reading")
    )
    return (
        points.filter(changed | (pl.col("at") == pl.col("born")))
        .with_columns(pl.col("at").shift(-1).over(life).alias("next"))
        .join(lives, on=life, how="left", nulls_equal=True)
        .select(
            *life,
            "span_source",
            "reading",
            asserted_position="at",
            retracted_position=pl.coalesce("next", "died"),
            retracted_reason=pl.when(pl.col("next").is_not_null()).then(pl.lit(SUPERSEDED)).otherwise("reason"),
        )
    )


def _reading_at(frame: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the reading of its article that was the last at position `at`."""
    return frame.sort("at").join_asof(
        readings.select("article_id", "reading", read="position"),
        left_on="at",
        right_on="read",
        by="article_id",
        check_sortedness=False,
    )


def _during(lives: pl.DataFrame, changes: pl.DataFrame, *, on: list[str]) -> pl.DataFrame:
    """Changes that fall into the life of a fact."""
    return lives.join(changes, on=on).filter(
        pl.col("at") > pl.col("born"), pl.col("died").is_null() | (pl.col("at") < pl.col("died"))
    )


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
