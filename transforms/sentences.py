"""Sentences and clauses: the frames in which spans are related to each other.

A sentence ends at a line break or at closing punctuation that is no abbreviation's dot; a clause ends at a comma,
semicolon, colon, dash or bracket that separates, never at one within a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.spans import among
from transforms.words import words

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from transforms.spans import Tape

    Flags = NDArray[np.bool_]
    Places = NDArray[np.int64]

_ENDERS = ".!?\u2026"
_WIDE_ENDERS = "\u3002\uff01\uff1f\uff61"
# Not \u300c or \u300e: in Japanese a quotation opens at once after a full stop.
_CLOSERS = "\"')]\u00bb\u00ab\u201d\u201c\u2019\u300d\u300f\uff09"
_WIDE_BREAKS = "\uff0c\uff1b\uff1a\u3001\u060c\u061b"
_OPEN, _CLOSE = "([\u3010", ")]\u3011"
_WIDE_TO = 0x9FFF
_WIDE_FROM = 0x3040  # from here on stand the scripts that put no space after a mark
_HEADLINES: Final = ("zh", "ja")
"""Languages without spaces between words: one between two of their letters parts the statements of a headline."""
_RUN_ON: Final = 3
"""Small letters before a dot without a space behind that ends a sentence: fewer are an abbreviation's ("Dr.Huber")."""
_HANGUL_FROM, _HANGUL_TO = 0xAC00, 0xD7A3
_SAID: Final = "다요"
"""Last syllables of Korean statements."""
_NAME_ENDINGS: Final = ("com", "net", "org", "io", "js")
_BULLETS = "\u25b2\u25b3\u25cf\u25a0\u25c6\u25b6"  # in a line of items each begins a clause


def _is(tape: Tape, characters: str) -> Flags:
    return among(tape.codes, characters)


def sentences(tape: Tape) -> pl.DataFrame:
    """One row a sentence: start, end (trimmed of white space), doc, sentence (index in the article), sid (on the tape)."""
    codes, size = tape.codes, len(tape.codes)
    space = _is(tape, " \n\x1d")
    newline = _is(tape, "\n\x1d")
    wide = _codes_of(tape, _WIDE_ENDERS)
    dots = _is(tape, _ENDERS) & ~wide
    # Closing quotes and brackets belong to the sentence they close.
    closer = _codes_of(tape, _CLOSERS)
    after = np.arange(1, size + 1)
    ends = np.flatnonzero(dots | wide)
    stops = after[ends]
    for _ in range(2):
        stops = np.where((stops < size) & closer[np.minimum(stops, size - 1)], stops + 1, stops)
    follows_space = (stops >= size) | space[np.minimum(stops, size - 1)]
    keep = follows_space | wide[ends]
    abbreviations = words(tape, "abbreviation", longest=False)
    dotted = abbreviations.filter(pl.col("pattern").str.ends_with("."))["end"].to_numpy() - 1
    unit = abbreviations.filter(pl.col("code") == "final")["end"].to_numpy() - 1
    following = np.minimum(stops + 1, size - 1)
    capital = tape.codes[following] != tape.written[following]
    beyond = np.minimum(following + 1, size - 1)
    capital &= tape.codes[beyond] == tape.written[beyond]  # "480 mln. De" is an end, "480 mln. EUR" is none
    keep &= ~np.isin(ends, dotted) | _at_line_end(newline, stops, size) | (np.isin(ends, unit) & capital)
    # A lone capital or a list number before the dot ("J. Smith", "3. Text"), or a lower-case letter after it.
    word = tape.word
    initial = (codes[ends] == ord(".")) & _upper_single(tape, ends)
    if lexicon.settings(tape.language).get("ordinal_dot"):
        initial |= (codes[ends] == ord(".")) & _short_number(tape, ends)
    keep &= ~initial | _at_line_end(newline, stops, size)
    nxt = np.minimum(stops + 1, size - 1)
    lower_next = (codes[ends] == ord(".")) & word[nxt] & _is_lower(tape, nxt)
    keep &= ~lower_next | wide[ends]
    keep |= _run_on(tape, ends, stops) & ~np.isin(ends, dotted)
    lines = np.flatnonzero(newline)
    cuts = _sorted(size, stops[keep], lines, lines + 1, [0, size])
    frame = _trimmed(cuts[:-1], cuts[1:], space)
    frame = frame.with_columns(tape.doc_of(frame["start"]))
    return frame.with_columns(
        sentence=pl.int_range(pl.len(), dtype=pl.Int64).over("doc"), sid=pl.int_range(pl.len(), dtype=pl.Int64)
    )


def clauses(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """One row a clause: start, end, sid of its sentence, clause (index in the sentence), cid (on the tape)."""
    codes, size = tape.codes, len(tape.codes)
    space = _is(tape, " \n\x1d")
    spaced_next = np.concatenate((space[1:], [True]))
    spaced_before = np.concatenate(([True], space[:-1]))
    wide_next = np.concatenate((codes[1:] >= _WIDE_FROM, [False]))  # "12.3亿美元,同比增长"
    light = _is(tape, ",;:") & (spaced_next | wide_next)
    wide = _codes_of(tape, _WIDE_BREAKS)
    dash = (codes == ord("-")) & spaced_next & spaced_before
    opening, closing = _is(tape, _OPEN + _BULLETS), _is(tape, _CLOSE)
    parted = space & _parts_letters(codes) if tape.language in _HEADLINES else np.zeros(size, dtype=np.bool_)
    cuts_after = np.setdiff1d(np.flatnonzero(light | wide | dash | closing | parted) + 1, _around_asides(tape))
    borders = (sentences["start"].to_numpy(), sentences["end"].to_numpy(), [0, size])
    cuts = _sorted(size, cuts_after, np.flatnonzero(opening), *borders)
    frame = _trimmed(cuts[:-1], cuts[1:], space)
    frame = frame.sort("start", maintain_order=True).join_asof(
        sentences.select(pl.col("start").alias("_s"), pl.col("end").alias("_e"), "sid", "doc").sort("_s", maintain_order=True),
        left_on="start",
        right_on="_s",
        strategy="backward",
        check_sortedness=False,
    )
    frame = frame.filter(pl.col("start") < pl.col("_e")).drop("_s", "_e")
    return frame.with_columns(
        clause=pl.int_range(pl.len(), dtype=pl.Int64).over("sid"), cid=pl.int_range(pl.len(), dtype=pl.Int64)
    )


def _around_asides(tape: Tape) -> Places:
    """Behind the commas around a word that parts no statement: "paid subscribers, meanwhile, now total 8 million"."""
    found = words(tape, "aside")
    starts, ends = found["start"].to_numpy(), found["end"].to_numpy()
    before = tape.codes[np.maximum(starts - 2, 0)] == ord(",")
    inside = before & (tape.codes[np.minimum(ends, len(tape.codes) - 1)] == ord(","))
    return np.concatenate((starts[inside] - 1, ends[inside] + 1))


def _parts_letters(codes: NDArray[np.uint32]) -> Flags:
    """Where a Chinese character or kana stands behind, and one or a percent sign before."""
    letter = (codes >= _WIDE_FROM) & (codes <= _WIDE_TO)
    none = [False]
    both: Flags = np.concatenate((letter[1:], none)) & np.concatenate((none, (letter | (codes == ord("%")))[:-1]))
    return both


def _codes_of(tape: Tape, characters: str) -> Flags:
    """Where these characters stand in the text as written (folding turns full-width marks into plain ones)."""
    return among(tape.written, characters)


def _at_line_end(newline: Flags, stops: Places, size: int) -> Flags:
    at_end: Flags = (stops >= size) | newline[np.minimum(stops, size - 1)]
    return at_end


def _run_on(tape: Tape, ends: Places, stops: Places) -> Flags:
    """Whether a crawled page has lost the space behind the dot: small letters before it, a word with a capital behind.

    Or the last syllable of a Korean statement before it, and another one behind.
    """
    last = len(tape.codes) - 1
    small = tape.word & (tape.codes == tape.written) & ((tape.codes < ord("0")) | (tape.codes > ord("9")))
    run: Flags = (stops <= last) & (tape.codes != tape.written)[np.minimum(stops, last)] & tape.word[np.minimum(stops, last)]
    for place in (*(ends - n for n in range(1, _RUN_ON + 1)), stops + 1):
        run &= small[np.clip(place, 0, last)]
    for name in _NAME_ENDINGS:  # "Booking.Com"
        letters = (tape.codes[np.minimum(stops + at, last)] == ord(letter) for at, letter in enumerate(name))
        run &= ~np.logical_and.reduce([*letters, ~tape.word[np.minimum(stops + len(name), last)]])
    hangul = (tape.codes >= _HANGUL_FROM) & (tape.codes <= _HANGUL_TO)  # "부과했다.또": no name ends so
    said = among(tape.codes, _SAID)[np.maximum(ends - 1, 0)] & hangul[np.maximum(ends - 2, 0)]
    said &= (tape.codes[ends] == ord(".")) & (stops <= last)  # "최대주주 됐다…공개매수" is one headline
    return run | (said & hangul[np.minimum(stops, last)])


def _upper_single(tape: Tape, ends: Places) -> Flags:
    """Whether one capital letter or a number of one or two digits alone stands before the dot."""
    raw = tape.written
    before, before2, before3 = np.maximum(ends - 1, 0), np.maximum(ends - 2, 0), np.maximum(ends - 3, 0)
    capital = tape.word[before] & (raw[before] != tape.codes[before])
    alone = (ends < 2) | ~tape.word[before2]
    digit = (tape.codes[before] >= ord("0")) & (tape.codes[before] <= ord("9"))
    tens = (tape.codes[before2] >= ord("0")) & (tape.codes[before2] <= ord("9"))
    line_start = (tape.codes[before2] == ord("\n")) | ((tape.codes[before3] == ord("\n")) & tens)
    initial: Flags = (capital & alone) | (digit & line_start)
    return initial


def _short_number(tape: Tape, ends: Places) -> Flags:
    """Whether a number of one or two digits stands before the dot: an ordinal where the language writes them so."""
    digits = (tape.codes >= ord("0")) & (tape.codes <= ord("9"))
    before, before2, before3 = np.maximum(ends - 1, 0), np.maximum(ends - 2, 0), np.maximum(ends - 3, 0)
    alone = ~tape.word[before2] & (tape.codes[before2] == ord(" "))
    pair = digits[before2] & (tape.codes[before3] == ord(" "))
    short: Flags = digits[before] & (alone | pair)
    return short


def _is_lower(tape: Tape, places: Places) -> Flags:
    raw = tape.written
    cased = np.array([chr(c).upper() != chr(c) for c in tape.codes[places].tolist()], dtype=np.bool_)
    lower: Flags = cased & (raw[places] == tape.codes[places])
    return lower


def _sorted(size: int, *places: ArrayLike) -> Places:
    """Places on a text of this size in order, each once: marking them is quicker than sorting them."""
    marks = np.zeros(size + 1, dtype=np.bool_)
    for each in places:
        marks[np.asarray(each)] = True
    found: Places = np.flatnonzero(marks)
    return found


def _trimmed(starts: Places, ends: Places, space: Flags) -> pl.DataFrame:
    """Cut lines into frames without white space at either end; empty ones vanish."""
    solid = np.flatnonzero(~space)
    if solid.size == 0:
        return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64})
    first = np.searchsorted(solid, starts, side="left")
    last = np.searchsorted(solid, ends, side="left") - 1
    ok = (first < solid.size) & (last >= first)
    return pl.DataFrame({"start": solid[first[ok]].astype(np.int64), "end": solid[last[ok]].astype(np.int64) + 1})
