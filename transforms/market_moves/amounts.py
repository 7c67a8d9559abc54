"""Amounts that name no currency but are of money: "raises the target to 260 from 240 kr.", "buys X for 95 million"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.shares import metric_words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_FROM: Final = r"^,? ?(?:fra|från|from|desde|da|de|dari|z|от|с) $"
"""Between a number and the earlier amount that lends it its currency."""
_FROM_REACH: Final = 8
_FOR: Final = (
    r"(?i)\b(?:per|por|voor|für|pour|for|för|za)"
    r"(?: (?:circa|oltre|zo'n|ongeveer|rund|etwa|environ|omkring|cirka|ca\.?|około|unos|cerca de))? $"
)
"""Before the price of a deal."""
_FOR_REACH: Final = 16
_ENDS: Final = r"^(?:[.,;:!?)»”\"\n]|$| (?:an|al|alla|all'|ai|aan|till|til|à|au|und|en|e|y|og|och|et|in|i|im|w|do|na)\b)"
"""Behind it: nothing that is counted."""
_ENDS_REACH: Final = 6
_MILLION: Final = 1_000_000


def with_currencies(scanned: Scanned) -> Scanned:
    """The scanned tape with such numbers as money: in the currency of the amount behind "from", else that of the language."""
    numbers = scanned.quantities.sort("start", maintain_order=True)
    bare = numbers.filter(pl.col("kind").is_in(["count", "plain"]), pl.col("sid").is_not_null())
    paid = numbers.filter(pl.col("kind") == "money").select("sid", _at="start", _unit="unit")
    lent = bare.sort("end", maintain_order=True).join_asof(
        paid, left_on="end", right_on="_at", by="sid", strategy="forward", tolerance=_FROM_REACH, check_sortedness=False
    )
    between = scanned.tape.slice("end", "_at", lent)
    lent = lent.filter(between.str.contains(_FROM).fill_null(value=False)).select("start", "_unit")
    figures = metric_words(scanned)["cid"].implode()
    large = bare.filter(pl.col("value") >= _MILLION, ~pl.col("cid").is_in(figures)).with_columns(
        _from=pl.max_horizontal(pl.col("start") - _FOR_REACH, pl.lit(0)), _to=pl.col("end") + _ENDS_REACH
    )
    ahead = scanned.tape.slice("_from", "start", large).str.contains(_FOR).fill_null(value=False)
    behind = scanned.tape.slice("end", "_to", large).str.contains(_ENDS).fill_null(value=False)
    docs = scanned.tape.docs
    homes = {language: lexicon.settings(language).get("currency") for language in docs["language"].unique()}
    home = docs["language"].replace_strict(homes, return_dtype=pl.String)
    priced = large.with_columns(_unit=home.gather(large["doc"])).filter(ahead & behind).drop_nulls("_unit")
    units = pl.concat([lent, priced.select("start", "_unit")]).unique("start", keep="first", maintain_order=True)
    told = scanned.quantities.join(units, on="start", how="left", maintain_order="left")
    money = pl.col("_unit").is_not_null() & pl.col("kind").is_in(["count", "plain"])
    told = told.with_columns(
        kind=pl.when(money).then(pl.lit("money")).otherwise("kind"), unit=pl.when(money).then("_unit").otherwise("unit")
    )
    return replace(scanned, quantities=told.drop("_unit"))
