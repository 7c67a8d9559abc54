"""What people decide about articles and facts: withdraw, dispute, confirm, correct, reextract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestration.commands.base import (
    AUDIT_FAILED,
    ByOption,
    DemoOption,
    FactArgument,
    HomeOption,
    ReasonOption,
    observer_of,
    say,
    show,
    stdout,
    writing_home,
)

if TYPE_CHECKING:
    from orchestration.curation import Decided

PANEL: Final = "Decide"
app = typer.Typer()


@app.command(rich_help_panel=PANEL)
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

    ledger = Ledger.open(writing_home(home, demo=demo))
    _tell(curation.withdraw(ledger, uri, reason=reason, by=by or _user()))


@app.command(rich_help_panel=PANEL)
def dispute(
    fact_id: FactArgument, reason: ReasonOption, by: ByOption = None, home: HomeOption = None, demo: DemoOption = False
) -> None:
    """Retract a fact that is wrong. No later extraction asserts it again."""
    from orchestration import curation
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(writing_home(home, demo=demo))
    _tell(curation.dispute(ledger, fact_id, reason=reason, by=by or _user()))


@app.command(rich_help_panel=PANEL)
def confirm(
    fact_id: FactArgument, reason: ReasonOption, by: ByOption = None, home: HomeOption = None, demo: DemoOption = False
) -> None:
    """Uphold a fact: it stays as long as its evidence stands, whatever a later extractor finds."""
    from orchestration import curation
    from orchestration.pipeline import Ledger

    ledger = Ledger.open(writing_home(home, demo=demo))
    _tell(curation.confirm(ledger, fact_id, reason=reason, by=by or _user()))


@app.command(rich_help_panel=PANEL)
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

    ledger = Ledger.open(writing_home(home, demo=demo))
    _tell(curation.correct(ledger, fact_id, changes, reason=reason, by=by or _user()))


@app.command(rich_help_panel=PANEL)
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

    ledger = Ledger.open(writing_home(home, demo=demo))
    observer, stop = observer_of(quiet=False)
    try:
        found = reextraction.preview(ledger, observer=observer)
        done = reextraction.reextract(ledger, observer=observer) if accept else None
    finally:
        stop()
    show(found, rows=None)
    if done is None:
        stdout().print("Nothing was recorded. With --accept the difference is.")
    elif done.accepted:
        stdout().print(f"Recorded and published at position {done.position}.", highlight=False)
    else:
        say(f"the audit refused it: {done.reason}")
        raise typer.Exit(AUDIT_FAILED)


def _user() -> str:
    import getpass

    return getpass.getuser()


def _tell(decided: Decided) -> None:
    """What a decision changed, in a line or two."""
    console = stdout()
    if decided.nothing:
        console.print("Nothing to change: the ledger says so already.")
        return
    console.print(", ".join(f"{count} {kind}" for kind, count in decided.events.items()), highlight=False)
    if decided.erased:
        console.print(f"{decided.erased} text(s) erased from the content store, older published files removed", highlight=False)
    if decided.corrected_id:
        console.print(f"the corrected fact is {decided.corrected_id}", highlight=False)
    console.print(f"published at position {decided.position}", highlight=False)
