"""Reads a feed in a process of its own: document in, entries out as JSON.

Started by feeds.py. feedparser takes minutes for 400 KB of hostile XML (40,000 attributes: 69 s), and
nothing within a process can stop it; the process can be ended, and its memory is bounded here.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

MEMORY_BYTES = 1024**3


def entries(document: bytes, *, url: str, media_type: str) -> dict[str, Any]:
    """What feeds.py wants to know of a feed: its version, title, language and entries."""
    import feedparser

    found: Any = feedparser.parse(
        io.BytesIO(document),
        response_headers={"content-type": media_type or "application/xml", "content-location": url},
        sanitize_html=False,
    )
    return {
        "version": found.get("version") or "",
        "title": found.feed.get("title"),
        "language": found.feed.get("language"),
        "entries": [_entry(entry) for entry in found.entries],
    }


def _entry(entry: Any) -> dict[str, Any]:
    at = entry.get("published_parsed") or entry.get("updated_parsed")
    source = entry.get("source")
    texts = [str(part.get("value") or "") for part in entry.get("content", ())]
    return {
        "link": entry.get("link") or next((each.get("href") for each in entry.get("links", ()) if each.get("href")), None),
        "title": entry.get("title"),
        "published": entry.get("published"),
        "updated": entry.get("updated"),
        "at": list(at[:6]) if at else None,
        "source": source.get("title") if isinstance(source, dict) else None,
        "text": max([*texts, str(entry.get("summary") or "")], key=len),
    }


def main() -> None:
    """Standard input to standard output; the arguments are address and media type."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ImportError, ValueError, OSError):
        pass  # bounded in time all the same
    json.dump(entries(sys.stdin.buffer.read(), url=sys.argv[1], media_type=sys.argv[2]), sys.stdout)


if __name__ == "__main__":
    main()
