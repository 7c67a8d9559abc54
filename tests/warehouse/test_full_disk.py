"""A disk that is full, at every stage, or read-only: the error names the place, nothing is half done, the rest is served.

A child process drives the rooms (tests/warehouse/day.py) or compacts; at the named point where test_crash.py would kill it,
its disk fills up instead. Two ways to fill it: a bound on the size of files (RLIMIT_FSIZE), which any machine allows, and a
small tmpfs, which needs leave to mount and gives the real error.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.warehouse import day
from tests.warehouse.test_compact import AT_ONCE
from tests.warehouse.test_compact import filled as many_commits
from tests.warehouse.test_crash import Killed, Undisturbed, as_it_was_left, counted, undisturbed
from warehouse import points
from warehouse.compact import compact
from warehouse.errors import WriteFailed
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import current_publication
from warehouse.query import query
from warehouse.verify import verify

__all__ = ["undisturbed"]

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.warehouse.day", "tests.warehouse.test_crash"])
STAGES = (
    "content.before_commit",  # the commit of the received bytes
    "content.durable",  # the file of the log that names them
    "log.before_commit",
    "log.committed:2",  # the clean texts
    "log.durable:2",  # the staged facts
    "staging.before_manifest",
    "staging.staged",  # the verdict
    "staging.judged",  # the facts' events
    "publish.begun",
    "publish.built",
    "publish.checked",  # the checksums
    "log.durable:4",  # after a withdrawal: the file without the erased words
    "content.erased",
    "publish.begun:2",
)
MEGABYTES = 48


def bounded(root: Path) -> None:
    """No file may grow any more, and none have a first byte."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def filled(root: Path) -> None:
    """Not a byte is left on the disk of `root`."""
    with (root.parent / "filler").open("wb", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    filler.write(b"\\0" * size)
            except OSError:
                continue


def a_day(root: Path, connection: Any) -> None:
    """What test_crash.py kills."""
    day.lightly()
    day.today(Home(root), tell=lambda what, which: connection.send((what, which)))


def a_compaction(root: Path, connection: Any) -> None:
    """Merge the log, and delete what was merged."""
    compact(Home(root), large=10, kept=AT_ONCE)


Work = Callable[[Path, Any], None]


def child(root: Path, armed: str, fill: Callable[[Path], None], connection: Any, work: Work) -> None:
    """Some work whose disk fills up at the point `armed`."""
    os.environ[points.VARIABLE] = armed
    points.os = SimpleNamespace(environ=os.environ, getpid=os.getpid, kill=lambda *_: fill(root))  # type: ignore[attr-defined,assignment]
    try:
        work(root, connection)
        connection.send(("done", None))
    except Exception as error:  # noqa: BLE001 - what a caller would be told is looked at by the test
        connection.send(("error", f"{type(error).__name__}: {error}"))


def run(root: Path, armed: str, fill: Callable[[Path], None], work: Work = a_day) -> tuple[Killed, str | None]:
    receiver, sender = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=child, args=(root, armed, fill, sender, work))
    process.start()
    sender.close()
    killed, error = Killed(None), None
    try:
        while True:
            assert receiver.poll(120), "a day did not end"
            what, which = receiver.recv()
            if what == "error":
                error = which
            elif what == "done":
                killed.done = True
            else:
                getattr(killed, what).append(which)
    except EOFError:
        process.join(60)
    killed.exitcode = process.exitcode
    return killed, error


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "newsledger-test", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no leave to mount a tmpfs here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def survives(undisturbed: Undisturbed, folder: Path, armed: str, fill: Callable[[Path], None]) -> None:
    home = Home(shutil.copytree(undisturbed.before, folder / "ledger", symlinks=True))
    killed, error = run(home.root, armed, fill)
    (folder / "filler").unlink(missing_ok=True)
    assert killed.exitcode == 0, f"{armed}: ended by {killed.exitcode}"
    # Checkpoints and pruning may fail unsaid; anything else has to be told.
    assert error or killed.done, armed
    if error is not None:
        assert "space" in error or "large" in error, f"{armed}: {error}"
        assert any(name in error for name in ("ledger", "log", "content", "published", "runs")), f"{armed}: {error}"
    as_it_was_left(home, killed, armed)
    day.today(home, name="retry")
    assert verify(home) == [], armed
    current = current_publication(home)
    assert current is not None
    assert current.content_digest == undisturbed.digest, armed
    assert counted(EventLog.open(home)) == undisturbed.events, armed
    assert day.holding(home, day.SECRET) == [], armed
    shutil.rmtree(home.root)


@pytest.mark.slow
@pytest.mark.parametrize("armed", STAGES)
def test_a_disk_that_is_full_at_any_stage_costs_nothing(undisturbed, tmp_path, monkeypatch, armed):
    day.lightly(monkeypatch.setattr)
    survives(undisturbed, tmp_path, armed, bounded)


@pytest.mark.slow
@pytest.mark.parametrize("armed", STAGES)
def test_a_tmpfs_without_a_byte_left_costs_nothing(undisturbed, small_disk, monkeypatch, armed):
    day.lightly(monkeypatch.setattr)
    survives(undisturbed, small_disk, armed, filled)


@pytest.mark.parametrize("armed", ["log.file_written", "log.before_commit", "compact.committed"])
@pytest.mark.parametrize("fill", [bounded, filled])
def test_a_disk_that_is_full_while_the_log_is_compacted_costs_nothing(request, tmp_path, armed, fill):
    folder = request.getfixturevalue("small_disk") if fill is filled else tmp_path
    home = Home(folder / "ledger").create()
    before = many_commits(home).read()
    killed, error = run(home.root, armed, fill, a_compaction)
    (folder / "filler").unlink(missing_ok=True)
    assert killed.exitcode == 0
    # What is on the disk already needs no more room: a file that is written can still be committed on some disks.
    assert error or killed.done
    assert error is None or "space" in error or "large" in error, error
    left = EventLog.open(home)
    assert left.read().equals(before)
    assert left.verify() == []
    assert compact(home, large=10, kept=AT_ONCE).after == 3
    assert EventLog.open(home).read().equals(before)
    assert EventLog.open(home).verify() == []


def test_a_read_only_disk_is_read_and_refuses_to_be_written(undisturbed, small_disk, monkeypatch):
    day.lightly(monkeypatch.setattr)
    home = Home(shutil.copytree(undisturbed.before, small_disk / "ledger", symlinks=True))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert verify(home) == []
    assert query(home, "SELECT count(*) FROM articles").item() == len(day.YESTERDAY)
    assert EventLog.open(home).head.position > 0
    with pytest.raises((WriteFailed, OSError), match=r"(?i)read-only"):
        day.today(home)
