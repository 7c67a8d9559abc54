"""`newsledger ui`: Dagster's webserver and daemon on one ledger, as two processes that end together.

Both listen on this machine only. Dagster has its storage under the home, so what the user sees there
are the runs of the command line as well as those of the sensor and the schedule.
"""

from __future__ import annotations

import http
import http.client
import os
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from rich.console import Console
from rich.markup import escape

from orchestration.homes import HOME_VARIABLE, LEDGER_VARIABLE
from orchestration.instance import open_instance, prepare
from warehouse.errors import NewsledgerError
from warehouse.home import Home

HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 3000
PORTS_TRIED: Final = 50
STARTUP_SECONDS: Final = 180.0
STOP_SECONDS: Final = 20.0
MODULE: Final = "orchestration.definitions"


class NoFreePort(NewsledgerError):
    """The port that was asked for is taken, or all that were tried are."""

    def __init__(self, *, first: int, last: int) -> None:
        self.first = first
        self.last = last
        ports = f"port {first} is" if first == last else f"ports {first} to {last} are"
        super().__init__(f"{ports} in use: name another with --port")


class ServerFailed(NewsledgerError):
    """One of Dagster's processes ended by itself."""

    def __init__(self, *, name: str, code: int, log: str) -> None:
        self.name = name
        self.code = code
        super().__init__(f"{name} ended with code {code}; its messages are in {log}")


class ServerSilent(NewsledgerError):
    """Dagster's webserver runs but does not answer."""

    def __init__(self, *, seconds: float, log: str) -> None:
        self.seconds = seconds
        super().__init__(f"the webserver did not answer within {seconds:.0f} s; its messages are in {log}")


def serve(home: Home, *, port: int | None, console: Console) -> int:
    """Run until Ctrl-C, SIGTERM or SIGHUP; 0 then. Raises NoFreePort, ServerFailed, ServerSilent."""
    chosen = free_port(port)
    environment = {
        **os.environ,
        **prepare(home),
        HOME_VARIABLE: str(home.root.parent),
        LEDGER_VARIABLE: home.root.name,
        "PYTHONWARNINGS": "ignore",
    }
    commands = {
        "webserver": [_script("dagster-webserver"), "-h", HOST, "-p", str(chosen), "-m", MODULE],
        "daemon": [_script("dagster-daemon"), "run", "-m", MODULE],
    }
    address = f"http://{HOST}:{chosen}"
    with console.status("Starting Dagster…"):
        # Dagster's own processes would create its storage both at once; see `open_instance`.
        open_instance(home).dispose()
    with _interruptible(), _processes(home, commands, environment) as running:
        try:
            with console.status("Starting Dagster…"):
                _wait_until_up(chosen, running, home)
            console.print(f"Dagster is at [bold cyan]{address}[/]  (Ctrl-C stops it)")
            console.print(f"Drop articles into [cyan]{escape(str(home.landing))}[/]: they are taken in within half a minute.")
            while True:
                _demand_running(running, home)
                time.sleep(0.5)
        except KeyboardInterrupt:
            console.print("Stopping…")
    return 0


def free_port(wanted: int | None) -> int:
    """`wanted` if it is free, else the first free port from 3000 on. Raises NoFreePort."""
    ports = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if wanted is None else (wanted,)
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise NoFreePort(first=ports[0], last=ports[-1])


def _script(name: str) -> str:
    """A command that was installed with this very environment, else the one on the path."""
    own = Path(sysconfig.get_path("scripts"), name)
    return str(own) if own.exists() else name


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM and a terminal that is closed are Ctrl-C: each way the processes, in sessions of their own, are stopped."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    # Under nohup a closed terminal is no reason to stop.
    told = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in told}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _processes(
    home: Home, commands: dict[str, list[str]], environment: dict[str, str]
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The processes, each in a session of its own, so that Ctrl-C reaches them through us and in order."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            with (home.dagster / f"{name}.log").open("ab") as messages:
                running[name] = subprocess.Popen(
                    command,
                    env=environment,
                    cwd=home.dagster,
                    stdin=subprocess.DEVNULL,
                    stdout=messages,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        yield running
    finally:
        _stop(running)


def _stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every process and its children to end, then make them; at once where the user asks again meanwhile."""
    for process in running.values():
        _signal(process, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    with suppress(KeyboardInterrupt):
        for process in running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
    for process in running.values():
        # Code servers live in the same session and may outlive a process that was told to hurry.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _wait_until_up(port: int, running: dict[str, subprocess.Popen[bytes]], home: Home) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        _demand_running(running, home)
        with suppress(OSError, http.client.HTTPException), closing(http.client.HTTPConnection(HOST, port, timeout=2)) as asked:
            asked.request("GET", "/server_info")
            if asked.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.3)
    raise ServerSilent(seconds=STARTUP_SECONDS, log=str(home.dagster / "webserver.log"))


def _demand_running(running: dict[str, subprocess.Popen[bytes]], home: Home) -> None:
    for name, process in running.items():
        if (code := process.poll()) is not None:
            raise ServerFailed(name=name, code=code, log=str(home.dagster / f"{name}.log"))
