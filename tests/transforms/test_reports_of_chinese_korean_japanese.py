"""Reports as newsrooms of China, Taiwan, Korea and Japan write them. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2021, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "줌 3분기 매출 812억원 영업이익 95억원 순이익 71억원"),
        ("ja", "Zoomの第3四半期は売上高812億円 営業利益95億円 純利益71億円だった。"),
    ],
)
def test_a_word_behind_a_number_with_one_of_its_own_is_of_the_next(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value")
    assert found == [("revenue", 812e8), ("operating_income", 95e8), ("net_income", 71e8)]


def test_what_was_expected_of_a_number_is_told_right_behind_it() -> None:
    text = "Zoom预计第四季度营收为5.10-5.12亿美元，市场预期5.05亿美元，非GAAP每股收益0.51美元，市场预期为0.48美元。"
    rows = figures_in(text, "zh", published=PUBLISHED)
    assert cells(rows, "value", "basis") == [(510e6, "guidance"), (505e6, "consensus"), (0.51, "guidance"), (0.48, "consensus")]
    assert set(rows["period_end"].to_list()) == {date(2022, 1, 31)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "Zoom第三季度营收10.5亿美元。第二季度营收同比增长54%。\n\n净利润3.4亿美元。"),
        ("en", "Zoom's third quarter revenue: $1.05 billion. In the second quarter it rose 54%.\n\nProfit was $340 million."),
    ],
)  # fmt: skip
def test_a_period_told_in_passing_is_that_of_its_paragraph(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_end")
    assert found == [(1.05e9, "2021-10-31"), (54, "2021-07-31"), (340e6, "2021-10-31")]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("줌에서 고객 정보 6만 5719건이 유출됐다.", 65_719),
        ("줌에서 고객 정보 1만 573건이 유출됐다.", 10_573),
        ("줌에서 고객 정보 6만5719건이 유출됐다.", 65_719),
    ],
)
def test_the_rest_of_a_korean_number_may_stand_apart(text: str, records: int) -> None:
    assert matters_in(text, "ko", published=PUBLISHED)["records_affected"].to_list() == [records]


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        (
            "ko",
            "네이버 3분기 매출은 ▲커머스 458억원 ▲핀테크 296억원 ▲웹툰 90억원 ▲콘텐츠 311억원이다.",
            ["commerce", "fintech", "webtoon", "content"],
        ),
        ("ko", "네이버 3분기 매출은 커머스 458억원, 콘텐츠 311억원이다.", ["commerce", "content"]),
        ("ja", "ソニーの部門別売上高はゲームが458億円、半導体が311億円だった。", ["games", "semiconductors"]),
        ("zh", "腾讯各业务收入中，游戏458亿元，云业务311亿元。", ["games", "cloud"]),
    ],
)  # fmt: skip
def test_amounts_of_a_list_are_of_the_part_named_before_each(language: str, text: str, parts: list[str]) -> None:
    rows = figures_in(text, language, published=PUBLISHED)
    assert [(metric, segment) for metric, segment in cells(rows, "metric", "segment")] == [("revenue", p) for p in parts]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "ソニーの7〜9月期の営業利益は153億円で、前の四半期の147億円を上回った。"),
        ("ko", "네이버의 3분기 영업 이익은 153억원으로, 지난해 3분기 147억원을 넘어섰다."),
    ],
)
def test_a_figure_that_is_surpassed_is_told_as_it_was(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "comparator", "period_role")
    assert found == [("operating_income", 153e8, "eq", "current"), ("operating_income", 147e8, "eq", "comparative")]


def test_an_earlier_quarter_by_its_name_is_no_comparison() -> None:
    rows = figures_in("네이버 영업이익은 지난해 3분기 312억원으로 최대치를 기록했다.", "ko", published=PUBLISHED)
    assert cells(rows, "value", "period_end") == [(312e8, "2020-09-30")]


def test_figures_in_turn_in_a_taiwanese_report() -> None:
    rows = figures_in("聯發科上半年營收280億元，淨利55億元，分別年增14%、16%。", "zh", published=PUBLISHED)
    found = [("revenue", 280e8), ("net_income", 55e8), ("revenue", 14), ("net_income", 16)]
    assert cells(rows, "metric", "value") == found


def test_the_interim_result_is_of_the_half_year() -> None:
    rows = figures_in("腾讯中期纯利增至199亿元，中期营业额676亿元。", "zh", published=datetime(2016, 8, 17, tzinfo=UTC))
    assert cells(rows, "metric", "fiscal_period") == [("net_income", "FY2016H1"), ("revenue", "FY2016H1")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "腾讯一般及行政開支年增16%至31億元。"),
        ("ja", "ソニーの投資損失は1兆円に達した。"),
        ("ja", "ソニーの売上高の通期計画に対する進捗率は77.5%だ。"),
    ],
)
def test_costs_investment_losses_and_progress_are_no_figures(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "줌의 매출이 1년 전 1억4580만 달러(약 1727억원)에 비해 355% 증가한 6억6350만 달러(약 7861억원)를 기록했다."),
        ("ja", "Zoomの売上高は前年同期の1億4580万ドル（約160億円）から6億6350万ドル（約730億円）に増えた。"),
        ("en", "Zoom's revenue rose from $145.8 million (about €125 million) to $663.5 million (about €560 million)."),
        ("de", "Zooms Umsatz stieg von 145,8 Mio. Dollar (125 Mio. Euro) auf 663,5 Mio. Dollar (560 Mio. Euro)."),
        ("nl", "De omzet van Zoom steeg van 145,8 mln dollar (125 mln euro) naar 663,5 mln dollar (560 mln euro)."),
    ],
)  # fmt: skip
def test_a_second_currency_is_of_the_time_of_the_first(language: str, text: str) -> None:
    levels = figures_in(text, language, published=PUBLISHED).filter(pl.col("measure") == "level")
    assert levels["period_role"].to_list() == ["comparative", "comparative", "current", "current"]
    assert levels["comparator"].to_list() == ["eq", "approx", "eq", "approx"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "ソニーは売上高予想を従来予想の8兆5000億円に据え置いた。"),
        ("ko", "소니는 종전 전망치인 매출 850억 달러를 유지했다."),
        ("en", "Sony maintained its earlier revenue forecast of $85 billion."),
        ("de", "Sony bestätigte die bisherige Umsatzprognose von 85 Milliarden Dollar."),
        ("nl", "Sony handhaaft de eerdere omzetverwachting van 85 miljard dollar."),
        ("fr", "Sony maintient sa précédente prévision de chiffre d'affaires de 85 milliards de dollars."),
        ("es", "Sony mantuvo su previsión anterior de ingresos de 85.000 millones de dólares."),
    ],
)
def test_an_outlook_that_is_kept_is_not_replaced(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED)["basis"].to_list() == ["guidance"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "百度宣布在云部门裁员900人，该部门拥有12000名员工。"),
        ("zh", "百度宣布裁员900人，成为第二家裁员的公司，这是今年第三次裁员。"),
        ("en", "Baidu is cutting 900 jobs in its cloud unit, which has 12,000 employees."),
        ("de", "Baidu streicht 900 Stellen in der Sparte, die 12.000 Mitarbeiter hat."),
        ("es", "Baidu despide a 900 personas en la división, que tiene 12.000 empleados."),
        ("fr", "Baidu supprime 900 postes dans sa division, qui compte 12 000 salariés."),
    ],
)
def test_the_staff_of_a_unit_is_not_laid_off(language: str, text: str) -> None:
    moves = moves_in(text, language, published=PUBLISHED)
    assert moves.filter(pl.col("move_type") == "layoffs")["value"].to_list() == [900]


def test_a_price_is_not_of_the_day_since_which_it_was_never_higher() -> None:
    moves = moves_in("騰訊控股收盤報每股港幣586元，創2021年6月以來近四年新高。", "zh", published=PUBLISHED)
    assert cells(moves, "value", "effective_on") != [(586, "2021-06-01")]


def test_a_fine_and_the_statement_of_its_regulator_are_one() -> None:
    text = "腾讯被罚款3.45亿欧元。爱尔兰数据保护委员会发表声明，对其处以行政罚款。"
    moves = moves_in(text, "zh", published=PUBLISHED)
    assert cells(moves, "move_type", "value", "country") == [("regulatory_action", 345e6, "IE")]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (
            "雇员超过10人的客户增长18%至51万家；为Zoom贡献超过10万美元收入的客户增长到2507家。",
            ["more_than_10_employees", "more_than_10_employees", "over_100k_usd"],
        ),
    ],
)
def test_a_class_is_of_the_count_of_its_clause(text: str, segments: list[str]) -> None:
    rows = figures_in(text, "zh", published=PUBLISHED).filter(pl.col("metric") == "customers")
    assert rows["segment"].to_list() == segments


def test_accounts_that_got_out() -> None:
    rows = matters_in("쿠팡에서 고객계정 약 3370만개가 무단 유출됐다.", "ko", published=PUBLISHED)
    assert cells(rows, "category", "records_affected", by="start") == [("data_breach", 33.7e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "카카오는 과징금 151억원을 부과받은 네이버보다 많은 개인정보를 유출했다."),
        ("zh", "百度泄露的信息超过了被罚款151亿元的腾讯。"),
        ("ja", "楽天の流出は、151億円の課徴金を科されたソニーを上回る規模だ。"),
        ("en", "Kakao lost more data than Naver, which was fined 15.1 billion won by the regulator."),
    ],
)
def test_a_fine_is_of_the_firm_that_it_describes(language: str, text: str) -> None:
    moves = moves_in(text, language, published=PUBLISHED)
    fined = moves.filter(pl.col("move_type") == "regulatory_action")["company_id"].to_list()
    assert fined in (["naver"], ["tencent"], ["sony"])


def test_an_outlook_is_kept_behind_a_bracket() -> None:
    rows = figures_in("ソニーの売上高は従来予想の8兆5000億円（前期比12%増）を据え置いた。", "ja", published=PUBLISHED)
    assert cells(rows, "value", "basis") == [(85e11, "guidance"), (12, "guidance")]


def test_the_next_item_of_a_list_is_of_another_part() -> None:
    rows = figures_in("네이버 3분기 매출은 ▲콘텐츠 311억원 ▲기타 94억원이다.", "ko", published=PUBLISHED)
    assert cells(rows, "value", "segment") == [(311e8, "content"), (94e8, None)]


def test_the_european_union_is_no_country() -> None:
    moves = moves_in("欧盟对中国的字节跳动罚款3.45亿欧元。", "zh", published=PUBLISHED)
    assert moves.filter(pl.col("move_type") == "regulatory_action")["country"].to_list() == [None]
