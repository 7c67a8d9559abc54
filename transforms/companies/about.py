"""Which company an article, a pronoun or a number is about. `subjects` alone decides for facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.places import cues_of, follows, lead_end, overlaps, titles_of
from transforms.companies.schema import MENTIONS
from transforms.companies.table import roles
from transforms.schemas import Schema
from transforms.spans import Tape, within

if TYPE_CHECKING:
    from transforms.scan import Scanned

_OWNER: Final = 64
"""How far before a name it is read for "the owner of", in code points."""
_BOUGHT: Final = ("acquire", "invest")
"""Words of moves whose object, right behind them, is no subject: "InPost bought Menzies for 60 million"."""
_BEFORE: Final = 64
"""Code points before a name in which a preposition and a noun of firms make it an object."""
_BEHIND: Final = 48
"""Code points behind a number in which the article's company is named that it is of."""
_AND: Final = 9
"""Code points between two names that a conjunction joins."""
_ASIDE: Final = 200
"""Code points behind a name in which the clause may end that only tells of the subject: "A, which supplies B, has …"."""
_MAKER: Final = 4
"""So many letters of a firm's name tell that a product is named after it."""
_BELOW: Final = 2
"""Line breaks between two paragraphs."""
_BRANDS: Final = r"(?:\p{Lu}[\p{L}\p{N}.&'-]*|[&]|\p{Ll}{1,3})"
"""A part of the names between "the owner of" and another one: "the owner of Corvane and Vondra"."""
_MENTION: Final = ("company_id", "mention_start", "mention_end")
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
    bound = _nearest(tape, found, named, sentences, main, behind=False)
    return found.with_columns(company_id=bound["company_id"], certainty=pl.lit("pronoun")).drop_nulls("company_id")


def _objects(tape: Tape, mentions: pl.DataFrame) -> pl.Series:
    """Whether a preposition, a verb or a case ending makes each mention an object: "than Zoom", "Zoom'dan", "네이버를"."""
    return tape.by_language(mentions, lambda language, rows: _objects_in(tape, rows, language))


def _bought(tape: Tape, mentions: pl.DataFrame) -> pl.Series:
    """Whether each mention stands right behind a verb of buying, in languages whose subject stands before the verb."""
    verbs = cues_of(tape, "market").filter(pl.col("code").is_in(_BOUGHT))
    behind = pl.Series(follows(tape, verbs["end"], mentions["start"].to_numpy()), dtype=pl.Boolean)
    subject_first = {each: not lexicon.settings(each).get("verb_first", False) for each in tape.languages}
    return behind & tape.told(mentions["start"], subject_first)


def _with_joined(tape: Tape, mentions: pl.DataFrame, objects: pl.Series) -> pl.Series:
    """Objects with those that "and" or a list joins to one in its sentence: "after those on Corvane, Vondra and Brel"."""
    rows = mentions.select("doc", "start", "end", "sid", object=objects).with_row_index("_i").sort("start", maintain_order=True)
    rows = rows.with_columns(pl.col("end", "sid").shift(1).name.prefix("_before_"))
    beside = (pl.col("sid") == pl.col("_before_sid")) & (pl.col("start") - pl.col("_before_end")).is_between(2, _AND)
    near = rows.filter(beside)

    def joined(language: str, asked: pl.DataFrame) -> pl.Series:
        words = lexicon.settings(language).get("name_and", "$^")
        return tape.slice("_before_end", "start", asked).str.contains(rf'^["»”]? (?:{words}) (?:\p{{L}}{{1,3}} )?["«„“]?$')

    near = near.with_columns(
        _and=tape.by_language(near, joined),
        _comma=tape.slice("_before_end", "start", near).is_in([", ", "、", "، "]),
    )
    rows = rows.join(near.select("_i", "_and", "_comma"), on="_i", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("_and", "_comma").fill_null(value=False))
    # A comma alone may end what the subject is compared with: "unlike Corvane, Vondra grew".
    listed = pl.col("_comma") & (pl.col("_and") | pl.col("_comma")).shift(-1, fill_value=False)
    listed |= pl.col("_comma") & pl.col("_comma").shift(1, fill_value=False)
    chain = rows.with_columns(_chain=(~(pl.col("_and") | listed)).cum_sum())
    found = chain.filter(pl.col("object").cum_max().over("_chain", mapping_strategy="group_to_rows"))["_i"]
    return mentions.select(pl.int_range(pl.len(), dtype=pl.UInt32).is_in(found.implode())).to_series()


def _objects_in(tape: Tape, mentions: pl.DataFrame, language: str) -> pl.Series:
    rules = lexicon.settings(language)
    found = pl.repeat(value=False, n=mentions.height)
    context = mentions.select(
        before=pl.Series([tape.folded[max(0, a - _BEFORE) : a] for a in mentions["start"].to_list()], dtype=pl.String),
        owner=pl.Series([tape.plain[max(0, a - _OWNER) : a] for a in mentions["start"].to_list()], dtype=pl.String),
        after=pl.Series([tape.plain[b : b + 8] for b in mentions["end"].to_list()], dtype=pl.String),
        within=pl.Series([tape.plain[a:b] for a, b in mentions.select("start", "end").iter_rows()], dtype=pl.String),
    )
    if words := rules.get("object_before"):
        nouns = lexicon.of_kind(language, "company_noun").filter(pl.col("code") == "before")["pattern"].to_list()
        escaped = "|".join(re.escape(noun) for noun in sorted(nouns, key=len, reverse=True))
        apart = rules.get("words_apart", True)
        edge, space = (r"(?:^|[^\p{L}])", r"[ \"(]+") if apart else ("", "")
        kind = r"(?:[\p{L}-]+ ){0,2}" if apart else ""  # "the takeover of vet chain Corvane"
        found |= pl.col("before").str.contains(f'{edge}(?:{"|".join(words)}){space}(?:{kind}(?:{escaped})[ "(]+)?$')
    if owners := rules.get("owner_of"):
        # "The parent of Google" is known by no other name where its sentence names no other firm.
        others = mentions.select(pl.col("company_id").n_unique().over("sid") > 1).to_series()
        owned = pl.col("owner").str.contains(rf"(?i:(?:^|[^\p{{L}}])(?:{owners})) (?:{_BRANDS} )*[\"«“„]?$")
        # "Владелец Facebook Meta": right behind what is owned stands its owner.
        owns = mentions.select((pl.col("start") - pl.col("end").shift(1) == 1) & (pl.col("sid") == pl.col("sid").shift(1)))
        owned = owned & ~(owned.shift(1) & owns.to_series()).fill_null(value=False)
        found = pl.when(owned).then(others).otherwise(found)
    # "Meta (formerly Facebook)", "Meta(脸书母公司)": the firm named before the bracket, where there is one.
    if (other := rules.get("other_name")) or rules.get("owner_after"):
        several = mentions.select(pl.col("company_id").n_unique().over("sid") > 1).to_series()
        if other:
            found |= several & pl.col("owner").str.contains(other)
        if regex := rules.get("owner_after"):
            found |= several & pl.col("after").str.contains(regex)
    if regex := rules.get("object_after"):
        found |= pl.col("after").str.contains(regex)
    if regex := rules.get("object_within"):
        found |= pl.col("within").str.contains(regex)
    return context.select(o=found)["o"]


def _paragraphs(tape: Tape, sentences: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """The sentences with `par`, the paragraph's number on the tape. A heading that is just a name is of the one below it."""
    breaks = np.flatnonzero(tape.codes == ord("\n"))
    codes = np.concatenate((tape.codes, [0, 0]))
    named = mentions.filter(~pl.Series(overlaps(mentions, titles_of(tape)), dtype=pl.Boolean))
    start, end = named["start"].to_numpy(), named["end"].to_numpy()
    after = end + np.isin(codes[end], (ord(":"), ord(".")))
    alone = (codes[np.maximum(start - 1, 0)] == ord("\n")) & (codes[after] == ord("\n"))
    first = np.searchsorted(breaks, after[alone])
    joined = [at for at in first.tolist() if at < len(breaks)]
    while joined:  # the empty lines below a heading too
        breaks[joined] = -1
        joined = [at + 1 for at in joined if at + 1 < len(breaks) and codes[breaks[at + 1] - 1] == ord("\n")]
    breaks = breaks[breaks >= 0]
    return sentences.with_columns(par=pl.Series(np.searchsorted(breaks, sentences["start"].to_numpy()).astype(np.int64)))


def _nearest(
    tape: Tape,
    spans: pl.DataFrame,
    mentions: pl.DataFrame,
    sentences: pl.DataFrame,
    main: pl.DataFrame,
    *,
    behind: bool,
    relatives: bool = False,
) -> pl.DataFrame:
    """For each span the company it is about by place alone: company_id, mention_start, mention_end.

    `behind`: the article's own company may stand behind the span too, where none stands before it in its sentence.
    `relatives`: relative clauses behind an object are about it.
    """
    framed = _paragraphs(tape, sentences, mentions)
    places = {"sid": "sid", "doc": "doc", "par": "par"}
    asked = within(spans.select("start").with_row_index("_i"), framed, name="sid", columns=places).sort(
        "start", maintain_order=True
    )
    told = within(mentions.select("start", "end", "company_id", "certainty"), framed, name="sid", columns=places)
    told = told.join(main.select("doc", _main="company_id"), on="doc", how="left", maintain_order="left").join(
        roles(), on="company_id", how="left", maintain_order="left"
    )
    told = told.with_columns(
        object=_with_joined(tape, told, _objects(tape, told) | _bought(tape, told)),
        title=pl.Series(overlaps(told, titles_of(tape))),
    )
    other = pl.col("company_id") != pl.col("_main")
    bystander = pl.col("role").is_not_null() & other.fill_null(value=True)
    # Where an article names no firm, a product stands for its maker: "WeChat was fined".
    bystander |= (pl.col("certainty") == "product") & other.fill_null(value=False) & ~pl.lit(_named_by_maker(tape, told))
    titled = told.filter("title").select("doc", "company_id").unique(maintain_order=True)
    certain = told.filter(pl.col("certainty") == "known").select("doc", "company_id").unique(maintain_order=True)
    relative = _told_of_objects(tape, asked, told.filter(pl.lit(relatives)))
    told = told.filter(~pl.col("object") & ~bystander).sort("start", maintain_order=True)
    told = _with_heads(tape, told)
    own = told.filter(pl.col("company_id") == pl.col("_main")).select("sid", "start", _oc="company_id", _os="start", _oe="end")
    heads = [f"_head_{name}" for name in _MENTION]
    told = told.select(
        "start", "sid", "par", "doc", "title", "company_id", *heads, "_aside", mention_start="start", mention_end="end"
    )
    here = asked.join_asof(told.drop("par", "doc", "title"), on="start", by="sid", strategy="backward", check_sortedness=False)
    over = (pl.col("start") >= pl.col("_aside")).fill_null(value=False)
    here = here.with_columns(pl.when(over).then(f"_head_{name}").otherwise(name).alias(name) for name in _MENTION)
    here = here.join(relative, on="_i", how="left", maintain_order="left")
    nearer = (pl.col("_object_mention_start") > pl.col("mention_start").fill_null(-1)).fill_null(value=False)
    here = here.with_columns(pl.when(nearer).then(f"_object_{name}").otherwise(name).alias(name) for name in _MENTION)
    # The first subject of the last sentence of the paragraph that has one.
    first = told.drop(*heads, "_aside").unique("sid", keep="first", maintain_order=True)
    before = asked.select("_i", "start", "par").join_asof(
        first.drop("sid", "doc", "title"), on="start", by="par", strategy="backward", check_sortedness=False
    )
    chosen = here.select("_i", "doc", "company_id", "mention_start", "mention_end").join(
        before.select("_i", _c="company_id", _s="mention_start", _e="mention_end"), on="_i", maintain_order="left"
    )
    # "In March 200 million people used Zoom's services": the article's company behind the number, before any told earlier.
    follows_it = asked.filter(pl.lit(behind)).join_asof(
        own, on="start", by="sid", strategy="forward", tolerance=_BEHIND, check_sortedness=False
    )
    chosen = chosen.join(follows_it.select("_i", "_oc", "_os", "_oe"), on="_i", how="left", maintain_order="left").with_columns(
        _c=pl.coalesce("_oc", "_c"), _s=pl.coalesce("_os", "_s"), _e=pl.coalesce("_oe", "_e")
    )
    apart = {each: "name_script" not in lexicon.settings(each) for each in tape.languages}
    below = asked.filter(tape.told(asked["start"], apart))  # elsewhere "the company" is the article's own
    above = _above(below, titled, first, main, certain)
    chosen = chosen.join(above, on="_i", how="left", maintain_order="left").with_columns(
        _c=pl.coalesce("_c", "_ac"),
        _s=pl.when(pl.col("_c").is_null()).then("_as").otherwise("_s"),
        _e=pl.when(pl.col("_c").is_null()).then("_ae").otherwise("_e"),
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


def _told_of_objects(tape: Tape, asked: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Spans in a clause that only tells of the object before it: "unlike A, which has 300 million users, B earns money".

    `_i` of the span, and the object as `_object_company_id`, `_object_mention_start` and `_object_mention_end`.
    """
    objects = told.filter(pl.col("object"), pl.col("certainty") != "pronoun").sort("start", maintain_order=True)
    objects = objects.select(
        "sid", "start", _object_company_id="company_id", _object_mention_start="start", _object_mention_end="end"
    )
    near = asked.join_asof(objects, on="start", by="sid", strategy="backward", check_sortedness=False)
    near = near.drop_nulls("_object_mention_end")

    def opened(language: str, rows: pl.DataFrame) -> pl.Series:
        regex = str(lexicon.settings(language).get("aside_opens", lexicon.NEVER))
        return tape.slice("_object_mention_end", "start", rows).str.contains(f"^(?:{regex})")

    near = near.filter(tape.by_language(near, opened).fill_null(value=False))
    return near.select("_i", *(f"_object_{name}" for name in _MENTION))


def _named_by_maker(tape: Tape, mentions: pl.DataFrame) -> pl.Series:
    """Whether each mention begins with the name of its firm: "Microsoft Teams" is Microsoft's, whoever the article is about."""
    named = mentions.select(
        written=tape.slice("start", "end", mentions).str.to_lowercase(), maker=pl.col("company_id").str.split("-").list.first()
    )
    told = pl.col("written").str.starts_with(pl.col("maker")) & (pl.col("maker").str.len_chars() >= _MAKER)
    return named.select(told.fill_null(value=False)).to_series()


def _with_heads(tape: Tape, told: pl.DataFrame) -> pl.DataFrame:
    """Adds, to mentions in a clause that only tells of the subject before it, where that ends and the subject.

    "A, which supplies B, has agreed" and "A, the maker of B's screens, has agreed": behind the second comma (_aside) A is meant
    (_head_company_id, _head_mention_start, _head_mention_end). `told`: mentions in order, objects left out.
    """
    rows = told.with_row_index("_i")
    # "A, the chipmaker that supplies B, has": what stands for the subject is none of its own.
    named = rows.filter(pl.col("certainty") != "pronoun").with_columns(
        pl.col("sid", "company_id", "start", "end").shift(1).name.prefix("_before_")
    )
    beside = (pl.col("sid") == pl.col("_before_sid")) & (pl.col("company_id") != pl.col("_before_company_id"))
    near = named.filter(beside)

    def opened(language: str, asked: pl.DataFrame) -> pl.Series:
        regex = str(lexicon.settings(language).get("aside_opens", "$^"))
        return tape.slice("_before_end", "start", asked).str.contains(regex)

    near = near.filter(tape.by_language(near, opened).fill_null(value=False))

    def closed(language: str, asked: pl.DataFrame) -> pl.Series:
        joints = lexicon.settings(language).get("name_and", "$^")
        text = tape.slice("end", pl.col("end") + _ASIDE, asked)
        told = text.str.extract(rf"^((?:[^,;:.\n]|\.\S|, \p{{Lu}}|, (?:{joints}) )*), \p{{Ll}}", 1)
        return told.str.len_chars().cast(pl.Int64)

    near = near.with_columns(_aside=pl.col("end") + tape.by_language(near, closed)).drop_nulls("_aside")
    near = near.select(
        "_i", "_aside", _head_company_id="_before_company_id", _head_mention_start="_before_start",
        _head_mention_end="_before_end",
    )  # fmt: skip
    found = rows.join(near, on="_i", how="left", maintain_order="left")
    names = ["_aside", *(f"_head_{name}" for name in _MENTION)]
    # Further names in the same clause are no subject behind it either.
    found = found.with_columns(pl.col(names).forward_fill().over("sid", mapping_strategy="group_to_rows"))
    within = (pl.col("start") < pl.col("_aside")).fill_null(value=False)
    return found.with_columns(pl.when(within).then(name).alias(name) for name in names).select(*told.columns, *names)


def _above(
    asked: pl.DataFrame, titled: pl.DataFrame, first: pl.DataFrame, main: pl.DataFrame, certain: pl.DataFrame
) -> pl.DataFrame:
    """The last subject of the paragraph above each span, where the title names it beside another: _i, _ac, _as, _ae.

    "Corvane buys Vondra", a paragraph on Vondra, and then "The company had sales of 40 million". An
    article on a firm of the table stays with it where the other is in no table (`certain` are the firms that are).
    """
    several = titled.group_by("doc", maintain_order=True).len().filter(pl.col("len") > 1).select("doc")
    last = first.join(titled, on=["doc", "company_id"], how="semi").join(several, on="doc", how="semi")
    sure = main.join(certain, on=["doc", "company_id"], how="semi").select("doc")
    unsure = last.join(certain, on=["doc", "company_id"], how="anti").join(sure, on="doc", how="semi")
    last = last.join(unsure.select("sid"), on="sid", how="anti")
    beside = asked.select("_i", "start", "par", "doc").join_asof(
        first.filter(~pl.col("title")).select("start", "sid", "doc", _apar="par"),
        on="start", by="doc", strategy="backward", check_sortedness=False,
    )  # fmt: skip
    beside = beside.filter((pl.col("par") - pl.col("_apar")).is_between(1, _BELOW))
    last = last.select("sid", _ac="company_id", _as="mention_start", _ae="mention_end")
    return beside.join(last, on="sid", how="inner", maintain_order="left").select("_i", "_ac", "_as", "_ae")


def subjects(
    tape: Tape,
    spans: pl.DataFrame,
    mentions: pl.DataFrame,
    sentences: pl.DataFrame,
    clauses: pl.DataFrame,
    *,
    relatives: bool = False,
) -> pl.DataFrame:
    """The company each span is about, in the order of `spans`: company_id, mention_start, mention_end.

    `spans` needs `start`. Taken is the nearest mention before it in its sentence that no preposition or ending makes an
    object, then the article's main company right behind it, then the subject of the last sentence of the same paragraph
    that has one, then the main company; null where the article has none. Pronouns among `mentions` count as what they are
    bound to. Banks, agencies and exchanges are nobody's subject unless the article is about them. With `relatives` an
    object counts in the relative clause behind it: "unlike A, which has 300 million users".
    """
    del clauses
    named = mentions.filter(pl.col("certainty") != "pronoun")
    chosen = _nearest(tape, spans, mentions, sentences, main_of(tape, sentences, named), behind=True, relatives=relatives)
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
