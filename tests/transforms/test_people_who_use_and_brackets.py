"""People who use a thing or take part in it, brackets between a number and what is said of it, periods that differ. Ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, moves_in

PUBLISHED = datetime(2022, 8, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "metric"),
    [
        ("en", "In April, 300 million people used Netflix every day.", "users"),
        ("de", "Im April nutzten täglich 300 Millionen Menschen Netflix.", "users"),
        ("nl", "In april gebruikten dagelijks 300 miljoen mensen Netflix.", "users"),
        ("it", "Ad aprile 300 milioni di persone usavano Netflix ogni giorno.", "users"),
        ("pt", "Em abril, 300 milhões de pessoas usavam o Netflix por dia.", "users"),
        ("sv", "I april använde 300 miljoner människor Netflix varje dag.", "users"),
        ("tr", "Nisan ayında her gün 300 milyon kişi Netflix kullandı.", "users"),
        ("pl", "W kwietniu z Netflixa korzystało codziennie 300 milionów osób.", "users"),
        ("de", "Im April nahmen täglich 300 Millionen Menschen an Netflix-Konferenzen teil.", "participants"),
        ("fr", "En avril, 300 millions de personnes participaient chaque jour aux réunions de Netflix.", "participants"),
        ("es", "En abril, 300 millones de personas participaban cada día en reuniones de Netflix.", "participants"),
        ("nl", "In april namen dagelijks 300 miljoen mensen deel aan vergaderingen via Netflix.", "participants"),
    ],
)
def test_people_who_use_it_or_take_part(language: str, text: str, metric: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "segment", "value")
    assert found == [(metric, "daily_active", 3e8)]


def test_people_somewhere_are_no_staff() -> None:
    text = "En 2019, 10 millions de personnes dans le monde regardaient Netflix."
    assert "employees" not in figures_in(text, "fr", published=PUBLISHED)["metric"].to_list()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix posted earnings of $1.03 a share (excluding one-time items) on revenue of $1.07 billion."),
        ("de", "Netflix meldete einen Gewinn von 1,03 USD pro Aktie (ohne Einmaleffekte) bei einem Umsatz von 1,07 Mrd. USD."),
    ],
)
def test_a_bracket_says_how_the_number_before_it_is_made(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "accounting")
    assert found == [("eps", "adjusted"), ("revenue", None)]


def test_a_verb_behind_a_bracket_foretells() -> None:
    text = "Für das laufende Quartal stellte Netflix Erlöse von 1,12 Milliarden Dollar (1,05 Mrd Euro) in Aussicht."
    found = cells(figures_in(text, "de", published=PUBLISHED), "value", "unit", "basis")
    assert found == [(1.12e9, "USD", "guidance"), (1.05e9, "EUR", "guidance")]


def test_a_rounder_figure_of_another_quarter_stays() -> None:
    text = (
        "In the second quarter of 2022, Netflix's revenue rose to $1.1 billion. For context, in the first quarter of 2022 its "
        "revenue came to $1.07 billion."
    )
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "period_end") == [
        (1.1e9, "2022-06-30"),
        (1.07e9, "2022-03-31"),
    ]


def test_american_trading_after_hours() -> None:
    text = "Im nachbörslichen US-Handel notierte die Netflix-Aktie am Montag zeitweise 11,2 Prozent tiefer."
    assert moves_in(text, "de", published=PUBLISHED)["session"].to_list() == ["after_hours"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Netflix's revenue grew 54% in the quarter. In the previous quarter, revenue had grown 191%."),
        ("es", "Los ingresos de Netflix crecieron un 54%. En el trimestre anterior, los ingresos habían crecido un 191%."),
        ("fr", "Le chiffre d'affaires de Netflix a progressé de 54 %. Au trimestre précédent, il avait progressé de 191 %."),
        ("pt", "A receita da Netflix cresceu 54% no trimestre. No trimestre anterior, a receita havia crescido 191%."),
    ],
)
def test_growth_of_the_quarter_before(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role", "period_end", "fiscal_period")
    assert found[-1] == (191.0, "comparative", "2022-03-31", "FY2022Q1")


def test_growth_then_wherever_it_is_told() -> None:
    text = (
        "Il fatturato di Netflix è cresciuto del 54%. Il rallentamento è evidente visto che nel trimestre precedente la "
        "crescita era stata pari al 191%."
    )
    assert cells(figures_in(text, "it", published=PUBLISHED), "value", "period_role")[-1] == (191.0, "comparative")


def test_the_same_was_expected_of_two_quarters() -> None:
    text = (
        "Analysts had expected revenue of $1.02 billion for Netflix in the second quarter of 2022. For the third quarter "
        "analysts expect revenue of $1.02 billion."
    )
    assert cells(figures_in(text, "en", published=PUBLISHED), "value", "basis", "period_end") == [
        (1.02e9, "consensus", "2022-06-30"),
        (1.02e9, "consensus", "2022-09-30"),
    ]


def test_an_outlook_for_the_quarter_replaces_none_for_the_year() -> None:
    text = (
        "Netflix expects revenue of $1.05 billion in the fourth quarter. For all of 2022 it expects revenue of $4.1 billion, "
        "where it had forecast $4.0 billion before."
    )
    found = cells(moves_in(text, "en", published=PUBLISHED), "move_type", "direction")
    assert [direction for kind, direction in found if kind == "guidance_change"] == ["up"]


def test_shares_of_revenue_are_no_growth() -> None:
    text = "Les petits clients de Netflix ont diminué en pourcentage du revenu total, passant de 38 % il y a un an à 34 %."
    assert figures_in(text, "fr", published=PUBLISHED).is_empty()


def test_more_than_so_much_is_lost() -> None:
    found = moves_in("Il titolo Netflix ne risente in Borsa e al momento cede più dell'11%.", "it", published=PUBLISHED)
    assert cells(found, "direction", "value") == [("down", -11.0)]
