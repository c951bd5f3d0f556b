"""Roles, prefixes or recoveries begun and ended again and again made replay quadratic: one party could stall all."""

from __future__ import annotations

from ledger.domain import facts
from ledger.domain.parties import replay
from ledger.domain.tenure import KeyEnd, Moment
from ledger.types import Address
from tests.builders import FOR_EVER, World, address, party

TIMES = 20_000
MAKER = party("maker")


def key(number: int) -> Address:
    return Address(number.to_bytes(20, "big"))


def test_a_role_granted_and_revoked_many_times() -> None:
    world = World.with_maker()
    for _ in range(TIMES):
        world.fact(facts.RoleRevoked(MAKER, "manufacturer", "DE"))
        world.fact(facts.RoleGranted(MAKER, "manufacturer", "DE", 0, FOR_EVER))
    grants = replay(world.facts).grants(MAKER, "manufacturer", "DE")
    assert [grant.period.ended is None for grant in grants] == [False] * TIMES + [True]


def test_a_revocation_ends_every_grant_that_runs() -> None:
    """The contract lets none begin while another runs; a history that has two must not leave one behind."""
    world = World.with_maker()
    world.fact(facts.RoleGranted(MAKER, "manufacturer", "DE", 0, FOR_EVER))
    world.fact(facts.RoleRevoked(MAKER, "manufacturer", "DE"))
    grants = replay(world.facts).grants(MAKER, "manufacturer", "DE")
    assert all(grant.period.ended is not None for grant in grants)


def test_a_prefix_claimed_and_released_many_times() -> None:
    world = World.with_maker()
    for _ in range(TIMES):
        world.fact(facts.PrefixReleased(MAKER, 4_012_345, 7))
        world.fact(facts.PrefixClaimed(MAKER, 4_012_345, 7))
    last = world.fact(facts.PrefixReleased(MAKER, 4_012_345, 7))
    registry = replay(world.facts)
    number = "4012345000000"
    assert registry.holder(number, Moment(last.block - 1, last.time)) == MAKER
    assert registry.holder(number, Moment(last.block, last.time)) is None


def test_keys_recovered_many_times() -> None:
    world = World.with_maker()
    for number in range(1, TIMES):
        world.fact(facts.RecoveryBegun(MAKER, key(number), number))
        world.fact(facts.RecoveryCompleted(MAKER, key(number)))
    registry = replay(world.facts)
    first, last = registry.key(address("maker")), registry.key(key(TIMES - 1))
    assert first is not None
    assert last is not None
    assert [why for _, why in first.ends] == [KeyEnd.RECOVERY]
    assert last.ends == []
