"""Words of Arabic, Indonesian, Polish, Russian and Turkish newsrooms that meant something else. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in


def test_april_in_the_levant_is_no_carmaker() -> None:
    text = "تراجع سهم فورد منذ الإعلان عن الصفقة في 12 نيسان الماضي."
    assert cells(moves_in(text, "ar"), "move_type", "company_id", "direction") == [("share_price_change", "ford", "down")]


def test_agencies_of_the_gulf_write_the_fraction_first() -> None:
    text = "ارتفع سهم أوراكل بنسبة 4ر2% إلى 35ر81 دولار."
    assert cells(moves_in(text, "ar"), "value") == [(2.4,), (81.35,)]


def test_market_value_lost_since_an_offer_is_not_its_price() -> None:
    text = "خسرت تويتر 9.5 مليار دولار من قيمتها السوقية منذ عرض استحواذ إيلون ماسك عليها."
    assert cells(moves_in(text, "ar"), "move_type", "value") == []


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("id", "Dropbox yang memiliki total 3.000 karyawan di seluruh dunia memberhentikan 38 orang.", 38),
        ("tr", "Dünyada 12 bin kişiyi istihdam eden Dropbox 480 kişiyi işten çıkaracak.", 480),
        ("en", "Dropbox, which employs 3,000 people, will lay off 38 workers.", 38),
        ("en", "Dropbox will cut a total of 500 jobs.", 500),
    ],
)
def test_who_is_employed_is_not_laid_off(language: str, text: str, count: int) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == [("layoffs", count)]


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("id", "Jakarta, CNBC Indonesia - Dropbox melakukan pemutusan hubungan kerja (PHK) terhadap 500 karyawan.", None),
        ("tr", "ANKARA (AA) - Dropbox 500 kişiyi işten çıkaracak.", None),
        ("en", "Dropbox will lay off 500 workers in Poland.", "PL"),
    ],
)
def test_where_a_report_was_written_is_not_where_a_foreign_firm_acts(language: str, text: str, country: str | None) -> None:
    assert cells(moves_in(text, language), "move_type", "value", "country") == [("layoffs", 500, country)]


def test_a_fine_of_the_headline_may_be_that_of_the_text_in_another_currency() -> None:
    told = "Regulator Irlandia menjatuhkan denda 345 juta euro atau sekitar Rp5,6 triliun kepada Dropbox."
    text = f"Dropbox Didenda Rp5,6 Triliun\n\n{told}"
    assert cells(moves_in(text, "id"), "move_type", "value", "unit") == [("regulatory_action", 345e6, "EUR")]


def test_the_number_of_a_law_counts_no_records() -> None:
    text = "Dropbox, 6698 sayılı Kişisel Verilerin Korunması Kanunu uyarınca veri ihlali bildiriminde bulundu."
    assert cells(matters_in(text, "tr"), "records_affected") == [(None,)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "В Dropbox нет оснований полагать, что произошла утечка персональных данных."),
        ("id", "Dropbox melakukan pelanggaran data privasi pada akun anak-anak."),
        ("id", "Seorang anggota grup Facebook berbagi tautan tentang data penjualan Dropbox."),
    ],
)
def test_no_matter_at_all(language: str, text: str) -> None:
    assert matters_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text", "matters"),
    [
        ("ru", "Хакеры утверждали, что использовали против Dropbox вирус, который шифрует данные.", ["ransomware"]),
        ("id", "Data pengguna Bukalapak dijual dengan harga 5.000 dollar AS di situs gelap.", ["data_breach"]),
        ("id", "Dropbox dianggap mengirim data pribadi pengguna Eropa ke China tanpa perlindungan memadai.", ["data_routing"]),
        ("en", "Dropbox was fined for transferring Europeans' personal data to China.", ["data_routing"]),
        ("de", "Dropbox muss zahlen, weil es Daten europäischer Nutzer nach China übermittelt hat.", ["data_routing"]),
        ("ru", "Dropbox оштрафовали за передачу данных европейских пользователей в Китай.", ["data_routing"]),
        ("tr", "Dropbox, Avrupalı kullanıcıların verilerini Çin'e aktardığı için ceza aldı.", ["data_routing"]),
        ("en", "Zoom shared information of users with China.", ["data_sharing"]),
    ],
)
def test_what_kind_of_matter(language: str, text: str, matters: list[str]) -> None:
    assert matters_in(text, language)["category"].to_list() == matters


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "id",
            "Informasi kebocoran data Bukalapak didapat dari akun Twitter @xyz, yang pertama kali mengabarkan peretasan itu.",
        ),
        ("pl", "Spółka Orlen podała na koncie w serwisie społecznościowym Twitter, że wykradziono dane 3 tys. jej klientów."),
    ],
)
def test_where_something_was_posted_is_no_victim(language: str, text: str) -> None:
    found = cells(matters_in(text, language), "company_id")
    assert found
    assert all(company != "twitter" for (company,) in found)


def test_the_firm_itself_is_no_finder() -> None:
    text = "Компания Dropbox не уточнила, какая личная информация была украдена хакерами."
    assert cells(matters_in(text, "ru"), "category", "counterparty") == [("data_breach", "хакерами")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Intel expects revenue of $54 billion, plus or minus 2%."),
        ("de", "Intel erwartet einen Umsatz von 54 Milliarden Dollar, plus/minus 2 Prozent."),
        ("fr", "Intel prévoit un chiffre d'affaires de 54 milliards de dollars, plus ou moins 2 %."),
        ("pl", "Intel spodziewa się przychodów na poziomie 54 mld dol. (plus lub minus 2 proc.)."),
        ("tr", "Intel, artı eksi yüzde 2 olmak üzere 54 milyar dolar gelir bekliyor."),
        ("nl", "Intel verwacht een omzet van 54 miljard dollar, plus of min 2 procent."),
        ("ja", "インテルは売上高を540億ドル（プラスマイナス2％）と予想する。"),
    ],
)
def test_how_far_an_outlook_may_be_off_is_no_growth(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value", "basis") == [("revenue", 54e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text", "period"),
    [
        ("id", "Dropbox melaporkan pendapatan US$777 juta selama kuartal pertama, naik 36% dari tahun lalu.", "FY2023Q1"),
        ("ru", "Прибыль Dropbox на акцию составила $3,5, что на 6% ниже показателя прошлого года.", "FY2023Q1"),
    ],
)
def test_what_is_compared_with_gives_no_period(language: str, text: str, period: str) -> None:
    assert set(figures_in(text, language)["fiscal_period"]) == {period}


def test_half_a_year_in_july_is_the_first() -> None:
    text = "По итогам полугодия выручка Dropbox выросла на 32% до 56,3 млрд руб."
    found = figures_in(text, "ru", published=datetime(2018, 7, 27, tzinfo=UTC), together=False)
    assert set(found["fiscal_period"]) == {"FY2018H1"}


def test_down_to_is_no_limit() -> None:
    found = cells(figures_in("Dropbox'ın hisse başına kârı 60 sentten 24 sente kadar geriledi.", "tr"), "value", "comparator")
    assert found == [(0.6, "eq"), (0.24, "eq")]


def test_reached_behind_its_growth_is_of_now() -> None:
    found = cells(figures_in("Pendapatan bruto Dropbox tumbuh 39% YoY mencapai Rp4,3 triliun.", "id"), "value", "period_role")
    assert found == [(39, "current"), (4.3e12, "current")]


def test_what_was_forecast_by_nobody_named_is_what_was_expected() -> None:
    text = "Zysk na akcję Orlenu wyniósł 3,53 zł, podczas gdy średnio prognozowano, że sięgnie 2,89 zł."
    assert cells(figures_in(text, "pl"), "value", "basis") == [(3.53, "actual"), (2.89, "consensus")]


def test_a_headline_calls_a_settlement_a_fine() -> None:
    told = "Dropbox, hakkında açılan davada 86 milyon dolar ödemeyi kabul etti."
    text = f"Dropbox 86 milyon dolar ceza ödeyecek\n\n{told}"
    assert cells(moves_in(text, "tr"), "move_type", "value") == [("legal_action", 86e6)]


@pytest.mark.parametrize(
    ("language", "text", "company", "party"),
    [
        ("tr", "Dropbox'ın uygulaması, kullanıcı verilerini gizlice Facebook ile paylaşıyor.", "dropbox", "Facebook"),
        ("id", "Dropbox mengirimkan data ke pihak ketiga seperti Facebook tanpa memberitahu pengguna.", "dropbox", "Facebook"),
        ("en", "Dropbox shared user data with third parties such as Facebook without consent.", "dropbox", "Facebook"),
        ("en", "Dropbox shared user data with advertisers without consent.", "dropbox", "advertisers"),
    ],
)
def test_with_whom_data_were_shared(language: str, text: str, company: str, party: str) -> None:
    found = cells(matters_in(text, language), "category", "company_id", "counterparty")
    assert found == [("data_sharing", company, party)]


def test_hacking_and_hackers_apart() -> None:
    text = "Мужчина продал украденные данные пользователей Dropbox на хакерском сайте."
    assert cells(matters_in(text, "ru"), "category", "counterparty") == [("data_breach", None)]


def test_terms_of_use_ban_nobody() -> None:
    assert matters_in("Правила Dropbox запрещают пользователям незаконно использовать её данные.", "ru").is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Na forum pojawiła się oferta sprzedaży ponad 700 milionów rekordów z bazy danych Dropboxa."),
        ("pl", "W sieci wylądowała paczka z danymi 530 tys. użytkowników Dropboxa."),
        ("pl", "Ze swoimi stanowiskami pożegnać się ma ok. 10 tys. pracowników Dropboxa."),
        ("id", "“Hari ini kami melepaskan sekitar 300 karyawan,” ujar juru bicara Dropbox."),
        ("ar", "سجلت أسهم سيسكو انخفاضا بنسبة 15% مع تباطؤ نمو المبيعات."),
    ],
)
def test_what_is_no_figure(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()


def test_a_boss_who_says_that_too_many_were_hired_is_not_appointed() -> None:
    text = "CEO Dropbox, Drew Houston, mengatakan mereka merekrut banyak orang di tahun 2021."
    assert moves_in(text, "id").is_empty()


def test_slowing_growth_is_not_the_way_that_sales_went() -> None:
    assert cells(figures_in("انخفضت مبيعات سيسكو 5% مع تباطؤ نمو الأرباح.", "ar"), "value") == [(-5,)]
