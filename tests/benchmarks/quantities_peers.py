"""What other readers make of the corpora, for `quantities.py`: run by it in an environment that has them, and us not.

Writes one JSON object a peer, corpus and case to standard output: {peer, kind, id, seconds, found: [{value, unit, kind}]}.
Each is called as its documentation does first, with its defaults and the language of the case where it takes one.
"""

from __future__ import annotations

import json
import re
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")

Found = list[dict[str, Any]]
CULTURES = {
    "English": "en-us", "Chinese": "zh-cn", "Dutch": "nl-nl", "French": "fr-fr", "Italian": "it-it", "Japanese": "ja-jp",
    "Korean": "ko-kr", "Portuguese": "pt-br", "Spanish": "es-es", "Turkish": "tr-tr",
    "EN": "en-us", "FR": "fr-fr", "ES": "es-es", "PT": "pt-br", "ZH": "zh-cn", "TR": "tr-tr", "und": "en-us",
}  # fmt: skip
"""Corpus language to the cultures that Recognizers-Text has models of in Python; others it is not asked."""
CODES = {"NB": "nb", "und": "en", "SpanishMexican": "es", "EnglishOthers": "en", "Chinese": "zh", "German": "de", "Dutch": "nl"}
ISO = re.compile(r"^[A-Z]{3}$")


def by_price_parser(text: str, lang: str, kind: str) -> Found | None:
    from price_parser import Price

    if kind not in ("currency", "money", "price"):
        return None
    price = Price.fromstring(text)
    return [{"value": str(price.amount), "unit": price.currency, "kind": "money"}] if price.amount is not None else []


def by_quantulum3(text: str, lang: str, kind: str) -> Found | None:
    from quantulum3 import parser

    if kind == "period":
        return None
    found: Found = []
    for quantity in parser.parse(text):
        entity = quantity.unit.entity.name
        code = next((c for c in getattr(quantity.unit, "symbols", ()) if ISO.match(c)), None)
        read = {"currency": "money", "dimensionless": "percent" if quantity.unit.name == "percentage" else "number"}
        found.append({"value": str(quantity.value), "unit": code, "kind": read.get(entity, "number")})
    return found


def by_recognizers(text: str, lang: str, kind: str) -> Found | None:
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency

    culture = CULTURES.get(lang)
    ask = {"currency": recognize_currency, "money": recognize_currency, "price": recognize_currency, "number": recognize_number,
           "percent": recognize_percentage}.get(kind)  # fmt: skip
    if culture is None or ask is None:
        return None
    found: Found = []
    for item in ask(text, culture):
        said = item.resolution or {}
        found.append({"value": (said.get("value") or "").rstrip("%"), "unit": said.get("isoCurrency"), "kind": kind})
    return found


def by_dateparser(text: str, lang: str, kind: str) -> Found | None:
    from dateparser.search import search_dates

    if kind != "period":
        return None
    code = CODES.get(lang, {"English": "en", "French": "fr", "Spanish": "es", "Portuguese": "pt", "Turkish": "tr",
                            "Arabic": "ar", "Swedish": "sv", "Italian": "it"}.get(lang, lang.lower()))  # fmt: skip
    dates = search_dates(text, languages=[code]) or []
    return [{"value": when.date().isoformat(), "unit": None, "kind": "date"} for _, when in dates]


PEERS: dict[str, Callable[[str, str, str], Found | None]] = {
    "price-parser": by_price_parser,
    "quantulum3": by_quantulum3,
    "Recognizers-Text": by_recognizers,
    "dateparser": by_dateparser,
}


def main() -> None:
    files = json.loads(sys.argv[2])
    for kind, name in files.items():
        for line in (Path(sys.argv[1]) / name).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            for peer, reads in PEERS.items():
                started = time.perf_counter()
                try:
                    found, failed = reads(case["input"] or "", case["lang"], kind), ""
                except Exception as error:  # noqa: BLE001  a peer that breaks off has found nothing
                    found, failed = [], type(error).__name__
                seconds = time.perf_counter() - started
                if found is not None:
                    told = {"peer": peer, "kind": kind, "id": case["id"], "seconds": seconds, "found": found, "failed": failed}
                    print(json.dumps(told))


if __name__ == "__main__":
    main()
