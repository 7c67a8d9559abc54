"""Two runs on one ledger at once: whichever step of one falls between which of the other, each article is done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration import pipeline
from orchestration.pipeline import Ledger
from tests.orchestration.material import NamedFiles, larkfield, reopened, run_steps
from warehouse.events import EventType
from warehouse.home import Home
from warehouse.publish import current_publication
from warehouse.verify import verify

ONCE: tuple[EventType, ...] = (
    "ArticleReceived",
    "ArticleRead",
    "ArticleProcessed",
    "FactAsserted",
    "FactRetracted",
    "FactMoved",
)


def steps(home: Home, source: NamedFiles, run_id: str) -> Iterator[None]:
    """The job as a process of its own does it, from one step to the next; recording and publishing are under one lock."""
    ledger = Ledger.open(home)
    yield
    pipeline.receive(ledger, source, run_id=run_id, command="test")
    yield
    pipeline.read(ledger, run_id=run_id, command="test")
    yield
    pipeline.extract(ledger, run_id=run_id, command="test")
    yield
    assert pipeline.audit(ledger, run_id=run_id).accepted
    yield
    pipeline.assert_facts(ledger, run_id=run_id)
    pipeline.publish(ledger, run_id=run_id)
    yield


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Counter[tuple[str, str]]]:
    """Articles, and the digest and the events of one run of them."""
    folder = tmp_path_factory.mktemp("alone")
    news = larkfield(folder / "news")
    ledger = Ledger.open(Home(folder / "ledger"))
    done = run_steps(ledger, NamedFiles(news), run_id="alone")
    current = current_publication(ledger.home)
    assert current is not None
    assert done.published is not None
    return news, current.content_digest, told(ledger)


def told(ledger: Ledger) -> Counter[tuple[str, str]]:
    """How often the log tells what of which article."""
    return Counter(reopened(ledger).log.read(event_types=ONCE).select("stream_id", "event_type").rows())


@pytest.mark.parametrize(
    "order",
    [
        pytest.param("ababababababab", id="side by side", marks=pytest.mark.slow),
        pytest.param("aaaabbbbbbbaaa", id="one overtakes the other after both have staged the same"),
        pytest.param("abbbbbbbaaaaaa", id="one has opened the ledger before the other did everything"),
        pytest.param("aabbabbaabbaab", id="in turns", marks=pytest.mark.slow),
    ],
)
def test_two_runs_at_once_do_each_article_once(tmp_path, alone, order):
    news, digest, events = alone
    home = Home(tmp_path / "ledger")
    runs = {name: steps(home, NamedFiles(news), f"run-{name}") for name in "ab"}
    for name in order:
        next(runs[name], None)
    ledger = Ledger.open(home)
    assert told(ledger) == events
    current = current_publication(home)
    assert current is not None
    assert current.content_digest == digest
    assert verify(home) == []
    assert not pipeline.survey(ledger, NamedFiles(news)).news
