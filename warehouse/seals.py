"""What commits and checkpoints of a Delta table say of bytes, so that `verify` sees any bit of them that turns.

A commit holds the digests of the data files it adds, of the commit before it, and of itself. A checkpoint, which
delta-rs writes, has its digests in a file beside it, of a name that readers of Delta pass over.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from warehouse.errors import Problem
from warehouse.home import write_atomically

FILES: Final = "newsledgerFilesSha256"
BEFORE: Final = "newsledgerCommitBeforeSha256"
ITSELF: Final = "newsledgerCommitSha256"
"""Keys of commitInfo. The last is the digest of the commit with zeros in the place of that digest."""
ONE_FILE: Final = "newsledgerFileSha256"
"""Key of commits that could add one file only, and were not sealed by themselves."""
_UNSEALED: Final = {"timestamp", "operation", "operationParameters", "engineInfo", "clientVersion", ONE_FILE, BEFORE}
"""Keys of commitInfo in commits from before they were sealed by themselves."""
_NO_DIGEST: Final = "0" * 64
_CHECKPOINTS: Final = "_newsledger-checkpoint-"
_LAST: Final = "_last_checkpoint"
_MARK: Final = "_newsledger-version"


def sealed(log_folder: Path, version: int, lines: Sequence[Mapping[str, Any]], *, files: Sequence[Path]) -> bytes:
    """The bytes of a commit: its actions, the first of which is commitInfo, with the digests filled in. Raises OSError."""
    info = dict(lines[0]["commitInfo"])
    if files:
        info[FILES] = {path.name: file_sha256(path) for path in files}
    if version:
        info[BEFORE] = file_sha256(log_folder / f"{version - 1:020}.json")
    info[ITSELF] = _NO_DIGEST
    data = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in ({"commitInfo": info}, *lines[1:])).encode()
    return data.replace(_NO_DIGEST.encode(), hashlib.sha256(data).hexdigest().encode(), 1)


def check(folder: Path, present: Sequence[Path]) -> list[Problem]:
    """What is wrong with the bytes of commits, checkpoints and data files: missing, not JSON, or not as sealed.

    A data file that another program wrote has no seal. Others may commit meanwhile: what they add is not looked at.
    """
    log_folder = folder / "_delta_log"
    noted = _noted_bytes(log_folder)  # before the commits are listed: the note follows its commit
    problems: list[Problem] = check_checkpoints(log_folder)
    told: dict[str, str] = {}
    digest = None
    newest = -1
    for version, path in enumerate(sorted(path for path in log_folder.glob("*.json") if path.stem.isdigit())):
        if int(path.stem) != version:
            return [*problems, Problem(check="delta_log", where=f"{version:020}.json", message=f"commit {version} is missing")]
        newest, data = version, path.read_bytes()
        try:
            actions = [json.loads(line) for line in data.splitlines()]
            info = next(action["commitInfo"] for action in actions if "commitInfo" in action)
            if info.get(BEFORE, digest) != digest:
                message = f"commit {version - 1} is not as it was written"
                problems.append(Problem(check="delta_log", where=f"{version - 1:020}.json", message=message))
            if not _is_itself(data, info):
                message = f"commit {version} is not as it was written"
                problems.append(Problem(check="delta_log", where=path.name, message=message))
            added = [action["add"]["path"] for action in actions if "add" in action]
            told |= info[FILES] if FILES in info else dict.fromkeys(added, info[ONE_FILE]) if ONE_FILE in info else {}
        except (ValueError, TypeError, AttributeError, KeyError, StopIteration) as error:
            problems.append(Problem(check="delta_log", where=path.name, message=f"not a commit: {error!r}"))
        digest = hashlib.sha256(data).hexdigest()
    problems += _check_mark(noted, newest)
    for file in present:
        try:
            if file.name in told and file_sha256(file) != told[file.name]:
                message = "the bytes are not those that were committed"
                problems.append(Problem(check="altered_file", where=file.name, message=message))
        except OSError as error:
            problems.append(Problem(check="missing_file", where=file.name, message=str(error)))
    return list(dict.fromkeys(problems))


def mark(log_folder: Path, version: int) -> None:
    """Note which commit is the newest, so that its absence is seen. Not fsynced: a power cut may leave an older note."""
    temporary = log_folder / f"{_MARK}-{uuid.uuid4().hex}.tmp"
    try:
        temporary.write_text(_noted(version), encoding="ascii")
        temporary.replace(log_folder / _MARK)
    except OSError:
        # A commit that could not be noted is a commit all the same.
        temporary.unlink(missing_ok=True)


def _noted(version: int) -> str:
    return f"{version} {hashlib.sha256(str(version).encode()).hexdigest()}\n"


def _noted_bytes(log_folder: Path) -> bytes:
    try:
        return (log_folder / _MARK).read_bytes()
    except FileNotFoundError:
        return b""


def _check_mark(note: bytes, newest: int) -> list[Problem]:
    """A commit that was noted and is gone, or a note that is not as it was written; an empty one is a power cut's."""
    noted = note.decode("ascii", errors="replace")
    digits = noted.partition(" ")[0]
    if noted and not (digits.isascii() and digits.isdigit() and noted == _noted(int(digits))):
        return [Problem(check="delta_log", where=_MARK, message="the note of the newest commit is not as it was written")]
    if noted and int(digits) > newest:
        return [Problem(check="delta_log", where=f"{int(digits):020}.json", message=f"commit {digits} is missing")]
    return []


def is_sealed(commit: Path) -> bool:
    """Whether a commit holds a digest of itself."""
    return ITSELF.encode() in commit.read_bytes()


def _is_itself(data: bytes, info: Mapping[str, Any]) -> bool:
    digest = info.get(ITSELF)
    if digest is None:
        # Other programs say who they are. A key of ours with a turned bit in its name is none of ours any more.
        return "engineInfo" in info or info.keys() <= _UNSEALED
    blank = data.replace(str(digest).encode(), _NO_DIGEST.encode(), 1)
    return hashlib.sha256(blank).hexdigest() == str(digest)


def seal_checkpoint(log_folder: Path, version: int, made: Sequence[Path]) -> None:
    """Write down the digests of a checkpoint's files, durably. Of older ones the last stays, for who is reading it."""
    lines = "".join(f"{file_sha256(path)}  {path.name}\n" for path in made).encode()
    itself = f"{hashlib.sha256(lines).hexdigest()}\n".encode()
    write_atomically(log_folder / f"{_CHECKPOINTS}{version:020}.sha256", itself + lines)
    older = sorted({path.name[:20] for path in log_folder.glob("*.checkpoint*.parquet")} - {f"{version:020}"})
    for number in older[:-1]:
        for path in (log_folder / f"{_CHECKPOINTS}{number}.sha256", *log_folder.glob(f"{number}.checkpoint*.parquet")):
            path.unlink(missing_ok=True)


def of_checkpoints(log_folder: Path) -> list[Path]:
    """The files that seal checkpoints."""
    return sorted(log_folder.glob(f"{_CHECKPOINTS}*.sha256"))


def check_checkpoints(log_folder: Path) -> list[Problem]:
    """What is wrong with the bytes of checkpoints that were sealed, of their seals, and of what names the last one.

    One without a seal was made by another program, or by one that was killed: nothing is known of its bytes.
    """
    while True:
        before = _named_last(log_folder), of_checkpoints(log_folder)
        bad = _bad_checkpoints(log_folder, *before)
        # Who has made the next checkpoint meanwhile has changed and removed files under these eyes.
        if not bad or before == (_named_last(log_folder), of_checkpoints(log_folder)):
            break
    message = "it or its seal is not as it was written; who opens the table removes it, as the commits hold all that it sums up"
    return [Problem(check="checkpoint", where=name, message=message) for name in sorted(bad)]


def _bad_checkpoints(log_folder: Path, named: str | None, sealing: Sequence[Path]) -> set[str]:
    """Names of files that are not as sealed. `named`: the version that `_last_checkpoint` names; `sealing`: the seals."""
    bad = set()
    if named is not None and not any(log_folder.glob(f"{named}.checkpoint*.parquet")):
        bad.add(_LAST)
    for seal in sealing:
        try:
            itself, _, lines = seal.read_bytes().partition(b"\n")
        except FileNotFoundError:
            bad.add(seal.name)
            continue
        if itself != hashlib.sha256(lines).hexdigest().encode():
            bad.add(seal.name)
            continue
        for line in lines.splitlines():
            digest, _, name = line.decode(errors="replace").partition("  ")
            # The next checkpoint has another `_last_checkpoint`, from before it is sealed on.
            if name == _LAST and named != seal.stem.removeprefix(_CHECKPOINTS):
                continue
            try:
                same = file_sha256(log_folder / name) == digest
            except (OSError, ValueError):
                same = False
            if not same:
                bad.add(name)
    return bad


def _named_last(log_folder: Path) -> str | None:
    """The version that `_last_checkpoint` names, as file names have it; None if there is no such file."""
    try:
        return f"{json.loads((log_folder / _LAST).read_bytes())['version']:020}"
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        return "unreadable"


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
