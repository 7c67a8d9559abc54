"""Readers in processes of their own, for runs of so many articles that starting them pays.

Each is a plain child process that gets frames on its standard input and answers on its standard output, in Arrow's
IPC form. Not multiprocessing: a fork after Polars has started its threads hangs, a spawn runs the main module again,
and Dagster's own children may have none. A reader that dies of a page (a fault in the C code of the parser, memory)
takes only that page with it.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from queue import SimpleQueue
from typing import IO, Final, Self

import polars as pl

from transforms.reading import page
from transforms.schemas import ARTICLE_TEXTS, RAW_ARTICLES, READER_VERSION

BATCH: Final = 200
"""Articles that a reader gets at a time: a page of the slowest kind takes a second."""
MOST_WORKERS: Final = 8
SIZE: Final = struct.Struct("<Q")
START: Final = "import sys; sys.path[:] = {path!r}; from transforms.reading import workers; workers.serve()"


class WorkerDied(Exception):
    """A reader ended without an answer."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Worker:
    """One reader in a process of its own."""

    def __init__(self) -> None:
        # One thread each: the readers are as many as there are processors.
        environment = os.environ | {"POLARS_MAX_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:  # never with PIPE; for the type checker
            raise WorkerDied
        self._process, self._questions, self._answers = process, process.stdin, process.stdout

    def read(self, raw: pl.DataFrame) -> pl.DataFrame:
        """ARTICLE_TEXTS of RAW_ARTICLES. Raises WorkerDied."""
        try:
            send(self._questions, raw)
            found = receive(self._answers)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise WorkerDied from error
        if found is None:
            raise WorkerDied
        return found

    def close(self) -> None:
        """Lets the process end, which it does when there is nothing more to read."""
        for pipe in (self._questions, self._answers):
            with suppress(BrokenPipeError):
                pipe.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


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
        size = max(1, min(BATCH, -(-raw.height // self._count)))
        parts = list(self._threads.map(self._part, raw.iter_slices(size)))
        return pl.concat(parts) if parts else pl.DataFrame(schema=ARTICLE_TEXTS)

    def _part(self, raw: pl.DataFrame) -> pl.DataFrame:
        worker = self._idle.get()
        try:
            return worker.read(raw)
        except WorkerDied:
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


def send(pipe: IO[bytes], frame: pl.DataFrame) -> None:
    """A frame, its size before it."""
    buffer = BytesIO()
    frame.write_ipc(buffer)
    pipe.write(SIZE.pack(buffer.tell()))
    pipe.write(buffer.getbuffer())
    pipe.flush()


def receive(pipe: IO[bytes]) -> pl.DataFrame | None:
    """What `send` sent, None at the end."""
    head = pipe.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    body = pipe.read(size)
    return pl.read_ipc(body) if len(body) == size else None


def serve() -> None:
    """Reads frames from standard input until there are no more; what a page prints goes to standard error."""
    from transforms.articles import read  # noqa: PLC0415  a circle: it makes these readers

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (raw := receive(sys.stdin.buffer)) is not None:
        send(answers, read(raw))
