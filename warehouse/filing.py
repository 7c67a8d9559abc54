"""One published file: its tables, macros, views and comments written, and held against what it was made from.

Where files lie, which of them analysts see and when a new one is due is publish.py; what is in the tables is projection.py
and `sql/`.
"""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES
from warehouse.assembly import STRETCH, assemble
from warehouse.content import ContentStore
from warehouse.digests import article_digests, content_digest, stated
from warehouse.errors import Problem
from warehouse.increment import WRITING, Advanced
from warehouse.log import EventLog
from warehouse.projection import NO_RANKS, Projection, Reached, load, texts_in
from warehouse.query import opened, path_literal
from warehouse.tables import PROJECTION_VERSION, TABLES, typed

STORAGE_VERSION: Final = "v1.2.0"
"""Version of the file's format: what DuckDB 1.2 to 2 can open."""
SQL: Final = Path(__file__).parent / "sql"
_SCRIPTS: Final = ("tables.sql", "macros.sql", "views.sql", "checks.sql", "matters.sql")
_DRAFTS: Final = ".drafts"


@dataclass(frozen=True, kw_only=True)
class Print:
    """Of a table: its rows, and the sum over the hashes of the first ones.

    All of them are for `verify`: reading back everything that was written takes a tenth of the time that it takes to make it.
    """

    rows: int
    first: int
    sum: int


@dataclass(frozen=True, kw_only=True)
class Filed(Reached):
    """What was written into a file. `joined`: the clusters that were joined into others."""

    prints: dict[str, Print]
    joined: pl.Series


Made = Projection | Advanced | Filed


def build_from_zero(
    path: Path,
    log: EventLog,
    content: ContentStore,
    companies: pl.DataFrame,
    *,
    upto: int,
    ranks: pl.DataFrame = NO_RANKS,
    stretch: int = STRETCH,
) -> Projection | Filed:
    """Write the file of position `upto` to `path`, where there is none yet, and say what is in it.

    A long log is read in stretches: memory does not grow with the log. Raises DamagedLog, DamagedContent, duckdb.Error.
    """
    if upto <= stretch:
        build(path, whole := load(log, content, companies, upto=upto, ranks=ranks))
        return whole
    folder = path.with_suffix(_DRAFTS)
    folder.mkdir()
    try:
        with _new_file(path) as connection:
            taker = _Taker(connection)
            made = assemble(
                log,
                texts=texts_in(content),
                companies=companies,
                ranks=ranks,
                upto=upto,
                folder=folder,
                taker=taker,
                stretch=stretch,
            )
            filed = Filed(**vars(made), prints=taker.prints, joined=taker.joined)
            connection.from_arrow(publication_row(filed).to_arrow()).insert_into("publication")
    finally:
        shutil.rmtree(folder)
    return filed


class _Taker:
    """Writes what assembly.py makes, and keeps what `check` compares with what is in the file then."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.prints: dict[str, Print] = {}
        self.joined = pl.Series(dtype=pl.String)

    def put(self, table: str, rows: pl.DataFrame) -> None:
        """Insert rows."""
        given = self._connection.from_arrow(rows.to_arrow())
        # Columns go by their place, which `check` finds out if it is wrong.
        given.insert_into(table)
        before = self.prints.get(table)
        if before is None or before.first == 0:
            self.prints[table] = Print(rows=rows.height, first=rows.height, sum=_sum(given, table, rows.columns))
        else:
            self.prints[table] = replace(before, rows=before.rows + rows.height)

    def join(self, clusters: pl.DataFrame) -> None:
        """Count facts in the clusters that theirs were joined into."""
        self.joined = clusters["own_cluster_id"]
        self._connection.register("joined", clusters.to_arrow())
        for table in FACT_TABLES:
            # The names are those of FACT_TABLES.
            self._connection.execute(
                f'UPDATE "{table}" SET cluster_id = joined.cluster_id FROM joined'  # noqa: S608
                f' WHERE "{table}".cluster_id = joined.own_cluster_id'
            )
        self._connection.unregister("joined")


def _sum(rows: duckdb.DuckDBPyRelation, table: str, columns: Iterable[str]) -> int:
    """The sum over the hashes of rows; of those of facts without the cluster, which is told last."""
    quoted = ", ".join(f'"{name}"' for name in columns if table not in FACT_TABLES or name != "cluster_id")
    return int(rows.aggregate(f"coalesce(sum(hash({quoted})), 0)").fetchall()[0][0])


@contextmanager
def _new_file(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes into a new file, which has all tables, views and comments, in one transaction."""
    spilled = path.with_suffix(".spilled")
    # A timestamp without a zone in a text would be read in the zone of this machine.
    with duckdb.connect(":memory:", config={**WRITING, "temp_directory": str(spilled)}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {path_literal(path)} AS built (STORAGE_VERSION '{STORAGE_VERSION}')")
        # Views made under the alias would keep it in their text and find nothing in the published file.
        connection.execute("USE built")
        # One transaction: two hundred comments would each go through the write-ahead log.
        connection.execute("BEGIN")
        for script in _SCRIPTS:
            connection.execute((SQL / script).read_text(encoding="utf-8"))
        _explain(connection)
        yield connection
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH built")


def build(path: Path, projection: Projection) -> None:
    """Write the tables, macros and views of `projection` into a new file that DuckDB 1.2 and later can open."""
    with _new_file(path) as connection:
        for name, frame in {"publication": publication_row(projection), **projection.tables}.items():
            # Columns go by their place, which `check` finds out if it is wrong.
            connection.from_arrow(frame.to_arrow()).insert_into(name)


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


def check(path: Path, made: Made, *, whole: bool = True) -> list[Problem]:
    """What in the file at `path` is not as it was `made`; empty if all is well. Opens it as any reader would.

    Not `whole`: only what was made anew is compared article by article; the rest was when it was made.
    """
    problems: list[Problem] = []

    def expect(where: str, found: object, expected: object) -> None:
        if found != expected:
            problems.append(Problem(check="published", where=where, message=f"{found} where {expected} was expected"))

    with opened(path) as connection:
        publication = connection.table("publication").pl().row(0, named=True)
        for name, value in publication_row(made).row(0, named=True).items():
            expect(f"publication.{name}", publication[name], value)
        for name, expected in _rows(made).items():
            # A file of ours has these tables, or the digest below fails; names come from TABLES, not from outside.
            expect(f"rows of {name}", connection.table(name).aggregate("count(*)").fetchall()[0][0], expected)
        if whole:
            for (view,) in connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
                connection.table(view).limit(0).fetchall()
        if isinstance(made, Filed):
            joined = connection.from_arrow(made.joined.alias("cluster_id").to_frame().to_arrow()).set_alias("joined")
            for name, print_ in made.prints.items():
                first = connection.table(name).filter(f"rowid < {print_.first}")
                expect(f"hashes of the first rows of {name}", _sum(first, name, TABLES[name]), print_.sum)
            for name in FACT_TABLES:
                left = connection.table(name).join(joined, "cluster_id", how="semi").aggregate("count(*)").fetchall()[0][0]
                expect(f"rows of {name} in clusters that were joined into others", left, 0)
        elif whole:
            expect("content digest of the tables", _digest_in(connection), made.content_digest)
        elif isinstance(made, Advanced):
            put = made.put
            found = _digests(connection, lambda table: _last_rows(table, put[table.alias]))
            expect("digests of the articles made anew", found.equals(made.digests.sort("article_id")), True)
    return problems


def _rows(made: Made) -> dict[str, int]:
    if isinstance(made, Filed):
        return {name: print_.rows for name, print_ in made.prints.items()}
    return made.rows if isinstance(made, Advanced) else {name: frame.height for name, frame in made.tables.items()}


def digest_of(path: Path) -> str:
    """The content digest of what the tables of a published file hold. Raises NothingPublished, QueryRefused."""
    with opened(path) as connection:
        return _digest_in(connection)


Chosen = Callable[[duckdb.DuckDBPyRelation], duckdb.DuckDBPyRelation]


def _last_rows(table: duckdb.DuckDBPyRelation, count: int) -> duckdb.DuckDBPyRelation:
    """The rows of a table that were put there last: what lies before them is not read."""
    (last,) = table.aggregate("max(rowid)").fetchall()[0]
    return table.filter(f"rowid > {-1 if last is None else int(last) - count}")


def _digest_in(connection: duckdb.DuckDBPyConnection) -> str:
    digests = [_digests(connection, chosen)["digest"] for chosen in parts(connection)]
    return content_digest(pl.concat(digests), typed(connection.table("dim_company").pl(), DIM_COMPANY))


def parts(connection: duckdb.DuckDBPyConnection) -> list[Chosen]:
    """What chooses from a table the rows of a part of the articles: the facts of all would fill the memory."""
    count = 1 + connection.table("articles").aggregate("count(*)").fetchall()[0][0] // 100_000
    return [_part(number, count) for number in range(count)]


def _part(number: int, count: int) -> Chosen:
    if count == 1:
        return lambda table: table
    return lambda table: table.filter(f"hash(article_id) % {count} = {number}")


def _digests(connection: duckdb.DuckDBPyConnection, chosen: Chosen) -> pl.DataFrame:
    """ARTICLE_DIGESTS of the tables of a published file, in order of article_id, of the articles whose rows are `chosen`."""
    frames = {name: typed(chosen(connection.table(name)).pl(), TABLES[name]) for name in ("articles", *FACT_TABLES)}
    return article_digests(frames["articles"], stated({name: frames[name] for name in FACT_TABLES}))


def publication_row(made: Made) -> pl.DataFrame:
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
