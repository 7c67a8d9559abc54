"""Firms that no table holds, told by their place in a sentence; and words with a capital that are none. Our own words."""

from __future__ import annotations

import polars as pl
import pytest

from transforms import companies
from transforms.sentences import sentences
from transforms.spans import Tape


def named(text: str, language: str, *, title: int = 0) -> list[str]:
    """The companies found in a text, in the order of their ids; `title` is how many code points the title has."""
    texts = pl.DataFrame({"article_id": ["a"], "text": [text], "title_start": [0], "title_end": [title]})
    tape = Tape.of(texts, language=language)
    found = companies.on_tape(tape, sentences(tape)).filter(pl.col("certainty") != "pronoun")
    return sorted(found["company_id"].unique().to_list())


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pt", "Ontem a Brasalto, fintech de crédito, demitiu 90 funcionários.", ["brasalto"]),
        ("es", "La noticia sorprendió a Ferrandia, una cadena de ropa que factura 90 millones.", ["ferrandia"]),
        ("fr", "Le rachat de Kerlanne, un fabricant de biscuits, a coûté cinq millions.", ["kerlanne"]),
        ("en", "Investors trust Corvane, a platform for lenders.", ["corvane"]),
    ],
)
def test_a_noun_after_a_comma_tells_what_a_name_is(language: str, text: str, expected: list[str]) -> None:
    assert named(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Según Ferrandis, la empresa crecerá en breve."),
        ("pt", "Quem falou foi Marques, dona da Brasalto."),
        ("it", "Lo dice Ferretti, fondatore della società."),
    ],
)
def test_who_speaks_of_the_firm_is_none(language: str, text: str) -> None:
    assert not {"ferrandis", "marques", "ferretti"} & set(named(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "«Nel 2021 contiamo di superare i 150 milioni di ricavi», dice la società."),
        ("id", "Laba naik menjadi Rp 146 miliar. Pendapatan Rp 1,5 triliun, kata PT."),
        ("pl", "Przychody spółki wyniosły 20 mln PLN, a zysk 3 mln PLN."),
        ("de", "Der SDax-Konzern erhöhte den Umsatz um 10 Prozent."),
    ],
)
def test_words_that_begin_sentences_currencies_and_indices_are_no_firms(language: str, text: str) -> None:
    assert named(text, language) == []


def test_a_firm_named_once_in_title_and_text_needs_a_verb_of_firms() -> None:
    text = (
        "Connettia, fatturato a +9%\n\nConnettia ha chiuso l'anno con ricavi di 141 milioni, un utile di 3 e un ebitda di 20."
    )
    assert named(text, "it", title=26) == ["connettia"]


def test_a_firm_may_hold_the_name_of_a_town() -> None:
    assert named("Ayer Grupo San José presentó sus cuentas.", "es") == ["grupo-san-jose"]
