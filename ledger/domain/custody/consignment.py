"""The state of one consignment, as the last statement that counted left it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from ledger.types import Hash32, PartyId, UnixTime


class Status(Enum):
    """Where a consignment stands. From `LOST` on it is over and never moves again."""

    HELD = "held"
    OFFERED = "offered"
    LOST = "lost"
    DESTROYED = "destroyed"
    ENDED = "ended"
    CONSUMED = "consumed"

    @property
    def is_over(self) -> bool:
        """Whether nothing can follow."""
        return self not in (Status.HELD, Status.OFFERED)


@dataclass(frozen=True, slots=True)
class Consignment:
    """Who holds what since when, and to whom it is offered. ``head`` is the statement that the next one must name.

    ``quantity`` is what is left, in thousandths of ``unit``.
    """

    subject: Hash32
    head: Hash32
    holder: PartyId
    since: UnixTime
    status: Status
    quantity: int
    unit: str
    taker: PartyId | None = None


STATUS_AFTER: Final = {
    "report loss": Status.LOST,
    "report destruction": Status.DESTROYED,
    "end consignment": Status.ENDED,
}
"""What the holder's last word makes of a consignment."""
