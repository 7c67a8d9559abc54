"""Deals and incidents: what several articles tell of one matter is one row, and what they disagree on is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.warehouse.story import Story
from warehouse.filing import build
from warehouse.query import query

LATER = "2020-06-20T00:00:00.000000Z"
NEXT_YEAR = "2021-11-01T00:00:00.000000Z"


def tell(
    story: Story, name: str, words: str, *, table: str, company: str | None = "zoom", other: str | None = None, **rest: Any
) -> None:
    about = {key: rest.pop(key) for key in ("published", "language", "cluster") if key in rest}
    if name not in story.read:
        story.article(name, f"Title {name}\n{words}", **about)
    story.fact(name, words, table=table, company=company, counterparty=other, fact_id=f"{name}-{len(story.open)}", **rest)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    story = Story()
    story.run("one")
    deal: dict[str, Any] = {"table": "fact_market_moves", "move_type": "acquisition", "is_record": False}
    tell(
        story,
        "a",
        "Zoom will buy Keybase for 50 million",
        other="Keybase",
        value="50000000",
        unit="USD",
        status="announced",
        **deal,
    )
    tell(story, "b", "Zoom koopt KEYBASE, Inc. voor 50 miljoen", other="KEYBASE, Inc.", value="50000000", unit="USD",
         language="nl", status="announced", published=LATER, **deal)  # fmt: skip
    tell(story, "c", "Zoom a acheté Keybase pour 60 millions", other="Keybase", value="60000000", unit="USD",
         language="fr", status="completed", published="2020-06-25T00:00:00.000000Z", **deal)  # fmt: skip
    tell(story, "d", "Zoom buys Other Firm", other="Other Firm", status="rumoured", **deal)
    tell(story, "e", "Zoom buys Keybase again", other="Keybase", status="rumoured", published=NEXT_YEAR, **deal)
    tell(story, "c", "Zoom a acheté Keybase", status="completed", **deal)
    sum_: dict[str, Any] = {"company": "brightwater", "value": "14700000000", "value_step": "100000000", "unit": "USD"}
    tell(story, "m", "Brightwater buys Five Nine", other="Five Nine", **sum_, **deal)
    tell(
        story,
        "n",
        "ブライトウォーターがファイブナインを買収",
        other="ファイブナイン",
        language="ja",
        published=LATER,
        **sum_,
        **deal,
    )
    breach: dict[str, Any] = {"table": "fact_security_incidents"}
    tell(story, "f", "Brightwater lost data of 500 users", company="brightwater", category="data_breach", stage="reported",
         records_affected="500", unit="users", **breach)  # fmt: skip
    tell(story, "g", "Brightwater werd gegijzeld", company="brightwater", category="ransomware", stage="alleged",
         language="nl", published=LATER, **breach)  # fmt: skip
    tell(story, "h", "Brightwater: 700 users", company="brightwater", category="data_leak", stage="remediated",
         records_affected="700", unit="users", published="2020-06-25T00:00:00.000000Z", **breach)  # fmt: skip
    tell(story, "i", "Taiwan bans it", category="account_restriction", stage="reported", other="Taiwan", **breach)
    tell(story, "j", "Berlin bans it", category="account_restriction", stage="reported", other="Berlin", **breach)
    tell(story, "k", "a firm was hacked", company=None, category="data_breach", stage="reported", **breach)
    tell(story, "l", "a company was hacked", company=None, category="data_breach", stage="reported", **breach)
    story.processed(*story.read).accept()
    made = tmp_path_factory.mktemp("matters") / "file.duckdb"
    build(made, story.projection())
    return made


def test_one_deal_told_in_three_languages_is_one_row(path: Path) -> None:
    found = query(path, "SELECT * FROM deals WHERE counterparty = 'Keybase' AND first_published < TIMESTAMPTZ '2021-01-01'")
    deal = found.row(0, named=True)
    assert found.height == 1
    assert (deal["facts"], deal["articles"], deal["clusters"], deal["languages"]) == (4, 3, 3, ["en", "fr", "nl"])
    assert (deal["status"], deal["statuses"]) == ("completed", ["announced", "completed"])
    assert int(deal["value"]) == 50000000
    assert [(int(each["value"]), each["clusters"]) for each in deal["values_stated"]] == [(50000000, 2), (60000000, 1)]
    assert deal["disagreement"]
    assert len(deal["members"]) == 4


def test_one_sum_under_two_names_is_one_deal(path: Path) -> None:
    found = query(path, "SELECT articles, languages FROM deals WHERE company_id = 'brightwater'")
    assert found.rows() == [(2, ["en", "ja"])]


def test_other_parties_and_other_years_are_other_deals(path: Path) -> None:
    parties = query(path, "SELECT counterparty, status FROM deals WHERE company_id = 'zoom' ORDER BY 1, first_published")
    assert parties.rows() == [("Keybase", "completed"), ("Keybase", "rumoured"), ("Other Firm", "rumoured")]


def test_one_intrusion_under_three_names_is_one_incident(path: Path) -> None:
    found = query(path, "SELECT * FROM incidents WHERE company_id = 'brightwater'")
    incident = found.row(0, named=True)
    assert found.height == 1
    assert incident["categories"] == ["data_breach", "data_leak", "ransomware"]
    assert (incident["stage"], incident["articles"]) == ("remediated", 3)
    assert [int(each["records"]) for each in incident["records_stated"]] == [500, 700]
    assert incident["disagreement"]


def test_who_forbids_parts_bans_and_nobody_joins_nobody(path: Path) -> None:
    bans = query(path, "SELECT counterparty FROM incidents WHERE kind = 'account_restriction' ORDER BY 1")
    assert bans["counterparty"].to_list() == ["Berlin", "Taiwan"]
    assert query(path, "SELECT count(*) FROM incidents WHERE company_id IS NULL").item() == 2


def test_every_fact_is_a_member_of_one_matter(path: Path) -> None:
    for view, table, kinds in (("deals", "market_moves", "'acquisition'"), ("incidents", "security_incidents", "NULL")):
        members = query(path, f"SELECT unnest(members) AS fact_id FROM {view}")["fact_id"]
        where = "" if kinds == "NULL" else f"WHERE move_type IN ({kinds})"
        facts = query(path, f"SELECT fact_id FROM {table} {where}")["fact_id"]
        assert members.sort().equals(facts.sort())
        assert members.is_unique().all()
    assert isinstance(query(path, "SELECT * FROM deals"), pl.DataFrame)
