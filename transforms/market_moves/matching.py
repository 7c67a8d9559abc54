"""Matches of the rules and moves of shares together, without those whose words or amounts tell something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import financials, lexicon, triggers
from transforms.companies.places import in_speech
from transforms.financials.context import ands
from transforms.financials.wholes import wholes
from transforms.market_moves import deals, outlooks, parties
from transforms.market_moves.days import bare_days
from transforms.market_moves.markets import market_sizes
from transforms.market_moves.prices import a_share
from transforms.market_moves.said_of import metric_words
from transforms.market_moves.shares import share_moves
from transforms.market_moves.spoken import KINDS, titles, words
from transforms.market_moves.starts import starting_points
from transforms.market_moves.unreal import without_goods, without_loose_prices, without_threats

if TYPE_CHECKING:
    from transforms.scan import Scanned

TOPIC: Final = "market"
_DENIED_BEFORE, _DENIED_BEHIND = 18, 2
"""How far before the words by which an outlook is moved a "not" stands that denies it, and how far behind them."""
_REACH_ANALYSTS: Final = 8
"""How far behind an outlook those stand whose it is, in code points: "estimaciones de los analistas"."""
_LISTS: Final = ("regulatory_action", "market_share")
_LIST_REACH: Final = 16
_TRADE: Final = 30
"""How far behind a count of jobs, in code points, the trade may be told that lost them."""
_OF_ITS: Final = 12
"""How far a number stands behind "of its", in code points."""
_STAFFED_REACH: Final = 16
"""How far from a number the word may stand by which a firm has so many people."""
_PART_REACH: Final = 16
"""How far from the number of all staff the part of it stands, or the word for those who stay."""
_CLAUSE_MARK: Final = r"[,;，、；]|[\p{Han}\p{Katakana}\p{Hiragana}\p{Hangul}] \p{Han}"
"""What parts the words of a cut from a number that is told as the staff: in headlines of Chinese a space."""
_COUNTED: Final = 3
"""How far behind a number the word for firms stands that it counts, in code points: an adjective is no word for them."""
_WRITTEN_OFF: Final = 16
"""How far from an amount the word stands by which it is written off or forfeited, in code points."""
_METRIC_BEFORE: Final = 25
"""A metric word so near before an amount, and nearer than the trigger, claims the amount."""
_DISTANCE_WEIGHT: Final = 250
"""A trigger this many code points nearer outweighs a whole point of confidence."""
_PRICE_BEHIND: Final = 10
"""How far behind the percent of its change the price of a share stands."""
_AUDIENCE: Final = 5_000_000
"""So many people are an audience, no limit of a service."""
_DEAREST: Final = 1_000_000
"""So much is the price of a firm, none in a list."""
LARGE: Final = ("acquisition", "divestiture", "investment", "ipo", "buyback", "regulatory_action", "legal_action")
"""Moves whose amount is never pocket money."""
_SMALLEST_DEAL: Final = 10_000
_SMALL_UNITS: Final = ("IDR", "KRW", "VND", "JPY", "COP", "CLP", "IRR", "HUF")
"""Currencies in which things cost millions."""
_OF_ALL_SHARES: Final = ("acquisition", "divestiture", "investment", "buyback")
_OTHERWISE: Final = (
    (_OF_ALL_SHARES, "write_off", _WRITTEN_OFF), (("legal_action",), "takes_in", 2 * _WRITTEN_OFF),
    (("acquisition", "divestiture"), "coins", 2 * _WRITTEN_OFF),
)  # fmt: skip
"""Moves, the words beside their amount that tell it to be none of theirs, and how far off these stand, in code points."""
_WHEREVER: Final = ("takes_in", "coins")
"""Of these words, those that do so even where the trigger stands nearer."""
_ADVICE_SHARE, _FEWEST_ADVICE = 0.12, 3
"""An article that speaks to its reader in more than this share of its sentences, and in so many at least, is a guide or a
review, no report; one sentence less will do where its title is among them."""


def matches(scanned: Scanned) -> pl.DataFrame:
    """Share moves and rule matches together, with trigger_start and trigger_end: the span that told the move."""
    rules = triggers.matches(_spots(scanned), triggers.load(TOPIC), scanned.dense()).rename({"emits": "move_type"})
    on_value = (pl.col("anchor_start") == pl.col("value_start")) & pl.col("second_start").is_not_null()
    rules = rules.with_columns(
        trigger_start=pl.when(on_value).then("second_start").otherwise("anchor_start"),
        trigger_end=pl.when(on_value).then("second_end").otherwise("anchor_end"),
    )
    days = bare_days(scanned)["start"]  # "on Wednesday, 17, 50 people had to go"
    rules = _at_their_verbs(rules.filter(~pl.col("value_start").is_in(days.implode()).fill_null(value=False)), scanned)
    # "Sells X to Y" tells of a firm, "sells X phones to Y" of goods.
    apart = (~(pl.col("buyer_start") - pl.col("sold_end")).is_between(0, 2)).fill_null(value=False)
    # "Pays 2 billion for Slack" tells of a firm bought, "for the licences of Slack" of anything.
    paid_for = words(scanned, "pays_for")["end"].unique()
    paid_for = pl.concat([paid_for, paid_for + 1]).implode()
    apart |= pl.col("bought_start").is_not_null() & ~pl.col("bought_start").is_in(paid_for)
    rules = _not_of_analysts(_not_of_brokers(_of_firms_handed_over(rules.filter(~apart), scanned), scanned), scanned)
    rules = _not_in_names(_not_worth(_not_of_metrics(rules, scanned), scanned), scanned)
    rules = _not_a_share(_not_the_staff(_not_starting_points(rules, scanned), scanned), scanned)
    rules = _told_otherwise(_not_something_else(_not_at_large(rules, scanned), scanned))
    rules = without_goods(without_threats(_not_a_price(rules, scanned), scanned), scanned)
    rules = _not_denied(without_loose_prices(rules), scanned)
    rules = pl.concat([rules, _listed(rules, scanned)], how="diagonal")
    shares = share_moves(scanned).with_columns(trigger_start="anchor_start", trigger_end="anchor_end")
    moves = [shares, rules.with_columns(pl.col("order") + 10)]
    implied = outlooks.from_figures(scanned, rules).with_columns(
        pl.col("order").cast(rules.schema["order"]), pl.col("confidence").cast(rules.schema["confidence"])
    )
    return pl.concat([*moves, implied], how="diagonal")


def _of_firms_handed_over(rules: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches, those of something that goes to somebody only where both are firms."""
    rows = rules.with_row_index("row")
    goes = rows.filter(pl.col("rule") == deals.HANDED_OVER)
    firms = deals.handed_over(goes, scanned).select("row")
    others = goes.join(firms, on="row", how="anti", maintain_order="left").select("row")
    return rows.join(others, on="row", how="anti", maintain_order="left").drop("row")


def _at_their_verbs(rules: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Prices told behind the purchase of their sentence with the purchase as their trigger, which tells who buys.

    "X's purchase by Y, valued at 2 billion", "X was bought by Y in a deal worth 2 billion", "the purchase of X costs Y 2
    billion".
    """
    verbs = words(scanned, "acquire").drop_nulls("sid").select("sid", _from="start", _to="end", _at="end")
    told = pl.col("rule") == "acquisition.price_told_next"
    asked = rules.filter(told).sort("trigger_start", maintain_order=True)
    asked = asked.join_asof(
        verbs.sort("_at", maintain_order=True), left_on="trigger_start", right_on="_at", by="sid", strategy="backward",
        check_sortedness=False,
    )  # fmt: skip
    by = words(scanned, "by_whom").select("sid", _mark="start", _till="end")
    passive = words(scanned, "acquired_by").select("sid", _mark="start", _till="end")
    of = [words(scanned, "of").select("sid", _mark="start", _till="end")]
    of.append(scanned.cues_of("mark", codes=("of",)).select("sid", _mark="start", _till="end"))
    marks = pl.concat([by.with_columns(_kind=0), passive.with_columns(_kind=1), *(m.with_columns(_kind=2) for m in of)])
    pairs = asked.join(marks, on="sid", how="inner", maintain_order="left")
    told_by = pl.col("_mark").is_between("_to", "trigger_start")
    done = (pl.col("_mark") <= pl.col("_to")) & (pl.col("_till") >= pl.col("_from"))
    owned = (pl.col("_mark") - pl.col("_to")).is_between(0, 1) | (pl.col("_till") == pl.col("_to"))
    sided = pl.when(pl.col("_kind") == 0).then(told_by).when(pl.col("_kind") == 1).then(done).otherwise(owned)
    moves = pl.col("value_start").is_in(pairs.filter(sided)["value_start"].unique().implode())
    moved = asked.with_columns(
        trigger_start=pl.when(moves).then("_from").otherwise("trigger_start"),
        trigger_end=pl.when(moves).then("_to").otherwise("trigger_end"),
    )
    return pl.concat([rules.filter(~told), moved.select(rules.columns)])


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


def _told_otherwise(found: pl.DataFrame) -> pl.DataFrame:
    """Drop moves whose word tells another one more surely.

    Lay-offs without a count of a person with an office ("heeft topman Jan Vos ontslagen"), partnerships that are a takeover
    which failed ("its 14.7 billion deal with X fell through"), and orders of an authority that sues.
    """
    dismissed = found.filter(pl.col("move_type") == "executive_change")["trigger_start"].unique().implode()
    failed = found.filter(pl.col("rule") == "acquisition.deal_failed")["trigger_start"].unique().implode()
    sued = found.filter(pl.col("rule") == "legal_action.sues")["trigger_start"].unique().implode()
    bare = pl.col("value_start").is_null()
    same = (pl.col("move_type") == "layoffs") & pl.col("trigger_start").is_in(dismissed)
    same |= (pl.col("move_type") == "partnership") & pl.col("trigger_start").is_in(failed)
    same |= (pl.col("move_type") == "regulatory_action") & pl.col("second_start").is_in(sued)
    return found.filter(~(bare & same.fill_null(value=False)))


def _not_of_metrics(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop matches whose amount a metric word right before it claims: "bought X, which has revenue of 5 million"."""
    plain = scanned.cues_of("metric").filter(pl.col("code").is_in(["profit", "loss"])).drop_nulls("sid")
    claims = [words_.select(metric_end="end", metric_cid="cid") for words_ in (metric_words(scanned), plain)]
    metric = pl.concat(claims).sort("metric_end", maintain_order=True)
    # "Will reduce its workforce by 17 %": the staff that is cut claims nothing.
    metric = metric.join(words(scanned, "layoff_noun").select(metric_end="end"), on="metric_end", how="anti")
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


def _not_worth(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop deals whose amount is what the market takes a firm to be worth: "lost 9 billion of its value since the offer"."""
    deals = found.filter(pl.col("move_type").is_in(_OF_ALL_SHARES), pl.col("value_start").is_not_null())
    if deals.is_empty():
        return found
    worth = financials.link(scanned).filter(pl.col("metric") == "market_capitalization")
    moved = worth.filter(pl.col("measure") == "change").select("value_start")
    # "With a market value of 17 billion it would be the largest takeover": the noun in its clause leaves no doubt.
    valued = scanned.quantities.filter(pl.col("cid").is_in(words(scanned, "share_value")["cid"].unique().implode()))
    valued = valued.filter(pl.col("start").is_in(worth["value_start"].drop_nulls().implode())).select(value_start="start")
    taken = pl.concat([moved, valued]).drop_nulls().unique()
    told = pl.col("move_type").is_in(_OF_ALL_SHARES) & pl.col("value_start").is_in(taken["value_start"].implode())
    # "X, valued at 2 trillion, is buying Y": told before the deal it is the worth of who does it.
    level = worth.filter(pl.col("measure") == "level")["value_start"].drop_nulls()
    buyer = pl.col("value_start").is_in(level.implode()) & (pl.col("value_end") <= pl.col("trigger_start"))
    told |= (pl.col("move_type") == "acquisition") & buyer
    told |= pl.col("move_type").is_in(_OF_ALL_SHARES) & pl.col("value_start").is_in(market_sizes(deals, scanned).implode())
    return found.filter(~told.fill_null(value=False))


def _not_of_brokers(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop outlooks raised or cut behind a broker where target prices are told: "the bank cut its target the deepest"."""
    aimed = words(scanned, "target").select("doc").unique()
    brokers = scanned.cues.filter(pl.col("kind") == "broker").drop_nulls("sid").join(aimed, on="doc", how="semi")
    brokers = brokers.group_by("sid", maintain_order=True).agg(_broker=pl.col("start").min())
    beside = found.join(brokers, on="sid", how="left", maintain_order="left")
    # "X cut its forecast, so that brokers cut their targets": there the outlook is the firm's own.
    verb_final = scanned.setting("verb_final", found)
    theirs = (pl.col("_broker") < pl.col("start")) | (pl.col("_broker").is_not_null() & verb_final)
    theirs = (pl.col("move_type") == "guidance_change") & theirs.fill_null(value=False)
    return beside.filter(~theirs).drop("_broker")


def _not_of_analysts(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop outlooks that are the analysts': "missed the estimates of analysts after a cut in prices", "analysts cut their …".

    They stand right behind the outlook, right before it, or right before the verb. So is one that is a firm's name: "Meta
    recorta 11.000 empleos" in a language whose word for a target it is.
    """
    told = scanned.cues.filter((pl.col("kind") == "basis") & (pl.col("code") == "consensus")).drop_nulls("sid")
    told = told.select("sid", _from="start", _to="end")
    forecasts = words(scanned, "outlook").select("sid", _own="start", _end="end")
    asked = found.filter(pl.col("rule") == "guidance_change.moved").select("sid", "start", "end", "way_start")
    pairs = asked.join(told, on="sid", how="inner", maintain_order="left").join(forecasts, on="sid", maintain_order="left")
    pairs = pairs.filter(pl.col("_own") >= pl.col("start"), pl.col("_end") <= pl.col("end"))
    # "Estimaciones de los analistas" may be one word for it, which holds the outlook.
    behind = (pl.col("_from") - pl.col("_end") <= _REACH_ANALYSTS) & (pl.col("_to") > pl.col("_end"))
    before = (pl.col("_own") - pl.col("_to")).is_between(0, 2) | (pl.col("way_start") - pl.col("_to")).is_between(0, 2)
    names = scanned.companies.filter(pl.col("certainty") == "known").select(_own="start").drop_nulls().unique()
    named = asked.join(forecasts, on="sid", how="inner", maintain_order="left").join(names, on="_own", how="semi")
    named = named.filter(pl.col("_own") == pl.col("start"))
    theirs = pl.concat(
        [pairs.filter(behind | before).select("sid", "start", "way_start"), named.select("sid", "start", "way_start")]
    )
    theirs = theirs.unique()
    of_analysts = theirs.with_columns(rule=pl.lit("guidance_change.moved"))
    return found.join(of_analysts, on=["sid", "start", "way_start", "rule"], how="anti", maintain_order="left")


def _not_denied(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop outlooks that a firm did not move: "did not raise its forecast", "hat die Prognose nicht angehoben".

    "Did not disappoint and raised its forecast" denies something else.
    """
    moved = pl.col("rule").str.starts_with("guidance_change.")
    asked = found.filter(moved).select("doc", "sid", "start", "end").unique(maintain_order=True)
    negations = words(scanned, "negation").select("sid", _from="start", _to="end").drop_nulls()
    pairs = asked.join(negations, on="sid", how="inner", maintain_order="left")
    pairs = pairs.filter(
        (pl.col("start") - pl.col("_to") <= _DENIED_BEFORE) & (pl.col("_from") - pl.col("end") <= _DENIED_BEHIND)
    )
    between = scanned.tape.slice(pl.min_horizontal("_to", "start"), "start", pairs).str.to_lowercase()

    def parted(language: str, rows: pl.DataFrame) -> pl.Series:
        return rows["text"].str.contains(rf"[,;:،，、]|(?:^| )(?:{ands(language)}) ")

    apart = scanned.tape.by_language(pairs.select("doc", text=between), parted).fill_null(value=False)
    denied = pairs.filter(~apart).select("sid", "start", "end").unique().with_columns(move_type=pl.lit("guidance_change"))
    return found.join(denied, on=["sid", "start", "end", "move_type"], how="anti", maintain_order="left")


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
    """Drop worths of deals and prices that are of one share ("66만원 a share"), and numbers that are no limit of a service.

    They are not where they are as large as an audience, "more than" it, or stand behind what another number counts.
    """
    values = scanned.quantities.select("comparator", value_start="start", value="value").unique(
        "value_start", keep="first", maintain_order=True
    )
    limits = found.filter(pl.col("rule").str.starts_with("capacity_change.limit"))
    crowds = limits.join(values, on="value_start", how="inner", maintain_order="left")
    crowds = crowds.filter((pl.col("value") >= _AUDIENCE) | (pl.col("comparator") == "over"))
    # "Up to 100 participants for 40 minutes": what a number counts stands behind it.
    counted = limits.filter(pl.col("value_start") < pl.col("second_start")).select("second_start")
    beside = limits.filter(pl.col("value_start") > pl.col("second_start")).join(counted, on="second_start", how="semi")
    worths = found.filter(pl.col("move_type").is_in([*_OF_ALL_SHARES, "pricing"]) & pl.col("value_start").is_not_null())
    prices = a_share(worths.select("sid", "cid", num_start="value_start", num_end="value_end"), scanned)
    prices = worths.join(prices.select(value_start="num_start"), on="value_start", how="semi")
    # A smaller amount is a price per share or per item, which another rule may tell.
    pennies = found.filter(pl.col("move_type").is_in(LARGE)).join(
        values.filter(pl.col("value").abs() < _SMALLEST_DEAL), on="value_start", how="inner", maintain_order="left"
    )
    money = scanned.quantities.filter(pl.col("kind") == "money").select(value_start="start")
    pennies = pennies.join(money, on="value_start", how="semi")
    # No list price is a sum for a whole firm.
    tags = found.filter(pl.col("move_type") == "pricing").join(
        scanned.quantities.filter(~pl.col("unit").is_in(_SMALL_UNITS)).select(value_start="start", value="value"),
        on="value_start", how="inner", maintain_order="left",
    ).filter(pl.col("value") >= _DEAREST)  # fmt: skip
    none = pl.concat([rows.select("rule", "value_start") for rows in (crowds, beside, prices, pennies, tags)])
    return found.join(none.unique(), on=["rule", "value_start"], how="anti", nulls_equal=False)


def _not_a_price(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop target prices that are the price of a share: right behind a percent, before the word for a target."""
    percents = scanned.quantities.filter(pl.col("kind") == "percent").select("sid", _to="end").drop_nulls()
    aims = found.filter(pl.col("rule").str.starts_with("rating_change.target"), pl.col("value_start").is_not_null())
    aims = aims.filter(pl.col("second_start") > pl.col("value_start")).sort("value_start", maintain_order=True)
    priced = aims.join_asof(
        percents.sort("_to", maintain_order=True),
        left_on="value_start", right_on="_to", by="sid", strategy="backward", tolerance=_PRICE_BEHIND, check_sortedness=False,
    ).drop_nulls("_to")  # fmt: skip
    # "Closed at 98, and X now has a target of 120": the word's clause has an amount of its own, or is not the next one.
    targets = words(scanned, "target").select("cid", second_start="start").drop_nulls()
    amounts = scanned.quantities.filter(pl.col("kind") == "money").select(value_cid="cid", value_start="start").drop_nulls()
    apart = aims.join(targets, on="second_start", how="inner", maintain_order="left").join(
        amounts.unique("value_start", keep="first", maintain_order=True), on="value_start", how="inner", maintain_order="left"
    )
    own = pl.col("cid_right").is_in(amounts["value_cid"].unique().implode())
    apart = apart.filter((pl.col("cid_right") - pl.col("value_cid") > 1) | ((pl.col("cid_right") > pl.col("value_cid")) & own))
    priced = pl.concat([priced.select("rule", "value_start"), apart.select("rule", "value_start")]).unique()
    told = pl.concat([priced, _prices_again(found, percents, scanned)])
    return found.join(told, on=["rule", "value_start"], how="anti", nulls_equal=False)


def _prices_again(found: pl.DataFrame, percents: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Prices behind a percent and a word for a share that follows a target: "a target of 15, but the share fell 4 % to 9"."""
    aims = found.filter(pl.col("rule").str.starts_with("rating_change.target"), pl.col("value_start").is_not_null())
    shares = words(scanned, "share").select("sid", _share="start", _at="start").sort("_share", maintain_order=True)
    aims = aims.sort("value_start", maintain_order=True).join_asof(
        percents.sort("_to", maintain_order=True),
        left_on="value_start", right_on="_to", by="sid", strategy="backward", tolerance=_PRICE_BEHIND, check_sortedness=False,
    ).drop_nulls("_to")  # fmt: skip
    aims = aims.join_asof(
        shares, left_on="value_start", right_on="_share", by="sid", strategy="backward", check_sortedness=False
    )
    return aims.filter(pl.col("_at") >= pl.col("second_end")).select("rule", "value_start")


def _not_at_large(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop jobs cut by all firms of a trade, or so many firms: "126 companies have laid off more than 24,000 people".

    A firm told between the words for the trade and the count is the one that did, as is any firm of the sentence where
    those words stand behind: "150,000 tech workers were laid off".
    """
    trade = words(scanned, "at_large").select("sid", _at="start", _to="end").drop_nulls()
    trade = pl.concat([trade, _counted_firms(scanned)])
    cuts = found.filter(pl.col("move_type") == "layoffs", pl.col("value_start").is_not_null())
    known = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select("sid", _firm="start")
    meant = scanned.cues_of("company_noun", "company_pronoun").filter(pl.col("code") != "after").select("sid", _firm="start")
    firms = pl.concat([known, meant]).drop_nulls()
    pairs = cuts.select("sid", "value_start", "value_end").unique(maintain_order=True).join(
        trade, on="sid", maintain_order="left"
    )  # fmt: skip
    behind = pl.col("_at") >= pl.col("value_start")
    pairs = pairs.filter(~behind | (pl.col("_at") - pl.col("value_end") <= _TRADE))
    named = pairs.join(firms, on="sid", maintain_order="left")
    named = named.filter(
        (behind & (pl.col("_firm") < pl.col("value_start"))) | pl.col("_firm").is_between("_to", "value_start")
    )
    theirs = pairs.join(named.select("value_start"), on="value_start", how="anti", maintain_order="left")
    # "As 91 tech companies have laid off 24,000": nor are the firms that were counted.
    counted = pairs.filter(behind & (pl.col("_at") - pl.col("value_end") <= 1)).join(
        theirs, on="_at", how="semi", maintain_order="left"
    )
    out = pl.concat([theirs.select("value_start"), counted.select("value_start")]).unique()
    return found.join(out, on="value_start", how="anti", nulls_equal=False)


def _counted_firms(scanned: Scanned) -> pl.DataFrame:
    """Where a number counts firms: "126 companies", "126家公司", "126社": sid, _at and _to."""
    nouns = scanned.cues_of("metric_noun").filter(pl.col("code") == "firms").drop_nulls("sid")
    nouns = nouns.select("sid", _noun="start", _to="end").sort("_to", maintain_order=True)
    plain = scanned.quantities.filter(pl.col("kind").is_in(["count", "plain"])).drop_nulls("sid")
    numbers = plain.select("sid", _at="start", _end="end").sort("_end", maintain_order=True)
    pairs = numbers.join_asof(
        nouns, left_on="_end", right_on="_to", by="sid", strategy="forward", tolerance=_COUNTED + _TRADE, check_sortedness=False
    )
    # The counter of a number may be within it: 126社.
    return pairs.filter(pl.col("_noun") - pl.col("_end") <= _COUNTED).select("sid", "_at", "_to").drop_nulls()


def _not_something_else(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop amounts that a word beside them tells to be something else (`_OTHERWISE`).

    Deals whose amount is written off, or paid because they failed: "writes down 7.6 billion on the unit it bought", or buys
    coins and no firm: "bought 300 bitcoins for 177 million"; lawsuits beside what the firm has earned: "took in 2 billion
    from those who sued it".
    """
    for moves, code, reach in _OTHERWISE:
        charges = words(scanned, code).select("sid", _from="start", _to="end").drop_nulls()
        asked = found.filter(pl.col("move_type").is_in(moves), pl.col("value_start").is_not_null())
        pairs = asked.select("sid", "value_start", "value_end", "trigger_start", "trigger_end").unique(maintain_order=True)
        pairs = pairs.join(charges, on="sid", maintain_order="left")
        gap = pl.max_horizontal(pl.col("value_start") - pl.col("_to"), pl.col("_from") - pl.col("value_end"))
        own = pl.max_horizontal(pl.col("value_start") - pl.col("trigger_end"), pl.col("trigger_start") - pl.col("value_end"))
        told = pairs.filter((gap <= reach) & ((gap < own) | (code in _WHEREVER)))
        starts = scanned.quantities.filter(pl.col("kind") == "money").select("sid", _other="start").drop_nulls()
        between = told.join(starts, on="sid", maintain_order="left").filter(
            pl.col("_other").is_between("_to", pl.col("value_start") - 1)
            | pl.col("_other").is_between("value_end", pl.col("_from") - 1)
        )
        out = told.join(between.select("value_start", "_from"), on=["value_start", "_from"], how="anti", maintain_order="left")
        is_one = pl.col("move_type").is_in(moves) & pl.col("value_start").is_in(out["value_start"].unique().implode())
        found = found.filter(~is_one.fill_null(value=False))
    return found


def _not_the_staff(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Drop jobs cut or shops closed whose number is that of all: the 4,000 of "120 of its 4,000 employees".

    So is one that is told as the staff: "cuts 120 jobs in a division that has 4,000 employees".
    """
    marks = scanned.cues_of("mark").filter(pl.col("code") == "of_its")
    places = marks.select(mark_end="end").unique(maintain_order=True).sort("mark_end", maintain_order=True)
    fewer = (pl.col("move_type") == "layoffs") | pl.col("rule").str.starts_with("capacity_change.closed")
    cuts = found.filter(fewer & pl.col("value_start").is_not_null())
    whole = cuts.sort("value_start", maintain_order=True).join_asof(
        places, left_on="value_start", right_on="mark_end", strategy="backward", tolerance=_OF_ITS, check_sortedness=False
    )
    staff = financials.link(scanned).filter((pl.col("metric") == "employees") & (pl.col("measure") == "level"))
    told = cuts.join(staff.select("value_start").drop_nulls(), on="value_start", how="semi", maintain_order="left")
    last = pl.min_horizontal("trigger_end", "value_end")
    between = scanned.tape.slice(last, pl.max_horizontal("trigger_start", "value_start", last), told)
    told = told.filter((pl.col("move_type") == "layoffs") & between.str.contains(_CLAUSE_MARK).fill_null(value=False))
    shared = cuts.filter(pl.col("value_start").is_in(wholes(scanned).implode()))
    taken = [
        rows.select("value_start", "move_type")
        for rows in (whole.drop_nulls("mark_end"), told, shared, *_staying(cuts, scanned), _employed(cuts, scanned))
    ]
    return found.join(
        pl.concat(taken),
        on=["value_start", "move_type"],
        how="anti",
        nulls_equal=False,
    )


def _staying(cuts: pl.DataFrame, scanned: Scanned) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Counts beside a cut that are those of all staff, told before the part that goes, and of those who are left."""
    # Where the whole stands before its part: 3万人の6%, 3만 명 가운데 6%.
    parts = lexicon.expressions("staff_part")
    behind = scanned.tape.slice("value_end", pl.col("value_end") + _PART_REACH, cuts)
    ahead = scanned.tape.slice(pl.max_horizontal(pl.col("value_start") - _PART_REACH, pl.lit(0)), "value_start", cuts)
    staff_whole = ahead.str.contains(lexicon.expressions("staff_whole")).fill_null(value=False)
    split = cuts.filter(behind.str.contains(parts).fill_null(value=False) | staff_whole)
    # "Has 2,300 employees left": those who stay were not laid off.
    stay = words(scanned, "remain").select("cid", _from="start", _to="end")
    left = cuts.filter(pl.col("move_type") == "layoffs").join(stay, on="cid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("value_start") - pl.col("_to"), pl.col("_from") - pl.col("value_end"))
    left = left.filter(gap.is_between(0, _PART_REACH))
    return split, left


def _employed(cuts: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Of several counts beside a cut those that are told as the staff: "X, which employs 12,000 people, is to cut 480"."""
    cuts = cuts.filter(pl.col("move_type") == "layoffs").unique("value_start", keep="first", maintain_order=True)
    several = cuts.group_by("sid", maintain_order=True).agg(_all="value_start").filter(pl.col("_all").list.len() > 1)
    asked = cuts.join(several, on="sid", how="inner", maintain_order="left")
    having = scanned.cues_of("staffed").drop_nulls("sid").select("sid", _from="start", _to="end")
    pairs = asked.join(having, on="sid", maintain_order="left")
    before = (pl.col("value_start") - pl.col("_to")).is_between(0, _STAFFED_REACH)
    behind = (pl.col("_from") - pl.col("value_end")).is_between(0, _STAFFED_REACH)
    later = pl.col("trigger_start") >= pl.col("value_end")
    # Another count stands between this one and the word for the cut, or the cut is told on the other side of it.
    nearer = pl.col("_all").list.eval(pl.element()).list.max() > pl.col("value_start")
    return pairs.filter(later & nearer & (before | behind))


def reported(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves in reports; those in guides and reviews, which speak to their reader throughout, are dropped.

    Who is quoted ("You see people going back to the office") does not speak to the reader.
    """
    advice = words(scanned, "reader")
    advice = advice.filter(~in_speech(scanned.tape, advice["start"]))
    titled = (
        advice.join(titles(scanned), on="doc", how="inner", maintain_order="left")
        .filter(pl.col("start") < pl.col("title_end"))["doc"]
        .unique()
    )
    advice = advice.group_by("doc", maintain_order=True).agg(advised=pl.col("sid").n_unique())
    share = (
        scanned.sentences.group_by("doc", maintain_order=True)
        .agg(all=pl.len())
        .join(advice, on="doc", how="inner", maintain_order="left")
    )
    fewest = pl.when(pl.col("doc").is_in(titled.implode())).then(_FEWEST_ADVICE - 1).otherwise(_FEWEST_ADVICE)
    often = (pl.col("advised") >= fewest) & (pl.col("advised") / pl.col("all") > _ADVICE_SHARE)
    guides = share.filter(often).select("doc")
    return found.join(guides, on="doc", how="anti")


def one_a_number(found: pl.DataFrame) -> pl.DataFrame:
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
