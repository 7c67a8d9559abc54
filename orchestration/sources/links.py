"""Pages that are known by their address: fetched, a few hosts at a time, in the order of the links.

Feeds, sitemaps, lists of addresses and records without a text all come down to links. What was taken
once is known by its mark, and an address without one is asked whether it has changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from orchestration.sources.base import Found, InputProblem, Link, RawArticle, shown
from orchestration.sources.network import Answer, Fetcher, FetchFailed
from orchestration.sources.state import Seen, SourceState
from orchestration.sources.warc import TEXTS

WORKERS: Final = 4
"""Pages on their way at a time. Of one host never more than its pause allows."""
ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5"


@dataclass(frozen=True, slots=True)
class _Fetched:
    link: Link
    answer: Answer | None
    problem: InputProblem | None


def fetched(
    links: Iterable[Link | Found],
    fetcher: Fetcher,
    state: SourceState,
    *,
    asked: set[str] | None = None,
    ahead: int = 2 * WORKERS,
) -> Iterator[Found]:
    """The pages of links that are new or changed; what is no link is passed on, and pages known as they are, left out.

    `asked` holds addresses that another source has dealt with, and grows; `ahead` pages are asked for before they are needed.
    """
    dealt_with: set[str] = set() if asked is None else asked

    def fetch(link: Link) -> _Fetched:
        known = state.seen(link.url)
        try:
            answer = fetcher.fetch(link.url, etag=known.etag, modified=known.modified, accept=ACCEPT)
        except FetchFailed as failed:
            return _Fetched(link, None, InputProblem(shown(link.url), failed.reason))
        kind = answer.media_type.partition(";")[0].strip().lower()
        if answer.content is not None and kind and kind not in TEXTS:
            return _Fetched(link, None, InputProblem(shown(link.url), f"no page of text but {shown(kind)[:80]}"))
        return _Fetched(link, answer, None)

    waiting: deque[Future[_Fetched] | Found] = deque()
    executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="newsledger-fetch")
    try:
        for link in links:
            if not isinstance(link, Link):
                waiting.append(link)
            elif link.url not in dealt_with:
                dealt_with.add(link.url)
                if link.mark and state.seen(link.url).mark == link.mark:
                    state.keep(link.url)
                    continue
                waiting.append(executor.submit(fetch, link))
            if len(waiting) > ahead:
                yield from _result(waiting.popleft(), state)
        while waiting:
            yield from _result(waiting.popleft(), state)
    finally:
        executor.shutdown(cancel_futures=True)


def _result(item: Future[_Fetched] | Found, state: SourceState) -> Iterator[Found]:
    if not isinstance(item, Future):
        yield item
        return
    done = item.result()
    link, answer = done.link, done.answer
    if done.problem:
        state.fail(link.url)
        yield done.problem
        return
    assert answer is not None  # noqa: S101 - one of the two is there
    if answer.content is not None:
        yield RawArticle(
            uri=link.url,
            media_type=answer.media_type or "text/html",
            content=answer.content,
            fetched_at=answer.fetched_at,
            language=link.language,
            published=link.published,
            title=link.title,
            publisher=link.publisher,
            where=link.where,
        )
    # Of a page that is as it was the server need not say again what that was (RFC 9110, 15.4.5).
    known = state.seen(link.url) if answer.content is None else Seen()
    state.take(link.url, mark=link.mark, etag=answer.etag or known.etag, modified=answer.modified or known.modified)
