"""Building, checking and switching in the files that analysts open.

A published file is made once, under a temporary name, and never written again; `current.duckdb` is a symlink that
a rename moves from one to the next. Readers never wait and never see half a run. What is in the tables is
projection.py and `sql/`; here is only how they reach the disk, and that nothing unaccepted does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES
from warehouse.content import ContentStore
from warehouse.errors import Problem, PublishRefused, QueryRefused
from warehouse.events import decode
from warehouse.home import Home, fsync_file, fsync_folder, make_folder, write_atomically
from warehouse.log import EventLog
from warehouse.points import reached as point
from warehouse.projection import (
    PROJECTION_VERSION,
    TABLES,
    Projection,
    article_digests,
    companies_digest,
    content_digest,
    load,
    typed,
)
from warehouse.query import QueryFailed, opened, path_literal, query
from warehouse.staging import read_verdict

KEEP: Final = 5
"""Published files that are kept, the current one included."""

STORAGE_VERSION: Final = "v1.2.0"
"""Version of the file's format: what DuckDB 1.2 to 2 can open."""
SQL: Final = Path(__file__).parent / "sql"
_SCRIPTS: Final = ("tables.sql", "macros.sql", "views.sql", "matters.sql")
_NAME: Final = re.compile(r"(?P<position>\d+)-(?P<digest>[0-9a-f]{16})\.duckdb")
_BUILDING: Final = ".building-"
_BUILD_MEMORY: Final = "4GB"


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published file. `changed` is false where it was current already."""

    path: Path
    position: int
    content_digest: str
    changed: bool = True


def publish(
    home: Home,
    *,
    log: EventLog,
    content: ContentStore,
    companies: pl.DataFrame,
    position: int | None = None,
    keep: int = KEEP,
    force: bool = False,
) -> Published:
    """Build the file of `position`, by default of the last accepted run, check it and make it current.

    `companies`: DIM_COMPANY. What is current already is left alone, unless `force` asks for a new file.

    Raises PublishRefused where no run was accepted at that position, where another publisher is at work, and
    where the file that was built is not what it should be; what analysts see stays as it was each time.
    """
    make_folder(home.published)
    with _only_publisher(home):
        point("publish.begun")
        position = _accepted(home, log, position)
        if not force and (current := _current(home, log, companies, position)):
            return current
        projection = load(log, content, companies, upto=position)
        building = home.published / f"{_BUILDING}{uuid.uuid4().hex}.duckdb"
        try:
            build(building, projection)
            point("publish.built")
            if problems := check(building, projection):
                raise PublishRefused(reason="the file that was built is not what the log says", problems=problems)
            point("publish.checked")
            path = home.published / f"{position}-{projection.content_digest[:16]}.duckdb"
            _settle(building, path)
        finally:
            building.unlink(missing_ok=True)
        _switch(home, path)
        _forget(home, keep, withdrawn=_withdrawn(log, position))
        point("publish.forgotten")
        return Published(path=path, position=position, content_digest=projection.content_digest)


def rebuild(home: Home, *, log: EventLog, content: ContentStore, companies: pl.DataFrame, position: int | None = None) -> str:
    """The content digest that the log gives from position 0 to `position`, by default where the last publication stands.

    Writes nothing. Raises PublishRefused where nothing was ever accepted.
    """
    if position is None:
        current = current_publication(home)
        position = _accepted(home, log, None) if current is None else current.position
    return load(log, content, companies, upto=position).content_digest


def current_publication(home: Home) -> Published | None:
    """What `current.duckdb` points at, None before the first publication or where that file cannot be read."""
    if not home.current.is_file():
        return None
    try:
        row = publication_of(home.current)
    except QueryRefused:
        return None
    return Published(path=home.current.resolve(), position=row["position"], content_digest=row["content_digest"], changed=False)


def publication_of(path: Path) -> dict[str, Any]:
    """The one row of `publication`. Raises NothingPublished, QueryFailed for a file that is none of ours."""
    rows = query(path, "SELECT * FROM publication").to_dicts()
    if len(rows) != 1:
        raise QueryFailed(sql="", reason=f"{path.name} does not say what it is")
    return rows[0]


def build(path: Path, projection: Projection) -> None:
    """Write the tables, macros and views of `projection` into a new file that DuckDB 1.2 and later can open."""
    publication = pl.DataFrame([_publication(projection)])
    # A timestamp without a zone in a text would be read in the zone of this machine.
    with closing(duckdb.connect(":memory:", config={"memory_limit": _BUILD_MEMORY, "threads": 2})) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {path_literal(path)} AS built (STORAGE_VERSION '{STORAGE_VERSION}')")
        # Views made under the alias would keep it in their text and find nothing in the published file.
        connection.execute("USE built")
        # One transaction: two hundred comments would each go through the write-ahead log.
        connection.execute("BEGIN")
        for script in _SCRIPTS:
            connection.execute((SQL / script).read_text(encoding="utf-8"))
        _explain(connection)
        for name, frame in {"publication": publication, **projection.tables}.items():
            # Columns go by their place, which `check` finds out if it is wrong.
            connection.from_arrow(frame.to_arrow()).insert_into(name)
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH built")


def _explain(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment every column of every view that has no comment yet, from columns.toml and the tables' own comments."""
    written = tomllib.loads((SQL / "columns.toml").read_text(encoding="utf-8"))
    of_tables: dict[tuple[str, str], str] = {
        (table, column): comment
        for table, column, comment in connection.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL"
        ).fetchall()
    }
    views = connection.execute(
        "SELECT v.view_name, c.column_name FROM duckdb_views() AS v JOIN duckdb_columns() AS c ON c.table_name = v.view_name"
        " WHERE NOT v.internal"
    ).fetchall()
    statements = []
    for view, column in views:
        own = written.get(view, {}).get(column)
        table = written["explained_by"].get(view, "")
        meaning = own or of_tables.get((view, column)) or of_tables.get((table, column)) or written["common"].get(column)
        if meaning and (view, column) not in of_tables:
            quoted = meaning.replace("'", "''")
            statements.append(f'COMMENT ON COLUMN "{view}"."{column}" IS \'{quoted}\';')
    # Names and meanings are ours: views.sql, matters.sql and columns.toml.
    connection.execute("".join(statements))


def check(path: Path, projection: Projection) -> list[Problem]:
    """What in the file at `path` is not as in `projection`; empty if all is well. Opens it as any reader would."""
    problems: list[Problem] = []

    def expect(where: str, found: object, expected: object) -> None:
        if found != expected:
            problems.append(Problem(check="published", where=where, message=f"{found} where {expected} was expected"))

    publication = publication_of(path)
    for name, value in _publication(projection).items():
        expect(f"publication.{name}", publication[name], value)
    with opened(path) as connection:
        for name, frame in projection.tables.items():
            # A file of ours has these tables, or the digest below fails; names come from TABLES, not from outside.
            rows = connection.table(name).aggregate("count(*)").fetchall()[0][0]
            expect(f"rows of {name}", rows, frame.height)
        for (view,) in connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            connection.table(view).limit(0).fetchall()
    expect("content digest of the tables", digest_of(path), projection.content_digest)
    return problems


def digest_of(path: Path) -> str:
    """The content digest of what the tables of a published file hold. Raises NothingPublished, QueryRefused."""
    wanted = ("articles", "dim_company", *FACT_TABLES)
    with opened(path) as connection:
        frames = {name: typed(connection.table(name).pl(), TABLES[name]) for name in wanted}
    digests = article_digests(frames["articles"], {name: frames[name] for name in FACT_TABLES})
    return content_digest(digests, frames["dim_company"])


def _publication(projection: Projection) -> dict[str, Any]:
    return {
        "position": projection.position,
        "log_digest": projection.log_digest,
        "content_digest": projection.content_digest,
        "recorded_at": projection.recorded_at,
        "projection_version": PROJECTION_VERSION,
        "companies_digest": projection.companies_digest,
    }


def _accepted(home: Home, log: EventLog, position: int | None) -> int:
    """Position of the RunAccepted to publish: the one at `position`, else the last. Raises PublishRefused."""
    accepted = decode(log.read(upto=position, event_types=["RunAccepted"]), "RunAccepted").sort("position").tail(1)
    if accepted.is_empty():
        raise PublishRefused(reason="no run was accepted yet")
    found, run_id, digest = accepted.select("position", "run_id", "staged_digest").row(0)
    if position is not None and found != position:
        raise PublishRefused(reason=f"no run was accepted at position {position}, the last one before it is at {found}")
    # Staged files may be gone by now; a verdict that is there must be the one that the log was told of.
    verdict = read_verdict(home, run_id)
    if verdict is not None and not verdict.accepted:
        raise PublishRefused(reason=f"run {run_id} was not accepted: {verdict.reason or verdict.verdict}")
    if verdict is not None and verdict.staged_digest != digest:
        raise PublishRefused(reason=f"the verdict on run {run_id} is on other staged files than those asserted")
    return int(found)


def _current(home: Home, log: EventLog, companies: pl.DataFrame, position: int) -> Published | None:
    """The current publication, if a new one would be no different."""
    current = current_publication(home)
    if current is None or current.position != position:
        return None
    row = publication_of(current.path)
    same = (
        row["projection_version"] == PROJECTION_VERSION
        and row["log_digest"] == log.hash_at(position)
        and row["companies_digest"] == companies_digest(typed(companies, DIM_COMPANY))
        # A publisher that was killed may have left a checksum of another file of this name, a disk another byte.
        and is_as_published(current.path)
    )
    return current if same else None


def _settle(building: Path, path: Path) -> None:
    """Give the finished file its name: on the disk for good, and read-only, before anyone can see it.

    Its checksum lies beside it, for DuckDB checks a block only when it reads it.
    """
    building.chmod(0o444)
    fsync_file(building)
    write_atomically(checksum_file(path), (file_sha256(building) + "\n").encode())
    point("publish.checksum_written")
    building.replace(path)
    point("publish.named")
    fsync_folder(path.parent)


def checksum_file(path: Path) -> Path:
    """Where the sha256 of a published file is written down."""
    return path.with_suffix(".sha256")


def is_as_published(path: Path) -> bool:
    """Whether a published file has the checksum that was written down for it."""
    try:
        return checksum_file(path).read_text(encoding="utf-8", errors="replace").strip() == file_sha256(path)
    except OSError:
        return False


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _switch(home: Home, path: Path) -> None:
    """Point `current.duckdb` at `path` by one rename: a reader finds the old file or the new one."""
    link = home.current.with_name(f"{_BUILDING}{uuid.uuid4().hex}.link")
    # Relative, so that a home can be moved as a whole.
    link.symlink_to(os.path.relpath(path, home.current.parent))
    link.replace(home.current)
    point("publish.switched")
    fsync_folder(home.current.parent)


def _withdrawn(log: EventLog, position: int) -> int:
    """Where the last article was withdrawn up to `position`, 0 for none: older files hold its words."""
    events = log.read(upto=position, event_types=["ArticleWithdrawn"], columns=["position"])
    return max(events["position"].to_list(), default=0)


def _forget(home: Home, keep: int, *, withdrawn: int) -> None:
    """Remove all but the last `keep` files, those from before position `withdrawn`, and half-built ones of killed publishers.

    Who has one open keeps it.
    """
    current = home.current.resolve()
    named = [(match, path) for path in home.published.iterdir() if (match := _NAME.fullmatch(path.name))]
    # Of one position the newest: reference data or projection have changed since.
    named.sort(key=lambda each: (each[1] == current, int(each[0]["position"]), each[1].stat().st_mtime_ns), reverse=True)
    older = [each for each in named[1:keep] if int(each[0]["position"]) < withdrawn]
    for _, path in (*older, *named[max(keep, 1) :]):
        path.unlink(missing_ok=True)
        checksum_file(path).unlink(missing_ok=True)
    for path in home.published.glob(f"{_BUILDING}*"):
        path.unlink(missing_ok=True)


@contextmanager
def _only_publisher(home: Home) -> Iterator[None]:
    """Hold the lock of this home's publishers. Raises PublishRefused where another one holds it."""
    path = home.published / ".lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            reason = f"another publisher is at work here (process {holder}); wait for it to finish and run again"
            raise PublishRefused(reason=reason) from error
        # For the message above; the lock itself ends with the process, however it ends.
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
