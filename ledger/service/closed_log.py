"""A closed log that another went on after: read for ever, written never.

Its records up to the head at which it was closed stand; what it promised beyond was carried over to its successor. Of
one that was put back from a backup, some records may not be here at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.ports import CaptureJob, NewEvent, Store, StoredEvent
from ledger.service.receipts import Receipts
from ledger.types import Hash32, LogId

MAX_PREDECESSORS: Final = 8
"""Spec §10: a verifier follows the successors of a log so many times."""


@dataclass(frozen=True, slots=True)
class ClosedLog:
    """A log that was closed at ``tree_size`` records."""

    log_id: LogId
    tree_size: int
    store: Store
    receipts: Receipts

    def place_of(self, event: NewEvent) -> int | None:
        """Return where this log holds an event of the same party, eventID and kind; ``None`` where it does not."""
        wanted = (event.party, event.has_declaration)
        same = (
            kept
            for kept in self.events_by_id(event.event_id)
            if (kept.event.party, kept.event.has_declaration) == wanted
        )
        return next((kept.leaf_index for kept in same), None)

    def events_by_id(self, event_id: str) -> tuple[StoredEvent, ...]:
        """Return its events of this eventID, by index."""
        return tuple(kept for kept in self.store.events_by_id(event_id) if kept.leaf_index < self.tree_size)

    def event_by_digest(self, event_digest: Hash32) -> StoredEvent | None:
        """Return its first event of this digest."""
        found = self.store.event_by_digest(event_digest)
        return found if found is not None and found.leaf_index < self.tree_size else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a log stands: the closed logs it goes on after, newest first, and why it may promise nothing now, if so."""

    closed_logs: Sequence[ClosedLog] = ()
    sealed: Callable[[], str | None] = lambda: None


FREE: Final = Standing()
"""A first log, which nothing keeps from promising."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The log in use and the closed ones before it, newest first: where an event is looked for."""

    store: Store
    receipts: Receipts
    closed: Sequence[ClosedLog] = ()

    def events_by_id(self, event_id: str) -> tuple[StoredEvent, ...]:
        """Return all events of this eventID, oldest log first."""
        older = (kept for log in reversed(self.closed) for kept in log.events_by_id(event_id))
        return (*older, *self.store.events_by_id(event_id))

    def event_by_digest(self, event_digest: Hash32) -> tuple[StoredEvent, Receipts] | None:
        """Return the first event of this digest, and where its receipts are made."""
        found = self.store.event_by_digest(event_digest)
        if found is not None:
            return found, self.receipts
        places = ((log.event_by_digest(event_digest), log.receipts) for log in self.closed)
        return next(((kept, receipts) for kept, receipts in places if kept is not None), None)

    def job(self, capture_id: str) -> CaptureJob | None:
        """Return the capture job of this id."""
        jobs = (store.job(capture_id) for store in (self.store, *(log.store for log in self.closed)))
        return next((job for job in jobs if job is not None), None)
