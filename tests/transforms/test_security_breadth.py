"""Promises of the security linker on what newsrooms tell without its technical word: no "outage", no "phishing", no "flaw".

Sentences are our own, a few languages for each way of telling; behind them what only looks like it.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from transforms import security_incidents
from transforms.scan import scan
from transforms.spans import Tape

PUBLISHED = dt.datetime(2022, 5, 20, tzinfo=dt.UTC)
TOLD = (
    ("da", "outage", "Spotify var nede i flere timer mandag."),
    ("pt", "outage", "O Spotify ficou fora do ar por várias horas na segunda-feira."),
    ("zh", "outage", "Zoom周一宕机数小时。"),
    ("nl", "outage", "Duizenden gebruikers konden maandagochtend niet inloggen bij Spotify."),
    ("ru", "outage", "Тысячи пользователей не смогли войти в Zoom в понедельник утром."),
    ("en", "outage", "Thousands of users could not get into Zoom meetings on Monday morning."),
    ("sv", "vulnerability", "En säkerhetsforskare visade att webbsidor kunde slå på kameran i en Mac genom Zoom."),
    ("es", "vulnerability", "Un punto débil del chat de Zoom permitía robar contraseñas de Windows."),
    ("de", "vulnerability", "Zoom hat das Loch in der Mac-Version mit einem Update gestopft."),
    ("it", "data_leak", "Zoom ha spedito gli estratti conto di 1.200 clienti alle persone sbagliate."),
    ("ja", "data_leak", "Zoomは顧客1200人分の明細を別人に送った。"),
    ("no", "phishing", "Svindlere sender e-poster i selskapets navn for å få tak i passord, advarer Telenor."),
    ("fr", "phishing", "Un comptable de Renault, dupé par un faux courriel du patron, a viré 1,5 million de dollars."),
    ("pl", "malware", "Krążą fałszywe instalatory Zooma z koparką kryptowalut."),
    ("ko", "surveillance", "당국은 줌이 이용자 정보를 필요 이상으로 수집했다고 지적했다."),
    ("fi", "ransomware", "Rikolliset ovat salanneet Nokian tiedot ja vaativat kahdeksaa miljoonaa dollaria."),
    ("tr", "data_routing", "Zoom toplantılarının anahtarları Pekin'deki bir sunucudan geliyordu."),
    ("ar", "data_breach", "انتشرت بيانات شخصية لعملاء «زووم» على الإنترنت بعد الهجوم."),
    ("id", "data_sharing", "Zoom meneruskan nama dan tipe ponsel ke Facebook tanpa izin pengguna."),
    ("fr", "account_restriction", "Le ministère allemand des Affaires étrangères demande à ses diplomates d'éviter Zoom."),
)
NOTHING = (
    ("en", "Growth at Zoom ground to a halt in the third quarter, analysts said."),
    ("fr", "L'action Zoom a planté mardi à New York."),
    ("ja", "トヨタ自動車は部品不足で工場を停止した。"),
    ("pl", "Fabryka Fiata w Tychach nie działała kilka godzin z powodu braku części."),
    ("de", "Zoom stopfte mit dem Zukauf der Softwarefirma ein Loch im Angebot."),
    ("es", "Los colegios ya no pueden prescindir de Zoom."),
    ("ko", "줌은 신규 요금제 판매를 중단했다."),
    ("nl", "Zoom dicht met een nieuwe app het gat met Microsoft."),
)


@lru_cache(maxsize=32)
def _linked(language: str) -> dict[str, list[dict[str, Any]]]:
    """What is found in all texts of a language, by text: one tape, for a scan costs more than a sentence."""
    texts = [text for spoken, _, text in TOLD if spoken == language]
    texts += [text for spoken, text in (*NOTHING, *WHERE) if spoken == language]
    frame = pl.DataFrame(
        {
            "article_id": [str(i) for i in range(len(texts))],
            "text": texts,
            "published_at": [PUBLISHED] * len(texts),
            "published_precision": ["day"] * len(texts),
            "title_start": pl.Series([None] * len(texts), dtype=pl.Int64),
            "title_end": pl.Series([None] * len(texts), dtype=pl.Int64),
        }
    )
    tape = Tape.of(frame, language=language)
    found = security_incidents.link(scan(tape))
    found = found.with_columns(counterparty=tape.slice("counterparty_start", "counterparty_end", found))
    return {text: found.filter(pl.col("doc") == i).to_dicts() for i, text in enumerate(texts)}


ONE_COUNTRY = "Ericsson was hit by ransomware on Monday. All offices in Sweden stayed closed."
CURRENCY = "Ericsson was hit by ransomware on Monday. The gang demands 5 million Swiss francs."
INSIDER = "Barclays said that a former employee had looked up the medical records of 9,400 people."
PARTICLE = "뉴욕시 교육청이 학교에서 줌 사용을 금지했다."
AUTHORITY = "The FTC found that Zoom had deceived customers about the encryption of its calls."
ONLY_A_LOSS = "Ericsson was hit by ransomware on Monday; the company says that no data were taken."
WHERE = (
    ("en", ONE_COUNTRY),
    ("en", CURRENCY),
    ("en", INSIDER),
    ("ko", PARTICLE),
    ("en", AUTHORITY),
    ("en", ONLY_A_LOSS),
)


@pytest.mark.parametrize(("language", "category", "text"), TOLD)
def test_told_without_its_name(language: str, category: str, text: str) -> None:
    assert [row["category"] for row in _linked(language)[text]] == [category]


@pytest.mark.parametrize(("language", "text"), NOTHING)
def test_what_only_looks_like_a_matter(language: str, text: str) -> None:
    assert [(row["category"], row["rule"]) for row in _linked(language)[text]] == []


def test_a_matter_is_in_the_one_country_that_its_article_names() -> None:
    assert [row["country"] for row in _linked("en")[ONE_COUNTRY]] == ["SE"]
    assert [row["country"] for row in _linked("en")[CURRENCY]] == [None]


def test_a_matter_that_an_authority_found_is_where_that_has_its_seat() -> None:
    assert [(row["category"], row["country"]) for row in _linked("en")[AUTHORITY]] == [("encryption", "US")]


def test_those_who_work_there_are_the_other_side_of_their_own_deed() -> None:
    assert [row["counterparty"] for row in _linked("en")[INSIDER]] == ["former employee"]


def test_a_counterparty_ends_before_its_particle() -> None:
    assert [row["counterparty"] for row in _linked("ko")[PARTICLE]] == ["뉴욕시 교육청"]


def test_a_denied_loss_of_data_denies_no_ransomware() -> None:
    assert [row["category"] for row in _linked("en")[ONLY_A_LOSS]] == ["ransomware"]
