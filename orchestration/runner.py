"""Runs the job in this process, against the persistent instance of a home, and hands back what each step said.

The same definitions that `dagster` loads, with the source, the ledger and the observer of the
caller; so that what a command did stands in the web interface like any other run.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from orchestration.auditor import Beside, Judge
from orchestration.outcomes import Asserted, Audited, Extracted, Published, Read, Received
from orchestration.progress import Observer
from orchestration.sources.base import Source
from warehouse.home import Home

Result = Received | Read | Extracted | Audited | Asserted | Published
R = TypeVar("R", bound=Result)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: its id and what its steps said, as far as it came."""

    run_id: str
    results: tuple[Result, ...]

    def of(self, kind: type[R]) -> R | None:
        """What the step with results of this kind said, None if the run did not get there."""
        return next((result for result in self.results if isinstance(result, kind)), None)


class Recorder:
    """Keeps the results of steps and passes everything on to another observer."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.results: list[Result] = []

    def begin(self, step: str, total: int | None) -> None:
        """Passed on."""
        self._observer.begin(step, total)

    def advance(self, count: int) -> None:
        """Passed on."""
        self._observer.advance(count)

    def done(self, result: object) -> None:
        """Kept and passed on."""
        if isinstance(result, Result):
            self.results.append(result)
        self._observer.done(result)


class Given:
    """A source that the caller has opened already, in the place of the resource that would make one."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def source(self, home: Home) -> Source:
        """The very source, whatever the home."""
        del home
        return self._source


def run_job(
    home: Home,
    *,
    paths: Sequence[Path] = (),
    samples: bool = False,
    source: Source | None = None,
    command: str,
    observer: Observer,
) -> RunRecord:
    """Run the job on `source`, else on `paths`, or on the samples. A rejected run is an answer, not an error.

    Raises whatever a step raised; what was received until then stays, and the next run goes on from it.
    """
    with Beside() as judge:
        return _run_job(home, paths=paths, samples=samples, source=source, command=command, observer=observer, judge=judge)


def _run_job(
    home: Home,
    *,
    paths: Sequence[Path],
    samples: bool,
    source: Source | None,
    command: str,
    observer: Observer,
    judge: Judge,
) -> RunRecord:
    # Dagster costs 1.8 s to import, so that only a run that has something to do pays for it.
    from orchestration.instance import end_lost_runs, open_instance, process_tags

    instance = open_instance(home)
    import dagster as dg

    from orchestration.definitions import build_defs
    from orchestration.defs.resources import ArticleSource, LedgerResource, RunCommand
    from orchestration.defs.triggers import JOB

    recorder = Recorder(observer)
    definitions = build_defs(
        {
            "ledger": LedgerResource(folder=str(home.root)),
            "articles": Given(source)
            if source is not None
            else ArticleSource(paths=[str(path.absolute()) for path in paths], samples=samples),
            "command": RunCommand(command=command),
            "observer": recorder,
            "judge": judge,
        }
    )
    with instance:
        end_lost_runs(instance)
        run_id = str(uuid.uuid4())
        try:
            definitions.resolve_job_def(JOB).execute_in_process(
                instance=instance,
                run_id=run_id,
                tags={**process_tags(run_id), "newsledger/command": command},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        except dg.DagsterError:
            # The blocking check of a rejected run ends the job with an error of Dagster's own.
            audited = RunRecord(run_id, tuple(recorder.results)).of(Audited)
            if audited is None or audited.accepted:
                raise
        except dg.DagsterExecutionInterruptedError as interrupted:
            # What Dagster makes of Ctrl-C while a step is at work: no Exception, and unknown to the command line.
            raise KeyboardInterrupt from interrupted
    return RunRecord(run_id, tuple(recorder.results))
