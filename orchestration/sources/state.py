"""What a source was last found at, kept between runs under the ledger: marks of pages, ETag and Last-Modified.

One JSON file for each source. It is written only when what was taken stands in the ledger, so that a
run that was killed takes it again. It holds addresses and marks, nothing of a text; without it
everything is asked for anew, and the ledger finds that it knows it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from warehouse.home import make_folder, write_atomically

MOST_KEPT: Final = 100_000


@dataclass(frozen=True, slots=True)
class Seen:
    """How an address was last found; all None where it never was."""

    mark: str | None = None
    etag: str | None = None
    modified: str | None = None


_NEVER: Final = Seen()


@dataclass(slots=True)
class SourceState:
    """What one source knows from earlier runs; `file` None keeps nothing."""

    file: Path | None = None
    known: dict[str, Seen] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    failed: bool = False
    """Whether something that was asked for in this run could not be had."""
    _changed: bool = False

    @classmethod
    def load(cls, folder: Path | None, name: str) -> SourceState:
        """The state of the source `name`; an empty one where there is none that can be read."""
        if folder is None:
            return cls()
        file = folder / f"{re.sub(r'[^A-Za-z0-9_-]', '_', name)[:60]}-{sha256(name.encode()).hexdigest()[:8]}.json"
        try:
            found: dict[str, Any] = json.loads(file.read_bytes())
            known = {url: Seen(*(entry.get(part) for part in ("mark", "etag", "modified"))) for url, entry in found.items()}
        except FileNotFoundError:
            known = {}
        except (ValueError, AttributeError):
            known = {}  # damaged: everything is asked for anew
        return cls(file, known)

    def seen(self, url: str) -> Seen:
        """How an address was last found."""
        return self.known.get(url, _NEVER)

    def keep(self, url: str) -> None:
        """It is as it was."""
        self.kept.add(url)

    def take(self, url: str, *, mark: str | None = None, etag: str | None = None, modified: str | None = None) -> None:
        """It was taken as it is now."""
        now = Seen(mark or None, etag, modified)
        if self.known.get(url) != now:
            self.known[url] = now
            self._changed = True
        self.kept.add(url)

    def fail(self, url: str) -> None:
        """It could not be had: to be asked for again."""
        self.failed = True
        self.kept.add(url)

    def save(self, *, complete: bool = False) -> None:
        """Write what changed. After a `complete` run addresses that the source no longer names are forgotten."""
        if complete and len(self.known) > MOST_KEPT:
            self.known = {url: seen for url, seen in self.known.items() if url in self.kept}
            self._changed = True
        if self.file is None or not self._changed:
            return
        make_folder(self.file.parent)
        entries = {url: {name: value for name, value in asdict(seen).items() if value} for url, seen in self.known.items()}
        write_atomically(self.file, json.dumps(entries, ensure_ascii=False, indent=0).encode("utf-8", "replace"))
        self._changed = False
