"""An identifier with a slip in its form named another party's company prefix and read "under no claimed prefix"."""

from __future__ import annotations

import pytest

from ledger.domain import facts
from ledger.domain.checks import CheckId, Status
from ledger.domain.verdict import Outcome
from ledger.epcis.named_prefix import digits_named
from tests.builders import World, contract, object_event, party
from tests.unit.domain.judging import caught, verify

MISSPELT = [
    "urn:epc:id:sgtin:9506000.011122.a-serial-longer-than-twenty",
    "urn:epc:id:sgtin:9506000.011122.é",
    "urn:epc:id:SGTIN:9506000.011122.1",
    "urn:epc:id:sgtin:9506000.011122",
    "urn:epc:id:sgtin:%39506000.011122.1",
    "urn:epc:id:sgtin:950600.0011122.",
    "urn:epc:id:sscc:9506000.1",
    "urn:epc:class:lgtin:9506000.011122.",
    "https://id.gs1.org/01/%309506000111228/21/1",
    "https://id.gs1.org/%301/09506000111228/21/1",
    "https://id.gs1.org/01/09506000111228/99/1",
    "https://id.gs1.org/01/09506000111228/21/1/more",
    "https://brand.example/gtin/09506000111228/ser/a-serial-longer-than-twenty",
]


@pytest.mark.parametrize("identifier", MISSPELT)
def test_a_misspelt_identifier(identifier: str) -> None:
    world = World.with_maker()
    world.fact(facts.PartyAccredited(party("other"), "DE", party("authority"), contract("cold"), "Other AG"))
    world.fact(facts.PrefixClaimed(party("other"), 9_506_000, 7))
    logged = world.record(object_event(epcList=[identifier]))
    world.anchor()
    verification = verify(world, world.receipt(logged))
    caught(verification, CheckId.IDENTIFIERS, Status.INVALID, Outcome.SIGNER_UNKNOWN, "identifiers.foreign")


@pytest.mark.parametrize(
    "identifier",
    [
        "urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a01",
        "https://example.org/id/09506000111228",
        "urn:epc:id:x:abc",
        "",
    ],
)
def test_what_names_no_company_prefix(identifier: str) -> None:
    assert digits_named(identifier) is None
