"""Sequences of words with a capital: what may be a name. Whose name it is tell `evidence` and `inferred`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.compiled import of_capitals
from transforms.spans import Tape, pattern_scan

if TYPE_CHECKING:
    from collections.abc import Collection

_WORD: Final = r"(?:\p{Lu}[\p{L}\p{N}]*|\p{Ll}{1,2}\p{Lu}\p{L}+)(?:[-.&+/][\p{L}\p{N}]+|'\p{Lu}\p{L}*)*\+?"
_JOINT: Final = "&|of|de|du|des|della|di|da|do|van|von|af"
"""Small words that names of persons and firms hold; a language may have fewer (`name_joints`)."""
OF_PLACE: Final = r"^\S+ (?:de|du|des|di|del|della|do|da|van) \p{Lu}"
"""A noun with a capital and what its firm is called after."""
_PERIOD: Final = r"^(?:[IVX]{1,4}|[A-Z]{1,2}[1-4]|[1-4][A-Z]{1,2})[-/ ](?:19|20)\d\d$"
"""What is left of "Semester I-2022" without its noun: no name."""


def capitalised(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Sequences of capitalised words: start, end, name (as in `Tape.plain`), doc, opening (begins a sentence)."""
    return tape.once("capitalised", lambda: _capitalised(tape, sentences))


def _capitalised(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    if tape.parts:
        framed = {id(part): rows for part, rows in tape.parted(sentences)}
        return tape.each(lambda part: capitalised(part, framed[id(part)]), thread=of_capitals)
    rules = lexicon.settings(tape.language)
    found = pattern_scan(tape, _name_pattern(rules), ["name"], cased=True).select("start", "end", "name")
    nouns = lexicon.of_kind(tape.language, "company_noun").filter(pl.col("code") == "before")
    found = _without_head_words(found, rules, nouns)
    if rules.get("nouns_capitalised", False):
        found = _without_description(found, nouns)
    found = _without_sums(tape, found)
    found = _without_headline_verbs(found, rules.get("name_breaks", ()))
    opening = np.isin(found["start"].to_numpy(), sentences["start"].to_numpy())
    return found.with_columns(tape.doc_of(found["start"]), opening=pl.Series(opening))


def _without_sums(tape: Tape, names: pl.DataFrame) -> pl.DataFrame:
    """Names that are no currency and no sum: "PLN", "Rp14", "US" before a dollar sign, "Milliarden Dollar"."""
    money = lexicon.of_kind(tape.language, "currency")["pattern"].unique()
    scales = lexicon.of_kind(tape.language, "scale")["pattern"].unique()
    bare = pl.col("name").str.to_lowercase().str.strip_chars("0123456789")
    # The first word of a sum is cheaply told.
    scaled = names.filter(bare.str.splitn(" ", 2).struct[0].is_in(scales.implode()))
    rest = bare.str.splitn(" ", 2).struct[1]
    sums = scaled.filter(rest.is_null() | rest.is_in(money.implode()))["start"]
    names = names.filter(~pl.col("start").is_in(sums.implode()))
    dollars = np.concatenate((tape.codes == ord("$"), [False]))[names["end"].to_numpy()]
    return names.filter(~bare.is_in(money.implode()) & ~pl.Series(dollars, dtype=pl.Boolean))


def _name_pattern(rules: dict[str, Any]) -> str:
    """The regular expression of a name; its words may be owned by one another ("St Brendan's Hospital") before some nouns."""
    owned = rf"(?:'s (?:{owners}))?" if (owners := rules.get("name_owned")) else ""
    joint = rf"(?:(?:{rules.get('name_joints', _JOINT)}) )?"
    return rf"\b({_WORD}{owned}(?: {joint}{_WORD}{owned}){{0,4}})"


def _without_head_words(names: pl.DataFrame, rules: dict[str, Any], nouns: pl.DataFrame) -> pl.DataFrame:
    """Names without words at their head that only stand at the head of a sentence or a headline."""
    stops = set(rules.get("name_stops", ())) | set(nouns["pattern"].to_list())
    parts = sorted(rules.get("name_parts", ()))
    tails = "|".join(re.escape(noun) for noun in sorted(nouns.filter("open_left")["pattern"].to_list()))
    phrases = "|".join(re.escape(noun) for noun in nouns["pattern"].to_list() if " " in noun)
    if phrases:  # "Customers of Corvane"
        lead = names["name"].str.extract(rf"^((?i:{phrases}) )\p{{Lu}}", 1).str.len_chars().fill_null(0).cast(pl.Int64)
        names = names.with_columns(start=pl.col("start") + lead, name=pl.col("name").str.slice(lead))
    for _ in range(2):
        head = names["name"].str.splitn(" ", 2).struct[0]
        words = head.unique()
        small = words.str.to_lowercase()
        # "Banco Serrano", but "Banco" alone is any bank, and "Bank of Hawaii" keeps its head too.
        kept = words.filter(small.is_in(parts))
        idle = words.filter(small.is_in(sorted(stops)))
        kinds = words.filter(small.str.contains(f"(?:{tails})$")) if tails else words.clear()  # "Skogsbolaget"
        longer = head.str.len_bytes() < names["name"].str.len_bytes()
        cut = (head.is_in(idle.implode()) | (head.is_in(kinds.implode()) & longer)) & ~(head.is_in(kept.implode()) & longer)
        # "Biscuiterie de Bretagne" is all one name.
        cut &= ~names["name"].str.contains(OF_PLACE) | head.str.to_lowercase().is_in(rules.get("name_stops", []))
        size = pl.when(cut).then(head.str.len_chars().cast(pl.Int64) + 1).otherwise(0)
        names = names.with_columns(start=pl.col("start") + size, name=pl.col("name").str.slice(size))
        names = names.filter((pl.col("name").str.len_chars() > 1) & ~pl.col("name").str.contains(_PERIOD))
    joint = names["name"].str.extract(rf"^((?:{_JOINT}) )\p{{Lu}}", 1).str.len_chars().fill_null(0).cast(pl.Int64)
    return names.with_columns(start=pl.col("start") + joint, name=pl.col("name").str.slice(joint))


def _without_headline_verbs(names: pl.DataFrame, breaks: Collection[str]) -> pl.DataFrame:
    """Names parted at their verb, where every word of a headline has a capital: "Corvane Software Buys Vondra"."""
    if not breaks:
        return names
    verb = rf" (?:{'|'.join(breaks)})"
    behind = names["name"].str.extract(rf"^.*{verb} (.+)$", 1)
    broken = names["name"].str.replace(rf"{verb}(?: .*)?$", "")
    cut_off = (names["name"].str.len_chars() - broken.str.len_chars()).cast(pl.Int64)
    objects = names.with_columns(name=behind).drop_nulls("name")
    objects = objects.with_columns(start=pl.col("end") - pl.col("name").str.len_chars().cast(pl.Int64))
    subjects = names.with_columns(name=broken, end=pl.col("end") - cut_off)
    return pl.concat([subjects, objects]).sort("start", maintain_order=True)


def _without_description(names: pl.DataFrame, nouns: pl.DataFrame) -> pl.DataFrame:
    """Names without an adjective of a town and the noun behind it: "Wiener Mautspezialist Corvane Systems"."""
    kinds = "|".join(
        (r"\p{L}*" if left else "") + re.escape(noun)
        for noun, left in nouns.filter(~pl.col("pattern").str.contains(" ")).select("pattern", "open_left").iter_rows()
    )
    lead = names["name"].str.extract(rf"^(\p{{Lu}}\p{{L}}+er (?i:{kinds}) )\p{{Lu}}", 1)
    size = lead.str.len_chars().fill_null(0).cast(pl.Int64)
    return names.with_columns(start=pl.col("start") + size, name=pl.col("name").str.slice(size))
