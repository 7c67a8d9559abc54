"""Staging: what was audited is what goes on, to the row."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.material import NOON, financial, raw, staged, texts
from transforms.schemas import ARTICLE_TEXTS, COVERAGE_COLUMNS, FACT_FINANCIALS, FACT_TABLES
from warehouse import staging
from warehouse.errors import DamagedStaging, NotAccepted
from warehouse.home import Home, write_atomically
from warehouse.staging import Verdict

ARTICLES = texts(raw(("file:a", "Winst van Brightwater"), ("file:b", "Omzet")))
FACTS = staged(financial("file:a", "Winst", "f1"), financial("file:a", "Winst", "f2", company_mention=None, value=None))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_staged_run_loads_as_it_was(home):
    made = staging.stage(home, "run-1", FACTS, ARTICLES)
    found, frames = staging.load(home, "run-1")
    assert found == made
    assert frames.keys() == FACT_TABLES.keys()
    assert frames["fact_financials"].equals(FACTS["fact_financials"])
    assert {name: frame.schema for name, frame in frames.items()} == FACT_TABLES
    assert found.articles().select(ARTICLES.columns).equals(ARTICLES)
    assert found.articles().select(COVERAGE_COLUMNS.keys()).null_count().row(0) == (ARTICLES.height,) * 3
    assert made.rows == {"fact_financials": 2, "fact_security_incidents": 0, "fact_market_moves": 0, "articles": 2}
    assert staging.runs(home) == ["run-1"]


def test_the_digest_depends_on_no_order_of_rows_or_columns(home):
    turned = {name: frame.reverse().select(reversed(frame.columns)) for name, frame in FACTS.items()}
    one = staging.stage(home, "one", FACTS, ARTICLES)
    assert staging.stage(home, "two", turned, ARTICLES.reverse()).digest == one.digest
    assert staging.digest({"a": FACTS["fact_financials"]}) != staging.digest({"b": FACTS["fact_financials"]})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"value": Decimal("1.000001")}, id="decimal"),
        pytest.param({"published_at": NOON + timedelta(microseconds=1)}, id="instant"),
        pytest.param({"company_id": ""}, id="empty for null"),
        pytest.param({"company_id": "-"}, id="the mark of null"),
        pytest.param({"evidence_start": 1}, id="span"),
        pytest.param({"period_end": None}, id="null for a date"),
    ],
)
def test_the_digest_sees_any_change(change):
    before = financial("file:a", "Winst", "f1", company_id=None, value=Decimal(1), published_at=NOON)
    assert staging.digest(staged(before)) != staging.digest(staged({**before, **change}))
    assert staging.digest(staged(before)) != staging.digest(staged(before, before))


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=4) | st.none(), st.text(max_size=4) | st.none()), max_size=5), st.randoms())
def test_two_frames_have_one_digest_exactly_if_they_have_the_same_rows(rows, random):
    def digest(some):
        return staging.digest({"t": pl.DataFrame(some, schema={"a": pl.String, "b": pl.String}, orient="row")})

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert digest(rows) == digest(shuffled)
    swapped = [(b, a) for a, b in rows]
    assert (digest(rows) == digest(swapped)) == (sorted(map(str, rows)) == sorted(map(str, swapped)))


def test_staging_again_replaces_and_withdraws_the_verdict(home):
    first = staging.stage(home, "run-1", FACTS, ARTICLES)
    staging.write_verdict(home, Verdict(run_id="run-1", staged_digest=first.digest, verdict="accepted"))
    staging.stage(home, "run-1", {}, ARTICLES)
    assert staging.read_verdict(home, "run-1") is None
    assert staging.load(home, "run-1")[0].rows["fact_financials"] == 0


@pytest.mark.parametrize("name", ["manifest.json", "fact_financials.parquet", "articles.parquet"])
@pytest.mark.parametrize("damage", ["missing", "torn", "flipped"])
def test_damaged_staged_files_are_refused(home, name, damage):
    made = staging.stage(home, "run-1", FACTS, ARTICLES)
    path = home.runs / "run-1" / name
    data = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "torn":
        path.write_bytes(data[: len(data) // 2])
    else:
        # The first byte of the digest, or of the first page's data.
        data[data.index(made.digest.encode()) if name == "manifest.json" else 60] ^= 1
        path.write_bytes(data)
    with pytest.raises(DamagedStaging) as refused:
        staging.load(home, "run-1")
    assert refused.value.run_id == "run-1"


def test_rows_changed_after_staging_are_refused(home):
    staging.stage(home, "run-1", FACTS, ARTICLES)
    other = staging.stage(home, "run-2", staged(financial("file:a", "Winst", "f1")), ARTICLES)
    (home.runs / "run-1" / "fact_financials.parquet").write_bytes(other.paths["fact_financials"].read_bytes())
    with pytest.raises(DamagedStaging, match="manifest"):
        staging.load(home, "run-1")


def test_a_run_killed_before_its_manifest_is_not_staged(home, monkeypatch):
    real = write_atomically

    def killed(path: Path, data: bytes) -> None:
        if path.name == "manifest.json":
            raise KeyboardInterrupt
        real(path, data)

    monkeypatch.setattr(staging, "write_atomically", killed)
    with pytest.raises(KeyboardInterrupt):
        staging.stage(home, "run-1", FACTS, ARTICLES)
    with pytest.raises(DamagedStaging, match="nothing is staged"):
        staging.load(home, "run-1")


def test_only_an_accepted_verdict_on_exactly_this_digest_lets_a_run_go_on(home):
    made = staging.stage(home, "run-1", FACTS, ARTICLES)
    with pytest.raises(NotAccepted, match="not audited"):
        staging.require_accepted(home, made)
    outcomes = [{"rule": "evidence_is_in_text", "scope": "row", "severity": "quarantine", "failed": 0}]
    rejected = Verdict(run_id="run-1", staged_digest=made.digest, verdict="rejected", reason="why")
    for verdict in (rejected, Verdict(run_id="run-1", staged_digest="0" * 64, verdict="accepted")):
        staging.write_verdict(home, verdict)
        with pytest.raises(NotAccepted) as refused:
            staging.require_accepted(home, made)
        assert refused.value.staged_digest == made.digest
    good = Verdict(run_id="run-1", staged_digest=made.digest, verdict="accepted", outcomes=outcomes)
    staging.write_verdict(home, good)
    assert staging.require_accepted(home, made) == good
    (home.runs / "run-1" / "verdict.json").write_text(json.dumps({"verdict": "accepted"}))
    with pytest.raises(DamagedStaging):
        staging.require_accepted(home, made)


def test_frames_that_are_no_fact_tables_are_refused(home):
    with pytest.raises(ValueError, match="articles"):
        staging.stage(home, "run-1", {"articles": ARTICLES}, ARTICLES)


@pytest.mark.parametrize("run_id", ["", "..", "a/b", "a\\b", "/tmp"])
def test_a_run_id_cannot_leave_the_runs_folder(home, run_id):
    with pytest.raises(ValueError, match="run id"):
        staging.stage(home, run_id, FACTS, ARTICLES)


def test_empty_frames_are_staged(home):
    staging.stage(home, "run-1", {}, pl.DataFrame(schema=ARTICLE_TEXTS))
    found, frames = staging.load(home, "run-1")
    assert frames["fact_financials"].schema == FACT_FINANCIALS
    assert found.articles().is_empty()
    staging.discard(home, "run-1")
    assert staging.runs(home) == []
