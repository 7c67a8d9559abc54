"""Who judges a staged run: Great Expectations in this process, or in a process beside it that starts at once.

Importing Great Expectations is the longest single thing a short run does (4 s of CPU with compiled modules, 11 s
without, `python -X importtime -c "import great_expectations"`). A process beside the run imports it on the second
core while articles are read and facts are found.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType

    import polars as pl

    from expectations.audit import AuditReport


class Judge(Protocol):
    """Judges staged frames, as `expectations.audit.audit` does."""

    def __call__(self, articles: pl.DataFrame, frames: Mapping[str, pl.DataFrame], *, now: datetime) -> AuditReport:
        """The report on the articles (`ARTICLE_TEXTS`) and fact frames of a run; raises AuditCrashed for a fault of ours."""


def here(articles: pl.DataFrame, frames: Mapping[str, pl.DataFrame], *, now: datetime) -> AuditReport:
    """Judge in this process."""
    from expectations.audit import audit

    return audit(articles, frames, now=now)


class Beside:
    """A judge in a process of its own, for as long as the `with` block lasts.

    Where that process dies (out of memory, killed), the judging is done in this one.
    """

    def __enter__(self) -> Judge:
        """Start the process, unless Great Expectations is here already and a second import would only cost."""
        if "great_expectations" in sys.modules:
            return here
        # A fresh interpreter: forking a process in which Polars has threads may hang it.
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from orchestration.auditor import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for us: it would answer with a traceback of its own. It ends with its input, if nobody ends it.
            start_new_session=True,
        )
        return self._judge

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the process, whatever it is doing."""
        if hasattr(self, "_process"):
            self._process.kill()
            self._process.communicate()

    def _judge(self, articles: pl.DataFrame, frames: Mapping[str, pl.DataFrame], *, now: datetime) -> AuditReport:
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise AssertionError("the process was started without pipes")
        try:
            pickle.dump((articles, dict(frames), now), asked)
            asked.flush()
            answer = pickle.load(answered)  # noqa: S301 - written by our own process
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return here(articles, frames, now=now)
        if isinstance(answer, BaseException):
            raise answer
        report: AuditReport = answer
        return report


def serve() -> None:
    """Import first, then judge what comes in until the input ends; an error goes back to be raised where it was asked."""
    # The answers have standard output for themselves: what a library prints goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from expectations.audit import audit, prepare

    prepare()
    while True:
        try:
            articles, frames, now = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own process
        except EOFError:
            return
        try:
            answer: object = audit(articles, frames, now=now)
        except Exception as error:  # noqa: BLE001 - not handled here: it is raised again in the process that asked
            answer = error
        pickle.dump(answer, answers)
        answers.flush()
