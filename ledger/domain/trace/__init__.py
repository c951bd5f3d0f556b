"""Where an item comes from and where it went: a pure function from events to a custody graph.

`trace` asks an `EventSource` for the events of one item at a time and so reads only what it reaches. It judges nothing:
what is odd about a graph is `ledger.domain.custody_checks`' question.
"""

from __future__ import annotations

from ledger.domain.trace.event import Evidence, TracedEvent
from ledger.domain.trace.graph import Bound, Change, CustodyGraph, Cut, Direction, Joint, Node, Stay, Window
from ledger.domain.trace.known import Correction, Known
from ledger.domain.trace.source import EventIndex, EventSource
from ledger.domain.trace.step import Step
from ledger.domain.trace.walk import Limits, changes_of, stays_of, steps_within, walk
from ledger.epcis.item_keys import item_key
from ledger.types import UnixTime

__all__ = [
    "Bound", "Change", "Correction", "CustodyGraph", "Cut", "Direction", "EventIndex", "EventSource", "Evidence",
    "Joint", "Limits", "Node", "Stay", "Step", "TracedEvent", "Window", "trace",
]  # fmt: skip


def trace(
    item: str,
    events: EventSource,
    *,
    recorded_by: UnixTime | None = None,
    known_by: UnixTime | None = None,
    direction: Direction = Direction.BOTH,
    limits: Limits = Limits(),  # noqa: B008  frozen
) -> CustodyGraph:
    """Return the custody graph of an item, in any form of its identifier, as recorded and as known by these dates.

    ``recorded_by`` leaves out what was recorded later, and with it later corrections; ``known_by`` says up to when
    corrections count, also later ones of what was recorded by then (`ledger.domain.trace.known`).
    """
    known, key = Known(events, recorded_by, known_by), item_key(item)
    ways = (Direction.FROM, Direction.TO) if direction is Direction.BOTH else (direction,)
    walks = [walk(key, way, known, limits) for way in ways]
    nodes = [node for each in walks for node in each.nodes]
    links = {link: None for each in walks for link in each.links}
    return CustodyGraph(
        item=key,
        direction=direction,
        recorded_by=recorded_by,
        known_by=known_by,
        nodes=tuple(nodes),
        stays=stays_of(links),
        changes=changes_of(links),
        steps=steps_within(nodes, known),
        histories={node.item: known.steps_of(node.item) for node in nodes},
        transformations=known.transformations,
        struck=known.struck,
        claims=known.claims,
        set_aside=known.set_aside,
        cuts=tuple(cut for each in walks for cut in each.cuts),
    )
