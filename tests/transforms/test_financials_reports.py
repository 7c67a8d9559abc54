"""Figures as reports on results put them in Chinese, Japanese, Korean, Russian, Arabic and English; words of our own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 11, 10, tzinfo=UTC)
Figure = tuple[Any, ...]


def figures(text: str, language: str, *columns: str) -> list[Figure]:
    """Columns of each figure in the order of the text, values as floats."""
    return cells(figures_in(text, language, published=PUBLISHED), *columns)


def changes_and_levels(text: str, language: str) -> list[Figure]:
    return figures(text, language, "metric", "measure", "value", "basis")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Adobe said its gross margin was 46.5%, down 2.6 percentage points.", -2.6),
        ("zh", "京东第三季度毛利率46.5%，同比下降2.6个百分点。", -2.6),
        ("zh", "聯發科第三季毛利率46.5%，季減2.6個百分點。", -2.6),
        ("ru", "Рентабельность валовой прибыли «Яндекса» упала на 2,6 п. п., до 46,5%.", -2.6),
        ("ar", "تراجع هامش الربح الإجمالي لشركة «أرامكو» بمقدار 2.6 نقطة مئوية إلى 46.5%.", -2.6),
    ],
)
def test_margins_move_by_points(language: str, text: str, expected: float) -> None:
    found = changes_and_levels(text, language)
    assert ("gross_margin", "change", expected, "actual") in found
    assert ("gross_margin", "level", 46.5, "actual") in found


def test_a_number_after_a_margins_points_is_no_margin() -> None:
    text = "Tesco's gross margin narrowed by 90 basis points to 24.1%. The plan comes at the cost of 240 jobs."
    assert [(metric, value) for metric, _, value, _ in changes_and_levels(text, "en")] == [
        ("gross_margin", -0.9),
        ("gross_margin", 24.1),
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "zh",
            "京东第三季度营收2430亿元 净利润63亿元",
            [("revenue", "level", 243e9, "actual"), ("net_income", "level", 6.3e9, "actual")],
        ),
        (
            "zh",
            "阿里巴巴第三季度利潤跌5% 收入升34%",
            [("net_income", "change", -5.0, "actual"), ("revenue", "change", 34.0, "actual")],
        ),
        ("ja", "任天堂の4〜9月期純利益29％減 通期予想も引き下げ", [("net_income", "change", -29.0, "actual")]),
    ],
)
def test_a_space_parts_the_statements_of_a_headline(language: str, text: str, expected: list[Figure]) -> None:
    assert changes_and_levels(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "腾讯的年度活跃用户按年增加1.2亿，至11.8亿。", ("users", "change", 120e6, "actual")),
        ("zh", "騰訊股價下挫，市值蒸發1360億美元。", ("market_capitalization", "change", -136e9, "actual")),
        ("ja", "任天堂の純利益は前の期から520億円増の3000億円だった。", ("net_income", "change", 52e9, "actual")),
        ("ko", "네이버의 매출은 전년보다 1200억원 늘었다.", ("revenue", "change", 120e9, "actual")),
        ("ar", "ارتفعت مبيعات شركة «أرامكو» بمقدار 437 مليون ريال.", ("revenue", "change", 437e6, "actual")),
    ],
)
def test_amounts_by_which_a_figure_moved(language: str, text: str, expected: Figure) -> None:
    assert expected in changes_and_levels(text, language)


def test_an_amount_that_a_figure_has_grown_to_is_its_level() -> None:
    text = "任天堂の営業利益は前年同期の1億8810万ドルから2億9460万ドルに増えた。"
    assert [measure for _, measure, _, _ in changes_and_levels(text, "ja")] == ["level", "level"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "ja",
            "任天堂は業績予想を上方修正した。営業利益を247億円から324億円（同31％増）に引き上げた。",
            [("operating_income", 24.7e9, "prior_guidance"), ("operating_income", 32.4e9, "guidance")],
        ),
        ("zh", "展望第四季，聯發科全年營收可望超過190億美元。", [("revenue", 19e9, "guidance")]),
        (
            "en",
            "Adobe's figures: - Revenue: $446 million vs. $435.1 million forecast by Refinitiv",
            [("revenue", 446e6, "actual"), ("revenue", 435.1e6, "consensus")],
        ),
        (
            "ru",
            "«Яндекс» повысил прогноз роста выручки на 2021 год: теперь он ждет 19–22% вместо 15–19%.",
            [("revenue", 19.0, "guidance"), ("revenue", 15.0, "prior_guidance")],
        ),
        (
            "ru",
            "Прибыль «Яндекса» выросла на 40%, превысив ожидания аналитиков, которые прогнозировали рост показателя на 19%.",
            [("net_income", 40.0, "actual"), ("net_income", 19.0, "consensus")],
        ),
    ],
)
def test_whose_expectation_a_number_is(language: str, text: str, expected: list[Figure]) -> None:
    found = figures(text, language, "metric", "value", "measure", "basis")
    assert [(m, v, b) for m, v, measure, b in found if measure == "level" or language == "ru"] == expected


@pytest.mark.parametrize(
    ("language", "text", "metric", "value"),
    [
        ("zh", "京东第三季度每股美国存托股摊薄收益为3.93元。", "eps", 3.93),
        ("zh", "京东第三季度每股ADS摊薄亏损为1.92元。", "eps", -1.92),
        ("zh", "小米第三季業績由盈轉虧，蝕14.8億元人民幣。", "net_income", -1.48e9),
        ("ja", "任天堂の税引前純利益は1兆7257億円だった。", "pretax_income", 1.7257e12),
        ("en", "Adobe's third quarter was weak. The consensus was for a loss of 30 cents.", "eps", -0.3),
    ],
)
def test_words_for_results(language: str, text: str, metric: str, value: float) -> None:
    assert (metric, value) in figures(text, language, "metric", "value")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # A period behind its own number's place is none of the number before it.
        ("zh", "京东第三季度经营利润为79亿元，2020年第三季度为47亿元。", "2021-09-30"),
        # Since when something holds is no period of a figure.
        ("zh", "阿里巴巴第三季度不计去年10月起合并的业务，收入升22%至1873亿元。", "2021-09-30"),
        ("ru", "Прибыль «Яндекса» за третий квартал снизилась на 4% к аналогичному периоду прошлого года.", "2021-09-30"),
        (
            "ru",
            "Прибыль «Яндекса» за третий квартал выросла по сравнению с тем же периодом 2020-го до 2,1 млрд руб.",
            "2021-09-30",
        ),
    ],
)
def test_periods_of_something_else(language: str, text: str, expected: str) -> None:
    assert str(figures(text, language, "period_end")[0][0]) == expected


def test_a_round_statement_takes_no_other_number_with_it() -> None:
    text = "小米第三季度营业收入1131.21亿元，收入超过千亿元。其中海外分部收入290亿元。"
    assert [value for (value,) in figures(text, "zh", "value")] == [113.121e9, 29e9]


def test_equally_precise_numbers_are_different_statements() -> None:
    text = "In the third quarter Adobe's revenue rose 12%. In the nine months to September its revenue rose 13%."
    assert [value for (value,) in figures(text, "en", "value")] == [12.0, 13.0]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "北辰特殊材料<5999>は10日、4〜9月期の純利益が29億円だったと発表した。", "北辰特殊材料"),
        ("zh", "虹海食品(300999)公布三季报，前三季度营业收入6.97亿元。", "虹海食品"),
        ("zh", "面板廠晶輝(6199)公布第三季財報，單季營收32.5億元。", "晶輝"),
        ("ar", "ارتفعت أرباح الشركة الوطنية لمنتجات الألبان «نادكو» إلى 218 مليون ريال في الربع الثالث.", "نادكو"),
    ],
)
def test_firms_told_by_their_listing_or_by_quotes(language: str, text: str, expected: str) -> None:
    (found,) = figures(text, language, "company_mention_start", "company_mention_end")
    assert text[slice(*found)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "ko",
            "삼성전자의 3분기 영업이익은 10조원이다. 지난 2분기 매출 57조원, 영업이익 9조원보다 각각 2%, 5% 늘었다.",
            [("current", "2021-09-30"), ("comparative", "2021-06-30"), ("comparative", "2021-06-30")]
            + [("current", "2021-09-30")] * 2,
        ),
        (
            "zh",
            "京东第三季度经营利润为79亿元，2020年第三季度为47亿元。",
            [("current", "2021-09-30"), ("comparative", "2020-09-30")],
        ),
        ("zh", "小米集团2020年收入2459亿元，2021年第三季度为781亿元。", [("current", "2020-12-31"), ("current", "2021-09-30")]),
    ],
)
def test_which_number_is_the_earlier_one(language: str, text: str, expected: list[Figure]) -> None:
    found = figures(text, language, "period_role", "period_end")
    assert [(role, str(end)) for role, end in found] == expected


def test_a_month_right_before_its_figure_is_its_period() -> None:
    text = "聯電公布9月營收199.27億元；第3季合併營收591.27億元。"
    assert figures(text, "zh", "period_type") == [("month",), ("quarter",)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "ru",
            "Выручка «КамАЗа» составила 254 млрд 312,4 млн руб., чистый убыток — 1 млрд 870 млн руб.",
            [("revenue", 254.3124e9), ("net_income", -1.87e9)],
        ),
        (
            "zh",
            "预计宁德时代营业收入分别为4200亿元、5100亿元和6200亿元。",
            [("revenue", 420e9), ("revenue", 510e9), ("revenue", 620e9)],
        ),
        ("ja", "楽天モバイルの累計契約数は5747万7000件だった。", [("customers", 57477000.0)]),
        (
            "en",
            "Netflix said its paid subscribers jumped by 8.8 million to 247.2 million in the third quarter.",
            [("customers", 8.8e6), ("customers", 247.2e6)],
        ),
        (
            "ko",
            "현대차는 3분기 영업이익 2조9798억원을 올려 매출은 18.7%, 영업이익은 58% 증가했다.",
            [("operating_income", 2.9798e12), ("revenue", 18.7), ("operating_income", 58.0)],
        ),
        (
            "ar",
            "بلغت النفقات الرأسمالية لشركة «أرامكو» 87 مليار ريال. وأبقت على توقعاتها لتوزيعات العام عند 124 مليار دولار.",
            [("capital_expenditure", 87e9)],
        ),
    ],
)
def test_which_number_is_of_which_figure(language: str, text: str, expected: list[Figure]) -> None:
    assert figures(text, language, "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "ja",
            "楽天は業績予想を見直した。売上高を従来の6兆円から7兆円へ、営業利益を4000億円から4500億円へとそれぞれ引き上げた。",
            ["prior_guidance", "guidance"] * 2,
        ),
        (
            "ja",
            "シャープの前回予想で5400億円としていた売上高は5200億円へ，900億円としていた当期純利益は750億円へ，それぞれ修正した。",
            ["prior_guidance", "guidance"] * 2,
        ),
        ("ko", "한화투자증권은 SK하이닉스의 4분기 매출액이 8조8000억원에 이를 것으로 예상했다.", ["consensus"]),
        ("ko", "SK하이닉스 3분기 영업손실 1조7920억원…시장 기대보다 더딘 회복", ["actual"]),
    ],
)
def test_outlooks_of_firms_and_of_brokers(language: str, text: str, expected: list[str]) -> None:
    assert [basis for (basis,) in figures(text, language, "basis")] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "ko",
            "SK하이닉스의 3분기 매출은 9조원이다. 전 분기(매출 7조원, 영업손실 2조원)와 비교하면 매출은 24% 늘었다.",
            ["2021-09-30", "2021-06-30", "2021-06-30", "2021-09-30"],
        ),
        (
            "ko",
            "LG전자는 3분기 매출 15조원을 기록했다. 2분기와 비교하면 매출은 2.7% 늘었다.",
            ["2021-09-30", "2021-09-30"],
        ),
        (
            "ar",
            "بلغ ربح «أرامكو» في الربع الثالث 114 مليون ريال مقابل 85 مليونا للربع المماثل، ومقابل 102 مليون للربع السابق.",
            ["2021-09-30", "2020-09-30", "2021-06-30"],
        ),
        ("ja", "ホンダの4月から9月までの売上収益は10兆円と去年の同じ時期より12％増えました。", ["2021-09-30"] * 2),
    ],
)
def test_periods_of_what_is_compared_with(language: str, text: str, expected: list[str]) -> None:
    assert [str(end) for (end,) in figures(text, language, "period_end")] == expected


def test_the_same_quarter_is_no_adjusted_figure() -> None:
    text = "بلغ صافي ربح شركة «أرامكو» 114 مليون ريال مقابل 85 مليون ريال للربع المماثل من العام السابق."
    assert figures(text, "ar", "accounting") == [(None,), (None,)]


def test_numbers_between_words_are_no_list_of_them() -> None:
    text = "楽天は売上高を1885億円から1980億円（9.8％増）に、営業利益を247億円から324億円（31％増）にそれぞれ引き上げた。"
    assert [metric for (metric,) in figures(text, "ja", "metric")] == ["revenue"] * 3 + ["operating_income"] * 3


def test_pieces_of_information_are_no_users() -> None:
    assert figures("楽天によると、利用者の情報は約30万2千件という。", "ja", "metric") == []


def test_a_debts_multiple_of_something_is_no_change_of_it() -> None:
    text = "Чистый долг «Черкизово» достиг 139,2 млрд рублей, или 3,3x скорректированной EBITDA."
    assert figures(text, "ru", "metric", "measure") == [("debt", "level")]
