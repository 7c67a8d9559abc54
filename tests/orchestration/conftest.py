"""A ledger after its first run, made once and copied for each test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.pipeline import Ledger
from tests.orchestration.material import NamedFiles, Results, larkfield, run_steps
from warehouse.home import Home


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Results]:
    """Root folder, folder of articles and results of one run on the three articles. To look at, not to change."""
    root = tmp_path_factory.mktemp("first")
    news = larkfield(root / "news")
    return root, news, run_steps(Ledger.open(Home(root / "ledger")), NamedFiles(news), run_id="first")


@pytest.fixture
def root(first_run: tuple[Path, Path, Results], tmp_path: Path) -> Path:
    """A root with the ledger as the first run left it, to change at will."""
    shutil.copytree(first_run[0], tmp_path / "root", symlinks=True)
    return tmp_path / "root"


@pytest.fixture
def ledger(root: Path) -> Ledger:
    """That ledger, open."""
    return Ledger.open(Home(root / "ledger"))


@pytest.fixture
def news(root: Path) -> Path:
    """The folder of articles that the ledger knows."""
    return root / "news"
