"""Many at once: writers lose nothing and overtake nobody in silence, readers see whole publications, in order."""

from __future__ import annotations

import multiprocessing
import shutil
import threading
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse import day
from tests.warehouse.material import event
from warehouse import delta, points
from warehouse import publish as publishing
from warehouse.errors import PublishRefused, StaleLog
from warehouse.home import Home
from warehouse.log import EventLog

WRITERS = ("one", "two", "three", "four")
APPENDS = 500
PUBLICATIONS = 200
CONTEXT = multiprocessing.get_context("spawn")


def write(root: Path, name: str, count: int, results: Any) -> None:
    """Append `count` times to a stream of one's own and to one that all write to; which positions were acknowledged."""
    log = EventLog.open(Home(root))
    acknowledged = []
    for _ in range(count):
        head = log.decide(
            lambda at: [
                event("shared", at.stream_version("article/shared"), reason=name),
                event(name, at.stream_version(f"article/{name}")),
            ],
            run_id=name,
        )
        acknowledged.append((head.position, head.hash))
    results.put((name, acknowledged))


@pytest.mark.slow
def test_four_processes_append_five_hundred_times_each(tmp_path):
    EventLog.open(Home(tmp_path))
    results = CONTEXT.Queue()
    writers = [CONTEXT.Process(target=write, args=(tmp_path, name, APPENDS, results)) for name in WRITERS]
    for writer in writers:
        writer.start()
    told = dict(results.get(timeout=300) for _ in writers)
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * len(WRITERS)
    log = EventLog.open(Home(tmp_path))
    rows = log.read()
    assert rows["position"].to_list() == list(range(1, 2 * APPENDS * len(WRITERS) + 1))
    assert rows["event_id"].n_unique() == rows.height
    for stream, expected in (("shared", APPENDS * len(WRITERS)), *((name, APPENDS) for name in WRITERS)):
        versions = rows.filter(stream_id=f"article/{stream}")["stream_version"].to_list()
        assert versions == list(range(1, expected + 1)), f"not one winner for each version of {stream}"
    # Both events of a decision stand together, under the run that was told so.
    assert rows["run_id"].gather_every(2).to_list() == rows["run_id"].gather_every(2, offset=1).to_list()
    hashes = dict(rows.select("position", "hash").iter_rows())
    for name, acknowledged in told.items():
        assert len(acknowledged) == APPENDS
        assert all(hashes[position] == digest for position, digest in acknowledged), f"an append of {name} is lost"
    assert Counter(rows["run_id"]) == dict.fromkeys(WRITERS, 2 * APPENDS)
    assert log.verify() == []


def test_deciders_stand_in_line_and_a_long_decision_is_not_overtaken_for_ever(tmp_path):
    log, other = EventLog.open(Home(tmp_path)), EventLog.open(Home(tmp_path))
    stop = threading.Event()

    def hurry() -> None:
        while not stop.is_set():
            other.decide(lambda at: [event("quick", at.stream_version("article/quick"))], run_id="quick")

    thread = threading.Thread(target=hurry)
    thread.start()
    try:
        while not log.refresh().position:
            time.sleep(0.01)

        def slow(at: EventLog) -> list[Any]:
            time.sleep(0.2)
            return [event("slow", at.stream_version("article/slow"))]

        log.decide(slow, run_id="slow", attempts=3)
    finally:
        stop.set()
        thread.join(30)
    assert log.stream_version("article/slow") == 1


def test_a_writer_that_is_behind_is_refused_before_it_writes_a_file(tmp_path, monkeypatch):
    log = EventLog.open(Home(tmp_path))
    EventLog.open(Home(tmp_path)).append([event("a")], run_id="r")
    monkeypatch.setattr(delta, "write", lambda *_, **__: pytest.fail("wrote in vain"))
    with pytest.raises(StaleLog):
        log.append([event("b")], run_id="r")


def look(root: Path, stop: Event, results: Any) -> None:
    """Open what is current again and again: positions seen, in order, and what went wrong."""
    current, seen, wrong = Home(root).current, [], []
    while not stop.is_set():
        # A look takes far less than a publication; the writer is to have a processor as well.
        time.sleep(0.02)
        try:
            with duckdb.connect(str(current), read_only=True) as connection:
                (position,) = connection.execute("SELECT position FROM publication").fetchall()[0]
                facts, told = connection.execute(
                    "SELECT (SELECT count(*) FROM fact_financials), (SELECT sum(facts) FROM articles)"
                ).fetchall()[0]
            if facts != told:
                wrong.append(f"position {position} has {facts} facts where its articles have {told}")
            seen.append(position)
        except Exception as error:  # noqa: BLE001 - whatever a reader meets is a finding here
            wrong.append(repr(error))
    results.put((seen, wrong))


@pytest.mark.slow
def test_readers_see_whole_publications_in_order_while_two_hundred_are_made(tmp_path, monkeypatch):
    """Each publication stands at another position; how a file is made is left out, as it takes long and nobody reads it."""
    day.lightly(monkeypatch.setattr)
    home = Home(tmp_path / "ledger")
    day.yesterday(home)
    whole = Path(shutil.copy(home.current.resolve(), tmp_path))
    results, stop = CONTEXT.Queue(), CONTEXT.Event()
    readers = [CONTEXT.Process(target=look, args=(home.root, stop, results)) for _ in range(3)]
    for reader in readers:
        reader.start()
    first = int(whole.name.partition("-")[0])
    for number in range(1, PUBLICATIONS + 1):
        building = home.published / f".building-{number}.duckdb"
        shutil.copy(whole, building)
        building.chmod(0o644)
        with duckdb.connect(str(building)) as connection:
            connection.execute("UPDATE publication SET position = ?", [first + number])
        path = home.published / f"{first + number}-{number:016x}.duckdb"
        publishing._settle(building, path, publishing.file_sums(building))
        publishing._switch(home, path)
        publishing._forget(home, publishing.KEEP, withdrawn=0)
    stop.set()
    seen = [results.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(60)
    for positions, wrong in seen:
        assert wrong == []
        assert positions == sorted(positions), "a reader went backwards"
        assert len(set(positions)) > 3
    assert max(max(positions) for positions, _ in seen) <= first + PUBLICATIONS


def publish_slowly(root: Path, inside: Any, results: Any) -> None:
    """Publish, and wait in the middle of it until told to go on."""
    day.lightly()
    publishing.point = lambda name: inside.wait(60) if name == "publish.begun" else points.reached(name)  # type: ignore[attr-defined]
    try:
        log, content = day.opened(Home(root))
        day.put_out(Home(root), log, content)
        results.put("published")
    except PublishRefused as refused:
        results.put(str(refused))


def test_one_publisher_at_a_time_across_processes(tmp_path, monkeypatch):
    day.lightly(monkeypatch.setattr)
    home = Home(tmp_path)
    day.yesterday(home)
    home.current.unlink()
    barrier, results = CONTEXT.Event(), CONTEXT.Queue()
    publishers = [CONTEXT.Process(target=publish_slowly, args=(home.root, barrier, results)) for _ in range(2)]
    for publisher in publishers:
        publisher.start()
    # The one that came second does not wait for the first, which is held up in the middle.
    refused = results.get(timeout=60)
    assert "another publisher is at work here (process " in refused
    assert int(refused.partition("(process ")[2].partition(")")[0]) in {each.pid for each in publishers}
    assert not home.current.exists()
    barrier.set()
    assert results.get(timeout=60) == "published"
    for publisher in publishers:
        publisher.join(60)
    assert home.current.exists()
