"""Staged runs: the facts of one run as Parquet in a folder of its own, until they are asserted.

The manifest names the files and the digest of their rows; the verdict of the audit names the same
digest. What is asserted and published is exactly what was audited, or nothing. The digest does not
depend on the order of rows or columns nor on how Parquet lays them out.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.schemas import ARTICLE_TEXTS, COVERAGE_COLUMNS, FACT_TABLES, Schema
from warehouse.delta import frame
from warehouse.errors import DamagedStaging, NotAccepted
from warehouse.home import Home, make_folder, write_atomically
from warehouse.points import reached as point

ARTICLES: Final = "articles"
"""Name of the staged articles, beside the fact tables."""

STAGED_ARTICLES: Final[Schema] = {**ARTICLE_TEXTS, **COVERAGE_COLUMNS}
"""Articles with what became of their sentences."""

_MANIFEST: Final = "manifest.json"
_VERDICT: Final = "verdict.json"
_NOTHING: Final = "nothing is staged; where one of its articles was withdrawn meanwhile, run again"

Decision = Literal["accepted", "rejected"]


@dataclass(frozen=True)
class Staged:
    """A run's staged files: `paths` by name (the fact tables and `articles`), `digest` over all their rows."""

    run_id: str
    digest: str
    paths: dict[str, Path]
    rows: dict[str, int]

    def articles(self) -> pl.DataFrame:
        """The staged articles, STAGED_ARTICLES. Raises DamagedStaging."""
        return _read(self.run_id, self.paths[ARTICLES], STAGED_ARTICLES)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the audit said of one staged digest. Outcomes and quarantined hold ids and counts, never article text."""

    run_id: str
    staged_digest: str
    verdict: Decision
    reason: str | None = None
    outcomes: Sequence[Mapping[str, Any]] = ()
    quarantined: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        # So that a verdict equals what was read back of it.
        object.__setattr__(self, "outcomes", tuple(dict(each) for each in self.outcomes))
        object.__setattr__(self, "quarantined", tuple(dict(each) for each in self.quarantined))

    @property
    def accepted(self) -> bool:
        """Whether the run may go on."""
        return self.verdict == "accepted"


def digest(frames: Mapping[str, pl.DataFrame]) -> str:
    """sha256 of the rows of named frames, whatever the order of rows, columns and names."""
    total = hashlib.sha256()
    for name in sorted(frames):
        total.update(f"{name}:{_frame_digest(frames[name])}\n".encode())
    return total.hexdigest()


def stage(home: Home, run_id: str, frames: Mapping[str, pl.DataFrame], articles: pl.DataFrame) -> Staged:
    """Write a run's facts (FACT_TABLES, missing tables as empty ones) and articles (STAGED_ARTICLES, or without what
    became of their sentences: ARTICLE_TEXTS); durable on return.

    A run staged before is replaced and its verdict removed. The manifest comes last: without one,
    nothing is staged. Raises ValueError for a frame that is no fact table.
    """
    if unknown := frames.keys() - FACT_TABLES.keys():
        raise ValueError(f"no fact tables: {sorted(unknown)}")
    parts = {name: _shaped(frames.get(name), schema) for name, schema in FACT_TABLES.items()}
    unknown_coverage = (
        pl.lit(None, dtype).alias(name) for name, dtype in COVERAGE_COLUMNS.items() if name not in articles.columns
    )
    parts[ARTICLES] = _shaped(articles.with_columns(unknown_coverage), STAGED_ARTICLES)
    folder = _folder(home, run_id)
    make_folder(folder)
    for old in (_MANIFEST, _VERDICT):
        (folder / old).unlink(missing_ok=True)
    for name, part in parts.items():
        buffer = io.BytesIO()
        pq.write_table(
            part.to_arrow(compat_level=pl.CompatLevel.oldest()), buffer, compression="zstd", write_page_checksum=True
        )
        write_atomically(folder / f"{name}.parquet", buffer.getvalue())
        point("staging.file_written")
    staged = Staged(
        run_id=run_id,
        digest=digest(parts),
        paths={name: folder / f"{name}.parquet" for name in parts},
        rows={name: part.height for name, part in parts.items()},
    )
    manifest = {"run_id": run_id, "digest": staged.digest, "rows": staged.rows}
    point("staging.before_manifest")
    write_atomically(folder / _MANIFEST, _json(manifest))
    point("staging.staged")
    return staged


def load(home: Home, run_id: str) -> tuple[Staged, dict[str, pl.DataFrame]]:
    """A staged run and its fact tables by name; articles come from `Staged.articles`.

    Raises DamagedStaging if nothing was staged, a file is torn, or the rows are not those of the manifest.
    """
    folder = _folder(home, run_id)
    manifest = _json_file(run_id, folder / _MANIFEST)
    if manifest is None:
        raise DamagedStaging(run_id=run_id, reason=_NOTHING)
    paths = {name: folder / f"{name}.parquet" for name in [*FACT_TABLES, ARTICLES]}
    staged = Staged(run_id=run_id, digest=str(manifest.get("digest")), paths=paths, rows=dict(manifest.get("rows", {})))
    frames = {name: _read(run_id, paths[name], schema) for name, schema in FACT_TABLES.items()}
    if digest({**frames, ARTICLES: staged.articles()}) != staged.digest:
        raise DamagedStaging(run_id=run_id, reason="the rows are not those of the manifest")
    return staged, frames


def write_verdict(home: Home, verdict: Verdict) -> Path:
    """Write the verdict beside what it judges, durably; its path."""
    path = _folder(home, verdict.run_id) / _VERDICT
    make_folder(path.parent)
    write_atomically(path, _json(asdict(verdict)))
    point("staging.judged")
    return path


def read_verdict(home: Home, run_id: str) -> Verdict | None:
    """The verdict on a run, None if it was not audited. Raises DamagedStaging."""
    value = _json_file(run_id, _folder(home, run_id) / _VERDICT)
    if value is None:
        return None
    try:
        return Verdict(**value)
    except TypeError as error:
        raise DamagedStaging(run_id=run_id, reason=f"{_VERDICT} is not a verdict: {error}") from error


def require_accepted(home: Home, staged: Staged) -> Verdict:
    """The accepted verdict on exactly this staged digest. Raises NotAccepted."""
    verdict = read_verdict(home, staged.run_id)
    if verdict is None:
        reason = "it was not audited"
    elif verdict.staged_digest != staged.digest:
        reason = f"the audit judged {verdict.staged_digest}, staged is {staged.digest}"
    elif not verdict.accepted:
        reason = f"the audit rejected it: {verdict.reason or 'no reason given'}"
    else:
        return verdict
    raise NotAccepted(run_id=staged.run_id, staged_digest=staged.digest, reason=reason)


def runs(home: Home) -> list[str]:
    """Ids of the runs with a folder, in order of name."""
    return sorted(path.name for path in home.runs.iterdir() if path.is_dir()) if home.runs.is_dir() else []


def discard(home: Home, run_id: str) -> None:
    """Remove a run's folder; nothing if there is none."""
    shutil.rmtree(_folder(home, run_id), ignore_errors=True)
    point("staging.discarded")


def discard_articles(home: Home, article_ids: pl.Series) -> None:
    """Remove the runs that staged one of these articles, also where one is still at work: its articles stay pending."""
    for run_id in runs(home):
        try:
            staged = pl.read_parquet(_folder(home, run_id) / f"{ARTICLES}.parquet", columns=["article_id"])["article_id"]
        except FileNotFoundError:
            continue
        except (pl.exceptions.PolarsError, OSError):  # torn: nobody can tell what is in it
            discard(home, run_id)
            continue
        if staged.is_in(article_ids.implode()).any():
            discard(home, run_id)


def _folder(home: Home, run_id: str) -> Path:
    if not run_id or run_id in (".", "..") or not all(letter.isalnum() or letter in "-_.:" for letter in run_id):
        raise ValueError(f"a run id of letters, digits and -_.: was expected, not {run_id!r}")
    return home.runs / run_id


def _shaped(part: pl.DataFrame | None, schema: Schema) -> pl.DataFrame:
    if part is None:
        return pl.DataFrame(schema=schema)
    return part.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _frame_digest(part: pl.DataFrame) -> str:
    total = hashlib.sha256()
    names = sorted(part.columns)
    total.update(json.dumps([[name, str(part.schema[name])] for name in names]).encode())
    for row in part.select(_row([pl.col(name) for name in names], part.schema).alias("row")).to_series().sort():
        # Rows are of any length: the length before each keeps two of them from reading as one.
        data = row.encode()
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def _row(columns: Iterable[pl.Expr], schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """One string a row, different for different rows: each value behind its length, null as a mark of its own."""
    return pl.concat_str([_value(column, schema[column.meta.output_name()]) for column in columns])


def _value(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    # Instants as microseconds: no format, no zone name can change them.
    text = column.dt.epoch("us").cast(pl.String) if isinstance(dtype, pl.Datetime) else column.cast(pl.String)
    return pl.when(column.is_null()).then(pl.lit("-")).otherwise(pl.format("{}:{}", text.str.len_bytes(), text))


def _read(run_id: str, path: Path, schema: Schema) -> pl.DataFrame:
    try:
        # Arrow, not Polars: on a torn file it raises an Exception, and it verifies page checksums.
        with pq.ParquetFile(path, page_checksum_verification=True) as parquet:
            part = frame(parquet.read())
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedStaging(run_id=run_id, reason=f"{path.name} cannot be read: {error}") from error
    if missing := schema.keys() - set(part.columns):
        raise DamagedStaging(run_id=run_id, reason=f"{path.name} lacks columns {sorted(missing)}")
    return part.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _json_file(run_id: str, path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise DamagedStaging(run_id=run_id, reason=f"{path.name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise DamagedStaging(run_id=run_id, reason=f"{path.name} is not an object")
    return cast("dict[str, Any]", value)
