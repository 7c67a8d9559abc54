"""What else the words around a number say of it: adjusted, negative, a part of something, a yardstick.

Each function takes rows (numbers with their metric word) and answers with a column in their order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import lexicon
from transforms.financials import rules
from transforms.financials.context import REACH_BY, Context, among, marked, of_numbers
from transforms.financials.expectations import REACH_OWN, REACH_SET

_REACH_TIMES: Final = 4
_REACH_TWIN: Final = 2
_REACH_TAGGED: Final = 24
"""How far before a bracket the number begins that it is said of, in code points: "$1.03 a share (adjusted)"."""
_REACH_TAG: Final = 16
"""How far behind an amount a share "adjusted" stands that is said of it, in code points: "a share" lies between."""
_REACH_TOUCHING: Final = 4
"""How far from a number "GAAP" touches it, in code points: a preposition lies between."""
_REACH_LEVERAGE: Final = 16
_REACH_FRACTION: Final = 25
_REACH_PART: Final = 16
_REACH_MORE: Final = 9
"""How far behind a percentage the word ends that says whether it is more or less, in code points."""
_PARTICLE: Final = 2
"""How far before the word for beating a particle stands that counts as one with it: "を上回", "를 넘어섰", in code points."""
_REACH_YARDSTICK: Final = 16
_REACH_NEXT_WORD: Final = 25


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
    near = context.with_cues(rows, context.cues("basis", "guidance", "consensus", "prior_guidance", "none", "expected"))
    # "twice as many as expected", but "as expected, revenue doubled"
    near = near.filter(~pl.col("ahead_of") | ~pl.col("code").is_in(["none", "expected"]))
    expected = near.filter(pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_YARDSTICK))
    return following["yard"] | among(rows, expected["number"])


def negative(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a word says that an amount is below zero: "free cash flow was negative at 23 million", "37 miljoen negatief"."""
    pairs = context.with_cues(rows, context.cues("mark", "negative"))
    behind_word = pl.col("ahead_of") & (pl.col("cue_start") > pl.col("word_end")) & (pl.col("cue_gap") <= REACH_SET + REACH_BY)
    told = pl.col("same_clause") & (pl.col("cue_between") == 0)
    right_after = ~pl.col("ahead_of") & (pl.col("cue_gap") <= REACH_BY)
    return among(rows, pairs.filter(told & (behind_word | right_after))["number"])


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
    by_half = text.str.to_lowercase().str.contains(rf"^(?:{lexicon.alternatives('by_so_much')}) ").fill_null(value=False)
    half = (pl.col("figure_class") == "multiple") & (pl.col("value") == pl.lit("0.5").cast(rows.schema["value"]))
    return rows.select((pl.lit(by_half) & half & (pl.col("way") > 0)).fill_null(value=False)).to_series()


def surpassed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the word that seems to compare a number only says that it was beaten: "above the 79 cents expected".

    So it does of a figure of an earlier period: "前期の14億円を上回った".
    """
    beaten = (pl.col("basis") == "consensus") | (pl.col("period_role") == "comparative")
    compared = rows.filter(beaten & pl.col("comparator").is_in(["over", "under"]))
    beats = context.cues("beat").select("sid", beat="cue_start", beat_end="cue_end")
    within = compared.join(beats, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("comparator_start") >= pl.col("beat") - _PARTICLE) & (pl.col("comparator_start") < pl.col("beat_end"))
    )  # "bem acima do US$ 0,99 projetado": the word for beating may begin before the one that compares
    # "6.1 % lower than 2.87 billion": of how much more or less it is, another number tells.
    moves = context.figures.filter(pl.col("figure_class").is_in(["percent", "multiple"])).select("sid", _step="end")
    steps = rows.filter(pl.col("comparator").is_in(["over", "under"]) & pl.col("comparator_start").is_not_null())
    steps = steps.join(moves, on="sid", how="inner", maintain_order="left")
    behind = (pl.col("comparator_start") - pl.col("_step")).is_between(0, 1) & (pl.col("_step") <= pl.col("start"))
    steps = steps.filter(behind)
    return among(rows, pl.concat([within["number"], steps["number"]]))


def shrunk(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a multiple says how many times less: "упала в 7 раз" is a seventh."""
    multiples = rows.filter((pl.col("figure_class") == "multiple") & (pl.col("value") > 1))
    falls = context.with_cues(multiples, context.cues("direction", "down"))
    right_before = pl.col("cue_gap").is_between(0, _REACH_TIMES)
    # "сократила убыток в 2,6 раза"
    around = (pl.col("word_start") - pl.col("cue_end")).is_between(0, _REACH_TWIN)
    around &= (pl.col("start") - pl.col("word_end")).is_between(0, _REACH_TIMES)
    return among(rows, falls.filter(pl.col("ahead_of") & pl.col("same_clause") & (right_before | around))["number"])


def still(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a fraction has no word for a move close by: then it is a part of something ("half of revenue")."""
    fractions = rows.filter(pl.col("kind") == "fraction")
    moves = context.with_cues(fractions, context.cues("direction", "up", "down"))
    by = of_numbers(fractions.filter(marked(fractions, context, "by"))["number"])  # "sackte der Umsatz … um ein Fünftel ab"
    moving = moves.filter(((pl.col("cue_gap") <= _REACH_FRACTION) | by) & pl.col("same_clause"))["number"]
    return rows.select((pl.col("kind") == "fraction") & ~pl.col("number").is_in(moving.unique().implode())).to_series()


def part_of(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a percentage is a part of a whole ("accounts for 15 %"), not a change."""
    pairs = context.with_cues(rows.filter(pl.col("measure") == "change"), context.cues("part"))
    close = pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_PART)
    # "Which represents 13 % more": what says more or less stands before the number or right behind it.
    pairs = pairs.with_columns(said=pl.col("end") + _REACH_MORE)
    moving = context.between(pairs, context.cues("direction", "up", "down"), "cue_end", "said")
    of_next = ~pl.col("ahead_of") & context.followed(pairs, REACH_OWN)  # "grew by 18 % and made up 31 % of sales"
    return among(rows, pl.concat([pairs.filter(close & ~moving & ~of_next)["number"], _of_earlier_parts(rows, context)]))


def _of_earlier_parts(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Percentages that another one before them is compared with that is no row, so a part: "54 % of sales, up from 49 %"."""
    percents = context.figures.filter(pl.col("figure_class") == "percent").select("sid", number=pl.col("number") + 1)
    parts = percents.join(rows.select("sid", pl.col("number") + 1), on=["sid", "number"], how="anti", maintain_order="left")
    left = rows.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent"))
    left = left.filter(marked(left, context, "from")).join(parts, on=["sid", "number"], how="semi", maintain_order="left")
    return left["number"]


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
    tag = pl.when("per_share").then(_REACH_TAG).otherwise(_REACH_TWIN)  # "52 cents a share, adjusted"
    tagged = (pl.col("cue_start") - pl.col("last")).is_between(0, tag)
    free_behind = (rank("last") == rank("cue_start")) & ((pl.col("cue_cid") == pl.col("cid")) | tagged)
    named = context.cues("metric").filter(~pl.col("code").is_in(["none", "hidden"]))
    metric_words = named.sort("cue_start", maintain_order=True)
    # "Adjusted earnings per share (EPS) of 99 cents", "earnings (EBIT) before special items": the same twice is no other.
    twice = (pl.col("code") == pl.col("code").shift(-1)) & (pl.col("cue_start").shift(-1) - pl.col("cue_end") <= _REACH_TWIN)
    again = twice.shift(1).fill_null(value=False)
    pairs = pairs.with_columns(
        other_ahead=context.between(pairs, metric_words.filter(~twice.fill_null(value=False)), "cue_end", "first"),
        other_behind=context.between(pairs, metric_words, "last", "cue_end"),
        next_reach=pl.col("cue_end") + _REACH_NEXT_WORD,
    )
    pairs = pairs.with_columns(
        other_follows=context.between(pairs, metric_words.with_columns(cue_end="cue_start"), "cue_end", "next_reach"),
        other_inside=context.between(pairs, metric_words.filter(~again), "word_end", "cue_start")
        & (pl.col("word_start") < pl.col("start")),
        heads=_heads(pairs, context),
    )
    # "1.03 dollars a share (excluding one-time items) on revenue of 1.07 billion": a bracket is said of what stands before it.
    before = context.scanned.tape.slice(pl.max_horizontal(pl.col("cue_start") - 1, pl.lit(0)), "cue_start", pairs)
    opened = pl.lit(before.is_in(["(", "（"]).fill_null(value=False))
    pairs = pairs.with_columns(tag_reach=pl.col("cue_start") - _REACH_TAGGED)
    opened &= rank("cue_start") > rank("tag_reach")
    said = (
        (inside & ~pl.col("other_inside"))
        | (ahead & free_ahead & ~pl.col("other_ahead") & ~opened)
        | (behind & free_behind & ~pl.col("other_behind") & (~pl.col("other_follows") | opened))
        | pl.col("heads")
    )
    # "0.15 dollars GAAP and 1.05 dollars non-GAAP": of several the one right at the number is its own.
    ahead_gap, behind_gap = pl.col("start") - pl.col("cue_end"), pl.col("cue_start") - pl.col("end")
    touching = pl.when(ahead_gap >= 0).then(ahead_gap).when(behind_gap.is_between(0, _REACH_TWIN)).then(behind_gap)
    apart = pl.min_horizontal(touching, pl.lit(_REACH_TOUCHING + 1))
    found = pairs.filter(said).sort("line", apart, "cue_start", maintain_order=True)
    found = found.unique("line", keep="first", maintain_order=True)
    return reached.join(found.select("line", "code"), on="line", how="left", maintain_order="left")["code"]


def _heads(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a cue stands in a clause that heads the sentence, without metric or number: "On an adjusted basis, …"."""
    first = context.scanned.clauses.filter(pl.col("clause") == 0)["cid"]
    named = context.cues("metric").filter(pl.col("code") != "none")["cue_cid"]
    spoken = pl.concat([named, context.figures["cid"]]).drop_nulls().unique()
    heading = pl.col("cue_cid").is_in(first.implode()) & ~pl.col("cue_cid").is_in(spoken.implode())
    return pairs.select(heading & (pl.col("cue_cid") != pl.col("cid"))).to_series()
