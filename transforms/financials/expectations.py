"""Whose expectation a number is, by the words around it: the company's, analysts', or nobody's.

Each function takes rows (numbers with their metric word) and answers with a column in their order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.companies import main_company
from transforms.financials.context import REACH_NEXT, Context, among, marked, of_numbers, relative_clauses
from transforms.financials.headed import under_outlooks
from transforms.financials.surprises import REACH_BEATEN, REACH_TOPPED, beaten_objects, not_to_be_reached

_REACH_CONSENSUS: Final = 90
_REACH_AFTER: Final = 60
REACH_OWN: Final = 30
_REACH_BEAT: Final = 3
REACH_SET: Final = 20
_REACH_VERSUS: Final = 6
_REACH_PASSED: Final = 18
"""How far behind an expectation the verb of its clause ends that says it to be beaten, where verbs stand last."""
REACH_AGAINST: Final = 18
_REACH_ESTIMATE: Final = 20
_REACH_BRACKET: Final = 2
"""How far behind a word for an expectation the number that it tells stands in brackets, in code points."""
_REACHED: Final = r"^,? \p{L}{1,6} (?:\p{L}{3} )?[^\p{L}\d]{0,3}$"
"""What stands between an expectation that was met or beaten and the number that did it: ", at ", " hasta los "."""
_REACH_KEPT: Final = 60
"""How near a number stands a verb that says that an outlook stays as it was, in code points."""
_REACH_RELATIVE: Final = 28
_REACH_SELF: Final = 52
"""How far before a number the word stands that says it to be the company's own expectation, in code points."""
_REACH_HOPED: Final = 40
"""How far behind the verb that tells what a company had expected the number stands, in code points."""
_REACH_ADDED: Final = 24
"""How far before "its own forecast" the "but also" begins that sets it beside what others expected, in code points."""
_REACH_JOINED: Final = 50
"""How far behind an expectation the one stands that an "and" joins to it, in code points."""
_REACH_BANK: Final = 24
"""How far behind a bank the verb stands that says what it expects, in code points."""
_OPENING: Final = 12
"""How far behind the beginning of a clause the word ends that begins it with what is over: "Na een omzetgroei van 35 %"."""
_LISTED: Final = 2
"""How many times as much as what came an expectation right behind it is at most."""
_ENDS: Final = "[)）]"
"""What ends a list of amounts that were expected: "(consensus: 88 cents) on sales of 1.1 billion"."""
_LONGEST_BRACKET: Final = 60
_BRACKET_BETWEEN: Final = r"^(?: ?\([^()]{1,40})?\)[^,;:.()]{0,20}$"
"""What stands between a number, or one in the bracket behind it, and the cue that ends their clause, and the longest such."""
_COMMA: Final = r"[,،] (?:\p{Ll}{1,3} )?$"
"""What stands before a word of direction that begins a remark: ", up 12 %", ", in crescita del 12 %"."""


def basis(rows: pl.DataFrame, context: Context) -> pl.Series:
    """actual, guidance, prior_guidance or consensus, by the cues of the sentence."""
    consensus = _consensus(rows, context)
    guided, theirs = _guided(rows, context)
    consensus |= theirs | (guided & _brokers(rows, context)) | _bank_expected(rows, context)
    consensus |= guided & _gone_on(rows, consensus, context)
    foretold, foreseen = _their_own(rows, context)
    consensus &= ~(foretold | foreseen)
    bygone = _bygone(rows, consensus, guided, context)
    consensus &= ~bygone
    guided |= foreseen | among(rows, under_outlooks(rows, context)["number"])
    guided &= ~_staff_aside(rows, context)
    changes = rows.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent"))
    guided |= among(rows, not_to_be_reached(beaten_objects(changes, context), context))
    replaced = _replaced(rows, context) | foretold | bygone
    return rows.select(
        pl.when(consensus).then(pl.lit("consensus"))
        .when(replaced & _kept(rows, context)).then(pl.lit("guidance"))
        .when(replaced).then(pl.lit("prior_guidance"))
        .when(guided).then(pl.lit("guidance"))
        .otherwise(pl.lit("actual"))
    ).to_series()  # fmt: skip


def _staff_aside(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a relative clause tells the staff as it is: "will leave the country, where it employs 15,000 people"."""
    staff = rows.filter(pl.col("metric") == "employees")
    told = relative_clauses(context.scanned, staff["sid"].unique())["cid"].implode()
    aside = staff.filter(pl.col("cid").is_in(told))
    own = context.with_cues(aside, context.cues("basis", "guidance")).filter("same_clause")["number"].unique()
    return among(rows, aside.filter(~of_numbers(own))["number"])


def _bygone(rows: pl.DataFrame, consensus: pl.Series, guided: pl.Series, context: Context) -> pl.Series:
    """Numbers that were expected until now, nobody says by whom, behind an outlook of their kind: the outlook that it replaces.

    "It now expects sales of 600 million. Until now 525 million had been expected." Whoever else is named expected them.
    """
    vague = context.cues("impersonal").select("cue_start", "cue_end")
    theirs = context.cues("basis", "consensus").join(vague, on=["cue_start", "cue_end"], how="anti")["sid"].implode()
    before = context.with_cues(rows, _earlier(context)).filter(pl.col("cue_between") == 0, pl.col("same_clause"))
    nobody = pl.col("sid").is_in(context.cues("impersonal")["sid"].implode()) & ~pl.col("sid").is_in(theirs)
    alike = ["doc", "metric", "measure"]
    outlook = (pl.col("guided") & ~pl.col("consensus")).shift(1).over(alike, order_by="number")
    near = (pl.col("sid") - pl.col("sid").shift(1).over(alike, order_by="number")).is_between(0, 1)
    told = pl.col("consensus") & outlook & near & nobody & of_numbers(before["number"])
    return rows.with_columns(consensus=consensus, guided=guided).select(told.fill_null(value=False)).to_series()


def _their_own(rows: pl.DataFrame, context: Context) -> tuple[pl.Series, pl.Series]:
    """Numbers that the company itself had expected, and those that it expects, set beside what analysts did.

    "Analysts expected 1.08 billion, while the company itself had forecast 1.06 billion."
    """
    foreign = context.cues("basis", "consensus").select("sid", foreign_end="cue_end")
    pairs = _own_before(rows, context)
    beside = pairs.join(foreign, on="sid", how="inner", maintain_order="left")
    own = beside.filter(pl.col("foreign_end") <= pl.col("cue_start"))["number"]
    first = pl.max_horizontal("clause_start", pl.col("cue_start") - _REACH_SELF)
    clause = pairs.filter(of_numbers(own)).with_columns(first=first)
    now = clause.filter(context.between(clause, context.cues("basis", "guidance"), "first", "start"))
    now = now.filter(~context.between(now, context.cues("basis", "earlier", "prior_guidance"), "first", "start"))
    surpassed = among(rows, surpassed_outlooks(rows, context)["number"])
    is_own, is_now = among(rows, own), among(rows, now["number"])
    return (is_own & ~is_now) | surpassed, is_now & ~surpassed


def _own_before(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Numbers with the word right before them that says them to be the company's own expectation."""
    return context.with_cues(rows, context.cues("own", "self")).filter(
        pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_SELF) & pl.col("same_clause")
    )


def surpassed_outlooks(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The company's own outlook that it beat or missed: "topped the consensus of 1.1 billion and its guidance of 1 billion".

    Columns: number, own_start, own_end (of the word that says it to be the company's). Not where the outlook itself is what
    is told behind: "beat estimates and its guidance of 1.2 billion was strong".
    """
    pairs = _own_before(rows, context).rename({"cue_start": "own_start", "cue_end": "own_end", "cue_cid": "own_cid"})
    beats = pl.concat([context.cues("beat"), context.cues("role")])
    pairs = pairs.drop("code", "ahead_of", "cue_gap", "cue_between", "same_clause")
    pairs = pairs.join(beats, on="sid", how="inner", maintain_order="left")
    # "It beat the consensus of 694 million, but also its own forecast of 685 million"
    added = pairs.with_columns(added_from=pl.max_horizontal(pl.col("own_start") - _REACH_ADDED, "cue_end"))
    pairs = pairs.with_columns(also=context.between(added, context.cues("mark", "but_also"), "added_from", "own_start"))
    pairs = pairs.filter(
        (pl.col("also") | (pl.col("cue_cid") == pl.col("own_cid"))) & (pl.col("cue_end") <= pl.col("own_start"))
    )
    starts = context.figures["start"]
    counted = starts.search_sorted(pairs["own_start"]) > starts.search_sorted(pairs["cue_end"])
    foreign = context.between(pairs, context.cues("basis", "consensus"), "cue_end", "own_start")
    revised = _revised(context, pairs, "cue_end", "start")
    # "beat its own guidance as revenue rose 9%": what is told behind moved, and is none
    moved = pl.concat([context.cues("direction", "up", "down"), context.cues("basis", "actual"), context.cues("mark", "with")])
    revised |= context.between(pairs, moved, "own_end", "start")
    found = pairs.filter((counted | ~foreign | pl.col("also")) & ~revised).select("number", "own_start", "own_end")
    found = found.unique("number", keep="first", maintain_order=True)
    return pl.concat([found, _joined_to(found, moved, rows, context)])


def _joined_to(found: pl.DataFrame, moved: pl.DataFrame, rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The numbers that an "and" joins to those found: "its own forecast of revenue of 685 million and earnings of 73 cents"."""
    after = rows.with_columns(_before=pl.col("number").shift(1), _edge=pl.col("end").shift(1), _cid=pl.col("cid").shift(1))
    after = after.filter(pl.col("cid") == pl.col("_cid")).select("number", "doc", "sid", "start", "_before", "_edge")
    after = after.join(found.rename({"number": "_before"}), on="_before", how="inner", maintain_order="left")
    after = after.join(found, on="number", how="anti", maintain_order="left")
    leads = context.linked(after.with_columns(end="_edge", cue_start="start"))
    joined = after.filter(
        leads & ~context.between(after, moved, "_edge", "start") & (pl.col("start") - pl.col("_edge") <= _REACH_JOINED)
    )
    return joined.select("number", "own_start", "own_end")


def _consensus(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers that analysts expected: right after the cue, or right before it ("the 45 cents that analysts expected").

    A number after "beat expectations with" is what the company reached, and so is the one before "above expectations", and
    the first one told of its metric after "in line with expectations at".
    """
    cues = _foreign(context)
    beats = context.cues("beat")
    withs = context.cues("mark", "with")
    pairs = context.with_cues(rows, cues)
    pairs = pairs.filter(~context.aside(pairs))
    pairs = pairs.with_columns(
        beat_between=context.between(pairs, beats, "end", "cue_end"),
        with_between=context.between(pairs, withs, "cue_end", "start"),
        clause_first=pl.col("cue_start") - 40,
    )
    # "beat the forecasts of analysts, who had expected sales of 203 million": told of them, not of what beat them
    theirs = context.related(pairs, "cue_end", "start")
    pairs = pairs.with_columns(beaten=context.between(pairs, beats, "clause_first", "cue_end") & ~theirs)
    pairs = pairs.with_columns(after_end=pl.col("cue_end") + REACH_TOPPED)
    pairs = pairs.with_columns(topped=context.between(pairs, beats, "cue_end", "after_end"))  # "1401억원…컨센서스 웃돌아"
    # "under the 137 million that analysts expected, and down from 139 million": another comparison
    pairs = pairs.with_columns(compared=context.between(pairs, context.cues("mark", "from"), "cue_end", "start"))
    # "6.6 billion a year ago, while analysts had expected"
    pairs = pairs.with_columns(aged=context.between(pairs, context.cues("ago"), "end", "cue_start"))
    # "is to rise by 43 % while analysts expect 37 %": what stands before the conjunction is not theirs
    pairs = pairs.with_columns(contrasted=context.between(pairs, context.cues("mark", "whereas"), "end", "cue_start"))
    same, first = pl.col("same_clause"), pl.col("cue_between") == 0
    named = context.between(pairs, context.cues("metric"), "cue_end", "start")
    # "beat Wall Street's expectations and raised its target to 44.8 billion": what is raised is the firm's own
    own = _outlooks(context).join(_beside_foreign(context, context.cues("basis", "guidance")), on="cue_start", how="anti")
    pairs = pairs.with_columns(own=context.between(pairs, own, "cue_end", "start"))
    pairs = pairs.with_columns(own=pl.col("own") & pl.lit(_revised(context, pairs, "cue_end", "start")))
    # "hat die Erwartungen übertroffen: Der Umsatz stieg auf 688 Millionen": the verb behind ends what was expected
    behind = pairs.with_columns(passed_end=pl.min_horizontal(pl.col("cue_end") + _REACH_PASSED, "start"))
    passed = context.between(behind, beats, "cue_end", "passed_end") & named
    set_at = (pl.col("cue_gap") <= REACH_SET) & ~named  # "beat the consensus, set at 7.08"
    after_cue = (
        pl.col("ahead_of")
        & ~(pl.col("beaten") & _moved_on(pairs, context))
        & ~((pl.col("beaten") | pl.col("topped")) & pl.col("own"))
        & ~_parted(context, pairs, "cue_end", "start")
        & ~passed
        & (pl.col("cue_gap") <= _REACH_CONSENSUS)
        & ~(pl.col("with_between") & pl.col("beaten"))
        & ~(pl.lit(_met(pairs, rows, context)) & pl.col("beaten"))
        & ~(pl.col("beaten") & pl.lit(context.carried_on(pairs)) & ~named)  # "beat expectations and won 10.1 million users"
        & (same | (first & ~pl.col("compared") & (~pl.col("beaten") | set_at) & ~_of_the_last(pairs, context)))
    )
    # A word of beating right before the number is said of it: "inférieure aux 9,1 % attendus par les analystes".
    apart = pairs.with_columns(apart=pl.col("start") - _REACH_PASSED)
    surpassing = pl.lit(context.between(apart, beats, "clause_start", "apart"))
    reached = of_numbers(
        rows.filter(marked(rows, context, "to"))["number"]
    )  # "übertraf mit einem Plus auf 7,9 die Erwartungen"
    before_cue = (
        ~pl.col("ahead_of")
        & same
        & first
        & (pl.col("cue_gap") <= _REACH_AFTER)
        & ~pl.col("beat_between")
        & ~(pl.col("topped") & (pl.col("cue_gap") <= REACH_NEXT))
        & ~context.followed(pairs, REACH_OWN)
        & ~pl.col("aged")
        & ~pl.col("contrasted")
        & ~(surpassing & reached & (pl.col("cue_gap") > REACH_NEXT))  # but "and above the 3.49 expected by analysts"
    )
    # "(88 cents and 1.11 billion what analysts expected)"
    together = pl.col("bracketed") & same & ~pl.col("ahead_of") & (pl.col("cue_between") <= 1) & ~pl.col("beat_between")
    in_relative = ~pl.col("ahead_of") & ~same & first & (pl.col("cue_gap") <= _REACH_RELATIVE) & ~pl.col("beat_between")
    related = pairs.filter(in_relative & ~context.followed(pairs, REACH_OWN))
    related = related.filter(context.related(related))
    # "$3.10 vs. $2.13 a share, according to Refinitiv"
    measured = context.with_cues(rows, context.cues("role")).filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_gap") <= _REACH_VERSUS)
    )
    sourced = ~pl.col("ahead_of") & first & (pl.col("cue_gap") <= _REACH_AFTER) & ~pl.col("beat_between")
    sourced &= pl.col("number").is_in(measured["number"].implode()) & ~pl.col("aged")
    sources = pairs.filter(sourced)
    sources = sources.filter(~context.followed(sources, REACH_OWN))
    said = pl.concat([pairs.filter(after_cue | before_cue | together)["number"], sources["number"], related["number"]])
    told = among(rows, said) | _expected(rows, context) | _estimated(rows, context)
    found = _continued(rows, told, context) & ~_before_its_own(rows, told, context)
    found &= ~_beats_the_next(rows, found, context)
    return found & ~_held_against(rows, found, measured["number"])


def _of_the_last(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a cue in another clause says who expected the number that stands before it there, compared with what came.

    "42 cents, against the 38 expected by the consensus, on sales of 645 million".
    """
    against = context.with_cues(context.figures, context.cues("role"))
    against = against.filter(pl.col("ahead_of") & pl.col("same_clause") & pl.col("cue_gap").is_between(0, _REACH_VERSUS))
    compared = context.figures.filter(of_numbers(against["number"])).select("sid", compared_end="end", cue_cid="cid")
    own = context.cues("basis", "consensus").join(compared, on=["sid", "cue_cid"], how="inner", maintain_order="left")
    own = own.filter((pl.col("cue_start") - pl.col("compared_end")).is_between(0, REACH_OWN))
    return pairs["cue_start"].is_in(own["cue_start"].implode())


def _moved_on(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the figure itself moves on behind an expectation that it beat: "beat the consensus by 4 % and rose 21 %".

    A word of direction leads from another number, an "and" or a comma to the change: "beat the consensus, up 12 %".
    """
    changes = pairs.with_row_index("pair_").filter((pl.col("measure") == "change") & pl.col("ahead_of"))
    ways = context.cues("direction", "up", "down").select("sid", way_start="cue_start", way_end="cue_end")
    led = changes.join(ways, on="sid", how="inner", maintain_order="left")
    led = led.filter((pl.col("way_start") >= pl.col("cue_end")) & (pl.col("way_end") <= pl.col("start")))
    joined = context.joined(led.with_columns(cue_start="way_start"))
    before = context.scanned.tape.slice(pl.max_horizontal(pl.col("way_start") - 6, pl.lit(0)), "way_start", led)
    led = led.filter((pl.col("cue_between") > 0) | joined | before.str.contains(_COMMA))
    return pl.int_range(pairs.height, eager=True).is_in(led["pair_"].implode())


def _before_its_own(rows: pl.DataFrame, told: pl.Series, context: Context) -> pl.Series:
    """Numbers that what was expected of them is still to follow, so none: "营收10亿，市场预期9亿，每股收益0.5，市场预期0.4"."""
    cues = _foreign(context)
    alike = ["sid", "metric", "measure"]
    marked_rows = rows.with_columns(told=told, following=pl.col("start").shift(-1).over("sid", order_by="number").fill_null(-1))
    again = pl.col("told").shift(-1).over(alike, order_by="number") & (
        pl.col("start").shift(-1).over(alike, order_by="number") == pl.col("following")
    )
    between = context.between(marked_rows, cues, "end", "following")
    named = context.between(marked_rows, cues, "word_end", "start")  # "市场预期营收9亿，每股收益0.4，而分析师…"
    return marked_rows.select((again & between & ~named & ~pl.col("told")).fill_null(value=False)).to_series()


def _met(pairs: pl.DataFrame, rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the number is what met the expectation of its cue: the first of its metric, and nothing but "at" between."""
    led = context.scanned.tape.slice("cue_end", pl.max_horizontal("cue_end", "start"), pairs).str.contains(_REACHED)
    first = rows.filter(pl.col("number") == pl.col("number").min().over("sid", "metric")).filter(
        of_numbers(rows.filter(marked(rows, context, "to"))["number"])
    )
    return pairs.select(
        pl.lit(led.fill_null(value=False)) & of_numbers(first["number"]) & (pl.col("word_start") < pl.col("cue_start"))
    ).to_series()


def _held_against(rows: pl.DataFrame, found: pl.Series, measured: pl.Series) -> pl.Series:
    """Numbers that an expectation is held against, so none: "By Refinitiv's count it earned 1.03 dollars, against 0.87"."""
    alike = ["sid", "metric", "measure"]
    following = pl.col("found").shift(-1).over(alike, order_by="number") & of_numbers(measured).shift(-1).over(
        alike, order_by="number"
    )
    own = rows.with_columns(found=found).select(pl.col("found") & following & ~of_numbers(measured))
    return own.to_series().fill_null(value=False)


def _beats_the_next(rows: pl.DataFrame, found: pl.Series, context: Context) -> pl.Series:
    """Numbers that beat the next of their kind, so no expectation: "By IBES data it earned 1.16, beating forecasts of 0.99".

    Unless a word of beating stands before them too.
    """
    alike = ["sid", "metric", "measure"]
    ahead = rows.with_columns(found=found, clause_first=pl.col("start") - REACH_BEATEN).with_columns(
        last=pl.col("start").shift(-1).over(alike, order_by="number"),
        next_found=pl.col("found").shift(-1).over(alike, order_by="number"),
        next_number=pl.col("number").shift(-1).over(alike, order_by="number"),
    )
    pairs = ahead.filter(
        pl.col("found") & pl.col("next_found") & (pl.col("next_number") == pl.col("number") + 1)
        & (pl.col("measure") == "level")
    )  # fmt: skip
    pairs = pairs.filter(~context.scanned.setting("verb_final", pairs))
    beats = context.cues("beat")
    pairs = pairs.filter(context.between(pairs, beats, "end", "last") & ~context.between(pairs, beats, "clause_first", "start"))
    return among(rows, pairs["number"])


def _foreign(context: Context) -> pl.DataFrame:
    """Cues of what analysts expected; the "estimate of" in "its previous estimate of" is a word of the outlook replaced."""
    cues = context.cues("basis", "consensus")
    own = context.cues("basis", "prior_guidance").select("sid", own_start="cue_start", own_end="cue_end")
    within = cues.join(own, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("own_start") < pl.col("cue_start")) & (pl.col("own_end") > pl.col("cue_start"))
    )
    cues = cues.join(within, on=["cue_start", "cue_end"], how="anti", maintain_order="left")
    cues = cues.join(_of_sources(context), on=["cue_start", "cue_end"], how="anti", maintain_order="left")
    return cues.join(_of_the_firm(context), on=["cue_start", "cue_end"], how="anti", maintain_order="left")


def _of_sources(context: Context) -> pl.DataFrame:
    """Those who gather estimates, where a sentence tells of none: "According to FactSet, sales were 820 million"."""
    sources = context.cues("source").select("sid", "cue_start", "cue_end")
    hopes = pl.concat([context.cues("basis").filter(pl.col("code") != "actual"), context.cues("role"), context.cues("beat")])
    hopes = hopes.join(sources, on=["cue_start", "cue_end"], how="anti", maintain_order="left")
    return sources.filter(~pl.col("sid").is_in(hopes["sid"].unique().implode())).select("cue_start", "cue_end")


def _of_the_firm(context: Context) -> pl.DataFrame:
    """Words for an expectation right behind the firm whose own it is: "Twilio's expectation of more than $1 billion"."""
    hopes = context.cues("basis", "hoped")
    firms = context.scanned.companies.filter(pl.col("certainty") == "known").select("sid", _firm="end").drop_nulls()
    held = hopes.join(firms, on="sid", how="inner", maintain_order="left")
    held = held.filter((pl.col("cue_start") - pl.col("_firm")).is_between(0, REACH_NEXT))
    return held.select(hopes.columns).unique(maintain_order=True)


def _parted(context: Context, spans: pl.DataFrame, first: str, last: str, *, marks: str = "[;；]") -> pl.Series:
    """Whether a semicolon (or another of `marks`) stands between two places: what follows is a statement of its own."""
    return context.scanned.tape.slice(first, pl.max_horizontal(first, last), spans).str.contains(marks).fill_null(value=False)


def _brokers(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers behind a broker that speaks in their sentence: an outlook there is the broker's."""
    pairs = context.with_cues(rows, pl.concat([context.cues("basis", "broker"), _banks(context)]))
    return among(rows, pairs.filter("ahead_of")["number"])


def _bank_expected(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers right behind what a bank had expected: "JPMorgan tablait sur 518.000 clients"."""
    pairs = context.with_cues(rows, _banks(context, "earlier", "prior_guidance"))
    return among(rows, pairs.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))["number"])


def _banks(context: Context, *codes: str) -> pl.DataFrame:
    """Banks that say what they expect of another firm: "JPMorgan expects sales of 5 billion". Their own outlook is theirs."""
    outlooks = context.cues("basis", *(codes or ("guidance",))).select("sid", outlook="cue_start")
    banks = context.cues("broker").join(outlooks, on="sid", how="inner", maintain_order="left")
    banks = banks.filter((pl.col("outlook") - pl.col("cue_end")).is_between(0, _REACH_BANK)).drop("outlook")
    main = main_company(context.scanned).select("doc", "company_id")
    own = context.scanned.companies.join(main, on=["doc", "company_id"], how="semi").select("sid", own="start", own_end="end")
    theirs = banks.join(own, on="sid", how="inner", maintain_order="left")
    theirs = theirs.filter((pl.col("own") < pl.col("cue_end")) & (pl.col("own_end") > pl.col("cue_start")))
    return banks.filter(~pl.col("cue_start").is_in(theirs["cue_start"].implode())).unique(maintain_order=True)


def _gone_on(rows: pl.DataFrame, consensus: pl.Series, context: Context) -> pl.Series:
    """Numbers that a forecast was, right after a sentence whose last number was what analysts expected.

    "Earnings beat the consensus of 1.16 dollars. The revenue forecast was 991 million." A forecast of a firm that is named
    there, or for a time that is, is its own.
    """
    named = pl.concat([context.scanned.companies["sid"], context.scanned.periods["sid"]]).drop_nulls().unique()
    pairs = context.with_cues(rows, context.cues("foreseen"))
    was = pairs.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))["number"].unique()
    before = pl.col("expected").shift(1).over("doc", order_by="number")
    apart = pl.col("sid") - pl.col("sid").shift(1).over("doc", order_by="number")
    told = before & (apart == 1) & pl.col("number").is_in(was.implode()) & ~pl.col("sid").is_in(named.implode())
    return rows.with_columns(expected=consensus).select(told.fill_null(value=False)).to_series()


def _headline(context: Context, spans: pl.DataFrame, first: str, last: str) -> pl.Series:
    """Whether a space between Chinese characters or kana stands between two places: it parts the statements of a headline."""
    text = context.scanned.tape.slice(first, pl.max_horizontal(first, last), spans)
    return text.str.contains(r"[\p{Han}\p{Hiragana}\p{Katakana}%] [\p{Han}\p{Hiragana}\p{Katakana}]").fill_null(value=False)


def _expected(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers compared with ("versus 6 cents expected"): "expected" right after, "against" or "beat" before."""
    beside = context.with_cues(rows, context.cues("basis", "expected")).filter(pl.col("cue_gap") <= 2)
    after = beside.filter(~pl.col("ahead_of"))
    after = after.filter(~of_numbers(_left_for_outlooks(after, context)["number"]))
    ahead = beside.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    against = pl.concat([context.cues("role"), context.cues("beat")])
    compared = context.with_cues(rows, against).filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_gap") <= REACH_AGAINST)
    )
    bracketed = after.filter(pl.col("bracketed") & pl.col("opens"))  # "(230.6 million expected)"
    told = pl.concat([after["number"], ahead["number"]])  # "wobec oczekiwanych 99 centów"
    before = context.with_cues(rows, _earlier(context)).filter(
        pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0)
    )  # "eerder werd nog 4,53 miljard voorzien"
    behind = after.with_columns(reach=pl.col("cue_end") + REACH_TOPPED)
    topped = behind.filter(
        context.between(behind, context.cues("beat"), "cue_start", "reach")
    )  # "1,12 milyar dolarlık beklentinin altında"
    compared_with = pl.concat([compared["number"], topped["number"]])
    own = among(rows, told) & among(rows, compared_with) & ~among(rows, before["number"])
    # "此前预期为760亿": what had been expected before is no analysts' view
    listed = among(rows, _listed_behind(rows, context)["number"]) & ~among(rows, before["number"])
    return own | among(rows, bracketed["number"]) | listed


def _left_for_outlooks(after: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Numbers that open their sentence behind "after", with another behind their "expects": "Nach 1,2 Mrd. erwartet SAP 1,4".

    `after`: numbers with the cue right behind them.
    """
    against = context.cues("role", "against").select("sid", _against="cue_start")
    opened = after.filter((pl.col("clause") == 0) & pl.col("same_clause")).join(
        against, on="sid", how="inner", maintain_order="left"
    )
    opened = opened.filter(pl.col("_against") - pl.col("clause_start") <= _REACH_BEAT)
    later = context.figures.select("cid", _later="start")
    led = opened.join(later, on="cid", how="inner", maintain_order="left").filter(pl.col("_later") > pl.col("cue_end"))
    return led.select("number").unique(maintain_order=True)


def _listed_behind(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Amounts in a clause of their own that "expected" opens, behind the one that came: "Sales: 355 million, expected 310".

    With the columns of the cue.

    Or with their word: "EBIT came to 40 million, expected EBIT was 38".
    """
    alike = ["sid", "metric", "measure"]
    came = pl.col("value").shift(1).over(alike, order_by="number").cast(pl.Float64).abs()
    ratio = pl.col("value").cast(pl.Float64).abs() / came
    beside = pl.col("number") - pl.col("number").shift(1).over(alike, order_by="number") <= 2
    last = rows.filter(
        (beside & ratio.is_between(1 / _LISTED, _LISTED) & (pl.col("measure") == "level")).fill_null(value=False)
    )
    pairs = context.with_cues(last, context.cues("basis", "expected"))
    of_word = (pl.col("word_start") - pl.col("cue_end")).is_between(0, 1) & (pl.col("word_sid") == pl.col("sid"))
    pairs = pairs.filter((pl.col("cue_gap") <= 2) | of_word)
    opened = (pl.col("cue_start") - pl.col("clause_start")).is_between(0, REACH_NEXT) & (pl.col("clause") > 0)
    return pairs.filter(opened & pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))


def _estimated(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers that were beaten or missed: "above the estimate of 87 cents"."""
    pairs = context.with_cues(rows, _surprises(context, context.cues("basis", "guidance")))
    right_after = pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_ESTIMATE)
    named = context.between(pairs, context.cues("metric"), "cue_end", "start")  # "beat its guidance as revenue rose 9%"
    # "beat estimates and won 10.1 million users", "beat estimates, up 12 %"
    named |= _met(pairs, rows, context) | context.carried_on(pairs) | _moved_on(pairs, context)
    return among(rows, pairs.filter(right_after & pl.col("same_clause") & ~named)["number"])


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
    apart = listed.with_columns(pl.col("previous_end").fill_null(pl.col("start")))
    ended = _parted(context, apart, "previous_end", "start", marks=_ENDS)
    broken |= _parted(context, apart, "previous_end", "start") | (ended & (rows["figure_class"] != "multiple"))
    grouped = listed.with_columns(broken=broken).with_columns(
        group=(pl.col("broken") | pl.col("previous_end").is_null()).cast(pl.Int64).cum_sum().over("sid", order_by="number")
    )
    first = pl.col("found").first().over(["sid", "group"], order_by="number")
    return grouped.select(pl.col("found") | (first & ~pl.col("broken"))).to_series()


def _guided(rows: pl.DataFrame, context: Context) -> tuple[pl.Series, pl.Series]:
    """Numbers of an outlook: after the cue in its sentence, or before it in its clause (in verb-final languages, in any).

    And those of them whose last cue is that of analysts: "Analysts expect 10 cents a share, and revenue to rise by 66 %".
    """
    listed = _listed_behind(rows, context)["cue_start"]  # "营收123亿，预估121亿；每股收益1.2"
    cues = _outlooks(context).filter(~pl.col("cue_start").is_in(listed.implode()))
    pairs = _unproposed(context.with_cues(rows, cues), context)
    beaten = surpassed_outlooks(rows, context).select("own_start", own_to="own_end")
    pairs = pairs.sort("cue_start", maintain_order=True).join_asof(
        beaten.sort("own_start", maintain_order=True),
        left_on="cue_start", right_on="own_start", strategy="backward", check_sortedness=False,
    )  # fmt: skip
    # "sales of 300 million beat both the consensus and the guidance of 290 million": told of no number before it
    told_before = ~pl.col("ahead_of") & (pl.col("cue_start") < pl.col("own_to"))
    pairs = pairs.filter(~told_before.fill_null(value=False)).drop("own_start", "own_to")
    pairs = pairs.filter(~context.aside(pairs))
    pairs = pairs.with_columns(context.scanned.setting("verb_final", pairs))
    opening = rows.filter(pl.col("bracketed") & pl.col("opens")).select(bracket="start").sort("bracket", maintain_order=True)
    pairs = pairs.sort("cue_end", maintain_order=True).join_asof(
        opening, left_on="cue_end", right_on="bracket", strategy="forward", tolerance=_REACH_BRACKET, check_sortedness=False
    )
    done = context.cues("basis", "actual")
    theirs = _beside_foreign(context, context.cues("basis", "guidance"))["cue_start"]
    pairs = pairs.with_columns(
        theirs=pl.col("cue_start").is_in(theirs.implode()),
        against=context.between(pairs, context.cues("role"), "end", "cue_start"),
        done_between=pl.when(pl.col("ahead_of"))
        .then(context.between(pairs, done, "cue_end", "start"))
        .otherwise(context.between(pairs, done, "end", "cue_start")),
    )
    parted = pl.col("theirs") & _parted(context, pairs, "cue_end", "start")  # "彭博预期为579亿元；净亏损10亿元"
    after_cue = pl.col("ahead_of") & ~pl.col("done_between") & ~parted
    # "Nach einem Umsatzplus von 35 Prozent im zweiten Quartal rechnet SAP": what it comes after is no outlook
    opening = pairs.with_columns(opening=pl.min_horizontal("start", pl.col("clause_start") + _OPENING))
    gone_by = context.between(opening, pl.concat([done, context.cues("role", "against")]), "clause_start", "opening")
    before_cue = (
        ~pl.col("ahead_of")
        & ~pl.col("done_between")
        & ~pl.lit(gone_by)
        & ~(pl.col("theirs") & context.followed(pairs, REACH_OWN))  # "5 billion against analysts' forecast of 4.8 billion"
        & (
            pl.col("same_clause") & (pl.col("cue_gap") <= _REACH_AFTER)
            | pl.col("verb_final")
            | pl.lit(_behind_bracket(pairs, context))
        )
        & ~(~pl.col("same_clause") & _headline(context, pairs, "end", "cue_start"))
        & ~((pl.col("cue_between") > 0) & pl.col("against") & ~pl.col("verb_final"))  # "$446 million vs. $435 million forecast"
        # "has 221 million users and expects", "rose to 1.8 billion and the company expects"
        & ~(~pl.col("verb_final") & (context.joined(pairs) | context.begun(pairs)))
        & (
            pl.col("bracket").is_null() | (pl.col("bracket") == pl.col("start"))
        )  # "earned 99 cents, above what was expected (76)"
    )
    last = pairs.filter(after_cue).sort("number", "cue_start", maintain_order=True)
    last = last.unique("number", keep="last", maintain_order=True)
    return among(rows, pairs.filter(after_cue | before_cue)["number"]), among(rows, last.filter("theirs")["number"])


def _behind_bracket(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a cue ends the clause of its number behind a bracket: "stellte 1,12 Mrd. Dollar (1,05 Mrd. Euro) in Aussicht"."""
    near = pl.when(~pl.col("ahead_of") & ~pl.col("same_clause") & (pl.col("cue_gap") <= _LONGEST_BRACKET)).then("end")
    return context.scanned.tape.slice(near, "cue_start", pairs).str.contains(_BRACKET_BETWEEN).fill_null(value=False)


def _beside_foreign(context: Context, cues: pl.DataFrame) -> pl.DataFrame:
    """Those cues that a word for analysts or their expectation touches: the forecast is theirs."""
    foreign = context.cues("basis", "consensus").select("sid", foreign_start="cue_start", foreign_end="cue_end")
    gap = pl.max_horizontal(pl.col("foreign_start") - pl.col("cue_end"), pl.col("cue_start") - pl.col("foreign_end"))
    return cues.join(foreign, on="sid", how="inner", maintain_order="left").filter(gap <= 1).select(cues.columns)


def _unproposed(pairs: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Without "will" and "is to" at dividends: what a firm proposes to pay is no forecast ("the dividend is to rise to 8")."""
    proposed = context.cues("proposed").select("cue_start").unique(maintain_order=True)
    of_dividend = pl.col("metric") == "dividend_per_share"
    return pairs.filter(~(of_dividend & pl.col("cue_start").is_in(proposed["cue_start"].implode())))


def _outlooks(context: Context) -> pl.DataFrame:
    """Cues of an outlook, without those that a word for beating or missing stands at ("exceeded expectations")."""
    cues = pl.concat([context.cues("basis", "guidance"), _of_the_firm(context)])
    return cues.join(_surprises(context, cues), on=["cue_start", "cue_end"], how="anti")


def _surprises(context: Context, cues: pl.DataFrame) -> pl.DataFrame:
    """Those cues at which a word for beating or missing stands."""
    beats = context.cues("beat").select("sid", beat_start="cue_start", beat_end="cue_end", beat_cid="cue_cid")
    gap = pl.max_horizontal(pl.col("beat_start") - pl.col("cue_end"), pl.col("cue_start") - pl.col("beat_end"))
    beaten = (pl.col("beat_end") <= pl.col("cue_start")) & (gap <= REACH_BEATEN) & (pl.col("beat_cid") == pl.col("cue_cid"))
    pairs = cues.join(beats, on="sid", how="inner", maintain_order="left")
    beaten &= ~pl.lit(_revised(context, pairs, "beat_end", "cue_start"))
    beside = pairs.filter(gap.is_between(0, _REACH_BEAT) | beaten)
    return beside.select(cues.columns).unique(maintain_order=True)


def _revised(context: Context, spans: pl.DataFrame, first: str, last: str) -> pl.Series:
    """Whether between two places somebody begins to revise an outlook: "beat expectations and raised its target".

    In verb-final languages the verb stands behind: "beklentileri aştı ve hedefini 44 milyar dolara yükseltti".
    """
    moves = context.cues("market", "raise", "cut", "outlook_raised", "outlook_cut")
    moves = moves.with_columns(cue_end="cue_start")  # "повысила прогноз" ends with the outlook itself
    between = context.between(spans, moves, first, last)
    late = spans.select("sid", last_=pl.col(last), reach_=pl.col(last) + _REACH_AFTER)
    behind = context.between(late, moves, "last_", "reach_")
    docs = context.figures.select("sid", "doc").unique("sid", keep="first", maintain_order=True)
    spoken = spans.select("sid").join(docs, on="sid", how="left", maintain_order="left").fill_null(0)
    return between | (behind & context.scanned.setting("verb_final", spoken))


def _replaced(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of the outlook that a newer one replaces: right at a cue such as "previously", where an outlook is spoken of."""
    pairs = context.with_cues(rows, _earlier(context))
    pairs = pairs.filter(~context.aside(pairs))
    outlooks = context.cues("basis", "guidance", "prior_guidance")["sid"]
    spoken = pl.concat([outlooks, context.scanned.following(outlooks)]).unique()
    at_cue = (
        (pl.col("cue_between") == 0)
        & pl.when(pl.col("ahead_of"))
        .then((pl.col("cue_gap") <= _REACH_AFTER) | _led_by_word())
        .otherwise(pl.col("same_clause") & (pl.col("cue_gap") <= REACH_BEATEN))
    )  # fmt: skip
    told = (pl.col("code") == "prior_guidance") | pl.col("sid").is_in(spoken.implode())
    at_cue &= pl.col("ahead_of") | ~context.followed(pairs, REACH_OWN)  # "1.8 billion instead of 900 million"
    # "Es werde mit einem Umsatz von 2,4 Milliarden Dollar gerechnet": the verb before the number says when
    to_come = context.between(pairs, context.cues("proposed"), "clause_start", "start")
    compared = pl.concat([context.cues("role"), context.cues("mark", "from")])
    to_come &= ~context.between(pairs, compared, "clause_start", "start")
    at_cue &= pl.col("ahead_of") | ~pl.lit(to_come)
    found = among(rows, pairs.filter(at_cue & told)["number"])
    leading = pl.col("number") == pl.col("number").min().over("sid")
    listed = at_cue & told & pl.col("ahead_of") & leading & ~pl.col("bracketed")
    first = among(rows, pairs.filter(listed)["number"])  # "the previous outlook was 17 billion and 4.8 billion"
    # "Sales were 481 million. The company had expected 465 million": right behind a verb of the past that says so
    hoped = context.with_cues(rows, context.cues("own", "hoped"))
    hoped = hoped.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    found |= among(rows, hoped.filter(pl.col("cue_gap") <= _REACH_HOPED)["number"])
    return found | (_continued(rows, first, context) & ~marked(rows, context, "to")) | _left_behind(rows, context)


def _led_by_word() -> pl.Expr:
    """Whether the metric word stands right behind the cue and leads to the number, however long it is.

    "It had aimed for earnings a share before exceptional items of between 4.25 and 4.31 dollars."
    """
    of_cue = (pl.col("word_start") - pl.col("cue_end")).is_between(0, REACH_NEXT + _REACH_BEAT)
    return of_cue & (pl.col("start") - pl.col("word_end")).is_between(0, _REACH_AFTER) & pl.col("same_clause")


def _kept(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of an outlook that stays as it was: "kept its previous forecast of 85 billion"."""
    verbs = context.with_cues(rows, context.cues("kept")).filter(pl.col("cue_gap") <= _REACH_KEPT)
    beside = pl.col("same_clause") & (pl.col("cue_between") == 0)
    behind = context.scanned.tape.slice("end", pl.max_horizontal("end", "cue_start"), verbs)
    # "従来予想の8兆円（前期比12%増）を据え置いた"
    parted = ~pl.col("ahead_of") & (pl.col("cue_between") <= 1) & pl.lit(behind.str.contains(r"^ ?[(（][^()（）]*[)）].{0,2}$"))
    return among(rows, verbs.filter(beside | parted)["number"])


def _left_behind(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of an outlook that a "from" stands before: "up from a February forecast of $3.45"."""
    near = pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0)
    outlooks = context.with_cues(rows, context.cues("basis", "guidance")).filter(near & (pl.col("cue_gap") <= _REACH_ESTIMATE))
    marks = context.with_cues(rows, context.cues("mark", "from")).filter(near)
    left = outlooks.join(marks.select("number", from_end="cue_end"), on="number", how="inner", maintain_order="left")
    return among(rows, left.filter((pl.col("cue_start") - pl.col("from_end")).is_between(0, _REACH_ESTIMATE))["number"])


def renewed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers in or right after a sentence that speaks of an outlook being raised or cut, or with a word for one of their own.

    "Revenue of up to 900 million, compared with a forecast of up to 457 million".
    """
    moves = context.cues("market", "outlook", "raise", "cut", "outlook_raised", "outlook_cut")["sid"]
    named = pl.concat([moves, context.scanned.following(moves)]).unique()
    pairs = context.with_cues(rows, context.cues("basis", "guidance"))
    opening = pl.col("number") == pl.col("number").min().over("sid")
    own = pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_ESTIMATE) & ~opening
    told = pairs.filter(own)["number"].unique()
    return rows.select(pl.col("sid").is_in(named.implode()) | pl.col("number").is_in(told.implode())).to_series()


def _earlier(context: Context) -> pl.DataFrame:
    """Cues of a replaced outlook; "earlier" within "a year earlier" is none."""
    cues = context.cues("basis", "prior_guidance", "earlier")
    ago = context.cues("ago").select("sid", ago_start="cue_start", ago_end="cue_end")
    within = cues.join(ago, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("cue_start") >= pl.col("ago_start")) & (pl.col("cue_end") <= pl.col("ago_end"))
    )
    return cues.filter(~pl.col("cue_start").is_in(within["cue_start"].unique().implode()))
