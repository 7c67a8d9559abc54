"""Differences that are no figures, sums paid in deals, parts of a business, earlier growth, bare lists. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Twilio's EPS was $0.03 ahead of estimates.", []),
        ("en", "Twilio's adjusted profit of 24 cents a share came in 3 cents ahead of estimates.", [0.24]),
        ("en", "Twilio's revenue of $8.2 billion was almost a billion below the consensus.", [8.2e9]),
        ("en", "Twilio's revenue of $548 million was above the consensus of $530 million.", [548e6, 530e6]),
        ("de", "Der Umsatz von Twilio lag rund 20 Millionen Dollar über den Erwartungen der Analysten.", []),
        ("de", "Der Gewinn je Aktie von Twilio lag 3 Cent über den Schätzungen.", []),
        ("nl", "De winst per aandeel kwam bij Twilio 3 dollarcent boven de verwachting uit.", []),
        ("nl", "Twilio boekte een omzet van 8,2 miljard dollar, bijna een miljard onder de consensus.", [8.2e9]),
        ("sv", "Twilio omsatte 8,2 miljarder dollar, nästan en miljard under konsensus.", [8.2e9]),
        ("da", "Twilio omsatte for 8,2 milliarder dollar, næsten en milliard under konsensus.", [8.2e9]),
        ("no", "Twilio omsatte for 8,2 milliarder dollar, nesten en milliard under konsensus.", [8.2e9]),
    ],
)
def test_a_difference_from_what_was_expected_is_no_figure(language: str, text: str, expected: list[float]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value") == [(value,) for value in expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Twilio agreed to pay $4.5bn in cash for Segment."),
        ("en", "Twilio will pay $3.2 billion, of which $1 billion in cash."),
        ("en", "Zendesk was offered $70 per share by a group of buyers led by Permira."),
        ("en", "The deal values Zendesk at $10.2 billion, including assumed debt of $2 billion."),
        ("de", "Zendesk-Aktionäre sollen 77,50 Dollar je Aktie erhalten."),
        ("de", "Permira bietet 70 Dollar je Aktie für Zendesk."),
        ("nl", "Twilio betaalt 4,5 miljard dollar in contanten voor Segment."),
        ("nl", "Vista neemt Citrix over voor 16,5 miljard dollar, inclusief 3 miljard aan schulden."),
        ("sv", "Vista köper Citrix för 16,5 miljarder dollar inklusive skulder på 3 miljarder."),
        ("da", "Permira tilbyder 70 dollar per aktie for Zendesk."),
        ("no", "Vista kjøper Citrix for 16,5 milliarder dollar, inkludert gjeld på 3 milliarder."),
        ("fr", "Permira propose 70 dollars par action pour Zendesk."),
    ],
)
def test_what_is_paid_is_nobodys_figure(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Twilio had $4.5bn in cash at the end of the quarter.", [("cash", 4.5e9)]),
        ("Twilio earned 20 cents a share and has debt of $2 billion.", [("eps", 0.2), ("debt", 2e9)]),
    ],
)
def test_what_is_held_or_earned_is(text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "bases"),
    [
        ("de", "Twilio steigerte den Umsatz auf 548 Mio. Dollar. Bisher waren 525 Mio. erwartet worden.", "consensus"),
        ("de", "Twilio rechnet nun mit 600 Mio. Dollar Umsatz. Bisher waren 525 Mio. erwartet worden.", "prior_guidance"),
        ("da", "Twilio venter nu en omsætning på 600 mio. dollar. Tidligere var der ventet 525 mio. dollar.", "prior_guidance"),
        (
            "no",
            "Twilio venter nå en omsetning på 600 millioner dollar. Tidligere var det ventet 525 millioner dollar.",
            "prior_guidance",
        ),
        (
            "nl",
            "Twilio verwacht 600 miljoen dollar omzet. Eerder ging Twilio nog uit van 525 miljoen dollar.",
            "prior_guidance",
        ),
        ("nl", "Omzet van Twilio: 355 miljoen dollar, verwacht 310 miljoen dollar.", "consensus"),
        ("en", "Twilio EPS: $1.34 vs. $1.15 est.", "consensus"),
    ],
)
def test_who_expected_it(language: str, text: str, bases: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis")[1:] == [(bases,)]


@pytest.mark.parametrize(
    ("language", "text", "segments"),
    [
        ("en", "Twilio's product revenue rose 12% to $720 million.", ["products", "products"]),
        ("de", "Bei Adobe lag der Produktumsatz bei 720 Millionen Dollar.", ["products"]),
        ("sv", "Adobes produktförsäljning var 200 miljoner dollar.", ["products"]),
        (
            "de",
            "Die Abo-Erlöse stiegen auf 3,6 Milliarden Dollar. Das Cloud-Geschäft legte um 30 Prozent auf 2 Milliarden zu.",
            ["subscription", "cloud", "cloud"],
        ),
        ("en", "Netflix added 8.8 million subscribers, taking the total to 247 million.", ["new", None]),
        ("en", "Netflix net additions were 8.5 million. Analysts expected 6.1 million.", ["new", "new"]),
        ("nl", "Netflix kreeg er 2,4 miljoen abonnees bij. Analisten hadden op 1,1 miljoen gerekend.", ["new", "new"]),
        ("sv", "Netflix fick 2,4 miljoner nya kunder. Analytikerna hade väntat 1,1 miljoner.", ["new", "new"]),
    ],
)
def test_parts_of_a_business(language: str, text: str, segments: list[str | None]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "segment") == [(each,) for each in segments]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Twilio's revenue was up 12 percent from last year, or 3 percent from the previous quarter.",
            [(12, "current"), (3, "current")],
        ),
        (
            "en",
            "Twilio's revenue grew 15%, compared with growth of 20% in the prior quarter and 60% a year earlier.",
            [(15, "current"), (20, "comparative"), (60, "comparative")],
        ),
        (
            "en",
            "Twilio earned $20 million. In the same period a year earlier it lost $10 million.",
            [(20e6, "current"), (-10e6, "comparative")],
        ),
        ("en", "Netflix lost 200,000 subscribers. A year ago it added 4 million.", [(-2e5, "current"), (4e6, "comparative")]),
        (
            "de",
            "Twilios Umsatz wuchs um 15 Prozent. Im Quartal davor waren es noch 20 Prozent gewesen.",
            [(15, "current"), (20, "comparative")],
        ),
        (
            "nl",
            "De omzet van Twilio groeide met 15 procent. Het kwartaal ervoor was dat nog 20 procent.",
            [(15, "current"), (20, "comparative")],
        ),
        (
            "nl",
            "Twilio verdiende 20 miljoen dollar. In dezelfde periode een jaar eerder verloor het bedrijf 10 miljoen dollar.",
            [(20e6, "current"), (-10e6, "comparative")],
        ),
    ],
)
def test_earlier_times(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "period_role") == expected


def test_adjusted_behind_a_sum_a_share_is_said_of_it() -> None:
    text = "Twilio earnings: 44 cents per share, adjusted, vs. 36 cents per share as expected by analysts."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "basis", "accounting")
    assert found == [(0.44, "actual", "adjusted"), (0.36, "consensus", "adjusted")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sv", "Twilios rörelseresultat blev -40 miljoner euro (54), analytikerkonsensus -82.", [-40e6, 54e6, -82e6]),
        (
            "sv",
            "Twilios omsättning steg 14 procent till 1 975 miljoner euro (1 731). Analytikerkonsensus låg på 2 000.",
            [14, 1975e6, 1731e6, 2e9],
        ),
        ("sv", "Netflix väntar 340 till 345 miljoner användare, mot analytikernas förväntningar om 341.", [340e6, 341e6]),
    ],
)
def test_what_was_expected_counts_as_what_came(language: str, text: str, expected: list[float]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value") == [(value,) for value in expected]


def test_an_expectation_beside_the_figure_that_came_is_of_its_time() -> None:
    text = (
        "Twilio expects revenue of $530 million for the first quarter of 2021, above the $500 million analysts expected. "
        "Fourth-quarter revenue was $548 million. Revenue of $548 million beat the average analyst estimate of $540 million."
    )
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "basis", "period_end")
    assert (540e6, "consensus", "2020-12-31") in found
    assert (500e6, "consensus", "2021-03-31") in found


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Twilio's deferred revenue rose 6.7% to $517 million."), ("sv", "Twilios förutbetalda intäkter var 51 miljoner.")],
)
def test_what_is_not_yet_earned_is_no_revenue(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == []


@pytest.mark.parametrize(
    ("language", "text", "bases"),
    [
        ("da", "Netflix slog analytikernes forventninger og hentede 10,1 millioner nye brugere.", ["actual"]),
        ("en", "Netflix beat analysts' expectations and added 10.1 million subscribers.", ["actual"]),
        ("de", "Beim Umsatz übertraf Netflix mit einem Sprung auf 7,9 Milliarden Dollar die Markterwartungen.", ["actual"]),
        (
            "de",
            "Netflix gewann 9,3 Millionen Abonnenten, während vom Markt mit 5,5 Millionen gerechnet wurde.",
            ["actual", "consensus"],
        ),
        ("de", "Der Konzern SAP geht nun von einer Steigerung des Umsatzes um 20 Prozent aus.", ["guidance"]),
    ],
)
def test_whose_number_it_is(language: str, text: str, bases: list[str]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis") == [(each,) for each in bases]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De omzet van Microsoft steeg in de eerste drie maanden van dit jaar tot 1,3 miljard dollar."),
        ("en", "Microsoft's revenue rose to $1.3 billion in the first three months of this year."),
    ],
)
def test_first_months_of_a_year_are_those_of_the_calendar(language: str, text: str) -> None:
    found = figures_in(text, language, published=datetime(2019, 4, 25, tzinfo=UTC))
    assert cells(found, "fiscal_period", "period_end") == [("FY2019Q3", "2019-03-31")]
