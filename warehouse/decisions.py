"""What to write into the log: pure functions from what is known and what came in to events.

Nothing here reads or writes. Each function is given the state of one snapshot and answers with the
events that are missing from it, in an order that depends on no order of rows; given again what the
log holds already, it answers with none. So a refused append is decided again, never patched.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from transforms.schemas import COVERAGE_COLUMNS, EXTRACTOR_VERSION, FACT_TABLES, INSTANT
from warehouse.errors import BadEvent
from warehouse.events import (
    FACTS,
    SPANS,
    EventType,
    NewEvent,
    RetractReason,
    article_stream,
    as_instant,
    run_stream,
)
from warehouse.state import READING

_NO_DIFFERENCE: Final = ("fact_id", "extractor_version")
"""A fact that a newer extractor finds just the same stays what the older one asserted."""

Outcome = Mapping[str, Any]
"""One outcome of a check: rule, scope, severity, failed (a count)."""


class _Streams:
    """Makes events of streams whose versions are known, counting each stream up."""

    def __init__(self, versions: Mapping[str, int]) -> None:
        self._versions = dict(versions)
        self.events: list[NewEvent] = []

    def add(self, stream_id: str, event_type: EventType, payload: Mapping[str, Any]) -> None:
        version = self._versions.get(stream_id, 0)
        self.events.append(NewEvent(stream_id, version, event_type, payload))
        self._versions[stream_id] = version + 1


def start(run_id: str, *, command: str, extractor_version: str = EXTRACTOR_VERSION) -> list[NewEvent]:
    """RunStarted, the first event of a run's stream."""
    payload = {"command": command, "extractor_version": extractor_version}
    return [NewEvent(run_stream(run_id), 0, "RunStarted", payload)]


def receive(state: pl.DataFrame, raw: pl.DataFrame, run_id: str | None = None) -> list[NewEvent]:
    """ArticleReceived for a new article and ArticleRevised for other bytes of a known one; the same bytes are no event.

    `state`: ARTICLES_STATE. `raw`: RAW_ARTICLES in the order received; an article that comes twice
    with other bytes is received, then revised. `run_id` is not needed: the append names the run.
    """
    del run_id
    known = _versions(state)
    current: dict[str, str] = dict(state.select("article_id", "content_sha256").iter_rows())
    withdrawn = set(state.filter(pl.col("state") == "withdrawn")["article_id"])
    streams = _Streams(known)
    rows = raw.select(
        "article_id",
        "uri",
        "content_sha256",
        "media_type",
        pl.col("content").bin.size().cast(pl.Int64).alias("size"),
        as_instant(pl.col("fetched_at")).alias("fetched_at"),
        "declared_language",
        "declared_published",
        "declared_title",
        "declared_source",
    )
    for row in rows.iter_rows(named=True):
        article_id, content = row["article_id"], row["content_sha256"]
        previous = current.get(article_id)
        # What was withdrawn stays out, whatever a source goes on delivering under its URI.
        if previous == content or article_id in withdrawn:
            continue
        payload = {name: row[name] for name in ("uri", "content_sha256", "media_type", "size", "fetched_at")}
        payload["declared"] = {
            "language": row["declared_language"],
            "published": row["declared_published"],
            # A title is the article's own words: the log holds only that there was one, and which.
            "title_sha256": _sha256(row["declared_title"]),
            "source": row["declared_source"],
        }
        if previous is None:
            streams.add(article_stream(article_id), "ArticleReceived", payload)
        else:
            streams.add(article_stream(article_id), "ArticleRevised", {**payload, "previous_sha256": previous})
        current[article_id] = content
    return streams.events


def read(state: pl.DataFrame, texts: pl.DataFrame) -> list[NewEvent]:
    """ArticleRead for what was read, ArticleRejected for what could not be; a reading that the log holds is no event.

    `state`: ARTICLES_STATE. `texts`: ARTICLE_TEXTS. A reading of bytes that are no longer the
    article's current ones is left out: the article is pending and will be read again. So is one
    of an article that was withdrawn while it was read.
    """
    known = state.select("article_id", "stream_version", "content_sha256", "state", pl.struct(*READING).alias("known"))
    rows = (
        texts.unique(["article_id", "content_sha256"], keep="first")
        .join(known.filter(pl.col("state") != "withdrawn"), on=["article_id", "content_sha256"])
        .with_columns(pl.struct(pl.col(name).cast(dtype) for name, dtype in READING.items()).alias("reading"))
        .sort("article_id")
    )
    rejected = pl.col("reject_reason").is_not_null()
    new = rows.filter(
        pl.when(rejected).then(pl.col("state") != "rejected").otherwise(pl.col("known").ne_missing(pl.col("reading")))
    )
    streams = _Streams(_versions(state))
    fields = [
        "content_sha256",
        *(as_instant(pl.col(name)).alias(name) if dtype == INSTANT else name for name, dtype in READING.items()),
    ]
    payloads = new.select(fields).to_dicts()
    for row, payload in zip(
        new.select("article_id", "uri", "content_sha256", "reject_reason").to_dicts(), payloads, strict=True
    ):
        stream = article_stream(row["article_id"])
        if row["reject_reason"] is None:
            streams.add(stream, "ArticleRead", payload)
        else:
            rejection = {"uri": row["uri"], "content_sha256": row["content_sha256"], "reason": row["reject_reason"]}
            streams.add(stream, "ArticleRejected", rejection)
    return streams.events


def assert_facts(
    state: pl.DataFrame,
    live: pl.DataFrame,
    staged: Mapping[str, pl.DataFrame],
    articles: pl.DataFrame,
    *,
    run_id: str,
    staged_digest: str,
    quarantined: pl.DataFrame | None = None,
    outcomes: Sequence[Outcome] = (),
    counts: Mapping[str, int] | None = None,
    extractor_version: str = EXTRACTOR_VERSION,
    run_version: int = 1,
) -> list[NewEvent]:
    """The events of an accepted run, for one append: by article what changed of its facts, last of all RunAccepted.

    state        ARTICLES_STATE
    live         LIVE_FACTS of at least these articles
    staged       fact tables by name
    articles     ARTICLE_TEXTS of all articles of the run, with and without facts; and COVERAGE_COLUMNS where they are known
    quarantined  article_id, table, fact_id, rule, severity, reason: their live facts stay as they are
    counts       further counts for RunAccepted (received, new, ...); those of facts are made here
    run_version  version of the run's stream, 1 after RunStarted

    A fact is asserted if it is not live, retracted if it is not staged, moved if only spans differ,
    retracted and asserted anew if another column differs. Articles that were revised since they were
    staged are left out and stay pending; those that were withdrawn since are left out for good. Raises
    BadEvent for an article that the log does not know and for a fact staged twice.
    """
    current = _current(state, articles)
    held = _rules(quarantined)
    differences = _Differences(live, staged, [each for each in current["article_id"] if each not in held])
    facts = {table: _payloads(table, staged[table]) for table in FACT_TABLES if table in staged}
    streams = _Streams({**_versions(state), run_stream(run_id): run_version})
    made = dict.fromkeys(("processed", "quarantined", "asserted", "retracted", "moved", *FACT_TABLES), 0)
    for row in current.to_dicts():
        article_id, stream = row["article_id"], article_stream(row["article_id"])
        if article_id in held:
            payload = {
                "content_sha256": row["content_sha256"],
                "extractor_version": extractor_version,
                "rules": held[article_id],
                "facts": [fact for table in facts.values() for fact in table.get(article_id, [])],
            }
            streams.add(stream, "ArticleQuarantined", payload)
            made["quarantined"] += 1
            continue
        changed = article_id in differences.article_ids
        if not changed and _is_processed(row, extractor_version):
            continue
        reason: RetractReason = "extractor_changed"
        if row["processed_sha256"] != row["content_sha256"]:
            reason = "article_revised"
        for payload in differences.retracted.get(article_id, []):
            streams.add(stream, "FactRetracted", {**payload, "reason": reason})
            made["retracted"] += 1
        for payload in differences.moved.get(article_id, []):
            streams.add(stream, "FactMoved", payload)
            made["moved"] += 1
        for payload in differences.asserted.get(article_id, []):
            streams.add(stream, "FactAsserted", payload)
            made["asserted"] += 1
        by_table = {table: len(facts.get(table, {}).get(article_id, [])) for table in FACT_TABLES}
        payload = {
            "content_sha256": row["content_sha256"],
            "text_sha256": row["text_sha256"],
            "reader_version": row["reader_version"],
            "extractor_version": extractor_version,
            "facts": by_table,
            **{name: row[name] for name in COVERAGE_COLUMNS},
        }
        streams.add(stream, "ArticleProcessed", payload)
        made["processed"] += 1
        for table, count in by_table.items():
            made[table] += count
    accepted = {
        "run_id": run_id,
        "staged_digest": staged_digest,
        "outcomes": [_outcome(outcome) for outcome in outcomes],
        "counts": {**(counts or {}), **made},
    }
    streams.add(run_stream(run_id), "RunAccepted", accepted)
    return streams.events


def withdraw(state: pl.DataFrame, live: pl.DataFrame, article_id: str, *, reason: str, by: str) -> list[NewEvent]:
    """Every live fact of an article retracted, then ArticleWithdrawn; none for one that is withdrawn already.

    `state`: ARTICLES_STATE with the article, `live`: LIVE_FACTS of it. Raises BadEvent for an unknown article.
    """
    stream = article_stream(article_id)
    row = state.filter(pl.col("article_id") == article_id).to_dicts()
    if not row:
        raise BadEvent(event_type="ArticleWithdrawn", stream_id=stream, reason="the article was never received")
    if row[0]["state"] == "withdrawn":
        return []
    streams = _Streams(_versions(state))
    mine = live.filter(pl.col("article_id") == article_id).select("table", "fact_id").sort("table", "fact_id")
    for table, fact_id in mine.iter_rows():
        streams.add(stream, "FactRetracted", {"table": table, "fact_id": fact_id, "reason": "article_withdrawn"})
    payload = {"uri": row[0]["uri"], "content_sha256": row[0]["content_sha256"], "reason": reason, "by": by}
    streams.add(stream, "ArticleWithdrawn", payload)
    return streams.events


def dispute(state: pl.DataFrame, fact: Mapping[str, Any], *, is_live: bool, reason: str, by: str) -> list[NewEvent]:
    """FactDisputed, and the fact retracted if it is live. `fact`: article_id, table, fact_id."""
    streams = _Streams(_versions(state))
    _judge(streams, "FactDisputed", fact, is_live=is_live, reason=reason, by=by)
    return streams.events


def confirm(state: pl.DataFrame, fact: Mapping[str, Any], *, reason: str, by: str) -> list[NewEvent]:
    """FactConfirmed: the fact stays, whatever a later extractor finds, as long as its evidence stands."""
    streams = _Streams(_versions(state))
    payload = {"table": fact["table"], "fact_id": fact["fact_id"], "reason": reason, "by": by}
    streams.add(article_stream(fact["article_id"]), "FactConfirmed", payload)
    return streams.events


def correct(
    state: pl.DataFrame, fact: Mapping[str, Any], corrected: pl.DataFrame, *, is_live: bool, reason: str, by: str
) -> list[NewEvent]:
    """FactCorrected, the fact retracted if it is live, and the one row of `corrected` (a fact table) asserted in its place."""
    streams = _Streams(_versions(state))
    table, article_id = fact["table"], fact["article_id"]
    more = {"corrected_id": corrected["fact_id"].item()}
    _judge(streams, "FactCorrected", fact, is_live=is_live, reason=reason, by=by, more=more)
    for payload in _payloads(table, corrected)[article_id]:
        streams.add(article_stream(article_id), "FactAsserted", payload)
    return streams.events


def _judge(
    streams: _Streams,
    kind: EventType,
    fact: Mapping[str, Any],
    *,
    is_live: bool,
    reason: str,
    by: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    stream, named = article_stream(fact["article_id"]), {"table": fact["table"], "fact_id": fact["fact_id"]}
    streams.add(stream, kind, {**named, "reason": reason, "by": by, **(more or {})})
    if is_live:
        streams.add(stream, "FactRetracted", {**named, "reason": "disputed"})


def accept(run_id: str, *, counts: Mapping[str, int], run_version: int = 1) -> list[NewEvent]:
    """RunAccepted of a run that staged nothing: a person's decision, which no audit has to allow."""
    payload: dict[str, Any] = {"run_id": run_id, "staged_digest": None, "outcomes": [], "counts": dict(counts)}
    return [NewEvent(run_stream(run_id), run_version, "RunAccepted", payload)]


def reject_run(
    run_id: str, *, outcomes: Sequence[Outcome] = (), counts: Mapping[str, int] | None = None, run_version: int = 1
) -> list[NewEvent]:
    """RunRejected: nothing of the run is asserted, its articles stay pending."""
    payload = {"run_id": run_id, "outcomes": [_outcome(outcome) for outcome in outcomes], "counts": dict(counts or {})}
    return [NewEvent(run_stream(run_id), run_version, "RunRejected", payload)]


class _Differences:
    """What differs between live and staged facts of the articles: payloads by article, in order of the text."""

    def __init__(self, live: pl.DataFrame, staged: Mapping[str, pl.DataFrame], article_ids: Sequence[str]) -> None:
        self.retracted: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.moved: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.asserted: dict[str, list[dict[str, Any]]] = defaultdict(list)
        chosen = pl.Series(article_ids, dtype=pl.String).implode()
        inside = pl.col("article_id").is_in(chosen)
        for table, schema in FACT_TABLES.items():
            new = staged.get(table, pl.DataFrame(schema=schema)).filter(inside)
            self._add(table, live_table(table, live.filter(inside)), new)
        self.article_ids = self.retracted.keys() | self.moved.keys() | self.asserted.keys()

    def _add(self, table: str, old: pl.DataFrame, new: pl.DataFrame) -> None:
        key = ["article_id", "fact_id"]
        spans = SPANS[table]
        values = [name for name in FACTS[table] if name not in spans and name not in _NO_DIFFERENCE]
        both = new.join(old, on=key, suffix="_live").select(
            *key, _differs(values).alias("changed"), _differs(spans).alias("shifted")
        )
        changed = both.filter("changed").select(key)
        moved = both.filter(pl.col("shifted") & ~pl.col("changed")).select(key)
        gone = pl.concat([old.join(new, on=key, how="anti").select(key), changed]).sort(key)
        fresh = pl.concat([new.join(old, on=key, how="anti").select(key), changed])
        for article_id, fact_id in gone.iter_rows():
            self.retracted[article_id].append({"table": table, "fact_id": fact_id})
        for article_id, payloads in _payloads(table, new.join(moved, on=key), only=("fact_id", *spans)).items():
            self.moved[article_id] += payloads
        for article_id, payloads in _payloads(table, new.join(fresh, on=key)).items():
            self.asserted[article_id] += payloads


def _differs(names: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_live")) for name in names)


def live_table(table: str, live: pl.DataFrame) -> pl.DataFrame:
    """Live facts of one table, typed as staged ones: values as asserted, spans as they are now."""
    spans = SPANS[table]
    values = {name: dtype for name, dtype in FACTS[table].items() if name not in spans and name != "fact_id"}
    return (
        live.filter(pl.col("table") == table)
        .select("article_id", "fact_id", *spans, pl.col("payload").str.json_decode(pl.Struct(values)).alias("_values"))
        .unnest("_values")
    )


def _payloads(table: str, facts: pl.DataFrame, *, only: Sequence[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Payloads of facts by article, in order of the text. Raises BadEvent for a fact that is there twice."""
    twice = facts.filter(pl.struct("article_id", "fact_id").is_duplicated())
    if twice.height:
        stream = article_stream(twice["article_id"][0])
        raise BadEvent(event_type="FactAsserted", stream_id=stream, reason=f"{table} {twice['fact_id'][0]} is staged twice")
    rows = facts.sort("article_id", "evidence_start", "value_start", "fact_id").select(
        "article_id", pl.lit(table).alias("table"), *(_as_json(table, name) for name in only or FACTS[table])
    )
    payloads: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        payloads[row.pop("article_id")].append(row)
    return payloads


def _as_json(table: str, name: str) -> pl.Expr:
    """A column as JSON can hold it exactly: decimals and dates as strings."""
    dtype = FACTS[table][name]
    if isinstance(dtype, pl.Decimal) or dtype == pl.Date:
        return pl.col(name).cast(dtype).cast(pl.String)
    return pl.col(name)


def _current(state: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Articles of a run whose staged bytes still count, in order of article_id, with their outcome so far."""
    unknown = articles.join(state, on="article_id", how="anti")
    if unknown.height:
        stream = article_stream(unknown["article_id"][0])
        raise BadEvent(event_type="ArticleProcessed", stream_id=stream, reason="the article was never received")
    outcome = state.filter(pl.col("state") != "withdrawn").select(
        "article_id",
        "content_sha256",
        "state",
        "processed_sha256",
        "processed_text_sha256",
        "outcome_reader",
        "outcome_extractor",
    )
    return (
        articles.filter(pl.col("reject_reason").is_null())
        .with_columns(
            pl.lit(None, COVERAGE_COLUMNS[name]).alias(name) for name in COVERAGE_COLUMNS if name not in articles.columns
        )
        .select("article_id", "content_sha256", "text_sha256", "reader_version", *COVERAGE_COLUMNS)
        .unique("article_id", keep="first")
        .join(outcome, on=["article_id", "content_sha256"])
        .sort("article_id")
    )


def _is_processed(row: Mapping[str, Any], extractor_version: str) -> bool:
    """Whether the log says already what ArticleProcessed would."""
    return (
        row["state"] in ("current", "revised")
        and row["processed_sha256"] == row["content_sha256"]
        and row["processed_text_sha256"] == row["text_sha256"]
        and row["outcome_reader"] == row["reader_version"]
        and row["outcome_extractor"] == extractor_version
    )


def _rules(quarantined: pl.DataFrame | None) -> dict[str, list[dict[str, Any]]]:
    """Broken rules by article."""
    rules: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if quarantined is not None:
        names = ["article_id", "rule", "table", "fact_id", "severity", "reason"]
        for row in quarantined.select(names).sort(names).iter_rows(named=True):
            rules[row.pop("article_id")].append(row)
    return dict(rules)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {name: outcome.get(name) for name in ("rule", "scope", "severity", "failed")}


def _versions(state: pl.DataFrame) -> dict[str, int]:
    return {
        article_stream(article_id): version for article_id, version in state.select("article_id", "stream_version").iter_rows()
    }


def _sha256(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()
