"""Fetching is polite, bounded in bytes and time, and never led to where it should not go."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from orchestration.sources.network import FAILURES, Answer, Fetcher, FetchFailed, Manners, is_public
from tests.orchestration.sources.site import QUICK, Site, drip, fetcher, running


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as found:
        yield found


def reason(url: str, manners: Manners = QUICK, **options: object) -> str:
    begun = time.monotonic()
    with fetcher(manners, **options) as web, pytest.raises(FetchFailed) as raised:
        web.fetch(url)
    assert time.monotonic() - begun < 30  # seconds rather than for ever, on a busy machine too
    assert raised.value.url == url
    return raised.value.reason


def test_a_page_with_what_the_server_says_of_it(site: Site) -> None:
    url = site.add(
        "/a", b"<p>hello", kind="text/html; charset=utf-8", ETag='"7"', Last_Modified="Tue, 02 Jan 2024 08:00:00 GMT"
    )
    with fetcher(replace(QUICK, contact="desk@example.org")) as web:
        answer = web.fetch(url)
        again = web.fetch(url, etag=answer.etag)
    assert (answer.content, answer.media_type, answer.etag) == (b"<p>hello", "text/html; charset=utf-8", '"7"')
    assert again.content is None
    assert site.headers[0]["User-Agent"].startswith("newsledger/")
    assert site.headers[0]["User-Agent"].endswith("(+desk@example.org)")


def test_packed_answers_are_unpacked_within_bounds(site: Site) -> None:
    good = site.add("/good", gzip.compress(b"<p>hello"), Content_Encoding="gzip")
    bomb = site.add("/bomb", gzip.compress(bytes(30 * 1024 * 1024)), Content_Encoding="gzip")
    cut = site.add("/cut", gzip.compress(b"x" * 999)[:-9], Content_Encoding="gzip")
    with fetcher() as web:
        assert web.fetch(good).content == b"<p>hello"
    assert "unpacks to more than 20 MB" in reason(bomb)
    assert "cut off" in reason(cut)
    assert "packed by br" in reason(site.add("/br", b"x", Content_Encoding="br"))


def test_too_large_by_its_own_word_and_by_its_bytes(site: Site) -> None:
    small = replace(QUICK, max_bytes=1000)
    assert reason(site.add("/a", b"x" * 2000), small) == "larger than 1 MB"
    endless = site.doing("/b", lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000))
    assert reason(endless, small) == "larger than 1 MB"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"])
def test_a_server_that_drips_is_left_at_the_deadline(site: Site, head: bytes) -> None:
    url = site.doing("/a", lambda handler: drip(handler, head=head))
    assert reason(url, replace(QUICK, deadline=0.4)) == "not there within 0.4 s"


def test_a_server_that_is_silent(site: Site) -> None:
    assert reason(site.doing("/a", lambda handler: time.sleep(1)), replace(QUICK, timeout=0.2)) == "silent for 0.2 s"


def test_the_deadline_is_one_for_all_redirects(site: Site) -> None:
    for number in range(6):

        def slow(handler, number=number):
            time.sleep(0.2)
            handler.wfile.write(f"HTTP/1.1 302 Found\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n".encode())

        site.doing(f"/{number}", slow)
    assert "not there within 0.5 s" in reason(f"{site.url}/0", replace(QUICK, deadline=0.5, redirects=9))


def test_redirects_are_followed_and_circles_left(site: Site) -> None:
    site.add("/end", b"<p>end")
    with fetcher() as web:
        answer = web.fetch(site.redirect("/a", "/end#part"))
    assert (answer.content, answer.url) == (b"<p>end", f"{site.url}/end")
    site.redirect("/b", "/c")
    assert "redirects in a circle" in reason(site.redirect("/c", "/b"))
    for number in range(9):
        site.redirect(f"/n{number}", f"/n{number + 1}")
    assert reason(f"{site.url}/n0") == "more than 5 redirects"
    assert "only http and https" in reason(site.redirect("/f", "file:///etc/passwd"))


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "169.254.169.254",
    "::1",
    "fe80::1%eth0",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
]
WRAPPED = ["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1", "no address"]


def test_which_addresses_are_public() -> None:
    assert [address for address in [*PRIVATE, *WRAPPED] if is_public(address)] == []
    assert all(map(is_public, ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "internal.example"])
def test_a_public_name_that_leads_inwards_is_refused(site: Site, host: str) -> None:
    manners = replace(QUICK, allow_private=frozenset({"news.example"}))
    site.redirect("/a", f"http://{host}:{site.port}/secret")
    site.add("/secret", b"secret")
    said = reason(f"http://news.example:{site.port}/a", manners)
    assert "refused" in said
    assert "no public address" in said
    assert site.asked == ["/a"]


def test_a_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # It would look names up and connect where nobody here sees to what.
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{site.port}")
    assert "no public address" in reason(f"http://internal.example:{site.port}/secret")
    assert site.asked == []
    with fetcher() as web:
        assert web.fetch(site.add("/a", b"<p>hello")).content == b"<p>hello"
    assert site.asked[-1] == "/a"


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(site: Site) -> None:
    site.add("/a", b"secret")
    answers = [["203.0.113.9"], ["127.0.0.1"], ["93.184.215.14", "127.0.0.1"]]
    lookups: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        lookups.append(host)
        return answers[len(lookups) - 1]

    url = f"http://rebind.example:{site.port}/a"
    manners = replace(QUICK, timeout=0.2, deadline=0.3)
    assert "203.0.113.9, which is no public" in reason(url, manners, lookup=rebinding)
    assert "127.0.0.1, which is no public" in reason(url, manners, lookup=rebinding)
    # One bad address among good ones: not a matter of luck.
    assert "127.0.0.1, which is no public" in reason(url, manners, lookup=rebinding)
    assert len(lookups) == 3
    assert site.asked == []


def test_robots_txt_is_kept_to(site: Site) -> None:
    site.add("/robots.txt", b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\n", kind="text/plain")
    site.add("/a", b"<p>a")
    site.add("/private/b", b"<p>b")
    slept: list[float] = []
    with fetcher(replace(QUICK, robots=True), sleep=slept.append) as web:
        web.fetch(f"{site.url}/a")
        web.fetch(f"{site.url}/a")
        with pytest.raises(FetchFailed, match="asks not to fetch it"):
            web.fetch(f"{site.url}/private/b")
        site.redirect("/c", "/private/b")
        with pytest.raises(FetchFailed, match="asks not to fetch it"):
            web.fetch(f"{site.url}/c")
    assert site.asked == ["/robots.txt", "/a", "/a", "/c"]
    assert slept[0] == pytest.approx(7, abs=0.5)


def test_no_robots_txt_allows_all_and_a_broken_one_nothing(site: Site) -> None:
    site.add("/a", b"<p>a")
    with fetcher(replace(QUICK, robots=True)) as web:
        assert web.fetch(f"{site.url}/a").content == b"<p>a"
    site.add("/robots.txt", b"", status=500)
    assert "its robots.txt: answers 500" in reason(f"{site.url}/a", replace(QUICK, robots=True))


def test_pages_of_a_host_are_asked_for_with_a_pause(site: Site) -> None:
    slept: list[float] = []
    with fetcher(replace(QUICK, pause=2.0), sleep=slept.append) as web:
        for path in ("/a", "/b", "/c"):
            web.fetch(site.add(path, b"x"))
    assert slept == pytest.approx([2, 4], abs=0.5)


def test_what_may_get_better_is_tried_again(site: Site) -> None:
    slept: list[float] = []
    answers = iter([b"503 Busy\r\nRetry-After: 3", b"500 Oh", b"200 OK"])
    url = site.doing("/a", lambda handler: handler.wfile.write(b"HTTP/1.1 " + next(answers) + b"\r\nContent-Length: 0\r\n\r\n"))
    with fetcher(replace(QUICK, retries=2), sleep=slept.append) as web:
        assert web.fetch(url).content == b""
    assert slept[0] == 3.0
    assert 1 <= slept[1] <= 2
    assert reason(site.add("/b", status=404), replace(QUICK, retries=2)) == "answers 404"
    assert site.asked.count("/b") == 1
    assert "come back in 9000 s" in reason(site.add("/c", status=429, Retry_After="9000"), replace(QUICK, retries=2))


def test_a_host_that_is_down_is_left_alone(site: Site) -> None:
    with fetcher(QUICK) as web:
        for number in range(FAILURES + 3):
            with pytest.raises(FetchFailed):
                web.fetch(site.add(f"/{number}", status=503))
    assert len(site.asked) == FAILURES


def test_a_key_is_not_told_to_the_host_that_one_is_led_to(site: Site) -> None:
    with running() as other:
        other.add("/b", b"x")
        url = site.redirect("/a", f"{other.url}/b")
        with fetcher(replace(QUICK, headers={"X-Api-Key": "secret"})) as web:
            web.fetch(url)
        assert "X-Api-Key" in site.headers[0]
        assert "X-Api-Key" not in other.headers[0]


@pytest.mark.parametrize(
    ("asked", "at", "told"),
    [
        ("https://a.example/1", "https://a.example/2", True),
        ("http://a.example/1", "https://a.example/1", True),
        ("http://a.example/1", "http://a.example/2", True),
        ("https://a.example/1", "http://a.example/1", False),
        ("https://a.example/1", "https://b.example/1", False),
        ("https://a.example/1", "https://a.example:8443/1", False),
    ],
)
def test_a_key_is_never_told_in_clear_where_it_was_not(
    asked: str, at: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Mapping[str, str]] = []

    def once(self: Fetcher, url: str, host: object, headers: Mapping[str, str], **_: object) -> Answer | str:
        heard.append(headers)
        return at if url == asked else Answer(url, b"x", "text/html", datetime.now(UTC))

    monkeypatch.setattr(Fetcher, "_once", once)
    with fetcher(replace(QUICK, robots=False, headers={"X-Api-Key": "secret"})) as web:
        web.fetch(asked)
    assert ["X-Api-Key" in headers for headers in heard] == [True, told]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.example/x", "only http and https"),
        ("http://user:secret@a.example/", "a name or password"),
        ("http://[::1/", "no address"),
        ("http://a.example:99999/", "no address"),
        ("http:///x", "only http and https"),
        ("http://" + "a" * 300 + ".example/", "cannot be reached"),
    ],
)
def test_addresses_that_are_none(url: str, said: str) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    assert said in reason(url, lookup=unknown)


def test_what_no_server_should_answer(site: Site) -> None:
    url = site.doing("/a", lambda handler: handler.wfile.write(b"SSH-2.0-server\r\n"))
    assert "cannot be reached" in reason(url)
    url = site.doing("/b", lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10**6))
    assert "cannot be reached" in reason(url)
    url = site.doing("/c", lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"))
    assert "cannot be reached" in reason(url)
