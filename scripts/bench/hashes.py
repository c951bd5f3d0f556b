"""The CBV event hash over a mixed set of events."""

from __future__ import annotations

from hashlib import sha256

from ledger.epcis.event_hash import event_hash, pre_hash
from scripts.bench.events import mixed
from scripts.bench.measure import Figure, rate_figure, side_by_side


def figures(*, quick: bool) -> list[Figure]:
    """Return the rate of `event_hash`, one event at a time."""
    events = mixed()
    texts = [pre_hash(event).encode() for event in events]
    rounds = 31 if quick else 101
    pace = side_by_side(
        lambda: [event_hash(event) for event in events], lambda: [sha256(text) for text in texts], rounds
    )
    name = "CBV 2.0 event hash, mixed events of all five kinds"
    return [rate_figure(name, len(events), "events/s", pace, 5_000, "SHA-256 of the texts")]
