"""How many amounts, percentages and numbers of public corpora are read as they were annotated, and how fast.

    python -m tests.benchmarks.quantities --corpora FOLDER [--misses de] [--only currency]

FOLDER holds recognizers_currency.jsonl, recognizers_percent.jsonl, recognizers_number.jsonl and duckling_money.jsonl:
{lang, input, expected: [{text, value, min, max, unit, iso}]}. An item is right when a quantity of its input has its
value and, where given, its ISO code; an input without items is right when no quantity of that kind is found. Cases in
which an annotation contradicts a newspaper reader are counted apart, each with its reason (`contradicts`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from transforms import quantities
from transforms.schemas import LANGUAGES
from transforms.spans import Tape

NAMES = {
    "English": "en", "Dutch": "nl", "German": "de", "Swedish": "sv", "Turkish": "tr", "Italian": "it", "French": "fr",
    "Spanish": "es", "SpanishMexican": "es", "Portuguese": "pt", "Chinese": "zh", "Japanese": "ja", "Korean": "ko",
    "Arabic": "ar", "NB": "no",
}  # fmt: skip
DECIMAL_COMMA = {"nl", "de", "sv", "tr", "it", "fr", "es", "pt", "no", "da", "pl", "id", "ru"}
SETS = ("currency", "percent", "number", "money")
FILES = {s: f"recognizers_{s}.jsonl" for s in SETS[:3]} | {"money": "duckling_money.jsonl"}
KINDS = {"currency": ("money",), "money": ("money",), "percent": ("percent", "points"), "number": ()}
DIGITS = re.compile(r"^[+-]?\s*[0-9０-９][0-9０-９.,' \u00a0\u202f]*\s?[^\W\d]*\.?$")


def language(name: str) -> str | None:
    """The ISO 639-1 code of a corpus's language, None for one that the project does not read."""
    code = NAMES.get(name, name.lower())
    return code if code in LANGUAGES else None


def number(value: object, lang: str) -> Decimal | None:
    """A value as the corpora write it."""
    if value is None:
        return None
    text = str(value).strip().rstrip("%").strip()
    if lang in DECIMAL_COMMA and isinstance(value, str):
        text = text.replace(".", "").replace(",", ".") if "," in text else text
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def contradicts(kind: str, case: dict[str, Any], item: dict[str, Any]) -> str | None:
    """Why a newspaper reader would not read the item as annotated; None where he would."""
    text, value = str(item["text"]), item["value"]
    lowered = text.lower()
    if value is None and item.get("min") is None and item.get("max") is None:
        return "a currency without a number"
    if kind == "number" and not DIGITS.match(text):
        return "beyond digits and digits with a scale word"
    if kind == "number" and re.search(r"[eE^]", text):
        return "scientific notation"
    if kind == "number" and re.fullmatch(r"(19|20)\d\d", text):
        return "a year"
    if kind == "number" and re.search(rf"[/:.\-]{re.escape(text)}|{re.escape(text)}[/:\-]\d", case["input"]):
        return "part of a date, time, fraction or code"
    if re.search(r"\d (et|and|y|e|og|ve|和) ?\d+$|^\d+ \D+ \d+$", lowered) and kind in ("currency", "money"):
        return "the cents without a word"
    if item.get("unit") in ("Bitcoin", "Satoshi", "Unnamed", "PTS"):
        return "no currency of ISO 4217"
    return None


def right(kind: str, item: dict[str, Any], lang: str, found: list[dict[str, Any]]) -> bool:
    """Whether one of the found quantities is the item."""
    value, low, high = number(item["value"], lang), number(item.get("min"), lang), number(item.get("max"), lang)
    for q in found:
        values = [q["value"], q["value"] * 100] if item.get("unit") and kind != "percent" else [q["value"]]  # cents, or dollars
        if value is not None and not any(_near(v, value) for v in values):
            continue
        if value is None:
            ends = [q["value"], q["value_high"]]
            if (
                low is not None
                and high is not None
                and not (_near(ends[0], low) and ends[1] is not None and _near(ends[1], high))
            ):
                continue
            if (low is None) != (high is None) and not _near(q["value"], low if low is not None else high):
                continue
        if item.get("iso") and q["unit"] != item["iso"]:
            continue
        return True
    return False


def _near(a: Decimal, b: Decimal | None) -> bool:
    return b is not None and abs(a - b) <= abs(b) * Decimal("0.000001") + Decimal("0.0000005")


def measure(folder: Path, kind: str, misses: str | None) -> None:
    """Print one line a language and one in all for a corpus."""
    by_language: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (folder / FILES[kind]).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if code := language(case["lang"]):
            by_language[code].append(case)
    totals, reasons = Counter[str](), Counter[str]()
    print(f"\n{kind}")
    for lang, cases in sorted(by_language.items()):
        tape = Tape.of(
            pl.DataFrame({"article_id": [str(i) for i in range(len(cases))], "text": [c["input"] for c in cases]}),
            language=lang,
        )
        spans = quantities.on_tape(tape)
        spans = spans.with_columns(tape.doc_of(spans["start"]))
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in spans.iter_rows(named=True):
            if not KINDS[kind] or row["kind"] in KINDS[kind]:
                found[row["doc"]].append(row)
        good = count = 0
        for i, case in enumerate(cases):
            items = []
            for item in case["expected"]:
                if why := contradicts(kind, case, item):
                    reasons[why] += 1
                else:
                    items.append(item)
            results = [right(kind, item, lang, found[i]) for item in items]
            if not case["expected"] and kind != "number":
                results.append(not found[i])
            good, count = good + sum(results), count + len(results)
            if misses in (lang, "all") and not all(results):
                got = [f"{q['value'].normalize():f} {q['unit']}" for q in found[i]]
                print(
                    "   ",
                    lang,
                    repr(case["input"][:150]),
                    [(e["text"], e["value"] or (e.get("min"), e.get("max")), e["iso"]) for e in items],
                    "->",
                    got,
                )
        totals["good"] += good
        totals["count"] += count
        print(f"  {lang}  {good}/{count}  {good / max(count, 1):.3f}")
    apart = ", ".join(f"{n} {why}" for why, n in reasons.most_common())
    print(
        f"  all {totals['good']}/{totals['count']}  {totals['good'] / max(totals['count'], 1):.3f}   apart: {apart or 'none'}"
    )


SENTENCES = (
    "Revenue rose {a}% to ${b}.{c} million in the quarter that ended on April 30, 2020, the company said on Tuesday.",
    "It now expects between ${b}.{c} million and ${d}.{c} million for the year, up from an earlier range.",
    "About {d},{b} customers have more than 10 employees, {e} times as many as a year ago.",
    "Shares fell {e}.{c}% to ${b}.{a} in after-hours trading, having more than tripled since January.",
    "Analysts had expected {a} cents a share on sales of ${d}m; cash stood at ${e}.{c}bn.",
)
FILLER = "Investors weighed the outlook against what others in the sector had said, and the managers answered few questions. "


def speed(articles: int = 2000) -> None:
    """Articles of 2.5 KB a second, no two alike, against one dictionary scan for 5,000 words over the same text."""
    random = Random(4)  # the same articles in every run

    def article() -> str:
        said = " ".join(random.choice(SENTENCES).format(**_figures(random)) + " " + FILLER * 3 for _ in range(8))
        return said[:2500]

    frame = pl.DataFrame({"article_id": [str(i) for i in range(articles)], "text": [article() for _ in range(articles)]})
    tape = Tape.of(frame, language="en")
    quantities.on_tape(tape)
    begun = time.perf_counter(), time.process_time()
    spans = quantities.on_tape(tape)
    took, busy = time.perf_counter() - begun[0], time.process_time() - begun[1]
    needles = pl.Series([[f"{a}{b}{c}{d}" for a in "bcdfgklmnp" for b in "aeiou" for c in "bcdfgklmnp" for d in "abcdefghij"]])
    subject = pl.Series([tape.folded])
    begun = time.perf_counter(), time.process_time()
    subject.str.find_many(needles, overlapping=True)
    scan = time.perf_counter() - begun[0]
    each, core = articles / took, articles / busy
    print(f"\nspeed: {each:,.0f} articles/s, {core:,.0f} a second of one core, {len(spans) / articles:.0f} spans each")
    print(f"  {took / scan:.1f} times one dictionary scan for 5,000 words ({articles / scan:,.0f} articles/s)")


def _figures(random: Random) -> dict[str, int]:
    ends = {"a": (2, 99), "b": (100, 899), "c": (1, 9), "d": (900, 999), "e": (2, 9)}
    return {name: random.randint(*bounds) for name, bounds in ends.items()}


def main() -> None:
    """Measure the corpora that are there, then the speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=os.environ.get("NEWSLEDGER_CORPORA"))
    parser.add_argument("--misses", help="print the misses of this language, or of all")
    parser.add_argument("--only", choices=SETS)
    arguments = parser.parse_args()
    if arguments.corpora:
        for kind in SETS:
            if arguments.only in (None, kind) and (Path(arguments.corpora) / FILES[kind]).exists():
                measure(Path(arguments.corpora), kind, arguments.misses)
    if not arguments.only:
        speed()


if __name__ == "__main__":
    main()
