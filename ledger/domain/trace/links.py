"""The links of one item to the next, one step of the way: containers and ingredients, contents and products."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as product_of

from ledger.domain.trace.containment import JOINTS, stays_in
from ledger.domain.trace.graph import Change, Direction, Link, Stay, Window
from ledger.domain.trace.known import Known
from ledger.domain.trace.step import FIRST, LAST, Step


class Links:
    """The links of each item as far as its steps are known; a container is read once."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._stays: dict[str, tuple[Stay, ...]] = {}

    def of(self, item: str, direction: Direction) -> list[Link]:
        """Return what an item is joined to in one direction."""
        if direction is Direction.FROM:
            return [*self._containers(item), *(each for each in self._changes(item) if each.product == item)]
        return [*self.stays_in(item), *(each for each in self._changes(item) if each.ingredient == item)]

    def stays_in(self, container: str) -> tuple[Stay, ...]:
        """Return every stay in a container."""
        if container not in self._stays:
            self._stays[container] = stays_in(container, self._known.steps_of(container))
        return self._stays[container]

    def _containers(self, item: str) -> Iterator[Stay]:
        parents = [step.parent for step in self._known.steps_of(item) if step.type in JOINTS and item in step.children]
        for parent in dict.fromkeys(parents):
            if parent is not None:
                yield from (stay for stay in self.stays_in(parent) if stay.item == item)

    def _changes(self, item: str) -> Iterator[Change]:
        seen: set[tuple[Step, ...]] = set()
        for step in self._known.steps_of(item):
            group = self._transformation(step)
            if item not in step.inputs + step.outputs or group in seen:
                continue
            seen.add(group)
            yield from _changes_of(group, item)

    def _transformation(self, step: Step) -> tuple[Step, ...]:
        """Return the steps of one transformation: those that its party joined by a transformationID."""
        if step.transformation_id is None:
            return (step,)
        joined = self._known.steps_of_transformation(step.transformation_id)
        return tuple(each for each in joined if each.event.party == step.event.party) or (step,)


def _changes_of(group: tuple[Step, ...], item: str) -> Iterator[Change]:
    """Return what went in and came out, as far as the item is on one side."""
    taken = [(each, step) for step in group for each in step.inputs]
    made = [(each, step) for step in group for each in step.outputs]
    into = [pair for pair in taken if pair[0] == item]
    out_of = [pair for pair in made if pair[0] == item]
    for (ingredient, taken_in), (product, made_in) in [*product_of(into, made), *product_of(taken, out_of)]:
        if ingredient != product:
            yield Change(ingredient, product, taken_in, made_in)


def follow(link: Link, window: Window, direction: Direction) -> tuple[str, Window] | None:
    """Return the item behind a link and when it concerns us, if the one before it does in ``window``.

    What a thing was made of concerns us up to the moment it was used, however early; what it was inside, while it was.
    """
    match link, direction:
        case Stay(), _:
            common = window.common(link.window)
            other = link.container if direction is Direction.FROM else link.item
            return None if common is None else (other, common)
        case Change(), Direction.FROM:
            return (link.ingredient, Window(FIRST, link.taken.moment)) if link.made.moment <= window.end else None
        case Change(), _:
            return (link.product, Window(link.made.moment, LAST)) if link.taken.moment >= window.begin else None
