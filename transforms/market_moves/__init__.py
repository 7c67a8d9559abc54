"""Moves of a company in its market and of its shares: from trigger matches to rows.

Which words together tell a move is data (`rules/market.toml` and the lexicons); moves of the shares have a module of
their own, `shares`, counterparties and countries are in `parties`, status, session and dates in `timing`. Here the
matches of one move are merged and get their amount and company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, triggers
from transforms.market_moves import amounts, deals, outlooks, parties, timing
from transforms.market_moves.shares import CHANGE, LEVEL, a_share, metric_words, share_moves, starting_points
from transforms.market_moves.spoken import KINDS, titles, words
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.scan import Scanned

TOPIC: Final = "market"
_SHARES: Final = (CHANGE, LEVEL)
_ONE_AN_ARTICLE: Final = ("guidance_change", "ipo", "buyback")
"""Moves of which an article tells one a company (and direction): later mentions are the same move."""
_ONE_A_SENTENCE: Final = ("legal_action", "regulatory_action", "rating_change", "executive_change", "product_launch")
_ONE_CURRENCY: Final = ("acquisition", "divestiture", "investment", "ipo", "buyback", "legal_action", "regulatory_action")
"""Moves whose amount in a second currency is no second move."""
_LISTS: Final = ("regulatory_action", "market_share")
_LIST_REACH: Final = 16
_OF_ITS: Final = 12
"""How far a number stands behind "of its", in code points."""
_OF_WHICH: Final = 16
"""How far behind "of which" the number of a part may stand, in code points: "of whom more than 110"."""
_ROUNDED: Final = 12
"""A move that a headline tells about right is off by no more than one in so many."""
_RARE: Final = ("rating_change", "layoffs", "buyback")
_NAMED_WITHIN: Final = 500
_LARGE: Final = ("acquisition", "divestiture", "investment", "ipo", "buyback", "regulatory_action", "legal_action")
"""Moves whose amount is never pocket money: a smaller one is a price per share or per item."""
_UP: Final = ("up", "raise", "upgrade", "outlook_raised", "dearer")
_DOWN: Final = ("down", "cut", "downgrade", "outlook_cut", "cheaper")
_METRIC_BEFORE: Final = 25
"""A metric word so near before an amount, and nearer than the trigger, claims the amount."""
_DISTANCE_WEIGHT: Final = 250
"""A trigger this many code points nearer outweighs a whole point of confidence."""
_SURE: Final = 0.75
"""A rule so sure is believed even of a company that could not be made out."""
_SMALLEST_DEAL: Final = 10_000
_CROWD: Final = 1_000_000
"""So many people are an audience, no limit of a service."""
_OF_ALL_SHARES: Final = ("acquisition", "divestiture", "investment", "buyback")
_ADVICE_SHARE: Final = 0.12
"""An article that speaks to its reader in more than this share of its sentences is a guide or a review, no report."""

_MATCHES: Final = "market.matches"


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each move: offsets on the tape and the value columns of `FACT_MARKET_MOVES`.

    Columns: doc, start, end (what the evidence must cover), value_start, value_end, company_id, company_mention_start,
    company_mention_end, rule, confidence, move_type, direction, value, value_high, value_step, unit, comparator, is_record,
    session, horizon, counterparty_start, counterparty_end, counterparty_id, country, status, effective_on,
    effective_precision.
    """
    scanned = amounts.with_currencies(scanned)
    found = _reported(scanned.tape.once(_MATCHES, lambda: _matches(scanned)), scanned)
    found = _one_a_number(found)
    found = found.with_columns(
        companies.subjects(
            scanned.tape,
            found.select(start=_subject_place("start"), end=_subject_place("end"), sid="sid", cid="cid", doc="doc"),
            scanned.companies,
            scanned.sentences,
            scanned.clauses,
        ).rename({"mention_start": "company_mention_start", "mention_end": "company_mention_end"})
    )
    found = _by_name(found, scanned)
    moves = _with_amount(_with_direction(found, scanned), scanned)
    moves = parties.with_person(parties.with_counterparty(moves, scanned), scanned)
    moves = parties.with_country(deals.with_sides(deals.without_insiders(moves, scanned), scanned), scanned)
    moves = timing.with_status(_founded(_titled(_of_companies(moves, scanned), scanned)), scanned)
    moves = _merged(deals.completed_by_each_other(deals.told_once(moves)), scanned)
    moves = timing.with_past(timing.with_date(timing.with_session(moves, scanned), scanned), scanned)
    return moves.select(
        "doc", "start", "end", "value_start", "value_end", "company_id", "company_mention_start", "company_mention_end",
        "rule", "confidence", "move_type", "direction", "value", "value_high", "value_step", "unit", "comparator",
        "is_record", "session", "horizon", "counterparty_start", "counterparty_end", "counterparty_id", "country", "status",
        "effective_on", "effective_precision",
    ).sort("start", "move_type", "value_start", maintain_order=True)  # fmt: skip


def _by_name(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves with the company by whose name their number is told: of "X (+3 %) and Y (-1 %)" each takes its own."""
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]), pl.col("company_id").is_not_null())
    firms = firms.select(firm_end="end", _id="company_id", _start="start").unique("firm_end", keep="first", maintain_order=True)
    told = found.join(firms, on="firm_end", how="left", maintain_order="left", nulls_equal=False)
    return told.with_columns(
        company_id=pl.coalesce("_id", "company_id"),
        company_mention_start=pl.coalesce("_start", "company_mention_start"),
        company_mention_end=pl.when(pl.col("_id").is_not_null()).then("firm_end").otherwise("company_mention_end"),
    ).drop("_id", "_start")


def runners_up(scanned: Scanned) -> pl.DataFrame:
    """Every rule that matches: columns of `RUNNERS_UP`, with the place of its words, its move and how sure it is."""
    return triggers.weighed(scanned.tape.once(_MATCHES, lambda: _matches(amounts.with_currencies(scanned))), by="move_type")


def _subject_place(edge: str) -> pl.Expr:
    """Where to look for the company: at the amount of share moves and fines, which stand in lists, else at the trigger."""
    listed = pl.col("move_type").is_in([*_SHARES, "regulatory_action", "market_share", "layoffs"])
    return pl.when(listed).then(f"anchor_{edge}").otherwise(f"trigger_{edge}")


def _matches(scanned: Scanned) -> pl.DataFrame:
    """Share moves and rule matches together, with trigger_start and trigger_end: the span that told the move."""
    rules = triggers.matches(_spots(scanned), triggers.load(TOPIC)).rename({"emits": "move_type"})
    on_value = (pl.col("anchor_start") == pl.col("value_start")) & pl.col("second_start").is_not_null()
    rules = rules.with_columns(
        trigger_start=pl.when(on_value).then("second_start").otherwise("anchor_start"),
        trigger_end=pl.when(on_value).then("second_end").otherwise("anchor_end"),
    )
    # "Sells X to Y" tells of a firm, "sells X phones to Y" of goods.
    apart = (~(pl.col("buyer_start") - pl.col("sold_end")).is_between(0, 2)).fill_null(value=False)
    rules = _not_in_names(_not_of_metrics(rules.filter(~apart), scanned), scanned)
    rules = _not_a_share(_not_the_staff(_not_starting_points(rules, scanned), scanned), scanned)
    rules = pl.concat([rules, _listed(rules, scanned)], how="diagonal")
    shares = share_moves(scanned).with_columns(trigger_start="anchor_start", trigger_end="anchor_end")
    moves = [shares, rules.with_columns(pl.col("order") + 10)]
    implied = outlooks.from_figures(scanned, rules).with_columns(
        pl.col("order").cast(rules.schema["order"]), pl.col("confidence").cast(rules.schema["confidence"])
    )
    return pl.concat([*moves, implied], how="diagonal")


def _spots(scanned: Scanned) -> pl.DataFrame:
    """All named spans, authorities and cities each under one name whatever their country."""
    spots = scanned.spots()
    named = parties.by_pattern(scanned).select(
        "start", "end", "sid", "cid", name=pl.lit("name.") + pl.col("kind")
    ).join(scanned.sentences.select("sid", "doc"), on="sid", how="left", maintain_order="left")  # fmt: skip
    spots = pl.concat([spots, named.select(spots.columns)])
    kind = pl.col("name").str.split(".").list.first()
    context = pl.col("name").str.starts_with(f"{KINDS[1]}.")
    spots = spots.with_columns(
        name=pl.when(context).then(pl.col("name").str.replace(KINDS[1], KINDS[0], literal=True)).otherwise("name")
    )
    return spots.with_columns(
        name=pl.when(kind == "authority").then(pl.lit("authority")).when(kind == "city").then(pl.lit("place")).otherwise("name")
    )


def _listed(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Further amounts of a list that begins with a fine or market share: "…, Vodafone 12.3 million, Fastweb 4.5 million".

    Taken are free amounts of the same unit in that sentence or the next, right behind the name of another company.
    """
    quantities = scanned.quantities.drop_nulls("sid").unique("start", keep="first", maintain_order=True)
    heads = found.filter(pl.col("move_type").is_in(_LISTS), pl.col("value_start").is_not_null())
    heads = heads.join(
        quantities.select(value_start="start", unit="unit", kind="kind"), on="value_start", how="inner", maintain_order="left"
    )
    heads = heads.sort(pl.col("confidence"), descending=True, maintain_order=True).unique(
        ["sid", "move_type"], keep="first", maintain_order=True
    )
    reach = pl.concat([heads, heads.with_columns(pl.col("sid") + 1)]).unique(
        ["sid", "doc", "move_type", "unit"], keep="first", maintain_order=True
    )
    free = quantities.join(found.select(start="value_start").drop_nulls().unique(), on="start", how="anti")
    names = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).drop_nulls("sid")
    named = (
        free.select("start", "end", "cid", "sid", "doc", "unit", "kind")
        .sort("start", maintain_order=True)
        .join_asof(
            names.select(name_end="end", name_sid="sid").sort("name_end", maintain_order=True),
            left_on="start", right_on="name_end", strategy="backward", tolerance=_LIST_REACH, check_sortedness=False,
        )
        .filter(pl.col("name_sid") == pl.col("sid"))
    )  # fmt: skip
    claimed = pl.concat([metric_words(scanned).select("cid"), words(scanned, "share").select("cid")]).unique()
    listed = named.join(claimed, on="cid", how="anti").join(
        reach.select("sid", "doc", "unit", "kind", "rule", "order", "move_type", "confidence"),
        on=["sid", "doc", "unit", "kind"],
        how="inner",
        maintain_order="left",
    )
    place = {f"{span}_{edge}": edge for span in ("anchor", "value", "trigger") for edge in ("start", "end")}
    return listed.select(
        "order", "move_type", "start", "end", "sid", "cid", "doc",
        rule=pl.col("rule") + ".listed", confidence=pl.col("confidence") - 0.2,
        **place,
    )  # fmt: skip


def _not_of_metrics(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop matches whose amount a metric word right before it claims: "bought X, which has revenue of 5 million"."""
    metric = metric_words(scanned).select(metric_end="end", metric_cid="cid").sort("metric_end", maintain_order=True)
    amounts = found.filter(pl.col("value_start").is_not_null()).sort("value_start", maintain_order=True)
    amounts = amounts.join_asof(
        metric,
        left_on="value_start",
        right_on="metric_end",
        strategy="backward",
        tolerance=_METRIC_BEFORE,
        check_sortedness=False,
    )
    gap = pl.col("value_start") - pl.col("metric_end")
    claimed = ((pl.col("metric_cid") == pl.col("cid")) & (gap <= pl.col("closest"))).fill_null(value=False)
    return pl.concat([amounts.filter(~claimed).drop("metric_end", "metric_cid"), found.filter(pl.col("value_start").is_null())])


def _not_in_names(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop partnerships whose word has a capital within the text: "the Justice Alliance says" tells of no alliance."""
    rows = found.join(titles(scanned), on="doc", how="left", maintain_order="left").join(
        scanned.sentences.select("sid", _opens="start"), on="sid", how="left", maintain_order="left"
    )
    inner = (pl.col("anchor_start") > pl.col("_opens")) & (pl.col("anchor_start") >= pl.col("title_end"))
    asked = rows.select("anchor_end", anchor_start=pl.when((pl.col("move_type") == "partnership") & inner).then("anchor_start"))
    capital = scanned.tape.slice("anchor_start", "anchor_end", asked).str.contains(r"^\p{Lu}\p{Ll}").fill_null(value=False)
    return found.filter(~capital | scanned.setting("nouns_capitalised", found))


def _not_starting_points(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop amounts marked as where the move began: "from 155 to 115 euros"."""
    kinds = scanned.quantities.select(value_start="start", kind="kind").unique("value_start", keep="first", maintain_order=True)
    amounts = found.filter(pl.col("value_start").is_not_null()).join(kinds, on="value_start", how="left", maintain_order="left")
    marked = starting_points(amounts, scanned, start="value_start", end="value_end")
    return found.join(marked, on="value_start", how="anti", nulls_equal=False)


def _not_a_share(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop worths of deals that are the price of one share ("66만원 a share"), and limits as large as an audience."""
    values = scanned.quantities.select(value_start="start", value="value").unique(
        "value_start", keep="first", maintain_order=True
    )
    limits = found.filter(pl.col("rule").str.starts_with("capacity_change.limit"))
    crowds = limits.join(values, on="value_start", how="inner", maintain_order="left").filter(pl.col("value") >= _CROWD)
    worths = found.filter(pl.col("move_type").is_in(_OF_ALL_SHARES) & pl.col("value_start").is_not_null())
    prices = a_share(worths.select("sid", "cid", num_start="value_start", num_end="value_end"), scanned)
    prices = worths.join(prices.select(value_start="num_start"), on="value_start", how="semi")
    none = pl.concat([crowds.select("rule", "value_start"), prices.select("rule", "value_start")])
    return found.join(none.unique(), on=["rule", "value_start"], how="anti", nulls_equal=False)


def _not_the_staff(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop jobs cut whose number is that of all jobs: the 4,000 of "120 of its 4,000 employees"."""
    marks = scanned.cues.filter((pl.col("kind") == "mark") & (pl.col("code") == "of_its"))
    places = marks.select(mark_end="end").unique(maintain_order=True).sort("mark_end", maintain_order=True)
    cuts = found.filter((pl.col("move_type") == "layoffs") & pl.col("value_start").is_not_null())
    whole = cuts.sort("value_start", maintain_order=True).join_asof(
        places, left_on="value_start", right_on="mark_end", strategy="backward", tolerance=_OF_ITS, check_sortedness=False
    )
    return found.join(
        whole.drop_nulls("mark_end").select("value_start", "move_type"),
        on=["value_start", "move_type"],
        how="anti",
        nulls_equal=False,
    )


def _reported(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves in reports; those in guides and reviews, which speak to their reader throughout, are dropped."""
    advice = words(scanned, "reader").group_by("doc", maintain_order=True).agg(advised=pl.col("sid").n_unique())
    share = (
        scanned.sentences.group_by("doc", maintain_order=True)
        .agg(all=pl.len())
        .join(advice, on="doc", how="inner", maintain_order="left")
    )
    guides = share.filter((pl.col("advised") > 1) & (pl.col("advised") / pl.col("all") > _ADVICE_SHARE)).select("doc")
    return found.join(guides, on="doc", how="anti")


def _one_a_number(found: pl.DataFrame) -> pl.DataFrame:
    """For each number the match of the surest rule; matches without a number stay."""
    with_number = found.filter(pl.col("value_start").is_not_null()).sort(
        pl.col("confidence") - pl.col("closest").fill_null(0) / _DISTANCE_WEIGHT,
        "order",
        "start",
        descending=[True, False, False],
        maintain_order=True,
    )
    one = with_number.unique(["value_start"], keep="first", maintain_order=True)
    return pl.concat([one, found.filter(pl.col("value_start").is_null())])


def _with_direction(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add direction where it is not yet told, from the word that the rule took as its way; jobs cut are fewer jobs."""
    ways = (
        words(scanned, *_UP, *_DOWN)
        .select(way_start="start", way="code")
        .unique("way_start", keep="first", maintain_order=True)
    )
    fewer = pl.when(pl.col("move_type") == "layoffs").then(pl.lit("down"))
    way = pl.when(pl.col("way").is_in(_UP)).then(pl.lit("up")).when(pl.col("way").is_in(_DOWN)).then(pl.lit("down"))
    return (
        found.join(ways, on="way_start", how="left", maintain_order="left")
        .with_columns(direction=pl.coalesce("direction", way, fewer))
        .drop("way")
    )


def _with_amount(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add value, value_high, value_step, unit and comparator; percents are signed by the direction."""
    numbers = scanned.quantities.select(
        "value", "value_high", "value_step", "unit", "comparator", "kind", value_start="start"
    ).unique("value_start", keep="first", maintain_order=True)  # fmt: skip
    falls = (pl.col("direction") == "down") & pl.col("kind").is_in(["percent", "fraction"]) & (pl.col("move_type") == CHANGE)
    unit = (
        pl.when(pl.col("kind") == "fraction")
        .then(pl.lit("percent"))
        .when(pl.col("kind").is_in(["count", "plain"]))
        .then(pl.lit("count"))
        .otherwise(pl.col("unit"))
    )
    # "1,300 employees" in a language that groups with a dot: people are whole.
    grouped = (unit == "count") & (pl.col("value_step") == pl.lit("0.001").cast(VALUE)) & (pl.col("value") < 1000)
    thousand = pl.when(grouped.fill_null(value=False)).then(pl.lit(1000)).otherwise(pl.lit(1)).cast(VALUE)
    hundred = pl.when(pl.col("kind") == "fraction").then(pl.lit(100)).otherwise(pl.lit(1)).cast(VALUE)
    joined = moves.join(numbers, on="value_start", how="left", maintain_order="left")
    size = pl.when(pl.col("move_type") == CHANGE).then(pl.col("value").abs()).otherwise(pl.col("value"))
    return joined.with_columns(
        value=(pl.when(falls).then(-size).otherwise(size) * hundred * thousand).cast(VALUE),
        value_high=pl.col("value_high").cast(VALUE),
        unit=unit,
    ).drop("kind")


def _of_companies(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves of a company that the text names near them, or in its title; general news tells much else with the same words.

    Prices and percents of shares, target prices, jobs and buybacks with an amount need no such proof: their words are rarer.
    """
    names = scanned.companies.filter(pl.col("company_id").is_not_null())
    headed = names.join(titles(scanned), on="doc", how="inner", maintain_order="left").filter(
        pl.col("start") < pl.col("title_end")
    )
    headed = headed.select("doc", "company_id").unique().with_columns(headed=pl.lit(value=True))
    near = names.select("doc", "company_id", name_start="start", _start="start").sort("_start", maintain_order=True)
    rows = moves.with_row_index("row").sort("start", maintain_order=True)
    close = rows.join_asof(
        near,
        left_on="start",
        right_on="_start",
        by=["doc", "company_id"],
        strategy="nearest",
        tolerance=_NAMED_WITHIN,
        check_sortedness=False,
    ).join(headed, on=["doc", "company_id"], how="left", maintain_order="left")
    proven = pl.col("name_start").is_not_null() | pl.col("headed").fill_null(value=False)
    weak = pl.col("rule").str.ends_with(".inherited") | pl.col("rule").str.ends_with(".without_number")
    safe = (pl.col("move_type").is_in(_SHARES) & ~weak) | (pl.col("move_type").is_in(_RARE) & pl.col("value").is_not_null())
    # Where an article names no company that could be made out, what it reports surely is told of one.
    nobody = (
        pl.col("company_id").is_null()
        & (pl.col("confidence") >= _SURE)
        & ~pl.col("move_type").is_in(_SHARES)
        & ~(pl.col("move_type").is_in(parties.FIRMS) & pl.col("value").is_null())
        & ~pl.col("doc").is_in(words(scanned, "reader")["doc"].unique().implode())
    )
    kept = close.filter(safe | (pl.col("company_id").is_not_null() & proven) | nobody).select("row")
    return moves.with_row_index("row").join(kept, on="row", how="semi", maintain_order="left").drop("row")


def _founded(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves that have what their type cannot do without: a counterparty or place if no amount is told; no pennies for deals."""
    bare = pl.col("value_start").is_null() & pl.col("counterparty_start").is_null()
    nowhere = bare & pl.col("country").is_null()
    money = pl.col("unit").str.contains("^[A-Z]{3}$").fill_null(value=False)
    small = money & (pl.col("value").abs() < _SMALLEST_DEAL) & pl.col("move_type").is_in(_LARGE)
    return moves.filter(
        ~(pl.col("move_type").is_in(parties.NEED_PARTY) & bare),
        ~(pl.col("move_type").is_in(parties.NEED_PLACE) & nowhere),
        ~small.fill_null(value=False),
    )


def _merged(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """One row a move: amounts told twice become one, mentions without an amount go where one with an amount tells the same."""
    with_amount = moves.filter(pl.col("value").is_not_null()).select("sid", "move_type").unique()
    is_bare = pl.col("value").is_null()
    bare = moves.filter(is_bare).join(with_amount, on=["sid", "move_type"], how="anti")
    # Of several regulators or plaintiffs in one sentence the first stands for all.
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
    moves = _rounded_away(pl.concat([moves.filter(~is_bare), bare]))
    moves = _without_second_currency(moves)
    moves = _without_parts(moves, scanned)
    counted = moves.filter(pl.col("move_type") == "layoffs", pl.col("unit") == "count").select("doc", "company_id").unique()
    in_percent = ((pl.col("move_type") == "layoffs") & (pl.col("unit") == "percent")).fill_null(value=False)
    moves = pl.concat(
        [
            moves.filter(~in_percent),
            moves.filter(in_percent)
            .join(counted, on=["doc", "company_id"], how="anti", nulls_equal=True)
            .join(_beside(moves.filter(pl.col("move_type") == "layoffs", pl.col("unit") == "count")), on="sid", how="anti"),
        ]
    )
    shares = pl.col("move_type").is_in(_SHARES)
    party = (
        pl.when(shares | pl.col("move_type").is_in([*_ONE_AN_ARTICLE, "layoffs", "market_share", "product_launch"]))
        .then(pl.lit(""))
        .otherwise(pl.coalesce("person", "authority", "counterparty_id", "country", pl.lit("")))
    )
    moves = moves.with_columns(party=party)
    numbered = moves.filter(pl.col("value").is_not_null()).sort(
        "confidence", "start", descending=[True, False], maintain_order=True
    )
    same = ["doc", "company_id", "move_type", "value", "value_high", "unit"]
    numbered = numbered.unique([*same, "direction"], keep="first", maintain_order=True)
    once = pl.col("move_type").is_in(_ONE_AN_ARTICLE)
    numbered = pl.concat(
        [
            numbered.filter(~once),
            numbered.filter(once).unique(["doc", "move_type", "company_id"], keep="first", maintain_order=True),
        ]
    )
    bare = moves.filter(pl.col("value").is_null()).sort("confidence", "start", descending=[True, False], maintain_order=True)
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
    return pl.concat([numbered, speaking, silent])


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


def _beside(moves: pl.DataFrame) -> pl.DataFrame:
    """The sentences of moves and those right behind and before them: sid."""
    return pl.concat([moves.select(pl.col("sid") + step) for step in (-1, 0, 1)]).unique()


def _whose() -> pl.Expr:
    """Whether the same move told elsewhere must be of the same company: only for layoffs, of which articles list several."""
    return pl.when(pl.col("move_type") == "layoffs").then(pl.col("company_id").fill_null("")).otherwise(pl.lit(""))


def _titled(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
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
