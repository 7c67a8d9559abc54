"""What each number of a share report is said of: the nearest topic of its sentence, by the cost of getting there.

The one idea is that cost: distance, dearer across a clause's border or a conjunction, dearer after the number than before
it, and nothing where the number is said "of" it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.companies import page_tickers
from transforms.market_moves.named import moving_firms, named_firms
from transforms.market_moves.spoken import titles, ways, words
from transforms.schemas import METRICS

if TYPE_CHECKING:
    from transforms.scan import Scanned

SHARE_WORDS: Final = ("share", "share_value")
SESSION_WORDS: Final = ("close", "after_hours", "pre_market", "open")
_OTHER_TOPICS: Final = (
    "market_share", "jobs", "workforce", "layoff_noun", "index", "stake", "target", "price", "outlook", "offer", "other",
)  # fmt: skip
"""Market words that a number may be said of instead of a share."""
HIGHEST_SHARE_PRICE: Final = 2_000_000
"""No share trades above this in any currency (Korean won included)."""
AFTER, CLAUSE, _CONJUNCTION, _COUNTED, _ASIDE_COST, _NEXT_VERB = 40, 30, 40, 30, 70, 10
FAR: Final = 140
"""A topic dearer than this is none of the number's."""
_OF_REACH: Final = 14
_TIME_WORDS: Final = (
    "this_week", "this_month", "year_to_date", "past_year", "since_ipo", "from_peak", "after_hours", "pre_market", "close",
    "since",
)  # fmt: skip
"""Words of time that let a number go on with the share of the sentence before."""
TICKED: Final = r"^[^,;:()]*\([^()]{1,30}\)(?:[^,;:()]|\d,\d)*$"
"""A bracket with a ticker ends no clause: "shares of Honeywell (HON) slipped"."""
_TICKER_AHEAD: Final = r"^([^,;:()]*\([A-Z][A-Za-z. ]{1,12}(?:: ?[A-Z0-9.]{1,6})?\))"
"""A bracket with a ticker behind the name of a firm."""
_BORDERS: Final = r"[,;:] |[()]"
"""What parts clauses."""
_TICKED_CLAUSES: Final = 6
BRACKET: Final = 10
"""How far behind a price the percent of its change may stand."""
_LEADS: Final = 16
"""How far from a word for the best or worst of an index that index may stand, which is then no topic of its own."""
_RISES: Final = 10
"""How far before a number, in code points, the word may stand that tells that it is a rise."""
_OWNER, _LISTED_ON = 6, 3
"""How far from its share a firm may stand, and behind both the market on which it trades."""
_SHORT: Final = 60
"""A sentence without any topic of its own and no longer than this goes on with the topic before it."""
_YEARLY: Final = 4
"""How near a percentage "year on year" stands, in code points."""
_POINTS, _RESTATED = 40, 8
"""How far behind the percent of its change the level of an index ends ("fell 0.9 % to 13,288 points"), and how far before it
as many points: "106 points, or 1.4 %"."""
_COMPARED, _INDEX_BEHIND = 30, 14
"""How far behind a word that compares the percent of an index may stand, and the index behind it."""
_LEVEL_IN_POINTS: Final = r"^(?:,? ?\(?(?:\p{L}+ ){1,5})\d[\d., \u00a0]*-? ?$"
_RESTATEMENT: Final = r"^(?:,? \p{L}{1,6}| ?\()? ?$"


_RESULT_MOVED, _MOVED_RESULT, _BY_SO_MUCH = 3, 8, 24
"""How far behind or before a plain result the word may stand that moves it, and behind that word the percent of the move."""
_AIMED_ON: Final = 34
"""How far behind a word for a target price the share may stand that it is for: "its target on the software stock"."""


def metric_words(scanned: Scanned) -> pl.DataFrame:
    """Words of business figures, market value apart: what a percent or an amount may be said of instead."""
    named = (
        pl.col("code")
        .str.strip_suffix("_loss")
        .replace({"operating": "operating_income", "net": "net_income", "pretax": "pretax_income"})
    )
    return scanned.cues_of("metric").filter(named.is_in(METRICS), pl.col("code") != "market_capitalization").drop_nulls("sid")


def topics_of(scanned: Scanned) -> pl.DataFrame:
    """What a number may be said of: topic_start, topic_end, topic (share, level-less share value, metric, other), sid, cid."""
    shares = words(scanned, *SHARE_WORDS).select("start", "end", "sid", "cid", topic=pl.col("code"))
    shares = shares.join(words(scanned, "target").select("start", "end"), on=["start", "end"], how="anti")  # "목표주가"
    shares = shares.join(_aimed_at(shares, scanned), on="start", how="anti", maintain_order="left")
    metric = metric_words(scanned).select("start", "end", "sid", "cid", topic=pl.lit("metric"))
    counted = scanned.cues_of("metric_noun").select("start", "end", "sid", "cid", topic=pl.lit("counted"))
    # A word that is both is a share: "stock" stands among the words that hide a metric.
    metric = metric.join(shares.select("start", "sid"), on=["start", "sid"], how="anti")
    others = words(scanned, *_OTHER_TOPICS).select(
        "start",
        "end",
        "sid",
        "cid",
        topic=pl.when(pl.col("code").is_in(["index", "offer", "target"])).then("code").otherwise(pl.lit("other")),
    )
    # "(NASDAQ: ZM)" names where a share is listed, and no index.
    plain = scanned.tape.plain
    listed = pl.Series([plain[max(start - 1, 0)] == "(" for start in others["start"].to_list()], dtype=pl.Boolean)
    others = others.filter(~(listed & (others["topic"] == "index")))
    others = others.join(_where_listed(shares, scanned), left_on="start", right_on="_at", how="anti", maintain_order="left")
    others = pl.concat([others, _cities(scanned).join(shares.select("sid"), on="sid", how="anti", maintain_order="left")])
    others = _led_as_share(others.join(shares.select("end", "sid"), on=["end", "sid"], how="anti"), scanned)
    # "Closed at a price of": the word only announces the number.
    announcing = words(scanned, "at").select("sid", _from="start", _to="end")
    inside = others.join(announcing, on="sid", maintain_order="left").filter(
        pl.col("start") >= pl.col("_from"), pl.col("end") <= pl.col("_to")
    )
    others = others.join(inside.select("start", "end").unique(), on=["start", "end"], how="anti", maintain_order="left")
    # "41 euros" speaks of no currency that moves.
    amounts = scanned.quantities.filter(pl.col("kind") == "money").select("sid", _from="start", _to="end").drop_nulls()
    # The price of an IPO is what a share is compared with, and nothing else that has a price.
    amounts = pl.concat([amounts, words(scanned, "contrast", "since_ipo").select("sid", _from="start", _to="end").drop_nulls()])
    paid = others.join(amounts, on="sid", maintain_order="left").filter(
        pl.col("start") >= pl.col("_from"), pl.col("start") < pl.col("_to"), pl.col("topic") == "other"
    )
    others = others.join(paid.select("start", "end").unique(), on=["start", "end"], how="anti", maintain_order="left")
    bourse = words(scanned, "bourse").select("start", "end", "sid", "cid", topic=pl.lit("bourse"))
    counted = counted.join(pl.concat([shares, metric]).select("end", "sid"), on=["end", "sid"], how="anti")
    found = pl.concat([shares, metric, counted, others, bourse]).drop_nulls("sid")
    return found.rename({"start": "topic_start", "end": "topic_end", "cid": "topic_cid"}).sort(
        "topic_start", maintain_order=True
    )


def _aimed_at(shares: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Where a word for the share stands that a target price is for (start): "cut its target on the stock by 25 %, to $60"."""
    targets = words(scanned, "target").select("cid", _to="end")
    pairs = shares.select("start", "cid").join(targets, on="cid", how="inner", maintain_order="left")
    near = pairs.filter((pl.col("start") - pl.col("_to")).is_between(1, _AIMED_ON))
    moves = words(scanned, "up", "down").select("cid", _way="start")
    parted = near.join(moves, on="cid", how="inner", maintain_order="left").filter(pl.col("_way").is_between("_to", "start"))
    return near.join(parted.select("start"), on="start", how="anti", maintain_order="left").select("start").unique()


def _where_listed(shares: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Where indices stand that only tell where the share of a firm trades (_at): "Twilio's shares on the Nasdaq fell"."""
    places = words(scanned, "bourse").select("cid", _from="start", _to="end")
    indices = words(scanned, "index").select("cid", _at="start", _index_end="end")
    places = places.join(indices, on="cid", maintain_order="left").filter(pl.col("_at").is_between("_from", "_to"))
    firms = named_firms(scanned).select("cid", _firm="start", _firm_end="end")
    held = shares.filter(pl.col("topic") == "share").select("cid", _share="start", _share_end="end").join(
        firms, on="cid", maintain_order="left"
    )  # fmt: skip
    beside = pl.max_horizontal(pl.col("_share") - pl.col("_firm_end"), pl.col("_firm") - pl.col("_share_end"))
    held = held.filter(beside <= _OWNER).select("cid", _to=pl.max_horizontal("_share_end", "_firm_end"))
    told = places.select("cid", "_at", "_from").join(held, on="cid", maintain_order="left")
    return told.filter((pl.col("_from") - pl.col("_to")).is_between(0, _LISTED_ON)).select("_at").unique(maintain_order=True)


def _cities(scanned: Scanned) -> pl.DataFrame:
    """Cities that stand for their exchange, where a report of indices tells of them and of no firm: "London gained 0.3 %"."""
    reports = words(scanned, "index").select("doc").unique()
    named = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select("sid").drop_nulls().unique()
    cities = scanned.cues.filter(pl.col("kind") == "city").drop_nulls("sid").join(reports, on="doc", how="semi")
    cities = cities.join(named, on="sid", how="anti", maintain_order="left")
    return cities.select("start", "end", "sid", "cid", topic=pl.lit("index"))


def _led_as_share(others: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Topics where an index of which a firm is told to be the best or worst stands for its share: "topped the FTSE 100"."""
    leads = words(scanned, "leader").select("sid", _from="start", _to="end")
    pairs = others.filter(pl.col("topic") == "index").join(leads, on="sid", maintain_order="left")
    ahead, behind = pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end")
    led = pairs.filter(pl.max_horizontal(ahead, behind) <= _LEADS)["start"].unique().implode()
    return others.with_columns(topic=pl.when(pl.col("start").is_in(led)).then(pl.lit("share")).otherwise("topic"))


def numbers_of(scanned: Scanned) -> pl.DataFrame:
    """Numbers that may move or price a share: num_start, num_end, said_start (of "over"), kind, value, sign, sid, cid, doc."""
    kinds = ["percent", "fraction", "multiple", "money", "points"]
    # "(ZM -1.90%)" beside a name is a ticker of the page, no part of the report.
    tickers = page_tickers(scanned.tape)
    found = (
        scanned.quantities.filter(pl.col("kind").is_in(kinds))
        .join(tickers.select(number_end="number_end"), on="number_end", how="anti", maintain_order="left")
        .drop_nulls("sid")
        .unique("start", keep="first", maintain_order=True)
        .select(
            num_start="start",
            num_end="end",
            said_start=pl.min_horizontal("start", "comparator_start"),
            kind="kind",
            value="value",
            sign="sign",
            sid="sid",
            cid="cid",
            doc="doc",
        )
        .sort("num_start", maintain_order=True)
    )
    none = pl.concat([_of_indices(found, scanned), _of_stakes(found, scanned), _of_results(found, scanned)]).unique()
    return found.join(none, on="num_start", how="anti", maintain_order="left")


def _of_results(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents and multiples that tell how a plain result moved, and no share: "rose 4 % while profit sank 31 %".

    A plain word for a profit is no topic of its own: shares close with a profit of 3 percent too. Yields num_start.
    """
    profits = scanned.cues_of("metric").filter(pl.col("code") == "profit").select("sid", _from="start", _to="end").drop_nulls()
    moves = ways(scanned).select("sid", "way_start", "way_end")
    pairs = profits.join(moves, on="sid", how="inner", maintain_order="left")
    behind, before = pl.col("way_start") - pl.col("_to"), pl.col("_from") - pl.col("way_end")
    moved = pairs.filter(behind.is_between(1, _RESULT_MOVED) | before.is_between(1, _MOVED_RESULT)).select("way_start").unique()
    last = moves.unique("way_start", keep="first", maintain_order=True).sort("way_end", maintain_order=True)
    percents = numbers.filter(pl.col("kind").is_in(["percent", "fraction"])).sort("num_start", maintain_order=True)
    told = percents.join_asof(
        last, left_on="num_start", right_on="way_end", by="sid", strategy="backward", tolerance=_BY_SO_MUCH,
        check_sortedness=False,
    )  # fmt: skip
    # "Während der Gewinn um 31 Prozent sank": the word may stand behind both.
    ends = profits.select(_to="_to").unique().sort("_to", maintain_order=True)
    amid = percents.join_asof(
        ends, left_on="num_start", right_on="_to", strategy="backward", tolerance=_MOVED_RESULT, check_sortedness=False
    ).drop_nulls("_to")  # fmt: skip
    amid = amid.join(moves.select("sid", "way_start"), on="sid", how="inner", maintain_order="left")
    amid = amid.filter((pl.col("way_start") - pl.col("num_end")).is_between(1, _RESULT_MOVED))
    # "After profit doubled": the word is the number.
    times = numbers.filter(pl.col("kind") == "multiple").sort("num_start", maintain_order=True)
    times = times.join_asof(
        ends, left_on="num_start", right_on="_to", strategy="backward", tolerance=_RESULT_MOVED, check_sortedness=False
    ).drop_nulls("_to")  # fmt: skip
    found = [told.join(moved, on="way_start", how="semi"), amid, times]
    return pl.concat([rows.select("num_start") for rows in found])


def _of_indices(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents told with a level in points or with as many points of an index, or for comparison of one: num_start."""
    percents = numbers.filter(pl.col("kind") == "percent").select("sid", "num_start", "num_end")
    points = words(scanned, "index_points").select("sid", _from="start", _to="end")
    told = percents.sort("num_end", maintain_order=True).join_asof(
        points.sort("_from", maintain_order=True), left_on="num_end", right_on="_from", by="sid", strategy="forward",
        tolerance=_POINTS, check_sortedness=False,
    ).drop_nulls("_from")  # fmt: skip
    levels = told.filter(scanned.tape.slice("num_end", "_from", told).str.contains(_LEVEL_IN_POINTS))
    back = percents.sort("num_start", maintain_order=True).join_asof(
        points.sort("_to", maintain_order=True), left_on="num_start", right_on="_to", by="sid", strategy="backward",
        tolerance=_RESTATED, check_sortedness=False,
    ).drop_nulls("_to")  # fmt: skip
    sizes = back.filter(scanned.tape.slice("_to", "num_start", back).str.contains(_RESTATEMENT))
    return pl.concat([levels.select("num_start"), sizes.select("num_start"), _of_compared_index(percents, scanned)])


def _of_compared_index(percents: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents between a word that compares and an index: "fell 3 %, against a fall of 2.5 % in the S&P 500": num_start."""
    against = scanned.cues_of("role", codes=("against",)).select("sid", _to="end").sort("_to", maintain_order=True)
    indices = words(scanned, "index").select("sid", _from="start").sort("_from", maintain_order=True)
    told = percents.sort("num_start", maintain_order=True).join_asof(
        against, left_on="num_start", right_on="_to", by="sid", strategy="backward", tolerance=_COMPARED,
        check_sortedness=False,
    ).drop_nulls("_to")  # fmt: skip
    return told.sort("num_end", maintain_order=True).join_asof(
        indices, left_on="num_end", right_on="_from", by="sid", strategy="forward", tolerance=_INDEX_BEHIND,
        check_sortedness=False,
    ).drop_nulls("_from").select("num_start")  # fmt: skip


def _of_stakes(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents of the shares or the capital: num_start."""
    shares = words(scanned, "of_shares").select(_at="start").unique().sort("_at", maintain_order=True)
    percents = numbers.filter(pl.col("kind").is_in(["percent", "fraction"])).sort("num_end", maintain_order=True)
    return percents.join_asof(
        shares, left_on="num_end", right_on="_at", strategy="forward", tolerance=1, check_sortedness=False
    ).drop_nulls("_at").select("num_start")  # fmt: skip


def _between(scanned: Scanned, *codes: str) -> np.ndarray:
    return words(scanned, *codes)["start"].sort().to_numpy()


def gap(start: str, end: str, other_start: str, other_end: str) -> pl.Expr:
    """Code points between two spans, 0 where they touch or overlap."""
    return pl.max_horizontal(pl.col(other_start) - pl.col(end), pl.col(start) - pl.col(other_end), pl.lit(0))


def conjunctions(pairs: pl.DataFrame, scanned: Scanned, start: str, other: str) -> pl.Series:
    """How many conjunctions stand between two places."""
    places = _between(scanned, "conjunction")
    return pl.Series(
        np.abs(
            np.searchsorted(places, pairs[start].to_numpy(), side="left")
            - np.searchsorted(places, pairs[other].to_numpy(), side="left")
        ),
        dtype=pl.Int64,
    )


def nearest_topic(numbers: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The numbers with topic, topic_start, topic_end, topic_cid and cost of the sentence's cheapest topic, or nulls."""
    pairs = numbers.join(topics, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("topic_end") <= pl.col("num_start")) | (pl.col("topic_start") >= pl.col("num_end"))
    )
    # Market value is a topic of percents ("lost a third of its value"), never of a price.
    pairs = pairs.filter((pl.col("topic") != "share_value") | (pl.col("kind") != "money"))
    # An offer has a price and moves by no percent.
    pairs = pairs.filter((pl.col("topic") != "offer") | (pl.col("kind") == "money"))
    # "Jumped after news of layoffs and were up 8 %": nothing that was laid off rises.
    rises = ways(scanned).filter(pl.col("way") == "up").select("sid", _to="way_end").unique().sort("_to", maintain_order=True)
    risen = numbers.sort("said_start", maintain_order=True).join_asof(
        rises, left_on="said_start", right_on="_to", by="sid", strategy="backward", tolerance=_RISES, check_sortedness=False
    ).drop_nulls("_to")  # fmt: skip
    cuts = words(scanned, "layoff_noun")["start"].implode()
    cut_before = pl.col("topic_start").is_in(cuts) & pl.col("topic").eq("other") & (pl.col("topic_end") <= pl.col("num_start"))
    pairs = pairs.filter(~(cut_before & pl.col("num_start").is_in(risen["num_start"].implode())))
    follows = pl.col("topic_start") >= pl.col("num_end")
    # "Fell 5.9 % to 98.40 after X cut its target": told before a target price, a change and its price are of the share.
    percents = numbers.filter(pl.col("kind") == "percent").select("sid", _to="num_end").sort("_to", maintain_order=True)
    behind = numbers.sort("num_start", maintain_order=True).join_asof(
        percents, left_on="num_start", right_on="_to", by="sid", strategy="backward", tolerance=BRACKET, check_sortedness=False
    )
    moved = pl.col("num_start").is_in(behind.filter(pl.col("_to").is_not_null())["num_start"].implode())
    pairs = pairs.filter(~(follows & (pl.col("topic") == "target") & (moved | (pl.col("kind") == "percent"))))
    of_ends = words(scanned, "of").select(of_start="start", of_end="end").sort("of_start", maintain_order=True)
    pairs = pairs.sort("num_end", maintain_order=True).join_asof(
        of_ends, left_on="num_end", right_on="of_start", strategy="forward", tolerance=2, check_sortedness=False
    )
    said_of = (
        follows
        & pl.col("of_start").is_not_null()
        & (pl.col("topic_start") - pl.col("num_end") <= _OF_REACH)
        & (pl.col("topic_cid") == pl.col("cid"))
        & (pl.col("kind") != "money")
    )
    inside = pl.col("topic_start") < pl.col("num_end") + _OF_REACH
    pairs = pairs.with_columns(
        gap=gap("num_start", "num_end", "topic_start", "topic_end"),
        crossed=conjunctions(pairs, scanned, "num_start", "topic_start"),
    )
    # "Shares of Honeywell (HON) slipped": the bracket parts nothing.
    later = (pl.col("cid") - pl.col("topic_cid")).is_between(1, _TICKED_CLAUSES)
    asked = pl.when(later & (pl.col("gap") <= FAR)).then("topic_end")
    between = scanned.tape.slice("topic_end", "num_start", pairs.select("num_start", topic_end=asked))
    ticked = between.str.contains(TICKED).fill_null(value=False)
    # "Shares of X (NYSE: XY) have jumped today, up 11 %": nor do its own colon and border count.
    behind_ticker = between.str.strip_prefix(between.str.extract(_TICKER_AHEAD, 1))
    parted = behind_ticker.str.count_matches(_BORDERS).cast(pl.Int64)
    listed = pl.lit(between.str.contains(_TICKER_AHEAD).fill_null(value=False))
    clauses = pl.when(ticked).then(0).when(listed).then(parted).otherwise((pl.col("topic_cid") - pl.col("cid")).abs())
    # "The stock, among the worst on the Nasdaq, lost 9 %": an index in an apposition is not what moved.
    aside = (pl.col("topic") == "index") & (pl.col("topic_cid") != pl.col("cid")) & ~pl.lit(ticked)
    # "The share opened higher, but fell again and lost 4 %": verbs that go on with the only topic of a sentence part little.
    alone = (pl.col("crossed") > 1) & (pl.col("topic") == "share") & (pl.col("topic_start").n_unique().over("sid") == 1)
    cost = (
        pl.col("gap")
        + CLAUSE * clauses
        + pl.when(alone).then(_CONJUNCTION + _NEXT_VERB * (pl.col("crossed") - 1)).otherwise(_CONJUNCTION * pl.col("crossed"))
        + pl.when(follows).then(AFTER).otherwise(0)
        + pl.when(pl.col("topic").is_in(["counted", "bourse"])).then(_COUNTED).otherwise(0)
        + pl.when(aside).then(_ASIDE_COST).otherwise(0)
    )
    best = (
        pairs.with_columns(cost=pl.when(said_of & inside).then(0).otherwise(cost))
        .filter(pl.col("cost") <= FAR)
        .sort("num_start", "cost", "topic_start", maintain_order=True)
        .unique("num_start", keep="first", maintain_order=True)
        .select("num_start", "topic", "topic_start", "topic_end", "topic_cid", "cost")
    )
    return numbers.join(best, on="num_start", how="left", maintain_order="left")


def _of_firms(told: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents said of a firm itself where shares are spoken of ("Honeywell (HON) added 0.4 %"), and prices with them.

    No other topic may stand in the clause, and the word must not be one for the growth of a business ("grew 5 %").
    """
    # "In the Midcap rose X 3 %": an index told before the firm moves nothing.
    told_behind = pl.col("topic_start") >= pl.col("num_end")
    aside = (pl.col("topic") == "index") & ((pl.col("topic_end") < pl.col("firm_end")) | told_behind)
    # "X fell 5 % after its revenue had grown less": what comes behind only tells why.
    causes = _between(scanned, "cause")
    behind, topic = (np.searchsorted(causes, told[c].fill_null(-1).to_numpy()) for c in ("num_end", "topic_start"))
    aside |= told_behind & pl.lit(pl.Series(topic > behind, dtype=pl.Boolean)) & (pl.col("topic") != "share")
    free = pl.col("topic").is_null() | (pl.col("topic_cid") != pl.col("cid")) | aside
    found = _without_yearly(told.filter(free, pl.col("firm_end").is_not_null()), scanned)
    # A topic between the firm and its number, or one in the clause of either, claims the number.
    results = scanned.cues_of("metric").filter(pl.col("code").is_in(["profit", "loss"])).drop_nulls("sid")
    found = found.join(results.select("cid").unique(), on="cid", how="anti", maintain_order="left")
    topics = topics_of(scanned).filter(pl.col("topic") != "bourse").select("sid", "topic_start")
    claimed = found.select("num_start", "firm_end", "sid").join(
        topics.rename({"topic_start": "_at"}), on="sid", maintain_order="left"
    )
    claimed = claimed.filter(pl.col("_at").is_between("firm_end", "num_start"))
    found = found.join(claimed.select("num_start").unique(), on="num_start", how="anti", maintain_order="left")
    # A price follows the percent; money right behind the word is the size of the move.
    moved = (pl.col("kind") != "money") | pl.col("num_start").is_in(_sizes(found, scanned)["num_start"].implode())
    firsts = found.filter(moved).group_by("sid", maintain_order=True).agg(_first=pl.col("num_start").min())
    found = found.join(firsts, on="sid", maintain_order="left").filter(
        (pl.col("kind") != "money") | (pl.col("num_start") > pl.col("_first"))
    )
    spoken = words(scanned, *SHARE_WORDS, *SESSION_WORDS, "bourse", "index").select("doc").unique()
    # "Gained 4.3 % to $350": a price says as much.
    told_of = pl.col("doc").is_in(spoken["doc"].implode()) | pl.col("sid").is_in(_priced(found)["sid"].implode())
    return found.filter(told_of).drop("_first")


def _sizes(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Amounts right beside the word that moves a share: "fell 19.5p to 923.5p", "closed 36p lower at 12.65 pounds"."""
    money = numbers.filter(pl.col("kind") == "money")
    told = ways(scanned)
    behind = pl.col("num_start").is_in((told["way_end"] + 1).implode())
    return money.filter(behind | pl.col("num_end").is_in((told["way_start"] - 1).implode()))


def _without_yearly(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers but those measured against the year before: "同比增长22%", "up 22 % year on year" are of a firm's business."""
    ago = scanned.cues_of("ago").filter(pl.col("code") == "year_ago").drop_nulls("sid").select("sid", _from="start", _to="end")
    beside = numbers.select("num_start", "num_end", "sid").join(ago, on="sid", how="inner", maintain_order="left")
    before = (pl.col("num_start") - pl.col("_to")).is_between(0, _YEARLY)
    behind = (pl.col("_from") - pl.col("num_end")).is_between(0, _YEARLY)
    return numbers.join(beside.filter(before | behind), on="num_start", how="anti", maintain_order="left")


def _priced(numbers: pl.DataFrame) -> pl.DataFrame:
    """Sentences where a price stands right behind a percent: sid."""
    percents = numbers.filter(pl.col("kind") != "money").select("sid", _to="num_end")
    prices = numbers.filter(pl.col("kind") == "money", pl.col("value").abs() <= HIGHEST_SHARE_PRICE)
    prices = prices.select("sid", _at="num_start")
    both = prices.join(percents, on="sid", maintain_order="left")
    return both.filter((pl.col("_at") - pl.col("_to")).is_between(1, BRACKET)).select("sid").unique()


def _without_less(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers without those that compare: "earned 50 % less" is said of no share."""
    less = scanned.cues_of("difference").select(_less="start").drop_nulls().sort("_less", maintain_order=True)
    found = numbers.sort("num_end", maintain_order=True).join_asof(
        less, left_on="num_end", right_on="_less", strategy="forward", tolerance=2, check_sortedness=False
    )
    # "X was trading 1.6 % lower": the word moves the firm named before.
    moves = pl.col("_less").is_in(words(scanned, "up", "down")["start"].implode()) & pl.col("firm_end").is_not_null()
    return found.filter(pl.col("_less").is_null() | moves).drop("_less")


def goes_on(told: pl.DataFrame, facts: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers without a topic in sentences right after one that tells of a share: told, with topic "share"."""
    sentences = scanned.sentences.select("sid", "doc", sentence_end="end").join(
        titles(scanned), on="doc", how="left", maintain_order="left"
    )
    body = sentences.filter(pl.col("sentence_end") > pl.col("title_end")).select("sid", "doc")
    only_shares = (
        topics.group_by("sid", maintain_order=True).agg(only=(pl.col("topic") == "share").all()).filter("only").select("sid")
    )
    of_shares = scanned.sentences.select("sid", "doc").join(only_shares, on="sid", how="semi")
    sources = pl.concat([facts.select("sid", "doc"), of_shares]).unique().join(body, on=["sid", "doc"], how="semi")
    after = sources.select("doc", sid=pl.col("sid") + 1)
    same = sources.select("doc", "sid")
    timed = words(scanned, *_TIME_WORDS).select("sid").unique()
    short = scanned.sentences.filter(pl.col("end") - pl.col("start") <= _SHORT).select("sid")
    moving = moving_firms(scanned)
    told = _without_less(told, scanned)
    untold = told.filter(pl.col("topic").is_null())
    priced = _priced(untold)
    free = untold.join(pl.concat([timed, short, moving.select("sid"), priced]).unique(), on="sid", how="semi")
    onward = free.join(pl.concat([after, same]).unique(), on=["sid", "doc"], how="semi")
    # "Nike gained 2 % to 95 dollars": a percent said of a firm needs no word for its share.
    onward = pl.concat([onward, _of_firms(told, scanned).join(onward, on="num_start", how="anti", maintain_order="left")])
    return onward.with_columns(
        topic=pl.lit("share"), topic_start="num_start", topic_end="num_start", topic_cid="cid", cost=pl.lit(FAR, pl.Int64)
    )
