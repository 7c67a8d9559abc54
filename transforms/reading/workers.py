"""Readers in processes of their own, for runs of so many articles that starting them pays.

A reader that dies of a page (a fault in the C code of the parser, memory) takes only that page with it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from transforms.children import Child, ChildDied, answer, cores
from transforms.reading import page
from transforms.schemas import ARTICLE_TEXTS, RAW_ARTICLES, READER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_WORKERS", "Worker", "Workers", "cores", "died", "serve"]

BATCH: Final = 1000
BATCH_BYTES: Final = 8_000_000
"""Articles and bytes that a reader gets at a time, about: pages take long and are few, plain texts are read together."""
MOST_WORKERS: Final = 8


class Worker(Child):
    """One reader in a process of its own."""

    def __init__(self) -> None:
        super().__init__(__name__)

    def read(self, raw: pl.DataFrame) -> pl.DataFrame:
        """ARTICLE_TEXTS of RAW_ARTICLES. Raises ChildDied."""
        return self.ask(raw)[0]


class Workers:
    """Readers on all processors: `read` as `transforms.articles.read`, to be closed."""

    def __init__(self, count: int, *, make: Callable[[], Worker] = Worker) -> None:
        self._make = make
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for _ in range(count):
            self._idle.put(make())
        self._count = count
        self._threads = ThreadPoolExecutor(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().close()

    def read(self, raw: pl.DataFrame) -> pl.DataFrame:
        """ARTICLE_TEXTS from RAW_ARTICLES, row for row in the same order."""
        raw = raw.select(list(RAW_ARTICLES))
        in_bytes = int(raw["content"].bin.size().sum() or 0)
        batches = max(self._count, -(-raw.height // BATCH), -(-in_bytes // BATCH_BYTES))
        size = max(1, -(-raw.height // batches))
        parts = list(self._threads.map(self._part, raw.iter_slices(size)))
        return pl.concat(parts) if parts else pl.DataFrame(schema=ARTICLE_TEXTS)

    def _part(self, raw: pl.DataFrame) -> pl.DataFrame:
        worker = self._idle.get()
        try:
            return worker.read(raw)
        except ChildDied:
            worker.close()
            worker = self._make()
            if raw.height == 1:
                return died(raw)
        finally:
            self._idle.put(worker)
        # Some page of these ended it: halves, until it stands alone.
        half = raw.height // 2
        return pl.concat([self._part(raw.head(half)), self._part(raw.tail(raw.height - half))])


def died(raw: pl.DataFrame) -> pl.DataFrame:
    """ARTICLE_TEXTS of articles that no reader survives."""
    known = raw.select("article_id", "uri", "content_sha256").with_columns(
        pl.lit("none").alias("date_source"),
        pl.lit(READER_VERSION).alias("reader_version"),
        pl.lit(page.DEADLY).alias("reject_reason"),
    )
    return pl.concat([pl.DataFrame(schema=ARTICLE_TEXTS), known], how="diagonal")


def serve() -> None:
    """What a reader's process does until it is closed."""
    from transforms.articles import read  # noqa: PLC0415  a circle: it makes these readers

    answer(lambda raw: [read(raw)])
