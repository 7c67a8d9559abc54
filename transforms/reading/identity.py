"""Names for an article, its source and its copies, all made from content and address alone."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

NOT_TEXT = re.compile(r"[\W_]+")


def article_id(uri: str) -> str:
    """The first 32 hex digits of the sha256 of a URI: one article, one id, whatever its versions."""
    return hashlib.sha256(uri.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def text_sha256(text: str) -> str:
    """The hash under which a clean text is kept."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def cluster_id(letters: bytes) -> str:
    """One id for all copies of a body, however spaced, punctuated, wrapped or titled, from its `copies.letters`."""
    return "c" + hashlib.sha256(letters).hexdigest()[:16]


@cache
def suffixes() -> TLDExtract:
    """The public suffix list that comes with tldextract: no network, no cache folder. 0.2 s at first use."""
    from tldextract import TLDExtract  # noqa: PLC0415  0.16 s

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)


def domain(url: str | None) -> str | None:
    """The registrable domain of an http(s) address, else None."""
    if not url or url.lstrip()[:4].lower() != "http":
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    found = suffixes().extract_str(host) if "." in host else None
    if found is None:
        return None
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}".lower()
    # No public suffix (an address, a reserved name such as "site.example"): the last two labels, or all of an address.
    labels = host.lower().strip(".").split(".")
    return host.lower() if labels[-1].isdigit() else ".".join(labels[-2:])


def slug(name: str | None) -> str | None:
    """A publisher's name as an id: lower-case letters and digits joined by hyphens."""
    if not name:
        return None
    plain = NOT_TEXT.sub("-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    return plain[:80] or None


def source_id(urls: list[str | None], publishers: list[str | None]) -> str | None:
    """Registrable domain of the first http(s) address, else the publisher; None leaves the content cluster to stand for it."""
    return next(filter(None, map(domain, urls)), None) or next(filter(None, map(slug, publishers)), None)
