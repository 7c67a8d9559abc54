"""Outlooks raised or cut that no word tells: the figures do. Sentences are our own."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.linking import moves_in


def outlooks(text: str, language: str) -> list[str]:
    """The ways of the changes of an outlook in a text."""
    found = moves_in(text, language)
    return found.filter(pl.col("move_type") == "guidance_change")["direction"].to_list()


@pytest.mark.parametrize(
    ("language", "text", "way"),
    [
        ("tr", "Arçelik 2023'te yüzde 20 ciro büyümesi bekliyor; önceki tahmin yüzde 15'ti.", "up"),
        ("de", "SAP erwartet nun 20 bis 22 Milliarden Euro Umsatz. Zuvor waren 23 bis 24 Milliarden angepeilt.", "down"),
        ("da", "Vestas venter en omsætning på 930-940 mio. euro. Hidtil ventede selskabet 950-975 mio. euro.", "down"),
    ],
)
def test_an_outlook_beside_the_one_that_it_replaces_is_a_change_without_a_word(language: str, text: str, way: str) -> None:
    assert outlooks(text, language) == [way]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "SAP erwartet weiter 20 Milliarden Euro Umsatz."),
        ("en", "SAP expects revenue of $20 billion. It had previously expected $20 billion too."),
    ],
)
def test_an_outlook_that_stays_as_it_was_is_no_change(language: str, text: str) -> None:
    assert outlooks(text, language) == []


def test_a_word_tells_the_change_once() -> None:
    assert outlooks("SAP raised its forecast: it expects revenue of $22 billion, up from $20 billion before.", "en") == ["up"]
