"""Clean texts become facts: in batches laid on a tape each, scanned and linked together.

No decision is made here; see `scan`, the three linkers, `facts` and `settling`. An article's facts do not depend on the batch
it is in, nor on how many processes share the work.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from transforms import children, coverage, facts, financials, lexicon, market_moves, security_incidents, settling
from transforms.scan import scan
from transforms.schemas import ARTICLE_COVERAGE, COVERAGE, FACT_TABLES
from transforms.spans import Tape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH_CHARACTERS: Final = 4_000_000
"""How much text is laid on one tape, about; memory is some 250 bytes a character."""
WORTH_ARTICLES: Final = 400
"""With so many for each, further processes save more than the seconds that starting them costs."""
MOST_PROCESSES: Final = 8
Facts = dict[str, pl.DataFrame]
"""One frame a table, in the schemas of `FACT_TABLES`, and ARTICLE_COVERAGE under the name COVERAGE."""
_FRAMES: Final = (*FACT_TABLES, COVERAGE)
_LINKERS: Final = {
    "fact_financials": financials.link,
    "fact_security_incidents": security_incidents.link,
    "fact_market_moves": market_moves.link,
}


def extract(texts: pl.DataFrame, *, batch_characters: int = BATCH_CHARACTERS) -> Facts:
    """The facts of readable articles (columns of `ARTICLE_TEXTS`), and what became of their sentences.

    Articles in a language without a lexicon, or without text, give no facts and have no coverage.
    """
    spoken = _spoken(texts)
    found: dict[str, list[pl.DataFrame]] = {name: [frame] for name, frame in _nothing().items()}
    for tape in tapes(spoken, batch_characters=batch_characters):
        scanned = scan(tape)
        stated = settling.settled(
            {table: facts.facts(link(scanned), table=table, scanned=scanned) for table, link in _LINKERS.items()}
        )
        for name, frame in (*stated.items(), (COVERAGE, coverage.of_articles(scanned, stated))):
            found[name].append(frame)
    return {name: _in_order(frames) for name, frames in found.items()}


@contextmanager
def extracting(articles: int) -> Iterator[Callable[[pl.DataFrame], Facts]]:
    """`extract` for a run over so many articles: on all processors where that is worth starting further processes."""
    count = min(children.cores(), MOST_PROCESSES, articles // WORTH_ARTICLES)
    if count < 2:
        yield extract
        return
    with Extractors(count) as extractors:
        yield extractors.extract


class Extractors:
    """So many processes that share the work: `extract` as the function of that name; to be closed."""

    def __init__(self, count: int) -> None:
        self._count = count
        # This process does a share itself, beside the children that do the others.
        self._children = [children.Child(__name__) for _ in range(count - 1)]
        self._threads = ThreadPoolExecutor(max(1, count - 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.close()

    def extract(self, texts: pl.DataFrame) -> Facts:
        """As `extract`."""
        mine, *others = _cut(_spoken(texts), self._count) or [texts]
        answers = [self._threads.submit(self._asked, number, share) for number, share in enumerate(others)]
        found = [extract(mine), *(answer.result() for answer in answers)]
        return {name: _in_order([each[name] for each in found]) for name in _FRAMES}

    def _asked(self, number: int, texts: pl.DataFrame) -> Facts:
        """The facts found by a child; here where that one dies (of too little memory, say), and another takes its place."""
        try:
            return dict(zip(_FRAMES, self._children[number].ask(texts, answers=len(_FRAMES)), strict=True))
        except children.ChildDied:
            self._children[number].close()
            self._children[number] = children.Child(__name__)
            return extract(texts)


def serve() -> None:
    """What a child does until it is closed."""

    def answered(texts: pl.DataFrame) -> list[pl.DataFrame]:
        found = extract(texts)
        return [found[name] for name in _FRAMES]

    children.answer(answered)


def tapes(texts: pl.DataFrame, *, batch_characters: int = BATCH_CHARACTERS) -> Iterator[Tape]:
    """Lay the texts on tapes of about `batch_characters`; each holds what a batch has in every language.

    One tape for all languages, because most steps cost the same for ten articles as for a hundred.
    """
    known = _spoken(texts)
    # Up to a quarter more on each: a further tape costs what a few hundred articles do, however little is on it.
    for batch in _cut(known, -(-4 * _characters(known) // (5 * batch_characters))):
        spoken = batch.partition_by("language", maintain_order=True)
        yield Tape.joined([Tape.of(part, language=str(part["language"][0])) for part in spoken])


def _spoken(texts: pl.DataFrame) -> pl.DataFrame:
    """What can be scanned, language by language: scanning a language costs the same for one article as for fifty."""
    known = texts.filter(pl.col("text").is_not_null() & pl.col("language").is_in(lexicon.languages()))
    return known.sort("language", maintain_order=True)


def _cut(texts: pl.DataFrame, pieces: int) -> list[pl.DataFrame]:
    """The texts in their order, in at most so many pieces of about as many characters each; none where there are none."""
    before = pl.col("text").str.len_chars().cum_sum() - pl.col("text").str.len_chars()
    size = max(1, -(-_characters(texts) // max(1, pieces)))
    parts = texts.with_columns(_piece=before // size).partition_by("_piece", maintain_order=True)
    return [part.drop("_piece") for part in parts]


def _characters(texts: pl.DataFrame) -> int:
    return int(texts["text"].str.len_chars().sum() or 0)


def _nothing() -> Facts:
    return {**facts.empty(), COVERAGE: pl.DataFrame(schema=ARTICLE_COVERAGE)}


def _in_order(frames: list[pl.DataFrame]) -> pl.DataFrame:
    whole = pl.concat(frames)
    places = ["article_id", "evidence_start", "value_start", "fact_id"]
    return whole.sort([name for name in places if name in whole.columns], maintain_order=True)
