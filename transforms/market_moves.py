"""Moves of a company in its market and of its shares: from trigger matches to rows.

Which words together tell a move is data (`rules/market.toml` and the lexicons). Here matches of one move are merged, and
direction, amount, counterparty, country, status, session and horizon are taken from the spans around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, triggers
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.scan import Scanned

TOPIC: Final = "market"
_SHARES: Final = ("share_price_level", "share_price_change")
_ONE_AN_ARTICLE: Final = ("guidance_change", "ipo", "buyback")
"""Moves of which an article tells one a company (and direction): later mentions are the same move."""
_NO_STATUS: Final = ("share_price_level", "share_price_change", "market_share", "rating_change")
_PLACED: Final = ("market_entry", "market_exit", "expansion", "regulatory_action", "legal_action", "layoffs", "partnership")
"""Moves whose country is where they take place."""
_HIGHEST_SHARE_PRICE: Final = 2_000_000
"""No share trades above this in any currency (Korean won included); a larger amount near a share is something else."""
_WITH_PARTY: Final = (
    "acquisition", "divestiture", "investment", "partnership", "executive_change", "legal_action", "regulatory_action", "rating_change",
)  # fmt: skip
_UP: Final = ("up", "raise", "upgrade")
_DOWN: Final = ("down", "cut", "downgrade")
# The first status whose cue stands in the sentence holds; without a cue, the status of the move type.
_STATUS_CUES: Final = ("abandoned", "rumoured", "completed", "planned")
_STATUS_DEFAULT: Final = {
    "ipo": "completed", "product_launch": "completed", "capacity_change": "completed", "pricing": "completed",
    "partnership": "announced", "expansion": "announced",
}  # fmt: skip


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each move: offsets on the tape and the value columns of `FACT_MARKET_MOVES`.

    Columns: doc, start, end (what the evidence must cover), value_start, value_end, company_id, company_mention_start,
    company_mention_end, rule, confidence, move_type, direction, value, value_high, value_step, unit, comparator, is_record,
    session, horizon, counterparty_start, counterparty_end, counterparty_id, country, status, effective_on,
    effective_precision.
    """
    found = triggers.matches(scanned.spots(), triggers.load(TOPIC)).rename({"emits": "move_type"})
    found = _one_a_number(found)
    found = found.with_columns(
        companies.subjects(
            scanned.tape,
            found.select(start="anchor_start", end="anchor_end", sid="sid", cid="cid", doc="doc"),
            scanned.companies,
            scanned.sentences,
            scanned.clauses,
        ).rename({"mention_start": "company_mention_start", "mention_end": "company_mention_end"})
    )
    moves = _merged(_with_direction(found, scanned))
    moves = _plausible(_with_amount(moves, scanned))
    moves = _with_status(moves, scanned)
    moves = _with_cues(moves, scanned)
    moves = _with_counterparty(moves, scanned)
    moves = _with_country(moves, scanned)
    return (
        moves.with_columns(effective_on=pl.lit(None, pl.Date), effective_precision=pl.lit(None, pl.String))
        .select(
            "doc", "start", "end", "value_start", "value_end", "company_id", "company_mention_start", "company_mention_end",
            "rule", "confidence", "move_type", "direction", "value", "value_high", "value_step", "unit", "comparator",
            "is_record", "session", "horizon", "counterparty_start", "counterparty_end", "counterparty_id", "country", "status",
            "effective_on", "effective_precision",
        )  # fmt: skip
        .sort("start", "move_type")
    )


def _cues(scanned: Scanned, *codes: str) -> pl.DataFrame:
    return scanned.cues.filter(pl.col("kind") == TOPIC, pl.col("code").is_in(codes))


def _one_a_number(found: pl.DataFrame) -> pl.DataFrame:
    """For each number the match of the surest rule; matches without a number stay."""
    with_number = found.filter(pl.col("value_start").is_not_null()).sort(
        pl.col("confidence"), pl.col("end") - pl.col("start"), "order", "start", descending=[True, False, False, False]
    )
    one = with_number.unique(["value_start"], keep="first", maintain_order=True)
    return pl.concat([one, found.filter(pl.col("value_start").is_null())])


def _merged(found: pl.DataFrame) -> pl.DataFrame:
    """One match a move: without a number only where no match of the same move in the sentence has one."""
    numbered = found.filter(pl.col("value_start").is_not_null())
    bare = found.filter(pl.col("value_start").is_null()).join(
        numbered.select("sid", "move_type").unique(), on=["sid", "move_type"], how="anti"
    )
    bare = bare.sort("confidence", "order", "start", descending=[True, False, False]).unique(
        ["sid", "move_type"], keep="first", maintain_order=True
    )
    whole = pl.concat([numbered, bare], how="diagonal")
    once = pl.col("move_type").is_in(_ONE_AN_ARTICLE)
    return (
        whole.with_columns(place=pl.when(once).then(-1).otherwise(pl.coalesce("value_start", "start")))
        .sort(pl.col("value_start").is_null(), pl.col("confidence"), "start", descending=[False, True, False])
        .unique(["doc", "move_type", "company_id", "direction", "place"], keep="first", maintain_order=True)
    )


def _with_direction(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add direction from the cue that the rule took as its way."""
    ways = _cues(scanned, *_UP, *_DOWN).select(way_start="start", way="code").unique("way_start", keep="first", maintain_order=True)
    return (
        found.join(ways, on="way_start", how="left", maintain_order="left")
        .with_columns(
            direction=pl.when(pl.col("way").is_in(_UP)).then(pl.lit("up")).when(pl.col("way").is_in(_DOWN)).then(pl.lit("down"))
        )
        .drop("way")
    )


def _with_amount(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add value, value_high, value_step, unit and comparator; percents are signed by the direction."""
    numbers = scanned.quantities.select(
        value_start="start", value="value", value_high="value_high", value_step="value_step", unit="unit", comparator="comparator", kind="kind"
    ).unique("value_start", keep="first", maintain_order=True)  # fmt: skip
    sign = pl.when((pl.col("direction") == "down") & pl.col("kind").is_in(["percent", "fraction"]) & pl.col("move_type").is_in(_SHARES))
    unit = (
        pl.when(pl.col("kind") == "fraction")
        .then(pl.lit("percent"))
        .when(pl.col("kind") == "count")
        .then(pl.lit("count"))
        .otherwise(pl.col("unit"))
    )
    hundred = pl.when(pl.col("kind") == "fraction").then(pl.lit(100)).otherwise(pl.lit(1)).cast(VALUE)
    joined = moves.join(numbers, on="value_start", how="left", maintain_order="left")
    return joined.with_columns(
        value=(sign.then(-pl.col("value").abs()).otherwise(pl.col("value")) * hundred).cast(VALUE),
        value_high=pl.col("value_high").cast(VALUE),
        unit=unit,
    ).drop("kind")


def _plausible(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves whose amount can be what it is taken for, each stated once; layoffs in percent yield to their count."""
    counted = moves.filter(pl.col("move_type") == "layoffs", pl.col("unit") == "count").select("doc", "company_id").unique()
    share_of_staff = (pl.col("move_type") == "layoffs") & (pl.col("unit") == "percent")
    kept = moves.filter((pl.col("move_type") != "share_price_level") | (pl.col("value").abs() <= _HIGHEST_SHARE_PRICE))
    kept = pl.concat(
        [
            kept.filter(~share_of_staff.fill_null(value=False)),
            kept.filter(share_of_staff).join(counted, on=["doc", "company_id"], how="anti", nulls_equal=True),
        ]
    )
    same = ["doc", "company_id", "move_type", "value", "value_high", "unit", "direction"]
    numbered = kept.filter(pl.col("value").is_not_null()).sort("confidence", "start", descending=[True, False])
    return pl.concat([numbered.unique(same, keep="first", maintain_order=True), kept.filter(pl.col("value").is_null())])


def _with_status(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add status: what a cue of the sentence says, else what the move type implies."""
    cues = _cues(scanned, *_STATUS_CUES).group_by("sid").agg(told=pl.col("code").unique())
    joined = moves.join(cues, on="sid", how="left", maintain_order="left")
    status = pl.when(pl.col("move_type").is_in(_NO_STATUS)).then(pl.lit(None, pl.String))
    status = status.when(pl.col("move_type") == "guidance_change").then(pl.lit("announced"))
    for cue in _STATUS_CUES:
        status = status.when(pl.col("told").list.contains(cue).fill_null(value=False)).then(pl.lit(cue))
    implied = pl.col("move_type").replace_strict(_STATUS_DEFAULT, default="announced", return_dtype=pl.String)
    return joined.with_columns(status=status.otherwise(implied)).drop("told")


def _with_cues(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add session, horizon and is_record of share moves from the clause, then the sentence."""
    names = {
        "session": {"after_hours": "after_hours", "pre_market": "pre_market", "close": "regular"},
        "horizon": {
            "this_week": "week", "this_month": "month", "year_to_date": "year_to_date", "past_year": "year", "since_ipo": "since_ipo",
            "from_peak": "from_peak",
        },
        "is_record": {"record": "record"},
    }  # fmt: skip
    shares = pl.col("move_type").is_in(_SHARES)
    for column, codes in names.items():
        cues = _cues(scanned, *codes).select("sid", cue_start="start", cue=pl.col("code").replace_strict(codes, return_dtype=pl.String))
        rows = moves.with_row_index("row")
        best = (
            rows.select("row", "sid", "anchor_start")
            .join(cues, on="sid", how="inner")
            .sort("row", (pl.col("cue_start") - pl.col("anchor_start")).abs())
            .unique("row", keep="first", maintain_order=True)
            .select("row", "cue")
        )
        moves = rows.join(best, on="row", how="left", maintain_order="left").drop("row").rename({"cue": column})
    day = pl.col("session").is_not_null() & (pl.col("move_type") == "share_price_change")
    return moves.with_columns(
        session=pl.when(shares).then("session"),
        horizon=pl.when(shares).then(pl.coalesce("horizon", pl.when(day).then(pl.lit("day")))),
        is_record=shares & pl.col("is_record").is_not_null() & (pl.col("move_type") == "share_price_level"),
    )


def _with_counterparty(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add counterparty_start, counterparty_end, counterparty_id: the rule's party, else the nearest other name."""
    names = scanned.names.select("sid", name_start="start", name_end="end")
    rows = moves.with_row_index("row")
    best = (
        rows.select("row", "sid", "anchor_start", "company_mention_start")
        .join(names, on="sid", how="inner")
        .filter(pl.col("company_mention_start").is_null() | (pl.col("company_mention_start") != pl.col("name_start")))
        .sort("row", (pl.col("name_start") - pl.col("anchor_start")).abs())
        .unique("row", keep="first", maintain_order=True)
        .select("row", "name_start", "name_end")
    )
    takes = pl.col("move_type").is_in(_WITH_PARTY)
    known = scanned.companies.select(counterparty_start="start", counterparty_id="company_id").unique(
        "counterparty_start", keep="first", maintain_order=True
    )
    return (
        rows.join(best, on="row", how="left", maintain_order="left")
        .drop("row")
        .with_columns(
            counterparty_start=pl.when(takes).then(pl.coalesce("party_start", "name_start")),
            counterparty_end=pl.when(takes).then(pl.coalesce("party_end", "name_end")),
        )
        .join(known, on="counterparty_start", how="left", maintain_order="left")
    )


def _with_country(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add country of moves that take place somewhere: the one named nearest in the sentence."""
    places = scanned.countries.select("sid", place_start="start", country="country")
    rows = moves.with_row_index("row")
    best = (
        rows.filter(pl.col("move_type").is_in(_PLACED))
        .select("row", "sid", "anchor_start")
        .join(places, on="sid", how="inner")
        .sort("row", (pl.col("place_start") - pl.col("anchor_start")).abs())
        .unique("row", keep="first", maintain_order=True)
        .select("row", "country")
    )
    return rows.join(best, on="row", how="left", maintain_order="left").drop("row")
