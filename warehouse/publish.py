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
import shutil
import tempfile
import tomllib
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES
from warehouse.content import ContentStore
from warehouse.errors import Problem, PublishRefused, QueryRefused, WriteFailed
from warehouse.events import decode
from warehouse.home import Home, fsync_file, fsync_folder, make_folder, write_atomically
from warehouse.increment import Advanced, advance
from warehouse.log import EventLog
from warehouse.points import reached as point
from warehouse.projection import (
    NO_RANKS,
    PROJECTION_VERSION,
    TABLES,
    Projection,
    article_digests,
    companies_digest,
    content_digest,
    load,
    texts_in,
    typed,
)
from warehouse.query import QueryFailed, opened, path_literal, query
from warehouse.ranks import ranks_digest, source_ranks
from warehouse.staging import read_verdict

KEEP: Final = 5
"""Published files that are kept, the current one included."""

STORAGE_VERSION: Final = "v1.2.0"
"""Version of the file's format: what DuckDB 1.2 to 2 can open."""
SQL: Final = Path(__file__).parent / "sql"
_SCRIPTS: Final = ("tables.sql", "macros.sql", "views.sql", "checks.sql", "matters.sql")
_NAME: Final = re.compile(r"(?P<position>\d+)-(?P<digest>[0-9a-f]{16})\.duckdb")
_BUILDING: Final = ".building-"
STRETCH: Final = 500_000
"""Events that are brought into a file at once: in memory they take 1.8 GB."""
_SPARE: Final = ".spare-"
_LARGE: Final = 64 << 20
"""Bytes of a file from which a copy for the next publication is made beforehand."""
_HEADERS: Final = 3 * 4096
_BLOCK: Final = 256 << 10
"""How a file of DuckDB is laid out: three headers, then blocks."""
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
    where the file that was built is not what it should be, WriteFailed; what analysts see stays as it was each time.
    """
    make_folder(home.published)
    with _only_publisher(home):
        point("publish.begun")
        position = _accepted(home, log, position)
        ranks = source_ranks(home)
        base = None if force else _base(home, log, companies, ranks, position)
        if base is not None and base.position == position:
            return base
        withdrawn = _withdrawn(log, after=0 if base is None else base.position, upto=position)
        building = home.published / f"{_BUILDING}{uuid.uuid4().hex}.duckdb"
        try:
            # Nothing of a file from before a withdrawal is carried on: a block that is free still holds its bytes.
            from_zero = base is None or withdrawn > 0 or position - base.position > base.position
            made: Projection | Advanced
            if base is None or from_zero:
                made = build_from_zero(building, log, content, companies, upto=position, ranks=ranks)
                sums = file_sums(building)
            else:
                _copy(home, base.path, building)
                made = advance(
                    building,
                    log=log,
                    texts=texts_in(content),
                    companies=companies,
                    ranks=ranks,
                    after=base.position,
                    upto=position,
                    described=_publication,
                )
                sums = file_sums(building, base=base.path)
            point("publish.built")
            if problems := check(building, made, whole=from_zero):
                raise PublishRefused(reason="the file that was built is not what the log says", problems=problems)
            point("publish.checked")
            path = home.published / f"{position}-{made.content_digest[:16]}.duckdb"
            _settle(building, path, sums)
        except (OSError, duckdb.IOException) as error:
            # What a full disk says names no file, or a temporary one.
            raise WriteFailed(path=str(home.published), reason=str(error)) from error
        finally:
            building.unlink(missing_ok=True)
        _switch(home, path)
        _forget(home, keep, withdrawn=withdrawn)
        point("publish.forgotten")
        _prepare(home, path)
        return Published(path=path, position=position, content_digest=made.content_digest)


def rebuild(home: Home, *, log: EventLog, content: ContentStore, companies: pl.DataFrame, position: int | None = None) -> str:
    """The content digest that the log gives from position 0 to `position`, by default where the last publication stands.

    Leaves nothing behind. Raises PublishRefused where nothing was ever accepted.
    """
    if position is None:
        current = current_publication(home)
        position = _accepted(home, log, None) if current is None else current.position
    if position <= STRETCH:
        return load(log, content, companies, upto=position).content_digest
    with tempfile.TemporaryDirectory(prefix="newsledger-") as folder:
        return build_from_zero(Path(folder) / "rebuilt.duckdb", log, content, companies, upto=position).content_digest


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


def build_from_zero(
    path: Path,
    log: EventLog,
    content: ContentStore,
    companies: pl.DataFrame,
    *,
    upto: int,
    ranks: pl.DataFrame = NO_RANKS,
    stretch: int = STRETCH,
) -> Projection | Advanced:
    """Write the file of position `upto` to `path`, where there is none yet, and say what is in it.

    A long log is read in stretches, each brought into the file before the next is read: memory does not grow with the log.
    """
    reached = min(stretch, upto)
    made: Projection | Advanced = (first := load(log, content, companies, upto=reached, ranks=ranks))
    build(path, first)
    while reached < upto:
        after, reached = reached, min(reached + stretch, upto)
        made = advance(
            path,
            log=log,
            texts=texts_in(content),
            companies=companies,
            ranks=ranks,
            after=after,
            upto=reached,
            described=_publication,
        )
    return made


def build(path: Path, projection: Projection) -> None:
    """Write the tables, macros and views of `projection` into a new file that DuckDB 1.2 and later can open."""
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
        for name, frame in {"publication": _publication(projection), **projection.tables}.items():
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


def check(path: Path, made: Projection | Advanced, *, whole: bool = True) -> list[Problem]:
    """What in the file at `path` is not as it was `made`; empty if all is well. Opens it as any reader would.

    Not `whole`: only what was made anew is compared article by article; the rest was when it was made.
    """
    problems: list[Problem] = []

    def expect(where: str, found: object, expected: object) -> None:
        if found != expected:
            problems.append(Problem(check="published", where=where, message=f"{found} where {expected} was expected"))

    rows = made.rows if isinstance(made, Advanced) else {name: frame.height for name, frame in made.tables.items()}
    with opened(path) as connection:
        publication = connection.table("publication").pl().row(0, named=True)
        for name, value in _publication(made).row(0, named=True).items():
            expect(f"publication.{name}", publication[name], value)
        for name, expected in rows.items():
            # A file of ours has these tables, or the digest below fails; names come from TABLES, not from outside.
            expect(f"rows of {name}", connection.table(name).aggregate("count(*)").fetchall()[0][0], expected)
        for (view,) in connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            connection.table(view).limit(0).fetchall()
        if whole:
            expect("content digest of the tables", _digest_in(connection), made.content_digest)
        elif isinstance(made, Advanced):
            anew = made.digests.sort("article_id")
            given = connection.from_arrow(anew.select("article_id").to_arrow()).set_alias("given")
            found = _digests(connection, lambda table: table.join(given, "article_id", how="semi"))
            expect("digests of the articles made anew", found.equals(anew), True)
    return problems


def digest_of(path: Path) -> str:
    """The content digest of what the tables of a published file hold. Raises NothingPublished, QueryRefused."""
    with opened(path) as connection:
        return _digest_in(connection)


def _digest_in(connection: duckdb.DuckDBPyConnection) -> str:
    articles = connection.table("articles").aggregate("count(*)").fetchall()[0][0]
    # A part of the articles at a time: their facts would fill the memory.
    parts = 1 + articles // 100_000
    digests = [_digests(connection, _part(number, parts))["digest"] for number in range(parts)]
    return content_digest(pl.concat(digests), typed(connection.table("dim_company").pl(), DIM_COMPANY))


def _part(number: int, parts: int) -> Callable[[duckdb.DuckDBPyRelation], duckdb.DuckDBPyRelation]:
    if parts == 1:
        return lambda table: table
    return lambda table: table.filter(f"hash(article_id) % {parts} = {number}")


def _digests(
    connection: duckdb.DuckDBPyConnection, chosen: Callable[[duckdb.DuckDBPyRelation], duckdb.DuckDBPyRelation]
) -> pl.DataFrame:
    """ARTICLE_DIGESTS of the tables of a published file, in order of article_id, of the articles whose rows are `chosen`."""
    frames = {name: typed(chosen(connection.table(name)).pl(), TABLES[name]) for name in ("articles", *FACT_TABLES)}
    return article_digests(frames["articles"], {name: frames[name] for name in FACT_TABLES})


def _publication(made: Projection | Advanced) -> pl.DataFrame:
    """The one row of `publication`."""
    row = {
        "position": made.position,
        "log_digest": made.log_digest,
        "content_digest": made.content_digest,
        "recorded_at": made.recorded_at,
        "projection_version": PROJECTION_VERSION,
        "companies_digest": made.companies_digest,
        "ranks_digest": made.ranks_digest,
        "definition_digest": definition_digest(),
    }
    return pl.DataFrame([row])


def definition_digest() -> str:
    """sha256 of what makes the same rows another file: the tables, views and comments of `sql/`."""
    whole = hashlib.sha256()
    for path in sorted(SQL.iterdir()):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _accepted(home: Home, log: EventLog, position: int | None) -> int:
    """Position of the RunAccepted to publish: the one at `position`, else the last. Raises PublishRefused."""
    accepted = _last_accepted(log, position)
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


def _last_accepted(log: EventLog, position: int | None) -> pl.DataFrame:
    """The last RunAccepted up to `position`, decoded; no row where there is none."""
    upto = log.head.position if position is None else position
    # From the end backwards, ever further: the log may be long, and the last run is seldom far.
    step = 10_000
    while True:
        after = max(upto - step, 0)
        found = log.read(after=after, upto=upto, event_types=["RunAccepted"])
        if not found.is_empty() or after == 0:
            return decode(found, "RunAccepted").sort("position").tail(1)
        upto, step = after, step * 4


def _base(home: Home, log: EventLog, companies: pl.DataFrame, ranks: pl.DataFrame, position: int) -> Published | None:
    """The current publication, if one made from it would be no different from one made from zero."""
    current = current_publication(home)
    if current is None or current.position > position:
        return None
    row = publication_of(current.path)
    same = (
        row["projection_version"] == PROJECTION_VERSION
        and row.get("definition_digest") == definition_digest()
        and row.get("ranks_digest") == ranks_digest(ranks)
        and row["log_digest"] == log.hash_at(current.position)
        and row["companies_digest"] == companies_digest(typed(companies, DIM_COMPANY))
        and current.path.name == f"{current.position}-{current.content_digest[:16]}.duckdb"
        # A publisher that was killed may have left a checksum of another file of this name, a disk another byte. A large
        # file is not read for it where it is only to be started from: what is wrong in it stays wrong for `verify`.
        and ((current.position < position and current.path.stat().st_size >= _LARGE) or is_as_published(current.path))
    )
    return current if same else None


def _copy(home: Home, path: Path, building: Path) -> None:
    """A copy of the file at `path` to write to: the one that was made beforehand, or one made now."""
    try:
        _spare(home, path).replace(building)
    except FileNotFoundError:
        _copy_bytes(path, building)
    building.chmod(0o644)


def _prepare(home: Home, path: Path) -> None:
    """Copy a large file beforehand: 2 GB take 2 s to reach the disk, in which analysts would wait for the next publication."""
    if path.stat().st_size < _LARGE:
        return
    building = home.published / f"{_BUILDING}{uuid.uuid4().hex}.duckdb"
    try:
        _copy_bytes(path, building)
        fsync_file(building)
        building.replace(_spare(home, path))
        fsync_folder(home.published)
    except OSError:
        # The publication stands; the next one makes its copy itself.
        building.unlink(missing_ok=True)


def _copy_bytes(source: Path, target: Path) -> None:
    """Copy a file within the kernel, which shares its blocks where the file system can."""
    with source.open("rb") as from_, target.open("wb") as to:
        left = source.stat().st_size
        while left:
            try:
                copied = os.copy_file_range(from_.fileno(), to.fileno(), left)
            except OSError:
                copied = 0
            if not copied:
                shutil.copyfileobj(from_, to)
                return
            left -= copied


def _spare(home: Home, path: Path) -> Path:
    return home.published / f"{_SPARE}{path.name}"


def _settle(building: Path, path: Path, sums: str) -> None:
    """Give the finished file its name: on the disk for good, and read-only, before anyone can see it.

    Its checksums lie beside it, for DuckDB checks a block only when it reads it.
    """
    building.chmod(0o444)
    fsync_file(building)
    write_atomically(checksum_file(path), sums.encode())
    point("publish.checksum_written")
    building.replace(path)
    point("publish.named")
    fsync_folder(path.parent)


def checksum_file(path: Path) -> Path:
    """Where the checksums of a published file are written down."""
    return path.with_suffix(".sha256")


def is_as_published(path: Path) -> bool:
    """Whether a published file has the checksums that were written down for it."""
    try:
        return checksum_file(path).read_text(encoding="utf-8", errors="replace") == file_sums(path)
    except OSError:
        return False


def file_sums(path: Path, *, base: Path | None = None) -> str:
    """A line for each block of a published file: the checksum that DuckDB begins it with, and its sha256.

    With `base`, the file that this one was a copy of, a block that DuckDB has not written since keeps its line, unread: so
    damage to it stays damage, and a large file with a few changes takes no time.
    """
    known: list[str] = []
    if base is not None and checksum_file(base).is_file():
        known = checksum_file(base).read_text(encoding="utf-8", errors="replace").splitlines()
    lines: list[str] = []
    with path.open("rb") as file:
        start, size, end = 0, _HEADERS, path.stat().st_size
        while start < end:
            begins = os.pread(file.fileno(), 8, start).hex()
            before = known[len(lines)] if 0 < len(lines) < len(known) else ""
            if begins == before.partition(" ")[0]:
                lines.append(before)
            else:
                lines.append(f"{begins} {hashlib.sha256(os.pread(file.fileno(), size, start)).hexdigest()}")
            start, size = start + size, _BLOCK
    return "\n".join(lines) + "\n"


def _switch(home: Home, path: Path) -> None:
    """Point `current.duckdb` at `path` by one rename: a reader finds the old file or the new one."""
    link = home.current.with_name(f"{_BUILDING}{uuid.uuid4().hex}.link")
    # Relative, so that a home can be moved as a whole.
    link.symlink_to(os.path.relpath(path, home.current.parent))
    link.replace(home.current)
    point("publish.switched")
    fsync_folder(home.current.parent)


def _withdrawn(log: EventLog, *, after: int, upto: int) -> int:
    """Where the last article was withdrawn between two positions, 0 for none: older files hold its words."""
    events = log.read(after=after, upto=upto, event_types=["ArticleWithdrawn"], columns=["position"])
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
    for path in (*home.published.glob(f"{_BUILDING}*"), *home.published.glob(f"{_SPARE}*")):
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
