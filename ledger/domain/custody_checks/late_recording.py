"""Late recording (T18): the log took an event long after it is said to have happened."""

from __future__ import annotations

from ledger.domain.custody_checks.answer import Question, Result, Severity
from ledger.domain.custody_checks.reading import hours, named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step


def check_late_recording(scene: Scene) -> Result:
    """Ask about each event that was recorded later than the policy allows."""
    late = (_judge(step, scene) for step in scene.steps)
    return Result(tuple(each for each in late if each is not None), looked_at=len(scene.steps))


def _judge(step: Step, scene: Scene) -> Question | None:
    delay = step.event.recorded_at - step.milliseconds / 1_000
    if delay <= scene.policy.late_recording:
        return None
    items = tuple(sorted(step.key_set))
    values = {
        "step": step.biz_step or "transformation",
        "item": named(items),
        "date": when(step),
        "hours": hours(delay),
        "party": scene.context.name(step.event.party),
    }
    limit = f"within {hours(scene.policy.late_recording)} h"
    said = Message("late-recording.late", values)
    return Question(Severity.LOW, said, (step,), items, limit, f"after {hours(delay)} h")
