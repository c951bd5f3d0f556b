"""Checks 11 and 12: under whose company prefix new identifiers stand, and in whose hands the key was."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain import facts
from ledger.domain.checks import Status
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from tests.builders import DAY, World, address, object_event, party, view_of
from tests.unit.domain.signing import MAKER, add_party, anchored, verified


@pytest.fixture
def world() -> World:
    return World.with_maker()


# --- 11 identifiers -------------------------------------------------------------------------------------------------

FOREIGN = "urn:epc:id:sgtin:4099999.011122.1"
UNCLAIMED = "urn:epc:id:sgtin:0614141.011122.1"


@pytest.fixture
def neighbours(world: World) -> World:
    add_party(world, "neighbour")
    world.fact(facts.PrefixClaimed(party("neighbour"), 4_099_999, 7))
    return world


def identifiers(world: World, *shown: str, **members: Any) -> tuple[Status, str]:
    logged = world.record(object_event(**members))
    world.anchor()
    check = verified(world, logged, view_of(logged, *shown) if shown else None).checks[10]
    return check.status, check.finding.reason.key.removeprefix("identifiers.")


TRANSFORMATION: dict[str, Any] = {
    "type": "TransformationEvent",
    "action": None,
    "epcList": None,
    "inputEPCList": [FOREIGN],
    "outputEPCList": ["urn:epc:id:sgtin:4012345.011122.1"],
}
AGGREGATION: dict[str, Any] = {
    "type": "AggregationEvent",
    "epcList": None,
    "childEPCs": [FOREIGN],
    "parentID": "urn:epc:id:sscc:4012345.0111222333",
}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, (Status.VALID, "own")),
        ({"epcList": [UNCLAIMED]}, (Status.VALID, "unclaimed")),
        ({"epcList": ["urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a02"]}, (Status.VALID, "unclaimed")),
        ({"epcList": []}, (Status.VALID, "none")),
        ({"epcList": [FOREIGN]}, (Status.INVALID, "foreign")),
        ({"epcList": ["https://shop.example/01/04099999111222/21/7"]}, (Status.INVALID, "foreign")),
        ({"epcList": [UNCLAIMED, FOREIGN]}, (Status.INVALID, "foreign")),
        ({"epcList": [FOREIGN], "type": "https://ref.gs1.org/epcis/ObjectEvent"}, (Status.INVALID, "foreign")),
        ({"epcList": [FOREIGN], "action": "OBSERVE"}, (Status.VALID, "none")),
        (
            {"epcList": None, "quantityList": [{"epcClass": "urn:epc:class:lgtin:4099999.011122.L1", "quantity": 5}]},
            (Status.INVALID, "foreign"),
        ),
        (TRANSFORMATION, (Status.VALID, "own")),
        (TRANSFORMATION | {"outputEPCList": [FOREIGN]}, (Status.INVALID, "foreign")),
        (AGGREGATION, (Status.VALID, "own")),
        (AGGREGATION | {"parentID": "urn:epc:id:sscc:4099999.0111222333"}, (Status.INVALID, "foreign")),
        (AGGREGATION | {"parentID": "urn:epc:id:sscc:4099999.0111222333", "action": "DELETE"}, (Status.VALID, "none")),
    ],
)
def test_identifiers(neighbours: World, members: dict[str, Any], expected: tuple[Status, str]) -> None:
    assert identifiers(neighbours, **members) == expected


def test_foreign_prefix_reads_signer_not_entitled(neighbours: World) -> None:
    logged = neighbours.record(object_event(epcList=[FOREIGN]))
    neighbours.anchor()
    verification = verified(neighbours, logged)
    assert verification.outcome is Outcome.SIGNER_UNKNOWN
    assert verification.sentence.key == "verdict.signer-not-entitled"
    assert verification.checks[10].finding.reason.values == {"holder": "Neighbour Ltd"}


def test_a_prefix_claimed_after_the_head_does_not_count(world: World) -> None:
    logged = world.record(object_event(epcList=[FOREIGN]))
    world.anchor()
    add_party(world, "neighbour")
    world.fact(facts.PrefixClaimed(party("neighbour"), 4_099_999, 7))
    assert verified(world, logged).outcome is Outcome.VERIFIED


def test_a_released_prefix_is_nobodys(neighbours: World) -> None:
    neighbours.fact(facts.PrefixReleased(party("neighbour"), 4_099_999, 7))
    assert identifiers(neighbours, epcList=[FOREIGN]) == (Status.VALID, "unclaimed")


def test_a_prefix_with_leading_zeros(neighbours: World) -> None:
    neighbours.fact(facts.PrefixClaimed(party("neighbour"), 61_414, 7))
    assert identifiers(neighbours, epcList=["urn:epc:id:sgtin:0061414.011122.1"]) == (Status.INVALID, "foreign")
    assert identifiers(neighbours, epcList=["urn:epc:id:sgtin:0614141.011122.1"]) == (Status.VALID, "unclaimed")


def test_hidden_identifiers_are_not_checked(neighbours: World) -> None:
    assert identifiers(neighbours, "bizStep", epcList=[FOREIGN]) == (Status.SKIPPED, "hidden")


def test_identifiers_partly_hidden_by_name_and_shown_by_class(neighbours: World) -> None:
    quantity = [{"epcClass": "urn:epc:class:lgtin:4012345.011122.L1", "quantity": 5}]
    assert identifiers(neighbours, "quantityList", quantityList=quantity) == (Status.VALID, "partly")


def test_of_a_partial_table_the_elements_shown_are_checked(neighbours: World) -> None:
    logged = neighbours.record(object_event(epcList=[UNCLAIMED, FOREIGN]))
    neighbours.anchor()
    status = {
        n: verified(neighbours, logged, view_of(logged, epcList=frozenset({n}))).checks[10].status for n in (0, 1)
    }
    assert status == {0: Status.VALID, 1: Status.INVALID}


# --- 12 custodian ---------------------------------------------------------------------------------------------------


def custodian(verification: Verification) -> tuple[str, dict[str, Any]]:
    reason = verification.checks[11].finding.reason
    return reason.key, dict(reason.values)


def test_a_party_that_holds_its_key_itself(world: World) -> None:
    assert custodian(anchored(world)) == ("custodian.self", {"party": "Maker GmbH"})


def test_a_custodial_key_names_its_custodian(world: World) -> None:
    add_party(world, "platform", role=None)
    add_party(world, "seller", custodian=party("platform"))
    verification = anchored(world, key="seller", party=party("seller"))
    assert verification.outcome is Outcome.VERIFIED
    assert custodian(verification) == ("custodian.named", {"party": "Seller Ltd", "custodian": "Platform Ltd"})
    assert verification.checks[11].finding.reason.text() == "Signed by Seller Ltd's custodian Platform Ltd."
    assert verification.signer is not None
    assert verification.signer.custodian == "Platform Ltd"


def test_a_rotated_custodial_key_keeps_its_custodian(world: World) -> None:
    add_party(world, "platform", role=None)
    world.fact(facts.KeyRotated(MAKER, address("maker"), address("new"), party("platform"), world.now + 2 * DAY))
    assert custodian(anchored(world, key="new"))[0] == "custodian.named"
