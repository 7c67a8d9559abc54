"""What an article calls a firm beside its name stands for it elsewhere. Ours all."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, moves_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            (
                "Der Videokonferenzdienst Zoom will Five9 kaufen. Die Aktionäre von Five9 waren dagegen. "
                "Der Umsatz des Videokonferenzdienstes stieg um 54 Prozent."
            ),
        ),
        (
            "nl",
            (
                "De videovergaderdienst Zoom wil Five9 kopen. De aandeelhouders van Five9 waren tegen. "
                "De omzet van de videovergaderdienst steeg met 54 procent."
            ),
        ),
        (
            "fr",
            (
                "Le spécialiste de la visioconférence Zoom veut racheter Five9. Les actionnaires de Five9 étaient contre. "
                "Le chiffre d'affaires du spécialiste de la visioconférence a augmenté de 54 %."
            ),
        ),
        (
            "es",
            (
                "La plataforma de videoconferencias Zoom quiere comprar Five9. Los accionistas de Five9 se negaron. "
                "Los ingresos de la plataforma de videoconferencias crecieron un 54 %."
            ),
        ),
        (
            "it",
            (
                "La piattaforma di videoconferenze Zoom vuole comprare Five9. Gli azionisti di Five9 erano contrari. "
                "I ricavi della piattaforma di videoconferenze sono cresciuti del 54%."
            ),
        ),
    ],
)
def test_a_description_stands_for_its_firm(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "company_id", "metric") == [("zoom", "revenue")]


def test_shares_of_a_described_firm_are_its_own() -> None:
    text = (
        "The videoconferencing specialist Zoom wants to buy Five9. Shareholders of Five9 were not happy. "
        "The shares of the videoconferencing specialist have lost 25% since."
    )
    moved = [
        company for company, kind in cells(moves_in(text, "en"), "company_id", "move_type") if kind == "share_price_change"
    ]
    assert moved == ["zoom"]


def test_a_description_of_two_firms_stands_for_neither() -> None:
    text = (
        "The software maker Adobe sued the software maker Figma. Figma has 500 employees. "
        "Revenue of the software maker rose 54% to $4 billion."
    )
    assert {company for (company,) in cells(figures_in(text, "en"), "company_id")} != {"adobe"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta (META), the owner of Facebook, earned $6 billion in the quarter."),
        ("es", "Meta, matriz de Facebook, ganó 6.000 millones de dólares en el trimestre."),
        ("pt", "A Meta, dona do Facebook, lucrou US$ 6 bilhões no trimestre."),
        ("id", "Meta, pemilik Facebook, meraup laba US$6 miliar pada kuartal ketiga."),
        ("it", "Meta, la società madre di Facebook, ha registrato un utile di 6 miliardi di dollari."),
        ("nl", "Meta, het moederbedrijf van Facebook, boekte een winst van 6 miljard dollar."),
        ("ru", "Meta, владелец Facebook, заработала 6 млрд долларов за квартал."),
    ],
)
def test_an_ambiguous_name_beside_its_subsidiary_is_the_firms(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "company_id", "metric", "basis") == [("meta", "net_income", "actual")]


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "Unlike Slack, which has 12 million users, Zoom earns money.", "slack"),
        ("fr", "Contrairement à Slack, qui compte 12 millions d'utilisateurs, Zoom gagne de l'argent.", "slack"),
        ("fr", "Zoom rachète Five9, dont le chiffre d'affaires a atteint 435 millions de dollars en 2020.", "five9"),
        ("it", "Zoom compra Five9, che ha registrato ricavi per 435 milioni di dollari nel 2020.", "five9"),
        ("es", "Zoom compra Five9, que tuvo ingresos de 435 millones de dólares en 2020.", "five9"),
        ("de", "Zoom übernimmt Five9, dessen Umsatz 2020 bei 435 Millionen Dollar lag.", "five9"),
    ],
)
def test_a_relative_clause_is_about_the_firm_before_it(language: str, text: str, company: str) -> None:
    assert cells(figures_in(text, language), "company_id") == [(company,)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "Zoom buys Five9, which had revenue of $435 million in 2020.", None),
        ("fr", "Zoom rachète Five9, dont le chiffre d'affaires a atteint 435 millions de dollars en 2020.", None),
        ("es", "Zoom compra Five9, que tuvo ingresos de 435 millones de dólares en 2020.", None),
        ("de", "Zoom übernimmt Five9, dessen Umsatz 2020 bei 435 Millionen Dollar lag.", None),
        ("en", "Zoom had revenue of $4 billion. In 2020 it bought Keybase.", "2020-01-01"),
        ("en", "Zoom bought Keybase in 2020 and had revenue of $4 billion.", "2020-01-01"),
    ],
)
def test_the_year_of_a_figure_is_not_that_of_the_deal(language: str, text: str, day: str | None) -> None:
    assert cells(moves_in(text, language), "move_type", "effective_on", by="start") == [("acquisition", day)]
