"""Articles and facts made up by the million for `ledger.py`: events as the job writes them, and the texts they refer to.

Everything follows from the number of an article, so that any part can be made again alone. One article in ten is a copy of
an earlier one, with another lead; its facts are stated once more. Texts are few and shared: a span is what costs.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import polars as pl

from transforms.schemas import DIM_COMPANY, FACT_TABLES, SIGNATURE_LANES
from warehouse.events import FACTS, SPANS, NewEvent, article_stream, run_stream

COMPANIES: Final = 4_000
TEXTS: Final = 2_000
METRICS: Final = ("revenue", "net_income", "ebitda", "operating_income", "eps", "employees", "customers")
MOVES: Final = ("share_price_change", "acquisition", "partnership", "layoffs", "expansion", "product_launch")
MATTERS: Final = ("data_breach", "vulnerability", "outage", "ransomware", "data_leak")
LANGUAGES: Final = ("en", "nl", "de", "fr", "es", "it", "pt", "ja", "zh")
SOURCES: Final = 900
EVIDENCE: Final = "took 328.2 million dollars in the quarter, a third more than a year before"


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def text(number: int) -> tuple[str, str]:
    """A text of 2 KB and its hash."""
    chance = random.Random(number)
    words = " ".join(f"w{chance.randrange(5000)}" for _ in range(330))
    whole = f"Headline of text {number}\nCompany {number} {EVIDENCE}. {words}"
    return hashlib.sha256(whole.encode()).hexdigest(), whole


def texts() -> pl.DataFrame:
    """All texts, as the content store takes them."""
    rows = [(each[0], each[0], "2", each[1]) for each in (text(number) for number in range(TEXTS))]
    return pl.DataFrame(rows, schema=["text_sha256", "content_sha256", "reader_version", "text"], orient="row")


def companies() -> pl.DataFrame:
    """DIM_COMPANY."""
    rows = [{"company_id": f"company-{number}", "name": f"Company {number}", "country": "NL"} for number in range(COMPANIES)]
    return pl.DataFrame(rows, schema=DIM_COMPANY)


def signature(number: int, *, copied: bool) -> str:
    chance = random.Random(f"signature {number}")
    lanes = bytearray(chance.randbytes(2 * SIGNATURE_LANES))
    figures = sorted(chance.sample(range(0x10000), 8))
    if copied:
        lanes[:24] = random.Random(f"lead {number}").randbytes(24)
    return base64.b64encode(bytes(lanes) + b"".join(each.to_bytes(2, "little") for each in figures)).decode()


@dataclass
class Corpus:
    """Articles from number `first` on."""

    started: datetime = datetime(2020, 1, 1, tzinfo=UTC)

    def article(self, number: int) -> list[NewEvent]:
        """Received, read, its facts (four to six) and processed."""
        chance = random.Random(number)
        copied = number > 100 and number % 10 == 9
        original = number - chance.randrange(1, 100) if copied else number
        if original % 10 == 9:
            original, copied = (number, False)
        content_sha256 = digest("content", number)
        text_sha256, whole = text(original % TEXTS)
        stream = article_stream(digest("article", number)[:32])
        language = LANGUAGES[min(chance.randrange(20), len(LANGUAGES) - 1)]
        source = f"paper-{chance.randrange(SOURCES)}.example"
        published = (self.started + timedelta(minutes=chance.randrange(2_500_000))).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        received = {
            "uri": f"https://{source}/news/{number}/what-a-company-did-in-its-quarter",
            "content_sha256": content_sha256,
            "media_type": "text/html",
            "size": 20_000 + number % 5000,
            "fetched_at": published,
            "declared": {
                "language": language,
                "published": published,
                "title_sha256": digest("title", original),
                "source": None,
            },
        }
        read = {
            "content_sha256": content_sha256,
            "text_sha256": text_sha256,
            "reader_version": "2",
            "language": language,
            "script": None,
            "published_at": published,
            "published_precision": "second",
            "date_source": "json-ld",
            "title_start": 0,
            "title_end": whole.index("\n"),
            "source_id": source,
            "cluster_id": digest("cluster", number)[:32],
            "signature": signature(original, copied=copied),
        }
        facts = [self._fact(chance, number, place, whole) for place in range(4 + chance.randrange(3))]
        counts = {table: sum(each["table"] == table for each in facts) for table in FACT_TABLES}
        processed = {
            "content_sha256": content_sha256,
            "text_sha256": text_sha256,
            "reader_version": "2",
            "extractor_version": "1",
            "facts": counts,
            "sentences": 9,
            "telling": len(facts),
            "silent": f"{number % 400}-512:no_word:;{700 + number % 300}-1100:weighed:revenue;1200-1290:other_word:",
        }
        events = [NewEvent(stream, 0, "ArticleReceived", received), NewEvent(stream, 1, "ArticleRead", read)]
        events += [NewEvent(stream, 2 + place, "FactAsserted", fact) for place, fact in enumerate(facts)]
        return [*events, NewEvent(stream, 2 + len(facts), "ArticleProcessed", processed)]

    def _fact(self, chance: random.Random, number: int, place: int, whole: str) -> dict[str, Any]:
        kind = chance.randrange(10)
        table = "fact_financials" if kind < 6 else "fact_market_moves" if kind < 9 else "fact_security_incidents"
        start = whole.index(EVIDENCE)
        company = chance.randrange(COMPANIES)
        fact: dict[str, Any] = _BLANK[table] | {
            "table": table,
            "fact_id": digest(number, place)[:32],
            "company_id": f"company-{company}",
            "confidence": f"0.{chance.randrange(60, 99)}0",
            "rule": "metric-amount",
            "extractor": "newsledger",
            "extractor_version": "1",
            "company_mention_start": whole.index("\n") + 1,
            "company_mention_end": start - 1,
            "evidence_start": start,
            "evidence_end": start + len(EVIDENCE),
            "sentence_index": 1 + place,
        }
        amount = {
            "value_start": start + 5,
            "value_end": start + 18,
            "value": f"{chance.randrange(1, 9999)}00000.000000",
            "value_step": "100000.000000",
            "unit": "USD",
            "comparator": "eq",
        }
        if table == "fact_financials":
            quarter, year = chance.randrange(4), 2020 + chance.randrange(5)
            month = 3 * quarter + 3
            return fact | amount | {
                "metric": METRICS[chance.randrange(len(METRICS))],
                "measure": "level",
                "basis": "actual",
                "period_role": "current",
                "period_type": "quarter",
                "period_start": f"{year}-{month - 2:02}-01",
                "period_end": f"{year}-{month:02}-{30 if month in (6, 9) else 31}",
                "fiscal_period": f"FY{year}Q{quarter + 1}",
            }  # fmt: skip
        if table == "fact_market_moves":
            move = {
                "move_type": MOVES[chance.randrange(len(MOVES))],
                "direction": "up",
                "is_record": False,
                "status": "announced",
            }
            return fact | amount | move
        return fact | {"category": MATTERS[chance.randrange(len(MATTERS))], "stage": "reported", "country": "NL"}

    def runs(self, events: int, *, batch: int, first: int = 0, name: str = "run") -> Iterator[tuple[str, list[NewEvent]]]:
        """Runs of about `batch` events until there are `events`, the articles numbered from `first`."""
        made, number, run = 0, first, 0
        while made < events:
            run_id = f"{name}-{run}"
            stream = run_stream(run_id)
            part = [NewEvent(stream, 0, "RunStarted", {"command": "run", "extractor_version": "1"})]
            count = 0
            while len(part) < min(batch, events - made) - 1:
                part += self.article(number)
                number, count = number + 1, count + 1
            counts = {"received": count, "new": count}
            accepted = {"run_id": run_id, "staged_digest": digest(run_id), "outcomes": [], "counts": counts}
            part.append(NewEvent(stream, 1, "RunAccepted", accepted))
            made, run = made + len(part), run + 1
            yield run_id, part


_BLANK: Final[dict[str, dict[str, Any]]] = {
    table: dict.fromkeys({**FACTS[table], **dict.fromkeys(SPANS[table])}) for table in FACT_TABLES
}
