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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Logitech passe dans le giron de Netflix pour 4,8 milliards de dollars."),
        ("fr", "Logitech tombe dans l'escarcelle de Netflix."),
        ("fr", "Logitech est la troisième acquisition de Netflix depuis janvier."),
        ("fr", "Logitech, dont l'acquisition pour 1,2 milliard de dollars par Netflix a été annoncée, fabrique des souris."),
        ("es", "Logitech pasa a manos de Netflix por 480 millones de euros."),
        ("es", "La compra de Logitech por parte de Netflix se cerrará en mayo."),
        ("it", "Logitech finisce nelle mani di Netflix."),
        ("it", "L'acquisizione di Logitech da parte di Netflix è stata completata."),
        ("pt", "A Logitech passa para as mãos da Netflix."),
        ("pt", "A compra da Logitech permite à Netflix crescer."),
    ],
)
def test_who_ends_up_with_whom(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "company_id", "move_type", "counterparty_id") == [BUYS]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            (
                "Netflix a déjà racheté Corvane Atlanta pour 7 milliards de dollars en 2005, Brelia Communications pour 4,5 "
                "milliards de dollars en 2021 ou encore Vondra Security pour 2,3 milliards de dollars en 2018."
            ),
        ),
        (
            "en",
            (
                "Netflix has bought Corvane Atlanta for $7 billion in 2005, Brelia Communications for $4.5 billion in 2021 and "
                "Vondra Security for $2.3 billion in 2018."
            ),
        ),
        (
            "es",
            (
                "Netflix compró Corvane Atlanta por 7.000 millones de dólares, Brelia Communications por 4.500 millones "
                "de dólares y Vondra Security por 2.300 millones de dólares."
            ),
        ),
    ],
)
def test_each_firm_bought_has_its_own_price(language: str, text: str) -> None:
    deals = cells(moves_in(text, language), "company_id", "counterparty", "value")
    assert deals == [
        ("netflix", "Corvane Atlanta", 7e9),
        ("netflix", "Brelia Communications", 45e8),
        ("netflix", "Vondra Security", 23e8),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "A Netflix anunciou a compra de mais 177 milhões de dólares em bitcoin."),
        ("es", "Netflix compró 3.907 bitcoins a un precio de 45.294 dólares cada uno."),
        ("en", "Netflix bought 3,907 bitcoins for $177 million."),
        ("es", "Netflix es cliente. Logitech pasa a formar parte del índice Nasdaq 100."),
    ],
)
def test_coins_and_indices_are_no_deals(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Shares of Netflix, Oracle and Logitech fell 3%."),
        ("en", "Shares of Netflix Inc., Oracle Corp. and Logitech Inc. fell 3%."),
        ("es", "Las acciones de Netflix, Oracle (matriz de Corvane) y Logitech cayeron un 3%."),
        ("nl", "De aandelen van Netflix, Oracle en Logitech daalden 3 procent."),
        ("ru", "Акции Netflix, Oracle и Logitech упали на 3%."),
        ("pl", "Akcje Netflix, Oracle i Logitech spadły o 3%."),
        ("tr", "Netflix, Oracle ve Logitech hisseleri yüzde 3 düştü."),
    ],
)
def test_firms_that_share_one_move(language: str, text: str) -> None:
    moved = cells(moves_in(text, language), "company_id", "move_type", "value")
    assert sorted(moved) == [(firm, "share_price_change", -3) for firm in ("logitech", "netflix", "oracle")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Netflix shares rose 2%. Unlike Oracle and Spotify, Logitech fell 3%.", [("netflix", 2), ("logitech", -3)]),
        ("Shares of Netflix and Oracle fell 3% and 4%.", [("netflix", -3), ("oracle", -4)]),
    ],
)
def test_firms_that_share_no_move(text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(moves_in(text, "en"), "company_id", "value") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Las acciones de Netflix cayeron 3%, en comparación con una caída de 2,5% en el índice S&P 500."),
        ("fr", "L'action Netflix a perdu 3%, contre une baisse de 2% pour le CAC 40."),
        ("it", "Il titolo Netflix ha perso il 3%, contro un calo del 2% del Ftse Mib."),
        ("pt", "As ações da Netflix caíram 3%, contra uma queda de 2% do índice S&P 500."),
    ],
)
def test_an_index_compared_with_moves_no_share(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "company_id", "value") == [("netflix", -3)]


def test_a_purchase_put_off_is_no_rating() -> None:
    moves = cells(moves_in("Netflix suspendió la compra multimillonaria de Logitech.", "es"), "move_type", "status")
    assert moves == [("acquisition", "abandoned")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Netflix rachète Logitech, créée en 2014, pour 200 millions d'euros."),
        ("es", "Netflix compra Logitech, fundada en 2014, por 200 millones de euros."),
        ("it", "Netflix compra Logitech, nata nel 2014, per 200 milioni di euro."),
        ("pt", "A Netflix compra a Logitech, criada em 2014, por 200 milhões de euros."),
        ("en", "Netflix is buying Logitech, founded in 2014, for $200 million."),
        ("de", "Netflix übernimmt das 2014 gegründete Unternehmen Logitech für 200 Millionen Dollar."),
        ("nl", "Netflix neemt het in 2014 opgerichte Logitech over voor 200 miljoen dollar."),
    ],
)
def test_the_year_a_firm_was_founded_is_not_that_of_the_deal(language: str, text: str) -> None:
    deals = cells(moves_in(text, language), "company_id", "move_type", "counterparty_id", "status", "effective_on")
    assert deals == [(*BUYS, "announced", None)]


def test_taken_profits_are_nobodys_result() -> None:
    text = "Los inversores decidieron recoger beneficios y castigaron a Netflix, que rondaba los 123 dólares por acción."
    assert cells(figures_in(text, "es"), "metric") == []
