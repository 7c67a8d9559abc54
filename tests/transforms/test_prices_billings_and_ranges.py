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
