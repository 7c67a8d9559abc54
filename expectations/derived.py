"""What rules need to know and no column says: computed with Polars before the audit.

Each entry is an expression over one row of a table, joined with its article. Booleans are true
for a row that is in order and never null, so that a rule expects them true and a null cannot pass
unseen. What must hold of the results is said in rules.toml, not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import polars as pl

from transforms import schemas

COLUMN_CHECKS: Final = ("declared", "type_as_declared")
"""What `column_checks` knows of each column: the columns that schema rules speak of."""

_OF_ARTICLE: Final = "article__"
"""Before the name of a column that a fact takes over from its article."""

_READING: Final = ("language", "published_at", "published_precision", "cluster_id")
"""What a fact repeats of the reading of its article."""

_ARTICLE: Final = (
    "text_or_reason", "text_hash_holds", "title_in_text", "date_with_precision", "published_days_ahead", "published_year",
    "is_rejected", "has_facts", "fact_count", "first_missing",
)  # fmt: skip
_FACT: Final = (
    "article_in_run", "same_version", "same_reading", "evidence_span_fits", "evidence_is_slice", "value_span_fits",
    "value_in_evidence", "mention_is_slice", "first_missing",
)  # fmt: skip
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "fact_financials": ("high_has_value", "whole_if_count", "period_ordered", "period_days", "period_years_ahead"),
    "fact_security_incidents": (
        "counterparty_is_slice", "unit_with_value", "event_precision", "event_date_with_precision", "event_days_ahead",
    ),
    "fact_market_moves": (
        "high_has_value", "whole_if_count", "counterparty_is_slice", "unit_with_value", "comparator_with_value",
        "direction_agrees", "event_precision", "event_date_with_precision", "event_days_ahead",
    ),
}  # fmt: skip


def derived_columns(table: str) -> tuple[str, ...]:
    """Names of the columns that `derive_articles` or `derive_facts` adds to a table."""
    return (*_FACT, *_OWN[table]) if table in _OWN else _ARTICLE


def column_checks(frame: pl.DataFrame | None, *, schema: schemas.Schema) -> pl.DataFrame:
    """One row a column, of the frame or of the schema: name, declared, type_as_declared.

    A column that is missing is not `declared` either: the frame and the schema must name the same.
    The order of columns is free. No frame at all is a frame without columns.
    """
    found = dict(frame.schema) if frame is not None else {}
    expected = pl.Schema(schema)
    rows = [
        {
            "column": name,
            "declared": name in found and name in expected,
            "type_as_declared": name not in found or name not in expected or found[name] == expected[name],
        }
        for name in [*expected, *(name for name in found if name not in expected)]
    ]
    return pl.DataFrame(rows, schema={"column": pl.String, "declared": pl.Boolean, "type_as_declared": pl.Boolean})


def derive_articles(
    articles: pl.DataFrame, *, facts: Iterable[pl.DataFrame], required: Mapping[str, tuple[str, ...]], now: datetime
) -> pl.DataFrame:
    """ARTICLE_TEXTS with the derived columns of articles."""
    counts = pl.concat([frame.select("article_id") for frame in facts]).group_by("article_id").agg(pl.len().alias("fact_count"))
    readable = pl.col("reject_reason").is_null()
    missing = pl.coalesce(
        *[_name_if_null(column) for column in required["articles"]],
        *[pl.when(readable).then(_name_if_null(column)) for column in required["article_read"]],
    )
    return (
        articles.join(counts, on="article_id", how="left", maintain_order="left")
        .with_columns(pl.col("fact_count").fill_null(0).cast(pl.Int64), _sha256(articles["text"]))
        .with_columns(
            text_or_reason=pl.col("text").is_null() != pl.col("reject_reason").is_null(),
            text_hash_holds=pl.col("text_hash").eq_missing(pl.col("text_sha256")) | pl.col("text").is_null(),
            title_in_text=_absent("title_start", "title_end") | _within("title_start", "title_end", text="text", empty=True),
            date_with_precision=pl.col("published_at").is_null() == pl.col("published_precision").is_null(),
            published_days_ahead=_days(pl.col("published_at") - pl.lit(now).cast(schemas.INSTANT)),
            published_year=pl.col("published_at").dt.year().cast(pl.Int64),
            is_rejected=(~readable).cast(pl.Int64),
            has_facts=pl.when(readable).then((pl.col("fact_count") > 0).cast(pl.Int64)),
            first_missing=missing,
        )
    )


def derive_facts(
    frame: pl.DataFrame, *, table: str, articles: pl.DataFrame, required: Mapping[str, tuple[str, ...]]
) -> pl.DataFrame:
    """A fact table, its rows in the same order, with the derived columns of that table."""
    of_article = articles.unique("article_id", keep="first").select(
        "article_id",
        pl.lit(True).alias(f"{_OF_ARTICLE}known"),
        *[
            pl.col(column).alias(_OF_ARTICLE + column)
            for column in (
                "text",
                "content_sha256",
                "text_sha256",
                "language",
                "published_at",
                "published_precision",
                "cluster_id",
            )
        ],
    )
    joined = frame.join(of_article, on="article_id", how="left", maintain_order="left")
    return joined.with_columns(**_common(required=(*required["facts"], *required[table]))).with_columns(**_own(table))


def _common(*, required: Iterable[str]) -> dict[str, pl.Expr]:
    return {
        "article_in_run": _holds(pl.col(f"{_OF_ARTICLE}known")),
        "same_version": _as_article("content_sha256") & _as_article("text_sha256"),
        "same_reading": pl.all_horizontal(_as_article(column) for column in _READING),
        "evidence_span_fits": _within("evidence_start", "evidence_end"),
        "evidence_is_slice": _is_slice("evidence"),
        "value_span_fits": _absent("value_start", "value_end") | _within("value_start", "value_end"),
        "value_in_evidence": _absent("value_start", "value_end")
        | _holds(
            (pl.col("value_start") >= pl.col("evidence_start")) & (pl.col("value_end") <= pl.col("evidence_end")),
        ),
        "mention_is_slice": _is_slice("company_mention", optional=True),
        "first_missing": pl.coalesce(_name_if_null(column) for column in required),
    }


def _own(table: str) -> dict[str, pl.Expr]:
    if table == "fact_security_incidents":
        return _counterparty() | _with_value("unit_with_value", "records_affected", "unit") | _event("occurred")
    amount = {
        "high_has_value": pl.col("value_high").is_null() | pl.col("value").is_not_null(),
        "whole_if_count": _whole("value") & _whole("value_high"),
    }
    if table == "fact_financials":
        days = (pl.col("period_end") - pl.col("period_start")).dt.total_days()
        return amount | {
            "period_ordered": (pl.col("period_start") <= pl.col("period_end")).fill_null(value=True),
            "period_days": days + 1,  # both days belong to the period
            "period_years_ahead": _days(pl.col("period_end").cast(schemas.INSTANT) - pl.col("published_at")) / 365.25,
        }
    signed = (pl.col("value") > 0) & (pl.col("direction") == "down") | (pl.col("value") < 0) & (pl.col("direction") == "up")
    return (
        amount
        | _counterparty()
        | _with_value("unit_with_value", "value", "unit")
        | _with_value("comparator_with_value", "value", "comparator")
        | _event("effective")
        | {
            "direction_agrees": ~(
                signed & (pl.col("move_type") == "share_price_change") & (pl.col("unit") == "percent")
            ).fill_null(value=False),
        }
    )


def _counterparty() -> dict[str, pl.Expr]:
    return {"counterparty_is_slice": _is_slice("counterparty", optional=True)}


def _with_value(name: str, value: str, other: str) -> dict[str, pl.Expr]:
    return {name: pl.col(value).is_null() == pl.col(other).is_null()}


def _event(prefix: str) -> dict[str, pl.Expr]:
    """What holds of the day of an event, under one name for both tables that have such a day."""
    day, precision = pl.col(f"{prefix}_on"), pl.col(f"{prefix}_precision")
    return {
        "event_precision": precision,
        "event_date_with_precision": day.is_null() == precision.is_null(),
        "event_days_ahead": _days(day.cast(schemas.INSTANT) - pl.col("published_at")),
    }


def _holds(condition: pl.Expr) -> pl.Expr:
    """True only where the condition is known to hold."""
    return condition.fill_null(value=False)


def _absent(*columns: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(column).is_null() for column in columns)


def _within(start: str, end: str, *, text: str = f"{_OF_ARTICLE}text", empty: bool = False) -> pl.Expr:
    """A half-open span that lies within the text."""
    first, last = pl.col(start), pl.col(end)
    ordered = first <= last if empty else first < last
    return _holds((first >= 0) & ordered & (last <= pl.col(text).str.len_chars()))


def _is_slice(column: str, *, optional: bool = False) -> pl.Expr:
    """The words of a column stand in the text exactly at its span."""
    start, end = pl.col(f"{column}_start"), pl.col(f"{column}_end")
    # Clipped, because a negative length is an error to Polars and a negative start counts from the end.
    there = pl.col(f"{_OF_ARTICLE}text").str.slice(start.clip(lower_bound=0), (end - start).clip(lower_bound=0))
    same = _holds((pl.col(column) == there) & (start >= 0) & (start < end))
    return same | _absent(column, f"{column}_start", f"{column}_end") if optional else same


def _as_article(column: str) -> pl.Expr:
    return pl.col(column).eq_missing(pl.col(_OF_ARTICLE + column))


def _whole(column: str) -> pl.Expr:
    value = pl.col(column)
    return ((pl.col("unit") != "count") | (value == value.truncate())).fill_null(value=True)


def _name_if_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_null()).then(pl.lit(column))


def _days(duration: pl.Expr) -> pl.Expr:
    return duration.dt.total_seconds() / 86_400


def _sha256(texts: pl.Series) -> pl.Series:
    # Polars has no sha256; hashlib goes through 10,000 texts of 2.5 KB in 0.05 s.
    return pl.Series(
        "text_hash", [None if text is None else hashlib.sha256(text.encode()).hexdigest() for text in texts], dtype=pl.String
    )
