"""RFC 4648 §4, base64 in its one canonical spelling: padded, no line breaks, no stray bits in the last character."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from ledger.errors import MalformedError


def decode_base64(text: str, expected: str, pointer: str = "") -> bytes:
    """Return the bytes of ``text``; refuse, as not ``expected``, any text that base64 would not have written."""
    try:
        data = a2b_base64(text)  # takes other spellings too
    except ValueError:  # binascii.Error, or not ASCII
        data = b""
    if b2a_base64(data, newline=False).decode() != text:
        raise MalformedError(pointer, expected, "another text")
    return data
