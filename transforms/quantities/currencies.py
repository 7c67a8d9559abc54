"""Which currency is meant by a name that several share: the dollar, the peso, the crown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from transforms.quantities.beside import Beside
from transforms.quantities.grammar import grammar
from transforms.quantities.meanings import languages_of
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.spans import Tape


def _homes(tape: Tape, family: dict[str, Any]) -> pl.DataFrame:
    """doc and home: the currency that a symbol means where the source is at home, by the end of its domain."""
    by_country: dict[str, str] = family.get("by_country", {})
    if "source_id" not in tape.docs.columns or not by_country:
        return pl.DataFrame(schema={"doc": pl.Int64, "home": pl.String})
    ending = pl.col("source_id").cast(pl.String).str.extract(r"\.([a-z]{2})$")
    return tape.docs.select("doc", home=ending.replace_strict(by_country, default=None, return_dtype=pl.String))


def _by_letters(docs: pl.DataFrame, tape: Tape, family: dict[str, Any]) -> pl.Series:
    """The currency that the wording of each article tells: the first of `by_letters` all of whose expressions it holds."""
    told: dict[str, list[str]] = family.get("by_letters", {})
    places = docs.select("doc").join(tape.docs.select("doc", "start", "end"), on="doc", how="left", maintain_order="left")
    if not told or places.is_empty():
        return pl.Series(values=[None] * docs.height, dtype=pl.String)
    text = tape.slice("start", "end", places)
    named = [
        pl.when(pl.all_horizontal(pl.lit(text).str.contains(one) for one in every)).then(pl.lit(currency))
        for currency, every in told.items()
    ]
    return pl.select(pl.coalesce(named)).to_series()


def _first_by_count(spans: pl.DataFrame, name: str) -> pl.DataFrame:
    """doc and `name`: the currency that each article names most often, of equal ones the first."""
    counts = spans.group_by("doc", "currency", maintain_order=True).len()
    best = counts.sort("doc", "len", descending=[False, True], maintain_order=True).unique(
        "doc", keep="first", maintain_order=True
    )
    return best.select("doc", pl.col("currency").alias(name))


def _families(met: pl.DataFrame) -> list[tuple[str, dict[str, Any], dict[str, str | None]]]:
    """Names met (language, currency) that several currencies share: the name, what is told of it, and what each language
    that it was met in takes it for."""
    found: dict[str, tuple[dict[str, Any], dict[str, str | None]]] = {}
    for language in languages_of(met):
        settings = grammar(language).settings
        for symbol, family in settings.get("currency_family", {}).items():
            own = settings.get("currency_default", {}).get(symbol, family.get("default"))
            found.setdefault(symbol, (family, {}))[1][language] = own
    symbols = set(met["currency"].to_list())
    return [(symbol, family, defaults) for symbol, (family, defaults) in found.items() if symbol in symbols]


def with_units(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle names that several currencies share, by what else the article names; adds unit and currency_hint."""
    spans = spans.with_columns(tape.doc_of(spans["start"]))
    money = pl.col("kind") == "money"
    met = spans.filter(money).select("language", "currency").drop_nulls().unique()
    for symbol, family, defaults in _families(met):
        vague = pl.col("currency") == symbol
        docs = spans.filter(vague & money).select("doc", "language").unique(maintain_order=True)
        others = _first_by_count(spans.filter(money & pl.col("currency").is_in(family.get("named", []))), "named")
        scripts: dict[str, str] = family.get("by_scale", {})
        marks = "|".join(scripts) or r"[^\s\S]"
        written = pl.coalesce("scale_text", pl.when("in_words").then("number")).str.extract(f"({marks})")
        script = spans.select("doc", script=written.replace_strict(scripts, default=None, return_dtype=pl.String))
        script = script.drop_nulls().unique("doc", keep="first", maintain_order=True)
        docs = (
            docs.with_columns(letters=_by_letters(docs, tape, family))
            .join(others, on="doc", how="left", maintain_order="left")
            .join(script, on="doc", how="left", maintain_order="left")
            .join(_homes(tape, family), on="doc", how="left", maintain_order="left")
        )
        default = pl.col("language").replace_strict(defaults, default=None, return_dtype=pl.String)
        docs = docs.select("doc", _currency=pl.coalesce("named", "home", "letters", "script", default))
        tenth = vague & pl.col("_currency").is_in(family.get("thousandths", []))
        spans = spans.join(docs, on="doc", how="left", maintain_order="left").with_columns(
            *[pl.when(tenth).then((pl.col(c) / 10).cast(VALUE)).otherwise(c).alias(c) for c in ("value", "value_step")],
            currency=pl.when(vague).then(pl.col("_currency")).otherwise(pl.col("currency")),
        ).drop("_currency")  # fmt: skip
    # A conversion in brackets is not what the article counts in; within a line the last currency named counts for more.
    named = money & pl.col("currency").is_not_null()
    opening = spans.select(pl.min_horizontal("start", "comparator_start") - 1).to_series()
    aside = Beside.of(tape, opening).one_of("(")
    line = np.searchsorted(np.flatnonzero(tape.codes == ord("\n")), spans["start"].to_numpy())
    spans = spans.with_columns(_line=pl.Series(line), _aside=pl.Series(aside))
    spans = spans.join(_first_by_count(spans.filter(named), "main"), on="doc", how="left", maintain_order="left")
    last = pl.when(named & ~pl.col("_aside")).then(pl.col("currency")).forward_fill().over("_line")
    kind = pl.col("kind")
    return spans.with_columns(
        currency_hint=pl.when(kind == "count").then(pl.coalesce(last, "main")),
        unit=pl.when(money)
        .then(pl.col("currency"))
        .when(kind.is_in(["percent", "points"]))
        .then(pl.lit("percent"))
        .when(kind.is_in(["multiple", "count"]))
        .then(kind),
    )
