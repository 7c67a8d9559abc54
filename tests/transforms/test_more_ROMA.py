"""Romance, Slavic, Turkish, Arabic and Indonesian news: divisions, bounds, daily users, fines. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2022, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Spotify affiche une perte divisée par 6 à 31 millions d'euros.", [(0.166667, "multiple"), (-31e6, "EUR")]),
        (
            "fr",
            "Le bénéfice net de Spotify a été divisé par près de 4, à 31 millions d'euros.",
            [(0.25, "multiple"), (31e6, "EUR")],
        ),
        ("es", "La pérdida neta de Spotify se dividió entre cuatro.", [(0.25, "multiple")]),
        ("it", "L'utile netto di Spotify è stato diviso per 5, a 31 milioni di euro.", [(0.2, "multiple"), (31e6, "EUR")]),
        ("pt", "O lucro líquido da Spotify foi dividido por 10.", [(0.1, "multiple")]),
    ],
)
def test_what_was_divided(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "unit") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Netflix a dépassé 300 millions d'abonnés.", [("customers", 300e6, "over")]),
        ("it", "Netflix ha superato i 300 milioni di abbonati.", [("customers", 300e6, "over")]),
        ("pt", "A Netflix ultrapassou 300 milhões de assinantes.", [("customers", 300e6, "over")]),
        ("es", "Los ingresos de Netflix superaron los 800 millones de dólares.", [("revenue", 800e6, "over")]),
        (
            "it",
            "I ricavi di Netflix, pari a 882 milioni di dollari, hanno superato gli 811 milioni attesi.",
            [("revenue", 882e6, "eq"), ("revenue", 811e6, "eq")],
        ),
    ],
)
def test_what_was_passed_is_a_bound(language: str, text: str, expected: list[tuple[str, float, str]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "comparator") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le nombre d'utilisateurs de Zoom est passé de 10 à 200 millions par jour."),
        ("es", "El número de usuarios de Zoom pasó de 10 millones a 200 millones al día."),
        ("it", "Gli utenti di Zoom sono passati da 10 a 200 milioni al giorno."),
        ("pt", "O número de usuários do Zoom saltou de 10 milhões para 200 milhões por dia."),
        ("pl", "Liczba użytkowników Zooma wzrosła z 10 mln do 200 mln dziennie."),
        ("ru", "Число пользователей Zoom выросло с 10 млн до 200 млн в день."),
        ("tr", "Zoom'un kullanıcı sayısı günde 10 milyondan 200 milyona çıktı."),
        ("ar", "ارتفع عدد مستخدمي زووم من 10 ملايين إلى 200 مليون يوميا."),
        ("id", "Jumlah pengguna Zoom naik dari 10 juta menjadi 200 juta per hari."),
    ],
)
def test_how_often_people_use_it(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "segment", "period_role")
    assert found == [(10e6, "daily_active", "comparative"), (200e6, "daily_active", "current")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Netflix'in abone sayısı 10 binden 20 bine çıktı.", [(10_000,), (20_000,)]),
        ("Netflix'in abone sayısı 3 milyon 400 bine çıktı.", [(3_400_000,)]),
    ],
)
def test_turkish_numbers_end_where_they_are_declined(text: str, expected: list[tuple[float]]) -> None:
    assert cells(figures_in(text, "tr", published=PUBLISHED), "value") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "La Cnil sanctionne Google et Facebook à respectivement 10 et 5 millions d'euros d'amende."),
        ("fr", "La Cnil a infligé des amendes de 10 et 5 millions d'euros à Google et Facebook, respectivement."),
        ("es", "La AEPD multa a Google y Facebook con 10 millones y 5 millones de euros, respectivamente."),
        ("it", "Il Garante ha multato Google e Facebook rispettivamente per 10 e 5 milioni di euro."),
        ("pl", "UOKiK ukarał Google i Facebook karami odpowiednio 10 mln euro i 5 mln euro."),
        ("ru", "ФАС оштрафовала Google и Facebook на 10 млн и 5 млн евро соответственно."),
        ("tr", "Rekabet Kurumu, Google ve Facebook'a sırasıyla 10 milyon euro ve 5 milyon euro ceza verdi."),
        ("en", "The CNIL fined Google and Facebook 10 million and 5 million euros respectively."),
    ],
)
def test_fines_of_two_firms(language: str, text: str) -> None:
    found = cells(moves_in(text, language, published=PUBLISHED), "company_id", "value", "unit")
    assert found == [("google", 10e6, "EUR"), ("facebook", 5e6, "EUR")]
