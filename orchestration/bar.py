"""The progress of a run as one line of the terminal, on standard error, gone when the run is over."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Bar:
    """An observer of pipeline steps that draws them."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<18}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            # Steps compute in this thread and native code; drawing must not cost them anything.
            refresh_per_second=8,
        )
        self._task: TaskID | None = None

    def begin(self, step: str, total: int | None) -> None:
        """The line now speaks of `step`."""
        self._progress.start()
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(step, total=total)

    def advance(self, count: int) -> None:
        """The bar grows."""
        if self._task is not None:
            self._progress.advance(self._task, count)

    def done(self, result: object) -> None:
        """Nothing to draw: the next step replaces the line."""

    def stop(self) -> None:
        """Take the line away."""
        self._progress.stop()
