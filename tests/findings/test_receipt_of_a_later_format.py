"""A receipt of a later format read "This record was changed. Do not rely on it": no old verifier can know that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import dump_receipt
from ledger.domain.verdict import Outcome
from tests.builders import World
from tests.unit.domain.judging import caught, verify


def receipt(world: World, **members: Any) -> bytes:
    return json.dumps(json.loads(dump_receipt(world.receipt(world.logged[0]))) | members).encode()


@pytest.fixture
def world() -> World:
    world = World.with_maker()
    world.record()
    world.anchor()
    return world


def test_a_later_format_could_not_be_checked(world: World) -> None:
    verification = verify(world, receipt(world, format="tradeledger-receipt/2", witnesses=[]))
    caught(verification, CheckId.RECEIPT_FORM, Status.ERROR, Outcome.COULD_NOT_CHECK, "receipt-form.later")
    assert verification.next_action.key == "next.update"


@pytest.mark.parametrize(
    "name", ["tradeledger-receipt/0", "tradeledger-receipt/x", "tradeledger-trust-root/2", 2, None]
)
def test_no_format_of_a_receipt_is_no_receipt(world: World, name: Any) -> None:
    caught(verify(world, receipt(world, format=name)), CheckId.RECEIPT_FORM, Status.INVALID, Outcome.MISMATCH)
