"""What brackets say of the numbers beside them, ranges with spaces, growth in any verb's words. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "For this quarter Zoom expects EPS of 90 to 92 cents (consensus: 88 cents) on revenue of $1.12 billion."),
        ("nl", "Zoom verwacht een winst per aandeel van 90 tot 92 cent (88 cent volgens analisten) op 1,12 miljard omzet."),
        ("de", "Zoom erwartet einen Gewinn je Aktie von 90 bis 92 Cent (Konsens: 88 Cent) bei 1,12 Milliarden Dollar Umsatz."),
    ],
)  # fmt: skip
def test_an_expectation_in_brackets_is_of_the_number_in_them(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "basis")
    assert found == [("eps", 0.9, "guidance"), ("eps", 0.88, "consensus"), ("revenue", 1.12e9, "guidance")]


def test_both_numbers_of_a_bracket_are_expected() -> None:
    analysts = "88 centesimi e 1,11 miliardi le attese degli analisti"
    text = f"Zoom prevede un eps tra 90 e 92 centesimi su 1,12 miliardi di ricavi ({analysts})."
    found = cells(figures_in(text, "it", published=PUBLISHED), "value", "basis")
    assert found == [(0.9, "guidance"), (1.12e9, "guidance"), (0.88, "consensus"), (1.11e9, "consensus")]


def test_what_an_expectation_is_held_against_is_none() -> None:
    text = "According to Refinitiv, Zoom's earnings came to $1.03 per share, against 87 cents expected by analysts."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis") == [(1.03, "actual"), (0.87, "consensus")]


@pytest.mark.parametrize(
    "text",
    [
        "Zoom 预计第三季度营收为 6.85 亿美元至 6.9 亿美元。",
        "Zoom 预计第三季度营收为 6.85 亿美元 到 6.9 亿美元。",
        "Zoom 预计第三季度营收为 6.85 亿 - 6.9 亿美元。",
        "Zoom 预计第三季度营收介于 6.85 亿与 6.9 亿美元之间。",
    ],
)
def test_a_range_may_be_written_with_spaces(text: str) -> None:
    found = cells(figures_in(text, "zh", published=PUBLISHED), "value", "value_high", "basis")
    assert found == [(685e6, 690e6, "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom's revenue zipped 54% to $1.02 billion in the second quarter."),
        ("de", "Der Umsatz von Zoom galoppierte im zweiten Quartal um 54 Prozent auf 1,02 Milliarden Dollar."),
        ("fr", "Le chiffre d'affaires de Zoom a galopé de 54 % à 1,02 milliard de dollars au deuxième trimestre."),
        ("it", "I ricavi di Zoom hanno galoppato del 54% a 1,02 miliardi di dollari nel secondo trimestre."),
        ("nl", "De omzet van Zoom galoppeerde in het tweede kwartaal met 54 procent naar 1,02 miljard dollar."),
        ("es", "Los ingresos de Zoom galoparon un 54 % hasta 1.020 millones de dólares en el segundo trimestre."),
        ("pt", "A receita da Zoom galopou 54%, para US$ 1,02 bilhão, no segundo trimestre."),
        ("sv", "Zooms omsättning galopperade 54 procent till 1,02 miljarder dollar under andra kvartalet."),
        ("ru", "Выручка Zoom во втором квартале рванула на 54%, до 1,02 млрд долларов."),
    ],
)
def test_growth_that_led_to_an_amount_is_growth_whatever_the_verb(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "measure", "value")
    assert found == [("change", 54.0), ("level", 1.02e9)]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("In the first quarter of 2021 Zoom made a profit of $227 million.", "2021-04-30"),
        ("Zoom made a profit of $186 million in the second quarter of 2020.", "2020-07-31"),
        ("In the second quarter of fiscal 2021 Zoom made a profit of $186 million.", "2020-07-31"),
        ("In the first quarter of 2022 Zoom made a profit of $227 million.", "2021-04-30"),
        ("In 2020 Zoom booked revenue of $2.65 billion.", "2021-01-31"),
    ],
)
def test_a_year_that_ends_in_winter_is_called_by_both_years(text: str, end: str) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "period_end") == [(end,)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom booked $1,021 million in revenue, more than in the previous quarter, when revenue came to $956 million."),
        ("de", "Zoom erzielte 1.021 Millionen Dollar Umsatz, mehr als im Vorquartal, als der Umsatz 956 Millionen erreichte."),
        (
            "fr",
            "Zoom a 1 021 millions de dollars de revenus, plus qu'au trimestre précédent, où ils ont atteint 956 millions.",
        ),
        (
            "it",
            "Zoom ha ricavi per 1.021 milioni di dollari, più del trimestre precedente, quando erano di 956 milioni.",
        ),
        (
            "nl",
            "Zoom boekte een omzet van 1.021 miljoen dollar, meer dan in het vorige kwartaal, toen de omzet 956 miljoen was.",
        ),
        ("sv", "Zooms omsättning blev 1 021 miljoner dollar, mer än föregående kvartal, då omsättningen var 956 miljoner."),
    ],
)  # fmt: skip
def test_a_clause_about_an_earlier_time_is_of_then(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role", "period_end")
    assert found == [(1.021e9, "current", "2021-07-31"), (956e6, "comparative", "2021-04-30")]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "Zoom's revenue zipped 54% year on year in the second quarter.", 54.0),
        ("de", "Der Umsatz von Zoom flitzte im zweiten Quartal gegenüber dem Vorjahr um 54 Prozent.", 54.0),
        ("fr", "Le chiffre d'affaires de Zoom a galopé de 54 % sur un an au deuxième trimestre.", 54.0),
        ("nl", "De omzet van Zoom galoppeerde in het tweede kwartaal met 54 procent op jaarbasis.", 54.0),
        ("de", "Der Umsatz von Zoom lag im zweiten Quartal um 30 Prozent unter dem Vorjahr.", -30.0),
        ("en", "Zoom's revenue was 30% below a year earlier.", -30.0),
    ],
)
def test_growth_against_a_year_ago_is_growth_whatever_the_verb(language: str, text: str, value: float) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "measure", "value") == [("change", value)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Dit jaar wordt gemikt op 4,02 miljard dollar omzet. Eerder voorzag Zoom nog een omzet van 3,98 miljard."),
        ("fr", "Zoom vise 4,02 milliards de dollars de revenus. Auparavant, Zoom tablait sur des revenus de 3,98 milliards."),
        ("pt", "Para o ano, mira-se receita de US$ 4,02 bilhões. Antes, a Zoom previa receita de US$ 3,98 bilhões."),
        ("es", "Para el año se apunta a unos ingresos de 4.020 millones. Antes Zoom preveía unos ingresos de 3.980 millones."),
        ("sv", "Nu siktar Zoom på en omsättning på 4,02 miljarder. Tidigare räknade Zoom med en på 3,98 miljarder."),
    ],
)  # fmt: skip
def test_an_outlook_without_its_firm_and_the_one_before(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis")
    assert found == [(4.02e9, "guidance"), (3.98e9, "prior_guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom now has 300 million daily meeting participants, up from just 10 million in December."),
        ("de", "Zoom zählt inzwischen 300 Millionen tägliche Teilnehmer, im Dezember waren es erst 10 Millionen."),
        ("nl", "Zoom telt nu 300 miljoen deelnemers per dag, tegen slechts 10 miljoen in december."),
    ],
)
def test_a_month_is_of_the_number_compared_with(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_end")
    assert found == [(300e6, "2021-07-31"), (10e6, "2020-12-31")]
