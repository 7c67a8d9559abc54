"""Figures and moves as Chinese, Japanese, Korean, Russian and Arabic newsrooms tell them. Sentences are our own."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, moves_in


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("ru", "Выручка Яндекса составила $5,01 млрд при прогнозе аналитиков в $4,85 млрд.", [5.01e9, 4.85e9]),
        ("ko", "네이버 영업이익은 890억원으로 증권사 전망치 평균인 850억원을 웃돌았다.", [890e8, 850e8]),
        ("ko", "네이버의 주당순이익은 1.32달러로 예상치 1.25달러를 상회했다.", [1.32, 1.25]),
        ("zh", "分析师此前预期小米营收为48.5亿美元，实际营收为50.1亿美元。", [48.5e8, 50.1e8]),
    ],
)
def test_what_was_reached_is_no_forecast_of_analysts(language: str, text: str, told: list[float]) -> None:
    found = dict(cells(figures_in(text, language), "value", "basis"))
    assert sorted(found) == sorted(told)
    assert sorted(found.values()) == ["actual", "consensus"]


def test_a_forecast_of_others_ends_at_a_semicolon() -> None:
    text = "美团第四季度营收601.3亿元，同比增长21.4%，彭博预期为579.2亿元；净亏损10.8亿元，同比收窄79.7%。"
    found = cells(figures_in(text, "zh"), "metric", "value", "basis")
    assert ("revenue", 579.2e8, "consensus") in found
    assert ("net_income", -10.8e8, "actual") in found


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("ja", "ソニーグループの今期の純利益は300億円を見込み、従来予想を20億円下回る。", 300e8),
        ("ja", "任天堂は通期の営業利益を3200億円と予想し、従来予想から600億円引き上げた。", 3200e8),
    ],
)
def test_by_how_much_an_outlook_moved_is_no_figure(language: str, text: str, value: float) -> None:
    assert cells(figures_in(text, language), "value", "basis") == [(value, "guidance")]


@pytest.mark.parametrize(
    ("language", "text", "metric", "value"),
    [
        ("ja", "ソニーグループのフリーキャッシュフローは210億円の黒字だった。", "free_cash_flow", 210e8),
        ("ja", "ソニーグループの経常損益は31億円の赤字となった。", "pretax_income", -31e8),
        ("ru", "Компания «Яндекс» сохранила прогноз по капзатратам на уровне 120 млрд рублей.", "capital_expenditure", 120e9),
        ("ru", "Аналитики ждут, что чистым долгом Яндекса станут 85 млрд рублей.", "debt", 85e9),
        ("ko", "네이버 연구개발비는 3200억원으로 매출의 8.5%를 차지했다.", "research_and_development", 3200e8),
        ("zh", "小米集团除稅前溢利錄得362萬港元。", "pretax_income", 362e4),
        ("ar", "بلغت الأرباح قبل الزكاة لشركة أرامكو 540 مليون ريال.", "pretax_income", 540e6),
    ],
)
def test_a_metric_has_many_names(language: str, text: str, metric: str, value: float) -> None:
    assert (metric, value) in cells(figures_in(text, language), "metric", "value")


def test_a_part_takes_one_number_and_growth_goes_on_with_the_figure() -> None:
    text = "小米集团海外市场实现销售收入33亿元，占比达42%，同比大增60%。"
    assert cells(figures_in(text, "zh"), "measure", "value") == [("level", 33e8), ("change", 60.0)]


def test_a_loss_cut_so_many_times() -> None:
    found = cells(figures_in("Яндекс сократил чистый убыток в 2,5 раза.", "ru"), "value", "unit")
    assert found == [(0.4, "multiple")]


def test_an_outlook_raised_from_one_amount_to_another_with_its_year_between() -> None:
    text = "Яндекс повысил прогноз по выручке на 2025 год с 200 млрд до 210 млрд рублей."
    found = cells(figures_in(text, "ru"), "value", "basis")
    assert found == [(200e9, "prior_guidance"), (210e9, "guidance")]


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("zh", "小米集团股价盘后一度跌近9%，报41.5美元。", {("share_price_change", -9.0), ("share_price_level", 41.5)}),
        (
            "zh",
            "小米集团股价高开低走，截至收盘下跌2.1%，报25.3港元，成交额35亿港元。",
            {("share_price_change", -2.1), ("share_price_level", 25.3)},
        ),
        (
            "ja",
            "ソニーグループ株の終値は45円（2.9％）安の1490円だった。",
            {("share_price_change", -2.9), ("share_price_level", 1490.0)},
        ),
        ("ru", "Акции «Яндекса» обновили исторический максимум.", {("share_price_change", None)}),
        ("ko", "미래에셋증권은 네이버의 목표주가를 8만원에서 9만원으로 상향 조정했다.", {("rating_change", 90_000.0)}),
        ("ja", "ソニーグループは主力製品を10月から5％値上げする。", {("pricing", 5.0)}),
    ],
)
def test_numbers_of_shares_and_prices(language: str, text: str, told: set[tuple[str, float | None]]) -> None:
    assert set(cells(moves_in(text, language), "move_type", "value")) == told


@pytest.mark.parametrize(
    ("language", "text", "move", "party"),
    [
        ("zh", "小米集团完成对华阳电子的收购。", "acquisition", "华阳电子"),
        ("ja", "ソニーグループは華陽電子の買収を完了した。", "acquisition", "華陽電子"),
        ("ko", "네이버는 태양정밀 인수 절차를 마무리했다.", "acquisition", "태양정밀"),
        ("ar", "أعلنت أرامكو إتمام صفقة الاستحواذ على شركة الأفق.", "acquisition", "الأفق"),
        ("zh", "小米集团委任陳大文為首席財務官，即日起生效。", "executive_change", "陳大文"),
        ("ru", "Основатель Яндекса Аркадий Волож покинул пост генерального директора.", "executive_change", "Аркадий Волож"),
        ("ru", "Новым президентом МТС назначена Инесса Галактионова.", "executive_change", "Инесса Галактионова"),
        ("ar", "أعلنت سابك استقالة رئيسها التنفيذي يوسف البنيان.", "executive_change", "يوسف البنيان"),
    ],
)
def test_parties_that_only_their_place_tells(language: str, text: str, move: str, party: str) -> None:
    assert (move, party) in cells(moves_in(text, language), "move_type", "counterparty")


@pytest.mark.parametrize(
    ("language", "text", "move", "country"),
    [
        ("ru", "«Яндекс» вышел на рынок Саудовской Аравии.", "market_entry", "SA"),
        ("ru", "«Яндекс» уходит с индийского рынка.", "market_exit", "IN"),
        ("ar", "دخلت أرامكو السوق المصرية.", "market_entry", "EG"),
        ("ko", "쿠팡은 호주에 진출했다.", "market_entry", "AU"),
    ],
)
def test_countries_in_all_their_forms(language: str, text: str, move: str, country: str) -> None:
    assert cells(moves_in(text, language), "move_type", "country") == [(move, country)]
