"""What a linker finds in one text, for the tests of the linkers.

The texts of a file's parametrised tests are read together, many on one tape: a scan costs a hundred times what a sentence
costs, and what is found in a text does not hang on its neighbours (test_order.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs

from transforms import financials, market_moves, security_incidents
from transforms.scan import Scanned, scan
from transforms.spans import Tape

if TYPE_CHECKING:
    from collections.abc import Sequence

THURSDAY = datetime(2023, 5, 11, tzinfo=UTC)
"""When texts were published, unless a test says otherwise."""

_LINKERS = {"financials": financials.link, "market_moves": market_moves.link, "security_incidents": security_incidents.link}
_ON_ONE_TAPE = 1_500
"""So many texts are read together."""
_told: dict[Path, list[tuple[str, str]]] = {}
_running: list[Path] = []


def tell(path: Path, language: str, text: str) -> None:
    """That a test of this file will ask for this text."""
    _told.setdefault(path, []).append((language, text))


def begin(path: Path) -> None:
    """That a test of this file begins."""
    _running[:] = [path]


def figures_in(
    text: str, language: str, *, published: datetime = THURSDAY, title: int = 0, together: bool = True
) -> pl.DataFrame:
    """The figures that are linked in a text; offsets are those of the text. `title`: code points of its title."""
    return _linked("financials", text, language, published=published, title=title, together=together)


def moves_in(
    text: str, language: str, *, published: datetime = THURSDAY, title: int = 0, together: bool = True
) -> pl.DataFrame:
    """The moves that are linked in a text, with `counterparty` as written. `title`: code points of its title."""
    return _linked("market_moves", text, language, published=published, title=title, together=together)


def matters_in(
    text: str, language: str, *, published: datetime = THURSDAY, title: int = 0, together: bool = True
) -> pl.DataFrame:
    """The security matters that are linked in a text, with `counterparty` as written. `title`: code points of its title."""
    return _linked("security_incidents", text, language, published=published, title=title, together=together)


def shares_told(language: str, text: str) -> list[str]:
    """The moves of a text, sorted: type without "share_price_", company, value and unit."""
    found = moves_in(text, language)
    short = []
    for row in found.iter_rows(named=True):
        value = None if row["value"] is None else f"{row['value'].normalize():f} {row['unit']}"
        kind = row["move_type"].removeprefix("share_price_")
        short.append(" ".join(part for part in (kind, row["company_id"], value) if part))
    return sorted(short)


def _linked(linker: str, text: str, language: str, *, published: datetime, title: int, together: bool) -> pl.DataFrame:
    """`together`: with the other texts of the file, which are taken to be published then too, and to have no title."""
    told = tuple(dict.fromkeys(_told.get(_running[0], ()))) if _running else ()
    if together and not title and (language, text) in told:
        return _found(linker, told, published)[language, text]
    return _found_in([(language, text)], linker, published, title)[language, text]


@lru_cache(maxsize=8)
def _found(linker: str, texts: tuple[tuple[str, str], ...], published: datetime) -> dict[tuple[str, str], pl.DataFrame]:
    found: dict[tuple[str, str], pl.DataFrame] = {}
    ordered = sorted(texts)
    for first in range(0, len(ordered), _ON_ONE_TAPE):  # so that the memory of a process stays low
        found |= _found_in(ordered[first : first + _ON_ONE_TAPE], linker, published, 0)
    return found


def _found_in(
    texts: Sequence[tuple[str, str]], linker: str, published: datetime, title: int
) -> dict[tuple[str, str], pl.DataFrame]:
    scanned, keys = _scanned(texts, published, title)
    rows = _LINKERS[linker](scanned)
    if "counterparty_start" in rows.columns:
        rows = rows.with_columns(scanned.tape.slice("counterparty_start", "counterparty_end", rows).alias("counterparty"))
    places = cs.integer() & (cs.by_name("start", "end", require_all=False) | cs.ends_with("_start", "_end"))
    starts = scanned.tape.docs["start"].to_list()
    return {key: rows.filter(pl.col("doc") == doc).with_columns(places - starts[doc]) for doc, key in enumerate(keys)}


def _scanned(texts: Sequence[tuple[str, str]], published: datetime, title: int) -> tuple[Scanned, list[tuple[str, str]]]:
    """The texts on one tape, language by language, and which text each doc of it is."""
    keys = sorted(texts, key=lambda each: each[0])
    frame = pl.DataFrame(
        {
            "article_id": [str(number) for number in range(len(keys))],
            "language": [language for language, _ in keys],
            "text": [text for _, text in keys],
            "published_at": pl.Series([published] * len(keys), dtype=pl.Datetime("us", "UTC")),
            "published_precision": ["day"] * len(keys),
            "title_start": [0] * len(keys),
            "title_end": [title] * len(keys),
        }
    )
    parts = frame.partition_by("language", maintain_order=True)
    return scan(Tape.joined([Tape.of(part, language=part["language"][0]) for part in parts])), keys


def cells(rows: pl.DataFrame, *columns: str, by: str = "value_start") -> list[tuple[Any, ...]]:
    """Columns of each row in the order of the text, values as floats and dates as text."""
    plain = rows.with_columns(cs.decimal().cast(pl.Float64), cs.date().cast(pl.String))
    return plain.sort(by, nulls_last=True, maintain_order=True).select(columns).rows()
