"""The sample articles that ship with the package, so that the first run needs no input.

They are known as `sample:<language>/<file>`, wherever the package is installed. What they are and
are not is said in samples/NOTICE.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from orchestration.sources.base import Batch, RawArticle, batched
from orchestration.sources.files import MEDIA_TYPES, media_type

SAMPLES: Final = Path(__file__).parent.parent / "samples"


@dataclass(frozen=True, slots=True)
class SampleArticles:
    """Articles in `samples/<language>/`, in the order of their names."""

    folder: Path = SAMPLES
    name: str = "sample articles"

    def files(self) -> list[Path]:
        """Their paths in the installed package."""
        return sorted(path for path in self.folder.glob("*/*") if path.suffix in MEDIA_TYPES)

    def count(self) -> int:
        """How many there are."""
        return len(self.files())

    def batches(self) -> Iterator[Batch]:
        """The articles, as they were written."""
        fetched_at = datetime.now(UTC)
        return batched(
            RawArticle(
                uri=f"sample:{path.relative_to(self.folder).as_posix()}",
                media_type=media_type(path.name),
                content=path.read_bytes(),
                fetched_at=fetched_at,
            )
            for path in self.files()
        )
