"""Readers of their own processes give what one reader gives, and a page that ends one of them costs that page alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import polars as pl
import pytest

from transforms.articles import article_id, read, reading
from transforms.children import ChildDied
from transforms.reading import page, workers
from transforms.schemas import RAW_ARTICLES

WORDS = "Vantrix raised its outlook for the year on Tuesday, and its shares rose by a tenth in the first hour of trading."


def raw(*contents: str) -> pl.DataFrame:
    rows = [
        dict.fromkeys(RAW_ARTICLES)
        | {
            "article_id": article_id(str(number)),
            "uri": str(number),
            "media_type": "text/plain",
            "content": content.encode(),
            "content_sha256": hashlib.sha256(content.encode()).hexdigest(),
        }
        for number, content in enumerate(contents)
    ]
    return pl.DataFrame(rows, schema=RAW_ARTICLES)


@pytest.fixture(scope="module")
def readers() -> Iterator[workers.Workers]:
    with workers.Workers(2) as made:
        yield made


def test_readers_of_their_own_read_as_one(readers: workers.Workers):
    frame = raw(*(f"{WORDS} It was day {number}." for number in range(9)), "", "\x00\x01\x02" * 50)
    assert readers.read(frame).equals(read(frame))
    assert readers.read(frame.clear()).equals(read(frame.clear()))


class Mortal(workers.Worker):
    """A reader that dies of a word, without the process."""

    def __init__(self) -> None:
        self.alive = True

    def read(self, raw: pl.DataFrame) -> pl.DataFrame:
        if not self.alive or raw["content"].bin.contains(b"deadly").any():
            self.alive = False
            raise ChildDied
        return read(raw)

    def close(self) -> None:
        self.alive = False


def test_a_page_that_ends_a_reader_is_rejected_alone():
    contents = [f"{WORDS} It was day {number}." for number in range(7)]
    contents[4] = "deadly"
    frame = raw(*contents)
    with workers.Workers(2, make=Mortal) as made:
        texts = made.read(frame)
        again = made.read(frame.head(3))
    assert texts["uri"].to_list() == frame["uri"].to_list()
    assert texts["reject_reason"].to_list() == [None] * 4 + [page.DEADLY] + [None] * 2
    assert again.equals(read(frame.head(3)))


def test_a_process_that_was_killed_is_replaced(readers: workers.Workers):
    frame = raw(f"{WORDS} It was yesterday.")
    worker = workers.Worker()
    worker._process.kill()
    with pytest.raises(ChildDied):
        worker.read(frame)
    worker.close()
    assert readers.read(frame).equals(read(frame))


def test_a_small_run_starts_no_readers():
    with reading(pl.Series(["text/html"] * 30 + [None])) as chosen:
        assert chosen is read
