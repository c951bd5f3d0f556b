"""How the tests of the signer ask: add a party, log and anchor its record, verify it."""

from __future__ import annotations

from typing import Any

from ledger.domain import facts
from ledger.domain.parties import NO_PARTY
from ledger.domain.receipt import dump_receipt
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_receipt
from ledger.types import PartyId
from tests.builders import FOR_EVER, Logged, World, address, contract, object_event, party

MAKER, AUTHORITY = party("maker"), party("authority")
OBSERVED = object_event(action="OBSERVE", bizStep="inspecting")
"""An event that brings nothing into being, so that check 11 has no say."""


def add_party(world: World, name: str, *, role: str | None = "manufacturer", custodian: PartyId = NO_PARTY) -> None:
    world.fact(facts.PartyAccredited(party(name), "DE", AUTHORITY, contract("cold"), f"{name.title()} Ltd"))
    world.fact(facts.KeyAdded(party(name), address(name), custodian))
    if role is not None:
        world.fact(facts.RoleGranted(party(name), role, "DE", 0, FOR_EVER))


def anchored(world: World, **statement: Any) -> Verification:
    """Log and anchor a record now, and verify it."""
    logged = world.record(OBSERVED, **statement)
    world.anchor()
    return verified(world, logged)


def verified(world: World, logged: Logged, shown: Any = None, head: int = 0) -> Verification:
    return verify_receipt(dump_receipt(world.receipt(logged, shown, head=head)), world.trust_root(), world.now)
