"""What a step tells while it works, to whoever wants to show it.

Steps know an `Observer` and nothing of terminals or Dagster; `Silent` is the one for everybody who
does not want to look.
"""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Hears of each step: that it began, how far it is, what came of it."""

    def begin(self, step: str, total: int | None) -> None:
        """`step` begins, in words for people; `total` units to do, None where that is not known."""

    def advance(self, count: int) -> None:
        """`count` more units of the present step are done."""

    def done(self, result: object) -> None:
        """The present step came to its end with `result`, one of the dataclasses of pipeline.py."""


class Silent:
    """An observer that shows nothing."""

    def begin(self, step: str, total: int | None) -> None:
        """Nothing to show."""

    def advance(self, count: int) -> None:
        """Nothing to show."""

    def done(self, result: object) -> None:
        """Nothing to show."""
