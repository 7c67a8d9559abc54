"""A second opinion by two corpora of others: `python tests/benchmarks/second_opinion.py CORPORA_DIR [--errors N]`.

On VCDB (security incidents told in English, with VERIS actions and records) it prints how many incidents are detected, how
often the action is right among those, and how often the records where the text states them. On SENTiVENT (business news with
company events by sentence) precision, recall and F1 of the event types that answer to facts of ours, by the mapping in
`second_opinion.toml`: first of all its marks, then of those that can be a row of ours. Half of the cases, by a hash of their
id, were read for patterns; the other half only ever scored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from transforms import articles
from transforms.extract import extract
from transforms.schemas import RAW_ARTICLES

HERE: Final = Path(__file__).parent
HALVES: Final = ("read", "untouched")
FILLER: Final = "The rest of the page is left out here because it says nothing."
Case = dict[str, Any]


def half(identity: str) -> str:
    """To which half a case or document belongs, for good."""
    return HALVES[hashlib.sha256(identity.encode()).digest()[0] % 2]


def cases(path: Path) -> list[Case]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def facts(texts: dict[str, str]) -> dict[str, dict[str, list[Case]]]:
    """The facts of texts by their key and table, with `at`: where the evidence begins in the text."""
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    uris = {f"corpus://{key}": text for key, text in texts.items()}
    raw = pl.DataFrame(
        {
            "article_id": [articles.article_id(uri) for uri in uris],
            "uri": list(uris),
            "media_type": "text/plain",
            "content": [text.encode() for text in uris.values()],
            "content_sha256": [hashlib.sha256(text.encode()).hexdigest() for text in uris.values()],
            "fetched_at": now,
            "declared_language": "en",
            "declared_published": "2020-01-01",
            "declared_title": None,
            "declared_source": None,
        },
        schema=RAW_ARTICLES,
    )
    read = articles.read(raw).filter(pl.col("reject_reason").is_null())
    keys = {row["article_id"]: row["uri"].removeprefix("corpus://") for row in read.iter_rows(named=True)}
    found: dict[str, dict[str, list[Case]]] = defaultdict(lambda: defaultdict(list))
    for table, frame in extract(read).items():
        for row in frame.iter_rows(named=True):
            found[keys[row["article_id"]]][table].append(row)
    return found


def stated(total: int, text: str) -> bool:
    """Whether a text states a number in figures, with or without thousands marks."""
    return bool(re.search(rf"(?<![\d.,])(?:{total}|{total:,})(?![\d]|[.,]\d)", text))


def vcdb(folder: Path, mapping: Case, errors: int) -> None:
    """Print the share of incidents detected, of actions right and of records right, by half."""
    every = [case for case in cases(folder / "vcdb.jsonl") if set(case["action"] or []) & set(mapping["actions"])]
    found = facts({case["id"]: case["summary"] for case in every})
    for part in HALVES:
        asked = [case for case in every if half(case["id"]) == part]
        detected = [case for case in asked if found[case["id"]]["fact_security_incidents"]]
        right = [
            case
            for case in detected
            if {row["veris_action"] for row in found[case["id"]]["fact_security_incidents"]} & set(case["action"])
        ]
        counted = [case for case in asked if (case["data_total"] or 0) > 1 and stated(case["data_total"], case["summary"])]
        exact = [
            case
            for case in counted
            if case["data_total"] in {int(row["records_affected"] or 0) for row in found[case["id"]]["fact_security_incidents"]}
        ]
        print(
            f"VCDB {part:9} detected {len(detected)}/{len(asked)} = {len(detected) / len(asked):.3f}"
            f"   action right {len(right)}/{len(detected)} = {len(right) / max(1, len(detected)):.3f}"
            f"   records right {len(exact)}/{len(counted)} = {len(exact) / max(1, len(counted)):.3f}"
        )
        if part == "untouched":
            continue
        kept = {id(case) for case in detected}, {id(case) for case in right}, {id(case) for case in exact}
        shown = (
            ("missed", [c for c in asked if id(c) not in kept[0]]),
            ("action", [c for c in detected if id(c) not in kept[1]]),
            ("records", [c for c in counted if id(c) not in kept[2]]),
        )
        for kind, wrong in shown:
            for case in wrong[:errors]:
                ours = [
                    (row["category"], row["veris_action"], int(row["records_affected"] or 0))
                    for row in found[case["id"]]["fact_security_incidents"]
                ]
                print(f"  {kind} {case['action']} {case['data_total']} ours {ours}: {case['summary'][:400]}")


def sentivent(folder: Path, mapping: Case, companies: dict[str, str], errors: int) -> None:
    """Print precision, recall and F1 of each mapped event type by sentence, by half: of all marks and of those we can hold."""
    every = cases(folder / "sentivent.jsonl")
    # Each sentence for itself: an article's rows tell a fact once, the corpus marks every mention. Its annotators knew whom
    # the article is about, so each sentence stands under the name of that company, and over a line without which a short one
    # would be no article.
    texts = {case["id"]: f"{companies[case['doc'][:-2]]}\n\n{detokenised(case['text'])}\n\n{FILLER}" for case in every}
    found = facts(texts)
    counts: dict[tuple[bool, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    wrong: list[str] = []
    for case in every:
        rows = found[case["id"]]
        ours = {f"move.{row['move_type']}" for row in rows["fact_market_moves"]}
        ours |= {f"metric.{row['metric']}" for row in rows["fact_financials"]}
        part = half(case["doc"])
        for label, rule in mapping.items():
            gold = any(
                event["type"] == rule["type"] and (not rule["subtypes"] or event["subtype"] in rule["subtypes"])
                for event in case["events"]
            )
            said = bool(ours & set(rule["ours"]))
            held = bool(re.search(rule.get("must_hold", ""), case["text"]))
            also = any(event["type"] in rule.get("also", ()) for event in case["events"])
            for strict in (True, False):
                count = counts[strict, part, label]
                asked = gold and (strict or held)
                count[0] += asked and said
                count[1] += said and (asked or strict or not (gold or also))
                count[2] += asked
            if gold != said and part == "read" and (held if gold else not also):
                wrong.append(f"  {'missed' if gold else 'false'} {label} {case['id']}: {detokenised(case['text'])[:300]}")
    for strict, name in ((True, "every mark"), (False, "can be rows")):
        for part in HALVES:
            total = [0, 0, 0]
            for label in mapping:
                total = [a + b for a, b in zip(total, counts[strict, part, label], strict=True)]
                print(f"SENTiVENT {name:11} {part:9} {label:9} {measured(counts[strict, part, label])}")
            print(f"SENTiVENT {name:11} {part:9} all       {measured(total)}")
    for line in wrong[:: max(1, len(wrong) // errors)] if errors else []:
        print(line)


def measured(counts: list[int]) -> str:
    right, said, gold = counts
    score = 2 * right / (said + gold) if said + gold else 1.0
    return f"F1 {score:.3f}   right {right}, found {said}, asked {gold}"


def detokenised(text: str) -> str:
    """A sentence of the corpus as a newspaper writes it: signs without the spaces of its tokeniser."""
    text = text.replace("` `", '"').replace("' '", '"').replace("- -", "-")
    text = re.sub(r" ' (s|re|ve|ll|d|m|t)\b", r"'\1", text)
    text = re.sub(r"(\w) n't\b", r"\1n't", text)
    text = re.sub(r"([$€£(]) (?=\w)", r"\1", text)
    return re.sub(r" ([.,;:%)?!])", r"\1", text)


def main(arguments: list[str]) -> None:
    """Print both opinions; raises SystemExit where the folder is not given."""
    if not arguments:
        raise SystemExit(__doc__)
    errors = int(arguments[arguments.index("--errors") + 1]) if "--errors" in arguments else 0
    mapping = tomllib.loads((HERE / "second_opinion.toml").read_text(encoding="utf-8"))
    vcdb(Path(arguments[0]), mapping["vcdb"], errors)
    sentivent(Path(arguments[0]), mapping["sentivent"], mapping["sentivent_companies"], errors)


if __name__ == "__main__":
    main(sys.argv[1:])
