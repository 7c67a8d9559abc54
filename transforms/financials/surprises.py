"""By how much an expectation was beaten, missed or revised: no figure of the business.

Each function takes rows (numbers with their metric word) and answers with a column in their order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import lexicon
from transforms.financials.context import REACH_NEXT, Context, among, marked, of_numbers

_REACH_REVISED: Final = 12
"""How far behind a percentage the verb stands by which an outlook was raised or cut, where verbs stand last."""
_REACH_NAMED: Final = 46
"""How far from a percentage the outlook stands that was moved by it, in code points."""
REACH_BEATEN: Final = 40
REACH_TOPPED: Final = 10
_REACH_FORESEEN: Final = 24
"""How far behind a percentage that will not be reached the word for the outlook stands, in code points."""
_REACH_LESS: Final = 45
"""How far behind an amount, of which "less" is said, those stand who had expected it: "15 million less than analysts"."""


def surprises(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a percentage says by how much an expectation was beaten or missed: "3 % above the consensus"."""
    changes = rows.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent"))
    beats = context.with_cues(changes, context.cues("beat"))
    by = changes.filter(marked(changes, context, "by"))
    moved = context.with_cues(by, context.cues("direction", "up", "down"))
    grown = moved.filter(pl.col("same_clause") & pl.col("ahead_of"))["number"]  # "выросла на 40%, превысив ожидания"
    # "o 11 proc. więcej, niż oczekiwał rynek"
    stepped = of_numbers(by["number"]) & ~of_numbers(grown) & (pl.col("cue_between") == 0)
    # But "grew 12 %, above what the market expected" tells of growth.
    near = (pl.col("same_clause") | stepped) & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= REACH_TOPPED)
    beaten = beats.filter(near & ~pl.col("ahead_of"))["number"]
    alone = pl.col("same_clause") & (pl.col("cue_between") == 0)
    passed = context.with_cues(by, context.cues("beat")).filter(alone)
    beaten_by = passed.filter(~_led_on(passed, context))["number"]
    hopes = context.cues("basis", "none", "consensus", "guidance", "prior_guidance")  # "10 % above the firm's own estimates"
    expected = context.with_cues(changes, hopes).filter(
        (pl.col("same_clause") | pl.col("ahead_of") | stepped) & (pl.col("cue_gap") <= REACH_BEATEN)
    )["number"]
    by_so_much = _by_so_much(rows, changes, context)
    expected, beaten_by = pl.concat([expected, by_so_much]), pl.concat([beaten_by, by_so_much])
    more = rows.filter(pl.col("figure_class").is_in(["money", "count"]))
    steps = changes.filter(~context.scanned.setting("verb_final", changes))
    theirs = context.cues("basis", "none", "consensus", "prior_guidance")
    unexpected = pl.concat([_more_than(more, hopes, context), _more_than(steps, theirs, context)])
    # "2 miljoner fler än väntat"
    stepped_by = pl.concat([unexpected, _beaten_by(more, context)])
    told = (among(rows, pl.concat([beaten, beaten_by])) & among(rows, expected)) | among(rows, stepped_by)
    return told & ~among(rows, _objects_of_beating(changes, context))


def _led_on(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the figure moved by the number behind its beat: "topped the estimates and rose by 12 %"."""
    ways = context.cues("direction", "up", "down").select("sid", way_start="cue_start", way_end="cue_end")
    led = pairs.with_row_index("pair_").filter("ahead_of").join(ways, on="sid", how="inner", maintain_order="left")
    led = led.filter((pl.col("way_start") >= pl.col("cue_end")) & (pl.col("way_end") <= pl.col("start")))
    led = led.filter(context.joined(led.with_columns(cue_start="way_start")))
    return pl.int_range(pairs.height, eager=True).is_in(led["pair_"].implode())


def _objects_of_beating(changes: pl.DataFrame, context: Context) -> pl.Series:
    """Percentages that are what was beaten or missed, where verbs stand last: "市場予想の10.5%増を下回った"."""
    beats = beaten_objects(changes, context)
    hopes = context.with_cues(beats, context.cues("basis", "consensus", "guidance", "prior_guidance"))
    hopes = hopes.filter(pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= REACH_TOPPED))
    return pl.concat([hopes["number"], not_to_be_reached(beats, context)]).unique()


def beaten_objects(changes: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Percentages, where verbs stand last, that the verb of beating or missing behind them has as its object."""
    last = changes.filter(context.scanned.setting("verb_final", changes))
    beats = context.with_cues(last, context.cues("beat"))
    beats = beats.filter(~pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    beats = beats.filter(pl.col("cue_gap") <= REACH_TOPPED)
    # The particle before a verb of beating or missing says what was beaten or missed.
    marks = rf"(?:{lexicon.alternatives('beaten_marks')}) ?$"
    beats = beats.filter(context.scanned.tape.slice("end", "cue_start", beats).str.contains(marks).fill_null(value=False))
    return changes.filter(of_numbers(beats["number"]))


def not_to_be_reached(objects: pl.DataFrame, context: Context) -> pl.Series:
    """Those of which it is foreseen that they will not be reached: "10%에도 미치지 못할 것으로 전망했다"."""
    foreseen = context.with_cues(objects, context.cues("basis", "guidance"))
    own = ~pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0)
    return foreseen.filter(own & (pl.col("cue_gap") <= _REACH_FORESEEN))["number"]


def revisions(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a percentage says by how much an outlook was raised or cut: "raised its revenue forecast by more than 30 %".

    Where verbs stand last the verb stands right behind it. One at which a word for growth stands is growth.
    """
    percent = (pl.col("measure") == "change") & (pl.col("figure_class") == "percent")
    asked = rows.filter(percent & pl.col("value_high").is_null())
    # "Elevó su previsión en más de un 30 %": what is no goal is a step, where it says more than how much.
    weighed = pl.col("comparator").is_in(["over", "approx", "under"]) & ~marked(asked, context, "to")
    stepped = of_numbers(asked.filter(marked(asked, context, "by") | weighed)["number"])
    alone = pl.col("same_clause") & (pl.col("cue_between") == 0)
    turned = ("outlook_raised", "outlook_cut")  # the verb and the outlook as one
    turns = context.with_cues(asked, context.cues("market", "raise", "cut", *turned)).filter(alone)
    behind = ~pl.col("ahead_of") & (pl.col("cue_gap") <= _REACH_REVISED)
    revised = turns.filter(pl.when(context.scanned.setting("verb_final", turns)).then(behind).otherwise(stepped))
    named = context.with_cues(asked, context.cues("market", "outlook", *turned))
    named = named.filter(alone & (pl.col("cue_gap") <= _REACH_NAMED))
    moves = context.with_cues(asked, context.cues("direction", "up", "down")).filter(alone)
    compares = (pl.col("cue_start") >= pl.col("comparator_start")) & (pl.col("cue_end") <= pl.col("start"))
    moves = moves.filter(~compares.fill_null(value=False))  # the "more" of "more than 30 %"
    same = moves.join(turns.select("number", turn="cue_start", turn_end="cue_end"), on="number", maintain_order="left")
    same = same.filter((pl.col("cue_start") < pl.col("turn_end")) & (pl.col("cue_end") > pl.col("turn")))
    grown = moves.join(same.select("number", "cue_start"), on=["number", "cue_start"], how="anti", maintain_order="left")
    told = asked.filter(of_numbers(revised["number"]), of_numbers(named["number"]), ~of_numbers(grown["number"]))
    return among(rows, told["number"])


def _more_than(rows: pl.DataFrame, hopes: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers with "more" or "less" right behind, and then an expectation: "$2 million above the high end of our guidance"."""
    than = context.with_cues(rows, context.cues("difference", "than"))
    than = than.filter(~pl.col("ahead_of") & pl.col("cue_gap").is_between(0, 1))
    expected = context.with_cues(than.select(rows.columns), hopes)
    return expected.filter(~pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_LESS))["number"]


def _by_so_much(rows: pl.DataFrame, changes: pl.DataFrame, context: Context) -> pl.Series:
    """Percentages right behind an expectation that an amount before it beat: "584 millones superaron el consenso en un 4 %"."""
    pairs = context.with_cues(changes, context.cues("basis", "consensus"))
    pairs = pairs.filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= REACH_TOPPED)
    )
    beats = context.cues("beat").select("sid", beat_start="cue_start", beat_end="cue_end")
    pairs = pairs.join(beats, on="sid", how="inner", maintain_order="left")
    pairs = pairs.filter((pl.col("cue_start") - pl.col("beat_end")).is_between(0, REACH_BEATEN))
    amounts = rows.filter((pl.col("measure") == "level") & (pl.col("figure_class") == "money"))
    pairs = pairs.join(amounts.select("sid", amount="end"), on="sid", how="inner", maintain_order="left")
    return pairs.filter(pl.col("amount") <= pl.col("beat_start"))["number"].unique()


def _beaten_by(amounts: pl.DataFrame, context: Context) -> pl.Series:
    """Amounts by which an expectation was beaten or missed, where the verb comes last: "従来予想を20億円下回る"."""
    last = amounts.filter(context.scanned.setting("verb_final", amounts))
    last = last.filter(~marked(last, context, "object") & ~marked(last, context, "to"))
    moves = context.cues("market", "raise", "cut")  # "従来予想から600億円引き上げた"
    beats = context.with_cues(last, pl.concat([context.cues("beat"), moves]))
    beats = beats.filter(~pl.col("ahead_of") & pl.col("cue_gap").is_between(0, 1))
    beats = beats.filter(context.scanned.tape.slice("end", "cue_start", beats).str.strip_chars() == "")
    expected = context.with_cues(last, context.cues("basis", "guidance", "prior_guidance", "consensus"))
    expected = expected.filter(pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= REACH_NEXT))
    return beats.filter(of_numbers(expected["number"]))["number"]


def surprises_in_brackets() -> pl.Expr:
    """Whether a bracket behind an expectation tells how far it was beaten: "the consensus of 32.5 billion (+1.7 %)"."""
    change = (pl.col("measure") == "change") & (pl.col("figure_class") == "percent")
    gap = pl.col("start") - pl.col("end").shift(1).over("sid", order_by="number")
    expected = pl.col("basis").shift(1).over("sid", order_by="number") == "consensus"
    return (pl.col("bracketed") & pl.col("opens") & change & gap.is_between(0, REACH_NEXT) & expected).fill_null(value=False)
