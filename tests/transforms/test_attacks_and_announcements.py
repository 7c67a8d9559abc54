"""Attacks as dailies tell them: what was announced, encrypted, not stolen, and how many were hit. Ours all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2020, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hackers stole the records of about 2000 customers of Dropbox in a breach."),
        ("de", "Bei Dropbox haben Angreifer die Daten von mehr als 2000 Kunden erbeutet."),
        ("nl", "Bij Dropbox zijn gegevens van ruim 2000 klanten gestolen."),
        ("it", "Gli hacker hanno rubato i dati di oltre 2000 clienti di Dropbox."),
    ],
)
def test_more_than_2000_is_no_year(language: str, text: str) -> None:
    found = cells(matters_in(text, language, published=PUBLISHED), "category", "occurred_on", "records_affected", by="start")
    assert [(category, day, int(count)) for category, day, count in found] == [("data_breach", None, 2000)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox was the victim of a cyber attack that encrypted some of its systems."),
        ("de", "Dropbox wurde Opfer eines Cyberangriffs, der einige Systeme verschlüsselte."),
        ("fr", "Dropbox a été victime d'une cyberattaque qui a chiffré certains de ses systèmes."),
        ("nl", "Dropbox is getroffen door een cyberaanval waarbij systemen zijn versleuteld."),
        ("es", "Dropbox sufrió un ciberataque que cifró algunos de sus sistemas."),
        ("pt", "A Dropbox sofreu um ciberataque que criptografou alguns dos seus sistemas."),
        ("it", "Dropbox annuncia di essere stata vittima di un cyberattacco che ha cifrato alcuni dei suoi sistemi."),
        ("it", "Dropbox è ferma per un ransomware. Il virus che blocca i computer è un malware noto."),
    ],
)
def test_an_attack_that_encrypts_systems_is_ransomware(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "category", by="start") == [("ransomware",)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Non ci sono indicazioni che i dati dei clienti di Dropbox siano stati consultati, persi o rubati."),
        ("it", "Non sono state rilevate sottrazioni di dati di Dropbox."),
        ("es", "No existen indicios de que hayan robado datos de clientes de Dropbox."),
        ("pt", "Não existem indícios de que tenham sido roubados dados de clientes da Dropbox."),
        ("fr", "Il n'y a aucune indication que des données de clients de Dropbox aient été volées."),
    ],
)
def test_without_a_sign_of_theft_nothing_was_stolen(language: str, text: str) -> None:
    assert {"reported", "alleged"}.isdisjoint(stage for (stage,) in cells(matters_in(text, language), "stage", by="start"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Betroffen seien die E-Mail-Adressen von neun Millionen Kunden, teilte Dropbox in London mit."),
        ("de", "Das Unternehmen teilte am Dienstag mit, die Daten der Kunden von Dropbox seien sicher."),
        ("nl", "Het gaat om gegevens van negen miljoen klanten, deelde Dropbox dinsdag mee."),
    ],
)
def test_to_announce_is_not_to_share(language: str, text: str) -> None:
    assert ("data_sharing",) not in cells(matters_in(text, language), "category", by="start")


def test_a_cause_is_no_lawsuit() -> None:
    assert moves_in("Dropbox è ferma: si ritiene che la causa del blocco sia un guasto.", "it").is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Bei rund 2200 Kunden von Dropbox kam es auch zu einem Zugriff auf die Kreditkartendaten."),
        ("fr", "La cyberattaque contre Dropbox a touché plus de 2000 clients."),
        ("en", "The credit card details of 2,208 Dropbox customers were accessed."),
        ("it", "L'attacco hacker a Dropbox ha riguardato 9 milioni di clienti."),
        ("es", "El ciberataque contra Dropbox alcanzó a 9 millones de clientes."),
        ("pt", "O ciberataque à Dropbox atingiu 9 milhões de clientes."),
    ],
)
def test_victims_are_no_size_of_the_business(language: str, text: str) -> None:
    assert figures_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Dropbox said on Tuesday that hackers had stolen the data of users."),
        ("en", "Dropbox said on Tuesday hackers had stolen the data of users."),
        ("de", "Dropbox teilte am Dienstag mit, dass Hacker Daten von Nutzern gestohlen haben."),
        ("fr", "Dropbox a annoncé mardi que des pirates avaient volé les données d'utilisateurs."),
        ("it", "Dropbox ha comunicato martedì che gli hacker hanno rubato i dati degli utenti."),
        ("es", "Dropbox informó el martes de que unos piratas robaron los datos de los usuarios."),
        ("nl", "Dropbox meldde dinsdag dat hackers gegevens van gebruikers hebben gestolen."),
    ],
)
def test_the_day_of_a_statement_is_not_that_of_the_attack(language: str, text: str) -> None:
    found = matters_in(text, language, published=PUBLISHED)
    assert cells(found, "category", "occurred_on", by="start") == [("data_breach", None)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hackers stole data from Dropbox on Tuesday, the company said."),
        ("nl", "Hackers hebben dinsdag gegevens van Dropbox gestolen."),
    ],
)
def test_the_day_of_the_attack_is(language: str, text: str) -> None:
    found = matters_in(text, language, published=PUBLISHED)
    assert [day is not None for (day,) in cells(found, "occurred_on", by="start")] == [True]
