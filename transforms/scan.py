"""The scanned article: all span tables of a tape, made once and shared by the three fact tables.

Nothing is linked here. Every frame has start and end on the tape, and sid and cid of the sentence and clause in
which the span starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms import companies, lexicon, periods, quantities
from transforms.sentences import clauses, sentences
from transforms.spans import Tape, dictionary_scan, within

NOT_CUES = ("abbreviation", "number", "scale", "currency", "period", "month", "security")
"""Kinds that the quantity, period and security scans read for themselves; "number" also covers "number.…" and so on."""


@dataclass(frozen=True)
class Scanned:
    """A tape and its span tables.

    sentences: start, end, doc, sentence, sid. clauses: start, end, sid, doc, clause, cid.
    quantities, periods, companies, countries, names: see their modules. cues: start, end, kind, code, pattern. All of
    them have sid, cid and doc.
    """

    tape: Tape
    sentences: pl.DataFrame
    clauses: pl.DataFrame
    quantities: pl.DataFrame
    periods: pl.DataFrame
    companies: pl.DataFrame
    countries: pl.DataFrame
    names: pl.DataFrame
    cues: pl.DataFrame

    def spots(self) -> pl.DataFrame:
        """All spans under one name each, for rules: name, start, end, sid, cid, doc.

        Names are "<kind>.<code>" of a cue, "quantity.<kind>", "company.<certainty>", "period.<grain>", "name.<kind>" and
        "country".
        """
        named = (
            self.cues.with_columns(name=pl.col("kind") + "." + pl.col("code")),
            self.quantities.with_columns(name="quantity." + pl.col("kind")),
            self.companies.with_columns(name="company." + pl.col("certainty")),
            self.periods.with_columns(name="period." + pl.col("grain")),
            self.names.with_columns(name="name." + pl.col("kind")),
            self.countries.with_columns(name=pl.lit("country")),
        )
        return pl.concat([f.select("name", "start", "end", "sid", "cid", "doc") for f in named]).drop_nulls()


def scan(tape: Tape) -> Scanned:
    """Find every span of a tape."""
    found_sentences = sentences(tape)
    found_clauses = clauses(tape, found_sentences)

    def placed(spans: pl.DataFrame) -> pl.DataFrame:
        return within(spans, found_clauses, name="cid", columns={"sid": "sid", "doc": "doc"})

    patterns = lexicon.patterns(tape.language)
    cue_patterns = patterns.filter(~pl.col("kind").str.split(".").list.first().is_in(NOT_CUES))
    mentions = companies.on_tape(tape, found_sentences)
    return Scanned(
        tape=tape,
        sentences=found_sentences,
        clauses=found_clauses,
        quantities=placed(quantities.on_tape(tape)),
        periods=placed(periods.on_tape(tape)),
        companies=placed(mentions),
        countries=placed(companies.countries_on_tape(tape)),
        names=placed(companies.names_on_tape(tape, sentences=found_sentences, mentions=mentions)),
        cues=placed(dictionary_scan(tape, cue_patterns)),
    )
