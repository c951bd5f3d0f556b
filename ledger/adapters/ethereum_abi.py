"""The Ethereum contract ABI (Solidity, "Contract ABI Specification"): calls, events and errors of one contract.

Values go in and out as bytes, integers and strings; an address is 20 bytes. What a node answers may be anything: data
that does not decode is `ChainUnavailableError`. What the calls and events mean is left to `ethereum` and
`ethereum_facts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.abi import collapse_if_tuple

from ledger.codec.keccak import keccak256
from ledger.errors import ChainUnavailableError, InternalError
from ledger.types import Hash32

SELECTOR_BYTES = 4

_BUILT_IN_ERRORS = (
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)
"""What Solidity's own checks revert with."""


@dataclass(frozen=True, slots=True)
class AbiItem:
    """A function, event or error: its name and the names and types of what it takes."""

    name: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    indexed: tuple[bool, ...]
    outputs: tuple[str, ...]

    @property
    def signature_hash(self) -> Hash32:
        return keccak256(f"{self.name}({','.join(self.types)})".encode())


class ContractAbi:
    """The ABI of one contract."""

    def __init__(self, abi: Sequence[Mapping[str, Any]]) -> None:
        self._functions = {item.name: item for item in _items(abi, "function")}
        self._events = {item.signature_hash: item for item in _items(abi, "event")}
        errors = _items([*abi, *_BUILT_IN_ERRORS], "error")
        self._errors = {item.signature_hash[:SELECTOR_BYTES]: item for item in errors}
        self._constructor = next(iter(_items(abi, "constructor")), AbiItem("", (), (), (), ()))

    def encode_call(self, function: str, arguments: Sequence[object]) -> bytes:
        """Return the data of a call."""
        item = self._functions[function]
        return item.signature_hash[:SELECTOR_BYTES] + _encode(item.types, arguments)

    def encode_constructor(self, arguments: Sequence[object]) -> bytes:
        """Return what stands behind the bytecode of a creation."""
        return _encode(self._constructor.types, arguments)

    def decode_output(self, function: str, data: bytes) -> tuple[Any, ...]:
        """Return what a call returned."""
        return _decode(self._functions[function].outputs, data)

    def topic(self, event: str) -> Hash32:
        """Return the first topic of an event."""
        return next(topic for topic, item in self._events.items() if item.name == event)

    def decode_event(self, topics: Sequence[bytes], data: bytes) -> tuple[str, dict[str, Any]]:
        """Return the name and the arguments of an event; one that the contract does not have is half an answer."""
        item = self._events.get(Hash32(topics[0])) if topics else None
        if item is None or len(topics) != 1 + sum(item.indexed):
            raise ChainUnavailableError("the node answers with an event that the contract does not have")
        in_topics = [kind for kind, indexed in zip(item.types, item.indexed, strict=True) if indexed]
        in_data = [kind for kind, indexed in zip(item.types, item.indexed, strict=True) if not indexed]
        from_topics, from_data = iter(_decode(in_topics, b"".join(topics[1:]))), iter(_decode(in_data, data))
        values = (next(from_topics) if indexed else next(from_data) for indexed in item.indexed)
        return item.name, dict(zip(item.names, values, strict=True))

    def describe_error(self, data: bytes) -> str:
        """Return the custom error that a call reverted with, as ``TooSoon(1795375733)``."""
        item = self._errors.get(data[:SELECTOR_BYTES])
        if item is None:
            return f"an error of {len(data)} bytes that the contract does not name" if data else "no reason given"
        arguments = _decode(item.types, data[SELECTOR_BYTES:])
        return f"{item.name}({', '.join(map(_shown, arguments))})"


def encode_values(types: Sequence[str], values: Sequence[object]) -> bytes:
    """Return the ABI encoding of values, as a contract decodes it from a member of type ``bytes``."""
    return _encode(types, values)


def _items(abi: Sequence[Mapping[str, Any]], kind: str) -> list[AbiItem]:
    return [
        AbiItem(
            str(entry.get("name", "")),
            tuple(argument["name"] for argument in entry["inputs"]),
            tuple(map(collapse_if_tuple, entry["inputs"])),
            tuple(bool(argument.get("indexed")) for argument in entry["inputs"]),
            tuple(map(collapse_if_tuple, entry.get("outputs", ()))),
        )
        for entry in abi
        if entry["type"] == kind
    ]


def _encode(types: Sequence[str], arguments: Sequence[object]) -> bytes:
    try:
        return encode(types, arguments)
    except (EncodingError, TypeError, ValueError) as error:
        raise InternalError(f"arguments that do not fit ({', '.join(types)}): {type(error).__name__}") from None


def _decode(types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    readable = ["bytes" if kind == "string" else kind for kind in types]  # the same layout, without refusing bad UTF-8
    try:
        values = decode(readable, data)
    except (DecodingError, OverflowError, ValueError) as error:
        raise ChainUnavailableError(
            f"the node answers with data that does not decode ({type(error).__name__})"
        ) from None
    return tuple(_plain(kind, value) for kind, value in zip(types, values, strict=True))


def _plain(kind: str, value: Any) -> Any:
    if kind == "address":
        return bytes.fromhex(value[2:])
    return value.decode("utf-8", "replace") if kind == "string" else value


def _shown(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
