"""Words that are quantities ("tripled", "ein Drittel"), and names with a number in them ("S&P 500")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.quantities.beside import Beside
from transforms.quantities.found import matches
from transforms.quantities.grammar import grammar, tables
from transforms.quantities.meanings import languages_of, spoken_words
from transforms.quantities.schema import decimal
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.spans import Tape

_BESIDE: Final = 24  # how far from a word a comparator may stand


def longest(spans: pl.DataFrame) -> pl.DataFrame:
    """Of spans that overlap the one that begins first, of those the longest."""
    ordered = spans.sort("start", "end", descending=[False, True], maintain_order=True)
    return ordered.filter((pl.col("start") >= pl.col("end").cum_max().shift(1)).fill_null(value=True))


def clear_of(spans: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Drop the spans that touch one of some disjoint spans."""
    if taken.is_empty() or spans.is_empty():
        return spans
    order = np.argsort(taken["start"].to_numpy(), kind="stable")
    starts, ends = taken["start"].to_numpy()[order], np.maximum.accumulate(taken["end"].to_numpy()[order])
    before = np.searchsorted(starts, spans["end"].to_numpy(), side="left") - 1
    reach = np.where(before >= 0, ends[np.maximum(before, 0)], -1)
    return spans.filter(pl.Series(reach <= spans["start"].to_numpy()))


def dictionary(tape: Tape) -> pl.DataFrame:
    """Multiples, fractions and names that are words: language, start, end, kind, code."""
    found = matches(tape, lambda one: one.spoken)
    parts = spoken_words(found.select("language", "text").unique())
    found = found.join(parts, on=["language", "text"], how="left", maintain_order="left")
    begin, stop = Beside.of(tape, found["start"] - 1), Beside.of(tape, found["start"])
    cut_left = pl.Series(begin.word & stop.word)
    whole = (pl.col("open_left") | ~cut_left) & (pl.col("open_right") | ~pl.col("cut"))
    return found.filter(whole & (pl.col("code") != "none")).select("language", "start", "end", "kind", "code")


def in_figures(found: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which of the words found are fractions that begin with a digit."""
    return (found["kind"] == "number.fraction") & pl.Series(Beside.of(tape, found["start"]).digit, dtype=pl.Boolean)


def unnamed(spans: pl.DataFrame, names: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Drop bare numbers that a name takes up ("S&P 500", "Office 365")."""
    if names.is_empty():
        return spans
    ends = np.unique(names["end"].to_numpy())
    starts, ends = names["start"].to_numpy(), np.maximum.accumulate(names["end"].to_numpy())
    begin = spans["number_start"].to_numpy()
    before = np.searchsorted(starts, begin, side="right") - 1
    reach = np.where(before >= 0, ends[np.maximum(before, 0)], -2)
    apart = Beside.of(tape, spans["number_start"] - 1).one_of(" -").astype(np.int64)
    inside, after = pl.Series(begin < reach), pl.Series(begin <= reach + apart)
    return spans.filter(~(inside | (after & pl.col("bare"))))


def spoken(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Multiples and fractions that are words, with the comparators beside them ("quasi triplicate")."""
    table, folded = tables(languages_of(found)), tape.folded
    multiple = pl.col("kind") == "number.multiple"
    spans = found.select(
        "language", "start", "end",
        number_start=pl.col("start"), number_end=pl.col("end"),
        kind=pl.when(multiple).then(pl.lit("multiple")).otherwise(pl.lit("fraction")),
        value=pl.col("code").cast(VALUE, strict=False),
        value_step=pl.when(multiple).then(pl.lit("1")).otherwise(pl.lit("0.01")).cast(VALUE),
    ).filter(pl.col("value").is_not_null())  # fmt: skip
    before = pl.Series("before", [folded[max(0, a - _BESIDE) : a] for a in spans["start"].to_list()], dtype=pl.String)
    behind = pl.Series("behind", [folded[a : a + _BESIDE] for a in spans["end"].to_list()], dtype=pl.String)
    windows = pl.DataFrame([before, behind]).with_columns(tape.doc_of(spans["start"]))
    spans = spans.with_columns(
        _before=tape.by_language(windows, lambda spoken, rows: rows["before"].str.extract(grammar(spoken).comparing)),
        _after=tape.by_language(windows, lambda spoken, rows: rows["behind"].str.extract(grammar(spoken).following)),
    )
    said, after = table.comparators.rename({"text": "_before"}), table.afters.rename({"text": "_after"})
    spans = spans.join(said, on=["language", "_before"], how="left", maintain_order="left")
    spans = spans.join(after, on=["language", "_after"], how="left", maintain_order="left")
    spans = spans.with_columns(pl.col("said").str.strip_suffix("_the"))  # "più del doppio"
    known = pl.col("said").is_in(["over", "under", "approx"]).fill_null(value=False)
    said_after = pl.col("after_code").is_not_null()
    # "a third higher" is a rounding; "half" and "doubled" are what they say.
    rounded = (pl.col("kind") == "fraction") & (pl.col("value") != decimal("0.5"))
    return spans.with_columns(
        comparator=pl.when(known)
        .then(pl.col("said"))
        .when(said_after)
        .then(pl.col("after_code"))
        .when(rounded)
        .then(pl.lit("approx"))
        .otherwise(pl.lit("eq")),
        comparator_start=pl.when(known)
        .then(pl.col("start") - pl.col("_before").str.len_chars().cast(pl.Int64) - 1)
        .when(said_after)
        .then(pl.col("end") + 1),
        spoken=pl.lit(value=True), bare=pl.lit(value=False), sign=pl.lit(0, pl.Int8), ambiguous=pl.lit(value=False),
        in_words=pl.lit(value=True), minor=pl.lit(value=False),
    ).drop("_before", "_after", "said", "after_code")  # fmt: skip
