"""Who buys whom: takeovers and stakes with their two sides on the right side, told once each.

The buyer is the company of a takeover, what is bought its counterparty. Which of two names is which depends on the order of
words (`verb_last`), on a word that says who did it (`acquired_by`) and on whose shareholders act (`holder`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import companies, lexicon
from transforms.market_moves.last_verbs import with_last_verbs
from transforms.market_moves.named import named_firms
from transforms.market_moves.spoken import words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_PERSON_REACH: Final = 24
"""How far behind the verb of a takeover the person who buys may be named: "overgenomen door Elon Musk"."""
_HOLDER_REACH: Final = 45
"""How far "shareholders" may stand before the firm that they hold."""
_AGENT_REACH: Final = 45
_SOLD_REACH, _BUYER_GAP = 90, 30
"""How far behind the verb of a sale its "to" may stand, and how far behind that the buyer."""
_REFUSAL_REACH: Final = 40
"""How far behind the target the word may stand by which it turns an offer down."""
_OBJECT_REACH: Final = 4
"""How far behind the verb of a takeover the words stand that mean the firm bought: a preposition lies between."""
_OF_REACH: Final = 8
"""How far behind the noun of a takeover what is bought stands: its "of" lies between."""
_AGENT_MARK: Final = 3
"""So much before the buyer, and behind the verb, is read for the marks of a passive, in code points."""
_BUYER_REACH: Final = 110
"""How far before the verb of a takeover its buyer may stand."""
_SHARES_REACH: Final = 20
"""How far from the verb the shares may stand that a manager buys."""
_SIDES_OF_A_DEAL: Final = 2
_PARTICLES: Final = 12
"""So much behind a name or a verb is read for its particle, in code points: a ticker may lie between."""
_CONTROL: Final = 50
"""Percent; who takes more of a firm takes it over, who takes less invests in it."""
_PARTS: Final = ("investment.stake_percent", "investment.stake_gained", "investment.percent_of_shares")
"""Rules whose value is how much of a firm changes hands."""
_AT_VERB: Final = 2
"""How far behind a verb its subject stands where they change places, and how far from "goes" the firm that is sold."""
HANDED_OVER: Final = "acquisition.handed_over"
"""The rule that finds the target as the subject; its sides are told by `_handed_over`."""
_OF_OWNER: Final = 14
"""How long what parts a firm from its own sale may be without its amount: "'s all-stock"."""
_JOINT: Final = 14
"""How much may lie between two firms that do something together, in code points: "X and Y", "X, its rival Y"."""
_SIDES: Final = (
    ("company_id", "counterparty_id"),
    ("company_mention_start", "counterparty_start"),
    ("company_mention_end", "counterparty_end"),
)


def with_sides(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers with buyer and target on their own sides, and lawsuits between firms, of which the one sued is the company.

    A target without a buyer gets the article's main company.
    """
    rows = with_last_verbs(_with_buyers(_inverted(moves.with_row_index("row"), scanned), scanned), scanned)
    rows = _with_paid_for(_handed_over(rows, scanned), scanned)
    swap = _held(rows, scanned) | _done_by(rows, scanned) | _told_first(rows, scanned) | _refused(rows, scanned)
    agents = [
        _bought_by(rows, scanned, *sides)
        for sides in (("counterparty", "company_mention"), ("company_mention", "counterparty"))
    ]
    rows = rows.with_columns(_turned=agents[0], _passive=agents[0] | agents[1])
    swap |= _object_is_meant(rows, scanned) | _owned_by_noun(rows, scanned)
    swap &= (pl.col("rule") != HANDED_OVER).fill_null(value=True)
    swap |= pl.col("_turned")
    swap &= pl.col("_turned") | ~pl.col("_passive")  # who buys is told by its mark, whatever stands first
    # "Slack股東否決Salesforce的收購案": the other firm is the one whose shareholders act.
    swap &= ~_of_holders(rows, scanned, "counterparty", -1)
    sues = _sues(rows, scanned) & (pl.col("move_type") == "legal_action")
    rows = rows.with_columns(_swap=(swap & (pl.col("move_type") == "acquisition")) | sues)
    turned = rows.with_columns(
        *[pl.when("_swap").then(b).otherwise(a).alias(a) for a, b in _SIDES],
        *[pl.when("_swap").then(a).otherwise(b).alias(b) for a, b in _SIDES],
    )
    main = companies.main_company(scanned).select("doc", _main="company_id")
    joined = turned.join(main, on="doc", how="left", maintain_order="left")
    # "A and B work together": whoever the article is about is the company, the other one its partner.
    partnered = (pl.col("move_type") == "partnership") & (pl.col("counterparty_id") == pl.col("_main"))
    partnered = partnered.fill_null(value=False) & pl.col("company_id").is_not_null()
    joined = joined.with_columns(
        *[pl.when(partnered).then(b).otherwise(a).alias(a) for a, b in _SIDES],
        *[pl.when(partnered).then(a).otherwise(b).alias(b) for a, b in _SIDES],
    )
    joined = _sold_whole(_by_particles(_sold_to(_as_beside(joined), scanned), scanned), scanned)
    bought = pl.col("_swap") & (pl.col("move_type") == "acquisition")
    buyer = bought & pl.col("company_mention_start").is_null() & (pl.col("_main") != pl.col("counterparty_id"))
    joined = joined.with_columns(company_id=pl.when(buyer).then("_main").otherwise("company_id"))
    return _told_jointly(_by_persons(joined.drop("_swap", "_main", "_turned", "_passive"), scanned), scanned).drop("row")


def _inverted(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers whose buyer stands right behind the verb, what it buys behind it: "In 2016 nam Microsoft LinkedIn over".

    Only in languages that put the verb before its subject so (`inverts`), where no firm of the sentence stands before it.
    """
    asked = rows.filter(pl.col("move_type") == "acquisition").select("row", "doc", "sid", "trigger_start", "trigger_end")
    asked = asked.filter(scanned.setting("inverts", asked))
    asked = asked.filter(scanned.tape.slice("trigger_start", "trigger_end", asked).str.contains(r"^\p{Ll}"))
    firms = named_firms(scanned).select("sid", _id="company_id", _from="start", _to="end")
    pairs = asked.join(firms, on="sid", how="inner", maintain_order="left").sort("row", "_from", maintain_order=True)
    pairs = pairs.filter((pl.col("_from") >= pl.col("trigger_end")).all().over("row"))
    first = pairs.unique("row", keep="first", maintain_order=True)
    first = first.filter(pl.col("_from") - pl.col("trigger_end") <= _AT_VERB).drop_nulls("_id")
    others = pairs.join(first.select("row", _buyer="_id", _at="_to"), on="row", how="inner", maintain_order="left")
    others = others.filter(pl.col("_from") >= pl.col("_at"), pl.col("_id") != pl.col("_buyer"))
    others = others.unique("row", keep="first", maintain_order=True)
    others = others.select("row", _next="_id", _next_from="_from", _next_to="_to")
    told = first.select("row", "_id", "_from", "_to").join(others, on="row", how="inner", maintain_order="left")
    sides = {
        "company_id": "_id", "company_mention_start": "_from", "company_mention_end": "_to",
        "counterparty_id": "_next", "counterparty_start": "_next_from", "counterparty_end": "_next_to",
    }  # fmt: skip
    return _as_told(rows, told, sides)


def _as_told(rows: pl.DataFrame, told: pl.DataFrame, sides: dict[str, str]) -> pl.DataFrame:
    """Rows with the sides (columns of rows: of told) that `told` has of them, by row."""
    told = told.select("row", *sides.values(), _told=pl.lit(value=True))
    joined = rows.join(told, on="row", how="left", maintain_order="left")
    there = pl.col("_told").is_not_null()
    return joined.with_columns(pl.when(there).then(b).otherwise(a).alias(a) for a, b in sides.items()).select(rows.columns)


def _handed_over(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers told of what is bought with their sides: "X goes to Y for 2 billion", "X geht für 2 Milliarden an Y"."""
    told = handed_over(rows.filter((pl.col("rule") == HANDED_OVER).fill_null(value=False)), scanned)
    sides = {
        "company_id": "_id", "company_mention_start": "_from", "company_mention_end": "_to",
        "counterparty_id": "_what", "counterparty_start": "_at", "counterparty_end": "_till",
    }  # fmt: skip
    return _as_told(rows, told, sides)


def handed_over(asked: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """The firm right before each verb (row) of going, _what, _at and _till, and the one behind "to", _id, _from and _to.

    Anything else that goes to somebody for money ("the contract goes to Y") has no sides.
    """
    firms = named_firms(scanned).drop_nulls("company_id").select("sid", _id="company_id", _from="start", _to="end")
    inside = pl.col("value_start") >= pl.col("trigger_end")
    length = pl.when(inside.fill_null(value=False)).then(pl.col("value_end") - pl.col("value_start")).otherwise(0)
    pairs = asked.select("row", "sid", "trigger_start", "trigger_end", "value_end", _length=length)
    pairs = pairs.join(firms, on="sid", how="inner", maintain_order="left")
    sold = pairs.filter((pl.col("trigger_start") - pl.col("_to")).is_between(0, _AT_VERB))
    sold = sold.select("row", _what="_id", _at="_from", _till="_to").unique("row", keep="first", maintain_order=True)
    marks = words(scanned, "to_buyer").select("sid", _mark="start", _behind="end").unique(maintain_order=True)
    buyers = pairs.join(marks, on="sid", how="inner", maintain_order="left").join(
        sold, on="row", how="inner", maintain_order="left"
    )
    return buyers.filter(
        pl.col("_mark") >= pl.col("trigger_end"), (pl.col("_from") - pl.col("_behind")).is_between(0, _BUYER_GAP),
        pl.col("_id") != pl.col("_what"),
        pl.col("_mark") - pl.col("trigger_end") - pl.when(pl.col("value_end") <= pl.col("_mark")).then("_length").otherwise(0)
        <= _OF_REACH,
    ).unique("row", keep="first", maintain_order=True)  # fmt: skip


def _sold_whole(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Sales of a whole firm as what they are to its buyer, a takeover: "X's 2 billion sale to Y", "the sale of X to Y".

    The firm stands right before the noun, its amount between, or right behind it and right before "to".
    """
    sales = words(scanned, "sale").select("sid", trigger_start="start", _noun="end").unique(maintain_order=True)
    asked = rows.filter(pl.col("move_type") == "divestiture", pl.col("company_id").is_not_null())
    asked = asked.filter(pl.col("counterparty_id").is_not_null(), pl.col("company_id") != pl.col("counterparty_id"))
    asked = asked.join(sales, on=["sid", "trigger_start"], how="inner", maintain_order="left")
    inside = (pl.col("trigger_start") - pl.col("value_end")).is_between(0, _OF_OWNER)
    length = pl.when(inside.fill_null(value=False)).then(pl.col("value_end") - pl.col("value_start")).otherwise(0)
    meant = scanned.companies.drop_nulls(["sid", "company_id"]).select("sid", "company_id", _named="end")
    meant = asked.select("row", "sid", "company_id", "trigger_start", _length=length).join(
        meant.unique(maintain_order=True), on=["sid", "company_id"], how="inner", maintain_order="left"
    )
    gap = pl.col("trigger_start") - pl.col("_named") - pl.col("_length")
    before = pl.col("row").is_in(meant.filter(gap.is_between(0, _OF_OWNER))["row"].unique().implode())
    units = words(scanned, "unit").select("sid", _unit="start").drop_nulls()
    marks = words(scanned, "to_buyer").select("sid", _mark="start").drop_nulls()
    follows = asked.filter((pl.col("company_mention_start") - pl.col("trigger_end")).is_between(0, _OBJECT_REACH))
    follows = follows.join(marks, on="sid", how="inner", maintain_order="left")
    follows = follows.filter((pl.col("_mark") - pl.col("company_mention_end")).is_between(0, 1)).select("row")
    ahead = asked.filter(before).join(units, on="sid", how="left", maintain_order="left")
    parted = ahead.filter(pl.col("_unit").is_between("company_mention_start", "counterparty_start")).select("row")
    ahead = ahead.select("row").join(parted, on="row", how="anti", maintain_order="left")
    whole = pl.col("row").is_in(pl.concat([ahead, follows])["row"].unique().implode())
    return rows.with_columns(
        *[pl.when(whole).then(b).otherwise(a).alias(a) for a, b in _SIDES],
        *[pl.when(whole).then(a).otherwise(b).alias(b) for a, b in _SIDES],
        move_type=pl.when(whole).then(pl.lit("acquisition")).otherwise("move_type"),
    )


def _told_jointly(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers told of both firms at once ("X and Y call off their deal") with the sides that the article tells elsewhere.

    Where it does not the firm named first is taken to be the buyer.
    """
    first, last = pl.min_horizontal, pl.max_horizontal
    starts, ends = ("company_mention_start", "counterparty_start"), ("company_mention_end", "counterparty_end")
    known = (pl.col("move_type") == "acquisition") & pl.all_horizontal(pl.col("company_id", "counterparty_id").is_not_null())
    asked = rows.with_columns(scanned.setting("verb_last", rows)).filter(known, ~pl.col("verb_last"))
    asked = asked.filter(last(*ends) <= pl.col("trigger_start"), last(*starts) - first(*ends) <= _JOINT)
    between = scanned.tape.slice(first(*ends), last(*starts), asked)

    def joins(language: str, part: pl.DataFrame) -> pl.Series:
        ands = str(lexicon.settings(language).get("name_and", "$^"))
        return part["between"].str.contains(rf"^(?:,|,? (?:{ands})) ?$")

    joint = asked.filter(
        scanned.tape.by_language(asked.select("doc", between=between), joins).fill_null(value=False)
    ).select("row", "doc", _late=pl.col(starts[1]) < pl.col(starts[0]), _a="company_id", _b="counterparty_id")  # fmt: skip
    if joint.is_empty():
        return rows
    plain = rows.filter(known).join(joint, on="row", how="anti", maintain_order="left")
    told = plain.select("doc", _a="company_id", _b="counterparty_id").unique(maintain_order=True)
    turned = joint.join(told, left_on=["doc", "_b", "_a"], right_on=["doc", "_a", "_b"], how="semi", maintain_order="left")
    kept = joint.join(told, on=["doc", "_a", "_b"], how="semi", maintain_order="left")
    unsure = joint.filter("_late").join(kept, on="row", how="anti", maintain_order="left")
    swap = pl.col("row").is_in(pl.concat([turned, unsure])["row"].implode())
    return rows.with_columns(
        *[pl.when(swap).then(b).otherwise(a).alias(a) for a, b in _SIDES],
        *[pl.when(swap).then(a).otherwise(b).alias(b) for a, b in _SIDES],
    )


def _with_paid_for(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers told as a price that is paid: what it is paid for is bought, by the main company if no other one is named."""
    if "bought_start" not in rows.columns:
        return rows
    main = companies.main_company(scanned).select("doc", _main="company_id")
    firms = named_firms(scanned).select(bought_start="start", _end="end", _id="company_id")
    told = rows.join(
        firms.unique("bought_start", keep="first", maintain_order=True), on="bought_start", how="left", maintain_order="left",
        nulls_equal=False,
    ).join(main, on="doc", how="left", maintain_order="left")  # fmt: skip
    bought = pl.col("_end").is_not_null() & (pl.col("move_type") == "acquisition")
    own = bought & (pl.col("company_id") == pl.col("_id")).fill_null(value=False)
    sides = {"counterparty_start": "bought_start", "counterparty_end": "_end", "counterparty_id": "_id"}
    told = told.filter(~(own & (pl.col("_main") == pl.col("_id")).fill_null(value=True)))  # nobody tells who pays
    return told.with_columns(
        *[pl.when(bought).then(new).otherwise(old).alias(old) for old, new in sides.items()],
        company_id=pl.when(own).then("_main").otherwise("company_id"),
        company_mention_start=pl.when(own).then(None).otherwise("company_mention_start"),
        company_mention_end=pl.when(own).then(None).otherwise("company_mention_end"),
    ).select(rows.columns)


def _by_persons(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Takeovers without a buying firm as those of the firm bought: "Twitter is bought by Elon Musk".

    Its counterparty is then the whole name right behind the verb, if one stands there, else a buyer that no table knows.
    """
    alone = (pl.col("move_type") == "acquisition") & pl.col("company_id").is_null() & pl.col("counterparty_id").is_not_null()
    asked = rows.filter(alone).select("row", "sid", "trigger_end").sort("trigger_end", maintain_order=True)
    names = scanned.names.filter(pl.col("kind").is_in(["person", "name"])).select("sid", _from="start", _to="end")
    spaced = scanned.tape.slice("_from", "_to", names).str.contains(r"\S \S").fill_null(value=False)
    names = names.filter(spaced).sort("_from", maintain_order=True)
    behind = asked.join_asof(
        names, left_on="trigger_end", right_on="_from", by="sid", strategy="forward", tolerance=_PERSON_REACH,
        check_sortedness=False,
    )  # fmt: skip
    told = rows.join(behind.select("row", "_from", "_to"), on="row", how="left", maintain_order="left").with_columns(
        _from=pl.coalesce("_from", "company_mention_start"), _to=pl.coalesce("_to", "company_mention_end")
    )
    return told.with_columns(
        company_id=pl.when(alone).then("counterparty_id").otherwise("company_id"),
        company_mention_start=pl.when(alone).then("counterparty_start").otherwise("company_mention_start"),
        company_mention_end=pl.when(alone).then("counterparty_end").otherwise("company_mention_end"),
        counterparty_id=pl.when(alone).then(None).otherwise("counterparty_id"),
        counterparty_start=pl.when(alone).then("_from").otherwise("counterparty_start"),
        counterparty_end=pl.when(alone).then("_to").otherwise("counterparty_end"),
    ).drop("_from", "_to")


def _by_particles(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Deals with the firms before a last verb on the sides that their particles tell: マイクロソフトはノキアの事業を買収.

    Who does it bears the mark of a subject, else that of a topic (`deal_subject`, `deal_topic`); what is bought or sold,
    or whose it was, is the nearest other firm before the verb with a mark of an object or owner (`deal_object`). Passives
    (`deal_passive`) stay as they are.
    """
    deals = rows.filter(pl.col("move_type").is_in(["acquisition", "divestiture"]) & ~pl.col("_passive"))
    asked = deals.select("row", "sid", "doc", "trigger_start", "trigger_end")
    asked = asked.filter(scanned.setting("deal_subject", asked))
    if asked.is_empty():
        return rows
    does, others = _marked_firms(asked.filter(~_opens(asked, scanned, "deal_passive", "trigger_end")), scanned)
    told = rows.join(does, on="row", how="left", maintain_order="left").join(
        others, on="row", how="left", maintain_order="left"
    )
    does_it, other = pl.col("_actor").is_not_null(), pl.col("_actor").is_not_null() & pl.col("_id").is_not_null()
    echo = does_it & ~other & (
        (pl.col("counterparty_id") == pl.col("_actor")) | (pl.col("counterparty_start") == pl.col("_actor_from"))
    )  # fmt: skip
    sides = {"company_id": "_actor", "company_mention_start": "_actor_from", "company_mention_end": "_actor_to"}
    targets = {"counterparty_id": "_id", "counterparty_start": "_from", "counterparty_end": "_to"}
    return told.with_columns(
        *[pl.when(does_it).then(b).otherwise(a).alias(a) for a, b in sides.items()],
        *[
            pl.when(other).then(b).when(echo.fill_null(value=False)).then(None).otherwise(a).alias(a)
            for a, b in targets.items()
        ],
    ).select(rows.columns)


def _bought_by(rows: pl.DataFrame, scanned: Scanned, agent: str, target: str) -> pl.Series:
    """Whether a firm of each deal bears the mark of who does it: "領英被微軟收購", "スラックはセールスフォースに買収された".

    `deal_agent` is a regular expression for what stands around that firm, up to the verb, with "_" for its name.
    """
    first, last = pl.col(f"{agent}_start"), pl.col(f"{agent}_end")
    asked = rows.filter(
        pl.col("move_type") == "acquisition",
        pl.col(f"{target}_end") <= first,
        (pl.col("trigger_start") - last).is_between(0, _BUYER_REACH),
    )
    before = scanned.tape.slice(first - _AGENT_MARK, first, asked)
    behind = scanned.tape.slice(last - 1, pl.col("trigger_end") + _AGENT_MARK, asked)

    def answer(language: str, part: pl.DataFrame) -> pl.Series:
        return part["around"].str.contains(str(lexicon.settings(language).get("deal_agent", "$^")))

    told = scanned.tape.by_language(asked.select("doc", around=before + "_" + behind), answer).fill_null(value=False)
    return rows["row"].is_in(asked.filter(told)["row"].implode())


def _marked_firms(asked: pl.DataFrame, scanned: Scanned) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who does each deal by its particle (row, _actor, _actor_from, _actor_to), and the other firm (row, _id, _from, _to).

    Only where at most two firms stand before the verb, each with its mark: of "엔비디아의 ARM 인수" beside a third one the
    first may buy, and AとBは are two who agree on something.
    """
    firms = named_firms(scanned).drop_nulls("company_id").select("sid", "doc", _id="company_id", _from="start", _to="end")
    marks = {"_subject": "deal_subject", "_topic": "deal_topic", "_object": "deal_object"}
    firms = firms.with_columns(_last=pl.col("_to") - 1)  # the particle may be written as one with the name
    within = {name: _opens(firms, scanned, setting, "_last") for name, setting in marks.items()}
    firms = firms.with_columns(
        *[(_opens(firms, scanned, setting, "_to") | within[name]).alias(name) for name, setting in marks.items()],
        _to=pl.when(pl.any_horizontal(within.values())).then("_last").otherwise("_to"),
    )
    pairs = asked.drop("doc").join(firms, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("trigger_start") - pl.col("_to")).is_between(0, _BUYER_REACH)
    ).filter(
        pl.col("_id").n_unique().over("row") <= _SIDES_OF_A_DEAL,
        pl.any_horizontal("_subject", "_topic", "_object").all().over("row"),
    )  # fmt: skip
    subjects = pairs.filter("_subject").sort("row", "_from", descending=[False, True], maintain_order=True)
    topics = pairs.filter("_topic").sort("row", "_from", maintain_order=True)
    does = pl.concat([subjects, topics]).unique("row", keep="first", maintain_order=True)
    does = does.select("row", _actor="_id", _actor_from="_from", _actor_to="_to")
    others = pairs.join(does, on="row", how="inner", maintain_order="left").filter(
        pl.col("_id") != pl.col("_actor"), pl.col("_object") | (pl.col("_topic") & (pl.col("_to") <= pl.col("_actor_from")))
    )  # fmt: skip
    others = others.sort("row", "_from", descending=[False, True], maintain_order=True)
    return does, others.unique("row", keep="first", maintain_order=True).select("row", "_id", "_from", "_to")


def _opens(rows: pl.DataFrame, scanned: Scanned, setting: str, place: str) -> pl.Series:
    """Whether the text behind a place of each row begins as a setting says, a regular expression."""
    rest = scanned.tape.slice(place, pl.col(place) + _PARTICLES, rows)

    def answer(language: str, part: pl.DataFrame) -> pl.Series:
        pattern = str(lexicon.settings(language).get(setting, "$^"))
        return part["rest"].str.contains(f"^(?:{pattern})")

    return scanned.tape.by_language(rows.select("doc", rest=rest), answer).fill_null(value=False)


def _object_is_meant(rows: pl.DataFrame, scanned: Scanned) -> pl.Series:
    """Whether the company is bought, meant right behind the verb, and the buyer named before it: "that X may buy the firm"."""
    meant = scanned.companies.filter(pl.col("certainty") == "pronoun").drop_nulls("sid").select("sid", _at="start")
    beside = rows.select("row", "sid", "trigger_end").join(meant, on="sid", how="inner", maintain_order="left")
    beside = beside.filter((pl.col("_at") - pl.col("trigger_end")).is_between(0, _OBJECT_REACH))
    named = (pl.col("counterparty_end") <= pl.col("trigger_start")) & pl.col("counterparty_id").is_not_null()
    other = pl.col("company_id") != pl.col("counterparty_id")
    earlier = (pl.col("company_mention_start") < pl.col("counterparty_start")) | (
        pl.col("company_mention_start") >= pl.col("trigger_end")
    )
    told = pl.col("row").is_in(beside["row"].unique().implode()) & named & other & earlier
    return rows.select(told.fill_null(value=False)).to_series()


def _owned_by_noun(rows: pl.DataFrame, scanned: Scanned) -> pl.Expr:
    """What is bought stands right behind the noun and its "of", the buyer farther on: "the purchase of X lets Y grow"."""
    behind = (pl.col("company_mention_start") - pl.col("trigger_end")).is_between(0, _OF_REACH)
    later = pl.col("counterparty_start") >= pl.col("company_mention_end")
    asked = rows.filter(behind & later & pl.col("counterparty_id").is_not_null(), pl.col("move_type") == "acquisition")
    done = words(scanned, "acquired_by").select("sid", trigger_start="start").unique(maintain_order=True)
    asked = asked.join(done, on=["sid", "trigger_start"], how="anti", maintain_order="left")
    marks = pl.concat(
        [
            words(scanned, "of").select("sid", "start", "end"),
            scanned.cues_of("mark", codes=("of",)).select("sid", "start", "end"),
        ]
    )
    # "Purchase of" before the name of a firm may be one word of the lexicon, or a noun and an "of".
    nouns = scanned.cues_of("company_noun").filter(pl.col("code") == "before").select("sid", trigger_end="end")
    # Of "köpt av" the same word tells who buys.
    agents = words(scanned, "by_whom", "acquired_by").select("sid", "end").unique(maintain_order=True)
    plain = marks.join(agents, on=["sid", "end"], how="anti", maintain_order="left").select("sid", trigger_end="end")
    nouns = pl.concat([nouns, plain]).unique(maintain_order=True)
    spaced = scanned.tape.slice("trigger_start", "trigger_end", asked).str.contains(r"\S \S").fill_null(value=False)
    whole = asked.filter(spaced, pl.col("company_mention_start") - pl.col("trigger_end") <= 1)
    whole = whole.join(nouns, on=["sid", "trigger_end"], how="semi", maintain_order="left")
    parted = asked.select("row", "sid", "trigger_end", "company_mention_start").join(marks, on="sid", maintain_order="left")
    parted = parted.filter(
        (pl.col("start") - pl.col("trigger_end")).is_between(0, 1),
        (pl.col("company_mention_start") - pl.col("end")).is_between(0, 1),
    )
    return pl.col("row").is_in(pl.concat([whole["row"], parted["row"]]).unique().implode())


def _sold_to(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Firms sold with the buyer as the other side, where a name stands right behind "to": "its Polish arm to Vienna"."""
    marks = words(scanned, "to_buyer").select("sid", _mark="start", _to="end")
    known = named_firms(scanned).select("sid", _start="start", _end="end", _id="company_id")
    names = scanned.names.filter(pl.col("kind").is_in(["company", "name"])).drop_nulls("sid")
    names = names.select("sid", _start="start", _end="end", _id=pl.lit(None, pl.String))
    buyers = pl.concat([known, names]).unique(["sid", "_start"], keep="first", maintain_order=True)
    buyers = marks.join(buyers, on="sid", maintain_order="left").filter(
        (pl.col("_start") - pl.col("_to")).is_between(0, _BUYER_GAP)
    )
    gap = scanned.tape.slice("_to", "_start", buyers)
    # "To the investor X", in languages that write nouns large or small.
    buyers = buyers.filter(gap.str.contains(r"^ ?(?:\p{Ll}+ ){0,2}(?:\p{Lu}?\p{Ll}+ )?$").fill_null(value=False))
    sold = rows.filter(pl.col("move_type") == "divestiture").select("row", "sid", "company_id", "trigger_end")
    found = sold.join(buyers, on="sid", maintain_order="left").filter(
        (pl.col("_mark") - pl.col("trigger_end")).is_between(0, _SOLD_REACH),
        (pl.col("_id") != pl.col("company_id")).fill_null(value=True),
    )
    found = found.sort("row", "_mark", "_start", maintain_order=True).unique("row", keep="first", maintain_order=True)
    told = rows.join(found.select("row", "_start", "_end", "_id"), on="row", how="left", maintain_order="left")
    there = pl.col("_start").is_not_null()
    sides = {"counterparty_start": "_start", "counterparty_end": "_end", "counterparty_id": "_id"}
    return told.with_columns(*[pl.when(there).then(b).otherwise(a).alias(a) for a, b in sides.items()]).select(rows.columns)


def _as_beside(rows: pl.DataFrame) -> pl.DataFrame:
    """Takeovers of which only the target is made out with the buyer that another match in their sentence has of it."""
    deals = rows.filter(
        pl.col("move_type") == "acquisition", pl.col("company_id").is_not_null(), pl.col("counterparty_id").is_not_null()
    )
    pairs = deals.select("sid", _of="counterparty_id", **{f"_{a}": a for side in _SIDES for a in side})
    pairs = pairs.unique(["sid", "_of"], keep="first", maintain_order=True)
    told = rows.join(pairs, left_on=["sid", "company_id"], right_on=["sid", "_of"], how="left", maintain_order="left")
    lone = (pl.col("move_type") == "acquisition") & pl.col("counterparty_start").is_null() & pl.col("_company_id").is_not_null()
    columns = [a for side in _SIDES for a in side]
    return told.with_columns(*[pl.when(lone).then(f"_{a}").otherwise(a).alias(a) for a in columns]).select(rows.columns)


def _with_buyers(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Deals of a firm that its sentence names behind the verb only, or not at all, as those of the firm named before it.

    It buys the firm behind; a firm sold is rather the next one behind.
    """
    deals = pl.col("move_type").is_in(["acquisition", "divestiture"]) & ~pl.col("trigger_start").is_in(
        words(scanned, "acquired_by")["start"].implode()
    )
    asked = rows.with_columns(scanned.setting("verb_last", rows)).filter(deals, ~pl.col("verb_last"))
    asked = asked.select("row", "sid", "move_type", "company_id", "trigger_start", "trigger_end")
    firms = named_firms(scanned).drop_nulls("company_id")
    firms = firms.select("sid", firm="company_id", firm_start="start", firm_end="end")
    before, behind = _nearest_firms(asked, firms)
    own = firms.select("sid", "firm").unique()
    here = asked.join(own, left_on=["sid", "company_id"], right_on=["sid", "firm"], how="semi").select(
        "row", _here=pl.lit(value=True)
    )
    found = before.join(behind, on="row", how="left", maintain_order="left").join(
        here, on="row", how="left", maintain_order="left"
    )
    same = pl.col("_next") == pl.col("company_id")
    bought = (pl.col("move_type") == "acquisition") & same.fill_null(value=False)
    strange = pl.col("_here").is_null() & ((pl.col("move_type") == "divestiture") | pl.col("_next").is_not_null())
    found = found.filter(bought | strange, (pl.col("_buyer") != pl.col("company_id")).fill_null(value=True))
    found = found.select("row", "_buyer", "_from", "_to", "_next", "_next_start", "_next_end")
    told = rows.join(found, on="row", how="left", maintain_order="left")
    turned = pl.col("_buyer").is_not_null()
    echo = turned & (
        pl.col("counterparty_start").is_null()
        | (pl.col("counterparty_start") == pl.col("_from"))
        | (pl.col("move_type") == "acquisition")
    )
    sides = {"company_id": "_buyer", "company_mention_start": "_from", "company_mention_end": "_to"}
    others = {"counterparty_id": "_next", "counterparty_start": "_next_start", "counterparty_end": "_next_end"}
    return told.with_columns(
        *[pl.when(echo).then(other).otherwise(name).alias(name) for name, other in others.items()],
        *[pl.when(turned).then(buyer).otherwise(name).alias(name) for name, buyer in sides.items()],
    ).select(rows.columns)


def _nearest_firms(asked: pl.DataFrame, firms: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The firms nearest before and behind a verb: `asked` with _buyer, _from and _to; row with _next and its place."""
    before = asked.sort("trigger_start", maintain_order=True).join_asof(
        firms.rename({"firm": "_buyer", "firm_start": "_from", "firm_end": "_to"}).sort("_to", maintain_order=True),
        left_on="trigger_start", right_on="_to", by="sid", strategy="backward", tolerance=_BUYER_REACH, check_sortedness=False,
    )  # fmt: skip
    behind = asked.sort("trigger_end", maintain_order=True).join_asof(
        firms.rename({"firm": "_next", "firm_start": "_next_start", "firm_end": "_next_end"}).sort(
            "_next_start", maintain_order=True
        ),
        left_on="trigger_end", right_on="_next_start", by="sid", strategy="forward", tolerance=_BUYER_REACH,
        check_sortedness=False,
    )  # fmt: skip
    return before.drop_nulls("_buyer"), behind.select("row", "_next", "_next_start", "_next_end")


def _held(rows: pl.DataFrame, scanned: Scanned) -> pl.Expr:
    """Whose shareholders act on an offer is the target."""
    return _of_holders(rows, scanned, "company_mention", _HOLDER_REACH)


def _of_holders(rows: pl.DataFrame, scanned: Scanned, side: str, ahead: int) -> pl.Expr:
    """Whether a firm of each deal has a word for shareholders right behind it, or so far before it."""
    holders = words(scanned, "holder").select("sid", _from="start", _to="end")
    first, last = f"{side}_start", f"{side}_end"
    gap = pl.max_horizontal(pl.col(first) - pl.col("_to"), pl.col("_from") - pl.col(last))
    found = rows.select("row", "sid", first, last).join(holders, on="sid", maintain_order="left")
    near = pl.when(pl.col("_from") > pl.col(first)).then(gap <= _HOLDER_REACH // 9).otherwise(gap <= ahead)
    return pl.col("row").is_in(found.filter(near)["row"].unique().implode())


def _done_by(rows: pl.DataFrame, scanned: Scanned) -> pl.Expr:
    """Right behind "bought by", and behind the "by" that follows a target, stands who buys."""
    agents = words(scanned, "acquired_by").select("sid", _from="start", _to="end")
    found = rows.select(
        "row", "sid", "counterparty_start", "company_mention_start", "trigger_start", "trigger_end"
    ).join(agents, on="sid", maintain_order="left")  # fmt: skip
    there = (pl.col("counterparty_start") - pl.col("_to")).is_between(0, _AGENT_REACH)
    # "The purchase by X failed, the shareholders of Y …": the first firm behind the word is its agent.
    there &= ~pl.col("company_mention_start").is_between(pl.col("_to"), pl.col("counterparty_start")).fill_null(value=False)
    meets = (pl.col("_from") <= pl.col("trigger_end")) & (pl.col("_to") >= pl.col("trigger_start"))
    # "X was bought by Y in a deal worth 2 billion": the price is told of the deal.
    meets |= pl.col("trigger_start").is_in(words(scanned, "offer")["start"].implode())
    # "The takeover of X by Y".
    marks = words(scanned, "by_whom").select("sid", _from="start", _to="end")
    behind = rows.select(
        "row", "sid", "counterparty_start", "company_mention_start", "company_mention_end", "trigger_end"
    ).join(marks, on="sid", maintain_order="left")
    behind = behind.filter(
        pl.col("company_mention_start") >= pl.col("trigger_end"), pl.col("_from") >= pl.col("company_mention_end"),
        (pl.col("counterparty_start") - pl.col("_to")).is_between(0, _AGENT_REACH),
    )  # fmt: skip
    done = pl.concat([found.filter(there & meets).select("row"), behind.select("row"), _offered_by(rows, scanned)])
    return pl.col("row").is_in(done["row"].unique().implode())


def _offered_by(rows: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Deals (row) whose other firm stands behind a "by" that follows the noun: "X has turned down a bid of 3 million by Y"."""
    asked = rows.filter(pl.col("company_mention_end") <= pl.col("trigger_start"))
    between = pl.col("value_start") >= pl.col("trigger_end")
    asked = asked.select(
        "row", "sid", "counterparty_start", "trigger_end",
        _far=pl.when(between.fill_null(value=False)).then("value_end").otherwise("trigger_end"),
    )  # fmt: skip
    marks = words(scanned, "by_whom").select("sid", _from="start", _to="end").unique(maintain_order=True)
    # "Pagará 3 millones por X", "förvärvet av X": what is paid for, or bought, follows the same word.
    others = [words(scanned, "pays_for", "of").select("sid", _from="start")]
    others.append(scanned.cues_of("mark", codes=("of",)).select("sid", _from="start"))
    marks = marks.join(pl.concat(others).unique(), on=["sid", "_from"], how="anti", maintain_order="left")
    pairs = asked.join(marks, on="sid", how="inner", maintain_order="left").filter(
        (pl.col("counterparty_start") - pl.col("_to")).is_between(0, _AGENT_REACH),
        (pl.col("_from") - pl.col("_far")).is_between(0, _AT_VERB),
    )
    return pairs.select("row")


def _refused(rows: pl.DataFrame, scanned: Scanned) -> pl.Expr:
    """Who turns an offer down or takes it is its target: named before the word for it, the bidder behind."""
    verbs = words(scanned, "refuses", "accepts").select("sid", _from="start", _to="end")
    found = rows.select("row", "sid", "company_mention_end", "counterparty_start").join(verbs, on="sid", maintain_order="left")
    near = (pl.col("_from") - pl.col("company_mention_end")).is_between(0, _REFUSAL_REACH)
    turned = near & (pl.col("counterparty_start") >= pl.col("_from"))
    return pl.col("row").is_in(found.filter(turned)["row"].unique().implode())


def _told_first(rows: pl.DataFrame, scanned: Scanned) -> pl.Expr:
    """Where the verb comes last the buyer is named before the target, both before the verb; elsewhere around the verb.

    A "company" told behind the verb, or nearer to a last verb than the other name, is the target.
    """
    company, other = pl.col("company_mention_start"), pl.col("counterparty_start")
    both = rows.with_columns(scanned.setting("verb_last", rows))
    before = (other < company) & (company < pl.col("trigger_start"))
    around = (other < pl.col("trigger_start")) & (company > pl.col("trigger_end"))
    # 微软完成对动视暴雪的收购: whose takeover it is called is taken over.
    owned = scanned.tape.slice("company_mention_end", "trigger_start", rows)
    owned = owned.str.contains(f"^(?:{lexicon.alternatives('owner_marks')})$")
    # 完成对动视暴雪的收购后，微软: where 对 says so, the buyer may stand behind.
    place = pl.max_horizontal(company - 1, pl.lit(0))
    aimed = scanned.tape.slice(place, company, rows).str.contains(f"^(?:{lexicon.alternatives('aimed_marks')})$")
    around |= ((other < company) | pl.lit(aimed.fill_null(value=False))) & pl.lit(owned.fill_null(value=False))
    wrong = pl.when("verb_last").then(before).otherwise(around) & pl.col("counterparty_id").is_not_null()
    return pl.col("row").is_in(both.filter(wrong.fill_null(value=False))["row"].implode())


def _sues(rows: pl.DataFrame, scanned: Scanned) -> pl.Expr:
    """The company sues the other firm: it is named first, and no word says that it is sued."""
    passive = words(scanned, "sued_by", "sued_mark")["sid"].implode()
    verbs = words(scanned, "sue")["start"].implode()
    first = pl.col("company_mention_start") < pl.col("counterparty_start")
    told = first & pl.col("counterparty_id").is_not_null() & pl.col("trigger_start").is_in(verbs)
    found = rows.filter((told & ~pl.col("sid").is_in(passive)).fill_null(value=False))
    return pl.col("row").is_in(found["row"].implode())


def without_insiders(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Deals without those that are a manager's trade in shares: "the chief executive bought shares for $2 million"."""
    shares = words(scanned, "share").select("cid", _at="start")
    named = moves.select("cid", "trigger_start", "trigger_end").join(shares, on="cid", maintain_order="left")
    gap = pl.max_horizontal(pl.col("_at") - pl.col("trigger_end"), pl.col("trigger_start") - pl.col("_at"))
    beside = named.filter(gap <= _SHARES_REACH)["trigger_start"].implode()
    titles = scanned.cues_of("person_title").select("sid").drop_nulls()
    managers = pl.concat([words(scanned, "executive").select("sid"), titles])["sid"].unique().implode()
    traded = pl.col("move_type").is_in(["acquisition", "divestiture"]) & pl.col("counterparty_start").is_null()
    return moves.filter(~(traded & pl.col("trigger_start").is_in(beside) & pl.col("sid").is_in(managers)))


def told_once(moves: pl.DataFrame) -> pl.DataFrame:
    """Stakes without the percent where money tells the same deal, those of more than half as takeovers.

    Money raised by going public is no investment too.
    """
    listed = moves.filter(pl.col("move_type") == "ipo", pl.col("value").is_not_null()).select("doc", "value").unique()
    raised = moves.filter(pl.col("move_type") == "investment").join(listed, on=["doc", "value"], how="semi")
    moves = moves.join(raised.select("value_start"), on="value_start", how="anti", nulls_equal=False, maintain_order="left")
    percent = pl.col("rule").is_in(_PARTS).fill_null(value=False)
    paid = moves.filter(pl.col("move_type").is_in(["acquisition", "investment"]), ~percent, pl.col("value").is_not_null())
    stakes = moves.filter(percent).join(paid.select("sid").unique(), on="sid", how="anti", maintain_order="left")
    control = pl.col("value") > _CONTROL
    bare = {name: pl.when(control).then(None).otherwise(name).alias(name) for name in ("value", "value_high", "value_step")}
    stakes = stakes.with_columns(
        move_type=pl.when(control).then(pl.lit("acquisition")).otherwise("move_type"),
        unit=pl.when(control).then(None).otherwise("unit"),
        comparator=pl.when(control).then(None).otherwise("comparator"),
        value_start=pl.when(control).then(None).otherwise("value_start"),
        value_end=pl.when(control).then(None).otherwise("value_end"),
        **bare,
    )
    # "Takes 30 % of X for 22 million": the price of a stake.
    part = moves.filter(percent, ~control).select("sid").unique()
    whole = moves.filter(~percent).with_columns(_part=pl.col("sid").is_in(part["sid"].implode()))
    priced = (pl.col("move_type") == "acquisition") & pl.col("_part") & pl.col("value").is_not_null()
    whole = whole.with_columns(move_type=pl.when(priced).then(pl.lit("investment")).otherwise("move_type")).drop("_part")
    return pl.concat([whole, stakes.select(whole.columns)])


def completed_by_each_other(moves: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Mentions of an article's one takeover complete each other: the price takes the only target named, a failed deal failed.

    Only where the article names a single target, or that buyer a single one; several deals stay as they are told.
    """
    moves = _with_their_buyers(moves)
    deals = moves.filter(pl.col("move_type") == "acquisition")
    deals = deals.with_columns(_name=scanned.tape.slice("counterparty_start", "counterparty_end", deals))
    # A firm that is in no table is known by its name, in a headline as in the text.
    target = pl.coalesce("counterparty_id", "_name")
    one = (
        deals.filter(pl.col("counterparty_start").is_not_null())
        .sort("start", maintain_order=True)
        .group_by("doc", maintain_order=True)
        .agg(
            targets=target.n_unique(),
            **{f"only_{c}": pl.col(c).first() for c in ("counterparty_start", "counterparty_end", "counterparty_id")},
        )
        .filter(pl.col("targets") == 1)
        .drop("targets")
    )
    # "It had held talks before, but walked away": what failed then is not the deal that is told now.
    then = words(scanned, "formerly")["sid"].unique().implode()
    failed = deals.join(one, on="doc", how="semi").filter(pl.col("status") == "abandoned", ~pl.col("sid").is_in(then))
    failed = failed.select("doc").unique()
    whole = moves.join(one, on="doc", how="left", maintain_order="left")
    is_deal = pl.col("move_type") == "acquisition"
    lacks = (
        is_deal
        & pl.col("counterparty_start").is_null()
        & (pl.col("company_id") != pl.col("only_counterparty_id")).fill_null(value=True)
    )
    whole = whole.with_columns(
        *[
            pl.when(lacks).then(f"only_{c}").otherwise(c).alias(c)
            for c in ("counterparty_start", "counterparty_end", "counterparty_id")
        ],
        status=pl.when(is_deal & pl.col("doc").is_in(failed["doc"].implode())).then(pl.lit("abandoned")).otherwise("status"),
    )
    return whole.drop([f"only_{c}" for c in ("counterparty_start", "counterparty_end", "counterparty_id")])


def _with_their_buyers(moves: pl.DataFrame) -> pl.DataFrame:
    """Takeovers told by the target alone with its buyer, those told by the buyer alone with its only target.

    One told the other way round ("the deal would bring B under the roof of A") is none of its own.
    """
    deals = moves.filter(pl.col("move_type") == "acquisition", pl.col("company_id") != pl.col("counterparty_id"))
    pairs = deals.select("doc", "confidence", "start", "status", *[name for side in _SIDES for name in side]).sort(
        "doc", "confidence", "start", descending=[False, True, False], maintain_order=True
    )
    turned = pairs.select("doc", "start", _a="company_id", _b="counterparty_id").join(
        pairs.select("doc", _at="start", company_id="counterparty_id", counterparty_id="company_id"),
        left_on=["doc", "_a", "_b"], right_on=["doc", "company_id", "counterparty_id"], how="inner", maintain_order="left",
    )  # fmt: skip
    # Of two directions the surer one holds, of equals the one told first; only a mention without a price is dropped.
    first = pairs.with_row_index("_n").select("doc", "start", "_n")
    ranked = turned.join(first, on=["doc", "start"], how="left", maintain_order="left").join(
        first.select("doc", _at="start", _other="_n"), on=["doc", "_at"], how="left", maintain_order="left"
    )
    later = ranked.filter(pl.col("_n") > pl.col("_other")).select("doc", "start").unique(maintain_order=True)
    bare = (pl.col("move_type") == "acquisition") & pl.col("value").is_null()
    moves = pl.concat(
        [moves.filter(~bare), moves.filter(bare).join(later, on=["doc", "start"], how="anti", maintain_order="left")]
    )
    pairs = pairs.join(later, on=["doc", "start"], how="anti", maintain_order="left")
    columns = [name for side in _SIDES for name in side]
    of_target = pairs.group_by("doc", "counterparty_id", maintain_order=True).agg(
        _n=pl.col("company_id").n_unique(),
        _t_status=pl.col("status").first(),
        **{f"_t_{name}": pl.col(name).first() for name in columns},
    )
    of_buyer = pairs.group_by("doc", "company_id", maintain_order=True).agg(
        _m=pl.col("counterparty_id").n_unique(),
        _b_status=pl.col("status").first(),
        **{f"_b_{name}": pl.col(name).first() for _, name in _SIDES},
    )
    told = moves.join(
        of_target.filter(pl.col("_n") == 1).drop("_n"), left_on=["doc", "company_id"], right_on=["doc", "counterparty_id"],
        how="left", maintain_order="left",
    )  # fmt: skip
    ones = of_buyer.filter(pl.col("_m") == 1).drop("_m")
    told = told.join(ones, on=["doc", "company_id"], how="left", maintain_order="left")
    alone = (pl.col("move_type") == "acquisition") & pl.col("counterparty_start").is_null()
    sold = alone & pl.col("_t_company_id").is_not_null() & pl.col("_b_counterparty_id").is_null()
    # "A year ago it bought another firm for 2 billion": what is done is not the deal that is talked of.
    same = (pl.col("_b_status") == pl.col("status")) | (pl.col("status") == "announced")
    bought = alone & ~sold & same & pl.col("_b_counterparty_id").is_not_null() & pl.col("value").is_not_null()
    others = {name for _, name in _SIDES}
    talked = (sold & (pl.col("_t_status") == "rumoured")) | (bought & (pl.col("_b_status") == "rumoured"))
    told = told.with_columns(
        status=pl.when(talked & (pl.col("status") == "announced")).then(pl.lit("rumoured")).otherwise("status")
    )
    return told.with_columns(
        pl.when(sold)
        .then(f"_t_{name}")
        .when(bought if name in others else pl.lit(value=False))
        .then(f"_b_{name}" if name in others else name)
        .otherwise(name)
        .alias(name)
        for name in columns
    ).select(moves.columns)
