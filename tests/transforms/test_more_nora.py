"""Nordic, Polish, Turkish, Russian, Indonesian and Portuguese news: analysts in relative clauses, prices, sums told twice.

Ours all.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2022, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Netflix överträffade analytikernas prognoser, som väntade sig intäkter på 202 miljoner dollar."),
        ("da", "Netflix overgik analytikernes forventninger, som lød på en omsætning på 202 millioner dollar."),
        ("no", "Netflix slo analytikerne, som ventet inntekter på 202 millioner dollar."),
        ("pl", "Netflix pobił oczekiwania analityków, którzy prognozowali 202 mln dolarów przychodów."),
        ("id", "Netflix melampaui perkiraan analis, yang memperkirakan pendapatan US$202 juta."),
        ("pt", "A Netflix superou as previsões dos analistas, que esperavam receitas de 202 milhões de dólares."),
        (
            "de",
            "Netflix übertraf die Erwartungen der Analysten, die mit einem Umsatz von 202 Millionen Dollar gerechnet hatten.",
        ),
        ("fr", "Netflix a dépassé les prévisions des analystes, qui attendaient 202 millions de dollars de revenus."),
        ("en", "Netflix beat the forecasts of analysts, who had expected $202 million in revenue."),
    ],
)
def test_what_the_beaten_analysts_had_expected(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "basis", "value") == [("revenue", "consensus", 202e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix stock rose 500%. It now trades at more than $405 per share."),
        ("id", "Saham Netflix naik 500%. Sekarang diperdagangkan pada lebih dari US$405 per saham."),
        ("pt", "A ação da Netflix subiu 500%. Agora é negociada a mais de 405 dólares por ação."),
        ("sv", "Netflix-aktien har stigit 500 procent. Den handlas nu till över 405 dollar per aktie."),
        ("pl", "Akcje Netflixa zyskały 500 proc. Obecnie są notowane po ponad 405 dolarów za akcję."),
    ],
)
def test_what_a_share_trades_at_is_no_profit_a_share(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric") == []


@pytest.mark.parametrize(
    ("language", "text", "unit"),
    [
        (
            "da",
            "Netflix' omsætning steg til 2,7 milliarder dollar. I dansk valuta svarer det til cirka 16,4 milliarder kroner.",
            "DKK",
        ),
        ("sv", "Netflix omsättning steg till 2,7 miljarder dollar. Det motsvarar cirka 16,4 miljarder kronor.", "SEK"),
        ("no", "Netflix' omsetning steg til 2,7 milliarder dollar. Det tilsvarer rundt 16,4 milliarder kroner.", "NOK"),
        ("pt", "A receita da Netflix atingiu 2,7 bilhões de dólares. Isso equivale a cerca de R$ 16,4 bilhões.", "BRL"),
        ("ru", "Выручка Netflix выросла до 2,7 млрд долларов. Это около 16,4 млрд рублей.", "RUB"),
        ("tr", "Netflix'in geliri 2,7 milyar dolara ulaştı. Bu, yaklaşık 16,4 milyar liraya denk geliyor.", "TRY"),
        ("id", "Pendapatan Netflix mencapai US$2,7 miliar. Angka itu setara dengan sekitar Rp16,4 miliar.", "IDR"),
    ],
)
def test_a_sum_told_once_more_in_another_currency(language: str, text: str, unit: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "value", "unit") == [("revenue", 2.7e9, "USD"), ("revenue", 16.4e9, unit)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("tr", "Netflix hisseleri yüzde 20'den fazla düştü.", [("share_price_change", "down", -20)]),
        ("tr", "Netflix hisseleri bugün yüzde 20'nin üzerinde düşüş kaydetti.", [("share_price_change", "down", -20)]),
        ("tr", "Netflix hisseleri yüzde 25'ten fazla değer kaybetti.", [("share_price_change", "down", -25)]),
        ("sv", "Netflix varslade personal i början av året. Då försvann 8 500 tjänster.", [("layoffs", "down", 8500)]),
        ("id", "Ada 3 penyebab yang memaksa Netflix PHK. Netflix akan PHK 1.300 karyawan.", [("layoffs", "down", 1300)]),
        ("no", "Netflix øker utbyttet pr. aksje med 7 prosent til 0,22 dollar pr. aksje.", []),
        (
            "pt",
            "O lucro da Netflix cresceu 123% no trimestre encerrado em abril. A empresa, que tem ações na Nasdaq, ganhou mais.",
            [],
        ),
    ],
)
def test_moves_of_shares_and_staff(language: str, text: str, expected: list[tuple[str, str, float]]) -> None:
    assert cells(moves_in(text, language, published=PUBLISHED), "move_type", "direction", "value") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Netflix skal skille sig af med 1.200 medarbejdere i Sverige."),
        ("no", "Netflix skal kvitte seg med 1200 ansatte i Sverige."),
        ("sv", "Netflix vill minska sin personalstyrka med omkring 1 600 personer."),
    ],
)
def test_staff_that_is_to_go_is_no_size_of_it(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric") == []


def test_a_bound_told_by_a_participle() -> None:
    found = figures_in("Netflix ожидает выручку, превышающую $1 млрд.", "ru", published=PUBLISHED)
    assert cells(found, "basis", "value", "comparator") == [("guidance", 1e9, "over")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Netcompanys overskud faldt i kvartalet fra sidste års 540 til 300 mio. kr."),
        ("no", "Kahoots overskudd falt fra fjorårets 540 til 300 millioner kroner."),
        ("sv", "Vinsten i Sinch sjönk från fjolårets 540 till 300 miljoner kronor i kvartalet."),
        ("pl", "Zysk spółki Comarch spadł z ubiegłorocznych 540 do 300 mln zł."),
        ("ru", "Чистая прибыль Softline снизилась с прошлогодних 540 до 300 млн рублей."),
        ("tr", "Vestel'in geçen yıl 540 milyon lira olan net kârı bu yıl 300 milyon liraya indi."),
    ],
)
def test_a_result_moved_from_that_of_last_year(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "period_role", "value") == [
        ("net_income", "comparative", 540e6),
        ("net_income", "current", 300e6),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "Netflix 120 milyon lira net zarar açıkladı. Zarar beklentisi 110 milyon liraydı."),
        ("tr", "Netflix 120 milyon lira zarar açıkladı. Beklenti ise 110 milyon lira zarar idi."),
        ("ru", "Чистая прибыль Netflix составила 120 млн рублей при прогнозе 110 млн рублей."),
        ("sv", "Netflix vinst blev 120 miljoner kronor. Väntad vinst var 110 miljoner kronor."),
    ],
)
def test_what_was_expected_of_a_result_is_a_consensus(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "basis") == [("actual",), ("consensus",)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Netflix expects revenue of $300 million in the second quarter. For the year, it expects revenue of $1.8 billion.",
        ),
        ("de", "Netflix erwartet im zweiten Quartal 300 Mio. Dollar Umsatz. Für das Jahr erwartet es 1,8 Mrd. Dollar Umsatz."),
        (
            "fr",
            "Netflix vise 300 millions d'euros de ventes au deuxième trimestre. Pour l'année, il vise 1,8 milliard de ventes.",
        ),
        ("sv", "Netflix väntar sig 300 Mkr i omsättning i andra kvartalet. För året väntar bolaget sig 1,8 Mdkr i omsättning."),
        ("pt", "A Netflix espera receita de US$ 300 mi no segundo trimestre. Para o ano, espera receita de US$ 1,8 bilhão."),
        ("ar", "تتوقع نتفليكس إيرادات 300 مليون دولار في الربع الثاني. وللعام بأكمله تتوقع الشركة إيرادات 1.8 مليار دولار."),
        ("ru", "Netflix прогнозирует выручку $300 млн во втором квартале. На год Netflix прогнозирует выручку $1,8 млрд."),
    ],
)
def test_an_outlook_for_the_year_behind_one_for_the_quarter(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "period_type", "value") == [("quarter", 300e6), ("year", 1.8e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Meta, Facebooks ägare, redovisar en omsättning på 28 miljarder dollar."),
        ("sv", "Facebookägaren Meta redovisar en omsättning på 28 miljarder dollar."),
        ("pl", "Meta, właściciel Facebooka, miała 28 mld dolarów przychodów."),
        ("ru", "Meta, владеющая Facebook, получила выручку $28 млрд."),
        ("ru", "Владелец Facebook Meta получила выручку $28 млрд."),
        ("id", "Meta, induk Facebook, membukukan pendapatan US$ 28 miliar."),
        ("pt", "A dona do Facebook, a Meta, teve receita de US$ 28 bilhões."),
    ],
)
def test_figures_of_an_owner_beside_what_it_owns(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "company_id", "metric", "value") == [("meta", "revenue", 28e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ar",
            "وافقت أوراكل على شراء سيرنر مقابل 28 مليار دولار. وستدفع 20 مليار دولار نقدا و8 مليارات دولار في صورة أسهم.",
        ),
        ("en", "Oracle agreed to acquire Cerner for $28 billion. Oracle will pay $20 billion in cash and $8 billion in stock."),
        ("no", "Oracle kjøper Cerner for 28 milliarder dollar. Oracle betaler 20 milliarder dollar kontant."),
    ],
)
def test_parts_of_a_price_in_the_next_sentence(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == [("acquisition", 28e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Perusahaan keamanan siber Cyble membeli akun Zoom di dark web."),
        ("tr", "IBM ikinci çeyrekte kârını beklentinin üzerinde yüzde 22 artırdı."),
    ],
)
def test_what_is_no_move(language: str, text: str) -> None:
    assert moves_in(text, language).height == 0


@pytest.mark.parametrize(
    ("language", "text", "categories"),
    [
        ("pt", "Trolls interrompem reuniões públicas na aplicação Zoom para transmitir pornografia.", ["unauthorized_access"]),
        ("id", "Zoombombing menjadi gangguan besar bagi pengguna Zoom.", ["unauthorized_access"]),
        ("pt", "A Zoom anunciou na terça-feira que encerrou o primeiro trimestre com lucro.", []),
    ],
)
def test_meetings_cut_short_are_no_outage(language: str, text: str, categories: list[str]) -> None:
    assert matters_in(text, language)["category"].to_list() == categories
