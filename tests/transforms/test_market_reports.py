"""Promises about reports of a market: each number goes to the firm that it is told of by name, indices and rates to none.

Sentences are our own.
"""

from __future__ import annotations

import pytest

from tests.transforms.linking import shares_told


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "it",
            "Il Ftse Mib sale dello 0,9%. In evidenza Stellantis (+3,2%), in calo Unicredit (-1,1%).",
            ["change stellantis 3.2 percent", "change unicredit -1.1 percent"],
        ),
        (
            "es",
            "El Ibex sumó un 0,6%. Inditex ganó un 1,9%, Iberdrola un 0,8% y BBVA perdió un 0,5%.",
            ["change bbva -0.5 percent", "change iberdrola 0.8 percent", "change inditex 1.9 percent"],
        ),
        (
            "nl",
            "De AEX sloot 0,4 procent lager. In de Midkap steeg Fugro 3,5 procent.",
            ["change fugro 3.5 percent"],
        ),
        (
            "de",
            "Der Dax gab nach. Am Ende büßten Vonovia 2,6 Prozent ein.",
            ["change vonovia -2.6 percent"],
        ),
    ],
)
def test_each_number_goes_to_the_firm_named_before_it(language: str, text: str, expected: list[str]) -> None:
    assert shares_told(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Netflix will buy back shares. It can spend up to $500 million under the plan.", "500000000 USD"),
        (
            "de",
            "SAP legt einen Aktienrückkauf auf. Bis zu 300 Millionen Euro will der Konzern ausgeben.",
            "300000000 EUR",
        ),
        ("fr", "Renault lance un rachat d'actions. L'enveloppe s'élève à 200 millions d'euros.", "200000000 EUR"),
        ("sv", "Ericsson inleder återköp av egna aktier. Programmet omfattar högst 500 miljoner kronor.", "500000000 SEK"),
        ("tr", "Turkcell pay geri alım programı başlattı. Programın büyüklüğü 500 milyon lira.", "500000000 TRY"),
    ],
)
def test_the_amount_of_a_buyback_may_be_told_after_it(language: str, text: str, expected: str) -> None:
    assert [row.split(" ", 2)[2] for row in shares_told(language, text) if row.startswith("buyback")] == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("it", "Ferrari compra Cortes per 95 milioni.", "acquisition ferrari 95000000 EUR"),
        ("nl", "Philips neemt branchegenoot Stroom over voor 85 miljoen euro.", "acquisition philips 85000000 EUR"),
        ("da", "Danske Bank hæver kursmålet på Vestas til 260 fra 240 kr.", "rating_change vestas 260 DKK"),
        ("fr", "Renault va supprimer 1 200 postes, dont 300 en Espagne.", "layoffs renault 1200 count"),
    ],
)
def test_amounts_without_their_currency_or_in_parts(language: str, text: str, expected: str) -> None:
    assert shares_told(language, text) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Data 5,8 juta pengguna Tokopedia dijual Rp28 juta."),
        ("no", "Finansdirektør Kari Nes i Equinor tar over midlertidig."),
    ],
)
def test_stolen_data_and_offices_are_no_deals(language: str, text: str) -> None:
    assert not [row for row in shares_told(language, text) if row.startswith(("legal", "divest", "acq"))]
