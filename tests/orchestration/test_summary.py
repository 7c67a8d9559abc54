"""The closing summary says what happened, and what it suggests works."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from orchestration import summary
from orchestration.outcomes import CheckOutcome, Refusal
from orchestration.runner import RunRecord
from orchestration.sources.base import InputProblem
from orchestration.words import age_in_words, value_in_words, where_in_words
from tests.orchestration.material import Results
from warehouse.home import Home
from warehouse.query import query


@pytest.fixture
def told(first_run: tuple[Path, Path, Results]) -> summary.RunSummary:
    root, _, done = first_run
    results = (done.received, done.read, done.extracted, done.audited, done.asserted, done.published)
    record = RunRecord("first", tuple(result for result in results if result is not None))
    return summary.of_run(Home(root / "ledger"), record, seconds=1.0, selector="--demo")


def page(told: summary.RunSummary, width: int) -> str:
    out = io.StringIO()
    summary.render(told, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 100])
def test_the_page_fits_the_terminal_and_tells_both_sides(told: summary.RunSummary, width: int) -> None:
    text = page(told, width)
    assert max(map(len, text.splitlines())) <= width
    assert "3 received: 3 new, 0 revised, 0 unchanged" in " ".join(text.split())
    assert "412.6 million USD" in text
    assert "461.2 million USD" in text
    assert "Larkfield" in text
    assert "newsledger sql --demo" in text


@pytest.mark.parametrize(("why", "sql"), summary.EXAMPLES)
def test_every_suggested_query_runs(first_run: tuple[Path, Path, Results], why: str, sql: str) -> None:
    assert query(Home(first_run[0] / "ledger"), sql).width > 2


def test_contradictions_come_with_both_evidences(told: summary.RunSummary) -> None:
    assert told.contradictions_in_all >= 1
    revenue = next(each for each in told.contradictions if each.subject == "revenue")
    assert {side.value for side in revenue.sides} == {"412.6 million USD", "461.2 million USD"}
    assert all(side.evidence and side.language for side in revenue.sides)


def test_exit_codes(told: summary.RunSummary) -> None:
    from dataclasses import replace

    assert told.exit_code == 0
    assert replace(told, problems=(InputProblem("a", "b"),)).exit_code == 3
    assert replace(told, rejected=(Refusal("a", "rejected", "b"),)).exit_code == 3
    assert replace(told, quarantined=(Refusal("a", "quarantined", "b"),)).exit_code == 3
    assert replace(told, verdict="rejected", quarantined=(Refusal("a", "quarantined", "b"),)).exit_code == 4


def test_what_was_refused_is_listed_with_its_reason_up_to_a_handful(told: summary.RunSummary) -> None:
    from dataclasses import replace

    many = tuple(Refusal(f"file:///a%20{number}.txt", "rejected", "empty") for number in range(20))
    broken = CheckOutcome("unit-known", "fact_financials", "error", "row", False, 2, (), "Units are known.")
    text = page(replace(told, rejected=many, checks=(broken,)), 100)
    assert "/a 0.txt: empty" in text
    assert "and 12 more" in text
    assert "unit-known in fact_financials (2 rows): Units are known." in text


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        ("412600000", {"unit": "USD"}, "412.6 million USD"),
        ("465000", {"unit": "count", "comparator": "over"}, "over 465,000"),
        ("1700000000", {"unit": "EUR", "high": Decimal(1_750_000_000)}, "1.7 billion to 1.75 billion EUR"),
        ("-10.500000", {"unit": "percent"}, "-10.5 %"),
        ("3", {"unit": "multiple"}, "3 times"),
        ("0.330000", {"unit": "GBP", "comparator": "approx"}, "about 0.33 GBP"),
        ("0", {}, "0"),
    ],
)
def test_amounts_read_as_amounts(value: str, options: dict[str, object], words: str) -> None:
    assert value_in_words(Decimal(value), **options) == words  # type: ignore[arg-type]


def test_places_and_ages_read_as_places_and_ages() -> None:
    assert where_in_words("file:///a%20b/%C3%A9.txt") == "/a b/é.txt"
    assert where_in_words("sample:nl/x.txt") == "sample:nl/x.txt"
    assert [age_in_words(seconds) for seconds in (0.2, 1, 61, 7200, 200_000)] == [
        "a moment", "1 second", "1 minute", "2 hours", "2 days",
    ]  # fmt: skip
