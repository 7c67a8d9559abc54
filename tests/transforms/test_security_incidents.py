"""Promises of the security linker: each category, each stage, who, where, how many; and what is no matter at all.

Sentences are our own. Every class shows one category, stage or attribute, in several languages.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

import polars as pl
import pytest

from transforms import lexicon, security_incidents, triggers
from transforms.scan import scan
from transforms.schemas import FACT_SECURITY_INCIDENTS
from transforms.spans import Tape

PUBLISHED = dt.datetime(2022, 5, 20, tzinfo=dt.UTC)


_CASES: dict[str, list[str]] = {}
"""Texts of the parametrised tests by language: one tape a language, for a scan costs more than a sentence."""


def case(language: str, text: str, *more: str) -> tuple[str, ...]:
    _CASES.setdefault(language, []).append(text)
    return (language, text, *more)


@lru_cache(maxsize=32)
def _scanned(language: str) -> dict[str, list[dict[str, Any]]]:
    texts = list(dict.fromkeys(_CASES.get(language, [])))
    return dict(zip(texts, _linked(language, texts), strict=True))


def _linked(language: str, texts: list[str], *, title: int = 0) -> list[list[dict[str, Any]]]:
    size = len(texts)
    frame = pl.DataFrame(
        {
            "article_id": [str(i) for i in range(size)],
            "text": texts,
            "published_at": [PUBLISHED] * size,
            "published_precision": ["day"] * size,
            "title_start": [0 if title else None] * size,
            "title_end": [title or None] * size,
        },
        schema_overrides={"title_start": pl.Int64, "title_end": pl.Int64},
    )
    tape = Tape.of(frame, language=language)
    found = security_incidents.link(scan(tape))
    found = found.with_columns(counterparty=tape.slice("counterparty_start", "counterparty_end", found))
    return [found.filter(pl.col("doc") == i).to_dicts() for i in range(size)]


def rows(language: str, text: str, *, title: int = 0) -> list[dict[str, Any]]:
    """What the linker finds in one text; `title` is how many of its first code points are the title."""
    if text in _CASES.get(language, []) and not title:
        return _scanned(language)[text]
    return _linked(language, [text], title=title)[0]


def categories(language: str, text: str) -> list[str]:
    return sorted({r["category"] for r in rows(language, text)})


def only(language: str, text: str) -> dict[str, Any]:
    found = rows(language, text)
    assert len(found) == 1, [(r["category"], r["rule"]) for r in found]
    return found[0]


class TestRansomware:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Volvo said on Friday that ransomware had encrypted servers at its head office."),
            case("nl", "Philips is getroffen door gijzelsoftware, waardoor de fabriek stilligt."),
            case("de", "Siemens ist Opfer eines Ransomware-Angriffs geworden."),
            case("fr", "Renault a été victime d'un rançongiciel dans la nuit de mardi."),
            case("it", "Leonardo è stata colpita da un ransomware nella notte."),
            case("es", "Telefónica fue víctima de un ataque de ransomware el jueves."),
            case("pt", "A Petrobras foi alvo de um ataque de ransomware na quinta-feira."),
            case("pl", "Orlen padł ofiarą ataku ransomware w czwartek."),
            case("ru", "«Яндекс» подвергся атаке вируса-вымогателя в четверг."),
            case("sv", "Volvo har drabbats av en utpressningsattack."),
            case("da", "Maersk er blevet ramt af et ransomwareangreb."),
            case("no", "Equinor er rammet av et løsepengevirus."),
            case("tr", "Turkcell perşembe günü fidye yazılımı saldırısına uğradı."),
            case("id", "Telkom menjadi korban serangan ransomware pada Kamis."),
            case("ar", "تعرضت أرامكو لهجوم ببرمجيات الفدية يوم الخميس."),
            case("ja", "トヨタは20日、社内サーバーがランサムウエアに感染したと発表した。"),
            case("ko", "삼성전자는 20일 랜섬웨어 공격을 받았다고 밝혔다."),
            case("zh", "华为20日表示，公司服务器遭到勒索软件攻击。"),
        ],
    )
    def test_said_by_its_name(self, language: str, text: str) -> None:
        assert "ransomware" in categories(language, text)

    def test_gang_named_later_is_the_counterparty(self) -> None:
        found = rows("en", "A ransomware attack halted Volvo's plants. Staff were sent home. The LockBit gang took credit.")
        assert [r["counterparty"] for r in found if r["category"] == "ransomware"] == ["LockBit"]

    def test_ransomware_and_stolen_data_are_two_rows(self) -> None:
        text = "Ransomware struck Volvo in May, and hackers stole personal data of 12,000 employees."
        assert categories("en", text) == ["data_breach", "ransomware"]

    def test_threat_to_publish_means_data_were_taken(self) -> None:
        text = "Die Erpresser drohen, interne Daten von Siemens zu veröffentlichen."
        assert "data_breach" in categories("de", text)


class TestDataBreach:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Hackers stole the personal data of 2.1 million Vodafone customers."),
            case("nl", "Bij KPN zijn de gegevens van 200.000 klanten gestolen."),
            case("de", "Unbekannte haben bei der Telekom Kundendaten erbeutet."),
            case("fr", "Des pirates ont volé les données de 3 millions de clients d'Orange."),
            case("it", "Gli hacker hanno rubato i dati di 900.000 clienti di Tim."),
            case("es", "Los piratas informáticos robaron datos personales de clientes de Iberdrola."),
            case("pt", "Hackers roubaram dados de 2 milhões de clientes da Claro."),
            case("pl", "Hakerzy wykradli dane 300 tys. klientów firmy Orlen."),
            case("ru", "Хакеры похитили данные 400 тыс. клиентов «Сбербанка»."),
            case("sv", "Hackare har stulit uppgifter om 90 000 kunder hos Telia."),
            case("da", "Hackere har stjålet data om 50.000 kunder hos TDC."),
            case("no", "Hackere har stjålet opplysninger om 70 000 kunder hos Telenor."),
            case("tr", "Bilgisayar korsanları Turkcell'in 2 milyon müşterisinin bilgilerini çaldı."),
            case("id", "Peretas mencuri data 15 juta pelanggan Telkomsel."),
            case("ar", "سرق قراصنة بيانات مليوني عميل من شركة زين."),
            case("ja", "ソニーは顧客情報10万件が流出したと発表した。"),
            case("ko", "해커가 카카오 고객 정보 30만건을 빼돌렸다."),
            case("zh", "黑客窃取了京东200万用户的个人信息。"),
        ],
    )
    def test_outsiders_took_data(self, language: str, text: str) -> None:
        assert "data_breach" in categories(language, text)

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "More than 400,000 Spotify logins are for sale on the dark web."),
            case("de", "Im Darknet werden Zugangsdaten von 400.000 Spotify-Konten zum Kauf angeboten."),
            case("fr", "Les identifiants de 400 000 comptes Spotify sont en vente sur le dark web."),
            case("es", "Más de 400.000 cuentas de Spotify están a la venta en la dark web."),
        ],
    )
    def test_logins_for_sale(self, language: str, text: str) -> None:
        assert categories(language, text) == ["data_breach"]

    def test_number_of_records_with_its_unit(self) -> None:
        row = only("en", "Hackers stole the personal data of 2.1 million Vodafone customers.")
        assert (row["records_affected"], row["unit"]) == (2_100_000, "users")

    def test_insider_is_misuse(self) -> None:
        row = only("en", "A former employee stole customer data from Vodafone.")
        assert (row["veris_action"], row["veris_actor"]) == ("misuse", "internal")

    def test_stolen_laptop_is_physical(self) -> None:
        found = rows("en", "A laptop holding records of 900 patients was stolen from a Fitbit office.")
        assert "physical" in {r["veris_action"] for r in found}


class TestDataLeak:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "A misconfigured server left invoices of Ikea customers exposed on the internet for weeks."),
            case("nl", "Door een verkeerd ingestelde server stonden klantgegevens van Bol.com wekenlang open."),
            case("de", "Durch einen Konfigurationsfehler waren Kundendaten von Zalando frei im Internet einsehbar."),
            case("fr", "Une erreur de configuration a laissé les données des clients de Renault accessibles à tous."),
            case("es", "Por error, los datos de los clientes de Iberia quedaron expuestos en un servidor sin contraseña."),
            case("sv", "På grund av ett fel kunde Klarnas kunder se andras uppgifter i appen."),
            case("ja", "設定ミスでトヨタの顧客情報が外部から閲覧できる状態だった。"),
        ],
    )
    def test_left_open_by_mistake(self, language: str, text: str) -> None:
        assert "data_leak" in categories(language, text)


class TestDataSharing:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Grindr shared users' data with advertisers without consent."),
            case("nl", "WhatsApp deelde gegevens van gebruikers met Facebook zonder toestemming."),
            case("de", "Zoom gab Nutzerdaten ohne Einwilligung an Facebook weiter und teilte Daten mit Google."),
            case("fr", "Zoom transmettait les données des utilisateurs à Facebook sans leur consentement."),
            case("it", "Zoom condivideva i dati degli utenti con Facebook senza consenso."),
            case("es", "Zoom compartía datos de los usuarios con Facebook sin su consentimiento."),
            case("pt", "O Zoom compartilhava dados dos usuários com o Facebook sem consentimento."),
            case("pl", "Zoom przekazywał Facebookowi dane użytkowników bez ich zgody."),
            case("ru", "Zoom передавал данные пользователей Facebook без их согласия."),
            case("sv", "Zoom delade användarnas uppgifter med Facebook utan samtycke."),
            case("da", "Zoom delte brugernes data med Facebook uden samtykke."),
            case("no", "Zoom delte brukernes data med Facebook uten samtykke."),
            case("tr", "Zoom, kullanıcı verilerini izinsiz olarak Facebook ile paylaştı."),
            case("id", "Zoom membagikan data pengguna ke Facebook tanpa izin."),
            case("ar", "شاركت زوم بيانات المستخدمين مع فيسبوك دون موافقتهم."),
            case("ja", "ズームは利用者のデータをフェイスブックに無断で送信していた。"),
            case("ko", "줌은 이용자 정보를 동의 없이 페이스북에 전송했다."),
            case("zh", "Zoom未经同意将用户数据发送给Facebook。"),
        ],
    )
    def test_receiver_is_the_counterparty_and_not_the_company(self, language: str, text: str) -> None:
        found = [r for r in rows(language, text) if r["category"] == "data_sharing"]
        assert len(found) == 1
        assert found[0]["company_id"] not in {"facebook", "meta", "google"}


class TestDataRouting:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Zoom admitted that some calls had been routed through servers in China."),
            case("fr", "Zoom a reconnu que certaines clés de chiffrement transitaient par des serveurs en Chine."),
            case("de", "Zoom räumte ein, dass einige Gespräche über Server in China geleitet wurden."),
            case("es", "Zoom reconoció que algunas llamadas pasaron por servidores en China."),
            case("ru", "Zoom признал, что ключи шифрования некоторых звонков передавались через серверы в Китае."),
            case("ja", "ズームは一部の暗号鍵が中国のサーバーを経由していたと認めた。"),
            case("zh", "Zoom承认部分密钥经由中国的服务器分发。"),
        ],
    )
    def test_country_of_the_servers(self, language: str, text: str) -> None:
        found = [r for r in rows(language, text) if r["category"] == "data_routing"]
        assert [r["country"] for r in found] == ["CN"]


class TestUnauthorizedAccess:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Strangers broke into Zoom lessons and shouted abuse."),
            case("nl", "Onbekenden drongen binnen in lessen op Zoom."),
            case("de", "Fremde drangen in Zoom-Sitzungen ein und störten den Unterricht."),
            case("fr", "Des inconnus ont fait irruption dans des réunions Zoom."),
            case("it", "Sconosciuti hanno fatto irruzione nelle lezioni su Zoom."),
            case("es", "Intrusos irrumpieron en clases por Zoom con imágenes obscenas."),
            case("pt", "Invasores interromperam aulas no Zoom com imagens obscenas."),
            case("pl", "Nieznani sprawcy wtargnęli na lekcje prowadzone na Zoomie."),
            case("ru", "Посторонние врывались на уроки в Zoom."),
            case("sv", "Objudna gäster tog sig in på lektioner i Zoom."),
            case("da", "Ubudne gæster trængte ind i møder på Zoom."),
            case("no", "Ubudne gjester tok seg inn i møter på Zoom."),
            case("tr", "Davetsiz misafirler Zoom derslerine girdi."),
            case("id", "Orang tak dikenal menyusup ke rapat Zoom."),
            case("ar", "اقتحم غرباء اجتماعات زوم وعرضوا صورا مسيئة."),
            case("ja", "部外者がズームの会議に乱入した。"),
            case("ko", "낯선 사람이 줌 수업에 난입했다."),
            case("zh", "陌生人闯入Zoom网课。"),
        ],
    )
    def test_intruders_in_meetings(self, language: str, text: str) -> None:
        assert "unauthorized_access" in categories(language, text)


class TestVulnerability:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Researchers found a serious vulnerability in Slack."),
            case("nl", "Onderzoekers vonden een beveiligingslek in Slack."),
            case("de", "Forscher fanden eine Sicherheitslücke in Slack."),
            case("fr", "Des chercheurs ont découvert une faille dans Slack."),
            case("it", "I ricercatori hanno scoperto una falla in Slack."),
            case("es", "Investigadores hallaron una vulnerabilidad en Slack."),
            case("pt", "Pesquisadores encontraram uma vulnerabilidade no Slack."),
            case("pl", "Badacze znaleźli lukę w Slacku."),
            case("ru", "Исследователи нашли уязвимость в Slack."),
            case("sv", "Forskare hittade en sårbarhet i Slack."),
            case("da", "Forskere fandt en sårbarhed i Slack."),
            case("no", "Forskere fant en sårbarhet i Slack."),
            case("tr", "Araştırmacılar Slack'te güvenlik açığı buldu."),
            case("id", "Peneliti menemukan celah keamanan di Slack."),
            case("ar", "اكتشف باحثون ثغرة في تطبيق زوم."),
            case("ja", "研究者がスラックの脆弱性を発見した。"),
            case("ko", "연구진이 슬랙에서 보안 취약점을 발견했다."),
            case("zh", "研究人员在Slack发现一处漏洞。"),
        ],
    )
    def test_a_flaw(self, language: str, text: str) -> None:
        assert categories(language, text) == ["vulnerability"]

    def test_what_the_flaw_lets_attackers_do_did_not_happen(self) -> None:
        text = "A vulnerability in Slack could allow attackers to steal data and install malware."
        assert categories("en", text) == ["vulnerability"]

    def test_finder_with_the_name_beside_it(self) -> None:
        row = only("en", "Security researcher Jane Roe found a vulnerability in Slack.")
        assert "Jane Roe" in row["counterparty"]


class TestEncryption:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Zoom falsely claimed that its calls were end-to-end encrypted."),
            case("nl", "Zoom beweerde ten onrechte dat gesprekken end-to-end versleuteld waren."),
            case("de", "Zoom hatte fälschlich mit Ende-zu-Ende-Verschlüsselung geworben."),
            case("fr", "Zoom avait prétendu à tort proposer un chiffrement de bout en bout."),
            case("es", "Zoom engañó a los usuarios sobre el cifrado de extremo a extremo."),
            case("ko", "줌은 종단간 암호화를 제공한다고 이용자를 속였다."),
            case("zh", "Zoom错误地声称提供端到端加密。"),
        ],
    )
    def test_misrepresented_is_reported(self, language: str, text: str) -> None:
        row = only(language, text)
        assert (row["category"], row["stage"]) == ("encryption", "reported")

    def test_introduced_is_a_remedy(self) -> None:
        row = only("en", "Zoom rolled out end-to-end encryption for all users.")
        assert (row["category"], row["stage"]) == ("encryption", "remediated")


class TestOutage:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Slack went down for three hours on Monday, leaving the service unavailable."),
            case("nl", "De dienst van Slack lag maandag drie uur plat."),
            case("de", "Am Montag war der Dienst von Slack drei Stunden lang nicht erreichbar."),
            case("fr", "Le service de Slack a été inaccessible pendant trois heures lundi."),
            case("es", "El servicio de Slack estuvo caído durante tres horas el lunes."),
            case("pt", "O serviço do Slack ficou fora do ar por três horas na segunda-feira."),
            case("ru", "В понедельник сервис Slack три часа был недоступен."),
            case("sv", "Tjänsten Slack låg nere i tre timmar i måndags."),
            case("ja", "月曜日、スラックで大規模な通信障害が発生した。"),
            case("ko", "월요일 슬랙에서 접속 장애가 발생했다."),
            case("zh", "周一，Slack服务中断了三个小时。"),
        ],
    )
    def test_service_down(self, language: str, text: str) -> None:
        row = only(language, text)
        assert (row["category"], row["counterparty"]) == ("outage", None)

    def test_cyberattack_that_took_services_down_is_an_outage(self) -> None:
        assert categories("en", "A cyberattack shut down the website of Ryanair.") == ["outage"]


class TestAccountRestriction:
    @pytest.mark.parametrize(
        ("language", "text", "party"),
        [
            case("en", "India's home ministry has banned officials from using Zoom.", "ministry"),
            case("nl", "Het ministerie van Defensie verbiedt ambtenaren om Zoom te gebruiken.", "ministerie"),
            case("de", "Das Auswärtige Amt hat die Nutzung von Zoom untersagt.", "Amt"),
            case("fr", "Le ministère de la Défense interdit l'utilisation de Zoom.", "ministère"),
            case("it", "Il ministero della Difesa ha vietato l'uso di Zoom.", "ministero"),
            case("es", "El Ministerio de Defensa prohibió el uso de Zoom.", "Ministerio"),
            case("pt", "O Ministério da Defesa proibiu o uso do Zoom.", "Ministério"),
            case("pl", "Ministerstwo Obrony zakazało używania Zooma.", "Ministerstwo"),
            case("ru", "Министерство обороны запретило использование Zoom.", "Министерство"),
            case("sv", "Utrikesdepartementet har förbjudit användning av tjänsten Zoom.", "Utrikesdepartementet"),
            case("da", "Forsvarsministeriet har forbudt brugen af Zoom.", "Forsvarsministeriet"),
            case("no", "Forsvarsdepartementet har forbudt bruk av Zoom.", "Forsvarsdepartementet"),
            case("tr", "Savunma Bakanlığı Zoom kullanımını yasakladı.", "Bakanlığı"),
            case("id", "Kementerian Pertahanan melarang penggunaan Zoom.", "Kementerian"),
            case("ar", "حظرت وزارة الدفاع استخدام تطبيق زوم.", "وزارة"),
            case("ja", "国防省はズームの使用を禁止した。", "国防省"),
            case("ko", "국방부는 줌 사용을 금지했다.", "국방부"),
            case("zh", "国防部禁止使用Zoom。", "国防部"),
        ],
    )
    def test_who_bans_is_the_counterparty(self, language: str, text: str, party: str) -> None:
        row = only(language, text)
        assert row["category"] == "account_restriction"
        assert party.casefold() in row["counterparty"].casefold()

    def test_country_of_the_government_that_bans(self) -> None:
        row = only("en", "The Indian government banned the use of Zoom in offices.")
        assert (row["country"], row["counterparty"]) == ("IN", "Indian government")

    def test_two_parties_in_two_clauses_are_two_matters(self) -> None:
        text = "Taiwan's government banned Zoom from its offices. Later Germany's foreign ministry prohibited the use of Zoom."
        assert len(rows("en", text)) == 2

    def test_closed_accounts_restored(self) -> None:
        row = only("en", "Zoom suspended the accounts of three activists at Beijing's request. It later reinstated them.")
        assert (row["category"], row["stage"], row["counterparty"]) == ("account_restriction", "remediated", "Beijing")


class TestSurveillance:
    def test_users_watched(self) -> None:
        assert "surveillance" in categories("en", "Ikea secretly tracked employees and customers, a court found.")

    def test_data_collected_beyond_the_law(self) -> None:
        assert "surveillance" in categories("zh", "滴滴违法收集乘客人脸识别信息1亿条。")


class TestStage:
    @pytest.mark.parametrize(
        ("language", "text"),
        [
            case("en", "Slack has patched a vulnerability that two researchers reported."),
            case("de", "Slack hat eine Sicherheitslücke geschlossen."),
            case("fr", "Slack a corrigé une faille découverte en avril."),
            case("es", "Slack corrigió una vulnerabilidad descubierta en abril."),
            case("ru", "Slack устранил уязвимость, найденную в апреле."),
            case("ja", "スラックは4月に見つかった脆弱性を修正した。"),
            case("ko", "슬랙은 4월에 발견된 취약점을 수정했다."),
        ],
    )
    def test_a_fix_in_the_sentence(self, language: str, text: str) -> None:
        assert only(language, text)["stage"] == "remediated"

    def test_a_fix_in_the_next_sentence(self) -> None:
        assert (
            only("en", "Researchers found a vulnerability in Slack. The company fixed it within a day.")["stage"]
            == "remediated"
        )

    def test_a_fix_of_another_company_is_not_its_fix(self) -> None:
        text = "Researchers found a vulnerability in Slack. Microsoft fixed its own product within a day."
        assert only("en", text)["stage"] == "reported"

    def test_not_yet_fixed(self) -> None:
        assert only("en", "A vulnerability in Slack has not been fixed.")["stage"] == "reported"

    def test_allegation(self) -> None:
        text = "A lawsuit accuses Zoom of sharing users' data with Facebook without consent."
        assert only("en", text)["stage"] == "alleged"

    def test_denial_of_an_allegation_a_sentence_later(self) -> None:
        text = "A lawsuit accuses Zoom of sharing users' data with Facebook without consent. Zoom denied the claims."
        assert only("en", text)["stage"] == "denied"

    def test_service_restored(self) -> None:
        text = "The service of Slack was down for three hours on Monday. It was back online by noon."
        assert only("en", text)["stage"] == "remediated"


class TestDate:
    def test_day_in_the_clause(self) -> None:
        row = only("en", "Hackers stole customer data from Vodafone on 3 May 2022.")
        assert (row["occurred_on"], row["occurred_precision"]) == (dt.date(2022, 5, 3), "day")


class TestNoMatter:
    """Hard negatives: what only sounds like a matter."""

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            pytest.param("en", "Hackers could steal data from Slack, experts fear.", id="hypothetical"),
            pytest.param("en", "Vodafone said no customer data were stolen.", id="negated"),
            pytest.param(
                "en", "Ransomware attacks rose by 30% worldwide last year, according to a survey by Verizon.", id="trend"
            ),
            pytest.param("en", "Norton sells ransomware protection for $40 a year.", id="product"),
            pytest.param("en", "Etsy crashed through its sales target as life hacks sold well.", id="words-that-look-alike"),
            pytest.param("de", "Laut einer Umfrage von Bitkom nehmen Phishing und Ransomware weltweit zu.", id="trend-de"),
            pytest.param("fr", "Aucune donnée n'a été volée, assure Orange.", id="negated-fr"),
            pytest.param("es", "Los hackers podrían robar datos de Telefónica.", id="hypothetical-es"),
            pytest.param("ja", "ソニーは情報流出は確認されていないと説明した。", id="negated-ja"),
            pytest.param("zh", "京东称没有证据显示用户数据被窃取。", id="negated-zh"),
            pytest.param("ko", "카카오는 고객 정보가 유출된 정황이 없다고 밝혔다.", id="negated-ko"),
            pytest.param(
                "en", "Norton helps firms to defend against ransomware and phishing; it blocks malware.", id="defence"
            ),
            pytest.param("en", "New tools let administrators suspend accounts in Slack.", id="feature"),
            pytest.param("fr", "Orange propose une offre de cybersécurité contre les rançongiciels.", id="defence-fr"),
            pytest.param(
                "de", "Der Ausfall der Messe kostete Siemens Umsatz; Störungen in der Lieferkette belasten.", id="no-service-de"
            ),
            pytest.param("pt", "A receita de serviços da Claro caiu 5% no trimestre.", id="fall-of-a-figure-pt"),
            pytest.param("ru", "Сервисы «Сбербанка» работали без сбоев.", id="without-ru"),
            pytest.param("ja", "ソニーではサイバー攻撃への備えが進み、工場の停止もなかった。", id="defence-ja"),
            pytest.param("ko", "네이버는 클라우드 보안 사업이 성장했고 공장 가동 중단은 없었다.", id="without-ko"),
            pytest.param("zh", "阿里巴巴推出数据安全产品，帮助客户防范网络攻击和数据泄露。", id="product-zh"),
        ],
    )
    def test_gives_nothing(self, language: str, text: str) -> None:
        assert rows(language, text) == []

    def test_a_guide_gives_nothing(self) -> None:
        title = "How to protect yourself on Zoom"
        text = (
            f"{title}\n\nZoombombing has hit many meetings. You should set a password. Make sure that your meeting has a "
            "waiting room. Change your password often. If you see phishing, you can report it."
        )
        assert rows("en", text, title=len(title)) == []


class TestRulesAndWords:
    def test_every_word_class_of_the_rules_is_in_every_lexicon(self) -> None:
        used = {
            name.removeprefix("security.")
            for name in triggers.load("security").needs["name"].to_list()
            if name.startswith("security.")
        }
        english_only = {"device", "gone", "stolen_thing", "misdirected", "personal", "snoop"}
        for language in lexicon.languages():
            known = set(lexicon.of_kind(language, "security")["code"].to_list())
            assert used - known - english_only == set(), language

    def test_every_rule_emits_a_category_that_is_described(self) -> None:
        file = resources.files("transforms") / "rules" / "security.toml"
        described = set(tomllib.loads(file.read_text(encoding="utf-8"))["category"])
        assert set(triggers.load("security").heads["emits"].to_list()) == described

    def test_columns_of_the_table(self) -> None:
        row = only("en", "Hackers stole the personal data of 2.1 million Vodafone customers.")
        derived = {"counterparty", "occurred_on"}
        values = {c for c in FACT_SECURITY_INCIDENTS if c.startswith(("veris", "records", "occurred"))} - derived
        assert values <= set(row)


def test_a_list_of_tips_reports_nothing_and_a_report_may_end_with_advice() -> None:
    tips = "How to stay safe\n\n1. Beware of phishing.\n2. Use a strong password.\n3. Lock the meeting.\n4. Stolen logins are sold on the dark web."  # noqa: E501
    report = "Zoom was hit by ransomware.\n\nThe gang stole customer data.\n\nMake sure your password is new."
    found = _linked("en", [tips, report])
    assert not found[0]
    assert {row["category"] for row in found[1]} == {"ransomware", "data_breach"}


def test_data_left_open_and_data_shown_to_strangers_are_two_leaks() -> None:
    text = "Recordings of Zoom meetings were left exposed online without a password. Zoom also showed users' email addresses to strangers."  # noqa: E501
    (found,) = _linked("en", [text])
    assert [row["category"] for row in found].count("data_leak") == 2


def test_a_share_of_people_asked_is_no_matter() -> None:
    (found,) = _linked("de", ["Neun Prozent der Befragten berichten von Schadsoftware auf dem Rechner."])
    assert not found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "ソニーは12日、約3万人の個人情報が流出した可能性があると発表した。"),
        ("es", "Los datos de 5.000 clientes de Iberia podrían haber sido robados por piratas informáticos."),
        ("zh", "黑客入侵阿里巴巴,可能已窃取2万名用户的资料。"),
    ],
)
def test_what_may_have_been_stolen_is_told_and_what_could_be_is_not(language: str, text: str) -> None:
    assert categories(language, text) == ["data_breach"]
    assert categories("es", "Los piratas informáticos podrían robar datos de los clientes de Iberia.") == []


def test_who_receives_data_never_shares_it() -> None:
    text = "Facebook und Facebook und noch einmal Facebook.\nDie App von Zoom sendet Daten ungefragt an Facebook."
    assert [(r["category"], r["company_id"]) for r in rows("de", text)] == [("data_sharing", "zoom")]


def test_the_regulator_is_called_by_the_name_that_the_article_gives() -> None:
    text = "The FTC has settled with Zoom. Zoom falsely claimed end-to-end encryption, the regulator said."
    assert [r["counterparty"] for r in rows("en", text) if r["category"] == "encryption"] == ["FTC"]


def test_an_authority_of_the_article_tells_where_a_breach_took_place() -> None:
    text = "Des pirates ont volé les données de 30 000 clients d'Orange. La Cnil a été saisie."
    assert [r["country"] for r in rows("fr", text)] == ["FR"]


def test_a_place_before_the_report_is_none_of_the_matter() -> None:
    text = "ROMA, 6 aprile - Le scuole di New York hanno vietato l'uso di Zoom."
    assert [r["country"] for r in rows("it", "Titolo\n" + text)] == ["US"]


def test_an_interruption_by_a_flood_of_requests_is_no_matter_of_its_own() -> None:
    text = "Orange's website was down for three hours. A DDoS attack on Orange was to blame."
    assert categories("en", text) == ["denial_of_service"]


def test_a_firm_that_bans_another_firms_service_needs_no_word_for_use() -> None:
    text = "Hackers stole data of 30,000 Zoom users. Earlier Tesla banned Zoom."
    assert [r["counterparty"] for r in rows("en", text) if r["category"] == "account_restriction"] == ["Tesla"]


def test_secrets_told_where_no_computer_is_spoken_of_are_no_breach() -> None:
    told = "The clerk obtained documents on 350 people and kept the information at home."
    assert categories("en", told) == []
    assert categories("en", f"{told} A cyberattack on the office came later.") == ["data_breach"]
    assert rows("es", "El juez Hurtado pidió los datos del fiscal.") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("da", "Hackerangrebet ramte Vestas i maj."), ("no", "Hackerangrepet rammet Equinor i mai.")],
)
def test_a_word_for_an_attack_names_no_attacker(language: str, text: str) -> None:
    assert [r["counterparty"] for r in rows(language, text)] == [None]


def test_leaving_a_place_bans_no_service() -> None:
    assert rows("es", "Los servicios de Telefónica pidieron abandonar la zona.") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pt", "Golpistas enviam e-mails falsos em nome do Nubank para roubar senhas.", ["phishing"]),
        ("no", "Telenors mobilnett var nede i hele Nord-Norge.", ["outage"]),
        ("pl", "Cyberprzestępcy mogli zobaczyć adresy i zaszyfrowane hasła klientów Allegro.", []),
    ],
)
def test_frauds_in_a_firms_name_networks_down_and_encrypted_passwords(language: str, text: str, expected: list[str]) -> None:
    assert categories(language, text) == expected


def test_a_firm_whose_service_a_state_blocks_needs_no_word_for_it() -> None:
    found = [r for r in rows("es", "El juez ordenó bloquear Netflix en España.") if r["category"] == "account_restriction"]
    assert [(r["company_id"], r["country"]) for r in found] == [("netflix", "ES")]
