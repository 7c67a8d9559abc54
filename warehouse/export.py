"""The published warehouse as plain files, one a view, for tools that read no DuckDB; with what every column means.

The files say what the views said at one publication; nothing here is read back.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal, get_args

import polars as pl

from warehouse.errors import BadRequest
from warehouse.home import Home, make_folder, write_atomically
from warehouse.query import opened, published_file

Form = Literal["parquet", "csv", "arrow"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
VIEWS: Final = (
    "articles", "dim_company", "dim_source", "runs", "quarantine", "judgments",
    "financials", "security_incidents", "market_moves", "financials_reconciled", "contradictions", "derived_checks",
    "article_coverage", "silent_sentences",
    "deals", "incidents", "company_timeline",
)  # fmt: skip
"""What is exported: what analysts start from, without the history."""
DESCRIPTION: Final = "schema.json"


class ExportRefused(BadRequest):
    """The folder holds something already."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"{folder} is not empty: name a new folder, or empty it")


def export(where: Home | Path, folder: Path, *, form: Form = "parquet") -> dict[str, int]:
    """Write each view into `folder`, and DESCRIPTION with the meaning, type and name of every column; rows by view.

    CSV has nested values as JSON and times in UTC. Raises NothingPublished, ExportRefused, OSError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportRefused(folder=folder)
    path = published_file(where)
    make_folder(folder.absolute())
    rows: dict[str, int] = {}
    with opened(path, memory="4GB") as connection:
        for view in VIEWS:
            frame = connection.table(view).pl()
            _write(frame, folder / f"{view}.{form}", form)
            rows[view] = frame.height
        publication = connection.table("publication").pl().select("position", "content_digest").row(0, named=True)
        meanings = connection.sql(
            "SELECT table_name AS name, comment FROM duckdb_tables() UNION ALL SELECT view_name, comment FROM duckdb_views()"
        ).fetchall()
        comments: dict[str, str | None] = dict(meanings)
        columns: dict[str, list[dict[str, str | None]]] = {view: [] for view in VIEWS}
        listed = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() ORDER BY table_name, column_index"
        for view, name, kind, meaning in connection.sql(listed).fetchall():
            if view in columns:
                columns[view].append({"name": name, "type": kind, "meaning": meaning})
    views = {view: {"meaning": comments.get(view), "rows": rows[view], "columns": columns[view]} for view in VIEWS}
    whole = json.dumps({**publication, "views": views}, indent=1, ensure_ascii=False)
    write_atomically(folder / DESCRIPTION, whole.encode())
    return rows


def _write(frame: pl.DataFrame, path: Path, form: Form) -> None:
    if form == "parquet":
        frame.write_parquet(path, compression="zstd")
    elif form == "arrow":
        frame.write_ipc(path, compression="zstd")
    else:
        nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
        # Lists as JSON: a cell that a spreadsheet shows and a program reads.
        texts = [pl.Series(name, [_json(value) for value in frame[name]], dtype=pl.String) for name in nested]
        frame.with_columns(texts).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")


def _json(value: object) -> str | None:
    if value is None:
        return None
    return json.dumps(value.to_list() if isinstance(value, pl.Series) else value, default=str, ensure_ascii=False)
