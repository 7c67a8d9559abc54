"""Ways in which newsrooms of China, Taiwan, Hong Kong, Japan, Korea, Russia and the Arab world tell figures and moves.

Sentences are our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2025, 8, 10, tzinfo=UTC)


def figures(text: str, language: str, *columns: str, published: tuple[int, int, int] | None = None) -> list[tuple[Any, ...]]:
    """Columns of each figure in the order of the text, values as floats and dates as text."""
    when = PUBLISHED if published is None else datetime(*published, tzinfo=UTC)
    return cells(figures_in(text, language, published=when, together=published is None), *columns)


def moves(text: str, language: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of each move in the order of the text, values as floats and dates as text."""
    return cells(moves_in(text, language, published=PUBLISHED), *columns)


@pytest.mark.parametrize(
    ("language", "text", "end"),
    [
        ("zh", "聯發科25Q2營收1503.69億元。", "2025-06-30"),
        ("zh", "聯電3Q24營收604億元。", "2024-09-30"),
        ("ko", "네이버의 1Q25 매출은 2조7천억원이다.", "2025-03-31"),
        ("en", "Netflix revenue in 1Q25 was $10.5 billion.", "2025-03-31"),
        ("ar", "حقق مصرف الراجحي صافي ربح قدره 5.9 مليار ريال بنهاية الربع الأول 2025.", "2025-03-31"),
    ],
)
def test_a_quarter_has_its_year_of_two_digits(language: str, text: str, end: str) -> None:
    assert figures(text, language, "period_type", "period_end") == [("quarter", end)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("國泰航空公布業績，股東應佔溢利98.88億元。", "HKD"),
        ("台積電公布財報，稅後純益4523億元。", "TWD"),
        ("美的集团公告，净利润378.8亿元。", "CNY"),
        ("騰訊公布，股東應佔溢利297億元人民幣，收入1449億元。", "CNY"),
    ],
)
def test_the_yuan_is_that_of_the_newsroom(text: str, unit: str) -> None:
    assert {row[0] for row in figures(text, "zh", "unit")} == {unit}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "理想汽车预计三季度收入同比增加4.2%至9.4%。", ("revenue", 4.2, 9.4)),
        ("zh", "美的集团拟每10股派发现金红利5元。", ("dividend_per_share", 0.5, None)),
        ("ar", "ارتفعت مبيعات سابك 6ر6%.", ("revenue", 6.6, None)),
        ("ar", "بلغت إيرادات مجموعة زين 1.9 مليار دينار كويتي. وبلغت ربحية السهم 50 فلساً.", ("eps", 0.05, None)),
        ("ar", "سجلت تويوتا أرباحا تشغيلية بلغت 5.35 تريليون ين.", ("operating_income", 5.35e12, None)),
        ("ko", "현대차의 1분기 당기순이익은 2조3천926억원(14.8%↓)이다.", ("net_income", -14.8, None)),
        ("ko", "넷플릭스 가입자는 2억6960만명이다.", ("customers", 269_600_000, None)),
    ],
)
def test_figures_as_they_are_written_there(language: str, text: str, expected: tuple[Any, ...]) -> None:
    assert figures(text, language, "metric", "value", "value_high")[-1] == expected


def test_a_named_year_to_come_is_an_outlook() -> None:
    told = figures("トヨタの26年3月期純利益は35%減の3兆1000億円。", "ja", "basis", "period_end", published=(2025, 5, 8))
    assert told == [("guidance", "2026-03-31"), ("guidance", "2026-03-31")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "기아의 글로벌 판매는 77만2천648대로 1.6% 증가했다."),
        ("ko", "쿠팡은 고객 3천370만명의 이름과 이메일이 새어 나갔다고 밝혔다."),
        ("ru", "Прибыль «Алросы» от выбытия актива составила 6,7 млрд руб."),
        ("ar", "وهوى سهم الشركة 11.1% عند الإغلاق."),
    ],
)
def test_what_is_no_figure_there(language: str, text: str) -> None:
    assert figures(text, language, "metric", "value") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "ko",
            "삼성전자는 전날보다 1.5% 내린 5만8300원, SK하이닉스는 2.2% 오른 18만2000원에 장을 마쳤다.",
            [("samsung-electronics", "share_price_change", -1.5), ("sk-hynix", "share_price_change", 2.2)],
        ),
        ("ru", "Акции «Яндекса» на Nasdaq подорожали на 4,43%.", [("yandex", "share_price_change", 4.43)]),
        ("ko", "구글은 국내 유튜브 요금을 월 1만450원에서 1만4900원으로 올렸다.", [("youtube", "pricing", 14900.0)]),
        ("ar", "خفض بنك يو بي إس السعر المستهدف لسهم تسلا إلى 225 دولاراً من 259 دولاراً.", [("tesla", "rating_change", 225.0)]),
    ],
)
def test_moves_as_they_are_told_there(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    told = moves(text, language, "company_id", "move_type", "value")
    assert [row for row in told if row[1] != "share_price_level"] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "MBK파트너스는 고려아연 공개매수 가격을 주당 66만원으로 정했다."),
        ("ja", "KKRは富士ソフトへのTOBで1株当たり1万2000円を提示した。"),
    ],
)
def test_what_is_offered_a_share_is_no_worth(language: str, text: str) -> None:
    assert all(value is None for (value,) in moves(text, language, "value"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "ورفعت شركة زين مصاريف البيع بمقدار 4.7 مليون ريال."),
        ("ru", "Среднемесячная аудитория «ВКонтакте» в России выросла до 92,7 млн пользователей."),
    ],
)
def test_what_is_no_move_there(language: str, text: str) -> None:
    assert moves(text, language, "move_type", "value") == []
