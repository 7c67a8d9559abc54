"""Deals, fines and funding as short reports tell them: what only may come, what is no firm, prices told later."""

from __future__ import annotations

import pytest

from tests.transforms.linking import figures_in, moves_in

# ---- language, text, every deal and fine of it: kind, company, value
TOLD: list[tuple[str, str, list[tuple[str, str | None, float | None]]]] = [
    # A fine that only may come is none; one that was set is.
    ("en", "Okta faces a fine of up to $50 million.", []),
    ("en", "Okta could be fined $20 million, analysts said.", []),
    ("en", "Okta was fined $3 million.", [("regulatory_action", "okta", 3e6)]),
    ("de", "Siemens riskiert eine Geldbuße von 2 Millionen Euro.", []),
    ("de", "Bei einem Verstoß droht Siemens eine Strafe von bis zu 5 Milliarden Euro.", []),
    ("de", "Siemens zahlt eine Geldbuße von 3 Millionen Euro.", [("regulatory_action", "siemens", 3e6)]),
    ("nl", "Philips riskeert een boete van maximaal 5 miljard euro.", []),
    ("nl", "Philips krijgt een boete van 5 miljoen euro.", [("regulatory_action", "philips", 5e6)]),
    # A bank may be fined too, and who fines it is none.
    ("nl", "ING heeft een boete gekregen van 2 miljoen euro.", [("regulatory_action", "ing", 2e6)]),
    ("nl", "De Nederlandsche Bank (DNB) heeft Rabobank een boete opgelegd van 2 miljoen euro. Dat heeft DNB bekendgemaakt.",
     [("regulatory_action", "rabobank", 2e6)]),
    ("de", "Die Deutsche Bank hat eine Geldbuße von 2 Millionen Euro erhalten.", [("regulatory_action", "deutsche-bank", 2e6)]),
    ("en", "Analysts at Deutsche Bank said Okta was fined $3 million.", [("regulatory_action", "okta", 3e6)]),
    # Things that are bought are no firms.
    ("en", "Verizon bought spectrum for $45 billion.", []),
    ("en", "Verizon bought patents specialist Okta for $45 billion.", [("acquisition", "verizon", 45e9)]),
    ("en", "Verizon bought Okta for $45 billion.", [("acquisition", "verizon", 45e9)]),
    ("de", "Siemens hat Patente von Nokia für 2 Milliarden Euro gekauft.", []),
    ("de", "Siemens hat Nokia für 2 Milliarden Euro gekauft.", [("acquisition", "siemens", 2e9)]),
    ("nl", "Philips heeft patenten van Nokia voor 2 miljard euro gekocht.", []),
    ("nl", "Philips neemt branchegenoot Stroom over voor 85 miljoen euro.", [("acquisition", "philips", 85e6)]),
    # The price of "the deal" may be told some sentences behind it.
    ("nl", "ASML neemt chipontwerper Okta over. Het bedrijf wil zo sneller groeien. Met de deal is 4 miljard euro gemoeid.",
     [("acquisition", "asml", 4e9)]),
    ("nl", "ASML groeit. Het bedrijf wil nog sneller groeien. Met de deal is 4 miljard euro gemoeid.", []),
    ("en", "Cisco is buying Okta. The two have long worked side by side. The deal is valued at $4 billion.",
     [("acquisition", "cisco", 4e9)]),
    ("en", "Cisco is buying Okta for $3 billion. It has a new client. The deal is valued at $40 million.",
     [("acquisition", "cisco", 3e9)]),
    ("de", "Siemens übernimmt Okta. Beide sind alte Freunde. Die Transaktion hat ein Volumen von 4 Milliarden Euro.",
     [("acquisition", "siemens", 4e9)]),
    # Money that is raised, no revenue and no dividend.
    ("en", "Databricks has raised $400 million.", [("investment", "databricks", 4e8)]),
    ("en", "Okta raised its dividend to $4.", []),
    ("de", "Personio sammelt 200 Millionen Euro ein.", [("investment", "personio", 2e8)]),
    ("nl", "Mollie haalt 665 miljoen euro op.", [("investment", "mollie", 665e6)]),
    ("nl", "Okta haalde 3 miljoen euro omzet.", []),
    # Who is taken over is no partner too.
    ("en", "Zoom bought Keybase and will partner with Keybase on encryption.", [("acquisition", "zoom", None)]),
    ("en", "Zoom will partner with Keybase on encryption.", [("partnership", "zoom", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), TOLD)
def test_deals_and_fines(language: str, text: str, expected: list[tuple[str, str | None, float | None]]) -> None:
    rows = moves_in(text, language).select("move_type", "company_id", "value").rows()
    assert [(kind, company, None if value is None else float(value)) for kind, company, value in rows] == expected


# ---- takeovers whose verb or noun stands elsewhere: language, text, buyer and target
SIDES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("nl", "Softwareconcern Oracle kondigde aan Slack over te nemen.", [("oracle", "Slack")]),
    ("nl", "Oracle is van plan om Slack over te nemen.", [("oracle", "Slack")]),
    ("nl", "Slack stemde ermee in zich te laten overnemen door Oracle.", [("oracle", "Slack")]),
    ("nl", "Okta-topman Jan Vos is bereid de leiding bij Philips over te nemen.", []),
    # A deal that is only looked back on tells of no other one.
    ("nl", "Philips groeit. Met de overname zou Amazon zijn aanbod willen uitbreiden.", []),
    ("nl", "Philips groeit. Door de overname krijgt Okta toegang tot de markt.", []),
    ("en", "Zoom is growing. With the acquisition, Okta gains access to the market.", []),
    ("nl", "Philips groeit. Met de overname van Okta wil het verder.", [("philips", "Okta")]),
    ("en", "Zoom is growing. With the acquisition of Okta it gains access to the market.", [("zoom", "Okta")]),
]


@pytest.mark.parametrize(("language", "text", "expected"), SIDES)
def test_buyers_and_targets(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    rows = moves_in(text, language).filter(move_type="acquisition").select("company_id", "counterparty").rows()
    assert rows == expected


# ---- language, text, percent or multiple by which the share moved
SHARES: list[tuple[str, str, set[float]]] = [
    # What only tells why a share moved is no move of it.
    ("en", "Shares of Okta surged 12% after the company said it would nearly double the production of its chips.", {12}),
    ("de", "Die Aktie von Okta stieg um 5 Prozent, nachdem der Konzern angekündigt hatte, die Produktion zu verdoppeln.", {5}),
    ("nl", "Het aandeel Okta steeg 5 procent nadat het bedrijf zei de productie te verdubbelen.", {5}),
    ("en", "Okta rose 5% on Monday and its shares have doubled this year.", {5, 2}),
    # A firm that will report its earnings has none yet.
    ("en", "Nvidia fell 3% and Okta, which will report earnings after the bell, was down more than 2%.", {-3, -2}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "changes"), SHARES)
def test_shares(language: str, text: str, changes: set[float]) -> None:
    rows = moves_in(text, language).select("move_type", "value").drop_nulls().rows()
    assert {float(value) for kind, value in rows if kind == "share_price_change"} == changes
    assert figures_in(text, language).is_empty()


# ---- what a deal is worth is the worth of no firm: language, text, market values
WORTHS: list[tuple[str, str, list[float]]] = [
    ("en", "Zoom agreed to acquire Five9 in an all-stock deal valuing the company at $14.7 billion.", []),
    ("en", "Okta went up again, valuing the company at $14.7 billion.", [14.7e9]),
]


@pytest.mark.parametrize(("language", "text", "values"), WORTHS)
def test_worth_of_a_deal(language: str, text: str, values: list[float]) -> None:
    rows = figures_in(text, language).filter(metric="market_capitalization")
    assert [float(value) for value in rows["value"]] == values


# ---- banks that banks rate: language, text, whose rating
RATED: list[tuple[str, str, set[str]]] = [
    ("en", "Okta rose 2%. Shares of Citigroup fell 3.4% after Morgan Stanley downgraded the stock to equal weight.",
     {"citigroup"}),
    ("en", "Okta rose 2%. Shares of Citigroup fell 3.4% after being downgraded by Morgan Stanley.", {"citigroup"}),
    ("en", "Shares of Okta fell 3.4% after Morgan Stanley downgraded the stock to equal weight.", {"okta"}),
    ("de", "Die Aktie der Deutschen Bank verlor 3 Prozent, nachdem JPMorgan sie auf 'Neutral' abgestuft hatte.",
     {"deutsche-bank"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "companies"), RATED)
def test_rated_banks(language: str, text: str, companies: set[str]) -> None:
    assert set(moves_in(text, language).filter(move_type="rating_change")["company_id"]) == companies
