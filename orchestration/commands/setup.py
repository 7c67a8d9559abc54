"""What a user sets up: sources.toml and companies.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

from orchestration.commands.base import FINE, REFUSED_INPUT, HomeOption, SourcesOption, show, stdout

PANEL: Final = "Set up"

app = typer.Typer()
sources_app = typer.Typer(
    name="sources",
    help="Feeds, sitemaps, folders, records: where articles come from, as sources.toml says.",
    no_args_is_help=True,
)
app.add_typer(sources_app, rich_help_panel=PANEL)
companies_app = typer.Typer(name="companies", no_args_is_help=True, help="Companies of your own, beside those that are known.")
app.add_typer(companies_app, rich_help_panel=PANEL)


@sources_app.command("check")
def check_sources(home: HomeOption = None, sources: SourcesOption = None) -> None:
    """Try each source out, until its first article. Nothing is kept: neither the article nor that it was asked for.

    Exit code 2 if sources.toml cannot be used, 3 if a source gives a problem.
    """
    from orchestration.sources.check import checked, table
    from orchestration.sources.config import load

    found = checked(load(_sources_file(home, sources)))
    stdout().print(table(found))
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

    show(own_companies(_companies_file(home)), rows=None)


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
