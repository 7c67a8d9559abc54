"""Figures in the words and turns of newsrooms of fourteen languages. Sentences are our own."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Telefónica revirtió las pérdidas de 492 millones de euros de un año antes: ganó 37 millones de euros."),
        ("pt", "A Vale teve lucro líquido de R$ 37 milhões, revertendo o prejuízo de R$ 492 milhões de um ano antes."),
        ("en", "Philips turned a loss of 492 million euros into a profit of 37 million euros in the second quarter."),
        (
            "de",
            "Aus einem Verlust von 492 Millionen Euro machte Philips im zweiten Quartal einen Gewinn von 37 Millionen Euro.",
        ),
        ("sv", "Ericsson vände en förlust på 492 miljoner kronor till en vinst på 37 miljoner kronor i andra kvartalet."),
        ("no", "Telenor snudde et underskudd på 492 millioner kroner til et overskudd på 37 millioner kroner i andre kvartal."),
    ],
)
def test_a_result_that_was_turned_into_another_is_of_then(language: str, text: str) -> None:
    found = cells(figures_in(text, language), "metric", "value", "period_role")
    assert sorted(found) == [("net_income", -492e6, "comparative"), ("net_income", 37e6, "current")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Novo Nordisk kom mandag med halvårsregnskab. Før skat blev resultatet 591 millioner kroner."),
        ("no", "Telenor la mandag frem halvårstall. Før skatt ble resultatet 591 millioner kroner."),
        ("es", "Iberdrola presentó sus cuentas semestrales. Antes de impuestos, la eléctrica ganó 591 millones de euros."),
        ("pt", "A Galp apresentou as contas semestrais. Antes de impostos, a petrolífera lucrou 591 milhões de euros."),
        ("nl", "Philips kwam maandag met halfjaarcijfers. Voor belastingen bleef er een winst over van 591 miljoen euro."),
    ],
)
def test_a_result_is_what_heads_it(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value") == [("pretax_income", 591e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Philips legte Zahlen vor. Der Umsatz betrug 15,5 Milliarden Euro, ein Minus von 3,7 Prozent."),
        ("nl", "Philips kwam met cijfers. De opbrengsten kwamen uit op 15,5 miljard euro, een min van 3,7 procent."),
        ("sv", "Ericsson kom med siffror. Försäljningen uppgick till 15,5 miljarder kronor, ett tapp på 3,7 procent."),
    ],
)
def test_a_minus_of_percent_is_no_loss(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value") == [("revenue", 15.5e9), ("revenue", -3.7)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "På bundlinjen endte DSB med et minus på 96 millioner kroner mod et plus på 57 millioner året før."),
        ("no", "På bunnlinjen endte Norwegian med et minus på 96 millioner kroner, mot et pluss på 57 millioner året før."),
    ],
)
def test_a_minus_of_an_amount_is_a_loss(language: str, text: str) -> None:
    found = cells(figures_in(text, language), "metric", "value", "period_role")
    assert found == [("net_income", -96e6, "current"), ("net_income", 57e6, "comparative")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "Turkcell yıl sonu gelir büyüme beklentisini yüzde 4-5'ten yüzde 6-7 aralığına yükseltti."),
        ("tr", "Turkcell gelir büyümesi beklentisini %4-5'ten %6-7 aralığına yükseltti."),
    ],
)
def test_a_sign_of_percent_before_a_range_is_of_both_ends(language: str, text: str) -> None:
    found = cells(figures_in(text, language), "value", "value_high", "basis")
    assert found == [(4.0, 5.0, "prior_guidance"), (6.0, 7.0, "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Sales and operating profit of Philips rose to 2.4 billion and 300 million euros respectively."),
        ("de", "Umsatz und Betriebsgewinn von Philips stiegen auf 2,4 Milliarden beziehungsweise 300 Millionen Euro."),
        ("nl", "Omzet en bedrijfswinst van Philips stegen tot respectievelijk 2,4 miljard en 300 miljoen euro."),
        ("sv", "Omsättningen och rörelseresultatet i Volvo steg till 2,4 miljarder respektive 300 miljoner kronor."),
        ("no", "Omsetningen og driftsresultatet i Orkla steg til henholdsvis 2,4 milliarder og 300 millioner kroner."),
    ],
)
def test_amounts_of_a_list_share_their_currency(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value") == [("revenue", 2.4e9), ("operating_income", 300e6)]


@pytest.mark.parametrize(
    ("language", "text", "segment"),
    [
        ("en", "In Germany, sales at Philips fell 8 percent.", "germany"),
        ("da", "I Tyskland faldt Carlsbergs omsætning med 8 procent.", "germany"),
        ("pl", "W Niemczech sprzedaż Orlenu spadła o 8 proc.", "germany"),
        ("it", "In Francia le vendite di Ferrari sono scese dell'8%.", "france"),
    ],
)
def test_a_place_that_opens_the_sentence_is_the_segment(language: str, text: str, segment: str) -> None:
    assert cells(figures_in(text, language), "metric", "value", "segment") == [("revenue", -8.0, segment)]


def test_a_growth_told_as_a_range_behind_its_way() -> None:
    text = "For the fourth quarter Delta sees revenue down 6.5% to 10.5%."
    assert cells(figures_in(text, "en"), "value", "value_high", "basis") == [(-6.5, -10.5, "guidance")]


def test_a_fraction_gives_way_to_the_percentage_told_later() -> None:
    text = "BMW verdient ein Viertel weniger. Der Nettogewinn von BMW fiel um 24 Prozent auf 1,41 Milliarden Euro."
    assert cells(figures_in(text, "de"), "metric", "value") == [("net_income", -24.0), ("net_income", 1.41e9)]
