"""Articles from files and folders of the local disk.

A folder is searched to the bottom for files whose ending names a kind that the reader knows; a file
that the user names is taken whatever its ending. Nothing is moved or changed. A file is one article,
known by the `file:` URI of its real path, so two ways to one file are one article.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orchestration.sources.base import Batch, InputProblem, RawArticle, Unkept, batched

MEDIA_TYPES: Final = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
}
"""The endings that a folder is searched for."""
UNKNOWN_MEDIA_TYPE: Final = "application/octet-stream"
MAX_ARTICLE_BYTES: Final = 20 * 1024 * 1024
"""News articles are a few hundred KB with all their markup; a larger file is no article."""
SETTLE_SECONDS: Final = 3.0
"""A file that changed less than this ago may still be being written."""


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


def media_type(path: Path) -> str:
    """The media type that the file's ending suggests."""
    return MEDIA_TYPES.get(path.suffix.lower(), UNKNOWN_MEDIA_TYPE)


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
            yield InputProblem(str(path), "no such file or folder")
            continue
        except OSError as error:
            yield InputProblem(str(path), _spoken(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _folder_files(path, seen_files, seen_folders)
        elif stat.S_ISREG(mode):
            real = path.resolve()
            if real not in seen_files:
                seen_files.add(real)
                yield FoundFile(path, real)
        else:
            yield InputProblem(str(path), "neither a file nor a folder")


def _folder_files(
    folder: Path, seen_files: set[Path], seen_folders: set[tuple[int, int]]
) -> Iterator[FoundFile | InputProblem]:
    found = False
    refused: list[OSError] = []
    for directory, folders, files in os.walk(folder, followlinks=True, onerror=refused.append):
        status = Path(directory).stat()
        if (status.st_dev, status.st_ino) in seen_folders:
            folders.clear()
            found = True  # its files are dealt with, or being dealt with, on the other way to it
            continue
        seen_folders.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(directory, name)
            if name.startswith(".") or path.suffix.lower() not in MEDIA_TYPES:
                continue
            found = True
            if not path.exists():
                yield InputProblem(str(path), "a link that leads nowhere")
                continue
            real = path.resolve()
            if real not in seen_files:
                seen_files.add(real)
                yield FoundFile(path, real)
    for error in refused:
        yield InputProblem(str(error.filename), _spoken(error))
    if not found and not refused:
        yield EmptyFolder(str(folder), f"no article in this folder ({', '.join(MEDIA_TYPES)})")


def read_file(file: FoundFile, *, fetched_at: datetime) -> RawArticle | InputProblem:
    """The file's bytes as an article, or why there are none. One too large is hashed, not held."""
    try:
        with file.real.open("rb") as handle:
            if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                return InputProblem(str(file.path), "not a regular file")
            content = handle.read(MAX_ARTICLE_BYTES + 1)
            if len(content) > MAX_ARTICLE_BYTES:
                digest, size = hashlib.sha256(content), len(content)
                while chunk := handle.read(1 << 20):
                    digest.update(chunk)
                    size += len(chunk)
                reason = f"larger than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, so no article"
                unkept = Unkept(file.uri, media_type(file.real), digest.hexdigest(), size, fetched_at)
                return InputProblem(str(file.path), reason, unkept)
    except OSError as error:
        return InputProblem(str(file.path), _spoken(error))
    return RawArticle(uri=file.uri, media_type=media_type(file.real), content=content, fetched_at=fetched_at)


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

    def count(self) -> int:
        """How many files there are, without reading them."""
        return sum(isinstance(item, FoundFile) for item in find_files(self.paths))

    def batches(self) -> Iterator[Batch]:
        """The articles; a file that cannot be read is a problem."""
        fetched_at = datetime.now(UTC)
        found = (item for item in find_files(self.paths) if not (self.empty_is_fine and isinstance(item, EmptyFolder)))
        return batched(item if isinstance(item, InputProblem) else read_file(item, fetched_at=fetched_at) for item in found)


def _spoken(error: OSError) -> str:
    reason = (error.strerror or type(error).__name__).lower()
    return f"cannot be read: {reason}"
