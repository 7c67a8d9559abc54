"""One page that shows what a ledger knows, each number beside the sentence that states it.

`write` makes it from the published file: one self-contained HTML file that asks nothing of any network. The queries
are in `sql/`, their answers become words in content.py, the template only places and escapes them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestration.report import content
from orchestration.report.figures import day, language
from warehouse.home import Home, held, make_folder, write_atomically

if TYPE_CHECKING:
    import jinja2
    import polars as pl

FILE_NAME: Final = "report.html"
COMPANIES_SHOWN: Final = 40
FACTS_SHOWN: Final = 80
"""Facts of one company: the newest of them."""
ROWS_SHOWN: Final = 60
SMALL: Final = 2_500
"""Facts of a ledger whose page every run writes. Measured on two busy cores: 480 facts 0.4 s, 9,600 facts 3 s, most of
it for the contradictions and the arithmetic; beyond this the page waits until `newsledger report` asks for it."""
_BOUNDS: Final[Mapping[str, dict[str, int]]] = {
    "facts": {"companies": COMPANIES_SHOWN, "per_company": FACTS_SHOWN},
    "contradictions": {"pairs": 200},
    "corroborated": {"rows": ROWS_SHOWN},
    "revenue": {"charts": 4, "periods": 9},
    "refused": {"rows": 100},
}
_QUERIES: Final = (
    "head", "languages", "companies", "facts", "contradictions", "derived_checks", "corroborated", "revenue", "refused",
)  # fmt: skip


def path_of(home: Home) -> Path:
    """Where the page of a ledger lies if nobody says otherwise: beside the folder of published files."""
    return home.root / FILE_NAME


def write(home: Home, *, output: Path | None = None) -> Path:
    """Make the page of what is published and put it in place at once. Gives its path.

    Raises NothingPublished, QueryFailed, OSError.
    """
    path = output or path_of(home)
    # One after the other: who reads first could else write last, and an older page would stay.
    in_turn = output is None and home.published.is_dir()
    with held(home.published / ".report", alone=True) if in_turn else nullcontext():
        html = render(home)
        make_folder(path.absolute().parent)
        write_atomically(path, html.encode("utf-8"))
    return path


def write_small(home: Home) -> Path | None:
    """The same at the end of a run, where it costs less than half a second; else None, and the page stays as it is."""
    from warehouse.query import query

    if query(home, _text("sql/size.sql")).item() > SMALL:
        return None
    return write(home)


def standing(home: Home) -> Path | None:
    """The page of a ledger, if it is there and no older than what is published."""
    path = path_of(home)
    if not path.is_file() or not home.current.exists():
        return None
    return path if path.stat().st_mtime_ns >= home.current.resolve().stat().st_mtime_ns else None


def render(home: Home, *, made: datetime | None = None) -> str:
    """The page as text. Raises NothingPublished, QueryFailed."""
    script, style = _text("page.js"), _text("page.css")
    page = _page(home, made=made or datetime.now(UTC))
    return _template().render(
        page=page,
        script=script,
        style=style,
        # The browser itself holds the page to asking nothing of anybody, and to no script but ours.
        policy=f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}",
        language=language,
    )


def _page(home: Home, *, made: datetime) -> content.Page:
    frames = _answers(home)
    (head,) = frames["head"].to_dicts()
    names = {row["company_id"]: row["name"] for row in frames["companies"].iter_rows(named=True)}
    # A company that stands nowhere among the facts cannot stand in what is derived from them; nobody is null.
    names[None] = "No company named"
    rules, broken = _rules(home, head["position"])
    shown = content.companies(frames["companies"], frames["facts"], names=names)
    return content.Page(
        position=head["position"],
        recorded=f"{day(head['recorded_at'])}, {head['recorded_at']:%H:%M} UTC",
        digest=head["content_digest"],
        made=f"{day(made)}, {made:%H:%M} UTC",
        version=version("newsledger"),
        counts={name: value for name, value in head.items() if isinstance(value, int)},
        languages=tuple((code, language(code), count) for code, count, _ in frames["languages"].iter_rows()),
        rules=rules,
        broken=broken,
        contradictions=content.contradictions(frames["contradictions"], names),
        contradictions_more=frames["contradictions"].height == _BOUNDS["contradictions"]["pairs"],
        checks=content.checks(frames["derived_checks"], names, shown=ROWS_SHOWN),
        corroborated=content.corroborated(frames["corroborated"], names),
        corroborated_in_all=_in_all(frames["corroborated"]),
        series=content.series(frames["revenue"], names),
        companies=shown,
        companies_more=frames["companies"].height - len(shown),
        refused=content.refused(frames["refused"]),
        refused_in_all=_in_all(frames["refused"]),
    )


def _answers(home: Home) -> dict[str, pl.DataFrame]:
    """What each query answers, all from the same published file, through one connection: opening costs 40 ms."""
    from warehouse.query import opened

    with opened(home) as connection:
        return {name: connection.sql(_text(f"sql/{name}.sql"), params=_BOUNDS.get(name)).pl() for name in _QUERIES}


def _in_all(frame: pl.DataFrame) -> int:
    return 0 if frame.is_empty() else int(frame["in_all"][0])


def _rules(home: Home, position: int) -> tuple[int, tuple[content.BrokenRule, ...]]:
    """How many rules the run at `position` was checked by, and those that did not hold everywhere, gravest first.

    The published file holds no outcomes, the log does. None are known of a file whose log is not there.
    """
    from expectations.suite import suite
    from orchestration.homes import has_log
    from warehouse.events import decode
    from warehouse.log import EventLog

    if not has_log(home):
        return 0, ()
    accepted = decode(EventLog.open(home).read(after=position - 1, upto=position, event_types=["RunAccepted"]), "RunAccepted")
    outcomes: list[dict[str, Any]] = accepted["outcomes"].explode().to_list() if accepted.height else []
    why = {rule.id: rule.why for rule in suite().rules}
    gravity = ("critical", "error", "warning")
    broken = [
        content.BrokenRule(
            each["rule"], each["severity"], each["failed"] if each["scope"] == "row" else 0, why.get(each["rule"], "")
        )
        for each in outcomes
        if each and each["failed"]
    ]
    return len([each for each in outcomes if each]), tuple(
        sorted(broken, key=lambda each: (gravity.index(each.severity) if each.severity in gravity else 9, each.rule))
    )


@lru_cache(maxsize=32)
def _text(name: str) -> str:
    return (files("orchestration.report") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """A text as Content-Security-Policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(_text("page.html.jinja"))
