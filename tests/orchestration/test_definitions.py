"""What Dagster sees: the assets, one blocking check of all rules, a sensor and a schedule for the same job."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from expectations.suite import suite
from orchestration.definitions import build_defs
from orchestration.defs.checks import ASSETS as AUDITED
from orchestration.defs.checks import VERDICT, check_results, expectations
from orchestration.defs.resources import ArticleSource, LedgerResource
from orchestration.defs.triggers import BATCH, JOB, TAGS, daily, landing_folder, look
from orchestration.instance import CONFIGURATION, PROCESS_TAG, prepare, process_tags
from orchestration.outcomes import Audited, CheckOutcome
from tests.orchestration.material import ENGLISH, FRENCH, LARKFIELD, extracting, larkfield, twice
from transforms.schemas import FACT_TABLES
from warehouse.errors import DamagedStaging
from warehouse.home import Home
from warehouse.query import query

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
ASSETS = {"raw_articles", "article_texts", *FACT_TABLES, "published_warehouse"}


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions of a ledger without sources of its own."""
    return build_defs({"ledger": LedgerResource(folder=str(tmp_path_factory.mktemp("empty") / "ledger"))})


def job_on(news: Path, home: Path) -> dg.JobDefinition:
    swapped = {"ledger": LedgerResource(folder=str(home)), "articles": ArticleSource(paths=[str(news)])}
    return build_defs(swapped).resolve_job_def(JOB)


def row_count(instance: dg.DagsterInstance, asset: str) -> int:
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    value = event.asset_materialization.metadata["dagster/row_count"].value
    assert isinstance(value, int)
    return value


def test_every_asset_has_a_description_a_group_and_columns(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == ASSETS
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.group_name in ("articles", "facts", "warehouse")
        if key.to_user_string() != "published_warehouse":
            assert "dagster/column_schema" in node.metadata


def test_importing_the_definitions_reads_no_sources_and_dagster_finds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLEDGER_HOME", str(tmp_path))
    (tmp_path / "sources.toml").write_text('[sources.wire]\nkind = "folder"\npath = "."\n')
    spec = importlib.util.find_spec("orchestration.definitions")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "defs" not in vars(module)
    found = [value for _, value in inspect.getmembers(module) if isinstance(value, dg.Definitions)]  # as Dagster does
    assert found == [module.defs]
    assert dg.AssetKey(["sources", "wire"]) in found[0].resolve_asset_graph().get_all_asset_keys()


def test_every_rule_is_told_by_a_check_of_one_step(defs: dg.Definitions) -> None:
    told = {(str(spec.asset_key.to_user_string()), spec.name): spec.description or "" for spec in expectations.check_specs}
    assert {(key.asset_key.to_user_string(), key.name) for key in defs.resolve_asset_graph().asset_check_keys} == set(told)
    for rule in suite().rules:
        for table in rule.tables:
            assert f"**{rule.id}**" in told[AUDITED[table], rule.topic]
    assert ("fact_financials", VERDICT) in told
    assert len(told) < 40


def test_the_job_publishes_and_tells_counts_but_no_words(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    done = job_on(larkfield(tmp_path / "news"), tmp_path / "ledger").execute_in_process(instance=instance, run_config=QUIET)
    assert done.success
    evaluations = done.get_asset_check_evaluations()
    assert {each.check_name for each in evaluations} >= {VERDICT, "evidence"}
    assert all(each.passed for each in evaluations if each.check_name == VERDICT)
    assert row_count(instance, "raw_articles") == row_count(instance, "article_texts") == 3
    assert row_count(instance, "fact_financials") >= 15
    assert {event.asset_key.to_user_string() for event in done.get_asset_materialization_events() if event.asset_key} == ASSETS
    told = json.dumps([repr(event) for event in instance.all_logs(done.run_id)])
    for words in ("sorteersoftware", "warehouses ordered", "affaires de 412"):
        assert words not in told
    assert query(Home(tmp_path / "ledger"), "SELECT run_id FROM runs")["run_id"].to_list() == [done.run_id]


def test_materializing_the_published_warehouse_alone_refuses(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    alone = job_on(larkfield(tmp_path / "news"), tmp_path / "ledger")
    with pytest.raises(DamagedStaging, match="nothing is staged"):
        alone.execute_in_process(instance=instance, run_config=QUIET, asset_selection=[dg.AssetKey("published_warehouse")])
    assert not Home(tmp_path / "ledger").current.exists()


def test_a_rejected_run_fails_the_verdict_and_publishes_nothing(
    tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.extract.extract", extracting(twice))
    job = job_on(larkfield(tmp_path / "news") / ENGLISH, tmp_path / "ledger")
    done = job.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
    assert not done.success
    failed = {each.check_name for each in done.get_asset_check_evaluations() if not each.passed}
    assert VERDICT in failed
    assert len(failed) >= 2
    materialized = {event.asset_key.to_user_string() for event in done.get_asset_materialization_events() if event.asset_key}
    assert "published_warehouse" not in materialized
    assert not Home(tmp_path / "ledger").current.exists()


def outcome(scope: str, severity: str, *, success: bool) -> CheckOutcome:
    rule = next(rule for rule in suite().rules if rule.scope == scope and rule.severity == severity)
    return CheckOutcome(rule.id, rule.tables[0], severity, scope, success, 0 if success else 1, (), rule.why)


@pytest.mark.parametrize(
    ("scope", "severity", "shown"),
    [
        pytest.param("row", "error", dg.AssetCheckSeverity.WARN, id="a row: its article is quarantined, the others go on"),
        pytest.param("table", "warning", dg.AssetCheckSeverity.WARN, id="a warning has no consequence"),
        pytest.param("schema", "critical", dg.AssetCheckSeverity.ERROR, id="a schema rejects the run"),
    ],
)
def test_what_gates_is_an_error_and_the_rest_a_warning(scope: str, severity: str, shown: dg.AssetCheckSeverity) -> None:
    broken = outcome(scope, severity, success=False)
    audited = Audited("accepted", "", "d" * 64, 3, (broken,), ())
    results = list(check_results(audited))
    (failed,) = (result for result in results if not result.passed)
    assert failed.severity == shown
    assert broken.rule in (failed.description or "")
    rows = failed.metadata["rules"]
    assert isinstance(rows, dg.TableMetadataValue)
    assert {record.data["rule"]: record.data["failed"] for record in rows.records}[broken.rule] == "1"
    assert {(result.asset_key, result.check_name) for result in results} == {
        (spec.asset_key, spec.name) for spec in expectations.check_specs
    }


def tick(instance: dg.DagsterInstance, root: Path, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    resources = {"ledger": LedgerResource(folder=str(root))}
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources) as context:
        answer = landing_folder(context)
    assert isinstance(answer, dg.SensorResult | dg.SkipReason)
    return answer


def test_the_sensor_asks_for_one_run_for_a_batch_then_is_quiet(
    tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.sources.landing.SETTLE_SECONDS", 0.0)
    quiet = tick(instance, tmp_path, None)
    assert isinstance(quiet, dg.SkipReason)
    assert "nothing new" in (quiet.skip_message or "")
    folder = Home(tmp_path).landing
    for name in LARKFIELD:
        (folder / name).write_text("text")
    asked = tick(instance, tmp_path, None)
    assert isinstance(asked, dg.SensorResult)
    (request,) = asked.run_requests or []
    assert len(request.run_config["resources"]["articles"]["config"]["paths"]) == 3
    assert request.run_key
    assert isinstance(tick(instance, tmp_path, asked.cursor), dg.SkipReason)
    # A file that changes is seen anew, under another key.
    (folder / FRENCH).write_text("another text")
    again = tick(instance, tmp_path, asked.cursor)
    assert isinstance(again, dg.SensorResult)
    (second,) = again.run_requests or []
    assert second.run_config["resources"]["articles"]["config"]["paths"] == [str(folder / FRENCH)]
    assert second.run_key != request.run_key


def test_the_sensor_ends_the_runs_of_dead_processes(tmp_path: Path, instance: dg.DagsterInstance, defs: dg.Definitions) -> None:
    """Else no run would come after a power cut: those of the sensor go one after another."""
    dead = subprocess.Popen(["true"])
    dead.wait()
    here = str(os.getpid())
    kinds = {"dead": f"{dead.pid}", "again": f"{dead.pid}", "another": f"{here}@1", "alive": "", "slow": "", "never": ""}
    runs = {name: instance.create_run_for_job(defs.resolve_job_def(JOB)).run_id for name in kinds}
    for name, process in kinds.items():
        ago = 3600 if name == "never" else 0
        instance.handle_new_event(started(runs[name], ago))
        if name in ("slow", "never"):  # not yet at their first step
            instance.add_run_tags(runs[name], TAGS)
            continue
        tags = process_tags(runs[name])
        if process:
            # Tags of the run before, for one that Dagster has only just made once more.
            tags[PROCESS_TAG] = f"{process}/{runs['dead' if name == 'again' else name]}"
        instance.add_run_tags(runs[name], tags)
    assert isinstance(tick(instance, tmp_path, None), dg.SkipReason)
    going = {name for name, run_id in runs.items() if not instance.get_run_by_id(run_id).is_finished}  # type: ignore[union-attr]
    assert going == {"again", "alive", "slow"}


def started(run_id: str, ago: float) -> dg.EventLogEntry:
    event = dg.DagsterEvent(dg.DagsterEventType.PIPELINE_START.value, JOB)
    return dg.EventLogEntry(None, "debug", "", run_id, time.time() - ago, job_name=JOB, dagster_event=event)


def test_runs_without_a_person_are_made_once_more_if_their_process_died(tmp_path: Path) -> None:
    assert TAGS["dagster/max_retries"] == "1"
    assert TAGS["dagster/retry_on_asset_or_op_failure"] == "false"
    assert TAGS["dagster/retry_strategy"] == "ALL_STEPS"
    assert daily.tags is not None
    assert daily.tags.items() >= TAGS.items()
    with dg.DagsterInstance.from_config(prepare(Home(tmp_path))["DAGSTER_HOME"]) as made:
        assert made.run_retries_enabled
        assert made.run_retries_max_retries == 0


def test_the_sensor_leaves_a_file_that_is_being_written(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    folder = Home(tmp_path).create().landing
    (folder / "growing.txt").write_text("half a sent")
    waiting = tick(instance, tmp_path, None)
    assert isinstance(waiting, dg.SkipReason)
    assert "still being written" in (waiting.skip_message or "")


def test_what_a_tick_cannot_take_waits_and_what_is_gone_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.defs.triggers.BATCH", 2)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("text")
    later = time.time() + 60
    take, seen, waiting = look(tmp_path, {"gone.txt": "1:1"}, now=later)
    assert ([Path(path).name for path in take], waiting) == (["0.txt", "1.txt"], 1)
    assert "gone.txt" not in seen
    take, seen, waiting = look(tmp_path, seen, now=later)
    assert ([Path(path).name for path in take], waiting, len(seen)) == (["2.txt"], 0, 3)
    assert BATCH > 100


def test_the_sensors_request_and_the_schedule_fit_the_job(defs: dg.Definitions) -> None:
    job = defs.resolve_job_def(JOB)
    assert daily.cron_schedule == "0 5 * * *"
    assert daily.job_name == landing_folder.job_name == JOB
    config = {"resources": {"articles": {"config": {"paths": ["a.txt"]}}, "command": {"config": {"command": "sensor"}}}}
    assert dg.validate_run_config(job, config)


def test_telemetry_is_off_and_a_changed_configuration_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    environment = prepare(home)
    written = home.dagster / "dagster.yaml"
    assert written.read_text() == CONFIGURATION
    with dg.DagsterInstance.from_config(environment["DAGSTER_HOME"]) as made:
        assert not made.telemetry_enabled
    written.write_text("telemetry:\n  enabled: false\n")
    prepare(home)
    assert written.read_text() == "telemetry:\n  enabled: false\n"
