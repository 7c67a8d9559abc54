"""Descriptions that stand for a firm: "the video specialist", where "the video specialist Zoom" is read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.schema import MENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.spans import Tape

_BEFORE: Final = 64
"""How far before a name its description may begin, in code points."""
_MORE_WORDS: Final = 4
"""So many words a description has at most besides its first."""
_LONG, _LONGEST = 8, 12
"""Letters of a word that makes several words a description ("specialist"), and of one that is one by itself."""
_GAP: Final = 2
"""How far behind a description the name stands that it belongs to, in code points: a space and a quotation mark."""
_CASE_ENDING: Final = r"(?:e?s|n)?"
"""What German and Dutch put behind a noun: "des Videodienstes"."""


def epithets(tape: Tape, named: pl.DataFrame) -> pl.DataFrame:
    """Where a description stands for a firm that the article names with it elsewhere: columns of `MENTIONS`.

    `[settings] description_articles` (a regular expression) are the words that a description begins behind; in languages
    without it, and in articles on one firm alone, nothing is looked for. A description of two firms stands for neither.
    """
    mentions = named.with_columns(tape.doc_of(named["start"]))
    mentions = mentions.filter((pl.col("company_id").n_unique() > 1).over("doc")).sort("start", maintain_order=True)
    docs = tape.docs.select("doc", "language", _from="start", _to="end")
    found: list[tuple[int, int, str]] = []
    for part in mentions.join(docs, on="doc", how="left", maintain_order="left").partition_by("doc", maintain_order=True):
        definite = lexicon.settings(part["language"][0]).get("description_articles")
        if definite:
            found += _in_article(tape, part, str(definite))
    rows = pl.DataFrame(found, schema={name: MENTIONS[name] for name in ("start", "end", "company_id")}, orient="row")
    return rows.with_columns(certainty=pl.lit("pronoun")).select(MENTIONS.keys()).sort("start", "end", maintain_order=True)


def _in_article(tape: Tape, mentions: pl.DataFrame, definite: str) -> Iterator[tuple[int, int, str]]:
    """start, end and company_id of each description in one article whose mentions of firms these are, in order."""
    first, last = mentions.select("_from", "_to").row(0)
    text, starts = tape.text[first:last], mentions["start"].to_numpy() - first
    meant: dict[str, set[str]] = {}
    clear = first
    for start, end, company in mentions.select("start", "end", "company_id").iter_rows():
        before = tape.text[max(clear, start - _BEFORE) : start]
        for description in _descriptions(before, definite):
            meant.setdefault(description, set()).add(company)
        clear = end
    for description, companies in meant.items():
        if len(companies) > 1 or text.count(description) <= 1:
            continue
        for match in re.finditer(rf"\b(?i:{definite}) ?({re.escape(description)}{_CASE_ENDING})(?![\w-])", text):
            follows = np.searchsorted(starts, match.end())
            if follows == len(starts) or starts[follows] - match.end() > _GAP:
                yield first + match.start(1), first + match.end(1), next(iter(companies))


def _descriptions(before: str, definite: str) -> Iterator[str]:
    """What may describe the firm whose name stands behind this text, each from another article on: "the chip maker "."""
    for match in _behind_articles(definite).finditer(before):
        words = match.group(1).split()
        longest = max(map(len, words))
        if longest >= (_LONG if len(words) > 1 else _LONGEST):
            yield match.group(1)


@lru_cache(maxsize=32)
def _behind_articles(definite: str) -> re.Pattern[str]:
    # A look-ahead, so that what begins behind a later article of the same phrase is found too.
    words = rf"[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,{_MORE_WORDS}}}"
    return re.compile(rf"\b(?i:{definite}) ?(?=({words}) [\"«“„]?$)")
