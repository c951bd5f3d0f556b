"""An event as a trace takes it: what is shown of it, what was signed over it, and where it stands in which log.

Whoever makes one has verified it or says in `Evidence` that it did not; a trace reads no signature and no proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger.codec.statement import Statement
from ledger.types import Hash32, JsonObject, LogId, PartyId, UnixTime


class Evidence(Enum):
    """What is known of the evidence for an event."""

    VALID = "valid"
    """Signature, digest and inclusion are proven under an anchored head."""
    NOT_FINAL = "not final"
    """Signed and in the log; no anchored head that is shown covers it yet."""
    UNCHECKED = "unchecked"
    """Could not be checked, or was not; says nothing about the event."""
    INVALID = "invalid"
    """The evidence does not match: the event is set aside and no step of any trace."""


@dataclass(frozen=True, slots=True)
class TracedEvent:
    """One event of one log.

    ``members`` are those shown, whole tables only; ``hidden`` names the others that the event has. ``recorded_at`` is
    when the log took it, never when its party says that it happened. ``statement_hash`` is the EIP-712 hash, by which a
    later statement names this one as its ``previous``.
    """

    members: JsonObject
    event_digest: Hash32
    log_id: LogId
    leaf_index: int
    statement: Statement
    statement_hash: Hash32
    recorded_at: UnixTime
    evidence: Evidence = Evidence.UNCHECKED
    hidden: frozenset[str] = frozenset()

    @property
    def party(self) -> PartyId:
        """The party that signed."""
        return self.statement.party

    @property
    def act(self) -> str:
        """What the party signed that it does."""
        return self.statement.act

    @property
    def place(self) -> tuple[bytes, int]:
        """Where the event stands: its log, and its leaf index there."""
        return self.log_id, self.leaf_index
