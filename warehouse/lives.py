"""The lives of facts: from events to one row for each stretch of time in which a fact was told with the same spans.

A life starts at its FactAsserted and ends at its FactRetracted; when its spans move, or its article is processed in another
version, a new row takes over. So a row never speaks of two texts.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.schemas import TEXT_COLUMNS
from warehouse.events import FACTS, SPANS, Events, decode
from warehouse.tables import SUPERSEDED, TABLES, typed

READ: Final = ["content_sha256", "text_sha256", "language", "published_at", "published_precision", "cluster_id"]
"""What a fact row takes from the reading that its spans count in."""
_VERSION: Final = [name for name in READ if name != "content_sha256"]
"""What makes another version of an article for its facts. Other bytes with the same text do not."""


def readings(events: Events) -> pl.DataFrame:
    """ArticleRead with `reading`: the position of the first of consecutive readings that are the same to a fact."""
    read = decode(events, "ArticleRead").sort("article_id", "position")
    # A text that comes back after another one is a reading of its own: consecutive ones only are the same.
    stretch = read.select(pl.struct("article_id", *_VERSION).rle_id())
    return (
        read.with_columns(stretch.to_series().alias("stretch"))
        .with_columns(pl.col("position").first().over("stretch").alias("reading"))
        .sort("position")
    )


def facts(events: Events, readings: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows of one fact table: its schema but the word columns, and HISTORY."""
    asserted = decode(events, "FactAsserted", table=table).select(
        "article_id", "position", "recorded_at", "run_id", *FACTS[table]
    )
    read = readings.select("article_id", *READ, read="position")
    told = asserted.join(_restless(events, readings, table), on="article_id", how="anti", maintain_order="left")
    told = told.join(read, on="article_id", how="left", maintain_order="left")
    unread = told.filter((pl.col("read") < pl.col("position")).not_().fill_null(value=True)).select("article_id").unique()
    calm = told.join(unread, on="article_id", how="anti", maintain_order="left") if unread.height else told
    columns = {name: dtype for name, dtype in TABLES[table].items() if name not in TEXT_COLUMNS}
    rows = typed(
        calm.with_columns(
            asserted_position=pl.col("position"),
            retracted_position=pl.lit(None, pl.Int64),
            retracted_reason=pl.lit(None, pl.String),
        ),
        columns,
    )
    if calm.height == asserted.height:
        return rows.sort("asserted_position", "fact_id")
    others = asserted.join(calm.select("article_id").unique(), on="article_id", how="anti", maintain_order="left")
    return pl.concat([rows, _facts_with_a_history(events, readings, others, table)]).sort("asserted_position", "fact_id")


def _restless(events: Events, readings: pl.DataFrame, table: str) -> pl.DataFrame:
    """article_id of those whose facts of this table need not hold ever since they were asserted, in one reading."""
    several = pl.len() > 1
    changes = [
        decode(events, "FactRetracted", table=table).select("article_id"),
        decode(events, "FactMoved", table=table).select("article_id"),
        readings.group_by("article_id").agg(several.alias("several")).filter("several").select("article_id"),
        decode(events, "ArticleProcessed")
        .group_by("article_id")
        .agg(several.alias("several"))
        .filter("several")
        .select("article_id"),
    ]
    return pl.concat(changes).unique()


def _facts_with_a_history(events: Events, readings: pl.DataFrame, asserted: pl.DataFrame, table: str) -> pl.DataFrame:
    """As `_facts`, of facts of any kind."""
    spans = list(SPANS[table])
    lives = _lives(events, asserted.select("article_id", "fact_id", "position"), table)
    rows = _rows(events, readings, lives, table)
    values = asserted.drop(*spans, "article_id", "fact_id")
    moved = decode(events, "FactMoved", table=table)
    places = pl.concat([asserted.select("position", *spans), moved.select("position", *spans)])
    columns = {name: dtype for name, dtype in TABLES[table].items() if name not in TEXT_COLUMNS}
    return (
        rows.join(values, left_on="born", right_on="position", how="left")
        .join(places, left_on="span_source", right_on="position", how="left")
        .join(readings.select("position", *READ), left_on="reading", right_on="position", how="left")
        .pipe(typed, columns)
    )


def _lives(events: Events, asserted: pl.DataFrame, table: str) -> pl.DataFrame:
    """article_id, fact_id, born, died, reason: one row for each time that a fact was asserted."""
    retracted = decode(events, "FactRetracted", table=table).select(
        "article_id", "fact_id", pl.col("position").alias("died"), "reason"
    )
    return (
        asserted.rename({"position": "born"})
        .sort("born")
        .join_asof(
            retracted.sort("died"),
            left_on="born",
            right_on="died",
            by=["article_id", "fact_id"],
            strategy="forward",
            coalesce=False,
            check_sortedness=False,
        )
    )


def _rows(events: Events, readings: pl.DataFrame, lives: pl.DataFrame, table: str) -> pl.DataFrame:
    """Lives cut where spans or reading change.

    Columns: article_id, fact_id, born, asserted_position, retracted_position, retracted_reason, span_source (the
    event that holds the spans), reading (the ArticleRead that holds the text).
    """
    processed = decode(events, "ArticleProcessed").select("article_id", "position", "content_sha256", "text_sha256")
    starts = _reading_at(lives.with_columns(at=pl.col("born")), readings).select(
        "article_id", "fact_id", "born", at="born", span_source="born", reading="reading"
    )
    # A move takes effect when its article is processed, a few positions on in the same commit, together with the
    # change of reading that caused it.
    moved = (
        decode(events, "FactMoved", table=table)
        .select("article_id", "fact_id", span_source="position")
        .sort("span_source")
        .join_asof(
            processed.select("article_id", at="position").sort("at"),
            left_on="span_source",
            right_on="at",
            by="article_id",
            strategy="forward",
            coalesce=False,
            check_sortedness=False,
        )
        .with_columns(pl.coalesce("at", "span_source").alias("at"))
    )
    moves = _during(lives, _reading_at(moved, readings), on=["article_id", "fact_id"]).select(starts.columns)
    versions = (
        processed.sort("position")
        .join_asof(
            readings.select("article_id", "content_sha256", "text_sha256", "reading", read="position"),
            left_on="position",
            right_on="read",
            by=["article_id", "content_sha256", "text_sha256"],
            check_sortedness=False,
        )
        .filter(pl.col("reading").is_not_null())
        .sort("article_id", "position")
        .filter(pl.col("reading") != pl.col("reading").shift(1).over("article_id"))
        .select("article_id", at="position", reading="reading", span_source=pl.lit(None, pl.Int64))
    )
    revisions = _during(lives, versions, on=["article_id"]).select(starts.columns)
    life = ["article_id", "fact_id", "born"]
    points = (
        pl.concat([starts, moves, revisions])
        .group_by(*life, "at")
        .agg(pl.col("span_source").max(), pl.col("reading").max())
        .sort(*life, "at")
        .with_columns(pl.col("span_source", "reading").forward_fill().over(life))
    )
    changed = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift(1).over(life)) for name in ("span_source", "reading")
    )
    return (
        points.filter(changed | (pl.col("at") == pl.col("born")))
        .with_columns(pl.col("at").shift(-1).over(life).alias("next"))
        .join(lives, on=life, how="left", nulls_equal=True)
        .select(
            *life,
            "span_source",
            "reading",
            asserted_position="at",
            retracted_position=pl.coalesce("next", "died"),
            retracted_reason=pl.when(pl.col("next").is_not_null()).then(pl.lit(SUPERSEDED)).otherwise("reason"),
        )
    )


def _reading_at(frame: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the reading of its article that was the last at position `at`."""
    return frame.sort("at").join_asof(
        readings.select("article_id", "reading", read="position"),
        left_on="at",
        right_on="read",
        by="article_id",
        check_sortedness=False,
    )


def _during(lives: pl.DataFrame, changes: pl.DataFrame, *, on: list[str]) -> pl.DataFrame:
    """Changes that fall into the life of a fact."""
    return lives.join(changes, on=on).filter(
        pl.col("at") > pl.col("born"), pl.col("died").is_null() | (pl.col("at") < pl.col("died"))
    )
