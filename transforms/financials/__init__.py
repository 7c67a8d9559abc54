"""Figures of a company's business: from numbers and metric words to one row a figure.

Read in this order: `narrowed` (what can belong to a figure), `figures` (the numbers), `metric_words`, `candidates` (which
number with which word), `inheritance` (numbers whose metric was named before), `context` (the cues around them), `described`
and what it asks (`expectations`: whose; `comparatives`: earlier or current; `directions`: up or down; `measures`, `segments`;
`surprises`, `differences`, `paid`: no figures), `valued` (sign and unit), `whose` (the firm), `timing`, `statements`.
What a metric is counted in and how candidates are weighed is data: `transforms/rules/financials.toml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.financials import candidates, comparatives, inheritance, rules, segments, timing
from transforms.financials.context import Context, marked
from transforms.financials.described import described
from transforms.financials.figures import PER_SHARE, numbers, ranked
from transforms.financials.metric_words import with_classes, words
from transforms.financials.narrowed import narrowed
from transforms.financials.statements import statements
from transforms.financials.valued import valued
from transforms.financials.whose import with_company
from transforms.schemas import CONFIDENCE, FACT_COMMON, FACT_FINANCIALS, RUNNERS_UP, Schema

if TYPE_CHECKING:
    from transforms.scan import Scanned

__all__ = ["link", "runners_up"]

_FIRM_TO_MOVE: Final = 32
"""How far behind a firm the percent may stand by which its share moved, in code points."""
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
    scanned = narrowed(scanned)
    figures = numbers(scanned)
    if figures.is_empty():
        return pl.DataFrame(schema=_LINKED)
    metrics = words(scanned)
    qualifiers = segments.qualifiers(Context(scanned, figures), metrics)
    lasting = segments.of_payments(Context(scanned, figures), qualifiers)
    figures = figures.filter(~pl.col("number").is_in(lasting.implode()))
    figures, metrics = _without(qualifiers, figures, segments.paying(metrics, qualifiers))
    around = Context(scanned, figures)
    reached, moved = (marked(figures, around, code) for code in ("to", "by"))
    pairs = candidates.pairs(scanned, figures, metrics, reached=reached, moved=moved)
    pairs = candidates.across_brackets(pairs, scanned.tape)
    scanned.tape.once(_WEIGHED, lambda: _as_weighed(pairs))
    chosen = candidates.best(pairs)
    chosen = candidates.with_shared_nouns(chosen, figures, scanned.tape)
    lists = around.cues("list").select("sid", "cue_start", "cue_end")
    lists = pl.concat([lists, candidates.told_in_rows(metrics, figures, scanned.tape).cast(lists.schema)])
    chosen = candidates.in_turn(chosen, metrics, figures, lists)
    moves = scanned.cues_of("direction")
    chosen = candidates.with_result(chosen, metrics, comparatives.compared(chosen, around), moves)
    chosen = _not_of_reasons(_of_dividends(_of_shares(chosen)), scanned)
    rows = inheritance.with_inherited(chosen, figures, metrics, qualifiers, around)
    rows = rows.filter(pl.col("metric") != rules.NOT_A_FACT)
    if rows.is_empty():
        return pl.DataFrame(schema=_LINKED)
    rows = with_company(valued(described(rows, around, qualifiers), around), around)
    if rows.is_empty():
        return pl.DataFrame(schema=_LINKED)
    rows = timing.with_period(rows, around).rename({"against": "compared_to"})
    return statements(rows, scanned.tape).select(pl.col(c).cast(t) for c, t in _LINKED.items())


def _of_shares(chosen: pl.DataFrame) -> pl.DataFrame:
    """Growth of earnings of which only an amount a share is told is of that: "earnings of 44 cents a share were up 20 %"."""
    level = pl.col("measure") == "level"
    only = ((pl.col("metric") == "eps") & level).any() & ~((pl.col("metric") == "net_income") & level).any()
    grown = (pl.col("metric") == "net_income") & (pl.col("measure") == "change") & only.over("sid", "word")
    return chosen.with_columns(
        metric=pl.when(grown).then(pl.lit("eps")).otherwise("metric"),
        metric_kind=pl.when(grown).then(pl.lit("share")).otherwise("metric_kind"),
    )


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


def _without(qualifiers: pl.DataFrame, figures: pl.DataFrame, metrics: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbers that only describe a class of customers are no figures; they are words for that class instead."""
    staffed = qualifiers.filter(pl.col("segment").str.ends_with("_employees"))["sid"].unique()
    kept = metrics.filter((pl.col("metric") != "employees") | ~pl.col("sid").is_in(staffed.implode()))
    return (
        ranked(figures.filter(~pl.col("number").is_in(qualifiers["number"].implode()))),
        with_classes(kept, qualifiers),
    )
