"""Promises of the security linker on what stands around matters: boasts, drills, advertising, warnings, repeated incidents.

Texts are our own, a few languages for each way of telling. A line of `TOLD` is a language, the wanted rows (category, stage,
records) and the paragraphs of the text.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

import polars as pl
import pytest

from transforms import security_incidents
from transforms.scan import scan
from transforms.spans import Tape

PUBLISHED: Final = dt.datetime(2022, 5, 20, tzinfo=dt.UTC)
Row = tuple[str, str, int | None]
TOLD: Final[tuple[tuple[str, set[Row], str], ...]] = (
    (
        "nl",
        {("data_breach", "alleged", 2300000)},
        "Een hacker die zich Nachtuil noemt zegt gegevens van 2,3 miljoen klanten van Vodafone te hebben gestolen.",
    ),
    (
        "ru",
        {("data_breach", "alleged", 2300000)},
        "Хакер под ником Филин утверждает, что украл данные 2,3 млн клиентов Vodafone.",
    ),
    ("es", {("data_breach", "reported", 2000000)}, "Varios piratas robaran datos de 2 millones de clientes de Vodafone."),
    ("en", {("unauthorized_access", "reported", None)}, "Spotify's account on X was hijacked to promote a cryptocurrency."),
    ("sv", {("unauthorized_access", "reported", None)}, "Spotifys X-konto kapades och gjorde reklam för en kryptovaluta."),
    ("de", {("outage", "reported", None)}, "Nach einem Cyberangriff ruht bei Renault in zwei Werken die Produktion."),
    ("id", {("outage", "reported", None)}, "Renault menghentikan produksi di dua pabrik setelah serangan siber."),
    (
        "fi",
        {("vulnerability", "reported", None)},
        "Hyökkääjät käyttävät nollapäivähaavoittuvuutta Zoomissa, eikä korjausta ole.",
    ),
    ("fr", {("surveillance", "reported", None)}, "Renault surveillait en secret ses salariés, selon la Cnil."),
    ("da", {("data_breach", "reported", None)}, "Hackerne har stjålet 40 gigabyte fra Vodafone."),
    (
        "en",
        {("data_breach", "reported", 900000), ("data_breach", "reported", 2100000)},
        """Hackers stole the names of 900,000 customers, Vodafone said.

It is not the first time: in an earlier breach intruders stole the data of 2.1 million people from Vodafone.""",
    ),
    (
        "it",
        {("data_leak", "remediated", 1200000)},
        """Per errore i dati di 1,2 milioni di automobilisti erano accessibili a chiunque nell'app di Vodafone.

L'azienda lo ha saputo da un cliente.

Si è scusata.

L'errore è stato corretto domenica sera.""",
    ),
)
NOTHING: Final = (
    ("en", "Vodafone held an exercise in which staff rehearsed their response to a ransomware attack."),
    ("ja", "ボーダフォンの社員はランサムウエア攻撃を想定した訓練をした。"),
    ("tr", "Vodafone çalışanları fidye yazılımı saldırısına karşı tatbikat yaptı."),
    (
        "de",
        "Mehr als die Hälfte der Firmen wurde im vergangenen Jahr Opfer eines Cyberangriffs, ergab eine Umfrage von Vodafone.",
    ),
    ("pl", "Ponad połowa firm padła w zeszłym roku ofiarą cyberataku - wynika z ankiety Vodafone."),
    ("es", "Vodafone lanza un servicio que protege a las pymes frente al ransomware y el phishing."),
    ("ko", "보다폰은 중소기업을 랜섬웨어와 피싱에서 보호하는 서비스를 출시했다."),
    ("no", "Vodafone ber kundene passe seg for phishing."),
    ("zh", "Zoom提醒客户警惕钓鱼邮件。"),
    ("ar", "ولا توجد مؤشرات على سرقة بيانات عملاء «زووم»."),
    ("pt", "Não há sinais de que dados de clientes da Vodafone tenham sido roubados."),
)


@lru_cache(maxsize=32)
def _linked(language: str) -> dict[str, set[Row]]:
    """What is found in all texts of a language, by text: one tape, for a scan costs more than a sentence."""
    texts = [text for spoken, _, text in TOLD if spoken == language] + [text for spoken, text in NOTHING if spoken == language]
    nothing = pl.Series([None] * len(texts), dtype=pl.Int64)
    frame = pl.DataFrame(
        {
            "article_id": [str(number) for number in range(len(texts))],
            "text": texts,
            "published_at": PUBLISHED,
            "published_precision": "day",
            "title_start": nothing,
            "title_end": nothing,
        }
    )
    found = security_incidents.link(scan(Tape.of(frame, language=language)))
    rows: dict[str, set[Row]] = {text: set() for text in texts}
    for row in found.select("doc", "category", "stage", "records_affected").iter_rows(named=True):
        records = row["records_affected"]
        rows[texts[row["doc"]]].add((row["category"], row["stage"], None if records is None else int(records)))
    return rows


@pytest.mark.parametrize(("language", "wanted", "text"), TOLD, ids=[f"{case[0]}-{number}" for number, case in enumerate(TOLD)])
def test_what_stands_around_a_matter_is_understood(language: str, wanted: set[Row], text: str) -> None:
    assert _linked(language)[text] == wanted


@pytest.mark.parametrize(("language", "text"), NOTHING, ids=[f"{case[0]}-{number}" for number, case in enumerate(NOTHING)])
def test_drills_surveys_advertising_and_warnings_are_no_matters(language: str, text: str) -> None:
    assert _linked(language)[text] == set()
