"""Deals, persons, plaintiffs and target prices that are told apart from their verb, in many languages."""

from __future__ import annotations

import pytest

from tests.transforms.linking import figures_in, moves_in

# ---- several persons of one change, and persons in one run of capitals with their firm or office
PERSONS = [
    ("en", "Okta fired finance chief Jane Roe, general counsel Tom Ashby and chief operating officer Lucy Marr.",
     {"Jane Roe", "Tom Ashby", "Lucy Marr"}),
    ("en", "Okta ousted Chief Executive Jane Roe and finance chief Tom Ashby on Friday.", {"Jane Roe", "Tom Ashby"}),
    ("en", "Finance chief Tom Ashby will leave Okta, chief executive Jane Roe said.", {"Tom Ashby"}),
    ("de", "Okta hat Finanzchef Hans Vogt und Vertriebsvorstand Petra Lange entlassen.", {"Hans Vogt", "Petra Lange"}),
    ("de", "Petra Lange löst Hans Vogt als Vorstandschefin von Okta ab.", {"Petra Lange", "Hans Vogt"}),
    ("fr", "Okta a limogé son directeur général Jean Martel et sa directrice financière Anne Blanc.",
     {"Jean Martel", "Anne Blanc"}),
    ("es", "Okta despidió a su director ejecutivo, Juan Robles, y a la directora financiera, Marta Vidal.",
     {"Juan Robles", "Marta Vidal"}),
    ("it", "Il fondatore di Okta Mario Sartori lascia la carica di amministratore delegato.", {"Mario Sartori"}),
    ("it", "L'amministratore delegato di Okta Mario Sartori si è dimesso.", {"Mario Sartori"}),
    ("nl", "Okta heeft topman Jan Vos en financieel directeur Petra Smit ontslagen.", {"Jan Vos", "Petra Smit"}),
    ("es", "El fundador de Okta anunció la marcha de Marta Vidal, jefa de producto, Juan Robles, ingeniero jefe y Ana Ruiz.",
     {"Marta Vidal", "Juan Robles", "Ana Ruiz"}),
    ("es", "El máximo ejecutivo de Okta, Juan Robles, será sustituido por el actual jefe tecnológico, Luis Pardo.",
     {"Juan Robles", "Luis Pardo"}),
    ("pt", "A Okta demitiu o presidente executivo João Matos e a diretora financeira Rita Vale.", {"João Matos", "Rita Vale"}),
    ("sv", "Okta sparkar vd Anders Lind och finanschefen Karin Berg.", {"Anders Lind", "Karin Berg"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "people"), PERSONS)
def test_persons(language: str, text: str, people: set[str]) -> None:
    moves = moves_in(text, language)
    assert set(moves["move_type"]) == {"executive_change"}
    assert set(moves["counterparty"]) == people


# ---- a firm that is paid or bid for, and deals that failed
DEALS = [
    ("en", "Salesforce paid $27.7 billion for Slack.", 27_700_000_000, "Slack", "announced"),
    ("en", "Okta's $14.7 billion deal with Twilio fell through.", 14_700_000_000, "Twilio", "abandoned"),
    ("en", "Okta offered $70 per share for Twilio.", None, "Twilio", "announced"),
    ("de", "Salesforce zahlt 27,7 Milliarden Dollar für Slack.", 27_700_000_000, "Slack", "announced"),
    ("de", "Okta bietet 70 Dollar je Aktie für Twilio.", None, "Twilio", "announced"),
    ("fr", "Salesforce débourse 27,7 milliards de dollars pour Slack.", 27_700_000_000, "Slack", "announced"),
    ("fr", "L'accord à 14,7 milliards de dollars entre Okta et Twilio a capoté.", 14_700_000_000, "Twilio", "abandoned"),
    ("es", "Salesforce pagará 27.700 millones de dólares por Slack.", 27_700_000_000, "Slack", "announced"),
    ("es", "Okta ofrece 70 dólares por acción por Twilio.", None, "Twilio", "announced"),
    ("it", "Salesforce paga 27,7 miliardi di dollari per Slack.", 27_700_000_000, "Slack", "announced"),
    ("it", "È saltato l'accordo da 14,7 miliardi di dollari tra Okta e Twilio.", 14_700_000_000, "Twilio", "abandoned"),
    ("pt", "A Salesforce vai pagar US$ 27,7 bilhões pelo Slack.", 27_700_000_000, "Slack", "announced"),
    ("pt", "A Okta oferece US$ 70 por ação pela Twilio.", None, "Twilio", "announced"),
    ("nl", "Salesforce betaalt 27,7 miljard dollar voor Slack.", 27_700_000_000, "Slack", "announced"),
    ("sv", "Salesforce betalar 27,7 miljarder dollar för Slack.", 27_700_000_000, "Slack", "announced"),
    ("da", "Salesforce betaler 27,7 milliarder dollar for Slack.", 27_700_000_000, "Slack", "announced"),
    ("no", "Salesforce betaler 27,7 milliarder dollar for Slack.", 27_700_000_000, "Slack", "announced"),
    ("pl", "Salesforce zapłaci 27,7 mld dolarów za Slack.", 27_700_000_000, "Slack", "announced"),
    ("id", "Salesforce membayar US$27,7 miliar untuk Slack.", 27_700_000_000, "Slack", "announced"),
    ("ru", "Salesforce заплатит 27,7 млрд долларов за Slack.", 27_700_000_000, "Slack", "announced"),
]


@pytest.mark.parametrize(("language", "text", "value", "target", "status"), DEALS)
def test_deals(language: str, text: str, value: int | None, target: str, status: str) -> None:
    moves = moves_in(text, language)
    assert moves["move_type"].to_list() == ["acquisition"]
    assert moves.row(0, named=True)["value"] == value
    assert moves.row(0, named=True)["counterparty"] == target
    assert moves.row(0, named=True)["status"] == status
    assert figures_in(text, language).is_empty()


# ---- who sues
SUITS = [
    ("en", "The Federal Trade Commission sued Okta, accusing it of deceiving users.", "Federal Trade Commission"),
    ("en", "Okta was sued by rival Twilio for patent infringement.", "Twilio"),
]


@pytest.mark.parametrize(("language", "text", "plaintiff"), SUITS)
def test_plaintiffs(language: str, text: str, plaintiff: str) -> None:
    moves = moves_in(text, language)
    assert moves["move_type"].to_list() == ["legal_action"]
    assert moves["counterparty"].to_list() == [plaintiff]
    assert moves["company_id"].to_list() == ["okta"]


# ---- ratings: the particle of the verb tells the way, a rating that stays is no change
RATINGS = [
    ("de", "JPMorgan stuft Okta von Neutral auf Overweight hoch.", [("up", "JPMorgan")]),
    ("de", "Die UBS stufte die Okta-Aktie von „Buy“ auf „Neutral“ herunter.", [("down", "UBS")]),
    ("de", "JPMorgan belässt Okta auf Hold.", []),
    ("en", "Analysts at Jefferies lifted their target for Okta to $180.", [("up", "Jefferies")]),
    ("nl", "Analisten van ING verlagen het koersdoel voor Okta naar 115 euro.", [("down", "ING")]),
]


@pytest.mark.parametrize(("language", "text", "told"), RATINGS)
def test_ratings(language: str, text: str, told: list[tuple[str, str]]) -> None:
    moves = moves_in(text, language)
    assert list(moves.select("direction", "counterparty").iter_rows()) == told


# ---- earlier prices, and directors' dealings
NONE_OR_ONE = [
    ("en", "Okta's shares closed at $98.20, after having traded at $101 earlier in the day.", [98.2]),
    ("de", "Die Okta-Aktie schloss bei 98,20 Dollar, nachdem sie zuvor bei 101 Dollar gehandelt worden war.", [98.2]),
    ("en", "Director Tom Ashby sold 20,000 shares of Okta for $2 million.", []),
]


@pytest.mark.parametrize(("language", "text", "values"), NONE_OR_ONE)
def test_prices(language: str, text: str, values: list[float]) -> None:
    assert [float(value) for value in moves_in(text, language)["value"]] == values


# ---- what comes behind a move only tells why
REASONS = [
    ("en", "Shares of tech firms fell. Okta fell 5% after its revenue growth slowed."),
    ("de", "Aktien von Techfirmen fielen. Okta verlor 5 Prozent, nachdem das Umsatzwachstum enttäuscht hatte."),
    ("fr", "Les actions technologiques ont chuté. Okta a perdu 5% après des prévisions de chiffre d'affaires décevantes."),
    ("es", "Las acciones tecnológicas cayeron. Okta perdió un 5% tras unas previsiones de ingresos decepcionantes."),
    ("it", "I titoli tecnologici sono scesi. Okta ha perso il 5% dopo previsioni di ricavi deludenti."),
    ("nl", "Aandelen van techbedrijven daalden. Okta verloor 5 procent na een tegenvallende omzetverwachting."),
    ("pt", "As ações de tecnologia caíram. A Okta perdeu 5% após previsões de receita decepcionantes."),
]


@pytest.mark.parametrize(("language", "text"), REASONS)
def test_reasons(language: str, text: str) -> None:
    moves = moves_in(text, language)
    assert [(m, float(v)) for m, v in moves.select("move_type", "value").iter_rows()] == [("share_price_change", -5.0)]
    assert figures_in(text, language).is_empty()


# ---- who went public
LISTED = [
    ("en", "Okta went public in 2017."),
    ("de", "Okta ging 2017 an die Börse."),
    ("nl", "Okta ging in april 2017 naar de beurs in New York."),
    ("fr", "Okta est entré en Bourse en 2017."),
    ("es", "Okta salió a Bolsa en 2017."),
    ("it", "Okta si è quotata in Borsa nel 2017."),
]


@pytest.mark.parametrize(("language", "text"), LISTED)
def test_listed(language: str, text: str) -> None:
    moves = moves_in(text, language)
    assert [tuple(row) for row in moves.select("company_id", "move_type", "status").iter_rows()] == [
        ("okta", "ipo", "completed")
    ]
