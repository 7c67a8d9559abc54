"""Mentions of one move become one row: rounded amounts, second currencies, parts of a whole, headlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.market_moves.spoken import CHANGE, LEVEL, titles, words
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.scan import Scanned

_SHARES: Final = (CHANGE, LEVEL)
_ONE_AN_ARTICLE: Final = ("guidance_change", "ipo", "buyback")
"""Moves of which an article tells one a company (and direction): later mentions are the same move."""
_ONE_A_SENTENCE: Final = ("legal_action", "regulatory_action", "rating_change", "executive_change", "product_launch")
_ONE_CURRENCY: Final = ("acquisition", "divestiture", "investment", "ipo", "buyback", "legal_action", "regulatory_action")
"""Moves whose amount in a second currency is no second move."""
_MOST_JOBS: Final = 1_000_000
"""No firm lays off so many: a number beyond is an amount that lost its currency."""
_OF_WHICH: Final = 16
"""How far behind "of which" the number of a part may stand, in code points: "of whom more than 110"."""
_RESTATED: Final = 24
"""How far behind an amount the same in another currency may stand: "345 million euros, or about 5.6 trillion rupiah"."""
_ROUGH: Final = 25
"""Two such amounts differ by no more than one in so many."""
_PAID_IN: Final = 2
"""How far behind the part of a price "in cash" or "in shares" stands, in code points."""
_FINED_AGAIN: Final = 2
"""How many sentences behind a fine its amount in another currency may stand."""
_ROUNDED: Final = 12
"""A move that a headline tells about right is off by no more than one in so many."""


def merged(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """One row a move: amounts told twice become one, mentions without an amount go where one with an amount tells the same."""
    # "市值蒸发7万亿，启动最大规模裁员"
    moves = moves.filter(((pl.col("move_type") == "layoffs") & (pl.col("value") >= _MOST_JOBS)).fill_null(value=False).not_())
    moves = _without_fines_settled(_without_partners_bought(moves))
    moves = _without_second_currency(_rounded_away(_without_echoes(moves)))
    # Of a headline and the text the text tells a fine as it was set, so that the headline's goes first.
    moves = _without_fines_again(_without_restated(moves, scanned))
    moves = _without_parts(moves, scanned)
    moves = _without_instalments(moves, scanned)
    moves = _without_shares_of_staff(moves, scanned)
    shares = pl.col("move_type").is_in(_SHARES)
    party = (
        pl.when(shares | pl.col("move_type").is_in([*_ONE_AN_ARTICLE, "layoffs", "market_share", "product_launch"]))
        .then(pl.lit(""))
        .otherwise(pl.coalesce("person", "authority", "counterparty_id", "country", pl.lit("")))
    )
    moves = moves.with_columns(party=party)
    numbered = _numbered(moves)
    return pl.concat([numbered, *_bare(moves, numbered)])


def _without_partners_bought(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves but partnerships without an amount of two firms of which one takes the other over in the same article.

    Where the takeover failed they may well go on as partners, and words that tell of either ("slår sig sammen med") are no
    takeover told elsewhere.
    """
    moves = moves.with_row_index("_row")
    deals = moves.filter(pl.col("move_type") == "acquisition", pl.col("status") != "abandoned")
    sides = ["doc", "company_id", "counterparty_id"]
    deals = deals.select(*sides, _from="trigger_start", _to="trigger_end", _in="sid").drop_nulls()
    turned = deals.with_columns(company_id="counterparty_id", counterparty_id="company_id")
    partners = moves.filter(pl.col("move_type") == "partnership", pl.col("value").is_null())
    pairs = partners.join(pl.concat([deals, turned]), on=sides, how="inner", maintain_order="left_right")
    apart = (pl.col("trigger_end") <= pl.col("_from")) | (pl.col("trigger_start") >= pl.col("_to"))
    elsewhere = pairs.filter((pl.col("sid") != pl.col("_in")) | apart)
    return moves.join(elsewhere, on="_row", how="anti", maintain_order="left").drop("_row")


def _without_echoes(moves: pl.DataFrame) -> pl.DataFrame:
    """Mentions without an amount that do not go on in their sentence with a move of their own.

    Of several regulators or plaintiffs in one sentence the first stands for all, and a purchase is no investment too.
    """
    with_amount = moves.filter(pl.col("value").is_not_null()).select("sid", "move_type").unique()
    is_bare = pl.col("value").is_null()
    bare = moves.filter(is_bare).join(with_amount, on=["sid", "move_type"], how="anti")
    together = pl.col("move_type").is_in(_ONE_A_SENTENCE)
    bare = pl.concat(
        [
            bare.filter(~together),
            bare.filter(together)
            .sort("start", maintain_order=True)
            .unique(["sid", "move_type", "person"], keep="first", maintain_order=True),
        ]
    )
    bought = moves.filter(pl.col("move_type") == "acquisition").select("sid").unique()
    bare = pl.concat(
        [
            bare.filter(pl.col("move_type") != "investment"),
            bare.filter(pl.col("move_type") == "investment").join(bought, on="sid", how="anti"),
        ]
    )
    return pl.concat([moves.filter(~is_bare), bare])


def _without_shares_of_staff(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Jobs cut in percent only where no count tells the same cut.

    One that was made in an earlier month or year is another: "it had cut 11 % of its staff in September 2022".
    """
    counts = moves.filter(pl.col("move_type") == "layoffs", pl.col("unit") == "count")
    told = scanned.periods.filter(pl.col("role").is_null(), pl.col("grain").is_in(["month", "year"])).drop_nulls("sid")
    docs = scanned.tape.docs.select("doc", _year=pl.col("published_at").dt.year(), _month=pl.col("published_at").dt.month())
    told = told.join(docs, on="doc", how="left", maintain_order="left")
    this_year = pl.coalesce("year", "_year") == pl.col("_year")
    earlier = (pl.col("year") < pl.col("_year")) | (
        this_year & (pl.col("grain") == "month") & (pl.col("ordinal") < pl.col("_month"))
    )
    past = told.filter(earlier.fill_null(value=False) & ~pl.col("sid").is_in(counts["sid"].implode()))["cid"].unique()
    in_percent = ((pl.col("move_type") == "layoffs") & (pl.col("unit") == "percent")).fill_null(value=False)
    in_percent &= ~pl.col("cid").is_in(past.implode())
    percents = moves.filter(in_percent).join(
        counts.select("doc", "company_id").unique(), on=["doc", "company_id"], how="anti", nulls_equal=True
    )
    # "Zoom cuts 1,300 jobs. Okta lays off 5 % of its staff": a firm that its own sentence names is another one.
    named = scanned.companies.filter(pl.col("certainty") != "pronoun").drop_nulls("company_id")
    named = named.select("sid", "company_id", company_mention_start="start").unique()
    others = percents.join(named, on=["sid", "company_mention_start", "company_id"], how="semi", maintain_order="left")
    alone = ~pl.col("sid").is_in(_beside(counts)["sid"].implode()) | pl.col("start").is_in(others["start"].implode())
    return pl.concat([moves.filter(~in_percent), percents.filter(alone)])


def _numbered(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves with an amount, each told once."""
    # A headline tells less than the text: no day, no place, half a name.
    numbered = moves.filter(pl.col("value").is_not_null()).sort(
        "in_title", "confidence", "start", descending=[False, True, False], maintain_order=True
    )
    same = ["doc", "company_id", "move_type", "value", "value_high", "unit"]
    numbered = numbered.unique([*same, "direction"], keep="first", maintain_order=True)
    once = pl.col("move_type").is_in(_ONE_AN_ARTICLE)
    return pl.concat(
        [
            numbered.filter(~once),
            numbered.filter(once).unique(["doc", "move_type", "company_id"], keep="first", maintain_order=True),
        ]
    )


def _bare(moves: pl.DataFrame, numbered: pl.DataFrame) -> list[pl.DataFrame]:
    """Moves without an amount, each told once and not told by an amount: those with a party of their own, and the others."""
    bare = moves.filter(pl.col("value").is_null()).sort(
        "in_title", "confidence", "start", descending=[False, True, False], maintain_order=True
    )
    # A headline names the deal whose price the text tells.
    priced = numbered.filter(pl.col("move_type") == "acquisition").select("doc", "move_type").unique()
    bare = pl.concat(
        [bare.filter(~pl.col("in_title")), bare.filter("in_title").join(priced, on=["doc", "move_type"], how="anti")]
    )
    bare = bare.unique(["doc", "move_type", "company_id", "party", "direction"], keep="first", maintain_order=True)
    # Without a number and without a party of its own, a mention is the move that a number or a party tells elsewhere.
    told = numbered.select("doc", "move_type", "party").unique()
    bare = bare.join(told, on=["doc", "move_type", "party"], how="anti")
    told_at_all = numbered.select("doc", "move_type", of=_whose()).unique()
    named = bare.filter(pl.col("party") != "").select("doc", "move_type", of=_whose()).unique()
    silent, speaking = bare.filter(pl.col("party") == ""), bare.filter(pl.col("party") != "")
    two_sided = pl.col("move_type").is_in(["guidance_change", CHANGE, "rating_change"])
    silent = pl.concat(
        [
            silent.filter(two_sided),
            silent.filter(~two_sided)
            .with_columns(of=_whose())
            .join(told_at_all, on=["doc", "move_type", "of"], how="anti", nulls_equal=True)
            .join(named, on=["doc", "move_type", "of"], how="anti", nulls_equal=True)
            .drop("of"),
        ]
    )
    return [speaking, silent]


def _without_parts(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Of several counts of jobs cut by one company in one clause the largest: "150 posts, 110 of them in France".

    Counts right behind a word for a part ("of which 110 in France") are none at all.
    """
    jobs = (pl.col("move_type") == "layoffs") & (pl.col("unit") == "count").fill_null(value=False)
    marks = words(scanned, "of_which").select("sid", _mark="end").unique(maintain_order=True)
    parts = moves.filter(jobs).select("sid", "value_start").join(marks, on="sid", maintain_order="left")
    parts = parts.filter((pl.col("value_start") - pl.col("_mark")).is_between(0, _OF_WHICH))
    whole = moves.filter(jobs).join(parts, on="value_start", how="anti").sort(
        "value", descending=True, nulls_last=True, maintain_order=True
    )  # fmt: skip
    whole = whole.unique(["cid", "company_id"], keep="first", maintain_order=True)
    return pl.concat([moves.filter(~jobs), whole])


def _without_instalments(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Of several prices of takeovers in a sentence the sum of the others: "740 million: 640 at once and 100 in a year".

    Of "5.4 billion, of which 4.5 billion in cash" the whole: the part stands behind it, and before what it is paid in, in
    its sentence or the next one.
    """
    priced = (pl.col("move_type") == "acquisition") & pl.col("value").is_not_null()
    kinds = words(scanned, "in_kind").select("sid", _at="start").sort("_at", maintain_order=True)
    wholes = moves.filter(priced).select("doc", "sid", unit="unit", _whole="value", _from="value_start")
    # The sentence behind tells of a whole too how it is paid.
    wholes = pl.concat([wholes, wholes.with_columns(sid=pl.col("sid") + 1)])
    parts = moves.filter(priced).sort("value_end", maintain_order=True).join_asof(
        kinds, left_on="value_end", right_on="_at", by="sid", strategy="forward", tolerance=_PAID_IN, check_sortedness=False
    ).drop_nulls("_at")  # fmt: skip
    parts = parts.select("doc", "sid", "unit", "value", "value_start")
    parts = parts.join(wholes, on=["doc", "sid", "unit"], maintain_order="left")
    parts = parts.filter(pl.col("_whole") > pl.col("value"), pl.col("_from") < pl.col("value_start"))
    moves = moves.filter(~(priced & pl.col("value_start").is_in(parts["value_start"].implode())).fill_null(value=False))
    sums = (
        moves.filter(priced).group_by("sid", maintain_order=True).agg(_sum=pl.col("value").sum(), _most=pl.col("value").max())
    )
    whole = sums.filter(pl.col("_sum") == 2 * pl.col("_most")).select("sid", "_most")
    told = moves.join(whole, on="sid", how="left", maintain_order="left")
    return told.filter(~(priced & (pl.col("value") < pl.col("_most"))).fill_null(value=False)).drop("_most")


def _beside(moves: pl.DataFrame) -> pl.DataFrame:
    """The sentences of moves and those right behind and before them: doc, sid."""
    return pl.concat([moves.select("doc", pl.col("sid") + step) for step in (-1, 0, 1)]).unique()


def _whose() -> pl.Expr:
    """Whether the same move told elsewhere must be of the same company: only for layoffs, of which articles list several."""
    return pl.when(pl.col("move_type") == "layoffs").then(pl.col("company_id").fill_null("")).otherwise(pl.lit(""))


def titled(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add in_title: whether the move stands in the article's title."""
    return moves.join(titles(scanned), on="doc", how="left", maintain_order="left").with_columns(
        in_title=pl.col("end") <= pl.col("title_end")
    )


def _rounded_away(moves: pl.DataFrame) -> pl.DataFrame:
    """Drop an amount that another mention of the same move tells more precisely: "41 percent" beside "40.8 percent"."""
    amounts = moves.filter(pl.col("value").is_not_null(), pl.col("value_step").is_not_null()).with_row_index("_row")
    finer = amounts.select(
        "doc", "move_type", "unit", fine="value", fine_step="value_step", fine_company="company_id", _fine="_row"
    )
    near = (pl.col("value") - pl.col("fine")).abs() <= pl.col("value_step").cast(VALUE)
    # "Up almost 40 %" in a headline is the 38 % of the text.
    rounded = pl.col("in_title") & (pl.col("comparator") != "eq") & (pl.col("move_type") == CHANGE)
    near |= rounded & ((pl.col("value") - pl.col("fine")).abs() <= pl.col("value").abs() / _ROUNDED)
    coarse = (
        amounts.join(finer, on=["doc", "move_type", "unit"], how="inner", maintain_order="left")
        .filter(
            (pl.col("company_id") == pl.col("fine_company")).fill_null(value=True) | pl.col("in_title"),
            (pl.col("fine_step") < pl.col("value_step")) | rounded,
            near,
            pl.col("_row") != pl.col("_fine"),
        )
        .select("value_start", "move_type")
        .unique()
    )
    return moves.join(coarse, on=["value_start", "move_type"], how="anti", nulls_equal=False)


def _without_second_currency(moves: pl.DataFrame) -> pl.DataFrame:
    """Drop the amount in a further currency of a deal told in one sentence."""
    money = pl.col("unit").str.contains("^[A-Z]{3}$").fill_null(value=False) & pl.col("move_type").is_in(_ONE_CURRENCY)
    deals = moves.filter(money).sort("value_start", maintain_order=True)
    first = deals.unique(["sid", "move_type"], keep="first", maintain_order=True).select("sid", "move_type", first_unit="unit")
    deals = (
        deals.join(first, on=["sid", "move_type"], how="left", maintain_order="left")
        .filter(pl.col("unit") == pl.col("first_unit"))
        .drop("first_unit")
    )
    return pl.concat([moves.filter(~money), deals])


def _without_restated(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop amounts, of a headline mostly, that stand elsewhere right behind the same move's amount in another currency."""
    money = pl.col("unit").str.contains("^[A-Z]{3}$").fill_null(value=False) & pl.col("move_type").is_in(_ONE_CURRENCY)
    asked = moves.filter(money)
    several = (
        asked.group_by("doc", "move_type", maintain_order=True).agg(units=pl.col("unit").n_unique()).filter(pl.col("units") > 1)
    )
    asked = asked.join(several.select("doc", "move_type"), on=["doc", "move_type"], how="semi", maintain_order="left")
    if asked.is_empty():
        return moves
    paid = scanned.quantities.filter(pl.col("kind") == "money").select(
        "sid", _at="start", _again="value", _unit="unit", _sid="sid"
    ).drop_nulls()  # fmt: skip
    behind = asked.select("doc", "move_type", "sid", "value_end", unit="unit").sort("value_end", maintain_order=True).join_asof(
        paid.sort("_at", maintain_order=True), left_on="value_end", right_on="_at", by="sid", strategy="forward",
        tolerance=_RESTATED, check_sortedness=False,
    ).filter(pl.col("_unit") != pl.col("unit"))  # fmt: skip
    again = behind.select("doc", "move_type", "_again", "_sid", unit="_unit").unique(maintain_order=True)
    pairs = asked.select("doc", "move_type", "unit", "value", "value_start", "sid").join(
        again, on=["doc", "move_type", "unit"], how="inner", maintain_order="left"
    )
    near = (pl.col("value") - pl.col("_again")).abs() * _ROUGH <= pl.col("value").abs()
    told = pairs.filter(near & (pl.col("sid") != pl.col("_sid"))).select("value_start", "move_type").unique()
    return moves.join(told, on=["value_start", "move_type"], how="anti", nulls_equal=False)


def _without_fines_again(moves: pl.DataFrame) -> pl.DataFrame:
    """Drop fines by nobody else that tell one of the sentences before in another currency: "the fine, about $324 million"."""
    fines = moves.filter(pl.col("move_type") == "regulatory_action", pl.col("value").is_not_null())
    said = fines.select("doc", "company_id", "sid", "unit", "value_start", _by="authority")
    pairs = fines.select("doc", "company_id", "authority", "counterparty_start", _sid="sid", _unit="unit", _at="value_start")
    pairs = pairs.join(said, on=["doc", "company_id"], nulls_equal=True, maintain_order="left")
    nobody = pl.col("authority").is_null() & pl.col("counterparty_start").is_null()
    back = pl.col("_sid") - pl.col("sid")
    again = pairs.filter(back.is_between(1, _FINED_AGAIN), pl.col("_unit") != pl.col("unit"))
    again = again.filter(nobody | (pl.col("authority") == pl.col("_by")).fill_null(value=False)).select("_at").unique()
    fined = (pl.col("move_type") == "regulatory_action") & pl.col("value_start").is_in(again["_at"].implode())
    return moves.filter(~fined.fill_null(value=False))


def _without_fines_settled(moves: pl.DataFrame) -> pl.DataFrame:
    """Drop fines by nobody named whose amount ends a lawsuit: headlines call a settlement a fine."""
    sums = moves.filter(pl.col("move_type") == "legal_action").select("doc", "value", "unit").drop_nulls().unique()
    fines = moves.filter(
        pl.col("move_type") == "regulatory_action", pl.col("authority").is_null(), pl.col("counterparty_start").is_null()
    ).join(sums, on=["doc", "value", "unit"], how="semi", nulls_equal=False)  # fmt: skip
    return moves.join(fines.select("value_start", "move_type"), on=["value_start", "move_type"], how="anti", nulls_equal=False)
