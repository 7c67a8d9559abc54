"""What a source of articles is, and the frame it yields.

A source turns some place (a folder, a feed, the shipped samples) into batches of `RAW_ARTICLES`, one
batch at a time, so that memory stays bounded however many articles there are. It decides nothing about
them: whether an article is new, changed or unreadable is found out later. What cannot be had is a
problem that names the place and the reason, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import polars as pl

from transforms.schemas import RAW_ARTICLES

BATCH_ARTICLES: Final = 2048
BATCH_BYTES: Final = 32 * 1024 * 1024
"""A batch is closed when it reaches either limit, so it holds at most this and one article more."""
BATCH_SECONDS: Final = 10.0
"""A batch is closed with the first article after this time: what was fetched slowly must not be lost with a killed run."""
PROBLEMS_TOLD: Final = 10
"""Problems that are told of one file, one by one."""
MAX_ARTICLE_BYTES: Final = 20 * 1024 * 1024
"""News articles are a few hundred KB with all their markup; what is larger is no article."""


@dataclass(frozen=True, slots=True)
class Unkept:
    """Bytes that were looked through and hashed but not kept, because no article is that large."""

    uri: str
    media_type: str
    content_sha256: str
    size: int
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Something that was asked for and gave no article.

    `where` names it as the user did. `unkept` is set where there are bytes to reject, so that the
    ledger can remember the rejection.
    """

    where: str
    reason: str
    unkept: Unkept | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """`articles` has the schema `RAW_ARTICLES`; `problems` are those met while it was filled."""

    articles: pl.DataFrame
    problems: tuple[InputProblem, ...] = ()
    source: str = ""
    """Name of the configured source that it comes from, empty where there is only one."""


class Source(Protocol):
    """A place that articles come from."""

    @property
    def name(self) -> str:
        """What the place is called in messages."""

    def count(self) -> int | None:
        """How many articles there are to come, None where that cannot be told beforehand."""

    def batches(self) -> Iterator[Batch]:
        """The articles, lazily; a new iteration starts from the beginning."""


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One article as a source met it, before it is a row; what the source does not declare is None.

    `where` names it as the user did, for messages; it becomes no column.
    """

    uri: str
    media_type: str
    content: bytes
    fetched_at: datetime
    language: str | None = None
    published: str | None = None
    title: str | None = None
    publisher: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An article of which a source knows the address and perhaps more, but not the text.

    `mark` changes when the article does, as far as the source tells.
    """

    url: str
    where: str
    language: str | None = None
    published: str | None = None
    title: str | None = None
    publisher: str | None = None
    mark: str = ""


Found = RawArticle | InputProblem


def article_id(uri: str) -> str:
    """The identity of an article: the first 32 hex digits of the SHA-256 of its URI."""
    return hashlib.sha256(uri.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def raw_articles(articles: Iterable[RawArticle]) -> pl.DataFrame:
    """Articles as a frame of `RAW_ARTICLES`; what the source does not declare is null."""
    rows = [
        {
            "article_id": article_id(article.uri),
            "uri": article.uri,
            "media_type": article.media_type,
            "content": article.content,
            "content_sha256": hashlib.sha256(article.content).hexdigest(),
            "fetched_at": article.fetched_at,
            "declared_language": _plain(article.language),
            "declared_published": _plain(article.published),
            "declared_title": _plain(article.title),
            "declared_source": _plain(article.publisher),
        }
        for article in articles
    ]
    return pl.DataFrame(rows, schema=RAW_ARTICLES)


def batched(found: Iterable[Found], *, source: str = "") -> Iterator[Batch]:
    """Articles and problems, as they come, cut into batches of bounded size."""
    articles: list[RawArticle] = []
    problems: list[InputProblem] = []
    size = 0
    since = time.monotonic()
    for item in found:
        if isinstance(item, InputProblem):
            problems.append(item)
            if len(problems) < BATCH_ARTICLES:
                continue
        else:
            articles.append(item)
            size += len(item.content)
        full = len(articles) >= BATCH_ARTICLES or size >= BATCH_BYTES or len(problems) >= BATCH_ARTICLES
        if full or time.monotonic() - since >= BATCH_SECONDS:
            yield Batch(raw_articles(articles), tuple(problems), source)
            articles, problems, size = [], [], 0
            since = time.monotonic()
    if articles or problems:
        yield Batch(raw_articles(articles), tuple(problems), source)


def capped(found: Iterable[Found], where: str) -> Iterator[Found]:
    """`found` with at most `PROBLEMS_TOLD` problems, and one more that counts the rest: a broken file has millions."""
    told = more = 0
    for item in found:
        if isinstance(item, InputProblem) and item.unkept is None:
            if told >= PROBLEMS_TOLD:
                more += 1
                continue
            told += 1
        yield item
    if more:
        yield InputProblem(where, f"{more:,} more such problems")


def once(found: Iterable[Found]) -> Iterator[Found]:
    """`found` with each address once: the same bytes again are passed over, other bytes are a problem.

    Both versions would else be revisions of each other, anew with each run.
    """
    known: dict[str, bytes] = {}
    for item in found:
        if isinstance(item, RawArticle):
            digest = hashlib.sha256(item.content).digest()[:8]
            before = known.setdefault(item.uri, digest)
            if before is not digest:
                if before != digest:
                    reason = f"its address came before, with another text: {shown(item.uri)}"
                    yield InputProblem(item.where or shown(item.uri), reason)
                continue
        yield item


def shown(name: object) -> str:
    """A name as it may stand in a message: line breaks, control characters and undecodable bytes spelt out, not obeyed."""
    text = str(name)
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def _plain(text: str | None) -> str | None:
    """A declared value as a column holds it: without surrogates that no UTF-8 has."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")
