"""A file brought forward is the file made from zero: whatever happened before, and wherever it was cut."""

from __future__ import annotations

import base64
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.story import COMPANIES, Story
from transforms.schemas import FACT_TABLES, SIGNATURE_LANES
from warehouse import assembly, increment
from warehouse.filing import build, check, publication_row
from warehouse.projection import Projection, in_clusters, project
from warehouse.publish import file_sums
from warehouse.query import opened
from warehouse.tables import TABLES, typed

RANKED = pl.DataFrame({"source_id": ["source-1.example"], "rank": [2]})
LANES = {family: random.Random(family).sample(range(2**16), SIGNATURE_LANES) for family in range(3)}
PLACES = random.Random(7).sample(range(SIGNATURE_LANES), SIGNATURE_LANES)
DAYS = ("2020-06-04T00:00:00.000000Z", "2020-06-09T00:00:00.000000Z", "2021-01-01T00:00:00.000000Z", None)


def signature(family: int, apart: int, figures: Sequence[int]) -> str:
    """A text of a family, `apart` lanes from its first one: copies up to 19, a chain by way of others further on."""
    lanes = list(LANES[family])
    for place in PLACES[:apart]:
        lanes[place] ^= 1 + apart
    return base64.b64encode(np.array([*lanes, *sorted(figures)], dtype="<u2").tobytes()).decode()


class Told:
    """A story as `advance` reads a log."""

    def __init__(self, story: Story) -> None:
        self.events = story.events()

    def read(
        self, *, after: int, upto: int, stream_ids: Sequence[str] | None = None, columns: Sequence[str] | None = None
    ) -> pl.DataFrame:
        events = self.events.filter(pl.col("position") > after, pl.col("position") <= upto).select(columns or pl.all())
        return events if stream_ids is None else events.filter(pl.col("stream_id").is_in(stream_ids))

    def hash_at(self, position: int) -> str:
        return f"{position:064}"


def whole(story: Story, upto: int) -> Projection:
    events = story.events().filter(pl.col("position") <= upto)
    return project(events, story.texts_of, COMPANIES, log_digest=f"{upto:064}", ranks=RANKED)


def forward(path: Path, story: Story, after: int, upto: int) -> increment.Advanced:
    return increment.advance(
        path,
        log=Told(story),  # type: ignore[arg-type]
        texts=story.texts_of,
        companies=COMPANIES,
        ranks=RANKED,
        after=after,
        upto=upto,
        described=publication_row,
    )


def differences(path: Path, expected: Projection) -> list[str]:
    """Tables of a file that are not those expected, rows in any order."""
    found = []
    with opened(path) as connection:
        for name, schema in TABLES.items():
            frame = typed(connection.table(name).pl(), schema)
            rows = sorted(map(repr, frame.iter_rows()))
            if rows != sorted(map(repr, expected.tables[name].iter_rows())):
                found.append(name)
    return found


OPERATION = st.tuples(
    st.sampled_from("abcdefgh"),
    st.sampled_from(["tell"] * 6 + ["reject", "quarantine", "retract", "again", "move", "dispute", "withdraw", "receive"]),
    st.integers(0, 2),
    st.sampled_from([0, 0, 4, 12, 16, 24, 32]),
    st.sampled_from([(1, 2), (1,), (3,), ()]),
    st.sampled_from(DAYS),
    st.booleans(),
)


def happen(story: Story, number: int, operation: tuple[str, str, int, int, tuple[int, ...], str | None, bool]) -> None:
    """One thing of what happens to articles, where it can happen."""
    name, kind, family, apart, figures, day, unsigned = operation
    stream = f"article/{name}"
    live = story.live.setdefault(name, [])  # type: ignore[attr-defined]
    if kind in ("tell", "receive"):
        text = f"Title {family} {apart}\nZoom took {family}{apart} million dollars. Text {figures}."
        sign = None if unsigned and apart == 0 else signature(family, apart, figures)
        story.article(
            name, text, published=day, cluster=f"letters-{family}-{apart}-{len(figures)}", signature=sign,
            source=f"source-{family}.example", language="en" if apart else "nl",
        )  # fmt: skip
        if kind == "receive":
            return
        for fact in live:
            story.retract(name, fact)
        fact = f"{name}-{number}"
        story.live[name] = [fact]  # type: ignore[attr-defined]
        story.fact(name, f"Zoom took {family}{apart} million", fact_id=fact, value=f"{family}{apart}000000", mention="Zoom")
        story.processed(name)
    elif name not in story.read:
        return
    elif kind == "reject":
        story.add(stream, "ArticleRejected", {"uri": "u", "content_sha256": story.read[name][0], "reason": "no text"})
    elif kind == "withdraw":
        for fact in live:
            story.retract(name, fact, reason="article_withdrawn")
        story.live[name] = []  # type: ignore[attr-defined]
        payload = {"uri": "u", "content_sha256": story.read[name][0], "reason": "asked", "by": "me"}
        story.add(stream, "ArticleWithdrawn", payload)
    elif kind == "quarantine":
        rules = [{"rule": "odd", "table": "fact_financials", "fact_id": "q", "severity": "error", "reason": "odd"}]
        held = {"content_sha256": story.read[name][0], "extractor_version": "1", "rules": rules, "facts": []}
        story.add(stream, "ArticleQuarantined", held)
    elif kind == "dispute":
        for fact in live:
            judged = {"table": "fact_financials", "fact_id": fact, "reason": "wrong", "by": "me"}
            story.add(stream, "FactDisputed", judged).retract(name, fact, reason="disputed")
        story.live[name] = []  # type: ignore[attr-defined]
    elif kind == "move":
        for fact in live:
            if "Zoom took" in story.read[name][2]:
                story.move(name, fact, "Zoom took", mention="Zoom")
        story.processed(name)
    elif kind == "retract":
        for fact in live:
            story.retract(name, fact, reason="extractor_changed")
        story.live[name] = []  # type: ignore[attr-defined]
        story.processed(name)
    else:
        story.processed(name)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that holds one run without articles, to be copied: making the views takes longer than what is tested."""
    path = tmp_path_factory.mktemp("empty") / "empty.duckdb"
    build(path, whole(Story().run("run-0").accept(), 2))
    return path


RUNS = st.lists(st.lists(OPERATION, max_size=6), min_size=2, max_size=6)


def told(runs: list[list[tuple]], chance: random.Random) -> tuple[Story, list[int]]:
    """A story of runs, and some of the positions at which one ended."""
    story = Story().run("run-0").accept()
    story.live = {}  # type: ignore[attr-defined]
    cuts = [story.head]
    for number, operations in enumerate(runs, start=1):
        story.run(f"run-{number}")
        for place, operation in enumerate(operations):
            happen(story, 100 * number + place, operation)
        story.accept() if chance.random() < 0.8 else story.reject()
        if chance.random() < 0.6:
            cuts.append(story.head)
    return story, cuts


def brought_forward(empty: Path, path: Path, runs: list[list[tuple]], chance: random.Random) -> None:
    """Hold a file brought forward over random cuts of a story against the one made from zero, at each cut."""
    story, cuts = told(runs, chance)
    shutil.copyfile(empty, path)
    for after, upto in zip(cuts, [*cuts[1:], story.head], strict=True):
        if after < upto:
            made, expected = forward(path, story, after, upto), whole(story, upto)
            assert made.content_digest == expected.content_digest
            assert differences(path, expected) == []
            assert check(path, made, whole=False) == []


CHECKED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(CHECKED, max_examples=5)
@given(runs=RUNS, chance=st.randoms(use_true_random=False))
def test_brought_forward_is_as_made_from_zero(empty, tmp_path, runs, chance):
    brought_forward(empty, tmp_path / "forward.duckdb", runs, chance)


@pytest.mark.slow
@settings(CHECKED, max_examples=15)
@given(runs=RUNS, chance=st.randoms(use_true_random=False))
def test_brought_forward_is_as_made_from_zero_often(empty, tmp_path, runs, chance):
    brought_forward(empty, tmp_path / "forward.duckdb", runs, chance)


class Kept:
    """Takes what is made as frames."""

    def __init__(self) -> None:
        self.tables = {name: pl.DataFrame(schema=schema) for name, schema in TABLES.items()}

    def put(self, table: str, rows: pl.DataFrame) -> None:
        self.tables[table] = pl.concat([self.tables[table], rows])

    def join(self, clusters: pl.DataFrame) -> None:
        self.tables |= {table: in_clusters(self.tables[table], clusters) for table in FACT_TABLES}


def assembled(story: Story, *, stretch: int) -> tuple[str, dict[str, pl.DataFrame]]:
    """Content digest and tables of a story that is read in stretches of events."""
    taker = Kept()
    with tempfile.TemporaryDirectory() as folder:
        made = assembly.assemble(
            Told(story),  # type: ignore[arg-type]
            texts=story.texts_of,
            companies=COMPANIES,
            ranks=RANKED,
            upto=story.head,
            folder=Path(folder),
            taker=taker,
            stretch=stretch,
        )
    return made.content_digest, taker.tables


def same_rows(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return all(sorted(map(repr, one[name].iter_rows())) == sorted(map(repr, other[name].iter_rows())) for name in TABLES)


@settings(CHECKED, max_examples=4)
@given(runs=RUNS, chance=st.randoms(use_true_random=False), stretch=st.integers(12, 50))
def test_made_in_stretches_is_as_made_at_once(runs, chance, stretch):
    story, _ = told(runs, chance)
    expected = whole(story, story.head)
    digest, tables = assembled(story, stretch=stretch)
    assert digest == expected.content_digest
    assert same_rows(tables, expected.tables)


@settings(CHECKED, max_examples=5)
@given(runs=RUNS, chance=st.randoms(use_true_random=False))
def test_facts_without_a_history_have_the_same_rows_by_the_long_way(runs, chance):
    story, _ = told(runs, chance)
    quick = whole(story, story.head)
    everyone = story.events().select(pl.col("stream_id").str.strip_prefix("article/").alias("article_id")).unique()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warehouse.lives._restless", lambda *_: everyone)
        assert same_rows(whole(story, story.head).tables, quick.tables)


@pytest.mark.parametrize(
    "later",
    [
        pytest.param([("b", "tell", 0, 4, (1,), DAYS[0], False)], id="an earlier copy renames the cluster"),
        pytest.param([("b", "tell", 0, 4, (1,), DAYS[2], False)], id="a later copy joins it"),
        pytest.param([("a", "tell", 1, 0, (1,), DAYS[1], False)], id="the first text changes and leaves the others"),
        pytest.param([("a", "reject", 0, 0, (), None, False)], id="the first text is taken back"),
        pytest.param([("c", "tell", 0, 24, (1,), DAYS[1], False)], id="one that is further off"),
        pytest.param([("c", "tell", 0, 4, (3,), DAYS[0], False)], id="another figure"),
    ],
)
def test_clusters_are_as_from_zero_when_texts_come_and_go(empty, tmp_path, later):
    story = Story().run("run-0").accept()
    story.live = {}  # type: ignore[attr-defined]
    for number, (name, day) in enumerate((("a", DAYS[1]), ("d", DAYS[2]), ("e", DAYS[2]))):
        happen(story.run(f"run-{name}"), number, (name, "tell", 0, 4 * number, (1,), day, False))
        story.accept()
    first = story.head
    story.run("run-later")
    for number, operation in enumerate(later, start=10):
        happen(story, number, operation)
    story.accept()
    path = tmp_path / "forward.duckdb"
    shutil.copyfile(empty, path)
    forward(path, story, 2, first)
    made, expected = forward(path, story, first, story.head), whole(story, story.head)
    assert differences(path, expected) == []
    assert check(path, made) == check(path, made, whole=False) == []


def test_what_was_made_anew_is_held_against_the_file(empty, tmp_path):
    story = Story().run("run-0").accept()
    story.run("run-1").article("a", "Title\nZoom took 4 million dollars.").fact("a", "Zoom took 4 million", value="4000000")
    story.processed("a").accept()
    path = tmp_path / "forward.duckdb"
    shutil.copyfile(empty, path)
    made = forward(path, story, 2, story.head)
    assert check(path, made, whole=False) == []
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE fact_financials SET unit = 'EUR'")
    assert [problem.where for problem in check(path, made, whole=False)] == ["digests of the articles made anew"]


def test_blocks_that_were_not_written_keep_their_sums(empty, tmp_path):
    """What DuckDB says of a block by its first bytes is enough to know that it is the same."""
    story = Story().run("run-0").accept()
    story.run("run-1").article("a", "Title\nZoom took 1 million.").processed("a").accept()
    base, path = tmp_path / "base.duckdb", tmp_path / "next.duckdb"
    shutil.copyfile(empty, base)
    base.with_suffix(".sha256").write_text(file_sums(base))
    shutil.copyfile(base, path)
    forward(path, story, 2, story.head)
    assert file_sums(path, base=base) == file_sums(path) != file_sums(base)


def test_damage_carried_on_stays_damage(empty, tmp_path):
    base, path = tmp_path / "base.duckdb", tmp_path / "next.duckdb"
    shutil.copyfile(empty, base)
    base.with_suffix(".sha256").write_text(file_sums(base))
    damaged = bytearray(base.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    assert file_sums(path, base=base) != file_sums(path)
