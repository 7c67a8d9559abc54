"""Which matches report something: no guides, no "could", no "no evidence", no figures of a trend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.security_incidents.rules import CLOSED, LOCKED_OUT
from transforms.security_incidents.words import cues, in_title, paragraphs
from transforms.spans import pattern_scan, within

if TYPE_CHECKING:
    from transforms.scan import Scanned
_MARGIN_BEFORE, _MARGIN_AFTER = 60, 25
"""How far before and after a match, in code points of its clause, "could" or "no evidence" takes it back."""
_HEADING: Final = 18
"""A sentence of fewer code points is a heading."""
_TOUCHING: Final = 4
"""How far, in code points, "against" may stand from what it is against."""
_ADVICE_SHARE: Final = 0.12
_ADVICE_SENTENCES: Final = 3
"""An article with at least so much advice to the reader is a guide, not a report."""
_LIST_ITEM: Final = r"(\n)(\d{1,2})([.)] )"
_LISTED: Final = 4
"""So many numbered lines, with any advice, make a list of tips."""
_NOT_OF_DATA: Final = ("ransomware", "malware", "outage", "unauthorized_access")
"""What is denied only within its clause: another clause denies a loss of data."""
_KINDS_OF_ATTACK: Final = ("attack", "ransomware", "malware", "phishing", "ddos", "breach_noun")


def reports(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches in reports; those in guides, tests and explainers, which advise the reader throughout, are dropped."""
    size = scanned.sentences.group_by("doc", maintain_order=True).agg(first=pl.col("sid").min(), all=pl.len())
    advice = cues(scanned, "advice").select("doc", "sid").unique().join(size, on="doc", maintain_order="left")
    early = (pl.col("sid") - pl.col("first")) * 2 < pl.col("all")
    advice = advice.group_by("doc", maintain_order=True).agg(advised=pl.len(), early=early.sum(), all=pl.col("all").first())
    # A report may end with advice, a guide begins with it.
    guides = advice.filter(
        (pl.col("advised") >= _ADVICE_SENTENCES)
        & (pl.col("advised") / pl.col("all") > _ADVICE_SHARE)
        & (pl.col("early") * 4 >= pl.col("advised"))
    ).select("doc")
    titled = cues(scanned, "guide")
    titled = titled.filter(in_title(titled, scanned, at="start")).select("doc").join(advice, on="doc", how="semi")
    # "Ten ways to …", each way with its number at the head of a line.
    items = scanned.tape.each(lambda tape: pattern_scan(tape, _LIST_ITEM, ["_line", "number", "_mark"]))
    items = within(items.select(start="number_start"), scanned.sentences, name="sid", columns={"doc": "doc"}).drop_nulls("doc")
    listed = items.group_by("doc", maintain_order=True).agg(items=pl.len()).filter(pl.col("items") >= _LISTED).select("doc")
    listed = listed.join(pl.concat([titled, advice.select("doc")]).unique(), on="doc", how="semi")
    return found.join(pl.concat([guides, titled, listed]).unique(), on="doc", how="anti", maintain_order="left")


def happened(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches of things said to have happened: no "could", no "no evidence", no figure of a trend, no list of dangers."""
    found = found.with_row_index("_i")
    unreal = cues(scanned, "modal", "negated").select("sid", _cid="cid", _from="start", _to="end", _code="code")
    near = (pl.col("_to") >= pl.col("start") - _MARGIN_BEFORE) & (pl.col("_from") <= pl.col("end") + _MARGIN_AFTER)
    tested = pl.col("asserted") | pl.col("rule").is_in(CLOSED)
    doubts = found.filter(tested).join(unreal, on="sid", maintain_order="left").filter(near)
    alleged = cues(scanned, "alleged").select("cid").unique()
    # "A ransomware attack; no data were stolen" denies the theft alone.
    whole = pl.col("category").is_in(_NOT_OF_DATA) & (pl.col("cid") != pl.col("_cid"))
    denied = doubts.filter((pl.col("_code") == "negated") & (pl.col("category") != "denial_of_service") & ~whole)
    able = (pl.col("_code") == "modal") & ~pl.col("rule").is_in(LOCKED_OUT)
    imagined = doubts.filter(able & (pl.col("cid") == pl.col("_cid"))).join(alleged, on="cid", how="anti")
    single = pl.col("start").eq(pl.col("anchor_start")) & pl.col("end").eq(pl.col("anchor_end"))
    trends = cues(scanned, "trend").select("sid").unique()
    attacks = cues(scanned, *_KINDS_OF_ATTACK).group_by("sid", maintain_order=True).agg(kinds=pl.col("code").n_unique())
    named = scanned.companies.select("sid").unique()
    lists = attacks.filter(pl.col("kinds") >= len(_KINDS_OF_ATTACK) // 2).join(named, on="sid", how="anti").select("sid")
    general = found.filter(single).join(pl.concat([trends, lists]).unique(), on="sid", how="semi")
    # "Nine percent report malware": a share of people who were asked is no matter.
    shares = scanned.quantities.filter(pl.col("kind").is_in(["percent", "fraction"])).select("cid").drop_nulls().unique()
    asked = found.filter(single).join(shares, on="cid", how="semi").join(named, on="sid", how="anti")
    # "protection against ransomware", "ransomware対策": what the word stands beside is a remedy.
    against = cues(scanned, "against").select("sid", _from="start", _to="end")
    ahead, behind = pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end")
    warded = found.filter(single & pl.col("asserted")).join(against, on="sid", maintain_order="left")
    gap = pl.when(scanned.setting("verb_last", warded)).then(behind).otherwise(ahead)
    warded = warded.filter(gap.is_between(0, _TOUCHING))
    out = pl.concat([f.select("_i") for f in (denied, imagined, general, asked, warded)]).unique()
    return found.join(out, on="_i", how="anti", maintain_order="left").drop("_i")


def placed(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add par (the paragraph) and title (whether the match stands in the title or another heading)."""
    placed = found.join(paragraphs(scanned), on="sid", how="left", maintain_order="left")
    short = scanned.sentences.select("sid", _short=(pl.col("end") - pl.col("start")) < _HEADING)
    placed = placed.join(short, on="sid", how="left", maintain_order="left")
    return placed.with_columns(
        title=in_title(placed, scanned, at="anchor_start") | placed["_short"].fill_null(value=False)
    ).drop("_short")
