"""Hexadecimal in its one spelling here, ``0x`` and two lower-case digits a byte: ids, digests, addresses, keys."""

from __future__ import annotations

from ledger.errors import MalformedError
from ledger.types import JsonValue


def encode_hex(data: bytes) -> str:
    """Return the text that `decode_hex` reads."""
    return "0x" + data.hex()


def decode_hex(value: JsonValue, size: int, pointer: str = "") -> bytes:
    """Return the ``size`` bytes that ``value`` spells; refuse every other spelling."""
    if isinstance(value, str) and len(value) == 2 + 2 * size:
        data = _from_hex(value[2:])
        if encode_hex(data) == value:
            return data
    raise MalformedError(pointer, f"0x and {2 * size} lower-case hexadecimal digits", "another value")


def _from_hex(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)  # takes other spellings too
    except ValueError:
        return b""
