"""How many records, users or accounts a matter has hit: the count told beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.security_incidents.rules import COUNTED, MEETINGS
from transforms.security_incidents.words import RECORD_UNITS, cues

if TYPE_CHECKING:
    from transforms.scan import Scanned
_COUNT_REACH: Final = 55
"""How far before its noun, in code points, a count may stand."""
_COUNTED_LATER: Final = 6
"""How many sentences after a matter its victims may be counted."""
_NAMED_BEHIND: Final = 30
"""How far behind a count, in code points, the company may be named whose victims it counts."""
_HAS_BEFORE: Final = 2
_HAS_BEHIND: Final = 20
"""How far before a count, or behind one where verbs are last, "has" may stand."""
_COUNTED_BY: Final = 20
"""How far behind a count the word for participants stands, in code points."""
_NOUN_GAP: Final = 2
"""How far behind a count its noun may stand, in code points: a counter or particle lies between."""
_FEW: Final = 5
"""Fewer employees than this are rarely counted as victims; "the last four" digits of a number are no records."""
_ROUNDED: Final = 8
"""A count that is about right is off by less than one in so many."""
_PLACES: Final = 9
"""How many zeros a round count may end in."""
_OF_DATA: Final = ("data", "personal", "private", "login", "affect", "exposed")
"""Words of a sentence whose count is one of victims, or of what was lost."""
_SIZABLE: Final = 50
"""A smaller number beside a word for data is rarely how many records."""


def with_records(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add records_affected, unit and the span of the number: the first count of its clause, else of its sentence.

    count_far tells how many sentences away it stands. Of a sentence that counts the victims of several companies each
    takes the count beside its name.
    A count is one of victims where their word follows it; otherwise a number of some size near a word for data counts
    records. A sentence further off must speak of data or of people hit. "Nearly 1,000" gives way to "960" told beside it.
    """
    counts = _counted(scanned)
    elsewhere = (pl.col("cid") != pl.col("_cid")).fill_null(value=True)
    pairs = (
        found.filter(pl.col("category").is_in(COUNTED))
        .select("row", "doc", "sid", "cid", "company_id", "rule")
        .join(counts, on="doc", maintain_order="left")
        .with_columns(later=pl.col("_sid") - pl.col("sid"))
        .filter(pl.col("later").is_between(-1, _COUNTED_LATER))
    )
    sure = pl.col("sure") == 0
    others = pl.col("ids").is_not_null() & ~pl.col("ids").list.contains(pl.col("company_id")).fill_null(value=False)
    # "The firm employs 6,000 people": only where data are spoken of are they its victims.
    adjoining = (pl.col("later").abs() == 1) & ~pl.col("staff")
    told = pl.col("later").eq(0) | (sure & (adjoining | pl.col("of_data")) & ~others)
    # Where one of the counts of a sentence stands beside the company, those beside another are not its own.
    beside = pl.col("owners").list.contains(pl.col("company_id")).fill_null(value=False)
    own = pairs.filter(beside & sure & (pl.col("later") == 0))["row"].unique()
    told &= pl.col("owners").is_null() | beside | ~pl.col("row").is_in(own.implode())
    # Of gatecrashed meetings only meetings are counted: "61 percent more customers" beside them tells of the firm.
    told &= ~pl.col("rule").is_in(MEETINGS) | (pl.col("unit") == "meetings")
    order = pl.when(pl.col("later") < 0).then(_COUNTED_LATER + 1).otherwise("later")
    near = (
        pairs.filter(told)
        .sort("row", order, "sure", elsewhere, "value_start", maintain_order=True)
        .unique("row", keep="first", maintain_order=True)
    )
    far_off = near.select("row", count_far=pl.col("later").abs())
    near = _precise(near, pairs.filter(sure)).join(far_off, on="row", how="left", maintain_order="left")
    return found.join(near, on="row", how="left", maintain_order="left").with_columns(
        start=pl.min_horizontal("start", "value_start"), end=pl.max_horizontal("end", "value_end")
    )


def _counted(scanned: Scanned) -> pl.DataFrame:
    """Counts of victims (sure 0) and numbers beside data (sure 1): doc, _sid, value_start, value_end, records_affected, unit.

    Also comparator, staff (they work there), of_data (the sentence speaks of data or people hit) and ids (the companies that
    it names).
    """
    victims = cues(scanned, *RECORD_UNITS).select("sid", _at="start", unit=pl.col("code").replace_strict(RECORD_UNITS))
    data = cues(scanned, "data", "personal", "private", "login").select("sid", _at="start", unit=pl.lit("records"))
    counts = scanned.quantities.filter(pl.col("kind").is_in(["count", "plain"])).select(
        "doc", "sid", "cid", "start", "end", "value", "comparator"
    )
    counts = counts.filter(~pl.Series(_ages(counts, scanned), dtype=pl.Boolean))
    counts = _without_base(counts, scanned)
    counts = counts.filter(~counts["end"].is_in(_meeting(counts, scanned).implode()))
    volumes = cues(scanned, "volume")["start"]
    counts = counts.filter(~(pl.col("end").is_in(volumes.implode()) | (pl.col("end") + 1).is_in(volumes.implode())))
    # "Two hackers downloaded …": they are no victims either.
    attackers = cues(scanned, "attacker")["start"].unique().implode()
    theirs = pl.any_horizontal((pl.col("end") + gap).is_in(attackers) for gap in range(_NOUN_GAP + 1))
    counts = counts.filter(~(theirs & (pl.col("value") < _SIZABLE)))
    # A language without spaces needs fewer characters for as much.
    reach = pl.when(scanned.setting("name_script", counts)).then(_COUNT_REACH // 4).otherwise(_COUNT_REACH)
    counts = counts.with_columns(reach=reach)
    follows = (pl.col("_at") - pl.col("end")).is_between(-1, pl.col("reach"))
    beside = (pl.col("_at") - pl.col("end")).abs() <= 2 * _COUNT_REACH
    # "Two employees stole": a few of those who may have done it are no victims.
    doers = cues(scanned, "insider")["start"].unique().to_list()
    few = (pl.col("value") < _FEW) & (pl.col("_at").is_in(doers) | (pl.col("unit") == "records"))
    nearest = (
        counts.join(victims, on="sid", maintain_order="left")
        .filter(follows)
        .sort("start", "_at", maintain_order=True)
        .unique(["sid", "start"], keep="first", maintain_order=True)
    )
    counted = nearest.filter(~few).with_columns(sure=pl.lit(0))
    guessed = (
        counts.filter(pl.col("value") >= _SIZABLE)
        .join(data, on="sid", maintain_order="left")
        .filter(beside)
        .with_columns(sure=pl.lit(1))
    )
    staff = scanned.cues_of("metric_noun", codes=("employees",))["start"].unique().implode()
    speaks = cues(scanned, *_OF_DATA).select("sid", of_data=pl.lit(value=True)).unique()
    named = (
        scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]))
        .group_by("sid", maintain_order=True)
        .agg(ids=pl.col("company_id").unique())
    )
    return (
        pl.concat([counted, guessed])
        .sort("sure", "start", "_at", maintain_order=True)
        .unique(["sid", "start"], keep="first", maintain_order=True)
        .join(speaks, on="sid", how="left", maintain_order="left")
        .join(named, on="sid", how="left", maintain_order="left")
        .join(_owners(counts, scanned), on=["sid", "start"], how="left", maintain_order="left")
        .select(
            "doc", "sure", "unit", "ids", "owners", "comparator", pl.col("of_data").fill_null(value=False),
            staff=pl.col("_at").is_in(staff),
            _sid="sid", _cid="cid", value_start="start", value_end="end", records_affected="value",
        )
    )  # fmt: skip


def _owners(counts: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """For counts of sentences that name several companies (sid, start) those beside which they stand: owners."""
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select(
        "sid", "company_id", _from="start", _to="end"
    )
    several = firms.group_by("sid", maintain_order=True).agg(n=pl.col("company_id").n_unique()).filter(pl.col("n") > 1)
    firms = firms.join(several, on="sid", how="semi", maintain_order="left")
    pairs = counts.select("sid", "start", "end").join(firms, on="sid", maintain_order="left")
    before = pl.col("_to") <= pl.col("start")
    last = pl.col("_to") == pl.col("_to").filter(before).max().over("sid", "start")
    after = (pl.col("_from") - pl.col("end")).is_between(0, _NAMED_BEHIND)
    beside = pairs.filter((before & last).fill_null(value=False) | after)
    return beside.group_by("sid", "start", maintain_order=True).agg(owners=pl.col("company_id").unique())


def _without_base(counts: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Counts without those of all customers that a company has: "the bank, which has 15 million customers"."""
    has = cues(scanned, "base").select("sid", _from="start", _to="end")
    pairs = counts.select("doc", "sid", "start", "end").join(has, on="sid", maintain_order="left")
    ahead = (pl.col("start") - pl.col("_to")).is_between(0, _HAS_BEFORE)
    behind = scanned.setting("verb_last", pairs) & (pl.col("_from") - pl.col("end")).is_between(0, _HAS_BEHIND)
    return counts.join(pairs.filter(ahead | behind), on=["sid", "start"], how="anti", maintain_order="left")


def _meeting(counts: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Where counts of those end that take part in meetings: "300 million daily meeting participants"."""
    taking_part = scanned.cues_of("metric", codes=("participants",)).select("sid", _at="start")
    pairs = counts.select("sid", "end").join(taking_part, on="sid", maintain_order="left")
    return pairs.filter((pl.col("_at") - pl.col("end")).is_between(-1, _COUNTED_BY))["end"].unique()


def _ages(counts: pl.DataFrame, scanned: Scanned) -> list[bool]:
    """Whether each number stands between commas, as an age does: "Ann Roe, 32, took"."""
    plain = scanned.tape.plain
    return [plain[s - 2 : s] == ", " and plain[e : e + 2] == ", " for s, e in counts.select("start", "end").iter_rows()]


def _precise(near: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Counts, one a row, with those that are only about right replaced by an exact one of the neighbouring sentences."""
    told = ["row", "value_start", "value_end", "records_affected", "unit"]
    exact = pairs.filter(pl.col("comparator") == "eq").select(told)
    vague = near.filter(pl.col("comparator") != "eq").select(
        "row", about=pl.col("records_affected").cast(pl.Int64), how="comparator"
    )
    about, value = pl.col("about"), pl.col("records_affected").cast(pl.Int64)
    place = pl.max_horizontal(pl.when(about % 10**k == 0).then(10**k) for k in range(_PLACES))
    fits = (
        pl.when(pl.col("how") == "over")
        .then((value > about) & (value < about + place))
        .when(pl.col("how") == "under")
        .then((value < about) & (value > about - place))
        .otherwise((value != about) & ((value - about).abs() < pl.min_horizontal(place, about / _ROUNDED)))
    )
    better = vague.join(exact, on="row", maintain_order="left").filter(fits)
    better = better.unique("row", keep="first", maintain_order=True).select(told)
    return pl.concat([near.join(better, on="row", how="anti", maintain_order="left").select(told), better])
