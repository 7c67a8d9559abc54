"""What stands on the page: the answers of the queries, put into the words and places that the template fills in.

Plain data, no HTML. A text of an article is kept as pieces, marked and unmarked, so that the template can
escape each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import polars as pl

from orchestration.report import charts
from orchestration.report import figures as words
from orchestration.report.figures import Figure

_DAYS: Final = {"quarter": 92, "half": 184, "year": 366}
LONGEST_EVIDENCE: Final = 480
"""Letters of one evidence that are shown, around its numbers: a clause is far shorter."""

Row = Mapping[str, Any]
Names = Mapping[str | None, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an evidence; `marked` where it is the number."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Article:
    """The article behind an evidence, as far as the page names it."""

    title: str
    source: str
    language: str | None
    language_name: str
    date: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """An evidence, in pieces, and where it stands. No pieces: its text was withdrawn."""

    pieces: tuple[Piece, ...]
    article: Article


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact beside its sentence. `badge` is the stage of an incident, `arrow` the direction of a move."""

    label: str
    figure: Figure | None
    details: tuple[str, ...]
    period: str
    badge: str
    arrow: str
    arrow_words: str
    origin: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One evidence with every fact of the company that it states."""

    quote: Quote
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What one article tells of a company."""

    article: Article
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A company with its newest facts in order of publication; `more` facts are not shown."""

    company_id: str | None
    anchor: str
    name: str
    about: tuple[str, ...]
    facts: int
    articles: int
    languages: tuple[str, ...]
    told: tuple[Told, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contradiction: its number, what it allows, who says so, and who says the same."""

    figure: Figure | None
    allows: str
    quote: Quote
    same: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on a line from 0 to 100."""

    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A subject on which statements cannot all hold: the gravest pair, and others that fit neither side."""

    company: str
    subject: str
    period: str
    severity: str
    sides: tuple[Side, Side]
    others: tuple[Side, ...]
    bars: tuple[Bar, Bar] | None
    gap: str


@dataclass(frozen=True, slots=True)
class Check:
    """A piece of arithmetic: what was said, what the levels give, and the evidences."""

    verdict: str
    company: str
    subject: str
    period: str
    said: str
    level: str
    earlier: str
    derived: str
    reason: str
    scope: str
    quotes: tuple[tuple[str, Quote], ...]


@dataclass(frozen=True, slots=True)
class Corroborated:
    """A value that several independent texts state."""

    company: str
    subject: str
    period: str
    figure: Figure | None
    texts: int
    languages: tuple[str, ...]
    against: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class Series:
    """One chart with its heading, what it says in words, and its drawing."""

    company: str
    caption: str
    description: str
    chart: charts.Chart


@dataclass(frozen=True, slots=True)
class Refused:
    """An article that gave no facts, and why."""

    state: str
    article: Article
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule of the last accepted run that did not hold everywhere; `failed` counts rows, 0 for a rule about a table."""

    rule: str
    severity: str
    failed: int
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template needs."""

    position: int
    recorded: str
    digest: str
    made: str
    version: str
    counts: Mapping[str, int]
    languages: tuple[tuple[str, str, int], ...]
    rules: int
    broken: tuple[BrokenRule, ...]
    contradictions: tuple[Contradiction, ...]
    contradictions_more: bool
    checks: Mapping[str, tuple[Check, ...]]
    corroborated: tuple[Corroborated, ...]
    corroborated_in_all: int
    series: tuple[Series, ...]
    companies: tuple[Company, ...]
    companies_more: int
    refused: tuple[Refused, ...]
    refused_in_all: int

    @property
    def facts(self) -> int:
        """Current facts of all three tables."""
        return sum(self.counts[name] for name in ("financials", "security_incidents", "market_moves"))


def pieces(evidence: str | None, spans: Iterable[tuple[int | None, int | None]]) -> tuple[Piece, ...]:
    """An evidence cut at the numbers in it. Spans are half-open, in code points of the evidence.

    Spans that overlap are one mark; what of a span is outside of the evidence is no mark. A very long evidence is
    shown around its marks.
    """
    if not evidence:
        return ()
    inside = sorted(
        (max(start, 0), min(end, len(evidence)))
        for start, end in spans
        if start is not None and end is not None and start < len(evidence) and end > 0 and start < end
    )
    marks: list[tuple[int, int]] = []
    for start, end in inside:
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    begin, finish = _window(len(evidence), marks)
    found: list[Piece] = [Piece("… ", marked=False)] if begin else []
    at = begin
    for start, end in marks:
        if start < begin or end > finish:
            continue
        found.append(Piece(evidence[at:start], marked=False))
        found.append(Piece(evidence[start:end], marked=True))
        at = end
    found.append(Piece(evidence[at:finish], marked=False))
    if finish < len(evidence):
        found.append(Piece(" …", marked=False))
    return tuple(piece for piece in found if piece.text)


def _window(length: int, marks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if length <= LONGEST_EVIDENCE:
        return 0, length
    first = marks[0][0] if marks else 0
    begin = max(min(first - LONGEST_EVIDENCE // 3, length - LONGEST_EVIDENCE), 0)
    return begin, begin + LONGEST_EVIDENCE


def article(row: Row, suffix: str = "", *, source: str | None) -> Article:
    """The article of a row whose columns end in `suffix`."""
    uri = row[f"uri{suffix}"]
    return Article(
        title=" ".join((row.get(f"title{suffix}") or "").split()),
        source=words.source(source, uri),
        language=row[f"language{suffix}"],
        language_name=words.language(row[f"language{suffix}"]),
        date=words.day(row.get(f"published_at{suffix}"), row.get(f"published_precision{suffix}")),
        link=words.link(uri),
    )


def subject(row: Row) -> str:
    """What a financial figure is of: `Customers, more than 10 employees, guidance`."""
    details = [words.named("segment", row["segment"]), words.named("basis", row["basis"]) if row["basis"] != "actual" else ""]
    details.append(row["accounting"] if row["accounting"] == "adjusted" else "")
    details.append(words.named("compared_to", row["compared_to"]))
    return ", ".join([words.title("kind", row["metric"]), *(detail for detail in details if detail)])


def contradictions(rows: pl.DataFrame, names: Names) -> tuple[Contradiction, ...]:
    """One for each subject, from the pairs in order of gravity.

    The gravest pair makes the two sides, the lower value first. Another statement on the subject that contradicts only
    one of them says the same as the other; one that contradicts both stands for itself.
    """
    key = ("company_id", "metric", "segment", "measure", "basis", "accounting", "unit", "compared_to", "period_type", "period")
    subjects: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        subjects.setdefault(tuple(row[name] for name in key), []).append(row)
    return tuple(_contradiction(pairs, names) for pairs in subjects.values())


def _contradiction(pairs: Sequence[dict[str, Any]], names: Names) -> Contradiction:
    gravest = pairs[0]
    against: dict[str, set[str]] = {}
    stated: dict[str, tuple[dict[str, Any], str]] = {}
    for row in pairs:
        for own, other in (("a", "b"), ("b", "a")):
            against.setdefault(row[f"fact_id_{own}"], set()).add(row[f"fact_id_{other}"])
            stated.setdefault(row[f"fact_id_{own}"], (row, own))
    lower, higher = ("a", "b") if gravest["value_a"] <= gravest["value_b"] else ("b", "a")
    first, second = gravest[f"fact_id_{lower}"], gravest[f"fact_id_{higher}"]
    with_first: list[Quote] = []
    with_second: list[Quote] = []
    others: list[Side] = []
    for fact_id, (row, own) in stated.items():
        if fact_id in (first, second):
            continue
        if first not in against[fact_id]:
            with_first.append(_quote_of_pair(row, own))
        elif second not in against[fact_id]:
            with_second.append(_quote_of_pair(row, own))
        else:
            others.append(_side(row, own, ()))
    return Contradiction(
        company=names[gravest["company_id"]],
        subject=subject(gravest)
        + (f", {words.named('compared_to', gravest['compared_to'])}" if gravest["compared_to"] else ""),
        period=words.period(gravest["period_type"], end=gravest["period_end"], label=gravest["fiscal_period"]),
        severity=gravest["severity"],
        sides=(_side(gravest, lower, with_first), _side(gravest, higher, with_second)),
        others=tuple(others),
        bars=_bars(gravest),
        gap=_amount(gravest["gap"], gravest["unit"]),
    )


def _side(row: Row, side: str, same: Sequence[Quote]) -> Side:
    change = row["measure"] == "change"
    low, high = row[f"low_{side}"], row[f"high_{side}"]
    return Side(
        figure=words.figure(
            row[f"value_{side}"],
            high=row[f"value_high_{side}"],
            unit=row["unit"],
            comparator=row[f"comparator_{side}"],
            change=change,
        ),
        allows="" if low is None or high is None else words.span_of_values(low, high, unit=row["unit"], change=change),
        quote=_quote_of_pair(row, side),
        same=tuple(same),
    )


def _quote_of_pair(row: Row, side: str) -> Quote:
    return Quote(
        pieces(row[f"evidence_{side}"], [(row[f"mark_start_{side}"], row[f"mark_end_{side}"])]),
        article(row, f"_{side}", source=row[f"name_{side}"]),
    )


def _amount(value: Decimal | None, unit: str | None) -> str:
    if value is not None and unit == "percent":
        return f"{words.digits(value)} percentage points"
    found = words.figure(value, unit=unit, comparator="eq")
    return found.text if found else ""


def _bars(row: Row) -> tuple[Bar, Bar] | None:
    """The two intervals on one line, each wide enough to be seen."""
    ends = [row[name] for name in ("low_a", "high_a", "low_b", "high_b")]
    if any(end is None for end in ends):
        return None
    low, high = float(min(ends)), float(max(ends))
    if high <= low:
        return None

    def bar(start: Decimal, end: Decimal) -> Bar:
        width = max((float(end) - float(start)) / (high - low) * 96, 1.2)
        return Bar(round(min(2 + (float(start) - low) / (high - low) * 96, 98 - width), 2), round(width, 2))

    return bar(ends[0], ends[1]), bar(ends[2], ends[3])


def checks(rows: pl.DataFrame, names: Names, *, shown: int) -> dict[str, tuple[Check, ...]]:
    """The derived checks by verdict: fails, holds, not_decidable; at most `shown` of each."""
    found: dict[str, list[Check]] = {"fails": [], "holds": [], "not_decidable": []}
    for row in rows.iter_rows(named=True):
        if len(found[row["verdict"]]) < shown:
            found[row["verdict"]].append(_check(row, names))
    return {verdict: tuple(each) for verdict, each in found.items()}


def _check(row: Row, names: Names) -> Check:
    growth = words.figure(row["growth"], unit=row["growth_unit"], comparator=row["growth_comparator"], change=True)
    level = words.figure(row["level"], unit=row["level_unit"], comparator=row["level_comparator"])
    earlier = words.figure(row["earlier_level"], unit=row["level_unit"], comparator=row["earlier_comparator"])
    quotes = [
        (said, Quote(pieces(row[f"{part}_evidence"], [(row[f"{part}_mark_start"], row[f"{part}_mark_end"])]),
                     article({f"uri_{part}": row[f"{part}_uri"], f"language_{part}": row[f"{part}_language"]}, f"_{part}",
                             source=None)))
        for part, said in (("growth", "growth"), ("level", "now"), ("earlier", "before"))
    ]  # fmt: skip
    return Check(
        verdict=row["verdict"],
        company=names[row["company_id"]],
        subject=subject(row),
        period=words.period(row["period_type"], end=row["period_end"], label=row["fiscal_period"]),
        said=growth.text if growth else "",
        level=level.text if level else "",
        earlier=earlier.text if earlier else "",
        derived=_derived(row),
        reason=row["reason"] or "",
        scope="within one article" if row["scope"] == "article" else "across articles",
        quotes=tuple(quotes),
    )


def _derived(row: Row) -> str:
    low, high = row["derived_low"], row["derived_high"]
    if low is None or high is None:
        return ""
    plus = row["growth_unit"] == "percent"
    first, second = (words.digits(Decimal(f"{each:.1f}"), plus=plus) for each in (low, high))
    span = first if first == second else f"{first} to {second}"
    return f"{span}%" if plus else f"×{span}"


def corroborated(rows: pl.DataFrame, names: Names) -> tuple[Corroborated, ...]:
    """Values with the number of texts and the languages that support them."""
    return tuple(
        Corroborated(
            company=names[row["company_id"]],
            subject=subject(row),
            period=words.period(row["period_type"], end=row["period_end"], label=row["fiscal_period"]),
            figure=words.figure(
                row["value"],
                high=row["value_high"],
                unit=row["unit"],
                comparator=row["comparator"],
                change=row["measure"] == "change",
            ),
            texts=row["supporting_clusters"],
            languages=tuple(row["languages"]),
            against=row["dissenting_clusters"],
            quote=Quote(pieces(row["evidence"], [(row["mark_start"], row["mark_end"])]), article(row, source=row["source"])),
        )
        for row in rows.iter_rows(named=True)
    )


def companies(rows: pl.DataFrame, facts: pl.DataFrame, *, names: Names) -> tuple[Company, ...]:
    """Every company of `facts` with its articles, sentences and facts; `rows` as companies.sql gives them."""
    known = {row["company_id"]: row for row in rows.iter_rows(named=True)}
    found = []
    for place, own in groupby(facts.iter_rows(named=True), key=lambda row: row["place"]):
        listed = list(own)
        row = known[listed[0]["company_id"]]
        found.append(
            Company(
                company_id=row["company_id"],
                anchor=f"company-{place}",
                name=names[row["company_id"]],
                about=tuple(each for each in (row["ticker"], row["country"]) if each),
                facts=row["facts"],
                articles=row["articles"],
                languages=tuple(row["languages"]),
                told=tuple(_told(listed)),
                more=row["facts"] - len(listed),
            )
        )
    return tuple(found)


def _told(rows: Iterable[Row]) -> Iterator[Told]:
    for _, of_article in groupby(rows, key=lambda row: row["article_id"]):
        sentences = []
        for _, of_clause in groupby(of_article, key=lambda row: (row["evidence_start"], row["evidence_end"])):
            own = list(of_clause)
            spans = [
                (row["value_start"] - row["evidence_start"], row["value_end"] - row["evidence_start"])
                for row in own
                if row["value_start"] is not None and row["evidence_start"] is not None
            ]
            source = article(own[0], source=own[0]["source"])
            quote = Quote(pieces(own[0]["evidence"], spans), source)
            sentences.append(Sentence(quote, tuple(fact(row) for row in own)))
        yield Told(sentences[0].quote.article, tuple(sentences))


def fact(row: Row) -> Fact:
    """One fact of any table."""
    change = row["measure"] == "change" or row["kind"] == "share_price_change"
    label = words.title("kind", row["kind"])
    arrow, arrow_words = {"up": ("↑", "up"), "down": ("↓", "down")}.get(row["direction"] or "", ("", ""))
    of_incident = row["table"] == "fact_security_incidents"
    figure = words.figure(row["value"], high=row["value_high"], unit=row["unit"], comparator=row["comparator"], change=change)
    return Fact(
        label=label,
        figure=figure,
        details=tuple(_details(row)),
        period=words.period(row["period_type"], end=row["period_end"], label=row["fiscal_period"]),
        badge=row["stage"] if of_incident else "",
        arrow=arrow,
        arrow_words=arrow_words,
        origin=f"confidence {row['confidence']}, rule {row['rule']}",
    )


def _details(row: Row) -> Iterator[str]:
    """What else is known of a fact, in a reader's order, without what is plain."""
    if row["measure"] == "change":
        yield words.named("compared_to", row["compared_to"]) or "change"
    if row["segment"]:
        yield words.named("segment", row["segment"])
    if row["basis"] not in (None, "actual"):
        yield words.named("basis", row["basis"])
    if row["accounting"]:
        yield "GAAP" if row["accounting"] == "gaap" else str(row["accounting"])
    if row["is_record"]:
        yield "record"
    for name in ("status", "session", "horizon"):
        if row[name]:
            yield words.named(name, row[name])
    if row["counterparty"]:
        yield row["counterparty"]
    if row["country"]:
        yield row["country"]
    if row["happened_on"]:
        yield words.day(row["happened_on"], row["happened_precision"])


def series(rows: pl.DataFrame, names: Names) -> tuple[Series, ...]:
    """One chart for each place of revenue.sql."""
    return tuple(_series(list(own), names) for _, own in groupby(rows.iter_rows(named=True), key=lambda row: row["place"]))


def _series(rows: Sequence[Row], names: Names) -> Series:
    first = rows[0]
    scale, scale_word = words.scale_of(*(row["value"] for row in rows))
    points = [_point(row, scale) for row in rows]
    bases = {row["basis"]: words.named("basis", row["basis"]) for row in rows}
    order = ("actual", "guidance", "prior_guidance", "consensus")
    company = names[first["company_id"]]
    unit = " ".join(part for part in (scale_word, first["unit"]) if part)
    caption = f"Revenue by {words.named('period', first['period_type'])}, {unit}"
    return Series(
        company=company,
        caption=caption,
        description="; ".join(point.words for point in points) + ".",
        chart=charts.draw(
            points,
            scale=scale,
            names={basis: bases[basis] for basis in order if basis in bases},
            days=_DAYS[first["period_type"]],
        ),
    )


def _point(row: Row, scale: Decimal) -> charts.Point:
    whole = words.figure(row["value"], high=row["value_high"], unit=row["unit"], comparator=row["comparator"])
    period = words.fiscal(row["fiscal_period"]) or words.day(row["period_end"], "month")
    texts = f"{row['texts']} text{'' if row['texts'] == 1 else 's'}"
    return charts.Point(
        end=row["period_end"],
        basis=row["basis"],
        value=row["value"],
        high=row["value_high"],
        texts=row["texts"],
        short=_short(row, scale),
        words=f"{period}: {words.named('basis', row['basis'])} {whole.text if whole else ''} ({texts})",
        period=period.replace("FY20", "FY"),
    )


def _short(row: Row, scale: Decimal) -> str:
    text = words.digits(round(row["value"] / scale, 3))
    if row["value_high"] is not None:
        text = f"{text}–{words.digits(round(row['value_high'] / scale, 3))}"
    sign = words.figure(row["value"], unit=None, comparator=row["comparator"])
    return f"{sign.sign} {text}".strip() if sign else text


def refused(rows: pl.DataFrame) -> tuple[Refused, ...]:
    """Articles that stand rejected or quarantined."""
    return tuple(
        Refused(
            state=row["state"],
            article=article(row, source=row["source"]),
            reasons=tuple(row["reasons"] or ()) or ((row["state_reason"] or "no reason recorded"),),
        )
        for row in rows.iter_rows(named=True)
    )
