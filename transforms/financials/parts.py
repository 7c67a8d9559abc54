"""Parts of the business that the text names in its own words: "its mobile division", "das Chipgeschäft", "divisie Zorg".

Words that every newsroom writes for a part ("cloud", "in China") are `segment` words of the lexicons; here a noun of
businesses makes whatever stands at it one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon

if TYPE_CHECKING:
    from transforms.financials.context import Context

_REACH: Final = 140
"""How far before its number a part of the business is named, in code points."""
_LONGEST: Final = 40
_OF_ALL: Final = ("cash", "debt", "market_capitalization", "dividend_per_share", "total_assets")
"""What a part of the business does not have."""


def named(rows: pl.DataFrame, context: Context) -> pl.Series:
    """The part of the business, as a slug, that is named before the first number of a metric word, and of those behind it.

    Before a number without a word of its own it may stand in an earlier clause: "the chip division, which grew 5 %".
    """
    figures = context.figures.select("sid", "number", last="end")
    before = rows.select("number", "sid", "doc", "start", "clause_start", "inherited").join(
        figures.with_columns(number=pl.col("number") + 1), on=["number", "sid"], how="left", maintain_order="left"
    )
    sentences = context.scanned.sentences.select("sid", opens="start").drop_nulls().unique(maintain_order=True)
    before = before.join(sentences, on="sid", how="left", maintain_order="left")
    first = pl.when("inherited").then("opens").otherwise("clause_start")
    first = pl.max_horizontal(first, pl.col("last").fill_null(0), pl.col("start") - _REACH)
    text = context.scanned.tape.slice(first, pl.max_horizontal(first, "start"), before)
    slugs = context.scanned.tape.by_language(before.select("doc", text=text), _slugs)
    slugs = _without_firms(before.select("doc", slug=slugs), context)
    slugs = context.scanned.tape.by_language(before.select("doc", slug=slugs), _called)
    told = rows.select("number", "sid", "word", "metric", "metric_kind", "start", part=slugs)
    told = told.with_columns(
        part=pl.when(pl.col("metric_kind").is_in(["money", "ratio"]) & ~pl.col("metric").is_in(_OF_ALL)).then("part")
    )
    # "Its chip division had sales of 3 billion, up 5 % from 2.9 billion": one word, one part, but not behind "while".
    apart = context.scanned.tape.by_language(before.select("doc", text=text), _parted).fill_null(value=False)
    told = told.with_columns(apart=pl.lit(apart))
    begun = pl.col("apart") | pl.col("part").is_not_null()
    told = told.with_columns(turn=begun.cum_sum().over("sid", "word", order_by="number"))
    return told.select(part=pl.col("part").first().over("sid", "word", "turn", order_by="number")).to_series()


def _parted(language: str, rows: pl.DataFrame) -> pl.Series:
    """Whether a word stands in the text behind which something else is told of: "3 billion, while networks had 2 billion"."""
    return rows["text"].str.to_lowercase().str.contains(lexicon.settings(language).get("part_other", lexicon.NEVER))


def _called(language: str, rows: pl.DataFrame) -> pl.Series:
    """The slugs as they are called elsewhere."""
    return rows["slug"].replace(lexicon.settings(language).get("part_names", {}))


def _without_firms(named: pl.DataFrame, context: Context) -> pl.Series:
    """The slugs without the firm that they begin with: "Samsung chip division"; null where they are a firm."""
    firms = context.scanned.companies.filter(pl.col("certainty") != "product").select("doc", "start", "end").drop_nulls()
    mentions = context.scanned.tape.slice("start", "end", firms).str.to_lowercase()
    firms = firms.select("doc", first=pl.lit(mentions.str.replace_all(r"[^\p{L}\p{N}]+", "_"))).unique(maintain_order=True)
    firms = firms.with_columns(firm=pl.lit(value=True))
    parted = named.with_columns(first=pl.col("slug").str.extract(r"^([^_]+)"))
    parted = parted.join(firms, on=["doc", "first"], how="left", maintain_order="left")
    whole = named.select("doc", first="slug").join(firms, on=["doc", "first"], how="left", maintain_order="left")["firm"]
    rest = pl.when(pl.col("firm").fill_null(value=False)).then(pl.col("slug").str.replace(r"^[^_]+_", "")).otherwise("slug")
    return parted.select(pl.when(~pl.lit(whole).fill_null(value=False)).then(rest)).to_series()


def _slugs(language: str, rows: pl.DataFrame) -> pl.Series:
    settings = lexicon.settings(language)
    text = rows["text"]
    unnamed = settings.get("part_unnamed", lexicon.NEVER)
    slugs = [_slug(text.str.extract(shape, 1).str.to_lowercase(), unnamed) for shape in settings.get("part_named", [])]
    if not slugs:
        return pl.repeat(None, n=rows.height, dtype=pl.String, eager=True)
    # "Thanks to its chip division", "without the chip division": not of it.
    reason = text.str.to_lowercase().str.contains(settings.get("part_reason", lexicon.NEVER)).fill_null(value=False)
    slug = pl.select(pl.coalesce(slugs)).to_series()
    return pl.select(pl.when(~pl.lit(reason)).then(pl.lit(slug))).to_series()


def _slug(name: pl.Series, unnamed: str) -> pl.Series:
    """What is left of a name behind words that name nothing ("said its core memory"), as a slug; null where nothing is."""
    name = name.str.replace(f"^.*(?:^| )(?:{unnamed}) ", "").str.strip_chars(" -\"'”“„")
    slug = name.str.replace_all(r"[^\p{L}\p{N}]+", "_").str.strip_chars("_")
    fits = ~name.str.contains(f"^(?:{unnamed})$") & slug.str.len_chars().is_between(2, _LONGEST)
    return pl.select(pl.when(pl.lit(fits)).then(pl.lit(slug))).to_series()
