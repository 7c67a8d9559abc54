"""Facts of some files without a ledger: read, scan, link, and nothing is kept.

Neither Dagster nor Great Expectations nor the warehouse is involved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from orchestration.sources.base import Found, InputProblem, batched
from orchestration.sources.landing import articles_in, find_files
from orchestration.tables import json_lines
from orchestration.words import value_in_words
from transforms.schemas import FACT_TABLES

SAYS: Final = (
    "metric", "segment", "category", "stage", "move_type", "direction", "measure", "basis", "period_role", "fiscal_period",
)  # fmt: skip
"""Columns that say a fact in a few words, in this order, before its number."""
PLAIN: Final = frozenset({"level", "actual", "current"})
"""What goes without saying."""


class Extraction:
    """The facts of files and folders; `problems` fills up while facts are taken from it."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self.problems: list[InputProblem] = []

    def facts(self) -> Iterator[pl.DataFrame]:
        """Frames of facts, one a batch and table: `table`, `source` (the path as given), then the table's columns."""
        from transforms.articles import read
        from transforms.extract import extract

        given: dict[str, str] = {}
        for batch in batched(self._articles(given)):
            self.problems += batch.problems
            texts = read(batch.articles)
            unreadable = texts.filter(pl.col("reject_reason").is_not_null())
            self.problems += [
                InputProblem(given[uri], reason) for uri, reason in unreadable.select("uri", "reject_reason").iter_rows()
            ]
            sources = texts.select("article_id", pl.col("uri").replace_strict(given, return_dtype=pl.String).alias("source"))
            found = extract(texts.filter(pl.col("reject_reason").is_null()))
            for table in FACT_TABLES:
                yield (
                    found[table]
                    .join(sources, on="article_id", how="left", maintain_order="left")
                    .select(pl.lit(table).alias("table"), "source", pl.all().exclude("source"))
                )

    def overviews(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Each source with its facts, shortened for reading: fact, company, says, evidence."""
        for batch in self._by_batch():
            shortened = pl.concat([_shortened(frame) for frame in batch])
            for (source,), facts in shortened.group_by("source", maintain_order=True):
                yield str(source), facts.drop("source")

    def _by_batch(self) -> Iterator[list[pl.DataFrame]]:
        frames = iter(self.facts())
        while batch := list(islice(frames, len(FACT_TABLES))):
            yield batch

    def _articles(self, given: dict[str, str]) -> Iterator[Found]:
        fetched_at = datetime.now(UTC)
        for article in articles_in(find_files(self._paths), fetched_at=fetched_at):
            if not isinstance(article, InputProblem):
                given[article.uri] = article.where or article.uri
            yield article


def _shortened(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of facts as source, fact, company, says, evidence: all text, for people."""
    rows = [
        {
            "source": row["source"],
            "fact": row["table"].removeprefix("fact_").replace("_", " "),
            "company": row["company_id"] or row["company_mention"],
            "says": _says(row),
            "evidence": row["evidence"],
        }
        for row in frame.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("source", "fact", "company", "says", "evidence"), pl.String))


def _says(row: dict[str, Any]) -> str:
    words = [str(row[name]).replace("_", " ") for name in SAYS if row.get(name) and row[name] not in PLAIN]
    value = row.get("value", row.get("records_affected"))
    if value is not None:
        words.append(value_in_words(value, high=row.get("value_high"), unit=row["unit"], comparator=row.get("comparator")))
    return ", ".join(words)


def as_json_lines(frame: pl.DataFrame) -> str:
    """A frame of facts as lines of JSON."""
    return "".join(json_lines(frame))
