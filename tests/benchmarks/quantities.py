"""How many amounts, percentages, numbers and periods of public corpora are read as annotated, and how fast.

    python -m tests.benchmarks.quantities FOLDER [--misses de] [--only currency] [--peers]

FOLDER holds recognizers_{currency,percent,number,date_period}.jsonl, duckling_money.jsonl and price_parser.jsonl:
{id, lang, input, expected: [{text, value, min, max, unit, iso}]}. An item is right when a quantity of its input has its
value and, where given, its ISO code; an input without items is right when no quantity of that kind is found; a period
is right when it covers its days. Counted apart are items that the goal does not speak of (`beyond`), and cases in which
an annotation contradicts a newspaper reader: contradictions.toml lists them by corpus, reason and id, without their text.

`--peers` reads the same cases with price-parser, quantulum3, Recognizers-Text and dateparser, which uv fetches into an
environment of their own; a peer is asked for what it claims to read only, its value counts without a currency where it
names none, and a date within the period counts as the period.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from transforms import periods, quantities
from transforms.schemas import LANGUAGES
from transforms.spans import Tape

NAMES = {
    "English": "en", "EnglishOthers": "en", "Dutch": "nl", "German": "de", "Swedish": "sv", "Turkish": "tr", "Italian": "it",
    "French": "fr", "Spanish": "es", "SpanishMexican": "es", "Portuguese": "pt", "Chinese": "zh", "Japanese": "ja",
    "Korean": "ko", "Arabic": "ar", "NB": "no", "und": "en",
}  # fmt: skip
DECIMAL_COMMA = {"nl", "de", "sv", "tr", "it", "fr", "es", "pt", "no", "da", "pl", "id", "ru"}
GOALS = {"currency": 0.95, "percent": 0.97, "number": 0.95, "money": 0.90, "price": 0.93, "period": 0.80}
SETS = tuple(GOALS)
FILES = {s: f"recognizers_{s}.jsonl" for s in SETS[:3]} | {
    "money": "duckling_money.jsonl", "price": "price_parser.jsonl", "period": "recognizers_date_period.jsonl",
}  # fmt: skip
KINDS = {"currency": ("money",), "money": ("money",), "percent": ("percent", "points", "fraction")}
AS_WRITTEN = {"LEI": "RON", "CFA": "XOF"}
"""Symbols that price_parser.jsonl gives where the others give a code of ISO 4217."""
PEERS = ("price-parser==0.5.0", "quantulum3==0.9.2", "recognizers-text-suite==1.0.2a2", "dateparser==1.5.0")
NEEDED = ("emoji==1.7.0", "setuptools==75.8.0")  # by peers that do not say so
CONTRADICTIONS = Path(__file__).with_name("contradictions.toml")
DIGITS = re.compile(r"^[+-]?\s*[0-9０-９][0-9０-９.,' \u00a0\u202f]*\s?[^\W\d]*\.?$")
MONTHS = {1: "month", 3: "quarter", 6: "half", 9: "nine_months", 12: "year"}


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


def contradictions() -> dict[str, dict[str, str]]:
    """Why an annotation contradicts a newspaper reader, by corpus and id."""
    listed = tomllib.loads(CONTRADICTIONS.read_text(encoding="utf-8"))
    return {kind: {id_: why for why, ids in reasons.items() for id_ in ids} for kind, reasons in listed.items()}


def beyond(kind: str, case: dict[str, Any], item: dict[str, Any]) -> str | None:
    """Why the goal does not speak of an item; None where it does."""
    text, value = str(item["text"]), item["value"]
    if kind == "period":
        return _no_period(case, item)
    if kind == "price" and item.get("iso") in ("BTC", "SPL"):
        return "no currency of ISO 4217"
    if kind == "price":
        return None if re.search(r"[0-9]", item["text"]) and re.search(r"[0-9]", case["input"]) else "no number in the text"
    if item.get("min") is None and item.get("max") is None and (value is None or str(value) == "null"):
        return "a unit without a number"
    if kind == "number" and not DIGITS.match(text):
        return "beyond digits and digits with a scale word"
    if kind == "number" and re.search(r"[0-9][gG]$|\s[kKmMgGtT]$", text):
        return "a prefix of units without its unit"
    if (kind == "number" and re.search(r"[eE^]", text)) or (kind == "percent" and re.search(r"\d[eE^]\d", text)):
        return "scientific notation"
    if kind == "number" and re.fullmatch(r"(19|20)\d\d", text):
        return "a year"
    part = rf"[/:.\-]{re.escape(text)}|{re.escape(text)}[/:\-]\d|{re.escape(text)}(\.\d+){{2}}"
    if kind == "number" and re.search(part, case["input"]):
        return "part of a date, time, fraction, version or code"
    if item.get("unit") in ("Bitcoin", "Satoshi", "Unnamed", "PTS"):
        return "no currency of ISO 4217"
    return None


def _no_period(case: dict[str, Any], item: dict[str, Any]) -> str | None:
    """Periods of the data model are months, quarters, halves, nine months and years."""
    said = item.get("resolution") or {}
    past, future = said.get("PastResolution") or {}, said.get("FutureResolution") or {}
    if not past.get("startDate") or not past.get("endDate"):
        return "no days given"
    if past != future:
        return "two readings"
    if not case.get("reference") and not re.search(r"(19|20)\d\d", item["text"]):
        return "no reference"
    if past["startDate"] < "1990":
        return "before any report"
    if _grain(past) is None or re.search(r",P[0-9]+[DW]\)", str(said.get("Timex"))):
        return "weeks, days, decades and other spans that no fact has"
    return None


def _grain(span: dict[str, str]) -> str | None:
    start, end = date.fromisoformat(span["startDate"]), date.fromisoformat(span["endDate"])
    if start.day != 1 or end.day != 1:
        return None
    return MONTHS.get((end.year - start.year) * 12 + end.month - start.month)


def right(kind: str, item: dict[str, Any], lang: str, found: list[dict[str, Any]]) -> bool:
    """Whether one of the found quantities is the item."""
    value, low, high = number(item["value"], lang), number(item.get("min"), lang), number(item.get("max"), lang)
    for q in found:
        times = 100 if q["kind"] == "fraction" else 1  # half is 50 percent
        both = low is not None and high is not None
        if value is not None:
            # Cents, or dollars; the end of a range where the corpus splits it.
            values = [v * n * times for v in (q["value"], q["value_high"]) if v is not None for n in _sizes(kind, item)]
            if not any(_near(v, value) for v in values):
                continue
        elif not (_spans(q, low, high) if both else _near(q["value"], low if low is not None else high)):
            continue
        if item.get("iso") and q["unit"] != AS_WRITTEN.get(item["iso"], item["iso"]) and not item.get("hinted"):
            continue
        return True
    return False


def _spans(q: dict[str, Any], low: Decimal | None, high: Decimal | None) -> bool:
    return _near(q["value"], low) and q["value_high"] is not None and _near(q["value_high"], high)


def _sizes(kind: str, item: dict[str, Any]) -> tuple[int, ...]:
    return (1, 100) if item.get("unit") and kind in ("currency", "money") else (1,)


def _near(a: Decimal, b: Decimal | None) -> bool:
    return b is not None and abs(a - b) <= abs(b) * Decimal("0.000001") + Decimal("0.0000005")


def read_periods(cases: list[dict[str, Any]], lang: str) -> dict[int, list[dict[str, Any]]]:
    """The periods of each case, resolved against its reference as the time of publication."""
    when = [datetime.fromisoformat(c["reference"]).replace(tzinfo=UTC) if c.get("reference") else None for c in cases]
    frame = pl.DataFrame(
        {
            "article_id": [str(i) for i in range(len(cases))],
            "text": [c["input"] for c in cases],
            "published_at": pl.Series(when, dtype=pl.Datetime("us", "UTC")),
            "published_precision": "day",
        }
    )
    tape = Tape.of(frame, language=lang)
    spans = periods.on_tape(tape)
    spans = spans.with_columns(tape.doc_of(spans["start"]), company_id=pl.lit(None, pl.String))
    spans = spans.join(tape.docs.select("doc", "published_at", "published_precision"), on="doc", how="left")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in periods.resolve(spans).iter_rows(named=True):
        found[row["doc"]].append(row)
    return found


def right_period(item: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """Whether one of the found periods covers the days of the item (whose end is the day after)."""
    span = item["resolution"]["PastResolution"]
    start, last = date.fromisoformat(span["startDate"]), date.fromisoformat(span["endDate"]) - timedelta(days=1)
    return any((q["period_start"], q["period_end"]) == (start, last) for q in found)


def read_quantities(cases: list[dict[str, Any]], lang: str, kinds: tuple[str, ...]) -> dict[int, list[dict[str, Any]]]:
    """The quantities of each case, of some kinds or of all."""
    texts = {"article_id": [str(i) for i in range(len(cases))], "text": [c["input"] or "" for c in cases]}
    tape = Tape.of(pl.DataFrame(texts), language=lang)
    spans = quantities.on_tape(tape)
    spans = spans.with_columns(tape.doc_of(spans["start"]))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in spans.iter_rows(named=True):
        if not kinds or row["kind"] in kinds:
            found[row["doc"]].append(row)
    return found


Read = dict[str, dict[str, dict[str, list[dict[str, Any]]]]]
"""What peers found: by kind, peer and id."""


def read_by_peers(folder: Path, kinds: list[str]) -> tuple[Read, dict[str, float]]:
    """What the peers find in these corpora, and the seconds that each took."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is not here: no peers", file=sys.stderr)
        return {}, {}
    script, python = Path(__file__).with_name("quantities_peers.py"), f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = [part for peer in (*PEERS, *NEEDED) for part in ("--with", peer)]
    command = [uv, "run", "--quiet", "--no-project", "--isolated", "--python", python, *wanted, "python", str(script)]
    files = json.dumps({kind: FILES[kind] for kind in kinds})
    run = subprocess.run([*command, str(folder), files], check=True, capture_output=True, text=True)
    found: Read = defaultdict(lambda: defaultdict(dict))
    seconds: dict[str, float] = defaultdict(float)
    for line in run.stdout.splitlines():
        row = json.loads(line)
        seconds[row["peer"]] += row["seconds"]
        found[row["kind"]][row["peer"]][row["id"]] = [_as_ours(each) for each in row["found"] if each["value"]]
    return found, seconds


def _as_ours(read: dict[str, Any]) -> dict[str, Any]:
    try:
        value = Decimal(read["value"].replace(",", "")) if read["kind"] != "date" else None
    except InvalidOperation:
        value = None
    code = read["unit"] if re.fullmatch("[A-Z]{3}", str(read["unit"])) else None
    return {"kind": read["kind"], "value": value, "value_high": None, "unit": code, "date": read["value"]}


def right_by_peer(kind: str, item: dict[str, Any], lang: str, found: list[dict[str, Any]]) -> bool:
    """Whether a peer found the item: by its value alone where it names no currency, by a date within a period."""
    if kind == "period":
        span = item["resolution"]["PastResolution"]
        return any(span["startDate"] <= q["date"] < span["endDate"] for q in found)
    hint = dict(item, hinted=item.get("hinted") or all(q["unit"] is None for q in found))
    return right(kind, hint, lang, [q for q in found if q["value"] is not None])


def measure(folder: Path, kind: str, misses: str | None, others: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    """Print one line a language and one in all for a corpus, with the peers on the cases that each was asked."""
    by_language: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (folder / FILES[kind]).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if code := language(case["lang"]):
            by_language[code].append(case)
    listed = contradictions().get(kind, {})
    totals, apart, contrary, beside = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    print(f"\n{kind}")
    for lang, cases in sorted(by_language.items()):
        found = read_periods(cases, lang) if kind == "period" else read_quantities(cases, lang, KINDS.get(kind, ()))
        good = count = 0
        for i, case in enumerate(cases):
            items, results = [], []
            for item in case["expected"]:
                if why := beyond(kind, case, item):
                    apart[why] += 1
                else:
                    items.append(item)
            for item in items:
                item["hinted"] = kind == "price" and str(item["unit"]) not in case["input"]  # told beside the text
                fine = right_period(item, found[i]) if kind == "period" else right(kind, item, lang, found[i])
                for peer in [p for p, cases_ in others.items() if case["id"] in cases_]:
                    beside[f"{peer} asked"] += 1
                    beside[f"{peer} right"] += right_by_peer(kind, item, lang, others[peer][case["id"]])
                    beside[f"{peer} ours"] += fine
                if not fine and (why := listed.get(case["id"])):
                    contrary[why] += 1
                else:
                    results.append(fine)
            if not case["expected"] and kind not in ("number", "price", "period"):
                if why := listed.get(case["id"]):
                    contrary[why] += 1
                else:
                    results.append(not found[i])
            good, count = good + sum(results), count + len(results)
            if misses in (lang, "all") and not all(results):
                _tell(kind, lang, case, items, found[i])
        totals["good"] += good
        totals["count"] += count
        print(f"  {lang}  {good}/{count}  {good / max(count, 1):.3f}")
    scored, against = totals["count"], contrary.total()
    share = totals["good"] / max(scored, 1)
    print(
        f"  all {totals['good']}/{scored}  {share:.3f}  goal {GOALS[kind]:.2f}  {'met' if share >= GOALS[kind] else 'MISSED'}"
    )
    for peer in others:
        asked = max(beside[f"{peer} asked"], 1)
        print(
            f"  {peer} {beside[f'{peer} right']}/{asked}  {beside[f'{peer} right'] / asked:.3f}"
            f"  ours on these {beside[f'{peer} ours'] / asked:.3f}"
        )
    print(f"  contradict a reader: {against} ({against / max(scored + against, 1):.1%})" + _listed(contrary))
    print(f"  beyond the goal: {apart.total()}" + _listed(apart))


def _listed(reasons: Counter[str]) -> str:
    return "".join(f"; {n} {why}" for why, n in reasons.most_common())


def _tell(kind: str, lang: str, case: dict[str, Any], items: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    if kind == "period":
        wanted = [(e["text"], *((e["resolution"]["PastResolution"] or {}).values())) for e in items]
        got = [f"{q['grain']} {q['period_start']}..{q['period_end']}" for q in found]
    else:
        wanted = [(e["text"], e["value"] or (e.get("min"), e.get("max")), e["iso"]) for e in items]
        got = [f"{q['value'].normalize():f} {q['unit'] or q['kind']}" for q in found]
    print("   ", lang, case["id"], repr((case["input"] or "")[:150]), wanted, "->", got)


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
    parser.add_argument("corpora", type=Path, nargs="?", default=os.environ.get("NEWSLEDGER_CORPORA"))
    parser.add_argument("--misses", help="print the misses of this language, or of all")
    parser.add_argument("--only", choices=SETS)
    parser.add_argument("--peers", action="store_true", help="read the cases with other readers too")
    arguments = parser.parse_args()
    if arguments.corpora:
        folder = Path(arguments.corpora)
        kinds = [kind for kind in SETS if arguments.only in (None, kind) and (folder / FILES[kind]).exists()]
        others, seconds = read_by_peers(folder, kinds) if arguments.peers else ({}, {})
        for kind in kinds:
            measure(folder, kind, arguments.misses, others.get(kind, {}))
        for peer, took in seconds.items():
            print(f"{peer}: {took:.0f} s")
    if not arguments.only:
        speed()


if __name__ == "__main__":
    main()
