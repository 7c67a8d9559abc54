"""Turns of business pages in Chinese, Japanese, Korean and Russian. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2025, 8, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        pytest.param(
            "zh",
            "小米集团股东应占盈利为30亿元,较去年同期减少20亿元或40%。",
            [(3e9, "level"), (-2e9, "change"), (-40.0, "change")],
            id="a sum or a percent by which it fell",
        ),
        pytest.param(
            "ja", "ソニーの売上高は12・5%増の3兆円だった。", [(12.5, "change"), (3e12, "level")], id="a dot in the middle"
        ),
    ],
)
def test_what_a_figure_moved_by(language: str, text: str, told: list[tuple[float, str]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "measure") == told


def test_an_outlook_replaced_within_a_list() -> None:
    text = "ソニーは業績予想を修正した。営業利益を170億円から155億円(前期比3%増)、純利益を24億円から4億円に引き下げた。"
    told = cells(figures_in(text, "ja", published=PUBLISHED), "value", "basis")
    assert [row for row in told if row[0] != 3.0] == [
        (17e9, "prior_guidance"),
        (15.5e9, "guidance"),
        (2.4e9, "prior_guidance"),
        (0.4e9, "guidance"),
    ]


def test_what_analysts_had_expected_of_it() -> None:
    text = (
        "Чистая прибыль «Северстали» снизилась до 12 млрд рублей. "
        "Аналитики ожидали, что показатель снизится на 8% - до 11 млрд рублей."
    )
    told = cells(figures_in(text, "ru", published=PUBLISHED), "value", "basis")
    assert told == [(12e9, "actual"), (-8.0, "consensus"), (11e9, "consensus")]


def test_a_price_in_front_of_brackets_is_how_much_it_fell() -> None:
    found = moves_in("パナソニックは大幅反落。前場に一時89円安(8.1%安)の1008円まで下落した。", "ja", published=PUBLISHED)
    assert (-8.1, "share_price_change") in cells(found, "value", "move_type")
    assert 89.0 not in found["value"].to_list()


def test_growth_on_the_year_is_no_move_of_the_share_of_a_bank_named_beside_it() -> None:
    text = "网易美股盘前一度跌超8%。京东收入3567亿元,同比增长22.4%,高于花旗预计的3360亿元。"
    assert moves_in(text, "zh")["value"].cast(float).to_list() == [-8.0]
