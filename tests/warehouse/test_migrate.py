"""Ledgers of every version that was ever written come to today's form, and not a byte of their log changes."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction
from deltalake.transaction import AddAction

from tests.warehouse.story import COMPANIES
from warehouse import content as contents
from warehouse import delta, seals
from warehouse import log as logs
from warehouse.errors import NewerLog
from warehouse.events import SCHEMA_VERSION
from warehouse.home import Home
from warehouse.log import LOG, EventLog
from warehouse.migrate import migrate
from warehouse.publish import current_publication
from warehouse.query import query
from warehouse.verify import verify

GOLDEN = Path(__file__).parent / "golden"


def golden(version: int) -> pl.DataFrame:
    rows = [json.loads(line) for line in (GOLDEN / f"events_v{version}.jsonl").read_text(encoding="utf-8").splitlines()]
    times = [datetime.fromisoformat(row["recorded_at"]) for row in rows]
    return pl.DataFrame([{**row, "recorded_at": time} for row, time in zip(rows, times, strict=True)], schema=LOG)


def as_it_was_written(home: Home, version: int) -> None:
    """Log and content store as newsledger wrote them when commits were delta-rs's own and not sealed by themselves."""
    home.create()
    events = golden(version)
    for table in (logs.table(home), contents.table(home)):
        DeltaTable.create(
            table.folder,
            Schema.from_arrow(table.schema),
            mode="ignore",
            configuration={**delta.CONFIGURATION, **table.configuration},
        )
    table = logs.table(home)
    half = events.height // 2
    for number, rows in enumerate((events[:half], events[half:])):
        new = delta.write(table, rows.select(table.schema.names).to_arrow().cast(table.schema), prefix="events")
        before = table.folder / "_delta_log" / f"{number:020}.json"
        action = AddAction(
            path=new.path.name,
            size=new.size,
            partition_values={},
            modification_time=new.modified,
            data_change=True,
            stats=new.stats,
        )
        DeltaTable(table.folder).create_write_transaction(
            [action],
            mode="append",
            schema=Schema.from_arrow(table.schema),
            commit_properties=CommitProperties(
                app_transactions=[Transaction("newsledger-log", rows["position"][-1])],
                custom_metadata={seals.ONE_FILE: seals.file_sha256(new.path), seals.BEFORE: seals.file_sha256(before)},
            ),
            post_commithook_properties=PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False),
        )


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_a_ledger_of_each_version_comes_to_today_s_form_and_its_log_stays(tmp_path, version):
    home = Home(tmp_path)
    as_it_was_written(home, version)
    assert EventLog.open(home).schema_version == version
    before = digests(home.log)
    done = migrate(home, companies=COMPANIES)
    assert [each.partition(":")[0] for each in done] == ["log", "content", "published"]
    after = digests(home.log)
    assert {name: after[name] for name in before} == before
    # One commit more, of nothing: it seals the one before it. Beside the log stands the note of its version.
    added = after.keys() - before.keys()
    assert sorted(Path(name).suffix for name in added) == ["", ".json"]
    assert EventLog.open(home).read().drop("payload").equals(golden(version).drop("payload"))
    assert verify(home) == []
    current = current_publication(home)
    assert current is not None
    accepted = golden(version).filter(pl.col("event_type") == "RunAccepted")["position"][-1]
    assert current.position == accepted
    assert query(home, "SELECT count(*) FROM articles").item() > 0


def test_migrating_twice_does_nothing_the_second_time(tmp_path):
    home = Home(tmp_path)
    as_it_was_written(home, 1)
    assert migrate(home, companies=COMPANIES)
    before = digests(home.root)
    assert migrate(home, companies=COMPANIES) == []
    assert digests(home.root) == before


def test_after_migrating_any_turned_bit_of_the_last_old_commit_is_found(tmp_path):
    home = Home(tmp_path)
    as_it_was_written(home, 1)
    migrate(home, companies=COMPANIES)
    commit = home.log / "_delta_log" / f"{2:020}.json"
    commit.write_bytes(commit.read_bytes().replace(b'"mode":"Append"', b'"mode":"append"'))
    assert any(commit.name in finding.where for finding in verify(home))


def test_a_log_of_a_newer_newsledger_is_left_alone(tmp_path, monkeypatch):
    home = Home(tmp_path)
    as_it_was_written(home, SCHEMA_VERSION)
    before = digests(home.root)
    monkeypatch.setattr("warehouse.migrate.SCHEMA_VERSION", SCHEMA_VERSION - 1)
    with pytest.raises(NewerLog):
        migrate(home, companies=COMPANIES)
    assert digests(home.root) == before
