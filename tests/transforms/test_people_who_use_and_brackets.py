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
