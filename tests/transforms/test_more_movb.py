"""Deals: both sides, what they are worth and whether they failed; sizes of markets, days and staff that are none. Ours all."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

BUYS = ("netflix", "acquisition", "logitech")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix will buy Logitech. The deal is valued at $4.8 billion."),
        ("en", "Netflix has agreed to acquire Logitech. The all-cash transaction, worth $4.8 billion, should close in May."),
        ("es", "La adquisición de Logitech por Netflix, valorada en 4.800 millones de dólares, se cerrará en mayo."),
        ("es", "Netflix anunció la compra de Logitech. El acuerdo está valorado en 4.800 millones de dólares."),
        ("pt", "A aquisição da Logitech pela Netflix, avaliada em US$ 4,8 bilhões, será concluída em maio."),
        ("pt", "A Netflix vai comprar a Logitech. O negócio é avaliado em US$ 4,8 bilhões."),
        ("pt", "Nesta terça-feira, a Netflix anunciou a compra da Logitech, da Oracle, por US$ 4,8 bilhões."),
        ("fr", "L'achat de Logitech par Netflix, pour un montant de 4,8 milliards de dollars, sera bouclé en mai."),
    ],
)
def test_the_worth_of_a_deal_is_its_price_and_no_market_value(language: str, text: str) -> None:
    sides = cells(moves_in(text, language), "company_id", "move_type", "counterparty_id", "value")
    assert sides == [(*BUYS, 48e8)]
    assert cells(figures_in(text, language), "metric") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix and Logitech hang up on their $4.8 billion acquisition deal."),
        ("en", "Logitech and Netflix call off $4.8 billion merger. Netflix's acquisition of Logitech was announced in July."),
        ("es", "Netflix y Logitech rompen su acuerdo de fusión de 4.800 millones de dólares."),
        ("fr", "L'accord tombe à l'eau. Netflix ne s'emparera pas de Logitech."),
        ("en", "The regulator moved to block Netflix's acquisition of Logitech."),
        ("fr", "Le régulateur s'oppose au rachat de Logitech par Netflix."),
    ],
)
def test_deals_that_fail(language: str, text: str) -> None:
    deals = [
        row
        for row in cells(moves_in(text, language), "company_id", "move_type", "counterparty_id", "status")
        if row[1] == BUYS[1]
    ]
    assert deals == [(*BUYS, "abandoned")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix bought Logitech in May. The purchase helps it enter the $24 billion video call market."),
        ("en", "The acquisition of Logitech lets Netflix enter a market valued at $24 billion."),
        ("fr", "Le rachat de Logitech permet à Netflix d'entrer sur un marché estimé à 24 milliards de dollars."),
        ("es", "La compra de Logitech permite a Netflix entrar en un mercado valorado en 24.000 millones de dólares."),
        ("it", "L'acquisizione di Logitech permette a Netflix di entrare in un mercato da 24 miliardi di dollari."),
        ("de", "Mit der Übernahme von Logitech betritt Netflix einen Markt von 24 Milliarden Dollar."),
        ("nl", "Met de overname van Logitech betreedt Netflix een markt van 24 miljard dollar."),
    ],
)
def test_the_size_of_a_market_is_no_price(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "company_id", "move_type", "counterparty_id", "value") == [(*BUYS, None)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pt", "As demissões na Netflix começaram na quarta-feira, 17, até então 50 funcionários foram desligados.", [50]),
        ("es", "Los despidos en Netflix empezaron el miércoles, 17, cuando 50 trabajadores fueron despedidos.", [50]),
        ("pt", "Com a redução do quadro de funcionários a Netflix passa a operar com apenas 18 colaboradores.", [None]),
        ("it", "Netflix ha annunciato nei mesi scorsi tagli globali per circa 10mila posizioni.", [10_000]),
        ("fr", "Netflix avait annoncé des coupes de 10.000 postes dans le monde.", [10_000]),
    ],
)
def test_how_many_were_laid_off(language: str, text: str, expected: list[int | None]) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == [("layoffs", number) for number in expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("it", "Netflix ha ceduto la quota del 13% in Logitech per 50 milioni di euro.", [("divestiture", 5e7)]),
        ("it", "Netflix ha una quota del 13% nel mercato dei video.", [("market_share", 13)]),
        (
            "en",
            "Netflix announced its Corvane Meeting Desk service, which will launch early next year.",
            [("product_launch", None)],
        ),
    ],
)
def test_stakes_sold_and_products_to_come(language: str, text: str, expected: list[tuple[str, float | None]]) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == expected


def test_a_deal_ended_at_a_meeting_of_shareholders_is_no_ban() -> None:
    text = "The transaction failed to win support at a Netflix shareholder meeting, and both companies will terminate the deal."
    assert cells(matters_in(text, "en"), "category") == []


@pytest.mark.parametrize(
    "text",
    [
        "Logitech poursuit la réduction de sa participation au capital de Netflix.",
        "Netflix poursuit son partenariat et Logitech poursuit sa croissance.",
    ],
)
def test_who_goes_on_with_something_does_not_sue(text: str) -> None:
    assert "legal_action" not in [row[0] for row in cells(moves_in(text, "fr"), "move_type")]
