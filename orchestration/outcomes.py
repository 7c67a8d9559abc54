"""What each step of a run tells when it is done: frozen, and without article text beyond the reasons of refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestration.sources.base import InputProblem


@dataclass(frozen=True, slots=True)
class Refusal:
    """An article that was rejected or quarantined, with the reason."""

    uri: str
    state: Literal["rejected", "quarantined"]
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What a run would find. `news` is whether there is anything for it to do."""

    seen: int
    news: bool
    problems: tuple[InputProblem, ...]
    standing: tuple[Refusal, ...]  # unchanged articles of this input that an earlier run refused


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What one source brought: articles, how many of them new and revised, and problems."""

    seen: int = 0
    new: int = 0
    revised: int = 0
    problems: int = 0

    @property
    def unchanged(self) -> int:
        """Articles that the ledger knows as they are."""
        return self.seen - self.new - self.revised


@dataclass(frozen=True, slots=True)
class Received:
    """Step 1 and 2. `seen` articles came in; `unchanged` of them as the log knows them already."""

    seen: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    problems: tuple[InputProblem, ...] = ()
    sources: Mapping[str, SourceCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """Step 3. Articles read and articles rejected in this run."""

    read: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    rejected: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Extracted:
    """Steps 4 to 6: rows staged by table, and their digest."""

    articles: int
    facts: Mapping[str, int]
    digest: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What one rule found in one table: counts, and ids of facts (of articles where articles are judged); no article text."""

    rule: str
    table: str
    severity: str
    scope: str
    success: bool
    failed_count: int
    failed_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Audited:
    """Step 7: the verdict on exactly the staged digest, and what led to it."""

    verdict: Literal["accepted", "rejected"]
    reason: str
    digest: str
    articles: int
    outcomes: tuple[CheckOutcome, ...]
    quarantined: tuple[Refusal, ...]

    @property
    def accepted(self) -> bool:
        """Whether the run may go on."""
        return self.verdict == "accepted"


@dataclass(frozen=True, slots=True)
class Asserted:
    """Step 8: what the commit changed, and the log's position after it."""

    processed: int = 0
    asserted: int = 0
    retracted: int = 0
    moved: int = 0
    quarantined: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """Step 9: the file that analysts see now."""

    path: str
    position: int
    content_digest: str
    rows: Mapping[str, int]  # current facts by table


def logged(outcomes: Sequence[CheckOutcome]) -> list[dict[str, Any]]:
    """Outcomes as events and verdicts hold them: one a rule, summed over the tables.

    A rule on a whole run can fail without a row that is wrong: that counts as one.
    """
    summed: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        entry = summed.setdefault(
            outcome.rule, {"rule": outcome.rule, "scope": outcome.scope, "severity": outcome.severity, "failed": 0}
        )
        entry["failed"] += max(1, outcome.failed_count) if not outcome.success else 0
    return list(summed.values())
