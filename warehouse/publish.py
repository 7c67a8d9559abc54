"""Building, checking and switching in the files that analysts open.

A published file is made once, under a temporary name, and never written again; `current.duckdb` is a symlink that
a rename moves from one to the next. Readers never wait and never see half a run. What is in the tables is
projection.py and `sql/`; here is only how they reach the disk, and that nothing unaccepted does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from transforms.schemas import DIM_COMPANY
from warehouse.assembly import Nobody, assemble
from warehouse.content import ContentStore
from warehouse.digests import companies_digest
from warehouse.errors import PublishRefused, QueryRefused, WriteFailed
from warehouse.events import decode
from warehouse.filing import Made, build_from_zero, check, definition_digest, publication_row
from warehouse.home import Home, fsync_file, fsync_folder, make_folder, write_atomically
from warehouse.increment import advance
from warehouse.log import EventLog
from warehouse.points import reached as point
from warehouse.projection import NO_RANKS, texts_in
from warehouse.query import QueryFailed, query
from warehouse.ranks import ranks_digest, source_ranks
from warehouse.staging import read_verdict
from warehouse.tables import PROJECTION_VERSION, typed

KEEP: Final = 5
"""Published files that are kept, the current one included."""

_NAME: Final = re.compile(r"(?P<position>\d+)-(?P<digest>[0-9a-f]{16})\.duckdb")
_BUILDING: Final = ".building-"
_SPARE: Final = ".spare-"
_LARGE: Final = 64 << 20
"""Bytes of a file from which a copy for the next publication is made beforehand."""
_HEADERS: Final = 3 * 4096
_BLOCK: Final = 256 << 10
"""How a file of DuckDB is laid out: three headers, then blocks."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published file. `changed` is false where it was current already."""

    path: Path
    position: int
    content_digest: str
    changed: bool = True


def publish(
    home: Home,
    *,
    log: EventLog,
    content: ContentStore,
    companies: pl.DataFrame,
    position: int | None = None,
    keep: int = KEEP,
    force: bool = False,
) -> Published:
    """Build the file of `position`, by default of the last accepted run, check it and make it current.

    `companies`: DIM_COMPANY. What is current already is left alone, unless `force` asks for a new file. `log` (but where a
    position is asked for) and `content` move to their newest versions.

    Raises PublishRefused where no run was accepted at that position, where another publisher is at work, and
    where the file that was built is not what it should be, WriteFailed, DamagedLog, DamagedContent; what analysts see stays
    as it was each time.
    """
    make_folder(home.published)
    with _only_publisher(home):
        point("publish.begun")
        # Others may have written and published since these were opened: analysts would see an older state again, or facts
        # without their words. First the log, whose texts are stored before the events that name them.
        if position is None:
            log.refresh()
        content.refresh()
        position = _accepted(home, log, position)
        ranks = source_ranks(home)
        base = None if force else _base(home, log, companies, ranks, position)
        if base is not None and base.position == position:
            return base
        withdrawn = _withdrawn(log, after=0 if base is None else base.position, upto=position)
        building = home.published / f"{_BUILDING}{uuid.uuid4().hex}.duckdb"
        try:
            # Nothing of a file from before a withdrawal is carried on: a block that is free still holds its bytes.
            from_zero = base is None or withdrawn > 0 or position - base.position > base.position
            made: Made
            if base is None or from_zero:
                made = build_from_zero(building, log, content, companies, upto=position, ranks=ranks)
                sums = file_sums(building)
            else:
                _copy(home, base.path, building)
                made = advance(
                    building,
                    log=log,
                    texts=texts_in(content),
                    companies=companies,
                    ranks=ranks,
                    after=base.position,
                    upto=position,
                    described=publication_row,
                )
                sums = file_sums(building, base=base.path)
            point("publish.built")
            if problems := check(building, made, whole=from_zero):
                raise PublishRefused(reason="the file that was built is not what the log says", problems=problems)
            point("publish.checked")
            path = home.published / f"{position}-{made.content_digest[:16]}.duckdb"
            _settle(building, path, sums)
        except (OSError, duckdb.IOException) as error:
            # What a full disk says names no file, or a temporary one.
            raise WriteFailed(path=str(home.published), reason=str(error)) from error
        finally:
            building.unlink(missing_ok=True)
        _switch(home, path)
        _forget(home, keep, withdrawn=withdrawn)
        point("publish.forgotten")
        _prepare(home, path)
        return Published(path=path, position=position, content_digest=made.content_digest)


def rebuild(home: Home, *, log: EventLog, companies: pl.DataFrame, position: int | None = None) -> str:
    """The content digest that the log gives from position 0 to `position`, by default where the last publication stands.

    Leaves nothing behind. Raises PublishRefused where nothing was ever accepted, DamagedLog.
    """
    if position is None:
        current = current_publication(home)
        position = _accepted(home, log, None) if current is None else current.position
    return digest_from_zero(log, companies, upto=position)


def digest_from_zero(log: EventLog, companies: pl.DataFrame, *, upto: int) -> str:
    """The content digest that the log gives from position 0 to `upto`. No text of an article is in it, so none is read."""
    with tempfile.TemporaryDirectory(prefix="newsledger-") as folder:
        made = assemble(log, texts=None, companies=companies, ranks=NO_RANKS, upto=upto, folder=Path(folder), taker=Nobody())
    return made.content_digest


def current_publication(home: Home) -> Published | None:
    """What `current.duckdb` points at, None before the first publication or where that file cannot be read."""
    if not home.current.is_file():
        return None
    try:
        row = publication_of(home.current)
    except QueryRefused:
        return None
    return Published(path=home.current.resolve(), position=row["position"], content_digest=row["content_digest"], changed=False)


def publication_of(path: Path) -> dict[str, Any]:
    """The one row of `publication`. Raises NothingPublished, QueryFailed for a file that is none of ours."""
    rows = query(path, "SELECT * FROM publication").to_dicts()
    if len(rows) != 1:
        raise QueryFailed(sql="", reason=f"{path.name} does not say what it is")
    return rows[0]


def _accepted(home: Home, log: EventLog, position: int | None) -> int:
    """Position of the RunAccepted to publish: the one at `position`, else the last. Raises PublishRefused."""
    accepted = _last_accepted(log, position)
    if accepted.is_empty():
        raise PublishRefused(reason="no run was accepted yet")
    found, run_id, digest = accepted.select("position", "run_id", "staged_digest").row(0)
    if position is not None and found != position:
        raise PublishRefused(reason=f"no run was accepted at position {position}, the last one before it is at {found}")
    # Staged files may be gone by now; a verdict that is there must be the one that the log was told of.
    verdict = read_verdict(home, run_id)
    if verdict is not None and not verdict.accepted:
        raise PublishRefused(reason=f"run {run_id} was not accepted: {verdict.reason or verdict.verdict}")
    if verdict is not None and verdict.staged_digest != digest:
        raise PublishRefused(reason=f"the verdict on run {run_id} is on other staged files than those asserted")
    return int(found)


def _last_accepted(log: EventLog, position: int | None) -> pl.DataFrame:
    """The last RunAccepted up to `position`, decoded; no row where there is none."""
    upto = log.head.position if position is None else position
    # From the end backwards, ever further: the log may be long, and the last run is seldom far.
    step = 10_000
    while True:
        after = max(upto - step, 0)
        found = log.read(after=after, upto=upto, event_types=["RunAccepted"])
        if not found.is_empty() or after == 0:
            return decode(found, "RunAccepted").sort("position").tail(1)
        upto, step = after, step * 4


def _base(home: Home, log: EventLog, companies: pl.DataFrame, ranks: pl.DataFrame, position: int) -> Published | None:
    """The current publication, if one made from it would be no different from one made from zero."""
    current = current_publication(home)
    if current is None or current.position > position:
        return None
    row = publication_of(current.path)
    same = (
        row["projection_version"] == PROJECTION_VERSION
        and row.get("definition_digest") == definition_digest()
        and row.get("ranks_digest") == ranks_digest(ranks)
        and row["log_digest"] == log.hash_at(current.position)
        and row["companies_digest"] == companies_digest(typed(companies, DIM_COMPANY))
        and current.path.name == f"{current.position}-{current.content_digest[:16]}.duckdb"
        # A publisher that was killed may have left a checksum of another file of this name, a disk another byte. A large
        # file is not read for it where it is only to be started from: what is wrong in it stays wrong for `verify`.
        and ((current.position < position and current.path.stat().st_size >= _LARGE) or is_as_published(current.path))
    )
    return current if same else None


def _copy(home: Home, path: Path, building: Path) -> None:
    """A copy of the file at `path` to write to: the one that was made beforehand, or one made now."""
    try:
        _spare(home, path).replace(building)
    except FileNotFoundError:
        _copy_bytes(path, building)
    building.chmod(0o644)


def _prepare(home: Home, path: Path) -> None:
    """Copy a large file beforehand: 2 GB take 2 s to reach the disk, in which analysts would wait for the next publication."""
    if path.stat().st_size < _LARGE:
        return
    building = home.published / f"{_BUILDING}{uuid.uuid4().hex}.duckdb"
    try:
        _copy_bytes(path, building)
        fsync_file(building)
        building.replace(_spare(home, path))
        fsync_folder(home.published)
    except OSError:
        # The publication stands; the next one makes its copy itself.
        building.unlink(missing_ok=True)


def _copy_bytes(source: Path, target: Path) -> None:
    """Copy a file within the kernel, which shares its blocks where the file system can."""
    with source.open("rb") as from_, target.open("wb") as to:
        left = source.stat().st_size
        while left:
            try:
                copied = os.copy_file_range(from_.fileno(), to.fileno(), left)
            except OSError:
                copied = 0
            if not copied:
                shutil.copyfileobj(from_, to)
                return
            left -= copied


def _spare(home: Home, path: Path) -> Path:
    return home.published / f"{_SPARE}{path.name}"


def _settle(building: Path, path: Path, sums: str) -> None:
    """Give the finished file its name: on the disk for good, and read-only, before anyone can see it.

    Its checksums lie beside it, for DuckDB checks a block only when it reads it.
    """
    building.chmod(0o444)
    fsync_file(building)
    write_atomically(checksum_file(path), sums.encode())
    point("publish.checksum_written")
    building.replace(path)
    point("publish.named")
    fsync_folder(path.parent)


def checksum_file(path: Path) -> Path:
    """Where the checksums of a published file are written down."""
    return path.with_suffix(".sha256")


def is_as_published(path: Path) -> bool:
    """Whether a published file has the checksums that were written down for it."""
    try:
        return checksum_file(path).read_text(encoding="utf-8", errors="replace") == file_sums(path)
    except OSError:
        return False


def file_sums(path: Path, *, base: Path | None = None) -> str:
    """A line for each block of a published file: the checksum that DuckDB begins it with, and its sha256.

    With `base`, the file that this one was a copy of, a block that DuckDB has not written since keeps its line, unread: so
    damage to it stays damage, and a large file with a few changes takes no time.
    """
    known: list[str] = []
    if base is not None and checksum_file(base).is_file():
        known = checksum_file(base).read_text(encoding="utf-8", errors="replace").splitlines()
    lines: list[str] = []
    with path.open("rb") as file:
        start, size, end = 0, _HEADERS, path.stat().st_size
        while start < end:
            begins = os.pread(file.fileno(), 8, start).hex()
            before = known[len(lines)] if 0 < len(lines) < len(known) else ""
            if begins == before.partition(" ")[0]:
                lines.append(before)
            else:
                lines.append(f"{begins} {hashlib.sha256(os.pread(file.fileno(), size, start)).hexdigest()}")
            start, size = start + size, _BLOCK
    return "\n".join(lines) + "\n"


def _switch(home: Home, path: Path) -> None:
    """Point `current.duckdb` at `path` by one rename: a reader finds the old file or the new one."""
    link = home.current.with_name(f"{_BUILDING}{uuid.uuid4().hex}.link")
    # Relative, so that a home can be moved as a whole.
    link.symlink_to(os.path.relpath(path, home.current.parent))
    link.replace(home.current)
    point("publish.switched")
    fsync_folder(home.current.parent)


def _withdrawn(log: EventLog, *, after: int, upto: int) -> int:
    """Where the last article was withdrawn between two positions, 0 for none: older files hold its words."""
    events = log.read(after=after, upto=upto, event_types=["ArticleWithdrawn"], columns=["position"])
    return max(events["position"].to_list(), default=0)


def _forget(home: Home, keep: int, *, withdrawn: int) -> None:
    """Remove all but the last `keep` files, those from before position `withdrawn`, and half-built ones of killed publishers.

    Who has one open keeps it.
    """
    current = home.current.resolve()
    named = [(match, path) for path in home.published.iterdir() if (match := _NAME.fullmatch(path.name))]
    # Of one position the newest: reference data or projection have changed since.
    named.sort(key=lambda each: (each[1] == current, int(each[0]["position"]), each[1].stat().st_mtime_ns), reverse=True)
    older = [each for each in named[1:keep] if int(each[0]["position"]) < withdrawn]
    for _, path in (*older, *named[max(keep, 1) :]):
        path.unlink(missing_ok=True)
        checksum_file(path).unlink(missing_ok=True)
    for path in (*home.published.glob(f"{_BUILDING}*"), *home.published.glob(f"{_SPARE}*")):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _only_publisher(home: Home) -> Iterator[None]:
    """Hold the lock of this home's publishers. Raises PublishRefused where another one holds it."""
    path = home.published / ".lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            reason = f"another publisher is at work here (process {holder}); wait for it to finish and run again"
            raise PublishRefused(reason=reason) from error
        # For the message above; the lock itself ends with the process, however it ends.
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
