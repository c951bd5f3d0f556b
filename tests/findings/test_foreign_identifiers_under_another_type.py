"""An event of somebody else's type brought identifiers under a foreign company prefix into being, unchecked.

So did outputs on an event that has none. Check 11 asks what the members say, not only what the type is.
"""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain import facts
from ledger.domain.checks import CheckId, Status
from ledger.domain.verdict import Outcome
from tests.builders import World, contract, object_event, party
from tests.unit.domain.judging import caught, verify

FOREIGN = "urn:epc:id:sgtin:9506000.011122.1"


@pytest.fixture
def world() -> World:
    world = World.with_maker()
    world.fact(facts.PartyAccredited(party("other"), "DE", party("authority"), contract("cold"), "Other AG"))
    world.fact(facts.PrefixClaimed(party("other"), 9_506_000, 7))
    return world


@pytest.mark.parametrize(
    "members",
    [
        {"type": "https://example.org/Commissioning", "epcList": [FOREIGN]},
        {"type": "https://example.org/Packing", "epcList": [], "parentID": FOREIGN},
        {"type": "https://example.org/Making", "action": None, "outputEPCList": [FOREIGN]},
        {"action": "OBSERVE", "outputEPCList": [FOREIGN]},
    ],
    ids=["items", "a parent", "outputs", "outputs of an ObjectEvent"],
)
def test_identifiers_of(world: World, members: dict[str, Any]) -> None:
    logged = world.record(object_event(**members))
    world.anchor()
    verification = verify(world, world.receipt(logged))
    caught(verification, CheckId.IDENTIFIERS, Status.INVALID, Outcome.SIGNER_UNKNOWN, "identifiers.foreign")


@pytest.mark.parametrize("type_", ["TransactionEvent", "AssociationEvent"])
def test_things_that_other_events_add_to_are_not_new(world: World, type_: str) -> None:
    event = object_event(type=type_, epcList=None, parentID=FOREIGN, childEPCs=[FOREIGN], action="ADD")
    if type_ == "TransactionEvent":
        del event["childEPCs"]
        event |= {"epcList": [FOREIGN], "bizTransactionList": [{"bizTransaction": "urn:epc:id:gdti:4012345.00001.1"}]}
    logged = world.record(event)
    world.anchor()
    verification = verify(world, world.receipt(logged))
    assert verification.outcome is Outcome.VERIFIED
    assert verification.checks[10].finding.reason.key == "identifiers.none"
