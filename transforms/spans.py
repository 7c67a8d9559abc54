"""The span algebra's ground floor: the tape and its two primitives, dictionary scan and pattern scan.

A tape is a batch of texts in one language laid end to end, so that every span is two numbers on one
line and every question about spans is a sorted join. Offsets are Unicode code points of the tape;
`Tape.to_articles` turns them back into offsets of each article. What a span means is not decided here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.compiled import in_thread_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

SEPARATOR: Final = "\n\n\x1d\n\n"
"""Stands between articles. The reader removes control characters, so no text holds it."""
_TABLE_SIZE: Final = 0x20000  # planes 0 and 1; beyond them every character stands for itself
_ONE_BYTE, _TWO_BYTES, _THREE_BYTES = 0x80, 0x800, 0x10000  # from here on a code point takes a byte more in UTF-8
_SENTINELS: Final = 0xF0000  # private use, plane 15: marks the borders of matched groups

# One code point for one code point, so that offsets never move.
_SAME: Final = {
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t",
    "'": "\u2018\u2019\u201a\u201b\u02bc\u2032\uff07\u00b4`",
    '"': "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u300c\u300d\u300e\u300f",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u2043\u301c\uff5e~\u2500\u2501",
    "·": "\u2022\u2027\u30fb\u00b7",
}


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.bool_]]:
    """Lookup tables over code points: normalised, lower case of normalised, is a word character."""
    plain = np.arange(_TABLE_SIZE, dtype=np.uint32)
    for target, sources in _SAME.items():
        for source in sources:
            plain[ord(source)] = ord(target)
    for code in [*range(0xFF01, 0xFF5F), *range(0x0660, 0x066A), *range(0x06F0, 0x06FA), *range(0x0966, 0x0970)]:
        if plain[code] == code:  # full-width forms; Arabic-Indic, Persian and Devanagari digits
            same = unicodedata.normalize("NFKC", chr(code))
            plain[code] = 0x30 + unicodedata.digit(same) if same.isdigit() else ord(same)
    lower = np.arange(_TABLE_SIZE, dtype=np.uint32)
    word = np.zeros(_TABLE_SIZE, dtype=np.bool_)
    for code in range(_TABLE_SIZE):
        character = chr(code)
        low = character.lower()
        lower[code] = ord(low) if len(low) == 1 else ord("i")  # only U+0130 grows
        word[code] = character.isalnum() or unicodedata.combining(character) > 0
    for first, last in ((0x3005, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)):
        word[first : last + 1] = False  # scripts without spaces have no word borders to respect
    return plain, lower[plain], word


def _look_up(table: NDArray[np.uint32], codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    inside = codes < _TABLE_SIZE
    return table[codes] if inside.all() else np.where(inside, table[np.where(inside, codes, 0)], codes)


@lru_cache(maxsize=64)
def _members(characters: str) -> NDArray[np.bool_]:
    table = np.zeros(0x110000, dtype=np.bool_)
    table[[ord(character) for character in characters]] = True
    return table


def among(codes: NDArray[np.uint32], characters: str) -> NDArray[np.bool_]:
    """Which of some code points are one of these characters: a look into a table, many times quicker than a search."""
    return _members(characters)[codes]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _text(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def fold(text: str) -> str:
    """The text as the lexicons see it: lower case, plain quotes, dashes, spaces and digits, same length."""
    return _text(_look_up(_tables()[1], _codes(text)))


@dataclass(frozen=True)
class Subject:
    """A text that is searched often: the text, in a series of its own, and the code points in which its bytes lie."""

    text: str
    series: pl.Series
    codes: NDArray[np.uint32]

    @staticmethod
    def of(text: str, codes: NDArray[np.uint32]) -> Subject:
        """The text whose code points these are."""
        return Subject(text, pl.Series([text]), codes)

    @cached_property
    def points(self) -> NDArray[np.int64] | None:
        """For each byte of UTF-8 the code point it belongs to; None where each character is a byte."""
        codes = self.codes
        if not codes.size or codes.max() < _ONE_BYTE:
            return None
        lengths = np.uint8(1) + (codes >= _ONE_BYTE) + (codes >= _TWO_BYTES) + (codes >= _THREE_BYTES)
        return np.repeat(np.arange(codes.size, dtype=np.int64), lengths)

    def code_points(self, byte_offsets: pl.Series) -> NDArray[np.int64]:
        """Offsets in the bytes as offsets in code points."""
        places = byte_offsets.to_numpy().astype(np.int64)
        return places if self.points is None else self.points[places]


@dataclass(frozen=True)
class Tape:
    """Texts laid end to end: of one language, or several tapes of one language each behind one another.

    `language` is empty on a joined tape, whose `parts` are the tapes it was made of.
    `docs` has doc (Int64, 0..n-1), article_id, language, start, end (offsets on the tape) and the caller's further columns.
    `text` is as written, `plain` has plain quotes, dashes, spaces and digits, `folded` is `plain` in lower case;
    all three have the same length in code points. `codes` holds the code points of `folded`, `word` says
    which of them belong to a word.
    """

    language: str
    docs: pl.DataFrame
    text: str
    plain: str
    folded: str
    codes: NDArray[np.uint32]
    word: NDArray[np.bool_]
    parts: tuple[Tape, ...] = ()

    @staticmethod
    def joined(tapes: Sequence[Tape]) -> Tape:
        """The tapes behind one another. Scans are made on each part (`each`); everything else is asked of the whole."""
        if len(tapes) == 1:
            return tapes[0]
        gap = _codes(SEPARATOR)
        word_gap = np.zeros(len(gap), dtype=np.bool_)
        docs = [
            tape.docs.with_columns(pl.col("doc") + first, pl.col("start") + offset, pl.col("end") + offset)
            for tape, offset, first in _placed(tapes)
        ]
        return Tape(
            language="",
            docs=pl.concat(docs),
            text=SEPARATOR.join(tape.text for tape in tapes),
            plain=SEPARATOR.join(tape.plain for tape in tapes),
            folded=SEPARATOR.join(tape.folded for tape in tapes),
            codes=np.concatenate([each for tape in tapes for each in (tape.codes, gap)])[: -len(gap)],
            word=np.concatenate([each for tape in tapes for each in (tape.word, word_gap)])[: -len(gap)],
            parts=tuple(tapes),
        )

    def each(self, scan: Callable[[Tape], pl.DataFrame], *, thread: Callable[[str], str] = str) -> pl.DataFrame:
        """What `scan` finds on each tape of one language, moved to its place on this one; `thread` as in `compiled`."""
        if not self.parts:
            return scan(self)
        return pl.concat(
            [
                moved(in_thread_of(thread(tape.language), partial(scan, tape)), by=offset, docs=first)
                for tape, offset, first in _placed(self.parts)
            ]
        )

    def placed(self) -> Iterator[tuple[Tape, int]]:
        """The tapes of one language that make up this one (itself, where it is one), each with its offset."""
        for tape, offset, _ in _placed(self.parts or (self,)):
            yield tape, offset

    def parted(self, rows: pl.DataFrame) -> list[tuple[Tape, pl.DataFrame]]:
        """Each tape of one language with the rows (spans of this one) that start on it, in its own offsets."""
        if not self.parts:
            return [(self, rows)]
        return [
            (tape, moved(rows.filter(pl.col("start").is_between(offset, offset + len(tape.codes))), by=-offset, docs=-first))
            for tape, offset, first in _placed(self.parts)
        ]

    def by_language(self, rows: pl.DataFrame, answer: Callable[[str, pl.DataFrame], pl.Series]) -> pl.Series:
        """One answer a row, in the order of `rows` (which have doc), asked for the rows of each language together."""
        if not self.parts:
            return answer(self.language, rows)
        spoken = self.docs["language"].gather(rows["doc"])
        keyed = rows.with_columns(spoken.alias("_language")).with_row_index("_row")
        answers = []
        for part in keyed.partition_by("_language", maintain_order=True):
            language = str(part["_language"][0])
            told = in_thread_of(language, partial(answer, language, part.drop("_row", "_language")))
            answers.append(pl.DataFrame({"_row": part["_row"], "answer": told}))
        return (
            pl.concat(answers).sort("_row", maintain_order=True)["answer"] if answers else answer(self.parts[0].language, rows)
        )

    @staticmethod
    def of(texts: pl.DataFrame, *, language: str) -> Tape:
        """Lay the texts (columns article_id, text and any others) on a tape."""
        strings = texts["text"].to_list()
        text = SEPARATOR.join(strings)
        plain_table, fold_table, word_table = _tables()
        raw = _codes(text)
        plain, folded = _look_up(plain_table, raw), _look_up(fold_table, raw)
        word = word_table[np.minimum(folded, _TABLE_SIZE - 1)]
        lengths = texts["text"].str.len_chars().cast(pl.Int64)
        starts = (lengths + len(SEPARATOR)).cum_sum() - lengths - len(SEPARATOR)
        docs = texts.drop("text").with_columns(
            pl.lit(language).alias("language"),
            pl.int_range(pl.len(), dtype=pl.Int64).alias("doc"),
            starts.alias("start"),
            (starts + lengths).alias("end"),
        )
        return Tape(language, docs, text, _text(plain), _text(folded), folded, word)

    def slice(self, start: str | pl.Expr, end: str | pl.Expr, spans: pl.DataFrame) -> pl.Series:
        """The text as written under each span of a frame; null where either end of the span is null."""
        edges = [pl.col(edge) if isinstance(edge, str) else edge for edge in (start, end)]
        bounds = spans.select(start=edges[0], end=edges[1])
        text = self.text
        return pl.Series(
            [None if a is None or b is None else text[a:b] for a, b in bounds.iter_rows()], dtype=pl.String
        )  # one slice a fact, not an article: a string slice costs 0.1 microseconds

    def told(self, places: pl.Series, said: Mapping[str, bool]) -> pl.Series:
        """For each place on the tape what is said of its language."""
        return self.docs["language"].gather(self.doc_of(places)).replace_strict(said, return_dtype=pl.Boolean)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the tape, in their order."""
        return tuple(part.language for part, _ in self.placed())

    def doc_of(self, offsets: pl.Series) -> pl.Series:
        """The doc in which each tape offset lies."""
        found = np.searchsorted(self.docs["start"].to_numpy(), offsets.to_numpy(), side="right") - 1
        return pl.Series("doc", found, dtype=pl.Int64)

    def once(self, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What `make` finds on this tape, found once under this name."""
        if name not in self._found:
            self._found[name] = make()
        return self._found[name]

    @cached_property
    def _found(self) -> dict[str, pl.DataFrame]:
        return {}

    @cached_property
    def written(self) -> NDArray[np.uint32]:
        """The code points of `text`."""
        return _codes(self.text)

    @cached_property
    def _folded_subject(self) -> Subject:
        return Subject.of(self.folded, self.codes)

    @cached_property
    def _plain_subject(self) -> Subject:
        return Subject.of(self.plain, _codes(self.plain))

    def subject(self, *, cased: bool) -> Subject:
        """`plain` if `cased`, else `folded`, ready to be searched."""
        return self._plain_subject if cased else self._folded_subject

    @cached_property
    def starts_of_words(self) -> NDArray[np.int64]:
        """For each place, the start of the word it stands in (or itself)."""
        places = np.arange(len(self.codes), dtype=np.int64)
        before = np.concatenate(([False], self.word[:-1])) & self.word
        return np.maximum.accumulate(np.where(before, 0, places))

    @cached_property
    def ends_of_words(self) -> NDArray[np.int64]:
        """For each place, the end of the word that stands before it (or itself)."""
        size = len(self.codes)
        places = np.arange(size + 1, dtype=np.int64)
        inside = np.concatenate((self.word, [False])) & np.concatenate(([False], self.word))
        return np.minimum.accumulate(np.where(inside, size, places)[::-1])[::-1]


def _placed(tapes: Sequence[Tape]) -> Iterator[tuple[Tape, int, int]]:
    """Each tape with its offset and the number of its first doc on the tape that joins them."""
    offset = first = 0
    for tape in tapes:
        yield tape, offset, first
        offset += len(tape.codes) + len(SEPARATOR)
        first += tape.docs.height


def moved(spans: pl.DataFrame, *, by: int, docs: int = 0, sentences: int = 0, clauses: int = 0) -> pl.DataFrame:
    """Spans of a tape in the offsets of another that it became part of; doc, sid and cid are renumbered."""
    steps = {"doc": docs, "sid": sentences, "cid": clauses}
    places = [c for c in spans.columns if c in ("start", "end") or c.endswith(("_start", "_end"))]
    return spans.with_columns(
        *[pl.col(c) + by for c in places], *[pl.col(c) + step for c, step in steps.items() if c in spans.columns]
    )


def dictionary_scan(tape: Tape, patterns: pl.DataFrame, *, cased: bool = False, longest: bool = True) -> pl.DataFrame:
    """Every place where a pattern of the dictionary stands.

    `patterns` has pattern (String, folded unless `cased`), open_left and open_right (Boolean: the word may go on
    there, and the span then takes the whole word) and any further columns, kind among them where `longest` is set.
    Yields one row a span: start, end, then the pattern's other columns; sorted by start, end. With `longest`, a span
    that lies within a longer one of the same kind is dropped.
    """
    others = [c for c in patterns.columns if c not in ("open_left", "open_right")]
    empty = pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64} | {c: patterns.schema[c] for c in others})
    if patterns.is_empty() or not tape.folded:
        return empty
    subject = tape.subject(cased=cased)
    needles = patterns.group_by("pattern", maintain_order=True).agg(pl.col("open_left", "open_right").any())
    needle = needles["pattern"].implode()
    text = pl.col("text")
    found = subject.series.alias("text").to_frame().select(
        at=text.str.find_many(needle, overlapping=True).list.explode(),
        pattern=text.str.extract_many(needle, overlapping=True).list.explode(),
    ).drop_nulls()  # fmt: skip
    if found.is_empty():
        return empty
    start = subject.code_points(found["at"])
    end = start + found["pattern"].str.len_chars().to_numpy().astype(np.int64)
    padded = np.concatenate((tape.word, [False]))
    goes_on_left = padded[start] & (start > 0) & padded[np.maximum(start - 1, 0)]
    goes_on_right = padded[end - 1] & padded[end]
    spans = found.select(
        "pattern",
        left=pl.Series(goes_on_left),
        right=pl.Series(goes_on_right),
        start=pl.Series(np.where(goes_on_left, tape.starts_of_words[start], start)),
        end=pl.Series(np.where(goes_on_right, tape.ends_of_words[end], end)),
    )
    # Most of what is found is a part of a longer word, and gone before the further columns are joined.
    whole = (~pl.col("left") | pl.col("open_left")) & (~pl.col("right") | pl.col("open_right"))
    spans = spans.join(needles, on="pattern", how="inner", maintain_order="left").filter(whole).drop("open_left", "open_right")
    spans = spans.join(patterns, on="pattern", how="inner", maintain_order="left").filter(whole)
    spans = spans.select("start", "end", *others).unique(
        ["start", "end", *[c for c in others if c != "pattern"]], keep="first", maintain_order=True
    )
    spans = spans.sort("start", "end", *[c for c in ("kind", "code", "pattern") if c in others], maintain_order=True)
    return drop_contained(spans, by="kind") if longest else spans


def drop_contained(spans: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Drop each span that lies within a longer one of the same group; equal spans all stay. Sorted by start, end, `by`."""
    if spans.is_empty():
        return spans
    start, end = spans["start"].to_numpy(), spans["end"].to_numpy()
    groups = spans[by].unique().sort()
    group = spans[by].replace_strict(groups, range(groups.len()), return_dtype=pl.Int64).to_numpy()
    beyond = np.int64(end.max() + 1)
    # One number for group and place: numbers are sorted many times as fast as rows.
    longest_first = np.lexsort((-end, group * beyond + start))
    from_ = (group * beyond + start)[longest_first]
    to = (group * beyond + end)[longest_first]
    reach = np.concatenate(([np.int64(-1)], np.maximum.accumulate(to)[:-1]))
    twin = np.concatenate(([False], (from_[1:] == from_[:-1]) & (to[1:] == to[:-1])))
    # A twin of a kept span is kept: each has the verdict of the first of equal spans.
    first = np.maximum.accumulate(np.where(twin, 0, np.arange(len(to))))
    kept = longest_first[(to > reach)[first]]
    in_order = kept[np.lexsort((end[kept], start[kept]))]
    return spans.select(pl.all().gather(in_order))


def pattern_scan(tape: Tape, regex: str, groups: Sequence[str], *, cased: bool = False) -> pl.DataFrame:
    """Every place where a regular expression (Rust syntax, no look-around) matches.

    `regex` must consist of capture groups that tile the whole match, named in order by `groups`. Yields start and
    end of the match and, for each group whose name does not begin with "_", its text (String, null where empty) and
    `<group>_start`, `<group>_end`; sorted by start.
    """
    names = list(groups)
    marks = [chr(_SENTINELS + i) for i in range(len(names) + 1)]
    replacement = "".join(f"{mark}${{{i}}}" for i, mark in enumerate(marks[:-1], start=1)) + marks[-1]
    subject = tape.subject(cased=cased)
    source = subject.text
    marked = in_thread_of(tape.language, partial(subject.series.str.replace_all, regex, replacement))[0] or ""
    # Without a match nothing is marked, and nothing need be taken apart.
    codes = _codes(marked) if len(marked) > len(source) else np.zeros(0, dtype=np.uint32)
    places = np.flatnonzero((codes >= _SENTINELS) & (codes <= _SENTINELS + len(names)))
    borders = (places - np.arange(len(places))).reshape(-1, len(names) + 1).astype(np.int64)
    columns: dict[str, pl.Series] = {
        "start": pl.Series(borders[:, 0], dtype=pl.Int64),
        "end": pl.Series(borders[:, -1], dtype=pl.Int64),
    }
    for i, name in enumerate(names):
        if name.startswith("_"):
            continue
        first, last = borders[:, i], borders[:, i + 1]
        columns[name] = pl.Series(
            [source[a:b] or None for a, b in zip(first.tolist(), last.tolist(), strict=True)], dtype=pl.String
        )
        columns[f"{name}_start"], columns[f"{name}_end"] = pl.Series(first, dtype=pl.Int64), pl.Series(last, dtype=pl.Int64)
    return pl.DataFrame(columns)


def within(spans: pl.DataFrame, frames: pl.DataFrame, *, name: str, columns: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Say in which of some disjoint frames (sentences, clauses, docs) each span starts.

    `frames` has start, end and `name`; adds `name` and the renamed `columns` of the frame to each span, null where the
    span starts in none. Keeps the order of `spans`.
    """
    wanted = {name: name} | dict(columns or {})
    right = frames if frames["start"].is_sorted() else frames.sort("start", maintain_order=True)
    starts = spans["start"].fill_null(-1).to_numpy()  # before every frame, as what stands nowhere
    at = np.searchsorted(right["start"].to_numpy(), starts, side="right") - 1
    ends = np.concatenate((right["end"].to_numpy(), [-1]))  # the last one is found at -1, before every frame
    frame = pl.Series(at).set(pl.Series(starts >= ends[at]), None)
    return spans.with_columns(right[column].gather(frame).alias(told) for column, told in wanted.items())
