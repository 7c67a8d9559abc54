"""Days of a peak from which a share fell, and days before "since then": neither is the day of the move."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, moves_in

PUBLISHED = datetime(2022, 3, 1, 9, tzinfo=UTC)


def _moves(language: str, text: str) -> list[tuple[object, ...]]:
    return cells(moves_in(text, language, published=PUBLISHED), "move_type", "effective_on", by="start")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Since its peak in October 2020 the Netflix stock has lost 30 percent of its value."),
        ("de", "Seit dem Kurshöhepunkt im Oktober 2020 verlor die Aktie von Netflix rund 30 Prozent ihres Werts."),
        ("nl", "Sinds de piek in oktober 2020 verloor het aandeel Netflix 30 procent van zijn waarde."),
        ("fr", "Depuis son sommet d'octobre 2020, l'action Netflix a perdu 30 % de sa valeur."),
        ("it", "Dal picco di ottobre 2020 il titolo Netflix ha perso il 30%."),
        ("es", "Desde su máximo de octubre de 2020, la acción de Netflix ha perdido un 30 %."),
        ("pt", "Desde o pico de outubro de 2020, a ação da Netflix perdeu 30%."),
        ("de", "Netflix erreichte im Oktober 2020 sein Rekordhoch, seitdem verlor die Aktie 30 Prozent."),
    ],
)
def test_the_day_of_a_peak_is_not_that_of_the_fall_since(language: str, text: str) -> None:
    moves = [day for kind, day in _moves(language, text) if kind == "share_price_change"]
    assert len(moves) == 1
    assert moves[0] is None or str(moves[0]).startswith("2022")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On 24 February 2022 the Netflix stock fell 30 percent."),
        ("de", "Am 24. Februar 2022 verlor die Aktie von Netflix 30 Prozent."),
        ("nl", "Op 24 februari 2022 verloor het aandeel Netflix 30 procent."),
        ("fr", "Le 24 février 2022, l'action Netflix a perdu 30 %."),
    ],
)
def test_a_plain_day_is_that_of_the_move(language: str, text: str) -> None:
    assert _moves(language, text) == [("share_price_change", "2022-02-24")]
