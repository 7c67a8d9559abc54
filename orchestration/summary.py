"""What a run came to, in words: a typed summary, as a page for the terminal and as JSON.

Numbers come from the steps and from the published file, so the page says nothing that a query would
not say too. How a run is carried out is elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration import report
from orchestration.outcomes import Asserted, Audited, CheckOutcome, Extracted, Published, Read, Received, Refusal
from orchestration.runner import RunRecord
from orchestration.sources.base import InputProblem
from orchestration.words import value_in_words, where_in_words
from warehouse.home import Home

CONTRADICTIONS_SHOWN: Final = 5
REFUSALS_SHOWN: Final = 8
FACT_NAMES: Final = {
    "fact_financials": "financial figures",
    "fact_security_incidents": "security matters",
    "fact_market_moves": "market moves",
}
EXAMPLES: Final = (
    ("who disagrees with whom", "SELECT company_name, metric, value_a, value_b FROM contradictions"),
    ("what most texts say", "SELECT company_name, metric, value, unit, languages FROM financials_reconciled"),
    ("one company's story", "SELECT public_at, kind, value, evidence FROM company_timeline WHERE company_id = 'zoom'"),
)
"""What to try next: each runs on every published file (tests/orchestration/test_summary.py)."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contradiction."""

    value: str
    evidence: str
    source: str
    language: str
    uri: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements that cannot both be exact, and what they speak of."""

    company: str
    subject: str
    period: str
    severity: str
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as its user wants to know it. `verdict` is `nothing new` where no run was needed."""

    ledger: str
    run_id: str | None
    verdict: Literal["accepted", "rejected", "nothing new"]
    reason: str
    seconds: float
    received: Received
    read: Read
    problems: tuple[InputProblem, ...]
    rejected: tuple[Refusal, ...]
    quarantined: tuple[Refusal, ...]
    facts: dict[str, int]
    asserted: Asserted
    checks: tuple[CheckOutcome, ...]
    contradictions: tuple[Contradiction, ...]
    contradictions_in_all: int
    published: str | None
    position: int
    selector: str  # the options that make other commands read the same ledger, e.g. "--demo"
    report: str | None = None  # the page of what is published, if there is one that is up to date

    @property
    def exit_code(self) -> int:
        """0 fine, 3 some input refused, 4 audit failed."""
        if self.verdict == "rejected":
            return 4
        return 3 if self.problems or self.rejected or self.quarantined else 0

    def as_json(self) -> str:
        """The summary as one JSON object."""
        failed = [asdict(check) for check in self.checks if not check.success]
        value: dict[str, Any] = {
            "ledger": self.ledger,
            "run_id": self.run_id,
            "verdict": self.verdict,
            "reason": self.reason,
            "seconds": round(self.seconds, 2),
            "received": self.received.seen,
            "new": self.received.new,
            "revised": self.received.revised,
            "unchanged": self.received.unchanged,
            "languages": dict(self.read.languages),
            "not_read": [{"where": each.where, "reason": each.reason} for each in self.problems],
            "rejected": [{"uri": each.uri, "reason": each.reason} for each in self.rejected],
            "quarantined": [{"uri": each.uri, "reason": each.reason} for each in self.quarantined],
            "facts": self.facts,
            "asserted": self.asserted.asserted,
            "retracted": self.asserted.retracted,
            "moved": self.asserted.moved,
            "checks": {"run": len(self.checks), "failed": failed},
            "contradictions": self.contradictions_in_all,
            "contradictions_shown": [asdict(each) for each in self.contradictions],
            "published": self.published,
            "report": self.report,
            "position": self.position,
        }
        return json.dumps(value, ensure_ascii=False)


def of_run(home: Home, record: RunRecord, *, seconds: float, selector: str) -> RunSummary:
    """The summary of a run that was carried out, accepted or rejected."""
    received = record.of(Received) or Received()
    read = record.of(Read) or Read()
    audited = record.of(Audited)
    extracted = record.of(Extracted)
    published = record.of(Published)
    shown, in_all = contradictions(home) if published else ((), 0)
    return RunSummary(
        ledger=str(home.root),
        run_id=record.run_id,
        verdict="rejected" if audited and not audited.accepted else "accepted",
        reason=audited.reason if audited else "",
        seconds=seconds,
        received=received,
        read=read,
        problems=received.problems,
        rejected=read.rejected,
        quarantined=audited.quarantined if audited else (),
        facts=dict(extracted.facts) if extracted else {},
        asserted=record.of(Asserted) or Asserted(),
        checks=audited.outcomes if audited else (),
        contradictions=shown,
        contradictions_in_all=in_all,
        published=str(home.current) if home.current.exists() else None,
        position=published.position if published else 0,
        selector=selector,
        report=_report(home),
    )


def of_nothing(
    home: Home,
    *,
    seen: int,
    problems: Sequence[InputProblem],
    standing: Sequence[Refusal],
    position: int,
    seconds: float,
    selector: str,
) -> RunSummary:
    """The summary of an input that the ledger knows already, article by article."""
    return RunSummary(
        ledger=str(home.root),
        run_id=None,
        verdict="nothing new",
        reason="every article is in the ledger as it is",
        seconds=seconds,
        received=Received(seen=seen, unchanged=seen),
        read=Read(),
        problems=tuple(problems),
        rejected=tuple(each for each in standing if each.state == "rejected"),
        quarantined=tuple(each for each in standing if each.state == "quarantined"),
        facts={},
        asserted=Asserted(),
        checks=(),
        contradictions=(),
        contradictions_in_all=0,
        published=str(home.current) if home.current.exists() else None,
        position=position,
        selector=selector,
        report=_report(home),
    )


def _report(home: Home) -> str | None:
    path = report.standing(home)
    return str(path) if path else None


def contradictions(home: Home) -> tuple[tuple[Contradiction, ...], int]:
    """The gravest contradictions of the published file, each subject once, and how many there are in all."""
    from warehouse.query import query  # DuckDB, 0.3 s: only where something was published

    rows = query(home, "SELECT * FROM contradictions ORDER BY rank")
    found: dict[tuple[Any, ...], Contradiction] = {}
    for row in rows.iter_rows(named=True):
        key = tuple(
            row[name] for name in ("company_id", "metric", "segment", "measure", "basis", "accounting", "unit", "period")
        )
        if key in found:
            continue
        details = [
            row["segment"],
            None if row["measure"] == "level" else row["measure"],
            None if row["basis"] == "actual" else row["basis"],
        ]
        found[key] = Contradiction(
            company=row["company_name"] or row["company_id"],
            subject=" ".join(word.replace("_", " ") for word in [row["metric"], *details] if word),
            period=row["fiscal_period"] or _period(row["period_end"]),
            severity=row["severity"],
            sides=(_side(row, "a"), _side(row, "b")),
        )
    return tuple(found.values())[:CONTRADICTIONS_SHOWN], rows.height


def _period(end: Any) -> str:
    return f"to {end}" if end else ""


def _side(row: dict[str, Any], side: str) -> Side:
    amount = value_in_words(
        row[f"value_{side}"], high=row[f"value_high_{side}"], unit=row["unit"], comparator=row[f"comparator_{side}"]
    )
    uri = row[f"uri_{side}"]
    return Side(
        amount, row[f"evidence_{side}"] or "(text withdrawn)", _origin(row[f"source_{side}"], uri), row[f"language_{side}"], uri
    )


def _origin(source: str | None, uri: str) -> str:
    """Where a statement stands: its publisher where one is known, else the file."""
    return source if source and "." in source else where_in_words(uri).rpartition("/")[2]


# The page. Labels stand in a column of their own; nothing is boxed, colours only mark what needs a look.


def render(summary: RunSummary, console: Console) -> None:
    """Write the summary to the console."""
    console.print(_headline(summary))
    console.print()
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, content in _lines(summary):
        grid.add_row(label, content)
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    if summary.contradictions:
        console.print()
        console.print(_contradictions(summary, console.width))
    console.print()
    console.print(_next(summary))


def _headline(summary: RunSummary) -> Text:
    words = {
        "accepted": ("Done", "bold green"),
        "rejected": ("Rejected: what analysts see is unchanged", "bold red"),
        "nothing new": ("Nothing is new", "bold green"),
    }
    said, style = words[summary.verdict]
    text = Text(said, style=style)
    text.append(f" in {summary.seconds:.1f} s", style="dim")
    return text


def _lines(summary: RunSummary) -> Iterator[tuple[str, RenderableType]]:
    received = summary.received
    if summary.verdict == "nothing new":
        yield "articles", f"{received.seen} seen, all in the ledger as they are; no event was added"
    else:
        counts = f"{received.seen} received: {received.new} new, {received.revised} revised, {received.unchanged} unchanged"
        yield "articles", counts
        if summary.read.languages:
            yield "languages", ", ".join(f"{language} {count}" for language, count in summary.read.languages.items())
    if summary.problems:
        yield "not read", refused_in_words([(problem.where, problem.reason) for problem in summary.problems])
    if summary.rejected or summary.verdict != "nothing new":
        yield "rejected", refused_in_words([(where_in_words(each.uri), each.reason) for each in summary.rejected])
    if summary.quarantined or summary.verdict != "nothing new":
        yield "quarantined", refused_in_words([(where_in_words(each.uri), each.reason) for each in summary.quarantined])
    if summary.facts:
        yield "facts", ", ".join(f"{count} {FACT_NAMES[table]}" for table, count in summary.facts.items())
    if summary.verdict == "accepted":
        changed = summary.asserted
        yield "recorded", f"{changed.asserted} facts asserted, {changed.retracted} retracted, {changed.moved} moved"
    if summary.checks:
        yield "checks", _checks(summary)
    if summary.published:
        yield "published", Text(summary.published, style="cyan")
    if summary.report:
        yield "report", Text.assemble((summary.report, "cyan"), "  open it in a browser")


def refused_in_words(refused: Sequence[tuple[str, str]], *, shown: int = REFUSALS_SHOWN) -> RenderableType:
    """Pairs of where and why, one a line, the first `shown` of them."""
    if not refused:
        return Text("none")
    lines = [Text.assemble((where, "yellow"), f": {reason}") for where, reason in refused[:shown]]
    if len(refused) > shown:
        lines.append(Text(f"and {len(refused) - shown} more (--json tells all)", style="dim"))
    return Group(*lines)


def _checks(summary: RunSummary) -> RenderableType:
    failed = [check for check in summary.checks if not check.success]
    gating = [check for check in failed if check.severity != "warning"]
    rules = len({check.rule for check in summary.checks})
    first = Text(f"{rules} rules: ")
    first.append("all hold" if not failed else f"{len(failed)} broken", style="green" if not failed else "yellow")
    if failed and not gating:
        first.append(", warnings only")
    lines = [first]
    for check in sorted(failed, key=lambda each: each.severity == "warning"):
        count = f" ({check.failed_count} rows)" if check.failed_count else ""
        lines.append(Text.assemble((f"{check.severity} ", "yellow"), f"{check.rule} in {check.table}{count}: {check.reason}"))
    if summary.verdict == "rejected":
        lines.append(
            Text(f"verdict: {summary.reason}. Its articles stay pending; the next run takes them up again.", style="red")
        )
    return Group(*lines)


def _contradictions(summary: RunSummary, width: int) -> RenderableType:
    shown, in_all = len(summary.contradictions), summary.contradictions_in_all
    heading = Text("Contradictions", style="bold")
    heading.append(
        f"  {in_all} pairs of statements that cannot both be exact"
        + (f"; the gravest {shown} subjects:" if in_all > shown else ":"),
        style="dim",
    )
    parts: list[RenderableType] = [heading]
    for each in summary.contradictions:
        title = Text("  ")
        title.append(each.company, style="bold")
        title.append(f" · {each.subject}" + (f" · {each.period}" if each.period else ""))
        parts.append(title)
        for side in each.sides:
            grid = Table.grid(padding=(0, 1))
            grid.add_column(no_wrap=True, min_width=22)
            grid.add_column(overflow="fold")
            origin = f"  {side.language} {side.source}"
            evidence = " ".join(side.evidence.split())
            # Two lines of evidence at most: the page is an overview, the query tells the rest.
            room = max(2 * (width - 30) - len(origin) - 4, 30)
            quoted = evidence if len(evidence) <= room else f"{evidence[: room - 1]}…"
            grid.add_row(Text(side.value, style="yellow"), Text.assemble(f"“{quoted}”", (origin, "dim")))
            parts.append(Padding(grid, (0, 0, 0, 4)))
    return Group(*parts)


def _next(summary: RunSummary) -> RenderableType:
    selector = f" {summary.selector}" if summary.selector else ""
    parts: list[RenderableType] = [Text("Try next", style="bold")]
    if summary.published:
        for why, sql in EXAMPLES:
            parts.append(Text(f"  # {why}", style="dim"))
            parts.append(Text(f'  newsledger sql{selector} "{sql}"', no_wrap=False, overflow="fold"))
    if summary.published and not summary.report:
        parts.append(Text("  # all of it on one page", style="dim"))
        parts.append(Text(f"  newsledger report{selector} --open"))
    parts.append(Text("  # runs, checks and lineage in the browser", style="dim"))
    parts.append(Text(f"  newsledger ui{selector}"))
    if summary.selector.startswith("--demo"):
        parts.append(Text("  # your own articles, in a ledger of their own", style="dim"))
        parts.append(Text(f"  newsledger run{selector.replace(' --demo', '')} PATH…"))
    return Group(*parts)
