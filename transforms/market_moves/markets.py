"""Amounts that are the size of a market, not the price of a deal: "lets it enter the $24 billion market for games"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.spoken import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_BEFORE: Final = 40
"""How far before the amount the word for a market stands, in code points: "a market for video calls valued at"."""
_BEHIND: Final = 34
"""As far behind it: "the $24 billion contact center market"."""
_PLAIN: Final = r"^[ -](?:[\p{L}\d-]+ ){0,3}$"
"""What stands between an amount and a word for a market behind it: no comma, and no "in the" (`into`)."""
_DEAL_WORDS: Final = ("acquire", "divest", "offer", "pays", "pays_for", "invest", "into")


def market_sizes(deals: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """The starts of amounts of deals (`value_start`, `value_end`, `sid`) that are the size of a market or a trade.

    The word for it (`market_size`) stands before the amount or right behind it, and nothing between them tells of a deal.
    Where words stand without spaces an expression says so, `[settings] market_size`: 240億ドル規模の市場.
    """
    asked = deals.select("doc", "sid", "value_start", "value_end").unique("value_start", keep="first", maintain_order=True)
    behind = scanned.tape.slice("value_end", pl.col("value_end") + _BEHIND, asked)

    def sized(language: str, part: pl.DataFrame) -> pl.Series:
        return part["behind"].str.contains(f"^(?:{lexicon.settings(language).get('market_size', lexicon.NEVER)})")

    by_expression = asked.filter(scanned.tape.by_language(asked.select("doc", behind=behind), sized).fill_null(value=False))
    return pl.concat([by_expression["value_start"], _beside_their_words(asked, scanned)])


def _beside_their_words(asked: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """The starts of amounts right behind or before the word for a market."""
    sizes = words(scanned, "market_size").drop_nulls("sid").select("sid", _from="start", _to="end")
    pairs = asked.join(sizes, on="sid", how="inner", maintain_order="left")
    before = (pl.col("value_start") - pl.col("_to")).is_between(0, _BEFORE)
    behind = (pl.col("_from") - pl.col("value_end")).is_between(0, _BEHIND)
    pairs = pairs.filter(before | behind).with_columns(
        _open=pl.min_horizontal("value_end", "_to"), _shut=pl.max_horizontal("value_start", "_from"),
        _late=pl.col("_from") >= pl.col("value_end"),
    ).with_row_index("_pair")  # fmt: skip
    if pairs.is_empty():
        return pl.Series([], dtype=pl.Int64)
    plain = scanned.tape.slice("_open", "_shut", pairs).str.contains(_PLAIN).fill_null(value=False)
    pairs = pairs.filter(~pl.col("_late") | plain)
    told = words(scanned, *_DEAL_WORDS).select("sid", _at="start")
    firms = scanned.companies.filter(pl.col("certainty") != "pronoun").select("sid", _at="start")
    others = pl.concat([told, firms]).drop_nulls()
    between = pairs.join(others, on="sid", how="inner", maintain_order="left")
    between = between.filter(pl.col("_at").is_between("_open", pl.col("_shut") - 1))
    return pairs.join(between.select("_pair"), on="_pair", how="anti", maintain_order="left")["value_start"]
