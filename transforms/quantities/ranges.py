"""Ranges, pairs and amounts of two parts: what numbers that stand together share, and which of them are one span."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.quantities.beside import Beside, said_before
from transforms.quantities.grammar import tables
from transforms.quantities.meanings import languages_of
from transforms.quantities.schema import NAMED, decimal
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.spans import Tape

_HUNDREDTHS: Final = 2  # digits
_THOUSANDS: Final = 3  # power of ten
_JOINED: Final = 4  # the longest text between the parts of one number
_NEAR: Final = 60  # how far before "from" a verb of change may stand
_FAR: Final = 100  # ... where an outlook is what changed, or a verb of expecting
_LED: Final = 32  # how far before a number "from" and a word like "about" may stand
_APART: Final = 12  # how many times the number before it a level is
_GAP: Final = 24  # the longest text between the two numbers of a range or pair
_ALIKE: Final = 20  # how much larger the first number of a pair may be that shares a scale: "12 and 9 million"
_SHARING: Final = ("money", "percent", "points", "multiple")
_FACTORS: Final = pl.DataFrame(
    {"power": range(16), "factor": [str(10**n) for n in range(16)]}, schema={"power": pl.Int64, "factor": pl.String}
).with_columns(pl.col("factor").cast(VALUE))


def _gaps(spans: pl.DataFrame, tape: Tape, *, least: int = 1) -> pl.Series:
    """The text between each span and the next, null where it is none or long."""
    starts, ends = spans["start"].to_numpy(), spans["end"].to_numpy()
    lengths = np.append(starts[1:] - ends[:-1], 0)
    close = np.flatnonzero((lengths[:-1] >= least) & (lengths[:-1] <= _GAP))
    texts: list[str | None] = [None] * len(spans)
    for i, a, b in zip(close.tolist(), ends[close].tolist(), starts[close + 1].tolist(), strict=True):
        texts[i] = tape.folded[a:b]
    return pl.Series("gap", texts, dtype=pl.String)


def _undashed(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """A dash right after another quantity joins the two: "19.8亿-20亿", "19.8 亿 - 20 亿"."""
    touching = pl.col("start") <= pl.col("end").shift(1)
    spaced = (pl.col("start") - pl.col("end").shift(1) == 1) & pl.Series(Beside.of(tape, spans["start"] + 1).one_of(" "))
    dash = ((pl.col("sign_text") == "-") & (pl.col("sign") < 0) & (touching | spaced)).fill_null(value=False)
    wide = pl.col("_dash").cast(pl.Int64) * (1 + spaced.fill_null(value=False).cast(pl.Int64))
    return spans.with_columns(_dash=dash).with_columns(
        *[
            pl.when(pl.col("_dash")).then((pl.col(c) * decimal(-1)).cast(VALUE)).otherwise(pl.col(c))
            for c in ("value", "value_other")
        ],
        start=pl.col("start") + wide,
        sign=pl.when(pl.col("_dash")).then(0).otherwise(pl.col("sign")).cast(pl.Int8),
    )


def _loose_hundredths(spans: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which numbers are hundredths without a word: two digits right after a currency's name, before a stop ("3 euros 50")."""
    two = (spans["length"] == _HUNDREDTHS) & spans["ungrouped"] & spans["bare"] & (spans["sign"] == 0)
    two &= spans["start"] - spans["end"].shift(1) == 1
    if not two.any():
        return pl.Series([False]).new_from_index(0, len(spans))
    unit_at = Beside.of(tape, spans["unit_at"])
    named = pl.Series(unit_at.letter) & spans["unit_class"].is_in(["money", "code"]) & (spans["kind"] == "money")
    named = named.fill_null(value=False) & ~spans["before_class"].is_in(["money", "code"]).fill_null(value=False)
    named &= (spans["unit_at"] >= spans["number_end"]).fill_null(value=False)
    after = Beside.of(tape, spans["end"])
    stops = pl.Series(after.one_of('.,;:!?)"\n') | (after.codes == 0))
    return (named.shift(1) & two & stops & spans["unit_class"].is_null()).fill_null(value=False)


def summed(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Make one number of two with scale words of their own, the larger first: "1 трлн 5,1 млрд", "مليار و168.5 مليون".

    The second is less than the last place of the first, and the unit stands behind it alone.
    """
    spans = spans.sort("start", "end", maintain_order=True)
    amount = pl.col("kind").is_in(["count", "money"]) & ~pl.col("minor")
    scaled = pl.col("power") >= _THOUSANDS
    plain = pl.col("unit_class").is_null() & (pl.col("value_step") >= decimal(10**_THOUSANDS))
    second = amount & scaled & (pl.col("sign") == 0) & pl.col("before_class").is_null() & pl.col("said").is_null()
    less = pl.col("value").shift(-1) < pl.col("value_step")
    near = pl.col("start").shift(-1) - pl.col("end") <= _JOINED
    opens = (amount & plain & second.shift(-1) & less & near).fill_null(value=False)
    if not spans.select(opens.any()).item():
        return spans
    table = tables(languages_of(spans))
    joins = table.joins.join(table.writing.filter("number_sums").select("language"), on="language", how="semi")
    spans = spans.with_columns(_gaps(spans, tape)).join(joins, on=["language", "gap"], how="left", maintain_order="left")
    opens &= (pl.col("gap") == " ") | (pl.col("join") == "and")
    spans = spans.with_columns(_opens=opens.fill_null(value=False))
    spans = spans.with_columns(_opens=pl.col("_opens") & ~pl.col("_opens").shift(1).fill_null(value=False))
    behind = ("value_step", "end", "number_end", "unit_class", "unit_code", "unit_at", "unit_to", "scale_to")
    money = pl.when(pl.col("currency").is_null()).then(pl.col("currency").shift(-1)).otherwise("currency")
    kind = pl.when(money.is_not_null()).then(pl.lit("money")).otherwise("kind")
    spans = spans.with_columns(
        *[pl.when("_opens").then(pl.col(c).shift(-1)).otherwise(c).alias(c) for c in behind],
        value=pl.when("_opens").then(pl.col("value") + pl.col("value").shift(-1)).otherwise("value"),
        currency=pl.when("_opens").then(money).otherwise("currency"),
        kind=pl.when("_opens").then(kind).otherwise("kind"),
    )
    return spans.filter(~pl.col("_opens").shift(1).fill_null(value=False)).drop("_opens", "gap", "join")


def whole_and_parts(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Make one amount of a currency and its hundredths: "3 dollars and 50 cents", 50元6角."""
    spans = spans.sort("start", "end", maintain_order=True)
    part = pl.col("minor") | (pl.col("unit_class") == "part").fill_null(value=False)
    spans = spans.with_columns(_loose=_loose_hundredths(spans, tape))
    part |= pl.col("_loose")
    near = (pl.col("start") - pl.col("end").shift(1)) <= _GAP
    if not spans.select((part & near & (pl.col("kind").shift(1) == "money") & ~pl.col("minor").shift(1)).any()).item():
        return spans.drop("_loose")
    joins = tables(languages_of(spans)).joins
    spans = spans.with_columns(_gaps(spans, tape, least=0)).join(
        joins, on=["language", "gap"], how="left", maintain_order="left"
    )
    following = part & ~pl.col("sign").cast(pl.Boolean) & (pl.col("value").abs() < decimal(100))
    alike = (pl.col("currency") == pl.col("currency").shift(-1)) | (pl.col("currency").shift(-1).str.len_chars() < NAMED)
    alike |= (
        pl.col("_loose").shift(-1) | (pl.col("unit_class").shift(-1) == "part") | (pl.col("currency").str.len_chars() < NAMED)
    )
    touching = (pl.col("gap").str.strip_chars() == "") | (pl.col("join") == "and")
    round_one = (pl.col("value") % decimal(1) == decimal(0)) | (pl.col("unit_class").shift(-1) == "part")
    whole = (pl.col("kind") == "money") & pl.col("power").is_null() & round_one
    opens = (whole & ~pl.col("minor") & following.shift(-1) & alike & touching).fill_null(value=False)
    spans = spans.with_columns(
        _opens=opens, _part=pl.when("_loose").then(decimal(100)).otherwise(pl.col("unit_code").cast(VALUE, strict=False))
    )
    less = (pl.col("value") / pl.coalesce("_part", decimal(1))).cast(VALUE).shift(-1)
    spans = spans.with_columns(
        value=pl.when("_opens")
        .then(pl.col("value") + pl.when(pl.col("sign") < 0).then(-less).otherwise(less))
        .otherwise("value"),
        value_step=pl.when("_opens").then(decimal("0.01")).otherwise("value_step"),
        end=pl.when("_opens").then(pl.col("end").shift(-1)).otherwise("end"),
        number_end=pl.when("_opens").then(pl.col("number_end").shift(-1)).otherwise("number_end"),
    )
    return spans.filter(~pl.col("_opens").shift(1).fill_null(value=False)).drop("_opens", "_part", "_loose", "gap", "join")


def with_shared(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Let the two numbers of a range or pair share scale and unit; adds gap, join, linked, alone and said flags."""
    spans = _undashed(spans.sort("start", "end", maintain_order=True), tape)
    spans = (
        spans.with_columns(_gaps(spans, tape))
        .join(_FACTORS, on="power", how="left", maintain_order="left")
        .join(tables(languages_of(spans)).joins, on=["language", "gap"], how="left", maintain_order="left")
    )
    nxt = {c: pl.col(c).shift(-1) for c in ("value", "currency", "kind", "power", "unit_class", "minor", "spoken")}
    between = (pl.col("said") == "between").fill_null(value=False)
    by = (pl.col("said") == "by").fill_null(value=False)
    moving = (pl.col("said") == "from").fill_null(value=False)
    join, bare, value = pl.col("join"), pl.col("bare"), pl.col("value")
    unitless = (pl.col("kind") == "count") & pl.col("unit_class").is_null()
    bare_or_money = pl.col("power").is_null() & pl.col("unit_class").is_null()
    # "1.6 (1.4) billion": what follows the bracket counts for both.
    closed = pl.Series(Beside.of(tape, spans["number_end"]).one_of(")")) & (spans["end"] > spans["number_end"] + 1)
    spans = spans.with_columns(_closed=closed)
    scale_behind = (pl.col("_closed") & pl.col("power").is_not_null()).shift(-1).fill_null(value=False)
    aside = (join == "aside").fill_null(value=False) & scale_behind & bare_or_money
    joined = ((join != "aside") | aside) & ~pl.col("spoken") & ~nxt["spoken"]
    linked = joined & ((join != "and") | between | bare | pl.col("kind").is_in(["percent", "money", "points"]))
    amounts = pl.col("kind").is_in(["count", "money"]) & nxt["kind"].is_in(["count", "money"])
    grown = (value * pl.col("factor").shift(-1)).cast(VALUE, strict=False)
    most = pl.when(moving).then(decimal(1000)).otherwise(decimal(_ALIKE))
    fitting = (grown <= nxt["value"]) | (
        ~between & (moving | (join == "and")) & (value <= decimal(1000)) & (grown <= (nxt["value"] * most).cast(VALUE))
    )
    # "two to four percent"
    shared_words = pl.col("in_words") & pl.col("unit_class").is_not_null() & pl.col("unit_to").is_null()
    # "44,800-45,200 million": as large as the other once the scale is shared.
    small = (value.abs() < decimal(10000)) | ((grown <= nxt["value"]) & (nxt["value"] <= (grown * decimal(3)).cast(VALUE)))
    # "$3.70 to $3.77 and $4.53 billion": the end of a range, of which the scale behind "and" is none.
    ranged_before = join.shift(1).is_in(["to", "till", "range"]) & pl.col("power").shift(1).is_null()
    ended = ((join == "and") & ranged_before & (pl.col("kind").shift(1) == "money")).fill_null(value=False)
    take_scale = (
        linked
        & pl.col("power").is_null()
        & nxt["power"].is_not_null()
        & ~pl.col("in_words")
        & amounts
        & (fitting | aside)
        & small
        & ~ended
    ) & pl.col("unit_class").is_null()  # "88 cents and $1.11 billion": what has its unit after it has no scale to come
    same_scale = pl.col("power").is_null() | (nxt["currency"].is_not_null() & ((join != "and") | between))
    take_unit = linked & unitless & same_scale & nxt["kind"].is_in(_SHARING)
    same = (pl.col("kind") == nxt["kind"]) | unitless | (nxt["kind"] == "count")
    spans = spans.with_columns(
        _take_scale=take_scale.fill_null(value=False), _take_unit=take_unit.fill_null(value=False),
        linked=(linked & same).fill_null(value=False), moving=moving, between=between, by=by, alone=bare | shared_words,
        moved=_moved(spans, tape), hoped=_hoped(spans, tape),
    )  # fmt: skip
    cents = pl.col("_take_unit") & nxt["minor"].fill_null(value=False)

    def taken(column: str) -> pl.Expr:
        larger = (pl.col(column) * pl.col("factor").shift(-1)).cast(VALUE, strict=False)
        read = pl.when(pl.col("_take_scale")).then(larger).otherwise(pl.col(column))
        return pl.when(cents).then((read / decimal(100)).cast(VALUE)).otherwise(read).alias(column)

    spans = spans.with_columns(
        taken("value"),
        taken("value_step"),
        *[pl.when(pl.col("_take_unit")).then(nxt[c]).otherwise(pl.col(c)).alias(c) for c in ("kind", "currency", "unit_class")],
        bare=bare & ~pl.col("_take_unit") & ~pl.col("_take_scale"),
        power=pl.when(pl.col("_take_scale")).then(nxt["power"]).otherwise(pl.col("power")),
    )
    # "$1-2 billion": the second takes the currency of the first.
    scaled = pl.col("power").is_not_null()
    alike = pl.col("power").shift(1).is_null() & (value <= (value.shift(1) * decimal(20)).cast(VALUE))
    counted = (pl.col("unit_class") == "counted").fill_null(value=False)
    from_left = (
        pl.col("linked").shift(1)
        & (pl.col("kind") == "count")
        & (pl.col("kind").shift(1) == "money")
        & (scaled | alike)
        & ~counted
    )
    # "yüzde 20-25", "%20-25": so does a percentage whose sign stands before it.
    headed = (pl.col("kind").shift(1) == "percent") & (pl.col("end").shift(1) == pl.col("number_end").shift(1))
    ranged = join.shift(1).is_in(["to", "till", "range"]) & pl.col("linked").shift(1)
    percent_left = (ranged & headed & (pl.col("kind") == "count") & ~scaled & ~counted).fill_null(value=False)
    return spans.with_columns(_left=from_left.fill_null(value=False), _percent=percent_left).with_columns(
        kind=pl.when("_left").then(pl.lit("money")).when("_percent").then(pl.lit("percent")).otherwise(pl.col("kind")),
        currency=pl.when(pl.col("_left")).then(pl.col("currency").shift(1)).otherwise(pl.col("currency")),
    )


def _moved(spans: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which numbers follow a "from" right after a verb of change, and so open no range ("rose to a range from" does)."""
    spans = spans.with_columns(tape.doc_of(spans["start"]))
    spans = spans.with_row_index("row")
    opening = spans.filter(pl.col("said") == "from").select("row", "doc", at="start")
    weighed = spans.filter(pl.col("said").is_in(["approx", "over", "under"]) & pl.col("join").is_not_null())
    weighed = weighed.select("row", "doc", at="start")
    led = weighed.filter(pl.Series(values=said_before(tape, weighed, reach=_LED, expression=lambda one: one.led)))
    opening = pl.concat([opening, led])  # "rose from about"
    moved = np.zeros(len(spans), dtype=np.bool_)
    foreseen = said_before(tape, opening, reach=_FAR, expression=lambda one: one.outlook)
    foreseen &= ~said_before(tape, opening, reach=_FAR, expression=lambda one: one.spanned)
    near = said_before(tape, opening, reach=_NEAR, expression=lambda one: one.moved)
    near &= ~said_before(tape, opening, reach=_NEAR, expression=lambda one: one.growing)
    moved[opening["row"].to_numpy()] = near | foreseen
    return pl.Series(moved)


def _hoped(spans: pl.DataFrame, tape: Tape) -> pl.Series:
    """Which numbers follow a "from" in what somebody expects: "rekent op een omzet van 1,1 tot 1,3 miljard" is a range."""
    spans = spans.with_columns(tape.doc_of(spans["start"])).with_row_index("row")
    opening = spans.filter((pl.col("said") == "from") & (pl.col("join") == "to")).select("row", "doc", at="start")
    hoped = np.zeros(len(spans), dtype=np.bool_)
    hoped[opening["row"].to_numpy()] = said_before(tape, opening, reach=_FAR, expression=lambda one: one.expecting)
    return pl.Series(hoped)


def ranged(spans: pl.DataFrame) -> pl.DataFrame:
    """Make one span of the two numbers of a range: adds value_high."""
    low, high, join = pl.col("value"), pl.col("value").shift(-1), pl.col("join")
    unit, next_unit = pl.col("currency").fill_null(""), pl.col("currency").shift(-1).fill_null("")
    # "between $2.30 and $2.36 dollars": of a name that several currencies share and one of them the latter holds for both.
    vague, next_vague = unit.str.len_chars().is_between(1, NAMED - 1), next_unit.str.len_chars().is_between(1, NAMED - 1)
    told = (vague & (next_unit.str.len_chars() >= NAMED)) | (next_vague & (unit.str.len_chars() >= NAMED))
    same = (pl.col("kind") == pl.col("kind").shift(-1)) & ((unit == next_unit) | told)
    rising = low < high
    falling = low < (high * decimal(_APART)).cast(VALUE)  # but "50.9 billion - 200 million more than" is no range
    # "from 5.2 to 5.4 billion" is a range, "from 2.2 to 198.4 million" a movement; "by 5 million to 20 million" is neither.
    apart = high - low
    tight, loose = (apart * decimal(16)).cast(VALUE) <= high, (apart * decimal(3)).cast(VALUE) <= high
    alone, moving, between = pl.col("alone"), pl.col("moving"), pl.col("between")
    tight |= loose & pl.col("hoped")  # what has moved is none, see `went`
    rates = (pl.col("kind") == "percent") & ~pl.col("moved") & (apart <= (low * decimal(3)).cast(VALUE))  # "dal 3% al 5%"
    # "rose by 5,200 to 204,100": a difference and a level.
    percent = (pl.col("kind") == "percent") & (join == "range")  # 增加4.2%至9.4% is a range
    level = (pl.col("by") & ~loose & ~percent) | (
        alone & ~between & (low >= decimal(1000)) & (high > (low * decimal(_APART)).cast(VALUE))
    )
    went = pl.col("moved") & (pl.col("kind") != "percent") & (join != "range")
    ranged = pl.col("linked") & same & ~went & (
        ((join == "range") & ~(level & ~pl.col("gap").str.contains("[-/]"))
         & (rising | falling & (pl.col("kind") != "count") & ~alone))
        | ((join == "to") & rising & ~level & (between | (moving & (tight | rates)) | (~moving & (alone | loose))))
        | ((join == "till") & rising & (alone | between | pl.col("_take_unit")))
        | ((join == "and") & between)
    )  # fmt: skip
    # Phone numbers ("555-1234") and scores ("3-1") are no ranges and no quantities.
    both_bare = (
        alone & pl.col("bare") & pl.col("bare").shift(-1) & (pl.col("kind") == "count") & (pl.col("kind").shift(-1) == "count")
    )
    unmeasured = pl.col("unit_class").shift(-1).is_null() & pl.col("ungrouped") & pl.col("ungrouped").shift(-1)
    length, next_length = pl.col("length"), pl.col("length").shift(-1)
    none = pl.col("gap").is_in(["-", ":"]) & both_bare & unmeasured & (
        ((length == 3) & (next_length == 4)) | ((length == 1) & (next_length == 1)) | ~rising
    )  # fmt: skip
    spans = spans.with_columns(_ranged=ranged.fill_null(value=False), _none=none.fill_null(value=False))
    # Between two ranges stands no third: "from 23-24 to 25-26".
    ranged, none = pl.col("_ranged") & ~pl.col("_none"), pl.col("_none")
    strong = ranged & (join == "range").fill_null(value=False)
    ranged = strong | (ranged & ~strong.shift(1).fill_null(value=False) & ~strong.shift(-1).fill_null(value=False))
    spans = spans.with_columns(_ranged=ranged, _none=none | none.shift(1).fill_null(value=False))
    spans = spans.with_columns(_ranged=pl.col("_ranged") & ~pl.col("_ranged").shift(1).fill_null(value=False))
    falls = (pl.col("sign") < 0) & (pl.col("sign").shift(-1) == 0)  # "-5 to 6 %" as "5 to 6 % lower"
    high = pl.when(falls).then((high * decimal(-1)).cast(VALUE)).otherwise(high)
    spans = spans.with_columns(
        value_high=pl.when(pl.col("_ranged")).then(high),
        currency=pl.when(pl.col("_ranged") & vague & told).then(pl.col("currency").shift(-1)).otherwise("currency"),
        end=pl.when(pl.col("_ranged")).then(pl.col("end").shift(-1)).otherwise(pl.col("end")),
        number_end=pl.when(pl.col("_ranged")).then(pl.col("number_end").shift(-1)).otherwise(pl.col("number_end")),
        _swallowed=pl.col("_ranged").shift(1).fill_null(value=False),
    )
    return spans.filter(~pl.col("_swallowed") & ~pl.col("_none"))
