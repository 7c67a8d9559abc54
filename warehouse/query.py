"""Read-only SQL on a published file: one SELECT, no files, no network, no settings, bounded time and memory.

The file is opened where the symlink points at this moment, so a query sees one publication from start to end
and never waits for the next. What the tables and views mean is told in `sql/`, in the file's own comments.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from warehouse.errors import NothingPublished, QueryRefused
from warehouse.home import Home

TIMEOUT: Final = 60.0
"""Seconds that a query may take."""
_AGAIN: Final = 0.1
MEMORY: Final = "2GB"
THREADS: Final = 2

_READS: Final = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})


class QueryFailed(QueryRefused):
    """A query that was allowed and could not be answered: a wrong name, a wrong value, too long, too large."""


def published_file(where: Home | Path) -> Path:
    """The file that `where`, a home or a path, stands for now. Raises NothingPublished."""
    path = where.current if isinstance(where, Home) else where
    if not path.is_file():
        raise NothingPublished(path=str(path))
    # The symlink may be switched at any moment; the file behind it never changes.
    return path.resolve()


@contextmanager
def opened(where: Home | Path, *, memory: str = MEMORY, threads: int = THREADS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read this one file and nothing else. Raises NothingPublished, QueryFailed."""
    path = published_file(where)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory,
        # Nothing is spilled beside the published files; nothing is fetched; no Python variable is a table.
        "temp_directory": "",
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    # A database of one's own with the file attached: connections of one process to the same file share their
    # settings, so that the second would find them locked by the first.
    connection = duckdb.connect(":memory:", config=config)
    try:
        try:
            connection.execute(f"ATTACH {path_literal(path)} AS published (READ_ONLY)")
        except duckdb.Error as error:
            raise QueryFailed(sql="", reason=f"{path.name} cannot be opened: {error}") from error
        connection.execute("USE published")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def path_literal(path: Path) -> str:
    """`path` as SQL text, for ATTACH alone: it takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def query(
    where: Home | Path,
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    max_rows: int | None = None,
    timeout: float = TIMEOUT,
    memory: str = MEMORY,
    threads: int = THREADS,
) -> pl.DataFrame:
    """What one SELECT (or EXPLAIN, DESCRIBE, SUMMARIZE, SHOW) answers on the published file of a home, or on a file.

    `params` fill `?` or `$name`. Times are in UTC. `max_rows` cuts the answer. Raises QueryRefused for
    what is no single reading statement, QueryFailed, a kind of it, for one that went wrong, NothingPublished.
    """
    with opened(where, memory=memory, threads=threads) as connection:
        _demand_reading(connection, sql)
        with _bounded(connection, sql, timeout):
            relation = connection.sql(sql, params=params)
            if max_rows is not None:
                relation = relation.limit(max_rows)
            frame: pl.DataFrame = relation.pl()
            return frame


def _demand_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryFailed(sql=sql, reason=str(error)) from error
    if not statements:
        raise QueryRefused(sql=sql, reason="there is no statement to run")
    if len(statements) > 1:
        raise QueryRefused(sql=sql, reason=f"one statement at a time, these are {len(statements)}")
    kind = statements[0].type
    if kind not in _READS:
        raise QueryRefused(
            sql=sql, reason=f"only SELECT and its kin can be run, this is {kind.name}: published files are read-only"
        )


@contextmanager
def _bounded(connection: duckdb.DuckDBPyConnection, sql: str, timeout: float) -> Iterator[None]:
    """Run what is inside for at most `timeout` seconds; its database errors become ours."""
    over = threading.Event()

    def interrupt() -> None:
        # Again and again: between binding and running a query DuckDB forgets that it was interrupted.
        wait = timeout
        while not over.wait(wait):
            connection.interrupt()
            wait = _AGAIN

    clock = threading.Thread(target=interrupt, daemon=True)
    clock.start()
    try:
        yield
    except duckdb.PermissionException as error:
        raise QueryRefused(sql=sql, reason=str(error)) from error
    except duckdb.InterruptException as error:
        raise QueryFailed(sql=sql, reason=f"the query took longer than {timeout:g} seconds and was stopped") from error
    except duckdb.OutOfMemoryException as error:
        raise QueryFailed(sql=sql, reason=f"the query needs more memory than it may have: {error}") from error
    except duckdb.Error as error:
        # The message of the database names the place and often the column that was meant: keep it whole.
        raise QueryFailed(sql=sql, reason=str(error)) from error
    finally:
        over.set()
        clock.join()
