"""Names that must be companies, in scripts without capitals.

The head of the title that recurs in the body, and names inside the patterns of the language (`name_patterns`, and for weaker
ones `name_patterns_recurring`: the article must have the name more than once).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import lexicon
from transforms.companies.places import one_line, overlaps, titles_of
from transforms.companies.table import country_patterns, plain_words
from transforms.spans import Tape, pattern_scan

_AFTER_HEAD: Final = r"^[\"'《「『【]?[\p{Hangul}\p{Han}\p{Katakana}\p{Arabic}A-Za-z0-9·&ー ]{2,24}[,、，\"'」』…]"
"""A title whose first words a comma or a quote ends."""
_SIZES: Final = range(2, 9)
"""Lengths at which the head of a title may be cut, in code points."""


def spaceless_candidates(tape: Tape, known: pl.DataFrame) -> pl.DataFrame:
    """Names that must be companies, in a language whose script has no capitals: doc, name."""
    rules = lexicon.settings(tape.language)
    frames = [_in_pattern(tape, regex, known) for regex in rules.get("name_patterns", ())]
    frames += [_recurring(tape, _in_pattern(tape, regex, known)) for regex in rules.get("name_patterns_recurring", ())]
    titles = titles_of(tape)
    if titles.height:
        frames.append(_heads_of_titles(tape, titles, known, rules["name_script"]))
    found = pl.concat([pl.DataFrame(schema={"doc": pl.Int64, "name": pl.String}), *frames])
    refused = set(rules.get("name_stops", ())) | set(country_patterns(tape.language)["pattern"].to_list())
    refused |= set(lexicon.of_kind(tape.language, "institution", "place", "company_pronoun", "city")["pattern"].to_list())
    return found.filter(~pl.col("name").str.to_lowercase().is_in(sorted(refused))).unique(maintain_order=True)


def _in_pattern(tape: Tape, regex: str, known: pl.DataFrame) -> pl.DataFrame:
    """Names inside one pattern of the language, unless known: doc, name."""
    found = pattern_scan(tape, regex, ["_before", "name", "_after"], cased=True)
    found = found.with_columns(start=pl.col("name_start"), end=pl.col("name_end")).drop_nulls("name")
    found = found.filter(pl.Series(~overlaps(found, known)))
    return found.select(tape.doc_of(found["start"]), "name")


def _recurring(tape: Tape, found: pl.DataFrame) -> pl.DataFrame:
    """The names (doc, name) that their article has more than once, be it in its title."""
    found = found.unique(maintain_order=True)
    texts = pl.Series([tape.plain[a:b] for a, b in tape.docs.select("start", "end").iter_rows()], dtype=pl.String)
    spoken = found.join(tape.docs.select("doc", text=texts), on="doc", how="left", maintain_order="left")
    return spoken.filter(pl.col("text").str.count_matches(pl.col("name"), literal=True) > 1).select("doc", "name")


def _heads_of_titles(tape: Tape, titles: pl.DataFrame, known: pl.DataFrame, script: str) -> pl.DataFrame:
    """Heads of titles without a known firm that recur in the body, cut where they recur least often less: doc, name."""
    heads = titles.with_columns(
        title=pl.Series(plain_words(tape.slice("start", "end", titles).fill_null("").to_list())),
    ).join(tape.docs.select("doc", body_end="end"), on="doc", how="left", maintain_order="left")
    heads = heads.with_columns(body=pl.Series(plain_words(one_line(tape.slice("end", "body_end", heads)))))
    taken = known.with_columns(tape.doc_of(known["start"])).join(
        titles.select("doc", _s="start", _e="end"), on="doc", maintain_order="left"
    )
    taken = taken.filter((pl.col("start") >= pl.col("_s")) & (pl.col("end") <= pl.col("_e")))
    heads = heads.join(taken.select("doc").unique(), on="doc", how="anti")
    head = pl.col("title").str.extract(script, 1)
    heads = heads.with_columns(head=head).filter(pl.col("head").str.len_chars() >= 2)
    heads = heads.with_columns(
        pl.when(pl.col("head").str.len_chars() >= n)
        .then(pl.col("body").str.count_matches(pl.col("head").str.slice(0, n), literal=True))
        .otherwise(0)
        .cast(pl.Int64)
        .alias(f"_{n}")
        for n in _SIZES
    )
    # The longest head that still recurs at least twice and at least half as often as the shortest.
    size = pl.max_horizontal(
        pl.when((pl.col(f"_{n}") >= 2) & (pl.col(f"_{n}") * 2 >= pl.col("_2"))).then(n).otherwise(0) for n in _SIZES
    )
    # A head that a comma or a quote ends, as headlines have it, need only be named once more.
    marked = pl.col("title").str.contains(_AFTER_HEAD) & pl.col("body").str.contains(pl.col("head"), literal=True)
    heads = heads.with_columns(size=pl.when(marked).then(pl.col("head").str.len_chars()).otherwise(size))
    return heads.filter(pl.col("size") > 0).select("doc", name=pl.col("head").str.slice(0, pl.col("size")))
