"""Amounts that only tell how far a figure is from what was expected of it: "EPS was 3 cents ahead of estimates"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials.context import among, marked

if TYPE_CHECKING:
    from transforms.financials.context import Context

_REACH_EXPECTED: Final = 60
"""How far behind the amount the word for an expectation begins, in code points."""
_REACH_SHARE: Final = 16
"""How far behind an amount a share the word for ahead or behind stands, in code points."""
_LIKE: Final = 0.5
"""An amount of at least this part of what was expected is the figure itself: "profit was 99 cents above the 88 expected"."""
_JOINT: Final = 12
"""How much between a metric word and its amount is read for what only joins them, in code points."""


def beyond(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether an amount only tells by how much an expectation was beaten or missed.

    A word for ahead or behind (kind `beyond`) stands right behind it, then the expectation. A figure that its word, a
    joint (`[settings] amount_joint`) or "to" leads to is one: "revenue of 548 million ahead of estimates", and so is one that
    is about as much as the expectation right behind it.
    """
    amounts = rows.filter(pl.col("figure_class").is_in(["money", "count"]), pl.col("value_high").is_null())
    ways = context.with_cues(amounts, context.cues("beyond"))
    reach = pl.when("per_share").then(_REACH_SHARE).otherwise(1)
    ways = ways.filter(~pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= reach))
    if ways.is_empty():
        return pl.repeat(value=False, n=rows.height, eager=True)
    ways = ways.filter(context.scanned.tape.slice("end", "cue_start", ways).str.contains(r"^[^,;:()（）]*$"))
    asked = amounts.filter(pl.col("number").is_in(ways["number"].implode()))
    asked = asked.filter(~marked(asked, context, "to") & ~marked(asked, context, "with"))
    asked = asked.filter(~_led(asked, context))
    hopes = context.cues("basis", "none", "consensus", "guidance", "prior_guidance", "expected")
    told = context.with_cues(asked, hopes).filter(
        ~pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_EXPECTED)
    )
    return among(rows, told.join(_alike(asked, context), on="number", how="anti")["number"])


def _led(asked: pl.DataFrame, context: Context) -> pl.Series:
    """Whether only a joint, or nothing, parts an amount from its word before it: "a profit of", "EPS:"."""
    first = pl.coalesce("comparator_start", "start")
    near = asked.with_row_index("row").filter((first - pl.col("word_end")).is_between(0, _JOINT))
    between = context.scanned.tape.slice("word_end", pl.max_horizontal("word_end", first), near).str.to_lowercase()

    def joined(language: str, part: pl.DataFrame) -> pl.Series:
        joint = lexicon.settings(language).get("amount_joint") or "$^"
        return part["between"].str.contains(rf"^[\s:,(（]*(?:(?:{joint})\s)?$")

    led = context.scanned.tape.by_language(near.select("doc", between=between), joined).fill_null(value=False)
    return asked.with_row_index("row").select(pl.col("row").is_in(near["row"].filter(led).implode())).to_series()


def _alike(asked: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The amounts that the next one of their sentence, which was expected, is about as much as."""
    following = context.figures.select("sid", "unit", next_value="value", number=pl.col("number") - 1)
    pairs = asked.join(following, on=["sid", "unit", "number"], how="inner", maintain_order="left")
    ratio = pl.col("value").cast(pl.Float64).abs() / pl.col("next_value").cast(pl.Float64).abs()
    return pairs.filter(ratio >= _LIKE).select("number")
