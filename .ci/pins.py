"""Exact pins of everything that this project installs, kept in pyproject.toml.

`python3 .ci/pins.py` says what is not pinned or pinned wrongly, `--renew` writes the missing
pins and keeps the others, `--renew --upgrade` takes the newest release of everything. Needs uv
and the standard library only, so that it still works when the environment does not.
Names, versions and markers are written, never the address of a registry.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXACT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?P<extras>\[[^\]]*\])?==(?P<version>[^\s;,*]+)\s*(?:;\s*(?P<marker>.+))?$")
NAME = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)\s*(?P<extras>\[[^\]]*\])?")
ARRAYS = ("constraint-dependencies", "build-constraint-dependencies")


class PinsError(Exception):
    """What cannot be pinned, and what to do about it."""


def normal(name: str) -> str:
    """The name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(project: dict) -> list[str]:
    """Requirements that the project names itself: dependencies, extras and dependency groups."""
    found = list(project["project"].get("dependencies", []))
    for extra in project["project"].get("optional-dependencies", {}).values():
        found += extra
    for group in project.get("dependency-groups", {}).values():
        found += [item for item in group if isinstance(item, str)]
    return found


def build(project: dict) -> list[str]:
    """Requirements of the build backend."""
    return list(project["build-system"]["requires"])


def constraints(project: dict, array: str) -> list[str]:
    """One of the two lists of transitive pins."""
    return list(project.get("tool", {}).get("uv", {}).get(array, []))


def pinned(project: dict) -> dict[str, set[str]]:
    """Every name that pyproject.toml pins, with the versions it allows (several only under markers)."""
    pins: dict[str, set[str]] = {}
    lines = direct(project) + build(project) + [line for array in ARRAYS for line in constraints(project, array)]
    for line in lines:
        match = EXACT.match(line)
        if match:
            pins.setdefault(normal(match["name"]), set()).add(match["version"])
    return pins


def problems(project: dict, installed: dict[str, str]) -> list[str]:
    """What is wrong with the pins, in words; `installed` maps normal names to versions."""
    found = [
        f"{line!r} is not an exact pin"
        for line in direct(project) + build(project) + [line for array in ARRAYS for line in constraints(project, array)]
        if not EXACT.match(line)
    ]
    pins = pinned(project)
    own = normal(project["project"]["name"])
    for name, version in sorted(installed.items()):
        if name == own:
            continue
        if name not in pins:
            found.append(f"{name} {version} is installed but nowhere pinned")
        elif version not in pins[name]:
            found.append(f"{name} {version} is installed, pinned is {' or '.join(sorted(pins[name]))}")
    return found


def installed() -> dict[str, str]:
    """What the project's own environment holds, by normal name."""
    listing = _uv(["pip", "list", "--format", "freeze", "--python", str(_environment())], cwd=ROOT)
    exact = (EXACT.match(line) for line in listing.splitlines())
    return {normal(match["name"]): match["version"] for match in exact if match}


def renew(*, upgrade: bool) -> list[str]:
    """Writes the pins into pyproject.toml; gives the lines that changed."""
    path = ROOT / "pyproject.toml"
    before = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        text = _loosened(before) if upgrade else before
        (work / "pyproject.toml").write_text(text, encoding="utf-8")
        project = tomllib.loads(text)
        _uv(["lock", "--quiet"], cwd=work)
        export = ["export", "--frozen", "--all-groups", "--all-extras", "--no-emit-project"]
        resolved = _requirements(_uv([*export, "--no-hashes", "--no-header", "--no-annotate"], cwd=work))
        wanted = work / "build.in"
        kept = [] if upgrade else constraints(project, ARRAYS[1])
        wanted.write_text("\n".join(build(project)), encoding="utf-8")
        (work / "build.constraints").write_text("\n".join(kept), encoding="utf-8")
        compile_ = ["pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate", "--python-version", "3.11"]
        backend = _requirements(_uv([*compile_, "--constraints", "build.constraints", str(wanted)], cwd=work))
    after = _write_direct(before, direct(tomllib.loads(before)), resolved)
    after = _write_direct(after, build(tomllib.loads(after)), backend)
    named = {normal(_name(line)) for line in direct(tomllib.loads(after))}
    named_build = {normal(_name(line)) for line in build(tomllib.loads(after))}
    after = _write_array(after, ARRAYS[0], [line for name, lines in resolved.items() if name not in named for line in lines])
    after = _write_array(
        after, ARRAYS[1], [line for name, lines in backend.items() if name not in named_build for line in lines]
    )
    tomllib.loads(after)
    if path.read_text(encoding="utf-8") != before:
        raise PinsError("pyproject.toml was changed by someone else meanwhile: run this again")
    if after != before:
        path.write_text(after, encoding="utf-8")
    old, new = set(before.splitlines()), set(after.splitlines())
    return [f"- {line.strip()}" for line in sorted(old - new)] + [f"+ {line.strip()}" for line in sorted(new - old)]


def _name(requirement: str) -> str:
    match = NAME.match(requirement)
    if match is None:
        raise PinsError(f"cannot read the requirement {requirement!r}")
    return match["name"]


def _requirements(text: str) -> dict[str, list[str]]:
    """Exported lines by normal name: one line each, or one a marker where versions differ."""
    versions: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        match = EXACT.match(line.strip())
        if match:
            versions.setdefault(normal(match["name"]), {})[match["version"]] = match["marker"] or ""
    # One version is right wherever the package is needed at all: a marker would only be noise.
    return {
        name: [f"{name}=={version}" + (f" ; {marker}" if len(found) > 1 else "") for version, marker in sorted(found.items())]
        for name, found in sorted(versions.items())
    }


def _loosened(text: str) -> str:
    """pyproject.toml with every pin taken off, for a fresh resolution."""
    project = tomllib.loads(text)
    for array in ARRAYS:
        text = _write_array(text, array, [])
    for line in direct(project) + build(project):
        match = EXACT.match(line)
        if match:
            text = _replace(text, line, f"{match['name']}{match['extras'] or ''}")
    return text


def _write_direct(text: str, lines: list[str], resolved: dict[str, list[str]]) -> str:
    for line in lines:
        found = resolved.get(normal(_name(line)))
        if found is None:
            raise PinsError(f"{line!r} is required but was not resolved")
        if len(found) > 1:
            raise PinsError(f"{line!r} resolves to several versions: name one that serves every Python")
        match = NAME.match(line)
        extras = (match["extras"] or "") if match else ""
        _, _, marker = line.partition(";")
        exact = f"{_name(line)}{extras}=={found[0].partition('==')[2]}" + (f" ;{marker}" if marker else "")
        text = _replace(text, line, exact)
    return text


def _replace(text: str, old: str, new: str) -> str:
    """Changes one requirement, and nothing under [tool…], where the same word may be a module's name."""
    head, mark, tail = text.partition("\n[tool.")
    return head.replace(f'"{old}"', f'"{new}"') + mark + tail


def _write_array(text: str, array: str, lines: list[str]) -> str:
    pattern = re.compile(rf"^{re.escape(array)} = \[\n.*?^\]\n", re.DOTALL | re.MULTILINE)
    if not pattern.search(text):
        raise PinsError(f"pyproject.toml has no list {array} under [tool.uv]")
    body = "".join(f'    "{line}",\n' for line in lines)
    return pattern.sub(lambda _: f"{array} = [\n{body}]\n", text, count=1)


def _environment() -> Path:
    return ROOT / ".venv"


def _uv(arguments: list[str], *, cwd: Path) -> str:
    uv = shutil.which("uv")
    if uv is None:
        raise PinsError("uv is not installed: python3 -m pip install uv")
    done = subprocess.run([uv, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PinsError(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
    return done.stdout


def main() -> int:
    """0 when all is pinned (or now is), 1 when not."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--renew", action="store_true", help="write the pins into pyproject.toml")
    parser.add_argument("--upgrade", action="store_true", help="with --renew: newest releases instead of the present ones")
    options = parser.parse_args()
    try:
        if options.renew:
            changes = renew(upgrade=options.upgrade)
            print("\n".join(changes) or "nothing to change")
            return 0
        found = problems(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")), installed())
    except PinsError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(found) or "everything is pinned")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
