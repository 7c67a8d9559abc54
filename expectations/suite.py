"""The rules of expectations/rules.toml, read and checked.

Here a rule becomes a typed `Rule`, and every mistake in the file is told with the rule and the
key, before any data is looked at. What a rule computes beforehand is in derived.py, running the
rules in audit.py. Nothing here imports Great Expectations, so listing the rules costs nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast, get_args

from expectations.derived import COLUMN_CHECKS, derived_columns
from transforms import schemas

Scope = Literal["row", "table", "schema"]
Severity = Literal["critical", "error", "warning"]
Topic = Literal["schema", "identity", "completeness", "text", "evidence", "vocabulary", "values", "time", "yield"]

ARTICLES: Final = "articles"
TABLES: Final[Mapping[str, schemas.Schema]] = {ARTICLES: schemas.ARTICLE_TEXTS, **schemas.FACT_TABLES}
"""Every audited table with the schema that it must have."""

ENUMERATIONS: Final = (
    "LANGUAGES", "UNKNOWN_LANGUAGE", "METRICS", "MEASURES", "COMPARATORS", "BASES", "ACCOUNTINGS", "PERIOD_ROLES",
    "COMPARED_TO", "PERIOD_TYPES", "CATEGORIES", "STAGES", "MOVE_TYPES", "DIRECTIONS", "SESSIONS", "HORIZONS", "STATUSES",
    "RECORD_UNITS", "PRECISIONS", "VERIS_ACTIONS", "VERIS_ATTRIBUTES", "VERIS_ACTORS",
)  # fmt: skip
"""Names in transforms.schemas that rules may refer to as @NAME."""


@dataclass(frozen=True)
class _Expectation:
    """What an expectation of Great Expectations takes, and whether it can point at rows."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    tells_rows: bool = True


_ONE_OF: Final = frozenset({"column", "value_set"})
_BOUNDS: Final = frozenset({"min_value", "max_value", "strict_min", "strict_max"})
EXPECTATIONS: Final[Mapping[str, _Expectation]] = {
    "ExpectColumnValuesToBeInSet": _Expectation(_ONE_OF),
    "ExpectColumnValuesToNotBeInSet": _Expectation(_ONE_OF),
    "ExpectColumnValuesToBeBetween": _Expectation(frozenset({"column"}), _BOUNDS),
    "ExpectColumnValueLengthsToBeBetween": _Expectation(frozenset({"column"}), _BOUNDS),
    "ExpectColumnValuesToMatchRegex": _Expectation(frozenset({"column", "regex"})),
    "ExpectColumnValuesToBeUnique": _Expectation(frozenset({"column"})),
    "ExpectColumnValuesToBeNull": _Expectation(frozenset({"column"})),
    "ExpectColumnValuesToNotBeNull": _Expectation(frozenset({"column"})),
    "ExpectCompoundColumnsToBeUnique": _Expectation(frozenset({"column_list"})),
    "ExpectColumnMeanToBeBetween": _Expectation(frozenset({"column"}), _BOUNDS, tells_rows=False),
    "ExpectColumnUniqueValueCountToBeBetween": _Expectation(frozenset({"column"}), _BOUNDS, tells_rows=False),
}
"""The expectations that rules may use. Another one is added here with its arguments and gets a test."""

_KEYS: Final = frozenset({"id", "topic", "tables", "scope", "severity", "why", "expect", "args"})


class RulesInvalid(Exception):
    """rules.toml or codes.toml says something that cannot be meant: `rule` (or section), `key`, `problem`."""

    def __init__(self, *, rule: str, key: str, problem: str) -> None:
        super().__init__(f"rule {rule!r}, key {key!r}: {problem}")
        self.rule = rule
        self.key = key
        self.problem = problem


@dataclass(frozen=True)
class Rule:
    """One rule with its references resolved; `when` maps columns to the values that it is limited to."""

    id: str
    topic: Topic
    tables: tuple[str, ...]
    scope: Scope
    severity: Severity
    why: str
    expect: str
    args: Mapping[str, Any]
    when: Mapping[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the rule looks at."""
        named = self.args.get("column_list") or [self.args["column"]]
        return (*named, *self.when)

    @property
    def gates(self) -> bool:
        """Whether breaking it has consequences."""
        return self.severity != "warning"

    @property
    def tells_rows(self) -> bool:
        """Whether its expectation can point at the offending rows."""
        return EXPECTATIONS[self.expect].tells_rows


@dataclass(frozen=True)
class Suite:
    """All of rules.toml: the rules, the limits of quarantine and the columns that are never null."""

    rules: tuple[Rule, ...]
    quarantined_share: float
    quarantined_least: int
    required: Mapping[str, tuple[str, ...]]

    def of(self, table: str, *, scopes: Sequence[Scope]) -> tuple[Rule, ...]:
        """The rules of one table and of these scopes, in the order of the file."""
        return tuple(rule for rule in self.rules if table in rule.tables and rule.scope in scopes)


@cache
def suite() -> Suite:
    """The suite that ships with newsledger. Raises RulesInvalid."""
    room = files("expectations")
    return parse(
        tomllib.loads(room.joinpath("rules.toml").read_text(encoding="utf-8")),
        codes=tomllib.loads(room.joinpath("codes.toml").read_text(encoding="utf-8")),
    )


def parse(document: Mapping[str, Any], *, codes: Mapping[str, Any]) -> Suite:
    """A suite from parsed TOML. Raises RulesInvalid for the first thing that is wrong."""
    unknown = set(document) - {"limits", "required", "sets", "rule"}
    if unknown:
        raise RulesInvalid(rule="[file]", key=min(unknown), problem="no such section; known are limits, required, sets, rule")
    names = _names(document.get("sets", {}), codes)
    share, least = _limits(document.get("limits", {}))
    rules: dict[str, Rule] = {}
    for number, entry in enumerate(document.get("rule", []), start=1):
        rule = _rule(entry, number=number, names=names)
        if rule.id in rules:
            raise RulesInvalid(rule=rule.id, key="id", problem="is used twice")
        rules[rule.id] = rule
    if not rules:
        raise RulesInvalid(rule="[file]", key="rule", problem="there is not a single rule")
    return Suite(
        rules=tuple(rules.values()),
        quarantined_share=share,
        quarantined_least=least,
        required=_required(document.get("required", {})),
    )


def _names(sets: Mapping[str, Any], codes: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What each @NAME stands for."""
    names: dict[str, tuple[str, ...]] = {}
    for name in ENUMERATIONS:
        values = getattr(schemas, name)
        names[name] = (values,) if isinstance(values, str) else tuple(values)
    for section, entries in (("[codes]", codes), ("[sets]", sets)):
        for key, values in entries.items():
            name = key.upper()
            if not _texts(values):
                raise RulesInvalid(rule=section, key=key, problem="must be a list of texts that is not empty")
            if name in names:
                raise RulesInvalid(rule=section, key=key, problem=f"@{name} already stands for something else")
            doubled = {value for value in values if values.count(value) > 1}
            if doubled:
                raise RulesInvalid(rule=section, key=key, problem=f"{min(doubled)!r} is listed twice")
            names[name] = tuple(values)
    return names


def _limits(limits: Mapping[str, Any]) -> tuple[float, int]:
    share, least = limits.get("quarantined_share"), limits.get("quarantined_least")
    if not isinstance(share, float) or not 0 <= share <= 1:
        raise RulesInvalid(rule="[limits]", key="quarantined_share", problem="must be a number from 0.0 to 1.0")
    if not isinstance(least, int) or isinstance(least, bool) or least < 1:
        raise RulesInvalid(rule="[limits]", key="quarantined_least", problem="must be a whole number of at least 1")
    return share, least


def _required(required: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    known = {
        "articles": set(schemas.ARTICLE_TEXTS),
        "article_read": set(schemas.ARTICLE_TEXTS),
        "facts": set(schemas.FACT_COMMON),
        **{table: set(schema) for table, schema in schemas.FACT_TABLES.items()},
    }
    if set(required) != set(known):
        wrong = min(set(required) ^ set(known))
        raise RulesInvalid(rule="[required]", key=wrong, problem=f"the lists are {', '.join(known)}")
    for key, columns in required.items():
        if not _texts(columns):
            raise RulesInvalid(rule="[required]", key=key, problem="must be a list of columns")
        strange = set(columns) - known[key]
        if strange:
            raise RulesInvalid(rule="[required]", key=key, problem=f"no such column: {min(strange)}")
    return {key: tuple(columns) for key, columns in required.items()}


def _rule(entry: Mapping[str, Any], *, number: int, names: Mapping[str, tuple[str, ...]]) -> Rule:
    identity = entry.get("id")
    if not isinstance(identity, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identity):
        raise RulesInvalid(rule=f"number {number}", key="id", problem="must be words of small letters joined by hyphens")

    def refuse(key: str, problem: str) -> RulesInvalid:
        return RulesInvalid(rule=identity, key=key, problem=problem)

    missing, unknown = _KEYS - set(entry), set(entry) - _KEYS - {"when"}
    if missing:
        raise refuse(min(missing), "is missing")
    if unknown:
        raise refuse(min(unknown), "is no key of a rule")
    tables = entry["tables"]
    if not _texts(tables) or not set(tables) <= set(TABLES) or len(set(tables)) < len(tables):
        raise refuse("tables", f"must be a list of some of {', '.join(TABLES)}")
    for key, allowed in (("topic", get_args(Topic)), ("scope", get_args(Scope)), ("severity", get_args(Severity))):
        if entry[key] not in allowed:
            raise refuse(key, f"must be one of {', '.join(allowed)}, is {entry[key]!r}")
    why = entry["why"]
    if not isinstance(why, str) or not re.fullmatch(r"\S[^\n]{10,}\.", why):
        raise refuse("why", "must be one sentence that ends with a full stop")
    kind = EXPECTATIONS.get(entry["expect"])
    if kind is None:
        raise refuse("expect", f"{entry['expect']!r} is none of {', '.join(EXPECTATIONS)}")
    if entry["scope"] == "row" and not kind.tells_rows:
        raise refuse("expect", f"{entry['expect']} speaks of the table as a whole and cannot be a row rule")
    if not isinstance(entry["args"], dict) or not isinstance(entry.get("when", {}), dict):
        raise refuse("args" if not isinstance(entry["args"], dict) else "when", "must be a table")
    if "when" in entry and ("column" not in entry["args"] or entry["expect"] == "ExpectColumnValuesToNotBeNull"):
        raise refuse("when", f"{entry['expect']} cannot be limited: rows that it does not concern count as nulls")
    rule = Rule(
        id=identity,
        topic=cast("Topic", entry["topic"]),
        tables=tuple(tables),
        scope=cast("Scope", entry["scope"]),
        severity=cast("Severity", entry["severity"]),
        why=why,
        expect=entry["expect"],
        args=_args(entry["args"], kind=kind, names=names, refuse=refuse),
        when={
            column: _values("when." + column, values, names=names, refuse=refuse)
            for column, values in entry.get("when", {}).items()
        },
    )
    for table in rule.tables:
        columns = set(COLUMN_CHECKS) if rule.scope == "schema" else {*TABLES[table], *derived_columns(table)}
        strange = set(rule.columns) - columns
        if strange:
            raise refuse("when" if strange & set(rule.when) else "args", f"{table} has no column {min(strange)}")
    return rule


def _args(args: Mapping[str, Any], *, kind: _Expectation, names: Mapping[str, tuple[str, ...]], refuse: Any) -> dict[str, Any]:
    missing, unknown = kind.required - set(args), set(args) - kind.required - kind.optional
    if missing:
        raise refuse(f"args.{min(missing)}", "is missing")
    if unknown:
        raise refuse(f"args.{min(unknown)}", "is no argument of this expectation")
    checked = dict(args)
    if kind.optional == _BOUNDS:
        if not {"min_value", "max_value"} & set(args):
            raise refuse("args", "bounds need min_value or max_value")
        for key in ("min_value", "max_value"):
            if key in args and (isinstance(args[key], bool) or not isinstance(args[key], int | float)):
                raise refuse(f"args.{key}", "must be a number")
        if "min_value" in args and "max_value" in args and args["min_value"] > args["max_value"]:
            raise refuse("args.min_value", "is above max_value")
    if "value_set" in args:
        checked["value_set"] = list(_values("args.value_set", args["value_set"], names=names, refuse=refuse))
    if "regex" in args:
        try:
            groups = re.compile(args["regex"]).groups
        except (re.error, TypeError) as error:
            raise refuse("args.regex", f"is no regular expression: {error}") from error
        if groups:
            raise refuse("args.regex", "captures groups, which pandas warns about: write (?:...)")
    if "column_list" in args and not _texts(args["column_list"]):
        raise refuse("args.column_list", "must be a list of columns")
    return checked


def _values(key: str, values: Any, *, names: Mapping[str, tuple[str, ...]], refuse: Any) -> tuple[Any, ...]:
    """A list of values with each @NAME replaced by what it stands for."""
    if not isinstance(values, list) or not values:
        raise refuse(key, "must be a list that is not empty")
    found: list[Any] = []
    for value in values:
        if isinstance(value, str) and value.startswith("@"):
            if value[1:] not in names:
                raise refuse(key, f"{value} stands for nothing; known are {', '.join('@' + name for name in names)}")
            found += names[value[1:]]
        else:
            found.append(value)
    return tuple(found)


def _texts(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) for value in values)
