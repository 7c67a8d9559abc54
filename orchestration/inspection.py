"""Looking at a ledger: where it stands, its events, whether it is sound. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration.homes import know_companies
from orchestration.outcomes import Refusal
from orchestration.pipeline import published_position, refusals
from orchestration.summary import REFUSALS_SHOWN, refused_in_words
from orchestration.tables import iso
from orchestration.words import age_in_words, value_in_words, where_in_words
from transforms.schemas import EXTRACTOR_VERSION, READER_VERSION
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.state import articles_state


@dataclass(frozen=True, slots=True)
class Status:
    """Where a ledger stands. Times are ISO 8601 in UTC; ages in seconds."""

    ledger: str
    position: int
    recorded_at: str | None
    articles: int
    pending: int
    rejected: tuple[Refusal, ...]
    quarantined: tuple[Refusal, ...]
    accepted_run: str | None
    accepted_at: str | None
    accepted_age: float | None
    last_run: str | None
    last_verdict: str | None
    published: str | None
    published_position: int | None
    landing: str

    def as_json(self) -> str:
        """The status as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)


def status(home: Home, *, now: datetime | None = None) -> Status:
    """Where the ledger of `home` stands. Raises DamagedLog."""
    log = EventLog.open(home)
    state = articles_state(log, reader_version=READER_VERSION, extractor_version=EXTRACTOR_VERSION)
    runs = log.read(event_types=["RunStarted", "RunAccepted", "RunRejected"])
    accepted = runs.filter(pl.col("event_type") == "RunAccepted").tail(1)
    accepted_at: datetime | None = None if accepted.is_empty() else accepted["recorded_at"].item()
    standing = refusals(state)
    verdicts = {"RunStarted": "not finished", "RunAccepted": "accepted", "RunRejected": "rejected"}
    return Status(
        ledger=str(home.root),
        position=log.head.position,
        recorded_at=iso(log.head.recorded_at) if log.head.position else None,
        articles=state.height,
        pending=int(state["pending"].sum()),
        rejected=tuple(each for each in standing if each.state == "rejected"),
        quarantined=tuple(each for each in standing if each.state == "quarantined"),
        accepted_run=None if accepted.is_empty() else accepted["run_id"].item(),
        accepted_at=None if accepted_at is None else iso(accepted_at),
        accepted_age=None if accepted_at is None else ((now or datetime.now(UTC)) - accepted_at).total_seconds(),
        last_run=None if runs.is_empty() else runs["run_id"][-1],
        last_verdict=None if runs.is_empty() else verdicts[runs["event_type"][-1]],
        published=str(home.current) if home.current.exists() else None,
        published_position=published_position(home),
        landing=str(home.landing),
    )


def render_status(found: Status, console: Console) -> None:
    """Write the status to the console."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("ledger", Text(found.ledger, style="cyan"))
    grid.add_row("position", f"{found.position}" + (f", {found.recorded_at}" if found.recorded_at else ""))
    if found.accepted_run is None or found.accepted_age is None:
        grid.add_row("last accepted", Text("no run yet", style="yellow"))
    else:
        grid.add_row("last accepted", f"run {found.accepted_run}, {age_in_words(found.accepted_age)} ago")
    if found.last_run != found.accepted_run and found.last_run is not None:
        grid.add_row("last run", Text(f"run {found.last_run}, {found.last_verdict}", style="yellow"))
    grid.add_row("articles", str(found.articles))
    grid.add_row("pending", Text(str(found.pending), style="yellow" if found.pending else ""))
    for label, refused in (("quarantined", found.quarantined), ("rejected", found.rejected)):
        grid.add_row(
            label, refused_in_words([(where_in_words(each.uri), each.reason) for each in refused], shown=REFUSALS_SHOWN)
        )
    at = f" (position {found.published_position})" if found.published_position else ""
    grid.add_row("published", Text(f"{found.published}{at}" if found.published else "nothing yet", style="cyan"))
    grid.add_row("landing folder", Text(found.landing, style="cyan"))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    if found.pending:
        console.print(Text("\n  Pending articles are taken up by the next run: newsledger run PATH…", style="dim"))


@dataclass(frozen=True, slots=True)
class Events:
    """The newest events of a log, oldest first, and how many there are in all."""

    frame: pl.DataFrame
    in_all: int


def events(home: Home, *, limit: int | None = None) -> Events:
    """Events of the log, columns of `warehouse.log.LOG`; the last `limit` of them. Raises DamagedLog."""
    log = EventLog.open(home)
    head = log.head.position
    return Events(log.read(after=0 if limit is None else max(head - limit, 0)), head)


def render_events(found: Events, console: Console) -> None:
    """Write events to the console, one a line or two, each in words."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("position", justify="right", no_wrap=True)
    wide = console.width >= 90
    if wide:
        table.add_column("recorded at (UTC)", no_wrap=True)
    table.add_column("event", no_wrap=True)
    table.add_column("what", overflow="fold")
    for position, recorded_at, kind, payload in found.frame.select(
        "position", "recorded_at", "event_type", "payload"
    ).iter_rows():
        when = [f"{recorded_at:%Y-%m-%d %H:%M:%S}"] if wide else []
        # As a text: a table takes brackets, of names of files for one, for markup.
        table.add_row(str(position), *when, kind, Text(event_in_words(kind, json.loads(payload))))
    console.print(table)
    if found.frame.height < found.in_all:
        console.print(Text(f"the last {found.frame.height} of {found.in_all} events; --limit N for more", style="dim"))


def event_in_words(kind: str, payload: Mapping[str, Any]) -> str:
    """What an event says, in one line. Never text of an article: the log has none."""
    return ", ".join(_words(kind, payload))


def _words(kind: str, payload: Mapping[str, Any]) -> Iterator[str]:
    if "uri" in payload:
        yield where_in_words(payload["uri"])
    if kind in ("ArticleReceived", "ArticleRevised"):
        yield f"{payload['size']:,} bytes"
    if kind == "ArticleRejected":
        yield str(payload["reason"])
    if kind == "ArticleRead":
        yield f"language {payload['language']}"
        if payload["published_at"]:
            yield f"published {payload['published_at'][:10]}"
    if kind == "ArticleQuarantined":
        yield "; ".join(sorted({str(rule["rule"]) for rule in payload["rules"]}))
    if kind == "FactAsserted":
        yield from _fact(payload)
    if kind in ("FactRetracted", "FactMoved", "FactDisputed", "FactConfirmed", "FactCorrected"):
        yield f"{payload['table'].removeprefix('fact_')} {payload['fact_id'][:12]}"
    if kind == "FactRetracted":
        yield str(payload["reason"]).replace("_", " ")
    if kind == "FactCorrected":
        yield f"instead of it {payload['corrected_id'][:12]}"
    if "by" in payload:
        yield f"{payload['by']}: {payload['reason']}"
    if kind == "ArticleProcessed":
        yield f"{sum(payload['facts'].values())} facts"
    if kind == "RunStarted":
        yield str(payload["command"])
    if kind in ("RunAccepted", "RunRejected"):
        yield f"run {payload['run_id'][:8]}"
        counts = payload.get("counts") or {}
        yield from (f"{counts[name]} {name}" for name in ("asserted", "retracted", "moved", "quarantined") if counts.get(name))


def _fact(payload: Mapping[str, Any]) -> Iterator[str]:
    from decimal import Decimal

    yield str(payload.get("company_id") or "no company")
    yield " ".join(
        str(payload[name]).replace("_", " ")
        for name in ("metric", "measure", "category", "stage", "move_type", "direction")
        if payload.get(name)
    )
    value = payload.get("value") or payload.get("records_affected")
    if value is not None:
        high = payload.get("value_high")
        yield value_in_words(
            Decimal(value),
            high=None if high is None else Decimal(high),
            unit=payload.get("unit"),
            comparator=payload.get("comparator"),
        )


def own_companies(file: Path) -> pl.DataFrame:
    """The companies of a user's file: company_id, name, known (by the shipped tables too), names. Raises BadCompanies."""
    from transforms.companies import dim_company, use
    from transforms.companies.own import load

    use(None)
    known = dim_company().select("company_id", known_name="name")
    use(file)
    found = load(file, ids=None, owners={})
    names = found.aliases.group_by("company_id", maintain_order=True).agg(names=pl.col("alias").str.join(", "))
    told = found.companies.join(known, on="company_id", how="left").join(names, on="company_id", how="left")
    return told.select(
        "company_id", name=pl.coalesce("name", "known_name"), known=pl.col("known_name").is_not_null(), names="names"
    )


def rebuild(home: Home) -> tuple[str, str | None]:
    """The content digest that the log gives from position 0, and the one that is published."""
    from transforms.companies import dim_company
    from warehouse.publish import current_publication
    from warehouse.publish import rebuild as rebuilt

    know_companies(home)
    digest = rebuilt(home, log=EventLog.open(home), companies=dim_company())
    current = current_publication(home)
    return digest, None if current is None else current.content_digest
