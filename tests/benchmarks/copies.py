"""Measures near-duplicates: `python tests/benchmarks/copies.py [articles]`, by default 100,000 in groups of four.

Prints what a signature costs an article of 2 KB, how long the clusters of all take, how many copies are found and how
many texts are joined wrongly; and, where datasketch or rensa can be imported, what their MinHash of 64 costs the same.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl

from transforms.reading import copies
from warehouse.copies import clusters

WORDS = 12_000
CHUNK = 1000


def word(number: int) -> str:
    """A word of three to seven letters."""
    return (
        "".join("bdfgklmnprst"[number // 12**place % 12] + "aeiou"[number // 7**place % 5] for place in range(1 + number % 3))
        + "n"
    )


def story(number: int) -> list[str]:
    """A text of 2 KB and three copies: cut, framed, and edited in one place."""
    chance = random.Random(number)
    text = " ".join(word(chance.randrange(WORDS)) for _ in range(320))
    text = f"{text} {chance.randrange(100, 1000)} million dollars, {chance.randrange(1, 90)} % more"
    middle = len(text) // 2
    return [
        text,
        f"Another desk wrote this lead over it. {text[: int(len(text) * 0.85)]}",
        f"{text} This paper thanks its readers and all who write for it.",
        f"{text[:middle]} and a new half of a sentence stands here {text[middle + 50 :]}",
    ]


def bodies(count: int) -> list[str]:
    return [body for number in range(count // 4) for body in story(number)]


def peers() -> dict[str, Callable[[str], Any]]:
    """MinHash of word triples by others, as their documentation does it."""

    def shingles(body: str) -> list[str]:
        words = body.split()
        return [" ".join(words[place : place + 3]) for place in range(len(words) - 2)]

    found: dict[str, Callable[[str], Any]] = {}
    try:
        from datasketch import MinHash

        def by_datasketch(body: str) -> Any:
            signature = MinHash(num_perm=64)
            signature.update_batch([shingle.encode() for shingle in shingles(body)])
            return signature.digest()

        found["datasketch"] = by_datasketch
    except ImportError:
        pass
    try:
        from rensa import RMinHash

        def by_rensa(body: str) -> Any:
            signature = RMinHash(num_perm=64, seed=42)
            signature.update(shingles(body))
            return signature.digest()

        found["rensa"] = by_rensa
    except ImportError:
        pass
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    spent, signatures = 0.0, []
    for start in range(0, count, CHUNK):
        some = [body for number in range(start // 4, min(start + CHUNK, count) // 4) for body in story(number)]
        started = time.process_time()
        signatures += copies.signatures(some, copies.letters(some))
        spent += time.process_time() - started
    print(f"signature: {spent / count * 1e6:.0f} us an article")
    frame = pl.DataFrame(
        {"cluster_id": [f"c{number:07}" for number in range(count)], "signature": signatures, "published_at": [None] * count}
    )
    started = time.process_time()
    joined = clusters(frame)
    wrong = sum(int(own[1:]) // 4 != int(other[1:]) // 4 for own, other in joined.iter_rows())
    took = time.process_time() - started
    print(f"clusters of {count:,}: {took:.1f} s; {joined.height:,} of {count * 3 // 4:,} copies found, {wrong} joined wrongly")
    for peer, sign in peers().items():
        some = bodies(400)
        started = time.process_time()
        for body in some:
            sign(body)
        print(f"{peer}: {(time.process_time() - started) / len(some) * 1e6:.0f} us an article")


if __name__ == "__main__":
    main()
