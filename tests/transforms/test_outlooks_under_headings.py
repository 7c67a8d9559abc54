"""Outlooks under their headings, outlooks that were beaten, tickers with their quote, cuts that nobody plans. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2023, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            (
                "Okta reports its results\n\n• Revenue: $518 million\n\nSecond-quarter forecast\n\n"
                "• Revenue: $530 million\n• Adjusted operating margin: 9%"
            ),
        ),
        (
            "de",
            (
                "Okta legt Zahlen vor\n\n- Umsatz: 518 Millionen Dollar\n\nAusblick auf das zweite Quartal\n\n"
                "- Umsatz: 530 Millionen Dollar\n- Bereinigte operative Marge: 9 Prozent"
            ),
        ),
        (
            "nl",
            (
                "Okta komt met cijfers\n\nOmzet: 518 miljoen dollar\n\nVooruitzichten voor het tweede kwartaal:\n\n"
                "Omzet: 530 miljoen dollar\nAangepaste operationele marge: 9 procent"
            ),
        ),
    ],
)
def test_what_a_heading_says_is_of_the_list_below_it(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "basis", "period_end")
    assert found == [
        ("revenue", 518e6, "actual", "2023-04-30"),
        ("revenue", 530e6, "guidance", "2023-07-31"),
        ("operating_margin", 9, "guidance", "2023-07-31"),
    ]


def test_what_follows_the_list_is_not_under_its_heading() -> None:
    text = "Okta reports\n\nOutlook\n\n• Revenue: $530 million\n\nOkta's revenue rose to $518 million.\n\n• EPS: $0.22"
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "basis")
    assert found == [(530e6, "guidance"), (518e6, "actual"), (0.22, "actual")]


def test_a_headline_is_no_heading() -> None:
    text = "Okta reports\n\nOkta's shares drop on weak outlook\n\n• Revenue: $518 million\n• EPS: $0.22"
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis") == [(518e6, "actual"), (0.22, "actual")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta's revenue was $300 million, above the consensus of $292 million and the guidance of $290 million."),
        ("en", "Okta's sales of $300 million beat both the $292 million consensus and the company's guidance of $290 million."),
        (
            "de",
            (
                "Oktas Umsatz lag mit 300 Millionen Dollar über den Erwartungen der Analysten von 292 Millionen Dollar und der "
                "eigenen Prognose von 290 Millionen Dollar."
            ),
        ),
        (
            "es",
            (
                "Los ingresos de Okta fueron de 300 millones de dólares, por encima del consenso de 292 millones y de su "
                "propia previsión de 290 millones."
            ),
        ),
    ],
)
def test_the_companys_own_outlook_that_it_beat_is_not_that_of_analysts(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis", "period_end")
    assert found == [
        (300e6, "actual", "2023-04-30"),
        (292e6, "consensus", "2023-04-30"),
        (290e6, "prior_guidance", "2023-04-30"),
    ]


@pytest.mark.parametrize(
    "text",
    ["Okta beat its guidance with revenue of $300 million.", "Okta's revenue topped its own guidance, rising to $300 million."],
)
def test_what_beats_an_outlook_is_none(text: str) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis") == [(300e6, "actual")]


def test_what_is_raised_is_no_outlook_that_was_beaten() -> None:
    text = "Okta beat revenue estimates and raised its guidance for revenue to $1.3 billion."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis") == [(1.3e9, "guidance")]


def test_what_beats_the_next_number_is_no_expectation() -> None:
    text = "According to Refinitiv IBES, Okta earned $1.16 per share on an adjusted basis, beating predictions of 99 cents."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis") == [(1.16, "actual"), (0.99, "consensus")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vodafone said profit before income tax was 200 million euros.", ("pretax_income", "level", 200e6)),
        ("Infosys Q2 net up 6.1%, trims its target", ("net_income", "change", 6.1)),
        ("Infosys Q1 PAT falls 3%", ("net_income", "change", -3)),
        ("Okta raised its expected annual revenue to $2.2 billion.", ("revenue", "level", 2.2e9)),
        ("Based on 6,000 employees as of the end of 2022, Okta is large.", ("employees", "level", 6000)),
    ],
)
def test_words_for_figures(text: str, expected: tuple[str, str, float]) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "measure", "value") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Shares of Okta Inc. OKTA, -1.35% rallied 2.8% in morning trading Monday.",
        "Okta's stock OKTA, +0.41% rose 2.8% on Monday.",
    ],
)
def test_what_a_page_sets_beside_a_ticker_is_no_move(text: str) -> None:
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value") == [("share_price_change", 2.8)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta said it does not plan any job cuts."),
        ("en", "Okta does not intend to make any redundancies this year."),
        ("de", "Okta plant keine Entlassungen."),
        ("fr", "Okta ne prévoit aucun licenciement."),
        ("nl", "Bij Okta vallen geen ontslagen."),
        ("en", "Infosys said Britain's exit from the European Union slowed growth."),
    ],
)
def test_what_is_not_to_happen_is_no_move(language: str, text: str) -> None:
    assert cells(moves_in(text, language, published=PUBLISHED), "move_type") == []


def test_a_merger_that_falls_through_is_abandoned() -> None:
    text = "The fall of Zoom's shares caused its $14.7 billion takeover of call-center vendor Five9 to fall through."
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type", "status") == [("acquisition", "abandoned")]


@pytest.mark.parametrize(
    "text",
    [
        "Okta lost 23 cents a share. Earnings, adjusted for option expense and non-recurring costs, were 83 cents a share.",
        "Okta lost 23 cents per share. Earnings, excluding restructuring costs, came to 83 cents per share.",
        "Okta lost 23 cents per share. Earnings, adjusted to exclude costs of a settlement, were 83 cents per share.",
    ],
)
def test_what_is_left_out_of_a_figure_takes_no_number(text: str) -> None:
    found = cells(figures_in(text, "en", published=PUBLISHED), "metric", "value", "accounting")
    assert found == [("eps", -0.23, None), ("eps", 0.83, "adjusted")]


@pytest.mark.parametrize(
    ("text", "metric", "total"),
    [
        ("Okta added 650 customers, bringing the total to 19,173.", "customers", 19173),
        ("Duolingo added 2 million users, taking its total to 102 million.", "users", 102e6),
    ],
)
def test_a_total_is_of_what_was_added(text: str, metric: str, total: float) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value")[-1] == (metric, total)


def test_what_customers_pay_in_months_is_their_class() -> None:
    text = "Okta said customers contributing more than $100,000 in trailing 12 months revenue rose 7.1% to 3,995."
    found = cells(figures_in(text, "en", published=PUBLISHED), "metric", "segment", "value")
    assert found == [("customers", "over_100k_usd", 7.1), ("customers", "over_100k_usd", 3995)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta had 90 million users. Paid subscribers, meanwhile, now total 8 million."),
        ("fr", "Okta comptait 90 millions d'utilisateurs. Les abonnés payants, quant à eux, sont 8 millions."),
    ],
)
def test_a_word_between_two_commas_parts_no_statement(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value")
    assert found == [("users", 90e6), ("customers", 8e6)]


def test_a_number_that_something_rose_to_is_no_limit() -> None:
    text = "Okta's revenue increased 13%, up to $632 million."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "comparator")
    assert found == [(13, "eq"), (632e6, "eq")]


@pytest.mark.parametrize(
    "text",
    ["Okta announced a 15% headcount reduction.", "Okta is cutting 7% of its workforce, months after revealing a 5% cut."],
)
def test_jobs_cut_are_no_change_that_was_counted(text: str) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric") == []


def test_a_noun_for_growth() -> None:
    text = "Okta posted a 59 per cent lift in subscription revenue."
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "segment", "value") == [("revenue", "subscription", 59)]


def test_earnings_per_share_are_no_price() -> None:
    text = "Okta's shares rose 2%. Okta expects its per-share earnings to range from 75 cents to 78 cents."
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type") == [("share_price_change",)]
    assert cells(moves_in("Layoffs in the technology industry slow growth at Okta.", "en", published=PUBLISHED), "value") == []
