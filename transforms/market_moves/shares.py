"""Moves and levels of a share: from numbers, by what each number is said of.

No rule table here: a percent tells of a share when the share is its nearest topic (`said_of`), and a price when it is
plausible and stands where a price stands (`prices`). Here percents become changes with a direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.market_moves.named import by_firm, of_shares
from transforms.market_moves.prices import levels_of, without_sizes_before_verbs
from transforms.market_moves.said_of import (
    BRACKET,
    CLAUSE,
    FAR,
    SHARE_WORDS,
    conjunctions,
    gap,
    goes_on,
    nearest_topic,
    numbers_of,
    topics_of,
)
from transforms.market_moves.silent import without_number
from transforms.market_moves.spoken import CHANGE, words
from transforms.market_moves.spoken import ways as ways_of
from transforms.market_moves.starts import without_starting_points

if TYPE_CHECKING:
    from transforms.scan import Scanned

_LARGEST_CHANGE: Final = 2_000
"""Percent; a larger move is something else misread."""
_REFERENCE_BEHIND, _PREMIUM_BEFORE = 40, 14
"""How far from a percent the price may stand that an offer is compared with, or the word for a premium."""
_SUPPOSED, _MODAL = 30, 4
"""How far before a percent a verb may stand that only supposes it, and how long that is; "if" and its like say less."""
_TICKER: Final = 8
"""How long a ticker in brackets may be with the space behind it."""
_NEXT, _BEHIND = 4, 15
"""A word of direction farther behind its number than the first costs the second."""


def share_moves(scanned: Scanned) -> pl.DataFrame:
    """One row for each number that moves or prices a share, and each move told without a number.

    Columns: rule, order, move_type, confidence, start, end, anchor_start, anchor_end, sid, cid, doc, value_start, value_end,
    way_start (of the direction word), direction, firm_end (of a firm's name that the number is said of).
    """
    topics = topics_of(scanned)
    numbers = _without_quotes(numbers_of(scanned), scanned)
    ways = ways_of(scanned)
    told = of_shares(by_firm(nearest_topic(numbers, topics, scanned), scanned), scanned)
    changes = _changes(told, ways, scanned)
    levels = levels_of(told, changes, scanned)
    for _ in range(2):  # "They have since come down 6 %": the topic goes on into the next sentence, and the next
        inherited = goes_on(told, pl.concat([changes, levels], how="diagonal"), topics, scanned)
        more = _changes(inherited, ways, scanned)
        changes = pl.concat([changes, more.join(changes, on="value_start", how="anti")], how="diagonal")
        more = levels_of(inherited, changes, scanned)
        levels = pl.concat([levels, more.join(levels, on="value_start", how="anti")], how="diagonal")
    bracketed = _bracketed(told, levels, ways, scanned)
    changes = pl.concat([changes, bracketed.join(changes, on="value_start", how="anti")], how="diagonal")
    changes = _without_premiums(changes, scanned)
    changes = _without_reasons(_without_supposed(changes, scanned), scanned)
    levels = without_sizes_before_verbs(levels, scanned)
    silent = without_number(changes, ways, topics, scanned)
    return pl.concat([changes, levels, silent], how="diagonal").sort("start", "move_type", maintain_order=True).select(
        "rule", "order", "move_type", "confidence", "start", "end", "anchor_start", "anchor_end", "sid", "cid", "doc",
        "value_start", "value_end", "way_start", "direction", "firm_end",
    )  # fmt: skip


def _without_quotes(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers but the percents that a page sets beside a ticker when it is called up: "Zoom (ZM 0.05%)", "Zoom ZM, +1.31%".

    With a sign they are such only behind a comma: "(ZM -4 %)" may well tell of the day.
    """
    ahead = scanned.tape.slice(pl.max_horizontal(pl.col("num_start") - _TICKER, pl.lit(0)), "num_start", numbers)
    behind = scanned.tape.slice("num_end", pl.col("num_end") + 1, numbers)
    quoted = ahead.str.contains(r"\([A-Z.]{1,5} $").fill_null(value=False) & (behind == ")").fill_null(value=False)
    listed = ahead.str.contains(r"(?:^|[^\p{L}])[A-Z]{1,5}(?:\.[A-Z]{1,4})?, ?$").fill_null(value=False)
    called_up = (pl.lit(quoted) & (pl.col("sign") == 0)) | (pl.lit(listed) & (pl.col("sign") != 0))
    return numbers.filter(~(called_up & (pl.col("kind") == "percent")))


def _with_way(numbers: pl.DataFrame, ways: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add way, way_start, way_end and way_cost of the nearest direction word: of the clause, else of a neighbour clause."""
    pairs = numbers.select("num_start", "num_end", "said_start", "sid", "cid", "doc").join(
        ways, on="sid", how="inner", maintain_order="left"
    )
    # "More than 5 %" tells no rise; but "ein Minus von über 5 %" a fall, whose "von" both words share.
    pairs = pairs.filter((pl.col("way_start") < pl.col("said_start")) | (pl.col("way_start") >= pl.col("num_end")))
    pairs = pairs.with_columns(
        gap=gap("num_start", "num_end", "way_start", "way_end"),
        crossed=conjunctions(pairs, scanned, "num_start", "way_start"),
    )
    # "X gained 3 %, Y 2 % and Z lost 1 %": a word behind, and not right behind, is rather the next one's.
    behind = (pl.col("way_start") - pl.col("num_end") > _NEXT) & ~scanned.setting("verb_last", pairs)
    cost = (
        pl.col("gap")
        + CLAUSE * (pl.col("way_cid") - pl.col("cid")).abs()
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
        way_cost=pl.when(pl.col("_way").is_not_null()).then(FAR).otherwise("way_cost"),
    ).drop("_way", "_end")


def _changes(told: pl.DataFrame, ways: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents and multiples whose topic is a share, with a direction."""
    session = words(scanned, "after_hours", "pre_market", "close").select("cid").unique()
    unsaid = (pl.col("topic").is_null() | (pl.col("topic_cid") != pl.col("cid"))) & pl.col("cid").is_in(
        session["cid"].implode()
    )
    # "The share lost two percentage points": newsrooms that say so mean percent.
    points = (pl.col("kind") == "points") & pl.col("topic").is_in([*SHARE_WORDS, "bourse"])
    found = told.filter(
        pl.col("kind").is_in(["percent", "fraction", "multiple"]) | points,
        pl.col("topic").is_in([*SHARE_WORDS, "bourse"]) | unsaid,
        ~pl.col("kind").is_in(["percent", "points"]) | (pl.col("value").abs() <= _LARGEST_CHANGE),
    )
    found = _with_way(without_starting_points(found, scanned), ways, scanned)
    # What only goes on with a share is none where a word for the growth of a business moves it.
    growth = pl.col("way_start").is_in(words(scanned, "growth")["start"].implode()).fill_null(value=False)
    found = found.filter(~growth | (pl.col("cost").fill_null(0) < FAR))
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
        rule=pl.when(pl.col("cost") == FAR).then(pl.lit(f"{CHANGE}.inherited")).when(pl.col("topic").is_null())
        .then(pl.lit(f"{CHANGE}.session")).otherwise(pl.lit(f"{CHANGE}.percent")),
        order=pl.lit(0, pl.Int64),
        move_type=pl.lit(CHANGE),
        confidence=pl.when(pl.col("cost").fill_null(FAR) < FAR).then(0.9).otherwise(0.7),
        start=pl.min_horizontal(
            "num_start",
            pl.when(pl.col("cost") <= CLAUSE).then("topic_start"),
            pl.when(pl.col("way_cost") <= CLAUSE).then("way_start"),
        ),
        end=pl.max_horizontal("num_end", pl.when(pl.col("way_cost") <= CLAUSE).then("way_end")),
        anchor_start="num_start", anchor_end="num_end", value_start="num_start", value_end="num_end",
    )  # fmt: skip


def _without_premiums(changes: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Changes without what an offer is above a price: "30 % above Wednesday's close", told where somebody buys.

    A share that a sentence names itself may well have closed so much higher.
    """
    marks = words(scanned, "reference", "premium").select("sid", _at="start", _to="end")
    deals = words(scanned, "offer", "acquire")["sid"]
    bidding = pl.concat([deals, scanned.following(deals)]).unique()
    loose = changes.filter(~pl.col("rule").str.ends_with(".percent") & pl.col("sid").is_in(bidding.implode()))
    pairs = loose.select("sid", "value_start", "value_end").join(marks, on="sid", maintain_order="left")
    behind, before = pl.col("_at") - pl.col("value_end"), pl.col("value_start") - pl.col("_to")
    premiums = pairs.filter(behind.is_between(0, _REFERENCE_BEHIND) | before.is_between(0, _PREMIUM_BEFORE))
    return changes.join(premiums.select("value_start").unique(), on="value_start", how="anti", nulls_equal=False)


def _without_supposed(changes: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Changes without what a word before them in their clause only supposes: "the share could fall 60 %"."""
    said = words(scanned, "supposed").filter(pl.col("end") - pl.col("start") >= _MODAL).select("cid", _to="end")
    pairs = changes.select("cid", "value_start").join(said, on="cid", maintain_order="left")
    maybe = pairs.filter((pl.col("value_start") - pl.col("_to")).is_between(0, _SUPPOSED))
    return changes.join(maybe.select("value_start").unique(), on="value_start", how="anti", nulls_equal=False)


def _without_reasons(changes: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Changes without the multiples that only tell why a share moved: "rose 12 % after it said it would double its output".

    Where the reason speaks of a share itself they may well be its own.
    """
    multiples = scanned.quantities.filter(pl.col("kind") == "multiple").select(value_start="start").drop_nulls().unique()
    asked = changes.join(multiples, on="value_start", how="semi", maintain_order="left").select("sid", "value_start")
    first = changes.join(asked.select("value_start"), on="value_start", how="anti", nulls_equal=False)
    first = first.select("sid", _moved="value_end").drop_nulls()
    reasons = words(scanned, "cause").select("sid", _why="start").drop_nulls()
    pairs = asked.join(first, on="sid", how="inner", maintain_order="left").join(reasons, on="sid", maintain_order="left")
    pairs = pairs.filter(pl.col("_why").is_between("_moved", "value_start"))
    shares = words(scanned, "share").select("sid", _share="start").drop_nulls()
    own = pairs.join(shares, on="sid", how="inner", maintain_order="left")
    own = own.filter(pl.col("_share").is_between("_why", "value_start")).select("value_start")
    none = pairs.select("value_start").unique(maintain_order=True).join(own, on="value_start", how="anti")
    return changes.join(none, on="value_start", how="anti", nulls_equal=False)


def _bracketed(told: pl.DataFrame, levels: pl.DataFrame, ways: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents right after a price, signed or in a clause of their own: "208.08 dollars (+1.9 %)"."""
    percents = told.filter(pl.col("kind") == "percent").sort("num_start", maintain_order=True)
    prices = levels.select(level_end="value_end", level_sid="sid", level_cid="cid").sort("level_end", maintain_order=True)
    near = percents.join_asof(
        prices, left_on="num_start", right_on="level_end", strategy="backward", tolerance=BRACKET, check_sortedness=False
    )
    near = near.filter(
        pl.col("level_sid") == pl.col("sid"), (pl.col("sign") != 0) | (pl.col("level_cid") != pl.col("cid"))
    ).with_columns(topic=pl.lit("share"), topic_cid="cid", cost=pl.lit(CLAUSE, pl.Int64))
    return _changes(near.drop("level_end", "level_sid", "level_cid"), ways, scanned)
