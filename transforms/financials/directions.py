"""Up or down: which way a figure moved, by its verb, its noun or what was expected of it.

Each function takes rows (numbers with their metric word) and answers with a column in their order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.financials.context import LONGEST_MARK, REACH_BY, Context, among, marked, of_numbers
from transforms.financials.expectations import REACH_OWN
from transforms.financials.measures import dashed

_REACH_DIRECTION: Final = 60
_REACH_LOST: Final = 40
"""How far from a number the word stands that says it was lost, in code points: a period or the subject lies between."""
_REACH_FURTHER: Final = 14
"""How far behind a word for losing a number stands that only "a further" or "nog eens" parts from it, in code points."""
_REACH_LISTED: Final = 2
"""How near the next number of a list stands, in code points."""
_REACH_OUTLOOK: Final = 40
"""How far before a percentage an outlook stands that a verb behind it moves, in code points."""
_REACH_LEFT: Final = 8
"""How far behind a number that an outlook left the one stands to which it went, in code points."""
_REACH_FORETOLD: Final = 8
"""How far a word for an outlook stands from "revenue", with a preposition between, in code points."""
_REACH_GROWN: Final = 12
"""How near a percentage the year stands that it is measured against, in code points."""


def direction(rows: pl.DataFrame, context: Context) -> pl.Series:
    """1 for up, -1 for down, null where nothing says it: the nearest cue in the clause, else in the sentence close by."""
    pairs = context.with_cues(rows, _moves(context))
    at_word = (pl.col("word_start") - pl.col("cue_end")).is_between(0, 1) | (
        pl.col("cue_start") - pl.col("word_end")
    ).is_between(0, 1)
    at_word |= (pl.col("cue_start") >= pl.col("word_start")) & (pl.col("cue_end") <= pl.col("word_end"))  # "organic growth"
    of_word = at_word & (pl.col("word_sid") == pl.col("sid"))  # "it raised its forecast of revenue growth: it now expects 20 %"
    alone = pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_DIRECTION)
    stepped = alone & pl.col("number").is_in(rows.filter(marked(rows, context, "by"))["number"].implode())
    near = pl.col("same_clause") | (pl.col("cue_gap") <= _REACH_DIRECTION / 2) | of_word | stepped
    near |= alone & pl.col("bracketed") & pl.col("opens")
    pairs = pairs.filter(near & (pl.col("cue_between") <= 2))
    late = context.scanned.setting("verb_final", pairs) & pl.col("ahead_of")  # "…증가했으나 직전 분기보다는 11%, 8% 감소했다"
    weighed = pl.col("cue_gap").clip(0, None) + 25 * pl.col("cue_between") + 40 * (~pl.col("same_clause")).cast(pl.Int64)
    weighed += 25 * late.cast(pl.Int64)
    # "growth of revenue by 9 % and a decline in profit by 3 %": a word before the next number is that one's.
    theirs = ~pl.col("ahead_of") & (pl.col("cue_gap") > 1) & pl.lit(context.followed(pairs, REACH_OWN))
    weighed += 40 * (theirs & ~context.scanned.setting("verb_final", pairs)).cast(pl.Int64)
    # "growth in emerging markets (close to 9 %) and a decline": what brackets explain stands before them.
    weighed += 60 * (pl.col("bracketed") & pl.col("opens") & ~pl.col("ahead_of")).cast(pl.Int64)
    nearest = pairs.sort("number", weighed, "cue_start", maintain_order=True).unique(
        "number", keep="first", maintain_order=True
    )
    # "Cut its revenue guidance to 1 to 3 % from 4 %": the guidance falls, not the revenue.
    up = (pl.col("code") == "up") | (_of_outlooks(nearest, context) & of_numbers(_ends_of_moves(rows, context)))
    signs = nearest.select("number", cue=pl.when(up).then(1).otherwise(-1).cast(pl.Int8))
    signed = rows.with_columns(minus=(pl.col("sign") < 0) & ~dashed(rows, context))
    signed = signed.join(signs, on="number", how="left", maintain_order="left")
    # "직전 분기보다는 11%, 8% 감소했다": what moved stands behind the last of a list.
    following = (pl.col("start").shift(-1) - pl.col("end") <= _REACH_LISTED) & (pl.col("unit").shift(-1) == pl.col("unit"))
    listed = following & (pl.col("figure_class") == "percent") & context.scanned.setting("verb_final", rows)
    listed = listed.fill_null(value=False)
    return signed.with_columns(cue=pl.when(listed).then(pl.coalesce(pl.col("cue").shift(-1), "cue")).otherwise("cue")).select(
        pl.when("minus").then(pl.lit(-1, pl.Int8)).when(pl.col("sign") > 0).then(pl.lit(1, pl.Int8)).otherwise("cue")
    ).to_series()  # fmt: skip


def expected_way(rows: pl.DataFrame, context: Context) -> pl.Series:
    """1 or -1 for growth that was expected, set beside the growth that came: "grew 6 %, below the 9 % analysts expected".

    Null where there is none. A word that only says the expectation to be beaten or missed tells nothing of its way, which
    is that of the growth it is held against, unless a word for a move stands right at it ("analysts expected a 2 % fall").
    `rows` have `way` and `basis`.
    """
    change = (pl.col("measure") == "change") & (pl.col("figure_class") == "percent")
    alike = ["sid", "metric"]
    before = {c: pl.col(c).shift(1).over(alike, order_by="number") for c in ("way", "basis", "number", "figure_class")}
    set_beside = change & (pl.col("basis") == "consensus") & (before["figure_class"] == "percent") & before["way"].is_not_null()
    set_beside &= (before["basis"] != "consensus") & (pl.col("number") - before["number"] == 1) & (pl.col("sign") == 0)
    asked = rows.select("number", "sid", "cid", "start", "end", way=pl.when(set_beside).then(before["way"])).drop_nulls("way")
    beats = context.cues("beat").select("sid", beat="cue_start", beat_end="cue_end")
    moves = context.cues("direction", "up", "down")
    comparing = moves.join(beats, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("cue_start") < pl.col("beat_end")) & (pl.col("cue_end") > pl.col("beat"))
    )
    moves = moves.join(comparing, on=["cue_start", "cue_end"], how="anti", maintain_order="left")
    own = context.with_cues(asked, moves)
    own = own.filter(pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_GROWN))
    own = own.sort("number", "cue_gap", maintain_order=True).unique("number", keep="first", maintain_order=True)
    told = own.select("number", _own=pl.when(pl.col("code") == "up").then(1).otherwise(-1).cast(pl.Int8))
    ways = asked.join(told, on="number", how="left", maintain_order="left").select("number", _way=pl.coalesce("_own", "way"))
    return rows.join(ways, on="number", how="left", maintain_order="left")["_way"]


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


def grown(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a percentage that no word says to be a rise or a fall is measured against a year ago: then it rose.

    Writers find ever new verbs for rising: "revenue zipped 54 % year on year".
    """
    asked = rows.filter(
        pl.col("way").is_null() & (pl.col("figure_class") == "percent") & (pl.col("measure") == "change")
        & (pl.col("strength") == "metric") & (pl.col("basis") == "actual") & (pl.col("word_end") <= pl.col("start"))
        & pl.col("metric_kind").is_in(["money", "share"])
    )  # fmt: skip
    near = context.with_cues(asked, context.cues("ago")).filter(
        pl.col("same_clause")
        & (pl.col("cue_between") == 0)
        & (pl.col("cue_gap") <= _REACH_GROWN)
        & (pl.col("cue_start") >= pl.col("word_end"))  # "4.6 % of last year's revenue" in languages that begin with the year
    )
    near = near.join(context.cues("level").select("sid"), on="sid", how="anti")  # "reached 70 % of last year's level"
    beats = context.with_cues(asked, pl.concat([context.cues("beat"), context.cues("basis")]))
    return among(rows, near["number"]) & ~among(rows, beats.filter("same_clause")["number"])


def foretold(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether an outlook of revenue is said to be at or moved to a percentage: "kept its revenue guidance at 4 to 7 %".

    It is of growth, whatever happens to the outlook.
    """
    asked = rows.filter(
        (pl.col("way").is_null() & (pl.col("figure_class") == "percent") & (pl.col("measure") == "change"))
        & ((pl.col("metric") == "revenue") & (pl.col("strength") == "metric") & (pl.col("word_end") <= pl.col("start")))
        & (pl.col("basis").is_in(["guidance", "prior_guidance"]) & (pl.col("word_sid") == pl.col("sid")))
    )
    outlooks = context.cues("market", "outlook").select("sid", outlook_start="cue_start", outlook_end="cue_end")
    told = asked.join(outlooks, on="sid", how="inner", maintain_order="left")
    apart = pl.max_horizontal(pl.col("word_start") - pl.col("outlook_end"), pl.col("outlook_start") - pl.col("word_end"))
    told = told.filter((apart <= _REACH_FORETOLD) & (pl.col("outlook_end") <= pl.col("start")))
    return among(rows, told["number"]) & among(rows, _ends_of_moves(rows, context))


def _of_outlooks(nearest: pl.DataFrame, context: Context) -> pl.Expr:
    """Whether the word of direction of a percentage moves an outlook, which stands between them, or before the percentage."""
    outlooks = context.cues("market", "outlook")
    behind = context.between(nearest, outlooks, "cue_end", "start") & nearest["ahead_of"]
    placed = nearest.with_columns(first=pl.col("start") - _REACH_OUTLOOK)
    last = context.between(placed, outlooks, "first", "start") & ~nearest["ahead_of"]
    last &= context.scanned.setting("verb_final", nearest)
    return pl.lit(behind | last) & (pl.col("figure_class") == "percent")


def _ends_of_moves(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers that something moved to or from: "to 3 %", "from 5 %", and the 5 of "del 5 % al 3 %"."""
    placed = rows.with_columns(to=marked(rows, context, "to"), left=marked(rows, context, "from"))
    near = pl.col("start").shift(-1).over("sid", order_by="number") - pl.col("end") <= _REACH_LEFT
    following = pl.col("to").shift(-1).over("sid", order_by="number") & near
    return placed.filter(pl.col("to") | pl.col("left") | following.fill_null(value=False))["number"]


def increased(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a noun of a move stands right before an amount: "an increase of 281,000 last year" is none of that year."""
    nouns = context.cues("mark", "by").filter(pl.col("cue_end") - pl.col("cue_start") > LONGEST_MARK)
    pairs = context.with_cues(rows.filter(pl.col("figure_class").is_in(["money", "count"])), nouns)
    return among(rows, pairs.filter(pl.col("ahead_of") & pl.col("cue_gap").is_between(0, REACH_BY))["number"])


def difference(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether an amount is a difference: "more" or "less" stands right after it ("30 million less than a year ago")."""
    amounts = rows.filter(pl.col("figure_class").is_in(["money", "count"]))
    amounts = amounts.filter(~marked(amounts, context, "than"))  # "작년 120억원보다 줄었다"
    pairs = context.with_cues(amounts, context.cues("difference", "than"))
    return among(rows, pairs.filter(~pl.col("ahead_of") & pl.col("cue_gap").is_between(0, 1))["number"])


def difference_way(rows: pl.DataFrame, context: Context) -> pl.Series:
    """1 or -1 where the word right after a number says which way it differs: "30 million less than a year ago", "9 % more"."""
    amounts = rows.filter(pl.col("figure_class").is_in(["money", "count", "percent"]))
    pairs = context.with_cues(amounts, context.cues("difference_way"))
    near = pairs.filter(~pl.col("ahead_of") & pl.col("cue_gap").is_between(0, 1))
    near = near.unique("number", keep="first", maintain_order=True)
    ways = near.select("number", told=pl.when(pl.col("code") == "up").then(1).otherwise(-1).cast(pl.Int8))
    return rows.join(ways, on="number", how="left", maintain_order="left")["told"]


def lost(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a number was lost: "lost 20,000 customers", "verlor im ersten Quartal 20.000 Kunden", "20 bin abone kaybetti".

    Between a verb and what was lost a period or "a further" may stand, and the subject where the verb comes first;
    `lost_behind` are words that stand behind it, in the same clause.
    """
    named = marked(rows, context, "lost")
    counts = rows.filter(pl.col("figure_class").is_in(["money", "count"]))
    moves = context.cues("direction", "up")
    ahead = context.with_cues(counts, context.cues("mark", "lost"))
    ahead = ahead.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    ahead = ahead.filter(pl.col("cue_gap") <= _REACH_LOST)
    dates = context.scanned.periods.select("sid", cue_start="start", cue_end="end")
    dated = context.between(ahead.select("sid", "cue_end", "start"), dates, "cue_end", "start")
    valued = (pl.col("word_start") >= pl.col("cue_end")) & (pl.col("word_end") <= pl.col("start"))  # "kehilangan nilai pasar"
    further = pl.col("cue_gap") <= _REACH_FURTHER
    ahead = ahead.filter(dated | valued | further | context.scanned.setting("verb_first", ahead))
    ahead = ahead.filter(~context.between(ahead, moves, "cue_end", "start"))
    behind = context.with_cues(counts, context.cues("mark", "lost_behind"))
    behind = behind.filter(~pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    behind = behind.filter(pl.col("cue_gap") <= _REACH_LOST)
    behind = behind.filter(~context.between(behind, moves, "end", "cue_start"))
    return named | among(rows, pl.concat([ahead["number"], behind["number"]]))
