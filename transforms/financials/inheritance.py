"""Numbers whose metric was named before: "Analysts had expected 694 million", "a year earlier it was 122 million".

Such a number takes the metric word of the last number of its kind, or a word of the sentence before that no number has
taken, if words around it say that it is compared with something or moved; what was said of that number (adjusted,
segment) is said of it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials import rules
from transforms.financials.comparatives import headed
from transforms.financials.context import marked
from transforms.financials.directions import difference

if TYPE_CHECKING:
    from transforms.financials.context import Context

_WORD: Final = (
    "metric", "metric_kind", "instant", "loss", "word", "word_start", "word_end", "word_clause", "word_cid", "strength",
    "firms",
    "plain",
)  # fmt: skip
_ORPHANS: Final = ("money", "percent", "count", "multiple")
_LEADING: Final = 60
"""How early in its sentence a percentage stands that says how the figure of the sentence before has moved."""
_NEARER: Final = 0.5
"""By how many powers of ten a sum is nearer to the revenue than to the profit, so that it is rather revenue."""
_PAID: Final = 12
"""How far behind a word for the price of a deal it may stand, in code points."""
_FROM_FIRM: Final = 9
"""How far behind the firm in a list its number stands, in code points."""
_FROM_BULLET: Final = 28
_BULLET: Final = r"^[^.。;0-9]{0,4}[▲△▷▶■●•◆] ?[^.。;,、0-9▲△▷▶■●•◆]{1,20}$"
"""What parts two numbers of a list with bullets, and the longest such, in code points."""
_LANDED: Final = 14
"""How far an amount stands behind the percentage by which it was reached: "up 3 %, to 2,244 million", in code points."""
_TOTAL: Final = 14
"""How far a count stands behind "the total to", in code points."""
_THINGS: Final = 1_000
"""So many things that are counted are a number that an article follows; fewer are by the way."""
_BESIDE: Final = 45
"""How far the change of counted things stands behind their count, in code points."""
_CONVERTED: Final = 40
"""How far into its sentence an amount in a second currency stands that is all it tells, in code points."""
_ENDED: Final = 2
"""How far behind the amount its sentence ends, in code points."""
_OF_A_SIZE: Final = 2.0
"""An amount in the second currency is at most so many times the one in the first, or the other way round."""
_RESTATED: Final = 12
"""How far behind a profit the same profit a share stands, in code points."""
_GENERATIONS: Final = 2
_WON_APART: Final = 10
"""Customers won in another period, or expected, are at most so many times more or fewer; more are all that there are."""
_GROWING: Final = 28
"""How near a percentage the word for growing stands, in code points."""
_MOST_APART: Final = 300
"""A count that is this many times larger or smaller than the one before it is of something else."""


def with_inherited(
    chosen: pl.DataFrame, figures: pl.DataFrame, metrics: pl.DataFrame, described: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """The chosen rows and those numbers without a word of their own that continue an earlier one.

    Adds word_sid, inherited and source (the number that the metric is taken from, null if it is from a word alone).
    """
    own = chosen.select(
        *figures.columns, *_WORD, "measure", "score", word_sid="sid", inherited=pl.lit(value=False), source="number"
    )
    own = pl.concat([own, _in_turn(figures, own, context).select(own.columns)]).sort("number", maintain_order=True)
    things = _of_things(figures, own, context)
    own = own.filter(~pl.col("number").is_in(things.implode()))
    figures = figures.filter(~pl.col("number").is_in(things.implode()))
    for _ in range(_GENERATIONS):  # a second generation inherits from the first: "405 a year before, up 90 %"
        orphans = figures.filter(~pl.col("number").is_in(own["number"].implode()) & pl.col("figure_class").is_in(_ORPHANS))
        if orphans.is_empty():
            break
        own = pl.concat([own, _heirs(orphans, own, metrics, described, context).select(own.columns)]).sort(
            "number", maintain_order=True
        )
    return own


def _of_things(figures: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.Series:
    """Changes of counted things that are no figure, right behind their count: "22,193 cars, 57 % fewer" is no revenue."""
    taken = pl.col("number").is_in(own.filter(pl.col("metric") != rules.NOT_A_FACT)["number"].implode())
    counts = figures.filter((pl.col("figure_class") == "count") & (pl.col("value") >= _THINGS) & ~taken)
    noun = context.scanned.tape.slice("end", pl.col("end") + 4, counts).str.contains(r"^ \p{Ll}{3}")
    counts = counts.filter(noun).select("sid", number=pl.col("number") + 1, thing_end="end")
    behind = figures.filter(pl.col("figure_class").is_in(["percent", "multiple"])).select("sid", "number", "start")
    behind = behind.join(counts, on=["sid", "number"], how="inner", maintain_order="left")
    behind = behind.join(own.select("number", "word_start"), on="number", how="left", maintain_order="left")
    between = context.scanned.tape.slice("thing_end", "start", behind)
    near = (pl.col("start") - pl.col("thing_end") <= _BESIDE) & (
        pl.col("word_start").is_null() | (pl.col("word_start") < pl.col("thing_end"))
    )
    return behind.filter(near & between.str.contains(r"^ [\p{L} ]+, [^,]*$"))["number"]


def _in_turn(figures: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Numbers of a sentence with "respectively" that has no metric words: those of the sentence before, in its order.

    "Revenue was 2.4 billion and profit 300 million. They rose by 12 % and 8 % respectively." As many numbers as amounts,
    each of a metric of its own.
    """
    lists = context.cues("list")["sid"].unique()
    sort = pl.when(_without_currency()).then(pl.lit("money")).otherwise("figure_class")
    listed = figures.filter(pl.col("sid").is_in(lists.implode()) & sort.is_in(["money", "percent"]))
    listed = listed.filter(~pl.col("number").is_in(own["number"].implode())).with_columns(
        source_sid=pl.col("sid") - 1,
        rank=pl.int_range(pl.len()).over("sid", sort),
        size=pl.len().over("sid", sort),
    )
    levels = own.filter((pl.col("measure") == "level") & (pl.col("metric_kind") == "money") & ~pl.col("bracketed"))
    levels = levels.with_columns(
        rank=pl.int_range(pl.len()).over("sid"), size=pl.len().over("sid"), metrics=pl.col("metric").n_unique().over("sid")
    )
    levels = levels.filter((pl.col("size") > 1) & (pl.col("size") == pl.col("metrics")))
    sources = levels.select("doc", "rank", "size", *_WORD, source_sid="sid", source="number")
    return listed.join(sources, on=["doc", "source_sid", "rank", "size"], how="inner", maintain_order="left").with_columns(
        measure=_measure(), score=pl.lit(0.5), word_sid=pl.lit(None, pl.Int64), inherited=pl.lit(value=True)
    )


def _bucket_of_number() -> pl.Expr:
    limit = rules.load().limit
    size = pl.col("value").abs()
    return (
        pl.when(pl.col("figure_class").is_in(["percent", "multiple"])).then(pl.lit("any"))
        .when((pl.col("figure_class") == "money") & (size < limit["least_money"])).then(pl.lit("share"))
        .when(pl.col("figure_class") == "money").then(pl.lit("money"))
        .when((pl.col("figure_class") == "count") & (pl.col("value") != pl.col("value").floor()) & (size < limit["small_sum"]))
        .then(pl.lit("share"))
        .when(_without_currency()).then(pl.lit("amount"))
        .otherwise(pl.lit("count"))
    )  # fmt: skip


def _without_currency() -> pl.Expr:
    """A large count may be an amount whose currency was named before ("analysts had expected 6.86 billion")."""
    return (pl.col("figure_class") == "count") & (pl.col("value").abs() >= rules.load().limit["least_money"])


def _shelf(own: pl.DataFrame, metrics: pl.DataFrame) -> pl.DataFrame:
    """What can be inherited, by place: what each number has taken, and metric words that none has taken."""
    relative = pl.col("figure_class").is_in(["percent", "points", "multiple"])
    kinds = pl.when(pl.col("metric_kind").is_in(["money", "share", "count"])).then("metric_kind").otherwise(_bucket_of_number())
    source = {"place": "start", "source": "number", "source_sid": "sid", "source_value": "value"}
    taken = own.filter(~relative).select("doc", *_WORD, bucket=kinds, **source)
    moved = own.filter(relative).select("doc", *_WORD, bucket=pl.lit("any"), **source)
    named = (pl.col("strength") == "metric") & ~pl.col("summed")  # "ein Plus von" names nothing
    free = metrics.filter(named & ~pl.col("word").is_in(own["word"].implode())).select(
        "doc",
        *_WORD,
        bucket=pl.when(pl.col("metric_kind") == "ratio").then(pl.lit("any")).otherwise("metric_kind"),
        place="word_start",
        source=pl.lit(None, pl.Int64),
        source_sid="sid",
        source_value=pl.lit(None, own.schema["value"]),
    )
    per_share = taken.filter((pl.col("metric") == "net_income") & (pl.col("bucket") == "money")).with_columns(
        metric=pl.lit("eps"), metric_kind=pl.lit("share"), bucket=pl.lit("share")
    )  # "made $342 million, or 56 cents a share"
    shelf = pl.concat([taken, free, moved])
    amounts = shelf.filter(pl.col("bucket").is_in(["money", "count"])).with_columns(bucket=pl.lit("amount"))
    # What is only counted ("the last three months") is nothing that a percentage could go on with.
    going_on = (pl.col("bucket") != "any") & (pl.col("metric_kind") != rules.COUNTED)
    anything = shelf.filter(going_on).with_columns(bucket=pl.lit("any"))
    return pl.concat([shelf, per_share, amounts, anything]).sort("place", "word_start", maintain_order=True)


def _heirs(
    orphans: pl.DataFrame, own: pl.DataFrame, metrics: pl.DataFrame, described: pl.DataFrame, context: Context
) -> pl.DataFrame:
    limit = rules.load().limit
    heirs = (
        orphans.with_columns(bucket=_bucket_of_number())
        .sort("start", maintain_order=True)
        .join_asof(
            _shelf(own, metrics),
            left_on="start",
            right_on="place",
            by=["doc", "bucket"],
            strategy="backward",
            check_sortedness=False,
        )
        .pipe(_landed, own, context)
        .filter(pl.col("source_sid").is_not_null())
        .with_columns(measure=_measure())
    )
    near = (pl.col("sid") - pl.col("source_sid")) <= _reach(limit["inherit"])
    foreseen = _foreseen_growth(heirs, context)
    heirs = heirs.filter(near | pl.lit(foreseen)).with_columns(_far=~near)
    # "the dividend of the year is to be 124 billion": of shares all together, nothing that was named before.
    payout = metrics.filter(pl.col("metric") == "dividend_per_share")["word_cid"]
    heirs = heirs.filter((pl.col("bucket") != "money") | ~pl.col("cid").is_in(payout.implode()))
    heirs = _of_revenue(heirs, own, context).filter(~pl.col("_far") | (pl.col("metric") == "revenue")).drop("_far")
    told = _compared(heirs, own, context)
    classed = heirs.select(
        (pl.col("metric") == "customers")
        & (pl.col("figure_class") == "count")
        & pl.col("sid").is_in(described["sid"].implode())
    ).to_series()
    ratio = (pl.col("value").cast(pl.Float64) / pl.col("source_value").cast(pl.Float64)).abs()  # a source may be zero
    alike = (pl.col("figure_class") != "count") | ratio.is_between(1 / _MOST_APART, _MOST_APART)
    alone = _stands_alone(heirs, context) & ~_paid(heirs, context)
    kept = heirs.filter((told | classed) & alike & alone & (pl.col("metric") != rules.NOT_A_FACT))
    return kept.with_columns(score=pl.lit(0.5), word_sid=pl.lit(None, pl.Int64), inherited=pl.lit(value=True))


def _landed(heirs: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Amounts that a percentage right before them led to are of its metric, whatever result was told last.

    "In nine months they rose 3.4 % to 15.8 billion."
    """
    told = own.with_columns(source_sid="sid", source="number")
    steps = pl.concat([rows.select("number", "end", "figure_class", "source", "source_sid", *_WORD) for rows in (told, heirs)])
    steps = steps.filter((pl.col("figure_class") == "percent") & (pl.col("metric_kind") == "money")).select(
        pl.col("number") + 1, step_end="end", **{f"{c}_step": pl.col(c) for c in ("source", "source_sid", *_WORD)}
    )
    joined = heirs.join(steps, on="number", how="left", maintain_order="left")
    amount = (pl.col("figure_class") == "money") | _without_currency()
    reached = pl.lit(marked(joined, context, "to")) & (pl.col("start") - pl.col("step_end")).is_between(0, _LANDED)
    taken = (amount & reached).fill_null(value=False)
    chosen = {c: pl.when(taken).then(f"{c}_step").otherwise(c) for c in ("source", "source_sid", *_WORD)}
    value = pl.when(taken).then("value").otherwise("source_value")
    return joined.with_columns(**chosen, source_value=value).select(heirs.columns)


def _of_revenue(heirs: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Outlooks without a metric are of revenue: "it expects growth of 30 %" after customers or a profit, or a sum far from it.

    Only where the article has told revenue before, and in a sentence of its own.
    """
    outlook = context.cues("basis", "guidance")["sid"].unique()
    sources = own.filter((pl.col("metric") == "revenue") & (pl.col("measure") == "level") & (pl.col("figure_class") == "money"))
    columns = {f"{c}_revenue": pl.col(c) for c in _WORD}
    sources = sources.select(
        "doc", revenue_at="start", revenue=pl.col("value").cast(pl.Float64), source_revenue="number", **columns
    ).sort("revenue_at", maintain_order=True)
    asked = heirs.sort("start", maintain_order=True).join_asof(
        sources, left_on="start", right_on="revenue_at", by="doc", strategy="backward", check_sortedness=False
    )
    size = pl.col("value").cast(pl.Float64).abs()
    apart = (size / pl.col("source_value").cast(pl.Float64).abs()).log(10).abs()
    nearer = (size / pl.col("revenue")).log(10).abs() + _NEARER <= apart
    profit = pl.col("metric").is_in(["net_income", "eps"]) & pl.lit(_of_growth(asked, context))
    counted = (pl.col("figure_class") == "percent") & ((pl.col("metric_kind") == "count") | profit)
    summed = (pl.col("figure_class") == "money") & (pl.col("metric") == "net_income") & nearer
    taken = (
        pl.col("revenue").is_not_null()
        & pl.col("sid").is_in(outlook.implode())
        & (pl.col("sid") != pl.col("source_sid"))
        & (counted | summed)
    ).fill_null(value=False)
    chosen = {c: pl.when(taken).then(f"{c}_revenue").otherwise(c) for c in _WORD}
    return asked.with_columns(**chosen, source=pl.when(taken).then("source_revenue").otherwise("source")).select(heirs.columns)


def _foreseen_growth(heirs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether each number is the growth that a firm foresees: "The company expects growth of 30 %", whatever was told last."""
    outlook = context.cues("basis", "guidance")["sid"].unique()
    trades = context.cues("macro")["sid"].unique()
    spoken = pl.col("sid").is_in(outlook.implode()) & ~pl.col("sid").is_in(trades.implode())
    asked = heirs.filter(spoken & (pl.col("figure_class") == "percent"))
    asked = asked.filter(pl.lit(_of_growth(asked, context)))
    firms = context.scanned.companies.select("sid", firm_end="end").drop_nulls()
    pairs = asked.join(firms, on="sid", how="inner", maintain_order="left").filter(pl.col("firm_end") <= pl.col("start"))
    return heirs["number"].is_in(pairs["number"].unique().implode())


def _of_growth(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether "growth" or "to grow" (`[settings] growth`) stands beside a number: what a company grows by is its revenue."""
    tape = context.scanned.tape
    first = pl.max_horizontal("clause_start", pl.col("start") - _GROWING)
    around = tape.slice(first, pl.col("end") + _GROWING, rows).str.to_lowercase()

    def told(language: str, part: pl.DataFrame) -> pl.Series:
        return part["text"].str.contains(
            rf"(?:^|[^\p{{L}}])(?:{lexicon.settings(language).get('growth', '$^')})(?:$|[^\p{{L}}])"
        )

    return tape.by_language(rows.select("doc", text=around), told).fill_null(value=False)


def _reach(most: float) -> pl.Expr:
    return pl.when(pl.col("figure_class").is_in(["percent", "multiple"])).then(1).otherwise(most)


def _measure() -> pl.Expr:
    relative = pl.col("figure_class").is_in(["percent", "multiple"])
    change = relative & ((pl.col("metric_kind") != "ratio") | (pl.col("figure_class") == "multiple"))
    return pl.when(change).then(pl.lit("change")).otherwise(pl.lit("level"))


def _stands_alone(heirs: pl.DataFrame, context: Context) -> pl.Series:
    """A count that inherits has no noun of its own: after it comes a mark, a cue, a period or a small joining word."""
    scanned = context.scanned
    rest = scanned.tape.slice("end", pl.col("end") + 24, heirs).str.to_lowercase()
    word = rest.str.extract(r"^ ?([\p{L}]+)", 1)
    marks = pl.concat(
        [scanned.cues.filter(pl.col("kind") != "metric_noun").select("sid", "start"), scanned.periods.select("sid", "start")]
    )
    near = heirs.join(marks.rename({"start": "mark"}), on="sid", how="inner", maintain_order="left").filter(
        (pl.col("mark") - pl.col("end")).is_between(0, 2)
    )
    joins = scanned.tape.by_language(
        heirs.select("doc", word=word),
        lambda language, rows: rows["word"].is_in(lexicon.settings(language).get("joiners", [])),
    )
    # "the 82 million that analysts had expected"
    related = scanned.tape.by_language(heirs.select("doc", rest=rest), _related).fill_null(value=False)
    # "Kenners hadden 694 miljoen ingeboekt": a large sum behind those who expected it, before a verb.
    hopes = context.with_cues(heirs, context.cues("basis", "consensus"))
    expected = hopes.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))["number"]
    large = (pl.col("bucket") == "amount") & (pl.col("metric_kind") == "money") & (pl.col("end") > pl.col("number_end"))
    foreseen = heirs.select(large & pl.col("number").is_in(expected.unique().implode())).to_series()
    wordless = word.is_null() | joins | related | foreseen
    return heirs.select(
        (pl.col("figure_class") != "count") | wordless | pl.col("number").is_in(near["number"].unique().implode())
    ).to_series()


def _paid(heirs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a sum stands right behind a word for the price of a deal: "wants to lift sales. It will pay 5.4 billion"."""
    ends = (
        context.cues("market_context", "deal_price")
        .select("sid", _price="cue_end", _to="cue_end")
        .sort("_to", maintain_order=True)
    )
    near = (
        heirs.select("number", "sid", "start")
        .sort("start", maintain_order=True)
        .join_asof(
            ends, left_on="start", right_on="_to", by="sid", strategy="backward", tolerance=_PAID, check_sortedness=False
        )
    )
    return heirs.select(
        (pl.col("bucket") == "money") & pl.col("number").is_in(near.drop_nulls("_price")["number"].implode())
    ).to_series()


def _of_next_firm(heirs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a number stands right behind a firm, as in a list: "Inditex, with 4.3 billion; Telefónica, with 2.7 billion"."""
    ends = context.scanned.companies["end"].sort()
    at = ends.search_sorted(heirs["start"], side="right").cast(pl.Int64) - 1
    named = pl.concat([ends, pl.Series([-(2**62)], dtype=pl.Int64)]).gather(pl.Series(at).replace(-1, len(ends)))
    placed = heirs.select("doc", "start", named=pl.max_horizontal(named, pl.col("start") - _FROM_FIRM))
    between = context.scanned.tape.slice("named", "start", placed)
    return (heirs["start"] - named <= _FROM_FIRM) & between.str.contains(r"^[,:]? ?(?:\p{L}{1,5} )?$").fill_null(value=False)


def _converts(heirs: pl.DataFrame, own: pl.DataFrame) -> pl.Series:
    """Whether an amount in brackets is the one right before it in a second currency: "to $663 million (about €560 million)"."""
    heads = own.filter((pl.col("figure_class") == "money") & (pl.col("metric_kind") == "money"))
    heads = heads.select("sid", number=pl.col("number") + 1, of_unit="unit")
    joined = heirs.join(heads, on=["sid", "number"], how="left", maintain_order="left")
    opens = pl.col("bracketed") & pl.col("opens") & (pl.col("figure_class") == "money")
    return joined.select((opens & (pl.col("unit") != pl.col("of_unit"))).fill_null(value=False)).to_series()


def _converts_next(heirs: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a short sentence only tells an amount once more in a second currency: "Sales were $1.05 bn. That is €935 m."

    Known by words that say so (`[settings] converted`), or by the sums themselves: in most currencies that are told so,
    they are of a size.
    """
    heads = own.filter((pl.col("figure_class") == "money") & (pl.col("metric_kind") == "money"))
    heads = heads.select("doc", pl.col("sid") + 1, number=pl.col("number") + 1, of_unit="unit", of_value="value")
    alone = context.figures.filter(pl.len().over("sid") == 1).select("number", alone=pl.lit(value=True))
    sentences = context.scanned.sentences.select("sid", sentence_start="start", sentence_end="end")
    joined = heirs.select("doc", "sid", "number", "start", "end", "unit", "value", "figure_class")
    joined = joined.join(heads, on=["doc", "sid", "number"], how="left", maintain_order="left")
    joined = joined.join(alone, on="number", how="left", maintain_order="left")
    joined = joined.join(sentences, on="sid", how="left", maintain_order="left")
    ratio = pl.col("value").cast(pl.Float64) / pl.col("of_value").cast(pl.Float64)
    behind = pl.col("sentence_end") - pl.col("end")
    told = (pl.col("figure_class") == "money") & (pl.col("unit") != pl.col("of_unit")) & pl.col("alone")
    told &= pl.col("start") - pl.col("sentence_start") <= _CONVERTED
    tape = context.scanned.tape
    text = tape.slice("sentence_start", "sentence_end", joined).str.to_lowercase()
    equal = tape.by_language(joined.select("doc", text=text), _converted).fill_null(value=False)
    alike = ratio.is_between(1 / _OF_A_SIZE, _OF_A_SIZE) & (behind <= _ENDED)
    said = pl.lit(equal) & (behind <= _CONVERTED)  # "… 75 milyar liraya denk geliyor."
    return joined.select((told & (alike | said)).fill_null(value=False)).to_series()


def _converted(language: str, rows: pl.DataFrame) -> pl.Series:
    regex = lexicon.settings(language).get("converted")
    return rows["text"].str.contains(regex) if regex else pl.repeat(value=False, n=rows.height, eager=True)


def _bulleted(heirs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a bullet and a few words part a number from the one before it: "매출은 ▲커머스 458억원 ▲콘텐츠 311억원"."""
    ends = context.figures["end"].sort()
    at = ends.search_sorted(heirs["start"], side="right").cast(pl.Int64) - 1
    last = pl.concat([ends, pl.Series([-(2**62)], dtype=pl.Int64)]).gather(pl.Series(at).replace(-1, len(ends)))
    placed = heirs.select("doc", "start", last=pl.max_horizontal(last, pl.col("start") - _FROM_BULLET))
    return context.scanned.tape.slice("last", "start", placed).str.contains(_BULLET).fill_null(value=False)


def _related(language: str, rows: pl.DataFrame) -> pl.Series:
    regex = lexicon.settings(language).get("relative")
    return rows["rest"].str.contains(regex) if regex else pl.repeat(value=False, n=rows.height, eager=True)


def _compared(heirs: pl.DataFrame, own: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the number's clause speaks of an expectation, an earlier or a dated period, or, of a percentage, of a move.

    A percentage may also be another growth of the metric ("rose by 2.9 %, currency-adjusted by 4 %"), or the growth that an
    outlook foresaw before ("expects growth of 6 to 8 %; until now it was 4 to 6 %"), or that of an earlier time.
    """

    def told(cues: pl.DataFrame) -> pl.Series:
        pairs = context.with_cues(heirs, cues).filter(pl.col("same_clause") | (pl.col("cue_between") == 0))
        return pairs["number"]

    spans = context.scanned.periods.filter(pl.col("sid").is_not_null() & (pl.col("grain") != "day").fill_null(value=True))
    dated = spans.select("sid", code=pl.lit("period"), cue_start="start", cue_end="end", cue_cid="cid")
    outlooks = told(context.cues("basis", "consensus", "prior_guidance", "earlier", "guidance"))
    more = heirs.filter(difference(heirs, context))["number"]  # "7,7 Millionen mehr als im Herbst"
    expected = pl.concat([outlooks, told(pl.concat([context.cues("role"), context.cues("ago")])), more])
    compared = pl.concat([expected, told(dated)])
    is_expected = pl.col("number").is_in(expected.unique().implode())
    moved = pl.concat([told(context.cues("direction", "up", "down")), heirs.filter(pl.col("sign") != 0)["number"]])
    sentences = context.scanned.sentences.select("sid", sentence_start="start")
    same = pl.col("sid") == pl.col("source_sid")
    close = heirs.join(sentences, on="sid", how="left", maintain_order="left").filter(
        same | (pl.col("start") - pl.col("sentence_start") <= _LEADING)
    )
    steps = context.figures.filter(pl.col("figure_class") == "percent").select("sid", number=pl.col("number") + 1, step="end")
    landed = heirs.join(steps, on=["sid", "number"], how="left", maintain_order="left")["step"]
    left = own.filter(marked(own, context, "from") & pl.Series(own["figure_class"] == "count"))["number"] + 1
    onward = (pl.col("figure_class") == "count") & pl.col("number").is_in(left.implode())  # "steg fra 149.000 til 326.000"
    is_reached = pl.lit(marked(heirs, context, "to")) & ((pl.col("start") - pl.lit(landed)).is_between(0, _LANDED) | onward)
    grown = own.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent"))
    foreseen = context.cues("basis", "guidance")["sid"].unique()
    again = same & pl.lit(marked(heirs, context, "by")) & pl.col("number").is_in(
        told(context.cues("accounting")).unique().implode()
    )  # fmt: skip
    replaced = pl.col("source_sid").is_in(foreseen.implode()) & pl.col("number").is_in(
        told(context.cues("basis", "prior_guidance", "earlier")).unique().implode()
    )  # fmt: skip
    then = pl.col("number").is_in(headed(heirs, context).implode())  # "Sales rose 15 %. In the quarter before it was 20 %."
    alike = pl.col("source").is_in(grown["number"].implode()) & (again | replaced | then)
    is_listed = same & pl.lit(_of_next_firm(heirs, context) | _bulleted(heirs, context) | _converts(heirs, own))
    is_compared, is_moved, is_close = (pl.col("number").is_in(n.unique().implode()) for n in (compared, moved, close["number"]))
    # "Net profit more than doubled. It came to 187 million."
    grew = own.filter(pl.col("figure_class").is_in(["percent", "multiple"]))["number"]
    told_next = pl.col("source").is_in(grew.implode()) & (pl.col("sid") - pl.col("source_sid") == 1) & is_close
    is_reached |= pl.lit(marked(heirs, context, "to")) & told_next
    totals = context.with_cues(heirs, context.cues("mark", "total"))  # "added 650 customers, bringing the total to 19,173"
    is_reached |= pl.lit(_converts_next(heirs, own, context))
    totals = totals.filter(pl.col("ahead_of") & (pl.col("cue_gap") <= _TOTAL) & (pl.col("cue_between") == 0))
    is_reached |= same & pl.col("number").is_in(totals["number"].implode())
    return heirs.select(
        pl.when(pl.col("figure_class") == "multiple")
        .then(is_compared)
        .when(pl.col("figure_class") == "percent")
        .then((is_moved & (is_compared | is_close)) | alike.fill_null(value=False))
        .when(pl.col("bucket") == "share")
        .then(pl.col("per_share") | is_expected)
        .when(pl.col("bucket") == "money")
        .then(is_expected | is_listed | (is_compared & is_close) | is_reached.fill_null(value=False))
        .otherwise(is_compared | (is_listed & (pl.col("bucket") == "amount")) | is_reached.fill_null(value=False))
    ).to_series()


def with_traits(rows: pl.DataFrame) -> pl.DataFrame:
    """Heirs take accounting and segment of their source where nothing of the kind is said of themselves.

    What is compared with an adjusted figure of its sentence is adjusted too, and so is what comes to it a share: "an adjusted
    profit of 394 million, or 1.29 a share".
    """
    traits = rows.filter(~pl.col("inherited")).select(
        source="number", source_accounting="accounting", source_segment="segment", source_at="sid",
        source_told=pl.struct("measure", "basis", "period_role", "unit"), source_size=pl.col("value").cast(pl.Float64).abs(),
    )  # fmt: skip
    joined = rows.join(traits, on="source", how="left", maintain_order="left")
    # "▲콘텐츠 311억원 ▲기타 94억원": the next item of a list is of another part.
    item = (pl.col("source_told") == pl.struct("measure", "basis", "period_role", "unit")) & (pl.col("measure") == "level")
    item &= (pl.col("source_at") == pl.col("sid")) & (pl.col("metric_kind") == "money")
    joined = joined.with_columns(source_segment=pl.when(~item.fill_null(value=False)).then("source_segment"))
    heir = pl.col("inherited")
    beside = (pl.col("period_role") == "comparative") | (pl.col("basis") == "consensus")
    weak = (pl.col("measure") == "change") & (pl.col("strength") == "metric_weak")  # "經調整溢利15億元，按年少賺89%"
    before = pl.col("accounting").shift(1).over("sid", "metric", order_by="number")
    joined = joined.with_columns(accounting=pl.coalesce("accounting", pl.when(weak).then(before)))
    joined = joined.with_columns(accounting=pl.coalesce("accounting", pl.when(beside).then(before)))
    last = {name: pl.col(name).shift(1).over("sid", order_by="number") for name in ("metric", "accounting", "end", "basis")}
    a_share = (pl.col("metric") == "eps") & (last["metric"] == "net_income") & (last["basis"] == pl.col("basis"))
    a_share &= pl.col("start") - last["end"] <= _RESTATED
    joined = joined.with_columns(accounting=pl.coalesce("accounting", pl.when(a_share).then(last["accounting"])))
    # "Added 8.8 million subscribers, taking the total to 247 million": these are not the new ones.
    near = (pl.col("value").cast(pl.Float64).abs() / pl.col("source_size")).is_between(1 / _WON_APART, _WON_APART)
    won = near & (~pl.col("to") | (pl.col("basis") != "actual")) & (pl.col("measure") == "level")
    taken = heir & ((pl.col("source_segment") != "new") | won)
    return joined.with_columns(
        accounting=pl.when(heir).then(pl.coalesce("accounting", "source_accounting")).otherwise("accounting"),
        segment=pl.coalesce("segment", pl.when(taken).then("source_segment")),
    ).drop("source_accounting", "source_segment", "source_at", "source_told", "source_size")
