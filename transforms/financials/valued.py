"""Sign, unit and currency of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials import measures

if TYPE_CHECKING:
    from transforms.financials.context import Context
    from transforms.spans import Tape


_MAY_BE_NEGATIVE: Final = (
    "gross_profit", "gross_margin", "operating_income", "operating_margin", "ebitda", "pretax_income", "net_income", "eps",
    "free_cash_flow", "operating_cash_flow",
)  # fmt: skip
"""Of all else an amount below zero is an accounting sign ("net debt of -12 million"), not a value."""


def valued(rows: pl.DataFrame, around: Context) -> pl.DataFrame:
    """Sign and unit: a decline and a loss are negative. A percentage that nothing says to be a change is dropped."""
    rows = rows.with_columns(measures.dashed(rows, around).alias("dashed"), measures.yardstick(rows, around).alias("yardstick"))
    rows = rows.with_columns(
        measures.negative(rows, around).alias("below"),
        measures.leverage(rows, around).alias("leverage"),
        measures.half_more(rows, around).alias("half_more"),
        measures.surpassed(rows, around).alias("surpassed"),
        _home_currency(rows, around.scanned.tape).alias("home"),
    )
    rows = rows.with_columns(
        figure_class=pl.when("half_more").then(pl.lit("percent")).otherwise("figure_class"),
        value=pl.when("half_more").then(pl.lit(50).cast(rows.schema["value"])).otherwise("value"),
        comparator=pl.when("half_more").then(pl.lit("approx")).when("surpassed").then(pl.lit("eq")).otherwise("comparator"),
    )
    inverse = (1 / pl.col("value").cast(pl.Float64)).cast(rows.schema["value"])
    rows = rows.with_columns(value=pl.when(measures.shrunk(rows, around)).then(inverse).otherwise("value"))
    change = pl.col("measure") == "change"
    multiple = pl.col("figure_class") == "multiple"
    signless = change & pl.col("way").is_null() & ~multiple
    of_debt = (pl.col("metric") == "debt") & pl.col("way").is_null()  # "net debt of 139 billion, or 3.3x EBITDA"
    foreseen = pl.col("basis") == "guidance"  # "純利益は4.1倍の16億円を計画する"
    leads = (
        foreseen & foreseen.shift(-1) & (pl.col("measure").shift(-1) == "level") & (pl.col("sid").shift(-1) == pl.col("sid"))
    )
    leads &= (pl.col("metric").shift(-1) == pl.col("metric")) & (pl.col("start").shift(-1) - pl.col("end")).is_between(0, 1)
    expected = ((pl.col("basis") != "actual") | pl.col("yardstick")) & ~leads.fill_null(value=False)
    beside = multiple & (expected | of_debt | pl.col("leverage"))
    minus = (((pl.col("sign") < 0) & ~pl.col("dashed")) | pl.col("below")) & pl.col("metric").is_in(_MAY_BE_NEGATIVE)
    negative = pl.when(change).then(~multiple & (pl.col("way") < 0)).otherwise(pl.col("loss") | minus)
    sign = pl.when(negative).then(-1).otherwise(1)
    across = (pl.col("value") < 0) & (pl.col("value_high") > 0)  # "-2 to +5 percent"
    high = pl.when(across.fill_null(value=False)).then(1).otherwise(sign)
    unit = (
        pl.when(pl.col("figure_class").is_in(["percent", "points"])).then(pl.lit("percent"))
        .when(multiple).then(pl.lit("multiple"))
        .when(pl.col("metric_kind") == "count").then(pl.lit("count"))
        .otherwise(_currency())
    )  # fmt: skip
    return (
        _with_halves(rows.filter(~signless & ~beside))
        .with_columns(_converted(unit))
        .with_columns(value=pl.col("value").abs() * sign, value_high=pl.col("value_high").abs() * high, unit=unit)
        .filter(pl.col("unit").is_not_null() & ~_more_than_all())
    )


def _more_than_all() -> pl.Expr:
    """What cannot be negative cannot fall by more than all of it: "growth slowed from 191 %" is said of the growth."""
    whole = (pl.col("measure") == "change") & (pl.col("unit") == "percent") & ~pl.col("metric").is_in(_MAY_BE_NEGATIVE)
    return whole & (pl.col("value") < -100)


def _converted(unit: pl.Expr) -> pl.Expr:
    """A second currency in brackets is a conversion: approximate."""
    before = unit.shift(1).over("sid", "metric", order_by="number")
    money = before.str.contains("^[A-Z]{3}$")  # "grew by 10 % (from 332 to 366 million)" converts nothing
    second = pl.col("bracketed") & pl.col("opens") & (pl.col("figure_class") == "money") & (unit != before) & money
    return pl.when(second & (pl.col("comparator") == "eq")).then(pl.lit("approx")).otherwise("comparator").alias("comparator")


def _with_halves(rows: pl.DataFrame) -> pl.DataFrame:
    """ "Shrank by half" is the multiple 0.5."""
    half = (pl.col("kind") == "fraction") & (pl.col("value") == 50) & (pl.col("way") < 0) & (pl.col("measure") == "change")
    return rows.with_columns(
        figure_class=pl.when(half).then(pl.lit("multiple")).otherwise("figure_class"),
        value=pl.when(half).then(pl.lit(0.5).cast(rows.schema["value"])).otherwise("value"),
        comparator=pl.when(half & (pl.col("comparator") == "approx")).then(pl.lit("eq")).otherwise("comparator"),
    )


def _currency() -> pl.Expr:
    """The currency of an amount: its own, that which the article counts in, or that of the nearest amount of the article."""
    own = pl.when(pl.col("unit").str.contains("^[A-Z]{3}$")).then("unit")
    near = (
        own.fill_null(strategy="forward")
        .over("doc", order_by="number")
        .fill_null(own.fill_null(strategy="backward").over("doc", order_by="number"))
    )
    amounts = pl.when((pl.col("metric_kind") == "money") & own.is_not_null()).then(own)
    sole = pl.when(amounts.drop_nulls().n_unique().over("doc") == 1).then(amounts.drop_nulls().first().over("doc"))
    minor = (pl.col("metric_kind") == "share") & (pl.col("value").abs() < 1)  # "centimes" and "céntimos" are of any currency
    again = own.drop_nulls().first().over("doc", "metric", "value")  # "earns 113 billion" in the title of what the text tells
    return pl.coalesce(pl.when(minor).then(sole), own, again, pl.col("currency_hint"), near, "home")


def _home_currency(rows: pl.DataFrame, tape: Tape) -> pl.Series:
    """What an article that names no currency counts in, if it says of what: "ricavi per 108,6 milioni" is in euros."""
    homes = tape.by_language(
        rows.select("doc"),
        lambda language, part: pl.repeat(lexicon.settings(language).get("currency"), part.height, dtype=pl.String, eager=True),
    )
    sure = (pl.col("strength") == "metric") & (pl.col("metric_kind") == "money") & (pl.col("figure_class") == "count")
    return rows.select(pl.when(sure).then(homes)).to_series()
