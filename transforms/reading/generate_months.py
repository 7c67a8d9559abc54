"""Writes months.toml: the month names of CLDR, by language, as they stand in a dateline.

Run by hand when CLDR or the list of languages changes: `python -m transforms.reading.generate_months`.
What newsrooms write and CLDR does not know is in dates.toml, by hand.
"""

from __future__ import annotations

import json
from pathlib import Path

from transforms.schemas import LANGUAGES

# Arabic has three sets of month names, by region; Norwegian is Bokmål in CLDR.
LOCALES = {
    "ar": ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR"),
    "no": ("nb", "nn"),
    "pt": ("pt", "pt_PT"),
    "es": ("es", "es_MX", "es_PE"),
}
LOCALES |= {"en": ("en", "en_GB"), "zh": ("zh", "zh_Hant")}


def month_names(language: str) -> list[list[str]]:
    """Twelve lists of lower-case names, wide, abbreviated and standing alone, without their final point."""
    from babel import Locale  # noqa: PLC0415  a development tool: the wheel runs without it

    names: list[list[str]] = [[] for _ in range(12)]
    for code in LOCALES.get(language, (language,)):
        months = Locale.parse(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    plain = name.casefold().rstrip(".").strip()
                    if not plain[0].isdigit() and plain not in names[number - 1]:
                        names[number - 1].append(plain)
    return names


def main() -> None:
    """Writes the file beside this module."""
    lines = ["# Month names from CLDR, lower case, January first. Written by generate_months.py; do not edit.", ""]
    for language in LANGUAGES:
        names = month_names(language)
        if all(names):  # Chinese, Japanese and Korean count their months
            lines.append(f"{language} = [")
            lines.extend(f"    {json.dumps(month, ensure_ascii=False)}," for month in names)
            lines.append("]")
    Path(__file__).with_name("months.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
