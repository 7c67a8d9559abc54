"""The numbers of business figures on a tape: with their units, ranges, brackets and amounts per share.

Which metric each belongs to is told in `candidates`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies import page_tickers
from transforms.financials.replaced import with_unit_replaced
from transforms.spans import among

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

PER_SHARE: Final = "per_share"
_REACH_BRACKET: Final = 3
_PAID_LEAST, _PAID_MOST = 1_000, 999_999
_EXPLAINED: Final = 20
"""How far the number in brackets stands behind the one that it explains, in code points."""
_SAID_APART: Final = 14
"""How far a bare number stands behind the amount that it is counted as, in code points."""
_EXPECTED: Final = 34
"""How far behind those who expected it a bare number stands, in code points."""
_EXPECTED_APART: Final = 110
"""How far behind the amount that came a bare number stands that was expected, in code points."""
_SCALED: Final = 1_000_000
"""So many customers or users are told with a word for millions, which what was expected may leave out."""
_EXPECTED_LIKE: Final = 0.6
"""How many powers of ten lie at most between both."""
_THOUSAND: Final = 1000
_LISTED: Final = 20
"""How far the next number of a list stands, in code points: " beziehungsweise " is the longest word between."""
_HEADED: Final = 16
"""How far before a range of percentages the word for its move may begin, in code points."""
_BETWEEN_ENDS: Final = 6
"""How far the two ends of a range stand apart, in code points."""
_PARTING: Final = 2
"""How much of a number's end is read for a particle that parts it from the next, in code points."""
_ENDS_APART: Final = 1.2
"""How many times its beginning the end of a range is at most, where only what follows tells that it is one."""
_MAGNITUDE: Final = 1.0
"""How many powers of ten lie at most between an amount and the one in brackets after it."""
_PEOPLE: Final = ("customers", "users", "participants", "employees")
_COUNTED_NOUN: Final = 10
"""How much of what follows a number is read for a word for people, in code points."""
_CLASSIFIED: Final = 2
"""How far behind a number the periods stand that it counts with a classifier between, in code points."""
_TEN_SHARES: Final = 20
"""How far before a dividend "for every ten shares" stands, in code points."""
_NEXT_WORD: Final = 20
"""How much of what follows a number is read for the word that it counts, in code points."""
_PER_SHARE_REACH: Final = (14, 24, 44)
"""How far "a share" may stand after and before its number, and before it if no number is between, in code points."""


def numbers(scanned: Scanned) -> pl.DataFrame:
    """One row a number that may be a figure, in the order of the tape.

    Adds to the quantities: number (its rank), figure_class (money, percent, points, multiple, count), clause (index in the
    sentence), bracketed (its clause stands in brackets), opens (first number of its clause) and per_share ("a share" is
    said of it).
    """
    kind = pl.col("kind")
    as_class = pl.when(kind == "fraction").then(pl.lit("percent")).when(kind == "plain").then(pl.lit("count")).otherwise(kind)
    hundred = pl.when(kind == "fraction").then(100).otherwise(1)
    places = bracketed(scanned).drop("bracket")
    found = _with_units_in_brackets(
        scanned.quantities.filter(pl.col("sid").is_not_null() & (kind != "ordinal") & pl.col("value").is_not_null())
        .join(places, on="cid", how="left", maintain_order="left")
        .sort("start", "end", maintain_order=True)
        .with_columns(
            figure_class=as_class,
            value=pl.col("value") * hundred,
            value_high=pl.col("value_high") * hundred,
            comparator=pl.when((kind == "fraction") & (pl.col("comparator") == "eq"))
            .then(pl.lit("approx"))
            .otherwise("comparator"),
        ),
        scanned,
    )
    found = _without_counted_periods(found, scanned)
    found = found.join(page_tickers(scanned.tape), on="number_end", how="anti", maintain_order="left")
    return _with_per_share(ranked(found), scanned).with_columns(
        *_may_count(scanned.tape, found).get_columns(),
        partitive=_partitive(scanned.tape, found),
        opens=pl.col("start") == pl.col("start").min().over("cid"),
    )


def _with_units_in_brackets(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    found = with_unit_replaced(_compounded(_of_ten_shares(found, scanned.tape), scanned.tape), scanned.tape)
    found = _with_unit_listed(_as_ranges(found, scanned), scanned.tape)
    return _with_unit_expected(_with_unit_said(_with_unit_before(_with_unit_behind(found, scanned), scanned), scanned), scanned)


def _with_unit_expected(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A bare number behind those who expected it counts what the amount before it does: "-40 million (54), consensus -82".

    Or right behind the sentence that has the amount: "came to 1,975 million. The consensus had been 2,000".
    """
    hopes = scanned.cues_of("basis", codes=("consensus", "expected")).select("sid", hope="end")
    last = {c: pl.col(c).shift(1).over("doc") for c in ("end", "sid", "unit", "figure_class", "value")}
    ratio = pl.col("value").cast(pl.Float64).abs() / last["value"].cast(pl.Float64).abs()
    power = pl.when(ratio > 0).then((-ratio.log(10) / 3).round()).otherwise(0)
    bare = (pl.col("figure_class") == "count") & (pl.col("end") == pl.col("number_end")) & pl.col("value_high").is_null()
    near = (pl.col("sid") - last["sid"]).is_between(0, 1) & (pl.col("start") - last["end"] <= _EXPECTED_APART)
    alike = ((ratio.log(10) + 3 * power).abs() <= _EXPECTED_LIKE) & power.is_between(0, 4) & (pl.col("value") != 0)
    large = (last["figure_class"] == "count") & (last["value"] >= _SCALED)
    told_before = (last["figure_class"] == "money") | large
    ready = found.with_row_index("row").with_columns(
        power=power, last_end=last["end"], _unit=last["unit"], _class=last["figure_class"]
    )
    ready = ready.filter((bare & near & alike & told_before).fill_null(value=False))
    if ready.is_empty():
        return found
    after = scanned.tape.slice("end", pl.col("end") + 2, ready)
    ready = ready.filter(after.str.contains(r"^[.,;)]?(?:\s|$)"))
    led = ready.join(hopes, on="sid", how="inner", maintain_order="left")
    led = led.filter((pl.col("hope") >= pl.col("last_end")) & (pl.col("start") - pl.col("hope")).is_between(1, _EXPECTED))
    taken = led.unique("row", keep="first", maintain_order=True).select("row", "power", "_unit", "_class")
    joined = found.with_row_index("row").join(taken, on="row", how="left", maintain_order="left")
    told = pl.col("_unit").is_not_null()
    scale = pl.lit(10.0).pow(pl.when(told).then(3 * pl.col("power")).otherwise(0.0)).cast(pl.Decimal(38, 0))
    return joined.with_columns(
        figure_class=pl.when(told).then("_class").otherwise("figure_class"),
        unit=pl.when(told).then("_unit").otherwise("unit"),
        **{c: pl.when(told).then((pl.col(c) * scale).cast(found.schema[c])).otherwise(c) for c in ("value", "value_step")},
    ).drop("row", "power", "_unit", "_class")


def _without_counted_periods(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Without the numbers of periods that are counted with a classifier: 10개 분기, 10個四半期, 10个季度."""
    classifier = lexicon.alternatives("period_counters", *scanned.tape.languages)
    if classifier == lexicon.NEVER:
        return found
    periods = scanned.periods.select(_period="start").unique().sort("_period", maintain_order=True)
    beside = found.sort("end", maintain_order=True).join_asof(
        periods, left_on="end", right_on="_period", strategy="forward", tolerance=_CLASSIFIED, check_sortedness=False
    )
    beside = beside.filter(pl.col("figure_class") == "count").drop_nulls("_period")
    counted = beside.filter(scanned.tape.slice("end", "_period", beside).str.contains(f"^(?:{classifier}) ?$"))
    return found.filter(~pl.col("start").is_in(counted["start"].implode()))


def _of_ten_shares(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Chinese dividends are told for ten shares: 每10股派5元 is half a yuan a share."""
    for_ten = lexicon.expressions("for_ten_shares", *tape.languages)
    if for_ten == lexicon.NEVER:
        return found
    before = tape.slice(pl.max_horizontal(pl.col("start") - _TEN_SHARES, pl.lit(0)), "start", found)
    told = pl.lit(before).str.contains(f"(?:{for_ten})$")
    told &= pl.col("figure_class") == "money"
    return found.with_columns(
        pl.when(told).then((pl.col(c) / 10).cast(found.schema[c])).otherwise(c).alias(c) for c in ("value", "value_step")
    )


def _compounded(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Two amounts that are one, told by scales: "254 млрд 312,4 млн руб."."""
    between = tape.slice("end", pl.max_horizontal("end", pl.col("start").shift(-1).fill_null(pl.col("end"))), found)
    scaled = (pl.col("end") > pl.col("number_end")) & pl.col("value_high").is_null() & pl.col("value_high").shift(-1).is_null()
    amounts = pl.col("figure_class").is_in(["money", "count"]) & (pl.col("figure_class").shift(-1) == "money")
    bare = (pl.col("figure_class") == "count") | (pl.col("unit") == pl.col("unit").shift(-1))
    less = (
        (pl.col("value").shift(-1) > 0)
        & (pl.col("value").shift(-1) < pl.col("value_step"))
        & (pl.col("value_step") >= _THOUSAND)
    )
    marked = found.with_columns(between=between, first=scaled & amounts & bare & less)
    first = (pl.col("first") & (pl.col("between") == " ")).fill_null(value=False)
    last = pl.col("first").shift(1).fill_null(value=False)
    taken = ("unit", "figure_class", "value_step", "end", "number_end")
    return (
        marked.with_columns(first=first)
        .with_columns(
            value=pl.when("first")
            .then(pl.col("value") + pl.col("value").shift(-1))
            .otherwise("value")
            .cast(found.schema["value"]),
            **{c: pl.when("first").then(pl.col(c).shift(-1)).otherwise(c) for c in taken},
            last=last,
        )
        .filter(~pl.col("last"))
        .drop("between", "first", "last")
    )


def _with_unit_said(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A bare number that only "from", "to" or "against" parts from an amount is one too: "11.3 percent from 28.8".

    What customers of a class pay ("over 100,000 dollars were 769") is no such amount.
    """
    marks = scanned.cues.filter(
        ((pl.col("kind") == "mark") & pl.col("code").is_in(["from", "to"])) | (pl.col("kind") == "role")
    ).select("start", "end")
    after = scanned.tape.slice("end", pl.col("end") + 1, found)
    amount = pl.col("figure_class").shift(1).is_in(["money", "percent"]) & (pl.col("sid").shift(1) == pl.col("sid"))
    bare = (pl.col("figure_class") == "count") & (pl.col("end") == pl.col("number_end")) & pl.col("value_high").is_null()
    beside = (pl.col("start") - pl.col("end").shift(1)).is_between(3, _SAID_APART)
    ready = found.with_row_index("row").filter(
        (amount & bare & beside & (pl.col("value") > 0)).fill_null(value=False) & after.str.contains(r"^[.,;)\n]?$")
    )
    if ready.is_empty():
        return found
    prior = found.select(last_end=pl.col("end").shift(1)).with_row_index("row")
    led = (
        ready.select("row", "start").join(prior, on="row", maintain_order="left").join_where(
            marks.rename({"start": "mark", "end": "mark_end"}),
            pl.col("mark") >= pl.col("last_end"), pl.col("mark") <= pl.col("last_end") + 2,
            pl.col("mark_end") <= pl.col("start"), pl.col("mark_end") >= pl.col("start") - 1,
        )
    )["row"].unique()  # fmt: skip
    ratio = pl.col("value").cast(pl.Float64).abs().shift(1) / pl.col("value").cast(pl.Float64).abs()
    percent = pl.col("figure_class").shift(1) == "percent"
    power = pl.when(percent).then(0.0).otherwise((ratio.log(10) / 3).round())
    alike = (ratio.log(10) - 3 * power).abs() <= _MAGNITUDE
    before = pl.col("value").shift(1).abs()
    paid = before.is_between(_PAID_LEAST, _PAID_MOST)
    alike &= pl.when(percent).then(pl.col("value").abs() <= 100).otherwise(~paid)
    marked = found.with_row_index("row").with_columns(taken=pl.col("row").is_in(led.implode()))
    taken = (pl.col("taken") & alike & power.is_between(0, 4)).fill_null(value=False)
    scale = pl.lit(10.0).pow(pl.when(taken).then(3 * power).otherwise(0.0)).cast(pl.Decimal(38, 0))
    return marked.with_columns(
        figure_class=pl.when(taken).then(pl.col("figure_class").shift(1)).otherwise("figure_class"),
        unit=pl.when(taken).then(pl.col("unit").shift(1)).otherwise("unit"),
        **{c: pl.when(taken).then((pl.col(c) * scale).cast(found.schema[c])).otherwise(c) for c in ("value", "value_step")},
    ).drop("row", "taken")


def _as_ranges(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Two amounts alone in brackets after a range are the range in a second currency: "(2.127 y 2.136 millones de euros)"."""
    tape = scanned.tape
    found = _with_range_words(found, tape)
    money = pl.col("figure_class") == "money"
    head = tape.slice(pl.max_horizontal(pl.col("start") - 1, pl.lit(0)), "start", found).is_in(["(", "（"])
    tail = tape.slice("end", pl.col("end") + 1, found).is_in([")", "）"])
    marked = found.with_columns(head=head, tail=tail)
    after_range = (money & pl.col("value_high").is_not_null()).shift(1) & (pl.col("sid").shift(1) == pl.col("sid"))
    beside = (pl.col("start").shift(-1) - pl.col("end")).is_between(1, _BETWEEN_ENDS) & (
        pl.col("unit") == pl.col("unit").shift(-1)
    )
    first = (
        money & pl.col("value_high").is_null() & pl.col("head") & ~pl.col("tail") & after_range & beside
        & money.shift(-1) & pl.col("tail").shift(-1)
    ).fill_null(value=False)  # fmt: skip
    last = pl.col("first").shift(1).fill_null(value=False)
    return (
        marked.with_columns(first=first)
        .with_columns(
            value_high=pl.when("first").then(pl.col("value").shift(-1)).otherwise("value_high"),
            end=pl.when("first").then(pl.col("end").shift(-1)).otherwise("end"),
            number_end=pl.when("first").then(pl.col("number_end").shift(-1)).otherwise("number_end"),
            last=last,
        )
        .filter(~pl.col("last"))
        .drop("head", "tail", "first", "last")
    )


def _ranged_behind(found: pl.DataFrame, tape: Tape) -> pl.Series:
    """Whether what stands behind the next number makes it the end of a range that this one begins.

    "6億8500万ドルから6億9000万ドルの間", where "から" alone may part what was from what is (`[settings] range_between` is a
    regular expression for what parts the ends, which may be written as one with the first, `range_behind` for what follows
    them, `range_not_before` for what begins no range).
    """
    close = pl.col("value").shift(-1).cast(pl.Float64) / pl.col("value").cast(pl.Float64)
    asked = found.with_row_index("row").with_columns(_next=pl.col("start").shift(-1), _till=pl.col("end").shift(-1))
    asked = asked.filter(
        (pl.col("unit") == pl.col("unit").shift(-1))
        & close.is_between(1, _ENDS_APART)
        & (pl.col("_next") - pl.col("end")).is_between(0, _BETWEEN_ENDS)
    )
    texts = asked.select(
        "doc",
        between=tape.slice(pl.col("end") - _PARTING, "_next", asked),
        behind=tape.slice("_till", pl.col("_till") + _HEADED, asked),
        head=tape.slice(pl.max_horizontal(pl.col("start") - _HEADED, pl.lit(0)), "start", asked),
    )

    def told(language: str, rows: pl.DataFrame) -> pl.Series:
        settings = lexicon.settings(language)
        apart = rows["between"].str.contains(f"(?:{settings.get('range_between', '$^')})$")
        ended = rows["behind"].str.contains(f"^(?:{settings.get('range_behind', '$^')})")
        return apart & ended & ~rows["head"].str.contains(f"(?:{settings.get('range_not_before', '$^')})$")

    rows = asked["row"].filter(tape.by_language(texts, told).fill_null(value=False))
    return pl.int_range(found.height, eager=True).is_in(rows.implode())


def _with_range_words(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Two numbers that only a range word parts are one range: "von 800 bis 950 Millionen" (`[settings] range_words`)."""
    after = tape.slice("end", pl.col("end") + _BETWEEN_ENDS, found).str.to_lowercase()
    word = tape.by_language(
        found.select("doc", after=after),
        lambda language, rows: rows["after"].str.contains(
            "^ (?:" + "|".join(lexicon.settings(language).get("range_words", ["$^"])) + ") "
        ),
    )
    near = (pl.col("start").shift(-1) - pl.col("end")).is_between(3, _BETWEEN_ENDS)
    alike = (pl.col("figure_class") == pl.col("figure_class").shift(-1)) & pl.col("value_high").is_null()
    grown = pl.col("value") < pl.col("value").shift(-1)
    shared = tape.by_language(
        found.select("doc", after=after),
        lambda language, rows: rows["after"].str.contains(
            "^ (?:" + "|".join(lexicon.settings(language).get("percent_ranges", ["$^"])) + ") "
        ),
    )
    head = tape.slice(pl.max_horizontal(pl.col("start") - _BETWEEN_ENDS, pl.lit(0)), "start", found).str.to_lowercase()
    moved = tape.by_language(
        found.select("doc", head=head),
        lambda language, rows: rows["head"].str.contains(
            "(?:^|[^\\p{L}])(?:" + "|".join(lexicon.settings(language).get("before_moves", ["$^"])) + ") $"
        ),
    )
    unitless = (pl.col("figure_class") == "percent") & (pl.col("end") == pl.col("number_end"))
    # "to $2.25 to $2.50 from $3 to $3.75": what one range is set against is another.
    after_range = pl.col("value_high").shift(1).is_not_null() & (pl.col("sid").shift(1) == pl.col("sid"))
    after_range &= (pl.col("unit") == pl.col("unit").shift(1)) & (pl.col("unit") == pl.col("unit").shift(-1))
    both = found.select(after_range.fill_null(value=False)).to_series() & shared.fill_null(value=False)
    headed = tape.by_language(
        found.select("doc", head=tape.slice(pl.max_horizontal(pl.col("start") - _HEADED, pl.lit(0)), "start", found)),
        lambda language, rows: (
            rows["head"]
            .str.to_lowercase()
            .str.contains("(?:^|[^\\p{L}])(?:" + "|".join(lexicon.settings(language).get("before_ranges", ["$^"])) + ") $")
        ),
    )
    percent = found.select((pl.col("figure_class") == "percent").fill_null(value=False)).to_series()
    own = (
        word.fill_null(value=False)
        | both
        | (shared.fill_null(value=False) & headed.fill_null(value=False) & percent)
        | (shared.fill_null(value=False) & ~moved.fill_null(value=False) & found.select(unitless).to_series())
    )
    marked = found.with_columns(word=own)
    parted = (pl.col("word") & near) | pl.lit(_ranged_behind(found, tape))
    first = (parted & alike & grown & pl.col("value_high").shift(-1).is_null()).fill_null(value=False)
    return (
        marked.with_columns(first=first)
        .with_columns(
            value_high=pl.when("first").then(pl.col("value").shift(-1)).otherwise("value_high"),
            unit=pl.when("first").then(pl.col("unit").shift(-1)).otherwise("unit"),
            end=pl.when("first").then(pl.col("end").shift(-1)).otherwise("end"),
            number_end=pl.when("first").then(pl.col("number_end").shift(-1)).otherwise("number_end"),
            last=pl.col("first").shift(1).fill_null(value=False),
        )
        .filter(~pl.col("last"))
        .drop("word", "first", "last")
    )


def _with_unit_listed(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """A number with a scale, joined to an amount, is one of that currency: "2.4 billion and 300 million euros"."""
    scaled = (pl.col("figure_class") == "count") & (pl.col("end") > pl.col("number_end")) & (pl.col("value_step") >= _THOUSAND)
    small = (pl.col("figure_class") == "count") & (pl.col("end") == pl.col("number_end")) & (pl.col("value") <= 1000)
    after = pl.col("figure_class").shift(-1)
    ready = ((scaled & (after == "money")) | (small & (after == "percent"))) & pl.col("value_high").is_null()
    ready &= (pl.col("start").shift(-1) - pl.col("end")).is_between(3, _LISTED)
    asked = found.select("doc", "end", ready=ready.fill_null(value=False), following=pl.col("start").shift(-1))
    asked = asked.with_row_index("row").filter("ready")
    between = tape.slice("end", "following", asked).str.strip_chars().str.to_lowercase()

    def joins(language: str, rows: pl.DataFrame) -> pl.Series:
        words = lexicon.of_kind(language, "period.and", "list")["pattern"].to_list()
        return rows["between"].is_in(words)

    joined = asked.filter(tape.by_language(asked.select("doc", between=between), joins).fill_null(value=False))["row"]
    taken = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(joined.implode())
    return found.with_columns(
        figure_class=pl.when(taken).then(pl.col("figure_class").shift(-1)).otherwise("figure_class"),
        unit=pl.when(taken).then(pl.col("unit").shift(-1)).otherwise("unit"),
    )


def _with_unit_behind(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A bare number before one alone in brackets is counted in what stands behind the brackets: "2 819 (2 504) Mkr"."""
    tape = scanned.tape
    bare = (pl.col("figure_class") == "count") & (pl.col("value") != 0) & pl.col("value_high").is_null()
    bracket = tape.slice("end", pl.col("end") + 2, found).is_in([" (", "(", " （", "（"])
    near = (pl.col("number_start").shift(-1) - pl.col("end")).is_between(1, _EXPLAINED)
    near &= pl.col("sid").shift(-1) == pl.col("sid")  # "2,3 (Vorjahr: 2,1) Milliarden Euro"
    closed = tape.slice("number_end", pl.col("number_end") + 1, found).is_in([")", "）"])
    unit = found.with_columns(bracket=bracket, closed=closed)
    classed = pl.col("figure_class").shift(-1).is_in(["money", "percent"]) & pl.col("closed").shift(-1)
    behind = pl.col("end").shift(-1) > pl.col("number_end").shift(-1) + 1
    step, written = pl.col("value_step").shift(-1), pl.col("value").shift(-1)
    taken = (bare & pl.col("bracket") & near & classed & behind & (written != 0) & (step > 0)).fill_null(value=False)
    size, other = pl.col("value").cast(pl.Float64).abs(), written.cast(pl.Float64).abs()
    power = ((other / size).log(10) / 3).round()
    scale = pl.lit(10.0).pow(pl.when(taken).then(3 * power.clip(0, 4)).otherwise(0.0)).cast(pl.Decimal(38, 0))
    numbers = ("value", "value_step")
    return unit.with_columns(
        figure_class=pl.when(taken).then(pl.col("figure_class").shift(-1)).otherwise("figure_class"),
        unit=pl.when(taken).then(pl.col("unit").shift(-1)).otherwise("unit"),
        **{c: pl.when(taken).then((pl.col(c) * scale).cast(found.schema[c])).otherwise(c) for c in numbers},
    ).drop("bracket", "closed")


def _with_unit_before(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A bare number alone in brackets after an amount is an amount of that currency and scale: "1,136 million (1,101)".

    Its scale is the power of a thousand that brings it nearest to the amount before it.
    """
    closed = scanned.tape.slice("end", pl.col("end") + 1, found).is_in([")", "）"])
    opened = scanned.tape.slice("clause_start", pl.max_horizontal("clause_start", "start"), found)
    alone = closed & opened.str.contains(r"^[(（][^\d()（）]{0,16}$")  # a word may stand before it: "(previously 1,101)"
    bare = (pl.col("figure_class") == "count") & pl.col("bracketed") & alone & (pl.col("value") != 0)
    scaled = (pl.col("figure_class") == "count") & (pl.col("end") > pl.col("number_end")) & (pl.col("value_step") >= _THOUSAND)
    amount = pl.col("figure_class").is_in(["money", "percent"]) | scaled  # "817 miljoner (849)"
    amount = amount.shift(1) & (pl.col("sid").shift(1) == pl.col("sid"))
    near = (pl.col("clause_start") - pl.col("end").shift(1)) <= _REACH_BRACKET
    size = pl.col("value").cast(pl.Float64).abs()
    ratio = size.shift(1) / size
    power = (ratio.log(10) / 3).round()
    alike = (ratio.log(10) - 3 * power).abs() <= _MAGNITUDE
    taken = (bare & amount & near & (ratio > 0) & power.is_between(0, 4) & alike).fill_null(value=False)
    scale = pl.lit(10.0).pow(pl.when(taken).then(3 * power).otherwise(0.0)).cast(pl.Decimal(38, 0))
    return found.with_columns(
        figure_class=pl.when(taken).then(pl.col("figure_class").shift(1)).otherwise("figure_class"),
        unit=pl.when(taken).then(pl.col("unit").shift(1)).otherwise("unit"),
        value=pl.when(taken).then((pl.col("value") * scale).cast(found.schema["value"])).otherwise("value"),
        value_high=pl.when(taken).then((pl.col("value_high") * scale).cast(found.schema["value_high"])).otherwise("value_high"),
        value_step=pl.when(taken).then((pl.col("value_step") * scale).cast(found.schema["value_step"])).otherwise("value_step"),
    )


def bracketed(scanned: Scanned) -> pl.DataFrame:
    """Clauses and whether they stand in brackets: cid, clause, clause_start, clause_end, bracketed, bracket (where it opens).

    "(previous year: 17 million)" is two clauses; the second is in brackets because the first has not closed them. A longer
    list stands in its bracket, but only the first two clauses count as `bracketed`.
    """
    return scanned.tape.once("figures.brackets", lambda: _bracketed(scanned))


def _bracketed(scanned: Scanned) -> pl.DataFrame:
    clauses = scanned.clauses.sort("start", maintain_order=True)
    codes, start, end = scanned.tape.codes, clauses["start"].to_numpy(), clauses["end"].to_numpy()
    head = among(codes[start], "([【")
    closers = np.concatenate(([0], np.cumsum(among(codes, ")]】"))))
    closed = closers[end] > closers[start]
    marked = clauses.with_columns(head=pl.Series(head), still=pl.Series(head & ~closed))
    inside = pl.col("still").shift(1).over("sid", order_by="start").fill_null(value=False)
    openers = among(codes, "([【")
    opened = np.concatenate(([0], np.cumsum(openers)))
    sentence = marked.select(pl.col("start").min().over("sid")).to_series().to_numpy()
    deep = (opened[start + 1] - opened[sentence]) > (closers[start] - closers[sentence])
    last = np.append(np.flatnonzero(openers), -1)[opened[start + 1] - 1]
    return marked.select(
        "cid",
        "clause",
        clause_start="start",
        clause_end="end",
        bracketed=pl.col("head") | inside,
        bracket=pl.when(pl.Series(deep)).then(pl.Series(last)),
    )


def _may_count(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Whether people or firms may be what a number counts (counts), and whether a counter for them says so (peopled).

    Only Chinese, Japanese and Korean have such words; `[settings] counters` lists those for people and firms,
    `other_counters` those for things (pieces). A word for customers or users right behind a number says as much: 2亿用户.
    """
    answer = tape.by_language(found, lambda language, rows: _may_count_in(tape, rows, language))
    return answer.struct.unnest()


def _may_count_in(tape: Tape, found: pl.DataFrame, language: str) -> pl.Series:
    settings = lexicon.settings(language)
    counters = settings.get("counters")
    if counters is None:
        none = pl.col("start") < 0
        return found.select(counts=~none, peopled=none, pieces=none, contracts=none).to_struct("may_count")
    after = tape.slice("end", pl.col("end") + _COUNTED_NOUN, found).str.strip_chars_start(
        settings.get("counter_fill", "") + " "
    )
    follows = after.str.slice(0, 1)
    mark = ~follows.str.contains(r"[\p{L}]")
    counted = follows.is_in(list(counters)) & ~after.str.contains(rf"^(?:{settings.get('counter_not', '$^')})")
    people = (counted | after.str.contains(_people(language))).fill_null(value=False)
    pieces = follows.is_in(list(settings.get("other_counters", ""))).fill_null(value=False)
    onward = after.str.contains(f"^(?:{settings.get('counter_onward', '$^')})")  # "从1000万增加到2亿"
    counts = (mark | people | onward | (follows == "")).fill_null(value=True)
    contracts = follows.is_in(list(settings.get("contract_counters", ""))).fill_null(value=False)
    return pl.DataFrame({"counts": counts, "peopled": people, "pieces": pieces, "contracts": contracts}).to_struct()


@lru_cache(maxsize=8)
def _people(language: str) -> str:
    """What begins with a word for customers, users or others that are counted in people, as a regular expression."""
    words = lexicon.of_kind(language, "metric", "metric_noun").filter(pl.col("code").is_in(_PEOPLE))["pattern"]
    return "^(?i:" + "|".join(re.escape(word) for word in words.unique().sort(descending=True)) + ")"


def _partitive(tape: Tape, found: pl.DataFrame) -> pl.Series:
    """Whether a word for what is counted follows with "of": "51 millions d'iPhone" are no money (`[settings] partitive`)."""
    after = tape.slice("end", pl.col("end") + _NEXT_WORD, found).str.to_lowercase()

    def said(language: str, rows: pl.DataFrame) -> pl.Series:
        settings = lexicon.settings(language)
        word = rows["after"].str.extract(settings.get("partitive", "($^)"), 1)
        return word.is_not_null() & ~word.is_in(settings.get("no_partitive", []))

    return tape.by_language(found.select("doc", after=after), said)


def ranked(figures: pl.DataFrame) -> pl.DataFrame:
    """Numbers with their rank on the tape, by which "how many stand between" is counted."""
    return figures.with_columns(number=pl.int_range(pl.len(), dtype=pl.Int64))


def _with_per_share(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    after, before, alone = _PER_SHARE_REACH
    cues = scanned.cues.filter(pl.col("kind") == PER_SHARE).select("sid", cue_start="start", cue_end="end")
    behind, ahead = pl.col("cue_start") - pl.col("end"), pl.col("start") - pl.col("cue_end")
    first = ahead == ahead.filter(ahead >= 0).min().over("cue_start")  # "je Aktie verdiente der Konzern bereinigt 1,11 Dollar"
    said = (
        found.filter(pl.col("figure_class").is_in(["money", "count"]))
        .join(cues, on="sid", how="inner", maintain_order="left")
        .filter(behind.is_between(-1, after) | ahead.is_between(0, before) | (first & ahead.is_between(0, alone)))
        .filter(pl.col("figure_class") == "money")
    )
    return found.with_columns(per_share=pl.col("number").is_in(said["number"].unique().implode()))
