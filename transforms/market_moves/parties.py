"""Who stands on the other side of a move. Where it takes place tells `where`.

By move type another kind of name is the counterparty: the target of a takeover, the person of an executive change, the
regulator of a fine, the broker of a rating. Names of authorities and cities, with their countries, are lexicon data
(`[authority]`, whose codes begin with the country, and `[city]`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.companies.capitals import capitalised
from transforms.market_moves.spoken import words
from transforms.spans import Tape, pattern_scan, within

if TYPE_CHECKING:
    from transforms.scan import Scanned

# Kinds of names that can be the counterparty of a move, the likeliest first: a later kind costs more.
_PARTIES: Final = {
    "acquisition": ("company", "name"),
    "divestiture": ("company", "name"),
    "investment": ("company", "name"),
    "partnership": ("company", "name"),
    "executive_change": ("person", "name"),
    "legal_action": ("plaintiff", "authority", "institution", "person", "name", "company"),
    "regulatory_action": ("authority", "institution"),
    "rating_change": ("broker", "company", "institution", "name", "person"),
    "product_launch": ("quoted", "product", "name"),
}
_FIRM: Final = "company"
FIRMS: Final = ("acquisition", "divestiture", "investment", "partnership")
"""Moves whose counterparty is a firm."""
_EITHER_SIDE: Final = ("executive_change", "rating_change", "regulatory_action", "product_launch", "legal_action")
"""Moves whose counterparty stands before the verb as often as behind it."""
_KIND_COST: Final = 25
_BEFORE_COST: Final = 30
_CLAUSE_COST: Final = 20
_REACH: Final = {"executive_change": 110, "rating_change": 150, "regulatory_action": 200, "legal_action": 70}
_USUAL_REACH: Final = 80
NEED_PLACE: Final = ("legal_action", "regulatory_action", "divestiture", "expansion", "market_exit", "market_entry")
"""Moves that need a counterparty or a place, unless an amount is told."""
NEED_PARTY: Final = ("acquisition", "partnership", "executive_change")
"""Moves that are none without a counterparty, unless an amount is told."""
_SURNAME_STEM: Final = 5
"""So many letters of a surname tell persons of one article apart, whatever its ending."""
_FULL_NAME: Final = r"^\p{Lu}[\p{L}'’.-]+(?: (?:van|von|de|der|den|da|di|du|la|del))*(?: \p{Lu}[\p{L}'’.-]*)+$"
_JOINT_BEFORE: Final = r"( (?:(?:van|von|de|di|da|do|du|af|av|of) )?)$"
"""What parts a person from the firm behind, within one run of capitals."""
_OFFICE_OF: Final = r"^ (?:(?:van|von|de|di|do|da|du|della|del|dell'|af|av|of|bei|bij|hos|d')(?: |$))?$"
"""What stands between an office and such a run."""
_OF_FIRM: Final = 7
"""How long that is."""
_SAME_STORY: Final = 4
"""How many sentences from its regulator a fine may stand."""
_LISTED: Final = 6
"""How far apart the persons of a list stand: "A, B and C"."""
_LIST_REACH: Final = 260
"""How far, all in all, the last of them stand from the verb."""
_LISTED_OFFICE: Final = 60
"""The same where each is named with an office: "its finance chief A and, since May, the chairman B"."""
_ASIDE_IN_LIST: Final = r"^, (?:[\p{L}-]+ ){0,6}[\p{L}-]+(?:[,;] ?(?:\p{L}{1,3} )?| \p{L}{1,3} )$"
"""What stands between two persons of whom the first has an office behind his name."""
_OBJECT_REACH: Final = 12
"""How far behind the verb of a deal its object stands, in code points, whatever the clause of the price."""
_PRICED: Final = 8
"""How far behind a name the price that is its own stands: its "for" lies between."""
_AT_VERB: Final = 5
"""How far from "sues" a whole name stands that is a party, in code points."""
_APPOSITION: Final = 45
"""How far behind a word for a plaintiff the person may be named."""


def with_counterparty(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add counterparty_start, counterparty_end, counterparty_id and authority (its code in the lexicon, or null)."""
    rows = moves.with_row_index("row")
    ranked = _ranked(_pairs(rows, scanned), scanned)
    first = ((pl.col("rank") == 0) | (pl.col("both") & (pl.col("rank") == 1))) & pl.col("reached")
    best = _with_listed(ranked.filter(first), ranked, scanned).select(
        "row", "name_start", "name_end", "name_company", "authority"
    )
    return (
        rows.join(best, on="row", how="left", maintain_order="left")
        .drop("row")
        .rename({"name_start": "counterparty_start", "name_end": "counterparty_end", "name_company": "counterparty_id"})
    )


def _kinds() -> pl.DataFrame:
    """What kinds of names can be the counterparty of a move, and what speaks against each: move_type, name_kind, kind_cost."""
    return pl.DataFrame(
        [
            (t, k, 0 if (t, k) == ("legal_action", "company") else n * _KIND_COST)
            for t, ks in _PARTIES.items()
            for n, k in enumerate(ks)
        ],
        schema={"move_type": pl.String, "name_kind": pl.String, "kind_cost": pl.Int64}, orient="row",
    )  # fmt: skip


def _pairs(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Each move (row) with every name of its sentence that may be its counterparty."""
    rows = rows.with_columns(scanned.setting("nouns_capitalised", rows), scanned.setting("verb_last", rows))
    pairs = (
        rows.select(
            "row", "sid", "cid", "doc", "move_type", "company_id", "company_mention_start", "start", "end",
            "trigger_start", "trigger_end", "value_start", "nouns_capitalised", "verb_last",
        )
        .join(_names(scanned), on="sid", how="inner", maintain_order="left")
        .join(_kinds(), on=["move_type", "name_kind"], how="inner", maintain_order="left")
        .filter(
            # In a language that writes nouns large a single name is any noun.
            ~(pl.col("nouns_capitalised") & (pl.col("name_kind") == "name") & pl.col("move_type").is_in(FIRMS)),
            (pl.col("name_end") <= pl.col("trigger_start"))
            | (pl.col("name_start") >= pl.col("trigger_end"))
            | ~pl.col("move_type").is_in(FIRMS),
            pl.col("company_mention_start").is_null() | (pl.col("company_mention_start") != pl.col("name_start")),
            (pl.col("name_company") != pl.col("company_id")).fill_null(value=True),
        )
    )  # fmt: skip
    pairs = pairs.filter(_whole_name(pairs, scanned))
    # A firm named beside a lawsuit is a party only where a word says that it sues or is sued.
    sues = pl.col("trigger_start").is_in(words(scanned, "sue", "sued_by")["start"].implode())
    pairs = pairs.filter(sues | (pl.col("move_type") != "legal_action") | (pl.col("name_kind") != "company"))
    # "X has sued Jane Roe": a whole name right at the verb is a party, whatever it is.
    beside = pl.max_horizontal(pl.col("name_start") - pl.col("trigger_end"), pl.col("trigger_start") - pl.col("name_end"))
    named = (pl.col("move_type") == "legal_action") & (pl.col("name_kind") == "name") & sues & beside.is_between(0, _AT_VERB)
    asked = pairs.select("name_end", name_start=pl.when(named).then("name_start"))
    whole = scanned.tape.slice("name_start", "name_end", asked).str.contains(r"\S \S").fill_null(value=False)
    pairs = pairs.with_columns(kind_cost=pl.when(whole).then(0).otherwise("kind_cost"))
    return pairs.with_columns(priced=_priced_next(pairs, scanned))


def _priced_next(pairs: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether a name stands right before its own price, behind that of another: "bought X for 7 billion and Y for 4"."""
    own = (pl.col("value_start") - pl.col("name_end")).is_between(1, _PRICED) & (pl.col("name_start") > pl.col("trigger_end"))
    asked = pairs.with_row_index("_pair").filter(own, pl.col("move_type").is_in(["acquisition", "divestiture", "investment"]))
    paid = scanned.quantities.filter(pl.col("kind") == "money").select("sid", _amount="end").drop_nulls()
    later = asked.join(paid, on="sid", how="inner", maintain_order="left").filter(
        pl.col("_amount").is_between(pl.col("trigger_end"), pl.col("name_start"))
    )
    return pairs.select(pl.int_range(pl.len(), dtype=pl.UInt32).is_in(later["_pair"].unique().implode())).to_series()


def _cost() -> pl.Expr:
    """What speaks against each pair, in code points: the way to the name, its kind, the wrong side, another clause."""
    anchor_start, anchor_end = pl.col("trigger_start"), pl.col("trigger_end")
    gap = pl.max_horizontal(pl.col("name_start") - anchor_end, anchor_start - pl.col("name_end"), pl.lit(0))
    wrong_side = (pl.col("name_start") < anchor_start) ^ pl.col("verb_last")
    # "Bought X, once part of Y, for 3 billion": the object stands at its verb, in another clause than the price.
    at_verb = pl.col("move_type").is_in(FIRMS) & pl.col("name_company").is_not_null()
    at_verb &= (pl.col("name_start") - anchor_end).is_between(0, _OBJECT_REACH)
    cost = (
        gap
        + pl.col("kind_cost")
        + pl.when(wrong_side & ~pl.col("move_type").is_in(_EITHER_SIDE)).then(_BEFORE_COST).otherwise(0)
        + pl.when(at_verb).then(0).otherwise(_CLAUSE_COST * (pl.col("name_cid") - pl.col("cid")).abs())
    )
    cost = pl.when("priced").then(0).otherwise(cost)
    # In a list of brokers each stands before its own target.
    at_value = (pl.col("move_type") == "rating_change") & pl.col("value_start").is_not_null()
    value_gap = pl.when(pl.col("name_end") <= pl.col("value_start")).then(pl.col("value_start") - pl.col("name_end"))
    return pl.when(at_value).then(value_gap + pl.col("kind_cost")).otherwise(cost)


def _ranked(pairs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The pairs, the likeliest first: rank, reached (by the words of the move; the next of a list of persons stand farther
    off), and both ("X is succeeded by Y" is the change of two persons)."""
    reach = pl.col("move_type").replace_strict(_REACH, default=_USUAL_REACH, return_dtype=pl.Int64)
    succeeds = pl.col("trigger_start").is_in(words(scanned, "succeed")["start"].implode())
    return (
        pairs.with_columns(cost=_cost(), both=succeeds & (pl.col("move_type") == "executive_change"))
        .with_columns(reached=pl.col("cost") <= reach)
        .filter(pl.col("reached") | ((pl.col("move_type") == "executive_change") & (pl.col("cost") <= _LIST_REACH)))
        .sort("row", "cost", "name_start", maintain_order=True)
        .unique(["row", "name_start"], keep="first", maintain_order=True)
        .with_columns(rank=pl.int_range(pl.len()).over("row"))
    )


def _with_listed(best: pl.DataFrame, ranked: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The best with the other persons of a list: "A, B and C leave the board" is a change of each."""
    listed = best.filter(pl.col("rank") == 0, pl.col("move_type") == "executive_change")
    for _ in range(2):
        heads = listed.select("row", _from="name_start", _to="name_end")
        others = ranked.join(best.select("row", "name_start"), on=["row", "name_start"], how="anti", maintain_order="left")
        beside = others.join(heads, on="row", how="inner", maintain_order="left")
        apart = pl.max_horizontal(pl.col("name_start") - pl.col("_to"), pl.col("_from") - pl.col("name_end"))
        near = beside.filter(apart.is_between(1, _LISTED))
        far = _listed_with_offices(beside.filter(apart.is_between(_LISTED + 1, _LISTED_OFFICE)), scanned)
        listed = pl.concat([near.select(ranked.columns), far.select(ranked.columns)])
        listed = listed.unique(["row", "name_start"], keep="first", maintain_order=True)
        best = pl.concat([best, listed]).unique(["row", "name_start"], keep="first", maintain_order=True)
    return best


def _listed_with_offices(pairs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Pairs of persons (name_start to name_end, _from to _to) parted by a comma or an "and" and the office of the second."""
    between = pairs.with_columns(
        _open=pl.min_horizontal("name_end", "_to"), _shut=pl.max_horizontal("name_start", "_from")
    ).with_row_index("_pair")
    offices = _offices(scanned).select("sid", _office="start", _at="end")
    held = between.join(offices, on="sid", maintain_order="left").filter(
        pl.col("_office") > pl.col("_open"), (pl.col("_shut") - pl.col("_at")).is_between(0, 2)
    )
    held = held.sort("_pair", "_office", maintain_order=True).unique("_pair", keep="first", maintain_order=True)
    # "A, head of products, B, chief engineer, and C": the office stands behind each.
    behind = between.join(offices, on="sid", maintain_order="left").filter(
        (pl.col("_office") - pl.col("_open")).is_between(1, 2), pl.col("_at") <= pl.col("_shut")
    )
    behind = behind.unique("_pair", keep="first", maintain_order=True)
    aside = scanned.tape.slice("_open", "_shut", behind).str.contains(_ASIDE_IN_LIST).fill_null(value=False)
    opens = scanned.tape.slice("_open", "_office", held).str.to_lowercase()

    def joins(language: str, rows: pl.DataFrame) -> pl.Series:
        ands = lexicon.settings(language).get("name_and", "$^")
        return rows["opens"].str.contains(rf"^(?:,|,? (?:{ands}) )(?: ?\p{{L}}{{1,4}} ){{0,2}} ?$").fill_null(value=False)

    listed = held.filter(scanned.tape.by_language(held.select("doc", opens=opens), joins))
    return pl.concat([listed, behind.filter(aside)])


def with_one_regulator(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Fines without a regulator with the only one of their article, named near them: "SK was fined 16.8 billion, KT 13.9".

    A fine by a court is none of the regulator's.
    """
    by_court = (pl.col("kind") == "institution") & (pl.col("code") == "court")
    courts = pl.concat([scanned.cues.filter(by_court)["sid"].drop_nulls(), words(scanned, "court")["sid"]]).unique()
    ruled = moves.filter(pl.col("move_type") == "regulatory_action", pl.col("authority").is_not_null())
    place = ("counterparty_start", "counterparty_end", "authority")
    only = (
        ruled.sort("counterparty_start", maintain_order=True)
        .group_by("doc", maintain_order=True)
        .agg(
            pl.col("authority").n_unique().alias("_named"),
            pl.col("sid").first().alias("_sid"),
            *[pl.col(name).first().alias(f"_{name}") for name in place],
        )
        .filter(pl.col("_named") == 1)
    )
    told = moves.join(only.drop("_named"), on="doc", how="left", maintain_order="left")
    lacks = (
        (pl.col("move_type") == "regulatory_action")
        & pl.col("counterparty_start").is_null()
        & pl.col("value").is_not_null()
        & pl.col("_authority").is_not_null()
        & ((pl.col("sid") - pl.col("_sid")).abs() <= _SAME_STORY)
        & ~pl.col("sid").is_in(courts.implode())
    )
    home = pl.col("_authority").str.slice(0, 2).str.to_uppercase()
    # "X was fined 5 million. The watchdog made its decision known": the mention that lends its name is the fine once more.
    fined = pl.when(lacks).then("start").min().over("doc")
    lends = (fined < pl.col("start")) & ~lacks & pl.col("value").is_null() & (pl.col("move_type") == "regulatory_action")
    lends &= pl.col("authority") == pl.col("_authority")
    told = told.with_columns(lends=lends.fill_null(value=False))
    return (
        told.with_columns(
            *[pl.when(lacks).then(f"_{name}").otherwise(name).alias(name) for name in place],
            country=pl.when(lacks).then(pl.when(home != "XX").then(home)).otherwise("country"),
        )
        .filter(~pl.col("lends"))
        .select(moves.columns)
    )


def _whole_name(pairs: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether a pair may stand: a capitalised word alone, said by nothing to be a person, is nobody's successor."""
    unproven = (pl.col("move_type") == "executive_change") & (pl.col("name_kind") == "name")
    asked = pairs.select("name_end", name_start=pl.when(unproven).then("name_start"))
    written = scanned.tape.slice("name_start", "name_end", asked)
    return written.is_null() | written.str.contains(" ", literal=True).fill_null(value=False)


def _names(scanned: Scanned) -> pl.DataFrame:
    """Names: name_start, name_end, name_kind, name_company (id if known), authority, name_cid, sid; authorities hide others."""
    authorities = _authorities(scanned)
    known = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).select(
        "start", name_company="company_id"
    ).unique("start", keep="first", maintain_order=True)  # fmt: skip
    names = pl.concat([scanned.names.select("start", "end", "kind", "sid", "cid"), by_pattern(scanned)])
    courts = scanned.cues_of("institution").filter(pl.col("code") == "court")
    names = _without_offices(names, scanned)
    names = _with_their_names(
        names.join(courts.select("start", "end"), on=["start", "end"], how="anti", maintain_order="left"), scanned
    )
    # "Rp643" is an amount.
    amounts = scanned.quantities.filter(pl.col("kind") == "money").select("sid", _from="start", _to="end").drop_nulls()
    inside = names.join(amounts, on="sid", maintain_order="left").filter(
        pl.col("start") < pl.col("_to"), pl.col("end") > pl.col("_from")
    )
    names = names.join(inside.select("start", "end").unique(), on=["start", "end"], how="anti", maintain_order="left")
    # "BBB" and "Kursziel" have capitals and are no names.
    words_of_ratings = words(scanned, "grade", "target", "rating", "executive").select("end", "sid").unique()
    moved = words(scanned, "upgrade", "downgrade").select("start", "sid").unique()  # "Halten" in "auf Halten ab"
    rounds = words(scanned, "backers").select("start", "sid").unique()  # "Series E"
    rated = pl.concat(
        [
            names.join(words_of_ratings, on=["end", "sid"], how="semi"),
            names.join(moved, on=["start", "sid"], how="semi"),
            names.join(rounds, on=["start", "sid"], how="semi"),
        ]
    )
    rated = rated.filter(pl.col("kind") != "broker").select("start", "end").unique()
    others = (
        names.join(rated, on=["start", "end"], how="anti", maintain_order="left")
        .join(known, on="start", how="left", maintain_order="left")
        .join(authorities.select("sid", a_start="name_start", a_end="name_end"), on="sid", how="left", maintain_order="left")
        .with_columns(hidden=((pl.col("start") < pl.col("a_end")) & (pl.col("end") > pl.col("a_start"))).fill_null(value=False))
        .group_by("start", "end", "kind", "name_company", "cid", "sid", maintain_order=True)
        .agg(hidden=pl.col("hidden").any())
        .filter(~pl.col("hidden"))
        .select(
            "sid", name_start="start", name_end="end", name_kind="kind", name_company="name_company", name_cid="cid",
            authority=pl.lit(None, pl.String),
        )
    )  # fmt: skip
    return pl.concat([authorities.with_columns(name_company=pl.lit(None, pl.String)).select(others.columns), others])


def _with_their_names(names: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Names, a plaintiff as the person named behind the word: "shareholder Jane Roe", "a shareholder of X, Jane Roe"."""
    people = names.filter(pl.col("kind").is_in(["person", "name"])).select("sid", _from="start", _to="end")
    grown = (
        names.filter(pl.col("kind") == "plaintiff")
        .join(people, on="sid", maintain_order="left")
        .filter(pl.col("_from") - pl.col("end") <= _APPOSITION, pl.col("_to") - pl.col("end") > 1)
        .with_columns(_from=pl.max_horizontal("_from", pl.col("end") + 1))
    )
    # A word alone is rarely a person's name.
    written = scanned.tape.slice("_from", "_to", grown)
    spaced = written.str.strip_chars().str.contains(r"\S[ ·・]\S").fill_null(value=False)
    firms = _firms(scanned).with_columns(end=pl.col("_from") - 1)  # "by its rival Lumio"
    rivals = names.filter(pl.col("kind") == "plaintiff").join(firms, on=["sid", "end"], how="inner", maintain_order="left")
    rivals = rivals.join(scanned.sentences.select("sid", "doc"), on="sid", how="left", maintain_order="left")
    spaces = scanned.tape.slice("end", "_from", rivals) == " "
    rivals = rivals.filter(spaces & ~scanned.setting("verb_last", rivals))  # where the verb is last the firm sued stands so
    grown = (
        pl.concat([grown.filter(spaced), rivals.select(grown.columns)])
        .sort("start", "_from", maintain_order=True)
        .unique(["start", "end"], keep="first", maintain_order=True)
    )
    joined = names.join(grown.select("start", "end", "_from", "_to"), on=["start", "end"], how="left", maintain_order="left")
    theirs = (pl.col("kind") == "plaintiff") & pl.col("_to").is_not_null()
    return joined.with_columns(
        start=pl.when(theirs).then("_from").otherwise("start"), end=pl.when(theirs).then("_to").otherwise("end")
    ).drop("_from", "_to")


def with_person(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Add person: what tells the persons of an article's executive changes apart, the stem of their surname; null for others.

    A surname alone later in the article, and a case ending of it, is the same person.
    """
    written = scanned.tape.slice("counterparty_start", "counterparty_end", moves).str.to_lowercase()
    surname = pl.col("_written").str.split(" ").list.last()
    person = pl.when(pl.col("move_type") == "executive_change").then(surname.str.slice(0, _SURNAME_STEM))
    return moves.with_columns(_written=written).with_columns(person=person).drop("_written")


def by_pattern(scanned: Scanned) -> pl.DataFrame:
    """Brokers of the lexicon, and names that a pattern of the language finds: start, end, kind, sid, cid.

    The settings `person_pattern`, `broker_pattern` and `firm_pattern` hold a regular expression of three groups, the middle
    one the name, or a list of them.
    """
    columns = ["start", "end", "kind", "sid", "cid"]
    found = [
        scanned.cues_of("broker").drop_nulls("sid").select(columns),
        words(scanned, "plaintiff").select("start", "end", "sid", "cid", kind=pl.lit("plaintiff")).select(columns),
    ]
    found.append(_behind_offices(scanned))
    # "신임" before a title has the form of a name and is none.
    offices = words(scanned, "appoint", "resign", "succeed", "executive").select("start", "end").unique()
    spans = scanned.tape.each(_matching).join(offices, on=["start", "end"], how="anti", maintain_order="left")
    spans = _without_plain_words(spans, scanned)
    found.append(within(spans, scanned.clauses, name="cid", columns={"sid": "sid"}).drop_nulls("sid").select(columns))
    return pl.concat(found)


def _offices(scanned: Scanned) -> pl.DataFrame:
    """Words for an office, those of any person with a title too: sid, start, end."""
    titles = scanned.cues_of("person_title").drop_nulls("sid").select("sid", "start", "end")
    return pl.concat([words(scanned, "executive").drop_nulls("sid").select("sid", "start", "end"), titles]).unique(
        maintain_order=True
    )


def _without_offices(names: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Names without the office that they begin with: "Chief Executive Jane Roe", "Finanzchef Hans Roe"."""
    people = names.filter(pl.col("kind").is_in(["person", "name"])).select("start", "end", "sid").unique(maintain_order=True)
    begun = people.join(_offices(scanned).select("sid", _from="start", _at="end"), on="sid", maintain_order="left").filter(
        pl.col("_from") <= pl.col("start"), pl.col("_at") > pl.col("start"), pl.col("_at") + 1 < pl.col("end")
    )
    begun = begun.group_by("start", "end", maintain_order=True).agg(_at=pl.col("_at").max() + 1)
    full = scanned.tape.slice("_at", "end", begun).str.contains(_FULL_NAME).fill_null(value=False)
    told = names.join(begun.filter(full), on=["start", "end"], how="left", maintain_order="left")
    is_person = pl.col("kind").is_in(["person", "name"]) & pl.col("_at").is_not_null()
    start = pl.when(is_person).then("_at").otherwise("start")
    kind = pl.when(is_person).then(pl.lit("person")).otherwise("kind")
    told = told.with_columns(start=start, kind=kind).drop("_at")
    return told.unique(["start", "end", "kind"], keep="first", maintain_order=True)


def _behind_offices(scanned: Scanned) -> pl.DataFrame:
    """Persons named together with their firm and office: "Lumio CEO Jane Roe", "Lumio-Chef Hans Roe"."""
    runs = scanned.tape.each(_capitals)
    runs = within(runs, scanned.clauses, name="cid", columns={"sid": "sid"}).drop_nulls("sid")
    offices = words(scanned, "executive").select("sid", _end="end")
    held = runs.join(offices, on="sid", how="inner", maintain_order="left").filter(
        pl.col("_end") > pl.col("start"), pl.col("_end") < pl.col("end")
    )
    behind = held.group_by("start", "end", "sid", "cid", maintain_order=True).agg(_at=pl.col("_end").max() + 1)
    firms = _firms(scanned).select(_at="_from", _firm="_to").unique("_at", keep="last", maintain_order=True)
    behind = behind.join(firms, on="_at", how="left", maintain_order="left")  # "CEO Lumio Jane Roe"
    behind = behind.with_columns(_at=pl.coalesce(pl.col("_firm") + 1, "_at")).filter(pl.col("_at") < pl.col("end"))
    written = scanned.tape.slice("_at", "end", behind)
    people = behind.filter(written.str.contains(_FULL_NAME).fill_null(value=False)).with_columns(start="_at")
    people = pl.concat([people.select("start", "end", "sid", "cid"), _beside_firms(runs, scanned)])
    return people.select("start", "end", "sid", "cid", kind=pl.lit("person")).select("start", "end", "kind", "sid", "cid")


def _beside_firms(runs: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Persons in one run of capitals with their firm behind an office: "directeur Jane Roe van Lumio", "ceo di Lumio J.R."."""
    ahead = runs.sort("start", maintain_order=True).join_asof(
        _offices(scanned).select("sid", _office="end").unique().sort("_office", maintain_order=True),
        left_on="start", right_on="_office", by="sid", strategy="backward", tolerance=_OF_FIRM, check_sortedness=False,
    ).drop_nulls("_office")  # fmt: skip
    between = scanned.tape.slice("_office", "start", ahead)
    held = ahead.filter(between.str.contains(_OFFICE_OF).fill_null(value=False))
    held = held.join(_firms(scanned), on="sid", how="inner", maintain_order="left")
    first = held.filter(pl.col("_from") == pl.col("start"), pl.col("_to") + 1 < pl.col("end"))
    first = first.select(pl.col("_to") + 1, "end", "sid", "cid").rename({"_to": "start"})
    last = held.filter(pl.col("_to") == pl.col("end"), pl.col("_from") > pl.col("start"))
    joint = scanned.tape.slice("start", "_from", last).str.extract(_JOINT_BEFORE, 1).str.len_chars()
    last = last.with_columns(pl.col("_from") - pl.Series(joint).cast(pl.Int64)).drop_nulls("_from")
    people = pl.concat([first, last.select("start", "_from", "sid", "cid").rename({"_from": "end"})])
    written = scanned.tape.slice("start", "end", people)
    return people.filter(written.str.contains(_FULL_NAME).fill_null(value=False)).select("start", "end", "sid", "cid")


def _firms(scanned: Scanned) -> pl.DataFrame:
    return scanned.companies.filter(pl.col("certainty") == "known").select("sid", _from="start", _to="end")


def _capitals(tape: Tape) -> pl.DataFrame:
    return capitalised(tape, pl.DataFrame(schema={"start": pl.Int64})).select("start", "end")


def _matching(tape: Tape) -> pl.DataFrame:
    """The names that patterns of the tape's language find: start, end, kind."""
    frames = [pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "kind": pl.String})]
    for kind in ("person", "broker", "quoted", "firm"):
        told = lexicon.settings(tape.language).get(f"{kind}_pattern", [])
        for regex in [told] if isinstance(told, str) else told:
            spans = pattern_scan(tape, regex, ["_before", "name", "_after"], cased=True)
            named = pl.lit(_FIRM if kind == "firm" else kind)
            frames.append(spans.select(start="name_start", end="name_end", kind=named))
    return pl.concat(frames)


def _without_plain_words(spans: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Names, those of firms only where no word of the lexicon and no country begins: "an Indian firm", "شركة تابعة"."""
    kinds = ("market", "metric", "metric_noun", "company_pronoun", "company_noun", "institution", "authority")
    begun = scanned.cues.filter(pl.col("kind").is_in(kinds)).select("start")
    plain = pl.concat([begun, scanned.countries.select("start")]).unique()["start"]
    first = scanned.tape.slice("start", "end", spans).str.split(" ").list.first()
    stops = [word for language in scanned.tape.languages for word in lexicon.settings(language).get("no_names", [])]
    begins = (pl.col("kind") == _FIRM) & pl.col("start").is_in(plain.implode())
    return spans.filter(~(begins | pl.lit(first).is_in(stops)))


def _authorities(scanned: Scanned) -> pl.DataFrame:
    """Authorities of the lexicon, then regulators without a home: name_start, name_end, name_kind, authority, name_cid, sid."""
    known = scanned.cues_of("authority").select("sid", "start", "end", "cid", authority="code")
    other = scanned.cues_of("institution").filter(pl.col("code") == "regulator")
    other = other.select("sid", "start", "end", "cid", authority=pl.lit(None, pl.String))
    return (
        pl.concat([known, other])
        .drop_nulls("sid")
        .sort(
            "start",
            pl.col("end") - pl.col("start"),
            pl.col("authority").is_null(),
            descending=[False, True, False],
            maintain_order=True,
        )
        .unique("start", keep="first", maintain_order=True)
        .select(
            "sid", "authority", name_start="start", name_end="end", name_cid="cid",
            name_kind=pl.when(pl.col("authority").is_null()).then(pl.lit("institution")).otherwise(pl.lit("authority")),
        )
    )  # fmt: skip
