"""Writes `countries.csv`: names of countries in each language of the lexicons, from CLDR, beside `country_words.toml`.

Run as `python transforms/reference/generate_countries.py` after a language was added; needs Babel. Not used at run time.
"""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

from babel import Locale

HERE = Path(__file__).parent
LOCALES = {"no": "nb", "zh": "zh_Hans"}
TWINS = {"zh": ["zh_Hant", "zh_Hant_HK"]}


def rows() -> list[tuple[str, str, str, str]]:
    """Language, country, name and kind; what people write comes before what CLDR says."""
    words = tomllib.loads((HERE / "country_words.toml").read_text(encoding="utf-8"))
    found = [
        (language, country, name, kind)
        for language, kinds in words.items()
        for kind, countries in kinds.items()
        for country, names in countries.items()
        for name in names
    ]
    for folder in sorted((HERE.parent / "lexicon").iterdir()):
        language = folder.name
        if not folder.is_dir() or len(language) != 2:
            continue
        for locale in [LOCALES.get(language, language), *TWINS.get(language, [])]:
            territories = Locale.parse(locale).territories
            for country, name in sorted(territories.items()):
                if len(country) == 2 and country.isalpha() and country not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}:
                    found.append((language, country, name.split(" (")[0], "name"))
    seen: set[tuple[str, str]] = set()
    unique = []
    for row in found:
        if (row[0], row[2]) not in seen:
            seen.add((row[0], row[2]))
            unique.append(row)
    return unique


def main() -> None:
    """Write the table."""
    with (HERE / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["language", "country", "name", "kind"])
        writer.writerows(rows())


if __name__ == "__main__":
    main()
