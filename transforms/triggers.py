"""Trigger rules as data: which spans, standing together, say that something happened.

A rule names the spans it needs ("security.data" and "security.steal" within 80 code points of one clause) and what
it emits. Rules hold no words of any language; lexicons give the words, so one rule serves all languages. What a match
means for a row (stage, counterparty, amount) is decided by the fact tables' own modules.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import polars as pl

from transforms.schemas import RUNNERS_UP

SCOPES: Final = ("clause", "sentence", "near")
_KEYS: Final = {"id", "emits", "all", "none", "none_within", "within", "scope", "ordered", "confidence", "why"}
_ANYWHERE: Final = 1_000_000_000
_REACH: Final = 120
_BESIDE: Final = 40
"""A need that must stand so near does so in every script; what reaches farther reaches less far where words are short."""
_CLAUSE_COST: Final = 25
"""Code points that a clause's border counts for in `closest`."""


class RuleError(ValueError):
    """A rule that cannot be used: names the file, the rule and the key."""

    def __init__(self, file: str, rule: str, reason: str) -> None:
        super().__init__(f"rules/{file}: {rule}: {reason}")
        self.file, self.rule, self.reason = file, rule, reason


@dataclass(frozen=True)
class Rules:
    """Checked rules of one fact table, as frames.

    heads: rule, order, emits, confidence, within, scope, ordered, wanted (how many needs), none_within. needs: rule, need (0
    is the anchor), role (null or a name), name (of a span), reach (code points from the anchor). vetoes: rule, name.
    """

    heads: pl.DataFrame
    needs: pl.DataFrame
    vetoes: pl.DataFrame
    roles: tuple[str, ...]


@lru_cache(maxsize=8)
def load(topic: str) -> Rules:
    """The rules of `transforms/rules/<topic>.toml`.

    Each `[[rule]]` has `id`, `emits`, `all` (names of spans, the anchor first; "a|b" for either, "role=name" to keep the
    span under that role, "a@20" for a need that stands no farther from the anchor), and may have `none` (names whose presence
    in the same scope forbids the match), `none_within` (only where they stand so near to the match), `within` (code points
    between a need and the anchor, 120), `scope` ("clause", "sentence", or "near": the sentence and the one before it),
    `ordered` (needs follow the anchor), `confidence`. A name is "kind.code" of a lexicon, or "quantity.<kind>",
    "company.<certainty>", "country", "period.<grain>".
    """
    file = f"{topic}.toml"
    return checked(tomllib.loads((resources.files("transforms") / "rules" / file).read_text(encoding="utf-8")), file=file)


def checked(document: dict[str, Any], *, file: str) -> Rules:
    """The rules of a parsed document; raises `RuleError` for one that cannot be used."""
    heads: list[dict[str, Any]] = []
    needs: list[dict[str, Any]] = []
    vetoes: list[dict[str, Any]] = []
    for order, rule in enumerate(document.get("rule", [])):
        identity = str(rule.get("id", f"number {order + 1}"))
        if unknown := set(rule) - _KEYS:
            raise RuleError(file, identity, f"unknown key {min(unknown)!r}")
        if missing := {"id", "emits", "all"} - set(rule):
            raise RuleError(file, identity, f"lacks {min(missing)!r}")
        if rule.get("scope", "sentence") not in SCOPES:
            raise RuleError(file, identity, f"scope must be one of {', '.join(SCOPES)}")
        if identity in {h["rule"] for h in heads}:
            raise RuleError(file, identity, "stands twice")
        heads.append(
            {
                "rule": identity,
                "order": order,
                "emits": rule["emits"],
                "confidence": float(rule.get("confidence", 0.7)),
                "within": int(rule.get("within", _REACH)),
                "scope": rule.get("scope", "sentence"),
                "ordered": bool(rule.get("ordered", False)),
                "wanted": len(rule["all"]),
                "none_within": int(rule.get("none_within", _ANYWHERE)),
            }
        )
        for number, need in enumerate(rule["all"]):
            role, _, rest = need.rpartition("=")
            names, _, reach = rest.partition("@")
            limit = int(reach) if reach else int(rule.get("within", _REACH))
            needs += [
                {"rule": identity, "need": number, "role": role or None, "name": n.strip(), "reach": limit}
                for n in names.split("|")
            ]
        vetoes += [{"rule": identity, "name": n} for n in rule.get("none", [])]
    heads_schema = {
        "rule": pl.String, "order": pl.Int64, "emits": pl.String, "confidence": pl.Float64, "within": pl.Int64,
        "scope": pl.String, "ordered": pl.Boolean, "wanted": pl.Int64, "none_within": pl.Int64,
    }  # fmt: skip
    needs_schema = {"rule": pl.String, "need": pl.Int64, "role": pl.String, "name": pl.String, "reach": pl.Int64}
    frame = pl.DataFrame(needs, schema=needs_schema)
    return Rules(
        heads=pl.DataFrame(heads, schema=heads_schema),
        needs=frame,
        vetoes=pl.DataFrame(vetoes, schema={"rule": pl.String, "name": pl.String}),
        roles=tuple(frame["role"].drop_nulls().unique().sort().to_list()),
    )


def matches(spots: pl.DataFrame, rules: Rules, dense: pl.Series | None = None) -> pl.DataFrame:
    """Every place where all needs of a rule stand together.

    `dense`: for each doc, how many percent of a rule's reach hold as many words in its language (100 without it).

    `spots`: name, start, end, sid, cid, doc, one row a span. Yields one row for each rule and anchor: rule, order, emits,
    confidence, start, end (around all needs), anchor_start, anchor_end, closest (cost from the anchor to the nearest need:
    code points, and more for each clause between; null for a rule of one need), second_start, second_end (of the need after
    the anchor), sid, cid, doc, and `<role>_start`, `<role>_end` for each role of the rules; of several spans that serve a
    need the nearest to the anchor is taken.
    """
    spots = spots.filter(pl.col("sid").is_not_null())
    share = pl.lit(100) if dense is None else pl.lit(dense.gather(spots["doc"]))
    spots = spots.with_columns(dense=share)
    served = spots.join(rules.needs, on="name", how="inner", maintain_order="left").join(
        rules.heads, on="rule", how="inner", maintain_order="left"
    )
    anchors = served.filter(pl.col("need") == 0).select(
        "rule", "order", "emits", "confidence", "within", "scope", "ordered", "wanted", "none_within", "sid", "cid", "doc",
        "dense", anchor_start="start", anchor_end="end", anchor_role="role",
    )  # fmt: skip
    anchors = anchors.unique(["rule", "anchor_start", "anchor_end"], keep="first", maintain_order=True)
    others = served.filter(pl.col("need") > 0).select(
        "rule", "need", "role", "reach", "start", "end", "doc", other_sid="sid", other_cid="cid"
    )
    gap = pl.max_horizontal(pl.col("start") - pl.col("anchor_end"), pl.col("anchor_start") - pl.col("end"))
    reach = pl.col("reach") * pl.col("dense") // 100
    pairs = (
        _together(anchors, others)
        .filter((pl.col("scope") != "clause") | (pl.col("cid") == pl.col("other_cid")))
        .filter(~pl.col("ordered") | (pl.col("start") >= pl.col("anchor_start")))
        .filter(gap >= 0, gap <= pl.when(pl.col("reach") > _BESIDE).then(reach).otherwise("reach"))
        .with_columns(gap=gap)
        .sort("rule", "anchor_start", "anchor_end", "need", "gap", "start", maintain_order=True)
        .unique(["rule", "anchor_start", "anchor_end", "need"], keep="first", maintain_order=True)
    )
    key = ["rule", "anchor_start", "anchor_end"]
    around = pairs.group_by(key, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("found"),
        pl.col("start").min().alias("first"),
        pl.col("end").max().alias("last"),
        (pl.col("gap") + _CLAUSE_COST * (pl.col("other_cid") - pl.col("cid")).abs()).min().alias("closest"),
        *[pl.col(edge).filter(pl.col("need") == 1).first().alias(f"second_{edge}") for edge in ("start", "end")],
        *[
            pl.col(edge).filter(pl.col("role") == role).first().alias(f"{role}_{edge}")
            for role in rules.roles
            for edge in ("start", "end")
        ],
    )
    whole = anchors.join(around, on=key, how="left", maintain_order="left").filter(
        pl.col("found").fill_null(0) == pl.col("wanted") - 1
    )
    whole = whole.with_columns(
        pl.when(pl.col("anchor_role") == role)
        .then(pl.col(f"anchor_{edge}"))
        .otherwise(pl.col(f"{role}_{edge}"))
        .alias(f"{role}_{edge}")
        for role in rules.roles
        for edge in ("start", "end")
    ).with_columns(
        start=pl.min_horizontal("anchor_start", "first"),
        end=pl.max_horizontal("anchor_end", "last"),
    )
    return _without_vetoed(whole, spots, rules).select(
        "rule", "order", "emits", "confidence", "start", "end", "anchor_start", "anchor_end", "closest",
        "second_start", "second_end", "sid", "cid", "doc",
        *[f"{role}_{edge}" for role in rules.roles for edge in ("start", "end")],
    ).sort("start", "end", "order", maintain_order=True)  # fmt: skip


def _together(anchors: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Anchors with the further needs of their sentence and, for rules of scope "near", of the sentence before it."""
    same = anchors.join(
        others, left_on=["rule", "sid", "doc"], right_on=["rule", "other_sid", "doc"], how="inner", maintain_order="left"
    )
    near = anchors.filter(pl.col("scope") == "near").with_columns(_before=pl.col("sid") - 1)
    before = near.join(
        others, left_on=["rule", "_before", "doc"], right_on=["rule", "other_sid", "doc"], how="inner", maintain_order="left"
    )
    return pl.concat([same, before.drop("_before")])


def _without_vetoed(found: pl.DataFrame, spots: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    if rules.vetoes.is_empty() or found.is_empty():
        return found
    against = spots.join(rules.vetoes, on="name", how="inner", maintain_order="left").select(
        "rule", "sid", veto_cid="cid", veto_start="start", veto_end="end"
    )
    key = ["rule", "anchor_start", "anchor_end"]
    vetoed = (
        found.join(against, on=["rule", "sid"], how="inner", maintain_order="left")
        .filter((pl.col("scope") != "clause") | (pl.col("cid") == pl.col("veto_cid")))
        .filter(
            pl.max_horizontal(pl.col("veto_start") - pl.col("end"), pl.col("start") - pl.col("veto_end"))
            <= pl.col("none_within")
        )
        .select(key)
        .unique()
    )
    return found.join(vetoed, on=key, how="anti")


def weighed(found: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Matches as columns of `RUNNERS_UP`: what the rule says (the column `by`) and its name, and its confidence as score."""
    return found.select(
        "start",
        "end",
        word_start=pl.lit(None),
        word_end=pl.lit(None),
        reading=pl.format("{} ({})", by, "rule"),
        score=pl.col("confidence").cast(pl.Float64),
    ).cast(dict(RUNNERS_UP))  # type: ignore[arg-type]
