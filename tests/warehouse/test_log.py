"""The log: whole commits or none, no writer overtaken in silence, every change of what was written found."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from tests.warehouse.material import NOON, event
from warehouse import delta, seals
from warehouse import log as log_module
from warehouse.errors import DamagedLog, NewerLog, StaleLog, WriteFailed
from warehouse.events import NO_HASH, SCHEMA_VERSION, chain_hash
from warehouse.home import Home
from warehouse.log import LOG, EventLog, check_log


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def log(home: Home) -> EventLog:
    return EventLog.open(home)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A log of three commits of two events each, to be copied and damaged."""
    home = Home(tmp_path_factory.mktemp("written"))
    log = EventLog.open(home)
    for number in range(3):
        log.append([event(number), event(100 + number)], run_id="r")
    return home


@pytest.fixture
def damaged(written: Home, tmp_path: Path) -> Home:
    shutil.copytree(written.root, tmp_path, dirs_exist_ok=True)
    return Home(tmp_path)


def data_files(home: Home) -> list[Path]:
    return sorted(home.log.glob("*.parquet"))


def checks(home: Home) -> set[str]:
    return {problem.check for problem in check_log(home)}


def test_an_empty_log_has_a_head_and_no_events(log):
    assert (log.head.position, log.head.hash) == (0, NO_HASH)
    assert log.read().schema == LOG
    assert log.read().is_empty()
    assert log.verify() == []


def test_events_come_back_in_order_with_dense_positions_and_a_chain(home, log):
    log.append([event("a"), event("b"), event("a", 1)], run_id="first")
    head = log.append([event("b", 1)], run_id="second")
    rows = EventLog.open(home).read()
    assert rows.schema == LOG
    assert rows["position"].to_list() == [1, 2, 3, 4]
    assert rows["stream_version"].to_list() == [1, 1, 2, 2]
    assert rows["run_id"].to_list() == ["first", "first", "first", "second"]
    assert rows["prev_hash"].to_list() == [NO_HASH, *rows["hash"].to_list()[:-1]]
    assert head == EventLog.open(home).head
    assert head.hash == rows["hash"][-1] == log.hash_at(4)
    assert log.hash_at(0) == NO_HASH
    assert EventLog.open(home).verify() == []


def test_reading_is_by_position_type_and_stream(log):
    log.append([event(number) for number in range(10)], run_id="r")
    log.append([event(number) for number in range(10, 20)], run_id="r")
    assert log.read(after=8, upto=12)["position"].to_list() == [9, 10, 11, 12]
    assert log.read(event_types=["RunStarted"]).schema == LOG
    assert log.read(event_types=["RunStarted"]).is_empty()
    assert log.read(event_types=["ArticleRejected"], after=18).height == 2
    assert log.read(stream_ids=["article/3", "article/13"])["position"].to_list() == [4, 14]
    assert log.read(columns=["hash", "position"], upto=1).columns == ["hash", "position"]
    assert log.read(after=30).is_empty()


def test_nothing_to_append_makes_no_commit(home, log):
    version = DeltaTable(home.log).version()
    assert log.append([], run_id="r") == log.head
    assert DeltaTable(home.log).version() == version


def test_time_never_goes_back_with_position(home):
    clock = iter([NOON, NOON - timedelta(hours=3), NOON + timedelta(seconds=1)])
    log = EventLog.open(home, clock=lambda: next(clock))
    for number in range(3):
        log.append([event(number)], run_id="r")
    assert log.read()["recorded_at"].to_list() == [NOON, NOON, NOON + timedelta(seconds=1)]
    assert log.verify() == []


def test_a_stale_log_is_refused_and_leaves_no_trace(home, log):
    stale = EventLog.open(home)
    log.append([event("a")], run_id="r")
    with pytest.raises(StaleLog) as refused:
        stale.append([event("b")], run_id="r")
    assert (refused.value.expected, refused.value.found) == (0, 1)
    assert len(data_files(home)) == 1
    stale.refresh()
    stale.append([event("b")], run_id="r")
    assert EventLog.open(home).read()["stream_id"].to_list() == ["article/a", "article/b"]


def test_a_log_refreshed_between_decision_and_append_is_refused_by_head_and_by_stream(home, log):
    before = log.head
    EventLog.open(home).append([event("a")], run_id="other")
    log.refresh()
    with pytest.raises(StaleLog):
        log.append([event("b")], run_id="r", expected=before)
    with pytest.raises(StaleLog) as refused:
        log.append([event("a")], run_id="r")
    assert (refused.value.stream_id, refused.value.expected, refused.value.found) == ("article/a", 0, 1)
    assert log.head.position == 1


@pytest.mark.parametrize("version", [1, 5])
def test_a_stream_starts_at_version_one(log, version):
    with pytest.raises(StaleLog):
        log.append([event("new", version)], run_id="r")


def test_decide_decides_again_on_what_the_other_wrote(home, log):
    seen = []

    def one_more(snapshot: EventLog):
        seen.append(snapshot.head.position)
        if len(seen) == 1:
            EventLog.open(home).append([event("a")], run_id="other")
        return [event("a", snapshot.stream_version("article/a"))]

    assert log.decide(one_more, run_id="r").position == 2
    assert seen == [0, 1]


def test_the_table_is_append_only_to_everyone(home, log):
    log.append([event("a")], run_id="r")
    with pytest.raises(DeltaError):
        DeltaTable(home.log).delete()


def test_a_newer_log_is_read_but_not_written(home, log, monkeypatch):
    monkeypatch.setattr(log_module, "SCHEMA_VERSION", 7)
    log.append([event("a")], run_id="r")
    monkeypatch.undo()
    log = EventLog.open(home)
    with pytest.raises(NewerLog) as refused:
        log.append([event("b")], run_id="r")
    assert (refused.value.found, refused.value.known) == (7, SCHEMA_VERSION)
    assert log.read().height == 1
    assert log.verify() == []


@pytest.mark.slow
def test_opening_is_quick_after_two_hundred_commits_and_appending_in_bulk_too(home, log):
    for number in range(200):
        log.append([event(number)], run_id="r")
    began = time.process_time()
    assert EventLog.open(home).head.position == 200
    assert time.process_time() - began < 1
    assert len(list((home.log / "_delta_log").glob("*.checkpoint.parquet"))) == 2
    began = time.process_time()
    log.append([event(f"bulk-{number}") for number in range(10_000)], run_id="r")
    assert time.process_time() - began < 10


def test_bytes_are_on_the_disk_before_they_are_named(home, log, monkeypatch):
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        synced.append("folder" if path == home.log else path.name[:6] + path.suffix)
        if path.suffix == ".parquet":
            assert len(list((home.log / "_delta_log").glob("*.json"))) == 1, "committed before it was on the disk"
        real(handle)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to name a file handle")
    monkeypatch.setattr(os, "fsync", fsync)
    log.append([event("a")], run_id="r")
    assert synced == ["events.parquet", "folder", "_newsl.tmp", "_delta"]


@pytest.mark.parametrize(
    ("where", "there"),
    [
        pytest.param("pq.write_table", 2, id="while the file is written"),
        pytest.param("fsync_file", 2, id="before the file is on the disk"),
        pytest.param("seals.sealed", 2, id="before the commit"),
        pytest.param("os.link", 2, id="before the commit has its name"),
        pytest.param("_make_durable", 4, id="after the commit"),
    ],
)
def test_a_writer_that_dies_leaves_all_events_of_an_append_or_none(home, log, monkeypatch, where, there):
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    log.append([event("a"), event("b")], run_id="r")
    with monkeypatch.context() as patch:
        patch.setattr(f"warehouse.delta.{where}", die)
        with pytest.raises(Killed):
            log.append([event("c"), event("d")], run_id="r")
    again = EventLog.open(home)
    assert again.read()["position"].to_list() == list(range(1, there + 1))
    assert again.verify() == []
    again.append([event("e")], run_id="r")
    assert again.verify() == []


@pytest.mark.parametrize(
    ("where", "error"),
    [
        pytest.param("pq.write_table", OSError(28, "No space left on device"), id="disk full at the file"),
        pytest.param("fsync_file", OSError(5, "Input/output error"), id="disk fails at fsync"),
        pytest.param("os.link", OSError(28, "No space left on device"), id="disk full at the commit"),
    ],
)
def test_a_failing_disk_is_named_and_nothing_is_left_behind(home, log, monkeypatch, where, error):
    log.append([event("a")], run_id="r")

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(f"warehouse.delta.{where}", fail)
        with pytest.raises(WriteFailed) as failed:
            log.append([event("b")], run_id="r")
    assert failed.value.path == str(home.log)
    assert len(data_files(home)) == 1
    log.append([event("b")], run_id="r")
    assert EventLog.open(home).verify() == []


def _append_some(root: str, name: str, count: int) -> None:
    log = EventLog.open(Home(Path(root)))
    for _ in range(count):
        log.decide(
            lambda snapshot: [
                event("shared", snapshot.stream_version("article/shared")),
                event(name, snapshot.stream_version(f"article/{name}")),
            ],
            run_id=name,
            attempts=200,
        )


def test_two_processes_append_and_no_event_is_lost_or_doubled(home, log):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_some, args=(str(home.root), name, 6)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    log.refresh()
    assert log.verify() == []
    assert log.head.position == 24
    assert log.stream_version("article/shared") == 12
    # Both events of a decision stand together: a commit is never interleaved.
    assert log.read()["stream_id"].gather_every(2).unique().to_list() == ["article/shared"]


@pytest.mark.parametrize("part", range(8))
def test_any_flipped_byte_of_a_data_file_is_found_and_nothing_panics(damaged, part):
    """Found by verify always; by reading too, or else what is read is what was written."""
    file = data_files(damaged)[1]
    written = EventLog.open(damaged).read()
    whole = file.read_bytes()
    for place in range(part * len(whole) // 8, (part + 1) * len(whole) // 8, 29):
        data = bytearray(whole)
        data[place] ^= 1 << (place % 8)
        file.write_bytes(data)
        assert checks(damaged) & {"altered_file", "unreadable_file", "torn_file"}
        try:
            assert EventLog.open(damaged).read().equals(written)
        except DamagedLog as error:
            assert error.problems[0].where == file.name  # noqa: PT017 - a byte may also not matter


@pytest.mark.parametrize("keep", [0, 3, 11, 0.5, -1])
def test_a_torn_data_file_is_named(damaged, keep):
    file = data_files(damaged)[-1]
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep) if isinstance(keep, float) else keep])
    (problem,) = check_log(damaged)
    assert (problem.check, problem.where) == ("torn_file", file.name)
    with pytest.raises(DamagedLog, match=file.name):
        EventLog.open(damaged).read()
    with pytest.raises(DamagedLog):
        EventLog.open(damaged).append([event("x")], run_id="r")


def test_a_missing_data_file_is_named(damaged):
    file = data_files(damaged)[0]
    file.unlink()
    (problem,) = check_log(damaged)
    assert (problem.check, problem.where) == ("missing_file", file.name)
    with pytest.raises(DamagedLog):
        EventLog.open(damaged).read()


@pytest.mark.parametrize("version", range(4))
@pytest.mark.parametrize("data", [b"", b'{"add":', b"{}\n"], ids=["empty", "torn", "nothing"])
def test_a_damaged_commit_is_found(damaged, version, data):
    (damaged.log / "_delta_log" / f"{version:020}.json").write_bytes(data)
    assert "delta_log" in checks(damaged)


@pytest.mark.parametrize("version", range(3))
def test_a_missing_commit_is_found(damaged, version):
    (damaged.log / "_delta_log" / f"{version:020}.json").unlink()
    assert "delta_log" in checks(damaged)
    with pytest.raises(DamagedLog):
        EventLog.open(damaged)


def test_an_edited_commit_is_found(damaged):
    """Switching off append-only in the first commit changes no event, and is seen all the same."""
    first = damaged.log / "_delta_log" / f"{0:020}.json"
    first.write_text(first.read_text().replace('"delta.appendOnly":"true"', '"delta.appendOnly":"false"'))
    assert [problem.where for problem in check_log(damaged)] == [first.name]


def test_commits_gone_while_data_is_there_is_damage_and_no_new_log(damaged):
    shutil.rmtree(damaged.log / "_delta_log")
    with pytest.raises(DamagedLog):
        EventLog.open(damaged)


@pytest.mark.parametrize("damage", ["torn", "gone", "empty hint"])
def test_a_damaged_checkpoint_costs_nothing(home, log, monkeypatch, damage):
    monkeypatch.setattr(delta, "CHECKPOINT_EVERY", 4)
    for number in range(6):
        log.append([event(number)], run_id="r")
    (checkpoint,) = (home.log / "_delta_log").glob("*.checkpoint.parquet")
    if damage == "torn":
        checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    elif damage == "gone":
        checkpoint.unlink()
    else:
        (home.log / "_delta_log" / "_last_checkpoint").write_bytes(b"")
    again = EventLog.open(home)
    assert again.head.position == 6
    assert again.verify() == []
    again.append([event("x")], run_id="r")


TAMPERING = [
    pytest.param("payload", '{"reason":"else"}', {"event_id"}, id="payload"),
    pytest.param("payload", '{ "reason": "else" }', {"event_id", "payload"}, id="payload not canonical"),
    pytest.param("event_type", "RunStarted", {"event_id"}, id="type"),
    pytest.param("stream_id", "article/else", {"event_id"}, id="stream"),
    pytest.param("stream_version", 2, {"event_id"}, id="version"),
    pytest.param("run_id", "else", {"hash"}, id="run"),
    pytest.param("position", 9, {"density", "hash"}, id="position"),
    pytest.param("recorded_at", NOON - timedelta(days=9999), {"time", "hash"}, id="time"),
    pytest.param("prev_hash", NO_HASH, {"chain", "hash"}, id="previous hash"),
    pytest.param("hash", NO_HASH, {"hash", "chain"}, id="hash"),
]


@pytest.mark.parametrize(("column", "value", "found"), TAMPERING)
def test_tampering_with_a_column_is_found_even_where_every_seal_was_made_to_fit(damaged, column, value, found):
    """A forger who rewrites a file and all commits to match still meets identities and chain."""
    file = data_files(damaged)[1]
    rows = pq.read_table(file).to_pylist()
    rows[0][column] = value
    _reseal(damaged, file, rows)
    assert checks(damaged) == found


def test_a_forged_event_with_hashes_of_its_own_breaks_the_chain(damaged):
    file = data_files(damaged)[1]
    rows = pq.read_table(file).to_pylist()
    row = rows[1]
    row["run_id"] = "forged"
    micros = int(row["recorded_at"].timestamp() * 1_000_000)
    kept = {name: row[name] for name in ("position", "event_id", "schema_version", "run_id", "prev_hash")}
    row["hash"] = chain_hash(**kept, recorded_at=micros)
    _reseal(damaged, file, rows)
    (problem,) = [problem for problem in check_log(damaged) if problem.check == "chain"]
    assert problem.position == 5


def test_a_left_out_event_is_found(damaged):
    file = data_files(damaged)[1]
    _reseal(damaged, file, pq.read_table(file).to_pylist()[:1])
    assert checks(damaged) == {"density", "chain"}
    with pytest.raises(DamagedLog):
        EventLog.open(damaged).read()


def _reseal(home: Home, file: Path, rows: list[dict[str, object]]) -> None:
    """Rewrite a data file and make sizes and seals of all commits fit, as a careful forger would."""
    folder = home.log / "_delta_log"
    pq.write_table(pa.Table.from_pylist(rows, schema=log_module._ARROW), file)
    for version, path in enumerate(sorted(folder.glob("*.json"))):
        actions = [json.loads(line) for line in path.read_text().splitlines()]
        for action in actions:
            if action.get("add", {}).get("path") == file.name:
                stats = {**json.loads(action["add"]["stats"]), "numRecords": len(rows)}
                action["add"] |= {"size": file.stat().st_size, "stats": json.dumps(stats)}
        added = [home.log / action["add"]["path"] for action in actions if "add" in action]
        first, rest = [action for action in actions if "commitInfo" in action], [a for a in actions if "commitInfo" not in a]
        path.write_bytes(seals.sealed(folder, version, first + rest, files=added))


def test_other_readers_of_delta_see_the_same_events(home, log):
    log.append([event("a"), event("b")], run_id="r")
    assert pl.read_delta(str(home.log)).sort("position").equals(log.read())


def test_what_follows_a_file_that_is_gone_is_not_blamed_for_it(home, log):
    for version in range(4):
        log.append([event("a", version), event("b", version)], run_id="r")
    data_files(home)[1].unlink()
    assert [problem.check for problem in EventLog.open(home).verify()] == ["missing_file"]
