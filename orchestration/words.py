"""Values as a reader would write them: amounts, places, time spans. English, like every message here."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from orchestration.sources.base import shown

_SCALES: Final = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))
_COMPARATORS: Final = {"over": "over ", "under": "under ", "approx": "about "}


def value_in_words(
    value: Decimal | None, *, high: Decimal | None = None, unit: str | None = None, comparator: str | None = None
) -> str:
    """An amount as a reader would write it: `412.6 million USD`, `over 465,000`, `169 %`."""
    if value is None:
        return "no number"
    amount = _number(value)
    if high is not None:
        amount = f"{amount} to {_number(high)}"
    suffix = {"percent": " %", "count": "", "multiple": " times", None: ""}.get(unit, f" {unit}")
    return f"{_COMPARATORS.get(comparator or '', '')}{amount}{suffix}"


def _number(value: Decimal) -> str:
    for scale, word in _SCALES:
        if abs(value) >= scale:
            return f"{_plain(value / scale)} {word}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def where_in_words(uri: str) -> str:
    """An article's URI as a person knows it: the path of a file, with the number of a record in it, else the URI itself."""
    if not uri.startswith("file:"):
        return shown(uri)
    path, _, record = uri.removeprefix("file://").partition("#")
    return shown(unquote(path) + (f":{unquote(record)}" if record else ""))


_AGES: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def age_in_words(seconds: float) -> str:
    """A time span in its largest unit: `3 hours`."""
    for size, word in _AGES:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "a moment"
