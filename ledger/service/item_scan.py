"""Events by what they name, found by reading the whole log: right for any store, and slow in a long one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.codec.json_shape import open_object
from ledger.codec.strict_json import parse
from ledger.epcis.item_keys import item_keys
from ledger.errors import MalformedError
from ledger.ports import Store, StoredEvent
from ledger.types import JsonObject


class ItemScan:
    """An `ItemEvents` over a store without an index of items."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def events_of_item(self, item_key: str) -> tuple[StoredEvent, ...]:
        """Return the events that have this item key, by index."""
        return self._where(lambda event: item_key in item_keys(event))

    def events_of_transformation(self, transformation_id: str) -> tuple[StoredEvent, ...]:
        """Return the events of this transformationID, by index."""
        return self._where(lambda event: event.get("transformationID") == transformation_id)

    def _where(self, is_wanted: Callable[[JsonObject], bool]) -> tuple[StoredEvent, ...]:
        return tuple(stored for stored, event in self._events() if is_wanted(event))

    def _events(self) -> Iterator[tuple[StoredEvent, JsonObject]]:
        for leaf_index in range(self._store.record_count()):
            stored = self._store.event_at(leaf_index)
            if stored is not None and stored.erasure is None:
                try:
                    yield stored, open_object(parse(stored.event.event_bytes), "")
                except MalformedError:  # a part of an event, after an erasure
                    continue
