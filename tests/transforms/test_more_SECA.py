"""Whom an attack befell, when, and what is back: security matters told beside other firms and other days. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, matters_in

PUBLISHED = datetime(2021, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Target has hired a new security chief. Target had none. Years ago hackers stole customer data from Equifax."),
        ("en", "Target has a new security chief. Target had none. In 2017 a data breach at Equifax hit 147 million people."),
        ("de", "Otto hat einen neuen Sicherheitschef. Otto hatte keinen. 2017 stahlen Hacker Kundendaten bei Equifax."),
        ("fr", "Carrefour a un chef de la sécurité. En 2017 des pirates ont volé les données de clients d'Equifax."),
        ("es", "Mercadona tiene jefe de seguridad. En 2017 unos piratas robaron los datos de clientes de Equifax."),
        ("it", "Esselunga ha un capo della sicurezza. Nel 2017 gli hacker hanno rubato i dati dei clienti di Equifax."),
        ("nl", "Ahold heeft een beveiligingschef. In 2017 stalen hackers de gegevens van klanten van Equifax."),
        ("ru", "Яндекс назначил главу безопасности. В 2017 году хакеры похитили данные клиентов Equifax."),
        ("id", "Tokopedia punya kepala keamanan. Pada 2017 peretas mencuri data pelanggan Equifax."),
        ("sv", "Spotify har en säkerhetschef. År 2017 stal hackare uppgifter om kunder hos Equifax."),
        ("zh", "腾讯任命了安全主管。2017年，黑客窃取了Equifax客户的数据。"),
    ],
)
def test_a_breach_befalls_the_firm_named_behind_it(language: str, text: str) -> None:
    assert set(cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", by="start")) == {
        ("equifax", "data_breach")
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On March 3, hackers stole customer data from Dropbox."),
        ("fr", "Le 3 mars, des pirates ont volé les données de clients de Dropbox."),
        ("es", "El 3 de marzo, unos piratas robaron datos de clientes de Dropbox."),
        ("it", "Il 3 marzo, alcuni hacker hanno rubato i dati dei clienti di Dropbox."),
        ("pt", "Em 3 de março, hackers roubaram dados de clientes do Dropbox."),
        ("id", "Pada 3 Maret, peretas mencuri data pelanggan Dropbox."),
        ("zh", "3月3日，黑客窃取了Dropbox的客户数据。"),
        ("ja", "3月3日、ハッカーがDropboxの顧客データを盗んだ。"),
    ],
)
def test_a_date_at_the_head_of_the_sentence_tells_when(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "occurred_on", by="start")
    assert found == [("dropbox", "2021-03-03")]


def test_a_date_of_a_statement_does_not() -> None:
    found = matters_in("On Tuesday, Dropbox said it had been hacked.", "en", published=PUBLISHED)
    assert cells(found, "company_id", "occurred_on", by="start") == [("dropbox", None)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "WhatsApp ist nach einem Ausfall wieder erreichbar."),
        ("fr", "WhatsApp est de nouveau accessible après une panne."),
        ("es", "WhatsApp vuelve a funcionar tras una caída."),
        ("it", "WhatsApp torna a funzionare dopo un guasto."),
        ("pt", "WhatsApp volta a funcionar após queda."),
        ("nl", "WhatsApp is na een storing weer bereikbaar."),
        ("ru", "WhatsApp снова работает после сбоя."),
        ("tr", "WhatsApp, kesintinin ardından yeniden hizmet veriyor."),
        ("fi", "WhatsApp toimii taas katkon jälkeen."),
        ("ar", "عادت خدمة واتساب للعمل بعد انقطاع."),
        ("ko", "왓츠앱이 장애 후 정상화됐다."),
    ],
)
def test_what_is_back_was_down(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", "stage", by="start")
    assert found == [("whatsapp", "outage", "remediated")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Details of 3 million Dropbox accounts are being sold online, researchers said."),
        ("nl", "Gegevens van 3 miljoen gebruikers van Dropbox worden online verkocht."),
        ("no", "Opplysninger om 3 millioner brukere av Dropbox selges på nettet."),
        ("fi", "Dropboxin 3 miljoonan käyttäjän tietoja myydään verkossa."),
    ],
)
def test_data_sold_online_were_taken(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", "records_affected", by="start")
    assert found == [("dropbox", "data_breach", 3e6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Commerce Department blacklisted SenseTime over abuses.", []),
        ("The United States added Huawei to a trade blacklist.", []),
        ("The Commerce Department banned downloads of TikTok.", [("tiktok", "account_restriction")]),
    ],
)
def test_a_trade_blacklist_forbids_no_use(text: str, expected: list[tuple[str, str]]) -> None:
    assert cells(matters_in(text, "en", published=PUBLISHED), "company_id", "category", by="start") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The breach at Dropbox hit 39 million accounts, among them 7 million in Britain.", 39e6),
        (
            "fr",
            "Avec les données de 19 millions de clients de Dropbox et 5 millions de cartes en fuite, l'attaque inquiète.",
            19e6,
        ),
        ("it", "Il furto di dati da Dropbox riguarda 5 milioni di utenti, insieme a 2 milioni di indirizzi email.", 5e6),
        ("sv", "Hackare stal uppgifter om 2 miljoner kunder hos Dropbox, av dem 40 000 anställda.", 2e6),
    ],
)
def test_the_first_count_of_a_clause_tells_how_many(language: str, text: str, expected: float) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "records_affected", by="start")
    assert found == [("dropbox", expected)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Last year more than 90 million personal records were stolen in dozens of incidents."),
        ("de", "Hacker erbeuteten bei hunderten Vorfällen 90 Millionen Datensätze."),
        ("es", "El año pasado se robaron 90 millones de datos personales en cientos de incidentes."),
    ],
)
def test_a_sum_over_many_incidents_is_no_matter(language: str, text: str) -> None:
    assert matters_in(text, language, published=PUBLISHED).is_empty()


def test_what_could_be_smuggled_in_was_not() -> None:
    text = "Dropbox schloss eine Lücke, über die Schadsoftware ins System eingeschleust werden könnte."
    found = matters_in(text, "de", published=PUBLISHED)
    assert "malware" not in found["category"].to_list()
