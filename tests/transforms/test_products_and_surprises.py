"""Customers of a product, growth told behind a beaten expectation, growth of earnings a share. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Wipro cut its revenue guidance to 1-3 percent from 4-6 percent."),
        ("de", "SAP senkte seine Umsatzprognose auf 1 bis 3 Prozent."),
        ("fr", "Capgemini a abaissé sa prévision de chiffre d'affaires à 1-3 %."),
        ("it", "Stellantis ha tagliato la previsione sui ricavi all'1-3%."),
        ("nl", "Philips verlaagde de omzetverwachting naar 1 tot 3 procent."),
        ("sv", "Ericsson sänkte sin omsättningsprognos till 1-3 procent."),
        ("pl", "Asseco obniżyło prognozę przychodów do 1-3 proc."),
        ("en", "Wipro kept its revenue guidance for the year at 1-3 per cent."),
    ],
)
def test_a_lower_outlook_is_still_of_growth(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "value_high", "basis")
    assert found[0] == ("revenue", 1.0, 3.0, "guidance")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Telefónica redujo su previsión de ingresos del 5% al 3%."),
        ("pt", "A Zoom Video reduziu a previsão de receita de 5% para 3%."),
        ("tr", "Zoom Video gelir tahminini yüzde 5'ten yüzde 3'e düşürdü."),
        ("id", "Zoom Video memangkas proyeksi pertumbuhan pendapatan menjadi 3 persen dari 5 persen."),
    ],
)
def test_an_outlook_that_moves_to_a_percentage(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "measure")
    assert sorted(found) == [(3.0, "change"), (5.0, "change")]


def test_the_quarter_whose_end_is_told() -> None:
    text = "Okta's revenue rose 35% from a year earlier in the quarter, which ended Oct. 31, against 54% in the quarter before."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "period_type", "fiscal_period")
    assert found[0] == (35.0, "quarter", "FY2024Q3")


def test_lower_than_an_earlier_amount() -> None:
    text = "Wipro posted a net profit of Rs 2,694 crore, 6.1 per cent lower than Rs 2,870 crore in the previous quarter."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "comparator", "period_role")
    assert (28.7e9, "eq", "comparative") in found


@pytest.mark.parametrize(
    ("text", "value", "session"),
    [
        ("Shares of Okta closed up 11.8% in after-hours trading on Thursday.", 11.8, "after_hours"),
        ("Okta (OKTA 0.53%) shares fell 14.7% on Tuesday after a weak outlook.", -14.7, "regular"),
    ],
)
def test_moves_of_a_share(text: str, value: float, session: str) -> None:
    found = cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value", "session")
    assert found == [("share_price_change", value, session)]


def test_target_prices_of_analysts() -> None:
    text = (
        "Citi analyst Jane Roe reduced her share price forecast for Okta from $90 to $75. UBS lowered its 12-month target on "
        "Okta to $70 from $85. Truist slashed its price target on Okta by more than $20 to $65."
    )
    found = cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value", "direction")
    assert found == [("rating_change", v, "down") for v in (75.0, 70.0, 65.0)]


def test_jobs_cut_in_earlier_years_are_moves_of_their_own() -> None:
    text = "Okta announced 400 job cuts on Thursday, or 7% of its workforce. It cut about 5% of its staff in February 2023."
    found = cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value", "unit")
    assert found == [("layoffs", 400.0, "count"), ("layoffs", 5.0, "percent")]


def test_expected_less_is_no_outlook_raised_and_talks_may_stall() -> None:
    text = "Okta shares rose 11% after the company issued forecasts that were higher than analysts expected."
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type") == [("share_price_change",)]
    stalled = "Okta's takeover talks with private equity firm Thoma Bravo have stalled, Reuters reported."
    assert cells(moves_in(stalled, "en", published=PUBLISHED), "move_type", "status") == [("acquisition", "abandoned")]


@pytest.mark.parametrize(
    "text",
    [
        "Regulators said Cisco had breached EU antitrust rules by bundling Webex.",
        "Twilio must implement a vulnerability management program and train its staff.",
        "Okta helps employees of more than 18,000 organizations log in, so any breach there could have serious consequences.",
        "Slack said intruders could not access customer information.",
    ],
)
def test_no_security_matter(text: str) -> None:
    assert matters_in(text, "en", published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        (
            (
                "Okta suffered a mass outage on Monday.\n\nStaff met.\n\nStudents were glad.\n\nOne professor told a joke."
                "\n\nAt 12:14 p.m. Okta announced that login service had been restored."
            ),
            "remediated",
        ),
        (
            (
                "Slack suffered an outage on Monday.\n\nStaff met in person.\n\nTeachers complained.\n\nOne told a joke.\n\n"
                "It is unclear when service will be restored."
            ),
            "reported",
        ),
    ],
)
def test_a_service_may_be_back_at_the_end_of_the_report(text: str, stage: str) -> None:
    assert cells(matters_in(text, "en", published=PUBLISHED), "category", "stage") == [("outage", stage)]
