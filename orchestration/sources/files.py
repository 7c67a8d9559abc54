"""One file of any kind as the articles in it: by its ending one article, or many, packed or not.

Layers of packing are taken off one by one, all of them paying from one budget. What is wrong with a
part is a problem that names the part; the other parts are read all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Final
from urllib.parse import quote

from orchestration.sources import mail, records, unpack, warc
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
PACKED: Final = (".gz", ".zst")
ENDINGS: Final = (*MEDIA_TYPES, *HOLDERS, *PACKED, ".zip")
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
    if last in PACKED:
        inner = ending(name[: -len(last)])
        return inner in MEDIA_TYPES or inner in HOLDERS or inner == ".zip"
    return last in MEDIA_TYPES or last in HOLDERS or last == ".zip"


def is_single(name: str) -> bool:
    """Whether a file of this name is one article as it is, whatever its ending."""
    return ending(name) not in (*HOLDERS, *PACKED, ".zip")


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
    if last in (*PACKED, ".zip"):
        if depth >= unpack.MOST_NESTED:
            raise Broken(f"packed within packed, more than {unpack.MOST_NESTED} times")
        if last == ".zip":
            yield from _zip(opened, budget, mapping, depth=depth)
            return
        layer = unpack.gzipped if last == ".gz" else unpack.zstandarded
        inner = Opened(layer(opened.stream, budget), opened.name[: -len(last)], opened.uri, opened.where, opened.fetched_at)
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


def _zip(opened: Opened, budget: Budget, mapping: FieldMapping | None, *, depth: int) -> Iterator[Found | Link]:
    found = False
    with unpack.seekable(opened.stream) as file:
        for name, inner in unpack.members(file, budget):
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
