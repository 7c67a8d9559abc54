"""Mentions of known companies, and what shows that an ambiguous word means one.

A weak alias counts only in an article that shows elsewhere that the firm is meant, or names its parent or subsidiary.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.naming import legal_forms, ordinary
from transforms.companies.places import (
    after_mark,
    capital_neighbour,
    cues_of,
    explained,
    in_quotes,
    near,
    overlaps,
    tickers,
    titles_of,
    whole_or_running_on,
)
from transforms.companies.schema import MENTIONS
from transforms.companies.table import aliases_of, dim_company
from transforms.spans import Tape, dictionary_scan, drop_contained

_SUM: Final = 16
"""Code points before a currency in which its number stands."""
_TAIL: Final = 20
"""Code points behind a name in which the next word of another firm's name stands."""
_PLAIN_VERB: Final = "also"
"""Code of verbs that a firm may be the subject of as well as anything else: "has", "is", "grew"."""


def _kana_safe(tape: Tape, spans: pl.DataFrame) -> pl.DataFrame:
    """Drop names in katakana that are part of a longer katakana word."""
    if spans.is_empty():
        return spans
    kana = ((tape.codes >= 0x30A1) & (tape.codes <= 0x30FA)) | (tape.codes == 0x30FC)
    padded = np.concatenate((kana, [False]))
    start, end = spans["start"].to_numpy(), spans["end"].to_numpy()
    before = padded[start] & padded[start - 1] & (start > 0)
    after = padded[end - 1] & padded[end]
    return spans.filter(pl.Series(~(before | after)))


def _aliases_on(tape: Tape) -> pl.DataFrame:
    """The aliases of companies on a tape, looked for in all its languages at once; most are the same in all of them."""
    found = dictionary_scan(tape, aliases_of(tape.languages), cased=True, longest=False)
    spoken = tape.docs["language"].gather(tape.doc_of(found["start"]))
    here = found["only"].is_null() | (found["only"] == spoken).fill_null(value=False)
    return whole_or_running_on(tape, found.filter(here).drop("only"))


def known_mentions(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Mentions of known companies: columns of `MENTIONS`."""
    found = _kana_safe(tape, explained(tape, _aliases_on(tape)))
    found = drop_contained(found, by="kind").filter(pl.col("strength") != "none")
    # "A Zoom-style explosion" is said of another company.
    similes = cues_of(tape, "company_simile")["start"].unique()
    found = found.filter(~pl.col("end").is_in(similes.implode()))
    found = found.filter(~_sums(tape, found))
    found = found.filter(~_of_others(tape, found) & ~_last_of_others(tape, found))
    found = found.with_columns(tape.doc_of(found["start"]))
    weak = pl.col("strength").str.starts_with("weak")
    firm = found.filter(~weak).select("doc", "company_id").unique()
    supported = _supported(tape, sentences, found.filter(weak)).select("doc", "company_id").unique()
    titled = (
        found.with_columns(title=pl.Series(overlaps(found, titles_of(tape))))
        .group_by("doc", "company_id", maintain_order=True)
        .agg(both=(pl.col("title").any() & (~pl.col("title")).any() & (pl.len() >= 3)))
    )
    proof = pl.concat([firm, supported, _relatives(firm), titled.filter("both").select("doc", "company_id")]).unique()
    found = found.join(proof, on=["doc", "company_id"], how="semi", maintain_order="left")
    product = pl.col("strength").str.ends_with("product")
    found = found.sort("start", "end", "company_id", maintain_order=True).unique(
        ["start", "end"], keep="first", maintain_order=True
    )
    return found.select(
        "start", "end", "company_id", certainty=pl.when(product).then(pl.lit("product")).otherwise(pl.lit("known"))
    ).cast(dict(MENTIONS))  # type: ignore[arg-type]


def _relatives(firms: pl.DataFrame) -> pl.DataFrame:
    """The parents and subsidiaries of firms that articles name: doc, company_id. "Meta, owner of Facebook" is no goal."""
    kin = dim_company().select("company_id", relative="parent_id").drop_nulls()
    kin = pl.concat([kin, kin.select(company_id="relative", relative="company_id")])
    return firms.join(kin, on="company_id", how="inner", maintain_order="left").select("doc", company_id="relative").unique()


def _of_others(tape: Tape, found: pl.DataFrame) -> pl.Series:
    """Whether each mention only begins the name of another firm: "Apple Hospitality", but "Delta Air Lines" is Delta."""
    codes = np.concatenate((tape.codes, [0]))
    end = found["end"].to_numpy()
    raw = np.concatenate((tape.written, [0, 0]))
    upper = (codes[end] == ord(" ")) & (raw[end + 1] != np.concatenate((tape.codes, [0, 0]))[end + 1])
    asked = found.with_row_index("_i").filter(pl.Series(upper))
    tails = pl.Series([tape.plain[b : b + _TAIL] for b in asked["end"].to_list()], dtype=pl.String)
    asked = asked.with_columns(tail=tails.str.extract(r"^ (\p{Lu}\p{L}+)(?:$|[^\p{L}])", 1))
    asked = asked.filter(pl.col("tail").is_in(lexicon.settings(tape.language).get("name_tails_other", [])))
    named = dim_company().select("company_id", _names=pl.concat_str("name", "legal_name", separator="|", ignore_nulls=True))
    asked = asked.join(named, on="company_id", how="left", maintain_order="left")
    own = pl.col("_names").fill_null("").str.contains(pl.concat_str("pattern", "tail", separator=" "), literal=True)
    return found.with_row_index("_i").select(pl.col("_i").is_in(asked.filter(~own)["_i"].implode())).to_series()


def _last_of_others(tape: Tape, found: pl.DataFrame) -> pl.Series:
    """Whether each mention only ends another name: weak ones ("Blue Bird"), and such as have grown ("Lucas Bols")."""
    start = found["start"].to_numpy()
    raw, codes = tape.written, tape.codes
    before = np.maximum(start - 2, 0)
    spaced = (start > 1) & (codes[np.maximum(start - 1, 0)] == ord(" ")) & np.concatenate((tape.word, [False]))[before]
    first = tape.starts_of_words[before]
    grown = (found["end"] - found["start"]) > found["pattern"].str.len_chars().cast(pl.Int64)
    unsure = grown | found["strength"].str.starts_with("weak")
    nouns_too = {each: bool(lexicon.settings(each).get("nouns_capitalised", False)) for each in tape.languages}
    asked = spaced & (raw[first] != codes[first]) & unsure.to_numpy() & ~overlaps(found, titles_of(tape))
    # A script without capitals goes on with no name in Latin letters: "SK텔레콤은 카카오와".
    asked &= np.concatenate((tape.codes, [0]))[start] < _NO_CAPITALS
    asked &= ~tape.told(found["start"], nouns_too).to_numpy()
    rows = found.with_row_index("_i").with_columns(tape.doc_of(found["start"])).filter(pl.Series(asked))
    heads = [tape.folded[a : b + 1] for a, b in zip(first[asked].tolist(), before[asked].tolist(), strict=True)]
    rows = rows.with_columns(_before=pl.Series(heads, dtype=pl.String))

    def strange(language: str, spoken: pl.DataFrame) -> pl.Series:
        return ~spoken["_before"].is_in(sorted(ordinary(language) | legal_forms(language)))

    rows = rows.filter(tape.by_language(rows, strange)) if rows.height else rows
    return found.with_row_index("_i").select(pl.col("_i").is_in(rows["_i"].implode())).to_series()


def _sums(tape: Tape, found: pl.DataFrame) -> pl.Series:
    """Whether each mention is the currency of a sum: "20 mln PLN" names no power company, "Swiss francs" no airline."""
    money = lexicon.of_kind(tape.language, "currency")["pattern"].unique()
    folded = pl.col("pattern").str.to_lowercase()
    first = money.filter(money.str.contains(" ", literal=True)).str.extract(r"^(\S+) ", 1).unique()
    asked = found.with_row_index("_i").filter(folded.is_in(money.implode()) | folded.is_in(first.implode()))
    written = tape.slice("start", pl.col("end") + _SUM, asked).str.to_lowercase().fill_null("")
    named = pl.Series([text.startswith(tuple(money)) for text in written], dtype=pl.Boolean)
    before = tape.slice(pl.max_horizontal(pl.col("start") - _SUM, pl.lit(0)), "start", asked)
    sums = asked.filter(before.str.contains(r"\d ?(?:\p{L}+\.? )?$") & named)["_i"]
    return found.with_row_index("_i").select(pl.col("_i").is_in(sums.implode())).to_series()


_ABBREVIATION: Final = 3
_NO_CAPITALS: Final = 0x590
"""The first letter beyond those of scripts with capitals, Georgian apart."""


def _supported(tape: Tape, sentences: pl.DataFrame, weak: pl.DataFrame) -> pl.DataFrame:
    """Weak mentions beside which something shows that a firm is meant."""
    if weak.is_empty():
        return weak
    nouns = cues_of(tape, "company_noun", "legal_form", "company_verb").filter(pl.col("code") != _PLAIN_VERB)
    before = nouns.filter(pl.col("kind") == "company_noun")["end"].unique().sort().to_numpy()
    after_kinds = nouns.filter((pl.col("kind") != "company_noun") | (pl.col("code") == "after"))
    after = np.unique(np.concatenate((after_kinds["start"].to_numpy(), tickers(tape)["start"].to_numpy())))
    start, end = weak["start"].to_numpy(), weak["end"].to_numpy()
    quoted = in_quotes(tape, start, end)
    cue = near(before, start - 2, start) | near(after, end, end + 2) | quoted
    # A capital inside a sentence makes a name, unless a neighbour has one too ("Orange County", "Harry Kane").
    opening = np.isin(start, sentences["start"].to_numpy()) | quoted | after_mark(tape, start)
    titled = overlaps(weak, titles_of(tape))
    latin = (tape.codes[start] < 0x250) & (tape.codes[start] > 0x40)
    middle = ~opening & ~titled & latin & ~capital_neighbour(tape, start, end)
    nouns_too = {each: bool(lexicon.settings(each).get("nouns_capitalised", False)) for each in tape.languages}
    middle &= ~tape.told(weak["start"], nouns_too).to_numpy()
    # In brackets among other letters an abbreviation is that of the words before it: 소셜네트워크서비스(SNS) is no bank.
    foreign = {each: "dense" in lexicon.settings(each) for each in tape.languages}
    codes = np.concatenate((tape.codes, [0]))
    bracketed = (codes[start - 1] == ord("(")) & (codes[end] == ord(")")) & (end - start <= _ABBREVIATION)
    middle &= ~(tape.told(weak["start"], foreign).to_numpy() & bracketed)
    return weak.filter(pl.Series(cue | middle))
