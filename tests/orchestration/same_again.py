"""One making of a ledger out of the gold articles: `python -m tests.orchestration.same_again HOME BATCH [shuffled] [runs=N]`.

Prints the content digest that is published and the one that a rebuild from position 0 gives. BATCH is the number of articles
received, read and searched at a time. The audit is left out: it changes nothing of what it lets through.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from expectations.audit import QUARANTINE, AuditReport
from orchestration import pipeline
from orchestration.pipeline import Ledger
from orchestration.sources.base import Batch, RawArticle, batched
from orchestration.sources.files import MEDIA_TYPES, media_type
from transforms.companies import dim_company
from warehouse.home import Home
from warehouse.publish import rebuild
from warehouse.verify import verify

GOLD = Path(__file__).parents[1] / "gold" / "development"
LANGUAGES = 16


def articles() -> list[RawArticle]:
    """Two articles of each language, in order of their names."""
    folders = sorted(path for path in GOLD.iterdir() if path.is_dir())
    assert len(folders) == LANGUAGES
    chosen = [sorted(path for path in folder.iterdir() if path.suffix in MEDIA_TYPES)[:2] for folder in folders]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        RawArticle(uri=f"gold:{path.name}", media_type=media_type(path.name), content=path.read_bytes(), fetched_at=at)
        for paths in chosen
        for path in paths
    ]


@dataclass(frozen=True)
class Some:
    """Some articles, so many at a time."""

    found: list[RawArticle]
    size: int
    name: str = "gold"

    def count(self) -> int:
        return len(self.found)

    def batches(self) -> Iterator[Batch]:
        for start in range(0, len(self.found), self.size):
            yield from batched(self.found[start : start + self.size])


def lenient(articles: pl.DataFrame, frames: Any, *, now: datetime) -> AuditReport:
    """Lets everything through."""
    return AuditReport((), pl.DataFrame(schema=QUARANTINE), "accepted", "not looked at")


def make(home: Home, *, batch: int, shuffled: bool, runs: int) -> tuple[str, str]:
    """The content digest published at the end, and that of a rebuild."""
    pipeline.LARGE_CHUNK = batch  # type: ignore[misc]
    found = articles()
    if shuffled:
        random.Random(runs).shuffle(found)
    ledger = Ledger.open(home)
    share = -(-len(found) // runs)
    for number in range(runs):
        run_id = f"run-{number}"
        pipeline.receive(ledger, Some(found[number * share : (number + 1) * share], batch), run_id=run_id, command="test")
        pipeline.read(ledger, run_id=run_id, command="test")
        pipeline.extract(ledger, run_id=run_id, command="test")
        pipeline.audit(ledger, run_id=run_id, judge=lenient)
        pipeline.assert_facts(ledger, run_id=run_id)
        digest = pipeline.publish(ledger, run_id=run_id).content_digest
    assert verify(home) == []
    return digest, rebuild(home, log=ledger.log, companies=dim_company())


if __name__ == "__main__":
    options = sys.argv[3:]
    parts = [int(option.removeprefix("runs=")) for option in options if option.startswith("runs=")]
    print(*make(Home(Path(sys.argv[1])), batch=int(sys.argv[2]), shuffled="shuffled" in options, runs=(parts or [1])[0]))
