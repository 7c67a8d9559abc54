"""Numbers of share moves said of a firm by its name: "Honeywell (HON) added 0.4 %", "X (+3 %)", "X rose 3 %, Y 2 %"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.companies import roles
from transforms.market_moves.spoken import ways, words

if TYPE_CHECKING:
    from transforms.scan import Scanned

_NAME_TO_WAY: Final = 22
"""How far behind a firm's name the word may stand that moves its share."""
_WITH_REACH, _NAME_TO_WITH = 26, 70
"""How far before such a noun its "with a" may begin, and the firm that it moves may stand."""
_SIGN_REACH: Final = 3
"""How far behind a firm's name a signed percent may stand: "X (+3 %)", "X, +3 %"."""
_TICKED_REACH: Final = 14
"""As far with the firm's ticker between them: "X (XYZ3) +3 %"."""
_GOING_REACH: Final = 6
"""As far, where an earlier word goes on for it: "X gained 3 %, Y about 2 %"."""
_AGAIN_REACH: Final = 60
"""How far behind a number that is told of a firm a second one of it may stand."""
_PRICE_REACH: Final = 12
"""How far behind such a percent its price may stand."""
_SAID_BEFORE_WAY: Final = 34
"""How far behind a firm's name a percent may stand that the word for its move follows: "X was trading 1.6 % lower"."""
_RIGHT_BEHIND, _BESIDE = 3, 2
_PLAIN: Final = r'(?:\d[.,]\d|[^,;:()"“”«»])*'
"""Words between a firm and what is said of it, numbers among them."""
_OWNER_REACH: Final = 12
_OWNED_BY: Final = r"^ \p{Ll}{1,4}['’]? ?(?:\p{Ll}{1,3}['’]? ?)?$"
"""What stands between the word for a share and the firm whose it is, and how long that is: "of", "de la"."""
_WAY_TO_NUMBER: Final = 40
"""How far behind the begin of that word the percent may stand: "soared $14.91, or 13.8 %"."""


def moving_firms(scanned: Scanned) -> pl.DataFrame:
    """Where a word that moves a share stands right behind the name of a firm: sid, cid, firm_end, way_start, way_end, way_cid.

    Words for the growth of a business ("grew") move none.
    """
    return scanned.tape.once("moving_firms", lambda: _found_moving(scanned))


def _found_moving(scanned: Scanned) -> pl.DataFrame:
    moves = ways(scanned).select("way_start", "way_end", "way_cid").sort("way_start", maintain_order=True)
    found = (
        named_firms(scanned)
        .join_asof(
            moves, left_on="end", right_on="way_start", strategy="forward", tolerance=_NAME_TO_WAY, check_sortedness=False
        )
        .filter((pl.col("way_cid") - pl.col("cid")).is_between(0, 2))
    )
    found = pl.concat([found, _moving_with(scanned, moves, found)])
    growth = words(scanned, "growth").select(way_start="start").unique()
    found = found.join(growth, on="way_start", how="anti", maintain_order="left")
    return found.select("sid", "cid", "way_start", "way_end", "way_cid", firm_end="end")


def _moving_with(scanned: Scanned, moves: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Further firms, as `found`, with a noun that moves them behind "with": "X had a good day with a gain of 4 %"."""
    asked = moves.join(found.select("way_start"), on="way_start", how="anti", maintain_order="left")
    before = scanned.tape.slice(pl.max_horizontal(pl.col("way_start") - _WITH_REACH, pl.lit(0)), "way_start", asked)
    with_a = rf"[ ,(](?:{lexicon.alternatives('with_a')}) (?:\p{{Ll}}+ )?$"
    withs = asked.filter(before.str.contains(with_a).fill_null(value=False))
    firms = named_firms(scanned).with_columns(_at="end")
    near = withs.join_asof(
        firms, left_on="way_start", right_on="_at", strategy="backward", tolerance=_NAME_TO_WITH, check_sortedness=False
    ).filter(pl.col("cid") == pl.col("way_cid"))  # fmt: skip
    plain = scanned.tape.slice("end", "way_start", near).str.contains(rf"^{_PLAIN}$").fill_null(value=False)
    return near.filter(plain).select(found.columns)


def _moved_firms(scanned: Scanned) -> pl.DataFrame:
    """As `_moving_firms` where the word stands right before the name ("yesterday rose X 3 %"): the move ends with the name."""
    moves = ways(scanned).select("way_start", "way_cid", _to="way_end").sort("_to", maintain_order=True)
    firms = named_firms(scanned).sort("start", maintain_order=True)
    found = firms.join_asof(moves, left_on="start", right_on="_to", strategy="backward", tolerance=1, check_sortedness=False)
    found = found.filter(pl.col("way_cid") == pl.col("cid"))
    growth = words(scanned, "growth").select(way_start="start").unique()
    found = found.join(growth, on="way_start", how="anti", maintain_order="left")
    return found.select("sid", "cid", "way_start", "way_cid", way_end="end", firm_end="end").select(
        "sid", "cid", "way_start", "way_end", "way_cid", "firm_end"
    )


def _signed(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Signed percents right behind the name of a firm in a report of a market: "in demand were X (+3.2 %), Y -1.1 %"."""
    reports = words(scanned, "index").select("doc").unique()
    signs = numbers.filter(pl.col("kind") == "percent", pl.col("sign") != 0).join(reports, on="doc", how="semi")
    found = _behind_firm(signs, scanned, _TICKED_REACH)
    ticked = scanned.tape.slice("firm_end", "num_start", found).str.contains(r"^ \([^()]{1,10}\) ?$").fill_null(value=False)
    return found.filter((pl.col("num_start") - pl.col("firm_end") <= _SIGN_REACH) | pl.lit(ticked))


def _behind_firm(numbers: pl.DataFrame, scanned: Scanned, reach: int) -> pl.DataFrame:
    """Numbers with firm_end of the firm's name in their sentence that stands no farther than `reach` before them."""
    firms = named_firms(scanned).select("sid", firm_end="end").sort("firm_end", maintain_order=True)
    return numbers.sort("num_start", maintain_order=True).join_asof(
        firms, left_on="num_start", right_on="firm_end", by="sid", strategy="backward", tolerance=reach, check_sortedness=False
    ).drop_nulls("firm_end")  # fmt: skip


def _again(numbers: pl.DataFrame, told: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents that a second word tells of the firm of the sentence: "X, which rose 32 % on Friday, falls back 9.5 % to 2 kr.".

    Prices right behind them too.
    """
    firsts = told.select("sid", "firm_end", _to="num_end", _at="num_end").sort("_at", maintain_order=True)
    free = numbers.filter(pl.col("kind") == "percent").join(told, on="num_start", how="anti", maintain_order="left")
    words_before = ways(scanned).select("way_start", _way_sid="sid").sort("way_start", maintain_order=True)
    free = free.sort("num_start", maintain_order=True).join_asof(
        words_before, left_on="num_start", right_on="way_start", strategy="backward", tolerance=_NAME_TO_WAY,
        check_sortedness=False,
    ).filter(pl.col("_way_sid") == pl.col("sid"))  # fmt: skip
    later = free.join_asof(
        firsts, left_on="num_start", right_on="_at", by="sid", strategy="backward", tolerance=_AGAIN_REACH,
        check_sortedness=False,
    ).filter(pl.col("way_start") >= pl.col("_to"))  # fmt: skip
    nearest = _behind_firm(later.select("num_start", "sid"), scanned, 2 * _AGAIN_REACH)
    later = later.join(nearest.select("num_start", _near="firm_end"), on="num_start", how="inner", maintain_order="left")
    later = later.filter(pl.col("_near") == pl.col("firm_end"))
    ends = later.select("sid", "firm_end", _at="num_end").sort("_at", maintain_order=True)
    prices = numbers.filter(pl.col("kind") == "money").join(told, on="num_start", how="anti", maintain_order="left")
    prices = prices.sort("num_start", maintain_order=True).join_asof(
        ends, left_on="num_start", right_on="_at", by="sid", strategy="backward", tolerance=_PRICE_REACH, check_sortedness=False
    ).drop_nulls("firm_end")  # fmt: skip
    return pl.concat([later.select("num_start", "firm_end"), prices.select("num_start", "firm_end")])


def named_firms(scanned: Scanned) -> pl.DataFrame:
    """Names of firms in sentences: columns of the mentions, in the order of their ends."""
    return scanned.tape.once("market_moves.firms", lambda: _named_firms(scanned))


def _named_firms(scanned: Scanned) -> pl.DataFrame:
    named = scanned.companies.filter(pl.col("certainty").is_in(["known", "inferred"])).drop_nulls("sid")
    # "Shares of X on Nasdaq gained 4 %": the exchange gained nothing.
    bourses = roles().filter(pl.col("role") == "exchange").select("company_id")
    return named.join(bourses, on="company_id", how="anti").sort("end", maintain_order=True)


def by_firm(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers with firm_end and firm_way: the firm that they are said of by name, and the word that moves it where that stands
    elsewhere, as in "X rose 3.1 %, Y 2.4 %"."""
    moving = moving_firms(scanned)
    between = scanned.tape.slice("firm_end", "way_start", moving)
    # A ticker in brackets, a relative pronoun, an auxiliary.
    pronoun = lexicon.alternatives("relative_pronouns")
    aside = rf"^ ?(\([^()]{{1,14}}\))?(?:, (?:{pronoun}))? ?{_PLAIN}$|^, $"
    moving = moving.filter(between.str.contains(aside).fill_null(value=False))
    # A word may be part of its number: "with plus 3 %".
    moved = _moved_firms(scanned)
    moving = pl.concat([moving.with_columns(way_end="way_start"), moved])
    asked = numbers.filter(pl.col("kind").is_in(["percent", "fraction", "money"])).sort("num_start", maintain_order=True)
    after = asked.join_asof(
        moving.select("way_start", "way_end", "firm_end", way_sid="sid").sort("way_end", maintain_order=True),
        left_on="num_start", right_on="way_end", strategy="backward", tolerance=_WAY_TO_NUMBER, check_sortedness=False,
    ).filter(pl.col("way_sid") == pl.col("sid"))  # fmt: skip
    # The name of another firm right before the number takes it, and one farther before it parts it from the first.
    nearer = _behind_firm(after.select("num_start", "sid"), scanned, _WAY_TO_NUMBER)
    after = after.join(nearer.select("num_start", _near="firm_end"), on="num_start", how="left", maintain_order="left")
    other = (pl.col("_near") > pl.col("firm_end")).fill_null(value=False)
    beside = (pl.col("num_start") - pl.col("_near")) <= _GOING_REACH
    own = scanned.setting("verb_last", after)  # there each firm has its own verb, behind the number
    after = after.filter(~other | (beside & (pl.col("kind") == "percent") & ~own)).with_columns(
        firm_end=pl.when(other).then("_near").otherwise("firm_end"), firm_way=pl.when(other).then("way_start")
    )
    # Where the verb comes last the number stands between the firm and it.
    last = asked.filter(scanned.setting("verb_last", asked))
    before = last.join(after.select("num_start"), on="num_start", how="anti", maintain_order="left").join(
        moving.select("sid", "firm_end", "way_start"), on="sid", maintain_order="left"
    )
    before = before.filter(
        pl.col("num_start") - pl.col("firm_end") <= _NAME_TO_WAY, pl.col("num_start") >= pl.col("firm_end"),
        pl.col("way_start") >= pl.col("num_end"),
    )  # fmt: skip
    # There of "X 2.3 %, Y 1.8 % fell" each takes the number right behind it.
    listed = _behind_firm(last.filter(pl.col("kind") == "percent"), scanned, _BESIDE)
    listed = listed.join(before.select("sid").unique(), on="sid", how="semi", maintain_order="left")
    told = [after, listed, before, _before_way(asked, scanned), _signed(asked, scanned), _going_on(asked, after, scanned)]
    told += [_again(asked, after, scanned), _before_moved(asked, moved)]
    found = pl.concat([rows.select("num_start", "firm_end", *_way_of(rows)) for rows in told])
    found = found.unique("num_start", keep="first", maintain_order=True)
    # "X Capital raised the target from 78 dollars": a bank's price is none of its own shares.
    banks = scanned.cues_of("broker").select(firm_end="end").unique()
    paid = numbers.filter(pl.col("kind") == "money").select("num_start")
    aimed = numbers.join(words(scanned, "target", "aim").select("sid").unique(), on="sid", how="semi").select("num_start")
    priced = found.join(paid, on="num_start", how="semi").join(banks, on="firm_end", how="semi")
    priced = priced.join(aimed, on="num_start", how="semi")
    found = found.join(priced.select("num_start"), on="num_start", how="anti", maintain_order="left")
    return _with_prices(numbers.join(found, on="num_start", how="left", maintain_order="left"))


def _with_prices(numbers: pl.DataFrame) -> pl.DataFrame:
    """Numbers with the firm of the percent right before them for prices of which none is told yet: "X (+3 % to 12 euros)"."""
    percents = numbers.filter(pl.col("kind") == "percent", pl.col("firm_end").is_not_null())
    percents = percents.select("sid", _of="firm_end", _at="num_end").sort("_at", maintain_order=True)
    numbers = numbers.sort("num_start", maintain_order=True).join_asof(
        percents, left_on="num_start", right_on="_at", by="sid", strategy="backward", tolerance=_PRICE_REACH,
        check_sortedness=False,
    )  # fmt: skip
    free = (pl.col("kind") == "money") & pl.col("firm_end").is_null()
    return numbers.with_columns(firm_end=pl.when(free).then("_of").otherwise("firm_end")).drop("_of", "_at")


def _before_way(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents between a firm and the word that moves it, and prices behind them: "X was trading 1.6 % lower at 26 kr."."""
    moves = ways(scanned).select("sid", "way_start").sort("way_start", maintain_order=True)
    asked = numbers.filter(pl.col("kind") == "percent").sort("num_end", maintain_order=True)
    moved = asked.join_asof(
        moves, left_on="num_end", right_on="way_start", by="sid", strategy="forward", tolerance=_RIGHT_BEHIND,
        check_sortedness=False,
    ).drop_nulls("way_start")  # fmt: skip
    found = _behind_firm(moved, scanned, _SAID_BEFORE_WAY)
    between = scanned.tape.slice("firm_end", "num_start", found)
    found = found.filter(between.str.contains(rf"^{_PLAIN}$").fill_null(value=False))
    ends = found.select("sid", "firm_end", _at="num_end").sort("_at", maintain_order=True)
    prices = numbers.filter(pl.col("kind") == "money").sort("num_start", maintain_order=True).join_asof(
        ends, left_on="num_start", right_on="_at", by="sid", strategy="backward", tolerance=_PRICE_REACH, check_sortedness=False
    ).drop_nulls("firm_end")  # fmt: skip
    return pl.concat([found.select("num_start", "firm_end"), prices.select("num_start", "firm_end")])


def _before_moved(numbers: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Percents right before a word that moves the firm behind it: "by 1.1 % fell X"."""
    ways = moved.select("sid", "way_start", "firm_end").sort("way_start", maintain_order=True)
    asked = numbers.filter(pl.col("kind") == "percent").sort("num_end", maintain_order=True)
    return asked.join_asof(
        ways, left_on="num_end", right_on="way_start", by="sid", strategy="forward", tolerance=_BESIDE, check_sortedness=False
    ).drop_nulls("way_start").select("num_start", "firm_end")  # fmt: skip


def of_shares(numbers: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Numbers said of a share with the firm right behind the word for it: "the shares of X, among the worst, lost 3 %"."""
    firms = named_firms(scanned).select("sid", _from="start", _of="end").sort("_from", maintain_order=True)
    free = (pl.col("topic") == "share") & pl.col("firm_end").is_null() & (pl.col("topic_end") <= pl.col("num_start"))
    asked = numbers.filter(free.fill_null(value=False)).sort("topic_end", maintain_order=True)
    near = asked.join_asof(
        firms, left_on="topic_end", right_on="_from", by="sid", strategy="forward", tolerance=_OWNER_REACH,
        check_sortedness=False,
    ).filter(pl.col("_of") <= pl.col("num_start"))  # fmt: skip
    own = scanned.tape.slice("topic_end", "_from", near).str.contains(_OWNED_BY).fill_null(value=False)
    found = near.filter(own).select("num_start", "_of").unique("num_start", keep="first", maintain_order=True)
    told = numbers.join(found, on="num_start", how="left", maintain_order="left")
    return told.with_columns(firm_end=pl.coalesce("firm_end", "_of")).drop("_of")


def _way_of(rows: pl.DataFrame) -> list[pl.Expr]:
    return [pl.col("firm_way") if "firm_way" in rows.columns else pl.lit(None, pl.Int64).alias("firm_way")]


def _going_on(numbers: pl.DataFrame, told: pl.DataFrame, scanned: Scanned) -> pl.DataFrame:
    """Percents farther behind that go on with the word of a firm told before them: "X rose 3.1 %, Y 2.4 % and Z 2 %"."""
    ways = told.select("sid", _at="num_start", firm_way=pl.coalesce("firm_way", "way_start")).sort("_at", maintain_order=True)
    free = numbers.filter(pl.col("kind") == "percent").join(told, on="num_start", how="anti", maintain_order="left")
    behind = _behind_firm(free, scanned, _GOING_REACH).sort("num_start", maintain_order=True)
    return behind.join_asof(
        ways, left_on="num_start", right_on="_at", by="sid", strategy="backward", check_sortedness=False
    ).drop_nulls("firm_way")  # fmt: skip
