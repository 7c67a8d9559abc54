"""Periods and dates in text: where they stand, what they say, and which days they cover.

`on_tape` reads words into parts (grain, ordinal, year, relation to the time of writing); `resolve` sets the parts
against the publication time and the fiscal calendar of a company. Which fact a period belongs to is decided elsewhere.
The one idea: a lexicon's words become letters on a second tape (Q for "quarter", O for "second"), and one grammar over
letters serves every language, so that a language adds words and no rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.schemas import Schema
from transforms.spans import Tape, dictionary_scan, pattern_scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from transforms.scan import Scanned

PERIOD_SPANS: Final[Schema] = {
    "start": pl.Int64,
    "end": pl.Int64,
    "grain": pl.String,  # quarter half nine_months year month instant day; null: that of the period compared with
    "ordinal": pl.Int64,  # quarter 1-4, half 1-2, month 1-12
    "year": pl.Int64,
    "relative": pl.Int64,  # 0 the running one, -1 the one before, 1 the next; null where not said
    "fiscal": pl.Boolean,  # said to be fiscal
    "role": pl.String,  # "comparative" for "a year earlier" and "in the previous quarter"
    "compared_to": pl.String,  # of a comparative: year_ago or previous_period
    "start_month": pl.Int64,  # of a range of months
    "end_month": pl.Int64,  # "three months to July"
    "day": pl.Int64,
    "weekday": pl.Int64,  # 1 is Monday
    "fye": pl.Int64,  # month in which the article says that a fiscal year ends
    "anchor": pl.Date,  # the article's own time, where it has no publication time
}
"""One row a period span."""
RESOLVED: Final[Schema] = {"period_type": pl.String, "period_start": pl.Date, "period_end": pl.Date, "fiscal_period": pl.String}

_PARTICIPLE: Final = 20
"""How long a word may be that parts the end of a month from the year that ended with it."""
LAG: Final = 10
"""Days after a quarter's end before which nobody has reported on it."""
_EARLIEST, _LATEST = 1990, 2049
_NINE, _SIX, _QUARTER, _YEAR = 9, 6, 3, 12

# --- words to letters ------------------------------------------------------------------------------------------------

# Letters of the second tape. O ordinal, D number up to 31, Y year, M month, Q quarter, P a quarter with its number,
# H half, G a half with its number, N nine months, A year as a word, a the fiscal year, L the full year, B a related
# year in one word ("올해"), m month as a word, K a number of months, F fiscal, R relative, E ended, Z end of,
# z a fused end ("year-end"), S same, C a fused comparative, T to, v u d the words after a year's, month's and day's
# number, e the end month of a fiscal term, W weekday, X today, f filler; | parts what does not belong together.
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
    "period.year_mark": "v",
    "period.month_mark": "u",
    "period.day_mark": "d",
    "period.day": "X",
    "period.filler": "f",
}
_RELATIVE: Final = {"current": 0, "previous": -1, "next": 1, "today": 0, "yesterday": -1, "tomorrow": 1}

_A: Final = "[Aa]"
_Y: Final = rf"(?:(?:Ff*)?(?:{_A}f*)?Yv?(?:f*{_A})?)"  # a year: fiscal year 2021, 2021年, 2021 fiscal year
_M: Final = "(?:M|Du)"
_B: Final = f"(?:B|R{_A}|{_A}R)"  # a related year: "올해", last year, anno scorso
_MY: Final = f"{_Y}?f*{_M}f*{_Y}?"
_DATE: Final = "(?:Yv?f*Duf*Dd?|DuDd|Df*Mf*Yv?|MDf*Yv?|Df*M|MDd?|Yv?f*MDd?)"
_UNIT: Final = f"(?:Q|K|{_A}|H|N|L|m)"
_WHICH: Final = "(?:(?:Ff*)?P|(?:Ff*)?[OD]f*(?:Ff*)?Q|Qf*(?:Ff*)?[OD])"
_HALF: Final = "(?:G|[OD]f*H|Hf*[OD])"
_COMPARED: Final = f"(?:{_WHICH}|{_HALF}|{_M}|N|[OD]f*K)"
_RULES: Final = {
    # "three months to July", "quarter ended January 31", "year to 31 March 2023"
    "ended": f"(?:[OD]f*)?F?f*{_UNIT}F?f*Ef*(?:Zf*)?(?:{_DATE}|{_M}f*{_Y}?)"
    # "截至7月31日的第二财季"
    f"|Ef*(?:Zf*)?(?:{_DATE}|{_MY})f*(?:Zf*)?(?:P|(?:[OD]f*)?{_UNIT})"
    # "7月までの3カ月"
    f"|(?:{_DATE}|{_MY})Z?f*Ef*(?:P|(?:[OD]f*)?{_UNIT})",
    # "Februar bis April", "8-10월", "五、六、七三个月"
    "range": f"{_MY}f*[TE]f*{_M}(?:f*{_Y})?K?|{_Y}?f*D[TE]D[ue](?:f*{_Y})?|[OD][OD]?[OD]K",
    # "2024年3月期": the fiscal year that ends in March 2024
    "term": "Yv?De",
    "iso": "YTDTD",
    "numeric": "DTDTY|DDY",
    # "dritten Quartal des Vorjahres", "same quarter last year", "year-ago quarter"
    "comparative": f"{_COMPARED}f*C|Sf*(?:{_COMPARED}|Q|H|{_A}|m|K)?f*(?:{_Y}|{_B}|R|C)?"
    f"|{_B}f*S(?:f*(?:{_COMPARED}|Q|H|m))?|Cf*(?:{_COMPARED}|Q|H|S|m)|C",
    "date": _DATE,
    "quarter": f"(?:(?:{_Y}|{_B})f*)?{_WHICH}(?:f*(?:{_Y}|{_B}))?",
    "half": f"(?:(?:{_Y}|{_B})f*)?(?:{_HALF}|[OD]f*K)(?:f*(?:{_Y}|{_B}))?",
    "nine": f"(?:(?:{_Y}|{_B})f*)?N(?:f*(?:{_Y}|{_B}))?",
    "instant": f"Zf*(?:{_Y}f*)?(?:{_WHICH}|{_M}|Q|{_A}|m|{_Y})(?:f*R)?(?:f*{_Y})?"
    f"|(?:(?:{_Y}|{_B})f*)?(?:{_M}|{_WHICH}|Q|{_A}|Y)f*Z(?:f*{_Y})?|z",
    "month": f"{_Y}f*Dm|(?:(?:{_Y}|{_B})f*)?{_M}f*(?:{_Y}|{_B})|(?:{_Y}|{_B})f*{_M}|Rf*{_M}|{_M}f*R|{_M}",
    "relative": f"Rf*F?f*(?:Q|{_A}|m|H|L)(?:f*F)?|(?:Q|{_A}|m|H)f*F?f*R|Ru",
    "related_year": "B(?:f*L)?",
    "year": f"Yv?f*L|Lf*{_Y}|{_Y}|L|a",
    "months": "R?f*K",
    "unit": "Q",
    "weekday": "W",
    "today": "X",
}


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
    tail |= np.isin(around[end], [ord(c) for c in "%‰°€$£"])
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


def _letters(tape: Tape) -> pl.DataFrame:
    """The words of periods on the tape: start, end, letter, value, fiscal, code; none overlap."""
    schema = {
        "start": pl.Int64,
        "end": pl.Int64,
        "letter": pl.String,
        "value": pl.Int64,
        "fiscal": pl.Boolean,
        "code": pl.String,
    }
    rules = lexicon.settings(tape.language)
    patterns = lexicon.of_kind(tape.language, "month", "weekday", "period.")
    parted = tape
    if rules.get("digits_part_words", False):  # Korean: "6월", "2021회계연도"
        parted = replace(tape, word=tape.word & ~((tape.codes >= 48) & (tape.codes <= 57)))
    words = dictionary_scan(parted, patterns, longest=False)
    words = _codes_to_values(words).filter(pl.col("letter").is_not_null())
    if rules.get("months_capitalised", False):
        upper = [tape.plain[s] != tape.folded[s] for s in words["start"].to_list()]
        named = (pl.col("kind") == "month") & _beside_a_year(tape, words)
        words = words.filter(~pl.col("kind").is_in(["month", "weekday"]) | pl.Series(upper) | named)
    frames = [
        words.select(list(schema)),
        _numbers(tape).with_columns(fiscal=pl.lit(value=False), code=pl.lit(None, pl.String)).select(list(schema)),
    ]
    # Q1, 1Q20, 3T22, FY21, H1: letters that newsrooms of many languages write.
    for regex, letter, names in _COMPACT:
        found = pattern_scan(tape, regex, names)
        if found.is_empty():
            continue
        number = pl.col("number").cast(pl.Int64) if "number" in names else pl.lit(None, pl.Int64)
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
    frames += _in_figures(tape, dotted=rules.get("decimal", ".") == ",")
    if marks := rules.get("ordinal_marks"):
        ends = "|".join(m if m.endswith(".") else m + r"\b" for m in marks)
        found = pattern_scan(tape, rf"\b(\d{{1,2}})({ends})", ["number", "_mark"])
        following = [tape.folded[e : e + 1].isdigit() for e in found["end"].to_list()]
        found = found.with_columns(value=pl.col("number").cast(pl.Int64)).filter(~pl.Series(following, dtype=pl.Boolean))
        frames.append(_words(found.filter(pl.col("value").is_between(1, 31)), letter="D"))
    if rules.get("roman_ordinals", False):
        found = pattern_scan(tape, r"\b(III|II|IV|I)\b", ["number"], cased=True)
        roman = {"I": 1, "II": 2, "III": 3, "IV": 4}
        value = pl.col("number").replace_strict(roman, default=None, return_dtype=pl.Int64)
        frames.append(_words(found.with_columns(value=value), letter="O"))
    words = pl.concat([f.cast(dict(schema)) for f in frames])  # type: ignore[arg-type]
    # The longest word from the left wins; a filler gives way to every other word.
    fillers = pl.col("letter") == "f"
    words = _disjoint(words.filter(~fillers))
    others = _disjoint(frames[0].cast(dict(schema)).filter(fillers))  # type: ignore[arg-type]
    if words.height and others.height:
        last = np.searchsorted(words["start"].to_numpy(), others["end"].to_numpy(), side="left") - 1
        hit = (last >= 0) & (words["end"].to_numpy()[np.maximum(last, 0)] > others["start"].to_numpy())
        others = others.filter(pl.Series(~hit))
    return pl.concat([words, others]).sort("start")


def _beside_a_year(tape: Tape, words: pl.DataFrame) -> pl.Series:
    """Which words have a year right before or after them: "june 2016", "2016, nov"."""
    before = pl.Series([tape.folded[max(0, s - 8) : s] for s in words["start"].to_list()], dtype=pl.String)
    after = pl.Series([tape.folded[e : e + 8] for e in words["end"].to_list()], dtype=pl.String)
    return before.str.contains(r"\b20[0-4][0-9] ?,? $") | after.str.contains(r"^,? 20[0-4][0-9]\b")


def _in_figures(tape: Tape, *, dotted: bool) -> list[pl.DataFrame]:
    """Months and halves written in figures with their year: 11/2016, 2016-11, 2016H2; `dotted` reads 11.2016 too.

    "2016-17" and "2011-12" are seasons.
    """
    mark = r"[/.\-]" if dotted else r"[/\-]"
    frames: list[pl.DataFrame] = []
    schema = {
        "start": pl.Int64,
        "end": pl.Int64,
        "letter": pl.String,
        "value": pl.Int64,
        "fiscal": pl.Boolean,
        "code": pl.String,
    }
    for regex, names, letter in (
        (rf"\b(0?[1-9]|1[0-2])( {{0,2}}{mark} ?)((?:199|20[0-4])[0-9])\b", ["number", "_gap", "year"], "M"),
        (rf"\b((?:199|20[0-4])[0-9])( {{0,2}}{mark} ?)(0?[1-9]|1[0-2])\b", ["year", "_gap", "number"], "M"),
        (r"\b((?:199|20[0-4])[0-9])( ?)(h)([12])\b", ["year", "_gap", "_h", "number"], "G"),
        (r"\b((?:199|20[0-4])[0-9])( ?)(q)([1-4])\b", ["year", "_gap", "_h", "number"], "P"),
    ):
        found = pattern_scan(tape, regex, names)
        # A day or a further number beside them makes another date or none.
        before = pl.Series([tape.folded[max(0, s - 2) : s] for s in found["start"].to_list()], dtype=pl.String)
        after = pl.Series([tape.folded[e : e + 2] for e in found["end"].to_list()], dtype=pl.String)
        alone = ~before.str.contains(r"[0-9][/.,:\-]$|[$€£¥#/]$") & ~after.str.contains(r"^(?:[/.,:\-][0-9]|[%‰€$£])")
        year, number = found["year"].cast(pl.Int64), found["number"].cast(pl.Int64)
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


def _words(found: pl.DataFrame, *, letter: str) -> pl.DataFrame:
    """Found spans with a value as words of one letter."""
    return found.select(
        "start", "end", letter=pl.lit(letter), value="value", fiscal=pl.lit(value=False), code=pl.lit(None, pl.String)
    )


def _disjoint(words: pl.DataFrame) -> pl.DataFrame:
    """The longest word from the left wins; words that begin within an earlier one go."""
    words = words.sort("start", pl.col("end"), "letter", descending=[False, True, False]).unique(
        "start", keep="first", maintain_order=True
    )
    for _ in range(4):
        words = words.filter((pl.col("start") >= pl.col("end").shift(1)).fill_null(value=True))
    return words


_COMPACT: Final = (
    (r"\b(q|kw\.? ?|tw )([1-4])(?:\b)", "P", ["_q", "number"]),
    (r"\b(q)([1-4])([ /'\-]{0,2})((?:20)?[12]\d)\b", "P", ["_q", "number", "_gap", "year"]),
    (r"\b([1-4])(q|t|ct)(\b)", "P", ["number", "_q", "_edge"]),
    (r"\b([1-4])(q|t)([ /'\-]?)((?:20)?[12]\d)\b", "P", ["number", "_q", "_gap", "year"]),
    (r"\b([1-4])(º|o|ª|°)?( ?)(tri|trim)(\b)", "P", ["number", "_o", "_s", "_q", "_edge"]),
    (r"\b(h)([12])\b", "G", ["_h", "number"]),
    (r"\b([12])(h|s)\b", "G", ["number", "_h"]),
    (r"\b([12])(h|s)([ /'\-]?)((?:20)?[12]\d)\b", "G", ["number", "_h", "_gap", "year"]),
    (r"\b(9m)\b", "N", ["_n"]),
    (r"\b(fy)([ '/\-]{0,2})((?:20)?[12]\d)\b", "y", ["_fy", "_gap", "year"]),
)


def _second_tape(tape: Tape, words: pl.DataFrame) -> tuple[str, NDArray[np.int64]]:
    """The letters as one text, and for each place of it the word's index (-1 at a break)."""
    start, end = words["start"].to_numpy(), words["end"].to_numpy()
    letters = words["letter"].to_list()
    gaps = np.concatenate(([0], start[1:] - end[:-1]))
    # Between words of one period stand spaces, commas, dots, slashes and the like, at most three.
    loose = np.isin(tape.codes, np.array([ord(c) for c in " ,./'·、"], dtype=np.uint32))
    tight = np.concatenate(([0], np.cumsum(loose)))
    inside = np.concatenate(([0], tight[start[1:]] - tight[end[:-1]]))
    dots = np.concatenate(([0], np.cumsum(tape.codes == ord("."))))
    dotted = np.concatenate(([0], dots[start[1:]] - dots[end[:-1]]))
    linked = (gaps <= 3) & (inside == gaps) & ((dotted == 0) | (gaps == 1))
    out: list[str] = []
    places: list[int] = []
    for i, (letter, keep) in enumerate(zip(letters, linked.tolist(), strict=True)):
        if not keep:
            out.append("|")
            places.append(-1)
        out.append(letter)
        places.append(i)
    return "".join(out), np.array(places, dtype=np.int64)


def on_tape(tape: Tape) -> pl.DataFrame:
    """One row a period or date on the tape: the columns of `PERIOD_SPANS`, sorted by start; none overlap."""
    empty = pl.DataFrame(schema=PERIOD_SPANS)
    if not tape.folded:
        return empty
    words = _letters(tape)
    if words.is_empty():
        return empty
    text, places = _second_tape(tape, words)
    second = Tape.of(pl.DataFrame({"article_id": ["0"], "text": [text]}), language="und")
    names = list(_RULES)
    regex = "|".join(f"({_RULES[n]})" for n in names)
    found = pattern_scan(second, regex, names, cased=True)
    if found.is_empty():
        return empty
    rule = pl.coalesce([pl.when(pl.col(n).is_not_null()).then(pl.lit(n)) for n in names])
    found = found.select("start", "end", rule=rule)
    first = places[found["start"].to_numpy()]
    last = places[found["end"].to_numpy() - 1]
    found = found.with_columns(_first=pl.Series(first), _last=pl.Series(last))
    parts = _Parts(words, first, last + 1)
    frame = pl.DataFrame(
        {
            "start": words["start"].to_numpy()[first],
            "end": words["end"].to_numpy()[last],
            "rule": found["rule"],
            "ordinal": parts.value("OPG"),
            "number": parts.value("D"),
            "number2": parts.value("D", last=True),
            "numbers": parts.count("D"),
            "year": parts.value("Y"),
            "month": parts.value("M"),
            "month2": parts.value("M", last=True),
            "months": parts.value("K"),
            "relative": parts.value("RB"),
            "today": parts.value("X"),
            "weekday": parts.value("W"),
            "fiscal": parts.flag(words["fiscal"]),
            "has_q": parts.count("QP") > 0,
            "has_h": parts.count("HG") > 0,
            "has_b": parts.count("BAaY") > 0,
            "has_n": parts.count("N") > 0,
            "has_a": parts.count("AaL") > 0,
            "has_l": parts.count("L") > 0,
            "has_m": parts.count("m") > 0,
            "has_u": parts.count("ue") > 0,
            "has_c": parts.count("CS") > 0,
            "has_s": parts.count("S") > 0,
            "code": parts.code("C"),
            "end_code": parts.code("z"),
            "ordinal2": parts.value("O", last=True),
        }
    )
    found = _read(frame, month_first=bool(lexicon.settings(tape.language).get("month_first", False)))
    return _with_hints(tape, found).select([pl.col(c).cast(t) for c, t in PERIOD_SPANS.items()])


def _with_hints(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """Add what the whole article says of time: the end of a fiscal year, and a time where none is declared."""
    found = found.with_columns(tape.doc_of(found["start"]))
    # "the year to 31 March", "2024年3月期"; "the first quarter ended April 30"; "im dritten Geschäftsquartal (Juni bis
    # August)", "entre febrero y abril, primer trimestre": the quarter's last month tells.
    yearly = found.filter((pl.col("grain") == "year") & pl.col("end_month").is_not_null()).select(
        "doc", "start", fye="end_month"
    )
    after = found.select(
        "doc",
        "start",
        "end",
        "ordinal",
        "grain",
        "end_month",
        *[
            pl.col(name).shift(step).over("doc").alias(f"{side}_{name}")
            for side, step in (("next", -1), ("last", 1))
            for name in ("start", "end", "start_month", "end_month", "grain", "ordinal")
        ],
    )
    whole = (pl.col("grain") == "quarter") & pl.col("ordinal").is_between(1, 4)
    behind = (pl.col("next_start") - pl.col("end")).is_between(0, 3)
    ahead = (pl.col("start") - pl.col("last_end")).is_between(0, 3)
    month = pl.coalesce(
        "end_month",
        pl.when(behind & ((pl.col("next_end_month") - pl.col("next_start_month")) % 12 == 2)).then("next_end_month"),
        pl.when(ahead & ((pl.col("last_end_month") - pl.col("last_start_month")) % 12 == 2)).then("last_end_month"),
    )
    quarterly = after.filter(whole & month.is_not_null()).select(
        "doc", "start", fye=(month - 3 * pl.col("ordinal") - 1) % 12 + 1
    )
    closed = after.filter(_closed_before(tape, after)).select("doc", "start", fye="last_ordinal")
    hints = pl.concat([yearly, quarterly, closed]).sort("start").unique("doc", keep="first", maintain_order=True)
    hints = hints.select("doc", "fye")
    found = found.drop("fye", strict=False).join(hints, on="doc", how="left", maintain_order="left")
    return found.join(_anchors(tape, found), on="doc", how="left", maintain_order="left")


def _closed_before(tape: Tape, after: pl.DataFrame) -> pl.Series:
    """Years right behind the end of a month, with one word between: "das Ende Januar abgeschlossene Geschäftsjahr"."""
    near = (
        (pl.col("grain") == "year")
        & pl.col("last_grain").is_in(["instant", "day"])
        & pl.col("last_ordinal").is_between(1, 12)
        & (pl.col("start") - pl.col("last_end")).is_between(3, _PARTICIPLE)
    )
    between = tape.slice(pl.min_horizontal("last_end", "start").fill_null(0), "start", after)
    return after.select(near.fill_null(value=False)).to_series() & between.str.contains(r"^ \p{Ll}+ $").fill_null(value=False)


def _anchors(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """A time for articles that declare none: the latest date that the text gives in full, else after its last quarter."""
    docs = tape.docs
    if "published_at" in docs.columns:
        coarse = pl.col("published_precision") == "year" if "published_precision" in docs.columns else pl.lit(value=False)
        docs = docs.filter(pl.col("published_at").is_null() | coarse)
    spans = found.join(docs.select("doc"), on="doc", how="semi")
    month = pl.coalesce(pl.when(pl.col("grain").is_in(["day", "month", "instant"])).then("ordinal"), "end_month")
    step = pl.when(pl.col("grain") == "quarter").then(3).when(pl.col("grain") == "half").then(6)
    m = pl.coalesce("fye", pl.lit(12))
    dated = spans.filter(pl.col("year").is_not_null() & pl.col("role").is_null()).with_columns(
        _month=month, _m=m, _last=pl.when(pl.col("grain") == "nine_months").then(9).otherwise(pl.col("ordinal") * step)
    )
    full = dated.filter(pl.col("_month").is_not_null()).select(
        "doc", anchor=_date(pl.col("year"), pl.col("_month"), pl.coalesce("day", pl.lit(28)))
    )
    closed = dated.filter(pl.col("_month").is_null() & pl.col("_last").is_not_null())
    closed = closed.select(
        "doc",
        anchor=pl.date(
            pl.col("year")
            - (pl.col("_m") < 12).cast(pl.Int64)
            + (pl.col("_m") + pl.col("_last") - 1) // 12
            - pl.when(pl.col("_m") == 12).then(1).otherwise(0),
            (pl.col("_m") + pl.col("_last") - 1) % 12 + 1,
            28,
        ).dt.offset_by("30d"),
    )
    # Nothing dated: the commonest year, and the latest quarter that is named.
    named = spans.filter((pl.col("grain") == "quarter") & pl.col("ordinal").is_not_null() & pl.col("year").is_null()).sort(
        "start"
    )
    named = named.unique("doc", keep="first").select("doc", _q="ordinal", _m=m)
    years = spans.filter(pl.col("year").is_not_null()).group_by("doc", "year").agg(_n=pl.len(), _at=pl.col("start").min())
    years = years.sort("_n", "_at", descending=[True, False]).unique("doc", keep="first", maintain_order=True)
    guessed = years.join(named, on="doc", how="left").select(
        "doc",
        anchor=pl.date(pl.col("year"), pl.coalesce((pl.col("_q") * 3), pl.lit(12)), 28).dt.offset_by(
            pl.when(pl.col("_q").is_null()).then(pl.lit("0d")).otherwise(pl.lit("30d"))
        ),
    )
    best = pl.concat([full.with_columns(_p=0), closed.with_columns(_p=0), guessed.with_columns(_p=1)]).drop_nulls("anchor")
    best = best.sort("_p", "anchor", descending=[False, True]).unique("doc", keep="first", maintain_order=True)
    return best.select("doc", pl.col("anchor").cast(pl.Date))


class _Parts:
    """What the words of each match say: the first or last value of a letter within [first, stop)."""

    def __init__(self, words: pl.DataFrame, first: NDArray[np.int64], stop: NDArray[np.int64]) -> None:
        self._letters = np.array(words["letter"].to_list())
        self._values = words["value"].fill_null(-99).to_numpy()
        self._codes = words["code"].to_list()
        self._first, self._stop = first, stop

    def _at(self, letters: str, *, last: bool) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        places = np.flatnonzero(np.isin(self._letters, list(letters)))
        if places.size == 0:
            return np.zeros(len(self._first), dtype=np.int64), np.zeros(len(self._first), dtype=np.bool_)
        at = np.searchsorted(places, self._stop) - 1 if last else np.searchsorted(places, self._first)
        inside = (at >= 0) & (at < places.size)
        index = places[np.clip(at, 0, places.size - 1)]
        return index, inside & (index >= self._first) & (index < self._stop)

    def value(self, letters: str, *, last: bool = False) -> pl.Series:
        index, there = self._at(letters, last=last)
        found = self._values[index]
        there &= found != -99
        return pl.Series(found).set(pl.Series(~there), None)

    def code(self, letters: str) -> pl.Series:
        index, there = self._at(letters, last=False)
        return pl.Series(
            [self._codes[i] if t else None for i, t in zip(index.tolist(), there.tolist(), strict=True)], dtype=pl.String
        )

    def count(self, letters: str) -> pl.Series:
        total = np.concatenate(([0], np.cumsum(np.isin(self._letters, list(letters)))))
        return pl.Series(total[self._stop] - total[self._first])

    def flag(self, marks: pl.Series) -> pl.Series:
        total = np.concatenate(([0], np.cumsum(marks.to_numpy())))
        return pl.Series(total[self._stop] > total[self._first])


def _numbered() -> pl.Expr:
    """The number of a quarter or half; null where it cannot be one."""
    number = pl.coalesce("ordinal", pl.when(pl.col("rule").is_in(["quarter", "half", "comparative", "instant"])).then("number"))
    most = pl.when("has_h").then(2).otherwise(4)
    return pl.when(number.is_between(1, most)).then(number)


def _read(frame: pl.DataFrame, *, month_first: bool) -> pl.DataFrame:
    """The parts of each match as `PERIOD_SPANS`."""
    rule = pl.col("rule")
    # With a month's mark the numbers are months ("8-10월"), without it days.
    marked = pl.col("has_u")
    day = pl.when(marked & (pl.col("numbers") > 1)).then("number2").when(~marked).then("number")
    month = pl.coalesce("month", pl.when(marked).then("number"))
    last_month = pl.coalesce("month2", pl.when(marked).then("number2"))
    a, b = ("number", "number2") if month_first else ("number2", "number")
    frame = frame.with_columns(
        _month=pl.when((rule == "month") & pl.col("month").is_null() & (pl.col("number") <= _YEAR))
        .then("number")  # "2015'in 3. ayı"
        .when(rule == "numeric")
        .then(pl.col(a))
        .when(rule == "iso")
        .then("number")
        .otherwise(month),
        _day=pl.when(rule == "numeric")
        .then(pl.col(b))
        .when(rule == "iso")
        .then("number2")
        .when(rule.is_in(["date", "ended"]))
        .then(day),
        _which=_numbered(),
    )
    ranged = rule == "range"
    listed = ranged & pl.col("months").is_not_null() & pl.col("month").is_null() & ~marked
    start_month = pl.when(listed).then(pl.coalesce("ordinal", "number")).when(ranged).then("_month")
    end_month = (
        pl.when(listed)
        .then(pl.coalesce(pl.col("ordinal2"), pl.col("number2")))
        .when(ranged)
        .then(last_month)
        .when(rule.is_in(["ended", "term"]))
        .then("_month")
    )
    frame = frame.with_columns(start_month=start_month, end_month=end_month)
    span = (pl.col("end_month") - pl.col("start_month")) % 12 + 1
    by_months = {_QUARTER: "quarter", _SIX: "half", _NINE: "nine_months", _YEAR: "year"}
    counted = pl.col("months").replace_strict(by_months, default=None, return_dtype=pl.String)
    unit = (
        pl.when("has_q")
        .then(pl.lit("quarter"))
        .when("has_h")
        .then(pl.lit("half"))
        .when("has_n")
        .then(pl.lit("nine_months"))
        .when("has_a")
        .then(pl.lit("year"))
        .when(pl.col("has_m") | ((rule == "relative") & marked))  # 下个月
        .then(pl.lit("month"))
    )
    grain = (
        pl.when(ranged)
        .then(span.replace_strict(by_months | {1: "month"}, default=None, return_dtype=pl.String))
        .when(rule == "ended")
        .then(pl.coalesce(counted, unit))
        .when(rule.is_in(["date", "iso", "numeric", "weekday", "today"]))
        .then(pl.lit("day"))
        .when((rule == "instant") & (pl.col("has_q") | pl.col("has_h")) & pl.col("_which").is_not_null())
        .then(unit)  # "the end of the second quarter": its number is of the quarter, not of a month
        .when(rule == "instant")
        .then(pl.lit("instant"))
        .when(rule.is_in(["half", "months"]))
        .then(pl.coalesce(counted, pl.lit("half")))
        .when(rule == "month")
        .then(pl.lit("month"))
        .when((rule == "related_year") | ((rule == "comparative") & (pl.col("code") == "annual")))
        .then(pl.lit("year"))
        .when(rule == "comparative")
        .then(pl.coalesce(unit, counted, pl.when(pl.col("month").is_not_null() | marked).then(pl.lit("month"))))
        .otherwise(unit)
    )
    grain = (
        pl.when(((rule == "year") & grain.is_null()) | (rule == "term"))
        .then(pl.lit("year"))
        .when(rule == "quarter")
        .then(pl.lit("quarter"))
        .when(rule == "nine")
        .then(pl.lit("nine_months"))
        .otherwise(grain)
    )
    compared = pl.when(pl.col("code").str.starts_with("previous")).then(pl.lit("previous_period")).otherwise(pl.lit("year_ago"))
    monthly = rule.is_in(["month", "date", "iso", "numeric"]) | (
        (rule.is_in(["instant", "comparative"])) & pl.col("_month").is_not_null()
    )
    out = frame.with_columns(
        _grain=grain,
        role=pl.when(rule == "comparative").then(pl.lit("comparative")),
        compared_to=pl.when(rule == "comparative").then(compared),
        _ordinal=pl.when(monthly).then("_month").otherwise("_which"),
        relative=pl.coalesce("relative", "today"),
    )
    # "last September" is the latest one, "next June" keeps its month in start_month's place: the first to come.
    named = (rule == "month") & ~pl.col("has_b") & pl.col("relative").is_in([-1, 1])
    out = out.with_columns(
        start_month=pl.when(named & (pl.col("relative") == 1)).then("_month").otherwise("start_month"),
        relative=pl.when(named).then(None).otherwise("relative"),
    )
    # "a year earlier" names no grain of its own; "first nine months" is no first of several.
    fused = (
        (pl.col("role") == "comparative")
        & (pl.col("code").fill_null("") != "annual")
        & ~pl.col("has_q")
        & ~pl.col("has_h")
        & ~pl.col("has_n")
        & ~pl.col("has_m")
        & pl.col("_month").is_null()
        & pl.col("months").is_null()
    )
    out = out.with_columns(
        _grain=pl.when(fused).then(None).otherwise("_grain"),
        _ordinal=pl.when(pl.col("_grain").is_in(["nine_months", "year"])).then(None).otherwise("_ordinal"),
        # An end of a quarter or a half keeps its unit in start_month's place: months that the unit has.
        start_month=pl.when((pl.col("rule") == "instant") & pl.col("has_a"))
        .then(12)
        .when(pl.col("end_code") == "year")
        .then(12)
        .otherwise("start_month"),
    )
    out = out.filter(pl.col("_grain").is_not_null() | (pl.col("role") == "comparative"))
    out = out.filter(~((pl.col("rule") == "months") & (pl.col("months") != _NINE) & pl.col("relative").is_null()))
    out = out.filter(
        ~(
            (pl.col("rule") == "half")
            & pl.col("_ordinal").is_null()
            & ~pl.col("_grain").is_in(["nine_months", "year", "quarter"])
            & (pl.col("start") >= 0)
            & pl.col("months").is_null()
            & ~pl.col("has_h")
        )
    )
    return out.select(
        "start",
        "end",
        grain="_grain",
        ordinal="_ordinal",
        year="year",
        relative="relative",
        fiscal="fiscal",
        role="role",
        compared_to="compared_to",
        start_month="start_month",
        end_month="end_month",
        day="_day",
        weekday="weekday",
    ).sort("start")


# --- parts to dates --------------------------------------------------------------------------------------------------


def fiscal_months() -> pl.DataFrame:
    """company_id and fye, the month in which its fiscal year ends; 12 where it is not known."""
    from transforms.companies import dim_company  # noqa: PLC0415  (companies reads no periods, but both are large tables)

    return dim_company().select("company_id", fye=pl.col("fiscal_year_end").str.slice(2, 2).cast(pl.Int64, strict=False))


def resolve(frame: pl.DataFrame) -> pl.DataFrame:
    """Add period_type, period_start, period_end (Date) and fiscal_period to period spans.

    Needs the columns of `PERIOD_SPANS`, company_id, published_at and published_precision. Further columns are used where
    they are there: `outlook` (Boolean: the fact speaks of the future, so that "the full year" is the running one), `fye`
    (Int: the month in which the fiscal year ends, over what is known of the company), and for comparatives `base_type`
    and `base_end` (type and end of the period compared with; else the last quarter that ended before publication).
    A fiscal year is named by the year in which it ends; 52/53-week years are taken to end with the nearest month. Without
    a publication time only what names its year is resolved. A day comes out as an instant.
    """
    if frame.is_empty():
        return frame.with_columns([pl.lit(None, t).alias(c) for c, t in RESOLVED.items()])
    had = [c for c in frame.columns if c not in RESOLVED]
    optional = {
        "outlook": pl.Boolean(),
        "fye": pl.Int64(),
        "anchor": pl.Date(),
        "base_type": pl.String(),
        "base_end": pl.Date(),
    }
    frame = frame.select(had).with_columns([pl.lit(None, t).alias(c) for c, t in optional.items() if c not in had])
    known = fiscal_months().rename({"fye": "_fye"})
    # Lazy: as one plan it costs a third of what a dozen small steps cost, and small frames are the rule here.
    f = frame.lazy().join(known.lazy(), on="company_id", how="left", maintain_order="left")
    f = f.with_columns(
        m=pl.coalesce("_fye", "fye", pl.lit(12)),
        own=pl.coalesce("_fye", "fye").is_not_null(),
        ahead=pl.col("outlook").fill_null(value=False),
        pub=pl.coalesce(
            pl.when(pl.col("published_precision") == "month")
            .then(pl.col("published_at").dt.date().dt.offset_by("14d"))
            .when(pl.col("published_precision") == "year")
            .then(None)
            .otherwise(pl.col("published_at").dt.date()),
            "anchor",
        ),
    )
    # Months are counted from year 0; `now` is the running one, `done` the last one whose end is at least LAG days past.
    f = f.with_columns(
        now=pl.col("pub").dt.year().cast(pl.Int64) * 12 + pl.col("pub").dt.month().cast(pl.Int64) - 1,
        past=pl.col("pub").dt.offset_by(f"-{LAG}d"),
    )
    f = f.with_columns(done=pl.col("past").dt.year().cast(pl.Int64) * 12 + pl.col("past").dt.month().cast(pl.Int64) - 2)
    # The last month of the quarter and of the year that ended last; a base says which quarter was reported.
    based = (pl.col("base_type") == "quarter") & pl.col("base_end").is_not_null() & pl.col("ahead")
    f = f.with_columns(
        done=pl.when(based)
        .then(pl.col("base_end").dt.year().cast(pl.Int64) * 12 + pl.col("base_end").dt.month().cast(pl.Int64) - 1)
        .otherwise("done")
    )
    f = f.with_columns(
        last_q=pl.col("done") - (pl.col("done") - (pl.col("m") - 1)) % 3,
        last_y=pl.col("done") - (pl.col("done") - (pl.col("m") - 1)) % 12,
    )
    f = f.with_columns(
        _length=pl.col("grain").replace_strict(
            {"quarter": 3, "half": 6, "nine_months": 9, "year": 12, "month": 1, "instant": 1},
            default=None,
            return_dtype=pl.Int64,
        )
    )
    f = f.with_columns(_last=_last_month(), _exact=_exact_day())
    type_ = (
        pl.when(pl.col("grain") == "day")
        .then(pl.lit("instant"))
        .otherwise(pl.coalesce("grain", "base_type", pl.lit("quarter")))
    )
    f = f.with_columns(_type=type_)
    size = pl.col("_type").replace_strict(
        {"quarter": 3, "half": 6, "nine_months": 9, "year": 12, "month": 1}, default=None, return_dtype=pl.Int64
    )
    end = pl.coalesce("_exact", _month_end(pl.col("_last")))
    f = f.with_columns(_end=end, _size=size)
    f = f.with_columns(
        _start=pl.when(pl.col("_size").is_not_null() & pl.col("_end").is_not_null()).then(
            _month_start(
                pl.col("_end").dt.year().cast(pl.Int64) * 12 + pl.col("_end").dt.month().cast(pl.Int64) - pl.col("_size")
            )
        )
    )
    f = f.with_columns(_fiscal=fiscal_name(pl.col("_type"), pl.col("_end"), pl.col("m")))
    return f.select(*had, period_type="_type", period_start="_start", period_end="_end", fiscal_period="_fiscal").collect()


def _date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date; null where the month or the day cannot be one, the month's last day where it is shorter."""
    fine = year.is_between(1, 9998) & month.is_between(1, 12) & day.is_between(1, 31)
    first = pl.date(pl.when(fine).then(year), pl.when(fine).then(month), 1)
    return pl.min_horizontal(first + pl.duration(days=pl.when(fine).then(day) - 1), first.dt.month_end())


def _month_end(month: pl.Expr) -> pl.Expr:
    """The last day of a month counted from year 0."""
    return pl.date(month // 12, month % 12 + 1, 1).dt.month_end()


def _month_start(month: pl.Expr) -> pl.Expr:
    return pl.date(month // 12, month % 12 + 1, 1)


def fiscal_name(kind: pl.Expr, end: pl.Expr, fye: pl.Expr) -> pl.Expr:
    """FY2021Q1, FY2021H1, FY2021M9 or FY2021; null for months and instants, and where the end is no border."""
    last = end.dt.month().cast(pl.Int64)
    year = end.dt.year().cast(pl.Int64) + (last > fye).cast(pl.Int64)
    within = (last - fye - 1) % 12 + 1  # the month's number within the fiscal year
    name = pl.lit("FY") + year.cast(pl.String)
    return (
        pl.when((kind == "year") & (within == 12))
        .then(name)
        .when((kind == "quarter") & (within % 3 == 0))
        .then(name + "Q" + (within // 3).cast(pl.String))
        .when((kind == "half") & (within % 6 == 0))
        .then(name + "H" + (within // 6).cast(pl.String))
        .when((kind == "nine_months") & (within == 9))
        .then(name + "M9")
    )


def _exact_day() -> pl.Expr:
    """Days that the text gives, or a weekday or "yesterday" before publication."""
    year = pl.col("year")
    month = pl.when(pl.col("grain") == "day").then("ordinal").otherwise("end_month")
    guess = pl.col("pub").dt.year().cast(pl.Int64) - (month > pl.col("pub").dt.month()).cast(pl.Int64)
    given = _date(pl.coalesce(year, guess), month, pl.col("day"))
    daily = pl.col("published_precision").is_in(["day", "second"])
    back = (pl.col("pub").dt.weekday().cast(pl.Int64) - pl.col("weekday")) % 7
    weekday = pl.when(daily).then(pl.col("pub").dt.offset_by(pl.format("-{}d", back)))
    today = pl.when(daily).then(pl.col("pub").dt.offset_by(pl.format("{}d", pl.col("relative"))))
    return (
        pl.when((pl.col("grain") == "day") & pl.col("day").is_not_null() & month.is_not_null())
        .then(given)
        .when((pl.col("grain") == "day") & pl.col("weekday").is_not_null())
        .then(weekday)
        .when((pl.col("grain") == "day") & pl.col("relative").is_not_null() & pl.col("ordinal").is_null())
        .then(today)
    )


def _latest(month_of_year: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """The last month (counted from year 0) with this place in the calendar year (1-12) that is not after `limit`."""
    return limit - (limit - (month_of_year - 1)) % 12


def _last_month() -> pl.Expr:
    """The last month of each period, counted from year 0."""
    m, year, which = pl.col("m"), pl.col("year"), pl.col("ordinal")
    grain, relative = pl.col("grain"), pl.col("relative")
    now, done, last_q, last_y, ahead = pl.col("now"), pl.col("done"), pl.col("last_q"), pl.col("last_y"), pl.col("ahead")
    off_calendar = pl.col("own") & (m != 12)

    # A numbered quarter, half or nine months: its last month within the fiscal year, then the year.
    step = (
        pl.when(grain == "quarter")
        .then(which * 3)
        .when(grain == "half")
        .then(which * 6)
        .when(grain == "nine_months")
        .then(9)
        .when(grain == "year")
        .then(12)
    )
    place = (m + step - 1) % 12 + 1  # in the calendar year
    fiscal_end = (year - 1) * 12 + (m - 1) + step
    calendar_end = year * 12 + step - 1
    # Newspapers say "third quarter of 2022" of a firm with its own calendar in both senses: the one nearer to the news.
    far = (fiscal_end - now).abs()
    near = (_latest(place, year * 12 + 11) - now).abs()
    with_year = (
        pl.when(off_calendar & ~pl.col("fiscal") & (near < far) & (fiscal_end > now + 3))
        .then(_latest(place, year * 12 + 11))
        .when(off_calendar | pl.col("fiscal"))
        .then(fiscal_end)
        .otherwise(calendar_end)
    )
    # Without a year: the last one that has begun; for an outlook the first that has not ended.
    begun = _latest(place, now + pl.when(grain == "quarter").then(2).when(grain == "half").then(5).otherwise(0))
    coming = _latest(place, done + 12)
    told = pl.col("pub").dt.year().cast(pl.Int64) + relative  # "last year's third quarter", "去年12月"
    numbered = (
        pl.when(year.is_not_null())
        .then(with_year)
        .when(relative.is_not_null() & ~off_calendar)
        .then(told * 12 + step - 1)
        .when(ahead)
        .then(coming)
        .otherwise(begun)
    )

    # Units that are only related to the time of writing.
    quarter = (
        pl.when(relative == -1)
        .then(last_q)
        .when(relative == 1)
        .then(last_q + 3)
        .when(relative == 0)
        .then(last_q + 3)
        .when(ahead)
        .then(last_q + 3)
        .otherwise(last_q)
    )
    half = last_q - (last_q - (m - 1)) % 6
    half = pl.when(ahead | (relative >= 0)).then(half + 6).otherwise(half)
    running = last_y + 12
    just_closed = last_q == last_y
    year_word = (
        pl.when(relative == -1)
        .then(
            pl.when(just_closed & off_calendar)
            .then(last_y)
            .otherwise((now // 12) * 12 - 12 + m - 1 + pl.when(off_calendar & (m <= 6)).then(12).otherwise(0))
        )
        .when(relative == 0)
        .then(running)
        .when(relative == 1)
        .then(pl.when(just_closed & (off_calendar | pl.col("fiscal"))).then(running).otherwise(running + 12))
        .when(ahead)
        .then(running)
        .otherwise(pl.when(just_closed).then(last_y).otherwise(running))
    )
    bare_year = pl.when(off_calendar | pl.col("fiscal")).then((year - 1) * 12 + m - 1 + 12).otherwise(year * 12 + 11)
    month = (
        pl.when(year.is_not_null())
        .then(year * 12 + which - 1)
        .when(pl.col("start_month").is_not_null())  # "next June"
        .then(_latest(which, now + 12))
        .when(relative.is_not_null())
        .then(told * 12 + which - 1)
        .otherwise(pl.when(ahead).then(_latest(which, now + 11)).otherwise(_latest(which, now)))
    )
    month_word = pl.when(relative == -1).then(now - 1).when(relative == 1).then(now + 1).when(relative == 0).then(now)
    ranged = pl.col("end_month").is_not_null()
    range_end = (
        pl.when(year.is_not_null())
        .then(year * 12 + pl.col("end_month") - 1)
        .otherwise(
            pl.when(ahead)
            .then(_latest(pl.col("end_month"), done + 12))
            .when(pl.col("start_month").is_not_null())
            .then(_latest(pl.col("end_month"), now + (pl.col("end_month") - pl.col("start_month")) % 12))
            .otherwise(_latest(pl.col("end_month"), now))
        )
    )
    comparative = pl.col("role") == "comparative"
    base = (
        pl.when(pl.col("base_end").is_not_null())
        .then(pl.col("base_end").dt.year().cast(pl.Int64) * 12 + pl.col("base_end").dt.month().cast(pl.Int64) - 1)
        .otherwise(last_q)
    )
    base_size = pl.coalesce(
        pl.col("base_type").replace_strict(
            {"quarter": 3, "half": 6, "nine_months": 9, "year": 12, "month": 1}, default=None, return_dtype=pl.Int64
        ),
        pl.lit(3),
    )
    back = pl.when(pl.col("compared_to") == "previous_period").then(base_size).otherwise(12)
    earlier = (
        pl.when((grain == "year") & (pl.col("base_type").fill_null("") != "year"))
        .then(last_y - pl.when(just_closed & ~ahead).then(12).otherwise(0))
        .when(which.is_not_null() & (grain == "quarter"))
        .then(begun - 12)
        .when(which.is_not_null() & (grain == "month"))
        .then(month - 12)
        .otherwise(base - back)
    )
    instant = (
        pl.when(which.is_not_null())
        .then(month)
        .when(pl.col("start_month") == 12)
        .then(pl.when(year.is_not_null()).then(bare_year).when(ahead).then(running).otherwise(last_y))
        .when(year.is_not_null())
        .then(bare_year)
        .otherwise(last_q)
    )
    return (
        pl.when(comparative)
        .then(earlier)
        .when(ranged)
        .then(range_end)
        .when((grain == "quarter") & which.is_not_null())
        .then(numbered)
        .when(grain == "quarter")
        .then(quarter)
        .when((grain == "half") & which.is_not_null())
        .then(numbered)
        .when(grain == "half")
        .then(half)
        .when(grain == "nine_months")
        .then(pl.when(year.is_not_null()).then(with_year).otherwise(_latest(place, now)))
        .when((grain == "year") & year.is_not_null())
        .then(bare_year)
        .when(grain == "year")
        .then(year_word)
        .when((grain == "month") & which.is_not_null())
        .then(month)
        .when(grain == "month")
        .then(month_word)
        .when(grain == "instant")
        .then(instant)
    )


def default_period(scanned: Scanned) -> pl.DataFrame:
    """The period that each article reports on: doc and the columns of `RESOLVED`.

    The first quarter, half or nine months that the title or the lead names and that has ended, or where the article names
    none the first year with its number; else the last quarter that ended before the article's time; null without one.
    """
    docs, spans = _placed(scanned)
    short = pl.col("grain").is_in(["quarter", "half", "nine_months"]) & (pl.col("relative").fill_null(0) <= 0)
    short &= pl.col("ordinal").is_not_null() | pl.col("end_month").is_not_null() | (pl.col("grain") == "nine_months")
    yearly = (pl.col("grain") == "year") & pl.col("year").is_not_null()
    spans = resolve(spans.filter(pl.col("role").is_null() & (short | yearly)))
    today = pl.coalesce(pl.col("published_at").dt.date(), "anchor")
    spans = spans.filter(pl.col("period_end").is_not_null() & (pl.col("period_end") <= today + pl.duration(days=20)))
    spans = spans.filter(pl.col("period_end") > today - pl.duration(days=600))
    # A year counts only where nothing shorter stands in the first paragraphs.
    spans = spans.filter(pl.col("start") - pl.col("_from") < 1500).with_columns(_year=pl.col("grain") == "year")
    first = spans.sort("_year", "start").unique("doc", keep="first", maintain_order=True).select("doc", *RESOLVED)
    first = first.filter(pl.col("period_end").is_not_null())
    fallback = resolve(_bare(docs, grain="quarter")).select("doc", *RESOLVED)
    return pl.concat([first, fallback.join(first, on="doc", how="anti")]).sort("doc")


def default_outlook(scanned: Scanned) -> pl.DataFrame:
    """The period that an outlook without one speaks of, the running fiscal year: doc and the columns of `RESOLVED`."""
    docs, _ = _placed(scanned)
    base = default_period(scanned).select("doc", base_type="period_type", base_end="period_end")
    bare = _bare(docs, grain="year").join(base, on="doc", how="left")
    return resolve(bare.with_columns(outlook=pl.lit(value=True))).select("doc", *RESOLVED).sort("doc")


def _placed(scanned: Scanned) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The articles with time and main company, and their period spans with the same columns."""
    from transforms.companies import main_company  # noqa: PLC0415  (the two modules know each other only here)

    docs = scanned.tape.docs.select("doc", "published_at", "published_precision", _from="start")
    docs = docs.join(main_company(scanned).select("doc", "company_id"), on="doc", how="left")
    spans = scanned.periods.select(list(PERIOD_SPANS))
    spans = spans.with_columns(scanned.tape.doc_of(spans["start"])).join(docs, on="doc", how="inner")
    hints = spans.group_by("doc").agg(pl.col("fye").first(), pl.col("anchor").first())
    return docs.join(hints, on="doc", how="left"), spans


def _bare(docs: pl.DataFrame, *, grain: str) -> pl.DataFrame:
    """One span an article that names nothing but its grain."""
    missing = [pl.lit(None, t).alias(c) for c, t in PERIOD_SPANS.items() if c not in docs.columns]
    return docs.with_columns(missing).with_columns(grain=pl.lit(grain))
