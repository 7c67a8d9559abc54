"""Banks that are fined: articles quote banks more often than they report on them, so that none is anybody's subject else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.market_moves.named import named_firms

if TYPE_CHECKING:
    from transforms.scan import Scanned

_MENTION: Final = ("company_id", "company_mention_start", "company_mention_end")
_CASES: Final = ("regulatory_action", "legal_action")


def with_fined(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Fines of no company, or of one whose name is the authority's there, with the only firm that their sentence names.

    "De Nederlandsche Bank (DNB) fined ING": no bank called DNB was fined.
    """
    offices = scanned.cues.filter(pl.col("kind").is_in(["authority", "institution"])).drop_nulls("sid")
    offices = offices.select("sid", _from="start", _to="end").unique(maintain_order=True)
    firms = named_firms(scanned).filter(pl.col("certainty") == "known").select("sid", "start", "end", _id="company_id")
    firms = firms.drop_nulls().unique("start", keep="first", maintain_order=True)
    theirs = firms.join(offices, on="sid", how="inner", maintain_order="left")
    theirs = theirs.filter(pl.col("start") >= pl.col("_from"), pl.col("end") <= pl.col("_to"))
    theirs = theirs.select("start").unique(maintain_order=True)
    free = firms.join(theirs, on="start", how="anti", maintain_order="left")
    only = free.filter(pl.col("_id").n_unique().over("sid") == 1).unique("sid", keep="first", maintain_order=True)
    case = pl.col("move_type").is_in(_CASES) & pl.col("value_start").is_not_null()
    nobody = pl.col("company_id").is_null() | pl.col("company_mention_start").is_in(theirs["start"].implode())
    asked = found.with_columns(_asked=(case & nobody).fill_null(value=False))
    told = asked.join(only.select("sid", "_id", _start="start", _end="end"), on="sid", how="left", maintain_order="left")
    there = pl.col("_asked") & pl.col("_id").is_not_null()
    wrong = pl.col("_asked") & pl.col("_id").is_null()
    sides = zip(_MENTION, ("_id", "_start", "_end"), strict=True)
    return told.with_columns(
        pl.when(there).then(new).when(wrong).then(None).otherwise(old).alias(old) for old, new in sides
    ).select(found.columns)
