"""A stopped clock revived an expired trust root for breach files, though not for receipts."""

from __future__ import annotations

from ledger.domain.breach import BreachOutcome, NotAnchored, dump_breach, verify_breach
from ledger.types import UnixTime
from tests.builders import START, World


def test_a_clock_before_the_trust_root_was_made() -> None:
    world = World.with_maker()
    world.fill(1)
    breach = dump_breach(NotAnchored(world.promise(0, START)))
    trust_root = world.trust_root()
    outcomes = [verify_breach(breach, trust_root, UnixTime(world.now - lag)) for lag in (300, 301)]
    assert [each.outcome for each in outcomes] == [BreachOutcome.BROKEN, BreachOutcome.COULD_NOT_CHECK]
    assert outcomes[1].finding.reason.key == "trust-root.clock"
