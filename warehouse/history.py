"""The past of a ledger: which position a moment stands for, and the whole warehouse as it was at one.

The macros of a published file answer for the fact tables at once; `at` is for everything else, such as the
contradictions that were known then, and builds the file of that position anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from warehouse.content import ContentStore
from warehouse.errors import BadRequest
from warehouse.filing import build_from_zero
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import current_publication, publication_of
from warehouse.query import published_file, query
from warehouse.ranks import source_ranks


class UnknownMoment(BadRequest):
    """What was given is no position of the log and no moment; or the ledger did not exist yet."""

    def __init__(self, *, when: str, reason: str) -> None:
        self.when = when
        super().__init__(f"{when}: {reason}")


def position_of(home: Home, when: str) -> int:
    """The position that `when` stands for: a position, an ISO date (its end, in UTC), an ISO time (UTC without a zone), now.

    Raises UnknownMoment, NothingPublished.
    """
    if when.removeprefix("-").isdecimal():
        last = _published(home)
        if not 0 <= int(when) <= last:
            raise UnknownMoment(when=when, reason=f"no position of the log; they go from 0 to {last}")
        return int(when)
    if when == "now":
        return _published(home)
    moment = _moment(when)
    return int(query(home, "SELECT position_at($1)", [moment]).item())


def _published(home: Home) -> int:
    return int(publication_of(published_file(home))["position"])


def _moment(when: str) -> datetime:
    try:
        if len(when) <= len("2020-06-02"):
            return datetime.combine(date.fromisoformat(when) + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
        given = datetime.fromisoformat(when)
    except (ValueError, OverflowError) as error:
        reason = "neither a position of the log nor a date such as 2020-06-02 or 2020-06-02T14:30+02:00"
        raise UnknownMoment(when=when, reason=reason) from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)


@contextmanager
def at(home: Home, when: str) -> Iterator[Path]:
    """A file like the published one, as it was at `when`, for as long as the `with` block lasts; words erased since are null.

    It stands at the last run that was accepted by then. Raises UnknownMoment, NothingPublished, DamagedLog, DamagedContent.
    """
    position = position_of(home, when)
    log, content = EventLog.open(home), ContentStore.open(home)
    accepted = log.read(upto=position, event_types=["RunAccepted"], columns=["position"])["position"]
    if accepted.is_empty():
        raise UnknownMoment(when=when, reason="nothing was published by then")
    wanted = int(accepted.to_list()[-1])
    current = current_publication(home)
    if current is not None and current.position == wanted:
        yield current.path
        return
    companies = query(home, "SELECT * FROM dim_company")
    with tempfile.TemporaryDirectory(prefix="newsledger-") as folder:
        path = Path(folder) / "as-of.duckdb"
        build_from_zero(path, log, content, companies, upto=wanted, ranks=source_ranks(home))
        yield path


def diff(home: Home, earlier: str, later: str) -> pl.DataFrame:
    """What was asserted, retracted and changed between two moments (see `position_of`), a row each, and why.

    Raises UnknownMoment, also where the earlier one comes later, and NothingPublished.
    """
    first, last = position_of(home, earlier), position_of(home, later)
    if first > last:
        raise UnknownMoment(when=earlier, reason=f"comes after {later}")
    return query(home, "SELECT * FROM changes_between($1, $2)", [first, last])
