"""Companies that a user adds in a TOML file, read and checked: what is wrong is told with its line and key.

Which file counts, the environment says: part of the work is done by processes of their own, which inherit it. The file is
read anew when it changes. A company that the shipped tables hold keeps what the file does not name.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

VARIABLE: Final = "NEWSLEDGER_COMPANIES"
"""Names the file; unset, there is none."""
FILE_NAME: Final = "companies.toml"
COLUMNS: Final = ("name", "legal_name", "country", "ticker", "mic", "lei", "figi", "fiscal_year_end", "parent_id")
NAMES: Final = {"aliases": "name", "weak_aliases": "weak", "products": "product"}
"""Keys that hold names, and the kind of alias that each makes."""
EXAMPLE: Final = """\
# Companies of your own, or more names for known ones: one table a company, its id a slug of the common name.
# aliases      how newspapers write it, in any script
# weak_aliases ordinary words too: they count only where the article shows that the firm is meant
# products     stand for their maker

# [brambleton-mills]
# name = "Brambleton Mills"
# legal_name = "Brambleton Mills plc"
# country = "GB"               # ISO 3166-1
# ticker = "BRM"
# mic = "XLON"                 # ISO 10383
# fiscal_year_end = "03-31"    # month and day
# aliases = ["Brambleton"]
# weak_aliases = ["Mills"]
# products = ["Millcloth"]
"""
_FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "country": (r"[A-Z]{2}", "two capital letters (ISO 3166-1)"),
    "mic": (r"[A-Z0-9]{4}", "four capital letters or digits (ISO 10383)"),
    "lei": (r"[A-Z0-9]{18}[0-9]{2}", "twenty letters and digits (ISO 17442)"),
    "figi": (r"BBG[A-Z0-9]{9}", "BBG and nine letters or digits"),
    "fiscal_year_end": (
        r"(0[13578]|1[02])-31|(0[469]|11)-30|02-2[89]",
        "the last day of a month, as in 03-31",
    ),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in the file."""

    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{place}{self.key}: {self.message}" if self.key else f"{place}{self.message}"


class BadCompanies(ValueError):
    """A file of companies that cannot be used: all that is wrong, with lines and keys."""

    def __init__(self, *, path: Path, mistakes: Sequence[Mistake]) -> None:
        self.path, self.mistakes = path, tuple(mistakes)
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))


@dataclass(frozen=True)
class Own:
    """What a file holds: rows of `companies.csv` (an absent field is null) and of `aliases.csv`."""

    companies: pl.DataFrame
    aliases: pl.DataFrame


_COMPANIES: Final = dict.fromkeys(("company_id", *COLUMNS), pl.String)
_ALIASES: Final = dict.fromkeys(("company_id", "alias", "kind"), pl.String)


def use(path: Path | None, *, ids: Sequence[str], owners: Mapping[str, str]) -> None:
    """Let this process and those it starts know the companies of a file; none where there is no such file.

    `ids` are the companies and `owners` the aliases of the shipped tables. Raises BadCompanies.
    """
    if path is None or not path.is_file():
        os.environ.pop(VARIABLE, None)
        return
    load(path, ids=ids, owners=owners)
    os.environ[VARIABLE] = str(path.absolute())


def stamp() -> tuple[str, int, int] | None:
    """Tells one state of the file from another: path, time and size; None where no file counts."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    try:
        found = Path(named).stat()
    except OSError:
        return None
    return named, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def of(state: tuple[str, int, int] | None) -> Own:
    """The companies of the file in that state. Raises BadCompanies for what no table is needed to see."""
    if state is None:
        return Own(pl.DataFrame(schema=_COMPANIES), pl.DataFrame(schema=_ALIASES))
    return load(Path(state[0]), ids=None, owners={})


def load(path: Path, *, ids: Sequence[str] | None, owners: Mapping[str, str]) -> Own:
    """The companies of a file; `ids` None: what is known elsewhere is not asked. Raises BadCompanies."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text)
    except OSError as error:
        raise BadCompanies(path=path, mistakes=[Mistake(None, "", f"cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError as error:
        raise BadCompanies(
            path=path, mistakes=[Mistake(error.object[: error.start].count(b"\n") + 1, "", "no UTF-8")]
        ) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise BadCompanies(path=path, mistakes=[Mistake(int(at[1]) if at else None, "", f"no TOML: {error}")]) from None
    mistakes = list(_mistakes(found, text, ids=ids, owners=owners))
    if mistakes:
        raise BadCompanies(path=path, mistakes=sorted(mistakes, key=lambda each: (each.line or 0, each.key)))
    companies = [
        {"company_id": key}
        | {column: table.get(column) for column in COLUMNS}
        | {"fiscal_year_end": f"--{table['fiscal_year_end']}" if "fiscal_year_end" in table else None}
        for key, table in found.items()
    ]
    aliases = [
        {"company_id": key, "alias": alias, "kind": kind}
        for key, table in found.items()
        for word, kind in NAMES.items()
        for alias in table.get(word, [])
    ]
    # The name itself is an alias, unless the file says that it is a word too.
    aliases += [{"company_id": key, "alias": table["name"], "kind": "name"} for key, table in found.items() if "name" in table]
    return Own(
        pl.DataFrame(companies, schema=_COMPANIES),
        pl.DataFrame(aliases, schema=_ALIASES).unique("alias", keep="first", maintain_order=True),
    )


def _mistakes(
    found: Mapping[str, Any], text: str, *, ids: Sequence[str] | None, owners: Mapping[str, str]
) -> Iterator[Mistake]:
    known = set(ids or ())
    named: dict[str, str] = {}
    for company, table in found.items():
        line = _line(text, company, None)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", company):
            yield Mistake(line, company, "an id is small letters and digits joined by hyphens, as in brambleton-mills")
        if not isinstance(table, dict):
            yield Mistake(line, company, "a company is a table: [brambleton-mills]")
            continue
        if ids is not None and company not in known:
            for key in ("name", "country"):
                if key not in table:
                    yield Mistake(line, f"{company}.{key}", "missing: no table knows this company yet")
        for key, value in table.items():
            place, name = _line(text, company, key), f"{company}.{key}"
            if key in NAMES:
                if not isinstance(value, list) or not all(
                    isinstance(each, str) and each.strip() == each != "" for each in value
                ):
                    yield Mistake(place, name, 'names in quotes, in brackets: ["…", "…"]')
                    continue
                words = value
            elif key not in COLUMNS:
                yield Mistake(place, name, f"no such key; there are {', '.join((*COLUMNS, *NAMES))}")
                continue
            elif not isinstance(value, str) or value.strip() != value or not value:
                yield Mistake(place, name, "a text in quotes")
                continue
            elif key in _FORMS and not re.fullmatch(_FORMS[key][0], value):
                yield Mistake(place, name, f"{value!r} is not {_FORMS[key][1]}")
                continue
            elif key == "parent_id" and ids is not None and value not in known | set(found):
                yield Mistake(place, name, f"{value!r} is the id of no company")
                continue
            else:
                words = [value] if key == "name" else []
            for word in words:
                other = named.setdefault(word, company) if word in named else owners.get(word, company)
                named.setdefault(word, company)
                if other != company:
                    yield Mistake(place, name, f"{word!r} is a name of {other} already")


def _line(text: str, company: str, key: str | None) -> int | None:
    """The line of a company's head, or of a key below it."""
    lines = text.split("\n")
    head = re.compile(rf"""\s*\[\s*["']?{re.escape(company)}["']?\s*\]""")
    at = next((i for i, line in enumerate(lines) if head.match(line)), None)
    if at is None:
        at = next((i for i, line in enumerate(lines) if re.match(rf"\s*{re.escape(company)}\b", line)), None)
        return None if at is None else at + 1
    if key is None:
        return at + 1
    for i in range(at + 1, len(lines)):
        if re.match(r"\s*\[", lines[i]):
            break
        if re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", lines[i]):
            return i + 1
    return at + 1
