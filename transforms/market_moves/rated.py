"""Whose shares a bank rates, and lists in which each firm takes its own number: "X and Y fell 1.2 and 0.8 percent".

The subject of a sentence on ratings is the bank; the firm that it rates is another one of the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from transforms import lexicon
from transforms.market_moves.named import named_firms
from transforms.market_moves.spoken import CHANGE

if TYPE_CHECKING:
    from transforms.scan import Scanned

_BEHIND_COST: Final = 40
"""A firm named behind a target price is rather the next one's."""
_GRADE: Final = r"^(?:A{1,3}|B{1,3}|C{1,3}|D|[ABC]a{1,2})[1-3]?$"
"""A credit grade, which may be some firm's name too."""
_FIRMS_APART, _NUMBERS_APART = 28, 16
"""How far apart the firms and the numbers of a list stand."""
_LISTED: Final = ("layoffs", "regulatory_action", "legal_action")
"""Moves whose numbers go to the firms of a list where "respectively" tells so: "fined X and Y 100 and 35 million each"."""
_LIST_REACH: Final = 60
"""How far behind the last firm of a list its first number may stand."""
_MENTION: Final = ("company_id", "company_mention_start", "company_mention_end")
_JOINED_APART: Final = 34
"""How far apart two firms of a list stand that shares one number, a bracket between them."""
_ASIDE: Final = r"^ ?(?:\([^()]{1,24}\)|\p{Lu}\p{L}{1,4}\.)"
"""A bracket behind a firm, its ticker or parent, or its legal form: "Inc."."""


def with_rated(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Ratings whose firm is a bank, or named elsewhere, with the nearest firm of their sentence that is no bank."""
    banks = scanned.cues_of("broker").drop_nulls("sid").select("sid", _from="start", _to="end")
    firms = named_firms(scanned).select("sid", "start", "end", _id="company_id").drop_nulls()
    told = firms.join(banks, on="sid", maintain_order="left").filter(
        pl.col("start") < pl.col("_to"), pl.col("end") > pl.col("_from")
    )
    graded = firms.filter(scanned.tape.slice("start", "end", firms).str.contains(_GRADE).fill_null(value=False))
    none = pl.concat([told.select("start"), graded.select("start")]).unique()
    rated = firms.join(none, on="start", how="anti", maintain_order="left")
    rows = found.with_row_index("row")
    at = pl.coalesce("value_start", "trigger_start")
    # A firm that the sentence names as its subject stays, unless it is a bank.
    own = firms.join(told.select("start").unique(), on="start", how="anti").select("sid", company_mention_start="start")
    asked = rows.filter(pl.col("move_type") == "rating_change")
    asked = asked.join(own.unique(), on=["sid", "company_mention_start"], how="anti", maintain_order="left")
    asked = asked.select("row", "sid", _at=at)
    pairs = asked.join(rated.rename({"start": "_start", "end": "_end"}), on="sid", maintain_order="left")
    gap = pl.when(pl.col("_end") <= pl.col("_at")).then(pl.col("_at") - pl.col("_end"))
    cost = gap.otherwise(pl.col("_start") - pl.col("_at") + _BEHIND_COST)
    best = pairs.with_columns(_cost=cost).sort("row", "_cost", maintain_order=True)
    best = best.unique("row", keep="first", maintain_order=True).select("row", "_id", "_start", "_end")
    moved = _moved_banks(rows, asked, told).join(best, on="row", how="anti", maintain_order="left")
    named = _as(rows.join(best, on="row", how="left", maintain_order="left"), rows.columns)
    docs = named_firms(scanned).select("start", "doc").unique("start", keep="first", maintain_order=True)
    named = _as_before(named, told["start"], rated.join(docs, on="start", maintain_order="left"))
    return _as(named.join(moved, on="row", how="left", maintain_order="left"), rows.columns).drop("row")


def _moved_banks(rows: pl.DataFrame, asked: pl.DataFrame, banks: pl.DataFrame) -> pl.DataFrame:
    """Ratings (row) with the bank whose share the sentence moved before: "Shares of X fell after Y downgraded the stock".

    Another bank, who rates it, stands behind the first.
    """
    moved = rows.filter(pl.col("move_type") == CHANGE).select("sid", _start="company_mention_start", _end="company_mention_end")
    moved = moved.join(banks.select("_id", _start="start"), on="_start", how="inner", maintain_order="left")
    moved = moved.unique("sid", keep="first", maintain_order=True)
    others = banks.select("sid", _rater="start", _other="_id").unique(maintain_order=True)
    pairs = asked.join(moved, on="sid", how="inner", maintain_order="left").filter(pl.col("_end") <= pl.col("_at"))
    pairs = pairs.join(others, on="sid", how="inner", maintain_order="left")
    pairs = pairs.filter(pl.col("_rater") > pl.col("_end"), pl.col("_other") != pl.col("_id"))
    return pairs.unique("row", keep="first", maintain_order=True).select("row", "_id", "_start", "_end")


def _as_before(found: pl.DataFrame, banks: pl.Series, firms: pl.DataFrame) -> pl.DataFrame:
    """Ratings that are of a bank only for want of a firm in their sentence, with the firm of the rating before them.

    Where none is, with the firm named last before them; `firms` (start, _id, doc) holds no banks.
    """
    rating = pl.col("move_type") == "rating_change"
    of_bank = (rating & pl.col("company_mention_start").is_in(banks.implode())).fill_null(value=False)
    at = pl.coalesce("value_start", "trigger_start")
    rows = found.with_columns(_of_bank=of_bank, _at=at).with_columns(_id=pl.when(rating & ~of_bank).then("company_id"))
    before = pl.col("_id").forward_fill().over("doc", order_by="_at")
    last = firms.select("doc", _named="_id", _before="start").unique("_before", keep="first", maintain_order=True)
    rows = rows.with_columns(_told=before).with_row_index("_row").sort("_at", maintain_order=True).join_asof(
        last.sort("_before", maintain_order=True), left_on="_at", right_on="_before", by="doc", strategy="backward",
        check_sortedness=False,
    ).sort("_row", maintain_order=True)  # fmt: skip
    before = pl.coalesce("_told", "_named")
    rows = rows.with_columns(_id=pl.when("_of_bank").then(before), _start=pl.lit(None, pl.Int64), _end=pl.lit(None, pl.Int64))
    return _as(rows, found.columns)


def with_respective(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Changes of shares with the firm in their place of a list: as many numbers as firms, told one after the other.

    Where "respectively" tells so, jobs cut and fines too, and numbers of the list of which nothing is told yet.
    """
    said = scanned.cues_of("list").filter(pl.col("code") == "respectively")["sid"].drop_nulls().unique()
    found = _with_listed(found, said, scanned)
    firms = named_firms(scanned).select("sid", "start", "end", _id="company_id").drop_nulls()
    firms = _in_lists(firms.unique("start", keep="first", maintain_order=True), "start", "end", _FIRMS_APART)
    rows = found.with_row_index("row")
    listed = pl.col("move_type").is_in(_LISTED) & pl.col("sid").is_in(said.implode())
    numbers = rows.filter(((pl.col("move_type") == CHANGE) | listed) & pl.col("value_start").is_not_null())
    numbers = numbers.select("row", "sid", "value_start", "value_end").unique("value_start", keep="first", maintain_order=True)
    numbers = _in_lists(numbers, "value_start", "value_end", _NUMBERS_APART)
    lists = firms.group_by("sid", "_list", maintain_order=True).agg(
        _begin=pl.col("start").min(), _last=pl.col("end").max(), _of=pl.len(), _several=pl.col("_id").n_unique()
    )
    heads = numbers.group_by("sid", "_list", maintain_order=True).agg(
        _first=pl.col("value_start").min(), _final=pl.col("value_end").max(), _size=pl.len()
    )
    heads = heads.filter(pl.col("_size") > 1)
    ahead = _paired(heads, lists, "_first", "_last", "backward")
    behind = heads.join(ahead, on=["sid", "_list"], how="anti", maintain_order="left")
    behind = behind.filter(pl.col("sid").is_in(said.implode()))  # "fines of 150 and 60 million on X and Y respectively"
    pairs = pl.concat([ahead, _paired(behind, lists, "_final", "_begin", "forward")])
    placed = numbers.join(pairs, on=["sid", "_list"], how="inner", maintain_order="left")
    own = firms.select("sid", "_place", "_id", _firms="_list", _start="start", _end="end")
    own = placed.join(own, on=["sid", "_firms", "_place"], how="inner", maintain_order="left")
    own = own.select("value_start", "_id", "_start", "_end")
    told = rows.join(own, on="value_start", how="left", maintain_order="left", nulls_equal=False)
    return _as(told, rows.columns).drop("row")


def with_sharers(found: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Changes of shares once for each firm of the list that stands before them: "X, Y (parent of Z) and W fell at least 2 %".

    Only where commas and one last "and" join the names, and no second number is told of one of them.
    """
    told = pl.col("company_mention_end") <= pl.col("value_start")
    moved = found.filter(pl.col("move_type") == CHANGE, pl.col("value_start").is_not_null(), told)
    if moved.is_empty():
        return found
    lists = _joined_firms(moved, scanned)
    heads = moved.join(
        lists.select("_list", company_mention_start="start"), on="company_mention_start", how="inner", maintain_order="left"
    )
    heads = heads.filter(pl.col("value_start").n_unique().over("_list") == 1)
    heads = heads.unique("_list", keep="first", maintain_order=True)
    more = heads.join(lists.select("_list", "_id", _start="start", _end="end"), on="_list", how="inner", maintain_order="left")
    taken = found.select("company_id", "value_start").unique()
    more = _as(more, found.columns).join(taken, on=["company_id", "value_start"], how="anti", nulls_equal=True)
    return pl.concat([found, more])


def _joined_firms(moved: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Firms of the sentences of moves that stand in one list, its last two joined by an "and": sid, start, end, _id, _list."""
    firms = named_firms(scanned).select("sid", "doc", "start", "end", _id="company_id").drop_nulls()
    firms = firms.join(moved.select("sid").unique(), on="sid", how="semi", maintain_order="left")
    firms = firms.unique("start", keep="first", maintain_order=True).sort("start", maintain_order=True)
    # "Alphabet (parent of Google)": who stands in the bracket is none of the list.
    ahead = scanned.tape.slice(pl.max_horizontal(pl.col("start") - _JOINED_APART, pl.lit(0)), "start", firms)
    firms = firms.filter(~ahead.str.contains(r"\([^()]*$").fill_null(value=False))
    beside = (pl.col("sid") == pl.col("sid").shift(1)) & (pl.col("start") - pl.col("end").shift(1)).is_between(1, _JOINED_APART)
    firms = firms.with_columns(_before=pl.when(beside).then(pl.col("end").shift(1))).with_row_index("_i")
    gaps = firms.drop_nulls("_before")
    between = scanned.tape.slice("_before", "start", gaps).str.replace(_ASIDE, "")

    def joins(language: str, part: pl.DataFrame) -> pl.Series:
        ands = str(lexicon.settings(language).get("name_and", "$^"))
        return part["between"].str.contains(rf"^(?:,|、)? ?(?:{ands}) ?$")

    ands = scanned.tape.by_language(gaps.select("doc", between=between), joins).fill_null(value=False)
    comma = between.is_in([", ", "、", "، "])
    firms = firms.join(
        gaps.select("_i", _and=pl.Series(ands, dtype=pl.Boolean), _comma=comma), on="_i", how="left", maintain_order="left"
    ).with_columns(pl.col("_and", "_comma").fill_null(value=False))
    firms = firms.with_columns(_list=(~(pl.col("_and") | pl.col("_comma"))).cum_sum())
    # "Unlike X and Y, Z fell": the list ends with its "and".
    whole = (pl.col("_and").last() & (pl.col("_and").sum() == 1)).over("_list")
    return firms.filter(whole).select("sid", "start", "end", "_id", "_list")


def _paired(
    heads: pl.DataFrame, lists: pl.DataFrame, at: str, edge: str, strategy: Literal["backward", "forward"]
) -> pl.DataFrame:
    """Lists of numbers with the nearest list of as many firms on that side: sid, _list, _firms."""
    pairs = heads.sort(at, maintain_order=True).join_asof(
        lists.rename({"_list": "_firms"}).sort(edge, maintain_order=True),
        left_on=at, right_on=edge, by="sid", strategy=strategy, tolerance=_LIST_REACH, check_sortedness=False,
    )  # fmt: skip
    fits = (pl.col("_of") == pl.col("_size")) & (pl.col("_several") == pl.col("_size"))
    return pairs.filter(fits).select("sid", "_list", "_firms")


def _with_listed(found: pl.DataFrame, said: pl.Series, scanned: Scanned) -> pl.DataFrame:
    """Found with a row for each number of a list with "respectively" that tells as much as the one of it that is found."""
    if said.is_empty():
        return found
    numbers = scanned.quantities.filter(pl.col("sid").is_in(said.implode())).select("sid", "start", "end", "kind")
    numbers = _in_lists(numbers.unique("start", keep="first", maintain_order=True), "start", "end", _NUMBERS_APART)
    numbers = numbers.with_columns(_alike=pl.col("kind").n_unique().over("_list") == 1).filter("_alike")
    moved = found.filter(pl.col("move_type").is_in([CHANGE, *_LISTED])).sort("value_start", maintain_order=True)
    heads = moved.join(numbers.select("_list", value_start="start"), on="value_start", how="inner", maintain_order="left")
    heads = heads.unique("_list", keep="first", maintain_order=True)
    told = found.select("value_start").drop_nulls().unique()
    others = numbers.join(told, left_on="start", right_on="value_start", how="anti", maintain_order="left")
    more = others.select("_list", _from="start", _to="end").join(heads, on="_list", how="inner", maintain_order="left")
    more = more.with_columns(
        value_start="_from", value_end="_to", anchor_start="_from", anchor_end="_to",
        start=pl.min_horizontal("start", "_from"), end=pl.max_horizontal("end", "_to"),
    )  # fmt: skip
    return pl.concat([found, more.select(found.columns)])


def _in_lists(spans: pl.DataFrame, start: str, end: str, apart: int) -> pl.DataFrame:
    """Spans with _list (those that stand no farther apart have one number) and _place (their place in it)."""
    spans = spans.sort(start, maintain_order=True)
    near = (pl.col(start) - pl.col(end).shift(1)).is_between(0, apart) & (pl.col("sid") == pl.col("sid").shift(1))
    spans = spans.with_columns(_list=(~near.fill_null(value=False)).cum_sum())
    return spans.with_columns(_place=pl.int_range(pl.len()).over("_list"))


def _as(told: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows with the firm found for them, where one was."""
    there = pl.col("_id").is_not_null()
    sides = zip(_MENTION, ("_id", "_start", "_end"), strict=True)
    return told.with_columns(*[pl.when(there).then(new).otherwise(old).alias(old) for old, new in sides]).select(columns)
