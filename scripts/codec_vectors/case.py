"""What the cases share: their type, hex, and 32 bytes that stand for a text."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, TypeAlias

Case: TypeAlias = dict[str, Any]

ORIGIN = "log.example.org/trade"


def hexadecimal(data: bytes) -> str:
    """Return ``data`` as hex with its prefix."""
    return "0x" + data.hex()


def digest(text: str) -> bytes:
    """Return 32 bytes that stand for ``text``."""
    return sha256(text.encode()).digest()


def word(text: str) -> str:
    """Return 32 bytes that stand for ``text``, as hex."""
    return hexadecimal(digest(text))
