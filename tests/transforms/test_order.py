"""An article's facts depend on that article alone: not on its neighbours, their order or the size of the batch.

Polars may give the rows of a join, a group or a sort with ties in any order, and the order it chooses changes with the
number of rows. Where the first of several rows is then taken, an article would have other facts in another batch. So the
order is said wherever it is free, which one test reads off the code; the other compares facts.
"""

from __future__ import annotations

import ast
from pathlib import Path

import polars as pl
import pytest

import transforms
from tests.gold import scoring
from transforms.extract import extract

CODE = sorted(Path(transforms.__file__).parent.rglob("*.py"))
OTHERS = ("np", "os", "re")
"""Modules whose functions bear the same names."""


def unordered(code: str) -> list[int]:
    """The lines where rows are joined, sorted, grouped or made unique without saying in which order."""
    found = []
    for call in ast.walk(ast.parse(code)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        of = call.func.value
        expression = isinstance(of, ast.Call) and isinstance(of.func, ast.Attribute) and of.func.attr == "col"
        if "maintain_order" in given or expression or (isinstance(of, ast.Name) and of.id in OTHERS):
            continue
        match call.func.attr:
            case "join":
                how = given.get("how")
                # A semi or anti join only leaves rows out.
                filtering = isinstance(how, ast.Constant) and how.value in ("semi", "anti")
                free = bool(given.keys() & {"on", "left_on", "how"}) and not filtering
            case "sort" | "unique" | "group_by":
                free = bool(call.args)
            case _:
                free = False
        if free:
            found.append(call.lineno)
    return found


@pytest.mark.parametrize("file", CODE, ids=lambda file: "/".join(file.parts[-2:]))
def test_the_order_of_rows_is_said(file: Path) -> None:
    assert unordered(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("code", "free"),
    [
        ("a.join(b, on='x')", True),
        ("a.join(b, on='x', how='semi')", False),
        ("a.join(b, on='x', maintain_order='left')", False),
        ("a.sort('x')", True),
        ("a.unique(['x'], keep='first')", True),
        ("a.group_by('x').agg(b)", True),
        ("', '.join(words)", False),
        ("np.unique(x)", False),
        ("s.unique()", False),
    ],
)
def test_how_an_unsaid_order_is_told(code: str, free: bool) -> None:
    assert bool(unordered(code)) == free


@pytest.mark.slow
def test_facts_do_not_depend_on_neighbours() -> None:
    texts = scoring.texts_of(scoring.HERE / "independent")
    strangers = texts.with_columns(article_id="stranger of " + pl.col("article_id"))
    alone = extract(texts)
    crowded = extract(pl.concat([strangers, texts, strangers.head(7)]).sample(fraction=1.0, shuffle=True, seed=5))
    in_parts = extract(texts.reverse(), batch_characters=40_000)
    for table, facts in alone.items():
        assert facts.height > 50
        own = crowded[table].filter(~pl.col("article_id").str.starts_with("stranger"))
        assert own.equals(facts)
        assert in_parts[table].equals(facts)
