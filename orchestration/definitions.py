"""The one place where assets, checks, job, sensor, schedule and resources become Dagster definitions.

`build_defs` lets tests and the command line swap resources; `defs` is what `dagster` itself loads.
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from orchestration.auditor import here
from orchestration.defs.assets import article_texts, facts, published_warehouse, raw_articles
from orchestration.defs.checks import expectations
from orchestration.defs.resources import ArticleSource, LedgerResource, RunCommand
from orchestration.defs.triggers import daily, job, landing_folder
from orchestration.progress import Silent


def build_defs(resource_overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """All definitions; `resource_overrides` replaces `ledger`, `articles`, `command`, `observer` or `judge`."""
    resources: dict[str, object] = {
        "ledger": LedgerResource(),
        "articles": ArticleSource(),
        "command": RunCommand(),
        "observer": Silent(),
        "judge": here,
    }
    return dg.Definitions(
        assets=[raw_articles, article_texts, facts, published_warehouse],
        asset_checks=[expectations],
        jobs=[job],
        sensors=[landing_folder],
        schedules=[daily],
        resources={**resources, **(resource_overrides or {})},
    )


defs = build_defs()
