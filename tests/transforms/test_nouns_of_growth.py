"""Growth told as a noun before its metric, times that a clause explains, and what is no figure of a firm. Our own sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Siemens posted a 9% rise in revenue and a 3% drop in net profit."),
        ("es", "Telefónica logró un crecimiento del 9% de los ingresos y una caída del 3% del beneficio neto."),
        ("pt", "A Petrobras teve crescimento de 9% da receita e queda de 3% do lucro líquido."),
        ("fr", "Danone affiche une hausse de 9% des ventes et un recul de 3% du résultat net."),
        ("it", "Enel ha registrato una crescita del 9% dei ricavi e un calo del 3% dell'utile netto."),
        ("nl", "Philips zag een stijging van 9 procent van de omzet en een daling van 3 procent van de nettowinst."),
        ("de", "Siemens verbuchte ein Wachstum von 9 Prozent beim Umsatz und ein Minus von 3 Prozent beim Nettogewinn."),
        ("pl", "Orlen odnotował 9-proc. wzrost przychodów i 3-proc. spadek zysku netto."),
        ("pl", "Orlen zanotował wzrost przychodów o 9 proc. i spadek zysku netto o 3 proc."),
        ("id", "Telkom mencatat pertumbuhan pendapatan 9 persen dan penurunan laba bersih 3 persen."),
    ],
)
def test_a_noun_of_growth_is_of_the_metric_behind_it(language: str, text: str) -> None:
    found = cells(figures_in(text, language), "metric", "measure", "value")
    assert found == [("revenue", "change", 9.0), ("net_income", "change", -3.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Siemens' operating profit rose to 34.5 percent of sales."),
        ("de", "Das operative Ergebnis von Siemens stieg auf 34,5 Prozent vom Umsatz."),
        ("nl", "De bedrijfswinst van Philips steeg naar 34,5 procent van de omzet."),
        ("it", "Il risultato operativo di Enel sale al 34,5% del fatturato."),
        ("es", "El resultado operativo de Telefónica supone el 34,5% de las ventas."),
    ],
)
def test_a_part_of_sales_is_a_margin(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "measure", "value") == [("operating_margin", "level", 34.5)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Siemens earned $32 million, more than a year earlier, when it made $30 million."),
        ("de", "Siemens verdiente 32 Millionen Euro, mehr als ein Jahr zuvor, als 30 Millionen Euro hängen blieben."),
        ("nl", "Philips verdiende 32 miljoen euro, meer dan een jaar eerder, toen de winst 30 miljoen euro was."),
        ("it", "Enel ha guadagnato 32 milioni di euro, più dell'anno precedente, quando l'utile era di 30 milioni di euro."),
        ("pt", "A Petrobras lucrou R$ 32 milhões, acima do mesmo período do ano anterior, quando teve lucro de R$ 30 milhões."),
        ("sv", "Ericsson tjänade 32 miljoner kronor, mer än året innan, då vinsten var 30 miljoner kronor."),
        ("da", "Carlsberg tjente 32 mio. kr., mere end året før, hvor overskuddet var 30 mio. kr."),
        ("pl", "Orlen zarobił 32 mln zł, więcej niż rok wcześniej, kiedy zysk wyniósł 30 mln zł."),
    ],
)
def test_when_tells_of_the_time_before_it(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "value", "period_role") == [(32e6, "current"), (30e6, "comparative")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die sonstigen Erträge von Siemens betrugen 44 Millionen Euro, die Vertriebskosten stiegen um 12 Prozent."),
        ("sv", "Övriga intäkter för Ericsson var 44 miljoner kronor medan försäljningskostnaderna ökade 12 procent."),
        ("pl", "Pozostałe przychody operacyjne Orlenu wyniosły 44 mln zł, a koszty sprzedaży wzrosły o 12 proc."),
        ("id", "Pendapatan lain-lain Telkom Rp44 miliar, sedangkan beban penjualan naik 12 persen."),
        ("en", "A one-off item hit Siemens' net profit by $18 million."),
        ("de", "Der Umsatz im Einzelhandel stieg um 4 Prozent. Der Umsatz im Großhandel sank um 2 Prozent."),
    ],
)  # fmt: skip
def test_other_lines_of_the_accounts_and_trades_are_no_figures(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El beneficio de Telefónica creció un 5% frente al primer trimestre, hasta 300 millones de euros."),
        ("fr", "Le chiffre d'affaires de Danone progresse de 5% par rapport au premier trimestre, à 300 millions d'euros."),
        ("pt", "A receita da Petrobras cresceu 5% em relação ao primeiro trimestre, para R$ 300 milhões."),
    ],
)
def test_the_quarter_compared_with_is_not_the_one_reported(language: str, text: str) -> None:
    found = cells(
        figures_in(text, language, published=datetime(2009, 7, 25, tzinfo=UTC), together=False), "value", "period_end"
    )
    assert found == [(5.0, "2009-06-30"), (300e6, "2009-06-30")]


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "Goldman Sachs forecasts that Siemens will earn $2.10 a share.", [2.1]),
        ("de", "Die Deutsche Bank rechnet bei Siemens mit einem Umsatz von 5 Milliarden Euro.", [5e9]),
        ("pt", "A XP estima que a Petrobras terá prejuízo de R$ 344 milhões.", [-344e6]),
    ],
)
def test_what_a_bank_expects_of_another_firm_is_no_guidance(language: str, text: str, values: list[float]) -> None:
    assert cells(figures_in(text, language), "value", "basis") == [(value, "consensus") for value in values]


def test_sums_a_share_are_of_the_year_of_their_amount() -> None:
    text = "Cisco earned $729 million, or 10 cents a share, against a $2.7 billion loss, or 37 cents a share, a year ago."
    found = cells(figures_in(text, "en"), "metric", "value", "period_role")
    assert found[2:] == [("net_income", -2.7e9, "comparative"), ("eps", -0.37, "comparative")]


def test_brackets_with_colons_are_sums_a_share() -> None:
    text = "Ericssons resultat per aktie blev 0:82 kronor (1:33)."
    assert cells(figures_in(text, "sv"), "value", "period_role") == [(0.82, "current"), (1.33, "comparative")]
