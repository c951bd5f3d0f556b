"""Signed EIP-1559 transactions read back from their raw bytes: ``0x02 ‖ rlp([…])`` (EIP-2718, EIP-1559).

Serves to send one again with other fees, and to the chain in memory. Signing is left to `keystore`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ledger.codec.keccak import keccak256
from ledger.codec.signature import recover
from ledger.errors import MalformedError, SignatureError
from ledger.ports import Fees
from ledger.types import Address, Hash32, JsonObject

TRANSACTION_TYPE = 2

_FIELDS = 12  # nine that are signed, and the signature
_SHORT = 56  # RLP: a string or list below this many bytes has its length in its first byte
_MAX_DEPTH = 4

_Item: TypeAlias = "bytes | list[_Item]"


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


def transaction_hash(raw: bytes) -> Hash32:
    """Return the hash by which a network names a raw transaction (EIP-2718)."""
    return keccak256(raw)


def read_transaction(raw: bytes) -> RawTransaction:
    """Return what a raw transaction of type 2 says; refuse any other bytes."""
    items, end = _decode(raw, 1) if raw[:1] == bytes([TRANSACTION_TYPE]) else (b"", 0)
    if not isinstance(items, list) or end != len(raw) or len(items) != _FIELDS:
        raise MalformedError("", "a signed EIP-1559 transaction", "other bytes")
    fields = [item if isinstance(item, bytes) else b"" for item in items]
    chain_id, nonce, priority, maximum, gas = (int.from_bytes(field, "big") for field in fields[:5])
    return RawTransaction(
        chain_id, nonce, Fees(maximum, priority), gas, Address(fields[5]) if fields[5] else None,
        int.from_bytes(fields[6], "big"), fields[7], _sender(items, fields), transaction_hash(raw),
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


def _sender(items: list[_Item], fields: list[bytes]) -> Address:
    parity, r, s = int.from_bytes(fields[9], "big"), fields[10], fields[11]
    if parity not in (0, 1) or max(len(r), len(s)) > 32:
        raise MalformedError("", "a signed EIP-1559 transaction", "no signature")
    signed = keccak256(bytes([TRANSACTION_TYPE]) + _encode(items[:9]))
    try:
        return recover(signed, r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes([27 + parity]))
    except SignatureError as error:
        raise MalformedError("", "a signed EIP-1559 transaction", error.reason) from None


def _decode(data: bytes, at: int, depth: int = 0) -> tuple[_Item, int]:
    """Return the RLP item that starts at ``at``, and where it ends (Yellow Paper, appendix B)."""
    if at >= len(data) or depth > _MAX_DEPTH:
        raise MalformedError("", "RLP", "its end too early")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    is_list, length = first >= 0xC0, first - (0xC0 if first >= 0xC0 else 0x80)
    start = at + 1
    if length >= _SHORT:
        start += length - _SHORT + 1
        length = int.from_bytes(data[at + 1 : start], "big")
    end = start + length
    if end > len(data):
        raise MalformedError("", "RLP", "its end too early")
    return (_decode_list(data, start, end, depth) if is_list else data[start:end]), end


def _decode_list(data: bytes, start: int, end: int, depth: int) -> list[_Item]:
    items: list[_Item] = []
    while start < end:
        item, start = _decode(data, start, depth + 1)
        items.append(item)
    if start != end:
        raise MalformedError("", "RLP", "an item beyond its list")
    return items


def _encode(item: _Item) -> bytes:
    if isinstance(item, bytes):
        return item if len(item) == 1 and item[0] < 0x80 else _prefix(len(item), 0x80) + item
    body = b"".join(map(_encode, item))
    return _prefix(len(body), 0xC0) + body


def _prefix(length: int, offset: int) -> bytes:
    if length < _SHORT:
        return bytes([offset + length])
    size = (length.bit_length() + 7) // 8
    return bytes([offset + _SHORT - 1 + size]) + length.to_bytes(size, "big")
