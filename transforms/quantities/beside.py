"""The characters beside spans: what stands before a number and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from transforms.quantities.grammar import FAR_ALPHABETS, Grammar, grammar

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from transforms.spans import Tape


@dataclass(frozen=True)
class Beside:
    """The characters at some places of a tape: gathered, so that the cost is that of the places and not of the tape."""

    codes: NDArray[np.uint32]  # 0 outside the tape
    word: NDArray[np.bool_]

    @staticmethod
    def of(tape: Tape, places: pl.Series) -> Beside:
        """The characters at these offsets; null and offsets off the tape hold none."""
        index = places.fill_null(-1).to_numpy()
        inside = (index >= 0) & (index < len(tape.codes))
        if not len(tape.codes):
            return Beside(np.zeros(len(index), dtype=np.uint32), inside)
        index = np.where(inside, index, 0)
        return Beside(np.where(inside, tape.codes[index], 0), inside & tape.word[index])

    def one_of(self, characters: str) -> NDArray[np.bool_]:
        """Which are one of these characters."""
        found = np.zeros(len(self.codes), dtype=np.bool_)
        for character in characters:
            found |= self.codes == ord(character)
        return found

    @property
    def digit(self) -> NDArray[np.bool_]:
        """A digit from 0 to 9."""
        return (self.codes >= ord("0")) & (self.codes <= ord("9"))

    @property
    def near(self) -> NDArray[np.bool_]:
        """A letter or digit of an alphabet that runs into numbers."""
        return self.word & (self.codes < FAR_ALPHABETS)

    @property
    def letter(self) -> NDArray[np.bool_]:
        """A letter of an alphabet that runs into numbers."""
        return self.near & ~self.digit

    @property
    def hangul(self) -> NDArray[np.bool_]:
        """A Korean syllable."""
        return (self.codes >= 0xAC00) & (self.codes <= 0xD7A3)


def said_before(tape: Tape, places: pl.DataFrame, *, reach: int, expression: Callable[[Grammar], str]) -> NDArray[np.bool_]:
    """Before which places (doc, at) its language's expression finds something, within so many characters."""
    windows = pl.Series("text", [tape.folded[max(0, at - reach) : at] for at in places["at"].to_list()], dtype=pl.String)
    rows = pl.DataFrame([places["doc"], windows])
    found = tape.by_language(rows, lambda language, part: part["text"].str.contains(expression(grammar(language))))
    told: NDArray[np.bool_] = found.to_numpy()
    return told
