"""The assets: the way of an article from a source to the published file.

Each asset calls one or two functions of pipeline.py and tells Dagster counts and columns, never
words of an article. Assets pass nothing to each other but through the ledger, hence `deps`.
"""

# No `from __future__ import annotations`: see resources.py.

from collections.abc import Iterator, Mapping
from typing import Any, Final

import dagster as dg

from orchestration import pipeline
from orchestration.defs.origins import observations, sources_table
from orchestration.defs.resources import ArticleSource, LedgerResource, RunCommand
from orchestration.instance import process_tags
from orchestration.progress import Observer
from transforms.schemas import ARTICLE_TEXTS, FACT_TABLES, RAW_ARTICLES, Schema
from warehouse.home import one_at_a_time

FACT_DESCRIPTIONS: Final = {
    "fact_financials": "Numbers that articles state about a company's business, staged for this run.",
    "fact_security_incidents": "Security, privacy and availability matters that articles report, staged for this run.",
    "fact_market_moves": "Moves of companies in their markets and of their shares, staged for this run.",
}


def table_schema(schema: Schema) -> dg.TableSchema:
    """A schema of transforms.schemas as Dagster shows it."""
    return dg.TableSchema(columns=[dg.TableColumn(name, str(dtype)) for name, dtype in schema.items()])


def _static(schema: Schema) -> dict[str, Any]:
    return {"dagster/column_schema": table_schema(schema)}


@dg.asset(
    group_name="articles",
    kinds={"deltalake"},
    metadata=_static(RAW_ARTICLES),
)
def raw_articles(
    context: dg.AssetExecutionContext,
    ledger: LedgerResource,
    articles: ArticleSource,
    command: RunCommand,
    observer: dg.ResourceParam[Observer],
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Bytes of articles as they came in, in the content store; new and changed ones are events of the log."""
    context.instance.add_run_tags(context.run.run_id, process_tags(context.run.run_id))
    source = articles.source(ledger.home())
    done = pipeline.receive(ledger.open(), source, run_id=context.run.run_id, command=command.command, observer=observer)
    for observed in observations(done.sources, ledger.home()):
        context.log_event(observed)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": done.seen,
            "new": done.new,
            "revised": done.revised,
            "unchanged": done.unchanged,
            "sources": sources_table(done.sources),
            "not read": dg.MetadataValue.json([{"where": each.where, "reason": each.reason} for each in done.problems]),
        }
    )


@dg.asset(
    group_name="articles",
    kinds={"python"},
    deps=[raw_articles],
    metadata=_static(ARTICLE_TEXTS),
)
def article_texts(
    context: dg.AssetExecutionContext, ledger: LedgerResource, command: RunCommand, observer: dg.ResourceParam[Observer]
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Pending articles as clean text with language and publication time; the unreadable ones rejected with a reason."""
    done = pipeline.read(ledger.open(), run_id=context.run.run_id, command=command.command, observer=observer)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": done.read,
            "languages": dg.MetadataValue.json(dict(done.languages)),
            "rejected": dg.MetadataValue.json([{"uri": each.uri, "reason": each.reason} for each in done.rejected]),
        }
    )


@dg.multi_asset(
    group_name="facts",
    specs=[
        dg.AssetSpec(
            table, deps=[article_texts], kinds={"polars"}, metadata=_static(schema), description=FACT_DESCRIPTIONS[table]
        )
        for table, schema in FACT_TABLES.items()
    ],
)
def facts(
    context: dg.AssetExecutionContext, ledger: LedgerResource, command: RunCommand, observer: dg.ResourceParam[Observer]
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """The facts of all pending articles, found and staged in one step: a text is scanned once for three tables."""
    done = pipeline.extract(ledger.open(), run_id=context.run.run_id, command=command.command, observer=observer)
    for table in FACT_TABLES:
        metadata: Mapping[str, Any] = {
            "dagster/row_count": done.facts[table],
            "articles": done.articles,
            "staged digest": done.digest,
        }
        yield dg.MaterializeResult(asset_key=table, metadata=metadata)


@dg.asset(
    group_name="warehouse",
    kinds={"duckdb"},
    deps=list(FACT_TABLES),
)
def published_warehouse(
    context: dg.AssetExecutionContext, ledger: LedgerResource, observer: dg.ResourceParam[Observer]
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The file that analysts query, switched in as current.duckdb.

    Asserts and publishes exactly what the checks of the same run accepted; materialized alone it refuses.
    """
    opened = ledger.open()

    def waiting(process: str) -> None:
        observer.begin(f"Waiting for process {process}, which is writing into this ledger", None)
        context.log.info("another run is writing into this ledger (process %s): waiting for it", process)

    with one_at_a_time(opened.home.lock, waiting=waiting):
        changed = pipeline.assert_facts(opened, run_id=context.run.run_id, observer=observer)
        done = pipeline.publish(opened, run_id=context.run.run_id, observer=observer)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(done.rows.values()),
            "current facts": dg.MetadataValue.json(dict(done.rows)),
            "file": dg.MetadataValue.path(done.path),
            "position": done.position,
            "content digest": done.content_digest,
            "asserted": changed.asserted,
            "retracted": changed.retracted,
            "moved": changed.moved,
        }
    )
