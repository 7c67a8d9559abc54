"""What a share is paid for, prices to earnings, run-on sentences and results told with a loss. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.transforms.linking import cells, figures_in, moves_in, shares_told
from transforms.sentences import sentences
from transforms.spans import Tape

PUBLISHED = datetime(2023, 7, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Het aandeel Adyen noteert tegen 38 keer de winst."),
        ("de", "Die Adyen-Aktie wird mit dem 38-Fachen des Gewinns bewertet."),
        ("de", "Die Adyen-Aktie wird mit dem 38-fachen Jahresgewinn bewertet."),
        ("en", "Adyen shares trade at 38 times this year's expected earnings."),
        ("en", "Adyen shares trade at about 12 times sales and 38x forward earnings."),
        ("sv", "Adyens aktie handlas till 38 gånger vinsten."),
        ("da", "Aktien i Adyen handles til 38 gange indtjeningen."),
        ("fr", "L'action Adyen se négocie à 38 fois les bénéfices."),
        ("es", "La acción de Adyen cotiza a 38 veces beneficios."),
        ("it", "Il titolo Adyen tratta a 38 volte gli utili attesi."),
        ("pt", "A ação da Adyen é negociada a 38 vezes o lucro."),
        ("pl", "Akcje Adyen są wyceniane na 38-krotność zysków."),
        ("tr", "Adyen hisseleri kârının 38 katından işlem görüyor."),
        ("id", "Saham Adyen diperdagangkan 38 kali laba."),
        ("zh", "Adyen的股票市盈率为38倍。"),
        ("ja", "アディエンの株価はPERで38倍の水準だ。"),
        ("ko", "아디옌 주가는 PER 38배에 거래된다."),
    ],
)
def test_a_price_in_earnings_is_no_growth(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()
    assert shares_told(language, text) == []


def test_so_many_times_the_figure_of_a_year_ago_is_growth() -> None:
    text = "Slack's revenue was three times the revenue of a year ago."
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value", "unit") == [("revenue", 3.0, "multiple")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Im April 2019 ging Pinterest zu 19 Dollar je Aktie an die Börse."),
        ("en", "Pinterest went public in April 2019 at $19 a share."),
        ("en", "Qualtrics will be sold to Silver Lake at $18 per share."),
        ("nl", "De oprichters verkopen Exact voor 32 euro per aandeel aan Apax."),
        ("nl", "In april 2019 trok Pinterest tegen 19 dollar per aandeel naar Nasdaq."),
        ("sv", "Grundarna säljer Telelogic till IBM för 21 kronor per aktie."),
        ("da", "Ejerne overdrager Simcorp til Deutsche Börse for 735 kroner per aktie."),
        ("it", "I fondatori cedono Esaote a IBM a 21 euro per azione."),
        ("es", "Los fundadores entregan Softec a IBM por 21 euros por acción."),
    ],
)
def test_what_is_paid_for_a_share_is_no_profit(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()


def test_a_result_told_by_the_share_stays_one() -> None:
    text = "Slack's quarterly result came in at $1.36 per share."
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value") == [("eps", 1.36)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Zalando weist das zurück.Der Umsatz wuchs um 12 Prozent."),
        ("nl", "Philips ontkent dat.De omzet steeg met 12 procent."),
        ("da", "Ørsted afviser det.Omsætningen steg med 12 procent."),
    ],
)
def test_a_sentence_ends_at_a_dot_that_lost_its_space(language: str, text: str) -> None:
    tape = Tape.of(pl.DataFrame({"article_id": ["one"], "text": [text]}), language=language)
    found = sentences(tape)
    assert tape.slice("start", "end", found).to_list()[1:] == [text[text.index(".") + 1 :]]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Driftsresultatet hos Ørsted i andet kvartal er således endt med et underskud på 18 millioner kroner."),
        ("sv", "Klarnas rörelseresultat i andra kvartalet slutade därmed på en förlust på 18 miljoner kronor."),
        ("de", "Das Betriebsergebnis von Zalando im zweiten Quartal war demnach ein Verlust von 18 Millionen Euro."),
        ("nl", "Het bedrijfsresultaat van Philips kwam in het tweede kwartaal uit op een verlies van 18 miljoen euro."),
        ("en", "Slack's operating result for the second quarter was consequently a loss of $18 million."),
        ("fr", "Le résultat opérationnel d'Atos au deuxième trimestre s'est donc soldé par une perte de 18 millions d'euros."),
    ],
)
def test_a_loss_is_of_the_result_that_came_to_it(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [("operating_income", -18e6)]


def test_a_loss_beside_a_result_that_moved_is_its_own() -> None:
    text = "Slack's operating result improved in the second quarter despite a loss of $18 million."
    assert cells(figures_in(text, "en", published=PUBLISHED), "metric", "value") == [("net_income", -18e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Den genomsnittliga intäkten per betalande kund sjönk för Spotify med en procent till 4,86 euro."),
        ("da", "Den gennemsnitlige omsætning per bruger faldt for Spotify med 2 procent."),
        ("pl", "Średni przychód na użytkownika Spotify spadł o 2 proc."),
        ("ru", "Средняя выручка на пользователя Spotify упала на 2%."),
        ("tr", "Spotify'ın kullanıcı başına ortalama geliri yüzde 2 düştü."),
    ],
)
def test_revenue_from_each_user_is_none_of_the_firm(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Klarnas förlust blev 76 miljoner kronor, mindre än ett år tidigare när den var 394 miljoner kronor."),
        ("en", "Slack's loss was $76 million, smaller than a year earlier when it came to $394 million."),
        ("nl", "Het verlies van Philips was 76 miljoen euro, kleiner dan een jaar eerder toen het 394 miljoen euro bedroeg."),
        ("fr", "La perte d'Atos atteint 76 millions d'euros, moins qu'un an plus tôt quand elle était de 394 millions."),
    ],
)
def test_when_tells_of_the_time_before_it_without_a_comma(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_role")
    assert found == [(-76e6, "current"), (-394e6, "comparative")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Volgens Amerikaanse boekhoudregels verdiende Slack 25 miljoen dollar."),
        ("de", "Nach amerikanischen Bilanzregeln betrug der Nettogewinn von Slack 25 Millionen Dollar."),
    ],
)
def test_accounting_rules_of_a_country_are_gaap(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "accounting") == [(25e6, "gaap")]


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("de", "Spotify gewann im Quartal 5,1 Millionen Bezahlabos.", ("customers", 5.1e6)),
        ("de", "Ende Juni hatte Spotify knapp 193 Millionen bezahlte Mitgliedschaften.", ("customers", 193e6)),
        ("de", "Spotify meldete Einnahmen von 6,15 Miliarden Dollar.", ("revenue", 6.15e9)),
        ("da", "Spotify omsatte for 6,15 miliarder kroner i andet kvartal.", ("revenue", 6.15e9)),
    ],
)
def test_paid_memberships_and_misspelt_milliards(language: str, text: str, told: tuple[str, float]) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [told]


def test_one_person_dismissed_is_no_lay_off() -> None:
    text = "Een medewerker van Coolblue lekte klantgegevens. Die persoon werd intussen ontslagen."
    assert moves_in(text, "nl", published=PUBLISHED).is_empty()
    told = moves_in("Een derde van het personeel van Coolblue wordt ontslagen.", "nl", published=PUBLISHED)
    assert cells(told, "move_type") == [("layoffs",)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Spotify hæver prisen. Abonnementet stiger til 109 kroner."),
        ("de", "Spotify wird teurer. Das Abo steigt auf 109 Euro im Jahr."),
    ],
)
def test_a_subscription_that_rises_has_a_new_price(language: str, text: str) -> None:
    assert ("pricing", 109.0) in cells(moves_in(text, language, published=PUBLISHED), "move_type", "value")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De omzet van Adyen steeg met 21 procent. De winstmarge daalde van 59 naar 43 procent."),
        ("de", "Der Umsatz von Zalando stieg um 21 Prozent. Die Gewinnmarge sank von 59 auf 43 Prozent."),
        ("en", "Slack's revenue rose 21 percent. The profit margin fell from 59 to 43 percent."),
        ("sv", "Klarnas omsättning steg med 21 procent. Vinstmarginalen sjönk från 59 till 43 procent."),
        ("es", "Los ingresos de Telefónica subieron un 21 %. El margen de beneficio cayó del 59 al 43 %."),
        ("it", "I ricavi di Tiscali sono saliti del 21%. Il margine di profitto è sceso dal 59 al 43%."),
        ("pt", "A receita da Totvs subiu 21%. A margem de lucro caiu de 59% para 43%."),
    ],
)
def test_a_profit_margin_moves_no_other_figure(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [("revenue", 21.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die operative Gewinnmarge von SAP stieg auf 12 Prozent."),
        ("sv", "Ericssons rörelsevinstmarginal steg till 12 procent."),
        ("es", "El margen de beneficio operativo de Telefónica subió al 12 %."),
    ],
)
def test_an_operating_profit_margin_is_one(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [("operating_margin", 12.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Amid layoffs at other tech companies, Slack keeps hiring."),
        ("nl", "Waar andere techbedrijven personeel met duizenden tegelijk hebben ontslagen, nam Adyen mensen aan."),
    ],
)
def test_lay_offs_of_others_are_none_of_the_firm(language: str, text: str) -> None:
    assert moves_in(text, language, published=PUBLISHED).is_empty()


def test_what_a_share_is_worth_stands_before_its_verb() -> None:
    text = "Het aandeel Adyen was donderdagmiddag nog 1.015 euro waard."
    assert shares_told("nl", text) == ["level adyen 1015 EUR"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Im zweiten Quartal kamen bei Spotify unter dem Strich 5,1 Millionen Bezahlabos hinzu."),
        ("nl", "Onder de streep kreeg Spotify er 5,1 miljoen abonnees bij."),
    ],
)
def test_subscribers_gained_on_balance_are_no_profit(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "segment", "value")
    assert found == [("customers", "new", 5.1e6)]
