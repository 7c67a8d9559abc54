"""Which texts the tests of a file will ask for: they are read together (linking.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.transforms import linking

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell of the text of each case that names its language."""
    for item in items:
        case = getattr(item, "callspec", None)
        if case is not None and {"language", "text"} <= case.params.keys():
            linking.tell(item.path, case.params["language"], case.params["text"])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell which file's test begins."""
    linking.begin(item.path)
