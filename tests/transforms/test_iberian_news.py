"""Spanish and Portuguese news of firms, and the same in other languages. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2023, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Okta prevé ingresos de entre $2,200 y $2,250 millones de dólares este año.", 2.2e9, 2.25e9),
        ("Okta prevé ganancias de entre $2.34 y $2.36 dólares por acción este año.", 2.34, 2.36),
        ("Okta prevé ganancias de entre 2.34 y 2.36 dólares por acción este año.", 2.34, 2.36),
    ],
)
def test_a_currency_named_by_its_sign_and_its_word_is_one(text: str, low: float, high: float) -> None:
    assert cells(figures_in(text, "es", published=PUBLISHED), "value", "value_high", "unit") == [(low, high, "USD")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", ("Para o terceiro trimestre, a Okta espera receita de 600 milhões de dólares. "
               "A Okta elevou sua previsão de receita anual para 2,4 bilhões de dólares.")),
        ("es", ("Para el tercer trimestre, Okta espera ingresos de 600 millones de dólares. "
               "Okta elevó su previsión de ingresos anuales a 2.400 millones de dólares.")),
        ("it", ("Per il terzo trimestre Okta prevede ricavi per 600 milioni di dollari. "
               "Okta ha alzato la previsione di ricavi annuali a 2,4 miliardi di dollari.")),
        ("pl", ("W trzecim kwartale Okta spodziewa się przychodów w wysokości 600 mln dolarów. "
               "Okta podniosła prognozę rocznych przychodów do 2,4 mld dolarów.")),
        ("sv", ("För tredje kvartalet väntar sig Okta en omsättning på 600 miljoner dollar. "
               "Okta höjde prognosen för årsomsättningen till 2,4 miljarder dollar.")),
        ("ru", ("В третьем квартале Okta ожидает выручку в 600 млн долларов. "
               "Okta повысила прогноз годовой выручки до 2,4 млрд долларов.")),
        ("tr", ("Okta üçüncü çeyrekte 600 milyon dolar gelir bekliyor. "
               "Okta yıllık gelir tahminini 2,4 milyar dolara yükseltti.")),
        ("id", ("Untuk kuartal ketiga, Okta memperkirakan pendapatan 600 juta dolar AS. "
               "Okta menaikkan proyeksi pendapatan tahunan menjadi 2,4 miliar dolar AS.")),
    ],
)  # fmt: skip
def test_annual_revenue_is_of_the_year(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "period_type", "basis")
    assert found == [(600e6, "quarter", "guidance"), (2.4e9, "year", "guidance")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Slack is used by 12 million people."),
        ("fr", "Slack est utilisé par 12 millions de personnes."),
        ("es", "Slack es utilizado por 12 millones de personas."),
        ("es", "Unos 12 millones de personas utilizan Slack."),
        ("pt", "O Slack é usado por 12 milhões de pessoas."),
        ("pt", "Cerca de 12 milhões de pessoas utilizam o Slack."),
        ("it", "Slack è usato da 12 milioni di persone."),
        ("nl", "Slack wordt gebruikt door 12 miljoen mensen."),
        ("sv", "Slack används av 12 miljoner människor."),
        ("da", "Slack bruges af 12 millioner mennesker."),
        ("no", "Slack brukes av 12 millioner mennesker."),
        ("pl", "Ze Slacka korzysta 12 mln osób."),
        ("ru", "Сервисом Slack пользуются 12 млн человек."),
        ("id", "Slack digunakan oleh 12 juta orang."),
        ("tr", "Slack'i 12 milyon kişi kullanıyor."),
        ("ar", "يستخدم 12 مليون شخص تطبيق سلاك."),
    ],
)
def test_people_by_whom_a_thing_is_used_are_users(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [("users", 12e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The flaw was used by hackers to steal 2 million records from Slack."),
        ("es", "El fallo fue utilizado por atacantes para robar 2 millones de registros de Slack."),
        ("id", "Peretas menipu 300 orang menggunakan undangan Zoom palsu."),
        ("tr", "Zoom 1.300 kişiyi işten çıkarıyor, şirket yapay zeka kullanıyor."),
    ],
)
def test_what_is_used_by_somebody_else_has_no_users(language: str, text: str) -> None:
    assert figures_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "O número de pessoas utilizando o Slack saiu de 10 milhões para 12 milhões."),
        ("es", "El número de personas que usan Slack pasó de 10 millones a 12 millones."),
        ("fr", "Le nombre de personnes utilisant Slack est passé de 10 millions à 12 millions."),
        ("it", "Il numero di persone che usano Slack è passato da 10 milioni a 12 milioni."),
    ],
)
def test_the_number_of_people_who_use_a_thing_moves(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "metric", "value", "period_role")
    assert found == [("users", 10e6, "comparative"), ("users", 12e6, "current")]


def test_net_revenue_with_an_amount_a_share_is_the_net_result() -> None:
    text = "Los ingresos netos de Okta aumentaron a 530 millones de dólares, o 1,56 dólares por acción, desde 199 millones."
    found = cells(figures_in(text, "es", published=PUBLISHED), "metric", "value")
    assert found == [("net_income", 530e6), ("eps", 1.56), ("net_income", 199e6)]
    text = "Los ingresos netos de Okta aumentaron a 530 millones de dólares y el beneficio por acción a 1,56 dólares."
    found = cells(figures_in(text, "es", published=PUBLISHED), "metric", "value")
    assert found == [("revenue", 530e6), ("eps", 1.56)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Okta's decision to lower its revenue forecast to $700 million disappointed analysts."),
        ("pt", "O corte da previsão de receita da Okta para 700 milhões de dólares desagradou aos analistas."),
        ("es", "Okta redujo su pronóstico de ingresos a 700 millones de dólares, lo que no gustó en Wall Street."),
        ("pt", "Para a receita da Okta no terceiro trimestre, o prognóstico é de que fique em 700 milhões de dólares."),
    ],
)
def test_an_outlook_that_analysts_dislike_is_the_firms(language: str, text: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "value", "basis") == [(700e6, "guidance")]


def test_words_for_revenue_that_was_taken_in() -> None:
    text = "Okta percibió 569 millones de dólares en el trimestre, un 12% más que los 361 millones ingresados un año antes."
    found = cells(figures_in(text, "es", published=PUBLISHED), "metric", "value", "period_role")
    assert found == [("revenue", 569e6, "current"), ("revenue", 12, "current"), ("revenue", 361e6, "comparative")]
    text = "A receita corporativa da Okta aumentou 10%, para 659 milhões de dólares."
    assert cells(figures_in(text, "pt", published=PUBLISHED), "segment", "value") == [("enterprise", 10), ("enterprise", 659e6)]


def test_a_higher_outlook_of_annual_profit_is_no_price() -> None:
    text = "A Okta também aumentou a projeção para o lucro anual ajustado por ação para entre 4,63 e 4,67 dólares."
    assert moves_in(text, "pt", published=PUBLISHED)["move_type"].to_list() == ["guidance_change"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "Essas falhas do Zoom podem ser exploradas por invasores, que conseguiriam acessar as reuniões."),
        ("es", "Estas vulnerabilidades de Zoom pueden ser explotadas por atacantes, que lograrían acceder a las reuniones."),
        ("en", "Flaws in Zoom can be exploited by attackers, who would gain access to meetings."),
    ],
)
def test_what_a_flaw_would_let_intruders_do_is_no_intrusion(language: str, text: str) -> None:
    assert matters_in(text, language, published=PUBLISHED)["category"].to_list() == ["vulnerability"]


@pytest.mark.parametrize(
    ("language", "text", "metric"),
    [
        ("es", "Okta elevó su pronóstico de ingresos a 700 millones de dólares.", "revenue"),
        ("es", "Okta subió sus ingresos a 700 millones de dólares en el trimestre.", "revenue"),
        ("it", "Okta porta l'utile a 700 milioni di dollari.", "net_income"),
        ("it", "Ricavi in crescita per Okta e utile a 700 milioni di dollari.", "net_income"),
    ],
)
def test_an_amount_to_which_revenue_rises(language: str, text: str, metric: str) -> None:
    assert cells(figures_in(text, language, published=PUBLISHED), "metric", "value") == [(metric, 700e6)]


def test_a_service_that_people_use_is_no_segment() -> None:
    found = figures_in("Ежедневно сервисом Slack пользуются 12 млн человек.", "ru", published=PUBLISHED)
    assert cells(found, "metric", "segment", "value") == [("users", "daily_active", 12e6)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Slack, el servicio de mensajes instantáneos, sufrió una falla el lunes."),
        ("es", "La plataforma Slack presentó fallas a nivel mundial este lunes."),
        ("es", "Slack tuvo una falla que afectó a miles de usuarios."),
        ("es", "Usuarios de todo el mundo reportan problemas con Slack."),
        ("es", "Slack presentó fallos en su servicio."),
        ("pt", "Usuários relatam problemas com o Slack."),
        ("it", "Gli utenti segnalano problemi con Slack."),
        ("fr", "Des utilisateurs signalent des problèmes avec Slack."),
        ("en", "Slack users reported problems around the world."),
    ],
)
def test_users_who_report_problems_tell_of_an_outage(language: str, text: str) -> None:
    assert matters_in(text, language, published=PUBLISHED)["category"].to_list() == ["outage"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Zoom presentó fallas de seguridad en su aplicación."),
        ("es", "Zoom tuvo fallos de privacidad en su servicio, reconoce la empresa."),
        ("pt", "O Zoom apresentou falhas de segurança em sua plataforma, dizem usuários."),
        ("en", "Researchers reported problems with the privacy of Zoom users."),
    ],
)
def test_problems_of_security_are_no_outage(language: str, text: str) -> None:
    assert "outage" not in matters_in(text, language, published=PUBLISHED)["category"].to_list()


def test_those_whom_a_leak_reaches_are_no_customers_and_complaints_no_users() -> None:
    text = "O vazamento na Okta teria atingido aproximadamente 7,6 milhões de titulares de contas."
    assert figures_in(text, "pt", published=PUBLISHED).is_empty()
    text = "O número de usuários do Slack reportando problemas caiu, somando cerca de 7 mil queixas."
    assert figures_in(text, "pt", published=PUBLISHED).is_empty()
