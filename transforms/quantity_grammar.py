"""The grammar of quantities: a language's lexicon as regular expressions and as tables of what their parts mean.

Read here: what stands around a number (`heads`, `tails`), numbers in words (`in_words`) and numbers of several parts
(`sums`), each for the distinct strings of a tape. Where they stand and what they come to is told in quantities.py.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from transforms import lexicon
from transforms.schemas import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

NUMBER: Final = (
    r"(?:19|20)[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?(?-u:\b)"  # a date or season, and dropped
    r"|[0-9]{1,3}:[0-9]{2}"  # kronor and öre; elsewhere a time, and dropped
    r"|[0-9]{1,3}(?: [0-9]{3}(?-u:\b))+(?:[.,][0-9]+)?"
    r"|[0-9]+[½¼¾]"
    r"|(?:[0-9]{1,2} )?(?:1/2|[12]/3|[13]/4|[1357]/8)(?-u:\b)"  # "1 1/2 percent"; without a unit dropped
    r"|[.,]?[0-9]+(?:[.,'\x{066B}\x{066C}][0-9]+)*"  # ".5 percent"
)
PLACES: Final = 6  # of VALUE
FAR_ALPHABETS: Final = 0x0600  # from here on a letter next to a digit does not make it part of a word
_DIGITS: Final = 30  # more than a DECIMAL(38, 6) holds is no number of news
_LINK: Final = r"(?:https?://|www\.)[^\s]+"  # numbers in it are none
_ABBREVIATION: Final = 2  # letters
_FEW_WORDS: Final = r"\p{L}*(?:(?: [0-9][0-9.,]*%?)* [\p{L}'-]+){0,2}(?: [0-9][0-9.,]*%?)*[ ,]*"
_POINT: Final = "."  # the value of a word that marks decimals: "three point five"
_HALF: Final = "half"  # the value of words for half of the scale before them: "due milioni e mezzo"
_TEN: Final = 10
_THOUSAND: Final = 3  # power of ten
_MARK: Final = "\U000f0000"  # private use, stands between groups
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
    thousandfold = _trie(words("scale", "6", "9", "12"))
    scales, said_scales = [*words("scale"), *words("scale.money")], [*words("scale"), *words("scale.word")]
    # An abbreviation is no part of a word: "zweit" is not two thousand.
    said_scales = [w for w in said_scales if len(w) > _ABBREVIATION or ord(w[0]) >= FAR_ALPHABETS]
    said_scales = [w for w in said_scales if w not in settings.get("not_in_words", ())]
    glue = f"(?: |{trie('number.glue')})"
    if settings.get("number_chains"):
        # Each part of the number has its own scale word: 38조5천400억, 1億2345万.
        wide = [w for w in words("scale") if ord(w[0]) >= FAR_ALPHABETS]
        more = rf"(?: ?[0-9][0-9,.]*{_trie(wide, border=False)})*(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)?"
    elif settings.get("number_thousands"):
        more = rf"(?: [0-9]{{2,3}}(?-u:\b)(?:[.,][0-9]+)?(?: ?{_trie(scales)})?)?"  # 4 bin 480, 2 mil 370 millones
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
    scale = rf"(?:(?:(-|{gap})({_trie(scales)})|( )({trie('scale.spaced', border=True)})|({glued}))({more}))?"
    # Within a unit's group: "75 USD million".
    tail = Part(
        rf"(\)?){middle}{scale}(?:{unit}(?:( )({thousandfold}))?)?{after}",
        ("close", "_m1", "middle", "_s1", "scale", "_s2", "spaced", "glued", "more", *unit_groups, "_l", "late", *after_groups),
    )

    # Words that stand between two numbers, or between the parts of one: "two and four", "hundred and four".
    between = patterns.filter(pl.col("kind").is_in(["number.join", "number.inner", "number.glue"]))["pattern"].unique()
    spaced = between.filter(between.str.contains(r"^ (?:\p{L}.* |[\x{600}-\x{6ff}]+)$")).to_list()
    spaced = sorted(set(spaced) - set(words("number.point")))
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
            tokens(pl.lit(_POINT), pl.lit(None, pl.Int64), "number.point"),
            tokens(pl.lit(_HALF), pl.lit(None, pl.Int64), "number.half"),
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
        joins=patterns.filter(pl.col("kind") == "number.join")
        .select(gap="pattern", join="code")
        .unique("gap", keep="last", maintain_order=True),
        spoken=_spoken(dictionary),
        dictionary=dictionary,
        settings=settings,
    )


def _spoken(dictionary: pl.DataFrame) -> str:
    """An expression for words that are quantities; the words that may go on take their ends along."""
    opened = dictionary.filter("open_right")["pattern"].to_list()
    closed = dictionary.filter(~pl.col("open_right"))["pattern"].to_list()
    return rf"({_starting(opened, border=False)})\p{{L}}*|({_starting(closed)})|{_LINK}"


def spoken_words(strings: pl.Series, language: str) -> pl.DataFrame:
    """What words that are quantities or links mean, for distinct strings: text, kind, code, open_left, open_right."""
    table = grammar(language)
    groups = _groups(strings, table.spoken, ("opened", "closed"))
    pattern = groups.select(pattern=pl.coalesce(pl.when(pl.all() != "").then(pl.all()))).to_series()
    meant = (
        pl.DataFrame([strings.alias("text"), pattern])
        .join(table.dictionary, on="pattern", how="left", maintain_order="left")
        .drop("pattern")
    )
    return meant.with_columns(pl.col("kind", "code").fill_null("link"), pl.col("open_left", "open_right").fill_null(value=True))


# --- What the strings around numbers mean ------------------------------------------------------------------------


def _groups(strings: pl.Series, expression: str, names: tuple[str, ...]) -> pl.DataFrame:
    """The capture groups of each string that an expression matches as a whole, under these names; empty where none is.

    Replaced and split: an expression to replace with is compiled once, one to extract groups with each time.
    """
    marked = strings.str.replace(f"^(?:{expression})$", "".join(f"{_MARK}${{{i}}}" for i in range(1, len(names) + 1)))
    fields = marked.str.split_exact(_MARK, len(names)).struct.unnest()
    return fields.drop(fields.columns[0]).rename(dict(zip(fields.columns[1:], names, strict=True)))


def _parts(strings: pl.Series, part: Part) -> pl.DataFrame:
    """Each string with its groups: text, then `<name>` and `<name>_at`, `<name>_to` (offsets in the string).

    The groups tile the string, so that offsets are sums of lengths. Groups whose name begins with "_" are left out.
    """
    names = part.groups
    frame = _groups(strings, part.expression, names)
    lengths = frame.select(pl.all().str.len_chars().fill_null(0).cast(pl.Int64))
    # An expression of the sums would count each group again for every later one.
    borders = np.cumsum(lengths.to_numpy(), axis=1) if names else np.zeros((0, 0), dtype=np.int64)
    columns = [strings.alias("text")]
    for i, name in enumerate(names):
        if not name.startswith("_"):
            at = borders[:, i - 1] if i else np.zeros(len(strings), dtype=np.int64)
            columns += [frame[name], pl.Series(f"{name}_at", at), pl.Series(f"{name}_to", borders[:, i])]
    kept = [name for name in names if not name.startswith("_")]
    return pl.DataFrame(columns).with_columns(pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in kept)


def heads(strings: pl.Series, language: str) -> pl.DataFrame:
    """What stands before a number, for distinct strings.

    Yields text, said, sign_text, sign_code, before_class, before_code, lead, inner and the places of the parts, counted
    from the start of the string.
    """
    table = grammar(language)
    return _head_meanings(_parts(strings, table.head), table)


def _head_meanings(parts: pl.DataFrame, table: Grammar) -> pl.DataFrame:
    signed = pl.coalesce("sign", pl.when(pl.col("inner").is_in(["-", "+"])).then(pl.col("inner"))).str.strip_chars()
    sign_at = pl.when(pl.col("sign").is_not_null()).then(pl.col("sign_at")).otherwise(pl.col("inner_at"))
    return (
        parts.with_columns(
            before=pl.col("before").str.strip_chars(),
            sign_text=signed,
            sign_at=pl.when(signed.is_not_null()).then(sign_at),
        )
        .join(table.comparators.rename({"text": "comparator"}), on="comparator", how="left", maintain_order="left")
        .join(table.signs.rename({"text": "sign_text"}), on="sign_text", how="left", maintain_order="left")
        .join(
            table.befores.rename({"text": "before", "class": "before_class", "code": "before_code"}),
            on="before",
            how="left",
            maintain_order="left",
        )
        .select(
            "text", "said", "comparator_at", "sign_text", "sign_code", "sign_at", "before_class", "before_code", "before_at",
            "before_to", "inner", "inner_at", "lead", "lead_at",
        )
    )  # fmt: skip


def tails(strings: pl.DataFrame, language: str) -> pl.DataFrame:
    """What stands after a number, for distinct strings.

    `strings` has text and cut (Boolean: the string ends within a word, so that its last part is none). Yields these and
    closed, power, scale_currency, scale_text, more, unit_class, unit_code, after_code and the places of the parts,
    counted from the start of the string.
    """
    table = grammar(language)
    parts = _parts(strings["text"], table.tail)
    return _tail_meanings(parts.with_columns(strings["cut"]), table)


def _tail_meanings(parts: pl.DataFrame, table: Grammar) -> pl.DataFrame:
    last = pl.when(pl.coalesce("after", "after_open").is_not_null()).then(pl.lit("after")).when(
        pl.coalesce("unit", "unit_open").is_not_null()
    ).then(pl.lit("unit")).otherwise(pl.lit("scale"))  # fmt: skip
    parts = parts.with_columns(last=last)

    def kept(name: str, part: str) -> pl.Expr:
        return pl.when(~(pl.col("cut") & (pl.col("last") == part))).then(pl.col(name)).alias(name)

    parts = parts.with_columns(
        kept("scale", "scale"), kept("spaced", "scale"), kept("glued", "scale"), kept("late", "unit"),
        kept("unit", "unit").str.strip_chars_start("-"), kept("after", "after"),
        pl.col("unit_open").str.strip_chars_start("-"),
    )  # fmt: skip
    unit_text = pl.coalesce("unit", "unit_open")
    closed = pl.col("unit").is_not_null()
    return (
        parts.with_columns(
            unit_text=unit_text,
            unit_at=pl.when(closed).then(pl.col("unit_at")).otherwise(pl.col("unit_open_at")),
            unit_to=pl.when(closed).then(pl.col("unit_to")).when(unit_text.is_not_null()).then(pl.col("unit_rest_to")),
            after_text=pl.coalesce("after", "after_open", "middle"),
            after_at=pl.when(pl.col("after").is_not_null())
            .then(pl.col("after_at"))
            .when(pl.col("after_open").is_not_null())
            .then(pl.col("after_open_at"))
            .otherwise(pl.col("middle_at")),
            scale_text=pl.coalesce("scale", "spaced", "glued", "late"),
            scale_to=pl.when(pl.col("more").is_not_null())
            .then(pl.col("more_to"))
            .when(pl.col("scale").is_not_null())
            .then(pl.col("scale_to"))
            .when(pl.col("spaced").is_not_null())
            .then(pl.col("spaced_to"))
            .when(pl.col("glued").is_not_null())
            .then(pl.col("glued_to"))
            .when(pl.col("late").is_not_null())
            .then(pl.col("late_to")),
            closed=pl.col("close").is_not_null(),
        )
        .join(
            table.units.rename({"text": "unit_text", "class": "unit_class", "code": "unit_code"}),
            on="unit_text",
            how="left",
            maintain_order="left",
        )
        .join(table.powers.rename({"text": "scale_text"}), on="scale_text", how="left", maintain_order="left")
        .join(table.afters.rename({"text": "after_text"}), on="after_text", how="left", maintain_order="left")
        .select(
            "text", "cut", "closed", "power", "scale_currency", "scale_text", "scale_to", "more", "unit_class", "unit_code",
            "unit_at", "unit_to", "after_code", "after_at",
        )
    )  # fmt: skip


def in_words(strings: pl.DataFrame, language: str, scan: int) -> pl.DataFrame:
    """Numbers in words with all that belongs to them, for distinct strings (text, cut): the columns of `heads` and `tails`,
    and number, number_at, number_to; places are counted from the start of the string."""
    table = grammar(language)
    part = table.words[scan]
    parts = _parts(strings["text"], part)
    for way in [w for w in ("_b", "_c", "_d") if f"number{w}" in part.groups]:
        this = pl.col(f"number{way}").is_not_null()
        parts = parts.with_columns(
            pl.when(this).then(pl.col(f"{name}{way}{place}")).otherwise(pl.col(name + place)).alias(name + place)
            for name in ("number", "unit", "unit_open", "unit_rest")
            for place in ("", "_at", "_to")
        )
    nothing = [
        "close",
        "middle",
        "scale",
        "spaced",
        "glued",
        "late",
        "more",
        "inner",
        "lead",
        *(["before"] if "before" not in part.groups else []),
    ]
    parts = parts.with_columns(
        *[pl.lit(None, pl.String).alias(n) for n in nothing],
        *[pl.lit(None, pl.Int64).alias(f"{n}_{p}") for n in nothing for p in ("at", "to")],
    )
    before = _head_meanings(parts, table).drop("text")
    behind = _tail_meanings(parts.with_columns(strings["cut"]), table)
    numbers = parts.select("number", "number_at", "number_to")
    return _taken_apart(pl.concat([behind, before, numbers], how="horizontal"), language)


_OF_FIRST: Final = ("said", "comparator_at", "sign_text", "sign_code", "sign_at", "before_at", "before_to")
_OF_LAST: Final = ("unit_at", "unit_to", "scale_to", "after_code", "after_at")


def _taken_apart(meanings: pl.DataFrame, language: str) -> pl.DataFrame:
    """A row for each of several numbers that share what follows: "two and four percent", "two to four million".

    The unit counts for all of them, its place and the comparator's for the one that they stand at. `number` is then what
    the number comes to, with the scale words of the last; the places are those of its own words.
    """
    numbers = meanings["number"].drop_nulls().unique(maintain_order=True)
    several = _numbers_within(numbers, language)
    if several.is_empty():
        return meanings
    apart = meanings.join(several, on="number", how="inner", maintain_order="left_right")
    made = apart.with_columns(
        *[pl.when("first").then(pl.col(c)).alias(c) for c in _OF_FIRST],
        *[pl.when("last").then(pl.col(c)).alias(c) for c in _OF_LAST],
        number="own",
        number_at=pl.col("number_at") + pl.col("own_at"),
        number_to=pl.col("number_at") + pl.col("own_to"),
    ).select(meanings.columns)
    return pl.concat([meanings.join(several, on="number", how="anti"), made])


def _numbers_within(numbers: pl.Series, language: str) -> pl.DataFrame:
    """The numbers of strings that hold several: number, own (the words of each with a scale), own_at, own_to, first, last.

    What follows an "and" is part of the number before it if it is less than that one's last place: "hundred and four",
    but "two and four", "four hundred and two thousand" and no "twenty and thirty".
    """
    table = grammar(language)
    scales = table.token_values.filter(pl.col("power").is_not_null())
    powers = set(scales.filter(pl.col("power") >= _THOUSAND)["token"])
    hundreds = set(scales["token"]) - powers
    read = re.compile(table.tokens)
    pieces = []  # of each string: the words between its joining words, up to a scale word, and the scale words
    for number in numbers.to_list():
        at, piece, tokens = 0, [], [(m.group(), m.start(), m.end()) for m in read.finditer(number)]
        for token, start, end in [*tokens, ("", len(number), len(number))]:
            if token in table.spaced or not token:
                within = [t for t in tokens if at <= t[1] and t[2] <= start]
                large = [t for t in within if t[0] in powers]
                piece.append((at, start, number[at : large[0][1]] if large else number[at:start], large, token))
                at = end
        if len(piece) > 1:
            pieces.append((number, piece))
    texts = [text for number, piece in pieces for at, to, head, *_ in piece for text in (number[at:to], head)]
    known = dict(sums(pl.Series(texts, dtype=pl.String), language).select("text", "total").iter_rows()) if texts else {}
    rows = []
    for number, piece in pieces:
        groups = [[piece[0]]]
        for left, right in itertools.pairwise(piece):
            so_far = known.get(number[left[0] : left[1]])
            more = known.get(number[right[0] : right[1]] if left[3] else right[2])
            fits = left[4] in table.joining and _is_part(so_far, more, table.settings)
            groups[-1].append(right) if fits else groups.append([right])
        if len(groups) == 1:
            continue
        for i, group in enumerate(groups):
            at, to = group[0][0], group[-1][1]
            following = [p for later in groups[i + 1 :] for p in later if p[3]][:1]
            scale = "" if any(p[3] for p in group) or not following else " " + " ".join(t[0] for t in following[0][3])
            if known.get(number[at:to], _TEN) < _TEN and i < len(groups) - 1:  # "two or three hundred"
                scale = "".join(f" {t}" for t in read.findall(groups[-1][0][2]) if t in hundreds) + scale
            rows.append((number, number[at:to] + scale, at, to, i == 0, i == len(groups) - 1))
    schema = {"number": pl.String, "own": pl.String, "own_at": pl.Int64, "own_to": pl.Int64}
    return pl.DataFrame(rows, schema={**schema, "first": pl.Boolean, "last": pl.Boolean}, orient="row")


def _is_part(number: Decimal | None, more: Decimal | None, settings: dict[str, Any]) -> bool:
    """Whether a number and what an "and" adds are one number in a language."""
    if number is None or more is None or number != int(number):
        return number is None or more is None
    digits = str(int(number))
    place = 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 1
    if settings.get("number_ones_first") and 0 < number < _TEN and _TEN < more < _TEN**2 and more % _TEN == 0:
        return True  # "five and twenty"
    return place >= (_TEN if settings.get("number_tens_and") else _TEN**2) and more < place


# --- Values -------------------------------------------------------------------------------------------------------


def shifted(digits: pl.Expr, shift: pl.Expr) -> pl.Expr:
    """The integer written by `digits` times ten to the power `shift`, as DECIMAL(38, 6); null where it does not fit."""
    # The digits with an exponent, which the cast reads: each digit is handled once and zeros are not written out.
    stripped = digits.str.strip_chars_start("0")
    length = stripped.str.len_chars().cast(pl.Int64) + shift + PLACES
    return pl.when(length <= _DIGITS).then(pl.concat_str(digits, pl.lit("e"), shift)).cast(VALUE, strict=False)


def _with_decimals(tokens: pl.DataFrame) -> pl.DataFrame:
    """Make one value of the words after a decimal mark: 三点二五 is 3 and 0.25, "siete coma veintiocho" 7 and 0.28."""
    if not (tokens["value"] == _POINT).any():
        return tokens
    pointed = (pl.col("value") == _POINT).fill_null(value=False)
    after = pointed.cast(pl.Int64).cum_sum().over("row") > 0
    ended = (
        pl.when(after).then((pl.col("power") > 1).fill_null(value=False).cast(pl.Int64)).otherwise(0).cum_sum().over("row") > 0
    )
    tokens = tokens.with_columns(_decimals=after & ~ended & ~pointed & pl.col("power").is_null(), _point=pointed)
    value = pl.col("value")
    total = value.cast(pl.Int64, strict=False).sum().cast(pl.String)
    digits = pl.when(value.str.len_chars().max() == 1).then(value.str.join("")).otherwise(total)
    decimals = (
        tokens.filter("_decimals")
        .group_by("row", maintain_order=True)
        .agg(value=pl.concat_str(pl.lit("0."), digits), i=pl.col("i").min())
    )
    made = decimals.with_columns(token=pl.lit(""), power=pl.lit(None, pl.Int64))
    kept = tokens.filter(~pl.col("_decimals") & ~pl.col("_point")).drop("_decimals", "_point")
    return pl.concat([kept, made], how="diagonal_relaxed").sort("row", "i", maintain_order=True)


def _with_positions(tokens: pl.DataFrame) -> pl.DataFrame:
    """Read figures that follow each other by their places (九九 is 99) and drop guesses ("二三十", twenty or thirty)."""
    single = (pl.col("value").str.len_chars() == 1).fill_null(value=False)
    beside = single & single.shift(1).over("row").fill_null(value=False) & (pl.col("value").shift(1).over("row") != "0")
    scaled = pl.col("power").is_not_null().any().over("row")
    tokens = tokens.with_columns(_beside=beside, _scaled=scaled)
    if not tokens["_beside"].any():
        return tokens.drop("_beside", "_scaled")
    guessed = tokens.filter(pl.col("_beside") & pl.col("_scaled")).select("row").unique()
    placed = tokens.filter(pl.col("_beside") & ~pl.col("_scaled")).select("row").unique()
    tokens = tokens.drop("_beside", "_scaled")
    made = (
        tokens.join(placed, on="row", how="semi")
        .group_by("row", maintain_order=True)
        .agg(value=pl.col("value").str.join(""))
        .with_columns(token=pl.lit(""), i=pl.lit(0, pl.Int64), power=pl.lit(None, pl.Int64))
    )
    kept = tokens.join(pl.concat([guessed, placed]), on="row", how="anti")
    return pl.concat([kept, made], how="diagonal_relaxed").sort("row", "i", maintain_order=True)


def sums(strings: pl.Series, language: str) -> pl.DataFrame:
    """Reads numbers of several parts ("38조5천400억", "twee miljoen driehonderdduizend"), each string once.

    Digits have a point for decimals and no other marks. Yields text, total (DECIMAL) and last_power. Each part counts as
    often as the scale words after it say, as long as each of them is larger than those between.
    """
    table = grammar(language)
    if table.ratios.height and (divided := strings.str.contains(table.ratio)).any():
        return pl.concat([_divided(strings.filter(divided), language), sums(strings.filter(~divided), language)])
    rows = pl.DataFrame({"text": strings}).drop_nulls().unique(maintain_order=True).with_row_index("row")
    tokens = (
        rows.with_columns(token=pl.col("text").str.extract_all(table.tokens))
        .explode("token")
        .filter(~pl.col("token").is_in(table.spaced).fill_null(value=False))
        .with_columns(i=pl.int_range(pl.len(), dtype=pl.Int64).over("row"))
        .join(table.token_values, on="token", how="left", maintain_order="left")
    )
    literal = pl.when(pl.col("power").is_null()).then(pl.col("token").str.strip_chars_end("."))
    tokens = _with_decimals(tokens.with_columns(value=pl.coalesce("value", literal)))
    if table.settings.get("number_chains"):
        tokens = _with_positions(tokens)
    # A scale word that opens the number counts once.
    opening = tokens.filter((pl.col("i") == 0) & pl.col("power").is_not_null()).with_columns(
        i=pl.lit(-1, pl.Int64), value=pl.lit("1")
    )
    scales = tokens.filter(pl.col("power").is_not_null()).select("row", "power", j="i")
    said = tokens.filter(pl.col("value").is_not_null() & (pl.col("value") != _HALF))
    parts = pl.concat([said, opening]).select("row", "i", "value")
    pairs = (
        parts.join(scales, on="row", how="inner", maintain_order="left")
        .filter(pl.col("j") > pl.col("i"))
        .sort("row", "i", "j", maintain_order=True)
    )
    top = pl.col("power").cum_max().shift(1).over("row", "i")
    applied = (
        pairs.filter((pl.col("power") > top) | top.is_null())
        .group_by("row", "i", maintain_order=True)
        .agg(pl.col("power").sum())
    )
    parts = (
        parts.join(applied, on=["row", "i"], how="left", maintain_order="left")
        .with_columns(pl.col("power").fill_null(0))
        .sort("row", "i", maintain_order=True)
    )
    places = pl.col("value").str.extract(r"\.([0-9]+)$").str.len_chars().fill_null(0).cast(pl.Int64)
    # "mille", "doscientos", "полмиллиона": a round word is stated no finer than its last figure.
    digits, figures = pl.col("value").str.len_chars(), pl.col("value").str.strip_chars_end("0").str.len_chars()
    rounded = pl.when((places == 0) & (digits > 2)).then((digits - figures).cast(pl.Int64)).otherwise(0)
    parts = parts.with_columns(
        amount=shifted(pl.col("value").str.replace(".", "", literal=True), pl.col("power") - places),
        step=pl.col("power") - places + rounded,
    )
    half = (
        tokens.filter(pl.col("value") == _HALF)
        .select("row", "i")
        .join(scales, on="row", maintain_order="left")
        .filter(pl.col("j") < pl.col("i"))
    )
    half = (
        half.group_by("row", "i", maintain_order=True)
        .agg(pl.col("power").sort_by("j").last())
        .sort("row", "i", maintain_order=True)
    )
    halves = half.select("row", amount=shifted(pl.lit("5"), pl.col("power") - 1), step=pl.col("power") - 1)
    parts = pl.concat([parts.select("row", "amount", "step"), halves.cast({"step": parts.schema["step"]})])
    # "数百万": several, and no number.
    total = pl.when(~pl.col("amount").is_null().any()).then(pl.col("amount").sum())
    totals = parts.group_by("row", maintain_order=True).agg(total=total, last_power=pl.col("step").last())
    return rows.join(totals, on="row", how="left", maintain_order="left").select("text", "total", "last_power")


def _divided(strings: pl.Series, language: str) -> pl.DataFrame:
    """What `sums` yields for numbers over another: "ciento treinta y dos quintos", "uno sobre tres"."""
    table = grammar(language)
    rows = pl.DataFrame({"text": strings}).unique(maintain_order=True)
    names = ("whole", "numerator", "over", "denominator")
    groups = pl.col("text").str.extract_groups(table.ratio).struct.rename_fields(names)
    rows = (
        rows.with_columns(groups.alias("groups"))
        .unnest("groups")
        .join(table.ratios, on="over", how="left", maintain_order="left")
    )
    rows = rows.with_columns(denominator=pl.coalesce("by", "denominator"))
    known = sums(pl.concat([rows[n] for n in names if n != "over"]).drop_nulls().unique(maintain_order=True), language)
    for name in ("whole", "numerator", "denominator"):
        rows = rows.join(
            known.select(pl.col("text").alias(name), pl.col("total").alias(f"{name}_total")),
            on=name,
            how="left",
            maintain_order="left",
        )
    parts = (pl.col("numerator_total") / pl.col("denominator_total")).cast(VALUE, strict=False)
    total = pl.when(pl.col("denominator_total") != 0).then(parts + pl.col("whole_total").fill_null(0))
    return rows.select("text", total=total.cast(VALUE), last_power=pl.lit(-2, pl.Int64))
