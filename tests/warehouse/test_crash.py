"""Killed anywhere, a ledger loses nothing that it acknowledged, shows no half of a run, and is whole after the next try.

Sixty kills by default, `NEWSLEDGER_KILLS=1000` for more, `NEWSLEDGER_SEED` for others: at every named point, at later
passings of them, and at any moment. A child process drives the rooms (tests/warehouse/day.py) and is ended by SIGKILL.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.warehouse import day
from warehouse import points
from warehouse.events import decode
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import current_publication, is_as_published
from warehouse.query import query
from warehouse.verify import verify

KILLS = int(os.environ.get("NEWSLEDGER_KILLS", "60"))
SEED = int(os.environ.get("NEWSLEDGER_SEED", "6"))
NEVER = "publish.forgotten:999999"
PARTS = 4
LONGEST = 120
"""Seconds after which a child that has not said anything is taken to hang."""


@dataclass(frozen=True)
class Undisturbed:
    """The ledger of yesterday, and what today makes of it where nobody is killed."""

    before: Path
    digest: str
    events: Counter[tuple[str, str]]
    passed: dict[str, int]
    seconds: float


@dataclass
class Killed:
    """What a child had told before it ended."""

    exitcode: int | None
    log: list[tuple[int, str]] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    done: bool = False


def child(root: Path, armed: str, connection: Any) -> None:
    """A day in a process of its own."""
    os.environ[points.VARIABLE] = armed
    day.lightly()
    connection.send(("begun", None))
    day.today(Home(root), tell=lambda what, which: connection.send((what, which)))
    connection.send(("done", dict(points._passed)))


CONTEXT = multiprocessing.get_context("forkserver")
# Imports cost a second, forking from a process that has done nothing but import does not.
CONTEXT.set_forkserver_preload(["tests.warehouse.day", "tests.warehouse.test_crash"])


def run(root: Path, *, armed: str = NEVER, after: float | None = None) -> tuple[Killed, dict[str, int]]:
    """A day in a child that is killed at `armed` or `after` so many seconds."""
    receiver, sender = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=child, args=(root, armed, sender))
    process.start()
    sender.close()
    assert receiver.recv()[0] == "begun"
    if after is not None:
        time.sleep(after)
        process.kill()
    killed, passed = Killed(None), {}
    try:
        while True:
            assert receiver.poll(LONGEST), f"a day did not end within {LONGEST} s"
            what, which = receiver.recv()
            if what == "done":
                killed.done, passed = True, which
            else:
                getattr(killed, what).append(which)
    except EOFError:
        process.join(60)
    killed.exitcode = process.exitcode
    return killed, passed


def counted(log: EventLog) -> Counter[tuple[str, str]]:
    """Events of articles by stream and type."""
    rows = log.read().filter(pl.col("stream_id").str.starts_with("article/"))
    return Counter(rows.select("stream_id", "event_type").rows())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with pytest.MonkeyPatch.context() as patch:
        day.lightly(patch.setattr)
        before = Home(tmp_path_factory.mktemp("yesterday") / "ledger")
        day.yesterday(before)
    home = Home(shutil.copytree(before.root, tmp_path_factory.mktemp("today") / "ledger", symlinks=True))
    began = time.perf_counter()
    told, passed = run(home.root)
    assert told.done
    assert verify(home) == []
    current = current_publication(home)
    assert current is not None
    return Undisturbed(before.root, current.content_digest, counted(EventLog.open(home)), passed, time.perf_counter() - began)


def cases(part: int, undisturbed: Undisturbed) -> list[tuple[str, float | None]]:
    """(point and passing, None) or (never, seconds), for one part of all kills."""
    chance = random.Random(SEED)
    named: list[tuple[str, float | None]] = [(name, None) for name in undisturbed.passed]
    while len(named) < KILLS:
        if chance.random() < 0.5:
            name = chance.choice(sorted(undisturbed.passed))
            named.append((f"{name}:{chance.randint(1, undisturbed.passed[name])}", None))
        else:
            named.append((NEVER, chance.uniform(0, undisturbed.seconds)))
    return named[part::PARTS]


def test_a_day_comes_by_every_named_point(undisturbed):
    assert set(undisturbed.passed) == set(points.POINTS)
    assert len(undisturbed.passed) <= KILLS


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_ledger_is_whole(undisturbed, tmp_path, monkeypatch, part):
    day.lightly(monkeypatch.setattr)
    for number, (armed, after) in enumerate(cases(part, undisturbed)):
        home = Home(shutil.copytree(undisturbed.before, tmp_path / str(number), symlinks=True))
        killed, _ = run(home.root, armed=armed, after=after)
        what = f"killed at {armed if after is None else f'{after:.4f} s'} (seed {SEED})"
        assert killed.exitcode == -signal.SIGKILL or (after is not None and killed.done), what
        as_it_was_left(home, killed, what)
        day.today(home, name="retry")
        assert verify(home) == [], what
        current = current_publication(home)
        assert current is not None, what
        assert current.content_digest == undisturbed.digest, what
        assert counted(EventLog.open(home)) == undisturbed.events, f"{what}: something was done twice or not at all"
        assert day.holding(home, day.SECRET) == [], what
        shutil.rmtree(home.root)


def as_it_was_left(home: Home, killed: Killed, what: str) -> None:
    """What has to hold the moment after the kill, before anything is mended."""
    log = EventLog.open(home)
    assert log.verify() == [], what
    for position, digest in killed.log:
        assert log.hash_at(position) == digest, f"{what}: acknowledged position {position} is lost"
    accepted = decode(log.read(event_types=["RunAccepted"]), "RunAccepted")
    whole = set(accepted["run_id"])
    assert set(log.read(event_types=["FactAsserted"])["run_id"]) <= whole, f"{what}: part of a run is in the log"
    current = current_publication(home)
    assert current is not None, f"{what}: nothing is served"
    assert is_as_published(current.path), what
    assert current.position in set(accepted["position"]), what
    assert current.position >= max(killed.published, default=0), f"{what}: an acknowledged publication is lost"
    assert set(query(home, "SELECT DISTINCT run_id FROM fact_financials")["run_id"]) <= whole, what
    if killed.erased:
        assert [name for name in day.holding(home, day.SECRET) if not name.endswith(".duckdb")] == [], what
