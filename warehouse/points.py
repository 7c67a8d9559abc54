"""Named points of the write side, at which a test may end the process: nothing happens there unless it is asked for.

`NEWSLEDGER_DIE_AT=log.committed` in the environment of a process kills it, as a power cut would, when it reaches
that point for the first time; `log.committed:3` for the third. Unarmed, a point costs one look into a dictionary (80 ns).
"""

from __future__ import annotations

import os
import signal
from typing import Final

VARIABLE: Final = "NEWSLEDGER_DIE_AT"

POINTS: Final = (
    # The log and the content store: a data file, then the commit that names it.
    *(
        f"{table}.{step}"
        for table in ("log", "content")
        for step in ("file_written", "before_commit", "commit_written", "committed", "durable", "checkpoint_written")
    ),
    # Erasing: the commit without the content, then the old files go.
    "content.erased",
    "content.file_removed",
    # A run's staged files; its verdict.
    "staging.file_written",
    "staging.before_manifest",
    "staging.staged",
    "staging.judged",
    "staging.discarded",
    # A published file.
    "publish.begun",
    "publish.built",
    "publish.checked",
    "publish.checksum_written",
    "publish.named",
    "publish.switched",
    "publish.forgotten",
)

COMPACTING: Final = ("compact.written", "compact.committed", "compact.file_removed")
"""Points of the log's compaction, which is no part of a run."""

_passed: dict[str, int] = {}


def reached(name: str) -> None:
    """Say that the process is at the point `name`; it ends here if it was asked to."""
    armed = os.environ.get(VARIABLE)
    if armed is None:
        return
    point, _, count = armed.partition(":")
    for each in (name, point):
        if each not in POINTS and each not in COMPACTING:
            raise ValueError(f"no point of this name: {each}")
    _passed[name] = _passed.get(name, 0) + 1
    if name == point and _passed[name] == int(count or 1):
        # Not os._exit: nothing of the process may run any more, no handler and no thread.
        os.kill(os.getpid(), signal.SIGKILL)
