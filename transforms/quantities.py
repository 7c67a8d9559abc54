"""Quantities: every amount, percentage, count, multiple and fraction of a text, as spans with exact values.

One regular expression a language, generated from the lexicon (see quantity_grammar.py), finds
`[comparator][sign][currency][number][scale][unit][comparator]`; others find numbers in words, and a dictionary scan finds
multiples and fractions that are one word. Values are made from digits as strings, never from floats. Which fact a number
belongs to, and whether a count is a metric, is not decided here.

Lexicon kinds (a code is what the word stands for): `scale` and `scale.glued` (power of ten; glued: only directly after
the digits), `scale.word` (in words only), `scale.money` (power and currency in one: "mkr"), `currency` (ISO 4217, or a
name of `currency_family`, settled by the article), `currency.code` (in capitals), `currency.minor` (hundredths),
`number.unit` and `number.before` (what may follow or precede a number: percent, points, basis, tenth, multiple, ordinal,
measure, counted, date, drop), `number.comparator`, `number.after`, `number.middle` (comparators before, after, within;
upto: a limit unless a verb of change, `number.toward`, or a percentage stands before, or the number is not a round one;
over_the and under_the, with an article: a bound if the number is round, else one compared with; by: a difference, so that
what follows "to" is a level), `number.sign`, `number.fill` and `number.link`
(small words between the parts), `number.join` (what stands between two numbers of a range or pair), `number.glue`,
`number.inner`, `number.prefix` and `number.lead` (what joins or opens the parts of one number), `number.word`,
`number.article`, `number.bare` (words that are a number by themselves), `number.open` (those that open one: "honderd
procent"), `number.over` (what divides: fifths, or "any" for "over"), `number.half` (of the scale before it: "due milioni e
mezzo"), `number.spoken` (the only units of numerals that are syllables of other words), `number.multiple`,
`number.fraction` and `number.name` (words that make the number after them part of a name), `number.share` (before a
number: parts of what, "千分之"), `number.tenth` (a tenth with percents after it: 成六) and `scale.spaced` (a scale of one
letter that may stand apart). `number.moved` are verbs of change too: a "from" after one opens a movement and no range.
Settings: `number_tens_and` ("treinta y dos") and `number_ones_first` ("five and twenty").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.quantity_grammar import (
    FAR_ALPHABETS,
    NUMBER,
    PLACES,
    grammar,
    heads,
    in_words,
    shifted,
    spoken_words,
    sums,
    tails,
)
from transforms.schemas import ARTICLE_TEXTS, VALUE
from transforms.spans import Tape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

QUANTITIES: Final[dict[str, Any]] = {
    "start": pl.Int64,  # the whole expression with currency, scale and unit, without its comparator
    "end": pl.Int64,
    "number_start": pl.Int64,  # the digits or number words alone
    "number_end": pl.Int64,
    "kind": pl.String,  # one of KINDS
    "value": VALUE,  # signed as written
    "value_high": VALUE,  # of a range
    "value_step": VALUE,  # the place of the last stated digit
    "value_other": VALUE,  # the second reading of an ambiguous number
    "unit": pl.String,  # ISO 4217, percent, count, multiple, or null
    "currency_hint": pl.String,  # of a count: the currency the article counts in, should the number turn out to be money
    "comparator": pl.String,
    "comparator_start": pl.Int64,
    "sign": pl.Int8,
    "ambiguous": pl.Boolean,
}
KINDS: Final = ("money", "percent", "points", "count", "multiple", "fraction", "ordinal", "plain")

_MARK: Final = 0xF0000  # private use, stands for a match while its place is found
_UNDIVIDED: Final = ("JPY", "KRW", "IDR", "VND", "HUF", "CLP", "ISK", "PYG")  # nobody writes thousandths of these
_BILLION: Final = 9  # power of ten
_HUNDREDTHS: Final = 2  # digits
_REACH: Final = 90  # how far before "up to" a verb of change may stand
_NEAR: Final = 60  # how far before "from" one may stand
_FINE: Final = 3  # figures of a number that is no round one
_APART: Final = 12  # how many times the number before it a level is
_BESIDE: Final = 24  # how far from a word a comparator may stand
_GAP: Final = 16  # the longest text between the two numbers of a range or pair
_ALIKE: Final = 20  # how much larger the first number of a pair may be that shares a scale: "12 and 9 million"
_YEARS: Final = (1900, 2099)
_SHARING: Final = ("money", "percent", "points", "multiple")
_AMOUNTS: Final = ("money", "code", "minor", "part", "percent", "points", "basis", "tenth", "multiple", "dozen")
"""Classes of units that are part of the expression; others (employees, km) only tell what it counts."""
_FRACTIONS: Final = {
    "½": "5", "¼": "25", "¾": "75", "1/2": "5", "1/3": "333333", "2/3": "666667", "1/4": "25", "3/4": "75", "1/8": "125",
    "3/8": "375", "5/8": "625", "7/8": "875",
}  # fmt: skip
_NAMED: Final = 3  # letters of an ISO 4217 code; shorter ones name a family


_FACTORS: Final = pl.DataFrame(
    {"power": range(16), "factor": [str(10**n) for n in range(16)]}, schema={"power": pl.Int64, "factor": pl.String}
).with_columns(pl.col("factor").cast(VALUE))


def _decimal(number: int | str) -> pl.Expr:
    return pl.lit(str(number)).cast(VALUE)


@dataclass(frozen=True)
class _Beside:
    """The characters at some places of a tape: gathered, so that the cost is that of the places and not of the tape."""

    codes: NDArray[np.uint32]  # 0 outside the tape
    word: NDArray[np.bool_]

    @staticmethod
    def of(tape: Tape, places: pl.Series) -> _Beside:
        index = places.fill_null(-1).to_numpy()
        inside = (index >= 0) & (index < len(tape.codes))
        if not len(tape.codes):
            return _Beside(np.zeros(len(index), dtype=np.uint32), inside)
        index = np.where(inside, index, 0)
        return _Beside(np.where(inside, tape.codes[index], 0), inside & tape.word[index])

    def one_of(self, characters: str) -> NDArray[np.bool_]:
        found = np.zeros(len(self.codes), dtype=np.bool_)
        for character in characters:
            found |= self.codes == ord(character)
        return found

    @property
    def digit(self) -> NDArray[np.bool_]:
        return (self.codes >= ord("0")) & (self.codes <= ord("9"))

    @property
    def near(self) -> NDArray[np.bool_]:
        """A letter or digit of an alphabet that runs into numbers."""
        return self.word & (self.codes < FAR_ALPHABETS)

    @property
    def letter(self) -> NDArray[np.bool_]:
        return self.near & ~self.digit

    @property
    def hangul(self) -> NDArray[np.bool_]:
        return (self.codes >= 0xAC00) & (self.codes <= 0xD7A3)


# --- Where numbers stand -----------------------------------------------------------------------------------------


def _matches(tape: Tape, expression: str, *, with_digits: bool = False) -> pl.DataFrame:
    """Every match of an expression without its groups: start, end, text, cut (the match ends within a word).

    Searching without groups runs an automaton at more than 200 MB/s; the groups of the distinct strings are read later.
    `with_digits` says that each match holds a digit and no digit stands between two matches.
    """
    subject = pl.Series([tape.folded])
    texts = subject.str.extract_all(expression).explode().drop_nulls().alias("text")
    lengths = texts.str.len_chars().cast(pl.Int64).to_numpy()
    if with_digits:
        # The next match is then the next place where its text stands, and a second search is spared.
        ends = np.fromiter(_found_in_turn(tape.folded, texts.to_list()), dtype=np.int64, count=len(texts))
    else:
        marked = subject.str.replace_all(expression, chr(_MARK))[0] or ""
        codes = np.frombuffer(marked.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ends = np.flatnonzero(codes == _MARK) - np.arange(len(lengths)) + np.cumsum(lengths)
    stop = pl.Series("end", ends, dtype=pl.Int64)
    after = _Beside.of(tape, stop)  # Korean particles follow without a space
    cut = after.word & ~after.digit & ~after.hangul & _Beside.of(tape, stop - 1).word
    return pl.DataFrame([pl.Series("start", ends - lengths, dtype=pl.Int64), stop, texts, pl.Series("cut", cut)])


def _found_in_turn(text: str, parts: list[str]) -> Iterator[int]:
    """Where each part ends, looked for from the end of the one before."""
    end = 0
    for part in parts:
        end = text.index(part, end) + len(part)
        yield end


def _placed(spans: pl.DataFrame, origin: str, *names: str) -> pl.DataFrame:
    """Places counted from the start of a string as places on the tape."""
    return spans.with_columns((pl.col(origin) + pl.col(n)).alias(n) for n in names)


_HEAD_PLACES: Final = ("comparator_at", "sign_at", "before_at", "before_to", "inner_at", "lead_at")
_TAIL_PLACES: Final = ("scale_to", "unit_at", "unit_to", "after_at")


def _in_digits(tape: Tape) -> pl.DataFrame:
    """Numbers in digits with what stands around them; the distinct strings before and after are read once."""
    found = _matches(tape, grammar(tape.language).digits, with_digits=True)
    text = found["text"]
    before = text.str.replace(r"[0-9].*$", "")
    # ".5 percent", but "Rs.500", "end.5"; the mark is the language's own.
    decimal = str(grammar(tape.language).settings.get("decimal", "."))
    marked = before.str.contains(r"(?:^|[^\p{L}0-9])[.,]$") & before.str.ends_with(decimal)
    marked &= ~pl.Series(_Beside.of(tape, found["start"] - 1).word) | (before.str.len_chars() > 1)
    shown = pl.DataFrame([text, before.alias("before"), marked.alias("marked")])
    before = shown.select(pl.when("marked").then(pl.col("before").str.head(-1)).otherwise(pl.col("before"))).to_series()
    number = text.str.slice(before.str.len_chars().cast(pl.Int64)).str.extract_all(NUMBER).list.first()
    behind = pl.DataFrame([text]).select(
        pl.col("text").str.slice(before.str.len_chars().cast(pl.Int64) + number.str.len_chars().cast(pl.Int64))
    )["text"]
    number_start = found["start"] + before.str.len_chars().cast(pl.Int64)
    number_end = number_start + number.str.len_chars().cast(pl.Int64)
    spans = found.select("start", "cut").with_columns(
        head=before, tail=behind, number=number, number_start=number_start, number_end=number_end, in_words=pl.lit(value=False)
    )
    before_known = heads(spans["head"].unique(), tape.language)
    behind_known = tails(spans.select(text="tail", cut="cut").unique(), tape.language)
    spans = spans.join(before_known, left_on="head", right_on="text", how="left", maintain_order="left")
    spans = spans.join(behind_known, left_on=["tail", "cut"], right_on=["text", "cut"], how="left", maintain_order="left")
    spans = _placed(_placed(spans, "start", *_HEAD_PLACES), "number_end", *_TAIL_PLACES)
    spans = _to_the_next(spans)
    # "4-9月", "1-2 hours": what the second number is the first is too, if that is no amount.
    tied = (
        (pl.col("number_start").shift(-1) - pl.col("number_end") == 1)
        & pl.col("unit_class").is_null()
        & pl.col("power").is_null()
    )
    follows = pl.col("unit_class").shift(-1).is_in(["date", "drop", "measure"]).fill_null(value=False)
    hyphen = pl.Series(_Beside.of(tape, spans["number_end"]).one_of("-"))
    spans = spans.with_columns(_hyphen=hyphen).with_columns(
        unit_class=pl.when(tied & follows & pl.col("_hyphen")).then(pl.col("unit_class").shift(-1)).otherwise("unit_class")
    )
    # "(up 5) million": the bracket closes something else.
    # But "1.6 (-1.4) billion".
    opened = pl.Series(_Beside.of(tape, spans["start"] - 1).one_of("(")) & pl.col("sign_at").is_not_null()
    stray = pl.col("closed") & ~opened & (pl.col("inner").is_null() | (pl.col("inner") != "("))
    behind_columns = (
        "power",
        "scale_currency",
        "scale_text",
        "scale_to",
        "more",
        "unit_class",
        "unit_code",
        "after_code",
        "after_at",
    )
    return spans.with_columns(pl.when(~stray).then(pl.col(c)).alias(c) for c in behind_columns).drop(
        "head", "tail", "cut", "_hyphen"
    )


def _to_the_next(spans: pl.DataFrame) -> pl.DataFrame:
    """Leave a currency to the number that it stands before: "$20 $30", "rmb 10 usd 20"."""
    money = {side: pl.col(f"{side}_class").is_in(["money", "code"]) for side in ("before", "unit")}
    beside = pl.col("number_start").shift(-1) - pl.col("unit_to") <= 1
    given = (money["before"] & money["unit"] & beside & pl.col("before_class").shift(-1).is_null()).fill_null(value=False)
    if not spans.select(given.any()).item():
        return spans
    spans = spans.with_columns(_given=given)
    taking = pl.col("_given").shift(1).fill_null(value=False)
    return spans.with_columns(
        *[
            pl.when(taking).then(pl.col(f"unit_{n}").shift(1)).otherwise(pl.col(f"before_{n}")).alias(f"before_{n}")
            for n in ("class", "code", "at", "to")
        ],
        *[pl.when(~pl.col("_given")).then(pl.col(f"unit_{n}")).alias(f"unit_{n}") for n in ("class", "code", "at", "to")],
    ).drop("_given")


def _in_words(tape: Tape, columns: list[str]) -> list[pl.DataFrame]:
    """Numbers in words: the columns of `_in_digits`."""
    frames = []
    for scan, part in enumerate(grammar(tape.language).words):
        found = _matches(tape, part.expression)
        known = in_words(found.select("text", "cut").unique(), tape.language, scan)
        spans = found.join(known, on=["text", "cut"], how="left", maintain_order="left_right").rename(
            {"number_at": "number_start", "number_to": "number_end"}
        )
        spans = _placed(spans, "start", "number_start", "number_end", *_HEAD_PLACES, *_TAIL_PLACES)
        frames.append(spans.with_columns(in_words=pl.lit(value=True)).select(columns))
    return frames


def _own_currency(digits: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Leave the currency to the number in words before it: "two kroner 23 øre" is no 23 kroner."""
    words = words.filter(pl.col("unit_class").is_in(["money", "code"]) & pl.col("unit_to").is_not_null())
    words = words.sort("start", maintain_order=True)
    if words.is_empty():
        return digits
    starts, ends = words["start"].to_numpy(), words["unit_to"].to_numpy()
    at = digits["before_at"].fill_null(-1).to_numpy()
    earlier = np.searchsorted(starts, at, side="right") - 1
    taken = pl.Series((earlier >= 0) & (ends[np.maximum(earlier, 0)] > at))
    kept = ("before_class", "before_code", "before_at", "before_to")
    return (
        digits.with_columns(_taken=taken)
        .with_columns(
            *[pl.when(~pl.col("_taken")).then(pl.col(c)).alias(c) for c in kept],
            start=pl.when("_taken").then("number_start").otherwise("start"),
        )
        .drop("_taken")
    )


# --- What they come to -------------------------------------------------------------------------------------------


def _in_small_letters(spans: pl.DataFrame, side: str, tape: Tape) -> pl.Series:
    """Which of the parts that read like a currency code are no code, for want of capitals ("try", "all")."""
    low = np.zeros(len(spans), dtype=np.bool_)
    placed = (pl.col(f"{side}_class") == "code") & pl.col(f"{side}_at").is_not_null()
    codes = spans.with_row_index("row").filter(placed).select("row", f"{side}_at", f"{side}_to")
    low[codes["row"].to_numpy()] = [not tape.plain[a:b].isupper() for _, a, b in codes.iter_rows()]
    return pl.Series(low)


def _with_meaning(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle which currency is meant and drop codes that are not in capitals: adds currency, minor, has_unit."""
    low = {side: _in_small_letters(spans, side, tape) for side in ("before", "unit")}
    apart = (pl.col("unit_class") == "ordinal") & (pl.col("unit_at") > pl.col("number_end"))
    spans = spans.with_columns(_low_before=low["before"], _low_unit=low["unit"]).with_columns(
        *[pl.when(~pl.col("_low_before")).then(pl.col(f"before_{n}")).alias(f"before_{n}") for n in ("class", "code")],
        *[
            pl.when(~(pl.col("_low_unit") | apart.fill_null(value=False))).then(pl.col(f"unit_{n}")).alias(f"unit_{n}")
            for n in ("class", "code")
        ],
    )
    money = {side: pl.col(f"{side}_class").is_in(["money", "code"]).fill_null(value=False) for side in ("before", "unit")}
    # Where a currency stands on both sides, the one that names the country tells: "$5 million Canadian dollars".
    vague = (pl.col("before_code").str.len_chars() < _NAMED).fill_null(value=False)
    minor = (pl.col("unit_class") == "minor").fill_null(value=False)
    currency = (
        pl.when(money["before"] & ~(money["unit"] & vague))
        .then(pl.col("before_code"))
        .when(money["unit"] | minor)
        .then(pl.col("unit_code"))
        .otherwise(pl.col("scale_currency"))
    )
    share = pl.col("before_class").is_in(["percent", "share"]).fill_null(value=False)
    sized = pl.col("unit_class").is_in(_AMOUNTS).fill_null(value=False)
    return spans.with_columns(
        currency=currency,
        minor=minor & ~money["before"],
        has_unit=money["before"] | sized | share | pl.col("power").is_not_null(),
    ).drop("_low_before", "_low_unit", "scale_currency")


def _number_strings(numbers: pl.Series, settings: dict[str, Any]) -> pl.DataFrame:
    """What the distinct strings of digits look like: number, figures, after, three, grouped, mixed and the like."""
    decimal = str(settings.get("decimal", "."))
    text = pl.col("number").str.replace(":", decimal if settings.get("colon_decimal") else ":", literal=True)
    text = text.str.replace_all(r"[ '\x{066C}]", "").str.replace_all("\u066b", decimal, literal=True)
    for sign, places in _FRACTIONS.items():
        text = text.str.replace(sign + "$", decimal + places)
    text = text.str.replace(r"^[.,]", "0" + decimal)
    frame = pl.DataFrame({"number": numbers}).drop_nulls().unique().with_columns(t=text)
    t = pl.col("t")
    marks = t.str.count_matches(r"[.,]")
    after, before = t.str.extract(r"[.,]([0-9]*)$").str.len_chars(), t.str.extract(r"^([0-9]*)").str.len_chars()
    single = marks == 1
    three = single & (after == 3) & (before <= 3) & ~t.str.starts_with("0")
    grouped = t.str.contains(r"^[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{2,3})*,[0-9]{3})$")
    mixed = t.str.contains(r"^[0-9]{1,3}(?:(?:,[0-9]{2,3})+\.[0-9]+|(?:\.[0-9]{3})+,[0-9]+)$")
    return frame.select(
        "number",
        figures=t.str.replace_all(r"[.,:]", ""),
        last=t.str.extract(r"([.,])[0-9]*$"),
        after=after.cast(pl.Int64),
        single=single,
        three=three,
        grouped=grouped,
        mixed=mixed,
        spaced=pl.col("number").str.contains(r"[ ']"),
        colon=pl.col("number").str.contains(":", literal=True),
        parted=pl.col("number").str.contains("/", literal=True),
        dated_or_timed=t.str.contains(r"^[0-3]?[0-9][.,][0-9]{2}$"),
        thousands=t.str.contains(r"^[1-9][0-9]{0,2}[.,]000$"),
        ungrouped=pl.col("number").str.contains(r"^[0-9]+$"),
        odd=((marks > 1) & ~grouped & ~mixed) | t.str.contains("-", literal=True),
        length=pl.col("number").str.len_chars().cast(pl.Int64),
        integer=pl.col("number").cast(pl.Int64, strict=False),
    )


def _with_readings(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle which mark is the decimal one, by what the article's other numbers say, else by the language.

    Adds figures (digits), places (of them after the decimal mark), other_places of a second reading, and what is wrong.
    """
    settings = grammar(tape.language).settings
    decimal, group = str(settings.get("decimal", ".")), str(settings.get("group", ","))
    known = _number_strings(spans.filter(~pl.col("in_words"))["number"], settings)
    spans = spans.join(known, on="number", how="left", maintain_order="left").with_columns(tape.doc_of(spans["number_start"]))
    last, three, single, spaced = pl.col("last"), pl.col("three"), pl.col("single"), pl.col("spaced")
    # Numbers that can be read in one way only say which mark the article uses for decimals.
    clear = (single & ~three & (pl.col("after") <= 2) & pl.col("has_unit")) | pl.col("mixed") | (single & spaced)
    turned_mark = pl.when(last == ".").then(pl.lit(",")).otherwise(pl.lit("."))
    vote = pl.when(clear).then(last).when(~single & pl.col("grouped")).then(turned_mark)
    votes = (
        spans.select("doc", vote=vote)
        .drop_nulls()
        .group_by("doc", maintain_order=True)
        .agg(ours=(pl.col("vote") == decimal).sum(), others=(pl.col("vote") != decimal).sum())
    )
    spans = spans.join(votes, on="doc", how="left", maintain_order="left").with_columns(pl.col("ours", "others").fill_null(0))
    other = group if group in ".," else ("." if decimal == "," else ",")
    mark = pl.when((pl.col("others") > 0) & (pl.col("ours") == 0)).then(pl.lit(other)).otherwise(pl.lit(decimal))
    # "2,370 millones" where commas mark decimals: nobody writes thousandths of a million there.
    scaled = pl.col("power").is_not_null() | pl.col("before_class").is_in(["money", "code"]).fill_null(value=False)
    unlikely = pl.lit(settings.get("three_decimals") == "group") & scaled & (pl.col("ours") == 0)
    # "1,118 Milliarden" beside "1.22 Dollar": nobody writes thousands of a billion; the mark is the language's own.
    turned = (last != mark) & ~((last == decimal) & (pl.col("power") >= _BILLION).fill_null(value=False))
    undivided = pl.col("currency").is_in(_UNDIVIDED).fill_null(value=False) & pl.col("power").is_null()
    as_group = three & (turned | unlikely | undivided | pl.col("thousands")) & ~spaced
    places = pl.when((single & ~as_group) | pl.col("mixed")).then(pl.col("after")).otherwise(0)
    ambiguous = three & ~spaced & (pl.col("ours") + pl.col("others") == 0) & ((last == decimal) | unlikely)
    timed = pl.col("colon") & ~(pl.lit(bool(settings.get("colon_decimal"))) & pl.col("currency").is_not_null())
    return spans.with_columns(
        places=places.fill_null(0),
        other_places=pl.when(ambiguous).then(3 - places),
        malformed=(pl.col("odd") | timed | (pl.col("parted") & ~pl.col("has_unit"))).fill_null(value=False),
        ambiguous=ambiguous.fill_null(value=False),
        odd_mark=(single & ~three & (last == ".") & (last != mark) & pl.col("dated_or_timed")).fill_null(value=False),
    ).drop(
        "ours",
        "others",
        "last",
        "after",
        "single",
        "three",
        "grouped",
        "mixed",
        "spaced",
        "colon",
        "parted",
        "odd",
        "dated_or_timed",
        "thousands",
    )


def _with_values(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds value, value_step, value_other, before signs and shares."""
    spans = _with_readings(spans, tape)
    decimal = str(grammar(tape.language).settings.get("decimal", "."))
    keys = ("figures", "places", "power", "other_places")
    power, places, figures = pl.col("power").fill_null(0), pl.col("places"), pl.col("figures")
    # Whole thousands are a rounding: 465,000 is stated to the thousand, 1,300 to the unit. A scale word says it itself.
    zeros = (figures.str.len_chars().cast(pl.Int64) - figures.str.strip_chars_end("0").str.len_chars().cast(pl.Int64)) // 3 * 3
    round_number = pl.col("power").is_null() & (places == 0) & (figures.str.strip_chars("0") != "")
    rounded = pl.when(round_number).then(zeros).otherwise(0)
    known = (
        spans.select(keys)
        .unique()
        .with_columns(
            value=shifted(figures, power - places),
            value_other=pl.when(pl.col("other_places").is_not_null()).then(shifted(figures, power - pl.col("other_places"))),
            value_step=shifted(pl.lit("1"), (power - places + rounded).clip(-PLACES)),
        )
    )
    spans = spans.join(known, on=keys, how="left", nulls_equal=True, maintain_order="left")
    several = pl.col("in_words") | pl.col("more").is_not_null() | pl.col("lead").is_not_null()
    whole = (figures.str.len_chars().cast(pl.Int64) - places).clip(0)
    point = pl.when(places > 0).then(pl.lit(".")).otherwise(pl.lit(""))
    more = pl.col("more").fill_null("").str.replace_all("." if decimal == "," else ",", "", literal=True)
    more = more.str.replace_all(",", ".", literal=True)
    written = pl.concat_str(
        pl.col("lead").fill_null(""), figures.str.slice(0, whole), point, figures.str.slice(whole),
        pl.lit(" "), pl.col("scale_text").fill_null(""), pl.lit(" "), more,
    )  # fmt: skip
    spans = spans.with_row_index("row")
    parts = spans.filter(several).select("row", text=pl.when(pl.col("in_words")).then(pl.col("number")).otherwise(written))
    totals = parts.join(sums(parts["text"], tape.language), on="text", how="left", maintain_order="left").with_columns(
        step=shifted(pl.lit("1"), pl.col("last_power").clip(-PLACES))
    )
    spans = spans.join(totals.select("row", "total", "step"), on="row", how="left", maintain_order="left")
    return spans.with_columns(
        value=pl.when(several).then(pl.col("total")).otherwise(pl.col("value")),
        value_step=pl.when(several).then(pl.col("step")).otherwise(pl.col("value_step")),
        ambiguous=pl.col("ambiguous") & ~several,
    ).drop("row", "total", "step", "more", "other_places")


def _with_sign(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds sign, tilde, brackets: a dash after a letter or digit joins, elsewhere it is a sign; a tilde means "about"."""
    text, at = pl.col("sign_text"), spans["sign_at"]
    before = _Beside.of(tape, at - 1)
    joins = pl.Series(before.word | before.one_of(")%"))
    dashes = (spans["sign_text"] == "-").fill_null(value=False)
    raw = pl.Series([tape.text[p] for p in at.filter(dashes).to_list()], dtype=pl.String)
    tilde = np.zeros(len(spans), dtype=np.bool_)
    tilde[dashes.to_numpy()] = raw.is_in(["~", "\uff5e", "\u301c"]).to_numpy()
    # "(10.6)%", "$(5.2) million"; but "($5.2 million)" is an aside.
    meant = pl.col("before_class").is_in(["money", "code"]), pl.col("unit_class") == "percent"
    brackets = (pl.col("inner") == "(") & pl.col("closed") & pl.any_horizontal(m.fill_null(value=False) for m in meant)
    spans = spans.with_columns(tilde=pl.Series(tilde), brackets=brackets.fill_null(value=False), joins=joins)
    usable = ~pl.col("tilde") & ~(pl.col("joins") & text.is_in(["-", "+"]))
    negative = text.is_in(["-", "\u25b2", "\u25b3"]) | (pl.col("sign_code") == "minus")
    positive = (text == "+") | (pl.col("sign_code") == "plus")
    sign = pl.when(pl.col("brackets") | (usable & negative)).then(-1).when(usable & positive).then(1).otherwise(0)
    return spans.with_columns(sign=sign.fill_null(0).cast(pl.Int8)).drop("joins", "sign_code", "closed")


def _with_comparator(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds comparator, comparator_start, and said: also the words that open a range or a movement (between, from)."""
    # "hasta", "до": up to, or to, where something rose or fell before. Nobody sets a limit at 104.3 million, and
    # "below the 104.3 million" is told of an earlier figure.
    fine = (pl.col("figures").str.strip_chars("0").str.len_chars() >= _FINE).fill_null(value=False)
    limits = spans.with_row_index("row").filter(pl.col("said") == "upto").select("row", "comparator_at")
    windows = pl.Series([tape.folded[max(0, at - _REACH) : at] for at in limits["comparator_at"].to_list()], dtype=pl.String)
    reached = np.zeros(len(spans), dtype=np.bool_)
    reached[limits["row"].to_numpy()] = windows.str.contains(grammar(tape.language).toward).to_numpy()
    upto = pl.col("said") == "upto"
    the = pl.col("said").str.ends_with("_the")
    spans = spans.with_columns(reached=pl.Series(reached)).with_columns(
        said=pl.when((upto & (pl.col("reached") | fine)) | (the & fine))
        .then(None)
        .when(upto)
        .then(pl.lit("under"))
        .otherwise(pl.col("said").str.strip_suffix("_the"))
    )
    before = pl.col("said").is_in(["over", "under", "approx"]).fill_null(value=False)
    about = pl.col("tilde") | (pl.col("sign_text") == "\u00b1").fill_null(value=False)
    return spans.with_columns(
        comparator=pl.when(before)
        .then(pl.col("said"))
        .when(pl.col("after_code").is_not_null())
        .then(pl.col("after_code"))
        .when(about)
        .then(pl.lit("approx"))
        .otherwise(pl.lit("eq")),
        comparator_start=pl.when(before)
        .then(pl.col("comparator_at"))
        .when(pl.col("after_code").is_not_null())
        .then(pl.col("after_at"))
        .when(about)
        .then(pl.col("sign_at")),
    ).drop("reached", "comparator_at", "after_at", "after_code")


def _with_kind(spans: pl.DataFrame) -> pl.DataFrame:
    """Adds kind, start and end, and turns shares, hundredths and signs into values."""
    unit, before = pl.col("unit_class"), pl.col("before_class")
    ahead = before.is_in(["percent", "share"]).fill_null(value=False)
    share = unit.is_in(["percent", "tenth"]).fill_null(value=False) | (ahead & pl.col("currency").is_null())
    kind = (
        pl.when(share).then(pl.lit("percent"))
        .when(unit.is_in(["points", "basis"])).then(pl.lit("points"))
        .when(pl.col("currency").is_not_null()).then(pl.lit("money"))
        .when((unit == "multiple") | (before == "multiple")).then(pl.lit("multiple"))
        .when(unit == "ordinal").then(pl.lit("ordinal"))
        .when(unit.is_in(["measure", "part"])).then(pl.lit("plain"))
        .otherwise(pl.lit("count"))
    )  # fmt: skip
    number_start = pl.when(pl.col("lead").is_not_null()).then(pl.col("lead_at")).otherwise(pl.col("number_start"))
    leading = before.is_in(["money", "code", "percent", "share"]).fill_null(value=False)
    start = pl.min_horizontal(
        number_start,
        pl.when(leading).then(pl.col("before_at")),
        pl.when(pl.col("brackets")).then(pl.col("inner_at")),
        pl.when(pl.col("sign") != 0).then(pl.col("sign_at")),
    )
    end = pl.max_horizontal(
        pl.col("number_end") + pl.col("brackets").cast(pl.Int64),
        pl.col("scale_to"),
        pl.when(unit.is_in(_AMOUNTS)).then(pl.col("unit_to")),
    )
    spans = spans.with_columns(kind=kind, start=start, end=end, number_start=number_start)
    tenths = (unit == "tenth").fill_null(value=False)
    hundredths = (unit == "basis").fill_null(value=False) | pl.col("minor")
    negative = pl.col("sign") < 0

    # 七成六 is 76 %, 千分之五 0.5 %.
    further = pl.when((unit == "tenth").fill_null(value=False)).then(pl.col("unit_code").cast(VALUE, strict=False))
    parts = pl.when(before == "share").then(pl.col("before_code").cast(VALUE, strict=False))

    def read(column: str, *, signed: bool) -> pl.Expr:
        value = pl.col(column)
        more = (
            further.fill_null(_decimal(0))
            if signed
            else pl.when(further.is_not_null()).then(_decimal(-9)).otherwise(_decimal(0))
        )
        value = (
            pl.when(tenths & (value <= _decimal(10)))
            .then((value * _decimal(10) + more).cast(VALUE))
            .when(parts.is_not_null() & share)
            .then((value * _decimal(100) / parts).cast(VALUE))
            .when((unit == "dozen").fill_null(value=False))
            .then((value * _decimal(12)).cast(VALUE))
            .when(hundredths)
            .then((value / _decimal(100)).cast(VALUE))
            .otherwise(value)
        )
        return pl.when(negative).then((value * _decimal(-1)).cast(VALUE)).otherwise(value) if signed else value

    return spans.with_columns(
        value=read("value", signed=True),
        value_other=read("value_other", signed=True),
        value_step=read("value_step", signed=False),
    )


def _quantities_only(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Drop years, dates, times, versions, phone and list numbers, tickers and numbers glued to letters."""
    begin, stop, end = spans["number_start"], spans["number_end"], spans["end"]
    first, left, left2 = (_Beside.of(tape, begin - n) for n in range(3))
    right, right2, right3 = (_Beside.of(tape, stop + n) for n in range(3))
    last, after, after2 = (_Beside.of(tape, end + n) for n in (-1, 0, 1))
    flags = {
        "glued": left.letter & first.digit,
        "hyphened": left.one_of("-") & left2.letter,
        "tied": (left.one_of(":") & left2.digit)
        | (right.one_of(":") & right2.digit)
        | (left.one_of("/") & left2.near)
        | (right.one_of("/") & right2.digit)
        | left.one_of("_")
        | (left.one_of(".") & left2.word)
        | (right.one_of(".") & right2.near),
        "cut_left": left.word & first.word & ~(left.one_of("\u0648") & ~left2.word),  # the Arabic "and" is part of no word
        "cut_right": last.word & after.word,
        "lettered": after.letter | (after.one_of("-") & after2.letter),
        "listed": (left.one_of("\n\x1d\x00")) & right.one_of(".)") & right2.one_of(" "),
        "dotted": right.one_of(".") & right2.one_of(" ") & right3.letter,
        "boxed": left.one_of("[(<") & right.one_of("])>"),
        "dated": right.one_of("-") & right2.digit,
    }
    spans = spans.with_columns(pl.Series(n, f) for n, f in flags.items())
    unit, before, ungrouped, integer = pl.col("unit_class"), pl.col("before_class"), pl.col("ungrouped"), pl.col("integer")
    bare, counted, in_words_ = ~pl.col("has_unit"), (unit == "counted").fill_null(value=False), pl.col("in_words")
    year = ungrouped & (pl.col("length") == 4) & integer.is_between(*_YEARS)
    ordinal_dot = pl.lit(bool(grammar(tape.language).settings.get("ordinal_dot")))
    whole = ~counted & ~unit.is_in(["measure", "ordinal"]).fill_null(value=False)
    no_quantity = (
        pl.col("malformed"),
        unit.is_in(["date", "drop"]) & pl.col("power").is_null() & pl.col("currency").is_null(),
        pl.col("glued") & pl.col("cut_left") & before.is_null() & ~in_words_,
        bare & ~counted & year,
        bare & (before == "drop"),
        bare & (before == "date") & (integer <= 31),
        bare & (pl.col("glued") | pl.col("hyphened") | pl.col("tied") | pl.col("odd_mark")),
        bare & pl.col("lettered") & whole,
        bare & pl.col("listed") & (pl.col("length") <= 2),
        bare & pl.col("boxed") & ungrouped,
        bare & ungrouped & pl.col("number").str.contains(r"^0[0-9]|^[0-9]{9,13}$") & (pl.col("sign") >= 0),
        bare & year & pl.col("dated"),
        bare & pl.col("dotted") & ordinal_dot & (integer <= 31),
    )
    keep = pl.col("value").is_not_null()
    for reason in no_quantity:
        keep &= ~reason.fill_null(value=False)
    # "one", "seven" and the like only where they count people or things.
    few = ((pl.col("value") < _decimal(1000)) & ~counted) | (pl.col("value") < _decimal(2))
    keep &= ~(in_words_ & (pl.col("kind") == "plain") & (pl.col("value") == _decimal(1)))  # "un an"
    keep &= ~(in_words_ & (pl.col("kind") == "multiple") & (pl.col("value") < _decimal("1.5")))  # "einfach", "once"
    keep &= ~(in_words_ & (pl.col("cut_left") | pl.col("cut_right") | (few & (pl.col("kind") == "count"))))
    return spans.filter(keep).with_columns(bare=bare).drop(*flags, "malformed", "odd_mark", "integer")


# --- Words that are quantities, and names that are none ----------------------------------------------------------


def _longest(spans: pl.DataFrame) -> pl.DataFrame:
    """Of spans that overlap the one that begins first, of those the longest."""
    ordered = spans.sort("start", "end", descending=[False, True], maintain_order=True)
    return ordered.filter((pl.col("start") >= pl.col("end").cum_max().shift(1)).fill_null(value=True))


def _clear_of(spans: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Drop the spans that touch one of some disjoint spans."""
    if taken.is_empty() or spans.is_empty():
        return spans
    order = np.argsort(taken["start"].to_numpy(), kind="stable")
    starts, ends = taken["start"].to_numpy()[order], np.maximum.accumulate(taken["end"].to_numpy()[order])
    before = np.searchsorted(starts, spans["end"].to_numpy(), side="left") - 1
    reach = np.where(before >= 0, ends[np.maximum(before, 0)], -1)
    return spans.filter(pl.Series(reach <= spans["start"].to_numpy()))


def _dictionary(tape: Tape) -> pl.DataFrame:
    """Multiples, fractions and names that are words: start, end, kind, code."""
    table = grammar(tape.language)
    found = _matches(tape, table.spoken)
    parts = spoken_words(found["text"].unique(), tape.language)
    found = found.join(parts, on="text", how="left", maintain_order="left")
    begin, stop = _Beside.of(tape, found["start"] - 1), _Beside.of(tape, found["start"])
    cut_left = pl.Series(begin.word & stop.word)
    whole = (pl.col("open_left") | ~cut_left) & (pl.col("open_right") | ~pl.col("cut"))
    return found.filter(whole & (pl.col("code") != "none")).select("start", "end", "kind", "code")


def _in_figures(found: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which of the words found are fractions that begin with a digit."""
    return (found["kind"] == "number.fraction") & pl.Series(_Beside.of(tape, found["start"]).digit, dtype=pl.Boolean)


def _unnamed(spans: pl.DataFrame, names: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Drop bare numbers that a name takes up ("S&P 500", "Office 365")."""
    if names.is_empty():
        return spans
    ends = np.unique(names["end"].to_numpy())
    starts, ends = names["start"].to_numpy(), np.maximum.accumulate(names["end"].to_numpy())
    begin = spans["number_start"].to_numpy()
    before = np.searchsorted(starts, begin, side="right") - 1
    reach = np.where(before >= 0, ends[np.maximum(before, 0)], -2)
    apart = _Beside.of(tape, spans["number_start"] - 1).one_of(" -").astype(np.int64)
    inside, after = pl.Series(begin < reach), pl.Series(begin <= reach + apart)
    return spans.filter(~(inside | (after & pl.col("bare"))))


def _spoken(found: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Multiples and fractions that are words, with the comparators beside them ("quasi triplicate")."""
    table, folded = grammar(tape.language), tape.folded
    multiple = pl.col("kind") == "number.multiple"
    spans = found.select(
        "start", "end",
        number_start=pl.col("start"), number_end=pl.col("end"),
        kind=pl.when(multiple).then(pl.lit("multiple")).otherwise(pl.lit("fraction")),
        value=pl.col("code").cast(VALUE, strict=False),
        value_step=pl.when(multiple).then(pl.lit("1")).otherwise(pl.lit("0.01")).cast(VALUE),
    ).filter(pl.col("value").is_not_null())  # fmt: skip
    before = pl.Series("before", [folded[max(0, a - _BESIDE) : a] for a in spans["start"].to_list()], dtype=pl.String)
    behind = pl.Series("behind", [folded[a : a + _BESIDE] for a in spans["end"].to_list()], dtype=pl.String)
    spans = spans.with_columns(_before=before.str.extract(table.comparing), _after=behind.str.extract(table.following))
    spans = spans.join(table.comparators.rename({"text": "_before"}), on="_before", how="left", maintain_order="left")
    spans = spans.join(table.afters.rename({"text": "_after"}), on="_after", how="left", maintain_order="left")
    spans = spans.with_columns(pl.col("said").str.strip_suffix("_the"))  # "più del doppio"
    known = pl.col("said").is_in(["over", "under", "approx"]).fill_null(value=False)
    said_after = pl.col("after_code").is_not_null()
    # "a third higher" is a rounding; "half" and "doubled" are what they say.
    rounded = (pl.col("kind") == "fraction") & (pl.col("value") != _decimal("0.5"))
    return spans.with_columns(
        comparator=pl.when(known)
        .then(pl.col("said"))
        .when(said_after)
        .then(pl.col("after_code"))
        .when(rounded)
        .then(pl.lit("approx"))
        .otherwise(pl.lit("eq")),
        comparator_start=pl.when(known)
        .then(pl.col("start") - pl.col("_before").str.len_chars().cast(pl.Int64) - 1)
        .when(said_after)
        .then(pl.col("end") + 1),
        spoken=pl.lit(value=True), bare=pl.lit(value=False), sign=pl.lit(0, pl.Int8), ambiguous=pl.lit(value=False),
        in_words=pl.lit(value=True), minor=pl.lit(value=False),
    ).drop("_before", "_after", "said", "after_code")  # fmt: skip


# --- Ranges, pairs and shared units ------------------------------------------------------------------------------


def _gaps(spans: pl.DataFrame, tape: Tape, *, least: int = 1) -> pl.Series:
    """The text between each span and the next, null where it is none or long."""
    starts, ends = spans["start"].to_numpy(), spans["end"].to_numpy()
    lengths = np.append(starts[1:] - ends[:-1], 0)
    close = np.flatnonzero((lengths[:-1] >= least) & (lengths[:-1] <= _GAP))
    texts: list[str | None] = [None] * len(spans)
    for i, a, b in zip(close.tolist(), ends[close].tolist(), starts[close + 1].tolist(), strict=True):
        texts[i] = tape.folded[a:b]
    return pl.Series("gap", texts, dtype=pl.String)


def _undashed(spans: pl.DataFrame) -> pl.DataFrame:
    """A dash right after another quantity joins the two: "19.8亿-20亿"."""
    touching = pl.col("start") <= pl.col("end").shift(1)
    dash = ((pl.col("sign_text") == "-") & (pl.col("sign") < 0) & touching).fill_null(value=False)
    return spans.with_columns(_dash=dash).with_columns(
        *[
            pl.when(pl.col("_dash")).then((pl.col(c) * _decimal(-1)).cast(VALUE)).otherwise(pl.col(c))
            for c in ("value", "value_other")
        ],
        start=pl.col("start") + pl.col("_dash").cast(pl.Int64),
        sign=pl.when(pl.col("_dash")).then(0).otherwise(pl.col("sign")).cast(pl.Int8),
    )


def _loose_hundredths(spans: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which numbers are hundredths without a word: two digits right after a currency's name, before a stop ("3 euros 50")."""
    two = (spans["length"] == _HUNDREDTHS) & spans["ungrouped"] & spans["bare"] & (spans["sign"] == 0)
    two &= spans["start"] - spans["end"].shift(1) == 1
    if not two.any():
        return pl.Series([False]).new_from_index(0, len(spans))
    unit_at = _Beside.of(tape, spans["unit_at"])
    named = pl.Series(unit_at.letter) & spans["unit_class"].is_in(["money", "code"]) & (spans["kind"] == "money")
    named = named.fill_null(value=False) & ~spans["before_class"].is_in(["money", "code"]).fill_null(value=False)
    named &= (spans["unit_at"] >= spans["number_end"]).fill_null(value=False)
    after = _Beside.of(tape, spans["end"])
    stops = pl.Series(after.one_of('.,;:!?)"\n') | (after.codes == 0))
    return (named.shift(1) & two & stops & spans["unit_class"].is_null()).fill_null(value=False)


def _whole_and_parts(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Make one amount of a currency and its hundredths: "3 dollars and 50 cents", 50元6角."""
    spans = spans.sort("start", "end", maintain_order=True)
    part = pl.col("minor") | (pl.col("unit_class") == "part").fill_null(value=False)
    spans = spans.with_columns(_loose=_loose_hundredths(spans, tape))
    part |= pl.col("_loose")
    near = (pl.col("start") - pl.col("end").shift(1)) <= _GAP
    if not spans.select((part & near & (pl.col("kind").shift(1) == "money") & ~pl.col("minor").shift(1)).any()).item():
        return spans.drop("_loose")
    joins = grammar(tape.language).joins
    spans = spans.with_columns(_gaps(spans, tape, least=0)).join(joins, on="gap", how="left", maintain_order="left")
    following = part & ~pl.col("sign").cast(pl.Boolean) & (pl.col("value").abs() < _decimal(100))
    alike = (pl.col("currency") == pl.col("currency").shift(-1)) | (pl.col("currency").shift(-1).str.len_chars() < _NAMED)
    alike |= (
        pl.col("_loose").shift(-1) | (pl.col("unit_class").shift(-1) == "part") | (pl.col("currency").str.len_chars() < _NAMED)
    )
    touching = (pl.col("gap").str.strip_chars() == "") | (pl.col("join") == "and")
    round_one = (pl.col("value") % _decimal(1) == _decimal(0)) | (pl.col("unit_class").shift(-1) == "part")
    whole = (pl.col("kind") == "money") & pl.col("power").is_null() & round_one
    opens = (whole & ~pl.col("minor") & following.shift(-1) & alike & touching).fill_null(value=False)
    spans = spans.with_columns(
        _opens=opens, _part=pl.when("_loose").then(_decimal(100)).otherwise(pl.col("unit_code").cast(VALUE, strict=False))
    )
    less = (pl.col("value") / pl.coalesce("_part", _decimal(1))).cast(VALUE).shift(-1)
    spans = spans.with_columns(
        value=pl.when("_opens")
        .then(pl.col("value") + pl.when(pl.col("sign") < 0).then(-less).otherwise(less))
        .otherwise("value"),
        value_step=pl.when("_opens").then(_decimal("0.01")).otherwise("value_step"),
        end=pl.when("_opens").then(pl.col("end").shift(-1)).otherwise("end"),
        number_end=pl.when("_opens").then(pl.col("number_end").shift(-1)).otherwise("number_end"),
    )
    return spans.filter(~pl.col("_opens").shift(1).fill_null(value=False)).drop("_opens", "_part", "_loose", "gap", "join")


def _with_shared(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Let the two numbers of a range or pair share scale and unit; adds gap, join, linked, alone and said flags."""
    spans = _undashed(spans.sort("start", "end", maintain_order=True))
    spans = (
        spans.with_columns(_gaps(spans, tape))
        .join(_FACTORS, on="power", how="left", maintain_order="left")
        .join(grammar(tape.language).joins, on="gap", how="left", maintain_order="left")
    )
    nxt = {c: pl.col(c).shift(-1) for c in ("value", "currency", "kind", "power", "unit_class", "minor", "spoken")}
    between = (pl.col("said") == "between").fill_null(value=False)
    by = (pl.col("said") == "by").fill_null(value=False)
    moving = (pl.col("said") == "from").fill_null(value=False)
    join, bare, value = pl.col("join"), pl.col("bare"), pl.col("value")
    unitless = (pl.col("kind") == "count") & pl.col("unit_class").is_null()
    bare_or_money = pl.col("power").is_null() & pl.col("unit_class").is_null()
    # "1.6 (1.4) billion": what follows the bracket counts for both.
    closed = pl.Series(_Beside.of(tape, spans["number_end"]).one_of(")")) & (spans["end"] > spans["number_end"] + 1)
    spans = spans.with_columns(_closed=closed)
    scale_behind = (pl.col("_closed") & pl.col("power").is_not_null()).shift(-1).fill_null(value=False)
    aside = (join == "aside").fill_null(value=False) & scale_behind & bare_or_money
    joined = ((join != "aside") | aside) & ~pl.col("spoken") & ~nxt["spoken"]
    linked = joined & ((join != "and") | between | bare | pl.col("kind").is_in(["percent", "money", "points"]))
    amounts = pl.col("kind").is_in(["count", "money"]) & nxt["kind"].is_in(["count", "money"])
    grown = (value * pl.col("factor").shift(-1)).cast(VALUE, strict=False)
    most = pl.when(moving).then(_decimal(1000)).otherwise(_decimal(_ALIKE))
    fitting = (grown <= nxt["value"]) | (
        ~between & (moving | (join == "and")) & (value <= _decimal(1000)) & (grown <= (nxt["value"] * most).cast(VALUE))
    )
    # "two to four percent"
    shared_words = pl.col("in_words") & pl.col("unit_class").is_not_null() & pl.col("unit_to").is_null()
    # "44,800-45,200 million": as large as the other once the scale is shared.
    small = (value.abs() < _decimal(10000)) | ((grown <= nxt["value"]) & (nxt["value"] <= (grown * _decimal(3)).cast(VALUE)))
    take_scale = (
        linked
        & pl.col("power").is_null()
        & nxt["power"].is_not_null()
        & ~pl.col("in_words")
        & amounts
        & (fitting | aside)
        & small
    ) & pl.col("unit_class").is_null()  # "88 cents and $1.11 billion": what has its unit after it has no scale to come
    same_scale = pl.col("power").is_null() | (nxt["currency"].is_not_null() & ((join != "and") | between))
    take_unit = linked & unitless & same_scale & nxt["kind"].is_in(_SHARING)
    same = (pl.col("kind") == nxt["kind"]) | unitless | (nxt["kind"] == "count")
    spans = spans.with_columns(
        _take_scale=take_scale.fill_null(value=False), _take_unit=take_unit.fill_null(value=False),
        linked=(linked & same).fill_null(value=False), moving=moving, between=between, by=by, alone=bare | shared_words,
        moved=_moved(spans, tape),
    )  # fmt: skip
    cents = pl.col("_take_unit") & nxt["minor"].fill_null(value=False)

    def taken(column: str) -> pl.Expr:
        larger = (pl.col(column) * pl.col("factor").shift(-1)).cast(VALUE, strict=False)
        read = pl.when(pl.col("_take_scale")).then(larger).otherwise(pl.col(column))
        return pl.when(cents).then((read / _decimal(100)).cast(VALUE)).otherwise(read).alias(column)

    spans = spans.with_columns(
        taken("value"),
        taken("value_step"),
        *[pl.when(pl.col("_take_unit")).then(nxt[c]).otherwise(pl.col(c)).alias(c) for c in ("kind", "currency", "unit_class")],
        bare=bare & ~pl.col("_take_unit") & ~pl.col("_take_scale"),
        power=pl.when(pl.col("_take_scale")).then(nxt["power"]).otherwise(pl.col("power")),
    )
    # "$1-2 billion": the second takes the currency of the first.
    scaled = pl.col("power").is_not_null()
    alike = pl.col("power").shift(1).is_null() & (value <= (value.shift(1) * _decimal(20)).cast(VALUE))
    counted = (pl.col("unit_class") == "counted").fill_null(value=False)
    from_left = (
        pl.col("linked").shift(1)
        & (pl.col("kind") == "count")
        & (pl.col("kind").shift(1) == "money")
        & (scaled | alike)
        & ~counted
    )
    return spans.with_columns(_left=from_left.fill_null(value=False)).with_columns(
        kind=pl.when(pl.col("_left")).then(pl.lit("money")).otherwise(pl.col("kind")),
        currency=pl.when(pl.col("_left")).then(pl.col("currency").shift(1)).otherwise(pl.col("currency")),
    )


def _moved(spans: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which numbers follow a "from" right after a verb of change, and so open no range ("rose to a range from" does)."""
    opening = spans.with_row_index("row").filter(pl.col("said") == "from").select("row", "start")
    windows = pl.Series([tape.folded[max(0, at - _NEAR) : at] for at in opening["start"].to_list()], dtype=pl.String)
    moved = np.zeros(len(spans), dtype=np.bool_)
    moved[opening["row"].to_numpy()] = windows.str.contains(grammar(tape.language).moved).to_numpy()
    return pl.Series(moved)


def _ranged(spans: pl.DataFrame) -> pl.DataFrame:
    """Make one span of the two numbers of a range: adds value_high."""
    low, high, join = pl.col("value"), pl.col("value").shift(-1), pl.col("join")
    same = (pl.col("kind") == pl.col("kind").shift(-1)) & (
        pl.col("currency").fill_null("") == pl.col("currency").shift(-1).fill_null("")
    )
    rising = low < high
    # "from 5.2 to 5.4 billion" is a range, "from 2.2 to 198.4 million" a movement; "by 5 million to 20 million" is neither.
    apart = high - low
    tight, loose = (apart * _decimal(16)).cast(VALUE) <= high, (apart * _decimal(3)).cast(VALUE) <= high
    alone, moving, between = pl.col("alone"), pl.col("moving"), pl.col("between")
    # "rose by 5,200 to 204,100": a difference and a level.
    level = (pl.col("by") & ~loose) | (
        alone & ~between & (low >= _decimal(1000)) & (high > (low * _decimal(_APART)).cast(VALUE))
    )
    went = pl.col("moved") & (pl.col("kind") != "percent") & (join != "range")
    ranged = pl.col("linked") & same & ~went & (
        ((join == "range") & ~(level & ~pl.col("gap").str.contains("[-/]")) & (rising | (pl.col("kind") != "count") & ~alone))
        | ((join == "to") & rising & ~level & (between | (moving & tight) | (~moving & (alone | loose))))
        | ((join == "till") & rising & (alone | between | pl.col("_take_unit")))
        | ((join == "and") & between)
    )  # fmt: skip
    # Phone numbers ("555-1234") and scores ("3-1") are no ranges and no quantities.
    both_bare = (
        alone & pl.col("bare") & pl.col("bare").shift(-1) & (pl.col("kind") == "count") & (pl.col("kind").shift(-1) == "count")
    )
    unmeasured = pl.col("unit_class").shift(-1).is_null() & pl.col("ungrouped") & pl.col("ungrouped").shift(-1)
    length, next_length = pl.col("length"), pl.col("length").shift(-1)
    none = pl.col("gap").is_in(["-", ":"]) & both_bare & unmeasured & (
        ((length == 3) & (next_length == 4)) | ((length == 1) & (next_length == 1)) | ~rising
    )  # fmt: skip
    spans = spans.with_columns(_ranged=ranged.fill_null(value=False), _none=none.fill_null(value=False))
    # Between two ranges stands no third: "from 23-24 to 25-26".
    ranged, none = pl.col("_ranged") & ~pl.col("_none"), pl.col("_none")
    strong = ranged & (join == "range").fill_null(value=False)
    ranged = strong | (ranged & ~strong.shift(1).fill_null(value=False) & ~strong.shift(-1).fill_null(value=False))
    spans = spans.with_columns(_ranged=ranged, _none=none | none.shift(1).fill_null(value=False))
    spans = spans.with_columns(_ranged=pl.col("_ranged") & ~pl.col("_ranged").shift(1).fill_null(value=False))
    falls = (pl.col("sign") < 0) & (pl.col("sign").shift(-1) == 0)  # "-5 to 6 %" as "5 to 6 % lower"
    high = pl.when(falls).then((high * _decimal(-1)).cast(VALUE)).otherwise(high)
    spans = spans.with_columns(
        value_high=pl.when(pl.col("_ranged")).then(high),
        end=pl.when(pl.col("_ranged")).then(pl.col("end").shift(-1)).otherwise(pl.col("end")),
        number_end=pl.when(pl.col("_ranged")).then(pl.col("number_end").shift(-1)).otherwise(pl.col("number_end")),
        _swallowed=pl.col("_ranged").shift(1).fill_null(value=False),
    )
    return spans.filter(~pl.col("_swallowed") & ~pl.col("_none"))


# --- Currencies --------------------------------------------------------------------------------------------------


def _homes(tape: Tape, family: dict[str, Any]) -> pl.DataFrame:
    """doc and home: the currency that a symbol means where the source is at home, by the end of its domain."""
    by_country: dict[str, str] = family.get("by_country", {})
    if "source_id" not in tape.docs.columns or not by_country:
        return pl.DataFrame(schema={"doc": pl.Int64, "home": pl.String})
    ending = pl.col("source_id").cast(pl.String).str.extract(r"\.([a-z]{2})$")
    return tape.docs.select("doc", home=ending.replace_strict(by_country, default=None, return_dtype=pl.String))


def _first_by_count(spans: pl.DataFrame, name: str) -> pl.DataFrame:
    """doc and `name`: the currency that each article names most often, of equal ones the first."""
    counts = spans.group_by("doc", "currency", maintain_order=True).len()
    best = counts.sort("doc", "len", descending=[False, True], maintain_order=True).unique(
        "doc", keep="first", maintain_order=True
    )
    return best.select("doc", pl.col("currency").alias(name))


def _with_units(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle names that several currencies share, by what else the article names; adds unit and currency_hint."""
    settings = grammar(tape.language).settings
    families: dict[str, dict[str, Any]] = settings.get("currency_family", {})
    spans = spans.with_columns(tape.doc_of(spans["start"]))
    money = pl.col("kind") == "money"
    met = set(spans.filter(money)["currency"].unique().to_list())
    for symbol, family in families.items():
        if symbol not in met:
            continue
        vague = pl.col("currency") == symbol
        docs = spans.filter(vague & money).select("doc").unique()
        others = _first_by_count(spans.filter(money & pl.col("currency").is_in(family.get("named", []))), "named")
        scripts: dict[str, str] = family.get("by_scale", {})
        marks = "|".join(scripts) or r"[^\s\S]"
        written = pl.coalesce("scale_text", pl.when("in_words").then("number")).str.extract(f"({marks})")
        script = spans.select("doc", script=written.replace_strict(scripts, default=None, return_dtype=pl.String))
        script = script.drop_nulls().unique("doc", keep="first", maintain_order=True)
        docs = (
            docs.join(others, on="doc", how="left", maintain_order="left")
            .join(script, on="doc", how="left", maintain_order="left")
            .join(_homes(tape, family), on="doc", how="left", maintain_order="left")
        )
        default = settings.get("currency_default", {}).get(symbol, family.get("default"))
        docs = docs.select("doc", _currency=pl.coalesce("named", "home", "script", pl.lit(default)))
        spans = spans.join(docs, on="doc", how="left", maintain_order="left").with_columns(
            currency=pl.when(vague).then(pl.col("_currency")).otherwise(pl.col("currency"))
        ).drop("_currency")  # fmt: skip
    # A conversion in brackets is not what the article counts in; within a line the last currency named counts for more.
    named = money & pl.col("currency").is_not_null()
    opening = spans.select(pl.min_horizontal("start", "comparator_start") - 1).to_series()
    aside = _Beside.of(tape, opening).one_of("(")
    line = np.searchsorted(np.flatnonzero(tape.codes == ord("\n")), spans["start"].to_numpy())
    spans = spans.with_columns(_line=pl.Series(line), _aside=pl.Series(aside))
    spans = spans.join(_first_by_count(spans.filter(named), "main"), on="doc", how="left", maintain_order="left")
    last = pl.when(named & ~pl.col("_aside")).then(pl.col("currency")).forward_fill().over("_line")
    kind = pl.col("kind")
    return spans.with_columns(
        currency_hint=pl.when(kind == "count").then(pl.coalesce(last, "main")),
        unit=pl.when(money)
        .then(pl.col("currency"))
        .when(kind.is_in(["percent", "points"]))
        .then(pl.lit("percent"))
        .when(kind.is_in(["multiple", "count"]))
        .then(kind),
    )


def on_tape(tape: Tape) -> pl.DataFrame:
    """All quantities of a tape: the columns of `QUANTITIES`, disjoint, sorted by start.

    kind `count` is a number with or without a scale word that may count anything; `plain` has a measure of its own
    (km, years, GB). Bare years, dates, times, versions, list numbers and numbers within names yield no row.
    """
    digits = _in_digits(tape)
    words = pl.concat([digits.clear(), *_in_words(tape, digits.columns)])
    spans = pl.concat([_own_currency(digits, words), words])
    spans = _with_kind(_with_comparator(_with_sign(_with_values(_with_meaning(spans, tape), tape), tape), tape))
    spans = _quantities_only(spans, tape).with_columns(spoken=pl.lit(value=False))
    by_digits = spans.filter(~pl.col("in_words"))
    spans = pl.concat([by_digits, _longest(_clear_of(spans.filter(pl.col("in_words")), by_digits))])
    found = _dictionary(tape)
    # Links, and fractions in digits: "3分の2".
    linked = found["kind"] == "link"
    spans = _clear_of(spans, found.filter(_in_figures(found, tape)))
    spans, found = _clear_of(spans, found.filter(linked)), found.filter(~linked)
    named = pl.col("kind") == "number.name"
    spans = _unnamed(spans, found.filter(named), tape)
    spans = pl.concat([spans, _clear_of(_spoken(found.filter(~named), tape), spans)], how="diagonal")
    spans = _with_units(_ranged(_with_shared(_whole_and_parts(_whole_and_parts(spans, tape), tape), tape)), tape)
    return spans.select(pl.col(name).cast(kind) for name, kind in QUANTITIES.items()).sort("start", "end", maintain_order=True)


def quantities(texts: pl.LazyFrame) -> pl.LazyFrame:
    """The quantities of articles: article_id, then the columns of `QUANTITIES` with offsets in each article's text.

    `texts` has article_id, language and text and any further columns of `ARTICLE_TEXTS`; texts in a language without a
    lexicon yield no row. Collects its input: one tape a language.
    """
    frame = texts.collect()
    found = [
        (tape := Tape.of(group.select(c for c in group.columns if c in ARTICLE_TEXTS), language=str(language)), on_tape(tape))
        for (language,), group in frame.group_by("language", maintain_order=True)
        if str(language) in lexicon.languages()
    ]
    places = ("start", "end", "number_start", "number_end", "comparator_start")
    rows = [
        spans.with_columns(tape.doc_of(spans["start"]))
        .join(tape.docs.select("doc", "article_id", _origin="start"), on="doc", how="left", maintain_order="left")
        .with_columns(pl.col(p) - pl.col("_origin") for p in places)
        .select("article_id", *QUANTITIES)
        for tape, spans in found
    ]
    return pl.concat([pl.DataFrame(schema={"article_id": pl.String} | QUANTITIES), *rows]).lazy()
