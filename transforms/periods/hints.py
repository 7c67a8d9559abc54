"""What a whole article says of time: the month in which a fiscal year ends, and a time where the article declares none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.periods.dates import LAG, date_of
from transforms.schemas import INSTANT
from transforms.words import words

if TYPE_CHECKING:
    from transforms.spans import Tape

_MONTH_END: Final = 28
_REPORTED: Final = "75d"
"""When an article on a quarter was written that tells nothing of its time: fiscal quarters may end a month behind those of
the calendar, and are reported within weeks."""
_FOUNDED: Final = 14
"""How far from "founded" its year may stand, in code points."""
_PARTICIPLE: Final = 20
"""How long a word may be that parts the end of a month from the year that ended with it."""


def with_hints(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Add what the whole article says of time: the end of a fiscal year, and a time where none is declared.

    Years in which a firm was founded are left out: they date nothing that is told of it.
    """
    found = found.with_columns(tape.doc_of(found["start"]))
    found = found.join(_founding(tape, found), on="start", how="anti", maintain_order="left")
    # "the year to 31 March", "2024年3月期"; "the first quarter ended April 30"; "im dritten Geschäftsquartal (Juni bis
    # August)", "entre febrero y abril, primer trimestre": the quarter's last month tells.
    yearly = found.filter((pl.col("grain") == "year") & pl.col("end_month").is_not_null()).select(
        "doc", "start", fye="end_month"
    )
    after = found.select(
        "doc",
        "start",
        "end",
        "ordinal",
        "grain",
        "end_month",
        *[
            pl.col(name).shift(step).over("doc").alias(f"{side}_{name}")
            for side, step in (("next", -1), ("last", 1))
            for name in ("start", "end", "start_month", "end_month", "grain", "ordinal")
        ],
    )
    whole = (pl.col("grain") == "quarter") & pl.col("ordinal").is_between(1, 4)
    behind = (pl.col("next_start") - pl.col("end")).is_between(0, 3)
    ahead = (pl.col("start") - pl.col("last_end")).is_between(0, 3)
    month = pl.coalesce(
        "end_month",
        pl.when(behind & ((pl.col("next_end_month") - pl.col("next_start_month")) % 12 == 2)).then("next_end_month"),
        pl.when(ahead & ((pl.col("last_end_month") - pl.col("last_start_month")) % 12 == 2)).then("last_end_month"),
    )
    quarterly = after.filter(whole & month.is_not_null()).select(
        "doc", "start", fye=(month - 3 * pl.col("ordinal") - 1) % 12 + 1
    )
    closed = after.filter(_closed_before(tape, after)).select("doc", "start", fye="last_ordinal")
    told = pl.concat([yearly, quarterly, closed]).with_columns(rank=0)
    guessed = _of_unnumbered(tape, found).with_columns(rank=1), _of_publication(tape, found).with_columns(rank=2)
    hints = (
        pl.concat([told, *guessed]).sort("rank", "start", maintain_order=True).unique("doc", keep="first", maintain_order=True)
    )
    hints = hints.select("doc", "fye")
    found = found.drop("fye", strict=False).join(hints, on="doc", how="left", maintain_order="left")
    return found.join(_anchors(tape, found), on="doc", how="left", maintain_order="left")


def _of_unnumbered(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Fiscal years by a quarter that ends off the calendar: "the quarter ended April 30", with the first number named.

    A date at such a month's end will do where quarters are said to be fiscal: "cash as of April 30, 2024".
    """
    quarter = pl.col("grain") == "quarter"
    numbered = found.filter(quarter & pl.col("ordinal").is_not_null() & pl.col("role").is_null())
    firsts = (
        numbered.sort("start", maintain_order=True)
        .unique("doc", keep="first", maintain_order=True)
        .select("doc", _which="ordinal")
    )
    fiscal = numbered.filter("fiscal").select("doc").unique()
    ended = found.filter(quarter & pl.col("ordinal").is_null() & pl.col("end_month").is_not_null() & pl.col("role").is_null())
    dated = (
        found.filter((pl.col("grain") == "day") & (pl.col("day") >= _MONTH_END) & pl.col("year").is_not_null())
        .join(fiscal, on="doc", how="semi")
        .join(_published(tape), on="doc", how="inner", maintain_order="left")
        .filter((pl.col("_pub") - date_of(pl.col("year"), pl.col("ordinal"), pl.col("day"))).dt.total_days().is_between(0, 100))
    )
    months = pl.concat(
        [ended.select("doc", "start", _month="end_month"), dated.select("doc", "start", _month="ordinal")]
    ).filter(pl.col("_month") % 3 != 0)
    fye = pl.coalesce((pl.col("_month") - 3 * pl.col("_which") - 1) % 12 + 1, pl.when(pl.col("_month") % 3 == 1).then(1))
    named = months.join(firsts, on="doc", how="left", maintain_order="left").select("doc", "start", fye=fye.cast(pl.Int64))
    return named.drop_nulls("fye")


def _of_publication(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Fiscal years by the time of the report: a fiscal quarter, or a year such as 2022/23, that has just ended."""
    step = (
        pl.when(pl.col("grain") == "quarter").then(pl.col("ordinal") * 3)
        .when(pl.col("grain") == "half").then(pl.col("ordinal") * 6)
        .when(pl.col("grain") == "nine_months").then(9)
        .when((pl.col("grain") == "year") & pl.col("split")).then(12)
    )  # fmt: skip
    spoken = found.filter((pl.col("fiscal") | pl.col("split")) & pl.col("role").is_null() & pl.col("relative").is_null())
    done = pl.col("_pub").dt.offset_by(f"-{LAG}d").dt.month().cast(pl.Int64)
    fye = ((done - 1) // 3 * 3 - pl.col("_step") - 1) % 12 + 1
    shorter = pl.col("_step") % 12 == 0
    return (
        spoken.with_columns(_step=step)
        .drop_nulls("_step")
        .join(_published(tape), on="doc", how="inner", maintain_order="left")
        .sort(shorter, "start", maintain_order=True)
        .unique("doc", keep="first", maintain_order=True)
        .select("doc", "start", fye=fye.cast(pl.Int64))
    )


def _published(tape: Tape) -> pl.DataFrame:
    """The day of publication of each article that has one: doc, _pub."""
    if "published_at" not in tape.docs.columns:
        return pl.DataFrame(schema={"doc": tape.docs.schema["doc"], "_pub": pl.Date})
    return tape.docs.select("doc", _pub=pl.col("published_at").cast(INSTANT).dt.date()).drop_nulls("_pub")


def _closed_before(tape: Tape, after: pl.DataFrame) -> pl.Series:
    """Years right behind the end of a month, with one word between: "das Ende Januar abgeschlossene Geschäftsjahr"."""
    near = (
        (pl.col("grain") == "year")
        & pl.col("last_grain").is_in(["instant", "day"])
        & pl.col("last_ordinal").is_between(1, 12)
        & (pl.col("start") - pl.col("last_end")).is_between(3, _PARTICIPLE)
    )
    between = tape.slice(pl.min_horizontal("last_end", "start").fill_null(0), "start", after)
    return after.select(near.fill_null(value=False)).to_series() & between.str.contains(r"^ \p{Ll}+ $").fill_null(value=False)


def _anchors(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """A time for articles that declare none: the latest date that the text gives in full, else after its last quarter."""
    docs = tape.docs
    if "published_at" in docs.columns:
        coarse = pl.col("published_precision") == "year" if "published_precision" in docs.columns else pl.lit(value=False)
        docs = docs.filter(pl.col("published_at").is_null() | coarse)
    spans = found.join(docs.select("doc"), on="doc", how="semi", maintain_order="left")
    month = pl.coalesce(pl.when(pl.col("grain").is_in(["day", "month", "instant"])).then("ordinal"), "end_month")
    step = pl.when(pl.col("grain") == "quarter").then(3).when(pl.col("grain") == "half").then(6)
    m = pl.coalesce("fye", pl.lit(12))
    dated = spans.filter(pl.col("year").is_not_null() & pl.col("role").is_null()).with_columns(
        _month=month, _m=m, _last=pl.when(pl.col("grain") == "nine_months").then(9).otherwise(pl.col("ordinal") * step)
    )
    full = dated.filter(pl.col("_month").is_not_null()).select(
        "doc", anchor=date_of(pl.col("year"), pl.col("_month"), pl.coalesce("day", pl.lit(28)))
    )
    closed = dated.filter(pl.col("_month").is_null() & pl.col("_last").is_not_null())
    closed = closed.select(
        "doc",
        anchor=pl.date(
            pl.col("year")
            - (pl.col("_m") < 12).cast(pl.Int64)
            + (pl.col("_m") + pl.col("_last") - 1) // 12
            - pl.when(pl.col("_m") == 12).then(1).otherwise(0),
            (pl.col("_m") + pl.col("_last") - 1) % 12 + 1,
            28,
        ).dt.offset_by(_REPORTED),
    )
    # Nothing dated: the commonest year, and the latest quarter that is named.
    named = spans.filter((pl.col("grain") == "quarter") & pl.col("ordinal").is_not_null() & pl.col("year").is_null()).sort(
        "start", maintain_order=True
    )
    named = named.unique("doc", keep="first", maintain_order=True).select("doc", _q="ordinal", _m=m)
    years = (
        spans.filter(pl.col("year").is_not_null())
        .group_by("doc", "year", maintain_order=True)
        .agg(_n=pl.len(), _at=pl.col("start").min())
    )
    years = years.sort("_n", "_at", descending=[True, False], maintain_order=True).unique(
        "doc", keep="first", maintain_order=True
    )
    guessed = years.join(named, on="doc", how="left", maintain_order="left").select(
        "doc",
        anchor=pl.date(pl.col("year"), pl.coalesce((pl.col("_q") * 3), pl.lit(12)), 28).dt.offset_by(
            pl.when(pl.col("_q").is_null()).then(pl.lit("0d")).otherwise(pl.lit(_REPORTED))
        ),
    )
    best = pl.concat([full.with_columns(_p=0), closed.with_columns(_p=0), guessed.with_columns(_p=1)]).drop_nulls("anchor")
    best = best.sort("_p", "anchor", descending=[False, True], maintain_order=True).unique(
        "doc", keep="first", maintain_order=True
    )
    return best.select("doc", pl.col("anchor").cast(pl.Date))


def _founding(tape: Tape, spans: pl.DataFrame) -> pl.DataFrame:
    """Years and months of years beside a word of founding: start."""
    # "Founded in" is one word with others, before dates since which something holds.
    marks = (
        words(tape, "market_context", longest=False)
        .filter(pl.col("code") == "founded")
        .select("start", _from="start", _to="end")
    )
    marks = marks.with_columns(tape.doc_of(marks["start"])).drop("start")
    years = spans.filter(pl.col("year").is_not_null() & pl.col("grain").is_in(["year", "month"])).select("doc", "start", "end")
    pairs = years.join(marks, on="doc", how="inner", maintain_order="left")
    gap = pl.max_horizontal(pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end"))
    return pairs.filter(gap.is_between(0, _FOUNDED)).select("start").unique(maintain_order=True)
