"""Prices of shares: amounts whose topic is a share, where a word or a neighbouring change announces a price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.said_of import BRACKET, CLAUSE, FAR, HIGHEST_SHARE_PRICE
from transforms.market_moves.spoken import LEVEL, words
from transforms.market_moves.spoken import ways as ways_of
from transforms.market_moves.starts import starting_points, without_starting_points

if TYPE_CHECKING:
    from transforms.scan import Scanned

_RESTATED, _THEN = 6, 16
_FORESEEN: Final = 80
"""How far behind "analysts expect" the price stands that they do, in code points."""
_ASIDE: Final = 14
"""How long the percent in brackets is that stands between the size of a move and its verb, in code points."""
_PER_SHARE: Final = 4
"""How near "a share" stands to its amount."""
"""What stands between a percent and the amount that it comes to."""
_BORDER: Final = 18
"""How far a word that announces a price may stand before it."""
_MOVED_BEFORE, _MOVED_BEHIND = 30, 20
"""How far before and behind a price the change may stand that led to it."""
_CONTRASTED: Final = 40
"""How far behind a word for an earlier price that price may stand."""


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


def levels_of(told: pl.DataFrame, changes: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Prices whose topic is a share, where a word or a neighbouring change announces a price."""
    money = _beside_moves(_announced(_plausible(told, scanned), scanned), changes)
    money = _without_sizes(money, scanned)
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
    found = pl.concat([free, without_starting_points(found.join(with_change, on="sid", how="semi"), scanned)])
    return _without_contrasts(found, scanned).select(
        "sid", "cid", "doc", "firm_end",
        rule=pl.when(pl.col("cost") == FAR).then(pl.lit(f"{LEVEL}.inherited")).otherwise(pl.lit(f"{LEVEL}.price")),
        order=pl.lit(1, pl.Int64),
        move_type=pl.lit(LEVEL),
        confidence=pl.when(pl.col("cost").fill_null(FAR) < FAR).then(0.85).otherwise(0.7),
        start=pl.min_horizontal("num_start", pl.when(pl.col("cost") <= CLAUSE).then("topic_start")),
        end="num_end", anchor_start="num_start", anchor_end="num_end", value_start="num_start", value_end="num_end",
        way_start=pl.lit(None, pl.Int64), direction=pl.lit(None, pl.String),
    )  # fmt: skip


def _plausible(told: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Amounts that may price a share: no target price, nothing offered for a share."""
    money = told.filter(pl.col("kind") == "money", pl.col("value").abs() <= HIGHEST_SHARE_PRICE, pl.col("value") > 0)
    session = words(scanned, "close", "record").select("cid").unique()
    aimed = _aimed(money, told, scanned)
    offered = a_share(money, scanned).join(words(scanned, "acquire", "offer").select("sid").unique(), on="sid", how="semi")
    money = money.join(aimed, on="num_start", how="anti", maintain_order="left")
    money = money.join(_foreseen(money, scanned), on="num_start", how="anti", maintain_order="left")
    money = money.join(offered, on="num_start", how="anti", maintain_order="left")
    # "股价下跌2.1%，报25.3港元，成交额35亿": right behind a word that only quotes prices.
    quoted = words(scanned, "quoted")["end"].unique()
    moved = words(scanned, "share")["sid"].unique()
    at_quote = pl.col("num_start").is_in(quoted.implode()) & pl.col("sid").is_in(moved.implode())
    return money.filter(
        pl.col("topic").is_in(["share", "bourse"])
        | (pl.col("topic").is_null() & pl.col("cid").is_in(session["cid"].implode()))
        | at_quote
    )


def _aimed(money: pl.DataFrame, told: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Amounts in a clause with a word for a target price: num_start.

    "Fell 5.9 % to 98.40 after X cut its target": what stands right behind a percent, before that word, is the price.
    """
    targets = words(scanned, "target").select("cid", _target="start")
    pairs = money.select("num_start", "cid").join(targets, on="cid", how="inner", maintain_order="left")
    moved = told.filter(pl.col("kind") == "percent").select("sid", _to="num_end").sort("_to", maintain_order=True)
    behind = money.sort("num_start", maintain_order=True).join_asof(
        moved, left_on="num_start", right_on="_to", by="sid", strategy="backward", tolerance=BRACKET, check_sortedness=False
    ).drop_nulls("_to")  # fmt: skip
    priced = behind["num_start"].implode()
    before = (pl.col("_target") > pl.col("num_start")) & pl.col("num_start").is_in(priced)
    kept = pairs.group_by("num_start", maintain_order=True).agg(_priced=before.all())
    return kept.filter(~pl.col("_priced")).select("num_start")


def _foreseen(money: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Amounts that analysts only expect a share to reach: num_start. "Analysts expect the share to rise to 600 dollars".

    But "after it beat analysts' expectations, the share rose to 600 dollars".
    """
    basis = scanned.cues_of("basis")
    analysts = basis.filter(pl.col("code") == "consensus").select("sid", "cid", _who="start", _to="end").drop_nulls("sid")
    expect = basis.filter(pl.col("code") == "guidance").select("sid", _verb="start", _end="end").drop_nulls("sid")
    said = analysts.join(expect, on="sid", how="inner", maintain_order="left")
    said = said.filter((pl.col("_verb") - pl.col("_to")).is_between(1, 1))
    beats = scanned.cues_of("beat").select("sid", _beat="end")
    beaten = said.join(beats, on="sid", how="inner", maintain_order="left").filter(pl.col("_beat") <= pl.col("_who"))
    said = said.join(beaten.select("_who"), on="_who", how="anti", maintain_order="left")
    pairs = money.select("num_start", "sid").join(said.select("sid", "_end"), on="sid", how="inner", maintain_order="left")
    near = (pl.col("num_start") - pl.col("_end")).is_between(1, _FORESEEN)
    return pairs.filter(near).select("num_start").unique(maintain_order=True)


def _announced(money: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add at_end, at_sid and trail_sid of the words that announce a price before and behind it."""
    announced = words(scanned, "at", "close").select(at_end="end", at_sid="sid").sort("at_end", maintain_order=True)
    money = money.sort("num_start", maintain_order=True).join_asof(
        announced, left_on="num_start", right_on="at_end", strategy="backward", tolerance=_BORDER, check_sortedness=False
    )
    trailing = words(scanned, "at_after").select(trail_start="start", trail_sid="sid").sort("trail_start", maintain_order=True)
    return money.sort("num_end", maintain_order=True).join_asof(
        trailing, left_on="num_end", right_on="trail_start", strategy="forward", tolerance=_BORDER, check_sortedness=False
    )


def _beside_moves(money: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Add moved_end, moved_sid, next_start and next_sid of the changes right before and behind an amount."""
    moved = changes.select(moved_end="value_end", moved_sid="sid").sort("moved_end", maintain_order=True)
    money = money.sort("num_start", maintain_order=True).join_asof(
        moved, left_on="num_start", right_on="moved_end", strategy="backward", tolerance=_MOVED_BEFORE, check_sortedness=False
    )
    moved_after = changes.select(next_start="value_start", next_sid="sid").sort("next_start", maintain_order=True)
    return money.sort("num_end", maintain_order=True).join_asof(
        moved_after, left_on="num_end", right_on="next_start", strategy="forward", tolerance=_MOVED_BEHIND,
        check_sortedness=False,
    )  # fmt: skip


def _without_sizes(money: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Amounts without those that tell how much a share moved: "soared $14.91, or 13.8 %"."""
    verbs = ways_of(scanned).select("way_end").unique().sort("way_end", maintain_order=True)
    money = money.sort("num_start", maintain_order=True).join_asof(
        verbs, left_on="num_start", right_on="way_end", strategy="backward", tolerance=1, check_sortedness=False
    )
    # So do the first 36 of "closed 36p lower at £12.65".
    starts = ways_of(scanned)["way_start"].implode()
    lower = (pl.col("num_end") + 1).is_in(starts) & (pl.col("num_start").shift(-1).over("sid") - pl.col("num_end") <= _THEN)
    spaced = scanned.tape.slice("num_end", pl.col("num_end") + 1, money) == " "  # "1,780元，上漲40元" is a price and its rise
    money = money.filter(~(lower & spaced).fill_null(value=False) | scanned.setting("verb_last", money))
    sized = pl.col("way_end").is_not_null() & pl.col("next_sid").is_not_null()
    money = money.filter(~sized | scanned.setting("verb_last", money)).drop("way_end")
    # "Down 5 %, or 42 cents, to $7.92": as much of the fall, not of the price, which stands right behind.
    money = money.sort("num_start", maintain_order=True).with_columns(_then=pl.col("num_start").shift(-1).over("sid"))
    again = (pl.col("num_start") - pl.col("moved_end") <= _RESTATED) & pl.col("at_sid").is_null()
    near = pl.col("_then") - pl.col("num_end") <= _THEN
    # "Up 37 percent or $19.71 in morning trade": so does any amount joined to its percent by "or".
    between = scanned.tape.slice("moved_end", "num_start", money.select("num_start", "moved_end"))
    joined = between.str.contains(rf"(?i)^,? (?:{lexicon.alternatives('or_words')}) $")
    near = near.fill_null(value=False) | pl.lit(joined.fill_null(value=False))
    return money.filter(~(again & near).fill_null(value=False)).drop("_then")


def without_sizes_before_verbs(levels: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Prices without amounts right before the word that moves the share, where the verb comes last: "45円(2.9%)安の1490円"."""
    verbs = ways_of(scanned).select(_way="way_start").unique().sort("_way", maintain_order=True)
    found = levels.sort("value_end", maintain_order=True).join_asof(
        verbs, left_on="value_end", right_on="_way", strategy="forward", tolerance=_ASIDE, check_sortedness=False
    )
    aside = scanned.tape.slice("value_end", "_way", found).str.contains(r"^ ?[(（][^()（）\n]*[)）] ?$").fill_null(value=False)
    # "89円安(8.1%安)の1008円": a word of the share that begins within the amount tells a move.
    within = (pl.col("value_end") - 1).is_in(words(scanned, "share", "size_after")["start"].implode())
    sized = (pl.lit(aside) | within) & scanned.setting("verb_last", found)
    return found.filter(~sized).drop("_way")


def _without_contrasts(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Prices without earlier or other ones that a word contrasts ("from a high of 701"), and without sizes of a move."""
    # "A record high of 701" is the price of the day.
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
        contrast, left_on="num_start", right_on="contrast_end", by="cid", strategy="backward", tolerance=_CONTRASTED,
        check_sortedness=False,
    )  # fmt: skip
    # "27 % below the issue price of 15,000, at 10,890": the first price behind the word is the earlier one.
    money = (
        scanned.quantities.filter(pl.col("kind") == "money").select(_first="start").unique().sort("_first", maintain_order=True)
    )
    found = found.with_columns(_before=pl.col("num_start") - 1).join_asof(
        money, left_on="_before", right_on="_first", strategy="backward", check_sortedness=False
    )
    taken = (pl.col("_first") >= pl.col("contrast_end")).fill_null(value=False)
    found = found.with_columns(contrast_end=pl.when(~taken).then("contrast_end")).drop("_before", "_first")
    # "Above its $36 IPO price": the word may stand right behind the price.
    behind = words(scanned, "contrast", "since_ipo").select(_behind="start").unique().sort("_behind", maintain_order=True)
    found = found.sort("num_end", maintain_order=True).join_asof(
        behind, left_on="num_end", right_on="_behind", strategy="forward", tolerance=1, check_sortedness=False
    )
    found = found.filter(pl.col("_behind").is_null()).drop("_behind").sort("num_start", maintain_order=True)
    sizes = words(scanned, "by").select(by_end="end").unique().sort("by_end", maintain_order=True)
    found = found.join_asof(
        sizes, left_on="num_start", right_on="by_end", strategy="backward", tolerance=2, check_sortedness=False
    )
    return found.filter(pl.col("contrast_end").is_null(), pl.col("by_end").is_null())
