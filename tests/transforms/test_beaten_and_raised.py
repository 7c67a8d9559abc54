"""Expectations beaten and an outlook raised in one breath, EBITDA in words, days and quarters of far houses. Own sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2024, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Adobe reported results. It beat Wall Street expectations and raised its 2025 revenue target to $21 billion."),
        ("en", "Adobe reported results. It topped estimates and lifted its full-year revenue outlook to $21 billion."),
        ("de", "Adobe übertraf die Erwartungen der Analysten und hob die Umsatzprognose für 2025 auf 21 Milliarden Dollar an."),
        ("pl", "Adobe pobił oczekiwania analityków i podniósł prognozę przychodów na 2025 rok do 21 mld dolarów."),
        ("ru", "Adobe превзошла ожидания аналитиков и повысила прогноз выручки на 2025 год до $21 млрд."),
        ("tr", "Adobe, Wall Street beklentilerini aştı ve 2025 yılı gelir hedefini 21 milyar dolara yükseltti."),
        ("id", "Adobe melampaui ekspektasi analis dan menaikkan target pendapatan 2025 menjadi US$21 miliar."),
        ("ar", "تجاوزت أدوبي توقعات المحللين ورفعت توقعاتها لإيرادات عام 2025 إلى 21 مليار دولار."),
    ],
)
def test_what_is_raised_behind_a_beaten_expectation_is_the_firms_own(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "basis") == [(21e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        pytest.param(
            "en",
            "Adobe beat analysts' expectations of $5.3 billion in revenue and raised its outlook.",
            [(5.3e9, "consensus")],
            id="the expectation itself",
        ),
        pytest.param(
            "ru",
            "Adobe отчиталась. Скорректированная прибыль на акцию составила 20 центов вместо прогнозируемых 9 центов.",
            [(0.2, "actual"), (0.09, "consensus")],
            id="instead of what was forecast",
        ),
        pytest.param(
            "ru",
            "Adobe отчиталась. Ее доходы более чем в 1,5 раза превзошли предсказания аналитиков.",
            [],
            id="a multiple of a forecast",
        ),
        pytest.param(
            "pl",
            "Adobe podał wyniki. Przychody zmniejszyły się o 9,8 proc. wobec przewidywanego wzrostu o 10,3 proc.",
            [(-9.8, "actual"), (10.3, "consensus")],
            id="a growth that was foreseen",
        ),
        pytest.param(
            "tr",
            'Adobe CEO\'su, "Üçüncü çeyrekte gelirlerimiz yüzde 35 büyüdü ve 2024 hedefimizi açıkladık" dedi.',
            [(35.0, "actual")],
            id="a finished verb ends the outlook",
        ),
        pytest.param(
            "ar",
            "حقّقت أدوبي 1.10 مليار دولار من العائدات، أيّ أقلّ من 1.12 مليار دولار التي توقّعها المحلّلون.",
            [(1.1e9, "actual"), (1.12e9, "consensus")],
            id="words with the sign of a doubled letter",
        ),
    ],
)
def test_whose_expectation_it_is(language: str, text: str, told: list[tuple[float, str]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "basis") == told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Adobe mencatat kerugian sebelum bunga, pajak, depresiasi dan amortisasi sebesar US$41 juta."),
        ("en", "Adobe published results. Its loss before interest, taxes, depreciation and amortization was $41 million."),
        ("tr", "Adobe bilançosunu açıkladı. Faiz, amortisman ve vergi öncesi zararı 41 milyon dolar oldu."),
        ("ar", "سجلت أدوبي خسائر قبل الفوائد والضرائب والإهلاك والاستهلاك بقيمة 41 مليون دولار."),
        ("pl", "Adobe podał wyniki. Strata przed odsetkami, podatkami i amortyzacją wyniosła 41 mln dolarów."),
        ("ru", "Adobe отчиталась. Убыток до вычета процентов, налогов и амортизации составил $41 млн."),
    ],
)
def test_a_loss_before_everything_is_of_ebitda(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [("ebitda", -41e6)]


@pytest.mark.parametrize(
    ("quarter", "end"), [("I-2023", date(2023, 3, 31)), ("II-2022", date(2022, 6, 30)), ("III-2023", date(2023, 9, 30))]
)
def test_a_roman_quarter_tied_to_its_year(quarter: str, end: date) -> None:
    text = f"Telkom merilis laporan keuangan. Laba bersih mencapai Rp 4,14 triliun pada kuartal {quarter}."
    assert figures_in(text, "id", published=PUBLISHED)["period_end"].to_list() == [end]


def test_polish_income_is_revenue() -> None:
    text = "Adobe podał wyniki. Dochód wyniósł 328.2 miliony dolarów, a dochód netto 20 mln dolarów."
    told = cells(figures_in(text, "pl", published=PUBLISHED), "metric", "value")
    assert told == [("revenue", 328.2e6), ("net_income", 20e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("tr", "Adobe hisseleri son çeyreği yükselişle kapattı.", id="a quarter is no percentage"),
        pytest.param("ar", "تراجعت أرباح شركة أدوبي بسبب ارتفاع تكاليف أسهم الموظفين.", id="shares given to employees"),
    ],
)
def test_no_percentage_of_the_share(language: str, text: str) -> None:
    found = moves_in(text, language, published=PUBLISHED)
    assert found.filter(found["value"].is_not_null() | (found["move_type"] != "share_price_change")).is_empty()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Telkom akan melakukan PHK sebanyak 10% karyawan atau setara dengan pemangkasan 1.100 pekerjaan.", ["layoffs"]),
        ("Beroperasi di Indonesia dan Vietnam, Telkom memiliki 9.630 pegawai tetap.", []),
        ("Perusahaan hasil merger antara Telkom dan Indosat ini memutuskan untuk melakukan efisiensi.", []),
    ],
)
def test_what_indonesian_houses_tell_of_staff(text: str, told: list[str]) -> None:
    assert moves_in(text, "id", published=PUBLISHED)["move_type"].to_list() == told
