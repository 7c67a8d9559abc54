"""The words of business figures on a tape, those of other things that claim numbers, and classes of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials import rules
from transforms.financials.figures import PER_SHARE
from transforms.spans import drop_contained

if TYPE_CHECKING:
    from transforms.scan import Scanned

METRIC_KINDS: Final = ("metric", "metric_weak", "metric_noun")
CLASS: Final = "metric_class"
_PAID_REACH: Final = 32
_HIDDEN: Final = "hidden"
_FIRMS: Final = "firms"
_ORDERS: Final = "order_intake"
_MARGIN: Final = "margin"
_OF_SALES: Final = "of_sales"
_REVENUE: Final = "revenue"
_NET: Final = "net"
"""Code of words for net revenue that some use for the net result: "ingresos netos de 530 millones, o 1,56 por acción"."""
_EACH_SHARE: Final = 80
"""How far behind a word for net revenue the words for "a share" begin, where it is the net result."""
_HEAD: Final = 24
"""How much of a clause is read for what opens it, in code points."""
_GROWN: Final = 14
"""How far before the "%" of a growth of revenue its noun ends: a preposition and the number stand between."""
_NUMBER_OF: Final = 36
"""How much text before a noun is read for "number of", in code points: two adjectives may stand between."""
_OPENING: Final = 18
"""How early in its sentence "% of revenue" stands where it is said of the result of the sentence before."""
_OF_MARGIN: Final = {
    "operating_income": "operating_margin",
    "operating_margin": "operating_margin",
    "gross_profit": "gross_margin",
    "gross_margin": "gross_margin",
}
"""What a bare "margin" is the margin of, by the metric named before it."""
_HAS_MARGIN: Final = (*_OF_MARGIN, "ebitda", "pretax_income", "net_income")
"""Metrics that a bare "margin" may be of: "an EBIT of 9 million on sales of 80 million, a margin of 11 %"."""


def words(scanned: Scanned) -> pl.DataFrame:
    """One row a metric word, in the order of the tape.

    Columns: word (its rank), word_start, word_end, word_cid, word_clause, sid, doc, strength (kind of the cue, or "none"
    where it claims a number for no business figure), metric, loss, metric_kind, instant, firms (a firm, organisation or
    account: a customer only if many), plain (a plain word for profit or loss), summed (it is one only of an amount). A weak
    word or a noun within a longer metric word is no word of its own.
    """
    kinds = (*METRIC_KINDS, PER_SHARE)
    cues = scanned.cues.filter(pl.col("kind").is_in(kinds) & pl.col("sid").is_not_null())
    rank = pl.col("kind").replace_strict({k: i for i, k in enumerate(kinds)}, return_dtype=pl.Int64)
    cues = _without_explanations(_without_shares_of_periods(cues, scanned), scanned)
    cues = cues.filter(~pl.col("cid").is_in(_adjusting(scanned).implode()))
    working = scanned.cues_of("staffed").filter(pl.col("code") == "works")["cid"].drop_nulls().unique()
    using, joining = (scanned.cues_of("used", codes=(code,))["cid"].drop_nulls().unique() for code in ("by", "joins"))
    people = pl.col("code") == rules.PEOPLE
    users, joined = (people & pl.col("cid").is_in(clauses.implode()) for clauses in (using, joining))
    cues = cues.filter(~people | users | joined | pl.col("cid").is_in(working.implode()))
    cues = cues.with_columns(
        code=pl.when(joined).then(pl.lit("participants")).when(users).then(pl.lit("users")).otherwise("code")
    )
    kept = (
        drop_contained(cues.with_columns(_all=pl.lit(1)), by="_all")
        .with_columns(_rank=rank, _length=-pl.col("pattern").str.len_chars().cast(pl.Int64))
        .sort("start", "_rank", "_length", maintain_order=True)
        .unique(["start", "end"], keep="first", maintain_order=True)
        .filter(pl.col("code") != _HIDDEN)
        .with_columns(code=pl.when(pl.col("kind") == PER_SHARE).then(pl.lit("eps")).otherwise("code"))
    )
    whole = (pl.col("kind") == "metric_noun") & pl.lit(_numbered(kept, scanned))
    kept = kept.with_columns(kind=pl.when(whole).then(pl.lit("metric")).otherwise("kind"))
    counts = scanned.quantities.filter(pl.col("kind").is_in(["count", "plain"]))["end"] + 1
    counted = (pl.col("code") == _ORDERS) & pl.col("start").is_in(counts.implode())  # "266 million orders"
    kept = kept.with_columns(code=pl.when(counted).then(pl.lit(rules.COUNTED)).otherwise("code"))
    kept = kept.with_columns(code=_net())
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
            plain=pl.col("code").is_in([rules.PROFIT, rules.LOSS, rules.PLUS, rules.MINUS]),
            summed=pl.col("code").is_in([rules.PLUS, rules.MINUS, rules.WORTH]),
            strength=pl.when(pl.col("metric") == rules.NOT_A_FACT).then(pl.lit("none")).otherwise("kind"),
        )
    )
    return _with_margins(_with_parts_of_sales(found, scanned))


def _net() -> pl.Expr:
    """The code of each metric word, of one row a word in the order of the tape: net revenue is the net result where the
    next word of the sentence is "a share", without a metric of its own."""
    each = (pl.col("kind") == PER_SHARE).shift(-1) & (pl.col("sid") == pl.col("sid").shift(-1))
    each &= pl.col("start").shift(-1) - pl.col("end") <= _EACH_SHARE
    net = pl.when(each.fill_null(value=False)).then(pl.lit("net_income")).otherwise(pl.lit(_REVENUE))
    return pl.when(pl.col("code") == _NET).then(net).otherwise("code")


def _numbered(cues: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether "number of" stands before a noun, as sure as a metric word: "the number of its paying subscribers"."""
    tape = scanned.tape
    first = pl.max_horizontal(pl.col("start") - _NUMBER_OF, pl.lit(0))
    nouns = cues.with_row_index("row").filter(pl.col("kind") == "metric_noun")
    nouns = nouns.with_columns(text=tape.slice(first, "start", nouns).str.to_lowercase())

    def leads(language: str, rows: pl.DataFrame) -> pl.Series:
        regex = lexicon.settings(language).get("number_of")
        told = rf"(?:^|[^\p{{L}}])(?:{regex})(?:[\p{{L}}-]+ ){{0,2}}$" if regex else "$^"
        return rows["text"].str.contains(told)

    told = nouns.filter(tape.by_language(nouns.select("doc", "text"), leads).fill_null(value=False))["row"]
    return cues.with_row_index("row").select(pl.col("row").is_in(told.implode())).to_series()


def _without_shares_of_periods(cues: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Metric words but the "% of" before a period: "54 % of the previous quarter" is growth in it, no part of it."""
    periods = pl.concat([scanned.cues_of("ago").select("start"), scanned.periods.select("start")])["start"].unique()
    before = pl.col("pattern").str.starts_with("%") & (
        (pl.col("end") + 1).is_in(periods.implode()) | pl.col("end").is_in(periods.implode())
    )
    return cues.filter(~(before & (pl.col("code") == rules.NOT_A_FACT)))


def _adjusting(scanned: Scanned) -> pl.Series:
    """Clauses without a number that tell what a figure leaves out: "earnings, adjusted for one-time costs, were 83 cents".

    They begin with one of `[settings] adjusting`, a regular expression, behind a comma.
    """
    tape = scanned.tape
    numbered = scanned.quantities["cid"].drop_nulls().unique()
    said = scanned.cues.filter((pl.col("kind") == "accounting") & (pl.col("code") == "adjusted"))["cid"].drop_nulls().unique()
    aside = (pl.col("clause") > 0) & pl.col("cid").is_in(said.implode()) & ~pl.col("cid").is_in(numbered.implode())
    clauses = scanned.clauses.filter(aside)
    heads = clauses.select("doc", head=tape.slice("start", pl.col("start") + _HEAD, clauses).str.strip_chars_start(", ("))

    def told(language: str, rows: pl.DataFrame) -> pl.Series:
        return rows["head"].str.to_lowercase().str.contains(f"^(?:{lexicon.settings(language).get('adjusting', '$^')})")

    closed = tape.slice(pl.col("end") - 1, "end", clauses).is_in([",", ")", "，", "）"])
    return clauses.filter(tape.by_language(heads, told).fill_null(value=False) & closed)["cid"]


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
        summed=pl.lit(value=False),
        strength=pl.lit(CLASS),
    )
    return pl.concat([kept, classes.select(kept.columns)]).sort("word_start", "word_end", maintain_order=True)


def _with_parts_of_sales(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A percentage "of revenue" is the margin of the result told last in its sentence, or right before it.

    "Operating income was 104 million. It makes 17.7 % of revenue." Of anything else it is a part.
    """
    part = pl.col("metric") == _OF_SALES
    if found.filter(part).is_empty():
        return found
    told = ~part & (pl.col("strength") == "metric")
    starts = scanned.sentences.select("sid", sentence_start="start")
    found = found.join(starts, on="sid", how="left", maintain_order="left").with_columns(
        told=pl.when(told).then("metric").forward_fill().over("doc", order_by="word"),
        told_sid=pl.when(told).then("sid").forward_fill().over("doc", order_by="word"),
    )
    beside = (pl.col("told_sid") == pl.col("sid")) | (
        (pl.col("told_sid") == pl.col("sid") - 1) & (pl.col("word_start") - pl.col("sentence_start") <= _OPENING)
    )
    margin = pl.col("told").replace_strict(_OF_MARGIN, default=rules.NOT_A_FACT, return_dtype=pl.String)
    grown = pl.col("word").is_in(_grown(found.filter(part), scanned).implode())
    found = found.with_columns(
        metric=pl.when(grown).then(pl.lit(_REVENUE)).otherwise("metric"),
        metric_kind=pl.when(grown).then(pl.lit("money")).otherwise("metric_kind"),
        strength=pl.when(grown).then(pl.lit("metric")).otherwise("strength"),
    )
    return (
        found.with_columns(
            metric=pl.when(part & beside).then(margin).when(part).then(pl.lit(rules.NOT_A_FACT)).otherwise("metric"),
        )
        .with_columns(
            metric_kind=pl.when(part & (pl.col("metric") == rules.NOT_A_FACT))
            .then(pl.lit(rules.NOT_A_FACT))
            .otherwise("metric_kind"),
            strength=pl.when(pl.col("metric") == rules.NOT_A_FACT).then(pl.lit("none")).otherwise("strength"),
        )
        .drop("told", "told_sid", "sentence_start")
    )


def _grown(parts: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Words for a part of revenue that tell of its growth: "un crecimiento del 9 % de los ingresos"."""
    moves = scanned.cues_of("direction").filter(pl.col("code").is_in(["up", "down"]) & pl.col("sid").is_not_null())
    near = parts.select("word", "sid", "word_start").join(
        moves.select("sid", move_end="end"), on="sid", how="inner", maintain_order="left"
    )
    near = near.filter((pl.col("word_start") - pl.col("move_end")).is_between(2, _GROWN))
    between = scanned.tape.slice("move_end", "word_start", near)
    near = near.filter(between.str.contains(r"^ \p{Ll}{1,5} [0-9][0-9.,]* ?$"))
    reached = scanned.cues_of("mark").filter(pl.col("code") == "to").select("sid", to="start")  # "rose to 34 % of sales"
    led = near.join(reached, on="sid", how="inner", maintain_order="left")
    upto = led.filter((pl.col("to") - pl.col("move_end")).is_between(0, 2))["word"]
    return near.filter(~pl.col("word").is_in(upto.implode()))["word"].unique()


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
