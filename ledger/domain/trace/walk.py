"""A walk over links, breadth first, within bounds; where a bound ends it, it says so.

A cycle (a crate that holds a crate that held it, rework that feeds itself) ends by itself: an item is gone through
again only for moments that it was not gone through for.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from ledger.domain.trace.graph import Bound, Change, Cut, Direction, Link, Node, Stay, Window
from ledger.domain.trace.known import Known
from ledger.domain.trace.links import Links, follow
from ledger.domain.trace.step import LAST, Step

MAX_DEPTH: Final = 64
"""Links from the item asked about: packing levels and processing stages of real chains are far fewer."""

MAX_ITEMS: Final = 10_000
"""Items with their windows in one direction: as many cases as a large ship's container of parcels holds."""

MAX_EVENTS: Final = 100_000
"""Events that one trace reads."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a trace goes."""

    depth: int = MAX_DEPTH
    items: int = MAX_ITEMS
    events: int = MAX_EVENTS


@dataclass(slots=True)
class Walk:
    """What a walk reached in one direction."""

    nodes: list[Node] = field(default_factory=list)
    links: dict[Link, None] = field(default_factory=dict)
    cuts: dict[Cut, None] = field(default_factory=dict)


def walk(item: str, direction: Direction, known: Known, limits: Limits) -> Walk:
    """Return all that can be reached from an item in one direction."""
    links, reached = Links(known), Walk()
    gone: dict[str, list[Window]] = defaultdict(list)
    queue = deque([(Node(item, direction, 0, Window(), None), Window())])
    while queue:
        node, window = queue.popleft()
        if any(each.covers(window) for each in gone[node.item]):
            continue
        if (bound := _bound(reached, known, limits)) is not None:
            reached.cuts[Cut(node.item, *bound)] = None
            continue
        gone[node.item].append(window)
        reached.nodes.append(node)
        for link in links.of(node.item, direction):
            behind = follow(link, window, direction)
            if behind is None:
                continue
            if node.depth == limits.depth:
                reached.cuts[Cut(node.item, Bound.DEPTH, limits.depth)] = None
                break
            reached.links[link] = None
            queue.append((_node(behind, node, link), behind[1]))
    return reached


def _bound(reached: Walk, known: Known, limits: Limits) -> tuple[Bound, int] | None:
    if len(reached.nodes) >= limits.items:
        return Bound.ITEMS, limits.items
    if known.events_read >= limits.events:
        return Bound.EVENTS, limits.events
    return None


def _node(behind: tuple[str, Window], before: Node, link: Link) -> Node:
    """Return the next node. Where to: contents concern us from the moment they were inside, wherever they went."""
    item, window = behind
    shown = Window(window.begin, LAST) if before.direction is Direction.TO else window
    return Node(item, before.direction, before.depth + 1, shown, link)


def steps_within(nodes: list[Node], known: Known) -> tuple[Step, ...]:
    """Return the steps of these items while they concern the item asked about, in order of time, then of the log."""
    steps = {step: None for node in nodes for step in known.steps_of(node.item) if node.window.holds(step.moment)}
    return tuple(sorted(steps, key=lambda step: step.moment))


def stays_of(links: dict[Link, None]) -> tuple[Stay, ...]:
    """Return the stays among links, by their beginning."""
    stays = (link for link in links if isinstance(link, Stay))
    return tuple(sorted(stays, key=lambda stay: (stay.since.moment, stay.item, stay.container)))


def changes_of(links: dict[Link, None]) -> tuple[Change, ...]:
    """Return the changes among links, by when the product was made."""
    changes = (link for link in links if isinstance(link, Change))
    return tuple(sorted(changes, key=lambda each: (each.made.moment, each.ingredient, each.product)))
