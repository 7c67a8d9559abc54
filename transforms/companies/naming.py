"""From a name as written to an id: legal forms cut, Latin letters, words joined by hyphens."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import polars as pl

from transforms import lexicon
from transforms.companies.table import read_table

_VOICED: Final = "\u3099\u309a"
"""Marks that make other kana, not other accents."""


@lru_cache(maxsize=4)
def _readings(file: str) -> dict[str, str]:
    """How each character is read, from a table of readings and their characters."""
    return {c: reading or "" for reading, characters in read_table(file).iter_rows() for c in characters}


def _letters(text: str) -> str:
    """Latin letters without their marks."""
    flat = unicodedata.normalize(
        "NFKD", text.casefold().replace("\u0131", "i").replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    )
    bare = "".join(c for c in flat if not unicodedata.combining(c) or c in _VOICED)
    return unicodedata.normalize("NFC", bare)


def slug(names: pl.Series, *, language: str) -> pl.Series:
    """Names as company ids: without legal form, in Latin letters where a table gives them, words joined by hyphens."""
    forms = legal_forms(language)
    rules = lexicon.settings(language)
    table = _readings(rules["readings"]) if "readings" in rules else rules.get("romanisation", {})
    translated = rules.get("name_words", {})
    out = []
    for name in names.to_list():
        words = name.casefold().replace('"', " ").replace("'", "").split()
        while len(words) > 1 and words[-1].strip(",.()") in forms:
            words.pop()
        while len(words) > 1 and words[0].strip(",.()") in forms:
            words.pop(0)
        text = " ".join(words)
        for written, word in translated.items():
            if text.endswith(written) and len(text) > len(written):
                text = f"{text.removesuffix(written)} {word}"
                break
        text = "".join(table.get(c, c) for c in text)
        out.append("-".join("".join(c if c.isalnum() else " " for c in _letters(text)).split()))
    return pl.Series(names.name, out, dtype=pl.String)


@lru_cache(maxsize=64)
def legal_forms(language: str) -> frozenset[str]:
    """The legal forms of a language, with and without their points."""
    found = lexicon.of_kind(language, "legal_form")["pattern"].to_list()
    return frozenset(word for f in found for word in (f.strip(",.()"), f.replace(".", "")))


def common_name(names: pl.Series, *, language: str) -> pl.Series:
    """Names without legal forms at their ends."""
    forms = legal_forms(language)
    cut: dict[str, str] = {}  # a tape names most companies more than once
    for name in names.to_list():
        if name not in cut:
            words = name.split(" ")
            while len(words) > 1 and words[-1].strip(",.()").casefold() in forms:
                words.pop()
            while len(words) > 1 and words[0].strip(",.()").casefold() in forms:
                words.pop(0)
            cut[name] = " ".join(words).rstrip(",")
    return pl.Series(names.name, [cut[name] for name in names.to_list()], dtype=pl.String)


@lru_cache(maxsize=64)
def ordinary(language: str) -> frozenset[str]:
    """Words of the lexicon, which are no names: none of them stands for a firm by itself."""
    words = lexicon.patterns(language).filter(~pl.col("kind").is_in(["legal_form", "broker"]))["pattern"].to_list()
    rules = lexicon.settings(language)
    return frozenset(words) | frozenset(rules.get("name_stops", ())) | frozenset(rules.get("name_parts", ()))


def nominative(names: pl.Series, *, language: str) -> pl.Series:
    """Names with endings that only other cases have put right: "Majencii" is "Majencia"; for ids alone."""
    for ending, bare in lexicon.settings(language).get("name_nominatives", {}).items():
        names = names.str.replace(rf"(\p{{Ll}}{{3}}){ending}$", f"${{1}}{bare}")
    return names
