"""Names that must be companies though no table holds them, and all the forms in which an article writes them.

In scripts with capitals: a name beside a legal form, a noun or a verb of firms (`evidence`), or one that the title and the
text share; in others `spaceless`. What one article calls "Corvane Systems", "Corvane" and "CSI" is one company.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.capitals import capitalised
from transforms.companies.evidence import evidence, institutions, with_part
from transforms.companies.naming import common_name, nominative, ordinary, slug
from transforms.companies.places import cues_of, explained, follows, lead_end, near, overlaps, titles_of
from transforms.companies.schema import MENTIONS
from transforms.companies.spaceless import spaceless_candidates
from transforms.companies.table import names_known, plain_words
from transforms.compiled import of_names
from transforms.spans import Tape, dictionary_scan, drop_contained

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHIEF: Final = r"^(\p{Lu}[\p{L}\p{N}&.-]+(?: \p{Lu}[\p{L}\p{N}&.-]+)?) (?:CEO|CFO|COO|CTO)\b"
_NOT_A_FIRM: Final = r"^(?:\p{Lu}{1,2}|CEO|CFO|(?i:[MS]?DAX|TecDAX)|USA?|EU|IT|KI|AI|PR|Tech|Ex|Vize|Co)$"
"""What stands before "-Chef" or "-Aktie" and is no firm."""
_ATTACKS: Final = (
    "ransomware", "malware", "phishing", "ddos", "attack", "attacker", "hacked", "breach_noun", "steal", "leak", "gang",
    "intrusion",
)  # fmt: skip
"""Classes of security words: an article whose title or lead has one tells of somebody who was attacked or lost data."""
_MOVES: Final = (
    "acquire", "appoint", "resign", "layoff", "layoff_noun", "fine", "lawsuit", "probe", "launch", "close_down", "share",
    "ipo", "buyback", "invest", "partner", "exit", "enter",
)  # fmt: skip
"""Classes of words of moves: an article that has one may tell of a firm."""
_FIGURES_OF_A_FIRM: Final = 4
"""So many words for revenue, profit and the like tell that an article speaks of a firm."""
_SHORT_FORM: Final = 4
"""Letters that the first word of a name needs to stand for all of it."""
_GROUP: Final = "Group|Gruppe|Groupe|Gruppen|Grup|Grubu|Groep|Grupp|Holdings?|Koncernen|Konsernet"
"""Last words that tell nothing of a firm but that it is one of several."""
_BRACKET: Final = 16
"""Code points between a firm and its initials in brackets, in which its legal form may stand."""
_INITIALS: Final = 3
"""Words that a name needs for its initials to stand for it."""
_NAMES: Final = {"doc": pl.Int64, "name": pl.String}
_WANTED: Final = {**_NAMES, "company_id": pl.String}


def inferred_mentions(tape: Tape, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Mentions of companies outside the table: columns of `MENTIONS`."""
    if tape.parts:
        # Apart, because a name is looked for in every text: those of other languages would only be found in vain.
        told = {id(part): rows for part, rows in tape.parted(known)}
        framed = {id(part): rows for part, rows in tape.parted(sentences)}
        capitalised(tape, sentences)  # once for all parts, where its own expressions stay compiled
        return tape.each(lambda part: inferred_mentions(part, framed[id(part)], told[id(part)]), thread=of_names)
    wanted = _named(tape, sentences, known)
    if wanted.is_empty():
        return pl.DataFrame(schema=MENTIONS)
    rules = lexicon.settings(tape.language)
    patterns = (
        wanted.select("name")
        .unique()
        .sort("name", maintain_order=True)
        .select(
            pattern="name",
            core="name",
            open_left=pl.lit(value=bool(rules.get("name_prefixes"))),
            open_right=pl.lit(value=bool(rules.get("name_endings"))),
            kind=pl.lit("company"),
        )
    )
    found = explained(tape, dictionary_scan(tape, patterns, cased=True, longest=False))
    found = found.with_columns(tape.doc_of(found["start"])).join(
        wanted.select("doc", "company_id", pattern="name"), on=["doc", "pattern"], how="inner", maintain_order="left"
    )
    found = drop_contained(found, by="kind")
    found = found.filter(pl.Series(~overlaps(found, known)))
    found = found.join(names_known(tape.language), on="pattern", how="left", maintain_order="left").unique(
        ["start", "end"], keep="first", maintain_order=True
    )
    return found.select("start", "end", company_id=pl.coalesce("known_id", "company_id"), certainty=pl.lit("inferred")).sort(
        "start", maintain_order=True
    )


def _named(tape: Tape, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The names on a tape of one language that must be companies, in all forms they have there: doc, name, company_id."""
    if lexicon.settings(tape.language).get("name_script"):
        return _with_ids(spaceless_candidates(tape, known), tape)
    names = capitalised(tape, sentences)
    if names.is_empty():
        return pl.DataFrame(schema=_WANTED)
    found = _with_ids(_cased_candidates(tape, names, sentences, known), tape)
    written = names.select("doc", "name").unique(maintain_order=True)
    found = _of_groups(_in_other_cases(found, written, tape), written, tape.language)
    found = pl.concat([_in_brackets(tape, names, found, known), found])
    return _longest_first(pl.concat([found, _short_forms(found, written, tape.language), _initials(found, written)]))


def _with_ids(candidates: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Names with their ids, with and without legal forms: doc, name, company_id."""
    told = nominative(candidates["name"], language=tape.language)
    candidates = candidates.with_columns(company_id=slug(told, language=tape.language)).filter(
        pl.col("company_id").str.len_chars() > 1
    )
    # "Serrano" is "Banco Serrano" where the article has both.
    full = candidates.filter(pl.Series(with_part(candidates["name"], tape.language)))
    full = full.select("doc", pl.col("name").str.extract(r"^\S+ (.*)$", 1), full_id="company_id")
    candidates = candidates.join(
        full.unique(["doc", "name"], keep="first", maintain_order=True), on=["doc", "name"], how="left", maintain_order="left"
    ).select("doc", "name", company_id=pl.coalesce("full_id", "company_id"))
    if "name_script" in lexicon.settings(tape.language):
        candidates = _under_whole_names(candidates)
    # The same name without its legal form is the same company.
    short = candidates.with_columns(name=common_name(candidates["name"], language=tape.language))
    return _longest_first(pl.concat([candidates, short]))


def _under_whole_names(candidates: pl.DataFrame) -> pl.DataFrame:
    """Names that begin a longer one of their article have its id, where no space parts words: 曜邦 of 曜邦電子."""
    longer = candidates.select("doc", whole="name", whole_id="company_id")
    pairs = candidates.join(longer, on="doc", how="inner", maintain_order="left_right").filter(
        pl.col("whole").str.starts_with(pl.col("name")) & (pl.col("whole").str.len_chars() > pl.col("name").str.len_chars())
    )
    pairs = pairs.unique(["doc", "name"], keep="first", maintain_order=True).select("doc", "name", "whole_id")
    named = candidates.join(pairs, on=["doc", "name"], how="left", maintain_order="left")
    return named.select("doc", "name", company_id=pl.coalesce("whole_id", "company_id"))


def _longest_first(found: pl.DataFrame) -> pl.DataFrame:
    """One row a name of an article, the first."""
    return found.filter(pl.col("name").str.len_chars() > 1).unique(["doc", "name"], keep="first", maintain_order=True)


def _in_other_cases(found: pl.DataFrame, written: pl.DataFrame, tape: Tape) -> pl.DataFrame:
    """Names with those that an article writes in other cases, under one id: "Corvanika", "Corvaniki"."""
    cases = _cases(lexicon.settings(tape.language))
    if not cases or found.is_empty():
        return found
    bare = pl.concat(
        found.filter(pl.col("name").str.ends_with(ending)).with_columns(
            bare=pl.col("name").str.head(-len(ending)) + pl.lit(last)
        )
        for last, ending in cases
    ).filter(pl.col("bare").str.len_chars() >= _SHORT_FORM)
    bare = bare.join(written.rename({"name": "bare"}), on=["doc", "bare"], how="semi").unique(
        ["doc", "name"], keep="first", maintain_order=True
    )
    bare = bare.with_columns(bare_id=slug(bare["bare"], language=tape.language))
    named = found.join(bare.select("doc", "name", "bare_id"), on=["doc", "name"], how="left", maintain_order="left")
    named = named.select("doc", "name", company_id=pl.coalesce("bare_id", "company_id"))
    whole = pl.concat([bare.select("doc", name="bare", company_id="bare_id"), named])
    bent = pl.concat(
        whole.filter(pl.col("name").str.ends_with(last)).with_columns(
            name=(pl.col("name").str.head(-len(last)) if last else pl.col("name")) + pl.lit(ending)
        )
        for last, ending in cases
    ).join(written, on=["doc", "name"], how="semi")
    return _longest_first(pl.concat([whole, bent]))


def _of_groups(found: pl.DataFrame, written: pl.DataFrame, language: str) -> pl.DataFrame:
    """Names of groups under the id of the name alone, where their article has both: "Corvane Group", "Corvane"."""
    alone = pl.col("name").str.extract(rf"^(.+) (?:{_GROUP})$", 1)
    groups = found.with_columns(name=alone).drop_nulls("name").join(written, on=["doc", "name"], how="semi")
    groups = groups.filter(~pl.col("name").str.to_lowercase().is_in(sorted(ordinary(language))))
    if groups.is_empty():
        return found
    short = groups.select("doc", "name", company_id=slug(groups["name"], language=language))
    ids = groups.select("doc", "company_id", short_id=short["company_id"]).unique(
        ["doc", "company_id"], keep="first", maintain_order=True
    )
    named = found.join(ids, on=["doc", "company_id"], how="left", maintain_order="left")
    named = named.select("doc", "name", company_id=pl.coalesce("short_id", "company_id"))
    return _longest_first(pl.concat([named, short]))


def _in_brackets(tape: Tape, names: pl.DataFrame, found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Initials in brackets right behind a firm, and all names of its own: "Marin Medical Concepts, Inc. (MMC)"."""
    codes = np.concatenate((tape.codes, [0]))
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    held = (codes[np.maximum(start - 1, 0)] == ord("(")) & (codes[end] == ord(")"))
    short = names.filter(pl.Series(held), pl.col("name").str.contains(r"^\p{Lu}[\p{Lu}\d&]{2,5}$"))
    short = short.filter(~pl.col("name").str.to_lowercase().is_in(sorted(ordinary(tape.language))))
    if short.is_empty():
        return pl.DataFrame(schema=_WANTED)
    firms = names.with_columns(name=common_name(names["name"], language=tape.language))
    firms = firms.join(found, on=["doc", "name"], how="inner", maintain_order="left")
    firms = pl.concat(
        [firms.select("doc", "end", "company_id"), known.select(tape.doc_of(known["start"]), "end", "company_id")]
    ).sort("end", maintain_order=True)
    beside = short.sort("start", maintain_order=True).join_asof(
        firms, left_on="start", right_on="end", by="doc", strategy="backward", tolerance=_BRACKET, check_sortedness=False
    )
    return beside.drop_nulls("company_id").select("doc", "name", "company_id")


def _short_forms(found: pl.DataFrame, written: pl.DataFrame, language: str) -> pl.DataFrame:
    """First words of names that stand alone elsewhere in their article: "Corvane" of "Corvane Systems"."""
    firsts = (r"^(\S+ \S+ \p{Lu}\S*) ", r"^(\S+ \p{Lu}\S*) ", r"^(\S+) ")
    heads = pl.concat([found.with_columns(name=pl.col("name").str.extract(first, 1)) for first in firsts])
    heads = heads.drop_nulls("name").filter(pl.col("name").str.len_chars() >= _SHORT_FORM)
    heads = heads.filter(~pl.col("name").str.to_lowercase().is_in(sorted(ordinary(language))))
    surnames = written.select("doc", name=pl.col("name").str.extract(r" (\S+)$", 1)).drop_nulls()
    alone = heads.join(written, on=["doc", "name"], how="semi").join(surnames, on=["doc", "name"], how="anti")
    return alone.select("doc", "name", "company_id")


def _initials(found: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """Initials that stand for names of their article: "VCPI" of "Virtual Care Provider Inc."."""
    long = found.filter(pl.col("name").str.count_matches(" ") >= _INITIALS - 1)
    long = long.with_columns(
        initials=pl.col("name").str.extract_all(r"(?:^|[ -])\p{Lu}").list.join("").str.replace_all("[ -]", "")
    )
    capitals = written.filter(pl.col("name").str.contains(r"^\p{Lu}{3,6}$"))
    pairs = capitals.join(long.select("doc", "initials", "company_id"), on="doc", maintain_order="left")
    same = (pl.col("name") == pl.col("initials")) | (pl.col("name").str.head(-1) == pl.col("initials"))
    return pairs.filter(same & (pl.col("initials").str.len_chars() >= _INITIALS)).select("doc", "name", "company_id")


def _cased_candidates(tape: Tape, names: pl.DataFrame, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Names that must be companies, in scripts with capitals: doc, name."""
    rules = lexicon.settings(tape.language)
    attacked = _attacked(tape, sentences)
    shown = _shown(tape, evidence(tape, names, known), rules)
    titled = known.filter(pl.Series(overlaps(known, titles_of(tape))))
    shown = shown.with_columns(
        single=~pl.col("name").str.contains(" "),
        attacked=pl.col("doc").is_in(attacked),
        titled=pl.col("doc").is_in(tape.doc_of(titled["start"]).unique().to_list()),
    )
    nowhere = ~pl.col("placed") & ~pl.col("name").str.contains(rules.get("name_adjectives", "$^"))
    accepted = shown.filter(
        pl.col("legal")
        | _told(rules)
        | (_recurring(tape, shown, rules) & nowhere)
        | (_leading(tape, shown, rules) & nowhere)
        | _tailed(rules, tape.language)
        | _share_moved(rules, tape.language)
        | (pl.col("heads") & nowhere & ~pl.col("person"))
        | (_taken_over(tape) & nowhere)
    )
    headed = _headed_by(names, rules.get("name_heads"))
    untitled = sorted(set(attacked) - set(tape.doc_of(titled["start"]).to_list()))
    found = pl.concat([accepted.select("doc", "name"), headed, institutions(tape, untitled)]).unique(maintain_order=True)
    return found.join(_gangs(tape, names), on=["doc", "name"], how="anti")


def _shown(tape: Tape, names: pl.DataFrame, rules: dict[str, Any]) -> pl.DataFrame:
    """What an article shows of each name in its text: doc, name and what `evidence` tells, with times, head and more."""
    heads = (
        names.filter("title")
        .group_by("doc", "name", maintain_order=True)
        .agg(
            head=(pl.col("legal") | pl.col("noun")).any(),
            leading=pl.col("leading").any(),
            title_verb=pl.col("verb").any(),
            title_bought=pl.col("bought").any(),
        )
    )
    body = _bare(names.filter(~pl.col("title")), heads, rules)
    shown = body.group_by("doc", "name", maintain_order=True).agg(
        legal=pl.col("legal").any(),
        noun=pl.col("noun").any(),
        person=pl.col("person").any(),
        moved=pl.col("moved").any(),
        placed=pl.col("placed").any(),
        heads=pl.col("heads").any(),
        bought=pl.col("bought").any(),
        middle=pl.col("middle").sum(),
        verb=pl.col("verb").any(),
        times=pl.len(),
    )
    shown = shown.join(heads, on=["doc", "name"], how="left", maintain_order="left")
    # Surnames: a single word that ends a longer name of the same article.
    last = body.filter(pl.col("name").str.contains(" ") & ~pl.col("legal") & ~pl.col("noun")).select(
        "doc", name=pl.col("name").str.split(" ").list.last()
    )
    shown = shown.join(last.unique().with_columns(surname=True), on=["doc", "name"], how="left", maintain_order="left")
    shown = shown.join(_headlines(tape), on="doc", how="left", maintain_order="left")
    bent = _bent_in_title(shown, heads, _cases(rules))
    shown = shown.join(bent, on=["doc", "name"], how="left", maintain_order="left")
    named_in_title = pl.col("text").fill_null("").str.contains(pl.col("name"), literal=True) | pl.col("bent").fill_null(
        value=False
    )
    # "Corvane : hausse de 18% du bénéfice", and "Corvane Systems" in the text.
    first = pl.col("name").str.extract(r"^(\S{4,}) ", 1)
    named_in_title |= pl.any_horizontal(pl.col("text").str.starts_with(first + end) for end in (" :", ":")).fill_null(
        value=False
    )
    return shown.with_columns(
        named_in_title=named_in_title,
        head=pl.col("head").fill_null(value=False),
        leading=pl.col("leading").fill_null(value=False),
        title_verb=pl.col("title_verb").fill_null(value=False),
        bought=pl.col("bought") | pl.col("title_bought").fill_null(value=False),
    )


def _bent_in_title(shown: pl.DataFrame, heads: pl.DataFrame, cases: list[tuple[str, str]]) -> pl.DataFrame:
    """The names that stand in the title in another case: doc, name, bent. "Przychody Corvaniki", then "Corvanika"."""
    bent = [
        shown.filter(pl.col("name").str.ends_with(last)).select(
            "doc", "name", other=pl.col("name").str.head(-len(last)) + pl.lit(ending)
        )
        for last, ending in cases
        if last
    ]
    nothing = pl.DataFrame(schema={**_NAMES, "other": pl.String})
    found = pl.concat([nothing, *bent]).join(heads.select("doc", other="name"), on=["doc", "other"], how="semi")
    return found.select("doc", "name").unique(maintain_order=True).with_columns(bent=pl.lit(value=True))


def _headlines(tape: Tape) -> pl.DataFrame:
    """The titles as they stand in `Tape.plain`: doc, text."""
    titles = titles_of(tape)
    if titles.is_empty():
        return pl.DataFrame(schema={"doc": pl.Int64, "text": pl.String})
    return titles.select("doc", text=pl.Series(plain_words(tape.slice("start", "end", titles).fill_null("").to_list())))


def _bare(body: pl.DataFrame, heads: pl.DataFrame, rules: dict[str, Any]) -> pl.DataFrame:
    """The names of the text with `middle` (not at the head of a sentence); other cases of names of the title as these.

    "Zooms", "Salpahoivan", "Градостроя".
    """
    cases = _cases(rules)
    if not cases:
        return body.with_columns(middle=~pl.col("opening"))
    genitives = pl.concat(
        heads.filter(pl.col("name").str.ends_with(last)).select(
            "doc", name=pl.col("name").str.head(-len(last)) + pl.lit(ending), bare="name"
        )
        if last
        else heads.select("doc", name=pl.col("name") + pl.lit(ending), bare="name")
        for last, ending in cases
    ).unique(["doc", "name"], keep="first", maintain_order=True)
    body = body.join(genitives, on=["doc", "name"], how="left", maintain_order="left")
    genitive = pl.col("bare").is_not_null()
    return body.with_columns(
        name=pl.coalesce("bare", "name"), middle=genitive | ~pl.col("opening"), person=pl.col("person") & ~genitive
    )


def _told(rules: dict[str, Any]) -> pl.Expr:
    """Whether a noun of firms tells what a name is."""
    told = (pl.col("noun") | pl.col("head")) & ~pl.col("person")
    if rules.get("nouns_capitalised", False):  # "legte der Konzern Zahlen vor"
        told &= (pl.col("times") >= 2) | ~pl.col("single") | pl.col("named_in_title")
    return told


def _recurring(tape: Tape, shown: pl.DataFrame, rules: dict[str, Any]) -> pl.Expr:
    """Whether a name of the title recurs in an article that speaks of a firm, and whose title names no other."""
    german = bool(rules.get("nouns_capitalised", False))
    proper = pl.col("verb") & pl.Series(~_also_small(tape, shown))  # "Vondra expects", and nowhere "vondra"
    # One capitalised word may be any word at the head of a sentence, and in German any noun.
    often = pl.col("times") >= 2
    inside = pl.lit(value=not german) & (pl.col("middle") >= 1)
    recurring = pl.col("named_in_title") & ~pl.col("person") & pl.col("surname").is_null()
    recurring &= pl.col("name").str.len_chars() > 2
    recurring &= ~pl.col("single") | ((often | pl.col("attacked")) & inside) | (often & proper) | (proper & (not german))
    speaks = tape.doc_of(cues_of(tape, "company_pronoun")["start"])
    figures = _told_figures(tape).filter(pl.col("len") >= _FIGURES_OF_A_FIRM)
    # A hospital, a university or a town that the title names is what its article is about, as a firm is.
    public = rules.get("name_public", "")
    institution = pl.col("name").str.contains(rf"(?i)\b(?:{public})\b") & ~pl.col("single") if public else pl.lit(value=False)
    recurring &= pl.col("doc").is_in(pl.concat([speaks, figures["doc"]]).unique().to_list()) | institution | pl.col("attacked")
    return recurring & ~pl.col("titled")


def _leading(tape: Tape, shown: pl.DataFrame, rules: dict[str, Any]) -> pl.Expr:
    """Whether a name that begins the title recurs in an article of figures, moves or attacks: "Corvane lifts sales"."""
    begun = shown.filter("leading")
    common = ~pl.Series(_also_small(tape, shown, asked="leading")) & ~pl.col("name").str.to_lowercase().is_in(
        sorted(ordinary(tape.language))
    )
    moves = cues_of(tape, "market").filter(pl.col("code").is_in(_MOVES))
    figures = _told_figures(tape)
    tells = pl.concat([tape.doc_of(moves["start"]), figures["doc"]]).unique().to_list() if begun.height else []
    # Two words may be a person's name.
    speaks = tape.doc_of(cues_of(tape, "company_pronoun")["start"]).unique().to_list()
    several = figures.filter(pl.col("len") > 1)["doc"].to_list()
    acts = pl.col("title_verb") & pl.col("verb")
    firm = pl.col("single") | pl.col("doc").is_in(speaks) | pl.col("doc").is_in(several) | pl.col("attacked") | acts
    nobody = ~pl.col("person") & pl.col("surname").is_null() & (pl.col("name").str.len_chars() > 2)
    leading = pl.col("leading") & common & nobody & firm & ~pl.col("titled")
    if articles := rules.get("articles"):
        leading &= (~pl.Series(_with_article(tape, shown, articles)) & pl.col("title_verb")) | ~pl.col("single")
    return leading & (pl.col("doc").is_in(tells) | pl.col("attacked"))


def _tailed(rules: dict[str, Any], language: str) -> pl.Expr:
    """Whether a name ends as only those of firms do, or as most of them in an article on an attack: "MediBill Systems"."""
    tails, none = rules.get("name_tails", "$^"), rules.get("name_tails_none", "$^")
    first = pl.col("name").str.extract(r"^(\S+) ", 1).str.to_lowercase()
    common = pl.col("name").str.contains(rf"(?i)^(?:{none}) ")
    makers = pl.col("name").str.contains(rf"(?i)^(?:{rules.get('name_tails_makers', '$^')}) ")  # "Windows Systems"
    tailed = pl.col("attacked") & pl.col("name").str.contains(rf" (?:{tails})$") & ~common & ~makers
    only = [*rules.get("name_tails_sure", ()), *rules.get("name_tails_own", ())]
    sure = pl.col("name").str.split(" ").list.last().is_in(only) & ~pl.col("single") & ~common
    sure &= ~pl.col("name").str.contains(r" \p{Ll}")  # "Department of Engineering"
    sure &= ~first.is_in(sorted(ordinary(language))) | (pl.col("name").str.count_matches(" ") > 1)
    return (tailed | sure) & ~pl.col("person")


def _taken_over(tape: Tape) -> pl.Expr:
    """Whether a name of the title that recurs stands behind a verb of buying, in an article that speaks of a firm."""
    speaks = pl.concat([tape.doc_of(cues_of(tape, "company_pronoun")["start"]), _told_figures(tape)["doc"]]).unique().to_list()
    known = pl.col("name").str.to_lowercase().is_in(sorted(ordinary(tape.language)))
    bought = pl.col("bought") & pl.col("named_in_title") & (pl.col("times") >= 2) & ~known & ~pl.col("person")
    return bought & pl.col("doc").is_in(speaks) & (pl.col("name").str.len_chars() > 2)


def _share_moved(rules: dict[str, Any], language: str) -> pl.Expr:
    """Whether a percentage tells the move of the share of a name that is no word of the lexicon."""
    known = pl.col("name").str.to_lowercase().is_in(sorted(ordinary(language)))
    known |= pl.col("name").str.contains(rf"(?i)(?:{rules.get('name_heads', '$^')})$")  # "Corvaneaktien"
    return pl.col("moved") & ~known & ~pl.col("person") & ~pl.col("placed") & (pl.col("name").str.len_chars() > 2)


def _told_figures(tape: Tape) -> pl.DataFrame:
    """How many words for figures of firms the articles have that have any: doc, len."""
    figures = cues_of(tape, "metric").filter(~pl.col("code").is_in(["none", "hidden", "counted"]))
    return figures.select(tape.doc_of(figures["start"])).group_by("doc", maintain_order=True).len()


def _attacked(tape: Tape, sentences: pl.DataFrame) -> list[int]:
    """Articles whose title or lead tells of an attack on somebody, of stolen data or the like."""
    told = cues_of(tape, "security").filter(pl.col("code").is_in(_ATTACKS))
    told = told.with_columns(tape.doc_of(told["start"]), title=pl.Series(overlaps(told, titles_of(tape))))
    told = told.join(lead_end(tape, sentences), on="doc", how="left", maintain_order="left")
    return told.filter(pl.col("title") | (pl.col("start") < pl.col("lead")))["doc"].unique().to_list()


def _gangs(tape: Tape, names: pl.DataFrame) -> pl.DataFrame:
    """Names beside a word for a gang, and those of known gangs: doc, name. Neither is ever a firm's."""
    beside = cues_of(tape, "gang")
    before = beside.filter(pl.col("code") == "before")
    after = np.unique(beside.filter(pl.col("code") == "after")["start"].to_numpy())
    known = cues_of(tape, "security").filter(pl.col("code") == "gang")
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    same_line = tape.codes[np.maximum(start - 1, 0)] != ord("\n")
    told = (follows(tape, before["end"], start) & same_line) | near(after, end, end + 1) | overlaps(names, known)
    return names.filter(pl.Series(told)).select("doc", "name").unique(maintain_order=True)


def _cases(rules: dict[str, Any]) -> list[tuple[str, str]]:
    """What a name's other cases end in: the letters that give way (none, mostly) and those that take their place."""
    endings = [rules["name_genitive"]] if "name_genitive" in rules else rules.get("name_endings", ())
    bends = [(last, ending) for last, forms in rules.get("name_bends", {}).items() for ending in forms if ending]
    return [("", ending) for ending in endings] + bends


def _headed_by(names: pl.DataFrame, heads: str | None) -> pl.DataFrame:
    """Firms named together with their chief, share or the like ("Lumio-Chefin", "Lumio CEO"): doc, name."""
    compound = pl.col("name").str.extract(_CHIEF, 1)
    if heads is not None:
        compound = pl.coalesce(pl.col("name").str.extract(rf"^(\p{{Lu}}[\p{{L}}\p{{N}}&.-]+)-(?i:{heads})(?: |$)", 1), compound)
    found = names.select("doc", name=compound)
    return found.drop_nulls().filter(~pl.col("name").str.contains(_NOT_A_FIRM)).unique(maintain_order=True)


def _also_small(tape: Tape, shown: pl.DataFrame, *, asked: str = "verb") -> NDArray[np.bool_]:
    """Whether each name (doc, name) that is asked for stands in its article in small letters too: then it is a common word."""
    return _in_text(tape, shown, asked, pl.col("text").str.contains(pl.col("name").str.to_lowercase(), literal=True))


def _with_article(tape: Tape, shown: pl.DataFrame, articles: str) -> NDArray[np.bool_]:
    """Whether each name (doc, name) that begins a title stands behind an article somewhere: then it may be any noun."""
    spoken = [pl.col("text").str.contains(pl.lit(f" {word} ") + pl.col("name"), literal=True) for word in articles.split("|")]
    return _in_text(tape, shown, "leading", pl.any_horizontal(spoken))


def _in_text(tape: Tape, shown: pl.DataFrame, asked: str, told: pl.Expr) -> NDArray[np.bool_]:
    """Whether the expression holds of each name and the `text` of its article, where the column `asked` is true."""
    places = tape.docs.select("doc", "start", "end")
    rows = shown.with_row_index("_i").filter(asked).join(places, on="doc", how="left", maintain_order="left")
    texts = pl.Series([tape.plain[a:b] for a, b in rows.select("start", "end").iter_rows()], dtype=pl.String)
    found: NDArray[np.bool_] = np.isin(np.arange(shown.height), rows.with_columns(text=texts).filter(told)["_i"].to_numpy())
    return found
