"""What people have decided about facts, laid over what an extraction has staged: pure functions of frames.

A judgment outlives every extraction as long as its evidence stands in the article's text: a disputed fact is not
asserted again, a confirmed one and a correction stay although no extractor finds them. The events are in events.py,
who decides them in decisions.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.decisions import live_table
from warehouse.events import SPANS

_KEY = ["article_id", "table", "fact_id"]


def refused(judgments: pl.DataFrame) -> pl.DataFrame:
    """article_id, table, fact_id of the facts that may not be asserted: disputed ones, and those that were corrected."""
    return judgments.filter(pl.col("judgment").is_in(["disputed", "corrected"])).select(_KEY)


def upheld(judgments: pl.DataFrame) -> pl.DataFrame:
    """article_id, table, fact_id of the facts that stay as they are: confirmed ones, and what stands for a corrected one."""
    confirmed = judgments.filter(pl.col("judgment") == "confirmed").select(_KEY)
    instead = judgments.filter(pl.col("judgment") == "corrected").select("article_id", "table", fact_id="corrected_id")
    return pl.concat([confirmed, instead]).join(refused(judgments), on=_KEY, how="anti")


def judged(
    staged: Mapping[str, pl.DataFrame],
    live: pl.DataFrame,
    judgments: pl.DataFrame,
    *,
    texts: Mapping[str, str],
    texts_before: Mapping[str, str],
) -> dict[str, pl.DataFrame]:
    """The staged fact tables without what people refused and with what they uphold.

    live          LIVE_FACTS of the articles of the run
    judgments     JUDGMENTS
    texts         clean text now, by article_id, of every article of the run that can be read
    texts_before  the text that the live facts were found in

    An upheld fact that is live and was not staged is added, its spans moved to where its evidence stands now; where it
    stands nowhere any more the fact goes. A correction takes the place of whatever is staged on the same number.
    """
    if judgments.is_empty():
        return dict(staged)
    return {table: _table(table, frame, live, judgments, texts, texts_before) for table, frame in staged.items()}


def _table(
    table: str,
    staged: pl.DataFrame,
    live: pl.DataFrame,
    judgments: pl.DataFrame,
    texts: Mapping[str, str],
    texts_before: Mapping[str, str],
) -> pl.DataFrame:
    key = ["article_id", "fact_id"]
    here = pl.col("table") == table
    kept = staged.join(refused(judgments).filter(here), on=key, how="anti", maintain_order="left")
    wanted = upheld(judgments).filter(here)
    standing = live_table(table, live).join(wanted, on=key, how="semi", maintain_order="left")
    moved = [
        row
        for row in standing.iter_rows(named=True)
        if (row["article_id"] in texts and _move(row, table, texts_before.get(row["article_id"]), texts[row["article_id"]]))
    ]
    if not moved:
        return kept
    added = pl.DataFrame(moved, schema=standing.schema, orient="row")
    corrected = judgments.filter(here & (pl.col("judgment") == "corrected")).select("article_id", fact_id="corrected_id")
    places = ["article_id", "evidence_start", "evidence_end", "value_start", "value_end"]
    instead = added.join(corrected, on=key, how="semi").select(places)
    kept = kept.join(instead, on=places, how="anti", nulls_equal=True, maintain_order="left")
    new = added.join(kept, on=key, how="anti", maintain_order="left")
    return pl.concat([kept, new], how="diagonal")


def _move(row: dict[str, object], table: str, before: str | None, now: str) -> bool:
    """Shift the spans of a live fact to where its evidence stands in the text of today; False where it stands nowhere."""
    start, end = row["evidence_start"], row["evidence_end"]
    if before is None or not isinstance(start, int) or not isinstance(end, int):
        return False
    evidence = before[start:end]
    if now[start:end] == evidence:
        return True
    at = now.find(evidence)
    if at < 0:
        return False
    for name in SPANS[table]:
        place = row[name]
        if name != "sentence_index" and isinstance(place, int):
            row[name] = place + at - start
    return True
