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


# ---- deals: language, text, buyer, price, what is bought
DEALS: list[tuple[str, str, str, float | None, str]] = [
    ("en", "Slack goes to Salesforce for $27.7 billion.", "salesforce", 27.7e9, "Slack"),
    ("en", "Twilio is going to Okta in a deal worth $3 billion.", "okta", 3e9, "Twilio"),
    ("de", "Twilio geht für drei Milliarden Dollar an Okta.", "okta", 3e9, "Twilio"),
    ("nl", "Slack gaat voor 27,7 miljard dollar naar Salesforce.", "salesforce", 27.7e9, "Slack"),
    ("nl", "Twilio komt in handen van Okta.", "okta", None, "Twilio"),
    ("nl", "Twilio valt in handen van Okta, dat 3 miljard dollar betaalt.", "okta", 3e9, "Twilio"),
    ("de", "Der Zukauf von Twilio kostet Okta drei Milliarden Dollar.", "okta", 3e9, "Twilio"),
    ("de", "Der Kauf von Twilio, den Okta am Montag ankündigte, kostet drei Milliarden Dollar.", "okta", 3e9, "Twilio"),
    ("nl", "De aankoop van Twilio kostte Okta 3 miljard dollar.", "okta", 3e9, "Twilio"),
    ("en", "Twilio was scooped up by rival Okta in a cash and stock deal valued at $3 billion.", "okta", 3e9, "Twilio"),
    ("en", "Twilio said it had agreed to be acquired by Okta for $3 billion in enterprise value.", "okta", 3e9, "Twilio"),
    ("en", "Slack's $27.7 billion sale to Salesforce was approved.", "salesforce", 27.7e9, "Slack"),
    ("en", "The sale of Slack to Salesforce for $27.7 billion is done.", "salesforce", 27.7e9, "Slack"),
    ("de", "Der Verkauf von Twilio an Okta für drei Milliarden Dollar ist perfekt.", "okta", 3e9, "Twilio"),
    ("nl", "De verkoop van Twilio aan Okta voor 3 miljard dollar is rond.", "okta", 3e9, "Twilio"),
    ("nl", "Okta groeit. In 2016 nam Microsoft LinkedIn over voor 26,2 miljard dollar.", "microsoft", 26.2e9, "LinkedIn"),
    ("nl", "Twilio heeft een bod van 3,2 miljard euro door Okta afgewezen.", "okta", 3.2e9, "Twilio"),
]


@pytest.mark.parametrize(("language", "text", "buyer", "price", "target"), DEALS)
def test_deals(language: str, text: str, buyer: str, price: float | None, target: str) -> None:
    deal = moves_in(text, language).row(0, named=True)
    assert deal["move_type"] == "acquisition"
    assert (deal["company_id"], deal["counterparty"]) == (buyer, target)
    assert (None if deal["value"] is None else float(deal["value"])) == price


def test_deals_in_a_list() -> None:
    for language, text in (
        ("en", "Okta has bought Twilio ($3bn), Slack ($27.7bn) and Dropbox ($9bn)."),
        ("de", "Okta kaufte Twilio (3 Milliarden Dollar), Slack (27,7 Milliarden Dollar) und Dropbox (9 Milliarden Dollar)."),
        ("nl", "Okta kocht Twilio (3 miljard dollar), Slack (27,7 miljard dollar) en Dropbox (9 miljard dollar)."),
    ):
        deals = moves_in(text, language)
        assert set(deals["company_id"]) == {"okta"}
        assert dict(zip(deals["counterparty"], map(float, deals["value"]), strict=True)) == {
            "Twilio": 3e9, "Slack": 27.7e9, "Dropbox": 9e9,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The contract goes to Okta for $3 million."),
        ("nl", "Topman Jansen van Philips gaat naar ASML."),
        ("en", "Okta's sale of its phone unit to Microsoft for $7 billion is done."),
    ],
)
def test_no_takeovers(language: str, text: str) -> None:
    assert "acquisition" not in moves_in(text, language)["move_type"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta is buying Twilio, which was founded in 2011, for $3 billion."),
        ("de", "Okta kauft das 2011 gegründete Unternehmen Twilio."),
        ("nl", "Okta koopt Twilio, dat in 2011 is opgericht, voor 3 miljard dollar."),
        ("fr", "Okta rachète Twilio, fondée en 2008, pour 3 milliards de dollars."),
        ("es", "Okta compra Twilio, fundada en 2008, por 3.000 millones de dólares."),
        ("it", "Okta acquista Twilio, fondata nel 2008."),
        ("pt", "A Okta compra a Twilio, fundada em 2008."),
        ("sv", "Okta köper Twilio, som grundades 2008."),
        ("pl", "Okta kupuje założoną w 2008 roku firmę Twilio."),
        ("ru", "Okta покупает Twilio, основанную в 2008 году."),
        ("id", "Okta mengakuisisi Twilio yang didirikan pada 2008."),
        ("zh", "Okta收购成立于2008年的Twilio。"),
    ],
)
def test_years_of_founding(language: str, text: str) -> None:
    deal = moves_in(text, language).row(0, named=True)
    assert (deal["move_type"], deal["effective_on"], deal["status"]) == ("acquisition", None, "announced")


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("en", "Okta raised a $200 million Series E.", 200e6),
        ("en", "Okta has secured $50 million in new funding from Sequoia.", 50e6),
        ("de", "Die größte Finanzierungssumme erhielt Okta mit 830 Millionen Euro.", 830e6),
        ("de", "Okta ist es gelungen, 200 Millionen Dollar bei Investoren einzusammeln.", 200e6),
        ("nl", "Vorig jaar haalde betaalbedrijf Okta 665 miljoen euro bij durfinvesteerders op.", 665e6),
        ("nl", "Okta krijgt een kapitaalinjectie van 100 miljoen dollar.", 100e6),
    ],
)
def test_money_raised(language: str, text: str, amount: float) -> None:
    (move,) = moves_in(text, language).iter_rows(named=True)
    assert (move["move_type"], move["company_id"], float(move["value"])) == ("investment", "okta", amount)
    assert move["counterparty"] in {None, "Sequoia"}


def test_what_failed_before() -> None:
    text = "Thoma Bravo has agreed to buy Darktrace for $5.3 billion. It previously held takeover talks, but then walked away."
    deal = moves_in(text, "en").row(0, named=True)
    assert (deal["company_id"], deal["counterparty"], deal["status"]) == ("thoma-bravo", "Darktrace", "announced")
