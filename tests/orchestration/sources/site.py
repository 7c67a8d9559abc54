"""A web site of our own on loopback, with pages that do what they are told, good or bad."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from orchestration.sources.network import Fetcher, Manners

QUICK = Manners(
    timeout=5.0, deadline=10.0, pause=0.0, retries=0, robots=False, allow_private=frozenset({"localhost", "127.0.0.1"})
)


@dataclass
class Page:
    """What one path answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    does: Callable[[BaseHTTPRequestHandler], object] | None = None
    """Writes the answer itself."""


@dataclass
class Site:
    """A running site: its address, its pages by path, and what was asked of it."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def add(self, path: str, body: bytes = b"", *, kind: str = "text/html", status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body, status, {"Content-Type": kind, **named})
        return self.url + path

    def redirect(self, path: str, to: str) -> str:
        self.pages[path] = Page(b"", 302, {"Location": to})
        return self.url + path

    def doing(self, path: str, does: Callable[[BaseHTTPRequestHandler], object]) -> str:
        self.pages[path] = Page(does=does)
        return self.url + path


@contextmanager
def running() -> Iterator[Site]:
    """A site until the end of the block."""
    site = Site(0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append(dict(self.headers.items()))
            page = site.pages.get(self.path) or Page(b"not here", 404)
            if page.does:
                self.close_connection = True
                with suppress(BrokenPipeError, ConnectionResetError):
                    page.does(self)
                return
            etag, since = page.headers.get("ETag"), page.headers.get("Last-Modified")
            asked = (self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
            unchanged = (etag and etag == asked[0]) or (since and since == asked[1])
            self.send_response(304 if unchanged else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if unchanged else str(len(page.body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(page.body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Whoever hangs up in the middle is none of the site's business."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def local(host: str, port: int) -> list[str]:
    """A name service in which every name is this machine."""
    return ["127.0.0.1"]


def fetcher(manners: Manners = QUICK, **options: Any) -> Fetcher:
    """A fetcher that never sleeps for real."""
    return Fetcher(manners, **{"sleep": lambda seconds: None, "lookup": local, **options})


def drip(handler: BaseHTTPRequestHandler, *, head: bytes, each: bytes = b"x", seconds: float = 3.0) -> None:
    """Send `head`, and then a byte now and then."""
    handler.wfile.write(head)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        handler.wfile.write(each)
        handler.wfile.flush()
        time.sleep(0.05)
