"""RFC 4648 §4, base64 in its one canonical spelling: padded, no line breaks, no stray bits in the last character."""

from __future__ import annotations

from base64 import b64decode, b64encode

from ledger.errors import MalformedError


def decode_base64(text: str, expected: str, pointer: str = "") -> bytes:
    """Return the bytes of ``text``; refuse, as not ``expected``, any text that base64 would not have written."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:  # binascii.Error, or not ASCII
        data = b""
    if b64encode(data).decode() != text:
        raise MalformedError(pointer, expected, "another text")
    return data
