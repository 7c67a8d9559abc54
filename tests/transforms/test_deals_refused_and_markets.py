"""Deals that shareholders refuse, how large a market is, and numbers in names. Ours all."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in, moves_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Zoom ne s'emparera pas de Five9."),
        ("fr", "Zoom ne mettra pas la main sur Five9."),
        ("fr", "Les actionnaires de Five9 n'ont pas donné leur feu vert au rachat par Zoom."),
        ("fr", "Le rachat par Zoom a capoté, les actionnaires de Five9 refusant de poursuivre la procédure d'acquisition."),
        ("de", "Die Five9-Aktionäre stimmten gegen die Übernahme durch Zoom."),
        ("de", "Zoom wird Five9 nun doch nicht übernehmen."),
        ("it", "Gli azionisti di Five9 non hanno dato il via libera all'acquisizione da parte di Zoom."),
        ("es", "Los accionistas de Five9 no dieron el visto bueno a la compra por parte de Zoom."),
        ("en", "Five9 shareholders did not approve the acquisition by Zoom."),
        ("en", "Zoom will not be buying Five9 after all."),
        ("nl", "Aandeelhouders van Five9 stemden tegen de overname door Zoom."),
        ("nl", "Zoom neemt Five9 toch niet over."),
    ],
)
def test_a_deal_that_is_refused_is_abandoned(language: str, text: str) -> None:
    found = moves_in(text, language)
    assert cells(found, "company_id", "move_type", "status", by="start") == [("zoom", "acquisition", "abandoned")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Zoom achète Five9. Cela lui permettra d'étoffer son offre sur ce juteux secteur évalué à 24 milliards de dollars.",
        ),
        ("en", "Zoom agreed to buy Five9, giving it a foothold in the $24 billion contact center market."),
        ("de", "Zoom übernimmt Five9 und damit einen Anbieter in einem 24 Milliarden Dollar schweren Markt."),
        ("es", "Zoom compra Five9 para entrar en un mercado de 24.000 millones de dólares."),
        ("it", "Zoom compra Five9 per entrare in un mercato da 24 miliardi di dollari."),
        ("nl", "Zoom koopt Five9 en betreedt een markt van 24 miljard dollar."),
        ("pt", "A Zoom compra a Five9 para entrar num mercado de 24 bilhões de dólares."),
    ],
)
def test_the_size_of_a_market_is_no_price(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "move_type", "value", by="start") == [("acquisition", None)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Zoom rachète Five9, acteur du secteur de la relation client, pour 14,7 milliards de dollars."),
        ("en", "Zoom agreed to buy Five9 for $14.7 billion to enter a market valued at $24 billion."),
    ],
)
def test_a_price_beside_a_market_is_one(language: str, text: str) -> None:
    assert [int(value) for (value,) in cells(moves_in(text, language), "value")] == [14_700_000_000]
    assert figures_in(text, language).is_empty()


def test_a_number_in_the_name_of_a_cipher_counts_no_users() -> None:
    assert figures_in("Tutti gli utenti Zoom useranno la crittografia AES 256 GCM.", "it").is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", 'Zoom shares fell 15 %. "You see people go out," said Ann Lee. "You cannot expect such growth for ever."'),
        ("es", 'Las acciones de Zoom cayeron un 15 %. "Te permite hablar con clientes", dijo Yuan. "Puedes crecer", añadió.'),
        ("fr", "L'action Zoom a perdu 15 %. « Vous avez là un bon outil », dit Yuan. « Vos clients y gagnent. »"),
        ("it", "Le azioni di Zoom sono scese del 15%. È la prova che il mercato è cambiato. Una prova in più: i conti."),
    ],
)
def test_who_is_quoted_does_not_make_a_report_a_guide(language: str, text: str) -> None:
    assert cells(moves_in(text, language), "company_id", "move_type") == [("zoom", "share_price_change")]
