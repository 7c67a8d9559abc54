"""A day of a ledger, driven room by room: articles come, one is revised, one withdrawn, each followed by a publication.

Every step looks first at what is there, as the job does, so that a day that was cut short is finished by doing it again.
`tell` hears of each thing that is done for good, at the moment a caller is told of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq

from tests.warehouse.material import article_id, financial, raw, sha, staged, texts
from transforms.schemas import EXTRACTOR_VERSION, READER_VERSION
from warehouse import decisions, delta, filing, staging
from warehouse.content import ContentStore
from warehouse.events import NewEvent, decode, run_stream
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import publish
from warehouse.state import articles_state, live_facts

Tell = Callable[[str, Any], None]
Article = tuple[str, str]
"""URI and content; the content is also the clean text."""

WORDS = "Brightwater verdiende 1,5 miljoen euro in het eerste kwartaal, zegt {}"
YESTERDAY = [(f"file:{name}", WORDS.format(name)) for name in ("een", "twee", "drie")]
SECRET = "Een zin die na de intrekking nergens meer te vinden is"
TODAY = [("file:een", WORDS.format("een, nader")), ("file:vier", WORDS.format("vier")), ("file:geheim", f"{SECRET}: {WORDS}")]
WITHDRAWN = "file:geheim"
KNOWN = {"file:een", "file:twee", "file:drie", "file:vier"}
"""URIs of the articles that are current at the end of the day."""


def lightly(patch: Callable[[object, str, object], None] = setattr) -> None:
    """Checkpoints every third commit, so that a day meets some; files without views, which take most of the time of each."""
    patch(delta, "CHECKPOINT_EVERY", 3)
    patch(filing, "_SCRIPTS", ("tables.sql",))
    patch(filing, "_explain", lambda _: None)


def nobody(what: str, which: Any) -> None:
    """Tells nobody."""


def opened(home: Home) -> tuple[EventLog, ContentStore]:
    """Log and content store of `home`."""
    home.create()
    return EventLog.open(home), ContentStore.open(home)


def yesterday(home: Home) -> None:
    """The day before: three articles, published."""
    take_in(home, YESTERDAY, run_id="yesterday")


def today(home: Home, *, tell: Tell = nobody, name: str = "today") -> None:
    """The whole day, or what is left of it. `name` begins the ids of its runs."""
    take_in(home, TODAY, run_id=f"{name}-1", tell=tell)
    withdraw(home, WITHDRAWN, run_id=f"{name}-2", tell=tell)


def take_in(home: Home, articles: Sequence[Article], *, run_id: str, tell: Tell = nobody) -> None:
    """Receive, read, stage, judge, assert and publish what is not there yet."""
    log, content = opened(home)
    came = raw(*articles)
    known = state_of(log).select("article_id", "content_sha256")
    other = came.join(known, on=["article_id", "content_sha256"], how="anti", maintain_order="left")
    if not other.is_empty():
        content.put(other.select(pl.col("content_sha256").alias("sha256"), "media_type", "content"))
        decide(log, lambda at: decisions.receive(state_of(at), other), run_id=run_id, tell=tell)
    read = texts(came.join(state_of(log).filter("pending"), on=["article_id", "content_sha256"], how="semi"))
    content.put_texts(read.select("text_sha256", "content_sha256", "reader_version", "text"))
    decide(log, lambda at: decisions.read(state_of(at), read), run_id=run_id, tell=tell)
    pending = state_of(log).filter(pl.col("pending") & pl.col("reader_version").is_not_null())
    due = read.join(pending, on=["article_id", "content_sha256"], how="semi")
    if not due.is_empty():
        facts = [financial(uri, text, sha(f"fact of {uri}")[:32]) for uri, text in due.select("uri", "text").iter_rows()]
        done = staging.stage(home, run_id, staged(*facts), due)
        staging.write_verdict(home, staging.Verdict(run_id=run_id, staged_digest=done.digest, verdict="accepted"))
        assert_staged(home, log, run_id=run_id, tell=tell)
    put_out(home, log, content, tell=tell)
    for each in staging.runs(home):
        staging.discard(home, each)


def assert_staged(home: Home, log: EventLog, *, run_id: str, tell: Tell = nobody) -> None:
    """One commit of what was staged and accepted."""
    done, frames = staging.load(home, run_id)
    staging.require_accepted(home, done)
    articles = done.articles()

    def events(at: EventLog) -> list[NewEvent]:
        begun = at.stream_version(run_stream(run_id))
        made = decisions.assert_facts(
            state_of(at),
            live_facts(at, articles["article_id"]),
            frames,
            articles,
            run_id=run_id,
            staged_digest=done.digest,
            run_version=1,
        )
        return made if begun else [*decisions.start(run_id, command="day"), *made]

    log.decide(events, run_id=run_id)
    tell("log", (log.head.position, log.head.hash))


def withdraw(home: Home, uri: str, *, run_id: str, tell: Tell = nobody) -> None:
    """Retract, erase and publish, as `newsledger withdraw` does."""
    log, content = opened(home)

    def events(at: EventLog) -> list[NewEvent]:
        made = decisions.withdraw(state_of(at), live_facts(at), article_id(uri), reason="asked for", by="desk")
        return [*decisions.start(run_id, command="withdraw"), *made, *decisions.accept(run_id, counts={})] if made else []

    log.decide(events, run_id=run_id)
    tell("log", (log.head.position, log.head.hash))
    received = decode(log.read(event_types=["ArticleReceived", "ArticleRevised"]), "ArticleReceived")
    content.erase(received.filter(pl.col("uri") == uri)["content_sha256"])
    tell("erased", uri)
    for each in staging.runs(home):
        staging.discard(home, each)
    put_out(home, log, content, tell=tell)


def put_out(home: Home, log: EventLog, content: ContentStore, *, tell: Tell = nobody) -> None:
    """Publish the last accepted run."""
    # Here, for it makes a frame as it is imported: a process that is to be forked must not have started Polars' threads.
    from tests.warehouse.story import COMPANIES

    published = publish(home, log=log, content=content, companies=COMPANIES)
    tell("published", published.position)


def state_of(log: EventLog) -> pl.DataFrame:
    """ARTICLES_STATE as this version sees it."""
    return articles_state(log, reader_version=READER_VERSION, extractor_version=EXTRACTOR_VERSION)


def decide(log: EventLog, events: Callable[[EventLog], list[NewEvent]], *, run_id: str, tell: Tell) -> None:
    """Append what `events` says, behind the run's RunStarted."""

    def in_run(at: EventLog) -> list[NewEvent]:
        made = events(at)
        begun = not made or at.stream_version(run_stream(run_id))
        return made if begun else [*decisions.start(run_id, command="day"), *made]

    log.decide(in_run, run_id=run_id)
    tell("log", (log.head.position, log.head.hash))


def holding(home: Home, words: str) -> list[str]:
    """Names of the files of content, staged runs and publications that hold these words, in whatever table or column."""
    found = []
    for path in (*home.content.glob("*.parquet"), *home.runs.rglob("*.parquet")):
        rows = pq.read_table(path).to_pylist()
        if any(
            words.encode() in (value if isinstance(value, bytes) else str(value).encode())
            for row in rows
            for value in row.values()
        ):
            found.append(path.name)
    for path in home.published.glob("[0-9]*.duckdb"):
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            if any(words in str(connection.table(name).fetchall()) for name in tables):
                found.append(path.name)
    return found
