"""Security, privacy and availability matters: from trigger matches to one row for each matter of an article.

Which words together report a matter, what a category implies and whom it names is data (`rules/security.toml` and the
lexicons). Here matches that report nothing are dropped, each match gets its party, company, stage, records, country and
date from the spans around it, and the matches of one matter become one row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import triggers
from transforms.security_incidents.happened import happened, placed, reports
from transforms.security_incidents.matters import merged, mishaps
from transforms.security_incidents.parties import with_company, with_counterparty, without_generalities
from transforms.security_incidents.records import with_records
from transforms.security_incidents.rules import TOPIC, categories
from transforms.security_incidents.told import with_country, with_date, with_stage, with_veris
from transforms.security_incidents.words import with_words

__all__ = ["link", "runners_up", "with_words"]

if TYPE_CHECKING:
    from transforms.scan import Scanned

_MATCHES: Final = "security.matches"


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each matter: offsets on the tape and the value columns of `FACT_SECURITY_INCIDENTS`.

    Columns: doc, start, end (what the evidence must cover), value_start, value_end, company_id, company_mention_start,
    company_mention_end, rule, confidence, category, stage, veris_*, counterparty_start, counterparty_end, country,
    records_affected, unit, occurred_on, occurred_precision.
    """
    scanned = with_words(scanned)
    found = scanned.tape.once(_MATCHES, lambda: _matches(scanned)).rename({"emits": "category"})
    found = found.join(categories()["implied"], on="category", how="left", maintain_order="left")
    found = placed(happened(reports(found, scanned), scanned), scanned).with_row_index("row")
    found = with_counterparty(found, scanned)
    found = with_company(found, scanned)
    found = with_stage(found, scanned)
    found = with_records(found, scanned)
    found = with_country(found, scanned)
    found = without_generalities(with_date(found, scanned), scanned)
    party = scanned.tape.slice("counterparty_start", "counterparty_end", found).str.to_lowercase()
    nameless = pl.concat_str(pl.lit("\n"), pl.col("start").cast(pl.String))
    clauses = scanned.clauses.select("cid", _from="start", _to="end")
    told_in = found.select("cid").join(clauses, on="cid", how="left", maintain_order="left")
    found = found.with_columns(
        party_name=pl.coalesce(pl.lit(party), nameless),
        clause_text=scanned.tape.slice("_from", "_to", told_in).str.to_lowercase(),
    )
    matters = mishaps(with_veris(merged(found), scanned))
    return matters.select(
        "doc", "start", "end", "value_start", "value_end", "company_id", "company_mention_start", "company_mention_end",
        "rule", "confidence", "category", "stage", "veris_action", "veris_attribute", "veris_actor", "counterparty_start",
        "counterparty_end", "country", "records_affected", "unit", "occurred_on", "occurred_precision",
    ).sort("start", "category", maintain_order=True)  # fmt: skip


def runners_up(scanned: Scanned) -> pl.DataFrame:
    """Every rule that matches: columns of `RUNNERS_UP`, with the place of its words, its category and how sure it is."""
    return triggers.weighed(scanned.tape.once(_MATCHES, lambda: _matches(with_words(scanned))), by="emits")


def _matches(scanned: Scanned) -> pl.DataFrame:
    lands = pl.col("name").str.starts_with("region.")
    spots = scanned.spots().with_columns(name=pl.when(lands).then(pl.lit("country")).otherwise("name"))
    return triggers.matches(spots, triggers.load(TOPIC), scanned.dense())
