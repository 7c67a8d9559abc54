"""The sources of sources.toml as one source, each with a name of its own on every batch.

A source that fails is a problem that names it; the others go on. What an earlier source of the same
run has brought, a later one does not bring again. States between runs are written behind each batch,
when whoever asked for it has dealt with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from orchestration.sources import feeds
from orchestration.sources.base import Batch, Found, InputProblem, Link, RawArticle, Source, batched, capped, once, shown
from orchestration.sources.config import SourceConfig
from orchestration.sources.landing import EmptyFolder, FoundFile, articles_in, find_files, read_links
from orchestration.sources.links import WORKERS, fetched
from orchestration.sources.network import Answer, Fetcher, FetchFailed, Lookup, Manners, look_up
from orchestration.sources.state import SourceState
from orchestration.sources.unpack import Broken

ENVIRONMENT: Final = "env:"
"""Before the name of an environment variable, in a header's value: keys do not belong in a file."""
_SPOOL: Final = ".spool-"
_DAY: Final = 86400
FEED: Final = "application/rss+xml,application/atom+xml;q=0.9,application/xml;q=0.8,*/*;q=0.1"


class Unusable(Exception):
    """A source that cannot be used as it is configured; the message says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source is read with: its state, what others have dealt with, and how far to look ahead."""

    state: SourceState
    asked: set[str]
    ahead: int = 2 * WORKERS
    lookup: Lookup = look_up


@dataclass(frozen=True, slots=True)
class ConfiguredSources:
    """All sources of a sources.toml; `states` is the folder of what they know from earlier runs, None for nothing."""

    configs: Sequence[SourceConfig]
    states: Path | None = None
    name: str = "sources.toml"
    first: Source | None = None
    """A source that comes before them, such as the landing folder."""
    lookup: Lookup = look_up

    def count(self) -> int | None:
        """Not known before they are asked."""
        return None

    def batches(self) -> Iterator[Batch]:
        """The articles of one source after the other."""
        asked: set[str] = set()
        if self.first is not None:
            for batch in self.first.batches():
                yield replace(batch, source=self.first.name)
        for config in self.configs:
            state = SourceState.load(self.states, config.name)
            reading = Reading(state, asked, lookup=self.lookup)
            for batch in batched(_unless_taken(capped(once(found(config, reading)), config.name), asked), source=config.name):
                yield batch
                state.save()
            state.save(complete=True)


def _unless_taken(items: Iterable[Found], taken: set[str]) -> Iterator[Found]:
    """Articles that no source before this one has brought."""
    before = frozenset(taken)
    for item in items:
        if isinstance(item, RawArticle):
            if item.uri in before:
                continue
            taken.add(item.uri)
        yield item


def found(config: SourceConfig, reading: Reading) -> Iterator[Found]:
    """The articles of one source; that it cannot be used at all is a problem too."""
    try:
        yield from _found(config, reading)
    except Unusable as error:
        yield InputProblem(config.name, str(error))
    except FetchFailed as failed:
        yield InputProblem(f"{config.name}: {shown(failed.url)}", failed.reason)
    except Broken as broken:
        yield InputProblem(f"{config.name}: {config.place}", broken.reason)
    except OSError as error:
        place = error.filename or config.place
        yield InputProblem(f"{config.name}: {shown(place)}", (error.strerror or type(error).__name__).lower())


def _found(config: SourceConfig, reading: Reading) -> Iterator[Found]:
    options = config.options
    if config.kind in ("folder", "warc") or (config.kind == "records" and not options["fetch"]):
        mapping = options.get("mapping") or options.get("fields")
        yield from _files(options["path"], mapping)
        return
    with Fetcher(manners(config), lookup=reading.lookup) as fetcher:
        if config.kind == "feed":
            yield from _feed(config, fetcher, reading)
            return
        links: Iterable[Link | Found]
        if config.kind == "urls":
            links = _addresses(config)
        elif config.kind == "sitemap":
            links = islice(_sitemaps(options["url"], fetcher, max_age_days=options["max_age_days"]), options["max_pages"])
        else:
            links = _records(config)
        yield from fetched(links, fetcher, reading.state, asked=reading.asked, ahead=reading.ahead)


def manners(config: SourceConfig) -> Manners:
    """How a source fetches. Raises Unusable where a header names a variable that is not set."""
    options = config.options
    headers = {}
    for name, value in options["headers"].items():
        variable = value.removeprefix(ENVIRONMENT)
        if value.startswith(ENVIRONMENT) and variable not in os.environ:
            raise Unusable(f"its header {name} wants the environment variable {variable}, which is not set")
        headers[name] = os.environ[variable] if value.startswith(ENVIRONMENT) else value
    return Manners(
        timeout=options["timeout"],
        deadline=options["deadline"],
        max_bytes=int(options["max_megabytes"] * 1024 * 1024),
        pause=options["pause"],
        retries=options["retries"],
        redirects=options["redirects"],
        robots=options["robots"],
        user_agent=options["user_agent"],
        contact=options["contact"],
        allow_private=frozenset(options["allow_private"]),
        headers=headers,
    )


def _files(paths: Sequence[Path], mapping: object) -> Iterator[Found]:
    fetched_at = datetime.now(UTC)
    there = (item for item in find_files(paths) if not isinstance(item, EmptyFolder))  # nothing there today: fine
    if mapping is None:
        yield from articles_in(there, fetched_at=fetched_at)
        return
    for item in there:
        if isinstance(item, InputProblem):
            yield item
        else:
            for article in read_links(item, fetched_at=fetched_at, mapping=mapping):  # type: ignore[arg-type]
                yield (
                    InputProblem(article.where, "only an address, no text (fetch = true fetches it)")
                    if isinstance(article, Link)
                    else article
                )


def _records(config: SourceConfig) -> Iterator[Link | Found]:
    """Records with their text, and the addresses of those without."""
    fetched_at = datetime.now(UTC)
    mapping = config.options.get("mapping") or config.options.get("fields")
    for file in find_files(config.options["path"]):
        if isinstance(file, FoundFile):
            yield from read_links(file, fetched_at=fetched_at, mapping=mapping)
        elif not isinstance(file, EmptyFolder):
            yield file


def _feed(config: SourceConfig, fetcher: Fetcher, reading: Reading) -> Iterator[Found]:
    url, state = config.options["url"], reading.state
    known = state.seen(url)
    answer = fetcher.fetch(url, etag=known.etag, modified=known.modified, accept=FEED, most=feeds.FEED_BYTES)
    if answer.content is None:
        return
    full_text = config.options["full_text"]
    entries = feeds.feed(answer.content, url=answer.url, media_type=answer.media_type, full_text=full_text)
    chosen = islice(entries, config.options["max_entries"])
    links: list[Link | InputProblem] = []
    for item in chosen:
        if isinstance(item, RawArticle):
            yield item
        else:
            links.append(item)
    yield from fetched(links, fetcher, state, asked=reading.asked, ahead=reading.ahead)
    # Not before all its pages are here: an unchanged feed is not read, and what failed would never be asked for again.
    if not state.failed:
        state.take(url, etag=answer.etag, modified=answer.modified)


def _addresses(config: SourceConfig) -> Iterator[Link | InputProblem]:
    """The addresses of the list, and of the file: one a line, # begins a remark."""
    for url in config.options["urls"] or ():
        yield Link(url.partition("#")[0], f"{config.name}: {url}")
    if file := config.options["file"]:
        with file.open("rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(8192), b""), 1):
                url = line.decode("utf-8", "replace").lstrip("\ufeff").strip()
                if not url or url.startswith("#"):
                    continue
                if not url.lower().startswith(("http://", "https://")) or not url.isprintable():
                    yield InputProblem(f"{shown(file)}:{number}", f"no address: {shown(url)[:100]}")
                    continue
                yield Link(url.partition("#")[0], f"{shown(file)}:{number}")


def _sitemaps(url: str, fetcher: Fetcher, *, max_age_days: float) -> Iterator[Link | InputProblem]:
    """The pages of a sitemap and of those that it names. Raises FetchFailed and Broken for the first one."""
    waiting, asked = [url], {url}
    while waiting:
        at = waiting.pop(0)
        try:
            answer: Answer = fetcher.fetch(at, accept="application/xml,*/*;q=0.5")
            for item in feeds.sitemap(answer.content or b"", url=at, max_age_days=max_age_days):
                if not isinstance(item, str):
                    yield item
                elif item not in asked and len(asked) < feeds.MOST_SITEMAPS:
                    asked.add(item)
                    waiting.append(item)
        except (FetchFailed, Broken) as failed:
            if at == url:
                raise
            yield InputProblem(shown(at), failed.reason)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of trying out one source: its first article, the first problems, and how long it took."""

    name: str
    kind: str
    place: str
    first: str | None
    problems: tuple[InputProblem, ...]


def check(config: SourceConfig, *, lookup: Lookup = look_up) -> Checked:
    """Try one source out until its first article; nothing is kept of it, neither article nor state."""
    problems: list[InputProblem] = []
    first = None
    for item in found(config, Reading(SourceState(), set(), ahead=0, lookup=lookup)):
        if isinstance(item, RawArticle):
            kind = item.media_type.partition(";")[0]
            first = f"{len(item.content):,} bytes of {shown(kind)}: {shown(item.where or item.uri)}"
            break
        problems.append(item)
        if len(problems) >= 3:
            break
    return Checked(config.name, config.kind, config.place, first, tuple(problems))


@dataclass(slots=True)
class Spooled:
    """A source that is asked once, however often its batches are looked through: what came is kept on the disk meanwhile.

    A run first looks whether there is anything new, and then takes it in; nobody wants to fetch twice.
    """

    source: Source
    folder: Path
    _spool: tempfile.TemporaryDirectory[str] | None = None
    _kept: list[tuple[Path, Batch]] = field(default_factory=list)
    _rest: Iterator[Batch] | None = None

    @property
    def name(self) -> str:
        """That of the source."""
        return self.source.name

    def count(self) -> int | None:
        """That of the source."""
        return self.source.count()

    def batches(self) -> Iterator[Batch]:
        """Those that came before, from the disk, and then the others."""
        import polars as pl

        if self._spool is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.glob(f"{_SPOOL}*"):  # of a run that was killed
                if time.time() - left.stat().st_mtime > _DAY:
                    shutil.rmtree(left, ignore_errors=True)
            self._spool = tempfile.TemporaryDirectory(prefix=_SPOOL, dir=self.folder)
            self._rest = self.source.batches()
        for path, batch in list(self._kept):
            yield replace(batch, articles=pl.read_parquet(path))
        assert self._rest is not None  # noqa: S101 - set with the spool
        for batch in self._rest:
            path = Path(self._spool.name, f"{len(self._kept)}.parquet")
            batch.articles.write_parquet(path, compression="lz4")
            self._kept.append((path, replace(batch, articles=batch.articles.clear())))
            yield batch

    def close(self) -> None:
        """Forget everything."""
        if self._spool is not None:
            self._spool.cleanup()
