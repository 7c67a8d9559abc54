"""What numbers come to: which mark is the decimal one, currencies, signs, comparators, kinds; and which are no quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms.quantities.beside import Beside, said_before
from transforms.quantities.numerals import PLACES, shifted, sums
from transforms.quantities.schema import NAMED, decimal
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from transforms.spans import Tape

_UNDIVIDED: Final = ("JPY", "KRW", "IDR", "VND", "HUF", "CLP", "ISK", "PYG")  # nobody writes thousandths of these
_BILLION: Final = 9  # power of ten
_REACH: Final = 90  # how far before "up to" a verb of change may stand
_FINE: Final = 3  # figures of a number that is no round one
_YEARS: Final = (1900, 2099)
_AMOUNTS: Final = ("money", "code", "minor", "part", "percent", "points", "basis", "tenth", "multiple", "dozen")
"""Classes of units that are part of the expression; others (employees, km) only tell what it counts."""
_FRACTIONS: Final = {
    "½": "5", "¼": "25", "¾": "75", "1/2": "5", "1/3": "333333", "2/3": "666667", "1/4": "25", "3/4": "75", "1/8": "125",
    "3/8": "375", "5/8": "625", "7/8": "875",
}  # fmt: skip
_MARKS: Final = {".": ",", ",": "."}
"""Marks of decimals, and what then parts thousands."""


def _in_small_letters(spans: pl.DataFrame, side: str, tape: Tape) -> pl.Series:
    """Which of the parts that read like a currency code are no code, for want of capitals ("try", "all")."""
    low = np.zeros(len(spans), dtype=np.bool_)
    placed = (pl.col(f"{side}_class") == "code") & pl.col(f"{side}_at").is_not_null()
    codes = spans.with_row_index("row").filter(placed).select("row", f"{side}_at", f"{side}_to")
    low[codes["row"].to_numpy()] = [not tape.plain[a:b].isupper() for _, a, b in codes.iter_rows()]
    return pl.Series(low)


def _of_one_letter(spans: pl.DataFrame, side: str) -> pl.Series:
    """Which of the codes are one letter and no code: it counts only at a number with separators or a scale ("R8,499")."""
    letter = (pl.col(f"{side}_class") == "code") & (pl.col(f"{side}_to") - pl.col(f"{side}_at") == 1)
    amount = pl.col("number").str.contains("[.,]") | pl.col("power").is_not_null()
    touching = pl.col(f"{side}_to") == pl.col("number_start")
    return spans.select((letter & ~(amount & touching)).fill_null(value=False)).to_series()


def with_meaning(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle which currency is meant and drop codes that are not in capitals: adds currency, minor, has_unit."""
    low = {side: _in_small_letters(spans, side, tape) | _of_one_letter(spans, side) for side in ("before", "unit")}
    apart = (pl.col("unit_class") == "ordinal") & (pl.col("unit_at") > pl.col("number_end"))
    spans = spans.with_columns(_low_before=low["before"], _low_unit=low["unit"]).with_columns(
        *[pl.when(~pl.col("_low_before")).then(pl.col(f"before_{n}")).alias(f"before_{n}") for n in ("class", "code")],
        *[
            pl.when(~(pl.col("_low_unit") | apart.fill_null(value=False))).then(pl.col(f"unit_{n}")).alias(f"unit_{n}")
            for n in ("class", "code")
        ],
    )
    money = {side: pl.col(f"{side}_class").is_in(["money", "code"]).fill_null(value=False) for side in ("before", "unit")}
    # Where a currency stands on both sides, the one that names the country tells: "$5 million Canadian dollars".
    vague = (pl.col("before_code").str.len_chars() < NAMED).fill_null(value=False)
    minor = (pl.col("unit_class") == "minor").fill_null(value=False)
    currency = (
        pl.when(money["before"] & ~(money["unit"] & vague))
        .then(pl.col("before_code"))
        .when(money["unit"] | minor)
        .then(pl.col("unit_code"))
        .otherwise(pl.col("scale_currency"))
    )
    share = pl.col("before_class").is_in(["percent", "share"]).fill_null(value=False)
    sized = pl.col("unit_class").is_in(_AMOUNTS).fill_null(value=False)
    return spans.with_columns(
        currency=currency,
        minor=minor & ~money["before"],
        has_unit=money["before"] | sized | share | pl.col("power").is_not_null(),
    ).drop("_low_before", "_low_unit", "scale_currency")


def _number_strings(numbers: pl.DataFrame) -> pl.DataFrame:
    """What distinct strings of digits look like: number, figures, after, three, grouped, mixed and the like.

    `numbers` has number, and decimal and colon_decimal of its language, which are kept.
    """

    def plain(mark: str) -> pl.Expr:
        number = pl.col("number")
        text = pl.when("colon_decimal").then(number.str.replace(":", mark, literal=True)).otherwise(number)
        text = text.str.replace_all(r"[ '\x{066C}]", "").str.replace_all("[\u066b·]", mark)
        # "20ر54" is 54.20: agencies of the Arab world put what stands behind the mark first.
        text = text.str.replace("^([0-9]+)\u0631([0-9]+)$", "${2}" + mark + "${1}")
        for sign, places in _FRACTIONS.items():
            text = text.str.replace(sign + "$", mark + places)
        return text.str.replace(r"^[.,]", "0" + mark)

    text = pl.when(pl.col("decimal") == ".").then(plain(".")).otherwise(plain(","))
    frame = numbers.drop_nulls().unique().with_columns(t=text)
    t = pl.col("t")
    marks = t.str.count_matches(r"[.,]")
    after, before = t.str.extract(r"[.,]([0-9]*)$").str.len_chars(), t.str.extract(r"^([0-9]*)").str.len_chars()
    single = marks == 1
    three = single & (after == 3) & (before <= 3) & ~t.str.starts_with("0")
    grouped = t.str.contains(r"^[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{2,3})*,[0-9]{3})$")
    mixed = t.str.contains(r"^[0-9]{1,3}(?:(?:,[0-9]{2,3})+\.[0-9]+|(?:\.[0-9]{3})+,[0-9]+)$")
    return frame.select(
        "number",
        "decimal",
        "colon_decimal",
        figures=t.str.replace_all(r"[.,:]", ""),
        last=t.str.extract(r"([.,])[0-9]*$"),
        after=after.cast(pl.Int64),
        single=single,
        three=three,
        grouped=grouped,
        mixed=mixed,
        spaced=pl.col("number").str.contains(r"[ ']"),
        colon=pl.col("number").str.contains(":", literal=True),
        parted=pl.col("number").str.contains("/", literal=True),
        dated_or_timed=t.str.contains(r"^[0-3]?[0-9][.,][0-9]{2}$"),
        thousands=t.str.contains(r"^[1-9][0-9]{0,2}[.,]000$"),
        ungrouped=pl.col("number").str.contains(r"^[0-9]+$"),
        odd=((marks > 1) & ~grouped & ~mixed) | t.str.contains("-", literal=True),
        length=pl.col("number").str.len_chars().cast(pl.Int64),
        integer=pl.col("number").cast(pl.Int64, strict=False),
    )


def _with_readings(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Settle which mark is the decimal one, by what the article's other numbers say, else by the language.

    Adds figures (digits), places (of them after the decimal mark), other_places of a second reading, and what is wrong.
    """
    key = ["number", "decimal", "colon_decimal"]
    known = _number_strings(spans.filter(~pl.col("in_words")).select(key))
    spans = spans.join(known, on=key, how="left", maintain_order="left").with_columns(tape.doc_of(spans["number_start"]))
    decimal, group = pl.col("decimal"), pl.col("group")
    last, three, single, spaced = pl.col("last"), pl.col("three"), pl.col("single"), pl.col("spaced")
    # Numbers that can be read in one way only say which mark the article uses for decimals.
    clear = (single & ~three & (pl.col("after") <= 2) & pl.col("has_unit")) | pl.col("mixed") | (single & spaced)
    turned_mark = pl.when(last == ".").then(pl.lit(",")).otherwise(pl.lit("."))
    vote = pl.when(clear).then(last).when(~single & pl.col("grouped")).then(turned_mark)
    votes = (
        spans.select("doc", ours=vote == decimal)
        .drop_nulls()
        .group_by("doc", maintain_order=True)
        .agg(ours=pl.col("ours").sum(), others=(~pl.col("ours")).sum())
    )
    spans = spans.join(votes, on="doc", how="left", maintain_order="left").with_columns(pl.col("ours", "others").fill_null(0))
    other = pl.when(group.is_in(list(_MARKS))).then(group).otherwise(decimal.replace(_MARKS))
    mark = pl.when((pl.col("others") > 0) & (pl.col("ours") == 0)).then(other).otherwise(decimal)
    # "2,370 millones" where commas mark decimals: nobody writes thousandths of a million there.
    scaled = pl.col("power").is_not_null() | pl.col("before_class").is_in(["money", "code"]).fill_null(value=False)
    unlikely = pl.col("by_threes") & scaled & (pl.col("ours") == 0)
    # "1,118 Milliarden" beside "1.22 Dollar": nobody writes thousands of a billion; the mark is the language's own.
    turned = (last != mark) & ~((last == decimal) & (pl.col("power") >= _BILLION).fill_null(value=False))
    undivided = pl.col("currency").is_in(_UNDIVIDED).fill_null(value=False) & pl.col("power").is_null()
    even = pl.Series(Beside.of(tape, spans["number_end"]).one_of(",") & Beside.of(tape, spans["number_end"] + 1).one_of("-"))
    even &= (spans["last"] == ".").fill_null(value=False)  # "1.899,-" has the comma for decimals
    as_group = three & (turned | unlikely | undivided | pl.col("thousands") | pl.lit(even)) & ~spaced
    places = pl.when((single & ~as_group) | pl.col("mixed")).then(pl.col("after")).otherwise(0)
    ambiguous = three & ~spaced & (pl.col("ours") + pl.col("others") == 0) & ((last == decimal) | unlikely) & ~pl.lit(even)
    alone = pl.Series(Beside.of(tape, spans["number_start"] - 1).one_of("(") & Beside.of(tape, spans["number_end"]).one_of(")"))
    priced = pl.col("currency").is_not_null() | pl.lit(alone)  # "0:82 kronor (1:33)"
    timed = pl.col("colon") & ~(pl.col("colon_decimal") & priced)
    return spans.with_columns(
        places=places.fill_null(0),
        other_places=pl.when(ambiguous).then(3 - places),
        malformed=(pl.col("odd") | timed | (pl.col("parted") & ~pl.col("has_unit"))).fill_null(value=False),
        ambiguous=ambiguous.fill_null(value=False),
        odd_mark=(single & ~three & (last == ".") & (last != mark) & pl.col("dated_or_timed")).fill_null(value=False),
    ).drop(
        "ours",
        "others",
        "last",
        "after",
        "single",
        "three",
        "grouped",
        "mixed",
        "spaced",
        "colon",
        "parted",
        "odd",
        "dated_or_timed",
        "thousands",
    )


def with_values(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds value, value_step, value_other, before signs and shares."""
    spans = _with_readings(spans, tape)
    keys = ("figures", "places", "power", "other_places")
    power, places, figures = pl.col("power").fill_null(0), pl.col("places"), pl.col("figures")
    # Whole thousands are a rounding: 465,000 is stated to the thousand, 1,300 to the unit. A scale word says it itself.
    zeros = (figures.str.len_chars().cast(pl.Int64) - figures.str.strip_chars_end("0").str.len_chars().cast(pl.Int64)) // 3 * 3
    round_number = pl.col("power").is_null() & (places == 0) & (figures.str.strip_chars("0") != "")
    rounded = pl.when(round_number).then(zeros).otherwise(0)
    known = (
        spans.select(keys)
        .unique()
        .with_columns(
            value=shifted(figures, power - places),
            value_other=pl.when(pl.col("other_places").is_not_null()).then(shifted(figures, power - pl.col("other_places"))),
            value_step=shifted(pl.lit("1"), (power - places + rounded).clip(-PLACES)),
        )
    )
    spans = spans.join(known, on=keys, how="left", nulls_equal=True, maintain_order="left")
    several = pl.col("in_words") | pl.col("more").is_not_null() | pl.col("lead").is_not_null()
    whole = (figures.str.len_chars().cast(pl.Int64) - places).clip(0)
    point = pl.when(places > 0).then(pl.lit(".")).otherwise(pl.lit(""))
    more = pl.col("more").fill_null("")
    more = pl.when(pl.col("decimal") == ",").then(more.str.replace_all(".", "", literal=True)).otherwise(
        more.str.replace_all(",", "", literal=True)
    ).str.replace_all(",", ".", literal=True)  # fmt: skip
    written = pl.concat_str(
        pl.col("lead").fill_null(""), figures.str.slice(0, whole), point, figures.str.slice(whole),
        pl.lit(" "), pl.col("scale_text").fill_null(""), pl.lit(" "), more,
    )  # fmt: skip
    spans = spans.with_row_index("row")
    text = pl.when(pl.col("in_words")).then(pl.col("number")).otherwise(written)
    parts = spans.filter(several).select("row", "language", text=text)
    totals = parts.join(sums(parts), on=["language", "text"], how="left", maintain_order="left").with_columns(
        step=shifted(pl.lit("1"), pl.col("last_power").clip(-PLACES))
    )
    spans = spans.join(totals.select("row", "total", "step"), on="row", how="left", maintain_order="left")
    return spans.with_columns(
        value=pl.when(several).then(pl.col("total")).otherwise(pl.col("value")),
        value_step=pl.when(several).then(pl.col("step")).otherwise(pl.col("value_step")),
        ambiguous=pl.col("ambiguous") & ~several,
    ).drop("row", "total", "step", "more", "other_places")


def with_sign(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds sign, tilde, brackets: a dash after a letter or digit joins, elsewhere it is a sign; a tilde means "about"."""
    text, at = pl.col("sign_text"), spans["sign_at"]
    before = Beside.of(tape, at - 1)
    joins = pl.Series(before.word | before.one_of(")%"))
    dashes = (spans["sign_text"] == "-").fill_null(value=False)
    raw = pl.Series([tape.text[p] for p in at.filter(dashes).to_list()], dtype=pl.String)
    tilde = np.zeros(len(spans), dtype=np.bool_)
    tilde[dashes.to_numpy()] = raw.is_in(["~", "\uff5e", "\u301c"]).to_numpy()
    # "(10.6)%", "$(5.2) million"; but "($5.2 million)" is an aside, and "13.7 (16.7) percent" compares.
    opening = spans["inner_at"].fill_null(0)
    compared = Beside.of(tape, opening - 1).digit | (
        Beside.of(tape, opening - 1).one_of(" ") & Beside.of(tape, opening - 2).digit
    )
    meant = pl.col("before_class").is_in(["money", "code"]), pl.col("unit_class") == "percent"
    brackets = (pl.col("inner") == "(") & pl.col("closed") & ~pl.Series(compared)
    brackets &= pl.any_horizontal(m.fill_null(value=False) for m in meant)
    spans = spans.with_columns(tilde=pl.Series(tilde), brackets=brackets.fill_null(value=False), joins=joins)
    usable = ~pl.col("tilde") & ~(pl.col("joins") & text.is_in(["-", "+"]))
    negative = text.is_in(["-", "\u25b2", "\u25b3"]) | (pl.col("sign_code") == "minus")
    positive = (text == "+") | (pl.col("sign_code") == "plus")
    sign = pl.when(pl.col("brackets") | (usable & negative)).then(-1).when(usable & positive).then(1).otherwise(0)
    return spans.with_columns(sign=sign.fill_null(0).cast(pl.Int8)).drop("joins", "sign_code", "closed")


def with_comparator(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Adds comparator, comparator_start, and said: also the words that open a range or a movement (between, from)."""
    # "hasta", "до": up to, or to, where something rose or fell before. Nobody sets a limit at 104.3 million, and
    # "below the 104.3 million" is told of an earlier figure.
    fine = (pl.col("figures").str.strip_chars("0").str.len_chars() >= _FINE).fill_null(value=False)
    limits = spans.with_row_index("row").filter(pl.col("said") == "upto").select("row", "doc", at="comparator_at")
    reached = np.zeros(len(spans), dtype=np.bool_)
    reached[limits["row"].to_numpy()] = said_before(tape, limits, reach=_REACH, expression=lambda one: one.toward)
    upto = pl.col("said") == "upto"
    the = pl.col("said").str.ends_with("_the")
    spans = spans.with_columns(reached=pl.Series(reached)).with_columns(
        said=pl.when((upto & (pl.col("reached") | fine)) | (the & fine))
        .then(None)
        .when(upto)
        .then(pl.lit("under"))
        .otherwise(pl.col("said").str.strip_suffix("_the"))
    )
    before = pl.col("said").is_in(["over", "under", "approx"]).fill_null(value=False)
    about = pl.col("tilde") | (pl.col("sign_text") == "\u00b1").fill_null(value=False)
    return spans.with_columns(
        comparator=pl.when(before)
        .then(pl.col("said"))
        .when(pl.col("after_code").is_not_null())
        .then(pl.col("after_code"))
        .when(about)
        .then(pl.lit("approx"))
        .otherwise(pl.lit("eq")),
        comparator_start=pl.when(before)
        .then(pl.col("comparator_at"))
        .when(pl.col("after_code").is_not_null())
        .then(pl.col("after_at"))
        .when(about)
        .then(pl.col("sign_at")),
    ).drop("reached", "comparator_at", "after_at", "after_code")


def with_kind(spans: pl.DataFrame) -> pl.DataFrame:
    """Adds kind, start and end, and turns shares, hundredths and signs into values."""
    unit, before = pl.col("unit_class"), pl.col("before_class")
    ahead = before.is_in(["percent", "share"]).fill_null(value=False)
    share = unit.is_in(["percent", "tenth"]).fill_null(value=False) | (ahead & pl.col("currency").is_null())
    kind = (
        pl.when(share).then(pl.lit("percent"))
        .when(unit.is_in(["points", "basis"])).then(pl.lit("points"))
        .when(pl.col("currency").is_not_null()).then(pl.lit("money"))
        .when((unit == "multiple") | before.is_in(["multiple", "divided"])).then(pl.lit("multiple"))
        .when(unit == "ordinal").then(pl.lit("ordinal"))
        .when(unit.is_in(["measure", "part"])).then(pl.lit("plain"))
        .otherwise(pl.lit("count"))
    )  # fmt: skip
    number_start = pl.when(pl.col("lead").is_not_null()).then(pl.col("lead_at")).otherwise(pl.col("number_start"))
    leading = before.is_in(["money", "code", "percent", "share"]).fill_null(value=False)
    start = pl.min_horizontal(
        number_start,
        pl.when(leading).then(pl.col("before_at")),
        pl.when(pl.col("brackets")).then(pl.col("inner_at")),
        pl.when(pl.col("sign") != 0).then(pl.col("sign_at")),
    )
    end = pl.max_horizontal(
        pl.col("number_end") + pl.col("brackets").cast(pl.Int64),
        pl.col("scale_to"),
        pl.when(unit.is_in(_AMOUNTS)).then(pl.col("unit_to")),
    )
    spans = spans.with_columns(kind=kind, start=start, end=end, number_start=number_start)
    tenths = (unit == "tenth").fill_null(value=False)
    hundredths = (unit == "basis").fill_null(value=False) | pl.col("minor")
    negative = pl.col("sign") < 0

    # 七成六 is 76 %, 千分之五 0.5 %.
    further = pl.when((unit == "tenth").fill_null(value=False)).then(pl.col("unit_code").cast(VALUE, strict=False))
    parts = pl.when(before == "share").then(pl.col("before_code").cast(VALUE, strict=False))

    def read(column: str, *, signed: bool) -> pl.Expr:
        value = pl.col(column)
        divided = (before == "divided").fill_null(value=False) & (value > decimal(0))
        more = (
            further.fill_null(decimal(0)) if signed else pl.when(further.is_not_null()).then(decimal(-9)).otherwise(decimal(0))
        )
        value = (
            pl.when(tenths & (value <= decimal(10)))
            .then((value * decimal(10) + more).cast(VALUE))
            .when(parts.is_not_null() & share)
            .then((value * decimal(100) / parts).cast(VALUE))
            .when((unit == "dozen").fill_null(value=False))
            .then((value * decimal(12)).cast(VALUE))
            .when(divided & pl.lit(signed))
            .then((decimal(1) / pl.when(divided).then(value).otherwise(decimal(1))).cast(VALUE))
            .when(hundredths)
            .then((value / decimal(100)).cast(VALUE))
            .otherwise(value)
        )
        return pl.when(negative).then((value * decimal(-1)).cast(VALUE)).otherwise(value) if signed else value

    return spans.with_columns(
        value=read("value", signed=True),
        value_other=read("value_other", signed=True),
        value_step=read("value_step", signed=False),
    )


def _behind_amount() -> pl.Expr:
    """Whether a number in brackets stands right behind an amount: "1 020 Mkr (950)" compares, "see note (9)" does not."""
    amounts = pl.when("has_unit").then(pl.col("end") + 2).drop_nulls().implode()
    return (pl.col("length") > 1) & pl.col("number_start").is_in(amounts)


def quantities_only(spans: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Drop years, dates, times, versions, phone and list numbers, tickers and numbers glued to letters."""
    begin, stop, end = spans["number_start"], spans["number_end"], spans["end"]
    first, left, left2 = (Beside.of(tape, begin - n) for n in range(3))
    right, right2, right3 = (Beside.of(tape, stop + n) for n in range(3))
    last, after, after2 = (Beside.of(tape, end + n) for n in (-1, 0, 1))
    flags = {
        "glued": left.letter & first.digit,
        "hyphened": left.one_of("-") & left2.letter,
        "tied": (left.one_of(":") & left2.digit)
        | (right.one_of(":") & right2.digit)
        | (left.one_of("/") & left2.near)
        | (right.one_of("/") & right2.digit)
        | left.one_of("_")
        | (left.one_of(".") & left2.word)
        | (right.one_of(".") & right2.near),
        "cut_left": left.word & first.word & ~(left.one_of("\u0648") & ~left2.word),  # the Arabic "and" is part of no word
        "cut_right": last.word & after.word,
        "lettered": after.letter | (after.one_of("-") & after2.letter),
        "listed": (left.one_of("\n\x1d\x00")) & right.one_of(".)") & right2.one_of(" "),
        "dotted": right.one_of(".") & right2.one_of(" ") & right3.letter,
        "boxed": left.one_of("[(<") & right.one_of("])>"),
        "dated": right.one_of("-") & right2.digit,
    }
    spans = spans.with_columns(pl.Series(n, f) for n, f in flags.items())
    unit, before, ungrouped, integer = pl.col("unit_class"), pl.col("before_class"), pl.col("ungrouped"), pl.col("integer")
    bare, counted, in_words_ = ~pl.col("has_unit"), (unit == "counted").fill_null(value=False), pl.col("in_words")
    year = ungrouped & (pl.col("length") == 4) & integer.is_between(*_YEARS)
    ordinal_dot = pl.col("ordinal_dot")
    whole = ~counted & ~unit.is_in(["measure", "ordinal"]).fill_null(value=False)
    no_quantity = (
        pl.col("malformed"),
        unit.is_in(["date", "drop"]) & pl.col("power").is_null() & pl.col("currency").is_null(),
        pl.col("glued") & pl.col("cut_left") & before.is_null() & ~in_words_,
        bare & ~counted & year,
        (bare | counted | (unit == "multiple")) & (before == "drop"),
        (bare | (unit == "percent")) & (before == "tolerance"),
        in_words_ & pl.Series(left.one_of("\u7b2c")),  # 第二家
        # "Arm" is no "a rm": what a number in Latin letters is a number of stands apart from it.
        in_words_
        & pl.Series(right.letter)
        & pl.col("number").str.contains(r"^\p{Latin}+$")
        & (pl.col("currency").is_not_null() | (unit == "points")),
        bare & (before == "date") & (integer <= 31),
        bare & (pl.col("glued") | pl.col("hyphened") | pl.col("tied") | pl.col("odd_mark")),
        bare & pl.col("lettered") & whole,
        bare & pl.col("listed") & (pl.col("length") <= 2),
        bare & pl.col("boxed") & ungrouped & ~_behind_amount(),
        bare & ungrouped & pl.col("number").str.contains(r"^0[0-9]|^[0-9]{9,13}$") & (pl.col("sign") >= 0),
        bare & year & pl.col("dated"),
        bare & pl.col("dotted") & ordinal_dot & (integer <= 31),
    )
    keep = pl.col("value").is_not_null()
    for reason in no_quantity:
        keep &= ~reason.fill_null(value=False)
    # "one", "seven" and the like only where they count people or things.
    dozens = (unit == "dozen").fill_null(value=False)
    few = ((pl.col("value") < decimal(1000)) & ~counted & ~dozens) | (pl.col("value") < decimal(2))
    keep &= ~(in_words_ & (pl.col("kind") == "plain") & (pl.col("value") == decimal(1)))  # "un an"
    keep &= ~(in_words_ & (pl.col("kind") == "multiple") & (pl.col("value") < decimal("1.5")))  # "einfach", "once"
    keep &= ~(in_words_ & (pl.col("cut_left") | pl.col("cut_right") | (few & (pl.col("kind") == "count"))))
    return spans.filter(keep).with_columns(bare=bare).drop(*flags, "malformed", "odd_mark", "integer")
