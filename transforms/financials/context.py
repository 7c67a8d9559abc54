"""The words around a number: which cues stand near it, and between it and others.

Which words are cues is in the lexicons; what they say of a number is told in `expectations` and `measures`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials.figures import bracketed

if TYPE_CHECKING:
    from collections.abc import Callable

    from transforms.scan import Scanned
    from transforms.spans import Tape

LONGEST_MARK: Final = 6
"""A longer mark of a step is no mere preposition but names the move: "increase of"."""
REACH_NEXT: Final = 3
_REACH_MARK: Final = 12
_SUFFIX: Final = 4
_REACH_BEHIND_BRACKET: Final = 40
_BRACKET: Final = r"^[(（][^()（）\n]*[)）]"
REACH_BY: Final = 3
_REACH_CHANGE: Final = 14
_RELATIVE: Final = 12
"""How much of the head of a clause is read for a relative pronoun, in code points."""


def relative_clauses(scanned: Scanned, sids: pl.Series) -> pl.DataFrame:
    """The clauses of some sentences that begin with a relative pronoun (`[settings] aside`, a regular expression)."""
    tape = scanned.tape
    clauses = scanned.clauses.filter((pl.col("clause") > 0) & pl.col("sid").is_in(sids.implode()))
    heads = clauses.select("doc", head=tape.slice("start", pl.col("start") + _RELATIVE, clauses).str.strip_chars_start(", "))

    def relative(language: str, rows: pl.DataFrame) -> pl.Series:
        return rows["head"].str.to_lowercase().str.contains(f"^(?:{lexicon.settings(language).get('aside', '$^')})")

    return clauses.filter(tape.by_language(heads, relative).fill_null(value=False))


def longest_pattern(cues: pl.DataFrame) -> pl.DataFrame:
    """Of several patterns that take the same whole word, the longest: "매출총이익률은" is a margin, no sales."""
    length = pl.col("pattern").str.len_chars()
    return cues.filter(length == length.max().over("kind", "start", "end"))


@dataclass(frozen=True)
class Context:
    """The scanned tape and all numbers on it, between which cues are looked for."""

    scanned: Scanned
    figures: pl.DataFrame
    found: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)
    """The cues asked for so far: every rule asks for some, and a whole tape of them is not gone through each time."""

    @cached_property
    def _of_kind(self) -> dict[str, pl.DataFrame]:
        cues = self.scanned.cues.filter(pl.col("sid").is_not_null())
        return {str(kind): part for (kind,), part in cues.partition_by("kind", as_dict=True, maintain_order=True).items()}

    def cues(self, kind: str, *codes: str) -> pl.DataFrame:
        """Cues of a kind: sid, code, cue_start, cue_end, cue_cid."""
        asked = (kind, *codes)
        if asked not in self.found:
            chosen = self._of_kind.get(kind, self.scanned.cues.clear())
            if codes:
                chosen = chosen.filter(pl.col("code").is_in(codes))
            self.found[asked] = longest_pattern(chosen).select("sid", "code", cue_start="start", cue_end="end", cue_cid="cid")
        return self.found[asked]

    def with_cues(self, rows: pl.DataFrame, cues: pl.DataFrame) -> pl.DataFrame:
        """Rows with the cues of their sentence: ahead (the cue stands before), gap, between (numbers), same_clause."""
        joined = rows.join(cues, on="sid", how="inner", maintain_order="left").with_columns(
            ahead_of=pl.col("cue_start") < pl.col("start")
        )
        starts = self.figures["start"]
        before = pl.col("ahead_of")
        edge = (
            pl.when(before).then("cue_end").otherwise("cue_start")
        )  # a number within the cue ("a year earlier") is none between
        at = edge.map_batches(lambda s: starts.search_sorted(s, side="left").cast(pl.Int64), return_dtype=pl.Int64)
        return joined.with_columns(
            cue_gap=pl.when(before).then(pl.col("start") - pl.col("cue_end")).otherwise(pl.col("cue_start") - pl.col("end")),
            cue_between=pl.when(before).then(pl.col("number") - at).otherwise(at - pl.col("number") - 1).clip(0, None),
            same_clause=pl.col("cid") == pl.col("cue_cid"),
        )

    def followed(self, pairs: pl.DataFrame, reach: int) -> pl.Series:
        """Whether a number stands right after the cue of each row, in its clause: then the cue speaks of that one."""
        starts, clauses = self.figures["start"], self.figures["cid"]
        at = starts.search_sorted(pairs["cue_end"], side="left")
        next_start = pl.concat([starts, pl.Series([2**62], dtype=pl.Int64)]).gather(at)
        next_clause = pl.concat([clauses, pl.Series([-1], dtype=clauses.dtype)]).gather(at)
        apart = next_start - pairs["cue_end"]
        return (apart <= REACH_NEXT) | ((apart <= reach) & (next_clause == pairs["cue_cid"]))

    def moves_next(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether the next number after the cue of each row, in its clause, is a change: "year on year 15 % more"."""
        starts, clauses = self.figures["start"], self.figures["cid"]
        relative = self.figures["figure_class"].is_in(["percent", "multiple"])
        at = starts.search_sorted(pairs["cue_end"], side="left")
        next_start = pl.concat([starts, pl.Series([2**62], dtype=pl.Int64)]).gather(at)
        next_clause = pl.concat([clauses, pl.Series([-1], dtype=clauses.dtype)]).gather(at)
        is_change = pl.concat([relative, pl.Series([False])]).gather(at)
        return is_change & (next_clause == pairs["cue_cid"]) & (next_start - pairs["cue_end"] <= _REACH_CHANGE)

    def aside(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether the cue of each row is said in brackets of a number there: "1.12 billion (consensus: 1.11 billion)"."""
        places = bracketed(self.scanned).drop_nulls("bracket").select("cid", "bracket")
        told = places.join(self.figures.select("cid"), on="cid", how="semi").select("bracket").unique()
        cues = places.join(told, on="bracket", how="semi").select(cue_cid="cid", cue_bracket="bracket")
        placed = pairs.select("cid", "cue_cid").join(places, on="cid", how="left", maintain_order="left")
        placed = placed.join(cues, on="cue_cid", how="left", maintain_order="left")
        told_there = pl.col("cue_bracket").is_not_null()
        return placed.select(told_there & pl.col("cue_bracket").ne_missing(pl.col("bracket"))).to_series()

    def related(self, pairs: pl.DataFrame, first: str = "end", last: str = "cue_start") -> pl.Series:
        """Whether a relative clause right after the number leads to its cue: "die 45 Cent, mit denen der Markt …".

        Or from any place to one behind it: from "cue_end" to "start", "the forecasts of analysts, who had expected 45 cents".
        """
        tape = self.scanned.tape
        text = tape.slice(first, pl.max_horizontal(first, last), pairs).str.to_lowercase()
        if first == "cue_end":  # "analytikernas prognoser, som låg på"
            text = text.str.replace(r"^ \p{L}+, ", ", ")

        def leads(language: str, rows: pl.DataFrame) -> pl.Series:
            regex = lexicon.settings(language).get("relative")
            return rows["text"].str.contains(regex) if regex else pl.repeat(value=False, n=rows.height, eager=True)

        return tape.by_language(pairs.select("doc", text=text), leads).fill_null(value=False)

    def joined(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether "and" stands right before the cue of each row: then the cue begins a statement of its own."""
        tape = self.scanned.tape
        before = tape.slice(pl.max_horizontal(pl.col("cue_start") - 8, pl.lit(0)), "cue_start", pairs).str.to_lowercase()
        first = tape.slice("cue_start", pl.col("cue_start") + 1, pairs)

        def prefixed(language: str, rows: pl.DataFrame) -> pl.Series:
            return rows["text"].is_in([lexicon.settings(language).get("and_prefix", " ")])

        apart = tape.by_language(pairs.select("doc", text=before), _with_and(r"(?:^|[^\p{L}])", " $")).fill_null(value=False)
        return apart | tape.by_language(pairs.select("doc", text=first), prefixed).fill_null(value=False)

    def begun(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether "and" and a firm lead from the number of each row to its cue behind: a statement of its own begins.

        "Rose to 1.8 billion and the company expects to close the year with 2.6 billion".
        """
        firms = self.scanned.companies.select("sid", _firm="start", _firm_end="end").drop_nulls()
        keyed = pairs.select("sid", "doc", "end", "cue_start").with_row_index("row_")
        near = keyed.join(firms, on="sid", how="inner", maintain_order="left").filter(
            (pl.col("cue_start") - pl.col("_firm_end")).is_between(0, REACH_NEXT) & (pl.col("_firm") > pl.col("end"))
        )
        text = self.scanned.tape.slice(pl.max_horizontal("end", pl.col("_firm") - 8), "_firm", near).str.to_lowercase()
        led = self.scanned.tape.by_language(near.select("doc", text=text), _with_and(r"(?:^|[^\p{L}])", " $"))
        rows = near.filter(led.fill_null(value=False))["row_"].unique()
        return keyed.select(pl.col("row_").is_in(rows.implode())).to_series()

    def resumed(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether "and" stands right behind the cue of each row: the number goes on with what was told before it.

        "Rose 12 % compared with the quarter before and reached 1.3 billion", or a few words behind it where a verb of what
        is follows: "compared with the same period of 2019 and reached 1.3 billion".
        """
        tape = self.scanned.tape
        behind = tape.slice("cue_end", pl.col("cue_end") + 8, pairs).str.to_lowercase()
        told = tape.by_language(pairs.select("doc", text=behind), _with_and("^,? ", " ")).fill_null(value=False)
        between = tape.slice("cue_end", pl.max_horizontal("cue_end", "start"), pairs).str.to_lowercase()
        later = tape.by_language(pairs.select("doc", text=between), _with_and(" ", r" [\p{L} '-]+$")).fill_null(value=False)
        verbs = self.between(pairs, self.cues("basis", "actual"), "cue_end", "start")
        return (told | (later & verbs)) & pairs["ahead_of"]

    def carried_on(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether "and" stands between the cue of each row and its number behind it: "beat expectations and won 10 million"."""
        tape = self.scanned.tape
        text = tape.slice("cue_end", pl.max_horizontal("cue_end", "start"), pairs).str.to_lowercase()
        told = tape.by_language(pairs.select("doc", text=text), _with_and(r"^(?: [\p{L}.'-]+){0,3},? ", " "))
        return told.fill_null(value=False) & pairs["ahead_of"]

    def linked(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether "and" leads from the number of each row to its cue behind: "900 million and for the year"."""
        tape = self.scanned.tape
        text = tape.slice("end", pl.max_horizontal("end", "cue_start"), pairs).str.to_lowercase()
        leads = _with_and(r"^(?: [\p{L}.'-]+){0,3},? ", " ")
        return tape.by_language(pairs.select("doc", text=text), leads).fill_null(value=False)

    def between(self, spans: pl.DataFrame, cues: pl.DataFrame, first: str, last: str) -> pl.Series:
        """Whether a cue of the same sentence lies between two places of each row."""
        keyed = spans.with_row_index("row_")
        hit = (
            keyed.select("row_", "sid", pl.col(first).alias("first_"), pl.col(last).alias("last_"))
            .join(cues.select("sid", mid_start="cue_start", mid_end="cue_end"), on="sid", how="inner", maintain_order="left")
            .filter((pl.col("mid_start") >= pl.col("first_")) & (pl.col("mid_end") <= pl.col("last_")))
        )
        return keyed.select(pl.col("row_").is_in(hit["row_"].unique().implode())).to_series()


def ands(language: str) -> str:
    """The words for "and" of a language, for a regular expression."""
    return "|".join(lexicon.of_kind(language, "period.and")["pattern"].to_list()) or "$^"


def _with_and(before: str, after: str) -> Callable[[str, pl.DataFrame], pl.Series]:
    """What tells of rows with `text` whether "and" stands in it between the two regular expressions."""

    def told(language: str, rows: pl.DataFrame) -> pl.Series:
        # Written as one with the verb that follows; "and the" begins a name, or tells of what was named before.
        fused = lexicon.settings(language).get("and_verb", "$^")
        return rows["text"].str.contains(f"{before}(?:(?:{ands(language)}){after}|{fused})")

    return told


def of_numbers(numbers: pl.Series) -> pl.Expr:
    """Whether a row is of one of these numbers."""
    return pl.col("number").is_in(numbers.unique().implode())


def among(rows: pl.DataFrame, numbers: pl.Series) -> pl.Series:
    """`of_numbers`, answered for `rows`."""
    return rows.select(of_numbers(numbers)).to_series()


def marked(rows: pl.DataFrame, context: Context, code: str) -> pl.Series:
    """Whether "from", "to" or the mark of an object (or their suffix) stands at the number."""
    marks = context.cues("mark", code)
    if code == "to":
        marks = _without_roles(marks, context)
    marks = marks.filter(~_inside(marks["cue_start"], context.figures))  # the "to" of a range is the range's
    cues = context.with_cues(rows, marks)
    reach = REACH_BY if code == "by" else _REACH_MARK
    spoken = pl.col("comparator_start") - pl.col("cue_end")  # "by about 41 million", but "более чем на 41 млн"
    beside = pl.col("cue_gap").is_between(-1, reach) | spoken.is_between(-1, reach).fill_null(value=False)
    near = cues.filter(pl.col("ahead_of") & beside & (pl.col("cue_between") == 0))
    tape = context.scanned.tape
    suffixed = tape.by_language(
        rows.select("doc", "start", "end"), lambda language, part: _suffixed(tape, part, language=language, code=code)
    )
    return among(rows, near["number"]) | suffixed


def _without_roles(marks: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Without the "to" of "compared to", which says nothing of where a number went; that behind "im Vorjahr" does."""
    against = context.cues("role").select("sid", role_start="cue_start", role_end="cue_end")
    ago = context.cues("ago").select("sid", role_end="cue_end").unique(maintain_order=True)
    told = against.join(ago, on=["sid", "role_end"], how="semi").select("role_start", "role_end", whole=pl.lit(value=True))
    of_role = (
        marks.join(against, on="sid", how="inner", maintain_order="left")
        .join(told, on=["role_start", "role_end"], how="left", maintain_order="left")
        .filter(
            (pl.col("cue_start") >= pl.col("role_start"))
            & (pl.col("cue_start") <= pl.col("role_end") + pl.when("whole").then(-1).otherwise(1))
        )
    )
    return marks.join(of_role, on=["cue_start", "cue_end"], how="anti")


def _inside(places: pl.Series, figures: pl.DataFrame) -> pl.Series:
    """Which places lie within a number."""
    at = figures["start"].search_sorted(places, side="right").cast(pl.Int64) - 1
    ends = pl.concat([figures["end"], pl.Series([-1], dtype=pl.Int64)])  # found at -1, before every number
    return ends.gather(pl.Series(at).replace(-1, figures.height)) > places


def _suffixed(tape: Tape, rows: pl.DataFrame, *, language: str, code: str) -> pl.Series:
    """Whether the number ends in one of the suffixes that say "from" or "to" in this language."""
    settings = lexicon.settings(language)
    suffixes = tuple(settings.get(f"{code}_suffixes", []))
    if not suffixes:
        return pl.repeat(value=False, n=rows.height, eager=True)
    reach = int(settings.get("suffix_reach", 0))
    head = tape.slice(pl.max_horizontal("start", pl.col("end") - _SUFFIX), "end", rows)
    rest = tape.slice("end", pl.col("end") + _REACH_BEHIND_BRACKET, rows).str.replace(_BRACKET, "")
    if settings.get("suffix_anywhere"):
        rest = rest.str.slice(0, reach).str.replace(r"[0-9].*$", "")  # the "に" of "24億円から4億円に" is the next one's
        tail, border = head + rest, ""  # "324億円（同22％増）に"
    else:
        tail, border = head + (rest + " ").str.slice(0, reach + 1), r"\W"  # the "zara" of "lira zarar" is no ending
    shape = "^[^,;、，。；]*(?:" + "|".join(suffixes) + ")" + border
    return tail.str.to_lowercase().str.contains(shape)
