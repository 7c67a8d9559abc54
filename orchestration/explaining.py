"""Why a fact stands, told to a person: its sentences with every span, its rule, and what else was weighed.

And what became of each sentence of an article that might have given a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration.curation import asserted, find, find_article
from orchestration.pipeline import Ledger, state_of, with_texts
from orchestration.words import where_in_words
from warehouse.errors import BadRequest, MissingContent
from warehouse.state import live_facts

if TYPE_CHECKING:
    from transforms.explanation import Explanation


_NO_READING: Final = {"other_word": "its word tells no figure of the tables", "no_word": "no word for what it measures"}


class NotExplained(BadRequest):
    """A fact (by its fact_id) or an article (by its URI) whose text cannot be read again: erased, or in no known language."""

    def __init__(self, *, what: str, reason: str) -> None:
        self.what = what
        super().__init__(f"{what}: {reason}")


@dataclass(frozen=True, slots=True)
class Explained:
    """A fact as it was asserted, where it stands, and what speaks for it."""

    uri: str
    table: str
    fact: dict[str, Any]
    why: Explanation


def explain(ledger: Ledger, fact_id: str) -> Explained:
    """What speaks for the fact that begins with these digits. Raises UnknownFact, NotExplained."""
    from transforms import explanation

    found = find(ledger.log, fact_id)
    fact = asserted(ledger.log, found)
    try:
        article = with_texts(ledger.content, state_of(ledger.log).filter(pl.col("article_id") == found["article_id"]))
        why = explanation.explain(article, fact, table=found["table"])
    except ValueError as error:
        raise NotExplained(what=found["fact_id"], reason=str(error)) from error
    except MissingContent as error:
        raise NotExplained(what=found["fact_id"], reason="the text of its article was erased") from error
    return Explained(article["uri"][0], found["table"], fact, why)


def coverage(ledger: Ledger, uri: str) -> pl.DataFrame:
    """transforms.explanation.COVERED of an article by its URI or article_id. Raises UnknownArticle, NotExplained."""
    from transforms import explanation

    row = find_article(ledger.log, uri)
    if row["text_sha256"][0] is None:
        raise NotExplained(what=uri, reason=row["state_reason"][0] or "it was not read yet")
    try:
        article = with_texts(ledger.content, row)
    except MissingContent as error:
        raise NotExplained(what=uri, reason="its text was erased") from error
    return explanation.covered(article, live_facts(ledger.log, [row["article_id"][0]]))


def show_coverage(rows: pl.DataFrame, console: Console) -> None:
    """Print the sentences that might have given a fact, those that gave none with what was weighed."""
    table = Table(box=SIMPLE_HEAD, show_lines=False)
    table.add_column("facts", justify="right")
    table.add_column("sentence", overflow="fold", ratio=3)
    table.add_column("why it gave none", overflow="fold", ratio=1)
    for row in rows.iter_rows(named=True):
        why = Text(_NO_READING.get(row["why"], ""), style="dim")
        if row["why"] == "weighed":
            why = Text(f"weighed, not taken: {row['reading']}, {row['score']:.2f}", style="yellow")
        table.add_row(Text(str(row["facts"]), style="dim" if row["why"] else "bold"), Text(row["sentence"]), why)
    console.print(table)
    silent = rows["why"].is_not_null().sum()
    console.print(f"{rows.height} sentences with a number or a word that some rule asks for; {silent} of them gave no fact")


def show(explained: Explained, console: Console) -> None:
    """Print an explanation; the evidence is bold within its sentences."""
    why, fact = explained.why, explained.fact
    console.print(Text(where_in_words(explained.uri), style="bold"))
    text = Text(why.text)
    text.stylize("bold underline", fact["evidence_start"] - why.start, fact["evidence_end"] - why.start)
    console.print(Padding(text, (0, 0, 1, 2)))
    console.print(Text.assemble("Rule ", (str(fact["rule"]), "bold"), f", confidence {fact['confidence']}"))
    for name in ("all", "none", "within", "scope"):
        if name in why.asks:
            asked = why.asks[name]
            words = "; ".join(asked) if isinstance(asked, list) else str(asked)
            console.print(Padding(Text(f"{name}: {words}"), (0, 0, 0, 2)))
    _table(console, "Weighed for these words, best first", why.weighed)
    _table(console, "Found in these sentences", why.spans.drop("start", "end"))


def _table(console: Console, title: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    shown = rows.drop(name for name in rows.columns if rows[name].is_null().all())
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    for name in shown.columns:
        table.add_column(name)
    for row in shown.iter_rows():
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: object) -> Text:
    if isinstance(value, float):
        return Text(f"{value:.2f}")
    return Text("" if value is None else str(value))
