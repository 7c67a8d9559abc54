"""The same articles make the same facts, to the digest: on any number of threads, in batches of any size, in any order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

WAYS = [
    # threads, batch, options
    ("2", "10000", ()),
    ("1", "7", ("shuffled",)),
    ("8", "1", ("shuffled", "runs=3")),
]
"""Every number of threads, every size of batch, both orders, in one run and in three."""


@pytest.mark.slow
def test_one_content_digest_whatever_the_threads_batches_order_and_runs(tmp_path: Path) -> None:
    digests = {}
    for threads, batch, options in WAYS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.orchestration.same_again", str(tmp_path / batch), batch, *options],
            env={**os.environ, "POLARS_MAX_THREADS": threads},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        digests[threads, batch, *options] = done.stdout.split()
    assert {len(pair) for pair in digests.values()} == {2}
    assert len({digest for pair in digests.values() for digest in pair}) == 1, digests
