"""Signed EIP-1559 transactions read back from their raw bytes: ``0x02 ‖ rlp([…])`` (EIP-2718, EIP-1559).

Serves to send one again with other fees, and to the chain in memory. Signing is left to `keystore`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rlp  # type: ignore[import-untyped]

from ledger.codec.keccak import keccak256
from ledger.codec.signature import recover
from ledger.errors import MalformedError, SignatureError
from ledger.ports import Fees
from ledger.types import Address, Hash32, JsonObject

TRANSACTION_TYPE = 2

_TYPE = bytes([TRANSACTION_TYPE])
_INTEGER, _ADDRESS = rlp.sedes.big_endian_int, rlp.sedes.Binary.fixed_length(20)
_RECEIVER = rlp.sedes.Binary.fixed_length(20, allow_empty=True)
_SLOTS = rlp.sedes.CountableList(rlp.sedes.Binary.fixed_length(32))
_ACCESS_LIST = rlp.sedes.CountableList(rlp.sedes.List([_ADDRESS, _SLOTS]))
_SIGNED = rlp.sedes.List([*[_INTEGER] * 5, _RECEIVER, _INTEGER, rlp.sedes.binary, _ACCESS_LIST, *[_INTEGER] * 3])
"""Chain id, nonce, both fees, gas, receiver, value, data and access list; then parity, r and s (EIP-1559)."""


@dataclass(frozen=True, slots=True)
class RawTransaction:
    """What a signed transaction says; ``to`` is ``None`` where it creates a contract."""

    chain_id: int
    nonce: int
    fees: Fees
    gas: int
    to: Address | None
    value: int
    data: bytes
    sender: Address
    hash: Hash32
    has_access_list: bool = False


def transaction_hash(raw: bytes) -> Hash32:
    """Return the hash by which a network names a raw transaction (EIP-2718)."""
    return keccak256(raw)


def read_transaction(raw: bytes) -> RawTransaction:
    """Return what a raw transaction of type 2 says; refuse any other bytes."""
    try:
        items = rlp.decode(raw.removeprefix(_TYPE), _SIGNED)
    except (rlp.exceptions.RLPException, TypeError, RecursionError):  # TypeError: a list where an integer belongs
        items = ()
    if not raw.startswith(_TYPE) or not items or rlp.encode(items, _SIGNED) != raw.removeprefix(_TYPE):
        # the last: an empty list reads as the number 0, so that other bytes would say the same
        raise MalformedError("", "a signed EIP-1559 transaction", "other bytes")
    chain_id, nonce, priority, maximum, gas, to, value, data = items[:8]
    return RawTransaction(
        chain_id, nonce, Fees(maximum, priority), gas, Address(to) if to else None,
        value, data, _sender(items), transaction_hash(raw), bool(items[8]),
    )  # fmt: skip


def unsigned(transaction: RawTransaction, fees: Fees) -> JsonObject:
    """Return the transaction to sign with these fees, everything else as it was."""
    to = None if transaction.to is None else "0x" + transaction.to.hex()
    return new_transaction(
        transaction.chain_id, transaction.nonce, fees, transaction.gas, to, transaction.data, transaction.value
    )


def new_transaction(
    chain_id: int, nonce: int, fees: Fees, gas: int, to: str | None, data: bytes, value: int = 0
) -> JsonObject:
    """Return an unsigned transaction in the field names of JSON-RPC, numbers as integers."""
    receiver: JsonObject = {} if to is None else {"to": to}
    return {
        "type": TRANSACTION_TYPE, "chainId": chain_id, "nonce": nonce, "gas": gas, "value": value, **receiver,
        "maxFeePerGas": fees.max_fee, "maxPriorityFeePerGas": fees.max_priority_fee, "data": "0x" + data.hex(),
    }  # fmt: skip


def replacing(fees: Fees, paid: Fees) -> Fees:
    """Return ``fees``, raised where needed to an eighth above what was ``paid``: what pools ask of a replacement."""
    return Fees(max(fees.max_fee, _raised(paid.max_fee)), max(fees.max_priority_fee, _raised(paid.max_priority_fee)))


def _raised(fee: int) -> int:
    return fee + fee // 8 + 1


def _sender(items: Sequence[Any]) -> Address:
    parity, r, s = items[9:]
    if parity not in (0, 1) or max(r, s) >= 1 << 256:
        raise MalformedError("", "a signed EIP-1559 transaction", "no signature")
    signed = keccak256(_TYPE + rlp.encode(items[:9]))
    try:
        return recover(signed, r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + parity]))
    except SignatureError as error:
        raise MalformedError("", "a signed EIP-1559 transaction", error.reason) from None
