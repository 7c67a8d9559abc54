"""Writes the cldr.toml of the lexicons: ISO 4217 codes for all languages, currency and month names in each.

Run by hand when CLDR or the list of languages changes: `python -m transforms.generate_cldr`. What newsrooms write and
CLDR does not know ("euro's", "bucks", Russian genitives) is in each numbers.toml, by hand, and counts for more.
Needs Babel, a development tool: nothing else imports this.
"""

from __future__ import annotations

import json
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
# Currencies whose names news of any country may write; the codes of all others are known too.
NAMED = (
    "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "AUD", "CAD", "NZD", "HKD", "TWD", "SGD", "SEK", "NOK", "DKK", "ISK",
    "PLN", "CZK", "HUF", "RON", "BGN", "RUB", "UAH", "TRY", "ILS", "AED", "SAR", "QAR", "KWD", "BHD", "OMR", "JOD",
    "LBP", "EGP", "MAD", "TND", "DZD", "NGN", "KES", "GHS", "ZAR", "INR", "PKR", "BDT", "LKR", "NPR", "IDR", "MYR",
    "THB", "VND", "PHP", "KRW", "KZT", "UZS", "GEL", "AMD", "AZN", "BYN", "RSD", "BRL", "ARS", "CLP", "COP", "MXN",
    "PEN", "UYU", "VES", "BOB", "PYG", "DOP", "CRC", "GTQ", "IQD", "IRR",
    "XOF", "XAF", "FIM", "NLG", "ESP", "DEM", "FRF", "ITL", "BEF", "ATS", "PTE",
)  # fmt: skip
SINCE = 1999  # older legal tender is no news


def codes() -> list[str]:
    """The ISO 4217 codes that are or lately were legal tender."""
    current: set[str] = set()
    for territory in get_global("territory_currencies").values():
        for code, _, until, tender in territory:
            if tender and (until is None or until[0] >= SINCE):
                current.add(code)
    return sorted(current)


def locales(language: str) -> list[Locale]:
    """The locales whose words a language's newsrooms use."""
    return [Locale.parse(code) for code in LOCALES.get(language, (language,))]


def currencies(language: str) -> dict[str, list[str]]:
    """The names of currencies in one language, folded, by code; a name that several currencies share is left out."""
    found: dict[str, list[str]] = {code: [] for code in NAMED}
    for code in NAMED:
        for locale in locales(language):
            for count in (None, 1.0, 2.0, 5.0, 100.0, 0.5):  # each plural form is some count's
                name = fold(get_currency_name(code, count=count, locale=locale)).strip()
                if name and "(" not in name and name not in found[code]:
                    found[code].append(name)
    every = [name for names in found.values() for name in names]
    return {code: [n for n in names if every.count(n) == 1] for code, names in found.items()}


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
