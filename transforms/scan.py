"""The scanned article: all span tables of a tape, made once and shared by the three fact tables.

Nothing is linked here. Every frame has start and end on the tape, and sid and cid of the sentence and clause in
which the span starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from transforms import companies, lexicon, periods, quantities
from transforms.sentences import clauses, sentences
from transforms.spans import Tape, moved, within
from transforms.words import words

NOT_CUES = ("abbreviation", "number", "scale", "currency", "period", "month", "security")
"""Kinds that the quantity, period and security scans read for themselves; "number" also covers "number.…" and so on."""

_FRAMES: Final = ("sentences", "clauses")
_SPANS: Final = ("companies", "countries", "names", "cues")


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

    @cached_property
    def _chosen(self) -> dict[tuple[str, ...], pl.DataFrame]:
        return {}

    def cues_of(self, *kinds: str) -> pl.DataFrame:
        """The cues of some kinds, chosen once: most questions are about a few of a million cues."""
        if kinds not in self._chosen:
            self._chosen[kinds] = self.cues.filter(pl.col("kind").is_in(kinds))
        return self._chosen[kinds]

    def setting(self, name: str, rows: pl.DataFrame) -> pl.Series:
        """Whether the language of each row (by its doc) has this setting in its lexicon: Boolean, named after it."""
        docs = self.tape.docs
        said = {language: bool(lexicon.settings(language).get(name, False)) for language in docs["language"].unique()}
        return docs["language"].replace_strict(said, return_dtype=pl.Boolean).gather(rows["doc"]).alias(name)


def scan(tape: Tape) -> Scanned:
    """Find every span of a tape: language by language, or on all of it at once where a room can; then place them."""
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in (*_FRAMES, *_SPANS)}
    first = sentences_before = clauses_before = 0
    for part, offset in tape.placed():
        one = _scan_one(part)
        for name, frames in found.items():
            frames.append(moved(one[name], by=offset, docs=first, sentences=sentences_before, clauses=clauses_before))
        first += part.docs.height
        # One number is left out between two parts: nothing in one stands next to anything in the other.
        sentences_before += one["sentences"].height + 1
        clauses_before += one["clauses"].height + 1
    whole = {name: pl.concat(frames) for name, frames in found.items()}
    spans = {name: whole[name] for name in _SPANS} | {"quantities": quantities.on_tape(tape), "periods": periods.on_tape(tape)}
    inside = {"sid": "sid", "doc": "doc"}
    placed = {name: within(each, whole["clauses"], name="cid", columns=inside) for name, each in spans.items()}
    return Scanned(tape=tape, **{name: whole[name] for name in _FRAMES}, **placed)


def _scan_one(tape: Tape) -> dict[str, pl.DataFrame]:
    """What is found on a tape of one language."""
    found_sentences = sentences(tape)
    mentions = companies.on_tape(tape, found_sentences)
    return {
        "sentences": found_sentences,
        "clauses": clauses(tape, found_sentences),
        "companies": mentions,
        "countries": companies.countries_on_tape(tape),
        "names": companies.names_on_tape(tape, sentences=found_sentences, mentions=mentions),
        "cues": words(tape).filter(~pl.col("kind").str.split(".").list.first().is_in(NOT_CUES)),
    }
