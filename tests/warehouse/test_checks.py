"""Margins against their parts, outlooks against what came, and what became of each article: one company for each case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.warehouse.story import Story
from warehouse.filing import build
from warehouse.query import query

EPS = {"metric": "eps"}
MARGIN = {"metric": "operating_margin", "unit": "percent"}
INCOME = {"metric": "operating_income"}
GUIDED, AWAITED = {"basis": "guidance"}, {"basis": "consensus"}


def said(value: str, step: str, comparator: str = "eq", **others: Any) -> dict[str, Any]:
    return {"value": value, "value_step": step, "comparator": comparator, **others}


CASES: dict[str, tuple[list[list[dict[str, Any]]], str, str, str | None]] = {
    "margin-holds": (
        [[said("12.5", "0.1", **MARGIN), said("41000000", "1000000", **INCOME), said("328200000", "100000")]],
        "margin", "holds", None,
    ),
    "margin-fails": (
        [[said("18.5", "0.1", **MARGIN), said("41000000", "1000000", **INCOME), said("328200000", "100000")]],
        "margin", "fails", "the parts give a smaller margin than stated",
    ),
    "margin-of-a-loss": (
        [[said("-12.5", "0.1", **MARGIN), said("-41000000", "1000000", **INCOME), said("328200000", "100000")]],
        "margin", "holds", None,
    ),
    "margin-too-coarse": (
        [[said("12", "1", **MARGIN), said("1000000000", "1000000000", **INCOME), said("9000000000", "4000000000")]],
        "margin", "not_decidable", "the parts are too coarse to tell",
    ),
    "margin-across-articles": (
        [[said("12.5", "0.1", **MARGIN)], [said("41000000", "1000000", **INCOME)], [said("328200000", "100000")]],
        "margin", "holds", None,
    ),
    "outlook-met": (
        [[said("500000000", "10000000", value_high="520000000", **GUIDED)], [said("511000000", "1000000")]],
        "guidance", "holds", None,
    ),
    "outlook-missed": (
        [[said("500000000", "10000000", value_high="520000000", **GUIDED)], [said("471000000", "1000000")]],
        "guidance", "fails", "less than expected",
    ),
    "outlook-at-least": (
        [[said("500000000", "10000000", "over", **GUIDED)], [said("571000000", "1000000")]],
        "guidance", "holds", None,
    ),
    "eps-beats": (
        [[said("0.09", "0.01", **EPS, **AWAITED), said("0.20", "0.01", **EPS)]],
        "consensus", "fails", "more than expected",
    ),
    "eps-as-awaited": ([[said("0.2", "0.1", **EPS, **AWAITED), said("0.20", "0.01", **EPS)]], "consensus", "holds", None),
}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    story = Story().run("run-1")
    for company, (articles, *_) in CASES.items():
        for number, facts in enumerate(articles):
            name = f"{company}-{number}"
            story.article(name, f"T {name}\nIt said so", published=f"2020-06-{4 + number:02}T00:00:00.000000Z")
            for place, fact in enumerate(facts):
                story.fact(name, "It said so", fact_id=f"{name}-{place}", company=company, **fact)
            story.processed(name)
    story.article("silent", "Nothing\nAt all").processed("silent")
    story.article("strange", "???", language="und").processed("strange")
    story.article("torn", "torn")
    story.add("article/torn", "ArticleRejected", {"uri": "u", "content_sha256": story.read["torn"][0], "reason": "cut off"})
    file = tmp_path_factory.mktemp("checks") / "checks.duckdb"
    build(file, story.accept().projection())
    return file


@pytest.mark.parametrize("company", [pytest.param(company, id=company) for company in CASES])
def test_verdicts(path, company):
    _, check, verdict, reason = CASES[company]
    rows = query(path, 'SELECT "check", verdict, reason FROM derived_checks WHERE company_id = ?', [company]).rows()
    assert rows == [(check, verdict, reason)]


def test_every_verdict_names_its_facts(path):
    rows = query(path, "SELECT * FROM derived_checks")
    assert rows.filter(pl.col("stated_fact_id").is_null() | pl.col("level_fact_id").is_null()).is_empty()
    assert rows.filter(pl.col("check") == "margin")["whole_fact_id"].null_count() == 0


def test_what_became_of_each_article(path):
    rows = query(path, "SELECT article_id, facts, nothing_because FROM article_coverage WHERE facts = 0 ORDER BY article_id")
    assert rows.rows() == [
        ("silent", 0, "nothing in it is stated as a fact of the three tables"),
        ("strange", 0, "its language is not known"),
        ("torn", 0, "could not be read: cut off"),
    ]
    counted = query(path, "SELECT sum(facts), sum(financials + security_incidents + market_moves) FROM article_coverage").row(0)
    told = "SELECT DISTINCT sentences, telling FROM article_coverage WHERE sentences IS NOT NULL"
    assert query(path, told).rows() == [(3, 1)]
    silent = query(path, "SELECT DISTINCT sentence_start, sentence_end, why, reading FROM silent_sentences ORDER BY ALL")
    assert silent.rows() == [(0, 9, "no_word", None), (12, 40, "weighed", "revenue")]
    assert counted[0] == counted[1] == sum(len(facts) for articles, *_ in CASES.values() for facts in articles)
