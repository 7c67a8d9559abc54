"""When a move holds and how far it has come: status, session, horizon, record and date.

All from cue words and dates near the trigger; what a word of time means, and how a day is written, is lexicon data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import financials
from transforms.market_moves.days import WEEKDAY, named_days, not_of_reference, published_days, to_come
from transforms.market_moves.spoken import CHANGE, LEVEL, words
from transforms.spans import within

if TYPE_CHECKING:
    from transforms.scan import Scanned

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
_OTHERS_COST: Final = 60
_AT_NUMBER: Final = 5
"""How near a word for a session stands to the number that it is said of, in code points."""
_BESIDE_DEAL: Final = 14
"""How far from the word for a deal the word stands by which it failed: its buyer may stand between."""
_DATE_REACH: Final = 200
_FIGURE_REACH: Final = 48
"""How far from a figure of its sentence a year stands that is the figure's, in code points."""
_SENTENCES_BACK: Final = 2
_LATE_REACH, _LATE_GAIN = 10, 20
"""How near behind a number a word for trading outside the hours stands, and what it then gains on other words."""
_RECENT: Final = 21
"""Days; one named before a share's move that lies farther back is that of something else, as of a quarter's end."""
_YEAR_COST: Final = 40
_EXPECTED_REACH: Final = 30
"""How far from a word for a deal done one may stand that only expects it."""
_VAGUE_COST: Final = 60
"""A day that only tells the month of publication stands behind a date that is written out."""
_LONG_PAST: Final = {
    "acquisition": 200, "divestiture": 200, "investment": 60, "ipo": 30, "executive_change": 30, "market_exit": 60,
    "market_entry": 30,
}  # fmt: skip
"""Moves that are done, whatever the tense, when they ended so many days before publication."""
_SETTLED: Final = ("announced", "planned")
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
_MAY_COME: Final = (
    "executive_change", "expansion", "market_entry", "market_exit", "pricing", "layoffs", "capacity_change", "acquisition",
    "divestiture",
)  # fmt: skip
"""Moves told before they take effect, so that a month without a year may lie ahead."""
_SESSIONS: Final = {"after_hours": "after_hours", "pre_market": "pre_market", "close": "regular", "open": "regular"}
_HORIZONS: Final = {
    "this_week": "week", "this_month": "month", "year_to_date": "year_to_date", "past_year": "year", "since_ipo": "since_ipo",
    "from_peak": "from_peak", "today": "day", "yesterday": "day", "first_day": "day",
}  # fmt: skip
_RECORDS: Final = {"record": "record"}


def with_status(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add status: what the surest cue near the trigger says, else what the move type implies."""
    rows = moves.with_row_index("row")
    cues = words(scanned, *_STATUS_CUES, "future", "installed", "refuses").select(
        "sid", cue=pl.col("code").replace({"refuses": "abandoned"}), cue_start="start", cue_end="end", cue_cid="cid"
    )
    cues = _not_yet(cues, scanned)
    failed = _failed_deals(cues, scanned)
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
        .filter(
            (pl.col("move_type") != "layoffs") | (pl.col("cue") != "abandoned") | ~pl.col("cue_start").is_in(failed.implode())
        )
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


def _failed_deals(cues: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Where words for something abandoned stand beside a deal: "after its sale collapsed, it plans to cut 1,000 jobs"."""
    deals = words(scanned, "acquire", "divest", "offer").select("sid", _from="start", _to="end").drop_nulls()
    pairs = cues.filter(pl.col("cue") == "abandoned").join(deals, on="sid", how="inner", maintain_order="left")
    gap = pl.max_horizontal(pl.col("cue_start") - pl.col("_to"), pl.col("_from") - pl.col("cue_end"))
    return pairs.filter(gap <= _BESIDE_DEAL)["cue_start"].unique()


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
            .select("row", "sid", "cid", "doc", "anchor_start", "anchor_end", *({"session"} & set(rows.columns)))
            .join(cues, on="sid", how="inner", maintain_order="left")
            .filter(_of_its_clause(column))
            .pipe(_of_another_number, scanned)
            .with_columns(
                cost=gap
                - _LATE_GAIN * _told_late()
                + _CLAUSE_COST * (pl.col("cue_cid") - pl.col("cid")).abs()
                + _OTHERS_COST * pl.col("others").cast(pl.Int64)
            )
            .sort("row", "cost", "cue_start", maintain_order=True)
            .unique("row", keep="first", maintain_order=True)
            .select("row", pl.col("cue").alias(column))
        )
        moves = rows.join(best, on="row", how="left", maintain_order="left").drop("row")
    # "Rose 3 % on Wednesday": a trading day is stated.
    weekdays = scanned.cues_of(WEEKDAY).filter(pl.col("code") != "none").select("cid").drop_nulls().unique()
    traded = (
        shares & pl.col("cid").is_in(weekdays["cid"].implode()) & pl.col("horizon").is_null() & pl.col("value").is_not_null()
    )
    moves = moves.with_columns(session=pl.coalesce("session", pl.when(traded).then(pl.lit("regular"))))
    day = pl.col("session").is_not_null() & (pl.col("move_type") == CHANGE)
    return moves.with_columns(
        horizon=pl.when(shares).then(pl.coalesce("horizon", pl.when(day).then(pl.lit("day")))),
        is_record=(pl.col("move_type") == LEVEL) & pl.col("is_record").is_not_null(),
    )


def _of_another_number(pairs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Adds others: the cue stands right at another number than the move's: "rose to $28.50 from a close of $28.35"."""
    starts, ends = scanned.quantities["start"].sort(), scanned.quantities["end"].sort()
    far = pl.Series([2**62], dtype=pl.Int64)
    following = pl.concat([starts, far]).gather(starts.search_sorted(pairs["cue_end"], side="left"))
    leading = pl.concat([-far, ends]).gather(ends.search_sorted(pairs["cue_start"], side="right"))
    behind = (pl.col("cue_start") >= pl.col("anchor_end")) & (pl.lit(following) - pl.col("cue_end") <= _AT_NUMBER)
    ahead = (pl.col("cue_end") <= pl.col("anchor_start")) & (pl.col("cue_start") - pl.lit(leading) <= _AT_NUMBER)
    # Where the verb comes last a word behind the number's verb, and before another number, is that one's alone.
    verb_last = scanned.setting("verb_last", pairs)
    next_one = pl.lit(following) < pl.lit(_sentence_ends(pairs, scanned))
    outside = pl.col("cue").is_in(["after_hours", "pre_market"])
    apart = outside & (pl.col("cue_start") - pl.col("anchor_end") > _AT_NUMBER) & next_one & pl.lit(verb_last)
    return pairs.with_columns(others=behind | ahead).filter(~apart)


def _sentence_ends(rows: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Where the sentence of each row ends."""
    ends = scanned.sentences.select("sid", _ends="end")
    return rows.select("sid").join(ends, on="sid", how="left", maintain_order="left")["_ends"]


def _told_late() -> pl.Expr:
    """1 where a word for trading outside the hours stands behind its number: "closed up 12 % in after-hours trading"."""
    near = (pl.col("cue_start") - pl.col("anchor_end")).is_between(0, _LATE_REACH) & (pl.col("cue_cid") == pl.col("cid"))
    return (near & pl.col("cue").is_in(["after_hours", "pre_market"])).cast(pl.Int64)


def _of_its_clause(column: str) -> pl.Expr:
    """A move of a session has its horizon from its own clause: "closed 2 % higher; the stock has tripled this year"."""
    here = pl.col("cue_cid") == pl.col("cid")
    return here | pl.col("session").is_null() if column == "horizon" else pl.lit(value=True)


def with_date(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add effective_on and effective_precision: the day or month named nearest to the trigger in its sentence.

    A weekday is the last such day on or before publication, a month or day without a year the last such one, or the next
    for a move that may be still to come. A mere year counts for moves other than those of shares.
    """
    published = published_days(scanned)
    dates = _with_figures(named_days(scanned, published), scanned)
    rows = moves.with_row_index("row")
    gap = pl.max_horizontal(pl.col("date_start") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("date_end"), pl.lit(0))
    coarse = pl.col("effective_precision") == "year"
    dear = pl.when(coarse).then(_YEAR_COST).when("vague").then(_VAGUE_COST).otherwise(0)
    to_be = pl.col("move_type").is_in(_MAY_COME) & pl.col("status").ne_missing("completed")
    day = pl.when(to_be).then("ahead_on").otherwise("effective_on")
    at_end = pl.col("ends") & pl.col("move_type").is_in(_AT_THE_END)
    best = (
        _with_since(rows, scanned)
        .join(to_come(dates, published, scanned), on="sid", how="inner", maintain_order="left")
        .filter(
            ~(coarse & pl.col("move_type").is_in(_NEVER_YEARS)),
            ~(coarse & (pl.col("to_figure") < gap)).fill_null(value=False),
            ~(pl.col("to_come") & pl.col("move_type").is_in(_SHARES)),
            ~pl.col("since") | pl.col("move_type").is_in(_LASTING),
            ~(pl.col("move_type").is_in(_SHARES) & (pl.col("date_end") <= pl.col("_since"))).fill_null(value=False),
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
    days = to_come(not_of_reference(dates.filter(~coarse, ~pl.col("since"), ~pl.col("ends")), scanned), published, scanned)
    days = days.filter(~pl.col("to_come"))
    return _share_days(dated, days, published, scanned)


def _with_since(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Rows by which dates are chosen, with _since: where the last "since then" before a move begins.

    Dates before it are those of what came earlier.
    """
    asked = rows.select("row", "sid", "cid", "anchor_start", "anchor_end", "move_type", "status")
    marks = words(scanned, "since").select("sid", _since="start").unique().sort("_since", maintain_order=True)
    placed = asked.sort("anchor_end", maintain_order=True).join_asof(
        marks, left_on="anchor_end", right_on="_since", by="sid", strategy="backward", check_sortedness=False
    )
    return placed.sort("row", maintain_order=True)


def _with_figures(dates: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Adds to_figure, how far off the nearest figure of its sentence stands that a date may be of, in code points.

    "X buys Y, whose revenue reached $435 million in 2020": the year is the revenue's. Null where none is near.
    """
    figures = financials.link(scanned).select(start="value_start", _to="value_end").sort("start", maintain_order=True)
    figures = within(figures, scanned.sentences, name="sid").rename({"start": "figure"})
    asked = dates.with_row_index("_i").sort("date_start", maintain_order=True)
    before = asked.join_asof(
        figures, left_on="date_start", right_on="figure", by="sid", strategy="backward", tolerance=_FIGURE_REACH,
        check_sortedness=False,
    )  # fmt: skip
    behind = asked.join_asof(
        figures.select("figure", "sid"), left_on="date_start", right_on="figure", by="sid", strategy="forward",
        tolerance=_FIGURE_REACH, check_sortedness=False,
    )  # fmt: skip
    gaps = (before["date_start"] - before["_to"], behind["figure"] - behind["date_end"])
    nearest = pl.select(pl.min_horizontal(gaps[0].clip(0), gaps[1].clip(0))).to_series()
    return asked.with_columns(to_figure=nearest).sort("_i", maintain_order=True).drop("_i")


def with_past(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves dated long before publication as completed, where nothing says that they are only talked of."""
    published = published_days(scanned).select("doc", "published")
    rows = moves.join(published, on="doc", how="left", maintain_order="left")
    lasting = pl.col("effective_precision").replace_strict({"day": 0, "month": 31, "year": 366}, return_dtype=pl.Int64)
    since = (pl.col("published") - pl.col("effective_on")).dt.total_days() - lasting
    long = pl.col("move_type").replace_strict(_LONG_PAST, default=None, return_dtype=pl.Int64)
    done = (since > long).fill_null(value=False) & pl.col("status").is_in(_SETTLED)
    return rows.with_columns(status=pl.when(done).then(pl.lit("completed")).otherwise("status")).drop("published")


def _share_days(moves: pl.DataFrame, dates: pl.DataFrame, published: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Days of shares' moves told without one: the day of the sentences before, of the moves before, or of publication."""
    days = dates.filter(pl.col("effective_precision") == "day").sort("date_start", maintain_order=True)
    days = days.join(scanned.sentences.select("sid", "doc"), on="sid", how="inner", maintain_order="left").select(
        "doc", "date_start", day="effective_on", day_sid="sid"
    )
    rows = moves.with_row_index("row")
    # A price goes with the moves told before it: "closed up 3 % on Monday. Rival X slid 2 % to 40 dollars."
    dated = rows.filter(pl.col("move_type").is_in(_SHARES), pl.col("effective_precision") == "day")
    told = dated.select("doc", _at="anchor_start", told="effective_on")
    # So it does with an index: "the FTSE 100 closed 12 points lower on Monday".
    points = words(scanned, "index_points").select("sid").unique()
    reported = days.join(points, left_on="day_sid", right_on="sid", how="semi").select("doc", _at="date_start", told="day")
    told = pl.concat([told, reported]).sort("_at", maintain_order=True)
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
