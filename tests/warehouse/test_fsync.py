"""What a ledger acknowledged is on the disk: file before name, name before acknowledgement.

The trace of system calls sees delta-rs and DuckDB too, which a patched `os.fsync` cannot; where strace is not to be had, the
second test still holds our own calls against what lies on the disk.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse import day
from warehouse.home import Home

DAY = """
import os, sys
from pathlib import Path
from tests.warehouse import day
from warehouse.home import Home
day.lightly()
home = Home(Path(sys.argv[1]))
tell = lambda what, which: os.write(2, b"ACKNOWLEDGED " + what.encode())
day.take_in(home, day.YESTERDAY, run_id="yesterday", tell=tell)
day.today(home, tell=tell)
"""
CALLS = (
    "open,openat,creat,write,writev,pwrite64,pwritev,copy_file_range,sendfile,ftruncate,fallocate,"
    "fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,unlink,unlinkat"
)
WRITES = {"write", "writev", "pwrite64", "pwritev", "copy_file_range", "ftruncate", "fallocate", "sendfile"}
LINE = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
UNSYNCED = re.compile(r"\.lock$|/_newsledger-version")
"""Locks hold nothing that is to be kept; the note of the newest commit may be older than that commit."""


def traceable() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


class Disk:
    """What of the files under `root` is on the disk for good, as far as the calls tell."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.bytes: set[str] = set()  # files with bytes that no fsync followed
        self.names: dict[str, str] = {}  # new names that no fsync of their folder followed, and their folder
        self.named_too_early: list[str] = []

    def call(self, name: str, arguments: str) -> None:
        paths = [path for path in re.findall(r'<([^<>]+)>|"([^"]*)"', arguments) for path in path if path.startswith(self.root)]
        if not paths:
            return
        first, last = paths[0], paths[-1]
        if name in WRITES:
            self.bytes.add(last if name == "copy_file_range" else first)
        elif name in ("fsync", "fdatasync"):
            self.bytes.discard(first)
            self.names = {path: folder for path, folder in self.names.items() if folder != first}
        elif name in ("open", "openat", "creat") and "O_CREAT" in arguments:
            self.names.setdefault(first, str(Path(first).parent))
        elif name.startswith(("mkdir", "symlink")):
            self.names[last] = str(Path(last).parent)
        elif name.startswith(("rename", "link")):
            if first in self.bytes:
                self.named_too_early.append(last)
                self.bytes.add(last)
            self.names[last] = str(Path(last).parent)
            if name.startswith("rename"):
                self.forget(first)
        elif name.startswith("unlink"):
            self.forget(first)

    def forget(self, path: str) -> None:
        self.bytes.discard(path)
        self.names.pop(path, None)

    def unsafe(self) -> set[str]:
        """Files and folders that a power cut could take now."""
        return {path.removeprefix(self.root) for path in {*self.bytes, *self.names} if not UNSYNCED.search(path)}


@pytest.mark.slow
def test_a_trace_of_system_calls_shows_all_on_the_disk_at_each_acknowledgement(tmp_path):
    if not traceable():
        pytest.skip("strace is not installed or may not trace here")
    home, trace = tmp_path / "ledger", tmp_path / "trace"
    home.mkdir()
    command = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(trace)]
    subprocess.run([*command, sys.executable, "-c", DAY, str(home)], check=True, timeout=300)
    disk, acknowledged, begun = Disk(str(home)), 0, {}
    for line in trace.read_text(errors="replace").splitlines():
        process, _, call = line.partition(" ")
        # A call that another thread's interrupted is told in two halves.
        if call.rstrip().endswith("<unfinished ...>"):
            begun[process] = call.rstrip().removesuffix("<unfinished ...>")
            continue
        if (resumed := re.search(r"<\.\.\. \w+ resumed>(.*)", call)) is not None:
            call = begun.pop(process, "") + resumed[1]
        found = LINE.match(call.strip())
        if found is None or int(found[3]) < 0:
            continue
        if "ACKNOWLEDGED" in found[2]:
            acknowledged += 1
            assert disk.unsafe() == set(), f"acknowledgement {acknowledged}"
        else:
            disk.call(found[1], found[2])
    assert acknowledged >= 8
    assert disk.unsafe() == set()
    # delta-rs names its checkpoints first; they are no record, and one that is torn is made again.
    assert [path for path in disk.named_too_early if "checkpoint" not in path and not UNSYNCED.search(path)] == []


def test_every_file_and_folder_that_is_left_was_fsynced_by_us(tmp_path, monkeypatch):
    synced: set[tuple[int, int]] = set()
    folders: set[int] = set()
    real = os.fsync

    def fsync(handle: int) -> None:
        stat = os.fstat(handle)
        # With the time of the last write: a number of a file that is gone is given to another.
        synced.add((stat.st_ino, stat.st_mtime_ns))
        folders.add(stat.st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    day.lightly(monkeypatch.setattr)
    home = Home(tmp_path / "ledger")
    day.yesterday(home)
    day.today(home)
    left = [path for folder in (home.log, home.content, home.published) for path in (folder, *folder.rglob("*"))]
    assert len(left) > 20
    kept = [path for path in left if not path.is_symlink() and not UNSYNCED.search(str(path))]
    assert [path for path in kept if path.is_dir() and path.stat().st_ino not in folders] == []
    assert [path for path in kept if path.is_file() and (path.stat().st_ino, path.stat().st_mtime_ns) not in synced] == []
