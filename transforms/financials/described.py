"""What is said of a figure: of what time and by whom, up or down, of which part; and which numbers are no figures then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.financials import (
    comparatives,
    context,
    differences,
    directions,
    expectations,
    inheritance,
    measures,
    paid,
    segments,
    surprises,
)  # fmt: skip

if TYPE_CHECKING:
    from transforms.spans import Tape


_RIGHT_BEHIND: Final = 2
"""How near a percentage stands that says how the amount before it has moved, in code points."""
_LOST_BEFORE: Final = 4
"""How many sentences back customers were lost of whom a bare "loss of two million" is told."""
_SUM_A_SHARE: Final = 16
"""How far the sum a share stands after the amount, in code points."""


def described(rows: pl.DataFrame, around: context.Context, qualifiers: pl.DataFrame) -> pl.DataFrame:
    """Add basis, period_role, way, accounting, segment and compared_to; what no figure of the business is, is dropped."""
    rows = rows.with_columns(comparatives.behind_ago(rows, around).alias("then"))
    rows = rows.with_columns(
        expectations.basis(rows, around).alias("basis"),
        *comparatives.comparative(rows, around).get_columns(),
        directions.direction(rows, around).alias("way"),
        measures.accounting(rows, around).alias("accounting"),
        *comparatives.compared_to(rows, around).get_columns(),
        segments.segment(rows, around, qualifiers).alias("segment"),
        measures.part_of(rows, around).alias("part"),
        segments.unstaffed(rows, around).alias("unstaffed"),
        segments.unquoted(rows, around).alias("unquoted"),
        segments.of_shares(rows, around).alias("of_shares"),
        context.marked(rows, around, "by").alias("by"),
        directions.difference(rows, around).alias("difference"),
        directions.increased(rows, around).alias("increased"),
        directions.difference_way(rows, around).alias("differs"),
        measures.still(rows, around).alias("still"),
        (surprises.surprises(rows, around) | surprises.revisions(rows, around)).alias("surprise"),
        differences.beyond(rows, around).alias("beyond"),
        paid.handed_over(rows, around).alias("handed"),
        context.marked(rows, around, "to").alias("to"),
        directions.lost(rows, around).alias("lost"),
        context.marked(rows, around, "with").alias("with"),
    )
    rows = _with_parts_grown(rows)
    # What a part of the business earns or loses is its operating result.
    part = (pl.col("metric") == "net_income") & pl.col("plain") & pl.col("segment").is_not_null()
    rows = rows.with_columns(metric=pl.when(part).then(pl.lit("operating_income")).otherwise("metric"))
    risen = pl.when(directions.grown(rows, around) | directions.foretold(rows, around)).then(1).cast(rows.schema["way"])
    more = pl.when((pl.col("figure_class") == "percent") & (pl.col("measure") == "change")).then("differs")
    rows = rows.with_columns(way=pl.coalesce("way", risen, more))
    rows = rows.with_columns(way=pl.coalesce(directions.expected_way(rows, around), "way"))
    rows = _with_parts_out(rows.with_columns(segments.vetoed(rows, around).alias("vetoed")), around)
    # "It lost 8 million in revenue" by a breakdown.
    forgone = pl.col("lost") & (pl.col("metric") == "revenue") & (pl.col("measure") == "level")
    rows = rows.filter(~forgone).filter(
        ~pl.any_horizontal("vetoed", "part", "unstaffed", "unquoted", "of_shares", "still", "surprise", "beyond", "handed")
    )
    rows = rows.filter(~surprises.surprises_in_brackets() & ~_of_headlines() & ~_steps_in_brackets())
    rows = _lost_as_before(_moved_alike(rows))
    rows = _converted_alike(_moved_by(_with_amount(_with_outlook_before(rows, around)), around.scanned.tape))
    outlook = pl.col("basis").is_in(["guidance", "prior_guidance"])
    # "The forecast was raised from 8 to 9 million", but "revenue is to rise from 8 to 9 million" is told of the year before.
    renewed = pl.col("left") | expectations.renewed(rows, around)
    replaced = (((pl.col("earlier") | pl.col("left")) & renewed) | pl.col("ranged")) & (pl.col("basis") == "guidance")
    # "It expects growth of 6 %, compared with 54 % the year before".
    of_then = pl.when(pl.col("measure") == "level").then("earlier").otherwise("opposed")
    compared = of_then & ~renewed & ~pl.col("ranged") & (pl.col("basis") == "guidance")
    rows = rows.with_columns(
        basis=pl.when((pl.col("dated") & outlook) | compared)
        .then(pl.lit("actual"))
        .when(replaced)
        .then(pl.lit("prior_guidance"))
        .when(pl.col("renews") & (pl.col("basis") == "prior_guidance"))
        .then(pl.lit("guidance"))
        .otherwise("basis"),
    )
    before = pl.col("basis").shift(1).over("sid", "metric", "measure", order_by="number")
    reached = pl.col("to").shift(1).over("sid", "metric", "measure", order_by="number")
    beside = pl.col("earlier") & (pl.col("basis") == "prior_guidance") & (before == "actual") & reached
    rows = rows.with_columns(basis=pl.when(beside).then(pl.lit("actual")).otherwise("basis"))  # "to 20 cents from 3 before"
    raised = pl.col("to") & (pl.col("basis") == "actual") & (before == "prior_guidance") & ~pl.col("earlier")
    quoted = pl.col("metric") == "market_capitalization"  # the market's price is nobody's expectation
    rows = rows.with_columns(
        basis=pl.when(raised).then(pl.lit("guidance")).when(quoted).then(pl.lit("actual")).otherwise("basis"),
    ).with_columns(
        period_role=pl.when((pl.col("earlier") | pl.col("opposed")) & (pl.col("basis") == "actual"))
        .then(pl.lit("comparative"))
        .otherwise(pl.lit("current")),
        compared_hint=pl.col("hint"),
    )
    return inheritance.with_traits(rows)


def _with_parts_grown(rows: pl.DataFrame) -> pl.DataFrame:
    """What a part of the business grew by and to, told behind the profit of all, is revenue: "its chip business grew 5 %"."""
    of_part = pl.col("inherited") & pl.col("segment").is_not_null() & pl.col("metric").is_in(["net_income", "pretax_income"])
    moved = of_part & (pl.col("measure") == "change") & (pl.col("figure_class") == "percent")
    reached = of_part & (pl.col("measure") == "level") & moved.shift(1).over("sid", order_by="number")
    grown = (moved | reached).fill_null(value=False)
    return rows.with_columns(metric=pl.when(grown).then(pl.lit("revenue")).otherwise("metric"))


def _steps_in_brackets() -> pl.Expr:
    """Whether a bracket behind a change counts how many it is: "staff grew by 53 % (500 people)"."""
    count = (pl.col("figure_class") == "count") & pl.col("bracketed") & pl.col("opens") & (pl.col("measure") == "level")
    before = {c: pl.col(c).shift(1).over("sid", "metric", order_by="number") for c in ("measure", "number", "figure_class")}
    beside = (before["measure"] == "change") & (before["figure_class"] == "percent")
    return (count & beside & (pl.col("number") - before["number"] == 1)).fill_null(value=False)


def _of_headlines() -> pl.Expr:
    """Whether a percentage stands before a clause of analysts and its word: "X falls 15 % as analysts rue its earnings"."""
    change = (pl.col("measure") == "change") & (pl.col("figure_class") == "percent") & (pl.col("basis") == "consensus")
    return (change & (pl.col("word_start") > pl.col("end")) & (pl.col("word_cid") != pl.col("cid"))).fill_null(value=False)


def _with_parts_out(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
    """Of "of its 8,500 employees 1,300 must leave" the first is the staff as it is, the second, without a noun, a part."""
    whole = segments.of_its(rows, around) & rows["metric"].is_in(["employees", "customers", "users"])
    wholes = rows.filter(whole)["number"].implode()
    same = pl.col("word").is_in(rows.filter(whole)["word"].implode()) & ~pl.col("number").is_in(wholes)
    part = same & (pl.col("measure") == "level") & (pl.col("figure_class") == "count") & ~pl.col("earlier")
    part &= pl.col("sid").is_in(rows.filter(whole)["sid"].implode())
    basis = pl.when(pl.col("number").is_in(wholes)).then(pl.lit("actual")).otherwise("basis")
    return rows.with_columns(basis=basis).filter(~part.fill_null(value=False))


def _with_outlook_before(rows: pl.DataFrame, around: context.Context) -> pl.DataFrame:
    """A change right after an outlook, without a metric of its own, is of it: "It expects 2.6 billion. That is 31 % more."

    Unless its own sentence says what the number is of: an expectation, a comparison, a period.
    """
    said = pl.concat(
        [around.cues("basis").select("sid"), around.cues("role").select("sid"), around.scanned.periods.select("sid")]
    ).unique()
    before = ["doc", "metric"]
    continued = (
        (pl.col("inherited") | (pl.col("strength") == "metric_weak"))
        & pl.col("figure_class").is_in(["percent", "multiple"])
        & (pl.col("basis") == "actual")
        & (pl.col("basis").shift(1).over(before, order_by="number") == "guidance")
        & (pl.col("sid") - pl.col("sid").shift(1).over(before, order_by="number") == 1)
        & ~pl.col("sid").is_in(said["sid"].drop_nulls().implode())
    )
    return rows.with_columns(basis=pl.when(continued.fill_null(value=False)).then(pl.lit("guidance")).otherwise("basis"))


def _with_amount(rows: pl.DataFrame) -> pl.DataFrame:
    """What is said of an amount is said of the sum a share right after it: "from $227 million, or 74 cents a share"."""
    rows = rows.sort("number", maintain_order=True)
    same = pl.col("sid") == pl.col("sid").shift(1)
    last_end = pl.col("end").shift(1)
    own = pl.col("word_start").is_between(last_end, pl.col("start")) & (pl.col("word") != pl.col("word").shift(1))
    own |= pl.col("bracketed") & (pl.col("basis") == "consensus")  # "1.12 billion in sales (88 cents was the consensus)"
    beside = (
        same
        & (pl.col("metric") == "eps")
        & pl.col("figure_class").shift(1).is_in(["money", "count"])
        & (pl.col("metric_kind").shift(1) == "money")
        & (pl.col("start") - last_end <= _SUM_A_SHARE)
        & ~own  # a word of its own stands before it
    )
    return rows.with_columns(
        pl.when(beside & ~pl.col("bracketed").shift(1)).then(pl.col(c).shift(1)).otherwise(c).alias(c)
        for c in ("basis", "earlier", "dated", "hint", "loss")
    )


def _moved_alike(rows: pl.DataFrame) -> pl.DataFrame:
    """A change without a word for its way moved as the one before it: "revenue rose by 3 % to 10 billion, profit by 5 % to 2".

    Only where the amount that it led to stands right behind it, or where it is another growth of the same metric ("by 3 %,
    currency-adjusted by 4 %", "by 6 to 8 %, until now it was 4 to 6 %", "12 % from last year, or 3 % from the quarter before").
    Heirs move as their source. With no change before, one that led to an amount is a rise, whatever verb the writer found
    for it: "sprinted 169 % to 328 million".
    """
    changes = rows.filter((pl.col("measure") == "change") & (pl.col("figure_class") == "percent")).sort(
        "number", maintain_order=True
    )
    alike = ["doc", "metric"]
    # "Sales rose 15 %. In the quarter before it had been 20 %."
    next_to = pl.col("opposed") & (pl.col("sid") - pl.col("sid").shift(1).over(alike, order_by="number") == 1)
    told_before = pl.when(next_to & pl.col("inherited")).then(pl.col("way").shift(1).over(alike, order_by="number"))
    way_before = pl.coalesce(pl.col("way").shift(1).over("sid", order_by="number"), told_before)
    reached = rows.filter((pl.col("measure") == "level") & pl.col("to")).select(
        "sid", "metric", number=pl.col("number") - 1, reached=pl.lit(value=True)
    )
    again = (pl.col("metric") == pl.col("metric").shift(1).over("doc", order_by="number")) & (
        pl.col("by") | pl.col("opposed") | (pl.col("basis") == "prior_guidance") | pl.col("hint").is_not_null()
    )
    led = changes.with_columns(before=way_before, again=again).join(
        reached, on=["sid", "metric", "number"], how="left", maintain_order="left"
    )
    led = led.filter(pl.col("way").is_null() & (pl.col("reached") | pl.col("again")))
    risen = pl.when("reached").then(1).cast(changes.schema["way"])
    led = led.select("number", before=pl.coalesce("before", risen))
    sources = changes.select(source="number", source_way="way")
    joined = rows.join(led, on="number", how="left", maintain_order="left").join(
        sources, on="source", how="left", maintain_order="left"
    )
    heir = pl.when("inherited").then("source_way")
    return joined.with_columns(way=pl.coalesce("way", "before", heir)).drop("before", "source_way")


def _lost_as_before(rows: pl.DataFrame) -> pl.DataFrame:
    """A bare number that is lost behind lost customers is of them: "lost 200 subscribers and expects to lose 300 more"."""
    rows = rows.sort("number", maintain_order=True)

    def before(column: str) -> pl.Expr:
        return pl.col(column).shift(1).over("sid", order_by="number")

    counts = (pl.col("figure_class") == "count") & (before("figure_class") == "count")
    again = counts & pl.col("lost") & before("lost") & (pl.col("metric") == "net_income")
    again = (again & before("metric").is_in(["customers", "users"])).fill_null(value=False)
    taken = {c: pl.when(again).then(before(c)).otherwise(c) for c in ("metric", "metric_kind", "instant", "loss")}
    rows = rows.with_columns(**taken)
    # "Lost 200,000 subscribers. … For the next quarter it predicts a further loss of two million."
    of_people = rows.filter(pl.col("lost"), pl.col("figure_class") == "count", pl.col("metric").is_in(["customers", "users"]))
    sources = of_people.select("doc", "sid", *(pl.col(c).alias(f"_{c}") for c in ("metric", "metric_kind", "instant")))
    told = rows.with_row_index("_i").sort("sid", maintain_order=True).join_asof(
        sources.sort("sid", maintain_order=True), on="sid", by="doc", strategy="backward", tolerance=_LOST_BEFORE,
        check_sortedness=False,
    ).sort("_i", maintain_order=True)  # fmt: skip
    further = (pl.col("figure_class") == "count") & (pl.col("metric") == "net_income") & pl.col("loss")
    further &= pl.col("_metric").is_not_null()
    return told.with_columns(
        **{c: pl.when(further).then(f"_{c}").otherwise(c) for c in ("metric", "metric_kind", "instant")},
        loss=pl.col("loss") & ~further,
        lost=pl.col("lost") | further,
    ).drop("_i", "_metric", "_metric_kind", "_instant")


def _moved_by(rows: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """An amount after "by" is a change ("fell by 200 million"); one by which an expectation is beaten is no figure.

    Customers, users and market value lost are fewer or less of them.
    """
    fewer = (pl.col("figure_class") == "count") & pl.col("metric").is_in(["customers", "users"])
    fewer |= (pl.col("figure_class") == "money") & (pl.col("metric") == "market_capitalization")
    lost = pl.col("lost") & fewer
    rows = rows.with_columns(
        measure=pl.when(lost).then(pl.lit("change")).otherwise("measure"),
        way=pl.when(lost).then(-1).otherwise(pl.coalesce("way", pl.when("difference").then("differs"))),
    )
    amount = pl.col("figure_class").is_in(["money", "count"])
    told = (pl.col("by") & ~pl.col("earlier")) | pl.col("difference") | pl.col("increased")  # "520億円増" is not of before
    next_start = pl.col("start").shift(-1).over("sid", order_by="number")
    follows = (next_start - pl.col("end") <= _RIGHT_BEHIND) & (pl.col("figure_class") == "money")
    follows &= pl.col("figure_class").shift(-1).over("sid", order_by="number") == "percent"
    asked = rows.with_columns(_next=next_start).filter((follows & pl.col("by")).fill_null(value=False))
    # "lag met 2,4 miljard 4 procent hoger", but "减少23.93亿港元或44%"
    asked = asked.filter(tape.slice("end", "_next", asked).str.strip_chars() == "")
    told &= ~pl.col("number").is_in(asked["number"].implode())
    moved = told & amount & pl.col("way").is_not_null() & ~pl.col("to")
    # "A one-off item hit its net profit by 18 million": no level, whatever it is.
    burden = pl.col("by") & pl.col("way").is_null() & (pl.col("figure_class") == "money") & (pl.col("basis") == "actual")
    burden &= ~pl.col("to") & ~pl.col("earlier") & (pl.col("measure") == "level") & ~pl.col("with")
    replaced = (pl.col("basis") == "prior_guidance") & pl.col("way").is_null()  # Polish speaks "by" an earlier sum
    surprise = (pl.col("by") | pl.col("difference")) & amount & (pl.col("basis") != "actual") & ~replaced & ~pl.col("to")
    # "It expects subscribers to fall by two million": by so many fewer than now, not than somebody expected.
    surprise &= ~(moved & fewer & (pl.col("basis") == "guidance"))
    return rows.with_columns(
        measure=pl.when(moved).then(pl.lit("change")).otherwise("measure"),
        **{c: pl.col(c) & ~moved for c in ("earlier", "dated")},
    ).filter(~surprise & ~burden)


def _converted_alike(rows: pl.DataFrame) -> pl.DataFrame:
    """A second currency in brackets is a change where the amount before it is: "lost $46 billion (€42 billion) in value".

    Where the verb stands behind both, the amount before it is one where the bracket is: 300億ドル（約4兆円）減少した.
    """
    rows = rows.sort("number", maintain_order=True).with_columns(_second=pl.Series(comparatives.conversions(rows)))
    level = pl.col("measure") == "level"
    moved = (pl.col("_second") & level & (pl.col("measure").shift(1) == "change")).fill_null(value=False)
    leads = (pl.col("_second").shift(-1) & level & (pl.col("measure").shift(-1) == "change")).fill_null(value=False)
    taken = {
        c: pl.when(moved).then(pl.col(c).shift(1)).when(leads).then(pl.col(c).shift(-1)).otherwise(c)
        for c in ("measure", "way", "earlier", "dated")
    }
    return rows.with_columns(**taken).drop("_second")
