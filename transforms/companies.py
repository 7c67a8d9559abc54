"""Companies in text: mentions of known ones, names that must be companies, and words that stand for one.

What is known of companies lies in `reference/` (companies, aliases, countries) and in `lexicon/<lang>/companies.toml`
(legal forms, pronouns, institutions). Which fact is about which company is decided by `subjects` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.schemas import DIM_COMPANY, Schema

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

MENTIONS: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "company_id": pl.String, "certainty": pl.String}
"""One row a mention; certainty is known, product, inferred or pronoun."""
MAIN: Final[Schema] = {"doc": pl.Int64, "company_id": pl.String, "mention_start": pl.Int64, "mention_end": pl.Int64}


def dim_company() -> pl.DataFrame:
    """All known companies: the columns of `DIM_COMPANY`."""
    return pl.DataFrame(schema=DIM_COMPANY)


def on_tape(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """One row a mention of a company: start, end, company_id, certainty; sorted by start."""
    del tape, sentences
    return pl.DataFrame(schema=MENTIONS)


def main_company(scanned: Scanned) -> pl.DataFrame:
    """The company that each article is about: doc, company_id, mention_start, mention_end; no row where there is none."""
    del scanned
    return pl.DataFrame(schema=MAIN)


def subjects(
    tape: Tape, spans: pl.DataFrame, mentions: pl.DataFrame, sentences: pl.DataFrame, clauses: pl.DataFrame
) -> pl.DataFrame:
    """The company each span is about, in the order of `spans`: company_id, mention_start, mention_end."""
    del tape, mentions, sentences, clauses
    return spans.select(
        company_id=pl.lit(None, pl.String), mention_start=pl.lit(None, pl.Int64), mention_end=pl.lit(None, pl.Int64)
    )


def countries_on_tape(tape: Tape) -> pl.DataFrame:
    """One row a country: start, end, country (ISO 3166-1 alpha-2)."""
    del tape
    return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "country": pl.String})


def names_on_tape(tape: Tape) -> pl.DataFrame:
    """One row a name: start, end, kind (company, person, institution, name)."""
    del tape
    return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "kind": pl.String})
