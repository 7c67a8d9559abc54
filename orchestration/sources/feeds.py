"""RSS and Atom feeds, and news sitemaps: documents that name articles.

They are read for their links, with what they say of each article; the pages themselves are fetched by
links.py. A document that declares entities within entities is refused before any parser sees it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from orchestration.sources.base import InputProblem, Link, RawArticle, shown
from orchestration.sources.records import with_title
from orchestration.sources.unpack import Broken, Budget
from orchestration.sources.warc import decoded

FEED_BYTES: Final = 10 * 1024 * 1024
FEED_SECONDS: Final = 30.0
"""A feed of 20,000 entries takes 8 s."""
MOST_SITEMAPS: Final = 50
_ENTITY: Final = re.compile(rb"<!ENTITY\s+(?:%\s*)?[^\s>]+\s+(?:(?:PUBLIC|SYSTEM)\b|([\"'])(.*?)\1)", re.DOTALL)
_MOST_ENTITIES: Final = 300
_SITEMAP: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS: Final = "{http://www.google.com/schemas/sitemap-news/0.9}"


def check_entities(document: bytes) -> None:
    """Raises Broken for declarations of entities that grow: in terms of each other, long, or very many."""
    # Without zeros UTF-16 reads like ASCII, as far as this search goes.
    text = document.replace(b"\0", b"")
    for count, match in enumerate(_ENTITY.finditer(text)):
        value = match[2] or b""
        if count >= _MOST_ENTITIES or len(value) > 64 or re.search(rb"&(?!#)|%\w+;", value):
            raise Broken("refused: it declares XML entities that grow (an entity bomb)")


def feed(
    document: bytes, *, url: str, media_type: str = "", full_text: bool = True
) -> Iterator[Link | RawArticle | InputProblem]:
    """The entries of a feed: links, or with `full_text` off articles out of what the feed itself holds. Raises Broken."""
    check_entities(document)
    found = _read(document, url=url, media_type=media_type)
    if not found["version"] and not found["entries"]:
        raise Broken("no feed (RSS or Atom)")
    language, publisher = _text(found["language"]), _text(found["title"])
    for entry in found["entries"]:
        address, title = _text(entry["link"]), _text(entry["title"])
        link = urljoin(url, address) if address else ""
        if urlsplit_safe(link) not in ("http", "https"):
            yield InputProblem(shown(url), f"an entry without a link: {shown(title or 'no title')[:120]}")
            continue
        link = link.partition("#")[0]
        published = _moment(entry["at"]) or _text(entry["published"])
        named = _text(entry["source"]) or publisher
        if full_text:
            mark = _mark(entry["updated"], entry["published"], title)
            yield Link(link, f"{shown(url)}: {shown(link)}", language, published, title, named, mark)
        elif body := entry["text"].strip():
            content = with_title(body if "<" in body else f"<p>{body}</p>", title).encode("utf-8", "replace")
            kind = "text/html; charset=utf-8"
            yield RawArticle(link, kind, content, datetime.now(UTC), language, published, title, named, link)
        else:
            yield InputProblem(shown(link), "the feed holds no text of it (full_text = true fetches the page)")


def _read(document: bytes, *, url: str, media_type: str) -> dict[str, Any]:
    """What feedreader.py makes of a feed. Raises Broken, also where that takes too long."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("feedreader.py")), url, media_type]
    try:
        done = subprocess.run(command, input=document, capture_output=True, timeout=FEED_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Broken(f"no feed that can be read within {FEED_SECONDS:g} s") from None
    except ValueError:
        raise Broken("no feed at such an address") from None
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise Broken(f"no feed that can be read: {shown(said)[:160]}") from None
    return found


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _moment(at: Sequence[int] | None) -> str | None:
    """A time in UTC, as feedparser tells it."""
    try:
        if not at:
            return None
        year, month, day, hour, minute, second = at
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def urlsplit_safe(url: str) -> str:
    """The scheme of an address, empty where it is none."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _mark(*parts: object) -> str:
    return hashlib.sha256("\0".join(str(part) for part in parts).encode("utf-8", "replace")).hexdigest()[:16]


def sitemap(document: bytes, *, url: str, max_age_days: float | None = None) -> Iterator[Link | str | InputProblem]:
    """The pages of a sitemap as links, and the addresses of further sitemaps as text. Raises Broken.

    `max_age_days` leaves out pages that are older by what the sitemap says of them.
    """
    if document.startswith(b"\x1f\x8b"):
        document = decoded(document, "gzip", Budget(len(document)))
    check_entities(document)
    oldest = datetime.now(UTC) - timedelta(days=max_age_days) if max_age_days is not None else None
    entries = 0
    try:
        context = etree.iterparse(
            io.BytesIO(document),
            events=("end",),
            tag=("{*}url", "{*}sitemap"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=False,
        )
        for _, element in context:
            entries += 1
            yield from _sitemap_entry(element, url=url, oldest=oldest)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        root = context.root
        if not entries and (root is None or etree.QName(root).localname not in ("urlset", "sitemapindex")):
            raise Broken("no sitemap")
    except etree.XMLSyntaxError as error:
        raise Broken(f"no sitemap, or damaged: {shown(error.msg or 'not XML')[:160]}") from None


def _sitemap_entry(element: Any, *, url: str, oldest: datetime | None) -> Iterator[Link | str | InputProblem]:
    def text(path: str) -> str | None:
        return (element.findtext(path) or "").strip() or None

    address = text("{*}loc")
    if not address or urlsplit_safe(address) not in ("http", "https"):
        yield InputProblem(shown(url), f"an entry without an address: {shown(address)[:120]}")
        return
    if etree.QName(element).localname == "sitemap":
        yield address
        return
    changed = text("{*}lastmod")
    published = text(f"{_NEWS}news/{_NEWS}publication_date")
    said = _instant(changed) or _instant(published)
    if oldest is not None and said is not None and said < oldest:
        return
    publication = f"{_NEWS}news/{_NEWS}publication/{_NEWS}"
    title = text(f"{_NEWS}news/{_NEWS}title")
    mark = _mark(changed, published, title) if changed or published else ""
    link = address.partition("#")[0]
    where = f"{shown(url)}: {shown(link)}"
    yield Link(link, where, text(f"{publication}language"), published, title, text(f"{publication}name"), mark)


def _instant(said: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(said) if said else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
