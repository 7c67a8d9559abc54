"""A judge in a process of its own: what becomes of a run where that process dies."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime

import polars as pl
import pytest

from orchestration import auditor


@pytest.mark.parametrize("said", [0, 1, 500, -1], ids=["nothing", "a byte", "half", "all but the end"])
def test_a_judge_that_dies_is_stood_in_for(monkeypatch: pytest.MonkeyPatch, said: int) -> None:
    answer = pickle.dumps(["an answer of some length"] * 5 + [list(range(1000))])[:said]
    code = f"import sys; sys.stdout.buffer.write({answer!r})"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    monkeypatch.setattr(auditor, "here", lambda articles, frames, *, now: "judged here")
    beside = auditor.Beside()
    beside._process = child
    assert str(beside._judge(pl.DataFrame(), {}, now=datetime.now(UTC))) == "judged here"
    beside.__exit__(None, None, None)
    assert child.poll() is not None


def test_what_stops_a_run_does_not_make_the_judge_complain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C goes to all processes of a terminal's session: this one is in another, and ends with the block."""
    monkeypatch.delitem(sys.modules, "great_expectations", raising=False)
    beside = auditor.Beside()
    with beside:
        assert os.getsid(beside._process.pid) != os.getsid(0)
    assert beside._process.poll() is not None
