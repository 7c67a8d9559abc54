"""Whose figures they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies
from transforms.financials.context import among

if TYPE_CHECKING:
    from transforms.financials.context import Context
    from transforms.scan import Scanned


_FIGURES_OF_A_REPORT: Final = 3
"""An article with so many plain figures is a report on a business, even if we do not know which."""


def with_company(rows: pl.DataFrame, around: Context) -> pl.DataFrame:
    """Add company_id and its mention; numbers of no business are dropped."""
    scanned = around.scanned
    spans = rows.select("start", "end", "sid", "cid", "doc")
    subjects = companies.subjects(scanned.tape, spans, scanned.companies, scanned.sentences, scanned.clauses, relatives=True)
    rows = rows.with_columns(
        company_id=subjects["company_id"],
        company_mention_start=subjects["mention_start"],
        company_mention_end=subjects["mention_end"],
    )
    rows = _of_no_office(_of_their_sources(rows, scanned), around)
    rows = rows.filter(~_of_a_market(rows, around))
    rows = rows.with_columns(_macro(rows, around).alias("macro"))
    return rows.filter(_of_a_business()).drop("macro")


def _of_their_sources(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers of a sentence without a firm are of the firm whose figure they go on with: "Analysts had expected $1.12"."""
    named = ("company_id", "company_mention_start", "company_mention_end")
    sources = rows.select(source="number", source_sid_="sid", **{f"{c}_source": pl.col(c) for c in named})
    joined = rows.join(sources, on="source", how="left", maintain_order="left")
    starts = scanned.sentences.select("sid", sentence_start="start")
    joined = joined.join(starts, on="sid", how="left", maintain_order="left")
    elsewhere = pl.col("company_mention_start").is_null() | (pl.col("company_mention_start") < pl.col("sentence_start"))
    silent = pl.col("inherited") & elsewhere & (pl.col("sid") - pl.col("source_sid_") == 1)
    taken = (silent & pl.col("company_id_source").is_not_null()).fill_null(value=False)
    return joined.with_columns(pl.when(taken).then(f"{c}_source").otherwise(c).alias(c) for c in named).select(rows.columns)


def _of_no_office(rows: pl.DataFrame, around: Context) -> pl.DataFrame:
    """Rows without the name of a statistics office as their firm."""
    offices = around.cues("macro", "office").select("sid", "cue_start", "cue_end")
    named = around.scanned.companies.select("doc", "sid", "start", "end", "company_id").join(
        offices, on="sid", how="inner", maintain_order="left"
    )
    named = named.filter((pl.col("start") >= pl.col("cue_start")) & (pl.col("end") <= pl.col("cue_end")))
    none = named.select("doc", "company_id").drop_nulls().unique(maintain_order=True).with_columns(office=pl.lit(value=True))
    joined = rows.join(none, on=["doc", "company_id"], how="left", maintain_order="left")
    gone = pl.col("office").fill_null(value=False)
    columns = ("company_id", "company_mention_start", "company_mention_end")
    return joined.with_columns(pl.when(~gone).then(c).alias(c) for c in columns).drop("office")


def _macro(rows: pl.DataFrame, around: Context) -> pl.Series:
    """Whether no firm but a trade is spoken of: the article names a statistics office, or the numbers stand beside trades."""
    offices = around.cues("macro", "office")["sid"].unique()
    docs = rows.filter(pl.col("sid").is_in(offices.implode()))["doc"]
    sentences = around.scanned.sentences.filter(pl.col("sid").is_in(offices.implode()))["start"]
    docs = pl.concat([docs, around.scanned.tape.doc_of(sentences)]).unique()
    trades = around.cues("macro", "sector")["sid"].unique()
    beside = pl.col("sid").is_in(trades.implode()) & pl.col("company_id").is_null()
    often = beside.sum().over("doc") * 2 >= pl.col("company_id").is_null().sum().over("doc")
    return rows.select(pl.col("doc").is_in(docs.implode()) | often).to_series()


def _of_a_market(rows: pl.DataFrame, around: Context) -> pl.Series:
    """Whether what is expected is the size of a market: "the market for video calls is to grow to revenue of 20 billion".

    The words for a market stand before the number, and no firm is named in the sentence.
    """
    named = around.scanned.companies.filter(pl.col("certainty") != "pronoun")["sid"].drop_nulls().unique()
    foreseen = rows.filter((pl.col("basis") != "actual") & ~pl.col("sid").is_in(named.implode()))
    markets = around.with_cues(foreseen, around.cues("macro", "market"))
    before = markets.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    return among(rows, before["number"])


def _of_a_business() -> pl.Expr:
    """A number of no known company is of a country, a sport, a household, unless the article speaks of figures throughout."""
    sure = (pl.col("strength") == "metric") & (pl.col("metric_kind") != "count") & ~pl.col("macro")
    return pl.col("company_id").is_not_null() | (sure & (sure.sum().over("doc") >= _FIGURES_OF_A_REPORT))
