"""Which folders a command works on: the root, and the two ledgers in it.

The root is named by an option, else by NEWSLEDGER_HOME, else it is a folder in the user's data
directory. Below it the user's own ledger and the demo ledger are homes apart, so that the samples
never mix with real articles. The environment is read when a function is called, never at import.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

from warehouse.errors import NewsledgerError
from warehouse.home import Home

HOME_VARIABLE: Final = "NEWSLEDGER_HOME"
LEDGER_VARIABLE: Final = "NEWSLEDGER_LEDGER"
"""Set by `newsledger ui` for the processes it starts: which of the two ledgers they serve."""
COMPANIES_VARIABLE: Final = "NEWSLEDGER_COMPANIES"
"""Set for the processes that search articles: the file of the user's own companies."""

LedgerName = Literal["ledger", "demo"]


class NoLedger(NewsledgerError):
    """There is nothing to look at yet below `root`; with `demo` it was the demo ledger that was asked for."""

    def __init__(self, *, root: Path, demo: bool) -> None:
        self.root = root
        self.demo = demo
        begin = "newsledger run" if demo else "newsledger run, or newsledger run PATH…"
        super().__init__(f"no {'demo ' if demo else ''}ledger in {root} yet: begin with {begin}")


def root_folder(option: Path | None = None) -> Path:
    """The root: `option`, else NEWSLEDGER_HOME, else `newsledger` in the user's data directory."""
    if option is not None:
        return option.expanduser().absolute()
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("newsledger")


def ledger_home(root: Path, name: LedgerName) -> Home:
    """The home of one of the ledgers below `root`; not created."""
    return Home(root / name)


def sources_file(home: Home) -> Path | None:
    """Where the sources of a ledger are configured, whether the file exists or not; the demo ledger has none."""
    return None if home.root.name == "demo" else home.root.parent / "sources.toml"


def companies_file(home: Home) -> Path | None:
    """Where the user's own companies stand, whether the file exists or not; the demo ledger has none."""
    return None if home.root.name == "demo" else home.root.parent / "companies.toml"


def know_companies(home: Home) -> None:
    """Let this process and those that it starts know the user's own companies of that home. Raises BadCompanies."""
    file = companies_file(home)
    if COMPANIES_VARIABLE in os.environ or (file is not None and file.is_file()):
        # Imported only here: it takes a tenth of a second, and most homes have no such file.
        from transforms.companies import use

        use(file)


def home_from_environment() -> Home:
    """The home that the environment names, for processes that Dagster starts."""
    name: LedgerName = "demo" if os.environ.get(LEDGER_VARIABLE) == "demo" else "ledger"
    return ledger_home(root_folder(), name)


def has_log(home: Home) -> bool:
    """Whether anything was ever run in this home."""
    return (home.log / "_delta_log").is_dir()
