"""Promises about whose a number or an action is: names that a report's percentages prove, indices, prices, whom a fine meets.

Sentences are our own.
"""

from __future__ import annotations

import pytest

from tests.transforms.linking import moves_in, shares_told


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "nl",
            "Fugro daalde 2 procent. De AEX, de graadmeter, sloot met een verlies van 0,3 procent op 855,85 punten.",
            ["change fugro -2 percent"],
        ),
        (
            "fr",
            "Renault gagne 1,5% en Bourse. L'indice phare, le CAC 40, termine en hausse de 0,32% à 8.237,43 points.",
            ["change renault 1.5 percent"],
        ),
        (
            "en",
            "The FTSE 100 was down 1.4 per cent, or 106 points, to 7521.68. HSBC fell 19.5p to 923.5p.",
            ["level hsbc 9.235 GBP"],
        ),
        (
            "nl",
            "ArcelorMittal daalde 2 procent op de beurs. De AEX verloor terrein. Londen ging 0,3 procent omhoog.",
            ["change arcelormittal -2 percent"],
        ),
    ],
)
def test_indices_and_exchanges_move_no_share(language: str, text: str, expected: list[str]) -> None:
    assert shares_told(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "it",
            "Borsa positiva. Mediobanca ha ceduto l'1,79% a 20,9 euro, Unicredit è salita dello 0,5% a 64,92 euro.",
            ["change mediobanca -1.79 percent", "change unicredit 0.5 percent", "level mediobanca 20.9 EUR",
             "level unicredit 64.92 EUR"],
        ),
        (
            "de",
            "Die Bayer-Aktien büßten am Dax-Ende 7,5 Prozent auf 37,75 Euro ein.",
            ["change bayer -7.5 percent", "level bayer 37.75 EUR"],
        ),
        (
            "de",
            "Im Dax verbilligten sich Airbus um 1,6 Prozent auf 105,50 Euro.",
            ["change airbus -1.6 percent", "level airbus 105.5 EUR"],
        ),
        (
            "nl",
            "Het Damrak sloot hoger. In de MidKap was Alfen bovenaan te vinden met een koerswinst van 5,8 procent.",
            ["change alfen 5.8 percent"],
        ),
        (
            "no",
            "Oslo Børs falt. Telenor styrkes 0,5 prosent til 132,20 kroner.",
            ["change telenor 0.5 percent", "level telenor 132.2 NOK"],
        ),
        (
            "pt",
            "O Bradesco caiu na B3. No setor, as ações do Itaú (ITUB4) lideram as baixas, recuando 2,24%.",
            ["change itau -2.24 percent"],
        ),
        ("pl", "WIG20 wzrósł. Po wynikach o 1,1 proc. zniżkował Orlen.", ["change orlen -1.1 percent"]),
        ("fr", "Suez veut céder 6% du capital de M6 en Bourse, dont le titre progresse de 5,4%.", ["change m6 5.4 percent"]),
    ],
)  # fmt: skip
def test_a_number_and_its_price_go_to_the_firm_beside_them(language: str, text: str, expected: list[str]) -> None:
    assert [row for row in shares_told(language, text) if row.startswith(("change", "level"))] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "Telefónica vendió su filial. La CNMC multa a Endesa con 5 millones de euros.", "endesa"),
        (
            "fr",
            "Carrefour grandit. L'Autorité de la concurrence a infligé une amende de 9 millions d'euros à Orange.",
            "orange",
        ),
        ("it", "Campari cresce. L'Antitrust ha multato Ryanair per 3 milioni di euro.", "ryanair"),
        ("pl", "Bank Pekao rośnie. UOKiK nałożył na Allegro karę 12 mln zł.", "allegro"),
        ("tr", "Trendyol büyüyor. Rekabet Kurulu Google'a 2,6 milyar lira ceza verdi.", "google"),
    ],
)
def test_a_fine_is_of_the_firm_that_its_sentence_names(language: str, text: str, expected: str) -> None:
    found = moves_in(text, language)
    assert [row["company_id"] for row in found.iter_rows(named=True) if row["move_type"] == "regulatory_action"] == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Umbau kostet Schaeffler rund 700 Millionen Euro und soll jährlich 300 Millionen Euro einsparen."),
        ("nl", "Avantium haalde 70 miljoen euro op om de hoger dan verwachte kosten van zijn fabriek te dekken."),
    ],
)
def test_sums_for_a_whole_firm_are_no_list_prices(language: str, text: str) -> None:
    assert [row for row in shares_told(language, text) if row.startswith("pricing")] == []
