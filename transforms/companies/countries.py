"""Countries in text: their names, adjectives and seats of government."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from transforms import lexicon
from transforms.companies.places import cues_of, explained, overlaps
from transforms.companies.table import country_patterns
from transforms.schemas import Schema
from transforms.spans import Tape, dictionary_scan, drop_contained

_FIRM_REACH: Final = 16
"""How far behind its country, in code points, a firm may be named."""
COUNTRIES: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "country": pl.String, "kind": pl.String}

_BASED: Final = ("-based ", " -based ", "-headquartered ")


def countries_on_tape(tape: Tape) -> pl.DataFrame:
    """One row a country: start, end, country (ISO 3166-1 alpha-2), kind (name, adjective, capital)."""
    return tape.once("countries", lambda: _countries(tape))


def _countries(tape: Tape) -> pl.DataFrame:
    if tape.parts:
        return tape.each(countries_on_tape)
    found = dictionary_scan(tape, country_patterns(tape.language), cased=True, longest=False)
    found = _outside_words(tape, drop_contained(explained(tape, found), by="kind"))
    # "Washington Post" is no place.
    found = found.filter(~pl.Series(overlaps(found, cues_of(tape, "city").filter(pl.col("code") == "none"))))
    # New Mexico is no part of Mexico.
    regions = cues_of(tape, "region").select(_from="start", _to="end")
    parts = found.join(regions, left_on="end", right_on="_to", maintain_order="left").filter(pl.col("_from") < pl.col("start"))
    found = found.filter(~pl.col("start").is_in(parts["start"].implode()))
    home = pl.Series(based(found, tape), dtype=pl.Boolean)
    return (
        found.select("start", "end", "country", kind=pl.when(home).then(pl.lit("adjective")).otherwise("role"))
        .unique(["start", "end"], keep="first", maintain_order=True)
        .sort("start", maintain_order=True)
    )


def based(places: pl.DataFrame, tape: Tape) -> list[bool]:
    """Whether each place (end) only tells where somebody comes from: "a China-based executive"."""
    return [tape.plain.startswith(_BASED, end) for end in places["end"].to_list()]


def _outside_words(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Countries but those that are part of another word where words have no borders: 増加中 names no China, タイム no Thailand.

    The language's `country_parts` tells them, a regular expression for the name with the code point before and behind it.
    """
    parts = lexicon.settings(tape.language).get("country_parts")
    if not parts:
        return found
    around = tape.slice(pl.max_horizontal(pl.col("start") - 1, pl.lit(0)), pl.col("end") + 1, found)
    return found.filter(~around.str.contains(parts).fill_null(value=False))


def of_firms(tape: Tape, found: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Countries with those that only tell where the firm named behind them comes from as adjectives: 美国视频平台Zoom.

    What may lead from a country to a firm is the language's `country_of_firm`, a regular expression.
    """
    told = {each: str(lexicon.settings(each).get("country_of_firm") or "") for each in tape.languages}
    if not any(told.values()):
        return found
    firms = mentions.filter(pl.col("certainty").is_in(["known", "inferred"])).select(_firm="start")
    near = found.sort("end", maintain_order=True).join_asof(
        firms.unique(maintain_order=True).sort("_firm", maintain_order=True), left_on="end", right_on="_firm",
        strategy="forward", tolerance=_FIRM_REACH, check_sortedness=False,
    ).with_columns(tape.doc_of(found.sort("end", maintain_order=True)["end"]))  # fmt: skip
    between = tape.slice("end", "_firm", near)
    spoken = tape.docs["language"].gather(near["doc"])
    home = [
        text is not None and bool(told[language]) and re.search(told[language], text) is not None
        for text, language in zip(between, spoken, strict=True)
    ]
    kinds = pl.when(pl.Series(home, dtype=pl.Boolean)).then(pl.lit("adjective")).otherwise("kind")
    return near.with_columns(kind=kinds).select(found.columns).sort("start", maintain_order=True)
