"""Parts of a business in the text's own words, and outlooks and expectations told in other ways. Sentences are ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 8, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Samsung's chip business had revenue of $3 billion, up 5% from $2.9 billion.",
            [("semiconductors", "revenue", 3e9), ("semiconductors", "revenue", 5), ("semiconductors", "revenue", 2.9e9)],
        ),
        (
            "en",
            "Siemens said its mobility division grew 4% to 2.1 billion euros, while total revenue was 18 billion euros.",
            [("mobility", "revenue", 4), ("mobility", "revenue", 2.1e9), (None, "revenue", 18e9)],
        ),
        (
            "en",
            "Intel's operating profit was $5 billion. The foundry unit contributed $2.2 billion, a drop from $3 billion.",
            [(None, "operating_income", 5e9), ("foundry", "operating_income", 2.2e9), ("foundry", "operating_income", 3e9)],
        ),
        (
            "en",
            "Samsung semiconductor division revenue rose 5% to $4 billion.",
            [("semiconductors", "revenue", 5), ("semiconductors", "revenue", 4e9)],
        ),
        ("en", "Thanks to its chip business revenue of Intel rose 5%.", [(None, "revenue", 5)]),
        ("en", "Intel's revenue in its core business rose 5%.", [(None, "revenue", 5)]),
        (
            "de",
            "Siemens verdiente 1,2 Milliarden Euro. Stark war das Zuggeschäft, das um 8 Prozent auf 2,3 Milliarden zulegte.",
            [(None, "net_income", 1.2e9), ("zug", "revenue", 8), ("zug", "revenue", 2.3e9)],
        ),
        ("de", "In der Reifensparte stieg der Umsatz von Continental um 4 Prozent.", [("tires", "revenue", 4)]),
        (
            "de",
            "Der Geschäftsbereich Industrial Automation von Siemens setzte 2,1 Milliarden Euro um.",
            [("industrial_automation", "revenue", 2.1e9)],
        ),
        ("de", "Im Weihnachtsgeschäft stieg der Umsatz von Zalando um 4 Prozent.", [(None, "revenue", 4)]),
        ("de", "Dank der Chipsparte stieg der Umsatz von Infineon um 4 Prozent.", [(None, "revenue", 4)]),
        ("nl", "De omzet van de chiptak van Philips steeg met 4 procent.", [("semiconductors", "revenue", 4)]),
        (
            "nl",
            "De omzet van Philips steeg met 4 procent. De afdeling Mobile Health groeide met 3 procent.",
            [(None, "revenue", 4), ("mobile_health", "revenue", 3)],
        ),
        ("sv", "Omsättningen i lastbilsdivisionen hos Volvo steg med 4 procent.", [("trucks", "revenue", 4)]),
        ("sv", "Tack vare lastbilsdivisionen steg omsättningen hos Volvo med 4 procent.", [(None, "revenue", 4)]),
        ("da", "I forretningsområdet Wind Power steg omsætningen hos Vestas med 4 procent.", [("wind_power", "revenue", 4)]),
        ("no", "Omsetningen i segmentet Energy Solutions hos Equinor steg 4 prosent.", [("energy_solutions", "revenue", 4)]),
        ("fr", "Le chiffre d'affaires de la division automobile de Valeo a progressé de 4 %.", [("automotive", "revenue", 4)]),
        ("fr", "Grâce à la division automobile, le chiffre d'affaires de Valeo a progressé de 4 %.", [(None, "revenue", 4)]),
        (
            "es",
            "Los ingresos de la división de semiconductores de Samsung subieron un 4 %.",
            [("semiconductors", "revenue", 4)],
        ),
        ("it", "I ricavi della divisione semiconduttori di Samsung sono saliti del 4%.", [("semiconductors", "revenue", 4)]),
        ("pt", "A receita da divisão de semicondutores da Samsung subiu 4%.", [("semiconductors", "revenue", 4)]),
        ("nl", "Dankzij de betaaltak steeg de omzet van Philips met 4 procent.", [(None, "revenue", 4)]),
    ],
)
def test_a_noun_of_businesses_names_a_part(language: str, text: str, expected: list[tuple[str | None, str, float]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "segment", "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "de",
            "Nach einem Gewinn von 1,3 Milliarden Euro erwartet SAP einen Verlust von 400 Millionen Euro.",
            [("actual", 1.3e9), ("guidance", -400e6)],
        ),
        (
            "de",
            "Nach einem Gewinn im Vorjahr erwartet SAP nun einen Verlust von 400 Millionen Euro.",
            [("guidance", -400e6)],
        ),
        (
            "de",
            "SAP erreichte einen Gewinn je Aktie von 1,20 Euro nach 1,10 Euro erwartet.",
            [("actual", 1.2), ("consensus", 1.1)],
        ),
        (
            "nl",
            "Na een winst van 1,3 miljard euro vorig jaar verwacht Philips voor 2021 een verlies van 400 miljoen euro.",
            [("actual", 1.3e9), ("guidance", -400e6)],
        ),
        (
            "nl",
            "De winst per aandeel van Philips bleef met 0,45 euro achter bij de verwachtingen van 0,60 euro.",
            [("actual", 0.45), ("consensus", 0.6)],
        ),
        (
            "nl",
            "Het aantal klanten van Netflix steeg met vier miljoen, waar er zes miljoen werden verwacht.",
            [("actual", 4e6), ("consensus", 6e6)],
        ),
        ("nl", "Volgens de verwachtingen van Philips komt de omzet dit jaar uit op 18 miljard euro.", [("guidance", 18e9)]),
        (
            "en",
            "Twilio's Q3 forecast has revenue of $700 million. The FY outlook has revenue of $2.9 billion.",
            [("guidance", 700e6), ("guidance", 2.9e9)],
        ),
    ],
)
def test_whose_expectation_it_is(language: str, text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Twilio verzeichnete einen Erlöszuwachs von 14 Prozent.", [("revenue", "change", 14)]),
        ("de", "Twilio verbuchte ein Erlösminus von 14 Prozent.", [("revenue", "change", -14)]),
        (
            "de",
            "Twilio verbuchte einen operativen Quartalsverlust von 94 Millionen Dollar.",
            [("operating_income", "level", -94e6)],
        ),
        ("en", "Microsoft's gross margin dollars grew 14%.", [("gross_profit", "change", 14)]),
        ("en", "Microsoft's gross margin was 68%.", [("gross_margin", "level", 68)]),
        (
            "en",
            "Microsoft's profit of $21 billion included a $2.3 billion income tax benefit.",
            [("net_income", "level", 21e9)],
        ),
    ],
)
def test_other_words_for_a_figure(language: str, text: str, expected: list[tuple[str, str, float]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "measure", "value") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoom is adding 30,000 users a day.", [("new", 30_000)]),
        ("Zoom has 200 million users a day.", [("daily_active", 200e6)]),
        ("Slack added 7,000 new paid customers in the second quarter.", [("new", 7_000)]),
        ("Slack has 140,000 paid customers.", [("paying", 140_000)]),
    ],
)
def test_users_won_are_new_ones(text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "segment", "value") == expected


def test_what_it_comes_from_is_of_the_year_before() -> None:
    text = "De nettowinst van Philips kwam uit op 3,0 miljard euro, komende van 1,9 miljard euro."
    assert cells(figures_in(text, "nl", published=PUBLISHED), "period_role", "value") == [
        ("current", 3e9),
        ("comparative", 1.9e9),
    ]
