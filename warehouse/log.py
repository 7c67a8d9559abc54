"""The event log: what happened, in one order, each event bound to the one before by its hash.

A Delta table that only grows. One append is one commit: all of its events or none. A decision and
the append that follows it go through the same snapshot: whoever writes in between makes the append
fail with `StaleLog`, and the caller decides again. What events mean is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import orjson
import polars as pl
import pyarrow as pa

from transforms.schemas import INSTANT, Schema
from warehouse import delta, seals
from warehouse.errors import BadEvent, DamagedLog, NewerLog, Problem, StaleLog
from warehouse.events import (
    NO_HASH,
    SCHEMA_VERSION,
    EventType,
    NewEvent,
    canonical,
    chain,
    chain_hash,
    checked,
    event_id,
    upcast,
)
from warehouse.home import Home, held

__all__ = ["LOG", "EventLog", "Head", "NewEvent", "check_log"]

LOG: Final[Schema] = {
    "position": pl.Int64,  # dense, from 1
    "event_id": pl.String,
    "stream_id": pl.String,
    "stream_version": pl.Int64,  # dense, from 1 in each stream
    "event_type": pl.String,
    "schema_version": pl.Int32,
    "recorded_at": INSTANT,  # never decreasing with position
    "run_id": pl.String,
    "payload": pl.String,  # RFC 8785
    "prev_hash": pl.String,
    "hash": pl.String,
}
"""Columns of `EventLog.read`."""

_ARROW: Final = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("stream_id", pa.string(), nullable=False),
        pa.field("stream_version", pa.int64(), nullable=False),
        pa.field("event_type", pa.string(), nullable=False),
        pa.field("schema_version", pa.int32(), nullable=False),
        pa.field("recorded_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("run_id", pa.string(), nullable=False),
        pa.field("payload", pa.string(), nullable=False),
        pa.field("prev_hash", pa.string(), nullable=False),
        pa.field("hash", pa.string(), nullable=False),
    ]
)
_CONFIGURATION: Final = {
    "delta.appendOnly": "true",
    "delta.dataSkippingStatsColumns": "position,schema_version",
}
_TRANSACTION: Final = "newsledger-log"
"""Application id under which every commit leaves the position it reached."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Head:
    """The last event of a snapshot; position 0 and `NO_HASH` for an empty log."""

    position: int
    hash: str
    recorded_at: datetime


_EMPTY: Final = Head(position=0, hash=NO_HASH, recorded_at=_EPOCH)


def _now() -> datetime:
    return datetime.now(UTC)


def table(home: Home) -> delta.Table:
    """The log of `home` as a Delta table."""
    return delta.Table(
        folder=home.log,
        schema=_ARROW,
        stats=("position", "schema_version"),
        row_group=64_000,
        configuration=_CONFIGURATION,
        application=_TRANSACTION,
    )


class EventLog:
    """One snapshot of the log, and the only way to add to it.

    Everything read comes from this snapshot until `append` or `refresh` moves it on.
    """

    def __init__(self, table: delta.Table, snapshot: delta.Snapshot, *, clock: Callable[[], datetime] = _now) -> None:
        self._table = table
        self._clock = clock
        self._versions: dict[str, int] = {}
        self._versions_upto = 0
        self._head: Head | None = None
        self._move_to(snapshot)

    @classmethod
    def open(cls, home: Home, *, clock: Callable[[], datetime] = _now) -> EventLog:
        """The log of `home` at its newest version, made if there is none. Raises DamagedLog."""
        try:
            return cls(table(home), delta.opened(table(home)), clock=clock)
        except delta.BrokenTable as broken:
            raise DamagedLog([broken.problem]) from broken

    @property
    def head(self) -> Head:
        """The last event of this snapshot. Raises DamagedLog."""
        if self._head is None:
            self._head = self._read_head()
        return self._head

    @property
    def schema_version(self) -> int:
        """The newest schema version in this snapshot, 0 if it is empty."""
        return max((file.most["schema_version"] for file in self._files), default=0)

    def refresh(self) -> Head:
        """Move this snapshot to the newest version; the head found there. Raises DamagedLog."""
        try:
            self._move_to(delta.later(self._table, self._snapshot))
        except delta.BrokenTable as broken:
            raise DamagedLog([broken.problem]) from broken
        return self.head

    def append(self, events: Sequence[NewEvent], *, run_id: str, expected: Head | None = None) -> Head:
        """Add `events` as one commit, all of them or none; the head after it. No events: nothing happens.

        `expected` is the head that the decision was read from, for a caller who refreshed since.

        Raises StaleLog if the log, or one of the streams, is not where the decision found it (the
        snapshot stays as it was: `refresh` and decide again), NewerLog, BadEvent, WriteFailed, DamagedLog.
        """
        if not events:
            return self.head
        if self.schema_version > SCHEMA_VERSION:
            raise NewerLog(found=self.schema_version, known=SCHEMA_VERSION)
        if expected is not None and expected != self.head:
            raise StaleLog(expected=expected.position, found=self.head.position)
        if delta.is_behind(self._table, self._snapshot):
            raise StaleLog(expected=self.head.position, found=delta.later(self._table, self._snapshot).reached)
        versions = self._next_versions(events)
        rows, head = self._rows(events, run_id)
        name = f"events-{self.head.position + 1:012}"
        file = delta.write(self._table, rows, prefix=name)
        try:
            snapshot = delta.commit(self._table, self._snapshot, add=[file], reached=head.position)
        except delta.CommitRefused as refused:
            raise StaleLog(expected=self.head.position, found=delta.later(self._table, self._snapshot).reached) from refused
        except delta.BrokenTable as broken:
            raise DamagedLog([broken.problem]) from broken
        self._move_to(snapshot)
        self._head = head
        self._versions.update(versions)
        self._versions_upto = head.position
        return head

    def decide(self, decide: Callable[[EventLog], Sequence[NewEvent]], *, run_id: str, attempts: int = 8) -> Head:
        """Append what `decide` makes of this snapshot; after StaleLog, on a new snapshot again. Raises StaleLog at last.

        Deciders stand in line: short decisions would else overtake a long one for ever. That none is overtaken in
        silence does not hang on it.
        """
        with held(self._table.folder / ".lock", alone=True):
            for _ in range(attempts - 1):
                try:
                    return self.append(decide(self), run_id=run_id)
                except StaleLog:
                    self.refresh()
            return self.append(decide(self), run_id=run_id)

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        event_types: Sequence[EventType] | None = None,
        stream_ids: Iterable[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Events with `after` < position <= `upto`, of the types and streams named, in order of position, payloads upcast.

        Columns `LOG`, or those of `columns`. Raises DamagedLog for a file that is missing, torn or
        altered on disk; altered events in sound files are found by `verify` alone.
        """
        frame = self._raw(after=after, upto=upto, event_types=event_types, stream_ids=stream_ids, columns=columns)
        if {"payload", "schema_version", "event_type", "position"} <= set(frame.columns):
            return upcast(frame)
        return frame

    def stream_version(self, stream_id: str) -> int:
        """Version of a stream in this snapshot, 0 if it has no events. Raises DamagedLog."""
        return self._stream_versions().get(stream_id, 0)

    def hash_at(self, position: int) -> str:
        """Digest of the log up to `position`: the chain's hash there. Raises StaleLog beyond the head."""
        if position == 0:
            return NO_HASH
        if position > self.head.position:
            raise StaleLog(expected=position, found=self.head.position)
        return str(self._raw(after=position - 1, upto=position, columns=["position", "hash"])["hash"].item())

    def verify(self) -> list[Problem]:
        """Everything that is not as it was written, in order of position; empty if all is well.

        Checks commits, footers, page checksums, density, streams, identities, the hash chain,
        times, canonical payloads and that the last position is the one the last commit left.
        """
        problems: list[Problem] = []
        last = _EMPTY
        streams: dict[str, int] = {}
        for file in self._files:
            try:
                frame = _frame(delta.read(file, _ARROW))
            except delta.BrokenTable as broken:
                problems.append(broken.problem)
                # The next file is checked against where this one ended, as the commit says; its hash is unknown.
                last = Head(file.most["position"], "", last.recorded_at)
                # Nor is it known how far it took each stream.
                streams.clear()
                continue
            found, last = check_rows(frame, last, streams, file.path.name)
            problems += found
        if self._snapshot.reached != last.position:
            message = f"the last commit reached position {self._snapshot.reached}, the last event found is {last.position}"
            problems.append(Problem(check="head", where=_TRANSACTION, message=message))
        known = {problem.where for problem in problems}
        sealed = seals.check(self._table.folder, [file.path for file in self._files])
        return problems + [problem for problem in sealed if problem.where not in known]

    def _move_to(self, snapshot: delta.Snapshot) -> None:
        self._snapshot = snapshot
        self._files = sorted(snapshot.files.values(), key=lambda file: file.least["position"])
        self._head = None

    def _read_head(self) -> Head:
        left = self._snapshot.reached
        if not self._files:
            head = _EMPTY
        else:
            last = self._read_file(self._files[-1], columns=["position", "hash", "recorded_at"])
            head = Head(*_frame(last.slice(last.num_rows - 1)).row(0))
        # A handle that is not behind may repeat a transaction, so the commit alone proves nothing: compare.
        if left != head.position:
            message = f"the last commit reached position {left}, the last event is {head.position}"
            raise DamagedLog([Problem(check="head", where=_TRANSACTION, message=message)])
        return head

    def _read_file(self, file: delta.DataFile, columns: Sequence[str] | None) -> pa.Table:
        try:
            return delta.read(file, _ARROW, columns=columns)
        except delta.BrokenTable as broken:
            raise DamagedLog([broken.problem]) from broken

    def _raw(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        event_types: Iterable[str] | None = None,
        stream_ids: Iterable[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        upto = self.head.position if upto is None else min(upto, self.head.position)
        wanted = list(LOG) if columns is None else list(columns)
        among = {"event_type": event_types, "stream_id": stream_ids}
        # By way of Polars: functions of pyarrow that take Python values ask whether these are pandas', and
        # importing pandas takes 1 s.
        within = (pl.col("position") > after) & (pl.col("position") <= upto)
        chosen = {name: pl.Series(sorted(set(values)), dtype=pl.String) for name, values in among.items() if values is not None}
        wanted_rows = pl.all_horizontal(within, *(pl.col(name).is_in(values.implode()) for name, values in chosen.items()))
        parts = []
        count = 0
        for file in self._files:
            if file.most["position"] <= after or file.least["position"] > upto:
                continue
            if not chosen:
                rows = self._read_file(file, ["position", *(name for name in wanted if name != "position")])
                inside = delta.frame(rows.select(["position"])).select(within).to_series()
                count += int(inside.sum())
            else:
                keys = delta.frame(self._read_file(file, ["position", *chosen]))
                count += keys.filter(within).height
                inside = keys.select(wanted_rows).to_series()
                # Payloads are most of a file: a file without a match is not read further.
                if not inside.any():
                    continue
                rows = self._read_file(file, wanted)
            # Filtered by way of Polars, too: pyarrow's functions take 0.2 s to import.
            part = _frame(rows).select(wanted)
            parts.append(part if inside.all() else delta.by_itself(part.filter(inside)))
        if count != max(upto - after, 0):
            message = f"{count} events where there should be {upto - after}"
            raise DamagedLog([Problem(check="density", where=f"positions {after + 1} to {upto}", message=message)])
        if not parts:
            return pl.DataFrame(schema={name: LOG[name] for name in wanted})
        return pl.concat(parts, rechunk=True)

    def _stream_versions(self) -> dict[str, int]:
        if self._versions_upto < self.head.position:
            new = self._raw(after=self._versions_upto, columns=["stream_id", "stream_version"])
            top = new.group_by("stream_id").agg(pl.col("stream_version").max())
            self._versions.update(top.iter_rows())
            self._versions_upto = self.head.position
        return self._versions

    def _next_versions(self, events: Sequence[NewEvent]) -> dict[str, int]:
        current = self._stream_versions()
        versions: dict[str, int] = {}
        for event in events:
            checked(event)
            found = versions.get(event.stream_id, current.get(event.stream_id, 0))
            if event.expected_version != found:
                raise StaleLog(expected=event.expected_version, found=found, stream_id=event.stream_id)
            versions[event.stream_id] = found + 1
        return versions

    def _rows(self, events: Sequence[NewEvent], run_id: str) -> tuple[pa.Table, Head]:
        if not run_id:
            raise BadEvent(event_type=events[0].event_type, stream_id=events[0].stream_id, reason="no run_id")
        head = self.head
        # Clocks are set back; the order of the log is not.
        recorded_at = max(self._clock(), head.recorded_at)
        micros = (recorded_at - _EPOCH) // _MICROSECOND
        ids, payloads, ends = [], bytearray(), []
        for event in events:
            payload = canonical(event.payload)
            identity = event_id(
                stream_id=event.stream_id,
                stream_version=event.expected_version + 1,
                event_type=event.event_type,
                payload=payload,
            )
            ids.append(identity)
            # One after the other in one piece of memory, as Arrow has them: ten thousand objects of their own take longer.
            payloads += payload
            ends.append(len(payloads))
        first, count = head.position + 1, len(events)
        hashes = chain(
            ids, after=head.position, schema_version=SCHEMA_VERSION, recorded_at=micros, run_id=run_id, head=head.hash
        )
        # By way of Polars, for the same reason as in `_raw`.
        rows = pl.DataFrame(
            {
                "position": pl.int_range(first, first + count, eager=True),
                "event_id": ids,
                "stream_id": [event.stream_id for event in events],
                "stream_version": [event.expected_version + 1 for event in events],
                "event_type": [event.event_type for event in events],
                # As one value repeated: a list of times would be looked at one by one.
                "schema_version": pl.Series([SCHEMA_VERSION], dtype=pl.Int32).new_from_index(0, count),
                "recorded_at": pl.Series([recorded_at], dtype=INSTANT).new_from_index(0, count),
                "run_id": pl.Series([run_id]).new_from_index(0, count),
                "payload": _texts(payloads, ends),
                "prev_hash": [head.hash, *hashes[:-1]],
                "hash": hashes,
            },
            schema=LOG,
        )
        written = rows.select(_ARROW.names).to_arrow().cast(_ARROW)
        return written, Head(position=head.position + count, hash=hashes[-1], recorded_at=recorded_at)


def check_log(home: Home) -> list[Problem]:
    """`EventLog.verify` for a log that may be too damaged to open."""
    # First, for opening the log removes a checkpoint that is not as it was sealed.
    before = seals.check(home.log, [])
    try:
        found = EventLog.open(home).verify()
    except DamagedLog as damaged:
        found = list(damaged.problems)
    return list(dict.fromkeys([*before, *found]))


def _texts(together: bytearray, ends: Sequence[int]) -> pl.Series:
    """Texts that lie one after the other as UTF-8, by where each ends."""
    offsets = pa.py_buffer(np.array([0, *ends], dtype=np.int64))
    return pl.Series(pl.from_arrow(pa.LargeStringArray.from_buffers(len(ends), offsets, pa.py_buffer(together))))


def _frame(rows: pa.Table) -> pl.DataFrame:
    frame = delta.frame(rows)
    return frame.cast({name: dtype for name, dtype in LOG.items() if name in frame.columns})


def check_rows(frame: pl.DataFrame, last: Head, streams: dict[str, int], where: str) -> tuple[list[Problem], Head]:
    """Findings in consecutive events, and the last of them. `last` without hash: what came before could not be read."""
    if not frame.is_empty() and _are_sound(frame, last, streams):
        tops = frame.group_by("stream_id").agg(pl.col("stream_version").last())
        streams.update(tops.iter_rows())
        return [], Head(*frame.select("position", "hash", "recorded_at").row(-1))
    problems: list[Problem] = []

    def found(check: str, message: str) -> None:
        problems.append(Problem(check=check, where=where, message=message, position=position))

    for (
        position, identity, stream, version, kind, schema_version, recorded_at, run_id, payload, prev_hash, digest,
    ) in frame.iter_rows():  # fmt: skip
        if position != last.position + 1:
            found("density", f"position {position} follows {last.position}")
        if last.hash and prev_hash != last.hash:
            found("chain", f"event {position} does not follow from the event before it")
        if recorded_at < last.recorded_at:
            found("time", f"event {position} was recorded before the event before it")
        if stream in streams and version != streams[stream] + 1:
            found("stream", f"version {version} of {stream} follows {streams[stream]}")
        streams[stream] = version
        data = payload.encode()
        if identity != event_id(stream_id=stream, stream_version=version, event_type=kind, payload=data):
            found("event_id", f"event {position} is not the one that was written")
        if not _is_canonical(data):
            found("payload", f"payload of event {position} is not canonical JSON")
        micros = (recorded_at - _EPOCH) // _MICROSECOND
        expected = chain_hash(
            position=position,
            event_id=identity,
            schema_version=schema_version,
            recorded_at=micros,
            run_id=run_id,
            prev_hash=prev_hash,
        )
        if digest != expected:
            found("hash", f"event {position} does not have the hash it was written with")
        last = Head(position=position, hash=digest, recorded_at=recorded_at)
    return problems, last


def _are_sound(frame: pl.DataFrame, last: Head, streams: dict[str, int]) -> bool:
    """Whether there is nothing to be found in these events: all at once, in half the time of looking at each."""
    versions = frame.select("stream_id", "stream_version", before=pl.col("stream_version").shift(1).over("stream_id"))
    first = versions.filter(pl.col("before").is_null())
    if (
        not frame["position"].equals(pl.int_range(last.position + 1, last.position + 1 + frame.height, eager=True))
        or (last.hash and frame["prev_hash"][0] != last.hash)
        or not frame["prev_hash"][1:].equals(frame["hash"][:-1])
        or frame["recorded_at"][0] < last.recorded_at
        or not frame["recorded_at"].is_sorted()
        or (versions["stream_version"] - versions["before"] != 1).any()
        or any(streams.get(stream, version - 1) != version - 1 for stream, version, _ in first.iter_rows())
    ):
        return False
    payloads = [payload.encode() for payload in frame["payload"]]
    named = zip(frame["stream_id"], frame["stream_version"], frame["event_type"], payloads, strict=True)
    ids = [
        event_id(stream_id=stream, stream_version=version, event_type=kind, payload=payload)
        for stream, version, kind, payload in named
    ]
    if ids != frame["event_id"].to_list() or not all(map(_is_canonical, payloads)):
        return False
    commit = ["schema_version", "recorded_at", "run_id"]
    written = frame.select(*commit, "position", "prev_hash", "hash").with_columns(pl.col("recorded_at").dt.epoch("us"))
    hashes: list[str] = []
    for part in written.with_columns(pl.struct(commit).rle_id().alias("commit")).partition_by("commit", include_key=False):
        schema_version, recorded_at, run_id, position, head, _ = part.row(0)
        some = ids[len(hashes) : len(hashes) + part.height]
        hashes += chain(
            some, after=position - 1, schema_version=schema_version, recorded_at=recorded_at, run_id=run_id, head=head
        )
    return hashes == frame["hash"].to_list()


def _is_canonical(payload: bytes) -> bool:
    try:
        return canonical(orjson.loads(payload)) == payload
    except ValueError:
        return False
