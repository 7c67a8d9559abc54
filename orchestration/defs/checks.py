"""Every rule of the audit as an asset check, all in one step that writes the verdict.

The rules are read from expectations/rules.toml; what they mean and which gate is decided there. A
broken row rule is a warning here, because it quarantines its article and the others go on; what
rejects the run is an error, and blocks what lies downstream.
"""

# No `from __future__ import annotations`: see resources.py.

from collections.abc import Iterator
from typing import Final

import dagster as dg

from expectations.suite import ARTICLES, suite
from orchestration import pipeline
from orchestration.auditor import Judge
from orchestration.defs.resources import LedgerResource
from orchestration.progress import Observer
from transforms.schemas import FACT_TABLES

ASSETS: Final = {ARTICLES: "article_texts", **{table: table for table in FACT_TABLES}}
"""By audited table, the asset that shows its checks."""
VERDICT: Final = "run_accepted"
SHOWN_IDS: Final = 20


def check_name(rule: str) -> str:
    """A rule's name as Dagster allows it: letters, digits and underscores."""
    return rule.replace("-", "_")


def check_specs() -> list[dg.AssetCheckSpec]:
    """One check for each rule and table, and one for the verdict on the whole run."""
    specs = [
        # Checks of articles cannot block by themselves: the facts, which the same step judges, come after
        # the articles. What is broken there makes the verdict fail, and that one blocks.
        dg.AssetCheckSpec(check_name(rule.id), asset=ASSETS[table], description=rule.why, blocking=table != ARTICLES)
        for table in ASSETS
        for rule in suite().rules
        if table in rule.tables
    ]
    verdict = dg.AssetCheckSpec(
        VERDICT, asset=next(iter(FACT_TABLES)), blocking=True, description="The audit accepts exactly what this run has staged."
    )
    return [*specs, verdict]


def check_results(audited: pipeline.Audited) -> Iterator[dg.AssetCheckResult]:
    """The outcomes of an audit, one result for each spec: ids and counts, no words of an article.

    A rule that was not evaluated, since its table was empty or its columns broken, passes with a note.
    """
    found = {(check_name(outcome.rule), ASSETS[outcome.table]): outcome for outcome in audited.outcomes}
    for spec in check_specs():
        if spec.name == VERDICT:
            continue
        outcome = found.get((spec.name, spec.asset_key.to_user_string()))
        if outcome is None:
            metadata = {
                "note": dg.MetadataValue.text("not evaluated: nothing was staged" if not audited.articles else "not evaluated")
            }
            yield dg.AssetCheckResult(passed=True, asset_key=spec.asset_key, check_name=spec.name, metadata=metadata)
            continue
        gates = outcome.scope != "row" and outcome.severity != "warning"
        yield dg.AssetCheckResult(
            passed=outcome.success,
            asset_key=spec.asset_key,
            check_name=spec.name,
            severity=dg.AssetCheckSeverity.ERROR if gates else dg.AssetCheckSeverity.WARN,
            description=outcome.reason,
            metadata={
                "failed": outcome.failed_count,
                "rule severity": outcome.severity,
                "scope": outcome.scope,
                "fact ids": dg.MetadataValue.json(list(outcome.failed_fact_ids[:SHOWN_IDS])),
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
