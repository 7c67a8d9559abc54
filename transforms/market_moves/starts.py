"""Numbers that tell where a move began, not where it ended: "from 155 to 115 euros"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.spoken import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_BACK_REACH: Final = 16
_TO_REACH: Final = 8
_RANGE_REACH: Final = 45
"""How far behind a starting point its end may stand."""


def starting_points(numbers: pl.DataFrame, scanned: Scanned, *, start: str, end: str) -> pl.DataFrame:
    """Where numbers stand that a word marks as where a move began, another number of the kind following: "from 155 to 115".

    Yields the column `start`, one row a number. `numbers` needs start, end, sid and kind.
    """
    if numbers.is_empty():
        return numbers.select(start)
    before = words(scanned, "from").select(mark_end="end").unique().sort("mark_end", maintain_order=True)
    after = words(scanned, "from_after").select(mark_start="start").unique().sort("mark_start", maintain_order=True)
    # A particle may be written within the amount's span.
    suffix = scanned.tape.slice(pl.col(end) - 3, pl.col(end) + 2, numbers.sort(end, maintain_order=True))
    following = numbers.select("sid", "kind", next_start=start).unique().sort("next_start", maintain_order=True)
    marked = (
        numbers.select(start, end, "sid", "kind", _later=pl.col(end) + 1)
        .sort(start, maintain_order=True)
        .join_asof(before, left_on=start, right_on="mark_end", strategy="backward", tolerance=2, check_sortedness=False)
        .sort(end, maintain_order=True)
        .join_asof(after, left_on=end, right_on="mark_start", strategy="forward", tolerance=1, check_sortedness=False)
        .with_columns(_suffixed=suffix.str.contains(lexicon.alternatives("from_inside")))
        .filter(pl.col("mark_end").is_not_null() | pl.col("mark_start").is_not_null() | pl.col("_suffixed"))
        .with_columns(_sure=pl.col("mark_start").is_not_null() | pl.col("_suffixed"))
        .sort("_later", maintain_order=True)
        .join_asof(
            following, left_on="_later", right_on="next_start", by=["sid", "kind"], strategy="forward", tolerance=_RANGE_REACH,
            check_sortedness=False,
        )
    )  # fmt: skip
    # "Un retroceso de 58 %, y de 90 %": after an ambiguous mark the end must be marked too.
    ends = words(scanned, "at").select(to_end="end").unique().sort("to_end", maintain_order=True)
    marked = (
        marked.filter(pl.col("next_start").is_not_null())
        .sort("next_start", maintain_order=True)
        .join_asof(
            ends, left_on="next_start", right_on="to_end", strategy="backward", tolerance=_TO_REACH, check_sortedness=False
        )
        .filter(pl.col("_sure") | pl.col("to_end").is_not_null())
    )
    # "To 350 from 450": the end of the move stands first.
    backward = words(scanned, "from_back").select(mark_end="end").unique().sort("mark_end", maintain_order=True)
    ended = numbers.select("sid", "kind", last_end=end).unique().sort("last_end", maintain_order=True)
    turned = (
        numbers.select(start, "sid", "kind", _before=pl.col(start) - 1)
        .sort(start, maintain_order=True)
        .join_asof(backward, left_on=start, right_on="mark_end", strategy="backward", tolerance=2, check_sortedness=False)
        .filter(pl.col("mark_end").is_not_null())
        .sort("_before", maintain_order=True)
        .join_asof(
            ended, left_on="_before", right_on="last_end", by=["sid", "kind"], strategy="backward", tolerance=_BACK_REACH,
            check_sortedness=False,
        )
        .filter(pl.col("last_end").is_not_null())
    )  # fmt: skip
    return pl.concat([marked.select(start), turned.select(start)]).unique()


def without_starting_points(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers of a share report without those where a move began."""
    marked = starting_points(numbers, scanned, start="num_start", end="num_end")
    return numbers.join(marked, on="num_start", how="anti", maintain_order="left")
