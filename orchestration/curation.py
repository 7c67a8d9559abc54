"""What people decide: an article is withdrawn, a fact disputed, confirmed or corrected. Each decision is a run of its own.

A decision is one commit of the log and one publication; which events it makes is in warehouse/decisions.py. Neither
Dagster nor a staged run is involved: there is nothing to extract and, but for a correction, nothing to audit.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from orchestration import report
from orchestration.pipeline import Ledger, erase_withdrawn, state_of
from transforms.schemas import FACT_TABLES
from warehouse import decisions
from warehouse.errors import BadRequest
from warehouse.events import FACTS, SPANS, NewEvent, article_stream, decode
from warehouse.home import one_at_a_time
from warehouse.log import EventLog
from warehouse.state import live_facts

LEAST_PREFIX: Final = 6
"""Digits of a fact_id that are enough where no other fact begins with them."""
BY_PERSON: Final = "person"
"""Extractor of a fact that a person has put in the place of another."""
_FIXED: Final = frozenset(
    ("fact_id", "article_id", "confidence", "rule", "extractor", "extractor_version", *(n for s in SPANS.values() for n in s))
)
"""Columns of a fact that are no statement of the article, or that say where it stands."""


class UnknownFact(BadRequest):
    """No fact of the ledger, or more than one, begins with these digits."""

    def __init__(self, *, fact_id: str, found: int) -> None:
        self.fact_id = fact_id
        self.found = found
        if len(fact_id) < LEAST_PREFIX:
            super().__init__(f"{fact_id!r} is too short for a fact_id: give at least {LEAST_PREFIX} digits")
        else:
            super().__init__(f"{'no fact' if not found else f'{found} facts'} with the fact_id {fact_id}")


class UnknownArticle(BadRequest):
    """The ledger has no article of this URI or id."""

    def __init__(self, *, uri: str) -> None:
        self.uri = uri
        super().__init__(f"no article {uri}: see the column uri of the table articles")


class BadCorrection(BadRequest):
    """A correction that cannot be meant: `change` as it was given."""

    def __init__(self, *, change: str, reason: str) -> None:
        self.change = change
        super().__init__(f"{change}: {reason}")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision changed: events by type, the log's position, and the file that analysts see now."""

    events: Mapping[str, int]
    position: int
    published: str
    erased: int = 0
    corrected_id: str | None = None

    @property
    def nothing(self) -> bool:
        """Whether the ledger had it so already."""
        return not self.events


def withdraw(ledger: Ledger, uri: str, *, reason: str, by: str) -> Decided:
    """Take an article back: its facts are retracted, its text is erased from the disk, older published files with it.

    What may have been killed half way is finished by doing it again. Raises UnknownArticle, PublishRefused.
    """
    article_id = find_article(ledger.log, uri)["article_id"].item()

    def decided(log: EventLog) -> Sequence[NewEvent]:
        return decisions.withdraw(state_of(log), live_facts(log, [article_id]), article_id, reason=reason, by=by)

    made = _commit(ledger, decided, command=f"withdraw {uri}")
    erased = erase_withdrawn(ledger)
    # The files published before hold words of the article as well, and go with this.
    published = _publish(ledger)
    return Decided(made, ledger.log.head.position, published, erased=erased)


def dispute(ledger: Ledger, fact_id: str, *, reason: str, by: str) -> Decided:
    """Retract a fact for good: no extraction asserts it again. Raises UnknownFact, PublishRefused."""
    fact = find(ledger.log, fact_id)

    def decided(log: EventLog) -> Sequence[NewEvent]:
        return decisions.dispute(state_of(log), fact, is_live=_is_live(log, fact), reason=reason, by=by)

    return _done(ledger, _commit(ledger, decided, command=f"dispute {fact['fact_id']}"))


def confirm(ledger: Ledger, fact_id: str, *, reason: str, by: str) -> Decided:
    """Uphold a fact: it stays while its evidence stands, even where no extractor finds it. Raises UnknownFact, PublishRefused.

    One that was disputed before is asserted again.
    """
    fact = find(ledger.log, fact_id)

    def decided(log: EventLog) -> Sequence[NewEvent]:
        events = decisions.confirm(state_of(log), fact, reason=reason, by=by)
        if not _is_live(log, fact):
            last = events[-1]
            events.append(NewEvent(last.stream_id, last.expected_version + 1, "FactAsserted", asserted(log, fact)))
        return events

    return _done(ledger, _commit(ledger, decided, command=f"confirm {fact['fact_id']}"))


def correct(ledger: Ledger, fact_id: str, changes: Sequence[str], *, reason: str, by: str) -> Decided:
    """Put a fact with other values in the place of one. `changes`: COLUMN=VALUE each; an empty value is null.

    The new fact has the same evidence and goes through the same audit as an extracted one.
    Raises UnknownFact, BadCorrection, PublishRefused.
    """
    fact = find(ledger.log, fact_id)
    table = str(fact["table"])
    corrected = _corrected(_typed(table, asserted(ledger.log, fact), str(fact["article_id"])), table, changes)
    _audited(ledger, table, corrected, changes)

    def decided(log: EventLog) -> Sequence[NewEvent]:
        return decisions.correct(state_of(log), fact, corrected, is_live=_is_live(log, fact), reason=reason, by=by)

    made = _commit(ledger, decided, command=f"correct {fact['fact_id']} {' '.join(changes)}")
    return _done(ledger, made, corrected_id=corrected["fact_id"].item())


def find_article(log: EventLog, uri: str) -> pl.DataFrame:
    """The one row of ARTICLES_STATE with this URI or article_id. Raises UnknownArticle."""
    found = state_of(log).filter((pl.col("uri") == uri) | (pl.col("article_id") == uri))
    if found.is_empty():
        raise UnknownArticle(uri=uri)
    return found


def find(log: EventLog, fact_id: str) -> dict[str, str]:
    """article_id, table and fact_id of the one fact, live or not, that begins with these digits. Raises UnknownFact."""
    if len(fact_id) < LEAST_PREFIX:
        raise UnknownFact(fact_id=fact_id, found=0)
    facts = decode(log.read(event_types=["FactAsserted"]), "FactAsserted").select("article_id", "table", "fact_id").unique()
    found = facts.filter(pl.col("fact_id").str.starts_with(fact_id.lower()))
    if found.height != 1:
        raise UnknownFact(fact_id=fact_id, found=found.height)
    return found.row(0, named=True)


def _is_live(log: EventLog, fact: Mapping[str, str]) -> bool:
    live = live_facts(log, [fact["article_id"]])
    return not live.filter(pl.col("table") == fact["table"], pl.col("fact_id") == fact["fact_id"]).is_empty()


def asserted(log: EventLog, fact: Mapping[str, str]) -> dict[str, Any]:
    """What was asserted of the fact last, spans as they are now where it is live."""

    events = log.read(event_types=["FactAsserted"], stream_ids=[article_stream(fact["article_id"])]).sort("position")
    payloads = [json.loads(each) for each in events["payload"]]
    payload: dict[str, Any] = [p for p in payloads if p["table"] == fact["table"] and p["fact_id"] == fact["fact_id"]][-1]
    live = live_facts(log, [fact["article_id"]]).filter(pl.col("fact_id") == fact["fact_id"], pl.col("table") == fact["table"])
    if not live.is_empty():
        payload |= live.select(SPANS[fact["table"]]).row(0, named=True)
    return payload


def _typed(table: str, payload: Mapping[str, Any], article_id: str) -> pl.DataFrame:
    """One row with the columns of FACTS and article_id."""
    decoded = pl.Series([json.dumps(payload)], dtype=pl.String).str.json_decode(pl.Struct(FACTS[table]))
    return decoded.struct.unnest().select(pl.lit(article_id).alias("article_id"), pl.all())


def _corrected(row: pl.DataFrame, table: str, changes: Sequence[str]) -> pl.DataFrame:
    """The row with the changes in it, under an id that follows from the fact and the changes."""
    allowed = [name for name in FACTS[table] if name not in _FIXED]
    columns: dict[str, pl.Expr] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        name = name.strip()
        if not equals:
            raise BadCorrection(change=change, reason="write COLUMN=VALUE, such as value=265000")
        if name not in allowed:
            known = ", ".join(allowed)
            raise BadCorrection(change=change, reason=f"no column of {table} that can be corrected; these can: {known}")
        try:
            given = pl.Series([value.strip() or None], dtype=pl.String)
            cast = given.str.to_date("%Y-%m-%d") if FACTS[table][name] == pl.Date else given.cast(FACTS[table][name])
        except pl.exceptions.PolarsError as error:
            raise BadCorrection(change=change, reason=f"{value.strip()!r} is no {FACTS[table][name]}") from error
        columns[name] = pl.lit(cast.item(), FACTS[table][name])
    if not columns:
        raise BadCorrection(change="correction", reason="say what to correct: COLUMN=VALUE")
    changed = row.with_columns(**columns)
    if changed.equals(row):
        raise BadCorrection(change=" ".join(changes), reason="the fact says so already")
    seed = "\x1f".join([row["fact_id"].item(), *sorted(f"{name}={changed[name].cast(pl.String).item()}" for name in columns)])
    return changed.with_columns(
        fact_id=pl.lit(hashlib.sha256(seed.encode()).hexdigest()[:32]),
        extractor=pl.lit(BY_PERSON),
        rule=pl.lit("corrected"),
        confidence=pl.lit(1.0),
    )


def _audited(ledger: Ledger, table: str, corrected: pl.DataFrame, changes: Sequence[str]) -> None:
    """Hold the corrected row against the row rules of its table. Raises BadCorrection with what it breaks."""
    from expectations.audit import audit
    from expectations.suite import suite
    from orchestration.pipeline import with_texts

    article = state_of(ledger.log).filter(pl.col("article_id") == corrected["article_id"].item())
    texts = with_texts(ledger.content, article)
    if texts["text"].item() is None:
        raise BadCorrection(change=" ".join(changes), reason="the text of its article is gone")
    text, spans, schema = texts["text"].item(), corrected.row(0, named=True), FACT_TABLES[table]
    words = {
        word: text[spans[f"{word}_start"] : spans[f"{word}_end"]]
        for word in ("evidence", "company_mention", "counterparty")
        if f"{word}_start" in schema and spans[f"{word}_start"] is not None
    }
    whole = corrected.join(texts.select(name for name in texts.columns if name in schema), on="article_id", how="left")
    whole = whole.with_columns(pl.lit(each).alias(word) for word, each in words.items())
    frames = {name: pl.DataFrame(schema=each) for name, each in FACT_TABLES.items()}
    frames[table] = whole.select(
        pl.col(name).cast(dtype) if name in whole.columns else pl.lit(None, dtype).alias(name) for name, dtype in schema.items()
    )
    rules = [rule for rule in suite().rules if table in rule.tables and rule.scope == "row" and rule.gates]
    outcomes = audit(texts, frames, now=datetime.now(UTC), rules=rules).failed
    if outcomes:
        raise BadCorrection(change=" ".join(changes), reason="; ".join(f"{each.rule}: {each.reason}" for each in outcomes))


def _commit(ledger: Ledger, decide: Callable[[EventLog], Sequence[NewEvent]], *, command: str) -> dict[str, int]:
    """Append what `decide` says, as a run of its own that is accepted; events by type, none for no run."""
    run_id = str(uuid.uuid4())
    made: dict[str, int] = {}

    def whole(log: EventLog) -> Sequence[NewEvent]:
        events = decide(log)
        made.clear()
        if not events:
            return []
        kinds = [event.event_type for event in events]
        made.update({kind: kinds.count(kind) for kind in dict.fromkeys(kinds)})
        counts = {"asserted": kinds.count("FactAsserted"), "retracted": kinds.count("FactRetracted")}
        return [*decisions.start(run_id, command=command), *events, *decisions.accept(run_id, counts=counts)]

    with one_at_a_time(ledger.home.lock):
        ledger.log.decide(whole, run_id=run_id)
    return made


def _done(ledger: Ledger, made: Mapping[str, int], *, corrected_id: str | None = None) -> Decided:
    return Decided(made, ledger.log.head.position, _publish(ledger), corrected_id=corrected_id)


def _publish(ledger: Ledger) -> str:
    from transforms.companies import dim_company
    from warehouse.publish import publish

    with one_at_a_time(ledger.home.lock):
        published = publish(ledger.home, log=ledger.log, content=ledger.content, companies=dim_company())
    report.write_small(ledger.home)
    return str(published.path)
