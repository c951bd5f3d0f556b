"""One EVM network, and both registries on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ledger.types import Address, Hash32, JsonObject, LogId, UnixTime


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
    custody_ledger: Address | None = None
    custody_ledger_code_hash: Hash32 | None = None


ContractName = Literal["PartyRegistry", "CheckpointRegistry", "CustodyLedger"]

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
    """The contracts on one network: where, of which code, and made with what.

    Below ``first_block`` none has an event. ``custody_ledger`` is ``None`` where they were set up before it existed.
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
    custody_ledger: Address | None = None
    custody_ledger_code_hash: Hash32 | None = None


RECEIPT_LAG_SECONDS = 5
"""How long a nonce may read as used before the receipt of what used it can be read; nodes write them in any order."""


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

    def balance(self, account: Address) -> int:
        """Return what this account can pay with, in wei, as of the latest block."""

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
