"""With the machine's clock turned back, promises named a time that was over by the chain: evidence against the log.

Whether a promise was kept is judged by the times of blocks. What honest signers dated rightly was refused meanwhile.
"""

from __future__ import annotations

from ledger.service.clock import never_before
from ledger.types import UnixTime
from tests.unit.service.desk import Desk, envelope_of, event_numbered, open_desk

HOURS = 3600


class SlowDesk(Desk):
    """A desk on a machine whose clock is six hours behind its chain."""

    def clock(self) -> UnixTime:
        machine = lambda: UnixTime(self.world.now - 6 * HOURS)  # noqa: E731
        return never_before(machine, lambda: self.registry().at.time)()


def test_the_clock_is_never_before_the_newest_block() -> None:
    block = UnixTime(1_790_000_000)
    machine = iter((block - 6 * HOURS, block - 1, block, block + 5))
    clock = never_before(lambda: UnixTime(next(machine)), lambda: block)
    assert [clock() for _ in range(4)] == [block, block, block, block + 5]


def test_a_promise_names_a_time_that_is_still_to_come() -> None:
    with open_desk() as desk:
        slow = SlowDesk(desk.world)
        try:
            (result,) = slow.capture([envelope_of(desk.world.record(event_numbered(1)))]).results
        finally:
            slow.sequencer.close()
    assert result["status"] == "sequenced", result
    assert slow.open_promise(result).deadline > desk.world.now
