"""Companies in text: mentions of known ones, names that must be companies, and words that stand for one.

What is known of companies lies in `reference/` (companies, aliases, countries) and in `lexicon/<lang>/companies.toml`
(legal forms, pronouns, institutions). The one idea: an alias is either plain ("Zoom Video") or weak ("Target"), and a
weak one counts only in an article that shows elsewhere that the firm is meant. Which fact is about which company is
decided by `subjects` alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.schemas import DIM_COMPANY, Schema
from transforms.sentences import sentences as cut_sentences
from transforms.spans import Tape, dictionary_scan, drop_contained, pattern_scan, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from transforms.scan import Scanned

MENTIONS: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "company_id": pl.String, "certainty": pl.String}
"""One row a mention; certainty is known, product, inferred or pronoun."""
MAIN: Final[Schema] = {"doc": pl.Int64, "company_id": pl.String, "mention_start": pl.Int64, "mention_end": pl.Int64}
NAMES: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "kind": pl.String}
COUNTRIES: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "country": pl.String, "kind": pl.String}

_ALIAS_PATTERNS: Final[Schema] = {
    "pattern": pl.String,
    "core": pl.String,  # the pattern once more: tells patterns apart that grow to the same word
    "open_left": pl.Boolean,
    "open_right": pl.Boolean,
    "kind": pl.String,
    "company_id": pl.String,
    "strength": pl.String,
}
_WORD: Final = r"(?:\p{Lu}[\p{L}\p{N}]*|\p{Ll}{1,2}\p{Lu}\p{L}+)(?:[-.&+/][\p{L}\p{N}]+|'\p{Lu}\p{L}*)*\+?"
_NAME: Final = rf"\b({_WORD}(?: (?:(?:&|of|de|du|des|della|di|da|do|van|von|af) )?{_WORD}){{0,4}})"
_EXCHANGES: Final = (
    "NASDAQ|Nasdaq|NasdaqGS|NYSE|AMEX|LSE|TSE|HKEX|SEHK|KOSPI|KOSDAQ|XETRA|Euronext|BME|BIT|BVMF|B3|IDX|BIST|GPW|WSE|OMX|SSE|SZSE"
    "|MOEX|ADX|DFM|Tadawul|BMV|ASX|TSX|NSE|BSE"
)
_TICKER: Final = (
    rf"(\((?:[^()\n]{{0,40}}?(?:{_EXCHANGES})[: ]+ ?[A-Z0-9.\-]{{1,12}}[^()\n]{{0,12}}"
    r"|[A-Z0-9]{1,6}(?:-[A-Z]{1,3})?\.[A-Z]{1,3}|\d{4,6})\))"
)


_MARKS: Final = tuple(ord(c) for c in ":-*\u2022\u00b7\u25cf\u25aa\u2013\u2014\u2026")
"""Marks after which a list item or a heading begins."""
_CHIEF: Final = r"^(\p{Lu}[\p{L}\p{N}&.-]+(?: \p{Lu}[\p{L}\p{N}&.-]+)?) (?:CEO|CFO|COO|CTO)\b"
_AFTER_HEAD: Final = r"^[\"'《「『【]?[\p{Hangul}\p{Han}\p{Katakana}\p{Arabic}A-Za-z0-9·&ー ]{2,24}[,、，\"'」』…]"
"""A title whose first words a comma or a quote ends."""
_PLAIN_VERB: Final = "also"
"""Code of verbs that a firm may be the subject of as well as anything else: "has", "is", "grew"."""
_VOICED: Final = "\u3099\u309a"
"""Marks that make other kana, not other accents."""
_NOT_A_FIRM: Final = r"^(?:\p{Lu}{1,2}|CEO|CFO|DAX|MDAX|USA?|EU|IT|KI|AI|PR|Tech|Ex|Vize|Co)$"
"""What stands before "-Chef" or "-Aktie" and is no firm."""
_FIGURES_OF_A_FIRM: Final = 4
"""So many words for revenue, profit and the like tell that an article speaks of a firm."""


# --- what is known ---------------------------------------------------------------------------------------------------


def _table(name: str) -> pl.DataFrame:
    """A CSV file of `reference/`; every column is text, an empty cell null."""
    file = resources.files("transforms") / "reference" / name
    return pl.read_csv(file.read_bytes(), infer_schema=False)


@lru_cache(maxsize=1)
def _companies() -> pl.DataFrame:
    own = _table("companies.csv")
    listed = _table("listed.csv") if (resources.files("transforms") / "reference" / "listed.csv").is_file() else own.clear()
    listed = listed.join(own, on="company_id", how="anti")
    return pl.concat([own, listed], how="diagonal").sort("company_id")


def dim_company() -> pl.DataFrame:
    """All known companies: the columns of `DIM_COMPANY`, sorted by company_id."""
    return _companies().select([pl.col(c).cast(t) for c, t in DIM_COMPANY.items()])


@lru_cache(maxsize=1)
def roles() -> pl.DataFrame:
    """Companies that articles quote more often than they report on: company_id, role (analyst, agency, exchange)."""
    return _companies().select("company_id", "role").drop_nulls()


def _plain(words: list[str]) -> list[str]:
    """Words as they stand in `Tape.plain`."""
    return Tape.of(pl.DataFrame({"article_id": ["0"], "text": ["\n".join(words)]}), language="und").plain.split("\n")


@lru_cache(maxsize=64)
def _aliases(language: str) -> pl.DataFrame:
    """The alias patterns for a language: columns of `_ALIAS_PATTERNS`."""
    rules = lexicon.settings(language)
    table = _table("aliases.csv")
    if (resources.files("transforms") / "reference" / "listed_aliases.csv").is_file():
        further = _table("listed_aliases.csv").join(table, on="alias", how="anti")
        table = pl.concat([table, further])
    table = table.with_columns(pattern=pl.Series(_plain(table["alias"].to_list())))
    latin = pl.col("pattern").str.contains(r"^[\p{Latin}\p{Cyrillic}0-9 &.'+-]+$")
    # Headlines in capitals.
    loud = table.filter(latin & (pl.col("kind") == "name") & (pl.col("pattern").str.len_chars() >= 5)).with_columns(
        pl.col("pattern").str.to_uppercase()
    )
    table = pl.concat([table, loud]).unique(["company_id", "pattern"], keep="first", maintain_order=True)
    return table.select(
        "pattern",
        core="pattern",
        open_left=pl.lit(value=bool(rules.get("name_prefixes"))) & pl.col("pattern").str.contains(r"^\p{Arabic}"),
        open_right=pl.lit(value=bool(rules.get("name_endings"))),
        kind=pl.lit("company"),
        company_id=pl.col("company_id"),
        strength=pl.col("kind"),
    ).cast(dict(_ALIAS_PATTERNS))  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def _country_patterns(language: str) -> pl.DataFrame:
    rules = lexicon.settings(language)
    table = _table("countries.csv").filter(pl.col("language").is_in([language, lexicon.SHARED]))
    bare = _plain(table["name"].str.strip_chars("*").to_list())
    endings = bool(rules.get("name_endings"))
    return table.select(
        pattern=pl.Series(bare),
        core=pl.Series(bare),
        open_left=pl.lit(value=bool(rules.get("name_prefixes"))) | pl.col("name").str.starts_with("*"),
        open_right=pl.lit(value=endings) | pl.col("name").str.ends_with("*"),
        stem=pl.col("name").str.ends_with("*"),
        kind=pl.lit("country"),
        country=pl.col("country"),
        role=pl.col("kind"),
    ).unique(["pattern", "country"], keep="first", maintain_order=True)


# --- places and borders ----------------------------------------------------------------------------------------------


def _overlaps(spans: pl.DataFrame, frames: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each span shares a character with one of the frames."""
    if spans.is_empty() or frames.is_empty():
        return np.zeros(spans.height, dtype=np.bool_)
    ordered = frames.sort("start")
    starts, reach = ordered["start"].to_numpy(), ordered["end"].cum_max().to_numpy()
    last = np.searchsorted(starts, spans["end"].to_numpy(), side="left") - 1
    return (last >= 0) & (reach[np.maximum(last, 0)] > spans["start"].to_numpy())


def _endings(tape: Tape, spans: pl.DataFrame) -> pl.DataFrame:
    """Drop spans that run on into letters that no ending or prefix of the language explains; `pattern` is the core."""
    rules = lexicon.settings(tape.language)
    endings, prefixes = set(rules.get("name_endings", ())), set(rules.get("name_prefixes", ()))
    if spans.is_empty() or not (endings or prefixes):
        return spans
    size = pl.col("pattern").str.len_chars().cast(pl.Int64)
    grown = spans.with_columns(_more=pl.col("end") - pl.col("start") - size)
    same, more = grown.filter(pl.col("_more") == 0), grown.filter(pl.col("_more") > 0)
    if more.is_empty():
        return spans
    whole = tape.slice("start", "end", more)
    more = more.with_columns(_whole=pl.Series([t.replace("\u0640", "") for t in _plain(whole.to_list())]))
    before = pl.col("_whole").str.slice(0, pl.col("_more"))
    after = pl.col("_whole").str.slice(size, None)
    right = pl.col("_whole").str.starts_with(pl.col("pattern")) & after.is_in(sorted(endings))
    left = pl.col("_whole").str.ends_with(pl.col("pattern")) & before.is_in(sorted(prefixes))
    stem = (
        pl.col("stem") & pl.col("_whole").str.starts_with(pl.col("pattern")) if "stem" in more.columns else pl.lit(value=False)
    )
    kept = more.filter(right | left | stem).drop("_whole")
    return pl.concat([same, kept]).drop("_more").sort("start", "end")


def _kana_safe(tape: Tape, spans: pl.DataFrame) -> pl.DataFrame:
    """Drop names in katakana that are part of a longer katakana word."""
    if spans.is_empty():
        return spans
    kana = ((tape.codes >= 0x30A1) & (tape.codes <= 0x30FA)) | (tape.codes == 0x30FC)
    padded = np.concatenate((kana, [False]))
    start, end = spans["start"].to_numpy(), spans["end"].to_numpy()
    before = padded[start] & padded[start - 1] & (start > 0)
    after = padded[end - 1] & padded[end]
    return spans.filter(pl.Series(~(before | after)))


def _in_title(tape: Tape) -> pl.DataFrame:
    """The titles as frames: start, end, doc."""
    if "title_end" not in tape.docs.columns:
        return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "doc": pl.Int64})
    return tape.docs.select(
        start=pl.col("start") + pl.col("title_start").fill_null(0),
        end=pl.col("start") + pl.col("title_end").fill_null(0),
        doc=pl.col("doc"),
    ).filter(pl.col("end") > pl.col("start"))


def _lead_end(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Where each article's lead ends: the third sentence after the title's."""
    titles = _in_title(tape).select("doc", title=pl.col("end"))
    body = sentences.join(titles, on="doc", how="left").filter(pl.col("start") >= pl.col("title").fill_null(0))
    return body.sort("start").group_by("doc", maintain_order=True).agg(lead=pl.col("end").head(3).last())


def _cues(tape: Tape, *kinds: str) -> pl.DataFrame:
    return dictionary_scan(tape, lexicon.of_kind(tape.language, *kinds))


@lru_cache(maxsize=4)
def _readings(file: str) -> dict[str, str]:
    """How each character is read, from a table of readings and their characters."""
    return {c: reading for reading, characters in _table(file).iter_rows() for c in characters}


def _letters(text: str) -> str:
    """Latin letters without their marks."""
    flat = unicodedata.normalize(
        "NFKD", text.casefold().replace("\u0131", "i").replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    )
    bare = "".join(c for c in flat if not unicodedata.combining(c) or c in _VOICED)
    return unicodedata.normalize("NFC", bare)


def slug(names: pl.Series, *, language: str) -> pl.Series:
    """Names as company ids: without legal form, in Latin letters where a table gives them, words joined by hyphens."""
    forms = _legal_forms(language)
    rules = lexicon.settings(language)
    table = _readings(rules["readings"]) if "readings" in rules else rules.get("romanisation", {})
    translated = rules.get("name_words", {})
    out = []
    for name in names.to_list():
        words = name.casefold().replace('"', " ").replace("'", "").split()
        while len(words) > 1 and words[-1].strip(",.()") in forms:
            words.pop()
        while len(words) > 1 and words[0].strip(",.()") in forms:
            words.pop(0)
        text = " ".join(words)
        for written, word in translated.items():
            if text.endswith(written) and len(text) > len(written):
                text = f"{text.removesuffix(written)} {word}"
                break
        text = "".join(table.get(c, c) for c in text)
        out.append("-".join("".join(c if c.isalnum() else " " for c in _letters(text)).split()))
    return pl.Series(names.name, out, dtype=pl.String)


@lru_cache(maxsize=64)
def _legal_forms(language: str) -> frozenset[str]:
    found = lexicon.of_kind(language, "legal_form")["pattern"].to_list()
    return frozenset(word for f in found for word in (f.strip(",.()"), f.replace(".", "")))


# --- mentions --------------------------------------------------------------------------------------------------------


def on_tape(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Every mention of a company.

    Yields start, end, company_id and certainty: known (an alias of a company in the table), product (a product that
    stands for its maker), inferred (a name that must be a company; its slug is the id) or pronoun ("the company", bound
    to the last subject or the article's main company). Sorted by start; known names never overlap.
    """
    if not tape.folded:
        return pl.DataFrame(schema=MENTIONS)
    known = _known(tape, sentences)
    inferred = _inferred(tape, sentences, known)
    named = pl.concat([known, inferred]).sort("start", "end")
    main = _main(tape, sentences, named)
    bound = _pronouns(tape, sentences, named, main)
    return pl.concat([named, bound]).select([pl.col(c).cast(t) for c, t in MENTIONS.items()]).sort("start", "end")


def _known(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Mentions of known companies: columns of `MENTIONS`."""
    found = dictionary_scan(tape, _aliases(tape.language), cased=True, longest=False)
    found = _kana_safe(tape, _endings(tape, found))
    found = drop_contained(found, by="kind").filter(pl.col("strength") != "none")
    # "A Zoom-style explosion" is said of another company.
    similes = _cues(tape, "company_simile")["start"].unique()
    found = found.filter(~pl.col("end").is_in(similes.implode()))
    found = found.with_columns(tape.doc_of(found["start"]))
    weak = pl.col("strength").str.starts_with("weak")
    firm = found.filter(~weak).select("doc", "company_id").unique()
    supported = _supported(tape, sentences, found.filter(weak)).select("doc", "company_id").unique()
    titled = (
        found.with_columns(title=pl.Series(_overlaps(found, _in_title(tape))))
        .group_by("doc", "company_id")
        .agg(both=(pl.col("title").any() & (~pl.col("title")).any() & (pl.len() >= 3)))
    )
    proof = pl.concat([firm, supported, titled.filter("both").select("doc", "company_id")]).unique()
    found = found.join(proof, on=["doc", "company_id"], how="semi", maintain_order="left")
    product = pl.col("strength").str.ends_with("product")
    found = found.sort("start", "end", "company_id").unique(["start", "end"], keep="first", maintain_order=True)
    return found.select(
        "start", "end", "company_id", certainty=pl.when(product).then(pl.lit("product")).otherwise(pl.lit("known"))
    ).cast(dict(MENTIONS))  # type: ignore[arg-type]


def _supported(tape: Tape, sentences: pl.DataFrame, weak: pl.DataFrame) -> pl.DataFrame:
    """Weak mentions beside which something shows that a firm is meant."""
    if weak.is_empty():
        return weak
    nouns = _cues(tape, "company_noun", "legal_form", "company_verb").filter(pl.col("code") != _PLAIN_VERB)
    before = nouns.filter(pl.col("kind") == "company_noun")["end"].unique().sort().to_numpy()
    after_kinds = nouns.filter((pl.col("kind") != "company_noun") | (pl.col("code") == "after"))
    after = np.unique(np.concatenate((after_kinds["start"].to_numpy(), _tickers(tape)["start"].to_numpy())))
    start, end = weak["start"].to_numpy(), weak["end"].to_numpy()
    quoted = _quoted(tape, start, end)
    cue = _near(before, start - 2, start) | _near(after, end, end + 2) | quoted
    middle = np.zeros(len(start), dtype=np.bool_)
    if not lexicon.settings(tape.language).get("nouns_capitalised", False):
        # A capital inside a sentence makes a name, unless a neighbour has one too ("Orange County", "Harry Kane").
        opening = np.isin(start, sentences["start"].to_numpy()) | quoted | _after_mark(tape, start)
        titled = _overlaps(weak, _in_title(tape))
        latin = (tape.codes[start] < 0x250) & (tape.codes[start] > 0x40)
        middle = ~opening & ~titled & latin & ~_capital_neighbour(tape, start, end)
    return weak.filter(pl.Series(cue | middle))


def _near(places: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether one of the sorted places lies in [low, high]."""
    found: NDArray[np.bool_] = np.searchsorted(places, high, side="right") > np.searchsorted(places, low, side="left")
    return found


def _follows(tape: Tape, ends: pl.Series, start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether one of the words that end at `ends` stands right before, with a space and perhaps a quote between."""
    places = np.unique(ends.to_numpy())
    quote = tape.codes[np.maximum(start - 1, 0)] == ord('"')
    found: NDArray[np.bool_] = np.isin(start - 1, places) | (quote & np.isin(start - 2, places))
    return found


def _quoted(tape: Tape, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    quote = np.concatenate((tape.codes == ord('"'), [False]))
    return quote[np.maximum(start - 1, 0)] & quote[end] & (start > 0)


def _capital_neighbour(tape: Tape, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the word right before or after begins with a capital (one space between)."""
    raw = np.frombuffer(tape.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    upper = np.concatenate((tape.word & (raw != tape.codes), [False, False]))
    space = np.concatenate((tape.codes == 32, [False, False]))
    after = space[end] & upper[end + 1]
    previous = tape.starts_of_words[np.maximum(start - 2, 0)]
    before = (start > 1) & space[start - 1] & upper[previous] & np.concatenate((tape.word, [False]))[np.maximum(start - 2, 0)]
    return after | before


def _after_mark(tape: Tape, start: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a colon, a bullet or a dash stands before the word: there any word may have a capital ("Revenue: Total …")."""
    before = tape.codes[np.maximum(start - 2, 0)]
    found: NDArray[np.bool_] = np.isin(before, _MARKS) & (start > 1)
    return found


def _tickers(tape: Tape) -> pl.DataFrame:
    return pattern_scan(tape, _TICKER, ["_ticker"], cased=True).select("start", "end")


def _names(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """Sequences of capitalised words: start, end, name (as in `Tape.plain`), doc, opening (begins a sentence)."""
    found = pattern_scan(tape, _NAME, ["name"], cased=True).select("start", "end", "name")
    stops = set(lexicon.settings(tape.language).get("name_stops", ()))
    nouns = lexicon.of_kind(tape.language, "company_noun").filter(pl.col("code") == "before")
    stops |= set(nouns["pattern"].to_list())
    tails = "|".join(re.escape(noun) for noun in sorted(nouns.filter("open_left")["pattern"].to_list()))
    # Words that only stand at the head of a sentence or a headline belong to no name.
    for _ in range(2):
        head = pl.col("name").str.split(" ").list.first()
        cut = head.str.to_lowercase().is_in(sorted(stops))
        if tails:  # "Skogsbolaget"
            cut |= head.str.to_lowercase().str.contains(f"(?:{tails})$") & (head != pl.col("name"))
        found = found.with_columns(
            start=pl.when(cut).then(pl.col("start") + head.str.len_chars().cast(pl.Int64) + 1).otherwise(pl.col("start")),
            name=pl.when(cut).then(pl.col("name").str.slice(head.str.len_chars() + 1)).otherwise(pl.col("name")),
        ).filter(pl.col("name").str.len_chars() > 1)
    opening = np.isin(found["start"].to_numpy(), sentences["start"].to_numpy())
    return found.with_columns(tape.doc_of(found["start"]), opening=pl.Series(opening))


def _inferred(tape: Tape, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Mentions of companies outside the table: columns of `MENTIONS`."""
    candidates = _spaceless_candidates(tape, known) if lexicon.settings(tape.language).get("name_script") else None
    if candidates is None:
        candidates = _cased_candidates(tape, sentences, known)
    if candidates.is_empty():
        return pl.DataFrame(schema=MENTIONS)
    candidates = candidates.with_columns(company_id=slug(candidates["name"], language=tape.language)).filter(
        pl.col("company_id").str.len_chars() > 1
    )
    # The same name without its legal form is the same company.
    short = candidates.with_columns(name=_common_name(candidates["name"], language=tape.language))
    wanted = pl.concat([candidates, short]).filter(pl.col("name").str.len_chars() > 1).unique(["doc", "name"], keep="first")
    rules = lexicon.settings(tape.language)
    patterns = (
        wanted.select("name")
        .unique()
        .sort("name")
        .select(
            pattern="name",
            core="name",
            open_left=pl.lit(value=bool(rules.get("name_prefixes"))),
            open_right=pl.lit(value=bool(rules.get("name_endings"))),
            kind=pl.lit("company"),
        )
    )
    found = _endings(tape, dictionary_scan(tape, patterns, cased=True, longest=False))
    found = found.with_columns(tape.doc_of(found["start"])).join(
        wanted.select("doc", "company_id", pattern="name"), on=["doc", "pattern"], how="inner"
    )
    found = drop_contained(found, by="kind").filter(pl.Series(~_overlaps(drop_contained(found, by="kind"), known)))
    canonical = (
        _aliases(tape.language).filter(pl.col("strength").is_in(["name", "weak"])).select("pattern", known_id="company_id")
    )
    canonical = canonical.unique("pattern", keep="first")
    found = found.join(canonical, on="pattern", how="left").unique(["start", "end"], keep="first")
    return found.select("start", "end", company_id=pl.coalesce("known_id", "company_id"), certainty=pl.lit("inferred")).sort(
        "start"
    )


def _common_name(names: pl.Series, *, language: str) -> pl.Series:
    """Names without legal forms at their ends."""
    forms = _legal_forms(language)
    out = []
    for name in names.to_list():
        words = name.split(" ")
        while len(words) > 1 and words[-1].strip(",.()").casefold() in forms:
            words.pop()
        while len(words) > 1 and words[0].strip(",.()").casefold() in forms:
            words.pop(0)
        out.append(" ".join(words).rstrip(","))
    return pl.Series(names.name, out, dtype=pl.String)


def _cased_candidates(tape: Tape, sentences: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Names that must be companies, in scripts with capitals: doc, name."""
    names = _names(tape, sentences)
    if names.is_empty():
        return pl.DataFrame(schema={"doc": pl.Int64, "name": pl.String})
    rules = lexicon.settings(tape.language)
    kinds = ("legal_form", "company_noun", "company_verb", "person_title", "institution", "place", "month", "weekday", "metric")
    cues = _cues(tape, *kinds)
    compounds = _headed_by(names, rules.get("name_heads"))
    others = pl.concat(
        [
            known.select("start", "end"),
            cues.filter(pl.col("kind").is_in(["institution", "place", "month", "weekday"])).select("start", "end"),
            countries_on_tape(tape).select("start", "end"),
        ]
    )
    names = names.filter(pl.Series(~_overlaps(names, others)))
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    upper = _upper_start(tape, cues["start"])
    forms = cues.filter((pl.col("kind") == "legal_form") & pl.Series(upper))
    nouns = cues.filter((pl.col("kind") == "company_noun") & (pl.col("code") == "before"))
    titles = cues.filter(pl.col("kind") == "person_title")
    form_ends, form_starts = np.unique(forms["end"].to_numpy()), np.unique(forms["start"].to_numpy())
    before_forms = np.unique(forms.filter(pl.col("code") == "before")["end"].to_numpy())
    legal = (
        ((np.isin(end, form_ends) | np.isin(end + 1, form_ends)) & ~np.isin(start, form_starts))
        | _near(form_starts, end + 1, end + 2)
        | _near(before_forms, start - 2, start - 1)
        | (
            np.isin(start, form_starts)
            & names["name"].str.contains(" ").to_numpy()
            & np.isin(start, forms.filter(pl.col("code") == "before")["start"].to_numpy())
        )
        | _near(_tickers(tape)["start"].to_numpy(), end, end + 1)
    )
    quoted = _quoted(tape, start, end)
    noun = _follows(tape, nouns["end"], start)
    if rules.get("names_quoted", False):
        noun |= quoted & _overlaps_title_twin(tape, names)
    # "Karin Ek, chief executive", but "Zoom CEO"
    person = _follows(tape, titles["end"], start) | _near(np.unique(titles["start"].to_numpy()), end + 2, end + 2)
    names = names.with_columns(
        legal=pl.Series(legal),
        noun=pl.Series(noun),
        person=pl.Series(person),
        title=pl.Series(_overlaps(names, _in_title(tape))),
    )
    verbs = np.unique(cues.filter(pl.col("kind") == "company_verb")["start"].to_numpy())
    names = names.with_columns(
        name=_common_name(names["name"], language=tape.language), verb=pl.Series(_near(verbs, end + 1, end + 1))
    )
    heads = names.filter("title").group_by("doc", "name").agg(head=(pl.col("legal") | pl.col("noun")).any())
    body = names.filter(~pl.col("title"))
    if "s" in rules.get("name_endings", ()):  # the genitive of a name in the title
        genitives = heads.select("doc", name=pl.col("name") + "s", bare="name")
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
    headlines = _in_title(tape).with_columns(text=tape.slice("start", "end", _in_title(tape)).fill_null(""))
    headlines = headlines.with_columns(text=pl.Series(_plain(headlines["text"].to_list()))) if headlines.height else headlines
    shown = shown.join(headlines.select("doc", "text"), on="doc", how="left")
    named_in_title = pl.col("text").fill_null("").str.contains(pl.col("name"), literal=True)
    # Surnames: a single word that ends a longer name of the same article.
    last = body.filter(pl.col("name").str.contains(" ") & ~pl.col("legal") & ~pl.col("noun")).select(
        "doc", name=pl.col("name").str.split(" ").list.last()
    )
    shown = shown.join(last.unique().with_columns(surname=True), on=["doc", "name"], how="left")
    single = ~pl.col("name").str.contains(" ")
    german = bool(rules.get("nouns_capitalised", False))
    recurring = named_in_title & ~pl.col("person") & pl.col("surname").is_null() & (pl.col("name").str.len_chars() > 2)
    # One capitalised word may be any word at the head of a sentence, and in German any noun.
    often = pl.col("times") >= 2
    proper = pl.col("verb") & pl.Series(~_also_small(tape, shown))  # "Vondra expects", and nowhere "vondra"
    recurring &= ~single | (often & ((pl.lit(value=not german) & (pl.col("middle") >= 1)) | proper))
    told = (pl.col("noun") | pl.col("head").fill_null(value=False)) & ~pl.col("person")
    if german:  # "legte der Konzern Zahlen vor"
        told &= (pl.col("times") >= 2) | ~single
    # A name that merely recurs is a firm only in an article that speaks of one, and whose title names no other.
    speaks = tape.doc_of(_cues(tape, "company_pronoun")["start"])
    figures = cues.filter((pl.col("kind") == "metric") & ~pl.col("code").is_in(["none", "hidden", "counted"]))
    figures = figures.select(tape.doc_of(figures["start"])).group_by("doc").len().filter(pl.col("len") >= _FIGURES_OF_A_FIRM)
    titled = known.filter(pl.Series(_overlaps(known, _in_title(tape))))
    recurring &= pl.col("doc").is_in(pl.concat([speaks, figures["doc"]]).unique().to_list())
    recurring &= ~pl.col("doc").is_in(tape.doc_of(titled["start"]).unique().to_list())
    accepted = shown.filter(pl.col("legal") | told | recurring)
    return pl.concat([accepted.select("doc", "name"), compounds]).unique(maintain_order=True)


def _headed_by(names: pl.DataFrame, heads: str | None) -> pl.DataFrame:
    """Firms named together with their chief, share or the like ("Lumio-Chefin", "Lumio CEO"): doc, name."""
    compound = pl.col("name").str.extract(_CHIEF, 1)
    if heads is not None:
        compound = pl.coalesce(pl.col("name").str.extract(rf"^(\p{{Lu}}[\p{{L}}\p{{N}}&.-]+)-(?i:{heads})(?: |$)", 1), compound)
    found = names.select("doc", name=compound)
    return found.drop_nulls().filter(~pl.col("name").str.contains(_NOT_A_FIRM)).unique(maintain_order=True)


def _also_small(tape: Tape, shown: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each name (doc, name) stands in its article in small letters too: then it is a common word."""
    asked = shown.with_row_index("_i").filter("verb").join(tape.docs.select("doc", "start", "end"), on="doc", how="left")
    texts = pl.Series([tape.plain[a:b] for a, b in asked.select("start", "end").iter_rows()], dtype=pl.String)
    small = asked.with_columns(text=texts).filter(pl.col("text").str.contains(pl.col("name").str.to_lowercase(), literal=True))
    found: NDArray[np.bool_] = np.isin(np.arange(shown.height), small["_i"].to_numpy())
    return found


def _overlaps_title_twin(tape: Tape, names: pl.DataFrame) -> NDArray[np.bool_]:
    """Names that stand in the title too."""
    titles = _in_title(tape)
    if titles.is_empty():
        return np.zeros(names.height, dtype=np.bool_)
    texts = titles.select("doc", text=pl.Series(_plain(tape.slice("start", "end", titles).fill_null("").to_list())))
    joined = names.join(texts, on="doc", how="left", maintain_order="left")
    core = pl.col("name").str.slice(0, pl.max_horizontal(pl.col("name").str.len_chars() - 2, pl.lit(3)))
    return joined.select(pl.col("text").fill_null("").str.contains(core, literal=True))["text"].to_numpy()


def _upper_start(tape: Tape, starts: pl.Series) -> NDArray[np.bool_]:
    """Whether a capital stands at these places."""
    plain = tape.plain
    return np.array(
        [
            plain[s] != tape.folded[s] or not plain[s].isalpha() or plain[s : s + 3] in ("s.p", "s.r", "sp.")
            for s in starts.to_list()
        ],
        dtype=np.bool_,
    )


def _spaceless_candidates(tape: Tape, known: pl.DataFrame) -> pl.DataFrame:
    """Names that must be companies, in scripts without capitals: doc, name.

    The head of the title that recurs in the body, cut where it recurs least often less; and names beside a legal form.
    """
    titles = _in_title(tape)
    empty = pl.DataFrame(schema={"doc": pl.Int64, "name": pl.String})
    rules = lexicon.settings(tape.language)
    script = rules["name_script"]
    frames = []
    for regex in rules.get("name_patterns", ()):
        found = pattern_scan(tape, regex, ["_before", "name", "_after"], cased=True)
        found = found.with_columns(start=pl.col("name_start"), end=pl.col("name_end")).drop_nulls("name")
        found = found.filter(pl.Series(~_overlaps(found, known)))
        frames.append(found.select(tape.doc_of(found["start"]), "name"))
    if titles.height:
        heads = titles.with_columns(
            title=pl.Series(_plain(tape.slice("start", "end", titles).fill_null("").to_list())),
        ).join(tape.docs.select("doc", body_end="end"), on="doc", how="left")
        heads = heads.with_columns(body=pl.Series(_plain(_safe(tape.slice("end", "body_end", heads)))))
        taken = known.with_columns(tape.doc_of(known["start"])).join(titles.select("doc", _s="start", _e="end"), on="doc")
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
    places = set(_country_patterns(tape.language)["pattern"].to_list())
    refused = sorted(stops | cues | places)
    return found.filter(~pl.col("name").str.to_lowercase().is_in(refused)).unique(maintain_order=True)


def _safe(texts: pl.Series) -> list[str]:
    """Texts without line breaks, so that they can be made plain in one go."""
    return [t.replace("\n", " ") for t in texts.fill_null("").to_list()]


# --- the article's company -------------------------------------------------------------------------------------------


def main_company(scanned: Scanned) -> pl.DataFrame:
    """The company each article is about: doc, company_id, mention_start, mention_end; no row where there is none.

    Weighed are the title, the lead and how often a company is named; banks that only give opinions, agencies and
    exchanges count little outside the title. The mention is the first one.
    """
    return _main(scanned.tape, scanned.sentences, scanned.companies.filter(pl.col("certainty") != "pronoun"))


def _main(tape: Tape, sentences: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    if named.is_empty():
        return pl.DataFrame(schema=MAIN)
    mentions = named.select("start", "end", "company_id", "certainty")
    mentions = mentions.with_columns(tape.doc_of(mentions["start"]), title=pl.Series(_overlaps(mentions, _in_title(tape))))
    mentions = mentions.join(_lead_end(tape, sentences), on="doc", how="left").join(roles(), on="company_id", how="left")
    titles = _in_title(tape).select("doc", _t="start")
    mentions = mentions.join(titles, on="doc", how="left")
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
    score = (
        pl.col("times").clip(upper_bound=12)
        + 4 * pl.col("title")
        + 2 * pl.col("head")
        + 2 * pl.col("lead")
        - pl.when(pl.col("role").is_not_null() & (pl.col("times") < 5)).then(6).otherwise(0)
        - pl.when(pl.col("inferred")).then(0.5).otherwise(0)
    )
    best = scored.with_columns(_score=score).filter(pl.col("_score") >= 1.5)
    best = best.sort("doc", "_score", "mention_start", descending=[False, True, False])
    best = best.unique("doc", keep="first", maintain_order=True)
    return best.select([pl.col(c).cast(t) for c, t in MAIN.items()])


def _pronouns(tape: Tape, sentences: pl.DataFrame, named: pl.DataFrame, main: pl.DataFrame) -> pl.DataFrame:
    """Words that stand for a company, bound to the last subject of the paragraph or else the main company."""
    found = _cues(tape, "company_pronoun").select("start", "end")
    found = found.filter(pl.Series(~_overlaps(found, named)))
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
        after=pl.Series([tape.plain[b : b + 8] for b in mentions["end"].to_list()], dtype=pl.String),
        within=pl.Series([tape.plain[a:b] for a, b in mentions.select("start", "end").iter_rows()], dtype=pl.String),
    )
    if words := rules.get("object_before"):
        nouns = lexicon.of_kind(language, "company_noun").filter(pl.col("code") == "before")["pattern"].to_list()
        escaped = "|".join(re.escape(noun) for noun in sorted(nouns, key=len, reverse=True))
        apart = rules.get("words_apart", True)
        edge, space = (r"(?:^|[^\p{L}])", r"[ \"(]+") if apart else ("", "")
        found |= pl.col("before").str.contains(f'{edge}(?:{"|".join(words)}){space}(?:(?:{escaped})[ "(]+)?$')
    if regex := rules.get("object_after"):
        found |= pl.col("after").str.contains(regex)
    if regex := rules.get("object_within"):
        found |= pl.col("within").str.contains(regex)
    return context.select(o=found)["o"]


def _paragraphs(tape: Tape, sentences: pl.DataFrame) -> pl.DataFrame:
    """The sentences with `par`, the paragraph's number on the tape."""
    breaks = np.flatnonzero(tape.codes == 10)
    return sentences.with_columns(par=pl.Series(np.searchsorted(breaks, sentences["start"].to_numpy()).astype(np.int64)))


def _nearest(
    tape: Tape, spans: pl.DataFrame, mentions: pl.DataFrame, sentences: pl.DataFrame, main: pl.DataFrame
) -> pl.DataFrame:
    """For each span the company it is about by place alone: company_id, mention_start, mention_end."""
    framed = _paragraphs(tape, sentences)
    places = {"sid": "sid", "doc": "doc", "par": "par"}
    asked = within(spans.select("start").with_row_index("_i"), framed, name="sid", columns=places).sort("start")
    told = within(mentions.select("start", "end", "company_id", "certainty"), framed, name="sid", columns=places)
    told = told.join(main.select("doc", _main="company_id"), on="doc", how="left").join(roles(), on="company_id", how="left")
    told = told.with_columns(object=_objects(tape, told), title=pl.Series(_overlaps(told, _in_title(tape))))
    bystander = (pl.col("role").is_not_null() | (pl.col("certainty") == "product")) & (
        pl.col("company_id") != pl.col("_main")
    ).fill_null(value=True)
    told = told.filter(~pl.col("object") & ~bystander).sort("start")
    told = told.select("start", "sid", "par", "company_id", mention_start="start", mention_end="end")
    here = asked.join_asof(told.drop("par"), on="start", by="sid", strategy="backward", check_sortedness=False)
    # The first subject of the last sentence of the paragraph that has one.
    first = told.unique("sid", keep="first", maintain_order=True)
    before = asked.select("_i", "start", "par").join_asof(
        first.drop("sid"), on="start", by="par", strategy="backward", check_sortedness=False
    )
    chosen = here.select("_i", "doc", "company_id", "mention_start", "mention_end").join(
        before.select("_i", _c="company_id", _s="mention_start", _e="mention_end"), on="_i"
    )
    chosen = chosen.join(main.select("doc", _mc="company_id", _ms="mention_start", _me="mention_end"), on="doc", how="left")
    return chosen.sort("_i").select(
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
    main = _main(tape, sentences, mentions.filter(pl.col("certainty") != "pronoun"))
    return _nearest(tape, spans, mentions, sentences, main)


# --- countries and names ---------------------------------------------------------------------------------------------


def countries_on_tape(tape: Tape) -> pl.DataFrame:
    """One row a country: start, end, country (ISO 3166-1 alpha-2), kind (name, adjective, capital)."""
    found = dictionary_scan(tape, _country_patterns(tape.language), cased=True, longest=False)
    found = drop_contained(_endings(tape, found), by="kind")
    return found.select("start", "end", "country", kind=pl.col("role")).unique(["start", "end"], keep="first").sort("start")


def names_on_tape(tape: Tape, *, sentences: pl.DataFrame | None = None, mentions: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a name that may be a counterparty: start, end, kind (company, person, institution, name); none overlap.

    Sentences and mentions of companies are found anew where they are not given.
    """
    found = cut_sentences(tape) if sentences is None else sentences
    told = on_tape(tape, found) if mentions is None else mentions
    companies = told.filter(pl.col("certainty").is_in(["known", "inferred"])).select("start", "end", kind=pl.lit("company"))
    cues = _cues(tape, "institution", "person_title", "place", "month", "weekday")
    institutions = cues.filter(pl.col("kind") == "institution").select("start", "end", kind=pl.lit("institution"))
    names = _names(tape, found)
    titles = cues.filter(pl.col("kind") == "person_title")
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    person = _follows(tape, titles["end"], start) | _near(np.unique(titles["start"].to_numpy()), end + 1, end + 2)
    rest = names.with_columns(kind=pl.when(pl.Series(person)).then(pl.lit("person")).otherwise(pl.lit("name")))
    taken = pl.concat(
        [companies.select("start", "end"), institutions.select("start", "end"), countries_on_tape(tape).select("start", "end")]
    )
    taken = pl.concat([taken, cues.filter(pl.col("kind").is_in(["place", "month", "weekday"])).select("start", "end")])
    rest = rest.filter(pl.Series(~_overlaps(rest, taken)) & (~pl.col("opening") | pl.col("name").str.contains(" "))).select(
        "start", "end", "kind"
    )
    institutions = institutions.filter(pl.Series(~_overlaps(institutions, companies)))
    return pl.concat([companies, institutions, rest]).sort("start", "end").cast(dict(NAMES))  # type: ignore[arg-type]
