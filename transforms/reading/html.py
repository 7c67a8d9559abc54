"""HTML: which part of a page is the article. What the page says of itself is in `declared`, its title in `titles`.

One pass takes the page apart into blocks, each with its weight as prose and the share of it that is
linked; the article is the smallest part of the tree that holds most of the prose, from its headline on.
Strings in scripts are looked through, and trafilatura is asked, only where this finds nothing.
"""

from __future__ import annotations

import html as entities
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from transforms.reading import dates, head, scripts
from transforms.reading.clean import clean, one_line
from transforms.reading.declared import Meta, metadata, site_after
from transforms.reading.page import Page
from transforms.reading.titles import title_of, without_tail, words_of

DROPPED: Final = frozenset(
    (
        "script", "address", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "applet",
        "audio", "video", "map", "button", "select", "option", "textarea", "input", "label", "nav",
        "aside", "footer", "form", "dialog", "menu", "figure", "figcaption", "head", "title", "link",
        "meta", "math", "picture", "source", "track", "area", "fieldset", "datalist", "rt", "rp",
    )
)  # fmt: skip
BLOCKS: Final = frozenset(
    (
        "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
        "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
    )
)  # fmt: skip
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PARSER_DEPTH: Final = 2040
"""libxml2 stops at 2,048 nested elements and drops what follows."""
CARD_BLOCKS: Final = 5
FLAT = re.compile(
    r"</?(?:div|span|font|b|i|u|em|strong|section|center|small|big|a|ul|ol|li|table|tbody|tr|td|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
BUILDER = re.compile(r"\belementor[\w-]*")
"""Names of a page builder, which calls every part of an article a widget."""
SPACE = re.compile(r"[ \t\r\n\f]+")
PARAGRAPH = re.compile(r"[ \t]*\n[ \t]*\n\s*")


@dataclass(slots=True)
class Block:
    """A run of text without a border inside, in document order."""

    tag: str
    text: str
    linked: int  # characters of it that are link text
    holders: tuple[int, ...]  # numbers of the elements around it, outermost first
    order: int

    @property
    def prose(self) -> int:
        """Its weight as prose: nothing for what is short, unpunctuated or mostly linked."""
        size = head.weight(self.text)
        if self.linked * 2 > len(self.text) or (size < 60 and not (size > 25 and head.SENTENCE_END.search(self.text))):
            return 0
        return size if self.tag in ("p", "blockquote", "li", "td", "pre") or size > 80 else size // 2


@cache
def boilerplate() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """Names that mark what is no article: always, where no prose is inside, and as a role."""
    known = tomllib.loads(Path(__file__).with_name("boilerplate.toml").read_text(encoding="utf-8"))

    def part(words: list[str]) -> re.Pattern[str]:
        return re.compile(rf"(?:^|[\s_-])(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?=$|[\s_-])")

    return part(known["strong"]), part(known["weak"]), frozenset(known["roles"])


@lru_cache(maxsize=20_000)
def verdict(names: str) -> int:
    """2 for names that are never article, 1 for those that are not where no prose is inside, else 0."""
    strong, weak, _ = boilerplate()
    return 2 if strong.search(names) else 1 if weak.search(names) else 0


def parsed(markup: str) -> Any:
    """The tree of a page, or None where there is none. Never deeper than the parser allows."""
    from lxml import etree  # noqa: PLC0415  30 ms: only when a page is HTML

    def tree(source: str) -> Any:
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
        try:
            return etree.fromstring(source.encode("utf-8", "replace"), parser)
        except etree.XMLSyntaxError:
            return None

    root = tree(markup)
    if root is not None and markup.count("<") > PARSER_DEPTH and too_deep(root):
        root = tree(FLAT.sub(" ", markup))
    return root


def too_deep(root: Any) -> bool:
    """Whether the parser met its limit of nesting and dropped the rest."""
    from lxml import etree  # noqa: PLC0415

    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth >= PARSER_DEPTH:
            return True
    return False


def read_html(markup: str) -> Page:
    """A page from HTML; without a body where no article was found."""
    root = parsed(markup.replace("\x00", ""))
    if root is None:
        return Page()
    meta = metadata(root)
    blocks = list(blocks_of(root))
    chosen, title, headline = article(blocks, meta)
    body = rendered(chosen)
    stated = clean(re.sub(r"<[^<>]{1,200}>", "\n", entities.unescape(meta.body))) if meta.body else ""
    if len(stated) > 300 and len(body) < 0.5 * len(stated):
        body = stated
    if head.weight(body) < 200:
        said = list(scripts.strings(root))
        body = max(body, by_trafilatura(markup), from_markup(scripts.richest(said)), key=len)
        title = without_tail(title, [one_line(each) for each in said if len(each) <= 300]) if title else None
    meta.publisher = meta.publisher or site_after(root, [*meta.headlines, *([headline.text] if headline else [])])
    published = meta.dates + ([found] if (found := dates.from_url(meta.url or "")) else []) + meta.modified
    near = [] if meta.dates else near_headline(root, blocks, headline)
    return Page(title, body, published, near, meta.url, meta.publisher, meta.language)


DATED_NAME = re.compile(
    r"(?:^|[\s_-])(?:date|datum|data|fecha|publish\w*|published|posted|pubdate|time|timestamp|meta|byline|dateline)(?=$|[\s_-])"
)


def near_headline(root: Any, blocks: list[Block], headline: Block | None) -> list[str]:
    """Short lines where a page writes its date: around the headline, and in elements that are named for it."""
    around = [block.text for block in blocks if headline and -3 <= block.order - headline.order <= 8 and block is not headline]
    named = []
    for element in root.iter("span", "div", "p", "small", "li", "abbr", "time"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if len(names) > 1 and DATED_NAME.search(names):
            named.append(" ".join("".join(element.itertext()).split())[:200])
            if len(named) >= 20:
                break
    return [one_line(line) for line in around + named if line and head.weight(line) <= 160]


def read_fragment(markup: str) -> str:
    """The text of a piece of HTML, all of it article, its frame (captions, advertising) taken away."""
    root = parsed(f"<html><body>{PARAGRAPH.sub('<br><br>', markup)}</body></html>")
    return "" if root is None else rendered(list(blocks_of(root)))


def from_markup(markup: str) -> str:
    """The text of a string of HTML, all of it article."""
    root = parsed(f"<html><body>{markup}</body></html>") if markup else None
    return "" if root is None else rendered(kept(list(blocks_of(root))))


def by_trafilatura(markup: str) -> str:
    """What trafilatura takes for the article."""
    if len(markup) > 2_000_000 or markup.count("<") > 50_000:
        return ""
    import trafilatura  # noqa: PLC0415  0.8 s: only for pages that our own pass cannot read

    found = trafilatura.extract(markup, include_comments=False, include_tables=True, favor_recall=True)
    text = clean(found.replace("\n", "\n\n")) if found else ""
    return text if head.weight(text) >= 60 else ""


def suspicion(element: Any) -> int:
    """How surely an element's own attributes say that it is no part of the article: 0, 1 or 2."""
    attributes = element.attrib
    if not attributes:
        return 0
    if attributes.get("role") in boilerplate()[2]:
        return 2
    unseen = attributes.get("aria-hidden") == "true" or "hidden" in attributes or "none" in attributes.get("style", "")[:200]
    unseen = unseen and (
        "style" not in attributes or "display:none" in attributes["style"].replace(" ", "") or "aria-hidden" in attributes
    )
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip().lower()[:400]
    if "elementor" in names:
        names = BUILDER.sub("", names)
    return max(verdict(names) if names else 0, 1 if unseen else 0)


def prose_inside(element: Any) -> int:
    """Characters in the paragraphs of an element that read as prose and are not links."""
    total = 0
    for paragraph in element.iter("p"):
        text = "".join(paragraph.itertext()).strip()
        if head.weight(text) >= 80:
            linked = sum(len("".join(link.itertext())) for link in paragraph.iter("a"))
            total += len(text) if linked * 2 < len(text) else 0
    return total


def blocks_of(root: Any) -> Iterator[Block]:
    """The blocks of a page in document order, without what can be known not to be article."""
    from lxml import etree  # noqa: PLC0415

    whole_page: list[int] = []  # asked for only where a name is suspicious

    def dropped(element: Any) -> bool:
        name = element.tag
        if name in DROPPED:
            return not (name == "figure" and element.find(".//table") is not None)
        grade = suspicion(element)
        if not grade or name in ("html", "body", "article", "main"):
            return False
        inside = prose_inside(element)
        if grade == 1:
            return inside < 80
        if not whole_page:
            whole_page.append(prose_inside(root))
        return not (inside > 400 and inside > 0.5 * whole_page[0])

    walk = etree.iterwalk(root, events=("start", "end"))
    holders: list[int] = []
    number = order = 0
    text: list[str] = []
    linked = links = cells = 0
    tag = "body"
    skipped: Any = None

    def flush() -> Iterator[Block]:
        nonlocal order, linked
        whole = "".join(text)
        text.clear()
        share, linked = linked, 0
        for piece in re.split(r"\n\s*\n", whole) if "\n" in whole else (whole,):
            part = piece.strip(" \n\t")
            if part:
                order += 1
                yield Block(tag, part, min(share, len(part)), tuple(holders), order)

    for event, element in walk:
        name = element.tag
        if event == "start":
            if dropped(element):
                walk.skip_subtree()
                skipped = element
                if name in BLOCKS:
                    yield from flush()
                continue
            if name in ("td", "th") and cells:
                if text and element.getprevious() is not None:
                    text.append("\t")
            elif name in BLOCKS and not (cells and name != "tr"):
                yield from flush()
                tag = name
            elif name == "br":
                text.append("\n" if not cells else " ")
            if name == "tr" and is_row(element):
                cells += 1
            number += 1
            holders.append(number)
            if name == "a":
                links += 1
            content = element.text
            if content:
                content = SPACE.sub(" ", content) if name != "pre" else content
                text.append(content)
                linked += len(content) if links else 0
        else:
            if element is skipped:
                skipped = None
            else:
                if name in BLOCKS and not (cells and name != "tr"):
                    yield from flush()
                    tag = getattr(element.getparent(), "tag", "body")
                if name == "tr" and cells and is_row(element):
                    cells -= 1
                holders.pop()
                if name == "a":
                    links -= 1
            if element.tail:
                content = SPACE.sub(" ", element.tail)
                text.append(content)
                linked += len(content) if links else 0
    yield from flush()


def is_row(element: Any) -> bool:
    """Whether a table row holds data: short cells and no table inside."""
    if element.find(".//table") is not None or element.find(".//tr") is not None:
        return False
    cells = [child for child in element if child.tag in ("td", "th")]
    return len(cells) > 1 and all(len("".join(cell.itertext())) <= 200 for cell in cells)


def article(blocks: list[Block], meta: Meta) -> tuple[list[Block], str | None, Block | None]:
    """(the blocks of the article without its headline, its title, the block of its headline)."""
    weights: dict[int, int] = {}
    total = 0
    for block in blocks:
        prose = block.prose
        total += prose
        for holder in block.holders:
            weights[holder] = weights.get(holder, 0) + prose
    headline = headline_block(blocks, meta)
    title = title_of(
        one_line(headline.text) if headline else None,
        shared=meta.shared,
        declared=meta.headlines,
        shorter=meta.stated,
        echoes=meta.echoes,
    )
    if not total:
        return [], title, headline
    # Down the tree while one child still holds most of the prose.
    inside, floor = blocks, total
    depth = 0
    while True:
        children = {block.holders[depth] for block in inside if len(block.holders) > depth}
        best = max(children, key=lambda child: weights.get(child, 0), default=None)
        # Less will do for the part that holds the headline: forms and dialogues have much prose too.
        share = 0.4 if headline is not None and best in headline.holders else 0.7
        if best is None or weights.get(best, 0) < max(share * floor, 120):
            break
        narrower = [block for block in inside if len(block.holders) > depth and block.holders[depth] == best]
        if len(narrower) == 1 and len(inside) > 1:
            break
        inside, floor = narrower, weights[best]
        depth += 1
    first, last = inside[0].order, inside[-1].order
    if headline and headline.order < first:
        # A lead that stands between the headline and the text proper.
        lead = [block for block in blocks if headline.order < block.order < first and block.prose >= 50]
        inside = lead + inside
    elif headline and first <= headline.order <= last:
        after = [block for block in inside if block.order > headline.order]
        # A heading in the middle that only looks like the headline hides no text, nor does a lesser heading hide a lead.
        before = sum(block.prose for block in inside if block.order < headline.order and not block.linked)
        hides = 2 * sum(block.prose for block in after) <= floor or (headline.tag != "h1" and before > 200)
        inside = inside if hides else after
    return kept(inside), title, headline


def headline_block(blocks: list[Block], meta: Meta) -> Block | None:
    """The heading that says what the page's metadata calls its headline, the highest first, else the only h1."""
    tops = [block for block in blocks if block.tag == "h1" and head.weight(block.text) > 12]
    for headings in (tops, [block for block in blocks if block.tag in ("h2", "h3")][:5]):
        for said in meta.headlines:
            wanted = words_of(said)
            for block in headings:
                there = words_of(block.text)
                if (
                    wanted
                    and there
                    and len(wanted & there) >= 0.6 * min(len(wanted), len(there))
                    and len(there) * 3 >= len(wanted)
                ):
                    return block
    return tops[0] if len(tops) == 1 else None


def kept(blocks: list[Block]) -> list[Block]:
    """The blocks that are text: no lists of links, no cards of other articles, no labels, no heading over what was dropped."""
    inside = Counter(holder for block in blocks for holder in block.holders)
    good: list[Block] = []
    card: int | None = None  # the part around a linked heading: a picture, a line or two
    emptied: Block | None = None  # a heading whose text was dropped so far
    for block in blocks:
        size = head.weight(block.text)
        is_heading = block.tag in HEADINGS
        linked = block.linked > 0.6 * len(block.text) and (block.tag != "p" or size < 400)
        if linked and block.tag == "p" and len(block.text) - block.linked >= 20 and head.ends(block.text):
            linked = False  # a sentence about what it links to
        label = (
            block.tag in ("div", "section", "body", "header", "address", "center")
            and size < 30
            and not head.SENTENCE_END.search(block.text)
        )
        if is_heading:
            if emptied is not None:
                good.remove(emptied)
            emptied = None
            card = next((holder for holder in block.holders if inside[holder] <= CARD_BLOCKS), None) if linked else None
        in_card = card is not None and not is_heading and card in block.holders
        if linked or label or in_card:
            if not is_heading and good and good[-1].tag in HEADINGS and emptied is None:
                emptied = good[-1]
            continue
        if not is_heading:
            emptied = None
        good.append(block)
    if emptied is not None:
        good.remove(emptied)
    while good and good[-1].tag in HEADINGS:
        good.pop()
    return good


def rendered(blocks: list[Block]) -> str:
    """Blocks as clean text: list items and table rows on lines of their own, the rest as paragraphs."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        if parts:
            parts.append("\n" if block.tag == before and block.tag in ("li", "tr", "td", "th", "dd", "dt") else "\n\n")
        parts.append(block.text)
        before = block.tag
    return clean("".join(parts))
