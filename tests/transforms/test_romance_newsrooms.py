"""What newsrooms, above all French, Italian, Spanish and Portuguese ones, write and what it must not be taken for."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in, shares_told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Dropbox sufre. El CEO de la compañía, Marta Ruiz, admitió graves problemas de seguridad de la plataforma."),
        ("pt", "A Dropbox está na mira. O presidente da empresa, Marta Ruiz, admitiu graves falhas de segurança."),
        ("fr", "Dropbox est critiquée. Le patron de la société, Marta Ruiz, a reconnu de graves failles de sécurité."),
        ("it", "Dropbox è sotto accusa. L'amministratore delegato della società, Marta Ruiz, ha ammesso gravi falle."),
    ],
)
def test_the_chief_of_the_company_is_no_company(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "company_id", "category") == [("dropbox", "vulnerability")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Dropbox creció. Entre sus clientes figura la cervecera Heineken. Las acciones de la compañía subieron un 9%."),
        ("fr", "Dropbox progresse. Parmi ses clients figure le brasseur Heineken. L'action de la société a gagné 9 %."),
        (
            "it",
            "Dropbox cresce. Tra i suoi clienti c'è il produttore di birra Heineken. Le azioni della società salgono del 9%.",
        ),
        ("pt", "A Dropbox cresceu. Entre os seus clientes está a cervejeira Heineken. As ações da empresa subiram 9%."),
    ],
)
def test_a_customer_is_not_what_the_next_sentence_is_about(language: str, text: str) -> None:
    assert shares_told(language, text) == ["change dropbox 9 percent"]


def test_a_record_price_of_shares_is_no_price_of_goods() -> None:
    text = "Las acciones de Dropbox subieron un 9% y alcanzaron un precio récord de 45 dólares por unidad."
    assert "pricing" not in moves_in(text, "es")["move_type"].to_list()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "A Corvane cresceu, de acordo com o diretor da Nokia, John Hill."),
        ("it", "Gli azionisti di Corvane hanno votato contro l'accordo con Nokia."),
        ("it", "Gli investitori di Dropbox hanno venduto a causa dei timori su Nokia."),
        ("fr", "Les actionnaires de Corvane ont voté contre l'accord avec Nokia."),
        ("pt", "O preço das ações da Dropbox está prestes a subir."),
        ("es", "La filial argentina de Corvane entró en concurso de acreedores."),
    ],
)
def test_no_move_is_told(language: str, text: str) -> None:
    assert moves_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text", "moves"),
    [
        ("pt", "As ações da Nokia, Apple e Ericsson caíram, respectivamente, 68%, 12% e 50%.", [-68, -12, -50]),
        ("fr", "Les actions de Nokia, Apple et Ericsson ont perdu respectivement 8 %, 12 % et 5 %.", [-8, -12, -5]),
        ("pt", "Nokia, Apple e Ericsson demitiram 1.900, 1.500 e 1.000 funcionários, respectivamente.", [1900, 1500, 1000]),
        ("en", "Nokia, Apple and Ericsson will cut 1,900, 1,500 and 1,000 jobs, respectively.", [1900, 1500, 1000]),
    ],
)
def test_each_firm_of_a_list_takes_its_own_number(language: str, text: str, moves: list[int]) -> None:
    found = cells(moves_in(text, language).sort("value_start"), "company_id", "value")
    assert found == list(zip(("nokia", "apple", "ericsson"), moves, strict=True))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Gli azionisti di Five9 hanno rimandato al mittente la proposta da 14,7 miliardi di dollari di Dropbox."),
        (
            "it",
            (
                "Gli azionisti di Five9 hanno respinto l'offerta da 14,7 miliardi di dollari di Dropbox. "
                "Sarebbe stata la più grande acquisizione di Dropbox."
            ),
        ),
    ],
)
def test_an_offer_that_was_turned_down_is_one_abandoned_takeover(language: str, text: str) -> None:
    found = cells(moves_in(text, language), "company_id", "move_type", "counterparty_id", "status")
    assert found == [("dropbox", "acquisition", "five9", "abandoned")]


def test_money_raised_with_participles_is_that_of_the_listing() -> None:
    text = "A Dropbox passou a ser cotada em bolsa depois de ter levantado 751 milhões de dólares no IPO."
    assert cells(moves_in(text, "pt"), "move_type", "value", "unit") == [("ipo", 751e6, "USD")]


def test_a_deal_that_was_closed_is_completed() -> None:
    text = (
        "A Microsoft propôs a compra da Activision em 2022, mas o negócio só foi fechado em 2023 por 68,7 bilhões de dólares."
    )
    assert cells(moves_in(text, "pt"), "move_type", "status") == [("acquisition", "completed")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "O número de clientes permitiu à Dropbox duplicar o lucro."),
        ("fr", "Le nombre de clients a permis à Dropbox de doubler son bénéfice."),
        ("it", "Il numero di clienti ha permesso a Dropbox di raddoppiare i profitti."),
        ("es", "El número de clientes permitió a Dropbox duplicar su beneficio."),
    ],
)
def test_what_a_verb_of_multiplying_moves_stands_right_behind_it(language: str, text: str) -> None:
    assert cells(figures_in(text, language), "metric", "value", "unit") == [("net_income", 2, "multiple")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "As ações da Dropbox caíram antes da divulgação do lucro e subiram 28% depois."),
        ("es", "Las acciones de Dropbox cayeron antes de la publicación del beneficio y subieron un 28% después."),
        ("it", "Le azioni di Dropbox sono scese prima degli utili e sono salite del 28% dopo."),
    ],
)
def test_a_report_of_earnings_moves_by_no_percentage(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()
    assert shares_told(language, text) == ["change dropbox 28 percent"]


def test_what_a_report_shows_is_no_outlook() -> None:
    text = "L'ultimo rapporto di Dropbox indica entrate per 328 milioni di dollari."
    assert cells(figures_in(text, "it"), "value", "basis") == [(328e6, "actual")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Zoom admitió problemas de seguridad y prometió un plan de 90 días para resolver las fallas."),
        ("fr", "Zoom a reconnu des failles de sécurité et promis de les corriger."),
        ("pt", "O Zoom admitiu falhas de segurança e prometeu corrigi-las em 90 dias."),
        ("en", "Zoom admitted security flaws and promised to fix them within 90 days."),
        ("nl", "Zoom erkent beveiligingslekken en belooft ze te verhelpen."),
    ],
)
def test_a_fix_that_is_promised_is_none_yet(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "category", "stage") == [("vulnerability", "reported")]


@pytest.mark.parametrize(
    ("language", "text", "stage"),
    [
        ("es", "El problema es que Zoom no cuenta con un sistema de cifrado de extremo a extremo.", "reported"),
        ("es", "Los demandantes acusan a Zoom de tergiversar su protocolo de cifrado.", "alleged"),
        ("fr", "Les plaignants accusent Zoom du non-chiffrement des données.", "alleged"),
        ("pt", "O Zoom não conta com criptografia de ponta a ponta.", "reported"),
        ("pt", "O Zoom é acusado de mentir sobre a criptografia de ponta a ponta.", "alleged"),
    ],
)
def test_encryption_that_is_missing_or_misrepresented(language: str, text: str, stage: str) -> None:
    assert cells(matters_in(text, language), "category", "stage") == [("encryption", stage)]


@pytest.mark.parametrize(
    ("language", "text", "party", "country"),
    [
        (
            "fr",
            "Zoom est critiqué. La BBC a rapporté le bannissement de l'application par le gouvernement belge.",
            "belge",
            "BE",
        ),
        ("fr", "Zoom est banni de certains établissements scolaires aux États-Unis.", "établissements scolaires", "US"),
        ("fr", "Zoom est critiqué. L'application sera bloquée sur les ordinateurs des employés de Nokia.", "Nokia", None),
        ("es", "Zoom inquieta. El Senado de Chile pidió a sus miembros que no usen la aplicación.", "Senado de Chile", "CL"),
        ("es", "Zoom inquieta. El Departamento de Educación de Quito ha prohibido su uso.", "Educación de Quito", None),
        ("it", "Il Ministero degli Esteri belga ha limitato l'uso di Zoom.", "Ministero degli Esteri belga", "BE"),
    ],
)
def test_who_forbids_the_use_of_a_service(language: str, text: str, party: str, country: str | None) -> None:
    ((category, told, where),) = cells(matters_in(text, language), "category", "counterparty", "country")
    assert category == "account_restriction"
    assert told.endswith(party)
    assert country in (where, None)


def test_bad_practices_forbid_nothing() -> None:
    text = "La adopción de Zoom reveló prácticas inadecuadas, como el almacenamiento de videollamadas sin encriptar."
    assert cells(matters_in(text, "es"), "category") == [("encryption",)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Los datos de los usuarios de Zoom se vendieron a compañías como Facebook, sin consentimiento."),
        ("fr", "Les données des utilisateurs de Zoom étaient envoyées à Facebook dans leur dos."),
    ],
)
def test_data_given_away_behind_the_backs_of_users(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "category", "counterparty") == [("data_sharing", "Facebook")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Spotify ridurrà il personale del 17%."),
        ("fr", "Spotify va réduire ses effectifs de 17 %."),
        ("es", "Spotify anuncia una reducción de su plantilla del 17%."),
        ("pt", "A Spotify vai reduzir a força de trabalho em 17%."),
    ],
)
def test_a_workforce_that_will_be_reduced_is_laid_off(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value", "unit") == [("layoffs", 17, "percent")]
    assert figures_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "La acción de Netflix podría caer un 60% este año."),
        ("en", "Netflix shares could fall 60% this year."),
        ("fr", "L'action Netflix pourrait chuter de 60 %."),
    ],
)
def test_what_a_share_could_do_is_no_move(language: str, text: str) -> None:
    assert moves_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text", "status"),
    [
        ("fr", "Salesforce a annoncé avoir conclu un accord pour racheter Slack pour 27,7 milliards de dollars.", "announced"),
        ("it", "Salesforce ha concluso un accordo per acquisire Slack per 27,7 miliardi di dollari.", "announced"),
        ("it", "Si tratta dell'acquisizione di Slack da parte di Salesforce per 27,7 miliardi di dollari.", "announced"),
        ("fr", "Le rachat probable de Slack par Salesforce agite le secteur.", "rumoured"),
    ],
)
def test_how_a_takeover_stands(language: str, text: str, status: str) -> None:
    found = cells(moves_in(text, language), "company_id", "counterparty_id", "status")
    assert found == [("salesforce", "slack", status)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Twitter : un pirate divulgue 200 millions d'adresses e-mail d'utilisateurs."),
        ("es", "Un hacker publica 200 millones de correos electrónicos de usuarios de Twitter."),
        ("it", "Un hacker pubblica 200 milioni di indirizzi email di utenti Twitter."),
        ("pt", "Um hacker publica 200 milhões de endereços de e-mail de usuários do Twitter."),
    ],
)
def test_addresses_that_were_published_are_no_users(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()


def test_an_authority_with_an_adjective_of_a_country_acts_there() -> None:
    text = "Il garante della privacy irlandese ha multato Meta per 1,2 miliardi di euro."
    assert cells(moves_in(text, "it"), "move_type", "country") == [("regulatory_action", "IE")]


def test_a_session_that_was_closed_restricts_nobody() -> None:
    text = "Las acciones de Netflix cayeron un 3%, después de haber cerrado la sesión con un repunte del 5%."
    assert matters_in(text, "es").is_empty()
