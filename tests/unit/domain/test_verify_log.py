"""Checks 7 to 9: inclusion, checkpoint and anchor. One test a fault, named after it, saying which check catches it."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import Receipt, dump_receipt
from ledger.domain.trust_root import Head
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_receipt
from ledger.types import Hash32
from tests import oracle
from tests.builders import World, hash_of
from tests.unit.domain.judging import caught, verify

# --- 7 inclusion ----------------------------------------------------------------------------------------------------


def not_included(world: World, receipt: Receipt) -> None:
    caught(verify(world, receipt), CheckId.INCLUSION, Status.INVALID, Outcome.MISMATCH, "inclusion.invalid")


def test_leaf_index_plus_one(world: World) -> None:
    not_included(world, replace(world.receipt(world.logged[0]), leaf_index=6))


def test_leaf_index_beyond_the_tree(world: World) -> None:
    not_included(world, replace(world.receipt(world.logged[0]), leaf_index=2**53 - 1))


def test_truncated_proof(world: World) -> None:
    receipt = world.receipt(world.logged[0])
    not_included(world, replace(receipt, inclusion_proof=receipt.inclusion_proof[:-1]))


def test_proof_with_an_element_too_many(world: World) -> None:
    receipt = world.receipt(world.logged[0])
    not_included(world, replace(receipt, inclusion_proof=(*receipt.inclusion_proof, bytes(32))))


def test_proof_with_a_hash_of_31_bytes(world: World) -> None:
    receipt = world.receipt(world.logged[0])
    not_included(
        world, replace(receipt, inclusion_proof=(receipt.inclusion_proof[0][:31], *receipt.inclusion_proof[1:]))
    )


def test_a_record_that_was_never_logged(world: World) -> None:
    logged = world.record()
    world.records[logged.leaf_index] = hash_of("another record")
    world.anchor()
    not_included(world, world.receipt(logged))


# --- 8 checkpoint ---------------------------------------------------------------------------------------------------


def unsigned(world: World, checkpoint: bytes) -> None:
    verification = verify(world, replace(world.receipt(world.logged[0]), checkpoint=checkpoint))
    caught(verification, CheckId.CHECKPOINT, Status.INVALID, Outcome.MISMATCH, "checkpoint.invalid")


def test_checkpoint_by_another_key(world: World) -> None:
    other = World(origin="log.example/two", records=world.records)
    text = world.checkpoint(13).partition(b"\n\n")[0].decode() + "\n"
    unsigned(world, other.note(text))


def test_checkpoint_of_another_origin_by_the_log_key(world: World) -> None:
    text = world.checkpoint(13).partition(b"\n\n")[0].decode() + "\n"
    unsigned(world, world.note(text.replace("log.example/one", "log.example/two")))


def test_checkpoint_without_a_signature_of_the_log(world: World) -> None:
    unsigned(world, world.checkpoint(13).replace(b"log.example/one ", b"log.example/ten "))


# --- 9 anchor -------------------------------------------------------------------------------------------------------


def fork(world: World) -> World:
    """The same log with another history under the same key: the record stands, what follows it differs."""
    return replace(world, records=[*world.records[:6], *[hash_of(f"fork {n}") for n in range(10)]])


def test_forked_checkpoint_of_an_anchored_size(world: World) -> None:
    receipt = replace(
        fork(world).receipt(world.logged[0], size=13, head=None), anchor=world.receipt(world.logged[0]).anchor
    )
    caught(verify(world, receipt), CheckId.ANCHOR, Status.INVALID, Outcome.MISMATCH, "anchor.fork")


def test_forked_checkpoint_of_a_size_between_heads(world: World) -> None:
    honest = world.receipt(world.logged[0], size=8)
    receipt = replace(fork(world).receipt(world.logged[0], size=8, head=None), anchor=honest.anchor)
    caught(verify(world, receipt), CheckId.ANCHOR, Status.INVALID, Outcome.MISMATCH, "anchor.invalid")


def test_fork_consistent_in_itself(world: World) -> None:
    forked = fork(world)
    forked.heads = [Head(13, hash_of("replaced below"), world.heads[0].block, world.heads[0].time)]
    forked.heads[0] = replace(forked.heads[0], root_hash=Hash32(oracle.root(forked.records[:13])))
    receipt = forked.receipt(world.logged[0], size=8)
    caught(verify(world, receipt), CheckId.ANCHOR, Status.INVALID, Outcome.MISMATCH, "anchor.head")


def test_wrong_prefix_proof(world: World) -> None:
    receipt = world.receipt(world.logged[0], size=8)
    assert receipt.anchor is not None
    anchor = replace(receipt.anchor, consistency_proof=receipt.anchor.consistency_proof[:-1])
    caught(verify(world, replace(receipt, anchor=anchor)), CheckId.ANCHOR, Status.INVALID, Outcome.MISMATCH)


def test_a_proof_where_none_is_needed(world: World) -> None:
    receipt = world.receipt(world.logged[0])
    assert receipt.anchor is not None
    anchor = replace(receipt.anchor, consistency_proof=(bytes(32),))
    caught(verify(world, replace(receipt, anchor=anchor)), CheckId.ANCHOR, Status.INVALID, Outcome.MISMATCH)


def not_final(verification: Verification, reason: str) -> None:
    caught(verification, CheckId.ANCHOR, Status.SKIPPED, Outcome.NOT_FINAL, f"anchor.{reason}")
    assert verification.checks[9].status is Status.VALID
    assert verification.claims is not None
    assert verification.claims.anchored_at is None


def test_anchored_after_the_trust_root(world: World) -> None:
    trust_root = world.trust_root()
    logged = world.record()
    world.anchor()
    not_final(verify_receipt(dump_receipt(world.receipt(logged)), trust_root, world.now), "newer")


def test_not_anchored_yet(world: World) -> None:
    not_final(verify(world, world.receipt(world.record())), "none")


def test_not_anchored_when_the_receipt_was_made(world: World) -> None:
    not_final(verify(world, world.receipt(world.logged[0], size=8, head=None)), "none")


def test_a_head_that_a_reorganisation_moved(world: World) -> None:
    receipt = world.receipt(world.logged[0])
    world.heads[0] = replace(world.heads[0], block=world.heads[0].block + 1)
    not_final(verify(world, receipt), "moved")


def test_a_head_that_a_reorganisation_dropped(world: World) -> None:
    receipt = world.receipt(world.logged[0])
    del world.heads[0]
    not_final(verify(world, receipt), "unlisted")


def test_a_head_that_an_incomplete_trust_root_does_not_list(world: World) -> None:
    trusted = world.trusted_log(heads_complete=False, heads=(world.heads[1],))
    verification = verify(world, logs=(trusted,))
    caught(verification, CheckId.ANCHOR, Status.ERROR, Outcome.COULD_NOT_CHECK, "anchor.unknown-head")
