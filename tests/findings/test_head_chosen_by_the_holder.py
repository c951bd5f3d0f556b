"""Whoever made the receipt chose the head at which the signer was judged, and so the verdict.

A record first anchored while its signer's role was revoked read "verified" under a later head, and one first anchored
while its key was good read "not shown" under a later head. The trust root lists the heads: the earliest that includes
the index decides, whichever the receipt leads to.
"""

from __future__ import annotations

import pytest

from ledger.domain import facts
from ledger.domain.verdict import Outcome
from tests.builders import FOR_EVER, World, address, party
from tests.unit.domain.judging import verify

HEADS = pytest.mark.parametrize("head", [0, 1], ids=["the earliest head", "a later head"])


@HEADS
def test_a_role_held_again_only_after_the_record_was_anchored(head: int) -> None:
    world = World.with_maker()
    world.fact(facts.RoleRevoked(party("maker"), "manufacturer", "DE"))
    logged = world.record()
    world.anchor()
    world.fact(facts.RoleGranted(party("maker"), "manufacturer", "DE", 0, FOR_EVER))
    world.fill(1)
    world.anchor()
    verification = verify(world, world.receipt(logged, head=head))
    assert verification.outcome is Outcome.SIGNER_UNKNOWN
    assert verification.checks[9].finding.reason.key == "signer.role-ended"


@HEADS
def test_a_key_revoked_only_after_the_record_was_anchored(head: int) -> None:
    world = World.with_maker()
    logged = world.record()
    first = world.anchor()
    world.fact(facts.KeyRevoked(party("maker"), address("maker")))
    world.fill(1)
    world.anchor()
    verification = verify(world, world.receipt(logged, head=head))
    assert verification.outcome is Outcome.VERIFIED
    assert verification.claims is not None
    assert verification.claims.anchored_block == first.block


def test_a_checkpoint_that_is_a_listed_head_is_final_wherever_its_anchor_leads() -> None:
    """The verifier's trust root may be older than the head that the receipt was refreshed to."""
    world = World.with_maker()
    logged = world.record()
    world.anchor()
    trust_root = world.trust_root()
    world.fill(1)
    world.anchor()
    receipt = world.receipt(logged, size=1, head=1)
    assert receipt.anchor is not None
    assert receipt.anchor.tree_size == 2
    assert verify(world, receipt, logs=trust_root.logs).outcome is Outcome.VERIFIED
