"""Reports as newsrooms of China, Taiwan, Korea and Japan write them. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in

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
