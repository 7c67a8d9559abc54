"""Repair mends what the rest of a ledger can tell, sets broken files aside, deletes nothing, and names what is lost."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse import day
from tests.warehouse.material import sha, texts
from tests.warehouse.story import COMPANIES
from transforms.schemas import RAW_ARTICLES
from warehouse.content import ContentStore
from warehouse.errors import WriteFailed
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import current_publication
from warehouse.repair import Step, repair
from warehouse.verify import verify

MORE = [("file:vijf", "Een vijfde verhaal over Brightwater en zijn cijfers")]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(tmp_path_factory.mktemp("sound") / "ledger")
    with pytest.MonkeyPatch.context() as patch:
        day.lightly(patch.setattr)
        day.yesterday(home)
        day.take_in(home, MORE, run_id="one")
    return home.root


@pytest.fixture
def home(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    day.lightly(monkeypatch.setattr)
    return Home(shutil.copytree(sound, tmp_path / "ledger", symlinks=True))


def reader(raw: pl.DataFrame) -> pl.DataFrame:
    assert dict(raw.schema) == RAW_ARTICLES
    return texts(raw)


def mended(home: Home, *, dry_run: bool = False) -> list[Step]:
    return repair(home, companies=COMPANIES, reader=reader, dry_run=dry_run)


def outcomes(steps: list[Step]) -> list[str]:
    return [step.outcome for step in steps]


def everything(home: Home) -> dict[str, str]:
    """Digest of each file under the home, and where each link leads."""
    return {
        str(path.relative_to(home.root)): (
            str(path.readlink()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
        )
        for path in home.root.rglob("*")
        if not path.is_dir() and path.name != ".lock"
    }


def tear(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])


def newest(folder: Path, kind: str) -> Path:
    return max(folder.glob(kind), key=lambda path: path.name)


def first_commit_altered(home: Home) -> None:
    path = home.log / "_delta_log" / f"{0:020}.json"
    path.write_bytes(path.read_bytes().replace(b'"delta.appendOnly":"true"', b'"delta.appendOnly":"frue"'))


MENDABLE: list[tuple[str, Callable[[Home], None]]] = [
    ("a torn commit of the log", lambda home: tear(newest(home.log / "_delta_log", "*.json"))),
    ("a missing commit of the log", lambda home: newest(home.log / "_delta_log", "*2.json").unlink()),
    ("an altered commit of the log", first_commit_altered),
    ("all commits of the log", lambda home: shutil.rmtree(home.log / "_delta_log")),
    ("a torn checkpoint of the log", lambda home: tear(newest(home.log / "_delta_log", "*.checkpoint.parquet"))),
    ("all commits of the content", lambda home: shutil.rmtree(home.content / "_delta_log")),
    ("a torn commit of the content", lambda home: tear(newest(home.content / "_delta_log", "*.json"))),
    ("a torn published file", lambda home: tear(home.current.resolve())),
    ("a missing published file", lambda home: home.current.resolve().unlink()),
    ("a missing link", lambda home: home.current.unlink()),
    ("a missing checksum", lambda home: home.current.resolve().with_suffix(".sha256").unlink()),
]


def test_a_sound_ledger_is_left_alone(home):
    before = everything(home)
    assert mended(home) == []
    assert everything(home) == before


@pytest.mark.parametrize(("what", "damage"), [pytest.param(*each, id=each[0]) for each in MENDABLE])
def test_what_the_rest_can_tell_is_restored(home, what, damage):
    head, current = EventLog.open(home).head, current_publication(home)
    assert current is not None
    damage(home)
    # Looking at a broken checkpoint removes it: every commit that it sums up is there.
    assert "checkpoint" in what or verify(home) != []
    steps = mended(home)
    assert "restored" in outcomes(steps)
    assert "lost" not in outcomes(steps)
    assert verify(home) == []
    assert EventLog.open(home).head == head
    again = current_publication(home)
    assert again is not None
    assert (again.position, again.content_digest) == (current.position, current.content_digest)
    assert mended(home) == []


@pytest.mark.parametrize(
    ("what", "damage"), [pytest.param(*each, id=each[0]) for each in MENDABLE if "checkpoint" not in each[0]]
)
def test_a_dry_run_says_so_and_writes_nothing(home, what, damage):
    damage(home)
    before = everything(home)
    steps = mended(home, dry_run=True)
    assert "restored" in outcomes(steps)
    kept = {name: digest for name, digest in everything(home).items() if "checkpoint" not in name}
    assert kept == {name: digest for name, digest in before.items() if "checkpoint" not in name}


def test_a_torn_tail_is_set_aside_not_deleted_and_what_it_told_comes_again(home):
    whole = current_publication(home)
    assert whole is not None
    tail = newest(home.log, "*.parquet")
    tear(tail)
    torn = tail.read_bytes()
    steps = mended(home)
    assert any(step.outcome == "set aside" and step.where == "log" and "the last of the log" in step.what for step in steps)
    (kept,) = (home.root / "damaged").rglob(tail.name)
    assert kept.read_bytes() == torn
    assert verify(home) == []
    served = current_publication(home)
    assert served is not None
    assert served.position < whole.position
    day.take_in(home, MORE, run_id="again")
    again = current_publication(home)
    assert again is not None
    assert again.content_digest == whole.content_digest
    assert verify(home) == []


def test_events_in_the_middle_that_no_file_holds_are_named_as_lost_and_nothing_is_touched(home):
    middle = sorted(home.log.glob("*.parquet"))[1]
    tear(middle)
    before = {name: each for name, each in everything(home).items() if "checkpoint" not in name}
    (step,) = mended(home)
    assert step.outcome == "lost"
    assert middle.name in step.what
    assert "backup" in step.what
    assert {name: each for name, each in everything(home).items() if "checkpoint" not in name} == before


def only(home: Home, kind: str) -> list[Path]:
    """Content files that hold nothing but bytes, or nothing but texts."""
    return [path for path in home.content.glob("*.parquet") if set(pl.read_parquet(path)["kind"]) == {kind}]


def test_lost_texts_are_read_again_from_their_bytes(home):
    lost = only(home, "text")
    wanted = [digest for path in lost for digest in pl.read_parquet(path)["sha256"]]
    for path in lost:
        tear(path)
    steps = mended(home)
    assert "lost" not in outcomes(steps)
    assert sum(step.what == "its text, read again from its bytes" for step in steps) == len(wanted) > 0
    assert ContentStore.open(home).texts(wanted).height == len(wanted)
    assert verify(home) == []


def test_lost_bytes_are_named_by_the_article_they_were_of(home):
    for path in only(home, "bytes"):
        path.unlink()
    steps = mended(home)
    lost = {step.where for step in steps if step.outcome == "lost"}
    assert lost == {"file:een", "file:twee", "file:drie", "file:vijf"}
    assert verify(home) == []


def test_a_text_that_today_s_reader_makes_otherwise_is_lost(home):
    for path in only(home, "text"):
        tear(path)

    def newer(raw: pl.DataFrame) -> pl.DataFrame:
        other = texts(raw).with_columns(pl.col("text") + ".")
        return other.with_columns(text_sha256=pl.Series([sha(each) for each in other["text"]], dtype=pl.String))

    steps = repair(home, companies=COMPANIES, reader=newer)
    assert {step.where for step in steps if step.outcome == "lost"} >= {"file:een", "file:vijf"}


def test_erasing_reaches_what_was_set_aside(home):
    tear(only(home, "text")[0])
    mended(home)
    assert list((home.root / "damaged").rglob("content-*.parquet"))
    ContentStore.open(home).erase([sha(MORE[0][1])])
    assert not list((home.root / "damaged").rglob("content-*.parquet"))


@pytest.mark.parametrize("part", ["log", "content"])
@pytest.mark.parametrize("commit", ["00.json", "01.json"], ids=["at once", "half way"])
def test_a_disk_that_is_full_in_the_midst_of_a_repair_costs_nothing(
    home: Home, part: str, commit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data files are the only ones that hold these events and bytes; the next repair does what this one could not."""
    shutil.rmtree(home.root / part / "_delta_log")
    before = {path.name for path in (home.root / part).glob("*.parquet")}
    link = os.link

    def full(source: Path, target: Path) -> None:
        if target.name.endswith(commit):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        link(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("warehouse.delta.os.link", full)
        with pytest.raises(WriteFailed, match="No space left"):
            mended(home)
    assert {path.name for path in (home.root / part).glob("*.parquet")} == before
    assert "lost" not in outcomes(mended(home))
    assert verify(home) == []
