"""One serial in two places (T11): begun twice, sold twice, or in another party's hands with no step that took it there.

What may be on its way (after a shipping or loading step, until somebody receives, stores or sells it) may be anywhere,
and a party may move its own goods without a word. Whether it could have come so far in the time is `travel`'s question.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.place import places_of, site_of
from ledger.domain.custody_checks.reading import RECEIVING, SELLING, SHIPPING, named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step

_LEAVING = SHIPPING | {
    "departing", "loading", "transporting", "arriving", "unloading", "staging_outbound", "collecting", "removing",
    "entering_exiting",
}  # fmt: skip
_AT_REST = RECEIVING | SELLING | {"storing", "stocking", "unpacking", "repackaging", "installing", "commissioning"}
_ASSETS = ("https://id.gs1.org/00/", "https://id.gs1.org/8003/", "https://id.gs1.org/8004/")
"""Logistic units and returnable assets, which serve many journeys."""


def check_serial_places(scene: Scene) -> Result:
    """Ask about each thing that is shown in two places at once."""
    questions: dict[tuple[Step, Step], Question] = {}
    placed = 0
    for item in scene.instances:
        if item.startswith(_ASSETS):
            continue
        path = scene.path(item)
        placed += sum(1 for step in path if places_of(step))
        for kind, before, after in (*_twice(item, scene), *_jumps(path)):
            if (before, after) not in questions:
                questions[before, after] = _question(kind, item, before, after, scene)
    gaps = () if placed or questions else (Gap(missing("places"), scene.steps),)
    return Result(tuple(questions.values()), gaps, placed)


def _twice(item: str, scene: Scene) -> Iterator[tuple[str, Step, Step]]:
    """Yield what can happen to one thing once, and is recorded again: its beginning, and its sale without a return."""
    history = scene.of_item.get(item, [])
    begun = [step for step in history if _begins(step, item)]
    yield from (("serial-places.begun-twice", first, second) for first, second in pairwise(begun))
    sold: Step | None = None
    for step in history:
        if step.disposition == "returned":
            sold = None
        if step.biz_step in SELLING and item in step.items:
            if sold is not None:
                yield "serial-places.sold-twice", sold, step
            sold = step


def _begins(step: Step, item: str) -> bool:
    return step.biz_step == "commissioning" and step.action == "ADD" and item in step.items


def _jumps(path: tuple[Step, ...]) -> Iterator[tuple[str, Step, Step]]:
    """Yield neighbouring steps of two parties at two sites, between which nothing left."""
    last: Step | None = None
    on_the_way = False
    for step in path:
        if places_of(step) and step.biz_step not in _LEAVING:
            if last is not None and not on_the_way and _elsewhere(last, step):
                yield "serial-places.no-way", last, step
            last = step
        if step.biz_step in _LEAVING:
            on_the_way = True
        elif step.biz_step in _AT_REST:
            on_the_way = False


def _elsewhere(before: Step, after: Step) -> bool:
    sites, others = ({site_of(place) for place in places_of(step)} for step in (before, after))
    return before.event.party != after.event.party and not sites & others


def _question(kind: str, item: str, before: Step, after: Step, scene: Scene) -> Question:
    values = {
        "item": named([item]),
        "party": scene.context.name(before.event.party),
        "other": scene.context.name(after.event.party),
        "first": when(before),
        "second": when(after),
    }
    found = f"{before.biz_step or 'a step'}, then {after.biz_step or 'a step'}"
    return Question(Severity.HIGH, Message(kind, values), (before, after), (item,), "one place at a time", found)
