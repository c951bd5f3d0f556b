"""The CBV event hash over a mixed set of events."""

from __future__ import annotations

from hashlib import sha256

from ledger.epcis.event_hash import event_hash, pre_hash
from scripts.bench.events import mixed
from scripts.bench.measure import Figure, side_by_side


def figures(*, quick: bool) -> list[Figure]:
    """Return the rate of `event_hash`, one event at a time."""
    events = mixed() * (1 if quick else 5)
    texts = [pre_hash(event).encode() for event in events]
    pace = side_by_side(lambda: [event_hash(event) for event in events], lambda: [sha256(text) for text in texts], 9)
    name, rate = "CBV 2.0 event hash, mixed events of all five kinds", len(events) / pace.seconds
    return [Figure(name, rate, "events/s", 5_000, True, "SHA-256 of the texts", pace.ratio)]
