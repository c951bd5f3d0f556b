"""What somebody may see of an event in a trace."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.ports import StoredEvent
from ledger.types import JsonObject, PartyId


@dataclass(frozen=True, slots=True)
class OwnEvents:
    """The sight of a party without a right to more: its own events whole, of others none."""

    party: PartyId

    def members_shown(self, stored: StoredEvent, event: JsonObject) -> frozenset[str] | None:
        """Return all names of the party's own event; ``None`` for another's."""
        return frozenset(event) if stored.event.party == self.party else None
