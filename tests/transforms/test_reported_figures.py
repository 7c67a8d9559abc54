"""Ways in which newsrooms tell figures that no other file of tests holds: staff, losses of customers, margins, last year.

Sentences are our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2021, 11, 10, tzinfo=UTC)


def figures(text: str, language: str, *columns: str, published: tuple[int, int] | None = None) -> list[tuple[Any, ...]]:
    """Columns of each figure in the order of the text, values as floats and dates as text."""
    when = PUBLISHED if published is None else datetime(*published, 10, tzinfo=UTC)
    return cells(figures_in(text, language, published=when, together=published is None), *columns)


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("nl", "Bij Philips werken 1.140 mensen.", 1140),
        ("de", "Bei Siemens arbeiten rund 20.000 Menschen.", 20000),
        ("it", "Piaggio dà lavoro a 1.900 persone.", 1900),
        ("it", "I dipendenti del gruppo Piaggio erano 6.706.", 6706),
        ("es", "La plantilla media de Repsol ascendió a 3.089 personas.", 3089),
        ("pt", "A Galp dá trabalho a cerca de 1.900 pessoas.", 1900),
        ("pl", "Na koniec marca grupa Orlen zatrudniała 1.020 osób.", 1020),
        ("sv", "Volvo sysselsätter 43 000 personer.", 43000),
        ("da", "Grundfos afskediger 120 af sine omkring 4.000 danske medarbejdere.", 4000),
    ],
)
def test_people_who_work_there_are_the_staff(language: str, text: str, count: int) -> None:
    assert ("employees", count) in figures(text, language, "metric", "value")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Bij de loop van Philips deden 1.140 mensen mee."),
        ("de", "Zum Werk von Siemens pilgerten 20.000 Menschen."),
        ("pl", "W zawodach Orlenu wzięło udział 1.020 osób."),
    ],
)
def test_other_people_are_not(language: str, text: str) -> None:
    assert figures(text, language, "metric") == []


def test_all_jobs_are_not_the_jobs_cut() -> None:
    found = moves_in("Siemens entlässt 180 seiner 1.450 Mitarbeiter in Erlangen.", "de")
    assert (1450.0,) not in cells(found, "value")


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("fr", "Netflix annonce la perte de 200 000 abonnés.", -200_000),
        ("en", "Netflix lost 200,000 subscribers in the quarter.", -200_000),
        ("es", "Netflix perdió 200.000 suscriptores en el trimestre.", -200_000),
        ("nl", "Netflix verloor 200.000 abonnees.", -200_000),
    ],
)
def test_customers_lost_are_a_change(language: str, text: str, value: float) -> None:
    assert figures(text, language, "metric", "measure", "value") == [("customers", "change", value)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "no",
            "Mowi omsatte i fjor for 123,6 millioner kroner. Det er 22,2 millioner kroner lavere enn i 2019.",
            [("level", 123.6e6, "current", "2020-12-31"), ("change", -22.2e6, "current", "2020-12-31")],
        ),
        (
            "sv",
            "Ericssons omsättning var 1 124 miljoner kronor fjärde kvartalet i fjol, mot 1 586 miljoner ett år tidigare.",
            [("level", 1124e6, "current", "2020-12-31"), ("level", 1586e6, "comparative", "2019-12-31")],
        ),
        (
            "de",
            "Der Umsatz von SAP stieg auf 27 Milliarden Euro, im letzten Jahr waren es 26 Milliarden Euro.",
            [("level", 27e9, "current", "2021-09-30"), ("level", 26e9, "comparative", "2020-09-30")],
        ),
    ],
)
def test_last_year_may_be_what_an_article_reports_on(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert figures(text, language, "measure", "value", "period_role", "period_end") == expected


def test_a_negative_number_in_brackets_is_of_a_year_ago_too() -> None:
    text = "Ericssons resultat efter skatt blev -14,6 Mkr (-2,0)."
    assert figures(text, "sv", "value", "period_role") == [(-14.6e6, "current"), (-2e6, "comparative")]


def test_a_metric_in_brackets_only_explains_the_margin_or_loss_before_it() -> None:
    text = "Die operative Marge (Ebit) sieht SAP bei 13 bis 15 Prozent."
    assert figures(text, "de", "metric", "value", "value_high") == [("operating_margin", 13, 15)]
    text = "Stellantis ha chiuso il trimestre con un rosso operativo (Ebit) di 1,1 miliardi di euro."
    assert figures(text, "it", "metric", "value") == [("operating_income", -1.1e9)]


def test_orders_that_are_counted_are_no_money() -> None:
    assert figures("Just Eat Takeaway verwerkte 266 miljoen bestellingen.", "nl", "metric") == []
    assert figures("ASML boekte voor 3 miljard euro aan bestellingen.", "nl", "metric", "value") == [("order_intake", 3e9)]


def test_an_amount_reached_needs_no_currency_after_its_percentage() -> None:
    text = "Los ingresos de Repsol sumaron 1.138 millones de euros. En el semestre avanzaron un 3,3%, hasta 2.244 millones."
    assert figures(text, "es", "metric", "value")[-1] == ("revenue", 2244e6)


def test_three_months_after_a_preposition_are_a_quarter() -> None:
    text = "I april, maj og juni faldt omsætningen i Vestas med 11 procent."
    assert figures(text, "da", "value", "period_type", "period_end") == [(-11, "quarter", "2021-06-30")]


def test_thousands_and_millions_of_euros_written_as_one_word() -> None:
    text = "Renault fait état d'un chiffre d'affaires de 839,4 ME, contre 755 ME un an plus tôt."
    assert figures(text, "fr", "value", "unit") == [(839.4e6, "EUR"), (755e6, "EUR")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Revenue at Microsoft rose from about $2.2 billion to $2.9 billion."),
        ("no", "Driftsinntektene i Telenor økte fra vel 2,2 milliarder kroner til 2,9 milliarder kroner."),
        ("sv", "Ericssons omsättning ökade från drygt 2,2 miljarder kronor till 2,9 miljarder kronor."),
        ("it", "I ricavi di Enel sono passati da circa 2,2 miliardi di euro a 2,9 miliardi."),
    ],
)
def test_a_rise_from_about_to_is_no_range(language: str, text: str) -> None:
    assert figures(text, language, "value", "period_role") == [(2.2e9, "comparative"), (2.9e9, "current")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tesla's sales held up as it delivered 90,650 vehicles, down 5% from a year earlier."),
        ("it", "Crollano le vendite di Piaggio: il gruppo ha immatricolato 22.193 vetture, il 57,2% in meno."),
        ("es", "Las ventas de Seat cayeron: el grupo vendió 22.193 coches, un 57% menos."),
    ],
)
def test_the_change_of_counted_things_is_no_figure(language: str, text: str) -> None:
    assert figures(text, language, "metric") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pl", "Przychody Orlenu wzrosły o 23,5 proc. do 10,9 mld zł, a EBITDA o 33,5 proc. do 3,65 mld zł.", [23.5, 33.5]),
        (
            "de",
            "Der Umsatz von SAP sank um 3 Prozent auf 20 Milliarden Euro, das Ebit um 5 Prozent auf 2 Milliarden Euro.",
            [-3, -5],
        ),
        ("it", "L'Ebitda di Enel sale del 12,3% a 114 milioni, l'Ebit del 10,9% a 53 milioni.", [12.3, 10.9]),
    ],
)
def test_what_moved_alike_needs_no_second_verb(language: str, text: str, expected: list[float]) -> None:
    assert [value for measure, value in figures(text, language, "measure", "value") if measure == "change"] == expected


def test_a_sum_a_share_behind_brackets_is_current() -> None:
    text = "Ericssons resultat efter skatt uppgick till 1 005 Mkr (1 255), motsvarande 1:43 kronor per aktie."
    assert figures(text, "sv", "value", "period_role")[-1] == (1.43, "current")


def test_lira_is_no_dative() -> None:
    text = "Arçelik 2,1 milyar lira net kâr açıkladı. Şirket geçen yılın aynı döneminde 868 milyon lira kâr etmişti."
    assert figures(text, "tr", "value", "period_role") == [(2.1e9, "current"), (868e6, "comparative")]


def test_a_fiscal_year_told_to_end_in_a_month_ends_there() -> None:
    text = "Gabriel venter i regnskabsåret 2020/21, der slutter med september, en omsætning på 930-940 mio. kr. i Gabriel A/S."
    assert {end for (end,) in figures(text, "da", "period_end")} <= {"2021-09-30"}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "de",
            "SAP will den Umsatz nun um 12 bis 18 statt 15 bis 25 Prozent steigern.",
            [(12, "guidance"), (15, "prior_guidance")],
        ),
        ("de", "SAP erwartet nun 20 statt bisher 25 Millionen Euro Umsatz.", [(20e6, "guidance"), (25e6, "prior_guidance")]),
        ("en", "Microsoft expects revenue growth of 12 rather than 15 percent.", [(12, "guidance"), (15, "prior_guidance")]),
    ],
)
def test_a_number_has_the_unit_of_the_one_that_it_replaces(language: str, text: str, expected: list[tuple[Any, ...]]) -> None:
    assert figures(text, language, "value", "basis") == expected


def test_negative_growth_is_a_decline() -> None:
    text = "Ericssons nettoomsättning uppgick till 27,6 MSEK, motsvarande en negativ tillväxt om 20 procent."
    assert figures(text, "sv", "value")[-1] == (-20,)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom's revenue was $1.02 billion. It had 504,900 customers, up 36%. It expects growth of 30%."),
        (
            "nl",
            "Zooms omzet was 1,02 miljard dollar. Zoom had 505.000 klanten, 36 procent meer. Het verwacht 30 procent groei.",
        ),
    ],
)
def test_growth_expected_without_a_metric_is_of_revenue(language: str, text: str) -> None:
    assert figures(text, language, "metric", "value", "basis")[-1] == ("revenue", 30, "guidance")


def test_a_sum_expected_without_a_metric_is_of_what_is_as_large() -> None:
    told = "Zoom's revenue was $1 billion and its net profit $300 million. "
    assert figures(told + "For the year, it expects $4 billion.", "en", "metric", "value")[-1] == ("revenue", 4e9)
    assert figures("Zoom's net profit was $300 million. It expects $350 million.", "en", "metric")[-1] == ("net_income",)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Renault compte 221 millions d'abonnés et s'attend à en perdre encore 2 millions."),
        ("en", "Netflix has 221 million subscribers and expects to lose another 2 million subscribers."),
    ],
)
def test_a_count_before_and_expects_is_actual(language: str, text: str) -> None:
    assert figures(text, language, "value", "basis")[0] == (221e6, "actual")
