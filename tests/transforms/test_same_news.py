"""The same news in many languages gives the same facts: what one language can read, the others can too.

The sentences and short articles, our own, and what each of them must give lie in `same_news.toml`; `tell`ing a pattern in
one language more is one line there. Where nothing is expected, nothing may be found.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.transforms.linking import figures_in, matters_in, moves_in

PUBLISHED = datetime(2022, 4, 20, tzinfo=UTC)
TABLES: Final = {"figures": figures_in, "matters": matters_in, "moves": moves_in}
NEWS: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("same_news.toml").read_text(encoding="utf-8"))


def agrees(row: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether a fact has the expected cells, numbers within half a percent and texts whatever their case."""
    for column, wanted in expected.items():
        cell = row.get(column)
        if isinstance(wanted, str):
            if str(cell).casefold() != wanted.casefold():
                return False
        elif cell is None or abs(float(cell) - wanted) > abs(wanted) / 200:
            return False
    return True


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param(language, text, news["expected"], id=f"{name} {language} {number}")
        for name, news in NEWS.items()
        for language, texts in news["told"].items()
        for number, text in enumerate(texts)
    ],
)
def test_the_same_news_gives_the_same_facts(language: str, text: str, expected: list[dict[str, Any]]) -> None:
    if not expected:
        anything = {table: find(text, language, published=PUBLISHED).rows() for table, find in TABLES.items()}
        assert not any(anything.values()), anything
    for wanted in expected:
        cells = {column: value for column, value in wanted.items() if column != "table"}
        found = TABLES[wanted["table"]](text, language, published=PUBLISHED)
        assert any(agrees(row, cells) for row in found.iter_rows(named=True)), (cells, found.rows())
