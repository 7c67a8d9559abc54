"""From bytes to characters: what is no text at all, and in which character set the rest is written.

The order is that of the HTML standard: byte order mark, UTF-8 if it is valid, the declared set, then a
guess. UTF-8 goes before the declaration because text that is valid UTF-8 is hardly ever anything else,
while declarations are often left over from a template.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from transforms.reading import page

MAX_BYTES: Final = 16 * 1024 * 1024
BAD_SHARE: Final = 0.001
"""Share of unreadable characters up to which a text is read with them replaced."""

BINARY_STARTS: Final = (
    b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"\x7fELF", b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00", b"\xfd7zXZ\x00", b"Rar!\x1a", b"7z\xbc\xaf",
    b"MZ\x90\x00", b"\xca\xfe\xba\xbe",
)  # fmt: skip
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
# What browsers read under these names: the Windows sets hold all that the older names say, and more.
ALIASES: Final = {
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "shift_jis": "cp932", "x-sjis": "cp932",
}  # fmt: skip
LONE = re.compile(r"[\udc80-\udcff]")
"""A byte that is no UTF-8, as Python's surrogateescape keeps it."""
ASCII = re.compile(r"[\x00-\x7f]+")
BLANK: Final = b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf"
NO_CHARSETS: Final = frozenset(
    ("utf-8", "utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
)
CONTROLS: Final = bytes([*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])


def decode(content: bytes, media_type: str | None = None) -> tuple[str | None, str | None]:
    """(characters, None), or (None, reason) where the bytes are no text that can be read."""
    if not content[:100].strip(BLANK) and not content.strip(BLANK):
        return None, page.EMPTY
    if len(content) > MAX_BYTES:
        return None, page.TOO_LARGE.format(limit=MAX_BYTES // 2**20)
    if content.startswith(BINARY_STARTS):
        return None, page.BINARY
    for mark, name in MARKS:
        if content.startswith(mark):
            return judged(content[len(mark) :].decode(name, errors="replace"))
    try:
        return judged(content.decode("utf-8"), content)
    except UnicodeDecodeError:
        pass
    wide = wide_charset(content)
    if wide:
        return judged(content.decode(wide, errors="replace"))
    if content.count(0) > len(content) * BAD_SHARE:
        return None, page.BINARY
    mixed = mixed_text(content)
    if mixed is not None:
        return judged(mixed)
    declared = declared_charset(content, media_type)
    if declared:
        try:
            return judged(content.decode(declared))
        except UnicodeDecodeError:
            pass
    return guessed(content, declared)


def mixed_text(content: bytes) -> str | None:
    """UTF-8 with something else in between (files pasted together, a cut character), None where it is not that.

    Text of another set hardly ever reads as UTF-8: where ten characters do for each byte that does not, the rest is
    broken, or is Windows-1252 where there is too much of it to be mere damage.
    """
    text = content.decode("utf-8", errors="surrogateescape")
    broken = len(LONE.findall(text))
    if broken * 10 > len(text) - broken - sum(map(len, ASCII.findall(text))):
        return None
    if broken <= max(1.0, len(text) * BAD_SHARE):
        return LONE.sub("\ufffd", text)
    return LONE.sub(lambda byte: bytes([ord(byte[0]) & 0xFF]).decode("cp1252", "replace"), text)


def judged(text: str, encoded: bytes | None = None) -> tuple[str | None, str | None]:
    """The text unless too much of it is unreadable or control characters; `encoded` is its UTF-8, if at hand."""
    if not text[:100].strip("\x00 \t\r\n\ufeff") and not text.strip("\x00 \t\r\n\ufeff"):
        return None, page.EMPTY
    if "\ufffd" in text and text.count("\ufffd") > max(1.0, len(text) * BAD_SHARE):
        return None, page.UNDECODABLE
    encoded = text.encode("utf-8", "replace") if encoded is None else encoded
    if len(encoded) - len(encoded.translate(None, CONTROLS)) > max(4.0, len(text) * 0.01):
        return None, page.BINARY
    return text, None


def wide_charset(content: bytes) -> str | None:
    """UTF-16 without its mark: a zero in nearly every second byte of Western text, from its start on."""
    starts = {zeros_of(content[:size]) for size in (64, 2000)}
    return starts.pop() if len(starts) == 1 else None


def zeros_of(head: bytes) -> str | None:
    """The byte order of UTF-16 that the zeros of some bytes speak for."""
    half = len(head) // 2
    if half < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None


def declared_charset(content: bytes, media_type: str | None) -> str | None:
    """The character set that the transport or the page declares, as Python names it."""
    said = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", media_type or "", re.IGNORECASE)
    inside = DECLARED.search(content[:4096])
    for name in (said[1] if said else None, (inside[1] or inside[2]).decode("ascii", "replace") if inside else None):
        known = ALIASES.get(name.lower(), name.lower()) if name else None
        if known:
            try:
                info = codecs.lookup(known)
            except (LookupError, ValueError):
                continue
            # Python also knows codecs that are no character sets (hex, zlib); utf-7 hides markup.
            if getattr(info, "_is_text_encoding", True) and info.name not in NO_CHARSETS:
                return known
    return None


def guessed(content: bytes, declared: str | None) -> tuple[str | None, str | None]:
    """The guess of charset-normalizer on a sample, else the declared set with its few bad bytes replaced."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  60 ms: only for the few pages that are not UTF-8

    best = from_bytes(content[:60_000], enable_fallback=False).best()
    names = [name for name in (declared, best.encoding if best else None) if name]
    for name in names:
        text, _ = judged(content.decode(name, errors="replace"))
        if text is not None:
            return text, None
    return None, page.UNDECODABLE
