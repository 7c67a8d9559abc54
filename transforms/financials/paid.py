"""Sums that somebody pays or takes over in a deal: no cash that a company holds, no debt of the buyer, no earnings a share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.financials.context import among
from transforms.financials.figures import PER_SHARE

if TYPE_CHECKING:
    from transforms.financials.context import Context

_REACH_PAID: Final = 60
"""How far before a sum the verb of paying or getting stands, in code points."""
_REACH_LAST: Final = 24
"""How far behind a sum such a verb stands where it comes last, in code points."""
_REACH_INCLUDED: Final = 40
"""How far before a debt or its amount "including" stands, in code points."""
_REACH_DEAL: Final = 80
"""How far before "valued at" the word for a deal stands, in code points."""


def handed_over(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a sum is only paid or taken over: "will pay $4.5bn in cash", "offered $70 a share", "including debt of 2bn".

    Words for paying and getting are of the kind `handed` (`paid`, and `paid_last` where they stand behind what is paid);
    `included` makes a debt a part of a price, or one that the buyer takes over. Sums "a share" without another word are
    no earnings anywhere in a clause of a deal, and what a deal "is valued at" is no market value.
    """
    level = pl.col("measure") == "level"
    bare = (pl.col("metric") == "eps") & (pl.col("strength") == PER_SHARE)
    sums = rows.filter(level & ((pl.col("metric") == "cash") | bare))
    near = pl.col("same_clause") & (pl.col("cue_between") == 0)
    before = context.with_cues(sums, context.cues("handed", "paid"))
    before = before.filter(near & pl.col("ahead_of") & (pl.col("cue_gap") <= _REACH_PAID))
    behind = context.with_cues(sums, context.cues("handed", "paid_last"))
    behind = behind.filter(near & ~pl.col("ahead_of") & (pl.col("cue_gap") <= _REACH_LAST))
    bids = context.cues("market", "pays", "offer", "acquire")
    offered = sums.filter(bare & pl.col("cid").is_in(bids["cue_cid"].drop_nulls().unique().implode()))
    debts = _taken_over(rows.filter(level & (pl.col("metric") == "debt")), context)
    worths = _worths_of_deals(rows.filter(level & (pl.col("metric") == "market_capitalization")), context)
    return among(rows, pl.concat([before["number"], behind["number"], offered["number"], debts, worths]))


def _worths_of_deals(worths: pl.DataFrame, context: Context) -> pl.Series:
    """Sums that a deal is valued at, no firm: the word for the price of a deal stands behind one for the deal itself."""
    priced = context.cues("market_context", "deal_price").select("sid", _price="cue_start", _priced="cue_end").drop_nulls()
    told = worths.join(priced, on="sid", how="inner", maintain_order="left")
    told = told.filter(pl.col("_price") <= pl.col("word_start"), pl.col("_priced") >= pl.col("word_end"))
    deals = context.cues("market", "acquire", "offer").select("sid", _deal="cue_end").drop_nulls()
    near = told.join(deals, on="sid", how="inner", maintain_order="left")
    return near.filter((pl.col("word_start") - pl.col("_deal")).is_between(0, _REACH_DEAL))["number"]


def _taken_over(debts: pl.DataFrame, context: Context) -> pl.Series:
    """Debts that are a part of the price right before them, or told in or right behind a sentence on a deal."""
    deals = pl.concat([context.cues("market", "acquire", "offer"), context.cues("market_context", "deal_price")])["sid"]
    told = pl.concat([deals, context.scanned.following(deals)]).unique()
    pairs = context.with_cues(debts, context.cues("handed", "included"))
    first = pl.min_horizontal("word_start", "start")
    near = pl.col("ahead_of") & (first - pl.col("cue_end")).is_between(-1, _REACH_INCLUDED)
    within = pl.col("cue_start").is_between(first, pl.col("end"))  # "will assume 2 billion of its debt"
    sums = context.figures.filter(pl.col("figure_class") == "money").select("sid", price="end", number=pl.col("number") + 1)
    pairs = pairs.join(sums, on=["sid", "number"], how="left", maintain_order="left")
    of_price = (first - pl.col("price")).is_between(0, _REACH_INCLUDED) & (pl.col("cue_start") >= pl.col("price"))
    of_price = (of_price & pl.col("ahead_of")).fill_null(value=False)
    return pairs.filter(((near | within) & pl.col("sid").is_in(told.implode())) | of_price)["number"].unique()
