"""Language knowledge as data: loads and checks `lexicon/<language>/<topic>.toml`.

A lexicon maps kinds to codes to patterns: `[metric] revenue = ["omzet", "*omzet"]`. What a kind is for is told
in `lexicon/README.md`; no word of any language stands in Python. Adding a language adds a folder of files.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache, reduce
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from transforms.spans import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED: Final = "shared"
NEVER: Final = "$^"
"""A regular expression that matches nothing."""
PATTERNS: Final[dict[str, type[pl.DataType]]] = {
    "kind": pl.String,
    "code": pl.String,
    "pattern": pl.String,
    "open_left": pl.Boolean,
    "open_right": pl.Boolean,
}


class LexiconError(ValueError):
    """A lexicon file that cannot be used: names the file and the key."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"lexicon/{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, by ISO 639-1 code."""
    folder = resources.files("transforms") / "lexicon"
    return tuple(sorted(f.name for f in folder.iterdir() if f.is_dir() and len(f.name) == 2))


@lru_cache(maxsize=64)
def _documents(name: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The parsed files of one language, in the order of their names; none for a language without a lexicon."""
    folder = resources.files("transforms") / "lexicon" / name
    if not folder.is_dir():
        return ()
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple((f"{name}/{f.name}", _parsed(f"{name}/{f.name}", f.read_text(encoding="utf-8"))) for f in files)


def _parsed(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(file, "file", str(error)) from error


@lru_cache(maxsize=64)
def settings(language: str) -> dict[str, Any]:
    """The `[settings]` of a language over those that all languages share."""
    found: dict[str, Any] = {}
    for name in (SHARED, language):
        for _, document in _documents(name):
            found |= document.get("settings", {})
    return found


@lru_cache(maxsize=512)
def alternatives(setting: str, *only: str) -> str:
    """A regular expression for any of the words that a setting lists, in all languages or `only` some.

    A word ending in "*" goes on. NEVER where there are no words.
    """
    listed = [word for language in only or languages() for word in settings(language).get(setting, [])]
    found = sorted(set(listed), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word.removesuffix("*")) + (r"\p{L}+" if word.endswith("*") else "") for word in found) or NEVER


@lru_cache(maxsize=64)
def expressions(setting: str, *only: str) -> str:
    """The regular expressions that all languages, or `only` some, have under a setting as one; NEVER where none has any."""
    found = [str(settings(language).get(setting) or "") for language in only or languages()]
    return "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(found) if pattern) or NEVER


@lru_cache(maxsize=64)
def patterns(language: str) -> pl.DataFrame:
    """All patterns of a language and the shared ones: columns of `PATTERNS`, folded, in file order.

    A word written twice, as "stem*" and "*stem", is open on both sides.
    """
    rows = [row for file, document in (*_documents(SHARED), *_documents(language)) for row in entries(file, document)]
    told = settings(language)
    rows += _respelled(rows, told.get("spellings", {}))
    rows += _with_other_ends(rows, told.get("word_ends", {}))
    frame = pl.DataFrame(rows, schema=PATTERNS, orient="row")
    return frame.group_by("kind", "code", "pattern", maintain_order=True).agg(
        pl.col("open_left").any(), pl.col("open_right").any()
    )


def _respelled(
    rows: Sequence[tuple[str, str, str, bool, bool]], spellings: dict[str, str]
) -> list[tuple[str, str, str, bool, bool]]:
    """The patterns as some newsrooms write them: "خفّض" beside "خفض"."""
    found = []
    for kind, code, pattern, left, right in rows:
        other = reduce(lambda word, pair: word.replace(*pair), spellings.items(), pattern)
        if other != pattern:
            found.append((kind, code, other, left, right))
    return found


def _with_other_ends(
    rows: Sequence[tuple[str, str, str, bool, bool]], word_ends: dict[str, list[str]]
) -> list[tuple[str, str, str, bool, bool]]:
    """The patterns whose words may end in more than one way: "يوميا" is "يومياً" or "يوميًا" where vowels are written."""
    found = []
    for end, others in word_ends.items():
        ended = re.compile(rf"(?<=\w\w){re.escape(end)}(?=\s|$)")
        for kind, code, pattern, left, right in rows:
            if end in pattern and ended.search(pattern):
                found += [(kind, code, ended.sub(other, pattern), left, right) for other in others]
    return found


def of_kind(language: str, *kinds: str) -> pl.DataFrame:
    """The patterns of some kinds; a name that ends in "." stands for all kinds that begin with it."""
    exact = [k for k in kinds if not k.endswith(".")]
    prefixes = [k for k in kinds if k.endswith(".")]
    chosen = pl.col("kind").is_in(exact)
    for prefix in prefixes:
        chosen |= pl.col("kind").str.starts_with(prefix)
    return patterns(language).filter(chosen)


def entries(file: str, document: dict[str, Any]) -> list[tuple[str, str, str, bool, bool]]:
    """The rows of `PATTERNS` in one parsed file; raises LexiconError naming file and key."""
    words: list[tuple[str, str, str]] = []
    for kind, codes in document.items():
        if kind == "settings":
            continue
        if not isinstance(codes, dict):
            raise LexiconError(file, kind, "a kind must be a table of codes")
        for code, listed in codes.items():
            words += [(kind, code, word) for word in _words(file, kind, code, listed)]
    bare = [_bare(file, kind, code, word) for kind, code, word in words]
    folded = fold("\n".join(bare)).split("\n")  # at once: folding costs the same for a word as for a thousand
    return [
        (kind, code, pattern, word.startswith("*"), word.endswith("*"))
        for (kind, code, word), pattern in zip(words, folded, strict=bool(words))
    ]


def _words(file: str, kind: str, code: str, words: object) -> list[str]:
    if not isinstance(words, list) or not all(isinstance(w, str) and w.strip("* ") and "\n" not in w for w in words):
        raise LexiconError(file, f"{kind}.{code}", "must be a list of non-empty strings of one line")
    return words


def _bare(file: str, kind: str, code: str, word: str) -> str:
    bare = word.strip("*")
    if "*" in bare:
        raise LexiconError(file, f"{kind}.{code}", f"{word!r}: an asterisk may stand only first or last")
    return bare
