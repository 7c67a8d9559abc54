"""The rules of the audit as asset checks, one a topic and table, all in one step that writes the verdict.

The rules are read from expectations/rules.toml; what they mean and which gate is decided there. A
check lists its rules with what each found, so that a broken one is seen with its rows; a check a
rule would be 140 checks, which nobody overlooks and Dagster needs four seconds to record. A broken
row rule is a warning here, because it quarantines its article and the others go on; what rejects
the run is an error, and blocks what lies downstream.
"""

# No `from __future__ import annotations`: see resources.py.

from collections.abc import Iterator
from typing import Final

import dagster as dg

from expectations.suite import ARTICLES, Rule, suite
from orchestration import outcomes, pipeline
from orchestration.auditor import Judge
from orchestration.defs.resources import LedgerResource
from orchestration.progress import Observer
from transforms.schemas import FACT_TABLES

ASSETS: Final = {ARTICLES: "article_texts", **{table: table for table in FACT_TABLES}}
"""By audited table, the asset that shows its checks."""
VERDICT: Final = "run_accepted"
SHOWN_IDS: Final = 20


def checks() -> dict[tuple[str, str], tuple[Rule, ...]]:
    """The rules of each check, by audited table and topic, in the order of the file."""
    found: dict[tuple[str, str], tuple[Rule, ...]] = {}
    for table in ASSETS:
        for rule in suite().rules:
            if table in rule.tables:
                found[table, rule.topic] = (*found.get((table, rule.topic), ()), rule)
    return found


def check_specs() -> list[dg.AssetCheckSpec]:
    """One check for each topic and table, and one for the verdict on the whole run."""
    specs = [
        # Checks of articles cannot block by themselves: the facts, which the same step judges, come after
        # the articles. What is broken there makes the verdict fail, and that one blocks.
        dg.AssetCheckSpec(
            topic,
            asset=ASSETS[table],
            description="\n".join(f"- **{rule.id}** ({rule.severity}): {rule.why}" for rule in rules),
            blocking=table != ARTICLES,
        )
        for (table, topic), rules in checks().items()
    ]
    verdict = dg.AssetCheckSpec(
        VERDICT, asset=next(iter(FACT_TABLES)), blocking=True, description="The audit accepts exactly what this run has staged."
    )
    return [*specs, verdict]


def check_results(audited: outcomes.Audited) -> Iterator[dg.AssetCheckResult]:
    """The outcomes of an audit, one result for each spec: ids and counts, no words of an article.

    A rule that was not evaluated, since its table was empty or its columns broken, passes with a note.
    """
    outcomes = {(outcome.rule, outcome.table): outcome for outcome in audited.outcomes}
    for (table, topic), rules in checks().items():
        found = [outcomes.get((rule.id, table)) for rule in rules]
        broken = [outcome for outcome in found if outcome is not None and not outcome.success]
        gates = any(outcome.scope != "row" and outcome.severity != "warning" for outcome in broken)
        yield dg.AssetCheckResult(
            passed=not broken,
            asset_key=ASSETS[table],
            check_name=topic,
            severity=dg.AssetCheckSeverity.ERROR if gates else dg.AssetCheckSeverity.WARN,
            description=" ".join(f"{outcome.rule}: {outcome.reason}" for outcome in broken) or f"{len(rules)} rules hold",
            metadata={
                "broken": len(broken),
                "rules": dg.MetadataValue.table([_record(rule, outcome) for rule, outcome in zip(rules, found, strict=True)]),
            },
        )
    yield dg.AssetCheckResult(
        passed=audited.accepted,
        asset_key=next(iter(FACT_TABLES)),
        check_name=VERDICT,
        description=audited.reason,
        metadata={"staged digest": audited.digest, "quarantined": len(audited.quarantined)},
    )


@dg.multi_asset_check(
    specs=check_specs(), description="Runs every rule over the staged run with Great Expectations and writes the verdict."
)
def expectations(
    context: dg.AssetCheckExecutionContext,
    ledger: LedgerResource,
    observer: dg.ResourceParam[Observer],
    judge: dg.ResourceParam[Judge],
) -> Iterator[dg.AssetCheckResult]:
    """Every rule over what this run has staged, and the verdict."""
    audited = pipeline.audit(ledger.open(), run_id=context.run.run_id, observer=observer, judge=judge)
    yield from check_results(audited)


def _record(rule: Rule, outcome: outcomes.CheckOutcome | None) -> dg.TableRecord:
    """What one rule found, as a row of its check."""
    if outcome is None:
        return dg.TableRecord(
            {"rule": rule.id, "scope": rule.scope, "severity": rule.severity, "failed": "not evaluated", "rows": ""}
        )
    shown, more = outcome.failed_ids[:SHOWN_IDS], len(outcome.failed_ids) - SHOWN_IDS
    return dg.TableRecord(
        {
            "rule": rule.id,
            "scope": rule.scope,
            "severity": rule.severity,
            "failed": str(outcome.failed_count),
            "rows": " ".join(shown) + (f" and {more} more" if more > 0 else ""),
        }
    )
