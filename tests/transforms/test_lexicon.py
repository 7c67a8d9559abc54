"""Lexicons load, are folded, and a wrong one is told by file and key."""

from __future__ import annotations

import polars as pl
import pytest

from transforms import lexicon, triggers
from transforms.schemas import LANGUAGES, METRICS
from transforms.spans import fold


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words(language: str) -> None:
    found = lexicon.patterns(language)
    assert len(found) > 500
    assert found["pattern"].map_elements(fold, return_dtype=pl.String).equals(found["pattern"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", ["security", "market"])
def test_a_language_fills_the_classes_that_rules_ask_for(language: str, topic: str) -> None:
    """A class that no rule names is dead, and a rule whose classes a language leaves empty can never fire there."""
    rules = triggers.load(topic)
    wanted = {n for n in rules.needs["name"].to_list() if n.startswith(f"{topic}.")}
    # Rules name the words of both kinds of a topic alike.
    kinds = (topic, f"{topic}_context")
    has = {f"{topic}.{code}" for kind in kinds for code in lexicon.of_kind(language, kind)["code"]}
    share = len(wanted & has) / len(wanted)
    assert share >= 0.8, f"{language} lacks {sorted(wanted - has)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_common_metrics_have_words(language: str) -> None:
    codes = set(lexicon.of_kind(language, "metric")["code"])
    assert {"revenue", "net_income", "eps", "operating_income"} <= codes
    helpers = {"none", "net", "hidden", "counted", "profit", "loss", "plus", "minus", "worth"}
    assert {c for c in codes if not c.endswith("_loss")} - helpers <= set(METRICS)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(["a*b"], "asterisk", id="inner asterisk"),
        pytest.param([""], "non-empty", id="empty word"),
        pytest.param("omzet", "list", id="no list"),
    ],
)
def test_a_wrong_entry_names_file_and_key(words: object, reason: str) -> None:
    with pytest.raises(lexicon.LexiconError, match=reason) as told:
        lexicon.entries("nl/x.toml", {"metric": {"revenue": words}})
    assert told.value.file == "nl/x.toml"
    assert told.value.key == "metric.revenue"
