"""What the views conclude from made-up facts: one company for each case, all cases in one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from tests.warehouse.story import Story
from transforms.schemas import FACT_TABLES
from warehouse.filing import build
from warehouse.query import query

CUSTOMERS: dict[str, Any] = {"metric": "customers", "unit": "count", "period_type": "instant"}
UNDATED: dict[str, Any] = {"period_end": None}


def said(article: str, value: str | None, step: str | None = None, comparator: str = "eq", **others: Any) -> dict[str, Any]:
    """One fact of the case's company; by default revenue in dollars of the quarter to the end of April 2020."""
    return {"article": article, "value": value, "value_step": step, "comparator": comparator, **others}


@dataclass(frozen=True)
class Case:
    """Facts of one company. `articles` says what is not plain of an article: language, cluster, published, precision."""

    name: str
    facts: list[dict[str, Any]]
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)


M = "328200000"

AGREEING = [
    Case("rounded", [said("a", M, "100000"), said("b", "328000000", "1000000")]),
    Case("more-than", [said("a", M, "100000"), said("b", "328000000", "1000000", "over")]),
    Case("approx", [said("a", M, "100000"), said("b", "329000000", "1000000", "approx")]),
    Case("under", [said("a", "1800000000", "100000000", "under"), said("b", "1780000000", "10000000")]),
    Case("touching", [said("a", "328250000", "10000"), said("b", M, "100000")]),
    Case("range", [said("a", "495000000", "1000000", value_high="500000000"), said("b", "497000000", "1000000")]),
    Case("loss-over", [said("a", "-10", "1", "over", measure="change", unit="percent"),
                       said("b", "-10.4", "0.1", measure="change", unit="percent")]),
    Case("copies", [said("a", "465000", "1000", "over"), said("b", "265000", "1000", "over")],
         {"a": {"cluster": "one-text"}, "b": {"cluster": "one-text"}}),
    Case("other-segment", [said("a", "465000", segment="enterprise"), said("b", "265000")]),
    Case("other-unit", [said("a", "100", unit="USD"), said("b", "200", unit="EUR")]),
    Case("other-period", [said("a", "100"), said("b", "200", period_end="2020-07-31")]),
    Case("other-accounting", [said("a", "100", accounting="adjusted"), said("b", "200")]),
    Case("other-basis", [said("a", "100"), said("b", "200", basis="consensus")]),
    Case("one-undated", [said("a", "100"), said("b", "200", **UNDATED)]),
    Case("undated-far", [said("a", "100", **UNDATED), said("b", "200", **UNDATED)],
         {"b": {"published": "2021-03-04T00:00:00.000000Z"}}),
    Case("undated-vague", [said("a", "100", **UNDATED), said("b", "200", **UNDATED)], {"b": {"precision": "year"}}),
    Case("no-period-at-all", [said("a", "100", period_type=None, **UNDATED), said("b", "200", period_type=None, **UNDATED)]),
    Case("undated-roles", [said("a", "100", **UNDATED), said("b", "200", period_role="comparative", **UNDATED)]),
    Case("later-guidance", [said("a", "100", basis="guidance"), said("b", "200", basis="guidance")],
         {"b": {"published": "2020-09-01T00:00:00.000000Z"}}),
    Case("against-others", [said("a", "5", measure="change", unit="percent", compared_to="previous_period"),
                            said("b", "20", measure="change", unit="percent", compared_to="year_ago")]),
]  # fmt: skip

CONTRADICTING = [
    Case("flagship", [said("a", "465000", "1000", "over", segment="more_than_10_employees", **CUSTOMERS),
                      said("b", "265000", "1000", "over", segment="more_than_10_employees", **CUSTOMERS)],
         {"a": {"language": "nl"}, "b": {"language": "it", "published": "2020-06-05T00:00:00.000000Z"}}),
    Case("exact", [said("a", M, "100000"), said("b", "328400000", "100000")]),
    Case("over-next", [said("a", "465000", "1000", "over"), said("b", "466000", "1000", "over")]),
    Case("far-from-approx", [said("a", "500000000", "100000000", "approx"), said("b", "330000000", "10000000")]),
    Case("by-label", [said("a", "100", period_end=None, fiscal_period="FY2021Q1"),
                      said("b", "200", period_end=None, fiscal_period="FY2021Q1")]),
    Case("label-and-date", [said("a", "100", period_end=None, fiscal_period="FY2021Q1"),
                            said("b", "200", fiscal_period="FY2021Q1")]),
    Case("undated-same-month", [said("a", "100", **(CUSTOMERS | UNDATED)), said("b", "200", **(CUSTOMERS | UNDATED))]),
    Case("same-issuance", [said("a", "100", basis="guidance"), said("b", "200", basis="guidance")],
         {"b": {"published": "2020-06-29T00:00:00.000000Z"}}),
    Case("comparative-against-actual", [said("a", "100"), said("b", "200", period_role="comparative")],
         {"b": {"published": "2021-06-01T00:00:00.000000Z"}}),
    Case("year-ago-unsaid", [said("a", "169", "1", measure="change", unit="percent"),
                             said("b", "150", "1", measure="change", unit="percent", compared_to="year_ago")]),
    Case("absurd", [said("a", "1" + "0" * 31), said("b", "9" + "0" * 31)]),
    Case("signs", [said("a", "27000000", "1000000", metric="net_income"),
                   said("b", "-27000000", "1000000", metric="net_income")]),
]  # fmt: skip

EARLIER: dict[str, Any] = {"period_end": "2019-04-30", "period_role": "comparative", "fiscal_period": "FY2020Q1"}
NOW: dict[str, Any] = {"fiscal_period": "FY2021Q1"}


def growth(
    article: str, value: str, step: str = "1", unit: str = "percent", comparator: str = "eq", **others: Any
) -> dict[str, Any]:
    return said(article, value, step, comparator, measure="change", unit=unit, **(NOW | others))


def levels(article: str, now: str, before: str, step: str, **others: Any) -> list[dict[str, Any]]:
    return [said(article, now, step, **(NOW | others)), said(article, before, step, **(others | EARLIER))]


CHECKS: list[tuple[Case, list[tuple[str, str]]]] = [
    (Case("zoom-like", [growth("a", "169"), said("b", M, "100000", **NOW), said("b", "122000000", "1000000", **EARLIER)]),
     [("warehouse", "holds")]),
    (Case("within", [growth("a", "169"), *levels("a", M, "122000000", "1000000")]), [("article", "holds")]),
    (Case("within-and-across", [growth("a", "169"), *levels("a", M, "122000000", "1000000"),
                                said("b", "400000000", "1000000", **NOW), said("c", "400000000", "1000000", **NOW)]),
     [("article", "holds"), ("warehouse", "fails")]),
    (Case("wrong", [growth("a", "196"), *levels("a", M, "122000000", "1000000")]), [("article", "fails")]),
    (Case("tripled", [growth("a", "3", unit="multiple", comparator="approx"), *levels("a", M, "122000000", "1000000")]),
     [("article", "holds")]),
    (Case("quintupled", [growth("a", "5", unit="multiple"), *levels("a", M, "122000000", "1000000")]), [("article", "fails")]),
    (Case("halved", [growth("a", "0.5", "0.1", unit="multiple"), *levels("a", "50000000", "100000000", "1000000")]),
     [("article", "holds")]),
    (Case("decline", [growth("a", "-10", comparator="over"), *levels("a", "89500000", "100000000", "100000")]),
     [("article", "holds")]),
    (Case("coarse", [growth("a", "5"), *levels("a", "2100000000", "2000000000", "100000000")]),
     [("article", "not_decidable")]),
    (Case("from-loss", [growth("a", "50", metric="net_income"), *levels("a", "30", "-20", "1", metric="net_income")]),
     [("article", "not_decidable")]),
    (Case("from-nothing", [growth("a", "50"), *levels("a", "30", "0", "0")]), [("article", "not_decidable")]),
    (Case("loss-grew", [growth("a", "4", unit="multiple", metric="net_income"),
                        *levels("a", "-40000000", "-10000000", "100000", metric="net_income")]), [("article", "holds")]),
    (Case("too-large", [growth("a", "50", "0"),
                        *levels("a", "15000000000000000000000000000000", "10000000000000000000000000000000", "0")]),
     [("article", "not_decidable")]),
    (Case("undated-pair", [growth("a", "50", period_end=None, fiscal_period=None),
                           said("a", "150", "1", **UNDATED), said("a", "100", "1", period_role="comparative", **UNDATED)]),
     [("article", "holds")]),
    (Case("52-weeks", [growth("a", "50", period_end="2020-05-02"), said("a", "150", "1", period_end="2020-05-02"),
                       said("a", "100", "1", period_end="2019-05-04", period_role="comparative")]), [("article", "holds")]),
    (Case("quarter-before", [growth("a", "50", compared_to="previous_period"), said("a", "150", "1"),
                             said("a", "100", "1", period_end="2020-01-31"), said("a", "10", "1", **EARLIER)]),
     [("article", "holds")]),
    (Case("other-currency", [growth("a", "50"), said("a", "150", "1"), said("a", "100", "1", **EARLIER, unit="EUR")]), []),
    (Case("points", [growth("a", "2", metric="gross_margin"),
                     *levels("a", "52", "50", "1", metric="gross_margin", unit="percent")]), []),
    (Case("one-level", [growth("a", "50"), said("a", "150", "1")]), []),
]  # fmt: skip

RECONCILED = [
    Case("corroborated", [said("a", "769", "1", segment="over_100k_usd", **CUSTOMERS),
                          said("b", "769", "1", "approx", segment="over_100k_usd", **CUSTOMERS)],
         {"a": {"language": "nl"}, "b": {"language": "it"}}),
    Case("majority", [said("a", "100", "1"), said("b", "100", "1"), said("c", "300", "1"), said("d", "300", "1"),
                      said("e", "300", "1")],
         {"c": {"cluster": "copied"}, "d": {"cluster": "copied"}, "e": {"cluster": "copied"}}),
    Case("precise", [said("a", "328000000", "1000000", "over", confidence="0.990"),
                     said("b", M, "100000", confidence="0.800"), said("c", M, "100000", confidence="0.850")]),
]  # fmt: skip


def sentence(case: Case, index: int, fact: dict[str, Any]) -> str:
    return f"{case.name} told reporter {index} of {fact['comparator']} {fact['value']}"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    story = Story().run("run-1")
    for case in (*AGREEING, *CONTRADICTING, *RECONCILED, *(case for case, _ in CHECKS)):
        for article in sorted({fact["article"] for fact in case.facts}):
            facts = [(sentence(case, index, fact), fact) for index, fact in enumerate(case.facts) if fact["article"] == article]
            name = f"{case.name}-{article}"
            text = "\n".join([f"Title of {name}", *(words + "." for words, _ in facts)])
            story.article(name, text, source=f"{article}.example", **case.articles.get(article, {}))
            for words, fact in facts:
                values = {key: value for key, value in fact.items() if key != "article"}
                story.fact(name, words, company=case.name, fact_id=f"{name}-{words[-20:]}-{fact.get('period_end')}", **values)
            story.processed(name)
    file = tmp_path_factory.mktemp("published") / "views.duckdb"
    build(file, story.accept().projection())
    return file


@pytest.fixture(scope="module")
def contradictions(path) -> pl.DataFrame:
    return query(path, "SELECT * FROM contradictions")


@pytest.fixture(scope="module")
def checks(path) -> pl.DataFrame:
    return query(path, "SELECT * FROM derived_checks ORDER BY scope")


def of(case: Case) -> Any:
    return pytest.param(case, id=case.name)


@pytest.mark.parametrize("case", [of(case) for case in AGREEING])
def test_what_can_both_be_true_is_no_contradiction(path, contradictions, case):
    assert contradictions.filter(company_id=case.name).is_empty()
    assert query(path, "SELECT count(*) FROM financials WHERE company_id = ?", [case.name]).item() == 2


@pytest.mark.parametrize("case", [of(case) for case in CONTRADICTING])
def test_what_cannot_both_be_true_is_one_contradiction(contradictions, case):
    rows = contradictions.filter(company_id=case.name).to_dicts()
    assert len(rows) == 1
    assert {rows[0]["evidence_a"], rows[0]["evidence_b"]} == {sentence(case, i, fact) for i, fact in enumerate(case.facts)}


def test_a_contradiction_shows_both_sides(contradictions):
    row = contradictions.filter(company_id="flagship").to_dicts()[0]
    assert (row["comparator_a"], int(row["value_a"]), row["language_a"]) == ("over", 465000, "nl")
    assert (row["comparator_b"], int(row["value_b"]), row["language_b"]) == ("over", 265000, "it")
    assert (row["metric"], row["segment"], str(row["period_end"])) == ("customers", "more_than_10_employees", "2020-04-30")
    assert (int(row["difference"]), int(row["gap"]), row["severity"]) == (200000, 199000, "high")


def test_contradictions_are_ranked_gravest_first(contradictions):
    rows = contradictions.sort("rank")
    assert rows["rank"].to_list() == list(range(1, rows.height + 1))
    assert rows["severity"].unique(maintain_order=True).to_list() == ["high", "low"]


def test_two_sources_in_two_languages_corroborate(path):
    row = query(path, "SELECT * FROM financials_reconciled WHERE company_id = 'corroborated'").to_dicts()[0]
    assert (int(row["value"]), row["comparator"]) == (769, "eq")
    assert (row["supporting_clusters"], row["supporting_sources"], row["supporting_languages"]) == (2, 2, 2)
    assert (row["languages"], row["dissenting_clusters"]) == (["it", "nl"], 0)
    assert row["evidence"] == "corroborated told reporter 0 of eq 769"


def test_copies_do_not_outvote_independent_texts(path):
    row = query(path, "SELECT * FROM financials_reconciled WHERE company_id = 'majority'").to_dicts()[0]
    assert (int(row["value"]), row["supporting_clusters"]) == (100, 2)
    assert (row["dissenting_clusters"], row["dissenting_facts"]) == (1, 3)
    assert row["supporting_copies"] == 0


def test_the_most_precise_of_agreeing_values_with_its_surest_evidence(path):
    row = query(path, "SELECT * FROM financials_reconciled WHERE company_id = 'precise'").to_dicts()[0]
    assert (str(row["value"]), row["supporting_clusters"]) == (f"{M}.000000", 3)
    assert row["evidence"] == f"precise told reporter 2 of eq {M}", "the evidence states the value that is shown"


@pytest.mark.parametrize(("case", "verdicts"), [pytest.param(case, verdicts, id=case.name) for case, verdicts in CHECKS])
def test_growth_against_its_two_levels(checks, case, verdicts):
    rows = checks.filter(company_id=case.name)
    assert rows.select("scope", "verdict").rows() == verdicts
    assert rows.filter(pl.col("reason").is_null() != (pl.col("verdict") == "holds")).is_empty(), "what does not hold says why"


def test_derived_growth_is_shown_as_an_interval(checks):
    row = checks.filter(company_id="zoom-like").to_dicts()[0]
    assert (row["derived_low"], row["derived_high"]) == (167.88, 170.16)
    assert (row["level_evidence"], row["earlier_evidence"]) == (
        f"zoom-like told reporter 1 of eq {M}",
        "zoom-like told reporter 2 of eq 122000000",
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    story = Story().run("run-1").article("a", "Title\nSales were 5 dollars. Its app leaked 40 records. Shares fell 3 percent.")
    story.fact("a", "Sales were 5 dollars", fact_id="f1", value="5", value_step="1")
    story.fact("a", "Its app leaked 40 records", table="fact_security_incidents", fact_id="s1", category="data_leak",
               stage="reported", records_affected="40.000000", unit="records")  # fmt: skip
    story.fact("a", "Shares fell 3 percent", table="fact_market_moves", fact_id="m1", move_type="share_price_change",
               value="-3", unit="percent", comparator="eq", direction="down")  # fmt: skip
    first = story.processed("a").accept().head
    story.run("run-2").article("b", "Old\nSales were 6 dollars.", published="2020-05-01T00:00:00.000000Z", precision="month")
    story.fact("b", "Sales were 6 dollars", fact_id="f2", value="6", value_step="1").retract("a", "f1", reason="disputed")
    for name, table in (("s1", "fact_security_incidents"), ("m1", "fact_market_moves")):
        story.retract("a", name, table=table, reason="disputed")
    file = tmp_path_factory.mktemp("published") / "history.duckdb"
    build(file, story.processed("b").accept().projection())
    return file, first, story.head


@pytest.mark.parametrize("view", ["financials", "security_incidents", "market_moves"])
def test_tables_can_be_read_as_of_a_position(history, view):
    path, first, head = history
    then = query(path, f"SELECT fact_id FROM {view}_as_of(?)", [first])["fact_id"].to_list()
    now = query(path, f"SELECT fact_id FROM {view}_as_of(?)", [head])["fact_id"].to_list()
    assert then == [{"financials": "f1", "security_incidents": "s1", "market_moves": "m1"}[view]]
    assert now == query(path, f"SELECT fact_id FROM {view}")["fact_id"].to_list()
    assert query(path, f"SELECT count(*) FROM {view}_as_of(0)").item() == 0
    assert query(path, f"FROM {view}_as_of(1)").columns == query(path, f"FROM {view}").columns


@pytest.mark.parametrize(
    ("moment", "which"),
    [
        pytest.param("2023-12-31 23:59:59+00", 0, id="before all"),
        pytest.param("2024-01-01 00:00:30+00", 1, id="between"),
        pytest.param("2024-01-01 03:00:30+03", 1, id="another zone"),
        pytest.param("2024-01-02", 2, id="after all"),
    ],
)
def test_a_moment_has_a_position(history, moment, which):
    path, first, head = history
    assert query(path, "SELECT position_at(?)", [moment]).item() == (0, first, head)[which]


def test_a_moment_leads_to_the_facts_known_then(history):
    path, _, _ = history
    rows = query(path, "SELECT fact_id FROM financials_as_of(position_at(TIMESTAMPTZ '2024-01-01 00:00:30+00'))")
    assert rows["fact_id"].to_list() == ["f1"]


def test_timeline_counts_a_month_as_known_at_its_end(path, history):
    rows = query(history[0], "SELECT fact_id, public_at FROM company_timeline")
    assert [str(at) for at in rows["public_at"]] == ["2020-06-01 00:00:00+00:00"]
    total = query(path, "SELECT count(*) FROM company_timeline").item()
    assert total == sum(query(path, f"SELECT count(*) FROM {table}").item() for table in FACT_TABLES)
    times = query(path, "SELECT public_at FROM company_timeline WHERE company_id = 'flagship'")["public_at"]
    assert times.is_sorted()
