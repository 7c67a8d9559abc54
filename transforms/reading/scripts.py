"""Pages that are built in the browser: their article stands as a string of HTML in the data of a script.

Asked only where a page has no text of its own. Nothing is run: strings are read as JSON writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

MOST: Final = 2_000_000
"""Characters of scripts that are looked through."""
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*+)("?)')
"""To its end, or to that of its line, so that one without an end is passed over as a whole."""
LEAST: Final = 12
PARAGRAPH = re.compile(r"(?i)<p[ >]")


def strings(root: Any) -> Iterator[str]:
    """The longer strings in the scripts of a page, in its order."""
    left = MOST
    for script in root.iter("script"):
        source = script.text or ""
        left -= len(source)
        if left < 0:
            return
        # Data that is sent in pieces is JSON in a string of a program: what is inside of it has its quotes escaped.
        for outer in literals(source):
            yield outer
            if '"' in outer:
                yield from literals(outer)


def literals(source: str) -> Iterator[str]:
    """What the longer strings in a piece of program or data say."""
    for match in STRING.finditer(source):
        if match[2] and len(match[1]) >= LEAST:
            yield unescaped(match[1])


def unescaped(literal: str) -> str:
    """What a string of JSON says; the literal itself where it is none."""
    if "\\" not in literal:
        return literal
    try:
        return str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return literal


def richest(found: list[str]) -> str:
    """The string with the most paragraphs of HTML, "" where none has two."""
    best = max(found, key=lambda each: len(PARAGRAPH.findall(each)), default="")
    return best if len(PARAGRAPH.findall(best)) >= 2 else ""
