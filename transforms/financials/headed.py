"""Numbers in a list under a heading that speaks of an outlook: "Outlook for the third quarter", then an item a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from transforms.financials.context import Context

_HEADING: Final = 80
"""How long a heading is at most, in code points."""
_READ: Final = 90
"""How much of a line is read for what makes it an item, in code points."""
_ITEM: Final = r"^(?:[-–—*•●▪■◆○►▶·>+] ?|\d{1,2}[.)] |[^.:：。]{2,60}[:：])"
_STOP: Final = r"[.!?。！？…]$"
_TOLD: Final = ("direction", "beat", "company_verb")
"""What makes a line a headline that tells something, and no heading of a list: "Shares fall on a weak outlook"."""


def under_outlooks(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The numbers that stand in such a list: number, heading (the sid of its heading). A line that is no item ends a list."""
    listed = context.scanned.tape.once("financials.under_outlooks", lambda: _listed(context))
    inside = rows.filter(pl.col("doc").is_in(listed["doc"].unique().implode()))
    inside = inside.select("number", line=_line_of(context, pl.col("start")))
    return inside.join(listed, on="line", how="inner", maintain_order="left").select("number", "heading")


def _listed(context: Context) -> pl.DataFrame:
    """The lines of such lists: doc, line, heading."""
    headings = _headings(context)
    docs = headings["doc"].unique().implode()
    lines = _lines(context, context.scanned.sentences.filter(pl.col("doc").is_in(docs)))
    heads = pl.col("first").is_in(headings["sid"].implode())
    told = lines.select("doc", "line", "first", heads=heads, part=(heads | ~pl.col("item")).cum_sum().over("doc"))
    opens, heading = (pl.col(c).first().over(["doc", "part"]) for c in ("heads", "first"))
    told = told.with_columns(heading=heading, listed=opens & ~pl.col("heads"))
    return told.filter("listed").select("doc", "line", "heading")


def _headings(context: Context) -> pl.DataFrame:
    """The sentences that are short lines with a word for an outlook and no number: doc, sid. No title is one."""
    scanned, tape = context.scanned, context.scanned.tape
    spoken = context.cues("basis", "guidance")["sid"].unique()
    short = (pl.col("end") - pl.col("start") <= _HEADING) & (pl.col("sentence") > 0)
    found = scanned.sentences.filter(pl.col("sid").is_in(spoken.implode()) & short)
    own = context.cues("basis", "guidance")["cue_start"].unique()  # "forecast" may be a verb
    telling = scanned.cues_of(*_TOLD).filter(~pl.col("start").is_in(own.implode()))["sid"].drop_nulls().unique()
    found = found.filter(
        ~pl.col("sid").is_in(context.figures["sid"].unique().implode()) & ~pl.col("sid").is_in(telling.implode())
    )
    lines = scanned.sentences.filter(pl.col("doc").is_in(found["doc"].unique().implode()))
    alone = _lines(context, lines).filter(pl.col("first") == pl.col("last"))["first"]
    found = found.filter(pl.col("sid").is_in(alone.implode()))
    return found.filter(~tape.slice("start", "end", found).str.contains(_STOP)).select("doc", "sid")


def _lines(context: Context, sentences: pl.DataFrame) -> pl.DataFrame:
    """One row a line: doc, line, first and last (sids of its sentences), item."""
    tape = context.scanned.tape
    placed = sentences.with_columns(line=_line_of(context, pl.col("start")))
    lines = placed.group_by("doc", "line", maintain_order=True).agg(
        pl.col("start").min(), pl.col("end").max(), first=pl.col("sid").min(), last=pl.col("sid").max()
    )
    head = tape.slice("start", pl.min_horizontal("end", pl.col("start") + _READ), lines)
    tail = tape.slice(pl.max_horizontal("start", pl.col("end") - 2), "end", lines)
    counted = context.figures["sid"].unique()
    numbered = placed.filter(pl.col("sid").is_in(counted.implode()))["line"].unique()
    bare = pl.col("line").is_in(numbered.implode()) & ~pl.lit(tail.str.contains(_STOP))
    return lines.with_columns(item=pl.lit(head.str.contains(_ITEM)) | bare)


def _line_of(context: Context, places: pl.Expr) -> pl.Expr:
    """The number of the line on the tape in which each place lies."""
    breaks = pl.Series(np.flatnonzero(context.scanned.tape.codes == ord("\n")))
    return places.map_batches(lambda s: breaks.search_sorted(s, side="left").cast(pl.Int64), return_dtype=pl.Int64)
