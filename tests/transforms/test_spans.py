"""The tape and its two scans: offsets always slice the text, whatever the script."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.spans import SEPARATOR, Tape, dictionary_scan, drop_contained, fold, pattern_scan, within

WORDS = ["omzet", "Umsatz", "売上高", "выручка", "İstanbul", "μετοχή", "😀", "ß", "naïve", "1.234,5", "매출"]


def tape(*texts: str, language: str = "nl") -> Tape:
    frame = pl.DataFrame({"article_id": [str(i) for i in range(len(texts))], "text": list(texts)})
    return Tape.of(frame, language=language)


def patterns(*words: str, kind: str = "metric") -> pl.DataFrame:
    return pl.DataFrame(
        [(kind, w.strip("*"), fold(w.strip("*")), w.startswith("*"), w.endswith("*")) for w in words],
        schema=["kind", "code", "pattern", "open_left", "open_right"],
        orient="row",
    )


def found(scanned: Tape, spans: pl.DataFrame) -> list[str]:
    return [scanned.text[start:end] for start, end in spans.select("start", "end").iter_rows()]


@given(st.text(max_size=200))
def test_folding_never_moves_an_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), min_size=1, max_size=6))
@settings(max_examples=60)
def test_docs_slice_their_own_text(texts: list[str]) -> None:
    laid = tape(*texts)
    assert [laid.text[a:b] for a, b in laid.docs.select("start", "end").iter_rows()] == texts
    assert laid.text == SEPARATOR.join(texts)


def test_a_span_without_an_end_has_no_text() -> None:
    spans = pl.DataFrame({"start": [0, None, 2], "end": [2, 3, None]}, schema={"start": pl.Int64, "end": pl.Int64})
    assert tape("naïve").slice("start", "end", spans).to_list() == ["na", None, None]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
@settings(max_examples=60)
def test_dictionary_scan_finds_every_word_where_it_stands(words: list[str]) -> None:
    laid = tape(" ".join(words))
    spans = dictionary_scan(laid, patterns(*WORDS))
    assert found(laid, spans) == words


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param("omzet", "De omzet steeg", ["omzet"], id="whole word"),
        pytest.param("omzet", "De jaaromzet steeg", [], id="not within a word"),
        pytest.param("*omzet", "De jaaromzet steeg", ["jaaromzet"], id="open on the left takes the word"),
        pytest.param("omzet*", "De omzetgroei hield aan", ["omzetgroei"], id="open on the right takes the word"),
        pytest.param("*omzet*", "De jaaromzetten", ["jaaromzetten"], id="open on both sides"),
        pytest.param("net income", "NET INCOME rose", ["NET INCOME"], id="without case"),
        pytest.param("chiffre d'affaires", "le chiffre d’affaires", ["chiffre d’affaires"], id="any apostrophe"),
        pytest.param("net income", "net\u00a0income", ["net\u00a0income"], id="any space"),
        pytest.param("营收", "季度营收增长", ["营收"], id="no word borders in Chinese"),
        pytest.param("zoom", "该公司Zoom的营收", ["Zoom"], id="Latin word among Chinese"),
        pytest.param("100", "１００人", ["１００"], id="full-width digits"),
    ],
)
def test_what_a_pattern_matches(pattern: str, text: str, expected: list[str]) -> None:
    laid = tape(text)
    assert found(laid, dictionary_scan(laid, patterns(pattern))) == expected


def test_the_longer_pattern_of_a_kind_hides_the_shorter() -> None:
    laid = tape("net income margin")
    spans = dictionary_scan(laid, patterns("net income", "net income margin"))
    assert found(laid, spans) == ["net income margin"]


def test_cased_scan_tells_a_name_from_a_word() -> None:
    laid = tape("Zoom in on Zoom, then zoom out", language="en")
    names = pl.DataFrame({"kind": ["c"], "pattern": ["Zoom"], "open_left": [False], "open_right": [False]})
    assert len(dictionary_scan(laid, names, cased=True)) == 2


def test_equal_spans_both_stay() -> None:
    spans = pl.DataFrame({"start": [0, 0, 1], "end": [4, 4, 3], "kind": ["a"] * 3, "code": ["x", "y", "z"]})
    assert drop_contained(spans, by="kind")["code"].to_list() == ["x", "y"]


@given(st.lists(st.sampled_from(["12", "345 miljoen", "é", "金额", "x7x", "€ 8 miljard"]), min_size=1, max_size=20))
@settings(max_examples=60)
def test_groups_of_a_pattern_slice_the_text(words: list[str]) -> None:
    laid = tape(" ; ".join(words))
    spans = pattern_scan(laid, r"(\d+)( ?)(miljoen|miljard)?", ["number", "_gap", "scale"])
    for row in spans.iter_rows(named=True):
        assert laid.folded[row["number_start"] : row["number_end"]] == row["number"]
        assert (laid.folded[row["scale_start"] : row["scale_end"]] or None) == row["scale"]


def test_within_is_null_outside_every_frame() -> None:
    frames = pl.DataFrame({"start": [0, 10], "end": [5, 15], "sid": [0, 1]})
    spans = pl.DataFrame({"start": [12, 7, 4]})
    assert within(spans, frames, name="sid")["sid"].to_list() == [1, None, 0]
