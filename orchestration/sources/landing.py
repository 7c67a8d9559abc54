"""Articles from files and folders of the local disk.

A folder is searched to the bottom for files whose ending names a kind that files.py knows; a file that
the user names is taken whatever its ending. Nothing is moved or changed. What is in a file is known by
the `file:` URI of its real path, so two ways to one file are one article.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from orchestration.sources import files
from orchestration.sources.base import (
    MAX_ARTICLE_BYTES,
    Batch,
    Found,
    InputProblem,
    Link,
    RawArticle,
    Unkept,
    batched,
    capped,
    once,
    shown,
)
from orchestration.sources.files import Opened
from orchestration.sources.records import FieldMapping

SETTLE_SECONDS: Final = 3.0
"""A file that changed less than this ago may still be being written."""
HASHED_BYTES: Final = 2 * 1024**3
"""A file that is too large for an article is hashed, so that the ledger knows its rejection, up to this size."""
CHANGED: Final = "changed while it was read: it is taken when it stays as it is"


@dataclass(frozen=True, slots=True)
class EmptyFolder(InputProblem):
    """A folder in which there is no file of a kind that the reader knows."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """`path` as the user's argument leads to it, and the file that it is."""

    path: Path
    real: Path

    @property
    def uri(self) -> str:
        """The identity of the article."""
        return self.real.as_uri()


def find_files(paths: Iterable[Path]) -> Iterator[FoundFile | InputProblem]:
    """The articles' files under `paths`, in a stable order, each real file once.

    Links are followed, each folder is entered once however many links lead to it; names that begin
    with a dot are passed over. A path that leads nowhere, or a folder without an article, is a problem.
    """
    seen_files: set[Path] = set()
    seen_folders: set[tuple[int, int]] = set()
    for path in paths:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            yield InputProblem(shown(path), "no such file or folder")
            continue
        except OSError as error:
            yield InputProblem(shown(path), _spoken(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _folder_files(path, seen_files, seen_folders)
        elif stat.S_ISREG(mode):
            real = path.resolve()
            if real not in seen_files:
                seen_files.add(real)
                yield FoundFile(path, real)
        else:
            yield InputProblem(shown(path), "neither a file nor a folder")


def _folder_files(
    folder: Path, seen_files: set[Path], seen_folders: set[tuple[int, int]]
) -> Iterator[FoundFile | InputProblem]:
    found = False
    refused: list[OSError] = []
    for directory, folders, names in os.walk(folder, followlinks=True, onerror=refused.append):
        try:
            status = Path(directory).stat()
        except OSError as error:
            folders.clear()
            refused.append(error)
            continue
        if (status.st_dev, status.st_ino) in seen_folders:
            folders.clear()
            found = True  # its files are dealt with, or being dealt with, on the other way to it
            continue
        seen_folders.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        real = Path(directory).resolve()
        for name in sorted(names):
            if name.startswith(".") or not files.is_known(name):
                continue
            found = True
            item = _found(Path(directory, name), real)
            if isinstance(item, InputProblem):
                yield item
            elif item.real not in seen_files:
                seen_files.add(item.real)
                yield item
    for each in refused:
        yield InputProblem(shown(each.filename), _spoken(each))
    if not found and not refused:
        yield EmptyFolder(shown(folder), f"no article in this folder ({' '.join(files.ENDINGS)})")


def _found(path: Path, folder: Path) -> FoundFile | InputProblem:
    """The file that a name leads to in `folder`, given as its real path."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            # Resolving every name anew takes longer than reading the file (tests/benchmarks/volume.py).
            return FoundFile(path, folder / path.name)
        mode = path.stat().st_mode
        real = path.resolve()
    except FileNotFoundError:
        return InputProblem(shown(path), "a link that leads nowhere")
    except OSError as error:
        return InputProblem(shown(path), _spoken(error))
    except RuntimeError:  # how Python 3.11 and 3.12 call a link to itself
        return InputProblem(shown(path), "a link that leads to itself")
    return FoundFile(path, real) if stat.S_ISREG(mode) else InputProblem(shown(path), "not a regular file")


def read_articles(file: FoundFile, *, fetched_at: datetime) -> Iterator[Found]:
    """The articles in a file, or why there are none. Never more of it than it held when it was opened.

    A single article that is too large is hashed, not held; one that changes meanwhile is left for the next time.
    """
    if files.is_single(file.real.name):
        yield read_file(file, fetched_at=fetched_at)
        return
    where = shown(file.path)
    try:
        if not stat.S_ISREG(file.real.stat().st_mode):
            yield InputProblem(where, "not a regular file")
            return
        with file.real.open("rb") as handle:
            before = os.fstat(handle.fileno())
            stretch = io.BufferedReader(_Stretch(handle, before.st_size), 1 << 16)
            opened = Opened(stretch, file.real.name, file.uri, where, fetched_at)
            yield from capped(once(files.articles(opened, size=before.st_size)), where)
            if _changed(before, os.fstat(handle.fileno())):
                yield InputProblem(where, CHANGED)
    except OSError as error:
        yield InputProblem(where, _spoken(error))


def articles_in(found: Iterable[FoundFile | InputProblem], *, fetched_at: datetime) -> Iterator[Found]:
    """The articles in all files: first the files that are one, then those that hold many, the newest first.

    An address that several of the latter hold, as the dumps of two days do, counts with the text of the newest; in
    any other order each run would revise it back and forth.
    """
    holders: list[FoundFile] = []
    for item in found:
        if isinstance(item, InputProblem):
            yield item
        elif files.is_single(item.real.name):
            yield read_file(item, fetched_at=fetched_at)
        else:
            holders.append(item)
    newer: set[bytes] = set()
    for file in sorted(holders, key=_age):
        own: set[bytes] = set()
        for article in read_articles(file, fetched_at=fetched_at):
            if isinstance(article, RawArticle):
                key = hashlib.sha256(article.uri.encode("utf-8", "surrogateescape")).digest()[:12]
                if key in newer:
                    continue
                own.add(key)
            yield article
        newer |= own


def _age(file: FoundFile) -> tuple[float, str]:
    """Sorts the newest file first, and files of one time by name."""
    try:
        return -file.real.stat().st_mtime, str(file.path)
    except OSError:
        return 0.0, str(file.path)


def read_links(file: FoundFile, *, fetched_at: datetime, mapping: FieldMapping | None) -> Iterator[Found | Link]:
    """The articles in a file of records, by a mapping of one's own, and the addresses of those that hold no text."""
    where = shown(file.path)
    try:
        with file.real.open("rb") as handle:
            before = os.fstat(handle.fileno())
            stretch = io.BufferedReader(_Stretch(handle, before.st_size), 1 << 16)
            opened = Opened(stretch, file.real.name, file.uri, where, fetched_at)
            yield from files.articles_and_links(opened, size=before.st_size, mapping=mapping)
            if _changed(before, os.fstat(handle.fileno())):
                yield InputProblem(where, CHANGED)
    except OSError as error:
        yield InputProblem(where, _spoken(error))


def read_file(file: FoundFile, *, fetched_at: datetime) -> Found:
    """The file's bytes as one article, or why there is none. One too large is hashed, not held."""
    where, name = shown(file.path), file.real.name
    try:
        # Asked before it is opened: opening a pipe waits until somebody writes into it.
        if not stat.S_ISREG(file.real.stat().st_mode):
            return InputProblem(where, "not a regular file")
        with file.real.open("rb") as handle:
            before = os.fstat(handle.fileno())
            content = handle.read(MAX_ARTICLE_BYTES + 1)
            if len(content) > MAX_ARTICLE_BYTES:
                reason = f"larger than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, so no article"
                if before.st_size > HASHED_BYTES:
                    return InputProblem(where, reason)
                digest, size = hashlib.sha256(content), len(content)
                while size <= HASHED_BYTES and (chunk := handle.read(1 << 20)):
                    digest.update(chunk)
                    size += len(chunk)
                if _changed(before, os.fstat(handle.fileno())):
                    return InputProblem(where, f"{reason}; and it {CHANGED}")
                unkept = Unkept(file.uri, files.media_type(name), digest.hexdigest(), size, fetched_at)
                return InputProblem(where, reason, unkept)
            if _changed(before, os.fstat(handle.fileno())):
                return InputProblem(where, CHANGED)
    except OSError as error:
        return InputProblem(where, _spoken(error))
    return RawArticle(file.uri, files.media_type(name), content, fetched_at, where=where)


class _Stretch(io.RawIOBase):
    """The first `size` bytes of a file: one that grows as fast as it is read would else have no end."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if at < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = self._file.seek(at)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)


def settled(path: Path, *, now: float) -> bool:
    """Whether the file has been left alone for `SETTLE_SECONDS` before `now` (seconds since 1970)."""
    status = path.stat()
    return now - max(status.st_mtime, status.st_ctime) >= SETTLE_SECONDS


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The articles in files and folders, read one batch at a time.

    A folder without articles is a problem, unless `empty_is_fine`: nobody asked for that very folder.
    """

    paths: Sequence[Path]
    name: str = "files"
    empty_is_fine: bool = False

    def count(self) -> int | None:
        """How many articles there are, without reading them; None where some files may hold many."""
        count = 0
        for item in find_files(self.paths):
            if isinstance(item, FoundFile):
                if not files.is_single(item.real.name):
                    return None
                count += 1
        return count

    def batches(self) -> Iterator[Batch]:
        """The articles; a file that cannot be read is a problem."""
        fetched_at = datetime.now(UTC)
        found = (item for item in find_files(self.paths) if not (self.empty_is_fine and isinstance(item, EmptyFolder)))
        return batched(articles_in(found, fetched_at=fetched_at))


def _spoken(error: OSError) -> str:
    reason = (error.strerror or type(error).__name__).lower()
    return f"cannot be read: {reason}"
