"""Which company an article, a pronoun or a number is about. `subjects` alone decides for facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.places import cues_of, lead_end, overlaps, titles_of
from transforms.companies.schema import MENTIONS
from transforms.companies.table import roles
from transforms.schemas import Schema
from transforms.spans import Tape, within

if TYPE_CHECKING:
    from transforms.scan import Scanned

_OWNER: Final = 64
"""How far before a name it is read for "the owner of", in code points."""
_BRANDS: Final = r"(?:\p{Lu}[\p{L}\p{N}.&'-]*|[&]|\p{Ll}{1,3})"
"""A part of the names between "the owner of" and another one: "the owner of Corvane and Vondra"."""
MAIN: Final[Schema] = {"doc": pl.Int64, "company_id": pl.String, "mention_start": pl.Int64, "mention_end": pl.Int64}


def main_company(scanned: Scanned) -> pl.DataFrame:
    """The company each article is about: doc, company_id, mention_start, mention_end; no row where there is none.

    Weighed are the title, the lead and how often a company is named; banks that only give opinions, agencies and
    exchanges count little outside the title. The mention is the first one.
    """
    return scanned.tape.once(
        "companies.main",
        lambda: main_of(scanned.tape, scanned.sentences, scanned.companies.filter(pl.col("certainty") != "pronoun")),
    )


def main_of(tape: Tape, sentences: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """As `main_company`, from the mentions without pronouns: columns of `MAIN`."""
    if named.is_empty():
        return pl.DataFrame(schema=MAIN)
    mentions = named.select("start", "end", "company_id", "certainty")
    mentions = mentions.with_columns(tape.doc_of(mentions["start"]), title=pl.Series(overlaps(mentions, titles_of(tape))))
    mentions = mentions.join(lead_end(tape, sentences), on="doc", how="left", maintain_order="left").join(
        roles(), on="company_id", how="left", maintain_order="left"
    )
    titles = titles_of(tape).select("doc", _t="start")
    mentions = mentions.join(titles, on="doc", how="left", maintain_order="left")
    product = pl.col("certainty") == "product"
    weight = pl.when(product).then(0.4).otherwise(1.0)
    head = pl.col("title") & (pl.col("start") - pl.col("_t") < 25)
    lead = ~pl.col("title") & (pl.col("start") < pl.col("lead").fill_null(0))
    scored = (
        mentions.with_columns(_w=weight, _head=head, _lead=lead)
        .group_by("doc", "company_id", maintain_order=True)
        .agg(
            times=pl.col("_w").sum(),
            title=(pl.col("title") * pl.col("_w")).max(),
            head=(pl.col("_head") * pl.col("_w")).max(),
            lead=(pl.col("_lead") * pl.col("_w")).max(),
            role=pl.col("role").first(),
            inferred=(pl.col("certainty") == "inferred").all(),
            mention_start=pl.col("start").min(),
            mention_end=pl.col("end").min(),
        )
    )
    # A bank that no other firm is named beside, first and more than once, tells of its own results.
    alone = pl.col("role").is_not_null().all().over("doc") & (pl.col("lead") > 0) & (pl.col("times") >= 2)
    score = (
        pl.col("times").clip(upper_bound=12)
        + 4 * pl.col("title")
        + 2 * pl.col("head")
        + 2 * pl.col("lead")
        - pl.when(pl.col("role").is_not_null() & (pl.col("times") < 5)).then(pl.when(alone).then(2).otherwise(6)).otherwise(0)
        - pl.when(pl.col("inferred")).then(0.5).otherwise(0)
    )
    best = scored.with_columns(_score=score).filter(pl.col("_score") >= 1.5)
    best = best.sort("doc", "_score", "mention_start", descending=[False, True, False], maintain_order=True)
    best = best.unique("doc", keep="first", maintain_order=True)
    return best.select([pl.col(c).cast(t) for c, t in MAIN.items()])


def pronouns(tape: Tape, sentences: pl.DataFrame, named: pl.DataFrame, main: pl.DataFrame) -> pl.DataFrame:
    """Words that stand for a company, bound to the last subject of the paragraph or else the main company."""
    found = cues_of(tape, "company_pronoun").select("start", "end")
    found = found.filter(pl.Series(~overlaps(found, named)))
    if found.is_empty():
        return pl.DataFrame(schema=MENTIONS)
    bound = _nearest(tape, found, named, sentences, main)
    return found.with_columns(company_id=bound["company_id"], certainty=pl.lit("pronoun")).drop_nulls("company_id")


def _objects(tape: Tape, mentions: pl.DataFrame) -> pl.Series:
    """Whether a preposition, a verb or a case ending makes each mention an object: "than Zoom", "Zoom'dan", "네이버를"."""
    return tape.by_language(mentions, lambda language, rows: _objects_in(tape, rows, language))


def _objects_in(tape: Tape, mentions: pl.DataFrame, language: str) -> pl.Series:
    rules = lexicon.settings(language)
    found = pl.repeat(value=False, n=mentions.height)
    context = mentions.select(
        before=pl.Series([tape.folded[max(0, a - 24) : a] for a in mentions["start"].to_list()], dtype=pl.String),
        owner=pl.Series([tape.plain[max(0, a - _OWNER) : a] for a in mentions["start"].to_list()], dtype=pl.String),
        after=pl.Series([tape.plain[b : b + 8] for b in mentions["end"].to_list()], dtype=pl.String),
        within=pl.Series([tape.plain[a:b] for a, b in mentions.select("start", "end").iter_rows()], dtype=pl.String),
    )
    if words := rules.get("object_before"):
        nouns = lexicon.of_kind(language, "company_noun").filter(pl.col("code") == "before")["pattern"].to_list()
        escaped = "|".join(re.escape(noun) for noun in sorted(nouns, key=len, reverse=True))
        apart = rules.get("words_apart", True)
        edge, space = (r"(?:^|[^\p{L}])", r"[ \"(]+") if apart else ("", "")
        found |= pl.col("before").str.contains(f'{edge}(?:{"|".join(words)}){space}(?:(?:{escaped})[ "(]+)?$')
    if owners := rules.get("owner_of"):
        found |= pl.col("owner").str.contains(rf"(?i:(?:^|[^\p{{L}}])(?:{owners})) (?:{_BRANDS} )*[\"«“„]?$")
    if regex := rules.get("object_after"):
        found |= pl.col("after").str.contains(regex)
    if regex := rules.get("object_within"):
        found |= pl.col("within").str.contains(regex)
    return context.select(o=found)["o"]


def _paragraphs(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """The sentences with `par`, the paragraph's number on the tape."""

    def numbered() -> pl.DataFrame:
        breaks = np.flatnonzero(tape.codes == ord("\n"))
        return sentences.with_columns(par=pl.Series(np.searchsorted(breaks, sentences["start"].to_numpy()).astype(np.int64)))

    return tape.once("companies.paragraphs", numbered)


def _nearest(
    tape: Tape, spans: pl.DataFrame, mentions: pl.DataFrame, sentences: pl.DataFrame, main: pl.DataFrame
) -> pl.DataFrame:
    """For each span the company it is about by place alone: company_id, mention_start, mention_end."""
    framed = _paragraphs(tape, sentences)
    places = {"sid": "sid", "doc": "doc", "par": "par"}
    asked = within(spans.select("start").with_row_index("_i"), framed, name="sid", columns=places).sort(
        "start", maintain_order=True
    )
    told = within(mentions.select("start", "end", "company_id", "certainty"), framed, name="sid", columns=places)
    told = told.join(main.select("doc", _main="company_id"), on="doc", how="left", maintain_order="left").join(
        roles(), on="company_id", how="left", maintain_order="left"
    )
    told = told.with_columns(object=_objects(tape, told), title=pl.Series(overlaps(told, titles_of(tape))))
    bystander = (pl.col("role").is_not_null() | (pl.col("certainty") == "product")) & (
        pl.col("company_id") != pl.col("_main")
    ).fill_null(value=True)
    told = told.filter(~pl.col("object") & ~bystander).sort("start", maintain_order=True)
    told = told.select("start", "sid", "par", "company_id", mention_start="start", mention_end="end")
    here = asked.join_asof(told.drop("par"), on="start", by="sid", strategy="backward", check_sortedness=False)
    # The first subject of the last sentence of the paragraph that has one.
    first = told.unique("sid", keep="first", maintain_order=True)
    before = asked.select("_i", "start", "par").join_asof(
        first.drop("sid"), on="start", by="par", strategy="backward", check_sortedness=False
    )
    chosen = here.select("_i", "doc", "company_id", "mention_start", "mention_end").join(
        before.select("_i", _c="company_id", _s="mention_start", _e="mention_end"), on="_i", maintain_order="left"
    )
    chosen = chosen.join(
        main.select("doc", _mc="company_id", _ms="mention_start", _me="mention_end"),
        on="doc",
        how="left",
        maintain_order="left",
    )
    return chosen.sort("_i", maintain_order=True).select(
        company_id=pl.coalesce("company_id", "_c", "_mc"),
        mention_start=pl.when(pl.col("company_id").is_not_null()).then("mention_start").otherwise(pl.coalesce("_s", "_ms")),
        mention_end=pl.when(pl.col("company_id").is_not_null()).then("mention_end").otherwise(pl.coalesce("_e", "_me")),
    )


def subjects(
    tape: Tape, spans: pl.DataFrame, mentions: pl.DataFrame, sentences: pl.DataFrame, clauses: pl.DataFrame
) -> pl.DataFrame:
    """The company each span is about, in the order of `spans`: company_id, mention_start, mention_end.

    `spans` needs `start`. Taken is the nearest mention before it in its sentence that no preposition or ending makes an
    object, then the subject of the last sentence of the same paragraph that has one, then the article's main company; null
    where the article has none. Pronouns among `mentions` count as what they are bound to. Banks, agencies and exchanges
    are nobody's subject unless the article is about them.
    """
    del clauses
    named = mentions.filter(pl.col("certainty") != "pronoun")
    chosen = _nearest(tape, spans, mentions, sentences, main_of(tape, sentences, named))
    return _as_written(tape, chosen, mentions, named)


def _as_written(tape: Tape, chosen: pl.DataFrame, mentions: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Subjects with the company's name for a mention where it was a pronoun: the last one before it, else the first."""
    pronouns_at = mentions.filter(pl.col("certainty") == "pronoun")["start"]
    asked = chosen.with_row_index("_i").with_columns(_p=pl.col("mention_start").is_in(pronouns_at.implode()))
    places = named.select("company_id", mention_start="start", mention_end="end", _s="start")
    places = places.with_columns(tape.doc_of(places["mention_start"])).sort("mention_start", maintain_order=True)
    wanted = asked.filter("_p").select("_i", "company_id", _s="mention_start")
    if wanted.is_empty() or places.is_empty():
        return chosen
    wanted = wanted.with_columns(tape.doc_of(wanted["_s"])).sort("_s", maintain_order=True)
    by = ["doc", "company_id"]
    before = wanted.join_asof(places, on="_s", by=by, strategy="backward", check_sortedness=False)
    after = wanted.join_asof(places, on="_s", by=by, strategy="forward", check_sortedness=False)
    found = before.select("_i", _a="mention_start", _b="mention_end").join(
        after.select("_i", _c="mention_start", _d="mention_end"), on="_i", maintain_order="left"
    )
    told = asked.join(found, on="_i", how="left", maintain_order="left").sort("_i", maintain_order=True)
    return told.select(
        "company_id",
        mention_start=pl.coalesce("_a", "_c", "mention_start"),
        mention_end=pl.coalesce("_b", "_d", "mention_end"),
    )
