"""What the log says becomes tables: lives of facts, words by span, one digest whatever the order."""

from __future__ import annotations

import base64

import numpy as np
import polars as pl
import pytest

from tests.warehouse.story import COMPANIES, Story, sha
from transforms.schemas import FACT_TABLES, SIGNATURE_LANES
from warehouse.digests import article_digests, companies_digest, content_digest, stated
from warehouse.tables import SUPERSEDED, TABLES

FIRST = "Zoom sells more\nZoom took 328.2 million dollars. Ünïcode 😀 before: profit was 27 million dollars."
REVENUE = "Zoom took 328.2 million dollars"
PROFIT = "profit was 27 million dollars"


def told() -> Story:
    story = Story().run("run-1")
    story.article("a", FIRST).fact("a", REVENUE, fact_id="f1", mention="Zoom", value="328200000", value_step="100000")
    story.fact("a", PROFIT, fact_id="f2", metric="net_income", value="27000000")
    return story.processed("a").accept(received=1, new=1, fact_financials=2)


def current(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("retracted_position").is_null())


def as_of(frame: pl.DataFrame, position: int) -> list[str]:
    return sorted(
        frame.filter(
            pl.col("asserted_position") <= position,
            pl.col("retracted_position").is_null() | (pl.col("retracted_position") > position),
        )["fact_id"]
    )


def test_tables_have_the_schemas_they_promise():
    tables = told().projection().tables
    assert tables.keys() == TABLES.keys()
    for table, schema in TABLES.items():
        assert list(tables[table].schema.items()) == list(schema.items()), table


def test_words_are_cut_by_code_points():
    facts = told().projection().tables["fact_financials"].sort("fact_id")
    assert facts["evidence"].to_list() == [REVENUE, PROFIT]
    assert facts["company_mention"].to_list() == ["Zoom", None]
    assert told().projection().tables["articles"]["title"].to_list() == ["Zoom sells more"]


def test_erased_text_leaves_facts_without_words():
    story = told()
    story.texts.clear()
    tables = story.projection().tables
    assert tables["fact_financials"]["evidence"].to_list() == [None, None]
    assert tables["fact_financials"]["value"].null_count() == 0
    assert tables["articles"]["title"].to_list() == [None]


def test_erasing_text_does_not_change_the_digest():
    story = told()
    before = story.projection().content_digest
    story.texts.clear()
    assert story.projection().content_digest == before


def test_a_retracted_fact_is_kept_for_reading_as_of():
    story = told()
    before = story.head
    story.run("run-2").article("a", FIRST.replace("27", "26"))
    story.retract("a", "f2").fact("a", "profit was 26 million dollars", fact_id="f3", metric="net_income", value="26000000")
    facts = story.processed("a").accept().projection().tables["fact_financials"]
    assert as_of(facts, before) == ["f1", "f2"]
    assert as_of(facts, story.head) == ["f1", "f3"]
    gone = facts.filter(pl.col("fact_id") == "f2")
    assert gone["retracted_reason"].to_list() == ["article_revised"]
    assert gone["evidence"].to_list() == [PROFIT], "the words are those of the text that stated it"


def test_a_moved_fact_lives_on_in_a_new_row():
    story = told()
    before = story.head
    revised = "Now longer: " + FIRST
    story.run("run-2").article("a", revised).move("a", "f1", REVENUE, mention="Zoom").move("a", "f2", PROFIT)
    facts = story.processed("a").accept().projection().tables["fact_financials"].filter(pl.col("fact_id") == "f1")
    assert facts["text_sha256"].to_list() == [sha(FIRST), sha(revised)]
    assert facts["retracted_position"].to_list() == [facts["asserted_position"][1], None]
    assert facts["retracted_reason"].to_list() == [SUPERSEDED, None]
    assert facts["evidence"].to_list() == [REVENUE, REVENUE]
    assert facts["evidence_start"][1] == facts["evidence_start"][0] + len("Now longer: ")
    assert facts["recorded_at"].n_unique() == 1, "the warehouse learned it once"
    assert as_of(facts, before) == as_of(facts, story.head) == ["f1"]


def test_a_fact_whose_place_did_not_change_follows_its_text():
    story = told()
    revised = FIRST + " More at the end."
    story.run("run-2").article("a", revised)
    facts = current(story.processed("a").accept().projection().tables["fact_financials"])
    assert facts["text_sha256"].unique().to_list() == [sha(revised)]
    assert facts["evidence"].to_list() == [REVENUE, PROFIT]


def test_other_bytes_with_the_same_text_make_no_new_rows():
    story = told()
    story.run("run-2").article("a", FIRST, content="<p>" + FIRST)
    tables = story.processed("a").accept().projection().tables
    assert tables["fact_financials"].height == 2
    assert tables["articles"]["content_sha256"].to_list() == [sha("<p>" + FIRST)]


def test_a_fact_asserted_again_has_two_lives():
    story = told()
    story.run("run-2").retract("a", "f1", reason="extractor_changed").processed("a").accept()
    gap = story.head
    story.run("run-3").fact("a", REVENUE, fact_id="f1", value="328200000").processed("a").accept()
    facts = story.projection().tables["fact_financials"]
    assert as_of(facts, gap) == ["f2"]
    assert as_of(facts, story.head) == ["f1", "f2"]


@pytest.mark.parametrize(
    ("tell", "state", "reason"),
    [
        pytest.param(lambda s: s, "current", None, id="processed"),
        pytest.param(lambda s: s.article("a", "New\nWords."), "revised", None, id="newer bytes came"),
        pytest.param(
            lambda s: s.article("a", "New\nWords.").add(
                "article/a",
                "ArticleQuarantined",
                {
                    "content_sha256": sha("New\nWords."),
                    "extractor_version": "1",
                    "rules": [
                        {"rule": "too_large", "table": "fact_financials", "fact_id": "q1", "severity": "error", "reason": "odd"}
                    ],
                    "facts": [{"table": "fact_financials", "fact_id": "q1", "value": "9.000000"}],
                },
            ),
            "quarantined",
            "too_large",
            id="quarantined",
        ),
        pytest.param(
            lambda s: s.article("a", "torn").add(
                "article/a",
                "ArticleRejected",
                {"uri": "https://example.org/a", "content_sha256": sha("torn"), "reason": "no text"},
            ),
            "rejected",
            "no text",
            id="rejected",
        ),
    ],
)
def test_state_of_an_article(tell, state, reason):
    story = told()
    story.run("run-2")
    articles = tell(story).commit().projection().tables["articles"]
    assert articles.select("state", "state_reason").row(0) == (state, reason)
    assert articles["facts"].to_list() == [2], "what was published stays until the new version is processed"


def test_quarantine_holds_the_fact_and_what_became_of_it():
    story = told().run("run-2").article("b", "B\nWords.")
    rule = {"rule": "too_large", "table": "fact_financials", "fact_id": "q1", "severity": "error", "reason": "odd"}
    payload = {
        "content_sha256": sha("B\nWords."),
        "extractor_version": "1",
        "rules": [rule, rule | {"rule": "dated", "table": None, "fact_id": None}],
        "facts": [{"table": "fact_financials", "fact_id": "q1", "value": "9.000000"}],
    }
    story.add("article/b", "ArticleQuarantined", payload).accept()
    rows = story.projection().tables["quarantine"]
    assert rows["rule"].to_list() == ["too_large", "dated"]
    assert rows["fact"].str.json_path_match("$.value").to_list() == ["9.000000", None]
    assert rows["decision"].unique().to_list() == ["pending"]
    rows = story.run("run-3").processed("b").accept().projection().tables["quarantine"]
    assert rows["decision"].unique().to_list() == ["processed"]


def test_runs_tell_their_verdict():
    story = told().run("run-2").reject().run("run-3").commit()
    runs = story.projection().tables["runs"]
    assert runs.select("run_id", "verdict", "new", "fact_financials").rows() == [
        ("run-1", "accepted", 1, 2),
        ("run-2", "rejected", None, None),
        ("run-3", "pending", None, None),
    ]
    assert runs["position"][0] == told().head


def test_copies_count_the_others_of_a_cluster():
    story = Story().run("run-1")
    for name in "abc":
        story.article(name, f"{name}\nWords.", cluster="same" if name < "c" else "other", language="nl")
    tables = story.processed(*"abc").accept().projection().tables
    assert tables["articles"]["copies"].to_list() == [1, 1, 0]
    assert tables["dim_source"].select("source_id", "language").rows() == [(f"{name}.example", "nl") for name in "abc"]


def test_near_copies_are_one_cluster_whichever_came_first():
    clusters = []
    for order in ("abc", "cba"):
        story = Story().run("run-1")
        for name in order:
            # a and b are copies of one text by their signatures, b the earlier one; c has a figure of its own.
            published = f"2020-0{5 if name == 'b' else 6}-01T00:00:00.000000Z"
            story.article(name, f"{name}\nWords.", signature=signed(7, 9 if name == "c" else 8), published=published)
            story.fact(name, "Words.", fact_id=f"f-{name}", value="1")
        tables = story.processed(*order).accept().projection().tables
        clusters.append(tables["articles"].sort("article_id")["cluster_id"].to_list())
        assert tables["articles"].sort("article_id")["copies"].to_list() == [1, 1, 0]
        facts = tables["fact_financials"].sort("article_id")
        assert facts["cluster_id"].to_list() == clusters[-1], "a fact is counted where its article is"
    assert clusters == [["cluster-b", "cluster-b", "cluster-c"]] * 2


def signed(lane: int, *figures: int) -> str:
    """A signature of equal lanes."""
    return base64.b64encode(np.array([lane] * SIGNATURE_LANES + list(figures), dtype="<u2").tobytes()).decode()


def two_articles(order: str, *, commits: bool) -> Story:
    story = Story()
    for index, name in enumerate(order):
        if commits or not index:
            story.run(f"run-{order}-{index}")
        story.article(name, f"{name}\n{REVENUE}.").fact(name, REVENUE, value="328200000").processed(name)
        if commits or index == len(order) - 1:
            story.accept()
    return story


def test_digest_is_the_same_in_any_order_and_any_batches():
    digests = {
        two_articles(order, commits=commits).projection().content_digest for order in ("ab", "ba") for commits in (True, False)
    }
    assert len(digests) == 1


def test_digest_after_revision_is_that_of_the_last_version_alone():
    """A fact that stayed, moved or changed ends where a fresh ledger of the newest text begins."""
    newest = "Now longer: " + FIRST
    story = told().run("run-2").article("a", newest).move("a", "f1", REVENUE, mention="Zoom").move("a", "f2", PROFIT)
    story.processed("a").accept()
    fresh = Story().run("run-9").article("a", newest)
    fresh.fact("a", REVENUE, fact_id="f1", mention="Zoom", value="328200000", value_step="100000")
    fresh.fact("a", PROFIT, fact_id="f2", metric="net_income", value="27000000").processed("a").accept()
    assert story.projection().content_digest == fresh.projection().content_digest


def test_digest_does_not_depend_on_the_order_of_rows():
    made = told().projection()
    facts = {table: made.tables[table].reverse() for table in FACT_TABLES}
    digests = article_digests(made.tables["articles"].reverse(), stated(facts))
    assert content_digest(digests["digest"].reverse(), COMPANIES.reverse()) == made.content_digest


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "328200001"), ("unit", "EUR"), ("segment", "emea"), ("confidence", "0.901"), ("period_end", "2020-07-31")],
)
def test_digest_notices_every_value(column, value):
    story, other = Story().run("r"), Story().run("r")
    base = {"value": "328200000", "fact_id": "f1"}
    story.article("a", FIRST).fact("a", REVENUE, **base).processed("a").accept()
    other.article("a", FIRST).fact("a", REVENUE, **(base | {column: value})).processed("a").accept()
    assert story.projection().content_digest != other.projection().content_digest


def test_digest_notices_the_companies():
    renamed = COMPANIES.with_columns(pl.col("name").str.to_uppercase())
    assert companies_digest(renamed) != companies_digest(COMPANIES)


def test_an_empty_ledger_has_tables_too():
    tables = Story().run("r").accept().projection().tables
    assert all(tables[table].is_empty() for table in ("articles", "quarantine", *FACT_TABLES))
    assert tables["runs"].height == 1
