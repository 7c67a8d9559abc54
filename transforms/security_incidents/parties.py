"""Whom a matter is about, and who did, found, received or forbade it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, lexicon
from transforms.companies.countries import based
from transforms.particles import without_particles
from transforms.security_incidents.rules import CLOSED, INSIDERS, INTRUSIONS, RESTRICTION, STAGES, categories
from transforms.security_incidents.words import cues, inside, paragraphs

if TYPE_CHECKING:
    from transforms.scan import Scanned
_GANG_BEFORE, _GANG_AFTER = 3, 6
"""How many sentences before and after an attack its gang may be named."""
_AGENT_REACH: Final = 60
"""How far behind "banned", in code points, another clause may say by whom."""
_LOCATIVE: Final = 16
"""How many code points before a country tell whether it says where."""
_AGENT_BEHIND: Final = 3000
"""What speaks against a place before the verb: who forbids may stand behind it ("In Belgien untersagte das Ministerium …")."""
_REST: Final = 80
"""How much behind an office is read for the rest of its name, in code points."""
_JOINED: Final = 4
"""How far apart, in code points, a name and the word that it belongs to may stand: "Ministry of Defence"."""
_SUCH_AS: Final = 20
"""How far behind a third party the firm may stand that is one, in code points: "third parties such as Facebook"."""
_VICTIM_BEHIND: Final = 60
"""How far behind the words of a matter, in code points of its clause, the firm may be named that it has befallen."""
_FLAW_IN: Final = 40
"""How far behind a flaw, in code points, whose it is may stand: "a flaw in the popular video app Corvane"."""
_NO_VICTIM: Final = ("means", "vulnerability", "hole", "finder", "open", "online", "darkweb", "venue")
"""Words behind which a firm is none that a matter has befallen: "through a flaw in"."""
_OF_SEVERAL: Final = ("outage", RESTRICTION)
"""What befalls several firms at once."""
_LISTED: Final = 24
"""How far apart, in code points, two firms of one list stand: " and its services "."""
_PLACE: Final = ("start", "end", "sid", "cid", "doc")
_PLACES: Final = ("country", "region")
_BY_FIRM: Final = "account_restriction.banned_by_firm"
_NAMELESS: Final = ("ransomware", "malware", "phishing", "data_breach", "data_leak", "denial_of_service", "unauthorized_access")
"""What is worth a row even where nobody could be made out as its victim."""
_COMPUTERS: Final = (
    "attack", "hacked", "attacker", "breach_noun", "ransomware", "malware", "phishing", "ddos", "darkweb", "login", "server",
)  # fmt: skip
"""Words of which an article on a breach says at least one."""
_COUNTED: Final = ("data_breach.of_many", "data_breach.leaked_number")
"""Rules that know a breach by data and a number alone: so weak that a word of computers must stand by."""
_RANSOMED: Final = (
    "ransomware.ransom",
    "ransomware.ransom_demanded",
    "ransomware.ransom_told_later",
    "ransomware.demanded",
    "ransomware.threatened",
)
"""Rules that know ransomware by a ransom, which kidnappers want too."""
_ATTACKS: Final = ("data_breach", "ransomware", "malware", "phishing", "unauthorized_access", "denial_of_service")
_NO_FIRM: Final = ("darkweb", "intrusion", "breach_noun", "ransomware", "malware", "phishing", "ddos")
"""Words whose capitals ("Dark Web", "Ransomware") make no name of a firm."""
_BLAMES: Final = 12
"""How far behind a name, in code points, the verb may stand by which it blames a gang."""
_NEXT_VICTIM: Final = 40
"""How far behind attackers known by one firm, in code points, the next one may be named."""
_FORBIDS: Final = 90
"""How far behind the verb of a ban, in code points of its clause, the firm stands whose product is forbidden."""
_MACHINES: Final = ("attack", "hacked", "breach_noun", "ransomware", "malware", "ddos", "darkweb", "server", "system", "data")

_LATER: Final = pl.col("_sid") - pl.col("sid")
"""How many sentences behind the match a party stands."""
_GAP: Final = pl.max_horizontal(pl.col("_from") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("_to"), pl.lit(0))
_BEFORE: Final = pl.col("_to") <= pl.col("anchor_start")


def _about(scanned: Scanned) -> pl.DataFrame:
    """The company that each article is about (doc, company_id): of one that forbids another the other, if told as often.

    "Google bans Zoom from its laptops" is about Zoom, though Google stands first.
    """
    return scanned.tape.once("security.about", lambda: _forbidden_for_forbidding(scanned))


def _forbidden_for_forbidding(scanned: Scanned) -> pl.DataFrame:
    """The main company of each article (doc, company_id), or the one that it forbids."""
    main = companies.main_company(scanned).select("doc", "company_id")
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "product"])).drop_nulls("company_id")
    firms = firms.select("doc", "cid", "company_id", "start", "end")
    bans = cues(scanned, "ban", "block").select("cid", _from="start", _to="end").unique(maintain_order=True)
    forbids = firms.join(main, on=["doc", "company_id"], how="semi", maintain_order="left")
    forbids = forbids.join(bans, on="cid", maintain_order="left").filter(pl.col("end") <= pl.col("_from"))
    forbids = forbids.select("cid", "_from", "_to", _main="company_id", _at="end").unique(maintain_order=True)
    pairs = firms.join(forbids, on="cid", maintain_order="left").filter(pl.col("company_id") != pl.col("_main"))
    told = pl.concat([_behind_bans(pairs, scanned), _before_bans(pairs, scanned)])
    told = told.select("doc", "company_id", "_main").unique(maintain_order=True)
    times = firms.group_by("doc", "company_id", maintain_order=True).agg(times=pl.len())
    told = told.join(times, on=["doc", "company_id"], how="left", maintain_order="left").join(
        times.rename({"company_id": "_main", "times": "_times"}), on=["doc", "_main"], how="left", maintain_order="left"
    )
    told = told.filter(2 * pl.col("times") >= pl.col("_times")).sort("times", descending=True, maintain_order=True)
    told = told.unique("doc", keep="first", maintain_order=True).select("doc", _other="company_id")
    return main.join(told, on="doc", how="left", maintain_order="left").select(
        "doc", company_id=pl.coalesce("_other", "company_id")
    )


def _behind_bans(pairs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Pairs whose firm stands behind the verb of a ban, no mark of an agent between: "Google bans Zoom"."""
    behind = pairs.filter((pl.col("start") - pl.col("_to")).is_between(0, _FORBIDS))
    marks = scanned.cues_of("market_context", codes=("by_whom", "sued_mark")).select("cid", _mark="start")
    passive = behind.join(marks, on="cid", maintain_order="left").filter(
        pl.col("_mark") >= pl.col("_to"), pl.col("_mark") < pl.col("start")
    )
    return behind.join(passive, on="start", how="anti", maintain_order="left")


def _before_bans(pairs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Pairs whose firm stands between the main one and a participle at the end: "Google hat die Nutzung von Zoom verboten"."""
    between = pairs.filter(pl.col("start") >= pl.col("_at"), (pl.col("_from") - pl.col("end")).is_between(0, _FORBIDS))
    tape = scanned.tape

    def acts(language: str, rows: pl.DataFrame) -> pl.Series:
        rules = lexicon.settings(language)
        passive = rf"(?i)\b(?:{rules.get('passive', '')})\b" if rules.get("agent_after") else ""
        return ~tape.slice("_at", "_from", rows).str.contains(passive)

    return between.filter(tape.by_language(between, acts).fill_null(value=False))


def _parties(scanned: Scanned) -> pl.DataFrame:
    """Everyone who may be a counterparty: start, end, sid, cid, doc, party (the kind), company_id.

    A word for an office or a finder takes in the name beside it: "the Chinese government", "researcher Jane Roe". A name
    beside a word for a gang is a gang.
    """
    authorities = _authorities(scanned).select(*_PLACE, party=pl.lit("regulator"), named=pl.lit(value=True))
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select(
        *_PLACE, "company_id", party=pl.lit("company")
    )
    people = scanned.names.filter(pl.col("kind") == "person").select(*_PLACE, party=pl.lit("person"))
    regions = scanned.cues_of("region").drop_nulls("sid")
    # "米ズーム" tells where a firm comes from, and forbids nothing.
    abroad = scanned.countries.filter(~scanned.homes())
    lands = pl.concat([abroad.select(*_PLACE), regions.select(*_PLACE)]).with_columns(party=pl.lit("country"))
    lands = lands.filter(~pl.Series(based(lands, scanned.tape), dtype=pl.Boolean))
    every = [
        authorities,
        *_told_by_word(scanned, firms, lands),
        _gangs(scanned).with_columns(party=pl.lit("gang")),
        firms,
        people,
        lands,
    ]
    every_one = (
        pl.concat(every, how="diagonal")
        .unique(["start", "end", "party"], keep="first", maintain_order=True)
        .with_columns(pl.col("named").fill_null(value=False))
        .sort("start", "end", maintain_order=True)
    )
    return every_one.with_columns(capital=pl.Series(_capital(every_one, scanned), dtype=pl.Boolean))


def _told_by_word(scanned: Scanned, firms: pl.DataFrame, lands: pl.DataFrame) -> list[pl.DataFrame]:
    """Parties told by a word: finders, gangs, governments, schools and offices with the names beside them, and attackers."""
    words = cues(scanned, "gang", "finder", "attacker", "intruder", "government", "school", "third_party", "insider").select(
        *_PLACE, party="code"
    )
    offices = scanned.cues.filter(
        pl.col("kind") == "institution", pl.col("code").is_in(["regulator", "police", "court"])
    ).select(*_PLACE, party=pl.when(pl.col("code") == "police").then(pl.lit("police")).otherwise(pl.lit("regulator")))
    offices = offices.filter(~inside(offices, cues(scanned, "officials")))  # "政府職員"
    others = scanned.names.filter(pl.col("kind") != "company")
    places = pl.concat([others.select(*_PLACE), lands.select(*_PLACE)])
    main = _about(scanned)
    names = pl.concat([places, firms.join(main, on=["doc", "company_id"], how="anti").select(*_PLACE)])
    words, offices = _with_reach(words, scanned), _with_reach(offices, scanned)
    finders = _grown(words.filter(pl.col("party").is_in(["finder", "gang"])), names)
    rulers = words.filter(pl.col("party").is_in(["government", "school"]))
    people = words.filter(pl.col("party").is_in(["attacker", "intruder", "third_party", "insider"])).drop("reach")
    return [pl.concat([finders, _grown(pl.concat([rulers, offices]), places)]), people, _districts(scanned, firms)]


def _districts(scanned: Scanned, firms: pl.DataFrame) -> pl.DataFrame:
    """Names that hold a word for a district ("Shelby County"), as governments."""
    words = cues(scanned, "district").select(_from="start", _to="end").sort("_from", maintain_order=True)
    return _overlapping(firms, words).filter("_over").select(*_PLACE, party=pl.lit("government"))


def _with_reach(words: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Words with `reach`: a script without capitals needs fewer characters for as much."""
    spaceless = scanned.setting("name_script", words)
    return words.with_columns(reach=pl.when(spaceless).then(_JOINED // 4).otherwise(_JOINED))


def _gangs(scanned: Scanned) -> pl.DataFrame:
    """Names beside a word for a gang, which are no office's and no market's in the dark web."""
    named = scanned.names.filter(pl.col("kind") != "institution")
    named = named.filter(~inside(named, cues(scanned, "darkweb")))
    return _beside(cues(scanned, "gang_noun").select(*_PLACE), named.select(*_PLACE))


def _capital(spans: pl.DataFrame, scanned: Scanned) -> list[bool]:
    """Whether each span begins with a capital."""
    plain, folded = scanned.tape.plain, scanned.tape.folded
    return [plain[s] != folded[s] for s in spans["start"].to_list()]


def _authorities(scanned: Scanned) -> pl.DataFrame:
    """Authorities that the lexicons know by their names: the columns of cues, code begins with their country."""
    return scanned.cues_of("authority").drop_nulls("sid").sort("start", "end", maintain_order=True)


def _grown(words: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Spans grown over the names of their sentence that stand at most `reach` (a column) before or after them."""
    pairs = words.with_row_index("_i").join(names.select("sid", _from="start", _to="end"), on="sid", maintain_order="left")
    before = (pl.col("start") - pl.col("_to")).is_between(0, pl.col("reach"))
    after = (pl.col("_from") - pl.col("end")).is_between(0, pl.col("reach"))
    grown = (
        pairs.filter(before | after)
        .group_by("_i", maintain_order=True)
        .agg(_from=pl.col("_from").min(), _to=pl.col("_to").max())
    )
    return (
        words.with_row_index("_i").join(grown, on="_i", how="left", maintain_order="left")
        .with_columns(start=pl.min_horizontal("start", "_from"), end=pl.max_horizontal("end", "_to"))
        .drop("_i", "_from", "_to", "reach")
    )  # fmt: skip


def _beside(words: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The names that stand right before or after one of the words: the columns of `names`."""
    pairs = names.with_row_index("_i").join(words.select("sid", _from="start", _to="end"), on="sid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("start") - pl.col("_to"), pl.col("_from") - pl.col("end"))
    near = pairs.filter(gap.is_between(0, _JOINED)).select("_i").unique()
    return names.with_row_index("_i").join(near, on="_i", how="semi", maintain_order="left").drop("_i")


def with_counterparty(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add counterparty_start, counterparty_end and counterparty_kind: who received, did, found or forbade it.

    Of several the category's preferences decide.

    Who forbids stands first in the clause ("Taiwan told its offices not to use it") or after the verb ("banned by"). Gangs
    may be named some sentences away, finders one sentence before.
    """
    if found.is_empty():
        nobody = pl.lit(None, pl.Int64)
        return found.with_columns(counterparty_start=nobody, counterparty_end=nobody, counterparty_kind=pl.lit(None, pl.String))
    best = (
        _pairs(found, scanned)
        .with_columns(_score=_score())
        .sort("row", "_score", "_from", pl.col("_to").neg(), maintain_order=True)
        .unique("row", keep="first", maintain_order=True)
    )
    best = without_particles(_whole(_by_name(best, scanned), scanned), scanned.tape, "_from", "_to")
    # A state that forbids is no country beside whose offices it would be nobody.
    states = pl.col("_from").is_in(scanned.cues_of("region")["start"].implode()) & (pl.col("party") == "country")
    opening = scanned.tape.slice(pl.col("_from") - 1, "_from", best).is_in(["\n", "【", "("])  # "WASHINGTON - The senate …"
    states &= ~pl.lit(opening.fill_null(value=True))
    best = best.with_columns(party=pl.when(states).then(pl.lit("region")).otherwise("party"))
    return found.join(
        best.select("row", counterparty_start="_from", counterparty_end="_to", counterparty_kind="party"),
        on="row", how="left", maintain_order="left",
    )  # fmt: skip


def _pairs(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Each match (row) with every party that may have to do with it."""
    main = _about(scanned).rename({"company_id": "_main"})
    parties = _parties(scanned).rename({"start": "_from", "end": "_to", "sid": "_sid", "cid": "_cid"})
    paragraph = paragraphs(scanned).rename({"sid": "_sid", "par": "_par"})
    parties = parties.join(paragraph, on="_sid", how="left", maintain_order="left").join(
        main, on="doc", how="left", maintain_order="left"
    )
    parties = parties.filter(
        pl.col("company_id").is_null() | pl.col("_main").is_null() | (pl.col("company_id") != pl.col("_main"))
    )
    pairs = found.select("row", "doc", "sid", "cid", "par", "category", "rule", "anchor_start", "anchor_end").join(
        parties, on="doc", maintain_order="left"
    )
    # "TikTok denies passing data to the government": the firm that the article is about, told first, is no third party.
    own = scanned.companies.join(main, left_on=["doc", "company_id"], right_on=["doc", "_main"], how="semi")["start"]
    itself = (pl.col("party") == "third_party") & pl.col("_from").is_in(own.implode()) & _BEFORE
    # Where the verb comes last a receiver stands before it too: there the mark of a subject tells.
    asked = pairs.select(_to=pl.when(itself).then("_to"))
    told = (
        scanned.tape.slice(pl.col("_to") - 1, pl.col("_to") + 1, asked)
        .str.contains(lexicon.alternatives("subject_marks"))
        .fill_null(value=False)
    )
    pairs = pairs.filter(~itself | (scanned.setting("verb_last", pairs) & ~told))
    # "The details of 300 employees" tells of victims: who works there is who did it only where a rule says so.
    pairs = pairs.filter((pl.col("party") != "insider") | pl.col("rule").is_in(INSIDERS))
    pairs = pairs.join(_earlier_bans(found), on="row", how="left", maintain_order="left")
    pairs = pairs.join(categories()["parties"], on=["category", "party"], maintain_order="left")
    gang = (pl.col("party") == "gang") & _LATER.is_between(-_GANG_BEFORE, _GANG_AFTER)
    finder = (pl.col("party") == "finder") & _LATER.is_between(-1, 1) & (pl.col("par") == pl.col("_par"))
    pairs = pairs.filter((_LATER == 0) | gang | finder)
    pairs = pairs.filter(~pl.col("_from").is_in(_exemplified(parties)["_from"].implode()) | (pl.col("party") != "third_party"))
    # Who writes of an attack neither did nor found it, and of a ban is nobody who forbids.
    outlets = cues(scanned, "outlet")["start"].implode()
    pairs = pairs.filter(~(pl.col("category").is_in(_ATTACKS) & (pl.col("party") == "finder") & pl.col("_from").is_in(outlets)))
    agencies = companies.roles().filter(pl.col("role") == "agency")["company_id"].implode()
    pairs = pairs.filter(~((pl.col("party") == "company") & pl.col("company_id").is_in(agencies).fill_null(value=False)))
    bans = pl.col("category") == RESTRICTION
    pairs = pairs.filter(~bans | _BEFORE | ~scanned.setting("agent_first", pairs))
    pairs = pairs.filter(~bans | _BEFORE | (pl.col("cid") == pl.col("_cid")) | (_GAP <= _AGENT_REACH))
    lands = pairs.filter(bans & (pl.col("party") == "country")).select("doc", "_from").unique(maintain_order=True)
    places = lands.filter(pl.Series(_located(lands, scanned), dtype=pl.Boolean))["_from"]
    return pairs.with_columns(located=bans & (pl.col("party") == "country") & pl.col("_from").is_in(places.implode()))


def _located(lands: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether each country stands behind "in", an article between: it says where, not who."""
    tape = scanned.tape

    def answer(language: str, rows: pl.DataFrame) -> pl.Series:
        words = str(lexicon.settings(language).get("name_locative", "$^"))
        text = tape.slice(pl.max_horizontal(pl.col("_from") - _LOCATIVE, 0), "_from", rows)
        return text.str.contains(rf"(?i)(?:^|[\s(\"„«“])(?:{words})(?: \p{{L}}{{2,4}})? $")

    return tape.by_language(lands, answer).fill_null(value=False)


def _exemplified(parties: pl.DataFrame) -> pl.DataFrame:
    """Third parties that firms right behind them name: "with third parties such as Facebook"."""
    firms = parties.filter(pl.col("party") == "company").select("_sid", _at="_from").sort("_at", maintain_order=True)
    vague = parties.filter((pl.col("party") == "third_party") & ~pl.col("_from").is_in(firms["_at"].implode()))
    named = vague.sort("_to", maintain_order=True).join_asof(
        firms, left_on="_to", right_on="_at", by="_sid", strategy="forward", tolerance=_SUCH_AS, check_sortedness=False
    )
    return named.filter(pl.col("_at").is_not_null())


def _score() -> pl.Expr:
    """What speaks against each party: clause before sentence, subject before agent, offices before countries."""
    past = (pl.col("_to") <= pl.col("_earlier")).fill_null(value=False)
    ban_score = (
        pl.when(past).then(1500).otherwise(0)
        + pl.when(_BEFORE).then(pl.col("_from") - pl.col("anchor_start") + 1000).otherwise(2500 + _GAP)
        + pl.when(pl.col("cid") != pl.col("_cid")).then(4000).otherwise(0)
        + pl.when(pl.col("party") == "country").then(300).otherwise(0)
        + pl.when("located").then(_AGENT_BEHIND).otherwise(0)
    )
    score = (
        pl.when(pl.col("category") == RESTRICTION)
        .then(ban_score)
        .otherwise(pl.col("rank") * 100_000 + _LATER.abs() * 5000 + _GAP)
    )
    return score + pl.when(pl.col("party").is_in(["finder", "gang"]) & ~pl.col("capital")).then(3000).otherwise(0)


def _by_name(best: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Parties with "the regulator" as the authority that the article names last before it, else first."""
    named = _authorities(scanned).select("doc", "start", "end")
    known = named.filter(pl.Series(_capital(named, scanned), dtype=pl.Boolean)).sort("start", maintain_order=True)
    generic = (pl.col("party") == "regulator") & ~pl.col("capital") & ~pl.col("named")
    vague = best.filter(generic).select("row", "doc", "_from").sort("_from", maintain_order=True)

    def beside(name: str, *, ahead: bool) -> pl.DataFrame:
        return vague.join_asof(
            known, left_on="_from", right_on="start", by="doc", strategy="forward" if ahead else "backward",
            check_sortedness=False,
        ).select("row", pl.col("start").alias(name), pl.col("end").alias(f"{name}e"))  # fmt: skip

    before, after = beside("b", ahead=False), beside("a", ahead=True)
    joined = best.join(before, on="row", how="left", maintain_order="left").join(
        after, on="row", how="left", maintain_order="left"
    )
    return joined.with_columns(
        _from=pl.when(generic).then(pl.coalesce("b", "a", "_from")).otherwise("_from"),
        _to=pl.when(generic).then(pl.coalesce("be", "ae", "_to")).otherwise("_to"),
    )


def _whole(best: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Offices with the rest of their names (`[settings] party_rest`): "Agência Nacional de Vigilância Sanitária"."""
    tape = scanned.tape

    def rest(language: str, rows: pl.DataFrame) -> pl.Series:
        more = lexicon.settings(language).get("party_rest", "$^")
        text = tape.slice("_to", pl.col("_to") + _REST, rows)
        return text.str.extract(rf"^({more})", 1).str.len_chars().fill_null(0).cast(pl.Int64)

    office = pl.col("party").is_in(["regulator", "government", "school"]) & pl.col("capital")
    whole = best.with_columns(_to=pl.col("_to") + pl.when(office).then(tape.by_language(best, rest)).otherwise(0))
    # "Agencia Española de Protección de Datos (AEPD)", whose abbreviation is a word of its own
    name, behind = tape.slice("_from", "_to", whole), tape.slice("_to", pl.col("_to") + 1, whole)
    opened = (name.str.contains(r"\([^)]*$") & (behind == ")")).fill_null(value=False)
    return whole.with_columns(_to=pl.col("_to") + opened.cast(pl.Int64))


def _earlier_bans(found: pl.DataFrame) -> pl.DataFrame:
    """For each ban (row) the place of the ban told before it in its sentence: each has a subject of its own."""
    bans = found.filter(pl.col("category") == RESTRICTION).select("row", "sid", "anchor_start")
    pairs = bans.join(bans.select("sid", _earlier="anchor_start"), on="sid", maintain_order="left").filter(
        pl.col("anchor_start") - pl.col("_earlier") > _AGENT_REACH // 2
    )
    return pairs.group_by("row", maintain_order=True).agg(pl.col("_earlier").max())


def with_company(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add company_id and its mention: whom the matter is about. Of matches about nobody only intrusions and leaks stay.

    A party of a matter (in its whole paragraph) and a firm that finds flaws is not whom it is about, unless the article is
    about that firm.
    """
    found = _not_reported(found, scanned)
    main = _about(scanned).rename({"company_id": "_main"})
    # Several that forbid stand side by side before the verb.
    bans = (pl.col("category") == RESTRICTION) & (pl.col("counterparty_end") < pl.col("anchor_start"))
    last = pl.when(bans).then("anchor_start").otherwise("counterparty_end")
    parties = found.select(_from="counterparty_start", _to=last).drop_nulls().unique()
    sharing = found.filter(pl.col("category") == "data_sharing").select("sid").unique()
    receivers = cues(scanned, "third_party").join(sharing, on="sid", how="semi").select(_from="start", _to="end")
    finders = cues(scanned, "finder").select(_from="start", _to="end")
    others = pl.concat([parties, receivers, finders, _forbidding(found, scanned)]).sort("_from", maintain_order=True)
    mentions = _overlapping(_of_firms(found, scanned), others).join(
        paragraphs(scanned), on="sid", how="left", maintain_order="left"
    )
    named = mentions.filter("_over").select("doc", "par", "company_id").unique().with_columns(_party=True)
    mentions = mentions.join(named, on=["doc", "par", "company_id"], how="left", maintain_order="left")
    # Who receives data is never who shares it, however much the article speaks of it.
    taken = mentions.filter("_over").join(sharing, on="sid", how="semi").select("doc", "company_id", _taker=pl.lit(value=True))
    taken = taken.join(_main_of_sharing(found, scanned), on=["doc", "company_id"], how="anti").unique()
    mentions = mentions.join(taken, on=["doc", "company_id"], how="left", maintain_order="left")
    mentions = mentions.join(main, on="doc", how="left", maintain_order="left").filter(
        pl.col("_party").is_null()
        | ((pl.col("company_id") == pl.col("_main")) & pl.col("_taker").is_null()).fill_null(value=False)
    )
    about = companies.subjects(
        scanned.tape,
        found.select(start="anchor_start", end="anchor_end", sid="sid", cid="cid", doc="doc"),
        mentions.select(scanned.companies.columns),
        scanned.sentences,
        scanned.clauses,
    ).rename({"mention_start": "company_mention_start", "mention_end": "company_mention_end"})
    known = pl.col("company_id").is_not_null()
    told = _with_listed(_with_victims(found.with_columns(about), mentions, scanned), mentions, scanned)
    told = _of_the_banned(told, scanned)
    whose = _of_computers(told.filter(known | pl.col("category").is_in(_NAMELESS)), scanned)
    # A firm's bare ban is believed of the article's own company, where something else is told of it.
    bare = pl.col("rule") == _BY_FIRM
    backed = whose.filter(~bare).select("doc", "company_id").unique()
    believed = whose.filter(bare, pl.col("counterparty_start").is_not_null(), ~pl.col("counterparty_kind").is_in(_PLACES))
    believed = believed.join(backed, on=["doc", "company_id"], how="semi")
    return pl.concat([whose.filter(~bare), believed]).sort("row", maintain_order=True)


def _with_victims(found: pl.DataFrame, mentions: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Intrusions whose sentence names no firm before them with the one that their clause names right behind them.

    "In 2017 hackers stole data from Corvane" tells of Corvane, whatever firm the article is about. "A breach at Corvane"
    (`[settings] befalls`) does so even behind another firm, as does "a flaw in Corvane" (`[settings] flaw_in`).
    """
    agencies = companies.roles().filter(pl.col("role") == "agency")["company_id"].implode()
    firms = mentions.filter(pl.col("certainty") == "known", ~pl.col("company_id").is_in(agencies))
    firms = firms.select("cid", _id="company_id", _from="start", _to="end")
    flaw = pl.col("category") == "vulnerability"
    pairs = found.filter(pl.col("category").is_in(INTRUSIONS) | flaw).join(
        scanned.sentences.select("sid", _opens="start"), on="sid", how="left", maintain_order="left"
    )
    pairs = pairs.join(firms, on="cid", maintain_order="left").filter(
        pl.col("_from") >= pl.col("anchor_end"), pl.col("_from") - pl.col("end") <= _VICTIM_BEHIND
    )
    subject = pl.col("company_mention_start").is_between(pl.col("_opens"), pl.col("anchor_start")).fill_null(value=False)
    befallen = pl.Series(_at(pairs, scanned), dtype=pl.Boolean)
    pairs = pairs.filter(pl.when(flaw).then(subject & befallen).otherwise(~subject | befallen))
    pairs = pairs.sort("row", "_from", maintain_order=True)
    nearest = pairs.unique("row", keep="first", maintain_order=True)
    nobody = pl.concat(
        [
            cues(scanned, *_NO_VICTIM).select("cid", _mark="start"),
            mentions.filter(pl.col("certainty") == "pronoun").select("cid", _mark="start"),
        ]
    )
    marked = (
        nearest.filter(~flaw)
        .join(nobody, on="cid", maintain_order="left")
        .filter(pl.col("_mark") >= pl.col("anchor_start"), pl.col("_mark") < pl.col("_from"))
    )
    victims = nearest.join(marked, on="row", how="anti", maintain_order="left").select("row", "_id", "_from", "_to")
    told = found.join(victims, on="row", how="left", maintain_order="left")
    # Who found the flaw of another has none in the sentences behind either: "The weakness means that …".
    finders = told.filter(flaw & pl.col("_id").is_not_null() & (pl.col("_id") != pl.col("company_id")))
    finders = finders.select("doc", "category", "company_id", _whose="_id").unique(maintain_order=True)
    finders = finders.unique(["doc", "company_id"], keep="none", maintain_order=True)
    told = told.join(finders, on=["doc", "category", "company_id"], how="left", maintain_order="left")
    told = told.join(scanned.sentences.select("sid", _opens="start"), on="sid", how="left", maintain_order="left")
    named = pl.col("company_mention_start") >= pl.col("_opens")
    told = told.with_columns(_id=pl.coalesce("_id", pl.when(~named).then("_whose")))
    moved = pl.col("_id").is_not_null()
    return told.with_columns(
        company_id=pl.coalesce("_id", "company_id"),
        company_mention_start=pl.when(moved).then("_from").otherwise("company_mention_start"),
        company_mention_end=pl.when(moved).then("_to").otherwise("company_mention_end"),
    ).select(found.columns)


def _at(pairs: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether the words between the anchor of each match and a firm (_from) make the firm whom it has befallen."""
    tape = scanned.tape

    def answer(language: str, rows: pl.DataFrame) -> pl.Series:
        settings = lexicon.settings(language)
        befalls, flaw_in = (rf"(?i)^(?:{settings.get(name, '$^')})$" for name in ("befalls", "flaw_in"))
        between = tape.slice("anchor_end", "_from", rows)
        of_flaw = (rows["category"] == "vulnerability") & between.str.contains(flaw_in)
        return of_flaw | ((rows["category"] != "vulnerability") & between.str.contains(befalls))

    reach = pl.when(pl.col("category") == "vulnerability").then(_FLAW_IN).otherwise(_JOINED * _JOINED)
    near = pl.col("_from") - pl.col("anchor_end") <= reach
    return tape.by_language(pairs, answer).fill_null(value=False) & pairs.select(near).to_series()


def _with_listed(found: pl.DataFrame, mentions: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches once more for each firm that a list names beside theirs: "Facebook, WhatsApp and Instagram were down"."""
    named = mentions.filter(pl.col("certainty").is_in(["known", "product"]), pl.col("company_id").is_not_null())
    named = named.select("doc", "sid", "start", "end", "company_id").unique("start", keep="first", maintain_order=True)
    named = named.sort("start", maintain_order=True).with_columns(pl.col("sid", "end").shift(1).name.prefix("_before_"))
    tape = scanned.tape

    def joined(language: str, rows: pl.DataFrame) -> pl.Series:
        words = lexicon.settings(language).get("name_and", "$^")
        apart = rf"(?:,|،)? |(?:,|،)? (?:{words}) (?:\p{{Ll}}{{1,8}} ){{0,2}}|，|{lexicon.alternatives('name_joints')}"
        return tape.slice("_before_end", "start", rows).str.contains(rf"^(?:'s)?[\"»”』」》]?(?:{apart})[\"«„“『「《]?$")

    near = (pl.col("sid") == pl.col("_before_sid")) & (pl.col("start") - pl.col("_before_end")).is_between(1, _LISTED)
    asked = named.filter(near.fill_null(value=False))
    links = asked.filter(tape.by_language(asked, joined).fill_null(value=False))["start"]
    chains = named.with_columns(_chain=(~pl.col("start").is_in(links.implode())).cum_sum())
    rows = found.filter(pl.col("category").is_in(_OF_SEVERAL)).join(
        chains.select("_chain", company_mention_start="start"), on="company_mention_start", maintain_order="left"
    )
    others = chains.select("_chain", _id="company_id", _start="start", _end="end")
    more = rows.join(others, on="_chain", maintain_order="left").filter(pl.col("_id") != pl.col("company_id"))
    more = more.with_columns(company_id="_id", company_mention_start="_start", company_mention_end="_end")
    return pl.concat([found, more.select(found.columns)])


def _of_the_banned(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Bans by a firm that seem to be of it, as those of the one firm whose product it forbids in the article.

    "Google forbids its staff to use Corvane. Employees may not run the app": of Corvane.
    """
    bans = found.filter((pl.col("category") == RESTRICTION) & ~pl.col("rule").is_in(CLOSED))
    firms = scanned.companies.select("company_id", "start").drop_nulls().unique("start", keep="first", maintain_order=True)
    firms = firms.select(_banner="company_id", counterparty_start="start")
    by = bans.join(firms, on="counterparty_start", how="inner", maintain_order="left")
    by = by.filter(pl.col("_banner") != pl.col("company_id"))
    banned = by.group_by("doc", "_banner", maintain_order=True).agg(_banned=pl.col("company_id").unique())
    banned = banned.filter(pl.col("_banned").list.len() == 1)
    banned = banned.select("doc", "_banned", company_id="_banner").with_columns(pl.col("_banned").list.first())
    told = found.join(banned, on=["doc", "company_id"], how="left", maintain_order="left")
    moved = pl.col("_banned").is_not_null() & (pl.col("category") == RESTRICTION) & ~pl.col("rule").is_in(CLOSED)
    return told.with_columns(
        company_id=pl.when(moved).then("_banned").otherwise("company_id"),
        company_mention_start=pl.when(~moved).then("company_mention_start"),
        company_mention_end=pl.when(~moved).then("company_mention_end"),
    ).select(found.columns)


def _forbidding(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Firms (_from, _to) that stand as subjects before the verb of a ban where verbs come last: スペースXなどが利用を禁じた."""
    bans = found.filter(pl.col("category") == RESTRICTION).select("sid", "anchor_start").unique()
    firms = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select("doc", "sid", "start", "end")
    firms = firms.filter(scanned.setting("verb_last", firms)).join(bans, on="sid", maintain_order="left")
    firms = firms.filter(pl.col("end") <= pl.col("anchor_start"))
    marked = scanned.tape.slice(pl.col("end") - 1, pl.col("end") + 3, firms).str.contains(
        f"^(?:{lexicon.expressions('banning_marks')})"
    )
    return firms.filter(marked.fill_null(value=False)).select(_from="start", _to="end").unique(maintain_order=True)


def _not_reported(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches without data "shared" with an authority that a notice was sent to."""
    told = _authorities(scanned).select(_from="start", _to="end").sort("_from", maintain_order=True)
    shared = found.filter(pl.col("category") == "data_sharing").drop_nulls("counterparty_start")
    spans = shared.select("row", start="counterparty_start", end="counterparty_end")
    noticed = _overlapping(spans, told).filter("_over").select("row")
    return found.join(noticed, on="row", how="anti", maintain_order="left")


def _of_firms(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Mentions of companies that a matter may be about.

    Without words of attacks in capitals, gangs, those who name a gang, sites that track outages, social networks where
    something is told, and, of bans, governments.
    """
    mentions = scanned.companies
    named = mentions.filter(pl.col("certainty") == "inferred")
    words = named.filter(inside(named, cues(scanned, *_NO_FIRM)))
    banned = found.filter(pl.col("category") == RESTRICTION).select("doc").unique()
    ruled = named.join(banned, on="doc", how="semi")
    rulers = _overlapping(ruled, cues(scanned, "government", "district").select(_from="start", _to="end"))
    gangs = named.filter(pl.col("start").is_in((cues(scanned, "gang_group")["end"] + 1).implode()))
    # "Microsoft attributed the breach to the gang": who finds out is no victim.
    blamed = cues(scanned, "attributes").select("sid", _at="start")
    blamed = blamed.join(cues(scanned, "gang", "gang_noun", "attacker").select("sid").unique(), on="sid", how="semi")
    blamers = mentions.select("sid", "start", "end").join(blamed, on="sid", maintain_order="left")
    blamers = blamers.filter((pl.col("_at") - pl.col("end")).is_between(0, _BLAMES))
    # A site that counts complaints is not what is down; of what is told "on Twitter" Twitter is the place.
    trackers = mentions.filter(inside(mentions, cues(scanned, "tracker")))
    main = _about(scanned)
    venues = mentions.filter(inside(mentions, cues(scanned, "venue"))).join(main, on=["doc", "company_id"], how="anti")
    frames = (words, gangs, blamers, trackers, venues, _first_victims(mentions, scanned), rulers.filter("_over"))
    out = pl.concat([frame.select("start", "end") for frame in frames]).unique()
    return mentions.join(out, on=["start", "end"], how="anti", maintain_order="left")


def _first_victims(mentions: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Firms by which attackers are known who now attack another: "Corvane hackers accessed Tellmark source code"."""
    attackers = cues(scanned, "attacker").select("sid", start=pl.col("start") - 1, _behind="end")
    first = mentions.select("sid", "company_id", _start="start", start="end")
    first = first.join(attackers, on=["sid", "start"], maintain_order="left")
    others = mentions.filter(pl.col("certainty") == "known").select("sid", _other="company_id", _from="start")
    pairs = first.join(others, on="sid", maintain_order="left").filter(pl.col("company_id") != pl.col("_other"))
    pairs = pairs.filter((pl.col("_from") - pl.col("_behind")).is_between(0, _NEXT_VICTIM))
    return pairs.select(start="_start", end="start").unique(maintain_order=True)


def _of_computers(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches without counted breaches of nobody known in articles that speak of no computer: secrets told, papers taken."""
    spoken = cues(scanned, *_COMPUTERS).select("doc").unique()
    firms = scanned.companies.filter(pl.col("certainty") == "known").select("doc", "company_id").unique()
    doubted = found.filter(pl.col("category") == "data_breach", pl.col("rule").is_in(_COUNTED))
    doubted = doubted.join(firms, on=["doc", "company_id"], how="anti").join(spoken, on="doc", how="anti")
    machines = cues(scanned, *_MACHINES).select("doc").unique()
    kidnapped = found.filter(pl.col("rule").is_in(_RANSOMED)).join(machines, on="doc", how="anti")
    out = pl.concat([doubted.select("row"), kidnapped.select("row")])
    return found.join(out, on="row", how="anti", maintain_order="left")


def without_generalities(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Matches without those about nobody, of no number, date or remedy, in articles that speak of companies at large."""
    at_large = cues(scanned, "anyone").select("doc").unique()
    vague = pl.col("company_id").is_null() & pl.col("records_affected").is_null() & pl.col("occurred_on").is_null()
    out = found.filter(vague, pl.col("stage") == STAGES.index("reported")).join(at_large, on="doc", how="semi")
    return found.join(out.select("row"), on="row", how="anti", maintain_order="left")


def _main_of_sharing(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Companies (doc, company_id) of which a sentence tells that they share data, standing before the verb."""
    told = found.filter(pl.col("category") == "data_sharing").select("sid", "anchor_start", "counterparty_start")
    firms = scanned.companies.select("doc", "sid", "company_id", "start", "end").drop_nulls()
    # Where the verb comes last all names stand before it: the one who acts has the mark of a subject.
    marked = scanned.tape.slice(pl.col("end") - 1, pl.col("end") + 2, firms).str.contains(lexicon.alternatives("subject_marks"))
    firms = firms.filter(~scanned.setting("verb_last", firms) | marked.fill_null(value=True))
    before = firms.join(told, on="sid", maintain_order="left").filter(
        pl.col("start") < pl.col("anchor_start"), pl.col("start") != pl.col("counterparty_start")
    )
    return before.select("doc", "company_id").unique()


def _overlapping(spans: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Spans with _over: whether each shares a character with one of the others."""
    reach = others.sort("_from", maintain_order=True).with_columns(_to=pl.col("_to").cum_max())
    joined = spans.sort("end", maintain_order=True).join_asof(
        reach, left_on="end", right_on="_from", strategy="backward", allow_exact_matches=False, check_sortedness=False
    )
    return (
        joined.with_columns(_over=(pl.col("_to") > pl.col("start")).fill_null(value=False))
        .drop("_from", "_to")
        .sort("start", "end", maintain_order=True)
    )
