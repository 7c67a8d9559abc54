"""What a page says of itself: metadata, JSON-LD, the name of its site.

Which of the headlines that a page declares is its title is told in `titles`, what stands on the page in `html`.
"""

from __future__ import annotations

import html as entities
import json
import re
from dataclasses import dataclass, field
from typing import Any

from transforms.reading import dates
from transforms.reading.clean import one_line
from transforms.reading.dates import Published
from transforms.reading.titles import without_site

ARTICLE_TYPES = re.compile(r"(?i)(?:article|posting|reportage|report|newsitem|review)$")


@dataclass(slots=True)
class Meta:
    """What a page says of itself, in the order in which it is believed."""

    headlines: list[str] = field(default_factory=list)
    dates: list[Published] = field(default_factory=list)
    modified: list[Published] = field(default_factory=list)
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    body: str = ""
    shared: str | None = None  # the headline for sharing
    stated: list[str] = field(default_factory=list)  # headlines that carry no site name, by JSON-LD
    echoes: list[str] = field(default_factory=list)  # a headline of each source but the one for sharing


def metadata(root: Any) -> Meta:
    """Headline, dates, address, publisher and language that a page declares."""
    meta = Meta(language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    named: dict[str, str] = {}
    for element in root.iter("meta"):
        content = (element.get("content") or "").strip()
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(key) or "").strip().lower()
            if name and content:
                named.setdefault(name, content)
    ld = Meta()
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            linked_data(script.text, ld)
    meta.publisher, meta.body = ld.publisher, ld.body
    site = named.get("og:site_name")
    meta.publisher = meta.publisher or site
    if named.get("og:title"):
        meta.shared = without_site(one_line(named["og:title"]), site)
        meta.headlines.append(meta.shared)
    meta.headlines.extend(ld.headlines)
    meta.stated.extend(ld.headlines)
    if named.get("twitter:title"):
        meta.echoes.append(without_site(one_line(named["twitter:title"]), site))
    title = root.find(".//title")
    if title is not None and title.text:
        meta.echoes.append(without_site(one_line(title.text), site, guess=True))
    meta.headlines.extend(meta.echoes)
    meta.echoes.extend(ld.headlines[:1])
    meta.dates.extend(ld.dates)
    meta.modified.extend(ld.modified)
    for kind, dates_to in (("published", meta.dates), ("modified", meta.modified)):
        for name in dates.words()["meta"][kind]:
            found = dates.from_machine(named[name], "meta") if name in named else None
            if found:
                dates_to.append(found)
    for element in root.iter("time"):
        value = element.get("datetime") or element.get("content") or one_line("".join(element.itertext()))
        found = dates.from_machine(value, "time") if value else None
        if found:
            names = f"{element.get('class', '')} {element.get('itemprop', '')}".lower()
            (meta.modified if re.search(r"modif|updat", names) else meta.dates).append(found)
            break
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            meta.url = element.get("href").strip()
            break
    meta.url = meta.url or named.get("og:url")
    meta.language = meta.language or named.get("content-language") or named.get("og:locale") or ld.language
    return meta


def site_after(root: Any, headlines: list[str]) -> str | None:
    """The name of the site where the page's title is its headline, a separator and a short name."""
    whole = one_line(root.findtext(".//title") or "")
    for headline in headlines:
        if len(headline) > 12 and whole.startswith(headline):
            name = re.fullmatch(r"\s*(?:[|–—·•»«/_｜ㅣ-]|::)\s*([^|–—·•»«/_｜ㅣ:]{2,40})", whole[len(headline) :])
            if name:
                return name[1].strip()
    return None


def linked_data(source: str, meta: Meta) -> None:
    """Adds what a JSON-LD script says of the article."""
    source = source.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    if len(source) > 2_000_000:
        return
    try:
        data = json.loads(source, strict=False)
    except (ValueError, RecursionError):
        try:
            data = json.loads(re.sub(r"[\x00-\x1f]+", " ", source), strict=False)
        except (ValueError, RecursionError):
            return
    waiting: list[Any] = [data]
    items: list[dict[str, Any]] = []
    while waiting and len(items) < 2000:
        thing = waiting.pop()
        if isinstance(thing, list):
            waiting.extend(thing)
        elif isinstance(thing, dict):
            items.append(thing)
            waiting.extend(
                value
                for key, value in thing.items()
                if key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
                and isinstance(value, (dict, list))
            )
    for item in items:
        kinds = item.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not any(isinstance(kind, str) and ARTICLE_TYPES.search(kind) for kind in kinds):
            continue
        headline = item.get("headline") or item.get("name")
        if isinstance(headline, str) and headline.strip():
            meta.headlines.append(one_line(entities.unescape(headline)))
        for key, dates_to in (("datePublished", meta.dates), ("dateCreated", meta.dates), ("dateModified", meta.modified)):
            value = item.get(key)
            found = dates.from_machine(value, "json_ld") if isinstance(value, str) else None
            if found:
                dates_to.append(found)
        publisher = item.get("publisher")
        publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
        name = publisher.get("name") if isinstance(publisher, dict) else publisher
        if isinstance(name, str) and not meta.publisher:
            meta.publisher = one_line(name)
        body = item.get("articleBody")
        if isinstance(body, str) and len(body) > len(meta.body):
            meta.body = body
        if isinstance(item.get("inLanguage"), str):
            meta.language = meta.language or item["inLanguage"]
