"""What can happen: the types of event, their payloads, identities and versions. No I/O.

An event is named by what happened, not by what to do. Its payload is canonical JSON (RFC 8785)
and never holds article text: spans, hashes and normalised values only, so that text can be erased
while the log stays whole. Decimals and times travel as strings, because JSON numbers are doubles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, get_args

import orjson
import polars as pl
import rfc8785

from transforms.schemas import COVERAGE_COLUMNS, FACT_TABLES, INSTANT, OFFSET, TEXT_COLUMNS, Schema
from warehouse import payloads
from warehouse.errors import BadEvent

SCHEMA_VERSION: Final = 3
"""Version of the payloads below. Raised with any change of them, together with a new golden file, and an upcaster where one is
needed (see `UPCASTERS`)."""

EventType = Literal[
    "RunStarted",
    "ArticleReceived",
    "ArticleRevised",
    "ArticleRejected",
    "ArticleRead",
    "ArticleQuarantined",
    "FactAsserted",
    "FactRetracted",
    "FactMoved",
    "ArticleProcessed",
    "ArticleWithdrawn",
    "FactDisputed",
    "FactConfirmed",
    "FactCorrected",
    "RunAccepted",
    "RunRejected",
]
EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)

RetractReason = Literal["article_revised", "article_withdrawn", "extractor_changed", "disputed"]
RETRACT_REASONS: Final[tuple[RetractReason, ...]] = get_args(RetractReason)

NO_HASH: Final = "0" * 64
"""prev_hash of the first event."""

ARTICLE_LEVEL: Final = (
    "article_id",
    "content_sha256",
    "text_sha256",
    "language",
    "published_at",
    "published_precision",
    "cluster_id",
)
"""Columns of a fact that its stream and its ArticleRead hold already: not repeated in FactAsserted."""

SPANS: Final[dict[str, tuple[str, ...]]] = {
    table: (*(name for name in schema if name.endswith(("_start", "_end")) and schema[name] == OFFSET), "sentence_index")
    for table, schema in FACT_TABLES.items()
}
"""By table, the columns that say where in the text: a fact that differs in these alone has moved."""

FACTS: Final[dict[str, Schema]] = {
    table: {name: dtype for name, dtype in schema.items() if name not in TEXT_COLUMNS and name not in ARTICLE_LEVEL}
    for table, schema in FACT_TABLES.items()
}
"""By table, the columns that a fact's payload holds, besides `table`."""


def _union(*schemas: Mapping[str, pl.DataType | type[pl.DataType]]) -> Schema:
    return {name: dtype for schema in schemas for name, dtype in schema.items()}


_DECLARED: Final = pl.Struct({"language": pl.String, "published": pl.String, "title_sha256": pl.String, "source": pl.String})
_RECEIVED: Final[Schema] = {
    "uri": pl.String,
    "content_sha256": pl.String,
    "media_type": pl.String,
    "size": pl.Int64,
    "fetched_at": INSTANT,
    "declared": _DECLARED,
}
_OUTCOMES: Final = pl.List(pl.Struct({"rule": pl.String, "scope": pl.String, "severity": pl.String, "failed": pl.Int64}))
_RULES: Final = pl.List(
    pl.Struct({"rule": pl.String, "table": pl.String, "fact_id": pl.String, "severity": pl.String, "reason": pl.String})
)
_COUNTS: Final = pl.Struct(
    {
        "received": pl.Int64,
        "new": pl.Int64,
        "revised": pl.Int64,
        "duplicates": pl.Int64,
        "rejected": pl.Int64,
        "quarantined": pl.Int64,
        "processed": pl.Int64,
        "asserted": pl.Int64,
        "retracted": pl.Int64,
        "moved": pl.Int64,
        **dict.fromkeys(FACT_TABLES, pl.Int64),
    }
)
_JUDGED: Final[Schema] = {"table": pl.String, "fact_id": pl.String, "reason": pl.String, "by": pl.String}

PAYLOADS: Final[dict[EventType, Schema]] = {
    "RunStarted": {"command": pl.String, "extractor_version": pl.String},
    "ArticleReceived": _RECEIVED,
    "ArticleRevised": _RECEIVED | {"previous_sha256": pl.String},
    "ArticleRejected": {"uri": pl.String, "content_sha256": pl.String, "reason": pl.String},
    "ArticleRead": {
        "content_sha256": pl.String,
        "text_sha256": pl.String,
        "reader_version": pl.String,
        "language": pl.String,
        "script": pl.String,  # of Chinese, from version 2 on
        "published_at": INSTANT,
        "published_precision": pl.String,
        "date_source": pl.String,
        "title_start": OFFSET,
        "title_end": OFFSET,
        "source_id": pl.String,
        "cluster_id": pl.String,
        "signature": pl.String,  # hashes by which near-duplicates are known, from version 2 on
    },
    "ArticleQuarantined": {
        "content_sha256": pl.String,
        "extractor_version": pl.String,
        "rules": _RULES,
        # Facts of several tables in one list; each is the payload its FactAsserted would have had.
        "facts": pl.List(pl.Struct(_union({"table": pl.String}, *FACTS.values()))),
    },
    "FactAsserted": _union({"table": pl.String}, *FACTS.values()),
    "FactRetracted": {"table": pl.String, "fact_id": pl.String, "reason": pl.String},
    "FactMoved": _union(
        {"table": pl.String, "fact_id": pl.String}, *(dict.fromkeys(spans, OFFSET) for spans in SPANS.values())
    ),
    "ArticleProcessed": {
        "content_sha256": pl.String,
        "text_sha256": pl.String,
        "reader_version": pl.String,
        "extractor_version": pl.String,
        "facts": pl.Struct(dict.fromkeys(FACT_TABLES, pl.Int64)),
        # What became of its sentences, as ARTICLE_COVERAGE: from version 3 on, and null where nobody looked.
        **COVERAGE_COLUMNS,
    },
    "ArticleWithdrawn": {"uri": pl.String, "content_sha256": pl.String, "reason": pl.String, "by": pl.String},
    "FactDisputed": _JUDGED,
    "FactConfirmed": _JUDGED,
    # The fact that a person puts in its place is asserted beside it, in the same commit.
    "FactCorrected": _JUDGED | {"corrected_id": pl.String},
    "RunAccepted": {"run_id": pl.String, "staged_digest": pl.String, "outcomes": _OUTCOMES, "counts": _COUNTS},
    "RunRejected": {"run_id": pl.String, "outcomes": _OUTCOMES, "counts": _COUNTS},
}
"""What each type's payload holds, typed as `decode` returns it: decimals and times are strings in the JSON itself."""

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event decided but not yet appended.

    `expected_version` is the version of the stream that the decision was made on, 0 for a stream
    without events; several events of one stream in one append count up from there.
    """

    stream_id: str
    expected_version: int
    event_type: EventType
    payload: Payload


def article_stream(article_id: str) -> str:
    """Stream of one article."""
    return f"article/{article_id}"


def run_stream(run_id: str) -> str:
    """Stream of one run."""
    return f"run/{run_id}"


_PLAIN: Final = frozenset({str, int, bool, type(None)})
_PLAIN_OR_OBJECT: Final = _PLAIN | {dict}
_ORDERED: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(payload: Any) -> bytes:
    """RFC 8785 bytes of a JSON value. Raises rfc8785.CanonicalizationError for what JSON cannot hold exactly."""
    # Objects of ASCII keys and no floats need sorted keys and plain escapes only: the same bytes from a compiled encoder in
    # a tenth of the time (tests/benchmarks/ledger.py; equality is property-tested).
    if type(payload) is dict and _is_plain(payload):
        try:
            written = orjson.dumps(payload, None, _ORDERED)
        except TypeError:
            # What it cannot write the other says better, if it cannot either.
            return rfc8785.dumps(payload)
        if written.isascii() or _has_ascii_keys(payload):
            return written
    return rfc8785.dumps(payload)


def _is_plain(payload: dict[str, Any]) -> bool:
    """Whether there is nothing in it, also within, but text, integers, truth values, null and objects of these."""
    if _PLAIN.issuperset(map(type, payload.values())):
        return True
    if not _PLAIN_OR_OBJECT.issuperset(map(type, payload.values())):
        return False
    return all(_is_plain(each) for each in payload.values() if type(each) is dict)


def _has_ascii_keys(payload: dict[str, Any]) -> bool:
    """Whether the order of its keys, also within, is the same by UTF-8 as by UTF-16."""
    return all(key.isascii() and (type(each) is not dict or _has_ascii_keys(each)) for key, each in payload.items())


def event_id(*, stream_id: str, stream_version: int, event_type: str, payload: bytes) -> str:
    """sha256 of the RFC 8785 array [stream_id, stream_version, event_type, payload]; `payload` is canonical already."""
    return hashlib.sha256(b"[%b,%d,%b,%b]" % (_text(stream_id), stream_version, _text(event_type), payload)).hexdigest()


@lru_cache(maxsize=4096)
def _text(text: str) -> bytes:
    """A JSON string as RFC 8785 writes it."""
    return orjson.dumps(text)


def chain_hash(*, position: int, event_id: str, schema_version: int, recorded_at: int, run_id: str, prev_hash: str) -> str:
    """sha256 of the RFC 8785 array of all that an event is, `recorded_at` in microseconds since 1970 UTC."""
    ids = [event_id]
    return chain(
        ids, after=position - 1, schema_version=schema_version, recorded_at=recorded_at, run_id=run_id, head=prev_hash
    )[0]


def chain(ids: Iterable[str], *, after: int, schema_version: int, recorded_at: int, run_id: str, head: str) -> list[str]:
    """`chain_hash` of consecutive events of one commit, the first of which follows position `after` with the hash `head`."""
    # Written out rather than canonicalised: every part is an integer or a string that needs no escape but run_id.
    middle = f'",{schema_version},{recorded_at},{_text(run_id).decode()},"'
    hashes = []
    sha256 = hashlib.sha256
    for position, identity in enumerate(ids, start=after + 1):
        head = sha256(f'[{position},"{identity}{middle}{head}"]'.encode()).hexdigest()
        hashes.append(head)
    return hashes


_NEEDED: Final = {kind: frozenset(schema) for kind, schema in PAYLOADS.items() if kind not in ("FactAsserted", "FactMoved")}
_NEEDED_BY_TABLE: Final = {
    **{("FactAsserted", table): frozenset({"table", *schema}) for table, schema in FACTS.items()},
    **{("FactMoved", table): frozenset({"table", "fact_id", *spans}) for table, spans in SPANS.items()},
}


def checked(event: NewEvent) -> NewEvent:
    """The event itself, if its type is known and its payload has the fields of its type. Raises BadEvent."""
    payload = event.payload
    if reason := _fault(event.event_type, payload.get("table"), tuple(payload)):
        raise BadEvent(event_type=event.event_type, stream_id=event.stream_id, reason=reason)
    return event


@lru_cache(maxsize=1024)
def _fault(event_type: EventType, table: str | None, fields: tuple[str, ...]) -> str | None:
    """What is wrong with a payload of these fields. Kept by fields: there are a few orders of them in a million events."""
    if event_type not in PAYLOADS:
        return "no such type of event"
    if unknown := set(fields) - PAYLOADS[event_type].keys():
        return f"payload has unknown fields {sorted(unknown)}"
    needed = _NEEDED.get(event_type)
    if needed is None:
        if table not in FACT_TABLES:
            return f"no such table: {table!r}"
        needed = _NEEDED_BY_TABLE[event_type, table]
    if missing := needed.difference(fields):
        return f"payload lacks {sorted(missing)}"
    return None


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {
    ("ArticleRead", 1): lambda payload: {**payload, "script": None, "signature": None},
}
"""By event type and version: what makes a payload of the next version. A type that did not change needs none, nor does one
that has gained fields which are null before: `decode` has null for what is not there."""


def upcast(
    frame: pl.DataFrame,
    *,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    version: int = SCHEMA_VERSION,
) -> pl.DataFrame:
    """Events with `payload` as the present version has it; `schema_version` and the hashes stay those of what was written.

    Events of a newer version pass unchanged: reading them is allowed, writing beside them is not.
    """
    behind = [(pl.col("event_type") == kind) & (pl.col("schema_version") <= step) for kind, step in upcasters if step < version]
    old = frame.filter(pl.any_horizontal(behind)) if behind else frame.clear()
    if old.is_empty():
        return frame
    raised = [
        _raised(kind, written, payload, upcasters, version)
        for kind, written, payload in old.select("event_type", "schema_version", "payload").iter_rows()
    ]
    return frame.update(old.select("position", pl.Series("payload", raised, dtype=pl.String)), on="position")


def _raised(kind: str, written: int, payload: str, upcasters: Mapping[tuple[str, int], Upcaster], version: int) -> str:
    steps = [upcasters[kind, step] for step in range(written, version) if (kind, step) in upcasters]
    if not steps:
        return payload
    value = json.loads(payload)
    for step in steps:
        value = step(value)
    return canonical(value).decode()


def as_instant(value: pl.Expr) -> pl.Expr:
    """INSTANT -> ISO 8601 in UTC with microseconds, the one way a payload writes a time."""
    return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")


class Events:
    """Events (columns of the log) of which each type is decoded once, however often it is asked for."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._decoded: dict[tuple[EventType, str | None], pl.DataFrame] = {}

    def decoded(self, event_type: EventType, *, table: str | None = None) -> pl.DataFrame:
        """As `decode` of the frame."""
        if (event_type, table) not in self._decoded:
            self._decoded[event_type, table] = decode(self.frame, event_type, table=table)
        return self._decoded[event_type, table]


def decode(events: pl.DataFrame | Events, event_type: EventType, *, table: str | None = None) -> pl.DataFrame:
    """Events of one type with their payload as typed columns.

    Columns: position, stream_id, stream_version, recorded_at, run_id, then the fields of `PAYLOADS[event_type]`;
    for article streams also article_id. A field that an event does not have is null. With `table`: those of facts of this
    table, with the fields that it has.
    """
    if isinstance(events, Events):
        return events.decoded(event_type, table=table)
    schema = PAYLOADS[event_type]
    chosen = events.filter(pl.col("event_type") == event_type)
    if table is not None:
        own = {"table", "fact_id", "reason", *FACTS[table]}
        schema = {name: dtype for name, dtype in schema.items() if name in own}
        # In canonical JSON a quote within a text is escaped: these letters are the field itself. Decoding is what takes time.
        chosen = chosen.filter(pl.col("payload").str.contains(f'"table":"{table}"', literal=True))
    envelope = ["position", "stream_id", "stream_version", "recorded_at", "run_id"]
    fields = {name: dtype for name, dtype in schema.items() if name not in envelope}
    article_id = pl.col("stream_id").str.strip_prefix("article/").alias("article_id")
    return chosen.select(*envelope, article_id).hstack(payloads.columns(chosen["payload"], fields))
