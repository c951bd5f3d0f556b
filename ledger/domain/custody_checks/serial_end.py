"""A serial after its end (T11): seen again after it was decommissioned, destroyed, or used up in a transformation."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.reading import SELLING, named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step

_ENDING = frozenset({"decommissioning", "destroying", "killing"})
_REUSED = ("https://id.gs1.org/8003/", "https://id.gs1.org/8004/")
"""Assets, which begin again."""


def check_serial_end(scene: Scene) -> Result:
    """Ask about each thing that is named after the step that ended it."""
    questions = tuple(each for item in scene.instances for each in _after_end(item, scene))
    gaps = () if scene.instances else (Gap(missing("serials"), scene.steps),)
    return Result(questions, gaps, len(scene.instances))


def _after_end(item: str, scene: Scene) -> Iterator[Question]:
    """Yield a question for the first step after the end, if there is one."""
    end: Step | None = None
    for step in scene.of_item.get(item, ()):
        if item.startswith(_REUSED) and step.action == "ADD":
            end = None
        if end is not None and step.milliseconds - end.milliseconds > scene.policy.clock_skew * 1_000:
            yield _question(item, end, step, scene)
            return
        if end is None and _ends(step, item):
            end = step


def _ends(step: Step, item: str) -> bool:
    if item in step.items and step.type == "ObjectEvent":
        return step.biz_step in _ENDING or (step.action == "DELETE" and step.biz_step not in SELLING)
    return item in step.inputs and item not in step.outputs


def _question(item: str, end: Step, after: Step, scene: Scene) -> Question:
    ended = end.biz_step if item in end.items and end.biz_step else "transformation"
    values = {
        "item": named([item]),
        "ended": ended,
        "first": when(end),
        "step": after.biz_step or "transformation",
        "party": scene.context.name(after.event.party),
        "second": when(after),
    }
    said = Message("serial-end.seen-again", values)
    return Question(Severity.HIGH, said, (end, after), (item,), f"no step after {when(end)}", when(after))
