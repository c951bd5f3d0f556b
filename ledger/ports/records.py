"""What the store keeps: events with their place in the log, capture jobs, checkpoints, anchors, API keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from ledger.types import Address, Hash32, JsonObject, PartyId, Seed, UnixTime


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An accepted event that has no index yet. ``event_bytes`` is the event exactly as signed."""

    event_bytes: bytes
    event_id: str
    has_declaration: bool
    event_digest: Hash32
    seed: Seed
    statement: JsonObject
    signature: bytes
    party: PartyId
    record: Hash32
    event_hash: str
    event_hash_rules: str
    deviations: tuple[JsonObject, ...]


NO_SEED: Final = Seed(bytes(32))
"""What stands in the place of an erased seed."""

NO_BODY_HASH: Final = Hash32(bytes(32))
"""What stands in the place of the hash of a capture's body, one event of which was erased: it has no salt."""

MAX_BASIS_CHARACTERS: Final = 200
"""Room to cite a law or an order, and none for a file."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """That the values of an event were erased, when, and on what basis in the operator's words."""

    leaf_index: int
    erased_at: UnixTime
    basis: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in the log. ``captured_at`` stands beside the event, never inside signed bytes.

    Of one that was erased there are no bytes, `NO_SEED`, no event hash and no deviations; all else is as it was.
    """

    leaf_index: int
    captured_at: UnixTime
    event: NewEvent
    erasure: Erasure | None = None


@dataclass(frozen=True, slots=True)
class Sequenced:
    """The event now stands at ``leaf_index``; durable."""

    leaf_index: int
    captured_at: UnixTime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """(party, eventID, has declaration) is logged already, at ``leaf_index``; nothing was written for it."""

    leaf_index: int


@dataclass(frozen=True, slots=True)
class Submission:
    """What one caller hands in to be sequenced. With ``all_or_nothing``, one duplicate keeps all of it out."""

    events: tuple[NewEvent, ...]
    all_or_nothing: bool = False


Outcomes: TypeAlias = tuple[Sequenced | Duplicate, ...]
"""What became of the events of one submission, in their order."""


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """One capture request and its results, one JSON object an event, in document order (EPCIS 2.0, capture job)."""

    capture_id: str
    party: PartyId
    created_at: UnixTime
    error_behaviour: str
    idempotency_key: str | None
    body_hash: Hash32
    success: bool
    results: tuple[JsonObject, ...]
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed checkpoint of the own log."""

    tree_size: int
    root_hash: Hash32
    note: bytes
    signed_at: UnixTime


class AnchorState(Enum):
    """How far an anchor got. A reorg takes ANCHORED back to SUBMITTED."""

    SUBMITTED = "submitted"
    ANCHORED = "anchored"
    FINAL = "final"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Anchor:
    """One transaction sequence that puts one head on chain.

    All its attempts share ``account`` and ``nonce``; the newest stands in ``raw_transaction``. ``block``,
    ``block_hash`` and ``time`` are set once it is ANCHORED, ``gas_used`` once an attempt is mined from here, also where
    that one reverted.
    """

    tree_size: int
    root_hash: Hash32
    account: Address
    nonce: int
    transactions: tuple[Hash32, ...]
    raw_transaction: bytes
    state: AnchorState
    submitted_at: UnixTime
    block: int | None = None
    block_hash: Hash32 | None = None
    time: UnixTime | None = None
    gas_used: int | None = None


class Scope(Enum):
    """What an API key may be used for."""

    CAPTURE = "capture"
    """Hand in events."""
    READ = "read"
    """Get back what the party handed in: its jobs, its events, and receipts that show their values."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as stored: the SHA-256 of the secret, the party it speaks for, for what, and until when.

    From ``expires_at`` or ``revoked_at`` on it is good for nothing.
    """

    key_hash: Hash32
    party: PartyId
    label: str
    created_at: UnixTime
    scopes: frozenset[Scope] = frozenset(Scope)
    expires_at: UnixTime | None = None
    revoked_at: UnixTime | None = None

    @property
    def key_id(self) -> str:
        """The name of the key in lists and logs: as many digits of its hash as tell keys apart, and nothing open."""
        return self.key_hash.hex()[:16]
