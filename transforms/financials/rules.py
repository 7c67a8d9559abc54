"""The rule table of business figures, loaded and checked: what a metric is counted in, limits and weights.

The figures themselves stand in `transforms/rules/financials.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import polars as pl

from transforms.schemas import METRICS

KINDS: Final = ("money", "share", "ratio", "count")
NOT_A_FACT: Final = "none"
"""Code of words that claim a number for something that is no business figure: a fine, a price, a deal's worth."""
PROFIT: Final = "profit"
LOSS: Final = "loss"
"""Codes of plain words for profit and loss: of the net result, unless an operating or pretax result is spoken of."""
PLUS: Final = "plus"
MINUS: Final = "minus"
"""Codes of words that are a profit or loss only of an amount: "ein Minus von 3 Millionen", but "ein Minus von 3 Prozent"."""
WORTH: Final = "worth"
"""Code of words for market value that are one only of an amount: "24 milyar dolar değer kaybetti", never of a percentage."""
PEOPLE: Final = "people"
"""Code of plain words for people: they are staff where a word says that they work there."""
COUNTED: Final = "counted"
"""Code of words for other things that are counted, such as months and shops: they claim the number right before them."""


class RuleError(ValueError):
    """A rule table that cannot be used: names the key."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"rules/financials.toml: {key}: {reason}")
        self.key, self.reason = key, reason


@dataclass(frozen=True)
class Rules:
    """codes: code, metric, loss, metric_kind, instant, one row a lexicon code; limit and weight: numbers by name."""

    codes: pl.DataFrame
    limit: dict[str, float]
    weight: dict[str, float]


@lru_cache(maxsize=1)
def load() -> Rules:
    """The checked rule table."""
    text = (resources.files("transforms") / "rules" / "financials.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    metrics, losses = document["metric"], document["loss"]
    if set(metrics) != set(METRICS):
        raise RuleError(
            "metric", f"must have exactly the metrics of the schema; differs in {sorted(set(metrics) ^ set(METRICS))}"
        )
    for name, traits in metrics.items():
        if traits.get("kind") not in KINDS:
            raise RuleError(f"metric.{name}", f"kind must be one of {', '.join(KINDS)}")
    if unknown := set(losses.values()) - set(metrics):
        raise RuleError("loss", f"unknown metric {min(unknown)}")
    named = [(m, m, False) for m in metrics] + [(code, m, True) for code, m in losses.items()]
    rows = [(code, m, loss, metrics[m]["kind"], bool(metrics[m].get("instant", False))) for code, m, loss in named]
    rows += [
        (NOT_A_FACT, NOT_A_FACT, False, NOT_A_FACT, False),
        (COUNTED, NOT_A_FACT, False, COUNTED, False),
        ("firms", "customers", False, "count", True),
        (PEOPLE, "employees", False, "count", True),
        ("margin", "margin", False, "ratio", False),
        ("of_sales", "of_sales", False, "ratio", False),
        (PROFIT, "net_income", False, "money", False),
        (LOSS, "net_income", True, "money", False),
        (PLUS, "net_income", False, "money", False),
        (MINUS, "net_income", True, "money", False),
        (WORTH, "market_capitalization", False, "money", True),
    ]
    schema = {"code": pl.String, "metric": pl.String, "loss": pl.Boolean, "metric_kind": pl.String, "instant": pl.Boolean}
    return Rules(
        codes=pl.DataFrame(rows, schema=schema, orient="row"),
        limit={k: float(v) for k, v in document["limit"].items()},
        weight={k: float(v) for k, v in document["weight"].items()},
    )
