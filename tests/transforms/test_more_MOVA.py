"""Moves of shares as reports of markets tell them: what is left of a value, prices of IPOs, targets, debuts, banks."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.linking import figures_in, moves_in

CHANGE, LEVEL = "share_price_change", "share_price_level"

# ---- language, text, percent or multiple by which the share moved, prices
SHARES: list[tuple[str, str, set[float], set[float]]] = [
    ("en", "Okta's stock has fallen to one quarter of its value since January.", {-75}, set()),
    ("de", "Die Aktie von Okta ist auf ein Viertel ihres Wertes gefallen.", {-75}, set()),
    ("nl", "Het aandeel Okta is gedaald tot een kwart van zijn waarde.", {-75}, set()),
    ("en", "Shares of Okta opened at $65, above its $36 IPO price.", set(), {65}),
    ("en", "Okta's stock closed at $62 on its first day, up 72% from its IPO price of $36.", {72}, {62}),
    ("en", "The company's stock began trading at $23.75, above the initial public offering price of $19, and ended at $24.40.",
     set(), {23.75, 24.4}),
    ("en", "Okta shares had a price of $253.93 at the end of the day.", set(), {253.93}),
    ("en", "Shares of Okta rose 4.2% to $81.10 while profit sank 31%.", {4.2}, {81.1}),
    ("en", "Okta shares jumped 12% after profit doubled.", {12}, set()),
    ("de", "Die Aktie von Okta stieg um 4,2 Prozent, während der Gewinn um 31 Prozent sank.", {4.2}, set()),
    ("en", "Okta's shares fell more than 5% ahead of Tuesday's trading session.", {-5}, set()),
    ("de", "Die Aktie von Okta steht mit einem Minus von über 89 Prozent da.", {-89}, set()),
    ("nl", "Het aandeel Okta opende nog wel hoger, maar zakte snel weg en verloor ruim 4 procent.", {-4}, set()),
    ("nl", "De koers van Okta steeg. Nu kost een aandeel Okta 859 euro.", set(), {859}),
    ("nl", "Okta daalde 39 procent op de aandelenbeurs in Amsterdam.", {-39}, set()),
    ("nl", "De koers van Okta belandde voor het eerst dit jaar onder 700 dollar.", set(), {700}),
    ("en", "Cloud software maker Okta more than doubled in its trading debut, opening at $245.", {2}, {245}),
    ("en", "Okta shares are expected to lose more than a third of their value.", set(), set()),
    ("de", "Die Aktie von Okta testet die 100-Tage-Linie bei 365,88 Dollar.", set(), set()),
    ("de", "Mit zuletzt gezahlten 340 Euro steuert der Kurs von Okta auf das Niveau unter 300 Euro zu.", set(), {340}),
    ("de", "Das Rekordniveau der Okta-Aktie von rund 700 Dollar liegt noch nicht lange zurück.", set(), {700}),
    ("de", "Die Aktien von Okta notieren mehr als 50 Prozent über dem Emissionspreis.", {50}, set()),
    ("en", "Okta shares closed at $81.10, up 4.2% on the day and 33% this year.", {4.2, 33}, {81.1}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "changes", "prices"), SHARES)
def test_shares(language: str, text: str, changes: set[float], prices: set[float]) -> None:
    rows = list(moves_in(text, language).select("move_type", "value").drop_nulls().rows())
    assert {float(value) for kind, value in rows if kind == CHANGE} == changes
    assert {float(value) for kind, value in rows if kind == LEVEL} == prices


# ---- other moves of such reports: language, text, company, kind, direction, value
OTHERS: list[tuple[str, str, str, str, str | None, float | None]] = [
    ("en", "Okta lost subscribers. Goldman cut the stock to sell from neutral and lowered its price target to $186 from $265.",
     "okta", "rating_change", "down", 186),
    ("de", "Okta verlor Kunden. Goldman stufte die Aktie auf 'verkaufen' herab und senkte das Kursziel von 265 auf 186 Dollar.",
     "okta", "rating_change", "down", 186),
    ("en", "Wedbush downgraded shares of Okta today and cut its price target on the payments stock by 25%, to $60 a share.",
     "okta", "rating_change", "down", None),
    ("de", "Am Montag gab das Analysehaus Jefferies seine bisherige Kaufempfehlung für Okta auf.",
     "okta", "rating_change", "down", None),
    ("nl", "Okta zakte, geholpen door een koersdoelverhoging door de Zwitserse bank UBS naar 725 dollar.",
     "okta", "rating_change", "up", 725),
    ("nl", "Analisten van Berenberg halveerden het koersdoel voor het aandeel Okta.", "okta", "rating_change", "down", None),
    ("en", "Okta, a maker of logins, also went public on Thursday.", "okta", "ipo", None, None),
    ("en", "Twilio committed to buy $250 million of Okta's common stock in a private placement.",
     "", "investment", None, 250_000_000),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "company", "kind", "way", "value"), OTHERS)
def test_other_moves(language: str, text: str, company: str, kind: str, way: str | None, value: float | None) -> None:
    moves = moves_in(text, language)
    assert moves["move_type"].to_list() == [kind]
    move = moves.row(0, named=True)
    assert not company or move["company_id"] == company
    assert move["direction"] == way
    assert (None if move["value"] is None else float(move["value"])) == value


# ---- who buys is only meant, and the verb comes last
BUYERS = [
    ("de", "Okta wächst. Der Konzern will den Anbieter Twilio für rund 15 Milliarden Dollar übernehmen."),
    ("de", "Okta wächst. Um sich breiter aufzustellen, will das Unternehmen den Rivalen Twilio für 15 Milliarden kaufen."),
    ("nl", "Okta groeit. Het bedrijf wil het Amerikaanse Twilio voor 15 miljard dollar overnemen."),
    ("nl", "Okta groeit. In juli heeft het bedrijf het Amerikaanse Twilio voor 15 miljard dollar overgenomen."),
]


@pytest.mark.parametrize(("language", "text"), BUYERS)
def test_buyers(language: str, text: str) -> None:
    deals = moves_in(text, language).filter(pl.col("move_type") == "acquisition")
    assert deals.select("company_id", "counterparty_id").rows() == [("okta", "twilio")]


# ---- nothing of the kind
NOTHING = [
    ("en", "Okta saw its stock slump after the $71 billion software company spooked investment markets.", "investment"),
    ("en", "The investment company earned 800 million dollars in one day with Okta shares.", "investment"),
]


@pytest.mark.parametrize(("language", "text", "kind"), NOTHING)
def test_nothing(language: str, text: str, kind: str) -> None:
    assert kind not in moves_in(text, language)["move_type"].to_list()


def test_losses_pared_are_none() -> None:
    assert figures_in("Shares of Okta plunged by 17% to $288.30 apiece before paring their losses.", "en").is_empty()
