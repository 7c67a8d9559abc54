"""Names that must be companies though no table holds them.

In scripts with capitals: a name beside a legal form, a noun or a verb of firms, or one that the title and the text share.
In others: the head of the title that recurs, and names inside the patterns of the language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.countries import countries_on_tape
from transforms.companies.naming import common_name, slug
from transforms.companies.places import (
    cues_of,
    explained,
    follows,
    in_quotes,
    near,
    one_line,
    overlaps,
    tickers,
    titles_of,
    upper_start,
)
from transforms.companies.schema import MENTIONS
from transforms.companies.table import country_patterns, names_known, plain_words
from transforms.spans import Tape, dictionary_scan, drop_contained, pattern_scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD: Final = r"(?:\p{Lu}[\p{L}\p{N}]*|\p{Ll}{1,2}\p{Lu}\p{L}+)(?:[-.&+/][\p{L}\p{N}]+|'\p{Lu}\p{L}*)*\+?"


_NAME: Final = rf"\b({_WORD}(?: (?:(?:&|of|de|du|des|della|di|da|do|van|von|af) )?{_WORD}){{0,4}})"


_CHIEF: Final = r"^(\p{Lu}[\p{L}\p{N}&.-]+(?: \p{Lu}[\p{L}\p{N}&.-]+)?) (?:CEO|CFO|COO|CTO)\b"


_AFTER_HEAD: Final = r"^[\"'《「『【]?[\p{Hangul}\p{Han}\p{Katakana}\p{Arabic}A-Za-z0-9·&ー ]{2,24}[,、，\"'」』…]"
"""A title whose first words a comma or a quote ends."""


_NOT_A_FIRM: Final = r"^(?:\p{Lu}{1,2}|CEO|CFO|(?i:[MS]?DAX|TecDAX)|USA?|EU|IT|KI|AI|PR|Tech|Ex|Vize|Co)$"
"""What stands before "-Chef" or "-Aktie" and is no firm."""


_PERIOD: Final = r"^(?:[IVX]{1,4}|[A-Z]{1,2}[1-4]|[1-4][A-Z]{1,2})[-/ ](?:19|20)\d\d$"
"""What is left of "Semester I-2022" without its noun: no name."""


_APPOSITION: Final = 8
"""Code points between a name and the noun that tells what it is: a comma and an article."""


_ATTACKS: Final = (
    "ransomware", "malware", "phishing", "ddos", "attack", "attacker", "hacked", "breach_noun", "steal", "leak", "gang",
    "intrusion",
)  # fmt: skip
"""Classes of security words: an article whose title has one tells of somebody who was attacked or lost data."""


_FIGURES_OF_A_FIRM: Final = 4
"""So many words for revenue, profit and the like tell that an article speaks of a firm."""


def capitalised(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Sequences of capitalised words: start, end, name (as in `Tape.plain`), doc, opening (begins a sentence)."""
    return tape.once("capitalised", lambda: _capitalised(tape, sentences))


def _capitalised(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    if tape.parts:
        framed = {id(part): rows for part, rows in tape.parted(sentences)}
        return tape.each(lambda part: capitalised(part, framed[id(part)]))
    found = pattern_scan(tape, _NAME, ["name"], cased=True).select("start", "end", "name")
    stops = set(lexicon.settings(tape.language).get("name_stops", ()))
    nouns = lexicon.of_kind(tape.language, "company_noun").filter(pl.col("code") == "before")
    stops |= set(nouns["pattern"].to_list())
    parts = set(lexicon.settings(tape.language).get("name_parts", ()))
    tails = "|".join(re.escape(noun) for noun in sorted(nouns.filter("open_left")["pattern"].to_list()))
    # Words that only stand at the head of a sentence or a headline belong to no name.
    for _ in range(2):
        head = found["name"].str.splitn(" ", 2).struct[0]
        words = head.unique()
        small = words.str.to_lowercase()
        # "Banco Serrano", but "Banco" alone is any bank, and "Bank of Hawaii" keeps its head too.
        kept = words.filter(small.is_in(sorted(parts)))
        idle = words.filter(small.is_in(sorted(stops)))
        nouns_ = words.filter(small.str.contains(f"(?:{tails})$")) if tails else words.clear()  # "Skogsbolaget"
        longer = head.str.len_bytes() < found["name"].str.len_bytes()
        cut = (head.is_in(idle.implode()) | (head.is_in(nouns_.implode()) & longer)) & ~(head.is_in(kept.implode()) & longer)
        size = pl.when(cut).then(head.str.len_chars().cast(pl.Int64) + 1).otherwise(0)
        found = found.with_columns(start=pl.col("start") + size, name=pl.col("name").str.slice(size))
        found = found.filter((pl.col("name").str.len_chars() > 1) & ~pl.col("name").str.contains(_PERIOD))
    if lexicon.settings(tape.language).get("nouns_capitalised", False):
        found = _without_description(found, nouns)
    money = lexicon.of_kind(tape.language, "currency")["pattern"].unique()
    found = found.filter(~pl.col("name").str.to_lowercase().is_in(money.implode()))  # "Rp", "PLN"
    # "Corvane Software Reports First Quarter Results": where every word of a headline has a capital, its verb ends the name.
    if breaks := lexicon.settings(tape.language).get("name_breaks"):
        broken = found["name"].str.replace(rf" (?:{'|'.join(breaks)})(?: .*)?$", "")
        cut_off = (found["name"].str.len_chars() - broken.str.len_chars()).cast(pl.Int64)
        found = found.with_columns(name=broken, end=pl.col("end") - cut_off)
    opening = np.isin(found["start"].to_numpy(), sentences["start"].to_numpy())
    return found.with_columns(tape.doc_of(found["start"]), opening=pl.Series(opening))


def _without_description(names: pl.DataFrame, nouns: pl.DataFrame) -> pl.DataFrame:
    """Names without an adjective of a town and the noun behind it: "Wiener Mautspezialist Corvane Systems"."""
    kinds = "|".join(
        (r"\p{L}*" if left else "") + re.escape(noun)
        for noun, left in nouns.filter(~pl.col("pattern").str.contains(" ")).select("pattern", "open_left").iter_rows()
    )
    lead = names["name"].str.extract(rf"^(\p{{Lu}}\p{{L}}+er (?i:{kinds}) )\p{{Lu}}", 1)
    size = lead.str.len_chars().fill_null(0).cast(pl.Int64)
    return names.with_columns(start=pl.col("start") + size, name=pl.col("name").str.slice(size))


def inferred_mentions(tape: Tape, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Mentions of companies outside the table: columns of `MENTIONS`."""
    if tape.parts:
        # Apart, because a name is looked for in every text: those of other languages would only be found in vain.
        told = {id(part): rows for part, rows in tape.parted(known)}
        framed = {id(part): rows for part, rows in tape.parted(sentences)}
        return tape.each(lambda part: inferred_mentions(part, framed[id(part)], told[id(part)]))
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
    """The names on a tape of one language that must be companies, with and without legal forms: doc, name, company_id."""
    if lexicon.settings(tape.language).get("name_script"):
        candidates = _spaceless_candidates(tape, known)
    else:
        candidates = _cased_candidates(tape, sentences, known)
    candidates = candidates.with_columns(company_id=slug(candidates["name"], language=tape.language)).filter(
        pl.col("company_id").str.len_chars() > 1
    )
    # "Serrano" is "Banco Serrano" where the article has both.
    full = candidates.filter(pl.Series(_with_part(candidates["name"], tape.language)))
    full = full.select("doc", pl.col("name").str.extract(r"^\S+ (.*)$", 1), full_id="company_id")
    candidates = candidates.join(
        full.unique(["doc", "name"], keep="first", maintain_order=True), on=["doc", "name"], how="left", maintain_order="left"
    ).select("doc", "name", company_id=pl.coalesce("full_id", "company_id"))
    # The same name without its legal form is the same company.
    short = candidates.with_columns(name=common_name(candidates["name"], language=tape.language))
    return (
        pl.concat([candidates, short])
        .filter(pl.col("name").str.len_chars() > 1)
        .unique(["doc", "name"], keep="first", maintain_order=True)
    )


def _cased_candidates(tape: Tape, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Names that must be companies, in scripts with capitals: doc, name."""
    names = capitalised(tape, sentences)
    if names.is_empty():
        return pl.DataFrame(schema={"doc": pl.Int64, "name": pl.String})
    rules = lexicon.settings(tape.language)
    kinds = ("legal_form", "company_noun", "company_verb", "person_title", "institution", "place", "month", "weekday", "metric")
    cues = cues_of(tape, *kinds)
    compounds = _headed_by(names, rules.get("name_heads"))
    others = pl.concat(
        [
            known.select("start", "end"),
            cues.filter(pl.col("kind").is_in(["institution", "place", "month", "weekday"])).select("start", "end"),
            countries_on_tape(tape).select("start", "end"),
        ]
    )
    # "Grupo San José" is a firm, though its name holds a town's.
    towns = cues.filter(pl.col("kind") == "place").select("start", "end")
    whole = np.isin(names["end"].to_numpy(), towns["end"].to_numpy()) & _with_part(names["name"], tape.language)
    elsewhere = others.join(towns, on=["start", "end"], how="anti")
    names = names.filter(pl.Series(~overlaps(names, others) | (whole & ~overlaps(names, elsewhere))))
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    upper = upper_start(tape, cues["start"])
    forms = cues.filter((pl.col("kind") == "legal_form") & pl.Series(upper))
    nouns = cues.filter((pl.col("kind") == "company_noun") & (pl.col("code") == "before"))
    titles = cues.filter(pl.col("kind") == "person_title")
    form_ends, form_starts = np.unique(forms["end"].to_numpy()), np.unique(forms["start"].to_numpy())
    before_forms = np.unique(forms.filter(pl.col("code") == "before")["end"].to_numpy())
    legal = (
        ((np.isin(end, form_ends) | np.isin(end + 1, form_ends)) & ~np.isin(start, form_starts))
        | near(form_starts, end + 1, end + 2)
        | near(before_forms, start - 2, start - 1)
        | (
            np.isin(start, form_starts)
            & names["name"].str.contains(" ").to_numpy()
            & np.isin(start, forms.filter(pl.col("code") == "before")["start"].to_numpy())
        )
        | near(tickers(tape)["start"].to_numpy(), end, end + 1)
    )
    quoted = in_quotes(tape, start, end)
    noun = follows(tape, nouns["end"], start) | _with_part(names["name"], tape.language) | _in_apposition(tape, names, nouns)
    if rules.get("names_quoted", False):
        noun |= quoted & _overlaps_title_twin(tape, names)
    # "Karin Ek, chief executive", but "Zoom CEO"
    person = follows(tape, titles["end"], start) | near(np.unique(titles["start"].to_numpy()), end + 2, end + 2)
    names = names.with_columns(
        legal=pl.Series(legal),
        noun=pl.Series(noun),
        person=pl.Series(person),
        title=pl.Series(overlaps(names, titles_of(tape))),
    )
    verbs = np.unique(cues.filter(pl.col("kind") == "company_verb")["start"].to_numpy())
    names = names.with_columns(
        name=common_name(names["name"], language=tape.language), verb=pl.Series(near(verbs, end + 1, end + 1))
    )
    heads = (
        names.filter("title").group_by("doc", "name", maintain_order=True).agg(head=(pl.col("legal") | pl.col("noun")).any())
    )
    body = names.filter(~pl.col("title"))
    # Other cases of a name in the title: "Zooms", "Salpahoivan", "Градостроя".
    if cases := _cases(rules):
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
        body = body.with_columns(
            name=pl.coalesce("bare", "name"), middle=genitive | ~pl.col("opening"), person=pl.col("person") & ~genitive
        )
    else:
        body = body.with_columns(middle=~pl.col("opening"))
    shown = body.group_by("doc", "name", maintain_order=True).agg(
        legal=pl.col("legal").any(),
        noun=pl.col("noun").any(),
        person=pl.col("person").any(),
        middle=pl.col("middle").sum(),
        verb=pl.col("verb").any(),
        times=pl.len(),
    )
    shown = shown.join(heads, on=["doc", "name"], how="left", maintain_order="left")
    headlines = titles_of(tape).with_columns(text=tape.slice("start", "end", titles_of(tape)).fill_null(""))
    headlines = (
        headlines.with_columns(text=pl.Series(plain_words(headlines["text"].to_list()))) if headlines.height else headlines
    )
    shown = shown.join(headlines.select("doc", "text"), on="doc", how="left", maintain_order="left")
    named_in_title = pl.col("text").fill_null("").str.contains(pl.col("name"), literal=True)
    # "Corvane : hausse de 18% du bénéfice", and "Corvane Systems" in the text.
    first = pl.col("name").str.extract(r"^(\S{4,}) ", 1)
    named_in_title |= pl.any_horizontal(pl.col("text").str.starts_with(first + end) for end in (" :", ":")).fill_null(
        value=False
    )
    # Surnames: a single word that ends a longer name of the same article.
    last = body.filter(pl.col("name").str.contains(" ") & ~pl.col("legal") & ~pl.col("noun")).select(
        "doc", name=pl.col("name").str.split(" ").list.last()
    )
    shown = shown.join(last.unique().with_columns(surname=True), on=["doc", "name"], how="left", maintain_order="left")
    single = ~pl.col("name").str.contains(" ")
    german = bool(rules.get("nouns_capitalised", False))
    recurring = named_in_title & ~pl.col("person") & pl.col("surname").is_null() & (pl.col("name").str.len_chars() > 2)
    # One capitalised word may be any word at the head of a sentence, and in German any noun.
    often = pl.col("times") >= 2
    proper = pl.col("verb") & pl.Series(~_also_small(tape, shown))  # "Vondra expects", and nowhere "vondra"
    attacked = pl.col("doc").is_in(_attacked(tape))
    inside = pl.lit(value=not german) & (pl.col("middle") >= 1)
    recurring &= ~single | ((often | attacked) & inside) | (often & proper) | (proper & (not german))
    told = (pl.col("noun") | pl.col("head").fill_null(value=False)) & ~pl.col("person")
    if german:  # "legte der Konzern Zahlen vor"
        told &= (pl.col("times") >= 2) | ~single | named_in_title
    # A name that merely recurs is a firm only in an article that speaks of one, and whose title names no other.
    speaks = tape.doc_of(cues_of(tape, "company_pronoun")["start"])
    figures = cues.filter((pl.col("kind") == "metric") & ~pl.col("code").is_in(["none", "hidden", "counted"]))
    figures = (
        figures.select(tape.doc_of(figures["start"]))
        .group_by("doc", maintain_order=True)
        .len()
        .filter(pl.col("len") >= _FIGURES_OF_A_FIRM)
    )
    titled = known.filter(pl.Series(overlaps(known, titles_of(tape))))
    # A hospital, a university or a town that the title names is what its article is about, as a firm is.
    public = rules.get("name_public", "")
    institution = pl.col("name").str.contains(rf"(?i)\b(?:{public})\b") & ~single if public else pl.lit(value=False)
    recurring &= pl.col("doc").is_in(pl.concat([speaks, figures["doc"]]).unique().to_list()) | institution | attacked
    recurring &= ~pl.col("doc").is_in(tape.doc_of(titled["start"]).unique().to_list())
    # "MediBill Systems": in an article on an attack a name that ends as those of firms do is one.
    tails, heads_of_none = rules.get("name_tails", "$^"), rules.get("name_tails_none", "$^")
    tailed = pl.col("name").str.contains(rf" (?:{tails})$") & ~pl.col("name").str.contains(rf"(?i)^(?:{heads_of_none}) ")
    accepted = shown.filter(pl.col("legal") | told | recurring | (attacked & tailed & ~pl.col("person")))
    found = pl.concat([accepted.select("doc", "name"), compounds]).unique(maintain_order=True)
    return found.join(_gangs(tape, names), on=["doc", "name"], how="anti")


def _attacked(tape: Tape) -> list[int]:
    """Articles whose title tells of an attack on somebody, of stolen data or the like."""
    told = cues_of(tape, "security").filter(pl.col("code").is_in(_ATTACKS))
    return tape.doc_of(told.filter(pl.Series(overlaps(told, titles_of(tape))))["start"]).unique().to_list()


def _with_part(names: pl.Series, language: str) -> NDArray[np.bool_]:
    """Whether a name begins with its own noun of a firm ("Banco Serrano"); "Bank of England" tells nothing."""
    nouns = lexicon.of_kind(language, "company_noun").filter(pl.col("code") == "before")["pattern"].to_list()
    heads = set(lexicon.settings(language).get("name_parts", ())) & set(nouns)
    words = names.str.split(" ")
    told = words.list.first().str.to_lowercase().is_in(sorted(heads)) & (words.list.len() > 1)
    return (told & words.list.get(1, null_on_oob=True).fill_null("").str.contains(r"^\p{Lu}")).to_numpy()


def _in_apposition(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether a noun of a firm tells after a comma what each name is: "Corvane, a maker of valves".

    Never with a definite article ("according to Reyes, the company …"), nor where the noun belongs to a name behind it.
    """
    places = nouns.select(noun_start="start", noun_end="end")
    places = places.unique("noun_start", keep="first", maintain_order=True).sort("noun_start", maintain_order=True)
    asked = names.select("end").with_row_index("_i").sort("end", maintain_order=True)
    beside = asked.join_asof(
        places, left_on="end", right_on="noun_start", strategy="forward", tolerance=_APPOSITION, check_sortedness=False
    ).drop_nulls("noun_start")
    between = tape.slice("end", "noun_start", beside)
    named = tape.slice("noun_end", pl.col("noun_end") + 2, beside).str.contains(r"^ \p{Lu}")
    article = lexicon.settings(tape.language).get("indefinite", "$^")
    told = beside.filter(between.str.to_lowercase().str.contains(rf"^, (?:(?:{article}) )?$") & ~named)
    found: NDArray[np.bool_] = np.isin(np.arange(names.height), told["_i"].to_numpy())
    return found


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


def _also_small(tape: Tape, shown: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each name (doc, name) stands in its article in small letters too: then it is a common word."""
    asked = (
        shown.with_row_index("_i")
        .filter("verb")
        .join(tape.docs.select("doc", "start", "end"), on="doc", how="left", maintain_order="left")
    )
    texts = pl.Series([tape.plain[a:b] for a, b in asked.select("start", "end").iter_rows()], dtype=pl.String)
    small = asked.with_columns(text=texts).filter(pl.col("text").str.contains(pl.col("name").str.to_lowercase(), literal=True))
    found: NDArray[np.bool_] = np.isin(np.arange(shown.height), small["_i"].to_numpy())
    return found


def _overlaps_title_twin(tape: Tape, names: pl.DataFrame) -> NDArray[np.bool_]:
    """Names that stand in the title too."""
    titles = titles_of(tape)
    if titles.is_empty():
        return np.zeros(names.height, dtype=np.bool_)
    texts = titles.select("doc", text=pl.Series(plain_words(tape.slice("start", "end", titles).fill_null("").to_list())))
    joined = names.join(texts, on="doc", how="left", maintain_order="left")
    core = pl.col("name").str.slice(0, pl.max_horizontal(pl.col("name").str.len_chars() - 2, pl.lit(3)))
    return joined.select(pl.col("text").fill_null("").str.contains(core, literal=True))["text"].to_numpy()


def _spaceless_candidates(tape: Tape, known: pl.DataFrame) -> pl.DataFrame:
    """Names that must be companies, in scripts without capitals: doc, name.

    The head of the title that recurs in the body, cut where it recurs least often less; and names beside a legal form.
    """
    titles = titles_of(tape)
    empty = pl.DataFrame(schema={"doc": pl.Int64, "name": pl.String})
    rules = lexicon.settings(tape.language)
    script = rules["name_script"]
    frames = []
    for regex in rules.get("name_patterns", ()):
        found = pattern_scan(tape, regex, ["_before", "name", "_after"], cased=True)
        found = found.with_columns(start=pl.col("name_start"), end=pl.col("name_end")).drop_nulls("name")
        found = found.filter(pl.Series(~overlaps(found, known)))
        frames.append(found.select(tape.doc_of(found["start"]), "name"))
    if titles.height:
        heads = titles.with_columns(
            title=pl.Series(plain_words(tape.slice("start", "end", titles).fill_null("").to_list())),
        ).join(tape.docs.select("doc", body_end="end"), on="doc", how="left", maintain_order="left")
        heads = heads.with_columns(body=pl.Series(plain_words(one_line(tape.slice("end", "body_end", heads)))))
        taken = known.with_columns(tape.doc_of(known["start"])).join(
            titles.select("doc", _s="start", _e="end"), on="doc", maintain_order="left"
        )
        taken = taken.filter((pl.col("start") >= pl.col("_s")) & (pl.col("end") <= pl.col("_e")))
        heads = heads.join(taken.select("doc").unique(), on="doc", how="anti")
        head = pl.col("title").str.extract(script, 1)
        heads = heads.with_columns(head=head).filter(pl.col("head").str.len_chars() >= 2)
        sizes = range(2, 9)
        heads = heads.with_columns(
            pl.when(pl.col("head").str.len_chars() >= n)
            .then(pl.col("body").str.count_matches(pl.col("head").str.slice(0, n), literal=True))
            .otherwise(0)
            .cast(pl.Int64)
            .alias(f"_{n}")
            for n in sizes
        )
        # The longest head that still recurs at least twice and at least half as often as the shortest.
        size = pl.max_horizontal(
            pl.when((pl.col(f"_{n}") >= 2) & (pl.col(f"_{n}") * 2 >= pl.col("_2"))).then(n).otherwise(0) for n in sizes
        )
        # A head that a comma or a quote ends, as headlines have it, need only be named once more.
        marked = pl.col("title").str.contains(_AFTER_HEAD) & pl.col("body").str.contains(pl.col("head"), literal=True)
        heads = heads.with_columns(size=pl.when(marked).then(pl.col("head").str.len_chars()).otherwise(size))
        heads = heads.filter(pl.col("size") > 0)
        frames.append(heads.select("doc", name=pl.col("head").str.slice(0, pl.col("size"))))
    found = pl.concat(frames) if frames else empty
    stops = set(rules.get("name_stops", ()))
    cues = set(lexicon.of_kind(tape.language, "institution", "place", "company_pronoun")["pattern"].to_list())
    places = set(country_patterns(tape.language)["pattern"].to_list())
    refused = sorted(stops | cues | places)
    return found.filter(~pl.col("name").str.to_lowercase().is_in(refused)).unique(maintain_order=True)
