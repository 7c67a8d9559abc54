"""Decisions between the three tables: what a number says in one of them when another has it too.

Each linker knows its own table only; `facts` makes rows of what they link. Here all rows of a tape are seen together.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_INHERITED: Final = "financials.inherited"
"""How the names of the rules begin that take a metric from what was said before."""


def settled(found: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The facts by table, without figures of numbers that move a share.

    A number that has a metric only from what was said before it ("the shares lost 3.9 %", after a sentence on revenue) is what
    its own words make of it.
    """
    moves, figures = found["fact_market_moves"], found["fact_financials"]
    shares = moves.filter(pl.col("move_type") == "share_price_change").select("article_id", "value_start").drop_nulls()
    lent = figures.filter(pl.col("rule").str.starts_with(_INHERITED)).join(
        shares, on=["article_id", "value_start"], how="semi", maintain_order="left"
    )
    return found | {"fact_financials": figures.filter(~pl.col("fact_id").is_in(lent["fact_id"].implode()))}
