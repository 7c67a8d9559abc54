"""Looking after a ledger: status, log, verify, rebuild, repair, compact, migrate."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.markup import escape

from orchestration.commands.base import (
    FAULT,
    DemoOption,
    HomeOption,
    reading_home,
    say,
    stdout,
    write,
    writing_home,
)

PANEL: Final = "Look after the ledger"
app = typer.Typer()
LOG_EVENTS_SHOWN: Final = 20


class TextFormat(StrEnum):
    """How `log` answers."""

    table = "table"
    csv = "csv"
    json = "json"


@app.command(rich_help_panel=PANEL)
def status(
    home: HomeOption = None,
    demo: DemoOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as one JSON object.")] = False,
) -> None:
    """Tell where the ledger stands: position, last accepted run, what is pending, quarantined or rejected."""
    from orchestration import inspection

    found = inspection.status(reading_home(home, demo=demo))
    if as_json:
        typer.echo(found.as_json())
    else:
        inspection.render_status(found, stdout())


@app.command(rich_help_panel=PANEL)
def log(
    home: HomeOption = None,
    demo: DemoOption = False,
    form: Annotated[
        TextFormat, typer.Option("--format", help="table is for reading, csv and json for machines.")
    ] = TextFormat.table,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, help="Only the last N events.  [default: 20 in a table, else all]", show_default=False
        ),
    ] = None,
) -> None:
    """Show the events of the ledger, the newest last.

    Example:

        newsledger log --format json | grep FactRetracted
    """
    from orchestration import inspection

    events = inspection.events(
        reading_home(home, demo=demo), limit=limit or (LOG_EVENTS_SHOWN if form is TextFormat.table else None)
    )
    if form is TextFormat.table:
        inspection.render_events(events, stdout())
    else:
        write(events.frame, form.value, None)


@app.command(rich_help_panel=PANEL)
def verify(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Check that nothing of the ledger was changed or lost: chain, hashes, files, and the published facts.

    Exit code 1 if anything is damaged.
    """
    from warehouse.verify import verify as findings_in

    chosen = reading_home(home, demo=demo)
    findings = findings_in(chosen)
    for finding in findings:
        stdout().print(f"[{'red' if finding.severity == 'error' else 'yellow'}]{escape(str(finding))}[/]")
    if any(finding.severity == "error" for finding in findings):
        say(f"{len(findings)} finding(s) in {chosen.root}")
        raise typer.Exit(FAULT)
    if not findings:
        stdout().print(
            f"[green]Sound.[/green] Log, content and published facts of {escape(str(chosen.root))} are as they were written."
        )


@app.command(rich_help_panel=PANEL)
def rebuild(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Build the facts anew from position 0 and compare their digest with that of the published file."""
    from orchestration import inspection

    rebuilt, published = inspection.rebuild(reading_home(home, demo=demo))
    console = stdout()
    console.print(f"rebuilt    {rebuilt}", highlight=False)
    console.print(f"published  {published or 'nothing'}", highlight=False)
    if rebuilt != published:
        say("the published file does not hold what the log says")
        raise typer.Exit(FAULT)
    console.print("[green]The same.[/green]")


@app.command(rich_help_panel=PANEL)
def repair(
    home: HomeOption = None,
    demo: DemoOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
) -> None:
    """Mend what verify complains of, as far as the rest of the ledger can tell; what is broken is set aside, never deleted.

    Exit code 1 if something is lost; it is named, and has to come from a backup or from its source.
    """
    from transforms.articles import read
    from transforms.companies import dim_company
    from warehouse.home import one_at_a_time
    from warehouse.repair import repair as mended

    chosen = writing_home(home, demo=demo)
    with one_at_a_time(chosen.lock, waiting=lambda process: say(f"waiting for process {process}, which is writing here")):
        steps = mended(chosen, companies=dim_company(), reader=read, dry_run=dry_run)
    colours = {"restored": "green", "set aside": "yellow", "lost": "red"}
    for step in steps:
        stdout().print(f"[{colours[step.outcome]}]{'would be ' * dry_run}{escape(str(step))}[/]", highlight=False)
    if any(step.outcome == "lost" for step in steps):
        say(f"not everything of {chosen.root} can be restored from what is left of it")
        raise typer.Exit(FAULT)
    if not steps:
        stdout().print(f"[green]Sound.[/green] There is nothing to repair in {escape(str(chosen.root))}.")


@app.command(rich_help_panel=PANEL)
def compact(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Merge the many small files of the log into few large ones: the same events, positions and hashes."""
    from warehouse.compact import compact as compacted
    from warehouse.home import one_at_a_time

    chosen = writing_home(home, demo=demo)
    with one_at_a_time(chosen.lock, waiting=lambda process: say(f"waiting for process {process}, which is writing here")):
        done = compacted(chosen)
    stdout().print(f"The log has {done.after:,} data files, it had {done.before:,}; {done.deleted:,} old ones were deleted.")


@app.command(rich_help_panel=PANEL)
def migrate(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Bring the ledger of an older newsledger to this version's form. Its log stays as it is, to the byte."""
    from transforms.companies import dim_company
    from warehouse.home import one_at_a_time
    from warehouse.migrate import migrate as migrated

    chosen = writing_home(home, demo=demo)
    with one_at_a_time(chosen.lock, waiting=lambda process: say(f"waiting for process {process}, which is writing here")):
        done = migrated(chosen, companies=dim_company())
    for each in done:
        stdout().print(each, highlight=False)
    if not done:
        stdout().print("[green]Nothing to do:[/green] the ledger is of this version's form.")
