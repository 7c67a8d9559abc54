"""The tables of a published file: what columns they have, of which types. How they are filled is projection.py."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.schemas import COVERAGE_COLUMNS, DIM_COMPANY, FACT_TABLES, INSTANT, Schema
from warehouse import copies
from warehouse.state import JUDGMENTS

PROJECTION_VERSION: Final = "4"
"""Raised whenever the same events may give other tables."""

SUPERSEDED: Final = "superseded"
"""retracted_reason of a row whose fact lives on in a row with newer spans."""

HISTORY: Final[Schema] = {
    "recorded_at": INSTANT,
    "run_id": pl.String,
    "asserted_position": pl.Int64,
    "retracted_position": pl.Int64,
    "retracted_reason": pl.String,
}
"""What the warehouse adds to the columns of a fact."""

ARTICLES: Final[Schema] = {
    "article_id": pl.String,
    "uri": pl.String,
    "source_id": pl.String,
    "title": pl.String,
    "language": pl.String,
    "script": pl.String,
    "published_at": INSTANT,
    "published_precision": pl.String,
    "date_source": pl.String,
    "received_at": INSTANT,
    "state": pl.String,
    "state_reason": pl.String,
    "content_sha256": pl.String,
    "text_sha256": pl.String,
    "cluster_id": pl.String,
    "copies": pl.Int64,
    "facts": pl.Int64,
    **COVERAGE_COLUMNS,
}
DIM_SOURCE: Final[Schema] = {
    "source_id": pl.String,
    "name": pl.String,
    "country": pl.String,
    "language": pl.String,
    "rank": pl.Int64,
}
RUNS: Final[Schema] = {
    "run_id": pl.String,
    "started_at": INSTANT,
    "finished_at": INSTANT,
    "verdict": pl.String,
    "command": pl.String,
    "received": pl.Int64,
    "new": pl.Int64,
    "revised": pl.Int64,
    "duplicates": pl.Int64,
    "rejected": pl.Int64,
    "quarantined": pl.Int64,
    **dict.fromkeys(FACT_TABLES, pl.Int64),
    "extractor_version": pl.String,
    "projection_version": pl.String,
    "position": pl.Int64,
}
QUARANTINE: Final[Schema] = {
    "run_id": pl.String,
    "article_id": pl.String,
    "table": pl.String,
    "fact_id": pl.String,
    "fact": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "reason": pl.String,
    "decision": pl.String,
}
LOG_POSITIONS: Final[Schema] = {"position": pl.Int64, "recorded_at": INSTANT, "run_id": pl.String}
ARTICLE_DIGESTS: Final[Schema] = {"article_id": pl.String, "digest": pl.String}
ARTICLE_STREAMS: Final[Schema] = {
    "article_id": pl.String,
    "own_cluster_id": pl.String,  # of its own letters; null where it is no candidate for being copied
    "lanes": copies.LANES,
    "figures": pl.Binary,
    "positions": pl.List(pl.Int64),
}
"""What the next publication needs of an article to tell what changes with it; analysts have no use for it."""

TABLES: Final[dict[str, Schema]] = {
    "log_positions": LOG_POSITIONS,
    "articles": ARTICLES,
    "dim_company": DIM_COMPANY,
    "dim_source": DIM_SOURCE,
    "runs": RUNS,
    "quarantine": QUARANTINE,
    "judgments": JUDGMENTS,
    "article_digests": ARTICLE_DIGESTS,
    "article_streams": ARTICLE_STREAMS,
    **{table: {**schema, **HISTORY} for table, schema in FACT_TABLES.items()},
}
"""The tables of a published file but `publication`, which says what the file itself is."""

BY_ARTICLE: Final = ("articles", "quarantine", "judgments", "article_digests", "article_streams", *FACT_TABLES)
"""Tables of which each row is of one article and follows from its own events, but for the cluster it is counted in."""


def typed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of `schema`, in its order and with its types."""
    return frame.select(schema.keys()).cast(pl.Schema(schema))
