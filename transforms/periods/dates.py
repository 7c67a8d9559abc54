"""Parts to dates: what a period span says, set against the publication time and the fiscal calendar of a company."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.periods.schema import RESOLVED

_TOO_FAR: Final = 10
"""A quarter that ends so many months ahead is no quarter that an outlook without a year speaks of."""
LAG: Final = 10
"""Days after a quarter's end before which nobody has reported on it."""


_IN_SPRING: Final = 5
"""The last month of a fiscal year that mostly lies in the calendar year before: its quarters are called by either."""
_IN_WINTER: Final = 2
"""The last month of a fiscal year that nearly is the calendar year before."""


def fiscal_months() -> pl.DataFrame:
    """company_id and fye, the month in which its fiscal year ends; 12 where it is not known."""
    from transforms.companies import dim_company  # noqa: PLC0415  (companies reads no periods, but both are large tables)

    return dim_company().select("company_id", fye=pl.col("fiscal_year_end").str.slice(2, 2).cast(pl.Int64, strict=False))


def resolve(frame: pl.DataFrame) -> pl.DataFrame:
    """Add period_type, period_start, period_end (Date) and fiscal_period to period spans.

    Needs the columns of `PERIOD_SPANS`, company_id, published_at and published_precision. Further columns are used where
    they are there: `outlook` (Boolean: the fact speaks of the future, so that "the full year" is the running one), `fye`
    (Int: the month in which the fiscal year ends, over what is known of the company), and for comparatives `base_type`
    and `base_end` (type and end of the period compared with; else the last quarter that ended before publication).
    A fiscal year is named by the year in which it ends; 52/53-week years are taken to end with the nearest month. Without
    a publication time only what names its year is resolved. A day comes out as an instant.
    """
    if frame.is_empty():
        return frame.with_columns([pl.lit(None, t).alias(c) for c, t in RESOLVED.items()])
    had = [c for c in frame.columns if c not in RESOLVED]
    optional = {
        "outlook": pl.Boolean(),
        "fye": pl.Int64(),
        "anchor": pl.Date(),
        "base_type": pl.String(),
        "base_end": pl.Date(),
    }
    frame = frame.select(had).with_columns([pl.lit(None, t).alias(c) for c, t in optional.items() if c not in had])
    known = fiscal_months().rename({"fye": "_fye"})
    # Lazy: as one plan it costs a third of what a dozen small steps cost, and small frames are the rule here.
    f = frame.lazy().join(known.lazy(), on="company_id", how="left", maintain_order="left")
    f = f.with_columns(
        m=pl.coalesce("_fye", "fye", pl.lit(12)),
        own=pl.coalesce("_fye", "fye").is_not_null(),
        ahead=pl.col("outlook").fill_null(value=False),
        pub=pl.coalesce(
            pl.when(pl.col("published_precision") == "month")
            .then(pl.col("published_at").dt.date().dt.offset_by("14d"))
            .when(pl.col("published_precision") == "year")
            .then(None)
            .otherwise(pl.col("published_at").dt.date()),
            "anchor",
        ),
    )
    # Months are counted from year 0; `now` is the running one, `done` the last one whose end is at least LAG days past.
    f = f.with_columns(
        now=pl.col("pub").dt.year().cast(pl.Int64) * 12 + pl.col("pub").dt.month().cast(pl.Int64) - 1,
        past=pl.col("pub").dt.offset_by(f"-{LAG}d"),
    )
    f = f.with_columns(done=pl.col("past").dt.year().cast(pl.Int64) * 12 + pl.col("past").dt.month().cast(pl.Int64) - 2)
    # The last month of the quarter and of the year that ended last; a base says which quarter was reported.
    based = (pl.col("base_type") == "quarter") & pl.col("base_end").is_not_null() & pl.col("ahead")
    f = f.with_columns(
        done=pl.when(based)
        .then(pl.col("base_end").dt.year().cast(pl.Int64) * 12 + pl.col("base_end").dt.month().cast(pl.Int64) - 1)
        .otherwise("done")
    )
    f = f.with_columns(
        last_q=pl.col("done") - (pl.col("done") - (pl.col("m") - 1)) % 3,
        last_y=pl.col("done") - (pl.col("done") - (pl.col("m") - 1)) % 12,
    )
    f = f.with_columns(
        _length=pl.col("grain").replace_strict(
            {"quarter": 3, "half": 6, "nine_months": 9, "year": 12, "month": 1, "instant": 1},
            default=None,
            return_dtype=pl.Int64,
        )
    )
    f = f.with_columns(_last=_last_month(), _exact=_exact_day())
    type_ = (
        pl.when(pl.col("grain") == "day")
        .then(pl.lit("instant"))
        .otherwise(pl.coalesce("grain", "base_type", pl.lit("quarter")))
    )
    f = f.with_columns(_type=type_)
    size = pl.col("_type").replace_strict(
        {"quarter": 3, "half": 6, "nine_months": 9, "year": 12, "month": 1}, default=None, return_dtype=pl.Int64
    )
    end = pl.coalesce("_exact", _month_end(pl.col("_last")))
    f = f.with_columns(_end=end, _size=size)
    f = f.with_columns(
        _start=pl.when(pl.col("_size").is_not_null() & pl.col("_end").is_not_null()).then(
            _month_start(
                pl.col("_end").dt.year().cast(pl.Int64) * 12 + pl.col("_end").dt.month().cast(pl.Int64) - pl.col("_size")
            )
        )
    )
    f = f.with_columns(_fiscal=fiscal_name(pl.col("_type"), pl.col("_end"), pl.col("m")))
    return f.select(*had, period_type="_type", period_start="_start", period_end="_end", fiscal_period="_fiscal").collect()


def year_to_date(frame: pl.DataFrame) -> pl.DataFrame:
    """The part of its fiscal year that ends with each row: the columns of `RESOLVED`, in the order of the rows.

    Needs company_id, fye (see `resolve`) and period_end. All null where no quarter, half, nine months or year ends then.
    """
    known = fiscal_months().rename({"fye": "_fye"})
    rows = frame.select("company_id", "fye", "period_end").join(known, on="company_id", how="left", maintain_order="left")
    rows = rows.with_columns(m=pl.coalesce("_fye", "fye", pl.lit(12)))
    months = (pl.col("period_end").dt.month().cast(pl.Int64) - pl.col("m") - 1) % 12 + 1
    whole = pl.col("period_end") == pl.col("period_end").dt.month_end()
    rows = rows.with_columns(
        months=months,
        period_type=pl.when(whole).then(
            months.replace_strict({3: "quarter", 6: "half", 9: "nine_months", 12: "year"}, default=None, return_dtype=pl.String)
        ),
    )
    named = pl.col("period_type").is_not_null()
    start = pl.col("period_end").dt.month_start().dt.offset_by(pl.format("-{}mo", pl.col("months") - 1))
    return rows.select(
        "period_type",
        period_start=pl.when(named).then(start),
        period_end=pl.when(named).then("period_end"),
        fiscal_period=pl.when(named).then(fiscal_name(pl.col("period_type"), pl.col("period_end"), pl.col("m"))),
    )


def date_of(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date; null where the month or the day cannot be one, the month's last day where it is shorter."""
    fine = year.is_between(1, 9998) & month.is_between(1, 12) & day.is_between(1, 31)
    first = pl.date(pl.when(fine).then(year), pl.when(fine).then(month), 1)
    return pl.min_horizontal(first + pl.duration(days=pl.when(fine).then(day) - 1), first.dt.month_end())


def _month_end(month: pl.Expr) -> pl.Expr:
    """The last day of a month counted from year 0."""
    return pl.date(month // 12, month % 12 + 1, 1).dt.month_end()


def _month_start(month: pl.Expr) -> pl.Expr:
    return pl.date(month // 12, month % 12 + 1, 1)


def fiscal_name(kind: pl.Expr, end: pl.Expr, fye: pl.Expr) -> pl.Expr:
    """FY2021Q1, FY2021H1, FY2021M9 or FY2021; null for months and instants, and where the end is no border."""
    last = end.dt.month().cast(pl.Int64)
    year = end.dt.year().cast(pl.Int64) + (last > fye).cast(pl.Int64)
    within = (last - fye - 1) % 12 + 1  # the month's number within the fiscal year
    name = pl.lit("FY") + year.cast(pl.String)
    return (
        pl.when((kind == "year") & (within == 12))
        .then(name)
        .when((kind == "quarter") & (within % 3 == 0))
        .then(name + "Q" + (within // 3).cast(pl.String))
        .when((kind == "half") & (within % 6 == 0))
        .then(name + "H" + (within // 6).cast(pl.String))
        .when((kind == "nine_months") & (within == 9))
        .then(name + "M9")
    )


def _exact_day() -> pl.Expr:
    """Days that the text gives, or a weekday or "yesterday" before publication."""
    year = pl.col("year")
    month = pl.when(pl.col("grain") == "day").then("ordinal").otherwise("end_month")
    guess = pl.col("pub").dt.year().cast(pl.Int64) - (month > pl.col("pub").dt.month()).cast(pl.Int64)
    given = date_of(pl.coalesce(year, guess), month, pl.col("day"))
    daily = pl.col("published_precision").is_in(["day", "second"])
    back = (pl.col("pub").dt.weekday().cast(pl.Int64) - pl.col("weekday")) % 7
    weekday = pl.when(daily).then(pl.col("pub").dt.offset_by(pl.format("-{}d", back)))
    today = pl.when(daily).then(pl.col("pub").dt.offset_by(pl.format("{}d", pl.col("relative"))))
    return (
        pl.when((pl.col("grain") == "day") & pl.col("day").is_not_null() & month.is_not_null())
        .then(given)
        .when((pl.col("grain") == "day") & pl.col("weekday").is_not_null())
        .then(weekday)
        .when((pl.col("grain") == "day") & pl.col("relative").is_not_null() & pl.col("ordinal").is_null())
        .then(today)
    )


def _latest(month_of_year: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """The last month (counted from year 0) with this place in the calendar year (1-12) that is not after `limit`."""
    return limit - (limit - (month_of_year - 1)) % 12


def _coming(month: pl.Expr, grain: pl.Expr, *, done: pl.Expr, now: pl.Expr) -> pl.Expr:
    """The last month of what an outlook speaks of; a quarter that has just ended is that one, not the one a year later."""
    coming = _latest(month, done + 12)
    return coming - pl.when((grain == "quarter") & (coming - now >= _TOO_FAR)).then(12).otherwise(0)


def _last_month() -> pl.Expr:
    """The last month of each period, counted from year 0."""
    m, year, which = pl.col("m"), pl.col("year"), pl.col("ordinal")
    grain, relative = pl.col("grain"), pl.col("relative")
    now, done, last_q, last_y, ahead = pl.col("now"), pl.col("done"), pl.col("last_q"), pl.col("last_y"), pl.col("ahead")
    off_calendar = pl.col("own") & (m != 12)

    # A numbered quarter, half or nine months: its last month within the fiscal year, then the year.
    step = (
        pl.when(grain == "quarter")
        .then(which * 3)
        .when(grain == "half")
        .then(which * 6)
        .when(grain == "nine_months")
        .then(9)
        .when(grain == "year")
        .then(12)
    )
    place = (m + step - 1) % 12 + 1  # in the calendar year
    fiscal_end = (year - 1) * 12 + (m - 1) + step
    calendar_end = year * 12 + step - 1
    # Newspapers say "third quarter of 2022" of a firm with its own calendar in both senses: the one nearer to the news.
    far = (fiscal_end - now).abs()
    near = (_latest(place, year * 12 + 11) - now).abs()
    # Where the year ends in spring, what has ended by now is the one that mostly lies in the year named: of a firm whose
    # year ends in January, "the first quarter of 2022" is told in May 2022 of the three months to April.
    named = off_calendar & ~pl.col("fiscal").fill_null(value=False)
    with_year = (
        pl.when(off_calendar & ~pl.col("fiscal") & (near < far) & (fiscal_end > now + 3))
        .then(_latest(place, year * 12 + 11))
        .when(named & (m <= _IN_SPRING) & (fiscal_end + 12 < now))
        .then(fiscal_end + 12)
        .when(named & ahead & (grain == "quarter") & (fiscal_end < now - 2))  # nobody foretells what is over
        .then(fiscal_end + 12)
        .when(off_calendar | pl.col("fiscal"))
        .then(fiscal_end)
        .otherwise(calendar_end)
    )
    # Without a year: the last one that has begun; for an outlook the first that has not ended.
    begun = _latest(place, now + pl.when(grain == "quarter").then(2).when(grain == "half").then(5).otherwise(0))
    told = pl.col("pub").dt.year().cast(pl.Int64) + relative  # "last year's third quarter", "去年12月"
    numbered = (
        pl.when(year.is_not_null())
        .then(with_year)
        .when(relative.is_not_null() & ~off_calendar)
        .then(told * 12 + step - 1)
        .when(ahead)
        .then(_coming(place, grain, done=done, now=now))
        .otherwise(begun)
    )

    # Units that are only related to the time of writing.
    quarter = (
        pl.when(relative == -1)
        .then(last_q)
        .when(relative == 1)
        .then(last_q + 3)
        .when(relative == 0)
        .then(last_q + 3)
        .when(ahead)
        .then(last_q + 3)
        .otherwise(last_q)
    )
    half = last_q - (last_q - (m - 1)) % 6
    half = pl.when(ahead | (relative >= 0)).then(half + 6).otherwise(half)
    running = last_y + 12
    just_closed = last_q == last_y
    year_word = (
        pl.when(relative == -1)
        .then(
            pl.when(just_closed & off_calendar)
            .then(last_y)
            .otherwise((now // 12) * 12 - 12 + m - 1 + pl.when(off_calendar & (m <= 6)).then(12).otherwise(0))
        )
        .when(relative == 0)
        .then(running)
        .when(relative == 1)
        .then(pl.when(just_closed & (off_calendar | pl.col("fiscal"))).then(running).otherwise(running + 12))
        .when(ahead)
        .then(running)
        .otherwise(pl.when(just_closed).then(last_y).otherwise(running))
    )
    year_end = year * 12 + m - 1
    # Retailers name their years by the one in which they begin: an outlook for "fiscal 2019" in May of it.
    over = ahead & off_calendar & (m <= _IN_WINTER) & (year_end < now - 1) & (year_end + 12 >= now)
    year_end += pl.when(over.fill_null(value=False)).then(12).otherwise(0)
    bare_year = (
        pl.when(named & (m <= _IN_WINTER) & (year_end + 12 < now))
        .then(year_end + 12)
        .when(off_calendar | pl.col("fiscal"))
        .then(year_end)
        .otherwise(year * 12 + 11)
    )
    month = (
        pl.when(year.is_not_null())
        .then(year * 12 + which - 1)
        .when(pl.col("start_month").is_not_null())  # "next June"
        .then(_latest(which, now + 12))
        .when(relative.is_not_null())
        .then(told * 12 + which - 1)
        .otherwise(pl.when(ahead).then(_latest(which, now + 11)).otherwise(_latest(which, now)))
    )
    month_word = pl.when(relative == -1).then(now - 1).when(relative == 1).then(now + 1).when(relative == 0).then(now)
    ranged = pl.col("end_month").is_not_null()
    range_end = (
        pl.when(year.is_not_null())
        .then(year * 12 + pl.col("end_month") - 1)
        .otherwise(
            pl.when(ahead)
            .then(_coming(pl.col("end_month"), grain, done=done, now=now))
            .when(pl.col("start_month").is_not_null())
            .then(_latest(pl.col("end_month"), now + (pl.col("end_month") - pl.col("start_month")) % 12))
            .otherwise(_latest(pl.col("end_month"), now))
        )
    )
    comparative = pl.col("role") == "comparative"
    base = (
        pl.when(pl.col("base_end").is_not_null())
        .then(pl.col("base_end").dt.year().cast(pl.Int64) * 12 + pl.col("base_end").dt.month().cast(pl.Int64) - 1)
        .otherwise(last_q)
    )
    base_size = pl.coalesce(
        pl.col("base_type").replace_strict(
            {"quarter": 3, "half": 6, "nine_months": 9, "year": 12, "month": 1}, default=None, return_dtype=pl.Int64
        ),
        pl.lit(3),
    )
    back = pl.when(pl.col("compared_to") == "previous_period").then(base_size).otherwise(12)
    earlier = (
        pl.when((grain == "year") & (pl.col("base_type").fill_null("") != "year"))
        .then(last_y - pl.when(just_closed & ~ahead).then(12).otherwise(0))
        .when(which.is_not_null() & (grain == "quarter"))
        .then(begun - 12)
        .when(which.is_not_null() & (grain == "month"))
        .then(month - 12)
        .otherwise(base - back)
    )
    instant = (
        pl.when(which.is_not_null())
        .then(month)
        .when(pl.col("start_month") == 12)
        .then(pl.when(year.is_not_null()).then(bare_year).when(ahead).then(running).otherwise(last_y))
        .when(year.is_not_null())
        .then(bare_year)
        .otherwise(last_q)
    )
    return (
        pl.when(comparative)
        .then(earlier)
        .when(ranged)
        .then(range_end)
        .when((grain == "quarter") & which.is_not_null())
        .then(numbered)
        .when(grain == "quarter")
        .then(quarter)
        .when((grain == "half") & which.is_not_null())
        .then(numbered)
        .when(grain == "half")
        .then(half)
        .when(grain == "nine_months")
        .then(pl.when(year.is_not_null()).then(with_year).otherwise(_latest(place, now)))
        .when((grain == "year") & year.is_not_null())
        .then(bare_year)
        .when(grain == "year")
        .then(year_word)
        .when((grain == "month") & which.is_not_null())
        .then(month)
        .when(grain == "month")
        .then(month_word)
        .when(grain == "instant")
        .then(instant)
    )
