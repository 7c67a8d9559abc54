"""Companies in text: mentions of known ones, names that must be companies, and words that stand for one.

What is known of companies lies in `reference/` (companies, aliases, countries) and in `lexicon/<lang>/companies.toml`
(legal forms, pronouns, institutions). Which fact is about which company is decided by `subjects` alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from transforms.companies.about import MAIN, main_company, main_of, pronouns, subjects
from transforms.companies.capitals import capitalised
from transforms.companies.cities import cities_on_tape, only_countries
from transforms.companies.countries import COUNTRIES, countries_on_tape, of_firms
from transforms.companies.epithets import epithets
from transforms.companies.inferred import inferred_mentions
from transforms.companies.known import known_mentions
from transforms.companies.naming import slug
from transforms.companies.own import BadCompanies
from transforms.companies.places import cues_of, follows, near, overlaps, page_tickers
from transforms.companies.schema import MENTIONS
from transforms.companies.table import dim_company, roles, use
from transforms.schemas import Schema
from transforms.sentences import sentences as cut_sentences
from transforms.spans import Tape

__all__ = [
    "COUNTRIES",
    "MAIN",
    "MENTIONS",
    "NAMES",
    "BadCompanies",
    "cities_on_tape",
    "countries_on_tape",
    "dim_company",
    "main_company",
    "main_of",
    "names_on_tape",
    "of_firms",
    "on_tape",
    "only_countries",
    "page_tickers",
    "roles",
    "slug",
    "subjects",
    "use",
]

NAMES: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "kind": pl.String}


def on_tape(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Every mention of a company.

    Yields start, end, company_id and certainty: known (an alias of a company in the table), product (a product that
    stands for its maker), inferred (a name that must be a company; its slug is the id) or pronoun ("the company", bound
    to the last subject or the article's main company, and descriptions of a firm). Sorted by start; known names never
    overlap.
    """
    if not tape.folded:
        return pl.DataFrame(schema=MENTIONS)
    known = known_mentions(tape, sentences)
    inferred = inferred_mentions(tape, sentences, known)
    named = pl.concat([known, inferred]).sort("start", "end", maintain_order=True)
    main = main_of(tape, sentences, named)
    described = epithets(tape, named)
    described = described.filter(pl.Series(~overlaps(described, named), dtype=pl.Boolean))
    bound = pronouns(tape, sentences, pl.concat([named, described]).sort("start", "end", maintain_order=True), main)
    return (
        pl.concat([named, described, bound])
        .select([pl.col(c).cast(t) for c, t in MENTIONS.items()])
        .sort("start", "end", maintain_order=True)
    )


def names_on_tape(tape: Tape, *, sentences: pl.DataFrame | None = None, mentions: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a name that may be a counterparty: start, end, kind (company, person, institution, name); none overlap.

    Sentences and mentions of companies are found anew where they are not given.
    """
    found = cut_sentences(tape) if sentences is None else sentences
    told = on_tape(tape, found) if mentions is None else mentions
    companies = told.filter(pl.col("certainty").is_in(["known", "inferred"])).select("start", "end", kind=pl.lit("company"))
    cues = cues_of(tape, "institution", "person_title", "place", "month", "weekday")
    institutions = cues.filter(pl.col("kind") == "institution").select("start", "end", kind=pl.lit("institution"))
    names = capitalised(tape, found)
    titles = cues.filter(pl.col("kind") == "person_title")
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    person = follows(tape, titles["end"], start) | near(np.unique(titles["start"].to_numpy()), end + 1, end + 2)
    rest = names.with_columns(kind=pl.when(pl.Series(person)).then(pl.lit("person")).otherwise(pl.lit("name")))
    taken = pl.concat(
        [companies.select("start", "end"), institutions.select("start", "end"), countries_on_tape(tape).select("start", "end")]
    )
    taken = pl.concat([taken, cues.filter(pl.col("kind").is_in(["place", "month", "weekday"])).select("start", "end")])
    rest = rest.filter(pl.Series(~overlaps(rest, taken)) & (~pl.col("opening") | pl.col("name").str.contains(" "))).select(
        "start", "end", "kind"
    )
    institutions = institutions.filter(pl.Series(~overlaps(institutions, companies)))
    return pl.concat([companies, institutions, rest]).sort("start", "end", maintain_order=True).cast(dict(NAMES))  # type: ignore[arg-type]
