"""Near-duplicates: who is a copy of whom follows from the set of texts alone, and no changed figure is a copy."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from transforms.schemas import INSTANT, SIGNATURE_FIGURES, SIGNATURE_LANES
from warehouse.copies import clusters


def signature(lanes: list[int], figures: list[int]) -> str:
    return base64.b64encode(np.array([*lanes, *sorted(figures)], dtype="<u2").tobytes()).decode()


def texts(**signatures: str | None) -> pl.DataFrame:
    """One text each, published in the order given."""
    days = [datetime(2021, 1, number, tzinfo=UTC) for number in range(1, len(signatures) + 1)]
    return pl.DataFrame(
        {"cluster_id": list(signatures), "signature": list(signatures.values()), "published_at": days},
        schema={"cluster_id": pl.String, "signature": pl.String, "published_at": INSTANT},
    )


def near(lanes: list[int], equal: int) -> list[int]:
    """Lanes of which the first `equal` are the same, but some in every band of four."""
    changed = random.Random(equal).sample(range(SIGNATURE_LANES), SIGNATURE_LANES - equal)
    return [lane ^ 1 if number in changed else lane for number, lane in enumerate(lanes)]


LANES = random.Random(1).sample(range(2**16), SIGNATURE_LANES)
OTHERS = random.Random(2).sample(range(2**16), SIGNATURE_LANES)


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        pytest.param((LANES, [1, 2]), (LANES, [1, 2]), True, id="same"),
        pytest.param((LANES, [1, 2]), (near(LANES, 56), [1]), True, id="shortened"),
        pytest.param((LANES, [1, 2]), (near(LANES, 56), [1, 3]), False, id="another-figure"),
        pytest.param((LANES, [5, 9]), (LANES, [5, 7]), False, id="last-figure-changed"),
        pytest.param((LANES, []), (LANES, []), True, id="no-figures"),
        pytest.param((LANES, [1]), (near(LANES, 40), [1]), False, id="too-far"),
        pytest.param((LANES, [1]), (OTHERS, [1]), False, id="unrelated"),
        pytest.param(
            (LANES, list(range(SIGNATURE_FIGURES))),
            (LANES, [*range(SIGNATURE_FIGURES), 40, 41]),
            True,
            id="full-list-says-no-more",
        ),
    ],
)
def test_a_copy_shares_its_words_and_contradicts_no_figure(
    one: tuple[list[int], list[int]], other: tuple[list[int], list[int]], copies: bool
):
    joined = clusters(texts(first=signature(*one), second=signature(*other)))
    assert joined.rows() == ([("second", "first")] if copies else [])


def test_a_chain_of_copies_is_one_cluster_named_after_the_first_published():
    far = near(near(LANES, 54), 54)
    frame = texts(
        a=signature(near(LANES, 54), [1]), b=signature(far, [1]), c=signature(LANES, [1]), d=None, e=signature(OTHERS, [1])
    )
    expected = {("b", "a"), ("c", "a")}
    assert set(clusters(frame).rows()) == expected
    assert set(clusters(frame.reverse()).rows()) == expected


def test_texts_without_signature_and_no_texts_join_nothing():
    assert clusters(texts(a=None, b=None)).is_empty()
    assert clusters(texts()).is_empty()


def test_a_thousand_texts_of_one_template_are_bounded_work_and_stay_apart():
    frame = texts(**{f"t{number:04}": signature(LANES, [number]) for number in range(28)})
    assert clusters(frame).is_empty()
    many = pl.DataFrame(
        {
            "cluster_id": [f"t{number:05}" for number in range(5000)],
            "signature": [signature(LANES, [number % 50]) for number in range(5000)],
            "published_at": [None] * 5000,
        },
        schema=frame.schema,
    )
    assert clusters(many).height <= 4950
