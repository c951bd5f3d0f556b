"""The `CheckpointRegistry` in memory: the rules of `contracts/CheckpointRegistry.sol`, told a second time in Python.

Each act judges first and changes after, in the contract's order. Slots, which only bound what is stored, are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.codec.log_id import log_id
from ledger.codec.merkle import verify_consistency
from ledger.errors import ProofError, RootMismatchError
from ledger.ports import AnchoredHead, Block
from ledger.types import Address, Hash32, JsonObject, LogId

_MAX_ORIGIN_BYTES = 255


class RevertError(Exception):
    """The contract reverts; the text is its decoded error. Never leaves the chain in memory."""


@dataclass(slots=True)
class MemoryLog:
    """An opened log."""

    origin: str
    log_key: bytes
    owner: Address
    anchorer: Address | None
    opened_at: int
    successor: LogId | None = None
    closed_at: int | None = None
    heads: list[AnchoredHead] = field(default_factory=list)

    def parameters(self, to_block: int) -> JsonObject | None:
        """Return what `Chain.log_parameters` does."""
        if self.opened_at > to_block:
            return None
        is_closed = self.closed_at is not None and self.closed_at <= to_block
        return {
            "origin": self.origin,
            "logKey": "0x" + self.log_key.hex(),
            "owner": "0x" + self.owner.hex(),
            "successor": "0x" + self.successor.hex() if is_closed and self.successor else None,
        }


class MemoryCheckpoints:
    """All logs of one registry."""

    def __init__(self, chain_id: int, address: Address, min_interval: int) -> None:
        self._chain_id = chain_id
        self._address = address
        self._min_interval = min_interval
        self.logs: dict[LogId, MemoryLog] = {}

    def open_log(self, sender: Address, block: Block, origin: str, log_key: bytes, anchorer: bytes) -> None:
        if not 1 <= len(origin.encode()) <= _MAX_ORIGIN_BYTES:
            raise RevertError(f"OriginLength({_MAX_ORIGIN_BYTES}, {len(origin.encode())})")
        opened = log_id(self._chain_id, self._address, sender, origin, log_key)
        if opened in self.logs:
            raise RevertError(f"LogExists(0x{opened.hex()})")
        self.logs[opened] = MemoryLog(origin, log_key, sender, Address(anchorer), block.number)

    def replace_anchorer(self, sender: Address, _: Block, opened: bytes, anchorer: bytes) -> None:
        self._log_of(sender, LogId(opened)).anchorer = Address(anchorer)

    def close_log(self, sender: Address, block: Block, opened: bytes, successor: bytes) -> None:
        log, next_log = self._log_of(sender, LogId(opened)), self.logs.get(LogId(successor))
        if next_log is None or next_log is log or next_log.anchorer is None:
            raise RevertError(f"BadSuccessor(0x{successor.hex()})")
        if not log.heads:
            raise RevertError(f"NeverAnchored(0x{opened.hex()})")
        log.anchorer, log.successor, log.closed_at = None, LogId(successor), block.number

    def anchor(
        self, sender: Address, block: Block, transaction: Hash32,
        opened: bytes, last: Sequence[int | bytes], tree_size: int, root_hash: bytes, proof: Sequence[bytes],
    ) -> None:  # fmt: skip
        log = self._anchored_by(sender, LogId(opened))
        newest = log.heads[-1] if log.heads else None
        if tuple(last) != head_words(newest):
            raise RevertError(f"NotLatest({newest.tree_size}, {newest.time})" if newest else "NotLatest(0, 0)")
        if newest is None:
            _judge_first(tree_size, proof)
        elif not self._judge_next(newest, block, tree_size, root_hash, proof):
            return
        log.heads.append(AnchoredHead(tree_size, Hash32(root_hash), block.number, block.time, transaction))

    def _judge_next(
        self, newest: AnchoredHead, block: Block, tree_size: int, root_hash: bytes, proof: Sequence[bytes]
    ) -> bool:
        """Return whether the head is another one; refuse one that cannot follow."""
        held = newest.tree_size
        if tree_size < held:
            raise RevertError(f"Shrunk({held}, {tree_size})")
        if tree_size == held and root_hash != newest.root_hash:
            raise RevertError(f"Fork({tree_size}, 0x{newest.root_hash.hex()}, 0x{root_hash.hex()})")
        if tree_size == held:
            return False
        if block.time < newest.time + self._min_interval:
            raise RevertError(f"TooSoon({newest.time + self._min_interval})")
        try:
            verify_consistency(held, tree_size, proof, newest.root_hash, root_hash)
        except RootMismatchError:
            raise RevertError(f"NotConsistent({held}, {tree_size})") from None
        except ProofError:
            raise RevertError(f"ProofTooShort({len(proof)})") from None
        return True

    def _anchored_by(self, sender: Address, opened: LogId) -> MemoryLog:
        log = self.logs.get(opened)
        if log is None:
            raise RevertError(f"UnknownLog(0x{opened.hex()})")
        if log.successor is not None:
            raise RevertError(f"LogIsClosed(0x{opened.hex()}, 0x{log.successor.hex()})")
        if sender != log.anchorer:
            raise RevertError(f"NotAnchorer(0x{sender.hex()}, 0x{opened.hex()})")
        return log

    def _log_of(self, sender: Address, opened: LogId) -> MemoryLog:
        log = self.logs.get(opened)
        if log is None:
            raise RevertError(f"UnknownLog(0x{opened.hex()})")
        if sender != log.owner:
            raise RevertError(f"NotOwner(0x{sender.hex()}, 0x{opened.hex()})")
        if log.successor is not None:
            raise RevertError(f"LogIsClosed(0x{opened.hex()}, 0x{log.successor.hex()})")
        return log


def head_words(head: AnchoredHead | None) -> tuple[int | bytes, ...]:
    """Return the contract's `Head` of a head, all zero for none."""
    return (0, bytes(32), 0, 0) if head is None else (head.tree_size, bytes(head.root_hash), head.block, head.time)


def _judge_first(tree_size: int, proof: Sequence[bytes]) -> None:
    if tree_size == 0:
        raise RevertError("EmptyLog()")
    if proof:
        raise RevertError(f"UnexpectedProof({len(proof)})")
