"""Chinese, Japanese and Korean reports: what growth is measured from, lists, particles, shares of staff, ranges. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "甲骨文营收为6.6亿美元，较上年同期增长35%。", [("level", 6.6e8, "current"), ("change", 35, "current")]),
        ("zh", "甲骨文營收為6.6億美元，較去年同期成長35%。", [("level", 6.6e8, "current"), ("change", 35, "current")]),
        ("ja", "アドビの設備投資額は375億ドルで、予想よりも膨らんだ。", [("level", 375e8, "current")]),
    ],
)
def test_what_growth_is_measured_from_is_no_earlier_figure(
    language: str, text: str, expected: list[tuple[str, float, str]]
) -> None:
    assert cells(figures_in(text, language), "measure", "value", "period_role") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "アドビの1株利益は1ドル16セントと、市場予想の99セントを上回った。", [("eps", 1.16), ("eps", 0.99)]),
        (
            "ja",
            "サイボウズの純益は27億円(1株当たり26円)だった。",
            [("net_income", 27e8), ("eps", 26)],
        ),
        (
            "ko",
            "스노우플레이크는 3억 달러의 매출과 1억 달러의 순손실을 기록했다.",
            [("revenue", 3e8), ("net_income", -1e8)],
        ),
        ("ko", "카카오의 광고 부문은 340억원의 흑자를 기록했다.", [("operating_income", 340e8)]),
        ("ko", "삼성전자의 반도체 부문은 120억원의 적자를 냈다.", [("operating_income", -120e8)]),
        ("ko", "최근 12개월 매출이 10만 달러를 넘는 줌 고객은 2507곳이다.", [("customers", 2507)]),
        ("ko", "카카오의 직원 수는 1년 전보다 53%(500명) 증가했다.", [("employees", 53)]),
        ("ja", "アドビは費用が1株当たり利益を0.12ドル下押しする見通し。", []),
        ("ja", "サイボウズは従業員35%(約500人)を削減。", []),
    ],
)
def test_which_figure_a_number_is(language: str, text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, language), "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "zh",
            "雇员超过10人的客户数量同比增长36%至50.49万；为Zoom贡献超过10万美元收入的客户数量同比增长131%至2278。",
            [
                ("more_than_10_employees", 36),
                ("more_than_10_employees", 504900),
                ("over_100k_usd", 131),
                ("over_100k_usd", 2278),
            ],
        ),
        ("ja", "メルカリは広告事業が堅調で、純利益が35%増の166億円となりました。", [(None, 35), (None, 166e8)]),
        ("ko", "화상회의 서비스 업체 줌의 매출은 12% 늘었다.", [(None, 12)]),
    ],
)
def test_which_part_of_the_business(language: str, text: str, expected: list[tuple[str | None, float]]) -> None:
    assert cells(figures_in(text, language), "segment", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ko", "카카오는 2분기 매출액 증가율이 10%에도 미치지 못할 것으로 전망했다.", [("guidance", "under", 10, None)]),
        (
            "ja",
            "アドビ社の売上高見通しは331億ドルから338億ドル、これは市場予想の349億ドルを下回っている。",
            [("guidance", "eq", 331e8, 338e8), ("consensus", "eq", 349e8, None)],
        ),
        (
            "ko",
            "카카오의 매출은 3억 달러로 월가 애널리스트들의 예상치(2억300만 달러)보다 11%나 많았다.",
            [("actual", "eq", 3e8, None), ("consensus", "eq", 203e6, None)],
        ),
    ],
)
def test_what_was_expected(language: str, text: str, expected: list[tuple[str, str, float, float | None]]) -> None:
    assert cells(figures_in(text, language), "basis", "comparator", "value", "value_high") == expected


def test_months_with_their_word_at_both_ends() -> None:
    found = figures_in("アドビは1月から3月期の売上高見通しを535億~565億ドルとした。", "ja")
    assert cells(found, "period_end", "value_high") == [("2023-03-31", 565e8)]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("네이버는 삼성SDS와 손잡고 AI 서비스를 개발하기로 했다.", "삼성SDS"),
        ("네이버는 화웨이와 손잡고 AI 서비스를 개발하기로 했다.", "화웨이"),
        ("카카오는 카카오페이를 인수했다.", "카카오페이"),
        ("개인정보보호위원회는 구글에 과징금 692억원을 부과했다.", "개인정보보호위원회"),
        ("하나증권은 엔씨소프트 목표주가를 40만원으로 20% 하향했다.", "하나증권"),
    ],
)
def test_counterparties_without_their_particle(text: str, party: str) -> None:
    found = moves_in(text, "ko")
    assert cells(found, "counterparty") == [(party,)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "zh",
            "Zoom宣布裁员约15%，涉及约1300名员工。Salesforce计划裁员10%。",
            [("layoffs", "zoom", 1300, "count"), ("layoffs", "salesforce", 10, "percent")],
        ),
        (
            "ko",
            "NH투자증권은 넷마블의 목표주가를 7만원에서 6만원으로 하향했다.",
            [("rating_change", "netmarble", 60000, "KRW")],
        ),
    ],
)
def test_whose_moves(language: str, text: str, expected: list[tuple[str, str, float, str]]) -> None:
    assert cells(moves_in(text, language), "move_type", "company_id", "value", "unit") == expected


def test_nobody_lays_off_so_many() -> None:
    found = moves_in("单日市值蒸发7万亿，亚马逊启动公司最大规模裁员。", "zh")
    assert cells(found, "move_type", "value") == [("layoffs", None)]


def test_both_ends_of_a_fall() -> None:
    assert cells(moves_in("阿里云宣布核心产品降价15%至50%。", "zh"), "value", "value_high") == [(-15, -50)]


def test_after_hours_though_a_close_is_compared_with() -> None:
    found = moves_in("アドビは24日の時間外取引で、日中終値比1.02%安の239.58ドルと下落した。", "ja")
    assert cells(found, "value", "session") == [(-1.02, "after_hours"), (239.58, "after_hours")]


def test_a_download_is_no_outage() -> None:
    assert cells(matters_in("Zoomは最新のアプリをダウンロードすれば問題ありません。", "ja"), "category", by="start") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "グーグルの売上高は800億ドルで、広告事業は7%増の170億ドルだった。", ["advertising", "advertising"]),
        ("zh", "谷歌营收为800亿美元，其中云业务增长7%至170亿美元。", ["cloud", "cloud"]),
        ("ko", "구글의 매출은 800억 달러이며, 광고 부문은 7% 늘어난 170억 달러였다.", ["advertising", "advertising"]),
    ],
)
def test_a_part_of_the_business_behind_the_whole(language: str, text: str, expected: list[str]) -> None:
    assert [segment for (segment,) in cells(figures_in(text, language), "segment")] == [None, *expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "小米营收961亿元，营业利润62亿元。去年同期营收700亿元、营业利润32亿元、净利润21亿元。"),
        ("ja", "アドビは売上高961億円、営業利益62億円だった。前年同期は売上高700億円、営業利益32億円だった。"),
        (
            "ko",
            "카카오는 매출액 961억원, 영업이익 62억원을 올렸다. 전년 동기 매출액 700억원, 영업이익 32억원에서 대폭 증가했다.",
        ),
    ],
)
def test_an_earlier_time_holds_for_its_whole_list(language: str, text: str) -> None:
    roles = [role for (role,) in cells(figures_in(text, language), "period_role")]
    assert roles[:2] == ["current", "current"]
    assert set(roles[2:]) == {"comparative"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "Slack股東否決Salesforce的收購案。"),
        ("ja", "スラックの株主は、セールスフォースによる277億ドルの買収案を否決した。"),
        ("ko", "슬랙 주주들이 세일즈포스의 277억달러 인수안을 부결시켰다."),
    ],
)
def test_shareholders_who_refuse_are_those_of_the_target(language: str, text: str) -> None:
    found = moves_in(text, language)
    assert cells(found, "move_type", "company_id", "status") == [("acquisition", "salesforce", "abandoned")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "Zoom以147亿美元收购Five9，进入240亿美元规模的呼叫中心市场。"),
        ("ja", "ズームは147億ドルでファイブ9を買収し、240億ドル規模のコールセンター市場に参入する。"),
        ("ko", "줌은 147억 달러에 파이브나인을 인수해 240억 달러 규모의 컨택트 센터 시장에 진출하려 했다."),
    ],
)
def test_the_size_of_a_market_is_no_price(language: str, text: str) -> None:
    found = moves_in(text, language)
    assert [row for row in cells(found, "move_type", "value") if row[0] == "acquisition"] == [("acquisition", 147e8)]


def test_a_deal_told_to_have_failed_and_told_again_with_its_price() -> None:
    found = moves_in(
        "米ズームは、米ファイブ9の買収を断念したと発表した。\nズームは7月に約147億ドルでファイブ9を買収すると発表した。", "ja"
    )
    assert cells(found, "value", "status") == [(147e8, "abandoned")]


def test_advice_to_shareholders_makes_no_guide() -> None:
    found = moves_in("ISS建議股東反對併購。Glass Lewis也建議股東反對。Zoom股價周五大漲逾3%。", "zh")
    assert cells(found, "move_type", "value") == [("share_price_change", 3)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "2019年6月20日，Slack登陆纽交所。", [("ipo", "2019-06-20")]),
        ("ja", "スラックは2019年6月に上場した。", [("ipo", "2019-06-01")]),
        ("ko", "슬랙은 2019년 6월 뉴욕증시에 상장했다.", [("ipo", "2019-06-01")]),
        ("ko", "파이브나인은 앞으로도 독립형 상장기업으로 운영될 예정이다.", []),
    ],
)
def test_when_a_firm_went_public(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert cells(moves_in(text, language), "move_type", "effective_on") == expected


def test_at_least_is_no_fall() -> None:
    found = figures_in("甲骨文收入为3.28亿美元，比去年同期至少翻了一番。", "zh")
    assert cells(found, "measure", "value", "comparator") == [("level", 3.28e8, "eq"), ("change", 2, "over")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "zh",
            "甲骨文第一季度营收123亿美元，预估121亿美元；每股收益1.2美元，预期1.1美元。",
            [("actual", 123e8), ("consensus", 121e8), ("actual", 1.2), ("consensus", 1.1)],
        ),
        (
            "zh",
            "甲骨文第一季度營收123億美元，預估第二季營收130億美元。",
            [("actual", 123e8), ("guidance", 130e8)],
        ),
        ("ko", "리피니티브가 조사한 카카오의 3분기 실적 전망치는 매출액 927억원이었다.", [("consensus", 927e8)]),
        ("ko", "레피니티브가 조사한 카카오의 3분기 실적 전망치는 매출액 927억원이었다.", [("consensus", 927e8)]),
    ],
)
def test_what_was_expected_right_behind_what_came(language: str, text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, language), "basis", "value") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲骨文预计调整后的收益为每股3.91美元至3.94美元。", [("eps", 3.91)]),
        ("甲骨文第三季度调整后每股收益为1.34美元，收益为10亿美元。", [("eps", 1.34), ("revenue", 1e9)]),
        ("Zoom的客户数量从8万增加到20万。", [("customers", 8e4), ("customers", 2e5)]),
        ("Slack的每日用户数量从去年12月的1000万急增到3月的2亿。", [("users", 1e7), ("users", 2e8)]),
    ],
)
def test_earnings_a_share_and_bare_counts(text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, "zh"), "metric", "value") == expected


def test_korean_sentences_without_a_space_between() -> None:
    found = moves_in("방통위는 KT에 시정조치를 명령했다.공정위는 카카오에 과징금 10억원을 부과했다.", "ko")
    assert ("kakao", 10e8) in cells(found, "company_id", "value")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "Zoomは一部のミーティングを中国のサーバーに誤ってルーティングした。", ["data_routing"]),
        ("ja", "人員削減の対象は、IBMがデータ分析事業を売却した後に残った従業員だ。", []),
        ("ja", "新型コロナに伴う外出禁止で、メタは顧客を拡大してきた。", []),
        ("ko", "줌은 화면 공유 기능을 활용한 사례가 나왔다.", []),
    ],
)
def test_words_that_only_sound_of_security(language: str, text: str, expected: list[str]) -> None:
    assert [category for (category,) in cells(matters_in(text, language), "category", by="start")] == expected


def test_jobs_cut_without_a_number() -> None:
    assert cells(moves_in("IBMも従業員の削減を明らかにしている。", "ja"), "move_type", "company_id") == [("layoffs", "ibm")]


def test_costs_are_no_earnings() -> None:
    found = figures_in("카카오의 순이익이 63억원이었다. 카카오의 배송비용은 43% 증가한 39억원이었다.", "ko")
    assert cells(found, "metric", "value") == [("net_income", 63e8)]


def test_a_dash_in_a_headline_is_no_sign() -> None:
    found = moves_in("NEC、テクノスを完全子会社化へ-2000億円投じTOB", "ja")
    assert cells(found, "move_type", "value") == [("acquisition", 2e11)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ko", "네이버의 매출과 영업이익은 2조원, 3000억원이다.", [("revenue", 2e12), ("operating_income", 3e11)]),
        ("ko", "카카오의 매출과 영업이익은 전년 대비 12%, 20% 늘었다.", [("revenue", 12), ("operating_income", 20)]),
        ("zh", "京东的营收和净利润同比增长5%、12%。", [("revenue", 5), ("net_income", 12)]),
        ("zh", "京東的營收和淨利潤同比增長5%、12%。", [("revenue", 5), ("net_income", 12)]),
        ("ja", "富士通の売上高と営業利益は3兆円、2000億円だった。", [("revenue", 3e12), ("operating_income", 2e11)]),
        ("ko", "카카오톡은 4700만명이 이용하고 있다.", [("users", 47e6)]),
        ("ja", "メルカリの登録者は6000万人を超えた。", [("users", 6e7)]),
        (
            "zh",
            "微軟銷售成長7.9%到525億美元,略高於華爾街預期的522億美元。",
            [("revenue", 7.9), ("revenue", 525e8), ("revenue", 522e8)],
        ),
        ("zh", "微軟凈利增長近90倍。", [("net_income", 90)]),
    ],
)
def test_rows_of_numbers_and_words_of_figures(language: str, text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, language), "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "Zoomの2020年11月~21年1月期の売上高は8億ドルだった。", ["2021-01-31"]),
        ("ja", "Zoomの2020年11月~2021年1月期の売上高は8億ドルだった。", ["2021-01-31"]),
        ("ja", "Zoomの2020年8~10月期の売上高は7億ドルだった。", ["2020-10-31"]),
        ("ko", "줌의 2020년 11월~2021년 1월 매출은 8억달러였다.", ["2021-01-31"]),
        ("zh", "Zoom在2020年11月至2021年1月的营收为8亿美元。", ["2021-01-31"]),
        ("en", "Zoom's revenue between November 2020 and January 2021 was $880 million.", ["2021-01-31"]),
    ],
)
def test_quarters_over_the_turn_of_a_year(language: str, text: str, expected: list[str]) -> None:
    found = figures_in(text, language, published=datetime(2021, 3, 2, tzinfo=UTC))
    assert [str(end) for (end,) in cells(found, "period_end")] == expected


def test_a_quarter_that_another_follows_is_none_of_the_figures() -> None:
    text = "카카오는 2분기에 이어 역대 최대 매출을 올렸다. 순이익은 직전 분기 대비 40% 감소한 227억원이었다."
    found = figures_in(text, "ko", published=datetime(2021, 10, 21, tzinfo=UTC))
    assert [str(end) for (end,) in cells(found, "period_end")] == ["2021-09-30", "2021-09-30"]


def test_what_is_told_behind_a_part_of_the_business() -> None:
    text = "甲骨文大中華區錄得255億美元收入,按年升38%,遠超華爾街預期的218億美元。"
    assert cells(figures_in(text, "zh"), "segment", "value") == [("china", 255e8), ("china", 38), ("china", 218e8)]


def test_not_by_the_accounting_rules() -> None:
    text = "不按照美國通用會計準則,微軟第三季度凈利潤為2.97億美元。"
    assert cells(figures_in(text, "zh"), "accounting", "value") == [("adjusted", 297e6)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ja", "スラックはセールスフォースに買収された。", ("salesforce", "スラック")),
        ("ja", "スラックがセールスフォースに買収される。", ("salesforce", "スラック")),
        ("ja", "スラックはセールスフォースの傘下に入る。", ("salesforce", "スラック")),
        ("ja", "セールスフォースはスラックを買収した。", ("salesforce", "スラック")),
        ("ko", "슬랙은 세일즈포스에 인수됐다.", ("salesforce", "슬랙")),
        ("ko", "왓츠앱은 페이스북에 인수됐다.", ("facebook", "왓츠앱")),
        ("ko", "페이스북은 왓츠앱을 인수했다.", ("facebook", "왓츠앱")),
        ("zh", "领英被微软收购。", ("microsoft", "领英")),
        ("zh", "領英被微軟以262億美元收購。", ("microsoft", "領英")),
        ("zh", "微软收购领英。", ("microsoft", "领英")),
    ],
)
def test_who_buys_in_a_passive(language: str, text: str, expected: tuple[str, str]) -> None:
    assert cells(moves_in(text, language), "company_id", "counterparty") == [expected]
