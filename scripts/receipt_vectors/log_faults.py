"""Receipts that do not stand where they say, in the log that they say: faults of checks 7 to 9."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.domain.receipt import Receipt, dump_receipt
from ledger.domain.trusted import Head
from ledger.types import Hash32
from scripts.receipt_vectors.expected import INVALID, Case
from scripts.receipt_vectors.story import Story, anchor_of
from tests import oracle
from tests.builders import World, hash_of

MISMATCH = "mismatch"
SIZE_BETWEEN_HEADS = 20


def cases(story: Story) -> Iterator[Case]:
    """Yield them in the order of the checks."""
    yield from not_included(story)
    yield from unsigned(story)
    yield from not_anchored(story)


def not_included(story: Story) -> Iterator[Case]:
    """Yield records that do not stand at their index: check 7."""
    whole = story.world.receipt(story.logged["maker"])
    proof = whole.inclusion_proof
    faults = {
        "leaf-index-plus-1": replace(whole, leaf_index=whole.leaf_index + 1),
        "leaf-index-minus-1": replace(whole, leaf_index=whole.leaf_index - 1),
        "leaf-index-beyond-the-tree": replace(whole, leaf_index=2**53 - 1),
        "inclusion-proof-cut-short": replace(whole, inclusion_proof=proof[:-1]),
        "inclusion-proof-with-a-hash-too-many": replace(whole, inclusion_proof=(*proof, bytes(32))),
        "inclusion-proof-with-a-hash-of-31-bytes": replace(whole, inclusion_proof=(proof[0][:31], *proof[1:])),
        "inclusion-proof-with-a-flipped-bit": replace(whole, inclusion_proof=(flipped(proof[0]), *proof[1:])),
        "inclusion-proof-of-another-record": replace(
            whole, inclusion_proof=story.world.receipt(story.logged["many serials"]).inclusion_proof
        ),
    }
    for name, receipt in faults.items():
        yield Case(name, dump_receipt(receipt), MISMATCH, {"inclusion": INVALID})
    signed_later = replace(whole, statement=replace(whole.statement, signed_at=story.world.now))
    yield Case("statement-with-another-time", dump_receipt(signed_later), MISMATCH, {"inclusion": INVALID})


def flipped(data: bytes) -> bytes:
    """Return ``data`` with its last bit the other way."""
    return data[:-1] + bytes([data[-1] ^ 1])


def unsigned(story: Story) -> Iterator[Case]:
    """Yield checkpoints that the log did not sign: check 8."""
    world = story.world
    whole = world.receipt(story.logged["maker"])
    text = whole.checkpoint.partition(b"\n\n")[0].decode() + "\n"
    _, gap, line = world.checkpoint(SIZE_BETWEEN_HEADS).partition(b"\n\n")
    checkpoints = {
        "checkpoint-by-another-key": World(origin="log.example/two").note(text),
        "checkpoint-without-a-signature-of-the-log": whole.checkpoint.replace(b"one ", b"ten "),
        "checkpoint-of-another-origin-by-the-log": world.note(text.replace("/one", "/two")),
        "checkpoint-with-the-signature-of-another": whole.checkpoint.partition(gap)[0] + gap + line,
    }
    for name, checkpoint in checkpoints.items():
        yield Case(name, dump_receipt(replace(whole, checkpoint=checkpoint)), MISMATCH, {"checkpoint": INVALID})


def not_anchored(story: Story) -> Iterator[Case]:
    """Yield checkpoints that contradict what was anchored: check 9."""
    logged, world = story.logged["maker"], story.world
    whole, between = world.receipt(logged), world.receipt(logged, size=SIZE_BETWEEN_HEADS)
    forked = fork(story)
    split = forked.receipt(logged, size=SIZE_BETWEEN_HEADS)
    anchor = anchor_of(between)
    size = world.heads[0].tree_size
    faults = {
        "fork-of-an-anchored-size": replace(forked.receipt(logged, size=size, head=None), anchor=anchor_of(whole)),
        "fork-of-an-anchored-size-without-a-head": forked.receipt(logged, size=size, head=None),
        "fork-of-a-size-between-heads": replace(split, anchor=anchor),
        "fork-consistent-in-itself": split,
        "consistency-proof-cut-short": with_anchor(between, consistency_proof=anchor.consistency_proof[:-1]),
        "consistency-proof-with-a-flipped-bit": with_anchor(
            between, consistency_proof=(flipped(anchor.consistency_proof[0]), *anchor.consistency_proof[1:])
        ),
        "consistency-proof-where-none-is-needed": with_anchor(whole, consistency_proof=(bytes(32),)),
        "head-smaller-than-the-checkpoint": with_anchor(whole, tree_size=whole_size(story) - 1),
        "head-with-another-root": with_anchor(whole, root_hash=hash_of("another root")),
    }
    for name, receipt in faults.items():
        yield Case(name, dump_receipt(receipt), MISMATCH, {"anchor": INVALID})


def fork(story: Story) -> World:
    """Return the same log with another history under the same key: the record stands, what follows it differs."""
    records = [*story.world.records[:6], *(hash_of(f"fork {place}") for place in range(whole_size(story) - 6))]
    head = story.world.heads[0]
    forged = Head(len(records), Hash32(oracle.root(records)), head.block, head.time)
    return replace(story.world, records=records, heads=[forged])


def whole_size(story: Story) -> int:
    """Return the size of the first head."""
    return story.world.heads[0].tree_size


def with_anchor(receipt: Receipt, **changes: object) -> Receipt:
    """Return the receipt with members of its anchor replaced."""
    return replace(receipt, anchor=replace(anchor_of(receipt), **changes))  # type: ignore[arg-type]
