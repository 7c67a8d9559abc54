"""What all commands share: the application, options, exit codes, which ledger they look at, and how they answer."""

from __future__ import annotations

import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

if TYPE_CHECKING:
    import polars as pl

    from orchestration.progress import Observer
    from warehouse.home import Home

FINE: Final = 0
FAULT: Final = 1
USAGE: Final = 2
REFUSED_INPUT: Final = 3
AUDIT_FAILED: Final = 4
STOPPED: Final = 130
ROWS_SHOWN: Final = 50
PIPED_WIDTH: Final = 200
"""Columns of an answer that goes into a file or another program."""


class DataFormat(StrEnum):
    """How `sql`, `diff` and `coverage` answer."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


root = typer.Typer(
    name="newsledger",
    help="Turns news articles, in many languages, into facts that you can query with SQL.",
    epilog="Begin with: newsledger run",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="NEWSLEDGER_HOME",
        metavar="DIR",
        help="Folder of the ledgers.  [default: newsledger in the user's data directory]",
        show_default=False,
    ),
]
FactArgument = Annotated[str, typer.Argument(metavar="FACT_ID", help="The fact, by at least the first six digits of its id.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the log.", show_default=False)]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who; kept in the log.  [default: the user]")]
DemoOption = Annotated[bool, typer.Option("--demo", help="Look at the demo ledger, made from the sample articles.")]
SourcesOption = Annotated[
    Path | None,
    typer.Option(
        "--sources", metavar="FILE", help="Which sources there are.  [default: sources.toml in --home]", show_default=False
    ),
]


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"newsledger {version('newsledger')}")
        raise typer.Exit


@root.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Turns news articles, in many languages, into facts that you can query with SQL."""
    del debug, version  # the one is read by answer(), the other by its callback


def reading_home(home: Path | None, *, demo: bool) -> Home:
    """The ledger that a reading command looks at: the user's own, else the demo, and says so. Raises NoLedger."""
    from orchestration.homes import NoLedger, has_log, ledger_home, root_folder

    root = root_folder(home)
    own, samples = ledger_home(root, "ledger"), ledger_home(root, "demo")
    if demo or not has_log(own):
        if not has_log(samples):
            raise NoLedger(root=root, demo=demo)
        if not demo:
            say("no ledger of your own yet; this is the demo ledger (--demo)")
        return samples
    return own


def writing_home(home: Path | None, *, demo: bool) -> Home:
    """The ledger that a decision is written into: the user's own, the demo only where it is asked for. Raises NoLedger."""
    from orchestration.homes import NoLedger, has_log, know_companies, ledger_home, root_folder

    root = root_folder(home)
    chosen = ledger_home(root, "demo" if demo else "ledger")
    if not has_log(chosen):
        raise NoLedger(root=root, demo=demo)
    know_companies(chosen)
    return chosen


def selector(home: Path | None, *, demo: bool) -> str:
    """The options that make another command read the same ledger. NEWSLEDGER_HOME, if set, still holds for it."""
    parts = ["--demo"] if demo else []
    if home is not None and os.environ.get("NEWSLEDGER_HOME") != str(home):
        parts.append(f"--home {shlex.quote(str(home))}")
    return " ".join(parts)


def stdout() -> Console:
    """Where answers go."""
    # Rich takes what is no terminal for one of 80 columns, and cuts paths in two that a script or a log is to hold.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(soft_wrap=False, width=width)


def say(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"newsledger: {message}", err=True)


def observer_of(*, quiet: bool) -> tuple[Observer, Any]:
    """Who watches a run: a progress bar on a terminal, else nobody; and how to end it."""
    from orchestration.progress import Silent

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return Silent(), lambda: None
    from orchestration.bar import Bar

    bar = Bar(console)
    return bar, bar.stop


def show(frame: pl.DataFrame, *, rows: int | None) -> None:
    """Print rows as a table: the first `rows`, or all."""
    from orchestration.tables import render_frame

    render_frame(frame, stdout(), rows=rows)


def write(frame: pl.DataFrame, form: str, output: Path | None) -> None:
    """Write rows as csv, json or parquet, to a file or to standard output."""
    from orchestration.tables import write_frame

    if output is None and form == "parquet" and sys.stdout.isatty():
        raise typer.BadParameter("parquet is not for a terminal: name a file with --output", param_hint="--format")
    write_frame(frame, form, output)
