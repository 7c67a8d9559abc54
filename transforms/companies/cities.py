"""Cities of the countries in which a language is spoken, and the country that an article's cities lie in.

A city is weaker than the name of a country: what it says counts where no country is named.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import polars as pl

from transforms import lexicon
from transforms.companies.countries import based
from transforms.companies.places import cues_of, explained, upper_start
from transforms.companies.table import plain_words, read_table
from transforms.schemas import Schema
from transforms.spans import Tape, dictionary_scan, drop_contained

CITIES: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "country": pl.String}
_GIVES_WAY: Final = r"\p{Ll}{3}[aаь]$"
"""Names whose last letter gives way to the endings of cases: "Warszawa", "Warszawie"."""


def cities_on_tape(tape: Tape) -> pl.DataFrame:
    """One row a city: start, end, country (ISO 3166-1 alpha-2)."""
    return tape.once("cities", lambda: _cities(tape))


def _cities(tape: Tape) -> pl.DataFrame:
    if tape.parts:
        return tape.each(cities_on_tape)
    patterns = _patterns(tape.language)
    if patterns.is_empty():
        return pl.DataFrame(schema=CITIES)
    found = drop_contained(explained(tape, dictionary_scan(tape, patterns, cased=True, longest=False)), by="kind")
    return found.select("start", "end", "country").unique(["start", "end"], keep="first", maintain_order=True)


@lru_cache(maxsize=64)
def _patterns(language: str) -> pl.DataFrame:
    """The patterns of a language, a stem more for names that lose a letter where the language has cases."""
    rules = lexicon.settings(language)
    table = read_table("cities.csv").filter(pl.col("language") == language)
    bare = plain_words(table["name"].to_list()) if table.height else []
    named = table.select(pattern=pl.Series(bare, dtype=pl.String), country="country")
    endings = bool(rules.get("name_endings"))
    if rules.get("name_bends"):
        bent = named.filter(pl.col("pattern").str.contains(_GIVES_WAY)).with_columns(pl.col("pattern").str.head(-1))
        named = pl.concat([named, bent])
    return named.unique("pattern", keep="first", maintain_order=True).select(
        "pattern",
        core="pattern",
        open_left=pl.lit(value=bool(rules.get("name_prefixes"))),
        open_right=pl.lit(value=endings),
        kind=pl.lit("city"),
        country="country",
    )


def only_countries(tape: Tape) -> pl.DataFrame:
    """The country in which all cities of an article lie, else that of its dateline's: doc, city_country."""
    known = (
        cues_of(tape, "city").filter(pl.col("code") != "none").select("start", "end", country=pl.col("code").str.to_uppercase())
    )
    known = known.filter(pl.Series(upper_start(tape, known["start"]), dtype=pl.Boolean))
    cities = pl.concat([cities_on_tape(tape), known]).unique("start", keep="first", maintain_order=True)
    cities = cities.filter(~pl.Series(based(cities, tape), dtype=pl.Boolean))
    cities = cities.with_columns(tape.doc_of(cities["start"])).sort("start", maintain_order=True)
    line = pl.Series([tape.plain[max(start - 1, 0)] == "\n" for start in cities["start"].to_list()], dtype=pl.Boolean)
    told = cities.with_columns(line=line)
    countries = told.group_by("doc", maintain_order=True).agg(
        several=pl.col("country").n_unique() > 1,
        first=pl.col("country").first(),
        dated=pl.col("country").filter("line").first(),
    )
    chosen = pl.when("several").then("dated").otherwise("first")
    return countries.select("doc", city_country=chosen).drop_nulls()
