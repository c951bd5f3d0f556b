"""Container content used without unpacking: a thing is sold, used or packed anew while recorded inside another."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.reading import SELLING, SHIPPING, instances_of, named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Joint, Stay, Step

_LOOSE = SELLING | {"installing", "assembling", "decommissioning", "destroying", "stocking"}
"""Steps that a thing inside another cannot go through."""


def check_contents(scene: Scene) -> Result:
    """Ask about each use of a thing that was, as far as is recorded, still inside its container."""
    instances = frozenset(scene.instances)
    stays = [stay for stay in scene.graph.stays if stay.joint is Joint.PACKED and stay.item in instances]
    questions = [question for stay in stays for question in _uses(stay, scene)]
    gaps = () if stays else (Gap(missing("packing")),)
    return Result(tuple(questions), gaps, len(stays))


def _uses(stay: Stay, scene: Scene) -> Iterator[Question]:
    """Yield a question for the first use inside a stay, if there is one."""
    for step in scene.of_item.get(stay.item, ()):
        within = stay.window.holds(step.moment) and step is not stay.since and step is not stay.until
        if within and _needs_it_loose(step, stay, scene):
            yield _question(stay, step, scene)
            return


def _needs_it_loose(step: Step, stay: Stay, scene: Scene) -> bool:
    item = stay.item
    if step.type == "AggregationEvent":
        moved = step.action == "ADD" and item in step.children and step.parent != stay.container
        return moved or (step.action == "DELETE" and step.parent == item)
    if item in step.inputs:
        return True
    if item not in step.items:
        return False
    return step.biz_step in _LOOSE or (step.biz_step in SHIPPING and not _ships_container(step, stay, scene))


def _ships_container(step: Step, stay: Stay, scene: Scene) -> bool:
    """Say whether the same step ships the container, or what that is in."""
    named_here, around, seen = instances_of(step), [stay.container], set[str]()
    while around:
        container = around.pop()
        if container in named_here:
            return True
        if container not in seen:
            seen.add(container)
            around += [each.container for each in scene.stays_of.get(container, ()) if each.window.holds(step.moment)]
    return False


def _question(stay: Stay, step: Step, scene: Scene) -> Question:
    values = {
        "item": named([stay.item]),
        "container": named([stay.container]),
        "packed": when(stay.since),
        "step": step.biz_step or "transformation",
        "party": scene.context.name(step.event.party),
        "date": when(step),
    }
    said, items = Message("contents.still-inside", values), (stay.item, stay.container)
    return Question(Severity.MEDIUM, said, (stay.since, step), items, "unpacked before", "no unpacking between")
