"""Files that hold articles: records, pages of web archives, mail, and all of them packed."""

from __future__ import annotations

import bz2
import io
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.sources import base, files
from orchestration.sources.records import FieldMapping, _json, fitting, mappings
from tests.orchestration.sources.making import MAIL, PAGE, gz, lines, read, reasons, tarred, warc, zipped, zst
from transforms.schemas import RAW_ARTICLES

NEWSAPI = {
    "source": {"id": None, "name": "Harbour Post"},
    "author": "A. Writer",
    "title": "Larkfield rises",
    "description": "The maker of harbour cranes had a good year.",
    "url": "https://harbour.example/larkfield",
    "publishedAt": "2024-01-02T08:00:00Z",
    "content": "Larkfield Systems said revenue rose 12 percent… [+1234 chars]",
}
CC_NEWS = {
    "title": "Larkfield rises",
    "maintext": "Larkfield Systems said revenue rose.",
    "url": "https://harbour.example/2",
    "date_publish": "2024-01-02 08:00:00",
    "source_domain": "harbour.example",
    "language": "en",
}
PLAIN = {"text": "Larkfield Systems said revenue rose.", "title": "Larkfield rises", "date": "2024-01-02", "lang": "en"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.txt.gz", gz(b"text"), id="gzip"),
        pytest.param("a.txt.gz", gz(b"te") + gz(b"xt") + b"\0\0", id="gzip-of-members"),
        pytest.param("a.txt.zst", zst(b"te") + zst(b"xt"), id="zstandard-of-frames"),
        pytest.param("a.zip", zipped({"a.txt": b"text", "photo.jpg": b"x", "__MACOSX/._a.txt": b"x"}), id="zip"),
        pytest.param("a.zip", zipped({"b.zip": zipped({"a.txt.gz": gz(b"text")})}), id="zip-of-zip-of-gzip"),
        pytest.param("a.txt.bz2", bz2.compress(b"te") + bz2.compress(b"xt"), id="bzip2-of-streams"),
        pytest.param("a.tar", tarred({"photo.jpg": b"x" * 999, "a.txt": b"text"}), id="tar"),
        pytest.param("a.tgz", tarred({"a.txt": b"text"}, mode="w:gz"), id="tgz"),
        pytest.param("a.tar.gz", tarred({f"{'long/' * 50}a.txt": b"text"}, mode="w:gz"), id="tar-gz-with-a-path-of-pax"),
        pytest.param(
            "a.tar.bz2",
            tarred({f"{'l' * 120}.txt": b"text"}, form=tarfile.GNU_FORMAT, mode="w:bz2"),
            id="tar-gnu",
        ),
        pytest.param(
            "a.tar", tarred({f"{'deep/' * 25}a.txt": b"text"}, form=tarfile.USTAR_FORMAT), id="tar-with-a-prefix-of-ustar"
        ),
        pytest.param("a.zip.zst", zst(zipped({"a.txt": b"text"})), id="zip-in-zstandard"),
    ],
)
def test_what_is_packed_is_unpacked(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    articles, problems = read(tmp_path)
    assert problems == []
    assert articles["content"].to_list() == [b"text"]
    assert articles["media_type"].to_list() == ["text/plain"]
    assert dict(articles.schema) == dict(RAW_ARTICLES)


def test_a_part_of_an_archive_has_an_address_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "night.zip"
    path.write_bytes(zipped({"en/a b.html": PAGE, "c.zip": zipped({"d.md": b"# x"})}))
    articles, _ = read(path)
    assert articles["uri"].to_list() == [f"{path.as_uri()}!/en/a%20b.html", f"{path.as_uri()}!/c.zip!/d.md"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("n.json", json.dumps({"status": "ok", "totalResults": 1, "articles": [NEWSAPI]}).encode(), id="answer"),
        pytest.param("n.json", json.dumps([NEWSAPI], indent=2).encode("utf-16"), id="list-in-utf-16"),
        pytest.param("n.json", lines(NEWSAPI), id="one-object"),
        pytest.param("n.jsonl", b"\xef\xbb\xbf\n" + lines(NEWSAPI), id="lines-with-mark"),
        pytest.param("n.jsonl.gz", gz(lines(NEWSAPI)), id="lines-packed"),
    ],
)
def test_newsapi_records(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    articles, problems = read(tmp_path)
    assert problems == []
    row = articles.row(0, named=True)
    assert row["uri"] == "https://harbour.example/larkfield"
    assert row["content"].decode() == (
        "Larkfield rises\n\nThe maker of harbour cranes had a good year.\n\nLarkfield Systems said revenue rose 12 percent"
    )
    assert (row["declared_published"], row["declared_source"]) == ("2024-01-02T08:00:00Z", "Harbour Post")


def test_cc_news_and_plain_records_in_csv_and_parquet(tmp_path: Path) -> None:
    pl.DataFrame([CC_NEWS]).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame([CC_NEWS | {"url": "https://harbour.example/3"}]).write_csv(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_bytes('Titel;TITLE;Text;Date\nx;Grün;Größe "A"\nund B;2024-01-02\n'.encode("cp1252"))
    (tmp_path / "d.tsv").write_text('url\ttext\nhttps://harbour.example/4\t"Two\nlines"\n')
    pl.DataFrame([PLAIN | {"date": datetime(2024, 1, 2, 8, tzinfo=UTC)}]).write_parquet(tmp_path / "e.parquet")
    articles, problems = read(tmp_path)
    assert reasons(problems, tmp_path) == {
        "c.csv:2": "3 columns where the first line names 4",
        "c.csv:3": "2 columns where the first line names 4",
    }
    assert articles["uri"].to_list() == [
        *("https://harbour.example/2", "https://harbour.example/3", "https://harbour.example/4"),
        f"{(tmp_path / 'e.parquet').as_uri()}#1",
    ]
    assert articles["declared_published"].to_list() == ["2024-01-02 08:00:00"] * 2 + [None, "2024-01-02T08:00:00+00:00"]
    assert articles["content"][0].decode() == "Larkfield rises\n\nLarkfield Systems said revenue rose."


def test_each_mapping_is_chosen_by_its_signature() -> None:
    assert fitting(NEWSAPI).name == "newsapi"
    assert fitting(CC_NEWS).name == "cc-news"
    assert fitting({"url": "x", "domain": "y", "seendate": "20240102T080000Z", "title": "t"}).name == "gdelt"
    assert fitting({"body": "x"}).name == "generic"
    assert list(mappings())[-1] == "generic"


def test_html_in_a_record_gets_its_title_and_stays_html(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"body": "<p>One & two</p>", "title": "A < B", "id": "7/8"}))
    articles, _ = read(tmp_path)
    row = articles.row(0, named=True)
    assert row["media_type"] == "text/html; charset=utf-8"
    assert b"<title>A &lt; B</title>" in row["content"]
    assert row["uri"].endswith("a.jsonl#7/8")


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Kop,Tekst,Dag\nLarkfield stijgt,De omzet steeg.,2024-01-02\n")
    mapping = FieldMapping("own", {"text": ("tekst",), "title": ("kop",), "published": ("dag",)})
    with path.open("rb") as stream:
        opened = files.Opened(stream, path.name, path.as_uri(), str(path), datetime.now(UTC))
        (article,) = files.articles_and_links(opened, size=99, mapping=mapping)
    assert isinstance(article, base.RawArticle)
    assert article.content.decode() == "Larkfield stijgt\n\nDe omzet steeg."
    assert article.published == "2024-01-02"


def test_a_list_of_a_thousand_records_is_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.sources.records._CHUNK", 1000)
    monkeypatch.setattr("orchestration.sources.records.MAX_ARTICLE_BYTES", 5000)
    many = [PLAIN | {"url": f"https://harbour.example/{number}"} for number in range(1000)]
    (tmp_path / "a.json").write_text(json.dumps(many))
    (tmp_path / "b.json").write_text(
        json.dumps({"status": "ok", "articles": [record | {"url": record["url"] + "/b"} for record in many[:200]]})
    )
    articles, problems = read(tmp_path)
    assert problems == []
    assert articles.height == 1200


def test_pages_of_a_web_archive(tmp_path: Path) -> None:
    pages = [
        warc("https://harbour.example/1", PAGE, media_type="text/html; charset=utf-8"),
        warc("https://harbour.example/robots.txt", b"x", status="404 Not Found"),
        warc("https://harbour.example/photo", b"x", media_type="image/jpeg"),
        warc("https://harbour.example/2", gz(PAGE), headers="Content-Encoding: gzip\r\n"),
        warc("https://harbour.example/3", b"4\r\nText\r\n0\r\n\r\n", headers="Transfer-Encoding: chunked\r\n"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(pages))
    (tmp_path / "b.warc.gz").write_bytes(b"".join(map(gz, [warc("https://harbour.example/5", PAGE)] * 2)))
    articles, problems = read(tmp_path)
    assert problems == []
    assert articles["uri"].to_list() == [f"https://harbour.example/{number}" for number in (1, 2, 3, 5)]
    assert articles["content"].to_list() == [PAGE, PAGE, b"Text", PAGE]
    assert articles["media_type"][0] == "text/html; charset=utf-8"
    assert articles["fetched_at"][0] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_mail_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    html = MAIL.replace(b"text/plain", b"text/html").replace(b"Larkfield Systems said", b"<p>Larkfield Systems said")
    (tmp_path / "b.eml").write_bytes(html)
    articles, problems = read(tmp_path)
    assert problems == []
    plain, page = articles.iter_rows(named=True)
    assert plain["content"].decode().splitlines() == ["Larkfield rises", "", "Larkfield Systems said revenue rose."]
    assert (plain["declared_published"], plain["declared_source"]) == ("2024-01-02T08:00:00+01:00", "Harbour Post")
    assert b"<title>Larkfield rises</title>" in page["content"]


def test_only_a_link_is_a_problem_that_says_what_to_do(tmp_path: Path) -> None:
    record = {"url": "https://harbour.example/1", "domain": "harbour.example", "seendate": "20240102T080000Z", "title": "x"}
    (tmp_path / "gdelt.jsonl").write_bytes(lines(record))
    _, problems = read(tmp_path)
    assert reasons(problems, tmp_path) == {"gdelt.jsonl:1": files.NO_TEXT_HERE}


@given(values=st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=9), max_size=2)), chunk=st.integers(1, 40))
def test_a_list_is_the_same_wherever_what_is_read_is_cut(values: list[dict[str, str]], chunk: int) -> None:
    text = json.dumps(values, indent=1, ensure_ascii=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.sources.records._CHUNK", chunk)
        found = [item[1] for item in _json(io.BytesIO(text.encode()), "here") if not isinstance(item, base.InputProblem)]
    assert found == values


def test_a_million_tiny_records_behind_a_large_one_take_no_hours() -> None:
    text = json.dumps([{"text": "x" * 10_000_000}])[:-1] + ",{}" * 1_000_000 + "]"
    assert sum(1 for _ in _json(io.BytesIO(text.encode()), "here")) == 1_000_001
