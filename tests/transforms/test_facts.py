"""Facts of linked rows: evidence that stands in the article, ids that survive a longer title, schemas."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from transforms.extract import extract
from transforms.facts import VALUE_COLUMNS, empty
from transforms.schemas import ARTICLE_TEXTS, FACT_TABLES

BODY = "Microsoft reported revenue of $4.3 billion, up 12% on the year. Net income was $900 million, against $850 million."


def articles(*texts: str, language: str = "en") -> pl.DataFrame:
    rows = [
        {"article_id": f"{i:032d}", "uri": f"file:///{i}", "text": text, "language": language, "published_precision": "day",
         "published_at": datetime(2021, 11, 10, tzinfo=UTC), "content_sha256": "c", "text_sha256": "t", "cluster_id": "k"}
        for i, text in enumerate(texts)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=ARTICLE_TEXTS)


def test_evidence_value_and_mention_stand_where_the_spans_say() -> None:
    text = "Strong quarter\n\n" + BODY
    found = extract(articles(text))["fact_financials"]
    assert found.height == 4
    for row in found.iter_rows(named=True):
        assert text[row["evidence_start"] : row["evidence_end"]] == row["evidence"]
        assert row["evidence_start"] <= row["value_start"] < row["value_end"] <= row["evidence_end"]
        if row["company_mention"] is not None:
            assert text[row["company_mention_start"] : row["company_mention_end"]] == row["company_mention"]


def test_a_word_added_to_the_title_moves_spans_and_changes_no_id() -> None:
    short = extract(articles("Quarter\n\n" + BODY))["fact_financials"]
    longer = extract(articles("A good quarter\n\n" + BODY))["fact_financials"]
    assert short["fact_id"].to_list() == longer["fact_id"].to_list()
    assert (longer["evidence_start"] - short["evidence_start"]).unique().to_list() == [7]


def test_another_value_is_another_fact() -> None:
    one = extract(articles(BODY))["fact_financials"]["fact_id"]
    other = extract(articles(BODY.replace("4.3", "4.4")))["fact_financials"]["fact_id"]
    assert len(set(one) & set(other)) < len(one)


def test_the_same_article_twice_gives_facts_of_its_own_each() -> None:
    found = extract(articles(BODY, BODY))["fact_financials"]
    assert found["fact_id"].n_unique() == found.height == 8


def test_schemas_are_those_of_the_tables_with_and_without_facts() -> None:
    for found in (extract(articles(BODY)), extract(articles("")), empty()):
        assert {table: dict(found[table].schema) for table in FACT_TABLES} == {
            table: dict(pl.DataFrame(schema=schema).schema) for table, schema in FACT_TABLES.items()
        }


def test_identity_rests_on_the_values_and_not_on_the_places() -> None:
    for columns in VALUE_COLUMNS.values():
        assert not [c for c in columns if c.endswith(("_start", "_end")) and not c.startswith("period")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", ("Microsoft creció\n\nMicrosoft ingresó 4.300 millones de dólares, un 5 por ciento más que hace un año. "
               "Ayer los papeles de Microsoft perdieron 3,9% al cierre del Nasdaq.")),
        ("fr", ("Microsoft progresse\n\nLe bénéfice par action de Microsoft a atteint 2,27 dollars au troisième trimestre. "
               "En Bourse, le titre Microsoft (+1,93%) figurait parmi les plus fortes hausses.")),
    ],
)  # fmt: skip
def test_a_number_that_moves_a_share_is_no_figure_of_what_was_told_before(language: str, text: str) -> None:
    found = extract(articles(text, language=language))
    moved = found["fact_market_moves"].filter(move_type="share_price_change")
    assert moved.height == 1
    assert moved["value_start"][0] not in found["fact_financials"]["value_start"].to_list()
    assert found["fact_financials"].height > 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ko",
            (
                "마이크로소프트 실적\n\n마이크로소프트의 기업 고객은 43만3700곳으로 48% 증가했다. "
                "최근 1년간 10만달러 넘게 쓴 고객은 1289곳이다. 순달러유지율은 10개 분기 연속 130%를 웃돌았다."
            ),
        ),
        (
            "ja",
            (
                "マイクロソフトの決算\n\nマイクロソフトの法人顧客は43万3700社で48%増えた。"
                "年間10万ドル超を払う顧客は1289社。純維持率は10カ四半期連続で130%を超えた。"
            ),
        ),
    ],
)
def test_periods_that_are_counted_are_no_customers(language: str, text: str) -> None:
    figures = extract(articles(text, language=language))["fact_financials"]
    customers = figures.filter(metric="customers", measure="level")["value"].to_list()
    assert customers == [433700, 1289]


def test_an_expectation_told_in_brackets_is_no_outlook_of_the_number_before_it() -> None:
    text = (
        "마이크로소프트 실적\n\n마이크로소프트의 조정 주당순이익(EPS)은 99센트로 예상치(76센트)를 웃돌았다. "
        "매출은 43억달러였다."
    )
    figures = extract(articles(text, language="ko"))["fact_financials"].filter(metric="eps")
    rows = figures.select(pl.col("value").cast(pl.Float64), "basis", "accounting").rows()
    assert rows[0] == (0.99, "actual", "adjusted"), "a metric that is named twice is one"
    assert rows[1][:2] == (0.76, "consensus")
