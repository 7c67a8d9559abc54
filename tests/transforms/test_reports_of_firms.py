"""Figures of banks, airlines, industrials and shops as newsrooms tell them: what they expect, set against, leave out.

Sentences are our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2023, 8, 10, tzinfo=UTC)


def figures(text: str, language: str, *columns: str, title: str = "") -> list[tuple[Any, ...]]:
    """Columns of each figure in the order of the text, values as floats and dates as text."""
    whole = f"{title}\n\n{text}" if title else text
    return cells(figures_in(whole, language, published=PUBLISHED, title=len(title)), *columns)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # The result as a part of revenue is its margin; parts of anything else are none.
        (
            "fr", "Le résultat opérationnel de Danone atteint 96 millions d'euros. Il représente 14,2% des ventes.",
            [("operating_income", 96e6, "actual"), ("operating_margin", 14.2, "actual")],
        ),
        (
            "fi", "Nokian liikevoitto oli 31 miljoonaa euroa, mikä on 4,0 prosenttia liikevaihdosta.",
            [("operating_income", 31e6, "actual"), ("operating_margin", 4.0, "actual")],
        ),
        (
            "de", "Siemens gab für Forschung und Entwicklung 80 Millionen Euro aus, das sind 6 Prozent vom Umsatz.",
            [("research_and_development", 80e6, "actual")],
        ),
        # What analysts had thought of, told after the number or in a sentence of its own.
        (
            "no", "Equinor fikk et driftsresultat på 71 millioner kroner. På forhånd var det ventet 80 millioner.",
            [("operating_income", 71e6, "actual"), ("operating_income", 80e6, "consensus")],
        ),
        (
            "it", "I ricavi di Enel crescono a 512 milioni di euro, a fronte di attese per 498 milioni.",
            [("revenue", 512e6, "actual"), ("revenue", 498e6, "consensus")],
        ),
        (
            "en", "Unilever posted a loss of 30 cents a share, against forecasts for a loss of 45 cents.",
            [("eps", -0.3, "actual"), ("eps", -0.45, "consensus")],
        ),
        # By how much an expectation was beaten is no figure.
        (
            "pl", "Orlen miał w kwartale 1,9 mld zł zysku netto. To o 12 proc. więcej, niż oczekiwał rynek.",
            [("net_income", 1.9e9, "actual")],
        ),
        ("sv", "Spotify hade 120 miljoner betalande användare, 3 miljoner fler än väntat.", [("users", 120e6, "actual")]),
        # Income from interest and fees, deposits, passengers are no figures of the contract.
        ("id", "Telkom untung Rp5 triliun. Pendapatan bunga bersih naik 18% menjadi Rp19 triliun.", [
            ("net_income", 5e12, "actual"),
        ]),
        (
            "it", "L'utile netto di Enel sale a 640 milioni di euro. Le commissioni nette balzano del 17% a 571 milioni.",
            [("net_income", 640e6, "actual")],
        ),
        (
            "tr", "Arçelik 15,3 milyar lira gelir elde etti. Taşınan yolcu sayısı yüzde 20 azalışla 13,4 milyona geriledi.",
            [("revenue", 15.3e9, "actual")],
        ),
        # What the level of before stands beside tells the way of a change.
        (
            "de", "Der Umsatz von BASF lag mit 11,2 Milliarden Euro um vier Prozent unter dem Wert des Vorjahresquartals.",
            [("revenue", 11.2e9, "actual"), ("revenue", -4.0, "actual")],
        ),
        # An amount that a percentage led to is of what the percentage is of.
        (
            "it",
            "Enel ha guadagnato 983 milioni di euro. I ricavi calano del 2%. In 9 mesi salgono del 3% a 15 miliardi di euro.",
            [
                ("net_income", 983e6, "actual"), ("revenue", -2.0, "actual"), ("revenue", 3.0, "actual"),
                ("revenue", 15e9, "actual"),
            ],
        ),
        # Revenue that is to rise from one sum to another is none of an older outlook.
        (
            "de", "Der Umsatz von Siemens soll von 158 Mio. auf 186 Mio. Euro klettern.",
            [("revenue", 158e6, "actual"), ("revenue", 186e6, "guidance")],
        ),
        (
            "de", "Siemens hob die Umsatzprognose von 158 Mio. auf 186 Mio. Euro an.",
            [("revenue", 158e6, "prior_guidance"), ("revenue", 186e6, "guidance")],
        ),
        ("es", "La plantilla de Iberdrola se redujo un 5%, hasta 20.155 empleados.", [
            ("employees", -5.0, "actual"), ("employees", 20155.0, "actual"),
        ]),
        ("sv", "Exklusive engångsposter blev Ericssons rörelseresultat 717 miljoner (649).", [
            ("operating_income", 717e6, "actual"), ("operating_income", 649e6, "actual"),
        ]),
    ],
)  # fmt: skip
def test_what_a_number_is_of_and_whose_expectation(language: str, text: str, expected: list[tuple[str, float, str]]) -> None:
    assert figures(text, language, "metric", "value", "basis") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en", "Tesco now sees operating profit of $2.25bn to $2.5bn, down from $3bn to $3.75bn previously.",
            [(2.25e9, 2.5e9, "guidance"), (3e9, 3.75e9, "prior_guidance")],
        ),
        ("es", "Telefónica prevé que los ingresos crezcan entre un 3% y un 5% este año.", [(3.0, 5.0, "guidance")]),
        ("it", "Enel prevede una crescita dei ricavi compresa tra un 3% e un 5%.", [(3.0, 5.0, "guidance")]),
    ],
)  # fmt: skip
def test_ranges_set_against_each_other_or_with_articles(
    language: str, text: str, expected: list[tuple[float, float, str]]
) -> None:
    assert figures(text, language, "value", "value_high", "basis") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en", "In April Unilever reported that first-half profits had slumped 85% to £13.5m.",
            [(-85.0, "half"), (13.5e6, "half")],
        ),
        ("en", "Unilever said nine-month revenue rose 4%.", [(4.0, "nine_months")]),
        ("de", "Siemens steigerte den Halbjahresgewinn auf 300 Millionen Euro.", [(3e8, "half")]),
        ("pl", "Po trzech kwartałach zysk netto Orlenu wyniósł 3,9 mld zł.", [(3.9e9, "nine_months")]),
    ],
)  # fmt: skip
def test_halves_and_nine_months_in_one_word(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert figures(text, language, "value", "period_type") == expected


def test_endings_cut_off_are_no_endings() -> None:
    text = "Arçelik 2 milyar lira zarar açıkladı. Şirket geçen yılın aynı döneminde 1 milyar 250 milyon lira zarar etmişti."
    assert figures(text, "tr", "value", "period_role") == [(-2e9, "current"), (-1.25e9, "comparative")]


def test_a_title_counts_in_the_currency_of_the_text() -> None:
    text = "Maersk har tjent 113 milliarder kroner. Omsætningen ventes at nå 31 milliarder dollar, EBIT 4 milliarder dollar."
    found = figures(text, "da", "value", "unit", title="Maersk tjener 113 milliarder på et halvt år")
    assert [unit for value, unit in found if value == 113e9] == ["DKK"]


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("es", "Iberdrola sube. El dueño de Iberia y Vueling ganó 4 millones de euros, dijo Iberdrola.", "iberdrola"),
        ("nl", "Philips stijgt. De eigenaar van Albert Heijn en Etos boekte 468 miljoen euro winst, aldus Philips.", "philips"),
        ("en", "Unilever rose. The owner of Zalando and Netflix made a profit of 4 million euros, Unilever said.", "unilever"),
    ],
)  # fmt: skip
def test_the_owner_of_brands_is_not_one_of_them(language: str, text: str, company: str) -> None:
    assert figures(text, language, "company_id")[0] == (company,)


@pytest.mark.parametrize(
    ("language", "title", "text", "company"),
    [
        (
            "de", "Corvane Systems rechnet mit weniger Gewinn",
            "Der Wiener Mautspezialist Corvane Systems hat einen Umsatz von 80 Millionen Euro erzielt.", "corvane-systems",
        ),
        (
            "fr", "Corvane : hausse de 18% du bénéfice",
            "Le chiffre d'affaires de Corvane Technologies progresse à 80 millions d'euros. Le groupe confirme ses objectifs.",
            "corvane-technologies",
        ),
    ],
)  # fmt: skip
def test_names_behind_a_description_or_shortened_in_the_title(language: str, title: str, text: str, company: str) -> None:
    assert company in {row[0] for row in figures(text, language, "company_id", title=title)}
