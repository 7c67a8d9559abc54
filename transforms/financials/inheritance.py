"""Numbers whose metric was named before: "Analysts had expected 694 million", "a year earlier it was 122 million".

Such a number takes the metric word of the last number of its kind, if words around it say that it is compared with
something; what was said of that number (adjusted, segment) is said of it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.financials import rules

if TYPE_CHECKING:
    from transforms.financials.context import Context

_WORD: Final = (
    "metric",
    "metric_kind",
    "instant",
    "loss",
    "word",
    "word_start",
    "word_end",
    "word_clause",
    "word_cid",
    "strength",
    "measure",
    "score",
)


def with_inherited(chosen: pl.DataFrame, figures: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The chosen rows and those numbers without a word of their own that continue an earlier one.

    Adds word_sid, inherited and source (the number that the metric is taken from).
    """
    own = chosen.select(*figures.columns, *_WORD, word_sid="sid", inherited=pl.lit(value=False), source="number")
    orphans = figures.filter(
        ~pl.col("number").is_in(own["number"].implode()) & pl.col("figure_class").is_in(["money", "percent", "count"])
    )
    if orphans.is_empty() or own.is_empty():
        return own
    found = _heirs(orphans, own, context)
    return pl.concat([own, found.select(own.columns)]).sort("number")


def _bucket() -> pl.Expr:
    limit = rules.load().limit
    size = pl.col("value").abs()
    return (
        pl.when(pl.col("figure_class") == "percent").then(pl.lit("percent"))
        .when((pl.col("figure_class") == "money") & (size < limit["least_money"])).then(pl.lit("share"))
        .when(pl.col("figure_class") == "money").then(pl.lit("money"))
        .otherwise(pl.lit("count"))
    )  # fmt: skip


def _heirs(orphans: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.DataFrame:
    limit = rules.load().limit
    taken = [*_WORD[:-2]]
    named = (
        own.with_columns(bucket=_bucket())
        .select("number", "doc", "bucket", *taken, source="number", source_sid="sid")
        .sort("number")
    )
    anything = named.with_columns(bucket=pl.lit("percent"))
    shelf = pl.concat([named.filter(pl.col("bucket") != "percent"), anything]).sort("number")
    heirs = (
        orphans.with_columns(bucket=_bucket())
        .sort("number")
        .join_asof(shelf, on="number", by=["doc", "bucket"], strategy="backward", check_sortedness=False)
        .filter(pl.col("source").is_not_null() & ((pl.col("sid") - pl.col("source_sid")) <= limit["inherit"]))
        .with_columns(measure=_measure())
    )
    told = _compared(heirs, context)
    return heirs.filter(told & (pl.col("metric") != rules.NOT_A_FACT)).with_columns(
        score=pl.lit(0.5), word_sid=pl.lit(None, pl.Int64), inherited=pl.lit(value=True)
    )


def _measure() -> pl.Expr:
    change = (pl.col("figure_class") == "percent") & (pl.col("metric_kind") != "ratio")
    return pl.when(change).then(pl.lit("change")).otherwise(pl.lit("level"))


def _compared(heirs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the number's clause speaks of an expectation, an earlier period or, for a percentage, a move."""
    same = pl.col("same_clause")

    def told(kind: str, *codes: str) -> pl.Series:
        pairs = context.with_cues(heirs, context.cues(kind, *codes)).filter(same | (pl.col("cue_between") == 0))
        return pairs["number"]

    compared = pl.concat(
        [told("basis", "consensus", "prior_guidance", "earlier"), told("role", "against", "year_ago", "previous_quarter")]
    )
    moved = told("direction")
    percent = pl.col("figure_class") == "percent"
    return heirs.select(
        pl.when(percent).then(pl.col("number").is_in(moved.unique().implode())).otherwise(
            pl.col("number").is_in(compared.unique().implode())
        )
    ).to_series()  # fmt: skip


def with_traits(rows: pl.DataFrame) -> pl.DataFrame:
    """Heirs take accounting and segment of their source where nothing of the kind is said of themselves."""
    traits = rows.filter(~pl.col("inherited")).select(source="number", source_accounting="accounting", source_segment="segment")
    joined = rows.join(traits, on="source", how="left", maintain_order="left")
    heir = pl.col("inherited")
    return joined.with_columns(
        accounting=pl.when(heir).then(pl.coalesce("accounting", "source_accounting")).otherwise("accounting"),
        segment=pl.when(heir).then(pl.coalesce("segment", "source_segment")).otherwise("segment"),
    ).drop("source_accounting", "source_segment")
