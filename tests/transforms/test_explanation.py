"""Why a fact stands: its spans lie in the text, its rule is the one on file, and its own reading is weighed best."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from transforms.coverage import WHY
from transforms.explanation import COVERED, Explanation, covered, explain
from transforms.extract import extract
from transforms.schemas import ARTICLE_TEXTS, FACT_TABLES

TEXT = (
    "Vantrix results\n\nMicrosoft reported revenue of $4.3 billion, up 12% on the year. Hackers stole data of 40,000 customers"
    " from Microsoft, the company said. Microsoft is to buy Larkfield for $900 million."
)


@pytest.fixture(scope="module")
def article() -> pl.DataFrame:
    row = {
        "article_id": "0" * 32,
        "uri": "file:///0",
        "text": TEXT,
        "language": "en",
        "published_precision": "day",
        "published_at": datetime(2021, 11, 10, tzinfo=UTC),
        "content_sha256": "c",
        "text_sha256": "t",
        "cluster_id": "k",
    }
    return pl.DataFrame([row], schema=ARTICLE_TEXTS)


@pytest.fixture(scope="module")
def explained(article: pl.DataFrame) -> dict[str, tuple[dict[str, object], Explanation]]:
    """The first fact of each table with its explanation."""
    found = extract(article)
    facts = {table: found[table].row(0, named=True) for table in FACT_TABLES}
    return {table: (fact, explain(article, fact, table=table)) for table, fact in facts.items()}


@pytest.mark.parametrize("table", ["fact_financials", "fact_security_incidents", "fact_market_moves"])
def test_what_is_shown_stands_in_the_text(explained: dict[str, tuple[dict[str, object], Explanation]], table: str) -> None:
    fact, why = explained[table]
    assert TEXT[why.start : why.start + len(why.text)] == why.text
    assert str(fact["evidence"]) in why.text
    assert not why.spans.is_empty()
    for start, end, text in why.spans.select("start", "end", "text").iter_rows():
        assert TEXT[start:end] == text
    assert why.weighed["score"].to_list() == sorted(why.weighed["score"], reverse=True)


def test_a_figure_is_told_by_its_word(explained: dict[str, tuple[dict[str, object], Explanation]]) -> None:
    _, why = explained["fact_financials"]
    assert why.weighed.row(0)[:2] == ("revenue (level)", "revenue")
    assert ("$4.3 billion", "quantity", "money: 4300000000 USD") in why.spans.select("text", "kind", "meaning").rows()
    assert why.asks == {}


def test_a_move_is_told_by_the_rule_on_file(explained: dict[str, tuple[dict[str, object], Explanation]]) -> None:
    fact, why = explained["fact_market_moves"]
    assert why.asks["id"] == fact["rule"]
    assert str(fact["rule"]) in why.weighed.row(0)[0]


def test_words_of_security_are_shown_for_a_matter_of_security(
    explained: dict[str, tuple[dict[str, object], Explanation]],
) -> None:
    _, why = explained["fact_security_incidents"]
    assert any(meaning.startswith("security.") for meaning in why.spans["meaning"])


def test_an_article_without_a_lexicon_is_not_explained(article: pl.DataFrame) -> None:
    fact = extract(article)["fact_financials"].row(0, named=True)
    with pytest.raises(ValueError, match="lexicon"):
        explain(article.with_columns(language=pl.lit("und")), fact, table="fact_financials")


def test_each_sentence_with_a_number_or_a_telling_word_is_covered(article: pl.DataFrame) -> None:
    silent = " The chairman, who is 61, has 12.5% more stamps than Corvane. Nobody was there. Hackers are at large."
    told = article.with_columns(text=pl.col("text") + silent)
    stated = pl.concat(facts.select("evidence_start") for facts in (extract(told)[table] for table in FACT_TABLES))
    rows = covered(told, stated)
    assert rows.schema == pl.Schema(COVERED)
    for start, end, sentence in rows.select("start", "end", "sentence").iter_rows():
        assert told["text"][0][start:end] == sentence
    by_sentence = {row["sentence"]: row for row in rows.iter_rows(named=True)}
    revenue = by_sentence["Microsoft reported revenue of $4.3 billion, up 12% on the year."]
    assert (revenue["facts"], revenue["numbers"], revenue["why"], revenue["reading"]) == (2, 2, None, None)
    stamps = by_sentence["The chairman, who is 61, has 12.5% more stamps than Corvane."]
    assert (stamps["facts"], stamps["why"]) == (0, "no_word")
    assert "Nobody was there." not in by_sentence
    assert rows["facts"].sum() == stated.height
    assert set(rows["why"].drop_nulls()) <= set(WHY)


def test_an_article_without_a_lexicon_covers_nothing(article: pl.DataFrame) -> None:
    nothing = pl.DataFrame(schema={"evidence_start": pl.Int64})
    assert covered(article.with_columns(language=pl.lit("und")), nothing).is_empty()
