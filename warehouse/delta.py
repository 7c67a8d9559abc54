"""How a Delta table of ours is read and written, for the log and the content store alike.

A commit is written by hand: delta-rs never fsyncs, gives a commit its name before its bytes are on the disk, and
rebases one on whatever came between. Ours is on the disk before it has a name, becomes the very next version or none,
and seals the bytes of its files (seals.py). Readers check footer and page checksums of each file first.
"""

from __future__ import annotations

import json
import os
import struct
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import DeltaError

from warehouse import seals
from warehouse.errors import NativePanic, Problem, WriteFailed, no_panic
from warehouse.home import fsync_file, fsync_folder, make_folder
from warehouse.points import reached as point

CHECKPOINT_EVERY: Final = 50
"""Commits between two Delta checkpoints: opening then reads one file and at most this many more (8 ms at 220 commits)."""

CONFIGURATION: Final = {
    # An expired commit would be deleted once a checkpoint holds it, and checkpoints are no record: any of them may go.
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": str(CHECKPOINT_EVERY),
}
_MAGIC: Final = b"PAR1"
_PROTOCOL: Final = {"minReaderVersion": 1, "minWriterVersion": 2}
_KNOWN_ACTIONS: Final = {"commitInfo", "add", "remove", "txn"}
"""What `later` can follow; a commit with anything else is left to delta-rs."""


class CommitRefused(Exception):
    """Another writer made the next version of the table first."""


class BrokenTable(Exception):
    """A table or file that is not as it was written; `problem` says which and how."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Table:
    """What a table is: where, of which columns, with statistics of which of them, and the id of its application transaction."""

    folder: Path
    schema: pa.Schema
    stats: tuple[str, ...]
    row_group: int
    configuration: Mapping[str, str] = field(default_factory=dict)
    application: str | None = None

    @property
    def name(self) -> str:
        """By which points of this table are named."""
        return self.folder.name


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a snapshot, with what the commit says of it; `least` and `most` by column with statistics."""

    path: Path
    size: int
    rows: int
    least: dict[str, Any]
    most: dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """A table at one version: its data files by name, and what the last application transaction reached, 0 before any."""

    version: int
    files: Mapping[str, DataFile]
    reached: int


@dataclass(frozen=True)
class NewFile:
    """A data file that is on the disk but in no commit yet."""

    path: Path
    size: int
    modified: int
    stats: str


def opened(table: Table) -> Snapshot:
    """The table at its newest version, made if the folder is empty or not there. Raises BrokenTable, WriteFailed."""
    log_folder = table.folder / "_delta_log"
    if not any(log_folder.glob("*.json")):
        if any(table.folder.rglob("*.parquet")):
            raise BrokenTable(
                Problem(check="delta_log", where=str(log_folder), message="the commits are gone while data files are there")
            )
        create(table)
    return latest(table)


def latest(table: Table) -> Snapshot:
    """The table at its newest version, read from checkpoint and commits. Raises BrokenTable.

    A checkpoint only sums up commits, all of which are kept: one that cannot be read or is not as it was sealed is removed
    and the commits are read instead.
    """
    log_folder = table.folder / "_delta_log"
    if seals.check_checkpoints(log_folder):
        drop_checkpoints(log_folder)
    try:
        return _latest(table)
    except BrokenTable:
        if not drop_checkpoints(log_folder):
            raise
        return _latest(table)


def _latest(table: Table) -> Snapshot:
    try:
        with no_panic():
            opened_ = DeltaTable(table.folder)
            # Part of a checkpoint is read only now. Not pa.table, nor a time of pyarrow's as a Python value: both import
            # pandas, which takes 1 s.
            actions = frame(pa.RecordBatchReader.from_stream(opened_.get_add_actions(flatten=True)).read_all()).to_dicts()
            reached = opened_.transaction_version(table.application) if table.application else 0
    except (DeltaError, OSError, ValueError, NativePanic) as error:
        where = str(table.folder / "_delta_log")
        raise BrokenTable(Problem(check="delta_log", where=where, message=_first_line(error))) from error
    files = [
        DataFile(
            path=table.folder / action["path"],
            size=action["size_bytes"],
            rows=action["num_records"] or 0,
            least={name: action.get(f"min.{name}") for name in table.stats},
            most={name: action.get(f"max.{name}") for name in table.stats},
        )
        for action in actions
    ]
    return Snapshot(opened_.version(), {file.path.name: _with_stats(file) for file in files}, reached or 0)


def later(table: Table, snapshot: Snapshot) -> Snapshot:
    """The table at its newest version, by the commits since `snapshot` alone. Raises BrokenTable."""
    log_folder = table.folder / "_delta_log"
    version, files, reached = snapshot.version, dict(snapshot.files), snapshot.reached
    while (path := log_folder / f"{version + 1:020}.json").exists():
        try:
            actions = [json.loads(line) for line in path.read_bytes().splitlines()]
            if {kind for action in actions for kind in action} - _KNOWN_ACTIONS:
                return latest(table)
            for action in actions:
                if "remove" in action:
                    files.pop(action["remove"]["path"], None)
                elif "add" in action:
                    add = action["add"]
                    files[add["path"]] = _committed(table, add["path"], add["size"], add["stats"])
                elif "txn" in action and action["txn"]["appId"] == table.application:
                    reached = action["txn"]["version"]
        except (ValueError, TypeError, AttributeError, KeyError, OSError) as error:
            problem = Problem(check="delta_log", where=path.name, message=f"not a commit: {error!r}")
            raise BrokenTable(problem) from error
        version += 1
    return Snapshot(version, files, reached)


def is_behind(table: Table, snapshot: Snapshot) -> bool:
    """Whether another writer has made the next version already: asked before a file is written in vain."""
    return (table.folder / "_delta_log" / f"{snapshot.version + 1:020}.json").exists()


def _committed(table: Table, name: str, size: int, stats: str) -> DataFile:
    told = json.loads(stats)
    return _with_stats(
        DataFile(
            path=table.folder / name,
            size=size,
            rows=told["numRecords"],
            least={column: told["minValues"].get(column) for column in table.stats},
            most={column: told["maxValues"].get(column) for column in table.stats},
        )
    )


def _with_stats(file: DataFile) -> DataFile:
    if None in file.least.values() or None in file.most.values():
        message = f"the commit lacks statistics of {', '.join(file.least)}"
        raise BrokenTable(Problem(check="delta_log", where=file.path.name, message=message))
    return file


def drop_checkpoints(log_folder: Path) -> bool:
    """Remove all checkpoints, if there are any and every commit is there to be read without them."""
    commits = sorted(int(path.stem) for path in log_folder.glob("*.json") if path.stem.isdigit())
    found = [*log_folder.glob("_last_checkpoint"), *log_folder.glob("*.checkpoint*.parquet"), *seals.of_checkpoints(log_folder)]
    if not found or commits != list(range(len(commits))):
        return False
    for path in found:
        path.unlink(missing_ok=True)
    fsync_folder(log_folder)
    return True


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def create(table: Table) -> None:
    """Make the first commit of a table that has none; nothing where another has made it. Raises WriteFailed."""
    make_folder(table.folder / "_delta_log")
    now = time.time_ns() // 1_000_000
    meta = {
        "id": str(uuid.uuid4()),
        "format": {"provider": "parquet", "options": {}},
        "schemaString": DeltaSchema.from_arrow(table.schema).to_json(),
        "partitionColumns": [],
        "createdTime": now,
        "configuration": {**CONFIGURATION, **table.configuration},
    }
    info = {"timestamp": now, "operation": "CREATE TABLE", "operationParameters": {}}
    try:
        _publish_version(table, 0, [{"commitInfo": info}, {"protocol": _PROTOCOL}, {"metaData": meta}])
    except CommitRefused:
        # Two processes may both find nothing: the second one's table is the first one's.
        return
    _make_durable(table)


def write(table: Table, rows: pa.Table, *, prefix: str) -> NewFile:
    """Write `rows` as one Parquet file of the table, on disk for good when this returns, and not yet committed.

    Statistics go into footer and commit for the columns in `table.stats` and no others: a statistic of
    another column would keep its text alive after the text is erased. Raises WriteFailed.
    """
    path = table.folder / f"{prefix}-{uuid.uuid4().hex}.parquet"
    try:
        pq.write_table(
            rows,
            path,
            compression="zstd",
            row_group_size=table.row_group,
            write_statistics=list(table.stats),
            write_page_checksum=True,
            use_dictionary=["media_type", "event_type", "run_id", "kind", "reader_version"],
        )
        point(f"{table.name}.file_written")
        fsync_file(path)
        fsync_folder(table.folder)
        return described(table, path, rows)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise WriteFailed(path=str(table.folder), reason=str(error)) from error


def described(table: Table, path: Path, rows: pa.Table) -> NewFile:
    """A data file that lies in the table's folder, with `rows` in it, as a commit is to describe it."""
    return NewFile(path, path.stat().st_size, time.time_ns() // 1_000_000, json.dumps(_stats(rows, table.stats)))


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
    table: Table,
    snapshot: Snapshot,
    *,
    add: Sequence[NewFile] = (),
    remove: Sequence[DataFile] = (),
    reached: int | None = None,
    data_change: bool = True,
    adopted: bool = False,
) -> Snapshot:
    """Commit new files, and the removal of old ones, as the version right after `snapshot`; that version, durable.

    `reached`: what the table's application transaction reaches by it. `data_change`: false where the rows are the same in
    other files. The bytes of removed files stay on the disk until the caller removes them. `adopted`: the files that are
    added were there before, and may be the only ones with these rows.

    Raises CommitRefused if any other commit came between, WriteFailed if the commit could not be made; new files that are
    not adopted are removed then.
    """
    version = snapshot.version + 1
    now = time.time_ns() // 1_000_000
    operation = ("WRITE" if not remove else "DELETE") if data_change else "OPTIMIZE"
    lines: list[dict[str, Any]] = [{"commitInfo": {"timestamp": now, "operation": operation, "operationParameters": {}}}]
    if reached is not None:
        lines.append({"txn": {"appId": table.application, "version": reached, "lastUpdated": now}})
    lines += [
        {"remove": {"path": old.path.name, "deletionTimestamp": now, "dataChange": data_change, "size": old.size}}
        for old in remove
    ]
    lines += [
        {
            "add": {
                "path": new.path.name,
                "partitionValues": {},
                "size": new.size,
                "modificationTime": new.modified,
                "dataChange": data_change,
                "stats": new.stats,
            }
        }
        for new in add
    ]
    try:
        _publish_version(table, version, lines, files=[new.path for new in add])
    except (CommitRefused, WriteFailed, BrokenTable):
        for new in () if adopted else add:
            new.path.unlink(missing_ok=True)
        raise
    _make_durable(table)
    seals.mark(table.folder / "_delta_log", version)
    files = dict(snapshot.files)
    for old in remove:
        files.pop(old.path.name, None)
    files |= {new.path.name: _committed(table, new.path.name, new.size, new.stats) for new in add}
    if version % CHECKPOINT_EVERY == 0:
        checkpoint(table)
    return Snapshot(version, files, snapshot.reached if reached is None else reached)


def _publish_version(table: Table, version: int, lines: list[dict[str, Any]], *, files: Sequence[Path] = ()) -> None:
    """Write the commit `version`, sealed; its bytes are on the disk before it has its name."""
    log_folder = table.folder / "_delta_log"
    temporary = log_folder / f"_newsledger-{uuid.uuid4().hex}.tmp"
    point(f"{table.name}.before_commit")
    try:
        data = seals.sealed(log_folder, version, lines, files=files)
    except OSError as error:
        problem = Problem(check="delta_log", where=Path(error.filename or log_folder).name, message=str(error))
        raise BrokenTable(problem) from error
    try:
        temporary.write_bytes(data)
        fsync_file(temporary)
        point(f"{table.name}.commit_written")
        # A link, unlike a rename, is refused where the name is taken: so only one commit becomes this version.
        os.link(temporary, log_folder / f"{version:020}.json")
    except FileExistsError as error:
        raise CommitRefused from error
    except OSError as error:
        raise WriteFailed(path=str(table.folder), reason=str(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
    point(f"{table.name}.committed")


def _make_durable(table: Table) -> None:
    try:
        fsync_folder(table.folder / "_delta_log")
    except OSError as error:
        reason = f"{error}; the commit was made, but the disk would not say that it keeps it"
        raise WriteFailed(path=str(table.folder), reason=reason) from error
    point(f"{table.name}.durable")


def checkpoint(table: Table) -> None:
    """Sum up the commits in a Delta checkpoint, so that opening reads one file. Where that fails, the commits do as well."""
    log_folder = table.folder / "_delta_log"
    try:
        with no_panic():
            opened_ = DeltaTable(table.folder)
            version = opened_.version()
            opened_.create_checkpoint()
        point(f"{table.name}.checkpoint_written")
        made = [*log_folder.glob(f"{version:020}.checkpoint*.parquet"), log_folder / "_last_checkpoint"]
        for path in made:
            fsync_file(path)
        seals.seal_checkpoint(log_folder, version, made)
    except (DeltaError, OSError, NativePanic):
        # The commit that it was made for stands; a half-made checkpoint would only be in the way.
        drop_checkpoints(log_folder)


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


def frame(rows: pa.Table) -> pl.DataFrame:
    """Arrow rows as a Polars frame."""
    with no_panic():
        made = pl.from_arrow(rows)
    if not isinstance(made, pl.DataFrame):
        raise TypeError(f"a table gave a {type(made).__name__}")
    return made


def by_itself(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows. Texts of a frame that was chosen from a larger one keep all texts of that in memory."""
    return frame(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
