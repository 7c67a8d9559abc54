"""`newsledger companies`: a file of one's own companies is begun, checked and known to whatever works on that home."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from orchestration.cli import FINE, USAGE, answer
from orchestration.homes import know_companies, ledger_home
from transforms import companies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = '[quellmoor-pumpen]\nname = "Quellmoor Pumpen"\ncountry = "DE"\n'


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    companies.use(None)


def test_a_file_is_begun_once_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["companies", "init", "--home", str(tmp_path)]) == FINE
    assert (tmp_path / "companies.toml").is_file()
    assert answer(["companies", "init", "--home", str(tmp_path)]) == USAGE
    (tmp_path / "companies.toml").write_text(FILE, encoding="utf-8")
    assert answer(["companies", "check", "--home", str(tmp_path)]) == FINE
    assert "Quellmoor Pumpen" in capsys.readouterr().out


def test_a_file_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "companies.toml").write_text(FILE.replace("DE", "Germany"), encoding="utf-8")
    assert answer(["companies", "check", "--home", str(tmp_path)]) == USAGE
    assert "line 3, quellmoor-pumpen.country" in capsys.readouterr().err


def test_each_home_knows_its_own_and_the_demo_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "companies.toml").write_text(FILE, encoding="utf-8")
    for root, name, known in (("a", "ledger", True), ("a", "demo", False), ("b", "ledger", False)):
        know_companies(ledger_home(tmp_path / root, "demo" if name == "demo" else "ledger"))
        assert ("quellmoor-pumpen" in companies.dim_company()["company_id"].to_list()) is known
        assert ("NEWSLEDGER_COMPANIES" in os.environ) is known
