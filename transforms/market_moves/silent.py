"""Moves of a share that are told without a number: "the shares fell"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.market_moves.said_of import AFTER, SHARE_WORDS, TICKED, gap
from transforms.market_moves.spoken import CHANGE, words

if TYPE_CHECKING:
    from transforms.scan import Scanned


def _claimed(pairs: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Pairs of a share and a word of direction that tell no move of it: sub_start, way_start.

    Another topic stands no farther from the word than the share does, or a word before it says that it is only supposed.
    """
    other = topics.filter(~pl.col("topic").is_in(list(SHARE_WORDS))).select(
        cid="topic_cid", other_start="topic_start", other_end="topic_end"
    )
    ratings = words(scanned, "rating").select("cid", other_start="start", other_end="end")
    places = pairs.select("cid", "sub_start", "sub_end", "way_start", "way_end", "gap")
    behind = pl.when(pl.col("other_start") >= pl.col("way_end")).then(AFTER).otherwise(0)
    share_behind = pl.when(pl.col("sub_start") >= pl.col("way_end")).then(AFTER).otherwise(0)
    nearer = places.join(pl.concat([other, ratings]), on="cid", maintain_order="left").filter(
        gap("way_start", "way_end", "other_start", "other_end") + behind <= pl.col("gap") + share_behind
    )
    inside = places.join(pl.concat([other, ratings]), on="cid", maintain_order="left").filter(
        pl.col("other_start") <= pl.col("sub_start"), pl.col("other_end") >= pl.col("sub_end")
    )
    supposed = words(scanned, "supposed").select("cid", _from="start")
    maybe = places.join(supposed, on="cid", maintain_order="left").filter(
        pl.col("_from") < pl.max_horizontal("sub_end", "way_end")
    )
    return pl.concat([found.select("sub_start", "way_start") for found in (nearer, inside, maybe)]).unique()


def without_number(changes: pl.DataFrame, ways: pl.DataFrame, topics: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
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
        .with_columns(gap=gap("sub_start", "sub_end", "way_start", "way_end"))
        .filter(pl.col("gap") <= 40)
    )
    between = scanned.tape.slice(
        "sub_end",
        "way_start",
        pairs.with_columns(pl.when(pl.col("way_start") >= pl.col("sub_end")).then("way_start").alias("way_start")),
    )
    same = (pl.col("cid") == pl.col("sub_cid")) | between.str.contains(TICKED).fill_null(value=False)
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
