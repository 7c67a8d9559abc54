"""The content store: bytes as they were received and clean texts as they were read, each under its sha256.

The one place that holds article text; everywhere else has hashes and spans. A second Delta table,
kept apart from the log because text can be withdrawn and events cannot. A row never changes: the
same hash is the same bytes, so that storing twice is storing once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

from transforms.schemas import INSTANT, Schema
from warehouse import delta, seals
from warehouse.errors import ContentBusy, DamagedContent, MissingContent, Problem, WrongHash
from warehouse.home import Home, fsync_folder, held
from warehouse.points import reached as point

CONTENT: Final[Schema] = {
    "sha256": pl.String,
    "kind": pl.String,  # "bytes" as received, "text" as read
    "media_type": pl.String,
    "content": pl.Binary,  # zstd is the file's codec, so that every reader of Delta sees plain bytes
    "received_at": INSTANT,
    "content_sha256": pl.String,  # of a text: the bytes it was first read from
    "reader_version": pl.String,  # of a text: the reader that made it
}
"""Columns of the table."""

_ARROW: Final = pa.schema(
    [
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("media_type", pa.string()),
        pa.field("content", pa.binary(), nullable=False),
        pa.field("received_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("content_sha256", pa.string()),
        pa.field("reader_version", pa.string()),
    ]
)
_STATS: Final = ("sha256", "received_at")
_CONFIGURATION: Final = {"delta.dataSkippingStatsColumns": ",".join(_STATS)}
_ROW_GROUP: Final = 128
"""Rows that one look-up of an article decompresses: small, or reading one article costs as much as reading a thousand."""
_ATTEMPTS: Final = 32

BYTES: Final = "bytes"
TEXT: Final = "text"


def _now() -> datetime:
    return datetime.now(UTC)


def table(home: Home) -> delta.Table:
    """The content store of `home` as a Delta table."""
    return delta.Table(folder=home.content, schema=_ARROW, stats=_STATS, row_group=_ROW_GROUP, configuration=_CONFIGURATION)


class ContentStore:
    """The content of one home. Knows which hash lies in which row group; reads no content until asked."""

    def __init__(self, table: delta.Table, snapshot: delta.Snapshot, *, clock: Callable[[], datetime] = _now) -> None:
        self._table = table
        self._clock = clock
        self._index = pl.DataFrame(schema={"sha256": pl.String, "kind": pl.String, "file": pl.String, "row_group": pl.Int64})
        self._move_to(snapshot)

    @classmethod
    def open(cls, home: Home, *, clock: Callable[[], datetime] = _now) -> ContentStore:
        """The store of `home` at its newest version, made if there is none. Raises DamagedContent."""
        try:
            return cls(table(home), delta.opened(table(home)), clock=clock)
        except delta.BrokenTable as broken:
            raise DamagedContent([broken.problem]) from broken

    def refresh(self) -> None:
        """Move to the newest version. Raises DamagedContent."""
        try:
            self._move_to(delta.later(self._table, self._snapshot))
        except delta.BrokenTable as broken:
            raise DamagedContent([broken.problem]) from broken

    def put(self, frame: pl.DataFrame) -> int:
        """Store bytes: columns sha256, media_type, content. How many were new; the others were there already.

        Raises WrongHash for content that is not what its hash says, ContentBusy, WriteFailed, DamagedContent.
        """
        rows = frame.select(
            "sha256",
            pl.lit(BYTES).alias("kind"),
            "media_type",
            "content",
            pl.lit(None, pl.String).alias("content_sha256"),
            pl.lit(None, pl.String).alias("reader_version"),
        )
        return self._add(rows)

    def put_texts(self, frame: pl.DataFrame) -> int:
        """Store clean texts: columns text_sha256, content_sha256, reader_version, text. How many were new.

        A text that two readers or two articles share is stored once, as the first of them.
        Raises WrongHash, DamagedContent.
        """
        rows = frame.select(
            pl.col("text_sha256").alias("sha256"),
            pl.lit(TEXT).alias("kind"),
            pl.lit("text/plain;charset=utf-8").alias("media_type"),
            pl.col("text").cast(pl.Binary).alias("content"),
            "content_sha256",
            "reader_version",
        )
        return self._add(rows)

    def get(self, sha256s: Iterable[str]) -> pl.DataFrame:
        """Bytes by hash: sha256, media_type, content, received_at, one row a hash, in order of hash.

        What an erasure takes from under this snapshot is looked up in the newest one. Raises MissingContent for hashes that
        are not there, DamagedContent.
        """
        return self._find(sha256s, BYTES).select("sha256", "media_type", "content", "received_at")

    def texts(self, text_sha256s: Iterable[str]) -> pl.DataFrame:
        """Clean texts by hash: text_sha256, text, one row a hash, in order of hash. Raises as `get`."""
        return self._find(text_sha256s, TEXT).select(
            pl.col("sha256").alias("text_sha256"), pl.col("content").cast(pl.String).alias("text")
        )

    def holds(self, sha256s: Iterable[str], *, text: bool = False) -> set[str]:
        """Those of the hashes that are here."""
        kind = TEXT if text else BYTES
        wanted = pl.Series("sha256", list(set(sha256s)), dtype=pl.String)
        return set(self._index.filter(pl.col("kind") == kind, pl.col("sha256").is_in(wanted.implode()))["sha256"])

    def erase(self, sha256s: Iterable[str]) -> int:
        """Remove contents for good: from the table and from the disk. How many rows there were; hashes not here are no error.

        A file that holds one of them is written anew without it, and the old one deleted. Raises ContentBusy, WriteFailed,
        DamagedContent.
        """
        unwanted = pl.Series("sha256", list(set(sha256s)), dtype=pl.String)
        erased = 0
        for _ in range(_ATTEMPTS):
            places = self._index.filter(pl.col("sha256").is_in(unwanted.implode()))["file"].unique().sort()
            if places.is_empty():
                self._remove_unreferenced()
                return erased
            try:
                erased += sum(self._erase_from(self._files[name], unwanted) for name in places)
            except delta.CommitRefused:
                self.refresh()
            except delta.BrokenTable as broken:
                raise DamagedContent([broken.problem]) from broken
        raise ContentBusy(attempts=_ATTEMPTS)

    @contextmanager
    def naming(self, *, alone: bool = False) -> Iterator[None]:
        """Held from storing contents until the log names them; `alone` to tell what it will never name. Waits for it."""
        with held(self._table.folder / ".naming", alone=alone):
            yield

    def hashes(self) -> set[str]:
        """The hashes of everything that is here."""
        return set(self._index["sha256"])

    @property
    def _lock(self) -> Path:
        """Held by each writer until what it has written is committed."""
        return self._table.folder / ".lock"

    def _erase_from(self, file: delta.DataFile, unwanted: pl.Series) -> int:
        rows = delta.frame(delta.read(file, _ARROW)).cast(CONTENT)  # type: ignore[arg-type]
        # By way of Polars: filtering in Arrow imports pandas, which takes 0.6 s.
        kept = rows.filter(pl.col("sha256").is_in(unwanted.implode()).not_())
        with held(self._lock, alone=False):
            new = [delta.write(self._table, _arrow(kept), prefix="content")] if kept.height else []
            self._move_to(delta.commit(self._table, self._snapshot, add=new, remove=[file]))
        point("content.erased")
        return rows.height - kept.height

    def _remove_unreferenced(self) -> None:
        """Delete the data files that no commit names any more or that a killed writer never came to commit.

        Alone, for a writer that is still at work has a file that no commit names yet.
        """
        with held(self._lock, alone=True):
            self.refresh()
            for path in self._table.folder.glob("*.parquet"):
                if path.name not in self._files:
                    path.unlink(missing_ok=True)
                    point("content.file_removed")
            fsync_folder(self._table.folder)
        # What a repair has set aside may hold the erased words as well.
        for part in ("content", "published"):
            for path in (self._table.folder.parent / "damaged").glob(f"*/{part}/*.*"):
                path.unlink(missing_ok=True)

    def verify_hashes(self) -> list[Problem]:
        """Everything that is not as it was stored: commits, files, and each content against its hash. Empty if all is well."""
        problems: list[Problem] = []
        for file in self._files.values():
            try:
                rows = delta.read(file, _ARROW, columns=["sha256", "content"])
            except delta.BrokenTable as broken:
                problems.append(broken.problem)
                continue
            for claimed, content in zip(rows["sha256"].to_pylist(), rows["content"], strict=True):
                if hashlib.sha256(content.as_buffer()).hexdigest() != claimed:
                    message = f"content is not what was stored as {claimed}"
                    problems.append(Problem(check="content_hash", where=file.path.name, message=message))
        known = {problem.where for problem in problems}
        sealed = seals.check(self._table.folder, [file.path for file in self._files.values()])
        return problems + [problem for problem in sealed if problem.where not in known]

    def _add(self, rows: pl.DataFrame) -> int:
        rows = rows.unique("sha256", keep="first", maintain_order=True)
        for claimed, content in rows.select("sha256", "content").iter_rows():
            if (actual := hashlib.sha256(content).hexdigest()) != claimed:
                raise WrongHash(claimed=claimed, actual=actual)
        for _ in range(_ATTEMPTS):
            new = rows.join(self._index, on=["sha256", "kind"], how="anti").sort("sha256")
            if new.is_empty():
                return 0
            stamped = new.with_columns(pl.lit(self._clock()).cast(INSTANT).alias("received_at")).select(CONTENT.keys())
            try:
                with held(self._lock, alone=False):
                    file = delta.write(self._table, _arrow(stamped), prefix="content")
                    snapshot = delta.commit(self._table, self._snapshot, add=[file])
            except delta.CommitRefused:
                # Another writer stored something, perhaps the same: look again before storing.
                self.refresh()
            except delta.BrokenTable as broken:
                raise DamagedContent([broken.problem]) from broken
            else:
                self._move_to(snapshot)
                return new.height
        raise ContentBusy(attempts=_ATTEMPTS)

    def _move_to(self, snapshot: delta.Snapshot) -> None:
        self._snapshot = snapshot
        self._files = snapshot.files
        known = set(self._index["file"].unique())
        kept = self._index.filter(pl.col("file").is_in(list(self._files)))
        self._index = pl.concat([kept, *(self._indexed(self._files[name]) for name in sorted(self._files.keys() - known))])

    def _indexed(self, file: delta.DataFile) -> pl.DataFrame:
        try:
            rows = delta.frame(delta.read(file, _ARROW, columns=["sha256", "kind"]))
        except delta.BrokenTable as broken:
            raise DamagedContent([broken.problem]) from broken
        return rows.select(
            "sha256",
            pl.col("kind").cast(pl.String),
            pl.lit(file.path.name).alias("file"),
            (pl.int_range(pl.len(), dtype=pl.Int64) // _ROW_GROUP).alias("row_group"),
        )

    def _find(self, sha256s: Iterable[str], kind: str) -> pl.DataFrame:
        hashes = sorted(set(sha256s))
        while True:
            version = self._snapshot.version
            try:
                return self._found(hashes, kind)
            except DamagedContent:
                self.refresh()
                if self._snapshot.version == version:
                    raise

    def _found(self, hashes: Sequence[str], kind: str) -> pl.DataFrame:
        wanted = pl.Series("sha256", hashes, dtype=pl.String)
        places = self._index.filter(pl.col("kind") == kind).unique("sha256", keep="first").join(wanted.to_frame(), on="sha256")
        if places.height < wanted.len():
            raise MissingContent(sorted(set(wanted) - set(places["sha256"])))
        groups = places.group_by("file").agg(pl.col("row_group").unique().sort(), "sha256").sort("file")
        parts = [self._read(file, row_groups, hashes, kind) for file, row_groups, hashes in groups.iter_rows()]
        return pl.concat(parts).sort("sha256") if parts else pl.DataFrame(schema=CONTENT)

    def _read(self, file: str, row_groups: Sequence[int], hashes: Sequence[str], kind: str) -> pl.DataFrame:
        try:
            rows = delta.frame(delta.read(self._files[file], _ARROW, row_groups=row_groups))
        except delta.BrokenTable as broken:
            raise DamagedContent([broken.problem]) from broken
        return rows.cast(CONTENT).filter(pl.col("kind") == kind, pl.col("sha256").is_in(hashes))  # type: ignore[arg-type]


def _arrow(rows: pl.DataFrame) -> pa.Table:
    return rows.to_arrow().cast(_ARROW)


def check_content(home: Home) -> list[Problem]:
    """`ContentStore.verify_hashes` for a store that may be too damaged to open."""
    # First, for opening the store removes a checkpoint that is not as it was sealed.
    before = seals.check(home.content, [])
    try:
        found = ContentStore.open(home).verify_hashes()
    except DamagedContent as damaged:
        found = list(damaged.problems)
    return list(dict.fromkeys([*before, *found]))
