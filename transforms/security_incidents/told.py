"""What is told of a matter: how it stands, where, when, and how VERIS would call it (`records.py`: how many)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, lexicon, periods
from transforms.security_incidents.rules import INTRUSIONS, MEETINGS, RESTRICTION, STAGES, categories
from transforms.security_incidents.words import RECORD_UNITS, cues, inside, paragraphs

if TYPE_CHECKING:
    from transforms.scan import Scanned
_AFTERMATH: Final = 4
"""How many sentences of the paragraph after a matter may tell its fix or denial."""
_FAULTS: Final = ("bug", "hole", "vulnerability", "mistake", "outage", "fault")
_MENDED_WITHIN: Final = 10
"""How many sentences later a fault that is named again may be mended."""
_DENIED_WITHIN: Final = 8
"""How many sentences later an allegation may be denied."""
_REMEDIES: Final = ("patched", "restored", "lifted", "removed", "safeguard", "repelled")
_FIXED: Final = ("vulnerability", "encryption")
"""What a patch that the article names anywhere near mends."""
_FIXED_BEFORE, _FIXED_AFTER = 2, 8
"""How many sentences before and after a flaw its patch may be told."""
_AWAITED: Final = ("patched", "restored", "patch", "removed")
"""Remedies that an article may say are still to come."""
_CLOSED_BESIDE: Final = 45
"""How far from the flaw that it mends, in code points of its clause, a verb stands that may mean anything else."""
_CLAIMS: Final = ("data_breach.for_sale", "data_breach.sold", "data_breach.threatened")
"""Rules for what only thieves say so far."""
_BOASTED: Final = ("data_breach", "data_leak", "unauthorized_access")
_BOAST_REACH: Final = 60
"""How far behind the word for attackers, in code points, their claim may stand."""
_PENDING: Final = 40
"""How far from a remedy, in code points of its clause, "not yet" takes it back."""
_FAULT_OF: Final = 12
"""How far behind a word for a fault, in code points, a safeguard stands that has it: "flaws in its security measures"."""
_OF_DEEDS: Final = (
    "insider", "snoop", "misdeed", "phishing", "mistake", "misdirected", "wrong_person", "malware", "device", "carrier",
    "stolen_thing",
    "attacker", "attack", "hacked", "gang", "darkweb", "intrusion", "skimmer", "thrown_away", "lost", "private", "personal",
    "data", "identity",
)  # fmt: skip
"""Words that tell how a matter came about."""
_DEED_WITHIN: Final = 6
"""How many sentences from a matter its deed may be told."""
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
_STATEMENT: Final = 5
"""How far behind the verb of a statement its day stands, in code points: " on "."""
_GOES_ON: Final = 16
"""How much behind the day of a statement is read for what was said."""
_OPENING: Final = 16
"""How far from the beginning of a sentence, in code points, a date may stand that holds for all of it."""
_STATES: Final = ("vulnerability", "encryption", "data_sharing", "data_routing", "surveillance")
"""What lasts: a date at the head of its sentence tells when it was found or reported."""
_SHORT: Final = 4
"""Adjectives of fewer code points ("US") mostly tell where a firm comes from."""
_PLACE_BEFORE: Final = 400
"""How far before a ban, in code points of its paragraph, the place may be named where it holds."""
_NATIVE: Final = ("government", "school", "regulator")
"""Parties that act at home."""


def with_stage(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add stage, as its place in `STAGES`.

    An allegation stands in the matter's sentence; a denial there too, or later in the paragraph of an allegation; a remedy
    of the category's kind stands in its sentence, or soon after it, before any other matter is told.
    """
    said = pl.concat([cues(scanned, "alleged", "denied", "patch", *_REMEDIES), _flaws_closed(scanned)])
    said = _without_failing(_without_pending(said, scanned), scanned)
    said = said.join(paragraphs(scanned), on="sid", how="left", maintain_order="left").select(
        "code", "doc", _par="par", _sid="sid", _cid="cid", _start="start"
    )
    receivers = scanned.companies.select(counterparty_start="start", _party="company_id").drop_nulls()
    receivers = receivers.unique("counterparty_start", keep="first", maintain_order=True)
    matches = found.join(receivers, on="counterparty_start", how="left", maintain_order="left", nulls_equal=False).select(
        "row", "doc", "par", "sid", "cid", "end", "category", "rule", "company_id", "_party"
    )
    pairs = matches.join(said, on="doc", maintain_order="left").with_columns(
        later=pl.col("_sid") - pl.col("sid"), further=pl.col("_par") - pl.col("par")
    )
    # A sentence that names another company than this one and its party, and not this one, is about that one.
    about = (
        scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"]))
        .group_by(_sid="sid")
        .agg(ids=pl.col("company_id").unique())
    )
    pairs = pairs.join(about, on="_sid", how="left", maintain_order="left")
    of_party = pl.col("ids").list.set_difference(pl.concat_list("_party")).list.len() == 0
    own = pl.col("ids").is_null() | pl.col("ids").list.contains(pl.col("company_id")) | of_party
    pairs = pairs.filter((pl.col("later") == 0) | own)
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
    alleged = pairs.filter(here & of_it & (pl.col("code") == "alleged")).select("row")
    alleged = pl.concat([alleged, _boasted(matches, scanned)]).unique()
    denied_here = pairs.filter(here & (pl.col("code") == "denied")).select("row").unique()
    # An allegation of a settled case may be denied some paragraphs later; what thieves offer is their claim.
    claimed = matches.filter(pl.col("rule").is_in(_CLAIMS)).select("row").unique()
    denials = pairs.filter(soon & (pl.col("code") == "denied")).select("row").unique()
    far_denials = pairs.filter(pl.col("later").is_between(1, _DENIED_WITHIN) & (pl.col("code") == "denied")).select("row")
    denied_later = pl.concat(
        [far_denials.unique().join(alleged, on="row", how="semi"), denials.join(claimed, on="row", how="semi")]
    ).unique()
    undisturbed = pl.col("_turn").is_null() | (pl.col("_sid") < pl.col("_turn"))
    # "The fault was corrected on Sunday": the thing and its remedy in one sentence, however much later.
    faults = cues(scanned, *_FAULTS)["sid"].unique().implode()
    mended = pl.col("later").is_between(1, _MENDED_WITHIN) & pl.col("_sid").is_in(faults)
    # What is said to be back at the end of a report on an outage is the service.
    back = pl.col("later").is_between(1, _MENDED_WITHIN) & (pl.col("category") == "outage") & (pl.col("code") == "restored")
    guarded = (pl.col("code") == "safeguard") & pl.col("rule").is_in(MEETINGS) & (pl.col("later") > 0)
    # "The firm has published a security update": of the one flaw that an article tells of.
    patched = (
        (pl.col("code") == "patch")
        & pl.col("category").is_in(_FIXED)
        & pl.col("later").is_between(-_FIXED_BEFORE, _FIXED_AFTER)
    )
    remedied = (
        pairs.join(categories()["remedies"], on=["category", "code"], how="semi")
        .filter(here | (undisturbed & (soon | mended | back)) | guarded)
        .select("row")
    )
    remedied = pl.concat([remedied, pairs.filter(patched).select("row")]).unique()
    stages = pl.concat(
        [
            alleged.with_columns(stage=pl.lit(1)),
            remedied.with_columns(stage=pl.lit(2)),
            pl.concat([denied_here, denied_later]).unique().with_columns(stage=pl.lit(3)),
        ]
    )
    stages = stages.group_by("row", maintain_order=True).agg(pl.col("stage").max())
    found = found.join(stages, on="row", how="left", maintain_order="left").with_columns(pl.col("stage").fill_null(0))
    # Encryption that is to come mends nothing yet.
    promised = (pl.col("rule") == "encryption.introduced") & pl.col("cid").is_in(cues(scanned, "promised")["cid"].implode())
    return found.with_columns(rule=pl.when(promised).then(pl.lit("encryption.promised")).otherwise("rule"))


def _flaws_closed(scanned: Scanned) -> pl.DataFrame:
    """Verbs of anything ("closed", "shut") as remedies where a flaw stands beside them: "has closed the hole"."""
    verbs = cues(scanned, "closes")
    flaws = cues(scanned, "vulnerability", "hole", "bug").select("cid", _from="start", _to="end")
    beside = verbs.select("cid", "start", "end").join(flaws, on="cid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end"))
    beside = beside.filter(gap.is_between(0, _CLOSED_BESIDE)).select("start", "end").unique(maintain_order=True)
    return verbs.join(beside, on=["start", "end"], how="semi").with_columns(code=pl.lit("patched"))


def _without_pending(said: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Words without those for remedies still to come: "it is not clear when service will be restored"."""
    pending = cues(scanned, "not_yet").select("cid", _from="start", _to="end")
    pairs = said.filter(pl.col("code").is_in(_AWAITED)).join(pending, on="cid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end"))
    return said.join(pairs.filter(gap <= _PENDING), on=["start", "code"], how="anti", maintain_order="left")


def _without_failing(said: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Words without those for safeguards that are said to fail: "flaws in its security measures"."""
    faults = cues(scanned, "weak", "vulnerability", "bug", "hole").select("cid", _to="end")
    failing = said.filter(pl.col("code") == "safeguard").join(faults, on="cid", maintain_order="left")
    failing = failing.filter((pl.col("start") - pl.col("_to")).is_between(0, _FAULT_OF))
    return said.join(failing, on=["start", "code"], how="anti", maintain_order="left")


def _boasted(matches: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The matches (row) of sentences in which those who attack say what they have done: "a hacker claims to have stolen"."""
    attackers = cues(scanned, "attacker", "gang", "gang_noun").select("sid", _from="end")
    claims = cues(scanned, "claims").select("doc", "sid", _at="start").join(attackers, on="sid", maintain_order="left")
    verb_last = scanned.setting("verb_last", claims)
    reach = pl.when(verb_last).then(2 * _BOAST_REACH).otherwise(_BOAST_REACH)
    claims = claims.filter((pl.col("_at") - pl.col("_from")).is_between(0, reach)).select("sid").unique()
    return matches.filter(pl.col("category").is_in(_BOASTED)).join(claims, on="sid", how="semi").select("row")


def with_country(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add country: that of the party that forbids, else the one named nearest to the trigger in its sentence.

    An adjective says where a party comes from, so it counts only for those who forbid, servers abroad and people hit.
    """
    regions = scanned.cues_of("region").select(
        "sid", "start", "end", country=pl.col("code").str.to_uppercase(), kind=pl.lit("region")
    )
    lands = pl.concat([scanned.countries.select("sid", "start", "end", "country", "kind"), regions])
    lands = lands.filter(~pl.Series(_of_the_page(lands, scanned), dtype=pl.Boolean))
    # "Texas, Georgia and Ohio": beside one of the United States it is another.
    states = pl.col("sid").is_in(regions.filter(pl.col("country") == "US")["sid"].unique().implode())
    lands = lands.with_columns(country=pl.when(states & (pl.col("country") == "GE")).then(pl.lit("US")).otherwise("country"))
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
        .join(companies.only_countries(scanned.tape), on="doc", how="left", maintain_order="left")
    )
    of_claim = (pl.col("stage") == STAGES.index("alleged")) | (pl.col("stage") == STAGES.index("denied"))
    only = pl.when(pl.col("category").is_in(_ONE_COUNTRY) | (of_claim & (pl.col("category") != "data_routing"))).then("only")
    # Where no country is named, the one in which the cities lie that are.
    city = pl.when(pl.col("category").is_in(_ONE_COUNTRY)).then("city_country")
    return joined.with_columns(country=pl.coalesce("country", "near", "_seat", at_home, only, city)).drop(
        "near", "home", "only", "_seat", "city_country"
    )


def _only_country(lands: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The country of articles that name no other: doc, only.

    Neither "Russian hackers" nor "the US company" nor "the Dutch Corvane" names one.
    """
    firms = scanned.cues_of("company_noun", "company_pronoun").select(_at="start", _to="end")
    people = cues(scanned, "attacker", "gang", "gang_noun", "finder", "intruder").select(_at="start", _to="end")
    beside = pl.concat([firms, people, scanned.names.select(_at="start", _to="end")])
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
    spans = scanned.periods.filter(pl.col("grain").is_in(["day", "month", "year"]), pl.col("role").is_null()).drop("doc")
    asked = found.select("row", "doc", "sid", "cid", "anchor_start", "company_id", "category")
    beside = asked.drop("sid", "category").join(spans.drop("sid"), on="cid", maintain_order="left")
    pairs = pl.concat([_not_of_statements(beside, scanned), _fronted(asked, spans, scanned)], how="diagonal")
    pairs = pairs.sort(
        "row", pl.col("fronted").is_not_null(), (pl.col("start") - pl.col("anchor_start")).abs(), maintain_order=True
    ).unique("row", keep="first", maintain_order=True)
    pairs = periods.resolve(pairs.join(published.select("doc", *wanted), on="doc", how="left", maintain_order="left"))
    calendar = pl.date(pl.col("year"), 1, 1)
    first = pl.when(pl.col("grain") == "year").then(calendar).otherwise(pl.coalesce("period_start", "period_end"))
    dates = pairs.select("row", occurred_on=first, occurred_precision=pl.when(first.is_not_null()).then(pl.col("grain")))
    return found.join(dates, on="row", how="left", maintain_order="left")


def _not_of_statements(pairs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Dates beside matches but those on which it was only said: "said on Tuesday that hackers had stolen data".

    `[settings] statement_goes_on` (a regular expression) stands right behind such a date.
    """
    told = pairs.filter(pl.col("end") <= pl.col("anchor_start"))
    said = scanned.cues_of("company_verb", codes=("said",)).select("sid", _said="end")
    told = told.join(scanned.clauses.select("cid", "sid"), on="cid", how="inner", maintain_order="left")
    told = told.join(said.drop_nulls(), on="sid", how="inner", maintain_order="left")
    told = told.filter((pl.col("start") - pl.col("_said")).is_between(0, _STATEMENT))
    behind = scanned.tape.slice("end", pl.col("end") + _GOES_ON, told)

    def goes_on(language: str, part: pl.DataFrame) -> pl.Series:
        return part["behind"].str.contains(f"^(?:{lexicon.settings(language).get('statement_goes_on', lexicon.NEVER)})")

    stated = told.filter(scanned.tape.by_language(told.select("doc", behind=behind), goes_on).fill_null(value=False))
    return pairs.join(stated.select("row", "start").unique(), on=["row", "start"], how="anti", maintain_order="left")


def _fronted(asked: pl.DataFrame, spans: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Dates that open the sentence of a match, a comma behind them, where nobody says anything on them: "On 3 March, …"."""
    opens = scanned.sentences.select("sid", _opens="start")
    events = asked.filter(~pl.col("category").is_in(_STATES)).drop("category")
    pairs = events.join(spans.rename({"cid": "_cid"}), on="sid", maintain_order="left")
    pairs = pairs.join(opens, on="sid", how="left", maintain_order="left").filter(
        pl.col("_cid") != pl.col("cid"), pl.col("end") <= pl.col("anchor_start"), pl.col("start") - pl.col("_opens") <= _OPENING
    )
    said = scanned.cues_of("company_verb", codes=("said",)).select("sid", _said="start")
    spoken = pairs.join(said, on="sid", maintain_order="left").filter(
        pl.col("_said") >= pl.col("end"), pl.col("_said") < pl.col("anchor_start")
    )
    pairs = pairs.join(spoken.select("row").unique(), on="row", how="anti", maintain_order="left")
    return pairs.drop("_opens", "_cid", "sid").with_columns(fronted=pl.lit(value=True))


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
