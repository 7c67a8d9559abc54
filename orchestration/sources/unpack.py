"""Packed bytes as streams: gzip, bzip2, Zstandard and zip, with a bound on what comes out.

Nothing is ever unpacked to a path of the archive's choosing, and never more at a time than is asked
for. Every layer of one file spends from the same `Budget`, so that a bomb within a bomb ends as soon
as one alone. What is inside is none of this module's business: see files.py.
"""

from __future__ import annotations

import bz2
import io
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

import zstandard

FREE_BYTES: Final = 64 * 1024 * 1024
"""What any file may unpack to, however small it is."""
MOST_RATIO: Final = 100
"""Most bytes out for each byte in: text packs 3 to 20 times, a gzip bomb 1,000 times."""
MOST_BYTES: Final = 24 * 1024**3
"""What no file may unpack to: several times a file of Common Crawl's news."""
MOST_NESTED: Final = 4
"""Layers of packing in one file, `.zip` and `.gz` each one."""
WINDOW_BYTES: Final = 128 * 1024 * 1024
CONTENTS_BYTES: Final = 16 * 1024 * 1024
"""A zip's table of contents is read at once: about 150,000 files."""
IN_MEMORY_BYTES: Final = 8 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_ZSTD_CHUNK: Final = 2048
"""One block of Zstandard is 4 bytes that stand for 128 KB, and no limit can be set on what one call gives."""


class Broken(Exception):
    """Packed or structured bytes that are not what they should be; `reason` says what is wrong."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TooMuch(Broken):
    """The file would unpack to more than it may: nothing more is taken from it."""


class Budget:
    """What one file on the disk may still unpack to, over all its layers."""

    def __init__(self, packed: int) -> None:
        self.limit = min(max(FREE_BYTES, packed * MOST_RATIO), MOST_BYTES)
        self.spent = 0

    def spend(self, count: int) -> None:
        """Count bytes that came out. Raises TooMuch."""
        self.spent += count
        if self.spent > self.limit:
            raise TooMuch(f"unpacks to more than {self.limit // (1024 * 1024):,} MB: taken for a decompression bomb")


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of `packed`, a stream of one or more members of one format."""

    def __init__(self, packed: IO[bytes], budget: Budget) -> None:
        self._packed = packed
        self._budget = budget
        self._waiting = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._waiting:
            if self._ended:
                return 0
            self._waiting = memoryview(self._more(len(buffer)))
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        self._budget.spend(size)
        return size

    def _more(self, size: int) -> bytes:
        raise NotImplementedError


class _Gzip(_Unpacked):
    def __init__(self, packed: IO[bytes], budget: Budget, *, wbits: int = 31) -> None:
        super().__init__(packed, budget)
        self._wbits = wbits
        self._inflator = zlib.decompressobj(wbits)
        self._tail = b""
        self._begun = False

    def _more(self, size: int) -> bytes:
        data = self._tail or self._packed.read(_CHUNK)
        self._tail = b""
        if not data:
            self._ended = True
            raise Broken("cut off: the packed bytes end too early" if self._begun else "is empty")
        try:
            out = self._inflator.decompress(data, max(size, _CHUNK))
        except zlib.error:
            self._ended = True
            raise Broken("damaged: it cannot be unpacked") from None
        self._begun = True
        self._tail = self._inflator.unconsumed_tail
        if self._inflator.eof:
            self._next_member(self._inflator.unused_data)
        return out

    def _next_member(self, rest: bytes) -> None:
        """Go on with the member that follows; zeros and what is no gzip behind the end are left, as gzip does."""
        rest = rest.lstrip(b"\0") or self._packed.read(_CHUNK).lstrip(b"\0")
        if len(rest) == 1:
            rest += self._packed.read(_CHUNK)
        if self._wbits == 31 and rest.startswith(b"\x1f\x8b"):
            self._inflator = zlib.decompressobj(self._wbits)
            self._tail = rest
        else:
            self._ended = True


class _Zstd(_Unpacked):
    def __init__(self, packed: IO[bytes], budget: Budget) -> None:
        super().__init__(packed, budget)
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
        self._frame = self._decompressor.decompressobj()
        self._tail = b""
        self._begun = False

    def _more(self, size: int) -> bytes:  # noqa: ARG002 - the chunk that goes in bounds what comes out
        data = self._tail[:_ZSTD_CHUNK] or self._packed.read(_ZSTD_CHUNK)
        self._tail = self._tail[_ZSTD_CHUNK:]
        if not data:
            self._ended = True
            if self._begun:
                raise Broken("cut off: the packed bytes end too early")
            return b""
        try:
            if not self._begun:
                self._frame = self._decompressor.decompressobj()
                self._begun = True
            out = self._frame.decompress(data)
        except zstandard.ZstdError:
            self._ended = True
            raise Broken("damaged: it cannot be unpacked") from None
        if self._frame.eof:
            self._tail = self._frame.unused_data + self._tail
            self._begun = False
        return out


class _Bzip2(_Unpacked):
    def __init__(self, packed: IO[bytes], budget: Budget) -> None:
        super().__init__(packed, budget)
        self._inflator = bz2.BZ2Decompressor()
        self._tail = b""
        self._begun = False

    def _more(self, size: int) -> bytes:
        data = b""
        if self._inflator.needs_input:
            data = self._tail or self._packed.read(_CHUNK)
            self._tail = b""
            if not data:
                self._ended = True
                raise Broken("cut off: the packed bytes end too early" if self._begun else "is empty")
        self._begun = True
        try:
            out = self._inflator.decompress(data, max(size, _CHUNK))
        except (OSError, ValueError):
            self._ended = True
            raise Broken("damaged: it cannot be unpacked") from None
        if self._inflator.eof:
            self._tail = self._inflator.unused_data or self._packed.read(_CHUNK)
            self._ended = not self._tail.startswith(b"BZh")
            self._inflator = bz2.BZ2Decompressor()
        return out


def bzipped(packed: IO[bytes], budget: Budget) -> IO[bytes]:
    """The bytes that bzip2 packed, of all streams. Reading raises Broken."""
    return io.BufferedReader(_Bzip2(packed, budget), _CHUNK)


def gzipped(packed: IO[bytes], budget: Budget) -> IO[bytes]:
    """The bytes that gzip packed, of all members. Reading raises Broken."""
    return io.BufferedReader(_Gzip(packed, budget), _CHUNK)


def deflated(packed: IO[bytes], budget: Budget, *, raw: bool = False) -> IO[bytes]:
    """The bytes of a zlib stream, or of a `raw` one without its header. Reading raises Broken."""
    return io.BufferedReader(_Gzip(packed, budget, wbits=-15 if raw else 15), _CHUNK)


def zstandarded(packed: IO[bytes], budget: Budget) -> IO[bytes]:
    """The bytes that Zstandard packed, of all frames. Reading raises Broken."""
    return io.BufferedReader(_Zstd(packed, budget), _CHUNK)


@contextmanager
def seekable(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The bytes of `stream` in a place where one can move about: memory, and a nameless file when they are many."""
    if stream.seekable():
        yield stream
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, prefix="newsledger-") as copy:
        shutil.copyfileobj(stream, copy, _CHUNK)
        copy.seek(0)
        yield copy


class _Contents(io.RawIOBase):
    """A zip file that refuses to hand over a huge table of contents in one piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        if size > CONTENTS_BYTES:
            raise Broken(f"its table of contents is larger than {CONTENTS_BYTES // (1024 * 1024)} MB")
        return self._file.read(CONTENTS_BYTES if size < 0 else size)


class _Zipped(io.RawIOBase):
    """The bytes of a member, counted and with the errors of the zip told in our words."""

    def __init__(self, inner: IO[bytes], budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error):
            raise Broken("damaged: it cannot be unpacked") from None
        except EOFError:
            raise Broken("cut off: the packed bytes end too early") from None
        buffer[: len(data)] = data
        self._budget.spend(len(data))
        return len(data)


def members(file: IO[bytes], budget: Budget) -> Iterator[tuple[str, IO[bytes] | Broken]]:
    """The files of a zip, each with its name there and its bytes, or why it is not taken. Raises Broken for the whole."""
    try:
        archive = zipfile.ZipFile(_Contents(file))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, IndexError, struct.error):
        raise Broken("no zip file, or damaged") from None
    with archive:
        for info in archive.infolist():
            if refused := _refused(info):
                yield info.orig_filename, Broken(refused)
                continue
            if info.is_dir():
                continue
            try:
                with archive.open(info) as inner:
                    yield info.filename, io.BufferedReader(_Zipped(inner, budget), _CHUNK)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, struct.error):
                yield info.filename, Broken("damaged: it cannot be unpacked")


def _refused(info: zipfile.ZipInfo) -> str | None:
    """Why a member of a zip is not taken, None where nothing speaks against it."""
    if not info.filename:
        return "a file without a name"
    if unsafe := unsafe_name(info.orig_filename):
        return unsafe
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, not a file"
    if info.flag_bits & 1:
        return "locked with a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "packed by a method other than deflate"
    return None


def unsafe_name(name: str) -> str | None:
    """Why nothing of such a name is taken out of an archive, None where nothing speaks against it."""
    if "\0" in name:
        return "its name holds a NUL"
    parts = re.split(r"[/\\]", name)
    if ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", name):
        return "its name leads out of the archive"
    return None
