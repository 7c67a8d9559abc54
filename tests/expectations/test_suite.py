"""Every mistake in rules.toml is told with the rule and the key before any data is looked at."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from expectations.suite import RulesInvalid, parse, suite
from transforms import schemas

CODES = {"currencies": ["EUR", "USD"]}

DOCUMENT: dict[str, Any] = {
    "limits": {"quarantined_share": 0.02, "quarantined_least": 2},
    "required": {
        "articles": ["uri"],
        "article_read": ["text"],
        "facts": ["fact_id"],
        "fact_financials": ["metric"],
        "fact_security_incidents": ["category"],
        "fact_market_moves": ["move_type"],
    },
    "sets": {"counted": ["users", "customers"]},
    "rule": [
        {
            "id": "unit-known",
            "tables": ["fact_financials"],
            "topic": "vocabulary",
            "scope": "row",
            "severity": "error",
            "why": "Values add up only in one unit.",
            "when": {"metric": ["@COUNTED", "revenue"]},
            "expect": "ExpectColumnValuesToBeInSet",
            "args": {"column": "unit", "value_set": ["@CURRENCIES", "count"]},
        }
    ],
}


def changed_document(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


def in_rule(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["rule"][0].update(values)


def between(**bounds: Any) -> Callable[[dict[str, Any]], object]:
    return in_rule(expect="ExpectColumnValuesToBeBetween", args={"column": "value", **bounds})


def test_names_are_replaced_by_what_they_stand_for():
    (rule,) = parse(DOCUMENT, codes=CODES).rules
    assert rule.args["value_set"] == ["EUR", "USD", "count"]
    assert rule.when == {"metric": ("users", "customers", "revenue")}
    assert rule.columns == ("unit", "metric")
    assert rule.gates


@pytest.mark.parametrize(
    ("change", "rule", "key"),
    [
        pytest.param(in_rule(id="Unit Known"), "number 1", "id", id="an id of other characters"),
        pytest.param(lambda d: d["rule"].append(d["rule"][0]), "unit-known", "id", id="an id used twice"),
        pytest.param(lambda d: d["rule"][0].pop("why"), "unit-known", "why", id="a missing key"),
        pytest.param(in_rule(because="x"), "unit-known", "because", id="an unknown key"),
        pytest.param(in_rule(tables=["fact_weather"]), "unit-known", "tables", id="an unknown table"),
        pytest.param(in_rule(tables=[]), "unit-known", "tables", id="no table"),
        pytest.param(in_rule(tables=["articles", "articles"]), "unit-known", "tables", id="a table twice"),
        pytest.param(in_rule(topic="weather"), "unit-known", "topic", id="an unknown topic"),
        pytest.param(in_rule(scope="cell"), "unit-known", "scope", id="an unknown scope"),
        pytest.param(in_rule(severity="fatal"), "unit-known", "severity", id="an unknown severity"),
        pytest.param(in_rule(why="because"), "unit-known", "why", id="a why that is no sentence"),
        pytest.param(in_rule(expect="ExpectMiracles"), "unit-known", "expect", id="an unknown expectation"),
        pytest.param(
            in_rule(expect="ExpectColumnMeanToBeBetween", args={"column": "value", "max_value": 1}),
            "unit-known", "expect", id="an aggregate as a row rule",
        ),
        pytest.param(in_rule(args=[]), "unit-known", "args", id="args that are no table"),
        pytest.param(in_rule(when=[]), "unit-known", "when", id="when that is no table"),
        pytest.param(in_rule(args={"column": "unit"}), "unit-known", "args.value_set", id="a missing argument"),
        pytest.param(
            in_rule(args={"column": "unit", "value_set": ["EUR"], "mostly": 0.9}),
            "unit-known", "args.mostly", id="an argument that nobody checks",
        ),
        pytest.param(in_rule(args={"column": "colour", "value_set": ["EUR"]}), "unit-known", "args", id="an unknown column"),
        pytest.param(in_rule(when={"colour": ["red"]}), "unit-known", "when", id="an unknown column in when"),
        pytest.param(in_rule(when={"metric": []}), "unit-known", "when.metric", id="an empty when"),
        pytest.param(in_rule(when={"metric": ["@WEATHER"]}), "unit-known", "when.metric", id="an unknown name in when"),
        pytest.param(
            in_rule(args={"column": "unit", "value_set": ["@WEATHER"]}),
            "unit-known", "args.value_set", id="an unknown name",
        ),
        pytest.param(in_rule(args={"column": "unit", "value_set": "EUR"}), "unit-known", "args.value_set", id="no list"),
        pytest.param(between(), "unit-known", "args", id="bounds without a bound"),
        pytest.param(between(min_value="0"), "unit-known", "args.min_value", id="a bound that is text"),
        pytest.param(between(min_value=2, max_value=1), "unit-known", "args.min_value", id="bounds the wrong way round"),
        pytest.param(
            in_rule(expect="ExpectColumnValuesToMatchRegex", args={"column": "unit", "regex": "("}),
            "unit-known", "args.regex", id="a broken pattern",
        ),
        pytest.param(
            in_rule(expect="ExpectColumnValuesToMatchRegex", args={"column": "unit", "regex": "(a)"}),
            "unit-known", "args.regex", id="a pattern that captures",
        ),
        pytest.param(
            in_rule(expect="ExpectColumnValuesToNotBeNull", args={"column": "unit"}),
            "unit-known", "when", id="not null with when",
        ),
        pytest.param(lambda d: d.update(rules=[]), "[file]", "rules", id="an unknown section"),
        pytest.param(lambda d: d.update(rule=[]), "[file]", "rule", id="no rules"),
        pytest.param(lambda d: d.pop("limits"), "[limits]", "quarantined_share", id="no limits"),
        pytest.param(lambda d: d["limits"].update(quarantined_share=2.0), "[limits]", "quarantined_share", id="200 percent"),
        pytest.param(lambda d: d["limits"].update(quarantined_least=0), "[limits]", "quarantined_least", id="a least of none"),
        pytest.param(lambda d: d["required"].pop("facts"), "[required]", "facts", id="a list is missing"),
        pytest.param(lambda d: d["required"].update(facts=["colour"]), "[required]", "facts", id="an unknown required column"),
        pytest.param(lambda d: d["required"].update(facts="uri"), "[required]", "facts", id="a required column and no list"),
        pytest.param(lambda d: d["sets"].update(metrics=["a"]), "[sets]", "metrics", id="a set named like an enumeration"),
        pytest.param(lambda d: d["sets"].update(counted=[]), "[sets]", "counted", id="an empty set"),
        pytest.param(lambda d: d["sets"].update(counted=["a", "a"]), "[sets]", "counted", id="a value twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_rule_and_key(change: Callable[[dict[str, Any]], object], rule: str, key: str):
    with pytest.raises(RulesInvalid) as caught:
        parse(changed_document(change), codes=CODES)
    assert (caught.value.rule, caught.value.key) == (rule, key)
    assert rule in str(caught.value)
    assert key in str(caught.value)


def test_the_shipped_rules_cover_every_table_and_scope():
    rules = suite().rules
    assert len(rules) >= 24
    assert {rule.scope for rule in rules} == {"row", "table", "schema"}
    assert {rule.severity for rule in rules} == {"critical", "error", "warning"}


def test_every_enumeration_of_the_schemas_is_enforced():
    enforced = {tuple(rule.args["value_set"]) for rule in suite().rules if "value_set" in rule.args}
    for name in (
        "METRICS", "MEASURES", "COMPARATORS", "BASES", "ACCOUNTINGS", "PERIOD_ROLES", "COMPARED_TO", "PERIOD_TYPES",
        "CATEGORIES", "STAGES", "MOVE_TYPES", "DIRECTIONS", "SESSIONS", "HORIZONS", "STATUSES", "RECORD_UNITS", "PRECISIONS",
        "VERIS_ACTIONS", "VERIS_ATTRIBUTES", "VERIS_ACTORS",
    ):  # fmt: skip
        assert getattr(schemas, name) in enforced, name


def test_codes_are_those_of_the_standards():
    from babel import Locale

    values = {rule.id: set(rule.args.get("value_set", ())) for rule in suite().rules}
    countries = values["country-known"]
    assert len(countries) == 249
    assert countries <= set(Locale("en").territories)
    assert {"UK", "EU", "XK"}.isdisjoint(countries)
    currencies = {unit for unit in values["unit-known"] if unit.isupper()}
    # CLDR leaves out two of the settlement and accounting units of ISO 4217.
    assert currencies - set(Locale("en").currencies) <= {"XUA", "XSU", "USN", "CHE", "CHW"}
    assert {"EUR", "USD", "CNY", "JPY", "IDR", "TRY", "DEM", "NLG"} <= currencies
