"""Files made to do harm, or broken: each is named with a reason in bounded time and memory, and the rest comes in."""

from __future__ import annotations

import bz2
import io
import json
import os
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.sources import landing, unpack
from orchestration.sources.base import BATCH_ARTICLES, PROBLEMS_TOLD, InputProblem, shown
from orchestration.sources.landing import FoundFile, LocalFiles, read_articles
from tests.orchestration.sources.making import MAIL, PAGE, gz, lines, read, reasons, tarred, warc, zipped, zst

GOOD = b"A good article."
MB = 1024 * 1024
RECORD = {"text": "Larkfield Systems said revenue rose.", "title": "Larkfield rises"}


@contextmanager
def bounded() -> Iterator[None]:
    """Fails where what is done in it takes long or much memory."""
    begun = time.monotonic()
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < 60  # seconds rather than for ever, on a busy machine too
    assert peak < 130 * MB


def all_reasons(path: Path, content: bytes) -> str:
    """The reasons that a file gives beside a good article, which comes in."""
    path.write_bytes(content)
    (path.parent / "z-good.txt").write_bytes(GOOD)
    with bounded():
        articles, problems = read(path.parent)
    assert GOOD in articles["content"].to_list()
    assert all(str(path) in problem.where for problem in problems)
    return "; ".join(problem.reason for problem in problems)


def bomb(size: int) -> bytes:
    return gz(bytes(size))


def repeated_parquet() -> bytes:
    """5,000 rows with the same long text, which the file holds once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), pa.array(["x" * 200_000]))
    pq.write_table(pa.table({"text": column}), out, store_schema=False)
    assert out.tell() < MB
    return out.getvalue()


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {  # suffix, content, part of the reason
    "gzip-of-a-text": ("txt.gz", lambda: bomb(100 * MB), "larger than 20 MB"),
    "gzip-of-one-line": ("jsonl.gz", lambda: bomb(100 * MB), "decompression bomb"),
    "zstandard": ("jsonl.zst", lambda: zst(bytes(100 * MB)), "decompression bomb"),
    "zip": ("zip", lambda: zipped({"a.jsonl": bytes(100 * MB)}), "decompression bomb"),
    "web-archive": (
        "warc.gz",
        lambda: gz(warc("https://a.example/", bytes(80 * MB))),
        "larger than 20 MB, so no article; unpacks to",
    ),
    "zip-in-zip": ("zip", lambda: zipped({"b.zip": zipped({"c.jsonl": bytes(100 * MB)})}), "decompression bomb"),
    "zip-of-many": ("zip", lambda: zipped({f"{n}.txt": bytes(15 * MB) for n in range(6)}), "decompression bomb"),
    "parquet-of-one-value": ("parquet", repeated_parquet, "decompression bomb"),
    "bzip2": ("jsonl.bz2", lambda: bz2.compress(bytes(100 * MB)), "decompression bomb"),
    "tgz": ("tgz", lambda: tarred({"a.jsonl": bytes(100 * MB)}, mode="w:gz"), "decompression bomb"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_decompression_bombs(tmp_path: Path, name: str) -> None:
    suffix, content, reason = BOMBS[name]
    assert reason in all_reasons(tmp_path / f"a.{suffix}", content())


PEAK = """
import sys
from pathlib import Path
from tests.orchestration.sources.making import read

_, problems = read(Path(sys.argv[1]))
print(len(problems), Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no peak of memory")
def test_memory_of_a_process_that_reads_bombs_stays_low(tmp_path: Path) -> None:
    """In a process of its own: `bounded` sees what Python allots, not what libraries do."""
    for name, (suffix, content, _) in BOMBS.items():
        (tmp_path / f"{name}.{suffix}").write_bytes(content())
    told = subprocess.run([sys.executable, "-c", PEAK, tmp_path], capture_output=True, text=True, check=True).stdout
    problems, peak = (int(number) for number in told.split())
    assert problems >= len(BOMBS)  # a web archive tells of itself and of its record
    assert peak < 800_000  # KB; a bomb that went off would take far more


def test_packing_without_end(tmp_path: Path) -> None:
    content = b"text"
    for _ in range(30):
        content = zipped({"a.zip": content})
    assert "packed within packed" in all_reasons(tmp_path / "a.zip", content)


def test_names_of_a_tar_lead_nowhere_and_the_rest_comes_in(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../up.txt", "/etc/top.txt", "C:\\root.txt", "ok.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(GOOD)
            archive.addfile(info, io.BytesIO(GOOD))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    path = tmp_path / "a.tar"
    path.write_bytes(out.getvalue())
    articles, problems = read(path)
    assert articles["uri"].to_list() == [f"{path.as_uri()}!/ok.txt"]
    assert [problem.reason for problem in problems] == ["its name leads out of the archive"] * 3 + ["a link, not a file"]


def test_a_quine_of_layers_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_NESTED", 2)
    assert "packed within packed" in all_reasons(
        tmp_path / "a.zip", zipped({"b.txt.gz": gz(b"x"), "c.zip": zipped({"d.txt.gz": gz(b"x")})})
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("a.txt.gz", gz(GOOD * 99)[:-12], "cut off", id="gzip"),
        pytest.param("a.txt.gz", b"", "is empty", id="empty-gzip"),
        pytest.param("a.txt.gz", b"no gzip at all", "damaged", id="no-gzip"),
        pytest.param("a.txt.zst", zst(os.urandom(999))[:-9], "cut off", id="zstandard"),
        pytest.param("a.txt.zst", b"no zstandard", "damaged", id="no-zstandard"),
        pytest.param("a.zip", zipped({"a.txt": GOOD})[:-30], "no zip file", id="zip"),
        pytest.param("a.zip", b"", "no zip file", id="empty-zip"),
        pytest.param("a.zip", zipped({"photo.jpg": b"x"}), "no article in this archive", id="zip-of-photos"),
        pytest.param("a.txt.bz2", bz2.compress(GOOD)[:-9], "cut off", id="bzip2"),
        pytest.param("a.txt.bz2", b"no bzip2 at all", "damaged", id="no-bzip2"),
        pytest.param("a.tar", tarred({"a.txt": GOOD})[:600], "cut off", id="tar"),
        pytest.param("a.tar", tarred({"a.txt": GOOD})[:300], "cut off", id="tar-in-its-header"),
        pytest.param("a.tar", b"hello" * 200, "no tar archive", id="no-tar"),
        pytest.param("a.tar", b"", "no article in this archive", id="empty-tar"),
        pytest.param("a.tar", tarred({"x" * 100_000 + ".txt": GOOD}), "longer than 64 KB", id="tar-with-an-endless-name"),
        pytest.param("a.warc", b"hello" * 99, "no WARC file", id="no-warc"),
        pytest.param("a.warc", b"", "no record", id="empty-warc"),
        pytest.param("a.warc", warc("https://a.example/", PAGE)[:-60], "cut off: the record", id="warc"),
        pytest.param("a.warc.gz", gz(warc("https://a.example/", PAGE))[:-30], "cut off", id="warc-in-gzip"),
        pytest.param("a.parquet", b"PAR1" + b"x" * 99, "no Parquet file", id="no-parquet"),
        pytest.param("a.json", b'[{"text": "x"', "cut off", id="json"),
        pytest.param("a.json", b"[" * 100_000, "nested too deep", id="deep-json"),
        pytest.param("a.json", b"hello", "no JSON with records", id="no-json"),
        pytest.param("a.jsonl", b'{"text": ' + b"9" * 5000 + b"}", "a number too long", id="long-number"),
        pytest.param("a.jsonl", b'{"a":' * 100_000, "nested too deep", id="deep-line"),
        pytest.param("a.jsonl", b'["a", "b"]', "a record is a JSON object", id="line-of-a-list"),
        pytest.param("a.jsonl", b'{"text": 7}', "its field 'text' holds no text but int", id="text-is-a-number"),
        pytest.param("a.csv", b"price;volume\n1;2\n", "no field with a text", id="csv-of-other-columns"),
        pytest.param("a.csv", b"hello\nworld\n", "no CSV with a head line", id="no-csv"),
        pytest.param("a.eml", b"hello", "no mail", id="no-mail"),
        pytest.param("a.eml", MAIL.replace(b"text/plain", b"application/pdf"), "a mail without a text", id="mail-of-a-file"),
    ],
)
def test_broken_and_cut_off(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    assert reason in all_reasons(tmp_path / name, content)


@pytest.mark.parametrize("columns", [{"price": [1.0]}, {"text": [1, 2]}, {"text": [b"\xff\xfe"], "n": [[1]]}, {"Title": ["x"]}])
def test_parquet_with_wrong_columns(tmp_path: Path, columns: dict) -> None:
    pl.DataFrame(columns).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "z.txt").write_bytes(GOOD)
    articles, problems = read(tmp_path)
    assert GOOD in articles["content"].to_list()
    assert problems or columns.keys() == {"text", "n"}  # bytes under "text" are text, for the reader to judge


def test_bad_lines_are_named_and_counted_and_the_good_ones_come_in(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"nonsense\n" * 50 + lines(RECORD))
    articles, problems = read(tmp_path)
    assert articles.height == 1
    assert len(problems) == PROBLEMS_TOLD + 1
    assert problems[0].where.endswith("a.jsonl:1")
    assert problems[-1].reason == "40 more such problems"


def test_an_open_quote_does_not_swallow_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.sources.records.MAX_ARTICLE_BYTES", 1000)
    (tmp_path / "a.csv").write_text('title,text\na,"open\n' + "x,y\n" * 1000 + 'b,"c"\n')
    articles, problems = read(tmp_path)
    assert "field larger than field limit" in problems[0].reason
    assert articles.height > 100


def test_the_same_address_with_another_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        lines(RECORD | {"url": "https://a.example/1"}, RECORD | {"url": "https://a.example/1"})
        + lines({"url": "https://a.example/1", "text": "Another."})
    )
    articles, problems = read(tmp_path)
    assert articles.height == 1
    assert "came before, with another text" in problems[0].reason


def test_of_an_address_in_two_files_the_newest_text_counts(tmp_path: Path) -> None:
    for day, name in enumerate(("b.jsonl", "a.jsonl", "c.jsonl")):
        (tmp_path / name).write_bytes(lines({"url": "https://a.example/1", "text": f"Day {day}."}))
        os.utime(tmp_path / name, (day, day))
    articles, problems = read(tmp_path, of_one_day=False)
    assert (articles["content"].to_list(), problems) == ([b"Day 2."], [])


def test_names_in_archives_never_lead_anywhere(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../up.txt", "/etc/passwd.txt", "a/../../b.txt", "C:\\x.txt", "..\\y.txt", "nu\0l.txt", "ok.txt"):
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, GOOD)
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.zip").write_bytes(out.getvalue())
    articles, problems = read(tmp_path / "in")
    assert articles["uri"].to_list() == [(tmp_path / "in" / "a.zip").as_uri() + "!/ok.txt"]
    said = reasons(problems, tmp_path / "in")
    assert len(said) == 7
    assert said["a.zip!/link.txt"] == "a link, not a file"
    assert said["a.zip!/nu\\x00l.txt"] == "its name holds a NUL"
    assert list(said.values()).count("its name leads out of the archive") == 5
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_a_locked_member_and_a_strange_method(tmp_path: Path) -> None:
    packed = bytearray(zipped({"a.txt": GOOD, "b.txt": GOOD}))
    at = packed.index(b"PK\x01\x02")
    packed[at + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(packed))
    (tmp_path / "b.zip").write_bytes(zipped({"c.txt": GOOD}, method=zipfile.ZIP_LZMA))
    articles, problems = read(tmp_path)
    assert articles.height == 1
    assert [problem.reason for problem in problems] == ["locked with a password", "packed by a method other than deflate"]


def test_a_table_of_contents_that_fills_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "CONTENTS_BYTES", 5000)
    many = zipped({f"{number}.txt": b"" for number in range(1000)})
    assert "table of contents" in all_reasons(tmp_path / "a.zip", many)


def test_names_of_files_with_line_breaks_and_bytes_of_no_character(tmp_path: Path) -> None:
    (tmp_path / "two\nlines \x1b[31m.txt").write_bytes(GOOD)
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_bytes(GOOD)
    (tmp_path / "two\nlines.jsonl").write_bytes(b"nonsense")
    (tmp_path / os.fsdecode(b"\xff.txt.gz")).write_bytes(b"nonsense")
    articles, problems = read(tmp_path)
    assert sorted(uri.rpartition("/")[2] for uri in articles["uri"]) == ["caf%E9.txt", "two%0Alines%20%1B%5B31m.txt"]
    assert {problem.where.rpartition("/")[2] for problem in problems} == {"two\\nlines.jsonl:1", "\\udcff.txt.gz"}
    assert shown("a\tb\u202ec\x00") == "a\\tb\\u202ec\\x00"


def test_links_in_circles_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "itself.txt").symlink_to(tmp_path / "itself.txt")
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "up").symlink_to(tmp_path)
    (tmp_path / "z.txt").write_bytes(GOOD)
    os.mkfifo(tmp_path / "pipe.txt")
    articles, problems = read(tmp_path)
    assert articles.height == 1
    said = reasons(problems, tmp_path)
    assert said.keys() == {"itself.txt", "a.txt", "b.txt", "pipe.txt"}
    assert said["pipe.txt"] == "not a regular file"
    assert "symbolic links" in said["itself.txt"]


def test_a_pipe_in_the_place_of_a_file_is_never_waited_for(tmp_path: Path) -> None:
    for name in ("pipe.txt", "pipe.jsonl"):
        os.mkfifo(tmp_path / name)
        found = FoundFile(tmp_path / name, tmp_path / name)
        (problem,) = read_articles(found, fetched_at=datetime.now(UTC))
        assert isinstance(problem, InputProblem)
        assert problem.reason == "not a regular file"


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.txt").write_bytes(GOOD)
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)  # as root, nothing is closed
    articles, problems = read(tmp_path)
    assert articles.height == 1
    assert reasons(problems, tmp_path) == {"closed": "cannot be read: permission denied"}


def test_a_file_of_200_mb_is_hashed_and_rejected(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(200 * MB)
    (tmp_path / "z.txt").write_bytes(GOOD)
    articles, problems = read(tmp_path)
    assert articles.height == 1
    assert problems[0].reason == "larger than 20 MB, so no article"
    assert problems[0].unkept is not None
    assert problems[0].unkept.size == 200 * MB


def test_what_is_larger_still_is_not_even_hashed(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(10 * 1024**3)
    begun = time.monotonic()
    _, problems = read(tmp_path)
    assert (problems[0].reason, problems[0].unkept) == ("larger than 20 MB, so no article", None)
    assert time.monotonic() - begun < 10  # hashing it would take far longer


def test_a_line_of_50_mb_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "' + b"x" * (50 * MB) + b'"}\n' + lines(RECORD))
    articles, problems = read(tmp_path)
    assert articles.height == 1
    assert reasons(problems, tmp_path) == {"a.jsonl:1": "a line of more than 20 MB"}


class Growing(io.FileIO):
    """A file to which somebody writes while it is read."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size) or b""
        with Path(str(self.name)).open("ab") as writer:
            writer.write(lines(RECORD | {"id": self.tell()}))
        return data

    def readline(self, size: int | None = -1) -> bytes:
        data = super().readline(size)
        with Path(str(self.name)).open("ab") as writer:
            writer.write(lines(RECORD | {"id": self.tell()}))
        return data


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).write_bytes(lines(RECORD))
    (tmp_path / "z.md").write_bytes(GOOD)
    opened = Path.open

    def opening(path: Path, mode: str = "r", **options: Any) -> Any:
        return Growing(path) if path.name == name and mode == "rb" else opened(path, mode, **options)

    monkeypatch.setattr(Path, "open", opening)
    articles, problems = read(tmp_path)
    assert GOOD in articles["content"].to_list()
    assert articles.height <= 2
    assert [problem.reason for problem in problems] == [landing.CHANGED]


def test_a_batch_of_nothing_but_problems_is_bounded(tmp_path: Path) -> None:
    for number in range(BATCH_ARTICLES + 10):
        (tmp_path / f"{number}.txt.gz").write_bytes(b"x")
    assert [len(batch.problems) for batch in LocalFiles([tmp_path]).batches()] == [BATCH_ARTICLES, 10]


def test_a_mail_of_parts_within_parts(tmp_path: Path) -> None:
    nested = b"Subject: x\r\n"
    for number in range(3000):
        nested += f'Content-Type: multipart/mixed; boundary="{number}"\r\n\r\n--{number}\r\n'.encode()
    assert "parts" in all_reasons(tmp_path / "a.eml", nested + b"\r\ntext")


def test_a_page_packed_in_an_archive_is_a_bomb(tmp_path: Path) -> None:
    records = warc("https://a.example/1", bomb(60 * MB), headers="Content-Encoding: gzip\r\n") + warc(
        "https://a.example/2", PAGE
    )
    (tmp_path / "a.warc").write_bytes(records)
    articles, problems = read(tmp_path)
    assert articles["uri"].to_list() == ["https://a.example/2"]
    assert "unpacks to more than 20 MB" in problems[0].reason


def test_surrogates_and_nul_in_records(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Half a pair \ud800 and \0.", "title": "\udfff", "source": "\ud800"}))
    articles, problems = read(tmp_path)
    assert problems == []
    assert articles["content"][0] == b"?\n\nHalf a pair ? and \0."
