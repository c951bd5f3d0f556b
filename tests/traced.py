"""Events as a trace takes them, made by hand: no signature, no log; who said what about which items, when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ledger.codec.statement import ZERO32, Statement
from ledger.domain.trace import Evidence, TracedEvent
from ledger.types import Hash32, JsonObject, LogId, UnixTime
from tests.builders import CONTEXT, hash_of, party

LOG = LogId(hash_of("log"))
NOON = UnixTime(1_790_000_000 - 1_790_000_000 % 86_400 + 43_200)
HOUR = 3_600


def clock(at: float) -> str:
    """Return the eventTime so many hours after noon of the first day."""
    moment = datetime.fromtimestamp(NOON + at * HOUR, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Story:
    """Events in the order in which the log took them; each recorded a minute after it happened, if not said."""

    def __init__(self) -> None:
        self.events: list[TracedEvent] = []

    def tell(
        self,
        at: float,
        by: str = "maker",
        *,
        role: str = "manufacturer",
        act: str = "record event",
        recorded: float | None = None,
        evidence: Evidence = Evidence.VALID,
        hidden: tuple[str, ...] = (),
        subject: Hash32 = ZERO32,
        previous: Hash32 = ZERO32,
        **members: Any,
    ) -> TracedEvent:
        """Add an event ``at`` so many hours; a member given as ``None`` is left out."""
        index = len(self.events)
        event: dict[str, Any] = {
            "@context": [CONTEXT],
            "eventID": f"urn:uuid:{index}",
            "eventTime": clock(at),
            "eventTimeZoneOffset": "+00:00",
            **members,
        }
        shown: JsonObject = {name: value for name, value in event.items() if value is not None and name not in hidden}
        digest = hash_of(f"event {index}")
        statement = Statement(
            act, party(by), role, "DE", digest, LOG, UnixTime(NOON), subject=subject, previous=previous
        )
        moment = UnixTime(NOON + int((at if recorded is None else recorded) * HOUR) + 60)
        told = TracedEvent(
            shown, digest, LOG, index, statement, hash_of(f"statement {index}"), moment, evidence, frozenset(hidden)
        )
        self.events.append(told)
        return told

    def see(self, at: float, step: str, *items: str, by: str = "maker", **more: Any) -> TracedEvent:
        """Add an ObjectEvent; OBSERVE, if not said."""
        said = {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": step, "epcList": list(items)}
        return self.tell(at, by, **{**said, **more})

    def pack(self, at: float, container: str, *items: str, by: str = "maker", **more: Any) -> TracedEvent:
        """Add an AggregationEvent that puts items into a container."""
        said = {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": container}
        return self.tell(at, by, **{**said, "childEPCs": list(items), **more})

    def unpack(self, at: float, container: str, *items: str, by: str = "maker", **more: Any) -> TracedEvent:
        """Add an AggregationEvent that takes items, or all, out of a container."""
        return self.pack(at, container, *items, by=by, **{"action": "DELETE", "bizStep": "unpacking", **more})

    def make(self, at: float, inputs: list[str], outputs: list[str], by: str = "maker", **more: Any) -> TracedEvent:
        """Add a TransformationEvent."""
        lists = {"inputEPCList": inputs or None, "outputEPCList": outputs or None}
        return self.tell(at, by, **{"type": "TransformationEvent", **lists, **more})
