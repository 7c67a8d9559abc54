"""Which of a page's headlines becomes its title, and the text of pages that are built in the browser."""

from __future__ import annotations

import json

import pytest

from transforms.reading.html import read_html

LEAD = "Vantrix Systems raised its sales outlook for the year on Tuesday after a strong quarter, and its shares rose."
SECOND = "Revenue in the three months to April 30 climbed 12% to $328.2 million, the company said in a statement."
SEEN = "Vantrix lifts its outlook as orders of chip makers pour in"
SOLD = "Why everybody talks about this firm in Delft today"


def page(
    *, shown: str, shared: str | None = None, elsewhere: str | None = None, linked: str | None = None, head: str | None = None
) -> str:
    """A page whose headline is said up to five times: seen, for sharing, for other sites, in JSON-LD, in its head."""
    data = json.dumps({"@type": "NewsArticle", "headline": linked}) if linked else "{}"
    metas = {"og:title": shared, "twitter:title": elsewhere, "og:site_name": "Harbour Post"}
    said = "".join(f'<meta property="{name}" content="{content}">' for name, content in metas.items() if content)
    return (
        f'<html><head><title>{head or shown}</title>{said}<script type="application/ld+json">{data}</script></head>'
        f"<body><article><h1>{shown}</h1><p>{LEAD}</p><p>{SECOND}</p><p>{LEAD} {SECOND}</p></article></body></html>"
    )


@pytest.mark.parametrize(
    ("said", "title"),
    [
        pytest.param({"shown": SEEN, "shared": f"{SEEN} | Harbour Post"}, SEEN, id="the site goes"),
        pytest.param({"shown": SEEN, "shared": SOLD, "elsewhere": SOLD}, SOLD, id="what two sources say for sharing counts"),
        pytest.param(
            {"shown": SEEN, "shared": SOLD, "elsewhere": SEEN, "linked": SEEN}, SEEN, id="what nobody else repeats yields"
        ),
        pytest.param(
            {"shown": f"Chips: {SEEN}", "shared": SEEN, "linked": f"Chips: {SEEN}"}, SEEN, id="a kicker is no other headline"
        ),
        pytest.param(
            {"shown": SEEN, "shared": f"Chip News: {SEEN} - Delft", "linked": SEEN}, SEEN, id="words added on both sides go"
        ),
        pytest.param(
            {"shown": SEEN, "shared": f"Chip orders in Delft: {SEEN}"},
            f"Chip orders in Delft: {SEEN}",
            id="a kicker that is declared stays",
        ),
        pytest.param(
            {"shown": f"A busy spring {SEEN}", "shared": f"Chip trade: {SEEN}"}, SEEN, id="two kickers leave what they share"
        ),
        pytest.param(
            {"shown": f"Vantrix: {SEEN}", "shared": f"Vantrix grows again: {SEEN}"},
            f"Vantrix grows again: {SEEN}",
            id="two forms of one kicker are no two kickers",
        ),
        pytest.param({"shown": f"{SEEN} by 12%", "shared": SEEN}, f"{SEEN} by 12%", id="a figure that is seen stays"),
    ],
)
def test_the_title_is_the_headline_that_the_page_stands_by(said: dict[str, str], title: str) -> None:
    assert read_html(page(**said)).title == title


BUILT = f'<h2>Outlook</h2><p class="t">{LEAD}</p><figure><p>A hall in Delft</p></figure><p>{SECOND}</p>'


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(f'<script type="application/json">{json.dumps({"post": {"html": BUILT}})}</script>', id="data"),
        pytest.param(f"<script>app.push([1,{json.dumps(json.dumps({'html': BUILT}))}])</script>", id="data in a program"),
        pytest.param(f"<script>app.push([1,{json.dumps(BUILT)}])</script>", id="a string of a program"),
    ],
)
def test_a_page_that_is_built_in_the_browser_is_read_from_its_data(script: str) -> None:
    script = script.replace("</p>", "<\\/p>").replace("</h2>", "<\\/h2>").replace("</figure>", "<\\/figure>")
    read = read_html(
        f'<html><head><meta property="og:title" content="{SEEN}"></head><body><div id="root"></div>{script}</body>'
    )
    assert (read.title, read.body) == (SEEN, f"Outlook\n\n{LEAD}\n\n{SECOND}")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('var css = "<p>";' * 5000, id="no paragraphs"),
        pytest.param('"' + "\\" * 200_000, id="nothing but escapes"),
        pytest.param('"<p>a' + '\\"<p>' * 100_000, id="a string without an end"),
        pytest.param("x" * 3_000_000 + json.dumps(BUILT), id="larger than what is looked through"),
    ],
)
def test_scripts_that_hold_no_article_leave_none(script: str) -> None:
    assert read_html(f"<html><body><script>{script}</script></body></html>").body == ""
