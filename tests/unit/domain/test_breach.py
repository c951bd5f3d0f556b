"""Breach files: a broken promise is shown, a kept one is not; what cannot be told is not held against the log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.codec.strict_json import parse
from ledger.domain.breach import (
    Breach,
    BreachOutcome,
    BreachVerdict,
    NotAnchored,
    OtherRecord,
    dump_breach,
    parse_breach,
    verify_breach,
)
from ledger.types import UnixTime
from tests import oracle
from tests.builders import DAY, World, hash_of


@pytest.fixture
def world() -> World:
    """A log of ten records, anchored."""
    world = World.with_maker()
    world.fill(10)
    world.anchor()
    return world


def judged(world: World, breach: Breach | bytes, **trust_root: Any) -> BreachVerdict:
    data = breach if isinstance(breach, bytes) else dump_breach(breach)
    return verify_breach(data, world.trust_root(**trust_root), world.now)


def comes_to(verdict: BreachVerdict, outcome: BreachOutcome, reason: str) -> None:
    assert (verdict.outcome, verdict.finding.reason.key) == (outcome, reason), verdict


def other_record(world: World, index: int = 4, **changes: Any) -> OtherRecord:
    """The log promised something else at ``index`` than what stands there."""
    parts: dict[str, Any] = {
        "promise": world.promise(index, world.now + DAY, hash_of("promised")),
        "checkpoint": world.checkpoint(),
        "record": world.records[index],
        "inclusion_proof": tuple(oracle.inclusion_proof(index, world.records)),
    }
    return OtherRecord(**parts | changes)


# --- other-record ---------------------------------------------------------------------------------------------------


def test_another_record_at_the_promised_index(world: World) -> None:
    verdict = judged(world, other_record(world))
    comes_to(verdict, BreachOutcome.BROKEN, "breach.other-record")
    assert verdict.promise is not None
    assert verdict.promise.leaf_index == 4


def test_the_promised_record_at_the_promised_index(world: World) -> None:
    kept = other_record(world, promise=world.promise(4, world.now))
    comes_to(judged(world, kept), BreachOutcome.NOT_SHOWN, "breach.same-record")


def test_a_record_that_stands_at_another_index(world: World) -> None:
    proof = tuple(oracle.inclusion_proof(5, world.records))
    moved = other_record(world, record=world.records[5], inclusion_proof=proof)
    comes_to(judged(world, moved), BreachOutcome.NOT_SHOWN, "breach.not-shown")


def test_a_proof_cut_short(world: World) -> None:
    short = other_record(world, inclusion_proof=other_record(world).inclusion_proof[:-1])
    comes_to(judged(world, short), BreachOutcome.NOT_SHOWN, "breach.not-shown")


def test_a_checkpoint_by_another_key(world: World) -> None:
    forged = World(origin="log.example/two", records=world.records).checkpoint()
    comes_to(judged(world, other_record(world, checkpoint=forged)), BreachOutcome.NOT_SHOWN, "breach.not-shown")


def test_a_checkpoint_of_another_origin_by_the_log_key(world: World) -> None:
    text = world.checkpoint().partition(b"\n\n")[0].decode() + "\n"
    other = world.note(text.replace("/one", "/two"))
    comes_to(judged(world, other_record(world, checkpoint=other)), BreachOutcome.NOT_SHOWN, "breach.not-shown")


def test_a_promise_as_checkpoint(world: World) -> None:
    confused = other_record(world, checkpoint=world.promise(4, 7))
    comes_to(judged(world, confused), BreachOutcome.NOT_SHOWN, "breach.not-shown")


# --- not-anchored ---------------------------------------------------------------------------------------------------


def late(world: World, index: int = 10, deadline: int = -1) -> NotAnchored:
    return NotAnchored(world.promise(index, world.now + deadline, hash_of("promised")))


def test_no_head_with_the_index_in_time(world: World) -> None:
    world.wait(DAY)
    comes_to(judged(world, late(world)), BreachOutcome.BROKEN, "breach.not-anchored")


def test_a_head_with_the_index_too_late(world: World) -> None:
    breach = late(world, deadline=0)
    world.fill(1)
    world.anchor()
    comes_to(judged(world, breach), BreachOutcome.BROKEN, "breach.not-anchored")


def test_a_head_with_the_index_at_the_last_second(world: World) -> None:
    breach = late(world, deadline=60)
    world.fill(1)
    world.anchor()
    comes_to(judged(world, breach), BreachOutcome.NOT_SHOWN, "breach.anchored")


def test_a_trust_root_that_is_not_later_than_the_promised_time(world: World) -> None:
    comes_to(judged(world, late(world, deadline=0)), BreachOutcome.COULD_NOT_CHECK, "breach.early")


def test_a_trust_root_without_all_heads(world: World) -> None:
    logs = (world.trusted_log(heads_complete=False),)
    comes_to(judged(world, late(world), logs=logs), BreachOutcome.COULD_NOT_CHECK, "breach.heads-incomplete")


def test_a_log_without_heads(world: World) -> None:
    logs = (world.trusted_log(heads=()),)
    comes_to(judged(world, late(world), logs=logs), BreachOutcome.BROKEN, "breach.not-anchored")


# --- either ---------------------------------------------------------------------------------------------------------


def test_an_expired_trust_root(world: World) -> None:
    trust_root = world.trust_root()
    verdict = verify_breach(dump_breach(late(world)), trust_root, UnixTime(trust_root.expires_at + 1))
    comes_to(verdict, BreachOutcome.COULD_NOT_CHECK, "trust-root.expired")


def test_a_log_that_the_trust_root_does_not_know(world: World) -> None:
    other = World.with_maker(origin="log.example/two")
    comes_to(judged(world, late(other)), BreachOutcome.COULD_NOT_CHECK, "trust-root.log")


def test_a_promise_signed_by_another_key(world: World) -> None:
    text = late(world).promise.partition(b"\n\n")[0].decode() + "\n"
    forged = World(origin="log.example/two").note(text)
    comes_to(judged(world, NotAnchored(forged)), BreachOutcome.NOT_SHOWN, "promise.invalid")


def test_a_promise_under_another_origin(world: World) -> None:
    text = late(world).promise.partition(b"\n\n")[0].decode() + "\n"
    other = world.note(text.replace("/one", "/two"))
    comes_to(judged(world, NotAnchored(other)), BreachOutcome.NOT_SHOWN, "promise.invalid")


@pytest.mark.parametrize("breach", [other_record, late])
def test_what_is_written_is_read_back(world: World, breach: Any) -> None:
    assert parse_breach(dump_breach(breach(world))) == breach(world)


@pytest.mark.parametrize("breach", [other_record, late])
def test_every_missing_foreign_or_changed_member_is_refused(world: World, breach: Any) -> None:
    value = parse(dump_breach(breach(world)))
    assert isinstance(value, dict)
    variants = [{other: member for other, member in value.items() if other != name} for name in value]
    variants += [value | {name: 7} for name in value] + [value | {"other": 1}, value | {"kind": "other"}]
    for variant in variants:
        verdict = judged(world, json.dumps(variant).encode())
        comes_to(verdict, BreachOutcome.NOT_SHOWN, "breach-form.invalid")
