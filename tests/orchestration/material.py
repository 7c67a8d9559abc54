"""Three short articles that contradict each other, a source that names them, and a run's steps without Dagster."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from orchestration import outcomes, pipeline
from orchestration.pipeline import Ledger
from orchestration.sources.base import Batch, InputProblem, RawArticle, Source, batched
from orchestration.sources.files import media_type
from orchestration.sources.samples import SAMPLES
from warehouse.home import Home

ENGLISH = "larkfield-first-quarter.html"
DUTCH = "larkfield-eerste-kwartaal.txt"
FRENCH = "larkfield-premier-trimestre.md"
LARKFIELD = {ENGLISH: "en", DUTCH: "nl", FRENCH: "fr"}


@dataclass(frozen=True)
class NamedFiles:
    """The files of a folder, known by their names alone: a copy of the folder holds the same articles."""

    folder: Path
    problems: tuple[InputProblem, ...] = ()
    name: str = "test"

    def count(self) -> int:
        return len(list(self.folder.iterdir()))

    def batches(self) -> Iterator[Batch]:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        articles = (
            RawArticle(uri=f"test:{path.name}", media_type=media_type(path.name), content=path.read_bytes(), fetched_at=now)
            for path in sorted(self.folder.iterdir())
        )
        yield from batched([*articles, *self.problems])


@dataclass(frozen=True)
class Results:
    """What the steps of one run said; None for those it did not reach."""

    received: outcomes.Received
    read: outcomes.Read
    extracted: outcomes.Extracted
    audited: outcomes.Audited
    asserted: outcomes.Asserted | None = None
    published: outcomes.Published | None = None


def larkfield(folder: Path) -> Path:
    """`folder`, made, with the three articles."""
    folder.mkdir(parents=True)
    for name, language in LARKFIELD.items():
        shutil.copy(SAMPLES / language / name, folder)
    return folder


def run_steps(ledger: Ledger, source: Source, *, run_id: str) -> Results:
    """The job without Dagster; a rejected run ends after the audit."""
    received = pipeline.receive(ledger, source, run_id=run_id, command="test")
    read = pipeline.read(ledger, run_id=run_id, command="test")
    extracted = pipeline.extract(ledger, run_id=run_id, command="test")
    audited = pipeline.audit(ledger, run_id=run_id)
    if not audited.accepted:
        return Results(received, read, extracted, audited)
    asserted = pipeline.assert_facts(ledger, run_id=run_id)
    return Results(received, read, extracted, audited, asserted, pipeline.publish(ledger, run_id=run_id))


Frames = dict[str, pl.DataFrame]


def extracting(change: Callable[[Frames], Frames]) -> Callable[..., Frames]:
    """The real extraction with `change` done to its frames, to plant a defect."""
    from transforms.extract import extract

    def changed(texts: pl.DataFrame, **options: Any) -> Frames:
        return change(extract(texts, **options))

    return changed


def too_sure(frames: Frames, *, article_id: str) -> Frames:
    """Breaks a row rule in the figures of one article: a confidence of 2."""
    figures = frames["fact_financials"]
    sure = (
        pl.when(pl.col("article_id") == article_id).then(pl.lit(2)).otherwise("confidence").cast(figures.schema["confidence"])
    )
    return {**frames, "fact_financials": figures.with_columns(sure.alias("confidence"))}


def twice(frames: Frames) -> Frames:
    """Breaks a rule that rejects the run: facts of two extractors in one run."""
    figures = frames["fact_financials"]
    odd = pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("another")).otherwise("extractor_version").alias("extractor_version")
    return {**frames, "fact_financials": figures.with_columns(odd)}


def event_types(ledger: Ledger, *, after: int = 0) -> list[str]:
    """Types of the events after a position, in order."""
    return ledger.log.read(after=after)["event_type"].to_list()


def reopened(ledger: Ledger) -> Ledger:
    """The same ledger as another process would open it."""
    return Ledger.open(Home(ledger.home.root))
