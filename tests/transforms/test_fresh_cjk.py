"""Growth held against expectations, deals by their particles, jobs cut by whole trades. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2023, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "Adobe预计第二财季收入同比增长6%至8%，低于分析师9.1%的平均预期。"),
        ("ko", "어도비는 2분기 매출이 6~8% 증가할 것으로 예상했는데, 이는 시장 예상치 9.1%를 밑도는 수준이다."),
        ("en", "Adobe expects revenue growth of 6% to 8%, below analysts' average estimate of 9.1%."),
        ("fr", "Adobe prévoit une hausse du chiffre d'affaires de 6 % à 8 %, inférieure aux 9,1 % attendus par les analystes."),
        ("es", "Adobe prevé un crecimiento de los ingresos del 6 % al 8 %, por debajo del 9,1 % que esperaban los analistas."),
    ],
)
def test_growth_that_was_expected_moves_as_the_growth_it_is_held_against(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "value_high", "basis")
    assert found == [(6.0, 8.0, "guidance"), (9.1, None, "consensus")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "アドビの売上高は前年同期比9%増で、市場予想の10.5%増を下回った。"),
        ("ja", "アドビの売上高は前年同期比9%増で、アナリスト予想の10.5%に届かなかった。"),
        ("ko", "어도비의 매출 증가율은 9%로 시장 전망치 10.5%보다 낮았다."),
        ("zh", "Adobe收入同比增长9%，增幅低過市場預期的10.5%。"),
    ],
)
def test_what_was_missed_is_expected_where_verbs_stand_last(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis")
    assert found == [(9.0, "actual"), (10.5, "consensus")]


def test_by_how_much_an_expectation_was_beaten_is_no_growth() -> None:
    text = "アドビの売上高は9%増で、市場予想を2%上回った。"
    assert cells(figures_in(text, "ja", published=PUBLISHED), "value", "basis") == [(9.0, "actual")]


def test_a_fall_that_was_expected_is_one() -> None:
    text = "Adobe's revenue rose 1%, where analysts had expected a 2% decline."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis") == [(1.0, "actual"), (-2.0, "consensus")]


def test_growth_slower_than_that_of_the_quarter_before_tells_both() -> None:
    text = "네이버의 2분기 매출은 9% 늘어 전 분기 증가율 17%보다 둔화했다."
    assert cells(figures_in(text, "ko"), "value", "period_role") == [(9.0, "current"), (17.0, "comparative")]


@pytest.mark.parametrize(
    ("language", "text", "cut"),
    [
        ("zh", "今年以来，美国126家公司已经裁员了超过53000名员工。英特尔宣布裁员1500人。", 1500),
        ("zh", "2023年科技业裁员超过26.4万个工作岗位，英特尔裁员1.2万人。", 12000),
        ("de", "In diesem Jahr haben 126 Unternehmen bereits 53.000 Stellen gestrichen. Intel streicht 1.500 Stellen.", 1500),
        ("fr", "Depuis janvier, 126 entreprises ont licencié plus de 53.000 personnes. Intel supprimera 1.500 postes.", 1500),
        ("zh", "微軟將裁員約6000人 微軟擁有22.8萬名員工", 6000),
    ],
)
def test_jobs_cut_by_many_firms_and_all_staff_are_no_cut_of_the_firm(language: str, text: str, cut: float) -> None:
    found = moves_in(text, language)
    assert [value for move, value in cells(found, "move_type", "value") if move == "layoffs"] == [cut]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "ARM은 매각이 무산된 이후 1천 명을 감원할 계획이라고 전했다."),
        ("en", "After its sale to Nvidia collapsed, Arm plans to cut up to 1,000 jobs."),
        ("ja", "アームは売却が破談になった後、最大1000人を削減する計画だ。"),
    ],
)
def test_jobs_are_cut_though_a_deal_failed(language: str, text: str) -> None:
    assert ("layoffs", "planned") in cells(moves_in(text, language), "move_type", "status")


@pytest.mark.parametrize(
    ("language", "text", "move", "company", "target"),
    [
        ("ja", "マイクロソフトはノキアの携帯端末事業を72億ドルで買収した。", "acquisition", "microsoft", "nokia"),
        ("ja", "グーグルはHTCのスマートフォン事業の一部を11億ドルで買収する。", "acquisition", "google", "htc"),
        ("ko", "소프트뱅크는 쿠팡 지분 5000만 주 매각을 공시했다.", "divestiture", "softbank", "coupang"),
        ("ko", "삼성전자는 ASML 지분 전량을 매각했다.", "divestiture", "samsung-electronics", "asml"),
        ("ko", "소프트뱅크는 엔비디아의 ARM 인수가 무산됐다고 밝혔다.", "acquisition", "nvidia", "arm"),
        ("zh", "在完成對動視暴雪的收購後，微軟的遊戲部門裁員1900人。", "acquisition", "microsoft", "activision-blizzard"),
    ],
)
def test_particles_tell_who_buys_and_what(language: str, text: str, move: str, company: str, target: str) -> None:
    found = cells(moves_in(text, language), "move_type", "company_id", "counterparty_id", by="start")
    assert (move, company, target) in found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "マイクロソフトは2014年に買収したノキアの携帯端末事業に絡み約76億ドルの評価損を計上する。"),
        ("zh", "微软因收购诺基亚手机业务计提76亿美元减值。"),
        ("en", "Microsoft will write down $7.6 billion on the Nokia phone business it acquired in 2014."),
    ],
)
def test_what_is_written_off_is_no_price(language: str, text: str) -> None:
    assert moves_in(text, language)["value"].drop_nulls().to_list() == []


def test_trading_after_the_close_is_no_regular_session() -> None:
    found = moves_in("財報公布後，Adobe股價在收市後延長交易時段跌逾3%。", "zh")
    assert cells(found, "move_type", "session") == [("share_price_change", "after_hours")]
