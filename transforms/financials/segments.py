"""Which part of the business a number is of: size classes of customers, activity of users, regions and products.

Numbers that only describe a class ("customers with more than 10 employees", "paying over $100,000 a year") are found
here too: they are no facts of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.financials import parts, rules
from transforms.financials.context import among, marked
from transforms.financials.figures import PER_SHARE
from transforms.financials.wholes import wholes

if TYPE_CHECKING:
    from transforms.financials.context import Context

_PAID_FROM, _PAID_TO = 1_000, 10_000_000
_STAFF_FROM, _STAFF_TO = 5, 1_000
_REACH_WORD: Final = 90
_REACH_PAID: Final = 200
_REACH_OF_ITS: Final = 12
_REACH_OF: Final = 12
"""How far behind "a gain of" its percentage stands, in code points."""
"""How far a count stands behind "of its", in code points."""
_LIST_REACH: Final = 4
"""How far behind the part of the business its amount stands in a list, in code points."""
_REACH_STAFF: Final = 16
_REACH_BUSINESS: Final = 16
"""How much behind a word for a part of the business is read for a noun of businesses, in code points."""
_HEAD: Final = r"^[^\p{L}\d]*(?:\p{L}{1,6}(?: |['’])){0,3}$"
"""What stands before the word for a part of the business that begins its clause: ", and the", " während das "."""
_REACH_WON: Final = 12
"""How far before customers without a word of their own the verb stands that won them, in code points."""
_REACH_SUM: Final = 20
"""How far behind a percentage the number stands that it comes to, in code points."""
_REACH_CUT: Final = 2
"""How far behind a percentage of the staff the word stands that makes it one of jobs cut, in code points."""
_REACH_PRICE: Final = 5
"""How far behind an amount "in cash" stands that a firm is bought for, in code points."""
_REACH_PART: Final = 24
"""How far behind a price a part of it may stand, in code points: ", of which ", ": "."""
_REACH_PAYMENT: Final = 50
_AUDIENCE: Final = 5_000_000
"""So many participants are of all meetings, no limit of one: "up to 200 million participants a day"."""
_REACH_ROW: Final = 140
_REACH_PRODUCT, _REACH_PRODUCT_BEHIND = 60, 30
"""How far before and behind a count of customers the name of the product may stand that they pay for, in code points."""
_CLASS_FIRST: Final = 20
"""By how much a class that stands before a count counts as farther from it, in code points."""
_REACH_ACTIVITY: Final = 2
"""How far behind a count of people the words stand that say how often they use it, in code points."""
_REACH_FROM: Final = 9
"""How far before a count the word stands that says it to be compared with, in code points: "from about"."""
_REACH_TO: Final = 10
"""How far behind what a count rose from what it rose to stands, in code points."""
_ACTIVITY: Final = ("daily_active", "monthly_active")
_OF_ALL: Final = (
    "net_income",
    "pretax_income",
    "cash",
    "debt",
    "free_cash_flow",
    "operating_cash_flow",
    "market_capitalization",
)
"""What a part of the business rarely has."""
_LANDED: Final = 4
"""How far behind its change a count stands that was so reached, in code points: "同比增长131%至2278"."""
_COUNTS: Final = ("customers", "users", "participants", "employees")


def qualifiers(context: Context, metrics: pl.DataFrame) -> pl.DataFrame:
    """Numbers that say which customers are meant: number, sid, doc, cid, clause, start, end, segment."""
    customers = metrics.filter(pl.col("metric").is_in(["customers", "users"])).select(
        "sid", customer_start="word_start", customer_end="word_end"
    )
    reach = pl.max_horizontal(pl.col("customer_start") - pl.col("end"), pl.col("start") - pl.col("customer_end"))
    far = (pl.col("comparator") == "over") & (pl.col("figure_class") == "money") & (reach <= _REACH_PAID)
    same = context.figures.join(customers, on="sid", how="inner", maintain_order="left").filter((reach <= _REACH_WORD) | far)
    following = context.figures.filter((pl.col("comparator") == "over") & (pl.col("figure_class") == "money"))
    following = following.filter(pl.col("sid").is_in(context.scanned.following(customers["sid"]).implode()))
    columns = context.figures.columns  # "those that paid more than $100,000" may follow in a sentence of its own
    near = pl.concat([same.select(columns), following.select(columns)]).unique("number", keep="first", maintain_order=True)
    size = pl.col("value").cast(pl.Int64)
    staff = metrics.filter(pl.col("metric") == "employees").select("sid", staff_start="word_start", staff_end="word_end")
    apart = pl.max_horizontal(pl.col("staff_start") - pl.col("end"), pl.col("start") - pl.col("staff_end"))
    staffed = near.join(staff, on="sid", how="inner", maintain_order="left").filter(apart <= _REACH_STAFF)
    by_staff = staffed.filter((pl.col("figure_class") == "count") & size.is_between(_STAFF_FROM, _STAFF_TO)).with_columns(
        segment=pl.lit("more_than_") + size.cast(pl.String) + "_employees"
    )
    payments = context.with_cues(
        near.filter((pl.col("figure_class") == "money") & size.is_between(_PAID_FROM, _PAID_TO) & (size % 1_000 == 0)),
        context.cues("payment"),
    )
    by_payment = payments.filter(pl.col("cue_gap") <= _REACH_PAYMENT).with_columns(segment=_paid_slug())
    columns = ["number", "sid", "doc", "cid", "clause", "start", "end", "segment"]
    return pl.concat([by_staff.select(columns), by_payment.select(columns)]).unique("number", keep="first", maintain_order=True)


def of_payments(context: Context, described: pl.DataFrame) -> pl.Series:
    """Numbers that only tell how long customers of a class pay what they do: the twelve of "in trailing 12 months revenue"."""
    spans = context.cues("payment").filter(pl.col("sid").is_in(described["sid"].unique().implode()))
    pairs = context.figures.select("number", "sid", "start", "end").join(spans, on="sid", how="inner", maintain_order="left")
    inner = pairs.filter((pl.col("start") >= pl.col("cue_start")) & (pl.col("end") <= pl.col("cue_end")))
    return inner["number"].unique(maintain_order=True)


def paying(metrics: pl.DataFrame, described: pl.DataFrame) -> pl.DataFrame:
    """Users of whom a sentence says what they pay, or how many people they employ, are customers."""
    described_here = pl.col("sid").is_in(described["sid"].unique().implode())
    return metrics.with_columns(
        metric=pl.when((pl.col("metric") == "users") & described_here).then(pl.lit("customers")).otherwise("metric")
    )


def _paid_slug() -> pl.Expr:
    size = pl.col("value").cast(pl.Int64)
    millions = size % 1_000_000 == 0
    amount = pl.when(millions).then((size // 1_000_000).cast(pl.String) + "m").otherwise((size // 1_000).cast(pl.String) + "k")
    return pl.lit("over_") + amount + pl.lit("_") + pl.col("unit").str.to_lowercase()


def segment(rows: pl.DataFrame, context: Context, described: pl.DataFrame) -> pl.Series:
    """The segment of each row, null for the whole company: the nearest size class, a product, a word beside it."""
    listed = _listed(rows, context)
    told = (
        _of_won(rows, context),
        _of_size_class(rows, context, described),
        _of_products(rows, context),
        _of_lists(rows, listed),
        _of_heirs(rows, context),
        _of_words(rows, context, listed.rename({"number": "item"})),
        _of_activity(rows, context),
        parts.named(rows, context),
    )
    return _of_words_behind(_of_brackets(rows.with_columns(part=pl.coalesce(*told))))


def _of_brackets(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the part (`part`) of the amount before them, for changes in brackets: "services 19 billion (+5 %)"."""
    before = {c: pl.col(c).shift(1).over("sid", "metric", order_by="number") for c in ("number", "part")}
    noted = pl.col("inherited") & pl.col("bracketed") & (pl.col("measure") == "change")
    noted &= pl.col("number") - before["number"] == 1
    return rows.with_columns(part=pl.coalesce("part", pl.when(noted).then(before["part"])))


def _of_words_behind(rows: pl.DataFrame) -> pl.Series:
    """The part of each row (`part`), and of what else is told of a word behind its first number: "録得255億收入,按年升38%"."""
    turn = ("sid", "word")
    behind = (pl.col("word_start") >= pl.col("end")).first().over(turn, order_by="number")
    first = pl.col("part").first().over(turn, order_by="number")
    money = pl.col("metric_kind").first().over(turn, order_by="number") == "money"
    return rows.select(part=pl.coalesce("part", pl.when(behind & money & pl.col("word").is_not_null()).then(first))).to_series()


def _of_heirs(rows: pl.DataFrame, context: Context) -> pl.Series:
    """The part of the business that a clause without a metric word tells of, before its first number.

    "The cloud business grew 30 %", "sales were 80 billion, the cloud business grew 30 %": the word, or a noun of
    businesses right behind it, says that it is one (`[settings] business`, a regular expression), or it is the subject, with
    small words alone before it: "… and APAC fell 3 %". Customers won are new ones: "A year ago it added 4 million".
    """
    rows = rows.with_columns(heir=pl.col("inherited") | (pl.col("word_cid") < pl.col("cid")).fill_null(value=False))
    pairs = context.with_cues(rows.filter("heir"), _cues(context).filter(~pl.col("code").is_in([*_ACTIVITY, "paying"])))
    pairs = pairs.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    text = context.scanned.tape.slice("cue_start", pl.col("cue_end") + _REACH_BUSINESS, pairs).str.to_lowercase()

    def told(language: str, part: pl.DataFrame) -> pl.Series:
        return part["text"].str.contains(lexicon.settings(language).get("business", "$^"))

    business = context.scanned.tape.by_language(pairs.select("doc", text=text), told).fill_null(value=False)
    business |= _subjects(pairs, context)
    won = (pl.col("code") == "new") & pl.col("metric").is_in(["customers", "users"]) & (pl.col("cue_gap") <= _REACH_WON)
    part = pl.lit(business) & (pl.col("code") != "new") & (pl.col("metric_kind") == "money")
    near = pairs.filter(part | (won & (pl.col("measure") == "level")))
    near = near.sort("number", "cue_gap", "code", maintain_order=True).unique("number", keep="first", maintain_order=True)
    joined = rows.join(near.select("number", part="code"), on="number", how="left", maintain_order="left")
    beside = (pl.col("number") - pl.col("number").shift(1).over("cid", "metric", order_by="number")) == 1
    led = beside & pl.col("heir") & (pl.col("measure") == "level") & (pl.col("metric_kind") == "money")
    before = pl.col("part").shift(1).over("cid", "metric", order_by="number")  # "grew 30 % to 2 billion"
    return joined.select(part=pl.coalesce("part", pl.when(led).then(before))).to_series()


def _subjects(pairs: pl.DataFrame, context: Context) -> pl.Series:
    """Whether the word for a part of the business begins what is told of its number, but for articles, "and" and the like."""
    ends = context.figures["end"]
    last = pl.lit(pl.Series([0, *ends])[ends.search_sorted(pairs["cue_start"], side="right").cast(pl.Int64)])
    first = pl.max_horizontal("clause_start", last)
    head = context.scanned.tape.slice(first, pl.max_horizontal(first, "cue_start"), pairs)
    return head.str.contains(_HEAD).fill_null(value=False)


def _of_products(rows: pl.DataFrame, context: Context) -> pl.Series:
    """The product as a slug, of customers of it: "Zoom Phone has passed 2 million paid seats". No number stands between."""
    named = context.scanned.companies.filter((pl.col("certainty") == "product") & pl.col("sid").is_not_null())
    named = named.select("sid", cue_start="start", cue_end="end", cue_cid="cid").unique(maintain_order=True)
    pairs = context.with_cues(rows.filter(pl.col("metric") == "customers"), named)
    reach = pl.when("ahead_of").then(_REACH_PRODUCT).otherwise(_REACH_PRODUCT_BEHIND)
    beside = pl.col("ahead_of") | pl.col("same_clause")
    near = pairs.filter((pl.col("cue_between") == 0) & (pl.col("cue_gap") <= reach) & beside)
    slug = context.scanned.tape.slice("cue_start", "cue_end", near).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "_")
    near = near.with_columns(product=slug).sort("number", "cue_gap", "cue_start", maintain_order=True)
    near = near.unique("number", keep="first", maintain_order=True).select("number", "product")
    return rows.select("number").join(near, on="number", how="left", maintain_order="left")["product"]


def _of_size_class(rows: pl.DataFrame, context: Context, described: pl.DataFrame) -> pl.Series:
    """A class is that of the nearest count of its sentence; changes are of the class of the count before them.

    A change that stands before the first count is of the class of that.
    """
    near = (
        rows.filter((pl.col("metric") == "customers") & ~pl.col("inherited"))
        .join(
            described.select("sid", "segment", class_start="start", class_cid="cid"),
            on="sid",
            how="inner",
            maintain_order="left",
        )
        .with_columns(apart=_apart(), level=pl.col("measure") == "level", away=pl.col("class_cid") != pl.col("cid"))
        .filter(pl.col("apart") <= _REACH_ROW)
        .sort("class_start", "level", "away", "apart", descending=[False, True, False, False], maintain_order=True)
        .unique("class_start", keep="first", maintain_order=True)
        .sort(pl.col("class_cid") != pl.col("cid"), "apart", maintain_order=True)
        .unique("number", keep="first", maintain_order=True)
        .select("number", "segment")
    )
    joined = rows.join(near, on="number", how="left", maintain_order="left")
    customers = pl.col("metric") == "customers"
    run = (customers & (pl.col("measure") == "level")).cast(pl.Int64).cum_sum().over("sid", order_by="number")
    following = {
        c: pl.col(c).shift(-1).over("sid", "metric", order_by="number") for c in ("segment", "measure", "start", "cid")
    }
    landed = (following["measure"] == "level") & (following["cid"] == pl.col("cid"))
    landed &= following["start"] - pl.col("end") <= _LANDED
    found = pl.coalesce(
        pl.when(landed).then(following["segment"]),
        pl.col("segment").drop_nulls().first().over("sid", "run", "metric", order_by="number"),
        pl.when(pl.col("run") == 0).then(pl.col("segment").drop_nulls().first().over("sid", "metric", order_by="number")),
    )
    # "504,900 customers with more than ten employees, up from 497,000": these are of the class, too.
    against = context.with_cues(rows, pl.concat([context.cues("role"), context.cues("mark", "from")]))
    against = against.filter(pl.col("ahead_of") & (pl.col("cue_between") == 0) & (pl.col("cue_gap") <= _REACH_FROM))
    compared = among(rows, against["number"])
    before = pl.col("segment").shift(1).over("sid", "metric", order_by="number")
    heir = (pl.col("measure") == "change") | pl.col("inherited")
    return (
        joined.with_columns(run=run)
        .select(
            pl.when(customers).then(pl.coalesce("segment", pl.when(heir).then(found), pl.when(pl.lit(compared)).then(before)))
        )
        .to_series()
    )


def _apart() -> pl.Expr:
    """How far a count is from a class, which rather follows the count unless both stand in one clause.

    "N customers with more than ten employees, M that pay …", but "10만달러 넘게 쓴 고객은 1289곳".
    """
    ahead = pl.col("class_start") - pl.col("start")
    together = pl.col("class_cid") == pl.col("cid")
    return pl.when(ahead >= 0).then(ahead).when(together).then(-ahead).otherwise(_CLASS_FIRST - ahead)


def _cues(context: Context) -> pl.DataFrame:
    """Words for a part of the business that stand in no company's name. A product that is one ("Azure") is no such name."""
    cues = context.cues("segment").filter(pl.col("code") != "none")
    names = context.scanned.companies.filter(pl.col("certainty") != "pronoun").select(
        "sid", "certainty", name_start="start", name_end="end"
    )
    whole = (pl.col("cue_start") == pl.col("name_start")) & (pl.col("cue_end") == pl.col("name_end"))
    named = (
        cues.join(names, on="sid", how="inner", maintain_order="left")
        .filter((pl.col("cue_start") >= pl.col("name_start")) & (pl.col("cue_end") <= pl.col("name_end")))
        .filter(~(whole & (pl.col("certainty") == "product")))
        .select("cue_start")
    )
    return cues.filter(~pl.col("cue_start").is_in(named["cue_start"].implode()))


def _listed(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Amounts that a part of the business stands right before, as in a list: number, cue_start and code.

    "매출은 ▲커머스 458억원 ▲콘텐츠 311억원", "sales were games $4.5 billion, music $2.9 billion".
    """
    amounts = rows.filter((pl.col("metric_kind") == "money") & (pl.col("measure") == "level"))
    cues = _cues(context).filter(~pl.col("code").is_in([*_ACTIVITY, "paying", "new"]))
    pairs = amounts.select("number", "doc", "sid", "start").join(cues, on="sid", how="inner", maintain_order="left")
    pairs = pairs.filter((pl.col("start") - pl.col("cue_end")).is_between(0, _LIST_REACH))
    between = context.scanned.tape.slice("cue_end", pl.max_horizontal("cue_end", "start"), pairs)
    touching = pairs.filter(between.str.contains(f"^(?:{lexicon.expressions('part_joint')})?[:：]? ?$"))
    touching = touching.sort("number", "cue_start", "code", maintain_order=True)
    return touching.unique("number", keep="last", maintain_order=True).select("number", "cue_start", "code")


def _of_lists(rows: pl.DataFrame, listed: pl.DataFrame) -> pl.Series:
    """The part of the business of each amount of a list, and of the change right behind it."""
    joined = rows.join(listed.select("number", part="code"), on="number", how="left", maintain_order="left")
    before = pl.col("part").shift(1).over("sid", "metric", order_by="number")
    moved = (pl.col("measure") == "change") & (
        pl.col("number") - pl.col("number").shift(1).over("sid", "metric", order_by="number") == 1
    )
    return joined.select(part=pl.coalesce("part", pl.when(moved).then(before))).to_series()


def _of_words(rows: pl.DataFrame, context: Context, listed: pl.DataFrame) -> pl.Series:
    """Words for a part of the business that stand at the metric word, with no number between and not in a company's name.

    One that a list says of an amount is of no other.
    """
    reach = rules.load().limit["segment"]
    cues = _cues(context)
    pairs = rows.filter(pl.col("word_sid") == pl.col("sid")).join(cues, on="sid", how="inner", maintain_order="left")
    pairs = pairs.join(listed.select("cue_start", "item"), on="cue_start", how="left", maintain_order="left")
    pairs = pairs.filter(pl.col("item").is_null() | (pl.col("item") == pl.col("number"))).drop("item")
    ahead = pl.col("cue_start") < pl.col("word_start")
    gap = pl.when(ahead).then(pl.col("word_start") - pl.col("cue_end")).otherwise(pl.col("cue_start") - pl.col("word_end"))
    starts = context.figures["start"]

    def rank(place: str) -> pl.Expr:
        return pl.col(place).map_batches(lambda s: starts.search_sorted(s, side="left").cast(pl.Int64), return_dtype=pl.Int64)

    own = (ahead & pl.col("start").is_between("cue_end", "word_start")).cast(pl.Int64)  # "the UK has 3 million customers"
    no_number = (
        pl.when(ahead).then(rank("word_start") - rank("cue_start") - own).otherwise(rank("cue_start") - rank("word_end"))
    ) <= 0
    activity = pl.col("code").is_in(_ACTIVITY)
    counted = pl.col("metric").is_in(["users", "participants"])
    people = pl.col("metric").is_in(_COUNTS)
    of_share = pl.col("metric_kind") == "share"
    paid = (pl.col("code") == "paying") & ~people  # "paid a dividend"
    won = (pl.col("code") == "new") & ~people  # "a gagné 702 millions"
    gap -= own * (pl.col("end") - pl.col("start"))  # "won 15.8 million subscribers": however long the number is
    fits = (activity & counted) | (~activity & ~people) | (~activity & people & (gap <= reach / 2))
    # "In Germany, sales fell by 8 %": a place that opens the sentence, in a clause without a number or a metric.
    first = context.scanned.clauses.filter(pl.col("clause") == 0)["cid"]
    told = pl.concat([context.figures["cid"], context.cues("metric")["cue_cid"]]).drop_nulls().unique()
    heading = pl.col("cue_cid").is_in(first.implode()) & ~pl.col("cue_cid").is_in(told.implode()) & (pl.col("word_clause") == 1)
    # But "advertising did well, and the net profit …" tells of the profit of all of them.
    heading &= ~pl.col("metric").is_in(_OF_ALL)
    placed = (pl.col("cue_cid") == pl.col("word_cid")) | (heading & ~activity & ~people & ahead)
    near = (
        pairs.filter((gap <= reach) & no_number & fits & ~of_share & ~paid & ~won & placed)
        .with_columns(gap_=gap, often_=activity & counted)  # "monthly active Xbox users": how often goes first
        .sort(
            "number", "often_", "gap_", "cue_start", "code", descending=[False, True, False, False, False], maintain_order=True
        )
        .unique("number", keep="first", maintain_order=True)
    )
    return rows.join(near.select("number", segment="code"), on="number", how="left", maintain_order="left")["segment"]


def _of_won(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Users that are won in a day or month are new ones: "is adding 30,000 users a day"."""
    counts = rows.filter(pl.col("metric").is_in(["users", "participants", "customers"]) & (pl.col("measure") == "level"))
    won = context.with_cues(counts, context.cues("segment", "new"))
    won = won.filter(pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0))
    won = won.filter(pl.col("cue_gap").is_between(0, _REACH_WON))
    often = context.with_cues(
        counts.filter(pl.col("number").is_in(won["number"].implode())), context.cues("segment", *_ACTIVITY)
    )
    behind = ~pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_start") >= pl.col("word_end"))
    behind &= (pl.col("cue_start") - pl.col("word_end")) <= _REACH_ACTIVITY
    new = often.filter(behind)["number"].unique().implode()
    return rows.select(pl.when(pl.col("number").is_in(new)).then(pl.lit("new"))).to_series()


def _of_activity(rows: pl.DataFrame, context: Context) -> pl.Series:
    """How often people use it, where that stands right behind their number: "users rose from 10 to 200 million a day".

    The number that it rose from is of the same.
    """
    counts = rows.filter(pl.col("metric").is_in(["users", "participants"]) & (pl.col("measure") == "level"))
    pairs = context.with_cues(counts, context.cues("segment", *_ACTIVITY))
    behind = pairs.filter(~pl.col("ahead_of") & pl.col("same_clause") & pl.col("cue_gap").is_between(0, _REACH_ACTIVITY))
    behind = behind.sort("number", "cue_gap", "code", maintain_order=True).unique("number", keep="first", maintain_order=True)
    found = rows.select("number", "sid", "metric", "measure", "start", "end").join(
        behind.select("number", "code"), on="number", how="left", maintain_order="left"
    )
    of = ("sid", "metric", "measure")
    beside = pl.col("number").shift(-1).over(of, order_by="number") - pl.col("number") == 1
    beside &= pl.col("start").shift(-1).over(of, order_by="number") - pl.col("end") <= _REACH_TO
    then = pl.when(beside).then(pl.col("code").shift(-1).over(of, order_by="number"))
    return found.select(code=pl.coalesce("code", then)).to_series()


def unstaffed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether "N employees" stands without a word for having or changing them: then they are some employees, not the staff."""
    nouns = rows.filter(
        (pl.col("metric") == "employees") & (pl.col("strength") == "metric_noun") & (pl.col("measure") == "level")
    )
    told = pl.concat([context.cues("staffed"), context.cues("direction", "up", "down")])
    having = context.with_cues(nouns, told).filter("same_clause")["number"].unique()
    before = (pl.col("word_start") < pl.col("start")) & (pl.col("cid") == pl.col("word_cid"))  # "its employees were 6,706"
    staffs = rows.filter((pl.col("metric") == "employees") & (pl.col("strength") == "metric"))["sid"].unique()
    whole = nouns.filter(
        pl.col("sid").is_in(staffs.implode()) & marked(nouns, context, "to")
    )  # "shrank 5 %, to 20,155 employees"
    return rows.select(
        pl.col("number").is_in(nouns.filter(~before)["number"].implode())
        & ~pl.col("number").is_in(pl.concat([having, whole["number"]]).implode())
        & ~of_its(rows, context)
    ).to_series()


def of_its(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a count is all of them: "of its" stands right before it, or a share is told of it ("120 of its 4,000")."""
    cues = context.with_cues(rows, context.cues("mark", "of_its"))
    near = cues.filter(pl.col("ahead_of") & (pl.col("cue_between") == 0) & pl.col("cue_gap").is_between(0, _REACH_OF_ITS))
    whole = pl.col("start").is_in(wholes(context.scanned).implode())
    return rows.select(pl.col("number").is_in(near["number"].unique().implode()) | whole).to_series()


def unquoted(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether "worth" is said without the stock market: then it is the worth of anything."""
    worth = rows.filter((pl.col("metric") == "market_capitalization") & (pl.col("strength") == "metric_weak"))
    listed = worth.join(context.cues("exchange").select("sid"), on="sid", how="semi")["number"]
    return rows.select(
        pl.col("number").is_in(worth["number"].implode()) & ~pl.col("number").is_in(listed.implode())
    ).to_series()


def of_shares(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a number is of shares or an index: "closed with a gain of 0.5 %", or a sum a share in a sentence on an offer."""
    of = context.cues("mark", "of").select("sid", of_start="cue_start", of_end="cue_end")
    gains = rows.filter(pl.col("plain") & (pl.col("figure_class") == "percent") & (pl.col("word_sid") == pl.col("sid")))
    gains = gains.join(of, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("of_start") - pl.col("word_end")).is_between(0, 1)
        & (pl.col("start") - pl.col("of_end")).is_between(0, _REACH_OF)
    )
    deals = _deals(context)
    # "X buys Y. It will pay 25 dollars a share": a word for a price in the sentence behind goes on with the deal.
    priced = context.cues("market_context", "deal_price")["sid"].unique()
    priced = priced.filter(priced.is_in(context.scanned.following(deals).implode()))
    deals = pl.concat([deals, priced]).unique()
    offered = rows.filter((pl.col("strength") == PER_SHARE) & pl.col("sid").is_in(deals.implode()))
    return among(rows, pl.concat([gains["number"], offered["number"]]))


def _deals(context: Context) -> pl.Series:
    """The sentences (sid) that tell of a takeover or an offer."""
    return context.cues("market", "acquire", "offer")["sid"].unique()


def _paid_in_part(cash: pl.DataFrame, context: Context) -> pl.Series:
    """Sums in cash right behind the price that they are a part of: "buys it for 5 billion, of which 4 billion in cash".

    So is what stands behind such a part: "4.5 billion in cash and 0.9 billion in shares".
    """
    sums = context.figures.filter(pl.col("figure_class") == "money")
    sums = sums.select("sid", _to="end", number=pl.col("number") + 1)
    beside = cash.join(sums, on=["sid", "number"], how="inner", maintain_order="left")
    deals = _deals(context)
    handed = context.cues("handed", "paid")["sid"]
    told = pl.concat([deals, context.scanned.following(deals), handed]).unique()
    beside = beside.filter(pl.col("word_start") >= pl.col("_to"))
    return beside.filter(pl.col("sid").is_in(told.implode()) & ((pl.col("start") - pl.col("_to")) <= _REACH_PART))["number"]


def vetoed(rows: pl.DataFrame, context: Context) -> pl.Series:
    """Whether a count is no size of the business, or cash no holding of it.

    A count is not if it is of victims, of jobs cut or to be filled, of people asked, of how many a product can hold, or if
    it is a claim that the same text takes back; then it is none wherever else the text states it. Cash is not if a firm
    is bought for it: "for 27 billion in cash and shares".
    """
    # Experts who tell of a leak do not expect its victims to be users.
    leaks = context.cues("veto", "leak")["sid"].unique()
    told = (pl.col("basis") != "consensus") | pl.col("sid").is_in(leaks.implode())
    counts = rows.filter(pl.col("metric").is_in(_COUNTS) & told)
    some = counts.filter(~of_its(counts, context))
    others = context.with_cues(some, context.cues("veto", "counts")).filter("same_clause")["number"]
    right_after = pl.col("ahead_of") & pl.col("same_clause") & (pl.col("cue_between") == 0)
    held = _held(counts, context.with_cues(counts, context.cues("veto", "capacity")).filter(right_after))
    back = context.with_cues(counts, context.cues("veto", "taken_back"))
    back = back.filter(right_after & (pl.col("cue_gap") <= _REACH_PAYMENT)).select("doc", "metric", "value").unique()
    again = counts.join(back, on=["doc", "metric", "value"], how="semi")["number"]
    gone = pl.concat([_parts_of_staff(counts, context), _cuts_of_staff(counts, context)])
    cash = rows.filter((pl.col("metric") == "cash") & (pl.col("word_start") >= pl.col("end")) & (pl.col("measure") == "level"))
    bought = context.cues("market", "acquire", "offer")
    priced = pl.col("word_start") - pl.col("end") <= _REACH_PRICE  # "X is to buy Y, the maker of Z, for 69 billion in cash"
    parts = _paid_in_part(rows.filter((pl.col("metric") == "cash") & (pl.col("measure") == "level")), context)
    paid = context.with_cues(cash, bought).filter(pl.col("ahead_of") & (pl.col("same_clause") | priced))["number"]
    return among(rows, pl.concat([others, held, again, gone, paid, parts]))


def _held(counts: pl.DataFrame, capacities: pl.DataFrame) -> pl.Series:
    """Counts of how many a product can hold, and those that stand beside them: "up to 50,000 participants, up from 10,000".

    `capacities`: the counts with the words for a capacity right before them. Such a word is not said of clients that
    stand before it themselves: "clients can choose rooms with a capacity of 20,000".
    """
    at_meetings = (pl.col("metric") == "participants") & (pl.col("value") < _AUDIENCE)
    near = capacities.filter(pl.col("cue_gap") <= _REACH_PAYMENT)
    near = near.filter(at_meetings | (pl.col("word_end") <= pl.col("cue_start")))
    most = counts.filter(at_meetings & (pl.col("measure") == "level") & (pl.col("comparator") == "under"))
    held = pl.concat([near.select("sid", "number"), most.select("sid", "number")])
    others = counts.filter(at_meetings).join(held, on="sid", how="semi")
    return pl.concat([held["number"], others["number"]]).unique()


def _cuts_of_staff(counts: pl.DataFrame, context: Context) -> pl.Series:
    """Percentages right before a word for layoffs: "announced a 15 % headcount reduction" is no change that was counted."""
    changes = counts.filter((pl.col("metric") == "employees") & (pl.col("measure") == "change"))
    cuts = context.with_cues(changes, context.cues("market", "layoff", "layoff_noun"))
    behind = cuts.filter(~pl.col("ahead_of") & (pl.col("cue_gap") >= 0))
    # "従業員35%(約500人)を削減": nor what a bracket counts.
    between = context.scanned.tape.slice("end", "cue_start", behind)
    counted = between.str.contains(r"^ ?[(（][^()（）]{1,16}[)）].? ?$").fill_null(value=False)
    return behind.filter((pl.col("cue_gap") <= _REACH_CUT) | counted)["number"]


def _parts_of_staff(counts: pl.DataFrame, context: Context) -> pl.Series:
    """People that a share of the staff comes to, where jobs are cut: "will lay off 15 % of its staff, about 1,300 people"."""
    percents = context.figures.filter(pl.col("figure_class") == "percent")
    shares = percents.select("sid", share_end="end", number=pl.col("number") + 1)
    staff = counts.filter((pl.col("metric") == "employees") & (pl.col("measure") == "level"))
    beside = staff.join(shares, on=["sid", "number"], how="inner", maintain_order="left")
    between = (pl.col("word_start") >= pl.col("share_end")) & (pl.col("word_end") <= pl.col("start"))
    cuts = pl.concat([context.cues("veto", "counts"), context.cues("market", "layoff", "layoff_noun")])
    # "Reducing its headcount by six percent or roughly 600", not "2.5 percent of its 112,000" or "by 5 percent to 20,155".
    close = (pl.col("start") - pl.col("share_end") <= _REACH_SUM) & ~of_its(beside, context)
    close &= ~context.between(beside, context.cues("mark", "of", "to"), "share_end", "start")
    return context.with_cues(beside.filter(between | close), cuts).filter("ahead_of")["number"].unique()
