"""Runs the rules over the staged articles and facts of one run and gives a verdict.

Great Expectations judges, Polars prepares and tells which rows: each table is validated once, as
an Arrow-backed pandas batch of only the columns that rules look at. Nothing is written and no
article text is in a report; what becomes of a verdict is up to the caller.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

import polars as pl
import polars.selectors as cs

from expectations.derived import column_checks, derive_articles, derive_facts
from expectations.suite import ARTICLES, TABLES, Rule, Scope, Severity, Suite, suite
from transforms.schemas import FACT_TABLES

Verdict = Literal["accepted", "rejected"]

QUARANTINE: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "article_id": pl.String,
    "table": pl.String,
    "fact_id": pl.String,  # null where the article's own row broke the rule
    "rule": pl.String,
    "severity": pl.String,
    "reason": pl.String,
}
"""One row for each row that broke a row rule which is more than a warning."""

_ROW: Final = "row"


class UnknownTable(Exception):
    """Frames were handed over under a name that is no fact table: `table`."""

    def __init__(self, *, table: str) -> None:
        super().__init__(f"{table!r} is no fact table; known are {', '.join(FACT_TABLES)}")
        self.table = table

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(UnknownTable, table=self.table), ()


class AuditCrashed(Exception):
    """An expectation could not be computed: a fault of ours that says nothing about the data.

    Fields: `rule`, `table`, `problem`.
    """

    def __init__(self, *, rule: str, table: str, problem: str) -> None:
        super().__init__(f"rule {rule!r} could not be computed on {table}: {problem}")
        self.rule = rule
        self.table = table
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(AuditCrashed, rule=self.rule, table=self.table, problem=self.problem), ()


@dataclass(frozen=True)
class Outcome:
    """What one rule found in one table; `failed_count` counts rows, or columns for a schema rule."""

    rule: str
    table: str
    severity: Severity
    scope: Scope
    success: bool
    failed_count: int
    failed_fact_ids: tuple[str, ...]
    failed_article_ids: tuple[str, ...]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; ids and counts, no text of articles."""
        return {
            "rule": self.rule,
            "table": self.table,
            "severity": self.severity,
            "scope": self.scope,
            "success": self.success,
            "failed_count": self.failed_count,
            "failed_fact_ids": list(self.failed_fact_ids),
            "failed_article_ids": list(self.failed_article_ids),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class AuditReport:
    """The verdict on a run with everything that led to it.

    `quarantined` has the columns of QUARANTINE. `not_evaluated` names the rules (as `rule@table`)
    that had no sound columns to look at, because a schema rule had failed before.
    """

    outcomes: tuple[Outcome, ...]
    quarantined: pl.DataFrame
    verdict: Verdict
    reason: str
    not_evaluated: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the facts of the articles that are not quarantined may be asserted."""
        return self.verdict == "accepted"

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Outcomes of rules that were broken, warnings included."""
        return tuple(outcome for outcome in self.outcomes if not outcome.success)

    @property
    def quarantined_article_ids(self) -> tuple[str, ...]:
        """Articles whose facts must not be asserted, sorted."""
        return tuple(sorted(self.quarantined["article_id"].drop_nulls().unique()))

    def to_json(self) -> str:
        """The whole report, keys sorted, so that equal reports are equal texts."""
        return json.dumps(
            {
                "verdict": self.verdict,
                "reason": self.reason,
                "outcomes": [outcome.to_dict() for outcome in self.outcomes],
                "quarantined": self.quarantined.to_dicts(),
                "not_evaluated": list(self.not_evaluated),
            },
            sort_keys=True,
            ensure_ascii=False,
        )


def audit(
    articles: pl.DataFrame, frames: Mapping[str, pl.DataFrame], *, now: datetime, rules: Sequence[Rule] | None = None
) -> AuditReport:
    """Judges the articles (ARTICLE_TEXTS) and fact tables (FACT_TABLES) of one run.

    `now` is the recording time of the run, with a time zone. A row that breaks a row rule puts its
    article in quarantine and the others go on. The run is rejected by a broken schema or table rule,
    and when more than `quarantined_share` of the readable articles are quarantined and at least
    `quarantined_least` are (both in rules.toml). Warnings have no consequence. `rules` limits the
    audit to some rules of the suite. A bad row without an article of this run rejects it as well.

    Raises AuditCrashed when an expectation could not be computed, UnknownTable for a frame that is
    none of the fact tables, ValueError for a `now` without a time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    for table in frames:
        if table not in FACT_TABLES:
            raise UnknownTable(table=table)
    whole = suite()
    chosen = whole if rules is None else Suite(tuple(rules), whole.quarantined_share, whole.quarantined_least, whole.required)
    outcomes = _schema_outcomes({ARTICLES: articles, **frames}, chosen)
    broken = {outcome.table for outcome in outcomes if not outcome.success and outcome.severity != "warning"}
    # Without sound articles the facts have nothing to be held against either.
    skipped = set(TABLES) if ARTICLES in broken else broken
    rows: list[pl.DataFrame] = []
    for table, prepared in _prepared(articles, frames, skipped=skipped, required=chosen.required, now=now):
        for rule, found in _validated(prepared, table=table, rules=chosen.of(table, scopes=("row", "table"))):
            outcomes.append(_outcome(rule, table, found))
            if rule.scope == "row" and rule.gates:
                rows.append(_quarantine(rule, table, found.rows))
    bad = pl.concat([pl.DataFrame(schema=QUARANTINE), *rows]).unique(maintain_order=True)
    known = articles if ARTICLES not in broken else pl.DataFrame(schema=TABLES[ARTICLES])
    quarantined = bad.join(known.select("article_id"), on="article_id", how="semi", maintain_order="left")
    verdict, reason = _verdict(
        outcomes,
        quarantined,
        stray=bad.height - quarantined.height,
        readable=known["reject_reason"].null_count(),
        limits=chosen,
    )
    return AuditReport(
        outcomes=tuple(outcomes),
        quarantined=quarantined,
        verdict=verdict,
        reason=reason,
        not_evaluated=tuple(
            f"{rule.id}@{table}" for table in TABLES if table in skipped for rule in chosen.of(table, scopes=("row", "table"))
        ),
    )


@dataclass(frozen=True)
class _Found:
    """What Great Expectations says of one rule: the offending rows, or what it observed instead."""

    success: bool
    rows: pl.DataFrame
    observed: Any = None


def _schema_outcomes(frames: Mapping[str, pl.DataFrame], chosen: Suite) -> list[Outcome]:
    """Outcomes of the schema rules; a table that was not handed over lacks every column."""
    checks = pl.concat(
        column_checks(frames.get(table), schema=schema).select(pl.lit(table).alias("table"), pl.all())
        for table, schema in TABLES.items()
    )
    rules = tuple(rule for rule in chosen.rules if rule.scope == "schema")
    outcomes = []
    for rule, found in _validated(checks.with_row_index(_ROW), table="columns", rules=rules):
        for table in rule.tables:
            columns = found.rows.filter(pl.col("table") == table)["column"]
            outcomes.append(
                Outcome(
                    rule=rule.id,
                    table=table,
                    severity=rule.severity,
                    scope=rule.scope,
                    success=columns.is_empty(),
                    failed_count=columns.len(),
                    failed_fact_ids=(),
                    failed_article_ids=(),
                    reason=rule.why if columns.is_empty() else f"{rule.why} Columns: {', '.join(columns)}.",
                )
            )
    return outcomes


def _prepared(
    articles: pl.DataFrame,
    frames: Mapping[str, pl.DataFrame],
    *,
    skipped: set[str],
    required: Mapping[str, tuple[str, ...]],
    now: datetime,
) -> Iterable[tuple[str, pl.DataFrame]]:
    """Each sound table with its derived columns and a row number."""
    sound = {table: frames[table] for table in FACT_TABLES if table in frames and table not in skipped}
    if ARTICLES not in skipped:
        yield ARTICLES, derive_articles(articles, facts=sound.values(), required=required, now=now).with_row_index(_ROW)
        for table, frame in sound.items():
            yield table, derive_facts(frame, table=table, articles=articles, required=required).with_row_index(_ROW)


def _validated(prepared: pl.DataFrame, *, table: str, rules: Sequence[Rule]) -> list[tuple[Rule, _Found]]:
    """One validation of one table, and a second one of the broken rules for their rows. Raises AuditCrashed.

    To ask every rule for its rows takes 2.1 s for the 143 pairs of rule and table, to ask the broken
    ones 1.3 s (30 articles, two busy cores; 12,000 facts take 0.2 s more).
    """
    if not rules:
        return []
    nothing = _Found(success=True, rows=prepared.clear())
    results = _judged(prepared, table=table, rules=rules, result_format={"result_format": "BOOLEAN_ONLY"})
    broken = [rule for rule in rules if not results[rule.id].success]
    details = _judged(
        prepared,
        table=table,
        rules=broken,
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [_ROW],
            "return_unexpected_index_query": False,
        },
    )
    found = {rule.id: _found(rule, details[rule.id], table=table, prepared=prepared) for rule in broken}
    return [(rule, found.get(rule.id, nothing)) for rule in rules]


def prepare() -> None:
    """Import what an audit needs, so that the first one need not wait for it."""
    import great_expectations  # noqa: F401, PLC0415 - see _judged for what it costs


def _judged(prepared: pl.DataFrame, *, table: str, rules: Sequence[Rule], result_format: dict[str, Any]) -> dict[str, Any]:
    """What Great Expectations says of each rule, by rule id; none of the results is a crash."""
    if not rules:
        return {}
    # Here and not above: importing it takes 3 s, and 7 s on busy cores (python -X importtime): only an audit pays.
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations import expectations as gxe  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral", project_config=_quiet())
    expected = [getattr(gxe, rule.expect)(**_arguments(rule), meta={"rule": rule.id}) for rule in rules]
    asset = context.data_sources.add_pandas(name="run").add_dataframe_asset(name=table)
    batch = asset.add_batch_definition_whole_dataframe(name=table).get_batch({"dataframe": _batch(prepared, rules)})
    # Handed over at once: added one by one, each is compared with all before it, which takes as long as judging.
    judged = batch.validate(gx.ExpectationSuite(name=table, expectations=expected), result_format=result_format)
    results = {result.expectation_config.meta["rule"]: result for result in judged.results}
    for rule in rules:
        if rule.id not in results:
            raise AuditCrashed(rule=rule.id, table=table, problem="Great Expectations gave no result")
        crash = _crash(results[rule.id].exception_info)
        if crash is not None:
            raise AuditCrashed(rule=rule.id, table=table, problem=crash)
    return results


def _quiet() -> Any:
    """A configuration that keeps everything in memory, shows no progress bars and sends nothing anywhere."""
    from great_expectations.data_context.types import base  # noqa: PLC0415

    return base.DataContextConfig(
        store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=base.ProgressBarsConfig(globally=False, metric_calculations=False),
    )


def _batch(prepared: pl.DataFrame, rules: Sequence[Rule]) -> Any:
    """The columns that rules look at as a pandas frame backed by Arrow.

    A rule with `when` gets a column of its own under its id, null where it does not apply: the row
    conditions of Great Expectations filter through pandas queries, which took a third of an audit.
    Decimals become floats, since bounds are no matter of cents, and dates become text, since
    Great Expectations fails on the one and the other.
    """
    limited = {
        rule.id: pl.when(pl.all_horizontal(pl.col(column).is_in(values) for column, values in rule.when.items())).then(
            pl.col(rule.args["column"])
        )
        for rule in rules
        if rule.when
    }
    columns = dict.fromkeys([_ROW, *(column for rule in rules if not rule.when for column in rule.columns)])
    plain = prepared.select(*columns, **limited).with_columns(cs.decimal().cast(pl.Float64), cs.temporal().cast(pl.String))
    return plain.to_pandas(use_pyarrow_extension_array=True)


def _arguments(rule: Rule) -> dict[str, Any]:
    return {**rule.args, "column": rule.id} if rule.when else dict(rule.args)


def _found(rule: Rule, result: Any, *, table: str, prepared: pl.DataFrame) -> _Found:
    """The details of a rule that does not hold."""
    details = result.result or {}
    if not rule.tells_rows:
        observed = details.get("observed_value")
        # The mean of nothing is None and no failure: an empty table breaks no rule about its rows.
        return _Found(success=observed is None, rows=prepared.clear(), observed=observed)
    numbers = sorted({int(entry[_ROW]) for entry in details.get("unexpected_index_list") or ()})
    if not numbers:
        raise AuditCrashed(rule=rule.id, table=table, problem="it failed and named no row")
    return _Found(success=False, rows=prepared[numbers])


def _crash(info: Any) -> str | None:
    """The message of an exception anywhere in exception_info, which is nested when a metric failed."""
    if not isinstance(info, Mapping):
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    return next((crash for crash in map(_crash, info.values()) if crash is not None), None)


def _outcome(rule: Rule, table: str, found: _Found) -> Outcome:
    reason = rule.why
    if not found.success and not rule.tells_rows:
        observed = found.observed
        shown = f"{observed:.3g}" if isinstance(observed, float) else str(observed)
        reason = f"{rule.why} Observed: {shown}."
    return Outcome(
        rule=rule.id,
        table=table,
        severity=rule.severity,
        scope=rule.scope,
        success=found.success,
        failed_count=found.rows.height,
        failed_fact_ids=_sorted(found.rows, "fact_id") if table != ARTICLES else (),
        failed_article_ids=_sorted(found.rows, "article_id"),
        reason=reason,
    )


def _sorted(rows: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(sorted(rows[column].drop_nulls().unique()))


def _quarantine(rule: Rule, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "article_id",
        pl.lit(table).alias("table"),
        pl.lit(None, dtype=pl.String).alias("fact_id") if table == ARTICLES else pl.col("fact_id"),
        pl.lit(rule.id).alias("rule"),
        pl.lit(rule.severity).alias("severity"),
        pl.lit(rule.why).alias("reason"),
    )


def _verdict(
    outcomes: Iterable[Outcome], quarantined: pl.DataFrame, *, stray: int, readable: int, limits: Suite
) -> tuple[Verdict, str]:
    failed = (outcome for outcome in outcomes if not outcome.success)
    broken = [outcome for outcome in failed if outcome.scope != "row" and outcome.severity != "warning"]
    if broken:
        return "rejected", "; ".join(f"{outcome.rule} is broken by {outcome.table}" for outcome in broken)
    if stray:
        return "rejected", f"{stray} bad rows belong to no article of the run, so no quarantine can hold them"
    affected = quarantined["article_id"].n_unique()
    if not affected:
        return "accepted", "nothing is quarantined"
    said = f"{affected} of {readable} articles quarantined"
    # A floor, or a few odd articles of a small run would hold up all the others.
    allowed = max(limits.quarantined_least - 1, math.floor(readable * limits.quarantined_share))
    if affected > allowed:
        return "rejected", f"{said}, {allowed} allowed"
    return "accepted", said
