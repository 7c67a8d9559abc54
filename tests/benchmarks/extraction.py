"""Measures how fast texts become facts: `python -m tests.benchmarks.extraction [--articles 4000] [--peers]`.

Prints articles a second for `transforms` as a whole (clean text to three fact tables) on one processor and on all of them,
peak memory, how many times one dictionary scan for 5,000 words over the same text it takes, and whether the facts are the
same in small tapes and large ones, in one process and in several. The articles are those of `volume`: 2.5 KB each, six
languages, one in three with facts. `--peers` lets others read the English ones: a blank spaCy with a matcher for the words
and the numbers that we look for, Recognizers-Text and quantulum3, which uv fetches into an environment of their own. They
only find words or numbers there; none of them makes facts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from orchestration.pipeline import LARGE_CHUNK
from tests.benchmarks.volume import raw
from transforms import articles, children, lexicon
from transforms.extract import Facts, extract, extracting

PEERS: Final = {
    "spacy": ("spacy==3.8.7", "click==8.1.8"),
    "recognizers": ("recognizers-text-suite==1.0.2a2", "emoji==1.7.0", "setuptools==75.8.0"),
    "quantulum3": ("quantulum3==0.9.2", "setuptools==75.8.0"),
}
FEW: Final = 200
"""Articles that peers read: some need a second for three of them."""
KINDS: Final = ("metric", "market", "security", "direction", "company_noun", "legal_form")
"""Words that spaCy's matcher is given, of our English lexicon."""


def timed(work: Callable[[], Facts]) -> tuple[Facts, float, float]:
    """(what it found, seconds, processor seconds of this process)."""
    begun = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - begun[0], time.process_time() - begun[1]


def digest(facts: Facts) -> str:
    """One digest of the facts, whatever their order."""
    whole = hashlib.sha256()
    for table in sorted(facts):
        for row in sorted(facts[table].rows(), key=str):
            whole.update(repr(row).encode())
    return whole.hexdigest()


def in_chunks(texts: pl.DataFrame, extracted: Callable[[pl.DataFrame], Facts]) -> Facts:
    """The facts, found as the job does: language by language, so many articles at a time."""
    parts = [extracted(chunk) for chunk in texts.sort("language", maintain_order=True).iter_slices(LARGE_CHUNK)]
    return {table: pl.concat([part[table] for part in parts]) for table in parts[0]}


def peak() -> float:
    """Peak resident memory in GB of this process and, for each further processor, of the largest child."""
    own, others = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + others * (children.cores() - 1)) * 1024 / 1e9


def dictionary_scan(texts: pl.DataFrame) -> float:
    """Seconds of one Aho-Corasick pass with 5,000 patterns over the texts."""
    needles = pl.Series([[f"{a}{b}{c}{d}" for a in "bcdfgklmnp" for b in "aeiou" for c in "bcdfgklmnp" for d in "abcdefghij"]])
    subject = texts["text"].str.to_lowercase()
    begun = time.perf_counter()
    subject.str.find_many(needles, overlapping=True)
    return time.perf_counter() - begun


def by_peers(texts: pl.DataFrame) -> dict[str, float]:
    """English articles a second that each peer reads; without uv none."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is not here: no peers", file=sys.stderr)
        return {}
    words = lexicon.patterns("en").filter(pl.col("kind").is_in(KINDS))["pattern"].unique().sort().to_list()
    asked = json.dumps({"words": words, "texts": texts.filter(pl.col("language") == "en")["text"].head(FEW).to_list()})
    script, python = Path(__file__).with_name("extraction_peers.py"), f"{sys.version_info.major}.{sys.version_info.minor}"
    speeds = {}
    for peer, packages in PEERS.items():
        needed = [part for package in packages for part in ("--with", package)]
        command = [uv, "run", "--quiet", "--no-project", "--isolated", "--python", python, *needed, "python", str(script), peer]
        answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
        if answer.returncode:
            print(f"{peer}: {answer.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        else:
            speeds[peer] = float(answer.stdout.split()[-1])
    return speeds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=4000)
    parser.add_argument("--peers", action="store_true", help="let others read the English articles too")
    arguments = parser.parse_args()
    texts = articles.read(raw(0, arguments.articles)).filter(pl.col("reject_reason").is_null())
    size = texts["text"].str.len_bytes().sum() / texts.height
    print(f"{texts.height:,} articles, {size:,.0f} bytes each, {children.cores()} processors")
    extract(texts.group_by("language", maintain_order=True).head(3))  # lexicons are read once a process
    one, took, busy = timed(lambda: in_chunks(texts, extract))
    print(f"one process: {texts.height / took:,.0f} articles/s, {texts.height / busy:,.0f} a second of processor time")
    with extracting(texts.height) as extracted:
        extracted(texts.head(2 * 64))  # the children have read theirs
        several, together, _ = timed(lambda: in_chunks(texts, extracted))
    print(f"all processors: {texts.height / together:,.0f} articles/s")
    scan = dictionary_scan(texts)
    print(f"{took / scan:,.0f} times one dictionary scan for 5,000 words ({texts.height / scan:,.0f} articles/s)")
    print(f"peak memory: {peak():.1f} GB")
    small = in_chunks(texts, lambda chunk: extract(chunk, batch_characters=200_000))
    rows = sum(frame.height for frame in one.values())
    print(f"{rows:,} facts, the same in several processes: {digest(one) == digest(several)}, ", end="")
    print(f"in small tapes: {digest(one) == digest(small)}")
    if arguments.peers:
        print("\nEnglish articles a second, one process, words and numbers only")
        for peer, speed in by_peers(texts).items():
            print(f"  {peer}: {speed:,.1f}")


if __name__ == "__main__":
    main()
