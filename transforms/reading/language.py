"""The language of a text: one of ours, or "und" where it is another or cannot be told.

The guess is py3langid's over all its languages, so that Ukrainian is "und" and not Russian. What the page or
the source declares decides only between close guesses and for short texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from transforms.schemas import LANGUAGES, UNKNOWN_LANGUAGE

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAME: Final = {"nb": "no", "nn": "no", "yue": "zh", "wuu": "zh", "cmn": "zh", "arz": "ar", "ary": "ar", "in": "id"}
"""Codes that our eighteen take in."""
SURE: Final = 0.9
FIRST: Final = 300
"""Characters that are enough where they make the guess surer than SURE_AT_ONCE: most pages are told by them."""
SURE_AT_ONCE: Final = 0.97
MOST: Final = 2000
LETTERS = re.compile(r"[^\W\d_]")


@cache
def identifier() -> LanguageIdentifier:
    """py3langid's model; 0.7 s to load, so once a process and only when a page is read."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  0.1 s

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def code(declared: str | None) -> str | None:
    """ISO 639-1 of what a page declares ("pt-BR", "zh_Hant", "nb"), None where it is none of ours."""
    short = re.split(r"[-_,; ]", (declared or "").strip().lower())[0]
    short = SAME.get(short, short)
    return short if short in LANGUAGES else None


def language_of(text: str, declared: str | None = None) -> str:
    """The language of `text` by its first 2,000 characters."""
    hint = code(declared)
    sample = text[:MOST]
    letters = len(LETTERS.findall(sample[:FIRST]))
    if letters < 8:
        return hint or UNKNOWN_LANGUAGE
    guess: str
    guess, sure = identifier().classify(sample[:FIRST])
    if sure < SURE_AT_ONCE and len(sample) > FIRST:
        guess, sure = identifier().classify(sample)
    guess = SAME.get(guess, guess)
    if guess == hint:
        return guess
    if sure >= SURE and letters >= 60:
        return guess if guess in LANGUAGES else UNKNOWN_LANGUAGE
    if hint:
        ranked = [SAME.get(name, name) for name, _ in identifier().rank(sample)[:4]]
        return hint if hint in ranked else UNKNOWN_LANGUAGE
    return guess if sure >= 0.6 and guess in LANGUAGES else UNKNOWN_LANGUAGE
