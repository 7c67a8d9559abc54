"""From matches to matters: one row each, bans one a party."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.security_incidents.rules import CLOSED, DEFINITE, INTRUSIONS, LIKELY, LOSSES, NAMED, RESTRICTION, STAGES, TAKEN

_INTERRUPT: Final = ("ransomware", "denial_of_service")
"""Attacks of which a mere interruption is no matter of its own."""
_BY_GANG: Final = ("ransomware.gang",)
"""Rules that know ransomware by who attacks, not by what happened to the computers."""
_REPEATED: Final = ("data_breach", "data_leak", "ransomware", "outage")
"""What a company may suffer twice in one article."""
_AGAIN: Final = 2
"""The `place` of what happened another time."""
_BESIDE: Final = 2
"""How many sentences from the attack its interruption may be told."""
_GIVEN: Final = "data_leak.given_to_strangers"
_OFFICES: Final = ("government", "regulator")
"""Parties that act for the country in which they are."""
_SHOWN: Final = ("data_leak.others_data", "data_leak.shown_to_strangers", _GIVEN)
"""Rules for data shown to the wrong people."""


def merged(found: pl.DataFrame) -> pl.DataFrame:
    """One row for each matter, from the surest match; its stage is the last word of all matches.

    Matches of one category and company are one matter; bans are one a party, those of one clause together.
    """
    weak = pl.col("confidence") < DEFINITE
    firm, vague = found.filter(~weak), found.filter(weak)
    concern = pl.col("category") == "vulnerability"
    intruded = firm.filter(pl.col("category").is_in(INTRUSIONS)).select("doc", "company_id").unique()
    anything = firm.select("doc", "company_id").unique()
    vague = pl.concat(
        [
            vague.filter(~concern).join(intruded, on=["doc", "company_id"], how="anti"),
            vague.filter(concern).join(anything, on=["doc", "company_id"], how="anti"),
        ]
    )
    found = _whole_attacks(_of_somebody(_likely_losses(_extortions(_given(pl.concat([firm, vague]))))))
    others = _apart(_leaks(found.filter(pl.col("category") != RESTRICTION)))
    rows = pl.concat([others, _restrictions(found)])
    matter = ["doc", "category", "company_id", "place"]
    rows = rows.sort(
        "doc",
        "title",
        pl.col("confidence"),
        "order",
        "start",
        descending=[False, False, True, False, False],
        maintain_order=True,
    )
    # An allegation counts if the surest match makes it, a remedy or denial wherever it is told.
    last = pl.col("stage").max().over(matter)
    stage = pl.when(last >= STAGES.index("remediated")).then(last).otherwise(pl.col("stage").first().over(matter))
    rows = rows.with_columns(
        stage=stage,
        **{c: pl.col(c).drop_nulls().first().over(matter) for c in ("country", "counterparty_start", "counterparty_end")},
    )
    best = _counted(rows.unique(matter, keep="first", maintain_order=True), rows, matter)
    # Encryption that is introduced, and was not said to be missing, is itself the remedy.
    introduced = pl.when(pl.col("rule") == "encryption.introduced").then(2).otherwise(0)
    best = best.with_columns(stage=pl.max_horizontal("stage", introduced))
    names = dict(enumerate(STAGES))
    return best.with_columns(stage=pl.col("stage").replace_strict(names, return_dtype=pl.String))


def mishaps(matters: pl.DataFrame) -> pl.DataFrame:
    """Matters with their VERIS action, and with breaches known by name alone that came about by mistake as leaks.

    Where another leak of the company is told they are that leak.
    """
    key = ["doc", "company_id"]
    named = pl.col("rule").is_in(NAMED) | ((pl.col("rule") == TAKEN) & (pl.col("deed_at") == 0))
    mishap = (named & (pl.col("veris_action") == "error")).fill_null(value=False)
    leak = (pl.col("category") == "data_leak") & ~mishap
    leaks, breaches = matters.filter(leak), matters.filter(mishap)
    alone = breaches.join(leaks, on=key, how="anti", nulls_equal=True, maintain_order="left")
    alone = alone.with_columns(category=pl.lit("data_leak"), veris_actor=pl.lit("internal"))
    return pl.concat([matters.filter(~leak & ~mishap), _counted(leaks, breaches, key), alone])


def _counted(best: pl.DataFrame, rows: pl.DataFrame, matter: list[str]) -> pl.DataFrame:
    """Matters whose surest match has no count in its sentence with that of another match, and with its evidence."""
    told = ["start", "end", "value_start", "value_end", "records_affected", "unit", "count_far"]
    counted = rows.filter(pl.col("records_affected").is_not_null())
    counted = counted.sort(pl.col("count_far") != 0, maintain_order=True).unique(matter, keep="first", maintain_order=True)
    best = best.join(
        counted.select(*matter, *told), on=matter, how="left", nulls_equal=True, suffix="_told", maintain_order="left"
    )
    nearer = pl.col("records_affected").is_null() | ((pl.col("count_far") != 0) & (pl.col("count_far_told") == 0))
    other = nearer & pl.col("records_affected_told").is_not_null()
    taken = [pl.when(other).then(f"{c}_told").otherwise(c).alias(c) for c in told]
    return best.with_columns(taken).drop([f"{c}_told" for c in told])


def _likely_losses(found: pl.DataFrame) -> pl.DataFrame:
    """Matches without the less likely losses of data of those, or of nobody, whose loss is told more definitely.

    Of less likely ones of two categories the one told first is kept.
    """
    loss = pl.col("category").is_in(LOSSES) & (pl.col("confidence") >= DEFINITE)
    likely = pl.col("confidence") >= LIKELY
    sure, unsure = found.filter(loss & likely), found.filter(loss & ~likely)
    nobody = pl.col("company_id").is_null()
    unsure = pl.concat(
        [
            unsure.filter(~nobody).join(sure.select("doc", "company_id").unique(), on=["doc", "company_id"], how="anti"),
            unsure.filter(nobody).join(sure.select("doc").unique(), on="doc", how="anti"),
        ]
    )
    first = pl.col("category").sort_by("title", -pl.col("confidence"), "start").first().over("doc", "company_id")
    return pl.concat([found.filter(~(loss & ~likely)), unsure.filter(pl.col("category") == first)])


def _given(found: pl.DataFrame) -> pl.DataFrame:
    """Matches without breaches in sentences that say to whom the data were given: to strangers, by the firm itself."""
    given = found.filter(pl.col("rule") == _GIVEN).select("doc", "sid").unique()
    breaches = found.filter(pl.col("category") == "data_breach").join(given, on=["doc", "sid"], how="semi")
    return found.join(breaches.select("row"), on="row", how="anti", maintain_order="left")


def _extortions(found: pl.DataFrame) -> pl.DataFrame:
    """Matches without ransomware known by its gang alone of companies whose data were taken: a mere extortion."""
    key = ["doc", "company_id"]
    guessed = pl.col("rule").is_in(_BY_GANG)
    ransomware = found.filter(pl.col("category") == "ransomware")
    taken = found.filter(pl.col("category") == "data_breach", pl.col("confidence") >= LIKELY).select(key).unique()
    sure = ransomware.filter(~guessed).select("doc").unique()
    mere = ransomware.filter(guessed).join(taken, on=key, how="semi", nulls_equal=True).join(sure, on="doc", how="anti")
    return found.join(mere.select("row"), on="row", how="anti", maintain_order="left")


def _whole_attacks(found: pl.DataFrame) -> pl.DataFrame:
    """Matches without interruptions that ransomware or a flood of requests told beside them has caused.

    Nor is the software of a ransomware attack a matter of its own.
    """
    cause = found.filter(pl.col("category").is_in(_INTERRUPT)).select("doc", "company_id", _sid="sid")
    down = found.filter(pl.col("category") == "outage").join(cause, on=["doc", "company_id"], maintain_order="left")
    caused = down.filter((pl.col("sid") - pl.col("_sid")).abs() <= _BESIDE).select("row").unique()
    ransomware = found.filter(pl.col("category") == "ransomware").select("doc", "company_id").unique()
    software = found.filter(pl.col("category") == "malware").join(
        ransomware, on=["doc", "company_id"], how="semi", nulls_equal=True
    )
    return found.join(pl.concat([caused, software.select("row")]), on="row", how="anti", maintain_order="left")


def _of_somebody(found: pl.DataFrame) -> pl.DataFrame:
    """Matches without those about nobody, where the article tells the category of somebody, or anything for a vague match."""
    somebody = found.filter(pl.col("company_id").is_not_null())
    nobody = found.filter(pl.col("company_id").is_null())
    vague = pl.col("confidence") < DEFINITE
    firm = nobody.filter(~vague).join(somebody, on=["doc", "category"], how="anti")
    return pl.concat([somebody, firm, nobody.filter(vague).join(pl.concat([somebody, firm]), on="doc", how="anti")])


def _leaks(found: pl.DataFrame) -> pl.DataFrame:
    """Matches with `place`: data that lay open and data shown to the wrong people, told apart, are two leaks."""
    key = ["doc", "company_id"]
    shown = pl.col("rule").is_in(_SHOWN)
    leaks = found.filter(pl.col("category") == "data_leak")
    together = (
        leaks.group_by("doc", "company_id", "sid", maintain_order=True)
        .agg(both=shown.any() & (~shown).any())
        .filter("both")
        .select(key)
        .unique()
    )
    apart = leaks.filter(shown).join(together, on=key, how="anti", nulls_equal=True).select("row").unique()
    return found.with_columns(place=pl.col("row").is_in(apart["row"].implode()).cast(pl.Int64))


def _apart(found: pl.DataFrame) -> pl.DataFrame:
    """Matches with the `place` of those told as another incident of the company than the one that the article is about."""
    key = ["doc", "company_id", "category"]
    several = pl.col("category").is_in(_REPEATED) & pl.col("company_id").is_not_null() & (pl.col("place") == 0)
    body = found.filter(several & ~pl.col("title"))
    first = body.filter(~pl.col("another")).select(key).unique()
    # What has neither a date nor a count of its own is the same one, told again.
    own = pl.col("occurred_on").is_not_null() | (pl.col("count_far") == 0)
    apart = body.filter("another").filter(own.fill_null(value=False)).join(first, on=key, how="semi")["row"]
    return found.with_columns(place=pl.when(pl.col("row").is_in(apart.implode())).then(_AGAIN).otherwise("place"))


def _restrictions(found: pl.DataFrame) -> pl.DataFrame:
    """Matches of bans and closed accounts with `place`, the number of their matter: one a party."""
    bans = found.filter(pl.col("category") == RESTRICTION)
    body = bans.filter(~pl.col("title")).select("doc").unique()
    bans = pl.concat([bans.filter(~pl.col("title")), bans.filter("title").join(body, on="doc", how="anti")])
    closed = pl.col("rule").is_in(CLOSED)
    bans = bans.with_columns(kind=pl.when(closed).then("rule").otherwise(pl.lit("ban")))
    bans = bans.sort("doc", "confidence", "order", "start", descending=[False, True, False, False], maintain_order=True)
    bans = bans.with_columns(
        after=pl.col("counterparty_start") > pl.col("anchor_start"),
        subject=(pl.col("counterparty_start") < pl.col("anchor_start")).any().over("cid"),
    ).filter(~(pl.col("after") & pl.col("subject")).fill_null(value=False))
    clause = bans.unique(["doc", "company_id", "kind", "cid", "counterparty_start"], keep="first", maintain_order=True)
    known = clause.filter(pl.col("counterparty_start").is_not_null()).select("doc", "company_id", "kind").unique()
    nobody = clause.filter(pl.col("counterparty_start").is_null()).join(known, on=["doc", "company_id", "kind"], how="anti")
    nobody = nobody.unique(["doc", "company_id", "kind"], keep="first", maintain_order=True)
    clause = pl.concat([clause.filter(pl.col("counterparty_start").is_not_null()), nobody])
    # Who is named again forbids nothing more, and a country nothing beside the office of it that does.
    clause = clause.unique(["doc", "company_id", "kind", "party_name"], keep="first", maintain_order=True)
    offices = clause.filter(pl.col("counterparty_kind").is_in(_OFFICES)).select("doc", "company_id", "kind", "country")
    lands = clause.filter((pl.col("counterparty_kind") == "country") & pl.col("country").is_not_null())
    lands = lands.join(offices.drop_nulls().unique(), on=["doc", "company_id", "kind", "country"], how="semi")
    clause = clause.join(lands.select("row"), on="row", how="anti", maintain_order="left")
    clause = _without_listed_before(clause)
    return clause.with_columns(place=pl.coalesce("counterparty_start", "start")).drop("kind", "after", "subject")


def _without_listed_before(bans: pl.DataFrame) -> pl.DataFrame:
    """Bans without those of parties that the clause of an earlier one names too: "the Senate and Google forbid X. Google …"."""
    key = ["doc", "company_id", "kind"]
    words = r"[^\p{L}\p{N}]+"
    named = bans.filter(pl.col("counterparty_start").is_not_null())
    earlier = named.select(
        *key,
        _at="start",
        _cid="cid",
        _said=pl.concat_str(pl.lit(" "), pl.col("clause_text").str.replace_all(words, " "), pl.lit(" ")),
    )
    later = named.with_columns(_name=pl.concat_str(pl.lit(" "), pl.col("party_name").str.replace_all(words, " "), pl.lit(" ")))
    pairs = later.join(earlier, on=key, maintain_order="left").filter(
        pl.col("start") > pl.col("_at"),
        pl.col("cid") != pl.col("_cid"),
        pl.col("_said").str.contains(pl.col("_name"), literal=True),
    )
    return bans.join(pairs.select("row"), on="row", how="anti", maintain_order="left")
