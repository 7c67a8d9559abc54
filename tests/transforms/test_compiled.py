"""What is asked in the thread of a language."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from transforms.compiled import in_thread_of, of_numbers


def here() -> str:
    return threading.current_thread().name


def test_each_language_has_a_thread_of_its_own() -> None:
    assert in_thread_of("en", here) == in_thread_of("en", here)
    assert len({in_thread_of("en", here), in_thread_of("nl", here), here()}) == 3


def test_what_is_asked_within_stays_where_it_is() -> None:
    """Two threads that wait for each other would wait for ever."""
    assert in_thread_of("en", partial(in_thread_of, "nl", here)) == in_thread_of("en", here)


def test_an_error_reaches_the_caller() -> None:
    def broken() -> None:
        raise LookupError("no such word")

    with pytest.raises(LookupError, match="no such word"):
        in_thread_of("en", broken)


def test_numbers_have_a_thread_beside_their_language() -> None:
    assert in_thread_of(of_numbers("en"), here) != in_thread_of("en", here)
