"""Deals, fines and funding as short reports tell them: what only may come, what is no firm, prices told later."""

from __future__ import annotations

import pytest

from tests.transforms.linking import moves_in

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
    # Things that are bought are no firms.
    ("en", "Verizon bought spectrum for $45 billion.", []),
    ("en", "Verizon bought patents specialist Okta for $45 billion.", [("acquisition", "verizon", 45e9)]),
    ("en", "Verizon bought Okta for $45 billion.", [("acquisition", "verizon", 45e9)]),
    ("de", "Siemens hat Patente von Nokia für 2 Milliarden Euro gekauft.", []),
    ("de", "Siemens hat Nokia für 2 Milliarden Euro gekauft.", [("acquisition", "siemens", 2e9)]),
    ("nl", "Philips heeft patenten van Nokia voor 2 miljard euro gekocht.", []),
    ("nl", "Philips neemt branchegenoot Stroom over voor 85 miljoen euro.", [("acquisition", "philips", 85e6)]),
    # Who is taken over is no partner too.
    ("en", "Zoom bought Keybase and will partner with Keybase on encryption.", [("acquisition", "zoom", None)]),
    ("en", "Zoom will partner with Keybase on encryption.", [("partnership", "zoom", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), TOLD)
def test_deals_and_fines(language: str, text: str, expected: list[tuple[str, str | None, float | None]]) -> None:
    rows = moves_in(text, language).select("move_type", "company_id", "value").rows()
    assert [(kind, company, None if value is None else float(value)) for kind, company, value in rows] == expected
