"""Facts of some files without a ledger: read, scan, link, and nothing is kept.

Neither Dagster nor Great Expectations nor the warehouse is involved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from orchestration.sources.base import InputProblem, RawArticle, batched
from orchestration.sources.landing import find_files, read_file
from orchestration.tables import json_lines
from transforms.schemas import FACT_TABLES

OVERVIEW: Final = {
    "fact_financials": ["metric", "measure", "value", "unit", "comparator", "basis"],
    "fact_security_incidents": ["category", "stage"],
    "fact_market_moves": ["move_type", "direction", "value", "unit"],
}
"""By table, the columns that say the fact in the narrow table of `--format table`."""


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

    def overview(self) -> pl.DataFrame:
        """All facts, shortened for reading: source, table, company, what, evidence."""
        none = pl.DataFrame(schema=dict.fromkeys(("source", "fact", "company", "says", "evidence"), pl.String))
        return pl.concat([none, *(self._shortened(frame) for frame in self.facts() if not frame.is_empty())])

    def _articles(self, given: dict[str, str]) -> Iterator[RawArticle | InputProblem]:
        fetched_at = datetime.now(UTC)
        for found in find_files(self._paths):
            if isinstance(found, InputProblem):
                yield found
            else:
                given[found.uri] = str(found.path)
                yield read_file(found, fetched_at=fetched_at)

    def _shortened(self, frame: pl.DataFrame) -> pl.DataFrame:
        table = frame["table"][0]
        words = [
            pl.col(name).cast(pl.Float64).cast(pl.String) if name == "value" else pl.col(name).cast(pl.String)
            for name in OVERVIEW[table]
        ]
        return frame.select(
            "source",
            pl.col("table").str.strip_prefix("fact_").alias("fact"),
            pl.coalesce("company_id", "company_mention").alias("company"),
            pl.concat_str(words, separator=" ", ignore_nulls=True).alias("says"),
            "evidence",
        )


def as_json_lines(frame: pl.DataFrame) -> str:
    """A frame of facts as lines of JSON."""
    return "".join(json_lines(frame))
