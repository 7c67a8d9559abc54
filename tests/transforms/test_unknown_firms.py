"""Whom facts are about where no table holds the firm: how newsrooms of many languages name one. Our own words."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.linking import figures_in
from tests.transforms.test_inferred_names import named
from transforms import companies
from transforms.sentences import sentences
from transforms.spans import Tape


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("es", "El fabricante de bombas Hidrosal ganó nueve millones.", "hidrosal", id="es: what it makes"),
        pytest.param("it", "Il produttore di pompe Idrovalle ha venduto di più.", "idrovalle", id="it: what it makes"),
        pytest.param("pt", "A fabricante de bombas Hidrovale faturou mais.", "hidrovale", id="pt: what it makes"),
        pytest.param("fr", "Le fabricant de pompes Darnelle a vendu davantage.", "darnelle", id="fr: what it makes"),
        pytest.param("pl", "Producent pomp Hydrovit sprzedał więcej.", "hydrovit", id="pl: what it makes"),
        pytest.param("ru", "Хакеры взломали сеть лабораторий «Медолайн».", "medolayn", id="ru: what it runs"),
        pytest.param("id", "Produsen pompa Tirtasari menjual lebih banyak.", "tirtasari", id="id: what it makes"),
        pytest.param("it", "La padovana Arredovivo ha venduto di meno.", "arredovivo", id="it: where it is from"),
        pytest.param(
            "en", "Thieves copied the bank details from Payvale, a small payroll provider.", "payvale", id="en: aside"
        ),
        pytest.param("sv", "Maria Bergh tar över som vd för Textoria i augusti.", "textoria", id="sv: its chief"),
        pytest.param("fr", "Elle succède à Jean Roux à la tête de Sovamont.", "sovamont", id="fr: its head"),
        pytest.param("tr", "Meral Aksoy, Tekstoran'ın genel müdürlüğüne atandı.", "tekstoran", id="tr: its chief"),
        pytest.param("da", "Hackere har stjålet data om kunder hos Fynlyset.", "fynlyset", id="da: its customers"),
        pytest.param("en", "The watchdog fined Ledvale Loans for losing the papers.", "ledvale-loans", id="en: fined"),
    ],
)
def test_what_stands_beside_a_name_tells_a_firm(language: str, text: str, expected: str) -> None:
    assert expected in named(text, language)


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("en", "Harvane Homes names a new chief\n\nHousebuilder Harvane Homes is cutting jobs. Harvane blamed rates.", 31),
        ("de", "Corvanta steigert Umsatz\n\nCorvanta hat den Umsatz um 12 Prozent auf 148 Millionen Euro gesteigert.", 24),
        ("nl", "Vandermeulen verkoopt meer\n\nVandermeulen zag de omzet met 12 procent stijgen.", 26),
        ("pl", "Przychody Corvaniki wzrosły\n\nCorvanika zwiększyła przychody o 12 proc. Spółka zarobiła 9 mln zł.", 27),
        ("zh", "康泰远科技去年营收增12%\n\n康泰远科技公布业绩，营收14.8亿元。", 13),
        ("ko", "코르반산업 매출 12% 증가\n\n코르반산업은 지난해 매출이 늘었다고 밝혔다.", 15),
        ("ja", "北光電力、情報流出\n\n北光電力は顧客の情報が流出したと発表した。", 9),
    ],
)
def test_a_title_and_its_text_name_one_firm(language: str, text: str, title: int) -> None:
    assert len(named(text, language, title=title)) == 1


def test_initials_and_first_words_stand_for_a_name() -> None:
    text = "Clients of Norvane Care Provider Inc. were cut off. NCP paid nothing, and Norvane said so."
    assert named(text, "en") == ["norvane-care-provider"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Harvane names Jane Roe chief executive of the firm."),
        ("id", "Perseroan mencatat laba bersih Rp14 miliar dan pendapatan US$2 juta."),
        ("en", "The retailer owed money, and Sars wanted its tax."),
    ],
)
def test_persons_sums_and_tax_offices_are_no_firms(language: str, text: str) -> None:
    assert not {"jane-roe", "rp14", "us", "sars"} & set(named(text, language))


def test_cities_tell_a_country_where_none_is_named() -> None:
    texts = [
        "Gävle, 4 maj. Hackare har stulit uppgifter om kunder i Sundsvall.",
        "Örebro, 4 maj. Angreppet nådde Manchester.",
        "Angreppet nådde Örebro och Manchester.",
    ]
    tape = Tape.of(pl.DataFrame({"article_id": ["a", "b", "c"], "text": texts}), language="sv")
    assert sentences(tape).height
    told = dict(companies.only_countries(tape).rows())
    assert told == {0: "SE", 1: "SE"}


def test_a_short_name_without_spaces_is_the_firm_of_the_longer_one() -> None:
    text = "曜邦電子公布第三季財報。曜邦第三季營收128億元，年減11%。曜邦電子稅後純益4.9億元，曜邦表示將縮減支出。"
    found = figures_in(text, "zh")
    assert set(found["company_id"]) == {"yaobang-electronics"}
