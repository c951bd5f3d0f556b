"""Checks 1 and 2: a receipt that is none reads INVALID, a trust root that is of no use reads ERROR."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ledger.codec.strict_json import parse
from ledger.domain import facts
from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import dump_receipt
from ledger.domain.trust_root import dump_trust_root
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.domain.verify import verify_files, verify_receipt
from ledger.types import UnixTime
from tests.builders import DAY, World, address, contract, party
from tests.unit.domain.judging import caught, verify

# --- 1 receipt-form -------------------------------------------------------------------------------------------------


def not_a_receipt(world: World, data: bytes) -> None:
    verification = verify(world, data)
    caught(verification, CheckId.RECEIPT_FORM, Status.INVALID, Outcome.MISMATCH, "receipt-form.invalid")
    assert {check.status for check in verification.checks[1:]} == {Status.SKIPPED}
    assert (verification.signer, verification.claims) == (None, None)


def written(world: World, **changes: Any) -> bytes:
    """The receipt with members replaced, or left out where ``None``."""
    value = parse(dump_receipt(world.receipt(world.logged[0])))
    assert isinstance(value, dict)
    value.update(changes)
    return json.dumps({name: member for name, member in value.items() if member is not None}).encode()


def test_truncated_receipt(world: World) -> None:
    data = dump_receipt(world.receipt(world.logged[0]))
    for length in range(0, len(data) - 2, 97):
        not_a_receipt(world, data[:length])


def test_trailing_garbage(world: World) -> None:
    not_a_receipt(world, dump_receipt(world.receipt(world.logged[0])) + b"{}")


def test_unknown_member(world: World) -> None:
    not_a_receipt(world, written(world, note="all is well"))


def test_missing_member(world: World) -> None:
    not_a_receipt(world, written(world, leafIndex=None))


def test_duplicate_member(world: World) -> None:
    data = dump_receipt(world.receipt(world.logged[0]))
    not_a_receipt(world, data.replace(b'"leafIndex":5', b'"leafIndex":4,"leafIndex":5'))


def test_unknown_format(world: World) -> None:
    not_a_receipt(world, written(world, format="tradeledger-trust-root/1"))


def test_event_and_view_together(world: World) -> None:
    not_a_receipt(world, written(world, view={}))


def test_event_without_its_seed(world: World) -> None:
    not_a_receipt(world, written(world, seed=None))


def test_a_note_that_is_no_checkpoint(world: World) -> None:
    not_a_receipt(world, written(world, checkpoint=world.promise(0, 5).decode()))


def test_an_act_of_no_known_word(world: World) -> None:
    data = dump_receipt(world.receipt(world.logged[0]))
    not_a_receipt(world, data.replace(b"record event", b"praise event"))


def test_a_file_of_another_kind(world: World) -> None:
    not_a_receipt(world, dump_trust_root(world.trust_root()))


# --- 2 trust-root ---------------------------------------------------------------------------------------------------


def could_not_check(verification: Verification, reason: str) -> None:
    caught(verification, CheckId.TRUST_ROOT, Status.ERROR, Outcome.COULD_NOT_CHECK, f"trust-root.{reason}")
    assert {check.id.number for check in verification.checks if check.status is Status.SKIPPED} == {8, 9, 10, 11, 12}
    assert (verification.signer, verification.claims) == (None, None)


def test_expired_trust_root(world: World) -> None:
    receipt, trust_root = dump_receipt(world.receipt(world.logged[0])), world.trust_root()
    assert verify_receipt(receipt, trust_root, trust_root.expires_at).outcome is Outcome.VERIFIED
    could_not_check(verify_receipt(receipt, trust_root, UnixTime(trust_root.expires_at + 1)), "expired")


def test_stale_trust_root_is_a_warning(world: World) -> None:
    receipt, trust_root = dump_receipt(world.receipt(world.logged[0])), world.trust_root()
    assert verify_receipt(receipt, trust_root, trust_root.stale_after).warnings == ()
    verification = verify_receipt(receipt, trust_root, UnixTime(trust_root.stale_after + 1))
    assert verification.outcome is Outcome.VERIFIED
    assert [warning.key for warning in verification.warnings] == ["warning.stale"]


def test_a_clock_before_the_trust_root_was_made(world: World) -> None:
    receipt, trust_root = dump_receipt(world.receipt(world.logged[0])), world.trust_root()
    could_not_check(verify_receipt(receipt, trust_root, UnixTime(trust_root.issued_at - DAY)), "clock")


def test_tampered_trust_root(world: World) -> None:
    receipt, trust_root = dump_receipt(world.receipt(world.logged[0])), dump_trust_root(world.trust_root())
    could_not_check(verify_files(receipt, trust_root.replace(b"Maker GmbH", b"Faker GmbH"), world.now), "damaged")


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[]", b"\xff", b'{"hash":"0x00"}'])
def test_a_file_that_is_no_trust_root(world: World, damaged: bytes) -> None:
    could_not_check(verify_files(dump_receipt(world.receipt(world.logged[0])), damaged, world.now), "damaged")


def test_facts_that_cannot_follow_one_another(world: World) -> None:
    world.fact(facts.KeyRevoked(party("maker"), address("a key never bound")))
    could_not_check(verify(world), "damaged")


def test_other_chain(world: World) -> None:
    other = World.with_maker(chain_id=1)
    verification = verify_receipt(dump_receipt(world.receipt(world.logged[0])), other.trust_root(), world.now)
    could_not_check(verification, "chain")
    assert verification.checks[1].finding.reason.values == {"receipt": "31337", "trusted": "1"}


def test_other_registry(world: World) -> None:
    trusted = replace(world.trust_root().party_registry, address=contract("another"))
    could_not_check(verify(world, party_registry=trusted), "registry")


def test_other_log(world: World) -> None:
    could_not_check(verify(world, logs=(World.with_maker(origin="log.example/two").trusted_log(),)), "log")


def test_tampering_is_named_even_where_the_trust_root_is_expired(world: World) -> None:
    trust_root = world.trust_root()
    tampered = replace(world.receipt(world.logged[0]), leaf_index=6)
    verification = verify_receipt(dump_receipt(tampered), trust_root, UnixTime(trust_root.expires_at + 1))
    assert verification.outcome is Outcome.MISMATCH
