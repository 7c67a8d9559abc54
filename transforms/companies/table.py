"""What is known of companies: the tables of `reference/`, and how newspapers write their names in a language.

An alias is either plain ("Zoom Video") or weak ("Target"); `known` decides when a weak one counts.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import polars as pl

from transforms import lexicon
from transforms.companies import own
from transforms.schemas import DIM_COMPANY, Schema
from transforms.spans import Tape

if TYPE_CHECKING:
    from pathlib import Path

_ALIAS_PATTERNS: Final[Schema] = {
    "pattern": pl.String,
    "core": pl.String,  # the pattern once more: tells patterns apart that grow to the same word
    "open_left": pl.Boolean,
    "open_right": pl.Boolean,
    "kind": pl.String,
    "company_id": pl.String,
    "strength": pl.String,
}


def read_table(name: str) -> pl.DataFrame:
    """A CSV file of `reference/`; every column is text, an empty cell null."""
    file = resources.files("transforms") / "reference" / name
    return pl.read_csv(file.read_bytes(), infer_schema=False)


@lru_cache(maxsize=1)
def _shipped() -> pl.DataFrame:
    kept, listed, leis = (read_table(f"{name}.csv") for name in ("companies", "listed", "leis"))
    every = pl.concat([kept, listed.join(kept, on="company_id", how="anti")], how="diagonal")
    known = every.join(leis, on="company_id", how="left", suffix="_found", maintain_order="left")
    return known.with_columns(lei=pl.coalesce("lei", "lei_found")).drop("lei_found")


@lru_cache(maxsize=1)
def _shipped_aliases() -> pl.DataFrame:
    kept, listed = read_table("aliases.csv"), read_table("listed_aliases.csv")
    return pl.concat([kept, listed.join(kept, on="alias", how="anti")])


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """Names of firms that are words of some languages, and these."""
    file = resources.files("transforms") / "reference" / "ambiguous.toml"
    classes = tomllib.loads(file.read_text(encoding="utf-8")).values()
    return {name: frozenset(each["languages"]) for each in classes for name in each["names"]}


@lru_cache(maxsize=4)
def _companies(state: tuple[str, int, int] | None) -> pl.DataFrame:
    """The shipped companies and the user's own; of one that both have, what the user's file names counts."""
    mine, shipped = own.of(state).companies, _shipped()
    both = shipped.join(mine, on="company_id", how="full", coalesce=True, suffix="_own", maintain_order="left")
    return both.select("company_id", *(pl.coalesce(f"{c}_own", c).alias(c) for c in own.COLUMNS), "role").sort(
        "company_id", maintain_order=True
    )


def use(file: Path | None) -> None:
    """Let this process and those that it starts know the companies of a user's file; None or no such file: none.

    Raises BadCompanies, which tells what is wrong in the file.
    """
    known = _shipped_aliases().filter(pl.col("kind") != "none")
    own.use(file, ids=_shipped()["company_id"].to_list(), owners=dict(known.select("alias", "company_id").iter_rows()))


def dim_company() -> pl.DataFrame:
    """All known companies: the columns of `DIM_COMPANY`, sorted by company_id."""
    return _companies(own.stamp()).select([pl.col(c).cast(t) for c, t in DIM_COMPANY.items()])


@lru_cache(maxsize=4)
def _roles(state: tuple[str, int, int] | None) -> pl.DataFrame:
    return _companies(state).select("company_id", "role").drop_nulls()


def roles() -> pl.DataFrame:
    """Companies that articles quote more often than they report on: company_id, role (analyst, agency, exchange)."""
    return _roles(own.stamp())


def plain_words(words: list[str]) -> list[str]:
    """Words as they stand in `Tape.plain`."""
    return Tape.of(pl.DataFrame({"article_id": ["0"], "text": ["\n".join(words)]}), language="und").plain.split("\n")


def aliases(language: str) -> pl.DataFrame:
    """The alias patterns for a language: columns of `_ALIAS_PATTERNS`."""
    return _aliases(language, own.stamp())


def aliases_of(languages: tuple[str, ...]) -> pl.DataFrame:
    """The alias patterns of several languages, one row for all that have it: the columns of `aliases` and only.

    `only` is the language of a row that not all of them have. The open flags are true where one of them has them so.
    """
    return _aliases_of(languages, own.stamp())


def names_known(language: str) -> pl.DataFrame:
    """The known company that a name means by itself in a language: pattern, known_id."""
    return _names_known(language, own.stamp())


@lru_cache(maxsize=64)
def _names_known(language: str, state: tuple[str, int, int] | None) -> pl.DataFrame:
    names = _aliases(language, state).filter(pl.col("strength").is_in(["name", "weak"]))
    return names.unique("pattern", keep="first", maintain_order=True).select("pattern", known_id="company_id")


@lru_cache(maxsize=16)
def _aliases_of(languages: tuple[str, ...], state: tuple[str, int, int] | None) -> pl.DataFrame:
    opened = ["open_left", "open_right"]
    key = [name for name in _ALIAS_PATTERNS if name not in opened]
    every = pl.concat([_aliases(each, state).with_columns(only=pl.lit(each)) for each in languages])
    met = every.group_by(key, maintain_order=True).agg(pl.col(*opened).any(), _languages=pl.len())
    shared = met.filter(pl.col("_languages") == len(languages)).select(*_ALIAS_PATTERNS, only=pl.lit(None, pl.String))
    return pl.concat([shared, every.join(shared, on=key, how="anti").select(shared.columns)])


@lru_cache(maxsize=64)
def _aliases(language: str, state: tuple[str, int, int] | None) -> pl.DataFrame:
    rules = lexicon.settings(language)
    mine = own.of(state).aliases
    table = pl.concat([mine, _shipped_aliases().join(mine, on="alias", how="anti")])
    table = table.with_columns(pattern=pl.Series(plain_words(table["alias"].to_list())))
    strong = [name for name, languages in _words().items() if language not in languages]
    told = pl.col("alias").is_in(strong) & (pl.col("kind") == "weak")
    table = table.with_columns(kind=pl.when(told).then(pl.lit("name")).otherwise("kind"))
    # "Nel 2021" begins an Italian sentence: words that begin sentences are never names of firms.
    stops = [stop.capitalize() for stop in rules.get("name_stops", ())]
    table = table.filter(~pl.col("pattern").is_in(stops))
    latin = pl.col("pattern").str.contains(r"^[\p{Latin}\p{Cyrillic}0-9 &.'+-]+$")
    # Headlines in capitals, and names whose last letter gives way to an ending ("Северсталь", "Северстали").
    loud = table.filter(latin & (pl.col("kind") == "name") & (pl.col("pattern").str.len_chars() >= 5)).with_columns(
        pl.col("pattern").str.to_uppercase()
    )
    bent = [
        table.filter(pl.col("pattern").str.contains(rf"\p{{Ll}}{{3}}{last}$")).with_columns(
            pl.col("pattern").str.head(-len(last)) + pl.lit(ending)
        )
        for last, endings in rules.get("name_bends", {}).items()
        for ending in endings
    ]
    bent += [  # "der Deutschen Börse"
        table.filter(pl.col("pattern").str.starts_with(f"{word} ")).with_columns(
            pattern=pl.lit(form) + pl.col("pattern").str.slice(len(word))
        )
        for word, forms in rules.get("name_first_bends", {}).items()
        for form in forms
    ]
    table = pl.concat([table, loud, *bent]).unique(["company_id", "pattern"], keep="first", maintain_order=True)
    return table.select(
        "pattern",
        core="pattern",
        open_left=pl.lit(value=bool(rules.get("name_prefixes"))) & pl.col("pattern").str.contains(r"^\p{Arabic}"),
        open_right=pl.lit(value=bool(rules.get("name_endings"))),
        kind=pl.lit("company"),
        company_id=pl.col("company_id"),
        strength=pl.col("kind"),
    ).cast(dict(_ALIAS_PATTERNS))  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def country_patterns(language: str) -> pl.DataFrame:
    """The patterns for countries of a language, with `stem` where any ending may follow."""
    rules = lexicon.settings(language)
    table = read_table("countries.csv").filter(pl.col("language").is_in([language, lexicon.SHARED]))
    bare = plain_words(table["name"].str.strip_chars("*").to_list())
    endings = bool(rules.get("name_endings"))
    return table.select(
        pattern=pl.Series(bare),
        core=pl.Series(bare),
        open_left=pl.lit(value=bool(rules.get("name_prefixes"))) | pl.col("name").str.starts_with("*"),
        open_right=pl.lit(value=endings) | pl.col("name").str.ends_with("*"),
        stem=pl.col("name").str.ends_with("*"),
        kind=pl.lit("country"),
        country=pl.col("country"),
        role=pl.col("kind"),
    ).unique(["pattern", "country"], keep="first", maintain_order=True)
