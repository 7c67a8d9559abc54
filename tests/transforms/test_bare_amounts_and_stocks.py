"""Amounts without a currency, whose share "the stock" is, data for sale, and periods told beside. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

NOVEMBER = datetime(2020, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Salesforce ha annunciato un piano di riacquisto di azioni da 2 miliardi."),
        ("fr", "Oracle lance un programme de rachat d'actions de 2 milliards."),
        ("es", "Oracle lanza un programa de recompra de acciones de 2.000 millones."),
        ("de", "Oracle kündigt einen Aktienrückkauf über 2 Milliarden an."),
    ],
)
def test_a_buyback_has_its_amount_without_a_currency(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value", "unit") == [("buyback", 2e9, "EUR")]


@pytest.mark.parametrize(
    ("language", "text", "unit"),
    [
        ("it", "Multa da 10 milioni a Google dall'Antitrust.", "EUR"),
        ("fr", "La Cnil inflige une amende de 10 millions à Google.", "EUR"),
        ("es", "Multa de 10 millones a Google por la AEPD.", "EUR"),
        ("pt", "A Anatel aplicou multa de 10 milhões à Google.", "BRL"),
        ("nl", "Google krijgt een boete van 10 miljoen wegens schending van de privacy.", "EUR"),
    ],
)
def test_a_fine_has_its_amount_without_a_currency(language: str, text: str, unit: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value", "unit") == [("regulatory_action", 10e6, unit)]


def test_a_bare_amount_counts_in_the_currency_of_the_article() -> None:
    text = "Oracle ha chiuso il trimestre con ricavi per 10 miliardi di dollari. Oracle lancia un buyback da 2 miliardi."
    assert cells(moves_in(text, "it"), "value", "unit") == [(2e9, "USD")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "When Pfizer announced a vaccine, Zoom shares fell 17%. On Tuesday the stock was down 15%."),
        ("fr", "Quand Pfizer a annoncé un vaccin, l'action Zoom a chuté de 17 %. Ce mardi, le titre recule de 15 %."),
        ("it", "Quando Pfizer ha annunciato il vaccino, le azioni Zoom sono crollate del 17%. Oggi il titolo perde il 15%."),
        ("es", "Cuando Pfizer anunció su vacuna, las acciones de Zoom cayeron un 17 %. Hoy el título cede un 15 %."),
    ],
)
def test_the_stock_is_that_of_which_the_sentence_before_told(language: str, text: str) -> None:
    found = cells(moves_in(text, language), "company_id", "value")
    assert found == [("zoom", -17.0), ("zoom", -15.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Il titolo Oracle cede tre punti percentuali a Wall Street."),
        ("fr", "Le titre Oracle perd trois points de pourcentage en Bourse."),
    ],
)
def test_a_share_may_lose_percentage_points(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value", "unit") == [("share_price_change", -3.0, "percent")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A list of 5.4 million Twitter accounts is for sale on the internet."),
        ("fr", "Les données de 5,4 millions d'utilisateurs de Twitter sont en vente sur un forum."),
        ("it", "In vendita online i dati di 5,4 milioni di utenti di Twitter."),
        ("de", "Daten von 5,4 Millionen Twitter-Nutzern stehen im Internet zum Verkauf."),
        ("es", "Los datos de 5,4 millones de usuarios de Twitter están a la venta en internet."),
        ("pt", "Dados de 5,4 milhões de usuários do Twitter estão à venda na internet."),
    ],
)
def test_so_many_accounts_for_sale_were_stolen(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "category", "records_affected") == [("data_breach", 5.4e6)]


@pytest.mark.parametrize(
    "text",
    [
        "Dopo i conti Salesforce ha annunciato subito un piano.",
        "L'acquisizione di Cerner avrà subito effetto sui conti di Oracle.",
        "Oracle è stata colpita dalle vendite dopo i conti trimestrali.",
    ],
)
def test_results_are_no_gang(text: str) -> None:
    assert matters_in(text, "it").is_empty()


def test_a_complaint_to_the_police_is_no_lawsuit() -> None:
    assert moves_in("Salesforce a porté plainte auprès de la police après le vol de données.", "fr").is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Salesforce teme nuove chiusure di fabbriche in Cina."),
        ("fr", "Salesforce craint de nouvelles fermetures d'usines en Chine."),
        ("en", "Salesforce fears new closures of factories in China."),
        ("de", "Salesforce fürchtet neue Schließungen von Fabriken in China."),
    ],
)
def test_new_closures_are_no_expansion(language: str, text: str) -> None:
    assert "expansion" not in moves_in(text, language)["move_type"].to_list()


def test_collaborators_lose_their_jobs() -> None:
    found = moves_in("Salesforce ha ridotto la forza lavoro, tagliando 90 collaboratori.", "it")
    assert cells(found, "move_type", "value") == [("layoffs", 90.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Salesforce cresce acquistando Cerner."),
        ("fr", "Salesforce grandit en rachetant Cerner."),
    ],
)
def test_who_grows_by_buying_buys(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "counterparty") == [("acquisition", "Cerner")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Il trimestre di Salesforce si è chiuso con ricavi quadruplicati e utili in forte rialzo."),
        ("fr", "Le trimestre de Salesforce s'est soldé par un chiffre d'affaires quadruplé et des bénéfices en hausse."),
        ("es", "Salesforce cerró el trimestre con ingresos cuadruplicados y beneficios al alza."),
    ],
)
def test_what_was_multiplied_stands_before_the_participle(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value") == [("revenue", 4.0)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Salesforce's profit rose to $192 million from $186 million in the second quarter of 2020."),
        ("it", "Gli utili di Salesforce sono saliti a 192 milioni di dollari dai 186 milioni del secondo trimestre 2020."),
        (
            "fr",
            "Le bénéfice de Salesforce est passé à 192 millions de dollars, contre 186 millions au deuxième trimestre 2020.",
        ),
    ],
)
def test_the_earlier_quarter_is_that_of_the_earlier_number(language: str, text: str) -> None:
    told = {"en": "In the third quarter all went well. ", "it": "Il terzo trimestre è andato bene. "}
    text = told.get(language, "Le troisième trimestre a été bon. ") + text
    found = cells(figures_in(text, language, published=NOVEMBER), "value", "period_end")
    assert found == [(192e6, "2020-10-31"), (186e6, "2020-07-31")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Per il quarto trimestre le stime sono in rialzo. Salesforce prevede ricavi tra 806 e 811 milioni di dollari."),
        ("en", "As for the fourth quarter, all looks better. Salesforce expects revenue of $806 million to $811 million."),
        (
            "fr",
            "Le quatrième trimestre s'annonce bien. Salesforce prévoit un chiffre d'affaires de 806 à 811 millions de dollars.",
        ),
    ],
)
def test_an_outlook_is_of_the_quarter_told_right_before(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=NOVEMBER), "value", "basis", "period_end")
    assert found == [(806e6, "guidance", "2021-01-31")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Au cours des trois derniers mois de l'année, Netflix a réalisé un chiffre d'affaires de 6,6 milliards de dollars.",
        ),
        ("it", "Negli ultimi tre mesi del 2020 Netflix ha registrato ricavi per 6,6 miliardi di dollari."),
        ("es", "En los tres últimos meses de 2020 Netflix ingresó 6.600 millones de dólares."),
        ("de", "In den letzten drei Monaten des Jahres setzte Netflix 6,6 Milliarden Dollar um."),
    ],
)
def test_the_last_three_months_of_a_year_are_its_last_quarter(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=datetime(2021, 1, 20, tzinfo=UTC)), "period_type", "period_end")
    assert found == [("quarter", "2020-12-31")]


def test_the_staff_is_not_organic() -> None:
    found = figures_in("Nel 2022 Salesforce ha fatto crescere il proprio organico del 36%.", "it")
    assert cells(found, "metric", "value", "accounting") == [("employees", 36.0, None)]


def test_who_shares_files_for_others_shares_no_data() -> None:
    text = "Dropbox, la société de partage de fichiers basée à San Francisco, a dépassé les attentes."
    assert matters_in(text, "fr").is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Il mercato del cloud ha visto le vendite di Microsoft salire del 39% a 13,3 miliardi di dollari."),
        ("fr", "Sur le marché du cloud, les ventes de Microsoft ont bondi de 39 % à 13,3 milliards de dollars."),
        ("es", "En el mercado de la nube, las ventas de Microsoft subieron un 39 % hasta 13.300 millones de dólares."),
    ],
)
def test_the_market_of_a_product_expects_nothing(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "value", "basis") == [(39.0, "actual"), (13.3e9, "actual")]


def test_an_officer_is_no_firm() -> None:
    text = (
        "Dropbox a annoncé le départ de son directeur financier et son remplacement par le directeur comptable Tim Regan, "
        "provoquant une chute de l'action de 7 %."
    )
    assert moves_in(text, "fr").filter(move_type="share_price_change")["company_id"].to_list() == ["dropbox"]


def test_what_was_divided_by_three_is_a_third() -> None:
    text = "Le bénéfice net de Dropbox a été divisé par trois, à 4,1 millions de dollars."
    found = cells(figures_in(text, "fr"), "measure", "value")
    assert [measure for measure, _ in found] == ["change", "level"]
    assert found[0][1] == pytest.approx(1 / 3, abs=1e-5)
