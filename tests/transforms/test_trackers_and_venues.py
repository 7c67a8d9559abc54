"""Who is beside a matter but not whom it is about, where nobody acts, and from when to when a count rose. Texts are our own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

SPRING: Final = datetime(2020, 5, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Downdetector, which tracks software outage reports, showed a spike. Dropbox said users were unable to access files.",
            {("dropbox", "outage", "reported")},
        ),
        (
            "Users of Slack took to complaining on Twitter. While the outage was reported worldwide, many stayed calm. "
            "Slack said it was sorry.",
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
            "Okta agreed to pay $20 million to settle a lawsuit alleging that the firm shared user data with third parties. "
            "Customers may get a refund if the case is resolved as a class action.",
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
