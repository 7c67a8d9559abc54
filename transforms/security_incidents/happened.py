"""Which matches report something: no guides, no "could", no "no evidence", no figures of a trend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.security_incidents.rules import CLOSED, LOCKED_OUT, LOSSES, MEETINGS, RESTRICTION
from transforms.security_incidents.words import cues, in_title, inside, paragraphs
from transforms.spans import pattern_scan, within

if TYPE_CHECKING:
    from transforms.scan import Scanned
_MARGIN_BEFORE, _MARGIN_AFTER = 60, 25
"""How far before and after a match, in code points of its clause, "could" or "no evidence" takes it back."""
_MODAL_AFTER: Final = 45
"""How far behind a match, in code points of its clause, a modal takes it back: it stands behind all it is said of."""
_HEADING: Final = 18
"""A sentence of fewer code points is a heading."""
_TOUCHING: Final = 4
"""How far, in code points, "against" may stand from what it is against."""
_SHIELDED: Final = 60
"""How far from "protects", in code points, the dangers that it protects from may stand."""
_ADVICE_SHARE: Final = 0.12
_ADVICE_SENTENCES: Final = 3
"""An article with at least so much advice to the reader is a guide, not a report."""
_LIST_ITEM: Final = r"(\n)(\d{1,2})([.)] )"
_LISTED: Final = 4
"""So many numbered lines, with any advice, make a list of tips."""
_NOT_OF_DATA: Final = ("ransomware", "malware", "outage", "unauthorized_access")
"""What is denied only within its clause: another clause denies a loss of data."""
_INTRUDED: Final = ("data_breach", "data_leak", "ransomware", "unauthorized_access", "outage")
"""After what customers are warned of phishing."""
_BY_NAME: Final = 0.65
"""How sure ransomware is that only the name of its gang tells."""
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
    found = _by_their_name(found, scanned).with_row_index("_i")
    unreal = cues(scanned, "modal", "negated").select("sid", _cid="cid", _from="start", _to="end", _code="code")
    unreal = pl.concat([unreal, _enabled(scanned)])
    unreal = unreal.with_columns(_attack=_of_an_attack(unreal, scanned))
    modal = (pl.col("_code") == "modal") & (pl.col("cid") == pl.col("_cid")) & ~pl.col("verb_last")
    after = pl.when(modal).then(_MODAL_AFTER).otherwise(_MARGIN_AFTER)
    near = (pl.col("_to") >= pl.col("start") - _MARGIN_BEFORE) & (pl.col("_from") <= pl.col("end") + after)
    tested = pl.col("asserted") | pl.col("rule").is_in(CLOSED)
    unsure = found.filter(tested).join(unreal, on="sid", maintain_order="left")
    doubts = unsure.with_columns(scanned.setting("verb_last", unsure)).filter(near)
    alleged = cues(scanned, "alleged").select("cid").unique()
    # "A ransomware attack; no data were stolen" denies the theft alone.
    whole = pl.col("category").is_in(_NOT_OF_DATA) & (pl.col("cid") != pl.col("_cid"))
    # "A faulty update, not a cyberattack" denies no outage.
    other = (pl.col("category") == "outage") & pl.col("_attack").fill_null(value=False)
    denied = doubts.filter(~other & (pl.col("_code") == "negated") & (pl.col("category") != "denial_of_service") & ~whole)
    # "Found no sign of a breach and rejects the claims": what is denied in so many words was alleged.
    denied = denied.filter(~(pl.col("category").is_in(LOSSES) & _beside(cues(scanned, "denied"))))
    able = (pl.col("_code") == "modal") & ~pl.col("rule").is_in(LOCKED_OUT)
    imagined = doubts.filter(able & (pl.col("cid") == pl.col("_cid"))).join(alleged, on="cid", how="anti")
    # "To keep trolls out of meetings, passwords are now switched on": a measure is told of whom it is to keep out.
    imagined = imagined.filter(~(pl.col("rule").is_in(MEETINGS) & _beside(cues(scanned, "safeguard"))))
    single = pl.col("start").eq(pl.col("anchor_start")) & pl.col("end").eq(pl.col("anchor_end"))
    asserted = pl.col("asserted") & ~pl.col("rule").is_in(CLOSED)
    trends = cues(scanned, "trend").select("sid").unique()
    attacks = cues(scanned, *_KINDS_OF_ATTACK).group_by("sid", maintain_order=True).agg(kinds=pl.col("code").n_unique())
    named = scanned.companies.select("sid").unique()
    lists = attacks.filter(pl.col("kinds") >= len(_KINDS_OF_ATTACK) // 2).join(named, on="sid", how="anti").select("sid")
    general = found.filter(single).join(pl.concat([trends, lists]).unique(), on="sid", how="semi")
    # "Facebook went down worldwide": a firm that is named is no trend.
    general = general.filter(~((pl.col("category") == "outage") & _beside(named)))
    # "90 million records have been exposed in dozens of incidents": of a sum over many firms no number is one firm's.
    summed = found.filter(asserted).join(cues(scanned, "incidents").select("sid").unique(), on="sid", how="semi")
    summed = summed.join(named, on="sid", how="anti")
    # "Nine percent report malware": a share of people who were asked is no matter.
    shares = scanned.quantities.filter(pl.col("kind").is_in(["percent", "fraction"])).select("cid").drop_nulls().unique()
    asked = found.filter(single).join(shares, on="cid", how="semi").join(named, on="sid", how="anti")
    # "protection against ransomware", "ransomware対策": what the word stands beside is a remedy.
    against = cues(scanned, "against").select("sid", _from="start", _to="end")
    ahead, behind = pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end")
    warded = found.filter(single & pl.col("asserted")).join(against, on="sid", maintain_order="left")
    gap = pl.when(scanned.setting("verb_last", warded)).then(behind).otherwise(ahead)
    warded = warded.filter(gap.is_between(0, _TOUCHING))
    # "shields small firms from ransomware and phishing": dangers behind the verb, in its clause.
    guards = cues(scanned, "wards").select("cid", _from="start", _to="end")
    shielded = found.filter(single & pl.col("asserted")).join(guards, on="cid", maintain_order="left")
    gap = pl.when(scanned.setting("verb_last", shielded)).then(behind).otherwise(ahead)
    shielded = shielded.filter(gap.is_between(0, _SHIELDED))
    # "Staff rehearsed a ransomware attack"; "half of all firms were attacked, a survey found".
    drills = found.filter(asserted).join(cues(scanned, "drill").select("cid").unique(), on="cid", how="semi")
    polls = cues(scanned, "polled").select("sid").unique()
    polls = cues(scanned, "anyone").select("sid").unique().join(polls, on="sid", how="semi", maintain_order="left")
    polled = found.filter(asserted).join(polls, on="sid", how="semi")
    # A list of firms that may not be sold chips forbids nobody the use of anything.
    traded = found.filter(pl.col("category") == RESTRICTION).join(
        cues(scanned, "trade_ban").select("sid").unique(), on="sid", how="semi"
    )
    unfounded = (traded, summed, denied, imagined, general, asked, warded, shielded, drills, polled, _warnings(found, scanned))
    out = pl.concat([f.select("_i") for f in unfounded]).unique()
    return found.join(out, on="_i", how="anti", maintain_order="left").drop("_i")


def _beside(words: pl.DataFrame) -> pl.Expr:
    """Whether a match stands in a sentence of one of some words."""
    return pl.col("sid").is_in(words["sid"].drop_nulls().unique().implode())


def _enabled(scanned: Scanned) -> pl.DataFrame:
    """Words for what a flaw told before them made possible, as modals: "a flaw through which strangers could listen in"."""
    flaws = cues(scanned, "vulnerability", "hole").group_by("sid", maintain_order=True).agg(_flaw=pl.col("start").min())
    able = cues(scanned, "enabled").join(flaws, on="sid", how="inner", maintain_order="left")
    able = able.filter(pl.col("start") > pl.col("_flaw"))
    return able.select("sid", _cid="cid", _from="start", _to="end", _code=pl.lit("modal"))


def _by_their_name(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches where "the ransomware group" tells of ransomware only what any of its names would."""
    groups = cues(scanned, "gang_group").select(start="start", end="end")
    places = found.select(start="anchor_start", end="anchor_end")
    called = (found["rule"] == "ransomware.named") & inside(places, groups)
    return found.with_columns(
        rule=pl.when(called).then(pl.lit("ransomware.gang")).otherwise("rule"),
        confidence=pl.when(called).then(_BY_NAME).otherwise("confidence"),
    )


def _warnings(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Phishing that customers are told to beware of, or, after an intrusion, warned of: not what comes in a firm's name."""
    phishing = found.filter(pl.col("rule") == "phishing.named")
    phishing = phishing.join(cues(scanned, "in_name").select("sid").unique(), on="sid", how="anti", maintain_order="left")
    told = phishing.join(cues(scanned, "beware").select("sid").unique(), on="sid", how="semi", maintain_order="left")
    warned = phishing.join(cues(scanned, "warns").select("sid").unique(), on="sid", how="semi", maintain_order="left")
    # How the thieves came in, or what they may do next.
    named = scanned.companies.select("sid").unique()
    beside = phishing.join(named, on="sid", how="anti", maintain_order="left")
    intruded = found.filter(pl.col("category").is_in(_INTRUDED)).select("doc").unique()
    spoken = pl.concat([warned, beside]).unique("_i", keep="first", maintain_order=True)
    return pl.concat([told, spoken.join(intruded, on="doc", how="semi", maintain_order="left")])


def _of_an_attack(unreal: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether each word that takes something back holds, or stands right before, a word for an attack."""
    attacks = cues(scanned, *_KINDS_OF_ATTACK, "hacked").select(_at="start").unique().sort("_at", maintain_order=True)
    joined = unreal.with_row_index("_n").sort("_from", maintain_order=True).join_asof(
        attacks, left_on="_from", right_on="_at", strategy="forward", check_sortedness=False
    )  # fmt: skip
    joined = joined.sort("_n", maintain_order=True)
    return joined.select(attack=pl.col("_at") <= pl.col("_to") + _TOUCHING)["attack"]


def placed(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add par (the paragraph), title (whether the match stands in the title or another heading) and another.

    another: whether the sentence, or the one before it in the paragraph, speaks of another incident than the article's.
    """
    placed = found.join(paragraphs(scanned), on="sid", how="left", maintain_order="left")
    short = scanned.sentences.select("sid", _short=(pl.col("end") - pl.col("start")) < _HEADING)
    placed = placed.join(short, on="sid", how="left", maintain_order="left")
    again = cues(scanned, "another")
    again = again.filter(~in_title(again, scanned, at="start")).join(paragraphs(scanned), on="sid", maintain_order="left")
    again = pl.concat([again.select("sid", "par"), again.select(pl.col("sid") + 1, "par")]).unique().with_columns(another=True)
    placed = placed.join(again, on=["sid", "par"], how="left", maintain_order="left")
    return placed.with_columns(
        another=pl.col("another").fill_null(value=False),
        title=in_title(placed, scanned, at="anchor_start") | placed["_short"].fill_null(value=False),
    ).drop("_short")
