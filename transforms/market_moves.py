"""Moves of a company in its market and of its shares: from trigger matches to rows.

Which words together tell a move is data (`rules/market.toml` and the lexicons). Here matches of one move are merged, and
direction, amount, counterparty, country, status, session and horizon are taken from the spans around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.schemas import FACT_MARKET_MOVES

if TYPE_CHECKING:
    from transforms.scan import Scanned


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each move: doc, start, end, value_start, … as in `security_incidents.link`, and this table's columns."""
    del scanned
    kept = {"company_id", "company_mention_start", "company_mention_end", "value_start", "value_end", "rule"}
    own = {c: t for c, t in FACT_MARKET_MOVES.items() if c in kept or list(FACT_MARKET_MOVES).index(c) > list(FACT_MARKET_MOVES).index("cluster_id")}
    own.pop("counterparty")
    return pl.DataFrame(schema={"doc": pl.Int64, "start": pl.Int64, "end": pl.Int64, "confidence": pl.Float64} | own)
