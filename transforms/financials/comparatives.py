"""Whether a number is told of now or of before, and what it is compared with.

Each function takes rows (numbers with their metric word) and answers with a column in their order.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import lexicon
from transforms.financials.context import LONGEST_MARK, REACH_BY, REACH_NEXT, Context, among, marked, of_numbers
from transforms.financials.expectations import REACH_AGAINST
from transforms.financials.timing import SPRING

_REACH_NOUN: Final = 4
"""How far behind a word of comparison the noun of a move stands, in code points: an article lies between."""
_REACH_COMPARATIVE: Final = 40
_REACH_YEAR: Final = 26
_REACH_BRACKET: Final = 60
_PART_OF_IT: Final = 2.5
"""An outlook that is replaced is by no more than this factor another; what is more is of another length of time."""
_REACH_REVISED: Final = 6
"""How far behind a number that was left the one stands that replaces it, with nothing but "from" between."""
_REACH_PARTNER: Final = 40
_REACH_BACK: Final = 12
"""How far behind the amount that was reached the one stands that a rise set out from, in code points."""
_REACH_TURNED: Final = 26
"""How far behind a word for turning the result stands that was turned, in code points."""
_REACH_AGO: Final = 8
"""How far before a word of comparison the period may begin that the number behind it is growth against."""
_REACH_HEAD: Final = 12
"""How far behind the start of its clause a word for an earlier time heads it: a conjunction may stand before it."""
_REACH_ROLE: Final = 2
_REACH_LEVEL: Final = 12
"""How far behind a word for an earlier time the brackets open that tell its number, in code points."""
_REACH_OPPOSED: Final = 6
"""How far behind "against" the word stands whose number is compared with: an article lies between."""
_LAST_YEAR: Final = "last_year"
_ABOUT: Final = 1.15
"""By how much a multiple may be rounded."""
_LATELY: Final = 2
"""So many numbers back at most a figure was told with which one is compared: the same a share lies between."""
_REACH_WHEN: Final = 2
"""How far behind a word for an earlier period the clause opens that tells of it: a comma and a space lie between."""
_REACH_THEN: Final = 120
"""How much of a clause before its number is read for "when" or the like, in code points."""


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
    spoken = (pl.col("comparator_start") - pl.col("cue_end")).is_between(0, 1).fill_null(value=False)  # "von knapp 372"
    direct = context.with_cues(rows, context.cues("mark", "of")).filter(
        pl.col("ahead_of") & (pl.col("cue_gap").is_between(0, 1) | spoken)
    )
    back = among(rows, direct["number"]) & of & rows["value_high"].is_null()  # "de 900 à 905" is a range of its own
    reached = pl.col("to").shift(1).over(alike, order_by=ordered) & (pl.col("start") - last_end <= _REACH_BACK)
    back &= rows.select(reached.fill_null(value=False)).to_series()
    rows = rows.with_columns(of=pl.col("of") | back, to=pl.col("to") & ~back)
    # "32億円から27億円、…に減額した": right behind each other, where a sentence revises outlooks, the verb is the last one's.
    revised = context.cues("market", "raise", "cut", "outlook_raised", "outlook_cut")["sid"].unique().implode()
    gone = pl.col("from_") & (next_start - pl.col("end") <= _REACH_REVISED) & pl.col("sid").is_in(revised)
    rows = rows.with_columns(gone=(gone & (pl.col("measure") == "level")).fill_null(value=False))
    together = pl.col("cid") == pl.col("cid").shift(-1).over(alike, order_by=ordered)
    # "van 1,015 miljard, waar analisten op 1,013 rekenden"
    ahead = rows.with_columns(next_=next_start.fill_null(pl.col("end")))
    rows = rows.with_columns(foreign=context.between(ahead, context.cues("basis", "consensus"), "end", "next_"))
    of_to &= together | (pl.col("value_high").is_null() & ~pl.col("foreign"))
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
    # "Rose to $182 million, or 59 cents a share. This compares to $45.7 million"
    lately = [pl.col("metric").shift(back).over("doc", order_by=ordered) == pl.col("metric") for back in range(1, _LATELY + 1)]
    said_lately = pl.any_horizontal(lately)
    ago = context.with_cues(rows, context.cues("ago"))
    ago = ago.filter(pl.col("same_clause") | (pl.col("ahead_of") & (pl.col("cue_gap") <= REACH_NEXT)))
    ago = ago.with_columns(moved=pl.when(pl.col("ahead_of")).then(context.between(ago, moves, "cue_start", "start")).otherwise(
        context.between(ago, moves, "end", "cue_start")
    ))  # fmt: skip
    ago = ago.filter(~(~pl.col("ahead_of") & context.moves_next(ago)))
    ago = ago.filter(~(~pl.col("ahead_of") & (_measured(ago, context) | _of_bracket(ago, context))))
    ago = ago.filter(~context.resumed(ago))
    ago = ago.filter(~_foretold_behind(ago, context))
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
        | (is_against & ~pl.col("to") & (earlier_alike | said_lately.fill_null(value=False)))
        | told_so.fill_null(value=False)
        | bracket.fill_null(value=False)
    )
    level = pl.col("measure") == "level"
    than = rows.select(_than(rows, context) & level).to_series()
    # "from 10 million in December 2019 to 300 million in April 2020": what it rose to is of the later of both.
    start = (pl.col("from_") & pl.col("to").shift(-1).over(alike, order_by=ordered)) | of_to
    risen = (start.shift(1).over(alike, order_by=ordered) & (pl.col("measure") == "level")).fill_null(value=False)
    found |= _base_of_multiple()
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
    # "De 3,76 à 3,78 milliards, dont de 900 à 905 millions au premier trimestre": a quarter of it is no earlier outlook.
    ratio = pl.col("value").cast(pl.Float64) / pl.col("value").cast(pl.Float64).shift(1).over(alike, order_by=ordered)
    ranges &= ratio.is_between(1 / _PART_OF_IT, _PART_OF_IT)
    onward = pl.col("value_high").is_not_null() & pl.col("value_high").shift(-1).over(alike, order_by=ordered).is_not_null()
    ranged = ((ranges & (pl.col("from_") | pl.col("of"))) | (onward & pl.col("from_"))).fill_null(value=False)
    change = pl.col("measure") == "change"
    again = pl.col("metric") == pl.col("metric").shift(1).over("sid", "measure", order_by=ordered)
    percent = change & (pl.col("figure_class") == "percent")
    opposed_to = percent & (pl.col("from_") | of_numbers(opposed)) & again
    # "A year ago they had almost tripled"
    relative = change & pl.col("figure_class").is_in(["percent", "multiple"])
    opposed_to |= relative & earlier_time & (said_before | (pl.col("figure_class") == "multiple"))
    opposed_to |= percent & marked(rows, context, "than") & again  # "9% 늘어 전 분기 증가율 17%보다 둔화했다"
    opposed_to |= relative & pl.col("then").is_not_null() & ~pl.col("bracketed")
    # "compared with 20 % in the quarter before and 60 % a year earlier"
    aged = context.with_cues(rows, context.cues("ago")).filter(~pl.col("ahead_of") & (pl.col("cue_gap") <= REACH_NEXT))
    listed = (pl.col("number") - pl.col("number").shift(1).over(alike, order_by=ordered) == 1) & of_numbers(aged["number"])
    rows = rows.with_columns(opposed_=opposed_to.fill_null(value=False))
    opposed_to = pl.col("opposed_") | (percent & listed & pl.col("opposed_").shift(1).over(alike, order_by=ordered))
    rows = rows.with_columns(earlier_=(found | ranged) & level)
    return rows.select(
        earlier=pl.col("earlier_") | _listed_then(rows, context),
        ranged=ranged,
        dated=(is_ago | own_time) & level,
        than=than,
        left=moved & change,
        renews=pl.col("gone").shift(1, fill_value=False).over(alike, order_by=ordered) & level,
        opposed=opposed_to.fill_null(value=False),
        risen=risen,
    )


def _listed_then(rows: pl.DataFrame, context: Context) -> pl.Expr:
    """Whether a level goes on a list of an earlier time that opens its sentence: "去年同期营收700亿元、净利润21亿元".

    The list's first metric was told before, it tells each but once, and no time of its own stands in a clause.
    """
    cues = pl.concat([context.cues(kind).select("sid", "cue_start") for kind in ("ago", "role", "then")])
    opened = cues.group_by("sid", maintain_order=True).agg(cue_start=pl.col("cue_start").min())
    first = pl.col("number") == pl.col("number").min().over("sid")
    known = ~pl.col("metric").is_first_distinct().over("doc", order_by="number")
    heads = rows.filter(first & pl.col("earlier_") & known).join(opened, on="sid", how="inner", maintain_order="left")
    heads = heads.filter(pl.col("cue_start") < pl.min_horizontal("word_start", "start"))
    times = context.scanned.periods.filter(pl.col("role").is_null())["cid"].drop_nulls().unique()
    in_order = pl.col("number") - pl.col("number").shift(1).over("sid", order_by="number") == 1
    own = (pl.col("word_sid") == pl.col("sid")) & ~pl.col("cid").is_in(times.implode()) & (pl.col("figure_class") == "money")
    moved = (pl.col("measure") == "change").shift(-1, fill_value=False).over("sid", order_by="number")
    again = pl.col("metric").is_first_distinct().over("sid", order_by="number") & (pl.col("measure") == "level")
    goes_on = (again & ((in_order & own & ~moved) | first)).fill_null(value=False).cast(pl.Int8)
    goes_on = goes_on.cum_min().over("sid", order_by="number") == 1
    return goes_on & ~first & pl.col("sid").is_in(heads["sid"].implode())


def _of_growth_nouns(against: pl.DataFrame, context: Context) -> pl.Series:
    """Percentages that a noun of a move leads to, right behind a word of comparison: "compared with a rise of 20 %".

    Or one for growth: "par rapport à la croissance de 67 % enregistrée …".
    """
    nouns = context.cues("mark", "by").select("sid", noun="cue_start", noun_end="cue_end")
    percents = against.filter(pl.col("figure_class") == "percent")
    led = percents.join(nouns, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("noun_end") - pl.col("noun") > LONGEST_MARK)
        & (pl.col("noun") - pl.col("cue_end")).is_between(0, _REACH_NOUN)
        & (pl.col("start") - pl.col("noun_end")).is_between(0, REACH_BY)
    )
    return pl.concat([led["number"], against.filter(_growth_between(against, context))["number"]])


def _base_of_multiple() -> pl.Expr:
    """Whether a level right behind a multiple is what that multiplied: "earned 411 million, 58 times the 7.1 million of …"."""
    before = {
        back: {c: pl.col(c).shift(back).over("sid", "metric", order_by="number") for c in ("figure_class", "value", "unit")}
        for back in (1, 2)
    }
    size = pl.col("value").cast(pl.Float64) * before[1]["value"].cast(pl.Float64)
    alike = (before[2]["value"].cast(pl.Float64) / size).is_between(1 / _ABOUT, _ABOUT)
    multiplied = (before[1]["figure_class"] == "multiple") & alike & pl.col("figure_class").is_in(["money", "count"])
    bare = pl.col("unit").fill_null("count") == "count"  # "58 times the 7.1 million"
    return (multiplied & (bare | (before[2]["unit"] == pl.col("unit")))).fill_null(value=False)


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
    pairs = pairs.filter(opening | pl.lit(_growth_between(pairs, context)))
    return pairs.filter(~_foretold_behind(pairs, context))["number"].unique()


def _foretold_behind(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a word for an outlook leads from an earlier time to its number: "after a profit last year it expects a loss"."""
    return pairs["ahead_of"] & context.between(pairs, context.cues("basis", "guidance"), "cue_end", "start")


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
