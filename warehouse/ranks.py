"""How far sources are to be believed, as data: the list that is shipped, and the ledger's own over it.

What a rank means stands in `source_ranks.toml`; what is done with it, in `financials_reconciled`.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Final

import polars as pl

from transforms.schemas import Schema
from warehouse.errors import BadRequest
from warehouse.home import Home

RANKS: Final[Schema] = {"source_id": pl.String, "rank": pl.Int64}
"""One row a source."""
SHIPPED: Final = Path(__file__).parent / "source_ranks.toml"
OWN: Final = "source_ranks.toml"
"""Name of the ledger's own list, in the folder of its home."""
WORST: Final = 9


class BadRanks(BadRequest):
    """A list of ranks that cannot be used; `path` says which, and nothing was published with it."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path}: {reason}")


def source_ranks(home: Home) -> pl.DataFrame:
    """RANKS of `home`, in order of source. Raises BadRanks."""
    ranks = _read(SHIPPED)
    own = home.root / OWN
    if own.exists():
        ranks |= _read(own)
    return pl.DataFrame(sorted(ranks.items()), schema=RANKS, orient="row")


def ranks_digest(ranks: pl.DataFrame) -> str:
    """sha256 of RANKS in order."""
    return hashlib.sha256(repr(ranks.rows()).encode()).hexdigest()


def _read(path: Path) -> dict[str, int]:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadRanks(path=path, reason=f"cannot be read: {error}") from error
    sources = written.pop("sources", None)
    if written or not isinstance(sources, dict):
        raise BadRanks(path=path, reason="has to have a table [sources] and nothing else")
    for name, rank in sources.items():
        if type(rank) is not int or not 1 <= rank <= WORST:
            raise BadRanks(path=path, reason=f"the rank of {name} is {rank!r}; it has to be a whole number from 1 to {WORST}")
    return sources
