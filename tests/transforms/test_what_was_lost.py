"""Customers and market value that were lost, and amounts of a move behind a comparing word. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in

PUBLISHED = datetime(2024, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "Comcast reported results. In the first quarter it lost 65,000 subscribers.", id="en"),
        pytest.param("de", "Vodafone legte Zahlen vor. Der Konzern verlor im ersten Quartal 65.000 Kunden.", id="de"),
        pytest.param("de", "Vodafone legte Zahlen vor. Der Konzern hat zuletzt 65.000 Kunden verloren.", id="de participle"),
        pytest.param("nl", "Ziggo kwam met cijfers. Het bedrijf verloor in het eerste kwartaal 65.000 abonnees.", id="nl"),
        pytest.param("fi", "Disney julkaisi tuloksensa. Yhtiö menetti 65 000 tilaajaa ensimmäisellä neljänneksellä.", id="fi"),
        pytest.param("ru", "МТС раскрыла отчетность. За первый квартал компания потеряла 65 тысяч абонентов.", id="ru"),
        pytest.param("ru", "МТС раскрыла отчетность. Компания лишилась в первом квартале 65 тысяч абонентов.", id="ru period"),
        pytest.param("pl", "Orange Polska podał wyniki. Operator stracił w pierwszym kwartale 65 tys. klientów.", id="pl"),
        pytest.param("tr", "Türk Telekom bilançosunu açıkladı. Şirket ilk çeyrekte 65 bin abone kaybetti.", id="tr"),
        pytest.param("tr", "Türk Telekom bilançosunu açıkladı. Şirket ilk çeyrekte 65 bin abone kaybı bildirdi.", id="tr noun"),
        pytest.param("ar", "أعلنت ديزني نتائجها. وخسرت الشركة الأمريكية 65 ألف مشترك في الربع الأول.", id="ar"),
        pytest.param("ja", "ソフトバンクが決算を発表した。第1四半期に契約者6万5000人を失った。", id="ja"),
    ],
)
def test_customers_lost_are_fewer(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "measure", "value", "unit") == [("customers", "change", -65000.0, "count")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "Intel shares fell on Friday, wiping $30 billion off its market value.", id="en"),
        pytest.param("nl", "Intel kelderde vrijdag. Het bedrijf verloor 30 miljard dollar aan beurswaarde.", id="nl"),
        pytest.param("ru", "Intel отчиталась. Рыночная капитализация компании снизилась почти на $30 млрд.", id="ru"),
        pytest.param("tr", "Intel bilançosunu açıkladı. Şirket bir günde 30 milyar dolar değer kaybetti.", id="tr"),
        pytest.param("ar", "أعلنت إنتل نتائجها. وخسرت الشركة 30 مليار دولار من قيمتها السوقية.", id="ar"),
        pytest.param("id", "Intel merilis laporan keuangan. Perusahaan itu kehilangan nilai pasar US$30 miliar.", id="id"),
    ],
)
def test_market_value_lost_is_less_of_it(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "measure", "value") == [("market_capitalization", "change", -30e9)]


def test_a_share_that_lost_some_percent_is_no_figure() -> None:
    text = "Intel bilançosunu açıkladı. Şirketin hisseleri yüzde 26 değer kaybetti."
    assert figures_in(text, "tr", published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("МТС раскрыла отчетность. Прибыль компании выросла более чем на 40 млн долларов.", 40e6),
        ("МТС раскрыла отчетность. Прибыль компании сократилась примерно на 40 млн долларов.", -40e6),
    ],
)
def test_an_amount_of_a_move_behind_a_comparing_word(text: str, value: float) -> None:
    assert cells(figures_in(text, "ru", published=PUBLISHED), "measure", "value") == [("change", value)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Spotify решила бороться с передачей паролей третьим лицам."),
        ("fr", "Spotify s'attaque au partage de mots de passe avec des tiers."),
        ("tr", "Spotify, ABD'de 30 milyon hanenin şifre paylaştığına inanıyor."),
        ("id", "Spotify akan menindak pengguna yang berbagi kata sandi dengan pihak ketiga."),
    ],
)
def test_passwords_that_customers_share_are_no_matter(language: str, text: str) -> None:
    assert matters_in(text, language, published=PUBLISHED).is_empty()
