"""Vowels written at the ends of Arabic words, victims that are no users, earlier periods told later. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in
from transforms.reading.clean import clean, clean_all

PUBLISHED = datetime(2021, 10, 26, tzinfo=UTC)
SUMMER = datetime(2020, 7, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("بلغ عدد المستخدمين النشطين يومياً في سناب 211 مليون مستخدم.", "daily_active"),
        ("بلغ عدد المستخدمين النشطين يوميًا في سناب 211 مليون مستخدم.", "daily_active"),
        ("قالت سناب إن عدد المستخدمين النشطين شهرياً بلغ 500 مليون مستخدم.", "monthly_active"),
    ],
)
def test_words_are_found_whose_last_vowel_is_written(text: str, segment: str) -> None:
    assert cells(figures_in(text, "ar", published=PUBLISHED), "metric", "segment") == [("users", segment)]


def test_arabic_in_the_shapes_of_letters_is_read_as_letters() -> None:
    shaped, plain = "ﺗﺮﺍﺟﻌﺖ ﺃﺳﻬﻢ ﺍﻟﺸﺮﻛﺔ ﺍﻻﺛﻨﻴﻦ", "تراجعت أسهم الشركة الاثنين"
    assert clean(shaped) == clean_all([shaped])[0] == plain


@pytest.mark.parametrize(
    "text",
    [
        "سجلت سناب إيرادات بقيمة 1.1 مليار دولار مقابل توقعات بتسجيل 1.2 مليار دولار.",
        "بلغت إيرادات سناب 1.1 مليار دولار، في حين كانت التوقعات تشير إلى 1.2 مليار دولار.",
        "بلغت إيرادات سناب 1.1 مليار دولار، ما جاء عكس التوقعات التي كانت تشير إلى 1.2 مليار دولار.",
    ],
)
def test_expectations_beside_what_came_are_nobodys_own(text: str) -> None:
    found = cells(figures_in(text, "ar", published=PUBLISHED), "value", "basis")
    assert found == [(1.1e9, "actual"), (1.2e9, "consensus")]


def test_a_compared_period_of_a_year_is_the_same_of_that_year() -> None:
    text = "سجلت سناب إيرادات بقيمة 1.1 مليار دولار في الربع الثالث، مقابل 900 مليون دولار في الفترة المقارنة من عام 2020."
    found = cells(figures_in(text, "ar", published=PUBLISHED), "value", "period_role", "period_end")
    assert found == [(1.1e9, "current", "2021-09-30"), (9e8, "comparative", "2020-09-30")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Experts reported a data leak at Ozon that may affect 3 million users and 20,000 partners."),
        ("de", "Experten berichten von einem Datenleck bei Ozon, das 3 Millionen Nutzer betreffen könnte."),
        ("fr", "Des experts signalent une fuite de données chez Ozon, qui pourrait toucher 3 millions d'utilisateurs."),
        ("es", "Expertos informaron de una filtración de datos en Ozon, que podría afectar a 3 millones de usuarios."),
        ("it", "Gli esperti segnalano una fuga di dati da Ozon, che potrebbe riguardare 3 milioni di utenti."),
        ("nl", "Experts melden een datalek bij Ozon, dat 3 miljoen gebruikers kan treffen."),
        ("sv", "Experter rapporterar en dataläcka hos Ozon, som kan drabba 3 miljoner användare."),
        ("pt", "Especialistas relatam um vazamento de dados na Ozon, que pode afetar 3 milhões de usuários."),
        ("ru", "Эксперты сообщили об утечке данных в Ozon, которая могла затронуть 3 млн пользователей."),
        ("ru", "Утечка данных Ozon, предположительно, коснулась 3 млн клиентов."),
        ("pl", "Eksperci poinformowali o wycieku danych z Ozon, który mógł dotknąć 3 mln użytkowników."),
        ("tr", "Uzmanlar Ozon'da 3 milyon kullanıcıyı etkileyebilecek bir veri sızıntısı olduğunu bildirdi."),
        ("id", "Para ahli melaporkan kebocoran data di Ozon, yang dapat memengaruhi 3 juta pengguna."),
        ("id", "Peretas itu memperbarui unggahannya untuk menjual data 40 juta pengguna Bukalapak."),
        ("ar", "أفاد خبراء بتسرب بيانات من شركة أوبر، قد يؤثر على 3 ملايين مستخدم."),
    ],
)
def test_whom_a_leak_may_touch_are_no_users_of_a_business(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "SAP's revenue rose to $5.9 billion in the second quarter. It had posted revenue of $5.2 billion in Q2 2020."),
        ("tr", "SAP geliri ikinci çeyrekte 5,9 milyar avro oldu. 2020 yılının ikinci çeyreğinde gelir 5,2 milyar avroydu."),
        ("ru", "Выручка SAP во втором квартале — 5,9 млрд евро. Во втором квартале 2020 года она составила 5,2 млрд евро."),
        ("pl", "Przychody SAP w drugim kwartale to 5,9 mld euro. W drugim kwartale 2020 r. wyniosły 5,2 mld euro."),
    ],
)  # fmt: skip
def test_what_is_told_of_the_year_before_is_what_is_compared_with(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role")
    assert found == [(5.9e9, "current"), (5.2e9, "comparative")]


def test_subscribers_who_will_be_missing_are_lost() -> None:
    text = "Spotify prognozuje, że w czwartym kwartale ubędzie mu 2 mln subskrybentów."
    found = cells(figures_in(text, "pl", published=PUBLISHED), "metric", "measure", "value", "basis")
    assert found == [("customers", "change", -2e6, "guidance")]


def test_those_who_signed_up_in_a_quarter_are_new() -> None:
    text = "С июля по сентябрь на Spotify подписались 4,4 млн человек."
    assert cells(figures_in(text, "ru", published=PUBLISHED), "metric", "segment") == [("customers", "new")]


def test_what_others_foresaw_is_no_outlook_that_was_cut() -> None:
    text = "Liczba subskrybentów Spotify zmniejszyła się o 300 tys., podczas gdy prognozowano jej wzrost o 2,5 mln."
    assert moves_in(text, "pl", published=PUBLISHED).is_empty()


def test_behind_the_main_session_is_after_hours() -> None:
    text = "Акции Spotify выросли на 7% до 300 долларов после окончания основных торгов во вторник."
    found = cells(moves_in(text, "ru", published=PUBLISHED), "value", "session")
    assert found == [(7.0, "after_hours"), (300.0, "after_hours")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "SAP's revenue rose 13% compared with the same period of 2019 and reached $5.9 billion."),
        ("de", "Der Umsatz von SAP stieg um 13 % gegenüber dem gleichen Zeitraum 2019 und erreichte 5,9 Milliarden Dollar."),
        ("de", "Der Umsatz von SAP stieg um 13 % gegenüber dem Vorjahr und erreichte 5,9 Milliarden Dollar."),
        (
            "es",
            "Los ingresos de SAP crecieron un 13 % respecto al mismo periodo de 2019 y alcanzaron 5.900 millones de dólares.",
        ),
        ("it", "I ricavi di SAP sono cresciuti del 13% rispetto allo stesso periodo del 2019 e hanno raggiunto 5,9 miliardi."),
        ("da", "SAP's omsætning steg 13 procent sammenlignet med samme periode i 2019 og nåede 5,9 milliarder dollar."),
        ("no", "SAPs omsetning økte 13 prosent sammenlignet med samme periode i 2019 og nådde 5,9 milliarder dollar."),
        ("ru", "Выручка SAP выросла на 13% по сравнению с аналогичным периодом 2019 года и достигла $5,9 млрд."),
        ("pl", "Przychody SAP wzrosły o 13% w porównaniu z analogicznym okresem 2019 r. i osiągnęły 5,9 mld dol."),
        ("tr", "SAP'nin geliri 2019'un aynı çeyreğine göre yüzde 13 artarak 5,9 milyar dolara ulaştı."),
        ("ar", "ارتفعت إيرادات شركة إنتل بنسبة 13% مقارنة بالفترة نفسها من عام 2019 وبلغت 5.9 مليار دولار."),
        ("ja", "SAPの売上高は2019年の同期比で13%増の59億ドルだった。"),
        ("ko", "SAP의 매출은 2019년 같은 기간보다 13% 늘어난 59억 달러를 기록했다."),
    ],
)
def test_what_was_reached_is_not_what_it_is_compared_with(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=SUMMER), "value", "period_role", "period_end")
    assert sorted(found) == [(13.0, "current", "2020-06-30"), (5.9e9, "current", "2020-06-30")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "SAPの4~6月期の売上高は59億ドルだった。2019年の同期は52億ドルだった。"),
        ("ko", "SAP는 2분기 매출 59억 달러를 기록했다. 2019년 같은 기간 매출은 52억 달러였다."),
        ("zh", "SAP第二季度营收59亿美元。2019年同期营收为52亿美元。"),
        ("tr", "SAP geliri ikinci çeyrekte 5,9 milyar dolar oldu. 2019 yılının aynı döneminde gelir 5,2 milyar dolardı."),
    ],
)
def test_the_same_period_of_a_year_before_it(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=SUMMER), "value", "period_role", "period_end")
    assert found == [(5.9e9, "current", "2020-06-30"), (5.2e9, "comparative", "2019-06-30")]


@pytest.mark.parametrize(
    "text",
    [
        "Nilai pasar saham Intel berkurang hingga lebih dari 20 miliar dolar AS.",
        "Kapitalisasi pasar Intel tergerus lebih dari US$ 20 miliar.",
    ],
)
def test_what_market_value_fell_by(text: str) -> None:
    found = cells(figures_in(text, "id", published=SUMMER), "metric", "measure", "value", "comparator")
    assert found == [("market_capitalization", "change", -2e10, "over")]


def test_a_deal_on_hold_suspends_no_account() -> None:
    text = "قال ماسك إن صفقة تويتر معلقة حتى يكتشف المزيد من التفاصيل حول الحسابات المزيفة."
    assert matters_in(text, "ar", published=SUMMER).is_empty()
