"""Erasure: the values of one event go, every proof stays.

What is left, the statement with its signature and the record, tells nothing of the values: the salts that tied them to
the event digest go with them. Receipts given out before still verify. The eventID stays, so that nothing is logged
twice; it has to name nobody. Copies that the store does not hold (backups, receipts, role views) are left to whoever
holds them.
"""

from __future__ import annotations

from ledger.codec.event_leaves import has_hash_id
from ledger.domain.fields import write_date_time
from ledger.errors import ConflictError, GoneError, MalformedError, NotAllowedError, NotFoundError
from ledger.ports import MAX_BASIS_CHARACTERS, Erasure, Store, StoredEvent
from ledger.types import UnixTime

MAX_DIGITS = 20
"""More digits than any index has."""


def erase(store: Store, leaf_index: int, basis: str, at: UnixTime) -> Erasure:
    """Return the erasure of an event, done; refuse one that cannot be erased, and a basis that says nothing."""
    if not 1 <= len(basis.strip()) <= len(basis) <= MAX_BASIS_CHARACTERS or not basis.isprintable():
        raise MalformedError("/basis", f"1 to {MAX_BASIS_CHARACTERS} characters that can be read", "another text")
    stored = store.event_at(leaf_index)
    if stored is None:
        raise NotFoundError("", "the leaf index of an event", "another one")
    if has_hash_id(stored.event.event_id):
        found = "an ni: URI, which stays and would confirm a guessed value"
        raise NotAllowedError("/eventID", "an eventID that is no hash of the event", found)
    try:
        return store.erase(leaf_index, basis, at)  # also one erased before: its copies may not all be gone
    except ConflictError:
        first = store.erasure(leaf_index)
        found = "one that was" if first is None else f"one {in_words(first)}"
        raise ConflictError("", "an event that was not erased", found) from None


def events_named(store: Store, name: str) -> tuple[StoredEvent, ...]:
    """Return the events of an eventID, or the one at an index; refuse where there is none."""
    found = store.events_by_id(name)
    if not found and name.isascii() and name.isdecimal() and len(name) < MAX_DIGITS:
        stored = store.event_at(int(name))
        found = () if stored is None else (stored,)
    if not found:
        raise NotFoundError("", "the eventID or leaf index of an event", "another one")
    return found


def require_values(stored: StoredEvent) -> None:
    """Refuse an event whose values were erased, and say so."""
    if stored.erasure is not None:
        raise GoneError("", "an event whose values are kept", f"one {in_words(stored.erasure)}")


def in_words(erasure: Erasure) -> str:
    """Return "erased on DATE, basis X"."""
    return f"erased on {write_date_time(erasure.erased_at)}, basis {erasure.basis}"
