"""Scores the facts of `newsledger` against the gold facts in this folder, one table at a time.

A fact is right when its key agrees with a gold row that no other fact has taken: a figure's metric, measure, basis, unit
and value; a matter's category; a move's type and amount, else its counterparty or country, else its direction. Optional
rows of the gold count neither way.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.sources.landing import LocalFiles
from transforms import articles
from transforms.extract import extract
from transforms.schemas import RAW_ARTICLES

HERE = Path(__file__).parent
TABLES = {"financials": "fact_financials", "security": "fact_security_incidents", "market": "fact_market_moves"}
PARTS = {
    "development": ("development", ""),
    "independent": ("independent", ""),
    "unseen-tuned": ("unseen", "u-"),
    "unseen-held-out": ("unseen", "held-"),
    "moves-tuned": ("unseen_moves", "u-"),
    "moves-held-out": ("unseen_moves", "held-"),
    "financials-tuned": ("unseen_financials", "u-"),
    "financials-held-out": ("unseen_financials", "held-"),
    "reports-tuned": ("unseen_reports", "u-"),
    "reports-held-out": ("unseen_reports", "held-"),
}
"""Parts of the gold: their folder and how their file names begin."""
Row = dict[str, Any]


@dataclass
class Score:
    """Counts of one table: right, found and asked for, and what went wrong."""

    right: int = 0
    found: int = 0
    asked: int = 0
    missed: list[tuple[str, Row]] = field(default_factory=list)
    false: list[tuple[str, Row]] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where nothing was to be found and nothing was."""
        return 2 * self.right / (self.found + self.asked) if self.found + self.asked else 1.0


def texts_of(folder: Path) -> pl.DataFrame:
    """The readable articles below a folder: ARTICLE_TEXTS."""
    frames = [batch.articles for batch in LocalFiles([folder]).batches()]
    raw = pl.concat(frames).filter(~pl.col("uri").str.ends_with(".json") & ~pl.col("uri").str.contains("README"))
    return articles.read(raw.select(RAW_ARTICLES.keys())).filter(pl.col("reject_reason").is_null())


def extracted(folder: Path) -> dict[str, dict[str, list[Row]]]:
    """The facts of all articles below a folder: by slug, then by table."""
    texts = texts_of(folder)
    facts = extract(texts)
    slugs = {row["article_id"]: Path(row["uri"]).stem for row in texts.iter_rows(named=True)}
    by_slug: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for table, name in TABLES.items():
        for row in facts[name].iter_rows(named=True):
            by_slug[slugs[row["article_id"]]][table].append(row)
    return by_slug


def score(folder: Path, *, prefix: str = "") -> dict[str, Score]:
    """The score of each table over all gold below a folder whose file names begin with the prefix."""
    found = extracted(folder)
    scores = {table: Score() for table in TABLES}
    for path in sorted(folder.rglob(f"{prefix}*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        for table, total in scores.items():
            rows, wanted = found[gold["slug"]][table], gold.get(table, [])
            taken = matched(table, wanted, rows)
            rest = [row for i, row in enumerate(rows) if i not in taken.values()]
            optional = [row for row in gold.get("optional", []) if str(row.get("table", "")).startswith(table)]
            forgiven = set(matched(table, optional, rest).values())
            false = [row for i, row in enumerate(rest) if i not in forgiven]
            total.right += len(taken)
            total.asked += len(wanted)
            total.found += len(taken) + len(false)
            total.missed += [(gold["slug"], row) for i, row in enumerate(wanted) if i not in taken]
            total.false += [(gold["slug"], row) for row in false]
    return scores


def matched(table: str, wanted: list[Row], rows: list[Row]) -> dict[int, int]:
    """A largest one-to-one matching: index of the gold row to index of the fact."""
    fits = [[i for i, row in enumerate(rows) if agrees(table, gold, row)] for gold in wanted]
    owner: dict[int, int] = {}

    def place(gold: int, tried: set[int]) -> bool:
        for i in fits[gold]:
            if i not in tried:
                tried.add(i)
                if i not in owner or place(owner[i], tried):
                    owner[i] = gold
                    return True
        return False

    for gold in range(len(wanted)):
        place(gold, set())
    return {gold: i for i, gold in owner.items()}


def agrees(table: str, gold: Row, row: Row) -> bool:
    """Whether the key of a fact is that of a gold row."""
    if table == "security":
        return bool(gold["category"] == row["category"])
    amount = near(gold.get("value"), row["value"]) and gold.get("unit") == row["unit"]
    if table == "financials":
        same = all(gold.get(key) == row[key] for key in ("metric", "measure", "basis"))
        return same and amount and near(gold.get("value_high"), row["value_high"])
    if gold["move_type"] != row["move_type"]:
        return False
    if gold.get("value") is not None:
        return amount
    if gold["move_type"].startswith("share_price") and row["value"] is not None:
        return False
    if gold.get("counterparty") or gold.get("country"):
        named = shares_a_word(gold.get("counterparty"), row["counterparty"], row["counterparty_id"])
        return named or (gold.get("country") is not None and gold["country"] == row["country"])
    return gold.get("direction") in (None, row["direction"])


def near(gold: float | None, value: Any) -> bool:
    """Equal within half a percent; null only to null."""
    if gold is None or value is None:
        return gold is None and value is None
    return abs(float(gold) - float(value)) <= 0.005 * max(abs(float(gold)), abs(float(value)), 1e-9)


def shares_a_word(gold: str | None, *names: str | None) -> bool:
    """Whether one name contains the other or they share a word of three letters or more."""
    ours = (gold or "").casefold()
    for name in filter(None, names):
        theirs = name.casefold()
        words = {word for word in ours.split() if len(word) > 2} & set(theirs.replace("-", " ").split())
        if ours and (ours in theirs or theirs in ours or words):
            return True
    return False


def main(arguments: list[str]) -> None:
    """Print the table of all parts, or of those named."""
    for part in [name for name in PARTS if name in arguments] or PARTS:
        for table, total in score(HERE / PARTS[part][0], prefix=PARTS[part][1]).items():
            print(f"{part:15} {table:11} F1 {total.f1:.3f}   right {total.right} of {total.asked}, found {total.found}")
            if "--errors" in arguments:
                for kind, rows in (("missed", total.missed), ("false", total.false)):
                    for slug, row in rows:
                        told = {
                            k: v for k, v in row.items() if v not in (None, "", False) and not k.endswith(("_id", "_sha256"))
                        }
                        print(f"  {kind} {slug}: {json.dumps(told, ensure_ascii=False, default=str)[:300]}")


if __name__ == "__main__":
    main(sys.argv[1:])
