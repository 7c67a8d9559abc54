"""The words of market news on a tape: cues of classes, words of direction, and where titles end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from transforms.scan import Scanned

CHANGE: Final = "share_price_change"
LEVEL: Final = "share_price_level"
KINDS: Final = ("market", "market_context")
"""Lexicon kinds of market words: a longer word of the first hides a shorter one, those of context hide none."""


def words(scanned: Scanned, *codes: str) -> pl.DataFrame:
    """The market cues of some classes: start, end, kind, code, sid, cid, doc."""
    return scanned.cues_of(*KINDS, codes=codes)


def titles(scanned: Scanned) -> pl.DataFrame:
    """Where the title of each article ends on the tape: doc, title_end."""
    docs = scanned.tape.docs
    length = pl.col("title_end").fill_null(0) if "title_end" in docs.columns else pl.lit(0)
    return docs.select("doc", title_end=pl.col("start") + length)


def ways(scanned: Scanned) -> pl.DataFrame:
    """Words of direction: way_start, way_end, way (up, down), sid, way_cid; "from its high" tells no rise."""
    return scanned.tape.once("market_moves.ways", lambda: _ways(scanned))


def _ways(scanned: Scanned) -> pl.DataFrame:
    found = scanned.cues.filter(
        ((pl.col("kind") == "market") | (pl.col("kind") == "direction")) & pl.col("code").is_in(["up", "down"])
    ).drop_nulls("sid")
    own_first = found.sort(
        "start",
        pl.col("end") - pl.col("start"),
        pl.col("kind") == "direction",
        descending=[False, True, False],
        maintain_order=True,
    )
    told = own_first.unique("start", keep="first", maintain_order=True).select(
        "sid", way_start="start", way_end="end", way="code", way_cid="cid"
    )
    peaks = words(scanned, "from_peak").select("sid", _from="start", _to="end")
    inside = told.join(peaks, on="sid", how="inner", maintain_order="left").filter(
        pl.col("way_start") >= pl.col("_from"), pl.col("way_end") <= pl.col("_to")
    )
    return told.join(inside.select("way_start").unique(), on="way_start", how="anti", maintain_order="left")
