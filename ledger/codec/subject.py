"""The subject of a ledger's statements: a name that only one party can give to one thing (spec §4.2)."""

from __future__ import annotations

from typing import Final

from ledger.codec.keccak import keccak256
from ledger.types import Address, Hash32, PartyId

_TAG: Final = keccak256(b"tradeledger/subject/1")


def subject_of(ledger: Address, party: PartyId, event_digest: Hash32) -> Hash32:
    """Return the subject that ``party`` opens in the ledger contract with a statement over this event."""
    return keccak256(_TAG + ledger.rjust(32, b"\0") + party + event_digest)  # abi.encode: four words
