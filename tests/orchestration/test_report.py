"""The page: what it shows of a ledger, that nothing of an article can act in it, and that it asks nothing of a network.

Ledgers are told as stories, so that these tests do not depend on what the extraction finds.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import re
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import lxml.html
import pytest

from orchestration import cli, report
from orchestration.report import charts, content, figures
from orchestration.report.content import Piece, pieces
from tests.orchestration.material import Results
from tests.warehouse.story import COMPANIES, Story, sha
from warehouse.errors import NothingPublished
from warehouse.events import article_stream
from warehouse.home import Home
from warehouse.publish import publish

HOSTILE = '"><script>alert(\'1\')</script><img src=x onerror="alert(2)"> & </blockquote>'


def published(story: Story, root: Path) -> Home:
    home = Home(root)
    log, texts = story.accept().write(home)
    publish(home, log=log, content=texts, companies=COMPANIES)
    return home


def page(story: Story, root: Path) -> Any:
    """The page of a story, parsed."""
    return lxml.html.document_fromstring(report.render(published(story, root)))


def css(element: Any, selector: str) -> list[Any]:
    """Elements below by a selector of tags, ids and classes, as descendants or children."""
    paths = []
    for alternative in selector.split(","):
        path, axis = ".", "//"
        for step in alternative.split():
            if step == ">":
                axis = "/"
                continue
            tag, *conditions = re.split(r"(?=[.#])", step)
            path += f"{axis}{tag or '*'}"
            for each in conditions:
                name = "id" if each[0] == "#" else "class"
                path += f"[contains(concat(' ', normalize-space(@{name}), ' '), ' {each[1:]} ')]"
            axis = "//"
        paths.append(path)
    found: list[Any] = element.xpath(" | ".join(paths))
    return found


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def said(story: Story, name: str, sentence: str, number: str, **values: Any) -> Story:
    """An article that states one number, with the span of the number as the extraction gives it."""
    options = {key: values.pop(key) for key in ("language", "title", "published") if key in values}
    heading = options.pop("title", f"Headline of {name}")
    whole = f"{heading}\n{sentence}"
    story.article(name, whole, **options)
    start = whole.index(number)
    return story.fact(name, sentence, value_start=start, value_end=start + len(number), **values)


def disagreeing() -> Story:
    story = Story().run("run-1")
    said(story, "a", "Zoom had more than 465,000 customers.", "465,000", metric="customers", unit="count", value="465000",
         value_step="1000", comparator="over", period_type="instant", segment="more_than_10_employees")  # fmt: skip
    said(story, "b", "Zoom conta oltre 265.000 clienti.", "265.000", language="it", metric="customers", unit="count",
         value="265000", value_step="1000", comparator="over", period_type="instant",
         segment="more_than_10_employees")  # fmt: skip
    said(story, "c", "Zoom telt ruim 265.000 klanten.", "265.000", language="nl", metric="customers", unit="count",
         value="265000", value_step="1000", comparator="over", period_type="instant",
         segment="more_than_10_employees")  # fmt: skip
    return story


def test_a_contradiction_shows_both_numbers_with_their_evidences(tmp_path: Path):
    (conflict,) = css(page(disagreeing(), tmp_path), ".conflict")
    low, high = css(conflict, ".sides > .side")
    assert [text(css(side, ".huge")[0]) for side in (low, high)] == ["> 265,000", "> 465,000"]
    assert text(css(high, "blockquote")[0]) == "Zoom had more than 465,000 customers."
    assert {text(quote) for quote in css(low, "blockquote")} == {
        "Zoom conta oltre 265.000 clienti.",
        "Zoom telt ruim 265.000 klanten.",
    }
    assert [text(mark) for mark in css(conflict, "mark")].count("265.000") == 2
    assert "Zoom Customers, more than 10 employees" in text(css(conflict, "h3")[0])
    for side, language in ((low, "Italian"), (low, "Dutch"), (high, "English")):
        assert language in text(side)
        assert "4 Jun 2020" in text(side)


def test_a_contradiction_says_which_values_each_number_allows(tmp_path: Path):
    (why,) = css(page(disagreeing(), tmp_path), ".conflict .why")
    assert text(why) == "allows 265,000 to 266,000199,000 apartallows 465,000 to 466,000"


def test_a_statement_that_fits_neither_side_stands_for_itself(tmp_path: Path):
    story = disagreeing()
    said(story, "d", "Zoom has 300,000 customers.", "300,000", metric="customers", unit="count", value="300000",
         value_step="1000", period_type="instant", segment="more_than_10_employees")  # fmt: skip
    (conflict,) = css(page(story, tmp_path), ".conflict")
    (other,) = css(conflict, ".other")
    assert len(css(conflict, ".sides > .side")) == 2
    assert text(css(other, ".large")[0]) in {"300,000", "> 265,000", "> 465,000"}


def test_what_articles_write_never_becomes_markup(tmp_path: Path):
    story = Story().run("run-1")
    sentence = f"{HOSTILE} Zoom earned $5 million"
    said(story, "a", sentence, "$5 million", title=HOSTILE, value="5000000", language='"><b>')
    story.article(HOSTILE, "Another title\nEvil bought Good", source=HOSTILE)
    story.fact(
        HOSTILE, "Evil bought Good", table="fact_market_moves", company=HOSTILE, mention="Evil", counterparty="Good",
        move_type="acquisition", is_record=False, direction="up", country=HOSTILE,
    )  # fmt: skip
    found = page(story, tmp_path)
    (script,) = css(found, "script")
    assert script.text == report._text("page.js")
    assert css(found, "img, iframe, object, embed, form, base") == []
    assert [name for element in found.iter() for name in element.attrib if name.lower().startswith("on")] == []
    (quote,) = [each for each in css(found, "#companies blockquote") if "$5 million" in text(each)]
    assert quote.text_content() == sentence
    assert [mark.text for mark in css(quote, "mark")] == ["$5 million"]
    assert quote.get("dir") == "auto"
    assert any(text(title) == HOSTILE for title in css(found, ".article > a"))


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        pytest.param("Zoom 📈 earned $5 million", "$5 million", id="letters of two code units"),
        pytest.param("ارتفعت الإيرادات إلى 5 ملايين دولار", "5 ملايين دولار", id="right to left"),
        pytest.param("A & B earned <5 million>", "<5 million>", id="what HTML escapes"),
        pytest.param("营收5百万美元", "5百万美元", id="no spaces"),
    ],
)
def test_the_number_is_marked_where_it_stands(tmp_path: Path, sentence: str, number: str):
    found = page(said(Story().run("run-1"), "a", sentence, number, value="5000000"), tmp_path)
    (quote,) = css(found, "#companies blockquote")
    assert quote.text_content() == sentence
    assert [mark.text for mark in css(quote, "mark")] == [number]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], [("abcdef", False)], id="no number"),
        pytest.param([(None, None)], [("abcdef", False)], id="no span"),
        pytest.param([(0, 2)], [("ab", True), ("cdef", False)], id="in front"),
        pytest.param([(4, 6), (0, 1)], [("a", True), ("bcd", False), ("ef", True)], id="two, in any order"),
        pytest.param([(1, 3), (2, 4)], [("a", False), ("bcd", True), ("ef", False)], id="overlapping are one"),
        pytest.param([(-9, 1), (5, 99)], [("a", True), ("bcde", False), ("f", True)], id="partly outside"),
        pytest.param([(-9, -1), (9, 12), (3, 3)], [("abcdef", False)], id="wholly outside or empty"),
    ],
)
def test_pieces(spans: list[tuple[int | None, int | None]], expected: list[tuple[str, bool]]):
    assert pieces("abcdef", spans) == tuple(Piece(words, marked) for words, marked in expected)


def test_a_very_long_evidence_is_shown_around_its_number():
    found = pieces("x" * 5000 + "7 million" + "y" * 5000, [(5000, 5009)])
    assert [piece.text for piece in found if piece.marked] == ["7 million"]
    assert found[0].text == "… "
    assert found[-1].text == " …"
    assert sum(len(piece.text) for piece in found) == content.LONGEST_EVIDENCE + 4


def test_a_withdrawn_text_leaves_no_pieces():
    assert pieces(None, [(0, 3)]) == ()


def test_an_empty_ledger_gives_a_page_that_says_so(tmp_path: Path):
    found = page(Story().run("run-1"), tmp_path)
    assert text(css(found, "h1")[0]) == "Nothing has been read yet."
    assert css(found, "section, nav, blockquote") == []


def test_articles_without_facts_give_a_page_that_says_so(tmp_path: Path):
    found = page(Story().run("run-1").article("a", "Title\nNothing to see."), tmp_path)
    assert text(css(found, "h1")[0]) == "1 article, and no fact found in it."
    assert css(found, "#contradictions, #companies") == []


def test_a_ledger_without_a_publication_is_told_so(tmp_path: Path):
    with pytest.raises(NothingPublished):
        report.write(Home(tmp_path).create())


def test_the_page_asks_nothing_of_any_network(tmp_path: Path):
    story = disagreeing()
    found = page(story, tmp_path)
    for element in found.iter():
        for name in ("src", "srcset", "href", "data", "action", "poster", "{http://www.w3.org/1999/xlink}href"):
            address = element.get(name) if isinstance(element.tag, str) else None
            if address is None or address.startswith(("#", "data:,")):
                continue
            assert (element.tag, name) == ("a", "href"), address
            assert address in {f"https://example.org/{each}" for each in "abc"}
            assert "noreferrer" in element.get("rel")
    for own in ("page.css", "page.js"):
        assert re.search(r"https?:|//[a-z]|url\(|@import|fetch|XMLHttp|import\(", report._text(own)) is None, own


def test_the_browser_holds_the_page_to_it(tmp_path: Path):
    found = page(disagreeing(), tmp_path)
    (policy,) = found.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        digest = hashlib.sha256(css(found, tag)[0].text.encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert found.xpath("//*[@style]") == []


def test_every_fact_stands_beside_its_sentence(tmp_path: Path):
    story = Story().run("run-1")
    sentence = "Revenue fell by more than 10% to $5 million, a plunge."
    said(story, "a", sentence, "$5 million", value="5000000", value_step="1000000", period_type="quarter")
    whole = story.read["a"][2]
    start = whole.index("10%")
    story.fact("a", sentence, value="-10", unit="percent", measure="change", comparator="over", compared_to="year_ago",
               value_start=start, value_end=start + 3)  # fmt: skip
    story.fact("a", "a plunge", table="fact_market_moves", move_type="share_price_change", direction="down", is_record=False)
    story.article("b", "Leak\nIntruders took 500,000 records.")
    story.fact("b", "Intruders took 500,000 records.", table="fact_security_incidents", category="data_breach",
               stage="alleged", records_affected="500000", unit="records")  # fmt: skip
    found = page(story, tmp_path)
    (company,) = css(found, ".company")
    assert "4 facts in 2 articles" in text(css(company, "summary")[0])
    rows = {text(css(row, "blockquote")[0]): row for row in css(company, ".row")}
    both = rows[sentence]
    assert [text(each) for each in css(both, ".medium")] == ["< −10%", "5 million USD"]
    assert [mark.text for mark in css(both, "mark")] == ["10%", "$5 million"]
    assert [text(each) for each in css(rows["a plunge"], ".medium")] == ["↓"]
    breach = rows["Intruders took 500,000 records."]
    assert text(css(breach, ".badge")[0]) == "alleged"
    assert text(css(breach, ".medium")[0]) == "500,000 records"


def test_a_company_with_many_facts_says_how_many_more_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(report._BOUNDS, "facts", {"companies": 1, "per_company": 2})
    story = Story().run("run-1")
    for name, year in (("a", 2019), ("b", 2020), ("c", 2021)):
        said(story, name, f"In {year} it earned $5 million.", "$5 million", value=year,
             published=f"{year}-06-04T00:00:00.000000Z")  # fmt: skip
    story.article("d", "Other\nBrightwater sold.").fact("d", "Brightwater sold.", company="brightwater", value="1")
    found = page(story, tmp_path)
    (company,) = css(found, ".company")
    assert "The newest 2 of 3 facts." in text(css(company, ".note")[0])
    assert [text(quote) for quote in css(company, "blockquote")] == [
        "In 2020 it earned $5 million.", "In 2021 it earned $5 million.",
    ]  # fmt: skip
    assert "1 more are in the ledger" in text(css(found, "#companies .lead")[0])


def test_growth_is_held_against_the_levels(tmp_path: Path):
    story = Story().run("run-1")
    earlier = {"period_end": "2019-04-30", "period_role": "comparative", "fiscal_period": "FY2020Q1"}
    said(story, "a", "Revenue was $328.2 million.", "$328.2 million", value="328200000", value_step="100000",
         fiscal_period="FY2021Q1")  # fmt: skip
    story.fact("a", "Revenue was $328.2 million.", value="122000000", value_step="1000000", **earlier)
    story.fact("a", "Revenue was $328.2 million.", value="196", unit="percent", measure="change", value_step="1",
               fiscal_period="FY2021Q1")  # fmt: skip
    (line,) = css(page(story, tmp_path), "#arithmetic .lines > li")
    summary = text(css(line, "summary")[0])
    assert summary.startswith("✕ fails Zoom Revenue")
    assert "Q1 FY2021, to 30 Apr 2020" in summary
    assert re.search(r"said \+196%; 328\.2 million USD after 122 million USD gives \+167\.\d to \+170\.\d%", summary)


def test_agreement_counts_texts_and_languages(tmp_path: Path):
    (row,) = css(page(disagreeing(), tmp_path), "#agreement .row")
    assert text(css(row, ".support")[0]) == "2 textsit nl1 against"
    assert [each.get("title") for each in css(row, "abbr")] == ["Italian", "Dutch"]


def test_what_was_rejected_is_told_with_its_reason(tmp_path: Path):
    story = Story().run("run-1").article("a", "Title\nNothing to see.")
    stream = article_stream("b")
    story.add(stream, "ArticleReceived", {
        "uri": "https://example.org/b", "content_sha256": sha("b"), "media_type": "text/plain", "size": 1,
        "fetched_at": "2024-01-01T00:00:00.000000Z",
        "declared": {"language": None, "published": None, "title_sha256": None, "source": None},
    })  # fmt: skip
    story.add(stream, "ArticleRejected", {"uri": "https://example.org/b", "content_sha256": sha("b"), "reason": "no <text>"})
    (refusal,) = css(page(story, tmp_path), "#refused .refusal")
    assert text(css(refusal, ".badge")[0]) == "rejected"
    assert "no <text>" in text(refusal)


def test_charts_tell_actual_guidance_and_consensus_apart(tmp_path: Path):
    story = Story().run("run-1")
    stated = [
        ("a", "2020-04-30", "actual", "328200000", None),
        ("b", "2020-07-31", "actual", "663500000", None),
        ("c", "2020-07-31", "guidance", "495000000", "500000000"),
        ("d", "2020-07-31", "consensus", "500500000", None),
    ]
    for name, end, basis, value, high in stated:
        said(story, name, "It was $1.", "$1", value=value, value_high=high, period_end=end, basis=basis)
    (chart,) = css(page(story, tmp_path), "svg.chart")
    assert chart.get("role") == "img"
    title, desc = (chart.xpath(f"./*[local-name()='{name}']")[0] for name in ("title", "desc"))
    assert chart.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert "guidance 495 to 500 million USD" in desc.text
    marks = {mark.get("class").split()[1]: [child.tag for child in mark][1] for mark in css(chart, ".mark")}
    assert marks == {"actual": "circle", "guidance": "rect", "consensus": "path"}
    labels = [text(each) for each in css(chart, "text")]
    assert {"actual", "guidance", "consensus", "328.2", "663.5"} <= set(labels)


def points(*values: int) -> list[charts.Point]:
    ends = [dt.date(2020, 3, 31), dt.date(2020, 6, 30), dt.date(2020, 9, 30), dt.date(2022, 12, 31)]
    return [
        charts.Point(end, "actual", Decimal(value), None, 1, str(value), str(value), str(end))
        for end, value in zip(ends, values, strict=False)
    ]


def drawn(*values: int) -> charts.Chart:
    return charts.draw(points(*values), scale=Decimal(1), names={"actual": "actual"}, days=92)


@pytest.mark.parametrize(
    "values",
    [(5,), (0, 0), (-5, 5), (100, 101), (1, 10**12), (-3, -2), (7, 7, 7, 7)],
    ids=["one", "nothing", "loss and profit", "close", "far", "losses", "equal"],
)
def test_every_mark_and_word_is_on_the_chart(values: tuple[int, ...]):
    chart = drawn(*values)
    assert len(chart.marks) == len(values)
    assert all(0 <= mark.y <= chart.height and 0 <= mark.x <= 100 for mark in chart.marks)
    assert all(0 <= word.y <= chart.height and 0 <= word.x <= 100 for word in chart.words)


def test_the_line_leaves_a_gap_where_a_period_is_missing():
    assert len(drawn(1, 2, 3, 4).line) == 2


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        pytest.param("328200000", {"unit": "USD"}, "328.2 million USD", id="money"),
        pytest.param("465000", {"unit": "count", "comparator": "over"}, "> 465,000", id="more than"),
        pytest.param("-27500000", {"unit": "EUR"}, "−27.5 million EUR", id="loss"),
        pytest.param("169", {"unit": "percent", "change": True}, "+169%", id="growth"),
        pytest.param("-10", {"unit": "percent", "comparator": "over", "change": True}, "< −10%", id="fell by more than"),
        pytest.param("3", {"unit": "multiple", "comparator": "approx"}, "≈ ×3", id="tripled"),
        pytest.param("2370000000", {"unit": "USD", "high": Decimal(2390000000)}, "2.37 to 2.39 billion USD", id="range"),
        pytest.param("0", {"unit": "USD"}, "0 USD", id="nothing"),
    ],
)
def test_figures(value: str, options: dict[str, Any], expected: str):
    found = figures.figure(Decimal(value), **{"comparator": "eq", **options})
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    ("kind", "end", "label", "expected"),
    [
        ("quarter", dt.date(2020, 4, 30), "FY2021Q1", "Q1 FY2021, to 30 Apr 2020"),
        ("nine_months", dt.date(2021, 9, 30), "FY2021M9", "9M FY2021, to 30 Sep 2021"),
        ("instant", dt.date(2020, 4, 30), "FY2021Q1", "at 30 Apr 2020"),
        ("quarter", dt.date(2020, 4, 30), None, "quarter to 30 Apr 2020"),
        ("quarter", None, None, "quarter, dates not said"),
        ("quarter", None, "FY2021Q1", "Q1 FY2021"),
        (None, None, None, ""),
    ],
)
def test_periods(kind: str | None, end: dt.date | None, label: str | None, expected: str):
    assert figures.period(kind, end=end, label=label) == expected


@pytest.mark.parametrize(
    ("uri", "linked"),
    [
        ("https://example.org/a", True),
        ("http://example.org/a", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<b>", False),
        ("file:/somewhere/a.txt", False),
        ("sample:nl/a.txt", False),
        ("https:", False),
        (None, False),
    ],
)
def test_only_articles_on_the_web_are_linked(uri: str | None, linked: bool):
    assert (figures.link(uri) is not None) is linked


def test_the_same_publication_gives_the_same_page(tmp_path: Path):
    home = published(disagreeing(), tmp_path)
    made = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
    assert report.render(home, made=made) == report.render(home, made=made)


def test_the_page_stands_until_something_newer_is_published(tmp_path: Path):
    home = published(disagreeing(), tmp_path)
    assert report.standing(home) is None
    assert report.write_small(home) == report.standing(home) == home.root / "report.html"
    ahead = report.path_of(home).stat().st_mtime + 10
    os.utime(home.current.resolve(), (ahead, ahead))
    assert report.standing(home) is None


def test_who_reads_first_writes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of two processes that write the page at once the one with the older publication must not write last."""
    home = published(disagreeing(), tmp_path)
    others: list[Thread] = []

    def render(_: Home) -> str:
        others.append(Thread(target=report.write, args=[home]))
        monkeypatch.setattr(report, "render", lambda _: "newer")
        others[0].start()
        others[0].join(1)
        return "older"

    monkeypatch.setattr(report, "render", render)
    report.write(home)
    others[0].join()
    assert report.path_of(home).read_text() == "newer"


def test_a_run_leaves_its_page_beside_what_it_published(first_run: tuple[Path, Path, Results]):
    home = Home(first_run[0] / "ledger")
    assert report.standing(home) == home.root / "report.html"
    assert "larkfield" in report.path_of(home).read_text(encoding="utf-8").lower()


def test_a_run_leaves_the_page_of_a_large_ledger_to_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = published(disagreeing(), tmp_path)
    monkeypatch.setattr(report, "SMALL", 2)
    assert report.write_small(home) is None
    assert not report.path_of(home).exists()


def test_the_command_writes_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    home = published(disagreeing(), tmp_path / "root" / "ledger")
    there = tmp_path / "for" / "a colleague.html"
    assert cli.answer(["report", "--home", str(tmp_path / "root"), "-o", str(there)]) == 0
    assert capsys.readouterr().out.strip() == str(there)
    assert there.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not report.path_of(home).exists()


def test_the_command_opens_it_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    home = published(disagreeing(), tmp_path / "ledger")
    assert cli.answer(["report", "--home", str(tmp_path), "--open"]) == 0
    assert opened == [report.path_of(home).as_uri()]
