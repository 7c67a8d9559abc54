"""Writes `hangul.csv` and `japanese.csv`: how syllables, kana and kanji are read, for ids of companies outside the table.

Run as `python transforms/reference/generate_readings.py Unihan_Readings.txt` with that file of the Unicode Character Database
(Unicode licence). Not used at run time. Korean is the Revised Romanization syllable by syllable; of a kanji's readings the
first on'yomi is taken.
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
VOWELS = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa"),
    *("wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"),
)
FINALS = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l"),
    *("p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"),
)
HIRAGANA_AT, KATAKANA_AT = 0x3041, 0x30A1
KANA = (
    "a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da chi ji tsu tsu zu te de to do "
    "na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo ya ya yu yu yo yo ra ri ru re ro wa wa i e o "
    "n vu"
)


def hangul() -> dict[str, str]:
    """Every syllable and its reading."""
    found = {}
    for number in range(11172):
        initial, vowel, final = number // 588, number // 28 % 21, number % 28
        found[chr(0xAC00 + number)] = INITIALS[initial] + VOWELS[vowel] + FINALS[final]
    return found


def japanese(unihan: Path) -> dict[str, str]:
    """Kana and kanji and their readings."""
    found = {"ー": ""}
    for offset, reading in enumerate(KANA.split()):
        found[chr(HIRAGANA_AT + offset)] = found[chr(KATAKANA_AT + offset)] = reading
    for line in unihan.read_text(encoding="utf-8").splitlines():
        if "\tkJapaneseOn\t" in line:
            code, _, readings = line.split("\t")
            character = chr(int(code.replace("U+", "0x"), 0))
            if len(character.encode("shift_jis", errors="ignore")) == 2:  # those in use
                found[character] = readings.split()[0].casefold().replace("ou", "o").replace("uu", "u")
    return found


def main() -> None:
    """Write both tables."""
    for name, readings in (("hangul.csv", hangul()), ("japanese.csv", japanese(Path(sys.argv[1])))):
        by_reading: dict[str, list[str]] = defaultdict(list)
        for character, reading in readings.items():
            by_reading[unicodedata.normalize("NFC", reading)].append(character)
        with (HERE / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["reading", "characters"])
            writer.writerows((reading, "".join(sorted(by_reading[reading]))) for reading in sorted(by_reading))


if __name__ == "__main__":
    main()
