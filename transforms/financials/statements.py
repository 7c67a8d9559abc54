"""What an article states once or several times, and when: the last look at the figures of an article together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.companies.places import titles_of

if TYPE_CHECKING:
    from transforms.spans import Tape


_ROUNDING: Final = 0.2
"""By which part of itself a round statement may differ from the precise one: "almost a billion" from 956 million."""
_OF_A_FRACTION: Final = 5.0
"""How precise "a quarter" is, in percent."""


def statements(rows: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """One row for each statement of an article, with the span of its evidence, its rule and its confidence."""
    return _in_their_time(_one_a_statement(_with_evidence(_without_headlines(rows, tape))))


def _with_evidence(rows: pl.DataFrame) -> pl.DataFrame:
    """Add rule, confidence and the span that evidence must cover."""
    inherited = pl.col("inherited")
    certainty = 1 / (1 + (-(pl.col("score") - 0.5)).exp())
    return rows.with_columns(
        value_start=pl.col("start"),
        value_end=pl.col("end"),
        start=pl.when(inherited).then(pl.col("start")).otherwise(pl.min_horizontal("start", "word_start")),
        end=pl.when(inherited).then(pl.col("end")).otherwise(pl.max_horizontal("end", "word_end")),
        rule=pl.concat_str(
            pl.lit("financials."), pl.when(inherited).then(pl.lit("inherited")).otherwise("strength"), pl.lit("."), "basis"
        ),
        confidence=pl.when(inherited).then(0.55).otherwise(certainty.clip(0.3, 0.98)),
    )


def _without_headlines(rows: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Rows but plain profits and losses of a title that the text tells of another result: "lost 591 billion", operating."""
    results = rows.filter(pl.col("metric").is_in(["operating_income", "pretax_income", "ebitda"]))
    titles = titles_of(tape).select("doc", title_end="end")
    same = ["doc", "measure", "unit", "size"]
    sized = rows.with_columns(size=pl.col("value").abs()).join(titles, on="doc", how="left", maintain_order="left")
    plain = (
        pl.col("plain") & (pl.col("metric") == "net_income") & (pl.col("start") < pl.col("title_end")).fill_null(value=False)
    )
    told = results.with_columns(size=pl.col("value").abs()).select(same)
    again = sized.filter(plain).join(told, on=same, how="semi")["number"]
    # "Sales up 5.7 %", like for like: what the text says more of is told once.
    headed = (pl.col("start") < pl.col("title_end")).fill_null(value=False) & pl.col("accounting").is_null()
    fuller = sized.filter(pl.col("accounting").is_not_null()).select(*same, "metric", "value", "company_id")
    once = sized.filter(headed).join(fuller, on=[*same, "metric", "value", "company_id"], how="semi", nulls_equal=True)
    plainer = sized.filter(pl.col("accounting").is_null() & (pl.col("start") >= pl.col("title_end")))
    once = once.join(plainer, on=[*same, "metric", "value", "company_id"], how="anti", nulls_equal=True)
    again = pl.concat([again, once["number"]])
    return rows.filter(~pl.col("number").is_in(again.implode()))


def _in_their_time(rows: pl.DataFrame) -> pl.DataFrame:
    """A figure of a business told also of a later period of the kind is what that is compared with, wherever it stands.

    "It had posted 5.2 billion in the second quarter of 2021", two sentences behind 5.9 billion in that of 2022. What is
    counted on a day is left out: its day is often only the day of the article.
    """
    key = ["doc", "company_id", "metric", "segment", "measure", "period_type"]
    told = (pl.col("basis") == "actual") & (pl.col("period_type") != "instant")
    latest = pl.col("period_end").filter(told).max().over(key)
    earlier = (told & (pl.col("period_end") < latest)).fill_null(value=False)
    return rows.with_columns(period_role=pl.when(earlier).then(pl.lit("comparative")).otherwise("period_role"))


def _one_a_statement(rows: pl.DataFrame) -> pl.DataFrame:
    """What an article states twice is one row, the more precise statement; of two claims of one place the likelier wins.

    A rounder statement goes where a more precise one lies within its rounding, two equally precise ones only if equal.
    """
    key = ["doc", "company_id", "metric", "segment", "measure", "unit", "basis", "gaap", "period_role"]
    keyed = rows.with_row_index("row").with_columns(gaap=pl.col("accounting").fill_null("gaap"))
    part = pl.col("kind") == "fraction"  # "a quarter less" is no statement to a millionth
    facts = keyed.select(
        "row",
        *key,
        "value",
        "value_high",
        "value_start",
        "period_end",
        step=pl.when(part).then(_OF_A_FRACTION).otherwise(pl.col("value_step").cast(pl.Float64)),
        size=pl.col("value").cast(pl.Float64),
    )
    pairs = facts.join(facts, on=key, how="inner", suffix="_other", nulls_equal=True, maintain_order="left")
    apart = (pl.col("size") - pl.col("size_other")).abs()
    step, other = pl.col("step").fill_null(0), pl.col("step_other").fill_null(0)
    rounding = pl.max_horizontal(step / 2, pl.min_horizontal(step, pl.col("size").abs() * _ROUNDING))
    # "Around 5 % this year and 5.5 % to 6 % in the next", "1.07 billion in the first quarter and 1.1 billion in the second".
    another = (pl.col("period_end") != pl.col("period_end_other")).fill_null(value=False)
    rounder = (step > other) & (apart <= rounding) & ~another
    place, place_other = pl.col("value_start"), pl.col("value_start_other")
    later = (place > place_other) | ((place == place_other) & (pl.col("row") > pl.col("row_other")))
    again = (step == other) & (apart == 0) & later & pl.col("value_high").eq_missing(pl.col("value_high_other"))
    again &= ~(another & (pl.col("basis") != "actual"))  # 1.02 billion was expected of both quarters
    gone = pairs.filter((pl.col("row") != pl.col("row_other")) & (rounder | again))["row"].unique()
    kept = keyed.filter(~pl.col("row").is_in(gone.implode())).drop("row", "gaap")
    return kept.sort("doc", "value_start", maintain_order=True)
