"""Which of the headlines of a page is its title.

A page has up to five: for sharing, for other sites, in JSON-LD, in its head, and the one that is seen. They differ by the
name of the site, a section or a kicker, or are worded anew for search machines.
"""

from __future__ import annotations

import re
from itertools import pairwise

from transforms.reading import head

SECTION = re.compile(r"\s+[|–—·•»«/-]\s")
"""What stands between a headline and the section or site that follows it."""


def without_site(title: str, site: str | None, *, guess: bool = False) -> str:
    """A page title without the name of the site after its last separator."""
    parts = re.split(r"\s+(?:[|–—·•»«/-]|::)\s+|\s*[|｜ㅣ]\s*|_(?=[^_]*$)", title)
    if len(parts) < 2:
        return title
    last = parts[-1].strip()
    if (site and words_of(last) & words_of(site)) or (guess and len(last) <= 40):
        return title[: title.rindex(last)].rstrip(" |–—·•»«/-:｜ㅣ_")
    return title


def title_of(
    shown: str | None, *, shared: str | None, declared: list[str], shorter: list[str], echoes: list[str]
) -> str | None:
    """The title: what the page declares for sharing, unless the headline that is seen says otherwise for a reason.

    `shared` is the headline for sharing and stands first among the `declared`, which are in the order of trust; `shorter`
    are forms without the name of the site; `echoes` has one headline of each source but sharing.
    """
    others = [*shorter, *([shown] if shown else [])]
    said = [without_tail(one, others) for one in declared]
    if not said:
        return shown
    title = said[0]
    if shown is None:
        return title
    seen, plain = squeezed(shown), squeezed(title)
    if seen.endswith(plain):
        return title or shown  # a kicker or section before it
    agreeing = [squeezed(echo) for echo in echoes]
    if shared is None or figures(shown) - figures(title):
        return shown
    if agreeing.count(seen) >= 2 and plain not in agreeing:
        return shown  # what nobody else repeats was worded for sharing alone
    return core(title, shown)


def core(title: str, shown: str) -> str:
    """The headline where the page puts one thing before it and its declaration another, or adds words on both sides."""
    before, _, after = title.partition(shown)
    if before and SECTION.match(after):
        return shown
    kicker, colon, rest = title.partition(": ")
    if not colon or len(rest) < 25 or shown == rest or not shown.endswith(rest):
        return title
    return title if words_of(kicker) & words_of(shown.removesuffix(rest)) else rest


def figures(text: str) -> set[str]:
    """The numbers of a headline."""
    return set(re.findall(r"\d+", text))


def squeezed(text: str) -> str:
    """The letters and digits of a text alone, case folded."""
    return re.sub(r"[\W_]+", "", text).casefold()


def without_tail(title: str, others: list[str]) -> str:
    """A title without what follows a shorter form of it that stands elsewhere on the page: the site, the section."""
    for other in others:
        if (
            12 <= len(other) < len(title) <= len(other) + 50
            and title.startswith(other)
            and re.match(r"\s*[|–—·•»«/_｜ㅣ-]|\s*[:：].{1,20}$", title[len(other) :])
        ):
            return other
    return title


def words_of(text: str) -> set[str]:
    """The words of a headline; pairs of characters in scripts without spaces."""
    plain = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return {word for word in plain.split() if not head.WIDE.search(word)} | {
        "".join(pair) for word in plain.split() if head.WIDE.search(word) for pair in pairwise(word)
    }
