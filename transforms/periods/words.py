"""Words of periods on the tape, as letters: Q for "quarter", O for "second", Y for a year.

The lexicon's words, numbers and what newsrooms of many languages write alike (Q1, 3T22, 11/2016). What a row of letters
says is told in `grammar`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.schemas import Schema
from transforms.spans import Tape, among, dictionary_scan, moved, pattern_scan
from transforms.words import words as lexicon_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLIT: Final = "split"
"""Code of a year that two calendar years share: "2022/23"."""
_EARLIEST, _LATEST = 1990, 2049
_COUNTED: Final = "%‰°€$£元円圓원万萬亿億만억人名家台倍명"
"""Right behind a number these make it an amount or a count: "2000元" tells no year."""
_CENTURY: Final = 100
_ROUND: Final = 2000
"""The one round number among years: behind "more than" or "about" it counts something."""

# Letters of the second tape. O ordinal, D number up to 31, Y year, M month, Q quarter, P a quarter with its number,
# H half, G a half with its number, N nine months, A year as a word, a the fiscal year, L the full year, B a related
# year in one word ("올해"), m month as a word, K a number of months, F fiscal, R relative, E ended, Z end of,
# z a fused end ("year-end"), S same, C a fused comparative, T to, v u d the words after a year's, month's and day's
# number, e the end month of a fiscal term, w between, W weekday, X today, f filler, & and; | parts what does not belong
# together.
_LETTERS: Final = {
    "month": "M",
    "weekday": "W",
    "period.quarter": "Q",
    "period.half": "H",
    "period.nine_months": "N",
    "period.year": "A",
    "period.full_year": "L",
    "period.month": "m",
    "period.months": "K",
    "period.fiscal": "F",
    "period.ordinal": "O",
    "period.relative": "R",
    "period.ended": "E",
    "period.end_of": "Z",
    "period.same": "S",
    "period.comparative": "C",
    "period.related_year": "B",
    "period.range": "T",
    "period.between": "w",
    "period.year_mark": "v",
    "period.month_mark": "u",
    "period.day_mark": "d",
    "period.day": "X",
    "period.filler": "f",
    "period.and": "&",
    "period.year_number": "Y",
    "period.day_number": "D",
}
_SCHEMA: Final[Schema] = {
    "start": pl.Int64,
    "end": pl.Int64,
    "letter": pl.String,
    "value": pl.Int64,
    "fiscal": pl.Boolean,
    "code": pl.String,
}
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4}
_RELATIVE: Final = {"current": 0, "previous": -1, "next": 1, "today": 0, "yesterday": -1, "tomorrow": 1}


def _numbers(tape: Tape) -> pl.DataFrame:
    """Numbers that may be years, days, months or ordinals: start, end, letter, value."""
    codes = tape.codes
    digit = (codes >= 48) & (codes <= 57)
    padded = np.concatenate(([False], digit, [False]))
    start = np.flatnonzero(padded[1:-1] & ~padded[:-2])
    end = np.flatnonzero(padded[1:-1] & ~padded[2:]) + 1
    size = end - start
    around = np.concatenate((codes, np.array([32, 32], dtype=codes.dtype)))
    beyond = np.concatenate((digit, [False, False]))
    before, before2 = around[np.maximum(start - 1, 0)], np.maximum(start - 2, 0)
    joined = np.isin(before, [ord(c) for c in ".,:$€£¥#/"]) & beyond[before2] & (start > 1)
    joined |= np.isin(before, [ord(c) for c in "$€£¥#+"]) & (start > 0)
    tail = np.isin(around[end], [ord(c) for c in ",.:"]) & beyond[end + 1]
    tail |= np.isin(around[end], [ord(c) for c in _COUNTED])
    after_space = (around[end] == 32) & np.isin(around[end + 1], [ord(c) for c in "%€$£"])
    dotted = (size <= 2) & (around[end] == ord(".")) & beyond[end + 1]
    value = np.zeros(len(start), dtype=np.int64)
    for k in range(4):
        inside = size > k
        value = np.where(inside, value * 10 + (around[np.minimum(start + k, len(codes))] - 48), value)
    year = (size == 4) & (value >= _EARLIEST) & (value <= _LATEST)
    short = (size == 2) & (before == ord("'")) & (start > 0)
    # "23年": in scripts that mark the year the century may be left out.
    marked = np.isin(around[end], [0x5E74, 0xB144]) & (beyond[end + 1] | np.isin(around[end + 1], [0x5EA6, 0xB3C4, 32]))
    marked |= np.isin(around[end], [0x8D22, 0x8CA1]) & (around[end + 1] == 0x5E74)  # "25财年"
    short |= (size == 2) & marked & (value >= 15) & (value <= 40)
    short |= (size == 2) & (around[start] == ord("0")) & (np.isin(around[end], [0x5E74, 0xB144]) | (around[end + 1] == 0x5E74))
    small = (size <= 2) & (value >= 1) & (value <= 31) & ~short
    fine = ~(joined & ~dotted) & ~tail & ~after_space
    letter = np.where(year, "Y", np.where(short, "Y", np.where(small, "D", "")))
    value = np.where(short, value + 2000, value)
    frame = pl.DataFrame(
        {"start": start.astype(np.int64), "end": end.astype(np.int64), "letter": letter, "value": value, "fine": fine}
    )
    return frame.filter(pl.col("fine") & (pl.col("letter") != "")).drop("fine")


def _without_counts(tape: Tape, numbers: pl.DataFrame) -> pl.DataFrame:
    """Numbers but the 2000 of "more than 2000 credit cards", which is no year."""
    is_round = (pl.col("letter") == "Y") & (pl.col("value") == _ROUND)
    if not numbers.select(is_round.any()).item():
        return numbers
    compared = tape.each(lambda part: dictionary_scan(part, lexicon.of_kind(part.language, "number.comparator"), longest=False))
    compared = compared.filter(pl.col("code").is_in(["over", "approx"]))
    ends = pl.concat([compared["end"], compared["end"] + 1]).implode()  # with or without a space
    return numbers.filter(~(is_round & pl.col("start").is_in(ends)))


def _codes_to_values(words: pl.DataFrame) -> pl.DataFrame:
    """The lexicon's codes as letter and value: "1" of a quarter makes P 1, "noun" Q."""
    letter = pl.col("kind").replace_strict(_LETTERS, default=None)
    value = pl.coalesce(
        pl.col("code").replace_strict(_RELATIVE, default=None, return_dtype=pl.Int64),
        pl.col("code").str.extract(r"^[a-z_]*?(\d+)$", 1).cast(pl.Int64),
    )
    numbered = value.is_not_null()
    return words.with_columns(
        letter=pl.when((pl.col("kind") == "period.quarter") & numbered)
        .then(pl.lit("P"))
        .when((pl.col("kind") == "period.half") & numbered)
        .then(pl.lit("G"))
        .when((pl.col("kind") == "period.end_of") & (pl.col("code") != "of"))
        .then(pl.lit("z"))
        .when((pl.col("kind") == "period.year") & (pl.col("code") == "fiscal"))
        .then(pl.lit("a"))
        .when((pl.col("kind") == "period.month_mark") & (pl.col("code") == "term"))
        .then(pl.lit("e"))
        .otherwise(letter),
        value=value,
        fiscal=pl.col("code").str.contains("fiscal") | (pl.col("kind") == "period.fiscal"),
    )


def letters(tape: Tape) -> pl.DataFrame:
    """The words of periods on the tape: start, end, letter, value, fiscal, code; none overlap."""
    words = _codes_to_values(_of_lexicon(tape)).filter(pl.col("letter").is_not_null())
    if any((capitals := _languages(tape, "months_capitalised")).values()):
        starts = words["start"].to_numpy()
        upper = tape.written[starts] != tape.codes[starts]
        upper |= ~tape.told(words["start"], capitals).to_numpy()
        small = np.flatnonzero((words["kind"] == "month").to_numpy() & ~upper)
        upper[small] = _beside_a_year(tape, words[small]).to_numpy()
        words = words.filter(~pl.col("kind").is_in(["month", "weekday"]) | pl.Series(upper))
    schema = _SCHEMA
    frames = [
        words.select(list(schema)),
        _without_counts(tape, _numbers(tape))
        .with_columns(fiscal=pl.lit(value=False), code=pl.lit(None, pl.String))
        .select(list(schema)),
    ]
    # Q1, 1Q20, 3T22, FY21, H1: letters that newsrooms of many languages write.
    for regex, letter, names in _COMPACT:
        found = pattern_scan(tape, regex, names)
        if found.is_empty():
            continue
        # "6M 2023" and "3M23" are the first half and quarter.
        first = pl.lit(1 if "_m" in names and letter != "N" else None, pl.Int64)
        number = pl.col("number").cast(pl.Int64) if "number" in names else first
        at = {"start": pl.col("number_start") if letter == "D" else pl.col("start"), "end": pl.col("end")}
        frame = found.select(
            **at, letter=pl.lit(letter), value=number, fiscal=pl.lit(value=letter == "Y"), code=pl.lit(None, pl.String)
        )
        if "year" in names:
            years = found.drop_nulls("year").select(
                start=pl.col("year_start"),
                end=pl.col("year_end"),
                letter=pl.lit("Y"),
                value=pl.when(pl.col("year").str.len_chars() == 2)
                .then(pl.col("year").cast(pl.Int64) + 2000)
                .otherwise(pl.col("year").cast(pl.Int64)),
                fiscal=pl.lit(value=letter == "y"),
                code=pl.lit(None, pl.String),
            )
            if letter == "y":
                frame = years.with_columns(start=pl.Series(found.drop_nulls("year")["start"]))
            else:
                frame = frame.with_columns(
                    end=pl.coalesce(found["year_start"], pl.col("end"))
                    if found["year_start"].null_count()
                    else pl.when(found["year"].is_not_null()).then(found["year_start"]).otherwise(pl.col("end"))
                )
                frames.append(years)
        frames.append(frame.select(list(schema)))
    frames += _in_figures(tape)
    found = tape.each(_marked_ordinals)
    following = [tape.folded[e : e + 1].isdigit() for e in found["end"].to_list()]
    found = found.with_columns(value=pl.col("number").cast(pl.Int64)).filter(~pl.Series(following, dtype=pl.Boolean))
    frames.append(_words(found.filter(pl.col("value").is_between(1, 31)), letter="D"))
    if any((roman := _languages(tape, "roman_ordinals")).values()):
        found = pattern_scan(tape, r"\b(III|II|IV|I)\b", ["number"], cased=True)
        found = found.filter(tape.told(found["start"], roman))
        value = pl.col("number").replace_strict(_ROMAN, default=None, return_dtype=pl.Int64)
        frames.append(_words(found.with_columns(value=value), letter="O"))
    words = pl.concat([f.cast(dict(schema)) for f in frames])  # type: ignore[arg-type]
    # The longest word from the left wins; a filler gives way to every other word.
    fillers = pl.col("letter").is_in(["f", "&"])
    words = _disjoint(words.filter(~fillers))
    others = _disjoint(frames[0].cast(dict(schema)).filter(fillers))  # type: ignore[arg-type]
    if words.height and others.height:
        last = np.searchsorted(words["start"].to_numpy(), others["end"].to_numpy(), side="left") - 1
        hit = (last >= 0) & (words["end"].to_numpy()[np.maximum(last, 0)] > others["start"].to_numpy())
        others = others.filter(pl.Series(~hit))
    return _without_hyphens(pl.concat([words, others]).sort("start", maintain_order=True))


def _without_hyphens(words: pl.DataFrame) -> pl.DataFrame:
    """Words but the hyphen that only ties an ordinal to its year, which becomes part of the ordinal: "kuartal II-2023"."""
    touching = (pl.col("start") == pl.col("end").shift(1)) & (pl.col("end") == pl.col("start").shift(-1))
    tied = (pl.col("letter") == "T") & (pl.col("letter").shift(1) == "O") & (pl.col("letter").shift(-1) == "Y")
    gone = words.select((tied & touching).fill_null(value=False)).to_series()
    tying = gone.shift(-1, fill_value=False)
    return words.with_columns(end=pl.when(tying).then(pl.col("end") + 1).otherwise("end")).filter(~gone)


def _languages(tape: Tape, setting: str) -> dict[str, bool]:
    """Which languages of the tape have a setting."""
    return {language: bool(lexicon.settings(language).get(setting, False)) for language in tape.languages}


def _of_lexicon(tape: Tape) -> pl.DataFrame:
    """The lexicon's words of periods: start, end, kind, code, pattern."""
    kinds = ("month", "weekday", "period.")
    parting = [name for name, parts in _languages(tape, "digits_part_words").items() if parts]
    found = lexicon_words(tape, *kinds, longest=False)
    if not parting:
        return found
    # Korean: "6월", "2021회계연도"
    places = tape.told(found["start"], {language: language not in parting for language in tape.languages})
    frames = [found.filter(places)]
    for part, offset in tape.placed():
        if part.language in parting:
            parted = replace(part, word=part.word & ~((part.codes >= 48) & (part.codes <= 57)))
            again = dictionary_scan(parted, lexicon.of_kind(part.language, *kinds), longest=False)
            frames.append(moved(again.select(found.columns), by=offset))
    return pl.concat(frames).sort("start", "end", maintain_order=True)


def _marked_ordinals(tape: Tape) -> pl.DataFrame:
    """Numbers with a mark that makes them ordinals ("3rd", "3."), on a tape of one language: start, end, number."""
    marks = lexicon.settings(tape.language).get("ordinal_marks", ())
    if not marks:
        return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "number": pl.String})
    ends = "|".join(m if m.endswith(".") else m + r"\b" for m in marks)
    return pattern_scan(tape, rf"\b(\d{{1,2}})({ends})", ["number", "_mark"]).select("start", "end", "number")


def _beside_a_year(tape: Tape, words: pl.DataFrame) -> pl.Series:
    """Which words have a year right before or after them: "june 2016", "2016, nov"."""
    before = pl.Series([tape.folded[max(0, s - 8) : s] for s in words["start"].to_list()], dtype=pl.String)
    after = pl.Series([tape.folded[e : e + 8] for e in words["end"].to_list()], dtype=pl.String)
    return before.str.contains(r"\b20[0-4][0-9] ?,? $") | after.str.contains(r"^,? 20[0-4][0-9]\b")


def _in_figures(tape: Tape) -> list[pl.DataFrame]:
    """Months and halves written in figures with their year: 11/2016, 2016-11, 2016H2; 11.2016 where dots mark no decimals.

    "2016-17" and "2011-12" are fiscal years, named by the year in which they end.
    """
    dotted = {language: lexicon.settings(language).get("decimal", ".") == "," for language in tape.languages}
    frames: list[pl.DataFrame] = []
    schema = _SCHEMA
    split = pattern_scan(tape, r"\b((?:199|20[0-4])[0-9])( ?[/\-] ?)((?:20)?[0-9][0-9])\b", ["year", "_gap", "next"])
    last = split["year"].cast(pl.Int64) + 1  # "2022/23", "2022-2023": a year that is none of the calendar
    split = split.with_columns(_year=last).filter(
        (pl.col("next").cast(pl.Int64) == pl.col("_year")) | (pl.col("next").cast(pl.Int64) == pl.col("_year") % 100)
    )
    frames.append(
        split.select("start", "end", letter=pl.lit("Y"), value="_year", fiscal=pl.lit(value=True), code=pl.lit(SPLIT)).select(
            list(schema)
        )
    )
    for regex, names, letter in (
        (r"\b(0?[1-9]|1[0-2])( {0,2}[/MARK\-] ?)((?:199|20[0-4])[0-9])\b", ["number", "_gap", "year"], "M"),
        (r"\b((?:199|20[0-4])[0-9])( {0,2}[/MARK\-] ?)(0?[1-9]|1[0-2])\b", ["year", "_gap", "number"], "M"),
        (r"(?-u:\b)((?:199|20[0-4])[0-9]|[12][0-9])( ?)(h)([12])(?-u:\b)", ["year", "_gap", "_h", "number"], "G"),
        (r"(?-u:\b)((?:199|20[0-4])[0-9]|[12][0-9])( ?)(q)([1-4])(?-u:\b)", ["year", "_gap", "_h", "number"], "P"),
    ):
        found = _by_decimal_mark(tape, regex, names, dotted) if "MARK" in regex else pattern_scan(tape, regex, names)
        # A day or a further number beside them makes another date or none.
        before = pl.Series([tape.folded[max(0, s - 2) : s] for s in found["start"].to_list()], dtype=pl.String)
        after = pl.Series([tape.folded[e : e + 2] for e in found["end"].to_list()], dtype=pl.String)
        alone = ~before.str.contains(r"[0-9][/.,:\-]$|[$€£¥#/]$") & ~after.str.contains(r"^(?:[/.,:\-][0-9]|[%‰€$£])")
        year, number = found["year"].cast(pl.Int64), found["number"].cast(pl.Int64)
        year = year + 2000 * (year < _CENTURY).cast(pl.Int64)  # "25Q2"
        found = found.with_columns(_year=year, _number=number).filter(alone & ((year + 1) % 100 != number))
        year_first = names[0] == "year"
        edge = (
            {"start": pl.col("year_end"), "end": pl.col("end")}
            if year_first
            else {"start": pl.col("start"), "end": pl.col("year_start")}
        )
        rest = {"fiscal": pl.lit(value=False), "code": pl.lit(None, pl.String)}
        frames.append(found.select(**edge, letter=pl.lit(letter), value="_number", **rest).select(list(schema)))
        years = found.select(start="year_start", end="year_end", letter=pl.lit("Y"), value="_year", **rest)
        frames.append(years.select(list(schema)))
    return frames


def _by_decimal_mark(tape: Tape, regex: str, names: list[str], dotted: dict[str, bool]) -> pl.DataFrame:
    """What an expression finds whose MARK is a dot in the languages where dots mark no decimals, and nothing in others."""
    found = []
    for mark, wanted in ((".", True), ("", False)):
        if wanted in dotted.values():
            each = pattern_scan(tape, regex.replace("MARK", mark), names)
            found.append(each.filter(tape.told(each["start"], dotted) == wanted))
    return pl.concat(found).sort("start", maintain_order=True)


def _words(found: pl.DataFrame, *, letter: str) -> pl.DataFrame:
    """Found spans with a value as words of one letter."""
    return found.select(
        "start", "end", letter=pl.lit(letter), value="value", fiscal=pl.lit(value=False), code=pl.lit(None, pl.String)
    )


def _disjoint(words: pl.DataFrame) -> pl.DataFrame:
    """The longest word from the left wins; words that begin within an earlier one go."""
    day = pl.col("letter") == "D"  # the "25" of "2Q25" is a year
    words = words.sort("start", pl.col("end"), day, "letter", descending=[False, True, False, False], maintain_order=True)
    words = words.unique("start", keep="first", maintain_order=True)
    for _ in range(4):
        words = words.filter((pl.col("start") >= pl.col("end").shift(1)).fill_null(value=True))
    return words


_COMPACT: Final = (
    (r"(?-u:\b)(q|kw\.? ?|tw )([1-4])(?-u:\b)", "P", ["_q", "number"]),
    (r"(?-u:\b)(q)([1-4])([ /'\-]{0,2})((?:20)?[12]\d)(?-u:\b)", "P", ["_q", "number", "_gap", "year"]),
    (r"(?-u:\b)([1-4])(q|t|ct)((?-u:\b))", "P", ["number", "_q", "_edge"]),
    ("([1-4])([·∙・ㆍ/.]4 ?분기)", "P", ["number", "_q"]),
    (r"(?-u:\b)([1-4])(q|t)([ /'\-]?)((?:20)?[12]\d)(?-u:\b)", "P", ["number", "_q", "_gap", "year"]),
    (r"\b([1-4])(º|o|ª|°)?( ?)(tri|trim)(\b)", "P", ["number", "_o", "_s", "_q", "_edge"]),
    (r"(?-u:\b)(h)([12])(?-u:\b)", "G", ["_h", "number"]),
    (r"(?-u:\b)([12])(h|s)(?-u:\b)", "G", ["number", "_h"]),
    (r"(?-u:\b)([12])(h|s)([ /'\-]?)((?:20)?[12]\d)(?-u:\b)", "G", ["number", "_h", "_gap", "year"]),
    (r"(?-u:\b)(9)([mм])((?-u:\b))", "N", ["_number", "_m", "_edge"]),
    (r"(?-u:\b)(9)([mм])([ /'\-]?)((?:20)?[12]\d)(?-u:\b)", "N", ["_number", "_m", "_gap", "year"]),
    (r"(?-u:\b)(6)([mм])([ /'\-]?)((?:20)?[12]\d)(?-u:\b)", "G", ["_number", "_m", "_gap", "year"]),
    (r"(?-u:\b)(3)([mм])([ /'\-]?)((?:20)?[12]\d)(?-u:\b)", "P", ["_number", "_m", "_gap", "year"]),
    (r"(?-u:\b)(fy)([ '/\-]{0,2})((?:20)?[12]\d)(?-u:\b)", "y", ["_fy", "_gap", "year"]),
)


def second_tape(tape: Tape, words: pl.DataFrame) -> tuple[str, NDArray[np.int64]]:
    """The letters as one text, and for each place of it the word's index (-1 at a break)."""
    start, end = words["start"].to_numpy(), words["end"].to_numpy()
    letters = np.frombuffer("".join(words["letter"].to_list()).encode("utf-32-le"), dtype=np.uint32)
    gaps = np.concatenate(([0], start[1:] - end[:-1]))
    # Between words of one period stand spaces, commas, dots, slashes and the like, at most three.
    tight = np.concatenate(([0], np.cumsum(among(tape.codes, " ,./'·、"))))
    inside = np.concatenate(([0], tight[start[1:]] - tight[end[:-1]]))
    dots = np.concatenate(([0], np.cumsum(tape.codes == ord("."))))
    dotted = np.concatenate(([0], dots[start[1:]] - dots[end[:-1]]))
    linked = (gaps <= 3) & (inside == gaps) & ((dotted == 0) | (gaps == 1)) & ~_quarters_of_their_own(letters)
    # A break stands before each word that is not linked to the one before it.
    at = np.arange(len(letters)) + np.cumsum(~linked)
    size = len(letters) + int((~linked).sum())
    text = np.full(size, ord("|"), dtype=np.uint32)
    places = np.full(size, -1, dtype=np.int64)
    text[at], places[at] = letters, np.arange(len(letters))
    return text.tobytes().decode("utf-32-le"), places


def _quarters_of_their_own(letters: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Quarters whose end is told, behind a comparison: "up 35 % from a year earlier in the quarter, which ended July 31"."""

    def is_letter(letter: str, by: int) -> NDArray[np.bool_]:
        """Whether this letter stands `by` places behind each."""
        moved = np.zeros(len(letters), dtype=bool)
        source = letters == ord(letter)
        if by > 0:
            moved[:-by] = source[by:]
        else:
            moved[-by:] = source[: len(letters) + by]
        return moved

    apart = is_letter("f", -1) & (is_letter("C", -2) | (is_letter("f", -2) & is_letter("C", -3)))
    own: NDArray[np.bool_] = apart & is_letter("E", 1) & (letters == ord("Q"))
    return own
