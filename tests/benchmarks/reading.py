"""Measures the reader: `python tests/benchmarks/reading.py ../shared/corpora`.

Prints one table: token F1 of the body, title, date (day), language, must and must-not strings, pages and articles a
second, peak memory; beside them trafilatura, htmldate and resiliparse with their defaults, which uv fetches into an
environment of their own (`--no-peers` leaves them out). The corpora stay outside the tree; nothing is written.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree

from transforms.articles import article_id, read, reading
from transforms.children import cores
from transforms.reading.clean import clean
from transforms.reading.language import code
from transforms.schemas import RAW_ARTICLES

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
PEERS = ("trafilatura==2.3.1", "htmldate==1.11.0", "resiliparse==2.0.1")
MISLABELLED = {"tw/TaipeiTimes_2024_10_15": "en", "tz/HabariLeo_2025_01_23": "und", "za/Dizindaba_2025_11_16": "und"}
"""Pages whose gold names the language of the country, not of the text: English, Swahili, Xhosa."""
EXPLAINED = {
    page for pages_ in tomllib.loads(Path(__file__).with_name("titles.toml").read_text("utf-8")).values() for page in pages_
}
"""Pages whose gold title another headline of the same page contradicts."""
TOKEN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]|\w+")
GOALS = {
    "body F1": 0.93,
    "title, exact": 0.95,
    "title, token F1": 0.95,
    "date, day": 0.95,
    "language": 0.99,
    "must": 0.90,
    "must not": 0.08,
    "HTML pages/s": 100.0,
    "plain articles/s": 10_000.0,
    "peak memory, GB": 1.5,
}
LESS_IS_BETTER = {"must not", "peak memory, GB"}

Gold = dict[str, Any]
Found = dict[str, Any]
"""title, text (body without the title), date (an instant or ISO day), language; missing or None where there is none."""


def squeezed(text: str | None) -> str:
    return re.sub(r"[\W_]+", "", text or "").casefold()


def f1(found: str, gold: str) -> tuple[float, float, float]:
    """(F1, precision, recall) over tokens; a Chinese, Japanese or Korean character is a token."""
    ours, theirs = Counter(TOKEN.findall(found.lower())), Counter(TOKEN.findall(gold.lower()))
    both = (ours & theirs).total()
    precision, recall = both / max(1, ours.total()), both / max(1, theirs.total())
    return (2 * precision * recall / (precision + recall) if both else 0.0), precision, recall


def pages(folder: Path) -> Iterator[tuple[Gold, dict[str, Any]]]:
    """(gold, row of RAW_ARTICLES) for each page of a corpus of HTML."""
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        content = gzip.decompress((folder / gold["raw"]).read_bytes())
        gold["headlines"] = headlines(content) if gold["id"] in EXPLAINED else []
        fetched = datetime.fromisoformat(gold["crawl_date"]).replace(tzinfo=UTC) if gold.get("crawl_date") else None
        yield (
            gold,
            dict.fromkeys(RAW_ARTICLES)
            | {
                "article_id": article_id(gold["url"]),
                "uri": gold["url"],
                "media_type": "text/html",
                "content": content,
                "fetched_at": fetched,
            },
        )


def headlines(content: bytes) -> list[str]:
    """Letters and digits of what a page of UTF-8 declares for sharing and of its highest headings."""
    root = etree.fromstring(content, etree.HTMLParser(encoding="utf-8"))
    said = [*root.xpath("//meta[@property='og:title']/@content"), *("".join(each.itertext()) for each in root.iter("h1"))]
    return [squeezed(each) for each in said]


def same_day(found: datetime | str | None, stated: str) -> bool:
    """Whether a reading has the day that gold states, in UTC or in gold's own zone."""
    gold = datetime.fromisoformat(stated)
    if isinstance(found, str):
        return found[:10] in (gold.date().isoformat(), gold.astimezone(UTC).date().isoformat())
    return found is not None and gold.date() in (found.date(), found.astimezone(gold.tzinfo or UTC).date())


def ours(golds: list[Gold], rows: list[dict[str, Any]]) -> dict[str, Found]:
    """What we read, by id."""
    texts = read(pl.DataFrame(rows, schema=RAW_ARTICLES)).to_dicts()
    return {
        gold["id"]: {
            "title": (text["text"] or "")[: text["title_end"] or 0],
            "text": (text["text"] or "")[text["title_end"] or 0 :].strip(),
            "date": text["published_at"],
            "language": text["language"],
        }
        for gold, text in zip(golds, texts, strict=True)
    }


def is_headline(gold: Gold, found: Found) -> bool:
    """Whether the title that was read is a headline of a page of titles.toml, with or without the name of the site."""
    title = squeezed(found.get("title"))
    return len(title) >= 12 and any(said.startswith(title) for said in gold["headlines"])


def on_news(golds: list[Gold], found: dict[str, Found]) -> dict[str, float]:
    """The lines of `news_html`: gold bodies, titles, dates, languages."""
    each = [(gold, found.get(gold["id"], {})) for gold in golds]
    have = {name for _, reading_ in each for name, value in reading_.items() if value}
    measured: dict[str, float] = {}
    if "text" in have:
        scores = [f1(reading_.get("text") or "", gold["text"] or "") for gold, reading_ in each]
        for place, name in enumerate(("body F1", "body precision", "body recall")):
            measured[name] = mean(score[place] for score in scores)
    if "title" in have:
        exact = {gold["id"]: squeezed(reading_.get("title")) == squeezed(gold["title"]) for gold, reading_ in each}
        measured["title, exact"] = mean(exact.values())
        measured["title, explained"] = mean(exact[gold["id"]] or is_headline(gold, reading_) for gold, reading_ in each)
        measured["title, token F1"] = mean(f1(reading_.get("title") or "", gold["title"] or "")[0] for gold, reading_ in each)
    if "date" in have:
        measured["date, day"] = mean(same_day(reading_.get("date"), gold["date"]) for gold, reading_ in each if gold["date"])
    if "language" in have:
        told = [(gold, code(reading_.get("language")) or "und") for gold, reading_ in each]
        measured["language"] = mean(
            language == (MISLABELLED.get(gold["id"]) or code(gold["lang"]) or "und") for gold, language in told
        )
    return measured


def on_strings(golds: list[Gold], found: dict[str, Found]) -> dict[str, float]:
    """The lines of `html`: strings that must and must not be there. The title counts as part of the text."""
    must: list[bool] = []
    must_not: list[bool] = []
    for gold in golds:
        reading_ = found.get(gold["id"], {})
        text = " ".join(clean(f"{reading_.get('title') or ''} {reading_.get('text') or ''}").split())
        must += [" ".join(clean(string).split()) in text for string in gold["with"] or []]
        must_not += [" ".join(clean(string).split()) in text for string in gold["without"] or []]
    return {"must": mean(must), "must not": mean(must_not)} if any(each.get("text") for each in found.values()) else {}


def mean(values: Any) -> float:
    numbers = [float(value) for value in values]
    return sum(numbers) / len(numbers)


def peers(folder: Path, golds: dict[str, list[Gold]]) -> dict[str, dict[str, float]]:
    """The lines of each peer, read in an environment of their own."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is not here: no peers", file=sys.stderr)
        return {}
    wanted = [part for peer in PEERS for part in ("--with", peer)]
    script = Path(__file__).with_name("reading_peers.py")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [
        uv,
        "run",
        "--quiet",
        "--no-project",
        "--isolated",
        "--python",
        python,
        *wanted,
        "python",
        str(script),
        str(folder),
    ]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines if line.startswith("{")]
    measured: dict[str, dict[str, float]] = {}
    for peer in dict.fromkeys(row["peer"] for row in rows):
        found = {
            corpus: {row["id"]: row for row in rows if row["peer"] == peer and row["corpus"] == corpus} for corpus in golds
        }
        seconds = sum(row["seconds"] for row in rows if row["peer"] == peer)
        measured[peer] = on_news(golds["news_html"], found["news_html"]) | on_strings(golds["html"], found["html"])
        measured[peer]["HTML pages/s, one core"] = sum(map(len, found.values())) / seconds
    return measured


def speed(rows: list[dict[str, Any]], *, name: str, size: int = 500) -> dict[str, float]:
    """Articles a second through readers on all cores, without the time of starting them, and on one core."""
    frame = pl.DataFrame(rows, schema=RAW_ARTICLES)
    read(frame.head(40))
    alone = frame.sample(min(400, frame.height), seed=1)
    started = time.process_time()
    read(alone)
    took = time.process_time() - started
    with reading(frame["media_type"]) as read_all:
        read_all(frame.head(40))
        started = time.perf_counter()
        for chunk in frame.iter_slices(size):
            read_all(chunk)
        seconds = time.perf_counter() - started
    return {name: frame.height / seconds, f"{name}, one core": alone.height / took}


def plain(golds: list[Gold], count: int) -> list[dict[str, Any]]:
    """Plain articles of 2.5 KB made of the gold bodies, no two the same."""
    texts = [f"{gold['title']}\n\n{gold['text'][:2500]}" for gold in golds if len(gold["text"] or "") > 1000]
    texts = [text.encode()[:2500].decode(errors="ignore") for text in texts]
    return [
        dict.fromkeys(RAW_ARTICLES)
        | {
            "article_id": f"{number:032}",
            "uri": f"file:///news/{number}.txt",
            "media_type": "text/plain",
            "content": f"{texts[number % len(texts)]}\n\nStory {number} of the day.".encode(),
        }
        for number in range(count)
    ]


def memory(golds: list[Gold], count: int) -> dict[str, float]:
    """Peak resident memory of us and our readers while `count` articles are read, 1,000 at a time; and how long it took."""
    started = time.perf_counter()
    with reading(pl.repeat("text/plain", count, eager=True)) as read_all:
        for start in range(0, count, 1000):
            rows = plain(golds, min(1000, count - start))
            read_all(pl.DataFrame(rows, schema=RAW_ARTICLES))
    seconds = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # The readers have ended by now, each no larger than the largest of them.
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * cores()
    return {"peak memory, GB": (own + readers) * 1024 / 1e9, f"seconds for {count:,} articles": seconds}


def table(measured: dict[str, dict[str, float]]) -> pl.DataFrame:
    """One row a line, one column a reader; `best` says whether we are at least as good as every peer."""
    names = list(dict.fromkeys(name for lines in measured.values() for name in lines))
    rows = []
    for name in names:
        mine = measured["newsledger"].get(name)
        others = [lines[name] for reader, lines in measured.items() if reader != "newsledger" and name in lines]
        goal = GOALS.get(name)
        less = name in LESS_IS_BETTER
        rows.append(
            {
                "line": name,
                "goal": goal,
                **{reader: lines.get(name) for reader, lines in measured.items()},
                "reached": None if goal is None or mine is None else mine <= goal if less else mine >= goal,
                "best": None if mine is None or not others else mine <= min(others) if less else mine >= max(others),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="?", type=Path, default=CORPORA, help="the folder that holds news_html and html")
    parser.add_argument("--no-peers", action="store_true", help="measure ourselves alone")
    parser.add_argument("--many", type=int, default=100_000, help="articles that peak memory is measured over")
    chosen = parser.parse_args()
    read_pages = {name: list(pages(chosen.corpora / name)) for name in ("news_html", "html")}
    golds = {name: [gold for gold, _ in each] for name, each in read_pages.items()}
    rows = {name: [row for _, row in each] for name, each in read_pages.items()}
    lines = on_news(golds["news_html"], ours(golds["news_html"], rows["news_html"]))
    lines |= on_strings(golds["html"], ours(golds["html"], rows["html"]))
    # Memory first: the largest that a child of ours ever was counts.
    lines |= memory(golds["news_html"], chosen.many)
    lines |= speed(plain(golds["news_html"], 20_000), name="plain articles/s", size=2000)
    lines |= speed((rows["news_html"] + rows["html"]) * 3, name="HTML pages/s")
    measured = {"newsledger": lines} | ({} if chosen.no_peers else peers(chosen.corpora, golds))
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, float_precision=4, tbl_hide_column_data_types=True):
        print(table(measured))


if __name__ == "__main__":
    main()
