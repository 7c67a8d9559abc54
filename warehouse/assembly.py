"""The tables of a log of any length from position 0, in bounded memory and in one reading of its payloads.

The log is read in stretches. Of each stretch the articles are made that have all their events in it; events of the others
are put aside and made at the end. Only when every article has been seen is it known which are copies of one text: so what
was made waits on the disk as drafts, gets its clusters and digests, and is handed on a stretch at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import polars as pl

from transforms.schemas import DIM_COMPANY
from warehouse import copies, delta
from warehouse.log import EventLog
from warehouse.projection import (
    LOG_POSITIONS,
    SIGNATURES,
    Reached,
    TextsOf,
    companies_digest,
    content_digest,
    drafts,
    finished,
    log_positions,
    runs,
    sources,
    typed,
)
from warehouse.ranks import ranks_digest

STRETCH: Final = 250_000
"""Events that are read at once: in memory they take 1 GB with what is made of them."""

Put = Callable[[str, pl.DataFrame], None]
"""Takes some rows of a table of TABLES."""


def assemble(
    log: EventLog,
    *,
    texts: TextsOf | None,
    companies: pl.DataFrame,
    ranks: pl.DataFrame,
    upto: int,
    folder: Path,
    put: Put | None,
    stretch: int = STRETCH,
) -> Reached:
    """Hand every row of every table of `log` at position `upto` to `put`, and say what they are together.

    `texts`: as for `projection.drafts`. `folder`: an empty one for drafts. `put` is called from another thread, by one
    at a time; without it nothing is handed on. Raises DamagedLog, what `texts` and `put` raise.
    """
    companies = typed(companies, DIM_COMPANY)
    made = _Drafts(folder)
    with ThreadPoolExecutor(max_workers=1) as aside:
        for events in _whole_articles(log, upto, stretch, folder, made, aside):
            made.add(drafts(events, texts))
        joined = copies.labels(copies.texts(pl.concat(made.signatures)))
        joined = joined.filter(pl.col("own_cluster_id") != pl.col("cluster_id"))
        others = _others(pl.concat(made.clusters), joined)
        digests = []
        waiting: Future[None] | None = None
        for draft in made:
            tables = finished(draft, joined)
            tables["articles"] = _with_copies(tables["articles"], others)
            digests.append(tables["article_digests"]["digest"])
            # What is handed on is written while the next is made.
            if waiting is not None:
                waiting.result()
            waiting = aside.submit(_put_all, put, tables)
        if waiting is not None:
            waiting.result()
    counts = pl.concat(made.sources).group_by("source_id", "language").agg(pl.col("len").sum())
    reached = pl.concat(made.positions).group_by("recorded_at", "run_id").agg(pl.col("position").max())
    rest = {
        "log_positions": typed(reached, LOG_POSITIONS).sort("position"),
        "dim_company": companies.sort("company_id"),
        "dim_source": sources(counts, ranks),
        "runs": runs(pl.concat(made.runs)),
    }
    _put_all(put, rest)
    return Reached(
        position=upto,
        log_digest=log.hash_at(upto),
        recorded_at=rest["log_positions"]["recorded_at"][-1],
        content_digest=content_digest(pl.concat(digests), companies),
        companies_digest=companies_digest(companies),
        ranks_digest=ranks_digest(ranks),
    )


def _put_all(put: Put | None, tables: dict[str, pl.DataFrame]) -> None:
    if put is not None:
        for name, frame in tables.items():
            put(name, frame)


class _Drafts:
    """Drafts, each as a folder of files, with what is needed of all of them at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self.signatures: list[pl.DataFrame] = []
        self.clusters: list[pl.Series] = []
        self.sources: list[pl.DataFrame] = []
        self.positions: list[pl.DataFrame] = []
        self.runs: list[pl.DataFrame] = []

    def tell(self, events: pl.DataFrame) -> None:
        """Take what events say that is of no article."""
        self.positions.append(delta.by_itself(log_positions(events)))
        self.runs.append(delta.by_itself(events.filter(pl.col("stream_id").str.starts_with("run/"))))

    def add(self, draft: dict[str, pl.DataFrame]) -> None:
        articles = draft["articles"]
        self.signatures.append(delta.by_itself(draft.pop(SIGNATURES)))
        self.clusters.append(delta.by_itself(articles.select("cluster_id"))["cluster_id"])
        self.sources.append(delta.by_itself(articles.group_by("source_id", "language").len()))
        folder = self._folder / f"draft-{self._count}"
        folder.mkdir()
        for name, frame in draft.items():
            frame.write_ipc(folder / name, compression="lz4")
        self._count += 1

    def __iter__(self) -> Iterator[dict[str, pl.DataFrame]]:
        for number in range(self._count):
            folder = self._folder / f"draft-{number}"
            yield {path.name: pl.read_ipc(path) for path in sorted(folder.iterdir())}


def _whole_articles(
    log: EventLog, upto: int, stretch: int, folder: Path, made: _Drafts, aside: ThreadPoolExecutor
) -> Iterator[pl.DataFrame]:
    """Events of articles, all of each in one frame; the stretches themselves are told to `made`."""
    bounds = [(after, min(after + stretch, upto)) for after in range(0, upto, stretch)]
    late = _in_several(log, bounds)
    buckets = _Buckets(folder, len(bounds))
    # The next stretch is read while this one is worked on.
    reading = aside.submit(log.read, after=0, upto=bounds[0][1])
    for _, end in bounds:
        events = reading.result()
        if end < upto:
            reading = aside.submit(log.read, after=end, upto=min(end + stretch, upto))
        made.tell(events)
        if late.len():
            is_late = pl.col("stream_id").is_in(late.implode())
            buckets.add(events.filter(is_late))
            events = events.filter(is_late.not_())
        yield events
    yield from buckets.together(stretch)


def _in_several(log: EventLog, bounds: list[tuple[int, int]]) -> pl.Series:
    """Streams of articles that have events in several of the stretches between these positions."""
    found = [pl.Series(dtype=pl.String)]
    for after, upto in bounds[1:]:
        keys = log.read(after=after, upto=upto, columns=["stream_id", "stream_version"])
        begun = keys.filter(pl.col("stream_version") == 1).select("stream_id")
        found.append(keys.select("stream_id").unique().join(begun, on="stream_id", how="anti")["stream_id"])
    late = pl.concat(found).unique()
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

    def together(self, most: int) -> Iterator[pl.DataFrame]:
        """What was put aside, in order, as many buckets at once as have about `most` events."""
        files: list[Path] = []
        count = 0
        for more, events in zip(self._files, self._events, strict=True):
            if files and count + events > most:
                yield _read_in_order(files)
                files, count = [], 0
            files, count = files + more, count + events
        if files:
            yield _read_in_order(files)


def _read_in_order(files: list[Path]) -> pl.DataFrame:
    return pl.concat([pl.read_ipc(path) for path in files]).sort("position")


def _others(own: pl.Series, joined: pl.DataFrame) -> pl.DataFrame:
    """cluster_id, copies: how many others each article of a cluster has, from the clusters of all articles."""
    counted = (
        own.drop_nulls()
        .to_frame("cluster_id")
        .with_columns(pl.col("cluster_id").replace(joined["own_cluster_id"], joined["cluster_id"]))
    )
    return counted.group_by("cluster_id").agg((pl.len().cast(pl.Int64) - 1).alias("copies")).filter(pl.col("copies") > 0)


def _with_copies(articles: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """ARTICLES with how many others each has in its cluster."""
    known = articles.drop("copies").join(others, on="cluster_id", how="left", maintain_order="left")
    return known.with_columns(pl.col("copies").fill_null(0)).select(articles.columns)
