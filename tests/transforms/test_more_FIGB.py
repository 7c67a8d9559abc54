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
        ("nl", "Dankzij de betaaltak steeg de omzet van Philips met 4 procent.", [(None, "revenue", 4)]),
    ],
)
def test_a_noun_of_businesses_names_a_part(language: str, text: str, expected: list[tuple[str | None, str, float]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "segment", "metric", "value") == expected
