"""Fetching from the web, politely and without being led astray.

One `Fetcher` for a run: it keeps to robots.txt and to a pause for each host, tries again what may get
better, and bounds bytes and time of every answer as a whole, so that a server that drips does not
hold anybody up. A name is looked up once and exactly the addresses that were checked are connected to;
addresses that are not of the public internet are refused, unless their name was allowed. What an
answer means is none of this module's business.
"""

from __future__ import annotations

import ipaddress
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from orchestration.sources.base import shown
from orchestration.sources.unpack import Broken, Budget
from orchestration.sources.warc import decoded

AGENT: Final = "newsledger"
ROBOTS_BYTES: Final = 500 * 1024
"""RFC 9309: a crawler reads at least this much of robots.txt."""
FAILURES: Final = 4
"""After so many failures of a host in a row the rest of it is left for the next run."""
_CHUNK: Final = 64 * 1024
_MOST_WAIT: Final = 30.0

Lookup = Callable[[str, int], list[str]]


class FetchFailed(Exception):
    """An address gave nothing, for a `reason`; `again`: it may be better in a moment, `down`: it lies with the whole host."""

    def __init__(self, url: str, reason: str, *, again: bool = False, down: bool = False, wait: float = 0.0) -> None:
        self.url = url
        self.reason = reason
        self.again = again
        self.down = down
        self.wait = wait
        super().__init__(f"{url}: {reason}")


class Refused(httpcore.ConnectError):
    """A connection that is not to be made."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How to fetch. Times in seconds; `allow_private` are names of hosts whose address need not be public."""

    timeout: float = 15.0
    deadline: float = 60.0
    max_bytes: int = 10 * 1024 * 1024
    pause: float = 1.0
    retries: int = 2
    redirects: int = 5
    robots: bool = True
    user_agent: str | None = None
    contact: str | None = None
    allow_private: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def agent(self) -> str:
        """The User-Agent line: who this is and, if told, whom to write to."""
        if self.user_agent:
            return self.user_agent
        return f"{AGENT}/{version(AGENT)}" + (f" (+{self.contact})" if self.contact else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came from an address. `content` is None where it has not changed since `etag` or `modified`."""

    url: str
    content: bytes | None
    media_type: str
    fetched_at: datetime
    etag: str | None = None
    modified: str | None = None


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also if it only wraps one of another kind."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


class _Deadline(threading.local):
    """When the present request of a thread must be over, in seconds of the monotonic clock; and what the next ones may take."""

    at: float = float("inf")
    rest: float = float("inf")

    def left(self, timeout: float | None) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection on which no read or write outlasts the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    """Connections to addresses that were looked up once and checked."""

    def __init__(self, deadline: _Deadline, allowed: frozenset[str], lookup: Lookup) -> None:
        self._inner = httpcore.SyncBackend()
        self._deadline = deadline
        self._allowed = allowed
        self._lookup = lookup

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._lookup(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("its name is not known") from None
        if host.strip("[]").lower() not in self._allowed:
            inward = [address for address in addresses if not is_public(address)]
            if inward:
                named = host if host == inward[0] else f"{host} is {inward[0]}, which"
                raise Refused(f"{named} is no public address (see allow_private)")
        error: Exception = httpcore.ConnectError("its name has no address")
        for address in addresses[:4]:
            try:
                inner = self._inner.connect_tcp(address, port, self._deadline.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
                continue
            return _Stream(inner, self._deadline)
        raise error

    def connect_unix_socket(self, *_: object, **__: object) -> httpcore.NetworkStream:
        raise Refused("no sockets of this machine")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Transport(httpx.BaseTransport):
    """httpx on connections of ours."""

    def __init__(self, network: _Network) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=32, max_keepalive_connections=8, network_backend=network
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        with _translated():
            response = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, extensions=dict(request.extensions))
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=dict(response.extensions)
        )

    def close(self) -> None:
        self._pool.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the transport as httpx calls them."""
    try:
        yield
    except Refused as error:
        raise httpx.UnsupportedProtocol(str(error)) from None
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise httpx.NetworkError(str(error)) from None


class _Host:
    """What is known of one host during a run."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next_at = 0.0
        self.failures = 0
        self.rules: Protego | None = None


class Fetcher:
    """Fetches addresses for one source; to be closed. May be used by several threads."""

    def __init__(self, manners: Manners, *, lookup: Lookup = look_up, sleep: Callable[[float], None] = time.sleep) -> None:
        self.manners = manners
        self._sleep = sleep
        self._deadline = _Deadline()
        self._network = _Network(self._deadline, frozenset(name.lower() for name in manners.allow_private), lookup)
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()

    @cached_property
    def _client(self) -> httpx.Client:
        headers = {"User-Agent": self.manners.agent, "Accept-Encoding": "gzip, deflate"}
        return httpx.Client(
            transport=_Transport(self._network),
            headers=headers,
            timeout=self.manners.timeout,
            follow_redirects=False,
            trust_env=False,  # a proxy of the environment would connect where we cannot look
        )

    def close(self) -> None:
        """Close all connections."""
        if "_client" in self.__dict__:
            self._client.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(
        self, url: str, *, etag: str | None = None, modified: str | None = None, accept: str = "*/*", most: int | None = None
    ) -> Answer:
        """What is at `url`, through redirects. Raises FetchFailed."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified, "Accept": accept}
        headers = {name: value for name, value in conditions.items() if value}
        for attempt in range(self.manners.retries + 1):
            self._deadline.rest = self.manners.deadline
            try:
                return self._through_redirects(url, headers, most=most or self.manners.max_bytes, robots=self.manners.robots)
            except FetchFailed as failed:
                if not failed.again or attempt == self.manners.retries:
                    raise
                self._sleep(max(failed.wait, min(_MOST_WAIT, 0.5 * 2**attempt * (1 + random.random()))))  # noqa: S311 - a pause
        raise AssertionError("the last attempt returns or raises")

    def _through_redirects(self, url: str, headers: Mapping[str, str], *, most: int, robots: bool) -> Answer:
        seen: list[str] = []
        at = url
        while True:
            host = self._host(at, asked=url)
            if at in seen:
                raise FetchFailed(url, f"redirects in a circle, at {shown(at)[:200]}")
            seen.append(at)
            if len(seen) > self.manners.redirects + 1:
                raise FetchFailed(url, f"more than {self.manners.redirects} redirects")
            own = self.manners.headers if _may_hear(at, asked=url) else {}
            try:
                if robots:
                    self._keep_to_robots(at, host, asked=url)
                answer = self._once(at, host, {**headers, **own}, most=most, asked=url)
            except FetchFailed as failed:
                host.failures += failed.down
                raise
            host.failures = 0
            if isinstance(answer, Answer):
                return answer
            at = answer

    def _host(self, url: str, *, asked: str) -> _Host:
        """The host of an address that may be fetched."""
        try:
            parts = urlsplit(url)
            name, _ = parts.hostname, parts.port
        except ValueError:
            raise FetchFailed(asked, f"no address: {shown(url)[:200]}") from None
        if parts.scheme not in ("http", "https") or not name:
            raise FetchFailed(asked, f"only http and https are fetched, not {shown(url)[:200]}")
        if parts.username or parts.password:
            raise FetchFailed(asked, "an address with a name or password in it")
        with self._hosts_lock:
            host = self._hosts.setdefault(f"{parts.scheme}://{parts.netloc.lower()}", _Host())
        if host.failures >= FAILURES:
            raise FetchFailed(asked, f"{name} failed {FAILURES} times in a row: left for the next run")
        return host

    def _keep_to_robots(self, url: str, host: _Host, *, asked: str) -> None:
        """Raises FetchFailed where the host's robots.txt does not want `url` fetched (RFC 9309)."""
        with host.lock:
            if host.rules is None:
                host.rules = self._robots(url, asked=asked)
        if not host.rules.can_fetch(url, AGENT):
            raise FetchFailed(asked, f"the robots.txt of {urlsplit(url).netloc} asks not to fetch it")

    def _robots(self, url: str, *, asked: str) -> Protego:
        place = urljoin(url, "/robots.txt")
        at = place
        for _ in range(self.manners.redirects + 1):
            try:
                answer = self._once(at, _Host(), {}, most=ROBOTS_BYTES, asked=place, cut=True)
            except FetchFailed as failed:
                if failed.reason.startswith("answers 4"):
                    return Protego.parse("")
                raise FetchFailed(
                    asked, f"its robots.txt: {failed.reason}", again=failed.again, down=failed.down, wait=failed.wait
                ) from None
            if isinstance(answer, Answer):
                return Protego.parse((answer.content or b"").decode("utf-8", "replace"))
            at = answer
        return Protego.parse("")

    def _pause(self, host: _Host) -> None:
        """Wait for the host's turn; who comes after waits longer."""
        delay = self.manners.pause
        if host.rules is not None and (asked := host.rules.crawl_delay(AGENT)):
            delay = min(max(delay, float(asked)), _MOST_WAIT)
        with host.lock:
            now = time.monotonic()
            turn = max(now, host.next_at)
            host.next_at = turn + delay
        if turn > now:
            self._sleep(turn - now)

    def _once(
        self, url: str, host: _Host, headers: Mapping[str, str], *, most: int, asked: str, cut: bool = False
    ) -> Answer | str:
        """The answer of one request, or where it leads. Raises FetchFailed. `cut` takes the beginning of what is too long."""
        self._pause(host)
        begun = time.monotonic()
        self._deadline.at = begun + self._deadline.rest
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as response:
                return self._answer(response, url, most=most, asked=asked, cut=cut)
        except httpx.TimeoutException:
            over = time.monotonic() >= self._deadline.at
            reason = f"not there within {self.manners.deadline:g} s" if over else f"silent for {self.manners.timeout:g} s"
            raise FetchFailed(asked, reason, again=not over, down=True) from None
        except httpx.UnsupportedProtocol as error:
            raise FetchFailed(asked, f"refused: {error}") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, UnicodeError) as error:
            said = shown(error)[:200] or type(error).__name__
            raise FetchFailed(
                asked, f"cannot be reached: {said}", again=isinstance(error, httpx.NetworkError), down=True
            ) from None
        except Broken as broken:
            raise FetchFailed(asked, broken.reason) from None
        finally:
            self._deadline.at = float("inf")
            self._deadline.rest -= time.monotonic() - begun

    def _answer(self, response: httpx.Response, url: str, *, most: int, asked: str, cut: bool) -> Answer | str:
        status = response.status_code
        known = response.headers
        now = datetime.now(UTC)
        if status == 304:
            return Answer(url, None, "", now, known.get("etag"), known.get("last-modified"))
        if status in (301, 302, 303, 307, 308) and known.get("location"):
            return urljoin(url, known["location"].strip()).partition("#")[0]
        if status != 200:
            again = status in (408, 425, 429, 500, 502, 503, 504)
            wait = _seconds(known.get("retry-after"), now) if again else 0.0
            if wait > _MOST_WAIT:
                raise FetchFailed(asked, f"answers {status}, and asks to come back in {wait:.0f} s")
            raise FetchFailed(asked, f"answers {status}", again=again, down=again, wait=wait)
        large = f"larger than {most // (1024 * 1024) or 1} MB"
        said = known.get("content-length", "")
        if said.isdigit() and int(said) > most and not cut:
            raise FetchFailed(asked, large)
        data = bytearray()
        for chunk in response.iter_raw(_CHUNK):
            data += chunk
            if len(data) > most:
                if cut:
                    break
                raise FetchFailed(asked, large)
        content = bytes(data[:most])
        for coding in [each.strip().lower() for each in known.get("content-encoding", "").split(",") if each.strip()][::-1]:
            content = decoded(content, coding, Budget(len(content)))
            if len(content) > most:
                raise FetchFailed(asked, large)
        return Answer(url, content, known.get("content-type", ""), now, known.get("etag"), known.get("last-modified"))


def _may_hear(at: str, *, asked: str) -> bool:
    """Whether what the user set for an address, a key perhaps, may be told where it leads: to that host, and never in clear."""
    before, now = urlsplit(asked), urlsplit(at)
    return now.netloc == before.netloc and now.scheme in (before.scheme, "https")


def _seconds(said: str | None, now: datetime) -> float:
    """How long a Retry-After line asks to wait."""
    if not said:
        return 0.0
    if said.strip().isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0
