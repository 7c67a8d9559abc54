"""Numbers, periods, dates and codes as the page writes them. No HTML: every text is escaped by the template.

A comparator is a sign with words behind it. "Fell by more than 10 %" is a value of -10 with `over`; as a
number it lies below -10, so that its sign is turned.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Final
from urllib.parse import unquote, urlsplit

MINUS: Final = "\N{MINUS SIGN}"
_SCALES: Final = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))
_SIGNS: Final = {
    "over": (">", "more than"),
    "under": ("<", "less than"),
    "approx": ("≈", "about"),
}
_TURNED: Final = {">": "<", "<": ">"}
_FISCAL: Final = re.compile(r"FY(?P<year>\d{4})(?P<part>Q[1-4]|H[12]|M9)?")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to be set large: `sign` and what it means, the digits, and what follows them in small."""

    sign: str
    sign_words: str
    number: str
    suffix: str

    @property
    def text(self) -> str:
        """In one line, with the sign."""
        return " ".join(part for part in (self.sign, self.number, self.suffix) if part)


def figure(
    value: Decimal | None, *, high: Decimal | None = None, unit: str | None, comparator: str | None, change: bool = False
) -> Figure | None:
    """The figure of a value, or of a range; `change` shows a plus on growth. None where there is no number."""
    if value is None:
        return None
    sign, words = _SIGNS.get(comparator or "", ("", ""))
    if value < 0:
        sign = _TURNED.get(sign, sign)
    scale, scale_word = scale_of(value, high)
    plus = change and unit == "percent"
    number = digits(value / scale, plus=plus)
    if high is not None:
        number = f"{number} to {digits(high / scale, plus=plus)}"
    if unit == "multiple":
        return Figure(sign, words, f"×{number}", "")
    if unit == "percent":
        number = f"{number} {scale_word}".strip() + "%"
        return Figure(sign, words, number, "")
    tail = "" if unit in ("count", None) else unit
    return Figure(sign, words, number, " ".join(part for part in (scale_word, tail) if part))


def scale_of(*values: Decimal | None) -> tuple[Decimal, str]:
    """The largest scale that the largest of the values reaches, and its word; 1 and no word below a million."""
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    return next(((scale, word) for scale, word in _SCALES if largest >= scale), (Decimal(1), ""))


def digits(value: Decimal, *, plus: bool = False) -> str:
    """A number with thousands apart, without zeros that say nothing, with a true minus."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    if text in ("-0", "0", ""):
        return "0"
    if text.startswith("-"):
        return MINUS + text[1:]
    return f"+{text}" if plus else text


def span_of_values(low: Decimal, high: Decimal, *, unit: str | None, change: bool) -> str:
    """An interval of values in words: `412.55 to 412.65 million USD`."""
    found = figure(low, high=None if high == low else high, unit=unit, comparator="eq", change=change)
    return found.text if found else ""


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, str]]:
    text = (files("orchestration.report") / "names.toml").read_text(encoding="utf-8")
    return {group: {code: str(name) for code, name in codes.items()} for group, codes in tomllib.loads(text).items()}


def named(group: str, code: str | None) -> str:
    """The name of a code in one group of names.toml, else the code as words."""
    if code is None:
        return ""
    return _names().get(group, {}).get(code) or code.replace("_", " ")


def title(group: str, code: str | None) -> str:
    """The same with a capital letter in front."""
    text = named(group, code)
    return text[:1].upper() + text[1:]


def language(code: str | None) -> str:
    """English name of a language, else its code."""
    return named("language", code)


def day(value: dt.date | dt.datetime | None, precision: str | None = "day") -> str:
    """A date as exactly as it is known: `4 Jun 2020`, `Jun 2020`, `2020`; empty where there is none."""
    if value is None:
        return ""
    if precision == "year":
        return str(value.year)
    month = f"{_MONTHS[value.month - 1]} {value.year}"
    return month if precision == "month" else f"{value.day} {month}"


def fiscal(label: str | None) -> str:
    """A fiscal label as analysts write it: `Q1 FY2021`, `H1 FY2021`, `9M FY2021`, `FY2021`."""
    found = _FISCAL.fullmatch(label or "")
    if found is None:
        return label or ""
    part = {"M9": "9M"}.get(found["part"] or "", found["part"] or "")
    return f"{part} FY{found['year']}".strip()


def period(kind: str | None, *, end: dt.date | None, label: str | None) -> str:
    """The period of a figure: `Q1 FY2021, to 30 Apr 2020`, `at 30 Apr 2020`, `quarter`."""
    if kind == "instant":
        return f"at {day(end)}" if end else ""
    name = fiscal(label) or named("period", kind)
    if end is None:
        return f"{name}, dates not said" if name and not label else name
    if not name:
        return f"to {day(end)}"
    return f"{name}, to {day(end)}" if label else f"{name} to {day(end)}"


def source(name: str | None, uri: str | None) -> str:
    """Who says it: the source, its slug in words; else the file or the last step of the address."""
    if name:
        return name if "." in name else " ".join(word[:1].upper() + word[1:] for word in name.split("-"))
    path = unquote(urlsplit(uri or "").path).rstrip("/")
    return path.rpartition("/")[2] or uri or "source not known"


def link(uri: str | None) -> str | None:
    """The address of an article on the web, None for every other kind of URI: only these become links."""
    return uri if uri and urlsplit(uri).scheme in ("http", "https") and urlsplit(uri).netloc else None
