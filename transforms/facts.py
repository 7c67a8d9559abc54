"""Linked rows become facts: evidence, article offsets, identity, and one row for what is stated twice.

The linkers of the three tables say what a span of text means; here every row gets what all facts carry. Nothing here
knows a language or a metric.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.schemas import EXTRACTOR, EXTRACTOR_VERSION, FACT_COMMON, FACT_TABLES
from transforms.spans import within

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

ID_VERSION: Final = "1"
"""Raised whenever `VALUE_COLUMNS` change, so that an old id never stands for a new reading."""
_NOT_VALUES: Final = ("counterparty_start", "counterparty_end")
VALUE_COLUMNS: Final = {
    table: ("company_id", *(c for c in schema if c not in FACT_COMMON and c not in _NOT_VALUES))
    for table, schema in FACT_TABLES.items()
}
"""The columns that, with article and evidence, make a fact's identity."""
_TRIMMED: Final = " \t,;:،؛，；：、-–—"
_SPANS: Final = ("evidence", "value", "company_mention", "counterparty")


def facts(linked: pl.DataFrame, *, table: str, scanned: Scanned) -> pl.DataFrame:
    """The facts of one table, in the columns of its schema, sorted by article and place.

    `linked` is a linker's frame in offsets of the tape: doc, start and end (what the evidence must cover), value_start,
    value_end, company_id, company_mention_start, company_mention_end, rule, confidence and the table's own columns; a
    table with a counterparty also has counterparty_start and counterparty_end.
    """
    schema = FACT_TABLES[table]
    if linked.is_empty():
        return pl.DataFrame(schema=schema)
    tape = scanned.tape
    rows = _with_evidence(linked, scanned)
    rows = _with_sentence_index(rows, scanned)
    for name in ("company_mention", "counterparty"):
        if f"{name}_start" in rows.columns:
            rows = rows.with_columns(tape.slice(f"{name}_start", f"{name}_end", rows).alias(name))
    rows = _in_article_offsets(rows, tape)
    rows = _with_identity(rows, table)
    return (
        rows.with_columns(extractor=pl.lit(EXTRACTOR), extractor_version=pl.lit(EXTRACTOR_VERSION))
        .select(pl.col(c).cast(t) if c in rows.columns or c in _MADE else pl.lit(None, t).alias(c) for c, t in schema.items())
        .unique("fact_id", keep="first", maintain_order=True)
    )


_MADE: Final = ("extractor", "extractor_version")


def empty() -> dict[str, pl.DataFrame]:
    """The three fact tables without a row."""
    return {table: pl.DataFrame(schema=schema) for table, schema in FACT_TABLES.items()}


def _with_evidence(linked: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add evidence and its span: the clauses from the one in which the row starts to the one in which it ends.

    Separators at either end are no part of it. Where a row covers less than half of one very long clause it still gets
    the clause: a clause is the smallest unit that states something.
    """
    bounds = scanned.clauses.select("start", "end", "cid", clause_start="start", clause_end="end")
    columns = {"clause_start": "clause_start", "clause_end": "clause_end"}
    first = within(linked.select("start"), bounds, name="cid", columns=columns)
    last = within(
        linked.select(start=pl.max_horizontal(pl.col("end") - 1, pl.col("start"))), bounds, name="cid", columns=columns
    )
    rows = linked.with_columns(
        evidence_start=pl.min_horizontal(first["clause_start"], linked["start"]),
        evidence_end=pl.max_horizontal(last["clause_end"], linked["end"]),
    )
    text = pl.col("evidence")
    rows = rows.with_columns(scanned.tape.slice("evidence_start", "evidence_end", rows).alias("evidence"))
    head = text.str.len_chars() - text.str.strip_chars_start(_TRIMMED).str.len_chars()
    tail = text.str.len_chars() - text.str.strip_chars_end(_TRIMMED).str.len_chars()
    return rows.with_columns(
        evidence_start=pl.col("evidence_start") + head.cast(pl.Int64), evidence_end=pl.col("evidence_end") - tail.cast(pl.Int64)
    ).with_columns(text.str.strip_chars(_TRIMMED))


def _with_sentence_index(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    place = rows.select(start=pl.coalesce("value_start", "start"))
    found = within(place, scanned.sentences, name="sid", columns={"sentence": "sentence_index"})
    return rows.with_columns(found["sentence_index"])


def _in_article_offsets(rows: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Offsets of the tape become offsets of the article; the article's own columns are added."""
    kept = [c for c in FACT_COMMON if c in tape.docs.columns]
    docs = tape.docs.select("doc", *kept, origin="start")
    edges = [f"{name}_{edge}" for name in _SPANS for edge in ("start", "end") if f"{name}_{edge}" in rows.columns]
    return (
        rows.drop([c for c in kept if c in rows.columns])
        .join(docs, on="doc", how="left", maintain_order="left")
        .with_columns(pl.col(e) - pl.col("origin") for e in edges)
        .sort("doc", "evidence_start", "value_start", "value_end", maintain_order=True)
    )


def _with_identity(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """Add fact_id: 32 hex digits of a hash of article, table, evidence, its ordinal among equal evidences, and the values."""
    ordinal = pl.col("evidence_start").rank("dense").over("article_id", "evidence").cast(pl.String)
    values = [c for c in VALUE_COLUMNS[table] if c in rows.columns]
    named = rows.select(
        pl.concat_str(
            pl.lit(ID_VERSION), pl.lit(table), "article_id", "evidence", ordinal,
            *[pl.lit(c + "=") + pl.col(c).cast(FACT_TABLES[table][c]).cast(pl.String).fill_null("") for c in values],
            separator="\x1f",
        )
    ).to_series()  # fmt: skip
    return rows.with_columns(
        fact_id=pl.Series([hashlib.sha256(n.encode()).hexdigest()[:32] for n in named], dtype=pl.String)
    )  # one hash a fact: Polars has none that is stable across its versions
