"""Hexadecimal in its one spelling here, ``0x`` and two lower-case digits a byte: ids, digests, addresses, keys."""

from __future__ import annotations

import re

from ledger.errors import MalformedError
from ledger.types import JsonValue

_HEX = re.compile("0x((?:[0-9a-f]{2})*)")


def encode_hex(data: bytes) -> str:
    """Return the text that `decode_hex` reads."""
    return "0x" + data.hex()


def decode_hex(value: JsonValue, size: int, pointer: str = "") -> bytes:
    """Return the ``size`` bytes that ``value`` spells; refuse every other spelling."""
    match = _HEX.fullmatch(value) if isinstance(value, str) and len(value) == 2 + 2 * size else None
    if match is None:
        raise MalformedError(pointer, f"0x and {2 * size} lower-case hexadecimal digits", "another value")
    return bytes.fromhex(match[1])
