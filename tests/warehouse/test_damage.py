"""Whatever turns, is torn or goes missing under a home, `verify` finds it every time and says which file it was.

500 bits turned one by one, seeded (`NEWSLEDGER_SEED`), over log, content and published files: commits, checkpoints and their
seals, data files, checksums. A bit is looked for by the check of its own part; `verify`, which asks them all, is slower
and is asked for every twenty-fifth.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.warehouse import day
from warehouse.content import check_content
from warehouse.home import Home
from warehouse.log import check_log
from warehouse.verify import changed_files, verify

BITS = 500
SEED = int(os.environ.get("NEWSLEDGER_SEED", "6"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger after two days, with checkpoints in both tables and several published files."""
    home = Home(tmp_path_factory.mktemp("sound") / "ledger")
    with pytest.MonkeyPatch.context() as patch:
        day.lightly(patch.setattr)
        day.yesterday(home)
        day.take_in(home, [("file:vijf", "Een vijfde verhaal over Brightwater en zijn cijfers")], run_id="one")
        day.take_in(home, [("file:zes", "Een zesde verhaal over Brightwater en zijn cijfers")], run_id="two")
    assert verify(home) == []
    return home.root


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Home:
    return Home(shutil.copytree(sound, tmp_path / "ledger", symlinks=True))


def parts(home: Home) -> dict[str, list[Path]]:
    """Files of log, content and publication."""
    return {
        part: sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and path.stat().st_size)
        for part, folder in (("log", home.log), ("content", home.content), ("published", home.published))
    }


def kinds(paths: list[Path]) -> set[str]:
    return {"".join(path.suffixes) or path.name for path in paths}


def found_in(home: Home, part: str) -> set[str]:
    """Names of the files that the part's own check complains of."""
    if part == "published":
        return {finding.where for finding in changed_files(home) if finding.severity == "error"}
    return {Path(problem.where).name for problem in (check_log(home) if part == "log" else check_content(home))}


def found_by_verify(home: Home) -> set[str]:
    """Names of the files that `verify` has an error to tell of."""
    return {Path(finding.where.split(": ")[-1]).name for finding in verify(home) if finding.severity == "error"}


def told(path: Path, names: set[str]) -> bool:
    """Whether the file is named, or, of a checksum or seal, the file that it is of."""
    return path.name in names or (path.suffix == ".sha256" and any(path.stem in name for name in names))


def beside(path: Path) -> dict[Path, bytes]:
    """The file, and beside a checkpoint all that goes when one is found to be broken."""
    around = path.parent.iterdir() if path.parent.name == "_delta_log" else [path]
    return {each: each.read_bytes() for each in around}


@contextmanager
def turned(home: Home, path: Path, bit: int) -> Iterator[None]:
    """The file with one bit turned; afterwards it, and all that reading it may have removed, is as it was."""
    before = beside(path)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ (1 << bit % 8)]))
    yield
    for each, data in before.items():
        if not each.exists() or each.read_bytes() != data:
            each.write_bytes(data)


def test_the_parts_have_every_kind_of_file(home):
    files = parts(home)
    for part in ("log", "content"):
        names = {path.name for path in files[part]}
        assert {"_last_checkpoint"} <= names
        assert {".json", ".parquet", ".checkpoint.parquet", ".sha256", "_newsledger-version"} <= kinds(files[part])
    assert kinds(files["published"]) >= {".duckdb", ".sha256"}


@pytest.mark.slow
def test_each_of_five_hundred_turned_bits_is_found_and_its_file_named(home):
    chance = random.Random(SEED)
    files = parts(home)
    for number in range(BITS):
        part = chance.choice(sorted(files))
        # A kind of file first: a commit is small and a database large, and both count.
        kind = chance.choice(sorted(kinds(files[part]) - {".lock"}))
        path = chance.choice([path for path in files[part] if kind in kinds([path])])
        bit = chance.randrange(path.stat().st_size * 8)
        with turned(home, path, bit):
            names = found_in(home, part) if number % 25 else found_by_verify(home)
            assert told(path, names), f"bit {bit} of {path.relative_to(home.root)}, seed {SEED}: found {sorted(names)}"
    assert verify(home) == []


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.999, None], ids=["emptied", "halved", "without its end", "gone"])
def test_each_torn_or_missing_file_is_found_and_named(home, tmp_path, keep):
    files = parts(home)
    for part, paths in files.items():
        for path in paths:
            if path.name.startswith(("_", ".")) or (keep is None and (path.suffix == ".sha256" or ".checkpoint" in path.name)):
                continue
            data, before = path.read_bytes(), beside(path)
            path.chmod(0o644)
            if keep is None:
                path.unlink()
            else:
                path.write_bytes(data[: int(len(data) * keep)])
            if part == "published" and keep is None:
                found = bool(verify(home)) or path.resolve() != home.current.resolve()
            else:
                found = told(path, found_in(home, part))
            assert found, f"{path.relative_to(home.root)}"
            for each, old in before.items():
                if not each.exists() or each.read_bytes() != old:
                    each.write_bytes(old)
