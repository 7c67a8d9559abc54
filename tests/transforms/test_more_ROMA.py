"""Romance, Slavic, Turkish, Arabic and Indonesian news: divisions, bounds, daily users, fines. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

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


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "it",
            "Netflix vede utili a 3,70 dollari per azione, contro i 3,45 dollari stimati in febbraio.",
            ["guidance", "prior_guidance"],
        ),
        ("fr", "Les revenus de Netflix sont anticipés à 1,03 milliard de dollars.", ["guidance"]),
        ("id", "Netflix mengatakan melihat pendapatan US$4,2 miliar untuk tahun fiskal penuh.", ["guidance"]),
        (
            "ar",
            "رفعت نتفليكس توقعات إيراداتها السنوية بأكثر من 30٪ إلى 2.4 مليار دولار، من توقعها السابق البالغ 1.8 مليار دولار.",
            ["guidance", "prior_guidance"],
        ),
    ],
)
def test_outlooks_and_what_they_replace(language: str, text: str, expected: list[str]) -> None:
    assert [basis for (basis,) in cells(figures_in(text, language, published=PUBLISHED), "basis")] == expected


@pytest.mark.parametrize(
    ("language", "text", "metric", "values"),
    [
        (
            "ru",
            "Ежедневная численность участников видеозвонков Zoom выросла с 10 млн до 300 млн.",
            "participants",
            [10e6, 300e6],
        ),
        ("tr", "Netflix'in faaliyetlerden GAAP dışı geliri 277 milyon dolara yükseldi.", "operating_income", [277e6]),
        ("fr", "Netflix compte 504 900 clients, soit un gain de 36 %.", "customers", [504_900, 36]),
    ],
)
def test_words_for_figures(language: str, text: str, metric: str, values: list[float]) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value")
    assert found == [(metric, value) for value in values]


def test_arabic_months_that_ended() -> None:
    text = "قفزت إيرادات زووم إلى 663.5 مليون دولار للأشهر الثلاثة المنتهية فى 31 أكتوبر، وقفزت الأرباح إلى 186 مليون دولار."
    found = cells(figures_in(text, "ar", published=PUBLISHED), "metric", "fiscal_period")
    assert found == [("revenue", "FY2022Q3"), ("net_income", "FY2022Q3")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "es",
            "Los ingresos de Netflix no cumplieron las estimaciones de los analistas, con una baja del 21% en publicidad.",
            [],
        ),
        ("fr", "Le chiffre d'affaires de Netflix a manqué les prévisions des analystes, avec une baisse des ventes.", []),
        ("es", "Los analistas recortaron sus estimaciones para Netflix.", []),
        ("ru", "Netflix удвоил прогнозные показатели на год.", ["guidance_change"]),
        ("es", "Netflix firma un nuevo acuerdo de licencia con Universal Music Group.", ["partnership"]),
    ],
)
def test_whose_outlook_moved_and_partners(language: str, text: str, expected: list[str]) -> None:
    assert [move for (move,) in cells(moves_in(text, language, published=PUBLISHED), "move_type")] == expected


def test_according_to_data_takes_none() -> None:
    text = "Los analistas esperaban que Netflix alcanzara 136 millones de suscriptores, de acuerdo a datos de Refinitiv."
    assert cells(matters_in(text, "es", published=PUBLISHED), "category") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Netflix podniósł swoje prognozy dotyczące rocznych przychodów o ponad 30 proc."),
        ("es", "Netflix elevó su previsión de ingresos anuales en más de un 30%."),
        ("it", "Netflix ha alzato le stime sui ricavi annuali di oltre il 30%."),
        ("pt", "A Netflix elevou a previsão de receita anual em mais de 30%."),
        ("ru", "Netflix повысил прогноз годовой выручки более чем на 30%."),
    ],
)
def test_how_far_an_outlook_was_raised_is_no_growth(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Netflix is cutting 11,000 jobs, while Salesforce is laying off 10% of its workforce.",
            [("netflix", "layoffs", 11_000), ("salesforce", "layoffs", 10)],
        ),
        ("es", "Meta recorta 11.000 empleos.", [("meta", "layoffs", 11_000)]),
        ("pt", "Meta corta 11 mil empregos.", [("meta", "layoffs", 11_000)]),
    ],
)
def test_whose_jobs(language: str, text: str, expected: list[tuple[str, str, float]]) -> None:
    assert cells(moves_in(text, language, published=PUBLISHED), "company_id", "move_type", "value") == expected
