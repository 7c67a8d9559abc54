"""The words of security news on a tape, and where they stand: titles, paragraphs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.security_incidents.rules import TOPIC
from transforms.spans import drop_contained, within
from transforms.words import words

if TYPE_CHECKING:
    from transforms.scan import Scanned
RECORD_UNITS: Final = {
    "victims_accounts": "accounts",
    "victims_users": "users",
    "victims_meetings": "meetings",
    "victims_records": "records",
    "victims_papers": "records",
}
_REAL: Final = ("maybe", "open", "made_public", "down", "unreachable", "locked_out")
"""Classes whose words may hold a "can" that is no doubt."""


def with_words(scanned: Scanned) -> Scanned:
    """The scanned tape with the words of this topic as cues, each class for itself.

    "stop using" is a ban and "using" in it still a use; only `none` hides the words in it, and officials the government.
    """
    found = scanned.tape.each(lambda tape: words(tape, TOPIC, longest=False)).with_columns(kind=pl.col("code"))
    found = drop_contained(found, by="kind")
    hidden = inside(found, found.filter(pl.col("code") == "none")) & (found["code"] != "none")
    hidden |= inside(found, found.filter(pl.col("code") == "officials")) & found["code"].is_in(["government", "school"])
    # "May have been stolen" and "could be read by anyone" tell of what has happened, "could be stolen" of what has not.
    hidden |= inside(found, found.filter(pl.col("code").is_in(_REAL))) & (found["code"] == "modal")
    # "falsely claimed to encrypt" alleges nothing.
    said = within(found.select("start"), scanned.sentences, name="sid")["sid"]
    encryption = said.is_in(said.filter(found["code"] == "encryption").unique().to_list())
    wrongly = found.filter(pl.col("code") == "misrepresent")
    hidden |= (inside(found, wrongly) | _touching(found, wrongly)) & (found["code"] == "alleged") & encryption
    told = found.filter(~hidden).with_columns(kind=pl.lit(TOPIC))
    placed = within(told, scanned.clauses, name="cid", columns={"sid": "sid", "doc": "doc"})
    others = scanned.cues.filter(pl.col("kind") != TOPIC)
    return replace(scanned, cues=pl.concat([others, placed.select(others.columns)]).sort("start", "end", maintain_order=True))


def _touching(spans: pl.DataFrame, frames: pl.DataFrame) -> pl.Series:
    """Whether one of the frames ends right before each span, or begins right behind it: a space lies between."""
    ends, starts = frames["end"].implode(), frames["start"].implode()
    return spans.select((pl.col("start") - 1).is_in(ends) | (pl.col("end") + 1).is_in(starts)).to_series()


def inside(spans: pl.DataFrame, frames: pl.DataFrame) -> pl.Series:
    """Whether each span lies within one of the frames."""
    reach = frames.sort("start", maintain_order=True).select(_from="start", _to=pl.col("end").cum_max())
    joined = spans.with_row_index("_i").sort("start", maintain_order=True).join_asof(
        reach, left_on="start", right_on="_from", strategy="backward", check_sortedness=False
    )  # fmt: skip
    return joined.sort("_i", maintain_order=True).select(inside=(pl.col("end") <= pl.col("_to")).fill_null(value=False))[
        "inside"
    ]


def cues(scanned: Scanned, *codes: str) -> pl.DataFrame:
    """The words of some classes: start, end, kind, code, pattern, sid, cid, doc."""
    return scanned.cues_of(TOPIC, codes=codes)


def _titles(scanned: Scanned) -> pl.DataFrame:
    """The titles as frames: start, end, doc; nothing for texts without one."""
    docs = scanned.tape.docs
    if "title_end" not in docs.columns:
        return docs.select("start", end="start", doc="doc").clear()
    return docs.select(
        start=pl.col("start") + pl.col("title_start").fill_null(0),
        end=pl.col("start") + pl.col("title_end").fill_null(0),
        doc="doc",
    ).filter(pl.col("end") > pl.col("start"))


def in_title(spans: pl.DataFrame, scanned: Scanned, *, at: str) -> pl.Series:
    """Whether the place `at` of each span stands in the title of its article."""
    titles = _titles(scanned).select("doc", _from="start", _to="end")
    joined = spans.select("doc", at).join(titles, on="doc", how="left", maintain_order="left")
    return joined.select(title=(pl.col(at) >= pl.col("_from")) & (pl.col(at) < pl.col("_to")))["title"].fill_null(value=False)


def paragraphs(scanned: Scanned) -> pl.DataFrame:
    """sid and par, the number of the paragraph: a new one begins where more than a space parts two sentences."""
    return scanned.tape.once("paragraphs", lambda: _paragraphs(scanned))


def _paragraphs(scanned: Scanned) -> pl.DataFrame:
    placed = scanned.sentences.sort("start", maintain_order=True).with_columns(_cut=pl.col("end").shift(1).over("doc"))
    breaks = np.concatenate(([0], np.cumsum(scanned.tape.codes == ord("\n"))))
    lines = breaks[placed["start"].to_numpy()] - breaks[placed["_cut"].fill_null(0).to_numpy()]
    new = placed["_cut"].is_null() | pl.Series(lines > 0)
    return placed.select("sid", par=new.cast(pl.Int64).cum_sum())
