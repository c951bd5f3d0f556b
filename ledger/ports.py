"""What the services ask of the world: protocols with each method's contract in full.

Every port has an in-memory twin in `ledger.adapters.memory`, written first and the specification of the others; one
behaviour suite runs over all of them. Errors: a port raises `NoAnswerError` (its subclass named here) when the world
does not answer, and nothing else but what is named. "Not found" is ``None`` or an empty sequence, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol, TypeAlias

from ledger.codec.tiles import BundleId, TileId
from ledger.types import Address, Hash32, JsonObject, LogId, PartyId, Seed, UnixTime

# --- the event store -------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in the log. ``captured_at`` stands beside the event, never inside signed bytes."""

    leaf_index: int
    captured_at: UnixTime
    event: NewEvent


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
    ``block_hash`` and ``time`` are set once it is ANCHORED.
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


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as stored: the SHA-256 of the secret, and the party it is scoped to."""

    key_hash: Hash32
    party: PartyId
    label: str
    created_at: UnixTime


class Store(Protocol):
    """The durable, append-only memory of one log. All writes are atomic and durable when the method returns.

    Every method may raise `StoreUnavailableError`; then nothing of that call was written. Safe to use from several
    threads.
    """

    def append(self, events: Sequence[NewEvent], captured_at: UnixTime, *, all_or_nothing: bool = False) -> Outcomes:
        """Return what became of one submission: `append_all` of it alone."""

    def append_all(self, submissions: Sequence[Submission], captured_at: UnixTime) -> tuple[Outcomes, ...]:
        """Return, per submission and event in order, its place in the log; one durable transaction (group commit).

        Indexes are the next ones, without gaps, in the order given. An event whose (party, event_id, has_declaration)
        is stored, or stands earlier in the same call, is a `Duplicate` of that one. Of an ``all_or_nothing``
        submission with a duplicate nothing is written: what is logged already comes back with its ``leaf_index``, the
        rest as `Duplicate` with -1; the other submissions are not touched by it. The records written are the outbox:
        whatever has an index at or above a watermark (`integrated_size`, the newest checkpoint, the newest anchor) is
        unfinished work.
        """

    def append_record(self, record: Hash32) -> int:
        """Return 0, the index of the record of a predecessor's head; `InternalError` unless the log is empty."""

    def record_count(self) -> int:
        """Return the number of records sequenced so far."""

    def records(self, start: int, end: int) -> tuple[Hash32, ...]:
        """Return the records [start, end) in index order; fewer where they do not exist."""

    def event_at(self, leaf_index: int) -> StoredEvent | None:
        """Return the event at this index; ``None`` above the log, and where a predecessor's head stands."""

    def events_by_id(self, event_id: str) -> tuple[StoredEvent, ...]:
        """Return all events of this eventID (several parties, and declarations, share ids), by index."""

    def event_by_digest(self, event_digest: Hash32) -> StoredEvent | None:
        """Return the first event of this digest."""

    def integrated_size(self) -> int:
        """Return how many records are in written tiles."""

    def set_integrated_size(self, size: int) -> None:
        """Move the watermark; it never goes back, nor beyond the records (`InternalError`)."""

    def put_job(self, job: CaptureJob) -> None:
        """Keep a capture job; the same capture_id or (party, idempotency_key) twice is refused by `ConflictError`."""

    def job(self, capture_id: str) -> CaptureJob | None:
        """Return the job of this id."""

    def job_by_key(self, party: PartyId, idempotency_key: str) -> CaptureJob | None:
        """Return the job that this party asked for under this key."""

    def put_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        """Keep a signed checkpoint; again is a no-op, another root of the same size is refused by `InternalError`."""

    def checkpoint(self, tree_size: int) -> StoredCheckpoint | None:
        """Return the checkpoint of this size."""

    def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the checkpoint of the largest size."""

    def put_anchor(self, anchor: Anchor) -> None:
        """Insert or replace the anchor of this account and nonce."""

    def open_anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors that are SUBMITTED or ANCHORED, by nonce and account."""

    def anchored_covering(self, leaf_index: int) -> Anchor | None:
        """Return the ANCHORED or FINAL anchor with the smallest tree size above ``leaf_index``."""

    def latest_anchor(self) -> Anchor | None:
        """Return the ANCHORED or FINAL anchor with the largest tree size."""

    def final_size(self) -> int:
        """Return the largest tree size of a FINAL anchor, or 0."""

    def put_api_key(self, key: ApiKey) -> None:
        """Keep an API key; the same hash twice is refused by `ConflictError`."""

    def api_key(self, key_hash: Hash32) -> ApiKey | None:
        """Return the API key of this hash."""

    def close(self) -> None:
        """Let go of what is held open; nothing is lost without it."""


LogFile: TypeAlias = TileId | BundleId
"""A hash tile, or a bundle of entries."""


class TileStore(Protocol):
    """The log's public static files, in C2SP tlog-tiles layout. Raises `StoreUnavailableError`."""

    def read(self, file: LogFile) -> bytes:
        """Return the bytes of this tile or bundle, or those of a wider one where only that is kept.

        One that does not exist is `StoreUnavailableError`: the caller asks only for what it wrote.
        """

    def write(self, files: Sequence[tuple[LogFile, bytes]]) -> None:
        """Write the files, each whole or not at all, all durable on return; the same bytes again are harmless.

        Once a full tile or bundle is written its partial forms may be gone (C2SP tlog-tiles, "Partial Tiles").
        """

    def write_checkpoint(self, note: bytes) -> None:
        """Replace the published checkpoint, whole or not at all, durable on return."""

    def read_checkpoint(self) -> bytes | None:
        """Return the published checkpoint, or ``None`` before the first."""


# --- keys ------------------------------------------------------------------------------------------------------------


class Signer(Protocol):
    """secp256k1 keys. Every method may raise `SignerUnavailableError`, also for an address it has no key for."""

    def addresses(self) -> tuple[Address, ...]:
        """Return the addresses that it has keys for, in ascending order."""

    def sign_typed_data(self, address: Address, typed_data: JsonObject) -> bytes:
        """Return the 65-byte EIP-712 signature (v 27 or 28, low s), as eth_signTypedData_v4 does."""

    def sign_transaction(self, address: Address, transaction: JsonObject) -> bytes:
        """Return the raw signed transaction; ``transaction`` in the field names of JSON-RPC, numbers as integers."""


class LogSigner(Protocol):
    """The log's Ed25519 key."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that verify its signatures."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over a message (RFC 8032)."""


# --- the chain -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a chain, by its header."""

    number: int
    block_hash: Hash32
    time: UnixTime


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """A head that `CheckpointRegistry` accepted, and where."""

    tree_size: int
    root_hash: Hash32
    block: int
    time: UnixTime
    transaction: Hash32


@dataclass(frozen=True, slots=True)
class TransactionReceipt:
    """What became of a mined transaction.

    ``contract`` is the one it created; ``revert_reason`` is empty where it succeeded.
    """

    succeeded: bool
    block: Block
    gas_used: int
    revert_reason: str
    contract: Address | None = None


@dataclass(frozen=True, slots=True)
class Fees:
    """EIP-1559 fees in wei."""

    max_fee: int
    max_priority_fee: int


@dataclass(frozen=True, slots=True)
class ChainIdentity:
    """What tells this chain from any other, and whether it is a development chain."""

    chain_id: int
    genesis_hash: Hash32
    development: bool
    party_registry: Address
    party_registry_code_hash: Hash32
    checkpoint_registry: Address
    checkpoint_registry_code_hash: Hash32


ContractName = Literal["PartyRegistry", "CheckpointRegistry"]

AbiValue = bytes | int | str
"""An argument of a contract: bytes for addresses and fixed bytes too."""


@dataclass(frozen=True, slots=True)
class RegistryCall:
    """A function of one of the registries with its arguments, in the order of `contracts/interfaces`."""

    contract: ContractName
    function: str
    arguments: tuple[AbiValue, ...]


@dataclass(frozen=True, slots=True)
class NetworkIdentity:
    """What tells this network from any other, and whether it is a development chain."""

    chain_id: int
    genesis_hash: Hash32
    development: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """Both registries on one network: where, of which code, and made with what.

    Below ``first_block`` neither has an event.
    """

    network: NetworkIdentity
    party_registry: Address
    party_registry_code_hash: Hash32
    checkpoint_registry: Address
    checkpoint_registry_code_hash: Hash32
    first_block: int
    root_authority: Address
    rotation_overlap: int
    min_interval: int


class Network(Protocol):
    """One EVM network, whatever is deployed there.

    Every method may raise `ChainUnavailableError`, also when another chain answers.
    """

    def network(self) -> NetworkIdentity:
        """Return what this network is."""

    def code_hash(self, contract: Address) -> Hash32 | None:
        """Return keccak256 of the code at an address as of the latest block, or ``None`` where there is none."""

    def latest_block(self) -> Block:
        """Return the newest canonical block."""

    def block(self, number: int) -> Block | None:
        """Return the canonical block of this number, or ``None`` above the head."""

    def nonce(self, account: Address) -> int:
        """Return the number of transactions mined from this account as of the latest block."""

    def fees(self) -> Fees:
        """Return what this network's fee policy would pay now."""

    def deployment_transaction(
        self, contract: ContractName, arguments: Sequence[AbiValue], account: Address, nonce: int, fees: Fees
    ) -> JsonObject:
        """Return the unsigned transaction that creates a contract.

        One that would revert raises `RegistryRefusedError`.
        """

    def replacement_transaction(self, raw_transaction: bytes, fees: Fees) -> JsonObject:
        """Return the unsigned transaction of these raw bytes once more, with fees that nodes take for a replacement.

        Its nonce is the same. Both its fees are those of ``fees``, or an eighth above what it paid where that is more
        (the pool's rule of replacement).
        """

    def hash_of(self, raw_transaction: bytes) -> Hash32:
        """Return the hash under which the network will know a raw transaction."""

    def broadcast(self, raw_transaction: bytes) -> Hash32:
        """Return the hash of a transaction now sent.

        Sending the same bytes again is harmless, also when its nonce was used meanwhile.
        """

    def receipt(self, transaction: Hash32) -> TransactionReceipt | None:
        """Return the receipt as of the latest block.

        ``None`` while the transaction is not mined, or was mined in a block that is gone.
        """


class Chain(Network, Protocol):
    """A network with both registries deployed."""

    def identity(self) -> ChainIdentity:
        """Return what this chain is, with the code of both registries as of now."""

    def first_block(self) -> int:
        """Return the number of a block below which neither registry has an event."""

    def final_block(self) -> Block:
        """Return the newest block that is final by this network's policy; its number never goes back."""

    def finality(self) -> str:
        """Return the policy in words for people: "depth 12", "finalized tag", "devnet durable height"."""

    def head(self, log_id: LogId) -> AnchoredHead | None:
        """Return the newest head of this log as of the latest block, or ``None`` before the first."""

    def heads(self, log_id: LogId, from_block: int, to_block: int) -> tuple[AnchoredHead, ...]:
        """Return the heads of this log that these blocks (both ends included) anchored, in chain order."""

    def log_parameters(self, log_id: LogId, to_block: int | None = None) -> JsonObject | None:
        """Return {"origin", "logKey", "owner", "successor"} of a log as of a block (the latest, where none is given).

        Hex strings; the successor is null while the log is open. ``None`` for a log that was not opened by then.
        """

    def facts(self, from_block: int, to_block: int) -> tuple[JsonObject, ...]:
        """Return the registry facts of these blocks (both ends included) in chain order.

        They are written as in `docs/spec.md` §8.
        """

    def anchor_transaction(
        self, log_id: LogId, last: AnchoredHead | None, tree_size: int, root_hash: Hash32, proof: Sequence[Hash32],
        account: Address, nonce: int, fees: Fees,
    ) -> JsonObject:  # fmt: skip
        """Return the unsigned `CheckpointRegistry.anchor` transaction.

        One that would revert raises `AnchorRefusedError`, whose reason starts with the name of the contract's error,
        ``TooSoon(1795375733)``.
        """

    def call_transaction(self, call: RegistryCall, account: Address, nonce: int, fees: Fees) -> JsonObject:
        """Return the unsigned transaction of any other act; one that would revert raises `RegistryRefusedError`."""

    def sent_by(self, transaction: Hash32) -> tuple[Address, int] | None:
        """Return account and nonce of a transaction that the network knows, else ``None``."""


# --- the rest --------------------------------------------------------------------------------------------------------

Clock = Callable[[], UnixTime]
"""The present time; read once per decision."""
