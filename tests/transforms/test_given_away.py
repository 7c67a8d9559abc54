"""Data that a firm itself gives to strangers or to others; levels "less than those of" a period; outlooks "called for"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Daarnaast klaagden gebruikers dat Zoom e-mailadressen, namen en foto's aan onbekenden lekt."),
        ("en", "Zoom leaks email addresses and photos of users to strangers."),
        ("de", "Zoom gibt E-Mail-Adressen und Fotos von Nutzern an Fremde weiter."),
        ("fr", "Zoom divulgue les adresses e-mail et les photos de ses utilisateurs à des inconnus."),
        ("it", "Zoom rivela a sconosciuti gli indirizzi email e le foto degli utenti."),
        ("es", "Zoom filtra las direcciones de correo y las fotos de los usuarios a desconocidos."),
        ("pt", "O Zoom vazou endereços de e-mail e fotos de usuários para desconhecidos."),
        ("sv", "Zoom läcker användares e-postadresser och bilder till främlingar."),
        ("pl", "Zoom ujawnia adresy e-mail i zdjęcia użytkowników obcym osobom."),
        ("tr", "Zoom kullanıcıların e-posta adreslerini ve fotoğraflarını yabancılara sızdırıyor."),
        ("ru", "Zoom раскрывает адреса электронной почты и фото пользователей посторонним."),
        ("id", "Zoom membocorkan alamat email dan foto pengguna kepada orang asing."),
        ("zh", "Zoom向陌生人泄露了用户的电子邮件地址和照片。"),
        ("ja", "Zoomは利用者のメールアドレスや写真を見知らぬ人に漏らしていた。"),
        ("ko", "줌은 이용자의 이메일 주소와 사진을 모르는 사람에게 유출했다."),
        ("ar", "سرّب زوم عناوين البريد الإلكتروني وصور المستخدمين للغرباء."),
    ],
)
def test_what_is_given_to_strangers_has_leaked(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "company_id", "category", by="category") == [("zoom", "data_leak")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Zoom bleek ook data van gebruikers naar Facebook te sturen."),
        ("pl", "Zoom wysyłał też dane użytkowników do Facebooka."),
    ],
)
def test_what_is_sent_to_a_firm_is_shared(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "company_id", "category", by="category") == [("zoom", "data_sharing")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Netflix a dégagé au premier trimestre 1,6 milliard de dollars de bénéfice net, moins que le 1,7 milliard de 2021.",
        ),
        (
            "it",
            "Netflix ha registrato utili netti di 1,6 miliardi di dollari, meno degli 1,7 miliardi del primo trimestre 2021.",
        ),
        ("pt", "A Netflix lucrou 1,6 bilhão de dólares, menos que o 1,7 bilhão do primeiro trimestre de 2021."),
    ],
)
def test_less_than_that_of_a_period_is_compared_with_it(language: str, text: str) -> None:
    found = figures_in(text, language, published=datetime(2022, 4, 20, tzinfo=UTC), together=False)
    assert cells(found, "metric", "period_role", "value") == [
        ("net_income", "current", 1.6e9),
        ("net_income", "comparative", 1.7e9),
    ]


def test_what_a_firm_called_for_is_its_outlook() -> None:
    text = (
        "For the fiscal first quarter, Zoom called for $1.18 to $1.20 in adjusted earnings per share on $1.125 billion in "
        "revenue. Analysts were looking for $1.13 in adjusted earnings per share on $1.13 billion in revenue."
    )
    assert cells(figures_in(text, "en"), "metric", "basis", "value") == [
        ("eps", "guidance", 1.18),
        ("revenue", "guidance", 1.125e9),
        ("eps", "consensus", 1.13),
        ("revenue", "consensus", 1.13e9),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "블룸버그에 따르면 네이버의 1분기 매출은 2조2천억원이었다."),
        ("de", "Laut Bloomberg betrug der Umsatz von SAP im ersten Quartal 7,4 Milliarden Euro."),
        ("es", "Según Bloomberg, Telefónica ingresó 10.000 millones de euros en el primer trimestre."),
    ],
)
def test_what_a_press_agency_reports_is_no_expectation(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "basis") == [("revenue", "actual")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Microsoft gained 3.5% on Nasdaq. The parent of Google reported revenue of $80.5 billion."),
        (
            "de",
            "Microsoft legte um 3,5 Prozent zu. Der Mutterkonzern von Google erzielte einen Umsatz von 80,5 Milliarden Dollar.",
        ),
    ],
)
def test_the_owner_of_a_firm_goes_by_its_name(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "company_id", "metric") == [("google", "revenue")]


def test_spending_on_research_and_plants() -> None:
    text = "三星電子第二季在研發上投入了8.05兆韓元。設備投資達到12.1兆韓元。"
    assert cells(figures_in(text, "zh"), "metric", "value") == [
        ("research_and_development", 8.05e12),
        ("capital_expenditure", 1.21e13),
    ]


def test_subscribers_that_are_won_are_no_profit() -> None:
    text = "Netflix konnte 9,3 Millionen neue Abonnenten gewinnen, während vom Markt mit 5,5 Millionen gerechnet wurde."
    assert "net_income" not in figures_in(text, "de")["metric"].to_list()
