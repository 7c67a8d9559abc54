"""Articles from WARC files, the form in which Common Crawl and web archives keep pages.

Records are read one by one with fastwarc; a page that was served in pieces or packed is unpacked here,
within bounds. Only answers with status 200 and a text of some kind are articles.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any, Final

from orchestration.sources.base import MAX_ARTICLE_BYTES, Found, InputProblem, RawArticle, shown
from orchestration.sources.unpack import Broken, Budget, deflated, gzipped

TEXTS: Final = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")


class _Told:
    """A stream whose errors are kept for the one who asked for it: they would pass through foreign code."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._position = 0
        self.error: Broken | OSError | None = None

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none after an error."""
        if self.error:
            return b""
        try:
            data = self._stream.read(size)
        except (Broken, OSError) as error:
            self.error = error
            return b""
        self._position += len(data)
        return data

    def tell(self) -> int:
        """How many bytes were read."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - as streams have it
        """Not possible here, and not needed."""
        raise io.UnsupportedOperation

    def close(self) -> None:
        """The stream is closed by whoever opened it."""


def articles(stream: IO[bytes], *, where: str, budget: Budget) -> Iterator[Found]:
    """The pages of an unpacked WARC file. Raises Broken where it cannot be read on."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    told = _Told(stream)
    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    count = 0
    try:
        for record in ArchiveIterator(told, record_types=wanted, parse_http=True):
            count += 1
            item = _article(record, where=where, number=count, budget=budget)
            if told.error:
                raise told.error
            if item:
                yield item
    except OSError as error:
        if told.error:
            raise told.error from None
        raise Broken(f"no WARC file, or damaged, after {count} records: {shown(error)}") from None
    if told.error:
        raise told.error
    if not count:
        raise Broken("no record of a page in it")


def _article(record: Any, *, where: str, number: int, budget: Budget) -> Found | None:
    """The article in a record, or what is wrong with it; None where it is something else."""
    uri = record.headers.get("WARC-Target-URI") or ""
    place = f"{where}: {shown(uri)[:300] or f'record {number}'}"
    http = record.http_headers if record.is_http else None
    if http is not None and http.status_code not in (200, 203):
        return None
    declared = (http.get("Content-Type") if http is not None else record.headers.get("Content-Type")) or ""
    kind = declared.partition(";")[0].strip().lower()
    if kind and kind not in TEXTS:
        return None
    data = record.reader.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        return InputProblem(place, f"larger than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, so no article")
    if len(data) < record.content_length:
        return InputProblem(place, "cut off: the record ends too early")
    if not uri.strip("<>"):
        return InputProblem(place, "a record without an address")
    try:
        if http is not None:
            data = payload(
                data, transfer=http.get("Transfer-Encoding") or "", coding=http.get("Content-Encoding") or "", budget=budget
            )
    except Broken as broken:
        return InputProblem(place, broken.reason)
    return RawArticle(uri.strip("<>"), shown(declared[:200]) or "text/html", data, _date(record), where=place)


def _date(record: Any) -> datetime:
    """When the page was fetched."""
    try:
        found = record.record_date
    except (ValueError, OverflowError, OSError):
        found = None
    return found.astimezone(UTC) if found else datetime.now(UTC)


def payload(data: bytes, *, transfer: str, coding: str, budget: Budget) -> bytes:
    """The page in an answer's body, which may be in pieces and packed. Raises Broken."""
    if "chunked" in transfer.lower():
        data = _joined(data)
    for each in reversed([name.strip().lower() for name in coding.split(",") if name.strip()]):
        data = decoded(data, each, budget)
    return data


def decoded(data: bytes, coding: str, budget: Budget) -> bytes:
    """A body in one of HTTP's codings, unpacked. Raises Broken."""
    if coding == "identity":
        return data
    # Archives and servers say "gzip" of pages that they have unpacked long ago.
    if coding in ("gzip", "x-gzip"):
        if not data.startswith(b"\x1f\x8b"):
            return data
        stream = gzipped(io.BytesIO(data), budget)
    elif coding == "deflate":
        stream = deflated(io.BytesIO(data), budget, raw=data[:1] != b"\x78")
    else:
        raise Broken(f"packed by {shown(coding)[:20]}, which is not read here")
    out = stream.read(MAX_ARTICLE_BYTES + 1)
    if len(out) > MAX_ARTICLE_BYTES:
        raise Broken(f"unpacks to more than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, so no article")
    return out


def _joined(data: bytes) -> bytes:
    """The pieces of a body put together; one that is in no pieces, whatever its head says, as it is."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\r\n", at, at + 40)
        size = data[at:end].partition(b";")[0].strip() if end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            if not pieces:
                return data
            raise Broken("damaged: pieces without a length") from None
        if length == 0:
            return b"".join(pieces)
        if length < 0 or end + 2 + length > len(data):
            raise Broken("cut off: a piece ends too early")
        pieces.append(data[end + 2 : end + 2 + length])
        at = end + 2 + length + 2
