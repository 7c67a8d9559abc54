"""The README's command in a fresh copy of the project, and the wheel that it would ship as."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from orchestration.sources.samples import SAMPLES
from warehouse.query import query

PROJECT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("uv") is None or not (PROJECT / ".git").exists(), reason="needs uv and a git checkout"),
]


def uv(*arguments: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    return subprocess.run(
        ["uv", *arguments],
        cwd=cwd,
        env={**environment, "NEWSLEDGER_HOME": str(home), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_the_main_command_runs_in_a_fresh_copy_and_again_finds_nothing_new(tmp_path: Path) -> None:
    copy, home = tmp_path / "newsledger", tmp_path / "home"
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(copy)], check=True)
    done = uv("run", "newsledger", "run", cwd=copy, home=home)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert "Contradictions" in done.stdout
    assert (home / "demo" / "published" / "current.duckdb").exists()
    again = uv("run", "newsledger", "run", cwd=copy, home=home)
    assert "Nothing is new" in again.stdout
    assert not (home / "ledger").exists()
    readme = (copy / "README.md").read_text(encoding="utf-8")
    statements = re.findall(r'newsledger sql --demo "(.+?)"', readme)
    assert len(statements) >= 5
    for statement in statements:
        assert not query(home / "demo" / "published" / "current.duckdb", statement).is_empty(), statement


def test_the_wheel_holds_samples_rules_queries_and_lexicons(tmp_path: Path) -> None:
    done = uv("build", "--wheel", "--quiet", "--out-dir", str(tmp_path), cwd=PROJECT, home=tmp_path)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    samples = {path.relative_to(SAMPLES.parents[1]).as_posix() for path in SAMPLES.rglob("*") if path.is_file()}
    assert samples <= set(names)
    assert "expectations/rules.toml" in names
    assert any(name.startswith("warehouse/sql/") for name in names)
    assert any(name.startswith("transforms/lexicon/") for name in names)
    assert not any(name.startswith("tests/") for name in names)
