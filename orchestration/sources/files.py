"""One file of any kind as the articles in it: by its ending one article, or many, packed or not.

Layers of packing are taken off one by one, all of them paying from one budget. What is wrong with a
part is a problem that names the part; the other parts are read all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Final
from urllib.parse import quote

from orchestration.sources import mail, records, tar, unpack, warc
from orchestration.sources.base import MAX_ARTICLE_BYTES, Found, InputProblem, Link, RawArticle, shown
from orchestration.sources.records import FieldMapping
from orchestration.sources.unpack import Broken, Budget, TooMuch

MEDIA_TYPES: Final = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
}
"""Endings of files that are one article, as it is."""
UNKNOWN_MEDIA_TYPE: Final = "application/octet-stream"
HOLDERS: Final = (".eml", ".warc", *records.ENDINGS)
"""Endings of files out of which articles are made."""
LAYERS: Final = {".gz": unpack.gzipped, ".zst": unpack.zstandarded, ".bz2": unpack.bzipped, ".tgz": unpack.gzipped}
ARCHIVES: Final = (".zip", ".tar")
PACKED: Final = (*LAYERS, *ARCHIVES)
ENDINGS: Final = (*MEDIA_TYPES, *HOLDERS, *PACKED)
NO_TEXT_HERE: Final = "only an address, no text: to fetch it, name the file in sources.toml as records with fetch = true"


@dataclass(frozen=True, slots=True)
class Opened:
    """Bytes with the name that tells their kind, the URI of what is in them, and how messages call them."""

    stream: IO[bytes]
    name: str
    uri: str
    where: str
    fetched_at: datetime


def ending(name: str) -> str:
    """The ending of a name, in small letters."""
    return PurePosixPath(name).suffix.lower()


def is_known(name: str) -> bool:
    """Whether a folder or an archive is searched for files with such a name."""
    last = ending(name)
    inner = ending(unpacked(name)) if last in LAYERS else last
    return inner in MEDIA_TYPES or inner in HOLDERS or inner in ARCHIVES


def is_single(name: str) -> bool:
    """Whether a file of this name is one article as it is, whatever its ending."""
    return ending(name) not in (*HOLDERS, *PACKED)


def unpacked(name: str) -> str:
    """The name without its outer layer."""
    inner, last = name[: -len(ending(name))], ending(name)
    return f"{inner}.tar" if last == ".tgz" else inner


def media_type(name: str) -> str:
    """The media type that the ending suggests."""
    return MEDIA_TYPES.get(ending(name), UNKNOWN_MEDIA_TYPE)


def articles(opened: Opened, *, size: int) -> Iterator[Found]:
    """The articles of a file of `size` bytes; mere addresses are problems. Raises OSError of the file itself."""
    for item in articles_and_links(opened, size=size):
        yield InputProblem(item.where, NO_TEXT_HERE) if isinstance(item, Link) else item


def articles_and_links(opened: Opened, *, size: int, mapping: FieldMapping | None = None) -> Iterator[Found | Link]:
    """The articles of a file of `size` bytes, and addresses of others. Raises OSError of the file itself."""
    try:
        yield from _articles(opened, Budget(size), mapping, depth=0)
    except Broken as broken:
        yield InputProblem(opened.where, broken.reason)


def _articles(opened: Opened, budget: Budget, mapping: FieldMapping | None, *, depth: int) -> Iterator[Found | Link]:
    """Raises Broken."""
    last = ending(opened.name)
    if last in PACKED:
        if depth >= unpack.MOST_NESTED:
            raise Broken(f"packed within packed, more than {unpack.MOST_NESTED} times")
        if last == ".zip":
            with unpack.seekable(opened.stream) as file:
                yield from _archive(opened, unpack.members(file, budget), budget, mapping, depth=depth)
            return
        if last == ".tar":
            yield from _archive(opened, tar.members(opened.stream), budget, mapping, depth=depth)
            return
        stream = LAYERS[last](opened.stream, budget)
        inner = Opened(stream, unpacked(opened.name), opened.uri, opened.where, opened.fetched_at)
        yield from _articles(inner, budget, mapping, depth=depth + 1)
    elif last == ".warc":
        yield from warc.articles(opened.stream, where=opened.where, budget=budget)
    elif last in records.ENDINGS:
        yield from records.articles(
            opened.stream,
            last,
            uri=opened.uri,
            where=opened.where,
            fetched_at=opened.fetched_at,
            budget=budget,
            mapping=mapping,
        )
    else:
        yield _single(opened, last)


def _single(opened: Opened, last: str) -> Found:
    content = opened.stream.read(MAX_ARTICLE_BYTES + 1)
    if len(content) > MAX_ARTICLE_BYTES:
        return InputProblem(opened.where, f"larger than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, so no article")
    if last == ".eml":
        return mail.article(content, uri=opened.uri, where=opened.where, fetched_at=opened.fetched_at)
    return RawArticle(opened.uri, media_type(opened.name), content, opened.fetched_at, where=opened.where)


def _archive(
    opened: Opened,
    members: Iterable[tuple[str, IO[bytes] | Broken]],
    budget: Budget,
    mapping: FieldMapping | None,
    *,
    depth: int,
) -> Iterator[Found | Link]:
    found = False
    for name, inner in members:
        where = f"{opened.where}!/{shown(name)}"
        if isinstance(inner, Broken):
            found = True
            yield InputProblem(where, inner.reason)
            continue
        parts = PurePosixPath(name).parts
        if not is_known(name) or any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        found = True
        uri = f"{opened.uri}!/{quote(name, errors='surrogateescape')}"
        try:
            yield from _articles(Opened(inner, name, uri, where, opened.fetched_at), budget, mapping, depth=depth + 1)
        except TooMuch:
            raise
        except Broken as broken:
            yield InputProblem(where, broken.reason)
    if not found:
        raise Broken(f"no article in this archive ({', '.join(ENDINGS)})")
