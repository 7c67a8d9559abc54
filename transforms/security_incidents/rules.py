"""What `rules/security.toml` says of the categories of matters, as frames, and the names that several modules use."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Final

import polars as pl

TOPIC: Final = "security"
RESTRICTION: Final = "account_restriction"
"""The one category of which an article often reports several matters, one a party."""
INTRUSIONS: Final = ("ransomware", "data_breach", "outage", "denial_of_service", "unauthorized_access", "malware")
"""What a mere "cyberattack" or "hack" may turn out to be later in the article."""
CLOSED: Final = ("account_restriction.accounts_closed", "account_restriction.meetings_ended")
"""Rules for what a service closes itself."""
LOCKED_OUT: Final = ("outage.users_locked_out", "outage.no_meetings")
"""Rules whose "could not" is no doubt."""
MEETINGS: Final = (
    "unauthorized_access.named",
    "unauthorized_access.meetings",
    "unauthorized_access.intrusion_into_meeting",
    "unauthorized_access.meeting_stormed",
    "unauthorized_access.intruders_in_meeting",
)
"""Rules for gatecrashed meetings, which waiting rooms and passwords told anywhere later in the article answer."""
INSIDERS: Final = (
    "data_breach.insider",
    "data_breach.insider_private",
    "data_breach.identities",
    "data_breach.to_rival",
    "data_breach.curiosity",
)
"""Rules for what those did who work there."""
COUNTED: Final = ("data_breach", "data_leak", "data_sharing", "unauthorized_access", "surveillance")
NAMED: Final = ("data_breach.named", "data_breach.exposed", "data_breach.aftermath", "data_breach.records_affected")
"""Rules that know a breach by its name alone, whoever or whatever caused it."""
TAKEN: Final = "data_breach.taken"
"""Its words for "taken" also mean "got out": a mistake in the same sentence says so."""
DEFINITE: Final = 0.6
"""A rule below this confidence counts only where nothing more definite is told of the company."""
LOSSES: Final = ("data_breach", "data_leak")
LIKELY: Final = 0.62
"""A loss of data known by a rule below this confidence counts only where none more definite is told of the company."""
STAGES: Final = ("reported", "alleged", "remediated", "denied")
"""In the order in which a later one overrules an earlier one."""
_VERIS: Final = ("veris_action", "veris_attribute", "veris_actor")


@lru_cache(maxsize=1)
def categories() -> dict[str, pl.DataFrame]:
    """What `rules/security.toml` says: `implied`, `remedies`, `parties` of categories, `refined` of rules."""
    file = resources.files("transforms") / "rules" / f"{TOPIC}.toml"
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    told = document["category"]
    implied = [(name, c["asserted"], *[c.get(v) for v in _VERIS]) for name, c in told.items()]
    remedies = [(name, code) for name, c in told.items() for code in c["remedies"]]
    parties = [(name, kind, rank) for name, c in told.items() for rank, kind in enumerate(c["parties"])]
    refined = [(rule, c["veris_action"], c["veris_actor"]) for rule, c in document["veris"].items()]
    return {
        "implied": pl.DataFrame(
            implied, orient="row", schema={"category": pl.String, "asserted": pl.Boolean} | dict.fromkeys(_VERIS, pl.String)
        ),
        "refined": pl.DataFrame(refined, orient="row", schema={"rule": pl.String, "_action": pl.String, "_actor": pl.String}),
        "remedies": pl.DataFrame(remedies, orient="row", schema={"category": pl.String, "code": pl.String}),
        "parties": pl.DataFrame(parties, orient="row", schema={"category": pl.String, "party": pl.String, "rank": pl.Int64}),
    }
