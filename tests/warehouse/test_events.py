"""Events: canonical payloads, stable identities, no article text, and every version that was ever written stays readable."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from transforms.schemas import INSTANT, TEXT_COLUMNS
from warehouse.errors import BadEvent
from warehouse.events import (
    EVENT_TYPES,
    NO_HASH,
    PAYLOADS,
    SCHEMA_VERSION,
    NewEvent,
    as_instant,
    canonical,
    chain_hash,
    checked,
    decode,
    event_id,
    upcast,
)
from warehouse.home import Home
from warehouse.log import LOG, EventLog
from warehouse.payloads import parsed_instant

GOLDEN = Path(__file__).parent / "golden"

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=8
)


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_canonical_is_rfc_8785(payload):
    try:
        expected = rfc8785.dumps(payload)
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical(payload)
    else:
        assert canonical(payload) == expected


@given(st.dictionaries(st.text(st.characters(codec="ascii")), st.none() | st.booleans() | st.text(), max_size=6))
def test_the_quick_way_of_canonical_gives_the_same_bytes(payload):
    assert canonical(payload) == rfc8785.dumps(payload)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(2**53, id="integer that a double does not hold"),
        pytest.param("\ud800", id="half a surrogate pair"),
        pytest.param(float("nan"), id="not a number"),
    ],
)
def test_canonical_refuses_what_json_cannot_hold_exactly(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical({"value": value})


@given(st.text(), st.integers(1, 10**9), st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_event_id_is_the_hash_of_one_canonical_array(stream, version, kind, payload):
    whole = rfc8785.dumps([stream, version, kind, payload])
    identity = event_id(stream_id=stream, stream_version=version, event_type=kind, payload=canonical(payload))
    assert identity == hashlib.sha256(whole).hexdigest()


@given(st.integers(1, 10**9), st.integers(0, 2**53 - 1), st.text(min_size=1))
def test_chain_hash_is_the_hash_of_one_canonical_array(position, recorded_at, run_id):
    whole = rfc8785.dumps([position, "ab", 1, recorded_at, run_id, NO_HASH])
    digest = chain_hash(
        position=position, event_id="ab", schema_version=1, recorded_at=recorded_at, run_id=run_id, prev_hash=NO_HASH
    )
    assert digest == hashlib.sha256(whole).hexdigest()


def _names(dtype: Any) -> set[str]:
    if isinstance(dtype, pl.List):
        return _names(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return {field.name for field in dtype.fields}.union(*(_names(field.dtype) for field in dtype.fields))
    return set()


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_no_payload_has_room_for_article_text(kind):
    names = _names(pl.Struct(PAYLOADS[kind]))
    assert not names & {*TEXT_COLUMNS, "text", "title", "content", "declared_title"}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(NewEvent("article/a", 0, "ArticleLost", {}), "no such type", id="unknown type"),  # type: ignore[arg-type]
        pytest.param(NewEvent("run/r", 0, "RunStarted", {"command": "run"}), "lacks", id="missing field"),
        pytest.param(
            NewEvent("article/a", 0, "FactRetracted", {"table": "t", "fact_id": "f", "reason": "r", "evidence": "words"}),
            "unknown fields",
            id="text smuggled in",
        ),
        pytest.param(NewEvent("article/a", 0, "FactAsserted", {"table": "facts"}), "no such table", id="unknown table"),
    ],
)
def test_an_event_that_does_not_fit_its_type_is_refused(event, reason):
    with pytest.raises(BadEvent, match=reason) as refused:
        checked(event)
    assert refused.value.stream_id == event.stream_id


@given(st.integers(-(2**51), 2**52).map(lambda micros: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)))
def test_a_time_survives_its_payload(moment):
    frame = pl.DataFrame({"at": [moment, None]}, schema={"at": INSTANT})
    assert frame.select(parsed_instant(as_instant(pl.col("at")))).equals(frame)


def _golden(version: int) -> pl.DataFrame:
    lines = (GOLDEN / f"events_v{version}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    times = [datetime.fromisoformat(row["recorded_at"]) for row in rows]
    return pl.DataFrame([{**row, "recorded_at": time} for row, time in zip(rows, times, strict=True)], schema=LOG)


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_events_of_every_version_stay_readable(version):
    golden = _golden(version)
    # A later version may have learned new types.
    assert set(golden["event_type"]) <= set(EVENT_TYPES)
    assert version < SCHEMA_VERSION or set(golden["event_type"]) == set(EVENT_TYPES)
    raised = upcast(golden)
    for kind in dict.fromkeys(golden["event_type"]):
        rows = decode(raised, kind)
        assert rows.height >= 1
        fields = json.loads(raised.filter(pl.col("event_type") == kind)["payload"][0])
        assert fields.keys() <= PAYLOADS[kind].keys()
        for name, value in fields.items():
            assert (rows[name][0] is None) == (value is None), f"{kind}.{name}"


def test_golden_decimals_dates_and_times_come_back_typed():
    fact = decode(_golden(1), "FactAsserted").row(0, named=True)
    assert fact["value"] == Decimal(328200000)
    assert fact["period_end"] == datetime(2020, 4, 30, tzinfo=UTC).date()
    assert decode(_golden(1), "ArticleRead")["published_at"][0] == datetime(2020, 6, 2, 20, 5, tzinfo=UTC)
    assert decode(_golden(1), "ArticleQuarantined")["facts"][0][0]["value"] == Decimal(328200000)


def test_what_is_written_today_is_what_the_golden_file_of_this_version_holds(tmp_path):
    golden = _golden(SCHEMA_VERSION)
    log = EventLog.open(Home(tmp_path), clock=lambda: golden["recorded_at"][0])
    events = [
        NewEvent(row["stream_id"], row["stream_version"] - 1, row["event_type"], json.loads(row["payload"]))
        for row in golden.to_dicts()
    ]
    log.append(events, run_id=golden["run_id"][0])
    assert log.read().equals(golden), "payloads changed: raise SCHEMA_VERSION, add an upcaster and a golden file"


def test_old_events_are_upcast_when_read_and_keep_their_hashes():
    def renamed(payload: dict[str, Any]) -> dict[str, Any]:
        payload["because"] = payload.pop("reason")
        return payload

    golden = _golden(1)
    upcasters = {("ArticleRejected", 1): renamed, ("ArticleRejected", 2): lambda payload: {**payload, "since": 3}}
    raised = upcast(golden, upcasters=upcasters, version=3)
    payload = json.loads(raised.filter(pl.col("event_type") == "ArticleRejected")["payload"][0])
    assert payload["since"] == 3
    assert "because" in payload
    assert raised.drop("payload").equals(golden.drop("payload"))
    others = pl.col("event_type") != "ArticleRejected"
    assert raised.filter(others).equals(golden.filter(others))


def test_events_of_a_newer_version_pass_unchanged():
    newer = _golden(1).with_columns(pl.lit(9, pl.Int32).alias("schema_version"))
    assert upcast(newer, upcasters={("ArticleRejected", 1): lambda _: {}}, version=2).equals(newer)
