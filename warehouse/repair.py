"""Putting right what damage can be put right from what is left of a ledger, and naming what cannot.

Nothing is deleted: what is broken moves into `damaged/<time>/` under the home. The log's data files hold their own order and
chain, so commits can be made anew from them; texts can be read again from the bytes they came from; the published file
is a projection of the log. What none of these hold (events, received bytes) is lost here and has to come from a backup.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.schemas import RAW_ARTICLES
from warehouse import delta
from warehouse import log as logs
from warehouse.content import ContentStore, check_content
from warehouse.content import table as content_table
from warehouse.errors import DamagedContent, DamagedLog, PublishRefused
from warehouse.events import NO_HASH, decode
from warehouse.home import Home, fsync_folder, make_folder
from warehouse.log import EventLog, Head, check_log, check_rows
from warehouse.publish import publish
from warehouse.verify import verify

Outcome = Literal["restored", "set aside", "lost"]

Reader = Callable[[pl.DataFrame], pl.DataFrame]
"""RAW_ARTICLES -> ARTICLE_TEXTS: what texts are read again with."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that a repair did, or with `--dry-run` would do: `restored`, moved aside, or found to be `lost`."""

    outcome: Outcome
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.outcome}: {self.where}: {self.what}"


_ROWS: Final = 64


def repair(home: Home, *, companies: pl.DataFrame, reader: Reader, dry_run: bool = False) -> list[Step]:
    """Mend `home` as far as it can be; the steps taken, those of outcome `lost` being what could not be. Empty: it was sound.

    `companies`: DIM_COMPANY, for a new published file. With `dry_run` nothing is written, and steps that build on others
    which were not taken are told as far as they can be foreseen. Raises WriteFailed, PublishRefused.
    """
    work = _Work(home, home.root / "damaged" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}", dry_run)
    problems = check_log(home)
    if problems and {problem.check for problem in problems} == {"checkpoint"}:
        _sum_up_anew(work, logs.table(home))
    elif problems:
        _repair_log(work)
    if work.lost:
        # Without the log nobody can say what belongs into the rest.
        return work.steps
    _repair_content(work, reader)
    _repair_published(work, companies)
    if not dry_run:
        known = {step.where for step in work.steps if step.outcome == "lost"}
        work.steps += [
            Step(outcome="lost", where=finding.where, what=finding.what)
            for finding in verify(home)
            if finding.severity == "error" and finding.where not in known
        ]
    return work.steps


@dataclass
class _Work:
    """A repair under way."""

    home: Home
    aside: Path
    dry_run: bool

    def __post_init__(self) -> None:
        self.steps: list[Step] = []

    @property
    def lost(self) -> bool:
        return any(step.outcome == "lost" for step in self.steps)

    def tell(self, outcome: Outcome, where: str, what: str) -> None:
        self.steps.append(Step(outcome=outcome, where=where, what=what))

    def set_aside(self, paths: Iterable[Path]) -> None:
        """Move files, under the same path below `damaged/<time>/`."""
        for path in paths:
            if self.dry_run or not path.exists():
                continue
            target = self.aside / path.relative_to(self.home.root)
            make_folder(target.parent)
            path.rename(target)
            fsync_folder(target.parent)
            fsync_folder(path.parent)


@dataclass(frozen=True)
class _Part:
    """A data file of the log that can be read and whose events are as they were written. Not its rows: a log may be long."""

    file: delta.NewFile
    first: int
    prev_hash: str
    last: Head


def _repair_log(work: _Work) -> None:
    """Make the commits of the log anew over the data files that hold its events, each once and in the order of the chain."""
    table = logs.table(work.home)
    named, reached = _named(table)
    parts, broken = _parts(table)
    chain = _chain(parts, named)
    end = chain[-1].last.position if chain else 0
    beyond = [part for part in parts if part.first > end + 1]
    if beyond:
        first = min(part.first for part in beyond)
        what = f"events {end + 1} to {first - 1} are in no file that can be read: restore {_names(broken)} from a backup"
        work.tell("lost", "log", what)
        return
    if reached > end:
        what = f"events {end + 1} to {reached}, the last of the log, were in {_names(broken)}; articles they told of come again"
        work.tell("set aside", "log", what)
    kept = {part.file.path.name for part in chain}
    moved = [path for path in table.folder.glob("*.parquet") if path.name not in kept]
    for path in sorted(moved):
        work.tell("set aside", path.name, "a data file that cannot be read, or that no commit needs")
    work.set_aside(moved)
    _commit_anew(work, table, [(part.file, part.last.position) for part in chain])
    work.tell("restored", "log", f"commits over {len(chain)} data files, up to event {end}")


def _named(table: delta.Table) -> tuple[set[str], int]:
    """Data files that commits speak of, broken ones too, and the furthest position that one of them says was reached."""
    names: set[str] = set()
    reached = 0
    for path in (table.folder / "_delta_log").glob("*.json"):
        data = path.read_bytes()
        names |= {file.name for file in table.folder.glob("*.parquet") if file.name.encode() in data}
        for line in data.splitlines():
            try:
                action = json.loads(line)
                if action.get("txn", {}).get("appId") == table.application:
                    reached = max(reached, int(action["txn"]["version"]))
            except (ValueError, TypeError, AttributeError, KeyError):
                continue
    return names, reached


def _parts(table: delta.Table) -> tuple[list[_Part], list[Path]]:
    """The files whose events are sound, and the files that are broken."""
    parts, broken = [], []
    for path in sorted(table.folder.glob("*.parquet")):
        rows = _rows_of(path, table.schema)
        if rows is None or not rows.num_rows:
            broken.append(path)
            continue
        frame = delta.frame(rows)
        first, prev_hash = frame.select("position", "prev_hash").row(0)
        # What came before is not known here: the chain is followed over whole files.
        problems, last = check_rows(frame, Head(first - 1, "", datetime.fromtimestamp(0, UTC)), {}, path.name)
        if problems:
            broken.append(path)
        else:
            parts.append(_Part(delta.described(table, path, rows), first, prev_hash, last))
    return parts, broken


def _rows_of(path: Path, schema: pa.Schema) -> pa.Table | None:
    """Rows of a file as far as page checksums vouch for them, whatever commits say of it."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as parquet:
            rows = parquet.metadata.num_rows
        file = delta.DataFile(path, path.stat().st_size, rows, {}, {})
        return delta.read(file, schema)
    except (delta.BrokenTable, pa.ArrowException, OSError, ValueError, OverflowError, MemoryError):
        return None


def _chain(parts: Sequence[_Part], named: set[str]) -> list[_Part]:
    """Files that follow each other from the first event on; of several the longest of those that a commit speaks of."""
    chain: list[_Part] = []
    last = Head(0, NO_HASH, datetime.fromtimestamp(0, UTC))
    while True:
        following = [part for part in parts if part.first == last.position + 1 and part.prev_hash == last.hash]
        # What a killed writer never committed is in no commit, but so is what a lost commit named.
        spoken_of = [part for part in following if part.file.path.name in named] or following
        if not spoken_of:
            return chain
        chain.append(max(spoken_of, key=lambda part: part.last.position))
        last = chain[-1].last


def _commit_anew(work: _Work, table: delta.Table, files: Sequence[tuple[delta.NewFile, int | None]]) -> None:
    """Set the commits aside and commit `files` anew, one each, with what each lets the table reach."""
    if work.dry_run:
        return
    # In a folder of their own: a table with some of its commits would look like a sound one with fewer events.
    anew = replace(table, folder=work.aside / "anew" / table.name)
    delta.create(anew)
    snapshot = delta.latest(anew)
    for file, reached in files:
        snapshot = delta.commit(anew, snapshot, add=[file], reached=reached, adopted=True)
    delta.checkpoint(anew)
    log_folder = table.folder / "_delta_log"
    work.set_aside([log_folder])
    (anew.folder / "_delta_log").rename(log_folder)
    fsync_folder(table.folder)
    anew.folder.rmdir()


def _sum_up_anew(work: _Work, table: delta.Table) -> None:
    """Make a checkpoint in place of one that is not as it was sealed; it is the one thing here that may go for good."""
    if not work.dry_run:
        delta.drop_checkpoints(table.folder / "_delta_log")
        delta.checkpoint(table)
    work.tell("restored", table.name, "its checkpoint, from the commits")


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths) or "files that are gone"


def _repair_content(work: _Work, reader: Reader) -> None:
    """Keep what can be read, read texts again from their bytes, and name the articles whose bytes are gone."""
    table = content_table(work.home)
    problems = check_content(work.home)
    if problems and {problem.check for problem in problems} == {"checkpoint"}:
        _sum_up_anew(work, table)
    elif problems:
        _rebuild_content(work, table)
    try:
        log = EventLog.open(work.home)
        content = ContentStore.open(work.home)
    except (DamagedLog, DamagedContent):
        # Only where nothing was written: the steps above say what would make them open.
        return
    needed = _needed(log)
    texts = needed.drop_nulls("text_sha256").unique("text_sha256")
    held = content.holds(texts["text_sha256"], text=True)
    missing = texts.filter(pl.col("text_sha256").is_in(list(held)).not_())
    bytes_held = content.holds(needed["content_sha256"])
    if not missing.is_empty():
        _read_again(work, content, missing.filter(pl.col("content_sha256").is_in(list(bytes_held))), reader)
        for row in missing.filter(pl.col("content_sha256").is_in(list(bytes_held)).not_()).to_dicts():
            work.tell("lost", row["uri"], f"its text {row['text_sha256']} and the bytes it was read from: restore content/")
    gone = needed.filter(pl.col("current") & pl.col("content_sha256").is_in(list(bytes_held)).not_())
    told = {step.where for step in work.steps}
    for row in gone.unique("content_sha256").sort("uri").to_dicts():
        if row["uri"] not in told:
            what = f"its bytes {row['content_sha256']}, but not its text, so its facts stand: restore content/"
            work.tell("lost", row["uri"], what)


def _rebuild_content(work: _Work, table: delta.Table) -> None:
    """Commit anew what can be read of the data files: whole files as they are, of broken ones the row groups that are whole."""
    whole: list[tuple[delta.NewFile, int | None]] = []
    salvaged: list[pa.Table] = []
    moved = []
    for path in sorted(table.folder.glob("*.parquet")):
        rows = _rows_of(path, table.schema)
        if rows is not None and _is_as_hashed(rows):
            whole.append((delta.described(table, path, rows), None))
            continue
        groups = [group for group in _groups_of(path, table.schema) if _is_as_hashed(group)]
        salvaged += groups
        moved.append(path)
        kept = sum(group.num_rows for group in groups)
        work.tell("set aside", path.name, f"a data file that cannot be read whole; {kept} contents of it could be")
    work.set_aside(moved)
    _commit_anew(work, table, whole)
    if salvaged and not work.dry_run:
        new = delta.write(table, pa.concat_tables(salvaged), prefix="content")
        delta.commit(table, delta.latest(table), add=[new])
    work.tell("restored", "content", f"commits over {len(whole) + bool(salvaged)} data files")


def _is_as_hashed(rows: pa.Table) -> bool:
    pairs = zip(rows["sha256"].to_pylist(), rows["content"].to_pylist(), strict=True)
    return all(hashlib.sha256(content).hexdigest() == claimed for claimed, content in pairs)


def _groups_of(path: Path, schema: pa.Schema) -> list[pa.Table]:
    """The row groups of a broken file that can be read."""
    found = []
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as parquet:
            rows, groups = parquet.metadata.num_rows, parquet.num_row_groups
        file = delta.DataFile(path, path.stat().st_size, rows, {}, {})
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError):
        return []
    for group in range(groups):
        try:
            found.append(delta.read(file, schema, row_groups=[group]))
        except delta.BrokenTable:
            continue
    return found


def _needed(log: EventLog) -> pl.DataFrame:
    """What the log names of articles that were not withdrawn: uri, content_sha256, media_type, text_sha256, reader_version,
    and whether these are the article's current bytes. Bytes that were refused are left out, as they need not have been kept."""
    came = log.read(event_types=["ArticleReceived", "ArticleRevised"])
    received = pl.concat([decode(came, "ArticleReceived"), decode(came, "ArticleRevised").drop("previous_sha256")])
    received = received.sort("position").with_columns(
        (pl.col("position") == pl.col("position").max().over("article_id")).alias("current")
    )
    withdrawn = decode(log.read(event_types=["ArticleWithdrawn"]), "ArticleWithdrawn").select("article_id")
    rejected = decode(log.read(event_types=["ArticleRejected"]), "ArticleRejected").select("article_id", "content_sha256")
    read = decode(log.read(event_types=["ArticleRead"]), "ArticleRead").select(
        "article_id", "content_sha256", "text_sha256", "reader_version"
    )
    return (
        received.join(withdrawn, on="article_id", how="anti")
        .join(rejected, on=["article_id", "content_sha256"], how="anti")
        .join(read, on=["article_id", "content_sha256"], how="left")
        .select(
            "article_id", "uri", "content_sha256", "media_type", "fetched_at", "text_sha256", "reader_version", "current",
            declared_language=pl.col("declared").struct.field("language"),
            declared_published=pl.col("declared").struct.field("published"),
            declared_source=pl.col("declared").struct.field("source"),
        )
    )  # fmt: skip


def _read_again(work: _Work, content: ContentStore, missing: pl.DataFrame, reader: Reader) -> None:
    """Read lost texts from their bytes; only a text of the very hash is put back, as spans count in no other."""
    for some in missing.iter_slices(_ROWS):
        raw = some.join(content.get(some["content_sha256"]).select("content", content_sha256="sha256"), on="content_sha256")
        raw = raw.with_columns(pl.lit(None, pl.String).alias("declared_title")).select(
            pl.col(name).cast(dtype) for name, dtype in RAW_ARTICLES.items()
        )
        texts = reader(raw).select("article_id", "content_sha256", "text_sha256", "text", "reader_version")
        same = texts.join(some.select("article_id", "text_sha256"), on=["article_id", "text_sha256"], how="semi")
        if not work.dry_run:
            content.put_texts(same.select("text_sha256", "content_sha256", "reader_version", "text").drop_nulls("text"))
        read = set(same["text_sha256"])
        for row in some.sort("uri").to_dicts():
            if row["text_sha256"] in read:
                work.tell("restored", row["uri"], "its text, read again from its bytes")
            else:
                what = f"its text {row['text_sha256']}: reader {row['reader_version']} made it, and today's makes another"
                work.tell("lost", row["uri"], what)


def _repair_published(work: _Work, companies: pl.DataFrame) -> None:
    """Set aside published files that are not as they were made, and publish what the log says."""
    home = work.home
    findings = [finding for finding in verify(home) if finding.severity == "error" or "publish" in finding.what]
    findings = [finding for finding in findings if not finding.where.startswith(("log", "content"))]
    bad = {path for path in home.published.glob("[0-9]*.duckdb") if any(path.name in finding.where for finding in findings)}
    if not findings:
        return
    for path in sorted(bad):
        work.tell("set aside", path.name, "a published file that is not what was published")
        work.set_aside([path, path.with_suffix(".sha256")])
    if work.dry_run:
        work.tell("restored", "published", "a new file of the last accepted run, from the log")
        return
    try:
        made = publish(home, log=EventLog.open(home), content=ContentStore.open(home), companies=companies, force=True)
    except (PublishRefused, DamagedContent, DamagedLog) as error:
        work.tell("lost", "published", str(error))
        return
    work.tell("restored", made.path.name, f"published anew from the log at position {made.position}")
