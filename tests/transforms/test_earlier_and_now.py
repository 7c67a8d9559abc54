"""Which of two figures is the earlier one, and what analysts or an older outlook had said. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 11, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Der Vorsteuergewinn von Zoom stieg auf 85 Mio. Euro. Er übertraf die 82 Mio. Euro, die Analysten erwartet hatten.",
        ),
        ("en", "Zoom's pretax profit rose to 85 million euros. It beat the 82 million that analysts had forecast on average."),
        ("nl", "De winst voor belasting van Zoom steeg naar 85 miljoen euro. Analisten hadden op 82 miljoen euro gerekend."),
        (
            "nl",
            "De brutowinst van Zoom steeg naar 85 miljoen euro. Dat was meer dan de 82 miljoen die analisten hadden voorspeld.",
        ),
        (
            "it",
            "L'utile ante imposte di Zoom è salito a 85 milioni di euro, sopra gli 82 milioni che gli analisti si attendevano.",
        ),
        (
            "sv",
            "Zooms resultat före skatt steg till 85 miljoner euro. Det var mer än de 82 miljoner som analytikerna hade väntat.",
        ),
        ("pl", "Zysk brutto Zoom wzrósł do 85 mln euro. Przebił 82 mln euro, których oczekiwali analitycy."),
    ],
)
def test_what_analysts_had_expected_in_a_relative_clause(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "basis") == [(85e6, "actual"), (82e6, "consensus")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Umsatz von Zoom ging in neun Monaten von 6,9 Mrd. Euro im Vorjahr auf 6,6 Mrd. Euro zurück."),
        ("en", "Zoom's revenue for the first nine months fell from $6.9 billion last year to $6.6 billion."),
        ("fr", "Le chiffre d'affaires de Zoom est passé de 6,9 milliards d'euros l'an dernier à 6,6 milliards."),
        ("nl", "De omzet van Zoom daalde van 6,9 miljard euro vorig jaar naar 6,6 miljard euro."),
    ],
)
def test_from_last_year_to_now(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role")
    assert found == [(6.9e9, "comparative"), (6.6e9, "current")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Gewinn pro Aktie von Zoom beträgt 4,2 Euro im Vergleich zum Vorjahr von 4,3 Euro."),
        ("de", "Das EBIT von Zoom erreichte mit 4,2 Mio. Euro nahezu das Vorjahresniveau (4,3 Mio. Euro)."),
        ("en", "Zoom's operating profit of $4.2 million was close to last year's level ($4.3 million)."),
        ("nl", "Het bedrijfsresultaat van Zoom lag met 4,2 miljoen euro rond het niveau van vorig jaar (4,3 miljoen euro)."),
    ],
)
def test_what_is_near_the_level_of_last_year_is_of_now(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "period_role") == [("current",), ("comparative",)]


def test_a_sentence_of_its_own_tells_the_figure_of_an_earlier_year() -> None:
    text = (
        "L'EBIT di Zoom nei nove mesi si fissa a 187,7 milioni di euro. Il corrispondente dato 2019 era 183,6 milioni. "
        "L'utile ante imposte è stato pari a 170,3 milioni."
    )
    found = cells(figures_in(text, "it", published=PUBLISHED), "value", "period_role")
    assert found == [(187.7e6, "current"), (183.6e6, "comparative"), (170.3e6, "current")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Zoom erwartet 230 Mio. Euro Umsatz. Ursprünglich waren 280 Mio. Euro Umsatz und 27 Mio. Euro Ebit angepeilt."),
        (
            "en",
            "Zoom expects $230 million in revenue. It had originally aimed for $280 million in sales and $27 million in Ebit.",
        ),
    ],
)
def test_an_older_outlook_goes_on(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "basis")
    assert found == [(230e6, "guidance"), (280e6, "prior_guidance"), (27e6, "prior_guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "L'indebitamento finanziario netto di Zoom è diminuito di circa 41 milioni a 450 milioni di euro."),
        ("en", "Zoom's net debt fell by about $41 million to $450 million."),
    ],
)
def test_a_step_of_about_so_much_is_a_change(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "measure", "value")
    assert found == [("change", -41e6), ("level", 450e6)]


def test_abbreviated_months_are_periods() -> None:
    text = "Salesforce's revenue in 9M 2021 came to $1,548 million, and EBITDA for 6M21 to $235 million."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "period_type")
    assert found == [(1548e6, "nine_months"), (235e6, "half")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Zoom: EBITA-marginalen uppgick till 13,7 (16,7) procent."),
        ("de", "Zoom: Die operative Marge betrug 13,7 (16,7) Prozent."),
        ("no", "Zoom: Driftsmarginen var 13,7 (16,7) prosent."),
    ],
)
def test_what_is_compared_with_in_brackets_is_not_below_zero(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value") == [(13.7,), (16.7,)]


def test_brackets_of_accountants_are_below_zero() -> None:
    text = "Zoom's operating margin was (10.6)% and its operating result $(5.2) million."
    assert cells(figures_in(text, "en", published=PUBLISHED), "value") == [(-10.6,), (-5.2e6,)]


def test_a_bracket_behind_a_consensus_tells_how_far_it_was_beaten() -> None:
    text = "O Ebitda da Zoom foi de R$ 32,5 bilhões, acima do consenso de mercado de R$ 31,9 bilhões (+1,9%)."
    found = cells(figures_in(text, "pt", published=PUBLISHED), "value", "basis")
    assert found == [(32.5e9, "actual"), (31.9e9, "consensus")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Mayor beneficio neto lograron SAP, con 4.323 millones de euros (+25,3%); Zoom, con 2.721 millones (+11,6%)."),
        ("en", "The highest net profit was that of SAP, with €4.323 billion (up 25.3%); Zoom, with 2.721 billion (+11.6%)."),
    ],
)
def test_a_list_of_firms_goes_on_with_its_metric(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "company_id", "value")
    assert found == [("sap", 4.323e9), ("sap", 25.3), ("zoom", 2.721e9), ("zoom", 11.6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De index sloot met een winst van 0,5 procent. Zoom eindigde bovenaan met een winst van bijna 2,6 procent."),
        ("de", "Die Aktie von Zoom schloss mit einem Gewinn von 2,6 Prozent."),
        ("en", "Vista agreed to buy Zoom for 83 dollars a share."),
    ],
)
def test_gains_of_percents_and_sums_offered_a_share_are_no_figures(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()
