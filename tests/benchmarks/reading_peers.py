"""What other readers make of the corpora, for `reading.py`: run by it in an environment that has them, and us not.

Writes one JSON object a page and peer to standard output: corpus, id, peer, title, text, date, language, seconds.
Each is called as its documentation does first, with its defaults.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import htmldate
import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from resiliparse.parse.html import HTMLTree
from resiliparse.parse.lang import detect_fast

Found = dict[str, Any]


def by_trafilatura(content: bytes) -> Found:
    found = trafilatura.bare_extraction(content, with_metadata=True)
    return {"title": found.title, "text": found.text, "date": found.date} if found else {}


def by_htmldate(content: bytes) -> Found:
    markup = content.decode("utf-8", "replace")
    return {"date": htmldate.find_date(markup, original_date=True)}


def by_resiliparse(content: bytes) -> Found:
    tree = HTMLTree.parse(bytes_to_str(content, detect_encoding(content)))
    text = extract_plain_text(tree, main_content=True)
    return {"title": tree.title, "text": text, "language": detect_fast(text)[0]}


PEERS: dict[str, Callable[[bytes], Found]] = {
    "trafilatura": by_trafilatura,
    "htmldate": by_htmldate,
    "resiliparse": by_resiliparse,
}


def pages(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    for corpus in ("news_html", "html"):
        for line in (folder / corpus / "articles.jsonl").read_text(encoding="utf-8").splitlines():
            gold = json.loads(line)
            yield corpus, gold["id"], gzip.decompress((folder / corpus / gold["raw"]).read_bytes())


def main() -> None:
    for corpus, page, content in pages(Path(sys.argv[1])):
        for peer, reads in PEERS.items():
            started = time.perf_counter()
            found = reads(content)
            seconds = time.perf_counter() - started
            print(json.dumps({"corpus": corpus, "id": page, "peer": peer, "seconds": seconds, **found}))


if __name__ == "__main__":
    main()
