"""Check 10: whose key it was, and what it could sign, at the head that shows the record.

The policy as a table of sentences: what happens before the record is anchored (in a block up to the head's) counts,
what happens later does not. A key that had ended reads "not shown before DATE", never "bad signature".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.codec.record import statement_record
from ledger.codec.statement import eip712_hash
from ledger.domain import facts
from ledger.domain.checks import CheckId, Status
from ledger.domain.facts import Announcement
from ledger.domain.fields import write_date_time
from ledger.domain.parties import NO_PARTY
from ledger.domain.receipt import EvidenceOnly
from ledger.domain.verdict import Outcome
from ledger.domain.verification import Verification
from tests.builders import BLOCK_SECONDS, DAY, FOR_EVER, Logged, World, address, contract, object_event, party
from tests.unit.domain.signing import AUTHORITY, MAKER, OBSERVED, add_party, anchored, verified


@pytest.fixture
def world() -> World:
    return World.with_maker()


def unknown(verification: Verification, reason: str, **values: str) -> None:
    """Assert that check 10 alone is INVALID, with this reason."""
    check = verification.checks[9]
    assert (check.id, check.status, check.finding.reason.key) == (CheckId.SIGNER, Status.INVALID, f"signer.{reason}")
    assert values.items() <= check.finding.reason.values.items()
    assert [each.number for each in verification.checks if each.status is Status.INVALID] == [10]
    assert verification.outcome is Outcome.SIGNER_UNKNOWN
    assert verification.signer is None


# --- 10: what had happened by the head's block ----------------------------------------------------------------------

ENDINGS: dict[str, Callable[[], Announcement]] = {
    "party-ended": lambda: facts.AccreditationEnded(MAKER),
    "accreditor-ended": lambda: facts.AccreditationEnded(AUTHORITY),
    "key-revoked": lambda: facts.KeyRevoked(MAKER, address("maker")),
    "key-compromised": lambda: facts.KeyCompromised(MAKER, address("maker"), 1_789_000_000),
    "key-recovery": lambda: facts.RecoveryBegun(MAKER, address("new"), 1),
    "role-ended": lambda: facts.RoleRevoked(MAKER, "manufacturer", "DE"),
}


@pytest.mark.parametrize("reason", ENDINGS)
def test_what_ended_before_the_head_is_not_shown_before_it_ended(world: World, reason: str) -> None:
    end = world.fact(ENDINGS[reason]())
    unknown(anchored(world), reason, date=write_date_time(end.time))


@pytest.mark.parametrize("reason", ENDINGS)
def test_what_ended_after_the_record_was_signed_but_before_the_head_counts_as_well(world: World, reason: str) -> None:
    logged = world.record()
    world.fact(ENDINGS[reason]())
    world.anchor()
    unknown(verified(world, logged), reason)


@pytest.mark.parametrize("reason", ENDINGS)
def test_what_ended_in_the_block_of_the_head_had_ended(world: World, reason: str) -> None:
    logged = world.record()
    world.fact(ENDINGS[reason]())
    world.block -= 1
    world.anchor()
    unknown(verified(world, logged), reason)


@pytest.mark.parametrize("reason", ENDINGS)
def test_what_ended_after_the_head_leaves_the_check_valid(world: World, reason: str) -> None:
    logged = world.record()
    world.anchor()
    world.fact(ENDINGS[reason]())
    assert verified(world, logged).outcome is Outcome.VERIFIED


@pytest.mark.parametrize("reason", ENDINGS)
def test_an_unanchored_record_is_judged_as_of_the_trust_root(world: World, reason: str) -> None:
    logged = world.record()
    assert verified(world, logged).outcome is Outcome.NOT_FINAL
    world.fact(ENDINGS[reason]())
    assert verified(world, logged).outcome is Outcome.SIGNER_UNKNOWN


def test_a_receipt_is_judged_at_the_earliest_head_whichever_it_leads_to(world: World) -> None:
    logged = world.record()
    world.anchor()
    world.fact(facts.KeyRevoked(MAKER, address("maker")))
    world.fill(1)
    world.anchor()
    assert [verified(world, logged, head=head).outcome for head in (0, 1)] == [Outcome.VERIFIED] * 2


def test_a_key_compromised_after_the_head_is_a_warning_that_names_the_claimed_date(world: World) -> None:
    logged = world.record()
    world.anchor()
    claimed = world.now - DAY
    world.fact(facts.KeyCompromised(MAKER, address("maker"), claimed))
    warnings = verified(world, logged).warnings
    assert [(each.key, each.values) for each in warnings] == [
        ("warning.compromised", {"date": write_date_time(claimed)})
    ]


def test_a_recovery_that_was_called_off_does_not_bring_the_keys_back(world: World) -> None:
    world.fact(ENDINGS["key-recovery"]())
    world.fact(facts.RecoveryCancelled(MAKER))
    unknown(anchored(world), "key-recovery")


def test_the_key_of_a_completed_recovery_is_good(world: World) -> None:
    world.fact(facts.RecoveryBegun(MAKER, address("new"), 1))
    world.fact(facts.RecoveryCompleted(MAKER, address("new")))
    assert anchored(world, key="new").outcome is Outcome.VERIFIED


def test_an_accreditor_that_ended_ends_its_parties_but_not_those_of_another(world: World) -> None:
    world.fact(facts.AuthorityAccredited(party("other authority"), "CN", contract("cold"), "Other Authority"))
    world.fact(facts.PartyAccredited(party("seller"), "CN", party("other authority"), contract("cold"), "Seller"))
    world.fact(facts.KeyAdded(party("seller"), address("seller"), NO_PARTY))
    world.fact(facts.RoleGranted(party("seller"), "seller", "DE", 0, FOR_EVER))
    world.fact(facts.AccreditationEnded(AUTHORITY))
    assert anchored(world, key="seller", party=party("seller"), role="seller").outcome is Outcome.VERIFIED
    unknown(anchored(world), "accreditor-ended", accreditor="Trade Authority")


def test_an_authority_may_sign_too(world: World) -> None:
    world.fact(facts.KeyAdded(AUTHORITY, address("authority"), NO_PARTY))
    world.fact(facts.RoleGranted(AUTHORITY, "customs", "DE", 0, FOR_EVER))
    logged = world.record(OBSERVED, key="authority", party=AUTHORITY, role="customs")
    world.anchor()
    assert verified(world, logged).outcome is Outcome.VERIFIED


# --- 10: rotation ---------------------------------------------------------------------------------------------------


def rotate(world: World, overlap: int) -> int:
    valid_until = world.now + BLOCK_SECONDS + overlap
    world.fact(facts.KeyRotated(MAKER, address("maker"), address("new"), NO_PARTY, valid_until))
    return valid_until


def test_both_keys_are_good_while_a_rotation_overlaps(world: World) -> None:
    rotate(world, 2 * DAY)
    assert anchored(world).outcome is Outcome.VERIFIED
    assert anchored(world, key="new").outcome is Outcome.VERIFIED


def test_a_key_is_rotated_out_at_the_stated_time_to_the_second(world: World) -> None:
    valid_until = rotate(world, 2 * DAY)
    world.wait(2 * DAY - 2 * BLOCK_SECONDS)
    last, at_the_end = (
        world.record(),
        world.record(object_event(eventID="urn:uuid:e5d1b0a8-4d0b-4c53-9a7e-1f2f5e5f0a02")),
    )
    world.records.pop()
    world.anchor()
    assert world.now == valid_until - BLOCK_SECONDS
    assert verified(world, last).outcome is Outcome.VERIFIED
    world.records.append(verified_record(world, at_the_end))
    world.anchor()
    assert world.now == valid_until
    unknown(verified(world, at_the_end), "key-rotated", date=write_date_time(valid_until))


def verified_record(world: World, logged: Logged) -> Any:
    return statement_record(eip712_hash(logged.statement, world.domain), logged.signature)


# --- 10: who, and which key -----------------------------------------------------------------------------------------


def test_party_that_nobody_accredited(world: World) -> None:
    unknown(anchored(world, key="stranger", party=party("stranger")), "party-unknown")


def test_party_accredited_after_the_head(world: World) -> None:
    logged = world.record(OBSERVED, key="seller", party=party("seller"))
    world.anchor()
    add_party(world, "seller")
    unknown(verified(world, logged), "party-later", party="Seller Ltd")


def test_key_of_nobody(world: World) -> None:
    unknown(anchored(world, key="stranger"), "key-unknown")


def test_key_of_another_party(world: World) -> None:
    add_party(world, "seller")
    unknown(anchored(world, key="seller"), "key-foreign", owner="Seller Ltd", party="Maker GmbH")


def test_key_not_yet_added(world: World) -> None:
    logged = world.record(key="new")
    world.anchor()
    added = world.fact(facts.KeyAdded(MAKER, address("new"), NO_PARTY))
    unknown(verified(world, logged), "key-later", date=write_date_time(added.time))


def test_a_cold_key_signs_nothing(world: World) -> None:
    world.fact(facts.PartyAccredited(party("seller"), "DE", AUTHORITY, address("seller cold"), "Seller"))
    unknown(anchored(world, key="seller cold", party=party("seller")), "key-unknown")


# --- 10: the role ---------------------------------------------------------------------------------------------------


def test_role_missing(world: World) -> None:
    unknown(anchored(world, role="customs"), "role-missing", role="customs", jurisdiction="DE")


def test_role_in_another_jurisdiction(world: World) -> None:
    unknown(anchored(world, jurisdiction="CN"), "role-missing", jurisdiction="CN")


def test_role_expired(world: World) -> None:
    until = world.now + 5 * BLOCK_SECONDS
    world.fact(facts.RoleGranted(MAKER, "seller", "DE", 0, until))
    assert anchored(world, role="seller").outcome is Outcome.VERIFIED
    world.wait(2 * BLOCK_SECONDS)
    verification = anchored(world, role="seller")
    assert world.now == until
    unknown(verification, "role-ended", date=write_date_time(until))


def test_role_not_yet_valid(world: World) -> None:
    since = world.now + 5 * BLOCK_SECONDS
    world.fact(facts.RoleGranted(MAKER, "seller", "DE", since, FOR_EVER))
    unknown(anchored(world, role="seller"), "role-later", date=write_date_time(since))
    world.wait(2 * BLOCK_SECONDS)
    assert anchored(world, role="seller").outcome is Outcome.VERIFIED
    assert world.now == since


def test_role_granted_after_the_head(world: World) -> None:
    logged = world.record(role="seller")
    world.anchor()
    world.fact(facts.RoleGranted(MAKER, "seller", "DE", 0, FOR_EVER))
    unknown(verified(world, logged), "role-later")


def test_role_revoked_and_granted_again(world: World) -> None:
    world.fact(facts.RoleRevoked(MAKER, "manufacturer", "DE"))
    unknown(anchored(world), "role-ended")
    world.fact(facts.RoleGranted(MAKER, "manufacturer", "DE", 0, FOR_EVER))
    assert anchored(world).outcome is Outcome.VERIFIED


def test_the_signer_is_judged_also_where_the_event_is_not_shown(world: World) -> None:
    world.fact(ENDINGS["key-revoked"]())
    logged = world.record()
    world.anchor()
    unknown(verified(world, logged, EvidenceOnly()), "key-revoked")
