"""Impossible travel (T09): one thing at two places, further apart than its means of transport goes in the time."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from ledger.codec.terms import NAMESPACE
from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.place import Coordinates, coordinates_of, distance_km, places_of
from ledger.domain.custody_checks.reading import hours, named, seconds_between, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step

MODE: Final = NAMESPACE + "mode"
"""The member by which an event says how goods travel from then on: sea, air, rail or road."""

FASTEST: Final = "air"


def check_travel(scene: Scene) -> Result:
    """Ask about each pair of neighbouring steps that no means of transport joins in the time between."""
    asked: dict[tuple[Step, Step], Question] = {}
    located: set[Step] = set()
    for item in scene.instances:
        path = scene.path(item)
        points = [(step, point) for step in path if (point := _point(step, scene)) is not None]
        located.update(step for step, _ in points)
        for (before, start), (after, end) in pairwise(points):
            if (before, after) not in asked:
                mode = _mode(path, before, after)
                question = _judge(item, (before, start), (after, end), mode, scene)
                if question is not None:
                    asked[before, after] = question
    gaps = () if len(located) > 1 else (Gap(missing("coordinates"), scene.steps),)
    return Result(tuple(asked.values()), gaps, len(located))


def _point(step: Step, scene: Scene) -> Coordinates | None:
    """Return where the step took place: the read point's coordinates, else the business location's."""
    points = (coordinates_of(place, scene.context.places) for place in places_of(step))
    return next((point for point in points if point is not None), None)


def _mode(path: tuple[Step, ...], before: Step, after: Step) -> str:
    """Return the means of transport stated on the way, the fastest of several or of none."""
    on_the_way = (step for step in path if before.moment <= step.moment < after.moment)
    stated = {mode for step in on_the_way if isinstance(mode := step.event.members.get(MODE), str)}
    return stated.pop() if len(stated) == 1 else FASTEST


def _judge(
    item: str, before: tuple[Step, Coordinates], after: tuple[Step, Coordinates], mode: str, scene: Scene
) -> Question | None:
    distance = distance_km(before[1], after[1])
    limit = scene.policy.speeds.get(mode, scene.policy.speeds[FASTEST])
    seconds = seconds_between(before[0], after[0])
    if distance - scene.policy.travel_slack_km <= limit * (seconds + scene.policy.clock_skew) / 3_600:
        return None
    values = {
        "item": named([item]),
        "km": f"{distance:.0f}",
        "hours": hours(seconds),
        "first": when(before[0]),
        "second": when(after[0]),
        "limit": f"{limit:.0f}",
    }
    needed = f"{distance / (seconds / 3_600):.0f} km/h" if seconds else f"{distance:.0f} km at once"
    said = Message("travel.too-fast", values)
    return Question(Severity.HIGH, said, (before[0], after[0]), (item,), f"at most {limit:.0f} km/h ({mode})", needed)
