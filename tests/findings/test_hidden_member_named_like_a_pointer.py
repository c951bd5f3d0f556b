"""A hidden member named ``errorDeclaration/declarationTime`` stood in for one missing from what a view shows."""

from __future__ import annotations

from ledger.domain.checks import CheckId, Status
from ledger.domain.verdict import Outcome
from tests.builders import World, object_event, view_of
from tests.unit.domain.judging import caught, verify


def test_a_missing_member_of_a_structure() -> None:
    world = World.with_maker()
    logged = world.record(object_event(errorDeclaration={}, **{"errorDeclaration/declarationTime": 1}))
    world.anchor()
    verification = verify(world, world.receipt(logged, view_of(logged)))
    caught(verification, CheckId.EVENT_FORM, Status.INVALID, Outcome.MISMATCH, "event-form.invalid")
