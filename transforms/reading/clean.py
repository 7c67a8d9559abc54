"""The form that every clean text has: NFC, one kind of space, no character that cannot be seen.

Spans of facts refer to texts of this form; any change here is a new reader version.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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
EDGES = re.compile(r"[ \t]*\n[ \t]*")
GAPS = re.compile(r"\n{3,}")


def characters(text: str) -> str:
    """NFC, line ends as line feeds, nothing unseen, one space for any run of spaces, tabs single."""
    text = BREAKS.sub("\n", text)
    text = DROPPED.sub("", text)
    text = SPACES.sub(" ", text)
    text = unicodedata.normalize("NFC", text)
    return TABS.sub("\t", text) if "\t" in text else text


def layout(text: str) -> str:
    """No space at the edge of a line, at most one blank line between two."""
    return GAPS.sub("\n\n", EDGES.sub("\n", text)).strip()


def clean(text: str) -> str:
    """A whole text in the form that spans refer to; cleaning it again changes nothing."""
    return layout(characters(text))


def one_line(text: str) -> str:
    """A title or caption: clean, and on one line."""
    return " ".join(characters(text).split())
