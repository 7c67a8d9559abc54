"""What is told of a matter: how it stands, how many records, where, when, and how VERIS would call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon, periods
from transforms.security_incidents.rules import COUNTED, INTRUSIONS, RESTRICTION, STAGES, categories
from transforms.security_incidents.words import RECORD_UNITS, cues, inside, paragraphs

if TYPE_CHECKING:
    from transforms.scan import Scanned
_MEETINGS: Final = ("unauthorized_access.named", "unauthorized_access.meetings", "unauthorized_access.intrusion_into_meeting")
"""Rules for gatecrashed meetings, which waiting rooms and passwords told anywhere later in the article answer."""
_AFTERMATH: Final = 4
"""How many sentences of the paragraph after a matter may tell its fix or denial."""
_DENIED_WITHIN: Final = 8
"""How many sentences later an allegation may be denied."""
_CLAIMS: Final = ("data_breach.for_sale", "data_breach.sold", "data_breach.threatened")
"""Rules for what only thieves say so far."""
_COUNT_REACH: Final = 55
"""How far before its noun, in code points, a count may stand."""
_COUNTED_LATER: Final = 6
"""How many sentences after a matter its victims may be counted."""
_FEW: Final = 5
"""Fewer employees than this are rarely counted as victims; "the last four" digits of a number are no records."""
_ROUNDED: Final = 8
"""A count that is about right is off by less than one in so many."""
_PLACES: Final = 9
"""How many zeros a round count may end in."""
_OF_DEEDS: Final = (
    "insider", "snoop", "misdeed", "phishing", "mistake", "misdirected", "wrong_person", "malware", "device", "carrier",
    "stolen_thing",
    "attacker", "attack", "hacked", "gang", "darkweb", "intrusion", "skimmer", "thrown_away", "lost", "private", "personal",
    "data", "identity",
)  # fmt: skip
"""Words that tell how a matter came about."""
_DEED_WITHIN: Final = 6
"""How many sentences from a matter its deed may be told."""
_OF_DATA: Final = ("data", "personal", "private", "login", "affect", "exposed")
"""Words of a sentence whose count is one of victims, or of what was lost."""
_ELSEWHERE: Final = ("data_routing", "data_sharing")
"""What need not happen where the authority is that the article names."""
_ONE_COUNTRY: Final = (
    "ransomware",
    "data_breach",
    "data_leak",
    "denial_of_service",
    "outage",
    "phishing",
    "unauthorized_access",
)
"""What takes place in the one country that an article names."""
_SHORT: Final = 4
"""Adjectives of fewer code points ("US") mostly tell where a firm comes from."""
_PLACE_BEFORE: Final = 400
"""How far before a ban, in code points of its paragraph, the place may be named where it holds."""
_SIZABLE: Final = 50
"""A smaller number beside a word for data is rarely how many records."""
_NATIVE: Final = ("government", "school", "regulator")
"""Parties that act at home."""


def with_stage(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add stage, as its place in `STAGES`.

    An allegation stands in the matter's sentence; a denial there too, or later in the paragraph of an allegation; a remedy
    of the category's kind stands in its sentence, or soon after it, before any other matter is told.
    """
    said = cues(scanned, "alleged", "denied", "patched", "restored", "lifted", "removed", "safeguard")
    said = said.join(paragraphs(scanned), on="sid", how="left", maintain_order="left").select(
        "code", "doc", _par="par", _sid="sid", _cid="cid", _start="start"
    )
    matches = found.select("row", "doc", "par", "sid", "cid", "end", "category", "rule", "company_id")
    pairs = matches.join(said, on="doc", maintain_order="left").with_columns(
        later=pl.col("_sid") - pl.col("sid"), further=pl.col("_par") - pl.col("par")
    )
    # A sentence that names another company, and not this one, is about that one.
    about = (
        scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]))
        .group_by(_sid="sid")
        .agg(ids=pl.col("company_id").unique())
    )
    pairs = pairs.join(about, on="_sid", how="left", maintain_order="left")
    pairs = pairs.filter((pl.col("later") == 0) | pl.col("ids").is_null() | pl.col("ids").list.contains(pl.col("company_id")))
    told = found.select("doc", _other_sid="sid", _other="category").unique()
    # The first later sentence of the paragraph that tells of another matter, not of another effect of the same attack.
    turn = (
        matches.join(told, on="doc", maintain_order="left")
        .filter((pl.col("_other_sid") > pl.col("sid")) & (pl.col("_other") != pl.col("category")))
        .filter(~(pl.col("_other").is_in((*INTRUSIONS, "vulnerability")) & pl.col("category").is_in(INTRUSIONS)))
        .group_by("row", maintain_order=True).agg(_turn=pl.col("_other_sid").min())
    )  # fmt: skip
    pairs = pairs.join(turn, on="row", how="left", maintain_order="left")
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
        pairs.join(categories()["remedies"], on=["category", "code"], how="semi")
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
    stages = stages.group_by("row", maintain_order=True).agg(pl.col("stage").max())
    return found.join(stages, on="row", how="left", maintain_order="left").with_columns(pl.col("stage").fill_null(0))


def with_records(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add records_affected, unit and the span of the number: the count nearest to the match, in its sentence if there is one.

    A count is one of victims where their word follows it; otherwise a number of some size near a word for data counts
    records. A sentence further off must speak of data or of people hit. "Nearly 1,000" gives way to "960" told beside it.
    """
    counts = _counted(scanned)
    far = (pl.col("value_start") - pl.col("anchor_start")).abs()
    pairs = (
        found.filter(pl.col("category").is_in(COUNTED))
        .select("row", "doc", "sid", "anchor_start", "company_id")
        .join(counts, on="doc", maintain_order="left")
        .with_columns(later=pl.col("_sid") - pl.col("sid"))
        .filter(pl.col("later").is_between(-1, _COUNTED_LATER))
    )
    sure = pl.col("sure") == 0
    others = pl.col("ids").is_not_null() & ~pl.col("ids").list.contains(pl.col("company_id")).fill_null(value=False)
    told = pl.col("later").eq(0) | (sure & ((pl.col("later").abs() == 1) | pl.col("of_data")) & ~others)
    order = pl.when(pl.col("later") < 0).then(_COUNTED_LATER + 1).otherwise("later")
    near = (
        pairs.filter(told).sort("row", order, "sure", far, maintain_order=True).unique("row", keep="first", maintain_order=True)
    )
    near = _precise(near, pairs.filter(sure))
    return found.join(near, on="row", how="left", maintain_order="left").with_columns(
        start=pl.min_horizontal("start", "value_start"), end=pl.max_horizontal("end", "value_end")
    )


def _counted(scanned: Scanned) -> pl.DataFrame:
    """Counts of victims (sure 0) and numbers beside data (sure 1): doc, _sid, value_start, value_end, records_affected, unit.

    Also comparator, of_data (the sentence speaks of data or people hit) and ids (the companies it names).
    """
    victims = cues(scanned, *RECORD_UNITS).select("sid", _at="start", unit=pl.col("code").replace_strict(RECORD_UNITS))
    data = cues(scanned, "data", "personal", "private", "login").select("sid", _at="start", unit=pl.lit("records"))
    counts = scanned.quantities.filter(pl.col("kind").is_in(["count", "plain"])).select(
        "doc", "sid", "start", "end", "value", "comparator"
    )
    counts = counts.filter(~pl.Series(_ages(counts, scanned), dtype=pl.Boolean))
    # A language without spaces needs fewer characters for as much.
    reach = pl.when(scanned.setting("name_script", counts)).then(_COUNT_REACH // 4).otherwise(_COUNT_REACH)
    counts = counts.with_columns(reach=reach)
    follows = (pl.col("_at") - pl.col("end")).is_between(-1, pl.col("reach"))
    beside = (pl.col("_at") - pl.col("end")).abs() <= 2 * _COUNT_REACH
    # "Two employees stole": a few of those who may have done it are no victims.
    doers = cues(scanned, "insider")["start"].unique().to_list()
    few = (pl.col("value") < _FEW) & (pl.col("_at").is_in(doers) | (pl.col("unit") == "records"))
    nearest = (
        counts.join(victims, on="sid", maintain_order="left")
        .filter(follows)
        .sort("start", "_at", maintain_order=True)
        .unique(["sid", "start"], keep="first", maintain_order=True)
    )
    counted = nearest.filter(~few).with_columns(sure=pl.lit(0))
    guessed = (
        counts.filter(pl.col("value") >= _SIZABLE)
        .join(data, on="sid", maintain_order="left")
        .filter(beside)
        .with_columns(sure=pl.lit(1))
    )
    speaks = cues(scanned, *_OF_DATA).select("sid", of_data=pl.lit(value=True)).unique()
    named = (
        scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]))
        .group_by("sid", maintain_order=True)
        .agg(ids=pl.col("company_id").unique())
    )
    return (
        pl.concat([counted, guessed])
        .sort("sure", "start", "_at", maintain_order=True)
        .unique(["sid", "start"], keep="first", maintain_order=True)
        .join(speaks, on="sid", how="left", maintain_order="left")
        .join(named, on="sid", how="left", maintain_order="left")
        .select(
            "doc", "sure", "unit", "ids", "comparator", pl.col("of_data").fill_null(value=False),
            _sid="sid", value_start="start", value_end="end", records_affected="value",
        )
    )  # fmt: skip


def _ages(counts: pl.DataFrame, scanned: Scanned) -> list[bool]:
    """Whether each number stands between commas, as an age does: "Ann Roe, 32, took"."""
    plain = scanned.tape.plain
    return [plain[s - 2 : s] == ", " and plain[e : e + 2] == ", " for s, e in counts.select("start", "end").iter_rows()]


def _precise(near: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Counts, one a row, with those that are only about right replaced by an exact one of the neighbouring sentences."""
    told = ["row", "value_start", "value_end", "records_affected", "unit"]
    exact = pairs.filter(pl.col("comparator") == "eq").select(told)
    vague = near.filter(pl.col("comparator") != "eq").select(
        "row", about=pl.col("records_affected").cast(pl.Int64), how="comparator"
    )
    about, value = pl.col("about"), pl.col("records_affected").cast(pl.Int64)
    place = pl.max_horizontal(pl.when(about % 10**k == 0).then(10**k) for k in range(_PLACES))
    fits = (
        pl.when(pl.col("how") == "over")
        .then((value > about) & (value < about + place))
        .when(pl.col("how") == "under")
        .then((value < about) & (value > about - place))
        .otherwise((value != about) & ((value - about).abs() < pl.min_horizontal(place, about / _ROUNDED)))
    )
    better = vague.join(exact, on="row", maintain_order="left").filter(fits)
    better = better.unique("row", keep="first", maintain_order=True).select(told)
    return pl.concat([near.join(better, on="row", how="anti", maintain_order="left").select(told), better])


def with_country(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add country: that of the party that forbids, else the one named nearest to the trigger in its sentence.

    An adjective says where a party comes from, so it counts only for those who forbid, servers abroad and people hit.
    """
    regions = scanned.cues_of("region").select(
        "sid", "start", "end", country=pl.col("code").str.to_uppercase(), kind=pl.lit("region")
    )
    lands = pl.concat([scanned.countries.select("sid", "start", "end", "country", "kind"), regions])
    lands = lands.filter(~pl.Series(_of_the_page(lands, scanned), dtype=pl.Boolean))
    money = scanned.quantities.filter(pl.col("kind") == "money").select("start", "end")
    lands = lands.filter(~inside(lands, money))  # "1,200 dollar AS"
    pairs = found.select("row", "sid", "category", "anchor_start", "counterparty_start", "counterparty_end").join(
        lands.rename({"start": "_from", "end": "_to"}), on="sid", maintain_order="left"
    )
    people = cues(scanned, *RECORD_UNITS, "school", "government")["start"].to_list()
    of_people = pl.col("_to").is_in(people) | (pl.col("_to") + 1).is_in(people)
    placed = pl.col("category").is_in([RESTRICTION, "data_routing", "data_sharing"])
    pairs = pairs.filter((pl.col("kind") != "adjective") | placed | of_people)
    of_party = (pl.col("_from") >= pl.col("counterparty_start")) & (pl.col("_to") <= pl.col("counterparty_end"))
    far = (pl.col("_from") - pl.col("anchor_start")).abs()
    vague = pl.when(pl.col("kind") == "adjective").then(500).otherwise(1)
    far = pl.when(pl.col("category") == "outage").then(pl.col("_from")).otherwise(far)
    order = pl.when(of_party.fill_null(value=False) & (pl.col("category") == RESTRICTION)).then(0).otherwise(vague + far)
    best = pairs.sort("row", order, maintain_order=True).unique("row", keep="first", maintain_order=True)
    placed_at = found.join(best.select("row", "country"), on="row", how="left", maintain_order="left")
    placed_at = _elsewhere(placed_at, lands, scanned)
    # "The ministry of education": in a language of one country, that country's.
    docs = scanned.tape.docs
    homes = {language: str(lexicon.settings(language).get("home") or "") for language in docs["language"].unique()}
    home = docs.select("doc", _home=pl.col("language").replace_strict(homes, return_dtype=pl.String))
    native = (pl.col("category") == RESTRICTION) & pl.col("counterparty_kind").is_in(_NATIVE) & (pl.col("_home") != "")
    return (
        placed_at.join(home, on="doc", how="left", maintain_order="left")
        .with_columns(country=pl.coalesce("country", pl.when(native).then("_home")))
        .drop("_home")
    )


def _of_the_page(lands: pl.DataFrame, scanned: Scanned) -> list[bool]:
    """Whether each place is one of the page: "ROME, 6 April -" before a report, "Beijing time" in it."""
    plain = scanned.tape.plain
    clock = set(cues(scanned, "clock")["start"].to_list())
    dash = (" -", " –", " —", " (", "--")

    def opening(start: int, end: int) -> bool:
        return plain[max(start - 1, 0)] == "\n" and (plain[end : end + 1] in (",", "(", "/") or plain[end : end + 2] in dash)

    return [end in clock or end + 1 in clock or opening(start, end) for start, end in lands.select("start", "end").iter_rows()]


def _elsewhere(found: pl.DataFrame, lands: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Found with the country of matters whose sentence names none.

    For those who forbid the place named last before them in the paragraph, else the home of the one authority that the
    article names.
    """
    place = scanned.sentences.select("sid", "doc").join(paragraphs(scanned), on="sid", how="left", maintain_order="left")
    named = (
        lands.filter(pl.col("kind") != "adjective")
        .join(place, on="sid", maintain_order="left")
        .sort("start", maintain_order=True)
        .select("par", "start", near="country")
    )
    bans = (
        found.filter(pl.col("category") == RESTRICTION)
        .select("row", "par", "anchor_start")
        .sort("anchor_start", maintain_order=True)
    )
    near = bans.join_asof(
        named, left_on="anchor_start", right_on="start", by="par", strategy="backward", tolerance=_PLACE_BEFORE,
        check_sortedness=False,
    ).select("row", "near")  # fmt: skip
    homes = (
        scanned.cues_of("authority")
        .select("doc", home=pl.col("code").str.slice(0, 2).str.to_uppercase())
        .filter(~pl.col("home").is_in(["XX", "EU"]))
        .group_by("doc", maintain_order=True)
        .agg(pl.col("home").unique())
        .filter(pl.col("home").list.len() == 1)
        .select("doc", home=pl.col("home").list.first())
    )
    at_home = pl.when("asserted", ~pl.col("category").is_in(_ELSEWHERE)).then("home")
    joined = (
        found.join(near, on="row", how="left", maintain_order="left")
        .join(homes, on="doc", how="left", maintain_order="left")
        .join(_only_country(lands, scanned), on="doc", how="left", maintain_order="left")
        .join(_of_authority(found, scanned), on="row", how="left", maintain_order="left")
    )
    of_claim = (pl.col("stage") == STAGES.index("alleged")) | (pl.col("stage") == STAGES.index("denied"))
    only = pl.when(pl.col("category").is_in(_ONE_COUNTRY) | (of_claim & (pl.col("category") != "data_routing"))).then("only")
    return joined.with_columns(country=pl.coalesce("country", "near", "_seat", at_home, only)).drop(
        "near", "home", "only", "_seat"
    )


def _only_country(lands: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The country of articles that name no other: doc, only. Neither "Russian hackers" nor "the US company" names one."""
    firms = scanned.cues_of("company_noun", "company_pronoun").select(_at="start", _to="end")
    people = cues(scanned, "attacker", "gang", "gang_noun", "finder", "intruder").select(_at="start", _to="end")
    beside = pl.concat([firms, people])
    heads = pl.concat([beside["_at"], beside["_at"] - 1]).unique().implode()
    tails = pl.concat([beside["_to"], beside["_to"] + 1]).unique().implode()
    of_them = pl.col("end").is_in(heads) | pl.col("start").is_in(tails) | (pl.col("end") - pl.col("start") < _SHORT)
    told = lands.filter(~((pl.col("kind") == "adjective") & of_them))
    told = told.join(scanned.sentences.select("sid", "doc"), on="sid", maintain_order="left")
    alone = told.group_by("doc", maintain_order=True).agg(only=pl.col("country").unique())
    return alone.filter(pl.col("only").list.len() == 1).with_columns(pl.col("only").list.first())


def _of_authority(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Where proceedings take place: row, _seat, the country of the authority that is the counterparty, where it has one."""
    seats = scanned.cues_of("authority").select(
        counterparty_start="start", _seat=pl.col("code").str.slice(0, 2).str.to_uppercase()
    )
    seats = seats.filter(~pl.col("_seat").is_in(["XX", "EU"])).unique("counterparty_start", keep="first", maintain_order=True)
    asked = found.filter(pl.col("category") != "data_routing").select("row", "counterparty_start").drop_nulls()
    return asked.join(seats, on="counterparty_start", maintain_order="left").drop("counterparty_start")


def with_date(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add occurred_on and occurred_precision: the day, month or year told in the clause of the trigger."""
    published = scanned.tape.docs
    wanted = ["published_at", "published_precision"]
    if found.is_empty() or any(c not in published.columns for c in wanted):
        return found.with_columns(occurred_on=pl.lit(None, pl.Date), occurred_precision=pl.lit(None, pl.String))
    spans = scanned.periods.filter(pl.col("grain").is_in(["day", "month", "year"]), pl.col("role").is_null()).drop("sid", "doc")
    pairs = found.select("row", "doc", "cid", "anchor_start", "company_id").join(spans, on="cid", maintain_order="left")
    pairs = pairs.sort("row", (pl.col("start") - pl.col("anchor_start")).abs(), maintain_order=True).unique(
        "row", keep="first", maintain_order=True
    )
    pairs = periods.resolve(pairs.join(published.select("doc", *wanted), on="doc", how="left", maintain_order="left"))
    calendar = pl.date(pl.col("year"), 1, 1)
    first = pl.when(pl.col("grain") == "year").then(calendar).otherwise(pl.coalesce("period_start", "period_end"))
    dates = pairs.select("row", occurred_on=first, occurred_precision=pl.when(first.is_not_null()).then(pl.col("grain")))
    return found.join(dates, on="row", how="left", maintain_order="left")


def with_veris(matters: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """VERIS columns refined by the rule, and by words of the sentence: an insider's deed is misuse, a phished one social.

    Where the sentence of the matter tells no deed, the nearest one of the article does that tells one: deed_at, a column
    that is added, tells how many sentences away.
    """
    deeds = _deeds(scanned)
    taken = pl.col("category").is_in(["data_breach", "unauthorized_access", "data_leak"])
    asked = matters.with_row_index("_i")
    nearest = (
        asked.filter(taken)
        .select("_i", "doc", "sid")
        .join(deeds.rename({"sid": "_sid"}), on="doc", maintain_order="left")
        .with_columns(_far=(pl.col("_sid") - pl.col("sid")).abs())
        .filter(pl.col("_far") <= _DEED_WITHIN)
        .sort("_i", "_far", "_sid", maintain_order=True)
        .unique("_i", keep="first", maintain_order=True)
        .select("_i", "deed", "inside", deed_at="_far")
    )
    told = asked.join(nearest, on="_i", how="left", maintain_order="left").join(
        categories()["refined"], on="rule", how="left", maintain_order="left"
    )
    inside = pl.when(pl.col("inside").fill_null(value=False)).then(pl.lit("internal"))
    return told.with_columns(
        veris_action=pl.coalesce("_action", "deed", "veris_action"), veris_actor=pl.coalesce("_actor", inside, "veris_actor")
    )


def _deeds(scanned: Scanned) -> pl.DataFrame:
    """Sentences that tell what was done: doc, sid, deed (a VERIS action) and inside (whether an insider did it)."""
    said = cues(scanned, *_OF_DEEDS).group_by("doc", "sid", maintain_order=True).agg(codes=pl.col("code").unique())
    outside = _told("attacker", "attack", "hacked", "gang", "darkweb", "intrusion")
    inside = _told("insider") & ~_told("attacker", "gang")
    misused = inside & _told("snoop", "misdeed") & _told("private", "personal", "data", "identity")
    erred = _told("mistake", "misdirected", "wrong_person") & ~_told("attacker", "gang")
    deed = (
        pl.when(_told("skimmer") | (_told("stolen_thing") & ~outside & (_told("device") | (_told("carrier") & ~misused))))
        .then(pl.lit("physical"))
        .when(misused & ~(erred & ~_told("snoop")))
        .then(pl.lit("misuse"))
        .when(_told("phishing"))
        .then(pl.lit("social"))
        .when(erred | (_told("thrown_away", "lost") & _told("private", "carrier", "device", "data")))
        .then(pl.lit("error"))
        .when(_told("malware"))
        .then(pl.lit("malware"))
        .when(outside)
        .then(pl.lit("hacking"))
    )
    return said.with_columns(deed=deed, inside=inside).drop_nulls("deed").drop("codes")


def _told(*codes: str) -> pl.Expr:
    """Whether one of these classes of words stands among the `codes` of a sentence."""
    return pl.any_horizontal(pl.col("codes").list.contains(code).fill_null(value=False) for code in codes)
