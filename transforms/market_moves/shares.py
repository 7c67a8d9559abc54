"""Moves and levels of a share: from numbers, by what each number is said of.

No rule table here: a percent tells of a share when the share is its nearest topic, and a price when it is plausible and
stands where a price stands. The one idea is the cost of a topic (`_cost`): distance, dearer across a clause's border or a
conjunction, dearer after the number than before it, and nothing where the number is said "of" it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.market_moves.named import by_firm, moving_firms
from transforms.market_moves.spoken import titles, words
from transforms.market_moves.spoken import ways as ways_of
from transforms.schemas import METRICS
from transforms.spans import pattern_scan

if TYPE_CHECKING:
    from transforms.scan import Scanned

CHANGE: Final = "share_price_change"
LEVEL: Final = "share_price_level"
SHARE_WORDS: Final = ("share", "share_value")
SESSION_WORDS: Final = ("close", "after_hours", "pre_market", "open")
_OTHER_TOPICS: Final = (
    "market_share",
    "jobs",
    "workforce",
    "layoff_noun",
    "index",
    "stake",
    "target",
    "price",
    "outlook",
    "offer",
    "other",
)
"""Market words that a number may be said of instead of a share."""
_HIGHEST_SHARE_PRICE: Final = 2_000_000
"""No share trades above this in any currency (Korean won included)."""
_LARGEST_CHANGE: Final = 2_000
"""Percent; a larger move is something else misread."""
_AFTER, _CLAUSE, _CONJUNCTION, _COUNTED, _ASIDE_COST = 40, 30, 40, 30, 70
_FAR: Final = 140
"""A topic dearer than this is none of the number's."""
_OF_REACH: Final = 14
_TIME_WORDS: Final = (
    "this_week", "this_month", "year_to_date", "past_year", "since_ipo", "from_peak", "after_hours", "pre_market", "close",
    "since",
)  # fmt: skip
"""Words of time that let a number go on with the share of the sentence before."""
_BACK_REACH: Final = 16
_TO_REACH: Final = 8
_TICKED: Final = r"^[^,;:()]*\([^()]{1,30}\)(?:[^,;:()]|\d,\d)*$"
"""A bracket with a ticker ends no clause: "shares of Honeywell (HON) slipped"."""
_NEXT, _BEHIND = 4, 15
"""A word of direction farther behind its number than the first costs the second."""
_RESTATED: Final = 6
_BRACKET: Final = 10
"""How far behind a price the percent of its change may stand."""
_SHORT: Final = 60
"""A sentence without any topic of its own and no longer than this goes on with the topic before it."""
_TICKER: Final = r"(\([A-Z]{1,5}(?:[.:][A-Z]{1,4})? )([-+]\d{1,3}[.,]\d{1,2}) ?(%\))"
_RANGE_REACH: Final = 45
"""How far behind a starting point its end may stand."""
_PER_SHARE: Final = 4
"""How near "a share" stands to its amount."""
_BORDER: Final = 18
"""How far a word that announces a price may stand before it."""


def share_moves(scanned: Scanned) -> pl.DataFrame:
    """One row for each number that moves or prices a share, and each move told without a number.

    Columns: rule, order, move_type, confidence, start, end, anchor_start, anchor_end, sid, cid, doc, value_start, value_end,
    way_start (of the direction word), direction, firm_end (of a firm's name that the number is said of).
    """
    topics = _topics(scanned)
    numbers = _numbers(scanned)
    ways = ways_of(scanned)
    told = by_firm(_nearest_topic(numbers, topics, scanned), scanned)
    changes = _changes(told, ways, scanned)
    levels = _levels(told, changes, scanned)
    for _ in range(2):  # "They have since come down 6 %": the topic goes on into the next sentence, and the next
        inherited = _inherited(told, pl.concat([changes, levels], how="diagonal"), topics, scanned)
        more = _changes(inherited, ways, scanned)
        changes = pl.concat([changes, more.join(changes, on="value_start", how="anti")], how="diagonal")
        more = _levels(inherited, changes, scanned)
        levels = pl.concat([levels, more.join(levels, on="value_start", how="anti")], how="diagonal")
    bracketed = _bracketed(told, levels, ways, scanned)
    changes = pl.concat([changes, bracketed.join(changes, on="value_start", how="anti")], how="diagonal")
    silent = _without_number(changes, ways, topics, scanned)
    return pl.concat([changes, levels, silent], how="diagonal").sort("start", "move_type", maintain_order=True).select(
        "rule", "order", "move_type", "confidence", "start", "end", "anchor_start", "anchor_end", "sid", "cid", "doc",
        "value_start", "value_end", "way_start", "direction", "firm_end",
    )  # fmt: skip


# --- spans -----------------------------------------------------------------------------------------------------------


def metric_words(scanned: Scanned) -> pl.DataFrame:
    """Words of business figures, market value apart: what a percent or an amount may be said of instead."""
    named = (
        pl.col("code")
        .str.strip_suffix("_loss")
        .replace({"operating": "operating_income", "net": "net_income", "pretax": "pretax_income"})
    )
    return scanned.cues_of("metric").filter(named.is_in(METRICS), pl.col("code") != "market_capitalization").drop_nulls("sid")


def _topics(scanned: Scanned) -> pl.DataFrame:
    """What a number may be said of: topic_start, topic_end, topic (share, level-less share value, metric, other), sid, cid."""
    shares = words(scanned, *SHARE_WORDS).select("start", "end", "sid", "cid", topic=pl.col("code"))
    metric = metric_words(scanned).select("start", "end", "sid", "cid", topic=pl.lit("metric"))
    counted = scanned.cues.filter(pl.col("kind") == "metric_noun").select("start", "end", "sid", "cid", topic=pl.lit("counted"))
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
    bourse = words(scanned, "bourse").select("start", "end", "sid", "cid", topic=pl.lit("bourse"))
    counted = counted.join(pl.concat([shares, metric]).select("end", "sid"), on=["end", "sid"], how="anti")
    found = pl.concat([shares, metric, counted, others, bourse]).drop_nulls("sid")
    return found.rename({"start": "topic_start", "end": "topic_end", "cid": "topic_cid"}).sort(
        "topic_start", maintain_order=True
    )


def _numbers(scanned: Scanned) -> pl.DataFrame:
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


def _gap(start: str, end: str, other_start: str, other_end: str) -> pl.Expr:
    """Code points between two spans, 0 where they touch or overlap."""
    return pl.max_horizontal(pl.col(other_start) - pl.col(end), pl.col(start) - pl.col(other_end), pl.lit(0))


def _conjunctions(pairs: pl.DataFrame, scanned: Scanned, start: str, other: str) -> pl.Series:
    """How many conjunctions stand between two places."""
    places = _between(scanned, "conjunction")
    return pl.Series(
        np.abs(
            np.searchsorted(places, pairs[start].to_numpy(), side="left")
            - np.searchsorted(places, pairs[other].to_numpy(), side="left")
        ),
        dtype=pl.Int64,
    )


# --- topics of numbers -----------------------------------------------------------------------------------------------


def _nearest_topic(numbers: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
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
        gap=_gap("num_start", "num_end", "topic_start", "topic_end"),
        crossed=_conjunctions(pairs, scanned, "num_start", "topic_start"),
    )
    # "Shares of Honeywell (HON) slipped": the bracket parts nothing.
    asked = pl.when((pl.col("cid") - pl.col("topic_cid")).is_between(1, 2) & (pl.col("gap") <= _FAR)).then("topic_end")
    between = scanned.tape.slice("topic_end", "num_start", pairs.select("num_start", topic_end=asked))
    ticked = between.str.contains(_TICKED).fill_null(value=False)
    clauses = pl.when(ticked).then(0).otherwise((pl.col("topic_cid") - pl.col("cid")).abs())
    # "The stock, among the worst on the Nasdaq, lost 9 %": an index in an apposition is not what moved.
    aside = (pl.col("topic") == "index") & (pl.col("topic_cid") != pl.col("cid"))
    cost = (
        pl.col("gap")
        + _CLAUSE * clauses
        + _CONJUNCTION * pl.col("crossed")
        + pl.when(follows).then(_AFTER).otherwise(0)
        + pl.when(pl.col("topic").is_in(["counted", "bourse"])).then(_COUNTED).otherwise(0)
        + pl.when(aside).then(_ASIDE_COST).otherwise(0)
    )
    best = (
        pairs.with_columns(cost=pl.when(said_of & inside).then(0).otherwise(cost))
        .filter(pl.col("cost") <= _FAR)
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
    topics = _topics(scanned).filter(pl.col("topic") != "bourse").select("sid", "topic_start")
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
    prices = numbers.filter(pl.col("kind") == "money", pl.col("value").abs() <= _HIGHEST_SHARE_PRICE)
    prices = prices.select("sid", _at="num_start")
    both = prices.join(percents, on="sid", maintain_order="left")
    return both.filter((pl.col("_at") - pl.col("_to")).is_between(1, _BRACKET)).select("sid").unique()


def _without_less(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers without those that compare: "earned 50 % less" is said of no share."""
    less = scanned.cues_of("difference").select(_less="start").drop_nulls().sort("_less", maintain_order=True)
    found = numbers.sort("num_end", maintain_order=True).join_asof(
        less, left_on="num_end", right_on="_less", strategy="forward", tolerance=2, check_sortedness=False
    )
    return found.filter(pl.col("_less").is_null()).drop("_less")


def _inherited(told: pl.DataFrame, facts: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
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
        topic=pl.lit("share"), topic_start="num_start", topic_end="num_start", topic_cid="cid", cost=pl.lit(_FAR, pl.Int64)
    )


# --- changes ---------------------------------------------------------------------------------------------------------


def _with_way(numbers: pl.DataFrame, ways: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add way, way_start, way_end and way_cost of the nearest direction word: of the clause, else of a neighbour clause."""
    pairs = numbers.select("num_start", "num_end", "said_start", "sid", "cid", "doc").join(
        ways, on="sid", how="inner", maintain_order="left"
    )
    # "More than 5 %" tells no rise.
    pairs = pairs.filter((pl.col("way_end") <= pl.col("said_start")) | (pl.col("way_start") >= pl.col("num_end")))
    pairs = pairs.with_columns(
        gap=_gap("num_start", "num_end", "way_start", "way_end"),
        crossed=_conjunctions(pairs, scanned, "num_start", "way_start"),
    )
    # "X gained 3 %, Y 2 % and Z lost 1 %": a word behind, and not right behind, is rather the next one's.
    behind = (pl.col("way_start") - pl.col("num_end") > _NEXT) & ~scanned.setting("verb_last", pairs)
    cost = (
        pl.col("gap")
        + _CLAUSE * (pl.col("way_cid") - pl.col("cid")).abs()
        + 20 * pl.col("crossed")
        + pl.when(behind).then(_BEHIND).otherwise(0)
    )
    best = (
        pairs.with_columns(way_cost=cost)
        .filter(pl.col("way_cost") <= 90)
        .sort("num_start", "way_cost", "way_start", maintain_order=True)
        .unique("num_start", keep="first", maintain_order=True)
        .select("num_start", "way", "way_start", "way_end", "way_cost")
    )
    told = numbers.join(best, on="num_start", how="left", maintain_order="left")
    elsewhere = ways.select(firm_way="way_start", _way="way", _end="way_end").unique(
        "firm_way", keep="first", maintain_order=True
    )
    told = told.join(elsewhere, on="firm_way", how="left", maintain_order="left", nulls_equal=False)
    return told.with_columns(
        way=pl.coalesce("_way", "way"),
        way_start=pl.when(pl.col("_way").is_not_null()).then("firm_way").otherwise("way_start"),
        way_end=pl.coalesce("_end", "way_end"),
        way_cost=pl.when(pl.col("_way").is_not_null()).then(_FAR).otherwise("way_cost"),
    ).drop("_way", "_end")


def _changes(told: pl.DataFrame, ways: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents and multiples whose topic is a share, with a direction."""
    session = words(scanned, "after_hours", "pre_market", "close").select("cid").unique()
    unsaid = (pl.col("topic").is_null() | (pl.col("topic_cid") != pl.col("cid"))) & pl.col("cid").is_in(
        session["cid"].implode()
    )
    found = told.filter(
        pl.col("kind").is_in(["percent", "fraction", "multiple"]),
        pl.col("topic").is_in([*SHARE_WORDS, "bourse"]) | unsaid,
        (pl.col("kind") != "percent") | (pl.col("value").abs() <= _LARGEST_CHANGE),
    )
    found = _with_way(_without_starting_points(found, scanned), ways, scanned)
    # What only goes on with a share is none where a word for the growth of a business moves it.
    growth = pl.col("way_start").is_in(words(scanned, "growth")["start"].implode()).fill_null(value=False)
    found = found.filter(~growth | (pl.col("cost").fill_null(0) < _FAR))
    direction = (
        pl.when(pl.col("sign") != 0)
        .then(pl.when(pl.col("sign") > 0).then(pl.lit("up")).otherwise(pl.lit("down")))
        .when(pl.col("kind") == "multiple")
        .then(pl.when(pl.col("value") >= 1).then(pl.lit("up")).otherwise(pl.lit("down")))
        .otherwise(pl.col("way"))
    )
    # "Half of its peak" compares levels; "halved" moves.
    half_of = (pl.col("kind") == "multiple") & (pl.col("value") < 1) & (pl.col("topic") == "share_value")
    found = found.with_columns(direction=direction).filter(pl.col("direction").is_not_null(), ~half_of.fill_null(value=False))
    return found.select(
        "sid", "cid", "doc", "way_start", "direction", "firm_end",
        rule=pl.when(pl.col("cost") == _FAR).then(pl.lit(f"{CHANGE}.inherited")).when(pl.col("topic").is_null())
        .then(pl.lit(f"{CHANGE}.session")).otherwise(pl.lit(f"{CHANGE}.percent")),
        order=pl.lit(0, pl.Int64),
        move_type=pl.lit(CHANGE),
        confidence=pl.when(pl.col("cost").fill_null(_FAR) < _FAR).then(0.9).otherwise(0.7),
        start=pl.min_horizontal(
            "num_start",
            pl.when(pl.col("cost") <= _CLAUSE).then("topic_start"),
            pl.when(pl.col("way_cost") <= _CLAUSE).then("way_start"),
        ),
        end=pl.max_horizontal("num_end", pl.when(pl.col("way_cost") <= _CLAUSE).then("way_end")),
        anchor_start="num_start", anchor_end="num_end", value_start="num_start", value_end="num_end",
    )  # fmt: skip


def starting_points(numbers: pl.DataFrame, scanned: Scanned, *, start: str, end: str) -> pl.DataFrame:
    """Where numbers stand that a word marks as where a move began, another number of the kind following: "from 155 to 115".

    Yields the column `start`, one row a number. `numbers` needs start, end, sid and kind.
    """
    before = words(scanned, "from").select(mark_end="end").unique().sort("mark_end", maintain_order=True)
    after = words(scanned, "from_after").select(mark_start="start").unique().sort("mark_start", maintain_order=True)
    # A Korean particle may be written within the amount's span.
    suffix = scanned.tape.slice(pl.col(end) - 2, pl.col(end) + 2, numbers.sort(end, maintain_order=True))
    following = numbers.select("sid", "kind", next_start=start).unique().sort("next_start", maintain_order=True)
    marked = (
        numbers.select(start, end, "sid", "kind", _later=pl.col(end) + 1)
        .sort(start, maintain_order=True)
        .join_asof(before, left_on=start, right_on="mark_end", strategy="backward", tolerance=2, check_sortedness=False)
        .sort(end, maintain_order=True)
        .join_asof(after, left_on=end, right_on="mark_start", strategy="forward", tolerance=1, check_sortedness=False)
        .with_columns(_suffixed=suffix.str.contains("에서"))
        .filter(pl.col("mark_end").is_not_null() | pl.col("mark_start").is_not_null() | pl.col("_suffixed"))
        .with_columns(_sure=pl.col("mark_start").is_not_null() | pl.col("_suffixed"))
        .sort("_later", maintain_order=True)
        .join_asof(
            following, left_on="_later", right_on="next_start", by=["sid", "kind"], strategy="forward", tolerance=_RANGE_REACH,
            check_sortedness=False,
        )
    )  # fmt: skip
    # "Un retroceso de 58 %, y de 90 %": after an ambiguous mark the end must be marked too.
    ends = words(scanned, "at").select(to_end="end").unique().sort("to_end", maintain_order=True)
    marked = (
        marked.filter(pl.col("next_start").is_not_null())
        .sort("next_start", maintain_order=True)
        .join_asof(
            ends, left_on="next_start", right_on="to_end", strategy="backward", tolerance=_TO_REACH, check_sortedness=False
        )
        .filter(pl.col("_sure") | pl.col("to_end").is_not_null())
    )
    # "To 350 from 450": the end of the move stands first.
    backward = words(scanned, "from_back").select(mark_end="end").unique().sort("mark_end", maintain_order=True)
    ended = numbers.select("sid", "kind", last_end=end).unique().sort("last_end", maintain_order=True)
    turned = (
        numbers.select(start, "sid", "kind", _before=pl.col(start) - 1)
        .sort(start, maintain_order=True)
        .join_asof(backward, left_on=start, right_on="mark_end", strategy="backward", tolerance=2, check_sortedness=False)
        .filter(pl.col("mark_end").is_not_null())
        .sort("_before", maintain_order=True)
        .join_asof(
            ended, left_on="_before", right_on="last_end", by=["sid", "kind"], strategy="backward", tolerance=_BACK_REACH,
            check_sortedness=False,
        )
        .filter(pl.col("last_end").is_not_null())
    )  # fmt: skip
    return pl.concat([marked.select(start), turned.select(start)]).unique()


def _without_starting_points(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    marked = starting_points(numbers, scanned, start="num_start", end="num_end")
    return numbers.join(marked, on="num_start", how="anti", maintain_order="left")


def _bracketed(told: pl.DataFrame, levels: pl.DataFrame, ways: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents right after a price, signed or in a clause of their own: "208.08 dollars (+1.9 %)"."""
    percents = told.filter(pl.col("kind") == "percent").sort("num_start", maintain_order=True)
    prices = levels.select(level_end="value_end", level_sid="sid", level_cid="cid").sort("level_end", maintain_order=True)
    near = percents.join_asof(
        prices, left_on="num_start", right_on="level_end", strategy="backward", tolerance=_BRACKET, check_sortedness=False
    )
    near = near.filter(
        pl.col("level_sid") == pl.col("sid"), (pl.col("sign") != 0) | (pl.col("level_cid") != pl.col("cid"))
    ).with_columns(topic=pl.lit("share"), topic_cid="cid", cost=pl.lit(_CLAUSE, pl.Int64))
    return _changes(near.drop("level_end", "level_sid", "level_cid"), ways, scanned)


def a_share(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers with "a share" right before or behind them, without a word for a session in their clause: num_start, sid."""
    said = scanned.cues_of("per_share").select("sid", _from="start", _to="end").drop_nulls()
    pairs = numbers.select("num_start", "num_end", "sid", "cid").join(said, on="sid", how="inner", maintain_order="left")
    ahead, behind = pl.col("num_start") - pl.col("_to"), pl.col("_from") - pl.col("num_end")
    near = pairs.filter(ahead.is_between(0, _PER_SHARE) | behind.is_between(-1, _PER_SHARE))
    session = words(scanned, "close").select("cid").unique()
    return (
        near.join(session, on="cid", how="anti", maintain_order="left")
        .select("num_start", "sid")
        .unique("num_start", maintain_order=True)
    )


# --- levels ----------------------------------------------------------------------------------------------------------


def _levels(told: pl.DataFrame, changes: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Prices whose topic is a share, where a word or a neighbouring change announces a price."""
    money = told.filter(pl.col("kind") == "money", pl.col("value").abs() <= _HIGHEST_SHARE_PRICE, pl.col("value") > 0)
    session = words(scanned, "close", "record").select("cid").unique()
    # A target price, and what is offered for a share: no price of the market.
    aimed = words(scanned, "target").select("cid").unique()
    offered = a_share(money, scanned).join(words(scanned, "acquire", "offer").select("sid").unique(), on="sid", how="semi")
    money = money.join(aimed, on="cid", how="anti", maintain_order="left")
    money = money.join(offered, on="num_start", how="anti", maintain_order="left")
    money = money.filter(
        pl.col("topic").is_in(["share", "bourse"]) | (pl.col("topic").is_null() & pl.col("cid").is_in(session["cid"].implode()))
    ).sort("num_start", maintain_order=True)
    announced = words(scanned, "at", "close").select(at_end="end", at_sid="sid").sort("at_end", maintain_order=True)
    money = money.join_asof(
        announced, left_on="num_start", right_on="at_end", strategy="backward", tolerance=_BORDER, check_sortedness=False
    )
    trailing = words(scanned, "at_after").select(trail_start="start", trail_sid="sid").sort("trail_start", maintain_order=True)
    money = money.sort("num_end", maintain_order=True).join_asof(
        trailing, left_on="num_end", right_on="trail_start", strategy="forward", tolerance=_BORDER, check_sortedness=False
    )
    moved = changes.select(moved_end="value_end", moved_sid="sid").sort("moved_end", maintain_order=True)
    money = money.sort("num_start", maintain_order=True).join_asof(
        moved, left_on="num_start", right_on="moved_end", strategy="backward", tolerance=30, check_sortedness=False
    )
    moved_after = changes.select(next_start="value_start", next_sid="sid").sort("next_start", maintain_order=True)
    money = money.sort("num_end", maintain_order=True).join_asof(
        moved_after, left_on="num_end", right_on="next_start", strategy="forward", tolerance=20, check_sortedness=False
    )
    # "Soared $14.91, or 13.8 %": the size of the move, told twice.
    verbs = ways_of(scanned).select("way_end").unique().sort("way_end", maintain_order=True)
    money = money.sort("num_start", maintain_order=True).join_asof(
        verbs, left_on="num_start", right_on="way_end", strategy="backward", tolerance=1, check_sortedness=False
    )
    sized = pl.col("way_end").is_not_null() & pl.col("next_sid").is_not_null()
    money = money.filter(~sized | scanned.setting("verb_last", money)).drop("way_end")
    # "Down 5 %, or 42 cents, to $7.92": as much of the fall, not of the price.
    last = money.group_by("sid", maintain_order=True).agg(_last=pl.col("num_start").max())
    money = money.join(last, on="sid", how="left", maintain_order="left")
    again = (pl.col("num_start") - pl.col("moved_end") <= _RESTATED) & pl.col("at_sid").is_null()
    money = money.filter(~(again & (pl.col("_last") > pl.col("num_end"))).fill_null(value=False)).drop("_last")
    record = words(scanned, "record").select("cid").unique()
    said = (
        (pl.col("at_sid") == pl.col("sid"))
        | (pl.col("trail_sid") == pl.col("sid"))
        | (pl.col("moved_sid") == pl.col("sid"))
        | (pl.col("next_sid") == pl.col("sid"))
        | pl.col("cid").is_in(record["cid"].implode())
    ).fill_null(value=False)
    # "From 68 to 62 dollars" without the percent of the fall is two prices.
    starts = starting_points(money, scanned, start="num_start", end="num_end")
    near = pl.concat([changes.select("doc", sid=pl.col("sid") + step) for step in (-1, 0, 1)])
    alone = money.join(starts, on="num_start", how="semi").join(near.unique(), on=["doc", "sid"], how="anti")
    said |= pl.col("num_start").is_in(alone["num_start"].implode())
    found = money.filter(said)
    with_change = changes.select("sid").unique()
    free = found.join(with_change, on="sid", how="anti")
    found = pl.concat([free, _without_starting_points(found.join(with_change, on="sid", how="semi"), scanned)])
    # "A record high of 701" is the price of the day, "from a high of 701" is not.
    records = words(scanned, "record").select("sid", r_start="start", r_end="end")
    contrast = words(scanned, "contrast").select("sid", "cid", "start", contrast_end="end")
    within_record = contrast.join(records, on="sid", how="inner", maintain_order="left").filter(
        pl.col("start") >= pl.col("r_start"), pl.col("start") < pl.col("r_end")
    )
    contrast = (
        contrast.join(within_record.select("start"), on="start", how="anti")
        .select("cid", "contrast_end")
        .sort("contrast_end", maintain_order=True)
    )
    found = found.sort("num_start", maintain_order=True).join_asof(
        contrast,
        left_on="num_start",
        right_on="contrast_end",
        by="cid",
        strategy="backward",
        tolerance=40,
        check_sortedness=False,
    )
    sizes = words(scanned, "by").select(by_end="end").unique().sort("by_end", maintain_order=True)
    found = found.join_asof(
        sizes, left_on="num_start", right_on="by_end", strategy="backward", tolerance=2, check_sortedness=False
    )
    return found.filter(pl.col("contrast_end").is_null(), pl.col("by_end").is_null()).select(
        "sid", "cid", "doc", "firm_end",
        rule=pl.when(pl.col("cost") == _FAR).then(pl.lit(f"{LEVEL}.inherited")).otherwise(pl.lit(f"{LEVEL}.price")),
        order=pl.lit(1, pl.Int64),
        move_type=pl.lit(LEVEL),
        confidence=pl.when(pl.col("cost").fill_null(_FAR) < _FAR).then(0.85).otherwise(0.7),
        start=pl.min_horizontal("num_start", pl.when(pl.col("cost") <= _CLAUSE).then("topic_start")),
        end="num_end", anchor_start="num_start", anchor_end="num_end", value_start="num_start", value_end="num_end",
        way_start=pl.lit(None, pl.Int64), direction=pl.lit(None, pl.String),
    )  # fmt: skip


# --- moves without a number ------------------------------------------------------------------------------------------


def _claimed(pairs: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Pairs of a share and a word of direction that tell no move of it: sub_start, way_start.

    Another topic stands no farther from the word than the share does, or a word before it says that it is only supposed.
    """
    other = topics.filter(~pl.col("topic").is_in(list(SHARE_WORDS))).select(
        cid="topic_cid", other_start="topic_start", other_end="topic_end"
    )
    ratings = words(scanned, "rating").select("cid", other_start="start", other_end="end")
    places = pairs.select("cid", "sub_start", "sub_end", "way_start", "way_end", "gap")
    behind = pl.when(pl.col("other_start") >= pl.col("way_end")).then(_AFTER).otherwise(0)
    share_behind = pl.when(pl.col("sub_start") >= pl.col("way_end")).then(_AFTER).otherwise(0)
    nearer = places.join(pl.concat([other, ratings]), on="cid", maintain_order="left").filter(
        _gap("way_start", "way_end", "other_start", "other_end") + behind <= pl.col("gap") + share_behind
    )
    inside = places.join(pl.concat([other, ratings]), on="cid", maintain_order="left").filter(
        pl.col("other_start") <= pl.col("sub_start"), pl.col("other_end") >= pl.col("sub_end")
    )
    supposed = words(scanned, "supposed").select("cid", _from="start")
    maybe = places.join(supposed, on="cid", maintain_order="left").filter(
        pl.col("_from") < pl.max_horizontal("sub_end", "way_end")
    )
    return pl.concat([found.select("sub_start", "way_start") for found in (nearer, inside, maybe)]).unique()


def _without_number(changes: pl.DataFrame, ways: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """A direction word beside a share or an after-hours session in a clause that has no number of its own."""
    numbered = scanned.quantities.filter(pl.col("kind").is_in(["percent", "fraction", "multiple", "money", "points"]))
    subject = pl.concat(
        [
            words(scanned, "share").select("cid", "doc", "sid", sub_start="start", sub_end="end", session=pl.lit(value=False)),
            words(scanned, "after_hours", "pre_market").select(
                "cid", "doc", "sid", sub_start="start", sub_end="end", session=pl.lit(value=True)
            ),
        ]
    )
    pairs = (
        subject.rename({"cid": "sub_cid"})
        .join(ways, on="sid", how="inner", maintain_order="left")
        .rename({"way_cid": "cid"})
        .join(numbered.select("cid").drop_nulls().unique(), on="cid", how="anti")
        .with_columns(gap=_gap("sub_start", "sub_end", "way_start", "way_end"))
        .filter(pl.col("gap") <= 40)
    )
    between = scanned.tape.slice(
        "sub_end",
        "way_start",
        pairs.with_columns(pl.when(pl.col("way_start") >= pl.col("sub_end")).then("way_start").alias("way_start")),
    )
    same = (pl.col("cid") == pl.col("sub_cid")) | between.str.contains(_TICKED).fill_null(value=False)
    pairs = pairs.filter(same).filter((pl.col("way_start") >= pl.col("sub_end")) | (pl.col("way_end") <= pl.col("sub_start")))
    pairs = (
        pairs.join(_claimed(pairs, topics, scanned), on=["sub_start", "way_start"], how="anti", maintain_order="left")
        .sort("cid", "gap", "sub_start", maintain_order=True)
        .unique("cid", keep="first", maintain_order=True)
    )
    # A move that a number tells elsewhere in the article is no second one.
    outside = words(scanned, "after_hours", "pre_market").select("cid").unique()
    told = changes.select("doc", "direction", session=pl.col("cid").is_in(outside["cid"].implode())).unique()
    told = pl.concat([told, told.filter("session").with_columns(session=pl.lit(value=False))]).unique()
    pairs = pairs.join(told, left_on=["doc", "way", "session"], right_on=["doc", "direction", "session"], how="anti")
    return pairs.select(
        "sid", "cid", "doc", "way_start",
        direction="way", rule=pl.lit(f"{CHANGE}.without_number"), order=pl.lit(2, pl.Int64), move_type=pl.lit(CHANGE),
        confidence=pl.lit(0.55),
        start=pl.min_horizontal("sub_start", "way_start"), end=pl.max_horizontal("sub_end", "way_end"),
        anchor_start="way_start", anchor_end="way_end",
        value_start=pl.lit(None, pl.Int64), value_end=pl.lit(None, pl.Int64),
    ).unique(["doc", "direction"], keep="first", maintain_order=True)  # fmt: skip
