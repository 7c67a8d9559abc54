"""Compaction of the event log: the same events in few large files instead of many small ones.

Every commit makes a file of its own. Here neighbours are merged, in commits that say that no row changed: positions,
hashes and the chain are in the rows and stay as they are. Only files whose bytes are as sealed are merged, so that
damage is never sealed anew. Old files stay for those who have an older snapshot open, and go by a later compaction.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

import pyarrow as pa

from warehouse import delta, seals
from warehouse.errors import DamagedLog, Problem, WriteFailed
from warehouse.home import Home, fsync_folder, held
from warehouse.log import table as log_table
from warehouse.points import reached as point

LARGE: Final = 250_000
"""Events of a file that is merged no further: 40 files for 10 million, and 200 MB of memory to write one."""
KEPT: Final = timedelta(hours=1)
"""How long a merged file stays for readers that opened the log before."""
_ATTEMPTS: Final = 8


@dataclass(frozen=True, kw_only=True)
class Compacted:
    """How many data files the log had and has, and how many old ones were deleted."""

    before: int
    after: int
    deleted: int


def compact(home: Home, *, large: int = LARGE, kept: timedelta = KEPT) -> Compacted:
    """Merge neighbouring files of the log of `home` up to `large` events each; delete files merged longer ago than `kept`.

    Ends at any point without loss: until its commit a merged file is no part of the log. Runs may write meanwhile: each
    commit stands in line with theirs. Raises DamagedLog, WriteFailed, and CommitRefused if another compaction is at work:
    hold the lock of the home.
    """
    table = log_table(home)
    try:
        snapshot = delta.opened(table)
        before = len(snapshot.files)
        # Groups of what was there at the beginning: those who write meanwhile would else keep this busy for ever.
        for group in list(_groups(snapshot, large)):
            snapshot = _merge(table, snapshot, group)
        deleted = _delete_old(table, snapshot, kept)
    except delta.BrokenTable as broken:
        raise DamagedLog([broken.problem]) from broken
    return Compacted(before=before, after=len(snapshot.files), deleted=deleted)


def _merge(table: delta.Table, snapshot: delta.Snapshot, group: Sequence[delta.DataFile]) -> delta.Snapshot:
    """One file in the place of a group; the snapshot with it."""
    if problems := seals.check(table.folder, [file.path for file in group]):
        raise DamagedLog(problems)
    rows = pa.concat_tables([delta.read(file, table.schema) for file in group])
    _demand_dense(rows, group)
    file = delta.write(table, rows, prefix=f"events-{group[0].least['position']:012}")
    point("compact.written")
    try:
        # Deciders hold this lock from reading to committing; who appends without it may still come between.
        for _ in range(_ATTEMPTS):
            with held(table.folder / ".lock", alone=True), suppress(delta.CommitRefused):
                snapshot = delta.later(table, snapshot)
                if not all(old.path.name in snapshot.files for old in group):
                    break
                snapshot = delta.commit(table, snapshot, add=[file], remove=group, data_change=False, adopted=True)
                point("compact.committed")
                return snapshot
        raise delta.CommitRefused
    except (delta.CommitRefused, delta.BrokenTable, WriteFailed):
        file.path.unlink(missing_ok=True)
        raise


def _groups(snapshot: delta.Snapshot, large: int) -> Iterator[list[delta.DataFile]]:
    """Neighbouring files, two or more, with at most `large` events together."""
    group: list[delta.DataFile] = []
    events = 0
    for file in sorted(snapshot.files.values(), key=lambda file: int(file.least["position"])):
        if group and events + file.rows > large:
            if len(group) > 1:
                yield group
            group, events = [], 0
        group.append(file)
        events += file.rows
    if len(group) > 1:
        yield group


def _demand_dense(rows: pa.Table, group: Sequence[delta.DataFile]) -> None:
    positions = rows["position"].to_pylist()
    if any(after != before + 1 for before, after in pairwise(positions)):
        where = f"{group[0].path.name} to {group[-1].path.name}"
        raise DamagedLog([Problem(check="density", where=where, message="the events do not follow each other")])


def _delete_old(table: delta.Table, snapshot: delta.Snapshot, kept: timedelta) -> int:
    """Delete the files that a commit removed longer than `kept` ago; how many were still there."""
    before = (time.time() - kept.total_seconds()) * 1000
    deleted = 0
    for name, removed_at in _removed(table).items():
        path = table.folder / name
        if removed_at <= before and name not in snapshot.files and path.exists():
            path.unlink()
            point("compact.file_removed")
            deleted += 1
    if deleted:
        fsync_folder(table.folder)
    return deleted


def _removed(table: delta.Table) -> dict[str, int]:
    """Names of the files that commits took out of the table, and when, in milliseconds since 1970."""
    found: dict[str, int] = {}
    for path in sorted((table.folder / "_delta_log").glob("*.json")):
        for line in path.read_bytes().splitlines():
            if b'"remove"' in line and "remove" in (action := json.loads(line)):
                found[action["remove"]["path"]] = action["remove"]["deletionTimestamp"]
    return found
