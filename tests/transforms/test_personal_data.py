"""Personal data lost, stolen on paper or devices, sent astray, thrown away, put online and snooped on, in every language.

The victims are hospitals, schools, towns and banks that no table knows. Sentences are our own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from transforms import security_incidents
from transforms.scan import scan
from transforms.spans import Tape

Row = dict[str, Any]
TOLD: list[tuple[str, str, str, int | None, str]] = [
    (
        "en",
        "data_leak",
        "error",
        4000,
        "A Texas hospital said on Tuesday that a laptop with the medical records of 4,000 patients had gone missing.",
    ),
    (
        "nl",
        "data_breach",
        "physical",
        2300,
        "Bij een ziekenhuis in Breda is een laptop gestolen met de medische gegevens van 2.300 patiënten.",
    ),
    (
        "nl",
        "data_leak",
        "error",
        850,
        "De gemeente Almere heeft per abuis brieven met persoonsgegevens van 850 inwoners naar het verkeerde adres gestuurd.",
    ),
    (
        "nl",
        "data_breach",
        "misuse",
        None,
        "Een verpleegkundige van het ziekenhuis in Zwolle heeft zonder toestemming medische dossiers van bekenden ingekeken.",
    ),
    (
        "nl",
        "data_leak",
        "error",
        None,
        "In een papiercontainer in Arnhem zijn dossiers met patiëntgegevens van een huisartsenpraktijk gevonden.",
    ),
    ("nl", "data_leak", "error", 12000, "De universiteit zette per ongeluk persoonsgegevens van 12.000 studenten op internet."),
    (
        "de",
        "data_breach",
        "physical",
        3400,
        "Aus einer Klinik in Ulm ist ein Laptop mit den Patientendaten von 3.400 Menschen gestohlen worden.",
    ),
    (
        "de",
        "data_leak",
        "error",
        500,
        "Die Stadt Hagen verschickte versehentlich Briefe mit Kontodaten von 500 Bürgern an falsche Empfänger.",
    ),
    (
        "de",
        "data_breach",
        "misuse",
        None,
        "Ein Mitarbeiter der Sparkasse soll ohne dienstlichen Anlass Kundendaten abgefragt und weitergegeben haben.",
    ),
    (
        "de",
        "data_leak",
        "error",
        None,
        "Passanten fanden in einem Müllcontainer in Kassel Hunderte Patientenakten einer Arztpraxis.",
    ),
    (
        "de",
        "data_leak",
        "error",
        7000,
        "Durch ein Versehen waren personenbezogene Daten von 7.000 Schülern im Internet frei zugänglich.",
    ),
    (
        "fr",
        "data_breach",
        "physical",
        1800,
        "Un ordinateur portable contenant les données médicales de 1 800 patients a été volé dans un hôpital de Nantes.",
    ),
    (
        "fr",
        "data_leak",
        "error",
        600,
        "La mairie a envoyé par erreur à de mauvais destinataires les courriers avec le RIB de 600 habitants.",
    ),
    (
        "fr",
        "data_breach",
        "misuse",
        None,
        "Une infirmière de l'hôpital a consulté sans autorisation le dossier médical de plusieurs patients.",
    ),
    ("fr", "data_leak", "error", None, "Des dossiers médicaux de patients ont été retrouvés dans une poubelle à Toulouse."),
    (
        "fr",
        "data_leak",
        "error",
        25000,
        "Les données personnelles de 25 000 étudiants étaient accessibles à tous sur internet à la suite d'une erreur humaine.",
    ),
    (
        "es",
        "data_breach",
        "physical",
        2100,
        "Un portátil con los datos médicos de 2.100 pacientes fue robado de un hospital de Sevilla.",
    ),
    (
        "es",
        "data_leak",
        "error",
        None,
        "El ayuntamiento envió por error cartas con datos personales a direcciones equivocadas.",
    ),
    (
        "es",
        "data_breach",
        "misuse",
        None,
        "Una enfermera del hospital accedió sin autorización a la historia clínica de varios pacientes.",
    ),
    (
        "es",
        "data_leak",
        "error",
        None,
        "Encontraron en un contenedor de basura expedientes con datos de pacientes de una clínica de Murcia.",
    ),
    (
        "es",
        "data_leak",
        "error",
        5000,
        "Por un error, los datos personales de 5.000 alumnos quedaron publicados en la web de la consejería.",
    ),
    (
        "it",
        "data_breach",
        "physical",
        900,
        "Rubato in un ospedale di Bari un computer portatile con i dati sanitari di 900 pazienti.",
    ),
    ("it", "data_leak", "error", None, "Il Comune ha inviato per errore lettere con dati personali a indirizzi sbagliati."),
    ("it", "data_breach", "misuse", 3500, "Un dipendente di banca ha consultato abusivamente i dati di 3.500 clienti."),
    ("it", "data_leak", "error", None, "Cartelle cliniche di pazienti ritrovate in un cassonetto a Catania."),
    (
        "it",
        "data_leak",
        "error",
        1200,
        "Per un errore, i dati personali di 1.200 studenti sono stati pubblicati sul sito della scuola.",
    ),
    (
        "pt",
        "data_breach",
        "physical",
        3000,
        "Um portátil com dados clínicos de 3.000 utentes foi furtado de um hospital de Braga.",
    ),
    ("pt", "data_leak", "error", None, "A câmara enviou por engano cartas com dados pessoais para moradas erradas."),
    ("pt", "data_breach", "misuse", None, "Uma enfermeira acedeu sem autorização a processos clínicos de doentes do hospital."),
    ("pt", "data_leak", "error", None, "Prontuários de pacientes foram encontrados no lixo em Campinas."),
    (
        "sv",
        "data_breach",
        "physical",
        1500,
        "En bärbar dator med patientuppgifter om 1 500 patienter stals från ett sjukhus i Lund.",
    ),
    ("sv", "data_leak", "error", None, "Kommunen skickade av misstag brev med personuppgifter till fel adress."),
    ("sv", "data_breach", "misuse", None, "En sjuksköterska läste olovligen patientjournaler på sjukhuset i Umeå."),
    ("no", "data_breach", "physical", None, "En bærbar PC med pasientopplysninger ble stjålet fra et sykehus i Bergen."),
    ("no", "data_leak", "error", None, "Kommunen sendte ved en feil brev med personopplysninger til feil person."),
    ("no", "data_breach", "misuse", None, "En sykepleier snoket i pasientjournaler uten tjenstlig behov ved sykehuset."),
    ("da", "data_breach", "physical", 20000, "En bærbar computer med cpr-numre på 20.000 borgere blev stjålet fra en kommune."),
    ("da", "data_leak", "error", None, "Kommunen sendte ved en fejl breve med følsomme oplysninger til forkerte modtagere."),
    ("da", "data_breach", "misuse", None, "En sygeplejerske har uberettiget slået op i patientjournaler på hospitalet."),
    ("fi", "data_leak", "error", None, "Kaupunki lähetti vahingossa henkilötietoja sisältävän kirjeen väärään osoitteeseen."),
    ("fi", "data_breach", "misuse", None, "Sairaanhoitaja urkki luvatta potilastietoja sairaalassa."),
    ("pl", "data_breach", "physical", None, "Z przychodni w Lublinie skradziono laptop z danymi pacjentów."),
    ("pl", "data_leak", "error", None, "Urząd miasta omyłkowo wysłał listy z danymi osobowymi do niewłaściwych adresatów."),
    ("pl", "data_leak", "error", None, "Na śmietniku w Radomiu znaleziono dokumentację medyczną pacjentów."),
    ("pl", "data_breach", "misuse", None, "Pracownik banku bez upoważnienia sprawdzał dane klientów i sprzedawał je."),
    (
        "tr",
        "data_breach",
        "physical",
        None,
        "Ankara'da bir hastaneden hasta bilgilerinin bulunduğu dizüstü bilgisayar çalındı.",
    ),
    (
        "tr",
        "data_leak",
        "error",
        None,
        "Belediye, kişisel bilgilerin yer aldığı mektupları yanlışlıkla yanlış adreslere gönderdi.",
    ),
    ("tr", "data_breach", "misuse", None, "Banka çalışanı müşteri bilgilerini izinsiz sorgulayıp sattı."),
    ("id", "data_breach", "physical", None, "Laptop berisi data pasien dicuri dari sebuah rumah sakit di Bandung."),
    (
        "id",
        "data_leak",
        "error",
        None,
        "Pemerintah kota tidak sengaja mengirim surat berisi data pribadi ke alamat yang salah.",
    ),
    ("id", "data_breach", "misuse", None, "Seorang pegawai bank menjual data nasabah tanpa izin."),
    ("ja", "data_leak", "error", 1200, "市立病院は、患者1200人分の診療情報が入ったUSBメモリを紛失したと発表した。"),
    ("ja", "data_leak", "error", 350, "県は、県民350人の個人情報を含むメールを誤って別の宛先に誤送信したと発表した。"),
    (
        "ja",
        "data_breach",
        "misuse",
        None,
        "大学病院は、職員が業務と関係なく患者の電子カルテを不正に閲覧していたと発表し、停職処分にした。",
    ),
    (
        "ja",
        "data_leak",
        "error",
        5000,
        "市は、住民5000人の個人情報がホームページ上で誰でも閲覧できる状態になっていたと発表した。",
    ),
    ("ja", "data_breach", "physical", None, "教諭が生徒の成績情報が入ったノートパソコンを車上荒らしで盗まれた。"),
    ("zh", "data_leak", "error", None, "医院承认遗失一个存有1200名病人个人资料的U盘。"),
    ("zh", "data_breach", "misuse", None, "银行员工利用职务之便，私自查询并出售客户信息。"),
    ("zh", "data_leak", "error", None, "市政府误将载有个人资料的邮件发错收件人。"),
    ("zh", "data_leak", "error", None, "医院的病历被丢弃在垃圾站，患者个人信息外泄。"),
    ("ko", "data_leak", "error", 1200, "병원은 환자 1200명의 진료기록이 담긴 USB를 분실했다고 밝혔다."),
    ("ko", "data_breach", "misuse", None, "은행 직원이 고객정보를 무단으로 조회해 외부에 팔아넘긴 혐의로 구속됐다."),
    ("ko", "data_leak", "error", 300, "시청은 주민 300명의 개인정보가 담긴 이메일을 실수로 다른 사람에게 잘못 발송했다."),
    ("ko", "data_leak", "error", 2000, "학생 2000명의 개인정보가 학교 홈페이지에 실수로 공개됐다."),
    ("ru", "data_breach", "physical", None, "Из больницы в Казани украли ноутбук с медицинскими данными пациентов."),
    ("ru", "data_breach", "misuse", None, "Сотрудник банка незаконно продавал персональные данные клиентов."),
    ("ru", "data_leak", "error", None, "Медицинские карты пациентов нашли на свалке в Омске."),
    (
        "ru",
        "data_leak",
        "error",
        10000,
        "Поликлиника по ошибке выложила в открытый доступ персональные данные 10 тысяч пациентов.",
    ),
    ("ar", "data_breach", "physical", None, "سُرق حاسوب محمول يحتوي على بيانات المرضى من مستشفى في عمان."),
    ("ar", "data_breach", "misuse", None, "اتهم موظف في البنك ببيع بيانات العملاء دون إذن."),
    ("ar", "data_leak", "error", None, "نشرت الجامعة بالخطأ البيانات الشخصية للطلاب على الإنترنت."),
]
"""Language, category, VERIS action, how many records where told, and the text."""
SILENT = [
    ("en", "The hospital keeps patient records for ten years and must tell patients how their personal information is used."),
    ("nl", "De gemeente verwerkt persoonsgegevens van inwoners volgens de privacywet en bewaart brieven tien jaar."),
    ("de", "Das Unternehmen speichert Kundendaten und verschickt Rechnungen per E-Mail an seine Kunden."),
    ("fr", "L'entreprise collecte les données personnelles de ses clients et leur envoie des courriels."),
    ("es", "La ley obliga a los hospitales a guardar la historia clínica de los pacientes durante cinco años."),
    ("it", "Il garante ha pubblicato le linee guida sul trattamento dei dati personali dei dipendenti."),
    ("pl", "Firma przetwarza dane osobowe klientów i wysyła faktury e-mailem."),
    ("ja", "同社は会員情報を活用し、顧客にメールで広告を配信している。"),
    ("zh", "公司表示将依法保护用户个人信息，并通过短信发送通知。"),
    ("ko", "회사는 고객정보를 활용해 맞춤형 메일을 발송하고 있다."),
    ("ru", "Закон обязывает компании хранить персональные данные россиян на серверах в России."),
    ("pt", "A empresa guarda os dados pessoais dos clientes e envia as faturas por e-mail."),
    ("tr", "Şirket, müşteri bilgilerini işleyerek kampanya e-postaları gönderiyor."),
    ("sv", "Sjukhuset sparar patientuppgifter i tio år och skickar kallelser med brev."),
    ("ar", "تجمع الشركة البيانات الشخصية للعملاء وترسل لهم رسائل عبر البريد."),
    ("id", "Perusahaan menyimpan data pelanggan dan mengirim tagihan lewat email."),
    ("en", "Hospitals could lose patient records if laptops were stolen, an insurer's guide says."),
    ("en", "Thieves stole two laptops and a bag from a car outside the stadium on Saturday."),
    ("nl", "Dieven hebben bij een inbraak in een school laptops en een tas gestolen."),
    ("fr", "Des voleurs ont dérobé des ordinateurs portables dans une école."),
    ("en", "The regulator fined the bank over the way it processes the personal data of its customers."),
    ("de", "Die Aufsicht veröffentlichte Regeln für den Umgang mit personenbezogenen Daten von Beschäftigten."),
    ("fr", "La loi protège les données personnelles des salariés et des clients sur internet."),
]
"""Texts that report no matter: how data is kept, what the law says, what might happen."""


@lru_cache(maxsize=32)
def _rows(language: str) -> dict[str, list[Row]]:
    texts = [text for spoken, *_, text in TOLD if spoken == language] + [text for spoken, text in SILENT if spoken == language]
    return dict(zip(texts, _linked(language, texts), strict=True))


def _linked(language: str, texts: list[str]) -> list[list[Row]]:
    tape = Tape.of(pl.DataFrame({"article_id": [str(i) for i in range(len(texts))], "text": texts}), language=language)
    found = security_incidents.link(scan(tape))
    found = found.with_columns(evidence=tape.slice("start", "end", found))
    return [found.filter(pl.col("doc") == i).to_dicts() for i in range(len(texts))]


def _only(text: str, language: str = "en") -> Row:
    (row,) = _linked(language, [text])[0]
    return row


@pytest.mark.parametrize(("language", "category", "action", "records", "text"), TOLD)
def test_personal_data_gone_astray_is_one_matter(
    language: str, category: str, action: str, records: int | None, text: str
) -> None:
    (row,) = _rows(language)[text]
    assert (row["category"], row["veris_action"]) == (category, action)
    assert records is None or row["records_affected"] == records


@pytest.mark.parametrize(("language", "text"), SILENT)
def test_what_is_kept_processed_or_feared_is_no_matter(language: str, text: str) -> None:
    assert _rows(language)[text] == []


def test_the_exact_count_of_a_later_sentence_replaces_a_round_one() -> None:
    row = _only("Thieves stole a laptop with the medical records of more than 500 patients. A clinic wrote to 548 patients.")
    assert row["records_affected"] == 548


def test_a_count_some_sentences_later_is_that_of_the_matter() -> None:
    text = (
        "A council lost a memory stick with the personal details of tenants. The stick was not encrypted. Police are told. "
        "The data of 2,318 residents was on it."
    )
    row = _only(text)
    assert row["records_affected"] == 2318
    assert "2,318" in row["evidence"]


def test_the_few_who_did_it_are_no_victims() -> None:
    assert _only("Two employees sold the medical records of patients of a clinic.")["records_affected"] is None


def test_a_breach_known_by_its_name_that_a_mistake_caused_is_a_leak() -> None:
    row = _only("A college reported a data breach on Monday. By mistake a clerk had mailed grades to the wrong parents.")
    assert (row["category"], row["veris_action"], row["veris_actor"]) == ("data_leak", "error", "internal")


def test_the_deed_of_the_next_sentence_is_the_action_of_a_breach() -> None:
    row = _only("A clinic disclosed a privacy breach on Friday. A nurse had snooped on the medical records of neighbours.")
    assert (row["veris_action"], row["veris_actor"]) == ("misuse", "internal")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Police found skimmers on the pumps of two petrol stations."),
        ("pt", "A polícia encontrou um chupa-cabra em caixas de um banco de Recife."),
        ("ja", "銀行のATMでスキミングの装置が見つかった。"),
    ],
)
def test_a_skimmer_takes_data_by_hand(language: str, text: str) -> None:
    row = _only(text, language)
    assert (row["category"], row["veris_action"]) == ("data_breach", "physical")


def test_a_virus_that_disables_computers_is_malware() -> None:
    assert _only("A virus shut down the computer system of a medical centre on Sunday.")["category"] == "malware"
    assert _linked("en", ["The virus spread quickly through the town and killed ten people."])[0] == []
