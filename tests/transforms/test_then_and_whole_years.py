"""Figures told of an earlier time, of the whole year, or as what a forecast had been. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 8, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom's second-quarter sales rose 54 per cent on the year. A year ago growth had been running at 355 per cent."),
        ("en", "Zoom's sales rose 54 per cent in the second quarter. A year earlier, revenue had grown 355 per cent."),
        (
            "de",
            "Zoom steigerte den Umsatz im zweiten Quartal um 54 Prozent. Ein Jahr zuvor waren es noch 355 Prozent Wachstum.",
        ),
        ("nl", "De omzet van Zoom steeg in het tweede kwartaal met 54 procent. Een jaar eerder was de groei nog 355 procent."),
        (
            "fr",
            "Le chiffre d'affaires de Zoom a crû de 54 % au deuxième trimestre. Un an plus tôt, la hausse était de 355 %.",
        ),
        ("es", "Los ingresos de Zoom crecieron un 54 % en el segundo trimestre. Un año antes habían crecido un 355 %."),
        ("it", "I ricavi di Zoom sono cresciuti del 54% nel secondo trimestre. Un anno prima la crescita era stata del 355%."),
        ("sv", "Zooms omsättning ökade med 54 procent under andra kvartalet. Ett år tidigare var tillväxten 355 procent."),
        ("zh", "Zoom第二季度营收同比增长54%。一年前增速为355%。"),
        ("ja", "米ズーム・ビデオ・コミュニケーションズの5～7月期の売上高は前年同期比54％増だった。前年同期は355％増だった。"),
        ("ko", "줌의 2분기 매출은 54% 증가했다. 1년 전에는 355% 증가했었다."),
        ("ru", "Выручка Zoom во втором квартале выросла на 54%. Годом ранее рост составлял 355%."),
    ],
)
def test_growth_of_a_year_ago_is_of_then(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role", "period_end")
    assert found == [(54.0, "current", "2021-07-31"), (355.0, "comparative", "2020-07-31")]


def test_growth_against_a_year_ago_is_of_now() -> None:
    text = "Compared with a year ago, Zoom's revenue rose 54%. Year on year, profit grew 80%."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "period_role") == [(54.0, "current"), (80.0, "current")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom expects fourth-quarter revenue of $806 million. The annual target was raised to $2.58 billion."),
        ("fr", "Zoom prévoit 806 millions de dollars de ventes au quatrième trimestre. L'objectif annuel est de 2,58 mds."),
        ("es", "Zoom prevé ingresos de 806 millones de dólares en el cuarto trimestre. El objetivo anual es 2.580 millones."),
        ("it", "Zoom prevede ricavi di 806 milioni di dollari nel quarto trimestre. L'obiettivo annuale è di 2,58 miliardi."),
        ("de", "Zoom erwartet im vierten Quartal 806 Millionen Dollar Umsatz. Das Jahresziel beträgt nun 2,58 Milliarden."),
    ],
)  # fmt: skip
def test_a_target_for_the_year_is_of_the_year(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis", "period_type")
    assert found == [(806e6, "guidance", "quarter"), (2.58e9, "guidance", "year")]


@pytest.mark.parametrize("verb", ["was raised", "has been raised", "was lifted", "was cut"])
def test_a_forecast_may_be_raised_to_an_amount(verb: str) -> None:
    found = figures_in(f"Zoom's full-year revenue forecast {verb} to $4.01 billion.", "en", published=PUBLISHED)
    assert cells(found, "metric", "value", "basis") == [("revenue", 4.01e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom's earnings of $1.36 a share beat the consensus of $1.16. The revenue forecast was $991 million."),
        ("ja", "米ズームの1株利益は1.36ドルと、市場予想（1.16ドル）を上回った。売上高の予想は9億9100万ドルだった。"),
    ],
)
def test_a_forecast_after_a_consensus_is_one(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "basis")[-1] == (991e6, "consensus")


def test_what_the_firm_expects_after_a_consensus_is_its_own() -> None:
    text = "Zoom's earnings of $1.36 a share beat the consensus of $1.16. It expects revenue of $991 million."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis")[-1] == (991e6, "guidance")


def test_a_forecast_for_a_time_that_is_named_is_the_firms() -> None:
    text = "米ズームの1株利益は1.36ドルと、市場予想（1.16ドル）を上回った。通期の売上高の予想は40億ドルだった。"
    assert cells(figures_in(text, "ja", published=PUBLISHED), "value", "basis")[-1] == (4e9, "guidance")
