"""A language's lexicon as the expressions that find numbers, and as tables of what their parts mean.

Where numbers stand is told in `found`, what their parts mean in `meanings` and `numerals`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from transforms import lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NUMBER: Final = (
    r"(?:19|20)[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?(?-u:\b)"  # a date or season, and dropped
    r"|[0-9]{1,3}:[0-9]{2}"  # kronor and öre; elsewhere a time, and dropped
    r"|[0-9]{1,3}(?: [0-9]{3}(?-u:\b))+(?:[.,][0-9]+)?"
    r"|[0-9]+[½¼¾]"
    r"|(?:[0-9]{1,2} )?(?:1/2|[12]/3|[13]/4|[1357]/8)(?-u:\b)"  # "1 1/2 percent"; without a unit dropped
    r"|[.,]?[0-9]+(?:[.,'·\x{066B}\x{066C}\x{0631}][0-9]+)*"  # ".5 percent"; 10・4% of Japan, 6ر6% of the Gulf
)
FAR_ALPHABETS: Final = 0x0600  # from here on a letter next to a digit does not make it part of a word
_LINK: Final = r"(?:https?://|www\.)[^\s]+"  # numbers in it are none
_ABBREVIATION: Final = 2  # letters
_FEW_WORDS: Final = r"\p{L}*(?:(?: [0-9][0-9.,]*%?)* [\p{L}'-]+){0,2}(?: [0-9][0-9.,]*%?)*[ ,]*"
POINT: Final = "."  # the value of a word that marks decimals: "three point five"
HALF: Final = "half"  # the value of words for half of the scale before them: "due milioni e mezzo"
_NOTHING: Final = r"[^\s\S]"


@dataclass(frozen=True)
class Part:
    """An expression whose capture groups tile what it matches, and their names; those that begin with "_" hold nothing."""

    expression: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Grammar:
    """What a language's lexicon says of numbers. Expressions are Rust's; tables have the columns named beside them."""

    digits: str  # a number in digits with all that belongs to it
    head: Part
    tail: Part
    words: tuple[Part, ...]  # numbers in words with all that belongs to them
    toward: str  # a verb of change before a number: what follows is where it went
    moved: str  # one right before a "from"
    outlook: str  # a verb of change and an outlook some words before a "from": "raised its forecast of annual revenue"
    expecting: str  # a verb of expecting before a "from": "rechnet met einem Umsatz von 1,1 bis 1,3 Milliarden"
    growing: str  # a noun of growth right before a "from": "croissance organique de 3 % à 5 %"
    spanned: str  # a word for a range between the two: "raised its forecast to a range"
    led: str  # a "from" before another word of comparison: "from about"
    following: str  # a comparator after a number
    comparing: str  # a comparator at the end of a text
    tokens: str
    spaced: frozenset[str]  # tokens that part two numbers or two parts of one
    joining: frozenset[str]  # those that can stand within a number
    ratio: str  # [whole] numerator, word for the denominator or for the division, [denominator]
    ratios: pl.DataFrame  # over (the word), by (String, null where a number follows)
    token_values: pl.DataFrame  # token, value (String), power
    units: pl.DataFrame  # text, class, code
    befores: pl.DataFrame  # text, class, code
    comparators: pl.DataFrame  # text, said
    afters: pl.DataFrame  # text, after_code
    signs: pl.DataFrame  # text, sign_code
    powers: pl.DataFrame  # text, power, scale_currency
    joins: pl.DataFrame  # gap, join
    spoken: str  # a multiple, fraction or name that is a word
    dictionary: pl.DataFrame  # pattern, kind, code, open_left, open_right
    settings: dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """The tables of `Grammar` for several languages: each with the language of its rows in front."""

    token_values: pl.DataFrame
    spaced: pl.DataFrame  # token
    units: pl.DataFrame
    befores: pl.DataFrame
    comparators: pl.DataFrame
    afters: pl.DataFrame
    signs: pl.DataFrame
    powers: pl.DataFrame
    joins: pl.DataFrame
    dictionary: pl.DataFrame
    writing: (
        pl.DataFrame
    )  # decimal and group (the marks), and the settings of `_WRITING`, by_threes (three decimals are a group): Boolean


_WRITING: Final = ("colon_decimal", "ordinal_dot", "number_chains", "number_sums")


def _trie(words: Iterable[str], *, border: bool = True) -> str:
    """An expression that prefers the longest of some words; with `border`, a Latin word ends where its letters end."""
    root: dict[str, Any] = {}
    for word in sorted(words):
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}

    def expression(node: dict[str, Any], last: str) -> str:
        parts = [_escaped(c) + expression(child, c) for c, child in node.items() if c]
        if "" in node:
            parts.append(r"(?-u:\b)" if border and last.isascii() and last.isalnum() else "")
        return parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"

    return expression(root, "") if root else _NOTHING


def _escaped(character: str) -> str:
    return re.escape(character) if character in r"\.+*?()|[]{}^$-&~#" else character


def _starting(words: Iterable[str], *, border: bool = True) -> str:
    """Words that begin a match: Latin ones at the start of a word only."""
    every = list(words)
    latin = [w for w in every if w[0].isascii() and w[0].isalnum()]
    other = [w for w in every if not (w[0].isascii() and w[0].isalnum())]
    parts = ([r"(?-u:\b)" + _trie(latin, border=border)] if latin else []) + ([_trie(other, border=border)] if other else [])
    return "(?:" + "|".join(parts) + ")" if parts else _NOTHING


def _coded(patterns: pl.DataFrame, *kinds: str, name: str) -> pl.DataFrame:
    """text and `name` (the code) of some kinds; a language's own word counts for more than a shared one."""
    chosen = patterns.filter(pl.col("kind").is_in(kinds))
    return (
        chosen.select(text=pl.col("pattern").str.strip_chars(), code="code")
        .rename({"code": name})
        .unique("text", keep="last", maintain_order=True)
    )


def _meanings(patterns: pl.DataFrame, *kinds: tuple[str, str | None]) -> pl.DataFrame:
    """text, class and code of some kinds, later ones first; the class is the code where none is given."""
    found = [
        patterns.filter(pl.col("kind") == kind).select(
            pl.col("pattern").str.strip_chars().alias("text"), (pl.lit(c) if c else pl.col("code")).alias("class"), "code"
        )
        for kind, c in kinds
    ]
    return pl.concat(found).unique("text", keep="last", maintain_order=True)


@lru_cache(maxsize=64)
def grammar(language: str) -> Grammar:
    """The compiled grammar of a language."""
    settings = lexicon.settings(language)
    patterns = lexicon.of_kind(language, "number.", "scale", "scale.", "currency", "currency.")

    def words(kind: str, *codes: str, opened: bool | None = None) -> list[str]:
        chosen = patterns.filter((pl.col("kind") == kind) & (pl.col("code").is_in(codes) if codes else pl.lit(value=True)))
        if opened is not None:
            chosen = chosen.filter(pl.col("open_right") == opened)
        return chosen["pattern"].unique(maintain_order=True).to_list()

    def trie(kind: str, *, border: bool = False, opened: bool | None = None) -> str:
        return _trie(words(kind, opened=opened), border=border)

    unit_kinds = ("currency", "currency.code", "currency.minor", "currency.part", "number.unit", "number.tenth")
    open_units = [w for k in unit_kinds for w in words(k, opened=True)]
    units = [w for k in unit_kinds for w in words(k, opened=False)]
    worded = [w for w in units if w[0].isalpha()]
    # Before a number stand symbols and codes; a name does not: "the firm won 5 contracts".
    symbols = [w for w in words("currency") if any(not c.isalpha() and c not in " -'" for c in w)]
    befores = [*symbols, *(w for k in ("currency.before", "currency.code", "number.before", "number.share") for w in words(k))]
    shares = [*words("number.before", "percent"), *words("number.share")]
    # "2021년 조정" is no trillion: a character that begins many words is no scale behind a unit.
    thousandfold = _trie(w for w in words("scale", "6", "9", "12") if len(w) > 1)
    scales, said_scales = [*words("scale"), *words("scale.money")], [*words("scale"), *words("scale.word")]
    # An abbreviation is no part of a word: "zweit" is not two thousand.
    said_scales = [w for w in said_scales if len(w) > _ABBREVIATION or ord(w[0]) >= FAR_ALPHABETS]
    said_scales = [w for w in said_scales if w not in settings.get("not_in_words", ())]
    glue = f"(?: |{trie('number.glue')})"
    if settings.get("number_chains"):
        # Each part of the number has its own scale word: 38조5천400억, 1億2345万.
        wide = [w for w in words("scale") if ord(w[0]) >= FAR_ALPHABETS]
        rest = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
        if settings.get("number_rest_apart"):  # 6만 5719건; a year is no rest of a number: "6만 2023년"
            rest += r"| (?:[1-9],[0-9]{3}|(?:1[0-8]|2[1-9]|[3-9][0-9])[0-9]{2}|[1-9][0-9]{2})(?-u:\b)"
        more = rf"(?: ?[0-9][0-9,.]*{_trie(wide, border=False)})*(?:{rest})?"
    elif settings.get("number_thousands"):
        ending = _trie([*scales, *words("scale.spaced")])
        more = rf"(?: [0-9]{{2,3}}(?-u:\b)(?:[.,][0-9]+)?(?: ?{ending})?)?"  # 4 bin 480, 2 mil 370 millones
    else:
        # "12 milioni e 250mila", "2 milioni e mezzo"
        more = rf"(?:{trie('number.half', border=True)}|{glue}[0-9]{{1,3}} ?{_trie(words('scale', '2', '3'))})?"
    comparator = f"((?:{_starting(words('number.comparator'))})?)( ?)"
    fill = f"((?:{trie('number.fill')} )?)"
    sign = rf"((?:[-+\u00b1]|[\u25b2\u25b3] ?|{trie('number.sign')} ?)?)"
    gap = " {0,4}" if settings.get("number_chains") else " ?"  # typeset Chinese and Japanese
    before, share = (f"(?:({_starting(w, border=False)})({gap}))" for w in (befores, shares))
    opening = f"([-+(]?)((?:{_starting(words('number.lead'))} )?)"
    head = Part(
        f"{comparator}{fill}{sign}{before}?{opening}",
        ("comparator", "_1", "_fill", "sign", "before", "_2", "inner", "lead"),
    )
    # A dash joins a number to a word; between symbols it makes a range: "$1-$2".
    closed = f"(?:-?{_trie(worded)}|{_trie(set(units) - set(worded))})"
    unit = rf"({gap})((?:{trie('number.link')})?)(?:(-?{_trie(open_units, border=False)})(\p{{L}}*)|({closed}))"
    unit_groups = ("_u1", "_link", "unit_open", "unit_rest", "unit")
    after_open, after_closed = trie("number.after", opened=True), trie("number.after", opened=False, border=True)
    after = rf"(?:( ?)(?:({after_open})(\p{{L}}*)|({after_closed})))?"
    after_groups = ("_a1", "after_open", "_a2", "after")
    middle, glued = f"(?:( ?)({trie('number.middle')}))?", trie("scale.glued", border=True)
    further = f"( )({trie('scale.spaced', border=True)})|({glued})"
    scale_groups = ("_s1", "scale", "_s2", "spaced", "glued", "more")
    scale = rf"(?:(?:(-|{gap})({_trie(scales)})|{further})({more}))?"
    if settings.get("number_thousands"):  # a word that is declined ends the number
        scale_groups = ("_s1", "scale", "more", "_s2", "spaced", "glued")
        scale = rf"(?:(-|{gap})({_trie(scales)})({more})|{further})?"
    # Within a unit's group: "75 USD million".
    tail = Part(
        rf"(\)?){middle}{scale}(?:{unit}(?:( )({thousandfold}))?)?{after}",
        ("close", "_m1", "middle", *scale_groups, *unit_groups, "_l", "late", *after_groups),
    )

    # Words that stand between two numbers, or between the parts of one: "two and four", "hundred and four".
    between = patterns.filter(pl.col("kind").is_in(["number.join", "number.inner", "number.glue"]))["pattern"].unique()
    spaced = between.filter(between.str.contains(r"^ (?:\p{L}.* |[\x{600}-\x{6ff}]+)$")).to_list()
    # The "un" of "y un" is an article between figures ("un 3 % y un 5 %"), and a numeral between words ("treinta y un").
    counted = {*words("number.article"), *words("number.word")}
    articled = {word for word in spaced if word.split()[-1] in counted}
    spaced = sorted(set(spaced) - set(words("number.point")) - articled)
    joining = frozenset([*words("number.inner"), *words("number.glue")])
    pairing = sorted(set(spaced) & set(words("number.join")))

    # In words: a numeral needs a scale word or a unit after it, or it is no quantity.
    scans: list[Part] = []
    numerals = words("number.word")
    if numerals:
        numeral = _trie(numerals, border=False)
        inner = _trie([*words("number.inner"), *words("number.point"), "-", " "], border=False)
        pair = _trie(pairing, border=False)  # "two to four percent", taken apart again by `in_words`
        openings = [*numerals, *(p + n for p in words("number.prefix") for n in numerals)]  # verdreißigfacht
        openings += words("number.open")  # "honderd procent", 百万ドル
        articles = words("number.article")
        # Of "three quarters of a percent" and "three quarters" the longer counts.
        longer, shorter = ([w for w in articles if (" " in w) == spaced] for spaced in (True, False))
        chain = f"(?:{inner}?{numeral})*"
        first = (
            rf"(?:{_starting(longer)}|{_starting(openings, border=False)}{chain}(?:{pair}{numeral}{chain})?"
            rf"|{_starting(shorter, border=False)})"
        )
        big, half = _trie(said_scales, border=False), trie("number.half")
        # Whether it ends with its word is seen afterwards: "driehonderdvijftig miljoen".
        large = rf"{first}(?:{inner}?{big})*[- ]?{big}(?:(?:{inner}|{glue})?(?:{numeral}|{big}))*(?:{half})?"
        large = f"(?:{large}|{_starting(words('number.bare'))})"
        # After a number in words stands a word: "won a $5 million contract" is no "a $".
        named = [w for w in worded if all(c.isalpha() or c in " .-'" for c in w)]
        if not settings.get("number_chains"):  # "م" ("p.m.") is the first letter of "ملايين" too
            named = [w for w in named if len(w) > 1]
        spoken = words("number.spoken") or words("number.unit", "percent", "points")

        def said(opened: Iterable[str], closed: Iterable[str]) -> str:
            end = rf"(?:(-?{_trie(opened, border=False)})(\p{{L}}*)|(-?{_trie(closed)}))"
            return rf"({gap})((?:{trie('number.link')})?){end}"

        said_unit, said_share = (
            said(open_units, [*named, "%"]),
            said([w for w in spoken if w in open_units], [w for w in spoken if w not in open_units]),
        )
        fractions = f"{_starting(words('number.fraction'), border=False)}(?: {_trie(words('number.of'))})?"
        if words("number.over"):
            fractions = f"(?:{fractions}|(?:{large}|{first}){trie('number.over')}(?:{first})?)"
        names = ("comparator", "_1", "sign")
        if words("number.spoken"):  # its numerals are parts of many words: a unit must follow
            alone = f"(?:{large}|{_starting(words('number.open'), border=False)})"
            ways = [("", f"({first}){said_share}"), ("_b", f"({alone}){said_unit}")]
        else:
            ways = [("", f"({first}){said_unit}"), ("_b", f"({large})(?:{said_unit})?")]
            ways.insert(0, ("_d", f"({fractions}){said_share}"))  # "zwei Drittel Prozent"
        if set(said_scales) & set(units):
            ways.insert(0, ("_c", f"({large}){said_unit}"))  # "deux cent dix pour cent" are no two cents
        groups = [f"{name}{way}" for way, _ in ways for name in ("number", *unit_groups)]
        expression = f"{comparator}{sign}(?:{'|'.join(way for _, way in ways)}){after}"
        scans.append(Part(expression, (*names, *groups, *after_groups)))
        if shares:
            expression = f"{comparator}{sign}{share}({large}|{first})(?:{said_unit})?{after}"
            scans.append(Part(expression, (*names, "before", "_2", "number", *unit_groups, *after_groups)))

    percents = _trie(words("number.unit", "percent"), border=False)

    def tokens(value: pl.Expr, power: pl.Expr, *kinds: str) -> pl.DataFrame:
        return patterns.filter(pl.col("kind").is_in(kinds)).select(pl.col("pattern").alias("token"), value=value, power=power)

    def composed(word: str, power: int) -> bool:
        """Whether a scale word is written with others, larger ones last: 百万, 万亿."""
        parts = [ones.get(character, -1) for character in word]
        return len(word) > 1 and min(parts) > 0 and sum(parts) == power and parts == sorted(set(parts))

    ones = {
        w: int(c) for w, c in patterns.filter(pl.col("kind") == "scale").select("pattern", "code").iter_rows() if len(w) == 1
    }
    values = pl.concat(
        [
            tokens(pl.col("code"), pl.lit(None, pl.Int64), "number.fraction"),
            tokens(pl.col("code"), pl.lit(None, pl.Int64), "number.word", "number.article", "number.open", "number.bare"),
            tokens(
                pl.lit(None, pl.String), pl.col("code").cast(pl.Int64), "scale", "scale.word", "scale.glued", "scale.spaced"
            ),
            tokens(pl.lit(POINT), pl.lit(None, pl.Int64), "number.point"),
            tokens(pl.lit(HALF), pl.lit(None, pl.Int64), "number.half"),
        ]
    ).unique("token", keep="last", maintain_order=True)
    if settings.get("number_chains"):
        apart = [
            w for w, p in values.filter(pl.col("power").is_not_null()).select("token", "power").iter_rows() if composed(w, p)
        ]
        values = values.filter(~pl.col("token").is_in(apart))
    powers = patterns.filter(pl.col("kind").is_in(["scale", "scale.glued", "scale.spaced", "scale.money"])).select(
        text="pattern",
        power=pl.col("code").str.extract(r"^([0-9]+)").cast(pl.Int64),
        scale_currency=pl.col("code").str.extract(r" (\S+)$"),
    )
    dictionary = patterns.filter(pl.col("kind").is_in(["number.multiple", "number.fraction", "number.name"]))
    dictionary = dictionary.unique("pattern", keep="last", maintain_order=True)
    return Grammar(
        digits=f"{head.expression}({NUMBER}){tail.expression}",
        head=head,
        tail=tail,
        words=tuple(scans),
        toward=rf"{_starting(words('number.toward'), border=False)}[^!?\n]*$|{percents}[ ,]* ?-? ?$",
        moved=rf"{_starting([*words('number.toward'), *words('number.moved')], border=False)}{_FEW_WORDS}$",
        outlook=rf"{_starting([*words('number.toward'), *words('number.moved')], border=False)}[^.!?;\n0-9]*"
        rf"{_starting(words('number.outlook'), border=False)}\p{{L}}*(?:[^.!?;\n0-9]|(?:19|20)[0-9][0-9]){{0,40}}$",
        expecting=rf"{_starting(words('number.expecting'), border=False)}(?:[^.!?;\n]|\.[0-9])*$",
        growing=rf"{_starting(words('number.growth'), border=False)}\p{{L}}*(?: \p{{L}}+){{0,2}} ?$",
        spanned=rf"{_starting(words('number.span'), border=False)}[^.!?;\n0-9]*$",
        led=rf"{_starting(words('number.comparator', 'from'), border=False)} [^.,;\n]{{2,20}} ?$",
        following=f"^ ?({after_open}|{after_closed})",
        comparing=rf"({_starting(words('number.comparator'))}) ?$",
        # Between their parts, so that the "an" of "and" is no number.
        tokens=r"[0-9][0-9.]*|" + _trie({*values["token"].to_list(), *spaced}, border=False),
        spaced=frozenset(spaced),
        joining=joining,
        ratio=rf"^(?:(.*?){trie('number.point')})?(.*?)({trie('number.over')})(.*)$",
        ratios=patterns.filter(pl.col("kind") == "number.over")
        .select(over="pattern", by=pl.col("code").replace("any", None))
        .unique("over", keep="last", maintain_order=True),
        token_values=values,
        units=_meanings(
            patterns,
            ("number.unit", None),
            ("number.tenth", "tenth"),
            ("currency.code", "code"),
            ("currency.part", "part"),
            ("currency.minor", "minor"),  # a language's own hundredths over those that only follow a whole
            ("currency", "money"),
        ),
        befores=_meanings(
            patterns,
            ("number.before", None),
            ("number.share", "share"),
            ("currency.code", "code"),
            ("currency.before", "money"),
            ("currency", "money"),
        ),
        comparators=_coded(patterns, "number.comparator", name="said"),
        afters=_coded(patterns, "number.after", "number.middle", name="after_code"),
        signs=_coded(patterns, "number.sign", name="sign_code"),
        powers=powers.unique("text", keep="last", maintain_order=True),
        joins=_joins(patterns, loose=bool(settings.get("loose_joins"))),
        spoken=_spoken(dictionary),
        dictionary=dictionary,
        settings=settings,
    )


def _joins(patterns: pl.DataFrame, *, loose: bool) -> pl.DataFrame:
    """What joins two numbers: gap, join; with `loose`, a space may stand on either side ("6.8 亿美元至 6.9 亿美元")."""
    joins = patterns.filter(pl.col("kind") == "number.join").select(gap="pattern", join="code")
    if loose:
        word = pl.col("gap").str.strip_chars(" ")
        ways = [pl.concat_str(pl.lit(before), word, pl.lit(after)) for before in ("", " ") for after in ("", " ")]
        joins = pl.concat([*[joins.with_columns(gap=way) for way in ways], joins])
    return joins.unique("gap", keep="last", maintain_order=True)


def _spoken(dictionary: pl.DataFrame) -> str:
    """An expression for words that are quantities; the words that may go on take their ends along."""
    opened = dictionary.filter("open_right")["pattern"].to_list()
    closed = dictionary.filter(~pl.col("open_right"))["pattern"].to_list()
    return rf"({_starting(opened, border=False)})\p{{L}}*|({_starting(closed)})|{_LINK}"


@lru_cache(maxsize=16)
def tables(languages: tuple[str, ...]) -> Tables:
    """What the parts of numbers mean in these languages, for joins over the rows of all of them."""

    def every(table: Callable[[Grammar], pl.DataFrame]) -> pl.DataFrame:
        return pl.concat([table(grammar(each)).select(pl.lit(each).alias("language"), pl.all()) for each in languages])

    return Tables(
        token_values=every(lambda one: one.token_values),
        spaced=every(lambda one: pl.DataFrame({"token": sorted(one.spaced)}, schema={"token": pl.String})),
        units=every(lambda one: one.units),
        befores=every(lambda one: one.befores),
        comparators=every(lambda one: one.comparators),
        afters=every(lambda one: one.afters),
        signs=every(lambda one: one.signs),
        powers=every(lambda one: one.powers),
        joins=every(lambda one: one.joins),
        dictionary=every(lambda one: one.dictionary),
        writing=every(lambda one: _writing(one.settings)),
    )


def _writing(settings: dict[str, Any]) -> pl.DataFrame:
    told = {name: bool(settings.get(name)) for name in _WRITING} | {"by_threes": settings.get("three_decimals") == "group"}
    return pl.DataFrame({"decimal": str(settings.get("decimal", ".")), "group": str(settings.get("group", ","))} | told)
