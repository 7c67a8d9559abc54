"""Configured sources against a site of our own: feeds, sitemaps, lists and records, between runs and under attack."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import polars as pl
import pytest

from orchestration.sources import feeds
from orchestration.sources.base import Batch, InputProblem, Link, RawArticle, raw_articles
from orchestration.sources.check import checked, table
from orchestration.sources.config import load
from orchestration.sources.configured import Checked, ConfiguredSources, Spooled, check
from orchestration.sources.landing import LocalFiles
from orchestration.sources.links import fetched
from orchestration.sources.network import Answer, Fetcher
from orchestration.sources.state import SourceState
from orchestration.sources.unpack import Broken
from tests.orchestration.sources.making import PAGE, gz, lines, warc
from tests.orchestration.sources.site import Site, running

HTTP = """
[http]
timeout = 5
deadline = 10
pause = 0
retries = 0
allow_private = ["localhost"]
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as found:
        yield found


def sources(folder: Path, text: str) -> ConfiguredSources:
    (folder / "sources.toml").write_text(HTTP + text)
    return ConfiguredSources(load(folder / "sources.toml"), folder / "states")


def run(asked: ConfiguredSources) -> tuple[pl.DataFrame, dict[str, str]]:
    """All articles and, by place, all problems of one run to its end."""
    batches = list(asked.batches())
    frames = [batch.articles.with_columns(pl.lit(batch.source).alias("source")) for batch in batches]
    return (
        pl.concat(frames) if frames else pl.DataFrame(schema=["uri", "source"]),
        {problem.where: problem.reason for batch in batches for problem in batch.problems},
    )


def rss(site: Site, *paths: str, head: str = "", title: str = "rises") -> bytes:
    items = "".join(
        f"<item><title>Larkfield {title}</title><link>{site.url}{path}?utm=1#top</link>"
        f"<pubDate>Tue, 02 Jan 2024 08:00:00 +0100</pubDate><description>Short.</description></item>"
        for path in paths
    )
    feed = f"<rss version='2.0'><channel><title>Harbour Post</title><language>en</language>{items}</channel></rss>"
    return f"<?xml version='1.0'?>{head}{feed}".encode()


def feed_of(site: Site) -> str:
    return f"[sources.post]\nkind = 'feed'\nurl = '{site.url}/feed'\n"


def test_a_feed_gives_the_linked_pages_and_only_what_is_new(site: Site, tmp_path: Path) -> None:
    site.add("/feed", rss(site, "/1", "/2"), kind="application/rss+xml", ETag='"1"')
    for path in ("/1?utm=1", "/2?utm=1", "/3?utm=1"):
        site.add(path, PAGE)
    asked = sources(tmp_path, feed_of(site))
    articles, problems = run(asked)
    assert problems == {}
    assert articles["uri"].to_list() == [f"{site.url}/1?utm=1", f"{site.url}/2?utm=1"]
    row = articles.row(0, named=True)
    assert row["content"] == PAGE
    assert (row["declared_published"], row["declared_source"]) == ("2024-01-02T07:00:00+00:00", "Harbour Post")
    assert (row["declared_title"], row["declared_language"], row["source"]) == ("Larkfield rises", "en", "post")

    assert site.asked[:2] == ["/robots.txt", "/feed"]
    assert sorted(site.asked[2:]) == ["/1?utm=1", "/2?utm=1"]  # fetched side by side, so in any order
    site.asked.clear()
    assert run(asked)[0].is_empty()
    assert site.asked == ["/robots.txt", "/feed"]
    assert site.headers[-1]["If-None-Match"] == '"1"'

    site.add("/feed", rss(site, "/1", "/3"), kind="application/rss+xml", ETag='"2"')
    assert run(asked)[0]["uri"].to_list() == [f"{site.url}/3?utm=1"]
    site.add("/feed", rss(site, "/1", title="falls"), kind="application/rss+xml", ETag='"3"')
    assert run(asked)[0]["uri"].to_list() == [f"{site.url}/1?utm=1"]


def test_a_page_that_failed_is_asked_for_again_though_the_feed_is_unchanged(site: Site, tmp_path: Path) -> None:
    site.add("/feed", rss(site, "/1", "/2"), kind="application/rss+xml", ETag='"1"')
    site.add("/1?utm=1", PAGE)
    asked = sources(tmp_path, feed_of(site))
    articles, problems = run(asked)
    assert articles.height == 1
    assert problems == {f"{site.url}/2?utm=1": "answers 404"}
    site.add("/2?utm=1", PAGE)
    assert run(asked)[0]["uri"].to_list() == [f"{site.url}/2?utm=1"]


def test_a_run_that_ends_early_takes_everything_again(site: Site, tmp_path: Path) -> None:
    site.add("/feed", rss(site, "/1"), kind="application/rss+xml", ETag='"1"')
    site.add("/1?utm=1", PAGE)
    asked = sources(tmp_path, feed_of(site))
    next(asked.batches())  # received, but whoever asked never came back: killed
    assert run(asked)[0].height == 1
    assert run(asked)[0].is_empty()


def test_a_state_that_is_damaged_is_no_state(tmp_path: Path) -> None:
    state = SourceState.load(tmp_path, "a b")
    state.take("https://a.example/", etag="x")
    state.save()
    (file,) = tmp_path.iterdir()
    assert SourceState.load(tmp_path, "a b").seen("https://a.example/").etag == "x"
    for damaged in (b"", b"[]", b"{", b'{"a": 3}'):
        file.write_bytes(damaged)
        assert SourceState.load(tmp_path, "a b").known == {}


def test_a_feed_that_holds_the_texts_itself(site: Site, tmp_path: Path) -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title><entry><title>A &amp; B</title>
      <link href="/1"/><updated>2024-01-02T08:00:00Z</updated>
      <content type="html">&lt;p&gt;All of it.&lt;/p&gt;</content></entry><entry><title>Without a link</title></entry></feed>"""
    site.add("/feed", atom.encode(), kind="application/atom+xml")
    articles, problems = run(sources(tmp_path, feed_of(site) + "full_text = false\n"))
    assert articles["uri"].to_list() == [f"{site.url}/1"]
    assert b"<title>A &amp; B</title>" in articles["content"][0]
    assert b"<p>All of it.</p>" in articles["content"][0]
    assert problems == {f"{site.url}/feed": "an entry without a link: Without a link"}


LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 or str()};' * 10}'>" for n in range(1, 10)) + "]>"
)
LONG = f"<!DOCTYPE rss [<!ENTITY a '{'x' * 100_000}'>]>"
PARAMETER = "<!DOCTYPE rss [<!ENTITY % a 'x'><!ENTITY % b '%a;%a;'>]>"


@pytest.mark.parametrize("head", [LAUGHS, LONG, PARAMETER])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused_and_the_other_sources_go_on(site: Site, tmp_path: Path, head: str, encoding: str) -> None:
    site.add("/feed", rss(site, "/1", head=head).decode().encode(encoding), kind="application/rss+xml")
    site.add("/good", rss(site, "/1"), kind="application/rss+xml")
    site.add("/1?utm=1", PAGE)
    begun = time.monotonic()
    articles, problems = run(sources(tmp_path, feed_of(site) + f"[sources.good]\nkind = 'feed'\nurl = '{site.url}/good'\n"))
    assert time.monotonic() - begun < 30  # seconds rather than for ever, on a busy machine too
    assert articles["source"].to_list() == ["good"]
    assert problems == {f"post: {site.url}/feed": "refused: it declares XML entities that grow (an entity bomb)"}


def test_a_feed_that_would_take_minutes_to_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "FEED_SECONDS", 0.7)
    attributes = " ".join(f"a{number}='x'" for number in range(40_000))
    document = f"<rss version='2.0'><channel><item {attributes}></item></channel></rss>".encode()
    begun = time.monotonic()
    with pytest.raises(Broken, match="no feed that can be read within"):
        list(feeds.feed(document, url="https://a.example/"))
    with pytest.raises(Broken, match="no sitemap"):
        list(feeds.sitemap(document, url="https://a.example/"))
    with pytest.raises(Broken, match="no sitemap"):
        list(feeds.sitemap(b"<urlset>" * 300_000, url="https://a.example/"))
    assert time.monotonic() - begun < 30  # seconds rather than for ever, on a busy machine too


def test_harmless_entities_are_none_of_a_bomb() -> None:
    feeds.check_entities(b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES" "http://w3">]>')
    with pytest.raises(Broken):
        feeds.check_entities(b"<!DOCTYPE x [" + b"<!ENTITY a 'b'>" * 1000 + b"]>")


def test_outside_files_are_not_read_by_any_parser(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    head = f"<!DOCTYPE urlset [<!ENTITY x SYSTEM '{(tmp_path / 'secret').as_uri()}'>]>"
    urls = f"{head}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/&x;</loc></url></urlset>"
    found = list(feeds.sitemap(urls.encode(), url="https://a.example/sitemap"))
    assert "secret" not in str(found)
    rss = f"{head}<rss version='2.0'><channel><item><title>&x;</title><link>https://a.example/</link></item></channel></rss>"
    assert "secret" not in str(list(feeds.feed(rss.encode(), url="https://a.example/feed")))


@pytest.mark.parametrize("document", [b"", b"hello", b"<html><body>Not found</body></html>", b"\x00" * 99])
def test_what_is_no_feed_and_no_sitemap(document: bytes) -> None:
    for parse in (feeds.feed, feeds.sitemap):
        with pytest.raises(Broken, match=r"no feed|no sitemap"):
            list(parse(document, url="https://a.example/"))


def sitemap(*entries: str) -> bytes:
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        f"{''.join(entries)}</urlset>"
    ).encode()


def test_a_news_sitemap_and_an_index_of_them(site: Site, tmp_path: Path) -> None:
    news = (
        f"<url><loc>{site.url}/1</loc><n:news><n:publication><n:name>Harbour</n:name><n:language>en</n:language>"
        "</n:publication><n:publication_date>2124-01-02T08:00:00Z</n:publication_date><n:title>Rises</n:title></n:news></url>"
    )
    old = f"<url><loc>{site.url}/2</loc><lastmod>2004-01-02</lastmod></url>"
    bad = "<url><loc>javascript:alert(1)</loc></url>"
    site.add("/news.xml.gz", gz(sitemap(news, old, bad)), kind="application/gzip")
    index = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + "".join(
        f"<sitemap><loc>{site.url}{path}</loc></sitemap>" for path in ("/news.xml.gz", "/index", "/gone")
    )
    site.add("/index", f"{index}</sitemapindex>".encode(), kind="application/xml")
    site.add("/1", PAGE)
    asked = sources(tmp_path, f"[sources.map]\nkind = 'sitemap'\nurl = '{site.url}/index'\n")
    articles, problems = run(asked)
    assert articles["uri"].to_list() == [f"{site.url}/1"]
    row = articles.row(0, named=True)
    assert (row["declared_source"], row["declared_language"], row["declared_published"]) == (
        "Harbour",
        "en",
        "2124-01-02T08:00:00Z",
    )
    assert problems == {
        f"{site.url}/gone": "answers 404",
        f"{site.url}/news.xml.gz": "an entry without an address: javascript:alert(1)",
    }
    assert run(asked)[0].is_empty()
    assert site.asked.count("/1") == 1


def test_a_list_of_addresses_asks_whether_they_have_changed(site: Site, tmp_path: Path) -> None:
    first = site.add("/1", PAGE, ETag='"1"')
    second = site.add("/2", PAGE)
    (tmp_path / "list.txt").write_text(f"# remark\n{second}\n\nnonsense\n{first}#top\n")
    asked = sources(tmp_path, f"[sources.list]\nkind = 'urls'\nurls = ['{first}']\nfile = 'list.txt'\n")
    articles, problems = run(asked)
    assert articles["uri"].to_list() == [first, second]
    assert problems == {f"{tmp_path / 'list.txt'}:4": "no address: nonsense"}
    assert run(asked)[0]["uri"].to_list() == [second]


def test_records_without_a_text_are_fetched_where_that_is_asked_for(site: Site, tmp_path: Path) -> None:
    url = site.add("/1", PAGE)
    gdelt = {"url": url, "title": "x", "seendate": "20240102T080000Z", "domain": "a.example", "language": "English"}
    (tmp_path / "gdelt.jsonl.gz").write_bytes(gz(lines(gdelt, gdelt | {"url": f"{site.url}/gone"})))
    (tmp_path / "own.csv").write_text("kop,tekst\nLarkfield stijgt,De omzet steeg.\n")
    text = "[sources.gdelt]\nkind = 'records'\npath = 'gdelt.jsonl.gz'\nmapping = 'gdelt'\n"
    own = "[sources.own]\nkind = 'records'\npath = 'own.csv'\nfields = { text = 'tekst', title = 'kop' }\n"
    articles, problems = run(sources(tmp_path, f"{text}fetch = true\n{own}"))
    assert articles["content"].to_list() == [PAGE, b"Larkfield stijgt\n\nDe omzet steeg."]
    assert articles["declared_published"][0] == "20240102T080000Z"
    assert problems == {f"{site.url}/gone": "answers 404"}
    _, problems = run(sources(tmp_path, text))
    assert "fetch = true" in problems[f"{tmp_path / 'gdelt.jsonl.gz'}:1"]


def test_folders_and_archives_and_an_address_that_two_sources_name(site: Site, tmp_path: Path) -> None:
    url = site.add("/1", PAGE)
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "a.warc").write_bytes(warc(url, b"<p>Another version"))
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.txt").write_text("text")
    text = f"[sources.list]\nkind = 'urls'\nurls = ['{url}']\n[sources.crawl]\nkind = 'warc'\npath = 'crawl'\n"
    asked = sources(tmp_path, text + "[sources.empty]\nkind = 'folder'\npath = 'empty'\n")
    (tmp_path / "empty").mkdir()
    first = LocalFiles([tmp_path / "landing"], name="landing folder")
    articles, problems = run(ConfiguredSources(asked.configs, asked.states, first=first))
    assert problems == {}
    assert articles["source"].to_list() == ["landing folder", "list"]


def test_a_source_that_fails_is_named_and_the_others_go_on(site: Site, tmp_path: Path) -> None:
    site.redirect("/feed", "http://10.0.0.1/feed")
    site.add("/robots.txt", b"User-agent: *\nDisallow: /closed\n")
    url = site.add("/1", PAGE)
    text = (
        f"{feed_of(site)}[sources.gone]\nkind = 'folder'\npath = 'not-there'\n"
        f"[sources.none]\nkind = 'urls'\nfile = 'no-such-file'\n"
        f"[sources.key]\nkind = 'urls'\nurls = ['{url}']\nheaders = {{ X = 'env:NEWSLEDGER_NO_SUCH_KEY' }}\n"
        f"[sources.list]\nkind = 'urls'\nurls = ['{site.url}/closed', '{url}', '{site.url}/photo']\n"
    )
    site.add("/photo", b"x", kind="image/jpeg")
    articles, problems = run(sources(tmp_path, text))
    assert articles["uri"].to_list() == [url]
    assert problems == {
        f"post: {site.url}/feed": "its robots.txt: refused: 10.0.0.1 is no public address (see allow_private)",
        str(tmp_path / "not-there"): "no such file or folder",
        f"none: {tmp_path / 'no-such-file'}": "no such file or directory",
        "key": "its header X wants the environment variable NEWSLEDGER_NO_SUCH_KEY, which is not set",
        f"{site.url}/closed": f"the robots.txt of localhost:{site.port} asks not to fetch it",
        f"{site.url}/photo": "no page of text but image/jpeg",
    }


def test_loopback_is_refused_unless_it_is_allowed_by_name(site: Site, tmp_path: Path) -> None:
    url = site.add("/1", PAGE)
    text = f"[sources.list]\nkind = 'urls'\nurls = ['{url}']\nallow_private = []\n"
    _, problems = run(sources(tmp_path, text))
    assert "no public address (see allow_private)" in problems[url]
    assert site.asked == []


def test_sources_are_tried_out_without_a_trace(site: Site, tmp_path: Path) -> None:
    site.add("/feed", rss(site, "/1", "/2"), kind="application/rss+xml", ETag='"1"')
    site.add("/1?utm=1", PAGE)
    asked = sources(tmp_path, f"{feed_of(site)}[sources.gone]\nkind = 'feed'\nurl = '{site.url}/gone'\n")
    good, gone = checked(asked.configs)
    assert good.first == f"{len(PAGE)} bytes of text/html: {site.url}/feed: {site.url}/1?utm=1"
    assert (good.problems, gone.first) == ((), None)
    assert [problem.reason for problem in gone.problems] == ["answers 404"]
    assert not (tmp_path / "states").exists()
    assert site.asked.count("/2?utm=1") == 0
    assert table([good, gone]).row_count == 2
    assert isinstance(check(asked.configs[0]), Checked)


def test_a_source_is_asked_once_however_often_it_is_looked_at(tmp_path: Path) -> None:
    drawn: list[int] = []

    class Counting:
        name = "test"

        def count(self) -> None:
            return None

        def batches(self) -> Iterator[Batch]:

            for number in range(3):
                drawn.append(number)
                article = RawArticle(f"test:{number}", "text/plain", b"x", datetime(2024, 1, 1, tzinfo=UTC))
                yield Batch(raw_articles([article]), (InputProblem(str(number), "x"),), "one")

    spooled = Spooled(Counting(), tmp_path / "sources")
    looked = spooled.batches()
    assert next(looked).articles["uri"].to_list() == ["test:0"]
    assert [batch.articles["uri"].item() for batch in spooled.batches()] == ["test:0", "test:1", "test:2"]
    assert next((batch.articles["uri"].item(), batch.source, len(batch.problems)) for batch in spooled.batches()) == (
        "test:0",
        "one",
        1,
    )
    assert drawn == [0, 1, 2]
    spooled.close()
    assert list((tmp_path / "sources").iterdir()) == []


def test_a_link_of_a_feed_says_where_it_was_found() -> None:
    document = json.loads(
        '"<rss version=\\"2.0\\"><channel><item><title>x</title><link>https://a.example/1</link></item></channel></rss>"'
    )
    (link,) = feeds.feed(document.encode(), url="https://a.example/feed")
    assert isinstance(link, Link)
    assert link.where == "https://a.example/feed: https://a.example/1"


def test_a_compressed_sitemap_is_bounded() -> None:
    with pytest.raises(Broken, match="20 MB"):
        list(feeds.sitemap(gzip.compress(bytes(40 * 1024 * 1024)), url="https://a.example/"))


def test_a_page_is_asked_for_by_what_it_was_however_often_it_has_not_changed() -> None:
    """Servers that know a page by its time alone do not say it again with 304: RFC 9110, 15.4.5."""
    asked: list[str | None] = []

    class Apache:
        def fetch(self, url: str, *, modified: str | None, **_: object) -> Answer:
            asked.append(modified)
            now = datetime.now(UTC)
            return Answer(url, None, "", now) if modified else Answer(url, PAGE, "text/html", now, modified="Mon, 1 Jan")

    state = SourceState()
    for _ in range(3):
        list(fetched([Link("https://a.example/1", "here")], cast("Fetcher", Apache()), state))
    assert asked == [None, "Mon, 1 Jan", "Mon, 1 Jan"]
