"""An anchor sent before the clock was turned back offered no higher fees until the clock had caught up."""

from __future__ import annotations

from ledger.service.anchor import AnchorEvent
from tests.adapters.chains import memory_world
from tests.unit.service.test_anchor import Log

HOURS = 3600


def test_an_unmined_anchor_offers_more_at_a_time_before_it_was_sent() -> None:
    log = Log(memory_world())
    log.world.controls.hold()
    log.grow()
    assert log.step() == [AnchorEvent.SUBMITTED]
    assert log.step(-6 * HOURS) == [AnchorEvent.RAISED]
    assert log.step() == []
