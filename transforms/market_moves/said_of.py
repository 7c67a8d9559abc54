"""What each number of a share report is said of: the nearest topic of its sentence, by the cost of getting there.

The one idea is that cost: distance, dearer across a clause's border or a conjunction, dearer after the number than before
it, and nothing where the number is said "of" it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.market_moves.named import moving_firms
from transforms.market_moves.spoken import titles, words
from transforms.schemas import METRICS
from transforms.spans import pattern_scan

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
AFTER, CLAUSE, _CONJUNCTION, _COUNTED, _ASIDE_COST = 40, 30, 40, 30, 70
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
BRACKET: Final = 10
"""How far behind a price the percent of its change may stand."""
_SHORT: Final = 60
"""A sentence without any topic of its own and no longer than this goes on with the topic before it."""
_TICKER: Final = r"(\([A-Z]{1,5}(?:[.:][A-Z]{1,4})? )([-+]\d{1,3}[.,]\d{1,2}) ?(%\))"


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
    metric = metric_words(scanned).select("start", "end", "sid", "cid", topic=pl.lit("metric"))
    counted = scanned.cues_of("metric_noun").select("start", "end", "sid", "cid", topic=pl.lit("counted"))
    # A word that is both is a share: "stock" stands among the words that hide a metric.
    metric = metric.join(shares.select("start", "sid"), on=["start", "sid"], how="anti")
    others = words(scanned, *_OTHER_TOPICS).select(
        "start",
        "end",
        "sid",
        "cid",
        topic=pl.when(pl.col("code").is_in(["index", "offer"])).then("code").otherwise(pl.lit("other")),
    )
    others = others.join(shares.select("end", "sid"), on=["end", "sid"], how="anti")
    # "Closed at a price of": the word only announces the number.
    announcing = words(scanned, "at").select("sid", _from="start", _to="end")
    inside = others.join(announcing, on="sid", maintain_order="left").filter(
        pl.col("start") >= pl.col("_from"), pl.col("end") <= pl.col("_to")
    )
    others = others.join(inside.select("start", "end").unique(), on=["start", "end"], how="anti", maintain_order="left")
    # "41 euros" speaks of no currency that moves.
    amounts = scanned.quantities.filter(pl.col("kind") == "money").select("sid", _from="start", _to="end").drop_nulls()
    paid = others.join(amounts, on="sid", maintain_order="left").filter(
        pl.col("start") >= pl.col("_from"), pl.col("end") <= pl.col("_to")
    )
    others = others.join(paid.select("start", "end").unique(), on=["start", "end"], how="anti", maintain_order="left")
    bourse = words(scanned, "bourse").select("start", "end", "sid", "cid", topic=pl.lit("bourse"))
    counted = counted.join(pl.concat([shares, metric]).select("end", "sid"), on=["end", "sid"], how="anti")
    found = pl.concat([shares, metric, counted, others, bourse]).drop_nulls("sid")
    return found.rename({"start": "topic_start", "end": "topic_end", "cid": "topic_cid"}).sort(
        "topic_start", maintain_order=True
    )


def numbers_of(scanned: Scanned) -> pl.DataFrame:
    """Numbers that may move or price a share: num_start, num_end, said_start (of "over"), kind, value, sign, sid, cid, doc."""
    kinds = ["percent", "fraction", "multiple", "money", "points"]
    # "(ZM -1.90%)" beside a name is a ticker of the page, no part of the report.
    tickers = pattern_scan(scanned.tape, _TICKER, ["_open", "number", "_close"], cased=True)
    return (
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
    follows = pl.col("topic_start") >= pl.col("num_end")
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
    asked = pl.when((pl.col("cid") - pl.col("topic_cid")).is_between(1, 2) & (pl.col("gap") <= FAR)).then("topic_end")
    between = scanned.tape.slice("topic_end", "num_start", pairs.select("num_start", topic_end=asked))
    ticked = between.str.contains(TICKED).fill_null(value=False)
    clauses = pl.when(ticked).then(0).otherwise((pl.col("topic_cid") - pl.col("cid")).abs())
    # "The stock, among the worst on the Nasdaq, lost 9 %": an index in an apposition is not what moved.
    aside = (pl.col("topic") == "index") & (pl.col("topic_cid") != pl.col("cid"))
    cost = (
        pl.col("gap")
        + CLAUSE * clauses
        + _CONJUNCTION * pl.col("crossed")
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
    aside = (pl.col("topic") == "index") & (pl.col("topic_end") < pl.col("firm_end"))
    free = pl.col("topic").is_null() | (pl.col("topic_cid") != pl.col("cid")) | aside
    found = told.filter(free, pl.col("firm_end").is_not_null())
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
    firsts = found.filter(pl.col("kind") != "money").group_by("sid", maintain_order=True).agg(_first=pl.col("num_start").min())
    found = found.join(firsts, on="sid", maintain_order="left").filter(
        (pl.col("kind") != "money") | (pl.col("num_start") > pl.col("_first"))
    )
    spoken = words(scanned, *SHARE_WORDS, *SESSION_WORDS, "bourse", "index").select("doc").unique()
    # "Gained 4.3 % to $350": a price says as much.
    told_of = pl.col("doc").is_in(spoken["doc"].implode()) | pl.col("sid").is_in(_priced(found)["sid"].implode())
    return found.filter(told_of).drop("_first")


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
    return found.filter(pl.col("_less").is_null()).drop("_less")


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
