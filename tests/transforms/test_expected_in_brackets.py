"""What brackets behind a figure say that was expected; receipts for shares; words that only look like a move."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Vantrix Inc. reported revenue of $393 million versus $379 million (Estimate: $388 million)."),
        ("en", "Revenue of Vantrix Inc. rose to $393 million compared to $379 million (Bloomberg estimate: $388 million)."),
        ("de", "Der Umsatz der Vantrix AG stieg auf 393 Millionen Euro nach 379 Millionen (Prognose: 388 Millionen)."),
        (
            "fr",
            "Vantrix SA a réalisé un chiffre d'affaires de 393 millions d'euros contre 379 millions (attendu : 388 millions).",
        ),
        ("nl", "De omzet van Vantrix NV steeg naar 393 miljoen euro tegen 379 miljoen (verwacht: 388 miljoen)."),
        ("es", "Vantrix S.A. ingresó 393 millones de euros frente a 379 millones (previsión: 388 millones)."),
        ("it", "Vantrix S.p.A. ha chiuso con ricavi a 393 milioni di euro contro 379 milioni (stima: 388 milioni)."),
    ],
)
def test_an_estimate_in_brackets_is_what_was_expected(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "basis", "period_role", "value") == [
        ("revenue", "actual", "current", 393e6),
        ("revenue", "actual", "comparative", 379e6),
        ("revenue", "consensus", "current", 388e6),
    ]


def test_a_previous_expectation_of_the_firm_is_replaced() -> None:
    text = "Vantrix Inc. now expects revenue growth of 3-5% for fiscal 2025, up from its previous expectation of a 1-2% rise."
    assert cells(figures_in(text, "en"), "basis", "value") == [("guidance", 3.0), ("prior_guidance", 1.0)]


def test_receipts_for_shares_move_like_shares() -> None:
    text = "The American Depository Receipts of Infosys Ltd. rose more than 8% to $22.20 after it raised its revenue forecast."
    assert figures_in(text, "en").is_empty()
    assert ("share_price_change", 8.0) in cells(moves_in(text, "en"), "move_type", "value")


def test_a_quarter_that_ended_is_no_close() -> None:
    assert moves_in("Infosys profits increased by 5.2% in the quarter ended June 30.", "en").is_empty()


def test_an_outlook_that_is_cut_before_brokers_cut_their_targets_is_the_firms() -> None:
    text = "Vantrix Inc. cut its annual sales forecast, prompting brokerages to cut their price targets."
    assert set(moves_in(text, "en")["move_type"]) == {"guidance_change", "rating_change"}


def test_demand_is_no_lawsuit() -> None:
    assert moves_in("Vantrix S.A. ganó menos por la menor demanda en Argentina.", "es").is_empty()
    told = moves_in("Los accionistas presentaron una demanda contra Vantrix S.A.", "es")
    assert told["move_type"].to_list() == ["legal_action"]


@pytest.mark.parametrize(
    "text",
    [
        "ZoomのMac版ではビデオの送受信がエンドツーエンドで暗号化されておらず、第三者による傍受が可能なことが判明した。",
        "Zoomの通信は暗号化されていないため、第三者に盗聴される恐れがある。",
    ],
)
def test_what_is_not_encrypted_was_encrypted_by_nobody(text: str) -> None:
    assert cells(matters_in(text, "ja"), "company_id", "category", by="category") == [("zoom", "encryption")]
