"""Writes `listed.csv` and `listed_aliases.csv`: listed companies from pytickersymbols that `companies.csv` does not hold.

Run as `python transforms/reference/generate_listed.py` with pytickersymbols installed. Not used at run time. A name of one
word is a weak alias where `ambiguous_names.txt` holds it; fiscal years and exchanges are left empty, for the package has none.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

from pytickersymbols import PyTickerSymbols

HERE = Path(__file__).parent
FORMS = re.compile(
    r"[ ,]+(?:inc|corp|corporation|co|company|companies|ltd|limited|plc|llc|lp|ag|se|sa|nv|n\.v|s\.a|spa|s\.p\.a|ab|abp|asa"
    r"|oyj|oy|gmbh|kgaa|holdings?|group|the|class [a-c]|& co|\(publ\)|trust|reit|s\.e|a/s|as)\.?$",
    re.IGNORECASE,
)

# Words and first names that no context tells from the firm, and what another table names better.
ORDINARY = frozenset((HERE / "ordinary_names.txt").read_text(encoding="utf-8").split())
# Names that are also a word, a person's name or a place in one of our languages ("Linde", "Neste", "Eaton", "Salzgitter").
AMBIGUOUS = frozenset((HERE / "ambiguous_names.txt").read_text(encoding="utf-8").split())
AGENCIES = frozenset(("factset", "gartner", "moodys", "s-p-global", "msci", "ipsos", "intertek", "experian"))


def common_name(name: str) -> str:
    """The name without brackets, share class and legal forms."""
    name = re.sub(r"\s*\([^)]*\)", "", name).strip().removeprefix("The ")
    while (shorter := FORMS.sub("", name).strip(" ,&")) != name and len(shorter) > 1:
        name = shorter
    return name


def slug(name: str) -> str:
    """Rule 34: kebab-case."""
    flat = unicodedata.normalize("NFKD", name.casefold().replace("ø", "o").replace("&", " ").replace("'", ""))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in flat if not unicodedata.combining(c)).split())


def main() -> None:
    """Write both tables."""
    with (HERE / "companies.csv").open(encoding="utf-8") as file:
        own = list(csv.DictReader(file))
    with (HERE / "aliases.csv").open(encoding="utf-8") as file:
        taken = {slug(row["alias"]) for row in csv.DictReader(file)}
    taken |= {row["company_id"] for row in own} | {slug(common_name(row["legal_name"])) for row in own}
    tickers = {(row["ticker"], row["country"]) for row in own if row["ticker"]}
    companies, aliases = [], []
    for stock in sorted(PyTickerSymbols().get_all_stocks(), key=lambda s: str(s["name"])):
        name = common_name(stock["name"])
        key = slug(name)
        country = stock["isins"][0][:2] if stock.get("isins") else ""
        ticker = str(stock.get("symbol") or "").split(".")[0]
        if not country or len(key) < 3 or key in taken | ORDINARY or (ticker, country) in tickers:
            continue
        taken.add(key)
        companies.append([key, name, stock["name"], country, ticker, "", "", "", "", "", "agency" if key in AGENCIES else ""])
        aliases.append([key, name, "weak" if key in AMBIGUOUS else "name"])
    for file_name, head, rows in (
        ("listed.csv", list(own[0]), companies),
        ("listed_aliases.csv", ["company_id", "alias", "kind"], aliases),
    ):
        with (HERE / file_name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)


if __name__ == "__main__":
    main()
