"""Plain text: the crawl's prefix, lines and hard-wrapped paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from transforms.reading import head
from transforms.reading.clean import clean_all
from transforms.reading.page import Page

ENDS = re.compile(r"[.!?:;。！？：；…؟]['\"”’»」)）]*$")

MOST_WIDE: Final = 154
"""Characters that the longest of hard-wrapped lines has at most: 1.4 times the longest median."""


def read_plain(text: str) -> Page:
    """A page from plain text; its title and frame are still in the body, which `settled` is to clean."""
    published, text = head.crawl_prefix(text)
    return Page(body=text, dates=[published] if published else [])


def settle(pages: Sequence[Page]) -> None:
    """Cleans the bodies of pages from plain text, all at once."""
    for page, body in zip(pages, clean_all([page.body for page in pages]), strict=True):
        page.body = unwrapped(body)


def unwrapped(text: str) -> str:
    """Hard-wrapped lines joined: where lines are of one length and mostly break in mid-sentence."""
    lines = text.split("\n")
    full = [size for size, following in pairwise(map(len, lines)) if size and following]
    if len(full) < 4 or max(full) > MOST_WIDE or not 45 <= (middle := median(full)) <= 110 or max(full) > 1.4 * middle:
        return text
    ended = [ENDS.search(line, max(0, len(line) - 12)) is not None for line in lines]
    broken = sum(
        bool(line and following and not end) for (line, following), end in zip(pairwise(lines), ended[:-1], strict=True)
    )
    if broken < 0.6 * len(full):
        return text
    joined: list[str] = []
    for line in lines:
        if joined and joined[-1] and line and not head.BULLET.match(line):
            joined[-1] += line if head.WIDE.match(line) and head.WIDE.match(joined[-1][-1]) else f" {line}"
        else:
            joined.append(line)
    return "\n".join(joined)
