"""Files of every kind that sources read, made in memory, and what a source makes of them."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl
import zstandard

from orchestration.sources.base import InputProblem
from orchestration.sources.landing import LocalFiles

PAGE = b"<html><head><title>Larkfield rises</title></head><body><p>Larkfield Systems said revenue rose.</p></body></html>"
MAIL = (
    b"From: =?utf-8?q?Harbour_Post?= <news@harbour.example>\r\nTo: you@you.example\r\nSubject: Larkfield rises\r\n"
    b"Date: Tue, 02 Jan 2024 08:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Larkfield Systems said revenue rose.\r\n"
)


def read(path: Path, *, of_one_day: bool = True) -> tuple[pl.DataFrame, list[InputProblem]]:
    """All articles of a file or folder, and all problems; with files of one age, so that they come by their names."""
    for file in path.rglob("*") if of_one_day and path.is_dir() else ():
        os.utime(file, (0, 0), follow_symlinks=False)
    batches = list(LocalFiles([path]).batches())
    problems = [problem for batch in batches for problem in batch.problems]
    return pl.concat([batch.articles for batch in batches]) if batches else pl.DataFrame(), problems


def reasons(problems: Sequence[InputProblem], root: Path) -> dict[str, str]:
    """Reasons by place, the places relative to `root`."""
    return {problem.where.removeprefix(f"{root}/"): problem.reason for problem in problems}


def lines(*records: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def zipped(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zst(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def gz(content: bytes) -> bytes:
    return gzip.compress(content, 1)


def warc(url: str, body: bytes, *, headers: str = "", status: str = "200 OK", media_type: str = "text/html") -> bytes:
    """One response record."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"
        f"WARC-Record-ID: <urn:uuid:7>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def tarred(files: Mapping[str, bytes], *, form: int = tarfile.PAX_FORMAT, mode: Literal["w", "w:gz", "w:bz2"] = "w") -> bytes:
    """A tar archive of files by their names."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()
