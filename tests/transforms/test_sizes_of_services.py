"""How many a service can hold is a move of its maker, and no figure of how many take part; what is no size of it."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

SIZES = [
    ("en", "Zoom can now host webinars with up to one million attendees.", 1_000_000),
    ("en", "Zoom Webinars now supports up to 50,000 participants, up from 10,000.", 50_000),
    ("fr", "Zoom est désormais capable de gérer des réunions rassemblant jusqu'à 500 000 participants en simultané.", 500_000),
    ("de", "Zoom kann jetzt Webinare mit bis zu einer Million Teilnehmern abhalten.", 1_000_000),
    ("nl", "Zoom ondersteunt voortaan webinars met maximaal 50.000 deelnemers.", 50_000),
    ("it", "Zoom permette ora riunioni con un massimo di 1.000 partecipanti.", 1_000),
    ("es", "Zoom ya permite seminarios con hasta 50.000 participantes, frente a los 10.000 anteriores.", 50_000),
    ("pt", "O Zoom passa a permitir reuniões com até 1.000 participantes.", 1_000),
    ("pl", "Zoom pozwala teraz na webinary z udziałem do 50 tys. uczestników.", 50_000),
    ("sv", "Zoom klarar nu webbinarier med upp till en miljon deltagare.", 1_000_000),
    ("tr", "Zoom artık 50 bin katılımcıya kadar web seminerlerini destekliyor.", 50_000),
    ("id", "Zoom kini mendukung webinar hingga satu juta peserta.", 1_000_000),
    ("ru", "Zoom теперь поддерживает вебинары с участием до миллиона человек.", 1_000_000),
    ("zh", "Zoom宣布，网络研讨会现在最多可支持100万人同时参加。", 1_000_000),
    ("ja", "Zoomは、最大100万人が参加できるウェビナーの提供を始めた。", 1_000_000),
]


@pytest.mark.parametrize(("language", "text", "size"), SIZES)
def test_a_new_size_of_a_service_is_a_change_of_capacity(language: str, text: str, size: int) -> None:
    moves = cells(moves_in(text, language), "company_id", "move_type", "direction", "value")
    assert moves == [("zoom", "capacity_change", "up", float(size))]
    assert figures_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The free version of Zoom allows up to 100 participants for 40 minutes."),
        ("fr", "Jusqu'ici, Zoom ne supportait officiellement que 50 000 participants."),
        ("fr", "Les clients de Zoom peuvent choisir des salles avec des capacités maximales de 20 000 personnes."),
        ("de", "In der kostenlosen Version von Zoom können sich bis zu 100 Teilnehmer 40 Minuten lang treffen."),
        ("nl", "Met de gratis versie van Zoom kunnen tot 100 deelnemers veertig minuten vergaderen."),
        ("it", "La versione gratuita di Zoom consente fino a 100 partecipanti per 40 minuti."),
        ("es", "En el plan básico gratuito de Zoom pueden alojarse hasta 100 participantes."),
        ("zh", "Zoom免费版最多支持100名参与者。"),
    ],
)
def test_a_size_in_force_is_no_figure(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()


def test_as_many_as_an_audience_are_no_limit() -> None:
    found = figures_in("Up to 200 million participants a day used Zoom in March.", "en")
    assert cells(found, "metric", "segment", "value") == [("participants", "daily_active", 200_000_000.0)]


def test_firms_of_more_than_ten_people_are_no_limit() -> None:
    text = "Liczba klientów Zooma zatrudniających ponad 10 osób zwiększyła się o 458 proc., do około 370,2 tys."
    assert "capacity_change" not in moves_in(text, "pl")["move_type"].to_list()


def test_participants_of_meetings_are_no_victims() -> None:
    text = "« Zoom-bombing » est devenu une expression courante. Zoom comptait 300 millions de participants aux réunions."
    assert matters_in(text, "fr")["records_affected"].drop_nulls().is_empty()
