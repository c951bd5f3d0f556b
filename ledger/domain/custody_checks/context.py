"""What the checks are told beside the graph: the date, the thresholds, and tables that others keep.

Every table may be absent or short; a check that would need more says so and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ledger.domain.custody_checks.place import Coordinates
from ledger.domain.custody_checks.policy import DEFAULT_POLICY, Policy
from ledger.types import Hash32, PartyId, UnixTime


@dataclass(frozen=True, slots=True)
class Limit:
    """Within what a measured quantity must stay, in one unit of UN/ECE Recommendation 20; times in seconds.

    ``source`` says whose limit it is: a biz rule's URI, a product's data sheet, a policy.
    """

    type: str
    unit: str
    lowest: float | None
    highest: float | None
    allowed: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The world as known to whoever examines.

    ``as_of`` is the date of the question. ``holder`` says which party may speak for the 13 digits of a GS1 key (the
    registry's prefix table). ``key_holders`` says, by event digest, who holds the key that signed: the party or its
    custodian. ``limits`` are by item key, class or biz rule URI, ``places`` by canonical identifier.
    """

    as_of: UnixTime
    policy: Policy = DEFAULT_POLICY
    places: Mapping[str, Coordinates] = field(default_factory=dict)
    holder: Callable[[str], PartyId | None] | None = None
    key_holders: Mapping[Hash32, PartyId] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    names: Mapping[PartyId, str] = field(default_factory=dict)

    def name(self, party: PartyId) -> str:
        """Return the registered name of a party, or the beginning of its id."""
        return self.names.get(party) or f"0x{party.hex()[:8]}…"
