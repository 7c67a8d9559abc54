"""Why a fact stands: the spans of its sentences, what its rule asks for, and what else was weighed for the same words.

And why a sentence with a number gave none. The article is scanned once more; nothing is remembered from the run that found
the fact.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import polars as pl

from transforms import financials, market_moves, security_incidents
from transforms.coverage import SENTENCES, sentences
from transforms.extract import tapes
from transforms.scan import Scanned, scan
from transforms.schemas import OFFSET, Schema

SPANS: Final[Schema] = {"start": OFFSET, "end": OFFSET, "text": pl.String, "kind": pl.String, "meaning": pl.String}
WEIGHED: Final[Schema] = {"reading": pl.String, "word": pl.String, "score": pl.Float64}
COVERED: Final[Schema] = {
    "sentence": pl.String,
    **{name: dtype for name, dtype in SENTENCES.items() if name != "doc"},
}
"""SENTENCES with their words. Offsets are code points of the article's clean text."""
_RUNNERS_UP: Final = {
    "fact_financials": financials.runners_up,
    "fact_security_incidents": security_incidents.runners_up,
    "fact_market_moves": market_moves.runners_up,
}
_RULES: Final = {"fact_security_incidents": "security", "fact_market_moves": "market"}
_SHOWN: Final = 8


@dataclass(frozen=True)
class Explanation:
    """What speaks for a fact. Offsets are code points of the article's clean text.

    text: the sentences of the evidence, from `start` on. spans: SPANS of them, in order. asks: what the rule's file says of it,
    empty for the weighed figures, which have no file of rules. weighed: WEIGHED, best first.
    """

    text: str
    start: int
    spans: pl.DataFrame
    asks: dict[str, Any]
    weighed: pl.DataFrame


def explain(article: pl.DataFrame, fact: dict[str, Any], *, table: str) -> Explanation:
    """The explanation of a fact (a row of its table) in its article (one row of ARTICLE_TEXTS).

    Raises ValueError where the article gives nothing to scan: no text, or a language without a lexicon.
    """
    tape = next(tapes(article), None)
    if tape is None:
        raise ValueError("the article has no text in a language that has a lexicon")
    scanned = scan(tape)
    if table == "fact_security_incidents":
        scanned = security_incidents.with_words(scanned)
    said = _touching(scanned.sentences, fact["evidence_start"], fact["evidence_end"]).sort("start", maintain_order=True)
    first, last = int(said["start"][0]), int(said["end"][-1])
    at, end = fact["evidence_start"], fact["evidence_end"]
    if table == "fact_financials":
        at, end = fact["value_start"], fact["value_end"]
    touching = _touching(_RUNNERS_UP[table](scanned), at, end)
    words = tape.slice("word_start", "word_end", touching).alias("word")
    weighed = touching.with_columns(words).select(*WEIGHED).unique(maintain_order=True)
    return Explanation(
        text=tape.text[first:last],
        start=first,
        spans=_spans(scanned, said["sid"]),
        asks=_asked(table, str(fact["rule"])),
        weighed=weighed.sort("score", descending=True, maintain_order=True).head(_SHOWN),
    )


def covered(article: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """The sentences of an article (one row of ARTICLE_TEXTS) that might have given a fact: COVERED.

    `stated` (evidence_start): where the evidences of its facts begin. None for an article that gives nothing to scan.
    """
    tape = next(tapes(article), None)
    if tape is None:
        return pl.DataFrame(schema=COVERED)
    rows = sentences(scan(tape), stated.select(start="evidence_start"))
    return rows.with_columns(tape.slice("start", "end", rows).alias("sentence")).select(COVERED.keys())


def _touching(spans: pl.DataFrame, start: int, end: int) -> pl.DataFrame:
    return spans.filter((pl.col("start") < end) & (pl.col("end") > start))


def _spans(scanned: Scanned, sids: pl.Series) -> pl.DataFrame:
    """Everything that was found in some sentences: SPANS."""
    plain = pl.col("value").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    worth = pl.concat_str(plain, "unit", separator=" ", ignore_nulls=True)
    year = pl.col("year").cast(pl.String)
    said = {
        "quantity": (scanned.quantities, pl.concat_str("kind", worth, separator=": ", ignore_nulls=True)),
        "period": (scanned.periods, pl.concat_str("grain", year, separator=" ", ignore_nulls=True)),
        "company": (scanned.companies, pl.concat_str("certainty", "company_id", separator=": ", ignore_nulls=True)),
        "country": (scanned.countries, pl.col("country")),
        "name": (scanned.names, pl.col("kind")),
        "word": (scanned.cues, pl.concat_str("kind", "code", separator=".")),
    }
    found = pl.concat(
        frame.filter(pl.col("sid").is_in(sids.implode())).select(
            "start", "end", kind=pl.lit(kind), meaning=meaning.cast(pl.String)
        )
        for kind, (frame, meaning) in said.items()
    )
    found = found.unique(maintain_order=True).sort("start", "end", "kind", "meaning", maintain_order=True)
    return found.with_columns(scanned.tape.slice("start", "end", found).alias("text")).select(
        pl.col(name).cast(dtype) for name, dtype in SPANS.items()
    )


def _asked(table: str, rule: str) -> dict[str, Any]:
    """What the file of a topic says of a rule."""
    topic = _RULES.get(table)
    if topic is None:
        return {}
    document = tomllib.loads((resources.files("transforms") / "rules" / f"{topic}.toml").read_text(encoding="utf-8"))
    return next((each for each in document.get("rule", []) if each["id"] == rule.removesuffix(".listed")), {})
