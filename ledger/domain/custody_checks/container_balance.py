"""What went into a container against what came out of it, over the whole of its recorded history.

More out than in is always asked about. Less is asked about only where unpacking named its children one by one, stopped
short of all, and nothing is recorded of the container, or of what is left in it, afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.domain.custody_checks.amounts import exceeds, total, written
from ledger.domain.custody_checks.answer import Question, Severity
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step


@dataclass(slots=True)
class _Tally:
    """A container on the way through its steps."""

    container: str
    put: list[Step] = field(default_factory=list)
    taken: list[Step] = field(default_factory=list)
    inside: dict[str, Step] = field(default_factory=dict)
    strange: list[tuple[Step, str]] = field(default_factory=list)
    packed_count: int = 0
    last: Step | None = None

    def take(self, step: Step) -> None:
        children = step.keys.get("childEPCs", ())
        self.last = step
        if step.action != "DELETE":
            if not self.inside:
                self.put, self.taken, self.packed_count = [], [], 0
            self.put.append(step)
            self.packed_count += sum(1 for child in dict.fromkeys(children) if child not in self.inside)
            self.inside |= dict.fromkeys(children, step)
            return
        self.taken.append(step)
        if not step.children:
            self.inside.clear()
        for child in children:
            if self.inside.pop(child, None) is None and self.put:
                self.strange.append((step, child))


def container_questions(scene: Scene) -> tuple[list[Question], int]:
    """Return what is odd about the contents of each container reached, and how many were looked at."""
    questions: list[Question] = []
    count = 0
    for container, history in scene.graph.histories.items():
        steps = [step for step in history if step.type == "AggregationEvent" and step.parent == container]
        if not steps:
            continue
        count += 1
        tally = _Tally(container)
        for step in steps:
            tally.take(step)
        questions += [
            *_never_packed(tally, history),
            *_left_over(tally, history, scene),
            *_classes(tally, steps, scene),
        ]
    return questions, count


def _never_packed(tally: _Tally, history: tuple[Step, ...]) -> Iterator[Question]:
    """Yield a question for each step that takes out what never was put in."""
    ever = {child for step in history if step.action != "DELETE" for child in step.children}
    strange: dict[Step, list[str]] = {}
    for step, child in tally.strange:
        if child not in ever:
            strange.setdefault(step, []).append(child)
    for step, children in strange.items():
        values = {"container": named([tally.container]), "item": named(children), "date": when(step)}
        said, items = Message("quantity.never-packed", values), (tally.container, *children)
        yield Question(Severity.HIGH, said, (*tally.put, step), items, "only what was packed", f"{len(children)} more")


def _left_over(tally: _Tally, history: tuple[Step, ...], scene: Scene) -> Iterator[Question]:
    """Yield a question for what was packed, not unpacked with the rest, and never heard of again."""
    last = tally.last
    if last is None or last.action != "DELETE" or not tally.inside or history[-1] is not last:
        return
    lost = [item for item in sorted(tally.inside) if not _heard_of(item, last, scene)]
    if not lost:
        return
    values = {
        "container": named([tally.container]),
        "in": str(tally.packed_count),
        "out": str(tally.packed_count - len(tally.inside)),
        "item": named(lost),
        "date": when(last),
    }
    said, items = Message("quantity.left-over", values), (tally.container, *lost)
    yield Question(Severity.MEDIUM, said, (*tally.put, *tally.taken), items, values["in"], values["out"])


def _heard_of(item: str, last: Step, scene: Scene) -> bool:
    return any(step.moment > last.moment for step in scene.graph.histories.get(item, ()))


def _classes(tally: _Tally, steps: list[Step], scene: Scene) -> Iterator[Question]:
    """Yield a question for each class of which more was taken out than put in."""
    put = [(step, each) for step in steps if step.action == "ADD" for each in step.quantities("childQuantityList")]
    taken = [(step, each) for step in steps if step.action == "DELETE" for each in step.quantities("childQuantityList")]
    for item in sorted({each.item for _, each in put} & {each.item for _, each in taken}):
        went_in = total(each for _, each in put if each.item == item)
        came_out = total(each for _, each in taken if each.item == item)
        if went_in is None or came_out is None or went_in[0] != came_out[0]:
            continue
        if exceeds(came_out[1], went_in[1], came_out[0], scene.policy.tolerance):
            values = {
                "container": named([tally.container]),
                "item": named([item]),
                "in": written(went_in[1], went_in[0]),
                "out": written(came_out[1], came_out[0]),
            }
            named_here = tuple(dict.fromkeys(step for step, each in (*put, *taken) if each.item == item))
            said, items = Message("quantity.more-out", values), (tally.container, item)
            yield Question(Severity.HIGH, said, named_here, items, f"at most {values['in']}", values["out"])
