"""What assets work on: which ledger, which source, and who watches.

Tests and the command line swap them through `build_defs(resource_overrides)`.
"""

# No `from __future__ import annotations`: Dagster reads the annotations of its decorated functions
# and fields as objects and refuses strings.

from pathlib import Path

import dagster as dg

from orchestration.homes import home_from_environment, sources_file
from orchestration.pipeline import Ledger
from orchestration.sources.base import Source
from orchestration.sources.landing import LocalFiles
from orchestration.sources.samples import SampleArticles
from warehouse.home import Home


class LedgerResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The ledger that a run reads and writes; without a folder the one that the environment names."""

    folder: str | None = None

    def home(self) -> Home:
        """The home of the ledger."""
        return Home(Path(self.folder)) if self.folder else home_from_environment()

    def open(self) -> Ledger:
        """The ledger, made if there is none."""
        return Ledger.open(self.home())


class ArticleSource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where a run's articles come from: `samples`, else `paths`, else the landing folder and what sources.toml names."""

    paths: list[str] = []  # noqa: RUF012 - a field of a pydantic model, copied for each
    samples: bool = False

    def source(self, home: Home) -> Source:
        """The articles that this configuration means."""
        if self.samples:
            return SampleArticles()
        if self.paths:
            return LocalFiles([Path(path) for path in self.paths])
        landing = LocalFiles([home.landing], name="landing folder", empty_is_fine=True)
        file = sources_file(home)
        if file is None or not file.exists():
            return landing
        # Only here: fetching costs 0.3 s to import.
        from orchestration.sources.config import load
        from orchestration.sources.configured import ConfiguredSources

        return ConfiguredSources(load(file), home.sources, first=landing)


class RunCommand(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What started the run, as the log will say."""

    command: str = "dagster"
