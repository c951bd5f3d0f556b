"""What a verifier trusts, as values: chain, contracts, logs with their heads, registry facts, all as of one block.

How they are read from and written to a file is `ledger.domain.trust_root`'s.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.codec.note import VerifierKey
from ledger.codec.statement import ZERO32
from ledger.domain.facts import Fact
from ledger.domain.tenure import Moment
from ledger.types import Address, Hash32, LogId, UnixTime

MAX_SUCCESSIONS: Final = 8
"""How many successors are followed: more than a log's life will bring, and an end to a file that names a circle."""


@dataclass(frozen=True, slots=True)
class TrustedChain:
    """The chain: by its id, and by its first block, since anyone can start another chain of the same id."""

    chain_id: int
    genesis_hash: Hash32
    development: bool


@dataclass(frozen=True, slots=True)
class TrustedContract:
    """A deployed contract and the keccak256 of its code."""

    address: Address
    code_hash: Hash32


@dataclass(frozen=True, slots=True)
class Head:
    """A tree size and root that `CheckpointRegistry` accepted, and the block in which it did."""

    tree_size: int
    root_hash: Hash32
    block: int
    time: UnixTime

    @property
    def moment(self) -> Moment:
        """The block and its time."""
        return Moment(self.block, self.time)


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log, its key, and its anchored heads, ascending; all of them where ``heads_complete``."""

    log_id: LogId
    origin: str
    key: VerifierKey
    owner: Address
    successor: LogId | None
    heads_complete: bool
    heads: tuple[Head, ...]

    @property
    def newest_size(self) -> int:
        """The tree size of the newest head, 0 before the first."""
        return self.heads[-1].tree_size if self.heads else 0

    def head_above(self, leaf_index: int) -> Head | None:
        """Return the earliest head that includes the leaf at this index, or ``None``."""
        place = bisect_right(self.heads, leaf_index, key=lambda head: head.tree_size)
        return self.heads[place] if place < len(self.heads) else None

    def head_of_size(self, tree_size: int) -> Head | None:
        """Return the head of exactly this tree size, or ``None``."""
        place = bisect_left(self.heads, tree_size, key=lambda head: head.tree_size)
        return self.heads[place] if place < len(self.heads) and self.heads[place].tree_size == tree_size else None


@dataclass(frozen=True, slots=True)
class AsOf:
    """The block that everything in the trust root is at or below, final by the policy named in words."""

    block: int
    block_hash: Hash32
    time: UnixTime
    finality: str

    @property
    def moment(self) -> Moment:
        """The block and its time."""
        return Moment(self.block, self.time)


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """What a verifier trusts. Made by `parse_trust_root`, or by `seal_trust_root`, which computes ``hash``."""

    chain: TrustedChain
    party_registry: TrustedContract
    checkpoint_registry: TrustedContract
    logs: tuple[TrustedLog, ...]
    facts: tuple[Fact, ...]
    as_of: AsOf
    issued_at: UnixTime
    stale_after: UnixTime
    expires_at: UnixTime
    hash: Hash32 = ZERO32
    custody_ledger: TrustedContract | None = None
    """``None`` where the network has none: what is stated about consignments could not be checked."""

    def log(self, log_id: LogId) -> TrustedLog | None:
        """Return the log of this id, or ``None``."""
        return next((log for log in self.logs if log.log_id == log_id), None)

    def succession(self, log_id: LogId) -> Iterator[TrustedLog]:
        """Yield the log of this id and those that went on after it, as far as they are known (spec §10, check 2)."""
        log = self.log(log_id)
        for _ in range(1 + MAX_SUCCESSIONS):
            if log is None:
                return
            yield log
            log = None if log.successor is None else self.log(log.successor)
