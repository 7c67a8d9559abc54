"""Sources find every article once, in bounded memory, and say what they could not read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.sources import base, landing
from orchestration.sources.base import InputProblem, RawArticle, batched
from orchestration.sources.landing import EmptyFolder, FoundFile, LocalFiles, find_files, read_file, settled
from orchestration.sources.samples import SAMPLES, SampleArticles
from transforms.articles import article_id as readers_article_id
from transforms.schemas import RAW_ARTICLES

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def found(*paths: Path) -> list[str]:
    return [item.path.name for item in find_files(paths) if isinstance(item, FoundFile)]


def problems(*paths: Path) -> list[InputProblem]:
    return [item for item in find_files(paths) if isinstance(item, InputProblem)]


def test_a_folder_is_searched_to_the_bottom_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.HTML", "a/deep/er/x.md", "a/y.htm", "a/photo.jpg", "a/.hidden.txt", ".git/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    assert found(tmp_path) == ["b.txt", "y.htm", "z.HTML", "x.md"]


def test_a_named_file_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "report.asp").write_text("text")
    assert found(tmp_path / "report.asp") == ["report.asp"]


def test_each_file_comes_once_however_many_ways_lead_to_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("text")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    (tmp_path / "again.txt").symlink_to(tmp_path / "a" / "x.txt")
    assert len(found(tmp_path, tmp_path / "a", tmp_path / "a" / "x.txt")) == 1


def test_what_is_not_there_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("text")
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    paths = (tmp_path / "missing.txt", tmp_path / "empty", tmp_path / "pipe", tmp_path)
    assert found(*paths) == ["good.txt"]
    said = {Path(each.where).name: each.reason for each in problems(*paths)}
    assert said.keys() == {"missing.txt", "empty", "pipe", "lost.txt"}
    assert said["missing.txt"] == "no such file or folder"


def test_an_unreadable_file_is_a_problem_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("text")
    (tmp_path / "open.txt").write_text("text")
    opened = Path.open

    def refusing(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "secret.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refusing)
    (batch,) = LocalFiles([tmp_path]).batches()
    assert batch.articles.height == 1
    assert [(Path(each.where).name, each.reason) for each in batch.problems] == [
        ("secret.txt", "cannot be read: permission denied")
    ]


def test_a_file_over_the_limit_is_hashed_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "MAX_ARTICLE_BYTES", 10)
    (tmp_path / "long.txt").write_bytes(b"x" * 11)
    (tmp_path / "fits.txt").write_bytes(b"x" * 10)
    (batch,) = LocalFiles([tmp_path]).batches()
    assert batch.articles["uri"].to_list() == [(tmp_path / "fits.txt").as_uri()]
    (problem,) = batch.problems
    assert problem.unkept is not None
    assert problem.unkept.size == 11
    assert problem.unkept.uri == (tmp_path / "long.txt").as_uri()


def test_articles_have_the_schema_and_the_identity_that_the_reader_knows(tmp_path: Path) -> None:
    path = tmp_path / "año 中.html"
    path.write_text("<p>text</p>")
    (batch,) = LocalFiles([path]).batches()
    assert dict(batch.articles.schema) == dict(RAW_ARTICLES)
    row = batch.articles.row(0, named=True)
    assert row["media_type"] == "text/html"
    assert row["article_id"] == readers_article_id(row["uri"]) == base.article_id(row["uri"])


def test_batches_are_bounded_by_count_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "BATCH_ARTICLES", 3)
    monkeypatch.setattr(base, "BATCH_BYTES", 100)
    drawn = 0

    def articles():
        nonlocal drawn
        for number in range(10):
            drawn += 1
            yield RawArticle(f"test:{number}", "text/plain", b"x" * (10 if number < 6 else 60), NOON)

    batches = batched(articles())
    assert next(batches).articles.height == 3
    assert drawn == 3  # lazily: nothing is read ahead
    assert [batch.articles.height for batch in batches] == [3, 2, 2]


def test_what_comes_slowly_is_handed_on_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "BATCH_SECONDS", 0.0)
    batches = batched(RawArticle(f"test:{number}", "text/plain", b"text", NOON) for number in range(3))
    assert [batch.articles.height for batch in batches] == [1, 1, 1]


def test_an_empty_landing_folder_is_no_problem(tmp_path: Path) -> None:
    assert list(LocalFiles([tmp_path], empty_is_fine=True).batches()) == []
    assert isinstance(problems(tmp_path)[0], EmptyFolder)


def test_a_file_settles(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("text")
    changed = path.stat().st_ctime
    assert not settled(path, now=changed + 1)
    assert settled(path, now=changed + landing.SETTLE_SECONDS)


def test_a_file_that_vanishes_before_it_is_read_is_a_problem(tmp_path: Path) -> None:
    gone = FoundFile(tmp_path / "gone.txt", tmp_path / "gone.txt")
    assert isinstance(read_file(gone, fetched_at=NOON), InputProblem)


def test_the_samples_are_many_and_of_many_tongues_and_forms() -> None:
    files = SampleArticles().files()
    assert len(files) >= 24
    assert len({path.parent.name for path in files}) >= 10
    assert {path.suffix for path in files} == {".txt", ".html", ".md"}
    assert "Sample articles written for testing. Not a source: do not cite." in (SAMPLES / "NOTICE.md").read_text()
    (batch,) = SampleArticles().batches()
    assert batch.articles.height == SampleArticles().count() == len(files)
    assert batch.articles["uri"].str.contains(r"^sample:[a-z]{2}/[a-z0-9-]+\.(txt|html|md)$").all()
