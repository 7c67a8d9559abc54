"""The commands of whoever is on call: verify, repair, migrate, and their exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import cli
from tests.warehouse import day
from warehouse.home import Home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        day.lightly(patch.setattr)
        day.yesterday(Home(tmp_path / "ledger"))
    return tmp_path


def tear(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])


def test_a_torn_published_file_is_mended_after_a_dry_run_that_changed_nothing(root, capsys):
    current = Home(root / "ledger").current
    tear(current.resolve())
    torn = current.resolve().read_bytes()
    assert cli.answer(["verify", "--home", str(root)]) == cli.FAULT
    assert cli.answer(["repair", "--home", str(root), "--dry-run"]) == cli.FINE
    assert "would be restored: published" in capsys.readouterr().out
    assert current.resolve().read_bytes() == torn
    assert cli.answer(["repair", "--home", str(root)]) == cli.FINE
    assert cli.answer(["verify", "--home", str(root)]) == cli.FINE
    assert cli.answer(["repair", "--home", str(root)]) == cli.FINE
    assert "nothing to repair" in " ".join(capsys.readouterr().out.split())


def test_what_is_lost_is_named_and_gives_exit_code_1(root, capsys):
    middle = sorted((root / "ledger" / "log").glob("*.parquet"))[1]
    tear(middle)
    assert cli.answer(["repair", "--home", str(root)]) == cli.FAULT
    told = capsys.readouterr()
    assert middle.name in "".join(told.out.split())
    assert "lost" in told.out
    assert "not everything" in told.err


def test_migrating_tells_what_it_did_and_the_second_time_that_there_is_nothing_to_do(root, capsys):
    # Published without its views, and with other companies than this version knows.
    assert cli.answer(["migrate", "--home", str(root)]) == cli.FINE
    assert "published:" in capsys.readouterr().out
    assert cli.answer(["migrate", "--home", str(root)]) == cli.FINE
    assert "Nothing to do" in capsys.readouterr().out
