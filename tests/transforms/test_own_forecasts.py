"""Whose forecast a number is, of when, and of what, where newsrooms set several side by side. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2023, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Analisten voorspelden een omzet van 1,08 miljard dollar terwijl Twilio zelf rekende op 1,06 miljard dollar."),
        (
            "de",
            "Analysten hatten 1,08 Milliarden Dollar Umsatz erwartet, Twilio selbst mit 1,06 Milliarden gerechnet.",
        ),
        (
            "sv",
            "Analytikerna väntade en omsättning på 1,08 miljarder dollar medan Twilio självt räknade med 1,06 miljarder.",
        ),
        ("en", "Analysts expected revenue of $1.08 billion while Twilio itself had forecast $1.06 billion."),
    ],
)
def test_what_the_company_itself_had_expected_is_of_the_time_of_what_analysts_had(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis", "period_end")
    assert found == [(1.08e9, "consensus", "2023-03-31"), (1.06e9, "prior_guidance", "2023-03-31")]


def test_what_the_company_itself_expects_is_its_outlook() -> None:
    text = (
        "Analysten erwarten für das laufende Quartal 1,08 Milliarden Dollar Umsatz, Twilio selbst rechnet mit 1,06 Milliarden."
    )
    found = cells(figures_in(text, "de", published=PUBLISHED), "value", "basis")
    assert found == [(1.08e9, "consensus"), (1.06e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Twilios omsättning ökade med 12 procent jämfört med föregående kvartal och landar på 1,3 miljarder dollar."),
        ("de", "Der Umsatz von Twilio stieg um 12 Prozent gegenüber dem Vorquartal und landete bei 1,3 Milliarden Dollar."),
        ("en", "Twilio's revenue rose 12 percent compared with the previous quarter and reached $1.3 billion."),
        ("da", "Twilios omsætning steg 12 procent sammenlignet med forrige kvartal og landede på 1,3 milliarder dollar."),
    ],
)
def test_what_and_goes_on_with_is_no_number_of_the_period_compared_with(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role")
    assert found == [(12, "current"), (1.3e9, "current")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Voor heel 2023 voorspelt Twilio een omzet van 4,47 miljard dollar, van 4,39 miljard dollar vorig jaar."),
        ("de", "Für das Gesamtjahr erwartet Twilio einen Umsatz von 4,47 Milliarden Dollar nach 4,39 Milliarden im Vorjahr."),
        ("en", "For the full year Twilio expects revenue of $4.47 billion, up from $4.39 billion last year."),
    ],
)
def test_what_an_outlook_is_set_against_is_of_the_year_before(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis", "period_end")
    assert found == [(4.47e9, "guidance", "2023-12-31"), (4.39e9, "actual", "2022-12-31")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Spotify väntar sig 1,3 miljarder euro i omsättning och att antalet betalande abonnenter når 83 miljoner."),
        ("nl", "Spotify verwacht 1,3 miljard euro omzet en dat het aantal betalende abonnees tot 83 miljoen stijgt."),
        ("en", "Spotify expects revenue of 1.3 billion euros and the number of its subscribers to rise to 83 million."),
        ("es", "Spotify prevé ingresos de 1.300 millones de euros y que el número de suscriptores suba a 83 millones."),
    ],
)  # fmt: skip
def test_a_number_of_people_is_no_amount(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "unit")
    assert found == [("revenue", 1.3e9, "EUR"), ("customers", 83e6, "count")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Spotify rekent op een omzet van 1,1 tot 1,3 miljard euro."),
        ("fr", "Spotify prévoit un chiffre d'affaires de 1,1 à 1,3 milliard d'euros."),
        ("es", "Spotify espera unos ingresos de 1.100 a 1.300 millones de euros."),
        ("it", "Spotify prevede ricavi da 1,1 a 1,3 miliardi di euro."),
    ],
)
def test_from_and_to_in_what_is_expected_is_a_range(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "value_high", "basis")
    assert found == [(1.1e9, 1.3e9, "guidance")]


def test_an_expected_move_is_no_range() -> None:
    text = "Spotify verwacht dat de omzet stijgt van 1,1 tot 1,3 miljard euro."
    found = cells(figures_in(text, "nl", published=PUBLISHED), "value", "basis")
    assert found == [(1.1e9, "actual"), (1.3e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Twilio boekte 1,02 miljard dollar omzet. De nettowinst was 31 miljoen. Het bedrijf verwacht 30 procent groei."),
        ("en", "Twilio had revenue of $1.02 billion. Net income was $31 million. The company expects growth of 30 percent."),
        (
            "de",
            "Twilio erzielte 1,02 Milliarden Dollar Umsatz. Der Nettogewinn: 31 Millionen. Es erwartet 30 Prozent Wachstum.",
        ),
    ],
)
def test_growth_expected_after_a_profit_is_of_revenue(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "basis")
    assert found[-1] == ("revenue", 30, "guidance")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Twilio is donderdag 19 miljard dollar aan beurswaarde kwijtgeraakt."),
        ("de", "Twilio verlor am Donnerstag 19 Milliarden Dollar an Börsenwert."),
        ("en", "The slide wiped $19 billion off Twilio's market value."),
        ("sv", "Twilio tappade 19 miljarder dollar i börsvärde."),
    ],
)
def test_market_value_lost_is_a_change(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "measure", "value")
    assert found == [("market_capitalization", "change", -19e9)]


def test_a_company_spoken_of_is_no_customer() -> None:
    text = (
        "Der Umsatz von Twilio soll auf 2,39 Milliarden Dollar zulegen. Zuvor hatte das Unternehmen 1,8 Milliarden angepeilt."
    )
    found = cells(figures_in(text, "de", published=PUBLISHED), "metric", "value", "basis")
    assert found == [("revenue", 2.39e9, "guidance"), ("revenue", 1.8e9, "prior_guidance")]


def test_devices_are_no_customers() -> None:
    text = "Twilio wird von 640.000 Kunden genutzt und wurde auf mehr als 2,5 Milliarden Geräten installiert."
    assert cells(figures_in(text, "de", published=PUBLISHED), "metric", "value") == [("customers", 640_000)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De winst van Twilio is hoger dan de verwachting."),
        ("de", "Der Gewinn von Twilio ist höher als die Erwartung."),
        ("en", "Twilio's profit is higher than the forecast."),
    ],
)
def test_a_result_above_the_forecast_raises_none(language: str, text: str) -> None:
    assert moves_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Analisten verwachten een stijging van de koers van het aandeel Twilio tot boven de 600 dollar."),
        ("en", "Analysts expect the Twilio share price to rise above $600."),
        ("de", "Analysten erwarten, dass der Kurs der Twilio-Aktie auf 600 Dollar steigt."),
        ("fr", "Les analystes prévoient que l'action Twilio montera à 600 dollars."),
    ],
)
def test_where_analysts_see_a_share_is_no_price_of_it(language: str, text: str) -> None:
    assert moves_in(text, language, published=PUBLISHED).is_empty()


def test_a_price_after_expectations_were_beaten_is_one() -> None:
    text = "After beating analysts' expectations, Twilio shares rose 5% to $600."
    found = cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value")
    assert found == [("share_price_change", 5), ("share_price_level", 600)]


def test_people_who_may_be_dismissed_and_what_is_laid_down_for_a_firm() -> None:
    text = "Ericsson meddelade ett sparprogram som kan leda till att 3 000 personer kan sägas upp."
    assert cells(moves_in(text, "sv", published=PUBLISHED), "move_type", "value") == [("layoffs", 3000)]
    text = "Twilio legde in juli bijna 15 miljard dollar neer voor het Amerikaanse bedrijf Five9."
    assert cells(moves_in(text, "nl", published=PUBLISHED), "move_type", "value") == [("acquisition", 15e9)]


def test_a_service_that_it_is_over_with() -> None:
    text = "Det er slut med at bruge Zoom på skolerne i New York. Det har byens skolemyndigheder besluttet."
    assert matters_in(text, "da", published=PUBLISHED)["category"].to_list() == ["account_restriction"]
