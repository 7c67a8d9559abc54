"""Moves of a company in its market and of its shares: from trigger matches to rows.

Which words together tell a move is data (`rules/market.toml` and the lexicons); moves of the shares have a module of
their own, `shares`, counterparties are in `parties`, countries in `where`, status, session and dates in `timing`. Here matches
(`matching`) get their amount and company, and those of one move become one row (`merging`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, triggers
from transforms.market_moves import (
    amounts,
    charged,
    deals,
    fined,
    matching,
    merging,
    parties,
    rated,
    settled,
    timing,
    unreal,
    where,
)
from transforms.market_moves.matching import TOPIC as TOPIC
from transforms.market_moves.spoken import CHANGE, LEVEL, titles, words
from transforms.particles import without_particles

if TYPE_CHECKING:
    from transforms.scan import Scanned

_SHARES: Final = (CHANGE, LEVEL)
_RARE: Final = ("rating_change", "layoffs", "buyback")
_NAMED_WITHIN: Final = 500
_SURE: Final = 0.75
"""A rule so sure is believed even of a company that could not be made out."""
_MATCHES: Final = "market.matches"


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each move: offsets on the tape and the value columns of `FACT_MARKET_MOVES`.

    Columns: doc, start, end (what the evidence must cover), value_start, value_end, company_id, company_mention_start,
    company_mention_end, rule, confidence, move_type, direction, value, value_high, value_step, unit, comparator, is_record,
    session, horizon, counterparty_start, counterparty_end, counterparty_id, country, status, effective_on,
    effective_precision.
    """
    scanned = amounts.with_currencies(scanned)
    found = matching.reported(scanned.tape.once(_MATCHES, lambda: matching.matches(scanned)), scanned)
    found = amounts.without_steps(matching.one_a_number(found), scanned)
    found = found.with_columns(
        companies.subjects(
            scanned.tape,
            found.select(start=_subject_place("start"), end=_subject_place("end"), sid="sid", cid="cid", doc="doc"),
            scanned.companies,
            scanned.sentences,
            scanned.clauses,
        ).rename({"mention_start": "company_mention_start", "mention_end": "company_mention_end"})
    )
    found = _of_the_share(_by_name(found, scanned), scanned)
    found = rated.with_rated(rated.with_sharers(rated.with_respective(found, scanned), scanned), scanned)
    found = settled.with_sums(charged.with_charged(fined.with_fined(found, scanned), scanned), scanned)
    moves = amounts.with_aim(amounts.with_amount(amounts.with_direction(found, scanned), scanned), scanned)
    moves = parties.with_person(parties.with_counterparty(moves, scanned), scanned)
    moves = unreal.without_backward_glances(moves, scanned)
    moves = where.with_country(deals.with_sides(deals.without_insiders(moves, scanned), scanned), scanned)
    moves = timing.with_status(_founded(merging.titled(_of_companies(moves, scanned), scanned)), scanned)
    moves = merging.merged(deals.completed_by_each_other(deals.told_once(moves), scanned), scanned)
    moves = parties.with_one_regulator(moves, scanned)
    moves = without_particles(moves, scanned.tape, "counterparty_start", "counterparty_end")
    moves = timing.with_past(timing.with_date(timing.with_session(moves, scanned), scanned), scanned)
    return moves.select(
        "doc", "start", "end", "value_start", "value_end", "company_id", "company_mention_start", "company_mention_end",
        "rule", "confidence", "move_type", "direction", "value", "value_high", "value_step", "unit", "comparator",
        "is_record", "session", "horizon", "counterparty_start", "counterparty_end", "counterparty_id", "country", "status",
        "effective_on", "effective_precision",
    ).sort("start", "move_type", "value_start", maintain_order=True)  # fmt: skip


def _by_name(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves with the company by whose name their number is told: of "X (+3 %) and Y (-1 %)" each takes its own."""
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]), pl.col("company_id").is_not_null())
    firms = firms.select(firm_end="end", _id="company_id", _start="start").unique("firm_end", keep="first", maintain_order=True)
    told = found.join(firms, on="firm_end", how="left", maintain_order="left", nulls_equal=False)
    return told.with_columns(
        company_id=pl.coalesce("_id", "company_id"),
        company_mention_start=pl.coalesce("_start", "company_mention_start"),
        company_mention_end=pl.when(pl.col("_id").is_not_null()).then("firm_end").otherwise("company_mention_end"),
    ).drop("_id", "_start")


def _of_the_share(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves of "the share" with the one firm whose share the sentence moved that the company was taken from.

    "When Vondra told of its vaccine, Corvane's shares fell 17 %. The stock has lost 15 % since": no stock of Vondra.
    """
    places = scanned.companies.select(company_mention_start="start", _told="sid").drop_nulls()
    places = places.unique("company_mention_start", keep="first", maintain_order=True)
    told = found.join(places, on="company_mention_start", how="left", maintain_order="left", nulls_equal=False)
    share = pl.col("move_type").is_in(_SHARES)
    shares = told.filter(share, pl.col("_told") == pl.col("sid")).group_by("sid", maintain_order=True).agg(
        pl.col("company_id", "company_mention_start", "company_mention_end").first().name.prefix("_"),
        _firms=pl.col("company_id").n_unique(),
    )  # fmt: skip
    shares = shares.filter(pl.col("_firms") == 1).drop("_firms").rename({"sid": "_told"})
    told = told.join(shares, on="_told", how="left", maintain_order="left", nulls_equal=False)
    other = share & (pl.col("_told") < pl.col("sid")) & pl.col("_company_id").is_not_null()
    columns = ("company_id", "company_mention_start", "company_mention_end")
    return told.with_columns(pl.when(other).then(f"_{c}").otherwise(c).alias(c) for c in columns).select(found.columns)


def runners_up(scanned: Scanned) -> pl.DataFrame:
    """Every rule that matches: columns of `RUNNERS_UP`, with the place of its words, its move and how sure it is."""
    return triggers.weighed(
        scanned.tape.once(_MATCHES, lambda: matching.matches(amounts.with_currencies(scanned))), by="move_type"
    )


def _subject_place(edge: str) -> pl.Expr:
    """Where to look for the company: at the amount of share moves and fines, which stand in lists, else at the trigger."""
    listed = pl.col("move_type").is_in([*_SHARES, "regulatory_action", "market_share", "layoffs"])
    return pl.when(listed).then(f"anchor_{edge}").otherwise(f"trigger_{edge}")


def _of_companies(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Moves of a company that the text names near them, or in its title; general news tells much else with the same words.

    Prices and percents of shares, target prices, jobs and buybacks with an amount need no such proof: their words are rarer.
    """
    names = scanned.companies.filter(pl.col("company_id").is_not_null())
    headed = names.join(titles(scanned), on="doc", how="inner", maintain_order="left").filter(
        pl.col("start") < pl.col("title_end")
    )
    headed = headed.select("doc", "company_id").unique().with_columns(headed=pl.lit(value=True))
    near = names.select("doc", "company_id", name_start="start", _start="start").sort("_start", maintain_order=True)
    rows = moves.with_row_index("row").sort("start", maintain_order=True)
    close = rows.join_asof(
        near,
        left_on="start",
        right_on="_start",
        by=["doc", "company_id"],
        strategy="nearest",
        tolerance=_NAMED_WITHIN,
        check_sortedness=False,
    ).join(headed, on=["doc", "company_id"], how="left", maintain_order="left")
    proven = pl.col("name_start").is_not_null() | pl.col("headed").fill_null(value=False)
    weak = pl.col("rule").str.ends_with(".inherited") | pl.col("rule").str.ends_with(".without_number")
    safe = (pl.col("move_type").is_in(_SHARES) & ~weak) | (pl.col("move_type").is_in(_RARE) & pl.col("value").is_not_null())
    # Where an article names no company that could be made out, what it reports surely is told of one.
    nobody = (
        pl.col("company_id").is_null()
        & (pl.col("confidence") >= _SURE)
        & ~pl.col("move_type").is_in(_SHARES)
        & ~(pl.col("move_type").is_in(parties.FIRMS) & pl.col("value").is_null())
        & ~pl.col("doc").is_in(words(scanned, "reader")["doc"].unique().implode())
    )
    kept = close.filter(safe | (pl.col("company_id").is_not_null() & proven) | nobody).select("row")
    return moves.with_row_index("row").join(kept, on="row", how="semi", maintain_order="left").drop("row")


def _founded(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves that have what their type cannot do without: a counterparty or place if no amount is told."""
    bare = pl.col("value_start").is_null() & pl.col("counterparty_start").is_null()
    nowhere = bare & pl.col("country").is_null()
    return moves.filter(
        ~(pl.col("move_type").is_in(parties.NEED_PARTY) & bare),
        ~(pl.col("move_type").is_in(parties.NEED_PLACE) & nowhere),
    )
