"""Which articles are copies of one text: clusters of near-duplicates, from the signatures that the log holds.

The reader gives each article the cluster of its own letters, which takes in exact copies. Here the clusters of bodies
that share most of their windows and contradict each other in no figure are joined. What comes out depends on the
set of articles alone, on no order of arrival: so a later copy joins the earlier text, whichever was received first.
100,000 articles take 2.4 s (tests/benchmarks/copies.py).
"""

from __future__ import annotations

from functools import lru_cache
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
TEXTS: Final[Schema] = {"cluster_id": pl.String, "signature": pl.Binary, "published_at": INSTANT}
"""One row a cluster of the same letters; its signature as bytes."""
BANDS: Final = SIGNATURE_LANES // BAND
LANES: Final = pl.Array(pl.UInt64, BANDS)
"""The lanes of a signature as they lie in a published file: a number for each band."""


def clusters(articles: pl.DataFrame) -> pl.DataFrame:
    """CLUSTERS of `articles` (cluster_id, signature, published_at), one row for each cluster that has another name now.

    A joined cluster bears the name of its text that was published first. Signatures: see `transforms.schemas`.
    """
    bytes_ = articles.with_columns(pl.col("signature").str.decode("base64"))
    return labels(texts(bytes_)).filter(pl.col("own_cluster_id") != pl.col("cluster_id"))


def texts(articles: pl.DataFrame) -> pl.DataFrame:
    """TEXTS of articles (the same columns), in the order in which they were published."""
    return (
        articles.filter(pl.col("cluster_id").is_not_null(), pl.col("signature").is_not_null())
        .group_by("cluster_id")
        # Copies with the same letters may differ in a line break before a figure, so in their signatures.
        .agg(pl.col("signature").min(), pl.col("published_at").cast(INSTANT).min())
        .select(pl.col(name).cast(dtype) for name, dtype in TEXTS.items())
        .sort("published_at", "cluster_id", nulls_last=True)
    )


def labels(texts: pl.DataFrame, *, among: pl.Series | None = None) -> pl.DataFrame:
    """CLUSTERS of TEXTS in order, every one; or only of those `among` which there are all that they may be joined with.

    The others then only take the places in a band that they take among all texts.
    """
    ids = texts["cluster_id"]
    inside = np.ones(texts.height, dtype=np.bool_) if among is None else ids.is_in(among.implode()).to_numpy()
    if texts.height < 2:
        return pl.DataFrame({"own_cluster_id": ids, "cluster_id": ids}, schema=CLUSTERS).filter(inside)
    packed = texts["signature"].to_list()
    first = _joined(_lanes(packed), packed, inside)
    return pl.DataFrame({"own_cluster_id": ids, "cluster_id": ids.gather(first)}, schema=CLUSTERS).filter(inside)


def bands(texts: pl.DataFrame) -> NDArray[np.uint64]:
    """One row a text (TEXTS), one column a band: texts are compared that have one number in the same column."""
    return _lanes(texts["signature"].to_list()).view(np.uint64)


def split(articles: pl.DataFrame) -> pl.DataFrame:
    """`articles` with lanes (LANES) and figures (bytes) in place of `signature`; null where there is none."""
    bytes_ = articles.with_columns(pl.col("signature").str.decode("base64")).with_row_index("_row")
    signed = bytes_.filter(pl.col("signature").is_not_null())
    lanes = pl.Series("lanes", bands(signed), dtype=LANES)
    figures = signed["signature"].bin.slice(2 * SIGNATURE_LANES).alias("figures")
    parts = pl.DataFrame([signed["_row"], lanes, figures])
    return bytes_.drop("signature").join(parts, on="_row", how="left", maintain_order="left").drop("_row")


def put_together(articles: pl.DataFrame) -> pl.DataFrame:
    """The reverse of `split`, but for the base64: `signature` as bytes."""
    signature = [
        None if figures is None else np.array(numbers, dtype=np.uint64).tobytes() + figures
        for numbers, figures in zip(articles["lanes"].to_list(), articles["figures"].to_list(), strict=True)
    ]
    return articles.drop("lanes", "figures").with_columns(pl.Series("signature", signature, dtype=pl.Binary))


def with_same_band(all_bands: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Rows of `all_bands` that share a number in some column with a row of `wanted`."""
    # A table of 64 Ki a band, of the first lane in it, lets only one row in many through to the exact comparison.
    exact = [np.unique(column) for column in wanted.T]
    maybe = np.zeros((BANDS, 1 << 16), dtype=np.bool_)
    for column, numbers in enumerate(exact):
        maybe[column, numbers & 0xFFFF] = True
    found = [np.empty(0, dtype=np.intp)]
    step = 8192  # rows that stay in the processor's cache
    for start in range(0, len(all_bands), step):
        part = np.ascontiguousarray(all_bands[start : start + step])
        first_lanes = part.astype("<u8", copy=False).view("<u2")[:, ::BAND]
        for column, numbers in enumerate(exact):
            rows = np.flatnonzero(maybe[column].take(first_lanes[:, column]))
            there = part[rows, column]
            nearest = numbers[np.searchsorted(numbers, there) % len(numbers)]
            found.append(start + rows[nearest == there])
    return np.unique(np.concatenate(found))


def _lanes(packed: list[bytes]) -> NDArray[np.uint16]:
    together = b"".join(each[: 2 * SIGNATURE_LANES] for each in packed)
    return np.frombuffer(together, dtype="<u2").reshape(-1, SIGNATURE_LANES)


def _joined(lanes: NDArray[np.uint16], packed: list[bytes], inside: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each text the first of its cluster; of those not `inside`, itself."""
    parents = list(range(len(lanes)))

    @lru_cache(maxsize=1 << 16)
    def figures(number: int) -> list[int]:
        # Of few texts out of many: only of those that are alike.
        found: list[int] = np.frombuffer(packed[number][2 * SIGNATURE_LANES :], dtype="<u2").tolist()
        return found

    def first(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for one, other in _alike(lanes, inside).tolist():
        a, b = first(one), first(other)
        if a != b and _agree(figures(one), figures(other)):
            parents[max(a, b)] = min(a, b)
    found = np.array(parents, dtype=np.intp)
    while (further := found[found] != found).any():
        found[further] = found[found[further]]
    return found


def _alike(lanes: NDArray[np.uint16], inside: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Pairs of texts, both `inside`, with at least ALIKE of their lanes in common, in order."""
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
    candidates = candidates[inside[candidates[:, 0]] & inside[candidates[:, 1]]]
    shared = [
        (lanes[part[:, 0]] == lanes[part[:, 1]]).sum(axis=1)
        for part in np.array_split(candidates, len(candidates) // 100_000 + 1)
    ]
    close: NDArray[np.bool_] = np.concatenate(shared) >= ALIKE * lanes.shape[1]
    found: NDArray[np.intp] = candidates[close]
    return found


def _agree(one: list[int], other: list[int]) -> bool:
    """Whether the figures of one text are among those of the other: a copy may leave out a figure, not change it."""
    # A full list holds the smallest hashes only: above the end of it nothing is known.
    end = min([each[-1] for each in (one, other) if len(each) >= SIGNATURE_FIGURES], default=0xFFFF)
    left, right = {hash_ for hash_ in one if hash_ <= end}, {hash_ for hash_ in other if hash_ <= end}
    return left <= right or right <= left
