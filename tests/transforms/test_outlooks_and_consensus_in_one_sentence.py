"""Sentences that tell of what was, what is expected and by whom, each with its own period. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2020, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Analysts expect earnings of 10 cents a share at Zoom, and revenue to rise 66% to $203 million."),
        (
            "en",
            "Analysts expect earnings of 10 cents a share at Zoom, more than triple those of last year, and revenue up 66%.",
        ),
        ("en", "Analysts forecast earnings of 10 cents a share at Zoom, with revenue rising 66% to $203 million."),
        ("en", "Analysts on average expect revenue of $203 million, up 66%, and earnings of 10 cents a share at Zoom."),
        ("nl", "Analisten verwachten bij Zoom een winst van 10 cent per aandeel, en een omzet die met 66 procent stijgt."),
        ("de", "Analysten erwarten bei Zoom einen Gewinn von 10 Cent je Aktie, und dass der Umsatz um 66 Prozent steigt."),
    ],
)
def test_what_analysts_expect_of_the_second_figure_is_theirs_too(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert set(found["basis"]) == {"consensus"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Analysts expected earnings of 10 cents a share, but Zoom forecast 12 cents."),
        ("en", "Analysts had forecast earnings of 10 cents a share, and Zoom itself expects 12 cents."),
    ],
)
def test_the_last_who_expects_is_whose_outlook_it_is(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis") == [("consensus",), ("guidance",)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Nach einem Umsatzplus von 35 Prozent im zweiten Quartal rechnet SAP im Gesamtjahr mit 28 Milliarden Euro Umsatz.",
        ),
        (
            "nl",
            "Na een omzetgroei van 35 procent in het tweede kwartaal rekent SAP voor het hele jaar op 28 miljard euro omzet.",
        ),
        (
            "sv",
            "Efter en omsättningsökning på 35 procent räknar SAP med en omsättning på 28 miljarder för helåret.",
        ),
        (
            "da",
            "Efter en vækst i omsætningen på 35 procent i andet kvartal venter SAP en omsætning på 28 milliarder euro i år.",
        ),
        ("en", "Revenue rose 35% in the second quarter, and SAP expects full-year sales of 28 billion euros."),
        ("en", "Revenue rose 35% in the second quarter and SAP expects for the full year sales of 28 billion euros."),
    ],
)
def test_what_was_and_what_is_to_come_each_in_its_period(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "basis", "period_type") == [("actual", "quarter"), ("guidance", "year")]


def test_a_passive_that_speaks_of_what_comes_replaces_no_outlook() -> None:
    text = "Im Geschäftsjahr werde mit einem Umsatz von 28 Milliarden Euro gerechnet, teilte SAP mit."
    assert cells(figures_in(text, "de", published=PUBLISHED), "basis", "period_type") == [("guidance", "year")]


def test_the_year_right_behind_a_quarter_is_still_its_own() -> None:
    text = "SAP posted sales of 6.7 billion euros in the second quarter of its fiscal year."
    assert cells(figures_in(text, "en", published=PUBLISHED), "basis", "period_type") == [("actual", "quarter")]
