"""What was in a container when, from the container's own steps (EPCIS 2.0 §7.4.2 AggregationEvent, §7.4.6 Association).

ADD puts in, DELETE takes out, DELETE that names nothing takes out all; OBSERVE of something not known to be inside
shows that it is. Of a class, what is taken out is subtracted; an unspecified amount is all of it. Taking out what is
not inside changes nothing here: whether that is odd is a check's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ledger.domain.trace.graph import Joint, Stay
from ledger.domain.trace.step import Step

JOINTS = {"AggregationEvent": Joint.PACKED, "AssociationEvent": Joint.ASSOCIATED}
"""The events that join things to a parent."""


@dataclass(frozen=True, slots=True)
class _Inside:
    """Something that is inside: since when and, if that is known, how much in one unit."""

    since: Step
    amount: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A child of one step; no amount is an unspecified one."""

    item: str
    amount: Decimal | None
    unit: str | None


def stays_in(container: str, steps: Iterable[Step]) -> tuple[Stay, ...]:
    """Return every stay in this container, by its beginning; ``steps`` are the container's own, in order."""
    joined = [(JOINTS[step.type], step) for step in steps if step.type in JOINTS and step.parent == container]
    stays = [stay for joint in Joint for stay in _replay(container, joint, [s for j, s in joined if j is joint])]
    return tuple(sorted(stays, key=lambda stay: (stay.since.moment, stay.item)))


def _replay(container: str, joint: Joint, steps: list[Step]) -> Iterator[Stay]:
    inside: dict[str, _Inside] = {}
    for step in steps:
        if step.action != "DELETE":
            for part in _parts(step):
                inside[part.item] = _put(inside.get(part.item), part, step)
            continue
        for part in _parts(step) or [_Part(item, None, None) for item in inside]:
            rest = _take(inside.pop(part.item, None), part)
            if isinstance(rest, _Inside):
                inside[part.item] = rest
            elif rest is not None:
                yield Stay(part.item, container, joint, rest, step)
    for item, held in inside.items():
        yield Stay(item, container, joint, held.since, None)


def _parts(step: Step) -> list[_Part]:
    single = [_Part(item, Decimal(1), None) for item in dict.fromkeys(step.keys.get("childEPCs", ()))]
    return single + [_Part(each.item, each.amount, each.unit) for each in step.quantities("childQuantityList")]


def _put(held: _Inside | None, part: _Part, step: Step) -> _Inside:
    """Return what is inside after ``part`` was put in, or seen."""
    if held is None:
        return _Inside(step, part.amount, part.unit)
    if step.action != "ADD" or part.item in step.instances:  # seen there, or put in twice: still the same
        return held
    if held.amount is None or part.amount is None or held.unit != part.unit:
        return _Inside(held.since, None, None)
    return _Inside(held.since, held.amount + part.amount, held.unit)


def _take(held: _Inside | None, part: _Part) -> _Inside | Step | None:
    """Return what is left inside, or the step since which it was there if nothing is; ``None`` if it was not there."""
    if held is None:
        return None
    known = held.amount is not None and part.amount is not None and held.unit == part.unit
    if known and held.amount > part.amount:  # type: ignore[operator]  # both known
        return _Inside(held.since, held.amount - part.amount, held.unit)  # type: ignore[operator]
    return held.since
