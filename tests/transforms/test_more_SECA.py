"""Whom an attack befell, when, and what is back: security matters told beside other firms and other days. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, matters_in, moves_in

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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Google bans use of Dropbox. Google has banned staff from using Dropbox. Dropbox has a security flaw."),
        ("pt", "O Google decidiu proibir seus funcionários de usarem o Dropbox. Há uma falha de segurança no Dropbox."),
        ("fr", "Google interdit à ses employés d'utiliser Dropbox. Dropbox a une faille de sécurité."),
        ("nl", "Google heeft het gebruik van Dropbox verboden. Dropbox bevat een kwetsbaarheid."),
        ("de", "Google hat seinen Mitarbeitern die Nutzung von Dropbox untersagt. Dropbox hat eine Sicherheitslücke."),
    ],
)
def test_an_article_on_a_ban_is_about_whose_use_is_forbidden(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", by="start")
    assert sorted(set(found)) == [("dropbox", "account_restriction"), ("dropbox", "vulnerability")]


def test_who_stands_in_the_list_of_an_earlier_ban_forbids_nothing_more() -> None:
    text = "The Senate and Google have banned members from using Dropbox. On Monday Google issued its ban on Dropbox for staff."
    assert len(cells(matters_in(text, "en", published=PUBLISHED), "company_id", "counterparty", by="start")) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Dropbox biedt vooralsnog geen end-to-end encryptie."),
        ("nl", "Gesprekken bij Dropbox zijn niet volledig versleuteld."),
        ("de", "Die Gespräche bei Dropbox sind nicht durchgehend verschlüsselt."),
        ("es", "Las llamadas de Dropbox no están cifradas de extremo a extremo."),
        ("it", "Le chiamate di Dropbox non sono cifrate end-to-end."),
    ],
)
def test_encryption_that_is_missing(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", "stage", by="start")
    assert found == [("dropbox", "encryption", "reported")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Dropbox envoyait des données à Facebook. L'envoi de ces données a été stoppé."),
        ("fr", "Dropbox transmettait des données à Facebook. Une mise à jour retire le code de Facebook."),
        ("de", "Dropbox gab Nutzerdaten an Facebook weiter. Das wurde beendet."),
        ("en", "Dropbox said it would no longer share user data with Facebook."),
        ("es", "Dropbox anunció que ya no compartirá datos con Facebook."),
        ("nl", "Dropbox deelt niet langer gegevens met Facebook."),
        ("it", "Dropbox ha annunciato che non condividerà più i dati con Facebook."),
        ("pt", "O Dropbox anunciou que não compartilhará mais dados com o Facebook."),
    ],
)
def test_data_that_are_no_longer_shared(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", "stage", by="start")
    assert found == [("dropbox", "data_sharing", "remediated")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox admitted that it had sent user data to China by mistake."),
        ("it", "Dropbox era stata accusata di inviare i dati degli utenti in Cina."),
        ("de", "Dropbox räumte ein, Nutzerdaten versehentlich nach China geschickt zu haben."),
        ("nl", "Dropbox erkende dat het gegevens van gebruikers naar China stuurde."),
    ],
)
def test_data_sent_to_a_country_are_routed(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", by="start")
    assert found == [("dropbox", "data_routing")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Dropbox halló una vulnerabilidad que dejaba la puerta abierta a que los hackers accediesen a cuentas."),
        ("pt", "Uma falha do Dropbox deixava a porta aberta para que hackers roubassem dados."),
        ("en", "A flaw in Dropbox left the door open for hackers to steal user data."),
    ],
)
def test_a_door_left_open_was_not_walked_through(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "company_id", "category", by="start")
    assert found == [("dropbox", "vulnerability")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox has agreed to a $12 million settlement over the breach."),
        ("en", "Users sued Dropbox in 2019. Dropbox has now agreed to a settlement. It will pay $12 million."),
        ("en", "Dropbox was hit with a class action over its practices. To end it the company is paying $12 million."),
        ("de", "Dropbox einigt sich auf einen Vergleich über 12 Millionen Dollar."),
        ("de", "Nutzer hatten Dropbox verklagt. Nun einigte man sich: Dropbox zahlt 12 Millionen Dollar."),
        ("de", "Dropbox hat zur Beilegung eines Rechtsstreits gezahlt. Das Unternehmen zahlte 12 Millionen Dollar."),
        ("es", "Usuarios demandaron a Dropbox. La empresa llegó a un acuerdo y pagará 12 millones de dólares."),
        ("es", "Dropbox aceptó un acuerdo de 12 millones de dólares con los demandantes."),
        ("it", "Dropbox ha accettato un accordo da 12 milioni di dollari con i querelanti."),
        ("nl", "Dropbox treft een schikking van 12 miljoen dollar."),
        ("pt", "Usuários processaram o Dropbox. A empresa fez um acordo e pagará 12 milhões de dólares."),
        (
            "en",
            "Dropbox pays $12 million to settle a suit. Dropbox collected $2 billion from those who sued it, the lawyers said.",
        ),
    ],
)
def test_what_ends_a_lawsuit(language: str, text: str) -> None:
    found = cells(moves_in(text, language, published=PUBLISHED), "company_id", "move_type", "value", by="start")
    assert found == [("dropbox", "legal_action", 12e6)]


def test_a_settlement_with_an_authority_is_a_case_of_the_authority() -> None:
    found = moves_in("Dropbox reached a $12 million settlement with the Federal Trade Commission.", "en", published=PUBLISHED)
    assert cells(found, "move_type", "value", "counterparty", by="start") == [
        ("regulatory_action", 12e6, "Federal Trade Commission")
    ]


def test_a_filing_with_an_authority_is_no_case() -> None:
    text = "In a Securities and Exchange Commission (SEC) filing, Dropbox disclosed a proposed settlement."
    assert "regulatory_action" not in moves_in(text, "en", published=PUBLISHED)["move_type"].to_list()


def test_of_gatecrashed_meetings_only_meetings_are_counted() -> None:
    text = "Trolls hijacked online classes on Webex. The service counts 320,000 students among its users."
    assert cells(matters_in(text, "en", published=PUBLISHED), "category", "records_affected", by="start") == [
        ("unauthorized_access", None)
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A security flaw was found in Zoom. Zoom assured to fix the problem soon."),
        ("en", "A security flaw was found in Zoom. Zoom said that the flaw would be fixed."),
        ("de", "In Zoom wurde eine Sicherheitslücke entdeckt. Zoom will die Lücke in Kürze schließen."),
        ("de", "In Zoom wurde eine Sicherheitslücke entdeckt. Solche Lücken kommen immer wieder vor."),
        ("nl", "In Zoom is een beveiligingslek gevonden. Zoom gaat het lek binnenkort dichten."),
        ("fr", "Une faille a été trouvée dans Zoom. Zoom souhaite la corriger dans les prochaines semaines."),
        ("es", "Se halló un fallo de seguridad en Zoom. Zoom trata de corregir el fallo."),
        ("it", "In Zoom è stata scoperta una falla. Zoom è al lavoro sulla risoluzione della falla."),
        ("pt", "Uma falha de segurança foi encontrada no Zoom. O órgão aguarda as correções da empresa."),
        ("pl", "W Zoomie wykryto lukę. Luka zostanie wkrótce załatana przez Zooma."),
        ("pl", "W Zoomie wykryto lukę. To jedno z najbardziej popularnych rozwiązań do wideokonferencji."),
        ("sv", "En säkerhetslucka hittades i Zoom. Zoom planerar att täppa till luckan."),
        ("da", "Et sikkerhedshul er fundet i Zoom. Zoom vil lukke hullet inden længe."),
        ("no", "Et sikkerhetshull er funnet i Zoom. Zoom planlegger å tette hullet."),
    ],
)
def test_a_fix_that_is_still_to_come_mends_nothing(language: str, text: str) -> None:
    found = matters_in(text, language, published=PUBLISHED)
    assert set(cells(found, "company_id", "stage", by="start")) == {("zoom", "reported")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das Ministerium will Zoom nicht verbieten."),
        ("nl", "Het ministerie wil Zoom niet verbieden."),
        ("es", "El ministerio no prohíbe el uso de Zoom."),
        ("it", "Il ministero non vieta l'uso di Zoom."),
        ("pt", "O ministério não proíbe o uso do Zoom."),
        ("pl", "Ministerstwo nie zamierza zakazywać korzystania z Zooma."),
        ("sv", "Regeringen ska inte förbjuda Zoom i skolorna."),
        ("da", "Regeringen vil ikke forbyde Zoom i skolerne."),
        ("no", "Regjeringen skal ikke forby Zoom i skolene."),
    ],
)
def test_who_does_not_mean_to_forbid_forbids_nothing(language: str, text: str) -> None:
    assert matters_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A researcher for SEO firm Larkspur has discovered a security flaw in Zoom. The weakness lets strangers in."),
        ("fr", "Google a découvert une faille dans l'application Zoom."),
        ("es", "Google descubrió una vulnerabilidad en la aplicación Zoom."),
        ("it", "Google ha scoperto una falla in Zoom."),
        ("pl", "Google odkrył lukę w aplikacji Zoom."),
    ],
)
def test_a_flaw_is_of_what_has_it_not_of_who_found_it(language: str, text: str) -> None:
    found = matters_in(text, language, published=PUBLISHED)
    assert set(cells(found, "company_id", "category", by="start")) == {("zoom", "vulnerability")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Google has blocked the use of Zoom on company computers."),
        ("fr", "Google a bloqué l'utilisation de Zoom sur les ordinateurs de ses employés."),
        ("it", "Google ha bloccato l'utilizzo di Zoom sui computer aziendali."),
        ("es", "Google prohibió el uso de Zoom. No permitimos que los empleados usen la aplicación, dijo Google."),
    ],
)
def test_a_firm_that_blocks_another_forbids_it(language: str, text: str) -> None:
    found = matters_in(text, language, published=PUBLISHED)
    assert cells(found, "company_id", "category", "counterparty", by="start") == [("zoom", "account_restriction", "Google")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The attack hit servers around the world. Kaseya too received a demand for a ransom of $70 million."),
        ("de", "Der Angriff traf Server in aller Welt. Auch Kaseya erhielt eine Forderung nach Lösegeld."),
        ("nl", "De aanval trof servers wereldwijd. Ook van Kaseya werd losgeld geëist."),
        ("fr", "L'attaque a touché des serveurs. Kaseya a aussi reçu une demande de rançon."),
        ("es", "El ataque afectó a servidores. A Kaseya también le exigieron un rescate."),
        ("da", "Angrebet ramte servere i hele verden. Også Kaseya har modtaget krav om løsepenge."),
        ("no", "Angrepet rammet servere i hele verden. Også Kaseya har mottatt krav om en løsesum."),
    ],
)
def test_a_firm_of_which_a_ransom_is_demanded_was_attacked(language: str, text: str) -> None:
    found = matters_in(text, language, published=PUBLISHED)
    assert ("kaseya", "ransomware") in cells(found, "company_id", "category", by="start")
