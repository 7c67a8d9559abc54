"""The content store: every byte under its hash, once, and nothing of it in statistics."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.material import NOON, sha
from warehouse import content as content_module
from warehouse import delta
from warehouse.content import ContentStore, check_content
from warehouse.errors import ContentBusy, DamagedContent, MissingContent, WrongHash
from warehouse.home import Home

SECRET = "Brightwater verdiende 1,5 miljoen euro"


def received(*contents: bytes | str) -> pl.DataFrame:
    data = [each.encode() if isinstance(each, str) else each for each in contents]
    return pl.DataFrame(
        {"sha256": [sha(each) for each in data], "media_type": ["text/html"] * len(data), "content": data},
        schema={"sha256": pl.String, "media_type": pl.String, "content": pl.Binary},
    )


def read_texts(*texts: str, reader_version: str = "1") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "text_sha256": [sha(text) for text in texts],
            "content_sha256": [sha(f"<p>{text}") for text in texts],
            "reader_version": [reader_version] * len(texts),
            "text": list(texts),
        }
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def store(home: Home) -> ContentStore:
    return ContentStore.open(home, clock=lambda: NOON)


def test_bytes_come_back_under_their_hash(home, store):
    frame = received("een", "twee", b"\x00\xff", "")
    assert store.put(frame) == 4
    found = ContentStore.open(home).get(frame["sha256"])
    assert found.select(frame.columns).equals(frame.sort("sha256"))
    assert found["received_at"].unique().to_list() == [NOON]
    assert ContentStore.open(home).verify_hashes() == []


def test_the_same_bytes_are_stored_once(home, store):
    assert store.put(received("een", "een", "twee")) == 2
    version = DeltaTable(home.content).version()
    assert store.put(received("twee", "een")) == 0
    assert DeltaTable(home.content).version() == version
    assert ContentStore.open(home).put(received("twee", "drie")) == 1
    assert pl.read_delta(str(home.content)).height == 3


def test_a_text_of_two_readers_is_stored_once_and_apart_from_bytes(store):
    assert store.put(received(SECRET)) == 1
    assert store.put_texts(read_texts(SECRET, "Zoom 中文 ✓")) == 2
    assert store.put_texts(read_texts(SECRET, reader_version="another")) == 0
    found = store.texts([sha("Zoom 中文 ✓"), sha(SECRET)])
    assert dict(found.iter_rows()) == {sha(SECRET): SECRET, sha("Zoom 中文 ✓"): "Zoom 中文 ✓"}
    with pytest.raises(MissingContent):
        store.get([sha("Zoom 中文 ✓")])


def test_what_is_not_there_is_named(store):
    store.put(received("een"))
    with pytest.raises(MissingContent) as missing:
        store.get([sha("een"), sha("twee")])
    assert missing.value.hashes == (sha("twee"),)
    assert store.holds([sha("een"), sha("twee")]) == {sha("een")}
    assert store.holds([sha("een")], text=True) == set()


def test_asking_for_nothing_gives_an_empty_frame(store):
    assert store.get([]).is_empty()
    assert store.texts([]).columns == ["text_sha256", "text"]


def test_content_under_a_wrong_hash_is_refused_and_nothing_stored(store):
    wrong = received("een", "twee").with_columns(pl.lit(sha("drie")).alias("sha256"))
    with pytest.raises(WrongHash) as refused:
        store.put(wrong)
    assert refused.value.actual == sha("een")
    assert store.holds([sha("drie"), sha("een")]) == set()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=2000), max_size=12))
def test_any_bytes_survive(store, contents):
    frame = received(*contents)
    store.put(frame)
    assert dict(store.get(frame["sha256"]).select("sha256", "content").iter_rows()) == dict(
        zip(frame["sha256"], contents, strict=True)
    )


def test_one_look_up_reads_one_row_group(store, monkeypatch):
    frame = received(*(f"artikel {number}" for number in range(1000)))
    store.put(frame)
    read = []
    real = delta.read

    def counted(*args, **kwargs):
        read.append(kwargs)
        return real(*args, **kwargs)

    monkeypatch.setattr(delta, "read", counted)
    assert store.get(frame["sha256"][:1])["content"][0] == b"artikel 0"
    assert [len(each["row_groups"]) for each in read] == [1]


def test_no_content_is_in_the_statistics_of_commit_or_file(home, store):
    store.put_texts(read_texts(SECRET))
    commits = "\n".join(path.read_text() for path in (home.content / "_delta_log").glob("*.json"))
    assert SECRET not in commits
    (path,) = home.content.glob("*.parquet")
    group = pq.ParquetFile(path).metadata.row_group(0)
    columns = {group.column(number).path_in_schema: group.column(number) for number in range(group.num_columns)}
    assert {name for name, column in columns.items() if column.is_stats_set} == {"sha256", "received_at"}
    assert columns["content"].compression == "ZSTD"
    (add,) = [json.loads(line)["add"] for line in commits.splitlines() if '"add"' in line]
    assert json.loads(add["stats"])["minValues"].keys() == {"sha256", "received_at"}


def test_two_stores_at_once_store_each_hash_once(home, store):
    other = ContentStore.open(home)
    store.put(received("een", "twee"))
    assert other.put(received("twee", "drie")) == 1
    assert pl.read_delta(str(home.content))["sha256"].n_unique() == 3
    assert pl.read_delta(str(home.content)).height == 3
    store.refresh()
    assert store.holds([sha("drie")]) == {sha("drie")}


def test_who_reads_while_another_erases_reads_on(home, store):
    frame = received("een", "twee")
    store.put(frame)
    reader = ContentStore.open(home)
    store.erase([sha("twee")])
    assert reader.get([sha("een")])["content"].to_list() == [b"een"]
    store.put(received("drie"))
    late = ContentStore.open(home)
    store.erase([sha("drie")])
    with pytest.raises(MissingContent):
        late.get([sha("drie")])


def test_a_store_that_is_never_first_says_so(home, store, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise delta.CommitRefused

    monkeypatch.setattr(delta, "commit", refused)
    with pytest.raises(ContentBusy) as busy:
        store.put(received("een"))
    assert busy.value.attempts == content_module._ATTEMPTS


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("written"))
    store = ContentStore.open(home)
    store.put(received(*(f"artikel {number}" for number in range(300))))
    store.put_texts(read_texts(SECRET))
    return home


@pytest.fixture
def damaged(written: Home, tmp_path: Path) -> Home:
    shutil.copytree(written.root, tmp_path, dirs_exist_ok=True)
    return Home(tmp_path)


def largest(home: Home) -> Path:
    return max(home.content.glob("*.parquet"), key=lambda path: path.stat().st_size)


def test_any_flipped_byte_is_found_and_nothing_panics(damaged):
    file = largest(damaged)
    whole = file.read_bytes()
    for place in range(0, len(whole), len(whole) // 60):
        data = bytearray(whole)
        data[place] ^= 1 << (place % 8)
        file.write_bytes(data)
        assert file.name in {problem.where for problem in check_content(damaged)}
        try:
            assert ContentStore.open(damaged).get([sha("artikel 7")])["content"].to_list() == [b"artikel 7"]
        except DamagedContent as error:
            assert error.problems[0].where == file.name  # noqa: PT017 - a byte may also not matter


@pytest.mark.parametrize(("keep", "check"), [(0, "torn_file"), (1000, "torn_file"), (None, "missing_file")])
def test_a_torn_or_missing_file_is_named(damaged, keep, check):
    file = largest(damaged)
    if keep is None:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:keep])
    assert check in {problem.check for problem in check_content(damaged)}
    with pytest.raises(DamagedContent, match=file.name):
        ContentStore.open(damaged)


def test_content_that_is_not_its_hash_is_found_even_in_a_sound_file(home, store):
    rows = pl.DataFrame(
        {
            "sha256": [sha("een")],
            "kind": ["bytes"],
            "media_type": ["text/html"],
            "content": [b"twee"],
            "received_at": [NOON],
            "content_sha256": [None],
            "reader_version": [None],
        },
        schema=content_module.CONTENT,
    )
    table = content_module.table(home)
    file = delta.write(table, rows.to_arrow().cast(content_module._ARROW), prefix="x")
    delta.commit(table, store._snapshot, add=[file])
    (problem,) = check_content(home)
    assert problem.check == "content_hash"
    assert sha("een") in problem.message
