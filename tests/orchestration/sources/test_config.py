"""sources.toml: what it says is understood, and what is wrong with it is told with line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.sources.config import EXAMPLE, KINDS, BadSources, load
from orchestration.sources.records import FieldMapping


def mistakes(path: Path, text: str) -> list[str]:
    path.write_text(text)
    with pytest.raises(BadSources) as raised:
        load(path)
    assert str(raised.value).startswith(str(path))
    return [str(mistake) for mistake in raised.value.mistakes]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[sources.a\n", "line 1, no TOML: ", id="no-toml"),
        pytest.param("", "it names no source", id="empty"),
        pytest.param("[sourcse.a]\nkind = 'feed'", "line 1, sourcse: is not known here (did you mean sources?)", id="typo"),
        pytest.param("\n[sources.a]\nurl = 'x'", "line 2, sources.a: kind is missing: folder, records", id="no-kind"),
        pytest.param("[sources.a]\nkind = 'rss'", "line 2, sources.a.kind: 'rss' is no kind of source", id="other-kind"),
        pytest.param("[sources.a]\nkind = 'feed'", "line 1, sources.a: url is missing", id="no-url"),
        pytest.param(
            "[sources.a]\nkind = 'feed'\nurl = 'file:///etc/passwd'", "line 3, sources.a.url: must be an address", id="file"
        ),
        pytest.param("[sources.a]\nkind='feed'\nurl='https://u:p@x.example'", "without a password", id="password"),
        pytest.param(
            "[sources.a]\nkind='feed'\n\nurl='https://x.example'\nfull_txt=true", "line 5, sources.a.full_txt", id="key"
        ),
        pytest.param(
            "[http]\ntimeout = true\n[sources.a]\nkind='warc'\npath='x'", "line 2, http.timeout: must be", id="boolean"
        ),
        pytest.param(
            "[http]\nretries = -1\n[sources.a]\nkind='warc'\npath='x'", "a whole number, 0 for none, not -1", id="negative"
        ),
        pytest.param("[sources]\na.kind = 'urls'", "line 2, sources.a: needs urls", id="dotted-key"),
        pytest.param(
            "[sources.a]\nkind='records'\npath='x'\nmapping='gdlt'", "line 4, sources.a.mapping: must be one of", id="map"
        ),
        pytest.param("[sources.a]\nkind='records'\npath='x'\nfields={txt='b'}", "(did you mean text?)", id="field"),
        pytest.param(
            "[sources.a]\nkind='records'\npath='x'\nfields={title='b'}", "must say where text, html or url", id="no-text"
        ),
        pytest.param("[sources.'a b']\nkind='warc'\npath='x'", "line 1, sources.a b: a name has letters", id="name"),
        pytest.param("[sources.a]\nkind='warc'\npath=['x', 7]", "line 3, sources.a.path: must be a path or", id="path"),
        pytest.param("sources = 3", "line 1, sources: each source must be a table", id="no-table"),
        pytest.param("[http]\nheaders = {a = 1}\n[sources.a]\nkind='warc'\npath='x'", "must be a table of texts", id="headers"),
    ],
)
def test_each_mistake_has_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    (only,) = mistakes(tmp_path / "sources.toml", text)
    assert said in only


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = "[sources.a]\nkind = 'feed'\nurl = 1\n[http]\npauze = 1\n[sources.b]\nkind = 'x'\n"
    assert [each.split(",")[0] for each in mistakes(tmp_path / "sources.toml", text)] == ["line 3", "line 5", "line 7"]


def test_bytes_that_are_no_text_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"# fine\n\xff")
    with pytest.raises(BadSources, match="line 2, no UTF-8"):
        load(tmp_path / "a.toml")
    with pytest.raises(BadSources, match="no such file"):
        load(tmp_path / "b.toml")


def test_what_is_said_once_for_all_holds_unless_a_source_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        "[http]\npause = 3\ncontact = 'desk@example.org'\n"
        "[sources.a]\nkind = 'feed'\nurl = 'https://a.example/feed'\n"
        "[sources.b]\nkind = 'records'\npath = ['b', '/c']\npause = 0\nfields = { text = ['t', 'u'], url = 'v' }\n"
        "[sources.c]\nkind = 'warc'\npath = 'x'\nenabled = false\n"
    )
    a, b = load(tmp_path / "sources.toml")
    assert (a.name, a.kind, a.options["pause"], a.options["contact"]) == ("a", "feed", 3, "desk@example.org")
    assert (b.options["pause"], b.options["path"]) == (0, [tmp_path / "b", Path("/c")])
    assert b.options["fields"] == FieldMapping("own", {"text": ("t", "u"), "url": ("v",)})


def test_the_example_is_valid_also_with_all_its_remarks_taken_away(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(EXAMPLE)
    assert [each.name for each in load(tmp_path / "sources.toml")] == ["dropped"]
    opened = "\n".join(line.removeprefix("# ") if "=" in line or "[" in line else line for line in EXAMPLE.splitlines())
    (tmp_path / "sources.toml").write_text(opened)
    assert {each.kind for each in load(tmp_path / "sources.toml")} == set(KINDS)
