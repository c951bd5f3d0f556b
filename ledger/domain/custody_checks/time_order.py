"""Wrong order of times (T18): an event before one that must precede it, or recorded before it happened."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.codec.statement import ZERO32
from ledger.domain.custody_checks.answer import Question, Result, Severity
from ledger.domain.custody_checks.reading import hours, named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.types import Hash32

_BEGINNING = frozenset({"commissioning", "creating_class_instance"})


def check_time_order(scene: Scene) -> Result:
    """Ask about each event that stands before its predecessor, or after the time at which the log took it."""
    pairs = {
        (before, after): kind
        for kind, of_kind in (
            ("beginning", _before_beginning(scene)),
            ("handover", (pair for pair in scene.early_receipts if _apart(*pair, scene))),
            ("unpacking", _unpacked_before_packed(scene)),
            ("statement", _before_previous(scene)),
        )
        for before, after in of_kind
    }
    early = [_recorded_early(step, scene) for step in scene.steps if _is_early(step, scene)]
    ordered = [_question(kind, before, after) for (before, after), kind in pairs.items()]
    return Result((*early, *ordered), looked_at=len(scene.steps))


def _is_early(step: Step, scene: Scene) -> bool:
    return step.milliseconds / 1_000 > step.event.recorded_at + scene.policy.clock_skew


def _recorded_early(step: Step, scene: Scene) -> Question:
    ahead = step.milliseconds / 1_000 - step.event.recorded_at
    items = tuple(sorted(step.key_set))
    values = {
        "party": scene.context.name(step.event.party), "item": named(items), "date": when(step), "hours": hours(ahead)
    }  # fmt: skip
    said = Message("time-order.recorded-early", values)
    return Question(Severity.MEDIUM, said, (step,), items, "recorded after it happened", f"{values['hours']} h before")


def _before_beginning(scene: Scene) -> Iterator[tuple[Step, Step]]:
    """Yield each step of a thing that came into being only later, with its beginning."""
    for item in scene.instances:
        history = scene.graph.histories.get(item, ())
        born = [step for step in history if _begins(step, item)]
        if len(born) == 1:
            early = (step for step in history if step.moment < born[0].moment and step is not born[0])
            yield from ((step, born[0]) for step in early if _apart(step, born[0], scene))


def _begins(step: Step, item: str) -> bool:
    added = step.type == "ObjectEvent" and step.action == "ADD" and step.biz_step in _BEGINNING and item in step.items
    return added or (item in step.outputs and item not in step.inputs)


def _unpacked_before_packed(scene: Scene) -> Iterator[tuple[Step, Step]]:
    """Yield each step that takes a thing out of a container into which it was put once, and later."""
    for container in scene.stays_in:
        history = [step for step in scene.graph.histories.get(container, ()) if step.parent == container]
        for item in sorted({child for step in history for child in step.keys.get("childEPCs", ())}):
            put = [step for step in history if step.action == "ADD" and item in step.children]
            taken = [step for step in history if step.action == "DELETE" and item in step.children]
            if len(put) == len(taken) == 1 and taken[0].moment < put[0].moment and _apart(taken[0], put[0], scene):
                yield taken[0], put[0]


def _before_previous(scene: Scene) -> Iterator[tuple[Step, Step]]:
    """Yield each custody statement whose event is said to have happened before that of the statement it follows."""
    stated: dict[Hash32, Step] = {step.event.statement_hash: step for step in scene.steps}
    for step in scene.steps:
        previous = stated.get(step.event.statement.previous)
        if step.event.statement.previous != ZERO32 and previous is not None and _apart(step, previous, scene):
            yield step, previous


def _apart(early: Step, late: Step, scene: Scene) -> bool:
    """Say whether two steps lie further apart than clocks differ, in the wrong order."""
    return late.milliseconds - early.milliseconds > scene.policy.clock_skew * 1_000


def _question(kind: str, early: Step, late: Step) -> Question:
    items = tuple(sorted(early.key_set & late.key_set)) or tuple(sorted(early.key_set))
    values = {
        "item": named(items),
        "early": early.biz_step or "transformation",
        "late": late.biz_step or "transformation",
        "earlyDate": when(early),
        "lateDate": when(late),
    }
    severity = Severity.LOW if kind == "statement" else Severity.MEDIUM
    said = Message("time-order.before", values)
    return Question(severity, said, (early, late), items, f"not before {values['lateDate']}", values["earlyDate"])
