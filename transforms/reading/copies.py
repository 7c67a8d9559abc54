"""Signatures by which copies of a text are known again: the wire story with another lead, cut at another paragraph.

A signature holds hashes only, no words, so that it may stand in the log: one MinHash of 64 lanes over the letters of
the body (one permutation, Li, Owen and Zhang 2012) and hashes of its figures. Who is a copy of whom is not decided
here but where all articles are known (warehouse/copies.py). A batch at a time costs 54 µs an article of 2 KB, where
rensa takes 150 and datasketch 1,100 (tests/benchmarks/copies.py).
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.schemas import SIGNATURE_FIGURES, SIGNATURE_LANES

NO_LETTERS: Final = bytes(byte for byte in range(128) if not chr(byte).isalnum())
LOWER: Final = bytes(range(256)).lower()
PRINT = re.compile(rb"\xe2\x80[\x90-\x94\x98-\x9a\x9c-\x9e\xa2\xa6]")
"""Hyphens, dashes, quotation marks, bullet and ellipsis in UTF-8."""
MOST_LETTERS: Final = 50_000
"""Bytes of a body that the signature is made of: copies of a longer one agree in them."""
LEAST_LETTERS: Final = 250
"""Bytes below which a body has no signature: a brief of two sentences is like too many others."""
BLOCK: Final = 200_000
"""Bytes that are hashed at a time: what stays in a core's own cache."""
NUMBER: Final = r"[0-9][0-9.,]*(?: ?%)?"
FIGURE = re.compile(r"(?!(?:19|20)\d\d$)\d+(?:[.,]\d+)+|(?!(?:19|20)\d\d$)\d{3,}|\d+(?= ?%)")
"""What a correction would change: no years, days, hours or numbers of a list."""

# A window of 16 bytes: three words of English, five characters of Chinese. Odd multipliers, as of murmur3.
WINDOW: Final = 16
STEP: Final = np.uint32(0x9E3779B1)
STEPS: Final = tuple((step, np.uint32(pow(int(STEP), step, 2**32))) for step in (1, 2, 4, 8))
MIX: Final = np.uint32(0x85EBCA6B)
FIRST_SHIFT: Final = np.uint32(16)
SECOND_SHIFT: Final = np.uint32(13)
LANE_SHIFT: Final = np.uint32(32 - (SIGNATURE_LANES - 1).bit_length())
EMPTY: Final = np.uint32(2**32 - 1)
LANES: Final = np.arange(SIGNATURE_LANES, dtype=np.uint32)


def letters(bodies: Sequence[str]) -> list[bytes]:
    """Clean bodies without spaces, capitals of ASCII and the marks of Western print, as UTF-8: the same for copies so set."""
    return [bare(body.encode()) for body in bodies]


def bare(encoded: bytes) -> bytes:
    """UTF-8 in lower case without what is neither letter nor digit in ASCII, and without quotation marks and dashes of print.

    Letters beyond ASCII keep their case: to lower it takes as long as all the rest.
    """
    encoded = encoded.translate(LOWER, NO_LETTERS)
    return PRINT.sub(b"", encoded) if b"\xe2\x80" in encoded else encoded


def signatures(bodies: Sequence[str], letters_of: Sequence[bytes]) -> list[str | None]:
    """Base64 of 64 lanes and up to 32 figures, 16 bits each, little-endian; None for a body too short to compare.

    `letters_of` is `letters(bodies)`. Two signatures agree in about the share of lanes that their bodies share of
    their windows. No signature depends on what else is in the batch.
    """
    found: list[str | None] = [None] * len(bodies)
    numbers_of = pl.Series(bodies, dtype=pl.String).str.extract_all(NUMBER).to_list()
    for numbers in blocks(letters_of):
        lanes = minima([letters_of[number][:MOST_LETTERS] for number in numbers]).astype("<u2")
        for number, row in zip(numbers, lanes, strict=True):
            found[number] = base64.b64encode(row.tobytes() + figures(numbers_of[number])).decode("ascii")
    return found


def blocks(letters_of: Sequence[bytes]) -> Iterator[list[int]]:
    """Numbers of the bodies that are long enough, in blocks that fit a cache."""
    block: list[int] = []
    size = 0
    for number, of in enumerate(letters_of):
        if len(of) < LEAST_LETTERS:
            continue
        block.append(number)
        size += min(len(of), MOST_LETTERS)
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def minima(texts: Sequence[bytes]) -> NDArray[np.uint32]:
    """The least hash of the windows that fall into each lane: one row a text, one column a lane."""
    hashes = np.frombuffer(b"".join(texts), dtype=np.uint8).astype(np.uint32)
    for step, factor in STEPS:
        mixed = hashes[:-step] * factor
        mixed += hashes[step:]
        hashes = mixed
    hashes ^= hashes >> FIRST_SHIFT
    hashes *= MIX
    hashes ^= hashes >> SECOND_SHIFT
    hashes *= STEP
    ends = np.cumsum([0, *map(len, texts)])
    places = (hashes >> LANE_SHIFT).astype(np.intp)
    for number, (start, end) in enumerate(pairwise(ends.tolist())):
        places[start : end - WINDOW + 1] += number * SIGNATURE_LANES
        # Windows that reach into the next text belong to neither.
        places[end - WINDOW + 1 : end] = len(texts) * SIGNATURE_LANES
    least = np.full((len(texts) + 1) * SIGNATURE_LANES, EMPTY)
    np.minimum.at(least, places, hashes)
    lanes = least.reshape(-1, SIGNATURE_LANES)[:-1]
    for number in np.flatnonzero((lanes == EMPTY).any(axis=1)).tolist():
        # A lane that no window fell into takes the next one's, its own number mixed in, so that it is no second vote.
        filled = np.flatnonzero(lanes[number] != EMPTY)
        source = filled[np.searchsorted(filled, LANES) % len(filled)]
        lanes[number] = lanes[number][source] + (source != LANES) * MIX * LANES
    return lanes


@lru_cache(maxsize=50_000)
def figure_hash(number: str) -> int | None:
    """16 bits of a number as it is written, whether with points or commas; None for what is no figure."""
    figure = FIGURE.match(number.rstrip(".,"))
    return zlib.crc32(figure[0].replace(",", ".").encode()) & 0xFFFF if figure else None


def figures(numbers: Sequence[str]) -> bytes:
    """The smallest hashes of the figures among the numbers of a body, ascending."""
    hashed = sorted({hash_ for number in set(numbers) if (hash_ := figure_hash(number)) is not None})
    return np.array(hashed[:SIGNATURE_FIGURES], dtype="<u2").tobytes()
