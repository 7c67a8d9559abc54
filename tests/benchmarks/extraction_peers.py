"""How fast other readers find words and numbers, for `extraction.py`: run by it in an environment that has them, and us not.

Reads {words, texts} from standard input and writes the articles a second that the peer named on the command line reads,
after one article that it may load its data with.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable

warnings.simplefilter("ignore")


def spacy(words: list[str]) -> Callable[[str], object]:
    """A blank English pipeline with sentences, our words as phrases, and patterns for amounts and percentages."""
    import spacy as library
    from spacy.matcher import Matcher, PhraseMatcher

    pipeline = library.blank("en")
    pipeline.add_pipe("sentencizer")
    phrases, numbers = PhraseMatcher(pipeline.vocab, attr="LOWER"), Matcher(pipeline.vocab)
    phrases.add("word", list(pipeline.pipe(words)))
    scale = {"LOWER": {"IN": ["thousand", "million", "billion", "trillion", "m", "bn", "tn"]}, "OP": "?"}
    numbers.add("money", [[{"IS_CURRENCY": True}, {"LIKE_NUM": True}, scale]])
    numbers.add("money_after", [[{"LIKE_NUM": True}, scale, {"LOWER": {"IN": ["dollars", "euros", "pounds", "yen"]}}]])
    numbers.add("percent", [[{"LIKE_NUM": True}, {"LOWER": {"IN": ["%", "percent", "pct"]}}]])
    numbers.add("count", [[{"LIKE_NUM": True}, scale, {"IS_ALPHA": True}]])

    def read(text: str) -> object:
        document = pipeline(text)
        return phrases(document), numbers(document), list(document.sents)

    return read


def recognizers(_words: list[str]) -> Callable[[str], object]:
    """Numbers, percentages and currencies."""
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency

    return lambda text: [ask(text, "en-us") for ask in (recognize_number, recognize_percentage, recognize_currency)]


def quantulum3(_words: list[str]) -> Callable[[str], object]:
    """Quantities with their units."""
    from quantulum3 import parser

    read: Callable[[str], object] = parser.parse
    return read


def main() -> None:
    """Time the peer named on the command line."""
    asked = json.load(sys.stdin)
    read = {"spacy": spacy, "recognizers": recognizers, "quantulum3": quantulum3}[sys.argv[1]](asked["words"])
    read(asked["texts"][0])
    begun, done = time.perf_counter(), 0
    for text in asked["texts"]:
        read(text)
        done += 1
        if time.perf_counter() - begun > 60:
            break
    print(done / (time.perf_counter() - begun))


if __name__ == "__main__":
    main()
