"""The result of verifying one receipt, as a value that any face can show.

Where the evidence fails, it carries no claim of the event: no signer, no times. What it says holds as of the trust
root's block.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.checks import RULES, Check
from ledger.domain.fields import write_date_time
from ledger.domain.messages import Message
from ledger.domain.verdict import Outcome, next_action, sentence
from ledger.types import Address, Hash32, PartyId, UnixTime

LIMIT = Message("limit")
"""Always shown: what a verification can never say."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, as the registry knew it; ``custodian`` is the name of whoever holds the key for the party."""

    party: PartyId
    name: str
    accreditor: str | None
    role: str
    jurisdiction: str
    key: Address
    custodian: str | None


@dataclass(frozen=True, slots=True)
class Claims:
    """Where and when: claimed times beside the anchored one, which is ``None`` while it is not shown."""

    leaf_index: int
    event_time: str | None
    signed_at: UnixTime
    anchored_block: int | None
    anchored_at: UnixTime | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What the result rests on: a trust root, as of when. ``tree_size`` is ``None`` where the log is not known."""

    trust_root: Hash32
    expires_at: UnixTime
    block: int
    time: UnixTime
    tree_size: int | None

    def as_of(self) -> Message:
        """Return the sentence that bounds every "not" in the result."""
        from_block = {"block": str(self.block), "date": write_date_time(self.time)}
        if self.tree_size is None:
            return Message("as-of-no-log", from_block)
        return Message("as-of", from_block | {"size": str(self.tree_size)})


@dataclass(frozen=True, slots=True)
class Verification:
    """The thirteen checks of one receipt and what they allow to be said; no ``basis`` in a damaged trust root."""

    outcome: Outcome
    checks: tuple[Check, ...]
    warnings: tuple[Message, ...]
    notices: tuple[Message, ...]
    signer: Signer | None
    claims: Claims | None
    basis: Basis | None
    checked_at: UnixTime
    rules: str = RULES

    @property
    def sentence(self) -> Message:
        """The verdict in one sentence."""
        return sentence(self.outcome, self.checks)

    @property
    def next_action(self) -> Message:
        """What whoever reads this can do now."""
        return next_action(self.outcome, self.checks)
