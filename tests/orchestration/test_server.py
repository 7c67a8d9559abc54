"""`newsledger ui` finds a port, starts Dagster on this machine only, and leaves no process behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from orchestration.server import HOST, NoFreePort, _interruptible, _stop, free_port
from orchestration.sources.samples import SAMPLES


def test_a_port_in_use_is_passed_over_or_refused() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NoFreePort, match="--port"):
            free_port(port)
    assert free_port(None) >= 3000


def graphql(port: int, query: str) -> Any:
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    connection.request("POST", "/graphql", json.dumps({"query": query}), {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["data"]


@pytest.mark.slow
def test_a_dropped_file_is_taken_in_and_stopping_stops_everything(tmp_path: Path) -> None:
    port = free_port(None)
    line = [sys.executable, "-m", "orchestration.cli", "ui", "--home", str(tmp_path), "--port", str(port)]
    children: list[int] = []
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        landing = tmp_path / "ledger" / "landing"
        current = tmp_path / "ledger" / "published" / "current.duckdb"
        assert process.stdout is not None
        first = process.stdout.readline()
        assert re.search(rf"http://{HOST}:{port}", first), first
        shutil.copy(SAMPLES / "en" / "larkfield-first-quarter.html", landing)
        deadline = time.monotonic() + 600
        while not current.exists() and time.monotonic() < deadline:
            time.sleep(1)
        assert current.exists(), messages(tmp_path / "ledger" / "dagster")
        runs = graphql(port, "{ runsOrError { ... on Runs { results { jobName status tags { key value } } } } }")
        assert "landing_folder" in json.dumps(runs)
        children = child_processes(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(180)
    assert code == 0
    # A process that was killed may stay in the list until its new parent, the system, has seen it.
    deadline = time.monotonic() + 60
    while any(map(alive, children)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not [child for child in children if alive(child)]


def messages(dagster: Path) -> str:
    return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-4000:]}" for log in sorted(dagster.glob("*.log")))


def child_processes(parent: int) -> list[int]:
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for pid, ppid in (map(int, each.split()) for each in listing.splitlines()):
        children.setdefault(ppid, []).append(pid)
    found, to_see = [], [parent]
    while to_see:
        mine = children.get(to_see.pop(), [])
        found += mine
        to_see += mine
    return found


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["told to end", "terminal closed"])
def test_what_ends_a_session_stops_the_processes_too(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def ended() -> None:
        with _interruptible():
            os.kill(os.getpid(), number)
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        ended()
    assert signal.getsignal(number) == before


def test_asked_twice_to_stop_no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = ["sh", "-c", "trap '' INT; echo deaf; sleep 60"]
    stubborn = subprocess.Popen(deaf, start_new_session=True, stdout=subprocess.PIPE)
    assert stubborn.stdout is not None
    stubborn.stdout.readline()  # before that it could still be stopped at the first time of asking
    wait, asked = stubborn.wait, []

    def impatient(timeout: float | None = None) -> int:
        asked.append(timeout)
        if len(asked) == 1:
            raise KeyboardInterrupt
        return wait(timeout)

    monkeypatch.setattr(stubborn, "wait", impatient)
    _stop({"webserver": stubborn})
    stubborn.stdout.close()
    assert stubborn.poll() == -signal.SIGKILL
