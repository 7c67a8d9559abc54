"""Periods behind the numbers that they are of, ranges after "from", and outlooks that replace others. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "SAP's revenue was €7 billion in the second quarter and €14 billion in the first half."),
        ("de", "SAP erzielte im zweiten Quartal einen Umsatz von 7 Mrd. Euro und 14 Mrd. Euro im ersten Halbjahr."),
        ("nl", "SAP boekte een omzet van 7 miljard euro in het tweede kwartaal en 14 miljard in de eerste helft van het jaar."),
        ("fr", "SAP a réalisé des ventes de 7 milliards d'euros au deuxième trimestre et de 14 milliards au premier semestre."),
    ],
)  # fmt: skip
def test_a_period_behind_a_number_is_its_own(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_type")
    assert found == [(7e9, "quarter"), (14e9, "half")]


@pytest.mark.parametrize(
    "text",
    [
        "SAP said it expects earnings of $1.15 per share in the current quarter, and $2.15 for the fiscal year.",
        "Analysts expected SAP to earn $1.15 per share in the current quarter and $2.15 per share for the fiscal year.",
    ],
)
def test_outlooks_of_two_periods(text: str) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "period_type") == [(1.15, "quarter"), (2.15, "year")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "SAP's organic growth picked up to 0.5% in the second quarter from 0.2% in the first quarter."),
        (
            "fr",
            "La croissance organique de SAP au deuxième trimestre redevient positive à 0,5%, après 0,2% au premier trimestre.",
        ),
    ],
)
def test_the_quarter_before_is_named(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_end")
    assert found == [(0.5, "2021-06-30"), (0.2, "2021-03-31")]


def test_the_period_of_what_it_is_compared_with_a_year_later() -> None:
    text = "SAP grew 5% organically in the second quarter. Net profit was €56m against €85m in the first half of 2020."
    found = cells(figures_in(text, "en", published=PUBLISHED), "metric", "period_type", "period_end")
    assert found[-2:] == [("net_income", "half", "2021-06-30"), ("net_income", "half", "2020-06-30")]


def test_the_year_of_a_level_is_not_the_numbers() -> None:
    text = "Le résultat net de SAP se maintient à 26,1 millions d'euros en 2020, très proche du niveau record de 2019."
    found = cells(figures_in(text, "fr", published=PUBLISHED), "value", "basis", "period_end")
    assert found == [(26.1e6, "actual", "2020-12-31")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "SAP said that growth in revenue would range from 3% to 5% in 2021."),
        ("fr", "SAP vise une croissance interne de 3% à 5% en 2021."),
        ("fr", "SAP prévoit une croissance de son chiffre d'affaires de 3% à 5% en 2021."),
        ("es", "SAP prevé un crecimiento de las ventas del 3% al 5% en 2021."),
        ("it", "SAP prevede una crescita dei ricavi dal 3% al 5% nel 2021."),
    ],
)
def test_growth_from_so_much_to_so_much_is_a_range(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "value_high", "basis")
    assert found == [(3.0, 5.0, "guidance")]


def test_a_range_gives_way_to_another() -> None:
    text = "SAP raised its outlook for sales growth from a range of 3% to 4% to a range of 3% to 5%."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value_high", "basis")
    assert found == [(4.0, "prior_guidance"), (5.0, "guidance")]


def test_a_dash_before_a_smaller_amount_makes_no_range() -> None:
    text = "SAP forecasts sales between $50 billion and $51 billion - $200 million more than it did in July."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "value_high")[0] == (50e9, 51e9)


def test_earnings_and_what_they_are_a_share() -> None:
    text = "SAP reported earnings of $796.7 million, or $1.46 a share, up from a profit of $475.6 million, or 83 cents a share."
    found = cells(figures_in(text, "en", published=PUBLISHED), "metric", "value")
    assert found == [("net_income", 796.7e6), ("eps", 1.46), ("net_income", 475.6e6), ("eps", 0.83)]


@pytest.mark.parametrize(
    ("language", "text", "period"),
    [
        ("fr", "Le chiffre d'affaires de SAP s'élève à 9,8 milliards d'euros au 30 juin 2021, en croissance de 8%.", "half"),
        ("it", "I ricavi di SAP al 30 giugno 2021 ammontano a 9,8 miliardi di euro, +8% rispetto al 30 giugno 2020.", "half"),
        ("es", "Los ingresos de SAP sumaron 9.800 millones de euros hasta junio, un 8% más.", "half"),
        ("id", "Pendapatan SAP mencapai 9,8 miliar euro hingga Juni 2021, naik 8%.", "half"),
        ("de", "Bis Ende März 2021 erzielte SAP einen Umsatz von 9,8 Mrd. Euro, ein Plus von 8 Prozent.", "quarter"),
    ],
)
def test_sales_at_a_date_are_those_of_the_year_to_date(language: str, text: str, period: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_type")
    assert found == [(9.8e9, period), (8.0, period)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "SAP posts higher annual results. Revenue rose 6.5% to 27 billion euros."),
        ("de", "SAP legt Jahreszahlen vor. Der Umsatz stieg um 6,5% auf 27 Milliarden Euro."),
        ("nl", "SAP presenteert jaarcijfers. De omzet steeg met 6,5% tot 27 miljard euro."),
        ("fr", "SAP publie des résultats annuels en hausse. Le chiffre d'affaires s'est accru de 6,5% à 27 milliards d'euros."),
        ("sv", "SAP lämnar bokslut. Omsättningen ökade med 6,5 procent till 27 miljarder euro."),
        ("ko", "SAP가 연간 실적을 발표했다. 매출은 6.5% 증가한 270억유로였다."),
    ],
)
def test_annual_results_are_those_of_the_year_that_has_ended(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=datetime(2021, 1, 29, tzinfo=UTC)), "value", "period_end", "period_type")
    assert found == [(6.5, "2020-12-31", "year"), (27e9, "2020-12-31", "year")]
