"""Dagster's own storage under a home: its configuration file, and the instance that runs are kept in.

Nothing leaves the machine: telemetry is off, and so is the question for an e-mail address.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Final

from warehouse.home import Home, one_at_a_time, write_atomically

if TYPE_CHECKING:
    from dagster import DagsterInstance

HOST_TAG: Final = "newsledger/host"
PROCESS_TAG: Final = "newsledger/process"
TRIGGER_TAG: Final = "newsledger/trigger"

CONFIGURATION: Final = f"""\
# Written by newsledger where it is missing; yours to change afterwards.
telemetry:
  enabled: false
nux:
  enabled: false
# A run that lost its process is marked as failed instead of staying "started" for ever.
run_monitoring:
  enabled: true
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


def process_tags() -> dict[str, str]:
    """Tags that let a later process see whether the one that ran a run still lives."""
    return {HOST_TAG: socket.gethostname(), PROCESS_TAG: str(os.getpid())}


def end_lost_runs(instance: DagsterInstance) -> int:
    """Mark as failed the runs of processes of this machine that are gone; how many there were.

    A run of the command line dies with its process and nobody else would tell Dagster.
    """
    import dagster as dg

    going = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], tags={HOST_TAG: socket.gethostname()}
    )
    lost = [run for run in instance.get_runs(filters=going) if not _alive(int(run.tags.get(PROCESS_TAG, "0")))]
    for run in lost:
        instance.report_run_failed(run, message="The process of this run ended before the run did.")
    return len(lost)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process > 0
