"""Figures of a business: which number is of which metric, and what is said of it. One language a case, words of our own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.transforms.linking import figures_in
from transforms import lexicon
from transforms.financials import rules
from transforms.schemas import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLISHED = datetime(2021, 11, 10, tzinfo=UTC)
Figure = tuple[Any, ...]


def linked(text: str, language: str = "en") -> pl.DataFrame:
    """The figures of a text."""
    return figures_in(text, language, published=PUBLISHED)


def figures(text: str, language: str, *columns: str) -> list[Figure]:
    """Columns of each figure in the order of the text, values as floats."""
    frame = linked(text, language).sort("value_start").with_columns(pl.col("value", "value_high").cast(pl.Float64))
    return [tuple(row) for row in frame.select(columns).rows()]


def core(text: str, language: str = "en") -> list[Figure]:
    return figures(text, language, "metric", "measure", "value", "unit", "basis", "period_role")


ACTUAL: Sequence[Any] = ("actual", "current")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param(
            "en", "Microsoft said quarterly revenue climbed 12% to $4.3 billion.",
            [("revenue", "change", 12.0, "percent", *ACTUAL), ("revenue", "level", 4.3e9, "USD", *ACTUAL)], id="en: grew by to",
        ),
        pytest.param(
            "nl", "Philips zag de omzet in het derde kwartaal met 4 procent dalen naar 3,2 miljard euro.",
            [("revenue", "change", -4.0, "percent", *ACTUAL), ("revenue", "level", 3.2e9, "EUR", *ACTUAL)], id="nl: fell",
        ),
        pytest.param(
            "de", "Der Umsatz von Siemens legte im dritten Quartal um 6 Prozent auf 15,2 Milliarden Euro zu.",
            [("revenue", "change", 6.0, "percent", *ACTUAL), ("revenue", "level", 15.2e9, "EUR", *ACTUAL)],
            id="de: verb in two",
        ),
        pytest.param(
            "fr", "Au troisième trimestre, Renault a vu son chiffre d'affaires reculer de 3 % à 9,1 milliards d'euros.",
            [("revenue", "change", -3.0, "percent", *ACTUAL), ("revenue", "level", 9.1e9, "EUR", *ACTUAL)],
            id="fr: fell",
        ),
        pytest.param(
            "it", "Nel trimestre l'utile netto di Microsoft è salito a 740 milioni di dollari da 610 milioni.",
            [("net_income", "level", 740e6, "USD", *ACTUAL), ("net_income", "level", 610e6, "USD", "actual", "comparative")],
            id="it: to from",
        ),
        pytest.param(
            "zh", "微软公布，第三季度营收为52亿美元，同比增长8%。",
            [("revenue", "level", 5.2e9, "USD", *ACTUAL), ("revenue", "change", 8.0, "percent", *ACTUAL)], id="zh: list",
        ),
        pytest.param(
            "ja", "マイクロソフトの7～9月期の純利益は前年同期比5％減の31億ドルだった。",
            [("net_income", "change", -5.0, "percent", *ACTUAL), ("net_income", "level", 3.1e9, "USD", *ACTUAL)],
            id="ja: verb last",
        ),
        pytest.param(
            "tr", "Microsoft üçüncü çeyrekte net zararını 80 milyon dolardan 35 milyon dolara indirdi.",
            [("net_income", "level", -80e6, "USD", "actual", "comparative"), ("net_income", "level", -35e6, "USD", *ACTUAL)],
            id="tr: from to by suffix",
        ),
    ],
)  # fmt: skip
def test_level_and_change_of_one_metric(language: str, text: str, expected: list[Figure]) -> None:
    assert core(text, language) == expected


@pytest.mark.parametrize("language", lexicon.languages())
def test_every_language_has_words_for_every_kind_of_cue(language: str) -> None:
    kinds = set(lexicon.patterns(language)["kind"])
    assert {
        "metric",
        "metric_weak",
        "metric_noun",
        "direction",
        "basis",
        "beat",
        "accounting",
        "role",
        "ago",
        "segment",
    } <= kinds


@pytest.mark.parametrize("language", lexicon.languages())
def test_every_language_names_nearly_every_metric(language: str) -> None:
    named = lexicon.of_kind(language, "metric", "metric_weak", "metric_noun")["code"].unique().to_list()
    assert set(METRICS) - set(named) - {"net_income"} == set()
    # The two are told apart further on: what hides other words, and net revenue that may be the net result.
    known = set(rules.load().codes["code"]) | {"hidden", "net"}
    assert set(named) <= known


def test_expectation_and_outlook_are_told_apart() -> None:
    text = (
        "Microsoft posted revenue of $4.3 billion, above the $4.1 billion that analysts had expected. "
        "It now expects sales of $18 billion to $18.5 billion for the full year; previously it had forecast $17 billion."
    )
    found = figures(text, "en", "metric", "value", "value_high", "basis")
    assert found == [
        ("revenue", 4.3e9, None, "actual"),
        ("revenue", 4.1e9, None, "consensus"),
        ("revenue", 18e9, 18.5e9, "guidance"),
        ("revenue", 17e9, None, "prior_guidance"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Microsoft verdiente je Aktie 92 Cent, doppelt so viel wie die 45 Cent, mit denen der Markt gerechnet hatte."),
        ("en", "Microsoft earned 92 cents a share, against 45 cents, which analysts had expected."),
    ],
)
def test_a_relative_clause_tells_who_expected_a_number(language: str, text: str) -> None:
    found = figures(text, language, "metric", "value", "basis")
    assert ("eps", 0.92, "actual") in found
    assert ("eps", 0.45, "actual") not in found


def test_growth_told_of_the_outlook_of_the_sentence_before_is_outlook() -> None:
    text = "Microsoft now forecasts revenue of $2.6 billion for the full year. That would be an increase of 31%."
    assert ("revenue", "change", 31.0, "guidance") in figures(text, "en", "metric", "measure", "value", "basis")


def test_an_outlook_that_is_beaten_is_no_outlook() -> None:
    assert core("Microsoft beat its own guidance as revenue rose 9%.") == [("revenue", "change", 9.0, "percent", *ACTUAL)]


def test_a_loss_is_negative_and_the_profit_before_it_is_not() -> None:
    found = core("Microsoft reported a net loss of $61 million, compared with a net profit of $14 million a year earlier.")
    assert found == [
        ("net_income", "level", -61e6, "USD", *ACTUAL),
        ("net_income", "level", 14e6, "USD", "actual", "comparative"),
    ]


def test_a_plain_profit_compared_with_an_operating_loss_is_an_operating_profit() -> None:
    found = core("Microsoft made an operating loss of $30 million, compared with a profit of $22 million a year earlier.")
    assert [(m, v) for m, _, v, *_ in found] == [("operating_income", -30e6), ("operating_income", 22e6)]


def test_a_small_sum_a_share_is_eps_and_what_is_excluded_makes_it_adjusted() -> None:
    text = "Microsoft's net income was $2 billion, or 47 cents per share. Excluding one-off items, it earned 52 cents a share."
    assert figures(text, "en", "metric", "value", "accounting") == [
        ("net_income", 2e9, None),
        ("eps", 0.47, None),
        ("eps", 0.52, "adjusted"),
    ]


def test_what_the_metric_was_named_for_before_continues() -> None:
    text = "Philips' revenue came to $4.3 billion in the third quarter. A year earlier it was $3.9 billion."
    found = linked(text).sort("value_start")
    assert found["metric"].to_list() == ["revenue", "revenue"]
    assert found["period_role"].to_list() == ["current", "comparative"]
    assert [str(d) for d in found["period_end"]] == ["2021-09-30", "2020-09-30"]


def test_numbers_that_only_describe_customers_are_their_segment() -> None:
    text = (
        "Microsoft counted 41,300 customers with more than 10 employees, up 22%. Those that paid more than $100,000 were 812."
    )
    assert figures(text, "en", "metric", "segment", "measure", "value") == [
        ("customers", "more_than_10_employees", "level", 41300.0),
        ("customers", "more_than_10_employees", "change", 22.0),
        ("customers", "over_100k_usd", "level", 812.0),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ko",
            (
                "▲마이크로소프트의 직원 25명 초과 고객사는 21만2000곳으로 12% 증가"
                " ▲연간 20만달러 넘게 쓰는 고객은 2450곳으로 31% 증가 ▲순매출유지율은 8개 분기 연속 120%를 웃돌았다."
            ),
        ),
        ("ja", "マイクロソフトの従業員25人超の顧客は21万2000社で12%増え、年20万ドル超を支払う顧客は2450社で31%増えた。"),
        ("zh", "微软员工超过25人的客户达21.2万家，增长12%；年付费超过20万美元的客户为2450家，增长31%。"),
    ],
)
def test_a_class_before_its_count_is_of_the_count_in_its_clause(language: str, text: str) -> None:
    found = figures(text, language, "metric", "segment", "measure", "value")
    assert [row for row in found if row[0] == "customers"] == [
        ("customers", "more_than_25_employees", "level", 212000.0),
        ("customers", "more_than_25_employees", "change", 12.0),
        ("customers", "over_200k_usd", "level", 2450.0),
        ("customers", "over_200k_usd", "change", 31.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Microsoft agreed to pay a fine of $20 million.", id="fine"),
        pytest.param("Microsoft buys the studio for $7.5 billion.", id="deal"),
        pytest.param("Microsoft shares rose 3% to $310.", id="share price"),
        pytest.param("The breach at Microsoft exposed the data of 200,000 users.", id="victims"),
        pytest.param("Microsoft will lay off 1,000 employees.", id="layoffs"),
        pytest.param("The subscription to Microsoft's service costs $9 per month.", id="price"),
        pytest.param("Microsoft holds 30% of the market for such software.", id="share of a market"),
        pytest.param("Set the camera at eye level and keep the window at your back for 10 minutes.", id="how-to"),
        pytest.param("", id="nothing"),
    ],
)
def test_numbers_that_are_no_figures_of_the_business(text: str) -> None:
    assert core(text) == []


def test_an_amount_stated_twice_is_one_row_the_more_precise_one() -> None:
    found = core(
        "Microsoft's revenue is nearly $4 billion\n\nMicrosoft said revenue reached $3.98 billion in the third quarter."
    )
    assert [v for _, _, v, *_ in found] == [3.98e9]


def test_a_conversion_in_brackets_is_approximate() -> None:
    found = figures("Microsoft's revenue came to $4.3 billion (€3.7 billion).", "en", "unit", "comparator")
    assert found == [("USD", "eq"), ("EUR", "approx")]


def test_a_fall_by_half_is_the_multiple_one_half() -> None:
    assert core("Microsoft's net profit shrank by half.") == [("net_income", "change", 0.5, "multiple", *ACTUAL)]


def test_a_number_of_zero_is_no_end_of_the_run() -> None:
    text = "Microsoft has 0 paid seats there. A year earlier it had 12 million, and Microsoft posted revenue of $2 billion."
    assert ("revenue", 2e9) in figures(text, "en", "metric", "value")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param(
            "no", "Philips økte driftsresultatet i tredje kvartal. Omsetningen steg til 4 milliarder dollar i år.",
            [("revenue", "quarter", "2021-09-30")], id="a year that is not over",
        ),
        pytest.param(
            "no", "I tredje kvartal hadde Philips inntekter på 90 millioner euro, sammenlignet med 80 millioner euro "
            "i tredje kvartal 2020.",
            [("revenue", "quarter", "2021-09-30"), ("revenue", "quarter", "2020-09-30")], id="the year of what is compared",
        ),
        pytest.param(
            "tr", "Philips üçüncü çeyrek sonuçlarını açıkladı. Faaliyet kârı, 2020 yılının üçüncü çeyreğindeki 2 milyon "
            "avrodan 8 milyon avroya yükseldi. Net kâr 5 milyon avro oldu.",
            [("operating_income", "quarter", "2020-09-30"), ("operating_income", "quarter", "2021-09-30"),
             ("net_income", "quarter", "2021-09-30")], id="carried on from no comparison",
        ),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be_that_of_a_number_is_not_given_to_it(language: str, text: str, expected: list[Figure]) -> None:
    found = figures(text, language, "metric", "period_type", "period_end")
    assert [(metric, kind, str(end)) for metric, kind, end in found] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param(
            "it", "Campari chiude i nove mesi con ricavi per 108,6 milioni, in aumento del 4%.",
            [("revenue", 108.6e6, "EUR", "actual"), ("revenue", 4.0, "percent", "actual")], id="it: no currency named",
        ),
        pytest.param(
            "pt", "O Ebitda (lucro antes dos juros, impostos e amortização) da Petrobras somou R$ 216 milhões.",
            [("ebitda", 216e6, "BRL", "actual")], id="pt: an explanation in brackets",
        ),
        pytest.param(
            "en", "Netflix earned $3.10 a share vs. $2.13 a share, according to a survey of analysts.",
            [("eps", 3.1, "USD", "actual"), ("eps", 2.13, "USD", "consensus")], id="en: the source of an expectation",
        ),
        pytest.param(
            "da", "Carlsberg venter en omsætning på 17 mia. kr. og et driftsresultat på 5 mia. kr. "
            "Tidligere forventninger var en omsætning på 16 mia. kr. og et driftsresultat på 4 mia. kr.",
            [("revenue", 17e9, "DKK", "guidance"), ("operating_income", 5e9, "DKK", "guidance"),
             ("revenue", 16e9, "DKK", "prior_guidance"), ("operating_income", 4e9, "DKK", "prior_guidance")],
            id="da: all that was expected before",
        ),
        pytest.param(
            "ko", "네이버의 매출은 3조원, 영업이익은 2000억원으로 각각 11%, 12% 늘었다.",
            [("revenue", 3e12, "KRW", "actual"), ("operating_income", 2e11, "KRW", "actual"),
             ("revenue", 11.0, "percent", "actual"), ("operating_income", 12.0, "percent", "actual")], id="ko: changes in turn",
        ),
        pytest.param(
            "ko", "네이버의 영업이익은 3200억원으로 컨센서스보다 1.3% 높은 수치다.",
            [("operating_income", 3.2e11, "KRW", "actual")], id="ko: above an expectation",
        ),
        pytest.param(
            "de", "Der Umsatz von Philips sank im Vergleich zum Vorjahr um 22 Prozent.",
            [("revenue", -22.0, "percent", "actual")], id="de: in comparison",
        ),
        pytest.param(
            "fr", "Le chiffre d'affaires de Renault au cours du second trimestre a atteint 3,9 milliards d'euros.",
            [("revenue", 3.9e9, "EUR", "actual")], id="fr: in the course of",
        ),
        pytest.param(
            "tr", "Arçelik'in gelirlerinde %17 oranında artış oldu.",
            [("revenue", 17.0, "percent", "actual")], id="tr: at a rate of",
        ),
        pytest.param(
            "zh", "小米第三季度收入为457亿元，出货3850万台。",
            [("revenue", 45.7e9, "CNY", "actual")], id="zh: pieces are no money",
        ),
    ],
)  # fmt: skip
def test_ways_newsrooms_write_figures(language: str, text: str, expected: list[Figure]) -> None:
    assert figures(text, language, "metric", "value", "unit", "basis") == expected


def test_a_heading_clause_says_how_all_figures_of_its_sentence_are_made() -> None:
    text = "No critério ajustado, o lucro líquido da Petrobras foi de R$ 263 milhões, enquanto o Ebitda foi de R$ 549 milhões."
    assert figures(text, "pt", "metric", "accounting") == [("net_income", "adjusted"), ("ebitda", "adjusted")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ru", "Чистая прибыль «Магнита» упала в 7 раз.", [("net_income", "change", 0.142857, "current", "2021-09-30")]),
        ("fr", "La dette nette d'Orange a diminué de 41 millions d'euros, à 305.",
         [("debt", "change", -41e6, "current", "2021-09-30"), ("debt", "level", 305e6, "current", "2021-09-30")]),
        ("no", "Schibsteds driftsmargin falt til 11,3 prosent fra 28,8.",
         [("operating_margin", "level", 11.3, "current", "2021-09-30"),
          ("operating_margin", "level", 28.8, "comparative", "2020-09-30")]),
        ("ko", "네이버의 매출총이익률은 66.7%로 직전 분기(71%)보다 낮아졌다.",
         [("gross_margin", "level", 66.7, "current", "2021-09-30"),
          ("gross_margin", "level", 71.0, "comparative", "2021-06-30")]),
    ],
)  # fmt: skip
def test_falls_and_what_they_are_measured_from(language: str, text: str, expected: list[Figure]) -> None:
    found = figures(text, language, "metric", "measure", "value", "period_role", "period_end")
    assert [(*rest, str(end)) for *rest, end in found] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nokia's revenue was $2.4 billion and its operating profit $300 million. They rose 12% and 8% respectively."),
        (
            "de",
            "Nokias Umsatz betrug 2,4 Mrd. Euro, der Betriebsgewinn 300 Mio. Euro. Das waren 12 Prozent bzw. 8 Prozent mehr.",
        ),
        (
            "da",
            "Nokias omsætning var 2,4 mia. euro og driftsresultatet 300 mio. euro. De steg med henholdsvis 12 og 8 procent.",
        ),
        ("ko", "네이버의 매출과 영업이익은 각각 2조4000억원, 3000억원이다. 전년보다 각각 12%, 8% 늘었다."),
    ],
)
def test_numbers_in_turn_take_the_metrics_of_the_sentence_before(language: str, text: str) -> None:
    found = [f for f in figures(text, language, "metric", "measure", "value") if f[1] == "change"]
    assert found == [("revenue", "change", 12.0), ("operating_income", "change", 8.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Vodafone has 4.1 million mobile and 1.3 million broadband customers."),
        ("de", "Vodafone zählt 4,1 Millionen Mobilfunk- und 1,3 Millionen Breitbandkunden."),
        ("sv", "Telia har 4,1 miljoner mobil- och 1,3 miljoner bredbandskunder."),
    ],
)
def test_counts_joined_by_and_share_their_noun(language: str, text: str) -> None:
    assert figures(text, language, "metric", "value") == [("customers", 4.1e6), ("customers", 1.3e6)]


def test_a_count_of_something_else_shares_no_noun() -> None:
    assert figures("Vodafone counts 4.1 million calls and 1.3 million broadband customers.", "en", "value") == [(1.3e6,)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Le chiffre d'affaires d'Apple a bondi grâce aux 51 millions d'iPhone écoulés.", []),
        ("it", "Il fatturato di Apple è cresciuto grazie a 51 milioni di iPhone.", []),
        ("es", "Los ingresos de Apple crecieron gracias a 51 millones de teléfonos.", []),
        ("pt", "As receitas da Apple cresceram graças a 51 milhões de aparelhos.", []),
        ("fr", "Orange a réalisé 5,5 millions de chiffre d'affaires.", [("revenue", 5.5e6)]),
        ("it", "I ricavi di Enel sono stati di 5,5 milioni, di cui metà in Italia.", [("revenue", 5.5e6)]),
    ],
)
def test_millions_of_things_are_no_money(language: str, text: str, expected: list[Figure]) -> None:
    assert figures(text, language, "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Siemens lets employees aged 155 and above retire early."),
        ("es", "Más de 150 trabajadores de Repsol han perdido la vida desde entonces."),
        ("de", "Bei Siemens streikten am Montag rund 1.500 Beschäftigte."),
        ("fr", "Chez Renault, 1.200 salariés étaient en grève lundi."),
        ("ru", "Средний доход с одного абонента МТС вырос на 5% до 265 руб."),
        ("pl", "Średnia prowizja od sprzedaży Allegro wyniosła 11,9 proc. i była wyższa niż rok temu."),
    ],
)
def test_people_of_other_news_and_rates_are_no_size_of_a_business(language: str, text: str) -> None:
    assert figures(text, language, "metric", "value") == []


def test_what_newsrooms_expected_after_against_is_consensus() -> None:
    text = "Ericssons omsättning blev 29 101 miljoner kronor, mot väntade 28 433 miljoner."
    assert figures(text, "sv", "value", "basis") == [(29.101e9, "actual"), (28.433e9, "consensus")]
