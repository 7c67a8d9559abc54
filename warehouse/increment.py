"""The next published file out of a copy of the last one: only articles that events since then touch are made anew.

An article's rows follow from its own events and from the clusters that its texts are counted in. So those are made
anew that have new events, and those whose cluster has another name now because of them; by the very functions that
make all of them from zero, over all events of each. Which file to start from, and when not to, is publish.py.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.schemas import DIM_COMPANY
from warehouse import copies
from warehouse.digests import companies_digest, content_digest
from warehouse.events import decode
from warehouse.log import EventLog
from warehouse.projection import Reached, TextsOf, can_be_copied, log_positions, of_articles, runs, sources
from warehouse.query import path_literal
from warehouse.ranks import ranks_digest
from warehouse.state import articles_of
from warehouse.tables import BY_ARTICLE, LOG_POSITIONS, RUNS, TABLES, typed

WRITING: Final[dict[str, str | bool | int | float | list[str]]] = {
    "memory_limit": "1536MB",
    "threads": 2,
}
"""Settings of a connection that writes published files."""
_GAP: Final = 2_000
"""Events that are read for nothing rather than looking for the next ones of an article anew."""

_VIEWS: Final = """
    CREATE TEMP VIEW known AS
    SELECT a.article_id, s.own_cluster_id, a.cluster_id, a.published_at, s.lanes, s.figures, s.rowid AS place
    FROM articles AS a JOIN article_streams AS s ON s.article_id = a.article_id;
    CREATE TEMP VIEW counted AS
    SELECT article_id, cluster_id FROM articles
    UNION ALL SELECT article_id, cluster_id FROM fact_financials
    UNION ALL SELECT article_id, cluster_id FROM fact_security_incidents
    UNION ALL SELECT article_id, cluster_id FROM fact_market_moves;
"""
_BY_ARTICLE: Final = "SELECT * FROM known WHERE article_id IN (SELECT wanted FROM given)"
_BY_OWN: Final = "SELECT * FROM known WHERE own_cluster_id IN (SELECT wanted FROM given)"
_BY_CLUSTER: Final = "SELECT * FROM known WHERE cluster_id IN (SELECT wanted FROM given)"
_BY_PLACE: Final = "SELECT * FROM known WHERE place IN (SELECT wanted FROM given)"
_IN_CLUSTERS: Final = "SELECT DISTINCT article_id FROM counted WHERE cluster_id IN (SELECT wanted FROM given)"
_POSITIONS: Final = """
    SELECT unnest(positions) AS position FROM article_streams WHERE article_id IN (SELECT wanted FROM given)
"""
_RUNS: Final = "SELECT * FROM runs WHERE run_id IN (SELECT wanted FROM given)"
_COMMITS: Final = "SELECT * FROM log_positions WHERE recorded_at IN (SELECT wanted FROM given)"
_LANGUAGES: Final = "SELECT source_id, language, count(*) AS len FROM articles GROUP BY ALL"
_SOURCES: Final = "SELECT source_id FROM dim_source"
_DIGESTS: Final = "SELECT digest FROM article_digests"
_COUNT_COPIES: Final = """
    UPDATE articles SET copies = counted.others
    FROM (
        SELECT cluster_id, count(*) - 1 AS others FROM articles
        WHERE cluster_id IN (SELECT wanted FROM given) GROUP BY cluster_id
    ) AS counted
    WHERE articles.cluster_id = counted.cluster_id AND articles.copies <> counted.others
"""


@dataclass(frozen=True, kw_only=True)
class Advanced(Reached):
    """What a file holds after `advance`: rows by table, how many of them were put at its end, and the digests made anew."""

    rows: dict[str, int]
    put: dict[str, int]
    digests: pl.DataFrame


def advance(
    path: Path,
    *,
    log: EventLog,
    texts: TextsOf,
    companies: pl.DataFrame,
    ranks: pl.DataFrame,
    after: int,
    upto: int,
    described: Callable[[Advanced], pl.DataFrame],
) -> Advanced:
    """Bring the file at `path`, which holds position `after` of `log`, to position `upto`.

    `companies`: the same DIM_COMPANY as the file's. `ranks`: RANKS of sources. `described`: the row of `publication` for what
    the file holds then.
    Raises DamagedLog, duckdb.Error and what `texts` raises; the file is of no use then.
    """
    events = log.read(after=after, upto=upto)
    companies = typed(companies, DIM_COMPANY)
    with closing(
        duckdb.connect(":memory:", config={**WRITING, "temp_directory": str(path.with_suffix(".spilled"))})
    ) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {path_literal(path)} AS built")
        connection.execute("USE built")
        connection.execute(_VIEWS)
        connection.execute("BEGIN")
        file = _File(connection)
        before = file.counts()
        made = _made_anew(file, log, events, texts)
        new_runs, new_positions = _runs(file, events), _log_positions(file, events)
        for name, frame in made.tables.items():
            file.put(name, frame, by="article_id", replaced=made.known)
        file.put("runs", new_runs, by="run_id", replaced=new_runs["run_id"])
        file.put("log_positions", new_positions, by="recorded_at", replaced=new_positions["recorded_at"])
        file.execute(_COUNT_COPIES, made.clusters)
        file.put("dim_source", sources(file.rows(_LANGUAGES), ranks), by="source_id", replaced=file.rows(_SOURCES)["source_id"])
        advanced = Advanced(
            position=upto,
            log_digest=log.hash_at(upto),
            recorded_at=events["recorded_at"][-1],
            content_digest=content_digest(file.rows(_DIGESTS)["digest"], companies),
            companies_digest=companies_digest(companies),
            ranks_digest=ranks_digest(ranks),
            rows={name: before[name] + file.added.get(name, 0) for name in before},
            put={name: frame.height for name, frame in made.tables.items()},
            digests=made.tables["article_digests"],
        )
        connection.execute("DELETE FROM publication")
        connection.from_arrow(described(advanced).to_arrow()).insert_into("publication")
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH built")
    return advanced


class _File:
    """A file being brought forward; `added` is by how many rows each table has grown."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.added: dict[str, int] = {}

    def rows(self, sql: str, values: pl.Series | None = None) -> pl.DataFrame:
        """What a query of ours answers; `values` are the column `wanted` of its `given`."""
        if values is not None:
            self._give(values)
        frame: pl.DataFrame = self._connection.sql(sql).pl()
        return frame

    def execute(self, sql: str, values: pl.Series) -> None:
        self._give(values)
        self._connection.execute(sql)

    def counts(self) -> dict[str, int]:
        """Rows by table of TABLES."""
        return {name: self._connection.table(name).aggregate("count(*)").fetchall()[0][0] for name in TABLES}

    def put(self, table: str, frame: pl.DataFrame, *, by: str, replaced: pl.Series) -> None:
        """Insert `frame` (TABLES) in place of the rows whose column `by` is among `replaced`."""
        deleted = 0
        if replaced.len():
            self._give(replaced)
            # The names are those of TABLES.
            statement = f'DELETE FROM "{table}" WHERE "{by}" IN (SELECT wanted FROM given)'  # noqa: S608
            deleted = self._connection.execute(statement).fetchall()[0][0]
        if frame.height:
            self._connection.from_arrow(frame.to_arrow()).insert_into(table)
        self.added[table] = frame.height - deleted

    def bands(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Row numbers of article_streams and the bands of their texts."""
        frame = self.rows("SELECT rowid, lanes FROM article_streams WHERE lanes IS NOT NULL")
        # Not by way of pyarrow, whose way to numpy imports pandas: 1 s.
        return frame["rowid"].to_numpy(), frame["lanes"].to_numpy().reshape(-1, copies.BANDS)

    def _give(self, values: pl.Series) -> None:
        self._connection.register("given", pl.DataFrame({"wanted": values.drop_nulls().unique()}).to_arrow())


@dataclass(frozen=True, kw_only=True)
class _Made:
    """Tables of BY_ARTICLE for the articles made anew; which of them the file has already; clusters they are or were in."""

    tables: dict[str, pl.DataFrame]
    known: pl.Series
    clusters: pl.Series


def _made_anew(file: _File, log: EventLog, events: pl.DataFrame, texts: TextsOf) -> _Made:
    """Every article that has one of `events`, and every one whose cluster has another name because of them."""
    told = events.filter(pl.col("stream_id").str.starts_with("article/"))
    ids = told["stream_id"].unique().str.strip_prefix("article/")
    known = file.rows(_BY_ARTICLE, ids)
    told = pl.concat([_past(file, log, known["article_id"], upto=events["position"][0] - 1), told])
    named = _named(file, known, _texts(told))
    renamed = file.rows(_IN_CLUSTERS, named.stale)["article_id"]
    others = renamed.filter(renamed.is_in(ids.implode()).not_())
    told = pl.concat([_past(file, log, others, upto=events["position"][0] - 1), told])
    joined = _clusters_of(file, decode(told, "ArticleRead")["cluster_id"], named)
    tables = of_articles(told, texts, joined)
    before = pl.concat([known, file.rows(_BY_ARTICLE, others)])
    return _Made(
        tables={name: tables[name] for name in BY_ARTICLE},
        known=before["article_id"],
        clusters=pl.concat([before["cluster_id"], tables["articles"]["cluster_id"]]),
    )


def _past(file: _File, log: EventLog, article_ids: pl.Series, *, upto: int) -> pl.DataFrame:
    """All events of these articles up to a position, in order."""
    positions = file.rows(_POSITIONS, article_ids)["position"].sort()
    streams = ("article/" + article_ids).to_list()
    # Stretches of positions rather than all of the log: the events of an article lie close together.
    starts = positions.filter((positions.diff() > _GAP).fill_null(value=True))
    ends = positions.filter((positions.diff(-1) < -_GAP).fill_null(value=True))
    parts = [log.read(after=first - 1, upto=last, stream_ids=streams) for first, last in zip(starts, ends, strict=True)]
    return pl.concat(parts) if parts else log.read(after=upto, upto=upto)


def _texts(events: pl.DataFrame) -> pl.DataFrame:
    """article_id, own_cluster_id, signature (bytes), published_at of the articles that can be copied."""
    state = articles_of(events, events.select("stream_id", "stream_version")).filter(can_be_copied())
    return state.select(
        "article_id", pl.col("cluster_id").alias("own_cluster_id"), pl.col("signature").str.decode("base64"), "published_at"
    )


@dataclass(frozen=True, kw_only=True)
class _Named:
    """copies.CLUSTERS of texts that were looked at again, and the names of clusters that are `stale` for some text."""

    labels: pl.DataFrame
    stale: pl.Series


def _named(file: _File, known: pl.DataFrame, new: pl.DataFrame) -> _Named:
    """What clusters are called once the articles of `known`, as the file has them, are as in `new`.

    Only texts that share a band with one that came, went or changed can be joined or parted by it, and only together
    with all that they are joined with. So these are clustered again, among all that share a band with one of them.
    """

    def now(rows: pl.DataFrame, added: pl.DataFrame = new) -> pl.DataFrame:
        return _as_texts(pl.concat([rows.join(known, on="article_id", how="anti").pipe(_signed), added.select(_SIGNED)]))

    touched = pl.concat([known["own_cluster_id"], new["own_cluster_id"]])
    before = file.rows(_BY_OWN, touched)
    was, is_ = _as_texts(before.pipe(_signed)), now(before)
    same = list(copies.TEXTS)
    changed = pl.concat(
        [was.join(is_, on=same, how="anti", nulls_equal=True), is_.join(was, on=same, how="anti", nulls_equal=True)]
    )
    if changed.is_empty():
        return _Named(labels=pl.DataFrame(schema=copies.CLUSTERS), stale=pl.Series(dtype=pl.String))
    own = changed["cluster_id"].unique()
    rows, bands = file.bands()

    def near(texts: pl.DataFrame) -> pl.DataFrame:
        return file.rows(_BY_PLACE, pl.Series(rows[copies.with_same_band(bands, copies.bands(texts))]))

    beside = pl.concat([near(changed), before.filter(pl.col("own_cluster_id").is_in(own.implode()))])
    members = file.rows(_BY_CLUSTER, beside["cluster_id"])
    again = pl.concat([members["own_cluster_id"].drop_nulls(), own]).unique()
    inside = now(members, new.filter(pl.col("own_cluster_id").is_in(again.implode())))
    around = pl.concat([near(inside)["own_cluster_id"], inside["cluster_id"]])
    labels = copies.labels(now(file.rows(_BY_OWN, around)), among=inside["cluster_id"])
    gone = again.filter(again.is_in(labels["own_cluster_id"].implode()).not_())
    labels = pl.concat([labels, pl.DataFrame({"own_cluster_id": gone, "cluster_id": gone}, schema=copies.CLUSTERS)])
    called = pl.concat([members, before]).select("own_cluster_id", old="cluster_id").unique("own_cluster_id")
    stale = (
        labels.join(called, on="own_cluster_id", how="left")
        .with_columns(pl.col("old").fill_null(pl.col("own_cluster_id")))
        .filter(pl.col("old") != pl.col("cluster_id"))["old"]
    )
    return _Named(labels=labels, stale=stale.unique())


_SIGNED: Final = ("own_cluster_id", "signature", "published_at")


def _signed(rows: pl.DataFrame) -> pl.DataFrame:
    return copies.put_together(rows).select(_SIGNED)


def _as_texts(rows: pl.DataFrame) -> pl.DataFrame:
    return copies.texts(rows.rename({"own_cluster_id": "cluster_id"}))


def _clusters_of(file: _File, own: pl.Series, named: _Named) -> pl.DataFrame:
    """copies.CLUSTERS of all texts that these are, as they are called now."""
    as_before = file.rows(_BY_OWN, own).select(copies.CLUSTERS.keys()).unique("own_cluster_id")
    names = pl.concat([named.labels, as_before.join(named.labels, on="own_cluster_id", how="anti")])
    return names.filter(pl.col("own_cluster_id") != pl.col("cluster_id"))


def _runs(file: _File, events: pl.DataFrame) -> pl.DataFrame:
    """RUNS that `events` tell of, with what the file knew of them."""
    told = runs(events)
    known = file.rows(_RUNS, told["run_id"])
    # Of a run that had started before, its start is not told anew.
    both = told.join(known, on="run_id", how="left", suffix="_before")
    both = both.with_columns(pl.coalesce(name, f"{name}_before").alias(name) for name in RUNS if name != "run_id")
    return typed(both, RUNS)


def _log_positions(file: _File, events: pl.DataFrame) -> pl.DataFrame:
    """LOG_POSITIONS of the commits of `events`, one of which may have begun before them."""
    told = log_positions(events)
    known = file.rows(_COMMITS, told["recorded_at"])
    both = pl.concat([typed(known, LOG_POSITIONS), told])
    return both.group_by("recorded_at", "run_id").agg(pl.col("position").max()).pipe(typed, LOG_POSITIONS).sort("position")
