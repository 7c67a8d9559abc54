"""Days, months and years that a text names, as dates: sid, effective_on, ahead_on, effective_precision and their place.

How a day is written, and which words stand for one, is lexicon data; which move a date belongs to is told in `timing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.spoken import words
from transforms.spans import pattern_scan, within

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

WEEKDAY: Final = "market_weekday"
_FAR_BACK: Final = 150
"""A day without a year so many days back may as well lie ahead, where shares have not moved yet."""
_MONTHS_AHEAD: Final = 6
_LEAD: Final = 3
"""An article's first sentences, of which one may tell its date."""
_REFERENCE_REACH: Final = 8
"""How far from "closing price" its day may stand."""
_PEAK_REACH: Final = 10
"""How far from "peak" its date may stand, and "since" before it."""


def named_days(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """All dates of the articles, with `vague`, `ends` (the end of a month), `since` and date_start, date_end, date_cid."""
    found = pl.concat(
        [
            _of_weekdays(scanned, published),
            _of_words(scanned, published),
            _of_bare_days(scanned, published),
            _of_periods(scanned, published),
            _of_relatives(scanned, published),
            _of_years(scanned),
        ]
    )
    return _marked_since(pl.concat([found, _of_the_same_day(scanned, found, published)]), scanned)


def to_come(dates: pl.DataFrame, published: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add to_come: whether a date rather lies ahead of publication than far behind it ("until 31 August", told in May)."""
    known = dates.join(scanned.sentences.select("sid", "doc"), on="sid", how="left", maintain_order="left")
    exact = published.filter("exact").select("doc", "published")
    known = known.join(exact, on="doc", how="left", maintain_order="left")
    far = (pl.col("published") - pl.col("effective_on")).dt.total_days() > _FAR_BACK
    ahead = (pl.col("ahead_on") > pl.col("published")) & far
    to_come = ahead | (pl.col("effective_on") > pl.col("published"))
    return known.with_columns(to_come=to_come.fill_null(value=False)).drop("published", "doc")


def not_of_reference(dates: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Dates without those of a price that another is compared with: "30 % above Wednesday's closing price"."""
    marks = words(scanned, "reference").select(_from="start", _to="end").unique().sort("_from", maintain_order=True)
    placed = dates.sort("date_end", maintain_order=True).join_asof(
        marks.select("_from"), left_on="date_end", right_on="_from", strategy="forward", tolerance=_REFERENCE_REACH,
        check_sortedness=False,
    )  # fmt: skip
    placed = placed.sort("date_start", maintain_order=True).join_asof(
        marks.select("_to").sort("_to", maintain_order=True), left_on="date_start", right_on="_to", strategy="backward",
        tolerance=_REFERENCE_REACH, check_sortedness=False,
    )  # fmt: skip
    return placed.filter(pl.col("_from").is_null(), pl.col("_to").is_null()).drop("_from", "_to")


def _marked_since(dates: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add since: whether something holds from a date on: "its largest deal since 2016" was not made in 2016."""
    marks = words(scanned, "since_when").select(_mark="end").unique().sort("_mark", maintain_order=True)
    placed = dates.sort("date_start", maintain_order=True).join_asof(
        marks, left_on="date_start", right_on="_mark", strategy="backward", tolerance=2, check_sortedness=False
    )
    behind = words(scanned, "since_behind").select(_behind="start").unique().sort("_behind", maintain_order=True)
    placed = placed.sort("date_end", maintain_order=True).join_asof(
        behind, left_on="date_end", right_on="_behind", strategy="forward", tolerance=2, check_sortedness=False
    )  # "2021年6月以來"
    since = pl.col("_mark").is_not_null() | pl.col("_behind").is_not_null() | _of_peaks(placed, marks, scanned)
    return placed.with_columns(since=since).drop("_mark", "_behind")


def _of_peaks(dates: pl.DataFrame, marks: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether a date is that of a peak from which a share moved: "since its high in October 2020", "from its peak of May"."""
    peaks = words(scanned, "from_peak").select(_peak="start", _top="end").unique().sort("_top", maintain_order=True)
    asked = dates.select("date_start", "effective_precision").with_row_index("_i").sort("date_start", maintain_order=True)
    asked = asked.join_asof(
        peaks, left_on="date_start", right_on="_top", strategy="backward", tolerance=_PEAK_REACH, check_sortedness=False
    )
    asked = asked.sort("_peak", nulls_last=True, maintain_order=True).join_asof(
        marks.rename({"_mark": "_since"}), left_on="_peak", right_on="_since", strategy="backward", tolerance=_PEAK_REACH,
        check_sortedness=False,
    )  # fmt: skip
    of_peak = pl.col("_peak").is_not_null() & ((pl.col("effective_precision") != "day") | pl.col("_since").is_not_null())
    return asked.sort("_i", maintain_order=True).select(of_peak.fill_null(value=False)).to_series()


def published_days(scanned: Scanned) -> pl.DataFrame:
    """When each article appeared: doc, published, exact (to the day), monthly (only the month is known).

    A full date in its lead stands in for one that is not told.
    """
    docs = scanned.tape.docs
    precision = pl.col("published_precision") if "published_precision" in docs.columns else pl.lit(None, pl.String)
    told = docs.select(
        "doc",
        day=pl.col("published_at").cast(pl.Datetime("us", "UTC")).dt.date(),
        sure=precision.is_in(["day", "second"]).fill_null(value=False),
        monthly=(precision == "month").fill_null(value=False),
    )
    first = scanned.sentences.group_by("doc", maintain_order=True).agg(first=pl.col("sid").min())
    full = (
        scanned.periods.filter(pl.col("grain") == "day", pl.col("year").is_not_null(), pl.col("ordinal").is_between(1, 12))
        .filter(pl.col("day").is_between(1, 31))
        .join(first, on="doc", maintain_order="left")
        .filter(pl.col("sid") - pl.col("first") < _LEAD)
        .with_columns(written=pl.date("year", "ordinal", 1) + pl.duration(days=pl.col("day") - 1))
        .sort("start", maintain_order=True)
        .unique("doc", keep="first", maintain_order=True)
        .select("doc", written=pl.col("written").cast(pl.Date))
    )
    known = told.join(full, on="doc", how="left", maintain_order="left")
    return known.select(
        "doc",
        published=pl.coalesce("day", "written"),
        exact=pl.col("sure") | (pl.col("day").is_null() & pl.col("written").is_not_null()),
        monthly="monthly",
    )


def _dated(frame: pl.DataFrame, date: pl.Expr, precision: pl.Expr, *, vague: bool = False) -> pl.DataFrame:
    """Dates with their place; ahead_on is the date of a move to come, the same where the frame does not say otherwise.

    A vague date of month precision only repeats when the article appeared.
    """
    dated = frame.with_columns(effective_on=date.cast(pl.Date), effective_precision=precision)
    ahead = "ahead_on" if "ahead_on" in frame.columns else "effective_on"
    return (
        dated.filter(pl.col("effective_on").is_not_null())
        .with_columns(ahead_on=pl.col(ahead), vague=(pl.col("effective_precision") == "month") & vague)
        .with_columns(ends=pl.col("ends") if "ends" in frame.columns else pl.lit(value=False))
        .select(
            "sid",
            "ends",
            "effective_on",
            "ahead_on",
            "effective_precision",
            "vague",
            date_start="start",
            date_end="end",
            date_cid="cid",
        )
    )


def _of_weekdays(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Days of the week (lexicon kind `market_weekday`, codes d1 Monday to d7)."""
    found = scanned.cues_of(WEEKDAY).filter(pl.col("code") != "none").drop_nulls("sid")
    found = found.join(published, on="doc", how="left", maintain_order="left").filter(pl.col("exact") | pl.col("monthly"))
    weekday = pl.col("code").str.slice(1).cast(pl.Int64)
    back = (pl.col("published").dt.weekday().cast(pl.Int64) - weekday) % 7
    date = pl.when("exact").then(pl.col("published") - pl.duration(days=back)).otherwise("published")
    return _dated(found, date, _precision(), vague=True)


def _of_bare_days(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Days named by their number alone ("3日", "(30)", "12일"), or as day and month in brackets ("(31/8)").

    A bare day lies in the month of publication, or in the month before it where it would lie ahead.
    """
    found = within(bare_days(scanned), scanned.clauses, name="cid", columns={"sid": "sid", "doc": "doc"}).drop_nulls("sid")
    found = found.join(published, on="doc", how="left", maintain_order="left").filter(pl.col("published").is_not_null())
    day, month = pl.col("day").cast(pl.Int64), pl.col("month").cast(pl.Int64)
    found = found.filter(day.is_between(1, 31), month.is_null() | month.is_between(1, 12))
    first = pl.col("published").dt.month_start()
    ahead = pl.col("exact") & month.is_null() & (day > pl.col("published").dt.day().cast(pl.Int64))
    before = pl.col("prior").is_not_null() | ahead
    first = pl.when(before).then(first.dt.offset_by("-1mo")).otherwise(first)
    later = month > pl.col("published").dt.month().cast(pl.Int64)
    year = pl.col("published").dt.year().cast(pl.Int64) - pl.when(later).then(1).otherwise(0)
    first = pl.when(month.is_null()).then(first).otherwise(pl.date(year, pl.coalesce(month, pl.lit(1)), 1))
    date = first + pl.duration(days=day - 1)
    return _dated(found.filter(date.dt.month() == first.dt.month()), date, pl.lit("day"))


def bare_days(scanned: Scanned) -> pl.DataFrame:
    """What `_bare_days` finds on the tape, looked for once."""
    return scanned.tape.once("bare_days", lambda: scanned.tape.each(_bare_days))


def _bare_days(tape: Tape) -> pl.DataFrame:
    """What the language's settings `bare_day` and `day_month` find: start, end, prior, day, month (texts or null)."""
    settings = lexicon.settings(tape.language)
    columns = {"start": pl.Int64, "end": pl.Int64, "prior": pl.String, "day": pl.String, "month": pl.String}
    found = [pl.DataFrame(schema=columns)]
    if regex := settings.get("bare_day"):
        spans = pattern_scan(tape, str(regex), ["_before", "prior", "day", "_after"])
        found.append(spans.select(pl.col("day_start").alias("start"), "end", "prior", "day", month=pl.lit(None, pl.String)))
    if regex := settings.get("day_month"):
        spans = pattern_scan(tape, str(regex), ["_open", "day", "_slash", "month", "_close"])
        spans = spans.select("start", "end", "day", "month", prior=pl.lit(None, pl.String))
        found.append(spans.select(list(columns)))
    return pl.concat(found)


def _of_words(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Today and yesterday."""
    found = (
        words(scanned, "today", "yesterday")
        .join(published, on="doc", how="left", maintain_order="left")
        .filter(pl.col("exact") | pl.col("monthly"))
    )
    days = pl.when("exact", pl.col("code") == "yesterday").then(1).otherwise(0)
    return _dated(found, pl.col("published") - pl.duration(days=days), _precision(), vague=True)


def _of_the_same_day(scanned: Scanned, dates: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """ "That day": the day named last before it, else that of publication."""
    found = words(scanned, "same_day").sort("start", maintain_order=True)
    days = dates.filter(pl.col("effective_precision") == "day").join(
        scanned.sentences.select("sid", "doc"), on="sid", maintain_order="left"
    )
    found = found.join_asof(
        days.select("doc", "date_start", day="effective_on").sort("date_start", maintain_order=True),
        left_on="start", right_on="date_start", by="doc", strategy="backward", check_sortedness=False,
    ).join(published, on="doc", how="left", maintain_order="left")  # fmt: skip
    precision = pl.when(pl.col("day").is_not_null()).then(pl.lit("day")).otherwise(_precision())
    known = pl.when(pl.col("exact") | pl.col("monthly")).then("published")
    return _dated(found, pl.coalesce("day", known), precision, vague=True)


def _precision() -> pl.Expr:
    """How exactly a day counted back from publication is known."""
    return pl.when("exact").then(pl.lit("day")).otherwise(pl.lit("month"))


def _of_periods(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Days and months; one without a year is the last one up to publication, or up to half a year after it."""
    found = scanned.periods.filter(pl.col("grain").is_in(["day", "instant", "month"])).drop_nulls("sid")
    found = found.join(published, on="doc", how="left", maintain_order="left")
    month = pl.col("end_month").fill_null(pl.col("ordinal")) if "end_month" in found.columns else pl.col("ordinal")
    day = pl.when(pl.col("grain") == "month").then(None).otherwise(pl.col("day"))
    known = month.is_between(1, 12) & (pl.col("year").is_not_null() | pl.col("published").is_not_null())
    ends = (pl.col("grain") == "instant") & pl.col("day").is_null()
    found = found.filter(known.fill_null(value=False)).with_columns(month=month, day=day, ends=ends.fill_null(value=False))
    year = pl.col("published").dt.year().cast(pl.Int64)
    # "In July last year": the year is told.
    told = pl.when(pl.col("relative").is_in([-1, 1])).then(year + pl.col("relative"))
    found = found.with_columns(year=pl.coalesce("year", told))
    ahead = pl.col("month") - pl.col("published").dt.month().cast(pl.Int64)
    guessed = pl.when(ahead > 0).then(year - 1).otherwise(year)
    # What is still to come may lie in the next months: "steps down on 1 January".
    nearest = pl.when(ahead > _MONTHS_AHEAD).then(year - 1).when(ahead < _MONTHS_AHEAD - 12).then(year + 1).otherwise(year)
    beyond = pl.duration(days=(pl.col("day").fill_null(1) - pl.col("day").fill_null(1).clip(1, 28)))
    day = pl.col("day").fill_null(1).clip(1, 28)
    found = found.with_columns(ahead_on=(pl.date(pl.coalesce("year", nearest), pl.col("month"), day) + beyond).cast(pl.Date))
    date = pl.date(pl.coalesce("year", guessed), pl.col("month"), day) + beyond
    return _dated(found, date, pl.when(pl.col("day").is_null()).then(pl.lit("month")).otherwise(pl.lit("day")))


def _of_relatives(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Months and years counted from publication: "last month", "this year"."""
    found = scanned.periods.filter(
        pl.col("grain").is_in(["month", "year"]), pl.col("ordinal").is_null(), pl.col("year").is_null(),
        pl.col("role").is_null(), pl.col("relative").is_between(-1, 1), ~pl.col("fiscal").fill_null(value=False),
    ).drop_nulls("sid")  # fmt: skip
    found = found.join(published, on="doc", how="left", maintain_order="left").filter(pl.col("published").is_not_null())
    months = pl.col("published").dt.month_start().dt.offset_by(pl.format("{}mo", "relative"))
    years = pl.date(pl.col("published").dt.year().cast(pl.Int64) + pl.col("relative"), 1, 1)
    return _dated(found, pl.when(pl.col("grain") == "month").then(months).otherwise(years), pl.col("grain"))


def _of_years(scanned: Scanned) -> pl.DataFrame:
    """Years: the coarsest date, for moves of the past told without a closer one."""
    found = scanned.periods.filter(pl.col("grain") == "year", pl.col("year").is_not_null()).drop_nulls("sid")
    if "fiscal" in found.columns:
        found = found.filter(~pl.col("fiscal").fill_null(value=False))
    return _dated(found, pl.date(pl.col("year"), 1, 1), pl.lit("year"))
