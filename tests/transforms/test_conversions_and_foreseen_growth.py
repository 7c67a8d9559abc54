"""Amounts told once more in a second currency, growth foreseen after other sentences, profits a share. All ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2022, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix's sales hit $1.05 billion. That is about 935 million euros."),
        ("nl", "De omzet van Netflix kwam uit op 1,05 miljard dollar. Dat is omgerekend zo'n 935 miljoen euro."),
        ("de", "Der Umsatz von Netflix lag bei 1,05 Milliarden Dollar. Das sind umgerechnet rund 935 Millionen Euro."),
        (
            "fr",
            "Le chiffre d'affaires de Netflix atteint 1,05 milliard de dollars. Cela représente environ 935 millions d'euros.",
        ),
    ],
)
def test_a_sentence_that_only_converts(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "unit")
    assert found == [("revenue", 1.05e9, "USD"), ("revenue", 9.35e8, "EUR")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix's sales hit $1.05 billion. It paid 935 million euros."),
        ("en", "Netflix's sales hit $1.05 billion. That is about 93 million euros."),
    ],
)
def test_another_amount_is_no_conversion(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [("revenue", 1.05e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            (
                "Netflix's revenue came to $1.02 billion. Profit was $300 million. The results beat all forecasts. The company "
                "expects growth of 30 percent in the fourth quarter."
            ),
        ),
        (
            "nl",
            (
                "De omzet van Netflix lag op 1,02 miljard dollar. De winst bedroeg 300 miljoen dollar. Daarmee voldeed Netflix "
                "aan de verwachtingen. Het bedrijf verwacht in het vierde kwartaal 30 procent groei."
            ),
        ),
        (
            "de",
            (
                "Der Umsatz von Netflix lag bei 1,02 Milliarden Dollar. Der Gewinn betrug 300 Millionen Dollar. Damit traf "
                "Netflix die Erwartungen. Der Konzern erwartet für das vierte Quartal 30 Prozent Wachstum."
            ),
        ),
    ],
)
def test_growth_foreseen_after_other_sentences(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "measure", "basis", "value")
    assert found[-1] == ("revenue", "change", "guidance", 30.0)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "nl",
            "De aangepaste winst van Netflix kwam in het kwartaal uit op 394 miljoen dollar, of 1,29 dollar per aandeel.",
        ),
        ("en", "Netflix's adjusted profit came to $394 million, or $1.29 a share."),
    ],
)
def test_a_profit_a_share_is_as_the_profit(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "accounting")
    assert found == [("net_income", "adjusted"), ("eps", "adjusted")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix's revenue narrowly beat analyst estimates, up 12.3% year over year."),
        ("en", "Netflix's revenue beat estimates and rose by 12.3%."),
        ("de", "Netflix' Umsatz übertraf die Schätzungen der Analysten und stieg um 12,3 Prozent."),
        ("fr", "Le chiffre d'affaires de Netflix a dépassé les attentes des analystes et progressé de 12,3 %."),
        ("it", "I ricavi di Netflix hanno superato le attese degli analisti, in crescita del 12,3%."),
    ],
)
def test_what_beat_the_estimates_and_moved_on_is_actual(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "measure", "basis", "value")
    assert found == [("revenue", "change", "actual", 12.3)]


@pytest.mark.parametrize("ago", ["one quarter earlier", "a quarter ago", "three months ago"])
def test_customers_of_the_quarter_before(ago: str) -> None:
    found = figures_in(f"Netflix had 209,300 enterprise customers, up from 204,100 {ago}.", "en", published=PUBLISHED)
    assert cells(found, "metric", "value", "period_role") == [
        ("customers", 209_300.0, "current"),
        ("customers", 204_100.0, "comparative"),
    ]


@pytest.mark.parametrize("ticker", ["(NFLX 1.57%)", "(NFLX -1.57%)", "(NASDAQ: NFLX 1.57%)"])
def test_the_ticker_of_a_page_is_no_figure(ticker: str) -> None:
    text = f"Netflix {ticker} had a strong quarter for its earnings, and revenue came to $5 billion."
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value") == [("revenue", 5e9)]
    assert moves_in(text, "en", published=PUBLISHED).is_empty()
