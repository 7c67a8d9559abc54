"""Regular expressions that stay compiled from one tape to the next.

Polars keeps the last 32 expressions of each thread compiled. A tape in eighteen languages asks for some five hundred, and
the longest take 40 ms to compile; so what is asked in a language is asked in a thread of that language, which keeps them,
and what is asked of its numbers, the longest expressions of all, and of names, in others.
The caller waits for the answer: nothing here runs beside anything else.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")
_here = threading.local()


def in_thread_of(language: str, work: Callable[[], Answer]) -> Answer:
    """What `work` answers, asked in the thread of this language; its errors are the caller's."""
    if getattr(_here, "language", None) is not None:  # also in another language's: two that wait for each other wait for ever
        return work()
    return _thread(language).submit(work).result()


def of_numbers(language: str) -> str:
    """The name under which the expressions of a language's numbers are asked."""
    return f"{language}.numbers"


def of_capitals(language: str) -> str:
    """The name under which the expressions of capitalised words in a language are asked."""
    return f"{language}.capitals"


def of_names(language: str) -> str:
    """The name under which the expressions of the names of firms in a language are asked."""
    return f"{language}.names"


@cache
def _thread(language: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, f"expressions-{language}", initializer=_settle, initargs=(language,))


def _settle(language: str) -> None:
    _here.language = language
