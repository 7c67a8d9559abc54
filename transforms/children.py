"""Child processes that get frames on their standard input and answer with frames, in Arrow's IPC form.

Not multiprocessing: a fork after Polars has started its threads hangs, a spawn runs the main module again, and Dagster's
own children may have none. A child that dies takes only its own question with it.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE: Final = struct.Struct("<Q")
START: Final = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve()"


class ChildDied(Exception):
    """A child ended without an answer."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Child:
    """One child process, which runs `serve` of a module of ours."""

    def __init__(self, module: str) -> None:
        # One thread each: the children are as many as there are processors.
        environment = os.environ | {"POLARS_MAX_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=sys.path, module=module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:  # never with PIPE; for the type checker
            raise ChildDied
        self._process, self._questions, self._answers = process, process.stdin, process.stdout

    def ask(self, question: pl.DataFrame, *, answers: int = 1) -> list[pl.DataFrame]:
        """The frames that the child answers with, as many as it always does. Raises ChildDied."""
        try:
            send(self._questions, question)
            found = [receive(self._answers) for _ in range(answers)]
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildDied from error
        whole = [frame for frame in found if frame is not None]
        if len(whole) < answers:
            raise ChildDied
        return whole

    def close(self) -> None:
        """Lets the process end, which it does when there is nothing more to answer."""
        for pipe in (self._questions, self._answers):
            with suppress(BrokenPipeError):
                pipe.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def answer(questions: Callable[[pl.DataFrame], Sequence[pl.DataFrame]]) -> None:
    """Answers frames from standard input until there are no more; what is printed meanwhile goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (question := receive(sys.stdin.buffer)) is not None:
        for frame in questions(question):
            send(answers, frame)


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
