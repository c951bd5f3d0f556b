"""A sound view of a TransactionEvent that shows its bizTransactionList but no element read "mismatch"."""

from __future__ import annotations

from ledger.domain.verdict import Outcome
from ledger.types import JsonObject
from tests.builders import CONTEXT, World, view_of
from tests.unit.domain.judging import verify

TRANSACTION: JsonObject = {
    "@context": CONTEXT,
    "type": "TransactionEvent",
    "eventID": "urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a03",
    "eventTime": "2026-09-21T14:10:00.000+02:00",
    "eventTimeZoneOffset": "+02:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:4012345.011122.1"],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.00001.1"}],
}


def test_a_table_of_which_only_the_count_is_shown() -> None:
    world = World.with_maker()
    logged = world.record(TRANSACTION)
    world.anchor()
    receipt = world.receipt(logged, view_of(logged, bizTransactionList=frozenset()))
    assert verify(world, receipt).outcome is Outcome.VERIFIED
