"""Phrases that newsrooms share: against another profit, in a row, a share of the staff. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

DECEMBER = datetime(2016, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Zoom a réalisé un bénéfice net de 34 millions d'euros, contre un bénéfice net de 19 millions, un an plus tôt."),
        ("it", "Zoom ha registrato un utile netto di 34 milioni di euro, contro un utile netto di 19 milioni, un anno prima."),
        ("es", "Zoom registró un beneficio neto de 34 millones de euros, frente a un beneficio neto de 19 millones en 2022."),
        ("pt", "A Zoom registou um lucro líquido de 34 milhões de euros, contra um lucro líquido de 19 milhões, um ano antes."),
    ],
)
def test_against_stands_before_the_word_of_the_earlier_figure(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "value", "period_role") == [(34e6, "current"), (19e6, "comparative")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom expects revenue of $4.3 billion, growth of 6.5%, compared with 54% the year before."),
        ("fr", "Zoom vise 4,3 milliards de dollars de ventes, soit une croissance de 6,5%, contre 54% l'année précédente."),
        ("it", "Zoom prevede ricavi per 4,3 miliardi di dollari, in crescita del 6,5%, contro il 54% dell'anno precedente."),
        ("es", "Zoom prevé ingresos de 4.300 millones de dólares, un crecimiento del 6,5%, frente al 54% del año anterior."),
    ],
)
def test_growth_that_an_outlook_is_held_against_was_earlier(language: str, text: str) -> None:
    changes = figures_in(text, language).filter(measure="change")
    assert cells(changes, "value", "basis", "period_role") == [
        (6.5, "guidance", "current"),
        (54, "actual", "comparative"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom revenue rose 0.6% to $10 billion, rising for a second quarter in a row."),
        ("fr", "Le chiffre d'affaires de Zoom progresse de 0,6% à 10 milliards, le deuxième trimestre de hausse consécutif."),
        ("it", "I ricavi di Zoom salgono dello 0,6% a 10 miliardi, per il secondo trimestre di fila."),
        ("es", "Los ingresos de Zoom subieron un 0,6%, hasta 10.000 millones, su segundo trimestre consecutivo al alza."),
        ("pt", "A receita da Zoom subiu 0,6%, para 10 mil milhões, pelo segundo trimestre seguido."),
        ("de", "Der Umsatz von Zoom stieg im zweiten Quartal in Folge um 0,6 Prozent auf 10 Milliarden Dollar."),
        ("nl", "De omzet van Zoom steeg met 0,6 procent tot 10 miljard dollar, het tweede kwartaal op rij met groei."),
        ("sv", "Zooms omsättning steg 0,6 procent till 10 miljarder dollar, det andra kvartalet i rad med tillväxt."),
        ("pl", "Przychody Zoom wzrosły o 0,6 proc. do 10 mld dolarów, drugi kwartał z rzędu."),
        ("ru", "Выручка Zoom выросла на 0,6% до 10 млрд долларов, второй квартал подряд."),
        ("tr", "Zoom'un geliri yüzde 0,6 artarak 10 milyar dolara çıktı, üst üste ikinci çeyrekte büyüdü."),
        ("id", "Pendapatan Zoom naik 0,6% menjadi 10 miliar dolar, kuartal kedua berturut-turut tumbuh."),
    ],
)
def test_a_quarter_in_a_row_is_none_of_the_year(language: str, text: str) -> None:
    levels = figures_in(text, language, published=DECEMBER).filter(measure="level")
    assert cells(levels, "value", "fiscal_period") == [(10e9, "FY2017Q3")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom will lay off 15% of its workforce, or about 1,300 people."),
        ("de", "Zoom entlässt 15 Prozent der Belegschaft, also etwa 1300 Menschen."),
        ("fr", "Zoom a annoncé un plan qui prévoit le licenciement de 15% de ses effectifs, soit environ 1.300 personnes."),
        ("it", "Zoom ha annunciato un piano che prevede il licenziamento del 15% del personale, circa 1.300 persone."),
        ("es", "Zoom anunció un plan que prevé el despido del 15% de su plantilla, unas 1.300 personas."),
        ("pt", "A Zoom vai demitir 15% da força de trabalho, cerca de 1.300 pessoas."),
    ],
)
def test_a_share_of_the_staff_that_goes_is_no_staff(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric") == []
    assert cells(moves_in(text, language), "move_type", "value") == [("layoffs", 1300)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Salesforce will buy Slack for $27.7 billion in cash and stock."),
        ("it", "Salesforce acquisterà Slack per 27,7 miliardi di dollari in contanti e azioni."),
        ("es", "Salesforce comprará Slack por 27.700 millones de dólares en efectivo y acciones."),
    ],
)
def test_cash_that_pays_for_a_firm_is_no_holding(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric") == []
    assert cells(moves_in(text, language), "move_type", "value") == [("acquisition", 27.7e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Zoom posted double-digit revenue growth in its latest quarter."),
        ("it", "Zoom ha registrato una crescita a doppia cifra per gli utili e i ricavi."),
        ("es", "Los ingresos de Zoom crecen a doble dígito en el último trimestre."),
        ("nl", "De omzet van Zoom groeide afgelopen kwartaal met dubbele cijfers."),
        ("fr", "Le titre Zoom a subi mardi des prises de bénéfices (-2,3%)."),
        ("es", "Las acciones de Zoom sufrieron una toma de beneficios (-2,3%)."),
        ("fr", "L'action Zoom gagne 5% mardi à la Bourse de New York."),
        ("pt", "O número de corridas da Uber cresceu 39%, para 1,64 bilhão, e os usuários agradecem."),
        ("it", "Le prenotazioni lorde di Uber sono cresciute del 19% a 31,4 miliardi di dollari, oltre ai ricavi."),
    ],
)
def test_what_is_no_figure(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le chiffre d'affaires de Zoom est conforme aux attentes à 4 milliards de dollars."),
        ("it", "I ricavi di Zoom sono in linea con le attese a 4 miliardi di dollari."),
        ("es", "Los ingresos de Zoom superaron las previsiones de los analistas, hasta 4.000 millones de dólares."),
    ],
)
def test_what_met_the_expectation_is_none(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "value", "basis", "segment") == [(4e9, "actual", None)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Los ingresos de Zoom fueron de 12 millones de dólares, lo que supone un 13,5% menos que hace un año."),
        ("pt", "A receita da Zoom foi de 12 milhões de dólares, o que representa menos 13,5% do que há um ano."),
        ("fr", "Le chiffre d'affaires de Zoom est de 12 millions d'euros, ce qui représente 13,5% de moins qu'un an plus tôt."),
    ],
)
def test_what_represents_less_is_a_change(language: str, text: str) -> None:
    assert cells(figures_in(text, language).filter(measure="change"), "value") == [(-13.5,)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Telefónica mejoró tras reducir su deuda neta en 2.657 millones de euros en el primer trimestre."),
        ("it", "Nel primo trimestre Telefónica ha ridotto il debito netto di 2,657 miliardi di euro."),
        ("fr", "Telefónica a réduit sa dette nette de 2,657 milliards d'euros au premier trimestre."),
        ("pt", "A Telefónica reduziu a dívida líquida em 2,657 mil milhões de euros no primeiro trimestre."),
    ],
)
def test_debt_reduced_by_an_amount(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "measure", "value") == [("debt", "change", -2.657e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Slack faces Microsoft and its collaboration tool Teams."),
        ("it", "Slack affronta la concorrenza di Microsoft e del suo prodotto per la collaborazione Teams."),
        ("es", "Slack compite con Microsoft y su herramienta de colaboración Teams."),
        ("fr", "Slack affronte Microsoft et son outil de collaboration Teams."),
        ("de", "Slack steht im Wettbewerb mit Microsoft und seinem Werkzeug für die Zusammenarbeit Teams."),
        ("en", "Telefónica posted a profit of 9 billion euros thanks to the sale of its towers to Cellnex."),
        ("fr", "Orange a dégagé un bénéfice de 9 milliards d'euros, grâce à la vente de ses tours à Cellnex."),
    ],
)
def test_what_is_no_move(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "L'action Zoom s'envole de 5%, alors que le Nasdaq a cédé 0,34%."),
        ("it", "Il titolo Zoom vola a +5% mentre il Nasdaq è a -0,34%."),
        ("es", "Las acciones de Zoom suben un 5%, mientras el Nasdaq cae un 0,34%."),
        ("pt", "As ações da Zoom sobem 5%, enquanto o Nasdaq cai 0,34%."),
        ("de", "Die Zoom-Aktie steigt um 5 Prozent, der Nasdaq verliert 0,34 Prozent."),
    ],
)
def test_the_nasdaq_is_an_index(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value") == [("share_price_change", 5)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Slack, qui a été racheté par Salesforce pour 27,7 milliards de dollars, compte 12 millions d'utilisateurs."),
        ("it", "Slack, che è stata acquisita da Salesforce per 27,7 miliardi di dollari, ha 12 milioni di utenti."),
        ("es", "Slack, que fue adquirida por Salesforce por 27.700 millones de dólares, tiene 12 millones de usuarios."),
        ("pt", "O Slack, que foi comprado pela Salesforce por 27,7 mil milhões de dólares, tem 12 milhões de utilizadores."),
    ],
)
def test_a_firm_that_was_bought(language: str, text: str) -> None:
    found = cells(moves_in(text, language), "company_id", "counterparty", "value", "status")
    assert found == [("salesforce", "Slack", 27.7e9, "completed")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Le azioni di Slack salgono del 38% dopo la notizia che Salesforce tratta per acquistare la società."),
        ("es", "Las acciones de Slack suben un 38% tras conocerse que Salesforce negocia comprar la compañía."),
        ("pt", "As ações do Slack sobem 38% após notícia de que a Salesforce negocia comprar a empresa."),
        ("fr", "L'action Slack bondit de 38% après que Salesforce a indiqué vouloir racheter la société."),
    ],
)
def test_the_firm_that_is_meant_behind_the_verb_is_bought(language: str, text: str) -> None:
    deals = moves_in(text, language).filter(move_type="acquisition")
    assert cells(deals, "company_id", "counterparty") == [("salesforce", "Slack")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Zoom publicó sus cuentas; JPMorgan preveía 518.785 clientes empresariales para el trimestre."),
        ("fr", "Zoom revendique des clients de plus de 10 employés. JPMorgan tablait sur 518 785 entreprises clientes."),
    ],
)
def test_what_a_bank_had_expected(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "value", "basis") == [(518785, "consensus")]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("fr", "Zoom annonce un bénéfice net multiplié par plus de trois, à 400 millions de dollars.", 3),
        ("it", "Zoom annuncia un utile netto moltiplicato per oltre 2,5, a 400 milioni di dollari.", 2.5),
        ("pt", "O lucro da Zoom foi multiplicado por mais de três, para 400 milhões de dólares.", 3),
    ],
)
def test_multiplied_by_more_than(language: str, text: str, value: float) -> None:
    assert cells(figures_in(text, language), "measure", "value") == [("change", value), ("level", 400e6)]


def test_twice_the_loss_of_a_year_before() -> None:
    text = "A Uber teve prejuízo de US$ 2,42 bilhões, mais que o dobro do US$ 1,09 bilhão negativo do mesmo período de 2020."
    levels = figures_in(text, "pt").filter(measure="level")
    assert cells(levels, "value", "period_role") == [(-2.42e9, "current"), (-1.09e9, "comparative")]


@pytest.mark.parametrize(
    ("language", "text", "office"),
    [
        (
            "pt",
            "A Agência Nacional de Vigilância Sanitária (Anvisa) proibiu o uso do Zoom nos computadores da agência.",
            "Agência Nacional de Vigilância Sanitária (Anvisa)",
        ),
        (
            "it",
            "Il Ministero dell'Istruzione di Singapore ha vietato agli insegnanti l'uso di Zoom.",
            "Ministero dell'Istruzione di Singapore",
        ),
        (
            "es",
            "La Agencia Española de Protección de Datos (AEPD) prohibió el uso de Zoom a sus empleados.",
            "Agencia Española de Protección de Datos (AEPD)",
        ),
    ],
)
def test_an_office_has_its_whole_name(language: str, text: str, office: str) -> None:
    assert cells(matters_in(text, language), "category", "counterparty") == [("account_restriction", office)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Crescono le preoccupazioni per la mancanza di crittografia end-to-end di Zoom."),
        ("es", "Preocupa a los expertos la falta de cifrado de extremo a extremo de Zoom."),
    ],
)
def test_missing_encryption(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "category", "stage") == [("encryption", "reported")]


def test_operations_back_to_normal() -> None:
    text = "La panne de Slack a touché des milliers d'utilisateurs. Les opérations sont revenues à la normale."
    assert cells(matters_in(text, "fr"), "category", "stage") == [("outage", "remediated")]


def test_a_price_told_behind_a_colon() -> None:
    text = "Netflix augmente ses prix : l'abonnement standard passe de 13,49 à 14,99 euros par mois en France."
    assert cells(moves_in(text, "fr"), "move_type", "value") == [("pricing", 14.99)]
