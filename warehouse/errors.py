"""What can go wrong in the warehouse, each with the fields of what went wrong.

Callers branch on the class and read the fields; the message is for people and says what to do.
`Problem` is one finding of a check: checks collect findings, they do not stop at the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One finding: which check failed, where, and what was seen there. `position` is that of the event, if one is meant."""

    check: str
    where: str
    message: str
    position: int | None = None

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.message}"


class NewsledgerError(Exception):
    """Base of every error that this house raises on purpose."""


class BadRequest(NewsledgerError):
    """What was asked for cannot be: nothing is wrong with the ledger, and nothing was changed."""


class StaleLog(NewsledgerError):
    """Another writer was first: read the log again and decide again."""

    def __init__(self, *, expected: int, found: int, stream_id: str | None = None) -> None:
        self.expected = expected
        self.found = found
        self.stream_id = stream_id
        what = "the log" if stream_id is None else f"stream {stream_id}"
        unit = "position" if stream_id is None else "version"
        super().__init__(f"{what} was read at {unit} {expected} but is at {found}: read it again and decide again")


class DamagedLog(NewsledgerError):
    """The event log cannot be read as it was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_told("the event log is damaged", self.problems))


class NewerLog(NewsledgerError):
    """The log holds events of a schema version that this newsledger does not know; it may read but not write."""

    def __init__(self, *, found: int, known: int) -> None:
        self.found = found
        self.known = known
        super().__init__(
            f"the log holds events of schema version {found}, this newsledger writes version {known}: upgrade newsledger"
        )


class BadEvent(NewsledgerError):
    """An event that does not fit its type. Ours to mend: no input of a user leads here."""

    def __init__(self, *, event_type: str, stream_id: str, reason: str) -> None:
        self.event_type = event_type
        self.stream_id = stream_id
        self.reason = reason
        super().__init__(f"{event_type} of {stream_id}: {reason}")


class DamagedContent(NewsledgerError):
    """The content store cannot be read as it was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_told("the content store is damaged", self.problems))


class WriteFailed(NewsledgerError):
    """The disk, or whatever holds the table, took no more; nothing was written, what was there is as it was."""

    def __init__(self, *, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"could not write to {path}: {reason}")


class MissingContent(NewsledgerError):
    """Hashes that were asked for and are not in the content store: never received, or erased."""

    def __init__(self, hashes: Sequence[str]) -> None:
        self.hashes = tuple(hashes)
        super().__init__(f"{len(self.hashes)} of the hashes asked for are not in the content store, first {self.hashes[0]}")


class ContentBusy(NewsledgerError):
    """Other writers were first each time; nothing was stored."""

    def __init__(self, *, attempts: int) -> None:
        self.attempts = attempts
        super().__init__(f"other writers were first in all of {attempts} attempts to store content: try again")


class WrongHash(NewsledgerError):
    """Bytes handed to the content store under a hash that is not theirs."""

    def __init__(self, *, claimed: str, actual: str) -> None:
        self.claimed = claimed
        self.actual = actual
        super().__init__(f"content handed in as {claimed} has the sha256 {actual}")


class DamagedStaging(NewsledgerError):
    """The staged files of a run are not what its manifest says."""

    def __init__(self, *, run_id: str, reason: str) -> None:
        self.run_id = run_id
        self.reason = reason
        super().__init__(f"staged files of run {run_id}: {reason}; the articles stay pending, run again")


class NotAccepted(NewsledgerError):
    """A run without an accepted verdict on exactly its staged digest: nothing of it may be asserted or published."""

    def __init__(self, *, run_id: str, staged_digest: str, reason: str) -> None:
        self.run_id = run_id
        self.staged_digest = staged_digest
        self.reason = reason
        super().__init__(f"run {run_id} may not go on: {reason}")


class PublishRefused(NewsledgerError):
    """A projection that was built but may not be switched in; what analysts see stays as it was."""

    def __init__(self, *, reason: str, problems: Sequence[Problem] = ()) -> None:
        self.reason = reason
        self.problems = tuple(problems)
        super().__init__(_told(f"not published: {reason}", self.problems))


class QueryRefused(NewsledgerError):
    """A query that could not be answered; `reason` is what the database said."""

    def __init__(self, *, sql: str, reason: str) -> None:
        self.sql = sql
        self.reason = reason
        super().__init__(reason)


class NothingPublished(NewsledgerError):
    """No published file exists yet under this home."""

    def __init__(self, *, path: str) -> None:
        self.path = path
        super().__init__(f"nothing is published at {path} yet: run newsledger first")


def _told(what: str, problems: Sequence[Problem]) -> str:
    if not problems:
        return what
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{what}: {problems[0]}{more}"


class NativePanic(NewsledgerError):
    """A native library gave up on its input. Its own PanicException is no Exception and would pass every handler."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"a native library gave up: {reason}")


@contextmanager
def no_panic() -> Iterator[None]:
    """Turn a panic of a native library (Polars, delta-rs) into `NativePanic`, which is an Exception."""
    try:
        yield
    except pl.exceptions.PanicException as panic:
        raise NativePanic(str(panic)) from panic
    except BaseException as error:
        # Every Rust extension brings a PanicException of its own, and delta-rs exports none.
        if type(error).__name__ == "PanicException":
            raise NativePanic(str(error)) from error
        raise
