"""Where a trace takes its events from: an index that is asked for one item at a time, so that it fetches no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from ledger.domain.trace.event import TracedEvent
from ledger.epcis.item_keys import item_keys
from ledger.errors import MalformedError


class EventSource(Protocol):
    """Events by what they name, in any order, corrections among them. May raise `NoAnswerError`."""

    def events_of(self, item: str) -> Iterable[TracedEvent]:
        """Return all events that have this item key."""

    def events_of_transformation(self, transformation_id: str) -> Iterable[TracedEvent]:
        """Return all events that have this transformationID."""


class EventIndex:
    """An `EventSource` over events that are at hand, such as those of an evidence bundle."""

    def __init__(self, events: Iterable[TracedEvent]) -> None:
        self._by_item: dict[str, list[TracedEvent]] = defaultdict(list)
        self._by_transformation: dict[str, list[TracedEvent]] = defaultdict(list)
        for event in events:
            self._add(event)

    def events_of(self, item: str) -> tuple[TracedEvent, ...]:
        """Return the events that have this item key, as they were given."""
        return tuple(self._by_item.get(item, ()))

    def events_of_transformation(self, transformation_id: str) -> tuple[TracedEvent, ...]:
        """Return the events that have this transformationID, as they were given."""
        return tuple(self._by_transformation.get(transformation_id, ()))

    def _add(self, event: TracedEvent) -> None:
        for item in _keys(event):
            self._by_item[item].append(event)
        transformation_id = event.members.get("transformationID")
        if isinstance(transformation_id, str):
            self._by_transformation[transformation_id].append(event)


def _keys(event: TracedEvent) -> tuple[str, ...]:
    try:
        return item_keys(event.members)
    except MalformedError:  # names without end: about nothing that anybody can ask for
        return ()
