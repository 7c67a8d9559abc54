"""Questions to a ledger: sql, export, report, as-of, diff, explain, coverage."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from orchestration.commands.base import (
    ROWS_SHOWN,
    DataFormat,
    DemoOption,
    FactArgument,
    HomeOption,
    reading_home,
    show,
    write,
)

PANEL: Final = "Ask"
app = typer.Typer()

KNOWN: Final = """
    SELECT
        p.position, p.recorded_at,
        (SELECT count(*) FROM articles WHERE state IN ('current', 'revised')) AS articles,
        (SELECT count(*) FROM financials) AS financials,
        (SELECT count(*) FROM security_incidents) AS security_incidents,
        (SELECT count(*) FROM market_moves) AS market_moves,
        (SELECT count(*) FROM contradictions) AS contradictions
    FROM publication AS p
"""
"""What `as-of` tells."""


class ExportFormat(StrEnum):
    """What `export` writes."""

    parquet = "parquet"
    csv = "csv"
    arrow = "arrow"


@app.command(rich_help_panel=PANEL)
def sql(
    query: Annotated[str, typer.Argument(metavar="SELECT", help="One statement that reads; '-' takes it from standard input.")],
    home: HomeOption = None,
    demo: DemoOption = False,
    form: Annotated[
        DataFormat | None, typer.Option("--format", help="[default: by the ending of --output, else table]", show_default=False)
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write into this file.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="WHEN", help="As it was known then: a date, a time, or a position of the log."),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="NAME=VALUE", help="Fills $NAME; may be given several times."),
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds that it may take.")] = 60.0,
) -> None:
    """Ask the published warehouse. Read-only.

    Tables and views: articles, dim_company, dim_source, runs, quarantine, judgments, financials,
    security_incidents, market_moves, financials_reconciled, contradictions, derived_checks,
    deals, incidents, company_timeline, facts_history, article_coverage, silent_sentences.

    Examples:

        newsledger sql "SELECT * FROM contradictions ORDER BY rank" --demo

        newsledger sql "DESCRIBE financials"

        newsledger sql "SELECT * FROM contradictions" --as-of 2020-06-02

        newsledger sql 'SELECT * FROM financials WHERE company_id = $who' -p who=zoom

        newsledger sql "SELECT * FROM financials" -o financials.parquet
    """
    from warehouse.query import query as ask

    text = sys.stdin.read() if query == "-" else query
    chosen = form or _format_of(output)
    chosen_home = reading_home(home, demo=demo)
    values = dict(_named(each) for each in parameters or [])
    if as_of is None:
        answer = ask(chosen_home, text, values or None, timeout=timeout)
    else:
        from warehouse.history import at

        with at(chosen_home, as_of) as path:
            answer = ask(path, text, values or None, timeout=timeout)
    if chosen is DataFormat.table and output is None:
        show(answer, rows=ROWS_SHOWN)
    else:
        write(answer, chosen.value, output)


def _format_of(output: Path | None) -> DataFormat:
    if output is None:
        return DataFormat.table
    try:
        return DataFormat(output.suffix.lower().lstrip("."))
    except ValueError:
        raise typer.BadParameter(
            f"say --format: {output.name} ends in none of .csv .json .parquet", param_hint="--output"
        ) from None


def _named(parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals or not name.isidentifier():
        raise typer.BadParameter(f"{parameter!r} is not NAME=VALUE", param_hint="--param")
    return name, value


@app.command(rich_help_panel=PANEL)
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    home: HomeOption = None,
    demo: DemoOption = False,
    form: Annotated[ExportFormat, typer.Option("--format", help="What the files are.")] = ExportFormat.parquet,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="WHEN", help="As it was known then.")] = None,
) -> None:
    """Write every view but the history into a file of its own, with a schema.json that says what each column means.

    Example:

        newsledger export warehouse-files --format csv
    """
    from contextlib import nullcontext

    from warehouse.export import export as write
    from warehouse.history import at

    chosen = reading_home(home, demo=demo)
    with nullcontext(chosen) if as_of is None else at(chosen, as_of) as where:
        rows = write(where, folder, form=form.value)
    typer.echo(f"{len(rows)} views, {sum(rows.values())} rows in {folder}")


@app.command(rich_help_panel=PANEL)
def report(
    home: HomeOption = None,
    demo: DemoOption = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write into this file.  [default: report.html in the ledger]",
            show_default=False,
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write one page of what is published: each number beside the sentence that states it.

    One HTML file that needs no network: contradictions first, then arithmetic, agreement, charts, each company, and
    what was refused. Show it to a colleague.

    Example:

        newsledger report --demo --open
    """
    from orchestration.report import write

    path = write(reading_home(home, demo=demo), output=output)
    typer.echo(path)
    if show:
        import webbrowser

        webbrowser.open(path.absolute().as_uri())


@app.command(name="as-of", rich_help_panel=PANEL)
def as_of(
    when: Annotated[str, typer.Argument(metavar="WHEN", help="A date (its end), a time, a position of the log, or 'now'.")],
    home: HomeOption = None,
    demo: DemoOption = False,
) -> None:
    """Tell what the ledger knew at a moment: position, articles, facts by table, contradictions.

    For the facts themselves ask SQL: newsledger sql "…" --as-of WHEN.

    Example:

        newsledger as-of 2020-06-02
    """
    from warehouse.history import at
    from warehouse.query import query as ask

    with at(reading_home(home, demo=demo), when) as path:
        show(ask(path, KNOWN), rows=None)


@app.command(rich_help_panel=PANEL)
def diff(
    earlier: Annotated[str, typer.Argument(metavar="A", help="A date (its end), a time or a position of the log.")],
    later: Annotated[str, typer.Argument(metavar="B", help="The same, or 'now'.")] = "now",
    home: HomeOption = None,
    demo: DemoOption = False,
    form: Annotated[DataFormat, typer.Option("--format", help="table is for reading.")] = DataFormat.table,
) -> None:
    """Tell what was asserted, retracted and changed between two moments, and why.

    Example:

        newsledger diff 2020-06-01 2020-06-02
    """
    from warehouse.history import diff as changes

    found = changes(reading_home(home, demo=demo), earlier, later)
    if form is DataFormat.table:
        shown = ["change", "reason", "company_id", "kind", "detail", "value_before", "value_after", "unit", "uri"]
        show(found.select(shown), rows=ROWS_SHOWN)
    else:
        write(found, form.value, None)


@app.command(rich_help_panel=PANEL)
def explain(fact_id: FactArgument, home: HomeOption = None, demo: DemoOption = False) -> None:
    """Show why a fact stands: its sentence with every span found in it, its rule, and what else was weighed."""
    from orchestration import explaining
    from orchestration.pipeline import Ledger

    explaining.show(explaining.explain(Ledger.open(reading_home(home, demo=demo)), fact_id), Console())


@app.command(rich_help_panel=PANEL)
def coverage(
    uri: Annotated[str, typer.Argument(metavar="URI", help="URI of the article, as in the table articles, or its article_id.")],
    home: HomeOption = None,
    demo: DemoOption = False,
    form: Annotated[DataFormat, typer.Option("--format", help="table is for reading.")] = DataFormat.table,
) -> None:
    """Show what became of each sentence of an article with a number or a telling word: its facts, or why it gave none.

    For how many facts each article gave ask SQL: newsledger sql "SELECT * FROM article_coverage".
    """
    from orchestration import explaining
    from orchestration.pipeline import Ledger

    found = explaining.coverage(Ledger.open(reading_home(home, demo=demo)), uri)
    if form is DataFormat.table:
        explaining.show_coverage(found, Console())
    else:
        write(found, form.value, None)
