"""A run may die anywhere: nothing is lost, nothing is done twice, and the next run finishes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import cli, pipeline
from orchestration.pipeline import Ledger
from tests.orchestration.material import NamedFiles, event_types, larkfield, reopened, run_steps
from warehouse.home import Home
from warehouse.query import query
from warehouse.verify import verify

DYING = """
import os, sys
from pathlib import Path
from orchestration import pipeline
from orchestration.pipeline import Ledger
from tests.orchestration.material import NamedFiles, run_steps
from warehouse.home import Home

def die(*arguments, **options):
    os._exit(9)

setattr(pipeline, sys.argv[1], die)
run_steps(Ledger.open(Home(Path(sys.argv[2]))), NamedFiles(Path(sys.argv[3])), run_id="killed")
"""

DYING_COMMAND = """
import os, sys
from orchestration import pipeline
from orchestration.cli import main

pipeline.publish = lambda *arguments, **options: os._exit(9)
main(["run", sys.argv[1], "--home", sys.argv[2], "--quiet"])
"""


def child(code: str, *arguments: object) -> int:
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, timeout=300, check=False)
    return done.returncode


@pytest.mark.parametrize(
    ("step", "last_event", "facts"),
    [
        pytest.param("extract", "ArticleRead", 0, id="after reading"),
        pytest.param("publish", "RunAccepted", 20, id="between asserting and publishing"),
    ],
)
def test_the_next_run_finishes_what_a_killed_one_left(tmp_path: Path, step: str, last_event: str, facts: int) -> None:
    news = larkfield(tmp_path / "news")
    home = tmp_path / "ledger"
    assert child(DYING, step, home, news) == 9
    ledger = Ledger.open(Home(home))
    kinds = event_types(ledger)
    assert kinds[-1] == last_event
    assert kinds.count("FactAsserted") >= facts
    assert not ledger.home.current.exists()
    assert pipeline.survey(ledger, NamedFiles(news)).news
    done = run_steps(ledger, NamedFiles(news), run_id="next")
    assert done.received.new == 0
    assert query(ledger.home, "SELECT DISTINCT article_id FROM financials").height == 3
    asserted = reopened(ledger).log.read(event_types=["FactAsserted"])
    assert asserted.select("stream_id", "payload").is_unique().all()
    assert verify(ledger.home) == []
    assert not pipeline.survey(ledger, NamedFiles(news)).news


@pytest.mark.slow
def test_a_killed_command_is_finished_by_the_next_and_not_left_running_in_dagster(tmp_path: Path) -> None:
    news = larkfield(tmp_path / "news")
    assert child(DYING_COMMAND, news, tmp_path / "root") == 9
    home = Home(tmp_path / "root" / "ledger")
    assert not home.current.exists()
    assert cli.answer(["run", str(news), "--home", str(tmp_path / "root"), "--quiet"]) == 0
    assert query(home, "SELECT DISTINCT article_id FROM financials").height == 3
    import dagster as dg

    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        statuses = [run.status for run in instance.get_runs()]
    assert statuses == [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
