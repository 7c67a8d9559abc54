"""Differences that are no figures, sums paid in deals, parts of a business, earlier growth, bare lists. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in

PUBLISHED = datetime(2021, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Twilio's EPS was $0.03 ahead of estimates.", []),
        ("en", "Twilio's adjusted profit of 24 cents a share came in 3 cents ahead of estimates.", [0.24]),
        ("en", "Twilio's revenue of $8.2 billion was almost a billion below the consensus.", [8.2e9]),
        ("en", "Twilio's revenue of $548 million was above the consensus of $530 million.", [548e6, 530e6]),
        ("de", "Der Umsatz von Twilio lag rund 20 Millionen Dollar über den Erwartungen der Analysten.", []),
        ("de", "Der Gewinn je Aktie von Twilio lag 3 Cent über den Schätzungen.", []),
        ("nl", "De winst per aandeel kwam bij Twilio 3 dollarcent boven de verwachting uit.", []),
        ("nl", "Twilio boekte een omzet van 8,2 miljard dollar, bijna een miljard onder de consensus.", [8.2e9]),
        ("sv", "Twilio omsatte 8,2 miljarder dollar, nästan en miljard under konsensus.", [8.2e9]),
        ("da", "Twilio omsatte for 8,2 milliarder dollar, næsten en milliard under konsensus.", [8.2e9]),
        ("no", "Twilio omsatte for 8,2 milliarder dollar, nesten en milliard under konsensus.", [8.2e9]),
    ],
)
def test_a_difference_from_what_was_expected_is_no_figure(language: str, text: str, expected: list[float]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value") == [(value,) for value in expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Twilio agreed to pay $4.5bn in cash for Segment."),
        ("en", "Twilio will pay $3.2 billion, of which $1 billion in cash."),
        ("en", "Zendesk was offered $70 per share by a group of buyers led by Permira."),
        ("en", "The deal values Zendesk at $10.2 billion, including assumed debt of $2 billion."),
        ("de", "Zendesk-Aktionäre sollen 77,50 Dollar je Aktie erhalten."),
        ("de", "Permira bietet 70 Dollar je Aktie für Zendesk."),
        ("nl", "Twilio betaalt 4,5 miljard dollar in contanten voor Segment."),
        ("nl", "Vista neemt Citrix over voor 16,5 miljard dollar, inclusief 3 miljard aan schulden."),
        ("sv", "Vista köper Citrix för 16,5 miljarder dollar inklusive skulder på 3 miljarder."),
        ("da", "Permira tilbyder 70 dollar per aktie for Zendesk."),
        ("no", "Vista kjøper Citrix for 16,5 milliarder dollar, inkludert gjeld på 3 milliarder."),
        ("fr", "Permira propose 70 dollars par action pour Zendesk."),
    ],
)
def test_what_is_paid_is_nobodys_figure(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Twilio had $4.5bn in cash at the end of the quarter.", [("cash", 4.5e9)]),
        ("Twilio earned 20 cents a share and has debt of $2 billion.", [("eps", 0.2), ("debt", 2e9)]),
    ],
)
def test_what_is_held_or_earned_is(text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "bases"),
    [
        ("de", "Twilio steigerte den Umsatz auf 548 Mio. Dollar. Bisher waren 525 Mio. erwartet worden.", "consensus"),
        ("de", "Twilio rechnet nun mit 600 Mio. Dollar Umsatz. Bisher waren 525 Mio. erwartet worden.", "prior_guidance"),
        ("da", "Twilio venter nu en omsætning på 600 mio. dollar. Tidligere var der ventet 525 mio. dollar.", "prior_guidance"),
        (
            "no",
            "Twilio venter nå en omsetning på 600 millioner dollar. Tidligere var det ventet 525 millioner dollar.",
            "prior_guidance",
        ),
        (
            "nl",
            "Twilio verwacht 600 miljoen dollar omzet. Eerder ging Twilio nog uit van 525 miljoen dollar.",
            "prior_guidance",
        ),
        ("nl", "Omzet van Twilio: 355 miljoen dollar, verwacht 310 miljoen dollar.", "consensus"),
        ("en", "Twilio EPS: $1.34 vs. $1.15 est.", "consensus"),
    ],
)
def test_who_expected_it(language: str, text: str, bases: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis")[1:] == [(bases,)]


@pytest.mark.parametrize(
    ("language", "text", "segments"),
    [
        ("en", "Twilio's product revenue rose 12% to $720 million.", ["products", "products"]),
        ("de", "Bei Adobe lag der Produktumsatz bei 720 Millionen Dollar.", ["products"]),
        ("sv", "Adobes produktförsäljning var 200 miljoner dollar.", ["products"]),
        (
            "de",
            "Die Abo-Erlöse stiegen auf 3,6 Milliarden Dollar. Das Cloud-Geschäft legte um 30 Prozent auf 2 Milliarden zu.",
            ["subscription", "cloud", "cloud"],
        ),
        ("en", "Netflix added 8.8 million subscribers, taking the total to 247 million.", ["new", None]),
        ("en", "Netflix net additions were 8.5 million. Analysts expected 6.1 million.", ["new", "new"]),
        ("nl", "Netflix kreeg er 2,4 miljoen abonnees bij. Analisten hadden op 1,1 miljoen gerekend.", ["new", "new"]),
        ("sv", "Netflix fick 2,4 miljoner nya kunder. Analytikerna hade väntat 1,1 miljoner.", ["new", "new"]),
    ],
)
def test_parts_of_a_business(language: str, text: str, segments: list[str | None]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "segment") == [(each,) for each in segments]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Twilio's revenue was up 12 percent from last year, or 3 percent from the previous quarter.",
            [(12, "current"), (3, "current")],
        ),
        (
            "en",
            "Twilio's revenue grew 15%, compared with growth of 20% in the prior quarter and 60% a year earlier.",
            [(15, "current"), (20, "comparative"), (60, "comparative")],
        ),
        (
            "en",
            "Twilio earned $20 million. In the same period a year earlier it lost $10 million.",
            [(20e6, "current"), (-10e6, "comparative")],
        ),
        ("en", "Netflix lost 200,000 subscribers. A year ago it added 4 million.", [(-2e5, "current"), (4e6, "comparative")]),
        (
            "de",
            "Twilios Umsatz wuchs um 15 Prozent. Im Quartal davor waren es noch 20 Prozent gewesen.",
            [(15, "current"), (20, "comparative")],
        ),
        (
            "nl",
            "De omzet van Twilio groeide met 15 procent. Het kwartaal ervoor was dat nog 20 procent.",
            [(15, "current"), (20, "comparative")],
        ),
        (
            "nl",
            "Twilio verdiende 20 miljoen dollar. In dezelfde periode een jaar eerder verloor het bedrijf 10 miljoen dollar.",
            [(20e6, "current"), (-10e6, "comparative")],
        ),
    ],
)
def test_earlier_times(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "period_role") == expected


def test_adjusted_behind_a_sum_a_share_is_said_of_it() -> None:
    text = "Twilio earnings: 44 cents per share, adjusted, vs. 36 cents per share as expected by analysts."
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "basis", "accounting")
    assert found == [(0.44, "actual", "adjusted"), (0.36, "consensus", "adjusted")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sv", "Twilios rörelseresultat blev -40 miljoner euro (54), analytikerkonsensus -82.", [-40e6, 54e6, -82e6]),
        (
            "sv",
            "Twilios omsättning steg 14 procent till 1 975 miljoner euro (1 731). Analytikerkonsensus låg på 2 000.",
            [14, 1975e6, 1731e6, 2e9],
        ),
        ("sv", "Netflix väntar 340 till 345 miljoner användare, mot analytikernas förväntningar om 341.", [340e6, 341e6]),
    ],
)
def test_what_was_expected_counts_as_what_came(language: str, text: str, expected: list[float]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value") == [(value,) for value in expected]


def test_an_expectation_beside_the_figure_that_came_is_of_its_time() -> None:
    text = (
        "Twilio expects revenue of $530 million for the first quarter of 2021, above the $500 million analysts expected. "
        "Fourth-quarter revenue was $548 million. Revenue of $548 million beat the average analyst estimate of $540 million."
    )
    found = cells(figures_in(text, "en", published=PUBLISHED), "value", "basis", "period_end")
    assert (540e6, "consensus", "2020-12-31") in found
    assert (500e6, "consensus", "2021-03-31") in found


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Twilio's deferred revenue rose 6.7% to $517 million."), ("sv", "Twilios förutbetalda intäkter var 51 miljoner.")],
)
def test_what_is_not_yet_earned_is_no_revenue(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == []


@pytest.mark.parametrize(
    ("language", "text", "bases"),
    [
        ("da", "Netflix slog analytikernes forventninger og hentede 10,1 millioner nye brugere.", ["actual"]),
        ("en", "Netflix beat analysts' expectations and added 10.1 million subscribers.", ["actual"]),
        ("de", "Beim Umsatz übertraf Netflix mit einem Sprung auf 7,9 Milliarden Dollar die Markterwartungen.", ["actual"]),
        (
            "de",
            "Netflix gewann 9,3 Millionen Abonnenten, während vom Markt mit 5,5 Millionen gerechnet wurde.",
            ["actual", "consensus"],
        ),
        ("de", "Der Konzern SAP geht nun von einer Steigerung des Umsatzes um 20 Prozent aus.", ["guidance"]),
    ],
)
def test_whose_number_it_is(language: str, text: str, bases: list[str]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis") == [(each,) for each in bases]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De omzet van Microsoft steeg in de eerste drie maanden van dit jaar tot 1,3 miljard dollar."),
        ("en", "Microsoft's revenue rose to $1.3 billion in the first three months of this year."),
    ],
)
def test_first_months_of_a_year_are_those_of_the_calendar(language: str, text: str) -> None:
    found = figures_in(text, language, published=datetime(2019, 4, 25, tzinfo=UTC))
    assert cells(found, "fiscal_period", "period_end") == [("FY2019Q3", "2019-03-31")]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        (
            "fr",
            "Le chiffre d'affaires de Twilio a progressé de 54 %, loin de la croissance de 91 % du trimestre précédent.",
            91,
        ),
        ("de", "Der Umsatz von Twilio wuchs um 54 Prozent nach einem Wachstum von 91 Prozent im Vorquartal.", 91),
        ("es", "Los ingresos de Twilio crecieron un 54 %, lejos del crecimiento del 91 % del trimestre anterior.", 91),
        ("it", "I ricavi di Twilio salgono dell'8%, in frenata rispetto alla crescita del 12% del trimestre precedente.", 12),
        ("nl", "De omzet van Twilio groeide met 54 procent, tegen een groei van 91 procent in het vorige kwartaal.", 91),
        ("de", "Twilio steigerte den Umsatz um 12 Prozent. Ein Jahr zuvor hatten sich die Erlöse nahezu verdreifacht.", 3),
        ("nl", "De omzet van Twilio steeg met 12 procent. Een jaar eerder was de omzet verdrievoudigd.", 3),
        ("en", "Twilio's sales rose 54%, less than in the prior-year period, when revenue surged more than fourfold.", 4),
        ("en", "Twilio earned $182m, or 59c per share. This compares to $45m, or 15c per share, a year ago.", 45e6),
        ("en", "Twilio earned $411 million, 58 times the $7.1 million of before.", 7.1e6),
        ("es", "Twilio ganó 411 millones de dólares, lo que supone multiplicar por 58 las ganancias de 7,1 millones.", 7.1e6),
    ],
)
def test_growth_and_amounts_of_before(language: str, text: str, value: float) -> None:
    rows = figures_in(text, language, published=PUBLISHED)
    assert (value, "comparative") in cells(rows, "value", "period_role")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "fr",
            "Twilio affiche un bénéfice net GAAP de 27 millions de dollars et non-GAAP de 58 millions.",
            ["gaap", "adjusted"],
        ),
        ("es", "Twilio obtuvo un beneficio GAAP de 27 millones de dólares y no GAAP de 58 millones.", ["gaap", "adjusted"]),
        ("it", "L'utile per azione di Twilio è di 0,15 dollari GAAP e di 1,05 dollari non GAAP.", ["gaap", "adjusted"]),
        ("en", "Twilio's net income was $27 million GAAP and $58 million non-GAAP.", ["gaap", "adjusted"]),
    ],
)
def test_gaap_is_said_of_what_it_touches(language: str, text: str, expected: list[str]) -> None:
    assert [cell for (cell,) in cells(figures_in(text, language, published=PUBLISHED), "accounting")] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "At Twilio the executives expected earnings of $1.07 per share.", [("guidance", 1.07)]),
        (
            "en",
            "For the third quarter, Twilio stated that it expected its total revenue to be $690 million.",
            [("guidance", 690e6)],
        ),
        ("en", "Twilio's expectation of more than $1 billion in revenue for the quarter disappointed.", [("guidance", 1e9)]),
        ("en", "According to FactSet, Twilio's revenue was $820 million in the quarter.", [("actual", 820e6)]),
        ("en", "According to FactSet, analysts had expected Twilio's revenue at $820 million.", [("consensus", 820e6)]),
        (
            "fr",
            "Twilio visait auparavant un bénéfice par action hors éléments exceptionnels compris entre 4,25 et 4,31 dollars.",
            [("prior_guidance", 4.25)],
        ),
        (
            "es",
            "Los ingresos de Twilio subieron hasta 1.768 millones de dólares y la compañía confía en facturar 2.575 millones.",
            [("actual", 1768e6), ("guidance", 2575e6)],
        ),
        (
            "es",
            "Twilio prevé unos ingresos de 2.580 millones de dólares, frente a los 622 millones de su anterior ejercicio.",
            [("guidance", 2580e6), ("actual", 622e6)],
        ),
    ],
)
def test_whose_expectation_it_is(language: str, text: str, expected: list[tuple[str, float]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "basis", "value") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Twilio expects earnings of 82 cents per share to 83 cents per share.", [(0.82, 0.83)]),
        ("en", "Twilio expects earnings of between 12 cents a share and 14 cents a share.", [(0.12, 0.14)]),
        ("de", "Twilio erwartet einen Gewinn von 0,82 Dollar je Aktie bis 0,84 Dollar je Aktie.", [(0.82, 0.84)]),
        ("es", "Twilio cotiza ya por encima de los 300 dólares por acción.", []),
    ],
)
def test_sums_a_share(language: str, text: str, expected: list[tuple[float, float]]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "value_high") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Twilio prevede ricavi di 910 milioni di dollari per il terzo trimestre e di 3,7 miliardi per l'intero anno."),
        ("nl", "Twilio verwacht een omzet van 910 miljoen dollar in het derde kwartaal en 3,7 miljard voor het hele jaar."),
        ("de", "Twilio erwartet 910 Millionen Dollar Umsatz im dritten Quartal und 3,7 Milliarden Dollar im Gesamtjahr."),
        (
            "fr",
            "Twilio prévoit 910 millions de dollars de revenus au troisième trimestre et 3,7 milliards sur l'année entière.",
        ),
    ],
)
def test_quarter_and_year_of_one_outlook(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "period_type") == [("quarter",), ("year",)]


def test_a_class_of_customers_is_compared_with_itself() -> None:
    text = "Twilio has 504,900 customers with more than 10 employees, up from about 497,000 in the previous quarter."
    segments = cells(figures_in(text, "en", published=PUBLISHED), "segment")
    assert segments == [("more_than_10_employees",), ("more_than_10_employees",)]


def test_the_sentence_above_tells_the_quarter() -> None:
    text = (
        "For 2020 as a whole, Twilio's revenue came to $2.6 billion.\n\n"
        "The company also did well in the fourth quarter. Revenue rose 39% to $882.5 million."
    )
    types = cells(figures_in(text, "en", published=PUBLISHED), "period_type")
    assert types == [("year",), ("quarter",), ("quarter",)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "L'entreprise californienne Twilio a réalisé un chiffre d'affaires de 328 millions de dollars.", [None]),
        ("fr", "Le segment entreprise de Twilio a réalisé un chiffre d'affaires de 328 millions de dollars.", ["enterprise"]),
        (
            "de",
            "Die Zahl der Twilio-Kunden mit einem Jahresumsatz von über 100.000 Dollar stieg um 46 Prozent auf 2.916.",
            ["over_100k_usd", "over_100k_usd"],
        ),
    ],
)
def test_parts_of_the_business(language: str, text: str, expected: list[str | None]) -> None:
    assert [cell for (cell,) in cells(figures_in(text, language, published=PUBLISHED), "segment")] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Enterprise customers accounted for 54% of Twilio's revenue, up from 49% a year earlier."),
        ("en", "Twilio's customers with more than 10 employees contributed 26% of total sales."),
        ("it", "I clienti con più di dieci dipendenti hanno contribuito per il 62% ai ricavi di Twilio."),
        ("de", "Kunden mit mehr als zehn Mitarbeitern trugen 62 Prozent zum Umsatz von Twilio bei."),
        ("es", "Los clientes con más de 10 empleados aportaron el 62 % de los ingresos de Twilio."),
        ("en", "Twilio's remaining performance obligations were $1.8 billion."),
    ],
)
def test_shares_of_revenue_are_no_growth(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "es",
            "Twilio ganó 3,73 dólares por acción, más que los 3,10 dólares del año anterior y que los 3,49 esperados.",
            ["actual", "actual", "consensus"],
        ),
        ("nl", "Volgens Twilio komt de omzet over dit boekjaar waarschijnlijk uit op bijna 4 miljard dollar.", ["guidance"]),
        ("nl", "Twilio herhaalde haar financiële doelen voor een omzetgroei van circa 25% tot 30%.", ["guidance"]),
        ("en", "For the full year, Twilio's revenue rose 26% to $2.6 billion.", ["actual", "actual"]),
    ],
)
def test_what_is_expected_and_what_came(language: str, text: str, expected: list[str]) -> None:
    assert [cell for (cell,) in cells(figures_in(text, language, published=PUBLISHED), "basis")] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "fr",
            "Atos réalise 2,9 milliards d'euros de ventes, en hausse de 2% à périmètre et taux de change constants.",
            [None, "adjusted"],
        ),
        ("it", "I ricavi di Twilio sono saliti del 54%, ben lontano dal +90% dei tre mesi precedenti.", [None, None]),
    ],
)
def test_adjusted_and_earlier_growth(language: str, text: str, expected: list[str | None]) -> None:
    assert [cell for (cell,) in cells(figures_in(text, language, published=PUBLISHED), "accounting")] == expected


_AUTUMN = datetime(2022, 11, 22, tzinfo=UTC)
_PARTS = [
    ("en", "Zoom's Americas revenue grew 11%, while EMEA fell 9% and APAC fell 3%.",
     [("americas", 11), ("emea", -9), ("asia_pacific", -3)]),
    ("en", "Microsoft's Azure grew 64% in the quarter. Windows revenue fell 4%.", [("azure", 64), ("windows", -4)]),
    ("en", "The iPhone maker Apple said revenue rose 8% to $90.1 billion.", [(None, 8), (None, 90.1e9)]),
    ("de", ("Die iPhone-Erlöse von Apple stiegen um 9,7 Prozent auf 42,6 Milliarden Dollar, das iPad-Geschäft schrumpfte um 13 "
     "Prozent."), [("iphone", 9.7), ("iphone", 42.6e9), ("ipad", -13)]),
    ("de", "Der iPhone-Hersteller Apple steigerte den Umsatz um 8 Prozent.", [(None, 8)]),
    ("fr", "Les ventes d'iPhone d'Apple ont progressé de 9,7%, celles de Mac de 25% à 11,5 milliards de dollars.",
     [("iphone", 9.7), ("mac", 25), ("mac", 11.5e9)]),
    ("fr", "Apple, le fabricant de l'iPhone, a réalisé un chiffre d'affaires de 90,1 milliards de dollars.", [(None, 90.1e9)]),
    ("es", "Las ventas del iPhone de Apple crecieron un 9,7%; las del Mac subieron un 25% y las del iPad cayeron un 13%.",
     [("iphone", 9.7), ("mac", 25), ("ipad", -13)]),
    ("es", "El fabricante del iPhone ingresó 90.100 millones de dólares, un 8% más. Apple ganó 20.700 millones.",
     [(None, 90.1e9), (None, 8), (None, 20.7e9)]),
    ("it", "I ricavi dell'iPhone di Apple sono cresciuti del 9,7%, quelli del Mac del 25% a 11,5 miliardi di dollari.",
     [("iphone", 9.7), ("mac", 25), ("mac", 11.5e9)]),
    ("nl", "De omzet uit gaming van Microsoft steeg met 5 procent tot 2,4 miljard dollar.", [("gaming", 5), ("gaming", 2.4e9)]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), _PARTS)
def test_products_and_subjects_are_parts_of_the_business(
    language: str, text: str, expected: list[tuple[str | None, float]]
) -> None:
    assert cells(figures_in(text, language, published=_AUTUMN), "segment", "value") == expected


_TURNS = [
    ("en", "For the fourth quarter and the full year, SAP expects revenue of $489 million and $1.84 billion, respectively."),
    ("de", ("Für das vierte Quartal und das Gesamtjahr erwartet SAP einen Umsatz von 489 Millionen beziehungsweise 1,84 "
     "Milliarden Dollar.")),
    ("fr", ("Pour le quatrième trimestre et l'ensemble de l'exercice, SAP vise un chiffre d'affaires de respectivement 489 "
     "millions et 1,84 milliard de dollars.")),
    ("es", ("Para el cuarto trimestre y el conjunto del ejercicio, SAP prevé unos ingresos de 489 millones y 1.840 millones de "
     "dólares, respectivamente.")),
    ("it", ("Per il quarto trimestre e per l'intero esercizio SAP prevede ricavi rispettivamente di 489 milioni e 1,84 "
     "miliardi di dollari.")),
    ("nl", ("Voor het vierde kwartaal en het hele jaar rekent SAP op een omzet van respectievelijk 489 miljoen en 1,84 miljard "
     "dollar.")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), _TURNS)
def test_numbers_take_the_periods_in_turn(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=_AUTUMN), "value", "fiscal_period")
    assert found == [(489e6, "FY2022Q4"), (1.84e9, "FY2022")]


_EXPECTED = [
    ("de", "SAP erzielte einen Umsatz von 645 Millionen Dollar, erwartet wurden 627 Millionen.",
     [(645e6, "actual"), (627e6, "consensus")]),
    ("nl", "De winst per aandeel van SAP was 57 cent tegen verwacht 42 cent.", [(0.57, "actual"), (0.42, "consensus")]),
    ("nl", "SAP boekte een omzet van 481 miljoen dollar, terwijl de markt op 465 miljoen rekende.",
     [(481e6, "actual"), (465e6, "consensus")]),
    ("en", "SAP's adjusted EPS was $0.10 against an expected loss of $0.24.", [(0.1, "actual"), (-0.24, "consensus")]),
    ("fr", ("Le bénéfice par action de SAP est ressorti à 57 cents, contre 42 cents attendus par le consensus, pour un chiffre "
     "d'affaires de 645 millions."), [(0.57, "actual"), (0.42, "consensus"), (645e6, "actual")]),
    ("es", "SAP contaba con 3.880 clientes, frente a la estimación media de 3.960 de los analistas.",
     [(3880, "actual"), (3960, "consensus")]),
    ("en", "SAP's revenue was $481 million. The company expected revenue of $465 million.",
     [(481e6, "actual"), (465e6, "prior_guidance")]),
    ("fr", "SAP a réalisé un chiffre d'affaires de 481 millions de dollars. Le groupe attendait 465 millions de dollars.",
     [(481e6, "actual"), (465e6, "prior_guidance")]),
    ("es", "Los ingresos de SAP fueron de 481 millones de dólares. SAP esperaba unos ingresos de 465 millones de dólares.",
     [(481e6, "actual"), (465e6, "prior_guidance")]),
    ("it", "I ricavi di SAP sono stati di 481 milioni di dollari. La società prevedeva 465 milioni.",
     [(481e6, "actual"), (465e6, "prior_guidance")]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), _EXPECTED)
def test_what_was_expected_stands_behind_what_came(language: str, text: str, expected: list[tuple[float, str]]) -> None:
    assert cells(figures_in(text, language, published=_AUTUMN), "value", "basis") == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Der Markt für Videokonferenzen soll laut Gartner bis 2027 auf 20 Milliarden Dollar Umsatz wachsen. SAP führt ihn.",
        ),
        ("en", "SAP said the outage cost it dearly: the company lost about $8 million in revenue."),
        ("en", "If it charged all of them, SAP would generate additional revenue of $4.4 billion."),
        ("es", "SAP generaría unos ingresos adicionales de 4.400 millones de dólares."),
    ],
)
def test_sizes_of_markets_and_forgone_sales_are_no_figures(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=_AUTUMN), "metric", "value") == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Shares of SAP jumped 12% on revenue growth of 33%.", [("revenue", 33, "current")]),
        ("de", "Trotz des Gewinnsprungs (+70 Prozent) fiel die Aktie von SAP um 4 Prozent.", [("net_income", 70, "current")]),
        ("de", "Der Umsatz von SAP schoss im dritten Quartal auf 481 Millionen Dollar von knapp 350 Millionen Dollar hoch.",
         [("revenue", 481e6, "current"), ("revenue", 350e6, "comparative")]),
        ("es", "SAP tiene 208 millones de miembros de pago.", [("customers", 208e6, "current")]),
    ],
)  # fmt: skip
def test_growth_of_the_business_is_none_of_the_share(language: str, text: str, expected: list[tuple[str, float, str]]) -> None:
    assert cells(figures_in(text, language, published=_AUTUMN), "metric", "value", "period_role") == expected
