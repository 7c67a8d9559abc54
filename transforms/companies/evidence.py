"""What stands beside names with a capital and tells whether a firm or a person has them.

`evidence` reads every name where it stands, `institutions` finds hospitals, universities and towns by their own nouns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.companies.capitals import OF_PLACE
from transforms.companies.countries import countries_on_tape
from transforms.companies.moved import share_aimed, share_moved
from transforms.companies.naming import common_name
from transforms.companies.places import cues_of, follows, in_quotes, near, overlaps, tickers, titles_of, upper_start
from transforms.companies.table import plain_words
from transforms.spans import Tape, pattern_scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

_APPOSITION: Final = 40
"""Code points between a name and the noun that tells what it is: a comma, an article, an adjective or two."""
_COMPLEMENT: Final = 45
"""Code points between a noun of a firm and its name: "fabricante de bombas de agua Corvane"."""
_QUOTE: Final = "[\"'«„“”]?"
_DEMONYM: Final = 24
"""Code points in which an article and the adjective of a town stand before a name."""
_OWN: Final = 6
"""Code points between a name and what is its own: an apostrophe, an ending and a space."""
_ASIDE: Final = 14
"""Code points between a person's name and their office behind a comma: "Jane Roe, the new chief executive"."""
_STEM: Final = 5
"""So many letters of a town tell that a title names it, in whatever case."""
_KINDS: Final = (
    "legal_form", "company_noun", "company_verb", "person_title", "institution", "place", "city", "month", "weekday", "market",
    "metric",
)  # fmt: skip
_HEADING: Final = 18
"""Code points behind a heading in which a noun of firms begins what is below: "The Dutch group"."""
_ARTICLE: Final = 5
"""Code points between a verb and a name, in which an article stands."""
_LOCATIVE: Final = 16
"""Code points before a name that are read for "based in"."""
_ATTRIBUTE: Final = 30
"""Code points behind a name in which the noun of a firm stands that the name only belongs to: "Doncaster cake maker"."""


def evidence(tape: Tape, names: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The names (start, end, name, doc, opening) that are none of a known firm, a place or an office, with what tells of them.

    Adds legal (beside a legal form or a ticker), noun (a noun of firms tells what it is), person, verb (a verb of firms
    follows), title (stands in the title), leading (begins it), moved (its share moves by a percentage), placed (it tells
    where something is), heads (a heading, and its paragraph begins with "the group"), bought (right behind a verb of buying).
    `name` loses its legal form.
    """
    cues = cues_of(tape, *_KINDS)
    names = _of_nobody_else(tape, names, known, cues)
    nouns = cues.filter(pl.col("kind") == "company_noun")
    verbs = np.unique(cues.filter(pl.col("kind") == "company_verb")["start"].to_numpy())
    titles = titles_of(tape)
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    heads = titles["start"].to_numpy()
    return names.with_columns(
        legal=pl.Series(_legal(tape, names, cues)),
        noun=pl.Series(_told_by_noun(tape, names, nouns) | share_aimed(tape, names)),
        person=pl.Series(_person(tape, names, cues)),
        title=pl.Series(overlaps(names, titles)),
        leading=pl.Series(np.isin(start, heads) | np.isin(start - 1, heads)),
        verb=pl.Series(near(verbs, end + 1, end + 1)),
        moved=pl.Series(share_moved(tape, names)),
        placed=pl.Series(_placed(tape, names, nouns)),
        heads=pl.Series(_heads(tape, names, nouns)),
        bought=pl.Series(_bought(tape, names, cues)),
        name=common_name(names["name"], language=tape.language),
    )


def _of_nobody_else(tape: Tape, names: pl.DataFrame, known: pl.DataFrame, cues: pl.DataFrame) -> pl.DataFrame:
    """The names that are none of a known firm, an office, a place or a day. "Grupo San José" may hold a town's."""
    # "Clínicas Baleares" is no region.
    regions = cues.filter((pl.col("kind") == "place") & (pl.col("code") == "region"))
    cues = cues.join(regions, on=["start", "end", "kind", "code"], how="anti", maintain_order="left")
    cities = cues.filter((pl.col("kind") == "city") & pl.Series(upper_start(tape, cues["start"])))
    others = pl.concat(
        [
            known.select("start", "end"),
            cues.filter(pl.col("kind").is_in(["institution", "place", "month", "weekday"])).select("start", "end"),
            cities.select("start", "end"),
            countries_on_tape(tape).select("start", "end"),
        ]
    )
    towns = pl.concat([cues.filter(pl.col("kind") == "place").select("start", "end"), cities.select("start", "end")])
    whole = np.isin(names["end"].to_numpy(), towns["end"].to_numpy()) & with_part(names["name"], tape.language)
    elsewhere = others.join(towns, on=["start", "end"], how="anti")
    # "Yorkshire Cottage Bakeries", "Biscuiterie de Bretagne"
    rules = lexicon.settings(tape.language)
    only = [*rules.get("name_tails_sure", ()), *rules.get("name_tails_own", ())]
    tailed = names["name"].str.contains(" ") & names["name"].str.split(" ").list.last().is_in(only)
    tailed |= names["name"].str.contains(OF_PLACE)
    places = pl.concat([towns, countries_on_tape(tape).select("start", "end")])
    firms = others.join(places, on=["start", "end"], how="anti")
    free = ~overlaps(names, others) | (whole & ~overlaps(names, elsewhere)) | (tailed.to_numpy() & ~overlaps(names, firms))
    named = names.filter(pl.Series(free))
    indices = cues.filter(((pl.col("kind") == "market") & (pl.col("code") == "index")) | (pl.col("kind") == "metric"))
    idle = pl.element().is_in(rules.get("name_stops", []))
    words = named["name"].str.to_lowercase().str.split(" ").list.eval(idle).list.all()
    # ".IXIC": so news agencies write what indices are called by.
    ahead = tape.slice(pl.max_horizontal(pl.col("start") - 2, pl.lit(0)), "start", named)
    words |= ahead.is_in([" .", "(."])
    return named.filter(~words).join(pl.concat([indices, regions]), on=["start", "end"], how="anti")


def _bought(tape: Tape, names: pl.DataFrame, cues: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each name stands right behind a verb of buying, an article perhaps between: "Corvane kauft die Vondra"."""
    verbs = cues.filter((pl.col("kind") == "market") & (pl.col("code") == "acquire"))["end"].unique().sort().to_numpy()
    start = names["start"].to_numpy()
    close = near(verbs, start - _ARTICLE, start - 1)
    if not close.any():
        return close
    asked = names.with_row_index("_i").filter(pl.Series(close))
    before = tape.slice(pl.max_horizontal(pl.col("start") - _ARTICLE, pl.lit(0)), "start", asked)
    found: NDArray[np.bool_] = np.isin(start - 1, verbs)
    told = asked.filter(before.str.contains(rf"\p{{L}} (?:{lexicon.alternatives('definite', tape.language)}) ?$"))["_i"]
    return found | (close & np.isin(np.arange(names.height), told.to_numpy()))


def _heads(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each name is a heading of the text and a noun of firms begins what is below: "Corvane. The group closed 2015"."""
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    codes = np.concatenate((tape.codes, [0, 0, 0]))
    alone = codes[np.maximum(start - 1, 0)] == ord("\n")
    run_in = np.isin(codes[end], (ord("."), ord(":"))) & (codes[end + 1] == ord(" "))
    line = (codes[end] == ord("\n")) | ((codes[end] == ord(":")) & (codes[end + 1] == ord("\n")))
    spoken = pl.concat([nouns["start"], cues_of(tape, "company_pronoun")["start"]]).unique().sort().to_numpy()
    found: NDArray[np.bool_] = alone & (run_in | line) & near(spoken, end + 2, end + _HEADING)
    return found


def _placed(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each name tells where something is: "in Doncaster", "Doncaster cake maker"."""
    rules = lexicon.settings(tape.language)
    found = np.zeros(names.height, dtype=np.bool_)
    if locative := rules.get("name_locative"):
        before = tape.slice(pl.max_horizontal(pl.col("start") - _LOCATIVE, pl.lit(0)), "start", names)
        found |= before.str.contains(rf"(?:^|[^\p{{L}}])(?:{locative}) $").to_numpy()
    if rules.get("name_attributive", False):
        kinds = nouns.filter((pl.col("code") == "before") & pl.Series(~upper_start(tape, nouns["start"])))
        places = kinds.select(noun_start="start").unique().sort("noun_start", maintain_order=True)
        asked = names.filter(~pl.col("name").str.contains(" ")).select("start", "end").sort("end", maintain_order=True)
        beside = asked.join_asof(
            places, left_on="end", right_on="noun_start", strategy="forward", tolerance=_ATTRIBUTE, check_sortedness=False
        ).drop_nulls("noun_start")
        told = beside.filter(tape.slice("end", "noun_start", beside).str.contains(r"^ (?:[a-z-]+ )?$"))
        found |= np.isin(names["start"].to_numpy(), told["start"].to_numpy())
    return found


def _legal(tape: Tape, names: pl.DataFrame, cues: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether each name holds a legal form or stands beside one, or beside a ticker."""
    start, end = names["start"].to_numpy(), names["end"].to_numpy()
    forms = cues.filter((pl.col("kind") == "legal_form") & pl.Series(upper_start(tape, cues["start"])))
    form_ends, form_starts = np.unique(forms["end"].to_numpy()), np.unique(forms["start"].to_numpy())
    before = forms.filter(pl.col("code") == "before")
    headed = np.isin(start, before["start"].to_numpy()) & names["name"].str.contains(" ").to_numpy()
    tailed = (np.isin(end, form_ends) | np.isin(end + 1, form_ends)) & ~np.isin(start, form_starts)
    beside = near(form_starts, end + 1, end + 2) | near(np.unique(before["end"].to_numpy()), start - 2, start - 1)
    found: NDArray[np.bool_] = tailed | beside | headed | near(tickers(tape)["start"].to_numpy(), end, end + 1)
    return found


def _told_by_noun(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether a noun of firms stands before each name, in it, right behind it, or behind a comma."""
    right_before = nouns.filter(pl.col("code") == "before")
    noun = follows(tape, right_before["end"], names["start"].to_numpy()) | with_part(names["name"], tape.language)
    asides = nouns.filter(pl.col("code").is_in(["before", "aside"]))
    noun |= _in_apposition(tape, names, asides) | _behind_complement(tape, names, nouns) | _behind_demonym(tape, names)
    noun |= _before_noun(tape, names, nouns.filter(pl.col("code") == "after"))
    if lexicon.settings(tape.language).get("names_quoted", False):
        quoted = in_quotes(tape, names["start"].to_numpy(), names["end"].to_numpy())
        noun |= quoted & _in_title_too(tape, names)
    found: NDArray[np.bool_] = noun
    return found


def _person(tape: Tape, names: pl.DataFrame, cues: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether an office tells that each name is a person's: "Karin Ek, chief executive", but "Zoom CEO"."""
    titles = cues.filter(pl.col("kind") == "person_title")
    starts = np.unique(titles["start"].to_numpy())
    end = names["end"].to_numpy()
    aside = np.concatenate((tape.codes == ord(","), [False]))[end] & names["name"].str.contains(" ").to_numpy()
    reach = np.where(aside, end + _ASIDE, end + 2)
    found: NDArray[np.bool_] = follows(tape, titles["end"], names["start"].to_numpy()) | near(starts, end + 2, reach)
    found |= _with_office(tape, names, titles)
    if lexicon.settings(tape.language).get("names_quoted", False):  # «гендиректор "Гидротеха"»
        found &= ~in_quotes(tape, names["start"].to_numpy(), end)
    return found


def _with_office(tape: Tape, names: pl.DataFrame, titles: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether an office and whose it is stand before a comma and each name: "the chief of the company, Jane Roe, said"."""
    behind = np.concatenate((tape.codes, [0, 0]))[np.maximum(names["start"].to_numpy() - 2, 0)] == ord(",")
    asked = names.with_row_index("_i").filter(pl.Series(behind) & pl.col("name").str.contains(" ")).select("_i", "start")
    offices = titles.select(title_end="end").unique().sort("title_end", maintain_order=True)
    beside = asked.sort("start", maintain_order=True).join_asof(
        offices, left_on="start", right_on="title_end", strategy="backward", tolerance=_COMPLEMENT, check_sortedness=False
    ).drop_nulls("title_end")  # fmt: skip
    told = beside.filter(tape.slice("title_end", "start", beside).str.contains(r"^ [\p{L}'’ -]+, $"))
    found: NDArray[np.bool_] = np.isin(np.arange(names.height), told["_i"].to_numpy())
    return found


def with_part(names: pl.Series, language: str) -> NDArray[np.bool_]:
    """Whether a name begins with its own noun of a firm ("Banco Serrano"); "Bank of England" tells nothing."""
    nouns = lexicon.of_kind(language, "company_noun").filter(pl.col("code") == "before")["pattern"].to_list()
    heads = set(lexicon.settings(language).get("name_parts", ())) & set(nouns)
    words = names.str.split(" ")
    told = words.list.first().str.to_lowercase().is_in(sorted(heads)) & (words.list.len() > 1)
    return (told & words.list.get(1, null_on_oob=True).fill_null("").str.contains(r"^\p{Lu}")).to_numpy()


def _in_apposition(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether a noun of a firm tells after a comma what each name is: "Corvane, a Leeds maker of valves".

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
    told = beside.filter(between.str.contains(rf"^, (?:(?i:{article}) (?:[\p{{L}}-]+ ){{0,3}})?$") & ~named)
    found: NDArray[np.bool_] = np.isin(np.arange(names.height), told["_i"].to_numpy())
    return found


def _behind_complement(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether a noun of a firm and what it makes or where it is stand before each name: "el fabricante de bombas Corvane".

    The setting `noun_complement` says what may stand between, `noun_complement_of` behind nouns with the code `of`.
    """
    rules = lexicon.settings(tape.language)
    told = [
        _nearest_before(tape, names, nouns.filter(pl.col("code") == code), rules[setting])
        for code, setting in (("before", "noun_complement"), ("of", "noun_complement_of"))
        if setting in rules
    ]
    found: NDArray[np.bool_] = np.isin(np.arange(names.height), np.concatenate(told) if told else [])
    return found


def _before_noun(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether what only firms have stands right behind each name, its own perhaps: "Corvane shares", "Corvane's shares".

    At the head of a sentence one word alone may be any: "Tech shares".
    """
    places = nouns.select(noun_start="start").unique().sort("noun_start", maintain_order=True)
    alone = pl.col("opening") & ~pl.col("name").str.contains(" ")
    asked = names.with_row_index("_i").filter(~alone).select("_i", "end", "name").sort("end", maintain_order=True)
    beside = asked.join_asof(
        places, left_on="end", right_on="noun_start", strategy="forward", tolerance=_OWN, check_sortedness=False
    ).drop_nulls("noun_start")
    between = tape.slice("end", "noun_start", beside)
    # "Corvane names Jane Roe chief executive"
    offices = cues_of(tape, "person_title")["start"].implode()
    office = pl.col("noun_start").is_in(offices) & pl.col("name").str.contains(" ") & (between == " ")
    told = beside.filter(between.str.contains(r"^(?:'\p{L}{1,4})? $") & ~office)
    found: NDArray[np.bool_] = np.isin(np.arange(names.height), told["_i"].to_numpy())
    return found


def _behind_demonym(tape: Tape, names: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether the adjective of a town, in the gender of firms, stands for one before each name: "la padovana Corvane"."""
    demonym = lexicon.settings(tape.language).get("noun_demonym")
    if demonym is None:
        return np.zeros(names.height, dtype=np.bool_)
    before = tape.slice(pl.max_horizontal(pl.col("start") - _DEMONYM, pl.lit(0)), "start", names)
    found: NDArray[np.bool_] = before.str.contains(rf'(?:^|[\n "(]){demonym}{_QUOTE}$').fill_null(value=False).to_numpy()
    return found


def _nearest_before(tape: Tape, names: pl.DataFrame, nouns: pl.DataFrame, between: str) -> NDArray[np.int64]:
    """Places of the names before which the nearest noun stands, with text that matches the regular expression between."""
    places = nouns.select(noun_end="end").unique().sort("noun_end", maintain_order=True)
    asked = names.select("start").with_row_index("_i").sort("start", maintain_order=True)
    beside = asked.join_asof(
        places, left_on="start", right_on="noun_end", strategy="backward", tolerance=_COMPLEMENT, check_sortedness=False
    ).drop_nulls("noun_end")
    text = tape.slice("noun_end", "start", beside)
    places_found: NDArray[np.int64] = beside.filter(text.str.contains(rf"^(?:{between}),? {_QUOTE}$"))["_i"].to_numpy()
    return places_found


def _in_title_too(tape: Tape, names: pl.DataFrame) -> NDArray[np.bool_]:
    """Names that stand in the title too, in whatever case."""
    titles = titles_of(tape)
    if titles.is_empty():
        return np.zeros(names.height, dtype=np.bool_)
    texts = titles.select("doc", text=pl.Series(plain_words(tape.slice("start", "end", titles).fill_null("").to_list())))
    joined = names.join(texts, on="doc", how="left", maintain_order="left")
    core = pl.col("name").str.slice(0, pl.max_horizontal(pl.col("name").str.len_chars() - 2, pl.lit(3)))
    return joined.select(pl.col("text").fill_null("").str.contains(core, literal=True))["text"].to_numpy()


def institutions(tape: Tape, attacked: list[int]) -> pl.DataFrame:
    """Hospitals, universities and towns of the title by their own nouns, in articles on an attack: doc, name.

    The setting `name_institutions` holds regular expressions of three groups, the middle one the name.
    """
    empty = pl.DataFrame(schema={"doc": pl.Int64, "name": pl.String})
    patterns = lexicon.settings(tape.language).get("name_institutions", ())
    titles = titles_of(tape).filter(pl.col("doc").is_in(attacked))
    if not patterns or titles.is_empty():
        return empty
    others = cues_of(tape, "institution", "authority")
    frames = [empty]
    for regex in patterns:
        found = pattern_scan(tape, regex, ["_before", "name", "_after"], cased=True).drop_nulls("name")
        found = found.select("name", tape.doc_of(found["name_start"]), start="name_start", end="name_end")
        frames.append(found.filter(pl.Series(~overlaps(found, others), dtype=pl.Boolean)).select("doc", "name"))
    texts = titles.select("doc", text=pl.Series(plain_words(tape.slice("start", "end", titles).fill_null("").to_list())))
    named = pl.concat(frames).unique(maintain_order=True).join(texts, on="doc", maintain_order="left")
    stem = pl.col("name").str.extract(r"(\p{Lu}\p{L}{3,})[^\p{Lu}]*$", 1).str.slice(0, _STEM)
    return named.filter(pl.col("text").str.contains(stem, literal=True)).select("doc", "name")
