"""Which events of a transaction get an index, decided before anything is written."""

from __future__ import annotations

from typing import TypeAlias

from ledger.ports import Duplicate, NewEvent, Outcomes, Sequenced, Submission
from ledger.types import PartyId, UnixTime

Key: TypeAlias = tuple[PartyId, str, bool]
"""What may be logged once: party, eventID, has declaration."""


def key_of(event: NewEvent) -> Key:
    """Return what may be logged once of this event."""
    return event.party, event.event_id, event.has_declaration


class Placing:
    """The places given out in one transaction; ``placed`` are the events to write, by index."""

    def __init__(self, logged: dict[Key, int], next_index: int, captured_at: UnixTime) -> None:
        self._logged = logged
        self._next_index = next_index
        self._captured_at = captured_at
        self.placed: dict[int, NewEvent] = {}

    def place(self, submission: Submission) -> Outcomes:
        """Return the outcome of each event, in order."""
        if submission.all_or_nothing:
            keys = [key_of(event) for event in submission.events]
            if len(set(keys)) < len(keys) or any(key in self._logged for key in keys):
                return tuple(Duplicate(self._logged.get(key, -1)) for key in keys)
        return tuple(self._place(event) for event in submission.events)

    def _place(self, event: NewEvent) -> Sequenced | Duplicate:
        leaf_index = self._logged.setdefault(key_of(event), self._next_index)
        if leaf_index < self._next_index:
            return Duplicate(leaf_index)
        self.placed[leaf_index] = event
        self._next_index += 1
        return Sequenced(leaf_index, self._captured_at)
