"""Which number may belong to which metric word, and how likely: pairs within a sentence, weighed by place and unit.

A number's candidates are all metric words of its sentence that its unit allows, words for things that are no business
figure among them; the likeliest wins. Numbers without a metric word of their own are left to `inheritance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.financials import rules
from transforms.financials.replaced import with_unit_replaced
from transforms.spans import among, drop_contained

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

METRIC_KINDS: Final = ("metric", "metric_weak", "metric_noun")
PER_SHARE: Final = "per_share"
CLASS: Final = "metric_class"
_PAID_REACH: Final = 32
_HIDDEN: Final = "hidden"
_FIRMS: Final = "firms"
_ORDERS: Final = "order_intake"
_MARGIN: Final = "margin"
_RESULTS: Final = ("operating_income", "pretax_income", "ebitda")
_REACH_BRACKET: Final = 3
_PAID_LEAST, _PAID_MOST = 1_000, 999_999
_EXPLAINED: Final = 20
"""How far the number in brackets stands behind the one that it explains, in code points."""
_SAID_APART: Final = 14
"""How far a bare number stands behind the amount that it is counted as, in code points."""
_THOUSAND: Final = 1000
_REPLACED: Final = 26
"""How far a number stands from the one that it replaces, in code points."""
_BETWEEN_ENDS: Final = 6
"""How far the two ends of a range stand apart, in code points."""
_REACH_RESULT: Final = 22
"""How far a plain "loss" stands behind the result that it is of: "the operating result was a loss of", in code points."""
_MAGNITUDE: Final = 1.0
"""How many powers of ten lie at most between an amount and the one in brackets after it."""
_REACH_VERB: Final = 6
_TEN_SHARES: Final = 20
"""How far before a dividend "for every ten shares" stands, in code points."""
_NEXT_WORD: Final = 20
"""How much of what follows a number is read for the word that it counts, in code points."""
_OF_METRIC: Final = 5
"""How far a metric word stands behind an amount that is told with "of": "5 millions de ventes", in code points."""
_PER_SHARE_REACH: Final = (14, 24, 44)
"""How far "a share" may stand after and before its number, and before it if no number is between, in code points."""
_OF_MARGIN: Final = {
    "operating_income": "operating_margin",
    "operating_margin": "operating_margin",
    "gross_profit": "gross_margin",
    "gross_margin": "gross_margin",
}
"""What a bare "margin" is the margin of, by the metric named before it."""
_HAS_MARGIN: Final = (*_OF_MARGIN, "ebitda", "pretax_income", "net_income")
"""Metrics that a bare "margin" may be of: "an EBIT of 9 million on sales of 80 million, a margin of 11 %"."""


def numbers(scanned: Scanned) -> pl.DataFrame:
    """One row a number that may be a figure, in the order of the tape.

    Adds to the quantities: number (its rank), figure_class (money, percent, points, multiple, count), clause (index in the
    sentence), bracketed (its clause stands in brackets), opens (first number of its clause) and per_share ("a share" is
    said of it).
    """
    kind = pl.col("kind")
    as_class = pl.when(kind == "fraction").then(pl.lit("percent")).when(kind == "plain").then(pl.lit("count")).otherwise(kind)
    hundred = pl.when(kind == "fraction").then(100).otherwise(1)
    places = _bracketed(scanned)
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
    return _with_per_share(ranked(found), scanned).with_columns(
        *_may_count(scanned.tape, found).get_columns(),
        partitive=_partitive(scanned.tape, found),
        opens=pl.col("start") == pl.col("start").min().over("cid"),
    )


def _with_units_in_brackets(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    found = with_unit_replaced(_compounded(_of_ten_shares(found, scanned.tape), scanned.tape), scanned.tape)
    return _with_unit_said(_with_unit_before(_with_unit_behind(_as_ranges(found, scanned), scanned), scanned), scanned)


def _of_ten_shares(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Chinese dividends are told for ten shares: 每10股派5元 is half a yuan a share."""
    if "zh" not in tape.languages:
        return found
    before = tape.slice(pl.max_horizontal(pl.col("start") - _TEN_SHARES, pl.lit(0)), "start", found)
    told = pl.lit(before).str.contains("(?:每(?:10|十)股|[^0-9]10)(?:派|分|发)[^，。；;0-9]*$")
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
    own = word.fill_null(value=False) | (
        shared.fill_null(value=False) & ~moved.fill_null(value=False) & found.select(unitless).to_series()
    )
    marked = found.with_columns(word=own)
    first = (pl.col("word") & near & alike & grown & pl.col("value_high").shift(-1).is_null()).fill_null(value=False)
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


def _with_unit_behind(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A bare number before one alone in brackets is counted in what stands behind the brackets: "2 819 (2 504) Mkr"."""
    tape = scanned.tape
    bare = (pl.col("figure_class") == "count") & (pl.col("value") > 0) & pl.col("value_high").is_null()
    bracket = tape.slice("end", pl.col("end") + 2, found).is_in([" (", "(", " （", "（"])
    near = (pl.col("number_start").shift(-1) - pl.col("end")).is_between(1, _EXPLAINED)
    near &= pl.col("sid").shift(-1) == pl.col("sid")  # "2,3 (Vorjahr: 2,1) Milliarden Euro"
    closed = tape.slice("number_end", pl.col("number_end") + 1, found).is_in([")", "）"])
    unit = found.with_columns(bracket=bracket, closed=closed)
    classed = pl.col("figure_class").shift(-1).is_in(["money", "percent"]) & pl.col("closed").shift(-1)
    behind = pl.col("end").shift(-1) > pl.col("number_end").shift(-1) + 1
    step, written = pl.col("value_step").shift(-1), pl.col("value").shift(-1)
    taken = (bare & pl.col("bracket") & near & classed & behind & (written != 0) & (step > 0)).fill_null(value=False)
    size, other = pl.col("value").cast(pl.Float64), written.cast(pl.Float64).abs()
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
    amount = pl.col("figure_class").shift(1).is_in(["money", "percent"]) & (pl.col("sid").shift(1) == pl.col("sid"))
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


def _bracketed(scanned: Scanned) -> pl.DataFrame:
    """Clauses and whether they stand in brackets: cid, clause, clause_start, clause_end, bracketed.

    "(previous year: 17 million)" is two clauses; the second is in brackets because the first has not closed them.
    """
    clauses = scanned.clauses.sort("start", maintain_order=True)
    codes, start, end = scanned.tape.codes, clauses["start"].to_numpy(), clauses["end"].to_numpy()
    head = among(codes[start], "([【")
    closers = np.concatenate(([0], np.cumsum(among(codes, ")]】"))))
    closed = closers[end] > closers[start]
    marked = clauses.with_columns(head=pl.Series(head), still=pl.Series(head & ~closed))
    inside = pl.col("still").shift(1).over("sid", order_by="start").fill_null(value=False)
    return marked.select("cid", "clause", clause_start="start", clause_end="end", bracketed=pl.col("head") | inside)


def _may_count(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Whether people or firms may be what a number counts (counts), and whether a counter for them says so (peopled).

    Only Chinese, Japanese and Korean have such words; `[settings] counters` lists those for people and firms,
    `other_counters` those for things (pieces).
    """
    answer = tape.by_language(found, lambda language, rows: _may_count_in(tape, rows, language))
    return answer.struct.unnest()


def _may_count_in(tape: Tape, found: pl.DataFrame, language: str) -> pl.Series:
    settings = lexicon.settings(language)
    counters = settings.get("counters")
    if counters is None:
        none = pl.col("start") < 0
        return found.select(counts=~none, peopled=none, pieces=none, contracts=none).to_struct("may_count")
    after = tape.slice("end", pl.col("end") + 4, found).str.strip_chars_start(settings.get("counter_fill", "") + " ")
    follows = after.str.slice(0, 1)
    mark = ~follows.str.contains(r"[\p{L}]")
    people = follows.is_in(list(counters)).fill_null(value=False)
    pieces = follows.is_in(list(settings.get("other_counters", ""))).fill_null(value=False)
    counts = (mark | people | (follows == "")).fill_null(value=True)
    contracts = follows.is_in(list(settings.get("contract_counters", ""))).fill_null(value=False)
    return pl.DataFrame({"counts": counts, "peopled": people, "pieces": pieces, "contracts": contracts}).to_struct()


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


def words(scanned: Scanned) -> pl.DataFrame:
    """One row a metric word, in the order of the tape.

    Columns: word (its rank), word_start, word_end, word_cid, word_clause, sid, doc, strength (kind of the cue, or "none"
    where it claims a number for no business figure), metric, loss, metric_kind, instant, firms (a firm, organisation or
    account: a customer only if many), plain (a plain word for profit or loss). A weak word or a noun within a longer metric
    word is no word of its own.
    """
    kinds = (*METRIC_KINDS, PER_SHARE)
    cues = scanned.cues.filter(pl.col("kind").is_in(kinds) & pl.col("sid").is_not_null())
    rank = pl.col("kind").replace_strict({k: i for i, k in enumerate(kinds)}, return_dtype=pl.Int64)
    cues = _without_explanations(_without_shares_of_periods(cues, scanned), scanned)
    working = scanned.cues.filter((pl.col("kind") == "staffed") & (pl.col("code") == "works"))["cid"].drop_nulls().unique()
    cues = cues.filter((pl.col("code") != rules.PEOPLE) | pl.col("cid").is_in(working.implode()))
    kept = (
        drop_contained(cues.with_columns(_all=pl.lit(1)), by="_all")
        .with_columns(_rank=rank, _length=-pl.col("pattern").str.len_chars().cast(pl.Int64))
        .sort("start", "_rank", "_length", maintain_order=True)
        .unique(["start", "end"], keep="first", maintain_order=True)
        .filter(pl.col("code") != _HIDDEN)
        .with_columns(code=pl.when(pl.col("kind") == PER_SHARE).then(pl.lit("eps")).otherwise("code"))
    )
    counts = scanned.quantities.filter(pl.col("kind").is_in(["count", "plain"]))["end"] + 1
    counted = (pl.col("code") == _ORDERS) & pl.col("start").is_in(counts.implode())  # "266 million orders"
    kept = kept.with_columns(code=pl.when(counted).then(pl.lit(rules.COUNTED)).otherwise("code"))
    clauses = scanned.clauses.select("cid", word_clause="clause")
    found = (
        kept.join(rules.load().codes, on="code", how="inner", maintain_order="left")
        .join(clauses, on="cid", how="left", maintain_order="left")
        .sort("start", "end", maintain_order=True)
        .select(
            "sid",
            "doc",
            "metric",
            "loss",
            "metric_kind",
            "instant",
            "word_clause",
            word=pl.int_range(pl.len(), dtype=pl.Int64),
            word_start="start",
            word_end="end",
            word_cid="cid",
            firms=pl.col("code") == _FIRMS,
            plain=pl.col("code").is_in([rules.PROFIT, rules.LOSS]),
            strength=pl.when(pl.col("metric") == rules.NOT_A_FACT).then(pl.lit("none")).otherwise("kind"),
        )
    )
    return _with_margins(found)


def _without_shares_of_periods(cues: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Metric words but the "% of" before a period: "54 % of the previous quarter" is growth in it, no part of it."""
    periods = pl.concat([scanned.cues.filter(pl.col("kind") == "ago").select("start"), scanned.periods.select("start")])[
        "start"
    ].unique()
    before = pl.col("pattern").str.starts_with("%") & (
        (pl.col("end") + 1).is_in(periods.implode()) | pl.col("end").is_in(periods.implode())
    )
    return cues.filter(~(before & (pl.col("code") == rules.NOT_A_FACT)))


def _without_explanations(cues: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Metric words but those that only explain another, or a period.

    "EBITDA (profit before interest and taxes)": plain words and words of no figure in brackets without a number right
    behind a metric word. "İlk dokuz ayda": a word of no figure within a period.
    """
    loose = pl.col("code").is_in([rules.NOT_A_FACT, rules.PROFIT, rules.LOSS, rules.COUNTED])
    clauses = scanned.clauses.select("cid", "start", "end", "sid").sort("start", maintain_order=True)
    head = scanned.tape.slice("start", pl.col("start") + 1, clauses).is_in(["(", "（"])
    tail = scanned.tape.slice(pl.col("end") - 1, "end", clauses).is_in([")", "）"])
    opened = head.cast(pl.Int64).cum_sum() - tail.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    brackets = clauses.with_columns(inside=opened > 0, bracket=head.cast(pl.Int64).cum_sum()).filter("inside")
    numbered = scanned.quantities.select("cid").drop_nulls()["cid"].unique()
    counted = brackets.filter(pl.col("cid").is_in(numbered.implode()))["bracket"].unique()
    silent = brackets.filter(~pl.col("bracket").is_in(counted.implode()))
    before = silent.group_by("bracket", maintain_order=True).agg(pl.col("start").min(), pl.col("cid"))
    named = cues.filter((pl.col("kind") == "metric") & ~loose).select(pl.col("end") + 1)["end"]
    explaining = before.filter(pl.col("start").is_in(named.implode()))["cid"].explode()
    ratios = cues.filter(pl.col("code").str.ends_with("_margin") | (pl.col("code") == "operating_loss"))
    of_ratio = before.filter(pl.col("start").is_in(ratios.select(pl.col("end") + 1)["end"].implode()))["cid"].explode()
    dates = scanned.periods.select("sid", period_start="start", period_end="end")
    within = (
        cues.filter(pl.col("code") == rules.NOT_A_FACT)
        .join(dates, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("start") >= pl.col("period_start")) & (pl.col("end") <= pl.col("period_end")))
    )
    kept = cues.filter(~(loose & pl.col("cid").is_in(explaining.implode())) & ~pl.col("cid").is_in(of_ratio.implode()))
    return kept.join(within, on=["start", "end", "kind", "code"], how="anti", maintain_order="left")


def with_classes(metrics: pl.DataFrame, described: pl.DataFrame) -> pl.DataFrame:
    """Metric words without those that name what customers pay, and with one word for customers for each class of them.

    In "customers paying over $100,000 in revenue" the sum is a word for customers, and its "revenue" is no word at all.
    """
    paid = described.filter(~pl.col("segment").str.ends_with("_employees")).select("sid", paid_start="start", paid_end="end")
    apart = pl.max_horizontal(pl.col("word_start") - pl.col("paid_end"), pl.col("paid_start") - pl.col("word_end"))
    amounts = (
        metrics.filter(pl.col("metric_kind") == "money")
        .join(paid, on="sid", how="inner", maintain_order="left")
        .filter(apart <= _PAID_REACH)
    )
    kept = metrics.filter(~pl.col("word").is_in(amounts["word"].implode()))
    first = pl.lit(metrics["word"].max() if metrics.height else 0, pl.Int64) + 1
    classes = described.select(
        "sid",
        "doc",
        metric=pl.lit("customers"),
        loss=pl.lit(value=False),
        metric_kind=pl.lit("count"),
        instant=pl.lit(value=True),
        word_clause="clause",
        word=first + pl.int_range(pl.len(), dtype=pl.Int64),
        word_start="start",
        word_end="end",
        word_cid="cid",
        firms=pl.lit(value=False),
        plain=pl.lit(value=False),
        strength=pl.lit(CLASS),
    )
    return pl.concat([kept, classes.select(kept.columns)]).sort("word_start", "word_end", maintain_order=True)


def _with_margins(found: pl.DataFrame) -> pl.DataFrame:
    """A bare "margin" is that of the result named before it; of none that we keep, it claims its number for no figure."""
    bare = pl.col("metric") == _MARGIN
    named = (
        pl.when(~bare & (pl.col("strength") == "metric") & pl.col("metric").is_in(_HAS_MARGIN))
        .then("metric")
        .forward_fill()
        .over("doc", order_by="word")
    )
    margin = named.replace_strict(_OF_MARGIN, default=rules.NOT_A_FACT, return_dtype=pl.String)
    return found.with_columns(metric=pl.when(bare).then(margin).otherwise("metric")).with_columns(
        strength=pl.when(pl.col("metric") == rules.NOT_A_FACT).then(pl.lit("none")).otherwise("strength"),
    )


def pairs(
    scanned: Scanned, figures: pl.DataFrame, metrics: pl.DataFrame, *, reached: pl.Series, moved: pl.Series
) -> pl.DataFrame:
    """Every number with every metric word of its sentence that may be its own: both rows and `score`, `measure`.

    `reached` says of each number whether "to" marks it, `moved` whether "by" does.
    """
    relative = pl.col("figure_class").is_in(["percent", "multiple"])
    counted = pl.col("figure_class") == "count"
    by = counted & counted.shift(1) & moved.shift(1)  # "jumped by 8.8 million to 247.2 million"
    after_change = (relative.shift(1) | by) & (pl.col("cid").shift(1) == pl.col("cid"))
    percent = pl.col("figure_class") == "percent"
    figures = figures.with_columns(
        landed=(after_change & reached).fill_null(value=False),
        next_percent=pl.when(percent & pl.col("figure_class").shift(-1).is_in(["percent", "money"])).then(
            pl.col("start").shift(-1)
        ),
    )
    joined = figures.join(metrics.drop("doc"), on="sid", how="inner", maintain_order="left").with_columns(
        measure=_measure(), ahead=pl.col("word_start") < pl.col("start")
    )
    joined = _as_per_share(joined.filter(_unit_fits()))
    gap = pl.max_horizontal(pl.col("start") - pl.col("word_end"), pl.col("word_start") - pl.col("end"), pl.lit(0))
    joined = joined.with_columns(gap=gap, between=_numbers_between(figures))
    joined = joined.with_columns(adjacent=_adjacent(scanned.tape, joined), headed=_headed(scanned.tape, joined))
    from_percent = (pl.col("next_percent") - pl.col("word_end")).is_between(0, 1)
    of_word = (pl.col("strength") == "none") & pl.col("adjacent") & from_percent  # the "of" of "74 % of" is a "from" here
    joined = joined.filter(~of_word.fill_null(value=False))
    part = (pl.col("strength") == "none") & pl.col("adjacent") & (pl.col("gap") <= 1) & (pl.col("figure_class") == "percent")
    whole = ~pl.col("ahead") & pl.col("adjacent") & (pl.col("strength") != "none") & (pl.col("gap") > 1)
    joined = joined.filter(~(part.any().over("number") & whole))  # "15 procent av personalstyrkan"
    return joined.filter(_place_fits()).with_columns(score=_score())


def _measure() -> pl.Expr:
    """level or change: a percentage or multiple is a level only of a ratio."""
    relative = pl.col("figure_class").is_in(["percent", "multiple", "points"])
    level = ~relative | ((pl.col("metric_kind") == "ratio") & (pl.col("figure_class") == "percent"))
    return pl.when(level).then(pl.lit("level")).otherwise(pl.lit("change"))


def _unit_fits() -> pl.Expr:
    limit = rules.load().limit
    kind, figure, size = pl.col("metric_kind"), pl.col("figure_class"), pl.col("value").abs()
    amount = size >= limit["least_money"]
    bare = (figure == "count") & (size >= limit["least_bare"]) & ~pl.col("peopled") & ~pl.col("pieces")
    bare &= ~pl.col("partitive") | (pl.col("word_start") - pl.col("end")).is_between(0, _OF_METRIC)
    whole = size == size.floor()
    alone = pl.col("per_share") & (pl.col("cid") == pl.col("word_cid"))
    many = (size >= limit["least_people"]) & (~pl.col("firms") | (size >= limit["least_firms"]))
    few = pl.when(pl.col("strength") == "metric_noun").then(limit["least_nouns"]).otherwise(limit["least_strong"])
    staff = pl.col("metric").is_in(["customers", "employees"]) & ~pl.col("firms") & (size >= few)
    of_contracts = pl.col("contracts") & (pl.col("metric") == "customers") & (pl.col("strength") == "metric")
    level = (
        ((kind == "money") & (((figure == "money") & amount) | bare))
        | _profit_per_share()
        | (
            (kind == "share")
            & (figure == "money")
            & (size <= limit["most_share"])
            & ((pl.col("strength") != PER_SHARE) | alone)
        )
        | ((kind == "count") & (figure == "count") & (pl.col("counts") | of_contracts) & whole & (many | staff))
        | ((kind == "ratio") & figure.is_in(["points", "percent"]))
    )
    change = ~kind.is_in(["ratio", rules.COUNTED]) & (pl.col("strength") != PER_SHARE) & figure.is_in(["percent", "multiple"])
    return (kind == rules.NOT_A_FACT) | ((kind == rules.COUNTED) & (figure == "count")) | level | change


def _profit_per_share() -> pl.Expr:
    """A small sum with a word for profit or loss: the profit of one share ("earned 20 cents a share")."""
    limit = rules.load().limit
    weak = pl.col("strength") == "metric_weak"
    small = (pl.col("figure_class") == "money") & (pl.col("value").abs() < limit["small_sum"]) & ~weak
    said = pl.col("per_share") & (pl.col("value").abs() <= limit["most_share"]) & (pl.col("figure_class") == "money")
    return (pl.col("metric") == "net_income") & (small | said)


def _as_per_share(joined: pl.DataFrame) -> pl.DataFrame:
    per_share = _profit_per_share()
    return joined.with_columns(
        metric=pl.when(per_share).then(pl.lit("eps")).otherwise("metric"),
        metric_kind=pl.when(per_share).then(pl.lit("share")).otherwise("metric_kind"),
    )


def _numbers_between(figures: pl.DataFrame) -> pl.Expr:
    """How many numbers stand between a number and a metric word."""
    starts = figures["start"]
    word_at = pl.col("word_start").map_batches(
        lambda s: starts.search_sorted(s, side="left").cast(pl.Int64), return_dtype=pl.Int64
    )
    return pl.when(pl.col("ahead")).then(pl.col("number") - word_at).otherwise(word_at - pl.col("number") - 1).clip(0, None)


def _adjacent(tape: Tape, joined: pl.DataFrame) -> pl.Series:
    """Whether the metric word stands right after the number: at most a joining word between, or an adjective before a noun."""
    limit = rules.load().limit
    close = ~pl.col("ahead") & (pl.col("between") == 0) & (pl.col("cid") == pl.col("word_cid"))
    count = (pl.col("metric_kind") == "count") & (pl.col("figure_class") == "count")
    reach = pl.when(count).then(limit["noun"]).otherwise(limit["adjacent"])
    near = joined.with_row_index("row").filter(close & (pl.col("gap") <= reach))
    near = near.with_columns(count=count & (pl.col("strength") != "none"))
    between = tape.slice("end", pl.max_horizontal("end", "word_start"), near).str.strip_chars().str.to_lowercase()
    joins = tape.by_language(
        near.select("doc", between=between),
        lambda language, rows: rows["between"].is_in(["", *lexicon.settings(language).get("joiners", [])]),
    )
    yes = near.filter(joins | near["count"])["row"]
    return joined.with_row_index("row").select(adjacent=pl.col("row").is_in(yes.implode())).to_series()


def _headed(tape: Tape, joined: pl.DataFrame) -> pl.Series:
    """Whether the metric word heads the number as in a list: "Paid customers: more than 122,000"."""
    limit = rules.load().limit
    near = joined.with_row_index("row").filter(pl.col("ahead") & (pl.col("between") == 0) & (pl.col("gap") <= limit["heading"]))
    between = tape.slice("word_end", pl.max_horizontal("start", "word_end"), near)
    yes = near.filter(between.str.contains("[:：]"))["row"]
    return joined.with_row_index("row").select(headed=pl.col("row").is_in(yes.implode())).to_series()


def _place_fits() -> pl.Expr:
    """A plain noun claims a count only from right after it, or from before it in the same clause with no number between.

    Words for other things that are counted claim only the number right before them.
    """
    noun = pl.col("strength") == "metric_noun"
    counted = (
        pl.col("adjacent")
        | pl.col("headed")
        | (pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 0))
        | (pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 1) & pl.col("landed"))
    )  # "the number of customers rose 24 % to 198,900"
    relative = pl.col("measure") == "change"
    right_after = pl.col("adjacent") | (~pl.col("ahead") & (pl.col("gap") <= 1))
    others = (pl.col("strength") == "none") & (pl.col("figure_class") == "count")
    return (
        pl.when(pl.col("strength") == CLASS)
        .then(relative | ((pl.col("between") == 0) & (pl.col("gap") <= rules.load().limit["class"])))
        .when(noun)
        .then(counted | relative)
        .when((pl.col("metric_kind") == rules.COUNTED) | (others & ~pl.col("ahead")))
        .then(right_after)
        .otherwise(pl.lit(value=True))
    )


def _score() -> pl.Expr:
    weight, touching = rules.load().weight, rules.load().limit["touching"]
    base = pl.col("strength").replace_strict(
        {k: weight[k] for k in (*METRIC_KINDS, CLASS, PER_SHARE, "none")}, return_dtype=pl.Float64
    )
    clauses_between = (pl.col("clause") - pl.col("word_clause")).abs()
    after = (
        pl.when(pl.col("adjacent"))
        .then(pl.when(pl.col("strength") == "metric_weak").then(weight["adjacent_weak"]).otherwise(weight["adjacent_after"]))
        .when(~pl.col("ahead") & (pl.col("strength") != CLASS))
        .then(pl.when(clauses_between > 0).then(weight["after_clause"]).otherwise(weight["after"]))
        .otherwise(0.0)
    )
    noun_before = (
        pl.when((pl.col("strength") == "metric_noun") & pl.col("ahead") & ~pl.col("headed") & (pl.col("gap") > touching))
        .then(weight["noun_before"])
        .otherwise(0.0)
    )
    return (
        base
        + weight["gap"] * pl.col("gap").clip(0, weight["most_gap"])
        + after
        + noun_before
        + weight["other_clause"] * clauses_between
        + weight["quantity_between"] * pl.col("between")
    )


def best(candidates: pl.DataFrame) -> pl.DataFrame:
    """The likeliest candidate of each number; numbers whose best is no metric of ours stay, with metric "none".

    Levels choose first. A noun that a level has chosen ("504,900 customers") may then have a change too ("up 36 %"), as
    surely as a metric word; one that none has chosen only if it is all there is.
    """
    weight = rules.load().weight
    levels = _likeliest(candidates.filter(pl.col("measure") == "level"))
    claimed = pl.col("word").is_in(levels.filter(pl.col("strength") != "none")["word"].implode())
    noun = pl.col("strength").is_in(["metric_noun", "metric_weak", CLASS])
    last = levels.select(pl.col("number") + 1, follows="word")
    subject = (pl.col("strength") == "metric_noun") & pl.col("ahead") & (pl.col("cid") == pl.col("word_cid"))
    subject &= (pl.col("gap") <= rules.load().limit["subject"]) & (pl.col("between") == 0)
    verb = (pl.col("strength") == "metric_weak") & (pl.col("metric") == "net_income") & ~pl.col("loss") & pl.col("ahead")
    verb &= (pl.col("gap") <= _REACH_VERB) & (pl.col("between") == 0) & (pl.col("cid") == pl.col("word_cid"))
    own_word = pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("metric_kind") != "count")
    alone = subject & ~pl.col("firms") & ~own_word.any().over("number") & ~pl.col("of_ratio")
    adjusted = (
        pl.when(alone)
        .then(weight["subject_alone"])
        .when(noun & claimed & (pl.col("ahead") | (pl.col("gap") <= rules.load().limit["claim"])))
        .then(weight["claimed_noun"])
        .when(subject | verb)  # "earned 50 % less"
        .then(weight["subject_noun"])
        .when(noun)
        .then(weight["unclaimed_noun"])
        .otherwise(0.0)
    )
    beside = pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 0)
    ratio = (beside & (pl.col("metric_kind") == "ratio")).any().over("number")  # "134 millions, soit une marge de 10,9 %"
    beside &= pl.col("strength") == "metric"
    other = (beside & (pl.col("follows") != pl.col("word"))).any().over("number")  # "이익 2조원을 올려 매출은 18% 늘었다"
    follows = (pl.col("follows") == pl.col("word")) & ~other & ~pl.col("of_ratio")
    continued = pl.when(follows).then(weight["continued"]).otherwise(0.0)
    candidates = candidates.with_columns(of_ratio=ratio)
    changes = candidates.filter(pl.col("measure") == "change").join(last, on="number", how="left", maintain_order="left")
    changes = changes.with_columns(score=pl.col("score") + adjusted + continued).drop("follows")
    return _likeliest(pl.concat([candidates.filter(pl.col("measure") == "level"), changes])).drop("of_ratio")


def with_shared_nouns(chosen: pl.DataFrame, figures: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Counts that share the noun of the next: "4.1 million mobile and 1.3 million broadband customers".

    What may stand between the two counts is data (`[settings] shared_noun`).
    """
    extra = [c for c in chosen.columns if c not in figures.columns]
    counts = (pl.col("strength") == "metric_noun") & (pl.col("measure") == "level") & ~pl.col("ahead") & pl.col("adjacent")
    nouns = chosen.filter(counts).select("sid", *extra, number=pl.col("number") - 1, next_start="start")
    free = figures.filter((pl.col("figure_class") == "count") & ~pl.col("number").is_in(chosen["number"].implode()))
    pairs = free.join(nouns, on=["sid", "number"], how="inner", maintain_order="left")
    if pairs.is_empty():
        return chosen
    shared = tape.by_language(
        pairs.select("doc", between=tape.slice("end", "next_start", pairs).str.to_lowercase()),
        lambda language, rows: rows["between"].str.contains(lexicon.settings(language).get("shared_noun", "$^")),
    )
    return pl.concat([chosen, pairs.filter(shared).select(chosen.columns)]).sort("number", maintain_order=True)


def in_turn(chosen: pl.DataFrame, metrics: pl.DataFrame, figures: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """In a sentence with "respectively" as many numbers as words before them take their words in turn.

    `lists` holds such cues (sid, cue_start, cue_end). "Revenue and operating income of $1.1 billion and $202 million,
    respectively": the run of amounts nearest to the cue takes the run of metric words before it; so does the run of
    percentages ("매출과 영업이익은 각각 11%, 12% 늘었다").
    """
    if lists.is_empty():
        return chosen
    for classes in (["money"], ["percent"], ["count"]):
        chosen = _in_turn(chosen, metrics, figures.filter(pl.col("figure_class").is_in(classes)), lists)
    return chosen


def _in_turn(chosen: pl.DataFrame, metrics: pl.DataFrame, figures: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    words = metrics.filter((pl.col("strength") != "none") & pl.col("metric_kind").is_in(["money", "share"]))
    amounts = figures.filter(pl.col("sid").is_in(lists["sid"].implode()))
    amounts = amounts.join(
        lists.unique("sid", keep="first", maintain_order=True).select("sid", "cue_start"),
        on="sid",
        how="left",
        maintain_order="left",
    )
    near = (pl.col("start") - pl.col("cue_start")).abs()
    starts = amounts.select("sid", "number", "start", near=near)
    between = (
        words.select("sid", "word_start")
        .join(starts, on="sid", how="inner", maintain_order="left")
        .filter(pl.col("word_start") < pl.col("start"))
        .group_by("sid", "number", maintain_order=True)
        .agg(words_before=pl.len())
    )
    run = starts.join(
        between, on=["sid", "number"], how="inner", maintain_order="left"
    )  # numbers with the same words before them are one run
    runs = run.group_by("sid", "words_before", maintain_order=True).agg(
        pl.col("number").sort(), near=pl.col("near").min(), size=pl.len()
    )
    runs = runs.sort("sid", "near", "words_before", maintain_order=True).unique("sid", keep="first", maintain_order=True)
    runs = runs.filter((pl.col("size") > 1) & (pl.col("words_before") == pl.col("size")))
    # "売上高を1兆円から2兆円に、利益を3億円から5億円にそれぞれ": numbers between the words are no list of them.
    first_word = words.group_by("sid", maintain_order=True).agg(
        pl.col("word_start").min(), last_word=pl.col("word_start").max()
    )
    amid = starts.join(first_word, on="sid", how="inner", maintain_order="left").filter(
        pl.col("start").is_between("word_start", "last_word")
    )
    runs = runs.filter(~pl.col("sid").is_in(amid["sid"].implode()) | (pl.col("words_before") < _words_of(words, runs)))
    taken = words.join(runs.select("sid", "size", "number"), on="sid", how="inner", maintain_order="left").sort(
        "sid", "word_start", maintain_order=True
    )
    first = pl.col("number").list.first()
    ends = figures.select("number", last_start="start")
    taken = taken.with_columns(first=first).join(
        ends.rename({"number": "first"}), on="first", how="left", maintain_order="left"
    )
    taken = taken.filter(pl.col("word_start") < pl.col("last_start")).with_columns(rank=pl.int_range(pl.len()).over("sid"))
    turns = taken.with_columns(number=pl.col("number").list.get(pl.col("rank"), null_on_oob=True)).drop_nulls("number")
    columns = [
        "metric",
        "loss",
        "metric_kind",
        "instant",
        "word_clause",
        "word",
        "word_start",
        "word_end",
        "word_cid",
        "firms",
        "plain",
        "strength",
    ]
    joined = chosen.join(
        turns.select("number", *[pl.col(c).alias(f"{c}_turn") for c in columns]), on="number", how="left", maintain_order="left"
    )
    ordered = pl.col("word_turn").is_not_null()
    return joined.with_columns(pl.when(ordered).then(f"{c}_turn").otherwise(c).alias(c) for c in columns).drop(
        f"{c}_turn" for c in columns
    )


def _words_of(words: pl.DataFrame, runs: pl.DataFrame) -> pl.Series:
    """How many metric words the sentence of each run has in all."""
    counts = words.group_by("sid", maintain_order=True).agg(words_all=pl.len())
    return runs.join(counts, on="sid", how="left", maintain_order="left")["words_all"].cast(pl.Int64).fill_null(0)


def with_result(chosen: pl.DataFrame, metrics: pl.DataFrame, compared: pl.Series) -> pl.DataFrame:
    """A plain "profit" or "loss" is that of the operating or pretax result named before it, if it only says its sign.

    It does so right after its number ("an operating result of 9 million, a loss") and in a comparison ("compared with a
    profit of 8 million"): `compared` holds the numbers with a word for that.
    """
    named = metrics.filter(pl.col("metric_kind").is_in(["money", "ratio"]) & ~pl.col("plain"))
    results = (
        chosen.filter("plain")
        .with_columns(said=~pl.col("ahead") | pl.col("number").is_in(compared.implode()))
        .select("number", "sid", "start", "word_start", "said")
        .join(
            named.select("sid", result="metric", result_start="word_start", result_end="word_end"),
            on="sid",
            how="inner",
            maintain_order="left",
        )
        .filter(pl.col("result_start") < pl.col("start"))
        .filter(pl.col("said") | (pl.col("word_start") - pl.col("result_end")).is_between(0, _REACH_RESULT))
        .sort("number", "result_start", maintain_order=True)
        .unique("number", keep="last", maintain_order=True)
        .filter(pl.col("result").is_in(_RESULTS))
    )
    joined = chosen.join(results.select("number", "result"), on="number", how="left", maintain_order="left")
    return joined.with_columns(metric=pl.coalesce("result", "metric")).drop("result")


def _likeliest(candidates: pl.DataFrame) -> pl.DataFrame:
    return (
        candidates.filter(pl.col("score") >= rules.load().weight["least"])
        .sort("number", pl.col("score"), "gap", "word", descending=[False, True, False, False], maintain_order=True)
        .unique("number", keep="first", maintain_order=True)
    )
