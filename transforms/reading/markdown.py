"""Markdown, and the crawl form of it: epoch milliseconds in a comment, a linked title, then HTML or Markdown."""

from __future__ import annotations

import re

from transforms.reading import dates
from transforms.reading.clean import GAPS, one_line
from transforms.reading.html import read_fragment
from transforms.reading.page import Page

EPOCH = re.compile(r"^\s*<!--\s*(\d{12,13})\s*-->\s*")
LINKED_TITLE = re.compile(
    r"^\s*(?:#{1,6}\s*)?\[(?P<title>(?:[^\[\]\n]|\[[^\[\]\n]*\]){1,500})\]"
    r"\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"\n]*\")?\)[ \t]*(?:\n|$)"
)
RULE = re.compile(r"^\s*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*(?:\n|$)")
FRONT = re.compile(r"^\s*---[ \t]*\n(?P<fields>(?:[A-Za-z_][\w-]*:.*\n|[ \t].*\n|- .*\n)+)---[ \t]*\n")
HEADING = re.compile(r"^\s*#\s+(?P<title>[^\n]{1,500}?)[ \t]*#*[ \t]*(?:\n|$)|^(?P<under>[^\n]{1,500})\n={3,}[ \t]*(?:\n|$)")
FENCE = re.compile(r"^```.*?^```[ \t]*$", re.MULTILINE | re.DOTALL)
IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\([^()\n]{0,2000}\)")
LINK = re.compile(r"\[([^\[\]\n]{1,500})\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,100}\])")
EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]{1,2000}?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)([^_\n]{1,2000}?)(?<=\S)\3(?![\w_])"
)
LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)", re.MULTILINE)
RULES = re.compile(
    r"^[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,}|\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+\|?)[ \t]*$", re.MULTILINE
)
BULLET = re.compile(r"^[ \t]*[*+][ \t]+", re.MULTILINE)
ITEM = re.compile(r"(?<=\S)[ \t]*\n(?=[ \t]*(?:[-–•●▪]|\d{1,2}[.)])[ \t])")
ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)


def is_crawled(text: str) -> bool:
    """Whether a text has the crawl form, whatever its file is called."""
    match = EPOCH.match(text[:200])
    return bool(match and LINKED_TITLE.match(text[match.end() : match.end() + 4000]))


def read_markdown(text: str) -> Page:
    """A page from Markdown with or without embedded HTML."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    text = GAPS.sub("\n\n", text)  # a million blank lines would be a million places for every pattern below
    page = Page()
    fields: dict[str, str] = {}
    front = FRONT.match(text)
    if front:
        for line in front["fields"].splitlines():
            key, _, value = line.partition(":")
            fields[key.strip().lower()] = value.strip().strip("\"'")
        text = text[front.end() :]
    epoch = EPOCH.match(text)
    if epoch:
        published = dates.from_epoch(int(epoch[1]))
        if published:
            page.dates.append(published)
        text = text[epoch.end() :]
    linked = LINKED_TITLE.match(text)
    heading = None if linked else HEADING.match(text)
    if linked:
        page.title, page.url = one_line(inline(linked["title"])), linked["url"]
        text = text[linked.end() :]
    elif heading:
        page.title = one_line(inline(heading["title"] or heading["under"]))
        text = text[heading.end() :]
    rule = RULE.match(text)
    if rule:
        text = text[rule.end() :]
    if fields:
        page.title = page.title or one_line(fields.get("title", "")) or None
        page.url = page.url or fields.get("url") or fields.get("canonical") or None
        page.language = fields.get("lang") or fields.get("language") or None
        for key in ("date", "published", "pubdate", "publishdate"):
            stated = dates.from_machine(fields[key], "meta") if fields.get(key) else None
            if stated:
                page.dates.append(stated)
    page.body = read_fragment(inline(text))
    return page


def inline(text: str) -> str:
    """Markdown's own marks taken away, its HTML left in place."""
    text = FENCE.sub("", text)
    text = IMAGE.sub("", text)
    text = LINK.sub(r"\1", text)
    text = RULES.sub("", text)
    text = LINE_MARK.sub("", text)
    text = BULLET.sub("- ", text)
    text = ROW.sub(lambda row: f"<br>{' | '.join(cell.strip() for cell in row[1].split('|'))}", text)
    text = ITEM.sub("<br>\n", text)
    return EMPHASIS.sub(lambda mark: mark[2] or mark[4], text)
