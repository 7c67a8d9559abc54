"""Scripts in which a clause is short and words have no borders, names that only tell a home, deals told twice.

Sentences are our own.
"""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.linking import cells, matters_in, moves_in


def test_a_part_of_another_word_names_no_country() -> None:
    text = "ズームは端末のタイムゾーンや都市の情報を無断でフェイスブックに送信していた。"
    assert cells(matters_in(text, "ja"), "category", "company_id", "country") == [("data_sharing", "zoom", None)]
    text = "急増中のズームは、利用者の情報を無断でフェイスブックに送信していた。"
    assert cells(matters_in(text, "ja"), "category", "country") == [("data_sharing", None)]


def test_the_home_of_a_firm_is_no_place_of_its_cuts() -> None:
    assert cells(moves_in("美國視訊平臺Zoom宣佈將裁減1,300名員工。", "zh"), "value", "country") == [(1300, None)]


def test_who_receives_data_does_not_share_it() -> None:
    text = "ズームが釈明した。同社は、フェイスブックの会員か否かを問わず、端末の情報を無断でフェイスブックに送信していた。"
    found = cells(matters_in(text, "ja"), "category", "company_id", "counterparty")
    assert found == [("data_sharing", "zoom", "フェイスブック")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Slack has a market value of $17 billion, and the takeover would be the largest in the history of Salesforce."),
        ("de", "Die Marktkapitalisierung von Slack liegt bei 17 Milliarden Dollar, die Übernahme wäre die größte."),
        ("ja", "スラックの時価総額は170億ドル余りで、セールスフォースとしては過去最大の買収となるとみられている。"),
        ("ko", "슬랙의 시가총액은 170억 달러로, 인수가 성사되면 세일즈포스 사상 최대 규모다."),
    ],
)  # fmt: skip
def test_market_value_is_no_price(language: str, text: str) -> None:
    assert moves_in(text, language).filter(pl.col("value").is_not_null()).is_empty()


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "Zoom裁员650人,该公司雇员总数约有5千人。", [650]),
        ("zh", "Zoom裁员规模占公司大约3万名员工中的6%。", [6]),
        ("zh", "受Zoom裁员影响,2年间人手增加的部门也在其中。", []),
        ("ko", "줌은 대규모 해고를 시작해 지금은 2,300여 명의 직원만 남아 있다.", []),
        ("en", "Zoom cut 300 jobs, which left it with 2,300 remaining employees.", [300]),
    ],
)  # fmt: skip
def test_staff_that_stays_is_not_laid_off(language: str, text: str, expected: list[float]) -> None:
    moves = moves_in(text, language).filter(pl.col("move_type") == "layoffs", pl.col("value").is_not_null())
    assert [float(value) for value in moves["value"]] == expected


def test_a_word_for_late_trading_before_another_number_is_of_that_one() -> None:
    text = "줌 주가는 27일 0.28% 떨어졌지만 시간 외 거래에서는 7.43%나 올랐다."
    assert cells(moves_in(text, "ko"), "value", "session") == [(-0.28, None), (7.43, "after_hours")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "セールスフォースはスラックを買収する方向で協議しており、交渉は進んだ段階にある。"),
        ("ko", "세일즈포스가 슬랙과 인수 협상을 벌이고 있다고 한다."),
        ("zh", "Salesforce正就收购Slack进行谈判。"),
    ],
)
def test_talks_are_rumoured(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "company_id", "counterparty_id", "status") == [("salesforce", "slack", "rumoured")]


def test_a_price_told_of_the_target_is_that_of_its_buyer() -> None:
    text = "세일즈포스가 슬랙을 인수한다고 발표했다. 슬랙의 인수 금액은 277억 달러다."
    found = cells(moves_in(text, "ko"), "company_id", "counterparty_id", "value")
    assert found == [("salesforce", "slack", 27.7e9)]


def test_tools_for_working_together_are_no_partnership() -> None:
    assert moves_in("スラックは、マイクロソフトの協業アプリ「チームズ」との競争に押されている。", "ja").is_empty()


@pytest.mark.parametrize(
    ("language", "text", "stage"),
    [
        ("zh", "Zoom承诺将提供端对端加密。", "reported"),
        ("zh", "Zoom推出了端对端加密。", "remediated"),
        ("en", "Zoom has promised to introduce end-to-end encryption.", "reported"),
    ],
)
def test_encryption_that_is_promised_mends_nothing(language: str, text: str, stage: str) -> None:
    assert cells(matters_in(text, language), "category", "stage") == [("encryption", stage)]


def test_ministries_that_recommend_write_no_guide() -> None:
    text = (
        "대만 정부는 공공기관의 줌 사용을 전면 금지했다. 대신 다른 서비스를 쓸 것을 권고했다. "
        "독일 외교부는 직원들에게 개인용 장비로만 쓸 것을 권고했다. 교육부는 권장 프로그램을 지정했다."
    )
    assert ("account_restriction", "TW") in cells(matters_in(text, "ko"), "category", "country")


def test_an_abbreviation_in_brackets_is_of_the_words_before_it() -> None:
    text = "세계 최대 소셜네트워크서비스(SNS) 페이스북에서 5억3300만명의 개인정보가 유출된 것으로 확인됐다."
    assert cells(matters_in(text, "ko"), "category", "company_id") == [("data_breach", "facebook")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "欧盟对Meta(脸书母公司)处以8亿欧元罚款。"),
        ("zh", "欧盟对Meta(原Facebook)处以8亿欧元罚款。"),
        ("en", "The European Commission fined Meta (formerly Facebook) 800 million euros."),
    ],
)
def test_an_earlier_name_in_brackets_is_no_other_firm(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "company_id", "value") == [("meta", 8e8)]


def test_who_forbids_is_named_once() -> None:
    text = "Zoom的安全問題引發關注，Zoom股價下跌。SpaceX禁止員工使用Zoom。消息人士證實，SpaceX於28日發電郵，即時禁止使用Zoom。"
    bans = matters_in(text, "zh").filter(pl.col("category") == "account_restriction")
    assert cells(bans, "company_id", "counterparty") == [("zoom", "SpaceX")]


def test_firms_that_forbid_are_not_forbidden() -> None:
    text = "ズームに懸念が広がっている。ドイツ外務省や米スペースXなどが利用を禁じた。グーグルも禁止した。"
    assert set(matters_in(text, "ja")["company_id"]) == {"zoom"}


def test_whose_takeover_it_is_called_is_taken_over() -> None:
    found = cells(moves_in("微軟週五宣布完成對Slack的收購。", "zh"), "company_id", "counterparty_id", "status")
    assert found == [("microsoft", "slack", "completed")]


def test_a_takeover_that_is_stopped_is_no_ban() -> None:
    assert matters_in("英國政府封殺微軟收購Slack。", "zh").is_empty()


def test_market_value_may_be_written_apart() -> None:
    text = "세일즈포스의 시가 총액은 2370억 달러에 달해 자사주를 활용한 인수를 검토하고 있다."
    assert moves_in(text, "ko").filter(pl.col("value").is_not_null()).is_empty()
