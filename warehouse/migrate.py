"""Bringing a ledger of an older newsledger to the form of this one. The log is never rewritten.

Old events are upcast whenever they are read (events.py), so that migrating them is nothing. What is renewed is around
them: commits are sealed, checkpoints made and sealed, and a file is published where tables or projection have changed.
"""

from __future__ import annotations

import polars as pl

from warehouse import content as contents
from warehouse import delta, seals
from warehouse import log as logs
from warehouse.content import ContentStore
from warehouse.errors import NewerLog
from warehouse.events import SCHEMA_VERSION
from warehouse.home import Home
from warehouse.log import EventLog
from warehouse.publish import publish


def migrate(home: Home, *, companies: pl.DataFrame) -> list[str]:
    """Bring `home` to today's form; what was done, in words, and nothing where there was nothing to do.

    `companies`: DIM_COMPANY. Raises NewerLog for a log of a newer newsledger, DamagedLog, DamagedContent, PublishRefused.
    """
    log, content = EventLog.open(home), ContentStore.open(home)
    if log.schema_version > SCHEMA_VERSION:
        raise NewerLog(found=log.schema_version, known=SCHEMA_VERSION)
    done = []
    for table in (logs.table(home), contents.table(home)):
        snapshot = delta.latest(table)
        log_folder = table.folder / "_delta_log"
        if not seals.is_sealed(log_folder / f"{snapshot.version:020}.json"):
            # A commit of nothing: it holds the digest of the one before it, and its own.
            snapshot = delta.commit(table, snapshot)
            done.append(f"{table.name}: the last commit is sealed by commit {snapshot.version}")
        if snapshot.version >= delta.CHECKPOINT_EVERY and not seals.of_checkpoints(log_folder):
            delta.checkpoint(table)
            done.append(f"{table.name}: commits up to {snapshot.version} are summed up in a sealed checkpoint")
    log.refresh()
    if not log.read(event_types=["RunAccepted"], columns=["position"]).is_empty():
        published = publish(home, log=log, content=content, companies=companies)
        if published.changed:
            done.append(f"published: {published.path.name}, with the tables and views of this version")
    return done
