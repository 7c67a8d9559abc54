"""Periods: what is said in eighteen languages, and which days that is for a firm with its own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import lexicon, periods
from transforms.spans import Tape


def found(
    text: str,
    *,
    language: str,
    published: datetime | None = datetime(2020, 9, 15, tzinfo=UTC),
    company: str | None = "zoom",
    outlook: bool = False,
) -> pl.DataFrame:
    """The resolved periods of a text, with the words they were read from."""
    texts = pl.DataFrame(
        {"article_id": ["a"], "text": [text], "published_at": [published], "published_precision": ["day"]},
        schema_overrides={"published_at": pl.Datetime("us", "UTC")},
    )
    tape = Tape.of(texts, language=language)
    spans = periods.on_tape(tape).with_columns(
        company_id=pl.lit(company, pl.String),
        published_at=pl.lit(published, pl.Datetime("us", "UTC")),
        published_precision=pl.lit("day"),
        outlook=pl.lit(value=outlook),
    )
    resolved = periods.resolve(spans)
    return resolved.with_columns(words=tape.slice("start", "end", resolved))


@pytest.mark.parametrize(
    ("language", "text", "grain", "end"),
    [
        pytest.param("en", "Sales rose in the second quarter of fiscal 2021.", "quarter", date(2020, 7, 31), id="en-fiscal"),
        pytest.param("en", "It earned 5 in the three months ended July 31.", "quarter", date(2020, 7, 31), id="en-ended"),
        pytest.param("en", "In Q1 FY21 it earned 5.", "quarter", date(2020, 4, 30), id="en-compact"),
        pytest.param("nl", "De omzet in het eerste kwartaal steeg.", "quarter", date(2020, 4, 30), id="nl"),
        pytest.param("nl", "Voor het lopende kwartaal is zij somber.", "quarter", date(2020, 10, 31), id="nl-running"),
        pytest.param("de", "Im zweiten Geschäftsquartal lief es gut.", "quarter", date(2020, 7, 31), id="de"),
        pytest.param("de", "Im 2. Quartal lief es gut.", "quarter", date(2020, 7, 31), id="de-dotted"),
        pytest.param("de", "Von Februar bis April lief es gut.", "quarter", date(2020, 4, 30), id="de-months"),
        pytest.param("sv", "Under första kvartalet steg omsättningen.", "quarter", date(2020, 4, 30), id="sv"),
        pytest.param("no", "I andre kvartal steg omsetningen.", "quarter", date(2020, 7, 31), id="no"),
        pytest.param("da", "I andet kvartal steg omsætningen.", "quarter", date(2020, 7, 31), id="da"),
        pytest.param("pl", "W II kwartale przychody wzrosły.", "quarter", date(2020, 7, 31), id="pl"),
        pytest.param("tr", "Şirket ikinci çeyrekte kâr etti.", "quarter", date(2020, 7, 31), id="tr"),
        pytest.param("it", "Nel trimestre chiuso il 31 luglio i ricavi salgono.", "quarter", date(2020, 7, 31), id="it"),
        pytest.param("fr", "Au deuxième trimestre, les ventes progressent.", "quarter", date(2020, 7, 31), id="fr"),
        pytest.param("es", "En el segundo trimestre fiscal ganó más.", "quarter", date(2020, 7, 31), id="es"),
        pytest.param("pt", "No trimestre encerrado em 31 de julho, lucrou mais.", "quarter", date(2020, 7, 31), id="pt"),
        pytest.param("pt", "A receita do 2º tri subiu.", "quarter", date(2020, 7, 31), id="pt-short"),
        pytest.param("id", "Pada kuartal II pendapatan naik.", "quarter", date(2020, 7, 31), id="id"),
        pytest.param("zh", "公司第二财季营收大增", "quarter", date(2020, 7, 31), id="zh"),
        pytest.param("zh", "五、六、七三个月营收大增", "quarter", date(2020, 7, 31), id="zh-list"),
        pytest.param("ja", "2020年5～7月期の売上高", "quarter", date(2020, 7, 31), id="ja"),
        pytest.param("ko", "2021회계연도 2분기 매출", "quarter", date(2020, 7, 31), id="ko"),
        pytest.param("ko", "5~7월 매출은 늘었다", "quarter", date(2020, 7, 31), id="ko-months"),
        pytest.param("ru", "Выручка во втором квартале выросла.", "quarter", date(2020, 7, 31), id="ru"),
        pytest.param("ar", "الإيرادات في الأشهر الثلاثة المنتهية في ٣١ يوليو", "quarter", date(2020, 7, 31), id="ar"),
        pytest.param("it", "Nell'anno fiscale 2021 i ricavi salgono.", "year", date(2021, 1, 31), id="it-year"),
        pytest.param("zh", "截至2020年7月底，用户增加", "instant", date(2020, 7, 31), id="zh-instant"),
        pytest.param("tr", "Temmuz sonu itibarıyla müşteri sayısı arttı.", "instant", date(2020, 7, 31), id="tr-instant"),
        pytest.param("en", "The rule takes effect on September 30, 2020.", "day", date(2020, 9, 30), id="en-day"),
        pytest.param("de", "Die Regel gilt ab dem 30. September 2020.", "day", date(2020, 9, 30), id="de-day"),
        pytest.param("en", "Deliveries in 11/2019 were down.", "month", date(2019, 11, 30), id="en-month-in-figures"),
        pytest.param("de", "Der Absatz stieg 11.2019 wieder.", "month", date(2019, 11, 30), id="de-month-in-figures"),
        pytest.param("fr", "Les ventes de 2019-11 progressent.", "month", date(2019, 11, 30), id="fr-year-first"),
        pytest.param("en", "as told in june 2020", "month", date(2020, 6, 30), id="en-small-letter"),
        pytest.param("en", "It opens next June.", "month", date(2021, 6, 30), id="en-next-month"),
        pytest.param("es", "Abre el próximo junio.", "month", date(2021, 6, 30), id="es-next-month"),
        pytest.param("zh", "下个月完工", "month", date(2020, 10, 31), id="zh-next-month"),
        pytest.param("ko", "5∼7월 매출은 늘었다", "quarter", date(2020, 7, 31), id="ko-tilde"),
    ],
)
def test_each_language_names_its_periods(language: str, text: str, grain: str, end: date) -> None:
    rows = found(text, language=language).filter(pl.col("grain") == grain)
    assert rows["period_end"].to_list()[:1] == [end]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "up from 3 a year earlier"),
        ("en", "in the same quarter last year"),
        ("nl", "tegen 3 een jaar eerder"),
        ("de", "nach 3 im Vorjahr"),
        ("sv", "samma period i fjol"),
        ("no", "samme periode i fjor"),
        ("da", "samme kvartal sidste år"),
        ("pl", "rok wcześniej było 3"),
        ("tr", "geçen yılın aynı döneminde 3 idi"),
        ("it", "nello stesso periodo dell'anno precedente"),
        ("fr", "contre 3 un an plus tôt"),
        ("es", "frente a 3 un año antes"),
        ("pt", "no mesmo período do ano anterior"),
        ("id", "pada periode yang sama tahun lalu"),
        ("zh", "去年同期为3"),
        ("ja", "前年同期は3だった"),
        ("ko", "지난해 같은 기간보다 늘었다"),
        ("ru", "годом ранее было 3"),
        ("ar", "في الفترة نفسها من العام السابق"),
    ],
)
def test_the_same_period_a_year_ago_is_comparative(language: str, text: str) -> None:
    rows = found(text, language=language)
    assert rows["role"].to_list() == ["comparative"]
    assert rows["period_end"].to_list() == [date(2019, 7, 31)]  # of the quarter to July 2020


@pytest.mark.parametrize(
    ("company", "text", "end", "name"),
    [
        pytest.param("zoom", "the first quarter", date(2020, 4, 30), "FY2021Q1", id="january"),
        pytest.param("toyota", "the first quarter", date(2020, 6, 30), "FY2021Q1", id="march"),
        pytest.param("oracle", "the first quarter", date(2020, 8, 31), "FY2021Q1", id="may"),
        pytest.param("microsoft", "the fourth quarter", date(2020, 6, 30), "FY2020Q4", id="june"),
        pytest.param("apple", "the third quarter", date(2020, 6, 30), "FY2020Q3", id="september"),
        pytest.param("sap", "the second quarter", date(2020, 6, 30), "FY2020Q2", id="december"),
        pytest.param("no-such-firm", "the second quarter", date(2020, 6, 30), "FY2020Q2", id="unknown firm, calendar year"),
    ],
)
def test_a_quarter_follows_the_fiscal_calendar(company: str, text: str, end: date, name: str) -> None:
    row = found(f"Profit rose in {text}.", language="en", company=company).row(0, named=True)
    assert (row["period_end"], row["fiscal_period"]) == (end, name)


def test_halves_and_nine_months_are_named_by_rule_20() -> None:
    rows = found("In the first half of 2020 and the first nine months of 2019.", language="en", company="sap")
    assert rows["fiscal_period"].to_list() == ["FY2020H1", "FY2019M9"]


def test_the_full_year_of_an_outlook_is_the_running_one() -> None:
    row = found("For the full year it expects 5.", language="en", outlook=True).row(0, named=True)
    assert (row["period_type"], row["period_end"], row["fiscal_period"]) == ("year", date(2021, 1, 31), "FY2021")


def test_an_article_tells_the_calendar_of_an_unknown_firm() -> None:
    text = "Im dritten Geschäftsquartal (Juni bis August) stieg der Gewinn. Im zweiten Quartal war er gefallen."
    rows = found(text, language="de", company="unbekannt", published=datetime(2020, 10, 2, tzinfo=UTC))
    assert rows.filter(pl.col("grain") == "quarter")["period_end"].to_list() == [
        date(2020, 8, 31),
        date(2020, 8, 31),
        date(2020, 5, 31),
    ]


def test_without_any_time_nothing_is_guessed() -> None:
    row = found("Profit rose in the second quarter.", language="en", published=None).row(0, named=True)
    assert (row["period_type"], row["period_end"], row["fiscal_period"]) == ("quarter", None, None)


@pytest.mark.parametrize(
    "text",
    ["It paid $2020 for 30% of it.", "Version 2.2021 of the app, 3.5 million users", "He may march on. I quarter them."],
)
def test_numbers_and_verbs_are_no_dates(text: str) -> None:
    assert found(text, language="en")["year"].drop_nulls().is_empty()
    assert found(text, language="en").filter(pl.col("grain").is_in(["month", "day"])).is_empty()


PIECES = [
    *("2020", "31", "30", "45", "0", "99", "'21", "2.", "Q3", "FY21", "3T22", "II"),
    *("-", "~", ".", ",", "年", "月", "日", "월", "期", "분기", "год", "第二季度"),
    *("to", "bis", "may", "May", "juli", "mars", "quarter", "kwartaal", "trimestre", "ended", "end", "last"),
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(lexicon.languages())),
    st.lists(
        st.sampled_from(PIECES),
        max_size=12,
    ),
)  # fmt: skip
def test_no_text_breaks_it_and_spans_never_overlap(language: str, parts: list[str]) -> None:
    rows = found(" ".join(parts), language=language)
    assert (rows["end"] > rows["start"]).all()
    assert (rows["start"].shift(-1).drop_nulls() >= rows["end"].head(max(rows.height - 1, 0))).all()
    ends = rows.filter(pl.col("period_start").is_not_null() & pl.col("period_end").is_not_null())
    assert (ends["period_start"] <= ends["period_end"]).all()


@pytest.mark.parametrize("text", ["the 2010-11 season", "on 30/11/2016 it", "at 3.2015 points", "a $11/2016 note"])
def test_figures_beside_a_year_that_are_no_month(text: str) -> None:
    assert found(text, language="en").filter(pl.col("grain") == "month").is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Sales in the first fiscal quarter ended April 30, 2024 rose. In the second quarter of fiscal 2024 they fell.",
        ),
        (
            "de",
            "Im Ende Januar abgeschlossenen Geschäftsjahr 2024 wuchs der Umsatz. Im zweiten Quartal des Geschäftsjahres 2024",
        ),
        ("es", "Entre febrero y abril, primer trimestre fiscal, ganó más que en el segundo trimestre fiscal de 2024."),
        ("ja", "2~4月期(第1四半期)の売上高は増えた。2024年度第2四半期"),
    ],
)
def test_the_end_of_the_fiscal_year_is_told_by_a_quarter_or_year_that_says_its_last_month(language: str, text: str) -> None:
    assert found(text, language=language)["fye"].unique().to_list() == [1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "efter tre kvartal"),
        ("no", "etter tre kvartaler"),
        ("de", "nach drei Quartalen"),
        ("pt", "três primeiros trimestres"),
    ],
)
def test_three_quarters_are_nine_months(language: str, text: str) -> None:
    assert found(text, language=language)["grain"].to_list() == ["nine_months"]


@pytest.mark.parametrize(
    ("language", "text", "grain", "end"),
    [
        pytest.param("nl", "In mei, juni en juli groeide de omzet.", "quarter", date(2020, 7, 31), id="nl: months in a row"),
        pytest.param("da", "Regnskabsåret 2020/21 er begyndt.", "year", date(2021, 1, 31), id="da: a year of two years"),
        pytest.param("fr", "Au deuxième trimestre 2020-2021, les ventes montent.", "quarter", date(2020, 7, 31), id="fr"),
        pytest.param("en", "After six months of the financial year 2020/21 it grew.", "half", date(2020, 7, 31), id="en: half"),
        pytest.param("ko", "2·4분기 매출은 늘었다", "quarter", date(2020, 7, 31), id="ko: second of four"),
    ],
)
def test_ways_to_name_a_period(language: str, text: str, grain: str, end: date) -> None:
    row = found(text, language=language).row(0, named=True)
    assert (row["grain"], row["period_end"]) == (grain, end)


@pytest.mark.parametrize(
    ("language", "text", "end"),
    [
        pytest.param("da", "Efter tre kvartaler af regnskabsåret 2019/20 er omsætningen steget.", date(2020, 6, 30), id="half"),
        pytest.param("en", "Sales for the quarter ended July 31 rose.", date(2020, 7, 31), id="unnumbered"),
        pytest.param(
            "en", "In the first fiscal quarter sales rose. Cash was $5 on July 31, 2020.", date(2020, 7, 31), id="date"
        ),
    ],
)
def test_the_calendar_of_an_unknown_firm_is_told_by_what_it_reports(language: str, text: str, end: date) -> None:
    assert end in found(text, language=language, company=None)["period_end"].to_list()
