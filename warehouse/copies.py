"""Which articles are copies of one text: clusters of near-duplicates, from the signatures that the log holds.

The reader gives each article the cluster of its own letters, which takes in exact copies. Here the clusters of bodies
that share most of their windows and contradict each other in no figure are joined. What comes out depends on the
set of articles alone, on no order of arrival: so a later copy joins the earlier text, whichever was received first.
100,000 articles take 2.4 s (tests/benchmarks/copies.py).
"""

from __future__ import annotations

import base64
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.schemas import INSTANT, SIGNATURE_FIGURES, SIGNATURE_LANES, Schema

ALIKE: Final = 0.7
"""Share of equal lanes from which two texts are copies: a copy with a new lead and a quarter cut off still has it; two
quarters' figures in one template share half of their windows."""
BAND: Final = 4
"""Lanes that must be equal at once for two texts to be compared: 16 bands of 4 find 99 % of pairs at 0.7."""
NEIGHBOURS: Final = 3
"""With how many others of its band a text is compared, besides the band's first: bounds the work where thousands share one."""

CLUSTERS: Final[Schema] = {"own_cluster_id": pl.String, "cluster_id": pl.String}
"""The cluster of an article's own letters, and the one it is counted in."""


def clusters(articles: pl.DataFrame) -> pl.DataFrame:
    """CLUSTERS of `articles` (cluster_id, signature, published_at), one row for each cluster that has another name now.

    A joined cluster bears the name of its text that was published first. Signatures: see `transforms.schemas`.
    """
    texts = (
        articles.filter(pl.col("cluster_id").is_not_null(), pl.col("signature").is_not_null())
        .group_by("cluster_id")
        # Copies with the same letters may differ in a line break before a figure, so in their signatures.
        .agg(pl.col("signature").min(), pl.col("published_at").cast(INSTANT).min())
        .sort("published_at", "cluster_id", nulls_last=True)
    )
    if texts.height < 2:
        return pl.DataFrame(schema=CLUSTERS)
    packed = [base64.b64decode(each) for each in texts["signature"]]
    lanes = np.frombuffer(b"".join(each[: 2 * SIGNATURE_LANES] for each in packed), dtype="<u2").reshape(-1, SIGNATURE_LANES)
    figures = [np.frombuffer(each[2 * SIGNATURE_LANES :], dtype="<u2").tolist() for each in packed]
    first = _joined(lanes, figures)
    ids = texts["cluster_id"]
    moved = np.flatnonzero(first != np.arange(len(first)))
    return pl.DataFrame({"own_cluster_id": ids.gather(moved), "cluster_id": ids.gather(first[moved])}, schema=CLUSTERS)


def _joined(lanes: NDArray[np.uint16], figures: list[list[int]]) -> NDArray[np.intp]:
    """For each text the first of its cluster."""
    parents = list(range(len(lanes)))

    def first(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for one, other in _alike(lanes).tolist():
        a, b = first(one), first(other)
        if a != b and _agree(figures[one], figures[other]):
            parents[max(a, b)] = min(a, b)
    return np.array([first(number) for number in range(len(lanes))], dtype=np.intp)


def _alike(lanes: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Pairs of texts with at least ALIKE of their lanes in common, in order."""
    bands = np.ascontiguousarray(lanes).view(np.uint64).reshape(len(lanes), -1)
    pairs = [np.empty((0, 2), dtype=np.intp)]
    for band in bands.T:
        order = np.argsort(band, kind="stable")
        keys = band[order]
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
        heads = order[np.repeat(starts, np.diff(np.r_[starts, len(keys)]))]
        pairs.append(np.stack([heads, order], axis=1)[heads != order])
        for distance in range(1, NEIGHBOURS + 1):
            same = keys[distance:] == keys[:-distance]
            pairs.append(np.stack([order[:-distance][same], order[distance:][same]], axis=1))
    each = np.unique(np.sort(np.concatenate(pairs), axis=1) @ np.array([len(lanes), 1]))
    candidates = np.stack(np.divmod(each, len(lanes)), axis=1)
    shared = [
        (lanes[part[:, 0]] == lanes[part[:, 1]]).sum(axis=1)
        for part in np.array_split(candidates, len(candidates) // 100_000 + 1)
    ]
    close: NDArray[np.bool_] = np.concatenate(shared) >= ALIKE * lanes.shape[1]
    return candidates[close]


def _agree(one: list[int], other: list[int]) -> bool:
    """Whether the figures of one text are among those of the other: a copy may leave out a figure, not change it."""
    # A full list holds the smallest hashes only: above the end of it nothing is known.
    end = min([each[-1] for each in (one, other) if len(each) >= SIGNATURE_FIGURES], default=0xFFFF)
    left, right = {hash_ for hash_ in one if hash_ <= end}, {hash_ for hash_ in other if hash_ <= end}
    return left <= right or right <= left
