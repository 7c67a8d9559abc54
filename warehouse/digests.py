"""Digests of content: of what an article states, of an article, of all that a published file holds.

Each is the same however the rows came about and in whatever order they lie. Those of the log's events are events.py.
"""

from __future__ import annotations

import hashlib
from binascii import unhexlify
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.schemas import DIM_COMPANY, FACT_TABLES, INSTANT, TEXT_COLUMNS
from warehouse.lives import READ
from warehouse.tables import ARTICLES, HISTORY, PROJECTION_VERSION

_DIGESTED_ARTICLE: Final = [
    "article_id", "uri", "source_id", "language", "script", "published_at", "published_precision", "date_source", "state",
    "state_reason", "content_sha256", "text_sha256", "cluster_id",
]  # fmt: skip
_UNDIGESTED: Final = {*TEXT_COLUMNS, *HISTORY, *READ, "article_id", "extractor_version"}
"""Columns of a fact outside the digest: words of the article, when and from which version of the extractor we learned
it first, and what the article's line holds already."""

_MANY: Final = 2_000
"""Rows from which it pays to look how many values a column has."""


def stated(facts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """article_id, stated: the sha256 of the lines of an article's current facts, whatever the order of rows."""
    lines = [
        _lines(current, table, [name for name in FACT_TABLES[table] if name not in _UNDIGESTED])
        for table, frame in facts.items()
        for current in [frame.filter(pl.col("retracted_position").is_null())]
    ]
    ordered = pl.concat(lines).sort("article_id", "line")
    articles = ordered["article_id"].rle().struct.unnest()
    return articles.select(pl.col("value").alias("article_id"), _sha256("stated", ordered["line"], articles["len"]))


def article_digests(articles: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """sha256 of each article's line and of what it states (see `stated`): ARTICLE_DIGESTS, in order of article_id."""
    # That other bytes came before is history, not content.
    heads = _lines(articles.with_columns(pl.col("state").replace("revised", "current")), "article", _DIGESTED_ARTICLE)
    whole = (
        heads.join(stated, on="article_id", how="left")
        .select("article_id", pl.concat_str("line", pl.col("stated").fill_null("")))
        .sort("article_id")
    )
    return whole.select("article_id", _sha256("digest", whole["line"], pl.repeat(1, whole.height, eager=True)))


def _sha256(name: str, lines: pl.Series, runs: pl.Series) -> pl.Series:
    """The sha256 of each run of so many consecutive lines."""
    letters, starts = _together(lines)
    ends = starts[np.r_[0, np.cumsum(runs.to_numpy())]].tolist()
    digests = [hashlib.sha256(letters[start:end]).hexdigest() for start, end in pairwise(ends)]
    return pl.Series(name, digests, dtype=pl.String)


def _together(texts: pl.Series) -> tuple[memoryview, NDArray[np.int64]]:
    """Texts as Arrow has them, one after the other in one piece of memory, and where each begins; and the end."""
    if texts.is_empty():
        return memoryview(b""), np.zeros(1, dtype=np.int64)
    rows = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, starts, letters = rows.buffers()
    places = np.frombuffer(starts, dtype=np.int64)[rows.offset : rows.offset + len(rows) + 1]
    first = int(places[0])
    return memoryview(letters)[first : int(places[-1])], places - first


def content_digest(digests: pl.Series, companies: pl.DataFrame) -> str:
    """One digest of all articles (`digest` of ARTICLE_DIGESTS), the reference data and the version of the projection."""
    whole = hashlib.sha256(f"newsledger content 1\n{PROJECTION_VERSION}\n{companies_digest(companies)}\n".encode())
    letters, _ = _together(digests)
    # As numbers of 32 bytes: a million are put in order in a quarter of a second.
    whole.update(np.sort(np.frombuffer(unhexlify(letters), dtype="S32")).tobytes())
    return whole.hexdigest()


def companies_digest(companies: pl.DataFrame) -> str:
    """Digest of DIM_COMPANY, whatever the order of rows."""
    lines = companies.select(_line("company", [_field(name) for name in DIM_COMPANY]))["line"].sort()
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _lines(frame: pl.DataFrame, kind: str, columns: list[str]) -> pl.DataFrame:
    """article_id and the line of each row."""
    return frame.select("article_id", _line(kind, [_field_of(frame[name]) for name in columns]))


def _line(kind: str, fields: list[pl.Expr]) -> pl.Expr:
    """One line a row that two rows share only if they are equal: each value with its length before it, null as `~`.

    Written out here rather than left to a JSON encoder, whose bytes are not ours to keep the same.
    """
    return pl.concat_str(pl.lit(kind), *fields, pl.lit("\n")).alias("line")


def _field_of(column: pl.Series) -> pl.Expr:
    """`_field` of a column; of one with few values in many rows, each value is written once."""
    field = _field(column.name)
    if column.len() < _MANY or column.head(_MANY).n_unique() > _MANY // 4:
        return field
    values = column.unique()
    if values.len() > column.len() // 4:
        return field
    written = values.to_frame().select(field).to_series()
    return pl.col(column.name).replace_strict(values, written, return_dtype=pl.String)


def _field(name: str) -> pl.Expr:
    schema = {**ARTICLES, **DIM_COMPANY, **{column: dtype for each in FACT_TABLES.values() for column, dtype in each.items()}}
    column = pl.col(name)
    # An instant as microseconds: no time zone, no format.
    text = (column.dt.epoch("us") if schema[name] == INSTANT else column).cast(pl.String)
    return pl.when(text.is_null()).then(pl.lit("~")).otherwise(pl.format("{}:{};", text.str.len_bytes(), text))
