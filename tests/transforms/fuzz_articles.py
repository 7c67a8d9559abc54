"""A fuzz target over the reader: `python tests/transforms/fuzz_articles.py [inputs] [seed]`, by default 100,000.

Inputs are made of the pieces of test_articles.py, of random bytes, and of such inputs cut and spliced; they are read in
batches, ten times as fast as Hypothesis makes them. Ends with exit code 1 and the input at the first broken promise.
"""

from __future__ import annotations

import random
import sys
import time

import polars as pl

from tests.transforms.test_articles import PIECES
from transforms.articles import read
from transforms.reading.clean import clean
from transforms.schemas import LANGUAGES, RAW_ARTICLES

BATCH = 500
MEDIA_TYPES = ["text/plain", "text/html", "text/markdown", "text/html; charset=utf-16", "", "x/y; charset=hex", None]
DECLARED = [None, "", "nl", "zh-Hant", "2020-06-01", "not a date", "\u0661\u0664 \u0623\u063a\u0633\u0637\u0633"]
KEPT = 200


def made(chance: random.Random, earlier: list[bytes]) -> bytes:
    """One input."""
    kind = chance.random()
    if kind < 0.1:
        return chance.randbytes(chance.randrange(400))
    if kind < 0.3 and len(earlier) > 1:
        one, other = chance.sample(earlier, 2)
        return one[: chance.randrange(len(one) + 1)] + other[chance.randrange(len(other) + 1) :]
    parts = [chance.choice(PIECES) if chance.random() < 0.9 else chance.randbytes(8) for _ in range(chance.randrange(25))]
    return b"".join(parts)


def broken(row: dict[str, object]) -> str | None:
    """What a reading breaks of the reader's promises."""
    text = row["text"]
    if (text is None) == (row["reject_reason"] is None):
        return "neither text nor reason, or both"
    if isinstance(text, str) and clean(text) != text:
        return "text is not clean"
    if text is not None and row["language"] not in (*LANGUAGES, "und"):
        return f"language {row['language']!r}"
    if (row["published_at"] is None) != (row["date_source"] == "none"):
        return "date without source, or source without date"
    return None


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    earlier: list[bytes] = []
    readable = 0
    started = time.process_time()
    for start in range(0, count, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, count)):
            content = made(chance, earlier)
            earlier = [*earlier[-KEPT:], content]
            declared = {f"declared_{name}": chance.choice(DECLARED) for name in ("language", "published", "title", "source")}
            rows.append(
                dict.fromkeys(RAW_ARTICLES)
                | {"uri": str(number), "media_type": chance.choice(MEDIA_TYPES), "content": content}
                | declared
            )
        try:
            texts = read(pl.DataFrame(rows, schema=RAW_ARTICLES)).to_dicts()
        except BaseException:
            print(f"stopped by one of the inputs {start} to {start + BATCH} of this seed", file=sys.stderr)
            raise
        for row, text in zip(rows, texts, strict=True):
            readable += text["text"] is not None
            if problem := broken(text):
                print(f"{problem}: {row!r}")
                return 1
    print(f"{count:,} inputs, {readable:,} readable, {time.process_time() - started:.0f} s of processor time: nothing broke")
    return 0


if __name__ == "__main__":
    sys.exit(main())
