"""Which firm a figure is of: firms in no table, names within names, headings, lists, places. Sentences are our own."""

from __future__ import annotations

import pytest

from tests.transforms.linking import cells, figures_in


def _firms(text: str, language: str, *, title: int = 0) -> list[str | None]:
    return [company for (company,) in cells(figures_in(text, language, title=title), "company_id")]


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "Harrowgate Cottage Bakeries had sales of £19m last year.", "harrowgate-cottage-bakeries"),
        ("en", "Dunmere Biosciences posted a net loss of $12 million.", "dunmere-biosciences"),
        ("de", "Die Falkner Werkzeugbau erzielte 2022 einen Umsatz von 40 Millionen Euro.", "falkner-werkzeugbau"),
        ("fr", "Brumath Emballages a réalisé un chiffre d'affaires de 24 millions d'euros.", "brumath-emballages"),
        ("it", "Filanova Costruzioni ha chiuso il 2022 con ricavi per 61 milioni di euro.", "filanova-costruzioni"),
        ("es", "Ercavia Supermercados ingresó 61 millones de euros en 2022.", "ercavia-supermercados"),
        ("nl", "Brinkhorst Zuivel boekte in 2022 een omzet van 61 miljoen euro.", "brinkhorst-zuivel"),
        ("sv", "Granholma Plast omsatte 125 miljoner kronor 2022.", "granholma-plast"),
        ("no", "Nordvåg Sjømat omsatte for 550 millioner kroner i 2022.", "nordvag-sjomat"),
        ("tr", "Karadere Tekstil geçen yıl 255 milyon TL ciro yaptı.", "karadere-tekstil"),
    ],
)
def test_last_words_that_only_firms_have_make_a_name(language: str, text: str, company: str) -> None:
    assert set(_firms(text, language)) == {company}


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "Apple Hospitality posted revenue of $340 million.", "apple-hospitality"),
        ("it", "Wise Equity ha chiuso il 2022 con ricavi per 61 milioni di euro.", "wise-equity"),
        ("en", "Tesla Motors posted revenue of $340 million.", "tesla"),
    ],
)
def test_a_name_that_begins_another_is_not_that_firm(language: str, text: str, company: str) -> None:
    assert set(_firms(text, language)) == {company}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Gewinn der Deutschen Telekom stieg 2022 auf 5 Milliarden Euro."),
        ("de", "Bei der Deutschen Telekom lag der Umsatz 2022 bei 27 Milliarden Euro."),
    ],
)
def test_names_are_known_in_other_cases(language: str, text: str) -> None:
    assert set(_firms(text, language)) == {"deutsche-telekom"}


def test_a_heading_tells_whom_its_paragraph_is_about() -> None:
    text = (
        "Lo que facturan los grandes\n\nInditex. Con unas ventas de 25.336 millones de euros, lidera la lista.\n"
        "Barbadela. El grupo de Betanzos cerró 2015 con unas ventas de 1.084 millones de euros."
    )
    assert _firms(text, "es", title=27) == ["inditex", "barbadela"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Zahlen\n\nZoom\n\nDer Konzern setzte 81 Millionen Dollar um.\n\nSAP\n\nDer Umsatz stieg auf 7 Milliarden Euro.",
        ),
        ("en", "In brief\n\nZoom\n\nThe company had revenue of $81 million.\n\nSAP\n\nRevenue rose to 7 billion euros."),
        ("fr", "Bilans\n\nZoom\n\nLe bénéfice net atteint 81 millions.\n\nSAP\n\nLe bénéfice net atteint 7 milliards d'euros."),
    ],
)
def test_a_name_alone_on_its_line_heads_what_is_below(language: str, text: str) -> None:
    assert _firms(text, language, title=text.index("\n")) == ["zoom", "sap"]


def test_members_of_a_list_are_no_subject() -> None:
    text = (
        "Granholma Invest omsätter 125 miljoner kronor. Företag som ingår är bland andra Brattfors Group, Ulvdal Plast och "
        "Torsken Bygg. Koncernen har 400 anställda."
    )
    assert set(_firms(text, "sv")) == {"granholma-invest"}


def test_initials_in_brackets_stand_for_the_firm_before_them() -> None:
    text = "PT Kembang Biru Tbk (KMBR) membukukan laba bersih Rp 20 miliar. KMBR mencatat pendapatan Rp 90 miliar."
    assert _firms(text, "id") == ["kembang-biru", "kembang-biru"]


def test_a_group_is_the_firm_of_its_name() -> None:
    text = (
        "Starrholm kauft Bumaton\n\nDer Maschinenbauer Starrholm kauft Bumaton. Die Starrholm Group erzielte einen Umsatz "
        "von 90 Millionen Franken."
    )
    assert _firms(text, "de", title=23) == ["starrholm"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Arkansas telemarketer sends workers home\n\nThe firm in Arkansas had revenue of $3 million, it said.",
        ),
        ("it", "Nel Vicentino ricavi record\n\nIn una azienda del Vicentino i ricavi sono saliti a 61 milioni di euro."),
    ],
)
def test_states_and_regions_are_no_firms(language: str, text: str) -> None:
    assert not set(_firms(text, language, title=text.index("\n"))) - {None}


def test_the_company_after_a_paragraph_on_the_firm_bought_is_that_firm() -> None:
    text = (
        "Starrholm übernimmt Bumaton\n\nDer Maschinenbauer Starrholm kauft Bumaton. Bumaton produziert Fräsen.\n\n"
        "Das Unternehmen erzielte 2011 einen Umsatz von 40 Millionen Franken."
    )
    assert _firms(text, "de", title=27) == ["bumaton"]


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("pl", "Sąd wybrał ofertę Nowego Brzegu na fabryki spółki Lamencii. Obroty Lamencii sięgały 105 mln euro.", "lamencia"),
        ("ru", "Хлебозавод «Каменский» растет. Выручка «Каменского» превысила 31 млрд рублей.", "kamenskiy"),
    ],
)
def test_ids_are_those_of_the_first_case(language: str, text: str, company: str) -> None:
    assert _firms(text, language) == [company]
