"""Whom to believe first is data: shipped, added to and overruled by the ledger's own list, and no list is half read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.warehouse.story import COMPANIES, Story
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.query import query
from warehouse.ranks import OWN, BadRanks, source_ranks

RECONCILED = "SELECT value, source_id, source_rank, first_published, last_published FROM financials_reconciled"


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "ledger").create()


def ranks(home: Home) -> dict[str, int]:
    return dict(source_ranks(home).rows())


def test_the_shipped_list_is_sound_and_the_own_one_overrules_it(home):
    shipped = ranks(home)
    assert shipped["sec.gov"] == 1
    (home.root / OWN).write_text('[sources]\n"sec.gov" = 4\n"our-paper.example" = 2\n')
    assert ranks(home) == shipped | {"sec.gov": 4, "our-paper.example": 2}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param('[sources]\n"a" = 0', "whole number from 1", id="zero"),
        pytest.param('[sources]\n"a" = "first"', "whole number from 1", id="text"),
        pytest.param('[sources]\n"a" = true', "whole number from 1", id="truth"),
        pytest.param('[source]\n"a" = 1', "nothing else", id="another table"),
        pytest.param("[sources", "cannot be read", id="no TOML"),
    ],
)
def test_a_list_that_is_wrong_is_told_by_name(home, written, reason):
    (home.root / OWN).write_text(written)
    with pytest.raises(BadRanks, match=reason) as caught:
        source_ranks(home)
    assert caught.value.path == home.root / OWN


def test_of_two_numbers_the_one_of_the_source_to_be_believed_first_stands(home):
    story = Story().run("run-1")
    for name, value, day in (("a", "300", "2020-06-04"), ("b", "400", "2020-06-05")):
        story.article(name, f"T {name}\nZoom took {value} dollars", published=f"{day}T00:00:00.000000Z")
        story.fact(name, f"Zoom took {value}", value=value, value_step="1").processed(name)
    log, content = story.accept().write(home)

    def reconciled(best: str) -> list[tuple[Any, ...]]:
        (home.root / OWN).write_text(f'[sources]\n"{best}.example" = 2\n')
        publish(home, log=log, content=content, companies=COMPANIES)
        return query(home, RECONCILED).rows()

    (one,) = reconciled("b")
    assert (int(one[0]), *one[1:3]) == (400, "b.example", 2)
    assert one[3] == one[4], "only the statement that allows the value counts"
    (other,) = reconciled("a")
    assert (int(other[0]), *other[1:3]) == (300, "a.example", 2), "a changed list is published though no event came"
