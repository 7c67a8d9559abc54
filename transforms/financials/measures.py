"""What the words around a number say of it: earlier or current, up or down, against what, adjusted, of which part.

Each function takes rows (numbers with their metric word) and answers with a column in their order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import lexicon
from transforms.financials import rules
from transforms.financials.context import REACH_BY, REACH_NEXT, Context, among, marked, of_numbers
from transforms.financials.expectations import REACH_AGAINST, REACH_OWN, REACH_SET
from transforms.financials.timing import SPRING

_REACH_TIMES: Final = 4
_REACH_NOUN: Final = 4
"""How far behind a word of comparison the noun of a move stands, in code points: an article lies between."""
_REACH_TWIN: Final = 2
_REACH_TAGGED: Final = 24
"""How far before a bracket the number begins that it is said of, in code points: "$1.03 a share (adjusted)"."""
_REACH_TAG: Final = 16
"""How far behind an amount a share "adjusted" stands that is said of it, in code points: "a share" lies between."""
_REACH_LEVERAGE: Final = 16
_REACH_FRACTION: Final = 25
_LONGEST_MARK: Final = 6
"""A longer mark of a step is no mere preposition but names the move: "increase of"."""
_REACH_COMPARATIVE: Final = 40
_REACH_DIRECTION: Final = 60
_REACH_PART: Final = 16
_REACH_MORE: Final = 9
"""How far behind a percentage the word ends that says whether it is more or less, in code points."""
_REACH_YEAR: Final = 26
_REACH_BRACKET: Final = 60
_PARTICLE: Final = 2
"""How far before the word for beating a particle stands that counts as one with it: "を上回", "를 넘어섰", in code points."""
_REACH_YARDSTICK: Final = 16
_REACH_NEXT_WORD: Final = 25
_REACH_REVISED: Final = 6
"""How far behind a number that was left the one stands that replaces it, with nothing but "from" between."""
_REACH_PARTNER: Final = 40
_REACH_BACK: Final = 12
"""How far behind the amount that was reached the one stands that a rise set out from, in code points."""
_REACH_TURNED: Final = 26
"""How far behind a word for turning the result stands that was turned, in code points."""
_REACH_AGO: Final = 8
"""How far before a word of comparison the period may begin that the number behind it is growth against."""
_REACH_LOST: Final = 40
"""How far from a number the word stands that says it was lost, in code points: a period or the subject lies between."""
_REACH_FURTHER: Final = 14
"""How far behind a word for losing a number stands that only "a further" or "nog eens" parts from it, in code points."""
_REACH_LISTED: Final = 2
"""How near the next number of a list stands, in code points."""
_REACH_HEAD: Final = 12
"""How far behind the start of its clause a word for an earlier time heads it: a conjunction may stand before it."""
_REACH_OUTLOOK: Final = 40
"""How far before a percentage an outlook stands that a verb behind it moves, in code points."""
_REACH_LEFT: Final = 8
"""How far behind a number that an outlook left the one stands to which it went, in code points."""
_REACH_FORETOLD: Final = 8
"""How far a word for an outlook stands from "revenue", with a preposition between, in code points."""
_REACH_GROWN: Final = 12
"""How near a percentage the year stands that it is measured against, in code points."""
_REACH_ROLE: Final = 2
_REACH_LEVEL: Final = 12
"""How far behind a word for an earlier time the brackets open that tell its number, in code points."""
_REACH_OPPOSED: Final = 6
"""How far behind "against" the word stands whose number is compared with: an article lies between."""
_LAST_YEAR: Final = "last_year"
_REACH_WHEN: Final = 2
"""How far behind a word for an earlier period the clause opens that tells of it: a comma and a space lie between."""
_REACH_THEN: Final = 120
"""How much of a clause before its number is read for "when" or the like, in code points."""


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


def conversions(rows: pl.DataFrame) -> pl.Series:
    """Whether a number is the one before it in a second currency, in brackets: "$145 million (about €125 million)"."""
    before = {c: pl.col(c).shift(1).over("sid", order_by="number") for c in ("number", "unit", "figure_class", "metric")}
    money = (pl.col("figure_class") == "money") & (before["figure_class"] == "money")
    beside = (before["number"] == pl.col("number") - 1) & (before["metric"] == pl.col("metric"))
    told = pl.col("bracketed") & pl.col("opens") & money & beside & (before["unit"] != pl.col("unit"))
    return rows.select(told.fill_null(value=False)).to_series()


def comparative(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """What `_comparative` says of each row; amounts in a second currency are what the amount before them is."""
    second = conversions(rows)
    first = rows.filter(~second)
    told = first.select("number").hstack(_comparative(first, context))
    heads = rows.select(number=pl.col("number") - pl.lit(second).cast(pl.Int64))
    return heads.join(told, on="number", how="left", maintain_order="left").drop("number")


def _comparative(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Whether a level is that of an earlier period, given for comparison (earlier), and whether it says so itself (dated).

    It is when "from" marks it and "to" its neighbour, when "against" stands before it and another number of its kind
    stands earlier, or when "a year earlier" stands at it and nothing says that it moved. `renews` says of a level that it
    replaces the one right before it, `risen` that what stands right before it rose or fell to it, `left` of a change that
    its neighbour replaces it ("raised its outlook for growth from 8 % to 10 %"), `opposed` that it is that of an earlier
    period, set against the one before it ("grew 54 %, compared with 191 % in the quarter before") or told of a time of its
    own
    ("A year ago it had grown 355 %").
    """
    from_, to, of = (marked(rows, context, code) for code in ("from", "to", "of"))
    rows = rows.with_columns(from_=from_ & ~to, to=to, of=of & ~to)
    alike = ["sid", "metric", "measure"]
    ordered = pl.col("number")
    partner_to = pl.col("to").shift(1).over(alike, order_by=ordered) | pl.col("to").shift(-1).over(alike, order_by=ordered)
    partner = pl.col("number").count().over(alike) > 1
    next_start = pl.col("start").shift(-1).over(alike, order_by=ordered)
    of_to = pl.col("of") & pl.col("to").shift(-1).over(alike, order_by=ordered) & (next_start - pl.col("end") <= _REACH_PARTNER)
    # "legte auf 584 Millionen zu von 372 Millionen"
    last_end = pl.col("end").shift(1).over(alike, order_by=ordered)
    direct = context.with_cues(rows, context.cues("mark", "of")).filter(pl.col("ahead_of") & pl.col("cue_gap").is_between(0, 1))
    back = among(rows, direct["number"]) & of
    reached = pl.col("to").shift(1).over(alike, order_by=ordered) & (pl.col("start") - last_end <= _REACH_BACK)
    back &= rows.select(reached.fill_null(value=False)).to_series()
    rows = rows.with_columns(of=pl.col("of") | back, to=pl.col("to") & ~back)
    # "32億円から27億円、…に減額した": right behind each other, where a sentence revises outlooks, the verb is the last one's.
    revised = context.cues("market", "raise", "cut", "outlook_raised", "outlook_cut")["sid"].unique().implode()
    gone = pl.col("from_") & (next_start - pl.col("end") <= _REACH_REVISED) & pl.col("sid").is_in(revised)
    rows = rows.with_columns(gone=(gone & (pl.col("measure") == "level")).fill_null(value=False))
    together = pl.col("cid") == pl.col("cid").shift(-1).over(alike, order_by=ordered)
    of_to &= pl.col("value_high").is_null() | together  # "van 1,015 tot 1,02 miljard, waar analisten op 1,013 rekenden"
    moves = context.cues("direction", "up", "down")
    against = context.with_cues(rows, context.cues("role"))
    # "contre un bénéfice net trimestriel de 19 millions": it is said of the word, however long that is.
    of_word = (pl.col("word_start") - pl.col("cue_end")).is_between(0, _REACH_OPPOSED) & (pl.col("word_sid") == pl.col("sid"))
    of_word &= (pl.col("word_start") < pl.col("start")) & (pl.col("cue_gap") <= _REACH_COMPARATIVE)
    against = against.filter(
        pl.col("ahead_of")
        & (pl.col("cue_between") == 0)
        & (pl.col("cue_gap").is_between(-1, REACH_AGAINST) | of_word)
        & pl.col("same_clause")
    )
    nominal = of_numbers(_of_growth_nouns(against, context))  # "compared with growth of 20 %"
    against = against.filter(~context.between(against, moves, "cue_end", "start") | nominal)
    against = against.filter(~context.resumed(against))
    growth = against.with_columns(ago_from=pl.col("cue_start") - _REACH_AGO)  # "전 분기 대비 2.1% 감소"
    opposed = against.filter(~context.between(growth, context.cues("ago"), "ago_from", "start"))["number"]
    earlier_alike = pl.col("number").rank().over(alike) > 1
    said_before = pl.col("metric").shift(1).over("doc", order_by=ordered) == pl.col("metric")
    ago = context.with_cues(rows, context.cues("ago"))
    ago = ago.filter(pl.col("same_clause") | (pl.col("ahead_of") & (pl.col("cue_gap") <= REACH_NEXT)))
    ago = ago.with_columns(moved=pl.when(pl.col("ahead_of")).then(context.between(ago, moves, "cue_start", "start")).otherwise(
        context.between(ago, moves, "end", "cue_start")
    ))  # fmt: skip
    ago = ago.filter(~(~pl.col("ahead_of") & context.moves_next(ago)))
    ago = ago.filter(~(~pl.col("ahead_of") & (_measured(ago, context) | _of_bracket(ago, context))))
    ago = ago.filter(~context.resumed(ago))
    ago = ago.filter(
        (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_COMPARATIVE) & ~pl.col("moved") & ~pl.col("to")
    )
    is_against, is_ago = among(rows, against["number"]), among(rows, ago["number"])
    # An article may report on last year: its figures are only compared with where others of their kind stand before.
    told_so = is_ago & (among(rows, ago.filter(pl.col("code") != _LAST_YEAR)["number"]) | earlier_alike | said_before)
    bracket = (
        pl.col("bracketed") & pl.col("opens") & _same_unit(ordered)
        & (pl.col("metric") == pl.col("metric").shift(1).over("sid", order_by=ordered))
        & ((pl.col("figure_class") != "percent") | (pl.col("metric_kind") == "ratio"))
    )  # fmt: skip
    found = (
        (pl.col("from_") & partner & partner_to.fill_null(value=False))
        | pl.col("gone")
        | pl.lit(back)
        | of_to.fill_null(value=False)
        | (is_against & ~pl.col("to") & (earlier_alike | said_before.fill_null(value=False)))
        | told_so.fill_null(value=False)
        | bracket.fill_null(value=False)
    )
    level = pl.col("measure") == "level"
    than = rows.select(_than(rows, context) & level).to_series()
    # "from 10 million in December 2019 to 300 million in April 2020": what it rose to is of the later of both.
    start = (pl.col("from_") & pl.col("to").shift(-1).over(alike, order_by=ordered)) | of_to
    risen = (start.shift(1).over(alike, order_by=ordered) & (pl.col("measure") == "level")).fill_null(value=False)
    earlier_time = of_numbers(headed(rows, context))
    found |= (than & ~pl.col("to")) | pl.col("then").is_not_null() | _turned(rows, context)
    found |= earlier_time & said_before  # "A year earlier it had lost 10 million"
    found |= _of_earlier_year(rows, context) & ~risen
    past = (
        context.scanned.periods.filter(pl.col("role").is_not_null() | (pl.col("relative") == -1) | pl.col("year").is_not_null())
        .select("cid")
        .drop_nulls()["cid"]
        .unique()
    )
    own_time = bracket.fill_null(value=False) & pl.col("cid").is_in(past.implode())  # "(1,065 million in 2021/22)"
    moved = (pl.col("from_") & partner & partner_to.fill_null(value=False)) | of_to.fill_null(value=False)
    ranges = pl.col("value_high").is_not_null() & pl.col("value_high").shift(1).over(alike, order_by=ordered).is_not_null()
    ranges &= ~pl.col("bracketed") & (pl.col("unit") == pl.col("unit").shift(1).over(alike, order_by=ordered))
    onward = pl.col("value_high").is_not_null() & pl.col("value_high").shift(-1).over(alike, order_by=ordered).is_not_null()
    ranged = ((ranges & (pl.col("from_") | pl.col("of"))) | (onward & pl.col("from_"))).fill_null(value=False)
    change = pl.col("measure") == "change"
    again = pl.col("metric") == pl.col("metric").shift(1).over("sid", "measure", order_by=ordered)
    percent = change & (pl.col("figure_class") == "percent")
    opposed_to = percent & (pl.col("from_") | of_numbers(opposed)) & again
    opposed_to |= percent & earlier_time & said_before
    opposed_to |= percent & marked(rows, context, "than") & again  # "9% 늘어 전 분기 증가율 17%보다 둔화했다"
    opposed_to |= percent & pl.col("then").is_not_null() & ~pl.col("bracketed")
    # "compared with 20 % in the quarter before and 60 % a year earlier"
    aged = context.with_cues(rows, context.cues("ago")).filter(~pl.col("ahead_of") & (pl.col("cue_gap") <= REACH_NEXT))
    listed = (pl.col("number") - pl.col("number").shift(1).over(alike, order_by=ordered) == 1) & of_numbers(aged["number"])
    rows = rows.with_columns(opposed_=opposed_to.fill_null(value=False))
    opposed_to = pl.col("opposed_") | (percent & listed & pl.col("opposed_").shift(1).over(alike, order_by=ordered))
    return rows.select(
        earlier=(found | ranged) & level,
        ranged=ranged,
        dated=(is_ago | own_time) & level,
        than=than,
        left=moved & change,
        renews=pl.col("gone").shift(1, fill_value=False).over(alike, order_by=ordered) & level,
        opposed=opposed_to.fill_null(value=False),
        risen=risen,
    )


def _of_growth_nouns(against: pl.DataFrame, context: Context) -> pl.Series:
    """Percentages that a noun of a move leads to, right behind a word of comparison: "compared with a rise of 20 %"."""
    nouns = context.cues("mark", "by").select("sid", noun="cue_start", noun_end="cue_end")
    percents = against.filter(pl.col("figure_class") == "percent")
    led = percents.join(nouns, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("noun_end") - pl.col("noun") > _LONGEST_MARK)
        & (pl.col("noun") - pl.col("cue_end")).is_between(0, _REACH_NOUN)
        & (pl.col("start") - pl.col("noun_end")).is_between(0, REACH_BY)
    )
    return led["number"]


def _measured(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the word for an earlier time is what is compared with: "1.62 euros, compared with the year before"."""
    against = context.cues("role").with_columns(pl.col("cue_end").alias("role_end")).select("sid", "role_end")
    keyed = pairs.with_row_index("row_")
    before = keyed.select("row_", "sid", "cue_start").join(against, on="sid", how="inner", maintain_order="left")
    beside = before.filter((pl.col("cue_start") - pl.col("role_end")).is_between(0, _REACH_ROLE))["row_"].unique()
    return keyed.select(pl.col("row_").is_in(beside.implode())).to_series()


def _of_bracket(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a number in brackets stands right behind it and is what it tells: "near the level of last year (4.3 million)"."""
    opening = context.figures.filter(pl.col("bracketed") & pl.col("opens"))["start"]
    at = opening.search_sorted(pairs["cue_end"], side="left")
    following = pl.concat([opening, pl.Series([2**62], dtype=pl.Int64)]).gather(at)
    return following - pairs["cue_end"] <= _REACH_LEVEL


def _turned(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a result is the one that was turned into another: "turned a loss of 9 million into a profit of 3 million".

    A loss always is; a profit only beside a loss of the same metric, for "turned a profit of 3 million" only says that it made
    one.
    """
    pairs = context.with_cues(rows.filter(pl.col("measure") == "level"), context.cues("mark", "turned"))
    of_word = (pl.col("word_start") - pl.col("cue_end")).is_between(0, _REACH_TURNED) & (pl.col("word_start") < pl.col("start"))
    told = pairs.filter(of_word & pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("word_sid") == pl.col("sid")))
    told = told.filter(
        ~context.between(told, context.cues("metric"), "cue_end", "word_start")
    )  # "reverte lucro e tem prejuízo"
    both = pl.col("loss").n_unique().over("sid", "metric", "measure") > 1
    return rows.select(turned=of_numbers(told["number"]) & (pl.col("loss") | both)).to_series()


def headed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Numbers of statements that begin with an earlier time: "A year ago growth had been 355 %", "while a year before it …".

    Or those of growth then, wherever it is told: "which is plain, for in the quarter before growth had been 191 %".
    """
    clauses = context.scanned.clauses.select(cue_cid="cid", head_start="start", head_end="end")
    heads = context.cues("then").join(clauses, on="cue_cid", how="inner", maintain_order="left")
    led = pl.concat([context.cues("role"), context.cues("mark", "from")])["cue_end"].unique().implode()
    # "From a year earlier, sales rose 9 %": measured against it, and told of no earlier time
    heads = heads.filter(~pl.col("cue_start").is_in(led) & ~(pl.col("cue_start") - 1).is_in(led))
    pairs = context.with_cues(rows, heads)
    alone = (pl.col("head_end") - pl.col("cue_end") <= 1) & (pl.col("cue_gap") <= _REACH_COMPARATIVE)  # "A year ago, it had"
    told = pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("same_clause") | alone)
    pairs = pairs.filter(told)
    opening = pl.col("cue_start") - pl.col("head_start") <= _REACH_HEAD
    return pairs.filter(opening | pl.lit(_growth_between(pairs, context)))["number"].unique()


def _growth_between(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a noun for growth (`[settings] growth`) stands between a cue and the percentage behind it."""
    tape = context.scanned.tape
    near = pl.when((pl.col("figure_class") == "percent") & (pl.col("cue_gap") <= _REACH_COMPARATIVE)).then("cue_end")
    between = tape.slice(near, "start", pairs).str.to_lowercase()

    def told(language: str, part: pl.DataFrame) -> pl.Series:
        return part["text"].str.contains(rf" (?:{lexicon.settings(language).get('growth', lexicon.NEVER)}) ")

    return tape.by_language(pairs.select("doc", text=between), told).fill_null(value=False)


def _of_earlier_year(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a year that is over is named right before a number, behind another of its metric that is of no earlier one.

    "经营利润为79亿元，2022年第一季度为47亿元", in an article of 2023. A sentence of its own may tell it, without another
    metric: "EBIT came to 187.7 million. The figure for 2020 was 183.6 million."
    """
    spans = context.scanned.periods.filter(
        pl.col("sid").is_not_null() & pl.col("year").is_not_null() & pl.col("role").is_null()
    )
    than = context.cues("than")["cue_end"]  # "10 million higher than 2014, and came to 233 million"
    spans = spans.filter(~pl.col("start").is_in(than.implode()) & ~(pl.col("start") - 1).is_in(than.implode()))
    named = spans.select("sid", "year", cue_start="start", cue_end="end", cue_cid="cid")
    beside = pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_YEAR)
    own = context.with_cues(rows.select("number", "sid", "cid", "start", "end"), named).filter(beside)
    years = own.group_by("number", maintain_order=True).agg(own_year=pl.col("year").last())
    published = pl.col("published_at").dt
    today = context.scanned.tape.docs.select("doc", today=published.year(), month=published.month())
    dated = rows.join(years, on="number", how="left", maintain_order="left").join(
        today, on="doc", how="left", maintain_order="left"
    )
    alike = ["sid", "metric", "measure"]
    first = pl.col("number") == pl.col("number").min().over(alike)
    latest = pl.col("own_year").max().over(alike)
    leading = pl.col("own_year").first().over(alike, order_by="number")
    over = (pl.col("own_year") < pl.col("today")) & (leading.is_null() | (leading > pl.col("own_year")))
    listed = ~first & over & (leading.is_null() | (leading == latest))
    sources = dated.select(source="number", source_sid_="sid", source_year="own_year")
    dated = dated.join(sources, on="source", how="left", maintain_order="left")
    year = pl.coalesce("source_year", "today") - (pl.col("month") <= SPRING).cast(pl.Int64)
    alone = pl.col("inherited") & (pl.col("sid") - pl.col("source_sid_") == 1) & (pl.col("measure") == "level")
    return dated.select((listed | (alone & (pl.col("own_year") < year))).fill_null(value=False)).to_series()


def behind_ago(rows: pl.DataFrame, context: Context) -> pl.Series:
    """The code of the word for an earlier period that the number's bracket explains: "전 분기(매출 7조원, 이익 2조원)".

    Or its clause: "better than the quarter before, when revenue came to 664 million", with or without a comma.
    """
    before = context.scanned.tape.slice(pl.max_horizontal(pl.col("start") - _REACH_BRACKET, pl.lit(0)), "start", rows)
    inside = before.str.extract(r"[(（]([^()（）\n]*)$", 1).str.len_chars().cast(pl.Int64)
    opens = pl.col("start") - inside - 1
    placed = rows.select("number", "sid", border=pl.coalesce(opens, _then_at(rows, context)))
    ago = (
        context.cues("ago")
        .select("sid", "code", border="cue_end")
        .unique(["sid", "border"], keep="first", maintain_order=True)
        .sort("border", maintain_order=True)
    )
    near = placed.with_row_index("row").drop_nulls("border").sort("border", maintain_order=True)
    told = near.join_asof(ago, on="border", by="sid", strategy="backward", tolerance=_REACH_WHEN, check_sortedness=False)
    found = placed.with_row_index("row").join(told.select("row", "code"), on="row", how="left", maintain_order="left")["code"]
    # "…, when revenue came to 664 million, up 355 %": the growth of then.
    beside = (pl.col("number") - pl.col("number").shift(1) == 1) & (pl.col("sid") == pl.col("sid").shift(1))
    beside &= (pl.col("metric") == pl.col("metric").shift(1)) & (pl.col("measure") == "change")
    return (
        rows.with_columns(found=found)
        .select(
            pl.when(beside & ~pl.col("bracketed").shift(1))
            .then(pl.coalesce("found", pl.col("found").shift(1)))
            .otherwise("found")
        )
        .to_series()
    )


def _then_at(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Where "when" or the like (`[settings] when`) opens the clause of a number, or follows a time in it, else null."""
    tape = context.scanned.tape
    first = pl.max_horizontal("clause_start", pl.col("start") - _REACH_THEN)
    ahead = tape.slice(first, "start", rows).str.to_lowercase()

    def led(language: str, part: pl.DataFrame) -> pl.Series:
        words = lexicon.settings(language).get("when") or "$^"
        opens = part["ahead"].str.contains(rf"^(?:{words}) ") & (part["clause_start"] == part["first"])
        inside = part["ahead"].str.extract(rf"^(.*) (?:{words}) ", 1).str.len_chars().cast(pl.Int64)
        return part.select(pl.when(opens).then("clause_start").otherwise(pl.col("first") + inside)).to_series()

    asked = rows.select("doc", "clause_start", first=first, ahead=ahead)
    return tape.by_language(asked, led)


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


def increased(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a noun of a move stands right before an amount: "an increase of 281,000 last year" is none of that year."""
    nouns = context.cues("mark", "by").filter(pl.col("cue_end") - pl.col("cue_start") > _LONGEST_MARK)
    pairs = context.with_cues(rows.filter(pl.col("figure_class").is_in(["money", "count"])), nouns)
    return among(rows, pairs.filter(pl.col("ahead_of") & pl.col("cue_gap").is_between(0, REACH_BY))["number"])


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
    return among(rows, pairs.filter(close & ~moving & ~of_next)["number"])


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
    metric_words = context.cues("metric").filter(pl.col("code") != "none").sort("cue_start", maintain_order=True)
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
    """Against which period, by the nearest cue: `against` for a change, hint for every number of the clause.

    `rows` have `then`, what `behind_ago` says.
    """
    pairs = context.with_cues(rows, context.cues("ago")).filter(pl.col("cue_between") <= 1)
    nearest = pairs.sort(
        "number", pl.col("same_clause"), "cue_gap", descending=[False, True, False], maintain_order=True
    ).unique("number", keep="first", maintain_order=True)
    named = pl.when(pl.col("code") == "previous_quarter").then(pl.lit("previous_period")).otherwise(pl.lit("year_ago"))
    beside = pl.col("same_clause") | (pl.col("ahead_of") & (pl.col("cue_gap") <= REACH_NEXT))  # "직전 분기(71%)"
    # "In the quarter before, it had grown 191 %"
    beside |= pl.col("ahead_of") & (pl.col("cue_between") == 0) & of_numbers(headed(rows, context))
    said = nearest.select("number", said=named, hint=pl.when(beside).then(named))
    explained = pl.when(pl.col("then") == "previous_quarter").then(pl.lit("previous_period")).otherwise(pl.lit("year_ago"))
    told = pl.col("then").is_not_null()
    return rows.join(said, on="number", how="left", maintain_order="left").select(
        hint=pl.when(told).then(explained).otherwise("hint"),
        against=pl.when((pl.col("measure") == "change") & (~told | pl.col("bracketed"))).then("said"),
    )
