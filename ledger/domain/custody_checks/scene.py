"""The graph as the checks look at it: what happened to each thing, in what it was, and which receipt answers what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from ledger.domain.custody_checks.context import Context
from ledger.domain.custody_checks.handovers import Shipment, early_receipts, shipments
from ledger.domain.custody_checks.reading import RECEIVING, SHIPPING, instances_of
from ledger.domain.trace import CustodyGraph, Joint, Step, Window
from ledger.domain.trace.containment import stays_in

Value = TypeVar("Value")


class Scene:
    """One graph with its context, and the indexes that several checks need.

    ``instances`` are the things reached that are named one by one; ``stays_in`` holds whole containers, also what was
    in them that the trace did not go through.
    """

    def __init__(self, graph: CustodyGraph, context: Context) -> None:
        self.graph = graph
        self.context = context
        self.policy = context.policy
        self.steps = graph.steps
        self.of_item = _by((item, step) for step in graph.steps for item in sorted(step.key_set))
        self.stays_of = _by((stay.item, stay) for stay in graph.stays)
        stays = (stay for item, history in graph.histories.items() for stay in stays_in(item, history))
        self.stays_in = _by((stay.container, stay) for stay in stays)
        named = {item for step in graph.steps for item in instances_of(step)}
        self.instances = sorted(named.intersection(graph.items))

    def path(self, item: str, window: Window | None = None, above: frozenset[str] = frozenset()) -> tuple[Step, ...]:
        """Return the steps of an item and of what it was inside, while it was, in order of time."""
        within = Window() if window is None else window
        steps = {step: None for step in self.of_item.get(item, ()) if within.holds(step.moment)}
        for stay in self.stays_of.get(item, ()):
            common = within.common(stay.window)
            if common is not None and stay.joint is Joint.PACKED and stay.container not in above:
                steps |= dict.fromkeys(self.path(stay.container, common, above | {item}))
        return tuple(sorted(steps, key=lambda step: step.moment))

    def with_contents(self, step: Step) -> frozenset[str]:
        """Return the things that a step is about, one by one, and what was inside them at that moment."""
        found, todo = set(instances_of(step)), list(instances_of(step))
        while todo:
            for stay in self.stays_in.get(todo.pop(), ()):
                if stay.window.holds(step.moment) and stay.item not in found:
                    found.add(stay.item)
                    todo.append(stay.item)
        return frozenset(found)

    @cached_property
    def shipments(self) -> tuple[Shipment, ...]:
        """Every shipment that was not called off, in order of time."""
        return shipments(self.steps, self.things)

    @cached_property
    def early_receipts(self) -> tuple[tuple[Step, Step], ...]:
        """Each receipt that stands before the one shipment it can answer, with that shipping step."""
        return early_receipts(self.shipments, self.steps, self.things)

    @cached_property
    def things(self) -> dict[Step, frozenset[str]]:
        """What each shipping and receiving step is about, contents included."""
        return {step: self.with_contents(step) for step in self.steps if step.biz_step in SHIPPING | RECEIVING}


def _by(pairs: Iterable[tuple[str, Value]]) -> dict[str, list[Value]]:
    """Return the values of each key, in the order given."""
    found: dict[str, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
