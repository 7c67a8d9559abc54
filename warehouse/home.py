"""Where things lie under a home, and how bytes reach the disk for good.

A home is one ledger: log, content, staged runs, published files. Which folder it is, the caller
decides; nothing here reads the environment. Writes go through a temporary name, fsync and rename,
because a rename alone survives a crash of the program but not of the machine.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WriteFailed


@dataclass(frozen=True)
class Home:
    """The folders of one ledger below `root`."""

    root: Path

    @property
    def log(self) -> Path:
        """The event log, a Delta table."""
        return self.root / "log"

    @property
    def content(self) -> Path:
        """The content store, a Delta table."""
        return self.root / "content"

    @property
    def runs(self) -> Path:
        """Staged runs, one folder each."""
        return self.root / "runs"

    @property
    def published(self) -> Path:
        """Published databases, named after position and digest."""
        return self.root / "published"

    @property
    def current(self) -> Path:
        """The symlink that analysts open."""
        return self.published / "current.duckdb"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of this ledger."""
        return self.root / "dagster"

    @property
    def landing(self) -> Path:
        """Folder whose new files the sensor picks up."""
        return self.root / "landing"

    @property
    def sources(self) -> Path:
        """What sources were last found at: marks and addresses, no text. Made when there is something to keep."""
        return self.root / "sources"

    @property
    def lock(self) -> Path:
        """Held by the process that asserts and publishes."""
        return self.root / ".lock"

    def create(self) -> Home:
        """Make the folders that are missing, durably; the home itself."""
        for folder in (self.log, self.content, self.runs, self.published, self.dagster, self.landing):
            make_folder(folder)
        return self


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents, each name fsynced in the folder that holds it."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        fsync_folder(each.parent)


def fsync_file(path: Path) -> None:
    """Return only when the bytes of `path` are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(folder: Path) -> None:
    """Return only when the names in `folder` are on the disk."""
    # Windows cannot open a folder; its file system journals names itself.
    if os.name == "nt":
        return
    fsync_file(folder)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: readers and crashes see the old bytes or the new ones, never a part. Raises WriteFailed."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        # What a full disk says names no file.
        raise WriteFailed(path=str(path), reason=str(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
    fsync_folder(path.parent)


@contextmanager
def one_at_a_time(lock: Path, *, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Wait until no other process holds `lock`, and keep others out meanwhile.

    `waiting` is told the process that holds it, where there is one to wait for. The lock is the operating system's: it
    ends with the process that holds it, however that ends.
    """
    with lock.open("a+b") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting(os.pread(handle.fileno(), 32, 0).decode(errors="replace").strip() or "unknown")
            fcntl.flock(handle, fcntl.LOCK_EX)
        handle.truncate(0)
        handle.write(str(os.getpid()).encode())
        handle.flush()
        yield


@contextmanager
def held(lock: Path, *, alone: bool) -> Iterator[None]:
    """Hold `lock` together with others, or `alone`; waits for it. It ends with the process, however that ends."""
    with lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
