"""What became of each sentence that might have given a fact, and why one gave none.

A sentence might give a fact where it has a number, or words that some rule asks for. The linkers remember on the tape what
they weighed, so that telling it costs next to nothing. No decision is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import financials, market_moves, security_incidents
from transforms.schemas import ARTICLE_COVERAGE, OFFSET, Schema
from transforms.spans import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from transforms.scan import Scanned

WHY: Final = ("weighed", "other_word", "no_word")
"""Why a sentence gave no fact. weighed: a reading of it was considered and not taken, since another sentence states the same or
too little speaks for it. other_word: its number belongs to a word that tells no figure of the tables. no_word: it has a number,
and no word that tells what the number measures."""

SENTENCES: Final[Schema] = {
    "doc": pl.Int64,
    "sentence_index": pl.Int64,
    "start": OFFSET,
    "end": OFFSET,
    "numbers": pl.Int64,
    "facts": pl.Int64,
    "why": pl.String,  # of WHY, null where it gave a fact
    "reading": pl.String,  # the likeliest that was weighed, where `why` is "weighed"
    "score": pl.Float64,
}
"""One row a sentence that might have given a fact. Offsets are those of the tape."""

_OTHER_WORDS: Final = ("none", "hidden", "counted")
"""Codes of words that claim a number for what is no metric: "worth", "shops"."""


def sentences(scanned: Scanned, stated: pl.DataFrame) -> pl.DataFrame:
    """SENTENCES of a tape. `stated` has start: where on the tape the evidences of its facts begin."""
    weighed = [financials.runners_up(scanned), security_incidents.runners_up(scanned), market_moves.runners_up(scanned)]
    readings = _placed(pl.concat(each.select("start", "reading", "score") for each in weighed), scanned)
    best = readings.sort("score", descending=True, maintain_order=True).unique("sid", keep="first", maintain_order=True)
    counts = [
        scanned.quantities.group_by("sid", maintain_order=True).agg(numbers=pl.len().cast(pl.Int64)),
        _placed(stated.select("start"), scanned).group_by("sid", maintain_order=True).agg(facts=pl.len().cast(pl.Int64)),
        best.select("sid", "reading", "score"),
    ]
    rows = scanned.sentences
    for found in counts:
        rows = rows.join(found, on="sid", how="left", maintain_order="left")
    rows = rows.filter(pl.any_horizontal(pl.col("numbers", "facts", "score").is_not_null()))
    other = pl.col("reading").str.split(" ").list.first().is_in(_OTHER_WORDS)
    why = (
        pl.when(pl.col("facts").is_not_null())
        .then(pl.lit(None, pl.String))
        .when(pl.col("reading").is_null())
        .then(pl.lit("no_word"))
        .when(other)
        .then(pl.lit("other_word"))
        .otherwise(pl.lit("weighed"))
    )
    rows = rows.with_columns(why=why, sentence_index="sentence")
    told = (pl.col("why") == "weighed").fill_null(value=False)
    return rows.with_columns(
        pl.col("numbers", "facts").fill_null(0), reading=pl.when(told).then("reading"), score=pl.when(told).then("score")
    ).select(pl.col(name).cast(dtype) for name, dtype in SENTENCES.items())


def of_articles(scanned: Scanned, found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """ARTICLE_COVERAGE of every article of a tape, given its facts by table."""
    docs = scanned.tape.docs.select("doc", "article_id", origin="start")
    stated = pl.concat(facts.select("article_id", "evidence_start") for facts in found.values())
    stated = stated.join(docs, on="article_id", how="inner", maintain_order="left")
    rows = sentences(scanned, stated.select(start=pl.col("evidence_start") + pl.col("origin")))
    rows = rows.join(docs, on="doc", how="left", maintain_order="left")
    place = pl.format("{}-{}", pl.col("start") - pl.col("origin"), pl.col("end") - pl.col("origin"))
    reading = pl.col("reading").str.split(" ").list.first().fill_null("")
    silent = pl.format("{}:{}:{}", place, "why", reading)
    counted = rows.group_by("doc", maintain_order=True).agg(
        sentences=pl.len().cast(pl.Int64),
        telling=pl.col("why").is_null().sum().cast(pl.Int64),
        silent=silent.filter(pl.col("why").is_not_null()).str.join(";"),
    )
    return (
        docs.join(counted, on="doc", how="left", maintain_order="left")
        .with_columns(pl.col("sentences", "telling").fill_null(0), pl.col("silent").fill_null(""))
        .select(pl.col(name).cast(dtype) for name, dtype in ARTICLE_COVERAGE.items())
    )


def _placed(spans: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    return within(spans, scanned.sentences, name="sid").drop_nulls("sid")
