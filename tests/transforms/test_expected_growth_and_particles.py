"""Growth held against expectations, deals by their particles, jobs cut by whole trades. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "アドビは年間の売上高見通しを30%超引き上げた。"),
        ("en", "Adobe raised its annual revenue forecast by more than 30%."),
        ("de", "Adobe hob seine Umsatzprognose für das Jahr um mehr als 30 Prozent an."),
        ("ko", "어도비는 연간 매출 전망치를 30% 이상 상향 조정했다."),
        ("zh", "Adobe将全年营收预期上调逾30%。"),
    ],
)
def test_by_how_much_an_outlook_was_raised_is_no_growth(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()
    assert cells(moves_in(text, language), "move_type", "direction") == [("guidance_change", "up")]


def test_growth_beside_an_outlook_raised_is_growth() -> None:
    text = "Adobe raised its outlook and expects revenue to increase by 12%."
    assert cells(figures_in(text, "en"), "value", "basis") == [(12.0, "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "楽天モバイルの障害で200万人の利用者の携帯がつながりにくくなった。"),
        ("ko", "카카오톡 장애로 이용자 200만 명이 메시지를 보내지 못했다."),
        ("en", "About 2 million Verizon customers were unable to make calls during the outage."),
        ("fr", "Environ 2 millions de clients d'Orange ont été privés de réseau pendant la panne."),
        ("es", "Unos 2 millones de clientes de Telefónica se quedaron sin servicio durante la caída."),
    ],
)
def test_those_whom_an_outage_hit_are_no_size_of_the_business(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()
    assert matters_in(text, language)["category"].to_list() == ["outage"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "At the end of last year Intel had 108,900 employees."),
        ("de", "Ende vergangenen Jahres beschäftigte Intel 108.900 Menschen."),
        ("es", "A finales del año pasado Intel tenía 108.900 empleados."),
        ("it", "Alla fine dello scorso anno Intel contava 108.900 dipendenti."),
        ("nl", "Eind vorig jaar had Intel 108.900 werknemers."),
        ("pt", "No fim do ano passado, a Intel tinha 108.900 funcionários."),
        ("ja", "昨年末時点のインテルの従業員数は10万8900人。"),
        ("zh", "截至去年年底，英特尔员工人数为108900人。"),
    ],
)
def test_the_end_of_last_year_dates_a_count(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "value", "period_end") == [(108900.0, "2022-12-31")]


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("zh", "英特尔遭到市场猛烈抛售，总市值蒸发461亿美元（约合人民币3363亿元）。", [-46.1e9, -336.3e9]),
        ("ja", "インテルの時価総額は300億ドル（約4兆円）減少した。", [-30e9, -4e12]),
    ],
)
def test_market_value_lost_is_a_change_in_both_currencies(language: str, text: str, values: list[float]) -> None:
    assert cells(figures_in(text, language), "value", "measure") == [(value, "change") for value in values]
    assert "divestiture" not in moves_in(text, language)["move_type"].to_list()


def test_a_share_of_sales_in_brackets_lends_its_metric_to_no_amount() -> None:
    first = "台達電第二季研究發展費用101.8億元（佔營業收入9.4%），高於前一季之95.4億元。"
    second = "推銷費用36億元（佔營業收入2.3%），高於前一季之34億元。"
    found = cells(figures_in(first + second, "zh"), "metric", "value", "period_role")
    assert found == [
        ("research_and_development", 10.18e9, "current"),
        ("research_and_development", 9.54e9, "comparative"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "segment"),
    [
        ("en", "Microsoft's Azure revenue was up 33%.", "azure"),
        ("zh", "微軟生產力業務收入升12%。", "productivity"),
        ("ja", "ズームの企業向け収入が4%増加した。", "enterprise"),
    ],
)
def test_products_are_parts_of_the_business(language: str, text: str, segment: str) -> None:
    assert figures_in(text, language)["segment"].to_list() == [segment]


def test_a_surname_with_its_honorific_is_a_person() -> None:
    found = moves_in("インテルのゲルシンガー氏がCEOを退任した。", "ja")
    assert cells(found, "move_type", "counterparty", by="start") == [("executive_change", "ゲルシンガー")]


def test_two_attackers_are_no_victims() -> None:
    found = matters_in("2016年有两名黑客从优步使用的云服务器上下载了数据信息。", "zh")
    assert found.select("category", "records_affected").rows() == [("data_breach", None)]


@pytest.mark.parametrize(
    "text",
    [
        "구글은 직원들에게 보안 취약점을 언급한 이메일을 보냈다.",
        "구글은 이들에게 줌 앱 작동이 중단될 것이라고 예고했다.",
    ],
)
def test_mail_about_a_flaw_shares_no_data_and_a_stop_announced_is_no_outage(text: str) -> None:
    found = matters_in(text, "ko")["category"].to_list()
    assert "data_sharing" not in found
    assert "outage" not in found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "어도비는 1분기 50억 달러(약 5조 원)의 매출을 기록했다."),
        ("ja", "アドビは50億ドル（約5兆円）の売上高を計上した。"),
        ("de", "Adobe erzielte im ersten Quartal 50 Milliarden Dollar (47 Milliarden Euro) Umsatz."),
    ],
)
def test_a_second_currency_parts_no_amount_from_its_word(language: str, text: str) -> None:
    found = cells(figures_in(text, language), "metric", "comparator")
    assert found == [("revenue", "eq"), ("revenue", "approx")]
