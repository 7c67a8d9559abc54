"""What the log shows of each event, to a person."""

from __future__ import annotations

import json
from io import StringIO

import polars as pl
import pytest
from rich.console import Console

from orchestration.inspection import Events, event_in_words, render_events
from warehouse.log import LOG


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        (
            "FactDisputed",
            {"table": "fact_financials", "fact_id": "a" * 32, "reason": "a misprint", "by": "ada"},
            "financials aaaaaaaaaaaa, ada: a misprint",
        ),
        (
            "FactCorrected",
            {"table": "fact_market_moves", "fact_id": "a" * 32, "reason": "typo", "by": "ada", "corrected_id": "b" * 32},
            "market_moves aaaaaaaaaaaa, instead of it bbbbbbbbbbbb, ada: typo",
        ),
        (
            "ArticleWithdrawn",
            {"uri": "https://a.example/1", "content_sha256": "c" * 64, "reason": "asked for", "by": "ada"},
            "https://a.example/1, ada: asked for",
        ),
        (
            "FactRetracted",
            {"table": "fact_financials", "fact_id": "a" * 32, "reason": "extractor_changed"},
            "financials aaaaaaaaaaaa, extractor changed",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_an_event_says_what_happened_and_who_decided_it(kind: str, payload: dict, words: str) -> None:
    assert event_in_words(kind, payload) == words


def test_brackets_in_the_name_of_a_file_are_no_markup() -> None:
    payload = {"uri": "file:///news/a[/b].txt", "content_sha256": "c" * 64, "reason": "is empty"}
    row = dict.fromkeys(LOG) | {"position": 1, "event_type": "ArticleRejected", "payload": json.dumps(payload)}
    console = Console(file=StringIO(), record=True, width=80)
    render_events(Events(pl.DataFrame([row], schema=LOG), 1), console)
    assert "/news/a[/b].txt, is empty" in console.export_text()
