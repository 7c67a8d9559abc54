"""Security, privacy and availability matters: from trigger matches to one row for each matter of an article.

Which words together report a matter, what a category implies and whom it names is data (`rules/security.toml` and the
lexicons). Here matches that report nothing are dropped, each match gets its party, company, stage, records, country and
date from the spans around it, and the matches of one matter become one row.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, lexicon, periods, triggers
from transforms.spans import dictionary_scan, pattern_scan, within

if TYPE_CHECKING:
    from transforms.scan import Scanned

TOPIC: Final = "security"
_RESTRICTION: Final = "account_restriction"
"""The one category of which an article often reports several matters, one a party."""
_INTRUSIONS: Final = ("ransomware", "data_breach", "outage", "denial_of_service", "unauthorized_access", "malware")
"""What a mere "cyberattack" or "hack" may turn out to be later in the article."""
_CLOSED: Final = ("account_restriction.accounts_closed", "account_restriction.meetings_ended")
"""Rules for what a service closes itself."""
_NATIVE: Final = ("government", "school", "regulator")
"""Parties that act at home."""
_SHOWN: Final = ("data_leak.others_data", "data_leak.shown_to_strangers")
"""Rules for data shown to the wrong people."""
_NAMELESS: Final = ("ransomware", "malware", "phishing", "data_breach", "data_leak", "denial_of_service", "unauthorized_access")
"""What is worth a row even where nobody could be made out as its victim."""
_MEETINGS: Final = ("unauthorized_access.named", "unauthorized_access.meetings", "unauthorized_access.intrusion_into_meeting")
"""Rules for gatecrashed meetings, which waiting rooms and passwords told anywhere later in the article answer."""
_COUNTED: Final = ("data_breach", "data_leak", "data_sharing", "unauthorized_access", "surveillance")
_DEFINITE: Final = 0.6
"""A rule below this confidence counts only where nothing more definite is told of the company."""
_AFTERMATH: Final = 4
"""How many sentences of the paragraph after a matter may tell its fix or denial."""
_DENIED_WITHIN: Final = 8
"""How many sentences later an allegation may be denied."""
_CLAIMS: Final = ("data_breach.for_sale", "data_breach.sold", "data_breach.threatened")
"""Rules for what only thieves say so far."""
_GANG_BEFORE, _GANG_AFTER = 3, 6
"""How many sentences before and after an attack its gang may be named."""
_MARGIN_BEFORE, _MARGIN_AFTER = 60, 25
"""How far before and after a match, in code points of its clause, "could" or "no evidence" takes it back."""
_AGENT_REACH: Final = 60
"""How far behind "banned", in code points, another clause may say by whom."""
_HEADING: Final = 18
"""A sentence of fewer code points is a heading."""
_COUNT_REACH: Final = 40
"""How far before its noun, in code points, a count may stand."""
_SIZABLE: Final = 50
"""A smaller number beside a word for data is rarely how many records."""
_TOUCHING: Final = 4
"""How far, in code points, "against" may stand from what it is against."""
_JOINED: Final = 4
"""How far apart, in code points, a name and the word that it belongs to may stand: "Ministry of Defence"."""
_ADVICE_SHARE: Final = 0.12
_ADVICE_SENTENCES: Final = 3
"""An article with at least so much advice to the reader is a guide, not a report."""
_LIST_ITEM: Final = r"(\n)(\d{1,2})([.)] )"
_LISTED: Final = 4
"""So many numbered lines, with any advice, make a list of tips."""
_KINDS_OF_ATTACK: Final = ("attack", "ransomware", "malware", "phishing", "ddos", "breach_noun")
_STAGES: Final = ("reported", "alleged", "remediated", "denied")
"""In the order in which a later one overrules an earlier one."""
_RECORD_UNITS: Final = {
    "victims_accounts": "accounts",
    "victims_users": "users",
    "victims_meetings": "meetings",
    "victims_records": "records",
}
_VERIS: Final = ("veris_action", "veris_attribute", "veris_actor")


@lru_cache(maxsize=1)
def _categories() -> dict[str, pl.DataFrame]:
    """What `rules/security.toml` says: `implied`, `remedies`, `parties` of categories, `refined` of rules."""
    file = resources.files("transforms") / "rules" / f"{TOPIC}.toml"
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    told = document["category"]
    implied = [(name, c["asserted"], *[c.get(v) for v in _VERIS]) for name, c in told.items()]
    remedies = [(name, code) for name, c in told.items() for code in c["remedies"]]
    parties = [(name, kind, rank) for name, c in told.items() for rank, kind in enumerate(c["parties"])]
    refined = [(rule, c["veris_action"], c["veris_actor"]) for rule, c in document["veris"].items()]
    return {
        "implied": pl.DataFrame(
            implied, orient="row", schema={"category": pl.String, "asserted": pl.Boolean} | dict.fromkeys(_VERIS, pl.String)
        ),
        "refined": pl.DataFrame(refined, orient="row", schema={"rule": pl.String, "_action": pl.String, "_actor": pl.String}),
        "remedies": pl.DataFrame(remedies, orient="row", schema={"category": pl.String, "code": pl.String}),
        "parties": pl.DataFrame(parties, orient="row", schema={"category": pl.String, "party": pl.String, "rank": pl.Int64}),
    }


def link(scanned: Scanned) -> pl.DataFrame:
    """One row for each matter: offsets on the tape and the value columns of `FACT_SECURITY_INCIDENTS`.

    Columns: doc, start, end (what the evidence must cover), value_start, value_end, company_id, company_mention_start,
    company_mention_end, rule, confidence, category, stage, veris_*, counterparty_start, counterparty_end, country,
    records_affected, unit, occurred_on, occurred_precision.
    """
    scanned = _with_words(scanned)
    lands = pl.col("name").str.starts_with("region.")
    spots = scanned.spots().with_columns(name=pl.when(lands).then(pl.lit("country")).otherwise("name"))
    found = triggers.matches(spots, triggers.load(TOPIC)).rename({"emits": "category"})
    found = found.join(_categories()["implied"], on="category", how="left", maintain_order="left")
    found = _placed(_happened(_reports(found, scanned), scanned), scanned).with_row_index("row")
    found = _with_counterparty(found, scanned)
    found = _with_company(found, scanned)
    found = _with_stage(found, scanned)
    found = _with_records(found, scanned)
    found = _with_country(found, scanned)
    found = _with_date(found, scanned)
    matters = _with_veris(_merged(found), scanned)
    return matters.select(
        "doc", "start", "end", "value_start", "value_end", "company_id", "company_mention_start", "company_mention_end",
        "rule", "confidence", "category", "stage", "veris_action", "veris_attribute", "veris_actor", "counterparty_start",
        "counterparty_end", "country", "records_affected", "unit", "occurred_on", "occurred_precision",
    ).sort("start", "category")  # fmt: skip


def _with_words(scanned: Scanned) -> Scanned:
    """The scanned tape with the words of this topic as cues, each class for itself.

    "stop using" is a ban and "using" in it still a use; only `none` hides the words in it, and officials the government.
    """
    found = scanned.tape.each(
        lambda tape: dictionary_scan(tape, lexicon.of_kind(tape.language, TOPIC).with_columns(kind=pl.col("code")))
    )
    hidden = _inside(found, found.filter(pl.col("code") == "none")) & (found["code"] != "none")
    hidden |= _inside(found, found.filter(pl.col("code") == "officials")) & found["code"].is_in(["government", "school"])
    # "falsely claimed to encrypt" alleges nothing.
    said = within(found.select("start"), scanned.sentences, name="sid")["sid"]
    encryption = said.is_in(said.filter(found["code"] == "encryption").unique().to_list())
    hidden |= _inside(found, found.filter(pl.col("code") == "misrepresent")) & (found["code"] == "alleged") & encryption
    words = found.filter(~hidden).with_columns(kind=pl.lit(TOPIC))
    placed = within(words, scanned.clauses, name="cid", columns={"sid": "sid", "doc": "doc"})
    others = scanned.cues.filter(pl.col("kind") != TOPIC)
    return replace(scanned, cues=pl.concat([others, placed.select(others.columns)]).sort("start", "end"))


def _inside(spans: pl.DataFrame, frames: pl.DataFrame) -> pl.Series:
    """Whether each span lies within one of the frames."""
    reach = frames.sort("start").select(_from="start", _to=pl.col("end").cum_max())
    joined = spans.with_row_index("_i").sort("start").join_asof(
        reach, left_on="start", right_on="_from", strategy="backward", check_sortedness=False
    )  # fmt: skip
    return joined.sort("_i").select(inside=(pl.col("end") <= pl.col("_to")).fill_null(value=False))["inside"]


def _cues(scanned: Scanned, *codes: str) -> pl.DataFrame:
    return scanned.cues.filter(pl.col("kind") == TOPIC, pl.col("code").is_in(codes))


def _titles(scanned: Scanned) -> pl.DataFrame:
    """The titles as frames: start, end, doc; nothing for texts without one."""
    docs = scanned.tape.docs
    if "title_end" not in docs.columns:
        return docs.select("start", end="start", doc="doc").clear()
    return docs.select(
        start=pl.col("start") + pl.col("title_start").fill_null(0),
        end=pl.col("start") + pl.col("title_end").fill_null(0),
        doc="doc",
    ).filter(pl.col("end") > pl.col("start"))


def _in_title(spans: pl.DataFrame, scanned: Scanned, *, at: str) -> pl.Series:
    titles = _titles(scanned).select("doc", _from="start", _to="end")
    joined = spans.select("doc", at).join(titles, on="doc", how="left", maintain_order="left")
    return joined.select(title=(pl.col(at) >= pl.col("_from")) & (pl.col(at) < pl.col("_to")))["title"].fill_null(value=False)


def _paragraphs(scanned: Scanned) -> pl.DataFrame:
    """sid and par, the number of the paragraph: a new one begins where more than a space parts two sentences."""
    before = pl.col("start") - pl.col("end").shift(1).over("doc")
    gaps = scanned.sentences.sort("start").with_columns(_cut=pl.col("end").shift(1).over("doc"), _gap=before)
    lines = pl.Series(
        ["\n" in scanned.tape.plain[a:b] if a is not None else True for a, b in gaps.select("_cut", "start").iter_rows()]
    )
    return gaps.select("sid", par=lines.cast(pl.Int64).cum_sum())  # one slice a sentence, of a character or two


# --- which matches report something ----------------------------------------------------------------------------------


def _reports(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches in reports; those in guides, tests and explainers, which advise the reader throughout, are dropped."""
    size = scanned.sentences.group_by("doc").agg(first=pl.col("sid").min(), all=pl.len())
    advice = _cues(scanned, "advice").select("doc", "sid").unique().join(size, on="doc")
    early = (pl.col("sid") - pl.col("first")) * 2 < pl.col("all")
    advice = advice.group_by("doc").agg(advised=pl.len(), early=early.sum(), all=pl.col("all").first())
    # A report may end with advice, a guide begins with it.
    guides = advice.filter(
        (pl.col("advised") >= _ADVICE_SENTENCES)
        & (pl.col("advised") / pl.col("all") > _ADVICE_SHARE)
        & (pl.col("early") * 4 >= pl.col("advised"))
    ).select("doc")
    titled = _cues(scanned, "guide")
    titled = titled.filter(_in_title(titled, scanned, at="start")).select("doc").join(advice, on="doc", how="semi")
    # "Ten ways to …", each way with its number at the head of a line.
    items = scanned.tape.each(lambda tape: pattern_scan(tape, _LIST_ITEM, ["_line", "number", "_mark"]))
    items = within(items.select(start="number_start"), scanned.sentences, name="sid", columns={"doc": "doc"}).drop_nulls("doc")
    listed = items.group_by("doc").agg(items=pl.len()).filter(pl.col("items") >= _LISTED).select("doc")
    listed = listed.join(pl.concat([titled, advice.select("doc")]).unique(), on="doc", how="semi")
    return found.join(pl.concat([guides, titled, listed]).unique(), on="doc", how="anti", maintain_order="left")


def _happened(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches of things said to have happened: no "could", no "no evidence", no figure of a trend, no list of dangers."""
    found = found.with_row_index("_i")
    unreal = _cues(scanned, "modal", "negated").select("sid", _cid="cid", _from="start", _to="end", _code="code")
    near = (pl.col("_to") >= pl.col("start") - _MARGIN_BEFORE) & (pl.col("_from") <= pl.col("end") + _MARGIN_AFTER)
    tested = pl.col("asserted") | pl.col("rule").is_in(_CLOSED)
    doubts = found.filter(tested).join(unreal, on="sid").filter(near)
    alleged = _cues(scanned, "alleged").select("cid").unique()
    denied = doubts.filter((pl.col("_code") == "negated") & (pl.col("category") != "denial_of_service"))
    imagined = doubts.filter((pl.col("_code") == "modal") & (pl.col("cid") == pl.col("_cid"))).join(
        alleged, on="cid", how="anti"
    )
    single = pl.col("start").eq(pl.col("anchor_start")) & pl.col("end").eq(pl.col("anchor_end"))
    trends = _cues(scanned, "trend").select("sid").unique()
    attacks = _cues(scanned, *_KINDS_OF_ATTACK).group_by("sid").agg(kinds=pl.col("code").n_unique())
    named = scanned.companies.select("sid").unique()
    lists = attacks.filter(pl.col("kinds") >= len(_KINDS_OF_ATTACK) // 2).join(named, on="sid", how="anti").select("sid")
    general = found.filter(single).join(pl.concat([trends, lists]).unique(), on="sid", how="semi")
    # "Nine percent report malware": a share of people who were asked is no matter.
    shares = scanned.quantities.filter(pl.col("kind").is_in(["percent", "fraction"])).select("cid").drop_nulls().unique()
    asked = found.filter(single).join(shares, on="cid", how="semi").join(named, on="sid", how="anti")
    # "protection against ransomware", "ransomware対策": what the word stands beside is a remedy.
    against = _cues(scanned, "against").select("sid", _from="start", _to="end")
    ahead, behind = pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end")
    warded = found.filter(single & pl.col("asserted")).join(against, on="sid")
    gap = pl.when(scanned.setting("verb_last", warded)).then(behind).otherwise(ahead)
    warded = warded.filter(gap.is_between(0, _TOUCHING))
    out = pl.concat([f.select("_i") for f in (denied, imagined, general, asked, warded)]).unique()
    return found.join(out, on="_i", how="anti", maintain_order="left").drop("_i")


def _placed(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add par (the paragraph) and title (whether the match stands in the title or another heading)."""
    placed = found.join(_paragraphs(scanned), on="sid", how="left", maintain_order="left")
    short = scanned.sentences.select("sid", _short=(pl.col("end") - pl.col("start")) < _HEADING)
    placed = placed.join(short, on="sid", how="left", maintain_order="left")
    return placed.with_columns(
        title=_in_title(placed, scanned, at="anchor_start") | placed["_short"].fill_null(value=False)
    ).drop("_short")


# --- who ------------------------------------------------------------------------------------------------------------


def _parties(scanned: Scanned) -> pl.DataFrame:
    """Everyone who may be a counterparty: start, end, sid, cid, doc, party (the kind), company_id.

    A word for an office or a finder takes in the name beside it: "the Chinese government", "researcher Jane Roe". A name
    beside a word for a gang is a gang.
    """
    place = ["start", "end", "sid", "cid", "doc"]
    words = _cues(scanned, "gang", "finder", "attacker", "intruder", "government", "school", "third_party").select(
        *place, party="code"
    )
    offices = scanned.cues.filter(
        pl.col("kind") == "institution", pl.col("code").is_in(["regulator", "police", "court"])
    ).select(*place, party=pl.when(pl.col("code") == "police").then(pl.lit("police")).otherwise(pl.lit("regulator")))
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select(
        *place, "company_id", party=pl.lit("company")
    )
    people = scanned.names.filter(pl.col("kind") == "person").select(*place, party=pl.lit("person"))
    lands = scanned.countries.select(*place, party=pl.lit("country"))
    places = pl.concat([scanned.names.filter(pl.col("kind") != "company").select(*place), lands.select(*place)])
    main = companies.main_company(scanned).select("doc", "company_id")
    names = pl.concat([places, firms.join(main, on=["doc", "company_id"], how="anti").select(*place)])
    spaceless = scanned.setting("name_script", words)  # such a language needs fewer characters for as much
    words = words.with_columns(reach=pl.when(spaceless).then(_JOINED // 4).otherwise(_JOINED))
    offices = offices.with_columns(reach=pl.when(scanned.setting("name_script", offices)).then(_JOINED // 4).otherwise(_JOINED))
    finders = _grown(words.filter(pl.col("party").is_in(["finder", "gang"])), names)
    rulers = words.filter(pl.col("party").is_in(["government", "school"]))
    grown = pl.concat([finders, _grown(pl.concat([rulers, offices]), places)])
    others = words.filter(pl.col("party").is_in(["attacker", "intruder", "third_party"])).drop("reach")
    named = scanned.names.filter(pl.col("kind") != "institution")
    named = named.filter(~_inside(named, _cues(scanned, "darkweb")))
    gangs = _beside(_cues(scanned, "gang_noun").select(*place), named.select(*place))
    every = [grown, others, gangs.with_columns(party=pl.lit("gang")), firms, people, lands]
    every_one = (
        pl.concat(every, how="diagonal")
        .unique(["start", "end", "party"], keep="first", maintain_order=True)
        .sort("start", "end")
    )
    plain, folded = scanned.tape.plain, scanned.tape.folded
    return every_one.with_columns(
        capital=pl.Series([plain[s] != folded[s] for s in every_one["start"].to_list()], dtype=pl.Boolean)
    )


def _grown(words: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Spans grown over the names of their sentence that stand at most `reach` (a column) before or after them."""
    pairs = words.with_row_index("_i").join(names.select("sid", _from="start", _to="end"), on="sid")
    before = (pl.col("start") - pl.col("_to")).is_between(0, pl.col("reach"))
    after = (pl.col("_from") - pl.col("end")).is_between(0, pl.col("reach"))
    grown = pairs.filter(before | after).group_by("_i").agg(_from=pl.col("_from").min(), _to=pl.col("_to").max())
    return (
        words.with_row_index("_i").join(grown, on="_i", how="left", maintain_order="left")
        .with_columns(start=pl.min_horizontal("start", "_from"), end=pl.max_horizontal("end", "_to"))
        .drop("_i", "_from", "_to", "reach")
    )  # fmt: skip


def _beside(words: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The names that stand right before or after one of the words: the columns of `names`."""
    pairs = names.with_row_index("_i").join(words.select("sid", _from="start", _to="end"), on="sid")
    gap = pl.max_horizontal(pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end"))
    near = pairs.filter(gap.is_between(0, _JOINED)).select("_i").unique()
    return names.with_row_index("_i").join(near, on="_i", how="semi", maintain_order="left").drop("_i")


def _with_counterparty(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add counterparty_start, counterparty_end and counterparty_kind: who received, did, found or forbade it.

    Of several the category's preferences decide.

    Who forbids stands first in the clause ("Taiwan told its offices not to use it") or after the verb ("banned by"). Gangs
    may be named some sentences away, finders one sentence before.
    """
    if found.is_empty():
        nobody = pl.lit(None, pl.Int64)
        return found.with_columns(counterparty_start=nobody, counterparty_end=nobody, counterparty_kind=pl.lit(None, pl.String))
    main = companies.main_company(scanned).select("doc", _main="company_id")
    parties = _parties(scanned).rename({"start": "_from", "end": "_to", "sid": "_sid", "cid": "_cid"})
    paragraph = _paragraphs(scanned).rename({"sid": "_sid", "par": "_par"})
    parties = parties.join(paragraph, on="_sid", how="left").join(main, on="doc", how="left")
    parties = parties.filter(
        pl.col("company_id").is_null() | pl.col("_main").is_null() | (pl.col("company_id") != pl.col("_main"))
    )
    pairs = found.select("row", "doc", "sid", "cid", "par", "category", "anchor_start", "anchor_end").join(parties, on="doc")
    pairs = pairs.join(_earlier_bans(found), on="row", how="left")
    pairs = pairs.join(_categories()["parties"], on=["category", "party"])
    later = pl.col("_sid") - pl.col("sid")
    gang = (pl.col("party") == "gang") & later.is_between(-_GANG_BEFORE, _GANG_AFTER)
    finder = (pl.col("party") == "finder") & later.is_between(-1, 1) & (pl.col("par") == pl.col("_par"))
    pairs = pairs.filter((later == 0) | gang | finder)
    gap = pl.max_horizontal(pl.col("_from") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("_to"), pl.lit(0))
    before = pl.col("_to") <= pl.col("anchor_start")
    bans = pl.col("category") == _RESTRICTION
    pairs = pairs.filter(~bans | before | ~scanned.setting("agent_first", pairs))
    pairs = pairs.filter(~bans | before | (pl.col("cid") == pl.col("_cid")) | (gap <= _AGENT_REACH))
    # Weights only order the candidates: clause before sentence, subject before agent, offices before countries.
    past = (pl.col("_to") <= pl.col("_earlier")).fill_null(value=False)
    ban_score = (
        pl.when(past).then(1500).otherwise(0)
        + pl.when(before).then(pl.col("_from") - pl.col("anchor_start") + 1000).otherwise(2500 + gap)
        + pl.when(pl.col("cid") != pl.col("_cid")).then(4000).otherwise(0)
        + pl.when(pl.col("party") == "country").then(300).otherwise(0)
    )
    score = pl.when(bans).then(ban_score).otherwise(pl.col("rank") * 100_000 + later.abs() * 5000 + gap)
    score += pl.when(pl.col("party").is_in(["finder", "gang"]) & ~pl.col("capital")).then(3000).otherwise(0)
    best = pairs.with_columns(_score=score).sort("row", "_score", "_from").unique("row", keep="first", maintain_order=True)
    return found.join(
        best.select("row", counterparty_start="_from", counterparty_end="_to", counterparty_kind="party"),
        on="row", how="left", maintain_order="left",
    )  # fmt: skip


def _earlier_bans(found: pl.DataFrame) -> pl.DataFrame:
    """For each ban (row) the place of the ban told before it in its sentence: each has a subject of its own."""
    bans = found.filter(pl.col("category") == _RESTRICTION).select("row", "sid", "anchor_start")
    pairs = bans.join(bans.select("sid", _earlier="anchor_start"), on="sid").filter(
        pl.col("anchor_start") - pl.col("_earlier") > _AGENT_REACH // 2
    )
    return pairs.group_by("row").agg(pl.col("_earlier").max())


def _with_company(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add company_id and its mention: whom the matter is about. Of matches about nobody only intrusions and leaks stay.

    A party of a matter (in its whole paragraph) and a firm that finds flaws is not whom it is about, unless the article is
    about that firm.
    """
    main = companies.main_company(scanned).select("doc", _main="company_id")
    # Several that forbid stand side by side before the verb.
    bans = (pl.col("category") == _RESTRICTION) & (pl.col("counterparty_end") < pl.col("anchor_start"))
    last = pl.when(bans).then("anchor_start").otherwise("counterparty_end")
    parties = found.select(_from="counterparty_start", _to=last).drop_nulls().unique()
    sharing = found.filter(pl.col("category") == "data_sharing").select("sid").unique()
    receivers = _cues(scanned, "third_party").join(sharing, on="sid", how="semi").select(_from="start", _to="end")
    finders = _cues(scanned, "finder").select(_from="start", _to="end")
    others = pl.concat([parties, receivers, finders]).sort("_from")
    mentions = _overlapping(scanned.companies, others).join(_paragraphs(scanned), on="sid", how="left", maintain_order="left")
    named = mentions.filter("_over").select("doc", "par", "company_id").unique().with_columns(_party=True)
    mentions = mentions.join(named, on=["doc", "par", "company_id"], how="left", maintain_order="left")
    mentions = mentions.join(main, on="doc", how="left", maintain_order="left").filter(
        pl.col("_party").is_null() | (pl.col("company_id") == pl.col("_main")).fill_null(value=False)
    )
    about = companies.subjects(
        scanned.tape,
        found.select(start="anchor_start", end="anchor_end", sid="sid", cid="cid", doc="doc"),
        mentions.select(scanned.companies.columns),
        scanned.sentences,
        scanned.clauses,
    ).rename({"mention_start": "company_mention_start", "mention_end": "company_mention_end"})
    known = pl.col("company_id").is_not_null()
    return found.with_columns(about).filter(known | pl.col("category").is_in(_NAMELESS))


def _overlapping(spans: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Spans with _over: whether each shares a character with one of the others."""
    reach = others.sort("_from").with_columns(_to=pl.col("_to").cum_max())
    joined = spans.sort("end").join_asof(
        reach, left_on="end", right_on="_from", strategy="backward", allow_exact_matches=False, check_sortedness=False
    )
    return (
        joined.with_columns(_over=(pl.col("_to") > pl.col("start")).fill_null(value=False))
        .drop("_from", "_to")
        .sort("start", "end")
    )


# --- how it stands ---------------------------------------------------------------------------------------------------


def _with_stage(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add stage, as its place in `_STAGES`.

    An allegation stands in the matter's sentence; a denial there too, or later in the paragraph of an allegation; a remedy
    of the category's kind stands in its sentence, or soon after it, before any other matter is told.
    """
    cues = _cues(scanned, "alleged", "denied", "patched", "restored", "lifted", "removed", "safeguard")
    cues = cues.join(_paragraphs(scanned), on="sid", how="left").select(
        "code", "doc", _par="par", _sid="sid", _cid="cid", _start="start"
    )
    matches = found.select("row", "doc", "par", "sid", "cid", "end", "category", "rule", "company_id")
    pairs = matches.join(cues, on="doc").with_columns(
        later=pl.col("_sid") - pl.col("sid"), further=pl.col("_par") - pl.col("par")
    )
    # A sentence that names another company, and not this one, is about that one.
    about = (
        scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]))
        .group_by(_sid="sid")
        .agg(ids=pl.col("company_id").unique())
    )
    pairs = pairs.join(about, on="_sid", how="left")
    pairs = pairs.filter((pl.col("later") == 0) | pl.col("ids").is_null() | pl.col("ids").list.contains(pl.col("company_id")))
    told = found.select("doc", _other_sid="sid", _other="category").unique()
    # The first later sentence of the paragraph that tells of another matter, not of another effect of the same attack.
    turn = (
        matches.join(told, on="doc")
        .filter((pl.col("_other_sid") > pl.col("sid")) & (pl.col("_other") != pl.col("category")))
        .filter(~(pl.col("_other").is_in((*_INTRUSIONS, "vulnerability")) & pl.col("category").is_in(_INTRUSIONS)))
        .group_by("row").agg(_turn=pl.col("_other_sid").min())
    )  # fmt: skip
    pairs = pairs.join(turn, on="row", how="left")
    here = pl.col("later") == 0
    soon = pl.col("later").is_between(1, _AFTERMATH) & (pl.col("further") == 0)
    soon |= pl.col("later").is_between(1, _AFTERMATH // 2) & (pl.col("further") == 1)
    # "shared data, and is said to have been hacked": where verbs are not last, the later clause says nothing of the earlier.
    pairs = pairs.with_columns(scanned.setting("verb_last", pairs))
    of_it = pl.col("verb_last") | (pl.col("cid") == pl.col("_cid")) | (pl.col("_start") < pl.col("end"))
    alleged = pairs.filter(here & of_it & (pl.col("code") == "alleged")).select("row").unique()
    denied_here = pairs.filter(here & (pl.col("code") == "denied")).select("row").unique()
    # An allegation of a settled case may be denied some paragraphs later; what thieves offer is their claim.
    claimed = matches.filter(pl.col("rule").is_in(_CLAIMS)).select("row").unique()
    denials = pairs.filter(soon & (pl.col("code") == "denied")).select("row").unique()
    far_denials = pairs.filter(pl.col("later").is_between(1, _DENIED_WITHIN) & (pl.col("code") == "denied")).select("row")
    denied_later = pl.concat(
        [far_denials.unique().join(alleged, on="row", how="semi"), denials.join(claimed, on="row", how="semi")]
    ).unique()
    undisturbed = pl.col("_turn").is_null() | (pl.col("_sid") < pl.col("_turn"))
    guarded = (pl.col("code") == "safeguard") & pl.col("rule").is_in(_MEETINGS) & (pl.col("later") > 0)
    remedied = (
        pairs.join(_categories()["remedies"], on=["category", "code"], how="semi")
        .filter(here | (soon & undisturbed) | guarded)
        .select("row")
        .unique()
    )
    stages = pl.concat(
        [
            alleged.with_columns(stage=pl.lit(1)),
            remedied.with_columns(stage=pl.lit(2)),
            pl.concat([denied_here, denied_later]).unique().with_columns(stage=pl.lit(3)),
        ]
    )
    stages = stages.group_by("row").agg(pl.col("stage").max())
    return found.join(stages, on="row", how="left", maintain_order="left").with_columns(pl.col("stage").fill_null(0))


def _with_records(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add records_affected, unit and the span of the number: the count nearest in the sentence, else in the next.

    A count is one of victims where their word follows it; otherwise a number of some size near a word for data counts
    records.
    """
    victims = _cues(scanned, *_RECORD_UNITS).select("sid", _at="start", unit=pl.col("code").replace_strict(_RECORD_UNITS))
    data = _cues(scanned, "data", "personal", "login").select("sid", _at="start", unit=pl.lit("records"))
    counts = scanned.quantities.filter(pl.col("kind").is_in(["count", "plain"])).select("sid", "start", "end", "value")
    follows = (pl.col("_at") - pl.col("end")).is_between(-1, _COUNT_REACH)
    beside = (pl.col("_at") - pl.col("end")).abs() <= 2 * _COUNT_REACH
    said = counts.join(victims, on="sid").filter(follows).with_columns(sure=pl.lit(0))
    guessed = counts.filter(pl.col("value") >= _SIZABLE).join(data, on="sid").filter(beside).with_columns(sure=pl.lit(1))
    counted = (
        pl.concat([said, guessed])
        .sort("sure", "start", "_at")
        .unique(["sid", "start"], keep="first", maintain_order=True)
        .join(_paragraphs(scanned), on="sid", how="left")
        .select("par", "sure", "unit", _sid="sid", value_start="start", value_end="end", records_affected="value")
    )
    far = (pl.col("value_start") - pl.col("anchor_start")).abs()
    near = (
        found.filter(pl.col("category").is_in(_COUNTED))
        .select("row", "sid", "par", "anchor_start")
        .join(counted, on="par")
        .with_columns(later=pl.col("_sid") - pl.col("sid"))
        .filter((pl.col("later") == 0) | ((pl.col("later") == 1) & (pl.col("sure") == 0)))
        .sort("row", "later", "sure", far)
        .unique("row", keep="first", maintain_order=True)
        .select("row", "value_start", "value_end", "records_affected", "unit")
    )
    return found.join(near, on="row", how="left", maintain_order="left").with_columns(
        start=pl.min_horizontal("start", "value_start"), end=pl.max_horizontal("end", "value_end")
    )


def _with_country(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add country: that of the party that forbids, else the one named nearest to the trigger in its sentence.

    An adjective says where a party comes from, so it counts only for those who forbid, servers abroad and people hit.
    """
    regions = scanned.cues.filter(pl.col("kind") == "region").select(
        "sid", "start", "end", country=pl.col("code").str.to_uppercase(), kind=pl.lit("region")
    )
    lands = pl.concat([scanned.countries.select("sid", "start", "end", "country", "kind"), regions])
    pairs = found.select("row", "sid", "category", "anchor_start", "counterparty_start", "counterparty_end").join(
        lands.rename({"start": "_from", "end": "_to"}), on="sid"
    )
    people = _cues(scanned, *_RECORD_UNITS, "school", "government")["start"].to_list()
    of_people = pl.col("_to").is_in(people) | (pl.col("_to") + 1).is_in(people)
    placed = pl.col("category").is_in([_RESTRICTION, "data_routing", "data_sharing"])
    pairs = pairs.filter((pl.col("kind") != "adjective") | placed | of_people)
    inside = (pl.col("_from") >= pl.col("counterparty_start")) & (pl.col("_to") <= pl.col("counterparty_end"))
    far = (pl.col("_from") - pl.col("anchor_start")).abs()
    vague = pl.when(pl.col("kind") == "adjective").then(500).otherwise(1)
    far = pl.when(pl.col("category") == "outage").then(pl.col("_from")).otherwise(far)
    order = pl.when(inside.fill_null(value=False) & (pl.col("category") == _RESTRICTION)).then(0).otherwise(vague + far)
    best = pairs.sort("row", order).unique("row", keep="first", maintain_order=True)
    placed_at = found.join(best.select("row", "country"), on="row", how="left", maintain_order="left")
    # "The ministry of education": in a language of one country, that country's.
    docs = scanned.tape.docs
    homes = {language: str(lexicon.settings(language).get("home") or "") for language in docs["language"].unique()}
    home = docs.select("doc", _home=pl.col("language").replace_strict(homes, return_dtype=pl.String))
    native = (pl.col("category") == _RESTRICTION) & pl.col("counterparty_kind").is_in(_NATIVE) & (pl.col("_home") != "")
    return (
        placed_at.join(home, on="doc", how="left", maintain_order="left")
        .with_columns(country=pl.coalesce("country", pl.when(native).then("_home")))
        .drop("_home")
    )


def _with_date(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add occurred_on and occurred_precision: the day, month or year told in the clause of the trigger."""
    published = scanned.tape.docs
    wanted = ["published_at", "published_precision"]
    if found.is_empty() or any(c not in published.columns for c in wanted):
        return found.with_columns(occurred_on=pl.lit(None, pl.Date), occurred_precision=pl.lit(None, pl.String))
    spans = scanned.periods.filter(pl.col("grain").is_in(["day", "month", "year"]), pl.col("role").is_null()).drop("sid", "doc")
    pairs = found.select("row", "doc", "cid", "anchor_start", "company_id").join(spans, on="cid")
    pairs = pairs.sort("row", (pl.col("start") - pl.col("anchor_start")).abs()).unique("row", keep="first", maintain_order=True)
    pairs = periods.resolve(pairs.join(published.select("doc", *wanted), on="doc", how="left", maintain_order="left"))
    calendar = pl.date(pl.col("year"), 1, 1)
    first = pl.when(pl.col("grain") == "year").then(calendar).otherwise(pl.coalesce("period_start", "period_end"))
    dates = pairs.select("row", occurred_on=first, occurred_precision=pl.when(first.is_not_null()).then(pl.col("grain")))
    return found.join(dates, on="row", how="left", maintain_order="left")


# --- one row a matter ------------------------------------------------------------------------------------------------


def _merged(found: pl.DataFrame) -> pl.DataFrame:
    """One row for each matter, from the surest match; its stage is the last word of all matches.

    Matches of one category and company are one matter; bans are one a party, those of one clause together.
    """
    weak = pl.col("confidence") < _DEFINITE
    firm, vague = found.filter(~weak), found.filter(weak)
    concern = pl.col("category") == "vulnerability"
    intruded = firm.filter(pl.col("category").is_in(_INTRUSIONS)).select("doc", "company_id").unique()
    anything = firm.select("doc", "company_id").unique()
    vague = pl.concat(
        [
            vague.filter(~concern).join(intruded, on=["doc", "company_id"], how="anti"),
            vague.filter(concern).join(anything, on=["doc", "company_id"], how="anti"),
        ]
    )
    found = _of_somebody(pl.concat([firm, vague]))
    others = _leaks(found.filter(pl.col("category") != _RESTRICTION))
    rows = pl.concat([others, _restrictions(found)])
    matter = ["doc", "category", "company_id", "place"]
    rows = rows.sort("doc", "title", pl.col("confidence"), "order", "start", descending=[False, False, True, False, False])
    # An allegation counts if the surest match makes it, a remedy or denial wherever it is told.
    last = pl.col("stage").max().over(matter)
    stage = pl.when(last >= _STAGES.index("remediated")).then(last).otherwise(pl.col("stage").first().over(matter))
    rows = rows.with_columns(
        stage=stage,
        **{c: pl.col(c).drop_nulls().first().over(matter) for c in ("country", "counterparty_start", "counterparty_end")},
    )
    best = rows.unique(matter, keep="first", maintain_order=True)
    # Encryption that is introduced, and was not said to be missing, is itself the remedy.
    introduced = pl.when(pl.col("rule") == "encryption.introduced").then(2).otherwise(0)
    best = best.with_columns(stage=pl.max_horizontal("stage", introduced))
    names = dict(enumerate(_STAGES))
    return best.with_columns(stage=pl.col("stage").replace_strict(names, return_dtype=pl.String))


def _of_somebody(found: pl.DataFrame) -> pl.DataFrame:
    """Matches without those about nobody, where the article tells the category of somebody, or anything for a vague match."""
    somebody = found.filter(pl.col("company_id").is_not_null())
    nobody = found.filter(pl.col("company_id").is_null())
    vague = pl.col("confidence") < _DEFINITE
    firm = nobody.filter(~vague).join(somebody, on=["doc", "category"], how="anti")
    return pl.concat([somebody, firm, nobody.filter(vague).join(pl.concat([somebody, firm]), on="doc", how="anti")])


def _leaks(found: pl.DataFrame) -> pl.DataFrame:
    """Matches with `place`: data that lay open and data shown to the wrong people, told apart, are two leaks."""
    key = ["doc", "company_id"]
    shown = pl.col("rule").is_in(_SHOWN)
    leaks = found.filter(pl.col("category") == "data_leak")
    together = (
        leaks.group_by("doc", "company_id", "sid").agg(both=shown.any() & (~shown).any()).filter("both").select(key).unique()
    )
    apart = leaks.filter(shown).join(together, on=key, how="anti", nulls_equal=True).select("row").unique()
    return found.with_columns(place=pl.col("row").is_in(apart["row"].implode()).cast(pl.Int64))


def _restrictions(found: pl.DataFrame) -> pl.DataFrame:
    """Matches of bans and closed accounts with `place`, the number of their matter: one a party."""
    bans = found.filter(pl.col("category") == _RESTRICTION)
    body = bans.filter(~pl.col("title")).select("doc").unique()
    bans = pl.concat([bans.filter(~pl.col("title")), bans.filter("title").join(body, on="doc", how="anti")])
    closed = pl.col("rule").is_in(_CLOSED)
    bans = bans.with_columns(kind=pl.when(closed).then("rule").otherwise(pl.lit("ban")))
    bans = bans.sort("doc", "confidence", "order", "start", descending=[False, True, False, False])
    bans = bans.with_columns(
        after=pl.col("counterparty_start") > pl.col("anchor_start"),
        subject=(pl.col("counterparty_start") < pl.col("anchor_start")).any().over("cid"),
    ).filter(~(pl.col("after") & pl.col("subject")).fill_null(value=False))
    clause = bans.unique(["doc", "company_id", "kind", "cid", "counterparty_start"], keep="first", maintain_order=True)
    known = clause.filter(pl.col("counterparty_start").is_not_null()).select("doc", "company_id", "kind").unique()
    nobody = clause.filter(pl.col("counterparty_start").is_null()).join(known, on=["doc", "company_id", "kind"], how="anti")
    nobody = nobody.unique(["doc", "company_id", "kind"], keep="first", maintain_order=True)
    clause = pl.concat([clause.filter(pl.col("counterparty_start").is_not_null()), nobody])
    return clause.with_columns(place=pl.coalesce("counterparty_start", "start")).drop("kind", "after", "subject")


def _with_veris(matters: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """VERIS columns refined by the rule, and by words of the sentence: an insider's deed is misuse, a phished one social."""
    cues = _cues(
        scanned, "insider", "snoop", "phishing", "mistake", "misdirected", "malware", "device", "stolen_thing", "attacker"
    )
    cues = cues.group_by("sid").agg(codes=pl.col("code").unique())
    taken = pl.col("category").is_in(["data_breach", "unauthorized_access", "data_leak"])
    inside = _told("insider") & ~_told("attacker")
    action = (
        pl.when(_told("device") & _told("stolen_thing"))
        .then(pl.lit("physical"))
        .when(inside & _told("snoop"))
        .then(pl.lit("misuse"))
        .when(_told("phishing"))
        .then(pl.lit("social"))
        .when(_told("mistake") | _told("misdirected"))
        .then(pl.lit("error"))
        .when(_told("malware"))
        .then(pl.lit("malware"))
    )
    refined = _categories()["refined"]
    return (
        matters.join(refined, on="rule", how="left", maintain_order="left")
        .join(cues, on="sid", how="left", maintain_order="left")
        .with_columns(
            veris_action=pl.coalesce("_action", pl.when(taken).then(action), "veris_action"),
            veris_actor=pl.coalesce("_actor", pl.when(taken & inside).then(pl.lit("internal")), "veris_actor"),
        )
    )


def _told(code: str) -> pl.Expr:
    """Whether a class of words stands among the `codes` of a sentence."""
    return pl.col("codes").list.contains(code).fill_null(value=False)
