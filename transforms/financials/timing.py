"""Which period a number is of: its own, that of the numbers before it, that which the article reports on, or an earlier one.

Period spans, what an article reports on, and all dates come from `periods`; here they are only given to numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon, periods
from transforms.financials.context import of_numbers
from transforms.financials.expectations import surpassed_outlooks
from transforms.financials.headed import under_outlooks
from transforms.periods import PERIOD_SPANS
from transforms.periods.defaults import COMPARED
from transforms.schemas import PERIOD_TYPES

if TYPE_CHECKING:
    from transforms.financials.context import Context

_FLOWS: Final = tuple(t for t in PERIOD_TYPES if t != "instant")
_NEXT_BUT_ONE: Final = 2
"""How many numbers behind the figure that came what was expected of it stands at most: an earlier one lies between."""
_CARRIED: Final = tuple(t for t in _FLOWS if t != "month")
"""A month is said of one number: "in March it had guided for 915 million" tells nothing of the next ones."""
_PARTS: Final = tuple(c for c in PERIOD_SPANS if c not in ("start", "end"))
_DATED: Final = ("period_type", "period_start", "period_end", "fiscal_period")
_HINTS: Final = ("fye", "anchor")
_OTHER_CLAUSE: Final = 60
_BEHIND: Final = 60
_NUMBER_BETWEEN: Final = 50
_MONTH: Final = 120
_COMPARED_FAR: Final = 28
"""How far behind a word of comparison the period may begin with nothing but words between: "as in the same weeks of 2020"."""
_PARTED: Final = r"[0-9,;:()]"
_UNTIL: Final = 24
"""How far before a month the word stands that makes it the end of the year to date, in code points."""
_MONTH_END: Final = 28
_TAIL: Final = 20
"""How far behind a number the period begins that is its own, with nothing but words between, in code points."""
_PARTICLE: Final = 2
"""Code points between a period and the word of comparison behind it: "2분기와 비교하면"."""
_PART_OF_YEAR: Final = 60
"""Days by which an earlier quarter ends before another, at least."""
_YEAR_AGO: Final = 330
"""Days by which a period lies a year before another."""
_AHEAD_OF_TIME: Final = 20
"""How many days before its end a period may be reported on as done."""
_FORETOLD: Final = 90
"""By how many days the end of a named period must lie ahead for a number without a word of expecting to be an outlook."""
SPRING: Final = 4
"""The last month in which a report on the last quarter or year before is still news."""
_THEIRS: Final = 28
"""How near "last year" stands after the earlier number that it is said of, in code points."""
_MONTH_OF: Final = 24
"""How far before an earlier count its month may stand: "in December it had been only 10 million", in code points."""
_OF_NEXT: Final = 12
"""How near a number stands behind a period in its clause that is said of it and of none before, in code points."""
_BRACKET: Final = 2
"""How far behind its period a number in brackets stands, in code points."""
_THAN_NEXT: Final = 4
"""... if it is nobody's: "559 million, 8 % less than in 2014", "10 million higher than 2014 and came to 232 million"."""
_THAN: Final = 28
"""How far behind "than" the period stands that a change is measured from, in code points."""
_QUARTER_OF_YEAR: Final = 30
"""How near a year stands to the quarter that it is the year of, in code points."""
_OF_THE_YEAR: Final = 9
"""... if nothing says which year: "the second quarter of its fiscal year", but "the second quarter, and for the full year"."""


def with_period(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add period_type, period_start, period_end and fiscal_period. `rows` has company_id, period_role, basis and instant."""
    docs = context.scanned.tape.docs.select("doc", "published_at", "published_precision").join(
        _hints(context), on="doc", how="left", maintain_order="left"
    )
    before = pl.col("basis").shift(1).over("sid", order_by="number")
    # What the company had foreseen is of the time of what analysts had: "they expected 1.08 billion, it had forecast 1.06".
    surpassed = pl.col("number").is_in(surpassed_outlooks(rows, context)["number"].implode())
    beside = (pl.col("basis") == "consensus") | ((pl.col("basis") == "prior_guidance") & ((before == "consensus") | surpassed))
    beside |= _hoped_of_the_actual()
    rows = rows.join(docs, on="doc", how="left", maintain_order="left").with_columns(expected=beside.fill_null(value=False))
    rows = rows.with_columns(outlook=pl.col("basis").is_in(["guidance", "prior_guidance"]) & ~pl.col("expected"))
    rows = rows.with_columns(outlook=pl.col("outlook") | _of_an_outlook() | _against_an_outlook())
    reported = periods.default_period(context.scanned)
    own = _spans_of_current(rows, context)
    turns = _in_turn(rows, context)
    own = pl.concat([own.join(turns, on="number", how="anti", maintain_order="left"), turns.select(own.columns)])
    earlier = _spans_of_comparative(rows, context)
    shared = _shared(rows, own, earlier)
    own = pl.concat([own, _as_compared(rows, own, earlier)])
    own = pl.concat([own, _of_headings(rows, own, context)])
    above = _of_the_sentence_above(rows, own, context)
    own = pl.concat([own, above]).sort("number", maintain_order=True)
    dated = _foretold(_resolved(rows, own), own)
    dated = dated.with_columns(
        shared=pl.col("number").is_in(shared.implode()),
        above=pl.col("outlook") & pl.col("number").is_in(above["number"].implode()),
    )
    said = _possible(dated, reported, context)
    current = _carried(said, reported, context)
    dated = _as_comparative(current, _resolved(_based(current), earlier))
    return _as_instant(dated).drop("published_at", "published_precision", "outlook", "expected", "old", *_HINTS)


def _of_headings(rows: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Numbers without a period in a list of outlooks: that of its heading, "Outlook for the third quarter"."""
    spans = context.scanned.periods.filter(pl.col("grain").is_in(_CARRIED) & pl.col("role").is_null())
    heads = spans.sort("start", maintain_order=True).unique("sid", keep="first", maintain_order=True)
    bare = rows.filter((pl.col("outlook") | pl.col("expected")) & ~pl.col("number").is_in(own["number"].implode()))
    listed = under_outlooks(bare, context).join(
        heads.select(*_PARTS, heading="sid"), on="heading", how="inner", maintain_order="left"
    )
    return listed.with_columns(until=pl.lit(value=False)).select(own.columns)


def _hints(context: Context) -> pl.DataFrame:
    """The end of the fiscal year and the time of each article, as far as its period spans tell: doc, fye, anchor."""
    spans = context.scanned.periods.filter(pl.col("doc").is_not_null())
    return spans.group_by("doc", maintain_order=True).agg(pl.col(c).drop_nulls().first() for c in _HINTS)


def _pairs(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Each number with the period spans of its sentence: span columns, ahead, same (clause), gap, between (numbers)."""
    spans = context.scanned.periods.filter(pl.col("sid").is_not_null()).select(
        "sid", *_PARTS, cue_start="start", cue_end="end", cue_cid="cid"
    )
    numbers = rows.select(
        "number", "doc", "sid", "cid", "start", "end", "word_start", "period_role", "instant", "basis", "measure"
    )
    pairs = context.with_cues(numbers, spans.with_columns(code=pl.lit("period")))
    return pairs.with_columns(until=_until(pairs, context))


def _until(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a period ends where the year to date does: "hasta septiembre", "hingga akhir Juni", "au 30 septembre"."""
    tape = context.scanned.tape
    before = tape.slice(pl.max_horizontal(pl.col("cue_start") - _UNTIL, pl.lit(0)), "cue_start", pairs).str.to_lowercase()

    def leads(language: str, rows: pl.DataFrame) -> pl.Series:
        regex = lexicon.settings(language).get("until")
        return (
            rows["text"].str.contains(rf"(?:^|[^\p{{L}}])(?:{regex}) $")
            if regex
            else pl.repeat(value=False, n=rows.height, eager=True)
        )

    told = tape.by_language(pairs.select("doc", text=before), leads).fill_null(value=False)
    dated = pl.col("grain").is_in(["day", "instant"]) & (pl.col("day").is_null() | (pl.col("day") >= _MONTH_END))
    return pairs.select(~pl.col("instant") & (dated | ((pl.col("grain") == "month") & pl.lit(told)))).to_series()


def _spans_of_current(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The span that is said of a current number: number and the columns of the span.

    One in its clause wins over one before it, that over one after it or beyond another number. A month is more often a
    date than a period, so anything longer in the sentence wins; a year right after a quarter is the year of the quarter.
    """
    spans = context.scanned.periods.filter(pl.col("sid").is_not_null() & pl.col("grain").is_not_null())
    quarters = spans.filter(pl.col("grain").is_in(["quarter", "half", "nine_months"])).select("sid", quarter_end="end")
    owned = (
        spans.filter(pl.col("grain") == "year")
        .join(quarters, on="sid", how="inner", maintain_order="left")
        .filter(
            (pl.col("start") - pl.col("quarter_end")).is_between(
                0, pl.when(_bare()).then(_OF_THE_YEAR).otherwise(_QUARTER_OF_YEAR)
            )
        )
    )
    starts = context.figures["start"]
    numbers_before = [starts.search_sorted(owned[edge], side="left") for edge in ("quarter_end", "start")]
    owned = owned.filter(numbers_before[0] == numbers_before[1])
    pairs = _pairs(rows.filter(pl.col("period_role") == "current"), context)
    compared = context.cues("role").select("sid", role_start="cue_start", role_end="cue_end")
    elapsed = (pl.col("grain") == "nine_months") & pl.col("year").is_null()  # "after nine months profit stood at 3 billion"
    beside = spans.filter(~elapsed).select("doc", "sid", "start", "end")
    beside = beside.join(compared, on="sid", how="inner", maintain_order="left")
    apart = context.scanned.tape.slice("role_end", pl.max_horizontal("role_end", "start"), beside).str.contains(_PARTED)
    before = (pl.col("start") - pl.col("role_end")).is_between(*COMPARED)
    before |= (pl.col("start") - pl.col("role_end")).is_between(COMPARED[1], _COMPARED_FAR) & ~pl.lit(apart)
    behind = (pl.col("role_start") - pl.col("end")).is_between(0, _PARTICLE)
    verb_final = context.scanned.setting("verb_final", beside)
    measured = beside.filter(
        pl.when(verb_final).then(behind).otherwise(before)
    )  # "compared with last year", "2분기와 비교하면"
    pairs = pairs.filter(~pl.col("cue_start").is_in(measured["start"].unique().implode()))
    than = context.cues("than").select("sid", than_start="cue_start", than_end="cue_end")
    based = (
        pairs.filter(~pl.col("ahead_of") | pl.col("same_clause"))  # "than in 2019, when it earned 175": 2019's
        .select("number", "sid", "end", "cue_start", "measure")
        .join(than, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("cue_start") - pl.col("than_end")).is_between(0, _THAN))
        .filter(
            ((pl.col("measure") == "change") & (pl.col("than_start") >= pl.col("end")))
            | ((pl.col("cue_start") - pl.col("than_end")) <= _THAN_NEXT)
        )
    )  # "22 million lower than in 2023"
    pairs = pairs.join(based, on=["number", "cue_start"], how="anti", maintain_order="left")
    earlier = rows.filter(pl.col("period_role") == "comparative").select("sid", earlier_end="end")
    times = rows.select("sid", today=_today()).unique("sid", maintain_order=True)
    past = pl.col("year") < pl.col("today").dt.year() - (pl.col("today").dt.month() <= SPRING).cast(pl.Int64)
    theirs = (
        spans.join(times, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("relative") == -1) | past | _of_month())
        .select("sid", "start")
        .join(earlier, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("start") - pl.col("earlier_end")).is_between(0, _THEIRS))
    )  # "to 23 million from 2 million last year", "sammenlignet med 9 millioner i 2015": that of the number before it
    pairs = pairs.filter(~pl.col("cue_start").is_in(theirs["start"].unique().implode()))
    theirs_ahead = _pairs(rows.filter(pl.col("period_role") == "comparative"), context).filter(
        pl.col("ahead_of") & (pl.col("cue_between") == 0)
    )
    opened = (pl.col("cue_gap") <= _BRACKET) & of_numbers(rows.filter("bracketed")["number"])  # "last year (9 cents)"
    theirs_ahead = theirs_ahead.filter(pl.col("same_clause") | opened)
    measured_by = pl.col("number").is_in(rows.filter("than")["number"].implode()) | opened
    # "지난 2분기 매출 57조원보다", "300 million now; in December it had been 10 million": that of the number behind it
    theirs_ahead = theirs_ahead.filter(measured_by | (pl.col("instant") & _of_month() & (pl.col("cue_gap") <= _MONTH_OF)))
    pairs = pairs.filter(~pl.col("cue_start").is_in(theirs_ahead["cue_start"].unique().implode()))
    bracketed = context.figures.filter("bracketed")["cid"].unique()
    pairs = pairs.filter(pl.col("same_clause") | ~pl.col("cue_cid").is_in(bracketed.implode()))  # "(441.9 in 2021)"
    of_next = pairs.filter(~pl.col("ahead_of") & ~pl.col("same_clause"))  # "7.9 billion; in 2022 it was 4.7"
    of_next = of_next.filter(context.followed(of_next, _OF_NEXT)).select("number", "cue_start")
    pairs = pairs.join(
        of_next, on=["number", "cue_start"], how="anti", maintain_order="left"
    )  # "7.9 billion; in 2022 it was 4.7"
    pairs = pairs.join(_of_the_next(pairs, context), on=["number", "cue_start"], how="anti", maintain_order="left")
    pairs = pairs.join(
        _behind_a_level(pairs, context), on=["number", "cue_start"], how="anti", maintain_order="left"
    )  # "near the level of 2019"
    pairs = _of_their_tails(pairs, context)
    outlook = pl.col("basis").is_in(["guidance", "prior_guidance"])
    fits = (pl.col("grain").is_in([*_FLOWS]) & ~((pl.col("grain") == "month") & outlook)) | pl.col("instant")
    fits |= pl.col("until") & ~outlook
    trailing = pl.col("instant") & (pl.col("grain") == "year") & pl.col("year").is_null()
    pairs = pairs.filter(
        fits & ~trailing & pl.col("role").is_null() & ~pl.col("cue_start").is_in(owned["start"].unique().implode())
    )
    of_word = (pl.col("word_start") - pl.col("cue_end")).is_between(0, 1)  # "9月營收"
    cost = (
        pl.col("cue_gap").clip(0, None)
        + _OTHER_CLAUSE * (~pl.col("same_clause")).cast(pl.Int64)
        + _BEHIND * (~pl.col("ahead_of")).cast(pl.Int64)
        + _NUMBER_BETWEEN * pl.col("cue_between") * (~pl.col("ahead_of")).cast(pl.Int64)
        + _MONTH * (pl.col("grain").is_in(["month", "day", "instant"]) & ~pl.col("instant") & ~of_word).cast(pl.Int64)
    )
    return _cheapest(pairs, cost)


def _in_turn(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Numbers of a sentence with "respectively" that take its periods in turn: number and the columns of the span.

    "For the fourth quarter and the full year it expects sales of 89 million and 340 million, respectively": as many numbers
    of one metric as periods before the first of them.
    """
    lists = context.cues("list")["sid"].unique()
    alike = ["sid", "metric", "measure"]
    levels = rows.filter(pl.col("sid").is_in(lists.implode()) & (pl.col("period_role") == "current"))
    levels = levels.select(
        "number", *alike, rank=pl.int_range(pl.len()).over(alike, order_by="number"), size=pl.len().over(alike),
        first=pl.col("start").min().over(alike),
    )  # fmt: skip
    spans = context.scanned.periods.filter(
        pl.col("sid").is_in(lists.implode()) & pl.col("grain").is_in(_CARRIED) & pl.col("role").is_null()
    ).sort("start", maintain_order=True)
    spans = spans.with_columns(
        rank=pl.int_range(pl.len()).over("sid"), spans=pl.len().over("sid"), last=pl.col("end").max().over("sid")
    )
    taken = levels.filter(pl.col("size") > 1).join(
        spans.select("sid", "rank", "spans", "last", *_PARTS), on=["sid", "rank"], how="inner", maintain_order="left"
    )
    taken = taken.filter((pl.col("spans") == pl.col("size")) & (pl.col("last") <= pl.col("first")))
    return taken.with_columns(until=pl.lit(value=False))


def _bare() -> pl.Expr:
    """Whether a span is a year of which nothing says which: "the full year"."""
    return pl.col("year").is_null() & pl.col("relative").is_null() & pl.col("role").is_null()


def _of_month() -> pl.Expr:
    """Whether a span is a month by its name."""
    return (pl.col("grain") == "month") & pl.col("ordinal").is_not_null() & pl.col("role").is_null()


def _of_the_next(pairs: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The pairs whose period "and" leads to from a number, another behind it: "900 million and for the year 3.8 billion"."""
    behind = pairs.filter(~pl.col("ahead_of") & (pl.col("cue_between") == 0))
    behind = behind.filter(context.linked(behind) & ~context.scanned.setting("verb_final", behind))
    last = context.figures.group_by("sid", maintain_order=True).agg(last_start=pl.col("start").max())
    behind = behind.join(last, on="sid", how="left", maintain_order="left")
    return behind.filter(pl.col("last_start") > pl.col("cue_end")).select("number", "cue_start")


def _behind_a_level(pairs: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The pairs with a word for a level between the number and the period behind it: "26.1 million, near the level of 2019"."""
    behind = pairs.filter(~pl.col("ahead_of"))
    return behind.filter(context.between(behind, context.cues("level"), "end", "cue_start")).select("number", "cue_start")


def _of_their_tails(pairs: pl.DataFrame, context: Context) -> pl.DataFrame:
    """A period right behind a number is that number's, whatever stands before: "5 billion in April and 10 billion in the half".

    In verb-final languages what stands behind a number is of the next.
    """
    words = context.scanned.tape.slice("end", pl.max_horizontal("end", "cue_start"), pairs)
    tail = ~pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _TAIL)
    tail &= pl.lit(words.str.contains(r"^ (?:[\p{L}.']+ |\p{L}+['’]){0,4}$")) & pl.col("grain").is_in(_CARRIED)
    tailed = pairs.filter(tail & ~pl.lit(context.scanned.setting("verb_final", pairs)))["number"].unique()
    return pairs.filter(~pl.col("ahead_of") | ~pl.col("number").is_in(tailed.implode()))


def _spans_of_comparative(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The span that is said of a comparative number: one with no number between that names a year or an earlier period."""
    comparatives = rows.filter(pl.col("period_role") == "comparative")
    pairs = _of_their_tails(_pairs(comparatives, context), context)
    compared = pl.col("number").is_in(comparatives.filter("than")["number"].implode()) & pl.col("ahead_of")
    listed = compared & (pl.col("cue_between") <= 1) & pl.col("ordinal").is_not_null()
    named = pl.col("role").is_not_null() | pl.col("year").is_not_null() | (pl.col("instant") & (pl.col("grain") == "month"))
    named |= pl.col("ordinal").is_not_null() & pl.col("grain").is_in(["quarter", "half"])  # "after 0.2 % in the first quarter"
    beside = named & (pl.col("cue_between") == 0) & pl.col("same_clause")
    return _cheapest(pairs.filter(beside | listed), pl.col("cue_gap"))


def _as_compared(rows: pl.DataFrame, own: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Numbers without a period that the next one is compared with: that one's, a year later.

    "A net profit of 56 million, against 85 million in the first half of 2022."
    """
    alike = ["sid", "metric", "measure"]
    partners = rows.filter(pl.col("period_role") == "comparative").select(*alike, partner="number", number=pl.col("number") - 1)
    dated = pl.col("year").is_not_null() | ((pl.col("relative") == -1) & pl.col("ordinal").is_not_null())
    named = earlier.filter(pl.col("grain").is_in(["quarter", "half", "nine_months"]) & dated & pl.col("role").is_null())
    current = rows.filter((pl.col("period_role") == "current") & ~pl.col("number").is_in(own["number"].implode()))
    later = (
        current.select("number", *alike)
        .join(partners, on=["number", *alike], how="inner", maintain_order="left")
        .join(named.rename({"number": "partner"}), on="partner", how="inner", maintain_order="left")
    )
    relative = pl.when(pl.col("year").is_null()).then(pl.col("relative") + 1).otherwise("relative")
    return later.with_columns(year=pl.col("year") + 1, relative=relative).select(own.columns)


def _shared(rows: pl.DataFrame, own: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """Numbers that took the period of the one behind them that they are compared with.

    "It rose to 192 million from 186 million in the second quarter": either may be of that quarter.
    """
    alike, said = ["sid", "metric", "measure"], ["grain", "year", "ordinal", "relative"]
    partners = rows.filter(pl.col("period_role") == "comparative").select(*alike, partner="number", number=pl.col("number") - 1)
    pairs = rows.filter(pl.col("period_role") == "current").select("number", *alike)
    pairs = pairs.join(partners, on=["number", *alike], how="inner", maintain_order="left")
    pairs = pairs.join(own.select("number", *said), on="number", how="inner", maintain_order="left")
    taken = earlier.select(*said, partner="number")
    return pairs.join(taken, on=["partner", *said], how="semi", nulls_equal=True, maintain_order="left")["number"]


def _of_the_sentence_above(rows: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The one period of the sentence before an outlook, which has no number: "As for the fourth quarter, … It expects 5".

    So is the part of a year of which a sentence without a number begins to tell: "It did well in the fourth quarter, too.
    Sales rose 39 %." Only numbers of a sentence that names no period: `number` and the columns of the span.
    """
    figures = context.figures["sid"].drop_nulls().unique()
    spans = context.scanned.periods.filter(
        pl.col("sid").is_not_null() & pl.col("role").is_null(), ~pl.col("sid").is_in(figures.implode())
    )
    heads = spans.filter(pl.len().over("sid") == 1, pl.col("grain").is_in(_CARRIED))
    heads = heads.select("doc", *_PARTS, sid=pl.col("sid") + 1, head_end="end", until=pl.lit(value=False))
    dated = rows.filter(pl.col("number").is_in(own["number"].implode()))["sid"].unique()
    bare = rows.filter(pl.col("period_role") == "current", ~pl.col("instant"), ~pl.col("sid").is_in(dated.implode()))
    told = bare.select("number", "sid", "doc", "outlook", "basis", "start").join(
        heads, on=["sid", "doc"], how="inner", maintain_order="left"
    )
    parts = pl.col("grain").is_in(["quarter", "half", "nine_months"]) & pl.col("ordinal").is_not_null()
    line = pl.Series(np.searchsorted(_breaks(context), told["start"].to_numpy()))
    above = pl.Series(np.searchsorted(_breaks(context), told["head_end"].to_numpy()))
    begun = parts & (pl.col("basis") == "actual") & (pl.col("relative").is_null() | (pl.col("relative") == 0))
    told = told.filter(pl.col("outlook") | (begun & pl.lit(line == above)))
    return told.select(own.columns)


def _cheapest(pairs: pl.DataFrame, cost: pl.Expr) -> pl.DataFrame:
    best = (
        pairs.with_columns(cost=cost)
        .sort("number", "cost", "cue_start", maintain_order=True)
        .unique("number", keep="first", maintain_order=True)
    )
    return best.select("number", "until", *_PARTS)


def _resolved(rows: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Rows with the dates of their span, null where they have none."""
    joined = rows.join(spans.drop(_HINTS), on="number", how="left", maintain_order="left")
    dated = periods.resolve(joined)
    said = pl.col("grain").is_not_null() | pl.col("role").is_not_null()
    to_date = periods.year_to_date(dated)
    until = pl.col("until").fill_null(value=False)
    return dated.with_columns(
        pl.when(until).then(to_date[c]).when(said).then(c).alias(c) for c in _DATED
    ).drop("until", *[c for c in _PARTS if c not in _HINTS])  # fmt: skip


def _today() -> pl.Expr:
    return pl.coalesce(pl.col("published_at").dt.date(), "anchor")


def _foretold(dated: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Rows that are outlooks where the year or quarter named for them lies ahead: "26年3月期、純利益35%減" in May 2025.

    No balances and counts, and no fiscal year of a company whose calendar is not known.
    """
    told = pl.col("year").is_not_null() & pl.col("grain").is_in(_CARRIED)
    named = own.filter(told & ~pl.col("fiscal").fill_null(value=False))["number"]
    soon = pl.col("published_at").dt.date() + pl.duration(days=_FORETOLD)
    ahead = (pl.col("basis") == "actual") & (pl.col("period_role") == "current") & (pl.col("period_end") > soon)
    ahead &= pl.col("number").is_in(named.implode()) & (pl.col("published_precision") == "day") & ~pl.col("instant")
    ahead = ahead.fill_null(value=False)
    return dated.with_columns(
        basis=pl.when(ahead).then(pl.lit("guidance")).otherwise("basis"), outlook=pl.col("outlook") | ahead
    )


def _possible(dated: pl.DataFrame, reported: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Rows without a period that cannot be theirs, and `old`: whether it lies a year or more before the one reported on.

    `aside` says whether a change is of an earlier period than that.

    Nothing is reported on before it has ended: "365 million so far this year" is of the period reported on. A period of a
    year ago, in a sentence that compares, is that of what is compared with; what a count rose to has a date of its own.
    """
    ends = reported.select("doc", reported_end="period_end", reported_type="period_type")
    compared = pl.concat(
        [
            _beside_periods(context).select("sid"),
            context.cues("ago").select("sid"),
            dated.filter(pl.col("period_role") == "comparative").select("sid"),
        ]
    )["sid"].unique()
    actual = pl.col("basis") == "actual"
    future = actual & (pl.col("period_end") > pl.col("published_at").dt.date() + pl.duration(days=_AHEAD_OF_TIME))
    old = actual & (pl.col("period_end") < pl.col("reported_end") - pl.duration(days=_YEAR_AGO))
    theirs = old & pl.col("sid").is_in(compared.implode()) & (pl.col("period_role") == "current")
    theirs &= ~(pl.col("risen") & pl.col("instant"))
    # "192 million, from 186 million in the second quarter", in a report on the third; "After a good third quarter, it expects"
    before = pl.col("period_end") < pl.col("reported_end") - pl.duration(days=_PART_OF_YEAR)
    past = (actual & pl.col("shared") & before) | (pl.col("above") & (pl.col("period_end") <= pl.col("reported_end")))
    not_own = (future | theirs | past).fill_null(value=False)
    # "…, while revenue had grown 54 % in the quarter before": told in passing
    aside = actual & (pl.col("period_type") == pl.col("reported_type")) & (pl.col("measure") == "change")
    aside &= pl.col("period_end") < pl.col("reported_end") - pl.duration(days=_PART_OF_YEAR)
    joined = dated.join(ends, on="doc", how="left", maintain_order="left")
    return joined.with_columns(
        *[pl.when(not_own).then(None).otherwise(c).alias(c) for c in _DATED],
        old=old.fill_null(value=False),
        aside=aside.fill_null(value=False),
    ).drop("reported_end", "reported_type", "shared", "above")


def _beside_periods(context: Context) -> pl.DataFrame:
    """Words of comparison but those that are part of a quarter's or half's name: the "지난해" of "지난해 3분기"."""
    cues = context.cues("role")
    named = context.scanned.periods.filter(pl.col("ordinal").is_not_null() & pl.col("sid").is_not_null())
    inner = (
        cues.select("sid", "cue_start", "cue_end")
        .join(named.select("sid", "start", "end"), on="sid", how="inner", maintain_order="left")
        .filter((pl.col("cue_start") >= pl.col("start")) & (pl.col("cue_end") < pl.col("end")))
    )
    return cues.filter(~pl.col("cue_start").is_in(inner["cue_start"].implode()))


def _carried(dated: pl.DataFrame, reported: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Rows without a period take that of the row before them, outlooks from outlooks; the first ones that of the article.

    A flow never takes the date of a balance. A period told in passing is that of its paragraph alone.
    """
    dated = dated.with_columns(par=pl.Series(np.searchsorted(_breaks(context), dated["start"].to_numpy())))
    group = ["doc", "company_id", "outlook"]
    # Where nothing of an article can be dated, the kinds of its periods are told none the less.
    kinds = pl.col("period_type").is_not_null() & pl.col("period_end").is_null().all().over("doc")
    said = (pl.col("period_end").is_not_null() | kinds) & (pl.col("period_role") == "current")
    # "For the fourth quarter it expects 345 million users and sales of 2 billion"
    counted = pl.col("instant") & ~(pl.col("outlook") & (pl.col("period_type") == "quarter"))
    flow = said & pl.col("period_type").is_in(_CARRIED) & ~counted & ~pl.col("old")

    # Of the period just spoken of, past or coming; what came right before it is of the time reported on, whatever was foreseen.
    expected = pl.col("expected") & ~_beside_actual()

    def carried(column: str, known: pl.Expr, over: list[str]) -> pl.Expr:
        def last(name: str, told: pl.Expr) -> pl.Expr:
            return pl.when(told).then(name).fill_null(strategy="forward").over(over, order_by="number")

        passing = last("aside", known) & (last("par", known) != pl.col("par"))
        return (
            pl.when(passing.fill_null(value=False)).then(last(column, known & ~pl.col("aside"))).otherwise(last(column, known))
        )

    filled = dated.with_columns(
        pl.when(said)
        .then(c)
        .when("instant")
        .then(carried(c, said & ~pl.col("old") & ~expected, group))
        .when(expected)
        .then(carried(c, flow, group[:2]))
        .otherwise(carried(c, flow & ~expected, group))
        .alias(f"{c}_new")
        for c in _DATED
    ).with_columns(pl.col(f"{c}_new").alias(c) for c in _DATED)
    past = reported.with_columns(outlook=pl.lit(value=False))
    ahead = periods.default_outlook(context.scanned, reported=reported).with_columns(outlook=pl.lit(value=True))
    defaults = pl.concat([past.select("doc", "outlook", *_DATED), ahead.select("doc", "outlook", *_DATED)])
    joined = filled.join(defaults, on=["doc", "outlook"], how="left", suffix="_default", maintain_order="left")
    lacks = pl.col("period_end").is_null() & ~kinds
    return joined.with_columns(
        pl.when(lacks).then(f"{c}_default").otherwise(c).alias(c) for c in _DATED
    ).drop("aside", "par", *[f"{c}_{suffix}" for c in _DATED for suffix in ("new", "default")])  # fmt: skip


def _hoped_of_the_actual() -> pl.Expr:
    """Whether what the firm had foreseen is told of what came: "sales were 401 million; it had expected 390 million".

    Not where a new outlook follows.
    """
    alike = ["doc", "metric", "measure"]
    came = ((pl.col("basis") == "actual") & (pl.col("period_role") == "current")).shift(1).over(alike, order_by="number")
    near = (pl.col("sid") - pl.col("sid").shift(1).over(alike, order_by="number")).is_between(0, 1)
    renewed = (pl.col("basis") == "guidance").shift(-1).over(alike, order_by="number").fill_null(value=False)
    return (pl.col("basis") == "prior_guidance") & came & near & ~renewed


def _beside_actual() -> pl.Expr:
    """Whether an expectation is set against the figure right before it: "sales were 401 million, above the 400 expected"."""
    alike = ["doc", "metric", "measure"]
    came = ((pl.col("basis") == "actual") & (pl.col("period_role") == "current")).shift(1).over(alike, order_by="number")
    near = (pl.col("sid") - pl.col("sid").shift(1).over(alike, order_by="number")).is_between(0, 1)
    near &= pl.col("number") - pl.col("number").shift(1).over(alike, order_by="number") <= _NEXT_BUT_ONE
    near &= ~pl.col("outlook").shift(1).over("doc", order_by="number")
    return (pl.col("expected") & came & near).fill_null(value=False)


def _breaks(context: Context) -> np.ndarray:
    """Where the lines of the tape end."""
    return np.flatnonzero(context.scanned.tape.codes == ord("\n"))


def _of_an_outlook() -> pl.Expr:
    """Whether a number is what analysts had expected of an outlook, which stands before it in its sentence."""
    expected = pl.col("basis") == "consensus"
    alike = ["sid", "metric", "measure"]
    before = pl.when(~expected).then("outlook").fill_null(strategy="forward").over(alike, order_by="number")
    return (expected & before).fill_null(value=False)


def _against_an_outlook() -> pl.Expr:
    """Whether an earlier number is set against an outlook right before it: "4.5 billion, after 4.4 billion last year".

    It is of a year before that outlook.
    """
    alike = ["sid", "metric", "measure"]
    foreseen = pl.col("basis").is_in(["guidance", "prior_guidance"]).shift(1).over(alike, order_by="number")
    next_to = pl.col("number") - pl.col("number").shift(1).over(alike, order_by="number") == 1
    return (foreseen & next_to & (pl.col("period_role") == "comparative") & ~pl.col("instant")).fill_null(value=False)


def _based(current: pl.DataFrame) -> pl.DataFrame:
    """Rows with the period that a comparative is compared with."""
    return current.with_columns(base_type="period_type", base_end="period_end")


def _as_comparative(current: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Comparatives get the dates of their own span if it lies before the period compared with, else those a year before."""
    own = earlier.select("number", *[pl.col(c).alias(f"{c}_own") for c in _DATED])
    rows = current.join(own, on="number", how="left", maintain_order="left")
    is_comparative = pl.col("period_role") == "comparative"
    has_own = (pl.col("period_end_own") < pl.col("period_end")) | (
        pl.col("period_end").is_null() & pl.col("period_end_own").is_not_null()
    )
    back = pl.when(pl.col("compared_hint") == "previous_period").then(pl.lit("-3mo")).otherwise(pl.lit("-1y"))
    month_end = pl.col("period_end") == pl.col("period_end").dt.month_end()
    earlier_end = pl.col("period_end").dt.offset_by(back)
    earlier_year = pl.col("fiscal_period").str.extract(r"^FY(\d{4})", 1).cast(pl.Int64, strict=False) - 1
    renamed = pl.lit("FY") + earlier_year.cast(pl.String) + pl.col("fiscal_period").str.slice(6)
    yearly = pl.col("compared_hint").is_null() | (pl.col("compared_hint") != "previous_period")
    quarter = pl.col("fiscal_period").str.extract(r"^FY\d{4}Q([1-4])$", 1).cast(pl.Int64, strict=False) - 1
    within = pl.col("fiscal_period").str.slice(0, 7) + quarter.cast(pl.String)
    quarter_before = pl.when(quarter == 0).then(renamed.str.replace("Q1$", "Q4")).otherwise(within)
    before = {
        "period_type": pl.col("period_type"),
        "period_start": pl.col("period_start").dt.offset_by(back),
        "period_end": pl.when(month_end).then(earlier_end.dt.month_end()).otherwise(earlier_end),
        "fiscal_period": pl.when(yearly).then(renamed).otherwise(quarter_before),
    }
    dated = rows.with_columns(
        pl.when(is_comparative & has_own).then(f"{c}_own").when(is_comparative).then(before[c]).otherwise(c).alias(c)
        for c in _DATED
    )
    # "…, when it had come to 664 million, up 355 % in a year": the growth of the level right before it
    alike = ["sid", "metric", "period_role"]
    level = (pl.col("measure") == "level").shift(1).over(alike, order_by="number").fill_null(value=False)
    next_to = (pl.col("number") - pl.col("number").shift(1).over(alike, order_by="number") == 1).fill_null(value=False)
    growth = is_comparative & ~has_own.fill_null(value=False) & (pl.col("measure") == "change") & level & next_to
    return dated.with_columns(
        pl.when(growth).then(pl.col(c).shift(1).over(alike, order_by="number")).otherwise(c).alias(c) for c in _DATED
    ).drop(*[f"{c}_own" for c in _DATED])


def _as_instant(dated: pl.DataFrame) -> pl.DataFrame:
    """A balance or count is dated at the end of its period; customers won in a period keep the period.

    What the market pays for the company is as of the article.
    """
    quoted = pl.col("metric") == "market_capitalization"
    at_date = pl.col("instant") & (pl.col("segment").is_null() | (pl.col("segment") != "new"))
    return dated.with_columns(
        period_type=pl.when(at_date).then(pl.lit("instant")).otherwise("period_type"),
        period_start=pl.when(at_date).then("period_end").otherwise("period_start"),
    ).with_columns(
        *[pl.when(quoted).then(_today()).otherwise(c).alias(c) for c in ("period_start", "period_end")],
        fiscal_period=pl.when(~quoted).then("fiscal_period"),
    )
