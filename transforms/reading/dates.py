"""Dates: from the forms that machines write and from those that newsrooms write in 18 languages.

A date is an instant in UTC with a precision that says how much of it was stated. A clock time
without a zone states no instant, so it counts as its day. Nothing here knows where in a page to look.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

Precision = Literal["second", "day", "month", "year"]
DateSource = Literal["json_ld", "meta", "time", "epoch", "url", "text", "crawl_prefix", "declared", "none"]

EARLIEST: Final = 1900
LATEST: Final = 2100
FINENESS: Final[dict[Precision, int]] = {"second": 3, "day": 2, "month": 1, "year": 0}


@dataclass(frozen=True, slots=True)
class Published:
    """An instant in UTC, how much of it was stated, and where; `local` is the calendar day where it was written."""

    at: datetime
    precision: Precision
    source: DateSource
    local: date

    def agrees(self, other: Published) -> bool:
        """Whether both can be the same moment, each at its own precision and with a day's play for zones."""
        if "year" in (self.precision, other.precision):
            return self.local.year == other.local.year
        if "month" in (self.precision, other.precision):
            return (self.local.year, self.local.month) == (other.local.year, other.local.month)
        return abs((self.local - other.local).days) <= 1


@dataclass(frozen=True, slots=True)
class Found:
    """A date as it stands in a text, half-open span, with the clock time and zone that follow it."""

    start: int
    end: int
    published: Published
    year_stated: bool = True


def on(year: int, month: int = 1, day: int = 1, *, precision: Precision, source: DateSource) -> Published | None:
    """A date of at most a day's precision, or None where the calendar has no such day."""
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return Published(at, precision, source, at.date())


def at(moment: datetime, source: DateSource) -> Published | None:
    """An instant with its zone; without one, or at a bare midnight without one, its day."""
    if moment.tzinfo is None:
        return on(moment.year, moment.month, moment.day, precision="day", source=source)
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if not EARLIEST <= utc.year <= LATEST:
        return None
    return Published(utc, "second", source, moment.date())


def from_epoch(milliseconds: int, source: DateSource = "epoch") -> Published | None:
    """An instant from milliseconds since 1970, or None outside the years that news come from."""
    try:
        return at(datetime.fromtimestamp(milliseconds / 1000, tz=UTC), source)
    except (OverflowError, OSError, ValueError):
        return None


ISO = re.compile(
    r"(\d{4})(?:-(\d{1,2})|/(\d{1,2})|\.(\d{1,2}))(?:[-/.](\d{1,2}))?"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")


def zone(name: str) -> timezone | None:
    """The offset that `name` ("Z", "+02:00", "CET") stands for."""
    offset = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes)) if minutes < 24 * 60 else None
    known = words()["zones"].get(name.upper())
    return None if known is None else timezone(timedelta(minutes=known))


def from_machine(value: str, source: DateSource) -> Published | None:
    """A date from metadata: ISO 8601 and its usual bendings, RFC 2822, compact digits, epoch, English."""
    value = value.strip().translate(DIGITS)[:80]
    if value.isdigit() and len(value) in (10, 13):
        return from_epoch(int(value) * (1 if len(value) == 13 else 1000), source)
    match = ISO.match(value)
    if match:
        year, month = int(match[1]), int(match[2] or match[3] or match[4])
        if not match[5]:
            return on(year, month, precision="month", source=source)
        day = on(year, month, int(match[5]), precision="day", source=source)
        return clock(day, match[6], match[7], match[8], match[10]) if day and match[6] else day
    match = COMPACT.fullmatch(value)
    if match:
        day = on(int(match[1]), int(match[2]), int(match[3]), precision="day", source=source)
        return clock(day, match[4], match[5], match[6], match[7]) if day and match[4] else day
    try:
        return at(parsedate_to_datetime(value), source)
    except (TypeError, ValueError, IndexError, OverflowError):
        found = next(iter(find(value, "en", source=source)), None)
        return found.published if found and found.year_stated else None


def clock(day: Published, hour: str, minute: str, second: str | None, zone_name: str | None) -> Published:
    """`day` with a time; without a known zone the day itself."""
    offset = zone(zone_name) if zone_name else None
    if offset is None:
        return day
    try:
        moment = datetime(
            day.local.year, day.local.month, day.local.day, int(hour), int(minute), min(int(second or 0), 59), tzinfo=offset
        )
    except ValueError:
        return day
    return at(moment, day.source) or day


DIGITS: Final = (
    {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)} | {0xFF10 + n: str(n) for n in range(10)}
)
"""Arabic, Persian and full-width digits; one character for one, so that spans stay."""


@cache
def words() -> dict[str, Any]:
    """dates.toml, as it is."""
    return tomllib.loads(Path(__file__).with_name("dates.toml").read_text(encoding="utf-8"))


@cache
def calendar() -> dict[str, dict[str, list[list[str]]]]:
    """calendar.toml, as it is."""
    loaded: dict[str, dict[str, list[list[str]]]] = tomllib.loads(
        Path(__file__).with_name("calendar.toml").read_text(encoding="utf-8")
    )
    return loaded


@cache
def months(language: str) -> dict[str, int]:
    """Lower-case month name -> number, for one language."""
    known = {name: number for number, names in enumerate(calendar()["months"].get(language, []), start=1) for name in names}
    extra: dict[str, int] = words()["months"].get(language, {})
    return known | extra


@cache
def patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """The forms of a date in `language`, the fullest first; English month names count in every language."""
    names = sorted(months(language) | months("en"), key=len, reverse=True)
    month = f"(?P<name>{'|'.join(map(re.escape, names))})\\b\\.?"
    year = r"(?P<year>(?:19|20)\d\d)(?!\d)"
    day = r"(?<![\d.,])(?P<day>\d{1,2})(?:\s*(?:\.|º|°|er|re|st|nd|rd|th)(?=\W))?"
    forms = (
        rf"(?<!\d){year}\s*(?:年|년)\s*(?P<month>\d{{1,2}})\s*(?:月|월)(?:\s*(?P<day>\d{{1,2}})\s*(?:日|일|号|號))?",
        r"(?<![\d.,/-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<day>\d{1,2})(?!\d)\.?",
        r"(?<![\d.,/-])(?P<one>\d{1,2})(?P<mark>[-/.])\s?(?P<two>\d{1,2})(?P=mark)\s?(?P<year>(?:19|20)\d\d)(?!\d)",
        rf"{day}[\s-]*(?:de\s+|di\s+|d['’]\s?)?{month},?[\s-]*(?:de\s+|del\s+)?{year}(?:\s*(?:г\.|года|r\.))?",
        rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{year}",
        rf"\b{month}\s+(?:de\s+|del\s+)?{year}",
        rf"{day}[\s-]*(?:de\s+)?{month}",
        rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d)",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


FIRST_NAMED: Final = 3
"""The first of the forms in `patterns` that names its month."""
WORD = re.compile(r"[^\W\d_]+")


def names_month(text: str, language: str) -> bool:
    """Whether a word of `text` begins a month's name: most lines have none, and need not be searched for dates with one."""
    starts = month_starts(language)
    return any(word in starts for word in WORD.findall(text.lower()))


@cache
def month_starts(language: str) -> frozenset[str]:
    """The first word of each month's name, lower case."""
    return frozenset(word[0] for name in months_of(language) if (word := WORD.search(name.lower())))


OTHER_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]")
ANY_DIGIT = re.compile(r"\d")
ANY_YEAR = re.compile(r"(?:19|20)\d\d")


def any_of(names: Sequence[str]) -> str:
    """A pattern that matches any of the names, the longest first, spaces as any white space."""
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))


@cache
def time_after() -> re.Pattern[str]:
    """What tells a time of day behind a date, in the words of all languages: groups half, hour, minute, second, pm, zone."""
    said = {name: any_of(listed) for name, listed in words()["clock"].items()}
    return re.compile(
        rf"(?:\([^()]{{1,12}}\)|[\s,|·•T@–—-]|\b(?:{said['before']})\b\.?)*"
        rf"(?P<half>(?:{said['morning']}|{said['afternoon']})\s*)?"
        rf"(?<![\d.])(?P<hour>[0-2]?\d)\s?(?:[:.hH]|{said['hours']})\s?(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
        rf"(?:\s?(?:{said['minutes']}))?(?!\d)"
        rf"(?:\s*(?P<pm>[ap]\.?m\b\.?))?(?:\s?(?:{said['behind']})\b\.?)?"
        r"(?:\s*\(?(?P<zone>[+-]\d{2}:?\d{2}|[A-ZМСК]{1,4}\b)\)?)?",
        re.IGNORECASE,
    )


@cache
def afternoon() -> re.Pattern[str]:
    """What tells that a time of day is one after noon."""
    return re.compile(rf"p\.?m|{any_of(words()['clock']['afternoon'])}", re.IGNORECASE)


def find(
    text: str, language: str, *, region: str | None = None, source: DateSource = "text", year: int | None = None
) -> list[Found]:
    """The dates of `text`, left to right, without overlap; `year` is taken for those that state none."""
    if not ANY_DIGIT.search(text):
        return []
    if not text.isascii() and OTHER_DIGITS.search(text):
        text = text.translate(DIGITS)
    if year is None and not ANY_YEAR.search(text):
        return []
    taken: list[Found] = []
    named = names_month(text, language)
    for number, pattern in enumerate(patterns(language)):
        if number >= FIRST_NAMED and not named:
            break
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in taken):
                continue
            published = dated(match, language, region, source, year)
            if published is None:
                continue
            end = match.end()
            after = time_after().match(text, end)
            if after:
                end = after.end()
                hour = int(after["hour"]) % 24
                late = afternoon().match(after["pm"] or after["half"] or "")
                hour = hour + 12 if late and hour < 12 else hour
                if published.precision == "day":
                    published = clock(published, str(hour), after["minute"], after["second"], after["zone"])
            taken.append(Found(match.start(), end, published, number < 6))
    return sorted(taken, key=lambda found: found.start)


def dated(match: re.Match[str], language: str, region: str | None, source: DateSource, year: int | None) -> Published | None:
    """The date that one match states, None where it states none."""
    part = match.groupdict()
    stated = int(part["year"]) if part.get("year") else year
    if stated is None:
        # A day and month alone: kept with an impossible year by the caller's wish only.
        return None
    if part.get("one"):
        first, second = int(part["one"]), int(part["two"])
        order = words()["order"]
        month_first = region in order["month_first_regions"] or (region is None and language in order["month_first_languages"])
        month, day = (first, second) if (month_first and first <= 12) or second > 12 else (second, first)
        return on(stated, month, day, precision="day", source=source)
    month = int(part["month"]) if part.get("month") else months_of(language)[part["name"].lower()]
    if part.get("day"):
        return on(stated, month, int(part["day"]), precision="day", source=source)
    return on(stated, month, precision="month", source=source)


@cache
def months_of(language: str) -> dict[str, int]:
    """Month names of the language; those of English where the language has no such name."""
    return months("en") | months(language)


URL_DATE = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-]?(?P<month>[01]\d)(?:[/-]?(?P<day>[0-3]\d))?(?=[/_.-])")


def from_url(url: str) -> Published | None:
    """The date in a path such as /2020/06/04/ or /202006/, at its precision."""
    match = URL_DATE.search(url)
    if not match:
        return None
    if match["day"]:
        return on(int(match["year"]), int(match["month"]), int(match["day"]), precision="day", source="url")
    return on(int(match["year"]), int(match["month"]), precision="month", source="url")


def choose(candidates: list[Published], *, not_after: datetime | None = None) -> Published | None:
    """The first candidate, made finer by a later one that agrees with it.

    Candidates stand in the order of trust. One that lies more than two days after the page was
    fetched cannot be its publication and is passed over.
    """
    if not_after is not None:
        limit = not_after + timedelta(days=2)
        candidates = [candidate for candidate in candidates if candidate.at <= limit]
    if not candidates:
        return None
    best = candidates[0]
    for other in candidates[1:]:
        if FINENESS[other.precision] > FINENESS[best.precision] and best.agrees(other):
            best = replace(other)
    return best
