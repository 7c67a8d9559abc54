"""What a source of articles is, and the frame it yields.

A source turns some place (a folder, the shipped samples) into batches of `RAW_ARTICLES`, one batch
at a time, so that memory stays bounded however many articles there are. It decides nothing about
them: whether an article is new, changed or unreadable is found out later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import polars as pl

from transforms.schemas import RAW_ARTICLES

BATCH_ARTICLES: Final = 256
BATCH_BYTES: Final = 32 * 1024 * 1024
"""A batch is closed when it reaches either limit, so it holds at most this and one article more."""


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
    """One article as a source met it, before it is a row."""

    uri: str
    media_type: str
    content: bytes
    fetched_at: datetime


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
        }
        for article in articles
    ]
    return pl.DataFrame(rows, schema=RAW_ARTICLES)


def batched(found: Iterable[RawArticle | InputProblem]) -> Iterator[Batch]:
    """Articles and problems, as they come, cut into batches of bounded size."""
    articles: list[RawArticle] = []
    problems: list[InputProblem] = []
    size = 0
    for item in found:
        if isinstance(item, InputProblem):
            problems.append(item)
            continue
        articles.append(item)
        size += len(item.content)
        if len(articles) >= BATCH_ARTICLES or size >= BATCH_BYTES:
            yield Batch(raw_articles(articles), tuple(problems))
            articles, problems, size = [], [], 0
    if articles or problems:
        yield Batch(raw_articles(articles), tuple(problems))
