"""A small run in which every rule holds: three articles with two facts a table each.

The texts hold characters outside of the basic plane before every span, so that a span counted in
bytes or UTF-16 units would break the rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from transforms.schemas import ARTICLE_TEXTS, EXTRACTOR, EXTRACTOR_VERSION, FACT_COMMON, FACT_TABLES, READER_VERSION

NOW = datetime(2021, 6, 2, 12, tzinfo=UTC)
PUBLISHED = datetime(2021, 6, 1, 20, 30, tzinfo=UTC)

Run = tuple[pl.DataFrame, dict[str, pl.DataFrame]]

_CLAUSES = {
    "fact_financials": ("Norrwind booked revenue of 120 million euros in the quarter", "Norrwind", "120 million", None),
    "fact_security_incidents": ("intruders took 4500 records from Norrwind", "Norrwind", "4500", "intruders"),
    "fact_market_moves": ("Norrwind shares fell 12 percent as Ostfeld sold", "Norrwind", "12", "Ostfeld"),
}


def _text(number: int) -> str:
    return f"📈🧾 Norrwind 第{number}号\n" + ". ".join(clause for clause, *_ in _CLAUSES.values()) + "."


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def article(number: int) -> dict[str, Any]:
    """One row of ARTICLE_TEXTS."""
    uri, text = f"https://news.example/{number}", _text(number)
    return {
        "article_id": _sha(uri)[:32],
        "uri": uri,
        "content_sha256": _sha("bytes of " + text),
        "text": text,
        "text_sha256": _sha(text),
        "title_start": 0,
        "title_end": text.index("\n"),
        "language": "en",
        "published_at": PUBLISHED,
        "published_precision": "second",
        "date_source": "meta",
        "source_id": "news.example",
        "cluster_id": f"c{number}",
        "reader_version": READER_VERSION,
        "reject_reason": None,
    }


def rejected_article(number: int) -> dict[str, Any]:
    """A row of an article that could not be read."""
    return article(number) | {
        column: None
        for column in ARTICLE_TEXTS
        if column not in {"article_id", "uri", "content_sha256", "reader_version"}
    } | {"reject_reason": "empty"}  # fmt: skip


def _span(prefix: str, text: str, words: str | None, clause: str) -> dict[str, Any]:
    if words is None:
        return {f"{prefix}_start": None, f"{prefix}_end": None}
    start = text.index(clause) + clause.index(words)
    return {f"{prefix}_start": start, f"{prefix}_end": start + len(words)}


_VALUES: Mapping[str, dict[str, Any]] = {
    "fact_financials": {
        "metric": "revenue", "measure": "level", "value": Decimal(120_000_000), "value_step": Decimal(1_000_000), "unit": "EUR",
        "comparator": "eq", "basis": "actual", "period_role": "current", "period_type": "quarter",
        "period_start": date(2021, 1, 1), "period_end": date(2021, 3, 31), "fiscal_period": "FY2021Q1",
    },
    "fact_security_incidents": {
        "category": "data_breach", "stage": "reported", "veris_action": "hacking", "country": "SE",
        "records_affected": Decimal(4500), "unit": "records", "occurred_on": date(2021, 5, 30), "occurred_precision": "day",
    },
    "fact_market_moves": {
        "move_type": "share_price_change", "direction": "down", "value": Decimal(-12), "value_step": Decimal(1),
        "unit": "percent", "comparator": "eq", "is_record": False, "horizon": "day", "session": "regular",
        "effective_on": date(2021, 6, 1), "effective_precision": "day",
    },
}  # fmt: skip


def fact(table: str, of: Mapping[str, Any], ordinal: int) -> dict[str, Any]:
    """One row of a fact table, about the article `of`."""
    clause, company, value, counterparty = _CLAUSES[table]
    text = of["text"]
    row: dict[str, Any] = dict.fromkeys(FACT_TABLES[table])
    row |= {column: of[column] for column in FACT_COMMON if column in of}
    row |= {
        "fact_id": _sha(f"{table} {of['article_id']} {ordinal}")[:32],
        "company_id": "norrwind",
        "company_mention": company,
        "evidence": clause,
        "sentence_index": ordinal,
        "confidence": Decimal("0.900"),
        "rule": "test",
        "extractor": EXTRACTOR,
        "extractor_version": EXTRACTOR_VERSION,
    }
    row |= _span("evidence", text, clause, clause) | _span("value", text, value, clause)
    row |= _span("company_mention", text, company, clause)
    if "counterparty" in row:
        row |= {"counterparty": counterparty} | _span("counterparty", text, counterparty, clause)
    # Segments tell the two facts of an article apart where values alone would make them one.
    return row | _VALUES[table] | ({"segment": f"region_{ordinal}"} if "segment" in row else {})


def good_run(articles: int = 3, facts: int = 2) -> Run:
    """Articles and fact tables with nothing wrong; facts of article 0 come first."""
    texts = [article(number) for number in range(articles)]
    frames = {
        table: pl.DataFrame([fact(table, of, ordinal) for of in texts for ordinal in range(facts)], schema=schema)
        for table, schema in FACT_TABLES.items()
    }
    return pl.DataFrame(texts, schema=ARTICLE_TEXTS), frames


def changed(frame: pl.DataFrame, row: int, **values: Any) -> pl.DataFrame:
    """The frame with some values of one row replaced."""
    rows = frame.to_dicts()
    rows[row] |= values
    return pl.DataFrame(rows, schema=frame.schema)
