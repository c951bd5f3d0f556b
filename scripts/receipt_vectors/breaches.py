"""Breach files (spec §6.2): promises shown to be broken, not shown to be, or not to be judged with this trust root."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ledger.domain.breach import NotAnchored, OtherRecord, dump_breach
from scripts.receipt_vectors.expected import BreachCase
from scripts.receipt_vectors.story import Story
from tests import oracle
from tests.builders import START, World, hash_of

INDEX: Final = 7
BROKEN, NOT_SHOWN, COULD_NOT_CHECK = "broken", "not-shown", "could-not-check"


def cases(story: Story) -> Iterator[BreachCase]:
    """Yield breaches of both kinds, and files that are none."""
    yield from other_records(story)
    yield from not_anchored(story)
    yield from not_breaches(story)


def other_record(story: Story) -> OtherRecord:
    """Return the breach of a log that promised another record than it holds."""
    size = story.world.heads[0].tree_size
    proof = oracle.inclusion_proof(INDEX, story.world.records[:size])
    promise = story.world.promise(INDEX, story.world.now, hash_of("promised"))
    return OtherRecord(promise, story.world.checkpoint(size), story.world.records[INDEX], tuple(proof))


def other_records(story: Story) -> Iterator[BreachCase]:
    """Yield promises and what stands at the promised index."""
    world, broken = story.world, other_record(story)
    size = world.heads[0].tree_size
    text = broken.checkpoint.decode().partition("\n\n")[0] + "\n"
    proof = tuple(oracle.inclusion_proof(INDEX + 1, world.records[:size]))
    verdicts = {
        "another-record-at-the-index": (broken, BROKEN),
        "the-promised-record-at-the-index": (replace(broken, promise=world.promise(INDEX, world.now)), NOT_SHOWN),
        "a-record-at-another-index": (replace(broken, record=world.records[8], inclusion_proof=proof), NOT_SHOWN),
        "a-proof-cut-short": (replace(broken, inclusion_proof=broken.inclusion_proof[:-1]), NOT_SHOWN),
        "a-checkpoint-by-another-key": (replace(broken, checkpoint=OTHER.note(text)), NOT_SHOWN),
        "a-promise-by-another-key": (replace(broken, promise=forged(story)), NOT_SHOWN),
        "a-promise-for-a-checkpoint": (replace(broken, checkpoint=broken.promise), NOT_SHOWN),
    }
    for name, (breach, outcome) in verdicts.items():
        yield BreachCase(name, dump_breach(breach), outcome)


OTHER: Final = World(origin="log.example/two")


def forged(story: Story) -> bytes:
    """Return a promise of this log's that another key signed."""
    text = story.world.promise(INDEX, story.world.now, hash_of("promised")).decode().partition("\n\n")[0]
    return OTHER.note(text + "\n")


def not_anchored(story: Story) -> Iterator[BreachCase]:
    """Yield promises of a time, and whether a head kept them."""
    heads, as_of = story.published.logs[0].heads, story.published.as_of.time
    last, size = heads[-1], heads[-1].tree_size

    def promised(index: int, deadline: int) -> bytes:
        return dump_breach(NotAnchored(story.world.promise(index, deadline, hash_of("promised"))))

    yield BreachCase("no-head-with-the-index", promised(size, as_of - 1), BROKEN)
    yield BreachCase("head-a-second-too-late", promised(size - 1, last.time - 1), BROKEN)
    yield BreachCase("head-at-the-last-second", promised(size - 1, last.time), NOT_SHOWN)
    yield BreachCase("promised-time-of-the-trust-root", promised(size, as_of), COULD_NOT_CHECK)
    incomplete = promised(size, as_of - 1)
    yield BreachCase("trust-root-without-all-heads", incomplete, COULD_NOT_CHECK, "newest-head-alone")
    yield BreachCase("log-without-heads", promised(0, START), BROKEN, "no-heads")
    yield BreachCase("log-not-in-the-trust-root", incomplete, COULD_NOT_CHECK, "other-log")
    expired = story.published.expires_at + 1
    yield BreachCase("expired-trust-root", incomplete, COULD_NOT_CHECK, now=expired)
    yield BreachCase("time-promised-by-another-key", dump_breach(NotAnchored(forged(story))), NOT_SHOWN)


def not_breaches(story: Story) -> Iterator[BreachCase]:
    """Yield files that are no breach."""
    whole = dump_breach(other_record(story))
    value = json.loads(whole)
    yield BreachCase("truncated", whole[:-20], NOT_SHOWN)
    yield BreachCase("unknown-kind", json.dumps(value | {"kind": "rumour"}).encode(), NOT_SHOWN)
    yield BreachCase("unknown-member", json.dumps(value | {"note": "trust me"}).encode(), NOT_SHOWN)
    yield BreachCase("duplicate-member", whole.replace(b'"kind"', b'"kind":"not-anchored","kind"'), NOT_SHOWN)
    yield BreachCase("members-of-the-other-kind", json.dumps(value | {"kind": "not-anchored"}).encode(), NOT_SHOWN)
