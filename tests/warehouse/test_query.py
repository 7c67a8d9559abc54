"""Questions are answered; everything else is refused, by name, and changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.warehouse.story import Story
from warehouse.errors import NewsledgerError, NothingPublished, QueryRefused
from warehouse.filing import build
from warehouse.home import Home
from warehouse.query import QueryFailed, query

SENTENCE = "Zoom has 769 large customers"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    story = Story().run("run-1").article("a", f"Title\n{SENTENCE}.")
    story.fact("a", SENTENCE, metric="customers", unit="count", value="769", value_step="1")
    file = tmp_path_factory.mktemp("published") / "it's.duckdb"
    build(file, story.processed("a").accept().projection())
    return file


def test_answers_are_typed_frames(path):
    frame = query(path, "SELECT value, published_at FROM financials")
    assert [str(dtype) for dtype in frame.dtypes] == [
        "Decimal(precision=38, scale=6)",
        "Datetime(time_unit='us', time_zone='UTC')",
    ]


@pytest.mark.parametrize(
    ("sql", "params", "rows"),
    [
        pytest.param("SELECT metric FROM financials WHERE value > ?", [700], [("customers",)], id="by place"),
        pytest.param("SELECT metric FROM financials WHERE value > $least", {"least": 800}, [], id="by name"),
        pytest.param("FROM (SELECT 1 AS a) -- a comment; with a semicolon", None, [(1,)], id="comment"),
        pytest.param("SELECT ';' AS a;", None, [(";",)], id="semicolon in a string"),
    ],
)
def test_questions_are_answered(path, sql, params, rows):
    assert query(path, sql, params).rows() == rows


@pytest.mark.parametrize("sql", ["DESCRIBE financials", "SHOW TABLES", "SUMMARIZE fact_financials", "EXPLAIN FROM financials"])
def test_looking_around_is_allowed(path, sql):
    assert query(path, sql).height > 0


HOSTILE = [
    "COPY fact_financials TO '{out}'",
    "COPY (SELECT 1) TO '{out}' (FORMAT parquet)",
    "EXPORT DATABASE '{out}'",
    "ATTACH '{out}' AS other",
    "SELECT * FROM read_csv('/etc/hosts')",
    "SELECT * FROM read_text('/etc/hosts')",
    "SELECT * FROM '/etc/hosts'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA threads = 8",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CREATE OR REPLACE VIEW financials AS SELECT 1",
    "DELETE FROM fact_financials",
    "UPDATE fact_financials SET value = 0",
    "DROP TABLE fact_financials",
    "INSERT INTO dim_company (company_id) VALUES ('x')",
    "SELECT 1; DROP TABLE fact_financials",
    "BEGIN",
    "CHECKPOINT",
    "USE memory",
    "DETACH published",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE DELETE FROM fact_financials",
    "",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_everything_else_is_refused(path, tmp_path, sql):
    before = path.read_bytes()
    with pytest.raises(QueryRefused) as refused:
        query(path, sql.format(out=tmp_path / "out"))
    assert refused.value.reason
    assert "Traceback" not in str(refused.value)
    assert path.read_bytes() == before
    assert not list(tmp_path.iterdir())


def test_variables_of_the_program_are_no_tables(path):
    secret = query(path, "SELECT 1 AS a")
    assert secret.height == 1
    with pytest.raises(QueryFailed, match="secret"):
        query(path, "SELECT * FROM secret")


def test_a_wrong_name_is_answered_with_the_right_one(path):
    with pytest.raises(QueryFailed, match="financials"):
        query(path, "SELECT * FROM financial")


def test_a_date_is_no_position(path):
    with pytest.raises(QueryFailed, match="2020-06-01"):
        query(path, "SELECT * FROM financials_as_of('2020-06-01')")


@pytest.mark.parametrize("timeout", [pytest.param(0.2, id="while it runs"), pytest.param(0.0, id="before it runs")])
def test_time_is_bounded(path, timeout):
    with pytest.raises(QueryFailed, match=f"longer than {timeout:g} seconds"):
        query(path, "SELECT count(*) FROM range(10000000000) AS a, range(1000) AS b", timeout=timeout)


def test_memory_is_bounded(path):
    with pytest.raises(QueryFailed, match="more memory"):
        query(path, "SELECT list(a.range) FROM range(50000000) AS a", memory="50MB")


def test_rows_can_be_bounded(path):
    assert query(path, "SELECT * FROM range(1000000)", max_rows=3).height == 3


def test_many_can_ask_at_once(path):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: query(path, "SELECT count(*) + ? AS n FROM financials", [n]).item(), range(12)))
    assert answers == list(range(1, 13))


def test_nothing_published_is_said_so(tmp_path):
    with pytest.raises(NothingPublished, match="run newsledger first"):
        query(Home(tmp_path), "SELECT 1")


def test_a_file_that_is_no_database_is_said_so(tmp_path):
    (tmp_path / "x.duckdb").write_bytes(b"not a database at all")
    with pytest.raises(NewsledgerError, match=r"x\.duckdb cannot be opened"):
        query(tmp_path / "x.duckdb", "SELECT 1")
