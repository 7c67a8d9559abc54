"""Companies that a user adds: they are found and joined like the shipped ones, and mistakes name their line and key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import polars as pl
import pytest

from transforms import companies
from transforms.companies import own
from transforms.sentences import sentences
from transforms.spans import Tape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = """\
[quellmoor-pumpen]
name = "Quellmoor Pumpen"
country = "DE"
ticker = "QMP"
fiscal_year_end = "06-30"
aliases = ["Quellmoor", "奎尔穆尔"]
weak_aliases = ["Moor"]
products = ["Sumpfix"]

[zoom]
aliases = ["Zoomies"]
"""


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    companies.use(None)


def written(folder: Path, text: str) -> Path:
    """A file of companies."""
    file = folder / "companies.toml"
    file.write_text(text, encoding="utf-8")
    return file


def named(text: str, *, language: str) -> set[tuple[str, str]]:
    """Company and certainty of each mention."""
    tape = Tape.of(
        pl.DataFrame({"article_id": ["0"], "text": [text], "title_start": 0, "title_end": [text.index("\n")]}),
        language=language,
    )
    return set(companies.on_tape(tape, sentences(tape)).select("company_id", "certainty").iter_rows())


def test_they_are_found_under_all_their_names_and_stand_in_the_dimension(tmp_path: Path) -> None:
    assert ("quellmoor-pumpen", "known") not in named("Tag\nQuellmoor verdient mehr.", language="de")
    companies.use(written(tmp_path, FILE))
    assert ("quellmoor-pumpen", "known") in named("Tag\nQuellmoor verdient mehr.", language="de")
    assert ("quellmoor-pumpen", "known") in named("平静的一天\n奎尔穆尔股价上涨", language="zh")
    assert ("quellmoor-pumpen", "product") in named("Day\nMany now use Sumpfix.", language="en")
    assert named("Day\nThe moor is wet.", language="en") == set()
    assert ("zoom", "known") in named("Day\nFans call it Zoomies.", language="en")
    table = companies.dim_company().filter(pl.col("company_id").is_in(["quellmoor-pumpen", "zoom"]))
    assert table["fiscal_year_end"].to_list() == ["--06-30", "--01-31"]
    assert table["name"].to_list() == ["Quellmoor Pumpen", "Zoom"]


def test_what_the_file_names_of_a_known_company_counts_and_the_rest_stays(tmp_path: Path) -> None:
    companies.use(written(tmp_path, '[zoom]\nname = "Zoom Communications"\n'))
    row = companies.dim_company().row(by_predicate=pl.col("company_id") == "zoom", named=True)
    assert (row["name"], row["ticker"]) == ("Zoom Communications", "ZM")


def test_a_changed_file_is_read_anew_and_a_home_without_one_knows_none_of_it(tmp_path: Path) -> None:
    file = written(tmp_path, FILE)
    companies.use(file)
    file.write_text(FILE.replace("Quellmoor", "Quellmoorer"), encoding="utf-8")
    assert "Quellmoorer Pumpen" in companies.dim_company()["name"].to_list()
    companies.use(tmp_path / "elsewhere.toml")
    assert own.VARIABLE not in os.environ
    assert "quellmoor-pumpen" not in companies.dim_company()["company_id"].to_list()


def test_processes_that_are_started_know_them(tmp_path: Path) -> None:
    file = written(tmp_path, FILE)
    companies.use(file)
    assert os.environ[own.VARIABLE] == str(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('[a-b]\nname = "A"\n', "line 1, a-b.country: missing", id="what a new company needs"),
        pytest.param('[A_B]\nname = "A"\ncountry = "DE"\n', "line 1, A_B: an id is small letters", id="id"),
        pytest.param('[a-b]\nname = "A"\ncountry = "Germany"\n', "a-b.country: 'Germany' is not two capital", id="form"),
        pytest.param('[zoom]\nfiscal_year_end = "31-01"\n', "line 2, zoom.fiscal_year_end: '31-01' is not", id="date"),
        pytest.param('[zoom]\n\nalias = ["Z"]\n', "line 3, zoom.alias: no such key", id="key"),
        pytest.param('[zoom]\naliases = "Z"\n', "line 2, zoom.aliases: names in quotes, in brackets", id="list"),
        pytest.param('[zoom]\naliases = ["Netflix"]\n', "'Netflix' is a name of netflix already", id="taken"),
        pytest.param('[zoom]\nparent_id = "nobody"\n', "line 2, zoom.parent_id: 'nobody' is the id of no company", id="parent"),
        pytest.param('[zoom]\naliases = ["Z",,]\n', "line 2", id="no TOML"),
        pytest.param("zoom = 1\n", "line 1, zoom: a company is a table", id="no table"),
    ],
)
def test_a_mistake_names_its_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(companies.BadCompanies) as raised:
        companies.use(written(tmp_path, text))
    assert told in str(raised.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(companies.BadCompanies) as raised:
        companies.use(written(tmp_path, '[zoom]\ncountry = "us"\nlei = "1"\n'))
    assert len(raised.value.mistakes) == 2


def test_the_example_is_a_file_that_can_be_used(tmp_path: Path) -> None:
    text = own.EXAMPLE.replace("# [", "[").replace("\n# name", "\nname")
    for key in (*own.COLUMNS, *own.NAMES):
        text = text.replace(f"\n# {key} = ", f"\n{key} = ")
    companies.use(written(tmp_path, text))
    assert "brambleton-mills" in companies.dim_company()["company_id"].to_list()
