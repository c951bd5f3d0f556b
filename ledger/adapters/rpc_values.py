"""The values of Ethereum's JSON-RPC, read strictly: a missing or malformed one is `ChainUnavailableError`."""

from __future__ import annotations

import re

from ledger.errors import ChainUnavailableError
from ledger.types import Hash32, JsonObject, JsonValue

_QUANTITY = re.compile(r"0x[0-9a-f]{1,64}", re.IGNORECASE)
_DATA = re.compile(r"0x(?:[0-9a-f]{2})*", re.IGNORECASE)


def member(value: JsonObject, name: str) -> JsonValue:
    """Return a member that the node must give."""
    if name not in value:
        raise ChainUnavailableError(f"the node answers without {name}")
    return value[name]


def object_of(value: JsonValue, what: str) -> JsonObject:
    """Return ``value`` as an object."""
    if not isinstance(value, dict):
        raise ChainUnavailableError(f"the node answers with something else than {what}")
    return value


def list_of(value: JsonValue, what: str) -> list[JsonValue]:
    """Return ``value`` as an array."""
    if not isinstance(value, list):
        raise ChainUnavailableError(f"the node answers with something else than {what}")
    return value


def quantity(value: JsonValue, what: str) -> int:
    """Return the integer that a QUANTITY writes."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise ChainUnavailableError(f"the node answers without a number for {what}")
    return int(value, 16)


def data(value: JsonValue, what: str, size: int | None = None) -> bytes:
    """Return the bytes that DATA writes, ``size`` of them where one is given."""
    if not isinstance(value, str) or not _DATA.fullmatch(value):
        raise ChainUnavailableError(f"the node answers without bytes for {what}")
    read = bytes.fromhex(value[2:])
    if size is not None and len(read) != size:
        raise ChainUnavailableError(f"the node answers with {len(read)} bytes for {what}")
    return read


def hash32(value: JsonValue, what: str) -> Hash32:
    """Return the 32 bytes that DATA writes."""
    return Hash32(data(value, what, 32))


def hexed(value: bytes) -> str:
    """Return DATA."""
    return "0x" + value.hex()
