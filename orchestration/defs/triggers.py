"""When the job runs by itself: a sensor on the landing folder, and once a day.

The sensor asks for one run for everything that settled since its last tick, so that the blocking
check judges the batch as a whole. What it has seen is its cursor; a file that changes is seen anew.
"""

# No `from __future__ import annotations`: see resources.py.

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import dagster as dg

from orchestration.defs.resources import LedgerResource
from orchestration.instance import TRIGGER_TAG, end_lost_runs
from orchestration.sources.landing import FoundFile, find_files, settled

JOB: Final = "news_to_facts"
BATCH: Final = 2000
"""Most files that one run takes: more wait for the next tick. Their paths are part of the run's configuration."""
TICK_SECONDS: Final = 15

TAGS: Final = {
    TRIGGER_TAG: "daemon",
    # Once more, and from the beginning, where the process of a run was killed or the machine went down. What the job
    # itself found wrong, such as a batch that its checks reject, would only be found again.
    "dagster/max_retries": "1",
    "dagster/retry_strategy": "ALL_STEPS",
    "dagster/retry_on_asset_or_op_failure": "false",
}
"""Tags of the runs that nobody sits before."""

job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,  # 5.7 s against 10 s with a process a step
    description="Receives articles, finds their facts, audits them and publishes the warehouse.",
)


def fingerprint(path: Path) -> str:
    """What changes when a file does: its size and the time of its last change."""
    status = path.stat()
    return f"{status.st_size}:{status.st_mtime_ns}"


def look(folder: Path, seen: Mapping[str, str], *, now: float) -> tuple[list[str], dict[str, str], int]:
    """What is new in `folder`: files to take, all files seen after taking them, and how many are still being written.

    `seen` and the result map paths to fingerprints; files that are gone are forgotten.
    """
    take: list[str] = []
    after: dict[str, str] = {}
    waiting = 0
    for found in find_files([folder]):
        if not isinstance(found, FoundFile):
            continue
        path = str(found.path)
        try:
            mark, is_settled = fingerprint(found.real), settled(found.real, now=now)
        except FileNotFoundError:
            continue
        if seen.get(path) == mark:
            after[path] = mark
        elif not is_settled or len(take) >= BATCH:
            waiting += 1
        else:
            take.append(path)
            after[path] = mark
    return take, after, waiting


@dg.sensor(
    job=job,
    minimum_interval_seconds=TICK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Files dropped into the ledger's landing folder start one run for the whole batch.",
)
def landing_folder(context: dg.SensorEvaluationContext, ledger: LedgerResource) -> dg.SensorResult | dg.SkipReason:
    """One run for all that settled in the landing folder since the last tick, or the reason why there is none."""
    end_lost_runs(context.instance)
    folder = ledger.home().create().landing
    take, after, waiting = look(folder, json.loads(context.cursor or "{}"), now=time.time())
    if not take:
        if waiting:
            return dg.SkipReason(f"{waiting} file(s) in {folder} still being written")
        return dg.SkipReason(f"nothing new in {folder}")
    batch = hashlib.sha256(json.dumps({path: after[path] for path in take}, sort_keys=True).encode()).hexdigest()
    request = dg.RunRequest(
        run_key=batch[:32],
        run_config={
            "resources": {
                "articles": {"config": {"paths": take}},
                "command": {"config": {"command": "sensor landing_folder"}},
            }
        },
        tags={**TAGS, "newsledger/files": str(len(take))},
    )
    return dg.SensorResult(run_requests=[request], cursor=json.dumps(after, sort_keys=True))


daily = dg.ScheduleDefinition(
    name="daily",
    job=job,
    cron_schedule="0 5 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    run_config={"resources": {"command": {"config": {"command": "schedule daily"}}}},
    tags=TAGS,
    description="Once a day everything in the landing folder, and what earlier runs left pending.",
)
