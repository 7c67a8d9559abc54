"""When a move holds and how far it has come: status, session, horizon, record and date.

All from cue words and dates near the trigger; what a word of time means, and how a day is written, is lexicon data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.market_moves.spoken import CHANGE, LEVEL, words
from transforms.spans import pattern_scan, within

if TYPE_CHECKING:
    from transforms.scan import Scanned
    from transforms.spans import Tape

_SHARES: Final = (CHANGE, LEVEL)
_NO_STATUS: Final = ("share_price_level", "share_price_change", "market_share", "rating_change")
_ALWAYS_ANNOUNCED: Final = ("guidance_change", "regulatory_action")
_MADE_PUBLIC: Final = ("layoffs", "executive_change", "buyback", "legal_action", "partnership", "acquisition", "divestiture")
"""Moves that are announced, not planned, when a mere future tells them: "will lay off 100 people"."""
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
_INSTALLED: Final = ("executive_change", "layoffs")
"""Moves of people, done where a verb of the past tells them: "has left", "was appointed"."""
_REACH: Final = 90
_CLAUSE_COST: Final = 25
_DATE_REACH: Final = 200
_SENTENCES_BACK: Final = 2
_RECENT: Final = 21
"""Days; one named before a share's move that lies farther back is that of something else, as of a quarter's end."""
_YEAR_COST: Final = 40
_EXPECTED_REACH: Final = 30
"""How far from a word for a deal done one may stand that only expects it."""
_REFERENCE_REACH: Final = 8
"""How far from "closing price" its day may stand."""
_LEAD: Final = 3
"""An article's first sentences, of which one may tell its date."""
_VAGUE_COST: Final = 60
"""A day that only tells the month of publication stands behind a date that is written out."""
_LONG_PAST: Final = {
    "acquisition": 200, "divestiture": 200, "investment": 60, "ipo": 30, "executive_change": 30, "market_exit": 60,
    "market_entry": 30,
}  # fmt: skip
"""Moves that are done, whatever the tense, when they ended so many days before publication."""
_SETTLED: Final = ("announced", "planned")
_MONTHS_AHEAD: Final = 6
_NEVER_YEARS: Final = (*_SHARES, "guidance_change")
"""Moves of a day, whose sentence names the year of something else: "cut its forecast for 2024"."""
_AT_THE_END: Final = (
    "market_share",
    "market_exit",
    "market_entry",
    "pricing",
    "executive_change",
    "capacity_change",
    "layoffs",
)
"""Moves that hold at the end of a month where that is named, not some day late in it."""
_LASTING: Final = ("market_exit", "market_entry", "pricing", "product_launch")
"""Moves that hold from a date on: "has not sold there since 23 August"."""
_FAR_BACK: Final = 150
"""A day without a year so many days back may as well lie ahead, where shares have not moved yet."""
_MAY_COME: Final = (
    "executive_change", "expansion", "market_entry", "market_exit", "pricing", "layoffs", "capacity_change", "acquisition",
    "divestiture",
)  # fmt: skip
"""Moves told before they take effect, so that a month without a year may lie ahead."""
_WEEKDAY: Final = "market_weekday"
_SESSIONS: Final = {"after_hours": "after_hours", "pre_market": "pre_market", "close": "regular", "open": "regular"}
_HORIZONS: Final = {
    "this_week": "week", "this_month": "month", "year_to_date": "year_to_date", "past_year": "year", "since_ipo": "since_ipo",
    "from_peak": "from_peak", "today": "day", "yesterday": "day",
}  # fmt: skip
_RECORDS: Final = {"record": "record"}


def with_status(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add status: what the surest cue near the trigger says, else what the move type implies."""
    rows = moves.with_row_index("row")
    cues = words(scanned, *_STATUS_CUES, "future", "installed").select(
        "sid", cue="code", cue_start="start", cue_end="end", cue_cid="cid"
    )
    cues = _not_yet(cues, scanned)
    gap = pl.max_horizontal(pl.col("cue_start") - pl.col("trigger_end"), pl.col("trigger_start") - pl.col("cue_end"), pl.lit(0))
    # "Microsoft plans to cut 10,000 jobs, Google announced 12,000 cuts": a plan is that of the cuts in its clause.
    cuts = rows.filter(pl.col("move_type") == "layoffs").select(cue_cid="cid").unique().with_columns(_owned=pl.lit(value=True))
    others = (pl.col("move_type") == "layoffs") & (pl.col("cue") == "planned") & (pl.col("cue_cid") != pl.col("cid"))
    told = (
        rows.select("row", "sid", "cid", "trigger_start", "trigger_end", "move_type")
        .join(cues.join(cuts, on="cue_cid", how="left", maintain_order="left"), on="sid", how="inner", maintain_order="left")
        .filter(~(others & pl.col("_owned").fill_null(value=False)))
        .with_columns(cost=gap + _CLAUSE_COST * (pl.col("cue_cid") - pl.col("cid")).abs())
        .filter(pl.col("cost") <= _REACH)
        .filter((pl.col("cue") != "completed") | pl.col("move_type").is_in(_MAY_BE_COMPLETED))
        .filter((pl.col("cue") != "abandoned") | pl.col("move_type").is_in(_MAY_BE_ABANDONED))
        .filter((pl.col("cue") != "installed") | pl.col("move_type").is_in(_INSTALLED))
        .group_by("row", "move_type", maintain_order=True)
        .agg(told=pl.col("cue").unique())
        .explode("told")
        # "Was appointed and will take office in May": what is to come is not done.
        .filter((pl.col("told") != "installed") | ~(pl.col("told") == "future").any().over("row"))
        .filter((pl.col("told") != "future") | ~pl.col("move_type").is_in(_MADE_PUBLIC))
        .filter((pl.col("told") != "planned") | (pl.col("move_type") != "buyback"))
        .group_by("row", maintain_order=True)
        .agg(told=pl.col("told").replace({"future": "planned", "installed": "completed"}).unique())
    )
    implied = pl.col("move_type").replace_strict(_STATUS_DEFAULT, default="announced", return_dtype=pl.String)
    by_cue = [pl.when(pl.col("told").list.contains(cue).fill_null(value=False)).then(pl.lit(cue)) for cue in _STATUS_CUES]
    always = pl.when(pl.col("move_type").is_in(_ALWAYS_ANNOUNCED)).then(pl.lit("announced"))
    status = pl.when(~pl.col("move_type").is_in(_NO_STATUS)).then(pl.coalesce(always, *by_cue, implied))
    return rows.join(told, on="row", how="left", maintain_order="left").with_columns(status=status).drop("told", "row")


def _not_yet(cues: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Cues without those of a deal done where their clause only expects it: "due to be completed in June"."""
    awaited = words(scanned, "expected").select("cid", _from="start", _to="end")
    done = cues.filter(pl.col("cue") == "completed").select("cue_cid", "cue_start", "cue_end")
    pairs = done.join(awaited, left_on="cue_cid", right_on="cid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("cue_start") - pl.col("_to"), pl.col("_from") - pl.col("cue_end"))
    expected = pairs.filter(gap <= _EXPECTED_REACH).select("cue_start").unique().with_columns(cue=pl.lit("completed"))
    return cues.join(expected, on=["cue_start", "cue"], how="anti", maintain_order="left")


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
            .select("row", "sid", "cid", "anchor_start", "anchor_end", *({"session"} & set(rows.columns)))
            .join(cues, on="sid", how="inner", maintain_order="left")
            .filter(_of_its_clause(column))
            .with_columns(cost=gap + _CLAUSE_COST * (pl.col("cue_cid") - pl.col("cid")).abs())
            .sort("row", "cost", "cue_start", maintain_order=True)
            .unique("row", keep="first", maintain_order=True)
            .select("row", pl.col("cue").alias(column))
        )
        moves = rows.join(best, on="row", how="left", maintain_order="left").drop("row")
    # "Rose 3 % on Wednesday": a trading day is stated.
    weekdays = scanned.cues_of(_WEEKDAY).filter(pl.col("code") != "none").select("cid").drop_nulls().unique()
    traded = (
        shares & pl.col("cid").is_in(weekdays["cid"].implode()) & pl.col("horizon").is_null() & pl.col("value").is_not_null()
    )
    moves = moves.with_columns(session=pl.coalesce("session", pl.when(traded).then(pl.lit("regular"))))
    day = pl.col("session").is_not_null() & (pl.col("move_type") == CHANGE)
    return moves.with_columns(
        horizon=pl.when(shares).then(pl.coalesce("horizon", pl.when(day).then(pl.lit("day")))),
        is_record=(pl.col("move_type") == LEVEL) & pl.col("is_record").is_not_null(),
    )


def _of_its_clause(column: str) -> pl.Expr:
    """A move of a session has its horizon from its own clause: "closed 2 % higher; the stock has tripled this year"."""
    here = pl.col("cue_cid") == pl.col("cid")
    return here | pl.col("session").is_null() if column == "horizon" else pl.lit(value=True)


def with_date(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add effective_on and effective_precision: the day or month named nearest to the trigger in its sentence.

    A weekday is the last such day on or before publication, a month or day without a year the last such one, or the next
    for a move that may be still to come. A mere year counts for moves other than those of shares.
    """
    published = _published(scanned)
    dates = pl.concat(
        [
            _of_weekdays(scanned, published),
            _of_words(scanned, published),
            _of_bare_days(scanned, published),
            _of_periods(scanned, published),
            _of_relatives(scanned, published),
            _of_years(scanned),
        ]
    )
    dates = _marked_since(pl.concat([dates, _of_the_same_day(scanned, dates, published)]), scanned)
    rows = moves.with_row_index("row")
    gap = pl.max_horizontal(pl.col("date_start") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("date_end"), pl.lit(0))
    coarse = pl.col("effective_precision") == "year"
    dear = pl.when(coarse).then(_YEAR_COST).when("vague").then(_VAGUE_COST).otherwise(0)
    to_be = pl.col("move_type").is_in(_MAY_COME) & pl.col("status").ne_missing("completed")
    day = pl.when(to_be).then("ahead_on").otherwise("effective_on")
    at_end = pl.col("ends") & pl.col("move_type").is_in(_AT_THE_END)
    best = (
        rows.select("row", "sid", "cid", "anchor_start", "anchor_end", "move_type", "status")
        .join(_to_come(dates, published, scanned), on="sid", how="inner", maintain_order="left")
        .filter(
            ~(coarse & pl.col("move_type").is_in(_NEVER_YEARS)),
            ~(pl.col("to_come") & pl.col("move_type").is_in(_SHARES)),
            ~pl.col("since") | pl.col("move_type").is_in(_LASTING),
        )
        .with_columns(cost=gap + _CLAUSE_COST * (pl.col("date_cid") - pl.col("cid")).abs())
        .filter(pl.col("cost") <= _DATE_REACH)
        .with_columns(cost=pl.col("cost") + dear)
        .sort("row", "cost", "date_start", maintain_order=True)
        .unique("row", keep="first", maintain_order=True)
        .select(
            "row",
            effective_precision=pl.when(at_end).then(pl.lit("day")).otherwise("effective_precision"),
            effective_on=pl.when(at_end).then(day.dt.month_end()).otherwise(day),
        )
    )
    dated = rows.join(best, on="row", how="left", maintain_order="left").drop("row")
    days = _to_come(_not_of_reference(dates.filter(~coarse, ~pl.col("since"), ~pl.col("ends")), scanned), published, scanned)
    days = days.filter(~pl.col("to_come"))
    return _share_days(dated, days, published, scanned)


def _to_come(dates: pl.DataFrame, published: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add to_come: whether a date rather lies ahead of publication than far behind it ("until 31 August", told in May)."""
    known = dates.join(scanned.sentences.select("sid", "doc"), on="sid", how="left", maintain_order="left")
    exact = published.filter("exact").select("doc", "published")
    known = known.join(exact, on="doc", how="left", maintain_order="left")
    far = (pl.col("published") - pl.col("effective_on")).dt.total_days() > _FAR_BACK
    ahead = (pl.col("ahead_on") > pl.col("published")) & far
    to_come = ahead | (pl.col("effective_on") > pl.col("published"))
    return known.with_columns(to_come=to_come.fill_null(value=False)).drop("published", "doc")


def _not_of_reference(dates: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
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
    return placed.with_columns(since=pl.col("_mark").is_not_null()).drop("_mark")


def with_past(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves dated long before publication as completed, where nothing says that they are only talked of."""
    published = _published(scanned).select("doc", "published")
    rows = moves.join(published, on="doc", how="left", maintain_order="left")
    lasting = pl.col("effective_precision").replace_strict({"day": 0, "month": 31, "year": 366}, return_dtype=pl.Int64)
    since = (pl.col("published") - pl.col("effective_on")).dt.total_days() - lasting
    long = pl.col("move_type").replace_strict(_LONG_PAST, default=None, return_dtype=pl.Int64)
    done = (since > long).fill_null(value=False) & pl.col("status").is_in(_SETTLED)
    return rows.with_columns(status=pl.when(done).then(pl.lit("completed")).otherwise("status")).drop("published")


def _published(scanned: Scanned) -> pl.DataFrame:
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


def _share_days(moves: pl.DataFrame, dates: pl.DataFrame, published: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Days of shares' moves told without one: the day of the sentences before, of the moves before, or of publication."""
    days = dates.filter(pl.col("effective_precision") == "day").sort("date_start", maintain_order=True)
    days = days.join(scanned.sentences.select("sid", "doc"), on="sid", how="inner", maintain_order="left").select(
        "doc", "date_start", day="effective_on", day_sid="sid"
    )
    rows = moves.with_row_index("row")
    # A price goes with the moves told before it: "closed up 3 % on Monday. Rival X slid 2 % to 40 dollars."
    dated = rows.filter(pl.col("move_type").is_in(_SHARES), pl.col("effective_precision") == "day")
    told = dated.select("doc", _at="anchor_start", told="effective_on").sort("_at", maintain_order=True)
    outside = pl.col("session").is_in(["after_hours", "pre_market"])
    # "Rose 3 % to 40 dollars": what has a price moved on a day.
    prices = rows.filter(pl.col("move_type") == LEVEL).select("sid").unique()
    priced = rows.filter(pl.col("move_type") == CHANGE, pl.col("horizon").is_null()).join(prices, on="sid", how="semi")
    of_a_day = pl.col("horizon").is_null() | pl.col("horizon").is_in(["day", "since_ipo"]) | outside
    open_ = rows.filter(
        pl.col("move_type").is_in(_SHARES), pl.col("effective_on").is_null(), of_a_day | (pl.col("move_type") == LEVEL)
    )
    open_ = open_.sort("anchor_start", maintain_order=True).join_asof(
        told, left_on="anchor_start", right_on="_at", by="doc", strategy="backward", check_sortedness=False
    )
    back = pl.col("sid") - pl.col("day_sid")
    since = (pl.col("published") - pl.col("day")).dt.total_days()
    recent = pl.when(pl.col("exact")).then(since <= _RECENT).when("monthly").then(since <= 0).otherwise(pl.lit(value=True))
    near = ((back <= _SENTENCES_BACK) & recent).fill_null(value=False)
    found = (
        open_.select("row", "doc", "sid", "anchor_start", "told", "session")
        .sort("anchor_start", maintain_order=True)
        .join_asof(
            days.sort("date_start", maintain_order=True),
            left_on="anchor_start",
            right_on="date_start",
            by="doc",
            strategy="backward",
            check_sortedness=False,
        )
        .join(published, on="doc", how="left", maintain_order="left")
        .filter(
            pl.col("session").is_not_null()
            | pl.col("told").is_not_null()
            | pl.col("sid").is_in(priced["sid"].implode())
            | (near & (back <= 1))
        )
        .select(
            "row",
            day=pl.when(near)
            .then("day")
            .otherwise(pl.coalesce("told", pl.when(pl.col("exact") | pl.col("monthly")).then("published"))),
            grain=pl.when(near | pl.col("exact") | pl.col("told").is_not_null())
            .then(pl.lit("day"))
            .when("monthly")
            .then(pl.lit("month")),
        )
    )
    joined = rows.join(found, on="row", how="left", maintain_order="left").drop("row")
    return joined.with_columns(
        effective_on=pl.coalesce("effective_on", "day"),
        effective_precision=pl.coalesce("effective_precision", "grain"),
    ).drop("day", "grain")


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
    found = scanned.cues_of(_WEEKDAY).filter(pl.col("code") != "none").drop_nulls("sid")
    found = found.join(published, on="doc", how="left", maintain_order="left").filter(pl.col("exact") | pl.col("monthly"))
    weekday = pl.col("code").str.slice(1).cast(pl.Int64)
    back = (pl.col("published").dt.weekday().cast(pl.Int64) - weekday) % 7
    date = pl.when("exact").then(pl.col("published") - pl.duration(days=back)).otherwise("published")
    return _dated(found, date, _precision(), vague=True)


def _of_bare_days(scanned: Scanned, published: pl.DataFrame) -> pl.DataFrame:
    """Days named by their number alone ("3日", "(30)", "12일"), or as day and month in brackets ("(31/8)").

    A bare day lies in the month of publication, or in the month before it where it would lie ahead.
    """
    parts = [scanned.tape.each(_bare_days)]
    found = within(parts[0], scanned.clauses, name="cid", columns={"sid": "sid", "doc": "doc"}).drop_nulls("sid")
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
