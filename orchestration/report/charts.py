"""Where the marks and words of a chart stand. Geometry only; the template draws it.

Across, places are percentages, so that a chart fills any width while its letters keep their size; downwards they are
pixels. Words are placed one after the other, each where it covers nothing that stands already; what finds no place is
left out, since every number is in the chart's description too.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

HEIGHT: Final = 240
_TOP: Final = 26
_BOTTOM: Final = HEIGHT - 34
_LEFT: Final = 13.0
_RIGHT: Final = 93.0
_NARROW: Final = 330
"""Width in pixels at which words must not meet: a phone. A wider chart only has more room."""
_LETTER: Final = 6.3
_LINE: Final = 13
_TICKS: Final = 4
_CLEARANCE: Final = 9
_ASIDE: Final = {"actual": 0.0, "guidance": -2.6, "prior_guidance": -4.4, "consensus": 2.6}
"""Shift of a mark in percent, so that marks of one period stand side by side."""


@dataclass(frozen=True, slots=True)
class Point:
    """One stated number: the end of its period, its basis, its value or range, in words, and how it is named."""

    end: dt.date
    basis: str
    value: Decimal
    high: Decimal | None
    texts: int
    short: str  # the label at the mark
    words: str  # the whole, for tooltip and description
    period: str  # below the axis


@dataclass(frozen=True, slots=True)
class Mark:
    """A point as drawn: x in percent, y in pixels; `y_high` is the upper end of a range."""

    basis: str
    x: float
    y: float
    y_high: float | None
    words: str

    @property
    def top(self) -> float:
        """The upper end, of a range or of a point."""
        return self.y if self.y_high is None else self.y_high

    @property
    def middle(self) -> float:
        """Between both ends."""
        return round((self.y + self.top) / 2, 1)


@dataclass(frozen=True, slots=True)
class Word:
    """A text on the chart. `anchor` is start, middle or end; `role` is value, name, tick or period."""

    x: float
    y: float
    anchor: str
    text: str
    role: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything of one drawing."""

    height: int
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    grid: tuple[Segment, ...]
    line: tuple[Segment, ...]


def draw(points: Sequence[Point], *, scale: Decimal, names: dict[str, str], days: int) -> Chart:
    """The chart of at least one point.

    `scale` divides the numbers of the axis; `names` are the labels of each basis; `days` is the length of a period:
    the line joins periods that follow each other and leaves a gap where one is missing.
    """
    low, high, ticks = _axis(points)

    def y_of(value: Decimal) -> float:
        return round(_BOTTOM - (float(value) - low) / (high - low) * (_BOTTOM - _TOP), 1)

    ends = [point.end.toordinal() for point in points]
    first, last = min(ends), max(ends)
    # Marks stand aside of their day by up to 4.4 percent, and a first and last one must not meet the axis.
    left, right = _LEFT + 8, _RIGHT - 5

    def x_of(end: dt.date) -> float:
        part = 0.5 if first == last else (end.toordinal() - first) / (last - first)
        return round(left + part * (right - left), 2)

    marks = [
        Mark(
            basis=point.basis,
            x=round(x_of(point.end) + _ASIDE.get(point.basis, 0.0), 2),
            y=y_of(min(point.value, point.high if point.high is not None else point.value)),
            # A narrow range is drawn high enough to be seen.
            y_high=None
            if point.high is None
            else min(y_of(max(point.value, point.high)), y_of(min(point.value, point.high)) - 8),
            words=point.words,
        )
        for point in points
    ]
    settled = _settled(points, marks)
    words = _words(points, marks, ticks, scale=scale, names=names, x_of=x_of, y_of=y_of)
    line = tuple(
        Segment(a.x, a.middle, b.x, b.middle)
        for (before, a), (after, b) in pairwise(settled)
        if (after - before).days < 1.5 * days
    )
    grid = tuple(Segment(_LEFT, y_of(tick), _RIGHT + 7, y_of(tick)) for tick in ticks)
    return Chart(HEIGHT, tuple(marks), tuple(words), grid, line)


def _settled(points: Sequence[Point], marks: Sequence[Mark]) -> list[tuple[dt.date, Mark]]:
    """The actual marks, by period, that a line joins: of each period the one that most texts state."""
    best: dict[dt.date, tuple[int, Mark]] = {}
    for point, mark in zip(points, marks, strict=True):
        if point.basis == "actual" and point.texts > best.get(point.end, (0, mark))[0]:
            best[point.end] = (point.texts, mark)
    return [(end, best[end][1]) for end in sorted(best)]


def _axis(points: Sequence[Point]) -> tuple[float, float, list[Decimal]]:
    """Lower and upper end of the scale and its round numbers. From zero, unless that would flatten everything."""
    values = [float(each) for point in points for each in (point.value, point.high) if each is not None]
    low, high = min(values), max(values)
    if low >= 0 and low < 0.7 * high:
        low = 0.0
    elif high == low:
        low, high = low - abs(low) * 0.1 - 1, high + abs(high) * 0.1 + 1
    step = _step((high - low) / _TICKS)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    count = round((high - low) / step)
    return low, high, [Decimal(str(low)) + Decimal(str(step)) * each for each in range(count + 1)]


def _step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is no smaller than `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * 0.999)


class _Room:
    """What is covered already, as boxes in pixels of the narrow chart."""

    def __init__(self) -> None:
        self._boxes: list[tuple[float, float, float, float]] = []

    def cover(self, x: float, y: float, width: float, height: float) -> None:
        """Take the box around (x, y), x in percent."""
        middle = x / 100 * _NARROW
        self._boxes.append((middle - width / 2, y - height / 2, middle + width / 2, y + height / 2))

    def place(self, word: Word) -> Word | None:
        """The word, if it meets nothing and stays on the chart; then its place is taken."""
        width, x = len(word.text) * _LETTER, word.x / 100 * _NARROW
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[word.anchor]
        box = (left, word.y - _LINE + 3, left + width, word.y + 2)
        if box[0] < 0 or box[2] > _NARROW or box[1] < 0 or box[3] > HEIGHT:
            return None
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self._boxes):
            return None
        self._boxes.append(box)
        return word

    def first(self, candidates: Iterable[Word]) -> list[Word]:
        """The first candidate that finds room, if any does."""
        return next(([found] for word in candidates if (found := self.place(word))), [])


def _words(
    points: Sequence[Point],
    marks: Sequence[Mark],
    ticks: Sequence[Decimal],
    *,
    scale: Decimal,
    names: dict[str, str],
    x_of: Callable[[dt.date], float],
    y_of: Callable[[Decimal], float],
) -> list[Word]:
    """Numbers of the axis, then what each mark is, then its value, then the periods below."""
    room = _Room()
    words = [Word(_LEFT - 1.5, y_of(tick) + 4, "end", f"{(tick / scale).normalize():,f}", "tick") for tick in ticks]
    for mark in marks:
        room.cover(mark.x, mark.middle, 10, mark.y - mark.top + 10)
    pairs = sorted(zip(points, marks, strict=True), key=lambda pair: pair[0].end, reverse=True)
    for basis, name in names.items():
        own = [mark for _, mark in pairs if mark.basis == basis]
        words += room.first(word for mark in own for word in _around(mark, name, "name"))
    for point, mark in pairs:
        if point.basis == "actual":
            words += room.first(_around(mark, point.short, "value"))
    periods = {point.end: point.period for point, _ in pairs}
    newest = max(periods)
    for end in sorted(periods, key=lambda each: (each != newest, each)):
        words += room.first([Word(x_of(end), HEIGHT - 10, "middle", periods[end], "period")])
    return words


def _around(mark: Mark, text: str, role: str) -> list[Word]:
    """Places for a text at a mark, the best first: above, below, right, left, and a line further off."""
    middle = mark.middle + 4
    return [
        Word(mark.x, mark.top - _CLEARANCE, "middle", text, role, mark.basis),
        Word(mark.x, mark.y + _CLEARANCE + 10, "middle", text, role, mark.basis),
        Word(mark.x + 2.4, middle, "start", text, role, mark.basis),
        Word(mark.x - 2.4, middle, "end", text, role, mark.basis),
        Word(mark.x, mark.top - _CLEARANCE - _LINE, "middle", text, role, mark.basis),
        Word(mark.x, mark.y + _CLEARANCE + 10 + _LINE, "middle", text, role, mark.basis),
        Word(mark.x + 1.2, mark.y + _CLEARANCE + 6, "start", text, role, mark.basis),
        Word(mark.x - 1.2, mark.y + _CLEARANCE + 6, "end", text, role, mark.basis),
    ]
