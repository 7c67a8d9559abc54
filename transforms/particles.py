"""Particles at the end of a name, in languages in which they are no words of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon

if TYPE_CHECKING:
    from transforms.spans import Tape

_FIRST_SYLLABLE, _SYLLABLES, _FINALS = 0xAC00, 399, 28
_OPEN: Final = "".join(chr(_FIRST_SYLLABLE + _FINALS * n) for n in range(_SYLLABLES))
"""Syllables of Hangul without a final consonant, of which 28 stand beside each other in Unicode."""


def without_particles(names: pl.DataFrame, tape: Tape, start: str, end: str) -> pl.DataFrame:
    """Names (`start`, `end`, doc) without the particle at their end.

    `[settings] party_endings` is a regular expression; those of `party_endings_open` stand only behind an open syllable, those
    of `party_endings_closed` never do: the last syllable of 화웨이 and of 카카오페이 is none.
    """

    def ending(language: str, rows: pl.DataFrame) -> pl.Series:
        settings = lexicon.settings(language)
        always, opened, closed = (settings.get(f"party_endings{kind}", "$^") for kind in ("", "_open", "_closed"))
        text = tape.slice(start, end, rows)
        regex = rf"(?:.({always})|[{_OPEN}A-Za-z0-9]({opened})|[^{_OPEN}\s]({closed}))$"
        return (
            text.str.extract_groups(regex).struct.unnest().select(pl.coalesce(pl.all()).str.len_chars())
            .to_series().fill_null(0).cast(pl.Int64)
        )  # fmt: skip

    return names.with_columns(pl.col(end) - tape.by_language(names, ending))
