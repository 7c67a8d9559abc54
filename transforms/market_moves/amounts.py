"""Amounts of moves with their direction, and amounts that name no currency: "raises the target to 260 from 240 kr."."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.said_of import metric_words
from transforms.market_moves.spoken import CHANGE, words
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.scan import Scanned

_FROM_REACH: Final = 8
"""How far behind a number the earlier amount may stand that lends it its currency."""
_FOR_REACH: Final = 16
"""How far before the price of a deal its "for" may stand."""
_ENDS_REACH: Final = 6
_OF_REACH, _THEN_REACH = 26, 12
"""How far before a bare amount its noun may end, and how much behind it tells what it counts, in code points."""
_WITH_AMOUNT: Final = ("fine", "buyback", "deal_price", "raise_money", "invest")
_EARLIER_REACH: Final = 45
"""How far from a target price the earlier one may stand."""
_STEP_REACH: Final = 14
"""How far behind "by" the amount may stand by which a target was moved: "by more than $20"."""
_TO_A_PART: Final = 6
"""How far behind "to" the part may stand that is left of a share's value: "to almost a third"."""
_MILLION: Final = 1_000_000
_UP: Final = ("up", "raise", "upgrade", "outlook_raised", "dearer")
_DOWN: Final = ("down", "cut", "downgrade", "outlook_cut", "cheaper")


def with_currencies(scanned: Scanned) -> Scanned:
    """The scanned tape with such numbers as money: in the currency of the amount behind "from", else that of the language."""
    numbers = scanned.quantities.sort("start", maintain_order=True)
    bare = numbers.filter(pl.col("kind").is_in(["count", "plain"]), pl.col("sid").is_not_null())
    paid = numbers.filter(pl.col("kind") == "money").select("sid", _at="start", _unit="unit")
    lent = bare.sort("end", maintain_order=True).join_asof(
        paid, left_on="end", right_on="_at", by="sid", strategy="forward", tolerance=_FROM_REACH, check_sortedness=False
    )
    between = scanned.tape.slice("end", "_at", lent)
    lent = lent.filter(between.str.contains(rf"^,? ?(?:{lexicon.alternatives('lent_by')}) $").fill_null(value=False)).select(
        "start", "_unit"
    )
    figures = metric_words(scanned)["cid"].implode()
    large = bare.filter(pl.col("value") >= _MILLION, ~pl.col("cid").is_in(figures)).with_columns(
        _from=pl.max_horizontal(pl.col("start") - _FOR_REACH, pl.lit(0)), _to=pl.col("end") + _ENDS_REACH
    )
    paid_for = rf"(?i)\b(?:{lexicon.alternatives('paid_for')})(?: (?:{lexicon.alternatives('paid_about')}))? $"
    # Nothing that is counted stands behind it.
    ends = rf"^(?:[.,;:!?)»”\"\n]|$| (?:{lexicon.alternatives('paid_then')})\b)"
    ahead = scanned.tape.slice("_from", "start", large).str.contains(paid_for).fill_null(value=False)
    behind = scanned.tape.slice("end", "_to", large).str.contains(ends).fill_null(value=False)
    docs = scanned.tape.docs
    homes = {language: lexicon.settings(language).get("currency") for language in docs["language"].unique()}
    home = docs["language"].replace_strict(homes, return_dtype=pl.String)
    asked = (ahead & behind) | _of_an_amount(large, scanned)
    # The currency that the article counts in, else that of its language.
    counted = (
        numbers.filter(pl.col("kind") == "money").group_by("doc", maintain_order=True).agg(_said=pl.col("unit").mode().min())
    )
    priced = large.join(counted, on="doc", how="left", maintain_order="left").with_columns(
        home.gather(large["doc"]).alias("_unit")
    )
    priced = priced.with_columns(_unit=pl.coalesce("_said", "_unit")).filter(asked).drop_nulls("_unit")
    units = pl.concat([lent, priced.select("start", "_unit")]).unique("start", keep="first", maintain_order=True)
    told = scanned.quantities.join(units, on="start", how="left", maintain_order="left")
    money = pl.col("_unit").is_not_null() & pl.col("kind").is_in(["count", "plain"])
    told = told.with_columns(
        kind=pl.when(money).then(pl.lit("money")).otherwise("kind"), unit=pl.when(money).then("_unit").otherwise("unit")
    )
    return replace(scanned, quantities=told.drop("_unit"))


def _of_an_amount(large: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether each number is the amount of a word right before it and counts nothing behind it: "a fine of 10 million"."""
    nouns = words(scanned, *_WITH_AMOUNT).select("sid", _word="end").sort("_word", maintain_order=True)
    near = large.with_row_index("_i").sort("start", maintain_order=True).join_asof(
        nouns, left_on="start", right_on="_word", by="sid", strategy="backward", tolerance=_OF_REACH, check_sortedness=False
    )  # fmt: skip
    near = near.sort("_i", maintain_order=True).with_columns(
        _word=pl.coalesce("_word", "start"), _to=pl.col("end") + _THEN_REACH
    )
    of = rf"(?i)^ (?:(?:{lexicon.alternatives('amount_of')}) )?(?:(?:{lexicon.alternatives('paid_about')}) )?$"
    then = f"{lexicon.alternatives('amount_then')}|{lexicon.alternatives('paid_then')}"
    ends = rf"^(?:[.,;:!?)»”\"\n]|$| (?:{then})(?:$|[^\p{{L}}]))"
    leads = scanned.tape.slice("_word", "start", near).str.contains(of).fill_null(value=False)
    return leads & scanned.tape.slice("end", "_to", near).str.contains(ends).fill_null(value=False)


def with_direction(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add direction where it is not yet told, from the word that the rule took as its way; jobs cut, shops closed: fewer; a new
    limit: more."""
    ways = (
        words(scanned, *_UP, *_DOWN)
        .select(way_start="start", way="code")
        .unique("way_start", keep="first", maintain_order=True)
    )
    closed = pl.col("rule").str.starts_with("capacity_change.closed")
    limit = pl.col("rule") == "capacity_change.limit"
    told = pl.when((pl.col("move_type") == "layoffs") | closed).then(pl.lit("down")).when(limit).then(pl.lit("up"))
    way = pl.when(pl.col("way").is_in(_UP)).then(pl.lit("up")).when(pl.col("way").is_in(_DOWN)).then(pl.lit("down"))
    return (
        found.join(ways, on="way_start", how="left", maintain_order="left")
        .with_columns(direction=pl.coalesce("direction", way, told))
        .drop("way")
    )


def with_aim(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Target prices without a direction with that from the earlier target beside them: "to $160 from $175"."""
    marks = words(scanned, "from", "from_back").select(_mark="end").unique().sort("_mark", maintain_order=True)
    plain = pl.col("kind").is_in(["money", "count", "plain"])  # "75 dollars from 95"
    money = scanned.quantities.filter(plain).select("sid", _at="start", _earlier="value").drop_nulls()
    earlier = money.sort("_at", maintain_order=True).join_asof(
        marks, left_on="_at", right_on="_mark", strategy="backward", tolerance=2, check_sortedness=False
    ).drop_nulls("_mark")  # fmt: skip
    rows = moves.with_row_index("row")
    aimless = rows.filter(
        pl.col("move_type") == "rating_change", pl.col("direction").is_null(), pl.col("value").is_not_null()
    ).select("row", "sid", "value", "value_start")  # fmt: skip
    beside = aimless.join(earlier, on="sid", maintain_order="left")
    gap = (pl.col("_at") - pl.col("value_start")).abs()
    beside = beside.filter(gap.is_between(1, _EARLIER_REACH), pl.col("_earlier") != pl.col("value")).with_columns(_gap=gap)
    beside = beside.sort("row", "_gap", maintain_order=True).unique("row", keep="first", maintain_order=True)
    rises = pl.when(pl.col("value") > pl.col("_earlier")).then(pl.lit("up")).otherwise(pl.lit("down"))
    aimed = rows.join(beside.select("row", _way=rises), on="row", how="left", maintain_order="left")
    return aimed.with_columns(direction=pl.coalesce("direction", "_way")).drop("row", "_way")


def without_steps(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches but target prices that only tell how far one moved: the 20 of "cut its target by more than $20 to $65"."""
    steps = words(scanned, "by").select("sid", _by="end").drop_nulls()
    aims = found.filter(pl.col("move_type") == "rating_change", pl.col("value_start").is_not_null())
    aims = aims.select("sid", "value_start", _next=pl.col("value_start").shift(-1).over("sid", order_by="value_start"))
    led = aims.join(steps, on="sid", how="inner", maintain_order="left")
    moved = (pl.col("value_start") - pl.col("_by")).is_between(0, _STEP_REACH)
    moved &= (pl.col("_next") - pl.col("value_start")).is_between(1, _EARLIER_REACH)
    return found.join(led.filter(moved).select("value_start").unique(), on="value_start", how="anti", nulls_equal=False)


def with_amount(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add value, value_high, value_step, unit and comparator; percents are signed by the direction."""
    numbers = scanned.quantities.select(
        "value", "value_high", "value_step", "unit", "comparator", "kind", value_start="start"
    ).unique("value_start", keep="first", maintain_order=True)  # fmt: skip
    signed = pl.col("move_type").is_in([CHANGE, "pricing"])
    falls = (pl.col("direction") == "down") & pl.col("kind").is_in(["percent", "points", "fraction"]) & signed
    unit = (
        pl.when(pl.col("kind") == "fraction")
        .then(pl.lit("percent"))
        .when(pl.col("kind").is_in(["count", "plain"]))
        .then(pl.lit("count"))
        .otherwise(pl.col("unit"))
    )
    # "1,300 employees" in a language that groups with a dot: people are whole.
    grouped = (unit == "count") & (pl.col("value_step") == pl.lit("0.001").cast(VALUE)) & (pl.col("value") < 1000)
    thousand = pl.when(grouped.fill_null(value=False)).then(pl.lit(1000)).otherwise(pl.lit(1)).cast(VALUE)
    hundred = pl.when(pl.col("kind") == "fraction").then(pl.lit(100)).otherwise(pl.lit(1)).cast(VALUE)
    joined = _what_is_left(moves.join(numbers, on="value_start", how="left", maintain_order="left"), scanned)
    size = pl.col("value").abs()  # "完全子会社化へ-2兆円でTOB": a dash of a headline is no sign
    # "Raised the target from 160 to 180 euros" may have the form of a range, and is none.
    aimed = (pl.col("move_type") == "rating_change") & pl.col("value_high").is_not_null()
    rises = pl.when(pl.col("value_high") > pl.col("value")).then(pl.lit("up")).otherwise(pl.lit("down"))
    joined = joined.with_columns(
        direction=pl.when(aimed).then(rises).otherwise("direction"),
        value=pl.when(aimed).then("value_high").otherwise("value"),
        value_high=pl.when(aimed).then(None).otherwise("value_high"),
    )
    return joined.with_columns(
        value=(pl.when(falls).then(-size).otherwise(size) * hundred * thousand).cast(VALUE),
        value_high=(pl.when(falls).then(-pl.col("value_high").abs()).otherwise("value_high") * hundred).cast(VALUE),
        unit=unit,
    ).drop("kind")


def _what_is_left(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves with a part of its value that a share fell to as that by which it fell: "to a quarter of its value" is -75 %."""
    to = scanned.cues_of("mark").filter(pl.col("code") == "to").select(_to="end").unique().sort("_to", maintain_order=True)
    fell = (pl.col("move_type") == CHANGE) & (pl.col("kind") == "fraction") & (pl.col("direction") == "down")
    told = moves.with_row_index("_row").filter(fell).sort("value_start", maintain_order=True)
    told = told.join_asof(
        to, left_on="value_start", right_on="_to", strategy="backward", tolerance=_TO_A_PART, check_sortedness=False
    ).drop_nulls("_to")  # fmt: skip
    rows = moves.with_row_index("_row")
    left = pl.col("_row").is_in(told["_row"].implode())
    return rows.with_columns(value=pl.when(left).then((1 - pl.col("value")).cast(VALUE)).otherwise("value")).drop("_row")
