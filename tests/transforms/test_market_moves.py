"""Promises of the market linker: each type of move, its amount, direction, party and place; and what is no move at all.

Sentences are our own. A move is written as `type[ direction][ value unit]`, those of shares without "share_price_".
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from tests.transforms.linking import moves_in
from transforms.schemas import DIRECTIONS, MOVE_TYPES, SESSIONS, STATUSES


def rows(language: str, text: str, *, title: int = 0) -> list[dict[str, Any]]:
    """What the linker finds in one text; `title` is how many of its first code points are the title."""
    return moves_in(text, language, title=title).to_dicts()


def told(language: str, text: str) -> list[str]:
    """The moves of a text in short, sorted: type, direction of share moves and outlooks, value and unit."""
    short = []
    for row in rows(language, text):
        way = row["direction"] if row["move_type"] in ("share_price_change", "guidance_change", "rating_change") else None
        value = None if row["value"] is None else f"{row['value'].normalize():f} {row['unit']}"
        name = row["move_type"].removeprefix("share_price_")
        short.append(" ".join(p for p in (name, way, value) if p))
    return sorted(short)


SHARES = [
    ("en", "Shares of Netflix slid 6.4% to $402.10 in after-hours trading.", ["change down -6.4 percent", "level 402.1 USD"]),
    ("en", "Netflix reported revenue up 12%, and its stock gained 3%.", ["change up 3 percent"]),
    ("en", "Netflix shares fell 5% as revenue rose 12%.", ["change down -5 percent"]),
    ("en", "Netflix shares closed at $310.20 (+2.1%) on Wednesday.", ["change up 2.1 percent", "level 310.2 USD"]),
    ("en", "The Netflix stock has lost a third of its value since its peak.", ["change down -33.3333 percent"]),
    ("de", "Die SAP-Aktie verlor am Mittwoch 3,2 Prozent auf 112,40 Euro.", ["change down -3.2 percent", "level 112.4 EUR"]),
    ("nl", "Het aandeel Philips daalde met 4,5 procent tot 18,20 euro.", ["change down -4.5 percent", "level 18.2 EUR"]),
    ("fr", "L'action Renault a gagné 2,8 % à 35,60 euros à la clôture.", ["change up 2.8 percent", "level 35.6 EUR"]),
    ("it", "Il titolo Ferrari ha perso il 2,1% a 245,30 euro.", ["change down -2.1 percent", "level 245.3 EUR"]),
    ("es", "Las acciones de Inditex subieron un 4,2% hasta los 31,15 euros.", ["change up 4.2 percent", "level 31.15 EUR"]),
    ("pt", "As ações da Petrobras caíram 3,5% a R$ 25,40.", ["change down -3.5 percent", "level 25.4 BRL"]),
    ("sv", "Ericsson-aktien föll 7 procent till 58,40 kronor.", ["change down -7 percent", "level 58.4 SEK"]),
    ("no", "Equinor-aksjen falt 2,3 prosent til 301,50 kroner.", ["change down -2.3 percent", "level 301.5 NOK"]),
    ("da", "Vestas-aktien steg 5,1 procent til 189,20 kroner.", ["change up 5.1 percent", "level 189.2 DKK"]),
    ("pl", "Akcje Allegro spadły o 3,4 proc. do 31,20 zł.", ["change down -3.4 percent", "level 31.2 PLN"]),
    ("tr", "Netflix hisseleri yüzde 6 düştü.", ["change down -6 percent"]),
    ("ru", "Акции Netflix подорожали на 4,2%, до $412,30.", ["change up 4.2 percent", "level 412.3 USD"]),
    ("ja", "ソニーの株価は前日比3.2％高の1万2500円で取引を終えた。", ["change up 3.2 percent", "level 12500 JPY"]),
    ("ko", "네이버 주가는 3.1% 하락한 19만8000원에 거래를 마쳤다.", ["change down -3.1 percent", "level 198000 KRW"]),
    ("zh", "阿里巴巴股价盘后下跌4.3%,报81.20美元。", ["change down -4.3 percent", "level 81.2 USD"]),
    ("ar", "انخفض سهم نتفليكس بنسبة 5%.", ["change down -5 percent"]),
    ("id", "Saham Netflix turun 5% ke US$ 310,20.", ["change down -5 percent", "level 310.2 USD"]),
    # Percents of firms where shares are spoken of, and words of other things behind the verb.
    ("nl", "Aandelen op het Damrak sloten lager. Philips verloor 2,1 procent.", ["change down -2.1 percent"]),
    ("sv", "Aktierna på börsen föll. Ericsson backade 2,3 procent.", ["change down -2.3 percent"]),
    ("no", "Aksjene på Oslo Børs falt. Equinor falt 1,2 prosent.", ["change down -1.2 percent"]),
    ("en", "Stocks were mixed, says the report we read. As of noon Honeywell (HON) added 0.4%.", ["change up 0.4 percent"]),
    ("en", "Netflix soared $14.91, or 13.8%, to $123.21 as stocks rallied.", ["change up 13.8 percent", "level 123.21 USD"]),
    ("en", "Netflix stock surges on rising demand for streaming.", ["change up"]),
    ("en", "Shares of Netflix (NFLX) surged to the top of the S&P 500.", ["change up"]),
    ("en", "Netflix stock climbed on news that it would raise prices.", ["change up"]),
    ("en", "The shares slept. Netflix grew 14% in Europe.", []),
    ("id", "Saham Netflix naik. Hasil usaha perseroan di kawasan timur susut 42% jadi Rp 501 miliar.", ["change up"]),
    ("de", "Die SAP-Aktie fiel. Dann gewannen sie 2,3 Prozent auf 48,23 Euro.", ["change up 2.3 percent", "level 48.23 EUR"]),
    ("de", "Die SAP-Aktie fiel. Seit dem Jahreswechsel hat sie ein Viertel an Wert verloren.", ["change down -25 percent"]),
    ("es", "La acción de Inditex cerró con un precio de 30,82 euros.", ["level 30.82 EUR"]),
    ("pt", "As ações da Vale (SA:VALE3) têm queda de 3,04% a R$ 14,01.", ["change down -3.04 percent", "level 14.01 BRL"]),
    ("es", "Acciones de Inditex cierran con una caída del 5,65% tras los despidos.", ["change down -5.65 percent", "layoffs"]),
    ("es", "Las acciones subieron. Inditex gana un 50% menos que el año pasado.", ["change up"]),
]  # fmt: skip

MOVES = [
    ("en", "Salesforce agreed to buy Slack for $27.7 billion.", ["acquisition 27700000000 USD"]),
    ("de", "SAP übernimmt Qualtrics für acht Milliarden Dollar.", ["acquisition 8000000000 USD"]),
    ("es", "Telefónica compró Jajah por 145 millones de euros.", ["acquisition 145000000 EUR"]),
    ("en", "Disney will cut 7,000 jobs, about 3% of its workforce.", ["layoffs 7000 count"]),
    ("fr", "Renault va supprimer 4 600 postes en France.", ["layoffs 4600 count"]),
    ("pl", "Allegro zwolni 120 pracowników.", ["layoffs 120 count"]),
    ("en", "Netflix raised its full-year revenue forecast.", ["guidance_change up"]),
    ("nl", "Philips verlaagt zijn winstverwachting voor dit jaar.", ["guidance_change down"]),
    ("ja", "ソニーは通期の業績予想を上方修正した。", ["guidance_change up"]),
    ("en", "Goldman Sachs cut its price target on Netflix to $300 from $400.", ["rating_change down 300 USD"]),
    ("de", "Goldman Sachs senkte das Kursziel für SAP von 130 auf 110 Euro.", ["rating_change down 110 EUR"]),
    ("it", "Il Garante per la privacy ha multato Vodafone: 12,2 milioni di euro.", ["regulatory_action 12200000 EUR"]),
    ("en", "Netflix approved a share buyback of up to $5 billion.", ["buyback 5000000000 USD"]),
    ("es", "Inditex tiene una cuota de mercado del 14%.", ["market_share 14 percent"]),
]  # fmt: skip

NOTHING = [
    pytest.param("en", "The S&P 500 rose 1.2% on Tuesday.", id="an index"),
    pytest.param("en", "Netflix revenue rose 12% to $8 billion.", id="a metric"),
    pytest.param("en", "Netflix earned $2.88 per share, up 12%.", id="a figure per share"),
    pytest.param(
        "en", "You can raise your volume by 20%. Open your app and share your screen. These tips help you.", id="a guide"
    ),
    pytest.param("en", "The survey found that 40% of respondents share passwords.", id="a survey"),
    pytest.param("en", "Five9 owners get 0.5533 shares of Zoom for each share.", id="an exchange ratio"),
    pytest.param("de", "Der Dax stieg um 1,2 Prozent.", id="an index in German"),
    pytest.param("fr", "Le CAC 40 a gagné 0,8 % à 7 400 points.", id="an index in French"),
]


@pytest.mark.parametrize(
    ("language", "text", "expected"), [pytest.param(*case, id=f"{case[0]}-{n}") for n, case in enumerate(SHARES)]
)
def test_moves_of_shares(language: str, text: str, expected: list[str]) -> None:
    assert told(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"), [pytest.param(*case, id=f"{case[0]}-{n}") for n, case in enumerate(MOVES)]
)
def test_moves_of_companies(language: str, text: str, expected: list[str]) -> None:
    assert told(language, text) == expected


@pytest.mark.parametrize(("language", "text"), NOTHING)
def test_what_is_no_move_gives_no_row(language: str, text: str) -> None:
    assert told(language, text) == []


def only(language: str, text: str, **kwargs: Any) -> dict[str, Any]:
    found = rows(language, text, **kwargs)
    assert len(found) == 1, [(r["move_type"], r["rule"]) for r in found]
    return found[0]


class TestParties:
    def test_the_target_of_a_takeover_is_its_counterparty(self) -> None:
        move = only("en", "Salesforce agreed to buy Slack for $27.7 billion.")
        assert (move["company_id"], move["counterparty_id"]) == ("salesforce", "slack")

    def test_where_shareholders_refuse_the_bidder_is_the_company(self) -> None:
        move = only("en", "Shareholders of Five9 rejected the $14.7 billion takeover bid from Zoom.")
        assert (move["company_id"], move["counterparty_id"], move["status"]) == ("zoom", "five9", "abandoned")

    @pytest.mark.parametrize(
        ("language", "text", "party", "country"),
        [
            ("en", "The Federal Trade Commission opened an investigation into Netflix.", "Federal Trade Commission", "US"),
            ("fr", "La Cnil a infligé une amende de 60 millions d'euros à Microsoft.", "Cnil", "FR"),
            ("ja", "総務省はKDDIに行政指導を行った。", "総務省", "JP"),
        ],
    )
    def test_an_authority_brings_its_country(self, language: str, text: str, party: str, country: str) -> None:
        move = only(language, text)
        assert (move["move_type"], move["counterparty"], move["country"]) == ("regulatory_action", party, country)

    def test_a_lawsuit_takes_place_where_it_is_filed(self) -> None:
        move = only("en", "Investors filed a class action against Netflix in California.")
        assert (move["move_type"], move["country"]) == ("legal_action", "US")

    def test_each_broker_has_its_own_target(self) -> None:
        text = "Goldman Sachs cut its price target on Netflix to $300; Jefferies lowered its price target to $280."
        assert {(str(r["value"].normalize()), r["counterparty"]) for r in rows("en", text)} == {
            ("3E+2", "Goldman Sachs"),
            ("2.8E+2", "Jefferies"),
        }


class TestTiming:
    def test_a_weekday_is_the_last_one_before_publication(self) -> None:
        assert only("en", "Netflix shares rose 3% on Tuesday.")["effective_on"] == dt.date(2023, 5, 9)

    def test_sessions_are_told_apart(self) -> None:
        found = rows("en", "Netflix shares closed up 2%. In after-hours trading the stock fell 5%.")
        assert [(r["direction"], r["session"]) for r in found] == [("up", "regular"), ("down", "after_hours")]

    def test_a_record_price_is_marked(self) -> None:
        assert only("en", "Netflix shares hit a record high of $701.50.")["is_record"] is True


class TestOneRowAMove:
    def test_a_rounded_headline_yields_to_the_text(self) -> None:
        headline = "Netflix shares drop 6%"
        move = only("en", headline + "\nShares of Netflix fell 6.4% on Tuesday.", title=len(headline))
        assert move["value"] == pl.Series([-6.4]).cast(pl.Decimal(38, 6))[0]

    def test_the_topic_goes_on_into_the_next_sentence(self) -> None:
        assert told("en", "Netflix shares rose 3% on Tuesday. They are up 40% since the start of the year.") == [
            "change up 3 percent", "change up 40 percent",
        ]  # fmt: skip

    def test_direction_words_of_a_comparator_tell_no_direction(self) -> None:
        assert told("fr", "L'action Renault perdait plus de 5 % lundi.") == ["change down -5 percent"]


def test_values_are_of_the_enumerations() -> None:
    found = rows("en", " ".join(text for language, text, _ in [*SHARES, *MOVES] if language == "en"))
    assert {r["move_type"] for r in found} <= set(MOVE_TYPES)
    assert {r["direction"] for r in found} <= {*DIRECTIONS, None}
    assert {r["session"] for r in found} <= {*SESSIONS, None}
    assert {r["status"] for r in found} <= {*STATUSES, None}


def test_a_text_without_moves_keeps_the_columns() -> None:
    found = moves_in("Nothing.", "en")
    assert found.is_empty()
    assert {"move_type", "value", "counterparty_id"} <= set(found.columns)


SUCCESSIONS = [
    ("en", "Netflix said chief executive Anna Berg will be replaced by Carl Lind.", {"Anna Berg", "Carl Lind"}),
    ("sv", "Ericsson sparkar vd Anna Berg och ersätter henne med Carl Lind.", {"Anna Berg", "Carl Lind"}),
    ("id", "CEO Netflix, Anna Berg, digantikan oleh Carl Lind.", {"Anna Berg", "Carl Lind"}),
]


@pytest.mark.parametrize(("language", "text", "expected"), SUCCESSIONS)
def test_each_person_of_a_succession_has_a_row(language: str, text: str, expected: set[str]) -> None:
    found = {row["counterparty"] for row in rows(language, text) if row["move_type"] == "executive_change"}
    assert found == expected


DAYS = [
    ("ja", "9日のソニーの株価は前日比3.2%高の1万2500円で取引を終えた。", dt.date(2023, 5, 9)),
    ("zh", "阿里巴巴股价周二收盘下跌4.3%。", dt.date(2023, 5, 9)),
    ("id", "Saham Netflix ditutup turun 5% pada Senin (8/5).", dt.date(2023, 5, 8)),
    ("ko", "네이버 주가는 30일 3.1% 하락한 19만8000원에 거래를 마쳤다.", dt.date(2023, 4, 30)),
    ("en", "Netflix shares closed 5% lower on Monday.", dt.date(2023, 5, 8)),
]


@pytest.mark.parametrize(("language", "text", "expected"), DAYS)
def test_days_as_newspapers_write_them(language: str, text: str, expected: dt.date) -> None:
    found = [row for row in rows(language, text) if row["move_type"].startswith("share_price")]
    assert {row["effective_on"] for row in found} == {expected}


def test_a_day_ahead_for_what_is_to_come_and_a_mere_year_for_what_was() -> None:
    (change,) = rows("en", "Netflix chief executive Anna Berg steps down on 1 September.")
    assert (change["effective_on"], change["effective_precision"]) == (dt.date(2023, 9, 1), "day")
    (fine,) = rows("en", "In 2021 the FTC fined Netflix $5 million.")
    assert (fine["effective_on"], fine["effective_precision"]) == (dt.date(2021, 1, 1), "year")


def test_a_plaintiff_is_named_with_its_name() -> None:
    (suit,) = rows("en", "A lawsuit against Netflix was filed by shareholder Jane Roe in California.")
    assert (suit["counterparty"], suit["country"]) == ("Jane Roe", "US")


def test_a_mere_future_announces_and_a_plan_plans() -> None:
    (will,) = rows("en", "Netflix will lay off 300 employees.")
    (plans,) = rows("en", "Netflix plans to lay off 300 employees.")
    assert (will["status"], plans["status"], will["direction"]) == ("announced", "planned", "down")


def test_a_fine_of_a_firm_that_could_not_be_made_out_is_still_told() -> None:
    (fine,) = rows("nl", "De Autoriteit Persoonsgegevens legde een boete van 2 miljoen euro op.")
    assert (fine["move_type"], fine["company_id"], fine["country"]) == ("regulatory_action", None, "NL")


@pytest.mark.parametrize(
    ("language", "text", "when"),
    [
        ("en", "Last month Netflix said it would buy Spotify for $4 billion.", dt.date(2023, 4, 1)),
        ("de", "Voriges Jahr kaufte Siemens Varian für 16 Milliarden Dollar.", dt.date(2022, 1, 1)),
        ("ja", "ソニーは先月、スポティファイを40億ドルで買収すると発表した。", dt.date(2023, 4, 1)),
    ],
)
def test_a_month_or_year_counted_from_publication_dates_a_deal(language: str, text: str, when: dt.date) -> None:
    assert [row["effective_on"] for row in rows(language, text)] == [when]


def test_that_day_is_the_day_named_before_it() -> None:
    text = "Netflix reported on 9 May 2023. Its shares rose 3% in after-hours trading that day."
    assert [row["effective_on"] for row in rows("en", text)] == [dt.date(2023, 5, 9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "L'action Renault a perdu 3 % mercredi."), ("sv", "Ericsson-aktien föll 3 procent på onsdagen.")],
)
def test_a_named_weekday_is_a_trading_day(language: str, text: str) -> None:
    assert [row["session"] for row in rows(language, text)] == ["regular"]


@pytest.mark.parametrize(
    ("language", "text", "status"),
    [
        ("it", "Ferrari ha nominato Luca Bianchi amministratore delegato.", "completed"),
        ("it", "Luca Bianchi sarà il nuovo amministratore delegato di Ferrari e lascerà la Fiat.", "announced"),
        ("ru", "«Яндекс» назначил финансовым директором Ивана Петрова.", "completed"),
        ("id", "Tokopedia telah menunjuk Budi Santoso sebagai direktur utama.", "completed"),
    ],
)
def test_a_verb_of_the_past_tells_that_a_change_of_persons_is_done(language: str, text: str, status: str) -> None:
    assert {row["status"] for row in rows(language, text) if row["move_type"] == "executive_change"} <= {status}


@pytest.mark.parametrize(
    ("language", "text", "buyer", "target"),
    [
        ("tr", "Netflix Spotify'ı 4 milyar dolara satın aldı.", "netflix", "Spotify"),
        ("en", "Spotify was bought by Netflix for $4 billion.", "netflix", "Spotify"),
        (
            "fr",
            "Netflix échoue. Les actionnaires de Spotify ont rejeté l'offre de 4 milliards de dollars.",
            "netflix",
            "Spotify",
        ),
    ],
)
def test_the_buyer_is_the_company_and_what_is_bought_the_counterparty(
    language: str, text: str, buyer: str, target: str
) -> None:
    deals = [row for row in rows(language, text) if row["move_type"] == "acquisition"]
    assert [(row["company_id"], row["counterparty"].strip("'ı")) for row in deals] == [(buyer, target)]


def test_a_stake_of_all_is_a_takeover_told_by_its_price_alone() -> None:
    assert told("ko", "네이버는 포쉬마크의 지분 100%를 2조3441억원에 인수한다고 밝혔다.") == ["acquisition 2344100000000 KRW"]


def test_a_firm_sold_to_another_is_a_divestiture_and_goods_are_none() -> None:
    assert told("en", "Netflix sells Spotify to Microsoft.") == ["divestiture"]
    assert "divestiture" not in told("en", "Netflix sells Spotify vouchers to Microsoft.")


def test_a_takeover_that_will_no_longer_be_made_is_abandoned() -> None:
    assert [row["status"] for row in rows("it", "Netflix non acquisirà più Spotify.")] == ["abandoned"]


def test_an_amount_written_with_its_currency_is_nobodys_name() -> None:
    found = rows("id", "Netflix menuntaskan akuisisi perusahaan musik senilai Rp643 miliar.")
    assert all(row["counterparty"] is None or "Rp" not in row["counterparty"] for row in found)


def test_a_firm_and_a_price_behind_its_percent_need_no_word_for_a_share() -> None:
    assert told("en", "Netflix gained 4.3% to $350.28.") == ["change up 4.3 percent", "level 350.28 USD"]
    assert told("en", "Netflix gained 4.3% more viewers.") == []


def test_a_price_that_fell_without_its_percent_is_two_levels_and_with_it_one() -> None:
    both = ["level 62 USD", "level 68 USD"]
    assert told("en", "Shares of Netflix fell from 68 dollars to 62 dollars on Thursday.") == both
    with_percent = "Shares of Netflix fell 8.8% on Thursday, from 68 dollars to 62 dollars."
    assert told("en", with_percent) == ["change down -8.8 percent", "level 62 USD"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ar", "تراجع سهم أمازون بنسبة 14% من أعلى مستوى له.", ["change down -14 percent"]),
        ("da", "På aktiemarkedet falder Vestas med 2,5 pct. til 200,20 kr.", ["change down -2.5 percent", "level 200.2 DKK"]),
        ("no", "Equinor-aksjen falt med 7,75 prosent på en flat Oslo Børs.", ["change down -7.75 percent"]),
        ("pl", "Kurs akcji Orlenu na zamknięciu sesji wynosił 61,20 zł.", ["level 61.2 PLN"]),
    ],
)
def test_a_share_said_of_its_peak_its_exchange_or_its_close(language: str, text: str, expected: list[str]) -> None:
    assert told(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Transnet was criticised by Jo Roe of the Coastal Justice Alliance with Greenpeace."),
        ("en", "Amazon studied the abandonment of carts in the country."),
        ("de", "Siemens-Chef Roland Busch kündigte neue Modelle an."),
        ("ar", "تراجع سهم أمازون في تعاملات الصباح بنحو 6% وتم شطب ديون."),
    ],
)
def test_words_of_other_matters_tell_no_deal_exit_resignation_or_layoff(language: str, text: str) -> None:
    assert not {r["move_type"] for r in rows(language, text)} & {"partnership", "market_exit", "executive_change", "layoffs"}


@pytest.mark.parametrize(
    ("language", "text", "person"),
    [
        ("en", "Netflix CEO Colin Angle resigned on Monday.", "Colin Angle"),
        ("en", "Netflix ousted its former co-CEO Marty Moran.", "Marty Moran"),
        ("de", "Siemens-Chef Roland Busch tritt zurück.", "Roland Busch"),
        ("nl", "Philips-topman Frans van Houten stapt op.", "Frans van Houten"),
        ("no", "Equinor-sjefen Sven Dahl har sagt opp.", "Sven Dahl"),
        ("pl", "Rada nadzorcza Allegro delegowała na stanowisko prezesa Remigiusza Paszkę.", "Remigiusza Paszkę"),
        ("da", "Vestas skiftede topchef Lars Holm ud.", "Lars Holm"),
    ],
)
def test_a_person_is_told_from_the_firm_and_office_before_the_name(language: str, text: str, person: str) -> None:
    found = [row["counterparty"] for row in rows(language, text) if row["move_type"] == "executive_change"]
    assert found == [person]


@pytest.mark.parametrize(
    ("language", "text", "sued", "plaintiff"),
    [
        ("en", "Intel is suing Qualcomm over royalty payments.", "qualcomm", "Intel"),
        ("en", "Qualcomm was sued by Intel on Tuesday.", "qualcomm", "Intel"),
        ("de", "Siemens verklagt Alstom wegen Patenten.", "alstom", "Siemens"),
        ("fr", "Renault poursuit Michelin en justice.", "michelin", "Renault"),
        ("es", "Telefónica demanda a Netflix en Madrid.", "netflix", "Telefónica"),
        ("sv", "Ericsson stämmer Netflix.", "netflix", "Ericsson"),
        ("pl", "Allegro pozwało Netflix.", "netflix", "Allegro"),
        ("ru", "«Газпром» подал в суд на Netflix.", "netflix", "Газпром"),
        ("zh", "腾讯起诉阿里巴巴。", "alibaba", "腾讯"),
        ("ja", "ソニーは任天堂を提訴した。", "nintendo", "ソニー"),
    ],
)
def test_of_two_firms_the_one_sued_is_the_company(language: str, text: str, sued: str, plaintiff: str) -> None:
    found = [row for row in rows(language, text) if row["move_type"] == "legal_action"]
    assert [(row["company_id"], row["counterparty"]) for row in found] == [(sued, plaintiff)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Netflix stock price target was raised at Canaccord Genuity.", ["rating_change up"]),
        ("The company Netflix was upgraded at KeyBanc.", ["rating_change up"]),
        ("Goldman Sachs upgraded Netflix to buy.", ["rating_change up"]),
        ("Acer announced a restructuring with a 7 percent reduction of its workforce.", ["layoffs 7 percent"]),
        ("Netflix stock was down 5%, or 42 cents, to $7.92 by midday.", ["change down -5 percent", "level 7.92 USD"]),
        ("The Netflix chief executive bought shares for $25 million.", []),
        ("Netflix will lay off 31% of its workers. That means 350 employees are losing their jobs.", ["layoffs 350 count"]),
        ("Shares rested. Intel lowered its offer for Qualcomm from $8.30 to $7.10 per share.", ["acquisition"]),
    ],
)  # fmt: skip
def test_ratings_layoffs_and_offers_are_told_once_and_as_what_they_are(text: str, expected: list[str]) -> None:
    assert told("en", text) == expected


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        (
            "en",
            "Netflix named Ann Lee, Paul Hines and Amy Brandt directors.",
            ["Amy Brandt", "Ann Lee", "Paul Hines"],
        ),
        ("de", "SAP beruft Katrin Voss und Dieter Hahn in den Vorstand.", ["Dieter Hahn", "Katrin Voss"]),
        ("es", "Repsol nombra consejeros a Lucía Ferrer y Joaquín Soto.", ["Joaquín Soto", "Lucía Ferrer"]),
    ],
)
def test_each_person_of_a_list_is_a_change_of_its_own(language: str, text: str, people: list[str]) -> None:
    found = [row["counterparty"] for row in rows(language, text) if row["move_type"] == "executive_change"]
    assert sorted(found) == people
