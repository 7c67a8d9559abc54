"""Countries in text: their names, adjectives and seats of government."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.companies.places import cues_of, explained, overlaps
from transforms.companies.table import country_patterns
from transforms.schemas import Schema
from transforms.spans import Tape, dictionary_scan, drop_contained

COUNTRIES: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "country": pl.String, "kind": pl.String}

_BASED: Final = ("-based ", " -based ", "-headquartered ")


def countries_on_tape(tape: Tape) -> pl.DataFrame:
    """One row a country: start, end, country (ISO 3166-1 alpha-2), kind (name, adjective, capital)."""
    return tape.once("countries", lambda: _countries(tape))


def _countries(tape: Tape) -> pl.DataFrame:
    if tape.parts:
        return tape.each(countries_on_tape)
    found = dictionary_scan(tape, country_patterns(tape.language), cased=True, longest=False)
    found = drop_contained(explained(tape, found), by="kind")
    # "Washington Post" is no place.
    found = found.filter(~pl.Series(overlaps(found, cues_of(tape, "city").filter(pl.col("code") == "none"))))
    home = pl.Series(based(found, tape), dtype=pl.Boolean)
    return (
        found.select("start", "end", "country", kind=pl.when(home).then(pl.lit("adjective")).otherwise("role"))
        .unique(["start", "end"], keep="first", maintain_order=True)
        .sort("start", maintain_order=True)
    )


def based(places: pl.DataFrame, tape: Tape) -> list[bool]:
    """Whether each place (end) only tells where somebody comes from: "a China-based executive"."""
    return [tape.plain.startswith(_BASED, end) for end in places["end"].to_list()]
