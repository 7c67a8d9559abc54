"""Where numbers stand, in digits and in words, with what stands around them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.compiled import in_thread_of, of_numbers
from transforms.quantities.beside import Beside, said_before
from transforms.quantities.grammar import NUMBER, Grammar, grammar, tables
from transforms.quantities.meanings import heads, languages_of, tails
from transforms.quantities.numerals import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from transforms.spans import Tape

_MARK: Final = 0xF0000  # private use, stands for a match while its place is found
_EXPLANATION: Final = r"[0-9] \((?:\p{L}[\p{L} .]{1,14}|[0-9]{4}|[0-9]{4}/[0-9]{2}):? $"
"""What tells of a number in brackets that it is of another time: what follows counts for both, "2.3 (2022: 2.1) billion"."""
_EXPLAINED: Final = 24
_HEAD_PLACES: Final = ("comparator_at", "sign_at", "before_at", "before_to", "inner_at", "lead_at")
_TAIL_PLACES: Final = ("scale_to", "unit_at", "unit_to", "after_at")
_OF_TAIL: Final = (
    "power", "scale_currency", "scale_text", "scale_to", "more", "unit_class", "unit_code", "after_code", "after_at",
)  # fmt: skip


def matches(tape: Tape, expression: Callable[[Grammar], str | None], *, with_digits: bool = False) -> pl.DataFrame:
    """Every match of each language's expression without its groups: language, start, end, text, cut (it ends within a word).

    Searching without groups runs an automaton at more than 200 MB/s; the groups of the distinct strings are read later.
    `with_digits` says that each match holds a digit and no digit stands between two matches.
    """
    every: list[str] = []
    ends, counts, languages = [], [], []
    for part, offset in tape.placed():
        searched = expression(grammar(part.language))
        if searched is None or not part.folded:
            continue
        texts, stops = in_thread_of(of_numbers(part.language), partial(_matches_on, part, searched, with_digits=with_digits))
        every += texts
        ends.append(stops + offset)
        counts.append(len(texts))
        languages.append(part.language)
    stop = pl.Series("end", np.concatenate([*ends, np.zeros(0, dtype=np.int64)]), dtype=pl.Int64)
    spoken = pl.Series("language", languages, dtype=pl.String).gather(np.repeat(np.arange(len(counts)), counts))
    found = pl.DataFrame([spoken, stop, pl.Series("text", every, dtype=pl.String)])
    after = Beside.of(tape, stop)  # Korean particles follow without a space
    cut = after.word & ~after.digit & ~after.hangul & Beside.of(tape, stop - 1).word
    start = pl.col("end") - pl.col("text").str.len_chars().cast(pl.Int64)
    return found.select("language", "end", "text", start=start, cut=pl.Series(cut))


def _matches_on(tape: Tape, expression: str, *, with_digits: bool) -> tuple[list[str], NDArray[np.int64]]:
    """What an expression matches on a tape of one language, and where each match ends."""
    subject = tape.subject(cased=False).series
    texts: list[str] = subject.str.extract_all(expression)[0].to_list()
    if with_digits:
        # The next match is then the next place where its text stands, and a second search is spared.
        return texts, np.fromiter(_found_in_turn(tape.folded, texts), dtype=np.int64, count=len(texts))
    marked = subject.str.replace_all(expression, chr(_MARK))[0] if texts else ""
    codes = np.frombuffer(marked.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return texts, np.flatnonzero(codes == _MARK) - np.arange(len(texts)) + np.cumsum(lengths)


def _found_in_turn(text: str, parts: list[str]) -> Iterator[int]:
    """Where each part ends, looked for from the end of the one before."""
    end = 0
    for part in parts:
        end = text.index(part, end) + len(part)
        yield end


def _placed(spans: pl.DataFrame, origin: str, *names: str) -> pl.DataFrame:
    """Places counted from the start of a string as places on the tape."""
    return spans.with_columns((pl.col(origin) + pl.col(n)).alias(n) for n in names)


def in_digits(tape: Tape) -> pl.DataFrame:
    """Numbers in digits with what stands around them; the distinct strings before and after are read once."""
    found = matches(tape, lambda one: one.digits, with_digits=True)
    writing = tables(languages_of(found)).writing.select("language", "decimal")
    found = found.join(writing, on="language", how="left", maintain_order="left")
    before, text = pl.col("before"), pl.col("text")
    shown = found.select("text", "decimal", before=text.str.replace(r"[0-9].*$", ""))
    # ".5 percent", but "Rs.500", "end.5"; the mark is the language's own.
    marked = before.str.contains(r"(?:^|[^\p{L}0-9])[.,]$") & before.str.ends_with(pl.col("decimal"))
    alone = pl.Series(~Beside.of(tape, found["start"] - 1).word)
    marked &= pl.lit(alone) | (before.str.len_chars() > 1)
    shown = shown.select("text", before=pl.when(marked).then(before.str.head(-1)).otherwise(before))
    length = before.str.len_chars().cast(pl.Int64)
    shown = shown.with_columns(number=text.str.slice(length).str.extract_all(NUMBER).list.first(), _to=length)
    reach = pl.col("_to") + pl.col("number").str.len_chars().cast(pl.Int64)
    spans = found.select("language", "start", "cut").with_columns(
        shown.select(
            head="before", tail=text.str.slice(reach), number="number", number_start=pl.col("_to"), number_end=reach,
            in_words=pl.lit(value=False),
        )
    )  # fmt: skip
    spans = _placed(spans, "start", "number_start", "number_end")
    before_known = heads(spans.select("language", text="head").unique())
    behind_known = tails(spans.select("language", text="tail", cut="cut").unique())
    spans = spans.join(
        before_known, left_on=["language", "head"], right_on=["language", "text"], how="left", maintain_order="left"
    )
    spans = spans.join(
        behind_known,
        left_on=["language", "tail", "cut"],
        right_on=["language", "text", "cut"],
        how="left",
        maintain_order="left",
    )
    spans = _placed(_placed(spans, "start", *_HEAD_PLACES), "number_end", *_TAIL_PLACES)
    spans = _to_the_next(spans)
    # "4-9月", "1-2 hours": what the second number is the first is too, if that is no amount.
    tied = (
        (pl.col("number_start").shift(-1) - pl.col("number_end") == 1)
        & pl.col("unit_class").is_null()
        & pl.col("power").is_null()
    )
    follows = pl.col("unit_class").shift(-1).is_in(["date", "drop", "measure"]).fill_null(value=False)
    hyphen = pl.Series(Beside.of(tape, spans["number_end"]).one_of("-"))
    spans = spans.with_columns(_hyphen=hyphen).with_columns(
        unit_class=pl.when(tied & follows & pl.col("_hyphen")).then(pl.col("unit_class").shift(-1)).otherwise("unit_class")
    )
    # "(up 5) million": the bracket closes something else. But "1.6 (-1.4) billion".
    opened = pl.Series(Beside.of(tape, spans["start"] - 1).one_of("(")) & pl.col("sign_at").is_not_null()
    stray = pl.col("closed") & ~opened & (pl.col("inner").is_null() | (pl.col("inner") != "("))
    spans = spans.with_columns(_stray=stray.fill_null(value=False)).with_row_index("_row")
    said = spans.filter("_stray").select("_row", at="number_start").with_columns(tape.doc_of(spans.filter("_stray")["start"]))
    explained = said.filter(pl.Series(said_before(tape, said, reach=_EXPLAINED, expression=lambda _: _EXPLANATION)))
    stray = pl.col("_stray") & ~pl.col("_row").is_in(explained["_row"].implode())
    spans = spans.with_columns(pl.when(~stray).then(pl.col(c)).alias(c) for c in _OF_TAIL)
    return spans.drop("head", "tail", "cut", "_hyphen", "_stray", "_row")


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


def _words_of(one: Grammar, *, scan: int) -> str | None:
    return one.words[scan].expression if scan < len(one.words) else None


def in_words_on(tape: Tape, columns: list[str]) -> list[pl.DataFrame]:
    """Numbers in words: the columns of `in_digits`."""
    frames = []
    for scan in range(max(len(grammar(part.language).words) for part, _ in tape.placed())):
        found = matches(tape, partial(_words_of, scan=scan))
        if found.is_empty():
            continue
        known = in_words(found.select("language", "text", "cut").unique(), scan)
        spans = found.join(known, on=["language", "text", "cut"], how="left", maintain_order="left_right").rename(
            {"number_at": "number_start", "number_to": "number_end"}
        )
        spans = _placed(spans, "start", "number_start", "number_end", *_HEAD_PLACES, *_TAIL_PLACES)
        frames.append(spans.with_columns(in_words=pl.lit(value=True)).select(columns))
    return frames


def own_currency(digits: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
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
