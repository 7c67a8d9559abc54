"""Where things stand on a tape: what overlaps, what is beside what, titles, leads, quotes, tickers.

Nothing here knows a company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.table import plain_words
from transforms.spans import Tape, pattern_scan
from transforms.words import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARKS: Final = tuple(ord(c) for c in ":-*\u2022\u00b7\u25cf\u25aa\u2013\u2014\u2026")
"""Marks after which a list item or a heading begins."""


_EXCHANGES: Final = (
    "NASDAQ|Nasdaq|NasdaqGS|NYSE|AMEX|LSE|TSE|HKEX|SEHK|KOSPI|KOSDAQ|XETRA|Euronext|BME|BIT|BVMF|B3|IDX|BIST|GPW|WSE|OMX|SSE|SZSE"
    "|MOEX|ADX|DFM|Tadawul|BMV|ASX|TSX|NSE|BSE"
)


RUNNING_ON: Final = frozenset({"name_endings", "name_prefixes"})
"""Settings of languages in which names take endings or prefixes."""


_TICKER: Final = (
    rf"(\((?:[^()\n]{{0,40}}?(?:{_EXCHANGES})[: ]+ ?[A-Z0-9.\-]{{1,12}}[^()\n]{{0,12}}"
    r"|[A-Z0-9]{1,6}(?:-[A-Z]{1,3})?\.[A-Z]{1,3}|\d{4,6}|[A-Z]{4}\d{1,2})\))"
)
_PAGE_TICKER: Final = r"(\((?:[A-Z]{3,7}: ?)?[A-Z]{1,5}(?:[.:][A-Z]{1,4})? )([-+−]?\d{1,3}[.,]\d{1,2})( ?%\))"


def overlaps(spans: pl.DataFrame, frames: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each span shares a character with one of the frames."""
    if spans.is_empty() or frames.is_empty():
        return np.zeros(spans.height, dtype=np.bool_)
    ordered = frames.sort("start", maintain_order=True)
    starts, reach = ordered["start"].to_numpy(), ordered["end"].cum_max().to_numpy()
    last = np.searchsorted(starts, spans["end"].to_numpy(), side="left") - 1
    return (last >= 0) & (reach[np.maximum(last, 0)] > spans["start"].to_numpy())


def whole_or_running_on(tape: Tape, spans: pl.DataFrame) -> pl.DataFrame:
    """The spans that are just their `pattern`, and those that run on where names of the language take endings or prefixes."""
    running = {each: not RUNNING_ON.isdisjoint(lexicon.settings(each)) for each in tape.languages}
    whole = (spans["end"] - spans["start"]) == spans["pattern"].str.len_chars().cast(pl.Int64)
    return spans.filter(whole | tape.told(spans["start"], running))


def explained(tape: Tape, spans: pl.DataFrame) -> pl.DataFrame:
    """Drop spans that run on into letters that no ending or prefix of the language explains; `pattern` is the core."""
    if spans.is_empty() or all(RUNNING_ON.isdisjoint(lexicon.settings(each)) for each in tape.languages):
        return spans
    size = pl.col("pattern").str.len_chars().cast(pl.Int64)
    grown = spans.with_columns(_more=pl.col("end") - pl.col("start") - size)
    same, more = grown.filter(pl.col("_more") == 0), grown.filter(pl.col("_more") > 0)
    if more.is_empty():
        return spans
    whole = tape.slice("start", "end", more)
    more = more.with_columns(_whole=pl.Series([t.replace("\u0640", "") for t in plain_words(whole.to_list())]))
    before = pl.col("_whole").str.slice(0, pl.col("_more"))
    after = pl.col("_whole").str.slice(size, None)
    stem = (
        pl.col("stem") & pl.col("_whole").str.starts_with(pl.col("pattern")) if "stem" in more.columns else pl.lit(value=False)
    )

    def kept(language: str, rows: pl.DataFrame) -> pl.Series:
        rules = lexicon.settings(language)
        if RUNNING_ON.isdisjoint(rules):
            return rows.select(pl.repeat(value=True, n=pl.len())).to_series()
        right = pl.col("_whole").str.starts_with(pl.col("pattern")) & after.is_in(sorted(set(rules.get("name_endings", ()))))
        left = pl.col("_whole").str.ends_with(pl.col("pattern")) & before.is_in(sorted(set(rules.get("name_prefixes", ()))))
        return rows.select(right | left | stem).to_series()

    more = more.filter(tape.by_language(more.with_columns(tape.doc_of(more["start"])), kept)).drop("_whole")
    return pl.concat([same, more]).drop("_more").sort("start", "end", maintain_order=True)


def titles_of(tape: Tape) -> pl.DataFrame:
    """The titles as frames: start, end, doc."""
    return tape.once("companies.titles", lambda: _titles(tape))


def _titles(tape: Tape) -> pl.DataFrame:
    if "title_end" not in tape.docs.columns:
        return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "doc": pl.Int64})
    return tape.docs.select(
        start=pl.col("start") + pl.col("title_start").fill_null(0),
        end=pl.col("start") + pl.col("title_end").fill_null(0),
        doc=pl.col("doc"),
    ).filter(pl.col("end") > pl.col("start"))


def lead_end(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Where each article's lead ends: the third sentence after the title's."""
    titles = titles_of(tape).select("doc", title=pl.col("end"))
    body = sentences.join(titles, on="doc", how="left", maintain_order="left").filter(
        pl.col("start") >= pl.col("title").fill_null(0)
    )
    return body.sort("start", maintain_order=True).group_by("doc", maintain_order=True).agg(lead=pl.col("end").head(3).last())


def cues_of(tape: Tape, *kinds: str) -> pl.DataFrame:
    """Words of these kinds of the lexicon."""
    return words(tape, *kinds)


def near(places: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether one of the sorted places lies in [low, high]."""
    found: NDArray[np.bool_] = np.searchsorted(places, high, side="right") > np.searchsorted(places, low, side="left")
    return found


def follows(tape: Tape, ends: pl.Series, start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether one of the words that end at `ends` stands right before, with a space and perhaps a quote between."""
    places = np.unique(ends.to_numpy())
    quote = tape.codes[np.maximum(start - 1, 0)] == ord('"')
    found: NDArray[np.bool_] = np.isin(start - 1, places) | (quote & np.isin(start - 2, places))
    return found


def in_speech(tape: Tape, places: pl.Series) -> pl.Series:
    """Whether each place stands in somebody's words: behind a quotation mark of its paragraph that is not closed yet."""
    marks = np.concatenate(([0], np.cumsum(tape.codes == ord('"'))))
    breaks = np.union1d(np.flatnonzero(tape.codes == ord("\n")), tape.docs["start"].to_numpy())
    at = places.to_numpy()
    paragraph = breaks[np.searchsorted(breaks, at, side="right") - 1]
    return pl.Series((marks[at] - marks[paragraph]) % 2 == 1)


def in_quotes(tape: Tape, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether quotes stand right before and after."""
    quote = np.concatenate((tape.codes == ord('"'), [False]))
    return quote[np.maximum(start - 1, 0)] & quote[end] & (start > 0)


def capital_neighbour(tape: Tape, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the word right before or after begins with a capital (one space between)."""
    raw = tape.written
    upper = np.concatenate((tape.word & (raw != tape.codes), [False, False]))
    space = np.concatenate((tape.codes == 32, [False, False]))
    after = space[end] & upper[end + 1]
    previous = tape.starts_of_words[np.maximum(start - 2, 0)]
    before = (start > 1) & space[start - 1] & upper[previous] & np.concatenate((tape.word, [False]))[np.maximum(start - 2, 0)]
    return after | before


def after_mark(tape: Tape, start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a colon, a bullet or a dash stands before the word: there any word may have a capital ("Revenue: Total …")."""
    before = tape.codes[np.maximum(start - 2, 0)]
    found: NDArray[np.bool_] = np.isin(before, _MARKS) & (start > 1)
    return found


def tickers(tape: Tape) -> pl.DataFrame:
    """Tickers in brackets: start, end."""
    return tape.once("tickers", lambda: pattern_scan(tape, _TICKER, ["_ticker"], cased=True).select("start", "end"))


def page_tickers(tape: Tape) -> pl.DataFrame:
    """Percentages that a page sets beside a ticker, as of whenever it was opened: number_start, number_end. "(ZM -1.90%)"."""
    groups = ["_open", "number", "_close"]
    return tape.once("page_tickers", lambda: pattern_scan(tape, _PAGE_TICKER, groups, cased=True)).select(
        "number_start", "number_end"
    )


def upper_start(tape: Tape, starts: pl.Series) -> NDArray[np.bool_]:
    """Whether a capital stands at these places."""
    plain = tape.plain
    return np.array(
        [
            plain[s] != tape.folded[s] or not plain[s].isalpha() or plain[s : s + 3] in ("s.p", "s.r", "sp.")
            for s in starts.to_list()
        ],
        dtype=np.bool_,
    )


def one_line(texts: pl.Series) -> list[str]:
    """Texts without line breaks, so that they can be made plain in one go."""
    return [t.replace("\n", " ") for t in texts.fill_null("").to_list()]
