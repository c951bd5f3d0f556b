"""Verification: what is sound is verified, in every shape of receipt; a fault of this software is no verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.checks import CheckId, Status
from ledger.domain.receipt import EvidenceOnly, dump_receipt, parse_receipt
from ledger.domain.verdict import Outcome
from ledger.domain.verify import STEPS, Verifier
from tests.builders import World, object_event, view_of
from tests.unit.domain.judging import verify

# --- what is sound --------------------------------------------------------------------------------------------------


def test_a_sound_receipt_is_verified(world: World) -> None:
    verification = verify(world)
    assert [check.number for check in verification.checks] == list(range(1, 14))
    assert {check.status for check in verification.checks} == {Status.VALID}
    assert verification.outcome is Outcome.VERIFIED
    assert verification.signer is not None
    assert (verification.signer.name, verification.signer.accreditor) == ("Maker GmbH", "Trade Authority")
    assert verification.claims is not None
    assert (verification.claims.leaf_index, verification.claims.anchored_at) == (5, world.heads[0].time)
    assert verification.basis is not None
    assert (verification.basis.tree_size, verification.basis.block) == (16, world.block)


def test_steps_are_the_checks_in_order_and_rest_on_earlier_ones() -> None:
    assert [step.id for step in STEPS] == list(CheckId)
    assert all(need.number < step.id.number for step in STEPS for need in step.needs)


def test_a_receipt_under_a_smaller_checkpoint_is_verified_by_its_consistency_proof(world: World) -> None:
    assert verify(world, world.receipt(world.logged[0], size=8)).outcome is Outcome.VERIFIED


def test_a_receipt_that_leads_to_a_later_head_is_judged_at_the_earliest(world: World) -> None:
    verification = verify(world, world.receipt(world.logged[0], head=1))
    assert verification.claims is not None
    assert verification.claims.anchored_at == world.heads[0].time


def test_an_unanchored_checkpoint_that_is_a_head_of_the_trust_root_is_verified(world: World) -> None:
    receipt = replace(world.receipt(world.logged[0]), anchor=None)
    assert verify(world, receipt).outcome is Outcome.VERIFIED


def test_the_only_record_of_a_log_is_verified() -> None:
    world = World.with_maker()
    world.record()
    world.anchor()
    assert verify(world).outcome is Outcome.VERIFIED


def test_a_role_view_is_verified_and_says_what_it_hides(world: World) -> None:
    receipt = world.receipt(world.logged[0], view_of(world.logged[0], epcList=frozenset({3})))
    verification = verify(world, receipt)
    assert verification.outcome is Outcome.VERIFIED
    assert verification.checks[2].finding.reason.values == {"hidden": "eventTimeZoneOffset, example:price, epcList (…)"}
    assert [notice.key for notice in verification.notices] == ["notice.values-partly"]


def test_a_view_that_hides_nothing_is_as_good_as_the_event(world: World) -> None:
    receipt = world.receipt(world.logged[0], view_of(world.logged[0], *world.logged[0].event))
    verification = verify(world, receipt)
    assert verification.checks[2].finding.reason.key == "event-digest.valid"
    assert verification.notices == ()


def test_evidence_without_the_event_is_verified_and_says_so(world: World) -> None:
    verification = verify(world, world.receipt(world.logged[0], EvidenceOnly()))
    skipped = [check.number for check in verification.checks if check.status is Status.SKIPPED]
    assert (verification.outcome, skipped) == (Outcome.VERIFIED, [3, 4, 11])
    assert [notice.key for notice in verification.notices] == ["notice.values-absent"]


def test_deviations_that_lenient_capture_admits_are_warnings(world: World) -> None:
    logged = world.record(object_event(bizStep="urn:epcglobal:cbv:bizstep:commissioning"))
    world.anchor()
    verification = verify(world, world.receipt(logged))
    assert verification.outcome is Outcome.VERIFIED
    assert [warning.key for warning in verification.warnings] == ["warning.deviation"]


def test_deviations_beyond_a_score_are_counted(world: World) -> None:
    logged = world.record(object_event(epcList=[f"urn:epc:id:sgtin:4012345.011122.é{n}" for n in range(50)]))
    world.anchor()
    warnings = verify(world, world.receipt(logged)).warnings
    assert [warning.key for warning in warnings] == ["warning.deviation"] * 20 + ["warning.deviations"]
    assert warnings[-1].values == {"count": "30"}


def test_a_view_beyond_a_mebibyte_is_verified(world: World) -> None:
    serials = [f"urn:epc:id:sgtin:4012345.011122.{n}" for n in range(15_000)]
    logged = world.record(object_event(epcList=serials))
    world.anchor()
    receipt = dump_receipt(world.receipt(logged, view_of(logged, "epcList")))
    assert len(receipt) > 1 << 20
    assert verify(world, receipt).outcome is Outcome.VERIFIED


def test_a_development_chain_is_named(world: World) -> None:
    world.development = True
    assert [notice.key for notice in verify(world).notices] == ["notice.development"]


def test_one_verifier_takes_many_receipts(world: World) -> None:
    verifier = Verifier(world.trust_root())
    logged = [world.record(object_event(eventID=f"urn:uuid:{n:032x}")) for n in range(3)]
    world.anchor()
    verifier = Verifier(world.trust_root())
    for each in logged:
        assert verifier.verify_receipt(dump_receipt(world.receipt(each)), world.now).outcome is Outcome.VERIFIED


# --- faults of this software ----------------------------------------------------------------------------------------


def test_a_fault_of_this_software_is_no_verdict(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ledger.domain.check_log.verify_inclusion", broken)
    with pytest.raises(ZeroDivisionError):
        verify(world)


def test_the_receipt_read_back_is_the_receipt_written(world: World) -> None:
    for shown in (None, EvidenceOnly(), view_of(world.logged[0])):
        receipt = world.receipt(world.logged[0], shown)
        assert parse_receipt(dump_receipt(receipt)) == receipt
