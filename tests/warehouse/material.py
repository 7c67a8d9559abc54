"""Articles, texts, facts and events made up for the tests of the write side."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from transforms.schemas import ARTICLE_TEXTS, FACT_FINANCIALS, FACT_MARKET_MOVES, RAW_ARTICLES, READER_VERSION
from warehouse.events import NewEvent

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


def sha(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def article_id(uri: str) -> str:
    return sha(uri)[:32]


def event(stream: int | str, version: int = 0, reason: str = "empty") -> NewEvent:
    """The smallest event there is, for tests that do not care what happened."""
    payload = {"uri": f"file:{stream}", "content_sha256": sha(str(stream)), "reason": reason}
    return NewEvent(f"article/{stream}", version, "ArticleRejected", payload)


def raw(*articles: tuple[str, str]) -> pl.DataFrame:
    """RAW_ARTICLES from pairs of URI and content."""
    rows = [
        {
            "article_id": article_id(uri),
            "uri": uri,
            "media_type": "text/html",
            "content": content.encode(),
            "content_sha256": sha(content),
            "fetched_at": NOON,
            "declared_language": "nl",
            "declared_title": "Een titel die nergens mag staan",
        }
        for uri, content in articles
    ]
    return pl.DataFrame(rows, schema=RAW_ARTICLES)


def texts(received: pl.DataFrame, *, rejected: tuple[str, ...] = (), reader_version: str = READER_VERSION) -> pl.DataFrame:
    """ARTICLE_TEXTS: the content itself is the clean text."""
    rows = [
        {
            "article_id": row["article_id"],
            "uri": row["uri"],
            "content_sha256": row["content_sha256"],
            "reader_version": reader_version,
            "reject_reason": "no text" if row["uri"] in rejected else None,
            **(
                {}
                if row["uri"] in rejected
                else {
                    "text": row["content"].decode(),
                    "text_sha256": row["content_sha256"],
                    "title_start": 0,
                    "title_end": 5,
                    "language": "nl",
                    "published_at": NOON,
                    "published_precision": "second",
                    "date_source": "declared",
                    "source_id": "example.org",
                    "cluster_id": row["content_sha256"][:16],
                }
            ),
        }
        for row in received.to_dicts()
    ]
    return pl.DataFrame(rows, schema=ARTICLE_TEXTS)


def financial(uri: str, content: str, fact_id: str, **changed: Any) -> dict[str, Any]:
    """A row of fact_financials."""
    return {
        "fact_id": fact_id,
        "article_id": article_id(uri),
        "content_sha256": sha(content),
        "text_sha256": sha(content),
        "company_id": "brightwater",
        "company_mention": "Brightwater",
        "company_mention_start": 0,
        "company_mention_end": 11,
        "evidence": "Brightwater verdiende 1,5 miljoen",
        "evidence_start": 0,
        "evidence_end": 33,
        "value_start": 22,
        "value_end": 33,
        "sentence_index": 0,
        "confidence": Decimal("0.9"),
        "rule": "metric-amount",
        "extractor": "newsledger",
        "extractor_version": "1",
        "metric": "net_income",
        "measure": "level",
        "value": Decimal(1500000),
        "value_step": Decimal(100000),
        "unit": "EUR",
        "period_start": date(2024, 1, 1),
        "period_end": date(2024, 3, 31),
    } | changed


def staged(*financials: dict[str, Any], moves: tuple[dict[str, Any], ...] = ()) -> dict[str, pl.DataFrame]:
    """Fact tables of a run, without the third."""
    return {
        "fact_financials": pl.DataFrame(list(financials), schema=FACT_FINANCIALS),
        "fact_market_moves": pl.DataFrame(list(moves), schema=FACT_MARKET_MOVES),
    }
