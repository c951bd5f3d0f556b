"""The log id: which log a statement is meant for, computed alike by `CheckpointRegistry` and everyone else.

It binds the chain, the registry, the owner, the origin and the log's key, so that a statement for one log is worth
nothing in another.
"""

from __future__ import annotations

from ledger.codec.keccak import keccak256
from ledger.errors import MalformedError
from ledger.types import Address, LogId

_WORD_BYTES, _ADDRESS_BYTES, _KEY_BYTES = 32, 20, 32
_HEAD_WORDS = 5


def log_id(chain_id: int, registry: Address, owner: Address, origin: str, log_key: bytes) -> LogId:
    """Return ``keccak256(abi.encode(chain_id, registry, owner, origin, log_key))``; ``log_key`` is the Ed25519 key."""
    if not 0 <= chain_id < 1 << 8 * _WORD_BYTES:
        raise MalformedError("/chainId", "a chain id of 256 bits", "another number")
    _check_width("/registry", registry, _ADDRESS_BYTES)
    _check_width("/owner", owner, _ADDRESS_BYTES)
    _check_width("/key", log_key, _KEY_BYTES)
    text = origin.encode("utf-8")
    head = (_word(chain_id), _pad_left(registry), _pad_left(owner), _word(_HEAD_WORDS * _WORD_BYTES), log_key)
    tail = (_word(len(text)), text, bytes(-len(text) % _WORD_BYTES))  # Contract ABI: text stands last, its offset first
    return LogId(keccak256(b"".join(head + tail)))


def _check_width(pointer: str, value: bytes, size: int) -> None:
    if len(value) != size:
        raise MalformedError(pointer, f"{size} bytes", f"{len(value)} bytes")


def _word(number: int) -> bytes:
    return number.to_bytes(_WORD_BYTES, "big")


def _pad_left(address: Address) -> bytes:
    return address.rjust(_WORD_BYTES, b"\0")
