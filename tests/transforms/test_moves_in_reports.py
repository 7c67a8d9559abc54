"""Moves told in reports of a market: heads and feet of an index, lists, targets beside prices, deals refused."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, moves_in

LED = [
    ("de", "SAP setzte sich mit einem Plus von 4,1 Prozent auf 118,20 Euro an die Spitze des DAX.", 4.1, 118.2),
    ("es", "Repsol lideró las alzas del Ibex con una subida del 2,9%, hasta los 13,40 euros.", 2.9, 13.4),
    ("en", "Rolls-Royce topped the blue-chip leaderboard with a gain of 6.2% to 148.5p.", 6.2, 1.485),
]
RESPECTIVE = [
    ("fr", "Au sein du CAC 40, Danone et Renault ont gagné respectivement 1,1 % et 0,9 %."),
    ("pt", "No Ibovespa, Danone e Renault avançaram 1,1% e 0,9%, respectivamente."),
]
AIMED = [
    (
        "da",
        "Ambu faldt 5,9 pct. til 98,40 kr. efter at Nordea skar kursmålet til 85 kr. fra 100 kr. Aktien er nervøs.",
        -5.9,
        98.4,
        85,
    ),
    ("fi", "Nesteen osake laski 5,1 prosenttia 41,30 euroon kun Morgan Stanley laski tavoitehinnan 35 euroon.", -5.1, 41.3, 35),
]
BEFORE_THE_WORD = [
    ("sv", "Telia noterades 1,6 procent lägre på 26,35 kronor. OMXS30 föll.", -1.6, 26.35),
    ("tr", "Garanti BBVA yüzde 1,6 geriledi. BIST 100 endeksi de düştü.", -1.6, None),
    ("no", "Telenor ble handlet 1,6 prosent lavere på 126,35 kroner. Hovedindeksen falt.", -1.6, 126.35),
]
REFUSED = [
    ("de", "Die Commerzbank lehnt das Übernahmeangebot der Unicredit ab."),
    ("nl", "Commerzbank wijst het overnamebod van Unicredit van de hand."),
    ("en", "Commerzbank spurned a takeover offer from Unicredit."),
]
RATED = [
    ("de", "Lufthansa gaben am Freitag nach. Die Deutsche Bank hob das Kursziel für Bayer von 60 auf 65 Euro.", 65),
    ("fr", "Renault perd 1 %. Oddo BHF a relevé son objectif de cours sur Bayer de 60 à 65 euros.", 65),
]


@pytest.mark.parametrize(("language", "text", "change", "price"), LED)
def test_the_index_of_which_a_firm_is_the_best_moves_nothing(language: str, text: str, change: float, price: float) -> None:
    found = cells(moves_in(text, language), "move_type", "value")
    assert found == [("share_price_change", change), ("share_price_level", price)]


@pytest.mark.parametrize(("language", "text"), RESPECTIVE)
def test_each_firm_of_a_list_takes_its_own_number(language: str, text: str) -> None:
    found = cells(moves_in(text, language), "company_id", "value")
    assert found == [("danone", 1.1), ("renault", 0.9)]


@pytest.mark.parametrize(("language", "text", "change", "price", "target"), AIMED)
def test_a_price_is_told_before_a_target_price(language: str, text: str, change: float, price: float, target: float) -> None:
    found = cells(moves_in(text, language), "move_type", "value")
    assert found == [("share_price_change", change), ("share_price_level", price), ("rating_change", target)]


@pytest.mark.parametrize(("language", "text", "change", "price"), BEFORE_THE_WORD)
def test_the_number_may_stand_before_the_word_that_moves(language: str, text: str, change: float, price: float | None) -> None:
    found = [value for (value,) in cells(moves_in(text, language), "value")]
    assert found == [value for value in (change, price) if value is not None]


@pytest.mark.parametrize(("language", "text"), REFUSED)
def test_who_refuses_an_offer_is_its_target(language: str, text: str) -> None:
    found = cells(moves_in(text, language), "company_id", "counterparty", "status", by="start")
    assert found == [("unicredit", "Commerzbank", "abandoned")]


@pytest.mark.parametrize(("language", "text", "target"), RATED)
def test_the_firm_rated_is_that_of_the_sentence(language: str, text: str, target: float) -> None:
    found = cells(moves_in(text, language), "move_type", "company_id", "value")
    assert ("rating_change", "bayer", target) in found


@pytest.mark.parametrize(
    ("text", "sessions"),
    [
        (
            "Shares of Zoom rose 1.7 percent in extended trade after closing down 1.5 percent at $61.40.",
            ["after_hours", "regular", "regular"],
        ),
        ("In after-hours trade, Zoom shares rose to $28.50 from a close of $28.35.", ["after_hours", "regular"]),
    ],
)
def test_each_number_has_the_session_that_stands_at_it(text: str, sessions: list[str]) -> None:
    assert moves_in(text, "en").sort("value_start")["session"].to_list() == sessions


def test_charges_and_cost_cutting_are_no_prices_and_no_outlooks_cut() -> None:
    text = "Zoom said profit rose on cost-cutting, up from $6.7 million a year earlier, when it took restructuring charges."
    assert not {"pricing", "guidance_change"} & set(moves_in(text, "en")["move_type"])
