"""Promises of the security linker on small incidents, and on whose the counts, remedies and names beside a matter are.

Texts are our own. A line of `TOLD` is a language, the wanted rows (category, stage, records) and the text; of `WHOSE` the
rows are (company, category, records).
"""

from __future__ import annotations

from typing import Final

import pytest

from tests.transforms.linking import matters_in

Row = tuple[str, str, int | None]
TOLD: Final[tuple[tuple[str, set[Row], str], ...]] = (
    (
        "es",
        {("data_leak", "reported", 420)},
        "Vodafone comunicó el extravío de una memoria USB con los datos de 420 pacientes.",
    ),
    (
        "it",
        {("data_leak", "reported", 420)},
        "Vodafone ha comunicato lo smarrimento di una chiavetta USB con i dati di 420 pazienti.",
    ),
    ("tr", {("data_leak", "reported", 420)}, "Vodafone 420 hastanın bilgilerini içeren bir USB belleğin kaybolduğunu duyurdu."),
    ("ru", {("data_breach", "reported", 1300)}, "Из машины украли ноутбук Vodafone с историями болезни 1300 пациентов."),
    ("fi", {("data_breach", "reported", 38)}, "Vodafonen työntekijä katseli uteliaisuuttaan 38 potilaan tietoja."),
    ("no", {("data_breach", "reported", 38)}, "En ansatt i Vodafone leste av nysgjerrighet journalene til 38 pasienter."),
    (
        "pl",
        {("data_leak", "reported", None)},
        "Segregatory z dokumentacją medyczną pacjentów Vodafone znaleziono na śmietniku.",
    ),
    (
        "fr",
        {("data_leak", "reported", None)},
        "Vodafone a revendu d'anciens ordinateurs avec les données des clients encore sur les disques durs.",
    ),
    ("zh", {("data_leak", "reported", None)}, "沃达丰的旧电脑被卖出，硬盘里仍存有客户资料。"),
    (
        "nl",
        {("data_leak", "reported", 12000)},
        "Door een verkeerde instelling was een database van Vodafone met 12.000 namen voor iedereen op internet te bekijken.",
    ),
    (
        "tr",
        {("data_breach", "reported", 90)},
        "Dolandırıcılar Vodafone kasalarına kopyalama düzeneği yerleştirip 90 müşterinin kartını kopyaladı.",
    ),
    (
        "pt",
        {("data_breach", "reported", None)},
        "A Vodafone, que tem 15 milhões de clientes, confirmou que hackers copiaram dados de clientes.",
    ),
    (
        "de",
        {("ransomware", "reported", None)},
        "Vodafone wurde Opfer von Ransomware. Es ist unklar, wann die Systeme wieder verfügbar sind.",
    ),
    ("ja", {("ransomware", "reported", None)}, "ボーダフォンはランサムウエアに感染したと発表した。復旧の時期は未定だという。"),
)
WHOSE: Final[tuple[tuple[str, set[Row], str], ...]] = (
    (
        "en",
        {("vodafone", "data_breach", 2000000), ("renault", "data_breach", 90000)},
        "Hackers stole the data of 2 million Vodafone customers, and at Renault they stole the data of 90,000 drivers.",
    ),
    (
        "en",
        {("zoom", "data_breach", 40000)},
        "Hackers stole the data of 40,000 Zoom users. Microsoft attributed the breach to the ransomware group Cl0p.",
    ),
    (
        "sv",
        {("vodafone", "data_breach", 1000000)},
        "Uppgifter om en miljon svenskar har stulits från Vodafone. Utpressargruppen Datakajan har tagit på sig attacken.",
    ),
)
NOTHING: Final = (
    (
        "nl",
        "Bedrijven die gehackt zijn, onderschatten de gevolgen. Vaak worden gegevens gestolen en horen klanten er niets van.",
    ),
    ("no", "Norske bedrifter betaler løsepenger til hackere, sier myndighetene. Flere rammes av løsepengevirus."),
    (
        "es",
        "Los secuestradores exigieron un rescate y la familia pagó a los delincuentes. Vodafone no quiso hacer comentarios.",
    ),
)


@pytest.mark.parametrize(("language", "wanted", "text"), TOLD, ids=[f"{case[0]}-{number}" for number, case in enumerate(TOLD)])
def test_small_incidents_and_what_stands_beside_them(language: str, wanted: set[Row], text: str) -> None:
    rows = matters_in(text, language).select("category", "stage", "records_affected").rows()
    assert {(c, s, None if r is None else int(r)) for c, s, r in rows} == wanted


@pytest.mark.parametrize(
    ("language", "wanted", "text"), WHOSE, ids=[f"{case[0]}-{number}" for number, case in enumerate(WHOSE)]
)
def test_matters_and_counts_are_of_those_beside_whom_they_stand(language: str, wanted: set[Row], text: str) -> None:
    rows = matters_in(text, language).select("company_id", "category", "records_affected").rows()
    assert {(c, s, None if r is None else int(r)) for c, s, r in rows} == wanted


@pytest.mark.parametrize(("language", "text"), NOTHING, ids=[f"{case[0]}-{number}" for number, case in enumerate(NOTHING)])
def test_what_befalls_companies_at_large_or_kidnapped_people_is_no_matter(language: str, text: str) -> None:
    assert matters_in(text, language).is_empty()
