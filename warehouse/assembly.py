"""The tables of a log of any length from position 0, in bounded memory and in one reading of its payloads.

The log is read in stretches, several at once. Of each the articles are made that have all their events in it; events of the
others are put aside and made at the end. What an article states is handed on as it is made. Only when every article has
been seen is it known which are copies of one text: so the articles themselves wait on the disk for their clusters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

import polars as pl

from transforms.schemas import DIM_COMPANY
from warehouse import copies, delta
from warehouse.digests import article_digests, companies_digest, content_digest
from warehouse.log import EventLog
from warehouse.projection import SIGNATURES, STATED, Reached, TextsOf, drafts, in_clusters, log_positions, runs, sources
from warehouse.ranks import ranks_digest
from warehouse.tables import LOG_POSITIONS, typed

STRETCH: Final = 100_000
"""Events that are read at once: in memory they take half a GB with what is made of them."""
WORKERS: Final = 2
"""Stretches that are worked on at once; what is handed on is taken by a thread of its own."""
_EVENTS_OF_ONE: Final = 20
"""Events that an article is taken to have, where it is reckoned how many articles can be put together at once."""
_ENVELOPE: Final = (
    "position", "stream_id", "stream_version", "event_type", "schema_version", "recorded_at", "run_id", "payload",
)  # fmt: skip
"""What tables are made of: all of an event but its identity and the chain."""


_T = TypeVar("_T")
_U = TypeVar("_U")


class Taker(Protocol):
    """Takes what is made, from another thread, one call at a time."""

    def put(self, table: str, rows: pl.DataFrame) -> None:
        """Some rows of a table of TABLES; of facts, with the clusters of their texts' own letters."""

    def join(self, clusters: pl.DataFrame) -> None:
        """copies.CLUSTERS: facts of these are counted in another one. After the last row was put."""


class Nobody:
    """A taker where only the digest is wanted."""

    def put(self, table: str, rows: pl.DataFrame) -> None:
        """Let go."""

    def join(self, clusters: pl.DataFrame) -> None:
        """Let go."""


def assemble(
    log: EventLog,
    *,
    texts: TextsOf | None,
    companies: pl.DataFrame,
    ranks: pl.DataFrame,
    upto: int,
    folder: Path,
    taker: Taker,
    stretch: int = STRETCH,
) -> Reached:
    """Hand every row of every table of `log` at position `upto` to `taker`, and say what they are together.

    `texts`: as for `projection.drafts`; it is asked by several threads at once. `folder`: an empty one.
    Raises DamagedLog, what `texts` and `taker` raise.
    """
    companies = typed(companies, DIM_COMPANY)
    bounds = [(after, min(after + stretch, upto)) for after in range(0, upto, stretch)]
    seen = _Seen(folder)

    def whole(bound: tuple[int, int]) -> _Part:
        events = log.read(after=bound[0], upto=bound[1], columns=_ENVELOPE)
        is_late = pl.col("stream_id").is_in(late.implode())
        return _part(events.filter(is_late.not_()), events.filter(is_late), texts, told=events)

    def put_aside(files: list[Path]) -> _Part:
        events = pl.concat([pl.read_ipc(path) for path in files]).sort("position")
        return _part(events, events.clear(), texts, told=events.clear())

    with _InTurn() as turn, ThreadPoolExecutor(WORKERS) as workers:
        late = _in_several(log, bounds, workers)
        buckets = _Buckets(folder, min(len(bounds), 1 + late.len() * _EVENTS_OF_ONE // stretch))
        for part in _in_order(workers, whole, bounds):
            buckets.add(part.late)
            seen.add(part)
            turn.take(_put_all, taker, part.tables)
        for part in _in_order(workers, put_aside, buckets.together(stretch)):
            seen.add(part)
            turn.take(_put_all, taker, part.tables)
        joined = copies.labels(copies.texts(pl.concat(seen.signatures)))
        joined = joined.filter(pl.col("own_cluster_id") != pl.col("cluster_id"))
        others = _others(pl.concat(seen.clusters), joined)
        digests = []
        for tables in _in_order(workers, lambda number: _articles(seen.articles(number), joined, others), range(seen.count)):
            digests.append(tables["article_digests"]["digest"])
            turn.take(_put_all, taker, tables)
        rest = {
            "log_positions": typed(seen.log_positions(), LOG_POSITIONS),
            "dim_company": companies.sort("company_id"),
            "dim_source": sources(seen.sources(), ranks),
            "runs": runs(pl.concat(seen.runs)),
        }
        turn.take(_put_all, taker, rest)
        turn.take(taker.join, joined)
    return Reached(
        position=upto,
        log_digest=log.hash_at(upto),
        recorded_at=rest["log_positions"]["recorded_at"][-1],
        content_digest=content_digest(pl.concat(digests), companies),
        companies_digest=companies_digest(companies),
        ranks_digest=ranks_digest(ranks),
    )


def _put_all(taker: Taker, tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        taker.put(name, frame)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What is made of some events: `tables` that are finished, `articles` with STATED that wait for their clusters."""

    tables: dict[str, pl.DataFrame]
    articles: pl.DataFrame
    signatures: pl.DataFrame
    late: pl.DataFrame
    positions: pl.DataFrame
    runs: pl.DataFrame


def _part(events: pl.DataFrame, late: pl.DataFrame, texts: TextsOf | None, *, told: pl.DataFrame) -> _Part:
    """`told`: the events whose commits and runs have not been told of yet."""
    tables = drafts(events, texts)
    articles, stated, signatures = (tables.pop(name) for name in ("articles", STATED, SIGNATURES))
    return _Part(
        tables=tables,
        articles=articles.join(stated, on="article_id", how="left", maintain_order="left"),
        signatures=delta.by_itself(signatures),
        late=late,
        positions=delta.by_itself(log_positions(told)),
        runs=delta.by_itself(told.filter(pl.col("stream_id").str.starts_with("run/"))),
    )


def _articles(waiting: pl.DataFrame, joined: pl.DataFrame, others: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Articles that have waited, in their clusters, and their digests."""
    counted = in_clusters(waiting, joined).drop("copies").join(others, on="cluster_id", how="left", maintain_order="left")
    articles = counted.with_columns(pl.col("copies").fill_null(0)).select(waiting.columns).drop(STATED)
    return {"articles": articles, "article_digests": article_digests(articles, waiting.select("article_id", STATED))}


class _Seen:
    """What is needed of all parts at once, and their articles in files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: list[pl.DataFrame] = []
        self._positions: list[pl.DataFrame] = []
        self.count = 0
        self.signatures: list[pl.DataFrame] = []
        self.clusters: list[pl.Series] = []
        self.runs: list[pl.DataFrame] = []

    def add(self, part: _Part) -> None:
        self._positions.append(part.positions)
        self.runs.append(part.runs)
        self.signatures.append(part.signatures)
        self.clusters.append(delta.by_itself(part.articles.select("cluster_id"))["cluster_id"])
        self._sources.append(delta.by_itself(part.articles.group_by("source_id", "language").len()))
        part.articles.write_ipc(self._folder / f"articles-{self.count}", compression="lz4")
        self.count += 1

    def articles(self, number: int) -> pl.DataFrame:
        return pl.read_ipc(self._folder / f"articles-{number}")

    def sources(self) -> pl.DataFrame:
        return pl.concat(self._sources).group_by("source_id", "language").agg(pl.col("len").sum())

    def log_positions(self) -> pl.DataFrame:
        reached = pl.concat(self._positions).group_by("recorded_at", "run_id").agg(pl.col("position").max())
        return reached.sort("position")


def _in_order(workers: ThreadPoolExecutor, work: Callable[[_T], _U], given: Iterable[_T]) -> Iterator[_U]:
    """What `work` makes of each, in order; never more than one is waiting for its turn besides those being made."""
    waiting: deque[Future[_U]] = deque()
    for each in given:
        waiting.append(workers.submit(work, each))
        if len(waiting) > WORKERS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class _InTurn(AbstractContextManager["_InTurn"]):
    """Calls made by one other thread, one after the other; who brings the next waits for the one before."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def take(self, call: Callable[..., None], *given: object) -> None:
        self._wait()
        self._last = self._thread.submit(call, *given)

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._thread.shutdown()


def _in_several(log: EventLog, bounds: list[tuple[int, int]], workers: ThreadPoolExecutor) -> pl.Series:
    """Streams of articles that have events in several of the stretches between these positions."""

    def begun_before(bound: tuple[int, int]) -> pl.Series:
        keys = log.read(after=bound[0], upto=bound[1], columns=["stream_id", "stream_version"])
        begun = keys.filter(pl.col("stream_version") == 1).select("stream_id")
        return delta.by_itself(keys.select("stream_id").unique().join(begun, on="stream_id", how="anti"))["stream_id"]

    late = pl.concat([pl.Series(dtype=pl.String), *_in_order(workers, begun_before, bounds[1:])]).unique()
    return late.filter(late.str.starts_with("article/"))


class _Buckets:
    """Events put aside by stream: all of one are in one bucket."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._files: list[list[Path]] = [[] for _ in range(count)]
        self._events = [0] * count

    def add(self, events: pl.DataFrame) -> None:
        bucket = (pl.col("stream_id").hash(0) % len(self._files)).alias("bucket")
        for (number,), part in events.with_columns(bucket).partition_by("bucket", as_dict=True, include_key=False).items():
            path = self._folder / f"late-{number}-{len(self._files[number])}"
            part.write_ipc(path, compression="lz4")
            self._files[number].append(path)
            self._events[number] += part.height

    def together(self, most: int) -> Iterator[list[Path]]:
        """The files of what was put aside, of as many buckets at once as have about `most` events."""
        files: list[Path] = []
        count = 0
        for more, events in zip(self._files, self._events, strict=True):
            if files and count + events > most:
                yield files
                files, count = [], 0
            files, count = files + more, count + events
        if files:
            yield files


def _others(own: pl.Series, joined: pl.DataFrame) -> pl.DataFrame:
    """cluster_id, copies: how many others each article of a cluster has, from the clusters of all articles."""
    counted = in_clusters(own.drop_nulls().to_frame("cluster_id"), joined)
    return counted.group_by("cluster_id").agg((pl.len().cast(pl.Int64) - 1).alias("copies")).filter(pl.col("copies") > 0)
