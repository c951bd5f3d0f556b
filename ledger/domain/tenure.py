"""What begins with one registry fact and ends with another: parties, keys, roles and company prefixes.

A fact acts from its own block on. Where a fact states a time (a role's window, the end of a rotated key) that time is
compared with the time of the asked block. The facts themselves are applied by `ledger.domain.parties`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ledger.types import Address, PartyId, UnixTime


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A block and its time."""

    block: int
    time: UnixTime


@dataclass(slots=True)
class Period:
    """From the block of one fact to before the block of another."""

    begun: Moment
    ended: Moment | None = None

    def covers(self, at: Moment) -> bool:
        """Say whether ``at`` lies in the period."""
        return self.begun.block <= at.block and not self.over(at)

    def over(self, at: Moment) -> bool:
        """Say whether the period had ended by ``at``."""
        return self.ended is not None and self.ended.block <= at.block


@dataclass(slots=True)
class Party:
    """A party and its accreditation; an authority's, whose ``accreditor`` is ``None``, is by the root authority."""

    id: PartyId
    name: str
    jurisdiction: str
    accreditor: PartyId | None
    standing: Period


class KeyEnd(Enum):
    """Why a key is no longer good."""

    ROTATED = "rotated"
    REVOKED = "revoked"
    COMPROMISED = "compromised"
    RECOVERY = "recovery"


@dataclass(slots=True)
class Key:
    """A signing key of one party, who holds it, and its ends so far: from a block on, or (rotated) from a time on."""

    address: Address
    party: PartyId
    custodian: PartyId | None
    added: Moment
    ends: list[tuple[Moment, KeyEnd]] = field(default_factory=list)
    rotated: Moment | None = None
    valid_until: int | None = None
    compromise: Moment | None = None
    claimed_since: int | None = None

    def end_at(self, at: Moment) -> tuple[UnixTime, KeyEnd] | None:
        """Return when and why the key had ended by ``at``, the earliest end first, or ``None`` while it was good."""
        ends = [(end.time, why) for end, why in self.ends if end.block <= at.block]
        if self.valid_until is not None and self.valid_until <= at.time and self.rotated_by(at):
            ends.append((UnixTime(self.valid_until), KeyEnd.ROTATED))
        return min(ends, key=lambda end: end[0], default=None)

    def rotated_by(self, at: Moment) -> bool:
        """Say whether another key had been named in its place."""
        return self.rotated is not None and self.rotated.block <= at.block

    def compromised_after(self, at: Moment) -> int | None:
        """Return since when others may have used the key, as was claimed in a block after ``at``; else ``None``."""
        if self.compromise is not None and self.compromise.block > at.block:
            return self.claimed_since
        return None


@dataclass(slots=True)
class Grant:
    """A role granted: held from ``valid_from`` to before ``valid_until``, until it was revoked."""

    period: Period
    valid_from: int
    valid_until: int

    def held_at(self, at: Moment) -> bool:
        """Say whether the role was held at ``at``."""
        return self.period.covers(at) and self.valid_from <= at.time < self.valid_until

    def end_by(self, at: Moment) -> UnixTime | None:
        """Return when the role ceased to be held, if it was granted and over by ``at``."""
        if self.period.ended is not None and self.period.over(at):
            return UnixTime(min(self.valid_until, self.period.ended.time))
        if self.period.begun.block <= at.block and self.valid_until <= at.time:
            return UnixTime(self.valid_until)
        return None


@dataclass(slots=True)
class Claim:
    """A company prefix, or a GLN, that a party may speak for."""

    party: PartyId
    period: Period
