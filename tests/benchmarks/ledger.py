"""Measures the ledger: `python -m tests.benchmarks.ledger [--events 200000]`; the goals are those of 10,000,000 events.

Prints, in one run on made-up articles: appending in batches of 10,000 with identities, chain and fsync, beside plain Parquet
and, where `eventsourcing` can be imported (`uv run --isolated --with eventsourcing`), that library on SQLite; building the
published file from zero and the digest alone, with the peak of memory; publishing 1,000 articles more; verifying; queries;
opening after small commits.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from tests.benchmarks.ledger_events import Corpus, companies, texts
from warehouse.compact import compact
from warehouse.content import ContentStore
from warehouse.events import NewEvent, canonical
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import publish, rebuild
from warehouse.query import opened, query
from warehouse.verify import verify

BATCH = 10_000
SMALL = 1_000
LATEST = """
    SELECT metric, arg_max(value, (published_at, fact_id)) AS value, arg_max(evidence, (published_at, fact_id)) AS evidence
    FROM financials WHERE company_id = $1 GROUP BY metric
"""
AS_OF = "SELECT metric, count(*) AS facts, max(value) AS most FROM financials_as_of($2) WHERE company_id = $1 GROUP BY metric"


@contextmanager
def told(what: str, goal: str = "") -> Iterator[None]:
    started, used = time.perf_counter(), time.process_time()
    yield
    took, used = time.perf_counter() - started, time.process_time() - used
    print(f"{what}: {took:.2f} s ({used:.2f} s of processor){goal and f'; goal {goal}'}", flush=True)


class Spent:
    """Seconds, of the clock and of the processor, in which the `with` blocks over it ran."""

    def __init__(self) -> None:
        self.clock = self.processor = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.clock += time.perf_counter() - self._began[0]
        self.processor += time.process_time() - self._began[1]


def rate(what: str, events: int, spent: Spent, goal: str = "") -> None:
    by = f"{events / spent.clock:,.0f} events/s ({events / spent.processor:,.0f} a second of processor)"
    print(f"{what}: {by}{goal and f'; goal {goal}'}", flush=True)


def append(home: Home, events: int) -> int:
    """Append until there are `events`; how many articles they are about."""
    log = EventLog.open(home)
    spent, articles = Spent(), 0
    for run_id, part in Corpus().runs(events, batch=BATCH):
        with spent:
            log.append(part, run_id=run_id)
        articles += sum(event.event_type == "ArticleReceived" for event in part)
    rate("append, 10,000 a batch", log.head.position, spent, "80,000")
    return articles


def plain_parquet(folder: Path, part: list[NewEvent]) -> Any:
    rows = [(each.stream_id, each.expected_version, each.event_type, canonical(each.payload).decode()) for each in part]
    frame = pl.DataFrame(rows, schema=["stream_id", "version", "event_type", "payload"], orient="row")
    frame.write_parquet(folder / "plain.parquet", compression="zstd")


def eventsourcing_on_sqlite(folder: Path, part: list[NewEvent]) -> None:
    from uuid import NAMESPACE_URL, uuid5

    from eventsourcing.persistence import StoredEvent
    from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

    recorder = SQLiteApplicationRecorder(SQLiteDatastore(str(folder / "peer.sqlite")))
    recorder.create_table()
    stored = [
        StoredEvent(uuid5(NAMESPACE_URL, each.stream_id), each.expected_version + 1, each.event_type, canonical(each.payload))
        for each in part
    ]
    recorder.insert_events(stored)


def peers(folder: Path) -> None:
    """The same batch elsewhere, without identities, chain and fsync."""
    _, part = next(Corpus().runs(BATCH, batch=BATCH, first=50_000_000))
    ways: dict[str, Callable[[Path, list[NewEvent]], Any]] = {
        "plain Parquet": plain_parquet,
        "eventsourcing on SQLite": eventsourcing_on_sqlite,
    }
    for name, way in ways.items():
        try:
            way(folder, part[:100])
        except ImportError:
            print(f"{name}: not here")
            continue
        (folder / "peer.sqlite").unlink(missing_ok=True)
        spent = Spent()
        with spent:
            way(folder, part)
        rate(name, len(part), spent)


def peak_of_memory() -> None:
    print(f"peak of memory so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB; goal 4", flush=True)


def queries(path: Path, position: int) -> None:
    """Each query on a connection that is open, as a BI tool has it, and once through `query`, which opens the file."""
    with opened(path) as connection:
        for what, sql, params, goal in (
            ("latest figures of a company", LATEST, ["company-7"], "0.2 s"),
            ("the same as of half the log", AS_OF, ["company-7", position // 2], "0.3 s"),
        ):
            connection.execute(sql, params).fetchall()
            with told(what, goal):
                connection.execute(sql, params).fetchall()
    with told("latest figures, the file opened for it"):
        query(path, LATEST, ["company-7"])


def small_commits(home: Home) -> None:
    log = EventLog.open(home)
    for run_id, part in Corpus().runs(SMALL * 80, batch=80, name="small"):
        log.append(part, run_id=run_id)
    with told(f"opening the log after {SMALL:,} commits of 10 articles", "0.5 s"):
        assert EventLog.open(home).head.position > 0
    with told("reading all of it"):
        EventLog.open(home).read()
    with told("compaction"):
        compact(home)
    with told("reading all of it, compacted"):
        EventLog.open(home).read()


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--events", type=int, default=200_000)
    given.add_argument("--folder", type=Path, help="where the ledger is made; by default a temporary folder")
    options = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsledger-", dir=options.folder) as folder:
        home = Home(Path(folder) / "ledger").create()
        content = ContentStore.open(home)
        content.put_texts(texts())
        articles = append(home, options.events)
        peers(Path(folder))
        with told("opening the log", "0.5 s"):
            log = EventLog.open(home)
        known = companies()
        with told("publishing from zero", "60 s"):
            publish(home, log=log, content=content, companies=known)
        with told("rebuilding: the digest alone", "60 s"):
            rebuild(home, log=log, companies=known)
        peak_of_memory()
        _, part = next(Corpus().runs(8_000, batch=8_000, first=articles, name="more"))
        log.append(part, run_id="more-0")
        with told("publishing 1,000 articles more", "3 s"):
            done = publish(home, log=log, content=content, companies=known)
        with told("verifying all of it"):
            assert verify(home) == []
        peak_of_memory()
        print(f"published file: {done.path.stat().st_size / 2**20:,.0f} MB")
        queries(done.path, done.position)
        small_commits(Home(Path(folder) / "small").create())


if __name__ == "__main__":
    main()
