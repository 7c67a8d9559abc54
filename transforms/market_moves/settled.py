"""What ends a lawsuit or a case, told in a sentence behind it: "Users sued X. It has agreed to settle and pays 12 million"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.market_moves.spoken import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_CASES: Final = ("legal_action", "regulatory_action")
_BEHIND: Final = 3
"""How many sentences behind a lawsuit the sum may be told that ends it."""
_PAID: Final = 40
"""How far from a sum the verb stands by which it is paid, in code points."""
_SMALLEST: Final = 100_000


def with_sums(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Cases without an amount with the one that their firm pays to settle them, if a sentence soon behind them tells it."""
    bare = found.with_row_index("row").filter(pl.col("move_type").is_in(_CASES), pl.col("value_start").is_null())
    bare = bare.unique(["sid", "company_id"], keep="first", maintain_order=True)
    settles = words(scanned, "settles", "ends_case").select("doc", _settled="sid").unique(maintain_order=True)
    cases = bare.join(settles, on="doc", maintain_order="left").filter(
        (pl.col("_settled") - pl.col("sid")).is_between(0, _BEHIND)
    )
    pairs = cases.select("row", "doc", "sid", "company_id", "_settled").join(
        _paid(found, scanned), on="doc", maintain_order="left"
    )
    pairs = pairs.filter(
        (pl.col("_sid") - pl.col("sid")).is_between(0, _BEHIND), (pl.col("_sid") - pl.col("_settled")).is_between(0, 1)
    )
    others = pl.col("_ids").list.set_difference(pl.concat_list("company_id")).list.len() > 0
    pairs = pairs.filter(~others.fill_null(value=False)).sort("row", "_from", maintain_order=True)
    # One sum ends one case: the one told last before it.
    pairs = pairs.unique("row", keep="first", maintain_order=True).unique("_from", keep="last", maintain_order=True)
    told = found.with_row_index("row").join(pairs.select("row", "_from", "_to"), on="row", how="left", maintain_order="left")
    return told.with_columns(
        value_start=pl.coalesce("_from", "value_start"),
        value_end=pl.coalesce("_to", "value_end"),
        end=pl.max_horizontal("end", "_to"),
    ).select(found.columns)


def _paid(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Sums of money beside a verb by which they are paid, which tell nothing else.

    Columns: doc, _sid, _from, _to, _ids (the firms that its sentence names).
    """
    money = scanned.quantities.filter(pl.col("kind") == "money", pl.col("value") >= _SMALLEST).drop_nulls("sid")
    money = money.select("doc", _sid="sid", _from="start", _to="end").unique("_from", keep="first", maintain_order=True)
    money = money.join(found.select(_from="value_start").drop_nulls().unique(), on="_from", how="anti", maintain_order="left")
    verbs = words(scanned, "must_pay", "pays").select(_sid="sid", _verb="start", _end="end")
    beside = money.join(verbs, on="_sid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("_from") - pl.col("_end"), pl.col("_verb") - pl.col("_to"))
    beside = beside.filter(gap.is_between(0, _PAID)).unique("_from", keep="first", maintain_order=True)
    named = scanned.companies.filter(pl.col("certainty") == "known").drop_nulls("company_id")
    named = named.group_by(_sid="sid", maintain_order=True).agg(_ids=pl.col("company_id").unique())
    return beside.join(named, on="_sid", how="left", maintain_order="left").select("doc", "_sid", "_from", "_to", "_ids")
