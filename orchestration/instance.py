"""Dagster's own storage under a home: its configuration file, and the instance that runs are kept in.

Nothing leaves the machine: telemetry is off, and so is the question for an e-mail address.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from warehouse.home import Home, one_at_a_time, write_atomically

if TYPE_CHECKING:
    from dagster import DagsterInstance, RunRecord

HOST_TAG: Final = "newsledger/host"
PROCESS_TAG: Final = "newsledger/process"
TRIGGER_TAG: Final = "newsledger/trigger"
BEGINS_WITHIN: Final = 600.0
"""Seconds from the start of a run to its first step, which tags it, on a very busy machine."""

CONFIGURATION: Final = f"""\
# Written by newsledger where it is missing; yours to change afterwards.
telemetry:
  enabled: false
nux:
  enabled: false
# A run that lost its process is marked as failed instead of staying "started" for ever.
run_monitoring:
  enabled: true
# How often is said by the tags of a run: a run of the command line is its caller's to repeat.
run_retries:
  enabled: true
  max_retries: 0
# Runs that the sensor and the schedule ask for go one after another. No pool: the slot of a killed
# run is never given back (measured with Dagster 1.13.27), and the next run would wait for ever.
concurrency:
  runs:
    tag_concurrency_limits:
      - key: {TRIGGER_TAG}
        limit: 1
"""


def prepare(home: Home) -> dict[str, str]:
    """Write dagster.yaml where there is none; the environment for processes that work on this instance."""
    home.create()
    path = home.dagster / "dagster.yaml"
    if not path.exists():
        write_atomically(path, CONFIGURATION.encode())
    return {"DAGSTER_HOME": str(home.dagster), "DAGSTER_DISABLE_TELEMETRY": "1", "GX_ANALYTICS_ENABLED": "false"}


def open_instance(home: Home) -> DagsterInstance:
    """The persistent instance of `home`. Sets DAGSTER_HOME in this process: Dagster asks for it while it runs."""
    import dagster as dg

    os.environ.update(prepare(home))
    # Processes that create the same SQLite storage at once stamp its schema twice, and Dagster
    # cannot open it from then on (seen with Dagster 1.13.27).
    with one_at_a_time(home.dagster / ".lock"):
        return dg.DagsterInstance.from_config(str(home.dagster))


def process_tags(run_id: str) -> dict[str, str]:
    """Tags that let a later process see whether the one that ran this run still lives."""
    return {HOST_TAG: socket.gethostname(), PROCESS_TAG: f"{_process(os.getpid())}/{run_id}"}


def end_lost_runs(instance: DagsterInstance) -> int:
    """Mark as failed the runs of processes of this machine that are gone; how many there were.

    Whatever kills a process, a power cut too, leaves its run "started". Nobody else would tell Dagster, and of the runs
    of sensor and schedule the next would wait for it for ever.
    """
    import dagster as dg

    going = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    lost = [record.dagster_run for record in instance.get_run_records(going) if _is_lost(record)]
    for run in lost:
        instance.report_run_failed(run, message="The process of this run ended before the run did.")
    return len(lost)


def _is_lost(record: RunRecord) -> bool:
    run = record.dagster_run
    process, _, tagged = run.tags.get(PROCESS_TAG, "").partition("/")
    # A run that Dagster makes once more has the tags of the one before, until it has begun itself.
    if tagged == run.run_id:
        return run.tags.get(HOST_TAG) == socket.gethostname() and not _alive(process)
    began = record.start_time
    return TRIGGER_TAG in run.tags and began is not None and time.time() - began > BEGINS_WITHIN


def _process(pid: int) -> str:
    """A process as no other is called: another may get its number, after a restart of the machine above all."""
    try:
        # Behind the name, which may hold anything: the 22nd field is when it began, in ticks of the system.
        return f"{pid}@{Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    except (OSError, IndexError):
        return str(pid)


def _alive(process: str) -> bool:
    number = process.partition("@")[0]
    pid = int(number) if number.isdigit() else 0
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return pid > 0 and _process(pid) == process
