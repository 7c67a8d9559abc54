"""Writes calendar.toml: the names of months and weekdays from CLDR, by language, as they stand in a dateline.

Run by hand when CLDR or the list of languages changes: `python -m transforms.reading.generate_calendar`.
What newsrooms write and CLDR does not know is in dates.toml, by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from transforms.schemas import LANGUAGES

# Arabic has three sets of month names, by region; Norwegian is Bokmål in CLDR.
LOCALES = {
    "ar": ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR"),
    "no": ("nb", "nn"),
    "pt": ("pt", "pt_PT"),
    "es": ("es", "es_MX", "es_PE"),
    "en": ("en", "en_GB"),
    "zh": ("zh", "zh_Hant"),
}


def names(language: str, kind: str, size: int, widths: tuple[str, ...]) -> list[list[str]]:
    """One list of lower-case names for each month or weekday, without their final point; numerals are left out."""
    from babel import Locale  # noqa: PLC0415  a development tool: the wheel runs without it

    found: list[list[str]] = [[] for _ in range(size)]
    for code in LOCALES.get(language, (language,)):
        known: Any = getattr(Locale.parse(code), kind)
        for context in ("format", "stand-alone"):
            for width in widths:
                for number, name in known[context][width].items():
                    place = number - 1 if kind == "months" else number
                    plain = name.casefold().rstrip(".").strip()
                    if not plain[0].isdigit() and plain not in found[place]:
                        found[place].append(plain)
    return found


def main() -> None:
    """Writes the file beside this module."""
    lines = ["# Names from CLDR: months from January, weekdays from Monday. Written by generate_calendar.py; do not edit."]
    for kind, size, widths in (("months", 12, ("wide", "abbreviated")), ("days", 7, ("wide",))):
        lines += ["", f"[{kind}]"]
        for language in LANGUAGES:
            found = names(language, kind, size, widths)
            if all(found):  # Chinese, Japanese and Korean count their months
                lines.append(f"{language} = [")
                lines.extend(f"    {json.dumps(month, ensure_ascii=False)}," for month in found)
                lines.append("]")
    Path(__file__).with_name("calendar.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
