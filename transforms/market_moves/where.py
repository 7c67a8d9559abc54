"""Where a move takes place: the country of the authority, of the place named nearest, or of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.companies import cities_on_tape, dim_company
from transforms.market_moves.spoken import words
from transforms.security_incidents.words import inside
from transforms.spans import within

if TYPE_CHECKING:
    from transforms.scan import Scanned

PLACED: Final = (
    "market_entry",
    "market_exit",
    "expansion",
    "regulatory_action",
    "legal_action",
    "layoffs",
    "capacity_change",
    "market_share",
    "ipo",
)
"""Moves whose country is where they take place."""
_AT_HOME: Final = ("regulatory_action",)
"""Moves that, in a language of one country, take place there where no place is named."""
_ADJECTIVE_COST: Final = 25
"""An adjective ("the American firm") tells a home more often than a place."""
_CLAUSE_COST: Final = 20
_BEFORE_REACH: Final = 600
_PLACE_REACH: Final = 160
_LINE_BEFORE, _LINE_BEHIND = 28, 48
"""Code points before and behind a place that are read for what makes it that of a report."""
_DATELINE_OPENS: Final = r"(?:^|\n)(?:[^\n;:!?]{1,26}, (?:\p{Lu}[\p{L}.]* ){0,2})?$"
_DATELINE_CLOSES: Final = r"^(?: ?\([^()\n]{1,30}\))?(?:[,/][^\n;:!?]{0,36})? ?[-–—]{1,2} "


def with_country(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add country: of the authority, else the place named nearest in the sentence, else of the language for some moves."""
    rows = moves.with_row_index("row")
    homes = {language: str(lexicon.settings(language).get("home") or "") for language in scanned.tape.docs["language"].unique()}
    home = pl.Series([homes[language] or None for language in scanned.tape.docs["language"]], dtype=pl.String)
    of_authority = pl.col("authority").str.slice(0, 2).str.to_uppercase()
    of_authority = pl.when(of_authority != "XX").then(of_authority)
    at_home = pl.when(pl.col("move_type").is_in(_AT_HOME)).then(home.gather(moves["doc"]))
    return (
        rows.join(_nearest_place(rows, scanned), on="row", how="left", maintain_order="left")
        .join(_pointed_at(rows, scanned), on="row", how="left", maintain_order="left")
        .drop("row")
        .with_columns(country=pl.coalesce("country", "earlier"))
        .join(_told_of_party(rows, scanned), on="counterparty_end", how="left", maintain_order="left")
        .with_columns(_told=pl.when(pl.col("move_type").is_in(_AT_HOME)).then("_told"))
        .with_columns(
            country=pl.when(_of_no_country()).then(None).otherwise(pl.coalesce("_told", of_authority, "country", at_home))
        )
        .drop("_told")
    )


def _told_of_party(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The country that an adjective right behind a party tells ("il garante irlandese"): counterparty_end, _told."""
    said = scanned.countries.filter(pl.col("kind") == "adjective").select(counterparty_end=pl.col("start") - 1, _told="country")
    said = said.unique("counterparty_end", keep="first", maintain_order=True)
    return said.join(rows.select("counterparty_end").drop_nulls().unique(), on="counterparty_end", how="semi")


def _of_no_country() -> pl.Expr:
    """Whether an authority of no single country acts: "the European Union fined the Chinese firm"."""
    return pl.col("authority").str.starts_with("xx_eu").fill_null(value=False) & pl.col("move_type").is_in(_AT_HOME)


def _nearest_place(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The country of the place named nearest to the trigger in its sentence: row, country."""
    gap = pl.max_horizontal(
        pl.col("place_start") - pl.col("trigger_end"), pl.col("trigger_start") - pl.col("place_end"), pl.lit(0)
    )
    return (
        rows.filter(pl.col("move_type").is_in(PLACED))
        .select("row", "sid", "cid", "trigger_start", "trigger_end", "company_id")
        .join(_places(scanned), on="sid", how="inner", maintain_order="left")
        .join(dim_company().select("company_id", _home="country"), on="company_id", how="left", maintain_order="left")
        # A report written in Jakarta tells where a firm of Indonesia acts, not where one of elsewhere does.
        .filter(~(pl.col("dateline") & (pl.col("_home") != pl.col("country"))).fill_null(value=False))
        .with_columns(cost=gap + pl.col("dear") + _CLAUSE_COST * (pl.col("place_cid") - pl.col("cid")).abs())
        .filter(pl.col("cost") <= _PLACE_REACH)
        .sort("row", "cost", "place_start", maintain_order=True)
        .unique("row", keep="first", maintain_order=True)
        .select("row", "country")
    )


def _places(scanned: Scanned) -> pl.DataFrame:
    """Countries and cities in sentences: sid, place_start, place_end, place_cid, country, dear (what speaks against them).

    dateline tells that the place is only where the report was written.
    """
    money = scanned.quantities.filter(pl.col("kind") == "money").select("start", "end")
    # 美国视频平台Zoom裁员: what only tells a home is no place.
    lands = scanned.countries.filter(~scanned.homes()).drop_nulls("sid")
    named = lands.filter(~inside(lands, money)).select(  # "a fine of US$402 million" places nothing
        "sid", place_start="start", place_end="end", place_cid="cid", country="country",
        dear=pl.when(pl.col("kind") == "adjective").then(_ADJECTIVE_COST).otherwise(0),
    )  # fmt: skip
    known = (
        scanned.cues_of("city")
        .drop_nulls("sid")
        .select("sid", "start", "end", "cid", country=pl.col("code").str.to_uppercase())
    )
    cities = within(cities_on_tape(scanned.tape), scanned.clauses, name="cid", columns={"sid": "sid"}).drop_nulls("sid")
    cities = pl.concat([known, cities.select(known.columns)]).select(
        "sid", "country", place_start="start", place_end="end", place_cid="cid", dear=pl.lit(0)
    )
    found = pl.concat([named, cities.select(named.columns)])
    return found.with_columns(dateline=_of_datelines(found, scanned))


def _of_datelines(places: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether each place only tells where a report was written: "Jakarta, CNBC - ", "x.com, Jakarta - "."""
    opened = scanned.tape.slice(pl.max_horizontal(pl.col("place_start") - _LINE_BEFORE, pl.lit(0)), "place_start", places)
    closed = scanned.tape.slice("place_end", pl.col("place_end") + _LINE_BEHIND, places)
    return (opened.str.contains(_DATELINE_OPENS) & closed.str.contains(_DATELINE_CLOSES)).fill_null(value=False)


def _pointed_at(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The country named last before "it will leave that country": row, earlier."""
    anaphora = words(scanned, "that_country").select("sid").unique()
    last = (
        scanned.countries.filter(pl.col("kind") != "adjective")
        .drop_nulls("sid")
        .select("doc", place_start="start", earlier="country")
        .sort("place_start", maintain_order=True)
    )
    asked = rows.filter(pl.col("move_type").is_in(PLACED)).join(anaphora, on="sid", how="semi").select("row", "doc", "start")
    return (
        asked.sort("start", maintain_order=True)
        .join_asof(
            last, left_on="start", right_on="place_start", by="doc", strategy="backward", tolerance=_BEFORE_REACH,
            check_sortedness=False,
        )
        .select("row", "earlier")
    )  # fmt: skip
