"""Tar archives as a stream: one member after the other, in bounded memory, nothing written.

Read by a parser of our own: that of the standard library reads extended headers whole, however large they say they are.
Ustar, the long names of GNU and the paths of pax are read (POSIX.1-2001); sparse files and links are not.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Final

from orchestration.sources.unpack import Broken, unsafe_name

BLOCK: Final = 512
NAME_BYTES: Final = 64 * 1024
"""What an extended header may hold: a path and some times."""
_CHUNK: Final = 64 * 1024
FILES: Final = (b"0", b"\0", b"7")
LINKS: Final = (b"1", b"2")
CUT_OFF: Final = "cut off: the archive ends too early"


class _Part(io.RawIOBase):
    """The next `size` bytes of a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(min(len(buffer), self.left))
        if self.left and not data:
            raise Broken(CUT_OFF)
        buffer[: len(data)] = data
        self.left -= len(data)
        return len(data)


def members(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes] | Broken]]:
    """The files of an archive, each with its name there and its bytes, or why it is not taken. Raises Broken for the whole."""
    long_name: str | None = None
    while header := _block(stream):
        if not header.strip(b"\0"):
            return
        size, kind = _number(header[124:136]), header[156:157]
        part = _Part(stream, size)
        name, long_name = long_name or _name(header), None
        if kind in (b"L", b"x"):
            if size > NAME_BYTES:
                raise Broken("a name in it is longer than 64 KB")
            said = io.BufferedReader(part).read()
            long_name = said.rstrip(b"\0").decode("utf-8", "surrogateescape") if kind == b"L" else _path(said)
        elif kind in LINKS:
            yield name, Broken("a link, not a file")
        elif kind in FILES and not name.endswith("/"):
            refused = unsafe_name(name)
            yield name, Broken(refused) if refused else io.BufferedReader(part, _CHUNK)
        _skip(part)
        _skip(_Part(stream, -size % BLOCK))


def _block(stream: IO[bytes]) -> bytes:
    """The next header, checked; nothing at the end."""
    header = stream.read(BLOCK)
    if header and len(header) < BLOCK:
        raise Broken(CUT_OFF)
    if header.strip(b"\0") and _number(header[148:156]) != sum(header[:148]) + 8 * 0x20 + sum(header[156:]):
        raise Broken("no tar archive, or damaged")
    return header


def _number(field: bytes) -> int:
    """A number as tar writes it: in octal digits, or in binary after a byte that says so."""
    try:
        return int.from_bytes(field[1:], "big") if field[:1] == b"\x80" else int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise Broken("no tar archive, or damaged") from None


def _name(header: bytes) -> str:
    """The name in a header of its own."""
    name, prefix = (header[place].split(b"\0")[0] for place in (slice(0, 100), slice(345, 500)))
    whole = prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name
    return whole.decode("utf-8", "surrogateescape")


def _path(records: bytes) -> str | None:
    """The path in an extended header: records of length, key and value."""
    while records:
        length = records.partition(b" ")[0]
        if not length.isdigit() or not 0 < int(length) <= len(records):
            return None
        key, _, value = records[len(length) + 1 : int(length)].rstrip(b"\n").partition(b"=")
        if key == b"path":
            return value.decode("utf-8", "surrogateescape")
        records = records[int(length) :]
    return None


def _skip(part: _Part) -> None:
    while part.left:
        part.read(_CHUNK)
