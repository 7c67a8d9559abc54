"""Articles without a date, outlooks beside those of analysts, an own outlook that was beaten, vaccines, firms founded then."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.transforms.linking import cells, figures_in, moves_in
from transforms import financials
from transforms.scan import scan
from transforms.spans import Tape

PUBLISHED = datetime(2021, 3, 2, tzinfo=UTC)


def _undated(text: str, language: str) -> list[tuple[object, ...]]:
    """Basis, period type and period end of the figures of an article of which nobody says when it was written."""
    rows = pl.DataFrame(
        {
            "article_id": ["a"],
            "language": [language],
            "text": [text],
            "published_at": pl.Series([None], dtype=pl.Datetime("us", "UTC")),
            "published_precision": pl.Series([None], dtype=pl.String),
            "title_start": [0],
            "title_end": [0],
        }
    )
    found = financials.link(scan(Tape.joined([Tape.of(rows, language=language)])))
    return cells(found, "basis", "period_type", "period_end")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            (
                "Dropbox forecast revenue of 520 million dollars for the current quarter. In the fourth quarter it had "
                "taken in revenue of 504 million dollars."
            ),
            [("guidance", "quarter", None), ("actual", "quarter", None)],
        ),
        (
            "fr",
            (
                "Pour le trimestre en cours, Dropbox prévoit un bénéfice par action de 38 cents. Le chiffre d'affaires est "
                "prévu à 520 millions de dollars."
            ),
            [("guidance", "quarter", None), ("guidance", "quarter", None)],
        ),
        (
            "de",
            (
                "In den 3 Monaten bis Ende September stieg der Umsatz von Dropbox auf 487 Mio. Dollar. Die 2007 gegründete "
                "Firma sitzt in San Francisco."
            ),
            [("actual", "quarter", None)],
        ),
    ],
)
def test_the_kind_of_a_period_is_told_without_a_date(
    language: str, text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert _undated(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "In den 3 Monaten bis Ende Dezember stieg der Umsatz von Dropbox auf 504 Mio. Dollar."),
        ("sv", "Under de 3 månader som slutade i december steg Dropbox omsättning till 504 miljoner dollar."),
        ("no", "I de 3 måneder til utgangen av desember steg omsetningen i Dropbox til 504 millioner dollar."),
    ],
)
def test_three_months_in_figures_are_a_quarter(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "period_type") == [("revenue", "quarter")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Les ventes de Dropbox sont donc attendues en hausse de 12% alors que les analystes prévoient en moyenne 9%."),
        ("sv", "Dropbox intäkter väntas öka med 12 procent medan analytikerna i snitt väntar sig en ökning på 9 procent."),
        ("it", "I ricavi di Dropbox sono attesi in crescita del 12% mentre gli analisti prevedono in media un aumento del 9%."),
        ("en", "Dropbox expects revenue to rise 12% while analysts on average expect growth of 9%."),
    ],
)
def test_what_stands_before_while_is_not_what_analysts_expect(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "basis", "value") == [("guidance", 12), ("consensus", 9)]


def test_a_quarter_of_an_outlook_replaces_none() -> None:
    text = (
        "Dropbox vise un chiffre d'affaires compris entre 2,1 et 2,13 milliards de dollars, dont de 500 à 510 millions au "
        "premier trimestre."
    )
    found = figures_in(text, "fr", published=PUBLISHED)
    assert cells(found, "basis", "value") == [("guidance", 2.1e9), ("guidance", 5e8)]


def test_an_outlook_of_the_same_size_replaces_the_earlier_one() -> None:
    text = "Dropbox vise un chiffre d'affaires de 2,1 à 2,13 milliards de dollars, contre 1,95 à 2 milliards auparavant."
    found = figures_in(text, "fr", published=PUBLISHED)
    assert cells(found, "basis", "value") == [("guidance", 2.1e9), ("prior_guidance", 1.95e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            (
                "Dropbox had revenue of $504 million and earnings of 28 cents a share. It beat its own forecast for the "
                "quarter of revenue between $485 million and $490 million and earnings of 23 to 24 cents a share."
            ),
        ),
        (
            "fr",
            (
                "Dropbox a réalisé un chiffre d'affaires de 504 millions de dollars et un bénéfice par action de 28 cents. "
                "La firme a dépassé le consensus, mais également ses propres projections d'un chiffre d'affaires de 485 à "
                "490 millions de dollars et d'un bénéfice par action de 23 à 24 cents."
            ),
        ),
    ],
)
def test_an_own_forecast_that_was_beaten_is_no_result(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "basis", "metric", "value") == [
        ("actual", "revenue", 5.04e8),
        ("actual", "eps", 0.28),
        ("prior_guidance", "revenue", 4.85e8),
        ("prior_guidance", "eps", 0.23),
    ]


def test_what_rose_behind_a_beaten_forecast_is_a_result() -> None:
    found = figures_in("Dropbox beat its own guidance as revenue rose 9% to $504 million.", "en", published=PUBLISHED)
    assert cells(found, "basis", "value") == [("actual", 9), ("actual", 5.04e8)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox shares fell 17% on Monday after Moderna said its vaccine was more than 90% effective."),
        ("en", "Moderna said its vaccine had an efficacy rate of more than 90 percent, and Dropbox shares fell 17 percent."),
        ("de", "Als Moderna meldete, der Impfstoff sei zu 90 Prozent wirksam, fiel die Aktie von Dropbox um 17 Prozent."),
        ("nl", "Het aandeel Dropbox daalde 17 procent nadat Moderna meldde dat zijn vaccin voor 90 procent effectief is."),
        ("fr", "Quand Moderna a annoncé que son vaccin était efficace à 90%, l'action Dropbox a chuté de 17%."),
        (
            "es",
            "Las acciones de Dropbox cayeron un 17% tras decir Moderna que su vacuna tiene una eficacia superior al 90%.",
        ),
        ("it", "Le azioni Dropbox sono crollate del 17% dopo che Moderna ha annunciato un vaccino efficace al 90%."),
        ("ru", "Акции Dropbox упали на 17% после того, как Moderna сообщила об эффективности вакцины более 90%."),
        ("ja", "モデルナのワクチンの有効性が90%を超えたとの発表を受け、ズームの株価は17%下落した。"),
        ("zh", "莫德纳宣布其疫苗有效率超过90%，Zoom股价大跌17%。"),
    ],
)
def test_how_well_a_vaccine_works_is_no_move_of_a_share(language: str, text: str) -> None:
    moves = moves_in(text, language, published=PUBLISHED)
    assert cells(moves, "move_type", "value") == [("share_price_change", -17)]
    assert figures_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Dropbox wächst. Bald will das 2007 gegründete Unternehmen den Anbieter Docusign für 9 Mrd. Dollar übernehmen.",
        ),
        ("nl", "Dropbox groeit. Het in 2007 opgerichte bedrijf wil Docusign overnemen voor 9 miljard dollar."),
    ],
)
def test_the_firm_founded_then_is_the_one_spoken_of(language: str, text: str) -> None:
    moves = moves_in(text, language, published=PUBLISHED)
    assert cells(moves, "company_id", "counterparty_id", "value") == [("dropbox", "docusign", 9e9)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox did not raise its forecast for the year."),
        ("de", "Dropbox hat seine Prognose für das Jahr nicht angehoben."),
        ("nl", "Dropbox heeft zijn verwachting voor het jaar niet verhoogd."),
        ("fr", "Dropbox n'a pas relevé ses prévisions pour l'année."),
        ("es", "Dropbox no elevó sus previsiones para el año."),
        ("it", "Dropbox non ha rivisto al rialzo le stime per il resto dell'anno."),
        ("sv", "Dropbox höjde inte sin prognos för helåret."),
        ("ru", "Dropbox не повысила прогноз на год."),
        ("zh", "Zoom没有上调全年业绩指引。"),
        ("ja", "ズームは通期の業績予想を上方修正しなかった。"),
        ("ko", "줌은 연간 실적 전망치를 상향하지 않았다."),
    ],
)
def test_an_outlook_that_was_not_moved_is_no_move(language: str, text: str) -> None:
    assert moves_in(text, language, published=PUBLISHED).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox did not disappoint and raised its forecast for the year."),
        ("de", "Dropbox hat nicht nur seine Prognose angehoben."),
        ("es", "Dropbox no solo elevó sus previsiones para el año."),
        ("it", "Dropbox ha rivisto al rialzo le stime per l'anno."),
    ],
)
def test_an_outlook_that_was_moved_is_one(language: str, text: str) -> None:
    moves = moves_in(text, language, published=PUBLISHED)
    assert cells(moves, "move_type", "direction", by="start") == [("guidance_change", "up")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Dropbox pronosticó ganancias ajustadas de US$ 1.07 a US$1.08 por acción."),
        ("es", "Dropbox espera ganancias ajustadas de 1,07 a 1,08 dólares por acción."),
        ("it", "Dropbox pronostica utili rettificati da 1,07 a 1,08 dollari per azione."),
        ("pt", "A Dropbox prevê ganhos ajustados de US$ 1,07 a US$ 1,08 por ação."),
    ],
)
def test_gains_are_no_verb_of_change_before_a_range(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "basis", "metric", "value", "value_high") == [("guidance", "eps", 1.07, 1.08)]


def test_what_shares_gained_is_no_range() -> None:
    moves = moves_in("Las acciones de Dropbox ganaron un 5% a 24 dólares.", "es", published=PUBLISHED)
    assert cells(moves, "move_type", "value") == [("share_price_change", 5), ("share_price_level", 24)]


def test_estimates_compared_with_are_those_of_analysts() -> None:
    text = "Dropbox pronosticó un beneficio de 1,07 dólares por acción, en comparación con las estimaciones de 1,09 dólares."
    found = figures_in(text, "es", published=PUBLISHED)
    assert cells(found, "basis", "value") == [("guidance", 1.07), ("consensus", 1.09)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Revenue of Dropbox, founded in 2007, rose to $504 million in the quarter that ended on December 31."),
        ("es", "Los ingresos de Dropbox, fundada en 2007, llegaron a 504 millones de dólares en el cuarto trimestre."),
        ("it", "I ricavi di Dropbox, fondata nel 2007, sono saliti a 504 milioni di dollari nel quarto trimestre."),
    ],
)
def test_the_year_in_which_a_firm_was_founded_dates_no_figure(language: str, text: str) -> None:
    found = figures_in(text, language, published=PUBLISHED)
    assert cells(found, "metric", "period_type", "period_end") == [("revenue", "quarter", "2020-12-31")]
