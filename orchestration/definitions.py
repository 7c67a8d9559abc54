"""The one place where assets, checks, job, sensor, schedule and resources become Dagster definitions.

`build_defs` lets tests and the command line swap resources; `defs` is what `dagster` itself loads. It is built when it
is asked for, since it tells the sources of the ledger that the environment names: importing this reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from orchestration.auditor import here
from orchestration.defs.assets import article_texts, facts, published_warehouse, raw_articles
from orchestration.defs.checks import expectations
from orchestration.defs.origins import source_assets
from orchestration.defs.resources import ArticleSource, LedgerResource, RunCommand
from orchestration.defs.triggers import daily, job, landing_folder
from orchestration.homes import home_from_environment
from orchestration.progress import Silent
from warehouse.home import Home


def build_defs(resource_overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """All definitions; `resource_overrides` replaces `ledger`, `articles`, `command`, `observer` or `judge`."""
    ledger = (resource_overrides or {}).get("ledger")
    home = ledger.home() if isinstance(ledger, LedgerResource) else home_from_environment()
    resources: dict[str, object] = {
        "ledger": LedgerResource(),
        "articles": ArticleSource(),
        "command": RunCommand(),
        "observer": Silent(),
        "judge": here,
    }
    return dg.Definitions(
        assets=[*_with_origins(raw_articles, home), article_texts, facts, published_warehouse],
        asset_checks=[expectations],
        jobs=[job],
        sensors=[landing_folder],
        schedules=[daily],
        resources={**resources, **(resource_overrides or {})},
    )


def _with_origins(articles: dg.AssetsDefinition, home: Home) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The asset of raw articles downstream of an external asset for each configured source, and these."""
    origins = source_assets(home)
    deps = [dg.AssetDep(spec.key) for spec in origins]
    return [articles.map_asset_specs(lambda spec: spec.replace_attributes(deps=deps)), *origins]


defs: dg.Definitions


def __getattr__(name: str) -> object:
    """`defs`, built when Dagster looks for it."""
    if name != "defs":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault("defs", build_defs())


def __dir__() -> list[str]:
    """What is here, `defs` included: Dagster looks for definitions by going through all names."""
    return [*globals(), "defs"]
