"""Chinese and Korean news: unknown firms in Latin letters that are bought, and words that only look like a matter."""

import pytest

from tests.transforms import linking

BOUGHT = [
    ("zh", "英伟达收购Corvane已经完成。", "Corvane", "completed"),
    ("zh", "微软宣布收购Corvane。", "Corvane", "announced"),
    ("zh", "思科收购了会议软件公司Velmora。", "Velmora", "completed"),
    ("zh", "高通完成對Velmora的收購。", "Velmora", "completed"),
]


@pytest.mark.parametrize(("language", "text", "target", "status"), BOUGHT)
def test_firm_bought_in_latin_letters(language: str, text: str, target: str, status: str) -> None:
    moves = linking.moves_in(text, language, published=linking.THURSDAY)
    assert moves.select("move_type", "counterparty", "status").rows() == [("acquisition", target, status)]


@pytest.mark.parametrize("text", ["苹果收购Android手机。", "高通正在与Python社区合作。"])
def test_things_in_latin_letters_are_not_bought(text: str) -> None:
    moves = linking.moves_in(text, "zh", published=linking.THURSDAY)
    assert "acquisition" not in moves["move_type"].to_list()


@pytest.mark.parametrize(
    ("text", "moves"), [("Slack聯絡在香港設立的辦事處。", []), ("Slack宣布在香港設立辦事處。", ["expansion"])]
)
def test_office_that_is_there_is_no_expansion(text: str, moves: list[str]) -> None:
    assert linking.moves_in(text, "zh", published=linking.THURSDAY)["move_type"].to_list() == moves


def test_training_of_staff_is_no_breach() -> None:
    text = "줌은 직원에게 개인정보 보호에 대한 교육을 제공하는 조치에 동의했다."
    assert linking.matters_in(text, "ko", published=linking.THURSDAY).is_empty()
