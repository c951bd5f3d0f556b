"""The salts of one event, each derived from its seed: HMAC-SHA-256 of the place where it stands (RFC 2104).

A salt keeps a hidden value from being guessed; it tells nothing of the seed or of another salt. Drawing the seed is
left to whoever signs.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.types import Seed

SEED_BYTES = 32

_TAG = b"tradeledger/salt/1"
_SALT_BYTES = 16
_BLOCK_BYTES = 64  # of SHA-256
_INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))  # RFC 2104 §2, ipad
_OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))  # RFC 2104 §2, opad
_URL_SAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 §5


class Salts:
    """The salts that a seed gives. HMAC is written out: the library's takes three times as long on so short a text."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, seed: Seed) -> None:
        if len(seed) != SEED_BYTES:
            raise MalformedError("", f"a seed of {SEED_BYTES} bytes", f"{len(seed)} bytes")
        key = seed.ljust(_BLOCK_BYTES, b"\0")
        self._inner = sha256(key.translate(_INNER_PAD) + _TAG)
        self._outer = sha256(key.translate(_OUTER_PAD))

    def of_leaves(self, count: int) -> list[str]:
        """Return the salts of leaves 0 to ``count - 1``: the manifest, then the members."""
        return self._salts([leaf_index.to_bytes(4, "big") for leaf_index in range(count)])

    def of_elements(self, leaf_index: int, count: int) -> list[str]:
        """Return the salts of the ``count`` elements of the table member at ``leaf_index``."""
        leaf = leaf_index.to_bytes(4, "big")
        return self._salts([leaf + index.to_bytes(4, "big") for index in range(count)])

    def _salts(self, places: Iterable[bytes]) -> list[str]:
        begin_inner, begin_outer = self._inner.copy, self._outer.copy
        salts = bytearray()
        for place in places:
            inner, outer = begin_inner(), begin_outer()
            inner.update(place)
            outer.update(inner.digest())
            salts += outer.digest()[:_SALT_BYTES] + b"\0\0"  # 18 bytes are 24 characters, the first 22 of them the salt
        text = b2a_base64(salts, newline=False).translate(_URL_SAFE).decode()
        return [text[start : start + 22] for start in range(0, len(text), 24)]
