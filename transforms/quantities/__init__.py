"""Quantities: every amount, percentage, count, multiple and fraction of a text, as spans with exact values.

One regular expression a language, generated from the lexicon (see `grammar`), finds
`[comparator][sign][currency][number][scale][unit][comparator]`; others find numbers in words, and a dictionary scan finds
multiples and fractions that are one word. Values are made from digits as strings, never from floats. Which fact a number
belongs to, and whether a count is a metric, is not decided here.

Lexicon kinds (a code is what the word stands for): `scale` and `scale.glued` (power of ten; glued: only directly after
the digits), `scale.word` (in words only), `scale.money` (power and currency in one: "mkr"), `currency` (ISO 4217, or a
name of `currency_family`, settled by the article), `currency.code` (in capitals), `currency.minor` (hundredths),
`number.unit` and `number.before` (what may follow or precede a number: percent, points, basis, tenth, multiple, divided
("divided by"), ordinal, measure, counted, date, drop, tolerance: "plus or minus" some percent), `number.comparator`,
`number.after`, `number.middle` (comparators before, after, within;
upto: a limit unless a verb of change, `number.toward`, or a percentage stands before, or the number is not a round one;
over_the and under_the, with an article: a bound if the number is round, else one compared with; by: a difference, so that
what follows "to" is a level), `number.sign`, `number.fill` and `number.link`
(small words between the parts), `number.join` (what stands between two numbers of a range or pair), `number.glue`,
`number.inner`, `number.prefix` and `number.lead` (what joins or opens the parts of one number), `number.word`,
`number.article`, `number.bare` (words that are a number by themselves), `number.open` (those that open one: "honderd
procent"), `number.over` (what divides: fifths, or "any" for "over"), `number.half` (of the scale before it: "due milioni e
mezzo"), `number.spoken` (the only units of numerals that are syllables of other words), `number.multiple`,
`number.fraction` and `number.name` (words that make the number after them part of a name), `number.share` (before a
number: parts of what, "千分之"), `number.tenth` (a tenth with percents after it: 成六) and `scale.spaced` (a scale of one
letter that may stand apart). `number.moved` are verbs of change too: a "from" after one opens a movement and no range;
so does one after a `number.outlook` that changed, without a word for a range between (`number.span`).
Settings: `number_tens_and` ("treinta y dos"), `number_ones_first` ("five and twenty") and `number_sums` (an "and" adds a
smaller scale to a larger one: "1 bilhão e 200 milhões").
"""

from __future__ import annotations

import polars as pl

from transforms import lexicon
from transforms.quantities.currencies import with_units
from transforms.quantities.found import in_digits, in_words_on, own_currency
from transforms.quantities.grammar import tables
from transforms.quantities.meanings import languages_of
from transforms.quantities.ranges import ranged, summed, whole_and_parts, with_shared
from transforms.quantities.schema import KINDS, QUANTITIES
from transforms.quantities.spoken import clear_of, dictionary, in_figures, longest, spoken, unnamed
from transforms.quantities.values import quantities_only, with_comparator, with_kind, with_meaning, with_sign, with_values
from transforms.schemas import ARTICLE_TEXTS
from transforms.spans import Tape

__all__ = ["KINDS", "QUANTITIES", "on_tape", "quantities"]


def on_tape(tape: Tape) -> pl.DataFrame:
    """All quantities of a tape: the columns of `QUANTITIES`, disjoint, sorted by start.

    kind `count` is a number with or without a scale word that may count anything; `plain` has a measure of its own
    (km, years, GB). Bare years, dates, times, versions, list numbers and numbers within names yield no row.
    """
    if not tape.folded:
        return pl.DataFrame(schema=QUANTITIES)
    digits = in_digits(tape)
    words = pl.concat([digits.clear(), *in_words_on(tape, digits.columns)])
    spans = pl.concat([own_currency(digits, words), words])
    writing = tables(languages_of(spans)).writing
    spans = spans.join(writing, on="language", how="left", maintain_order="left")
    spans = with_kind(with_comparator(with_sign(with_values(with_meaning(spans, tape), tape), tape), tape))
    spans = quantities_only(spans, tape).with_columns(spoken=pl.lit(value=False))
    by_digits = spans.filter(~pl.col("in_words"))
    spans = pl.concat([by_digits, longest(clear_of(spans.filter(pl.col("in_words")), by_digits))])
    found = dictionary(tape)
    # Links, and fractions in digits: "3分の2".
    linked = found["kind"] == "link"
    spans = clear_of(spans, found.filter(in_figures(found, tape)))
    spans, found = clear_of(spans, found.filter(linked)), found.filter(~linked)
    named = pl.col("kind") == "number.name"
    spans = unnamed(spans, found.filter(named), tape)
    spans = pl.concat([spans, clear_of(spoken(found.filter(~named), tape), spans)], how="diagonal")
    spans = with_units(ranged(with_shared(whole_and_parts(whole_and_parts(summed(spans, tape), tape), tape), tape)), tape)
    return spans.select(pl.col(name).cast(kind) for name, kind in QUANTITIES.items()).sort("start", "end", maintain_order=True)


def quantities(texts: pl.LazyFrame) -> pl.LazyFrame:
    """The quantities of articles: article_id, then the columns of `QUANTITIES` with offsets in each article's text.

    `texts` has article_id, language and text and any further columns of `ARTICLE_TEXTS`; texts in a language without a
    lexicon yield no row. Collects its input: one tape a language.
    """
    frame = texts.collect()
    found = [
        (tape := Tape.of(group.select(c for c in group.columns if c in ARTICLE_TEXTS), language=str(language)), on_tape(tape))
        for (language,), group in frame.group_by("language", maintain_order=True)
        if str(language) in lexicon.languages()
    ]
    places = ("start", "end", "number_start", "number_end", "comparator_start")
    rows = [
        spans.with_columns(tape.doc_of(spans["start"]))
        .join(tape.docs.select("doc", "article_id", _origin="start"), on="doc", how="left", maintain_order="left")
        .with_columns(pl.col(p) - pl.col("_origin") for p in places)
        .select("article_id", *QUANTITIES)
        for tape, spans in found
    ]
    return pl.concat([pl.DataFrame(schema={"article_id": pl.String} | QUANTITIES), *rows]).lazy()
