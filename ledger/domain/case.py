"""One receipt under examination: what the steps of a verification hand on to one another.

A step fills a member only with what it has shown, so that no later step can rest on something unproven. The order of
the steps, and which rests on which, is `ledger.domain.verify`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from ledger.codec.checkpoint import Checkpoint
from ledger.codec.note import VerifierKey, open_note
from ledger.codec.statement import eip712_hash
from ledger.codec.terms import Terms
from ledger.domain.messages import Message
from ledger.domain.parties import Registry
from ledger.domain.receipt import Receipt, stated_checkpoint
from ledger.domain.shown_part import ShownPart
from ledger.domain.signer import Judgement
from ledger.domain.tenure import Moment
from ledger.domain.trusted import Head, TrustedLog, TrustRoot
from ledger.errors import BadEvidenceError, InternalError, RequestRefusedError
from ledger.types import Address, Hash32, UnixTime

MAX_REMEMBERED = 1024
"""Notes of about 200 bytes: enough for all checkpoints of an audit in log order, small enough to forget about."""

Value = TypeVar("Value")


class SignedNotes:
    """Remembers which notes a key has been shown to have signed: many receipts share one checkpoint."""

    def __init__(self) -> None:
        self._signed: dict[tuple[bytes, VerifierKey], None] = {}

    def require_signed(self, note: bytes, key: VerifierKey) -> None:
        """Refuse a note that ``key`` has not signed."""
        if (note, key) in self._signed:
            return
        open_note(note, [key])
        if len(self._signed) >= MAX_REMEMBERED:
            del self._signed[next(iter(self._signed))]  # the oldest
        self._signed[note, key] = None

    def is_signed(self, note: bytes, key: VerifierKey) -> bool:
        """Say whether ``key`` has signed a note."""
        try:
            self.require_signed(note, key)
        except (BadEvidenceError, RequestRefusedError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust root and the registry that its facts lead to."""

    root: TrustRoot
    registry: Registry
    notes: SignedNotes


@dataclass(frozen=True, slots=True)
class DamagedTrustRoot:
    """A trust root that cannot be used, and why."""

    error: RequestRefusedError


@dataclass(slots=True)
class Case:
    """Given: a receipt of good form, what is trusted, the verifier's clock. The rest is shown by the check numbered."""

    receipt: Receipt
    trust: Trust | DamagedTrustRoot
    now: UnixTime
    statement_hash: Hash32 = field(init=False)
    checkpoint: Checkpoint = field(init=False)
    log: TrustedLog | None = None  # 2
    shown: ShownPart | None = None  # 3; ``None`` also where the receipt shows nothing of the event
    terms: Terms | None = None  # 5; ``None`` also where the act has none, or the receipt does not show them
    signed_by: Address | None = None  # 6
    head: Head | None = None  # 9
    judgement: Judgement | None = None  # 10
    warnings: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.statement_hash = eip712_hash(self.receipt.statement, self.receipt.domain)
        self.checkpoint = stated_checkpoint(self.receipt.checkpoint)

    @property
    def judged_at(self) -> Moment:
        """The moment a key is judged at: of the head that check 9 came to, else of the trust root (spec §10)."""
        return self.head.moment if self.head is not None else usable(self.trust).root.as_of.moment


def usable(trust: Trust | DamagedTrustRoot) -> Trust:
    """Return the trust of a case whose check 2 is VALID."""
    if isinstance(trust, DamagedTrustRoot):
        raise InternalError("a check rested on a trust root that was refused")
    return trust


def proven(value: Value | None) -> Value:
    """Return what an earlier check has shown; to run although it was not shown is a fault of this software."""
    if value is None:
        raise InternalError("a check rested on what no check had shown")
    return value
