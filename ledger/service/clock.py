"""The time of a service: this machine's clock, but never before the newest block that the service has seen.

Whether a promise was kept is judged by the times of blocks (spec §6.1). A machine whose clock was turned back would
promise for a time that is over already, and hand out evidence against its own log; and it would refuse what honest
signers date rightly. A clock that is fast only promises later than it need.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.ports import Clock
from ledger.types import UnixTime


def never_before(clock: Clock, newest_block: Callable[[], UnixTime]) -> Clock:
    """Return a clock that gives the later of ``clock`` and ``newest_block``, each asked every time."""
    return lambda: max(clock(), newest_block())
