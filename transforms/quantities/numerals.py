"""Numbers of several parts: numerals in words, "38조5천400억", "two and four percent".

Each distinct string is read once, with its language.
"""

from __future__ import annotations

import itertools
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from transforms.compiled import in_thread_of, of_numbers
from transforms.quantities.grammar import HALF, POINT, Grammar, Part, grammar, tables
from transforms.quantities.meanings import by_language, head_meanings, languages_of, parts_of, tail_meanings
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    Piece = tuple[int, int, str, list[tuple[str, int, int]], str, int]

PLACES: Final = 6  # of VALUE
_DIGITS: Final = 30  # more than a DECIMAL(38, 6) holds is no number of news
_TEN: Final = 10
_THOUSAND: Final = 3  # power of ten
_RUN: Final = 3  # so many figures beside each other are no guess: "二三十"
_WAYS: Final = ("_b", "_c", "_d")  # in which an expression may find a number; the first has no mark
_NOT_SAID: Final = ("close", "middle", "scale", "spaced", "glued", "late", "more", "inner", "lead")  # of numbers in words
_OF_FIRST: Final = ("said", "comparator_at", "sign_text", "sign_code", "sign_at", "before_at", "before_to")
_SUMS: Final[dict[str, Any]] = {"language": pl.String, "text": pl.String, "total": VALUE, "last_power": pl.Int64}
_OF_LAST: Final = ("unit_at", "unit_to", "scale_to", "after_code", "after_at")


def in_words(strings: pl.DataFrame, scan: int) -> pl.DataFrame:
    """Numbers in words with all that belongs to them, for distinct strings (language, text, cut).

    Yields the columns of `heads` and `tails`, and number, number_at, number_to; places are counted from the start of the
    string.
    """

    def part_of(one: Grammar) -> Part:
        return one.words[scan]

    parts = parts_of(strings, part_of)
    for way in [w for w in _WAYS if f"number{w}" in parts.columns]:
        this = pl.col(f"number{way}").is_not_null()
        parts = parts.with_columns(
            pl.when(this).then(pl.col(f"{name}{way}{place}")).otherwise(pl.col(name + place)).alias(name + place)
            for name in ("number", "unit", "unit_open", "unit_rest")
            for place in ("", "_at", "_to")
        )
    nothing = [name for name in (*_NOT_SAID, "before") if name not in parts.columns]
    parts = parts.with_columns(
        *[pl.lit(None, pl.String).alias(n) for n in nothing],
        *[pl.lit(None, pl.Int64).alias(f"{n}_{p}") for n in nothing for p in ("at", "to")],
    )
    before = head_meanings(parts).drop("language", "text")
    numbers = parts.select("number", "number_at", "number_to")
    return _taken_apart(pl.concat([tail_meanings(parts), before, numbers], how="horizontal"))


def _taken_apart(meanings: pl.DataFrame) -> pl.DataFrame:
    """A row for each of several numbers that share what follows: "two and four percent", "two to four million".

    The unit counts for all of them, its place and the comparator's for the one that they stand at. `number` is then what
    the number comes to, with the scale words of the last; the places are those of its own words.
    """
    numbers = meanings.select("language", "number").drop_nulls().unique(maintain_order=True)
    several = _numbers_within(numbers)
    if several.is_empty():
        return meanings
    key = ["language", "number"]
    apart = meanings.join(several, on=key, how="inner", maintain_order="left_right")
    made = apart.with_columns(
        *[pl.when("first").then(pl.col(c)).alias(c) for c in _OF_FIRST],
        *[pl.when("last").then(pl.col(c)).alias(c) for c in _OF_LAST],
        number="own",
        number_at=pl.col("number_at") + pl.col("own_at"),
        number_to=pl.col("number_at") + pl.col("own_to"),
    ).select(meanings.columns)
    return pl.concat([meanings.join(several, on=key, how="anti"), made])


def _numbers_within(numbers: pl.DataFrame) -> pl.DataFrame:
    """The numbers of strings (language, number) that hold several.

    Yields these and own (the words of each with a scale), own_at, own_to, first, last. What follows an "and" is part of the
    number before it if it is less than that one's last place: "hundred and four", but "two and four", "four hundred and two
    thousand" and no "twenty and thirty".
    """
    pieces = [
        (language, number, piece)
        for language, rows in by_language(numbers)
        for number, piece in _pieces(rows["number"].to_list(), language)
    ]
    texts = [
        (language, text)
        for language, number, piece in pieces
        for each in piece
        for text in (number[each[0] : each[1]], each[2], _last_words(number, each))
    ]
    known: dict[tuple[str, str], Decimal | None] = {}
    if texts:
        read = sums(pl.DataFrame(texts, schema=["language", "text"], orient="row"))
        known = {(language, text): total for language, text, total in read.select("language", "text", "total").iter_rows()}
    rows = []
    for language, number, piece in pieces:
        table = grammar(language)
        groups = [[piece[0]]]
        for left, right in itertools.pairwise(piece):
            # "Four million and two thousand", but "three million two hundred and five thousand": of what stands behind
            # the last scale word the next words are a part before their own scale counts.
            loose = _last_words(number, left)
            so_far = known.get((language, loose or number[left[0] : left[1]]))
            more = known.get((language, right[2] if loose or not left[3] else number[right[0] : right[1]]))
            fits = left[4] in table.joining and _is_part(so_far, more, table.settings)
            groups[-1].append(right) if fits else groups.append([right])
        if len(groups) == 1:
            continue
        scales = table.token_values.filter(pl.col("power").is_not_null())
        hundreds = set(scales.filter(pl.col("power") < _THOUSAND)["token"])
        for i, group in enumerate(groups):
            at, to = group[0][0], group[-1][1]
            following = [p for later in groups[i + 1 :] for p in later if p[3]][:1]
            scale = "" if any(p[3] for p in group) or not following else " " + " ".join(t[0] for t in following[0][3])
            own = known.get((language, number[at:to]))
            if own is not None and own < _TEN and i < len(groups) - 1:  # "two or three hundred"
                scale = "".join(f" {t}" for t in re.findall(table.tokens, groups[-1][0][2]) if t in hundreds) + scale
            rows.append((language, number, number[at:to] + scale, at, to, i == 0, i == len(groups) - 1))
    schema = {"language": pl.String, "number": pl.String, "own": pl.String, "own_at": pl.Int64, "own_to": pl.Int64}
    return pl.DataFrame(rows, schema={**schema, "first": pl.Boolean, "last": pl.Boolean}, orient="row")


def _last_words(number: str, piece: Piece) -> str:
    """What stands behind the last scale word or decimal mark of a piece; nothing where it has none."""
    return number[piece[5] : piece[1]].strip() if piece[5] > piece[0] else ""


def _pieces(numbers: list[str], language: str) -> Iterator[tuple[str, list[Piece]]]:
    """Each string of several pieces with these: what stands between its joining words.

    A piece has its place, its words up to its first scale word, its scale words, the joining word after it, and where its
    last scale word or decimal mark ends.
    """
    table = grammar(language)
    large = set(table.token_values.filter(pl.col("power") >= _THOUSAND)["token"])
    points = set(table.token_values.filter(pl.col("value") == POINT)["token"])
    read = re.compile(table.tokens)
    for number in numbers:
        at, piece, tokens = 0, [], [(m.group(), m.start(), m.end()) for m in read.finditer(number)]
        for token, start, end in [*tokens, ("", len(number), len(number))]:
            if token in table.spaced or not token:
                scales = [t for t in tokens if at <= t[1] and t[2] <= start and t[0] in large]
                ends = [t[2] for t in tokens if at <= t[1] and t[2] <= start and t[0] in large | points]
                head = number[at : scales[0][1]] if scales else number[at:start]
                piece.append((at, start, head, scales, token, max(ends, default=at)))
                at = end
        if len(piece) > 1:
            yield number, piece


def _is_part(number: Decimal | None, more: Decimal | None, settings: dict[str, Any]) -> bool:
    """Whether a number and what an "and" adds are one number in a language."""
    if number is None or more is None or number != int(number):
        return number is None or more is None
    digits = str(int(number))
    place = 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 1
    if settings.get("number_ones_first") and 0 < number < _TEN and _TEN < more < _TEN**2 and more % _TEN == 0:
        return True  # "five and twenty"
    return place >= (_TEN if settings.get("number_tens_and") else _TEN**2) and more < place


def shifted(digits: pl.Expr, shift: pl.Expr) -> pl.Expr:
    """The integer written by `digits` times ten to the power `shift`, as DECIMAL(38, 6); null where it does not fit."""
    # The digits with an exponent, which the cast reads: each digit is handled once and zeros are not written out.
    stripped = digits.str.strip_chars_start("0")
    length = stripped.str.len_chars().cast(pl.Int64) + shift + PLACES
    return pl.when(length <= _DIGITS).then(pl.concat_str(digits, pl.lit("e"), shift)).cast(VALUE, strict=False)


def _with_decimals(tokens: pl.DataFrame) -> pl.DataFrame:
    """Make one value of the words after a decimal mark: 三点二五 is 3 and 0.25, "siete coma veintiocho" 7 and 0.28."""
    if not (tokens["value"] == POINT).any():
        return tokens
    pointed = (pl.col("value") == POINT).fill_null(value=False)
    after = pointed.cast(pl.Int64).cum_sum().over("row") > 0
    ended = (
        pl.when(after).then((pl.col("power") > 1).fill_null(value=False).cast(pl.Int64)).otherwise(0).cum_sum().over("row") > 0
    )
    tokens = tokens.with_columns(_decimals=after & ~ended & ~pointed & pl.col("power").is_null(), _point=pointed)
    value = pl.col("value")
    total = value.cast(pl.Int64, strict=False).sum().cast(pl.String)
    digits = pl.when(value.str.len_chars().max() == 1).then(value.str.join("")).otherwise(total)
    decimals = (
        tokens.filter("_decimals")
        .group_by("row", maintain_order=True)
        .agg(value=pl.concat_str(pl.lit("0."), digits), i=pl.col("i").min())
    )
    made = decimals.with_columns(token=pl.lit(""), power=pl.lit(None, pl.Int64))
    kept = tokens.filter(~pl.col("_decimals") & ~pl.col("_point")).drop("_decimals", "_point")
    return pl.concat([kept, made], how="diagonal_relaxed").sort("row", "i", maintain_order=True)


def _with_runs(tokens: pl.DataFrame) -> pl.DataFrame:
    """Make one part of three or more figures that follow each other: 九八九九億 is 9899億."""
    single = ((pl.col("value").str.len_chars() == 1) & pl.col("number_chains")).fill_null(value=False)
    single &= pl.col("value").is_in([str(figure) for figure in range(_TEN)]).fill_null(value=False)
    opens = ~(single & single.shift(1).over("row").fill_null(value=False))
    tokens = tokens.with_columns(_run=opens.cast(pl.Int64).cum_sum())
    long = (pl.len() >= _RUN).over("_run")
    if not tokens.select(long.any()).item():
        return tokens.drop("_run")
    joined = pl.col("value").str.join("").over("_run")
    tokens = tokens.with_columns(_long=long, _first=opens, value=pl.when(long).then(joined).otherwise("value"))
    return tokens.filter(~pl.col("_long") | pl.col("_first")).drop("_run", "_long", "_first")


def _with_positions(tokens: pl.DataFrame) -> pl.DataFrame:
    """Read figures that follow each other by their places (九九 is 99) and drop guesses ("二三十", twenty or thirty)."""
    tokens = _with_runs(tokens)
    single = ((pl.col("value").str.len_chars() == 1) & pl.col("number_chains")).fill_null(value=False)
    beside = single & single.shift(1).over("row").fill_null(value=False) & (pl.col("value").shift(1).over("row") != "0")
    scaled = pl.col("power").is_not_null().any().over("row")
    tokens = tokens.with_columns(_beside=beside, _scaled=scaled)
    if not tokens["_beside"].any():
        return tokens.drop("_beside", "_scaled")
    guessed = tokens.filter(pl.col("_beside") & pl.col("_scaled")).select("row").unique()
    placed = tokens.filter(pl.col("_beside") & ~pl.col("_scaled")).select("row").unique()
    tokens = tokens.drop("_beside", "_scaled")
    made = (
        tokens.join(placed, on="row", how="semi")
        .group_by("row", maintain_order=True)
        .agg(value=pl.col("value").str.join(""))
        .with_columns(token=pl.lit(""), i=pl.lit(0, pl.Int64), power=pl.lit(None, pl.Int64))
    )
    kept = tokens.join(pl.concat([guessed, placed]), on="row", how="anti")
    return pl.concat([kept, made], how="diagonal_relaxed").sort("row", "i", maintain_order=True)


def sums(strings: pl.DataFrame) -> pl.DataFrame:
    """Reads numbers of several parts ("38조5천400억", "twee miljoen driehonderdduizend"), each string once.

    `strings` has language and text; digits have a point for decimals and no other marks. Yields language, text, total
    (DECIMAL) and last_power. Each part counts as often as the scale words after it say, as long as each of them is larger
    than those between.
    """
    rows = strings.select("language", "text").drop_nulls().unique(maintain_order=True)
    apart = [in_thread_of(of_numbers(language), partial(_over_another, part, language)) for language, part in by_language(rows)]
    divided, rows = pl.concat([each for each, _ in apart]), pl.concat([each for _, each in apart]).with_row_index("row")
    table = tables(languages_of(rows))
    found = [
        part.with_columns(
            token=in_thread_of(of_numbers(language), partial(part["text"].str.extract_all, grammar(language).tokens))
        )
        for language, part in by_language(rows)
    ]
    tokens = (
        pl.concat(found)
        .explode("token")
        .join(table.spaced, on=["language", "token"], how="anti")
        .with_columns(i=pl.int_range(pl.len(), dtype=pl.Int64).over("row"))
        .join(table.token_values, on=["language", "token"], how="left", maintain_order="left")
        .join(table.writing.select("language", "number_chains"), on="language", how="left", maintain_order="left")
        .drop("language")
    )
    literal = pl.when(pl.col("power").is_null()).then(pl.col("token").str.strip_chars_end("."))
    tokens = _with_decimals(tokens.with_columns(value=pl.coalesce("value", literal)))
    tokens = _with_positions(tokens)
    # A scale word that opens the number counts once.
    opening = tokens.filter((pl.col("i") == 0) & pl.col("power").is_not_null()).with_columns(
        i=pl.lit(-1, pl.Int64), value=pl.lit("1")
    )
    scales = tokens.filter(pl.col("power").is_not_null()).select("row", "power", j="i")
    said = tokens.filter(pl.col("value").is_not_null() & (pl.col("value") != HALF))
    parts = pl.concat([said, opening]).select("row", "i", "value")
    pairs = (
        parts.join(scales, on="row", how="inner", maintain_order="left")
        .filter(pl.col("j") > pl.col("i"))
        .sort("row", "i", "j", maintain_order=True)
    )
    top = pl.col("power").cum_max().shift(1).over("row", "i")
    applied = (
        pairs.filter((pl.col("power") > top) | top.is_null())
        .group_by("row", "i", maintain_order=True)
        .agg(pl.col("power").sum())
    )
    parts = (
        parts.join(applied, on=["row", "i"], how="left", maintain_order="left")
        .with_columns(pl.col("power").fill_null(0))
        .sort("row", "i", maintain_order=True)
    )
    places = pl.col("value").str.extract(r"\.([0-9]+)$").str.len_chars().fill_null(0).cast(pl.Int64)
    # "mille", "doscientos", "полмиллиона": a round word is stated no finer than its last figure.
    digits, figures = pl.col("value").str.len_chars(), pl.col("value").str.strip_chars_end("0").str.len_chars()
    rounded = pl.when((places == 0) & (digits > 2)).then((digits - figures).cast(pl.Int64)).otherwise(0)
    parts = parts.with_columns(
        amount=shifted(pl.col("value").str.replace(".", "", literal=True), pl.col("power") - places),
        step=pl.col("power") - places + rounded,
    )
    half = (
        tokens.filter(pl.col("value") == HALF)
        .select("row", "i")
        .join(scales, on="row", maintain_order="left")
        .filter(pl.col("j") < pl.col("i"))
    )
    half = (
        half.group_by("row", "i", maintain_order=True)
        .agg(pl.col("power").sort_by("j").last())
        .sort("row", "i", maintain_order=True)
    )
    halves = half.select("row", amount=shifted(pl.lit("5"), pl.col("power") - 1), step=pl.col("power") - 1)
    parts = pl.concat([parts.select("row", "amount", "step"), halves.cast({"step": parts.schema["step"]})])
    # "数百万": several, and no number.
    total = pl.when(~pl.col("amount").is_null().any()).then(pl.col("amount").sum())
    totals = parts.group_by("row", maintain_order=True).agg(total=total, last_power=pl.col("step").last())
    read = rows.join(totals, on="row", how="left", maintain_order="left").select("language", "text", "total", "last_power")
    return pl.concat([divided, read.with_columns(pl.col("last_power").cast(pl.Int64))])


def _over_another(strings: pl.DataFrame, language: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What `sums` yields for numbers over another ("ciento treinta y dos quintos", "uno sobre tres"), and the other strings."""
    table = grammar(language)
    if not table.ratios.height or not (over := strings["text"].str.contains(table.ratio)).any():
        return pl.DataFrame(schema=_SUMS), strings
    names = ("whole", "numerator", "over", "denominator")
    groups = pl.col("text").str.extract_groups(table.ratio).struct.rename_fields(names)
    rows = (
        strings.filter(over)
        .with_columns(groups.alias("groups"))
        .unnest("groups")
        .join(table.ratios, on="over", how="left", maintain_order="left")
    )
    rows = rows.with_columns(denominator=pl.coalesce("by", "denominator"))
    asked = pl.concat([rows.select("language", text=name) for name in names if name != "over"])
    known = sums(asked)
    for name in ("whole", "numerator", "denominator"):
        rows = rows.join(
            known.select(pl.col("text").alias(name), pl.col("total").alias(f"{name}_total")),
            on=name,
            how="left",
            maintain_order="left",
        )
    parts = (pl.col("numerator_total") / pl.col("denominator_total")).cast(VALUE, strict=False)
    total = pl.when(pl.col("denominator_total") != 0).then(parts + pl.col("whole_total").fill_null(0))
    divided = rows.select("language", "text", total=total.cast(VALUE), last_power=pl.lit(-2, pl.Int64))
    return divided, strings.filter(~over)
