"""Whatever is done to the bytes of a file, it gives articles or reasons and never an error."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.sources import files, records
from orchestration.sources.base import InputProblem, RawArticle, capped, once, raw_articles
from tests.orchestration.sources.making import MAIL, PAGE, gz, lines, warc, zipped, zst

RECORD = {
    "text": "Larkfield Systems said revenue rose.",
    "title": "Larkfield",
    "url": "https://a.example/1",
    "date": "2024-01-02",
}
PARTS = MAIL.replace(b"text/plain; charset=utf-8", b'multipart/alternative; boundary="x"') + (
    b"--x\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--x--\r\n"
)
PAGES = (
    warc("https://a.example/1", PAGE)
    + warc("https://a.example/2", b"4\r\nText\r\n0\r\n\r\n", headers="Transfer-Encoding: chunked\r\n")
    + warc("https://a.example/3", gz(PAGE), headers="Content-Encoding: gzip\r\n")
)
WHOLE = {
    "a.txt": b"hello text",
    "a.eml": PARTS,
    "a.jsonl": lines(RECORD, RECORD),
    "a.json": json.dumps({"articles": [RECORD, RECORD]}).encode(),
    "b.json": json.dumps([RECORD] * 3).encode(),
    "a.csv": b'title,text,url\nx,y z,https://a.example/2\n"a","b\nc",d\n',
    "a.warc": PAGES,
    "a.warc.gz": gz(PAGES),
    "a.txt.zst": zst(b"text" * 20),
    "a.zip": zipped({"a.txt": b"x", "b.jsonl": lines(RECORD), "c.zip": zipped({"d.html": PAGE})}),
}


def outcome(name: str, content: bytes) -> list[RawArticle | InputProblem]:
    opened = files.Opened(io.BytesIO(content), name, f"file:///{name}", name, datetime(2024, 1, 2, tzinfo=UTC))
    return list(capped(once(files.articles(opened, size=len(content))), name))


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted(WHOLE)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.binary(max_size=8)), min_size=1, max_size=6),
    end=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_changed_bytes_give_articles_or_reasons(name: str, edits: list[tuple[float, int, bytes]], end: float) -> None:
    content = WHOLE[name]
    for where, gone, new in edits:
        at = int(where * len(content))
        content = content[:at] + new + content[at + gone :]
    found = outcome(name, content[: int(end * len(content))])
    assert all(item.reason and item.where for item in found if isinstance(item, InputProblem))
    raw_articles(item for item in found if isinstance(item, RawArticle))


def test_whole_files_give_no_problem() -> None:
    problems = {
        name: [item for item in outcome(name, content) if isinstance(item, InputProblem)] for name, content in WHOLE.items()
    }
    assert not any(problems.values()), problems


def test_a_reader_of_parquet_that_dies_takes_nobody_with_it(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pyarrow does on a size statistic of the wrong length, by an exception that nobody can catch."""
    reader = tmp_path / "reader.py"
    reader.write_text('import os, sys\nprint(\'["text"]\\n{"text": "one"}\\n{"te\', end="", flush=True)\nos.abort()')
    monkeypatch.setattr(records, "PARQUET_READER", reader)
    article, last, end = outcome("a.parquet", b"x")
    assert isinstance(article, RawArticle)
    assert isinstance(last, InputProblem)
    assert isinstance(end, InputProblem)
    assert end.reason == "no Parquet file, or damaged: its reader came to a bad end"
