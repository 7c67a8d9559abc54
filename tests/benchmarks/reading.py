"""Measures the reader on the corpora beside the project: `python tests/benchmarks/reading.py`.

Prints one line a corpus: token F1 of the body, titles, dates (day), language, must and must-not strings, pages a
second on one core. Reads ../shared/corpora and ../shared/gold; writes nothing.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from transforms.articles import article_id, read
from transforms.reading.clean import clean
from transforms.reading.language import code
from transforms.schemas import RAW_ARTICLES

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
MISLABELLED = {"tw/TaipeiTimes_2024_10_15": "en", "tz/HabariLeo_2025_01_23": "und", "za/Dizindaba_2025_11_16": "und"}
"""Pages whose gold names the language of the country, not of the text: English, Swahili, Xhosa."""
TOKEN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|\w+")


def squeezed(text: str | None) -> str:
    return re.sub(r"[\W_]+", "", text or "").casefold()


def f1(found: str, gold: str) -> tuple[float, float, float]:
    """(F1, precision, recall) over tokens; a Chinese, Japanese or Korean character is a token."""
    ours, theirs = Counter(TOKEN.findall(found.lower())), Counter(TOKEN.findall(gold.lower()))
    both = (ours & theirs).total()
    precision, recall = both / max(1, ours.total()), both / max(1, theirs.total())
    return (2 * precision * recall / (precision + recall) if both else 0.0), precision, recall


def readings(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], float]]:
    """(gold, reading, seconds) for each page of a corpus of HTML."""
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        content = gzip.decompress((folder / gold["raw"]).read_bytes())
        fetched = datetime.fromisoformat(gold["crawl_date"]).replace(tzinfo=UTC) if gold.get("crawl_date") else None
        row = dict.fromkeys(RAW_ARTICLES) | {
            "article_id": article_id(gold["url"]),
            "uri": gold["url"],
            "media_type": "text/html",
            "content": content,
            "fetched_at": fetched,
        }
        frame = pl.DataFrame([row], schema=RAW_ARTICLES)
        started = time.perf_counter()
        text = read(frame).row(0, named=True)
        yield gold, text, time.perf_counter() - started


def parts(row: dict[str, Any]) -> tuple[str, str]:
    """(title, body) of a reading."""
    text = row["text"] or ""
    return text[: row["title_end"] or 0], text[row["title_end"] or 0 :].strip()


def same_day(row: dict[str, Any], stated: str) -> bool:
    """Whether a reading has the day that gold states, in UTC or in gold's own zone."""
    moment, gold = row["published_at"], datetime.fromisoformat(stated)
    return moment is not None and gold.date() in (moment.date(), moment.astimezone(gold.tzinfo or UTC).date())


def news_html() -> str:
    scores, titles, title_tokens, days, tongues, seconds = [], 0, 0.0, [], 0, 0.0
    rows = list(readings(SHARED / "corpora" / "news_html"))
    for gold, row, took in rows:
        title, body = parts(row)
        scores.append(f1(body, gold["text"] or ""))
        titles += squeezed(title) == squeezed(gold["title"])
        title_tokens += f1(title, gold["title"] or "")[0]
        days += [same_day(row, gold["date"])] if gold["date"] else []
        tongues += row["language"] == (MISLABELLED.get(gold["id"]) or code(gold["lang"]) or "und")
        seconds += took
    count = len(rows)
    mean = [sum(score[n] for score in scores) / count for n in range(3)]
    return (
        f"news_html {count}: body F1 {mean[0]:.4f} (precision {mean[1]:.4f}, recall {mean[2]:.4f}), "
        f"title exact {titles / count:.4f}, title F1 {title_tokens / count:.4f}, "
        f"day {sum(days) / len(days):.4f}, language {tongues / count:.4f}, {count / seconds:.1f} pages/s"
    )


def html() -> str:
    must: list[bool] = []
    must_not: list[bool] = []
    seconds = 0.0
    for gold, row, took in readings(SHARED / "corpora" / "html"):
        text = " ".join((row["text"] or "").split())
        must += [" ".join(clean(string).split()) in text for string in gold["with"] or []]
        must_not += [" ".join(clean(string).split()) in text for string in gold["without"] or []]
        seconds += took
    return (
        f"html 188: must {sum(must) / len(must):.4f}, must not {sum(must_not) / len(must_not):.4f}, {188 / seconds:.1f} pages/s"
    )


def plain(copies: int = 20) -> str:
    texts = [path.read_bytes() for path in sorted((SHARED / "gold").glob("*/*.txt"))] * copies
    rows = [
        dict.fromkeys(RAW_ARTICLES) | {"uri": str(n), "media_type": "text/plain", "content": text}
        for n, text in enumerate(texts)
    ]
    frame = pl.DataFrame(rows, schema=RAW_ARTICLES)
    read(frame.head(20))
    started = time.perf_counter()
    read(frame)
    return f"plain text {frame.height}: {frame.height / (time.perf_counter() - started):.0f} articles/s"


if __name__ == "__main__":
    for measure in (news_html, html, plain):
        print(measure(), flush=True)
