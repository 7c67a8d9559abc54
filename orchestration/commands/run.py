"""Taking in articles, and Dagster's page on it: run, extract, ui."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.markup import escape

from orchestration.commands.base import (
    FINE,
    REFUSED_INPUT,
    DemoOption,
    HomeOption,
    SourcesOption,
    observer_of,
    say,
    selector,
    show,
    stdout,
)

if TYPE_CHECKING:
    from orchestration.sources.base import Source
    from orchestration.summary import RunSummary
    from warehouse.home import Home

PANEL: Final = "Take in articles"
app = typer.Typer()


class FactFormat(StrEnum):
    """How `extract` answers."""

    jsonl = "jsonl"
    table = "table"


@app.command(rich_help_panel=PANEL)
def run(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Files and folders with articles (.txt .html .json .csv .warc .zip …). Without: what sources.toml names, "
            "or the samples where there is none.",
        ),
    ] = None,
    home: HomeOption = None,
    sources: SourcesOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="The sample articles, also where there is a sources.toml.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the summary as one JSON object.")] = False,
) -> None:
    """Take in articles, find their facts, check them and publish the warehouse.

    Without PATH it asks the sources of sources.toml (newsledger sources init makes one). Where there is none it
    works on the sample articles, in a demo ledger of their own. Running it again on the same input adds
    nothing; a changed article is a revision; what an interrupted run left is done.

    Examples:

        newsledger run

        newsledger run ~/articles report.html --home ~/news

        newsledger run --sources ~/news/sources.toml
    """
    from orchestration.homes import ledger_home, root_folder, sources_file
    from orchestration.sources.landing import LocalFiles
    from orchestration.sources.samples import SampleArticles

    if sum(map(bool, (paths, sources, demo))) > 1:
        raise typer.BadParameter("one of PATH, --sources and --demo, not several", param_hint="PATH")
    own = ledger_home(root_folder(home), "ledger")
    file = sources or sources_file(own)
    samples = demo or (not paths and not sources and not (file and file.exists()))
    if samples:
        folder, command = ledger_home(root_folder(home), "demo"), "run (samples)"
        summary = _run(
            folder, SampleArticles(), paths=[], samples=True, command=command, home_option=home, quiet=quiet or as_json
        )
    elif paths:
        source, command = LocalFiles(paths), f"run ({len(paths)} path(s))"
        summary = _run(own, source, paths=paths, samples=False, command=command, home_option=home, quiet=quiet or as_json)
    else:
        summary = _run_sources(own, file or Path("sources.toml"), home_option=home, quiet=quiet or as_json)
    if as_json:
        typer.echo(summary.as_json())
    elif not quiet:
        from orchestration.summary import render

        render(summary, stdout())
    if quiet:
        _complain(summary)
    raise typer.Exit(summary.exit_code)


def _run_sources(home: Home, file: Path, *, home_option: Path | None, quiet: bool) -> RunSummary:
    """Ask the configured sources, and the landing folder; each address once, though it is looked at twice."""
    from orchestration.sources.config import load
    from orchestration.sources.configured import ConfiguredSources, Spooled
    from orchestration.sources.landing import LocalFiles

    landing = LocalFiles([home.landing], name="landing folder", empty_is_fine=True)
    source = Spooled(ConfiguredSources(load(file), home.sources, first=landing), home.sources)
    try:
        return _run(
            home,
            source,
            paths=[],
            samples=False,
            command=f"run ({file.name})",
            home_option=home_option,
            quiet=quiet,
            ask_once=True,
        )
    finally:
        source.close()


def _run(
    home: Home,
    source: Source,
    *,
    paths: Sequence[Path],
    samples: bool,
    command: str,
    home_option: Path | None,
    quiet: bool,
    ask_once: bool = False,
) -> RunSummary:
    """Look first, cheaply, whether there is anything to do; only then start the job."""
    from orchestration import summary
    from orchestration.pipeline import Ledger, published_position, survey

    begun = time.monotonic()
    options = selector(home_option, demo=samples)
    observer, stop = observer_of(quiet=quiet)
    try:
        observer.begin("Looking for news", None)
        found = survey(Ledger.open(home), source)
        if not found.news:
            return summary.of_nothing(
                home,
                seen=found.seen,
                problems=found.problems,
                standing=found.standing,
                position=published_position(home) or 0,
                seconds=time.monotonic() - begun,
                selector=options,
            )
        from orchestration.runner import run_job

        given = source if ask_once else None
        record = run_job(home, paths=paths, samples=samples, source=given, command=command, observer=observer)
        return summary.of_run(home, record, seconds=time.monotonic() - begun, selector=options)
    finally:
        stop()


def _complain(summary: RunSummary) -> None:
    """What `--quiet` says nonetheless: input that was refused, a run that was rejected."""
    from orchestration.words import where_in_words

    for problem in summary.problems:
        say(f"{problem.where}: {problem.reason}")
    for refusal in (*summary.rejected, *summary.quarantined):
        say(f"{where_in_words(refusal.uri)}: {refusal.state}: {refusal.reason}")
    if summary.verdict == "rejected":
        say(f"run rejected: {summary.reason}")


@app.command(rich_help_panel=PANEL)
def extract(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders with articles.", show_default=False)],
    form: Annotated[FactFormat, typer.Option("--format", help="One JSON object a line, or a table.")] = FactFormat.jsonl,
) -> None:
    """Show the facts of some articles, without any ledger.

    One fact a line, with all its columns, the table it belongs to and its source: the path as given.

    Example:

        newsledger extract articles/*.html --format jsonl > facts.jsonl
    """
    from orchestration.extraction import Extraction, as_json_lines

    extraction = Extraction(paths)
    if form is FactFormat.jsonl:
        for frame in extraction.facts():
            sys.stdout.write(as_json_lines(frame))
    else:
        for name, facts in extraction.overviews():
            stdout().print(f"\n[bold]{escape(name)}[/]", highlight=False)
            show(facts, rows=None)
    for problem in extraction.problems:
        say(f"{problem.where}: {problem.reason}")
    raise typer.Exit(REFUSED_INPUT if extraction.problems else FINE)


@app.command(rich_help_panel=PANEL)
def ui(
    home: HomeOption = None,
    demo: DemoOption = False,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="[default: 3000, or the next free one]", show_default=False)
    ] = None,
) -> None:
    """Open Dagster on this ledger: runs, checks, lineage, and the sensor on the landing folder.

    Listens on this machine only. Articles dropped into the landing folder are taken in by themselves.
    Stop it with Ctrl-C.
    """
    from orchestration.homes import ledger_home, root_folder
    from orchestration.server import serve

    root = root_folder(home)
    raise typer.Exit(serve(ledger_home(root, "demo" if demo else "ledger"), port=port, console=stdout()))
