"""What holds of the repository as a whole: layout, pins, addresses, versions and the wheel."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("orchestration", "transforms", "expectations", "warehouse")
TOP = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "tests", *ROOMS}
REGISTRY = re.compile(r"https?://[^\s\"'<>]*/(?:simple\b|packages/[0-9a-f]{2}/)")
MACHINE = re.compile(r"(?<![\w.~/-])(?:/home/\w+/|/[r]oot/|/Users/\w+/)|\b[A-Z]:\\\\?Users\\|" + re.escape(f"{ROOT}/"))
"""Folders of one machine: the home of a user on any system, and the very folder that this runs in."""


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Files that git knows, or would add; all files where this is no git working tree."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("no git working tree")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pins() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pins", ROOT / ".ci" / "pins.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_top_level_is_as_given(tracked: list[Path]):
    found = {path.relative_to(ROOT).parts[0] for path in tracked}
    assert {name for name in found if not name.startswith(".")} <= TOP
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", *ROOMS} <= found
    assert "uv.lock" not in found, "it names the address of a registry"


def test_no_file_names_the_address_of_a_registry(tracked: list[Path]):
    named = {str(path.relative_to(ROOT)): match[0] for path in tracked if (match := REGISTRY.search(read(path)))}
    assert named == {}


def test_no_file_names_a_folder_of_one_machine(tracked: list[Path]):
    # This file holds the patterns themselves.
    others = [path for path in tracked if path != Path(__file__)]
    named = {str(path.relative_to(ROOT)): match[0] for path in others if (match := MACHINE.search(read(path)))}
    assert named == {}


def test_everything_installed_is_pinned_at_exactly_its_version(pins: ModuleType, project: dict):
    installed = {pins.normal(found.metadata["Name"]): found.version for found in metadata.distributions()}
    assert len(installed) > 50
    assert pins.problems(project, installed) == []


def test_the_pins_notice_what_is_wrong(pins: ModuleType, project: dict):
    found = pins.problems(project, {"polars": "0.1", "left-pad": "1.0", "newsledger": "0"})
    assert [line.split()[0] for line in found] == ["left-pad", "polars"]
    loose = {"project": {"name": "x", "dependencies": ["polars>=2"]}, "build-system": {"requires": ["hatchling==1"]}}
    assert pins.problems(loose, {}) == ["'polars>=2' is not an exact pin"]


def test_every_import_is_a_dependency_of_ours(pins: ModuleType, project: dict):
    runtime = {pins.normal(pins.EXACT.match(line)["name"]) for line in project["project"]["dependencies"]}
    everything = {pins.normal(pins.EXACT.match(line)["name"]) for line in pins.direct(project)}
    owners = metadata.packages_distributions()
    strays = set()
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        # What generates reference tables is run by developers, with their tools.
        declared = everything if path.name.startswith("generate") else runtime
        for name in imported(path) - set(sys.stdlib_module_names) - set(ROOMS):
            if not {pins.normal(owner) for owner in owners.get(name, [name])} & declared:
                strays.add(f"{path.relative_to(ROOT)} imports {name}")
    assert strays == set()


def imported(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_versions_are_consistent(project: dict):
    version = project["project"]["version"]
    assert metadata.version("newsledger") == version
    changelog = read(ROOT / "CHANGELOG.md")
    assert "## [Unreleased]" in changelog or f"## [{version}]" in changelog
    python = project["project"]["requires-python"]
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
    assert python.startswith(">=3.11")


def test_the_licence_is_mit(project: dict):
    assert project["project"]["license"] == "MIT"
    assert "newsledger contributors" in read(ROOT / "LICENSE")


def test_every_room_is_typed_and_says_what_it_is():
    for room in ROOMS:
        assert (ROOT / room / "py.typed").exists(), room
        assert read(ROOT / room / "__init__.py").startswith('"""'), room


def test_ci_runs_every_gate_and_the_tests_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    text = read(script)
    for command in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pins.py", "uv run pytest"):
        assert command in text, command
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0


@pytest.mark.slow
def test_the_wheel_holds_every_data_file(tmp_path: Path, tracked: list[Path]):
    uv = subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", tmp_path, ROOT], capture_output=True, check=False)
    assert uv.returncode == 0, uv.stderr.decode()
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    rooms = [path.relative_to(ROOT) for path in tracked if path.relative_to(ROOT).parts[0] in ROOMS]
    assert {str(path) for path in rooms} - packed == set()
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == set(ROOMS)
    assert any(name.endswith("licenses/LICENSE") for name in packed)
