"""A language that only its files know: articles of Finnish give the right facts, and no module names the language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import transforms
from transforms.extract import extract
from transforms.reading.language import language_of
from transforms.schemas import ARTICLE_TEXTS

ROOT = Path(transforms.__file__).parent

RESULTS = """Lumivuo kasvatti liikevaihtoaan huhti-kesäkuussa

Ohjelmistoyhtiö Lumivuo kertoi torstaina, että sen liikevaihto kasvoi toisella neljänneksellä 12,4 prosenttia 204,1 \
miljoonaan euroon. Vuotta aiemmin liikevaihto oli 181,6 miljoonaa euroa.

Liikevoitto nousi 18,2 miljoonasta eurosta 23,7 miljoonaan euroon. Osakekohtainen tulos oli 0,31 euroa, kun analyytikot \
odottivat 0,28 euroa. Yhtiöllä oli kesäkuun lopussa 4 150 työntekijää.

Lumivuo arvioi, että koko vuoden liikevaihto on 800–830 miljoonaa euroa. Aiemmin yhtiö arvioi liikevaihdon olevan 770–800 \
miljoonaa euroa.

Lumivuon osake nousi torstaina Helsingin pörssissä 6,5 prosenttia 14,20 euroon.
"""
BREACH = """Terveysyhtiö Salpahoiva joutui tietomurron kohteeksi

Hakkerit varastivat terveysyhtiö Salpahoivan järjestelmistä 36 000 asiakkaan henkilötiedot, yhtiö kertoi maanantaina. \
Hyökkääjät vaativat 450 000 euron lunnaita.

Tietosuojavaltuutettu määräsi Salpahoivalle 608 000 euron seuraamusmaksun.
"""
DEAL = """Rautalehto ostaa ruotsalaisen Björkstålin

Konepajayhtiö Rautalehto ostaa ruotsalaisen Björkstålin 120 miljoonalla eurolla. Rautalehto irtisanoo samalla 250 \
työntekijää Tampereella.
"""
LOSS = """Harjumetsä antoi tulosvaroituksen

Metsäyhtiö Harjumetsä kertoi keskiviikkona, että sen liikevaihto laski tammi-maaliskuussa 7 prosenttia 1,2 miljardiin \
euroon. Liikevoittoprosentti oli 4,8. Tilikauden tulos painui 15 miljoonaa euroa tappiolle.
"""


@cache
def facts(text: str) -> dict[str, list[dict[str, Any]]]:
    row = dict.fromkeys(ARTICLE_TEXTS) | {
        "article_id": "a", "language": language_of(text), "text": text, "published_at": datetime(2021, 7, 22, tzinfo=UTC),
        "published_precision": "day", "title_start": 0, "title_end": text.index("\n"),
    }  # fmt: skip
    found = extract(pl.DataFrame([row], schema=ARTICLE_TEXTS))
    return {table: frame.to_dicts() for table, frame in found.items()}


def figure(row: dict[str, Any]) -> tuple[object, ...]:
    return (row["metric"], row["measure"], row["basis"], row["period_role"], row["value"], row["value_high"], row["unit"])


def figures(text: str) -> list[tuple[object, ...]]:
    return [figure(row) for row in facts(text)["fact_financials"]]


@pytest.mark.parametrize("text", [RESULTS, BREACH, DEAL, LOSS])
def test_the_language_is_told(text: str) -> None:
    assert language_of(text) == "fi"


def test_figures_of_a_quarter() -> None:
    m = Decimal(1_000_000)
    assert set(figures(RESULTS)) == {
        ("revenue", "change", "actual", "current", Decimal("12.4"), None, "percent"),
        ("revenue", "level", "actual", "current", Decimal("204.1") * m, None, "EUR"),
        ("revenue", "level", "actual", "comparative", Decimal("181.6") * m, None, "EUR"),
        ("operating_income", "level", "actual", "comparative", Decimal("18.2") * m, None, "EUR"),
        ("operating_income", "level", "actual", "current", Decimal("23.7") * m, None, "EUR"),
        ("eps", "level", "actual", "current", Decimal("0.31"), None, "EUR"),
        ("eps", "level", "consensus", "current", Decimal("0.28"), None, "EUR"),
        ("employees", "level", "actual", "current", Decimal(4150), None, "count"),
        ("revenue", "level", "guidance", "current", 800 * m, 830 * m, "EUR"),
        ("revenue", "level", "prior_guidance", "current", 770 * m, 800 * m, "EUR"),
    }


def test_periods_of_months_are_quarters() -> None:
    ends = {(row["metric"], row["basis"], row["period_role"]): row["period_end"] for row in facts(RESULTS)["fact_financials"]}
    assert str(ends["revenue", "actual", "current"]) == "2021-06-30"
    assert str(ends["revenue", "actual", "comparative"]) == "2020-06-30"
    assert str(ends["revenue", "guidance", "current"]) == "2021-12-31"
    quarter = {str(r["period_end"]) for r in facts(LOSS)["fact_financials"] if r["metric"] == "revenue"}
    assert quarter == {"2021-03-31"}


def test_a_fall_and_a_loss() -> None:
    said = {(row["metric"], row["measure"]): row["value"] for row in facts(LOSS)["fact_financials"]}
    assert said["revenue", "change"] == Decimal(-7)
    assert said["revenue", "level"] == Decimal(1_200_000_000)


def test_incidents() -> None:
    rows = facts(BREACH)["fact_security_incidents"]
    assert {(row["category"], row["records_affected"]) for row in rows} == {("data_breach", 36000), ("ransomware", None)}
    assert {row["company_id"] for row in rows} == {"salpahoiva"}


def test_moves() -> None:
    price = {(r["company_id"], r["move_type"], r["direction"], r["value"]) for r in facts(RESULTS)["fact_market_moves"]}
    assert ("lumivuo", "share_price_change", "up", Decimal("6.5")) in price
    fine = [row for row in facts(BREACH)["fact_market_moves"] if row["move_type"] == "regulatory_action"]
    assert [(row["value"], row["unit"]) for row in fine] == [(Decimal(608_000), "EUR")]
    moves = {(row["company_id"], row["move_type"], row["value"]) for row in facts(DEAL)["fact_market_moves"]}
    assert {("rautalehto", "acquisition", Decimal(120_000_000)), ("rautalehto", "layoffs", Decimal(250))} <= moves


def test_no_module_knows_the_language() -> None:
    """But for the generators, which choose how much of CLDR a language needs."""
    named = re.compile(r"""["']fi["']|[Ff]innish|Suomi""")
    modules = [path for path in ROOT.rglob("*.py") if not path.name.startswith("generate_")]
    assert [path.name for path in modules if named.search(path.read_text(encoding="utf-8"))] == []
