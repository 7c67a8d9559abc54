"""The lexicon's words on a tape: found all at once, asked for by kind."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.spans import dictionary_scan, drop_contained

if TYPE_CHECKING:
    from transforms.spans import Tape

_OF_NUMBERS: Final = ("number", "scale", "currency")
"""Kinds that only the grammar of quantities reads; "number" also covers "number.…" and so on."""


def words(tape: Tape, *kinds: str, longest: bool = True) -> pl.DataFrame:
    """The words of some kinds on a tape: start, end, kind, code, pattern; sorted by these, language by language.

    A name that ends in "." stands for all kinds that begin with it, and none at all for every kind. With `longest`, a
    word within a longer one of the same kind is left out.
    """
    found = tape.once("words.longest" if longest else "words", lambda: _longest(tape) if longest else _found(tape))
    if not kinds:
        return found
    chosen = {kind for part, _ in tape.placed() for kind in _chosen(part.language, kinds)}
    return found.filter(pl.col("kind").is_in(sorted(chosen)))


@lru_cache(maxsize=2048)
def _chosen(language: str, kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset(lexicon.of_kind(language, *kinds)["kind"].to_list())


@lru_cache(maxsize=64)
def _patterns(language: str) -> pl.DataFrame:
    return lexicon.patterns(language).filter(~pl.col("kind").str.split(".").list.first().is_in(_OF_NUMBERS))


def _found(tape: Tape) -> pl.DataFrame:
    if tape.parts:
        return tape.each(lambda part: words(part, longest=False))
    return dictionary_scan(tape, _patterns(tape.language), longest=False)


def _longest(tape: Tape) -> pl.DataFrame:
    if tape.parts:
        return tape.each(words)
    return drop_contained(words(tape, longest=False), by="kind")
