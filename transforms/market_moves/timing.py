"""When a move holds and how far it has come: status, session, horizon, record and date.

All from cue words and dates near the trigger; what a word of time means is lexicon data, weekday names come from the
calendar table of the reader.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.market_moves.shares import CHANGE, LEVEL, words
from transforms.spans import dictionary_scan, fold, within

if TYPE_CHECKING:
    from transforms.scan import Scanned

_SHARES: Final = (CHANGE, LEVEL)
_NO_STATUS: Final = ("share_price_level", "share_price_change", "market_share", "rating_change")
_ALWAYS_ANNOUNCED: Final = ("guidance_change",)
# The first status whose cue stands near the trigger holds; without a cue, the status of the move type.
_STATUS_CUES: Final = ("abandoned", "rumoured", "completed", "planned")
_STATUS_DEFAULT: Final = {
    "ipo": "completed",
    "product_launch": "completed",
    "capacity_change": "completed",
    "pricing": "completed",
}
_MAY_BE_COMPLETED: Final = (
    "acquisition", "divestiture", "investment", "ipo", "partnership", "market_entry", "market_exit", "expansion", "layoffs",
    "product_launch", "capacity_change", "pricing", "buyback", "executive_change",
)  # fmt: skip
_MAY_BE_ABANDONED: Final = (
    "acquisition",
    "divestiture",
    "investment",
    "ipo",
    "partnership",
    "expansion",
    "market_entry",
    "layoffs",
    "buyback",
)
_REACH: Final = 90
_CLAUSE_COST: Final = 25
_DATE_REACH: Final = 120
_SENTENCES_BACK: Final = 2
_SESSIONS: Final = {"after_hours": "after_hours", "pre_market": "pre_market", "close": "regular", "open": "regular"}
_HORIZONS: Final = {
    "this_week": "week", "this_month": "month", "year_to_date": "year_to_date", "past_year": "year", "since_ipo": "since_ipo",
    "from_peak": "from_peak", "today": "day", "yesterday": "day",
}  # fmt: skip
_RECORDS: Final = {"record": "record"}


def with_status(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add status: what the surest cue near the trigger says, else what the move type implies."""
    rows = moves.with_row_index("row")
    cues = words(scanned, *_STATUS_CUES).select("sid", cue="code", cue_start="start", cue_end="end", cue_cid="cid")
    gap = pl.max_horizontal(pl.col("cue_start") - pl.col("trigger_end"), pl.col("trigger_start") - pl.col("cue_end"), pl.lit(0))
    told = (
        rows.select("row", "sid", "cid", "trigger_start", "trigger_end", "move_type")
        .join(cues, on="sid", how="inner")
        .with_columns(cost=gap + _CLAUSE_COST * (pl.col("cue_cid") - pl.col("cid")).abs())
        .filter(pl.col("cost") <= _REACH)
        .filter((pl.col("cue") != "completed") | pl.col("move_type").is_in(_MAY_BE_COMPLETED))
        .filter((pl.col("cue") != "abandoned") | pl.col("move_type").is_in(_MAY_BE_ABANDONED))
        .group_by("row")
        .agg(told=pl.col("cue").unique())
    )
    implied = pl.col("move_type").replace_strict(_STATUS_DEFAULT, default="announced", return_dtype=pl.String)
    by_cue = [pl.when(pl.col("told").list.contains(cue).fill_null(value=False)).then(pl.lit(cue)) for cue in _STATUS_CUES]
    always = pl.when(pl.col("move_type").is_in(_ALWAYS_ANNOUNCED)).then(pl.lit("announced"))
    status = pl.when(~pl.col("move_type").is_in(_NO_STATUS)).then(pl.coalesce(always, *by_cue, implied))
    return rows.join(told, on="row", how="left", maintain_order="left").with_columns(status=status).drop("told", "row")


def with_session(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add session, horizon and is_record of share moves: the nearest cue of the clause, else of the sentence."""
    shares = pl.col("move_type").is_in(_SHARES)
    for column, codes in (("session", _SESSIONS), ("horizon", _HORIZONS), ("is_record", _RECORDS)):
        cues = words(scanned, *codes).select(
            "sid",
            cue_start="start",
            cue_end="end",
            cue_cid="cid",
            cue=pl.col("code").replace_strict(codes, return_dtype=pl.String),
        )
        rows = moves.with_row_index("row")
        gap = pl.max_horizontal(
            pl.col("cue_start") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("cue_end"), pl.lit(0)
        )
        best = (
            rows.filter(shares)
            .select("row", "sid", "cid", "anchor_start", "anchor_end")
            .join(cues, on="sid", how="inner")
            .with_columns(cost=gap + _CLAUSE_COST * (pl.col("cue_cid") - pl.col("cid")).abs())
            .sort("row", "cost", "cue_start")
            .unique("row", keep="first", maintain_order=True)
            .select("row", pl.col("cue").alias(column))
        )
        moves = rows.join(best, on="row", how="left", maintain_order="left").drop("row")
    day = pl.col("session").is_not_null() & (pl.col("move_type") == CHANGE)
    return moves.with_columns(
        horizon=pl.when(shares).then(pl.coalesce("horizon", pl.when(day).then(pl.lit("day")))),
        is_record=(pl.col("move_type") == LEVEL) & pl.col("is_record").is_not_null(),
    )


@lru_cache(maxsize=32)
def _weekdays(language: str) -> pl.DataFrame:
    """Names of weekdays: pattern, open_left, open_right, kind, weekday (1 is Monday)."""
    document = tomllib.loads((resources.files("transforms") / "reading" / "calendar.toml").read_text(encoding="utf-8"))
    days = document.get("days", {}).get(language, [])
    least = 2 if language in ("zh", "ja", "ko") else 4
    rows = [(fold(name), False, True, "weekday", n + 1) for n, names in enumerate(days) for name in names if len(name) >= least]
    schema = {"pattern": pl.String, "open_left": pl.Boolean, "open_right": pl.Boolean, "kind": pl.String, "weekday": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def with_date(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add effective_on and effective_precision: the day or month named nearest to the trigger in its sentence.

    A weekday is the last such day on or before publication, a month or day without a year the last such one.
    """
    published = scanned.tape.docs.select(
        "doc",
        published=pl.col("published_at").cast(pl.Datetime("us", "UTC")).dt.date(),
        exact=pl.col("published_precision").is_in(["day", "second"])
        if "published_precision" in scanned.tape.docs.columns
        else pl.lit(value=False),
    )
    dates = pl.concat([_of_weekdays(scanned, published), _of_words(scanned, published), _of_periods(scanned, published)])
    rows = moves.with_row_index("row")
    gap = pl.max_horizontal(pl.col("date_start") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("date_end"), pl.lit(0))
    best = (
        rows.select("row", "sid", "cid", "anchor_start", "anchor_end")
        .join(dates, on="sid", how="inner")
        .with_columns(cost=gap + _CLAUSE_COST * (pl.col("date_cid") - pl.col("cid")).abs())
        .filter(pl.col("cost") <= _DATE_REACH)
        .sort("row", "cost", "date_start")
        .unique("row", keep="first", maintain_order=True)
        .select("row", "effective_on", "effective_precision")
    )
    dated = rows.join(best, on="row", how="left", maintain_order="left").drop("row")
    return _share_days(dated, dates, published, scanned)


def _share_days(moves: pl.DataFrame, dates: pl.DataFrame, published: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Days of a trading session told without one: the day of the sentence before, else that of publication."""
    days = dates.filter(pl.col("effective_precision") == "day").sort("date_start")
    days = days.join(scanned.sentences.select("sid", "doc"), on="sid", how="inner").select(
        "doc", "date_start", day="effective_on", day_sid="sid"
    )
    rows = moves.with_row_index("row")
    open_ = rows.filter(
        pl.col("move_type").is_in(_SHARES), pl.col("effective_on").is_null(), pl.col("session").is_not_null(),
        pl.col("horizon").is_null() | (pl.col("horizon") == "day"),
    )  # fmt: skip
    found = (
        open_.select("row", "doc", "sid", "anchor_start")
        .sort("anchor_start")
        .join_asof(
            days.sort("date_start"),
            left_on="anchor_start",
            right_on="date_start",
            by="doc",
            strategy="backward",
            check_sortedness=False,
        )
        .join(published, on="doc", how="left")
        .select(
            "row",
            day=pl.when(pl.col("sid") - pl.col("day_sid") <= _SENTENCES_BACK)
            .then("day")
            .otherwise(pl.when(pl.col("exact").fill_null(value=False)).then("published")),
        )
    )
    joined = rows.join(found, on="row", how="left", maintain_order="left").drop("row")
    return joined.with_columns(
        effective_on=pl.coalesce("effective_on", "day"),
        effective_precision=pl.coalesce("effective_precision", pl.when(pl.col("day").is_not_null()).then(pl.lit("day"))),
    ).drop("day")


def _dated(frame: pl.DataFrame, date: pl.Expr, precision: pl.Expr) -> pl.DataFrame:
    return (
        frame.with_columns(effective_on=date.cast(pl.Date), effective_precision=precision)
        .filter(pl.col("effective_on").is_not_null())
        .select("sid", "effective_on", "effective_precision", date_start="start", date_end="end", date_cid="cid")
    )


def _of_weekdays(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    found = scanned.tape.each(lambda tape: dictionary_scan(tape, _weekdays(tape.language)))
    if "pattern" in found.columns:  # of "pazar" and "pazartesi" the longer name holds
        longest = pl.col("pattern").str.len_chars().max().over("start", "end")
        found = found.filter(pl.col("pattern").str.len_chars() == longest)
    placed = within(found, scanned.clauses, name="cid", columns={"sid": "sid", "doc": "doc"}).drop_nulls("sid")
    placed = placed.join(published, on="doc", how="left").filter(pl.col("exact").fill_null(value=False))
    back = (pl.col("published").dt.weekday().cast(pl.Int64) - pl.col("weekday")) % 7
    return _dated(placed, pl.col("published") - pl.duration(days=back), pl.lit("day"))


def _of_words(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Today and yesterday."""
    found = (
        words(scanned, "today", "yesterday")
        .join(published, on="doc", how="left")
        .filter(pl.col("exact").fill_null(value=False))
    )
    days = pl.when(pl.col("code") == "yesterday").then(1).otherwise(0)
    return _dated(found, pl.col("published") - pl.duration(days=days), pl.lit("day"))


def _of_periods(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Days and months; one without a year is the last one up to publication, or up to half a year after it."""
    found = scanned.periods.filter(pl.col("grain").is_in(["day", "instant", "month"])).drop_nulls("sid")
    found = found.join(published, on="doc", how="left")
    month = pl.col("end_month").fill_null(pl.col("ordinal")) if "end_month" in found.columns else pl.col("ordinal")
    day = pl.when(pl.col("grain") == "month").then(None).otherwise(pl.col("day"))
    known = month.is_between(1, 12) & (pl.col("year").is_not_null() | pl.col("published").is_not_null())
    found = found.filter(known.fill_null(value=False)).with_columns(month=month, day=day)
    year = pl.col("published").dt.year().cast(pl.Int64)
    later = pl.col("month") > pl.col("published").dt.month().cast(pl.Int64)
    guessed = pl.when(later).then(year - 1).otherwise(year)
    full = pl.date(pl.coalesce("year", guessed), pl.col("month"), pl.col("day").fill_null(1).clip(1, 28))
    exact = full + pl.duration(days=(pl.col("day").fill_null(1) - pl.col("day").fill_null(1).clip(1, 28)))
    return _dated(found, exact, pl.when(pl.col("day").is_null()).then(pl.lit("month")).otherwise(pl.lit("day")))
