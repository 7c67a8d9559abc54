"""How a Delta table of ours is written and read, for the log and the content store alike.

delta-rs keeps the protocol but never fsyncs and, by default, rebases a commit on whatever came
between. So we write the Parquet file ourselves, fsync it, commit it as the very next version or
not at all, and fsync the commit. Readers check the footer and page checksums of each file first.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from warehouse.errors import NativePanic, Problem, WriteFailed, no_panic
from warehouse.home import fsync_file, fsync_folder, make_folder

CHECKPOINT_EVERY: Final = 50
"""Commits between two Delta checkpoints: opening then reads one file and at most this many more (8 ms at 220 commits)."""

CONFIGURATION: Final = {
    # An expired commit would be deleted once a checkpoint holds it, and delta-rs does not fsync checkpoints.
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": str(CHECKPOINT_EVERY),
}
_NO_HOOKS: Final = {"create_checkpoint": False, "cleanup_expired_logs": False}
_MAGIC: Final = b"PAR1"
_FILE_SHA256: Final = "newsledgerFileSha256"
_BEFORE_SHA256: Final = "newsledgerCommitBeforeSha256"
"""Keys of commitInfo under which a commit seals its data file and the commit before it."""


class CommitRefused(Exception):
    """Another writer made the next version of the table first."""


class BrokenTable(Exception):
    """A table or file that is not as it was written; `problem` says which and how."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a snapshot, with what the commit says of it; `least` and `most` by column with statistics."""

    path: Path
    size: int
    rows: int
    least: dict[str, Any]
    most: dict[str, Any]


def opened(folder: Path, schema: pa.Schema, *, configuration: dict[str, str]) -> DeltaTable:
    """The table in `folder`, made if the folder is empty or not there. Raises BrokenTable."""
    log_folder = folder / "_delta_log"
    if not any(log_folder.glob("*.json")):
        if any(folder.rglob("*.parquet")):
            raise BrokenTable(
                Problem(check="delta_log", where=str(log_folder), message="the commits are gone while data files are there")
            )
        _create(folder, schema, configuration)
    return handle(folder)


def handle(folder: Path, *, version: int | None = None) -> DeltaTable:
    """A fresh handle on the newest version, or on `version`. Raises BrokenTable.

    A checkpoint only sums up commits, all of which are kept: one that cannot be read (the machine
    stopped while it was written) is removed and the commits are read instead.
    """
    try:
        return _handle(folder, version)
    except BrokenTable:
        if not _drop_checkpoints(folder):
            raise
        return _handle(folder, version)


def _handle(folder: Path, version: int | None) -> DeltaTable:
    try:
        with no_panic():
            table = DeltaTable(folder, version=version)
            # Part of a checkpoint is read only now.
            table.get_add_actions(flatten=True)
    except (DeltaError, OSError, ValueError, NativePanic) as error:
        where = str(folder / "_delta_log")
        raise BrokenTable(Problem(check="delta_log", where=where, message=_first_line(error))) from error
    return table


def _drop_checkpoints(folder: Path) -> bool:
    """Remove all checkpoints, if there are any and every commit is there to be read without them."""
    log_folder = folder / "_delta_log"
    commits = sorted(int(path.stem) for path in log_folder.glob("*.json") if path.stem.isdigit())
    checkpoints = [*log_folder.glob("_last_checkpoint"), *log_folder.glob("*.checkpoint*.parquet")]
    if not checkpoints or commits != list(range(len(commits))):
        return False
    for path in checkpoints:
        path.unlink(missing_ok=True)
    fsync_folder(log_folder)
    return True


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _create(folder: Path, schema: pa.Schema, configuration: dict[str, str]) -> None:
    make_folder(folder)
    # Two processes may both find nothing: the second one's table is the first one's.
    DeltaTable.create(folder, DeltaSchema.from_arrow(schema), mode="ignore", configuration={**CONFIGURATION, **configuration})
    _fsync_version(folder, 0)
    fsync_folder(folder)


def files(table: DeltaTable, folder: Path, *, stats: Sequence[str]) -> list[DataFile]:
    """The data files of the handle's snapshot, in no order, with statistics of these columns. Raises BrokenTable."""
    try:
        with no_panic():
            # Not pa.table, nor a time of pyarrow's as a Python value: both import pandas, which takes 1 s.
            actions = frame(pa.RecordBatchReader.from_stream(table.get_add_actions(flatten=True)).read_all()).to_dicts()
    except (DeltaError, OSError, ValueError, NativePanic) as error:
        raise BrokenTable(Problem(check="delta_log", where=str(folder), message=_first_line(error))) from error
    found = [
        DataFile(
            path=folder / action["path"],
            size=action["size_bytes"],
            rows=action["num_records"] or 0,
            least={name: action.get(f"min.{name}") for name in stats},
            most={name: action.get(f"max.{name}") for name in stats},
        )
        for action in actions
    ]
    for file in found:
        if None in file.least.values() or None in file.most.values():
            message = f"the commit lacks statistics of {', '.join(stats)}"
            raise BrokenTable(Problem(check="delta_log", where=file.path.name, message=message))
    return found


def reached(table: DeltaTable, application: str) -> int:
    """Version of the last application transaction in the handle's snapshot, 0 before the first. Raises BrokenTable."""
    try:
        with no_panic():
            return table.transaction_version(application) or 0
    except (DeltaError, OSError, ValueError, NativePanic) as error:
        raise BrokenTable(Problem(check="delta_log", where=application, message=_first_line(error))) from error


def write(folder: Path, rows: pa.Table, *, prefix: str, stats: Sequence[str], row_group: int) -> AddAction:
    """Write `rows` as one Parquet file of the table, on disk for good when this returns; its action, not yet committed.

    Statistics go into footer and commit for the columns in `stats` and no others: a statistic of
    another column would keep its text alive after the text is erased. Raises WriteFailed.
    """
    name = f"{prefix}-{uuid.uuid4().hex}.parquet"
    path = folder / name
    try:
        pq.write_table(
            rows,
            path,
            compression="zstd",
            row_group_size=row_group,
            write_statistics=list(stats),
            write_page_checksum=True,
            use_dictionary=["media_type", "event_type", "run_id", "kind", "reader_version"],
        )
        fsync_file(path)
        fsync_folder(folder)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise WriteFailed(path=str(folder), reason=str(error)) from error
    return AddAction(
        path=name,
        size=path.stat().st_size,
        partition_values={},
        modification_time=time.time_ns() // 1_000_000,
        data_change=True,
        stats=json.dumps(_stats(rows, stats)),
    )


def _stats(rows: pa.Table, columns: Sequence[str]) -> dict[str, Any]:
    least: dict[str, Any] = {}
    most: dict[str, Any] = {}
    for name in columns:
        # Not pyarrow.compute: importing it takes 2 s where no compiled modules lie about.
        column = pl.Series(pl.from_arrow(rows[name]))
        least[name], most[name] = _json_value(column.min()), _json_value(column.max())
    return {
        "numRecords": rows.num_rows,
        "minValues": least,
        "maxValues": most,
        "nullCount": {name: rows[name].null_count for name in columns},
    }


def _json_value(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if hasattr(value, "strftime") else value


def commit(
    table: DeltaTable, folder: Path, action: AddAction, schema: pa.Schema, *, transaction: tuple[str, int] | None = None
) -> DeltaTable:
    """Commit `action` as the version right after the handle's own; a handle on exactly that version, durable.

    Raises CommitRefused if any other commit came between, WriteFailed if the commit could not be
    made; the data file is removed then.

    Measured with deltalake 1.6.6: with its default retries a handle that is behind commits all the
    same unless an application transaction of the same id came between, and a handle that is not
    behind may repeat a transaction's version. Without retries the next version is ours or refused.
    """
    version = table.version() + 1
    transactions = [Transaction(*transaction)] if transaction else None
    try:
        with no_panic():
            table.create_write_transaction(
                [action],
                mode="append",
                schema=DeltaSchema.from_arrow(schema),
                commit_properties=CommitProperties(
                    max_commit_retries=0, app_transactions=transactions, custom_metadata=_seal(folder, action, version)
                ),
                post_commithook_properties=PostCommitHookProperties(**_NO_HOOKS),
            )
    except (DeltaError, OSError, NativePanic) as error:
        # An error may also follow a commit that succeeded: the snapshot tells, not the error.
        now = handle(folder)
        if not any(each.path.name == action.path for each in files(now, folder, stats=())):
            (folder / action.path).unlink(missing_ok=True)
            if now.version() >= version:
                raise CommitRefused from error
            raise WriteFailed(path=str(folder), reason=_first_line(error)) from error
    _fsync_version(folder, version)
    after = handle(folder, version=version)
    if version % CHECKPOINT_EVERY == 0:
        _checkpoint(after, folder, version)
    return after


def replace(table: DeltaTable, folder: Path, old: DataFile, action: AddAction | None) -> DeltaTable:
    """Commit `action`, or nothing, in place of the file `old`, as the version right after the handle's own; durable.

    The bytes of `old` stay on the disk until the caller removes them. Raises CommitRefused as `commit`; the new data
    file is removed then.

    Written by hand, because delta-rs has no commit that names the file it replaces: its DELETE writes statistics of
    every column into the new file, text among them, and columns of other Arrow types than ours.
    """
    version = table.version() + 1
    now = time.time_ns() // 1_000_000
    info: dict[str, Any] = {
        "timestamp": now,
        "operation": "DELETE",
        "operationParameters": {},
        **_seal(folder, action, version),
    }
    lines: list[dict[str, Any]] = [
        {"commitInfo": info},
        {"remove": {"path": old.path.name, "deletionTimestamp": now, "dataChange": True, "size": old.size}},
    ]
    if action is not None:
        lines.append(
            {
                "add": {
                    "path": action.path,
                    "partitionValues": {},
                    "size": action.size,
                    "modificationTime": action.modification_time,
                    "dataChange": True,
                    "stats": action.stats,
                }
            }
        )
    log_folder = folder / "_delta_log"
    temporary = log_folder / f"_newsledger-{uuid.uuid4().hex}.tmp"
    try:
        temporary.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        fsync_file(temporary)
        # A link, unlike a rename, is refused where the name is taken: so only one commit becomes this version.
        os.link(temporary, log_folder / f"{version:020}.json")
    except FileExistsError as error:
        if action is not None:
            (folder / action.path).unlink(missing_ok=True)
        raise CommitRefused from error
    finally:
        temporary.unlink(missing_ok=True)
    _fsync_version(folder, version)
    after = handle(folder, version=version)
    if version % CHECKPOINT_EVERY == 0:
        _checkpoint(after, folder, version)
    return after


def removed(folder: Path) -> set[str]:
    """Names of the data files that some commit has removed from the table. Raises BrokenTable for a commit that is no JSON."""
    found: set[str] = set()
    for path in (folder / "_delta_log").glob("*.json"):
        try:
            actions = [json.loads(line) for line in path.read_bytes().splitlines()]
        except ValueError as error:
            raise BrokenTable(Problem(check="delta_log", where=path.name, message=f"not a commit: {error!r}")) from error
        found |= {action["remove"]["path"] for action in actions if "remove" in action}
    return found


def _seal(folder: Path, action: AddAction | None, version: int) -> dict[str, str]:
    """What a commit says of bytes: of its data file, and of the commit before it. So `verify` sees any bit that turns."""
    before = folder / "_delta_log" / f"{version - 1:020}.json"
    file = {} if action is None else {_FILE_SHA256: _sha256(folder / action.path)}
    return {**file, _BEFORE_SHA256: _sha256(before)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync_version(folder: Path, version: int) -> None:
    log_folder = folder / "_delta_log"
    fsync_file(log_folder / f"{version:020}.json")
    fsync_folder(log_folder)


def _checkpoint(table: DeltaTable, folder: Path, version: int) -> None:
    log_folder = folder / "_delta_log"
    with no_panic():
        table.create_checkpoint()
    for path in log_folder.glob(f"{version:020}.checkpoint*.parquet"):
        fsync_file(path)
    fsync_file(log_folder / "_last_checkpoint")
    fsync_folder(log_folder)


def check_footer(file: DataFile) -> Problem | None:
    """What is wrong with a data file as far as length and footer tell, or None."""
    where = file.path.name
    try:
        with file.path.open("rb") as handle_:
            size = handle_.seek(0, 2)
            if size != file.size:
                return Problem(check="torn_file", where=where, message=f"{size} bytes on disk, {file.size} in the commit")
            handle_.seek(-8, 2)
            length, magic = struct.unpack("<I4s", handle_.read(8))
            handle_.seek(0)
            if magic != _MAGIC or handle_.read(4) != _MAGIC or length > size - 12:
                return Problem(check="torn_file", where=where, message="no Parquet footer")
    except FileNotFoundError:
        return Problem(check="missing_file", where=where, message="the commit names a file that is not there")
    except OSError as error:
        return Problem(check="unreadable_file", where=where, message=str(error))
    return None


def read(
    file: DataFile, schema: pa.Schema, *, columns: Sequence[str] | None = None, row_groups: Sequence[int] | None = None
) -> pa.Table:
    """Rows of one data file; footer, page checksums, schema and UTF-8 verified. Raises BrokenTable."""
    if problem := check_footer(file):
        raise BrokenTable(problem)
    try:
        with pq.ParquetFile(file.path, page_checksum_verification=True) as parquet:
            if not parquet.schema_arrow.equals(schema):
                raise BrokenTable(_unreadable(file, "its columns are not those of the table"))
            groups = range(parquet.num_row_groups) if row_groups is None else row_groups
            rows = parquet.read_row_groups(list(groups), columns=columns, use_threads=False)
            # What counts rows is outside the checksums: hold it against the commit.
            if parquet.metadata.num_rows != file.rows or (row_groups is None and rows.num_rows != file.rows):
                raise BrokenTable(_unreadable(file, f"not the {file.rows} rows of the commit"))
        # Our own schema in place of the file's: its metadata is outside the page checksums (a flipped bit in it panics Polars).
        rows = pa.Table.from_arrays(rows.columns, schema=pa.schema([schema.field(name) for name in rows.column_names]))
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise BrokenTable(_unreadable(file, _first_line(error))) from error
    return rows


def _unreadable(file: DataFile, reason: str) -> Problem:
    return Problem(check="unreadable_file", where=file.path.name, message=reason)


def check_seals(folder: Path, present: Sequence[DataFile]) -> list[Problem]:
    """What is wrong with the bytes of commits and data files: missing, not JSON, or not as sealed.

    The newest commit is sealed by no other yet. A data file that another program wrote (a compaction) has no seal.
    """
    log_folder = folder / "_delta_log"
    problems: list[Problem] = []
    seals: dict[str, str] = {}
    digest = None
    for version, path in enumerate(sorted(path for path in log_folder.glob("*.json") if path.stem.isdigit())):
        if int(path.stem) != version:
            return [*problems, Problem(check="delta_log", where=f"{version:020}.json", message=f"commit {version} is missing")]
        data = path.read_bytes()
        try:
            actions = [json.loads(line) for line in data.splitlines()]
            info = next(action["commitInfo"] for action in actions if "commitInfo" in action)
            if info.get(_BEFORE_SHA256, digest) != digest:
                message = f"commit {version - 1} is not as it was written"
                problems.append(Problem(check="delta_log", where=f"{version - 1:020}.json", message=message))
            seals.update(
                {action["add"]["path"]: info[_FILE_SHA256] for action in actions if "add" in action and _FILE_SHA256 in info}
            )
        except (ValueError, TypeError, AttributeError, KeyError, StopIteration) as error:
            problems.append(Problem(check="delta_log", where=path.name, message=f"not a commit: {error!r}"))
        digest = hashlib.sha256(data).hexdigest()
    for file in present:
        try:
            if _sha256(file.path) != seals.get(file.path.name, _sha256(file.path)):
                message = "the bytes are not those that were committed"
                problems.append(Problem(check="altered_file", where=file.path.name, message=message))
        except OSError as error:
            problems.append(Problem(check="missing_file", where=file.path.name, message=str(error)))
    return problems


def frame(rows: pa.Table) -> pl.DataFrame:
    """Arrow rows as a Polars frame."""
    with no_panic():
        made = pl.from_arrow(rows)
    if not isinstance(made, pl.DataFrame):
        raise TypeError(f"a table gave a {type(made).__name__}")
    return made
