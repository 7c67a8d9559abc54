"""Articles that come by mail: one `.eml` file is one article, as newsletters and alerts are.

The subject is the title, the Date line the time of publication, the sender the publisher. Of a message
in several forms the HTML is taken, else the plain text; attachments are left alone.
"""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from itertools import islice
from typing import Final

from orchestration.sources.base import Found, InputProblem, RawArticle
from orchestration.sources.records import with_title

MOST_PARTS: Final = 200
MOST_LAYERS: Final = 30
"""Messages and groups of parts within one mail: the parser's work grows with the square of their depth."""
_LAYER: Final = re.compile(rb"boundary\s*\*?=|message/", re.IGNORECASE)


def article(data: bytes, *, uri: str, where: str, fetched_at: datetime) -> Found:
    """The article in a message, or why there is none."""
    if not any(line.lower().startswith((b"from:", b"subject:", b"date:", b"to:")) for line in data[:65536].splitlines()):
        return InputProblem(where, "no mail: it has neither sender, subject nor date")
    if sum(1 for _ in islice(_LAYER.finditer(data), MOST_LAYERS + 1)) > MOST_LAYERS:
        return InputProblem(where, f"no mail that can be read: more than {MOST_LAYERS} groups of parts")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        return _article(message, uri=uri, where=where, fetched_at=fetched_at)
    except RecursionError:
        return InputProblem(where, "no mail that can be read: parts within parts without end")
    # The parser of the standard library raises these for headers and sets of characters that no standard knows.
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError) as error:
        return InputProblem(where, f"no mail that can be read: {type(error).__name__}")


def _article(message: EmailMessage, *, uri: str, where: str, fetched_at: datetime) -> Found:
    if sum(1 for _ in islice(message.walk(), MOST_PARTS + 1)) > MOST_PARTS:
        return InputProblem(where, f"no mail that can be read: more than {MOST_PARTS} parts")
    body = message.get_body(preferencelist=("html", "plain"))
    if body is None:
        return InputProblem(where, "a mail without a text")
    text = body.get_content()
    if not isinstance(text, str) or not text.strip():
        return InputProblem(where, "a mail without a text")
    subject = str(message["subject"] or "").strip() or None
    name, address = parseaddr(str(message["from"] or ""))
    date = getattr(message["date"], "datetime", None)
    if body.get_content_subtype() == "html":
        content, media_type = with_title(text, subject), "text/html; charset=utf-8"
    else:
        content, media_type = f"{subject}\n\n{text}" if subject else text, "text/plain; charset=utf-8"
    return RawArticle(
        uri=uri,
        media_type=media_type,
        content=content.encode("utf-8", "replace"),
        fetched_at=fetched_at,
        language=str(message["content-language"] or "").strip() or None,
        published=date.isoformat() if date else None,
        title=subject,
        publisher=(name or address.rpartition("@")[2]).strip() or None,
        where=where,
    )
