"""Checks 3 to 6 and 13: event, statement, signature. One test a fault: which check catches it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import EvidenceOnly, Receipt, RoleView, WholeEvent, dump_receipt
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from ledger.types import Seed
from tests.builders import World, hash_of, object_event, view_of
from tests.unit.domain.judging import caught, verify

# --- 3 event-digest -------------------------------------------------------------------------------------------------


def digest_differs(verification: Verification) -> None:
    caught(verification, CheckId.EVENT_DIGEST, Status.INVALID, Outcome.MISMATCH, "event-digest.invalid")


def test_tampered_value(world: World) -> None:
    event = world.logged[0].event | {"example:price": 19.6}
    digest_differs(verify(world, world.receipt(world.logged[0], WholeEvent(event, world.logged[0].seed))))


def test_tampered_element(world: World) -> None:
    digest_differs(verify(world, dump_receipt(world.receipt(world.logged[0])).replace(b"011122.7", b"011122.77")))


def test_member_added(world: World) -> None:
    event = world.logged[0].event | {"example:organic": True}
    digest_differs(verify(world, world.receipt(world.logged[0], WholeEvent(event, world.logged[0].seed))))


def test_member_left_out(world: World) -> None:
    event = {name: value for name, value in world.logged[0].event.items() if name != "example:price"}
    digest_differs(verify(world, world.receipt(world.logged[0], WholeEvent(event, world.logged[0].seed))))


def test_wrong_seed(world: World) -> None:
    shown = WholeEvent(world.logged[0].event, Seed(hash_of("another seed")))
    digest_differs(verify(world, world.receipt(world.logged[0], shown)))


def changed_view(world: World, **members: Any) -> Receipt:
    view = view_of(world.logged[0], "bizStep", epcList=frozenset({3}))
    view.view.update(members)
    return world.receipt(world.logged[0], view)


def test_wrong_salt(world: World) -> None:
    members = view_of(world.logged[0]).view["members"]
    assert isinstance(members, dict)
    assert isinstance(members["action"], dict)
    members["action"]["salt"] = "AAAAAAAAAAAAAAAAAAAAAA"
    view = view_of(world.logged[0]).view | {"members": members}
    digest_differs(verify(world, world.receipt(world.logged[0], RoleView(view))))


def test_view_without_a_hidden_hash(world: World) -> None:
    digest_differs(verify(world, changed_view(world, hidden=[])))


def test_view_of_another_event(world: World) -> None:
    other = world.record(object_event(eventID="urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a02"))
    digest_differs(verify(world, world.receipt(world.logged[0], view_of(other))))


def test_view_that_hides_what_must_be_shown(world: World) -> None:
    view = view_of(world.logged[0]).view
    assert isinstance(view["members"], dict)
    del view["members"]["bizStep"]
    digest_differs(verify(world, world.receipt(world.logged[0], RoleView(view))))


# --- 4 event-form ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"eventTime": "yesterday"},
        {"action": "INVENT"},
        {"type": "no type"},
        {"eventID": None},
        {"recordTime": "2026-09-21T14:10:00Z"},
        {"@context": None},
        {"eventTimeZoneOffset": None},
        {"epcList": None},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_an_event_that_is_not_of_epcis_form(world: World, fault: dict[str, Any]) -> None:
    logged = world.record(object_event(**fault))
    world.anchor()
    verification = verify(world, world.receipt(logged))
    caught(verification, CheckId.EVENT_FORM, Status.INVALID, Outcome.MISMATCH, "event-form.invalid")


def test_a_hidden_record_time(world: World) -> None:
    logged = world.record(object_event(recordTime="2026-09-21T14:10:00Z"))
    world.anchor()
    verification = verify(world, world.receipt(logged, view_of(logged)))
    caught(verification, CheckId.EVENT_FORM, Status.INVALID, Outcome.MISMATCH, "event-form.invalid")


def test_a_required_member_that_is_not_even_hidden(world: World) -> None:
    logged = world.record(object_event(eventTimeZoneOffset=None))
    world.anchor()
    verification = verify(world, world.receipt(logged, view_of(logged)))
    caught(verification, CheckId.EVENT_FORM, Status.INVALID, Outcome.MISMATCH, "event-form.invalid")


# --- 5 statement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["subject", "previous", "terms"])
def test_a_statement_with_terms_of_a_ledger(world: World, member: str) -> None:
    terms: dict[str, Any] = {member: hash_of("something")}
    logged = world.record(**terms)
    world.anchor()
    verification = verify(world, world.receipt(logged))
    caught(verification, CheckId.STATEMENT, Status.INVALID, Outcome.MISMATCH, "statement.invalid")


def test_an_act_that_does_not_fit_the_event(world: World) -> None:
    logged = world.record(act="declare error")
    world.anchor()
    verification = verify(world, world.receipt(logged))
    caught(verification, CheckId.STATEMENT, Status.INVALID, Outcome.MISMATCH, "statement.act")


def test_a_correction_stated_as_a_plain_event(world: World) -> None:
    logged = world.record(object_event(errorDeclaration=DECLARATION), act="record event")
    world.anchor()
    verification = verify(world, world.receipt(logged))
    caught(verification, CheckId.STATEMENT, Status.INVALID, Outcome.MISMATCH, "statement.act")


def test_swapped_statement(world: World) -> None:
    """Another party's statement about the same event, itself logged, does not stand at this index."""
    other = world.record(jurisdiction="CN")
    world.anchor()
    first = world.receipt(world.logged[0])
    swapped = replace(first, statement=other.statement, signature=other.signature)
    caught(verify(world, swapped), CheckId.EVENT_DIGEST, Status.INVALID, Outcome.MISMATCH)
    bare = replace(swapped, shown=EvidenceOnly())
    assert verify(world, bare).checks[6].status is Status.INVALID


# --- 6 signature ----------------------------------------------------------------------------------------------------

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def signature_unsound(world: World, signature: bytes) -> None:
    verification = verify(world, replace(world.receipt(world.logged[0]), signature=signature))
    caught(verification, CheckId.SIGNATURE, Status.INVALID, Outcome.MISMATCH, "signature.invalid")


def test_high_s(world: World) -> None:
    signature = world.logged[0].signature
    high = ORDER - int.from_bytes(signature[32:64], "big")
    signature_unsound(world, signature[:32] + high.to_bytes(32, "big") + bytes([55 - signature[64]]))


def test_signature_of_64_bytes(world: World) -> None:
    signature_unsound(world, world.logged[0].signature[:64])


def test_signature_with_v_of_0(world: World) -> None:
    signature_unsound(world, world.logged[0].signature[:64] + b"\0")


def test_signature_of_zeros(world: World) -> None:
    signature_unsound(world, bytes(64) + b"\x1b")


def test_flipped_signature(world: World) -> None:
    """It may recover to some address, but the record holds the hash of the true one."""
    signature = bytearray(world.logged[0].signature)
    signature[40] ^= 1
    verification = verify(world, replace(world.receipt(world.logged[0]), signature=bytes(signature)))
    assert verification.outcome is Outcome.MISMATCH
    assert verification.checks[6].status is Status.INVALID


# --- 13 correction --------------------------------------------------------------------------------------------------

DECLARATION = {"declarationTime": "2026-09-22T08:00:00Z", "reason": "incorrect_data"}


def withdrawn(verification: Verification) -> None:
    caught(verification, CheckId.CORRECTION, Status.INVALID, Outcome.WITHDRAWN, "correction.declared")


def test_error_declaration(world: World) -> None:
    logged = world.record(object_event(errorDeclaration=DECLARATION))
    world.anchor()
    verification = verify(world, world.receipt(logged))
    withdrawn(verification)
    assert verification.sentence.values == {"date": "2026-09-22T08:00:00Z", "reason": "incorrect_data"}


def test_error_declaration_in_a_view(world: World) -> None:
    logged = world.record(object_event(errorDeclaration=DECLARATION))
    world.anchor()
    withdrawn(verify(world, world.receipt(logged, view_of(logged, epcList=frozenset({1})))))


def test_error_declaration_known_by_its_act_alone(world: World) -> None:
    logged = world.record(object_event(errorDeclaration=DECLARATION))
    world.anchor()
    verification = verify(world, world.receipt(logged, EvidenceOnly()))
    assert verification.outcome is Outcome.WITHDRAWN
    assert verification.checks[12].status is Status.INVALID
