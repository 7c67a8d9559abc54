"""The command line: `newsledger run` and the commands that look at what it made.

Only what every command needs is imported here; Dagster (1.8 s), DuckDB (0.3 s) and the extraction
(0.8 s) are imported by the commands that use them, so that `--help` and `status` answer at once.
`main` turns every error into a sentence and an exit code: 0 fine, 1 our fault, 2 usage, 3 some
input rejected or quarantined, 4 audit failed.
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    import polars as pl

    from orchestration.curation import Decided
    from orchestration.progress import Observer
    from orchestration.sources.base import Source
    from orchestration.summary import RunSummary
    from warehouse.home import Home

FINE: Final = 0
FAULT: Final = 1
USAGE: Final = 2
REFUSED_INPUT: Final = 3
AUDIT_FAILED: Final = 4
STOPPED: Final = 130
ROWS_SHOWN: Final = 50
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
LOG_EVENTS_SHOWN: Final = 20


class TextFormat(StrEnum):
    """How `log` answers."""

    table = "table"
    csv = "csv"
    json = "json"


class DataFormat(StrEnum):
    """How `sql` answers."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class ExportFormat(StrEnum):
    """What `export` writes."""

    parquet = "parquet"
    csv = "csv"
    arrow = "arrow"


class FactFormat(StrEnum):
    """How `extract` answers."""

    jsonl = "jsonl"
    table = "table"


app = typer.Typer(
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


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"newsledger {version('newsledger')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Turns news articles, in many languages, into facts that you can query with SQL."""
    del debug, version  # the one is read by answer(), the other by its callback


sources_app = typer.Typer(
    name="sources",
    help="Feeds, sitemaps, folders, records: where articles come from, as sources.toml says.",
    no_args_is_help=True,
)
app.add_typer(sources_app)
companies_app = typer.Typer(name="companies", no_args_is_help=True, help="Companies of your own, beside those that are known.")
app.add_typer(companies_app)
SourcesOption = Annotated[
    Path | None,
    typer.Option(
        "--sources", metavar="FILE", help="Which sources there are.  [default: sources.toml in --home]", show_default=False
    ),
]


@app.command()
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

        render(summary, _stdout())
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
    selector = _selector(home_option, demo=samples)
    observer, stop = _observer(quiet=quiet)
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
                selector=selector,
            )
        from orchestration.runner import run_job

        given = source if ask_once else None
        record = run_job(home, paths=paths, samples=samples, source=given, command=command, observer=observer)
        return summary.of_run(home, record, seconds=time.monotonic() - begun, selector=selector)
    finally:
        stop()


@sources_app.command("check")
def check_sources(home: HomeOption = None, sources: SourcesOption = None) -> None:
    """Try each source out, until its first article. Nothing is kept: neither the article nor that it was asked for.

    Exit code 2 if sources.toml cannot be used, 3 if a source gives a problem.
    """
    from orchestration.sources.check import checked, table
    from orchestration.sources.config import load

    found = checked(load(_sources_file(home, sources)))
    _stdout().print(table(found))
    raise typer.Exit(REFUSED_INPUT if any(each.problems for each in found) else FINE)


@sources_app.command("init")
def init_sources(home: HomeOption = None, sources: SourcesOption = None) -> None:
    """Write a sources.toml to begin with, with an example of each kind. One that is there stays as it is."""
    from orchestration.sources.config import EXAMPLE

    file = _sources_file(home, sources)
    if file.exists():
        raise typer.BadParameter(f"{file} is there already", param_hint="--sources")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(EXAMPLE, encoding="utf-8")
    typer.echo(file)


@companies_app.command("check")
def check_companies(home: HomeOption = None) -> None:
    """Read companies.toml, and show which companies it adds and which it gives more names. Exit code 2 if it cannot be used."""
    from orchestration.inspection import own_companies

    _show(own_companies(_companies_file(home)), rows=None)


@companies_app.command("init")
def init_companies(home: HomeOption = None) -> None:
    """Write a companies.toml to begin with. One that is there stays as it is."""
    from transforms.companies.own import EXAMPLE

    file = _companies_file(home)
    if file.exists():
        raise typer.BadParameter(f"{file} is there already", param_hint="--home")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(EXAMPLE, encoding="utf-8")
    typer.echo(file)


def _companies_file(home: Path | None) -> Path:
    from orchestration.homes import companies_file, ledger_home, root_folder

    found = companies_file(ledger_home(root_folder(home), "ledger"))
    if found is None:
        raise AssertionError("the user's own ledger has a place for its companies")
    return found


def _sources_file(home: Path | None, sources: Path | None) -> Path:
    from orchestration.homes import ledger_home, root_folder, sources_file

    found = sources or sources_file(ledger_home(root_folder(home), "ledger"))
    if found is None:
        raise AssertionError("the user's own ledger has a place for its sources")
    return found


def _complain(summary: RunSummary) -> None:
    """What `--quiet` says nonetheless: input that was refused, a run that was rejected."""
    from orchestration.words import where_in_words

    for problem in summary.problems:
        _say(f"{problem.where}: {problem.reason}")
    for refusal in (*summary.rejected, *summary.quarantined):
        _say(f"{where_in_words(refusal.uri)}: {refusal.state}: {refusal.reason}")
    if summary.verdict == "rejected":
        _say(f"run rejected: {summary.reason}")


@app.command()
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
            _stdout().print(f"\n[bold]{escape(name)}[/]", highlight=False)
            _show(facts, rows=None)
    for problem in extraction.problems:
        _say(f"{problem.where}: {problem.reason}")
    raise typer.Exit(REFUSED_INPUT if extraction.problems else FINE)


@app.command()
def status(
    home: HomeOption = None,
    demo: DemoOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as one JSON object.")] = False,
) -> None:
    """Tell where the ledger stands: position, last accepted run, what is pending, quarantined or rejected."""
    from orchestration import inspection

    found = inspection.status(_reading_home(home, demo=demo))
    if as_json:
        typer.echo(found.as_json())
    else:
        inspection.render_status(found, _stdout())


@app.command()
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
        _reading_home(home, demo=demo), limit=limit or (LOG_EVENTS_SHOWN if form is TextFormat.table else None)
    )
    if form is TextFormat.table:
        inspection.render_events(events, _stdout())
    else:
        _write(events.frame, form.value, None)


@app.command()
def verify(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Check that nothing of the ledger was changed or lost: chain, hashes, files, and the published facts.

    Exit code 1 if anything is damaged.
    """
    from warehouse.verify import verify as findings_in

    chosen = _reading_home(home, demo=demo)
    findings = findings_in(chosen)
    for finding in findings:
        _stdout().print(f"[{'red' if finding.severity == 'error' else 'yellow'}]{escape(str(finding))}[/]")
    if any(finding.severity == "error" for finding in findings):
        _say(f"{len(findings)} finding(s) in {chosen.root}")
        raise typer.Exit(FAULT)
    if not findings:
        _stdout().print(
            f"[green]Sound.[/green] Log, content and published facts of {escape(str(chosen.root))} are as they were written."
        )


@app.command()
def rebuild(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Build the facts anew from position 0 and compare their digest with that of the published file."""
    from orchestration import inspection

    rebuilt, published = inspection.rebuild(_reading_home(home, demo=demo))
    console = _stdout()
    console.print(f"rebuilt    {rebuilt}", highlight=False)
    console.print(f"published  {published or 'nothing'}", highlight=False)
    if rebuilt != published:
        _say("the published file does not hold what the log says")
        raise typer.Exit(FAULT)
    console.print("[green]The same.[/green]")


@app.command()
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

    chosen = _writing_home(home, demo=demo)
    with one_at_a_time(chosen.lock, waiting=lambda process: _say(f"waiting for process {process}, which is writing here")):
        steps = mended(chosen, companies=dim_company(), reader=read, dry_run=dry_run)
    colours = {"restored": "green", "set aside": "yellow", "lost": "red"}
    for step in steps:
        _stdout().print(f"[{colours[step.outcome]}]{'would be ' * dry_run}{escape(str(step))}[/]", highlight=False)
    if any(step.outcome == "lost" for step in steps):
        _say(f"not everything of {chosen.root} can be restored from what is left of it")
        raise typer.Exit(FAULT)
    if not steps:
        _stdout().print(f"[green]Sound.[/green] There is nothing to repair in {escape(str(chosen.root))}.")


@app.command()
def compact(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Merge the many small files of the log into few large ones: the same events, positions and hashes."""
    from warehouse.compact import compact as compacted
    from warehouse.home import one_at_a_time

    chosen = _writing_home(home, demo=demo)
    with one_at_a_time(chosen.lock, waiting=lambda process: _say(f"waiting for process {process}, which is writing here")):
        done = compacted(chosen)
    _stdout().print(f"The log has {done.after:,} data files, it had {done.before:,}; {done.deleted:,} old ones were deleted.")


@app.command()
def migrate(home: HomeOption = None, demo: DemoOption = False) -> None:
    """Bring the ledger of an older newsledger to this version's form. Its log stays as it is, to the byte."""
    from transforms.companies import dim_company
    from warehouse.home import one_at_a_time
    from warehouse.migrate import migrate as migrated

    chosen = _writing_home(home, demo=demo)
    with one_at_a_time(chosen.lock, waiting=lambda process: _say(f"waiting for process {process}, which is writing here")):
        done = migrated(chosen, companies=dim_company())
    for each in done:
        _stdout().print(each, highlight=False)
    if not done:
        _stdout().print("[green]Nothing to do:[/green] the ledger is of this version's form.")


@app.command()
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
    deals, incidents, company_timeline, facts_history.

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
    chosen_home = _reading_home(home, demo=demo)
    values = dict(_named(each) for each in parameters or [])
    if as_of is None:
        answer = ask(chosen_home, text, values or None, timeout=timeout)
    else:
        from warehouse.history import at

        with at(chosen_home, as_of) as path:
            answer = ask(path, text, values or None, timeout=timeout)
    if chosen is DataFormat.table and output is None:
        _show(answer, rows=ROWS_SHOWN)
    else:
        _write(answer, chosen.value, output)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    home: HomeOption = None,
    demo: DemoOption = False,
    form: Annotated[ExportFormat, typer.Option("--format", help="What the files are.")] = ExportFormat.parquet,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="WHEN", help="As it was known then.")] = None,
) -> None:
    """Write every view into a file of its own, with a schema.json that says what each column means.

    Example:

        newsledger export warehouse-files --format csv
    """
    from contextlib import nullcontext

    from warehouse.export import export as write
    from warehouse.history import at

    chosen = _reading_home(home, demo=demo)
    with nullcontext(chosen) if as_of is None else at(chosen, as_of) as where:
        rows = write(where, folder, form=form.value)
    typer.echo(f"{len(rows)} views, {sum(rows.values())} rows in {folder}")


def _named(parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals or not name.isidentifier():
        raise typer.BadParameter(f"{parameter!r} is not NAME=VALUE", param_hint="--param")
    return name, value


@app.command(name="as-of")
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

    with at(_reading_home(home, demo=demo), when) as path:
        _show(ask(path, KNOWN), rows=None)


@app.command()
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

    found = changes(_reading_home(home, demo=demo), earlier, later)
    if form is DataFormat.table:
        shown = ["change", "reason", "company_id", "kind", "detail", "value_before", "value_after", "unit", "uri"]
        _show(found.select(shown), rows=ROWS_SHOWN)
    else:
        _write(found, form.value, None)


@app.command()
def explain(fact_id: FactArgument, home: HomeOption = None, demo: DemoOption = False) -> None:
    """Show why a fact stands: its sentence with every span found in it, its rule, and what else was weighed."""
    from orchestration import explaining
    from orchestration.pipeline import Ledger

    explaining.show(explaining.explain(Ledger.open(_reading_home(home, demo=demo)), fact_id), Console())


@app.command()
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

    found = explaining.coverage(Ledger.open(_reading_home(home, demo=demo)), uri)
    if form is DataFormat.table:
        explaining.show_coverage(found, Console())
    else:
        _write(found, form.value, None)


@app.command()
def withdraw(
    uri: Annotated[str, typer.Argument(metavar="URI", help="URI of the article, as in the table articles, or its article_id.")],
    reason: ReasonOption,
    by: ByOption = None,
    home: HomeOption = None,
    demo: DemoOption = False,
) -> None:
    """Take an article back: its facts are retracted and its text is erased from the disk, for good.

    The log keeps that there was an article of this URI, and why it went. It is not taken in again.
    """
    from orchestration import curation
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(_writing_home(home, demo=demo))
    _tell(curation.withdraw(ledger, uri, reason=reason, by=by or _user()))


@app.command()
def dispute(
    fact_id: FactArgument, reason: ReasonOption, by: ByOption = None, home: HomeOption = None, demo: DemoOption = False
) -> None:
    """Retract a fact that is wrong. No later extraction asserts it again."""
    from orchestration import curation
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(_writing_home(home, demo=demo))
    _tell(curation.dispute(ledger, fact_id, reason=reason, by=by or _user()))


@app.command()
def confirm(
    fact_id: FactArgument, reason: ReasonOption, by: ByOption = None, home: HomeOption = None, demo: DemoOption = False
) -> None:
    """Uphold a fact: it stays as long as its evidence stands, whatever a later extractor finds."""
    from orchestration import curation
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(_writing_home(home, demo=demo))
    _tell(curation.confirm(ledger, fact_id, reason=reason, by=by or _user()))


@app.command()
def correct(
    fact_id: FactArgument,
    changes: Annotated[list[str], typer.Argument(metavar="COLUMN=VALUE", help="What is right; an empty value is null.")],
    reason: ReasonOption,
    by: ByOption = None,
    home: HomeOption = None,
    demo: DemoOption = False,
) -> None:
    """Put other values in the place of a fact's, on the same evidence. They outlive every later extraction.

    Example:

        newsledger correct 3f2a91 value=465000 --reason "a misprint, see the table below it"
    """
    from orchestration import curation
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(_writing_home(home, demo=demo))
    _tell(curation.correct(ledger, fact_id, changes, reason=reason, by=by or _user()))


@app.command()
def reextract(
    accept: Annotated[bool, typer.Option("--accept", help="Record and publish it, if the audit allows.")] = False,
    home: HomeOption = None,
    demo: DemoOption = False,
) -> None:
    """Find the facts of every article anew, and tell how many would appear, vanish or change, by table and language.

    Nothing is recorded without --accept; then only the difference becomes events. Do this after an
    upgrade that changes the extractor.
    """
    from orchestration import reextraction
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(_writing_home(home, demo=demo))
    observer, stop = _observer(quiet=False)
    try:
        found = reextraction.preview(ledger, observer=observer)
        done = reextraction.reextract(ledger, observer=observer) if accept else None
    finally:
        stop()
    _show(found, rows=None)
    if done is None:
        _stdout().print("Nothing was recorded. With --accept the difference is.")
    elif done.accepted:
        _stdout().print(f"Recorded and published at position {done.position}.", highlight=False)
    else:
        _say(f"the audit refused it: {done.reason}")
        raise typer.Exit(AUDIT_FAILED)


def _user() -> str:
    import getpass

    return getpass.getuser()


def _tell(decided: Decided) -> None:
    """What a decision changed, in a line or two."""
    console = _stdout()
    if decided.nothing:
        console.print("Nothing to change: the ledger says so already.")
        return
    console.print(", ".join(f"{count} {kind}" for kind, count in decided.events.items()), highlight=False)
    if decided.erased:
        console.print(f"{decided.erased} text(s) erased from the content store, older published files removed", highlight=False)
    if decided.corrected_id:
        console.print(f"the corrected fact is {decided.corrected_id}", highlight=False)
    console.print(f"published at position {decided.position}", highlight=False)


def _format_of(output: Path | None) -> DataFormat:
    if output is None:
        return DataFormat.table
    try:
        return DataFormat(output.suffix.lower().lstrip("."))
    except ValueError:
        raise typer.BadParameter(
            f"say --format: {output.name} ends in none of .csv .json .parquet", param_hint="--output"
        ) from None


@app.command()
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

    path = write(_reading_home(home, demo=demo), output=output)
    typer.echo(path)
    if show:
        import webbrowser

        webbrowser.open(path.absolute().as_uri())


@app.command()
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
    raise typer.Exit(serve(ledger_home(root, "demo" if demo else "ledger"), port=port, console=_stdout()))


def _reading_home(home: Path | None, *, demo: bool) -> Home:
    """The ledger that a reading command looks at: the user's own, else the demo, and says so. Raises NoLedger."""
    from orchestration.homes import NoLedger, has_log, ledger_home, root_folder

    root = root_folder(home)
    own, samples = ledger_home(root, "ledger"), ledger_home(root, "demo")
    if demo or not has_log(own):
        if not has_log(samples):
            raise NoLedger(root=root, demo=demo)
        if not demo:
            _say("no ledger of your own yet; this is the demo ledger (--demo)")
        return samples
    return own


def _writing_home(home: Path | None, *, demo: bool) -> Home:
    """The ledger that a decision is written into: the user's own, the demo only where it is asked for. Raises NoLedger."""
    from orchestration.homes import NoLedger, has_log, know_companies, ledger_home, root_folder

    root = root_folder(home)
    chosen = ledger_home(root, "demo" if demo else "ledger")
    if not has_log(chosen):
        raise NoLedger(root=root, demo=demo)
    know_companies(chosen)
    return chosen


def _selector(home: Path | None, *, demo: bool) -> str:
    """The options that make another command read the same ledger. NEWSLEDGER_HOME, if set, still holds for it."""
    parts = ["--demo"] if demo else []
    if home is not None and os.environ.get("NEWSLEDGER_HOME") != str(home):
        parts.append(f"--home {shlex.quote(str(home))}")
    return " ".join(parts)


def _stdout() -> Console:
    return Console(soft_wrap=False)


def _say(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"newsledger: {message}", err=True)


def _observer(*, quiet: bool) -> tuple[Observer, Any]:
    """Who watches a run: a progress bar on a terminal, else nobody; and how to end it."""
    from orchestration.progress import Silent

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return Silent(), lambda: None
    from orchestration.bar import Bar

    bar = Bar(console)
    return bar, bar.stop


def _show(frame: pl.DataFrame, *, rows: int | None) -> None:
    from orchestration.tables import render_frame

    render_frame(frame, _stdout(), rows=rows)


def _write(frame: pl.DataFrame, form: str, output: Path | None) -> None:
    from orchestration.tables import write_frame

    if output is None and form == "parquet" and sys.stdout.isatty():
        raise typer.BadParameter("parquet is not for a terminal: name a file with --output", param_hint="--format")
    write_frame(frame, form, output)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; no traceback unless --debug asks for one."""
    sys.exit(answer(list(sys.argv[1:] if arguments is None else arguments)))


def answer(arguments: list[str]) -> int:
    """The exit code of a command line; errors are told on standard error."""
    debug = "--debug" in arguments
    # Before any import of theirs: neither may call home.
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="newsledger", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        # The class that can show itself is private to Typer; what it shows is usage and message.
        show = getattr(error, "show", None)
        show() if show else _say(str(error))
        return USAGE
    except typer.Abort:
        code = STOPPED
    except (SystemExit, BrokenPipeError):
        # The reader of our output went away, as `head` does; Typer leaves in this way. Nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:  # last line of defence: told in one sentence, shown in full with --debug
        if debug:
            raise
        code, message = _explained(error)
        _say(message)
        return code
    if code == STOPPED:
        _say("stopped. What was received is kept; the next run goes on from there.")
    return code if isinstance(code, int) else FINE


def _explained(error: Exception) -> tuple[int, str]:
    """Exit code and sentence for an error."""
    from orchestration.homes import NoLedger
    from orchestration.sources.config import BadSources
    from transforms.companies import BadCompanies
    from warehouse.errors import BadRequest, NewsledgerError, NothingPublished, QueryRefused

    if isinstance(error, NoLedger | NothingPublished | QueryRefused | BadSources | BadCompanies | BadRequest):
        return USAGE, str(error)
    if isinstance(error, NewsledgerError):
        return FAULT, str(error)
    if isinstance(error, OSError) and error.filename:
        return FAULT, f"{error.filename}: {(error.strerror or type(error).__name__).lower()}"
    return FAULT, f"a fault of ours: {type(error).__name__}: {error}. See it in full with: newsledger --debug …"


if __name__ == "__main__":
    main()
