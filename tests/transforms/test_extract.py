"""Extraction as a whole: the same facts in any batch and order, and nothing from what cannot be read."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.test_facts import BODY, articles
from transforms.extract import Extractors, extract, extracting, tapes
from transforms.schemas import FACT_TABLES

DUTCH = "Philips boekte een omzet van 4,2 miljard euro, tegen 4 miljard euro een jaar eerder."


@pytest.fixture(scope="module")
def mixed() -> pl.DataFrame:
    english = articles(BODY, "Nothing of note.", BODY.replace("4.3", "5.1"))
    dutch = articles(DUTCH, language="nl").with_columns(article_id=pl.lit("d" * 32))
    return pl.concat([english, dutch])


def test_facts_do_not_depend_on_the_batch(mixed: pl.DataFrame) -> None:
    whole, alone = extract(mixed), extract(mixed, batch_characters=1)
    for table in FACT_TABLES:
        assert whole[table].equals(alone[table])


def test_facts_do_not_depend_on_the_order_of_articles(mixed: pl.DataFrame) -> None:
    forward, backward = extract(mixed), extract(mixed.reverse())
    for table in FACT_TABLES:
        assert forward[table].equals(backward[table])


def test_each_language_is_laid_on_a_part_of_its_own(mixed: pl.DataFrame) -> None:
    (tape,) = tapes(mixed)
    assert [(part.language, part.docs.height) for part in tape.parts] == [("en", 3), ("nl", 1)]
    assert tape.docs["language"].to_list() == ["en", "en", "en", "nl"]
    assert tape.docs["doc"].to_list() == [0, 1, 2, 3]
    for doc in tape.docs.iter_rows(named=True):
        text = mixed.filter(article_id=doc["article_id"])["text"][0]
        assert tape.text[doc["start"] : doc["end"]] == text
    assert sum(t.docs.height for t in tapes(mixed, batch_characters=1)) == 4


def test_unknown_languages_and_missing_texts_give_nothing() -> None:
    unknown = articles(BODY).with_columns(language=pl.lit("und"))
    missing = articles(BODY).with_columns(text=pl.lit(None, pl.String))
    for texts in (unknown, missing, articles()):
        assert all(frame.is_empty() for frame in extract(texts).values())


def test_processes_that_share_the_work_find_the_same(mixed: pl.DataFrame) -> None:
    whole = extract(mixed)
    with Extractors(2) as extractors:
        shared = extractors.extract(mixed)
        extractors._children[0]._process.kill()  # another takes its place
        again = extractors.extract(mixed)
        nothing = extractors.extract(mixed.clear())
    for table in FACT_TABLES:
        assert shared[table].equals(whole[table])
        assert again[table].equals(whole[table])
        assert nothing[table].is_empty()


def test_a_small_run_starts_no_further_processes() -> None:
    with extracting(300) as chosen:
        assert chosen is extract
