"""Figures beside others of their kind: in brackets, replaced, set against an earlier one, below zero, a margin behind a result.

Sentences are our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2023, 8, 10, tzinfo=UTC)


def figures(text: str, language: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of each figure in the order of the text, values as floats."""
    return cells(figures_in(text, language, published=PUBLISHED), *columns)


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("sv", "Volvos omsättning ökade till 1 020 Mkr (950).", [(1020e6, "current"), (950e6, "comparative")]),
        ("no", "Equinor fikk et driftsresultat på 101 millioner kroner (88).", [(101e6, "current"), (88e6, "comparative")]),
        ("de", "Siemens setzte 2,3 (Vorjahr: 2,1) Milliarden Euro um.", [(2.3e9, "current"), (2.1e9, "comparative")]),
        ("da", "Omsætningen i Carlsberg blev 2,3 (2022: 2,1) mia. kr.", [(2.3e9, "current"), (2.1e9, "comparative")]),
    ],
)
def test_a_number_in_brackets_is_that_of_the_earlier_period(language: str, text: str, values: list[tuple[float, str]]) -> None:
    assert figures(text, language, "value", "period_role") == values


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Zoom höjer sin intäktsprognos för helåret från 3,99 till 4,01 miljarder dollar."),
        ("da", "Zoom løfter forventningen til årets omsætning fra 3,99 til 4,01 mia. dollar."),
        ("es", "Zoom elevó su previsión de ingresos anuales de 3.990 a 4.010 millones de dólares."),
        ("fr", "Zoom a relevé sa prévision de chiffre d'affaires annuel, de 3,99 à 4,01 milliards de dollars."),
        ("it", "Zoom ha alzato le stime sui ricavi annuali da 3,99 a 4,01 miliardi di dollari."),
        ("pl", "Zoom podniósł prognozę rocznych przychodów z 3,99 mld do 4,01 mld dolarów."),
        ("pt", "A Zoom elevou a previsão de receita anual de US$ 3,99 bilhões para US$ 4,01 bilhões."),
    ],
)
def test_an_outlook_raised_from_one_amount_to_another_is_no_range(language: str, text: str) -> None:
    assert figures(text, language, "value", "value_high", "basis") == [
        (3.99e9, None, "prior_guidance"),
        (4.01e9, None, "guidance"),
    ]


def test_an_outlook_raised_to_a_range_is_one() -> None:
    text = "Zoom elevó su previsión de ingresos anuales a un rango de 3.990 a 4.010 millones de dólares."
    assert figures(text, "es", "value", "value_high", "basis") == [(3.99e9, 4.01e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text", "growth"),
    [
        ("de", "Siemens erwartet ein Umsatzplus von 6 bis 8 Prozent, zuvor waren es 4 bis 6 Prozent.", [(6, 8), (4, 6)]),
        ("nl", "Philips mikt op een omzetgroei van 5 tot 7 procent. Eerder was dat 3 tot 5 procent.", [(5, 7), (3, 5)]),
        ("fr", "Danone vise une croissance organique de 5 à 6 %, contre 3 à 4 % précédemment.", [(5, 6), (3, 4)]),
        ("da", "Carlsberg venter en organisk vækst på 4-7 procent mod tidligere -2 til +5 procent.", [(4, 7), (-2, 5)]),
    ],
)
def test_growth_foreseen_replaces_growth_foreseen(language: str, text: str, growth: list[tuple[int, int]]) -> None:
    found = figures(text, language, "metric", "value", "value_high", "basis")
    assert found == [("revenue", *growth[0], "guidance"), ("revenue", *growth[1], "prior_guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Revenue growth at Zoom slowed to 54% from 191% in the prior quarter."),
        ("es", "El crecimiento de los ingresos de Zoom se frenó al 54 % desde el 191 % del trimestre anterior."),
        ("de", "Das Umsatzwachstum von Zoom verlangsamte sich auf 54 Prozent, nach 191 Prozent im Vorquartal."),
    ],
)
def test_growth_is_set_against_that_of_an_earlier_period(language: str, text: str) -> None:
    found = figures(text, language, "value", "measure", "period_role")
    assert found == [(54, "change", "current"), (191, "change", "comparative")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De vrije kasstroom van Philips bedroeg 37 miljoen euro negatief."),
        ("da", "Det frie cash flow i Carlsberg var negativt med 37 mio. euro."),
        ("fr", "Le free cash-flow de Danone est ressorti négatif à hauteur de 37 millions d'euros."),
        ("es", "El flujo de caja libre de Iberdrola fue negativo en 37 millones de euros."),
    ],
)
def test_an_amount_said_to_be_negative_is_below_zero(language: str, text: str) -> None:
    assert figures(text, language, "metric", "value") == [("free_cash_flow", -37e6)]


def test_a_margin_behind_a_result_and_the_sales_is_that_of_the_result() -> None:
    text = "Danone affiche un résultat opérationnel de 134 millions d'euros, soit une marge de 10,9 %."
    assert figures(text, "fr", "metric", "measure") == [("operating_income", "level"), ("operating_margin", "level")]


def test_by_half_more_is_half_as_much_again() -> None:
    found = figures("Der Umsatz von Zalando legte um die Hälfte zu.", "de", "value", "unit", "comparator")
    assert found == [(50, "percent", "approx")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Nettoskulden för Volvo var 8,9 miljarder kronor, motsvarande 2,1 gånger ebitda."),
        ("pt", "A relação entre dívida líquida e Ebitda da Cosan ficou em 2,1 vezes."),
        ("pl", "Marża EBITDA Orange zwiększyła się do 27 proc. z 26,3 proc."),
    ],
)
def test_what_only_measures_ebitda_is_no_change_of_it(language: str, text: str) -> None:
    assert "ebitda" not in [metric for (metric,) in figures(text, language, "metric")]


def test_months_within_a_period_part_no_class_from_its_count() -> None:
    text = "I clienti che hanno speso più di 100.000 dollari negli ultimi dodici mesi sono saliti a 1.644 per Zoom."
    assert figures(text, "it", "metric", "segment", "value") == [("customers", "over_100k_usd", 1644)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Zysk na akcję Zooma wyniósł 1,32 dolara, wobec oczekiwanych 99 centów."),
        ("sv", "Vinsten per aktie blev 1,32 dollar för Zoom, mot väntade 0,99 dollar."),
    ],
)
def test_expected_right_before_a_number_tells_whose_it_is(language: str, text: str) -> None:
    assert figures(text, language, "value", "basis") == [(1.32, "actual"), (0.99, "consensus")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Von den 8.500 Mitarbeitern bei Siemens müssen 1.300 gehen."),
        ("nl", "Van de 8.500 werknemers van Philips moeten er 1.300 vertrekken."),
    ],
)
def test_a_part_of_the_staff_is_not_the_staff(language: str, text: str) -> None:
    assert figures(text, language, "metric", "value", "basis") == [("employees", 8500, "actual")]


def test_an_increase_of_last_year_is_none_of_that_year() -> None:
    text = "Telenor har 2.645.000 mobilabonnenter, en økning på 281.000 i fjor. Antall abonnenter steg fra 149.000 til 326.000."
    found = figures(text, "no", "value", "measure", "period_role")
    assert found == [
        (2_645_000, "level", "current"),
        (281_000, "change", "current"),
        (149_000, "level", "comparative"),
        (326_000, "level", "current"),
    ]
