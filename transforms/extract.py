"""Clean texts become facts: in batches laid on a tape each, scanned by language and linked together.

No decision is made here; see `scan`, the three linkers and `facts`. An article's facts do not depend on the batch it is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import facts, financials, lexicon, market_moves, security_incidents
from transforms.scan import scan
from transforms.schemas import FACT_TABLES
from transforms.spans import Tape

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH_CHARACTERS: Final = 2_000_000
"""How much text is laid on one tape; memory is about 60 bytes a character."""
_LINKERS: Final = {
    "fact_financials": financials.link,
    "fact_security_incidents": security_incidents.link,
    "fact_market_moves": market_moves.link,
}


def extract(texts: pl.DataFrame, *, batch_characters: int = BATCH_CHARACTERS) -> dict[str, pl.DataFrame]:
    """The facts of readable articles (columns of `ARTICLE_TEXTS`), one frame a table, in the schemas of `FACT_TABLES`.

    Articles in a language without a lexicon, or without text, give no facts.
    """
    found: dict[str, list[pl.DataFrame]] = {table: [] for table in FACT_TABLES}
    for tape in tapes(texts, batch_characters=batch_characters):
        scanned = scan(tape)
        for table, link in _LINKERS.items():
            found[table].append(facts.facts(link(scanned), table=table, scanned=scanned))
    none = facts.empty()
    return {
        table: pl.concat([none[table], *frames]).sort("article_id", "evidence_start", "value_start", "fact_id")
        for table, frames in found.items()
    }


def tapes(texts: pl.DataFrame, *, batch_characters: int = BATCH_CHARACTERS) -> Iterator[Tape]:
    """Lay the texts on tapes of about `batch_characters`; each holds what a batch has in every language.

    One tape for all languages, because linking costs the same for ten articles as for a hundred.
    """
    known = texts.filter(pl.col("text").is_not_null() & pl.col("language").is_in(lexicon.languages())).sort(
        "language", maintain_order=True
    )
    before = pl.col("text").str.len_chars().cum_sum() - pl.col("text").str.len_chars()
    batched = known.with_columns(_batch=before // batch_characters)
    for batch in batched.partition_by("_batch", maintain_order=True):
        spoken = batch.drop("_batch").partition_by("language", maintain_order=True)
        yield Tape.joined([Tape.of(part, language=str(part["language"][0])) for part in spoken])
