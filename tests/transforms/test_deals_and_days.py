"""Promises about deals, target prices and days: what an offer is above a price, what is still awaited, which day a move has.

Sentences are our own.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.transforms.linking import cells, moves_in

PUBLISHED = dt.datetime(2024, 5, 16, tzinfo=dt.UTC)


def told(language: str, text: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of each move in the order of the text: values as floats, days and counterparties as text."""
    return cells(moves_in(text, language, published=PUBLISHED), *columns, by="start")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Shell agreed to take over Neste for 12 billion euros. That is 31 percent above Wednesday's closing price.",
            [("acquisition", 12e9)],
        ),
        (
            "no",
            "DNB har lagt inn bud på Storebrand på 11 milliarder kroner. Det er 28 prosent over onsdagens sluttkurs.",
            [("acquisition", 11e9)],
        ),
        (
            "ru",
            "«Мегафон» купил Mail.ru Group за $740 млн: $640 млн сразу и еще $100 млн через год.",
            [("acquisition", 740e6)],
        ),
    ],
)
def test_a_premium_is_no_move_and_an_instalment_no_deal(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(language, text, "move_type", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Die Aktie gibt nach. JPMorgan kürzt das Kursziel für Sunrise auf 37 von 46 Franken.", [("down", 37.0)]),
        ("fr", "Jefferies a relevé son objectif de cours sur Kering de 160 à 180 euros.", [("up", 180.0)]),
        ("tr", "Goldman Sachs, Turkcell için hedef fiyatını 180 liradan 210 liraya çıkardı.", [("up", 210.0)]),
        (
            "en",
            (
                "JPMorgan lowered its price target on Nike to $95 from $110. "
                "Wells Fargo went to $90 from $105, Barclays to $88 from $97."
            ),
            [("down", 95.0), ("down", 90.0), ("down", 88.0)],
        ),
    ],
)
def test_a_target_price_is_the_new_one(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(language, text, "direction", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "pt",
            "A Embraer vai comprar a Betacorp por R$ 2 bilhões. O negócio ainda depende do aval do Cade.",
            [("acquisition", "embraer", "Betacorp", "announced")],
        ),
        (
            "en",
            "Zoom agreed to buy Betacorp for $2 billion, a deal expected to be completed by June.",
            [("acquisition", "zoom", "Betacorp", "announced")],
        ),
        (
            "no",
            "DNB har lagt inn et bud på Storebrand på 11 milliarder kroner.",
            [("acquisition", "dnb", "Storebrand", "announced")],
        ),
        (
            "zh",
            "微软计划裁员1万人，谷歌上月宣布裁员约1.2万人。",
            [("layoffs", "microsoft", None, "planned"), ("layoffs", "google", None, "announced")],
        ),
    ],
)
def test_what_is_awaited_is_not_done(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(language, text, "move_type", "company_id", "counterparty", "status") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "SAP hebt seine Prognose für 2025 an.", [("guidance_change", None)]),
        (
            "nl",
            "Zoom verkoopt sinds 23 februari niet langer rechtstreeks aan klanten in China.",
            [("market_exit", "2024-02-23")],
        ),
        ("pt", "A Vodafone tinha no fim de março uma quota de 30,2% em Portugal.", [("market_share", "2024-03-31")]),
        ("tr", "Getir eylül ayında 4.480 çalışanını işten çıkarmıştı.", [("layoffs", "2023-09-01")]),
        (
            "en",
            "Nike closed 2 percent higher at $95, and has gained 31 percent since the start of the year.",
            [("share_price_change", "2024-05-16"), ("share_price_level", "2024-05-16"), ("share_price_change", None)],
        ),
        (
            "ru",
            (
                "«Магнит» покупает сеть «Дикси» за 92 млрд рублей, сделку закроют до 31 августа. "
                "Бумаги «Магнита» подорожали на 2,07% по итогам торгов."
            ),
            [("acquisition", "2024-08-31"), ("share_price_change", "2024-05-16")],
        ),
        (
            "no",
            (
                "DNB har lagt inn bud på Storebrand. Det er 28 prosent over onsdagens sluttkurs. "
                "Storebrand-aksjen steg 25 prosent torsdag."
            ),
            [("acquisition", None), ("share_price_change", "2024-05-16")],
        ),
    ],
)
def test_a_move_has_its_own_day(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(language, text, "move_type", "effective_on") == expected
