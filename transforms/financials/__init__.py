"""Figures of a company's business: from numbers and metric words to one row a figure.

Read in this order: `figures` (the numbers), `metric_words`, `candidates` (which number with which word), `inheritance` (numbers
whose metric was named before), `context` (the cues around them), `expectations` (whose), `measures` (earlier or current, up or
down, adjusted), `segments`, `timing`.
What a metric is counted in and how candidates are weighed is data: `transforms/rules/financials.toml`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, lexicon
from transforms.companies.places import titles_of
from transforms.financials import (
    candidates,
    context,
    differences,
    expectations,
    inheritance,
    measures,
    paid,
    rules,
    segments,
    timing,
)  # fmt: skip
from transforms.financials.figures import PER_SHARE, numbers, ranked
from transforms.financials.metric_words import with_classes, words
from transforms.schemas import CONFIDENCE, FACT_COMMON, FACT_FINANCIALS, RUNNERS_UP, Schema

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

__all__ = ["link", "runners_up"]

_MAY_BE_NEGATIVE: Final = (
    "gross_profit", "gross_margin", "operating_income", "operating_margin", "ebitda", "pretax_income", "net_income", "eps",
    "free_cash_flow", "operating_cash_flow",
)  # fmt: skip
"""Of all else an amount below zero is an accounting sign ("net debt of -12 million"), not a value."""
_FIGURES_OF_A_REPORT: Final = 3
"""An article with so many plain figures is a report on a business, even if we do not know which."""
_ROUNDING: Final = 0.2
"""By which part of itself a round statement may differ from the precise one: "almost a billion" from 956 million."""
_OF_A_FRACTION: Final = 5.0
"""How precise "a quarter" is, in percent."""
_RIGHT_BEHIND: Final = 2
"""How near a percentage stands that says how the amount before it has moved, in code points."""
_MOST_OF_A_PERIOD: Final = 100
"""So many months or quarters make no period; a larger number is one of its own."""
_ABBREVIATED: Final = 3
"""How long an abbreviated period is that could be an amount, in code points."""
_SINCE: Final = 2
"""How near "since" stands to its year, in code points."""
_LOST_BEFORE: Final = 4
"""How many sentences back customers were lost of whom a bare "loss of two million" is told."""
_FIRM_TO_MOVE: Final = 32
"""How far behind a firm the percent may stand by which its share moved, in code points."""
_SUM_A_SHARE: Final = 16
"""How far the sum a share stands after the amount, in code points."""
_OWN: Final = tuple(c for c in FACT_FINANCIALS if c not in FACT_COMMON)
_PLACED: Final[Schema] = {
    "doc": pl.Int64, "start": pl.Int64, "end": pl.Int64, "value_start": pl.Int64, "value_end": pl.Int64,
    "company_id": pl.String, "company_mention_start": pl.Int64, "company_mention_end": pl.Int64,
    "rule": pl.String, "confidence": CONFIDENCE,
}  # fmt: skip
_LINKED: Final[Schema] = _PLACED | {c: FACT_FINANCIALS[c] for c in _OWN}


_WEIGHED: Final = "figures.weighed"


def link(scanned: Scanned) -> pl.DataFrame:
    """One row a figure: doc, start and end (what the evidence must cover), value_start, … and the columns of the table."""
    return scanned.tape.once("figures", lambda: _link(scanned))


def _link(scanned: Scanned) -> pl.DataFrame:
    scanned = replace(scanned, cues=_outside_names(scanned), periods=_outside_amounts(scanned))
    scanned = replace(scanned, periods=_without_beginnings(scanned), quantities=_outside_periods(scanned))
    figures = numbers(scanned)
    if figures.is_empty():
        return pl.DataFrame(schema=_LINKED)
    metrics = words(scanned)
    described = segments.qualifiers(context.Context(scanned, figures), metrics)
    lasting = segments.of_payments(context.Context(scanned, figures), described)
    figures = figures.filter(~pl.col("number").is_in(lasting.implode()))
    figures, metrics = _without(described, figures, segments.paying(metrics, described))
    around = context.Context(scanned, figures)
    reached, moved = (context.marked(figures, around, code) for code in ("to", "by"))
    pairs = candidates.pairs(scanned, figures, metrics, reached=reached, moved=moved)
    pairs = candidates.across_brackets(pairs, scanned.tape)
    scanned.tape.once(_WEIGHED, lambda: _as_weighed(pairs))
    chosen = candidates.best(pairs)
    chosen = candidates.with_shared_nouns(chosen, figures, scanned.tape)
    chosen = candidates.in_turn(chosen, metrics, figures, around.cues("list"))
    moves = scanned.cues_of("direction")
    chosen = candidates.with_result(chosen, metrics, measures.compared(chosen, around), moves)
    chosen = _not_of_reasons(_of_dividends(_of_shares(chosen)), scanned)
    rows = inheritance.with_inherited(chosen, figures, metrics, described, around)
    rows = rows.filter(pl.col("metric") != rules.NOT_A_FACT)
    if rows.is_empty():
        return pl.DataFrame(schema=_LINKED)
    rows = _described(rows, around, described)
    rows = _with_company(_valued(rows, around), around)
    if rows.is_empty():
        return pl.DataFrame(schema=_LINKED)
    rows = timing.with_period(rows, around).rename({"against": "compared_to"})
    return _in_their_time(_one_a_statement(_as_outlook(_without_headlines(rows, scanned.tape)))).select(
        pl.col(c).cast(t) for c, t in _LINKED.items()
    )


def _of_shares(chosen: pl.DataFrame) -> pl.DataFrame:
    """Growth of earnings of which only an amount a share is told is of that: "earnings of 44 cents a share were up 20 %"."""
    level = pl.col("measure") == "level"
    only = ((pl.col("metric") == "eps") & level).any() & ~((pl.col("metric") == "net_income") & level).any()
    grown = (pl.col("metric") == "net_income") & (pl.col("measure") == "change") & only.over("sid", "word")
    return chosen.with_columns(
        metric=pl.when(grown).then(pl.lit("eps")).otherwise("metric"),
        metric_kind=pl.when(grown).then(pl.lit("share")).otherwise("metric_kind"),
    )


def _of_headlines() -> pl.Expr:
    """Whether a percentage stands before a clause of analysts and its word: "X falls 15 % as analysts rue its earnings"."""
    change = (pl.col("measure") == "change") & (pl.col("figure_class") == "percent") & (pl.col("basis") == "consensus")
    return (change & (pl.col("word_start") > pl.col("end")) & (pl.col("word_cid") != pl.col("cid"))).fill_null(value=False)


def _of_dividends(chosen: pl.DataFrame) -> pl.DataFrame:
    """Sums "a share" without another word, right behind a dividend, are of it: "The market had expected 3.09 a share"."""
    before = [pl.col(c).shift(1).over("doc", order_by="number") for c in ("metric", "sid")]
    behind = (before[0] == "dividend_per_share") & (pl.col("sid") - before[1]).is_between(0, 1)
    bare = (pl.col("strength") == PER_SHARE) & (pl.col("metric") == "eps")
    paid = pl.when((bare & behind).fill_null(value=False)).then(pl.lit("dividend_per_share"))
    return chosen.with_columns(metric=pl.coalesce(paid, "metric"))


def _not_of_reasons(chosen: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents right behind a firm, where shares are spoken of, are of no word that only tells why.

    "X fell 5 % after its revenue had grown less".
    """
    shares = scanned.cues_of("market", codes=("share",))["doc"].unique()
    behind = (pl.col("measure") == "change") & (pl.col("figure_class") == "percent") & (pl.col("word_start") > pl.col("end"))
    asked = chosen.filter(behind & pl.col("doc").is_in(shares.implode())).sort("end", maintain_order=True)
    if asked.is_empty():
        return chosen
    causes = scanned.cues_of("market_context", codes=("cause",)).select(_cause="start").unique()
    asked = asked.join_asof(
        causes.sort("_cause", maintain_order=True), left_on="end", right_on="_cause", strategy="forward", check_sortedness=False
    ).filter(pl.col("_cause") < pl.col("word_start"))  # fmt: skip
    firms = scanned.companies.filter(pl.col("certainty") == "known").select("sid", _firm="end").drop_nulls().unique()
    told = asked.sort("start", maintain_order=True).join_asof(
        firms.sort("_firm", maintain_order=True), left_on="start", right_on="_firm", by="sid", strategy="backward",
        tolerance=_FIRM_TO_MOVE, check_sortedness=False,
    ).drop_nulls("_firm")  # fmt: skip
    none = pl.when(pl.col("number").is_in(told["number"].implode())).then(pl.lit(rules.NOT_A_FACT))
    return chosen.with_columns(metric=pl.coalesce(none, "metric"))


def runners_up(scanned: Scanned) -> pl.DataFrame:
    """Every number with every metric word that was weighed for it: start, end, word_start, word_end, reading, score.

    The word with the highest score is the number's own, unless a list in another order or a level that has taken the
    word decides otherwise.
    """
    link(scanned)
    return scanned.tape.once(_WEIGHED, lambda: pl.DataFrame(schema=RUNNERS_UP))


def _as_weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    """Numbers with metric words as columns of RUNNERS_UP."""
    reading = pl.format("{} ({})", "metric", "measure")
    return pairs.select("start", "end", "word_start", "word_end", reading=reading, score="score").cast(dict(RUNNERS_UP))  # type: ignore[arg-type]


def _outside_names(scanned: Scanned) -> pl.DataFrame:
    """The cues that are no part of a known company's name: "Mercado Libre" is no market that expects something."""
    names = scanned.companies.filter(pl.col("certainty") == "known").select("sid", name_start="start", name_end="end")
    named = (
        scanned.cues.select("sid", "start", "end")
        .join(names, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("start") >= pl.col("name_start")) & (pl.col("end") <= pl.col("name_end")))
        .join(scanned.cues.filter(pl.col("code") == "broker").select("start", "end"), on=["start", "end"], how="anti")
    )
    return scanned.cues.join(named, on=["start", "end"], how="anti", maintain_order="left")


def _outside_amounts(scanned: Scanned) -> pl.DataFrame:
    """The periods that are no part of an amount: the 2000 of "10億2000万ドル" is no year."""
    amounts = scanned.quantities.filter(pl.col("kind").is_in(["money", "percent", "count"])).select(
        "sid", amount_start="start", amount_end="end"
    )
    inner = (
        scanned.periods.select("sid", "start", "end")
        .join(amounts, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("start") >= pl.col("amount_start")) & (pl.col("end") <= pl.col("amount_end")))
        .filter((pl.col("end") - pl.col("start")) < (pl.col("amount_end") - pl.col("amount_start")))
    )
    return scanned.periods.join(inner, on=["start", "end"], how="anti", maintain_order="left")


def _outside_periods(scanned: Scanned) -> pl.DataFrame:
    """The quantities but bare numbers within a period: the twelve of "the last twelve months", the half of "first-half".

    The "9M" of "9M 2023" are no nine million.
    """
    abbreviated = (pl.col("end") - pl.col("start")) <= _ABBREVIATED
    few = (pl.col("value").abs() < _MOST_OF_A_PERIOD) | abbreviated
    small = pl.col("kind").is_in(["plain", "count", "fraction", "multiple"]) & few
    bare = scanned.quantities.filter(small)
    spans = scanned.periods.select("sid", period_start="start", period_end="end")
    within = (pl.col("start") >= pl.col("period_start")) & (pl.col("end") <= pl.col("period_end"))
    within &= (pl.col("end") - pl.col("start")) < (pl.col("period_end") - pl.col("period_start"))
    begun = (
        (pl.col("kind") == "fraction") & (pl.col("start") > pl.col("period_start")) & (pl.col("start") < pl.col("period_end"))
    )
    inner = (
        bare.select("sid", "start", "end", "kind")
        .join(spans, on="sid", how="inner", maintain_order="left")
        .filter(within | begun)  # "in the second half of the year"
    )
    return scanned.quantities.join(inner, on=["start", "end"], how="anti", maintain_order="left")


def _without_beginnings(scanned: Scanned) -> pl.DataFrame:
    """The periods but those that only say since when something holds: "its first loss since 2018".

    Or for how long: "the third quarter in a row" is no third quarter.
    """
    marks = scanned.cues.filter((pl.col("kind") == "mark") & pl.col("code").is_in(["since", "since_behind", "in_a_row"]))
    beside = scanned.periods.select("doc", "sid", "start", "end", "role", "grain", "ordinal", "year").join(
        marks.select("sid", since="code", since_start="start", since_end="end"), on="sid", how="inner", maintain_order="left"
    )
    before = (pl.col("start") - pl.col("since_end")).is_between(0, _SINCE)
    after = (pl.col("since_start") - pl.col("end")).is_between(0, _SINCE)
    behind = after & pl.col("role").is_null()  # "去年10月起"
    beside = beside.filter(
        pl.when(pl.col("since") == "since_behind")
        .then(behind)
        .when(pl.col("since") == "in_a_row")
        .then((before | after) & pl.col("ordinal").is_not_null() & (pl.col("grain") == "quarter") & pl.col("year").is_null())
        .when(scanned.setting("verb_final", beside))
        .then(after)
        .otherwise(before)
    )
    return scanned.periods.join(beside, on=["start", "end"], how="anti", maintain_order="left")


def _without(described: pl.DataFrame, figures: pl.DataFrame, metrics: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbers that only describe a class of customers are no figures; they are words for that class instead."""
    staffed = described.filter(pl.col("segment").str.ends_with("_employees"))["sid"].unique()
    kept = metrics.filter((pl.col("metric") != "employees") | ~pl.col("sid").is_in(staffed.implode()))
    return (
        ranked(figures.filter(~pl.col("number").is_in(described["number"].implode()))),
        with_classes(kept, described),
    )


def _described(rows: pl.DataFrame, around: context.Context, described: pl.DataFrame) -> pl.DataFrame:
    """Add basis, period_role, way, accounting, segment and compared_to; what no figure of the business is, is dropped."""
    rows = rows.with_columns(measures.behind_ago(rows, around).alias("then"))
    rows = rows.with_columns(
        expectations.basis(rows, around).alias("basis"),
        *measures.comparative(rows, around).get_columns(),
        measures.direction(rows, around).alias("way"),
        measures.accounting(rows, around).alias("accounting"),
        *measures.compared_to(rows, around).get_columns(),
        segments.segment(rows, around, described).alias("segment"),
        measures.part_of(rows, around).alias("part"),
        segments.unstaffed(rows, around).alias("unstaffed"),
        segments.unquoted(rows, around).alias("unquoted"),
        segments.of_shares(rows, around).alias("of_shares"),
        context.marked(rows, around, "by").alias("by"),
        measures.difference(rows, around).alias("difference"),
        measures.increased(rows, around).alias("increased"),
        measures.difference_way(rows, around).alias("differs"),
        measures.still(rows, around).alias("still"),
        (expectations.surprises(rows, around) | expectations.revisions(rows, around)).alias("surprise"),
        differences.beyond(rows, around).alias("beyond"),
        paid.handed_over(rows, around).alias("handed"),
        context.marked(rows, around, "to").alias("to"),
        measures.lost(rows, around).alias("lost"),
        context.marked(rows, around, "with").alias("with"),
    )
    # What a part of the business earns or loses is its operating result.
    part = (pl.col("metric") == "net_income") & pl.col("plain") & pl.col("segment").is_not_null()
    rows = rows.with_columns(metric=pl.when(part).then(pl.lit("operating_income")).otherwise("metric"))
    risen = pl.when(measures.grown(rows, around) | measures.foretold(rows, around)).then(1).cast(rows.schema["way"])
    more = pl.when((pl.col("figure_class") == "percent") & (pl.col("measure") == "change")).then("differs")
    rows = rows.with_columns(way=pl.coalesce("way", risen, more))
    rows = rows.with_columns(way=pl.coalesce(measures.expected_way(rows, around), "way"))
    rows = _with_parts_out(rows.with_columns(segments.vetoed(rows, around).alias("vetoed")), around)
    rows = rows.filter(
        ~pl.any_horizontal("vetoed", "part", "unstaffed", "unquoted", "of_shares", "still", "surprise", "beyond", "handed")
    )
    rows = rows.filter(~expectations.surprises_in_brackets() & ~_of_headlines() & ~_steps_in_brackets())
    rows = _lost_as_before(_moved_alike(rows))
    rows = _converted_alike(_moved_by(_with_amount(_with_outlook_before(rows, around)), around.scanned.tape))
    outlook = pl.col("basis").is_in(["guidance", "prior_guidance"])
    # "The forecast was raised from 8 to 9 million", but "revenue is to rise from 8 to 9 million" is told of the year before.
    renewed = pl.col("left") | expectations.renewed(rows, around)
    replaced = (((pl.col("earlier") | pl.col("left")) & renewed) | pl.col("ranged")) & (pl.col("basis") == "guidance")
    # "It expects growth of 6 %, compared with 54 % the year before".
    of_then = pl.when(pl.col("measure") == "level").then("earlier").otherwise("opposed")
    compared = of_then & ~renewed & ~pl.col("ranged") & (pl.col("basis") == "guidance")
    rows = rows.with_columns(
        basis=pl.when((pl.col("dated") & outlook) | compared)
        .then(pl.lit("actual"))
        .when(replaced)
        .then(pl.lit("prior_guidance"))
        .when(pl.col("renews") & (pl.col("basis") == "prior_guidance"))
        .then(pl.lit("guidance"))
        .otherwise("basis"),
    )
    before = pl.col("basis").shift(1).over("sid", "metric", "measure", order_by="number")
    reached = pl.col("to").shift(1).over("sid", "metric", "measure", order_by="number")
    beside = pl.col("earlier") & (pl.col("basis") == "prior_guidance") & (before == "actual") & reached
    rows = rows.with_columns(basis=pl.when(beside).then(pl.lit("actual")).otherwise("basis"))  # "to 20 cents from 3 before"
    raised = pl.col("to") & (pl.col("basis") == "actual") & (before == "prior_guidance") & ~pl.col("earlier")
    quoted = pl.col("metric") == "market_capitalization"  # the market's price is nobody's expectation
    rows = rows.with_columns(
        basis=pl.when(raised).then(pl.lit("guidance")).when(quoted).then(pl.lit("actual")).otherwise("basis"),
    ).with_columns(
        period_role=pl.when((pl.col("earlier") | pl.col("opposed")) & (pl.col("basis") == "actual"))
        .then(pl.lit("comparative"))
        .otherwise(pl.lit("current")),
        compared_hint=pl.col("hint"),
    )
    return inheritance.with_traits(rows)


def _steps_in_brackets() -> pl.Expr:
    """Whether a bracket behind a change counts how many it is: "staff grew by 53 % (500 people)"."""
    count = (pl.col("figure_class") == "count") & pl.col("bracketed") & pl.col("opens") & (pl.col("measure") == "level")
    before = {c: pl.col(c).shift(1).over("sid", "metric", order_by="number") for c in ("measure", "number", "figure_class")}
    beside = (before["measure"] == "change") & (before["figure_class"] == "percent")
    return (count & beside & (pl.col("number") - before["number"] == 1)).fill_null(value=False)


def _with_parts_out(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
    """Of "of its 8,500 employees 1,300 must leave" the first is the staff as it is, the second, without a noun, a part."""
    whole = segments.of_its(rows, around) & rows["metric"].is_in(["employees", "customers", "users"])
    wholes = rows.filter(whole)["number"].implode()
    same = pl.col("word").is_in(rows.filter(whole)["word"].implode()) & ~pl.col("number").is_in(wholes)
    part = same & (pl.col("measure") == "level") & (pl.col("figure_class") == "count") & ~pl.col("earlier")
    part &= pl.col("sid").is_in(rows.filter(whole)["sid"].implode())
    basis = pl.when(pl.col("number").is_in(wholes)).then(pl.lit("actual")).otherwise("basis")
    return rows.with_columns(basis=basis).filter(~part.fill_null(value=False))


def _with_outlook_before(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
    """A change right after an outlook, without a metric of its own, is of it: "It expects 2.6 billion. That is 31 % more."

    Unless its own sentence says what the number is of: an expectation, a comparison, a period.
    """
    said = pl.concat(
        [around.cues("basis").select("sid"), around.cues("role").select("sid"), around.scanned.periods.select("sid")]
    ).unique()
    before = ["doc", "metric"]
    continued = (
        (pl.col("inherited") | (pl.col("strength") == "metric_weak"))
        & pl.col("figure_class").is_in(["percent", "multiple"])
        & (pl.col("basis") == "actual")
        & (pl.col("basis").shift(1).over(before, order_by="number") == "guidance")
        & (pl.col("sid") - pl.col("sid").shift(1).over(before, order_by="number") == 1)
        & ~pl.col("sid").is_in(said["sid"].drop_nulls().implode())
    )
    return rows.with_columns(basis=pl.when(continued.fill_null(value=False)).then(pl.lit("guidance")).otherwise("basis"))


def _with_amount(rows: pl.DataFrame) -> pl.DataFrame:
    """What is said of an amount is said of the sum a share right after it: "from $227 million, or 74 cents a share"."""
    rows = rows.sort("number", maintain_order=True)
    same = pl.col("sid") == pl.col("sid").shift(1)
    last_end = pl.col("end").shift(1)
    own = pl.col("word_start").is_between(last_end, pl.col("start")) & (pl.col("word") != pl.col("word").shift(1))
    own |= pl.col("bracketed") & (pl.col("basis") == "consensus")  # "1.12 billion in sales (88 cents was the consensus)"
    beside = (
        same
        & (pl.col("metric") == "eps")
        & pl.col("figure_class").shift(1).is_in(["money", "count"])
        & (pl.col("metric_kind").shift(1) == "money")
        & (pl.col("start") - last_end <= _SUM_A_SHARE)
        & ~own  # a word of its own stands before it
    )
    return rows.with_columns(
        pl.when(beside & ~pl.col("bracketed").shift(1)).then(pl.col(c).shift(1)).otherwise(c).alias(c)
        for c in ("basis", "earlier", "dated", "hint", "loss")
    )


def _moved_alike(rows: pl.DataFrame) -> pl.DataFrame:
    """A change without a word for its way moved as the one before it: "revenue rose by 3 % to 10 billion, profit by 5 % to 2".

    Only where the amount that it led to stands right behind it, or where it is another growth of the same metric ("by 3 %,
    currency-adjusted by 4 %", "by 6 to 8 %, until now it was 4 to 6 %", "12 % from last year, or 3 % from the quarter before").
    Heirs move as their source. With no change before, one that led to an amount is a rise, whatever verb the writer found
    for it: "sprinted 169 % to 328 million".
    """
    changes = rows.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent")).sort(
        "number", maintain_order=True
    )
    alike = ["doc", "metric"]
    # "Sales rose 15 %. In the quarter before it had been 20 %."
    next_to = pl.col("opposed") & (pl.col("sid") - pl.col("sid").shift(1).over(alike, order_by="number") == 1)
    told_before = pl.when(next_to & pl.col("inherited")).then(pl.col("way").shift(1).over(alike, order_by="number"))
    way_before = pl.coalesce(pl.col("way").shift(1).over("sid", order_by="number"), told_before)
    reached = rows.filter((pl.col("measure") == "level") & pl.col("to")).select(
        "sid", "metric", number=pl.col("number") - 1, reached=pl.lit(value=True)
    )
    again = (pl.col("metric") == pl.col("metric").shift(1).over("doc", order_by="number")) & (
        pl.col("by") | pl.col("opposed") | (pl.col("basis") == "prior_guidance") | pl.col("hint").is_not_null()
    )
    led = changes.with_columns(before=way_before, again=again).join(
        reached, on=["sid", "metric", "number"], how="left", maintain_order="left"
    )
    led = led.filter(pl.col("way").is_null() & (pl.col("reached") | pl.col("again")))
    risen = pl.when("reached").then(1).cast(changes.schema["way"])
    led = led.select("number", before=pl.coalesce("before", risen))
    sources = changes.select(source="number", source_way="way")
    joined = rows.join(led, on="number", how="left", maintain_order="left").join(
        sources, on="source", how="left", maintain_order="left"
    )
    heir = pl.when("inherited").then("source_way")
    return joined.with_columns(way=pl.coalesce("way", "before", heir)).drop("before", "source_way")


def _lost_as_before(rows: pl.DataFrame) -> pl.DataFrame:
    """A bare number that is lost behind lost customers is of them: "lost 200 subscribers and expects to lose 300 more"."""
    rows = rows.sort("number", maintain_order=True)

    def before(column: str) -> pl.Expr:
        return pl.col(column).shift(1).over("sid", order_by="number")

    counts = (pl.col("figure_class") == "count") & (before("figure_class") == "count")
    again = counts & pl.col("lost") & before("lost") & (pl.col("metric") == "net_income")
    again = (again & before("metric").is_in(["customers", "users"])).fill_null(value=False)
    taken = {c: pl.when(again).then(before(c)).otherwise(c) for c in ("metric", "metric_kind", "instant", "loss")}
    rows = rows.with_columns(**taken)
    # "Lost 200,000 subscribers. … For the next quarter it predicts a further loss of two million."
    of_people = rows.filter(pl.col("lost"), pl.col("figure_class") == "count", pl.col("metric").is_in(["customers", "users"]))
    sources = of_people.select("doc", "sid", *(pl.col(c).alias(f"_{c}") for c in ("metric", "metric_kind", "instant")))
    told = rows.with_row_index("_i").sort("sid", maintain_order=True).join_asof(
        sources.sort("sid", maintain_order=True), on="sid", by="doc", strategy="backward", tolerance=_LOST_BEFORE,
        check_sortedness=False,
    ).sort("_i", maintain_order=True)  # fmt: skip
    further = (pl.col("figure_class") == "count") & (pl.col("metric") == "net_income") & pl.col("loss")
    further &= pl.col("_metric").is_not_null()
    return told.with_columns(
        **{c: pl.when(further).then(f"_{c}").otherwise(c) for c in ("metric", "metric_kind", "instant")},
        loss=pl.col("loss") & ~further,
        lost=pl.col("lost") | further,
    ).drop("_i", "_metric", "_metric_kind", "_instant")


def _moved_by(rows: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """An amount after "by" is a change ("fell by 200 million"); one by which an expectation is beaten is no figure.

    Customers, users and market value lost are fewer or less of them.
    """
    fewer = (pl.col("figure_class") == "count") & pl.col("metric").is_in(["customers", "users"])
    fewer |= (pl.col("figure_class") == "money") & (pl.col("metric") == "market_capitalization")
    lost = pl.col("lost") & fewer
    rows = rows.with_columns(
        measure=pl.when(lost).then(pl.lit("change")).otherwise("measure"),
        way=pl.when(lost).then(-1).otherwise(pl.coalesce("way", pl.when("difference").then("differs"))),
    )
    amount = pl.col("figure_class").is_in(["money", "count"])
    told = (pl.col("by") & ~pl.col("earlier")) | pl.col("difference") | pl.col("increased")  # "520億円増" is not of before
    next_start = pl.col("start").shift(-1).over("sid", order_by="number")
    follows = (next_start - pl.col("end") <= _RIGHT_BEHIND) & (pl.col("figure_class") == "money")
    follows &= pl.col("figure_class").shift(-1).over("sid", order_by="number") == "percent"
    asked = rows.with_columns(_next=next_start).filter((follows & pl.col("by")).fill_null(value=False))
    # "lag met 2,4 miljard 4 procent hoger", but "减少23.93亿港元或44%"
    asked = asked.filter(tape.slice("end", "_next", asked).str.strip_chars() == "")
    told &= ~pl.col("number").is_in(asked["number"].implode())
    moved = told & amount & pl.col("way").is_not_null() & ~pl.col("to")
    # "A one-off item hit its net profit by 18 million": no level, whatever it is.
    burden = pl.col("by") & pl.col("way").is_null() & (pl.col("figure_class") == "money") & (pl.col("basis") == "actual")
    burden &= ~pl.col("to") & ~pl.col("earlier") & (pl.col("measure") == "level") & ~pl.col("with")
    replaced = (pl.col("basis") == "prior_guidance") & pl.col("way").is_null()  # Polish speaks "by" an earlier sum
    surprise = (pl.col("by") | pl.col("difference")) & amount & (pl.col("basis") != "actual") & ~replaced & ~pl.col("to")
    # "It expects subscribers to fall by two million": by so many fewer than now, not than somebody expected.
    surprise &= ~(moved & fewer & (pl.col("basis") == "guidance"))
    return rows.with_columns(
        measure=pl.when(moved).then(pl.lit("change")).otherwise("measure"),
        **{c: pl.col(c) & ~moved for c in ("earlier", "dated")},
    ).filter(~surprise & ~burden)


def _converted_alike(rows: pl.DataFrame) -> pl.DataFrame:
    """A second currency in brackets is a change where the amount before it is: "lost $46 billion (€42 billion) in value".

    Where the verb stands behind both, the amount before it is one where the bracket is: 300億ドル（約4兆円）減少した.
    """
    rows = rows.sort("number", maintain_order=True).with_columns(_second=pl.Series(measures.conversions(rows)))
    level = pl.col("measure") == "level"
    moved = (pl.col("_second") & level & (pl.col("measure").shift(1) == "change")).fill_null(value=False)
    leads = (pl.col("_second").shift(-1) & level & (pl.col("measure").shift(-1) == "change")).fill_null(value=False)
    taken = {
        c: pl.when(moved).then(pl.col(c).shift(1)).when(leads).then(pl.col(c).shift(-1)).otherwise(c)
        for c in ("measure", "way", "earlier", "dated")
    }
    return rows.with_columns(**taken).drop("_second")


def _valued(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
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


def _with_company(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
    scanned = around.scanned
    spans = rows.select("start", "end", "sid", "cid", "doc")
    subjects = companies.subjects(scanned.tape, spans, scanned.companies, scanned.sentences, scanned.clauses)
    rows = rows.with_columns(
        company_id=subjects["company_id"],
        company_mention_start=subjects["mention_start"],
        company_mention_end=subjects["mention_end"],
    )
    rows = _of_no_office(_of_their_sources(rows, scanned), around)
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


def _of_no_office(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
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


def _macro(rows: pl.DataFrame, around: context.Context) -> pl.Series:
    """Whether no firm but a trade is spoken of: the article names a statistics office, or the numbers stand beside trades."""
    offices = around.cues("macro", "office")["sid"].unique()
    docs = rows.filter(pl.col("sid").is_in(offices.implode()))["doc"]
    sentences = around.scanned.sentences.filter(pl.col("sid").is_in(offices.implode()))["start"]
    docs = pl.concat([docs, around.scanned.tape.doc_of(sentences)]).unique()
    trades = around.cues("macro", "sector")["sid"].unique()
    beside = pl.col("sid").is_in(trades.implode()) & pl.col("company_id").is_null()
    often = beside.sum().over("doc") * 2 >= pl.col("company_id").is_null().sum().over("doc")
    return rows.select(pl.col("doc").is_in(docs.implode()) | often).to_series()


def _of_a_business() -> pl.Expr:
    """A number of no known company is of a country, a sport, a household, unless the article speaks of figures throughout."""
    sure = (pl.col("strength") == "metric") & (pl.col("metric_kind") != "count") & ~pl.col("macro")
    return pl.col("company_id").is_not_null() | (sure & (sure.sum().over("doc") >= _FIGURES_OF_A_REPORT))


def _as_outlook(rows: pl.DataFrame) -> pl.DataFrame:
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
