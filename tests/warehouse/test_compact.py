"""Compaction keeps every promise of the log: the same events, chain and past, and readers and writers beside it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.material import event
from warehouse import delta, points, seals
from warehouse.compact import compact
from warehouse.errors import DamagedLog, StaleLog
from warehouse.home import Home
from warehouse.log import EventLog, table

AT_ONCE = timedelta(0)
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.warehouse.test_compact"])


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "ledger")


def filled(home: Home, commits: int = 12) -> EventLog:
    log = EventLog.open(home)
    for number in range(commits):
        log.append([event(f"a{number}"), event(f"b{number}")], run_id=f"run-{number}")
    return log


def files(home: Home) -> int:
    return len(list(home.log.glob("*.parquet")))


def test_the_events_are_the_same_in_fewer_files(home):
    log = filled(home)
    before, hashes = log.read(), [log.hash_at(position) for position in range(25)]
    done = compact(home, large=10)
    again = EventLog.open(home)
    assert (done.before, done.after) == (12, 3)
    assert again.read().equals(before)
    assert again.head == log.head
    assert [again.hash_at(position) for position in range(25)] == hashes
    assert again.verify() == []


def test_every_past_position_is_read_as_before(home):
    log = filled(home)
    parts = [log.read(after=after, upto=after + 5) for after in range(20)]
    compact(home)
    again = EventLog.open(home)
    assert all(again.read(after=after, upto=after + 5).equals(part) for after, part in enumerate(parts))


def test_appending_goes_on_and_a_decision_made_before_is_made_again(home):
    log = filled(home)
    stale = EventLog.open(home)
    compact(home)
    with pytest.raises(StaleLog):
        stale.append([event("late")], run_id="run-late")
    stale.decide(lambda _: [event("late")], run_id="run-late")
    assert stale.head.position == log.head.position + 1
    assert EventLog.open(home).verify() == []


def test_a_reader_from_before_reads_on_until_the_files_are_old(home):
    log = filled(home)
    compact(home)
    assert log.read().height == 24
    assert files(home) == 13, "the old files are still there"
    done = compact(home, kept=AT_ONCE)
    assert (done.deleted, files(home)) == (12, 1)
    log.refresh()
    assert log.read().height == 24
    assert log.verify() == []


def test_compacting_again_does_nothing(home):
    filled(home)
    compact(home, kept=AT_ONCE)
    version = delta.opened(table(home)).version
    done = compact(home, kept=AT_ONCE)
    assert (done.before, done.after, done.deleted) == (1, 1, 0)
    assert delta.opened(table(home)).version == version


def test_damage_is_told_and_not_sealed_anew(home):
    filled(home)
    hit = sorted(home.log.glob("*.parquet"))[4]
    data = bytearray(hit.read_bytes())
    data[len(data) // 2] ^= 1
    hit.write_bytes(data)
    with pytest.raises(DamagedLog, match=hit.name):
        compact(home)
    assert len(delta.opened(table(home)).files) == 12


def compact_twice(root: Path, armed: str) -> None:
    """Merge, and then delete what was merged, in a process of its own."""
    os.environ[points.VARIABLE] = armed
    for kept in (timedelta(hours=1), AT_ONCE):
        compact(Home(root), large=10, kept=kept)


@pytest.mark.parametrize(
    "armed",
    [
        *(f"log.{step}:2" for step in ("file_written", "before_commit", "commit_written", "committed", "durable")),
        *(f"{name}:2" for name in points.COMPACTING),
    ],
)
def test_killed_anywhere_it_loses_nothing_and_is_done_by_the_next(home, armed):
    before = filled(home).read()
    process = CONTEXT.Process(target=compact_twice, args=(home.root, armed))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    left = EventLog.open(home)
    assert left.read().equals(before)
    assert left.verify() == []
    compact(home, large=10)
    done = compact(home, large=10, kept=AT_ONCE)
    again = EventLog.open(home)
    assert done.after == 3
    assert again.read().equals(before)
    assert again.verify() == []
    again.append([event("later")], run_id="later")
    assert EventLog.open(home).head.position == before.height + 1


def test_another_writer_in_between_is_no_loss(home, monkeypatch):
    log = filled(home)
    write = delta.write

    def interrupted(*args, **options):
        monkeypatch.setattr(delta, "write", write)
        file = write(*args, **options)
        log.append([event("between")], run_id="run-between")
        return file

    monkeypatch.setattr(delta, "write", interrupted)
    done = compact(home)
    again = EventLog.open(home)
    assert done.after == 2, "what came meanwhile waits for the next compaction"
    assert again.read()["stream_id"].to_list()[-1] == "article/between"
    assert again.verify() == []
    assert files(home) == 14, "the merged file that was refused is gone"


def deciding(root: Path, number: int) -> None:
    log = EventLog.open(Home(root))
    for each in range(40):
        made = [event(f"w{number}-{each}")]
        log.decide(lambda _, made=made: made, run_id=f"writer-{number}")  # type: ignore[misc]


def test_compacting_beside_runs_that_never_pause(home):
    filled(home)
    writers = [CONTEXT.Process(target=deciding, args=(home.root, number)) for number in range(2)]
    for writer in writers:
        writer.start()
    compactions = 0
    while any(writer.is_alive() for writer in writers) or not compactions:
        compact(home, large=10)
        compactions += 1
        assert seals.check(home.log, []) == [], "nor does who looks for damage take a commit in the making for one"
    assert [writer.exitcode for writer in writers] == [0, 0]
    again = EventLog.open(home)
    assert again.head.position == 24 + 80
    assert again.verify() == []


def test_other_readers_of_delta_see_the_same(home):
    log = filled(home)
    compact(home, large=10)
    rows = pl.scan_delta(str(home.log)).select("position", "hash").collect().sort("position")
    assert rows.equals(log.read(columns=["position", "hash"]))
