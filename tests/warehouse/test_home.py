"""One writer at a time: the others wait, know for whom, and go on as soon as it ends."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from warehouse.home import one_at_a_time


def test_the_second_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    lock, told, order = tmp_path / ".lock", [], []
    asked = threading.Event()

    def second() -> None:
        def waiting(process: str) -> None:
            told.append(process)
            asked.set()

        with one_at_a_time(lock, waiting=waiting):
            order.append("second")

    with one_at_a_time(lock):
        thread = threading.Thread(target=second)
        thread.start()
        assert asked.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert told == [str(os.getpid())]


def test_alone_nobody_waits(tmp_path: Path) -> None:
    told: list[str] = []
    for _ in range(2):
        with one_at_a_time(tmp_path / ".lock", waiting=told.append):
            assert (tmp_path / ".lock").read_text() == str(os.getpid())
    assert told == []
