"""What the strings around numbers, and the words that are numbers, mean: each distinct string of a tape read once.

Strings come with their language. Its expression is asked for the strings of each language, everything else of all together.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.compiled import in_thread_of, of_numbers
from transforms.quantities.grammar import Grammar, Part, grammar, tables

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK: Final = "\U000f0000"  # private use, stands between groups


def languages_of(rows: pl.DataFrame) -> tuple[str, ...]:
    """The languages of some rows, each once, in the order of their names; without rows any, for the sake of columns."""
    return tuple(sorted(rows["language"].unique().to_list())) or lexicon.languages()[:1]


def by_language(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The rows of each language; without rows those of any, for the sake of their columns."""
    parts = rows.partition_by("language", maintain_order=True) if rows.height else []
    return [(str(part["language"][0]), part) for part in parts] or [(lexicon.languages()[0], rows)]


def spoken_words(strings: pl.DataFrame) -> pl.DataFrame:
    """What words that are quantities or links mean, for distinct strings (language, text).

    Yields these and kind, code, open_left, open_right.
    """
    ((_, groups),) = _grouped(strings, lambda one: Part(one.spoken, ("opened", "closed")))
    said = [pl.when(pl.col(name) != "").then(pl.col(name)) for name in ("opened", "closed")]
    meant = (
        groups.select("language", "text", pattern=pl.coalesce(said))
        .join(tables(languages_of(strings)).dictionary, on=["language", "pattern"], how="left", maintain_order="left")
        .drop("pattern")
    )
    return meant.with_columns(pl.col("kind", "code").fill_null("link"), pl.col("open_left", "open_right").fill_null(value=True))


def _grouped(strings: pl.DataFrame, part_of: Callable[[Grammar], Part]) -> list[tuple[tuple[str, ...], pl.DataFrame]]:
    """The strings (language, text and any others) with the groups of the expression that matches each as a whole.

    One frame for the languages whose expressions have the same groups, with their names; a group is empty where it holds
    nothing. Replaced and split: an expression to replace with is compiled once, one to extract groups with each time.
    """
    alike: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for language, rows in by_language(strings):
        part = part_of(grammar(language))
        marks = "".join(f"{_MARK}${{{i}}}" for i in range(1, len(part.groups) + 1))
        marked = in_thread_of(of_numbers(language), partial(rows["text"].str.replace, f"^(?:{part.expression})$", marks)).alias(
            "_marked"
        )
        alike.setdefault(part.groups, []).append(rows.with_columns(marked))
    found = []
    for names, frames in alike.items():
        rows = pl.concat(frames)
        fields = rows["_marked"].str.split_exact(_MARK, len(names)).struct.unnest()
        groups = fields.drop(fields.columns[0]).rename(dict(zip(fields.columns[1:], names, strict=True)))
        found.append((names, pl.concat([rows.drop("_marked"), groups], how="horizontal")))
    return found


def parts_of(strings: pl.DataFrame, part_of: Callable[[Grammar], Part]) -> pl.DataFrame:
    """Each string with its groups: `<name>`, and `<name>_at`, `<name>_to` (offsets in the string).

    The groups tile the string, so that offsets are sums of lengths. Groups whose name begins with "_" are left out, and
    null are those that hold nothing or that the language does not have.
    """
    return pl.concat([_with_places(*found) for found in _grouped(strings, part_of)], how="diagonal")


def _with_places(names: tuple[str, ...], rows: pl.DataFrame) -> pl.DataFrame:
    lengths = rows.select(pl.col(name).str.len_chars().fill_null(0).cast(pl.Int64) for name in names)
    # An expression of the sums would count each group again for every later one.
    borders = np.cumsum(lengths.to_numpy(), axis=1)
    places = []
    kept = [name for name in names if not name.startswith("_")]
    for i, name in enumerate(names):
        if name in kept:
            at = borders[:, i - 1] if i else np.zeros(rows.height, dtype=np.int64)
            places += [pl.Series(f"{name}_at", at), pl.Series(f"{name}_to", borders[:, i])]
    rows = rows.drop(set(names) - set(kept)).with_columns(*places)
    return rows.with_columns(pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in kept)


def heads(strings: pl.DataFrame) -> pl.DataFrame:
    """What stands before a number, for distinct strings (language, text).

    Yields these and said, sign_text, sign_code, before_class, before_code, lead, inner and the places of the parts, counted
    from the start of the string.
    """
    return head_meanings(parts_of(strings, lambda one: one.head))


def head_meanings(parts: pl.DataFrame) -> pl.DataFrame:
    """What `heads` yields, from the parts of strings."""
    table = tables(languages_of(parts))
    said = table.comparators
    signed = pl.coalesce("sign", pl.when(pl.col("inner").is_in(["-", "+"])).then(pl.col("inner"))).str.strip_chars()
    sign_at = pl.when(pl.col("sign").is_not_null()).then(pl.col("sign_at")).otherwise(pl.col("inner_at"))
    return (
        parts.with_columns(
            before=pl.col("before").str.strip_chars(),
            sign_text=signed,
            sign_at=pl.when(signed.is_not_null()).then(sign_at),
        )
        .join(said.rename({"text": "comparator"}), on=["language", "comparator"], how="left", maintain_order="left")
        .join(table.signs.rename({"text": "sign_text"}), on=["language", "sign_text"], how="left", maintain_order="left")
        .join(
            table.befores.rename({"text": "before", "class": "before_class", "code": "before_code"}),
            on=["language", "before"],
            how="left",
            maintain_order="left",
        )
        .select(
            "language", "text", "said", "comparator_at", "sign_text", "sign_code", "sign_at", "before_class", "before_code",
            "before_at", "before_to", "inner", "inner_at", "lead", "lead_at",
        )
    )  # fmt: skip


def tails(strings: pl.DataFrame) -> pl.DataFrame:
    """What stands after a number, for distinct strings.

    `strings` has language, text and cut (Boolean: the string ends within a word, so that its last part is none). Yields
    these and closed, power, scale_currency, scale_text, more, unit_class, unit_code, after_code and the places of the
    parts, counted from the start of the string.
    """
    return tail_meanings(parts_of(strings, lambda one: one.tail))


def tail_meanings(parts: pl.DataFrame) -> pl.DataFrame:
    """What `tails` yields, from the parts of strings (with cut)."""
    table = tables(languages_of(parts))
    last = pl.when(pl.coalesce("after", "after_open").is_not_null()).then(pl.lit("after")).when(
        pl.coalesce("unit", "unit_open").is_not_null()
    ).then(pl.lit("unit")).otherwise(pl.lit("scale"))  # fmt: skip
    parts = parts.with_columns(last=last)

    def kept(name: str, part: str) -> pl.Expr:
        return pl.when(~(pl.col("cut") & (pl.col("last") == part))).then(pl.col(name)).alias(name)

    parts = parts.with_columns(
        kept("scale", "scale"), kept("spaced", "scale"), kept("glued", "scale"), kept("late", "unit"),
        kept("unit", "unit").str.strip_chars_start("-"), kept("after", "after"),
        pl.col("unit_open").str.strip_chars_start("-"),
    )  # fmt: skip
    unit_text = pl.coalesce("unit", "unit_open")
    closed = pl.col("unit").is_not_null()
    return (
        parts.with_columns(
            unit_text=unit_text,
            unit_at=pl.when(closed).then(pl.col("unit_at")).otherwise(pl.col("unit_open_at")),
            unit_to=pl.when(closed).then(pl.col("unit_to")).when(unit_text.is_not_null()).then(pl.col("unit_rest_to")),
            after_text=pl.coalesce("after", "after_open", "middle"),
            after_at=pl.when(pl.col("after").is_not_null())
            .then(pl.col("after_at"))
            .when(pl.col("after_open").is_not_null())
            .then(pl.col("after_open_at"))
            .otherwise(pl.col("middle_at")),
            scale_text=pl.coalesce("scale", "spaced", "glued", "late"),
            scale_to=pl.when(pl.col("more").is_not_null())
            .then(pl.col("more_to"))
            .when(pl.col("scale").is_not_null())
            .then(pl.col("scale_to"))
            .when(pl.col("spaced").is_not_null())
            .then(pl.col("spaced_to"))
            .when(pl.col("glued").is_not_null())
            .then(pl.col("glued_to"))
            .when(pl.col("late").is_not_null())
            .then(pl.col("late_to")),
            closed=pl.col("close").is_not_null(),
        )
        .join(
            table.units.rename({"text": "unit_text", "class": "unit_class", "code": "unit_code"}),
            on=["language", "unit_text"],
            how="left",
            maintain_order="left",
        )
        .join(table.powers.rename({"text": "scale_text"}), on=["language", "scale_text"], how="left", maintain_order="left")
        .join(table.afters.rename({"text": "after_text"}), on=["language", "after_text"], how="left", maintain_order="left")
        .select(
            "language", "text", "cut", "closed", "power", "scale_currency", "scale_text", "scale_to", "more", "unit_class",
            "unit_code", "unit_at", "unit_to", "after_code", "after_at",
        )
    )  # fmt: skip
