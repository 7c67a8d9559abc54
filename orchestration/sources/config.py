"""sources.toml: which sources there are, read and validated before anything is fetched.

Each mistake is told with its line and key, all of them at once. What the keys mean stands in
`KINDS` and `WEB`, from which the messages are made too.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from orchestration.sources.records import FIELDS, FieldMapping, mappings
from warehouse.errors import NewsledgerError

FILE_NAME: Final = "sources.toml"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand under one key: `kind` of value, `default` where it is left out, whether it is `needed`."""

    kind: str
    default: Any = None
    needed: bool = False


WEB: Final[Mapping[str, Key]] = {
    "timeout": Key("seconds", 15.0),
    "deadline": Key("seconds", 60.0),
    "max_megabytes": Key("number", 10),
    "pause": Key("seconds or 0", 1.0),
    "retries": Key("count or 0", 2),
    "redirects": Key("count or 0", 5),
    "robots": Key("true or false", True),
    "user_agent": Key("text"),
    "contact": Key("text"),
    "allow_private": Key("names of hosts", ()),
    "headers": Key("table of texts", {}),
}
"""How to fetch: in [http] for all sources, or in one source."""

KINDS: Final[Mapping[str, Mapping[str, Key]]] = {
    "folder": {"path": Key("paths", needed=True)},
    "records": {
        "path": Key("paths", needed=True),
        "mapping": Key("mapping"),
        "fields": Key("fields"),
        "fetch": Key("true or false", False),
        **WEB,
    },
    "warc": {"path": Key("paths", needed=True)},
    "feed": {
        "url": Key("address", needed=True),
        "full_text": Key("true or false", True),
        "max_entries": Key("count", 500),
        **WEB,
    },
    "urls": {"urls": Key("addresses"), "file": Key("path"), **WEB},
    "sitemap": {"url": Key("address", needed=True), "max_age_days": Key("number", 3), "max_pages": Key("count", 1000), **WEB},
}
"""The kinds of source, and the keys of each besides `kind` and `enabled`."""
_ANY: Final[Mapping[str, Key]] = {"kind": Key("kind", needed=True), "enabled": Key("true or false", True)}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in sources.toml."""

    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{place}{self.key}: {self.message}" if self.key else f"{place}{self.message}"


class BadSources(NewsledgerError):
    """sources.toml cannot be used: all that is wrong, with lines and keys."""

    def __init__(self, *, path: Path, mistakes: Sequence[Mistake]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One source: all keys of its kind, with defaults filled in and paths made absolute."""

    name: str
    kind: str
    options: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where it looks, for people."""
        for key in ("path", "url", "file"):
            if value := self.options.get(key):
                return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        return f"{len(self.options.get('urls') or ())} address(es)"


def load(path: Path) -> list[SourceConfig]:
    """The enabled sources that `path` names, in its order. Raises BadSources."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text)
    except FileNotFoundError:
        said = "no such file (newsledger sources init writes one to begin with)"
        raise BadSources(path=path, mistakes=[Mistake(None, "", said)]) from None
    except OSError as error:
        raise BadSources(path=path, mistakes=[Mistake(None, "", f"cannot be read: {(error.strerror or '').lower()}")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadSources(path=path, mistakes=[Mistake(line, "", "no UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        said = str(error)[: at.start()] if at else str(error).removesuffix(" (at end of document)")
        line = int(at[1]) if at else text.count("\n") + 1
        raise BadSources(path=path, mistakes=[Mistake(line, "", f"no TOML: {said[:1].lower()}{said[1:]}")]) from None
    reader = _Reader(path, text)
    configs = reader.sources(found)
    if reader.mistakes:
        raise BadSources(path=path, mistakes=sorted(reader.mistakes, key=lambda each: (each.line or 0, each.key)))
    return [config for config in configs if config.options["enabled"]]


class _Reader:
    """Checks the values of one file and collects what is wrong."""

    def __init__(self, path: Path, text: str) -> None:
        self._folder = path.absolute().parent
        self._lines = _lines(text)
        self.mistakes: list[Mistake] = []

    def sources(self, found: Mapping[str, Any]) -> list[SourceConfig]:
        for key in found:
            if key not in ("http", "sources"):
                self._wrong(key, f"is not known here{_near(key, ['http', 'sources'])}; a source is a table [sources.NAME]")
        http = found.get("http", {})
        if not isinstance(http, dict):
            self._wrong("http", "must be a table [http]")
            http = {}
        web = self._values("http", http, WEB)
        named = found.get("sources", {})
        if not isinstance(named, dict) or not all(isinstance(entry, dict) for entry in named.values()):
            self._wrong("sources", "each source must be a table [sources.NAME]")
            return []
        if not named and not self.mistakes:
            self._wrong("", "it names no source: begin with [sources.NAME]")
        return [config for name, entry in named.items() if (config := self._source(name, entry, web))]

    def _source(self, name: str, entry: Mapping[str, Any], web: Mapping[str, Any]) -> SourceConfig | None:
        where = f"sources.{name}"
        if not _NAME.fullmatch(name):
            self._wrong(where, "a name has letters, digits, dots, hyphens and underscores, at most 60")
        kind = entry.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            said = "is missing" if kind is None else f"{kind!r} is no kind of source"
            self._wrong(
                f"{where}.kind" if kind is not None else where, f"{'kind ' if kind is None else ''}{said}: {', '.join(KINDS)}"
            )
            return None
        keys = {**_ANY, **KINDS[kind]}
        options = self._values(where, entry, keys)
        for key in WEB:
            if key in keys and key not in entry and key in web:
                options[key] = web[key]
        if kind == "urls" and not options.get("urls") and not options.get("file"):
            self._wrong(where, 'needs urls = ["https://…"] or file = "addresses.txt"')
        if options.get("mapping") and options.get("fields"):
            self._wrong(f"{where}.fields", "either mapping or fields, not both")
        return SourceConfig(name, kind, options)

    def _values(self, where: str, entry: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
        values = {key: wanted.default for key, wanted in keys.items()}
        for key, value in entry.items():
            wanted = keys.get(key)
            if wanted is None:
                self._wrong(f"{where}.{key}", f"is not known here{_near(key, list(keys))}")
                continue
            read, wrong = self._value(value, wanted.kind)
            if wrong:
                self._wrong(f"{where}.{key}", wrong)
            else:
                values[key] = read
        for key, wanted in keys.items():
            if wanted.needed and key not in entry and key != "kind":
                self._wrong(where, f"{key} is missing: {_EXPECTED[wanted.kind]}")
        return values

    def _value(self, value: Any, kind: str) -> tuple[Any, str | None]:
        """The value as it is used, or what is wrong with it."""
        ok, used = False, value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind == "true or false":
            ok = isinstance(value, bool)
        elif kind in ("seconds", "number"):
            ok = number and 0 < value < 1e6
        elif kind == "seconds or 0":
            ok = number and 0 <= value < 1e6
        elif kind in ("count", "count or 0"):
            ok = isinstance(value, int) and not isinstance(value, bool) and (kind == "count") <= value < 10**7
        elif kind in ("text", "kind"):
            ok = isinstance(value, str) and value.isprintable()
        elif kind == "path":
            ok = isinstance(value, str) and bool(value) and "\0" not in value
            used = self._path(value) if ok else None
        elif kind == "paths":
            each = [value] if isinstance(value, str) else value
            ok = isinstance(each, list) and bool(each) and all(isinstance(one, str) and one and "\0" not in one for one in each)
            used = [self._path(one) for one in each] if ok else None
        elif kind == "address":
            ok = _is_address(value)
        elif kind == "addresses":
            ok = isinstance(value, list) and all(map(_is_address, value))
        elif kind == "names of hosts":
            ok = isinstance(value, list) and all(isinstance(one, str) and re.fullmatch(r"[\w.:-]+", one) for one in value)
            used = tuple(value) if ok else None
        elif kind == "table of texts":
            ok = isinstance(value, dict) and all(isinstance(one, str) and one.isprintable() for one in value.values())
        elif kind == "mapping":
            ok = isinstance(value, str) and value in mappings()
            return (mappings()[value], None) if ok else (None, f"must be one of {', '.join(mappings())}, not {_said(value)}")
        elif kind == "fields":
            return self._fields(value)
        return used, None if ok else f"must be {_EXPECTED[kind]}, not {_said(value)}"

    def _fields(self, value: Any) -> tuple[Any, str | None]:
        if not isinstance(value, dict) or not value:
            return None, f"must be {_EXPECTED['fields']}, not {_said(value)}"
        names: dict[str, Sequence[str]] = {}
        for field, named in value.items():
            each = [named] if isinstance(named, str) else named
            if field not in FIELDS:
                return None, f"{field!r} is no field of an article{_near(field, list(FIELDS))}: {', '.join(FIELDS)}"
            if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
                return None, f"{field} must be a name or a list of names"
            names[field] = tuple(each)
        if not names.keys() & {"text", "html", "url"}:
            return None, "must say where text, html or url stand"
        return FieldMapping("own", names), None

    def _path(self, said: str) -> Path:
        return self._folder / Path(said).expanduser()

    def _wrong(self, key: str, message: str) -> None:
        parts = key.split(".")
        tries = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        line = next((self._lines[each] for each in tries if each in self._lines), None)
        self.mistakes.append(Mistake(line, key, message))


_EXPECTED: Final = {
    "true or false": "true or false",
    "seconds": "a number of seconds above 0",
    "seconds or 0": "a number of seconds, 0 for none",
    "number": "a number above 0",
    "count": "a whole number above 0",
    "count or 0": "a whole number, 0 for none",
    "text": "a line of text",
    "kind": "a kind of source",
    "path": "a path",
    "paths": "a path or a list of paths",
    "address": "an address, http:// or https://, without a password",
    "addresses": "a list of addresses, http:// or https://",
    "names of hosts": "a list of names of hosts, without port",
    "table of texts": "a table of texts",
    "mapping": "the name of a mapping",
    "fields": 'a table such as { text = "body", title = "headline" }',
}


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.password and parts.port != 0
    except ValueError:
        return False


def _said(value: Any) -> str:
    said = repr(value) if not isinstance(value, bool) else str(value).lower()
    return said if len(said) <= 60 else f"{said[:57]}…"


def _near(key: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    return f" (did you mean {close[0]}?)" if close else ""


_HEADER: Final = re.compile(r"\s*\[\[?\s*([^\]#]+?)\s*\]\]?\s*(?:#.*)?")
_ASSIGNED: Final = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)


def _lines(text: str) -> dict[str, int]:
    """The line of each table and each key, by its dotted name. Only to say where a mistake is: tomllib tells no lines."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            table = name = _dotted(header[1])
        elif assigned := _ASSIGNED.match(line):
            key = _dotted(assigned[1])
            name = f"{table}.{key}" if table else key
        else:
            continue
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            found.setdefault(".".join(parts[:count]), number)
    return found


def _dotted(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


EXAMPLE: Final = """\
# Where newsledger takes articles from. Try them out: newsledger sources check

[http]
contact = "news desk, desk@example.org"   # part of the User-Agent, so that sites can reach you
pause = 1.0                               # seconds between two pages of one host
# allow_private = ["intranet.example"]    # hosts that may have an address that is not public

[sources.dropped]
kind = "folder"
path = "inbox"                            # relative to this file; searched to the bottom

# [sources.harbour-post]
# kind = "feed"                           # RSS or Atom; the linked pages are fetched
# url = "https://harbour.example/feed.xml"

# [sources.harbour-news]
# kind = "sitemap"                        # a news sitemap, or an index of them
# url = "https://harbour.example/news-sitemap.xml"
# max_age_days = 3

# [sources.watched]
# kind = "urls"
# urls = ["https://harbour.example/larkfield"]

# [sources.gdelt]
# kind = "records"                        # .json .jsonl .csv .tsv .parquet, packed or not
# path = "gdelt"
# mapping = "gdelt"                       # or fields = { text = "body", title = "headline", url = "link" }
# fetch = true                            # records without a text: fetch the linked page

# [sources.crawl]
# kind = "warc"
# path = "crawl"
"""
"""What `newsledger sources init` writes."""
