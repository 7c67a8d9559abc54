"""Numbers that tell their unit by the one they replace: "12 to 18 instead of 15 to 25 percent"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon

if TYPE_CHECKING:
    from transforms.spans import Tape

_REACH: Final = 26
"""How far a number stands from the one that it replaces, in code points."""


def with_unit_replaced(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Bare numbers before one that they replace are counted in the same; what parts the two is `[settings] instead_of`."""
    bare = (pl.col("figure_class") == "count") & (pl.col("end") == pl.col("number_end")) & (pl.col("value") > 0)
    classed = pl.col("figure_class").shift(-1).is_in(["money", "percent"]) & (pl.col("sid").shift(-1) == pl.col("sid"))
    near = (pl.col("start").shift(-1) - pl.col("end")).is_between(3, _REACH)
    ready = found.with_columns(next_start=pl.col("start").shift(-1)).with_row_index("row")
    ready = ready.filter((bare & classed & near).fill_null(value=False))
    if ready.is_empty():
        return found
    between = tape.slice("end", "next_start", ready).str.to_lowercase()
    replaced = tape.by_language(
        ready.select("doc", between=between),
        lambda language, rows: rows["between"].str.contains(
            f"^ (?:{lexicon.settings(language).get('instead_of', '$^')}) (?:\\p{{L}}{{1,9}} )?$"
        ),
    )
    ratio = pl.col("value").shift(-1).cast(pl.Float64).abs() / pl.col("value").cast(pl.Float64).abs()
    percent = pl.col("figure_class").shift(-1) == "percent"
    power = pl.when(percent).then(0.0).otherwise((ratio.log(10) / 3).round())
    marked = found.with_row_index("row").with_columns(taken=pl.col("row").is_in(ready["row"].filter(replaced).implode()))
    taken = (pl.col("taken") & power.is_between(0, 4)).fill_null(value=False)
    scale = pl.lit(10.0).pow(pl.when(taken).then(3 * power).otherwise(0.0)).cast(pl.Decimal(38, 0))
    return marked.with_columns(
        figure_class=pl.when(taken).then(pl.col("figure_class").shift(-1)).otherwise("figure_class"),
        unit=pl.when(taken).then(pl.col("unit").shift(-1)).otherwise("unit"),
        **{
            c: pl.when(taken).then((pl.col(c) * scale).cast(found.schema[c])).otherwise(c)
            for c in ("value", "value_high", "value_step")
        },
    ).drop("row", "taken")
