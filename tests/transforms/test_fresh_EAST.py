"""Vowels written at the ends of Arabic words, victims that are no users, earlier periods told later. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in
from transforms.reading.clean import clean, clean_all

PUBLISHED = datetime(2021, 10, 26, tzinfo=UTC)


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
