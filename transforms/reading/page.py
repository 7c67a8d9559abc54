"""What a reading of one page yields, and the reasons for which a page is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from transforms.reading.dates import Published

EMPTY: Final = "empty: there is nothing in it"
TOO_LARGE: Final = "too large: more than {limit} MB, no article is that long"
BINARY: Final = "binary: not a text"
UNDECODABLE: Final = "undecodable: the bytes fit no character set"
DEADLY: Final = "deadly: the parser breaks down on it"
NO_TEXT: Final = "no text: the page holds no article"
TOO_SHORT: Final = "too short: not enough text for an article"


@dataclass(slots=True)
class Page:
    """One page, taken apart. Body lines: a blank line between paragraphs, list items on lines of their own."""

    title: str | None = None
    body: str = ""
    dates: list[Published] = field(default_factory=list)  # in the order of trust
    near: list[str] = field(default_factory=list)  # short lines around the headline that are no part of the body
    url: str | None = None  # what the page says of its own address
    publisher: str | None = None
    language: str | None = None  # what the page says of its language, as it says it
