"""A role view hid a second declaration: names were asked not to be second ones of the standard only where shown.

The manifest tells the names of hidden members too, so nothing like ``epcis:errorDeclaration`` can stand behind one.
"""

from __future__ import annotations

import pytest

from ledger.domain.checks import CheckId, Status
from ledger.domain.verdict import Outcome
from tests.builders import World, object_event, view_of
from tests.unit.domain.judging import caught, verify


@pytest.mark.parametrize(
    "name", ["epcis:errorDeclaration", "https://ref.gs1.org/epcis/action", "https://ns.gs1.org/epcis/action", "@type"]
)
def test_a_hidden_member_under_a_second_name(name: str) -> None:
    world = World.with_maker()
    logged = world.record(object_event(**{name: "hidden"}))
    world.anchor()
    verification = verify(world, world.receipt(logged, view_of(logged)))
    caught(verification, CheckId.EVENT_FORM, Status.INVALID, Outcome.MISMATCH, "event-form.invalid")
