"""Every rule of rules.toml sees the one row that was made to break it, and no other row.

A rule without a planted defect fails here, and so does a defect without a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from expectations.audit import audit
from expectations.suite import ARTICLES, TABLES, Rule, suite
from tests.expectations.good_run import NOW, PUBLISHED, Run, changed, good_run, rejected_article
from transforms.schemas import ARTICLE_TEXTS, FACT_TABLES

ROW = 1  # the second row of a table: for facts, the second of the first article
F, S, M = FACT_TABLES

Values = Mapping[str, Any]
Defect = Values | Callable[[Run, str], Run]


def plant(run: Run, table: str, **values: Any) -> Run:
    articles, frames = run
    if table == ARTICLES:
        return changed(articles, ROW, **values), frames
    return articles, frames | {table: changed(frames[table], ROW, **values)}


def reshaped(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Run, str], Run]:
    """A defect of a whole table."""

    def defect(run: Run, table: str) -> Run:
        articles, frames = run
        return (change(articles), frames) if table == ARTICLES else (articles, frames | {table: change(frames[table])})

    return defect


def copied(column: str) -> Callable[[Run, str], Run]:
    """The planted row takes the value of the row before it."""
    return reshaped(lambda frame: changed(frame, ROW, **{column: frame[column][ROW - 1]}))


def moved(column: str) -> Callable[[Run, str], Run]:
    """A span one character to the right of the words it claims to hold."""

    def shift(frame: pl.DataFrame) -> pl.DataFrame:
        row = frame.row(ROW, named=True)
        return changed(frame, ROW, **{f"{column}_{end}": row[f"{column}_{end}"] + 1 for end in ("start", "end")})

    return reshaped(shift)


def mostly_rejected(run: Run, table: str) -> Run:
    articles, frames = run
    rows = [rejected_article(number) for number in range(100, 102)]
    return pl.concat([articles, pl.DataFrame(rows, schema=ARTICLE_TEXTS)]), frames


def without_facts(run: Run, table: str) -> Run:
    articles, frames = run
    return articles, {name: frame.clear() for name, frame in frames.items()}


def swarming(run: Run, table: str) -> Run:
    articles, frames = run
    of = articles["article_id"][ROW]
    many = pl.concat([frames[F].filter(pl.col("article_id") == of)] * 80)
    return articles, frames | {F: many.with_columns(fact_id=pl.int_range(pl.len()).cast(pl.String))}


BEYOND = 10**6  # further than any text is long

DEFECTS: dict[str, Defect | dict[str, Defect]] = {
    "columns-as-declared": reshaped(lambda frame: frame.drop(frame.columns[3])),
    "types-as-declared": reshaped(lambda frame: frame.with_columns(pl.col("published_at").cast(pl.Date))),
    # articles
    "article-id-unique": copied("article_id"),
    "article-id-shape": {"article_id": "sha256:abc"},
    "article-complete": {"source_id": None},
    "article-text-or-reason": {"reject_reason": "empty"},
    "article-text-hash": {"text_sha256": "0" * 64},
    "article-title-in-text": {"title_end": BEYOND},
    "article-text-long-enough": {"text": "Accept cookies"},
    "article-language-known": {"language": "xx"},
    "article-published-by-now": {"published_at": NOW + timedelta(days=2)},
    "article-published-since-1950": {"published_at": PUBLISHED.replace(year=1821)},
    "article-date-precision-known": {"published_precision": "decade"},
    "article-date-with-precision": {"published_precision": None},
    "article-facts-plausible": swarming,
    "rejected-share": mostly_rejected,
    "articles-with-facts": without_facts,
    # every fact
    "fact-article-in-run": {"article_id": "f" * 32},
    "fact-one-extractor-version": {"extractor_version": "0"},
    "fact-id-unique": copied("fact_id"),
    "fact-complete": {"extractor": None},
    "fact-of-this-version": {"text_sha256": "0" * 64},
    "fact-reading-copied": {"cluster_id": "elsewhere"},
    "fact-confidence-in-range": {"confidence": Decimal("1.001")},
    "fact-sentence-index": {"sentence_index": -1},
    "evidence-span-in-text": {"evidence_end": BEYOND},
    "evidence-is-the-slice": moved("evidence"),
    "value-span-in-text": {"value_start": None},
    "value-span-in-evidence": {"value_start": 0, "value_end": 1},
    "mention-is-the-slice": moved("company_mention"),
    "counterparty-is-the-slice": moved("counterparty"),
    # financials: vocabulary
    "metric-known": {"metric": "turnover"},
    "measure-known": {"measure": "ratio"},
    "basis-known": {"basis": "rumour"},
    "accounting-known": {"accounting": "ifrs"},
    "comparator-known": {"comparator": "gt"},
    "period-role-known": {"period_role": "future"},
    "compared-to-known": {"measure": "change", "compared_to": "ever"},
    "period-type-known": {"period_type": "week"},
    "unit-known": {"unit": "XYZ"},
    "fiscal-period-shape": {"fiscal_period": "Q1 2021"},
    # financials: values
    "high-needs-value": {"value": None, "value_high": Decimal(5)},
    "value-step-positive": {"value_step": Decimal(0)},
    "counted-in-units": {"metric": "employees", "unit": "EUR"},
    "margins-in-percent": {"metric": "gross_margin", "unit": "EUR"},
    "amounts-in-money": {"unit": "percent", "value": Decimal(12)},
    "margin-in-bounds": {"metric": "operating_margin", "unit": "percent", "value": Decimal("-1000.5")},
    "gross-margin-below-100": {"metric": "gross_margin", "unit": "percent", "value": Decimal(101)},
    "level-not-negative": {"value": Decimal(-1)},
    "decline-at-most-whole": {"measure": "change", "unit": "percent", "value": Decimal(-101)},
    "percent-in-bounds": {"unit": "percent", "value": Decimal(1_000_001)},
    "multiple-in-bounds": {"unit": "multiple", "value": Decimal(0)},
    "count-in-bounds": {"unit": "count", "value": Decimal(10**12)},
    "count-is-whole": {"unit": "count", "value": Decimal("1.5")},
    "amount-in-bounds": {"unit": "IRR", "value": Decimal(10**19)},
    "major-amount-in-bounds": {"unit": "USD", "value": Decimal(-3 * 10**13)},
    "per-share-in-bounds": {"metric": "eps", "value": Decimal(2_000_000)},
    "level-without-comparison": {"compared_to": "year_ago"},
    "stated-once": copied("segment"),
    # financials: periods
    "period-ordered": {"period_start": date(2021, 4, 1)},
    "month-length": {"period_type": "month"},
    "quarter-length": {"period_start": date(2020, 1, 1)},
    "half-length": {"period_type": "half"},
    "nine-months-length": {"period_type": "nine_months"},
    "year-length": {"period_type": "year"},
    "instant-length": {"period_type": "instant"},
    "period-plausible": {"period_end": date(2099, 3, 31)},
    "actual-not-ahead": {"period_end": date(2021, 12, 31)},
    # security incidents
    "incident-category-known": {"category": "hack"},
    "incident-stage-known": {"stage": "over"},
    "veris-action-known": {"veris_action": "magic"},
    "veris-attribute-known": {"veris_attribute": "beauty"},
    "veris-actor-known": {"veris_actor": "robot"},
    "records-in-bounds": {"records_affected": Decimal(-1)},
    "records-unit-known": {"unit": "documents"},
    "records-with-unit": {"unit": None},
    "country-known": {"country": "UK"},
    "event-date-precision-known": {
        S: {"occurred_precision": "decade"},
        M: {"effective_precision": "decade"},
    },
    "event-date-with-precision": {S: {"occurred_precision": None}, M: {"effective_on": None}},
    "incident-not-ahead": {"occurred_on": date(2022, 1, 1)},
    # market moves
    "move-type-known": {"move_type": "merger"},
    "move-direction-known": {"direction": "sideways"},
    "move-session-known": {"session": "night"},
    "move-horizon-known": {"horizon": "decade"},
    "move-status-known": {"status": "maybe"},
    "move-value-with-unit": {"unit": None},
    "move-value-with-comparator": {"comparator": None},
    "layoffs-positive": {"move_type": "layoffs", "unit": "count", "value": Decimal(0)},
    "layoffs-counted": {"move_type": "layoffs", "unit": "EUR", "value": Decimal(5)},
    "share-price-in-money": {"move_type": "share_price_level", "value": Decimal(5)},
    "share-price-positive": {"move_type": "share_price_level", "unit": "EUR", "value": Decimal(0)},
    "share-fall-at-most-whole": {"value": Decimal(-101)},
    "direction-agrees-with-sign": {"direction": "up"},
    "market-share-in-bounds": {"move_type": "market_share", "value": Decimal(101)},
    "deal-not-negative": {"move_type": "acquisition", "unit": "EUR"},
    "no-status-for-states": {"status": "announced"},
    "move-date-plausible": {"effective_on": date(2099, 1, 1)},
}

TELLS_BOTH = {"article-id-unique", "fact-id-unique", "stated-once"}
"""Rules that two rows break together."""

PAIRS = [pytest.param(rule, table, id=f"{rule.id}@{table}") for rule in suite().rules for table in rule.tables]


def defect_of(rule: Rule, table: str) -> Defect:
    found = DEFECTS[rule.id]
    return found[table] if isinstance(found, dict) and set(found) <= set(TABLES) else found


def test_every_rule_has_a_planted_defect_and_the_reverse():
    assert {rule.id for rule in suite().rules} == set(DEFECTS)


def test_a_good_run_breaks_no_rule():
    rejected = pl.DataFrame([rejected_article(99)], schema=ARTICLE_TEXTS)
    # One of 12 articles is rejected, below the share that draws a warning.
    many, frames = good_run(articles=11)
    report = audit(pl.concat([many, rejected]), frames, now=NOW)
    assert report.failed == ()
    assert len(report.outcomes) == len(PAIRS)
    assert report.verdict == "accepted"
    assert report.quarantined.is_empty()


@pytest.mark.parametrize(("rule", "table"), PAIRS)
def test_rule_sees_the_planted_row(rule: Rule, table: str):
    defect = defect_of(rule, table)
    run = good_run()
    articles, frames = plant(run, table, **defect) if isinstance(defect, Mapping) else defect(run, table)

    report = audit(articles, frames, now=NOW, rules=[rule])

    broken = {outcome.table: outcome for outcome in report.failed}
    assert set(broken) == {table}, "the rule must fail where the defect is, and only there"
    outcome = broken[table]
    assert outcome.rule == rule.id
    assert outcome.reason.startswith(rule.why)
    if rule.scope == "schema":
        assert report.verdict == "rejected"
        assert outcome.failed_count == 1
        return
    frame = articles if table == ARTICLES else frames[table]
    if rule.tells_rows:
        rows = frame[ROW - 1 : ROW + 1] if rule.id in TELLS_BOTH else frame[ROW : ROW + 1]
        assert outcome.failed_count == rows.height
        assert outcome.failed_article_ids == tuple(sorted(set(rows["article_id"])))
        assert outcome.failed_fact_ids == (() if table == ARTICLES else tuple(sorted(set(rows["fact_id"]))))
    if rule.scope == "row" and rule.gates:
        assert set(report.quarantined["rule"]) == {rule.id}
        assert report.quarantined_article_ids == outcome.failed_article_ids
    else:
        assert report.quarantined.is_empty()
        assert report.verdict == ("rejected" if rule.gates else "accepted")


@pytest.mark.parametrize("table", FACT_TABLES)
def test_a_fact_may_not_lack_a_required_column(table: str):
    required = suite().required
    rule = next(rule for rule in suite().rules if rule.id == "fact-complete")
    for column in (*required["facts"], *required[table]):
        articles, frames = plant(good_run(1), table, **{column: None})
        report = audit(articles, frames, now=NOW, rules=[rule])
        assert [outcome.failed_count for outcome in report.failed] == [1], column
