"""Trying sources out, and the table that tells what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from orchestration.sources.config import SourceConfig
from orchestration.sources.configured import Checked, check


def checked(configs: Sequence[SourceConfig]) -> list[Checked]:
    """Each source tried out, one after the other."""
    return [check(config) for config in configs]


def table(found: Sequence[Checked]) -> Table:
    """One row a source: what it is, what came first, and what is wrong with it."""
    view = Table(box=None, pad_edge=False, show_edge=False)
    for name in ("source", "kind", "place", "gives"):
        view.add_column(name, overflow="fold")
    for each in found:
        first = Text("nothing" if each.problems and each.first is None else each.first or "nothing at present")
        for problem in each.problems:
            first.append(f"\n{problem.where}: {problem.reason}", style="red")
        view.add_row(Text(each.name, style="red" if each.problems else "green"), each.kind, Text(each.place), first)
    return view
