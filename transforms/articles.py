"""From raw articles to their clean texts: the public face of `transforms.reading`.

One row goes in, one row comes out; what cannot be read has a reason instead of a text and never stops
the rest. No facts here, no files, no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from transforms.reading import charset, copies, dates, head, identity, language, page, workers
from transforms.reading.clean import closed, one_line
from transforms.reading.html import read_html
from transforms.reading.identity import article_id
from transforms.reading.markdown import is_crawled, read_markdown
from transforms.reading.page import Page
from transforms.reading.plain import read_plain, settle
from transforms.schemas import ARTICLE_TEXTS, RAW_ARTICLES, READER_VERSION, UNKNOWN_LANGUAGE

__all__ = ["article_id", "read", "reading"]

MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|article|main|meta|title|div|p|h1|table|section)\b", re.IGNORECASE)
PIECES = re.compile(r"</?(?:p|div|br|h[1-6]|article|li|span)\b[^<>]{0,300}>", re.IGNORECASE)
PAGE_SECONDS: Final = 0.015
TEXT_SECONDS: Final = 0.0002
"""What a page of HTML and a plain text take on one core (tests/benchmarks/reading.py)."""
WORTH_SECONDS: Final = 4.0
"""Work from which readers of their own are started: a second to start them, half of the rest saved on two cores."""
NOTHING: Final[dict[str, Any]] = dict.fromkeys(ARTICLE_TEXTS)
LEAST: Final = 40
"""Weight below which a text is no article: two short sentences have more."""


def read(raw: pl.DataFrame) -> pl.DataFrame:
    """ARTICLE_TEXTS from RAW_ARTICLES, row for row in the same order.

    A row that cannot be read has its reason in `reject_reason`, and null for text, hash, title and cluster.
    Raises nothing for any content; a frame without the columns of RAW_ARTICLES raises polars' ColumnNotFoundError.
    """
    rows = raw.select(list(RAW_ARTICLES)).rows(named=True)
    # A page is a tree: reading it is work on one page at a time, as it is in every reader of HTML. What is work on
    # characters alone is done for all articles at once.
    opened = [opened_one(row) for row in rows]
    settle([draft.page for draft in opened if draft.page is not None and draft.form == "plain"])
    pointing = head.may_point([draft.page.body if draft.page is not None else "" for draft in opened])
    for draft, row, may_point in zip(opened, rows, pointing, strict=True):
        take_apart(draft, row, may_point=may_point)
    texts = [finished(draft, row) for draft, row in zip(opened, rows, strict=True)]
    compare(texts, [draft.body for draft in opened])
    return pl.DataFrame(texts, schema=ARTICLE_TEXTS)


@contextmanager
def reading(media_types: pl.Series) -> Iterator[Callable[[pl.DataFrame], pl.DataFrame]]:
    """`read` for a run over articles of these media types: on all processors where that is worth starting readers."""
    pages = media_types.str.contains("html").fill_null(value=False).to_list().count(True)
    seconds = pages * PAGE_SECONDS + (len(media_types) - pages) * TEXT_SECONDS
    count = min(workers.cores(), workers.MOST_WORKERS)
    if count < 2 or seconds < WORTH_SECONDS:
        yield read
        return
    with workers.Workers(count) as readers:
        yield readers.read


@dataclass(slots=True)
class Opened:
    """An article on its way: its form and page, or the reason for which there is none."""

    form: str = ""
    page: Page | None = None
    reason: str | None = None
    language: str = UNKNOWN_LANGUAGE
    title: str | None = None
    body: str = ""
    framed: list[dates.Published] = field(default_factory=list)  # dates of the lines that frame the text


def opened_one(row: dict[str, Any]) -> Opened:
    """The bytes of one row of RAW_ARTICLES as a page."""
    text, reason = charset.decode(row["content"] or b"", row["media_type"])
    if text is None:
        return Opened(reason=reason)
    form = form_of(text, row["media_type"], row["uri"])
    return Opened(form, page_of(text, form))


def compare(texts: list[dict[str, Any]], bodies: list[str]) -> None:
    """Fills in what copies are known by: cluster and signature, and the source where the cluster stands for it."""
    readable = [(text, body) for text, body in zip(texts, bodies, strict=True) if text["reject_reason"] is None]
    said = [body for _, body in readable]
    letters = copies.letters(said)
    for (text, _), of, signature in zip(readable, letters, copies.signatures(said, letters), strict=True):
        text["cluster_id"] = identity.cluster_id(of)
        text["signature"] = signature
        text["source_id"] = text["source_id"] or text["cluster_id"]


def form_of(text: str, media_type: str | None, uri: str | None) -> str:
    """`html`, `markdown` or `plain`, by what the text is rather than by what its file is called."""
    kind = (media_type or "").lower()
    if is_crawled(text):
        return "markdown"
    start = text[:3000]
    if MARKUP.match(start.lstrip("\ufeff \t\r\n")) or "html" in kind:
        return "html"
    if "markdown" in kind or (uri or "").lower().endswith((".md", ".markdown")):
        return "markdown"
    if start.count("<") >= 3 and len(PIECES.findall(start)) >= 3:
        return "html"
    return "plain"


def page_of(text: str, form: str) -> Page:
    """The page in `text`, read as `form`."""
    if form == "html":
        return read_html(text)
    if form == "markdown":
        return read_markdown(text)
    return read_plain(text)


def take_apart(draft: Opened, row: dict[str, Any], *, may_point: bool) -> None:
    """Fills in language, title, body and framing dates of what is readable; `may_point` as `head.may_point` says."""
    found = draft.page
    if found is None:
        return
    if not found.body and not (found.title and draft.form != "html"):
        draft.page, draft.reason = None, page.NO_TEXT if draft.form == "html" else page.EMPTY
        return
    sample = f"{found.title or ''}\n{found.body[: language.MOST]}"
    declared = found.language or row["declared_language"]
    draft.language = language.language_of(sample, declared)
    region = region_of(declared, found.url or row["uri"])
    hint = found.dates[0] if found.dates else None
    lines = found.body.split("\n")
    lines = head.drop_tail(head.drop_lines(lines) if may_point else lines)
    title, lines, framed = head.take_head(lines, language=draft.language, region=region, title=found.title, hint=hint)
    draft.framed = framed + head.frame_dates(found.near, language=draft.language, region=region)
    draft.body = closed("\n".join(lines))
    draft.title = one_line(title or one_line(row["declared_title"] or "")) or None


def finished(draft: Opened, row: dict[str, Any]) -> dict[str, Any]:
    """One row of ARTICLE_TEXTS but its cluster and signature."""
    known = NOTHING | {
        "article_id": row["article_id"],
        "uri": row["uri"],
        "content_sha256": row["content_sha256"],
        "date_source": "none",
        "reader_version": READER_VERSION,
        "reject_reason": draft.reason,
    }
    found, title, body = draft.page, draft.title, draft.body
    if found is None:
        return known
    if len(body) < LEAST and head.weight(body) < LEAST:
        return known | {"reject_reason": page.TOO_SHORT}
    text = f"{title}\n\n{body}" if title else body
    published = published_of(found, draft.framed, row)
    return known | {
        "text": text,
        "text_sha256": identity.text_sha256(text),
        "title_start": 0 if title else None,
        "title_end": len(title) if title else None,
        "language": draft.language,
        "script": language.script_of(text) if draft.language == "zh" else None,
        "published_at": published.at if published else None,
        "published_precision": published.precision if published else None,
        "date_source": published.source if published else "none",
        "source_id": identity.source_id([found.url, row["uri"]], [found.publisher, row["declared_source"]]),
    }


def region_of(declared: str | None, url: str | None) -> str | None:
    """The country whose order of day and month a page follows: by its locale ("en-GB"), else its domain."""
    if declared and (stated := re.search(r"[-_]([A-Za-z]{2})\b", declared)):
        return stated[1].upper()
    domain = identity.domain(url)
    last = domain.rsplit(".", 1)[-1] if domain else ""
    return last.upper() if len(last) == 2 else None


def published_of(found: Page, framed: list[dates.Published], row: dict[str, Any]) -> dates.Published | None:
    """When the article came out: what the page says in its head, its text, the crawl, the source, in that order."""
    crawl = [date for date in found.dates if date.source == "crawl_prefix"]
    own = [date for date in found.dates if date.source != "crawl_prefix"]
    declared = dates.from_machine(row["declared_published"], "declared") if row["declared_published"] else None
    url = None if found.url else dates.from_url(row["uri"] or "")
    candidates = [*own, *framed, *crawl, *([declared] if declared else []), *([url] if url else [])]
    return dates.choose(candidates, not_after=row["fetched_at"])
