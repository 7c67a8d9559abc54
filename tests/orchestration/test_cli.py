"""Every command answers, in words, with the exit code that it promises: 0, 1, 2, 3 or 4, and never a traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from orchestration import cli, outcomes, pipeline
from orchestration.runner import RunRecord
from tests.orchestration.material import ENGLISH, LARKFIELD, larkfield

HEAVY = ("dagster", "great_expectations", "duckdb", "pandas", "trafilatura")


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLEDGER_HOME", raising=False)


def imported_by(*lines: list[str]) -> list[set[str]]:
    """Heavy packages that are imported after each of these command lines, run one after another in one process."""
    code = f"""
import json, sys
from orchestration import cli
for line in json.loads(sys.argv[1]):
    cli.answer(line)
    loaded = {{name.partition(".")[0] for name in sys.modules if sys.modules[name] is not None}}
    heavy = [name for name in {HEAVY!r} if name in loaded and any(other.startswith(name + ".") for other in sys.modules)]
    sys.stderr.write(json.dumps(heavy) + "\\n")
"""
    line = [sys.executable, "-c", code, json.dumps([*lines])]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    return [set(json.loads(each)) for each in done.stderr.splitlines() if each.startswith("[")]


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.answer([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--nonsense"], id="no such option"),
        pytest.param(["nonsense"], id="no such command"),
        pytest.param(["sql"], id="no query"),
        pytest.param(["log", "--format", "xml"], id="no such format"),
        pytest.param(["log", "--limit", "0"], id="no such limit"),
        pytest.param([], id="nothing at all"),
    ],
)
def test_wrong_usage_is_2_and_shows_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = answer(capsys, *arguments)
    assert code == 2
    assert "Usage: newsledger" in out + err


@pytest.mark.parametrize(
    "name",
    [
        "run",
        "extract",
        "status",
        "log",
        "verify",
        "rebuild",
        "sql",
        "ui",
        "as-of",
        "diff",
        "withdraw",
        "dispute",
        "confirm",
        "correct",
        "reextract",
        "export",
    ],
)
def test_every_command_has_help_with_its_options(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, _ = answer(capsys, name, "--help")
    assert code == 0
    assert "Usage: newsledger" in out
    assert len(out) > 300


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(capsys, "--version")
    assert (code, out.split()[0]) == (0, "newsledger")


@pytest.mark.parametrize("name", ["status", "log", "verify", "rebuild"])
def test_without_a_ledger_it_says_how_to_begin(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, no_home: None
) -> None:
    code, _, err = answer(capsys, name, "--home", tmp_path)
    assert code == 2
    assert "newsledger run" in err
    assert list(tmp_path.iterdir()) == []


def test_light_commands_import_nothing_heavy(root: Path) -> None:
    home = ["--home", str(root)]
    after = imported_by(["--help"], ["status", *home], ["log", *home], ["sql", "SELECT 1", *home])
    assert after == [set(), set(), set(), {"duckdb"}]
    (after_extract,) = imported_by(["extract", str(root / "news" / ENGLISH)])
    assert not after_extract & {"dagster", "great_expectations", "duckdb"}


def test_a_path_is_told_in_one_piece_where_it_goes_into_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    deep = tmp_path / "a-folder-with-a-long-name"
    shutil.move(root, deep)
    _, out, _ = answer(capsys, "status", "--home", deep)
    assert f"{deep}/ledger/published/current.duckdb" in out


def test_status_tells_where_the_ledger_stands(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, _ = answer(capsys, "status", "--home", root)
    assert code == 0
    for word in ("position", "last accepted", "pending", "quarantined", "rejected", "published"):
        assert word in out
    code, out, _ = answer(capsys, "status", "--home", root, "--json")
    told = json.loads(out)
    assert (told["articles"], told["pending"], told["last_verdict"]) == (3, 0, "accepted")
    assert told["published_position"] == told["position"]


def test_log_is_readable_and_machine_readable(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, _ = answer(capsys, "log", "--home", root)
    assert code == 0
    assert "RunAccepted" in out
    assert "of " in out.splitlines()[-1]
    _, out, _ = answer(capsys, "log", "--home", root, "--format", "json")
    events = json.loads(out)
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    _, out, _ = answer(capsys, "log", "--home", root, "--format", "csv", "--limit", 2)
    assert len(out.splitlines()) == 3


def test_verify_and_rebuild_agree_with_what_is_published(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, _ = answer(capsys, "verify", "--home", root)
    assert (code, "Sound" in out) == (0, True)
    code, out, _ = answer(capsys, "rebuild", "--home", root)
    assert (code, "The same" in out) == (0, True)


def test_verify_finds_a_damaged_log_with_1(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    file = next((root / "ledger" / "log").glob("*.parquet"))
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    file.write_bytes(damaged)
    code, out, err = answer(capsys, "verify", "--home", root)
    assert code == 1
    assert "finding" in err
    assert file.name in out.replace("\n", "")


def test_sql_answers_in_every_format(capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path) -> None:
    query = "SELECT value, published_at, evidence FROM financials WHERE value = 412600000 AND language = 'en'"
    code, out, _ = answer(capsys, "sql", query, "--home", root)
    assert (code, "412600000" in out, "1 row" in out) == (0, True, True)
    _, out, _ = answer(capsys, "sql", query, "--home", root, "--format", "json")
    assert '"value": 412600000,' in out
    assert json.loads(out)[0]["published_at"].startswith("2021-05-04T")
    _, out, _ = answer(capsys, "sql", query, "--home", root, "--format", "csv")
    assert out.splitlines()[0] == "value,published_at,evidence"
    code, out, _ = answer(capsys, "sql", query, "--home", root, "-o", tmp_path / "out.parquet")
    assert (code, out) == (0, "")
    assert pl.read_parquet(tmp_path / "out.parquet")["value"].cast(pl.Int64).to_list() == [412_600_000]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE articles",
        "SELECT nonsense FROM financials",
        "SELECT 1; SELECT 2",
        "",
        "SELECT * FROM read_text('/etc/hosts')",
    ],
)
def test_sql_refuses_what_does_not_read_the_warehouse(capsys: pytest.CaptureFixture[str], root: Path, query: str) -> None:
    code, out, err = answer(capsys, "sql", query, "--home", root)
    assert (code, out) == (2, "")
    assert err.startswith("newsledger: ")


def test_sql_wants_to_know_the_format_of_an_odd_file(capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path) -> None:
    code, _, err = answer(capsys, "sql", "SELECT 1", "--home", root, "-o", tmp_path / "out.xlsx")
    assert (code, "--format" in err) == (2, True)


def test_reading_commands_fall_back_to_the_demo_and_say_so(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    shutil.move(root / "ledger", root / "demo")
    code, out, err = answer(capsys, "sql", "SELECT count(*) AS n FROM articles", "--home", root, "--format", "csv")
    assert (code, out) == (0, "n\n3\n")
    assert len(err.splitlines()) == 1
    assert "demo" in err
    code, _, err = answer(capsys, "status", "--home", root, "--demo")
    assert (code, err) == (0, "")


def test_extract_gives_a_fact_a_line_with_every_column(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    news = larkfield(tmp_path / "news")
    (news / "empty.txt").write_bytes(b"")
    code, out, err = answer(capsys, "extract", news / ENGLISH, news, tmp_path / "missing.txt", "--format", "jsonl")
    assert code == 3
    assert "empty.txt" in err
    assert "missing.txt: no such file or folder" in err
    facts = [json.loads(line) for line in out.splitlines()]
    assert {fact["source"] for fact in facts} == {str(news / name) for name in LARKFIELD}
    assert {fact["table"] for fact in facts} <= {"fact_financials", "fact_security_incidents", "fact_market_moves"}
    for fact in facts:
        assert fact["evidence"]
        assert len(fact["evidence"]) == fact["evidence_end"] - fact["evidence_start"]
    revenue = next(fact for fact in facts if fact.get("metric") == "revenue" and fact["source"].endswith(ENGLISH))
    assert revenue["value"] == 412_600_000
    assert not (tmp_path / "root").exists()


def test_extract_as_a_table_and_500_paths_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    news = larkfield(tmp_path / "news")
    code, out, _ = answer(capsys, "extract", news / ENGLISH, "--format", "table")
    assert (code, "412.6 million USD" in out) == (0, True)
    text = "Zoom Video Communications reported revenue of $328.2 million for the first quarter. Net income was $27 million."
    paths = [news / f"copy-{number:03}.txt" for number in range(500)]
    for number, path in enumerate(paths):
        path.write_text(f"Note {number}\n\n{text}")
    code, out, _ = answer(capsys, "extract", *paths)
    assert code == 0
    assert len({json.loads(line)["source"] for line in out.splitlines()}) == 500


def test_a_run_of_ones_own_articles_and_a_second_that_finds_nothing_new(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    news, root = larkfield(tmp_path / "news"), tmp_path / "root"
    (news / "empty.txt").write_bytes(b"")
    arguments = ("run", news, tmp_path / "missing.txt", "--home", root, "--json")
    code, out, _ = answer(capsys, *arguments)
    first = json.loads(out)
    assert code == 3
    assert (first["verdict"], first["received"], first["new"]) == ("accepted", 4, 4)
    assert first["not_read"] == [{"where": str(tmp_path / "missing.txt"), "reason": "no such file or folder"}]
    assert [(Path(each["uri"]).name, bool(each["reason"])) for each in first["rejected"]] == [("empty.txt", True)]
    assert first["facts"]["fact_financials"] >= 15
    assert first["contradictions"] >= 1
    code, out, _ = answer(capsys, *arguments)
    second = json.loads(out)
    # The bad input is still bad: an exit code that forgets it would hide it from a script.
    assert code == 3
    assert (second["verdict"], second["received"], second["unchanged"], second["asserted"]) == ("nothing new", 4, 4, 0)
    assert (second["position"], second["rejected"]) == (first["position"], first["rejected"])
    (news / "empty.txt").unlink()
    code, out, err = answer(capsys, "run", news, "--home", root)
    assert (code, "Nothing is new" in out, err) == (0, True, "")
    code, out, err = answer(capsys, "run", news, "--home", root, "--quiet")
    assert (code, out, err) == (0, "", "")


def test_a_rejected_run_is_4_and_says_why(
    capsys: pytest.CaptureFixture[str], root: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited = outcomes.Audited("rejected", "rule-x is broken by articles", "d" * 64, 3, (), ())
    monkeypatch.setattr("orchestration.runner.run_job", lambda *paths, **options: RunRecord("bad", (audited,)))
    code, out, _ = answer(capsys, "run", news, "--home", root)
    assert code == 4
    assert "what analysts see is unchanged" in out
    assert "Contradictions" not in out
    code, out, err = answer(capsys, "run", news, "--home", root, "--quiet")
    assert (code, out, "rule-x is broken" in err) == (4, "", True)


def test_a_fault_of_ours_is_1_in_one_sentence(
    capsys: pytest.CaptureFixture[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("something odd")

    monkeypatch.setattr("orchestration.inspection.status", broken)
    code, out, err = answer(capsys, "status", "--home", root)
    assert (code, out) == (1, "")
    assert err.startswith("newsledger: a fault of ours: ZeroDivisionError: something odd")
    with pytest.raises(ZeroDivisionError):
        cli.answer(["--debug", "status", "--home", str(root)])


def test_a_run_that_is_stopped_while_a_step_is_at_work_says_so(
    capsys: pytest.CaptureFixture[str], root: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster

    def stopped(*arguments: object, **options: object) -> None:
        raise dagster.DagsterExecutionInterruptedError

    (news / "more.txt").write_text("Zoom took 328.2 million dollars in the first quarter, it said on Tuesday.")
    monkeypatch.setattr(pipeline, "extract", stopped)
    code, out, err = answer(capsys, "run", news, "--home", root)
    assert (code, out) == (cli.STOPPED, "")
    assert err.endswith("newsledger: stopped. What was received is kept; the next run goes on from there.\n")


def test_a_reader_that_goes_away_is_no_error(root: Path) -> None:
    line = f"{sys.executable} -m orchestration.cli log --format json --home {root} | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_past_is_told_and_asked(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, _ = answer(capsys, "as-of", "now", "--home", root)
    assert code == 0
    assert "financials" in out
    code, out, _ = answer(capsys, "diff", "0", "--home", root, "--format", "csv")
    assert code == 0
    assert out.splitlines()[0].startswith("change,reason,table")
    query = "SELECT count(*) AS n FROM financials WHERE company_id = $who"
    code, out, _ = answer(capsys, "sql", query, "--as-of", "now", "-p", "who=larkfield", "--home", root, "--format", "csv")
    assert (code, out.splitlines()[0]) == (0, "n")
    code, _, err = answer(capsys, "as-of", "1999-01-01", "--home", root)
    assert (code, "nothing was published by then" in err) == (2, True)
    assert answer(capsys, "sql", query, "-p", "who", "--home", root)[0] == 2


def test_decisions_are_told_and_want_a_ledger_of_ones_own(
    capsys: pytest.CaptureFixture[str], root: Path, tmp_path: Path
) -> None:
    _, out, _ = answer(capsys, "sql", "SELECT fact_id FROM financials LIMIT 1", "--home", root, "--format", "csv")
    fact_id = out.split()[1]
    code, out, _ = answer(capsys, "dispute", fact_id, "--reason", "a misprint", "--by", "ada", "--home", root)
    assert code == 0
    assert "1 FactDisputed, 1 FactRetracted" in out
    _, out, _ = answer(capsys, "diff", "0", "--home", root, "--format", "json")
    assert fact_id not in out
    code, _, err = answer(capsys, "dispute", "ffffffff", "--reason", "x", "--home", root)
    assert (code, "no fact with the fact_id" in err) == (2, True)
    assert answer(capsys, "withdraw", "x", "--reason", "x", "--home", tmp_path / "none")[0] == 2
    code, out, _ = answer(capsys, "verify", "--home", root)
    assert code == 0, out
