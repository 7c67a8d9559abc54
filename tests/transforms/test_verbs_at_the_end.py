"""Languages that put their verbs last, and what else German, Dutch and northern newsrooms write. Sentences are our own."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.transforms.linking import cells, figures_in, matters_in, moves_in

PUBLISHED = datetime(2021, 6, 2, tzinfo=UTC)


def _as_written(text: str, start: int | None, end: int | None) -> str | None:
    return None if start is None or end is None else text[start:end]


def _deals(text: str, language: str) -> list[tuple[str, str | None]]:
    """Who buys whom, by the takeovers that a text tells."""
    rows = moves_in(text, language, published=PUBLISHED)
    told = rows.select("move_type", "company_id", "counterparty_start", "counterparty_end").iter_rows()
    return [(firm, _as_written(text, start, end)) for move, firm, start, end in told if move == "acquisition"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Adobe will Figma kaufen."),
        ("de", "Adobe hat den Konkurrenten Figma für 20 Milliarden Dollar übernommen."),
        ("de", "Adobe plant, Figma für 20 Milliarden Dollar zu übernehmen."),
        ("de", "Wie bekannt wurde, hat Adobe Figma gekauft."),
        ("de", "Figma wurde vom Softwarekonzern Adobe übernommen."),
        ("nl", "Adobe wil ontwerpbureau Figma overnemen."),
        ("nl", "Figma wordt voor 20 miljard dollar door Adobe overgenomen."),
        ("nl", "Adobe zou Figma voor 20 miljard dollar hebben gekocht."),
    ],
)
def test_of_two_firms_before_a_last_verb_the_nearer_is_bought(language: str, text: str) -> None:
    assert _deals(text, language) == [("adobe", "Figma")]


def test_the_owner_in_a_compound_buys_nothing() -> None:
    assert _deals("Die Adobe-Tochter Figma hat die Firma Rimeto gekauft.", "de") == [("figma", "Rimeto")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Für das zweite Quartal erwartet Zoom 900 Millionen Dollar Umsatz und für das Gesamtjahr 3,8 Milliarden."),
        ("en", "For the second quarter Zoom expects revenue of $900 million and for the full year revenue of $3.8 billion."),
        ("nl", "In het tweede kwartaal verwacht Zoom een omzet van 900 miljoen dollar en over het hele jaar 3,8 miljard."),
    ],
)
def test_a_period_behind_and_is_of_the_next_number(language: str, text: str) -> None:
    found = cells(figures_in(text, language, published=PUBLISHED), "value", "fiscal_period")
    assert found == [(9e8, "FY2022Q2"), (3.8e9, "FY2022")]


@pytest.mark.parametrize(
    "text",
    [
        "Okta hat die Erwartungen übertroffen: Der Umsatz stieg um 12 Prozent auf 688 Millionen Dollar.",
        "Okta konnte die Erwartungen der Analysten übertreffen, der Umsatz stieg um 12 Prozent auf 688 Millionen Dollar.",
    ],
)
def test_an_expectation_that_was_beaten_is_not_the_figure_behind_it(text: str) -> None:
    found = cells(figures_in(text, "de", published=PUBLISHED), "value", "basis")
    assert found == [(12, "actual"), (688e6, "actual")]


@pytest.mark.parametrize(
    ("language", "text", "party"),
    [
        ("de", "In Deutschland untersagte das Auswärtige Amt, Zoom zu verwenden.", "Auswärtige Amt"),
        ("nl", "In Duitsland verbood het ministerie van Defensie het gebruik van Zoom.", "ministerie van Defensie"),
        ("sv", "I Tyskland förbjöd utrikesdepartementet användningen av Zoom.", "utrikesdepartementet"),
        ("es", "En Alemania prohibió el Ministerio de Exteriores el uso de Zoom.", "Ministerio de Exteriores"),
    ],
)
def test_where_is_not_who(language: str, text: str, party: str) -> None:
    rows = matters_in(text, language)
    told = rows.select("category", "country", "counterparty_start", "counterparty_end").iter_rows()
    assert [(c, land, _as_written(text, a, b)) for c, land, a, b in told] == [("account_restriction", "DE", party)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Microsoft has a security flaw in Exchange.\n\nThe attackers are unknown.\n\nMicrosoft released a security update.",
        ),
        (
            "nl",
            "Microsoft meldt een kwetsbaarheid in Exchange.\n\nVeel is onduidelijk.\n\nMicrosoft heeft een noodpatch klaar.",
        ),
        (
            "de",
            "Microsoft meldet eine Schwachstelle in Exchange.\n\nVieles ist unklar.\n\nMicrosoft hat einen Notfallpatch.",
        ),
    ],
)
def test_a_patch_told_later_mends_the_flaw(language: str, text: str) -> None:
    assert cells(matters_in(text, language), "category", "stage") == [("vulnerability", "remediated")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Twitter schrapt 250 banen, meldt de New York Times."),
        ("de", "Twitter streicht 250 Stellen, berichtet die Washington Post."),
        ("en", "Twitter is cutting 250 jobs, the New York Times reports."),
    ],
)
def test_a_newspaper_is_no_place(language: str, text: str) -> None:
    assert cells(moves_in(text, language, published=PUBLISHED), "value", "country") == [(250, None)]


def test_the_staff_of_a_firm_are_no_victims() -> None:
    text = "Zoom telt zowat 2.200 werknemers. De hackers raakten in het e-mailsysteem en maakten e-mails van Zoom buit."
    assert cells(matters_in(text, "nl"), "category", "records_affected") == [("data_breach", None)]


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("nl", "Adobe schrapt wereldwijd meer dan 1.000 jobs.", 1000, "count"),
        ("nl", "Adobe stuurde 300 mensen de laan uit, en bij Zoom sneuvelen nog meer banen.", 300, "count"),
        ("de", "Adobe will 400 Mitarbeiter loswerden.", 400, "count"),
        ("de", "SAP streicht jede zehnte Stelle.", 10, "percent"),
        ("sv", "Adobe ska göra sig av med 700 medarbetare.", 700, "count"),
        ("da", "Adobe fyrer hver tiende medarbejder.", 10, "percent"),
    ],
)
def test_people_are_laid_off_in_many_words(language: str, text: str, value: float, unit: str) -> None:
    rows = moves_in(text, language, published=PUBLISHED)
    assert (value, unit) in cells(rows.drop_nulls("value"), "value", "unit")


def test_her_and_step_make_no_guide() -> None:
    text = (
        "Adobe entlässt mehr als 1.000 Mitarbeiter. Viele sollen in den kommenden Wochen ihre Kündigung erhalten. "
        "Den Schritt begründete der Vorstand mit schwachen Geschäften. Wer geht, bekommt eine Abfindung."
    )
    assert cells(moves_in(text, "de", published=PUBLISHED), "move_type", "value") == [("layoffs", 1000)]


def test_billions_of_dollars_are_no_firm() -> None:
    text = "20 Milliarden Dollar für Figma\n\nAdobe hat zugeschlagen. Der Börsenwert liegt bei rund 220 Milliarden Dollar."
    found = cells(figures_in(text, "de", published=PUBLISHED), "company_id", "metric")
    assert found == [("adobe", "market_capitalization")]


def test_who_uses_a_product_is_no_staff() -> None:
    text = "Die Software Teams von Microsoft wird von rund 280 Millionen Menschen verwendet."
    assert cells(figures_in(text, "de", published=PUBLISHED), "metric", "value") == [("users", 280e6)]


def test_an_authority_that_was_told_of_a_breach_does_not_act() -> None:
    text = "Adobe ble rammet av et datainnbrudd. Datatilsynet er også varslet."
    assert "regulatory_action" not in moves_in(text, "no", published=PUBLISHED)["move_type"].to_list()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Volgens Philips is er geen sprake van kwetsbaarheden in zijn producten."),
        ("de", "Laut Philips gibt es keine Sicherheitslücken in seinen Geräten."),
        ("nl", "De vergadering op Zoom was afgesloten met een wachtwoord."),
    ],
)
def test_what_is_denied_or_locked_is_no_matter(language: str, text: str) -> None:
    assert matters_in(text, language).is_empty()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("de", "Microsoft hat Nuance übernommen.", id="verb"),
        pytest.param("de", "Die Übernahme von Slack durch Salesforce kostet 27,7 Milliarden Dollar.", id="noun"),
    ],
)
def test_takeovers_told_by_a_verb_and_by_a_noun_stand_on_one_tape(language: str, text: str) -> None:
    # The noun has other sides than the verb; only the verb's are settled by who stands before it.
    told = moves_in(text, language).filter(pl.col("company_id") == "microsoft")
    assert told["counterparty"].to_list() == (["Nuance"] if "Microsoft" in text else [])
