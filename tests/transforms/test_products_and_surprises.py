"""Customers of a product, growth told behind a beaten expectation, growth of earnings a share. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2023, 11, 21, tzinfo=UTC)
NAMED = " Zoom Video Communications (Nasdaq: ZM)."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom Phone, its telephony product, has now passed 2 million paid seats."),
        ("de", "Zoom Phone hat inzwischen mehr als zwei Millionen bezahlte Lizenzen."),
        ("fr", "Zoom Phone a dépassé les deux millions de licences payantes."),
        ("es", "Zoom Phone superó los dos millones de licencias de pago."),
        ("pt", "O Zoom Phone ultrapassou dois milhões de licenças pagas."),
        ("it", "Zoom Phone ha superato i due milioni di licenze a pagamento."),
        ("nl", "Zoom Phone heeft inmiddels meer dan twee miljoen betaalde licenties."),
        ("sv", "Zoom Phone har nu över två miljoner betalda licenser."),
        ("pl", "Zoom Phone ma już ponad dwa miliony płatnych licencji."),
        ("tr", "Zoom Phone iki milyon ücretli lisansı aştı."),
        ("id", "Zoom Phone kini memiliki lebih dari dua juta lisensi berbayar."),
    ],
)
def test_paid_seats_are_customers_of_their_product(language: str, text: str) -> None:
    found = cells(figures_in(text + NAMED, language, published=PUBLISHED), "metric", "segment", "value")
    assert found == [("customers", "zoom_phone", 2e6)]


def test_the_total_is_not_of_those_won() -> None:
    text = "Netflix added 8.8 million subscribers in the third quarter, taking the total to 247 million."
    found = cells(figures_in(text, "en", published=PUBLISHED), "segment", "value")
    assert found == [("new", 8.8e6), (None, 247e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta's revenues of $584 million beat the consensus mark by 4.2% and rose 21% year over year."),
        ("fr", "Le chiffre d'affaires d'Okta, de 584 millions de dollars, a dépassé le consensus de 4 % et progressé de 21 %."),
        ("it", "I ricavi di Okta, 584 milioni di dollari, hanno battuto il consenso del 4% e sono cresciuti del 21%."),
        ("es", "Los ingresos de Okta, de 584 millones de dólares, superaron el consenso en un 4% y crecieron un 21%."),
        ("pt", "A receita da Okta, de US$ 584 milhões, superou o consenso em 4% e cresceu 21%."),
        ("sv", "Oktas omsättning på 584 miljoner dollar slog konsensus med 4 procent och ökade med 21 procent."),
        ("id", "Pendapatan Okta sebesar 584 juta dolar AS melampaui konsensus 4 persen dan naik 21 persen."),
    ],
)
def test_growth_behind_a_beaten_expectation_is_the_firms_own(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "measure", "value", "basis")
    assert found == [("level", 584e6, "actual"), ("change", 21.0, "actual")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta's adjusted earnings of 44 cents per share were up 20%."),
        ("de", "Der Gewinn von Zoom stieg um 20 Prozent auf 44 Cent je Aktie."),
        ("fr", "Le bénéfice de Zoom a progressé de 20 % à 44 cents par action."),
        ("nl", "De winst van Zoom steeg met 20 procent naar 44 cent per aandeel."),
    ],
)
def test_growth_of_earnings_a_share_is_of_them(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "measure", "value")
    assert sorted(found) == [("eps", "change", 20.0), ("eps", "level", 0.44)]


def test_spending_on_research() -> None:
    text = "Zoom's research and development expenses fell 2% to $105 million. Marketing expenses fell 5% to $283 million."
    found = cells(figures_in(text, "en", published=PUBLISHED), "metric", "value")
    assert found == [("research_and_development", -2.0), ("research_and_development", 105e6)]
