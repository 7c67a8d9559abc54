"""Writes the cldr.toml of the lexicons: ISO 4217 codes for all languages, currency and month names in each.

Run by hand when CLDR or the list of languages changes: `python -m transforms.generate_cldr`. What newsrooms write and
CLDR does not know ("euro's", "bucks", Russian genitives) is in each numbers.toml, by hand, and counts for more.
Needs Babel, a development tool: nothing else imports this.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name

from transforms.schemas import LANGUAGES
from transforms.spans import fold

FOLDER = Path(__file__).parent / "lexicon"
LOCALES = {
    "no": ("nb",),
    "pt": ("pt", "pt_PT"),
    "es": ("es", "es_MX"),
    "zh": ("zh", "zh_Hant", "zh_Hant_HK"),
    "en": ("en", "en_GB"),
}
# Arabic has three sets of month names, by region.
LOCALES |= {"ar": ("ar", "ar_SY", "ar_DZ", "ar_MA")}
FORMER = ("FIM", "NLG", "ESP", "DEM", "FRF", "ITL", "BEF", "ATS", "PTE")  # news still tells what something cost in these
SINCE = 1999  # older legal tender is no news


# Endings of adjectives and nouns that CLDR gives in one form only, by language: the ending and all it stands for.
ENDINGS = {"de": (r"(?<=sch)(?:e|er|en)\b", ("e", "er", "en", "em"))}
OPEN = ("tr", "fi")  # case endings follow the name


def codes(*, now: bool = False) -> list[str]:
    """The ISO 4217 codes that are or lately were legal tender, or those that are."""
    current: set[str] = set()
    for territory in get_global("territory_currencies").values():
        for code, _, until, tender in territory:
            if tender and (until is None or (not now and until[0] >= SINCE)):
                current.add(code)
    return sorted(current)


def locales(language: str) -> list[Locale]:
    """The locales whose words a language's newsrooms use."""
    return [Locale.parse(code) for code in LOCALES.get(language, (language,))]


def currencies(language: str) -> dict[str, list[str]]:
    """The names of currencies in one language, folded, by code; a name that several currencies share is left out."""
    found: dict[str, list[str]] = {code: [] for code in (*codes(now=True), *FORMER)}
    for code, names in found.items():
        for locale in locales(language):
            for count in (None, 1.0, 2.0, 5.0, 100.0, 0.5):  # each plural form is some count's
                name = fold(get_currency_name(code, count=count, locale=locale)).strip()
                if name != code.lower() and "(" not in name:
                    names += [n for n in _forms(language, name) if n not in names]
    every = Counter(name for names in found.values() for name in names)
    end = "*" if language in OPEN else ""
    return {code: [n + end for n in names if every[n] == 1] for code, names in found.items()}


def _forms(language: str, name: str) -> list[str]:
    if language not in ENDINGS:
        return [name]
    pattern, endings = ENDINGS[language]
    return list(dict.fromkeys([name, *(re.sub(pattern, ending, name) for ending in endings)]))


def months(language: str) -> list[str]:
    """The names of months, wide and abbreviated, with and without a final point; none where months are numbered."""
    names: set[str] = set()
    for locale in locales(language):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names |= {fold(name).rstrip(".").strip() for name in locale.months[context][width].values()}
    return sorted(name + end for name in names if not name[0].isdigit() for end in ("", "."))


def main() -> None:
    """Writes one file for all languages and one for each."""
    note = "# From CLDR, written by generate_cldr.py; do not edit.\n"
    lines = [note, '["currency.code"]', *(f'{code} = ["{code.lower()}"]' for code in codes())]
    (FOLDER / "shared" / "cldr.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for language in LANGUAGES:
        rows = [f"{code} = {json.dumps(names, ensure_ascii=False)}" for code, names in currencies(language).items() if names]
        lines = [note, "[currency]", *rows]
        if found := months(language):
            listed = json.dumps(found, ensure_ascii=False)
            lines += ["", '["number.unit"]', f"date = {listed}", "", '["number.before"]', f"date = {listed}"]
        (FOLDER / language / "cldr.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
