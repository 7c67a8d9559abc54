"""The head of an article: which line is the title, which lines are bylines, and the dates they hold.

Lines that only frame the article (byline, "Published: …", "Read also: …") leave the body, so that no
fact is read from them; a line of prose never does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from transforms.reading import dates
from transforms.reading.clean import strings
from transforms.reading.dates import Found, Published, any_of

TITLE_WEIGHT: Final = 220
HEAD_LINES: Final = 10
FIRST_WORD = re.compile(r"\W{0,3}(\w+)")
MAY_CREDIT = re.compile(r"\W{0,2}(?:\([cC]\)|Copyright|[PpFfIi]\w+ (?:by|courtesy|von|de|di)\b)")
POINTER: Final = 200
"""Characters that a line which only points elsewhere has at most."""
CREDIT: Final = 120
"""The same for the credit of a picture."""
CREDIT_MARKS: Final = (":", "：", "©")
"""What a credit has that does not begin with a name of its own."""
BETWEEN = re.compile(r"[\W_]+")
DIGIT = re.compile(r"\d")
WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
SENTENCE_END = re.compile(r"[.!?。！？…؟]['\"”’»」』)）]*$")
INNER_END = re.compile(r"[。！？]|[.!?؟]['\"”’»]?\s+(?=[^\W\d_])")
BULLET = re.compile(r"^(?:[-–—*•●▪■◆○►▶·]\s|\d{1,2}[.)]\s)")
# A count of comments, a slug.
FURNITURE = re.compile(r"^(?:\d{1,4}|\w+(?:-\w+){3,})$")
CRAWL = re.compile(r"^\s*date (\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?=\s)\s*")


def weight(text: str) -> int:
    """Length as a reader sees it: a Chinese, Japanese or Korean character says as much as two letters."""
    return len(text) if text.isascii() else len(text) + len(WIDE.findall(text))


@cache
def wording() -> dict[str, list[str]]:
    """wording.toml, as it is."""
    loaded: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))
    return loaded


@cache
def pattern(kind: str) -> re.Pattern[str]:
    """The pattern of one kind of frame, made from wording.toml and dates.toml."""
    known, date_words = wording(), dates.words()
    weekdays = [name for days in dates.calendar()["days"].values() for names in days for name in names]
    weekdays += date_words["weekdays"]["also"]
    labels = [*date_words["labels"]["published"], *date_words["labels"]["updated"]]
    match kind:
        case "title_label":
            form = rf"^(?i:{any_of(known['title_labels'])})\s*[:：]\s*"
        case "byline":
            # "By Ann Lee", "Autor: X", "文/张三", "记者 李四"; a preposition must be followed by a capital.
            named = r"(?:\s*[:：/／|]|\s+(?=[^\W\d_a-zà-ÿ]|onze\b|redac|redak|redaz|red\.))"
            form = rf"^(?i:{any_of(known['byline_starts'])}){named}"
        case "byline_end":
            form = rf"(?<=[\s・,，/／])(?i:{any_of(known['byline_ends'])})$"
        case "pointer":
            form = rf"^\W{{0,3}}(?i:{any_of(known['pointers'])})(?=\s*[:：»>|\]]|\s*$)"
        case "credit":
            labelled = rf"(?:.{{2,40}}, )?(?:{any_of(known['credits'])})\s*[:：]"
            form = rf"^\W{{0,2}}(?i:{labelled}|(?:{any_of(known['credit_phrases'])})\s+\w)|^(?:©|\([cC]\)|Copyright\b)"
        case "tail":
            form = rf"^\W{{0,3}}(?i:{any_of(known['tails'])})\W{{0,3}}$"
        case "frame":
            # Everything that may stand in a dated line without making it prose.
            form = rf"(?i:{any_of([*labels, *known['byline_extras'], *weekdays])})"
        case "published":
            form = rf"(?i:{any_of(date_words['labels']['published'])})\W*$"
        case "updated":
            form = rf"(?i:{any_of(date_words['labels']['updated'])})\W*$"
        case _:
            raise KeyError(kind)
    return re.compile(form)


def crawl_prefix(text: str) -> tuple[Published | None, str]:
    """The date that a crawl wrote before the text (" date 2020-06 …") and the text without it."""
    match = CRAWL.match(text[:40])
    if not match:
        return None, text
    year, month, day = match[1], match[2], match[3]
    precision: dates.Precision = "day" if day else "month" if month else "year"
    published = dates.on(int(year), int(month or 1), int(day or 1), precision=precision, source="crawl_prefix")
    return (published, text[match.end() :]) if published else (None, text)


def is_sentence(line: str) -> bool:
    """Whether a line reads as prose: it ends like a sentence and is long enough to be one."""
    return ends(line) and (len(line) > 40 or weight(line) > 40)


def ends(line: str) -> bool:
    """Whether a line ends like a sentence. Looked for from near its end: from its first character costs a whole reading."""
    return SENTENCE_END.search(line, max(0, len(line) - 12)) is not None


def is_title(line: str, following: str, rest: int) -> bool:
    """Whether the first line is a title, given the line after it ("" for a blank one) and the weight of all that follows."""
    size = weight(line)
    if (
        not 4 <= size <= TITLE_WEIGHT
        or rest < 40
        or line.endswith((":", "：", ";", "；", ",", "，", "、"))
        or BULLET.match(line)
    ):
        return False
    if ends(line) and not line.endswith(("?", "!", "？", "！", "…")) and size > 90:
        return False
    if size > 140 and INNER_END.search(line):
        return False
    return not following or weight(following) > size or size <= 140


def is_byline(line: str) -> bool:
    """Whether a line only says who wrote."""
    if len(line) > 100 or DIGIT.search(line) or weight(line) > 100 or is_sentence(line):
        return False
    return has_byline(line)


def has_byline(line: str) -> bool:
    """Whether a line begins or ends as bylines do."""
    if pattern("byline").match(line):
        return True
    end = pattern("byline_end").search(line, max(0, len(line) - 24))
    return end is not None and end.start() <= 60


def bare(line: str, found: list[Found]) -> str:
    """What a line says beside its dates, labels, weekdays and counts."""
    kept, place = [], 0
    for one in found:
        kept.append(line[place : one.start])
        place = one.end
    kept.append(line[place:])
    return BETWEEN.sub(" ", pattern("frame").sub(" ", " | ".join(kept))).strip()


def dated_line(line: str, found: list[Found]) -> bool:
    """Whether a line is there for its date: beside it only a name, a section or a count."""
    if not found or weight(line) > 160:
        return False
    left = bare(line, found)
    if DIGIT.search(left):
        # A count of readers or minutes is allowed where the line also tells who or when in other ways.
        framed = pattern("frame").search(line) or has_byline(line)
        return bool(framed) and weight(left) <= 40 and not is_sentence(line)
    return weight(left) <= 60 and not (is_sentence(line) and weight(left) > 20)


def publication(line: str, found: list[Found]) -> list[Published]:
    """The dates of a framing line, those labelled as publication first, those of an update last."""
    first, plain, last = [], [], []
    for one in found:
        before = line[max(0, one.start - 40) : one.start]
        if pattern("updated").search(before) and not re.search(r"(?i)\bdata\W*$", before):
            last.append(one.published)
        elif pattern("published").search(before):
            first.append(one.published)
        else:
            plain.append(one.published)
    return first + plain + last


DATELINE_AFTER = re.compile(r"^[.,]?\s*(?:[(（][^()（）]{1,40}[)）])?\s*[.．:：–—-]|^[.,]?\s*[(（]")


def dateline(line: str, language: str, region: str | None, hint: Published | None) -> Published | None:
    """The date at the start of the lead ("LONDON, Oct 30 (Reuters) -"), its year taken from what else is known.

    Without that it is no date: the weekday of the text leaves too many years to choose from.
    """
    start = line[:100]
    if not dates.ANY_DIGIT.search(start, 0, 60):
        return None
    for found in dates.find(start, language, region=region, year=hint.local.year if hint else None):
        before = start[: found.start]
        if len(before) > 45 or re.search(r"\d|[.!?。]\s+\w+\s", before) or not DATELINE_AFTER.match(start[found.end :]):
            continue
        if found.year_stated or (hint is not None and found.published.agrees(hint)):
            return found.published
    return None


def take_head(
    lines: list[str], *, language: str, region: str | None, title: str | None, hint: Published | None
) -> tuple[str | None, list[str], list[Published]]:
    """(title, lines without the frame, dates of the frame in the order of trust).

    A title that is known already is only looked for to be taken out of the lines.
    """
    rest = sum(map(len, lines))
    kept: list[str] = []
    published: list[Published] = []
    seen, prose, looking, known = 0, 0, title is None, title
    for number, line in enumerate(lines):
        if seen >= HEAD_LINES or prose >= 2:
            kept.extend(lines[number:])
            break
        if not line:
            kept.append(line)
            continue
        seen += 1
        size = weight(line) if len(line) <= TITLE_WEIGHT else len(line)
        if looking:
            label = pattern("title_label").match(line)
            following = lines[number + 1] if number + 1 < len(lines) else ""
            found = dates.find(line, language, region=region) if size <= 160 else []
            if label:
                known, looking = line[label.end() :], False
                kept.append("")
                continue
            if is_byline(line) or (dated_line(line, found) and weight(bare(line, found)) < 20):
                published.extend(publication(line, found))
                continue
            looking = False
            if is_title(line, following, rest - size):
                known = line
                kept.append("")
                continue
        elif known is not None and seen <= 3 and same(line, known):
            continue
        if size <= 160:
            found = dates.find(line, language, region=region)
            if dated_line(line, found):
                published.extend(publication(line, found))
                continue
            if is_byline(line):
                continue
            if FURNITURE.match(line) or framed_by_next(lines, number, language, region):
                continue
        prose += size > 120
        kept.append(line)
    lead = next((line for line in kept if len(line) > 60 or weight(line) > 60), None)
    if lead is not None:
        known_date = next(iter(published), hint)
        from_line = dateline(lead, language, region, known_date)
        if from_line:
            published.append(from_line)
    return known, kept, published


def frame_dates(lines: list[str], *, language: str, region: str | None) -> list[Published]:
    """The dates of those lines that are there for their date, in the order of trust of each line."""
    published: list[Published] = []
    for line in lines:
        found = dates.find(line, language, region=region)
        if dated_line(line, found):
            published.extend(publication(line, found))
    return published


def framed_by_next(lines: list[str], number: int, language: str, region: str | None) -> bool:
    """Whether a short line stands over a dated line of the same block: an author, an agency, a desk."""
    line = lines[number]
    if len(line) > 60 or weight(line) > 60 or DIGIT.search(line) or ends(line) or number + 1 >= len(lines):
        return False
    following = lines[number + 1]
    return (
        bool(following) and weight(following) <= 160 and dated_line(following, dates.find(following, language, region=region))
    )


def same(line: str, title: str) -> bool:
    """Whether a line repeats the title."""
    # Cheap ways to tell most lines apart first: another first letter, or more than three times as long or as short.
    first, other = line[:1].lower(), title[:1].lower()
    if first != other and first.isalpha() and other.isalpha():
        return False
    if len(line) * 3 <= len(title) or len(title) * 3 <= len(line):
        return False
    return BETWEEN.sub("", line).casefold() == BETWEEN.sub("", title).casefold()


def may_point(bodies: Sequence[str]) -> list[bool]:
    """Whether `drop_lines` may find a line in each body: one look at the lines of all, which most have none of."""
    series = strings(bodies)
    if series is None:
        return [True] * len(bodies)
    lines = pl.DataFrame({"body": range(len(bodies)), "line": series.str.split("\n")}).explode("line")
    lines = lines.filter(pl.col("line").str.len_chars() <= POINTER)
    pointers = lines.filter(pl.col("line").str.contains(rf"^\W{{0,3}}(?i:{any_of(wording()['pointers'])})"))
    # One condition after another, each on what the one before left: together they are one slow pattern.
    marked = pl.any_horizontal(pl.col("line").str.contains(mark, literal=True) for mark in CREDIT_MARKS)
    marked |= pl.col("line").str.contains(f"^{MAY_CREDIT.pattern}")
    credits_ = lines.filter(marked).filter(pl.col("line").str.contains(pattern("credit").pattern))
    found = {*pointers["body"].to_list(), *credits_["body"].to_list()}
    return [number in found for number in range(len(bodies))]


def drop_lines(lines: list[str]) -> list[str]:
    """The lines without pointers to other articles and credits of pictures."""
    return [line for line in lines if not (line and len(line) <= POINTER and (points(line) or credits_picture(line)))]


def drop_tail(lines: list[str]) -> list[str]:
    """The lines without the foot of share buttons and notices."""
    end = len(lines)
    while end and (not lines[end - 1] or (weight(lines[end - 1]) <= 60 and pattern("tail").search(lines[end - 1]))):
        end -= 1
    return lines[:end]


def points(line: str) -> bool:
    """Whether a line only points to another article."""
    word = FIRST_WORD.match(line)
    if word is None or word[1].casefold()[:2] not in first_letters():
        return False
    return pattern("pointer").match(line) is not None and weight(line) <= POINTER


@cache
def first_letters() -> frozenset[str]:
    """The first two letters of the first word of every pointer, case folded: hardly a line goes on from here."""
    return frozenset(name.casefold().split()[0][:2] for name in wording()["pointers"])


def credits_picture(line: str) -> bool:
    """Whether a line is a picture's caption or credit, or a note of copyright."""
    if len(line) > CREDIT or not (any(mark in line for mark in CREDIT_MARKS) or MAY_CREDIT.match(line)):
        return False
    return pattern("credit").match(line) is not None and weight(line) <= CREDIT


def with_source(published: Published, source: dates.DateSource) -> Published:
    """The same date, said to be from elsewhere."""
    return replace(published, source=source)
