"""Sentences and clauses: where they end, and where a dot or comma does not end them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.sentences import clauses, sentences
from transforms.spans import Tape


def laid(text: str, language: str = "en") -> Tape:
    return Tape.of(pl.DataFrame({"article_id": ["a"], "text": [text]}), language=language)


def cut(text: str, language: str = "en") -> list[str]:
    tape = laid(text, language)
    return [tape.text[a:b] for a, b in sentences(tape).select("start", "end").iter_rows()]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "Sales rose. Profit fell.", ["Sales rose.", "Profit fell."], id="plain"),
        pytest.param("en", "Sales came to $1.5 million. Up!", ["Sales came to $1.5 million.", "Up!"], id="decimal point"),
        pytest.param("en", "Kestrel Inc. said so. It did.", ["Kestrel Inc. said so.", "It did."], id="abbreviation"),
        pytest.param("en", "Says J. Marlow. He knows.", ["Says J. Marlow.", "He knows."], id="initial"),
        pytest.param("en", "It has 15. That is few.", ["It has 15.", "That is few."], id="number at the end"),
        pytest.param("en", "Title\n\nBody starts", ["Title", "Body starts"], id="line break"),
        pytest.param("en", '"We grew." Then "no."', ['"We grew."', 'Then "no."'], id="closing quotes"),
        pytest.param("nl", "Het was 5 mln. Dat is veel.", ["Het was 5 mln.", "Dat is veel."], id="Dutch million"),
        pytest.param("zh", "营收增长。利润下降！", ["营收增长。", "利润下降！"], id="wide stops"),
        pytest.param("ja", "増収。「好調だ」", ["増収。", "「好調だ」"], id="Japanese"),
        pytest.param("de", "Am 3. Quartal lag es. Gut.", ["Am 3. Quartal lag es.", "Gut."], id="ordinal"),
    ],
)
def test_where_sentences_end(language: str, text: str, expected: list[str]) -> None:
    assert cut(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sales rose to 1,5 million, up 3,2 %", ["Sales rose to 1,5 million,", "up 3,2 %"], id="commas in numbers"),
        pytest.param("Profit (2021: 5) fell", ["Profit", "(2021:", "5)", "fell"], id="brackets"),
        pytest.param("up - and away", ["up -", "and away"], id="dash"),
        pytest.param("a well-kept log", ["a well-kept log"], id="hyphen"),
        pytest.param("营收增长，利润下降", ["营收增长，", "利润下降"], id="wide comma"),
    ],
)
def test_where_clauses_end(text: str, expected: list[str]) -> None:
    tape = laid(text)
    found = clauses(tape, sentences(tape))
    assert [tape.text[a:b] for a, b in found.select("start", "end").iter_rows()] == expected


@given(st.text(alphabet="ab .,;!?\n()。，-1\"'", max_size=120))
@settings(max_examples=150)
def test_sentences_and_clauses_cover_all_that_is_not_white(text: str) -> None:
    tape = laid(text)
    whole = sentences(tape)
    parts = clauses(tape, whole)
    for frame in (whole, parts):
        covered = "".join(tape.text[a:b] for a, b in frame.select("start", "end").iter_rows())
        assert "".join(covered.split()) == "".join(text.split())
        assert (frame["start"] < frame["end"]).all()
        assert (frame["end"] <= frame["start"].shift(-1).fill_null(len(text) + 1)).all()
    assert parts["sid"].is_in(whole["sid"].implode()).all()


def test_a_unit_ends_a_sentence_before_a_capital_but_not_before_a_currency() -> None:
    tape = Tape.of(
        pl.DataFrame({"article_id": ["a"], "text": ["De omzet was 480 mln. De winst was 60 mln. EUR."]}), language="nl"
    )
    assert sentences(tape).height == 2
