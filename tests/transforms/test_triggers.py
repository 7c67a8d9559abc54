"""The rule engine: what stands together matches, what a rule forbids does not, and a broken rule says where it is broken."""

from __future__ import annotations

import polars as pl
import pytest

from transforms import lexicon, triggers
from transforms.scan import scan
from transforms.spans import Tape

SPOTS = {"name": pl.String, "start": pl.Int64, "end": pl.Int64, "sid": pl.Int64, "cid": pl.Int64, "doc": pl.Int64}


def spots(*rows: tuple[str, int, int, int, int]) -> pl.DataFrame:
    """Spans of one document: name, start, end, sid, cid."""
    return pl.DataFrame([(*r, 0) for r in rows], schema=SPOTS, orient="row")


def rules(*documents: dict[str, object]) -> triggers.Rules:
    return triggers.checked({"rule": list(documents)}, file="test.toml")


BUY: dict[str, object] = {"id": "buy", "emits": "acquisition", "all": ["value=money", "buy"], "within": 20}


class TestMatches:
    def test_needs_within_reach_match_and_keep_their_roles(self) -> None:
        found = triggers.matches(spots(("buy", 0, 3, 0, 0), ("money", 10, 15, 0, 0)), rules(BUY))
        assert found.select("rule", "start", "end", "value_start", "value_end", "closest", "second_start").row(0) == (
            "buy", 0, 15, 10, 15, 7, 0,
        )  # fmt: skip

    @pytest.mark.parametrize(
        "rows",
        [
            pytest.param([("buy", 0, 3, 0, 0), ("money", 40, 45, 0, 0)], id="too far"),
            pytest.param([("buy", 0, 3, 0, 0), ("money", 10, 15, 1, 1)], id="another sentence"),
            pytest.param([("money", 10, 15, 0, 0)], id="a need is missing"),
        ],
    )
    def test_what_does_not_stand_together_does_not_match(self, rows: list[tuple[str, int, int, int, int]]) -> None:
        assert triggers.matches(spots(*rows), rules(BUY)).is_empty()

    def test_a_need_may_have_a_reach_of_its_own(self) -> None:
        near = BUY | {"all": ["value=money", "buy@5"]}
        assert triggers.matches(spots(("buy", 0, 3, 0, 0), ("money", 10, 15, 0, 0)), rules(near)).is_empty()

    def test_the_sentence_before_counts_only_in_scope_near(self) -> None:
        rows = spots(("buy", 0, 3, 0, 0), ("money", 10, 15, 1, 1))
        assert triggers.matches(rows, rules(BUY | {"scope": "near"})).height == 1
        assert triggers.matches(rows, rules(BUY)).is_empty()

    def test_a_clause_scope_keeps_to_the_clause(self) -> None:
        rows = spots(("buy", 0, 3, 0, 0), ("money", 10, 15, 0, 1))
        assert triggers.matches(rows, rules(BUY | {"scope": "clause"})).is_empty()

    def test_of_several_spans_the_nearest_serves(self) -> None:
        found = triggers.matches(spots(("buy", 0, 3, 0, 0), ("buy", 16, 19, 0, 0), ("money", 10, 15, 0, 0)), rules(BUY))
        assert found["start"].to_list() == [10]

    def test_an_ordered_rule_wants_its_anchor_first(self) -> None:
        rows = spots(("buy", 0, 3, 0, 0), ("money", 10, 15, 0, 0))
        assert triggers.matches(rows, rules(BUY | {"ordered": True})).is_empty()

    def test_a_veto_holds_in_its_scope_or_its_reach(self) -> None:
        rows = spots(("buy", 0, 3, 0, 0), ("money", 10, 15, 0, 0), ("back", 60, 64, 0, 0))
        assert triggers.matches(rows, rules(BUY | {"none": ["back"]})).is_empty()
        assert triggers.matches(rows, rules(BUY | {"none": ["back"], "none_within": 10})).height == 1


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "reason"),
        [
            ({"id": "a", "all": ["x"]}, "lacks 'emits'"),
            ({"id": "a", "emits": "b", "all": ["x"], "near": 3}, "unknown key 'near'"),
            ({"id": "a", "emits": "b", "all": ["x"], "scope": "page"}, "scope must be one of"),
        ],
    )
    def test_a_broken_rule_names_file_rule_and_key(self, rule: dict[str, object], reason: str) -> None:
        with pytest.raises(triggers.RuleError, match=reason) as raised:
            rules(rule)
        assert (raised.value.file, raised.value.rule) == ("test.toml", "a")

    def test_a_rule_stands_once(self) -> None:
        with pytest.raises(triggers.RuleError, match="stands twice"):
            rules(BUY, BUY)

    @pytest.mark.parametrize("topic", ["market", "security"])
    def test_rules_name_only_spans_that_a_lexicon_or_a_scan_can_give(self, topic: str) -> None:
        loaded = triggers.load(topic)
        named = set(loaded.needs["name"]) | set(loaded.vetoes["name"])
        cues = {name for n in named for name in [n] if n.split(".")[0] in (topic, f"{topic}_context")}
        known = {
            f"{kind.removesuffix('_context')}.{code}"
            for language in lexicon.languages()
            for kind, code in lexicon.patterns(language).select("kind", "code").unique().iter_rows()
        }
        assert cues <= known


def test_spots_of_a_scanned_text_can_be_matched() -> None:
    texts = pl.DataFrame({"article_id": ["a"], "text": ["Shares of Acme fell 5% on Monday."], "published_at": [None]})
    tape = Tape.of(texts, language="en")
    assert triggers.matches(scan(tape).spots(), triggers.load("market")).columns[:3] == ["rule", "order", "emits"]
