"""The period that an article reports on, and the one that its outlook speaks of where it names none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.periods.dates import resolve
from transforms.periods.schema import PERIOD_SPANS, RESOLVED
from transforms.words import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_OLDEST: Final = {"quarter": 300, "half": 400, "nine_months": 500, "year": 600}
"""Days after its end up to which an article reports on a period; an older one is given for comparison."""
COMPARED: Final = (-2, 7)
"""How far behind a word of comparison the period begins that is compared with, in code points: they may share a preposition
("rispetto a fine 2016")."""
_HEAD: Final = 400
"""How far into an article the words for annual results stand that tell what it reports on, in code points."""


def default_period(scanned: Scanned) -> pl.DataFrame:
    """The period that each article reports on: doc and the columns of `RESOLVED`.

    The first quarter, half or nine months that the title or the lead names and that has ended, or where the article names
    none the first year with its number; else the last quarter that ended before the article's time; null without one. The
    year that has just ended goes before them where "annual results" are spoken of first.
    """
    docs, spans = _placed(scanned)
    short = pl.col("grain").is_in(["quarter", "half", "nine_months"]) & (pl.col("relative").fill_null(0) <= 0)
    short &= pl.col("ordinal").is_not_null() | pl.col("end_month").is_not_null() | (pl.col("grain") == "nine_months")
    yearly = (pl.col("grain") == "year") & pl.col("year").is_not_null()
    spans = resolve(_own(spans.filter(pl.col("role").is_null() & (short | yearly)), scanned))
    today = pl.coalesce(pl.col("published_at").dt.date(), "anchor")
    spans = spans.filter(pl.col("period_end").is_not_null() & (pl.col("period_end") <= today + pl.duration(days=20)))
    oldest = pl.col("grain").replace_strict(_OLDEST, default=_OLDEST["quarter"], return_dtype=pl.Int64)
    spans = spans.filter(pl.col("period_end") > today - pl.duration(days=oldest))
    # A year counts only where nothing shorter stands in the first paragraphs.
    spans = spans.filter(pl.col("start") - pl.col("_from") < 1500).with_columns(_year=pl.col("grain") == "year")
    first = (
        spans.sort("_year", "start", maintain_order=True)
        .unique("doc", keep="first", maintain_order=True)
        .select("doc", "start", *RESOLVED)
    )
    first = first.filter(pl.col("period_end").is_not_null())
    closed = _closed_years(scanned, docs).join(first.select("doc", "start"), on="doc", how="left", maintain_order="left")
    closed = closed.filter(pl.col("start").is_null() | (pl.col("at") < pl.col("start"))).select("doc", *RESOLVED)
    first = pl.concat([closed, first.join(closed, on="doc", how="anti", maintain_order="left").select("doc", *RESOLVED)])
    fallback = resolve(_bare(docs, grain="quarter")).select("doc", *RESOLVED)
    return pl.concat([first, fallback.join(first, on="doc", how="anti")]).sort("doc", maintain_order=True)


def _own(spans: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The spans but those that others are compared with: "rose 5 % against the first quarter"."""
    compares = (pl.col("kind") == "role") | (pl.col("kind") == "than")
    roles = scanned.cues.filter(compares & pl.col("sid").is_not_null())
    roles = roles.filter(~scanned.setting("verb_final", roles)).select("doc", _role="end").sort("_role", maintain_order=True)
    beside = spans.sort("start", maintain_order=True).join_asof(
        roles.with_columns(at=pl.col("_role") + COMPARED[0]),
        left_on="start",
        right_on="at",
        by="doc",
        strategy="backward",
        check_sortedness=False,
    )
    compared = (pl.col("start") - pl.col("_role")).is_between(*COMPARED).fill_null(value=False)
    compared &= (pl.col("grain") != "nine_months") | pl.col("year").is_not_null()  # "after nine months profit stood at"
    return beside.filter(~compared).drop("_role", "at")


def _closed_years(scanned: Scanned, docs: pl.DataFrame) -> pl.DataFrame:
    """The fiscal year that has just ended, of articles whose head speaks of annual results: doc, at and the `RESOLVED`."""
    found = words(scanned.tape, "annual")
    told = found.select(scanned.tape.doc_of(found["start"]), at="start").unique("doc", keep="first", maintain_order=True)
    told = told.join(docs.select("doc", "_from"), on="doc", how="inner", maintain_order="left")
    told = told.filter(pl.col("at") - pl.col("_from") < _HEAD)
    years = resolve(_bare(docs.join(told.select("doc"), on="doc", how="semi", maintain_order="left"), grain="year"))
    today = pl.coalesce(pl.col("published_at").dt.date(), "anchor")
    ended = years.filter(pl.col("period_end") <= today).select("doc", *RESOLVED)
    return ended.join(told.select("doc", "at"), on="doc", how="left", maintain_order="left")


def default_outlook(scanned: Scanned, *, reported: pl.DataFrame) -> pl.DataFrame:
    """The period that an outlook without one speaks of, the running fiscal year: doc and the columns of `RESOLVED`.

    `reported` is what `default_period` found.
    """
    docs, _ = _placed(scanned)
    base = reported.select("doc", base_type="period_type", base_end="period_end")
    bare = _bare(docs, grain="year").join(base, on="doc", how="left", maintain_order="left")
    return resolve(bare.with_columns(outlook=pl.lit(value=True))).select("doc", *RESOLVED).sort("doc", maintain_order=True)


def _placed(scanned: Scanned) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The articles with time and main company, and their period spans with the same columns."""
    from transforms.companies import main_company  # noqa: PLC0415  (the two modules know each other only here)

    docs = scanned.tape.docs.select("doc", "published_at", "published_precision", _from="start")
    docs = docs.join(main_company(scanned).select("doc", "company_id"), on="doc", how="left", maintain_order="left")
    spans = scanned.periods.select(list(PERIOD_SPANS))
    spans = spans.with_columns(scanned.tape.doc_of(spans["start"])).join(docs, on="doc", how="inner", maintain_order="left")
    hints = spans.group_by("doc", maintain_order=True).agg(pl.col("fye").first(), pl.col("anchor").first())
    return docs.join(hints, on="doc", how="left", maintain_order="left"), spans


def _bare(docs: pl.DataFrame, *, grain: str) -> pl.DataFrame:
    """One span an article that names nothing but its grain."""
    missing = [pl.lit(None, t).alias(c) for c, t in PERIOD_SPANS.items() if c not in docs.columns]
    return docs.with_columns(missing).with_columns(grain=pl.lit(grain))
