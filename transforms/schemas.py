"""Names, types and enumerations of every frame that crosses a room's border.

The one place where a column is named; other rooms import from here. The meaning of each
column and the sources of the vocabulary are in the README's data model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

EXTRACTOR: Final = "newsledger"
EXTRACTOR_VERSION: Final = "15"
"""Raised whenever the same text may give other facts."""
READER_VERSION: Final = "5"
"""Raised whenever the same bytes may give another clean text, language or date."""

VALUE: Final = pl.Decimal(38, 6)
CONFIDENCE: Final = pl.Decimal(4, 3)
INSTANT: Final = pl.Datetime("us", "UTC")
OFFSET: Final = pl.Int64
"""A place in a clean text, counted in Unicode code points."""

Schema = dict[str, pl.DataType | type[pl.DataType]]

RAW_ARTICLES: Final[Schema] = {
    "article_id": pl.String,  # first 32 hex digits of sha256(uri)
    "uri": pl.String,
    "media_type": pl.String,  # as the source declares it or the file name suggests
    "content": pl.Binary,
    "content_sha256": pl.String,
    "fetched_at": INSTANT,
    "declared_language": pl.String,  # what the source says, null where it is silent
    "declared_published": pl.String,
    "declared_title": pl.String,
    "declared_source": pl.String,
}
"""What a source yields, one row an article."""

ARTICLE_TEXTS: Final[Schema] = {
    "article_id": pl.String,
    "uri": pl.String,
    "content_sha256": pl.String,
    "text": pl.String,  # clean text, title first; null for a rejected article
    "text_sha256": pl.String,
    "title_start": OFFSET,
    "title_end": OFFSET,
    "language": pl.String,  # ISO 639-1, "und" where unknown
    "script": pl.String,  # of Chinese: "Hans" simplified, "Hant" traditional (ISO 15924), null where it cannot be told
    "published_at": INSTANT,
    "published_precision": pl.String,
    "date_source": pl.String,
    "source_id": pl.String,
    "cluster_id": pl.String,  # of the same letters; the warehouse joins those of near-duplicates by their signatures
    "signature": pl.String,  # base64 of SIGNATURE_LANES and up to SIGNATURE_FIGURES numbers of 16 bits, null for a short text
    "reader_version": pl.String,
    "reject_reason": pl.String,  # null for an article that could be read
}
"""What the reader makes of raw articles, one row an article."""

SIGNATURE_LANES: Final = 64
"""MinHash values of a signature: the share in which two agree is about the share of text in common."""
SIGNATURE_FIGURES: Final = 32
"""Hashes of an article's figures that stand behind the lanes, the smallest ones, ascending."""

FACT_COMMON: Final[Schema] = {
    "fact_id": pl.String,
    "article_id": pl.String,
    "content_sha256": pl.String,
    "text_sha256": pl.String,
    "company_id": pl.String,
    "company_mention": pl.String,
    "company_mention_start": OFFSET,
    "company_mention_end": OFFSET,
    "evidence": pl.String,
    "evidence_start": OFFSET,
    "evidence_end": OFFSET,
    "value_start": OFFSET,
    "value_end": OFFSET,
    "sentence_index": OFFSET,
    "confidence": CONFIDENCE,
    "rule": pl.String,  # the rule that fired, for `explain`
    "extractor": pl.String,
    "extractor_version": pl.String,
    "language": pl.String,
    "published_at": INSTANT,
    "published_precision": pl.String,
    "cluster_id": pl.String,
}

FACT_FINANCIALS: Final[Schema] = FACT_COMMON | {
    "metric": pl.String,
    "segment": pl.String,
    "measure": pl.String,
    "value": VALUE,
    "value_high": VALUE,
    "value_step": VALUE,
    "unit": pl.String,
    "comparator": pl.String,
    "basis": pl.String,
    "accounting": pl.String,
    "period_role": pl.String,
    "compared_to": pl.String,
    "period_type": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "fiscal_period": pl.String,
}

FACT_SECURITY_INCIDENTS: Final[Schema] = FACT_COMMON | {
    "category": pl.String,
    "stage": pl.String,
    "veris_action": pl.String,
    "veris_attribute": pl.String,
    "veris_actor": pl.String,
    "counterparty": pl.String,
    "counterparty_start": OFFSET,
    "counterparty_end": OFFSET,
    "country": pl.String,
    "records_affected": VALUE,
    "unit": pl.String,
    "occurred_on": pl.Date,
    "occurred_precision": pl.String,
}

FACT_MARKET_MOVES: Final[Schema] = FACT_COMMON | {
    "move_type": pl.String,
    "direction": pl.String,
    "value": VALUE,
    "value_high": VALUE,
    "value_step": VALUE,
    "unit": pl.String,
    "comparator": pl.String,
    "is_record": pl.Boolean,
    "session": pl.String,
    "horizon": pl.String,
    "counterparty": pl.String,
    "counterparty_start": OFFSET,
    "counterparty_end": OFFSET,
    "counterparty_id": pl.String,
    "country": pl.String,
    "status": pl.String,
    "effective_on": pl.Date,
    "effective_precision": pl.String,
}

FACT_TABLES: Final[dict[str, Schema]] = {
    "fact_financials": FACT_FINANCIALS,
    "fact_security_incidents": FACT_SECURITY_INCIDENTS,
    "fact_market_moves": FACT_MARKET_MOVES,
}

COVERAGE: Final = "coverage"
"""Name of ARTICLE_COVERAGE beside the fact tables that an extraction finds."""
COVERAGE_COLUMNS: Final[Schema] = {
    "sentences": pl.Int64,  # with a number, or with words that some rule asks for
    "telling": pl.Int64,  # of these, how many gave a fact
    "silent": pl.String,  # the others, "start-end:why:reading" joined by ";", in code points of the clean text
}
"""What became of the sentences of an article; `why` and `reading` as transforms/coverage.py tells."""
ARTICLE_COVERAGE: Final[Schema] = {"article_id": pl.String, **COVERAGE_COLUMNS}

RUNNERS_UP: Final[Schema] = {
    "start": OFFSET, "end": OFFSET, "word_start": OFFSET, "word_end": OFFSET, "reading": pl.String, "score": pl.Float64,
}  # fmt: skip
"""What was weighed for a span: how it could have been read, by which word (null for a rule of several), how well."""

TEXT_COLUMNS: Final = ("evidence", "company_mention", "counterparty")
"""Columns that hold the article's own words: never in the log, filled in from their spans."""

DIM_COMPANY: Final[Schema] = {
    "company_id": pl.String,
    "name": pl.String,
    "legal_name": pl.String,
    "country": pl.String,
    "ticker": pl.String,
    "mic": pl.String,
    "lei": pl.String,
    "figi": pl.String,
    "fiscal_year_end": pl.String,  # "--01-31": ISO 8601 month and day
    "parent_id": pl.String,
}

_LEXICONS: Final = Path(__file__).parent / "lexicon"
LANGUAGES: Final = tuple(sorted(f.name for f in _LEXICONS.iterdir() if len(f.name) == 2 and f.is_dir()))
"""ISO 639-1 codes: the folders of the lexicons. A language is added by its files."""
UNKNOWN_LANGUAGE: Final = "und"

METRICS: Final = (
    "revenue", "cost_of_revenue", "gross_profit", "gross_margin", "operating_income", "operating_margin", "ebitda",
    "pretax_income", "net_income", "eps", "dividend_per_share", "free_cash_flow", "operating_cash_flow", "cash", "debt",
    "capital_expenditure", "research_and_development", "order_intake", "recurring_revenue", "total_assets",
    "market_capitalization", "customers", "users", "participants", "employees", "net_retention",
)  # fmt: skip
MEASURES: Final = ("level", "change")
COMPARATORS: Final = ("eq", "approx", "over", "under")
BASES: Final = ("actual", "guidance", "prior_guidance", "consensus")
ACCOUNTINGS: Final = ("gaap", "adjusted")
PERIOD_ROLES: Final = ("current", "comparative")
COMPARED_TO: Final = ("year_ago", "previous_period")
PERIOD_TYPES: Final = ("quarter", "half", "nine_months", "year", "month", "instant")
CATEGORIES: Final = (
    "data_breach", "data_leak", "data_sharing", "data_routing", "unauthorized_access", "vulnerability", "encryption",
    "ransomware", "malware", "phishing", "denial_of_service", "outage", "surveillance", "account_restriction",
)  # fmt: skip
STAGES: Final = ("reported", "alleged", "denied", "remediated")
MOVE_TYPES: Final = (
    "share_price_level", "share_price_change", "acquisition", "divestiture", "investment", "ipo", "partnership",
    "market_entry", "market_exit", "expansion", "layoffs", "product_launch", "capacity_change", "pricing",
    "guidance_change", "buyback", "executive_change", "legal_action", "regulatory_action", "market_share", "rating_change",
)  # fmt: skip
DIRECTIONS: Final = ("up", "down")
SESSIONS: Final = ("regular", "after_hours", "pre_market")
HORIZONS: Final = ("day", "week", "month", "quarter", "year_to_date", "year", "since_ipo", "from_peak")
STATUSES: Final = ("announced", "completed", "planned", "rumoured", "abandoned")
RECORD_UNITS: Final = ("records", "users", "accounts", "meetings")
PRECISIONS: Final = ("second", "day", "month", "year")
VERIS_ACTIONS: Final = ("malware", "hacking", "social", "misuse", "physical", "error", "environmental")
VERIS_ATTRIBUTES: Final = ("confidentiality", "integrity", "availability")
VERIS_ACTORS: Final = ("external", "internal", "partner")
