"""Who is beside a matter but not whom it is about, where nobody acts, and from when to when a count rose. Texts are our own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in, shares_told

SPRING: Final = datetime(2020, 5, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Downdetector, which tracks outage reports, showed a spike. Dropbox said users were unable to access files.",
            {("dropbox", "outage", "reported")},
        ),
        (
            "Users of Slack were complaining on Twitter. While the outage was reported worldwide, Slack said it was sorry.",
            {("slack", "outage", "reported")},
        ),
        ("Spotify said the hackers were unable to access emails or its services.", set()),
        ("Okta disabled the stolen accounts after discovering the attack.", set()),
        ("Slack wants to keep out people who enter Slack calls, disrupting them with images.", set()),
        (
            "SolarWinds hackers accessed Dropbox source code, Dropbox said.",
            {("dropbox", "data_breach", "reported")},
        ),
        (
            "Okta settled a suit alleging that it shared user data with third parties. Refunds follow if the case is resolved.",
            {("okta", "data_sharing", "alleged")},
        ),
    ],
    ids=["tracker", "venue", "unable", "stolen accounts", "disrupted", "first victim", "case resolved"],
)
def test_what_stands_beside_a_matter_is_not_whom_it_is_about(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert set(cells(matters_in(text, "en"), "company_id", "category", "stage")) == expected


def test_a_firm_based_somewhere_does_not_place_a_matter() -> None:
    text = "Okta suffered a mass outage on Monday morning. San Jose-based Okta said it is working on a fix."
    assert cells(matters_in(text, "en"), "category", "country") == [("outage", None)]


def test_who_lives_somewhere_forbids_nothing_there() -> None:
    text = "Slack suspended the account of a group of U.S.-based Chinese activists."
    assert cells(matters_in(text, "en"), "category", "country") == [("account_restriction", "CN")]


def test_charges_against_a_firms_executive_are_its_own() -> None:
    text = "U.S. prosecutors on Friday charged a China-based executive at Okta with a scheme to mislead officials."
    assert cells(moves_in(text, "en"), "company_id", "move_type", "country") == [("okta", "legal_action", "US")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Slack's user base grew from 10 million in December 2019 to 300 million in April 2020."),
        ("de", "Die Zahl der Nutzer von Slack stieg von 10 Millionen im Dezember 2019 auf 300 Millionen im April 2020."),
        ("nl", "Het aantal gebruikers van Slack steeg van 10 miljoen in december 2019 naar 300 miljoen in april 2020."),
        ("fr", "Le nombre d'utilisateurs de Slack est passé de 10 millions en décembre 2019 à 300 millions en avril 2020."),
        ("es", "El número de usuarios de Slack pasó de 10 millones en diciembre de 2019 a 300 millones en abril de 2020."),
        ("pt", "O número de usuários do Slack passou de 10 milhões em dezembro de 2019 para 300 milhões em abril de 2020."),
    ],
)
def test_what_a_count_rose_to_is_of_the_later_date(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=SPRING), "value", "period_role", "period_end")
    assert [(value, role, str(end)) for value, role, end in found] == [
        (10e6, "comparative", "2019-12-31"),
        (300e6, "current", "2020-04-30"),
    ]


def test_a_profit_on_revenue_is_a_profit() -> None:
    text = "Okta made a profit of $86 million on revenue of $163.5 million."
    assert cells(figures_in(text, "en"), "metric", "value") == [("net_income", 86e6), ("revenue", 163.5e6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shares of Zoom Video Communications (NASDAQ: ZM) climbed 9% on Monday.", ["change zoom 9 percent"]),
        (
            "Shares of Okta are surging almost 37 percent or $19.71 in Tuesday's morning trade at $144.81.",
            ["change okta 37 percent", "level okta 144.81 USD"],
        ),
        (
            "Shares of Okta jumped after the news of layoffs and were up nearly 8 percent.",
            ["change okta 8 percent", "layoffs okta"],
        ),
    ],
    ids=["listed", "or so much", "layoffs that lift a share"],
)
def test_what_stands_beside_a_share_takes_no_number_from_it(text: str, expected: list[str]) -> None:
    assert shares_told("en", text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In July last year Okta laid off 300 people."),
        ("de", "Okta hat im Juli letzten Jahres 300 Stellen gestrichen."),
        ("nl", "Okta schrapte in juli vorig jaar 300 banen."),
        ("es", "Okta despidió en julio del año pasado a 300 empleados."),
    ],
)
def test_a_month_of_last_year_is_not_the_last_such_month(language: str, text: str) -> None:
    found = cells(moves_in(text, language, published=datetime(2022, 9, 8, tzinfo=UTC)), "move_type", "effective_on")
    assert found == [("layoffs", "2021-07-01")]


def test_a_currency_places_nothing() -> None:
    text = "A regulator levied a fine of 405 million euros (US$402 million) against Okta."
    assert cells(moves_in(text, "en"), "move_type", "country") == [("regulatory_action", None)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta cut 300 jobs. Tech companies have laid off more than 24,000 employees this year, according to a tracker."),
        ("en", "Okta cut 300 jobs. Its layoffs come as 91 tech companies have laid off more than 24,000 employees this year."),
        ("de", "Okta streicht 300 Stellen. Tech-Unternehmen haben in diesem Jahr mehr als 24.000 Mitarbeiter entlassen."),
        ("es", "Okta despide a 300 empleados. Las tecnológicas han despedido a más de 24.000 empleados este año."),
        ("fr", "Okta supprime 300 emplois. Les entreprises technologiques ont supprimé plus de 24 000 emplois cette année."),
    ],
)
def test_jobs_cut_by_firms_at_large_are_no_firms(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == [("layoffs", 300.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Okta reported revenue of $300 million. "That was about $2 million above the high end of our guidance," it said.',
            [("okta", "revenue", 300e6)],
        ),
        (
            "Okta has $1.5 billion in cash. Unsurprisingly, acquiring them cost much. Over 370,000 customers were businesses.",
            [("okta", "cash", 1.5e9), ("okta", "customers", 370e3)],
        ),
        (
            "Okta’s work force grew by more than 275 percent, to 8,422 employees.",
            [("okta", "employees", 275.0), ("okta", "employees", 8422.0)],
        ),
        ("Over 500,000 Dropbox accounts sold on hacker forums.", []),
    ],
    ids=["above the high end", "adverb", "work force", "accounts for sale"],
)
def test_whose_figures_and_how_many(text: str, expected: list[tuple[str, str, float]]) -> None:
    assert cells(figures_in(text, "en"), "company_id", "metric", "value") == expected
