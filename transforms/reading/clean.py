"""The form that every clean text has: NFC, Arabic in plain letters, one kind of space, no character that cannot be seen.

Spans of facts refer to texts of this form; any change here is a new reader version.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

# Soft hyphen, zero-width characters, bidirectional marks, overrides and isolates, byte order mark, tags.
UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff"
)
# Controls except tab and line feed, and what is no character at all.
CONTROL: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
DROPPED = re.compile(f"[{UNSEEN}{CONTROL}]")
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
SPACES = re.compile(r"[ \x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
TABS = re.compile(r" *\t[ \t]*")
SHAPES = re.compile("[\ufe80-\ufefc]+")
"""Arabic letters in the shapes that they take within a word, as some pages spell them out: no word is found in them."""
EDGES = re.compile(r"[ \t]*\n[ \t]*")
GAPS = re.compile(r"\n{3,}")
CONTROL_BYTES: Final = bytes([*range(9), *range(0x0B, 0x20), 0x7F])
# For Polars' regex, which has no half surrogate pairs: all that cleaning changes but the layout of lines, and every
# character that composes with the one before it or is composed itself or is the shape of another.
COMPOSING: Final = (
    r"\p{M}\x{0340}-\x{0387}\x{0958}-\x{0fff}\x{1100}-\x{11ff}\x{1f71}-\x{1fff}\x{2126}-\x{232a}\x{2adc}\x{f900}-\x{fb4f}"
    r"\x{fe80}-\x{fefc}"
)
OTHER_SPACES: Final = r"\x1f\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}"
OTHER_BREAKS: Final = r"\r\x0b\x0c\x1c-\x1e\x{85}\x{2028}\x{2029}"
UNSEEN_OR_CONTROL: Final = f"{UNSEEN}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff"
ALL_SUSPECTS: Final = f"[\\t{OTHER_SPACES}{OTHER_BREAKS}{UNSEEN_OR_CONTROL}{COMPOSING}\\x{{10000}}-\\x{{10ffff}}]|  "
LOOSE: Final = (" \n", "\n ", "\n\n\n", "\t")
"""What `layout` may change within a text."""
PLAIN_TO: Final = "\u02ff"
"""The last character before which every text without combining marks is NFC."""
SUSPECTS = re.compile(
    f"[{UNSEEN}{CONTROL}\\r\\x0b\\x0c\\x1c-\\x1f\\x85\\u2028\\u2029\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]"
)
"""All that the patterns above are about but the plain space and the tab."""


def characters(text: str) -> str:
    """NFC, line ends as line feeds, nothing unseen, one space for any run of spaces, tabs single."""
    # Most texts need little of this. Looking before replacing, and at the few characters that a text is made of rather
    # than at each in its place, is four times as fast as the patterns alone (tests/benchmarks/reading.py).
    if text.isascii():
        encoded = text.encode()
        suspect = len(encoded.translate(None, CONTROL_BYTES)) != len(encoded)
        plain = True
    else:
        made_of = "".join(set(text))
        suspect = SUSPECTS.search(made_of) is not None
        plain = max(made_of) <= PLAIN_TO
    if suspect:
        text = BREAKS.sub("\n", text)
        text = DROPPED.sub("", text)
        text = SPACES.sub(" ", text)
    elif "  " in text:
        text = SPACES.sub(" ", text)
    if not plain:
        text = composed(text)
    return TABS.sub("\t", text) if "\t" in text else text


def composed(text: str) -> str:
    """NFC, and Arabic in letters instead of their shapes."""
    if SHAPES.search(text):
        text = SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def layout(text: str) -> str:
    """No space at the edge of a line, at most one blank line between two."""
    if " \n" in text or "\n " in text or "\t" in text:
        text = EDGES.sub("\n", text)
    return closed(text)


def closed(text: str) -> str:
    """A clean text of which whole lines were taken: `layout` where nothing else can be amiss."""
    return (GAPS.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def clean(text: str) -> str:
    """A whole text in the form that spans refer to; cleaning it again changes nothing."""
    return layout(characters(text))


def strings(texts: Sequence[str]) -> pl.Series | None:
    """The texts as a series; None where one has half a surrogate pair, which Python has and UTF-8 has not."""
    try:
        return pl.Series(texts, dtype=pl.String)
    except UnicodeEncodeError:
        return None


def clean_all(texts: Sequence[str]) -> list[str]:
    """`clean` of many texts at once: a tenth of its time for texts of 2 KB, most of which are clean."""
    series = strings(texts)
    if series is None:
        return list(map(clean, texts))
    found = list(texts)
    suspects = series.str.contains(ALL_SUSPECTS)
    spelled = series.filter(suspects).str.replace_all(BREAKS.pattern, "\n").str.replace_all(f"[{UNSEEN_OR_CONTROL}]", "")
    spelled = spelled.str.replace_all(SPACES.pattern, " ")
    for number, text in zip(suspects.arg_true().to_list(), spelled.to_list(), strict=True):
        whole = composed(text)
        found[number] = layout(TABS.sub("\t", whole) if "\t" in whole else whole)
    for number in (loose(series) & ~suspects).arg_true().to_list():
        found[number] = layout(found[number])
    return found


def loose(texts: pl.Series) -> pl.Series:
    """Whether `layout` may change a text. Literals are found by machine words, four times as fast as one pattern of all."""
    ends = texts.str.slice(0, 1) + texts.str.slice(-1)
    found = (texts.str.contains(each, literal=True) for each in LOOSE)
    return reduce(or_, found, ends.str.contains(r"[\s\x1c-\x1f]"))


def one_line(text: str) -> str:
    """A title or caption: clean, and on one line."""
    return " ".join(characters(text).split())
