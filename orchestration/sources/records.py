"""Articles that come as records: JSON, JSON lines, CSV, TSV and Parquet, one record an article.

A mapping says under which names the fields of an article stand (mappings.toml, or the user's own). A
record is read when it is asked for and forgotten after; only one that is longer than any article may
be is skipped. A record without a text but with an address is a `Link`.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from orchestration.sources.base import MAX_ARTICLE_BYTES, Found, InputProblem, Link, RawArticle, shown
from orchestration.sources.unpack import Broken, Budget

ENDINGS: Final = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
TABLES: Final = (".csv", ".tsv", ".parquet")
"""Endings of files in which all records have the same fields."""
MAPPINGS: Final = Path(__file__).with_name("mappings.toml")
PARQUET_READER: Final = Path(__file__).with_name("parquetreader.py")
FIELDS: Final = ("text", "html", "lead", "title", "url", "id", "published", "language", "publisher")
_CHUNK: Final = 1024 * 1024
_MORE: Final = re.compile(r"\s*(?:…|\.{3})?\s*\[\+\d+ chars\]\s*$")
"""NewsAPI's mark for the rest of a text."""
_SIGN: Final = re.compile(r"[^ \t\r\n\ufeff]")
_TAG: Final = re.compile(r"<(?:p|div|br|h[1-6]|article|section|ul|table|html|body|!doctype)\b[^<>]{0,300}>", re.IGNORECASE)
_WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)

Record = Mapping[str, Any]
Numbered = tuple[int, Record]


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Under which names each field of an article stands in a record, the best first."""

    name: str
    names: Mapping[str, Sequence[str]]
    signature: Sequence[str] = ()
    list_name: str | None = None

    def pick(self, record: Record, field: str) -> Any:
        """The first value of `field` that is there and not empty, else None."""
        for name in self.names.get(field, ()):
            value = _at(record, name)
            if value is not None and value not in ("", [], {}):
                return value
        return None

    @property
    def columns(self) -> set[str]:
        """The top-level names that are looked at."""
        return {name.partition(".")[0] for names in self.names.values() for name in names}


@cache
def mappings() -> dict[str, FieldMapping]:
    """The mappings of mappings.toml by name, in its order."""
    found = tomllib.loads(MAPPINGS.read_text(encoding="utf-8"))
    return {
        name: FieldMapping(
            name, {field: tuple(entry.get(field, ())) for field in FIELDS}, tuple(entry["signature"]), entry.get("list")
        )
        for name, entry in found.items()
    }


def fitting(record: Record) -> FieldMapping:
    """The first mapping whose signature the record bears; the generic one bears none."""
    return next(each for each in mappings().values() if all(_at(record, name) is not None for name in each.signature))


def articles(
    stream: IO[bytes],
    ending: str,
    *,
    uri: str,
    where: str,
    fetched_at: datetime,
    budget: Budget,
    mapping: FieldMapping | None = None,
) -> Iterator[Found | Link]:
    """The articles of a file of records with this `ending`; without a `mapping` the one that fits the first record.

    Raises Broken where the file as a whole cannot be read, or cannot be read on.
    """
    chosen = mapping
    count = rows = 0
    for item in _records(stream, ending, where=where, budget=budget, mapping=mapping):
        count += 1
        if isinstance(item, InputProblem):
            yield item
            continue
        number, record = item
        rows += 1
        chosen = chosen or fitting(record)
        if rows == 1 and ending in TABLES and not any(_at(record, name) is not None for name in _vital(chosen)):
            raise Broken(_no_text(record, chosen))
        yield _article(record, chosen, uri=f"{uri}#{number}", where=f"{where}:{number}", fetched_at=fetched_at)
    if not count:
        raise Broken("no record in it")


def _vital(mapping: FieldMapping) -> list[str]:
    """The names of which a table needs at least one."""
    return [name for field in ("text", "html", "url") for name in mapping.names.get(field, ())]


def _records(
    stream: IO[bytes], ending: str, *, where: str, budget: Budget, mapping: FieldMapping | None
) -> Iterator[Numbered | InputProblem]:
    if ending in (".jsonl", ".ndjson"):
        return _json_lines(stream, where)
    if ending == ".json":
        return _json(stream, where)
    if ending == ".parquet":
        return _parquet(stream, where, budget, _known(mapping))
    return _csv(stream, where, known=_known(mapping), tabs=ending == ".tsv")


def _known(mapping: FieldMapping | None) -> dict[str, str]:
    """The column names that are looked at, by how they are written in small letters."""
    chosen = [mapping] if mapping else list(mappings().values())
    return {name.lower(): name for each in reversed(chosen) for name in each.columns}


def _article(record: Record, mapping: FieldMapping, *, uri: str, where: str, fetched_at: datetime) -> Found | Link:
    """The article, link or problem that one record is."""
    title, published = _text(mapping.pick(record, "title")), _moment(mapping.pick(record, "published"))
    language, publisher = _text(mapping.pick(record, "language")), _text(mapping.pick(record, "publisher"))
    address = _text(mapping.pick(record, "url"))
    link = address.strip() if address and _WEB.fullmatch(address.strip()) else None
    content = _content(record, mapping, title)
    if content is None and link:
        return Link(link, where, language, published, title, publisher, mark=published or title or "")
    if content is None:
        return InputProblem(where, _no_text(record, mapping))
    body, media_type = content
    data = body.encode("utf-8", "replace")
    if len(data) > MAX_ARTICLE_BYTES:
        return InputProblem(where, f"larger than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, so no article")
    named = _text(mapping.pick(record, "id"))
    own = link or (f"{uri.rpartition('#')[0]}#{quote(named[:200], errors='replace')}" if named else uri)
    return RawArticle(own, media_type, data, fetched_at, language, published, title, publisher, where)


def _content(record: Record, mapping: FieldMapping, title: str | None) -> tuple[str, str] | None:
    """The article's text with the title before it, and its media type."""
    page = mapping.pick(record, "html")
    if isinstance(page, str) and page.strip():
        return with_title(page, title), "text/html; charset=utf-8"
    text = mapping.pick(record, "text")
    if not isinstance(text, str) or not text.strip():
        return None
    text = text[:-60] + _MORE.sub("", text[-60:])
    lead = mapping.pick(record, "lead")
    lead = lead.strip() if isinstance(lead, str) and lead.strip()[:60] not in text else ""
    if _TAG.search(text[:3000]):
        return with_title(f"<p>{escape(lead)}</p>\n{text}" if lead else text, title), "text/html; charset=utf-8"
    before = title.strip() if title and not text.lstrip().startswith(title.strip()) else ""
    return "\n\n".join(part for part in (before, lead, text) if part), "text/plain; charset=utf-8"


def with_title(page: str, title: str | None) -> str:
    """HTML that has a title: its own, or `title`; a fragment becomes a page."""
    start = page[:20_000].lower()
    if not title or "<title" in start:
        return page
    if "<html" in start or "<head" in start or "<body" in start:
        return f"<title>{escape(title)}</title>\n{page}"
    return (
        f"<!doctype html><html><head><title>{escape(title)}</title></head>\n"
        f"<body><article><h1>{escape(title)}</h1>\n{page}\n</article></body></html>"
    )


def _no_text(record: Record, mapping: FieldMapping) -> str:
    wanted = [*mapping.names.get("text", ()), *mapping.names.get("html", ())]
    there = [name for name in wanted if _at(record, name) is not None]
    if there:
        kind = type(_at(record, there[0])).__name__
        return f"its field {there[0]!r} holds no text" + ("" if kind == "str" else f" but {kind}")
    has = ", ".join(shown(name) for name in list(record)[:12]) or "nothing"
    return f"no field with a text ({', '.join(wanted) or 'none is mapped'}); it has {has[:300]}"


def _at(record: Any, name: str) -> Any:
    """The value under a name, a dot leading into a record within the record."""
    if not isinstance(record, dict):  # and no Mapping: asking for one takes ten times as long, for 20 names a record
        return None
    value = record.get(name)
    if value is not None or "." not in name:
        return value
    first, _, rest = name.partition(".")
    return _at(record.get(first), rest)


def _text(value: Any) -> str | None:
    """A declared value as a line of text."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()[:2000] or None


def _moment(value: Any) -> str | None:
    """A time as the reader understands one: text as it comes, numbers as seconds or milliseconds since 1970."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and 1e8 < value < 1e14:
        value = int(value)
    return _text(value)


def _json_lines(stream: IO[bytes], where: str) -> Iterator[Numbered | InputProblem]:
    number = 0
    while line := stream.readline(MAX_ARTICLE_BYTES + 1):
        number += 1
        if len(line) > MAX_ARTICLE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            yield InputProblem(f"{where}:{number}", f"a line of more than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB")
            continue
        line = line.removeprefix(codecs.BOM_UTF8).strip()
        if line:
            yield _parsed(line, number, where)


def _parsed(line: bytes, number: int, where: str) -> Numbered | InputProblem:
    try:
        record = json.loads(line.decode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        return InputProblem(f"{where}:{number}", f"no JSON: {error.msg.lower()} at column {error.colno}")
    except (RecursionError, ValueError):
        return InputProblem(f"{where}:{number}", "no JSON that can be read: nested too deep, or a number too long")
    if not isinstance(record, dict):
        return InputProblem(f"{where}:{number}", "a record is a JSON object, {…}")
    return number, record


def _json(stream: IO[bytes], where: str) -> Iterator[Numbered | InputProblem]:
    """Records of a JSON file: a list of them, an object with such a list, one object, or one a line after all."""
    reader = _JsonReader(stream)
    if reader.next_sign() == "{":
        try:
            first = reader.value()
        except Broken:
            # Too long for one record: an object that holds the list, if that stands under a name that we know.
            reader.enter(sorted({each.list_name for each in mappings().values() if each.list_name}))
            yield from _elements(reader, where)
            return
        lists = [value for value in first.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        names = {each.list_name for each in mappings().values()}
        known = [first[name] for name in names if isinstance(first.get(name), list)]
        number = 0
        for record in known[0] if known else lists[0] if len(lists) == 1 and not fitting(first).signature else [first]:
            number += 1
            yield _numbered(record, number, where)
        while reader.next_sign():
            number += 1
            yield _numbered(reader.value(), number, where)
        return
    if reader.next_sign() != "[":
        raise Broken("no JSON with records: a list, or an object")
    reader.skip(1)
    yield from _elements(reader, where)


def _elements(reader: _JsonReader, where: str) -> Iterator[Numbered | InputProblem]:
    number = 0
    while (sign := reader.next_sign()) != "]":
        if not sign:
            raise Broken("cut off: the JSON ends too early")
        if sign == ",":
            reader.skip(1)
            continue
        number += 1
        yield _numbered(reader.value(), number, where)


def _numbered(record: Any, number: int, where: str) -> Numbered | InputProblem:
    if isinstance(record, dict):
        return number, record
    return InputProblem(f"{where}:{number}", "a record is a JSON object, {…}")


class _JsonReader:
    """JSON values one after the other from a stream, with only the present one in memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        start = stream.read(4)
        encoding = json.detect_encoding(start)
        self._decode = codecs.getincrementaldecoder(encoding)("replace").decode
        self._stream = stream
        self._buffer = self._decode(start)
        self._at = 0  # what lies before it is taken: cut off only where more is read, or a list of short values takes hours
        self._ended = not start
        self._decoder = json.JSONDecoder()

    def _fill(self, size: int = _CHUNK) -> bool:
        if self._ended:
            return False
        data = self._stream.read(size)
        self._ended = not data
        self._buffer, self._at = self._buffer[self._at :] + self._decode(data, not data), 0
        return not self._ended

    def next_sign(self) -> str:
        """The next character that is no white space, not taken; empty at the end."""
        while True:
            if found := _SIGN.search(self._buffer, self._at):
                self._at = found.start()
                return found[0]
            self._at = len(self._buffer)
            if not self._fill():
                return ""

    def skip(self, count: int) -> None:
        """Pass over characters."""
        self._at += count

    def enter(self, names: Iterable[str]) -> None:
        """Pass over everything up to the first element of the list under one of `names`. Raises Broken."""
        opening = re.compile(rf'"(?:{"|".join(map(re.escape, names))})"\s*:\s*\[')
        found = opening.search(self._buffer, self._at)
        if not found:
            raise Broken(f"one JSON object of more than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB")
        self._at = found.end()

    def value(self) -> Any:
        """The next value. Raises Broken where there is none, and where it is longer than an article may be."""
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                left = len(self._buffer) - self._at
                if left > MAX_ARTICLE_BYTES:
                    raise Broken(f"one JSON value of more than {MAX_ARTICLE_BYTES // (1024 * 1024)} MB, or no JSON") from None
                if self._fill(max(_CHUNK, left)):
                    continue
                raise Broken(f"no JSON, or cut off: {error.msg.lower()}") from None
            except (RecursionError, ValueError):
                raise Broken("no JSON that can be read: nested too deep, or a number too long") from None
            return value


def _csv(stream: IO[bytes], where: str, *, known: Mapping[str, str], tabs: bool) -> Iterator[Numbered | InputProblem]:
    """Rows of a table with a head line, under the names that stand there."""
    # The limit is one of the process; it only ever rises, and we are the only ones who read CSV.
    csv.field_size_limit(MAX_ARTICLE_BYTES)
    lines = _decoded_lines(stream)
    first = next(lines, "")
    delimiter = "\t" if tabs else max(",;\t|", key=first.count)
    rows = csv.reader(_chained(first, lines), delimiter=delimiter)
    try:
        names = [name.strip() for name in next(rows, [])]
    except csv.Error:
        raise Broken("no CSV: its first line cannot be read") from None
    if not names or (len(names) < 2 and names[0].lower() not in known):
        raise Broken("no CSV with a head line that names the columns")
    names = [known.get(name.lower(), name) for name in names]
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield InputProblem(f"{where}:{rows.line_num}", f"no CSV: {error}")
            continue
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(names):
            yield InputProblem(f"{where}:{rows.line_num}", f"{len(row)} columns where the first line names {len(names)}")
            continue
        yield rows.line_num, dict(zip(names, row, strict=True))


def _decoded_lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines as text, none longer than an article may be: UTF-8, UTF-16 with its mark, else Windows' Western set."""
    sample = stream.read(_CHUNK)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(sample)
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "cp1252"
    text = io.TextIOWrapper(
        io.BufferedReader(_Prefixed(sample, stream), _CHUNK),
        encoding=encoding,
        errors="replace",
        newline="",
    )
    while line := text.readline(MAX_ARTICLE_BYTES):
        yield line


class _Prefixed(io.RawIOBase):
    """Bytes that were read already, and then those of the stream they came from."""

    def __init__(self, before: bytes, stream: IO[bytes]) -> None:
        self._before = before
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._before[: len(buffer)] or self._stream.read(len(buffer))
        self._before = self._before[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _parquet(stream: IO[bytes], where: str, budget: Budget, known: Mapping[str, str]) -> Iterator[Numbered | InputProblem]:
    """Rows of a Parquet file, with the columns that a mapping may want, as parquetreader.py tells them."""
    with _described(stream) as place:
        child = subprocess.Popen(
            [sys.executable, "-I", str(PARQUET_READER), json.dumps(known)],
            stdin=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert child.stdout is not None  # noqa: S101 - a pipe, as asked for
            yield from _told(child.stdout, where, budget, known)
            if child.wait() != 0:
                raise Broken("no Parquet file, or damaged: its reader came to a bad end")
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _told(lines: IO[bytes], where: str, budget: Budget, known: Mapping[str, str]) -> Iterator[Numbered | InputProblem]:
    """The records among the lines of the reader. Raises Broken for what it says is wrong."""
    columns: list[str] | None = None
    number = 0
    while line := lines.readline(4 * MAX_ARTICLE_BYTES):
        budget.spend(len(line))
        try:
            value = json.loads(line)
        except ValueError:
            number += 1
            while line and not line.endswith(b"\n"):
                line = lines.readline(_CHUNK)
                budget.spend(len(line))
            yield InputProblem(f"{where}:{number}", "a record that is too long, or the last of a reader that ended")
            continue
        if isinstance(value, str):
            raise Broken(shown(value))
        if columns is None:
            columns = value
            if not any(name.lower() in known for name in value):
                raise Broken(f"no column that a mapping knows; it has {', '.join(map(shown, value[:12]))}"[:400])
            continue
        number += 1
        yield number, value


@contextmanager
def _described(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The bytes of `stream` as a file that another process can be given."""
    try:
        stream.fileno()
    except OSError:
        with tempfile.TemporaryFile(prefix="newsledger-") as copy:
            shutil.copyfileobj(stream, copy, _CHUNK)
            copy.seek(0)
            yield copy
        return
    yield stream
