"""Quantities: every amount, percentage, count, multiple and fraction of a text, as spans with exact values.

One regular expression a language, generated from the lexicon, reads
`[comparator][sign][currency][number][scale][unit][comparator]`; a second one reads numbers in words, and a dictionary
scan finds multiples and fractions that are one word. Values are made from digits as strings, never from floats.
Which fact a number belongs to, and whether a count is a metric, is not decided here.

Lexicon kinds (a code is what the word stands for): `scale` and `scale.glued` (power of ten; glued: only directly after
the digits), `currency` (ISO 4217, or a symbol that several currencies share, settled by the article), `currency.code`
(as written, in capitals), `currency.minor` (hundredths), `number.unit` (what may follow a number), `number.before`
(what may precede it), `number.comparator`, `number.after`, `number.middle` (comparators before, after, within),
`number.sign`, `number.fill` and `number.link` (small words between the parts), `number.join` (what stands between two
numbers of a range or pair), `number.glue` and `number.inner` (what joins the parts of one number), `number.word`,
`number.article`, `number.bare` (scale words that mean one by themselves), `number.multiple`, `number.fraction` and
`number.name` (words that make the number after them part of a name).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.schemas import VALUE
from transforms.spans import Tape, dictionary_scan, pattern_scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

QUANTITIES: Final[dict[str, Any]] = {
    "start": pl.Int64,  # the whole expression with currency, scale and unit, without its comparator
    "end": pl.Int64,
    "number_start": pl.Int64,  # the digits or number words alone
    "number_end": pl.Int64,
    "kind": pl.String,
    "value": VALUE,
    "value_high": VALUE,
    "value_step": VALUE,
    "value_other": VALUE,  # the second reading of an ambiguous number
    "unit": pl.String,
    "currency_hint": pl.String,  # of a count: the currency the article counts in, should the number turn out to be money
    "comparator": pl.String,
    "comparator_start": pl.Int64,
    "sign": pl.Int8,
    "ambiguous": pl.Boolean,
}
KINDS: Final = ("money", "percent", "points", "count", "multiple", "fraction", "ordinal", "plain")

_NUMBER: Final = (
    r"[0-9]{1,3}:[0-9]{2}"  # kronor and öre; elsewhere a time, and dropped
    r"|[0-9]{1,3}(?: [0-9]{3}(?-u:\b))+(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,'\x{066B}\x{066C}][0-9]+)*"
)
_PLACES: Final = 6  # of VALUE
_DIGITS: Final = 30  # more than a DECIMAL(38, 6) holds is no number of news
_REACH: Final = 90  # how far before "up to" a verb of change may stand
_GAP: Final = 16  # the longest text between the two numbers of a range or pair
_YEARS: Final = (1900, 2099)
_FAR_ALPHABETS: Final = 0x0600  # from here on a letter next to a digit does not make it part of a word


# --- The grammar of a language, from its lexicon -----------------------------------------------------------------


@dataclass(frozen=True)
class Grammar:
    """The two expressions of a language with the names of their groups, and the tables that say what a match means."""

    digits: str
    digit_groups: tuple[str, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]
    toward: str  # a verb of change before a number: what follows is where it went
    following: str  # a comparator after a number
    comparing: str  # a comparator at the end of a text
    tokens: str
    token_values: pl.DataFrame  # token, value (String), power
    units: pl.DataFrame  # text, class, code
    befores: pl.DataFrame  # text, class, code
    comparators: pl.DataFrame  # text, said
    afters: pl.DataFrame  # text, after_code
    signs: pl.DataFrame  # text, sign_code
    powers: pl.DataFrame  # text, power, scale_currency
    joins: pl.DataFrame  # gap, join
    dictionary: pl.DataFrame
    settings: dict[str, Any]


def _trie(words: Iterable[str], *, border: bool = True) -> str:
    """An expression that prefers the longest of some words; with `border`, a Latin word ends where its letters end."""
    root: dict[str, Any] = {}
    for word in sorted(words):
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}

    def expression(node: dict[str, Any], last: str) -> str:
        parts = [_escaped(c) + expression(child, c) for c, child in node.items() if c]
        if "" in node:
            parts.append(r"(?-u:\b)" if border and last.isascii() and last.isalnum() else "")
        if len(parts) == 1:
            return parts[0]
        return "(?:" + "|".join(parts) + ")"

    return expression(root, "") if root else r"[^\s\S]"


def _escaped(character: str) -> str:
    return re.escape(character) if character in r"\.+*?()|[]{}^$-&~#" else character


def _starting(words: list[str], *, border: bool = True) -> str:
    """Words that begin a match: Latin ones at the start of a word only."""
    latin = [w for w in words if w[0].isascii() and w[0].isalnum()]
    other = [w for w in words if w not in set(latin)]
    parts = ([r"(?-u:\b)" + _trie(latin, border=border)] if latin else []) + ([_trie(other, border=border)] if other else [])
    return "(?:" + "|".join(parts) + ")" if parts else r"[^\s\S]"


def _table(patterns: pl.DataFrame, *kinds: str, name: str) -> pl.DataFrame:
    """text and `name` (the code) of some kinds; a language's own word counts for more than a shared one."""
    chosen = patterns.filter(pl.col("kind").is_in(kinds))
    return chosen.select(pl.col("pattern").str.strip_chars().alias("text"), pl.col("code").alias(name)).unique("text", keep="last")


@lru_cache(maxsize=64)
def grammar(language: str) -> Grammar:
    """The compiled grammar of a language."""
    settings = lexicon.settings(language)
    patterns = lexicon.of_kind(language, "number.", "scale", "scale.", "currency", "currency.")

    def words(kind: str, *codes: str, opened: bool | None = None) -> list[str]:
        chosen = patterns.filter(pl.col("kind") == kind)
        if codes:
            chosen = chosen.filter(pl.col("code").is_in(codes))
        if opened is not None:
            chosen = chosen.filter(pl.col("open_right") == opened)
        return chosen["pattern"].unique(maintain_order=True).to_list()

    def trie(kind: str, *, border: bool = False, opened: bool | None = None) -> str:
        return _trie(words(kind, opened=opened), border=border)

    unit_kinds = ("currency", "currency.code", "currency.minor", "number.unit")
    open_units = [w for k in unit_kinds for w in words(k, opened=True)]
    units = [w for k in unit_kinds for w in words(k, opened=False)]
    befores = [w for k in ("currency", "currency.before", "currency.code", "number.before") for w in words(k)]
    shares = words("number.before", "percent")
    scales, said_scales = [*words("scale"), *words("scale.money")], [*words("scale"), *words("scale.word")]
    glue = f"(?: |{trie('number.glue')})"
    if settings.get("number_chains"):
        # Each part of the number has its own scale word: 38조5천400억, 1億2345万.
        more = rf"(?: ?[0-9][0-9,.]*{_trie([w for w in words('scale') if ord(w[0]) >= _FAR_ALPHABETS], border=False)})*(?:[0-9]+)?"
    elif settings.get("number_thousands"):
        more = rf"(?: [0-9]{{2,3}}(?:[.,][0-9]+)?(?: ?{_trie(scales)})?)?"  # 4 bin 480, 2 mil 370 millones
    else:
        more = rf"(?:{glue}[0-9]{{1,3}} ?{_trie(words('scale', '2', '3'))})?"
    head = (
        ("comparator", rf"(?:{_starting(words('number.comparator'))})?"), ("_1", " ?"), ("_fill", rf"(?:{trie('number.fill')} )?"),
        ("sign", rf"(?:[-+\u00b1]|[\u25b2\u25b3] ?|{trie('number.sign')} ?)?"), ("_2", ""),
        ("before", rf"(?:{_starting(befores, border=False)})?"), ("_3", " ?"),
    )  # fmt: skip
    head_in_words = tuple((n, "" if n == "_fill" else e) for n, e in head)
    head_in_shares = tuple((n, _starting(shares, border=False) if n == "before" else e) for n, e in head_in_words)
    worded = [w for w in units if w[0].isalpha()]
    closed = f"(?:-?{_trie(worded)}|{_trie(set(units) - set(worded))})"  # a dash joins words, "$1-$2" is a range
    unit = rf"( ?)((?:{trie('number.link')})?)(?:(-?{_trie(open_units, border=False)})(\p{{L}}*)|({closed}))"
    unit_groups = ("_u1", "_link", "unit_open", "unit_rest", "unit")
    tail = rf"(?:( ?)(?:({trie('number.after', opened=True)})(\p{{L}}*)|({trie('number.after', opened=False, border=True)})))?"
    tail_groups = ("_6", "after_open", "_7", "after")

    def groups(parts: Iterable[tuple[str, str]]) -> str:
        return "".join(f"({e})" for _, e in parts)

    digits = (
        groups(head)
        + rf"([-+(]?)((?:{_starting(words('number.lead'))} )?)({_NUMBER})(\)?)(?:( ?)({trie('number.middle')}))?(?:([- ]?)({_trie(scales)})|({trie('scale.glued', border=True)}))?({more})"
        + f"(?:{unit})?{tail}"
    )
    names = tuple(n for n, _ in head)
    digit_groups = (*names, "inner", "lead", "number", "close", "_4", "middle", "_5", "scale", "glued", "more", *unit_groups, *tail_groups)

    # In words: a numeral needs a scale word or a unit after it, or it is no quantity.
    word_scans: list[tuple[str, tuple[str, ...]]] = []
    numerals = words("number.word")
    if numerals:
        numeral, inner = _trie(numerals, border=False), _trie([*words("number.inner"), "-", " "], border=False)
        openings = [*numerals, *(p + n for p in words("number.prefix") for n in numerals)]  # verdreißigfacht
        first = rf"(?:{_starting(openings, border=False)}(?:{inner}?{numeral})*|{_starting(words('number.article'), border=False)})"
        big, big_inside = _trie(said_scales), _trie(said_scales, border=False)
        large = rf"{first}(?:{inner}?{big_inside})*[- ]?{big}(?:(?:{inner}|{glue})?(?:{numeral}|{big_inside}))*"
        large = f"(?:{large}|{_starting(words('number.bare'))})"
        second = tuple(f"{g}_b" for g in unit_groups)
        word_scans.append(
            (
                f"{groups(head_in_words)}(?:({large})(?:{unit})?|({first}){unit}){tail}",
                (*names, "number", *unit_groups, "number_b", *second, *tail_groups),
            )
        )
        if shares:
            word_scans.append((f"{groups(head_in_shares)}({large}|{first})(?:{unit})?{tail}", (*names, "number", *unit_groups, *tail_groups)))

    def meanings(*kinds: tuple[str, str | None]) -> pl.DataFrame:
        """text, class and code; the class is the code where none is given."""
        found = [
            patterns.filter(pl.col("kind") == k).select(
                pl.col("pattern").str.strip_chars().alias("text"), pl.lit(c).alias("class") if c else pl.col("code").alias("class"), "code"
            )
            for k, c in kinds
        ]
        return pl.concat(found).unique("text", keep="last")

    def tokens(value: pl.Expr, power: pl.Expr, *kinds: str) -> pl.DataFrame:
        return patterns.filter(pl.col("kind").is_in(kinds)).select(token="pattern", value=value, power=power)

    values = pl.concat(
        [
            tokens(pl.col("code"), pl.lit(None, pl.Int64), "number.word", "number.article", "number.bare"),
            tokens(pl.lit(None, pl.String), pl.col("code").cast(pl.Int64), "scale", "scale.word", "scale.glued"),
        ]
    ).unique("token", keep="last")
    powers = patterns.filter(pl.col("kind").is_in(["scale", "scale.glued", "scale.money"])).select(
        text="pattern",
        power=pl.col("code").str.extract(r"^([0-9]+)").cast(pl.Int64),
        scale_currency=pl.col("code").str.extract(r" ([A-Z]{3})$"),
    )
    return Grammar(
        digits=digits,
        digit_groups=digit_groups,
        words=tuple(word_scans),
        toward=rf"{_starting(words('number.toward'), border=False)}[^!?\n]*$",
        following=_trie([*words("number.after", opened=True)], border=False) + "|" + trie("number.after", opened=False, border=True),
        comparing=rf"({_starting(words('number.comparator'))}) ?$",
        tokens=r"[0-9][0-9.]*|" + _trie(values["token"].to_list(), border=False),
        token_values=values,
        units=meanings(("number.unit", None), ("currency.code", "code"), ("currency.minor", "minor"), ("currency", "money")),
        befores=meanings(("number.before", None), ("currency.code", "code"), ("currency.before", "money"), ("currency", "money")),
        comparators=_table(patterns, "number.comparator", name="said"),
        afters=_table(patterns, "number.after", "number.middle", name="after_code"),
        signs=_table(patterns, "number.sign", name="sign_code"),
        powers=powers.unique("text", keep="last"),
        joins=patterns.filter(pl.col("kind") == "number.join").select(gap="pattern", join="code").unique("gap", keep="last"),
        dictionary=patterns.filter(pl.col("kind").is_in(["number.multiple", "number.fraction", "number.name"])),
        settings=settings,
    )  # fmt: skip


# --- Values -------------------------------------------------------------------------------------------------------


def _shifted(digits: pl.Expr, shift: pl.Expr) -> pl.Expr:
    """The integer written by `digits` times ten to the power `shift`, as DECIMAL(38, 6); null where it does not fit."""
    zeros = pl.lit("0" * (_DIGITS + 12))
    places = (shift + _PLACES).clip(-_DIGITS, _DIGITS)
    padded = pl.concat_str(
        zeros.str.slice(0, _PLACES + 1), digits.str.strip_chars_start("0"), zeros.str.slice(0, places.clip(0).cast(pl.Int64))
    )
    cut = padded.str.slice(0, (padded.str.len_chars().cast(pl.Int64) + places.clip(upper_bound=0)).clip(0))
    length = cut.str.len_chars().cast(pl.Int64)
    whole, fraction = cut.str.slice(0, length - _PLACES), cut.str.slice(length - _PLACES)
    fits = length <= _DIGITS + _PLACES
    return pl.when(fits).then(pl.concat_str(whole, pl.lit("."), fraction)).cast(VALUE, strict=False)


def _power_of_ten(power: pl.Expr) -> pl.Expr:
    return _shifted(pl.lit("1"), power)


def _plainly(figures: pl.Expr, places: pl.Expr) -> pl.Expr:
    """Digits with a point before the last `places`."""
    whole = (figures.str.len_chars().cast(pl.Int64) - places).clip(0)
    return pl.concat_str(figures.str.slice(0, whole), pl.when(places > 0).then(pl.lit(".")).otherwise(pl.lit("")), figures.str.slice(whole))


def _readings(spans: pl.DataFrame, tape: Tape, settings: dict[str, Any]) -> pl.DataFrame:
    """Reads the digits of `number`: adds whole and fraction (digit strings), plain_int, malformed, ambiguous and the second reading."""
    decimal, group = str(settings.get("decimal", ".")), str(settings.get("group", ","))
    text = pl.col("number").str.replace(":", decimal if settings.get("colon_decimal") else ":", literal=True)
    text = text.str.replace_all(r"[ '\x{066C}]", "").str.replace_all("\u066b", decimal, literal=True)
    spans = spans.with_columns(t=text)
    points, commas = pl.col("t").str.count_matches(".", literal=True), pl.col("t").str.count_matches(",", literal=True)
    spans = spans.with_columns(points=points, commas=commas, last=pl.col("t").str.extract(r"([.,])[0-9]*$"))
    marks = pl.col("points") + pl.col("commas")
    after = pl.col("t").str.extract(r"[.,]([0-9]*)$").str.len_chars()
    before = pl.col("t").str.extract(r"^([0-9]*)").str.len_chars()
    single, both = marks == 1, (pl.col("points") > 0) & (pl.col("commas") > 0)
    three = single & (after == 3) & (before <= 3) & ~pl.col("t").str.starts_with("0")
    grouped = pl.col("t").str.contains(r"^[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{2,3})*,[0-9]{3})$")
    mixed = pl.col("t").str.contains(r"^[0-9]{1,3}(?:(?:,[0-9]{2,3})+\.[0-9]+|(?:\.[0-9]{3})+,[0-9]+)$")
    spaced = pl.col("number").str.contains(r"[ ']")
    # Numbers that can be read in one way only say which mark the article uses for decimals.
    clear = (single & ~three & (after <= 2) & pl.col("has_unit")) | mixed | (single & spaced)
    vote_decimal = pl.when(clear).then(pl.col("last")).when(~single & grouped).then(
        pl.when(pl.col("last") == ".").then(pl.lit(",")).otherwise(pl.lit("."))
    )
    spans = spans.with_columns(vote=vote_decimal, doc=tape.doc_of(spans["number_start"]))
    votes = spans.group_by("doc").agg(
        for_point=(pl.col("vote") == ".").sum(), for_comma=(pl.col("vote") == ",").sum()
    )
    spans = spans.join(votes, on="doc", how="left", maintain_order="left")
    other = group if group in ".," else ("." if decimal == "," else ",")
    for_decimal, for_other = (pl.col("for_point"), pl.col("for_comma")) if decimal == "." else (pl.col("for_comma"), pl.col("for_point"))
    turned = (for_other > 0) & (for_decimal == 0)
    mark = pl.when(turned).then(pl.lit(other)).otherwise(pl.lit(decimal))
    # "2,370 millones" where commas mark decimals: nobody writes thousandths of a million there.
    grouped_before_scale = pl.lit(settings.get("three_decimals") == "group") & pl.col("power").is_not_null() & (for_decimal == 0)
    as_group = three & ((pl.col("last") != mark) | grouped_before_scale) & ~spaced
    is_decimal = (single & ~as_group) | mixed
    colon = pl.col("number").str.contains(":", literal=True)
    timed = colon & ~(pl.lit(bool(settings.get("colon_decimal"))) & (pl.col("currency").is_not_null()))
    malformed = ((marks > 1) & ~grouped & ~mixed) | timed
    no_evidence = (pl.col("for_point") + pl.col("for_comma")) == 0
    ambiguous = three & ~spaced & no_evidence & ((pl.col("last") == decimal) | grouped_before_scale)
    stripped = pl.col("t").str.replace_all(r"[.,]", "")
    fraction = pl.when(is_decimal).then(after).otherwise(0).cast(pl.Int64)
    return spans.with_columns(
        figures=stripped,
        places=fraction,
        other_places=pl.when(ambiguous).then(3 - fraction).cast(pl.Int64),
        malformed=malformed,
        ambiguous=ambiguous.fill_null(value=False),
        odd_mark=single & ~three & (pl.col("last") != mark),
        colon=colon,
        ungrouped=pl.col("number").str.contains(r"^[0-9]+$"),
    ).drop("t", "points", "commas", "last", "vote", "for_point", "for_comma", "doc")


def _sums(strings: pl.Series, language: str) -> pl.DataFrame:
    """Reads numbers made of several parts ("38조5천400억", "twee miljoen driehonderdduizend").

    Yields text, total (DECIMAL) and last_power. Each part counts as often as the scale words after it say, as long as
    each of them is larger than those between.
    """
    table = grammar(language)
    rows = pl.DataFrame({"text": strings.unique()}).drop_nulls().with_row_index("row")
    tokens = (
        rows.with_columns(token=pl.col("text").str.extract_all(table.tokens))
        .explode("token")
        .with_columns(i=pl.int_range(pl.len()).over("row"))
        .join(table.token_values, on="token", how="left", maintain_order="left")
    )
    literal = pl.col("token").str.strip_chars_end(".")
    tokens = tokens.with_columns(
        value=pl.coalesce("value", pl.when(pl.col("power").is_null()).then(literal)),
    )
    # A scale word that opens the number counts once.
    opening = tokens.filter((pl.col("i") == 0) & pl.col("power").is_not_null()).with_columns(
        i=pl.lit(-1, pl.Int64), value=pl.lit("1"), power=pl.lit(None, pl.Int64)
    )
    parts = pl.concat([tokens.with_columns(pl.col("i").cast(pl.Int64)), opening]).filter(pl.col("value").is_not_null()).select("row", "i", "value")
    scales = tokens.filter(pl.col("power").is_not_null()).select("row", pl.col("i").cast(pl.Int64).alias("j"), "power")
    pairs = parts.join(scales, on="row", how="inner").filter(pl.col("j") > pl.col("i")).sort("row", "i", "j")
    top = pl.col("power").cum_max().shift(1).over("row", "i")
    applied = pairs.filter((pl.col("power") > top) | top.is_null()).group_by("row", "i").agg(pl.col("power").sum())
    parts = parts.join(applied, on=["row", "i"], how="left").with_columns(pl.col("power").fill_null(0)).sort("row", "i")
    places = pl.col("value").str.extract(r"\.([0-9]+)$").str.len_chars().fill_null(0).cast(pl.Int64)
    # "mille", "doscientos", "полмиллиона": a round word is stated no finer than its last figure.
    digits = pl.col("value").str.len_chars().cast(pl.Int64)
    rounded = pl.when((places == 0) & (digits > 2)).then(digits - pl.col("value").str.strip_chars_end("0").str.len_chars().cast(pl.Int64)).otherwise(0)
    parts = parts.with_columns(
        amount=_shifted(pl.col("value").str.replace(".", "", literal=True), pl.col("power") - places), step=pl.col("power") - places + rounded
    )
    totals = parts.group_by("row").agg(total=pl.col("amount").sum(), last_power=pl.col("step").last())
    return rows.join(totals, on="row", how="left").select("text", "total", "last_power")


# --- Spans --------------------------------------------------------------------------------------------------------


def _at(flags: NDArray[np.bool_], places: pl.Series) -> NDArray[np.bool_]:
    """The flag at each place; false outside the tape."""
    index = places.to_numpy()
    inside = (index >= 0) & (index < len(flags))
    return np.where(inside, flags[np.clip(index, 0, max(len(flags) - 1, 0))], np.False_)


def _is_code(tape: Tape, character: str) -> NDArray[np.bool_]:
    return tape.codes == ord(character)


def _scanned_digits(tape: Tape) -> pl.DataFrame:
    table = grammar(tape.language)
    found = pattern_scan(tape, table.digits, table.digit_groups)
    return found.with_columns(in_words=pl.lit(value=False))


def _scanned_words(tape: Tape, columns: list[str]) -> list[pl.DataFrame]:
    frames = []
    for expression, names in grammar(tape.language).words:
        found = pattern_scan(tape, expression, names)
        if "number_b" in names:
            second = pl.col("number").is_null()
            found = found.with_columns(
                pl.when(second).then(pl.col(f"{name}_b{part}")).otherwise(pl.col(name + part)).alias(name + part)
                for name in ("number", "unit", "unit_open", "unit_rest")
                for part in ("", "_start", "_end")
            )
        unsaid = ("inner", "lead", "close", "middle", "scale", "glued", "more")
        frames.append(
            found.with_columns(
                *[pl.lit(None, pl.String).alias(n) for n in unsaid],
                *[pl.col("number_end").alias(f"{n}_{part}") for n in unsaid for part in ("start", "end")],
                in_words=pl.lit(value=True),
            ).select(columns)
        )
    return frames


def _meant(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Say what the parts of each match mean and drop parts that do not end where their word ends."""
    table = grammar(tape.language)
    word = tape.word
    digit = (tape.codes >= ord("0")) & (tape.codes <= ord("9"))
    plain = tape.plain

    def cut(name: str) -> NDArray[np.bool_]:
        """Whether the part ends within a word; digits after a scale word go on with the number."""
        end = spans[f"{name}_end"]
        return spans[name].is_not_null().to_numpy() & _at(word & ~digit, end) & _at(word, end - 1)

    def lower_code(name: str) -> pl.Series:
        """Whether the part, if it is a currency code, is not in capitals as written."""
        return pl.Series(
            [None if t is None else plain[a:b] != t.upper() for t, a, b in spans.select(name, f"{name}_start", f"{name}_end").iter_rows()],
            dtype=pl.Boolean,
        )

    spans = spans.with_columns(
        scale=pl.when(pl.Series(cut("scale") & ~_hangul(tape, spans["scale_end"]))).then(None).otherwise(pl.col("scale")),
        glued=pl.when(pl.Series(cut("glued"))).then(None).otherwise(pl.col("glued")),
        unit=pl.when(pl.Series(cut("unit") & ~_hangul(tape, spans["unit_end"]))).then(None).otherwise(pl.col("unit")),
    )
    stray = pl.col("close").is_not_null() & ~(pl.col("inner") == "(").fill_null(value=False)
    spans = spans.with_columns(
        pl.when(stray).then(None).otherwise(pl.col(c)).alias(c) for c in ("middle", "scale", "glued", "more", "unit", "unit_open", "after", "after_open")
    )
    # A scale that is none takes what follows it along; what is left is the bare number.
    spans = (
        spans.with_columns(pl.col("unit", "unit_open").str.strip_chars_start("-"))
        .join(table.units.rename({"text": "unit", "class": "_cu", "code": "_du"}), on="unit", how="left", maintain_order="left")
        .join(table.units.rename({"text": "unit_open", "class": "_co", "code": "_do"}), on="unit_open", how="left", maintain_order="left")
        .join(table.befores.rename({"text": "before", "class": "_cb", "code": "_db"}), on="before", how="left", maintain_order="left")
        .with_columns(
            unit_class=pl.coalesce("_cu", "_co"),
            unit_code=pl.coalesce("_du", "_do"),
            before_class=pl.col("_cb"),
            before_code=pl.col("_db"),
            unit_at=pl.coalesce("unit", "unit_open"),
            unit_stop=pl.when(pl.col("unit").is_not_null()).then(pl.col("unit_end")).when(pl.col("unit_open").is_not_null()).then(pl.col("unit_rest_end")),
        )
        .drop("_cu", "_du", "_co", "_do", "_cb", "_db")
    )
    low_unit, low_before = lower_code("unit"), lower_code("before")
    apart = pl.coalesce(pl.when(pl.col("unit").is_not_null()).then("unit_start"), "unit_open_start") > pl.col("number_end")
    bad_unit = ((pl.col("unit_class") == "code") & low_unit) | ((pl.col("unit_class") == "ordinal") & apart)
    bad_before = (pl.col("before_class") == "code") & low_before
    spans = spans.with_columns(
        pl.when(bad_unit.fill_null(value=False)).then(None).otherwise(pl.col(c)).alias(c) for c in ("unit_class", "unit_code", "unit_at", "unit_stop")
    ).with_columns(pl.when(bad_before.fill_null(value=False)).then(None).otherwise(pl.col(c)).alias(c) for c in ("before_class", "before_code"))
    spans = spans.with_columns(pl.coalesce("scale", "glued").str.strip_chars().alias("scale_text"))
    spans = spans.join(table.powers.rename({"text": "scale_text"}), on="scale_text", how="left", maintain_order="left")
    money_before = pl.col("before_class").is_in(["money", "code"]).fill_null(value=False)
    money_after = pl.col("unit_class").is_in(["money", "code"]).fill_null(value=False)
    # Where a currency stands on both sides, the one that names the country tells: "$5 million Canadian dollars".
    vague_before = (pl.col("before_code").str.len_chars() < 3).fill_null(value=False)
    currency = (
        pl.when(money_before & ~(money_after & vague_before)).then(pl.col("before_code"))
        .when(money_after | (pl.col("unit_class") == "minor")).then(pl.col("unit_code"))
        .otherwise(pl.col("scale_currency"))
    )  # fmt: skip
    return spans.with_columns(
        currency=currency,
        minor=(pl.col("unit_class") == "minor") & ~money_before.fill_null(value=False),
        has_unit=money_before.fill_null(value=False)
        | pl.col("unit_class").is_in(["money", "code", "minor", "percent", "points", "basis", "tenth", "multiple"]).fill_null(value=False)
        | (pl.col("before_class") == "percent").fill_null(value=False)
        | pl.col("power").is_not_null(),
    )



def _hangul(tape: Tape, places: pl.Series) -> NDArray[np.bool_]:
    """Whether Korean stands here: particles and counters follow a number without a space."""
    return _at((tape.codes >= 0xAC00) & (tape.codes <= 0xD7A3), places)


def _valued(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds value, value_step, value_other."""
    table = grammar(tape.language)
    spans = _readings(spans, tape, table.settings)
    power = pl.col("power").fill_null(0)
    simple = _shifted(pl.col("figures"), power - pl.col("places"))
    # Whole thousands are a rounding: 465,000 is stated to the thousand, 1,300 to the unit. A scale word says it itself.
    zeros = (pl.col("figures").str.len_chars().cast(pl.Int64) - pl.col("figures").str.strip_chars_end("0").str.len_chars().cast(pl.Int64)) // 3 * 3
    rounded = pl.when(pl.col("power").is_null() & (pl.col("places") == 0) & (pl.col("figures").str.strip_chars("0") != "")).then(zeros).otherwise(0)
    spans = spans.with_columns(
        value=simple,
        value_other=pl.when(pl.col("ambiguous")).then(_shifted(pl.col("figures"), power - pl.col("other_places"))),
        value_step=_power_of_ten((power - pl.col("places") + rounded).clip(-_PLACES)),
    )
    several = pl.col("in_words") | pl.col("more").is_not_null() | pl.col("lead").is_not_null()
    decimal = str(table.settings.get("decimal", "."))
    more = pl.col("more").fill_null("").str.replace_all("." if decimal == "," else ",", "", literal=True).str.replace_all(",", ".", literal=True)
    whole = pl.when(pl.col("in_words")).then(pl.col("number")).when(several).then(
        pl.concat_str(pl.col("lead").fill_null(""), _plainly(pl.col("figures"), pl.col("places")), pl.lit(" "), pl.col("scale_text").fill_null(""), pl.lit(" "), more)
    )
    spans = spans.with_columns(whole_text=whole)
    sums = _sums(spans["whole_text"], tape.language)
    spans = spans.join(sums.rename({"text": "whole_text"}), on="whole_text", how="left", maintain_order="left")
    return spans.with_columns(
        value=pl.when(several).then(pl.col("total")).otherwise(pl.col("value")),
        value_step=pl.when(several).then(_power_of_ten(pl.col("last_power").clip(-_PLACES))).otherwise(pl.col("value_step")),
        ambiguous=pl.col("ambiguous") & ~several,
        malformed=pl.col("malformed") & ~pl.col("in_words"),
    )


def _placed(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle start, end, sign, comparator and kind, and drop what is no quantity."""
    table = grammar(tape.language)
    word, codes = tape.word, tape.codes
    near = word & (codes < _FAR_ALPHABETS)
    digit = (codes >= 48) & (codes <= 57)
    letter = near & ~digit
    hyphen = _is_code(tape, "-")

    spans = spans.with_columns(
        number_start=pl.when(pl.col("lead").is_not_null()).then(pl.col("lead_start")).otherwise(pl.col("number_start"))
    )
    leading = pl.col("before_class").is_in(["money", "code", "percent"]).fill_null(value=False)
    first = spans.select(
        pl.when(leading).then(pl.col("before_start"))
        .when(pl.col("inner").is_not_null() & (pl.col("inner") != "(")).then(pl.col("inner_start")).otherwise(pl.col("number_start"))
    ).to_series()  # fmt: skip
    # A dash after a letter or digit joins, elsewhere it is a sign; a tilde means "about".
    sign_at = pl.when(pl.col("sign").is_not_null()).then(pl.col("sign_start")).when(pl.col("inner").is_in(["-", "+"])).then(pl.col("inner_start"))
    places = spans.select(sign_at.alias("s")).to_series()
    glued_sign = pl.Series(_at(word | _is_code(tape, ")") | _is_code(tape, "%"), places.fill_null(-1) - 1))
    raw = pl.Series([None if p is None else tape.text[p] for p in places.to_list()], dtype=pl.String)
    tilde = raw.is_in(["~", "\uff5e", "\u301c"]).fill_null(value=False)
    written = pl.when(pl.col("sign").is_not_null()).then(pl.col("sign")).when(pl.col("inner").is_in(["-", "+"])).then(pl.col("inner"))
    spans = spans.with_columns(sign_text=written.str.strip_chars(), first=first, sign_place=places, glued_sign=glued_sign, tilde=tilde)
    spans = spans.join(table.signs.rename({"text": "sign_text"}), on="sign_text", how="left", maintain_order="left")
    brackets = (pl.col("inner") == "(").fill_null(value=False) & pl.col("close").is_not_null() & (
        pl.col("before_class").is_in(["money", "code"]).fill_null(value=False) | (pl.col("unit_class") == "percent").fill_null(value=False)
    )
    usable = pl.col("sign_text").is_not_null() & ~pl.col("tilde") & ~(pl.col("glued_sign") & pl.col("sign_text").is_in(["-", "+"]))
    sign = (
        pl.when(brackets).then(-1)
        .when(usable & (pl.col("sign_text").is_in(["-", "\u25b2", "\u25b3"]) | (pl.col("sign_code") == "minus").fill_null(value=False))).then(-1)
        .when(usable & ((pl.col("sign_text") == "+") | (pl.col("sign_code") == "plus").fill_null(value=False))).then(1)
        .otherwise(0).cast(pl.Int8)
    )  # fmt: skip
    spans = spans.with_columns(sign_value=sign, brackets=brackets)
    spans = spans.join(table.comparators.rename({"text": "comparator"}), on="comparator", how="left", maintain_order="left")
    # "hasta", "до": up to, or to, where something rose or fell before.
    reached = pl.Series(
        [
            None if said != "upto" else tape.folded[max(0, at - _REACH) : at]
            for said, at in spans.select("said", "comparator_start").iter_rows()
        ],
        dtype=pl.String,
    ).str.contains(table.toward)
    spans = spans.with_columns(
        said=pl.when(reached & (pl.col("said") == "upto")).then(None).when(pl.col("said") == "upto").then(pl.lit("under")).otherwise(pl.col("said"))
    )
    after_text = pl.coalesce("after", "after_open", "middle").alias("after_text")
    spans = spans.with_columns(after_text).join(table.afters.rename({"text": "after_text"}), on="after_text", how="left", maintain_order="left")
    comparator = (
        pl.coalesce(pl.when(pl.col("said").is_in(["over", "under", "approx"])).then(pl.col("said")), "after_code")
        .fill_null(pl.when(pl.col("tilde") | (pl.col("sign_text") == "\u00b1").fill_null(value=False)).then(pl.lit("approx")).otherwise(pl.lit("eq")))
    )  # fmt: skip
    comparator_start = (
        pl.when(pl.col("said").is_in(["over", "under", "approx"])).then(pl.col("comparator_start"))
        .when(pl.col("after_code").is_not_null()).then(pl.coalesce(
            pl.when(pl.col("after").is_not_null()).then(pl.col("after_start")),
            pl.when(pl.col("after_open").is_not_null()).then(pl.col("after_open_start")),
            "middle_start",
        ))
        .when(pl.col("tilde")).then(pl.col("sign_place"))
    )  # fmt: skip
    end = pl.max_horizontal(
        pl.col("number_end"),
        pl.when(pl.col("brackets")).then(pl.col("close_end")),
        pl.when(pl.col("scale").is_not_null()).then(pl.col("scale_end")),
        pl.when(pl.col("glued").is_not_null()).then(pl.col("glued_end")),
        pl.when(pl.col("more").is_not_null()).then(pl.col("more_end")),
        pl.when(pl.col("unit_class").is_in(["money", "code", "minor", "percent", "points", "basis", "tenth", "multiple"])).then(pl.col("unit_stop")),
    )
    start = pl.when(pl.col("sign_value") != 0).then(pl.coalesce("sign_place", "first")).otherwise(
        pl.when(leading).then(pl.col("first")).otherwise(pl.col("number_start"))
    )
    start = pl.when(pl.col("brackets")).then(pl.min_horizontal("first", "inner_start")).otherwise(pl.min_horizontal(start, "number_start"))
    share = pl.col("unit_class").is_in(["percent", "tenth"]) | ((pl.col("before_class") == "percent") & pl.col("currency").is_null())
    kind = (
        pl.when(share.fill_null(value=False)).then(pl.lit("percent"))
        .when(pl.col("unit_class").is_in(["points", "basis"])).then(pl.lit("points"))
        .when(pl.col("currency").is_not_null()).then(pl.lit("money"))
        .when((pl.col("unit_class") == "multiple") | (pl.col("before_class") == "multiple")).then(pl.lit("multiple"))
        .when(pl.col("unit_class") == "ordinal").then(pl.lit("ordinal"))
        .when(pl.col("unit_class") == "measure").then(pl.lit("plain"))
        .otherwise(pl.lit("count"))
    )  # fmt: skip
    ten, hundred = pl.lit(10).cast(VALUE), pl.lit(100).cast(VALUE)

    def scaled(column: str) -> pl.Expr:
        value = pl.col(column)
        return (
            pl.when(pl.col("unit_class") == "tenth").then((value * ten).cast(VALUE))
            .when((pl.col("unit_class") == "basis") | pl.col("minor")).then((value / hundred).cast(VALUE))
            .otherwise(value).alias(column)
        )  # fmt: skip

    spans = spans.with_columns(
        comparator_said=pl.col("said"), out_comparator=comparator, out_comparator_start=comparator_start, out_end=end, out_start=start, kind=kind
    ).with_columns(scaled("value"), scaled("value_step"), scaled("value_other"))
    negative = pl.when(pl.col("sign_value") < 0).then(pl.lit(-1)).otherwise(pl.lit(1)).cast(VALUE)
    spans = spans.with_columns((pl.col("value") * negative).cast(VALUE), (pl.col("value_other") * negative).cast(VALUE))

    stop, begin = spans["out_end"], spans["number_start"]
    joined_left = _at(letter, begin - 1) & _at(digit, begin)
    hyphened = _at(hyphen, begin - 1) & _at(letter, begin - 2)
    number_end = spans["number_end"]
    tied = (
        (_at(_is_code(tape, ":"), begin - 1) & _at(digit, begin - 2)) | (_at(_is_code(tape, ":"), number_end) & _at(digit, number_end + 1))
        | (_at(_is_code(tape, "/"), begin - 1) & _at(digit | letter, begin - 2)) | (_at(_is_code(tape, "/"), number_end) & _at(digit, number_end + 1))
        | _at(_is_code(tape, "_"), begin - 1) | (_at(_is_code(tape, "."), begin - 1) & _at(word, begin - 2))
        | (_at(_is_code(tape, "."), number_end) & _at(near, number_end + 1))
    )  # fmt: skip
    cut_left = _at(word, begin - 1) & _at(word, begin)
    cut_right = _at(word, stop - 1) & _at(word, stop)
    letter_right = _at(letter, stop) | (_at(hyphen, stop) & _at(letter, stop + 1))
    newline = np.isin(codes, np.array([10, 0x1D], dtype=np.uint32))
    at_line = _at(newline, begin - 1) | (begin.to_numpy() == 0)
    listed = at_line & _at(_is_code(tape, ".") | _is_code(tape, ")"), number_end) & (_at(_is_code(tape, " "), number_end + 1))
    dotted = _at(_is_code(tape, "."), number_end) & _at(_is_code(tape, " "), number_end + 1) & _at(letter, number_end + 2)
    bracketed = _at(np.isin(codes, np.array([ord(c) for c in "[(<"], dtype=np.uint32)), begin - 1) & _at(
        np.isin(codes, np.array([ord(c) for c in "])>"], dtype=np.uint32)), number_end
    )
    dated = _at(hyphen, number_end) & _at(digit, number_end + 1)
    flags = pl.DataFrame(
        {
            "joined_left": joined_left, "hyphened": hyphened, "tied": tied, "cut_left": cut_left, "cut_right": cut_right,
            "letter_right": letter_right, "listed": listed, "dotted": dotted, "bracketed": bracketed, "dated": dated,
        }
    )  # fmt: skip
    spans = pl.concat([spans, flags], how="horizontal")
    integer = pl.col("number").cast(pl.Int64, strict=False)
    is_year = pl.col("ungrouped") & (pl.col("number").str.len_chars() == 4) & integer.is_between(*_YEARS)
    bare = ~pl.col("has_unit")
    counted = (pl.col("unit_class") == "counted").fill_null(value=False)
    no_quantity = (
        pl.col("malformed")
        | pl.col("value").is_null()
        | (pl.col("unit_class").is_in(["date", "drop"])).fill_null(value=False) & pl.col("power").is_null() & pl.col("currency").is_null()
        | (bare & ~counted & is_year)
        | (bare & (pl.col("before_class") == "drop").fill_null(value=False))
        | (bare & pl.col("joined_left"))
        | (bare & pl.col("hyphened"))
        | (pl.col("tied") & (bare | (pl.col("number").str.len_chars() <= 2) & ~pl.col("has_unit")))
        | (pl.col("tied") & bare)
        | (bare & pl.col("letter_right") & ~counted & (pl.col("unit_class") != "measure").fill_null(value=True) & (pl.col("kind") != "ordinal"))
        | (bare & pl.col("listed") & (pl.col("number").str.len_chars() <= 2))
        | (bare & pl.col("ungrouped") & pl.col("number").str.contains(r"^0[0-9]|^[0-9]{9,}$"))
        | (bare & pl.col("odd_mark"))
        | (bare & pl.col("bracketed") & pl.col("ungrouped"))
        | (bare & pl.col("ungrouped") & pl.col("dated") & is_year)
        | (bare & pl.col("dotted") & (pl.lit(bool(table.settings.get("ordinal_dot")))) & (integer <= 31).fill_null(value=False))
        | ((pl.col("before_class") == "date") & bare & (integer <= 31)).fill_null(value=False)
        | (~pl.col("in_words") & pl.col("joined_left") & ~pl.col("before_class").is_not_null() & pl.col("cut_left"))
    )
    small = (pl.col("value") < pl.lit(1000).cast(VALUE)) & ~counted | (pl.col("value") < pl.lit(2).cast(VALUE))
    wordy = pl.col("in_words") & (pl.col("cut_left") | pl.col("cut_right") | (small & (pl.col("kind") == "count")))
    return spans.filter(~no_quantity.fill_null(value=True) & ~wordy)


def _disjoint(spans: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Drop the spans that touch one of some disjoint spans."""
    if taken.is_empty() or spans.is_empty():
        return spans
    starts, ends = taken["start"].to_numpy(), taken["end"].to_numpy()
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    before = np.searchsorted(starts, spans["end"].to_numpy(), side="left") - 1
    reach = np.where(before >= 0, ends[np.maximum(before, 0)], -1)
    return spans.filter(pl.Series(reach <= spans["start"].to_numpy()))


def _longest(spans: pl.DataFrame) -> pl.DataFrame:
    """Of spans that overlap the one that begins first, of those the longest."""
    ordered = spans.sort("start", "end", descending=[False, True], maintain_order=True)
    return ordered.filter((pl.col("start") >= pl.col("end").cum_max().shift(1)).fill_null(value=True))


def _dictionary(tape: Tape) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Multiples and fractions that are words, as quantities; and the words that make a number part of a name."""
    table = grammar(tape.language)
    found = dictionary_scan(tape, table.dictionary)
    names = found.filter(pl.col("kind") == "number.name")
    spoken = found.filter(pl.col("kind") != "number.name")
    value = pl.col("code").cast(VALUE, strict=False)
    multiple = pl.col("kind") == "number.multiple"
    return spoken.select(
        "start", "end",
        number_start=pl.col("start"), number_end=pl.col("end"),
        kind=pl.when(multiple).then(pl.lit("multiple")).otherwise(pl.lit("fraction")),
        value=value, value_step=pl.when(multiple).then(pl.lit("1")).otherwise(pl.lit("0.01")).cast(VALUE),
        unit=pl.when(multiple).then(pl.lit("multiple")),
    ), names  # fmt: skip


def _compared(spoken: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds the comparator that stands before each word ("quasi triplicate"): out_comparator, out_comparator_start."""
    table = grammar(tape.language)
    folded = tape.folded
    windows = pl.Series("window", [folded[max(0, a - 24) : a] for a in spoken["start"].to_list()], dtype=pl.String)
    spoken = spoken.with_columns(windows.str.extract(table.comparing).alias("text"))
    behind = pl.Series("behind", [folded[a : a + 24] for a in spoken["end"].to_list()], dtype=pl.String)
    spoken = spoken.join(table.comparators, on="text", how="left", maintain_order="left")
    spoken = spoken.with_columns(behind.str.extract(f"^ ?({table.following})").alias("after_text"))
    spoken = spoken.join(table.afters.rename({"text": "after_text"}), on="after_text", how="left", maintain_order="left")
    known = pl.col("said").is_in(["over", "under", "approx"]).fill_null(value=False)
    said_after = pl.col("after_code").is_not_null()
    return spoken.with_columns(
        out_comparator=pl.when(known).then(pl.col("said")).when(said_after).then(pl.col("after_code"))
        # "a third higher" is a rounding; "half" and "doubled" are what they say.
        .when((pl.col("kind") == "fraction") & (pl.col("value") != pl.lit("0.5").cast(VALUE))).then(pl.lit("approx"))
        .otherwise(pl.lit("eq")),
        out_comparator_start=pl.when(known)
        .then(pl.col("start") - pl.col("text").str.len_chars().cast(pl.Int64) - 1)
        .when(said_after)
        .then(pl.col("end") + 1),
    ).drop("text", "said", "after_text", "after_code")


def _unnamed(spans: pl.DataFrame, names: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Drop bare numbers that a name takes up ("S&P 500", "Office 365")."""
    if names.is_empty():
        return spans
    ends = np.unique(names["end"].to_numpy())
    begin = spans["number_start"].to_numpy()
    gap = _at(_is_code(tape, " ") | _is_code(tape, "-"), pl.Series(begin - 1))
    named = np.isin(begin, ends) | (gap & np.isin(begin - 1, ends))
    covered = np.zeros(len(tape.codes) + 1, dtype=np.int32)
    np.add.at(covered, names["start"].to_numpy(), 1)
    np.add.at(covered, names["end"].to_numpy(), -1)
    inside = np.cumsum(covered)[np.clip(begin, 0, None)] > 0
    return spans.filter(~(pl.Series(named | inside) & pl.col("bare")))


def _joined(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Let the two numbers of a range or pair share scale and unit, and make one span of a range."""
    table = grammar(tape.language)
    spans = spans.sort("start", "end")
    # A dash right after another quantity joins the two: "19.8亿-20亿".
    dash = (pl.col("sign_text").is_in(["-"]) & (pl.col("sign_value") < 0) & (pl.col("start") <= pl.col("end").shift(1))).fill_null(value=False)
    turned = pl.when(dash).then(pl.lit(-1)).otherwise(pl.lit(1)).cast(VALUE)
    spans = spans.with_columns(
        (pl.col("value") * turned).cast(VALUE), (pl.col("value_other") * turned).cast(VALUE),
        start=pl.when(dash).then(pl.col("start") + 1).otherwise(pl.col("start")),
        sign_value=pl.when(dash).then(0).otherwise(pl.col("sign_value")).cast(pl.Int8),
    )  # fmt: skip
    gap_start, gap_end = spans["end"], spans["start"].shift(-1)
    lengths = gap_end - gap_start
    folded = tape.folded
    texts = pl.Series(
        "gap",
        [
            folded[a:b] if n is not None and 0 < n <= _GAP else None
            for a, b, n in zip(gap_start.to_list(), gap_end.to_list(), lengths.to_list(), strict=True)
        ],
        dtype=pl.String,
    )
    spans = spans.with_columns(texts).join(table.joins, on="gap", how="left", maintain_order="left")
    nxt = {c: pl.col(c).shift(-1) for c in ("value", "currency", "kind", "power", "unit_class", "minor", "number", "end", "out_comparator", "comparator_said", "ungrouped", "in_words")}
    range_word = pl.col("comparator_said").is_in(["between", "range"]).fill_null(value=False)
    moving = (pl.col("comparator_said") == "from").fill_null(value=False)
    join = pl.col("join")
    bare = pl.col("bare")
    unitless = (pl.col("kind") == "count") & pl.col("unit_class").is_null()
    same = (pl.col("kind") == nxt["kind"]) | unitless | nxt["kind"].is_in(["count"])
    fresh = (~pl.col("dictionary")) & ~pl.col("dictionary").shift(-1)
    linked = join.is_not_null() & fresh & (
        join.is_in(["range", "to", "onto"]) | ((join == "and") & (range_word | bare | pl.col("kind").is_in(["percent", "money", "points"])))
    )
    # What the first number lacks it takes from the second.
    lacks_scale = pl.col("power").is_null() & nxt["power"].is_not_null() & ~pl.col("in_words") & pl.col("kind").is_in(["count", "money"]) & nxt["kind"].is_in(["count", "money"])
    grown = _grown(pl.col("value"), nxt["power"])
    near = (grown <= nxt["value"]) | ((~range_word) & (moving | (join == "and")) & (pl.col("value") <= nxt["value"] * 0 + 1000) & (grown <= (nxt["value"] * pl.lit(1000).cast(VALUE)).cast(VALUE)))
    take_scale = linked & lacks_scale & near.fill_null(value=False) & (pl.col("value").abs() < pl.lit(10000).cast(VALUE))
    take_unit = linked & unitless & (pl.col("power").is_null() | (nxt["currency"].is_not_null() & ((join != "and") | range_word))) & nxt["kind"].is_in(["money", "percent", "points", "multiple"])
    return spans.with_columns(_take_scale=take_scale.fill_null(value=False), _take_unit=take_unit.fill_null(value=False), _linked=(linked & same).fill_null(value=False), _moving=moving, _range_word=range_word, _alone=bare).pipe(_shared, nxt)


def _grown(value: pl.Expr, power: pl.Expr) -> pl.Expr:
    return (value * _power_of_ten(power.fill_null(0).clip(0, 15))).cast(VALUE, strict=False)


def _shared(spans: pl.DataFrame, nxt: dict[str, pl.Expr]) -> pl.DataFrame:
    minor_next = pl.col("_take_unit") & nxt["minor"].fill_null(value=False)
    hundred = pl.lit(100).cast(VALUE)
    value = pl.when(pl.col("_take_scale")).then(_grown(pl.col("value"), nxt["power"])).otherwise(pl.col("value"))
    step = pl.when(pl.col("_take_scale")).then(_grown(pl.col("value_step"), nxt["power"])).otherwise(pl.col("value_step"))
    value = pl.when(minor_next).then((value / hundred).cast(VALUE)).otherwise(value)
    spans = spans.with_columns(
        value=value,
        value_step=step,
        kind=pl.when(pl.col("_take_unit")).then(nxt["kind"]).otherwise(pl.col("kind")),
        currency=pl.when(pl.col("_take_unit")).then(nxt["currency"]).otherwise(pl.col("currency")),
        unit_class=pl.when(pl.col("_take_unit")).then(nxt["unit_class"]).otherwise(pl.col("unit_class")),
        bare=pl.col("bare") & ~pl.col("_take_unit") & ~pl.col("_take_scale"),
        power=pl.when(pl.col("_take_scale")).then(nxt["power"]).otherwise(pl.col("power")),
    )
    # "$1-2 billion": the second takes the currency of the first.
    from_left = pl.col("_linked").shift(1).fill_null(value=False) & (pl.col("kind") == "count") & (pl.col("kind").shift(1) == "money") & (
        pl.col("power").is_not_null()
        | (pl.col("power").shift(1).is_null() & (pl.col("value") <= (pl.col("value").shift(1) * pl.lit(20).cast(VALUE)).cast(VALUE)))
    ) & (pl.col("unit_class") != "counted").fill_null(value=True)  # fmt: skip
    spans = spans.with_columns(
        kind=pl.when(from_left).then(pl.lit("money")).otherwise(pl.col("kind")),
        currency=pl.when(from_left).then(pl.col("currency").shift(1)).otherwise(pl.col("currency")),
    )
    same = (pl.col("kind") == pl.col("kind").shift(-1)) & (pl.col("currency").fill_null("") == pl.col("currency").shift(-1).fill_null(""))
    rising = pl.col("value") < pl.col("value").shift(-1)
    # "from 5.2 to 5.4 billion" is a range, "from 2.2 to 198.4 million" a movement; "by 5 million to 20 million" is neither.
    high = pl.col("value").shift(-1)
    apart = high - pl.col("value")
    tight = (apart * pl.lit(16).cast(VALUE)) <= high
    loose = (apart * pl.lit(3).cast(VALUE)) <= high
    alone = pl.col("_alone")
    ranged = pl.col("_linked") & same & (
        ((pl.col("join") == "range") & (rising | (pl.col("kind") != "count") & ~alone))
        | ((pl.col("join") == "to") & rising & (pl.col("_range_word") | (pl.col("_moving") & tight) | (~pl.col("_moving") & (alone | loose))))
        | ((pl.col("join") == "and") & pl.col("_range_word"))
    )
    # Phone numbers ("555-1234") and scores ("3-1") are no ranges.
    unitless = pl.col("_alone") & (pl.col("kind") == "count") & pl.col("kind").shift(-1).is_in(["count"]) & pl.col("bare") & pl.col("bare").shift(-1)
    thin = pl.col("gap").is_in(["-", ":"]) & unitless & pl.col("unit_class").shift(-1).is_null() & pl.col("ungrouped") & pl.col("ungrouped").shift(-1)
    lengths = pl.col("number").str.len_chars()
    none = (thin & (((lengths == 3) & (lengths.shift(-1) == 4)) | ((lengths == 1) & (lengths.shift(-1) == 1)) | ~rising)).fill_null(value=False)
    ranged = ranged.fill_null(value=False) & ~none
    spans = spans.with_columns(_none=none | none.shift(1).fill_null(value=False))
    # Between two ranges stands no third: "from 23-24 to 25-26".
    strong = (ranged & (pl.col("join") == "range")).fill_null(value=False)
    ranged = strong | (ranged & ~strong.shift(1).fill_null(value=False) & ~strong.shift(-1).fill_null(value=False))
    spans = spans.with_columns(_ranged=ranged).with_columns(_ranged=pl.col("_ranged") & ~pl.col("_ranged").shift(1).fill_null(value=False))
    low_negative = (pl.col("sign_value") < 0) & (pl.col("sign_value").shift(-1) == 0)
    high = pl.col("value").shift(-1) * pl.when(low_negative).then(pl.lit(-1)).otherwise(pl.lit(1)).cast(VALUE)
    spans = spans.with_columns(
        value_high=pl.when(pl.col("_ranged")).then(high.cast(VALUE)),
        end=pl.when(pl.col("_ranged")).then(pl.col("end").shift(-1)).otherwise(pl.col("end")),
        number_end=pl.when(pl.col("_ranged")).then(pl.col("number_end").shift(-1)).otherwise(pl.col("number_end")),
        _swallowed=pl.col("_ranged").shift(1).fill_null(value=False),
    )
    return spans.filter(~pl.col("_swallowed") & ~pl.col("_none"))


def _homes(tape: Tape, family: dict[str, Any]) -> pl.DataFrame:
    """doc and _home: the currency that a symbol means where the source is at home, by the end of its domain."""
    by_country: dict[str, str] = family.get("by_country", {})
    if "source_id" not in tape.docs.columns or not by_country:
        return pl.DataFrame(schema={"doc": pl.Int64, "_home": pl.String})
    ending = pl.col("source_id").cast(pl.String).str.extract(r"\.([a-z]{2})$")
    return tape.docs.select("doc", _home=ending.replace_strict(by_country, default=None, return_dtype=pl.String))


def _united(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle symbols that several currencies share by what else the article names, else by the language."""
    table = grammar(tape.language)
    families: dict[str, dict[str, Any]] = table.settings.get("currency_family", {})
    spans = spans.with_columns(tape.doc_of(spans["start"]))
    if spans.is_empty():
        return spans.with_columns(unit=pl.lit(None, pl.String), currency_hint=pl.lit(None, pl.String))
    for symbol, family in families.items():
        vague = pl.col("currency") == symbol
        docs = spans.filter(vague & (pl.col("kind") == "money")).select(pl.col("doc").unique().sort())
        if docs.is_empty():
            continue
        named = spans.filter((pl.col("kind") == "money") & pl.col("currency").is_in(family.get("named", [])))
        counts = named.group_by("doc", "currency").len().sort("len", "currency", descending=[True, False])
        docs = docs.join(counts.group_by("doc", maintain_order=True).first().select("doc", _named="currency"), on="doc", how="left")
        hints = spans.filter(pl.col("scale_text").is_in(list(family.get("by_scale", {})))).select(
            "doc", _hint=pl.col("scale_text").replace_strict(family.get("by_scale", {}), default=None, return_dtype=pl.String)
        )
        docs = docs.join(hints.unique("doc", keep="first", maintain_order=True), on="doc", how="left")
        docs = docs.join(_homes(tape, family), on="doc", how="left")
        default = pl.lit(table.settings.get("currency_default", {}).get(symbol, family.get("default", "USD")))
        docs = docs.select("doc", _currency=pl.coalesce("_named", "_home", "_hint", default))
        spans = spans.join(docs, on="doc", how="left", maintain_order="left").with_columns(
            currency=pl.when(vague).then(pl.col("_currency")).otherwise(pl.col("currency"))
        ).drop("_currency")  # fmt: skip
    money = spans.filter((pl.col("kind") == "money") & pl.col("currency").is_not_null())
    counts = money.group_by("doc", "currency", maintain_order=True).len().sort("doc", "len", descending=[False, True], maintain_order=True)
    main = counts.group_by("doc", maintain_order=True).first().select("doc", currency_hint="currency")
    spans = spans.join(main, on="doc", how="left", maintain_order="left")
    # Within a line the last currency named counts for more.
    line = np.searchsorted(np.flatnonzero(tape.codes == ord("\n")), spans["start"].to_numpy())
    # A conversion in brackets is not what the article counts in.
    opening = spans.select(pl.min_horizontal("start", "out_comparator_start") - 1).to_series()
    aside = pl.Series(_at(_is_code(tape, "("), opening))
    last = pl.when((pl.col("kind") == "money") & pl.col("currency").is_not_null() & ~pl.col("_aside")).then(pl.col("currency")).forward_fill().over("_line")
    spans = spans.with_columns(_line=pl.Series(line), _aside=aside).with_columns(currency_hint=pl.coalesce(last, "currency_hint"))
    return spans.with_columns(
        currency_hint=pl.when(pl.col("kind") == "count").then(pl.col("currency_hint")),
        unit=pl.when(pl.col("kind") == "money").then(pl.col("currency"))
        .when(pl.col("kind").is_in(["percent", "points"])).then(pl.lit("percent"))
        .when(pl.col("kind") == "multiple").then(pl.lit("multiple"))
        .when(pl.col("kind") == "count").then(pl.lit("count"))
    )  # fmt: skip


def on_tape(tape: Tape) -> pl.DataFrame:
    """All quantities of a tape: the columns of `QUANTITIES`, disjoint, sorted by start.

    kind `count` is a number with or without a scale word that may count anything; `plain` has a measure of its own
    (km, years, GB). Bare years, dates, times, versions, list numbers and numbers within names yield no row.
    """
    digits = _scanned_digits(tape)
    found = pl.concat([digits, *_scanned_words(tape, digits.columns)])
    spans = _placed(_valued(_meant(found, tape), tape), tape)
    spans = spans.with_columns(start=pl.col("out_start"), end=pl.col("out_end"), bare=~pl.col("has_unit"), dictionary=pl.lit(value=False))
    by_digits = spans.filter(~pl.col("in_words"))
    in_words = _longest(_disjoint(spans.filter(pl.col("in_words")), by_digits))
    spans = pl.concat([by_digits, in_words])
    spoken, names = _dictionary(tape)
    spans = _unnamed(spans, names, tape)
    spoken = _compared(_disjoint(spoken, spans.select("start", "end").sort("start")), tape).with_columns(
        dictionary=pl.lit(value=True), bare=pl.lit(value=False), sign_value=pl.lit(0, pl.Int8),
        ambiguous=pl.lit(value=False), in_words=pl.lit(value=True), minor=pl.lit(value=False),
    )  # fmt: skip
    spans = pl.concat([spans, spoken], how="diagonal")
    spans = _united(_joined(spans, tape), tape)
    return spans.select(
        "start", "end", "number_start", "number_end", "kind", "value", "value_high", "value_step", "value_other", "unit", "currency_hint",
        comparator=pl.col("out_comparator"), comparator_start=pl.col("out_comparator_start"), sign=pl.col("sign_value"),
        ambiguous=pl.col("ambiguous"),
    ).sort("start", "end")  # fmt: skip
