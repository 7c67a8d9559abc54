"""Which number may belong to which metric word, and how likely: pairs within a sentence, weighed by place and unit.

A number's candidates are all metric words of its sentence that its unit allows, words for things that are no business
figure among them; the likeliest wins. Numbers without a metric word of their own are left to `inheritance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials import rules
from transforms.financials.context import ands, relative_clauses
from transforms.financials.figures import PER_SHARE
from transforms.financials.metric_words import CLASS, METRIC_KINDS

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

_ACROSS: Final = 34
"""How far behind an amount its word stands with nothing but a second currency in brackets between, in code points."""
_SURE: Final = 6.0
"""How much more weight such a word gains."""
_RESULTS: Final = ("operating_income", "pretax_income", "ebitda", "free_cash_flow", "operating_cash_flow")
_REACH_RESULT: Final = 22
"""How far a plain "loss" stands behind the result that it is of: "the operating result was a loss of", in code points."""
_REACH_COMES: Final = 60
"""How far it does where its clause tells nothing else: "the operating result for the second quarter thus was a loss of"."""
_JOINT: Final = 5
"""How much parts two metric words whose numbers follow in a row, in code points: " and "."""
_PAIR: Final = 2
_REACH_VERB: Final = 6
_OFTEN: Final = ("daily_active", "monthly_active")
_BRACKETS: Final = 24
"""How far a metric word stands behind an amount with another in brackets between, in code points."""
_NOMINAL: Final = 34
"""How far the metric stands behind a percentage and the noun of its move: "a 3 % increase in the net profit"."""
_DEALS: Final = ("acquire", "offer", "divest", "ipo", "target", "buyback")
"""Words of moves (kind `market`) in whose clause a sum "a share" is a price."""
_PAID: Final = 16
"""How much before a sum is read for a word that says what was paid, in code points."""
_OWN_CHANGE: Final = 4
"""How far behind a metric word the percentage stands that it has of its own, in code points: " of "."""
_OBJECT: Final = 10
"""How far behind a verb of multiplying its object may stand: an article or "its" lies between."""
_PREPOSITION: Final = 6
"""How far a noun of a move stands from its percentage: a preposition with an article may part them."""
_PARTICLE: Final = 3
"""How much of an amount's end is read for a particle that parts it from the word behind it, in code points."""
_OF_METRIC: Final = 5
"""How far a metric word stands behind an amount that is told with "of": "5 millions de ventes", in code points."""


def pairs(
    scanned: Scanned, figures: pl.DataFrame, metrics: pl.DataFrame, *, reached: pl.Series, moved: pl.Series
) -> pl.DataFrame:
    """Every number with every metric word of its sentence that may be its own: both rows and `score`, `measure`.

    `reached` says of each number whether "to" marks it, `moved` whether "by" does.
    """
    relative = pl.col("figure_class").is_in(["percent", "multiple"])
    counted = pl.col("figure_class") == "count"
    by = counted & counted.shift(1) & moved.shift(1)  # "jumped by 8.8 million to 247.2 million"
    after_change = (relative.shift(1) | by) & (pl.col("cid").shift(1) == pl.col("cid"))
    percent = pl.col("figure_class") == "percent"
    figures = figures.with_columns(
        landed=(after_change & reached).fill_null(value=False),
        next_change=pl.when(percent.shift(-1)).then(pl.col("start").shift(-1)),
        next_percent=pl.when(percent & pl.col("figure_class").shift(-1).is_in(["percent", "money"])).then(
            pl.col("start").shift(-1)
        ),
    )
    joined = figures.join(metrics.drop("doc"), on="sid", how="inner", maintain_order="left").with_columns(
        measure=_measure(), ahead=pl.col("word_start") < pl.col("start")
    )
    joined = _without_prices(_as_per_share(joined.filter(_unit_fits())), scanned)
    gap = pl.max_horizontal(pl.col("start") - pl.col("word_end"), pl.col("word_start") - pl.col("end"), pl.lit(0))
    joined = _without_counted(joined.with_columns(gap=gap, between=_numbers_between(figures)), scanned)
    joined = joined.with_columns(adjacent=_adjacent(scanned.tape, joined), headed=_headed(scanned.tape, joined))
    # "매출 812억원 영업이익 95억원", "売上高100億円 営業利益10億円": the word behind a number that has its own is of the next.
    own = pl.col("ahead") & (pl.col("between") == 0) & (pl.col("gap") <= 1) & (pl.col("cid") == pl.col("word_cid"))
    own &= (pl.col("strength") == "metric") & (pl.col("measure") == "level") & (pl.col("metric_kind") == "money")
    joined = joined.with_columns(genitive=_genitive(scanned.tape, joined))
    own &= ~pl.col("genitive")
    joined = joined.with_columns(adjacent=pl.col("adjacent") & (~own.any().over("number") | pl.col("plain"))).drop("genitive")
    from_percent = (pl.col("next_percent") - pl.col("word_end")).is_between(0, 1)
    of_word = (pl.col("strength") == "none") & pl.col("adjacent") & from_percent  # the "of" of "74 % of" is a "from" here
    joined = joined.filter(~of_word.fill_null(value=False))
    joined = _of_nominal_moves(joined, scanned)
    # "33亿元，占比42%，同比增长60%": a word for a part takes the number right behind it alone.
    shares = scanned.cues_of("part").filter(pl.col("code") == "of")["start"].unique()
    beyond = pl.col("ahead") & (pl.col("between") > 0) & pl.col("word_start").is_in(shares.implode())
    joined = joined.filter(~((pl.col("strength") == "none") & beyond))
    # "95 million users a month": how often they come is no price.
    often = scanned.cues_of("segment").filter(pl.col("code").is_in(_OFTEN))["start"].unique()
    visits = (pl.col("figure_class") == "count") & pl.col("word_start").is_in(often.implode())
    joined = joined.filter(~((pl.col("strength") == "none") & visits))
    part = (pl.col("strength") == "none") & pl.col("adjacent") & (pl.col("gap") <= 1) & (pl.col("figure_class") == "percent")
    whole = ~pl.col("ahead") & pl.col("adjacent") & (pl.col("strength") != "none") & (pl.col("gap") > 1)
    joined = joined.filter(~(part.any().over("number") & whole))  # "15 procent av personalstyrkan"
    joined = _without_asides(joined, scanned)
    return joined.filter(_place_fits()).with_columns(score=_score())


def _without_asides(joined: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Relative clauses are passed over by what stands around them: "users, who bring most revenue, were up 15 %".

    Words before such a clause are as near to the numbers behind it as if it were not there; its own words are of none of
    them where other words stand before it (`[settings] aside`, a regular expression for its beginning).
    """
    asides = relative_clauses(scanned, joined["sid"].unique())
    own = asides.select(word_cid="cid", _opens="start")
    between = asides.select(pl.col("cid") - 1, length=pl.col("end") - pl.col("start")).rename({"cid": "word_cid"})
    marked = joined.join(own, on="word_cid", how="left", maintain_order="left").join(
        between, on="word_cid", how="left", maintain_order="left"
    )
    passed = pl.col("ahead") & pl.col("_opens").is_not_null() & (pl.col("cid") > pl.col("word_cid"))
    passed &= pl.col("strength") != CLASS  # "customers who pay over 100,000 dollars were up 37 %"
    opens = pl.when(passed).then("_opens").max().over("sid")
    other = ((pl.col("word_end") <= opens) & ~pl.col("strength").is_in(["none", CLASS])).any().over("sid")
    over = pl.col("ahead") & pl.col("length").is_not_null() & (pl.col("cid") == pl.col("word_cid") + 2)
    over &= (pl.col("between") == 0) | ((pl.col("between") == 1) & pl.col("landed"))
    nearer = {
        "gap": pl.when(over).then(pl.col("gap") - pl.col("length") - 1).otherwise("gap"),
        "word_cid": pl.when(over).then("cid").otherwise("word_cid"),
        "word_clause": pl.when(over).then("clause").otherwise("word_clause"),
    }
    return marked.filter(~(passed & other).fill_null(value=False)).with_columns(**nearer).drop("_opens", "length")


def _without_counted(joined: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers without a currency are no money where the noun that they count stands right behind: "netto 2 Millionen Abos".

    Chinese, Japanese and Korean count with words of their own, and part no statements: "매출 812억 이용자 95만".
    """
    named = (pl.col("strength") == "metric_noun") & ~pl.col("ahead") & (pl.col("gap") == 1)
    named &= (pl.col("cid") == pl.col("word_cid")) & ~pl.col("counters")
    money = (pl.col("figure_class") == "count") & (pl.col("metric_kind") == "money")
    said = joined.with_columns(scanned.setting("counters", joined))
    return said.filter(~(money & named.any().over("number"))).drop("counters")


def _without_prices(joined: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Sums "a share" without another word but what is paid for shares: "went public at $36 a share", "sold for $9 a share"."""
    bare = joined.with_row_index("row").filter(pl.col("strength") == PER_SHARE)
    deals = scanned.cues_of("market", codes=_DEALS)["cid"].unique()
    ahead = scanned.tape.slice(pl.max_horizontal(pl.col("start") - _PAID, pl.lit(0)), "start", bare)

    def paid(language: str, rows: pl.DataFrame) -> pl.Series:
        settings = lexicon.settings(language)
        words, about = ("|".join(settings.get(name, [])) or "$^" for name in ("paid_for", "paid_about"))
        return rows["ahead"].str.contains(rf"(?i)(?:^|[^\p{{L}}])(?:{words})(?: (?:{about}))? [$€£¥]?$")

    priced = scanned.tape.by_language(bare.select("doc", ahead=ahead), paid).fill_null(value=False)
    dropped = bare.filter(pl.col("cid").is_in(deals.implode()) | priced)["row"]
    return joined.with_row_index("row").filter(~pl.col("row").is_in(dropped.implode())).drop("row")


def _of_nominal_moves(joined: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add `nominal`: the metric stands behind a percentage that a noun of a move is said of, without "% of" for a part.

    "A 9 % rise in revenue and a 3 % drop in net profit", "un crecimiento del 9 % de los ingresos". Or right behind a verb
    of multiplying.
    """
    tape = scanned.tape
    moves = scanned.cues_of("direction").filter(pl.col("code").is_in(["up", "down"]) & pl.col("sid").is_not_null())
    moves = moves.select("sid", move_start="start", move_end="end").unique(maintain_order=True)
    behind = (
        ~pl.col("ahead")
        & (pl.col("between") == 0)
        & (pl.col("cid") == pl.col("word_cid"))
        & (pl.col("word_start") > pl.col("end"))
    )
    money = (pl.col("strength") == "metric") & pl.col("metric_kind").is_in(["money", "share"]) & (pl.col("measure") == "change")
    percent = pl.col("figure_class") == "percent"
    numbered = joined.with_row_index("row")
    numbered = numbered.with_columns(scanned.setting("verb_final", numbered))  # "매출은 19% 증가했고 영업이익은 5% 감소했다"
    behind &= ~pl.col("verb_final")
    # "Jumped 12 % on revenue growth of 33 %": the word has a change of its own.
    taken = (pl.col("next_change") - pl.col("word_end")).is_between(0, _OWN_CHANGE).fill_null(value=False)
    asked = numbered.filter(behind & money & percent & (pl.col("gap") <= _NOMINAL) & ~taken).select(
        "row", "doc", "sid", "number", "start", "end", "word_start"
    )
    near = asked.join(moves, on="sid", how="inner", maintain_order="left").with_columns(
        before=(pl.col("start") - pl.col("move_end")).is_between(0, _PREPOSITION),
        inside=(pl.col("move_start") - pl.col("end")).is_between(0, _PREPOSITION) & (pl.col("move_end") < pl.col("word_start")),
    )
    near = near.filter(pl.col("before") | pl.col("inside"))
    near = near.with_columns(
        words=tape.slice(pl.when("inside").then("move_end").otherwise("end"), "word_start", near).str.to_lowercase(),
        all_words=tape.slice("end", "word_start", near).str.to_lowercase(),
    )

    def leads(language: str, rows: pl.DataFrame) -> pl.Series:
        small = rows["words"].str.contains(r"^ (?:\p{L}{1,5}[' ]{1,2}){0,4}$")
        return small & ~rows["all_words"].str.contains(rf"(?:^|[^\p{{L}}])(?:{ands(language)})(?:$|[^\p{{L}}])")

    told = near.filter(tape.by_language(near.select("doc", "words", "all_words"), leads).fill_null(value=False))
    # "The number of customers allowed it to double its revenue": what a verb of multiplying moves stands right behind it.
    moved = numbered.filter(behind & money & (pl.col("figure_class") == "multiple") & (pl.col("gap") <= _OBJECT))
    between = tape.slice("end", "word_start", moved)
    moved = moved.filter(between.str.contains(r"^ (?:\p{Ll}{1,3}['’]|\p{Ll}{1,4} ){1,2}$").fill_null(value=False))

    def parts(language: str, rows: pl.DataFrame) -> pl.Series:
        return rows["words"].str.contains(rf"^ (?:{ands(language)})(?:$|[^\p{{L}}])")

    # "with sales doubled and profit up": the participle is of what stands before it.
    moved = moved.with_columns(words=tape.slice("end", "word_start", moved).str.to_lowercase())
    moved = moved.filter(~tape.by_language(moved.select("doc", "words"), parts).fill_null(value=False))
    rows = pl.concat([told["row"], moved["row"]]).unique()
    led = told.filter("before")["number"].unique()
    part = (pl.col("strength") == "none") | (pl.col("metric_kind") == "ratio")
    part &= (
        (pl.col("word_start") <= pl.col("end") + 1)
        & (pl.col("word_end") > pl.col("end"))
        & pl.col("number").is_in(led.implode())
    )
    return numbered.with_columns(nominal=pl.col("row").is_in(rows.implode())).filter(~part).drop("row", "verb_final")


def _measure() -> pl.Expr:
    """level or change: a percentage or multiple is a level only of a ratio."""
    relative = pl.col("figure_class").is_in(["percent", "multiple", "points"])
    level = ~relative | ((pl.col("metric_kind") == "ratio") & (pl.col("figure_class") == "percent"))
    return pl.when(level).then(pl.lit("level")).otherwise(pl.lit("change"))


def _unit_fits() -> pl.Expr:
    limit = rules.load().limit
    kind, figure, size = pl.col("metric_kind"), pl.col("figure_class"), pl.col("value").abs()
    amount = size >= limit["least_money"]
    bare = (figure == "count") & (size >= limit["least_bare"]) & ~pl.col("peopled") & ~pl.col("pieces")
    # "4 milhões de pedidos" are so many orders, "4 milhões de lucro" is an amount.
    said_of = (pl.col("word_start") - pl.col("end")).is_between(0, _OF_METRIC) & (pl.col("metric") != "order_intake")
    bare &= ~pl.col("partitive") | said_of
    whole = size == size.floor()
    alone = pl.col("per_share") & (pl.col("cid") == pl.col("word_cid"))
    many = (size >= limit["least_people"]) & (~pl.col("firms") | (size >= limit["least_firms"]))
    few = pl.when(pl.col("strength") == "metric_noun").then(limit["least_nouns"]).otherwise(limit["least_strong"])
    staff = pl.col("metric").is_in(["customers", "employees"]) & ~pl.col("firms") & (size >= few)
    of_contracts = pl.col("contracts") & (pl.col("metric") == "customers") & (pl.col("strength") == "metric")
    level = (
        ((kind == "money") & (((figure == "money") & amount) | bare))
        | _profit_per_share()
        | (
            (kind == "share")
            & (figure == "money")
            & (size <= limit["most_share"])
            & ((pl.col("strength") != PER_SHARE) | alone)
        )
        | ((kind == "count") & (figure == "count") & (pl.col("counts") | of_contracts) & whole & (many | staff))
        | ((kind == "ratio") & figure.is_in(["points", "percent"]))
    )
    change = ~kind.is_in(["ratio", rules.COUNTED]) & (pl.col("strength") != PER_SHARE) & figure.is_in(["percent", "multiple"])
    change &= ~pl.col("summed")
    return (kind == rules.NOT_A_FACT) | ((kind == rules.COUNTED) & (figure == "count")) | level | change


def _profit_per_share() -> pl.Expr:
    """A small sum with a word for profit or loss: the profit of one share ("earned 20 cents a share")."""
    limit = rules.load().limit
    weak = pl.col("strength") == "metric_weak"
    small = (pl.col("figure_class") == "money") & (pl.col("value").abs() < limit["small_sum"]) & ~weak
    said = pl.col("per_share") & (pl.col("value").abs() <= limit["most_share"]) & (pl.col("figure_class") == "money")
    return (pl.col("metric") == "net_income") & (small | said)


def _as_per_share(joined: pl.DataFrame) -> pl.DataFrame:
    per_share = _profit_per_share()
    return joined.with_columns(
        metric=pl.when(per_share).then(pl.lit("eps")).otherwise("metric"),
        metric_kind=pl.when(per_share).then(pl.lit("share")).otherwise("metric_kind"),
    )


def _numbers_between(figures: pl.DataFrame) -> pl.Expr:
    """How many numbers stand between a number and a metric word."""
    starts = figures["start"]
    word_at = pl.col("word_start").map_batches(
        lambda s: starts.search_sorted(s, side="left").cast(pl.Int64), return_dtype=pl.Int64
    )
    return pl.when(pl.col("ahead")).then(pl.col("number") - word_at).otherwise(word_at - pl.col("number") - 1).clip(0, None)


def _adjacent(tape: Tape, joined: pl.DataFrame) -> pl.Series:
    """Whether the metric word stands right after the number: at most a joining word between, or an adjective before a noun."""
    limit = rules.load().limit
    close = ~pl.col("ahead") & (pl.col("between") == 0) & (pl.col("cid") == pl.col("word_cid"))
    count = (pl.col("metric_kind") == "count") & (pl.col("figure_class") == "count")
    reach = pl.when(count).then(limit["noun"]).otherwise(limit["adjacent"])
    near = joined.with_row_index("row").filter(close & (pl.col("gap") <= reach))
    near = near.with_columns(count=count & (pl.col("strength") != "none"))
    between = tape.slice("end", pl.max_horizontal("end", "word_start"), near).str.strip_chars().str.to_lowercase()
    joins = tape.by_language(
        near.select(
            "doc",
            between=between,
            last=tape.slice(pl.col("end") - _PARTICLE, "end", near),
            head=tape.slice("word_start", pl.col("word_start") + 1, near),
        ),
        lambda language, rows: (
            rows["between"].is_in(["", *lexicon.settings(language).get("joiners", [])])
            & (rows["head"] != lexicon.settings(language).get("and_prefix", ""))  # "وخسائر": and a loss
            & ~rows["last"].str.contains(f"(?:{'|'.join(lexicon.settings(language).get('parting_suffixes', ['$^']))})$")
        ),
    )
    yes = pl.concat([near.filter(joins | near["count"])["row"], _around_brackets(tape, joined)])
    return joined.with_row_index("row").select(adjacent=pl.col("row").is_in(yes.implode())).to_series()


def _genitive(tape: Tape, joined: pl.DataFrame) -> pl.Series:
    """Whether a number ends with the particle, the first of the `joiners`, that gives it to the word behind it.

    "매출과 12억 달러의 순이익".
    """
    last = tape.slice(pl.col("end") - 1, "end", joined)
    return tape.by_language(
        joined.select("doc", last=last),
        lambda language, rows: rows["last"].is_in(lexicon.settings(language).get("joiners", [])[:1]),
    )


def _around_brackets(tape: Tape, joined: pl.DataFrame) -> pl.Series:
    """The rows of amounts that only a second currency in brackets parts from their word: "a £2bn ($2.5bn) loss"."""
    own = pl.col("bracketed") & (pl.col("between") == 0) & pl.col("gap").is_between(1, 2)
    before = ~pl.col("bracketed") & (pl.col("between") == 1) & (pl.col("gap") <= _BRACKETS)
    money = (pl.col("figure_class") == "money") & (pl.col("metric_kind") == "money") & (pl.col("strength") == "metric")
    near = joined.with_row_index("row").filter(~pl.col("ahead") & money & (own | before))
    between = tape.slice("end", pl.max_horizontal("end", "word_start"), near)
    return near.filter(between.str.contains(r"^(?: \([^()%]+)?\) ?$"))["row"]


def _headed(tape: Tape, joined: pl.DataFrame) -> pl.Series:
    """Whether the metric word heads the number as in a list: "Paid customers: more than 122,000"."""
    limit = rules.load().limit
    near = joined.with_row_index("row").filter(pl.col("ahead") & (pl.col("between") == 0) & (pl.col("gap") <= limit["heading"]))
    between = tape.slice("word_end", pl.max_horizontal("start", "word_end"), near)
    yes = near.filter(between.str.contains("[:：]"))["row"]
    return joined.with_row_index("row").select(headed=pl.col("row").is_in(yes.implode())).to_series()


def _place_fits() -> pl.Expr:
    """A plain noun claims a count only from right after it, or from before it in the same clause with no number between.

    Words for other things that are counted claim only the number right before them.
    """
    noun = pl.col("strength") == "metric_noun"
    counted = (
        pl.col("adjacent")
        | pl.col("headed")
        | (pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 0))
        | (pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 1) & pl.col("landed"))
    )  # "the number of customers rose 24 % to 198,900"
    relative = pl.col("measure") == "change"
    right_after = pl.col("adjacent") | (~pl.col("ahead") & (pl.col("gap") <= 1))
    others = (pl.col("strength") == "none") & (pl.col("figure_class") == "count")
    return (
        pl.when(pl.col("strength") == CLASS)
        .then(relative | ((pl.col("between") == 0) & (pl.col("gap") <= rules.load().limit["class"])))
        .when(noun)
        .then(counted | relative)
        .when((pl.col("metric_kind") == rules.COUNTED) | (others & ~pl.col("ahead")))
        .then(right_after)
        .otherwise(pl.lit(value=True))
    )


def _score() -> pl.Expr:
    weight, touching = rules.load().weight, rules.load().limit["touching"]
    base = pl.col("strength").replace_strict(
        {k: weight[k] for k in (*METRIC_KINDS, CLASS, PER_SHARE, "none")}, return_dtype=pl.Float64
    )
    clauses_between = (pl.col("clause") - pl.col("word_clause")).abs()
    after = (
        pl.when(pl.col("adjacent"))
        .then(pl.when(pl.col("strength") == "metric_weak").then(weight["adjacent_weak"]).otherwise(weight["adjacent_after"]))
        .when(~pl.col("ahead") & (pl.col("strength") != CLASS))
        .then(pl.when(clauses_between > 0).then(weight["after_clause"]).otherwise(weight["after"]))
        .otherwise(0.0)
    )
    noun_before = (
        pl.when((pl.col("strength") == "metric_noun") & pl.col("ahead") & ~pl.col("headed") & (pl.col("gap") > touching))
        .then(weight["noun_before"])
        .otherwise(0.0)
    )
    return (
        base
        + weight["gap"] * pl.col("gap").clip(0, weight["most_gap"])
        + after
        + noun_before
        + weight["other_clause"] * clauses_between
        + weight["quantity_between"] * pl.col("between")
        + pl.when(pl.col("plain") & (pl.col("between") > 0)).then(weight["plain_between"]).otherwise(0.0)
        + pl.when(_earned()).then(weight["verb_before"]).otherwise(0.0)
        + pl.when(pl.col("nominal") & ~pl.col("adjacent")).then(weight["nominal"]).otherwise(0.0)
        + pl.when(_part_of_sales()).then(weight["of_sales"]).otherwise(0.0)
    )


def _part_of_sales() -> pl.Expr:
    """Whether the word is the "% of revenue" that the number itself begins: "operating profit rose to 34 % of sales"."""
    own = (
        (pl.col("word_start") < pl.col("end")) & (pl.col("word_end") > pl.col("end")) & (pl.col("word_start") > pl.col("start"))
    )
    return own & (pl.col("metric_kind") == "ratio") & (pl.col("strength") == "metric_weak")


def _earned() -> pl.Expr:
    """Whether a verb of earning stands right before an amount: "turned over 82 billion and earned 29 billion"."""
    verb = (pl.col("strength") == "metric_weak") & (pl.col("metric") == "net_income") & pl.col("ahead")
    beside = (pl.col("gap") <= _REACH_VERB) & (pl.col("between") == 0) & (pl.col("cid") == pl.col("word_cid"))
    return verb & beside & (pl.col("figure_class") == "money")


def best(candidates: pl.DataFrame) -> pl.DataFrame:
    """The likeliest candidate of each number; numbers whose best is no metric of ours stay, with metric "none".

    Levels choose first. A noun that a level has chosen ("504,900 customers") may then have a change too ("up 36 %"), as
    surely as a metric word; one that none has chosen only if it is all there is.
    """
    weight = rules.load().weight
    levels = _likeliest(candidates.filter(pl.col("measure") == "level"))
    claimed = pl.col("word").is_in(levels.filter(pl.col("strength") != "none")["word"].implode())
    noun = pl.col("strength").is_in(["metric_noun", "metric_weak", CLASS])
    last = levels.select(pl.col("number") + 1, follows="word")
    subject = (pl.col("strength") == "metric_noun") & pl.col("ahead") & (pl.col("cid") == pl.col("word_cid"))
    subject &= (pl.col("gap") <= rules.load().limit["subject"]) & (pl.col("between") == 0)
    verb = (pl.col("strength") == "metric_weak") & (pl.col("metric") == "net_income") & ~pl.col("loss") & pl.col("ahead")
    verb &= (pl.col("gap") <= _REACH_VERB) & (pl.col("between") == 0) & (pl.col("cid") == pl.col("word_cid"))
    # "L'action Zoom gagne 5 %": what no figure is of stands before the verb.
    other = (pl.col("strength") == "none") & pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 0)
    verb &= ~other.any().over("number")
    own_word = pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("metric_kind") != "count")
    alone = subject & ~pl.col("firms") & ~own_word.any().over("number") & ~pl.col("of_ratio")
    adjusted = (
        pl.when(alone)
        .then(weight["subject_alone"])
        .when(noun & claimed & (pl.col("ahead") | (pl.col("gap") <= rules.load().limit["claim"])))
        .then(weight["claimed_noun"])
        .when(subject | verb)  # "earned 50 % less"
        .then(weight["subject_noun"])
        .when(noun)
        .then(weight["unclaimed_noun"])
        .otherwise(0.0)
    )
    beside = pl.col("ahead") & (pl.col("cid") == pl.col("word_cid")) & (pl.col("between") == 0)
    ratio = (beside & (pl.col("metric_kind") == "ratio")).any().over("number")  # "134 millions, soit une marge de 10,9 %"
    beside &= pl.col("strength") == "metric"
    other = (beside & (pl.col("follows") != pl.col("word"))).any().over("number")  # "이익 2조원을 올려 매출은 18% 늘었다"
    follows = (pl.col("follows") == pl.col("word")) & ~other & ~pl.col("of_ratio")
    continued = pl.when(follows).then(weight["continued"]).otherwise(0.0)
    candidates = candidates.with_columns(of_ratio=ratio)
    changes = candidates.filter(pl.col("measure") == "change").join(last, on="number", how="left", maintain_order="left")
    # "The company expects growth of 30 %" tells of no number of companies.
    changes = changes.filter(~(pl.col("firms") & (pl.col("strength") == "metric_noun")) | claimed)
    changes = changes.with_columns(score=pl.col("score") + adjusted + continued).drop("follows")
    return _likeliest(pl.concat([candidates.filter(pl.col("measure") == "level"), changes])).drop("of_ratio")


def with_shared_nouns(chosen: pl.DataFrame, figures: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Counts that share the noun of the next: "4.1 million mobile and 1.3 million broadband customers".

    What may stand between the two counts is data (`[settings] shared_noun`).
    """
    extra = [c for c in chosen.columns if c not in figures.columns]
    counts = (pl.col("strength") == "metric_noun") & (pl.col("measure") == "level") & ~pl.col("ahead") & pl.col("adjacent")
    nouns = chosen.filter(counts).select("sid", *extra, number=pl.col("number") - 1, next_start="start")
    free = figures.filter((pl.col("figure_class") == "count") & ~pl.col("number").is_in(chosen["number"].implode()))
    pairs = free.join(nouns, on=["sid", "number"], how="inner", maintain_order="left")
    if pairs.is_empty():
        return chosen
    shared = tape.by_language(
        pairs.select("doc", between=tape.slice("end", "next_start", pairs).str.to_lowercase()),
        lambda language, rows: rows["between"].str.contains(lexicon.settings(language).get("shared_noun", "$^")),
    )
    return pl.concat([chosen, pairs.filter(shared).select(chosen.columns)]).sort("number", maintain_order=True)


def across_brackets(pairs: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Pairs with amounts surer of a word that only their second currency or "of" parts from them: "50억 달러(5조원)의 매출"."""
    amounts = pairs.filter(
        pl.col("figure_class") == "money", (pl.col("word_start") - pl.col("end")).is_between(1, _ACROSS)
    ).select("doc", "number", "word", "end", "word_start")
    between = tape.slice("end", "word_start", amounts)
    of = lexicon.alternatives("amount_marks")
    second_currency = rf"^(?: ?[(（][^()（）\n]{{2,28}}[)）](?:{of})? ?|(?:{of}) ?)$"
    told = amounts.filter(between.str.contains(second_currency).fill_null(value=False)).select("number", "word")
    told = told.unique(maintain_order=True).with_columns(_more=pl.lit(_SURE))
    joined = pairs.join(told, on=["number", "word"], how="left", maintain_order="left")
    return joined.with_columns(score=pl.col("score") + pl.col("_more").fill_null(0)).drop("_more")


def in_turn(chosen: pl.DataFrame, metrics: pl.DataFrame, figures: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """In a sentence with "respectively" as many numbers as words before them take their words in turn.

    `lists` holds such cues (sid, cue_start, cue_end). "Revenue and operating income of $1.1 billion and $202 million,
    respectively": the run of amounts nearest to the cue takes the run of metric words before it; so does the run of
    percentages ("매출과 영업이익은 각각 11%, 12% 늘었다").
    """
    if lists.is_empty():
        return chosen
    for classes in (["money"], ["percent"], ["count"]):
        chosen = _in_turn(chosen, metrics, figures.filter(pl.col("figure_class").is_in(classes)), lists)
    return chosen


def told_in_rows(metrics: pl.DataFrame, figures: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Sentences whose two metric words are followed by a row of two like numbers, as cues of a list: sid, cue_start, cue_end.

    "매출과 영업이익은 2조원, 3000억원이다" needs no "respectively": nothing but a short joint parts words and numbers.
    """
    words = metrics.filter((pl.col("strength") != "none") & (pl.col("metric_kind") != "count"))
    words = words.unique("word_start", keep="first", maintain_order=True).sort("word_start", maintain_order=True)
    words = words.select("sid", "word_start", "word_end", after=pl.col("word_start").shift(-1).over("sid"))
    joint = tape.slice("word_end", "after", words).str.contains(rf"^[^,.;:0-9]{{1,{_JOINT}}}$").fill_null(value=False)
    words = words.filter(joint & (pl.len().over("sid") == _PAIR)).select("sid", second="after")
    numbers = figures.filter(pl.col("figure_class").is_in(["money", "percent"])).sort("start", maintain_order=True)
    last = pl.col("start").shift(-1).over("sid", "figure_class")
    numbers = numbers.select("sid", "start", "end", last=last, size=pl.len().over("sid", "figure_class"))
    row = tape.slice("end", "last", numbers).str.contains("^ ?[,、，와과] ?$").fill_null(value=False)
    numbers = numbers.filter(row & (pl.col("size") == _PAIR))
    pairs = numbers.join(words, on="sid", how="inner", maintain_order="left").filter(pl.col("second") < pl.col("start"))
    return pairs.select("sid", cue_start="start", cue_end="start")


def _in_turn(chosen: pl.DataFrame, metrics: pl.DataFrame, figures: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    relative = bool((figures["figure_class"] == "percent").any())
    counted = (pl.col("metric_kind") == "count") & (pl.col("strength") == "metric") & pl.lit(value=relative)
    summed = pl.col("metric_kind").is_in(["money", "share"])
    words = metrics.filter((pl.col("strength") != "none") & (summed | counted))
    amounts = figures.filter(pl.col("sid").is_in(lists["sid"].implode()))
    amounts = amounts.join(
        lists.unique("sid", keep="first", maintain_order=True).select("sid", "cue_start"),
        on="sid",
        how="left",
        maintain_order="left",
    )
    near = (pl.col("start") - pl.col("cue_start")).abs()
    starts = amounts.select("sid", "number", "start", near=near)
    between = (
        words.select("sid", "word_start")
        .join(starts, on="sid", how="inner", maintain_order="left")
        .filter(pl.col("word_start") < pl.col("start"))
        .group_by("sid", "number", maintain_order=True)
        .agg(words_before=pl.len())
    )
    run = starts.join(
        between, on=["sid", "number"], how="inner", maintain_order="left"
    )  # numbers with the same words before them are one run
    runs = run.group_by("sid", "words_before", maintain_order=True).agg(
        pl.col("number").sort(), near=pl.col("near").min(), size=pl.len()
    )
    runs = runs.sort("sid", "near", "words_before", maintain_order=True).unique("sid", keep="first", maintain_order=True)
    # "Sales and profit rose by 42 and 158 % and fell by 11 and 8 %": as many words, taken again.
    runs = runs.filter((pl.col("words_before") > 1) & (pl.col("size") % pl.col("words_before") == 0))
    # "売上高を1兆円から2兆円に、利益を3億円から5億円にそれぞれ": numbers between the words are no list of them.
    first_word = words.group_by("sid", maintain_order=True).agg(
        pl.col("word_start").min(), last_word=pl.col("word_start").max()
    )
    amid = starts.join(first_word, on="sid", how="inner", maintain_order="left").filter(
        pl.col("start").is_between("word_start", "last_word")
    )
    runs = runs.filter(~pl.col("sid").is_in(amid["sid"].implode()) | (pl.col("words_before") < _words_of(words, runs)))
    taken = words.join(runs.select("sid", "words_before", "number"), on="sid", how="inner", maintain_order="left").sort(
        "sid", "word_start", maintain_order=True
    )
    first = pl.col("number").list.first()
    ends = figures.select("number", last_start="start")
    taken = taken.with_columns(first=first).join(
        ends.rename({"number": "first"}), on="first", how="left", maintain_order="left"
    )
    taken = taken.filter(pl.col("word_start") < pl.col("last_start")).with_columns(rank=pl.int_range(pl.len()).over("sid"))
    turns = taken.explode("number").with_columns(place=pl.int_range(pl.len()).over("sid", "word"))
    turns = turns.filter(pl.col("place") % pl.col("words_before") == pl.col("rank"))
    columns = [
        "metric",
        "loss",
        "metric_kind",
        "instant",
        "word_clause",
        "word",
        "word_start",
        "word_end",
        "word_cid",
        "firms",
        "plain",
        "strength",
    ]
    joined = chosen.join(
        turns.select("number", *[pl.col(c).alias(f"{c}_turn") for c in columns]), on="number", how="left", maintain_order="left"
    )
    ordered = pl.col("word_turn").is_not_null()
    return joined.with_columns(pl.when(ordered).then(f"{c}_turn").otherwise(c).alias(c) for c in columns).drop(
        f"{c}_turn" for c in columns
    )


def _words_of(words: pl.DataFrame, runs: pl.DataFrame) -> pl.Series:
    """How many metric words the sentence of each run has in all."""
    counts = words.group_by("sid", maintain_order=True).agg(words_all=pl.len())
    return runs.join(counts, on="sid", how="left", maintain_order="left")["words_all"].cast(pl.Int64).fill_null(0)


def with_result(chosen: pl.DataFrame, metrics: pl.DataFrame, compared: pl.Series, moves: pl.DataFrame) -> pl.DataFrame:
    """A plain "profit" or "loss" is that of the operating or pretax result named before it, if it only says its sign.

    It does so right after its number ("an operating result of 9 million, a loss") and in a comparison ("compared with a
    profit of 8 million"): `compared` holds the numbers with a word for that. A vague word is that of the result whose name
    heads it: "before tax, it earned 8 million". A verb may part them, none that moves the result: "the operating result for
    the quarter thus came to a loss of 9 million".
    """
    named = metrics.filter(pl.col("metric_kind").is_in(["money", "ratio"]) & ~pl.col("plain"))
    vague = (pl.col("strength") == "metric_weak") & (pl.col("metric") == "net_income")
    results = (
        chosen.filter(pl.col("plain") | vague)
        .with_columns(said=~pl.col("ahead") | pl.col("number").is_in(compared.implode()))
        .with_columns(said=pl.col("said") & pl.col("plain"))
        .select("number", "sid", "start", "word_start", "word_cid", "said", "plain", "ahead")
        .join(
            named.select(
                "sid", "strength", result="metric", result_start="word_start", result_end="word_end", result_cid="word_cid"
            ),
            on="sid",
            how="inner",
            maintain_order="left",
        )
        .filter(pl.col("result_start") < pl.col("start"))
        .with_columns(at=pl.when(pl.col("plain") | pl.col("ahead")).then("word_start").otherwise("start"))
        .with_columns(reach=pl.when(_comes_to(chosen, moves)).then(_REACH_COMES).otherwise(_REACH_RESULT))
        .filter(pl.col("said") | (pl.col("at") - pl.col("result_end")).is_between(0, pl.col("reach")))
        .filter(pl.col("plain") | (pl.col("strength") == "metric_weak"))
        .sort("number", "result_start", maintain_order=True)
        .unique("number", keep="last", maintain_order=True)
        .filter(pl.col("result").is_in(_RESULTS))
    )
    joined = chosen.join(results.select("number", "result"), on="number", how="left", maintain_order="left")
    return joined.with_columns(metric=pl.coalesce("result", "metric")).drop("result")


def _comes_to(chosen: pl.DataFrame, moves: pl.DataFrame) -> pl.Expr:
    """Whether no number and no word of a move stands between a result and the plain word behind it in its clause."""
    free = pl.lit(value=True)
    for starts in (chosen["start"], moves["start"]):
        places = starts.drop_nulls().unique().sort()
        before, behind = (pl.col(c).map_batches(places.search_sorted, return_dtype=pl.UInt32) for c in ("result_end", "at"))
        free &= before == behind
    return free & pl.col("plain") & pl.col("ahead") & (pl.col("result_cid") == pl.col("word_cid"))


def _likeliest(candidates: pl.DataFrame) -> pl.DataFrame:
    return (
        candidates.filter(pl.col("score") >= rules.load().weight["least"])
        .sort("number", pl.col("score"), "gap", "word", descending=[False, True, False, False], maintain_order=True)
        .unique("number", keep="first", maintain_order=True)
    )
