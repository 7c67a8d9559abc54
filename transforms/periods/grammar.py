"""Letters to period spans: one grammar over the letters of `words` serves every language, and reads what each match says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.periods.hints import with_hints
from transforms.periods.schema import PERIOD_SPANS
from transforms.periods.words import SPLIT, letters, second_tape
from transforms.spans import Tape, pattern_scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NINE, _SIX, _QUARTER, _YEAR = 9, 6, 3, 12

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
    "ended": f"(?:[OD]f*)?F?f*{_UNIT}F?f*(?:Yv?f*)?Ef*(?:Zf*)?(?:{_DATE}|{_M}f*{_Y}?)"
    # "截至7月31日的第二财季"
    f"|Ef*(?:Zf*)?(?:{_DATE}|{_MY})f*(?:Zf*)?(?:P|(?:[OD]f*)?{_UNIT})"
    # "7月までの3カ月"
    f"|(?:{_DATE}|{_MY})Z?f*Ef*(?:P|(?:[OD]f*)?{_UNIT})",
    # "Februar bis April", "between January and March", "februari, maart en april", "8-10월", "五、六、七三个月"
    "range": f"w{_MY}[&T]f*{_M}(?:f*{_Y})?"
    f"|{_MY}f*[TE]f*{_M}(?:f*{_Y})?K?|R?{_M}&?{_M}&{_M}(?:f*{_Y})?|{_Y}?f*Du?[TE]D[ue](?:f*{_Y})?|[OD][OD]?[OD]K"
    f"|{_Y}?f*Du[TE]Yv?D[ue]",  # "2020年11月~21年1月期"
    # "2024年3月期": the fiscal year that ends in March 2024
    "term": "Yv?De",
    "iso": "YTDTD",
    "numeric": "DTDTY|DDY",
    # "dritten Quartal des Vorjahres", "same quarter last year", "year-ago quarter"
    "comparative": f"{_COMPARED}f*C|Sf*(?:{_COMPARED}|Q|H|{_A}|m|K)?f*(?:{_Y}|{_B}|R|C)?"
    f"|(?:{_Y}|{_B})f*S(?:f*(?:{_COMPARED}|Q|H|m))?|Cf*(?:{_COMPARED}|Q|H|S|m)|C",
    "date": _DATE,
    "quarter": f"(?:(?:{_Y}|{_B})f*)?{_WHICH}(?:f*(?:{_Y}|{_B}))?",
    "half": f"(?:(?:{_Y}|{_B})f*)?(?:{_HALF}|[OD]f*K)(?:f*(?:{_Y}|{_B}))?|Kf*{_Y}",
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


def on_tape(tape: Tape) -> pl.DataFrame:
    """One row a period or date on the tape: the columns of `PERIOD_SPANS`, sorted by start; none overlap."""
    empty = pl.DataFrame(schema=PERIOD_SPANS)
    if not tape.folded:
        return empty
    words = letters(tape)
    if words.is_empty():
        return empty
    text, places = second_tape(tape, words)
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
            "year2": parts.value("Y", last=True),
            "year_first": parts.before("Y", "MD"),
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
            "split": (parts.code("Y") == SPLIT).fill_null(value=False),
            "code": parts.code("C"),
            "end_code": parts.code("z"),
            "ordinal2": parts.value("O", last=True),
        }
    )
    first = {language: bool(lexicon.settings(language).get("month_first", False)) for language in tape.languages}
    found = _read(frame.with_columns(tape.told(frame["start"], first).alias("month_first")))
    return with_hints(tape, found).select([pl.col(c).cast(t) for c, t in PERIOD_SPANS.items()])


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

    def before(self, letters: str, others: str) -> pl.Series:
        """Whether the first of these letters stands before the first of the others."""
        index, there = self._at(letters, last=False)
        other, also = self._at(others, last=False)
        return pl.Series(there & also & (index < other))

    def flag(self, marks: pl.Series) -> pl.Series:
        total = np.concatenate(([0], np.cumsum(marks.to_numpy())))
        return pl.Series(total[self._stop] > total[self._first])


def _numbered() -> pl.Expr:
    """The number of a quarter or half; null where it cannot be one."""
    number = pl.coalesce("ordinal", pl.when(pl.col("rule").is_in(["quarter", "half", "comparative", "instant"])).then("number"))
    most = pl.when("has_h").then(2).otherwise(4)
    return pl.when(number.is_between(1, most)).then(number)


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    """The parts of each match as `PERIOD_SPANS`."""
    rule = pl.col("rule")
    # With a month's mark the numbers are months ("8-10월"), without it days.
    marked = pl.col("has_u")
    day = pl.when(marked & (pl.col("numbers") > 1)).then("number2").when(~marked).then("number")
    month = pl.coalesce("month", pl.when(marked).then("number"))
    last_month = pl.coalesce("month2", pl.when(marked).then("number2"))
    a = pl.when("month_first").then("number").otherwise("number2")
    b = pl.when("month_first").then("number2").otherwise("number")
    frame = frame.with_columns(
        _month=pl.when((rule == "month") & pl.col("month").is_null() & (pl.col("number") <= _YEAR))
        .then("number")  # "2015'in 3. ayı"
        .when(rule == "numeric")
        .then(a)
        .when(rule == "iso")
        .then("number")
        .otherwise(month),
        _day=pl.when(rule == "numeric")
        .then(b)
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
    # The year of a range is that of its last month: "November 2020 to January 2021", "2020年11月~1月期".
    into_next = pl.col("year_first") & (pl.col("year") == pl.col("year2")) & (pl.col("end_month") < pl.col("start_month"))
    last_year = pl.col("year2") + into_next.fill_null(value=False).cast(pl.Int64)
    frame = frame.with_columns(year=pl.when(ranged).then(last_year).otherwise("year"))
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
    # "six months of the financial year 2022/23" are its first.
    opening = (pl.col("rule") == "half") & pl.col("months").is_in([_QUARTER, _SIX]) & pl.col("year").is_not_null()
    out = out.with_columns(_ordinal=pl.when(opening).then(pl.coalesce("_ordinal", pl.lit(1))).otherwise("_ordinal"))
    # "The first three months of this year" are those of the calendar, whatever quarter the firm calls its first.
    calendar = opening | ((pl.col("rule") == "half") & (pl.col("relative") == 0))
    calendar &= (pl.col("months") == _QUARTER) & (pl.col("_ordinal") == 1) & ~pl.col("fiscal") & pl.col("role").is_null()
    calendar = calendar.fill_null(value=False)
    out = out.with_columns(
        start_month=pl.when(calendar).then(1).otherwise("start_month"),
        end_month=pl.when(calendar).then(_QUARTER).otherwise("end_month"),
        _ordinal=pl.when(calendar).then(None).otherwise("_ordinal"),
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
        split="split",
    ).sort("start", maintain_order=True)
