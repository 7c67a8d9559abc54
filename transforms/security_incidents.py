"""Security, privacy and availability matters: from trigger matches to one row for each matter of an article.

Which words together report a matter is data (`rules/security.toml` and the lexicons). Here matches of one matter are
merged, and stage, company, counterparty, country and number of records are taken from the spans around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, triggers

if TYPE_CHECKING:
    from transforms.scan import Scanned

TOPIC: Final = "security"
_SEVERAL: Final = ("account_restriction",)
"""Categories of which one article often reports several matters, one a party: merged by sentence, not by article."""
_LATER_SENTENCES: Final = 2
"""How many sentences after a matter a fix or denial may stand and still be said of it."""
_ADVICE_SHARE: Final = 0.05
"""An article with advice to the reader in more than this share of its sentences is a guide, not a report."""

# VERIS 1.3 action, attribute and actor that a category implies; null where the category does not say.
_VERIS: Final = {
    "data_breach": ("hacking", "confidentiality", "external"),
    "data_leak": ("error", "confidentiality", "internal"),
    "data_sharing": ("misuse", "confidentiality", "internal"),
    "data_routing": ("error", "confidentiality", None),
    "unauthorized_access": ("hacking", "confidentiality", "external"),
    "vulnerability": (None, None, None),
    "encryption": (None, "confidentiality", None),
    "ransomware": ("malware", "availability", "external"),
    "malware": ("malware", "integrity", "external"),
    "phishing": ("social", "confidentiality", "external"),
    "denial_of_service": ("hacking", "availability", "external"),
    "outage": (None, "availability", None),
    "surveillance": ("misuse", "confidentiality", "internal"),
    "account_restriction": (None, "availability", None),
}
_RECORD_UNITS: Final = {"account": "accounts", "meeting": "meetings", "user": "users", "record": "records"}


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each matter: offsets on the tape and the value columns of `FACT_SECURITY_INCIDENTS`.

    Columns: doc, start, end (what the evidence must cover), value_start, value_end, company_id, company_mention_start,
    company_mention_end, rule, confidence, category, stage, veris_*, counterparty_start, counterparty_end, country,
    records_affected, unit, occurred_on, occurred_precision.
    """
    spots = scanned.spots()
    found = triggers.matches(spots, triggers.load(TOPIC)).rename({"emits": "category"})
    found = _reported(found, scanned)
    found = found.with_columns(
        companies.subjects(
            scanned.tape,
            found.select(start="anchor_start", end="anchor_end", sid="sid", cid="cid", doc="doc"),
            scanned.companies,
            scanned.sentences,
            scanned.clauses,
        ).rename({"mention_start": "company_mention_start", "mention_end": "company_mention_end"})
    )
    matters = _with_stage(_merged(found), scanned)
    matters = _with_records(matters, scanned)
    matters = _with_country(matters, scanned)
    matters = _with_counterparty(matters, scanned)
    veris = pl.DataFrame(
        [(c, *v) for c, v in _VERIS.items()], schema=["category", "veris_action", "veris_attribute", "veris_actor"], orient="row"
    )
    return (
        matters.join(veris, on="category", how="left")
        .with_columns(occurred_on=pl.lit(None, pl.Date), occurred_precision=pl.lit(None, pl.String))
        .select(
            "doc", "start", "end", "value_start", "value_end", "company_id", "company_mention_start", "company_mention_end",
            "rule", "confidence", "category", "stage", "veris_action", "veris_attribute", "veris_actor", "counterparty_start",
            "counterparty_end", "country", "records_affected", "unit", "occurred_on", "occurred_precision",
        )  # fmt: skip
        .sort("start", "category")
    )


def _cues(scanned: Scanned, *codes: str) -> pl.DataFrame:
    return scanned.cues.filter(pl.col("kind") == TOPIC, pl.col("code").is_in(codes))


def _reported(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches in reports; those in guides and explainers, which give advice throughout, are dropped."""
    advice = _cues(scanned, "hypothetical").group_by("doc").agg(advised=pl.col("sid").n_unique())
    share = (
        scanned.sentences.group_by("doc").agg(all=pl.len()).join(advice, on="doc", how="left").with_columns(
            share=pl.col("advised").fill_null(0) / pl.col("all")
        )
    )  # fmt: skip
    guides = share.filter((pl.col("share") > _ADVICE_SHARE) & (pl.col("advised") > 1)).select("doc")
    return found.join(guides, on="doc", how="anti")


def _merged(found: pl.DataFrame) -> pl.DataFrame:
    """One match for each matter: the surest, then the first, of an article's matches of one category and company."""
    several = pl.col("category").is_in(_SEVERAL)
    return (
        found.with_columns(place=pl.when(several).then(pl.col("cid")).otherwise(-1))
        .sort("doc", pl.col("confidence"), "order", "start", descending=[False, True, False, False])
        .unique(["doc", "category", "company_id", "place"], keep="first", maintain_order=True)
    )


def _with_stage(matters: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add stage: denied, remediated or alleged where a cue in the sentence, or a fix or denial soon after it, says so."""
    cues = _cues(scanned, "fixed", "denied", "alleged").select("code", "doc", cue_sid="sid")
    told = (
        matters.select("doc", "sid", "start", "category", "place")
        .join(cues, on="doc", how="inner")
        .with_columns(later=pl.col("cue_sid") - pl.col("sid"))
        .filter((pl.col("later") == 0) | (pl.col("later").is_between(1, _LATER_SENTENCES) & (pl.col("code") != "alleged")))
        .group_by("doc", "start", "category", "place")
        .agg(codes=pl.col("code").unique())
    )
    has = lambda code: pl.col("codes").list.contains(code).fill_null(value=False)  # noqa: E731
    return matters.join(told, on=["doc", "start", "category", "place"], how="left").with_columns(
        stage=pl.when(has("denied"))
        .then(pl.lit("denied"))
        .when(has("fixed"))
        .then(pl.lit("remediated"))
        .when(has("alleged"))
        .then(pl.lit("alleged"))
        .otherwise(pl.lit("reported"))
    )


def _with_records(matters: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add records_affected, unit and the span of the number: the count of victims that stands nearest in the sentence."""
    victims = _cues(scanned, "victims").select(victim_start="start", sid="sid")
    counts = scanned.quantities.filter(pl.col("kind") == "count").select("sid", "start", "end", "value", number=pl.col("start"))
    counted = (
        counts.join(victims, on="sid", how="inner")
        .filter((pl.col("victim_start") - pl.col("end")).is_between(-1, 40))
        .unique(["sid", "start"], keep="first", maintain_order=True)
        .select("sid", "value", value_start="start", value_end="end")
    )
    near = (
        matters.with_row_index("row")
        .select("row", "sid", "start")
        .join(counted, on="sid", how="inner")
        .sort("row", (pl.col("value_start") - pl.col("start")).abs())
        .unique("row", keep="first", maintain_order=True)
        .select("row", "value_start", "value_end", records_affected="value")
    )
    return (
        matters.with_row_index("row")
        .join(near, on="row", how="left")
        .drop("row")
        .with_columns(unit=pl.when(pl.col("records_affected").is_not_null()).then(pl.lit("records")))
    )


def _with_country(matters: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add country: the one named nearest to the trigger in its sentence."""
    return _nearest(matters, scanned.countries.select("sid", place_start="start", country="country"), keep=["country"])


def _with_counterparty(matters: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add counterparty_start and counterparty_end: the rule's party, else the nearest other name in the sentence."""
    names = scanned.names.select("sid", place_start="start", name_start="start", name_end="end")
    named = _nearest(matters, names, keep=["name_start", "name_end"], apart_from="company_mention_start")
    return named.with_columns(
        counterparty_start=pl.coalesce("party_start", "name_start"), counterparty_end=pl.coalesce("party_end", "name_end")
    )


def _nearest(matters: pl.DataFrame, spans: pl.DataFrame, *, keep: list[str], apart_from: str | None = None) -> pl.DataFrame:
    """Join to each matter the columns `keep` of the span of its sentence that starts nearest to its anchor."""
    rows = matters.with_row_index("row")
    pairs = rows.select("row", "sid", "anchor_start", *([apart_from] if apart_from else [])).join(spans, on="sid", how="inner")
    if apart_from:
        pairs = pairs.filter(pl.col(apart_from).is_null() | (pl.col(apart_from) != pl.col("place_start")))
    best = pairs.sort("row", (pl.col("place_start") - pl.col("anchor_start")).abs()).unique("row", keep="first", maintain_order=True)
    return rows.join(best.select("row", *keep), on="row", how="left").drop("row")
