"""Each of a thousand receipts could leave a checkpoint of 8 MiB in a cache: note sizes were judged only by check 8."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import stated_checkpoint
from ledger.domain.verdict import Outcome
from tests.builders import World
from tests.unit.domain.judging import caught, verify


def extended(world: World, lines: int) -> bytes:
    text = world.checkpoint().partition(b"\n\n")[0].decode() + "\n"
    return world.note(text + "extension\n" * lines)


def test_a_note_beyond_the_limit_is_no_receipt() -> None:
    world = World.with_maker()
    logged = world.record()
    world.anchor()
    receipt = replace(world.receipt(logged), checkpoint=extended(world, 100_000))
    caught(verify(world, receipt), CheckId.RECEIPT_FORM, Status.INVALID, Outcome.MISMATCH)


def test_a_large_note_is_not_remembered() -> None:
    world = World.with_maker()
    logged = world.record()
    world.anchor()
    receipt = replace(world.receipt(logged), checkpoint=extended(world, 10_000))
    assert verify(world, receipt).outcome is Outcome.VERIFIED
    assert stated_checkpoint(receipt.checkpoint) is not stated_checkpoint(receipt.checkpoint)
