"""The way of an article, step by step, as plain functions that know nothing of Dagster.

`receive`, `read`, `extract`, `audit`, `assert_facts` and `publish` run in this order under one run
id. Between them nothing is held in memory: each takes what it needs from the log, the content store
and the run's staged files, so that a run may stop anywhere and the next one finds what is left.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from orchestration import auditor, report
from orchestration.auditor import Judge
from orchestration.homes import know_companies
from orchestration.outcomes import (
    Asserted,
    Audited,
    CheckOutcome,
    Extracted,
    Published,
    Read,
    Received,
    Refusal,
    SourceCount,
    Survey,
    logged,
)
from orchestration.progress import Observer, Silent
from orchestration.sources.base import Batch, InputProblem, Source, article_id
from transforms.schemas import ARTICLE_TEXTS, COVERAGE, EXTRACTOR_VERSION, FACT_TABLES, RAW_ARTICLES, READER_VERSION
from warehouse import decisions, staging
from warehouse.content import ContentStore
from warehouse.errors import MissingContent
from warehouse.events import EventType, NewEvent, article_stream, decode, run_stream
from warehouse.home import Home, make_folder, write_atomically
from warehouse.judgments import judged
from warehouse.log import EventLog
from warehouse.state import articles_state, judgments, live_facts

LARGE_CHUNK: Final = 2048
"""Articles that are searched for facts at a time: more, since most steps cost the same for ten articles as for a hundred.

As many readings at most are recorded in one commit: with a commit for each chunk of 256, deciding on them took longer than
reading them, since every decision begins with the state of all articles (tests/benchmarks/volume.py).
"""

READING_BYTES: Final = 32 * 1024 * 1024
"""Bytes of articles that are read at a time, about, and of clean text from which readings are recorded: bounds memory."""

RUNS_KEPT: Final = 20
"""Folders of runs that were rejected or killed, kept for whoever wants to look into them."""

PROBLEMS_KEPT: Final = 1000
"""Problems of a run that are told one by one."""

_SILENT: Final = Silent()
_COUNTS: Final = ("seen", "new", "revised", "problems")
_RECEIVED_FILE: Final = "received.json"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One home with its log and content store open."""

    home: Home
    log: EventLog
    content: ContentStore

    @classmethod
    def open(cls, home: Home) -> Ledger:
        """The ledger of `home`, made if there is none. Raises DamagedLog, DamagedContent, BadCompanies."""
        know_companies(home)
        home.create()
        return cls(home, EventLog.open(home), ContentStore.open(home))


def survey(ledger: Ledger, source: Source) -> Survey:
    """Look through `source` without writing, and stop at the first article that is new or changed.

    Cheap enough to come before everything else: a run that finds nothing to do is not started.
    """
    state = state_of(ledger.log)
    if state["pending"].any() or publication_behind(ledger):
        return Survey(0, True, (), ())
    seen = 0
    problems: list[InputProblem] = []
    standing: list[Refusal] = []
    for batch in source.batches():
        known = batch.articles.select("article_id", "content_sha256").join(state, on=["article_id", "content_sha256"])
        seen += batch.articles.height
        problems += batch.problems[: PROBLEMS_KEPT - len(problems)]
        if not _news(batch.articles, state).is_empty() or any(_unkept(state, problem) for problem in batch.problems):
            return Survey(seen, True, (), ())
        standing += refusals(known)
    return Survey(seen, False, tuple(problems), tuple(standing))


def erase_withdrawn(ledger: Ledger) -> int:
    """Erase every word of withdrawn articles that runs and the content store still hold; how many contents that were.

    A content that another article shares stays. One that no event names goes too: a killed run may have stored it, and
    nobody can tell whose it was. Asked at the start of every run, so that a withdrawal which was killed half way is
    finished.
    """
    if _withdrawn(ledger.log).is_empty():
        return 0
    hashes: dict[EventType, str] = {
        "ArticleReceived": "content_sha256",
        "ArticleRevised": "content_sha256",
        "ArticleRead": "text_sha256",
    }
    with ledger.content.naming(alone=True):
        ledger.log.refresh()
        ledger.content.refresh()
        withdrawn = _withdrawn(ledger.log)
        events = ledger.log.read(event_types=list(hashes))
        named = pl.concat(decode(events, kind).select("article_id", sha256=name) for kind, name in hashes.items())
        wanted = named.join(withdrawn, on="article_id", how="anti")["sha256"]
        # Also where nothing is left of them: an erasure that was killed half way may have left its old files.
        erased = ledger.content.erase(ledger.content.hashes() - set(wanted))
    staging.discard_articles(ledger.home, withdrawn["article_id"])
    return erased


def _forget(ledger: Ledger, article_ids: pl.Series) -> None:
    """Erase at once what was stored of one of these articles while somebody withdrew it."""
    ledger.log.refresh()
    if article_ids.is_in(_withdrawn(ledger.log)["article_id"].implode()).any():
        erase_withdrawn(ledger)


def _withdrawn(log: EventLog) -> pl.DataFrame:
    """article_id of what was withdrawn."""
    return (
        decode(log.read(event_types=["ArticleWithdrawn"]), "ArticleWithdrawn").select("article_id").unique(maintain_order=True)
    )


def publication_behind(ledger: Ledger) -> bool:
    """Whether a run was accepted that analysts do not see: it was killed between asserting and publishing."""
    accepted = ledger.log.read(event_types=["RunAccepted"], columns=["position"])["position"].max()
    return accepted is not None and published_position(ledger.home) != accepted


def published_position(home: Home) -> int | None:
    """Position of the published file, read from its name; None where nothing is published."""
    if not home.current.exists():
        return None
    name = home.current.resolve().name
    return int(name.partition("-")[0])


def receive(ledger: Ledger, source: Source, *, run_id: str, command: str, observer: Observer = _SILENT) -> Received:
    """Store the bytes of new and changed articles and record them: ArticleReceived, ArticleRevised.

    Bytes go into the content store before the event that names them, so the log never refers to
    what is not there.
    """
    erase_withdrawn(ledger)
    observer.begin("Receiving", source.count())
    state = state_of(ledger.log)
    problems: list[InputProblem] = []
    sources: dict[str, SourceCount] = {}
    for batch in source.batches():
        news = _news(batch.articles, state)
        new, revised = (0, 0) if news.is_empty() else _receive_batch(ledger, news, run_id=run_id, command=command)
        _reject_unkept(ledger, batch, run_id=run_id, command=command)
        problems += batch.problems[: PROBLEMS_KEPT - len(problems)]
        was = sources.get(batch.source or source.name, SourceCount())
        sources[batch.source or source.name] = SourceCount(
            was.seen + batch.articles.height, was.new + new, was.revised + revised, was.problems + len(batch.problems)
        )
        observer.advance(batch.articles.height)
    received = _received(source, sources, problems)
    _write_received(ledger.home, run_id, received)
    _tidy(ledger.home, run_id)
    observer.done(received)
    return received


def _news(articles: pl.DataFrame, state: pl.DataFrame) -> pl.DataFrame:
    """RAW_ARTICLES that the ledger does not know as they are. Of what was withdrawn nothing is news: no byte of it is kept."""
    as_known = state.select("article_id", "content_sha256")
    withdrawn = state.filter(pl.col("state") == "withdrawn").select("article_id")
    changed = articles.join(as_known, on=as_known.columns, how="anti", maintain_order="left")
    return changed.join(withdrawn, on="article_id", how="anti", maintain_order="left")


def _received(source: Source, sources: Mapping[str, SourceCount], problems: Sequence[InputProblem]) -> Received:
    """The sums over the sources; problems beyond those that are kept are counted in one more."""
    seen, new, revised, met = (sum(getattr(each, name) for each in sources.values()) for name in _COUNTS)
    more = [InputProblem(source.name, f"{met - len(problems):,} more problems")] if met > len(problems) else []
    return Received(seen, new, revised, seen - new - revised, (*problems, *more), sources)


def _receive_batch(ledger: Ledger, raw: pl.DataFrame, *, run_id: str, command: str) -> tuple[int, int]:
    events: list[NewEvent] = []

    def decided(log: EventLog) -> Sequence[NewEvent]:
        events[:] = decisions.receive(state_of(log), raw)
        return _in_run(log, events, run_id=run_id, command=command)

    with ledger.content.naming():
        ledger.content.put(raw.select(pl.col("content_sha256").alias("sha256"), "media_type", "content"))
        ledger.log.decide(decided, run_id=run_id)
    _forget(ledger, raw["article_id"])
    new = sum(event.event_type == "ArticleReceived" for event in events)
    return new, len(events) - new


def _reject_unkept(ledger: Ledger, batch: Batch, *, run_id: str, command: str) -> None:
    """Record bytes that were hashed but not kept as received and rejected in one commit, so that nobody asks for them."""

    def decided(log: EventLog) -> Sequence[NewEvent]:
        state = state_of(log)
        events = [event for problem in batch.problems for event in _unkept(state, problem)]
        return _in_run(log, events, run_id=run_id, command=command)

    if any(problem.unkept for problem in batch.problems):
        ledger.log.decide(decided, run_id=run_id)


def _unkept(state: pl.DataFrame, problem: InputProblem) -> list[NewEvent]:
    """Receipt and rejection of a problem's bytes; none where the article stands with these bytes, or was withdrawn."""
    bytes_ = problem.unkept
    if bytes_ is None:
        return []
    known = state.filter(pl.col("article_id") == article_id(bytes_.uri))
    previous = None if known.is_empty() else known["content_sha256"].item()
    if previous == bytes_.content_sha256 or known["state"].to_list() == ["withdrawn"]:
        return []
    stream, version = article_stream(article_id(bytes_.uri)), 0 if known.is_empty() else known["stream_version"].item()
    received = {
        "uri": bytes_.uri,
        "content_sha256": bytes_.content_sha256,
        "media_type": bytes_.media_type,
        "size": bytes_.size,
        "fetched_at": bytes_.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "declared": dict.fromkeys(("language", "published", "title_sha256", "source")),
    }
    rejected = {"uri": bytes_.uri, "content_sha256": bytes_.content_sha256, "reason": problem.reason}
    came = (
        NewEvent(stream, version, "ArticleReceived", received)
        if previous is None
        else NewEvent(stream, version, "ArticleRevised", {**received, "previous_sha256": previous})
    )
    return [came, NewEvent(stream, version + 1, "ArticleRejected", rejected)]


def read(ledger: Ledger, *, run_id: str, command: str, observer: Observer = _SILENT) -> Read:
    """Turn the bytes of pending articles into clean text: ArticleRead, or ArticleRejected with a reason."""
    # Here and not above: the readers of HTML cost 0.7 s, which a run without news need not pay.
    from transforms import articles

    due = _as_stored(_pending(ledger.log).filter(pl.col("reader_version").ne_missing(READER_VERSION)))
    observer.begin("Reading", due.height)
    with articles.reading(due["media_type"]) as read_all:
        texts: list[pl.DataFrame] = []
        for chunk in _chunks(due):
            texts.append(read_all(_unless_withdrawn(_raw_of, ledger, chunk)))
            if sum(map(len, texts)) >= LARGE_CHUNK or sum(each["text"].estimated_size() for each in texts) >= READING_BYTES:
                _record_reading(ledger, pl.concat(texts), run_id=run_id, command=command)
                texts.clear()
            observer.advance(chunk.height)
        if texts:
            _record_reading(ledger, pl.concat(texts), run_id=run_id, command=command)
    done = _articles_of_run(ledger, run_id)
    result = Read(
        read=done.filter(pl.col("state") != "rejected").height,
        languages=dict(done.filter(pl.col("language").is_not_null())["language"].value_counts(sort=True).iter_rows()),
        rejected=tuple(refusals(done)),
    )
    observer.done(result)
    return result


def _as_stored(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of ARTICLES_STATE in the order of the content store, so that a chunk lies together: each file is opened once."""
    return rows.sort("received_at", "content_sha256", "article_id")


def _chunks(due: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows of ARTICLES_STATE in their order, cut by the bytes of the articles before each, and at LARGE_CHUNK of them."""
    before = (pl.col("size").fill_null(0).cum_sum() - pl.col("size").fill_null(0)) // READING_BYTES
    cut = due.with_columns(before.alias("_bytes"), (pl.int_range(pl.len()) // LARGE_CHUNK).alias("_count"))
    return cut.partition_by("_bytes", "_count", maintain_order=True, include_key=False)


def _unless_withdrawn(load: Callable[[Ledger, pl.DataFrame], pl.DataFrame], ledger: Ledger, rows: pl.DataFrame) -> pl.DataFrame:
    """What `load` makes of rows of ARTICLES_STATE, without those that were withdrawn since the run asked for them."""
    try:
        return load(ledger, rows)
    except MissingContent:
        ledger.log.refresh()
        return load(ledger, rows.join(_withdrawn(ledger.log), on="article_id", how="anti", maintain_order="left"))


def _raw_of(ledger: Ledger, chunk: pl.DataFrame) -> pl.DataFrame:
    """RAW_ARTICLES of a chunk of ARTICLES_STATE."""
    content = ledger.content.get(chunk["content_sha256"].unique())
    return (
        chunk.join(content.select("content", content_sha256="sha256"), on="content_sha256")
        .select(
            *(name for name in RAW_ARTICLES if name not in ("fetched_at", "declared_title")),
            pl.col("received_at").alias("fetched_at"),
            # A declared title is text and no source of ours has one: the log holds only its hash.
            pl.lit(None, pl.String).alias("declared_title"),
        )
        .select(RAW_ARTICLES.keys())
    )


def _record_reading(ledger: Ledger, texts: pl.DataFrame, *, run_id: str, command: str) -> None:
    """ARTICLE_TEXTS into the content store, then into the log."""
    readable = texts.filter(pl.col("reject_reason").is_null())
    with ledger.content.naming():
        ledger.content.put_texts(readable.select("text_sha256", "content_sha256", "reader_version", "text"))
        _decide_reading(ledger.log, texts, run_id=run_id, command=command)
    _forget(ledger, texts["article_id"])


def _decide_reading(log: EventLog, texts: pl.DataFrame, *, run_id: str, command: str) -> None:
    log.decide(lambda at: _in_run(at, decisions.read(state_of(at), texts), run_id=run_id, command=command), run_id=run_id)


def extract(
    ledger: Ledger, *, run_id: str, command: str, observer: Observer = _SILENT, rows: pl.DataFrame | None = None
) -> Extracted:
    """Find the facts of every pending article, or of those in `rows` (ARTICLES_STATE), and stage them with the articles."""
    from transforms.extract import extracting

    rows = _as_stored(_articles_of_run(ledger, run_id) if rows is None else rows)
    observer.begin("Finding facts", rows.height)
    articles: list[pl.DataFrame] = [pl.DataFrame(schema=staging.STAGED_ARTICLES)]
    frames: dict[str, list[pl.DataFrame]] = {table: [pl.DataFrame(schema=schema)] for table, schema in FACT_TABLES.items()}
    with extracting(rows.height) as facts_of:
        # Language by language: scanning one costs the same for a thousand articles as for ten.
        for chunk in rows.sort("language", maintain_order=True).iter_slices(LARGE_CHUNK):
            texts = _unless_withdrawn(lambda at, rows: with_texts(at.content, rows), ledger, chunk)
            found = facts_of(texts.filter(pl.col("reject_reason").is_null()))
            articles.append(texts.join(found[COVERAGE], on="article_id", how="left", maintain_order="left"))
            for table in FACT_TABLES:
                frames[table].append(found[table])
            observer.advance(chunk.height)
    staged = staging.stage(
        ledger.home, run_id, {table: pl.concat(parts) for table, parts in frames.items()}, pl.concat(articles)
    )
    if not rows.is_empty():
        # A run that goes on has begun, even where an earlier run had done the reading.
        ledger.log.decide(lambda log: _in_run(log, [], run_id=run_id, command=command, always=True), run_id=run_id)
    result = Extracted(rows.height, {table: staged.rows[table] for table in FACT_TABLES}, staged.digest)
    observer.done(result)
    return result


def audit(
    ledger: Ledger, *, run_id: str, observer: Observer = _SILENT, now: datetime | None = None, judge: Judge = auditor.here
) -> Audited:
    """Judge the staged facts and write the verdict; a rejected run is recorded as RunRejected.

    Raises DamagedStaging where nothing is staged for the run, AuditCrashed for a fault of ours.
    """
    observer.begin("Checking", None)
    staged, frames = staging.load(ledger.home, run_id)
    articles = staged.articles().select(ARTICLE_TEXTS.keys())
    if articles.is_empty():
        result = Audited("accepted", "nothing was staged", staged.digest, 0, (), ())
        staging.write_verdict(ledger.home, _verdict(run_id, result, ()))
        observer.done(result)
        return result
    report = judge(articles, frames, now=now or datetime.now(UTC))
    uris = dict(articles.select("article_id", "uri").iter_rows())
    held = report.quarantined.group_by("article_id", maintain_order=True).agg(pl.col("reason").unique(maintain_order=True))
    result = Audited(
        verdict=report.verdict,
        reason=report.reason,
        digest=staged.digest,
        articles=articles.height,
        outcomes=tuple(
            CheckOutcome(
                rule=found.rule,
                table=found.table,
                severity=found.severity,
                scope=found.scope,
                success=found.success,
                failed_count=found.failed_count,
                failed_ids=found.failed_fact_ids or found.failed_article_ids,
                reason=found.reason,
            )
            for found in report.outcomes
        ),
        quarantined=tuple(Refusal(uris[each], "quarantined", _in_short(reasons)) for each, reasons in held.iter_rows()),
    )
    staging.write_verdict(ledger.home, _verdict(run_id, result, report.quarantined.to_dicts()))
    if not result.accepted:
        counts = _counts(ledger, run_id) | {table: frame.height for table, frame in frames.items()}
        ledger.log.decide(
            lambda log: decisions.reject_run(
                run_id, outcomes=logged(result.outcomes), counts=counts, run_version=log.stream_version(run_stream(run_id))
            ),
            run_id=run_id,
        )
    observer.done(result)
    return result


def assert_facts(ledger: Ledger, *, run_id: str, observer: Observer = _SILENT) -> Asserted:
    """Write into the log, in one commit, what an accepted run changes of the facts.

    Raises DamagedStaging, NotAccepted unless exactly the staged digest was accepted.
    """
    observer.begin("Recording", None)
    staged, frames = staging.load(ledger.home, run_id)
    verdict = staging.require_accepted(ledger.home, staged)
    articles = staged.articles()
    texts = dict(articles.drop_nulls("text").select("article_id", "text").iter_rows())
    events: list[NewEvent] = []
    # A run that found nothing to do has no event and gets none; one that only refused an article has begun.
    if ledger.log.stream_version(run_stream(run_id)):
        quarantined = pl.DataFrame(
            verdict.quarantined,
            schema=dict.fromkeys(("article_id", "table", "fact_id", "rule", "severity", "reason"), pl.String),
        )
        counts = _counts(ledger, run_id)

        def decided(log: EventLog) -> Sequence[NewEvent]:
            state, live = state_of(log), live_facts(log, articles["article_id"])
            by_people = judgments(log)
            before = {} if by_people.is_empty() else texts_before(ledger.content, state, by_people)
            events[:] = decisions.assert_facts(
                state,
                live,
                judged(frames, live, by_people, texts=texts, texts_before=before),
                articles,
                run_id=run_id,
                staged_digest=staged.digest,
                quarantined=quarantined,
                outcomes=verdict.outcomes,
                counts=counts,
                run_version=log.stream_version(run_stream(run_id)),
            )
            return events

        ledger.log.decide(decided, run_id=run_id)
    kinds = [event.event_type for event in events]
    result = Asserted(
        processed=kinds.count("ArticleProcessed"),
        asserted=kinds.count("FactAsserted"),
        retracted=kinds.count("FactRetracted"),
        moved=kinds.count("FactMoved"),
        quarantined=kinds.count("ArticleQuarantined"),
        position=ledger.log.head.position,
    )
    observer.done(result)
    return result


def publish(ledger: Ledger, *, run_id: str, observer: Observer = _SILENT) -> Published:
    """Build the tables of everything that the log holds, check them and switch them in; then the page, while it is cheap.

    Raises DamagedStaging, NotAccepted unless exactly the run's staged digest was accepted, PublishRefused.
    """
    from transforms.companies import dim_company
    from warehouse.publish import publish as build
    from warehouse.query import query

    observer.begin("Publishing", None)
    staged, _ = staging.load(ledger.home, run_id)
    staging.require_accepted(ledger.home, staged)
    published = build(ledger.home, log=ledger.log, content=ledger.content, companies=dim_company())
    # What was staged is in the log now; keeping it would keep article text in a second place.
    staging.discard(ledger.home, run_id)
    report.write_small(ledger.home)
    counted = query(published.path, 'SELECT "table", count(*) FROM company_timeline GROUP BY "table"')
    rows = dict.fromkeys(FACT_TABLES, 0) | dict(counted.iter_rows())
    result = Published(str(published.path), published.position, published.content_digest, rows)
    observer.done(result)
    return result


def state_of(log: EventLog) -> pl.DataFrame:
    """ARTICLES_STATE as this version of the software sees it: what an older one read or extracted is pending again."""
    return articles_state(log, reader_version=READER_VERSION, extractor_version=EXTRACTOR_VERSION)


def _pending(log: EventLog) -> pl.DataFrame:
    return state_of(log).filter("pending")


def _in_run(log: EventLog, events: Sequence[NewEvent], *, run_id: str, command: str, always: bool = False) -> list[NewEvent]:
    """`events` behind the run's RunStarted, if that is not in the log yet; no events, no run."""
    if not (events or always) or log.stream_version(run_stream(run_id)):
        return list(events)
    return [*decisions.start(run_id, command=command), *events]


def _articles_of_run(ledger: Ledger, run_id: str) -> pl.DataFrame:
    """ARTICLES_STATE of what the run is about: everything pending that was read, and what this run rejected."""
    rejected = ledger.log.read(event_types=["ArticleRejected"]).filter(pl.col("run_id") == run_id)
    ids = decode(rejected, "ArticleRejected")["article_id"]
    pending = pl.col("pending") & (pl.col("reader_version") == READER_VERSION)
    return state_of(ledger.log).filter(pending | (pl.col("article_id").is_in(ids.implode()) & (pl.col("state") == "rejected")))


def with_texts(content: ContentStore, rows: pl.DataFrame) -> pl.DataFrame:
    """ARTICLE_TEXTS of rows of ARTICLES_STATE; those without a reading carry their reason instead of a text."""
    texts = content.texts(rows["text_sha256"].drop_nulls().unique())
    return (
        rows.join(texts, on="text_sha256", how="left", maintain_order="left")
        .select(
            *(name for name in ARTICLE_TEXTS if name not in ("reader_version", "reject_reason")),
            pl.col("reader_version").fill_null(READER_VERSION),
            pl.when(pl.col("text").is_null()).then(pl.col("state_reason")).alias("reject_reason"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in ARTICLE_TEXTS.items())
    )


def refusals(state: pl.DataFrame) -> list[Refusal]:
    """Rows of ARTICLES_STATE that stand rejected or quarantined, by URI."""
    return [
        Refusal(uri, refused_state, reason or "no reason recorded")
        for uri, refused_state, reason in state.filter(pl.col("state").is_in(["rejected", "quarantined"]))
        .sort("uri")
        .select("uri", "state", "state_reason")
        .iter_rows()
    ]


def texts_before(content: ContentStore, state: pl.DataFrame, by_people: pl.DataFrame) -> dict[str, str]:
    """By article_id, the text in which the live facts of each article that people judged were found."""
    asked = state.join(by_people, on="article_id", how="semi").select("article_id", text_sha256="processed_text_sha256")
    held = content.texts(content.holds(asked["text_sha256"].drop_nulls(), text=True))
    return dict(asked.join(held, on="text_sha256").select("article_id", "text").iter_rows())


def _counts(ledger: Ledger, run_id: str) -> dict[str, int]:
    """What the run received, for its last event: from the run's own folder, since unchanged articles are in no event."""
    path = ledger.home.runs / run_id / _RECEIVED_FILE
    received = json.loads(path.read_text()) if path.exists() else {}
    rejected = ledger.log.read(event_types=["ArticleRejected"]).filter(pl.col("run_id") == run_id).height
    return {
        "received": received.get("seen", 0),
        "new": received.get("new", 0),
        "revised": received.get("revised", 0),
        "duplicates": received.get("unchanged", 0),
        "rejected": rejected,
    }


def _write_received(home: Home, run_id: str, received: Received) -> None:
    path = home.runs / run_id / _RECEIVED_FILE
    make_folder(path.parent)
    counts = {each.name: getattr(received, each.name) for each in fields(received) if each.name not in ("problems", "sources")}
    write_atomically(path, json.dumps(counts).encode())


def _tidy(home: Home, run_id: str) -> None:
    """Remove the folders of old runs that were never published: what they staged is pending and will be staged anew."""
    others = sorted((each for each in staging.runs(home) if each != run_id), key=lambda each: _age(home.runs / each))
    for each in others[:-RUNS_KEPT]:
        staging.discard(home, each)


def _age(folder: Path) -> float:
    """Sorts folders by when they last changed; one that another run is removing comes first."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _in_short(reasons: Sequence[str]) -> str:
    """The first reason, and how many more there are: the table `quarantine` has them all."""
    more = f" (and {len(reasons) - 1} more rule{'s' if len(reasons) > 2 else ''})" if len(reasons) > 1 else ""
    return reasons[0].rstrip(".") + more


def _verdict(run_id: str, audited: Audited, quarantined: Sequence[Mapping[str, Any]]) -> staging.Verdict:
    return staging.Verdict(
        run_id=run_id,
        staged_digest=audited.digest,
        verdict=audited.verdict,
        reason=audited.reason,
        outcomes=logged(audited.outcomes),
        quarantined=quarantined,
    )
