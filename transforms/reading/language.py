"""The language of a text: one of ours, or "und" where it is another or cannot be told.

Most texts are told at once, by their script and their small words (function_words.toml). The others go to
py3langid's guess over all its languages, so that Ukrainian is "und" and not Russian. What the page or the source
declares decides only between close guesses and for short texts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
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
READ: Final = (220, 500, 2000)
"""Characters whose small words are counted, until they leave no doubt."""
SCRIPT: Final = 200
"""Characters by which a script is told."""
LETTERS = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]+")
PARTING: Final = bytes(byte if byte >= 0x80 or chr(byte).isalpha() else 0x20 for byte in range(256))
"""Blanks for what is no letter in ASCII."""
PARTING_PAIRS = re.compile(rb"[\xc2\xcc\xcd\xe2][\x80-\xbf]+")
"""U+0080 to U+00BF, U+0300 to U+037F, U+2000 to U+2FFF in UTF-8: spaces, quotation marks, marks that combine, symbols."""
LEAST_WORDS: Final = 15
MANY_WORDS: Final = 60
"""Words from which small words may tell that a language is none of ours."""
LEAST_HEARD: Final = 6
SHARE: Final = 0.13
"""Share of small words in running text of all our languages, Turkish and Polish the lowest; lists and tables have fewer."""
DOTLESS = re.compile(r"[ığĞ]")
NOT_TURKISH = re.compile(r"[əƏñŋ]")
"""Letters of Turkish that its neighbours have too, and letters that only they have: Turkish has too few small words."""
LANE: Final = 16
"""Bits in which a count of words fits."""
SHARE_OF_OTHERS: Final = 0.08
KANA = re.compile(r"[\u3041-\u30fa\u30fc-\u30ff]")
HAN = re.compile(r"[\u3400-\u9fff]")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
ARABIC = re.compile(r"[\u0620-\u064a]")
NOT_ARABIC = re.compile(r"[\u0671-\u06d3]")
"""Letters of Persian, Urdu, Kurdish, Pashto, Uyghur that Arabic does not have."""
WIDE_OR_ARABIC = re.compile(r"[\u0600-\u06ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
OTHER_SCRIPTS = re.compile(r"[\u0370-\u03ff\u0530-\u05ff\u0700-\u109f\u1200-\u1dff]")
"""Greek, Armenian, Hebrew, the scripts of India and South-East Asia and others: not for function words to tell."""


@cache
def identifier() -> LanguageIdentifier:
    """py3langid's model; 0.7 s to load, so once a process and only where script and small words leave doubt."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  0.1 s

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def function_words() -> tuple[list[str], dict[bytes, int]]:
    """(languages, word in UTF-8 -> a one in the lane of each that has it), from function_words.toml.

    With a lane for each language one addition counts a word for all that have it.
    """
    known = tomllib.loads(Path(__file__).with_name("function_words.toml").read_text(encoding="utf-8"))
    languages = known["ours"] | known["others"]
    having: dict[bytes, int] = {}
    for number, words in enumerate(languages.values()):
        for word in words.split():
            having[word.encode()] = having.get(word.encode(), 0) | 1 << number * LANE
    return list(languages), having


def words_of(sample: str) -> list[bytes]:
    """The words of a text in lower case, in UTF-8: four times as fast as a pattern of letters."""
    encoded = sample.lower().encode("utf-8", "replace").translate(PARTING)
    return (encoded if encoded.isascii() else PARTING_PAIRS.sub(b" ", encoded)).split()


def counted(heard: Iterable[int], size: int) -> list[int]:
    """How many of what was heard have a one in each of the first `size` lanes."""
    return memoryview(sum(heard).to_bytes(size * LANE // 8, "little")).cast("H").tolist()


def told(sample: str, *, whole: bool = False) -> str | None:
    """The language that script and small words leave no doubt about, else None.

    "und" for one that is not ours, if `whole` says that nothing is left to read: a page may begin with a quotation.
    """
    if not sample.isascii():
        if WIDE_OR_ARABIC.search(sample):
            return told_by_script(sample[:SCRIPT])
        if OTHER_SCRIPTS.search(sample):
            return None
    words = words_of(sample)
    if len(words) < LEAST_WORDS:
        return None
    if not sample.isascii() and len(DOTLESS.findall(sample)) * 6 > len(words) and not NOT_TURKISH.search(sample):
        return "tr"
    languages, having = function_words()
    heard = [*filter(None, map(having.get, words))]
    counts = counted(heard, len(languages))
    most = max(counts)
    best = counts.index(most)
    if most < max(LEAST_HEARD, (SHARE if languages[best] in LANGUAGES else SHARE_OF_OTHERS) * len(words)):
        return None
    if sorted(counts)[-2] * 5 > most * 2:
        # Near languages share most of their small words: what counts are those that one has and the other has not.
        rivals = [rival for rival, count in enumerate(counts) if count * 5 > most * 2 and rival != best]
        own = 1 << best * LANE
        shared = counted([lanes for lanes in heard if lanes & own], len(languages))
        if any(most - shared[rival] < 3 + 3 * (counts[rival] - shared[rival]) for rival in rivals):
            return None
    if languages[best] in LANGUAGES:
        return languages[best]
    return UNKNOWN_LANGUAGE if whole and len(words) >= MANY_WORDS else None


def told_by_script(sample: str) -> str | None:
    """Chinese, Japanese, Korean or Arabic, where most letters are of its script."""
    letters = len(LETTERS.findall(sample))
    if letters < 20:
        return None
    kana, han, hangul = len(KANA.findall(sample)), len(HAN.findall(sample)), len(HANGUL.findall(sample))
    if kana + han + hangul > 0.6 * letters:
        if hangul > 0.8 * (kana + han + hangul):
            return "ko"
        if hangul == 0 and kana > 0.15 * (kana + han):
            return "ja"
        return "zh" if kana <= 0.01 * han and hangul <= 0.01 * han and han >= 20 else None
    arabic = len(ARABIC.findall(sample))
    if arabic > 0.8 * letters:
        words = WORDS.findall(sample)
        article = sum(word.startswith(("ال", "وال", "بال", "لل")) for word in words)
        return (
            "ar"
            if article > 0.12 * len(words) and len(words) >= 8 and len(NOT_ARABIC.findall(sample)) <= 0.005 * arabic
            else None
        )
    return None


def code(declared: str | None) -> str | None:
    """ISO 639-1 of what a page declares ("pt-BR", "zh_Hant", "nb"), None where it is none of ours."""
    short = re.split(r"[-_,; ]", (declared or "").strip().lower())[0]
    short = SAME.get(short, short)
    return short if short in LANGUAGES else None


@cache
def chinese() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only simplified and only traditional Chinese has, from function_words.toml."""
    known = tomllib.loads(Path(__file__).with_name("function_words.toml").read_text(encoding="utf-8"))["chinese"]
    return re.compile(f"[{known['simplified']}]"), re.compile(f"[{known['traditional']}]")


def script_of(text: str) -> str | None:
    """`Hans` or `Hant` (ISO 15924) for a Chinese text by its first 2,000 characters, None where they do not tell."""
    simplified, traditional = (len(only.findall(text[:MOST])) for only in chinese())
    if simplified >= 3 and simplified > 3 * traditional:
        return "Hans"
    return "Hant" if traditional >= 3 and traditional > 3 * simplified else None


def language_of(text: str, declared: str | None = None) -> str:
    """The language of `text` by its first 2,000 characters."""
    for size in READ:
        if size == READ[0] or len(text) > size // 2:
            plain = told(text[:size], whole=len(text) <= size or size == MOST)
            if plain is not None:
                return plain
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
