"""What the words around a number say of it: whose expectation it is, earlier or current, up or down, adjusted, of which part.

Each function takes rows (numbers with their metric word) and answers with a column in their order. A cue speaks of a
number by the rules written here; which words are cues is in the lexicons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials import rules

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

_REACH_CONSENSUS: Final = 90
_REACH_AFTER: Final = 60
_REACH_OWN: Final = 30
_REACH_NEXT: Final = 3
_REACH_BEAT: Final = 3
_REACH_TIMES: Final = 4
_REACH_SET: Final = 20
_REACH_LEVERAGE: Final = 16
_REACH_VERSUS: Final = 6
_REACH_BEATEN: Final = 40
_REACH_TOPPED: Final = 10
_REACH_FRACTION: Final = 25
_REACH_MARK: Final = 10
_SUFFIX: Final = 4
_REACH_BEHIND_BRACKET: Final = 40
_BRACKET: Final = r"^[(（][^()（）\n]*[)）]"
_REACH_BY: Final = 3
_LONGEST_MARK: Final = 6
"""A longer mark of a step is no mere preposition but names the move: "increase of"."""
_REACH_AGAINST: Final = 18
_REACH_COMPARATIVE: Final = 40
_REACH_DIRECTION: Final = 60
_REACH_PART: Final = 16
_REACH_YEAR: Final = 16
_REACH_BRACKET: Final = 60
_REACH_YARDSTICK: Final = 16
_REACH_NEXT_WORD: Final = 25
_REACH_ESTIMATE: Final = 20
_REACH_PARTNER: Final = 40
_REACH_CHANGE: Final = 14
_LAST_YEAR: Final = "last_year"
_REACH_RELATIVE: Final = 28


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
        return (apart <= _REACH_NEXT) | ((apart <= reach) & (next_clause == pairs["cue_cid"]))

    def moves_next(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether the next number after the cue of each row, in its clause, is a change: "year on year 15 % more"."""
        starts, clauses = self.figures["start"], self.figures["cid"]
        relative = self.figures["figure_class"].is_in(["percent", "multiple"])
        at = starts.search_sorted(pairs["cue_end"], side="left")
        next_start = pl.concat([starts, pl.Series([2**62], dtype=pl.Int64)]).gather(at)
        next_clause = pl.concat([clauses, pl.Series([-1], dtype=clauses.dtype)]).gather(at)
        is_change = pl.concat([relative, pl.Series([False])]).gather(at)
        return is_change & (next_clause == pairs["cue_cid"]) & (next_start - pairs["cue_end"] <= _REACH_CHANGE)

    def related(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether a relative clause right after the number leads to its cue: "die 45 Cent, mit denen der Markt …"."""
        tape = self.scanned.tape
        text = tape.slice("end", pl.max_horizontal("end", "cue_start"), pairs).str.to_lowercase()

        def leads(language: str, rows: pl.DataFrame) -> pl.Series:
            regex = lexicon.settings(language).get("relative")
            return rows["text"].str.contains(regex) if regex else pl.repeat(value=False, n=rows.height, eager=True)

        return tape.by_language(pairs.select("doc", text=text), leads).fill_null(value=False)

    def joined(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether "and" stands right before the cue of each row: then the cue begins a statement of its own."""
        tape = self.scanned.tape
        before = tape.slice(pl.max_horizontal(pl.col("cue_start") - 8, pl.lit(0)), "cue_start", pairs).str.to_lowercase()

        def leads(language: str, rows: pl.DataFrame) -> pl.Series:
            words = lexicon.of_kind(language, "period.and")["pattern"].to_list()
            return rows["text"].str.contains(rf"(?:^|[^\p{{L}}])(?:{'|'.join(words) or '$^'}) $")

        return tape.by_language(pairs.select("doc", text=before), leads).fill_null(value=False)

    def between(self, spans: pl.DataFrame, cues: pl.DataFrame, first: str, last: str) -> pl.Series:
        """Whether a cue of the same sentence lies between two places of each row."""
        keyed = spans.with_row_index("row_")
        hit = (
            keyed.select("row_", "sid", pl.col(first).alias("first_"), pl.col(last).alias("last_"))
            .join(cues.select("sid", mid_start="cue_start", mid_end="cue_end"), on="sid", how="inner", maintain_order="left")
            .filter((pl.col("mid_start") >= pl.col("first_")) & (pl.col("mid_end") <= pl.col("last_")))
        )
        return keyed.select(pl.col("row_").is_in(hit["row_"].unique().implode())).to_series()


def _among_numbers(numbers: pl.Series) -> pl.Expr:
    return pl.col("number").is_in(numbers.unique().implode())


def _among(rows: pl.DataFrame, numbers: pl.Series) -> pl.Series:
    return rows.select(pl.col("number").is_in(numbers.unique().implode())).to_series()


def marked(rows: pl.DataFrame, context: Context, code: str) -> pl.Series:
    """Whether "from" or "to" (or their suffix) stands at the number."""
    marks = context.cues("mark", code)
    against = context.cues("role").select("sid", role_start="cue_start", role_end="cue_end")
    of_role = marks.join(against, on="sid", how="inner", maintain_order="left").filter(
        pl.col("cue_start").is_between(pl.col("role_start"), pl.col("role_end") + 1)
    )  # the "to" of "compared to" says nothing of where a number went
    if code == "to":
        marks = marks.join(of_role, on=["cue_start", "cue_end"], how="anti")
    cues = context.with_cues(rows, marks)
    reach = _REACH_BY if code == "by" else _REACH_MARK
    near = cues.filter(pl.col("ahead_of") & pl.col("cue_gap").is_between(-1, reach) & (pl.col("cue_between") == 0))
    tape = context.scanned.tape
    suffixed = tape.by_language(
        rows.select("doc", "start", "end"), lambda language, part: _suffixed(tape, part, language=language, code=code)
    )
    return _among(rows, near["number"]) | suffixed


def _suffixed(tape: Tape, rows: pl.DataFrame, *, language: str, code: str) -> pl.Series:
    """Whether the number ends in one of the suffixes that say "from" or "to" in this language."""
    settings = lexicon.settings(language)
    suffixes = tuple(settings.get(f"{code}_suffixes", []))
    if not suffixes:
        return pl.repeat(value=False, n=rows.height, eager=True)
    reach = int(settings.get("suffix_reach", 0))
    head = tape.slice(pl.max_horizontal("start", pl.col("end") - _SUFFIX), "end", rows)
    rest = tape.slice("end", pl.col("end") + _REACH_BEHIND_BRACKET, rows).str.replace(_BRACKET, "")
    tail = head + rest.str.slice(0, reach)  # "324億円（同22％増）に"
    shape = "^[^,;]*(?:" + "|".join(suffixes) + ")" + ("" if settings.get("suffix_anywhere") else r"(?:\W|$)")
    return tail.str.to_lowercase().str.contains(shape)


def basis(rows: pl.DataFrame, context: Context) -> pl.Series:
    """actual, guidance, prior_guidance or consensus, by the cues of the sentence."""
    consensus = _consensus(rows, context)
    guided = _guided(rows, context)
    consensus |= guided & _brokers(rows, context)
    replaced = _replaced(rows, context)
    return rows.select(
        pl.when(consensus).then(pl.lit("consensus"))
        .when(replaced).then(pl.lit("prior_guidance"))
        .when(guided).then(pl.lit("guidance"))
        .otherwise(pl.lit("actual"))
    ).to_series()  # fmt: skip


def _consensus(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers that analysts expected: right after the cue, or right before it ("the 45 cents that analysts expected").

    A number after "beat expectations with" is what the company reached, and so is the one before "above expectations".
    """
    cues = _foreign(context)
    beats = context.cues("beat")
    withs = context.cues("mark", "with")
    pairs = context.with_cues(rows, cues)
    pairs = pairs.with_columns(
        beat_between=context.between(pairs, beats, "end", "cue_end"),
        with_between=context.between(pairs, withs, "cue_end", "start"),
        clause_first=pl.col("cue_start") - 40,
    )
    pairs = pairs.with_columns(beaten=context.between(pairs, beats, "clause_first", "cue_end"))
    pairs = pairs.with_columns(after_end=pl.col("cue_end") + _REACH_TOPPED)
    pairs = pairs.with_columns(topped=context.between(pairs, beats, "cue_end", "after_end"))  # "1401억원…컨센서스 웃돌아"
    same, first = pl.col("same_clause"), pl.col("cue_between") == 0
    named = context.between(pairs, context.cues("metric"), "cue_end", "start")
    set_at = (pl.col("cue_gap") <= _REACH_SET) & ~named  # "beat the consensus, set at 7.08"
    after_cue = (
        pl.col("ahead_of")
        & ~_parted(context, pairs, "cue_end", "start")
        & (pl.col("cue_gap") <= _REACH_CONSENSUS)
        & ~(pl.col("with_between") & pl.col("beaten"))
        & (same | (first & (~pl.col("beaten") | set_at)))
    )
    before_cue = (
        ~pl.col("ahead_of")
        & same
        & first
        & (pl.col("cue_gap") <= _REACH_AFTER)
        & ~pl.col("beat_between")
        & ~(pl.col("topped") & (pl.col("cue_gap") <= _REACH_NEXT))
        & ~context.followed(pairs, _REACH_OWN)
    )
    in_relative = ~pl.col("ahead_of") & ~same & first & (pl.col("cue_gap") <= _REACH_RELATIVE) & ~pl.col("beat_between")
    related = pairs.filter(in_relative & ~context.followed(pairs, _REACH_OWN))
    related = related.filter(context.related(related))
    # "$3.10 vs. $2.13 a share, according to Refinitiv"
    measured = context.with_cues(rows, context.cues("role")).filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_gap") <= _REACH_VERSUS)
    )
    sourced = ~pl.col("ahead_of") & first & (pl.col("cue_gap") <= _REACH_AFTER) & ~pl.col("beat_between")
    sourced &= pl.col("number").is_in(measured["number"].implode())
    sources = pairs.filter(sourced)
    sources = sources.filter(~context.followed(sources, _REACH_OWN))
    said = pl.concat([pairs.filter(after_cue | before_cue)["number"], sources["number"], related["number"]])
    found = _among(rows, said)
    return _continued(rows, found | _expected(rows, context) | _estimated(rows, context), context)


def surprises(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a percentage says by how much an expectation was beaten or missed: "3 % above the consensus"."""
    changes = rows.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent"))
    beats = context.with_cues(changes, context.cues("beat"))
    near = pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_TOPPED)
    beaten = beats.filter(near & ~pl.col("ahead_of"))["number"]
    by = changes.filter(marked(changes, context, "by"))
    alone = pl.col("same_clause") & (pl.col("cue_between") == 0)
    beaten_by = context.with_cues(by, context.cues("beat")).filter(alone)["number"]
    expected = context.with_cues(changes, context.cues("basis", "consensus")).filter(
        (pl.col("same_clause") | pl.col("ahead_of")) & (pl.col("cue_gap") <= _REACH_BEATEN)
    )["number"]
    return _among(rows, pl.concat([beaten, beaten_by])) & _among(rows, expected)


def _foreign(context: Context) -> pl.DataFrame:
    """Cues of what analysts expected; the "estimate of" in "its previous estimate of" is a word of the outlook replaced."""
    cues = context.cues("basis", "consensus")
    own = context.cues("basis", "prior_guidance").select("sid", own_start="cue_start", own_end="cue_end")
    within = cues.join(own, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("own_start") < pl.col("cue_start")) & (pl.col("own_end") > pl.col("cue_start"))
    )
    return cues.join(within, on=["cue_start", "cue_end"], how="anti", maintain_order="left")


def _parted(context: Context, spans: pl.DataFrame, first: str, last: str) -> pl.Series:
    """Whether a semicolon stands between two places: what follows it is a statement of its own."""
    return context.scanned.tape.slice(first, pl.max_horizontal(first, last), spans).str.contains("[;；]").fill_null(value=False)


def _brokers(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers behind a broker that speaks in their sentence: an outlook there is the broker's."""
    pairs = context.with_cues(rows, context.cues("basis", "broker"))
    return _among(rows, pairs.filter("ahead_of")["number"])


def _headline(context: Context, spans: pl.DataFrame, first: str, last: str) -> pl.Series:
    """Whether a space between Chinese characters or kana stands between two places: it parts the statements of a headline."""
    text = context.scanned.tape.slice(first, pl.max_horizontal(first, last), spans)
    return text.str.contains(r"[\p{Han}\p{Hiragana}\p{Katakana}%] [\p{Han}\p{Hiragana}\p{Katakana}]").fill_null(value=False)


def _expected(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers compared with ("versus 6 cents expected"): "expected" right after, "against" or "beat" before."""
    beside = context.with_cues(rows, context.cues("basis", "expected")).filter(pl.col("cue_gap") <= 2)
    after = beside.filter(~pl.col("ahead_of"))
    ahead = beside.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    against = pl.concat([context.cues("role"), context.cues("beat")])
    compared = context.with_cues(rows, against).filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_gap") <= _REACH_AGAINST)
    )
    bracketed = after.filter(pl.col("bracketed") & pl.col("opens"))  # "(230.6 million expected)"
    told = pl.concat([after["number"], ahead["number"]])  # "wobec oczekiwanych 99 centów"
    before = context.with_cues(rows, _earlier(context)).filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0)
    )  # "eerder werd nog 4,53 miljard voorzien"
    behind = after.with_columns(reach=pl.col("cue_end") + _REACH_TOPPED)
    topped = behind.filter(
        context.between(behind, context.cues("beat"), "cue_start", "reach")
    )  # "1,12 milyar dolarlık beklentinin altında"
    compared_with = pl.concat([compared["number"], topped["number"]])
    own = _among(rows, told) & _among(rows, compared_with) & ~_among(rows, before["number"])
    return own | _among(rows, bracketed["number"])


def _estimated(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers that were beaten or missed: "above the estimate of 87 cents"."""
    pairs = context.with_cues(rows, _surprises(context, context.cues("basis", "guidance")))
    right_after = pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_ESTIMATE)
    named = context.between(pairs, context.cues("metric"), "cue_end", "start")  # "beat its guidance as revenue rose 9%"
    return _among(rows, pairs.filter(right_after & pl.col("same_clause") & ~named)["number"])


def _continued(rows: pl.DataFrame, found: pl.Series, context: Context) -> pl.Series:
    """What is said of a number is said of the next ones of its sentence too, until another cue stands between."""
    previous_end = pl.col("end").shift(1).over("sid", order_by="number")
    listed = rows.with_columns(found=found, previous_end=previous_end)
    others = pl.concat(
        [
            context.cues("basis"),
            context.cues("beat"),
            context.cues("direction", "up", "down"),
            context.cues("role"),
            context.cues("ago"),
        ]
    )
    broken = context.between(listed.with_columns(pl.col("previous_end").fill_null(2**62)), others, "previous_end", "start")
    broken |= _parted(context, listed.with_columns(pl.col("previous_end").fill_null(pl.col("start"))), "previous_end", "start")
    grouped = listed.with_columns(broken=broken).with_columns(
        group=(pl.col("broken") | pl.col("previous_end").is_null()).cast(pl.Int64).cum_sum().over("sid", order_by="number")
    )
    first = pl.col("found").first().over(["sid", "group"], order_by="number")
    return grouped.select(pl.col("found") | (first & ~pl.col("broken"))).to_series()


def _guided(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of an outlook: after the cue in its sentence, or before it in its clause (in verb-final languages, in any)."""
    pairs = context.with_cues(rows, _outlooks(context))
    pairs = pairs.with_columns(context.scanned.setting("verb_final", pairs))
    done = context.cues("basis", "actual")
    pairs = pairs.with_columns(
        against=context.between(pairs, context.cues("role"), "end", "cue_start"),
        done_between=pl.when(pl.col("ahead_of"))
        .then(context.between(pairs, done, "cue_end", "start"))
        .otherwise(context.between(pairs, done, "end", "cue_start")),
    )
    after_cue = pl.col("ahead_of") & ~pl.col("done_between")
    before_cue = (
        ~pl.col("ahead_of")
        & ~pl.col("done_between")
        & (pl.col("same_clause") & (pl.col("cue_gap") <= _REACH_AFTER) | pl.col("verb_final"))
        & ~(~pl.col("same_clause") & _headline(context, pairs, "end", "cue_start"))
        & ~((pl.col("cue_between") > 0) & pl.col("against") & ~pl.col("verb_final"))  # "$446 million vs. $435 million forecast"
        & ~((pl.col("metric_kind") == "count") & context.joined(pairs))  # "has 221 million users and expects"
    )
    return _among(rows, pairs.filter(after_cue | before_cue)["number"])


def _outlooks(context: Context) -> pl.DataFrame:
    """Cues of an outlook, without those that a word for beating or missing stands at ("exceeded expectations")."""
    cues = context.cues("basis", "guidance")
    return cues.join(_surprises(context, cues), on=["cue_start", "cue_end"], how="anti")


def _surprises(context: Context, cues: pl.DataFrame) -> pl.DataFrame:
    """Those cues at which a word for beating or missing stands."""
    beats = context.cues("beat").select("sid", beat_start="cue_start", beat_end="cue_end", beat_cid="cue_cid")
    gap = pl.max_horizontal(pl.col("beat_start") - pl.col("cue_end"), pl.col("cue_start") - pl.col("beat_end"))
    beaten = (pl.col("beat_end") <= pl.col("cue_start")) & (gap <= _REACH_BEATEN) & (pl.col("beat_cid") == pl.col("cue_cid"))
    beside = cues.join(beats, on="sid", how="inner", maintain_order="left").filter(gap.is_between(0, _REACH_BEAT) | beaten)
    return beside.select(cues.columns).unique(maintain_order=True)


def _replaced(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of the outlook that a newer one replaces: right at a cue such as "previously", where an outlook is spoken of."""
    pairs = context.with_cues(rows, _earlier(context))
    outlooks = context.cues("basis", "guidance", "prior_guidance").select(near_sid="sid").unique()
    spoken = pl.concat([outlooks, outlooks.select(pl.col("near_sid") + 1)]).unique()["near_sid"]
    at_cue = (
        (pl.col("cue_between") == 0)
        & pl.when(pl.col("ahead_of"))
        .then(pl.col("cue_gap") <= _REACH_AFTER)
        .otherwise(pl.col("same_clause") & (pl.col("cue_gap") <= _REACH_BEATEN))
    )  # fmt: skip
    told = (pl.col("code") == "prior_guidance") | pl.col("sid").is_in(spoken.implode())
    at_cue &= pl.col("ahead_of") | ~context.followed(pairs, _REACH_OWN)  # "1.8 billion instead of 900 million"
    found = _among(rows, pairs.filter(at_cue & told)["number"])
    leading = pl.col("number") == pl.col("number").min().over("sid")
    listed = at_cue & (pl.col("code") == "prior_guidance") & pl.col("ahead_of") & leading & ~pl.col("bracketed")
    first = _among(rows, pairs.filter(listed)["number"])  # "the previous outlook was 17 billion and 4.8 billion"
    return found | (_continued(rows, first, context) & ~marked(rows, context, "to")) | _left_behind(rows, context)


def _left_behind(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of an outlook that a "from" stands before: "up from a February forecast of $3.45"."""
    near = pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0)
    outlooks = context.with_cues(rows, context.cues("basis", "guidance")).filter(near & (pl.col("cue_gap") <= _REACH_ESTIMATE))
    marks = context.with_cues(rows, context.cues("mark", "from")).filter(near)
    left = outlooks.join(marks.select("number", from_end="cue_end"), on="number", how="inner", maintain_order="left")
    return _among(rows, left.filter((pl.col("cue_start") - pl.col("from_end")).is_between(0, _REACH_ESTIMATE))["number"])


def _earlier(context: Context) -> pl.DataFrame:
    """Cues of a replaced outlook; "earlier" within "a year earlier" is none."""
    cues = context.cues("basis", "prior_guidance", "earlier")
    ago = context.cues("ago").select("sid", ago_start="cue_start", ago_end="cue_end")
    within = cues.join(ago, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("cue_start") >= pl.col("ago_start")) & (pl.col("cue_end") <= pl.col("ago_end"))
    )
    return cues.filter(~pl.col("cue_start").is_in(within["cue_start"].unique().implode()))


def dashed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether what looks like a minus is a dash between words ("debt on March 31 — 9.6 billion")."""
    before = context.scanned.tape.slice(pl.max_horizontal(pl.col("start") - 2, pl.lit(0)), pl.col("start") + 2, rows)
    return before.str.contains(r"[\u2012-\u2015\u2212-] ").fill_null(value=False)


def yardstick(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a multiple is of an expectation: "twice the 9 cents that analysts expected"."""
    following = rows.select(
        "number",
        yard=(
            (pl.col("start").shift(-1) - pl.col("end") <= _REACH_YARDSTICK)
            & (pl.col("cid").shift(-1) == pl.col("cid"))
            & (pl.col("basis").shift(-1) != "actual")
        ).fill_null(value=False),
    )
    near = context.with_cues(rows, context.cues("basis", "guidance", "consensus", "prior_guidance"))
    expected = near.filter(pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_YARDSTICK))
    return following["yard"] | _among(rows, expected["number"])


def comparative(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Whether a level is that of an earlier period, given for comparison (earlier), and whether it says so itself (dated).

    It is when "from" marks it and "to" its neighbour, when "against" stands before it and another number of its kind
    stands earlier, or when "a year earlier" stands at it and nothing says that it moved. `left` says of a change that its
    neighbour replaces it ("raised its outlook for growth from 8 % to 10 %"), `opposed` that it is that of an earlier period,
    set against the one before it ("grew 54 %, compared with 191 % in the quarter before").
    """
    from_, to, of = (marked(rows, context, code) for code in ("from", "to", "of"))
    rows = rows.with_columns(from_=from_ & ~to, to=to, of=of & ~to)
    alike = ["sid", "metric", "measure"]
    ordered = pl.col("number")
    partner_to = pl.col("to").shift(1).over(alike, order_by=ordered) | pl.col("to").shift(-1).over(alike, order_by=ordered)
    partner = pl.col("number").count().over(alike) > 1
    next_start = pl.col("start").shift(-1).over(alike, order_by=ordered)
    of_to = pl.col("of") & pl.col("to").shift(-1).over(alike, order_by=ordered) & (next_start - pl.col("end") <= _REACH_PARTNER)
    together = pl.col("cid") == pl.col("cid").shift(-1).over(alike, order_by=ordered)
    of_to &= pl.col("value_high").is_null() | together  # "van 1,015 tot 1,02 miljard, waar analisten op 1,013 rekenden"
    moves = context.cues("direction", "up", "down")
    against = context.with_cues(rows, context.cues("role"))
    against = against.filter(
        pl.col("ahead_of")
        & (pl.col("cue_between") == 0)
        & pl.col("cue_gap").is_between(-1, _REACH_AGAINST)
        & pl.col("same_clause")
    )
    against = against.filter(~context.between(against, moves, "cue_end", "start"))
    opposed = against.filter(~context.between(against, context.cues("ago"), "cue_end", "start"))["number"]
    earlier_alike = pl.col("number").rank().over(alike) > 1
    said_before = pl.col("metric").shift(1).over("doc", order_by=ordered) == pl.col("metric")
    ago = context.with_cues(rows, context.cues("ago"))
    ago = ago.filter(pl.col("same_clause") | (pl.col("ahead_of") & (pl.col("cue_gap") <= _REACH_NEXT)))
    ago = ago.with_columns(moved=pl.when(pl.col("ahead_of")).then(context.between(ago, moves, "cue_start", "start")).otherwise(
        context.between(ago, moves, "end", "cue_start")
    ))  # fmt: skip
    ago = ago.filter(~(~pl.col("ahead_of") & context.moves_next(ago)))
    ago = ago.filter(
        (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_COMPARATIVE) & ~pl.col("moved") & ~pl.col("to")
    )
    is_against, is_ago = _among(rows, against["number"]), _among(rows, ago["number"])
    # An article may report on last year: its figures are only compared with where others of their kind stand before.
    told_so = is_ago & (_among(rows, ago.filter(pl.col("code") != _LAST_YEAR)["number"]) | earlier_alike | said_before)
    bracket = (
        pl.col("bracketed") & pl.col("opens") & _same_unit(ordered)
        & (pl.col("metric") == pl.col("metric").shift(1).over("sid", order_by=ordered))
        & ((pl.col("figure_class") != "percent") | (pl.col("metric_kind") == "ratio"))
    )  # fmt: skip
    found = (
        (pl.col("from_") & partner & partner_to.fill_null(value=False))
        | of_to.fill_null(value=False)
        | (is_against & ~pl.col("to") & (earlier_alike | said_before.fill_null(value=False)))
        | told_so.fill_null(value=False)
        | bracket.fill_null(value=False)
    )
    level = pl.col("measure") == "level"
    than = rows.select(_than(rows, context) & level).to_series()
    explained = _behind_ago(rows, context)
    found |= (than & ~pl.col("to")) | _of_earlier_year(rows, context) | explained.is_not_null()
    past = (
        context.scanned.periods.filter(pl.col("role").is_not_null() | (pl.col("relative") == -1) | pl.col("year").is_not_null())
        .select("cid")
        .drop_nulls()["cid"]
        .unique()
    )
    own_time = bracket.fill_null(value=False) & pl.col("cid").is_in(past.implode())  # "(1,065 million in 2021/22)"
    moved = (pl.col("from_") & partner & partner_to.fill_null(value=False)) | of_to.fill_null(value=False)
    change = pl.col("measure") == "change"
    again = pl.col("metric") == pl.col("metric").shift(1).over("sid", "measure", order_by=ordered)
    opposed_to = change & (pl.col("from_") | _among_numbers(opposed)) & again & (pl.col("figure_class") == "percent")
    return rows.select(
        earlier=found & level,
        dated=(is_ago | own_time) & level,
        than=than,
        left=moved & change,
        opposed=opposed_to.fill_null(value=False),
    )


def _of_earlier_year(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a year that is over is named right before a number, behind another of its metric that is of no earlier one.

    "经营利润为79亿元，2022年第一季度为47亿元", in an article of 2023.
    """
    spans = context.scanned.periods.filter(
        pl.col("sid").is_not_null() & pl.col("year").is_not_null() & pl.col("role").is_null()
    )
    named = spans.select("sid", "year", cue_start="start", cue_end="end", cue_cid="cid")
    beside = pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_YEAR)
    own = context.with_cues(rows.select("number", "sid", "cid", "start", "end"), named).filter(beside)
    years = own.group_by("number", maintain_order=True).agg(own_year=pl.col("year").last())
    today = context.scanned.tape.docs.select("doc", today=pl.col("published_at").dt.year())
    dated = rows.join(years, on="number", how="left", maintain_order="left").join(
        today, on="doc", how="left", maintain_order="left"
    )
    alike = ["sid", "metric", "measure"]
    first = pl.col("number") == pl.col("number").min().over(alike)
    latest = pl.col("own_year").max().over(alike)
    leading = pl.col("own_year").first().over(alike, order_by="number")
    over = (pl.col("own_year") < pl.col("today")) & (leading.is_null() | (leading > pl.col("own_year")))
    return dated.select((~first & over & (leading.is_null() | (leading == latest))).fill_null(value=False)).to_series()


def _behind_ago(rows: pl.DataFrame, context: Context) -> pl.Series:
    """The code of the word for an earlier period that the number's bracket explains: "전 분기(매출 7조원, 이익 2조원)"."""
    before = context.scanned.tape.slice(pl.max_horizontal(pl.col("start") - _REACH_BRACKET, pl.lit(0)), "start", rows)
    inside = before.str.extract(r"[(（]([^()（）\n]*)$", 1).str.len_chars().cast(pl.Int64)
    placed = rows.select("number", "sid", bracket=pl.col("start") - inside - 1)
    ago = (
        context.cues("ago")
        .select("sid", "code", bracket="cue_end")
        .unique(["sid", "bracket"], keep="first", maintain_order=True)
    )
    return placed.join(ago, on=["sid", "bracket"], how="left", maintain_order="left")["code"]


def _than(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a suffix says that others are compared with it, or with the next number of its list: "매출 5조, 이익 1조보다"."""
    than = marked(rows, context, "than")
    listed = context.cues("list")["sid"].unique()
    moves = pl.concat([context.cues("direction", "up", "down"), context.cues("basis")])
    ended = rows.with_columns(next_start=pl.col("start").shift(-1).over("sid", order_by="number").fill_null(pl.col("end")))
    parted = context.between(ended, moves, "end", "next_start")
    amounts = pl.col("figure_class") == "money"
    before = pl.col("than").shift(-1).over("sid", order_by="number") & amounts & amounts.shift(-1) & ~pl.col("parted")
    of_list = before.fill_null(value=False) & pl.col("sid").is_in(listed.implode())
    return rows.with_columns(than=than, parted=parted).select(pl.col("than") | of_list).to_series()


def _same_unit(order: pl.Expr) -> pl.Expr:
    """Whether the number before is of the same unit, or one of the two is bare: "512.7 million euros (441.9 million)"."""
    before = pl.col("unit").shift(1).over("sid", order_by=order)
    bare = ["count"]
    return (pl.col("unit") == before) | (pl.col("unit").fill_null("count").is_in(bare) & before.is_not_null())


def compared(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers with "against" or "a year earlier" in their clause and no number between."""
    cues = pl.concat([context.cues("role"), context.cues("ago")])
    return context.with_cues(rows, cues).filter(pl.col("same_clause") & (pl.col("cue_between") == 0))["number"].unique()


def direction(rows: pl.DataFrame, context: Context) -> pl.Series:
    """1 for up, -1 for down, null where nothing says it: the nearest cue in the clause, else in the sentence close by."""
    pairs = context.with_cues(rows, _moves(context))
    at_word = (pl.col("word_start") - pl.col("cue_end")).is_between(0, 1) | (
        pl.col("cue_start") - pl.col("word_end")
    ).is_between(0, 1)
    of_word = at_word & (pl.col("word_sid") == pl.col("sid"))  # "it raised its forecast of revenue growth: it now expects 20 %"
    alone = pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_DIRECTION)
    stepped = alone & pl.col("number").is_in(rows.filter(marked(rows, context, "by"))["number"].implode())
    near = pl.col("same_clause") | (pl.col("cue_gap") <= _REACH_DIRECTION / 2) | of_word | stepped
    pairs = pairs.filter(near & (pl.col("cue_between") <= 2))
    weighed = pl.col("cue_gap").clip(0, None) + 25 * pl.col("cue_between") + 40 * (~pl.col("same_clause")).cast(pl.Int64)
    nearest = pairs.sort("number", weighed, "cue_start", maintain_order=True).unique(
        "number", keep="first", maintain_order=True
    )
    signs = nearest.select("number", cue=pl.when(pl.col("code") == "up").then(1).otherwise(-1).cast(pl.Int8))
    signed = rows.with_columns(minus=(pl.col("sign") < 0) & ~dashed(rows, context))
    return signed.join(signs, on="number", how="left", maintain_order="left").select(
        pl.when("minus").then(pl.lit(-1, pl.Int8)).when(pl.col("sign") > 0).then(pl.lit(1, pl.Int8)).otherwise("cue")
    ).to_series()  # fmt: skip


def _moves(context: Context) -> pl.DataFrame:
    """Cues of a move without those that only compare a number: the "less" of "less than 3 %"."""
    relative = pl.col("figure_class") == "percent"
    compared = context.figures.filter(pl.col("comparator_start").is_not_null() & relative).select(
        "sid", "comparator_start", number="start"
    )
    cues = context.cues("direction", "up", "down")
    within = cues.join(compared, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("cue_start") >= pl.col("comparator_start")) & (pl.col("cue_end") <= pl.col("number"))
    )
    return cues.join(within, on=["cue_start", "cue_end"], how="anti", maintain_order="left")


def negative(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a word says that an amount is below zero: "free cash flow was negative at 23 million", "37 miljoen negatief"."""
    pairs = context.with_cues(rows, context.cues("mark", "negative"))
    behind_word = (
        pl.col("ahead_of") & (pl.col("cue_start") > pl.col("word_end")) & (pl.col("cue_gap") <= _REACH_SET + _REACH_BY)
    )
    told = pl.col("same_clause") & (pl.col("cue_between") == 0)
    right_after = ~pl.col("ahead_of") & (pl.col("cue_gap") <= _REACH_BY)
    return _among(rows, pairs.filter(told & (behind_word | right_after))["number"])


def leverage(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a multiple only tells the debt by the yearly result: "net debt of 2.1 times EBITDA", "net debt/EBITDA was 2.1x".

    It stands right before its word, or in digits in a sentence that speaks of debt and says of no move.
    """
    behind = (pl.col("word_start") - pl.col("end")).is_between(0, _REACH_LEVERAGE)
    owed = context.cues("metric", "debt")["sid"].unique()
    digits = context.scanned.tape.slice("number_start", pl.col("number_start") + 1, rows).str.contains("[0-9]")
    still_ = pl.col("sid").is_in(owed.implode()) & pl.col("way").is_null() & pl.lit(digits)
    multiple = (pl.col("figure_class") == "multiple") & (pl.col("metric") == "ebitda")
    return rows.select((multiple & (behind | still_)).fill_null(value=False)).to_series()


def half_more(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether "by half" is said of a rise: then it is half as much again, no half of it ("legte um die Hälfte zu")."""
    text = context.scanned.tape.slice("start", "end", rows)
    by_half = text.str.to_lowercase().str.contains(r"^(?:um|met|med|o|de|della|à|di|with|by) ").fill_null(value=False)
    half = (pl.col("figure_class") == "multiple") & (pl.col("value") == pl.lit("0.5").cast(rows.schema["value"]))
    return rows.select((pl.lit(by_half) & half & (pl.col("way") > 0)).fill_null(value=False)).to_series()


def surpassed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the word that seems to compare a number only says that it was beaten: "above the 79 cents expected"."""
    beats = context.cues("beat")["cue_start"].unique()
    return rows.select(
        (pl.col("basis") == "consensus")
        & (pl.col("comparator").is_in(["over", "under"]))
        & pl.col("comparator_start").is_in(beats.implode())
    ).to_series()


def shrunk(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a multiple says how many times less: "упала в 7 раз" is a seventh."""
    multiples = rows.filter((pl.col("figure_class") == "multiple") & (pl.col("value") > 1))
    falls = context.with_cues(multiples, context.cues("direction", "down"))
    right_before = pl.col("ahead_of") & pl.col("same_clause") & pl.col("cue_gap").is_between(0, _REACH_TIMES)
    return _among(rows, falls.filter(right_before)["number"])


def difference(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether an amount is a difference: "more" or "less" stands right after it ("30 million less than a year ago")."""
    pairs = context.with_cues(rows.filter(pl.col("figure_class").is_in(["money", "count"])), context.cues("difference"))
    return _among(rows, pairs.filter(~pl.col("ahead_of") & pl.col("cue_gap").is_between(0, 1))["number"])


def increased(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a noun of a move stands right before an amount: "an increase of 281,000 last year" is none of that year."""
    nouns = context.cues("mark", "by").filter(pl.col("cue_end") - pl.col("cue_start") > _LONGEST_MARK)
    pairs = context.with_cues(rows.filter(pl.col("figure_class").is_in(["money", "count"])), nouns)
    return _among(rows, pairs.filter(pl.col("ahead_of") & pl.col("cue_gap").is_between(0, _REACH_BY))["number"])


def still(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a fraction has no word for a move close by: then it is a part of something ("half of revenue")."""
    fractions = rows.filter(pl.col("kind") == "fraction")
    moves = context.with_cues(fractions, context.cues("direction", "up", "down"))
    moving = moves.filter((pl.col("cue_gap") <= _REACH_FRACTION) & pl.col("same_clause"))["number"]
    return rows.select((pl.col("kind") == "fraction") & ~pl.col("number").is_in(moving.unique().implode())).to_series()


def part_of(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a percentage is a part of a whole ("accounts for 15 %"), not a change."""
    pairs = context.with_cues(rows.filter(pl.col("measure") == "change"), context.cues("part"))
    close = pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_PART)
    moving = context.between(pairs, context.cues("direction", "up", "down"), "cue_end", "start")
    of_next = ~pl.col("ahead_of") & context.followed(pairs, _REACH_OWN)  # "grew by 18 % and made up 31 % of sales"
    return _among(rows, pairs.filter(close & ~moving & ~of_next)["number"])


def accounting(rows: pl.DataFrame, context: Context) -> pl.Series:
    """adjusted or gaap where a cue is said of the number or its metric word, with no other number or metric word between."""
    limit = rules.load().limit
    reached = rows.with_columns(
        first=pl.min_horizontal("start", "word_start"), last=pl.max_horizontal("end", "word_end"), line=pl.int_range(pl.len())
    )
    cues = context.cues("accounting").filter(pl.col("code") != "none")
    pairs = reached.join(cues, on="sid", how="inner", maintain_order="left")
    starts = context.figures["start"]

    def rank(place: str) -> pl.Expr:
        return pl.col(place).map_batches(lambda s: starts.search_sorted(s, side="left").cast(pl.Int64), return_dtype=pl.Int64)

    inside = (pl.col("cue_start") >= pl.col("first") - 1) & (pl.col("cue_end") <= pl.col("last") + 1)
    ahead = (pl.col("cue_end") <= pl.col("first")) & (pl.col("first") - pl.col("cue_end") <= limit["accounting"])
    behind = (pl.col("cue_start") >= pl.col("last")) & (pl.col("cue_start") - pl.col("last") <= limit["accounting"] / 2)
    free_ahead = rank("cue_end") == rank("first")
    tagged = (pl.col("cue_start") - pl.col("last")).is_between(0, 2)  # "52 cents a share, adjusted"
    free_behind = (rank("last") == rank("cue_start")) & ((pl.col("cue_cid") == pl.col("cid")) | tagged)
    metric_words = context.cues("metric").filter(pl.col("code") != "none")
    pairs = pairs.with_columns(
        other_ahead=context.between(pairs, metric_words, "cue_end", "first"),
        other_behind=context.between(pairs, metric_words, "last", "cue_end"),
        next_reach=pl.col("cue_end") + _REACH_NEXT_WORD,
    )
    pairs = pairs.with_columns(
        other_follows=context.between(pairs, metric_words.with_columns(cue_end="cue_start"), "cue_end", "next_reach"),
        other_inside=context.between(pairs, metric_words, "word_end", "cue_start") & (pl.col("word_start") < pl.col("start")),
        heads=_heads(pairs, context),
    )
    said = (
        (inside & ~pl.col("other_inside"))
        | (ahead & free_ahead & ~pl.col("other_ahead"))
        | (behind & free_behind & ~pl.col("other_behind") & ~pl.col("other_follows"))
        | pl.col("heads")
    )
    found = pairs.filter(said).sort("line", "cue_start", maintain_order=True).unique("line", keep="first", maintain_order=True)
    return reached.join(found.select("line", "code"), on="line", how="left", maintain_order="left")["code"]


def _heads(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a cue stands in a clause that heads the sentence, without metric or number: "On an adjusted basis, …"."""
    first = context.scanned.clauses.filter(pl.col("clause") == 0)["cid"]
    named = context.cues("metric").filter(pl.col("code") != "none")["cue_cid"]
    spoken = pl.concat([named, context.figures["cid"]]).drop_nulls().unique()
    heading = pl.col("cue_cid").is_in(first.implode()) & ~pl.col("cue_cid").is_in(spoken.implode())
    return pairs.select(heading & (pl.col("cue_cid") != pl.col("cid"))).to_series()


def compared_to(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Against which period, by the nearest cue: `against` for a change, hint for every number of the clause."""
    pairs = context.with_cues(rows, context.cues("ago")).filter(pl.col("cue_between") <= 1)
    nearest = pairs.sort(
        "number", pl.col("same_clause"), "cue_gap", descending=[False, True, False], maintain_order=True
    ).unique("number", keep="first", maintain_order=True)
    named = pl.when(pl.col("code") == "previous_quarter").then(pl.lit("previous_period")).otherwise(pl.lit("year_ago"))
    beside = pl.col("same_clause") | (pl.col("ahead_of") & (pl.col("cue_gap") <= _REACH_NEXT))  # "직전 분기(71%)"
    said = nearest.select("number", said=named, hint=pl.when(beside).then(named))
    earlier = pl.col("code") == "previous_quarter"
    explained = pl.when(earlier).then(pl.lit("previous_period")).otherwise(pl.lit("year_ago"))
    bracket = _behind_ago(rows, context).to_frame("code").select(pl.when(pl.col("code").is_not_null()).then(explained))
    return (
        rows.join(said, on="number", how="left", maintain_order="left")
        .with_columns(bracket=bracket.to_series())
        .select(hint=pl.coalesce("bracket", "hint"), against=pl.when(pl.col("measure") == "change").then("said"))
    )
