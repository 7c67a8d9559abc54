"""The scanned article: all span tables of a tape, made once and shared by the three fact tables.

Nothing is linked here. Every frame has start and end on the tape, and sid and cid of the sentence and clause in
which the span starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import polars as pl

from transforms import companies, lexicon, periods, quantities
from transforms.compiled import in_thread_of
from transforms.sentences import clauses, sentences
from transforms.spans import Tape, moved, within
from transforms.words import words

NOT_CUES = ("abbreviation", "aside", "number", "scale", "currency", "period", "month", "security")
"""Kinds that the quantity, period and security scans read for themselves; "number" also covers "number.…" and so on."""

_VACCINE_REACH: Final = 200
"""How far from "vaccine" the word that tells how well it works may stand, in code points."""
_TESTED_BEFORE, _TESTED_BEHIND = 26, 6
"""How far before a percent the word stands that it tells of ("efficacy of more than 90 %"), and how far behind it."""


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
            self.countries.filter(~self.homes()).with_columns(name=pl.lit("country")),
        )
        return pl.concat([f.select("name", "start", "end", "sid", "cid", "doc") for f in named]).drop_nulls()

    def homes(self) -> pl.Series:
        """For each country whether it only tells where the firm named behind it comes from: 米フェイスブック."""
        return (self.countries["kind"] == "adjective") & self.setting("country_of_firm", self.countries)

    @cached_property
    def _chosen(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], pl.DataFrame]:
        return {}

    def cues_of(self, *kinds: str, codes: tuple[str, ...] = ()) -> pl.DataFrame:
        """The cues of some kinds; with `codes` those of these codes that stand in a sentence.

        Chosen once: most questions are about a few of a million cues.
        """
        if (kinds, codes) not in self._chosen:
            if codes:
                chosen = self.cues_of(*kinds).filter(pl.col("code").is_in(codes)).drop_nulls("sid")
            else:
                chosen = self.cues.filter(pl.col("kind").is_in(kinds))
            self._chosen[kinds, codes] = chosen
        return self._chosen[kinds, codes]

    def following(self, sids: pl.Series) -> pl.Series:
        """The sentences right behind these, each in the article of the one before it."""
        heads = self.sentences.filter(pl.col("sentence") == 0)["sid"]
        after = sids.drop_nulls().unique(maintain_order=True) + 1
        return after.filter(~after.is_in(heads.implode()))

    def setting(self, name: str, rows: pl.DataFrame) -> pl.Series:
        """Whether the language of each row (by its doc) has this setting in its lexicon: Boolean, named after it."""
        return self._said(name)["said"].gather(rows["doc"]).alias(name)

    def dense(self) -> pl.Series:
        """For each doc how many percent of the code points of a Latin text say as much in its language."""
        shares = {language: int(lexicon.settings(language).get("dense", 100)) for language in self.tape.languages}
        return self.tape.docs["language"].replace_strict(shares, return_dtype=pl.Int64)

    def _said(self, name: str) -> pl.DataFrame:
        """For each doc whether its language has this setting."""

        def of_docs() -> pl.DataFrame:
            said = {language: bool(lexicon.settings(language).get(name, False)) for language in self.tape.languages}
            return self.tape.docs.select(said=pl.col("language").replace_strict(said, return_dtype=pl.Boolean))

        return self.tape.once(f"setting.{name}", of_docs)


def scan(tape: Tape) -> Scanned:
    """Find every span of a tape, and place it in its sentence and clause."""
    found_sentences, found_clauses = _frames(tape)
    mentions = companies.on_tape(tape, found_sentences)
    cues = words(tape)
    kinds = [kind for kind in cues["kind"].unique().to_list() if kind.split(".")[0] not in NOT_CUES]
    # "New York Times" is no place.
    hidden = pl.col("kind").is_in(["city", "region"]) & (pl.col("code") == "none")
    cues = cues.filter(pl.col("kind").is_in(kinds), ~hidden)

    def placed(spans: pl.DataFrame) -> pl.DataFrame:
        return within(spans, found_clauses, name="cid", columns={"sid": "sid", "doc": "doc"})

    found_quantities = _untested(quantities.on_tape(tape), cues, tape)
    return Scanned(
        tape=tape,
        sentences=found_sentences,
        clauses=found_clauses,
        quantities=placed(found_quantities),
        periods=placed(periods.on_tape(tape)),
        companies=placed(mentions),
        countries=placed(companies.of_firms(tape, _unpaid(companies.countries_on_tape(tape), found_quantities), mentions)),
        names=placed(companies.names_on_tape(tape, sentences=found_sentences, mentions=mentions)),
        cues=placed(cues),
    )


def _untested(amounts: pl.DataFrame, cues: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Amounts, percents of how well a vaccine works as plain numbers: "a vaccine that is more than 90 % effective"."""
    context = cues.filter((pl.col("kind") == "market_context") & pl.col("code").is_in(["vaccine", "efficacy"]))
    if not (context["code"] == "vaccine").any():
        return amounts
    context = context.with_columns(tape.doc_of(context["start"]))
    tested = context.filter(pl.col("code") == "efficacy").select("doc", _from="start", _to="end").unique(maintain_order=True)
    vaccines = context.filter(pl.col("code") == "vaccine").select("doc", _near="start").sort("_near", maintain_order=True)
    tested = tested.sort("_from", maintain_order=True).join_asof(
        vaccines, left_on="_from", right_on="_near", by="doc", strategy="nearest", tolerance=_VACCINE_REACH,
        check_sortedness=False,
    ).drop_nulls("_near")  # fmt: skip
    percents = amounts.filter(pl.col("kind") == "percent").select("start", "end").sort("start", maintain_order=True)
    percents = percents.with_columns(tape.doc_of(percents["start"]))
    ahead = percents.join_asof(
        tested.sort("_from", maintain_order=True), left_on="end", right_on="_from", by="doc", strategy="forward",
        tolerance=_TESTED_BEHIND, check_sortedness=False,
    ).drop_nulls("_from")  # fmt: skip
    behind = percents.join_asof(
        tested.sort("_to", maintain_order=True), left_on="start", right_on="_to", by="doc", strategy="backward",
        tolerance=_TESTED_BEFORE, check_sortedness=False,
    ).drop_nulls("_to")  # fmt: skip
    # "90 % effective, the share fell 17 %": the word has its own already; what rose or fell by so much is something else.
    behind = behind.join(ahead.select("_from"), on="_from", how="anti", maintain_order="left")
    moves = cues.filter(pl.col("kind") == "direction").select(_move="start").sort("_move", maintain_order=True)
    behind = behind.join_asof(moves, left_on="start", right_on="_move", strategy="backward", check_sortedness=False)
    behind = behind.filter(~(pl.col("_move") >= pl.col("_to")).fill_null(value=False))
    behind = behind.filter(~tape.slice("_to", "start", behind).str.contains("[,;，；。、،]"))
    told = pl.concat([ahead["start"], behind["start"]]).unique()
    plain = (pl.col("kind") == "percent") & pl.col("start").is_in(told.implode())
    return amounts.with_columns(kind=pl.when(plain).then(pl.lit("plain")).otherwise("kind"))


def _unpaid(countries: pl.DataFrame, amounts: pl.DataFrame) -> pl.DataFrame:
    """Countries but those that only name a currency: "1,200 dollar AS"."""
    money = amounts.filter(pl.col("kind") == "money").select(_from="start", _to="end").sort("_from", maintain_order=True)
    inside = countries.with_row_index("_i").join_asof(
        money, left_on="start", right_on="_from", strategy="backward", check_sortedness=False
    ).filter(pl.col("end") <= pl.col("_to"))  # fmt: skip
    return countries.with_row_index("_i").filter(~pl.col("_i").is_in(inside["_i"].implode())).drop("_i")


def _frames(tape: Tape) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sentences and clauses of a tape, language by language."""
    found: tuple[list[pl.DataFrame], list[pl.DataFrame]] = ([], [])
    first = sentences_before = clauses_before = 0
    for part, offset in tape.placed():
        for frames, frame in zip(found, in_thread_of(part.language, partial(_frames_of, part)), strict=True):
            frames.append(moved(frame, by=offset, docs=first, sentences=sentences_before, clauses=clauses_before))
        first += part.docs.height
        # One number is left out between two parts: nothing in one stands next to anything in the other.
        sentences_before += found[0][-1].height + 1
        clauses_before += found[1][-1].height + 1
    return pl.concat(found[0]), pl.concat(found[1])


def _frames_of(tape: Tape) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = sentences(tape)
    return found, clauses(tape, found)
