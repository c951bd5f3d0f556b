"""Fork: two next steps that exclude each other.

In custody, two statements by one party that follow the same one, each of them lawful there (`ledger.domain.custody`);
without custody statements, goods that one party shipped twice to different receivers, or that two parties received.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.domain.custody.replay import Fork, replay
from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.custody_acts import acts_of, is_custody
from ledger.domain.custody_checks.handovers import Shipment, parties_named
from ledger.domain.custody_checks.reading import named, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.types import Hash32

_PASSING = frozenset({"carrier", "warehouse"})


def check_fork(scene: Scene) -> Result:
    """Ask about each pair of steps of which only one can have been next."""
    acts, unread = acts_of(scene.steps)
    steps = {step.event.statement_hash: step for step in scene.steps if is_custody(step)}
    forks = replay(acts).forks if acts else ()
    questions = [_statements(fork, steps, scene) for fork in forks]
    for shipment in scene.shipments:
        questions += [*_shipped_twice(shipment, scene), *_received_twice(shipment, scene)]
    gaps = [Gap(missing("terms"), tuple(unread))] if unread else []
    if not acts and not scene.shipments and not unread:
        gaps.append(Gap(missing("handovers")))
    return Result(tuple(questions), tuple(gaps), len(acts) + len(scene.shipments))


def _statements(fork: Fork, steps: dict[Hash32, Step], scene: Scene) -> Question:
    pair = steps[fork.first], steps[fork.second]
    items = tuple(sorted(pair[0].key_set | pair[1].key_set))
    values = {
        "party": scene.context.name(fork.party),
        "first": pair[0].event.act,
        "second": pair[1].event.act,
        "item": named(items),
    }
    said = Message("fork.statements", values)
    return Question(Severity.HIGH, said, pair, items, "one statement that follows another", "two")


def _shipped_twice(shipment: Shipment, scene: Scene) -> Iterator[Question]:
    again = shipment.again
    if again is None or shipment.receipts or again.event.party != shipment.shipped.event.party:
        return
    first, second = parties_named(shipment.shipped), parties_named(again)
    if first and second and not set(first) & set(second):
        values = {
            "party": scene.context.name(again.event.party),
            "item": named(shipment.items),
            "first": when(shipment.shipped),
            "second": when(again),
        }
        steps, said = (shipment.shipped, again), Message("fork.shipped-twice", values)
        yield Question(Severity.HIGH, said, steps, shipment.items, "one receiver", "two, and no receipt between")


def _received_twice(shipment: Shipment, scene: Scene) -> Iterator[Question]:
    takers: dict[object, Step] = {}
    for received in shipment.receipts:
        same = scene.things[received] & shipment.things
        if same and received.event.statement.role not in _PASSING:
            takers.setdefault(received.event.party, received)
    for other in list(takers.values())[1:]:
        first = next(iter(takers.values()))
        both = scene.things[first] & scene.things[other]
        if both:
            values = {
                "item": named(both),
                "first": scene.context.name(first.event.party),
                "second": scene.context.name(other.event.party),
            }
            steps, said = (shipment.shipped, first, other), Message("fork.received-twice", values)
            yield Question(Severity.HIGH, said, steps, tuple(sorted(both)), "one receiver", "two")
