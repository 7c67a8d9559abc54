"""The past as it was known: at any position and moment, with all that was derived from it, and what changed since."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.warehouse.story import COMPANIES, Story
from warehouse.history import UnknownMoment, at, diff, position_of
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.query import query

FIRST = "Zoom\nZoom has 265,000 customers."
SECOND = "Zoom\nZoom has 465,000 customers."
COUNT = {"metric": "customers", "unit": "count", "period_type": "instant", "comparator": "over"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[int]]:
    """Three runs: a number; another paper contradicts it; the first paper corrects itself."""
    story = Story()
    story.run("one").article("a", FIRST).fact("a", "Zoom has 265,000 customers.", fact_id="f1", value="265000", **COUNT)
    story.processed("a").accept()
    ends = [story.head]
    story.run("two").article("b", SECOND).fact("b", "Zoom has 465,000 customers.", fact_id="f2", value="465000", **COUNT)
    story.processed("b").accept()
    ends.append(story.head)
    story.run("three").article("a", SECOND.replace("\n", "\n\n"))
    story.retract("a", "f1").fact("a", "Zoom has 465,000 customers.", fact_id="f3", value="465000", **COUNT)
    story.processed("a").accept()
    ends.append(story.head)
    home = Home(tmp_path_factory.mktemp("told"))
    log, content = story.write(home)
    publish(home, log=log, content=content, companies=COMPANIES)
    return home, ends


def test_everything_can_be_asked_as_it_was(told: tuple[Home, list[int]]) -> None:
    home, ends = told
    contradictions = "SELECT count(*) FROM contradictions"
    found = []
    for end in ends:
        with at(home, str(end)) as path:
            found.append((query(path, contradictions).item(), query(path, "SELECT position FROM publication").item()))
    assert found == [(0, ends[0]), (1, ends[1]), (0, ends[2])]


def test_a_replayed_prefix_and_the_macro_give_the_same_rows(told: tuple[Home, list[int]]) -> None:
    home, ends = told
    columns = "fact_id, value, evidence, uri, published_at, company_id, asserted_position"
    for end in ends:
        macro = query(home, f"SELECT {columns} FROM financials_as_of($1) ORDER BY fact_id", [end])
        with at(home, str(end)) as path:
            assert query(path, f"SELECT {columns} FROM financials ORDER BY fact_id").equals(macro)


def test_known_and_published_are_two_times(told: tuple[Home, list[int]]) -> None:
    home, ends = told
    both = "SELECT fact_id FROM financials_as_of($1) WHERE known_by(published_at, published_precision) <= $2 ORDER BY 1"
    assert query(home, both, [ends[1], datetime(2020, 6, 30, tzinfo=UTC)])["fact_id"].to_list() == ["f1", "f2"]
    assert query(home, both, [ends[1], datetime(2020, 6, 1, tzinfo=UTC)]).is_empty()


def test_what_changed_and_why(told: tuple[Home, list[int]]) -> None:
    home, ends = told
    said = ["change", "reason", "value_before", "value_after", "uri"]
    one, two, three = (str(end) for end in ends)
    assert [row[:2] for row in diff(home, "0", one).select(said).rows()] == [("asserted", "article_received")]
    (second,) = diff(home, one, two).select("change", "reason", "uri").rows()
    assert second == ("asserted", "article_received", "https://example.org/b")
    (third,) = diff(home, two, three).select(said).rows()
    assert third[:2] == ("changed", "article_revised")
    assert (int(third[2]), int(third[3])) == (265000, 465000)
    assert diff(home, three, "now").is_empty()


def test_moments_are_positions_dates_and_times(told: tuple[Home, list[int]]) -> None:
    home, ends = told
    recorded = query(home, "SELECT recorded_at FROM log_positions ORDER BY position").to_series().to_list()
    assert position_of(home, "now") == ends[2]
    assert position_of(home, str(ends[0])) == ends[0]
    assert position_of(home, recorded[1].isoformat()) == ends[1]
    assert position_of(home, recorded[0].date().isoformat()) == ends[2]
    assert position_of(home, "1999-01-01") == 0


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("yesterday", "neither a position"),
        ("99999", "they go from 0 to"),
        ("2020-13-01", "neither"),
        ("9999-12-31", "neither"),
        ("²", "neither"),
    ],
)
def test_what_is_no_moment_is_told(told: tuple[Home, list[int]], when: str, says: str) -> None:
    with pytest.raises(UnknownMoment, match=says):
        position_of(told[0], when)


def test_before_the_first_run_there_is_nothing_to_ask(told: tuple[Home, list[int]]) -> None:
    with pytest.raises(UnknownMoment, match="nothing was published"), at(told[0], "0"):
        pass
    with pytest.raises(UnknownMoment, match="comes after"):
        diff(told[0], "now", "0")


def test_a_temporary_file_is_gone_afterwards(told: tuple[Home, list[int]]) -> None:
    with at(told[0], str(told[1][0])) as path:
        there = Path(path)
        assert there.exists()
    assert not there.exists()
