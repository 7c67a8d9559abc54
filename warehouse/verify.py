"""Whether everything under a home is as it was written, and the published file what the log says.

Findings are collected, not raised: one broken thing must not hide the next. The checks of log and content store
are theirs; here they are asked, and what spans both is added: the rebuild, and each evidence against its slice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES, TEXT_COLUMNS
from warehouse.content import ContentStore, check_content
from warehouse.errors import DamagedContent, DamagedLog, NewsledgerError, Problem
from warehouse.filing import digest_of, parts
from warehouse.home import Home
from warehouse.log import EventLog, check_log
from warehouse.projection import texts_in, with_words
from warehouse.publish import checksum_file, current_publication, digest_from_zero, is_as_published
from warehouse.query import opened
from warehouse.tables import TABLES, typed

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it should be: `where` it is and `what` was seen there.

    An `error` is damage or a lie; a `warning` is something that can be explained, such as erased text.
    """

    where: str
    what: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.severity}: {self.where}: {self.what}"


def verify(home: Home) -> list[Finding]:
    """Findings on the log, the content store and the published file of `home`, in this order; empty if all is well."""
    found = [*_told("log", check_log(home))]
    log_is_sound = not found
    found += _told("content", check_content(home))
    found += changed_files(home)
    if not log_is_sound:
        return [*found, Finding(where="published", what="not compared: the log is damaged", severity="warning")]
    try:
        return [*found, *_published(home, EventLog.open(home), ContentStore.open(home))]
    except (DamagedLog, DamagedContent) as damaged:
        return [*found, *_told("published", damaged.problems)]


def _published(home: Home, log: EventLog, content: ContentStore) -> list[Finding]:
    if not home.current.exists():
        if home.current.is_symlink():
            return [Finding(where=str(home.current), what="points at a file that is gone: publish again")]
        if log.read(event_types=["RunAccepted"], columns=["position"]).is_empty():
            return []
        return [Finding(where=str(home.current), what="a run was accepted but nothing is published", severity="warning")]
    found: list[Finding] = []
    current = current_publication(home)
    if current is None:
        return [Finding(where=str(home.current), what="cannot be read: publish again")]
    where = current.path.name
    if current.position > log.head.position:
        what = f"tells of position {current.position}, the log ends at {log.head.position}"
        return [*found, Finding(where=where, what=what)]
    try:
        with opened(current.path) as connection:
            companies = typed(connection.table("dim_company").pl(), DIM_COMPANY)
        digest = digest_of(current.path)
        words = _words(current.path, content)
    except (NewsledgerError, duckdb.Error) as error:
        return [*found, Finding(where=where, what=f"cannot be read whole: {error}")]
    if digest != current.content_digest or not where.startswith(f"{current.position}-{digest[:16]}"):
        found.append(
            Finding(where=where, what=f"its tables have the content digest {digest}, not the one it was published with")
        )
    rebuilt = digest_from_zero(log, companies, upto=current.position)
    if rebuilt != current.content_digest:
        found.append(Finding(where=where, what=f"a rebuild from position 0 has the content digest {rebuilt}"))
    return [*found, *words]


def changed_files(home: Home) -> list[Finding]:
    """Published files against the checksums written when they were made: no block of one may have changed, read or not."""
    found = []
    for path in sorted(home.published.glob("[0-9]*.duckdb")):
        if not checksum_file(path).is_file():
            found.append(Finding(where=path.name, what="its checksum is gone: publish again", severity="warning"))
        elif not is_as_published(path):
            what = "it is not the file that was published: a byte of it or of its checksum changed"
            found.append(Finding(where=path.name, what=what))
    return found


def _words(path: Path, content: ContentStore) -> list[Finding]:
    """Words of the published facts against the slices of the texts that their spans name."""
    found: list[Finding] = []
    unheld = dict.fromkeys(FACT_TABLES, 0)
    with opened(path) as connection:
        for chosen in parts(connection):
            facts = {table: typed(chosen(connection.table(table)).pl(), TABLES[table]) for table in FACT_TABLES}
            hashes = pl.concat([frame["text_sha256"] for frame in facts.values()]).drop_nulls().unique()
            there = pl.Series(list(content.holds(hashes.to_list(), text=True)), dtype=pl.String)
            here = pl.col("text_sha256").is_in(there.implode()).fill_null(value=False)
            spans = {
                table: frame.drop(name for name in TEXT_COLUMNS if name in frame.columns) for table, frame in facts.items()
            }
            cut = with_words(spans, texts_in(content))
            for table, frame in facts.items():
                unheld[table] += frame.filter(~here, pl.col("retracted_position").is_null()).height
                for word in (name for name in TEXT_COLUMNS if name in frame.columns):
                    wrong = frame.filter(here, pl.col(word).ne_missing(cut[table][word]))
                    what = f"{word} is not what its span cuts out of the text"
                    found += [Finding(where=f"{path.name}: {table} {fact_id}", what=what) for fact_id in wrong["fact_id"]]
    for table, count in unheld.items():
        if count:
            what = f"the texts of {count} current facts are no longer in the content store"
            found.append(Finding(where=f"{path.name}: {table}", what=what, severity="warning"))
    return found


def _told(where: str, problems: Iterable[Problem]) -> list[Finding]:
    return [Finding(where=f"{where}: {problem.where}", what=f"{problem.check}: {problem.message}") for problem in problems]
