"""Custody gap (T12): goods were shipped and nobody recorded a receipt, or somebody other than the one named did."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.domain.custody_checks.answer import Gap, Question, Result, Severity, missing
from ledger.domain.custody_checks.handovers import Shipment, is_owner_only, parties_named
from ledger.domain.custody_checks.reading import SELLING, hours, named, seconds_between, when
from ledger.domain.custody_checks.scene import Scene
from ledger.domain.messages import Message
from ledger.domain.trace import Step
from ledger.epcis.named_prefix import digits_named
from ledger.types import PartyId

_AT_REST = SELLING | {"unpacking", "storing", "stocking", "repackaging", "installing", "assembling"}
"""Steps of somebody who has the goods: they come after a receipt."""
_ON_THE_WAY = frozenset({"carrier", "warehouse", "customs", "tax", "declarant"})
"""Roles that have goods in hand between shipment and receipt without being the receiver."""


def check_custody_gap(scene: Scene) -> Result:
    """Ask after each shipment that nobody, or another than the one named, received."""
    found = [each for shipment in scene.shipments for each in _judge(shipment, scene)]
    gaps = [each for each in found if isinstance(each, Gap)]
    if not scene.shipments:
        gaps.append(Gap(missing("shipments")))
    questions = tuple(each for each in found if isinstance(each, Question))
    return Result(questions, tuple(gaps), len(scene.shipments))


def _judge(shipment: Shipment, scene: Scene) -> Iterator[Question | Gap]:
    if shipment.shipped.hides_items:
        yield Gap(missing("items"), (shipment.shipped,))
    elif any(shipped is shipment.shipped for _, shipped in scene.early_receipts):
        return  # received, by clocks that differ: `time_order` asks
    elif shipment.receipts:
        yield from _receiver(shipment, scene)
    elif (moved_on := _moved_on(shipment, scene)) is not None:
        yield _no_receipt(shipment, scene, moved_on)
    else:
        waited = scene.context.as_of - shipment.shipped.milliseconds / 1_000
        if waited > scene.policy.receipt_within:
            yield _overdue(shipment, scene, waited)


def _moved_on(shipment: Shipment, scene: Scene) -> Step | None:
    """Return the first step that only somebody who received the goods would do."""
    sender, things = shipment.shipped.event.party, shipment.things | shipment.shipped.key_set
    if shipment.again is not None and shipment.again.event.party != sender:
        return shipment.again
    end = None if shipment.again is None else shipment.again.moment
    return next(
        (
            step
            for step in scene.steps
            if step.moment > shipment.shipped.moment
            and (end is None or step.moment < end)
            and (step.biz_step in _AT_REST or step.inputs)
            and step.event.party != sender
            and step.event.statement.role not in _ON_THE_WAY
            and step.key_set & things
        ),
        None,
    )


def _no_receipt(shipment: Shipment, scene: Scene, moved_on: Step) -> Question:
    shipped, name = shipment.shipped, scene.context.name
    return Question(
        Severity.HIGH,
        Message(
            "custody-gap.skipped",
            {
                "item": named(shipment.items),
                "sender": name(shipped.event.party),
                "date": when(shipped),
                "other": name(moved_on.event.party),
                "step": moved_on.biz_step or "transformation",
            },
        ),
        (shipped, moved_on),
        shipment.items,
        "a receipt before the next step",
        "none",
    )


def _overdue(shipment: Shipment, scene: Scene, waited: float) -> Question:
    shipped = shipment.shipped
    values = {
        "item": named(shipment.items),
        "sender": scene.context.name(shipped.event.party),
        "date": when(shipped),
        "hours": hours(waited),
    }
    limit = f"a receipt within {hours(scene.policy.receipt_within)} h"
    return Question(Severity.MEDIUM, Message("custody-gap.overdue", values), (shipped,), shipment.items, limit, "none")


def _receiver(shipment: Shipment, scene: Scene) -> Iterator[Question | Gap]:
    """Compare whoever received with the receiver that the shipment names."""
    named_ids = parties_named(shipment.shipped)
    if not named_ids:
        yield Gap(missing("receiver"), (shipment.shipped,))
        return
    candidates = [each for each in shipment.receipts if not _passes_on(each, shipment.shipped)]
    if not candidates or any(set(parties_named(each)) & set(named_ids) for each in candidates):
        return
    expected = {party for each in named_ids if (party := _party_of(each, scene)) is not None}
    if not expected:
        yield Gap(missing("receiver-party"), (shipment.shipped,))
    elif not any(each.event.party in expected for each in candidates):
        yield _other_receiver(shipment, candidates[0], min(expected), scene)


def _passes_on(received: Step, shipped: Step) -> bool:
    """Say whether a receipt is on the way to the new owner, who alone is named."""
    return is_owner_only(shipped) and received.event.statement.role in _ON_THE_WAY


def _party_of(identifier: str, scene: Scene) -> PartyId | None:
    digits = digits_named(identifier)
    holder = scene.context.holder
    return None if digits is None or holder is None else holder(digits)


def _other_receiver(shipment: Shipment, received: Step, expected: PartyId, scene: Scene) -> Question:
    name = scene.context.name
    values = {
        "item": named(shipment.items),
        "named": name(expected),
        "receiver": name(received.event.party),
        "date": when(received),
        "hours": hours(seconds_between(shipment.shipped, received)),
    }
    steps, said = (shipment.shipped, received), Message("custody-gap.other-receiver", values)
    return Question(
        Severity.HIGH, said, steps, shipment.items, f"received by {values['named']}", f"by {values['receiver']}"
    )
