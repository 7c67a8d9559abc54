"""The sources of sources.toml as Dagster shows them: an external asset for each, observed with its own counts.

They are external because others make them: a run only tells what it found there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg

from orchestration.homes import sources_file
from orchestration.outcomes import SourceCount
from orchestration.sources.config import BadSources, SourceConfig, load
from warehouse.home import Home


def configured(home: Home) -> list[SourceConfig]:
    """The sources of a ledger, none where sources.toml is missing or wrong: a run says what is wrong with it."""
    file = sources_file(home)
    try:
        return load(file) if file is not None and file.exists() else []
    except BadSources:
        return []


def asset_key(name: str) -> dg.AssetKey:
    """The asset that stands for a source."""
    return dg.AssetKey(["sources", name])


def source_assets(home: Home) -> list[dg.AssetSpec]:
    """One external asset for each configured source."""
    return [
        dg.AssetSpec(
            asset_key(config.name),
            group_name="sources",
            kinds={config.kind},
            description=f"Articles from {config.place}, as sources.toml says.",
        )
        for config in configured(home)
    ]


def observations(sources: Mapping[str, SourceCount], home: Home) -> Iterator[dg.AssetObservation]:
    """What a run found at each configured source."""
    names = {config.name for config in configured(home)}
    for name, count in sources.items():
        if name in names:
            metadata = {
                "dagster/row_count": count.seen,
                "new": count.new,
                "revised": count.revised,
                "unchanged": count.unchanged,
                "problems": count.problems,
            }
            yield dg.AssetObservation(asset_key(name), metadata=metadata)


def sources_table(sources: Mapping[str, SourceCount]) -> dg.TableMetadataValue:
    """The counts of all sources of a run, one a row."""
    columns = ("seen", "new", "revised", "unchanged", "problems")
    records = [
        dg.TableRecord({"source": name, **{column: getattr(count, column) for column in columns}})
        for name, count in sources.items()
    ]
    schema = dg.TableSchema([dg.TableColumn("source"), *(dg.TableColumn(column, "int") for column in columns)])
    return dg.MetadataValue.table(records, schema=schema)
