"""Prices of shares that are no earnings, measures that are no revenue, ranges in Japanese, deals called off. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2022, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix traded at an all-time high of nearly $365 per share in February."),
        ("en", "The offer for Netflix is equivalent to about $10.42 per share."),
        ("de", "SAP erreichte ein Allzeithoch von 135 Euro je Aktie."),
        ("es", "Netflix alcanzó un máximo de 365 dólares por acción en febrero."),
        ("en", "Netflix billings of $565 million fell short of analysts' average forecast of $594 million."),
        ("pt", "A Netflix informou que foram divulgados registros de 4 milhões de pedidos."),
    ],
)
def test_no_figures_of_the_firm(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Netflix guided for revenue of $557 million and billings of $647 million.", [("revenue", 557e6)]),
        ("Netflix's revenue rose 8%. Its attrition rate fell to 24.3%.", [("revenue", 8)]),
        ("Netflix earned $3.10 per share. Adjusted, it was $3.30 per share.", [("eps", 3.1), ("eps", 3.3)]),
    ],
)
def test_what_stands_beside_takes_nothing_and_gives_nothing(text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ネットフリックスは、第4四半期の売上高は11億2,600万ドルから11億3,100万ドルと、前年を上回る見込みだと発表した。",
            [(1126e6, 1131e6)],
        ),
        (
            "ネットフリックスの売上高は3億1,250万ドルで、会社予想の2億8,000万ドルから2億8,500万ドルを大きく上回った。",
            [(3125e5, None), (28e7, 285e6)],
        ),
        ("ネットフリックスは通期の売上高予想を46億ドルから47億ドルに引き上げた。", [(46e8, None), (47e8, None)]),
    ],
)
def test_from_and_to_are_a_range_unless_a_verb_moves_them(text: str, expected: list[tuple[float, float | None]]) -> None:
    assert cells(figures_in(text, "ja", published=PUBLISHED), "value", "value_high") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "Zoom anunció este jueves que abandonará la compra de Five9.", [("acquisition", "abandoned")]),
        ("en", "Netflix reported costs and earnings of 87 cents a share, down from 88 cents a share a year ago.", []),
        ("en", '"We will have more information to share in 30 minutes," Slack said. Traffic rose.', []),
    ],
)
def test_moves_and_what_is_none(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert cells(moves_in(text, language, published=PUBLISHED), "move_type", "status") == expected


@pytest.mark.parametrize(
    ("language", "text", "basis"),
    [
        ("nl", "In mei rekende Zoom voor heel dit jaar nog op 4,6 miljard dollar omzet.", "prior_guidance"),
        ("de", "Im Mai hatte Zoom noch mit 4,6 Milliarden Dollar Umsatz gerechnet.", "prior_guidance"),
        ("de", "Analysten hatten bei Zoom mit 4,6 Milliarden Dollar Umsatz gerechnet.", "consensus"),
        ("en", "In May, Zoom still thought it would make $4.6 billion in revenue this year.", "prior_guidance"),
        ("fr", "En mai, Zoom tablait encore sur 4,6 milliards de dollars de chiffre d'affaires.", "prior_guidance"),
        ("it", "A maggio Zoom contava di raggiungere 4,6 miliardi di dollari di ricavi.", "prior_guidance"),
        ("es", "En mayo, Zoom todavía esperaba ingresos de 4.600 millones de dólares.", "prior_guidance"),
        ("pt", "Em maio, a Zoom ainda esperava receitas de 4,6 mil milhões de dólares.", "prior_guidance"),
        ("sv", "I maj räknade Zoom med en omsättning på 4,6 miljarder dollar.", "prior_guidance"),
        ("sv", "Analytikerna räknade med en omsättning på 4,6 miljarder dollar för Zoom.", "consensus"),
        ("da", "Analytikerne regnede med en omsætning på 4,6 milliarder dollar i Zoom.", "consensus"),
        ("pl", "W maju Zoom liczył na przychody w wysokości 4,6 mld dolarów.", "prior_guidance"),
        ("ru", "В мае Zoom рассчитывала на выручку в 4,6 млрд долларов.", "prior_guidance"),
        ("ru", "Аналитики рассчитывали на выручку Zoom в 4,6 млрд долларов.", "consensus"),
    ],
)
def test_who_had_expected_it(language: str, text: str, basis: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis") == [(basis,)]


def test_indices_are_no_firms_and_jobs_that_a_percentage_comes_to_no_staff() -> None:
    index = "Le titre Meta grimpait de 6,1% tandis que le Nasdaq Composite .IXIC prenait 2,5% au même moment."
    assert cells(moves_in(index, "fr", published=PUBLISHED), "company_id", "value") == [("meta", 6.1)]
    jobs = "Spotify would be reducing its headcount by about six percent or roughly 600 employees."
    assert cells(figures_in(jobs, "en", published=PUBLISHED), "metric") == []
