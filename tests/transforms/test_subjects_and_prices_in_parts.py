"""Whose a fact is behind a clause that only tells of the subject, prices told in parts, moves of listed shares: our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2023, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "AMD, which makes processors for Microsoft consoles, said revenue rose 5%.", "amd"),
        ("en", "Foxconn, the largest assembler of phones for Apple, Sony and Nintendo, said revenue fell 5%.", "foxconn"),
        ("nl", "ASML, dat machines levert aan Intel en TSMC, zag de omzet met 5 procent stijgen.", "asml"),
        ("fr", "STMicroelectronics, qui fournit Apple et Tesla, a vu ses ventes augmenter de 5 %.", "stmicroelectronics"),
        ("de", "Infineon, ein Zulieferer von Apple, hat den Umsatz um 5 Prozent gesteigert.", "infineon"),
        ("sv", "Ericsson, som levererar utrustning till Telia, ökade omsättningen med 5 procent.", "ericsson"),
        ("pl", "Comarch, który dostarcza systemy Vodafone, zwiększył przychody o 5 procent.", "comarch"),
    ],
)
def test_behind_a_clause_that_tells_of_the_subject_it_goes_on(language: str, text: str, company: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "company_id", "metric") == [(company, "revenue")]


def test_the_clause_itself_may_tell_of_the_other_firm() -> None:
    text = "Slack, which Salesforce bought in 2021, said it had 12 million daily users."
    assert cells(figures_in(text, "en", published=PUBLISHED), "company_id", "value") == [("slack", 12e6)]


@pytest.mark.parametrize(
    "text",
    [
        "Broadcom, which supplies modems to Apple, has agreed to buy Marvell.",
        "Broadcom (AVGO), the chipmaker that has supplied modems for Apple phones, has agreed to buy Marvell.",
    ],
)
def test_who_buys_is_the_subject(text: str) -> None:
    found = cells(moves_in(text, "en", published=PUBLISHED), "company_id", "move_type")
    assert found == [("broadcom", "acquisition")]


def test_an_outage_is_of_the_firm_by_which_the_product_is_named() -> None:
    text = "Shares of Twilio rose after rival platform Microsoft Teams suffered a widespread outage. Twilio said nothing."
    assert cells(matters_in(text, "en", published=PUBLISHED), "company_id", "category") == [("microsoft", "outage")]


def test_firms_joined_by_a_verb_are_no_list() -> None:
    text = "Twilio rose after Amazon Web Services was hit by an outage on Monday."
    assert cells(matters_in(text, "en", published=PUBLISHED), "company_id", "category") == [("amazon-web-services", "outage")]


@pytest.mark.parametrize(
    "text",
    [
        "Halvard Systems was hit by an outage. It has fully resolved the issue but did not provide an explanation.",
        "Halvard Systems was hit by an outage. One Twitter user joked about it. Halvard Systems restored its service later.",
    ],
)
def test_silence_on_the_cause_denies_nothing(text: str) -> None:
    found = cells(matters_in(text, "en", published=PUBLISHED), "company_id", "category", "stage")
    assert found == [("halvard-systems", "outage", "remediated")]


def test_states_forbid_beside_a_senate() -> None:
    text = (
        "In December the Senate banned federal employees from using TikTok. States like Texas, Maryland, Georgia and Nebraska "
        "have also banned TikTok for officials."
    )
    found = cells(matters_in(text, "en", published=PUBLISHED), "category", "country")
    assert found == [("account_restriction", None), ("account_restriction", "US")]


def test_a_market_says_where_a_share_is_listed() -> None:
    text = "Twilio's shares on the Nasdaq index fell 16% on Monday. Spotify's stock on the Nasdaq was up 4% to $102 on Monday."
    found = cells(moves_in(text, "en", published=PUBLISHED), "company_id", "move_type", "value")
    assert found == [
        ("twilio", "share_price_change", -16),
        ("spotify", "share_price_change", 4),
        ("spotify", "share_price_level", 102),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Shares of Twilio (NYSE: TWLO) have jumped today, up by 11% as of 12:15 p.m. EST.", 11),
        ("Shares of Twilio (NYSE: TWLO) plunged this morning, down by 9% as of noon.", -9),
    ],
)
def test_a_ticker_with_its_market_parts_nothing(text: str, value: float) -> None:
    found = cells(moves_in(text, "en", published=PUBLISHED), "company_id", "move_type", "value")
    assert ("twilio", "share_price_change", value) in found


@pytest.mark.parametrize(
    "text",
    [
        "Qualcomm has agreed to buy Alphawave. It will pay $5.4bn, of which $4.5bn in cash.",
        "Qualcomm will buy Alphawave for $5.4bn: $4.5bn in cash and $0.9bn in stock.",
        "Qualcomm wants to lift revenue and has agreed to buy Alphawave. It will pay $5.4bn, most of it in shares.",
    ],
)
def test_a_part_of_a_price_is_neither_cash_nor_a_deal(text: str) -> None:
    assert figures_in(text, "en", published=PUBLISHED).is_empty()
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value") == [("acquisition", 5.4e9)]


@pytest.mark.parametrize(
    "text",
    [
        "Qualcomm agreed to buy Alphawave. It will pay $25 a share in cash.",
        "Qualcomm agreed to buy Alphawave. That values Alphawave shares at $20.47 each, 24% more than their close on Friday.",
    ],
)
def test_what_is_offered_for_a_share_is_no_figure_and_no_price(text: str) -> None:
    assert figures_in(text, "en", published=PUBLISHED).is_empty()
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value") == [("acquisition", None)]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Dropbox was acquired by Salesforce last year.", "completed"),
        ("Dropbox was bought by Salesforce in a deal worth $27.7bn.", "completed"),
        ("Salesforce has withdrawn its offer for Dropbox.", "abandoned"),
    ],
)
def test_how_far_a_takeover_has_come(text: str, status: str) -> None:
    found = cells(moves_in(text, "en", published=PUBLISHED), "company_id", "counterparty_id", "status")
    assert found == [("salesforce", "dropbox", status)]


@pytest.mark.parametrize(
    "text",
    [
        "The regulator fined Bolt €290 million. The fine, roughly $324 million, is the largest so far.",
        "The regulator fined Bolt €290 million. The penalty, equivalent to $324 million, is a record.",
    ],
)
def test_a_fine_in_another_currency_is_the_same(text: str) -> None:
    assert cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value") == [("regulatory_action", 290e6)]


def test_who_was_sued_is_the_company() -> None:
    text = "Twilio was sued in Delaware for misleading Dropbox."
    assert cells(moves_in(text, "en", published=PUBLISHED), "company_id", "move_type") == [("twilio", "legal_action")]


def test_a_retirement_system_retires_nobody() -> None:
    text = "The Fire Fighters' Retirement System of Ohio says the board of Yelp failed to consider the offer."
    assert moves_in(text, "en", published=PUBLISHED).is_empty()


def test_cents_of_a_share_listed_in_sydney_are_australian() -> None:
    text = "Appen Ltd (ASX: APX) fell. In early trade, the Appen share price is down 17% to 80 cents."
    assert ("share_price_level", 0.8, "AUD") in cells(moves_in(text, "en", published=PUBLISHED), "move_type", "value", "unit")
